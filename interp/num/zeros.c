/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a sum of powers is 0, for x > 0.

   With terms by increasing exponent, let G[0] be the sum divided by its lowest power, and G[i + 1] the derivative of
   G[i] divided by its own lowest power. G[i] has the terms from i on, with coefficients of the same signs as the
   given ones. Two facts then find every zero, and prove that there are no others. Terms whose signs change once have
   exactly one zero (Descartes' rule, which holds for any real exponents). And between two neighbouring zeros of
   G[i + 1], G[i] only grows or only shrinks (Rolle): it has a zero there just where its signs at both ends differ. So:
   from the first G whose signs change once, back to G[0].

   Values are counted in MPFR at a fixed precision; one that is smaller than what its terms lose is 0: a double zero.
   A zero that seems to be a simple fraction is tried as one, with whole numbers. */
#include <string.h>

#include "base/limits.h"
#include "num/approx.h"
#include "num/big.h"
#include "num/law.h"
#include "num/units.h"

enum {
    ZERO_BITS = 320,
    ZERO_LIMBS = ZERO_BITS / GMP_NUMB_BITS,
    ZERO_LOST = 256,       /* a sum this many bits smaller than its largest term is 0 */
    ZERO_CLOSE = 200,      /* bits of a zero that are sought */
    ZERO_RANGE = 4000,     /* zeros lie between 2^-ZERO_RANGE and 2^ZERO_RANGE */
    ZERO_TRIES = 500,
    ZERO_FRACTION = 48,    /* bits of the numerator and denominator of a simple fraction */
    ZERO_EXACT_BITS = 60000
};

typedef struct Term {
    mpfr_t coefficient;    /* of G[level] */
    mpfr_t exponent;
    Value exact, power;    /* as they were given */
    int sign;
} Term;

typedef struct Zeros {
    NumCtx *c;
    Term *terms;
    uint32_t n, level;     /* terms from `level` on */
    mpfr_t *found, *before;/* zeros of G[level], of G[level + 1] */
    uint32_t found_count, before_count;
    mpfr_t x, low, high, value, size, slope, a, b;
    mp_limb_t *limbs;      /* of all these numbers */
    size_t limb_count;
    bool whole;            /* all exponents are whole and small */
} Zeros;

/* ---- memory: one block of limbs, one of terms ---- */

static void real_init(mpfr_ptr x, mp_limb_t *limbs)
{
    mpfr_custom_init(limbs, ZERO_BITS);
    mpfr_custom_init_set(x, MPFR_ZERO_KIND, 0, ZERO_BITS, limbs);
}

static bool zeros_open(Zeros *z, NumCtx *c, uint32_t n)
{
    size_t numbers = 4 * (size_t)n + 8;
    memset(z, 0, sizeof *z);
    z->c = c;
    z->limb_count = numbers * ZERO_LIMBS;
    z->limbs = mem_alloc(c->mem, z->limb_count * sizeof *z->limbs);
    z->terms = mem_zalloc(c->mem, n, sizeof *z->terms);
    z->found = mem_zalloc(c->mem, n, sizeof *z->found);
    z->before = mem_zalloc(c->mem, n, sizeof *z->before);
    if (!z->limbs || !z->terms || !z->found || !z->before)
        return false;
    mp_limb_t *at = z->limbs;
    for (uint32_t i = 0; i < n; i++, at += 4 * ZERO_LIMBS) {
        real_init(z->terms[i].coefficient, at);
        real_init(z->terms[i].exponent, at + ZERO_LIMBS);
        real_init(z->found[i], at + 2 * ZERO_LIMBS);
        real_init(z->before[i], at + 3 * ZERO_LIMBS);
    }
    mpfr_ptr rest[] = {z->x, z->low, z->high, z->value, z->size, z->slope, z->a, z->b};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++, at += ZERO_LIMBS)
        real_init(rest[i], at);
    return true;
}

