/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a leaf is seen as a read-only mpfr_t through MPFR's custom interface. Operations are done in the variables of
   the scratch, wider than the leaves, and rounded once on storing.

   Equality is that of the 30 significant digits, taken only when the two are so close that it matters. */
#include "num/approx.h"

#include "base/limits.h"
#include "num/big.h"

#include <string.h>

static void approx_view(mpfr_t x, Value a)
{
    Approx *leaf = a.ptr;
    mpfr_custom_init_set(x, leaf->kind, leaf->exponent, NUM_APPROX_BITS, leaf->limbs);
}

int approx_sign(Value a)
{
    return ((const Approx *)a.ptr)->kind < 0 ? -1 : 1;
}

NumErr approx_store(NumCtx *c, mpfr_srcptr x, uint16_t unit, Value *out)
{
    Approx leaf = {0};
    mpfr_t kept;
    if (mpfr_nan_p(x))
        return NUM_DOMAIN;
    mpfr_custom_init_set(kept, MPFR_ZERO_KIND, 0, NUM_APPROX_BITS, leaf.limbs);
    mpfr_set(kept, x, MPFR_RNDN);
    if (mpfr_inf_p(kept) || (!mpfr_zero_p(kept) && mpfr_get_exp(kept) > (mpfr_exp_t)LIMIT_NUMBER_BITS))
        return NUM_TOO_BIG;
    if (mpfr_zero_p(kept) || mpfr_get_exp(kept) < -(mpfr_exp_t)LIMIT_NUMBER_BITS) {
        *out = (Value){.tag = T_NUM, .unit = unit, .den = 1};
        return NUM_OK;
    }
    leaf.kind = mpfr_custom_get_kind(kept);
    leaf.exponent = mpfr_custom_get_exp(kept);
    c->cost += NUM_REAL_LIMBS;
    Approx *stored = c->scratch->failed ? NULL : c->leaf_alloc(c->heap, T_APPROX, sizeof leaf);
    if (!stored)
        return NUM_NO_MEMORY;
    *stored = leaf;
    *out = (Value){.tag = T_APPROX, .unit = unit, .den = 1, .ptr = stored};
    return NUM_OK;
}

void approx_load(NumCtx *c, Value a, mpfr_t x)
{
    if (a.tag == T_APPROX) {
        mpfr_t view;
        approx_view(view, a);
        mpfr_set(x, view, MPFR_RNDN);
        return;
    }
    mpq_t q;
    *mpq_numref(q) = *c->scratch->z[Z_N2];
    *mpq_denref(q) = *c->scratch->z[Z_D2];
    big_load(c, a, mpq_numref(q), mpq_denref(q));
    *c->scratch->z[Z_N2] = *mpq_numref(q);
    *c->scratch->z[Z_D2] = *mpq_denref(q);
    mpfr_set_q(x, q, MPFR_RNDN);
}

/* x <> 0 as 30 digits: 10^29 <= |digits| < 10^30, x = digits * 10^*power. */
static void approx_digits(mpfr_srcptr x, mpz_t digits, mpfr_exp_t *power)
{
    char text[NUM_APPROX_DIGITS + 4];
    mpfr_get_str(text, power, 10, NUM_APPROX_DIGITS, x, MPFR_RNDN);
    mpz_set_str(digits, text, 10);
    *power -= NUM_APPROX_DIGITS;
}

void approx_load30(NumCtx *c, Value a, mpz_t num, mpz_t den)
{
    if (a.tag != T_APPROX) {
        big_load(c, a, num, den);
        return;
    }
    mpz_ptr t = c->scratch->z[Z_T];
    mpfr_exp_t power;
    mpfr_t view;
    approx_view(view, a);
    approx_digits(view, num, &power);
    mpz_set_ui(den, 1);
    if (power >= 0) {
        big_ten(t, (uint32_t)power);
        mpz_mul(num, num, t);
        return;
    }
    big_ten(den, (uint32_t)-power);
    mpz_gcd(t, num, den);
    mpz_divexact(num, num, t);
    mpz_divexact(den, den, t);
}

