/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact and approximate arithmetic, comparison, rounding, functions; limits; failing memory. */
#include "test_num.h"

#include <gmp.h>

#include "base/limits.h"

typedef struct Sum {
    const char *a;
    char op;
    const char *b, *result;
} Sum;

static void check(const Sum *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *got = result_of(rows[i].a, rows[i].op, rows[i].b);
        if (strcmp(got, rows[i].result) != 0)
            fail_msg("%s %c %s is %s, not %s", rows[i].a, rows[i].op, rows[i].b, got, rows[i].result);
    }
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void cells(void **state)
{
    (void)state;
    static const Sum rows[] = {
        {"0.1", '+', "0.2", "0.3"},
        {"100", '/', "3", "100/3 ratio"},
        {"1/3", '+', "1/6", "0.5"},
        {"1/7", '-', "1/7", "0"},
        {"9223372036854775807", '+', "1", "9223372036854775808"},
        {"-9223372036854775807", '-', "1", "-9223372036854775808"},
        {"-9223372036854775807", '-', "2", "-9223372036854775809"},
        {"9223372036854775808", '-', "1", "9223372036854775807"},
        {"9223372036854775807", '*', "9223372036854775807", "85070591730234615847396907784232501249"},
        {"1/4294967295", '+', "1/4294967295", "2/4294967295"},
        {"1/4294967295", '*', "1/4294967295", "1/18446744065119617025"},
        {"1/4294967295", '+', "1/4294967294", "8589934589/18446744060824649730"},
        {"1/65536", '*', "65536/65537", "1/65537"},
        {"7", '%', "3", "1"},
        {"-7", '%', "3", "2"},
        {"7.5", '%', "2", "1.5"},
        {"1", '/', "0", "DIV_ZERO"},
        {"2", '^', "10", "1024"},
        {"2", '^', "-2", "0.25 ratio"},
        {"0", '^', "0", "1"},
        {"0", '^', "-1", "DIV_ZERO"},
        {"-2", '^', "3", "-8"},
        {"1.05", '^', "3", "1.157625"},
    };
    CHECK(rows);
    assert_string_equal(told(num_of("2/6")), "1/3");
}

static void fractions_are_lazy_but_equal(void **state)
{
    (void)state;
    Value a = num_of("1/3"), third, b = num_of("0.5");
    uint64_t h1, h2;
    int order;
    num_add(&ctx, num_of("1/6"), num_of("1/6"), &third);
    assert_int_equal(num_cmp(&ctx, a, third, &order), NUM_OK);
    assert_int_equal(order, 0);
    num_hash(&ctx, a, &h1);
    num_hash(&ctx, third, &h2);
    assert_true(h1 == h2);
    num_hash(&ctx, b, &h2);
    assert_false(h1 == h2);
    num_reduce(&ctx, (Value){.tag = T_NUM, .den = 100, .num = -50}, &b);
    assert_true(b.num == -1 && b.den == 2);
}

/* ---- against plain mpq ---- */

static uint64_t seed = 20230512;

static uint64_t draw(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (seed >> 33) % below;
}

static void draw_number(Value *v, mpq_t q)
{
    int64_t n = (int64_t)draw(UINT64_C(1) << (1 + draw(30))), d = 1;
    if (draw(4) == 0)
        n = (int64_t)(((uint64_t)n << 31) ^ draw(UINT64_C(1) << 31));
    switch (draw(4)) {
    case 0: break;
    case 1: d = 100; break;
    case 2:
        for (uint64_t k = draw(16); k > 0; k--)
            d *= 10;
        break;
    default: d = (int64_t)draw(100000) + 1;
    }
    if (draw(2))
        n = -n;
    assert_int_equal(num_from_ratio(&ctx, n, d, U_PLAIN, v), NUM_OK);
    mpq_set_si(q, n, (unsigned long)d);
    mpq_canonicalize(q);
}

static void assert_same(Value v, mpq_t q)
{
    Buf got;
    buf_init(&got, &mem);
    assert_int_equal(num_fraction(&ctx, &got, v), NUM_OK);
    char *expected = mpq_get_str(NULL, 10, q);
    assert_string_equal(buf_cstr(&got), expected);
    void (*release)(void *, size_t);
    mp_get_memory_functions(NULL, NULL, &release);
    release(expected, strlen(expected) + 1);
    buf_free(&got);
}

