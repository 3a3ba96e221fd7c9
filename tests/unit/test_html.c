/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages: their head, their headings, and that no text of a document ever becomes markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "../browser/sample_doc.h"
#include "hostile.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "report/html.h"
#include "report/richtext.h"

typedef struct Bench {
    Mem mem;
    Doc doc;
    Buf out;
} Bench;

static const Str NONE = {"", 0};

static void bench_open(Bench *b)
{
    mem_init(&b->mem, 0);
    doc_init(&b->doc, &b->mem, LANG_FR);
    buf_init(&b->out, &b->mem);
}

static void bench_close(Bench *b)
{
    buf_free(&b->out);
    doc_free(&b->doc);
    assert_int_equal(b->mem.used, 0);
}

static const char *page(Bench *b)
{
    assert_true(doc_ok(&b->doc));
    buf_clear(&b->out);
    html_write(&b->out, &b->doc, &(HtmlStyle){.large = false});
    assert_false(b->out.failed);
    return buf_cstr(&b->out);
}

/* What stands within <main>. */
static const char *body(Bench *b)
{
    const char *main_tag = strstr(page(b), "<main>\n");
    assert_non_null(main_tag);
    char *end = strstr(main_tag, "</main>");
    assert_non_null(end);
    *end = '\0';
    return main_tag + strlen("<main>\n");
}

/* ---- a page is what we wrote ---- */

static bool is_one_of(const char *const *list, const char *name, size_t n)
{
    for (; *list; list++) {
        if (strlen(*list) == n && memcmp(*list, name, n) == 0) {
            return true;
        }
    }
    return false;
}

static size_t name_length(const char *p)
{
    return strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
}

static const char *check_attribute(const char *p)
{
    static const char *const known[] = {
        "class",     "href",         "rel",         "role",       "aria-label", "aria-labelledby",
        "scope",     "colspan",      "start",       "tabindex",   "lang",       "id",
        "d",         "fill",         "x",           "y",          "x1",         "y1",
        "x2",        "y2",           "dy",          "cx",         "cy",         "r",
        "width",     "height",       "viewBox",     "name",       "content",    "charset",
        "data-sign", "patternUnits", "text-anchor", "http-equiv", NULL};
    size_t n = name_length(p);
    if (!is_one_of(known, p, n) || p[n] != '=' || p[n + 1] != '"') {
        fail_msg("attribute %.40s", p);
    }
    const char *value = p + n + 2, *end = strchr(value, '"');
    assert_non_null(end);
    if (n == 4 && memcmp(p, "href", 4) == 0) {
        assert_true(doc_url_is_safe((Str){value, (size_t)(end - value)}));
    }
    assert_true(memchr(value, '<', (size_t)(end - value)) == NULL);
    return end + 1;
}

static const char *check_tag(const char *p)
{
    static const char *const known[] = {
        "html",   "head",       "meta",  "title", "style",   "body",    "main",   "h1",   "h2",   "h3",
        "h4",     "h5",         "h6",    "p",     "section", "a",       "strong", "em",   "code", "pre",
        "br",     "wbr",        "span",  "b",     "i",       "div",     "ul",     "ol",   "li",   "blockquote",
        "table",  "caption",    "thead", "tbody", "tr",      "th",      "td",     "dl",   "dt",   "dd",
        "figure", "figcaption", "svg",   "desc",  "defs",    "pattern", "g",      "rect", "line", "path",
        "circle", "text",       "tspan", "hr",    NULL};
    p += *p == '/';
    size_t n = name_length(p);
    if (!is_one_of(known, p, n)) {
        fail_msg("tag %.40s", p);
    }
    for (p += n; *p == ' ';) {
        p = check_attribute(p + 1);
    }
    p += *p == '/';
    if (*p != '>') {
        fail_msg("end of a tag %.40s", p);
    }
    return p + 1;
}

