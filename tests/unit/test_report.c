/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document tree and its writers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../browser/sample_doc.h"
#include "base/utf8.h"
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

static void expect_bound(Lang lang, const char *text, const char *wanted)
{
    Bench b;
    bench_open(&b);
    b.doc.lang = lang;
    DocNode *p = doc_paragraph(&b.doc, NULL, str_from(text), TONE_PLAIN);
    assert_non_null(p);
    assert_int_equal(p->text.n, strlen(wanted));
    assert_memory_equal(p->text.p, wanted, p->text.n);
    assert_string_equal(doc_code(&b.doc, NULL, STR("a ; b"))->text.p, "a ; b");
    bench_close(&b);
}

static void test_french_signs_stay_with_the_word_before(void **state)
{
    (void)state;
    expect_bound(LANG_FR, "Prix : 5 %, soit peu ; vraiment ?", "Prix\xC2\xA0: 5\xC2\xA0%, soit peu\xE2\x80\xAF; vraiment\xE2\x80\xAF?");
    expect_bound(LANG_FR, "« oui »", "«\xC2\xA0oui\xC2\xA0»");
    expect_bound(LANG_FR, " : x\n: y  ; z a % b", " : x\n: y  ; z a % b");
    expect_bound(LANG_FR, "", "");
    expect_bound(LANG_EN, "5 % : no ; yes", "5 % : no ; yes");
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
    expect_terminal(&b, 80,
                    "Hours\n  h = ceil(d to h)\n    = ceil(1280 min to h) ≈ ceil(21.3333 h) = 22 h\n"
                    "    rounded up\n");
    expect_terminal(&b, 30,
                    "Hours\n  h = ceil(d to h)\n    = ceil(1280 min to h)\n    ≈ ceil(21.3333 h) = 22 h\n"
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

static void test_sections_indent_what_they_hold(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_title(&b.doc, STR("Été"));
    doc_run(&b.doc, doc_aside(&b.doc, NULL, STR("E5")), RUN_PLAIN, STR("8 points"));
    DocNode *part = doc_section(&b.doc, NULL, STR("Part"));
    doc_paragraph(&b.doc, part, STR("p"), TONE_PLAIN);
    DocNode *question = doc_section(&b.doc, part, STR("Question"));
    doc_aside(&b.doc, question, STR("4 points"));
    doc_paragraph(&b.doc, question, STR("q"), TONE_PLAIN);
    doc_rule(&b.doc, question);
    doc_paragraph(&b.doc, part, STR("r"), TONE_PLAIN);
    expect_terminal(&b, 14,
                    "Été\n═══\nE5 · 8 points\n\nPart\n  p\n\n  Question\n    4 points\n\n    q\n\n"
                    "    ──────────\n\n  r\n");
    bench_close(&b);
}

static DocNode *runs(Bench *b)
{
    DocNode *p = doc_paragraph(&b->doc, NULL, STR("a "), TONE_PLAIN);
    doc_run(&b->doc, p, RUN_STRONG, STR("b c"));
    doc_run(&b->doc, p, RUN_PLAIN, STR(" "));
    doc_run(&b->doc, p, RUN_CODE, STR("d"));
    doc_run(&b->doc, p, RUN_PLAIN, STR(" "));
    doc_link(&b->doc, p, RUN_PLAIN, STR("e"), STR("https://x.example"));
    doc_run(&b->doc, p, RUN_PLAIN, STR(" "));
    doc_link(&b->doc, p, RUN_PLAIN, STR("f@x.example"), STR("mailto:f@x.example"));
    doc_run(&b->doc, p, RUN_PLAIN, STR(" "));
    doc_link(&b->doc, p, RUN_PLAIN, STR("g"), STR("javascript:1"));
    return p;
}

static void test_runs_keep_their_style_over_lines(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    runs(&b);
    expect_terminal(&b, 80, "a b c `d` e (https://x.example) f@x.example g\n");
    doc_terminal(&b.out, &b.doc, (TerminalStyle){.width = 9, .color = true});
    expect(&b,
           "a \x1b[1mb c\x1b[0m \x1b[36md\x1b[0m \x1b[4me\x1b[0m\n(https://x.example)\n\x1b[4mf@x.example\x1b[0m\ng\n");
    bench_close(&b);
    bench_open(&b);
    doc_run(&b.doc, doc_paragraph(&b.doc, NULL, STR(""), TONE_BAD), RUN_EMPHASIS, STR("one two three"));
    doc_terminal(&b.out, &b.doc, (TerminalStyle){.width = 9, .color = true});
    expect(&b, "\x1b[31m\x1b[0m\x1b[31m\x1b[3mone two\x1b[0m\n\x1b[31m\x1b[3mthree\x1b[0m\n");
    bench_close(&b);
}

static DocNode *nested_list(Bench *b)
{
    DocNode *list = doc_numbered(&b->doc, NULL, 9);
    DocNode *item = doc_item(&b->doc, list, STR("one two three"), TONE_PLAIN);
    doc_paragraph(&b->doc, item, STR("more"), TONE_PLAIN);
    DocNode *inner = doc_list(&b->doc, item);
    doc_tick(doc_item(&b->doc, inner, STR("open"), TONE_PLAIN), false);
    doc_tick(doc_item(&b->doc, inner, STR("done"), TONE_PLAIN), true);
    doc_item(&b->doc, list, STR("last"), TONE_PLAIN);
    doc_code(&b->doc, doc_quote(&b->doc, NULL), STR("x\n\n  y"));
    return list;
}

static void test_lists_quotes_and_code(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    nested_list(&b);
    expect_terminal(&b, 12,
                    "9. one two\n   three\n   more\n   - ☐ open\n   - ☑ done\n10. last\n\n        x\n\n          y\n");
    bench_close(&b);
}

static DocNode *marked_table(Bench *b)
{
    DocColumn columns[] = {{STR("Name"), ALIGN_LEFT}, {STR("Mark"), ALIGN_RIGHT}, {STR("Sign"), ALIGN_CENTRE}};
    DocNode *table = doc_table(&b->doc, NULL, columns, 3), *row = doc_row(&b->doc, table);
    doc_caption(&b->doc, table, STR("Caption"));
    doc_head_cell(&b->doc, row, STR("a"));
    doc_heat(doc_cell(&b->doc, row, STR("12"), TONE_PLAIN), 50);
    doc_tick(doc_cell(&b->doc, row, NONE, TONE_PLAIN), true);
    row = doc_row(&b->doc, table);
    doc_head_cell(&b->doc, row, STR("b"));
    doc_blank(&b->doc, doc_cell(&b->doc, row, NONE, TONE_PLAIN), 1);
    doc_heat(doc_cell(&b->doc, row, NONE, TONE_PLAIN), 100);
    row = doc_total_row(&b->doc, table);
    doc_span(doc_cell(&b->doc, row, STR("in all, and this is long"), TONE_PLAIN), 2);
    doc_cell(&b->doc, row, STR("x"), TONE_PLAIN);
    return table;
}

static void test_tables_with_captions_spans_and_heat(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    marked_table(&b);
    expect_terminal(&b, 80,
                    "Caption\nName          Mark  Sign\n────  ────────────  ────\na             12 ▄   ☑\n"
                    "b     ............   █\n────  ────────────  ────\nin all, and this     x\nis long\n");
    bench_close(&b);
}

static void test_a_run_over_two_lines_of_a_cell(void **state)
{
    Bench b;
    DocColumn columns[] = {{NONE, ALIGN_LEFT}, {NONE, ALIGN_LEFT}};
    (void)state;
    bench_open(&b);
    DocNode *row = doc_row(&b.doc, doc_table(&b.doc, NULL, columns, 2));
    doc_run(&b.doc, doc_cell(&b.doc, row, NONE, TONE_PLAIN), RUN_STRONG, STR("aaaaaaa bbbbbbb"));
    doc_cell(&b.doc, row, STR("ccccccc ddddddd"), TONE_PLAIN);
    doc_terminal(&b.out, &b.doc, (TerminalStyle){.width = 18, .color = true});
    expect(&b, "\x1b[1maaaaaaa\x1b[0m   ccccccc\n\x1b[1mbbbbbbb\x1b[0m   ddddddd\n");
    bench_close(&b);
}

static void test_empty_and_narrow_tables(void **state)
{
    Bench b;
    DocColumn one[] = {{STR("x"), ALIGN_LEFT}};
    (void)state;
    bench_open(&b);
    doc_table(&b.doc, NULL, one, 0);
    doc_row(&b.doc, doc_table(&b.doc, NULL, one, 0));
    doc_row(&b.doc, doc_table(&b.doc, NULL, one, 1));
    expect_terminal(&b, 80, "x\n─\n\n");
    doc_markdown(&b.out, &b.doc);
    expect(&b, "| x |\n| --- |\n|  |\n");
    bench_close(&b);
}

static void test_room_for_answers(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_blank(&b.doc, NULL, 2);
    doc_box(&b.doc, NULL, 1);
    expect_terminal(&b, 12, "............\n............\n\n┌──────────┐\n│          │\n└──────────┘\n");
    bench_close(&b);
}

/* ---- charts on a terminal ---- */

static DocNode *chart(Bench *b, ChartKind kind)
{
    static const char *const names[] = {"Lina", "Marc", "Zoé"};
    static const char *const shown[] = {"12", "4", "-4"};
    static const int32_t at[] = {8000, 2500, -2000};
    DocNode *c = doc_chart(&b->doc, NULL, kind, STR("Sales"), STR("By seller."));
    ChartSeries *s = chart_series(&b->doc, c, STR("May"));
    for (unsigned i = 0; i < 3; i++) {
        chart_point(&b->doc, s, str_from(names[i]), str_from(shown[i]), at[i]);
    }
    return c;
}

static void test_bars(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    ChartSeries *s = chart(&b, CHART_BARS)->chart->first;
    chart_goal(&b.doc, s->first, STR("10"), 6000);
    chart_goal(&b.doc, s->first->next, STR("10"), 6000);
    chart_note(&b.doc, s->first, STR("120 %"));
    chart_tone(s->first, TONE_GOOD);
    chart_tone(s->last, TONE_BAD);
    expect_terminal(&b, 50,
                    "Sales\nBy seller.\n"
                    "Lina       ██████████████│████  12  │ 10  120 % ✓\n"
                    "Marc       █████▊        │       4  │ 10\n"
                    "Zoé   █████                     -4              ✗\n"
                    "│ goal\n");
    bench_close(&b);
}

static void test_a_funnel(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    chart(&b, CHART_FUNNEL);
    expect_terminal(&b, 30,
                    "Sales\nBy seller.\nLina  ████████████████████  12\nMarc       █████████         4\n"
                    "Zoé                         -4\n");
    bench_close(&b);
}

static void test_columns(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *c = doc_chart(&b.doc, NULL, CHART_COLUMNS, STR("Sales"), NONE);
    for (unsigned k = 0; k < 2; k++) {
        ChartSeries *s = chart_series(&b.doc, c, k ? STR("real") : STR("plan"));
        chart_point(&b.doc, s, STR("May"), k ? STR("7") : STR("10"), k ? 7000 : 10000);
        chart_point(&b.doc, s, STR("June"), k ? STR("6") : STR("5"), k ? 6000 : 5000);
    }
    expect_terminal(&b, 30,
                    "Sales\n"
                    "        ██\n        ██\n        ██▓▓\n        ██▓▓    ▓▓\n"
                    "        ██▓▓  ██▓▓\n        ██▓▓  ██▓▓\n        ██▓▓  ██▓▓\n        ██▓▓  ██▓▓\n"
                    "        ──────────\n        May   June\n█ plan  10    5\n▓ real  7     6\n");
    expect_terminal(&b, 16,
                    "Sales\nMay   ██████  10\n      ▓▓▓▓▓    7\nJune  ███      5\n"
                    "      ▓▓▓▓     6\n█ plan   ▓ real\n");
    bench_close(&b);
}

static void test_a_curve(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *c = doc_chart(&b.doc, NULL, CHART_LINE, STR("Cost"), NONE);
    ChartSeries *s = chart_series(&b.doc, c, NONE);
    chart_place(&b.doc, s, STR("3 %"), 0, STR("10 €"), 0);
    chart_mark(&b.doc, chart_place(&b.doc, s, STR("4 %"), 5000, STR("15 €"), 5000), STR("equal"));
    chart_place(&b.doc, s, STR("5 %"), 10000, STR("20 €"), 10000);
    expect_terminal(&b, 24,
                    "Cost\n"
                    "20 € ┤                ⢀⠎\n"
                    "     │               ⡰⠁\n"
                    "     │             ⢀⠎\n"
                    "     │            ⡰⠁\n"
                    "     │          ⢀⠎\n"
                    "     │         ●⠁\n"
                    "     │       ⢀⠜\n"
                    "     │      ⡠⠃\n"
                    "     │    ⢀⠜\n"
                    "     │   ⡠⠃\n"
                    "     │ ⢀⠜\n"
                    "10 € ┤⡠⠃\n"
                    "     └──────────────────\n"
                    "      3 %     4 %    5 %\n"
                    "● equal (4 % → 15 €)\n");
    bench_close(&b);
}

static void test_charts_without_data(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < CHART_KIND_COUNT; kind++) {
        Bench b;
        bench_open(&b);
        DocNode *c = doc_chart(&b.doc, NULL, (ChartKind)kind, STR("t"), NONE);
        expect_terminal(&b, 40, "t\nno data\n");
        chart_series(&b.doc, c, STR("s"));
        doc_markdown(&b.out, &b.doc);
        expect(&b, "**t**\n\n*no data*\n");
        bench_close(&b);
    }
}

/* Whatever the positions, a line is no wider than asked, and ends. */
static void test_odd_charts_keep_the_width(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    sample_odd(&b.doc, 0);
    doc_terminal(&b.out, &b.doc, (TerminalStyle){.width = 60});
    assert_false(b.out.failed);
    Str rest = buf_str(&b.out);
    while (rest.n) {
        const char *end = memchr(rest.p, '\n', rest.n);
        size_t n = (size_t)(end - rest.p);
        if (utf8_width(str_sub(rest, 0, n)) > 60) {
            fail_msg("%.*s", (int)n, rest.p);
        }
        rest = str_sub(rest, n + 1, rest.n);
    }
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
    expect(&b,
           "## 1 \\* 2\n\n| Name | Value |  |\n| --- | ---: | --- |\n| coût | 1 600 € |  |\n\n"
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
    expect(
        &b,
        "{\"kind\":\"document\",\"children\":[{\"kind\":\"table\",\"columns\":[{\"title\":\"Name\",\"align\":\"left\"},"
        "{\"title\":\"Value\",\"align\":\"right\"},{\"title\":\"\",\"align\":\"left\"}],\"children\":[{\"kind\":"
        "\"row\","
        "\"children\":[{\"kind\":\"cell\",\"text\":\"coût\"},{\"kind\":\"cell\",\"text\":\"1 600 "
        "€\",\"number\":\"1600\"}]}]}]}");
    bench_close(&b);
}

static void test_markdown_of_texts(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_title(&b.doc, STR("A\nB"));
    DocNode *part = doc_section(&b.doc, NULL, STR("S"));
    doc_heading(&b.doc, part, 5, STR("H"));
    doc_run(&b.doc, doc_aside(&b.doc, part, STR("4 points")), RUN_PLAIN, STR("C2.3"));
    runs(&b);
    nested_list(&b);
    doc_markdown(&b.out, &b.doc);
    expect(&b, "# A B\n\n## S\n\n### H\n\n*4 points* · *C2.3*\n\n"
               "a **b c** `d` [e](<https://x.example>) [f@x.example](<mailto:f@x.example>) g\n\n"
               "9. one two three\n\n   more\n   - [ ] open\n   - [x] done\n10. last\n\n> ```\n> x\n> \n>   y\n> ```\n");
    bench_close(&b);
}

static void test_markdown_of_tables_and_room(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    marked_table(&b);
    doc_blank(&b.doc, NULL, 2);
    doc_rule(&b.doc, NULL);
    doc_markdown(&b.out, &b.doc);
    expect(&b, "**Caption**\n\n| Name | Mark | Sign |\n| --- | ---: | :---: |\n| **a** | 12 | ☑ |\n"
               "| **b** | ............ |  |\n| **in all, and this is long** |  | **x** |\n\n"
               "........................................\\\n........................................\n\n---\n");
    bench_close(&b);
}

static void test_lists_in_a_row_stay_apart(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_pair(&b.doc, doc_pairs(&b.doc, NULL), STR("k"), STR("v"));
    doc_item(&b.doc, doc_list(&b.doc, NULL), STR("a"), TONE_PLAIN);
    doc_note(&b.doc, NULL, TONE_GOOD, STR("b"), NONE);
    doc_note(&b.doc, NULL, TONE_BAD, STR("c"), NONE);
    doc_item(&b.doc, doc_numbered(&b.doc, NULL, 1), STR("d"), TONE_PLAIN);
    doc_item(&b.doc, doc_numbered(&b.doc, NULL, 1), STR("e"), TONE_PLAIN);
    doc_markdown(&b.out, &b.doc);
    expect(&b, "- k: v\n\n* a\n\n- ✓ b\n- ✗ c\n\n1. d\n\n1) e\n");
    bench_close(&b);
}

static void test_markdown_of_charts_is_a_table(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *c = chart(&b, CHART_BARS);
    chart_goal(&b.doc, c->chart->first->first, STR("10"), 6000);
    doc_markdown(&b.out, &b.doc);
    expect(&b, "**Sales**\n\nBy seller.\n\n|  | May | goal |\n| --- | ---: | ---: |\n| **Lina** | 12 | 10 |\n"
               "| **Marc** | 4 |  |\n| **Zoé** | -4 |  |\n");
    bench_close(&b);
    bench_open(&b);
    c = chart(&b, CHART_RADAR);
    ChartSeries *s = chart_series(&b.doc, c, STR("June"));
    chart_point(&b.doc, s, STR("Lina"), STR("1"), 100);
    chart_point(&b.doc, s, STR("Marc"), STR("2"), 200);
    doc_markdown(&b.out, &b.doc);
    expect(&b, "**Sales**\n\nBy seller.\n\n|  |  | Value |\n| --- | --- | ---: |\n| **May** | **Lina** | 12 |\n"
               "| **May** | **Marc** | 4 |\n| **May** | **Zoé** | -4 |\n| **June** | **Lina** | 1 |\n"
               "| **June** | **Marc** | 2 |\n");
    chart_point(&b.doc, s, STR("Zoé"), STR("3"), 300);
    chart_scale(&b.doc, c, CHART_ACROSS, STR("Seller"));
    doc_markdown(&b.out, &b.doc);
    expect(&b, "**Sales**\n\nBy seller.\n\n| Seller | May | June |\n| --- | ---: | ---: |\n| **Lina** | 12 | 1 |\n"
               "| **Marc** | 4 | 2 |\n| **Zoé** | -4 | 3 |\n");
    bench_close(&b);
}

static void expect_json(Bench *b, const char *wanted)
{
    JsonWriter w;
    json_begin(&w, &b->out, false);
    doc_json(&w, &b->doc);
    json_finish(&w);
    expect(b, wanted);
}

static void test_json_of_new_nodes(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_title(&b.doc, STR("T"));
    DocNode *s = doc_section(&b.doc, NULL, STR("S"));
    doc_new_page(s);
    DocNode *p = doc_paragraph(&b.doc, s, STR("a"), TONE_PLAIN);
    doc_run(&b.doc, p, RUN_STRONG | RUN_CODE, STR("b"));
    doc_link(&b.doc, p, RUN_EMPHASIS, STR("c"), STR("http://x"));
    doc_tick(doc_item(&b.doc, doc_numbered(&b.doc, s, 2), STR("d"), TONE_PLAIN), false);
    doc_box(&b.doc, s, 3);
    expect_json(&b, "{\"kind\":\"document\",\"lang\":\"en\",\"title\":\"T\",\"children\":[{\"kind\":\"section\","
                    "\"new_page\":true,\"text\":\"S\",\"children\":[{\"kind\":\"paragraph\",\"text\":\"a\",\"runs\":["
                    "{\"text\":\"b\",\"strong\":true,\"code\":true},{\"text\":\"c\",\"emphasis\":true,\"url\":"
                    "\"http://x\"}]},{\"kind\":\"list\",\"start\":2,\"children\":[{\"kind\":\"item\",\"ticked\":false,"
                    "\"text\":\"d\"}]},{\"kind\":\"box\",\"lines\":3}]}]}");
    bench_close(&b);
}

static void test_json_of_charts(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *c = doc_chart(&b.doc, NULL, CHART_LINE, STR("t"), STR("d"));
    chart_scale(&b.doc, c, CHART_ACROSS, STR("rate"));
    chart_tick(&b.doc, c, CHART_ACROSS, STR("3 %"), -5);
    ChartPoint *p = chart_place(&b.doc, chart_series(&b.doc, c, STR("s")), STR("l"), 1, STR("v"), -2);
    chart_goal(&b.doc, p, STR("g"), 3);
    chart_mark(&b.doc, p, STR("n"));
    chart_tone(p, TONE_WARN);
    expect_json(&b, "{\"kind\":\"document\",\"children\":[{\"kind\":\"chart\",\"text\":\"t\",\"detail\":\"d\","
                    "\"chart\":\"line\",\"across\":{\"title\":\"rate\",\"ticks\":[{\"text\":\"3 %\",\"at\":-5}]},"
                    "\"series\":[{\"name\":\"s\",\"points\":[{\"label\":\"l\",\"across\":1,\"shown\":\"v\",\"at\":-2,"
                    "\"goal_shown\":\"g\",\"goal\":3,\"note\":\"n\",\"marked\":true,\"tone\":\"warn\"}]}]}]}");
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
        cmocka_unit_test(test_french_signs_stay_with_the_word_before),
        cmocka_unit_test(test_unsafe_characters_are_escaped),
        cmocka_unit_test(test_tables_align_numbers),
        cmocka_unit_test(test_wide_words_are_wrapped_in_their_column),
        cmocka_unit_test(test_a_working_breaks_before_a_sign),
        cmocka_unit_test(test_colours_only_when_asked),
        cmocka_unit_test(test_pairs_and_lists),
        cmocka_unit_test(test_sections_indent_what_they_hold),
        cmocka_unit_test(test_runs_keep_their_style_over_lines),
        cmocka_unit_test(test_lists_quotes_and_code),
        cmocka_unit_test(test_tables_with_captions_spans_and_heat),
        cmocka_unit_test(test_a_run_over_two_lines_of_a_cell),
        cmocka_unit_test(test_empty_and_narrow_tables),
        cmocka_unit_test(test_room_for_answers),
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_a_funnel),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_a_curve),
        cmocka_unit_test(test_charts_without_data),
        cmocka_unit_test(test_odd_charts_keep_the_width),
        cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_markdown_of_texts),
        cmocka_unit_test(test_markdown_of_tables_and_room),
        cmocka_unit_test(test_lists_in_a_row_stay_apart),
        cmocka_unit_test(test_markdown_of_charts_is_a_table),
        cmocka_unit_test(test_json_of_new_nodes),
        cmocka_unit_test(test_json_of_charts),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
