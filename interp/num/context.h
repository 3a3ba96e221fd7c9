/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What numbers need around them: scratch variables of GMP and MPFR, the table of units, counters. One a session,
   used by one thread at a time.

   Big and approximate numbers live in leaves of the garbage-collected heap, which this layer does not know:
   it registers an allocator. Leaves are immutable once made and never freed here. An operation that fails
   leaves nothing behind, and leaves its result alone.

   GMP and MPFR cannot be told that memory is out. They allocate through one hook (set once for the process)
   that charges the Mem of the context at work; when that Mem refuses, the hook serves the operation from a
   reserve of the context and the operation answers NUM_NO_MEMORY at its end. */
#ifndef BAREME_NUM_CONTEXT_H
#define BAREME_NUM_CONTEXT_H

#include "base/mem.h"
#include "num/cell.h"

typedef struct NumCtx NumCtx;

/* Payload of a leaf, 16-aligned, or NULL. Must not collect. tag is T_BIG or T_APPROX. */
typedef void *(*LeafAlloc)(void *heap, uint8_t tag, size_t payload_bytes);

/* Units of products, quotients and sums, remembered by pair (direct-mapped). */
enum { UNIT_MEMO_SIZE = 128, UNIT_MEMO_NONE = 0xFFFFFFFF };
typedef enum UnitOp { UNIT_MUL, UNIT_DIV, UNIT_SUM, UNIT_OPS } UnitOp;

typedef struct UnitMemo {
    uint32_t key; /* left unit << 16 | right unit, or UNIT_MEMO_NONE */
    uint16_t unit;
} UnitMemo;

/* Units as they are written after amounts in copies, remembered by their text (direct-mapped). */
enum { UNIT_WORDS_SIZE = 64, UNIT_WORD_BYTES = 13 };

typedef struct UnitWord {
    uint8_t n; /* 0: nothing here */
    char text[UNIT_WORD_BYTES];
    uint16_t unit;
} UnitWord;

struct NumCtx {
    Mem *mem;
    LeafAlloc leaf_alloc;
    void *heap;
    uint64_t cost;              /* limbs worked on so far; the machine charges what was added */
    struct NumScratch *scratch; /* num/scratch.h */
    struct UnitTable *units;    /* num/unit.c */
    UnitMemo memo[UNIT_OPS][UNIT_MEMO_SIZE];
    UnitWord words[UNIT_WORDS_SIZE];
};

/* False: out of memory (nothing to free then). leaf_alloc may be NULL until num_ctx_set_heap. */
bool num_ctx_init(NumCtx *c, Mem *m, LeafAlloc leaf_alloc, void *heap);
void num_ctx_set_heap(NumCtx *c, LeafAlloc leaf_alloc, void *heap);
void num_ctx_free(NumCtx *c);

#endif
