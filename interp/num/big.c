/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: an operand of any form is seen as a BigView, limbs / (10^scale * den). Where both residual denominators are
   1 and the numbers are of moderate size, results are computed by mpn_ functions on the stack and copied into a leaf
   of the right size (tens of nanoseconds). Longer decimals are computed straight into their leaf, as long as no
   reduction is due; powers of ten come from a table. Everything else goes through mpz variables of the scratch: the
   result is built in Z_N / (10^scale * Z_D), and scaled_store reduces it if it has grown, and finds its form.

   A reduction is a gcd of all limbs; done at every step it would cost more than the arithmetic. So it waits until the
   number is twice as large as when it was last reduced: a chain of n steps reduces it log n times. */
#include "num/big.h"

#include "base/limits.h"

#include <string.h>

enum {
    QUICK_LIMBS = BIG_SMALL_BITS / GMP_NUMB_BITS, /* size of a result that needs no reduction */
    QUICK_SCALE = 150,                            /* 10^150 is under BIG_SMALL_BITS too */
    TEN_LIMB_MAX = 19,                            /* 10^19 fits a limb */
    CELL_SCALE_MAX = 9,                           /* 10^9 fits 32 bits */
    DIRECT_SLACK_BITS = 192                       /* sizes are bounded by whole limbs: a reduction may wait that long */
};

_Static_assert(sizeof(long) == sizeof(int64_t), "mpz_set_si takes 64 bits");

typedef struct BigView {
    const mp_limb_t *n, *d;
    mp_size_t n_size, d_size; /* d_size 0: the residual denominator is 1; n_size 0: zero */
    bool negative;
    uint32_t scale, mark;
    mp_limb_t own[3]; /* limbs of a cell's numerator and denominator */
} BigView;

static const uint64_t tens[TEN_LIMB_MAX + 1] = {
    1u,
    10u,
    100u,
    1000u,
    10000u,
    100000u,
    1000000u,
    10000000u,
    100000000u,
    1000000000u,
    10000000000u,
    100000000000u,
    1000000000000u,
    10000000000000u,
    100000000000000u,
    1000000000000000u,
    10000000000000000u,
    100000000000000000u,
    1000000000000000000u,
    10000000000000000000u,
};

void big_ten(mpz_t out, uint32_t power)
{
    if (power <= TEN_LIMB_MAX)
        mpz_set_ui(out, tens[power]);
    else
        mpz_ui_pow_ui(out, 10, power);
}

/* An upper bound of the bits of 10^power (log2 10 < 1701/512). */
static size_t ten_bits(uint32_t power)
{
    return (size_t)(((uint64_t)power * 1701 + 511) >> 9) + 1;
}

static uint64_t magnitude(int64_t n)
{
    return n < 0 ? -(uint64_t)n : (uint64_t)n;
}

/* ---- cells ---- */

static uint64_t gcd64(uint64_t a, uint64_t b)
{
    if (a == 0 || b == 0)
        return a | b;
    int twos = __builtin_ctzll(a | b);
    a >>= __builtin_ctzll(a);
    while (b) {
        b >>= __builtin_ctzll(b);
        uint64_t low = a < b ? a : b;
        b = a < b ? b - a : a - b;
        a = low;
    }
    return a << twos;
}

static unsigned __int128 gcd128(unsigned __int128 a, unsigned __int128 b)
{
    while (b >> 64) {
        unsigned __int128 rest = a % b;
        a = b;
        b = rest;
    }
    if (b == 0)
        return a;
    return gcd64((uint64_t)(a % b), (uint64_t)b);
}

static bool fits_cell(__int128 num, unsigned __int128 den)
{
    return num >= INT64_MIN && num <= INT64_MAX && den <= UINT32_MAX;
}

bool big_cell(__int128 num, unsigned __int128 den, uint16_t unit, Value *out)
{
    if (!fits_cell(num, den)) {
        unsigned __int128 size = num < 0 ? -(unsigned __int128)num : (unsigned __int128)num;
        unsigned __int128 g = gcd128(size, den);
        size /= g;
        num = num < 0 ? -(__int128)size : (__int128)size;
        den /= g;
        if (!fits_cell(num, den))
            return false;
    }
    *out = (Value){.tag = T_NUM, .unit = unit, .den = (uint32_t)den, .num = (int64_t)num};
    return true;
}

/* ---- views ---- */

/* den = 2^twos * 5^fives * rest. */
static uint32_t split_tens(uint64_t den, int *twos, int *fives, uint64_t *rest)
{
    *twos = __builtin_ctzll(den);
    den >>= *twos;
    for (*fives = 0; den % 5 == 0; den /= 5)
        ++*fives;
    *rest = den;
    return (uint32_t)(*twos > *fives ? *twos : *fives);
}

static uint64_t power_of_five(int n)
{
    uint64_t p = 1;
    while (n-- > 0)
        p *= 5;
    return p;
}