static void zeros_close(Zeros *z, uint32_t n)
{
    mem_free(z->c->mem, z->limbs, z->limb_count * sizeof *z->limbs);
    mem_free(z->c->mem, z->terms, n * sizeof *z->terms);
    mem_free(z->c->mem, z->found, n * sizeof *z->found);
    mem_free(z->c->mem, z->before, n * sizeof *z->before);
}

/* ---- terms ---- */

static void real_load(const Zeros *z, Value a, mpfr_ptr out)
{
    mpz_ptr num = z->c->scratch->z[Z_W1], den = z->c->scratch->z[Z_W2];
    if (a.tag == T_APPROX) {
        approx_load(z->c, a, z->c->scratch->f[0]);
        mpfr_set(out, z->c->scratch->f[0], MPFR_RNDN);
        return;
    }
    big_load(z->c, a, num, den);
    mpfr_set_z(out, num, MPFR_RNDN);
    mpfr_div_z(out, out, den, MPFR_RNDN);
}

/* Terms in order of exponents, those of one exponent added up, those that are 0 left out. */
static NumErr add_term(Zeros *z, Value coefficient, Value exponent)
{
    uint32_t at = z->n;
    int order = -1;
    while (at > 0) {
        NumErr err = num_cmp(z->c, z->terms[at - 1].power, exponent, &order);
        if (err != NUM_OK)
            return err;
        if (order <= 0)
            break;
        at--;
    }
    if (at > 0 && order == 0)
        return num_add(z->c, z->terms[at - 1].exact, coefficient, &z->terms[at - 1].exact);
    Term *t = &z->terms[at];
    Term last = z->terms[z->n];
    memmove(t + 1, t, (z->n - at) * sizeof *t);
    *t = last;
    t->exact = coefficient;
    t->power = exponent;
    z->n++;
    return NUM_OK;
}

static void drop_zeros(Zeros *z)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < z->n; i++)
        if (!num_is_zero(z->terms[i].exact)) {
            Term t = z->terms[i];
            z->terms[i] = z->terms[kept];
            z->terms[kept++] = t;
        }
    z->n = kept;
}

static bool is_small_whole(Zeros *z, Value a)
{
    bool fits = true;
    int64_t n = a.tag == T_APPROX ? 0 : num_to_int64(z->c, a, &fits);
    return fits && a.tag != T_APPROX && n <= LIMIT_EXPONENT && n >= -LIMIT_EXPONENT;
}

static NumErr read_terms(Zeros *z, const Value *coefficients, const Value *exponents, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        NumErr err = add_term(z, coefficients[i], exponents[i]);
        if (err != NUM_OK)
            return err;
    }
    drop_zeros(z);
    z->whole = true;
    num_enter(z->c);
    for (uint32_t i = 0; i < z->n; i++) {
        Term *t = &z->terms[i];
        real_load(z, t->exact, t->coefficient);
        real_load(z, t->power, t->exponent);
        t->sign = num_sign(t->exact);
        z->whole = z->whole && t->exact.tag != T_APPROX && is_small_whole(z, t->power);
    }
    return num_leave(z->c, z->n ? NUM_OK : NUM_DOMAIN);
}

/* The first level from which signs change only once; n: they never change. */
static uint32_t first_level(const Zeros *z)
{
    uint32_t level = z->n, changes = 0;
    for (uint32_t i = z->n; i-- > 1;) {
        changes += z->terms[i].sign != z->terms[i - 1].sign;
        level = changes == 1 ? i - 1 : level;
    }
    return level;
}

/* From G[level] to G[level + 1]: each coefficient times the distance of its exponent to the lowest. */
static void go_down(Zeros *z)
{
    const Term *lowest = &z->terms[z->level];
    for (uint32_t k = z->level + 1; k < z->n; k++) {
        mpfr_sub(z->a, z->terms[k].exponent, lowest->exponent, MPFR_RNDN);
        mpfr_mul(z->terms[k].coefficient, z->terms[k].coefficient, z->a, MPFR_RNDN);
    }
    z->level++;
}

