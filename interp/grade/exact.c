/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a fraction whose denominator is made of 2 and 5 has a decimal that ends. */
#include "grade/exact.h"

#include <string.h>

#include "num/format.h"
#include "num/unit.h"

enum { DECIMALS_MOST = 12, DECIMALS_SHOWN = 4 };

/* Decimals of n / d, -1: they never end, or are many. */
static int decimals_of(uint32_t d)
{
    int twos = 0, fives = 0;
    while (d % 2 == 0) {
        d /= 2;
        twos++;
    }
    while (d % 5 == 0) {
        d /= 5;
        fives++;
    }
    int n = twos > fives ? twos : fives;
    return d == 1 && n <= DECIMALS_MOST ? n : -1;
}

void exact_put(NumCtx *num, Buf *out, Value v)
{
    Value r = v;
    NumErr err = num_reduce(num, v, &r);
    if (err == NUM_OK && r.tag == T_NUM && r.den == 1) {
        buf_int(out, r.num);
        return;
    }
    bool ends = err == NUM_OK && r.tag == T_NUM && decimals_of(r.den) >= 0;
    err = ends ? num_decimal(num, out, r, DECIMALS_MOST) : num_fraction(num, out, v);
    out->failed = out->failed || err == NUM_NO_MEMORY;
}

Str exact_str(NumCtx *num, Arena *arena, Value v)
{
    static const char *const wholes[] = {"0", "1", "2", "3", "4"};
    if (v.tag == T_NUM && v.den == 1 && v.num >= 0 && v.num < 5) {
        return (Str){wholes[v.num], 1};
    }
    Buf b;
    buf_init(&b, arena->mem);
    exact_put(num, &b, v);
    Str s = b.failed ? (Str){NULL, 0} : arena_str(arena, buf_str(&b));
    arena->failed = arena->failed || b.failed;
    buf_free(&b);
    return s.p ? s : (Str){"", 0};
}

static bool digits(NumCtx *num, Str s, Value *out)
{
    bool minus = s.n && s.p[0] == '-';
    if (num_read_literal(num, str_sub(s, minus, s.n), U_PLAIN, out) != NUM_OK) {
        return false;
    }
    return !minus || num_neg(num, *out, out) == NUM_OK;
}

bool exact_read(NumCtx *num, Str text, Value *out)
{
    Value top, bottom;
    const char *bar = text.n ? memchr(text.p, '/', text.n) : NULL;
    if (!bar) {
        return digits(num, text, out);
    }
    size_t at = (size_t)(bar - text.p);
    bool ok = digits(num, str_sub(text, 0, at), &top) && digits(num, str_sub(text, at + 1, text.n), &bottom) &&
              num_div(num, top, bottom, out) == NUM_OK;
    if (ok) {
        out->unit = U_PLAIN;
    }
    return ok;
}

void exact_decimal(NumCtx *num, Buf *out, Value v)
{
    out->failed = num_decimal(num, out, v, DECIMALS_SHOWN) == NUM_NO_MEMORY || out->failed;
}
