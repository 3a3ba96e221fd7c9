/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers for tests: a context whose leaves live in an arena, numbers from texts and back.
     num_of("17 €/h"), num_of("-2/3"), num_of("1!")   `!` makes the literal 1, 0 or 100 % of rule 3.1
     told(v)   exactly, in English, with an ordinary space: "64/3 h"; " ratio" after a ratio; the name of an error */
#ifndef BAREME_TESTS_TEST_NUM_H
#define BAREME_TESTS_TEST_NUM_H

#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "num/fast.h"
#include "num/format.h"

static Mem mem;
static Arena leaves;
static NumCtx ctx;

static inline void *leaf_of_arena(void *heap, uint8_t tag, size_t bytes)
{
    (void)tag;
    return arena_alloc(heap, bytes);
}

static inline int numbers_open(void **state)
{
    (void)state;
    mem_init(&mem, 0);
    arena_init(&leaves, &mem);
    if (!num_ctx_init(&ctx, &mem, leaf_of_arena, &leaves))
        return -1;
    return 0;
}

static inline int numbers_close(void **state)
{
    (void)state;
    num_ctx_free(&ctx);
    arena_free(&leaves);
    if (mem.used != 0)
        print_error("%zu bytes were not given back\n", mem.used);
    return mem.used == 0 ? 0 : -1;
}

static inline const char *error_name(NumErr err)
{
    static const char *const names[] = {
        "OK",     "DIV_ZERO",  "DIMENSION",  "PERCENT",    "RATE",      "CALENDAR", "TOO_BIG",      "NO_MEMORY",
        "DOMAIN", "NOT_PLAIN", "UNITS_FULL", "UNIT_POWER", "NOT_WHOLE", "RANGE",    "UNIT_UNKNOWN", "UNIT_TAKEN"};
    return names[err];
}

static inline Value num_of(const char *text)
{
    Str s = str_from(text);
    bool minus = str_starts(s, STR("-"));
    size_t at = minus, start = at, bar = 0;
    while (at < s.n &&
           (strchr("0123456789.", s.p[at]) || (s.p[at] == '/' && s.p[at + 1] >= '0' && s.p[at + 1] <= '9'))) {
        if (s.p[at] == '/')
            bar = at;
        at++;
    }
    Str digits = str_sub(s, start, bar ? bar : at), unit_text = str_trim(str_sub(s, at, s.n));
    bool literal = str_ends(unit_text, STR("!"));
    if (literal)
        unit_text.n--;
    uint16_t unit = U_PLAIN;
    Value v, d;
    if (str_eq(unit_text, STR("ratio")))
        unit = U_RATIO;
    else if (unit_text.n)
        assert_int_equal(unit_parse(&ctx, unit_text, &unit), NUM_OK);
    assert_int_equal(num_read_literal(&ctx, digits, unit, &v), NUM_OK);
    if (bar) {
        assert_int_equal(num_read_literal(&ctx, str_sub(s, bar + 1, at), U_PLAIN, &d), NUM_OK);
        assert_int_equal(num_div(&ctx, v, d, &v), NUM_OK);
        v.unit = unit;
    }
    if (minus)
        assert_int_equal(num_neg(&ctx, v, &v), NUM_OK);
    v.flags = literal ? NUM_LITERAL_ONE : 0;
    return v;
}

/* Into a buffer of the caller, ordinary spaces for the others. */
static inline const char *text_of(Buf *out, Value v, const NumFormat *f)
{
    char *p = out->p;
    buf_clear(out);
    assert_int_equal(num_format(&ctx, out, v, f), NUM_OK);
    p = (char *)(uintptr_t)buf_cstr(out);
    char *to = p;
    for (const char *from = p; *from;) {
        size_t blank = strncmp(from, "\u00A0", 2) == 0 ? 2 : strncmp(from, "\u202F", 3) == 0 ? 3 : 0;
        *to++ = blank ? (blank == 3 ? '_' : ' ') : *from;
        from += blank ? blank : 1;
    }
    *to = '\0';
    return p;
}

static inline const char *told(Value v)
{
    static char text[4][400];
    static int next;
    NumFormat f = {.lang = LANG_EN, .kind = NF_EXACT, .unit = true};
    Buf out;
    buf_init(&out, &mem);
    next = (next + 1) % 4;
    snprintf(text[next], sizeof text[next], "%.380s%s", text_of(&out, v, &f), v.unit == U_RATIO ? " ratio" : "");
    buf_free(&out);
    return text[next];
}

typedef NumErr (*Operation)(NumCtx *, Value, Value, Value *);

/* What the operation gives, or the name of its error. The inlined road must agree where it goes. */
static inline const char *result_of(const char *a, char op, const char *b)
{
    static const struct {
        char sign;
        Operation slow;
    } operations[] = {{'+', num_add}, {'-', num_sub}, {'*', num_mul}, {'/', num_div}, {'%', num_mod}, {'^', num_pow}};
    Value x = num_of(a), y = num_of(b), out = {0}, quick = {0};
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (operations[i].sign != op)
            continue;
        NumErr err = operations[i].slow(&ctx, x, y, &out);
        bool fast = op == '+'   ? num_add_fast(x, y, &quick)
                    : op == '-' ? num_sub_fast(x, y, &quick)
                    : op == '*' ? num_mul_fast(&ctx, x, y, &quick)
                    : op == '/' ? num_div_fast(&ctx, x, y, &quick)
                    : op == '%' ? num_mod_fast(x, y, &quick)
                                : false;
        if (fast) {
            assert_int_equal(err, NUM_OK);
            assert_string_equal(told(quick), told(out));
            assert_int_equal(quick.unit, out.unit);
            assert_int_equal(quick.flags, 0);
        }
        return err == NUM_OK ? told(out) : error_name(err);
    }
    return "no such operation";
}

#endif
