/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes as rows and values: encodings, CSV in and out, JSON read; whole, cut into chunks, damaged. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "format/csv.h"
#include "format/json_read.h"

static Mem mem;

static bool equal(Str a, const char *b) { return str_eq(a, str_from(b)); }

typedef struct Opened {
    IoMemory io;
    TextStream stream;
    Arena arena;
} Opened;

static void open_bytes(Opened *o, Str bytes, Encoding e)
{
    mem_init(&mem, 0);
    io_memory_init(&o->io, &mem);
    assert_int_equal(io_memory_add(&o->io, "f", bytes), 0);
    assert_int_equal(text_open(&o->stream, &o->io.io, &mem, "f", true, e), 0);
    arena_init(&o->arena, &mem);
}

static void close_bytes(Opened *o)
{
    text_close(&o->stream);
    arena_free(&o->arena);
    io_memory_free(&o->io);
    assert_int_equal(mem.used, 0);
}

static void decodes(Str bytes, Encoding e, const char *expected)
{
    Opened o;
    open_bytes(&o, bytes, e);
    while (text_more(&o.stream)) {
    }
    assert_true(equal(text_rest(&o.stream), expected));
    close_bytes(&o);
}

static void encodings_become_utf8(void **state)
{
    (void)state;
    decodes(STR("\xEF\xBB\xBFh\xC3\xA9"), ENC_CP1252, "hé"); /* the mark decides */
    decodes(STR("h\xE9 \x80"), ENC_CP1252, "hé €");
    decodes(STR("h\xE9 \xA4"), ENC_LATIN9, "hé €");
    decodes(STR("h\xE9"), ENC_LATIN1, "hé");
    decodes(STR("h\x82"), ENC_CP850, "hé");
    decodes(STR("h\x8E"), ENC_MACINTOSH, "hé");
    decodes(STR("\xFF\xFEh\0\xE9\0"), ENC_UTF8, "hé");
    decodes(STR("\xFE\xFF\0h\0\xE9\xD8\x3D\xDE\0"), ENC_UTF8, "hé\xF0\x9F\x98\x80");
    decodes(STR("h\0\xE9\0"), ENC_UTF16, "hé");
    decodes(STR("\xFF\xFEh\0\xE9"), ENC_UTF8, "h\xEF\xBF\xBD"); /* half a unit at the end */
    decodes(STR("h\xE9"), ENC_UTF8, "h\xE9");                     /* left to whoever reads */
    decodes(STR(""), ENC_UTF8, "");
}

static void encodings_have_names(void **state)
{
    (void)state;
    assert_int_equal(encoding_named(STR("UTF-8")), ENC_UTF8);
    assert_int_equal(encoding_named(STR("Windows-1252")), ENC_CP1252);
    assert_int_equal(encoding_named(STR("ISO 8859-15")), ENC_LATIN9);
    assert_int_equal(encoding_named(STR("klingon")), ENC_COUNT);
    assert_int_equal(encoding_named(STR("")), ENC_COUNT);
    assert_int_equal(encoding_named(STR("utf8,")), ENC_UTF8);
}

static void lines_come_one_by_one(void **state)
{
    (void)state;
    Opened o;
    Str line;
    bool cut;
    open_bytes(&o, STR("one\r\n\ntoo long a line\nlast"), ENC_UTF8);
    assert_true(text_line(&o.stream, 8, &line, &cut) && equal(line, "one") && !cut);
    assert_true(text_line(&o.stream, 8, &line, &cut) && equal(line, "") && !cut);
    assert_true(text_line(&o.stream, 8, &line, &cut) && equal(line, "too long") && cut);
    assert_true(text_line(&o.stream, 8, &line, &cut) && equal(line, "last") && !cut);
    assert_int_equal(o.stream.lines, 3);
    assert_false(text_line(&o.stream, 8, &line, &cut));
    close_bytes(&o);
}

/* Rows as "a|b" and lines; a row whose quote stays open ends with `!`. */
static void reads(const char *text, char separator, const char *expected)
{
    Opened o;
    CsvRow row;
    Buf got;
    open_bytes(&o, str_from(text), ENC_UTF8);
    buf_init(&got, &mem);
    CsvReader r = {.stream = &o.stream, .separator = separator};
    while (csv_next(&r, &o.arena, &row)) {
        for (uint32_t i = 0; i < row.count; i++) {
            buf_puts(&got, i ? "|" : "");
            buf_put(&got, row.cells[i]);
        }
        buf_printf(&got, "%s@%d ", row.open ? "!" : "", (int)row.line);
    }
    assert_string_equal(buf_cstr(&got), expected);
    buf_free(&got);
    csv_close(&r);
    close_bytes(&o);
}

static void rows_are_cut_into_cells(void **state)
{
    (void)state;
    reads("a,b\n1,2\n", ',', "a|b@1 1|2@2 ");
    reads("a;b\r\n\r\n;\r\n1,5;2", ';', "a|b@1 1,5|2@4 ");
    reads("\"a,\"\"b\nc\",d\ne,f", ',', "a,\"b\nc|d@1 e|f@3 ");
    reads("a\"b,\"c\"d,\n", ',', "a\"b|cd|@1 ");
    reads("x,\"open\ny,z\n", ',', "x|\"open!@1 y|z@2 ");
    reads("one column\ntwo\n", '\0', "one column@1 two@2 ");
    reads("", ',', "");
}

