/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reserve is a bump allocator that starts again when its last block is freed: an operation that runs out of
   memory ends at once, and all it took is released with its scratch numbers shrunk. */
#include "num/context.h"

#include <string.h>

#include "num/unit.h"

#define RESERVE_BYTES (2u << 20)

/* The one piece of global state that GMP's interface imposes. */
static _Thread_local Mem *hook_mem;
static _Thread_local bool hook_refused;
static _Thread_local size_t reserve_used, reserve_live;
static _Alignas(16) _Thread_local unsigned char reserve[RESERVE_BYTES];

static bool in_reserve(const void *p)
{
    return (uintptr_t)p - (uintptr_t)reserve < RESERVE_BYTES;
}

static void *reserve_take(size_t n)
{
    size_t bytes = (n + 15) & ~(size_t)15;
    hook_refused = true;
    if (reserve_used + bytes > RESERVE_BYTES) {
        reserve_used = 0; /* results are thrown away once refused: overlapping scratch is harmless */
    }
    void *p = reserve + reserve_used;
    reserve_used += bytes;
    reserve_live++;
    return p;
}

static void *hook_alloc(size_t n)
{
    void *p = hook_mem ? mem_alloc(hook_mem, n) : NULL;
    return p ? p : reserve_take(n);
}

static void hook_free(void *p, size_t n)
{
    if (!in_reserve(p)) {
        mem_free(hook_mem, p, n);
    } else if (--reserve_live == 0) {
        reserve_used = 0;
    }
}

static void *hook_realloc(void *p, size_t old, size_t n)
{
    void *grown = in_reserve(p) || !hook_mem ? NULL : mem_realloc(hook_mem, p, old, n);
    if (!grown) {
        grown = hook_alloc(n);
        memcpy(grown, p, old < n ? old : n);
        hook_free(p, old);
    }
    return grown;
}

void num_begin(NumCtx *ctx)
{
    hook_mem = ctx->mem;
}

/* Scratch that lives in the reserve must not stay there: give it ordinary memory again, or make it empty. */
bool num_end(NumCtx *ctx)
{
    if (!hook_refused) {
        return true;
    }
    for (int i = 0; i < NUM_SCRATCH; i++) {
        mpz_clear(ctx->z[i]);
        mpz_init(ctx->z[i]); /* allocates nothing until used */
    }
    mpfr_free_cache(); /* a constant computed in the reserve must not outlive it */
    hook_refused = false;
    return false;
}

bool num_ctx_init(NumCtx *ctx, Mem *mem, LeafAlloc leaf_alloc, void *heap)
{
    *ctx = (NumCtx){.mem = mem, .leaf_alloc = leaf_alloc, .heap = heap};
    mp_set_memory_functions(hook_alloc, hook_realloc, hook_free);
    num_begin(ctx);
    for (int i = 0; i < NUM_SCRATCH; i++) {
        mpz_init(ctx->z[i]);
    }
    for (int i = 0; i < 4; i++) {
        mpfr_init2(ctx->f[i], APPROX_BITS * 2);
    }
    ctx->units = unit_table_new(mem);
    return num_end(ctx) && ctx->units;
}

void num_ctx_free(NumCtx *ctx)
{
    if (!ctx->mem) {
        return;
    }
    num_begin(ctx);
    for (int i = 0; i < NUM_SCRATCH; i++) {
        mpz_clear(ctx->z[i]);
    }
    for (int i = 0; i < 4; i++) {
        mpfr_clear(ctx->f[i]);
    }
    mpfr_free_cache();
    unit_table_free(ctx->units);
    hook_mem = NULL;
}
