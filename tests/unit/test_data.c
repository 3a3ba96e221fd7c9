/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values: the heap and its collector, texts, lists, records, dates, how values are shown and compared. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "data/bytecode.h"
#include "data/native.h"
#include "data/pack.h"
#include "data/show.h"
#include "num/number.h"
#include "num/unit.h"

typedef struct Fixture {
    Mem mem;
    NumCtx num;
    Heap heap;
    Value roots[8];
} Fixture;

static void mark_roots(Heap *h, void *data)
{
    Fixture *f = data;
    for (size_t i = 0; i < 8; i++)
        heap_mark(h, f->roots[i]);
}

static bool fixture_open(Fixture *f, uint64_t fail_at)
{
    *f = (Fixture){0};
    mem_init(&f->mem, 0);
    f->mem.fail_at = fail_at;
    for (size_t i = 0; i < 8; i++)
        f->roots[i] = value_none();
    if (!num_ctx_init(&f->num, &f->mem, NULL, NULL))
        return false;
    bool ok = heap_init(&f->heap, &f->mem, &f->num);
    heap_add_root(&f->heap, mark_roots, f);
    return ok;
}

static void fixture_close(Fixture *f)
{
    heap_free(&f->heap);
    num_ctx_free(&f->num);
    assert_int_equal(f->mem.used, 0);
}

static int setup(void **state)
{
    static Fixture f;
    *state = &f;
    return fixture_open(&f, 0) ? 0 : -1;
}

static int teardown(void **state)
{
    fixture_close(*state);
    return 0;
}

static Value text(Fixture *f, const char *s)
{
    Value v;
    assert_true(text_new(&f->heap, str_from(s), &v));
    return v;
}

static Value list_of(Fixture *f, const Value *items, uint32_t n)
{
    List *l = list_new(&f->heap, n);
    assert_non_null(l);
    for (uint32_t i = 0; i < n; i++)
        l->store->items[i] = items[i];
    return value_obj(T_LIST, l);
}

static void assert_text(Fixture *f, Value v, const char *expected)
{
    Str s = text_str(&f->heap, v);
    assert_non_null(s.p);
    assert_int_equal(s.n, strlen(expected));
    assert_memory_equal(s.p, expected, s.n);
}

static void assert_shown_in(Fixture *f, Value v, Lang lang, const char *expected)
{
    Buf b;
    buf_init(&b, &f->mem);
    ShowStyle style = show_style(lang);
    value_show(&f->heap, &b, v, &style);
    assert_string_equal(buf_cstr(&b), expected);
    buf_free(&b);
}

#define assert_shown(f, v, english, french)                                                                            \
    do {                                                                                                               \
        assert_shown_in(f, v, LANG_EN, english);                                                                       \
        assert_shown_in(f, v, LANG_FR, french);                                                                        \
    } while (0)

/* ---- the collector ---- */

static void what_is_not_reached_is_freed(void **state)
{
    Fixture *f = *state;
    f->roots[0] = text(f, "kept");
    for (int i = 0; i < 1000; i++)
        text(f, "dropped");
    size_t before = f->heap.bytes;
    heap_collect(&f->heap);
    assert_true(f->heap.bytes < before / 100);
    assert_text(f, f->roots[0], "kept");
    assert_int_equal(f->heap.collections, 1);
}

static void memory_is_used_again(void **state)
{
    Fixture *f = *state;
    size_t before = f->mem.used;
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 1000; i++)
            text(f, "a text of some length, but a small object all the same");
        heap_collect(&f->heap);
    }
    assert_true(f->mem.peak < before + 512 * 1024);
}

static void large_objects_go_back_to_the_system(void **state)
{
    Fixture *f = *state;
    size_t before = f->mem.used;
    assert_non_null(list_new(&f->heap, 100000));
    assert_true(f->mem.used > before + 100000 * sizeof(Value));
    heap_collect(&f->heap);
    assert_true(f->mem.used < before + 128 * 1024);
}

static void everything_below_a_root_lives(void **state)
{
    Fixture *f = *state;
    Value items[3] = {text(f, "one"), text(f, "two"), value_none()};
    Record *r = record_new(&f->heap, 1);
    assert_true(record_set_field(&f->heap, r, 0, STR("name"), text(f, "field")));
    items[2] = value_obj(T_RECORD, r);
    f->roots[0] = list_of(f, items, 3);
    f->roots[1] = value_status(STATUS_NOT_GIVEN, text_flat(&f->heap, text(f, "why")));
    Scale *s = scale_new(&f->heap, 1);
    s->names[0] = text_flat(&f->heap, text(f, "red"));
    f->roots[2] = (Value){.tag = T_LEVEL, .ptr = s};
    heap_collect(&f->heap);
    for (int i = 0; i < 100; i++)
        text(f, "over");
    assert_shown(f, f->roots[0], "[\"one\", \"two\", {name: \"field\"}]", "[\"one\" ; \"two\" ; {name: \"field\"}]");
    assert_shown(f, f->roots[2], "red", "red");
    assert_memory_equal(((Text *)f->roots[1].ptr)->bytes, "why", 3);
}