static void check_characters(Str s)
{
    uint32_t cp;
    for (size_t at = 0, n; (n = utf8_next(s, at, &cp)) != 0; at += n) {
        assert_true(cp == '\n' || (!utf8_is_unsafe(cp) && cp != '\t'));
        assert_false(n == 1 && cp == UTF8_REPLACEMENT);
    }
}

/* Every tag and attribute is one of ours, every attribute is quoted, every link safe, nothing is invisible. */
static void check_page(Bench *b)
{
    const char *p = page(b);
    check_characters(buf_str(&b->out));
    assert_true(strncmp(p, "<!DOCTYPE html>\n", 16) == 0);
    for (p += 16; *p;) {
        if (strncmp(p, "<style>", 7) == 0) {
            p = strstr(p, "</style>");
        } else if (*p == '<') {
            p = check_tag(p + 1);
        } else {
            assert_true(*p != '>' && *p != '"' && *p != '\'');
            p++;
        }
    }
}

static void test_hostile_texts_stay_texts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < HOSTILE_TEXTS; i++) {
        Bench b;
        bench_open(&b);
        doc_title(&b.doc, str_from(hostile_texts[i]));
        sample_hostile(&b.doc, str_from(hostile_texts[i]));
        check_page(&b);
        bench_close(&b);
    }
}

static void test_long_words_may_break(void **state)
{
    Bench b;
    char word[10001];
    (void)state;
    bench_open(&b);
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    sample_hostile(&b.doc, str_from(word));
    check_page(&b);
    assert_non_null(strstr(page(&b), "<wbr>"));
    assert_null(strstr(page(&b), "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww<wbr>"));
    bench_close(&b);
}

static void test_samples(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    sample_document(&b.doc);
    check_page(&b);
    bench_close(&b);
    bench_open(&b);
    sample_odd(&b.doc, 0);
    check_page(&b);
    bench_close(&b);
}

/* ---- the head ---- */

static unsigned value_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return c == '=' ? 0 : (unsigned)(strchr(digits, c) - digits);
}

static void test_the_policy_names_the_style_sheet(void **state)
{
    Bench b;
    unsigned char said[DIGEST_BYTES + 1], hash[DIGEST_BYTES];
    (void)state;
    bench_open(&b);
    const char *text = page(&b);
    const char *said_at = strstr(text, "default-src 'none'; style-src 'sha256-");
    assert_non_null(said_at);
    said_at += strlen("default-src 'none'; style-src 'sha256-");
    for (unsigned i = 0; i < 11; i++) {
        const char *c = said_at + i * 4;
        unsigned bits = value_of(c[0]) << 18 | value_of(c[1]) << 12 | value_of(c[2]) << 6 | value_of(c[3]);
        said[i * 3] = (uint8_t)(bits >> 16);
        said[i * 3 + 1] = (uint8_t)(bits >> 8);
        said[i * 3 + 2] = (uint8_t)bits;
    }
    assert_true(strncmp(said_at + 44, "'; base-uri 'none'; form-action 'none'\">", 40) == 0);
    const char *from = strstr(text, "<style>") + 7, *to = strstr(text, "</style>");
    digest_of((Str){from, (size_t)(to - from)}, hash);
    assert_memory_equal(said, hash, sizeof hash);
    bench_close(&b);
}

static void test_the_head_says_title_and_language(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_title(&b.doc, STR("A < B & « C »"));
    assert_non_null(strstr(page(&b), "<html lang=\"fr\">"));
    assert_non_null(strstr(page(&b), "<title>A &lt; B &amp; «\xC2\xA0" "C\xC2\xA0»</title>"));
    assert_string_equal(body(&b), "<h1>A &lt; B &amp; «\xC2\xA0" "C\xC2\xA0»</h1>\n");
    buf_clear(&b.out);
    html_write(&b.out, &b.doc, &(HtmlStyle){.large = true});
    assert_non_null(strstr(buf_cstr(&b.out), "<html lang=\"fr\" class=\"large\">"));
    bench_close(&b);
}

/* ---- headings ---- */

