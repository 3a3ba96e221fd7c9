/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Markdown to nodes, and back: what Markdown writes, Markdown reads as the same text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../browser/sample_doc.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "hostile.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/richtext.h"
#include "report/terminal.h"

typedef struct Bench {
    Mem mem;
    Doc doc;
    Buf out;
} Bench;

static const Str NONE = {"", 0};

static void bench_open(Bench *b)
{
    mem_init(&b->mem, 0);
    doc_init(&b->doc, &b->mem, LANG_EN); /* French binds blanks: see test_report.c */
    buf_init(&b->out, &b->mem);
}

static void bench_close(Bench *b)
{
    buf_free(&b->out);
    doc_free(&b->doc);
    assert_int_equal(b->mem.used, 0);
}

/* ---- a tree as one line: paragraph[a *b*] ---- */

static void show_runs(Buf *out, const DocNode *n)
{
    buf_puts(out, n->tick == TICK_DONE ? "(x)" : n->tick ? "( )" : "");
    buf_put(out, n->text);
    for (const DocRun *r = n->runs; r; r = r->next) {
        const char *mark = r->style == RUN_PLAIN                     ? ""
                           : r->style == (RUN_STRONG | RUN_EMPHASIS) ? "***"
                           : r->style == RUN_STRONG                  ? "**"
                           : r->style == RUN_EMPHASIS                ? "*"
                                                                     : "`";
        buf_puts(out, mark);
        buf_put(out, r->text);
        buf_puts(out, mark);
        if (r->url.n) {
            buf_putc(out, '<');
            buf_put(out, r->url);
            buf_putc(out, '>');
        }
    }
}

static const char *name_of(uint8_t kind)
{
    static const char *const names[] = {
#define DOC_NODE(id, name) name,
#include "report/doc.def"
#undef DOC_NODE
    };
    return names[kind];
}

static void show(Buf *out, const DocNode *first)
{
    for (const DocNode *n = first; n; n = n->next) {
        buf_puts(out, name_of(n->kind));
        if (n->kind == DOC_HEADING || n->start) {
            buf_printf(out, "%u", n->start ? n->start : n->level);
        }
        buf_putc(out, '[');
        for (uint32_t c = 0; c < n->column_count; c++) {
            buf_puts(out, n->columns[c].align == ALIGN_RIGHT ? ">" : n->columns[c].align ? "^" : "");
            buf_put(out, n->columns[c].title);
            buf_putc(out, '|');
        }
        show_runs(out, n);
        show(out, n->first);
        buf_putc(out, ']');
    }
}

static void expect(const char *markdown, const char *wanted)
{
    Bench b;
    bench_open(&b);
    b.doc.lang = LANG_FR;
    richtext_add(&b.doc, NULL, str_from(markdown));
    assert_true(doc_ok(&b.doc));
    show(&b.out, b.doc.root->first);
    assert_string_equal(buf_cstr(&b.out), wanted);
    bench_close(&b);
}

static void test_paragraphs(void **state)
{
    (void)state;
    expect("", "");
    expect("one\ntwo\n\nthree\\\nfour", "paragraph[one two]paragraph[three\nfour]");
    expect("# A\ntext\n\nB\n---", "heading1[A]paragraph[text]heading2[B]");
    expect("> quoted\n> again\n\n***\n", "quote[paragraph[quoted again]]rule[]");
}

static void test_runs(void **state)
{
    (void)state;
    expect("a *b* **c** ***d*** `e*f`", "paragraph[a *b* **c** ***d*** `e*f`]");
    expect("*b*a", "paragraph[*b*a]");
    expect("2 * 3 * 4 et prix_ht_net", "paragraph[2 * 3 * 4 et prix_ht_net]");
    expect("**a `b` c**", "paragraph[**a **`b`** c**]");
}

