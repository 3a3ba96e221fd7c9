/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a number is read digit by digit into a cell; what does not fit one goes through the reader of literals. */
#include "lib/cell.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

/* ---- numbers as people write them ---- */

/* How many bytes a blank has here; 0: it is none. */
static size_t blank_at(Str s, size_t at)
{
    unsigned char c = (unsigned char)s.p[at];
    if (c == ' ' || c == '\t') {
        return 1;
    }
    if (c == 0xC2 && at + 1 < s.n && (unsigned char)s.p[at + 1] == 0xA0) {
        return 2;
    }
    bool thin = c == 0xE2 && at + 2 < s.n && (unsigned char)s.p[at + 1] == 0x80 &&
                ((unsigned char)s.p[at + 2] == 0xAF || (unsigned char)s.p[at + 2] == 0x89);
    return thin ? 3 : 0;
}

Str cell_trim(Str s)
{
    if (!s.n || ((unsigned char)s.p[0] > ' ' && (unsigned char)s.p[0] < 0x80 && (unsigned char)s.p[s.n - 1] > ' ' &&
                 (unsigned char)s.p[s.n - 1] < 0x80)) {
        return s;
    }
    return str_trim(s);
}

static bool is_digit(Str s, size_t at) { return at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; }

/* Exactly three digits from `at` on. */
static bool three_digits(Str s, size_t at)
{
    return is_digit(s, at) && is_digit(s, at + 1) && is_digit(s, at + 2) && !is_digit(s, at + 3);
}

static size_t take_sign(Str s, bool *negative)
{
    *negative = s.n && (s.p[0] == '-' || (s.n > 2 && !memcmp(s.p, "\xE2\x88\x92", 3)));
    return !s.n ? 0 : s.p[0] == '-' || s.p[0] == '+' ? 1 : *negative ? 3 : 0;
}

/* Digits, by thousands or not, before the decimal mark. False: the groups are not of three. */
static bool take_whole(Str s, size_t *at, char other, Written *w)
{
    uint32_t run = 0, groups = 0;
    while (*at < s.n) {
        unsigned digit = (unsigned char)s.p[*at] - (unsigned)'0';
        if (digit <= 9) {
            w->mantissa = w->digits < 18 ? w->mantissa * 10 + digit : w->mantissa;
            w->digits++;
            run++;
            ++*at;
            continue;
        }
        size_t gap = s.p[*at] == other ? 1 : blank_at(s, *at);
        if (!gap || !three_digits(s, *at + gap) || (groups ? run != 3 : run < 1 || run > 3)) {
            break;
        }
        groups++;
        run = 0;
        *at += gap;
    }
    w->grouped = groups > 0;
    return w->digits && (!groups || run == 3);
}

static bool take_decimals(Str s, size_t *at, char decimal, Written *w)
{
    if (*at >= s.n || s.p[*at] != decimal) {
        return true;
    }
    for (++*at; is_digit(s, *at); ++*at) {
        w->mantissa = w->digits < 18 ? w->mantissa * 10 + (s.p[*at] - '0') : w->mantissa;
        w->digits++;
        w->decimals++;
    }
    return w->decimals > 0;
}

bool cell_written(Str s, char decimal, Written *w)
{
    *w = (Written){0};
    size_t at = take_sign(s, &w->negative);
    w->from = at;
    bool zero = at + 1 < s.n && s.p[at] == '0' && is_digit(s, at + 1);
    if (!take_whole(s, &at, decimal == '.' ? ',' : '.', w) || !take_decimals(s, &at, decimal, w)) {
        return false;
    }
    w->zeros = zero;
    w->to = at;
    w->suffix = at < s.n ? cell_trim(str_sub(s, at, s.n)) : (Str){"", 0};
    return true;
}

/* ---- the value of a number ---- */

static bool small_value(const Written *w, UnitFactor f, uint16_t unit, Value *out)
{
    static const uint32_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    int64_t n = w->negative ? -w->mantissa : w->mantissa;
    if (w->digits > 18 || w->decimals > 9 || f.den > UINT32_MAX || __builtin_mul_overflow(n, f.num, &n) ||
        (uint64_t)tens[w->decimals] * (uint64_t)f.den > UINT32_MAX) {
        return false;
    }
    *out = (Value){.tag = T_NUM, .unit = unit, .den = tens[w->decimals] * (uint32_t)f.den, .num = n};
    return true;
}

static NumErr large_value(NumCtx *num, Str s, const Written *w, char decimal, uint16_t unit, Value *out)
{
    char digits[LIMIT_LITERAL_DIGITS + 2];
    size_t n = 0;
    for (size_t i = w->from; i < w->to; i++) {
        char c = s.p[i] == decimal ? '.' : s.p[i];
        if (c != '.' && (c < '0' || c > '9')) {
            continue;
        }
        if (n == sizeof digits) {
            return NUM_TOO_BIG;
        }
        digits[n++] = c;
    }
    NumErr err = num_read_literal(num, (Str){digits, n}, unit, out);
    return err == NUM_OK && w->negative ? num_neg(num, *out, out) : err;
}

static NumErr value_of(NumCtx *num, Str s, const Written *w, char decimal, uint16_t unit, Value *out)
{
    UnitFactor one = {1, 1}, f = unit == U_PLAIN ? one : unit_factor(num, unit);
    return small_value(w, f, unit, out) ? NUM_OK : large_value(num, s, w, decimal, unit, out);
}