static void go_up(Zeros *z)
{
    z->level--;
    const Term *lowest = &z->terms[z->level];
    for (uint32_t k = z->level + 1; k < z->n; k++) {
        mpfr_sub(z->a, z->terms[k].exponent, lowest->exponent, MPFR_RNDN);
        mpfr_div(z->terms[k].coefficient, z->terms[k].coefficient, z->a, MPFR_RNDN);
    }
}

/* ---- values ---- */

/* b = x ^ (exponent[k] - exponent[k - 1]) */
static void power_between(Zeros *z, mpfr_srcptr x, uint32_t k)
{
    mpfr_sub(z->b, z->terms[k].exponent, z->terms[k - 1].exponent, MPFR_RNDN);
    if (mpfr_cmp_ui(z->b, 1) == 0)
        mpfr_set(z->b, x, MPFR_RNDN);
    else
        mpfr_pow(z->b, x, z->b, MPFR_RNDN);
}

/* Horner: value = G(x), size = the largest of what was added up, slope = x G'(x). Returns the sign of the value, 0 where
   it is lost among its terms. */
static int value_at(Zeros *z, mpfr_srcptr x)
{
    mpfr_set(z->value, z->terms[z->n - 1].coefficient, MPFR_RNDN);
    mpfr_abs(z->size, z->value, MPFR_RNDN);
    mpfr_set_zero(z->slope, 1);
    for (uint32_t k = z->n - 1; k > z->level; k--) {
        power_between(z, x, k);
        mpfr_sub(z->a, z->terms[k].exponent, z->terms[k - 1].exponent, MPFR_RNDN);
        mpfr_mul(z->a, z->a, z->value, MPFR_RNDN);
        mpfr_add(z->slope, z->slope, z->a, MPFR_RNDN);
        mpfr_mul(z->slope, z->slope, z->b, MPFR_RNDN);
        mpfr_mul(z->value, z->value, z->b, MPFR_RNDN);
        mpfr_add(z->value, z->value, z->terms[k - 1].coefficient, MPFR_RNDN);
        mpfr_mul(z->size, z->size, z->b, MPFR_RNDN);
        mpfr_abs(z->a, z->terms[k - 1].coefficient, MPFR_RNDN);
        mpfr_add(z->size, z->size, z->a, MPFR_RNDN);
    }
    z->c->cost += (uint64_t)(z->n - z->level) * ZERO_LIMBS;
    bool lost = mpfr_zero_p(z->value) || mpfr_get_exp(z->value) < mpfr_get_exp(z->size) - ZERO_LOST;
    return lost ? 0 : mpfr_sgn(z->value);
}

/* ---- one zero between low and high, whose signs differ ---- */

static bool close_enough(Zeros *z)
{
    mpfr_sub(z->a, z->high, z->low, MPFR_RNDN);
    return mpfr_zero_p(z->a) || mpfr_get_exp(z->a) < mpfr_get_exp(z->high) - ZERO_CLOSE;
}

/* In z->x. Newton's step where it stays between the ends, and halves them often enough; else the middle. */
static void refine(Zeros *z, int sign_low)
{
    mpfr_add(z->x, z->low, z->high, MPFR_RNDN);
    mpfr_div_2ui(z->x, z->x, 1, MPFR_RNDN);
    for (int i = 0; i < ZERO_TRIES && !close_enough(z); i++) {
        int sign = value_at(z, z->x);
        if (sign == 0)
            return;
        mpfr_set(sign == sign_low ? z->low : z->high, z->x, MPFR_RNDN);
        bool step = !mpfr_zero_p(z->slope) && i % 4 != 3;
        if (step) {
            mpfr_mul(z->a, z->value, z->x, MPFR_RNDN);
            mpfr_div(z->a, z->a, z->slope, MPFR_RNDN);
            step = mpfr_zero_p(z->a) || mpfr_get_exp(z->a) > mpfr_get_exp(z->x) - ZERO_CLOSE;
            mpfr_sub(z->b, z->x, z->a, MPFR_RNDN);
            if (!step && mpfr_cmp(z->b, z->low) >= 0 && mpfr_cmp(z->b, z->high) <= 0) {
                mpfr_set(z->x, z->b, MPFR_RNDN);
                return;
            }
        }
        if (step && mpfr_cmp(z->b, z->low) > 0 && mpfr_cmp(z->b, z->high) < 0) {
            mpfr_set(z->x, z->b, MPFR_RNDN);
        } else {
            mpfr_add(z->x, z->low, z->high, MPFR_RNDN);
            mpfr_div_2ui(z->x, z->x, 1, MPFR_RNDN);
        }
    }
}

