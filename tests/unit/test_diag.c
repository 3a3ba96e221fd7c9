/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Diagnostics: what is kept, the exact text shown to a person, the same as JSON. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "diag/catalogue.h"
#include "format/json.h"

typedef struct Bench {
    Mem mem;
    Sources sources;
    Diags diags;
    Buf out;
    uint32_t source;
} Bench;

static void bench_open(Bench *b, Str text)
{
    mem_init(&b->mem, 0);
    sources_init(&b->sources, &b->mem);
    diags_init(&b->diags, &b->mem);
    buf_init(&b->out, &b->mem);
    b->source = sources_add(&b->sources, STR("case.brm"), text);
}

static void bench_close(Bench *b)
{
    buf_free(&b->out);
    diags_free(&b->diags);
    sources_free(&b->sources);
    assert_int_equal(b->mem.used, 0);
}

static Span bench_span(const Bench *b, uint32_t start, uint32_t end)
{
    return (Span){b->source, start, end};
}

static void bench_expect(Bench *b, Lang lang, const char *expected)
{
    buf_clear(&b->out);
    diags_render(&b->out, &b->sources, &b->diags, (DiagStyle){.lang = lang});
    assert_string_equal(buf_cstr(&b->out), expected);
}

/* ---- sources ---- */

static void places_count_lines_and_code_points(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("coût = 3\r\nx = 1\n"));
    const Source *s = sources_get(&b.sources, b.source);
    assert_int_equal(s->line_count, 3);
    Place p = source_place(s, 6);
    assert_int_equal(p.line, 1);
    assert_int_equal(p.column, 6);
    p = source_place(s, 11);
    assert_int_equal(p.line, 2);
    assert_int_equal(p.column, 1);
    p = source_place(s, 17);
    assert_int_equal(p.line, 3);
    assert_true(str_eq(source_line(s, 1), STR("coût = 3")));
    assert_true(str_eq(source_line(s, 3), STR("")));
    assert_true(str_eq(source_line(s, 9), STR("")));
    assert_null(sources_get(&b.sources, 0));
    assert_null(sources_get(&b.sources, 2));
    bench_close(&b);
}

static void spans_join(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("abcdef"));
    Span joined = span_join(bench_span(&b, 4, 5), bench_span(&b, 1, 2));
    assert_true(str_eq(source_text(&b.sources, joined), STR("bcde")));
    joined = span_join((Span){0}, bench_span(&b, 1, 2));
    assert_true(str_eq(source_text(&b.sources, joined), STR("b")));
    assert_true(str_eq(source_text(&b.sources, (Span){0}), STR("")));
    bench_close(&b);
}

/* ---- what is kept ---- */

static void the_same_diagnostic_is_kept_once(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("x"));
    diag(&b.diags, D_FILE_MISSING, bench_span(&b, 0, 1), STR("a"));
    diag(&b.diags, D_FILE_MISSING, bench_span(&b, 0, 1), STR("a"));
    diag(&b.diags, D_FILE_MISSING, bench_span(&b, 0, 1), STR("b"));
    assert_int_equal(b.diags.errors, 2);
    bench_close(&b);
}

static void beyond_the_limit_they_are_only_counted(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("xxxxxx"));
    for (uint32_t i = 0; i < LIMIT_DIAGNOSTICS + 5; i++)
        note0(&b.diags, diag(&b.diags, D_FILE_MISSING, bench_span(&b, i, i), STR("a")), D_NOT_SHOWN, (Span){0});
    assert_int_equal(b.diags.errors, LIMIT_DIAGNOSTICS + 5);
    assert_int_equal(b.diags.dropped, 5);
    diags_render(&b.out, &b.sources, &b.diags, (DiagStyle){.lang = LANG_EN});
    assert_true(str_ends(buf_str(&b.out), STR("\nbareme: messages not shown: 5\n")));
    diags_clear(&b.diags);
    assert_int_equal(b.diags.errors, 0);
    assert_null(b.diags.first);
    bench_close(&b);
}