/* A chain of records, each in the one before: marking must not recurse, and must go on when its own stack cannot
   grow. */
static Value deep_chain(Fixture *f, int depth)
{
    Value v = num_int(1);
    for (int i = 0; i < depth; i++)
        v = list_of(f, &v, 1);
    return v;
}

static int chain_depth(Value v)
{
    int n = 0;
    for (; v.tag == T_LIST; n++)
        v = list_at(v, 0);
    return n;
}

static void deep_values_are_marked_without_recursion(void **state)
{
    Fixture *f = *state;
    f->roots[0] = deep_chain(f, 200000);
    heap_collect(&f->heap);
    heap_collect(&f->heap);
    assert_int_equal(chain_depth(f->roots[0]), 200000);
}

static void marking_survives_a_lack_of_memory(void **state)
{
    Fixture *f = *state;
    Value items[3000];
    for (int i = 0; i < 3000; i++)
        items[i] = deep_chain(f, 2);
    f->roots[0] = list_of(f, items, 3000);
    f->mem.fail_at = f->mem.calls + 1;
    f->mem.fail_on = true;
    heap_collect(&f->heap);
    f->mem.fail_at = 0;
    assert_false(f->mem.failed);
    for (int i = 0; i < 10000; i++)
        text(f, "over");
    for (uint32_t i = 0; i < 3000; i++)
        assert_int_equal(chain_depth(list_at(f->roots[0], i)), 2);
}

static void protected_values_live(void **state)
{
    Fixture *f = *state;
    uint32_t mark = heap_protect(&f->heap, text(f, "first"));
    for (int i = 0; i < 200; i++)
        heap_protect(&f->heap, text(f, "more"));
    heap_collect(&f->heap);
    assert_text(f, f->heap.protected[mark], "first");
    heap_unprotect(&f->heap, mark);
    assert_int_equal(f->heap.protected_count, 0);
}

static void a_collection_is_asked_for(void **state)
{
    Fixture *f = *state;
    f->heap.stress = 0;
    f->heap.wanted = false;
    while (!f->heap.wanted)
        list_new(&f->heap, 1000);
    assert_true(f->heap.bytes >= 2u << 20);
    heap_collect(&f->heap);
    assert_false(f->heap.wanted);
    f->heap.stress = 3;
    f->heap.stress_count = 0;
    text(f, "1");
    text(f, "2");
    assert_false(f->heap.wanted);
    text(f, "3");
    assert_true(f->heap.wanted);
}

static void big_numbers_are_leaves(void **state)
{
    Fixture *f = *state;
    Value v = num_int(INT64_MAX);
    for (int i = 0; i < 20; i++)
        assert_int_equal(num_mul(&f->num, v, num_int(INT64_MAX), &v), NUM_OK);
    assert_int_equal(v.tag, T_BIG);
    f->roots[0] = v;
    heap_collect(&f->heap);
    for (int i = 0; i < 100; i++)
        text(f, "over and over again, to write where a freed number would have been");
    for (int i = 0; i < 20; i++)
        assert_int_equal(num_div(&f->num, v, num_int(INT64_MAX), &v), NUM_OK);
    bool equal, status;
    assert_int_equal(value_equal(&f->heap, v, num_int(INT64_MAX), &equal, &status), NUM_OK);
    assert_true(equal);
}

/* ---- texts ---- */

static void texts_join(void **state)
{
    Fixture *f = *state;
    Value v;
    assert_true(text_concat(&f->heap, text(f, "ab"), text(f, "cd"), &v));
    assert_text(f, v, "abcd");
    assert_true(text_concat(&f->heap, text(f, ""), v, &v));
    assert_text(f, v, "abcd");
    assert_true(text_concat(&f->heap, v, text(f, ""), &v));
    assert_text(f, v, "abcd");
}

static void a_million_appends_are_linear(void **state)
{
    Fixture *f = *state;
    enum { TIMES = 1000000 };
    Value piece = text(f, "xy");
    f->roots[0] = text(f, "");
    f->roots[1] = piece;
    for (int i = 0; i < TIMES; i++) {
        assert_true(text_concat(&f->heap, f->roots[0], piece, &f->roots[0]));
        if (f->heap.wanted)
            heap_collect(&f->heap);
    }
    assert_int_equal(text_bytes(f->roots[0]), 2 * TIMES);
    Str s = text_str(&f->heap, f->roots[0]);
    assert_int_equal(s.n, 2 * TIMES);
    for (size_t i = 0; i < s.n; i += 2)
        assert_true(s.p[i] == 'x' && s.p[i + 1] == 'y');
}

