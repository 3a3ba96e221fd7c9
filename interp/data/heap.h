/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The heap: a precise mark-sweep collector that fills the gaps between what lives.

   Allocation never collects; it notes that a collection is wanted, and the machine collects at its next
   safepoint. Roots are functions registered by whoever holds values (machine stack, slots, constants).
   All constructors return NULL (or a T_NONE cell with *ok false) when memory is out. */
#ifndef BAREME_DATA_HEAP_H
#define BAREME_DATA_HEAP_H

#include "base/arena.h"
#include "data/value.h"
#include "num/context.h"

#define HEAP_CLASSES 33 /* 16-byte size classes up to 512 bytes; larger objects are allocated alone */

typedef struct Heap Heap;
typedef void (*RootFn)(Heap *h, void *data);

typedef struct HeapChunk HeapChunk;

struct Heap {
    Mem *mem;
    NumCtx *num;
    Obj *large;              /* objects allocated alone, linked by their headers */
    Obj *spare[HEAP_CLASSES];/* gaps between small objects, by class; the longer ones at 0 */
    HeapChunk *chunks;
    HeapChunk *empty;        /* chunks kept for new objects */
    size_t empty_count;
    HeapChunk *filling;      /* the chunk that new objects are cut from... */
    char *fresh, *fresh_end; /* ...within the gap between these two */
    size_t bytes;            /* live and dead since the last collection */
    size_t threshold;
    bool wanted;             /* collect at the next safepoint */
    uint32_t stress, stress_count; /* collect at every stress-th allocation; 0 = normal */
    struct { RootFn mark; void *data; } roots[16];
    uint32_t root_count;
    Obj **gray;              /* objects marked, children not yet */
    size_t gray_count, gray_cap;
    bool gray_overflow;
    Value *protected;        /* heap_protect stack */
    uint32_t protected_count, protected_cap;
    uint64_t collections;
    void (*mark_object)(Heap *h, Obj *o); /* types above data/: O_VIEW, O_FAULT; registered by vm/ */
    /* Shows a T_SCENARIO or T_FORMULA by its name; registered by model/, NULL: by its number. */
    void (*show_name)(void *data, Buf *out, Value v);
    void *show_name_data;
};

/* num may be NULL (tests); else its leaves come from this heap from now on. */
bool heap_init(Heap *h, Mem *mem, NumCtx *num);
void heap_free(Heap *h);
void heap_add_root(Heap *h, RootFn mark, void *data);
void heap_collect(Heap *h);

Obj *heap_new(Heap *h, ObjType type, size_t bytes); /* bytes include the header; zeroed; NULL when out */
Obj *heap_new_bare(Heap *h, ObjType type, size_t bytes); /* what follows the header is not set */
/* Payload of a number leaf, not zeroed: the allocator that a NumCtx is given; heap is a Heap. */
void *heap_leaf(void *heap, uint8_t tag, size_t payload_bytes);

/* For root functions. */
void heap_mark(Heap *h, Value v);
void heap_mark_obj(Heap *h, Obj *o);

/* Natives that call back: keep v alive until heap_unprotect gives back the returned mark. */
uint32_t heap_protect(Heap *h, Value v); /* returns the mark before; UINT32_MAX when memory is out */
void heap_unprotect(Heap *h, uint32_t mark);

/* ---- texts ---- */
bool text_new(Heap *h, Str s, Value *out);
bool text_concat(Heap *h, Value a, Value b, Value *out); /* rope; false: memory, or longer than LIMIT_TEXT_BYTES */
/* The characters; flattens a rope in place. {NULL,0} when memory is out (an empty text has p != NULL). */
Str text_str(Heap *h, Value text);
Text *text_flat(Heap *h, Value text); /* NULL when out */
size_t text_bytes(Value text);

/* ---- lists ---- */
List *list_new(Heap *h, uint32_t n);              /* n items, all T_NONE: fill store->items */
List *list_with_room(Heap *h, uint32_t room);     /* empty: list_push adds that many without copying */
/* A longer list; amortised constant. false: memory, or LIMIT_LIST_ITEMS. */
bool list_append(Heap *h, Value list, Value item, Value *out);
/* a's items then b's; costs as appending b's items to a. */
bool list_concat(Heap *h, Value a, Value b, Value *out);
/* Adds to l itself: only for a list under construction, which nobody else holds. */
bool list_push(Heap *h, List *l, Value item);
static inline uint32_t list_count(Value v) { return ((List *)v.ptr)->n; }
Value list_packed_at(const List *l, uint32_t i); /* of a list that is packed (pack.h) */
static inline Value list_item_at(const List *l, uint32_t i) { return l->packed ? list_packed_at(l, i) : l->store->items[i]; }
static inline Value list_at(Value v, uint32_t i) { return list_item_at(v.ptr, i); }
/* The items one behind the other: those of the list itself, unless it is packed. False: memory. */
bool list_plain(Heap *h, Value list, Value *out);
static inline const Value *list_cells(Value plain) { return ((const List *)plain.ptr)->store->items; }
/* The items so numbered; a list that is packed gives one that is. False: memory. */
bool list_take(Heap *h, Value list, const uint32_t *places, uint32_t count, Value *out);
/* `count` items from that one on, as a plain list. */
bool list_part(Heap *h, Value list, uint32_t from, uint32_t count, Value *out);

/* ---- records ---- */
Record *record_new(Heap *h, uint32_t n);          /* fields zeroed: set name and value of each */
bool record_get(Value record, Str name, Value *out);
bool record_find(Value record, Str name, uint32_t *index);
bool record_set_field(Heap *h, Record *r, uint32_t i, Str name, Value value);

Range *range_new(Heap *h, Value from, Value to, Value step);
Scale *scale_new(Heap *h, uint32_t n);
/* The same levels in the same order: their levels are then the same. */
bool scale_same(const Scale *a, const Scale *b);

#endif
