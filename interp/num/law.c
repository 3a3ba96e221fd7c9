/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: while numbers are short, with whole numbers, term by term; otherwise one term by logarithms, and its neighbours
   from it, away from the mean, until they no longer count. */
#include "num/law.h"

#include "base/limits.h"
#include "num/approx.h"
#include "num/big.h"
#include "num/units.h"

enum {
    LAW_BITS = 320,         /* logarithms of factorials lose some twenty digits */
    EXACT_BITS = 12288,     /* of the longest term that is worked out exactly */
    FACTORIAL_MOST = 20000, /* its bits are beyond any limit */
    TERMS_MOST = 20000000
};

static Value ratio(int64_t num, uint32_t den) { return (Value){.tag = T_NUM, .unit = U_RATIO, .den = den, .num = num}; }

/* ---- counting ---- */

NumErr num_factorial(NumCtx *c, int64_t n, Value *out)
{
    mpz_ptr num = c->scratch->z[Z_W1], den = c->scratch->z[Z_W2];
    if (n < 0)
        return NUM_DOMAIN;
    if (n > FACTORIAL_MOST)
        return NUM_TOO_BIG;
    num_enter(c);
    mpz_fac_ui(num, (unsigned long)n);
    mpz_set_ui(den, 1);
    c->cost += (uint64_t)n;
    return num_leave(c, big_store(c, num, den, U_PLAIN, out));
}

/* Does C(n, k) have at most so many bits? Each factor n / i adds no more than log2(n). */
static bool few_bits(int64_t n, int64_t k, int64_t most)
{
    int64_t less = k < n - k ? k : n - k, bits = 1;
    while (n >> bits)
        bits++;
    return less <= most / bits || n <= most;
}

NumErr num_combinations(NumCtx *c, int64_t n, int64_t k, Value *out)
{
    mpz_ptr num = c->scratch->z[Z_W1], den = c->scratch->z[Z_W2];
    if (k < 0 || n < k)
        return NUM_DOMAIN;
    if (!few_bits(n, k, LIMIT_NUMBER_BITS))
        return NUM_TOO_BIG;
    num_enter(c);
    mpz_bin_uiui(num, (unsigned long)n, (unsigned long)(k < n - k ? k : n - k));
    mpz_set_ui(den, 1);
    c->cost += mpz_size(num) * (uint64_t)(k < n - k ? k + 1 : n - k + 1);
    return num_leave(c, big_store(c, num, den, U_PLAIN, out));
}

/* ---- variables of a law: wider than the scratch, which is kept for loading and storing ---- */

enum { V_TERM, V_SUM, V_P, V_Q, V_A, V_B, V_COUNT };

typedef struct Law {
    NumCtx *c;
    mpfr_t v[V_COUNT];
} Law;

static void law_open(Law *l, NumCtx *c)
{
    l->c = c;
    for (int i = 0; i < V_COUNT; i++)
        mpfr_init2(l->v[i], LAW_BITS);
}

static NumErr law_close(Law *l, mpfr_ptr result, Value *out)
{
    mpfr_ptr kept = l->c->scratch->f[0];
    mpfr_set(kept, result, MPFR_RNDN);
    for (int i = 0; i < V_COUNT; i++)
        mpfr_clear(l->v[i]);
    return approx_store(l->c, kept, U_RATIO, out);
}

/* out = ln n! */
static void ln_factorial(mpfr_ptr out, int64_t n)
{
    int sign;
    mpfr_set_si(out, n, MPFR_RNDN);
    mpfr_add_ui(out, out, 1, MPFR_RNDN);
    mpfr_lgamma(out, &sign, out, MPFR_RNDN);
}

/* Loads a number at the full precision of a law. */
static void law_load(Law *l, Value a, mpfr_ptr out)
{
    mpz_ptr num = l->c->scratch->z[Z_W1], den = l->c->scratch->z[Z_W2];
    if (a.tag == T_APPROX) {
        approx_load(l->c, a, l->c->scratch->f[0]);
        mpfr_set(out, l->c->scratch->f[0], MPFR_RNDN);
        return;
    }
    big_load(l->c, a, num, den);
    mpfr_set_z(out, num, MPFR_RNDN);
    mpfr_div_z(out, out, den, MPFR_RNDN);
}

static bool negligible(mpfr_srcptr term, mpfr_srcptr sum)
{
    return mpfr_zero_p(term) || mpfr_get_exp(term) < mpfr_get_exp(sum) - (LAW_BITS - 40);
}

/* ---- the normal law ---- */