static void texts_grow_in_front_and_double(void **state)
{
    Fixture *f = *state;
    Value v = text(f, "");
    char expected[2001];
    for (int i = 0; i < 2000; i++) {
        char c[2] = {(char)('a' + i % 26), 0};
        assert_true(text_concat(&f->heap, text(f, c), v, &v));
        expected[1999 - i] = c[0];
    }
    expected[2000] = 0;
    Value kept = v;
    assert_text(f, v, expected);
    for (int i = 0; i < 5; i++)
        assert_true(text_concat(&f->heap, v, v, &v));
    Str s = text_str(&f->heap, v);
    assert_int_equal(s.n, 64000);
    for (size_t i = 0; i < s.n; i += 2000)
        assert_memory_equal(s.p + i, expected, 2000);
    assert_text(f, kept, expected);
}

/* Added to from two places, and in front between additions: nobody sees what another has written. */
static void growing_texts_share_and_never_change(void **state)
{
    Fixture *f = *state;
    Value base = text(f, "0123456789012345678901234567890123456789012345678901234567890123"), a, b, c;
    for (int i = 0; i < 3; i++)
        assert_true(text_concat(&f->heap, base, text(f, "-"), &base));
    assert_true(text_concat(&f->heap, base, text(f, "a"), &a));
    assert_true(text_concat(&f->heap, base, text(f, "b"), &b));
    assert_true(text_concat(&f->heap, b, text(f, "c"), &b));
    assert_true(text_concat(&f->heap, text(f, "<"), a, &c));
    assert_true(text_concat(&f->heap, c, a, &c));
    assert_true(text_concat(&f->heap, a, text(f, "!"), &a));
#define LONG "0123456789012345678901234567890123456789012345678901234567890123---"
    assert_text(f, c, "<" LONG "a" LONG "a");
    assert_text(f, b, LONG "bc");
    assert_text(f, a, LONG "a!");
    assert_text(f, base, LONG);
}

static void texts_have_a_limit(void **state)
{
    Fixture *f = *state;
    Value v = text(f, "0123456789abcdef"), longer;
    for (size_t n = 16; n < LIMIT_TEXT_BYTES; n *= 2)
        assert_true(text_concat(&f->heap, v, v, &v));
    assert_int_equal(text_bytes(v), LIMIT_TEXT_BYTES);
    assert_false(text_concat(&f->heap, v, text(f, "x"), &longer));
}

/* ---- lists, records ---- */

static void lists_share_and_never_change(void **state)
{
    Fixture *f = *state;
    Value one, two, other;
    Value none = value_obj(T_LIST, list_new(&f->heap, 0));
    assert_true(list_append(&f->heap, none, num_int(1), &one));
    assert_true(list_append(&f->heap, one, num_int(2), &two));
    assert_true(list_append(&f->heap, one, num_int(3), &other));
    assert_shown(f, none, "[]", "[]");
    assert_shown(f, one, "[1]", "[1]");
    assert_shown(f, two, "[1, 2]", "[1 ; 2]");
    assert_shown(f, other, "[1, 3]", "[1 ; 3]");
    assert_true(list_concat(&f->heap, two, other, &two));
    assert_shown(f, two, "[1, 2, 1, 3]", "[1 ; 2 ; 1 ; 3]");
    assert_true(list_concat(&f->heap, two, two, &two));
    assert_int_equal(list_count(two), 8);
}

static void appending_is_linear(void **state)
{
    Fixture *f = *state;
    f->roots[0] = value_obj(T_LIST, list_new(&f->heap, 0));
    for (int64_t i = 0; i < 1000000; i++) {
        assert_true(list_append(&f->heap, f->roots[0], num_int(i), &f->roots[0]));
        if (f->heap.wanted)
            heap_collect(&f->heap);
    }
    for (uint32_t i = 0; i < 1000000; i++)
        assert_true(list_at(f->roots[0], i).num == i);
}

static void lists_have_a_limit(void **state)
{
    Fixture *f = *state;
    Value v;
    assert_null(list_new(&f->heap, LIMIT_LIST_ITEMS + 1));
    List *l = list_new(&f->heap, LIMIT_LIST_ITEMS);
    assert_non_null(l);
    assert_false(list_append(&f->heap, value_obj(T_LIST, l), num_int(1), &v));
}

static void records_find_their_fields(void **state)
{
    Fixture *f = *state;
    Record *r = record_new(&f->heap, 2);
    Value v, record = value_obj(T_RECORD, r);
    assert_true(record_set_field(&f->heap, r, 0, STR("agent"), text(f, "Jenna")));
    assert_true(record_set_field(&f->heap, r, 1, STR("two words"), num_int(30)));
    assert_true(record_get(record, STR("agent"), &v));
    assert_text(f, v, "Jenna");
    assert_false(record_get(record, STR("agents"), &v));
    assert_shown(f, record, "{agent: \"Jenna\", \"two words\": 30}", "{agent: \"Jenna\" ; \"two words\": 30}");
    assert_null(record_new(&f->heap, LIMIT_RECORD_FIELDS + 1));
}

/* ---- dates ---- */

