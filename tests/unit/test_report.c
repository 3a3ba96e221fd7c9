/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document tree and its writers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "report/json.h"
#include "report/markdown.h"
#include "report/terminal.h"

typedef struct Bench {
    Mem mem;
    Doc doc;
    Buf out;
} Bench;

static void bench_open(Bench *b)
{
    mem_init(&b->mem, 0);
    doc_init(&b->doc, &b->mem, LANG_EN);
    buf_init(&b->out, &b->mem);
}

static void bench_close(Bench *b)
{
    buf_free(&b->out);
    doc_free(&b->doc);
    assert_int_equal(b->mem.used, 0);
}

static void expect(Bench *b, const char *wanted)
{
    assert_false(b->out.failed);
    assert_string_equal(buf_cstr(&b->out), wanted);
    buf_clear(&b->out);
}

static void expect_terminal(Bench *b, size_t width, const char *wanted)
{
    doc_terminal(&b->out, &b->doc, (TerminalStyle){.width = width});
    expect(b, wanted);
}

static const Str NONE = {"", 0};

/* ---- terminal ---- */

static void test_headings_and_paragraphs(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_heading(&b.doc, NULL, 1, STR("Été"));
    doc_paragraph(&b.doc, NULL, STR("one two three four"), TONE_PLAIN);
    doc_heading(&b.doc, NULL, 2, STR("Under"));
    doc_paragraph(&b.doc, NULL, STR("a\nb"), TONE_PLAIN);
    expect_terminal(&b, 12, "Été\n───\n\none two\nthree four\n\nUnder\n  a\n  b\n");
    bench_close(&b);
}

static void test_unsafe_characters_are_escaped(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_paragraph(&b.doc, NULL, STR("red \x1b[31m"), TONE_PLAIN);
    expect_terminal(&b, 80, "red \\x1b[31m\n");
    bench_close(&b);
}

static DocNode *small_table(Bench *b)
{
    DocColumn columns[] = {{STR("Name"), ALIGN_LEFT}, {STR("Value"), ALIGN_RIGHT}, {NONE, ALIGN_LEFT}};
    DocNode *table = doc_table(&b->doc, NULL, columns, 3);
    DocNode *row = doc_row(&b->doc, table);
    doc_cell(&b->doc, row, STR("coût"), TONE_PLAIN);
    doc_number_cell(&b->doc, row, STR("1 600 €"), STR("1600"), TONE_PLAIN);
    return table;
}

static void test_tables_align_numbers(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *table = small_table(&b);
    DocNode *row = doc_row(&b.doc, table);
    doc_cell(&b.doc, row, STR("x"), TONE_PLAIN);
    doc_cell(&b.doc, row, STR("5 €"), TONE_PLAIN);
    doc_cell(&b.doc, row, STR("why not"), TONE_PLAIN);
    expect_terminal(&b, 80, "Name    Value\n────  ───────  ───────\ncoût  1 600 €\nx         5 €  why not\n");
    bench_close(&b);
}

static void test_wide_words_are_wrapped_in_their_column(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *table = small_table(&b);
    doc_cell(&b.doc, table->first, STR("eight words that have to go on two lines"), TONE_PLAIN);
    expect_terminal(&b, 40,
                    "Name    Value\n────  ───────  ─────────────────────────\n"
                    "coût  1 600 €  eight words that have to\n               go on two lines\n");
    bench_close(&b);
}

static DocNode *working(Bench *b)
{
    DocNode *step = doc_step(&b->doc, doc_steps(&b->doc, NULL), STR("h"), STR("Hours"), STR("ceil(d to h)"));
    doc_equal(&b->doc, step, STR("ceil(1280 min to h)"), false);
    doc_equal(&b->doc, step, STR("ceil(21.3333 h)"), true);
    doc_equal(&b->doc, step, STR("22 h"), false);
    doc_note(&b->doc, step, TONE_MUTED, STR("rounded up"), NONE);
    return step;
}

static void test_a_working_breaks_before_a_sign(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    working(&b);
    expect_terminal(&b, 80, "Hours\n  h = ceil(d to h)\n    = ceil(1280 min to h) ≈ ceil(21.3333 h) = 22 h\n"
                            "    rounded up\n");
    expect_terminal(&b, 30, "Hours\n  h = ceil(d to h)\n    = ceil(1280 min to h)\n    ≈ ceil(21.3333 h) = 22 h\n"
                            "    rounded up\n");
    bench_close(&b);
}