static void test_lists(void **state)
{
    (void)state;
    expect("- a\n- b\n  - c\n", "list[item[a]item[blist[item[c]]]]");
    expect("3. a\n\n   more\n4. b", "list3[item[aparagraph[more]]item[b]]");
    expect("- [ ] todo\n- [x] done", "list[item[( )todo]item[(x)done]]");
    expect("- # h\n  b\n", "list[item[heading1[h]paragraph[b]]]");
    expect("- # h\n  b\n  > q\n", "list[item[heading1[h]paragraph[b]quote[paragraph[q]]]]");
    expect("- a\n  - b\n\n  c\n", "list[item[alist[item[b]]paragraph[c]]]");
    expect("- a\n  > q\n\n  ```\n  x\n  y\n  ```\n", "list[item[aquote[paragraph[q]]code[x\ny]]]");
}

static void test_tables(void **state)
{
    (void)state;
    expect("| a | *b* |\n|---|--:|\n| `c` | d **e** |\n| f |\n",
           "table[a|>b|row[cell[`c`]cell[d **e**]]row[cell[f]cell[]]]");
    expect("|x|\n|:-:|", "table[^x|]");
}

static void test_links(void **state)
{
    (void)state;
    expect("[a](https://x.example/?b=1&amp;c \"t\")", "paragraph[a<https://x.example/?b=1&c>]");
    expect("<https://x.example> <a@b.example> https://y.example",
           "paragraph[https://x.example<https://x.example> a@b.example<mailto:a@b.example> "
           "https://y.example<https://y.example>]");
    expect("[a](javascript:alert(1)) [b](data.csv) [c](&#106;avascript:x)", "paragraph[a b c]");
    expect("[**a** b](http://x)", "paragraph[**a**<http://x> b<http://x>]");
}

static void test_images_are_named(void **state)
{
    (void)state;
    expect("see ![a *plan*](https://x.example/y.png \"t\").", "paragraph[see [image\u00A0: a *plan*].]");
}

static void test_html_stays_text(void **state)
{
    (void)state;
    expect("<script>alert(1)</script>", "paragraph[<script>alert(1)</script>]");
    expect("a <b>c</b> <!-- d --> e", "paragraph[a <b>c</b> <!-- d --> e]");
}

static void test_entities(void **state)
{
    (void)state;
    expect("a&nbsp;b &euro; &lt;b&gt; &#233; &#x20AC; &unknown; &#0; &#x110000; &",
           "paragraph[a\u00A0b € <b> é € &unknown; \uFFFD \uFFFD &]");
}

static void test_indentation_is_no_part_of_a_text(void **state)
{
    (void)state;
    expect("\n        one\n\n          - two\n            three\n    ", "paragraph[one]list[item[two three]]");
    expect("  one\n\n  ```\n  x\n    y\n  ```\n", "paragraph[one]code[x\n  y]");
    expect("   one", "paragraph[one]");
}

static void test_deep_texts_are_flattened(void **state)
{
    Bench b;
    Buf deep;
    (void)state;
    bench_open(&b);
    buf_init(&deep, &b.mem);
    for (unsigned i = 0; i < 1000; i++) {
        buf_puts(&deep, "> - ");
    }
    buf_puts(&deep, "end\n\nafter");
    richtext_add(&b.doc, NULL, buf_str(&deep));
    assert_true(doc_ok(&b.doc));
    unsigned depth = 0;
    const DocNode *n = b.doc.root->first;
    for (; n->first; n = n->first) {
        depth += n->kind == DOC_LIST || n->kind == DOC_QUOTE;
    }
    assert_int_equal(depth, LIMIT_TEXT_DEPTH);
    assert_true(str_eq(n->text, STR("end")));
    assert_true(str_eq(b.doc.root->last->text, STR("after")));
    buf_free(&deep);
    bench_close(&b);
}

static void test_a_long_text_is_shown_as_it_is(void **state)
{
    Bench b;
    Buf text;
    (void)state;
    bench_open(&b);
    buf_init(&text, &b.mem);
    buf_repeat(&text, '*', LIMIT_MARKDOWN_BYTES);
    richtext_add(&b.doc, NULL, buf_str(&text));
    buf_putc(&text, '*');
    richtext_add(&b.doc, NULL, buf_str(&text));
    assert_int_equal(b.doc.root->first->kind, DOC_RULE);
    assert_int_equal(b.doc.root->last->text.n, LIMIT_MARKDOWN_BYTES + 1);
    buf_free(&text);
    bench_close(&b);
}