NumErr num_normal_density(NumCtx *c, Value x, Value *out)
{
    Law l;
    if (!unit_is_bare(c, x.unit))
        return NUM_NOT_PLAIN;
    num_enter(c);
    law_open(&l, c);
    law_load(&l, x, l.v[V_A]);
    mpfr_sqr(l.v[V_A], l.v[V_A], MPFR_RNDN);
    mpfr_div_si(l.v[V_A], l.v[V_A], -2, MPFR_RNDN);
    mpfr_exp(l.v[V_A], l.v[V_A], MPFR_RNDN);
    mpfr_const_pi(l.v[V_B], MPFR_RNDN);
    mpfr_mul_ui(l.v[V_B], l.v[V_B], 2, MPFR_RNDN);
    mpfr_sqrt(l.v[V_B], l.v[V_B], MPFR_RNDN);
    mpfr_div(l.v[V_A], l.v[V_A], l.v[V_B], MPFR_RNDN);
    c->cost += NUM_REAL_LIMBS * NUM_REAL_LIMBS;
    return num_leave(c, law_close(&l, l.v[V_A], out));
}

/* ---- binomial, with whole numbers ---- */

/* p = W1 / W2; W3: the term of j, C(n, j) a^j (b - a)^(n - j); W4: the sum. All over b^n. */
static NumErr binomial_exact(NumCtx *c, int64_t n, int64_t k, bool below, Value *out)
{
    mpz_ptr a = c->scratch->z[Z_W1], b = c->scratch->z[Z_W2], term = c->scratch->z[Z_W3], sum = c->scratch->z[Z_W4],
            rest = c->scratch->z[Z_W5], over = c->scratch->z[Z_W6];
    int64_t from = below ? 0 : k;
    mpz_sub(rest, b, a);
    mpz_bin_uiui(term, (unsigned long)n, (unsigned long)from);
    mpz_pow_ui(over, a, (unsigned long)from);
    mpz_mul(term, term, over);
    mpz_pow_ui(over, rest, (unsigned long)(n - from));
    mpz_mul(term, term, over);
    mpz_set(sum, term);
    for (int64_t j = from; j < k; j++) {
        mpz_mul_ui(term, term, (unsigned long)(n - j));
        mpz_mul(term, term, a);
        mpz_divexact_ui(term, term, (unsigned long)(j + 1));
        mpz_divexact(term, term, rest);
        mpz_add(sum, sum, term);
        c->cost += mpz_size(term);
    }
    mpz_pow_ui(over, b, (unsigned long)n);
    return big_store(c, sum, over, U_RATIO, out);
}

/* ---- binomial, with logarithms ---- */

/* V_TERM = P(X = k) */
static void binomial_term(Law *l, int64_t n, int64_t k)
{
    mpfr_ptr term = l->v[V_TERM], a = l->v[V_A];
    ln_factorial(term, n);
    ln_factorial(a, k);
    mpfr_sub(term, term, a, MPFR_RNDN);
    ln_factorial(a, n - k);
    mpfr_sub(term, term, a, MPFR_RNDN);
    mpfr_log(a, l->v[V_P], MPFR_RNDN);
    mpfr_mul_si(a, a, k, MPFR_RNDN);
    mpfr_add(term, term, a, MPFR_RNDN);
    mpfr_log(a, l->v[V_Q], MPFR_RNDN);
    mpfr_mul_si(a, a, n - k, MPFR_RNDN);
    mpfr_add(term, term, a, MPFR_RNDN);
    mpfr_exp(term, term, MPFR_RNDN);
}

/* The term of j becomes that of j + 1, or of j - 1. */
static void binomial_step(Law *l, int64_t n, int64_t j, bool up)
{
    mpfr_ptr term = l->v[V_TERM];
    mpfr_mul(term, term, l->v[up ? V_P : V_Q], MPFR_RNDN);
    mpfr_div(term, term, l->v[up ? V_Q : V_P], MPFR_RNDN);
    mpfr_mul_si(term, term, up ? n - j : j, MPFR_RNDN);
    mpfr_div_si(term, term, up ? j + 1 : n - j + 1, MPFR_RNDN);
}

/* P(X <= k): below the mean from k down, above it 1 less what is beyond k. */
static NumErr binomial_sum(Law *l, int64_t n, int64_t k)
{
    mpfr_ptr sum = l->v[V_SUM];
    mpfr_mul_si(l->v[V_A], l->v[V_P], n, MPFR_RNDN);
    bool up = mpfr_cmp_si(l->v[V_A], k) < 0;
    int64_t j = up ? k + 1 : k, end = up ? n : 0, count = 0;
    binomial_term(l, n, j);
    mpfr_set(sum, l->v[V_TERM], MPFR_RNDN);
    while (j != end && !negligible(l->v[V_TERM], sum)) {
        binomial_step(l, n, j, up);
        j += up ? 1 : -1;
        mpfr_add(sum, sum, l->v[V_TERM], MPFR_RNDN);
        if (++count > TERMS_MOST)
            return NUM_TOO_BIG;
    }
    if (up)
        mpfr_ui_sub(sum, 1, sum, MPFR_RNDN);
    l->c->cost += (uint64_t)count * 20;
    return NUM_OK;
}

