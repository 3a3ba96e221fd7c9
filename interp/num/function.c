/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: powers and roots of exact numbers are tried with whole numbers first (numerator and denominator in lowest terms
   must both be perfect powers); only what has no rational result goes to MPFR. */
#include "base/limits.h"
#include "num/approx.h"
#include "num/big.h"
#include "num/units.h"

static Value one(uint16_t unit)
{
    return (Value){.tag = T_NUM, .unit = unit, .den = 1, .num = 1};
}

static Value zero(uint16_t unit)
{
    return (Value){.tag = T_NUM, .unit = unit, .den = 1};
}

/* ---- whole powers ---- */

/* Z_W1 / Z_W2 (lowest terms, not 0) ^ n. */
static NumErr power_of_ratio(NumCtx *c, int64_t n, uint16_t unit, Value *out)
{
    mpz_ptr num = c->scratch->z[Z_W1], den = c->scratch->z[Z_W2];
    if (n < 0) {
        mpz_swap(num, den);
        if (mpz_sgn(den) < 0) {
            mpz_neg(num, num);
            mpz_neg(den, den);
        }
    }
    uint64_t times = n < 0 ? -(uint64_t)n : (uint64_t)n;
    if (mpz_cmpabs_ui(num, 1) == 0 && mpz_cmp_ui(den, 1) == 0)
        times &= 1;
    size_t bits_num = mpz_sizeinbase(num, 2), bits_den = mpz_sizeinbase(den, 2);
    size_t bits = bits_num > bits_den ? bits_num : bits_den;
    if (times > LIMIT_EXPONENT || (bits - 1) * times >= LIMIT_NUMBER_BITS)
        return NUM_TOO_BIG;
    c->cost += bits * times / GMP_NUMB_BITS;
    NumErr err;
    if (mpz_fits_ulong_p(den)) {
        mpz_set(c->scratch->z[Z_W3], num);
        if (big_power_decimal(c, c->scratch->z[Z_W3], mpz_get_ui(den), times, unit, &err, out))
            return err;
    }
    mpz_pow_ui(num, num, times);
    mpz_pow_ui(den, den, times);
    return big_store_lowest(c, num, den, unit, out);
}

static NumErr power_of_zero(bool negative, uint16_t unit, Value *out)
{
    if (negative)
        return NUM_DIV_ZERO;
    *out = zero(unit);
    return NUM_OK;
}

/* Small powers of small fractions, by multiplication; false: it does not fit a cell. */
static bool power_cell(Value a, int64_t n, uint16_t unit, Value *out)
{
    int64_t num = 1;
    uint32_t den = 1;
    if (a.tag != T_NUM || n < 0 || n > 64)
        return false;
    for (; n > 0; n--)
        if (__builtin_mul_overflow(num, a.num, &num) || __builtin_mul_overflow(den, a.den, &den))
            return false;
    *out = (Value){.tag = T_NUM, .unit = unit, .den = den, .num = num};
    return true;
}