static void the_separator_is_that_of_the_header(void **state)
{
    (void)state;
    bool tie;
    assert_int_equal(csv_separator(STR("a;b;\"c,d,e,f\""), &tie), ';');
    assert_false(tie);
    assert_int_equal(csv_separator(STR("a,b;c"), &tie), ';');
    assert_true(tie);
    assert_int_equal(csv_separator(STR("alone"), &tie), '\0');
}

static void what_a_spreadsheet_would_run_is_a_text(void **state)
{
    (void)state;
    Buf out;
    CsvWriter w;
    mem_init(&mem, 0);
    buf_init(&out, &mem);
    csv_begin(&w, &out, ';', ',', false);
    static const char *const texts[] = {"=1+1", "+33", "-2", "@SUM(1)", "\t=1", ("\xEF\xBC\x9D" "1"), " =1", "\xE2\x80\x8B=1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        csv_text(&w, str_from(texts[i]));
    }
    csv_end_row(&w);
    csv_number(&w, STR("-2.5"));
    csv_text(&w, STR("a;\"b\""));
    csv_text(&w, STR("\x1b[31m"));
    csv_end_row(&w);
    assert_string_equal(buf_cstr(&out), "'=1+1;'+33;'-2;'@SUM(1);\"'\t=1\";'\xEF\xBC\x9D" "1;' =1;'\xE2\x80\x8B=1\n"
                                        "-2,5;\"a;\"\"b\"\"\";\\x1b[31m\n");
    buf_free(&out);
    assert_int_equal(mem.used, 0);
}

/* One letter a token, then its text. */
static void json_gives(const char *text, const char *expected)
{
    static const char letters[] = "OAEKTNBZ";
    Arena arena;
    JsonReader r;
    JsonToken t;
    Buf got;
    mem_init(&mem, 0);
    arena_init(&arena, &mem);
    buf_init(&got, &mem);
    json_read(&r, str_from(text), &arena);
    while (json_next(&r, &t)) {
        buf_putc(&got, letters[t.kind]);
        buf_put(&got, t.text);
        buf_putc(&got, ' ');
    }
    buf_puts(&got, r.error ? r.error : ".");
    assert_string_equal(buf_cstr(&got), expected);
    buf_free(&got);
    arena_free(&arena);
    assert_int_equal(mem.used, 0);
}

static void json_keeps_what_was_written(void **state)
{
    (void)state;
    json_gives("{\"a\": 1.50, \"b\": [true, null, {}], \"c\\u00e9\": \"x\\n\\ud83d\\ude00\"}",
               "O Ka N1.50 Kb A Btrue Z O E E Kc\xC3\xA9 Tx\n\xF0\x9F\x98\x80 E .");
    json_gives("  12 ", "N12 .");
    json_gives("[1 2]", "A N1 `,` or `]` is expected");
    json_gives("{\"a\" 1}", "O `:` is expected after a name");
    json_gives("{\"a\": }", "O Ka a value is expected");
    json_gives("\"open", "a text is not closed");
    json_gives("[] x", "A E something follows the value");
    json_gives("", "a value is expected");
    json_gives("\"\\ud800\"", "T\xEF\xBF\xBD .");
}

static void json_does_not_nest_for_ever(void **state)
{
    (void)state;
    char deep[1000];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    Arena arena;
    JsonReader r;
    mem_init(&mem, 0);
    arena_init(&arena, &mem);
    json_read(&r, str_from(deep), &arena);
    assert_false(json_pass(&r));
    assert_string_equal(r.error, "nested too deeply");
    arena_free(&arena);
}

static void a_value_is_passed_over(void **state)
{
    (void)state;
    Arena arena;
    JsonReader r;
    JsonToken t;
    mem_init(&mem, 0);
    arena_init(&arena, &mem);
    json_read(&r, STR("[[1, [2]], {\"a\": {}}, 3, \"x\"]"), &arena);
    assert_true(json_next(&r, &t));
    assert_true(json_pass(&r) && json_pass(&r) && json_next(&r, &t));
    assert_true(t.kind == JSON_NUMBER && equal(t.text, "3"));
    assert_true(json_pass(&r) && json_next(&r, &t) && t.kind == JSON_END);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_become_utf8),
        cmocka_unit_test(encodings_have_names),
        cmocka_unit_test(lines_come_one_by_one),
        cmocka_unit_test(rows_are_cut_into_cells),
        cmocka_unit_test(the_separator_is_that_of_the_header),
        cmocka_unit_test(what_a_spreadsheet_would_run_is_a_text),
        cmocka_unit_test(json_keeps_what_was_written),
        cmocka_unit_test(json_does_not_nest_for_ever),
        cmocka_unit_test(a_value_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