static void dates_go_round(void **state)
{
    (void)state;
    int64_t days, y, previous;
    int m, d;
    assert_true(date_from_civil(1970, 1, 1, &days));
    assert_int_equal(days, 0);
    assert_true(date_from_civil(2000, 3, 1, &days));
    assert_int_equal(days, 11017);
    assert_true(date_from_civil(1, 1, 1, &previous));
    assert_int_equal(previous, -719162);
    for (days = previous; days < 2932897; days += 13) {
        int64_t again;
        date_to_civil(days, &y, &m, &d);
        assert_true(date_from_civil(y, m, d, &again));
        assert_int_equal(again, days);
    }
    assert_true(date_from_civil(9999, 12, 31, &days));
    assert_int_equal(days, 2932896);
}

static void days_that_are_not_are_refused(void **state)
{
    (void)state;
    int64_t days;
    assert_false(date_from_civil(2023, 2, 29, &days));
    assert_true(date_from_civil(2024, 2, 29, &days));
    assert_false(date_from_civil(1900, 2, 29, &days));
    assert_true(date_from_civil(2000, 2, 29, &days));
    assert_false(date_from_civil(2023, 13, 1, &days));
    assert_false(date_from_civil(2023, 0, 1, &days));
    assert_false(date_from_civil(2023, 4, 31, &days));
    assert_false(date_from_civil(2023, 4, 0, &days));
    assert_false(date_from_civil(0, 1, 1, &days));
    assert_false(date_from_civil(10000, 1, 1, &days));
}

static void assert_months_later(int y, int m, int d, int64_t n, const char *expected, Fixture *f)
{
    int64_t days;
    assert_true(date_from_civil(y, m, d, &days));
    assert_true(date_add_months(days, n, &days));
    assert_shown_in(f, value_date(days), LANG_EN, expected);
}

static void months_are_added_by_the_calendar(void **state)
{
    Fixture *f = *state;
    assert_months_later(2023, 1, 31, 1, "2023-02-28", f);
    assert_months_later(2024, 1, 31, 1, "2024-02-29", f);
    assert_months_later(2023, 12, 15, 1, "2024-01-15", f);
    assert_months_later(2023, 1, 15, -1, "2022-12-15", f);
    assert_months_later(2024, 2, 29, 12, "2025-02-28", f);
    assert_months_later(2023, 5, 12, -29, "2020-12-12", f);
    int64_t days;
    assert_true(date_from_civil(9999, 12, 1, &days));
    assert_false(date_add_months(days, 1, &days));
    assert_true(date_from_civil(1, 1, 1, &days));
    assert_false(date_add_months(days, -1, &days));
    assert_false(date_add_months(days, INT64_MAX, &days));
    assert_false(date_add_months(days, INT64_MIN, &days));
}

/* ---- showing ---- */

static void values_are_shown_in_both_languages(void **state)
{
    Fixture *f = *state;
    int64_t days;
    assert_true(date_from_civil(2023, 5, 12, &days));
    assert_shown(f, value_date(days), "2023-05-12", "12/05/2023");
    assert_shown(f, value_truth(true), "true", "vrai");
    assert_shown(f, value_truth(false), "false", "faux");
    assert_shown(f, value_none(), "nothing", "rien");
    assert_shown(f, value_status(STATUS_NOT_GIVEN, NULL), "not given", "non fourni");
    assert_shown(f, value_status(STATUS_BLANK, NULL), "blank", "vide");
    assert_shown(f, value_status(STATUS_UNREADABLE, NULL), "unreadable", "illisible");
    assert_shown(f, text(f, "a \"b\"\n{c}"), "a \"b\"\n{c}", "a \"b\"\n{c}");
    Value quoted = text(f, "a \"b\"\n{c}");
    assert_shown(f, list_of(f, &quoted, 1), "[\"a \\\"b\\\"\\n\\{c\\}\"]", "[\"a \\\"b\\\"\\n\\{c\\}\"]");
    Value step = num_int(2);
    assert_shown(f, value_obj(T_RANGE, range_new(&f->heap, num_int(1), num_int(5), step)), "1..5 step 2",
                 "1..5 pas 2");
    step.flags = RANGE_STEP_DEFAULT;
    assert_shown(f, value_obj(T_RANGE, range_new(&f->heap, num_int(1), num_int(5), step)), "1..5", "1..5");
    Value scenario = {.tag = T_SCENARIO, .num = 2};
    assert_shown(f, scenario, "scenario 2", "scénario 2");
}

