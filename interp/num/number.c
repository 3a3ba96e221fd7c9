/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: every operation first settles the unit (from the memo of pairs if it can), then takes the cheapest road that
   its operands allow: cells in 64 bits, cells in 128 bits with a gcd, big numbers, reals. */
#include "num/approx.h"
#include "num/big.h"
#include "num/fast.h"
#include "num/units.h"

static bool both_cells(Value a, Value b)
{
    return (a.tag | b.tag) == T_NUM;
}

static bool any_approx(Value a, Value b)
{
    return a.tag == T_APPROX || b.tag == T_APPROX;
}

/* ---- units of operations ---- */

static void memo_put(NumCtx *c, UnitOp op, uint16_t a, uint16_t b, uint16_t unit)
{
    c->memo[op][unit_memo_slot(a, b)] = (UnitMemo){(uint32_t)a << 16 | b, unit};
}

static NumErr sum_unit(NumCtx *c, Value a, Value b, UnitRule *rule)
{
    *rule = (UnitRule){a.unit, {1, 1}};
    bool literal = ((a.flags | b.flags) & NUM_LITERAL_ONE) != 0;
    if (a.unit == b.unit || (!literal && unit_memo_get(c, UNIT_SUM, a.unit, b.unit, &rule->unit)))
        return NUM_OK;
    NumErr err = unit_sum_rule(c, a, b, false, rule);
    if (err == NUM_OK && !literal && !unit_rule_scales(rule))
        memo_put(c, UNIT_SUM, a.unit, b.unit, rule->unit);
    return err;
}

static NumErr product_unit(NumCtx *c, UnitOp op, Value a, Value b, UnitRule *rule)
{
    *rule = (UnitRule){U_PLAIN, {1, 1}};
    if (unit_memo_get(c, op, a.unit, b.unit, &rule->unit))
        return NUM_OK;
    NumErr err = unit_product_rule(c, a.unit, b.unit, op == UNIT_DIV, rule);
    if (err == NUM_OK && !unit_rule_scales(rule))
        memo_put(c, op, a.unit, b.unit, rule->unit);
    return err;
}

/* ---- cells ---- */

/* Brings two different denominators together: the larger if the smaller divides it, else their product. */
static bool cells_align(Value *a, Value *b)
{
    uint32_t da = a->den, db = b->den;
    if (da % db == 0) {
        b->den = da;
        return !__builtin_mul_overflow(b->num, (int64_t)(da / db), &b->num);
    }
    if (db % da == 0) {
        a->den = db;
        return !__builtin_mul_overflow(a->num, (int64_t)(db / da), &a->num);
    }
    uint64_t den = (uint64_t)da * db;
    a->den = b->den = (uint32_t)den;
    return den <= UINT32_MAX && !__builtin_mul_overflow(a->num, (int64_t)db, &a->num) &&
           !__builtin_mul_overflow(b->num, (int64_t)da, &b->num);
}

bool num_add_cells(Value a, Value b, Value *out)
{
    int64_t sum;
    if (!cells_align(&a, &b) || __builtin_add_overflow(a.num, b.num, &sum))
        return false;
    *out = fast_cell(a.unit, sum, a.den);
    return true;
}

bool num_sub_cells(Value a, Value b, Value *out)
{
    int64_t difference;
    if (!cells_align(&a, &b) || __builtin_sub_overflow(a.num, b.num, &difference))
        return false;
    *out = fast_cell(a.unit, difference, a.den);
    return true;
}

/* The sum in 128 bits, in lowest terms. */
static bool add_cells_wide(Value a, Value b, uint16_t unit, Value *out)
{
    if (a.den == b.den)
        return big_cell((__int128)a.num + b.num, a.den, unit, out);
    return big_cell((__int128)a.num * b.den + (__int128)b.num * a.den, (uint64_t)a.den * b.den, unit, out);
}

static bool mul_cells_wide(Value a, Value b, uint16_t unit, Value *out)
{
    return big_cell((__int128)a.num * b.num, (uint64_t)a.den * b.den, unit, out);
}