/* What makes 2^twos * 5^fives a power of ten; 0 if that is more than a limb. */
static uint64_t missing_factor(int twos, int fives)
{
    if (twos >= fives)
        return twos - fives <= 27 ? power_of_five(twos - fives) : 0;
    return UINT64_C(1) << (fives - twos);
}

/* den = 10^scale: what most cells have. */
static bool den_is_ten_power(uint32_t den, uint32_t *scale)
{
    *scale = (uint32_t)(32 - __builtin_clz(den)) * 1233u >> 12; /* log10 2 is about 1233/4096 */
    return tens[*scale] == den;
}

static void view_decimal(BigView *v, int64_t num, uint32_t scale)
{
    v->own[0] = magnitude(num);
    v->n = v->own;
    v->n_size = num != 0;
    v->d_size = 0;
    v->negative = num < 0;
    v->scale = scale;
    v->mark = BIG_SMALL_BITS;
}

/* Apart from view_cell, so that decimals do not pay for its registers. */
static __attribute__((noinline)) void view_fraction(BigView *v, Value a)
{
    int twos, fives;
    uint64_t rest, size = magnitude(a.num);
    uint32_t scale = split_tens(a.den, &twos, &fives, &rest);
    uint64_t factor = missing_factor(twos, fives);
    if (factor == 0) {
        factor = 1;
        rest = a.den;
        scale = 0;
    }
    unsigned __int128 n = (unsigned __int128)size * factor;
    *v = (BigView){.negative = a.num < 0, .scale = scale, .mark = BIG_SMALL_BITS};
    v->own[0] = (mp_limb_t)n;
    v->own[1] = (mp_limb_t)(n >> 64);
    v->own[2] = rest;
    v->n = v->own;
    v->n_size = n >> 64 ? 2 : n != 0;
    v->d = v->own + 2;
    v->d_size = rest != 1;
}

static inline void view_cell(BigView *v, Value a)
{
    uint32_t scale;
    if (den_is_ten_power(a.den, &scale))
        view_decimal(v, a.num, scale);
    else
        view_fraction(v, a);
}

static void view_leaf(BigView *v, Value a)
{
    const BigNum *b = a.ptr;
    v->n_size = b->size < 0 ? -b->size : b->size;
    v->n = b->limbs;
    v->d = b->limbs + v->n_size;
    v->d_size = b->den_size;
    v->negative = b->size < 0;
    v->scale = b->scale;
    v->mark = b->mark;
}

static inline void view_init(BigView *v, Value a)
{
    if (a.tag == T_NUM)
        view_cell(v, a);
    else
        view_leaf(v, a);
}

static const __mpz_struct *view_num(const BigView *v, mpz_t on)
{
    return mpz_roinit_n(on, v->n, v->negative ? -v->n_size : v->n_size);
}

static const __mpz_struct *view_den(const BigView *v, mpz_t on)
{
    static const mp_limb_t one = 1;
    return v->d_size ? mpz_roinit_n(on, v->d, v->d_size) : mpz_roinit_n(on, &one, 1);
}

static uint32_t max_mark(const BigView *a, const BigView *b)
{
    return a->mark > b->mark ? a->mark : b->mark;
}

int big_sign(Value a)
{
    if (a.tag == T_NUM)
        return (a.num > 0) - (a.num < 0);
    return ((const BigNum *)a.ptr)->size < 0 ? -1 : 1;
}

/* ---- leaves ---- */

static BigNum *leaf_new(NumCtx *c, mp_size_t n_size, mp_size_t d_size)
{
    size_t limbs = (size_t)(n_size + d_size);
    c->cost += limbs;
    return c->leaf_alloc(c->heap, T_BIG, sizeof(BigNum) + limbs * sizeof(mp_limb_t));
}

static Value leaf_value(BigNum *b, uint16_t unit)
{
    return (Value){.tag = T_BIG, .unit = unit, .den = 1, .ptr = b};
}

NumErr big_neg(NumCtx *c, Value a, Value *out)
{
    if (a.tag == T_NUM) {
        if (big_cell(-(__int128)a.num, a.den, a.unit, out))
            return NUM_OK;
        mpz_set_si(c->scratch->z[Z_N1], a.num);
        mpz_neg(c->scratch->z[Z_N1], c->scratch->z[Z_N1]);
        mpz_set_ui(c->scratch->z[Z_D1], a.den);
        return big_store(c, c->scratch->z[Z_N1], c->scratch->z[Z_D1], a.unit, out);
    }
    const BigNum *from = a.ptr;
    mp_size_t n_size = from->size < 0 ? -from->size : from->size;
    BigNum *to = leaf_new(c, n_size, from->den_size);
    if (!to)
        return NUM_NO_MEMORY;
    memcpy(to, from, sizeof *to + ((size_t)n_size + from->den_size) * sizeof(mp_limb_t));
    to->size = -from->size;
    *out = leaf_value(to, a.unit);
    return NUM_OK;
}