static void functions_are_shown_by_their_signature(void **state)
{
    Fixture *f = *state;
    Param params[] = {{.name = STR("x")}, {.name = STR("y")}};
    Proto p = {.name = STR("area"), .params = params, .param_count = 2};
    Function *fn = (Function *)heap_new(&f->heap, O_FUNCTION, sizeof *fn);
    fn->proto = &p;
    assert_shown(f, value_obj(T_FUNCTION, fn), "fn area(x, y)", "fn area(x ; y)");
    p.name = (Str){"", 0};
    assert_shown(f, value_obj(T_FUNCTION, fn), "fn(x, y)", "fn(x ; y)");
    NativeParam native_params[] = {{.name = STR("list"), .name_fr = STR("liste")}};
    Native n = {.name = STR("mean"), .name_fr = STR("moyenne"), .params = native_params, .param_count = 1};
    Value native = {.tag = T_NATIVE, .ptr = &n};
    assert_shown(f, native, "fn mean(list)", "fn moyenne(liste)");
}

static void what_is_too_deep_is_cut(void **state)
{
    Fixture *f = *state;
    Buf b;
    buf_init(&b, &f->mem);
    ShowStyle style = show_style(LANG_EN);
    f->roots[0] = deep_chain(f, 100000);
    value_show(&f->heap, &b, f->roots[0], &style);
    assert_int_equal(b.n, 2 * (LIMIT_NESTING + 1) + strlen("…"));
    buf_free(&b);
    bool equal, status;
    assert_int_equal(value_equal(&f->heap, f->roots[0], deep_chain(f, 100000), &equal, &status), NUM_TOO_DEEP);
}

static void assert_format(Fixture *f, Value v, const char *format, const char *expected)
{
    Buf b;
    buf_init(&b, &f->mem);
    bool ok = value_show_format(&f->heap, &b, v, str_from(format), LANG_EN);
    if (expected) {
        assert_true(ok);
        assert_string_equal(buf_cstr(&b), expected);
    } else {
        assert_false(ok);
    }
    buf_free(&b);
}

static void formats_say_decimals_and_unit(void **state)
{
    Fixture *f = *state;
    Value v, third, euros;
    uint16_t unit;
    assert_int_equal(num_from_ratio(&f->num, 64, 3, U_PLAIN, &third), NUM_OK);
    assert_format(f, third, "", "21.3333");
    assert_format(f, third, "2", "21.33");
    assert_format(f, third, "0", "21");
    assert_format(f, third, "exact", "64/3");
    assert_format(f, third, "3 significant", "21.3");
    assert_int_equal(unit_parse(&f->num, STR("€"), &unit), NUM_OK);
    assert_int_equal(num_from_ratio(&f->num, 12500, 1, unit, &euros), NUM_OK);
    assert_format(f, euros, "1 k€", "12.5\u00A0k€");
    assert_format(f, euros, "k€", "12.5\u00A0k€");
    assert_format(f, euros, "h", NULL);
    assert_format(f, euros, "2 nonsense", NULL);
    assert_format(f, euros, "x", NULL);
    assert_format(f, euros, "1001", NULL);
    Value items[] = {third, third};
    v = list_of(f, items, 2);
    assert_format(f, v, "1", "[21.3, 21.3]");
    assert_format(f, text(f, "word"), "", "word");
}

/* ---- comparing ---- */

static bool equal(Fixture *f, Value a, Value b)
{
    bool is, status;
    assert_int_equal(value_equal(&f->heap, a, b, &is, &status), NUM_OK);
    assert_false(status);
    return is;
}

static void equal_values_are_equal(void **state)
{
    Fixture *f = *state;
    Value half = {.den = 2, .num = 1}, two_quarters = {.den = 4, .num = 2};
    Value a[] = {half, text(f, "x")}, b[] = {two_quarters, text(f, "x")}, c[] = {half, text(f, "y")};
    assert_true(equal(f, half, two_quarters));
    assert_true(equal(f, list_of(f, a, 2), list_of(f, b, 2)));
    assert_false(equal(f, list_of(f, a, 2), list_of(f, c, 2)));
    assert_false(equal(f, list_of(f, a, 2), list_of(f, a, 1)));
    assert_false(equal(f, num_int(1), text(f, "1")));
    assert_false(equal(f, num_int(1), value_truth(true)));
    assert_true(equal(f, value_truth(true), value_truth(true)));
    assert_true(equal(f, value_date(3), value_date(3)));
    Record *r = record_new(&f->heap, 2), *s = record_new(&f->heap, 2);
    record_set_field(&f->heap, r, 0, STR("a"), num_int(1));
    record_set_field(&f->heap, r, 1, STR("b"), num_int(2));
    record_set_field(&f->heap, s, 0, STR("b"), num_int(2));
    record_set_field(&f->heap, s, 1, STR("a"), num_int(1));
    assert_true(equal(f, value_obj(T_RECORD, r), value_obj(T_RECORD, s)));
    s->fields[1].value = num_int(3);
    assert_false(equal(f, value_obj(T_RECORD, r), value_obj(T_RECORD, s)));
}

static void a_status_makes_equality_a_status(void **state)
{
    Fixture *f = *state;
    Value blank = value_status(STATUS_BLANK, NULL);
    bool is, status;
    assert_int_equal(value_equal(&f->heap, blank, blank, &is, &status), NUM_OK);
    assert_true(status);
    Value list = list_of(f, &blank, 1);
    assert_int_equal(value_equal(&f->heap, list, list, &is, &status), NUM_OK);
    assert_true(status);
}