static void test_inline(void **state)
{
    Bench b;
    (void)state;
    bench_open(&b);
    DocNode *p = doc_paragraph(&b.doc, NULL, STR("x"), TONE_PLAIN);
    richtext_inline(&b.doc, p, STR("a **b**\n\n- c\n- d\n\n| e |\n|---|\n| f |"));
    DocNode *q = doc_paragraph(&b.doc, NULL, NONE, TONE_PLAIN);
    richtext_inline(&b.doc, q, STR("> one\n\n# two\n```\nthree\n```\n- [x] four"));
    assert_true(doc_ok(&b.doc));
    show(&b.out, b.doc.root->first);
    assert_string_equal(buf_cstr(&b.out), "paragraph[x\na **b**\nc\nd\ne\nf]paragraph[one\ntwo\nthree\n☑ four]");
    bench_close(&b);
}

/* ---- there and back ---- */

/* A text as a reader sees it: unsafe characters shown, runs of blanks as one, none at the ends. */
static void put_seen(Buf *out, Str s)
{
    Str trimmed = str_trim(s);
    bool blank = false;
    for (size_t at = 0; at < trimmed.n;) {
        char c = trimmed.p[at];
        if (c == ' ' || c == '\t' || c == '\n') {
            blank = true;
            at++;
        } else {
            buf_puts(out, blank ? " " : "");
            blank = false;
            at += utf8_show_next(out, trimmed, at);
        }
    }
}

static void put_words(Buf *out, const DocNode *n)
{
    buf_put(out, n->text);
    for (const DocRun *r = n->runs; r; r = r->next) {
        buf_put(out, r->text);
    }
}

/* Writes the document, reads it, and compares the words of the first node of that kind. */
static void expect_back(Bench *b, DocKind kind, Str wanted)
{
    Doc again;
    Buf seen, words;
    doc_markdown(&b->out, &b->doc);
    assert_false(b->out.failed);
    doc_init(&again, &b->mem, LANG_EN);
    buf_init(&seen, &b->mem);
    buf_init(&words, &b->mem);
    richtext_add(&again, NULL, buf_str(&b->out));
    const DocNode *n = again.root->first;
    while (n && n->kind != kind) {
        n = n->first;
    }
    if (n) {
        put_words(&words, n);
    }
    put_seen(&seen, buf_str(&words));
    buf_clear(&words);
    put_seen(&words, wanted);
    if (again.root->first != again.root->last || !str_eq(buf_str(&seen), buf_str(&words))) {
        fail_msg("wrote %s\nread  %s\nof    %s", buf_cstr(&b->out), buf_cstr(&seen), buf_cstr(&words));
    }
    buf_free(&seen);
    buf_free(&words);
    doc_free(&again);
}

static void back_from_a_paragraph(Str s, unsigned style)
{
    Bench b;
    bench_open(&b);
    DocNode *p = doc_paragraph(&b.doc, NULL, STR("é"), TONE_PLAIN);
    doc_run(&b.doc, p, style, s);
    doc_run(&b.doc, p, RUN_PLAIN, STR("è"));
    Buf wanted;
    buf_init(&wanted, &b.mem);
    put_words(&wanted, p);
    expect_back(&b, DOC_PARAGRAPH, buf_str(&wanted));
    buf_free(&wanted);
    bench_close(&b);
}

static void back_from_a_cell(Str s)
{
    Bench b;
    DocColumn columns[] = {{STR("x"), ALIGN_LEFT}};
    bench_open(&b);
    doc_cell(&b.doc, doc_row(&b.doc, doc_table(&b.doc, NULL, columns, 1)), s, TONE_PLAIN);
    if (!memchr(s.p, '\n', s.n)) { /* in a table it is a <br>, which we do not read */
        expect_back(&b, DOC_CELL, s);
    }
    bench_close(&b);
}

static void back_from_a_block(Str s, DocKind kind)
{
    Bench b;
    bench_open(&b);
    if (kind == DOC_PARAGRAPH) {
        doc_paragraph(&b.doc, NULL, s, TONE_PLAIN);
    } else if (kind == DOC_HEADING) {
        doc_heading(&b.doc, NULL, 2, s);
    } else {
        doc_item(&b.doc, doc_list(&b.doc, NULL), s, TONE_PLAIN);
    }
    if (str_trim(s).n) {
        expect_back(&b, kind, s);
    }
    bench_close(&b);
}