static void keep_zero(Zeros *z, mpfr_srcptr x) { mpfr_set(z->found[z->found_count++], x, MPFR_RNDN); }

/* Between two places, where the function only grows or only shrinks. The outer ones are moved until a sign shows. */
static bool search_between(Zeros *z, mpfr_srcptr from, int sign_from, mpfr_srcptr to, int sign_to)
{
    if (sign_from == 0 || sign_to == 0 || sign_from == sign_to)
        return true;
    if (from)
        mpfr_set(z->low, from, MPFR_RNDN);
    else if (to)
        mpfr_set(z->low, to, MPFR_RNDN);
    else
        mpfr_set_ui(z->low, 1, MPFR_RNDN);
    mpfr_set(z->high, to ? to : z->low, MPFR_RNDN);
    for (int i = 1; !from && value_at(z, z->low) != sign_from; i *= 2) {
        if (i > ZERO_RANGE)
            return false;
        mpfr_div_2ui(z->low, z->low, (unsigned long)i, MPFR_RNDN);
    }
    for (int i = 1; !to && value_at(z, z->high) != sign_to; i *= 2) {
        if (i > ZERO_RANGE)
            return false;
        mpfr_mul_2ui(z->high, z->high, (unsigned long)i, MPFR_RNDN);
    }
    refine(z, sign_from);
    keep_zero(z, z->x);
    return true;
}

/* The zeros of G[level] from those of G[level + 1]. */
static bool search_level(Zeros *z)
{
    int sign = z->terms[z->level].sign, last = z->terms[z->n - 1].sign;
    mpfr_srcptr from = NULL;
    z->found_count = 0;
    for (uint32_t i = 0; i < z->before_count; i++) {
        int here = value_at(z, z->before[i]);
        if (!search_between(z, from, sign, z->before[i], here))
            return false;
        if (here == 0)
            keep_zero(z, z->before[i]);
        from = z->before[i];
        sign = here;
    }
    return search_between(z, from, sign, NULL, last);
}

static void turn_over(Zeros *z)
{
    mpfr_t *list = z->before;
    z->before = z->found;
    z->before_count = z->found_count;
    z->found = list;
}

static bool search_all(Zeros *z)
{
    uint32_t first = first_level(z);
    if (first == z->n)
        return true;
    while (z->level < first)
        go_down(z);
    bool ok = search_level(z);
    while (ok && z->level > 0) {
        turn_over(z);
        go_up(z);
        ok = search_level(z);
    }
    return ok;
}

/* ---- results ---- */

/* num / den: the simplest fraction near x, if there is one of few digits. */
static bool simple_fraction(Zeros *z, mpfr_srcptr x, mpz_ptr num, mpz_ptr den)
{
    mpz_ptr n0 = z->c->scratch->z[Z_W3], d0 = z->c->scratch->z[Z_W4], part = z->c->scratch->z[Z_W5];
    mpz_set_ui(n0, 0);
    mpz_set_ui(d0, 1);
    mpz_set_ui(num, 1);
    mpz_set_ui(den, 0);
    mpfr_set(z->a, x, MPFR_RNDN);
    for (int i = 0; i < 2 * ZERO_FRACTION; i++) {
        mpfr_get_z(part, z->a, MPFR_RNDD);
        mpz_addmul(n0, num, part);
        mpz_addmul(d0, den, part);
        mpz_swap(n0, num);
        mpz_swap(d0, den);
        if (mpz_sizeinbase(num, 2) > ZERO_FRACTION || mpz_sizeinbase(den, 2) > ZERO_FRACTION)
            return false;
        mpfr_sub_z(z->a, z->a, part, MPFR_RNDN);
        if (mpfr_zero_p(z->a) || mpfr_get_exp(z->a) < -ZERO_CLOSE / 2)
            return true;
        mpfr_ui_div(z->a, 1, z->a, MPFR_RNDN);
    }
    return false;
}