static void dimensions_must_agree(void **state)
{
    Fixture *f = *state;
    uint16_t euro, minute;
    Value a, b;
    bool is, status;
    assert_int_equal(unit_parse(&f->num, STR("€"), &euro), NUM_OK);
    assert_int_equal(unit_parse(&f->num, STR("min"), &minute), NUM_OK);
    assert_int_equal(num_from_ratio(&f->num, 3, 1, euro, &a), NUM_OK);
    assert_int_equal(num_from_ratio(&f->num, 3, 1, minute, &b), NUM_OK);
    assert_int_equal(value_equal(&f->heap, a, b, &is, &status), NUM_DIMENSION);
    assert_int_equal(value_equal(&f->heap, list_of(f, &a, 1), list_of(f, &b, 1), &is, &status), NUM_DIMENSION);
}

static int order(Fixture *f, Value a, Value b)
{
    int o;
    bool ordered;
    assert_int_equal(value_compare(&f->heap, a, b, &o, &ordered), NUM_OK);
    return ordered ? o : 99;
}

static void values_have_an_order(void **state)
{
    Fixture *f = *state;
    assert_int_equal(order(f, num_int(1), num_int(2)), -1);
    assert_int_equal(order(f, value_date(2), value_date(1)), 1);
    assert_true(order(f, text(f, "a"), text(f, "b")) < 0);
    assert_true(order(f, text(f, "a"), text(f, "ab")) < 0);
    assert_int_equal(order(f, num_int(1), text(f, "b")), 99);
    Scale *s = scale_new(&f->heap, 2), *other = scale_new(&f->heap, 2), *same = scale_new(&f->heap, 2);
    s->names[0] = same->names[0] = text(f, "low").ptr;
    s->names[1] = same->names[1] = text(f, "high").ptr;
    other->names[0] = text(f, "high").ptr;
    other->names[1] = text(f, "low").ptr;
    Value low = {.tag = T_LEVEL, .ptr = s, .den = 0}, high = {.tag = T_LEVEL, .ptr = s, .den = 1};
    assert_int_equal(order(f, low, high), -1);
    assert_int_equal(order(f, low, (Value){.tag = T_LEVEL, .ptr = other, .den = 1}), 99);
    assert_int_equal(order(f, low, (Value){.tag = T_LEVEL, .ptr = same, .den = 1}), -1); /* a scale written twice */
}

/* ---- bytecode ---- */

static void code_is_listed(void **state)
{
    Fixture *f = *state;
    Ins code[] = {
        {.op = OPC_CONST, .a = 0, .b = 1},
        {.op = OPC_ADDK, .a = 1, .b = 0, .c = 0},
        {.op = OPC_JLTK, .a = 1, .b = 0, .jump = -2},
        {.op = OPC_CALL_SLOT, .a = 1, .b = 2, .c = 3},
        {.op = OPC_END_TRY},
        {.op = OPC_RETURN, .a = 1},
    };
    Value consts[] = {{.den = 100, .num = 1}, text(f, "abc")};
    Proto p = {.name = STR("f"), .code = code, .code_count = 6, .consts = consts, .const_count = 2,
               .register_count = 4};
    Buf b;
    buf_init(&b, &f->mem);
    proto_disassemble(&b, &p);
    assert_string_equal(buf_cstr(&b), "code of f: 0 parameters, 4 registers\n"
                                      "   0  CONST        R0, \"abc\"\n"
                                      "   1  ADDK         R1, R0, 1/100\n"
                                      "   2  JLTK         R1, 1/100, -> 1\n"
                                      "   3  CALL_SLOT    R1, 2, ref 3\n"
                                      "   4  END_TRY     \n"
                                      "   5  RETURN       R1\n");
    buf_free(&b);
}

/* ---- every allocation fails once ---- */

static bool busy(Fixture *f)
{
    Value v, w;
    bool ok = text_new(&f->heap, STR("a text that is long enough to become a part of a rope, once joined"), &v);
    ok = ok && text_concat(&f->heap, v, v, &w) && text_concat(&f->heap, w, v, &w) && text_str(&f->heap, w).p;
    List *l = ok ? list_new(&f->heap, 2) : NULL;
    if (!l)
        return false;
    Value list = value_obj(T_LIST, l);
    for (int i = 0; i < 100; i++)
        if (!list_append(&f->heap, list, w, &list))
            return false;
    Record *r = record_new(&f->heap, 40);
    if (!r || !record_set_field(&f->heap, r, 0, STR("name"), list) || heap_protect(&f->heap, list) == UINT32_MAX)
        return false;
    heap_collect(&f->heap);
    Buf b;
    buf_init(&b, &f->mem);
    ShowStyle style = show_style(LANG_EN);
    value_show(&f->heap, &b, list, &style);
    ok = !b.failed;
    buf_free(&b);
    return ok;
}