static void test_what_is_written_is_read_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < HOSTILE_TEXTS; i++) {
        Str s = str_from(hostile_texts[i]);
        back_from_a_block(s, DOC_PARAGRAPH);
        back_from_a_block(s, DOC_HEADING);
        back_from_a_block(s, DOC_ITEM);
        back_from_a_cell(s);
        for (unsigned style = 0; style < 8; style++) {
            back_from_a_paragraph(s, style);
        }
    }
}

/* Each style next to each other, with and without blanks and punctuation at the edges. */
static void test_styles_side_by_side(void **state)
{
    static const char *const words[] = {"a", "(b)", " c ", "*d*", "é"};
    (void)state;
    for (unsigned i = 0; i < 8 * 8 * 5 * 5; i++) {
        Bench b;
        bench_open(&b);
        DocNode *p = doc_paragraph(&b.doc, NULL, STR("x"), TONE_PLAIN);
        doc_run(&b.doc, p, i % 8 % 4, str_from(words[i / 64 % 5]));
        doc_run(&b.doc, p, i / 8 % 8 % 4, str_from(words[i / 320 % 5]));
        doc_run(&b.doc, p, RUN_PLAIN, STR("z"));
        Buf wanted;
        buf_init(&wanted, &b.mem);
        put_words(&wanted, p);
        expect_back(&b, DOC_PARAGRAPH, buf_str(&wanted));
        buf_free(&wanted);
        bench_close(&b);
    }
}

/* ---- all of it ---- */

static void check_characters(Str s)
{
    uint32_t cp;
    for (size_t at = 0, n; (n = utf8_next(s, at, &cp)) != 0; at += n) {
        if (cp != '\n' && (utf8_is_unsafe(cp) || (n == 1 && cp == UTF8_REPLACEMENT))) {
            fail_msg("U+%04X in %.40s", (unsigned)cp, s.p + at);
        }
    }
}

static void test_hostile_documents(void **state)
{
    (void)state;
    for (unsigned i = 0; i < HOSTILE_TEXTS; i++) {
        Bench b;
        JsonWriter w;
        bench_open(&b);
        sample_hostile(&b.doc, str_from(hostile_texts[i]));
        doc_terminal(&b.out, &b.doc, (TerminalStyle){.width = 40});
        doc_markdown(&b.out, &b.doc);
        json_begin(&w, &b.out, false);
        doc_json(&w, &b.doc);
        json_finish(&w);
        assert_false(b.out.failed);
        check_characters(buf_str(&b.out));
        bench_close(&b);
    }
}

static bool write_all(Mem *m, uint64_t fail_at)
{
    Doc d;
    Buf out;
    JsonWriter w;
    mem_init(m, 0);
    m->fail_at = fail_at;
    doc_init(&d, m, LANG_FR);
    buf_init(&out, m);
    sample_document(&d);
    doc_markdown(&out, &d);
    doc_terminal(&out, &d, (TerminalStyle){.width = 60, .color = true});
    json_begin(&w, &out, false);
    doc_json(&w, &d);
    json_finish(&w);
    bool failed = out.failed;
    buf_free(&out);
    doc_free(&d);
    return !failed;
}

static void test_every_allocation_may_fail(void **state)
{
    Mem m;
    (void)state;
    assert_true(write_all(&m, 0));
    uint64_t calls = m.calls;
    for (uint64_t i = 1; i <= calls; i++) {
        assert_false(write_all(&m, i));
        assert_int_equal(m.used, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paragraphs),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_images_are_named),
        cmocka_unit_test(test_html_stays_text),
        cmocka_unit_test(test_entities),
        cmocka_unit_test(test_indentation_is_no_part_of_a_text),
        cmocka_unit_test(test_deep_texts_are_flattened),
        cmocka_unit_test(test_a_long_text_is_shown_as_it_is),
        cmocka_unit_test(test_inline),
        cmocka_unit_test(test_what_is_written_is_read_back),
        cmocka_unit_test(test_styles_side_by_side),
        cmocka_unit_test(test_hostile_documents),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