/* ---- the quick lane: decimals of moderate size ---- */

/* A number of one limb may fit a cell. */
static bool quick_cell(uint64_t n, bool negative, uint32_t scale, uint16_t unit, Value *out)
{
    while (scale > CELL_SCALE_MAX && n % 10 == 0) {
        n /= 10;
        scale--;
    }
    if (scale > CELL_SCALE_MAX || n > INT64_MAX)
        return false;
    *out =
        (Value){.tag = T_NUM, .unit = unit, .den = (uint32_t)tens[scale], .num = negative ? -(int64_t)n : (int64_t)n};
    return true;
}

/* r = x * y, x_size + y_size limbs; returns how many count. */
static mp_size_t limbs_product(mp_limb_t *r, const mp_limb_t *x, mp_size_t x_size, const mp_limb_t *y,
                                mp_size_t y_size)
{
    mp_size_t size = x_size + y_size;
    if (x_size < y_size)
        mpn_mul(r, y, y_size, x, x_size);
    else if (y_size == 1)
        r[x_size] = mpn_mul_1(r, x, x_size, y[0]);
    else
        mpn_mul(r, x, x_size, y, y_size);
    return size - (r[size - 1] == 0);
}

/* n_size <= QUICK_LIMBS; its upper limbs may be 0. */
static NumErr quick_store(NumCtx *c, const mp_limb_t *n, mp_size_t n_size, bool negative, uint32_t scale, uint32_t mark,
                          uint16_t unit, Value *out)
{
    while (n_size > 0 && n[n_size - 1] == 0)
        n_size--;
    if (n_size == 0) {
        *out = (Value){.tag = T_NUM, .unit = unit, .den = 1};
        return NUM_OK;
    }
    if (n_size == 1 && quick_cell(n[0], negative, scale, unit, out))
        return NUM_OK;
    BigNum *b = leaf_new(c, n_size, 0);
    if (!b)
        return NUM_NO_MEMORY;
    *b = (BigNum){.size = (int32_t)(negative ? -n_size : n_size), .scale = scale, .mark = mark};
    memcpy(b->limbs, n, (size_t)n_size * sizeof *n);
    *out = leaf_value(b, unit);
    return NUM_OK;
}

/* r = a * 10^up, at most QUICK_LIMBS limbs. */
static mp_size_t quick_raise(mp_limb_t *r, const BigView *a, uint32_t up)
{
    memcpy(r, a->n, (size_t)a->n_size * sizeof *r);
    if (up == 0 || a->n_size == 0)
        return a->n_size;
    r[a->n_size] = mpn_mul_1(r, r, a->n_size, tens[up]);
    return a->n_size + (r[a->n_size] != 0);
}

/* r = |x - y|; returns its size, and whether x < y. */
static mp_size_t quick_difference(mp_limb_t *r, const mp_limb_t *x, mp_size_t x_size, const mp_limb_t *y,
                                  mp_size_t y_size, bool *less)
{
    *less = x_size != y_size ? x_size < y_size : x_size > 0 && mpn_cmp(x, y, x_size) < 0;
    if (*less)
        mpn_sub(r, y, y_size, x, x_size);
    else if (y_size > 0)
        mpn_sub(r, x, x_size, y, y_size);
    else
        memcpy(r, x, (size_t)x_size * sizeof *r);
    return *less ? y_size : x_size;
}

static mp_size_t quick_sum(mp_limb_t *r, const mp_limb_t *x, mp_size_t x_size, const mp_limb_t *y, mp_size_t y_size)
{
    if (x_size < y_size)
        return quick_sum(r, y, y_size, x, x_size);
    r[x_size] = y_size ? mpn_add(r, x, x_size, y, y_size) : 0;
    if (!y_size)
        memcpy(r, x, (size_t)x_size * sizeof *r);
    return x_size + (r[x_size] != 0);
}

static bool quick_can_add(const BigView *a, const BigView *b)
{
    uint32_t apart = a->scale > b->scale ? a->scale - b->scale : b->scale - a->scale;
    return !a->d_size && !b->d_size && a->n_size < QUICK_LIMBS - 1 && b->n_size < QUICK_LIMBS - 1 &&
           apart <= TEN_LIMB_MAX && a->scale <= QUICK_SCALE && b->scale <= QUICK_SCALE;
}

static NumErr quick_add(NumCtx *c, const BigView *a, const BigView *b, uint16_t unit, Value *out)
{
    mp_limb_t x[QUICK_LIMBS + 1], y[QUICK_LIMBS + 1], r[QUICK_LIMBS + 2];
    uint32_t scale = a->scale > b->scale ? a->scale : b->scale;
    mp_size_t x_size = quick_raise(x, a, scale - a->scale), y_size = quick_raise(y, b, scale - b->scale), size;
    bool negative = a->negative, less = false;
    if (a->negative == b->negative)
        size = quick_sum(r, x, x_size, y, y_size);
    else
        size = quick_difference(r, x, x_size, y, y_size, &less);
    return quick_store(c, r, size, negative != less, scale, max_mark(a, b), unit, out);
}