static bool unit_of(NumCtx *num, Column *c, Str suffix, uint16_t *unit)
{
    if (c->suffix_n == suffix.n && !memcmp(c->suffix, suffix.p, suffix.n)) {
        *unit = c->suffix_unit;
        return true;
    }
    if (suffix.n > sizeof c->suffix || unit_parse(num, suffix, unit) != NUM_OK) {
        return false;
    }
    memcpy(c->suffix, suffix.p, suffix.n);
    c->suffix_n = (uint8_t)suffix.n;
    c->suffix_unit = *unit;
    return true;
}

/* One dimension a column; percentages are apart. */
static bool unit_fits(NumCtx *num, Column *c, uint16_t unit)
{
    if (!c->unit_known) {
        c->unit = unit;
        c->unit_known = true;
    }
    return unit == c->unit ||
           (unit_same_dimension(num, unit, c->unit) && unit_is_percent(unit) == unit_is_percent(c->unit) &&
            unit_is_dimensionless(num, unit) == unit_is_dimensionless(num, c->unit));
}

/* `2/3`, where the column was declared to hold numbers: what write_csv writes of a number without end. */
static NumErr fraction(NumCtx *num, Column *c, Str s, const Written *top, char decimal, Value *out, bool *good)
{
    Written below;
    Value n, d;
    *good = c->fractions && top->suffix.n > 1 && top->suffix.p[0] == '/' &&
            cell_written(str_sub(top->suffix, 1, top->suffix.n), decimal, &below) && !below.suffix.n && !top->decimals &&
            !below.decimals && (below.mantissa || below.digits > 18);
    if (!*good) {
        return NUM_OK;
    }
    NumErr err = value_of(num, s, top, decimal, c->bare ? c->unit : U_PLAIN, &n);
    err = err ? err : value_of(num, str_sub(top->suffix, 1, top->suffix.n), &below, decimal, U_PLAIN, &d);
    if (err == NUM_OK) {
        uint16_t unit = n.unit;
        err = num_div(num, n, d, out);
        err = err ? err : num_reduce(num, *out, out);
        out->unit = unit;
    }
    return err;
}

NumErr cell_number(NumCtx *num, Column *c, const CellForms *forms, Str s, Value *out, bool *good)
{
    Written w;
    uint16_t unit = c->bare ? c->unit : U_PLAIN;
    *good = cell_written(s, forms->decimal, &w) && (!w.zeros || c->declared);
    if (!*good) {
        return NUM_OK;
    }
    if (w.suffix.n && !unit_of(num, c, w.suffix, &unit)) {
        return fraction(num, c, s, &w, forms->decimal, out, good);
    }
    *good = (!w.suffix.n && c->bare) || unit_fits(num, c, unit);
    return *good ? value_of(num, s, &w, forms->decimal, unit, out) : NUM_OK;
}

/* ---- dates and truths ---- */

/* Digits at *at, at most `most`. */
static int take_figure(Str s, size_t *at, size_t most, size_t *count)
{
    int n = 0;
    for (*count = 0; *count < most && is_digit(s, *at); ++*count, ++*at) {
        n = n * 10 + (s.p[*at] - '0');
    }
    return n;
}

bool cell_written_date(Str s, int figures[3], bool *year_first)
{
    size_t at = 0, counts[3];
    if (s.n < 8 || s.n > 10) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        figures[i] = take_figure(s, &at, 4, &counts[i]);
        char sign = i < 2 && at < s.n ? s.p[at++] : '\0';
        if (!counts[i] || (i == 0 && sign != '/' && sign != '-' && sign != '.') || (i == 1 && sign != s.p[counts[0]])) {
            return false;
        }
    }
    *year_first = counts[0] == 4;
    bool sound = *year_first ? counts[1] <= 2 && counts[2] <= 2 : counts[0] <= 2 && counts[1] <= 2 && counts[2] == 4;
    return sound && at == s.n;
}

bool cell_date(Str s, DateOrder order, Value *out)
{
    int f[3];
    bool year_first;
    int64_t days;
    if (!cell_written_date(s, f, &year_first)) {
        return false;
    }
    bool month_first = order == ORDER_MONTH_FIRST;
    bool ok = year_first ? date_from_civil(f[0], f[1], f[2], &days)
                         : date_from_civil(f[2], f[!month_first], f[month_first], &days);
    *out = value_date(ok ? days : 0);
    return ok;
}

bool cell_truth(Str s, Value *out)
{
    static const char *const words[2][4] = {{"false", "faux", "no", "non"}, {"true", "vrai", "yes", "oui"}};
    for (int truth = 0; truth < 2; truth++) {
        for (int i = 0; i < 4; i++) {
            const char *word = words[truth][i];
            size_t n = 0;
            while (n < s.n && word[n] && (s.p[n] | 0x20) == word[n]) {
                n++;
            }
            if (n == s.n && !word[n]) {
                *out = value_truth(truth);
                return true;
            }
        }
    }
    return false;
}

/* ---- words for what is not given ---- */

bool cell_missing(const CellForms *forms, Str s)
{
    for (uint32_t i = 0; i < forms->missing_count; i++) {
        if (str_eq(forms->missing[i], s)) {
            return true;
        }
    }
    return false;
}
