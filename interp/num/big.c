/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening takes views of the limbs and allocates nothing; closing looks for the smallest home of a result. */
#include "num/big.h"

#include <string.h>

#include "base/limits.h"

#define GROWTH_BITS 512 /* beyond this a result is reduced before it is kept */

static void view_u128(mpz_t z, mp_limb_t limbs[2], unsigned __int128 v, bool negative)
{
    limbs[0] = (mp_limb_t)v;
    limbs[1] = (mp_limb_t)(v >> 64);
    int size = limbs[1] ? 2 : limbs[0] ? 1 : 0;
    mpz_roinit_n(z, limbs, negative ? -size : size);
}

/* den = 10^k * rest as far as few factors of 2 and 5 allow; the factor that n must take to balance it. */
static uint32_t split_denominator(uint32_t den, uint32_t *k, uint64_t *factor)
{
    uint32_t twos = 0, fives = 0, rest = den;
    while (rest % 2 == 0) {
        rest /= 2;
        twos++;
    }
    while (rest % 5 == 0) {
        rest /= 5;
        fives++;
    }
    uint32_t most = twos > fives ? twos : fives;
    *factor = 1;
    *k = 0;
    if (most > 12) {
        return den;
    }
    for (uint32_t i = twos; i < most; i++) {
        *factor *= 2;
    }
    for (uint32_t i = fives; i < most; i++) {
        *factor *= 5;
    }
    *k = most;
    return rest;
}

static void open_small(Exact *x, Value v)
{
    uint64_t factor;
    uint32_t rest = split_denominator(v.den, &x->k, &factor);
    bool negative = v.num < 0;
    uint64_t magnitude = negative ? 0 - (uint64_t)v.num : (uint64_t)v.num;
    view_u128(x->n, x->n_limbs, (unsigned __int128)magnitude * factor, negative);
    x->has_d = rest != 1;
    x->d_limb[0] = rest;
    mpz_roinit_n(x->d, x->d_limb, 1);
}

void exact_open(Exact *x, const Value *v)
{
    if (v->tag == T_NUM) {
        open_small(x, *v);
        return;
    }
    const BigNum *b = v->ptr;
    uint32_t n_limbs = (uint32_t)(b->n_size < 0 ? -b->n_size : b->n_size);
    x->k = b->k;
    mpz_roinit_n(x->n, b->limbs, b->n_size);
    x->has_d = b->d_size > 0;
    x->d_limb[0] = 1;
    if (x->has_d) {
        mpz_roinit_n(x->d, b->limbs + n_limbs, (mp_size_t)b->d_size);
    } else {
        mpz_roinit_n(x->d, x->d_limb, 1);
    }
}

/* ---- closing ---- */

static const uint32_t POWERS_OF_TEN[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

static void strip_zeros(mpz_t n, uint32_t *k)
{
    while (*k >= 9 && mpz_divisible_ui_p(n, POWERS_OF_TEN[9])) {
        mpz_divexact_ui(n, n, POWERS_OF_TEN[9]);
        *k -= 9;
    }
    while (*k > 0 && mpz_divisible_ui_p(n, 10)) {
        mpz_divexact_ui(n, n, 10);
        (*k)--;
    }
}

static bool fits_cell(const mpz_t n, uint32_t k, const mpz_t d, uint64_t *den)
{
    if (k > 9 || !mpz_fits_slong_p(n) || (d && !mpz_fits_ulong_p(d))) {
        return false;
    }
    unsigned __int128 whole = (unsigned __int128)POWERS_OF_TEN[k] * (d ? mpz_get_ui(d) : 1);
    *den = (uint64_t)whole;
    return whole <= UINT32_MAX;
}

static void reduce_growth(NumCtx *ctx, mpz_t n, uint32_t *k, mpz_t d)
{
    mpz_t *g = &ctx->z[NUM_SCRATCH - 1];
    strip_zeros(n, k);
    if (d) {
        mpz_gcd(*g, n, d);
        if (mpz_cmp_ui(*g, 1) > 0) {
            mpz_divexact(n, n, *g);
            mpz_divexact(d, d, *g);
        }
    }
    ctx->cost += mpz_size(n) * 4;
}

static NumErr leaf(NumCtx *ctx, mpz_t n, uint32_t k, mpz_t d, uint16_t unit, Value *out)
{
    size_t n_size = mpz_size(n), d_size = d && mpz_cmp_ui(d, 1) != 0 ? mpz_size(d) : 0;
    if (!num_end(ctx)) {
        return NUM_NO_MEMORY;
    }
    BigNum *b = ctx->leaf_alloc(ctx->heap, T_BIG, sizeof *b + (n_size + d_size) * sizeof(mp_limb_t));
    if (!b) {
        return NUM_NO_MEMORY;
    }
    b->n_size = mpz_sgn(n) < 0 ? -(int32_t)n_size : (int32_t)n_size;
    b->k = k;
    b->d_size = (uint32_t)d_size;
    b->pad = 0;
    memcpy(b->limbs, mpz_limbs_read(n), n_size * sizeof(mp_limb_t));
    if (d_size) {
        memcpy(b->limbs + n_size, mpz_limbs_read(d), d_size * sizeof(mp_limb_t));
    }
    ctx->cost += n_size + d_size;
    *out = (Value){.tag = T_BIG, .unit = unit, .den = 1, .ptr = b};
    return NUM_OK;
}

NumErr exact_close(NumCtx *ctx, mpz_t n, uint32_t k, mpz_t d, uint16_t unit, Value *out)
{
    uint64_t den = 1;
    if (mpz_sgn(n) == 0) {
        *out = (Value){.tag = T_NUM, .unit = unit, .den = 1, .num = 0};
        return num_end(ctx) ? NUM_OK : NUM_NO_MEMORY;
    }
    size_t bits = mpz_sizeinbase(n, 2);
    /* Only a number that may fit the cell, or has grown, is worth reducing. */
    if (!fits_cell(n, k, d, &den) && (bits < 64 + 4 * (size_t)k || bits > GROWTH_BITS)) {
        strip_zeros(n, &k);
    }
    bool grown = mpz_sizeinbase(n, 2) > GROWTH_BITS || (d && mpz_sizeinbase(d, 2) > GROWTH_BITS / 4);
    if (!fits_cell(n, k, d, &den) && (grown || (d && bits < 128))) {
        reduce_growth(ctx, n, &k, d);
    }
    if (fits_cell(n, k, d, &den)) {
        *out = (Value){.tag = T_NUM, .unit = unit, .den = (uint32_t)den, .num = mpz_get_si(n)};
        return num_end(ctx) ? NUM_OK : NUM_NO_MEMORY;
    }
    size_t denominator_bits = (size_t)k * 10 / 3 + (d ? mpz_sizeinbase(d, 2) : 0);
    if (mpz_sizeinbase(n, 2) > LIMIT_NUMBER_BITS || denominator_bits > LIMIT_NUMBER_BITS) {
        num_end(ctx);
        return NUM_TOO_BIG;
    }
    return leaf(ctx, n, k, d, unit, out);
}

NumErr exact_fraction(NumCtx *ctx, Value v, mpz_t n, mpz_t d)
{
    Exact x;
    exact_open(&x, &v);
    mpz_t *g = &ctx->z[NUM_SCRATCH - 1];
    mpz_ui_pow_ui(d, 10, x.k);
    if (x.has_d) {
        mpz_mul(d, d, x.d);
    }
    mpz_gcd(*g, x.n, d);
    mpz_divexact(n, x.n, *g);
    mpz_divexact(d, d, *g);
    ctx->cost += mpz_size(n) + mpz_size(d);
    return NUM_OK;
}