static bool quick_can_mul(const BigView *a, const BigView *b)
{
    return !a->d_size && !b->d_size && a->n_size + b->n_size <= QUICK_LIMBS && a->n_size > 0 && b->n_size > 0 &&
           a->scale + b->scale <= QUICK_SCALE;
}

static NumErr quick_mul(NumCtx *c, const BigView *a, const BigView *b, uint16_t unit, Value *out)
{
    mp_limb_t r[QUICK_LIMBS];
    mp_size_t size = limbs_product(r, a->n, a->n_size, b->n, b->n_size);
    return quick_store(c, r, size, a->negative != b->negative, a->scale + b->scale, max_mark(a, b),
                       unit, out);
}

/* ---- the direct lane: decimals of any size, computed into their leaf while no reduction is due ---- */

/* 10^(64 * zeros) goes as 5^(64 * zeros) with so many zero limbs below, which are not kept. */
typedef struct TenPower {
    const mp_limb_t *limbs;
    mp_size_t size, zeros;
} TenPower;

static mp_size_t ten_page_zeros(uint32_t page)
{
    return (mp_size_t)(page * NUM_TEN_PAGE / GMP_NUMB_BITS);
}

/* Limbs of each power of a page: those of its largest. */
static mp_size_t ten_page_stride(uint32_t page)
{
    size_t bits = ten_bits((page + 1) * NUM_TEN_PAGE - 1);
    return (mp_size_t)((bits + GMP_NUMB_BITS - 1) / GMP_NUMB_BITS) - ten_page_zeros(page);
}

size_t big_ten_page_bytes(uint32_t page)
{
    return (size_t)ten_page_stride(page) * NUM_TEN_PAGE * sizeof(mp_limb_t);
}

static void ten_page_fill(NumCtx *c, uint32_t page, mp_limb_t *limbs)
{
    mpz_ptr first = c->scratch->z[Z_T];
    mp_size_t stride = ten_page_stride(page);
    uint32_t power = page * NUM_TEN_PAGE;
    mpz_ui_pow_ui(first, 5, power);
    mpz_mul_2exp(first, first, power % GMP_NUMB_BITS);
    memset(limbs, 0, (size_t)stride * sizeof *limbs);
    memcpy(limbs, mpz_limbs_read(first), mpz_size(first) * sizeof *limbs);
    for (uint32_t i = 1; i < NUM_TEN_PAGE; i++, limbs += stride)
        mpn_mul_1(limbs + stride, limbs, stride, 10);
}

static const mp_limb_t *ten_page(NumCtx *c, uint32_t page)
{
    mp_limb_t **kept = &c->scratch->ten_pages[page];
    if (*kept)
        return *kept;
    *kept = mem_alloc(c->mem, big_ten_page_bytes(page));
    if (*kept)
        ten_page_fill(c, page, *kept);
    return *kept;
}

/* power < NUM_TEN_POWERS. False: memory is out; a page filled on the reserve is good, but the operation is lost. */
static bool ten_power(NumCtx *c, uint32_t power, TenPower *out)
{
    uint32_t page = power / NUM_TEN_PAGE;
    const mp_limb_t *limbs = ten_page(c, page);
    if (!limbs || c->scratch->failed)
        return false;
    *out = (TenPower){.size = ten_page_stride(page), .zeros = ten_page_zeros(page)};
    out->limbs = limbs + power % NUM_TEN_PAGE * (size_t)out->size;
    while (out->limbs[out->size - 1] == 0)
        out->size--;
    return true;
}

static bool direct_fits(mp_size_t limbs, uint32_t scale, uint32_t mark)
{
    size_t most = 2 * (size_t)mark + DIRECT_SLACK_BITS;
    if (most > LIMIT_NUMBER_BITS)
        most = LIMIT_NUMBER_BITS;
    return (size_t)limbs * GMP_NUMB_BITS <= most && ten_bits(scale) <= most;
}

static bool direct_can_mul(const BigView *a, const BigView *b)
{
    return !a->d_size && !b->d_size && a->n_size > 0 && b->n_size > 0 &&
           direct_fits(a->n_size + b->n_size, a->scale + b->scale, max_mark(a, b));
}

static NumErr direct_mul(NumCtx *c, const BigView *a, const BigView *b, uint16_t unit, Value *out)
{
    BigNum *r = leaf_new(c, a->n_size + b->n_size, 0);
    if (!r)
        return NUM_NO_MEMORY;
    mp_size_t size = limbs_product(r->limbs, a->n, a->n_size, b->n, b->n_size);
    *r = (BigNum){.size = (int32_t)(a->negative != b->negative ? -size : size),
                  .scale = a->scale + b->scale,
                  .mark = max_mark(a, b)};
    *out = leaf_value(r, unit);
    return NUM_OK;
}