static void lack_of_memory_is_told_once(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("x"));
    b.mem.limit = b.mem.used;
    for (uint32_t i = 0; i < 3; i++)
        note0(&b.diags, diag(&b.diags, D_FILE_MISSING, bench_span(&b, i, i), STR("a")), D_NOT_SHOWN, (Span){0});
    b.mem.limit = 0;
    assert_int_equal(b.diags.errors, 1);
    assert_int_equal(b.diags.limits, 1);
    bench_expect(&b, LANG_EN,
                 "bareme: error E0701: there is not enough memory to go on\n"
                 "     fix: allow more with `--memory`, or make the data smaller\n");
    bench_close(&b);
}

/* ---- rendering ---- */

static void a_diagnostic_shows_its_line(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("case x\n\n\n  total = cost + 3 min\nend\n"));
    diag(&b.diags, D_FILE_MISSING, bench_span(&b, 19, 31), STR("a.csv"));
    bench_expect(&b, LANG_EN,
                 "case.brm:4:11: error E0801: there is no file named a.csv\n"
                 "   4 |   total = cost + 3 min\n"
                 "     |           ^~~~~~~~~~~~\n"
                 "     fix: check the name and the folder\n");
    bench_expect(&b, LANG_FR,
                 "case.brm:4:11: erreur E0801\u00A0: aucun fichier ne s'appelle a.csv\n"
                 "   4 |   total = cost + 3 min\n"
                 "     |           ^~~~~~~~~~~~\n"
                 "     à faire\u00A0: vérifier le nom et le dossier\n");
    bench_close(&b);
}

static void a_note_elsewhere_shows_its_own_line(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("given\n  a = 1\nend\n"));
    Diag *d = diag(&b.diags, D_FILE_UNREADABLE, bench_span(&b, 8, 9), STR("a"), STR("b"));
    note(&b.diags, d, D_NOT_SHOWN, bench_span(&b, 12, 13), STR("1"));
    note(&b.diags, d, D_NOT_SHOWN, bench_span(&b, 0, 5), STR("2"));
    note(&b.diags, d, D_NOT_SHOWN, (Span){0}, STR("3"));
    bench_expect(&b, LANG_EN,
                 "case.brm:2:3: error E0804: the file a cannot be read: b\n"
                 "   2 |   a = 1\n"
                 "     |   ^\n"
                 "     note: messages not shown: 1\n"
                 "     note: case.brm:1:1: messages not shown: 2\n"
                 "   1 | given\n"
                 "     | ^~~~~\n"
                 "     note: messages not shown: 3\n");
    bench_close(&b);
}

static void carets_follow_width_and_tabs(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("\t漢 = coût + é\n"));
    diag(&b.diags, D_FILE_UNREADABLE, bench_span(&b, 1, 4), STR("a"), STR("b"));
    diag(&b.diags, D_FILE_UNREADABLE, bench_span(&b, 7, 12), STR("a"), STR("b"));
    bench_expect(&b, LANG_EN,
                 "case.brm:1:2: error E0804: the file a cannot be read: b\n"
                 "   1 | \t漢 = coût + é\n"
                 "     | \t^~\n"
                 "case.brm:1:6: error E0804: the file a cannot be read: b\n"
                 "   1 | \t漢 = coût + é\n"
                 "     | \t     ^~~~\n");
    bench_close(&b);
}

static void a_span_of_several_lines_shows_the_first(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("ab\ncd\nef"));
    diag(&b.diags, D_FILE_UNREADABLE, bench_span(&b, 4, 7), STR("a"), STR("b"));
    diag(&b.diags, D_FILE_UNREADABLE, bench_span(&b, 8, 8), STR("a"), STR("b"));
    bench_expect(&b, LANG_EN,
                 "case.brm:2:2: error E0804: the file a cannot be read: b\n"
                 "   2 | cd\n"
                 "     |  ^\n"
                 "case.brm:3:3: error E0804: the file a cannot be read: b\n"
                 "   3 | ef\n"
                 "     |   ^\n");
    bench_close(&b);
}