static void random_step(Value *v, mpq_t q)
{
    Value w;
    mpq_t r;
    mpq_init(r);
    draw_number(&w, r);
    v->unit = w.unit = U_PLAIN;
    switch (draw(5)) {
    case 0:
        assert_int_equal(num_add(&ctx, *v, w, v), NUM_OK);
        mpq_add(q, q, r);
        break;
    case 1:
        assert_int_equal(num_sub(&ctx, *v, w, v), NUM_OK);
        mpq_sub(q, q, r);
        break;
    case 2:
    case 3:
        assert_int_equal(num_mul(&ctx, *v, w, v), NUM_OK);
        mpq_mul(q, q, r);
        break;
    default:
        if (w.num == 0)
            break;
        assert_int_equal(num_div(&ctx, *v, w, v), NUM_OK);
        mpq_div(q, q, r);
    }
    int order;
    assert_int_equal(num_cmp(&ctx, *v, w, &order), NUM_OK);
    int expected = mpq_cmp(q, r);
    assert_int_equal(order, (expected > 0) - (expected < 0));
    mpq_clear(r);
}

static void random_chains_agree_with_gmp(void **state)
{
    (void)state;
    for (int chain = 0; chain < 1500; chain++) {
        Value v;
        mpq_t q;
        mpq_init(q);
        draw_number(&v, q);
        for (int i = 0, n = chain % 50 == 0 ? 120 : 12; i < n; i++) {
            random_step(&v, q);
            if (i % 5 == 0 || n == 12)
                assert_same(v, q);
        }
        Value again, negative;
        uint64_t h1, h2;
        int order;
        v.unit = U_PLAIN;
        assert_int_equal(num_reduce(&ctx, v, &again), NUM_OK);
        assert_int_equal(num_hash(&ctx, v, &h1), NUM_OK);
        assert_int_equal(num_hash(&ctx, again, &h2), NUM_OK);
        assert_true(h1 == h2);
        assert_int_equal(num_cmp(&ctx, v, again, &order), NUM_OK);
        assert_int_equal(order, 0);
        assert_int_equal(num_neg(&ctx, v, &negative), NUM_OK);
        assert_int_equal(num_add(&ctx, v, negative, &again), NUM_OK);
        assert_true(num_is_zero(again));
        mpq_clear(q);
    }
}

static void draw_decimal(Value *v, mpq_t q)
{
    static const unsigned long dens[] = {1, 1, 100, 1000, 1000000000};
    unsigned long d = dens[draw(5)];
    int64_t n = (int64_t)draw(UINT64_C(1) << (1 + draw(30))) - (int64_t)draw(1000);
    assert_int_equal(num_from_ratio(&ctx, n, (int64_t)d, U_PLAIN, v), NUM_OK);
    mpq_set_si(q, n, d);
    mpq_canonicalize(q);
}

/* Products and sums of decimals only: they have no residual denominator, and grow. */
static void long_decimal_step(Value *v, mpq_t q)
{
    Value w;
    mpq_t r;
    mpq_init(r);
    draw_decimal(&w, r);
    if (w.num == 0) {
        assert_int_equal(num_sub(&ctx, w, *v, v), NUM_OK);
        mpq_sub(q, r, q);
    } else if (draw(2)) {
        assert_int_equal(num_mul(&ctx, *v, w, v), NUM_OK);
        mpq_mul(q, q, r);
    } else if (draw(2)) {
        assert_int_equal(num_add(&ctx, w, *v, v), NUM_OK);
        mpq_add(q, q, r);
    } else {
        assert_int_equal(num_sub(&ctx, *v, w, v), NUM_OK);
        mpq_sub(q, q, r);
    }
    mpq_clear(r);
}

/* v - (v + w) = -w and v - (v - w) = w, though nearly all limbs are the same. */
static void assert_cancels(Value v)
{
    Value w, sum, rest;
    mpq_t r;
    mpq_init(r);
    draw_decimal(&w, r);
    assert_int_equal(num_add(&ctx, v, w, &sum), NUM_OK);
    assert_int_equal(num_sub(&ctx, sum, v, &rest), NUM_OK);
    assert_same(rest, r);
    assert_int_equal(num_sub(&ctx, v, w, &sum), NUM_OK);
    assert_int_equal(num_sub(&ctx, sum, v, &rest), NUM_OK);
    mpq_neg(r, r);
    assert_same(rest, r);
    mpq_clear(r);
}