/* ---- packed lists ---- */

static Value packed_item(const List *l, uint32_t i) { return list_at(value_obj(T_LIST, (void *)(uintptr_t)l), i); }

static void assert_num(Value v, int64_t num, uint32_t den)
{
    assert_int_equal(v.tag, T_NUM);
    assert_true((__int128)v.num * den == (__int128)num * v.den);
}

static void a_packed_list_is_as_wide_as_it_needs(void **state)
{
    static const struct { int64_t n; uint32_t width; } steps[] = {
        {0, 1}, {127, 1}, {-127, 1}, {-128, 2}, {128, 2}, {32767, 2}, {-32768, 4}, {INT32_MAX, 4}, {INT32_MIN, 8},
        {INT64_MAX, 8}, {-INT64_MAX, 8}};
    Fixture *f = *state;
    List *l = list_packed(&f->heap, 2);
    for (uint32_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        assert_true(list_push(&f->heap, l, num_int(steps[i].n)));
        assert_true(list_push(&f->heap, l, value_status(STATUS_NOT_GIVEN, NULL)));
        assert_true(l->packed);
        assert_int_equal(l->pack->width, steps[i].width);
        for (uint32_t k = 0; k <= i; k++) {
            assert_num(packed_item(l, 2 * k), steps[k].n, 1);
            assert_true(value_is_not_given(packed_item(l, 2 * k + 1)));
        }
    }
    assert_true(list_push(&f->heap, l, num_int(INT64_MIN)));
    assert_false(l->packed);
    assert_int_equal(l->n, 2 * sizeof steps / sizeof *steps + 1);
    assert_num(packed_item(l, 2), 127, 1);
    assert_num(packed_item(l, l->n - 1), INT64_MIN, 1);
}

static Value fraction_of(int64_t num, uint32_t den) { return (Value){.tag = T_NUM, .den = den, .num = num}; }

static void a_packed_list_has_one_denominator(void **state)
{
    Fixture *f = *state;
    List *l = list_packed(&f->heap, 4);
    const Value items[] = {fraction_of(3, 1), fraction_of(25, 10), fraction_of(-1, 100), fraction_of(7, 1), fraction_of(1, 20)};
    for (uint32_t i = 0; i < 5; i++)
        assert_true(list_push(&f->heap, l, items[i]));
    assert_true(l->packed);
    assert_int_equal(l->pack->like.den, 100);
    for (uint32_t i = 0; i < 5; i++)
        assert_num(packed_item(l, i), items[i].num, items[i].den);
    assert_true(list_push(&f->heap, l, fraction_of(1, 3)));
    assert_false(l->packed);
    for (uint32_t i = 0; i < 5; i++)
        assert_num(packed_item(l, i), items[i].num, items[i].den);
    assert_num(packed_item(l, 5), 1, 3);
}

static void what_does_not_fit_under_it_makes_a_plain_list(void **state)
{
    Fixture *f = *state;
    List *l = list_packed(&f->heap, 4);
    assert_true(list_push(&f->heap, l, num_int(INT64_MAX / 5)));
    assert_true(list_push(&f->heap, l, fraction_of(1, 10)));
    assert_false(l->packed);
    assert_num(packed_item(l, 0), INT64_MAX / 5, 1);
    l = list_packed(&f->heap, 4);
    assert_true(list_push(&f->heap, l, fraction_of(1, 10)));
    assert_true(list_push(&f->heap, l, num_int(INT64_MAX / 5)));
    assert_false(l->packed);
    assert_num(packed_item(l, 1), INT64_MAX / 5, 1);
    l = list_packed(&f->heap, 4);
    assert_true(list_push(&f->heap, l, value_date(19000)));
    assert_true(list_push(&f->heap, l, value_truth(true)));
    assert_false(l->packed);
    assert_int_equal(packed_item(l, 0).tag, T_DATE);
    assert_int_equal(packed_item(l, 1).tag, T_TRUTH);
}

static void packed_texts_are_kept_once(void **state)
{
    enum { DIFFERENT = 300, ITEMS = 3000 };
    Fixture *f = *state;
    List *l = list_packed(&f->heap, 10);
    uint32_t places[DIFFERENT];
    assert_true(list_push(&f->heap, l, value_status(STATUS_NOT_GIVEN, NULL)));
    assert_true(list_pack_texts(&f->heap, l));
    heap_protect(&f->heap, value_obj(T_LIST, l));
    for (uint32_t i = 0; i < DIFFERENT; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%u", i);
        assert_true(list_pack_text(&f->heap, l, text(f, name), &places[i]));
    }
    for (uint32_t i = 1; i < ITEMS; i++)
        assert_true(list_put_cells(&f->heap, l, &(int64_t){places[i % DIFFERENT]}, 1));
    heap_collect(&f->heap);
    assert_int_equal(l->pack->width, 2);
    assert_true(value_is_not_given(packed_item(l, 0)));
    assert_text(f, packed_item(l, 1), "t1");
    assert_text(f, packed_item(l, ITEMS - 1), "t299");
    assert_true(list_push(&f->heap, l, num_int(3)));
    assert_false(l->packed);
    heap_collect(&f->heap);
    assert_text(f, packed_item(l, 301), "t1");
    assert_num(packed_item(l, ITEMS), 3, 1);
}

