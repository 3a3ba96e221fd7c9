/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cells of spreadsheets say: stored numbers, codes of number formats, places. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/sheet.h"

static void digits(const char *stored, const char *expected)
{
    Mem mem;
    Buf b;
    mem_init(&mem, 0);
    buf_init(&b, &mem);
    bool ok = sheet_digits(&b, str_from(stored));
    assert_int_equal(ok, expected != NULL);
    if (expected)
        assert_string_equal(buf_cstr(&b), expected);
    buf_free(&b);
}

static void stored_numbers(void **state)
{
    (void)state;
    digits("0.30000000000000004", "0.3");
    digits("28.333333333333332", "28.3333333333333");
    digits("9007199254740991", "9007199254740991");
    digits("12345678901234567", "12345678901234600");
    digits("1.5E-3", "0.0015");
    digits("1.5e+3", "1500");
    digits("-0", "0");
    digits("-0.000", "0");
    digits("0.00000000000000000001", "0.00000000000000000001");
    digits("99999999999999.95", "100000000000000");
    digits("0.99999999999999999", "1");
    digits("999999999999999.99", "1000000000000000");
    digits("007.50", "7.5");
    digits(".5", "0.5");
    digits("5.", "5");
    digits("", NULL);
    digits(".", NULL);
    digits("1.2.3", NULL);
    digits("1e", NULL);
    digits("1e999", NULL);
    digits("0x10", NULL);
    digits("nan", NULL);
}

static void format(const char *code, int kind, int decimals, int scale, const char *unit)
{
    SheetFormat f;
    sheet_format_read(str_from(code), &f);
    assert_int_equal(f.kind, kind);
    assert_int_equal(f.decimals, decimals);
    assert_int_equal(f.scale, scale);
    assert_string_equal(f.unit, unit);
}

static void codes_of_formats(void **state)
{
    (void)state;
    format("General", FORMAT_NUMBER, DECIMALS_FREE, 0, "");
    format("0", FORMAT_NUMBER, 0, 0, "");
    format("#,##0.00", FORMAT_NUMBER, 2, 0, "");
    format("#,##0.00;[Red]-#,##0.0000", FORMAT_NUMBER, 2, 0, "");
    format("0.0%", FORMAT_NUMBER, 1, 0, "%");
    format("#,##0.00\\ \"€\"", FORMAT_NUMBER, 2, 0, "€");
    format("_-* #,##0.00\\ [$€-40C]_-;\\-* #,##0.00\\ [$€-40C]_-", FORMAT_NUMBER, 2, 0, "€");
    format("[$$-409]#,##0", FORMAT_NUMBER, 0, 0, "$");
    format("#,##0,\\ \"k€\"", FORMAT_NUMBER, 0, 3, "k€");
    format("0.0,,", FORMAT_NUMBER, 1, 6, "");
    format("0.0\" kg\"", FORMAT_NUMBER, 1, 0, "kg");
    format("0.00E+00", FORMAT_NUMBER, DECIMALS_FREE, 0, "");
    format("# ?/?", FORMAT_NUMBER, DECIMALS_FREE, 0, "");
    format("@", FORMAT_NUMBER, DECIMALS_FREE, 0, "");
    format("dd/mm/yyyy", FORMAT_DATE, DECIMALS_FREE, 0, "");
    format("[$-40C]d mmmm yyyy", FORMAT_DATE, DECIMALS_FREE, 0, "");
    format("mmm", FORMAT_DATE, DECIMALS_FREE, 0, "");
    format("d/m/y h:mm", FORMAT_DATE, DECIMALS_FREE, 0, "");
    format("h:mm AM/PM", FORMAT_TIME, DECIMALS_FREE, 0, "");
    format("[h]:mm:ss.0", FORMAT_TIME, DECIMALS_FREE, 0, "");
    format("\"unfinished", FORMAT_NUMBER, DECIMALS_FREE, 0, "unfinished");
    format("[unfinished", FORMAT_NUMBER, DECIMALS_FREE, 0, "");
    format("\\", FORMAT_NUMBER, DECIMALS_FREE, 0, "");
    format("_", FORMAT_NUMBER, DECIMALS_FREE, 0, "");
}

static void place(const char *text, bool sound, uint32_t row, uint32_t column)
{
    uint32_t r = 0, c = 0;
    assert_int_equal(sheet_place_read(str_from(text), &r, &c), sound);
    if (!sound)
        return;
    assert_int_equal(r, row);
    assert_int_equal(c, column);
    Mem mem;
    Buf b;
    mem_init(&mem, 0);
    buf_init(&b, &mem);
    sheet_place(&b, row, column);
    assert_string_equal(buf_cstr(&b), text);
    buf_free(&b);
}

static void places(void **state)
{
    (void)state;
    place("A1", true, 0, 0);
    place("Z9", true, 8, 25);
    place("AA10", true, 9, 26);
    place("XFD1048576", true, 1048575, 16383);
    place("XFE1", false, 0, 0);
    place("A1048577", false, 0, 0);
    place("A0", false, 0, 0);
    place("A", false, 0, 0);
    place("1", false, 0, 0);
    place("AAAAAAAA1", false, 0, 0);
    place("A-1", false, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_numbers),
        cmocka_unit_test(codes_of_formats),
        cmocka_unit_test(places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