static void long_decimals_agree_with_gmp(void **state)
{
    (void)state;
    for (int chain = 0; chain < 20; chain++) {
        Value v;
        mpq_t q;
        mpq_init(q);
        draw_decimal(&v, q);
        for (int i = 0; i < 400; i++) {
            long_decimal_step(&v, q);
            if (i % 9 == 0) {
                assert_same(v, q);
                assert_cancels(v);
            }
        }
        mpq_clear(q);
    }
}

/* Further apart than the powers of ten that are kept. */
static void decimals_far_apart(void **state)
{
    (void)state;
    Value tiny = num_of("1"), sum, back;
    for (int i = 0; i < 200; i++) {
        assert_int_equal(num_mul(&ctx, tiny, num_of("0.000000001"), &tiny), NUM_OK);
        assert_int_equal(num_add(&ctx, num_int(-7), tiny, &sum), NUM_OK);
        assert_int_equal(num_add(&ctx, sum, num_int(7), &back), NUM_OK);
        int order;
        assert_int_equal(num_cmp(&ctx, back, tiny, &order), NUM_OK);
        assert_int_equal(order, 0);
    }
}

static void big_decimals_come_back_to_cells(void **state)
{
    (void)state;
    Value x = num_of("1.01"), v = num_of("1"), back;
    for (int i = 0; i < 40; i++)
        assert_int_equal(num_mul(&ctx, v, x, &v), NUM_OK);
    assert_int_equal(v.tag, T_BIG);
    for (int i = 0; i < 40; i++)
        assert_int_equal(num_div(&ctx, v, x, &v), NUM_OK);
    v.unit = U_PLAIN;
    assert_string_equal(told(v), "1");
    assert_int_equal(num_reduce(&ctx, v, &back), NUM_OK);
    assert_int_equal(back.tag, T_NUM);
    bool fits;
    assert_int_equal(num_to_int64(&ctx, v, &fits), 1);
    assert_true(fits);
    assert_true(num_is_whole(&ctx, v));
    num_mul(&ctx, num_of("12345678901234567890"), num_of("3.5"), &v);
    assert_int_equal(num_round(&ctx, v, -19, ROUND_HALF_UP, &v), NUM_OK);
    assert_string_equal(told(v), "40000000000000000000");
}

/* ---- limits ---- */

static void power_of_two(int64_t n, NumErr *err, Value *out)
{
    Value a;
    *err = num_pow(&ctx, num_of("2"), num_int(n / 4), &a);
    if (*err == NUM_OK)
        *err = num_pow(&ctx, a, num_int(4), &a);
    for (int64_t i = 0; i < n % 4 && *err == NUM_OK; i++)
        *err = num_mul(&ctx, a, num_int(2), &a);
    if (*err == NUM_OK)
        *out = a;
}