static NumErr binomial_real(NumCtx *c, int64_t n, int64_t k, Value p, bool below, Value *out)
{
    Law l;
    law_open(&l, c);
    law_load(&l, p, l.v[V_P]);
    mpfr_ui_sub(l.v[V_Q], 1, l.v[V_P], MPFR_RNDN);
    NumErr err = NUM_OK;
    if (below)
        err = binomial_sum(&l, n, k);
    else
        binomial_term(&l, n, k);
    NumErr stored = law_close(&l, l.v[below ? V_SUM : V_TERM], out);
    return err ? err : stored;
}

NumErr num_binomial(NumCtx *c, int64_t n, int64_t k, Value p, bool below, Value *out)
{
    int above;
    NumErr err = unit_is_dimensionless(c, p.unit) ? num_cmp(c, p, ratio(1, 1), &above) : NUM_NOT_PLAIN;
    if (err != NUM_OK)
        return err;
    if (num_sign(p) < 0 || above > 0 || n < 0)
        return NUM_DOMAIN;
    bool certain = num_sign(p) == 0 || above == 0;
    int64_t sure = num_sign(p) == 0 ? 0 : n;
    if (k < 0 || k > n || (below && k == n) || certain) {
        *out = ratio(below ? k >= 0 && (k >= n || (certain && k >= sure)) : certain && k == sure, 1);
        return NUM_OK;
    }
    num_enter(c);
    if (p.tag != T_APPROX) {
        big_load(c, p, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
        size_t bits = mpz_sizeinbase(c->scratch->z[Z_W2], 2);
        if (n <= EXACT_BITS && bits * (uint64_t)n <= EXACT_BITS)
            return num_leave(c, binomial_exact(c, n, k, below, out));
    }
    return num_leave(c, binomial_real(c, n, k, p, below, out));
}

/* ---- Poisson ---- */

static void poisson_term(Law *l, int64_t k)
{
    mpfr_ptr term = l->v[V_TERM], a = l->v[V_A];
    mpfr_log(term, l->v[V_P], MPFR_RNDN);
    mpfr_mul_si(term, term, k, MPFR_RNDN);
    mpfr_sub(term, term, l->v[V_P], MPFR_RNDN);
    ln_factorial(a, k);
    mpfr_sub(term, term, a, MPFR_RNDN);
    mpfr_exp(term, term, MPFR_RNDN);
}

static void poisson_step(Law *l, int64_t j, bool up)
{
    mpfr_ptr term = l->v[V_TERM];
    if (up) {
        mpfr_mul(term, term, l->v[V_P], MPFR_RNDN);
        mpfr_div_si(term, term, j + 1, MPFR_RNDN);
    } else {
        mpfr_mul_si(term, term, j, MPFR_RNDN);
        mpfr_div(term, term, l->v[V_P], MPFR_RNDN);
    }
}

static NumErr poisson_sum(Law *l, int64_t k)
{
    mpfr_ptr sum = l->v[V_SUM];
    bool up = mpfr_cmp_si(l->v[V_P], k) < 0;
    int64_t j = up ? k + 1 : k, count = 0;
    poisson_term(l, j);
    mpfr_set(sum, l->v[V_TERM], MPFR_RNDN);
    while ((up || j != 0) && !negligible(l->v[V_TERM], sum)) {
        poisson_step(l, j, up);
        j += up ? 1 : -1;
        mpfr_add(sum, sum, l->v[V_TERM], MPFR_RNDN);
        if (++count > TERMS_MOST)
            return NUM_TOO_BIG;
    }
    if (up)
        mpfr_ui_sub(sum, 1, sum, MPFR_RNDN);
    l->c->cost += (uint64_t)count * 20;
    return NUM_OK;
}

NumErr num_poisson(NumCtx *c, int64_t k, Value mean, bool below, Value *out)
{
    Law l;
    NumErr err = NUM_OK;
    if (!unit_is_bare(c, mean.unit))
        return NUM_NOT_PLAIN;
    if (num_sign(mean) <= 0)
        return NUM_DOMAIN;
    if (k < 0) {
        *out = ratio(0, 1);
        return NUM_OK;
    }
    num_enter(c);
    law_open(&l, c);
    law_load(&l, mean, l.v[V_P]);
    if (below)
        err = poisson_sum(&l, k);
    else
        poisson_term(&l, k);
    NumErr stored = law_close(&l, l.v[below ? V_SUM : V_TERM], out);
    return num_leave(c, err ? err : stored);
}