/* r = |a +- r * 10^(64 * zeros)|, where r has its limbs from `zeros` on, and one free above the longer; returns its
   size, and whether a was less. Below `zeros` the sum is a; so is a difference, if a is surely the larger. */
static mp_size_t direct_combine(mp_limb_t *r, mp_size_t size, mp_size_t zeros, const BigView *a, bool subtract,
                                bool *less)
{
    mp_limb_t *top = r + zeros;
    mp_size_t rest = a->n_size - zeros;
    if (rest > 0 && !subtract) {
        mpn_copyi(r, a->n, zeros);
        return zeros + quick_sum(top, a->n + zeros, rest, top, size);
    }
    if (rest > size) {
        mpn_copyi(r, a->n, zeros);
        mpn_sub(top, a->n + zeros, rest, top, size);
        size = a->n_size;
    } else {
        mpn_zero(r, zeros);
        size = subtract ? quick_difference(r, a->n, a->n_size, r, zeros + size, less)
                        : quick_sum(r, a->n, a->n_size, r, zeros + size);
    }
    while (size > 0 && r[size - 1] == 0)
        size--;
    return size;
}

/* r = a + b * 10^power in one pass more than a copy, where b is one limb and does not reach above a. */
static bool direct_add_limb(mp_limb_t *r, const BigView *a, const BigView *b, const TenPower *ten, mp_size_t *size)
{
    mp_limb_t *top = r + ten->zeros;
    mp_size_t rest = a->n_size - ten->zeros - ten->size;
    if (b->n_size != 1 || rest < 0 || a->negative != b->negative)
        return false;
    mpn_copyi(r, a->n, a->n_size);
    mp_limb_t carry = mpn_addmul_1(top, ten->limbs, ten->size, b->n[0]);
    if (rest > 0)
        carry = mpn_add_1(top + ten->size, top + ten->size, rest, carry);
    r[a->n_size] = carry;
    *size = a->n_size + (carry != 0);
    return true;
}

static mp_size_t direct_sum_limbs(const BigView *a, const BigView *b, const TenPower *ten)
{
    mp_size_t raised = b->n_size + ten->size + ten->zeros;
    return (a->n_size > raised ? a->n_size : raised) + 1;
}

/* What is short may fit a cell, or be 0; the leaf is then left to the collector. */
static NumErr direct_store(NumCtx *c, BigNum *r, mp_size_t size, bool negative, uint16_t unit, Value *out)
{
    if (size <= 1)
        return quick_store(c, r->limbs, size, negative, r->scale, r->mark, unit, out);
    r->size = (int32_t)(negative ? -size : size);
    *out = leaf_value(r, unit);
    return NUM_OK;
}

static NumErr direct_add(NumCtx *c, const BigView *a, const BigView *b, const TenPower *ten, uint16_t unit, Value *out)
{
    bool less = false;
    mp_size_t limbs = direct_sum_limbs(a, b, ten);
    BigNum *r = leaf_new(c, limbs, 0);
    if (!r)
        return NUM_NO_MEMORY;
    c->cost += (uint64_t)limbs;
    *r = (BigNum){.scale = a->scale, .mark = max_mark(a, b)};
    mp_size_t size;
    if (!direct_add_limb(r->limbs, a, b, ten, &size)) {
        size = limbs_product(r->limbs + ten->zeros, ten->limbs, ten->size, b->n, b->n_size);
        size = direct_combine(r->limbs, size, ten->zeros, a, a->negative != b->negative, &less);
    }
    return direct_store(c, r, size, a->negative != less, unit, out);
}

/* a has the greater scale. */
static bool direct_can_add(const BigView *a, const BigView *b)
{
    return !a->d_size && !b->d_size && a->n_size > 0 && b->n_size > 0 && a->scale - b->scale < NUM_TEN_POWERS;
}

/* ---- the general lane: Z_N / (10^scale * Z_D) ---- */

static void scaled_raise(NumCtx *c, mpz_t n, uint32_t power)
{
    if (power == 0)
        return;
    if (power <= TEN_LIMB_MAX) {
        mpz_mul_ui(n, n, tens[power]);
        return;
    }
    big_ten(c->scratch->z[Z_T], power);
    mpz_mul(n, n, c->scratch->z[Z_T]);
}

static size_t scaled_bits(const NumCtx *c, uint32_t scale)
{
    size_t n = mpz_sizeinbase(c->scratch->z[Z_N], 2);
    size_t d = mpz_sizeinbase(c->scratch->z[Z_D], 2) + (scale ? ten_bits(scale) : 0);
    return n > d ? n : d;
}