static void test_headings_never_skip_a_level(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_title(&b.doc, STR("T"));
    DocNode *s = doc_section(&b.doc, NULL, STR("S"));
    doc_heading(&b.doc, s, 4, STR("a"));
    doc_heading(&b.doc, s, 6, STR("b"));
    doc_heading(&b.doc, s, 4, STR("c"));
    doc_section(&b.doc, s, STR("d"));
    doc_heading(&b.doc, s, 2, STR("e"));
    doc_heading(&b.doc, NULL, 3, STR("f"));
    assert_string_equal(body(&b), "<h1>T</h1>\n<section>\n<h2>S</h2>\n<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n"
                                  "<section>\n<h3>d</h3>\n</section>\n<h3>e</h3>\n</section>\n<h2>f</h2>\n");
    bench_close(&b);
}

static void test_the_first_heading_is_the_title_of_a_page_without(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_heading(&b.doc, NULL, 1, STR("first"));
    doc_heading(&b.doc, NULL, 2, STR("second"));
    doc_heading(&b.doc, NULL, 1, STR("third"));
    assert_string_equal(body(&b), "<h1>first</h1>\n<h2>second</h2>\n<h2>third</h2>\n");
    assert_non_null(strstr(page(&b), "<title>first</title>"));
    bench_close(&b);
    bench_open(&b);
    doc_paragraph(&b.doc, NULL, STR("x"), TONE_PLAIN);
    assert_string_equal(body(&b), "<h1>Document</h1>\n<p>x</p>\n");
    bench_close(&b);
}

static void test_deep_sections_stay_headings(void **state)
{
    Bench b;
    DocNode *s = NULL;
    (void)state;
    bench_open(&b);
    for (unsigned i = 0; i < 9; i++) {
        s = doc_section(&b.doc, s, STR("s"));
    }
    assert_non_null(strstr(page(&b), "<h6>s</h6>\n<section>\n<h6>s</h6>\n<section>\n<h6>s</h6>"));
    check_page(&b);
    bench_close(&b);
}

/* ---- blocks ---- */

static void test_texts(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *p = doc_paragraph(&b.doc, NULL, STR("a\nb "), TONE_MUTED);
    doc_run(&b.doc, p, RUN_STRONG | RUN_EMPHASIS, STR("c"));
    doc_run(&b.doc, p, RUN_CODE, STR("<d>"));
    doc_link(&b.doc, p, RUN_PLAIN, STR("e"), STR("https://x.example/?a=1&b=\"2\" é"));
    doc_link(&b.doc, p, RUN_PLAIN, STR("f"), STR("javascript:alert(1)"));
    doc_new_page(p);
    DocNode *aside = doc_aside(&b.doc, NULL, STR("4 points"));
    doc_run(&b.doc, aside, RUN_PLAIN, STR("C2.3"));
    assert_string_equal(body(&b),
                        "<h1>Document</h1>\n<p class=\"muted page\">a<br>b <strong><em>c</em></strong>"
                        "<code>&lt;d&gt;</code>"
                        "<a rel=\"noreferrer\" href=\"https://x.example/?a=1&amp;b=%222%22%20%C3%A9\">e</a>f</p>\n"
                        "<p class=\"aside\"><span>4 points</span><b> · </b><span>C2.3</span></p>\n");
    bench_close(&b);
}

static void test_lists(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *list = doc_numbered(&b.doc, NULL, 3);
    DocNode *item = doc_item(&b.doc, list, STR("a"), TONE_PLAIN);
    DocNode *inner = doc_list(&b.doc, item);
    doc_tick(doc_item(&b.doc, inner, STR("b"), TONE_PLAIN), true);
    doc_item(&b.doc, doc_item(&b.doc, list, STR("c"), TONE_PLAIN), STR("d"), TONE_PLAIN);
    doc_list(&b.doc, NULL);
    assert_string_equal(body(&b),
                        "<h1>Document</h1>\n<ol start=\"3\">\n<li>a\n<ul>\n<li class=\"box\"><span class=\"tick\" "
                        "role=\"img\" aria-label=\"coché\">☑</span> b</li>\n</ul>\n</li>\n<li>c\n<ul>\n<li>d</li>\n"
                        "</ul></li>\n</ol>\n");
    bench_close(&b);
}