/* Is num / den a zero indeed? The sum of exact numbers, by Horner. */
static NumErr is_exact_zero(Zeros *z, Value x, bool *zero)
{
    Value sum = z->terms[z->n - 1].exact, power;
    NumErr err = NUM_OK;
    for (uint32_t k = z->n - 1; k > 0 && err == NUM_OK; k--) {
        Value gap;
        err = num_sub(z->c, z->terms[k].power, z->terms[k - 1].power, &gap);
        gap.unit = U_PLAIN;
        err = err ? err : num_pow(z->c, x, gap, &power);
        err = err ? err : num_mul(z->c, sum, power, &sum);
        err = err ? err : num_add(z->c, sum, z->terms[k - 1].exact, &sum);
    }
    *zero = err == NUM_OK && num_is_zero(sum);
    return err == NUM_NO_MEMORY ? err : NUM_OK;
}

/* How long an exact check could get. */
static bool short_enough(Zeros *z, mpz_srcptr num, mpz_srcptr den)
{
    bool fits;
    Value span;
    if (!z->whole || num_sub(z->c, z->terms[z->n - 1].power, z->terms[0].power, &span) != NUM_OK)
        return false;
    int64_t n = num_to_int64(z->c, span, &fits);
    size_t bits = mpz_sizeinbase(num, 2) + mpz_sizeinbase(den, 2);
    return fits && (uint64_t)n * bits < ZERO_EXACT_BITS;
}

static NumErr store_zero(Zeros *z, mpfr_srcptr x, Value *out)
{
    mpz_ptr num = z->c->scratch->z[Z_W1], den = z->c->scratch->z[Z_W2];
    bool zero = false;
    Value tried;
    num_enter(z->c);
    bool simple = simple_fraction(z, x, num, den) && mpz_sgn(den) > 0 && short_enough(z, num, den);
    NumErr err = simple ? big_store(z->c, num, den, U_RATIO, &tried) : NUM_OK;
    err = num_leave(z->c, err);
    if (err == NUM_OK && simple)
        err = is_exact_zero(z, tried, &zero);
    if (err != NUM_OK)
        return err;
    if (zero) {
        *out = tried;
        return NUM_OK;
    }
    num_enter(z->c);
    mpfr_set(z->c->scratch->f[0], x, MPFR_RNDN);
    return num_leave(z->c, approx_store(z->c, z->c->scratch->f[0], U_RATIO, out));
}

static NumErr zeros_run(Zeros *z, const Value *coefficients, const Value *exponents, uint32_t n, Value *out,
                        uint32_t most, uint32_t *found)
{
    NumErr err = read_terms(z, coefficients, exponents, n);
    if (err != NUM_OK)
        return err;
    num_enter(z->c);
    bool ok = search_all(z);
    err = num_leave(z->c, ok ? NUM_OK : NUM_TOO_BIG);
    *found = z->found_count;
    for (uint32_t i = 0; i < z->found_count && i < most && err == NUM_OK; i++)
        err = store_zero(z, z->found[i], &out[i]);
    return err;
}

NumErr num_zeros(NumCtx *c, const Value *coefficients, const Value *exponents, uint32_t n, Value *out, uint32_t most,
                 uint32_t *found)
{
    Zeros z;
    *found = 0;
    if (!n || n > LIMIT_ZERO_TERMS)
        return n ? NUM_RANGE : NUM_DOMAIN;
    NumErr err = zeros_open(&z, c, n + 1) ? zeros_run(&z, coefficients, exponents, n, out, most, found) : NUM_NO_MEMORY;
    zeros_close(&z, n + 1);
    return err;
}