static void numbers_end_at_the_cap(void **state)
{
    (void)state;
    Value top, v, one = num_int(1);
    NumErr err;
    power_of_two(LIMIT_NUMBER_BITS - 1, &err, &top); /* exactly LIMIT_NUMBER_BITS bits */
    assert_int_equal(err, NUM_OK);
    assert_int_equal(num_add(&ctx, top, one, &v), NUM_OK);
    assert_int_equal(num_sub(&ctx, top, one, &v), NUM_OK);
    assert_int_equal(num_add(&ctx, top, v, &v), NUM_OK); /* 2^65536 - 1: all bits set */
    assert_int_equal(num_add(&ctx, v, one, &v), NUM_TOO_BIG);
    assert_int_equal(num_add(&ctx, top, top, &v), NUM_TOO_BIG);
    assert_int_equal(num_mul(&ctx, top, num_int(2), &v), NUM_TOO_BIG);
    assert_int_equal(num_mul(&ctx, top, top, &v), NUM_TOO_BIG);
    assert_int_equal(num_div(&ctx, one, top, &v), NUM_OK);
    assert_int_equal(num_div(&ctx, v, num_int(2), &top), NUM_TOO_BIG);
    assert_int_equal(num_mul(&ctx, v, v, &top), NUM_TOO_BIG);
    assert_int_equal(num_pow(&ctx, num_of("10"), num_int(LIMIT_EXPONENT), &v), NUM_TOO_BIG);
    assert_int_equal(num_pow(&ctx, num_of("10"), num_int(19728), &v), NUM_OK);
    assert_int_equal(num_pow(&ctx, num_of("10"), num_int(-19728), &v), NUM_OK);
    assert_int_equal(num_pow(&ctx, num_of("10"), num_int(19729), &v), NUM_TOO_BIG);
    assert_int_equal(num_pow(&ctx, num_of("2"), num_int(LIMIT_EXPONENT), &v), NUM_OK);
    assert_int_equal(num_pow(&ctx, num_of("2"), num_int(LIMIT_EXPONENT + 1), &v), NUM_TOO_BIG);
    assert_int_equal(num_pow(&ctx, num_of("-1"), num_int(LIMIT_EXPONENT + 1), &v), NUM_OK);
    assert_string_equal(told(v), "-1");
    assert_int_equal(num_pow(&ctx, num_of("2"), num_of("100000000000000000000"), &v), NUM_TOO_BIG);
    assert_int_equal(num_round(&ctx, one, LIMIT_DECIMALS, ROUND_HALF_UP, &v), NUM_OK);
    assert_int_equal(num_round(&ctx, one, LIMIT_DECIMALS + 1, ROUND_HALF_UP, &v), NUM_RANGE);
    assert_int_equal(num_exp(&ctx, num_of("45000"), &v), NUM_OK);
    assert_int_equal(num_exp(&ctx, num_of("46000"), &v), NUM_TOO_BIG);
    assert_int_equal(num_exp(&ctx, num_of("-46000"), &v), NUM_OK);
    assert_true(num_is_zero(v));
    assert_int_equal(num_exp(&ctx, num_of("1000000000000000000"), &v), NUM_TOO_BIG);
}

/* ---- rounding ---- */

