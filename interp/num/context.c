/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a block given to GMP carries before it the Mem it is charged to, because MPFR keeps caches that may be
   freed under another context than the one that filled them. The caches are emptied whenever a context goes,
   so that no block outlives its Mem.

   The reserve is a bump allocator. It is used only between a refusal and the num_leave that follows, during
   which a bounded number of numbers of bounded size are made; num_leave gives all of it back. */
#include "num/context.h"

#include "num/big.h"
#include "num/scratch.h"
#include "num/units.h"

#include <pthread.h>
#include <string.h>

enum { RESERVE_BYTES = 1 << 20, BLOCK_ALIGN = 16 };

/* Where a block came from: a Mem, the reserve of a scratch, or (both NULL) malloc. */
typedef struct BlockHead {
    Mem *mem;
    NumScratch *reserve;
} BlockHead;

_Static_assert(sizeof(BlockHead) == BLOCK_ALIGN, "blocks stay aligned behind their head");

/* The hook of GMP has no argument of ours, hence this variable; num_enter sets it. */
static _Thread_local NumCtx *context_at_work;
static pthread_once_t context_hook_once = PTHREAD_ONCE_INIT;

static BlockHead *reserve_take(NumScratch *s, size_t n)
{
    n = (n + BLOCK_ALIGN - 1) & ~(size_t)(BLOCK_ALIGN - 1);
    if (n > RESERVE_BYTES - s->reserve_used)
        return NULL;
    BlockHead *head = (BlockHead *)(void *)(s->reserve + s->reserve_used);
    s->reserve_used += n;
    s->reserve_blocks++;
    *head = (BlockHead){.reserve = s};
    return head;
}

static BlockHead *hook_charge(NumCtx *c, size_t n)
{
    BlockHead *head = mem_alloc(c->mem, n);
    if (head)
        *head = (BlockHead){.mem = c->mem};
    return head;
}

/* Outside any context (a program that uses GMP beside us), and past the reserve: charged to nobody. */
static BlockHead *hook_uncharged(size_t n)
{
    Mem nobody;
    mem_init(&nobody, 0);
    BlockHead *head = mem_alloc(&nobody, n);
    if (!head)
        __builtin_trap(); /* GMP would write through NULL; reached only if the bounds above are wrong */
    *head = (BlockHead){0};
    return head;
}

static void *hook_alloc(size_t n)
{
    NumCtx *c = context_at_work;
    BlockHead *head = NULL;
    n += sizeof *head;
    if (c && !c->scratch->failed)
        head = hook_charge(c, n);
    if (!head && c) {
        c->scratch->failed = true;
        head = reserve_take(c->scratch, n);
    }
    if (!head)
        head = hook_uncharged(n);
    return head + 1;
}

static void hook_free(void *p, size_t n)
{
    BlockHead *head = (BlockHead *)p - 1;
    Mem nobody = {.used = n + sizeof *head};
    if (!head->reserve)
        mem_free(head->mem ? head->mem : &nobody, head, n + sizeof *head);
    else if (--head->reserve->reserve_blocks == 0)
        head->reserve->reserve_used = 0;
}

static void *hook_realloc(void *p, size_t old, size_t n)
{
    void *q = hook_alloc(n);
    memcpy(q, p, old < n ? old : n);
    hook_free(p, old);
    return q;
}

static void context_hook(void)
{
    mp_set_memory_functions(hook_alloc, hook_realloc, hook_free);
}

void num_enter(NumCtx *c)
{
    context_at_work = c;
}

static void scratch_init(NumScratch *s)
{
    for (size_t i = 0; i < Z_COUNT; i++)
        mpz_init(s->z[i]);
    for (size_t i = 0; i < NUM_REALS; i++) {
        mpfr_custom_init(s->f_limbs[i], NUM_REAL_BITS);
        mpfr_custom_init_set(s->f[i], MPFR_ZERO_KIND, 0, NUM_REAL_BITS, s->f_limbs[i]);
    }
}

static void scratch_clear(NumScratch *s)
{
    for (size_t i = 0; i < Z_COUNT; i++)
        mpz_clear(s->z[i]);
    mpfr_free_cache();
}

NumErr num_leave(NumCtx *c, NumErr err)
{
    NumScratch *s = c->scratch;
    if (!s->failed)
        return err;
    scratch_clear(s);
    scratch_init(s);
    s->failed = false;
    return NUM_NO_MEMORY;
}

static bool context_scratch(NumCtx *c)
{
    NumScratch *s = mem_zalloc(c->mem, 1, sizeof *s);
    if (!s)
        return false;
    s->reserve = mem_alloc(c->mem, RESERVE_BYTES);
    if (!s->reserve) {
        mem_free(c->mem, s, sizeof *s);
        return false;
    }
    c->scratch = s;
    num_enter(c);
    scratch_init(s);
    return true;
}

static void context_scratch_free(NumCtx *c)
{
    num_enter(c);
    scratch_clear(c->scratch);
    context_at_work = NULL;
    for (uint32_t i = 0; i < NUM_TEN_PAGES; i++)
        if (c->scratch->ten_pages[i])
            mem_free(c->mem, c->scratch->ten_pages[i], big_ten_page_bytes(i));
    mem_free(c->mem, c->scratch->reserve, RESERVE_BYTES);
    mem_free(c->mem, c->scratch, sizeof *c->scratch);
}

bool num_ctx_init(NumCtx *c, Mem *m, LeafAlloc leaf_alloc, void *heap)
{
    pthread_once(&context_hook_once, context_hook);
    *c = (NumCtx){.mem = m, .leaf_alloc = leaf_alloc, .heap = heap};
    unit_memo_clear(c);
    if (!context_scratch(c))
        return false;
    if (!units_init(c)) {
        context_scratch_free(c);
        *c = (NumCtx){0};
        return false;
    }
    return true;
}

void num_ctx_set_heap(NumCtx *c, LeafAlloc leaf_alloc, void *heap)
{
    c->leaf_alloc = leaf_alloc;
    c->heap = heap;
}

void num_ctx_free(NumCtx *c)
{
    if (!c->scratch)
        return;
    units_free(c);
    context_scratch_free(c);
    *c = (NumCtx){0};
}