static bool div_cells_wide(Value a, Value b, uint16_t unit, Value *out)
{
    __int128 num = (__int128)a.num * b.den, den = (__int128)b.num * a.den;
    return big_cell(den < 0 ? -num : num, den < 0 ? -(unsigned __int128)den : (unsigned __int128)den, unit, out);
}

/* ---- scaling by a factor of units ---- */

NumErr num_scale(NumCtx *c, Value v, UnitFactor f, uint16_t unit, Value *out)
{
    if (f.num == f.den) {
        v.unit = unit;
        v.flags = 0;
        *out = v;
        return NUM_OK;
    }
    __int128 num;
    unsigned __int128 den = (unsigned __int128)v.den * (uint64_t)f.den;
    if (v.tag == T_NUM && !__builtin_mul_overflow((__int128)v.num, (__int128)f.num, &num) &&
        big_cell(num, den, unit, out))
        return NUM_OK;
    num_enter(c);
    if (v.tag == T_APPROX)
        return num_leave(c, approx_times(c, v, f.num, f.den, unit, out));
    return num_leave(c, big_times(c, v, f.num, f.den, unit, out));
}

static NumErr scale_back(NumCtx *c, Value v, UnitFactor f, uint16_t unit, Value *out)
{
    return num_scale(c, v, (UnitFactor){f.den, f.num}, unit, out);
}

NumErr num_shown(NumCtx *c, Value a, Value *out)
{
    return scale_back(c, a, unit_factor(c, a.unit), U_PLAIN, out);
}

NumErr num_with_unit(NumCtx *c, Value a, uint16_t unit, Value *out)
{
    if (!unit_is_dimensionless(c, a.unit))
        return NUM_NOT_PLAIN;
    return num_scale(c, a, unit_factor(c, unit), unit, out);
}

/* ---- the four operations ---- */

static NumErr add_any(NumCtx *c, Value a, Value b, uint16_t unit, Value *out)
{
    if (both_cells(a, b)) {
        a.unit = b.unit = unit;
        if (num_add_fast(a, b, out) || add_cells_wide(a, b, unit, out))
            return NUM_OK;
    }
    num_enter(c);
    NumErr err = any_approx(a, b) ? approx_op(c, APPROX_ADD, a, b, unit, out) : big_add(c, a, b, unit, out);
    return num_leave(c, err);
}

NumErr num_add(NumCtx *c, Value a, Value b, Value *out)
{
    UnitRule rule;
    NumErr err = sum_unit(c, a, b, &rule);
    if (err == NUM_OK && unit_rule_scales(&rule))
        err = num_scale(c, b, rule.factor, rule.unit, &b);
    return err == NUM_OK ? add_any(c, a, b, rule.unit, out) : err;
}

static NumErr sub_any(NumCtx *c, Value a, Value b, uint16_t unit, Value *out)
{
    if (both_cells(a, b)) {
        a.unit = b.unit = unit;
        if (num_sub_fast(a, b, out))
            return NUM_OK;
        if (b.num != INT64_MIN && add_cells_wide(a, fast_cell(unit, -b.num, b.den), unit, out))
            return NUM_OK;
    }
    num_enter(c);
    NumErr err = any_approx(a, b) ? approx_op(c, APPROX_SUB, a, b, unit, out) : big_sub(c, a, b, unit, out);
    return num_leave(c, err);
}

NumErr num_sub(NumCtx *c, Value a, Value b, Value *out)
{
    UnitRule rule;
    NumErr err = sum_unit(c, a, b, &rule);
    if (err == NUM_OK && unit_rule_scales(&rule))
        err = num_scale(c, b, rule.factor, rule.unit, &b);
    return err == NUM_OK ? sub_any(c, a, b, rule.unit, out) : err;
}

static NumErr mul_any(NumCtx *c, Value a, Value b, uint16_t unit, Value *out)
{
    if (both_cells(a, b) && mul_cells_wide(a, b, unit, out))
        return NUM_OK;
    num_enter(c);
    NumErr err = any_approx(a, b) ? approx_op(c, APPROX_MUL, a, b, unit, out) : big_mul(c, a, b, unit, out);
    return num_leave(c, err);
}