static void rounding_modes(void **state)
{
    (void)state;
    static const struct {
        const char *x;
        int to[7]; /* half up, half even, half down, up, down, floor, ceil: hundredths of 1 */
    } rows[] = {
        {"2.345", {235, 234, 234, 235, 234, 234, 235}},
        {"2.355", {236, 236, 235, 236, 235, 235, 236}},
        {"-2.345", {-235, -234, -234, -235, -234, -235, -234}},
        {"-2.355", {-236, -236, -235, -236, -235, -236, -235}},
        {"2.344", {234, 234, 234, 235, 234, 234, 235}},
        {"2.346", {235, 235, 235, 235, 234, 234, 235}},
        {"-2.344", {-234, -234, -234, -235, -234, -235, -234}},
        {"-2.346", {-235, -235, -235, -235, -234, -235, -234}},
        {"2.34", {234, 234, 234, 234, 234, 234, 234}},
        {"0", {0, 0, 0, 0, 0, 0, 0}},
        {"0.005", {1, 0, 0, 1, 0, 0, 1}},
        {"-0.005", {-1, 0, 0, -1, 0, -1, 0}},
        {"0.0049999999999999999999", {0, 0, 0, 1, 0, 0, 1}},
        {"0.0050000000000000000001", {1, 1, 1, 1, 0, 0, 1}},
        {"7/3", {233, 233, 233, 234, 233, 233, 234}},
        {"-7/3", {-233, -233, -233, -234, -233, -234, -233}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int mode = 0; mode < 7; mode++) {
            Value x = num_of(rows[i].x), got, expected, wide;
            int order;
            x.unit = U_PLAIN;
            assert_int_equal(num_round(&ctx, x, 2, (RoundMode)mode, &got), NUM_OK);
            num_from_ratio(&ctx, rows[i].to[mode], 100, U_PLAIN, &expected);
            assert_int_equal(num_cmp(&ctx, got, expected, &order), NUM_OK);
            if (order != 0)
                fail_msg("%s, mode %d: %s", rows[i].x, mode, told(got));
            /* the same far from the cells: 10^-30 times as much, at 32 decimals */
            num_pow(&ctx, num_of("10"), num_int(-30), &wide);
            num_mul(&ctx, x, wide, &x);
            num_mul(&ctx, expected, wide, &expected);
            assert_int_equal(num_round(&ctx, x, 32, (RoundMode)mode, &got), NUM_OK);
            assert_int_equal(num_cmp(&ctx, got, expected, &order), NUM_OK);
            if (order != 0)
                fail_msg("%s e-30, mode %d: %s", rows[i].x, mode, told(got));
        }
}

static const char *rounded(const char *x, int decimals)
{
    Value v;
    assert_int_equal(num_round(&ctx, num_of(x), decimals, ROUND_HALF_UP, &v), NUM_OK);
    return told(v);
}

static const char *stepped(const char *x, const char *step, RoundMode mode)
{
    Value v;
    NumErr err = num_round_step(&ctx, num_of(x), num_of(step), mode, &v);
    return err == NUM_OK ? told(v) : error_name(err);
}

static void rounding_in_the_shown_unit(void **state)
{
    (void)state;
    Value v;
    assert_string_equal(rounded("64/3 h", 2), "21.33 h");
    assert_string_equal(rounded("1280 min", 0), "1280 min");
    assert_string_equal(rounded("1/7 %", 1), "0.1 %");
    assert_string_equal(rounded("14.285 %", 2), "14.29 %");
    assert_string_equal(rounded("1234.5 k€", -2), "1200 k€");
    assert_string_equal(rounded("1250", -2), "1300");
    assert_string_equal(rounded("12345678901234567890.5", 0), "12345678901234567891");
    num_ceil(&ctx, num_of("64/3 h"), &v);
    assert_string_equal(told(v), "22 h");
    num_floor(&ctx, num_of("-1.5 €"), &v);
    assert_string_equal(told(v), "-2 €");
    num_trunc(&ctx, num_of("-1.5 €"), &v);
    assert_string_equal(told(v), "-1 €");
    assert_string_equal(stepped("12.47 €", "0.05 €", ROUND_HALF_UP), "12.45 €");
    assert_string_equal(stepped("12.475 €", "0.05 €", ROUND_HALF_UP), "12.5 €");
    assert_string_equal(stepped("12.47 €", "0.05 €", ROUND_CEIL), "12.5 €");
    assert_string_equal(stepped("1280 min", "1 h", ROUND_UP), "1320 min");
    assert_string_equal(stepped("14.3 %", "0.5 %", ROUND_HALF_UP), "14.5 %");
    assert_string_equal(stepped("1 k€", "300 €", ROUND_HALF_UP), "0.9 k€");
    assert_string_equal(stepped("12 €", "1 h", ROUND_UP), "DIMENSION");
    assert_string_equal(stepped("12 €", "0 €", ROUND_UP), "DOMAIN");
    assert_string_equal(stepped("12 €", "-1 €", ROUND_UP), "DOMAIN");
    assert_string_equal(stepped("12345678901234567890.3", "0.25", ROUND_UP), "12345678901234567890.5");
    assert_true(num_is_whole(&ctx, num_of("90 min")));
    unit_convert(&ctx, num_of("90 min"), num_of("1 h").unit, &v);
    assert_false(num_is_whole(&ctx, v));
    bool fits;
    assert_int_equal(num_to_int64(&ctx, num_of("90 min"), &fits), 90);
    assert_true(fits);
    assert_int_equal(num_to_int64(&ctx, v, &fits), 0);
    assert_false(fits);
    assert_int_equal(num_to_int64(&ctx, num_of("9223372036854775808"), &fits), 0);
    assert_false(fits);
    num_shown(&ctx, num_of("20 %"), &v);
    assert_string_equal(told(v), "20");
    assert_int_equal(num_with_unit(&ctx, num_of("1.5"), num_of("1 h").unit, &v), NUM_OK);
    assert_string_equal(told(v), "1.5 h");
    assert_int_equal(num_with_unit(&ctx, num_of("1.5 €"), num_of("1 h").unit, &v), NUM_NOT_PLAIN);
}

/* ---- approximate values ---- */

static Value sqrt_of(const char *x)
{
    Value v;
    assert_int_equal(num_sqrt(&ctx, num_of(x), &v), NUM_OK);
    return v;
}

static void approximate_values_are_thirty_digits(void **state)
{
    (void)state;
    Value root = sqrt_of("2"), v, w;
    int order;
    bool equal;
    assert_false(num_is_exact(root));
    assert_string_equal(told(root), "≈ 1.41421356237309504880168872421");
    assert_int_equal(num_mul(&ctx, root, root, &v), NUM_OK);
    assert_false(num_is_exact(v));
    assert_int_equal(num_equal(&ctx, v, num_of("2"), &equal), NUM_OK);
    assert_true(equal);
    assert_int_equal(num_sub(&ctx, v, num_of("2"), &w), NUM_OK);
    assert_true(num_is_zero(w));
    num_neg(&ctx, v, &w);
    assert_int_equal(num_add(&ctx, w, num_of("2"), &w), NUM_OK);
    assert_true(num_is_zero(w));
    assert_true(num_is_whole(&ctx, v));
    assert_false(num_is_whole(&ctx, root));
    num_ceil(&ctx, v, &w);
    assert_string_equal(told(w), "2");
    num_floor(&ctx, v, &w);
    assert_string_equal(told(w), "2");
    num_round(&ctx, root, 2, ROUND_HALF_UP, &w);
    assert_string_equal(told(w), "1.41");
    assert_true(num_is_exact(w));
    assert_int_equal(num_cmp(&ctx, root, num_of("1.4142"), &order), NUM_OK);
    assert_int_equal(order, 1);
    assert_int_equal(num_cmp(&ctx, root, num_of("1.41421356237309504880168872421"), &order), NUM_OK);
    assert_int_equal(order, 0);
    assert_int_equal(num_cmp(&ctx, root, num_of("1.41421356237309504880168872422"), &order), NUM_OK);
    assert_int_equal(order, -1);
    num_neg(&ctx, root, &w);
    assert_int_equal(num_cmp(&ctx, w, num_of("-1.41421356237309504880168872422"), &order), NUM_OK);
    assert_int_equal(order, 1);
    assert_int_equal(num_sign(w), -1);
    assert_int_equal(num_cmp(&ctx, root, num_of("0"), &order), NUM_OK);
    assert_int_equal(order, 1);
    num_mul(&ctx, root, num_of("0"), &w);
    assert_true(num_is_exact(w));
    assert_int_equal(num_div(&ctx, root, num_of("0"), &w), NUM_DIV_ZERO);
    num_mod(&ctx, v, num_of("2"), &w);
    assert_true(num_is_zero(w));
    num_exact30(&ctx, v, &w);
    assert_string_equal(told(w), "2");
    /* units go along */
    num_mul(&ctx, root, num_of("3 h"), &w);
    unit_convert(&ctx, w, num_of("1 min").unit, &w);
    num_round(&ctx, w, 3, ROUND_HALF_UP, &w);
    assert_string_equal(told(w), "254.558 min");
}

static void functions(void **state)
{
    (void)state;
    static const Sum powers[] = {
        {"4", '^', "0.5", "2"},
        {"8/27", '^', "1/3", "2/3"},
        {"8/27", '^', "-2/3", "2.25 ratio"},
        {"-8", '^', "1/3", "DOMAIN"},
        {"-8", '^', "3", "-512"},
        {"0", '^', "1/2", "0"},
        {"0", '^', "-1/2", "DIV_ZERO"},
        {"2", '^', "1/2", "≈ 1.41421356237309504880168872421"},
        {"2", '^', "50 %", "≈ 1.41421356237309504880168872421"},
        {"1.21 %", '^', "0.5", "0.11 ratio"},
    };
    CHECK(powers);
    Value v;
    assert_string_equal(told(sqrt_of("9/16")), "0.75");
    assert_string_equal(told(sqrt_of("9 €²")), "3 €");
    assert_int_equal(num_sqrt(&ctx, num_of("-1"), &v), NUM_DOMAIN);
    assert_int_equal(num_sqrt(&ctx, num_of("4 €"), &v), NUM_UNIT_POWER);
    assert_int_equal(num_root(&ctx, num_of("-27"), num_int(3), &v), NUM_OK);
    assert_string_equal(told(v), "-3");
    assert_int_equal(num_root(&ctx, num_of("-27"), num_int(2), &v), NUM_DOMAIN);
    assert_int_equal(num_root(&ctx, num_of("27"), num_of("1.5"), &v), NUM_NOT_WHOLE);
    assert_int_equal(num_root(&ctx, num_of("27"), num_int(0), &v), NUM_DOMAIN);
    assert_int_equal(num_root(&ctx, num_of("27"), num_int(-3), &v), NUM_OK);
    assert_string_equal(told(v), "1/3 ratio");
    assert_int_equal(num_root(&ctx, num_of("1.157625"), num_int(3), &v), NUM_OK);
    assert_string_equal(told(v), "1.05");
    assert_int_equal(num_exp(&ctx, num_of("0"), &v), NUM_OK);
    assert_string_equal(told(v), "1 ratio");
    num_exp(&ctx, num_of("1"), &v);
    assert_string_equal(told(v), "≈ 2.71828182845904523536028747135 ratio");
    num_ln(&ctx, v, &v);
    bool equal;
    num_equal(&ctx, v, num_of("1"), &equal);
    assert_true(equal);
    assert_int_equal(num_ln(&ctx, num_of("0"), &v), NUM_DOMAIN);
    assert_int_equal(num_ln(&ctx, num_of("3 €"), &v), NUM_NOT_PLAIN);
    num_ln(&ctx, num_of("1"), &v);
    assert_true(num_is_zero(v));
    num_log10(&ctx, num_of("0.001"), &v);
    assert_string_equal(told(v), "-3 ratio");
    num_log10(&ctx, num_of("1000000"), &v);
    assert_string_equal(told(v), "6 ratio");
    num_log10(&ctx, num_of("1"), &v);
    assert_string_equal(told(v), "0 ratio");
    num_log10(&ctx, num_of("2"), &v);
    assert_string_equal(told(v), "≈ 0.301029995663981195213738894724 ratio");
    num_normal_cdf(&ctx, num_of("1.96"), &v);
    assert_string_equal(told(v), "≈ 0.975002104851779565863415730959 ratio");
    num_normal_cdf(&ctx, num_of("0"), &v);
    assert_string_equal(told(v), "0.5 ratio");
    num_normal_inv(&ctx, num_of("97.5 %"), &v);
    assert_string_equal(told(v), "≈ 1.95996398454005423552459443052 ratio");
    num_normal_inv(&ctx, num_of("2.5 %"), &v);
    assert_string_equal(told(v), "≈ -1.95996398454005423552459443052 ratio");
    num_normal_inv(&ctx, num_of("0.5"), &v);
    assert_true(num_is_zero(v));
    assert_int_equal(num_normal_inv(&ctx, num_of("1"), &v), NUM_DOMAIN);
    assert_int_equal(num_normal_inv(&ctx, num_of("0"), &v), NUM_DOMAIN);
    Value tiny, tail;
    num_pow(&ctx, num_of("10"), num_int(-300), &tiny);
    assert_int_equal(num_normal_inv(&ctx, tiny, &tail), NUM_OK);
    num_normal_cdf(&ctx, tail, &v);
    num_div(&ctx, v, tiny, &v);
    num_round(&ctx, v, 20, ROUND_HALF_UP, &v);
    assert_string_equal(told(v), "1 ratio");
}

static void doubles_are_only_a_bridge(void **state)
{
    (void)state;
    Value v;
    assert_true(num_to_double(&ctx, num_of("90 min")) == 90.0);
    assert_true(num_to_double(&ctx, num_of("12.5 %")) == 12.5);
    assert_int_equal(num_from_double(&ctx, 1.5, num_of("1 h").unit, &v), NUM_OK);
    assert_false(num_is_exact(v));
    num_round(&ctx, v, 2, ROUND_HALF_UP, &v);
    assert_string_equal(told(v), "1.5 h");
    assert_int_equal(num_from_double(&ctx, 1.0 / 0.0, U_PLAIN, &v), NUM_DOMAIN);
    assert_int_equal(num_from_double(&ctx, 0.0 / 0.0, U_PLAIN, &v), NUM_DOMAIN);
}

/* ---- memory that fails ---- */

/* A bit of everything; stops at the first error. */
static NumErr work(NumCtx *c)
{
    Value a, b, v = {0};
    uint16_t unit;
    int order;
    uint64_t hash;
    size_t count;
    NumReading readings[NUM_READINGS_MAX];
    Buf out;
    NumErr err = unit_declare(c, STR("visite"));
#define STEP(call)                                                                                                     \
    if (err == NUM_OK)                                                                                                 \
    err = (call)
    STEP(unit_parse(c, STR("€/(visite·h)"), &unit));
    STEP(num_read_literal(c, STR("1234567890123456789012345.678901"), unit, &a));
    STEP(num_read_literal(c, STR("17.123456789"), unit, &b));
    for (int i = 0; i < 6; i++) {
        STEP(num_mul(c, a, num_int(1000003), &a));
        STEP(num_div(c, a, num_int(7), &a));
        STEP(num_add(c, a, b, &a));
        a.unit = unit;
    }
    v = num_int(1);
    for (int i = 0; i < 80; i++) { /* a long decimal */
        STEP(num_mul(c, v, (Value){.tag = T_NUM, .den = 1000000, .num = 1000003}, &v));
        STEP(num_add(c, v, num_int(i), &v));
    }
    STEP(num_cmp(c, a, b, &order));
    STEP(num_round(c, a, 3, ROUND_HALF_EVEN, &v));
    STEP(num_round_step(c, a, b, ROUND_UP, &v));
    STEP(num_mod(c, a, b, &v));
    STEP(num_hash(c, a, &hash));
    STEP(num_neg(c, a, &v));
    STEP(num_pow(c, num_int(3), num_int(4000), &v));
    STEP(num_mul(c, v, v, &v));
    STEP(num_root(c, v, num_int(2), &v));
    STEP(num_sqrt(c, num_int(2), &v));
    STEP(num_exp(c, v, &v));
    STEP(num_ln(c, v, &v));
    STEP(num_normal_cdf(c, v, &v));
    STEP(num_normal_inv(c, v, &v));
    STEP(num_sub(c, v, num_int(1), &v));
    STEP(num_reduce(c, a, &v));
    STEP(num_read_lenient(c, STR("12 345,67 EUROS / Heure"), LANG_FR, readings, NUM_READINGS_MAX, &count, NULL));
    buf_init(&out, c->mem);
    NumFormat exact = {.lang = LANG_FR, .kind = NF_EXACT, .unit = true, .group = true};
    NumFormat plain = {.lang = LANG_FR, .kind = NF_AUTO, .unit = true, .group = true};
    STEP(num_format(c, &out, a, &exact));
    STEP(num_format(c, &out, a, &plain));
    STEP(num_fraction(c, &out, a));
    STEP(num_decimal(c, &out, a, 12));
#undef STEP
    buf_free(&out);
    return err;
}

static NumErr work_with(uint64_t fail_at, bool on)
{
    Mem m;
    Arena a;
    NumCtx c;
    mem_init(&m, 0);
    m.fail_at = fail_at;
    m.fail_on = on;
    arena_init(&a, &m);
    NumErr err = NUM_NO_MEMORY;
    if (num_ctx_init(&c, &m, leaf_of_arena, &a)) {
        err = work(&c);
        if (err == NUM_NO_MEMORY && !on) /* a refusal that is over does no harm to what follows */
            assert_int_equal(work(&c), NUM_OK);
        num_ctx_free(&c);
    }
    arena_free(&a);
    assert_int_equal(m.used, 0);
    return err;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (int on = 0; on < 2; on++) {
        uint64_t n = 1;
        NumErr err;
        while ((err = work_with(n, on != 0)) != NUM_OK) {
            if (err != NUM_NO_MEMORY)
                fail_msg("allocation %d: %s", (int)n, error_name(err));
            n++;
        }
        assert_in_range(n, 100, 100000);
    }
}

static void two_contexts_take_turns(void **state)
{
    (void)state;
    Mem m;
    Arena a;
    NumCtx c;
    mem_init(&m, 0);
    arena_init(&a, &m);
    assert_true(num_ctx_init(&c, &m, leaf_of_arena, &a));
    assert_int_equal(work(&c), NUM_OK);
    assert_int_equal(work(&ctx), NUM_OK);
    assert_int_equal(work(&c), NUM_OK);
    assert_true(c.cost > 0);
    num_ctx_free(&c);
    assert_int_equal(work(&ctx), NUM_OK);
    arena_free(&a);
    assert_int_equal(m.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cells, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(fractions_are_lazy_but_equal, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(random_chains_agree_with_gmp, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(long_decimals_agree_with_gmp, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(decimals_far_apart, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(big_decimals_come_back_to_cells, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(numbers_end_at_the_cap, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(rounding_modes, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(rounding_in_the_shown_unit, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(approximate_values_are_thirty_digits, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(functions, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(doubles_are_only_a_bridge, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(every_allocation_may_fail, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(two_contexts_take_turns, numbers_open, numbers_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