static void test_tables(void **state)
{
    Bench b;
    DocColumn columns[] = {{NONE, ALIGN_CENTRE}, {STR("Nom"), ALIGN_LEFT}, {STR("Points"), ALIGN_RIGHT}};
    (void)state;
    bench_open(&b);
    DocNode *table = doc_table(&b.doc, NULL, columns, 3);
    doc_caption(&b.doc, table, STR("Légende"));
    DocNode *row = doc_row(&b.doc, table);
    doc_tick(doc_cell(&b.doc, row, NONE, TONE_PLAIN), false);
    doc_head_cell(&b.doc, row, STR("A"));
    doc_heat(doc_cell(&b.doc, row, STR("1,5"), TONE_BAD), 100);
    row = doc_total_row(&b.doc, table);
    doc_span(doc_cell(&b.doc, row, STR("Total"), TONE_PLAIN), 9);
    assert_string_equal(
        body(&b),
        "<h1>Document</h1>\n<div class=\"scroll\"><table>\n<caption>Légende</caption>\n<thead><tr><td class=\"c\"></td>"
        "<th scope=\"col\">Nom</th><th scope=\"col\" class=\"n\">Points</th></tr></thead>\n<tbody>\n"
        "<tr><td class=\"c\"><span class=\"tick\" role=\"img\" aria-label=\"à cocher\">☐</span></td>"
        "<th scope=\"row\">A</th><td class=\"n bad sign h10\" data-sign=\"✗\">1,5</td></tr>\n"
        "<tr class=\"total\"><td colspan=\"3\">Total</td></tr>\n</tbody></table></div>\n");
    bench_close(&b);
}

static void test_empty_and_narrow_tables(void **state)
{
    Bench b;
    DocColumn one[] = {{NONE, ALIGN_LEFT}};
    (void)state;
    bench_open(&b);
    doc_table(&b.doc, NULL, one, 0);
    doc_row(&b.doc, doc_table(&b.doc, NULL, one, 0));
    doc_row(&b.doc, doc_table(&b.doc, NULL, one, 1));
    check_page(&b);
    assert_string_equal(body(&b), "<h1>Document</h1>\n<div class=\"scroll\"><table>\n<tbody>\n<tr><td></td></tr>\n"
                                  "</tbody></table></div>\n");
    bench_close(&b);
}

static void test_room_for_answers(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    doc_blank(&b.doc, NULL, 2);
    assert_string_equal(body(&b), "<h1>Document</h1>\n<div class=\"lines\" role=\"img\" aria-label=\"place pour la "
                                  "réponse\"><i></i><i></i></div>\n");
    DocNode *most = doc_box(&b.doc, NULL, 100000), *least = doc_box(&b.doc, NULL, 0);
    assert_int_equal(most->lines, LIMIT_BLANK_LINES);
    assert_int_equal(least->lines, 1);
    check_page(&b);
    bench_close(&b);
}

/* ---- links ---- */

static void test_only_safe_links(void **state)
{
    static const char *const bad[] = {"",          "http:",        "https:/x",       " https://x", "\thttps://x",
                                      "httpss://", "ftp://x",      "javascript://x", "data:,x",    "/x",
                                      "x",         "\x01http://x", "mailto:",        "MAILTO",     "https&colon;//x"};
    (void)state;
    assert_true(doc_url_is_safe(STR("http://x")));
    assert_true(doc_url_is_safe(STR("HTTPS://x")));
    assert_true(doc_url_is_safe(STR("Mailto:a@b.example")));
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(doc_url_is_safe(str_from(bad[i])));
    }
}