/* Takes common tens out of Z_N and the scale. */
static uint32_t scaled_strip(NumCtx *c, uint32_t scale)
{
    mpz_ptr n = c->scratch->z[Z_N], five = c->scratch->z[Z_T], rest = c->scratch->z[Z_U];
    if (scale == 0 || mpz_odd_p(n) || !mpz_divisible_ui_p(n, 5))
        return scale;
    mpz_set_ui(five, 5);
    mp_bitcnt_t fives = mpz_remove(rest, n, five), twos = mpz_scan1(n, 0), tens_out = scale;
    if (tens_out > fives)
        tens_out = fives;
    if (tens_out > twos)
        tens_out = twos;
    mpz_ui_pow_ui(five, 5, fives - tens_out);
    mpz_mul(n, rest, five);
    mpz_fdiv_q_2exp(n, n, tens_out);
    return scale - (uint32_t)tens_out;
}

/* Moves the 2s and 5s of a residual denominator of one limb into the scale, so that decimals have none. */
static uint32_t scaled_absorb(NumCtx *c, uint32_t scale)
{
    mpz_ptr n = c->scratch->z[Z_N], d = c->scratch->z[Z_D];
    int twos, fives;
    uint64_t rest;
    if (mpz_size(d) != 1 || mpz_cmp_ui(d, 1) == 0)
        return scale;
    uint32_t up = split_tens(mpz_get_ui(d), &twos, &fives, &rest);
    uint64_t factor = missing_factor(twos, fives);
    if (up == 0 || factor == 0)
        return scale;
    mpz_mul_ui(n, n, factor);
    mpz_set_ui(d, rest);
    return scale + up;
}

static uint32_t scaled_reduce(NumCtx *c, uint32_t scale)
{
    mpz_ptr n = c->scratch->z[Z_N], d = c->scratch->z[Z_D], g = c->scratch->z[Z_T];
    c->cost += mpz_size(n) + mpz_size(d);
    if (mpz_cmp_ui(d, 1) != 0) {
        mpz_gcd(g, n, d);
        mpz_divexact(n, n, g);
        mpz_divexact(d, d, g);
        scale = scaled_absorb(c, scale);
    }
    return scaled_strip(c, scale);
}

static bool scaled_cell(const NumCtx *c, uint32_t scale, uint16_t unit, Value *out)
{
    mpz_srcptr n = c->scratch->z[Z_N], d = c->scratch->z[Z_D];
    if (scale > CELL_SCALE_MAX || !mpz_fits_slong_p(n) || mpz_size(d) > 1)
        return false;
    unsigned __int128 den = (unsigned __int128)mpz_get_ui(d) * tens[scale];
    return big_cell(mpz_get_si(n), den, unit, out);
}

static NumErr scaled_leaf(NumCtx *c, uint32_t scale, uint32_t mark, uint16_t unit, Value *out)
{
    mpz_srcptr n = c->scratch->z[Z_N], d = c->scratch->z[Z_D];
    if (scaled_cell(c, scale, unit, out))
        return NUM_OK;
    mp_size_t n_size = (mp_size_t)mpz_size(n), d_size = mpz_cmp_ui(d, 1) == 0 ? 0 : (mp_size_t)mpz_size(d);
    BigNum *b = c->scratch->failed ? NULL : leaf_new(c, n_size, d_size);
    if (!b)
        return NUM_NO_MEMORY;
    *b = (BigNum){.size = (int32_t)(mpz_sgn(n) < 0 ? -n_size : n_size),
                  .scale = scale,
                  .den_size = (uint32_t)d_size,
                  .mark = mark};
    memcpy(b->limbs, mpz_limbs_read(n), (size_t)n_size * sizeof(mp_limb_t));
    memcpy(b->limbs + n_size, mpz_limbs_read(d), (size_t)d_size * sizeof(mp_limb_t));
    *out = leaf_value(b, unit);
    return NUM_OK;
}

/* Z_N / Z_D are in lowest terms: as a decimal if that does not swell it, and within the cap. */
static NumErr canonical_leaf(NumCtx *c, uint16_t unit, Value *out)
{
    mpz_ptr n = c->scratch->z[Z_N], d = c->scratch->z[Z_D], five = c->scratch->z[Z_T], rest = c->scratch->z[Z_U];
    size_t n_bits = mpz_sizeinbase(n, 2), d_bits = mpz_sizeinbase(d, 2), bits = n_bits > d_bits ? n_bits : d_bits;
    if (bits > LIMIT_NUMBER_BITS)
        return NUM_TOO_BIG;
    uint32_t scale = 0;
    if (mpz_size(d) == 1) {
        scale = scaled_absorb(c, 0);
    } else {
        mp_bitcnt_t twos = mpz_scan1(d, 0);
        mpz_set_ui(five, 5);
        mp_bitcnt_t fives = mpz_remove(rest, d, five), power = twos > fives ? twos : fives;
        mpz_fdiv_q_2exp(rest, rest, twos);
        if (mpz_cmp_ui(rest, 1) == 0 && ten_bits((uint32_t)power) <= d_bits + d_bits / 2) {
            mpz_ui_pow_ui(five, twos > fives ? 5 : 2, twos > fives ? twos - fives : fives - twos);
            mpz_mul(n, n, five);
            mpz_set_ui(d, 1);
            scale = (uint32_t)power;
        }
    }
    return scaled_leaf(c, scale, bits > BIG_SMALL_BITS ? (uint32_t)bits : BIG_SMALL_BITS, unit, out);
}