static void a_long_line_is_cut_around_the_caret(void **state)
{
    (void)state;
    Bench b;
    Mem mem;
    Buf line;
    mem_init(&mem, 0);
    buf_init(&line, &mem);
    buf_repeat(&line, 'a', 300);
    buf_puts(&line, "éé");
    buf_repeat(&line, 'b', 300);
    bench_open(&b, buf_str(&line));
    diag(&b.diags, D_FILE_UNREADABLE, bench_span(&b, 300, 304), STR("a"), STR("b"));
    buf_clear(&line);
    buf_puts(&line, "case.brm:1:301: error E0804: the file a cannot be read: b\n   1 | …");
    buf_repeat(&line, 'a', 60);
    buf_puts(&line, "éé");
    buf_repeat(&line, 'b', 98);
    buf_puts(&line, "…\n     |  ");
    buf_repeat(&line, ' ', 60);
    buf_puts(&line, "^~\n");
    bench_expect(&b, LANG_EN, buf_cstr(&line));
    buf_free(&line);
    bench_close(&b);
}

static void control_characters_never_reach_the_terminal(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("a\x1b[2J\u202E\xFF x\n"));
    diag(&b.diags, D_FILE_UNREADABLE, bench_span(&b, 10, 11), STR("\x1b]0;t\a"), STR("\u2066"));
    bench_expect(&b, LANG_EN,
                 "case.brm:1:9: error E0804: the file \\x1b]0;t\\x07 cannot be read: \\u{2066}\n"
                 "   1 | a\\x1b[2J\\u{202e}\\xff x\n"
                 "     |                      ^\n");
    bench_close(&b);
}

static void colours_are_asked_for(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b, STR("x"));
    diag_render(&b.out, &b.sources, diag(&b.diags, D_FILE_UNREADABLE, bench_span(&b, 0, 1), STR("a"), STR("b")),
                (DiagStyle){.lang = LANG_EN, .color = true});
    assert_string_equal(buf_cstr(&b.out),
                        "\x1b[1mcase.brm:1:1:\x1b[0m \x1b[1;31merror E0804:\x1b[0m the file a cannot be read: b\n"
                        "   1 | x\n"
                        "     | \x1b[1;31m^\x1b[0m\n");
    bench_close(&b);
}

static void rendering_survives_every_failure(void **state)
{
    (void)state;
    for (uint64_t n = 1; n < 40; n++) {
        Bench b;
        JsonWriter w;
        bench_open(&b, STR("abc"));
        b.mem.calls = 0;
        b.mem.fail_at = n;
        note0(&b.diags, diag(&b.diags, D_FILE_MISSING, bench_span(&b, 0, 1), STR("a")), D_NOT_SHOWN, (Span){0});
        diags_render(&b.out, &b.sources, &b.diags, (DiagStyle){.lang = LANG_FR});
        json_begin(&w, &b.out, true);
        diags_json(&w, &b.sources, &b.diags, LANG_FR);
        bench_close(&b);
    }
}

/* ---- the catalogue ---- */

static uint32_t holes(const char *text)
{
    uint32_t set = 0;
    for (const char *p = text; *p; p++)
        if (p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}')
            set |= 1u << (p[1] - '0');
    return set;
}

/* E and a severity that is not one of W or N, and so on. */
static bool code_fits(const char *code, Severity s)
{
    char expected = s == SEV_WARNING ? 'W' : s == SEV_NOTE ? 'N' : 'E';
    return strlen(code) == 5 && code[0] == expected && strspn(code + 1, "0123456789") == 4;
}

static void the_catalogue_is_complete_in_both_languages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < D_COUNT; i++) {
        const Message *m = catalogue_get((DiagId)i);
        if (!code_fits(m->code, m->severity))
            fail_msg("%s does not fit its severity", m->code);
        for (unsigned j = 0; j < i; j++)
            if (strcmp(m->code, catalogue_get((DiagId)j)->code) == 0)
                fail_msg("two messages bear the code %s", m->code);
        if (!*m->text[0] || !*m->text[1] || !*m->fix[0] != !*m->fix[1])
            fail_msg("%s lacks a text in one language", m->code);
        if (holes(m->text[0]) != holes(m->text[1]) || holes(m->fix[0]) != holes(m->fix[1]))
            fail_msg("%s: the holes differ between English and French", m->code);
        if (holes(m->text[0]) >> DIAG_ARGS)
            fail_msg("%s has a hole beyond {%d}", m->code, DIAG_ARGS - 1);
        if (utf8_check(str_from(m->text[1])) != strlen(m->text[1]))
            fail_msg("%s is not UTF-8", m->code);
    }
}

/* ---- JSON ---- */