NumErr approx_neg(NumCtx *c, Value a, Value *out)
{
    Approx *leaf = c->leaf_alloc(c->heap, T_APPROX, sizeof *leaf);
    if (!leaf)
        return NUM_NO_MEMORY;
    *leaf = *(const Approx *)a.ptr;
    leaf->kind = -leaf->kind;
    *out = (Value){.tag = T_APPROX, .unit = a.unit, .den = 1, .ptr = leaf};
    return NUM_OK;
}

/* Do x and y differ so much that their 30 digits do? */
static bool approx_apart(NumCtx *c, mpfr_srcptr x, mpfr_srcptr y)
{
    mpfr_ptr gap = c->scratch->f[3];
    if (mpfr_sgn(x) != mpfr_sgn(y) || mpfr_zero_p(x))
        return !(mpfr_zero_p(x) && mpfr_zero_p(y));
    mpfr_sub(gap, x, y, MPFR_RNDN);
    return !mpfr_zero_p(gap) && mpfr_get_exp(gap) > mpfr_get_exp(x) - 90; /* 10^-27 < 2^-89 */
}

/* Same sign, not apart: compares the 30 digits of both. */
static int approx_cmp30(NumCtx *c, mpfr_srcptr x, mpfr_srcptr y)
{
    mpz_ptr m = c->scratch->z[Z_N2], n = c->scratch->z[Z_D2];
    mpfr_exp_t p, q;
    approx_digits(x, m, &p);
    approx_digits(y, n, &q);
    if (p != q)
        return (p > q) == (mpfr_sgn(x) > 0) ? 1 : -1;
    int order = mpz_cmp(m, n);
    return (order > 0) - (order < 0);
}

static int approx_order(NumCtx *c, mpfr_srcptr x, mpfr_srcptr y)
{
    if (approx_apart(c, x, y))
        return mpfr_cmp(x, y) > 0 ? 1 : -1;
    return mpfr_zero_p(x) ? 0 : approx_cmp30(c, x, y);
}

NumErr approx_cmp(NumCtx *c, Value a, Value b, int *out)
{
    mpfr_ptr x = c->scratch->f[0], y = c->scratch->f[1];
    approx_load(c, a, x);
    approx_load(c, b, y);
    *out = approx_order(c, x, y);
    c->cost += NUM_REAL_LIMBS;
    return NUM_OK;
}

/* x - y, which is 0 when both have the same 30 digits. */
static void approx_difference(NumCtx *c, mpfr_t x, mpfr_srcptr y)
{
    if (approx_order(c, x, y) == 0)
        mpfr_set_zero(x, 1);
    else
        mpfr_sub(x, x, y, MPFR_RNDN);
}

NumErr approx_op(NumCtx *c, ApproxOp op, Value a, Value b, uint16_t unit, Value *out)
{
    mpfr_ptr x = c->scratch->f[0], y = c->scratch->f[1];
    approx_load(c, a, x);
    approx_load(c, b, y);
    switch (op) {
    case APPROX_ADD:
        mpfr_neg(y, y, MPFR_RNDN);
        approx_difference(c, x, y);
        break;
    case APPROX_SUB: approx_difference(c, x, y); break;
    case APPROX_MUL: mpfr_mul(x, x, y, MPFR_RNDN); break;
    case APPROX_DIV: mpfr_div(x, x, y, MPFR_RNDN); break;
    }
    return approx_store(c, x, unit, out);
}

NumErr approx_times(NumCtx *c, Value a, int64_t num, int64_t den, uint16_t unit, Value *out)
{
    mpfr_ptr x = c->scratch->f[0];
    approx_load(c, a, x);
    mpfr_mul_si(x, x, num, MPFR_RNDN);
    mpfr_div_si(x, x, den, MPFR_RNDN);
    return approx_store(c, x, unit, out);
}