NumErr num_mul(NumCtx *c, Value a, Value b, Value *out)
{
    UnitRule rule;
    Value product;
    NumErr err = product_unit(c, UNIT_MUL, a, b, &rule);
    if (err == NUM_OK)
        err = mul_any(c, a, b, rule.unit, &product);
    return err == NUM_OK ? num_scale(c, product, rule.factor, rule.unit, out) : err;
}

static NumErr div_any(NumCtx *c, Value a, Value b, uint16_t unit, Value *out)
{
    if (both_cells(a, b) && div_cells_wide(a, b, unit, out))
        return NUM_OK;
    num_enter(c);
    NumErr err = any_approx(a, b) ? approx_op(c, APPROX_DIV, a, b, unit, out) : big_div(c, a, b, unit, out);
    return num_leave(c, err);
}

NumErr num_div(NumCtx *c, Value a, Value b, Value *out)
{
    UnitRule rule;
    Value quotient;
    NumErr err = product_unit(c, UNIT_DIV, a, b, &rule);
    if (err != NUM_OK)
        return err;
    if (num_is_zero(b))
        return NUM_DIV_ZERO;
    err = div_any(c, a, b, rule.unit, &quotient);
    return err == NUM_OK ? num_scale(c, quotient, rule.factor, rule.unit, out) : err;
}

static bool mod_cells(Value a, Value b, uint16_t unit, Value *out)
{
    __int128 top = (__int128)a.num * b.den, bottom = (__int128)b.num * a.den, rest = top % bottom;
    if (rest != 0 && (rest < 0) != (bottom < 0))
        rest += bottom;
    return big_cell(rest, (uint64_t)a.den * b.den, unit, out);
}

static NumErr mod_any(NumCtx *c, Value a, Value b, uint16_t unit, Value *out)
{
    if (both_cells(a, b) && mod_cells(a, b, unit, out))
        return NUM_OK;
    mpz_ptr an = c->scratch->z[Z_W1], ad = c->scratch->z[Z_W2], bn = c->scratch->z[Z_W3], bd = c->scratch->z[Z_W4];
    num_enter(c);
    approx_load30(c, a, an, ad);
    approx_load30(c, b, bn, bd);
    mpz_mul(an, an, bd);
    mpz_mul(bn, bn, ad);
    mpz_fdiv_r(an, an, bn);
    mpz_mul(ad, ad, bd);
    return num_leave(c, big_store(c, an, ad, unit, out));
}

NumErr num_mod(NumCtx *c, Value a, Value b, Value *out)
{
    UnitRule rule;
    NumErr err = sum_unit(c, a, b, &rule);
    if (err == NUM_OK && unit_rule_scales(&rule))
        err = num_scale(c, b, rule.factor, rule.unit, &b);
    if (err != NUM_OK)
        return err;
    return num_is_zero(b) ? NUM_DIV_ZERO : mod_any(c, a, b, rule.unit, out);
}

NumErr num_neg(NumCtx *c, Value a, Value *out)
{
    if (num_neg_fast(a, out))
        return NUM_OK;
    num_enter(c);
    return num_leave(c, a.tag == T_APPROX ? approx_neg(c, a, out) : big_neg(c, a, out));
}

NumErr num_abs(NumCtx *c, Value a, Value *out)
{
    if (num_sign(a) < 0)
        return num_neg(c, a, out);
    a.flags = 0;
    *out = a;
    return NUM_OK;
}

/* ---- comparison and tests ---- */

static NumErr cmp_any(NumCtx *c, Value a, Value b, int *out)
{
    a.unit = b.unit;
    if (num_cmp_fast(a, b, out))
        return NUM_OK;
    num_enter(c);
    return num_leave(c, any_approx(a, b) ? approx_cmp(c, a, b, out) : big_cmp(c, a, b, out));
}