static void test_a_link_has_a_longest_length(void **state)
{
    char url[LIMIT_URL_BYTES + 2];
    (void)state;
    memset(url, 'x', sizeof url);
    memcpy(url, "https://", 8);
    assert_true(doc_url_is_safe((Str){url, LIMIT_URL_BYTES}));
    assert_false(doc_url_is_safe((Str){url, LIMIT_URL_BYTES + 1}));
}

/* ---- charts ---- */

static void test_a_chart_tells_its_data(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *c = doc_chart(&b.doc, NULL, CHART_BARS, STR("Appels"), STR("Par jour."));
    ChartPoint *p = chart_point(&b.doc, chart_series(&b.doc, c, STR("mars")), STR("Lina"), STR("59"), 5900);
    chart_goal(&b.doc, p, STR("52"), 5200);
    chart_note(&b.doc, p, STR("113 %"));
    chart_tone(p, TONE_GOOD);
    const char *text = body(&b);
    assert_non_null(strstr(text, "role=\"img\" aria-labelledby=\"c1-t c1-d\"><title id=\"c1-t\">Appels</title>"
                                 "<desc id=\"c1-d\">Par jour. mars\u00A0: Lina 59, objectif 52, 113 % ✓.</desc>"));
    bench_close(&b);
}

static void test_charts_without_data_say_so(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *c = doc_chart(&b.doc, NULL, CHART_LINE, STR("t"), NONE);
    chart_series(&b.doc, c, STR("s"));
    check_page(&b);
    assert_non_null(strstr(page(&b), ">aucune donnée</text>"));
    bench_close(&b);
}

static void test_positions_of_any_size(void **state)
{
    static const int32_t places[] = {INT32_MIN, INT32_MAX, 0, 1, -1};
    (void)state;
    for (unsigned kind = 0; kind < CHART_KIND_COUNT; kind++) {
        Bench b;
        bench_open(&b);
        DocNode *c = doc_chart(&b.doc, NULL, (ChartKind)kind, STR("t"), NONE);
        ChartSeries *s = chart_series(&b.doc, c, NONE);
        for (unsigned i = 0; i < 5; i++) {
            chart_goal(&b.doc, chart_place(&b.doc, s, STR("l"), places[i], STR("v"), places[(i + 1) % 5]), STR("g"),
                       places[(i + 2) % 5]);
            chart_tick(&b.doc, c, CHART_UP, STR("u"), places[i]);
            chart_tick(&b.doc, c, CHART_ACROSS, STR("a"), places[i]);
        }
        check_page(&b);
        bench_close(&b);
    }
}

/* ---- memory ---- */

static bool write_page(Mem *m, uint64_t fail_at)
{
    Doc d;
    Buf out;
    mem_init(m, 0);
    m->fail_at = fail_at;
    doc_init(&d, m, LANG_FR);
    buf_init(&out, m);
    sample_document(&d);
    html_write(&out, &d, NULL);
    bool failed = out.failed;
    buf_free(&out);
    doc_free(&d);
    return !failed;
}

static void test_every_allocation_may_fail(void **state)
{
    Mem m;
    (void)state;
    assert_true(write_page(&m, 0));
    uint64_t calls = m.calls;
    for (uint64_t i = 1; i <= calls; i++) {
        assert_false(write_page(&m, i));
        assert_int_equal(m.used, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_texts_stay_texts),
        cmocka_unit_test(test_long_words_may_break),
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_the_policy_names_the_style_sheet),
        cmocka_unit_test(test_the_head_says_title_and_language),
        cmocka_unit_test(test_headings_never_skip_a_level),
        cmocka_unit_test(test_the_first_heading_is_the_title_of_a_page_without),
        cmocka_unit_test(test_deep_sections_stay_headings),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_empty_and_narrow_tables),
        cmocka_unit_test(test_room_for_answers),
        cmocka_unit_test(test_only_safe_links),
        cmocka_unit_test(test_a_link_has_a_longest_length),
        cmocka_unit_test(test_a_chart_tells_its_data),
        cmocka_unit_test(test_charts_without_data_say_so),
        cmocka_unit_test(test_positions_of_any_size),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