static void json_escapes_what_it_must(void **state)
{
    (void)state;
    Bench b;
    JsonWriter w;
    bench_open(&b, STR(""));
    json_begin(&w, &b.out, false);
    json_object(&w);
    json_key(&w, STR("a\"b"));
    json_text(&w, STR("é\\\n\t\x01\x7F\u202E\xFF\U000E0041\U0001F600"));
    json_key(&w, STR("n"));
    json_number(&w, STR("12.50"));
    json_key(&w, STR("list"));
    json_array(&w);
    json_int(&w, -3);
    json_bool(&w, true);
    json_null(&w);
    json_array(&w);
    json_finish(&w);
    assert_string_equal(buf_cstr(&b.out),
                        "{\"a\\\"b\":\"é\\\\\\n\\t\\u0001\\u007f\\u202e\uFFFD\\udb40\\udc41\U0001F600\","
                        "\"n\":12.50,\"list\":[-3,true,null,[]]}");
    bench_close(&b);
}

static void json_can_be_laid_out(void **state)
{
    (void)state;
    Bench b;
    JsonWriter w;
    bench_open(&b, STR(""));
    json_begin(&w, &b.out, true);
    json_array(&w);
    json_object(&w);
    json_key(&w, STR("x"));
    json_int(&w, 1);
    json_key(&w, STR("y"));
    json_array(&w);
    json_end(&w);
    json_end(&w);
    json_int(&w, 2);
    json_finish(&w);
    assert_string_equal(buf_cstr(&b.out), "[\n  {\n    \"x\": 1,\n    \"y\": []\n  },\n  2\n]\n");
    bench_close(&b);
}

static void json_too_deep_is_a_failure(void **state)
{
    (void)state;
    Bench b;
    JsonWriter w;
    bench_open(&b, STR(""));
    json_begin(&w, &b.out, false);
    for (int i = 0; i <= JSON_DEPTH; i++)
        json_array(&w);
    json_finish(&w);
    assert_true(b.out.failed);
    bench_close(&b);
}

static void diagnostics_as_json(void **state)
{
    (void)state;
    Bench b;
    JsonWriter w;
    bench_open(&b, STR("é = 1\n"));
    Diag *d = diag(&b.diags, D_FILE_MISSING, bench_span(&b, 3, 4), STR("a.csv"));
    note(&b.diags, d, D_NOT_SHOWN, (Span){0}, STR("2"));
    json_begin(&w, &b.out, false);
    diags_json(&w, &b.sources, &b.diags, LANG_FR);
    json_finish(&w);
    assert_string_equal(
        buf_cstr(&b.out),
        "[{\"code\":\"E0801\",\"severity\":\"error\",\"message\":\"aucun fichier ne s'appelle a.csv\","
        "\"fix\":\"vérifier le nom et le dossier\",\"file\":\"case.brm\",\"line\":1,\"column\":3,"
        "\"end_line\":1,\"end_column\":4,\"notes\":[{\"message\":\"messages non affichés : 2\",\"file\":null,"
        "\"line\":null,\"column\":null,\"end_line\":null,\"end_column\":null}]}]");
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_count_lines_and_code_points),
        cmocka_unit_test(spans_join),
        cmocka_unit_test(the_same_diagnostic_is_kept_once),
        cmocka_unit_test(beyond_the_limit_they_are_only_counted),
        cmocka_unit_test(lack_of_memory_is_told_once),
        cmocka_unit_test(a_diagnostic_shows_its_line),
        cmocka_unit_test(a_note_elsewhere_shows_its_own_line),
        cmocka_unit_test(carets_follow_width_and_tabs),
        cmocka_unit_test(a_span_of_several_lines_shows_the_first),
        cmocka_unit_test(a_long_line_is_cut_around_the_caret),
        cmocka_unit_test(control_characters_never_reach_the_terminal),
        cmocka_unit_test(colours_are_asked_for),
        cmocka_unit_test(rendering_survives_every_failure),
        cmocka_unit_test(the_catalogue_is_complete_in_both_languages),
        cmocka_unit_test(json_escapes_what_it_must),
        cmocka_unit_test(json_can_be_laid_out),
        cmocka_unit_test(json_too_deep_is_a_failure),
        cmocka_unit_test(diagnostics_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