static void test_colours_only_when_asked(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_note(&b.doc, NULL, TONE_BAD, STR("no"), STR("do this"));
    expect_terminal(&b, 80, "✗ no\n  → do this\n");
    doc_terminal(&b.out, &b.doc, (TerminalStyle){.color = true});
    expect(&b, "\x1b[31m✗ \x1b[0m\x1b[31mno\x1b[0m\n  → do this\n");
    bench_close(&b);
}

static void test_pairs_and_lists(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *pairs = doc_pairs(&b.doc, NULL);
    doc_pair(&b.doc, pairs, STR("key"), STR("value"));
    doc_pair(&b.doc, pairs, STR("k"), STR("v"));
    DocNode *list = doc_list(&b.doc, NULL);
    DocNode *item = doc_item(&b.doc, list, STR("one"), TONE_PLAIN);
    doc_item(&b.doc, item, STR("below"), TONE_PLAIN);
    expect_terminal(&b, 80, "key  value\nk    v\n\n- one\n  - below\n");
    bench_close(&b);
}

/* ---- Markdown and JSON ---- */

static void test_markdown(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_heading(&b.doc, NULL, 2, STR("1 * 2"));
    small_table(&b);
    working(&b);
    doc_markdown(&b.out, &b.doc);
    expect(&b, "## 1 \\* 2\n\n| Name | Value |  |\n| --- | ---: | --- |\n| coût | 1 600 € |  |\n\n"
               "- **Hours**\\\n  h = ceil(d to h)\\\n  = ceil(1280 min to h) ≈ ceil(21.3333 h) = 22 h\\\n  *rounded up*\n");
    bench_close(&b);
}

static void test_json(void **state)
{
    Bench b;
    JsonWriter w;
    (void)state;
    bench_open(&b);
    small_table(&b);
    json_begin(&w, &b.out, false);
    doc_json(&w, &b.doc);
    json_finish(&w);
    expect(&b, "{\"kind\":\"document\",\"children\":[{\"kind\":\"table\",\"columns\":[{\"title\":\"Name\",\"align\":\"left\"},"
               "{\"title\":\"Value\",\"align\":\"right\"},{\"title\":\"\",\"align\":\"left\"}],\"children\":[{\"kind\":\"row\","
               "\"children\":[{\"kind\":\"cell\",\"text\":\"coût\"},{\"kind\":\"cell\",\"text\":\"1 600 €\",\"number\":\"1600\"}]}]}]}");
    bench_close(&b);
}

/* ---- memory ---- */

static bool write_all(Mem *m, uint64_t fail_at)
{
    Bench b;
    mem_init(m, 0);
    m->fail_at = fail_at;
    doc_init(&b.doc, m, LANG_EN);
    buf_init(&b.out, m);
    doc_heading(&b.doc, NULL, 1, STR("Title"));
    small_table(&b);
    working(&b);
    doc_pair(&b.doc, doc_pairs(&b.doc, NULL), STR("k"), STR("v"));
    doc_terminal(&b.out, &b.doc, (TerminalStyle){.width = 20});
    doc_markdown(&b.out, &b.doc);
    bool failed = b.out.failed;
    buf_free(&b.out);
    doc_free(&b.doc);
    return !failed;
}

static void test_every_allocation_may_fail(void **state)
{
    Mem m;
    (void)state;
    assert_true(write_all(&m, 0));
    uint64_t calls = m.calls;
    for (uint64_t i = 1; i <= calls; i++) {
        write_all(&m, i);
        assert_int_equal(m.used, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headings_and_paragraphs),
        cmocka_unit_test(test_unsafe_characters_are_escaped),
        cmocka_unit_test(test_tables_align_numbers),
        cmocka_unit_test(test_wide_words_are_wrapped_in_their_column),
        cmocka_unit_test(test_a_working_breaks_before_a_sign),
        cmocka_unit_test(test_colours_only_when_asked),
        cmocka_unit_test(test_pairs_and_lists),
        cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
