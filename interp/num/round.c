/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the value is laid out as a quotient of whole numbers (of units of the last decimal kept, or of steps),
   divided towards zero, and the remainder decides by the mode whether to go one further. In 128 bits where they hold
   it, else with GMP. Approximate values enter as their 30 digits. */
#include "base/limits.h"
#include "num/approx.h"
#include "num/big.h"
#include "num/units.h"

/* Something is left over: does the quotient move away from zero? half: the rest against one half. */
static bool moves_away(RoundMode mode, bool negative, bool odd, int half)
{
    switch (mode) {
    case ROUND_HALF_UP: return half >= 0;
    case ROUND_HALF_EVEN: return half > 0 || (half == 0 && odd);
    case ROUND_HALF_DOWN: return half > 0;
    case ROUND_UP: return true;
    case ROUND_DOWN: return false;
    case ROUND_FLOOR: return negative;
    case ROUND_CEIL: return !negative;
    }
    return false;
}

/* n / d to a whole number, d > 0. */
static __int128 round_wide(__int128 n, __int128 d, RoundMode mode)
{
    bool negative = n < 0;
    bool narrow = n >= INT64_MIN && n <= INT64_MAX && d <= INT64_MAX;
    __int128 q = narrow ? (int64_t)n / (int64_t)d : n / d, rest = n - q * d;
    if (rest == 0)
        return q;
    if (negative)
        rest = -rest;
    int half = rest > d - rest ? 1 : rest == d - rest ? 0 : -1;
    if (!moves_away(mode, negative, q & 1, half))
        return q;
    return negative ? q - 1 : q + 1;
}

/* q = n / d to a whole number, d > 0; rest is used up. */
static void round_mpz(mpz_t q, mpz_t rest, mpz_t n, mpz_t d, RoundMode mode)
{
    bool negative = mpz_sgn(n) < 0;
    mpz_tdiv_qr(q, rest, n, d);
    if (mpz_sgn(rest) == 0)
        return;
    mpz_mul_2exp(rest, rest, 1);
    int half = mpz_cmpabs(rest, d);
    if (!moves_away(mode, negative, mpz_odd_p(q), half))
        return;
    if (negative)
        mpz_sub_ui(q, q, 1);
    else
        mpz_add_ui(q, q, 1);
}

static const int64_t small_tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

/* A cell in 128 bits; false: they do not hold it. */
static bool round_cell(const NumCtx *c, Value x, int decimals, RoundMode mode, Value *out)
{
    UnitFactor f = unit_factor(c, x.unit);
    __int128 n, d;
    if (x.tag != T_NUM || decimals > 9 || decimals < -9)
        return false;
    __int128 up = (__int128)f.den * small_tens[decimals > 0 ? decimals : 0];
    __int128 down = (__int128)f.num * small_tens[decimals < 0 ? -decimals : 0];
    if (__builtin_mul_overflow(up, (__int128)x.num, &n) || __builtin_mul_overflow(down, (__int128)x.den, &d))
        return false;
    return !__builtin_mul_overflow(round_wide(n, d, mode), down, &n) && big_cell(n, (unsigned __int128)up, x.unit, out);
}

/* What is rounded need not be in lowest terms. */
static void load(NumCtx *c, Value x, mpz_t n, mpz_t d)
{
    if (x.tag == T_APPROX)
        approx_load30(c, x, n, d);
    else
        big_load_raw(c, x, n, d);
}

static NumErr round_big(NumCtx *c, Value x, int decimals, RoundMode mode, Value *out)
{
    UnitFactor f = unit_factor(c, x.unit);
    mpz_ptr n = c->scratch->z[Z_W1], d = c->scratch->z[Z_W2], q = c->scratch->z[Z_W3], rest = c->scratch->z[Z_W4];
    mpz_ptr up = c->scratch->z[Z_W5], down = c->scratch->z[Z_W6];
    big_ten(up, decimals > 0 ? (uint32_t)decimals : 0);
    big_ten(down, decimals < 0 ? (uint32_t)-decimals : 0);
    mpz_mul_si(up, up, f.den);
    mpz_mul_si(down, down, f.num);
    load(c, x, n, d);
    mpz_mul(n, n, up);
    mpz_mul(d, d, down);
    round_mpz(q, rest, n, d, mode);
    mpz_mul(q, q, down);
    if (f.den == 1 && decimals >= 0)
        return big_store_decimal(c, q, (uint32_t)decimals, x.unit, out);
    return big_store(c, q, up, x.unit, out);
}

NumErr num_round(NumCtx *c, Value x, int decimals, RoundMode mode, Value *out)
{
    if (decimals > LIMIT_DECIMALS || decimals < -LIMIT_DECIMALS)
        return NUM_RANGE;
    if (round_cell(c, x, decimals, mode, out))
        return NUM_OK;
    num_enter(c);
    return num_leave(c, round_big(c, x, decimals, mode, out));
}

NumErr num_floor(NumCtx *c, Value x, Value *out)
{
    return num_round(c, x, 0, ROUND_FLOOR, out);
}

NumErr num_ceil(NumCtx *c, Value x, Value *out)
{
    return num_round(c, x, 0, ROUND_CEIL, out);
}

NumErr num_trunc(NumCtx *c, Value x, Value *out)
{
    return num_round(c, x, 0, ROUND_DOWN, out);
}

static bool step_cells(Value x, Value step, RoundMode mode, Value *out)
{
    __int128 n;
    if ((x.tag | step.tag) != T_NUM)
        return false;
    __int128 q = round_wide((__int128)x.num * step.den, (__int128)x.den * step.num, mode);
    return !__builtin_mul_overflow(q, (__int128)step.num, &n) && big_cell(n, step.den, x.unit, out);
}

static NumErr step_big(NumCtx *c, Value x, Value step, RoundMode mode, Value *out)
{
    mpz_ptr n = c->scratch->z[Z_W1], d = c->scratch->z[Z_W2], q = c->scratch->z[Z_W3], rest = c->scratch->z[Z_W4];
    mpz_ptr step_n = c->scratch->z[Z_W5], step_d = c->scratch->z[Z_W6];
    load(c, x, n, d);
    load(c, step, step_n, step_d);
    mpz_mul(n, n, step_d);
    mpz_mul(d, d, step_n);
    round_mpz(q, rest, n, d, mode);
    mpz_mul(q, q, step_n);
    return big_store(c, q, step_d, x.unit, out);
}

NumErr num_round_step(NumCtx *c, Value x, Value step, RoundMode mode, Value *out)
{
    UnitRule rule;
    NumErr err = unit_sum_rule(c, x, step, true, &rule);
    if (err == NUM_OK)
        err = num_scale(c, step, rule.factor, x.unit, &step);
    if (err != NUM_OK)
        return err;
    if (num_sign(step) <= 0)
        return NUM_DOMAIN;
    if (step_cells(x, step, mode, out))
        return NUM_OK;
    num_enter(c);
    return num_leave(c, step_big(c, x, step, mode, out));
}