static NumErr power_whole(NumCtx *c, Value a, int64_t n, Value *out)
{
    uint16_t unit;
    NumErr err = unit_power(c, a.unit, n, 1, &unit);
    if (err != NUM_OK)
        return err;
    if (n == 0) {
        *out = one(unit);
        return NUM_OK;
    }
    if (power_cell(a, n, unit, out))
        return NUM_OK;
    if (num_is_zero(a))
        return power_of_zero(n < 0, unit, out);
    if (a.tag == T_APPROX) {
        mpfr_ptr x = c->scratch->f[0];
        approx_load(c, a, x);
        mpfr_pow_si(x, x, n, MPFR_RNDN);
        return approx_store(c, x, unit, out);
    }
    big_load(c, a, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
    return power_of_ratio(c, n, unit, out);
}

/* ---- roots and fractional powers ---- */

/* Replaces Z_W1 / Z_W2 by its n-th root if that is rational. */
static bool exact_root(NumCtx *c, unsigned long n)
{
    mpz_ptr num = c->scratch->z[Z_W1], den = c->scratch->z[Z_W2];
    mpz_ptr root_num = c->scratch->z[Z_W3], root_den = c->scratch->z[Z_W4];
    c->cost += mpz_size(num) + mpz_size(den);
    if (!mpz_root(root_den, den, n) || !mpz_root(root_num, num, n))
        return false;
    mpz_swap(num, root_num);
    mpz_swap(den, root_den);
    return true;
}

/* a ^ (p / q), a > 0. */
static NumErr power_approx(NumCtx *c, Value a, int64_t p, int64_t q, uint16_t unit, Value *out)
{
    mpfr_ptr x = c->scratch->f[0], y = c->scratch->f[1];
    approx_load(c, a, x);
    mpfr_set_si(y, p, MPFR_RNDN);
    mpfr_div_si(y, y, q, MPFR_RNDN);
    mpfr_pow(x, x, y, MPFR_RNDN);
    return approx_store(c, x, unit, out);
}

static NumErr power_fraction(NumCtx *c, Value a, int64_t p, int64_t q, Value *out)
{
    uint16_t unit;
    NumErr err = unit_power(c, a.unit, p, q, &unit);
    if (err != NUM_OK)
        return err;
    if (num_sign(a) < 0)
        return NUM_DOMAIN;
    if (num_is_zero(a))
        return power_of_zero(p < 0, unit, out);
    if (a.tag != T_APPROX && q <= LIMIT_EXPONENT && p <= LIMIT_EXPONENT && p >= -LIMIT_EXPONENT) {
        big_load(c, a, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
        if (exact_root(c, (unsigned long)q))
            return power_of_ratio(c, p, unit, out);
    }
    return power_approx(c, a, p, q, unit, out);
}

/* An exponent that is not a fraction of small numbers. */
static NumErr power_real(NumCtx *c, Value a, Value b, Value *out)
{
    mpfr_ptr x = c->scratch->f[0], y = c->scratch->f[1];
    if (!unit_is_dimensionless(c, a.unit))
        return NUM_UNIT_POWER;
    if (num_sign(a) <= 0)
        return num_is_zero(a) && num_sign(b) < 0 ? NUM_DIV_ZERO : NUM_DOMAIN;
    approx_load(c, a, x);
    approx_load(c, b, y);
    mpfr_pow(x, x, y, MPFR_RNDN);
    return approx_store(c, x, U_RATIO, out);
}

static NumErr power_any(NumCtx *c, Value a, Value b, Value *out)
{
    mpz_ptr p = c->scratch->z[Z_W1], q = c->scratch->z[Z_W2];
    if (b.tag == T_APPROX)
        return power_real(c, a, b, out);
    big_load(c, b, p, q);
    if (!mpz_fits_slong_p(p) || !mpz_fits_slong_p(q))
        return mpz_cmp_ui(q, 1) == 0 ? NUM_TOO_BIG : power_real(c, a, b, out);
    int64_t num = mpz_get_si(p), den = mpz_get_si(q);
    return den == 1 ? power_whole(c, a, num, out) : power_fraction(c, a, num, den, out);
}

NumErr num_pow(NumCtx *c, Value a, Value b, Value *out)
{
    if (!unit_is_bare(c, b.unit))
        return NUM_NOT_PLAIN;
    num_enter(c);
    return num_leave(c, power_any(c, a, b, out));
}

/* x ^ (1 / n), x < 0 and n odd allowed. */
static NumErr root_any(NumCtx *c, Value x, int64_t n, Value *out)
{
    Value root;
    bool negative = num_sign(x) < 0;
    if (n == 0 || (negative && n % 2 == 0))
        return NUM_DOMAIN;
    if (n > LIMIT_EXPONENT || n < -LIMIT_EXPONENT)
        return NUM_RANGE;
    NumErr err = negative ? num_neg(c, x, &x) : NUM_OK;
    if (err == NUM_OK)
        err = power_fraction(c, x, n < 0 ? -1 : 1, n < 0 ? -n : n, &root);
    if (err == NUM_OK && negative)
        err = num_neg(c, root, &root);
    if (err == NUM_OK)
        *out = root;
    return err;
}

NumErr num_root(NumCtx *c, Value x, Value n, Value *out)
{
    bool whole;
    if (!unit_is_bare(c, n.unit))
        return NUM_NOT_PLAIN;
    int64_t degree = num_to_int64(c, n, &whole);
    if (!whole)
        return NUM_NOT_WHOLE;
    num_enter(c);
    return num_leave(c, root_any(c, x, degree, out));
}

NumErr num_sqrt(NumCtx *c, Value x, Value *out)
{
    return num_root(c, x, num_int(2), out);
}

/* ---- exponential and logarithms ---- */

typedef int (*RealFunction)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

static NumErr apply(NumCtx *c, RealFunction f, Value x, Value *out)
{
    mpfr_ptr r = c->scratch->f[0];
    num_enter(c);
    approx_load(c, x, r);
    f(r, r, MPFR_RNDN);
    c->cost += NUM_REAL_LIMBS * NUM_REAL_LIMBS;
    return num_leave(c, approx_store(c, r, U_RATIO, out));
}

NumErr num_exp(NumCtx *c, Value x, Value *out)
{
    if (!unit_is_bare(c, x.unit))
        return NUM_NOT_PLAIN;
    if (num_is_zero(x)) {
        *out = one(U_RATIO);
        return NUM_OK;
    }
    return apply(c, mpfr_exp, x, out);
}

static bool is_one(Value x)
{
    return x.tag == T_NUM && x.num == (int64_t)x.den;
}

NumErr num_ln(NumCtx *c, Value x, Value *out)
{
    if (!unit_is_bare(c, x.unit))
        return NUM_NOT_PLAIN;
    if (num_sign(x) <= 0)
        return NUM_DOMAIN;
    if (is_one(x)) {
        *out = zero(U_RATIO);
        return NUM_OK;
    }
    return apply(c, mpfr_log, x, out);
}

/* Is Z_W1 / Z_W2 a power of ten? */
static bool power_of_ten(NumCtx *c, int64_t *power)
{
    mpz_ptr num = c->scratch->z[Z_W1], den = c->scratch->z[Z_W2], ten = c->scratch->z[Z_W3];
    bool below = mpz_cmp_ui(num, 1) == 0;
    mpz_ptr high = below ? den : num;
    if (!below && mpz_cmp_ui(den, 1) != 0)
        return false;
    size_t digits = mpz_sizeinbase(high, 10); /* exact or one too big */
    for (size_t k = digits > 1 ? digits - 2 : 0; k < digits; k++) {
        big_ten(ten, (uint32_t)k);
        if (mpz_cmp(ten, high) == 0) {
            *power = below ? -(int64_t)k : (int64_t)k;
            return true;
        }
    }
    return false;
}

NumErr num_log10(NumCtx *c, Value x, Value *out)
{
    int64_t power = 0;
    bool exact = false;
    if (!unit_is_bare(c, x.unit))
        return NUM_NOT_PLAIN;
    if (num_sign(x) <= 0)
        return NUM_DOMAIN;
    if (x.tag != T_APPROX) {
        num_enter(c);
        big_load(c, x, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
        exact = power_of_ten(c, &power);
        if (num_leave(c, NUM_OK) != NUM_OK)
            return NUM_NO_MEMORY;
    }
    if (!exact)
        return apply(c, mpfr_log10, x, out);
    *out = (Value){.tag = T_NUM, .unit = U_RATIO, .den = 1, .num = power};
    return NUM_OK;
}

/* ---- the normal law ---- */

/* q = P(Z > x) = erfc(x / sqrt 2) / 2; may be x itself. */
static void upper_tail(mpfr_ptr q, mpfr_srcptr x, mpfr_ptr work)
{
    mpfr_sqrt_ui(work, 2, MPFR_RNDN);
    mpfr_div(q, x, work, MPFR_RNDN);
    mpfr_erfc(q, q, MPFR_RNDN);
    mpfr_div_2ui(q, q, 1, MPFR_RNDN);
}

NumErr num_normal_cdf(NumCtx *c, Value x, Value *out)
{
    mpfr_ptr r = c->scratch->f[0];
    if (!unit_is_bare(c, x.unit))
        return NUM_NOT_PLAIN;
    if (num_is_zero(x)) {
        *out = (Value){.tag = T_NUM, .unit = U_RATIO, .den = 2, .num = 1};
        return NUM_OK;
    }
    num_enter(c);
    approx_load(c, x, r);
    mpfr_neg(r, r, MPFR_RNDN);
    upper_tail(r, r, c->scratch->f[1]);
    c->cost += NUM_REAL_LIMBS * NUM_REAL_LIMBS;
    return num_leave(c, approx_store(c, r, U_RATIO, out));
}

/* x with P(Z > x) = q, 0 < q < 1/2: Newton on the logarithm of the tail, which is concave, from a point beyond:
   it comes down to x without ever passing it. In: f[1] = ln q. Out: f[0] = x. */
static void solve_tail(NumCtx *c)
{
    mpfr_ptr x = c->scratch->f[0], target = c->scratch->f[1], tail = c->scratch->f[2], step = c->scratch->f[3];
    mpfr_mul_si(x, target, -2, MPFR_RNDN);
    mpfr_sqrt(x, x, MPFR_RNDN);
    for (int i = 0; i < 40; i++) {
        upper_tail(tail, x, step);
        mpfr_log(step, tail, MPFR_RNDN);
        mpfr_sub(step, step, target, MPFR_RNDN);
        mpfr_mul(step, step, tail, MPFR_RNDN);
        mpfr_sqr(tail, x, MPFR_RNDN); /* 1 / density = sqrt(2 pi) exp(x² / 2) */
        mpfr_div_2ui(tail, tail, 1, MPFR_RNDN);
        mpfr_exp(tail, tail, MPFR_RNDN);
        mpfr_mul(step, step, tail, MPFR_RNDN);
        mpfr_const_pi(tail, MPFR_RNDN);
        mpfr_mul_2ui(tail, tail, 1, MPFR_RNDN);
        mpfr_sqrt(tail, tail, MPFR_RNDN);
        mpfr_mul(step, step, tail, MPFR_RNDN);
        mpfr_add(x, x, step, MPFR_RNDN);
        if (mpfr_zero_p(step) || mpfr_get_exp(step) < mpfr_get_exp(x) - NUM_REAL_BITS + 24)
            return;
    }
}

NumErr num_normal_inv(NumCtx *c, Value p, Value *out)
{
    Value q, lower;
    int side, limit;
    if (!unit_is_bare(c, p.unit))
        return NUM_NOT_PLAIN;
    p.unit = U_RATIO;
    NumErr err = num_sub(c, one(U_RATIO), p, &q);
    if (err == NUM_OK)
        err = num_cmp(c, p, q, &side);
    if (err != NUM_OK)
        return err;
    lower = side < 0 ? p : q;
    limit = num_sign(lower);
    if (limit <= 0)
        return NUM_DOMAIN;
    if (side == 0) {
        *out = zero(U_RATIO);
        return NUM_OK;
    }
    num_enter(c);
    approx_load(c, lower, c->scratch->f[1]);
    mpfr_log(c->scratch->f[1], c->scratch->f[1], MPFR_RNDN);
    solve_tail(c);
    c->cost += 10 * NUM_REAL_LIMBS * NUM_REAL_LIMBS;
    if (side < 0)
        mpfr_neg(c->scratch->f[0], c->scratch->f[0], MPFR_RNDN);
    return num_leave(c, approx_store(c, c->scratch->f[0], U_RATIO, out));
}
