/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a number is taken to its shown unit, rounded half up to some decimals, and the whole number of last decimals is
   written in digits (Shown), where the mark, the groups and the sign are then put. Cells take a road without GMP. */
#include "num/format.h"

#include "base/limits.h"
#include "num/approx.h"
#include "num/big.h"
#include "num/units.h"

#include <string.h>

enum { AUTO_MONEY = 2, AUTO_PERCENT = 2, AUTO_OTHER = 4, WRITTEN_MAX = 12 };

/* |value| rounded, times 10^decimals, in digits. */
typedef struct Shown {
    Buf digits;
    int decimals;
    bool negative;
    bool cut; /* the digits are not all of the value */
} Shown;

/* ---- digits ---- */

static void put_u64(Buf *out, uint64_t n)
{
    char text[20];
    size_t at = sizeof text;
    do {
        text[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    buf_put(out, (Str){text + at, sizeof text - at});
}

static void put_mpz(Buf *out, mpz_srcptr n)
{
    size_t room = mpz_sizeinbase(n, 10) + 2;
    if (!buf_reserve(out, room))
        return;
    mpz_get_str(out->p + out->n, 10, n);
    out->n += strlen(out->p + out->n);
}

/* A cell of at most 9 decimals; false: the general road. value is plain. */
static bool digits_of_cell(NumCtx *c, Value value, Shown *s)
{
    static const uint32_t ten[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    Value r;
    int order;
    if (value.tag != T_NUM || s->decimals < 0 || s->decimals > 9 ||
        num_round(c, value, s->decimals, ROUND_HALF_UP, &r) != NUM_OK || r.tag != T_NUM ||
        num_cmp(c, value, r, &order) != NUM_OK)
        return false;
    __int128 n = (__int128)r.num * ten[s->decimals] / r.den;
    if (n < 0)
        n = -n;
    if (n > UINT64_MAX)
        return false;
    s->cut = order != 0;
    put_u64(&s->digits, (uint64_t)n);
    return true;
}

/* W1 = |W1 / W2 * 10^decimals| rounded half up; decimals may be negative: then zeros stand in for digits. */
static void digits_of_ratio(NumCtx *c, Shown *s)
{
    mpz_ptr n = c->scratch->z[Z_W1], d = c->scratch->z[Z_W2], q = c->scratch->z[Z_W3], power = c->scratch->z[Z_W4];
    bool up = s->decimals >= 0;
    big_ten(power, (uint32_t)(up ? s->decimals : -s->decimals));
    mpz_mul(up ? n : d, up ? n : d, power);
    mpz_abs(n, n);
    mpz_tdiv_qr(q, n, n, d);
    s->cut = s->cut || mpz_sgn(n) != 0;
    mpz_mul_2exp(n, n, 1);
    if (mpz_cmp(n, d) >= 0)
        mpz_add_ui(q, q, 1);
    if (!up)
        mpz_mul(q, q, power);
    put_mpz(&s->digits, q);
    c->cost += mpz_size(q);
}

/* Fills s from a plain value. decimals below 0 become 0 once rounded. */
static NumErr shown_digits(NumCtx *c, Value value, int decimals, Shown *s)
{
    s->decimals = decimals;
    s->negative = num_sign(value) < 0;
    s->cut = value.tag == T_APPROX;
    NumErr err = NUM_OK;
    if (!digits_of_cell(c, value, s)) {
        buf_clear(&s->digits);
        num_enter(c);
        approx_load30(c, value, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
        digits_of_ratio(c, s);
        err = num_leave(c, NUM_OK);
    }
    if (s->decimals < 0)
        s->decimals = 0;
    return s->digits.failed ? NUM_NO_MEMORY : err;
}

/* Drops zeros at the end of the decimals. */
static void shown_strip(Shown *s)
{
    while (s->decimals > 0 && s->digits.n > 0 && s->digits.p[s->digits.n - 1] == '0') {
        s->digits.n--;
        s->decimals--;
    }
    if (s->digits.n == 0)
        s->decimals = 0;
}

static bool shown_is_zero(const Shown *s)
{
    for (size_t i = 0; i < s->digits.n; i++)
        if (s->digits.p[i] != '0')
            return false;
    return true;
}

static void put_grouped(Buf *out, Str digits, size_t group_from)
{
    if (digits.n < group_from) {
        buf_put(out, digits);
        return;
    }
    for (size_t i = 0; i < digits.n; i++) {
        if (i > 0 && (digits.n - i) % 3 == 0)
            buf_puts(out, "\u202F");
        buf_putc(out, digits.p[i]);
    }
}

/* group_from: the number of digits from which thousands stand apart. */
static void put_shown(Buf *out, const Shown *s, const char *mark, size_t group_from)
{
    Str digits = buf_str(&s->digits);
    size_t decimals = (size_t)s->decimals, whole = digits.n > decimals ? digits.n - decimals : 0;
    if (s->negative && !shown_is_zero(s))
        buf_putc(out, '-');
    if (whole == 0)
        buf_putc(out, '0');
    put_grouped(out, str_sub(digits, 0, whole), group_from);
    if (decimals == 0)
        return;
    buf_puts(out, mark);
    buf_repeat(out, '0', decimals - (digits.n - whole));
    buf_put(out, str_sub(digits, whole, digits.n));
}

/* ---- how many decimals ---- */

/* €, €/h, €/m²: amounts a till would print. */
static bool shows_cents(const NumCtx *c, uint16_t unit)
{
    const Unit *u = unit_at(c, unit);
    for (uint32_t i = 0; i < u->part_count; i++) {
        const UnitSymbol *s = unit_symbol(c, u->parts[i].symbol);
        if (s->money && u->parts[i].power == 1 && s->factor.num == s->factor.den)
            return true;
    }
    return false;
}

static bool shows_percent(const NumCtx *c, uint16_t unit)
{
    const Unit *u = unit_at(c, unit);
    return u->part_count > 0 && unit_symbol(c, u->parts[0].symbol)->percent;
}

static int auto_decimals(const NumCtx *c, uint16_t unit, bool *strip)
{
    *strip = !shows_cents(c, unit);
    return !*strip ? AUTO_MONEY : shows_percent(c, unit) ? AUTO_PERCENT : AUTO_OTHER;
}

/* Decimals of W1 / W2 (lowest terms) written in full; -1 if they never end. W2 is used up. */
static int64_t finite_decimals(NumCtx *c)
{
    mpz_ptr d = c->scratch->z[Z_W2], five = c->scratch->z[Z_W4];
    mp_bitcnt_t twos = mpz_scan1(d, 0);
    mpz_fdiv_q_2exp(d, d, twos);
    mpz_set_ui(five, 5);
    mp_bitcnt_t fives = mpz_remove(d, d, five);
    if (mpz_cmp_ui(d, 1) != 0)
        return -1;
    return (int64_t)(twos > fives ? twos : fives);
}

static NumErr count_decimals(NumCtx *c, Value value, int64_t *decimals)
{
    num_enter(c);
    approx_load30(c, value, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
    *decimals = finite_decimals(c);
    return num_leave(c, NUM_OK);
}

/* e with 10^e <= |W1 / W2| < 10^(e + 1), W1 <> 0. */
static int64_t decimal_exponent(NumCtx *c)
{
    mpz_ptr n = c->scratch->z[Z_W1], d = c->scratch->z[Z_W2], left = c->scratch->z[Z_W3], right = c->scratch->z[Z_W4];
    int64_t e = (int64_t)mpz_sizeinbase(n, 10) - (int64_t)mpz_sizeinbase(d, 10) + 1;
    for (;; e--) {
        big_ten(left, e < 0 ? (uint32_t)-e : 0);
        big_ten(right, e > 0 ? (uint32_t)e : 0);
        mpz_mul(left, left, n);
        mpz_mul(right, right, d);
        if (mpz_cmpabs(left, right) >= 0)
            return e;
    }
}

/* Decimals for that many significant digits. */
static NumErr significant_decimals(NumCtx *c, Value value, int digits, int *decimals)
{
    *decimals = 0;
    if (num_is_zero(value))
        return NUM_OK;
    num_enter(c);
    approx_load30(c, value, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
    *decimals = digits - 1 - (int)decimal_exponent(c);
    return num_leave(c, NUM_OK);
}

/* ---- fractions ---- */

static NumErr put_fraction(NumCtx *c, Buf *out, Value value)
{
    num_enter(c);
    approx_load30(c, value, c->scratch->z[Z_W1], c->scratch->z[Z_W2]);
    put_mpz(out, c->scratch->z[Z_W1]);
    if (mpz_cmp_ui(c->scratch->z[Z_W2], 1) != 0) {
        buf_putc(out, '/');
        put_mpz(out, c->scratch->z[Z_W2]);
    }
    NumErr err = num_leave(c, NUM_OK);
    return out->failed ? NUM_NO_MEMORY : err;
}

NumErr num_fraction(NumCtx *c, Buf *out, Value v)
{
    Value value;
    NumErr err = num_shown(c, v, &value);
    return err == NUM_OK ? put_fraction(c, out, value) : err;
}

/* ---- the whole text ---- */

typedef struct Plan {
    int decimals;
    bool strip, fraction;
} Plan;

static NumErr plan_full(NumCtx *c, Value value, int64_t most, Plan *plan, bool *possible)
{
    int64_t decimals;
    NumErr err = count_decimals(c, value, &decimals);
    *possible = decimals >= 0 && decimals <= most;
    if (*possible)
        plan->decimals = (int)decimals;
    return err;
}

static NumErr plan_exact(NumCtx *c, Value value, Plan *plan)
{
    bool finite;
    plan->strip = true;
    if (value.tag == T_APPROX)
        return significant_decimals(c, value, NUM_APPROX_DIGITS, &plan->decimals);
    NumErr err = plan_full(c, value, 2 * (int64_t)LIMIT_NUMBER_BITS, plan, &finite);
    plan->fraction = !finite;
    return err;
}

static NumErr plan_make(NumCtx *c, Value v, Value value, const NumFormat *f, Plan *plan)
{
    bool few = false;
    NumErr err = NUM_OK;
    *plan = (Plan){.decimals = f->digits};
    switch (f->kind) {
    case NF_DECIMALS: return f->digits < 0 || f->digits > LIMIT_DECIMALS ? NUM_RANGE : NUM_OK;
    case NF_SIGNIFICANT:
        plan->strip = true;
        if (f->digits < 1 || f->digits > LIMIT_DECIMALS)
            return NUM_RANGE;
        return significant_decimals(c, value, f->digits, &plan->decimals);
    case NF_EXACT: return plan_exact(c, value, plan);
    case NF_WRITTEN:
        if (value.tag != T_APPROX)
            err = plan_full(c, value, WRITTEN_MAX, plan, &few);
        plan->strip = true;
        if (!few)
            plan->decimals = auto_decimals(c, v.unit, &few);
        return err;
    case NF_AUTO: break;
    }
    plan->decimals = auto_decimals(c, v.unit, &plan->strip);
    return NUM_OK;
}

static void put_unit_after(NumCtx *c, Buf *out, Value v, int decimals, Lang lang)
{
    Value rounded;
    if (unit_at(c, v.unit)->part_count == 0)
        return;
    if (decimals < 0 ||
        num_round(c, v, decimals > LIMIT_DECIMALS ? LIMIT_DECIMALS : decimals, ROUND_HALF_UP, &rounded) != NUM_OK)
        rounded = v;
    buf_puts(out, "\u00A0");
    unit_show(c, out, v.unit, rounded, lang);
}

static NumErr put_decimal(NumCtx *c, Buf *out, Value v, Value value, const Plan *plan, const NumFormat *f)
{
    Shown s = {.decimals = 0};
    buf_init(&s.digits, c->mem);
    NumErr err = shown_digits(c, value, plan->decimals, &s);
    if (err == NUM_OK) {
        if (plan->strip)
            shown_strip(&s);
        if (s.cut && (f->approx_sign || (f->kind == NF_EXACT && value.tag == T_APPROX)))
            buf_puts(out, "≈ ");
        size_t from = f->group ? (shows_cents(c, v.unit) ? 4 : 5) : SIZE_MAX;
        put_shown(out, &s, f->lang == LANG_FR ? "," : ".", from);
    }
    buf_free(&s.digits);
    return err;
}

NumErr num_format(NumCtx *c, Buf *out, Value v, const NumFormat *f)
{
    Value value;
    Plan plan;
    NumErr err = num_shown(c, v, &value);
    if (err == NUM_OK)
        err = plan_make(c, v, value, f, &plan);
    if (err == NUM_OK)
        err = plan.fraction ? put_fraction(c, out, value) : put_decimal(c, out, v, value, &plan, f);
    if (err == NUM_OK && f->unit)
        put_unit_after(c, out, v, plan.fraction ? -1 : plan.decimals, f->lang);
    return err == NUM_OK && out->failed ? NUM_NO_MEMORY : err;
}

NumErr num_decimal(NumCtx *c, Buf *out, Value v, int max_decimals)
{
    Value value;
    Shown s = {.decimals = 0};
    if (max_decimals < 0 || max_decimals > LIMIT_DECIMALS)
        return NUM_RANGE;
    buf_init(&s.digits, c->mem);
    NumErr err = num_shown(c, v, &value);
    if (err == NUM_OK)
        err = shown_digits(c, value, max_decimals, &s);
    if (err == NUM_OK) {
        shown_strip(&s);
        put_shown(out, &s, ".", SIZE_MAX);
    }
    buf_free(&s.digits);
    return err == NUM_OK && out->failed ? NUM_NO_MEMORY : err;
}

/* ---- literals ---- */

/* Checks the form; counts digits and decimals, and copies the digits. */
static NumErr literal_digits(Str text, char *digits, size_t *count, uint32_t *decimals)
{
    bool mark = false;
    *count = 0;
    *decimals = 0;
    for (size_t i = 0; i < text.n; i++) {
        char ch = text.p[i];
        if (ch == '.' && !mark && i > 0 && i + 1 < text.n) {
            mark = true;
            continue;
        }
        if (ch < '0' || ch > '9')
            return NUM_RANGE;
        if (*count == LIMIT_LITERAL_DIGITS)
            return NUM_TOO_BIG;
        digits[(*count)++] = ch;
        *decimals += mark;
    }
    digits[*count] = '\0';
    return *count ? NUM_OK : NUM_RANGE;
}

static bool literal_cell(const char *digits, size_t count, uint32_t decimals, UnitFactor f, uint16_t unit, Value *out)
{
    int64_t n = 0;
    unsigned __int128 den = 1;
    if (count > 18)
        return false;
    for (size_t i = 0; i < count; i++)
        n = n * 10 + (digits[i] - '0');
    for (; decimals > 0 && n % 10 == 0; decimals--)
        n /= 10;
    for (; decimals > 0; decimals--)
        den *= 10;
    return big_cell((__int128)n * f.num, den * (uint64_t)f.den, unit, out);
}

NumErr num_read_literal(NumCtx *c, Str digits, uint16_t unit, Value *out)
{
    char text[LIMIT_LITERAL_DIGITS + 1];
    size_t count;
    uint32_t decimals;
    UnitFactor f = unit_factor(c, unit);
    NumErr err = literal_digits(digits, text, &count, &decimals);
    if (err != NUM_OK || literal_cell(text, count, decimals, f, unit, out))
        return err;
    num_enter(c);
    mpz_ptr n = c->scratch->z[Z_W1], d = c->scratch->z[Z_W2];
    mpz_set_str(n, text, 10);
    mpz_mul_si(n, n, f.num);
    big_ten(d, decimals);
    mpz_mul_si(d, d, f.den);
    return num_leave(c, big_store(c, n, d, unit, out));
}