static void packed_lists_are_taken_grouped_and_summed(void **state)
{
    Fixture *f = *state;
    List *l = list_packed(&f->heap, 4), *part;
    const uint32_t group[] = {1, 0, 1, 0, 1}, rows[] = {4, 0, 0};
    uint32_t next[] = {0, 2};
    Value v, plain;
    for (int i = 0; i < 4; i++)
        assert_true(list_push(&f->heap, l, fraction_of(i * 100000, 100)));
    assert_true(list_push(&f->heap, l, value_status(STATUS_NOT_GIVEN, NULL)));
    assert_true(pack_sum(l, &v));
    assert_num(v, 6000, 1);
    assert_true(list_take(&f->heap, value_obj(T_LIST, l), rows, 3, &v));
    assert_true(((List *)v.ptr)->packed);
    assert_true(value_is_not_given(list_at(v, 0)));
    assert_num(list_at(v, 2), 0, 1);
    List *sorted = pack_by_group(&f->heap, l, group, next);
    assert_int_equal(next[0], 2);
    assert_int_equal(next[1], 5);
    part = pack_part(&f->heap, sorted, 2, 3);
    assert_num(packed_item(part, 1), 2000, 1);
    assert_true(pack_sum(part, &v));
    assert_num(v, 2000, 1);
    assert_true(list_plain(&f->heap, value_obj(T_LIST, part), &plain));
    assert_num(list_cells(plain)[0], 0, 1);
    assert_true(value_is_not_given(list_cells(plain)[2]));
    assert_true(list_append(&f->heap, value_obj(T_LIST, part), num_int(9), &v));
    assert_int_equal(list_count(v), 4);
    assert_num(list_at(v, 3), 9, 1);
    assert_true(list_concat(&f->heap, value_obj(T_LIST, part), value_obj(T_LIST, part), &v));
    assert_num(list_at(v, 4), 2000, 1);
}

static void a_sum_that_passes_64_bits_is_left_to_others(void **state)
{
    Fixture *f = *state;
    List *l = list_packed(&f->heap, 4);
    Value v;
    assert_false(pack_sum(l, &v));
    assert_true(list_push(&f->heap, l, value_status(STATUS_NOT_GIVEN, NULL)));
    assert_false(pack_sum(l, &v));
    assert_true(list_push(&f->heap, l, num_int(INT64_MAX)));
    assert_true(pack_sum(l, &v));
    assert_true(list_push(&f->heap, l, num_int(1)));
    assert_false(pack_sum(l, &v));
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (uint64_t at = 1; at < 1000; at++) {
        Fixture f;
        bool ok = fixture_open(&f, at) && busy(&f);
        if (f.heap.mem)
            heap_free(&f.heap);
        if (f.num.mem)
            num_ctx_free(&f.num);
        assert_int_equal(f.mem.used, 0);
        if (ok)
            return;
    }
    fail();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_reached_is_freed),
        TEST(memory_is_used_again),
        TEST(large_objects_go_back_to_the_system),
        TEST(everything_below_a_root_lives),
        TEST(deep_values_are_marked_without_recursion),
        TEST(marking_survives_a_lack_of_memory),
        TEST(protected_values_live),
        TEST(a_collection_is_asked_for),
        TEST(big_numbers_are_leaves),
        TEST(texts_join),
        TEST(a_million_appends_are_linear),
        TEST(texts_grow_in_front_and_double),
        TEST(growing_texts_share_and_never_change),
        TEST(texts_have_a_limit),
        TEST(lists_share_and_never_change),
        TEST(appending_is_linear),
        TEST(lists_have_a_limit),
        TEST(a_packed_list_is_as_wide_as_it_needs),
        TEST(a_packed_list_has_one_denominator),
        TEST(what_does_not_fit_under_it_makes_a_plain_list),
        TEST(packed_texts_are_kept_once),
        TEST(packed_lists_are_taken_grouped_and_summed),
        TEST(a_sum_that_passes_64_bits_is_left_to_others),
        TEST(records_find_their_fields),
        TEST(dates_go_round),
        TEST(days_that_are_not_are_refused),
        TEST(months_are_added_by_the_calendar),
        TEST(values_are_shown_in_both_languages),
        TEST(functions_are_shown_by_their_signature),
        TEST(what_is_too_deep_is_cut),
        TEST(formats_say_decimals_and_unit),
        TEST(equal_values_are_equal),
        TEST(a_status_makes_equality_a_status),
        TEST(dimensions_must_agree),
        TEST(values_have_an_order),
        TEST(code_is_listed),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