NumErr num_cmp(NumCtx *c, Value a, Value b, int *out)
{
    UnitRule rule;
    uint16_t unit;
    int order;
    if (a.unit != b.unit && !unit_memo_get(c, UNIT_SUM, a.unit, b.unit, &unit)) {
        NumErr err = unit_sum_rule(c, a, b, true, &rule);
        if (err == NUM_OK && unit_rule_scales(&rule))
            err = num_scale(c, b, rule.factor, rule.unit, &b);
        if (err != NUM_OK)
            return err;
    }
    NumErr err = cmp_any(c, a, b, &order);
    if (err == NUM_OK)
        *out = order;
    return err;
}

NumErr num_equal(NumCtx *c, Value a, Value b, bool *equal)
{
    int order;
    NumErr err = num_cmp(c, a, b, &order);
    if (err == NUM_OK)
        *equal = order == 0;
    return err;
}

int num_sign(Value a)
{
    return a.tag == T_APPROX ? approx_sign(a) : big_sign(a);
}

bool num_is_zero(Value a)
{
    return a.tag == T_NUM && a.num == 0;
}

bool num_is_exact(Value a)
{
    return a.tag != T_APPROX;
}

/* The number in its shown unit as Z_W1 / Z_W2, not in lowest terms. */
static void load_shown(NumCtx *c, Value a)
{
    UnitFactor f = unit_factor(c, a.unit);
    approx_load30(c, a, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
    mpz_mul_si(c->scratch->z[Z_W1], c->scratch->z[Z_W1], f.den);
    mpz_mul_si(c->scratch->z[Z_W2], c->scratch->z[Z_W2], f.num);
}

NumErr num_whole(NumCtx *c, Value a, bool *whole)
{
    if (a.tag == T_NUM) {
        UnitFactor f = unit_factor(c, a.unit);
        *whole = (__int128)a.num * f.den % ((__int128)a.den * f.num) == 0;
        return NUM_OK;
    }
    num_enter(c);
    load_shown(c, a);
    *whole = mpz_divisible_p(c->scratch->z[Z_W1], c->scratch->z[Z_W2]) != 0;
    return num_leave(c, NUM_OK);
}

bool num_is_whole(NumCtx *c, Value a)
{
    bool whole;
    return num_whole(c, a, &whole) == NUM_OK && whole;
}

static int64_t big_to_int64(NumCtx *c, Value a, bool *fits)
{
    mpz_ptr n = c->scratch->z[Z_W1], d = c->scratch->z[Z_W2];
    num_enter(c);
    load_shown(c, a);
    *fits = mpz_divisible_p(n, d) != 0;
    if (*fits)
        mpz_divexact(n, n, d);
    *fits = *fits && mpz_fits_slong_p(n);
    int64_t result = *fits ? mpz_get_si(n) : 0;
    if (num_leave(c, NUM_OK) != NUM_OK)
        *fits = false;
    return *fits ? result : 0;
}

int64_t num_to_int64(NumCtx *c, Value a, bool *fits)
{
    if (a.tag != T_NUM)
        return big_to_int64(c, a, fits);
    UnitFactor f = unit_factor(c, a.unit);
    __int128 n = (__int128)a.num * f.den, d = (__int128)a.den * f.num;
    *fits = n % d == 0 && n / d >= INT64_MIN && n / d <= INT64_MAX;
    return *fits ? (int64_t)(n / d) : 0;
}

/* ---- hash ---- */

static uint64_t hash_words(const uint64_t *words, size_t count)
{
    return str_hash((Str){(const char *)words, count * sizeof *words});
}

/* A reduced number, by its limbs: the same whether it came from a cell or a leaf. */
static uint64_t hash_ratio(mpz_srcptr n, mpz_srcptr d)
{
    uint64_t parts[3] = {(uint64_t)mpz_sgn(n), hash_words(mpz_limbs_read(n), mpz_size(n)),
                         hash_words(mpz_limbs_read(d), mpz_size(d))};
    return hash_words(parts, 3);
}

static uint64_t hash_cell(Value a)
{
    uint64_t n = a.num < 0 ? -(uint64_t)a.num : (uint64_t)a.num, d = a.den;
    uint64_t parts[3] = {(uint64_t)((a.num > 0) - (a.num < 0)), hash_words(&n, n != 0), hash_words(&d, 1)};
    return hash_words(parts, 3);
}

NumErr num_hash(NumCtx *c, Value a, uint64_t *hash)
{
    UnitFactor f;
    if (!unit_common_factor(c, a.unit, &f))
        return NUM_UNIT_POWER;
    NumErr err = num_scale(c, a, f, a.unit, &a);
    if (err == NUM_OK && a.tag == T_NUM)
        err = num_reduce(c, a, &a);
    if (err != NUM_OK)
        return err;
    if (a.tag == T_NUM) {
        *hash = hash_cell(a);
        return NUM_OK;
    }
    num_enter(c);
    approx_load30(c, a, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
    uint64_t h = hash_ratio(c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
    err = num_leave(c, NUM_OK);
    if (err == NUM_OK)
        *hash = h;
    return err;
}

/* ---- making and changing form ---- */

NumErr num_from_ratio(NumCtx *c, int64_t n, int64_t d, uint16_t unit, Value *out)
{
    UnitFactor f = unit_factor(c, unit);
    __int128 num = (__int128)n * f.num, den = (__int128)d * f.den;
    if (d == 0)
        return NUM_DIV_ZERO;
    if (den < 0) {
        num = -num;
        den = -den;
    }
    if (big_cell(num, (unsigned __int128)den, unit, out))
        return NUM_OK;
    num_enter(c);
    mpz_ptr top = c->scratch->z[Z_W1], bottom = c->scratch->z[Z_W2];
    mpz_set_si(top, n);
    mpz_mul_si(top, top, f.num);
    mpz_set_si(bottom, d);
    mpz_mul_si(bottom, bottom, f.den);
    if (mpz_sgn(bottom) < 0) {
        mpz_neg(top, top);
        mpz_neg(bottom, bottom);
    }
    return num_leave(c, big_store(c, top, bottom, unit, out));
}

static uint32_t gcd_cell(uint64_t a, uint32_t b)
{
    while (b) {
        uint32_t rest = (uint32_t)(a % b);
        a = b;
        b = rest;
    }
    return (uint32_t)a;
}

NumErr num_reduce(NumCtx *c, Value a, Value *out)
{
    a.flags = 0;
    if (a.tag == T_BIG) {
        num_enter(c);
        big_load(c, a, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
        return num_leave(c, big_store(c, c->scratch->z[Z_W1], c->scratch->z[Z_W2], a.unit, out));
    }
    if (a.tag == T_NUM && a.den != 1) {
        uint32_t g = gcd_cell(a.num < 0 ? -(uint64_t)a.num : (uint64_t)a.num, a.den);
        a.num /= (int64_t)g;
        a.den /= g;
    }
    *out = a;
    return NUM_OK;
}

NumErr num_exact30(NumCtx *c, Value a, Value *out)
{
    if (a.tag != T_APPROX) {
        *out = a;
        return NUM_OK;
    }
    num_enter(c);
    approx_load30(c, a, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
    return num_leave(c, big_store(c, c->scratch->z[Z_W1], c->scratch->z[Z_W2], a.unit, out));
}

double num_to_double(NumCtx *c, Value a)
{
    UnitFactor f = unit_factor(c, a.unit);
    mpfr_ptr x = c->scratch->f[0];
    num_enter(c);
    approx_load(c, a, x);
    mpfr_mul_si(x, x, f.den, MPFR_RNDN);
    mpfr_div_si(x, x, f.num, MPFR_RNDN);
    double result = mpfr_get_d(x, MPFR_RNDN);
    (void)num_leave(c, NUM_OK);
    return result;
}

NumErr num_from_double(NumCtx *c, double x, uint16_t unit, Value *out)
{
    UnitFactor f = unit_factor(c, unit);
    mpfr_ptr r = c->scratch->f[0];
    num_enter(c);
    mpfr_set_d(r, x, MPFR_RNDN);
    mpfr_mul_si(r, r, f.num, MPFR_RNDN);
    mpfr_div_si(r, r, f.den, MPFR_RNDN);
    NumErr err = mpfr_number_p(r) ? approx_store(c, r, unit, out) : NUM_DOMAIN;
    return num_leave(c, err);
}