/* The bound on the bits is passed: only the number in lowest terms tells whether it is too big. */
static NumErr scaled_store_capped(NumCtx *c, uint32_t scale, uint16_t unit, Value *out)
{
    mpz_ptr n = c->scratch->z[Z_N], d = c->scratch->z[Z_D], g = c->scratch->z[Z_T];
    scaled_raise(c, d, scale);
    mpz_gcd(g, n, d);
    mpz_divexact(n, n, g);
    mpz_divexact(d, d, g);
    return canonical_leaf(c, unit, out);
}

static NumErr scaled_store(NumCtx *c, uint32_t scale, uint32_t mark, uint16_t unit, Value *out)
{
    if (mpz_sgn(c->scratch->z[Z_N]) == 0) {
        *out = (Value){.tag = T_NUM, .unit = unit, .den = 1};
        return NUM_OK;
    }
    size_t bits = scaled_bits(c, scale);
    if (bits > 2 * (size_t)mark) {
        scale = scaled_reduce(c, scale);
        bits = scaled_bits(c, scale);
        mark = bits > BIG_SMALL_BITS ? (uint32_t)bits : BIG_SMALL_BITS;
    }
    if (bits > LIMIT_NUMBER_BITS)
        return scaled_store_capped(c, scale, unit, out);
    return scaled_leaf(c, scale, mark, unit, out);
}

/* Brings both over one denominator: Z_N, Z_U over 10^(returned scale) * Z_D. */
static uint32_t scaled_align(NumCtx *c, const BigView *a, const BigView *b)
{
    mpz_ptr x = c->scratch->z[Z_N], y = c->scratch->z[Z_U], d = c->scratch->z[Z_D];
    mpz_t an, bn, ad, bd;
    uint32_t scale = a->scale > b->scale ? a->scale : b->scale;
    view_num(a, an);
    view_num(b, bn);
    view_den(a, ad);
    view_den(b, bd);
    if (mpz_cmp(ad, bd) == 0) {
        mpz_set(x, an);
        mpz_set(y, bn);
        mpz_set(d, ad);
    } else {
        mpz_mul(x, an, bd);
        mpz_mul(y, bn, ad);
        mpz_mul(d, ad, bd);
    }
    scaled_raise(c, x, scale - a->scale);
    scaled_raise(c, y, scale - b->scale);
    c->cost += mpz_size(x) + mpz_size(y);
    return scale;
}

static NumErr view_sum(NumCtx *c, const BigView *a, const BigView *b, uint16_t unit, Value *out)
{
    if (quick_can_add(a, b))
        return quick_add(c, a, b, unit, out);
    const BigView *fine = a->scale < b->scale ? b : a, *coarse = a->scale < b->scale ? a : b;
    TenPower ten;
    if (direct_can_add(fine, coarse)) {
        if (!ten_power(c, fine->scale - coarse->scale, &ten))
            return NUM_NO_MEMORY;
        if (direct_fits(direct_sum_limbs(fine, coarse, &ten), fine->scale, max_mark(a, b)))
            return direct_add(c, fine, coarse, &ten, unit, out);
    }
    uint32_t scale = scaled_align(c, a, b);
    mpz_add(c->scratch->z[Z_N], c->scratch->z[Z_N], c->scratch->z[Z_U]);
    return scaled_store(c, scale, max_mark(a, b), unit, out);
}

NumErr big_add(NumCtx *c, Value a, Value b, uint16_t unit, Value *out)
{
    BigView x, y;
    view_init(&x, a);
    view_init(&y, b);
    return view_sum(c, &x, &y, unit, out);
}

NumErr big_sub(NumCtx *c, Value a, Value b, uint16_t unit, Value *out)
{
    BigView x, y;
    view_init(&x, a);
    view_init(&y, b);
    y.negative = !y.negative;
    return view_sum(c, &x, &y, unit, out);
}

NumErr big_mul(NumCtx *c, Value a, Value b, uint16_t unit, Value *out)
{
    BigView x, y;
    mpz_t xn, yn, xd, yd;
    view_init(&x, a);
    view_init(&y, b);
    if (quick_can_mul(&x, &y))
        return quick_mul(c, &x, &y, unit, out);
    c->cost += (uint64_t)x.n_size * (uint64_t)y.n_size / 8;
    if (direct_can_mul(&x, &y))
        return direct_mul(c, &x, &y, unit, out);
    mpz_mul(c->scratch->z[Z_N], view_num(&x, xn), view_num(&y, yn));
    mpz_mul(c->scratch->z[Z_D], view_den(&x, xd), view_den(&y, yd));
    return scaled_store(c, x.scale + y.scale, max_mark(&x, &y), unit, out);
}

NumErr big_div(NumCtx *c, Value a, Value b, uint16_t unit, Value *out)
{
    BigView x, y;
    mpz_t xn, yn, xd, yd;
    mpz_ptr n = c->scratch->z[Z_N], d = c->scratch->z[Z_D];
    view_init(&x, a);
    view_init(&y, b);
    c->cost += (uint64_t)(x.n_size + y.n_size);
    mpz_mul(n, view_num(&x, xn), view_den(&y, yd));
    mpz_mul(d, view_den(&x, xd), view_num(&y, yn));
    if (mpz_sgn(d) < 0) {
        mpz_neg(n, n);
        mpz_neg(d, d);
    }
    uint32_t scale = x.scale > y.scale ? x.scale - y.scale : 0;
    if (y.scale > x.scale)
        scaled_raise(c, n, y.scale - x.scale);
    return scaled_store(c, scaled_absorb(c, scale), max_mark(&x, &y), unit, out);
}

NumErr big_cmp(NumCtx *c, Value a, Value b, int *out)
{
    BigView x, y;
    int left = big_sign(a), right = big_sign(b);
    if (left != right || left == 0) {
        *out = (left > right) - (left < right);
        return NUM_OK;
    }
    view_init(&x, a);
    view_init(&y, b);
    scaled_align(c, &x, &y);
    int order = mpz_cmp(c->scratch->z[Z_N], c->scratch->z[Z_U]);
    *out = (order > 0) - (order < 0);
    return NUM_OK;
}

void big_load_raw(NumCtx *c, Value a, mpz_t num, mpz_t den)
{
    BigView v;
    mpz_t n, d;
    view_init(&v, a);
    mpz_set(num, view_num(&v, n));
    mpz_set(den, view_den(&v, d));
    scaled_raise(c, den, v.scale);
    c->cost += mpz_size(num) + mpz_size(den);
}

void big_load(NumCtx *c, Value a, mpz_t num, mpz_t den)
{
    big_load_raw(c, a, num, den);
    mpz_gcd(c->scratch->z[Z_T], num, den);
    mpz_divexact(num, num, c->scratch->z[Z_T]);
    mpz_divexact(den, den, c->scratch->z[Z_T]);
}

bool big_power_decimal(NumCtx *c, mpz_t num, uint64_t den, uint64_t times, uint16_t unit, NumErr *err, Value *out)
{
    int twos, fives;
    uint64_t rest;
    uint32_t scale = split_tens(den, &twos, &fives, &rest);
    uint64_t factor = missing_factor(twos, fives);
    if (rest != 1 || factor == 0 || times > UINT16_MAX)
        return false;
    mpz_mul_ui(num, num, factor);
    if (mpz_sizeinbase(num, 2) * times >= LIMIT_NUMBER_BITS / 2 || ten_bits(scale) * times >= LIMIT_NUMBER_BITS / 2)
        return false;
    mpz_pow_ui(c->scratch->z[Z_N], num, times);
    mpz_set_ui(c->scratch->z[Z_D], 1);
    scale *= (uint32_t)times;
    size_t bits = scaled_bits(c, scale);
    *err = scaled_leaf(c, scale, bits > BIG_SMALL_BITS ? (uint32_t)bits : BIG_SMALL_BITS, unit, out);
    return true;
}

NumErr big_store_lowest(NumCtx *c, mpz_t num, mpz_t den, uint16_t unit, Value *out)
{
    mpz_set(c->scratch->z[Z_N], num);
    mpz_set(c->scratch->z[Z_D], den);
    return canonical_leaf(c, unit, out);
}

NumErr big_store(NumCtx *c, mpz_t num, mpz_t den, uint16_t unit, Value *out)
{
    mpz_ptr n = c->scratch->z[Z_N], d = c->scratch->z[Z_D], g = c->scratch->z[Z_T];
    mpz_gcd(g, num, den);
    mpz_divexact(n, num, g);
    mpz_divexact(d, den, g);
    return canonical_leaf(c, unit, out);
}

NumErr big_store_decimal(NumCtx *c, mpz_t num, uint32_t scale, uint16_t unit, Value *out)
{
    mpz_set(c->scratch->z[Z_N], num);
    mpz_set_ui(c->scratch->z[Z_D], 1);
    return scaled_store(c, scale, BIG_SMALL_BITS, unit, out);
}

NumErr big_times(NumCtx *c, Value a, int64_t num, int64_t den, uint16_t unit, Value *out)
{
    BigView v;
    mpz_t n, d;
    view_init(&v, a);
    mpz_mul_si(c->scratch->z[Z_N], view_num(&v, n), num);
    mpz_mul_si(c->scratch->z[Z_D], view_den(&v, d), den);
    return scaled_store(c, scaled_absorb(c, v.scale), v.mark, unit, out);
}
