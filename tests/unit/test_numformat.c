/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text: printed for people and machines, read from programs and from copies.
   In expected texts an ordinary space stands for U+00A0, and _ for U+202F. */
#include "test_num.h"

#include "base/limits.h"

static const char *shown(const char *x, NumFormat f)
{
    static char text[400];
    Buf out;
    buf_init(&out, &mem);
    snprintf(text, sizeof text, "%.390s", text_of(&out, num_of(x), &f));
    buf_free(&out);
    return text;
}

static NumFormat style(Lang lang, NumFormatKind kind, int digits)
{
    return (NumFormat){.lang = lang, .kind = kind, .digits = digits, .unit = true, .group = true};
}

static void plain_display(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"374 €", "374.00 €", "374,00 €"},
        {"1574 €", "1_574.00 €", "1_574,00 €"},
        {"1726683 €", "1_726_683.00 €", "1_726_683,00 €"},
        {"-1574.005 €", "-1_574.01 €", "-1_574,01 €"},
        {"-0.004 €", "0.00 €", "0,00 €"},
        {"68/3 €", "22.67 €", "22,67 €"},
        {"17 €/h", "17.00 €/h", "17,00 €/h"},
        {"12.5 €/m²", "12.50 €/m²", "12,50 €/m²"},
        {"12.5 k€", "12.5 k€", "12,5 k€"},
        {"1.23456 M€", "1.2346 M€", "1,2346 M€"},
        {"80 %", "80 %", "80 %"},
        {"80/3 %", "26.67 %", "26,67 %"},
        {"4.8 %/year", "4.8 %/year", "4,8 %/an"},
        {"1.5 pt", "1.5 pt", "1,5 pt"},
        {"12 ‰", "12 ‰", "12 ‰"},
        {"64/3 h", "21.3333 h", "21,3333 h"},
        {"1280 min", "1280 min", "1280 min"},
        {"27416", "27_416", "27_416"},
        {"1234567.5", "1_234_567.5", "1_234_567,5"},
        {"1234", "1234", "1234"},
        {"12345678901234567890.25", "12_345_678_901_234_567_890.25", "12_345_678_901_234_567_890,25"},
        {"0.5", "0.5", "0,5"},
        {"0", "0", "0"},
        {"-0.00001", "0", "0"},
        {"0.00005", "0.0001", "0,0001"},
        {"9.99995", "10", "10"},
        {"1 day", "1 day", "1 jour"},
        {"0 day", "0 days", "0 jour"},
        {"1.5 day", "1.5 days", "1,5 jour"},
        {"2 day", "2 days", "2 jours"},
        {"-2 day", "-2 days", "-2 jours"},
        {"1.99999 day", "2 days", "2 jours"},
        {"2 year", "2 years", "2 ans"},
        {"2 month", "2 months", "2 mois"},
        {"3 €/day", "3.00 €/day", "3,00 €/jour"},
        {"2 day/week", "2 days/week", "2 jours/semaine"},
        {"5 GB", "5 GB", "5 Go"},
        {"2 /day", "2 /day", "2 /jour"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int lang = 0; lang < 2; lang++)
            assert_string_equal(shown(rows[i][0], style((Lang)lang, NF_AUTO, 0)), rows[i][1 + lang]);
}

static void chosen_formats(void **state)
{
    (void)state;
    assert_string_equal(shown("64/3 h", style(LANG_FR, NF_DECIMALS, 2)), "21,33 h");
    assert_string_equal(shown("374 €", style(LANG_FR, NF_DECIMALS, 0)), "374 €");
    assert_string_equal(shown("0.125", style(LANG_EN, NF_DECIMALS, 2)), "0.13");
    assert_string_equal(shown("-0.125", style(LANG_EN, NF_DECIMALS, 2)), "-0.13");
    assert_string_equal(shown("3", style(LANG_EN, NF_DECIMALS, 12)), "3.000000000000");
    assert_string_equal(shown("64/3 h", style(LANG_EN, NF_EXACT, 0)), "64/3 h");
    assert_string_equal(shown("1/1024", style(LANG_FR, NF_EXACT, 0)), "0,0009765625");
    assert_string_equal(shown("17 €/h", style(LANG_EN, NF_EXACT, 0)), "17 €/h");
    assert_string_equal(shown("-2/3 €", style(LANG_EN, NF_EXACT, 0)), "-2/3 €");
    assert_string_equal(shown("64/3 h", style(LANG_EN, NF_SIGNIFICANT, 30)), "21.3333333333333333333333333333 h");
    assert_string_equal(shown("12345.678", style(LANG_EN, NF_SIGNIFICANT, 2)), "12_000");
    assert_string_equal(shown("0.00012345", style(LANG_EN, NF_SIGNIFICANT, 2)), "0.00012");
    assert_string_equal(shown("9.99", style(LANG_EN, NF_SIGNIFICANT, 2)), "10");
    assert_string_equal(shown("1000", style(LANG_EN, NF_SIGNIFICANT, 4)), "1000");
    assert_string_equal(shown("999", style(LANG_EN, NF_SIGNIFICANT, 1)), "1000");
    assert_string_equal(shown("0", style(LANG_EN, NF_SIGNIFICANT, 3)), "0");
    assert_string_equal(shown("17 €/h", style(LANG_FR, NF_WRITTEN, 0)), "17 €/h");
    assert_string_equal(shown("12.5 €", style(LANG_FR, NF_WRITTEN, 0)), "12,5 €");
    assert_string_equal(shown("64/3 €", style(LANG_FR, NF_WRITTEN, 0)), "21,33 €");
    assert_string_equal(shown("64/3 h", style(LANG_FR, NF_WRITTEN, 0)), "21,3333 h");
    NumFormat sign = style(LANG_EN, NF_AUTO, 0);
    sign.approx_sign = true;
    assert_string_equal(shown("64/3 h", sign), "≈ 21.3333 h");
    assert_string_equal(shown("21 h", sign), "21 h");
    assert_string_equal(shown("12345678901.00001 €", sign), "≈ 12_345_678_901.00 €");
    NumFormat bare = {.lang = LANG_EN, .kind = NF_AUTO};
    assert_string_equal(shown("1574 €", bare), "1574.00");
    Buf out;
    Value root;
    buf_init(&out, &mem);
    NumFormat bad = style(LANG_EN, NF_DECIMALS, LIMIT_DECIMALS + 1);
    assert_int_equal(num_format(&ctx, &out, num_of("1"), &bad), NUM_RANGE);
    bad = style(LANG_EN, NF_SIGNIFICANT, 0);
    assert_int_equal(num_format(&ctx, &out, num_of("1"), &bad), NUM_RANGE);
    num_sqrt(&ctx, num_of("2"), &root);
    NumFormat two = style(LANG_FR, NF_DECIMALS, 2);
    assert_string_equal(text_of(&out, root, &two), "1,41");
    two.approx_sign = true;
    assert_string_equal(text_of(&out, root, &two), "≈ 1,41");
    buf_clear(&out);
    assert_int_equal(num_decimal(&ctx, &out, num_of("-1234.50 €"), 6), NUM_OK);
    assert_string_equal(buf_cstr(&out), "-1234.5");
    buf_clear(&out);
    assert_int_equal(num_decimal(&ctx, &out, num_of("64/3 h"), 6), NUM_OK);
    assert_string_equal(buf_cstr(&out), "21.333333");
    buf_clear(&out);
    assert_int_equal(num_decimal(&ctx, &out, num_of("1234567890123456789012.5"), 0), NUM_OK);
    assert_string_equal(buf_cstr(&out), "1234567890123456789013");
    buf_clear(&out);
    assert_int_equal(num_fraction(&ctx, &out, num_of("64/3 h")), NUM_OK);
    assert_string_equal(buf_cstr(&out), "64/3");
    buf_clear(&out);
    assert_int_equal(num_fraction(&ctx, &out, num_of("20 %")), NUM_OK);
    assert_string_equal(buf_cstr(&out), "20");
    buf_free(&out);
}

static NumErr literal(const char *text)
{
    Value v;
    return num_read_literal(&ctx, str_from(text), U_PLAIN, &v);
}

static void literals(void **state)
{
    (void)state;
    char digits[LIMIT_LITERAL_DIGITS + 3];
    assert_int_equal(literal("12.50"), NUM_OK);
    assert_int_equal(literal(""), NUM_RANGE);
    assert_int_equal(literal("."), NUM_RANGE);
    assert_int_equal(literal("1."), NUM_RANGE);
    assert_int_equal(literal(".5"), NUM_RANGE);
    assert_int_equal(literal("1.2.3"), NUM_RANGE);
    assert_int_equal(literal("-1"), NUM_RANGE);
    assert_int_equal(literal("1e3"), NUM_RANGE);
    assert_int_equal(literal("1,5"), NUM_RANGE);
    memset(digits, '9', sizeof digits);
    digits[1] = '.';
    digits[LIMIT_LITERAL_DIGITS + 1] = '\0';
    assert_int_equal(literal(digits), NUM_OK);
    digits[LIMIT_LITERAL_DIGITS + 1] = '9';
    digits[LIMIT_LITERAL_DIGITS + 2] = '\0';
    assert_int_equal(literal(digits), NUM_TOO_BIG);
    assert_string_equal(told(num_of("0.000000000000000000000000000001")), "0.000000000000000000000000000001");
    assert_string_equal(told(num_of("1.10")), "1.1");
    assert_string_equal(told(num_of("1280 min")), "1280 min");
}

/* ---- copies ---- */

/* One reading: value, unit or not, decimals, mark, sum. */
static void tell(Buf *out, const NumReading *r)
{
    NumFormat f = {.lang = LANG_EN, .kind = NF_EXACT, .unit = true};
    Buf value;
    buf_init(&value, &mem);
    buf_puts(out, text_of(&value, r->value, &f));
    buf_printf(out, "|%d%s%s", r->decimals, r->how, r->is_sum ? "+" : "");
    buf_free(&value);
}

static const char *readings_of(const char *raw, Lang notation)
{
    static char text[400];
    NumReading found[NUM_READINGS_MAX];
    size_t count;
    Str unknown;
    Buf out;
    NumErr err = num_read_lenient(&ctx, str_from(raw), notation, found, NUM_READINGS_MAX, &count, &unknown);
    buf_init(&out, &mem);
    if (err == NUM_UNIT_UNKNOWN) {
        assert_int_equal(count, 0);
        buf_puts(&out, "?");
        buf_put(&out, unknown);
    } else {
        assert_int_equal(err, NUM_OK);
    }
    for (size_t i = 0; i < count; i++) {
        buf_puts(&out, i ? " ; " : "");
        tell(&out, &found[i]);
        assert_int_equal(found[i].unit, found[i].value.unit);
        assert_true(found[i].has_unit || found[i].unit == U_PLAIN);
    }
    snprintf(text, sizeof text, "%.390s", buf_cstr(&out));
    buf_free(&out);
    return text;
}

typedef struct Copy {
    const char *raw, *fr, *en; /* en NULL: as fr */
} Copy;

static void check_copies(const Copy *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *en = rows[i].en ? rows[i].en : rows[i].fr, *got = readings_of(rows[i].raw, LANG_FR);
        if (strcmp(got, rows[i].fr) != 0)
            fail_msg("«%s» in French: %s, not %s", rows[i].raw, got, rows[i].fr);
        got = readings_of(rows[i].raw, LANG_EN);
        if (strcmp(got, en) != 0)
            fail_msg("«%s» in English: %s, not %s", rows[i].raw, got, en);
    }
}

static void copies_in_both_notations(void **state)
{
    (void)state;
    static const Copy rows[] = {
        {"22", "22|0", NULL},
        {"1 600,00 €", "1600 €|2,", NULL},
        {"1\u00A0600,00\u00A0€", "1600 €|2,", NULL},
        {"1\u202F600,00\u202F€", "1600 €|2,", NULL},
        {"1'600.50", "1600.5|2.", NULL},
        {"1’600,50", "1600.5|2,", NULL},
        {"1_600", "1600|0", NULL},
        {"1.600,50", "1600.5|2,", NULL},
        {"1,600.50", "1600.5|2.", NULL},
        {"16,67%", "16.67 %|2,", NULL},
        {"16.67 %", "16.67 %|2.", NULL},
        {"1,234", "1.234|3, ; 1234|0", "1234|0 ; 1.234|3,"},
        {"1.234", "1234|0 ; 1.234|3.", "1.234|3. ; 1234|0"},
        {"1,234,567", "1234567|0", NULL},
        {"1.234.567", "1234567|0", NULL},
        {"0,500", "0.5|3,", NULL},
        {"0.500", "0.5|3.", NULL},
        {"12,5 k€", "12.5 k€|1,", NULL},
        {"1,5", "1.5|1,", NULL},
        {",5", "0.5|1,", NULL},
        {"- 12", "-12|0", NULL},
        {"\u221212", "-12|0", NULL},
        {"+3", "3|0", NULL},
        {"≈ 21,33 h", "21.33 h|2,", NULL},
        {"~ 21,33 h", "21.33 h|2,", NULL},
        {"１６００，５０", "1600.5|2,", NULL},
        {"1 280 minutes", "1280 min|0", NULL},
        {"22h", "22 h|0", NULL},
        {"22 h.", "22 h|0", NULL},
        {"1600.", "1600|0", NULL},
        {"12 345 678", "12345678|0", NULL},
        {"  42  ", "42|0", NULL},
    };
    check_copies(rows, sizeof rows / sizeof *rows);
    NumReading r[1];
    size_t count;
    assert_int_equal(num_read_lenient(&ctx, STR("1,234"), LANG_FR, r, 1, &count, NULL), NUM_OK);
    assert_int_equal(count, 1);
    assert_int_equal(r[0].significant, 4);
    assert_int_equal(num_read_lenient(&ctx, STR("0,0450"), LANG_FR, r, 1, &count, NULL), NUM_OK);
    assert_int_equal(r[0].significant, 3);
    assert_int_equal(r[0].decimals, 4);
}

static void copies_with_units(void **state)
{
    (void)state;
    static const Copy rows[] = {
        {"21 h 20", "64/3 h|0+", NULL},
        {"21h20", "64/3 h|0+", NULL},
        {"21 h 20 min", "64/3 h|0+", NULL},
        {"21 heures et 20 minutes", "64/3 h|0+", NULL},
        {"1 h 20 min 30 s", "161/120 h|0+", NULL},
        {"2 ans 9 mois", "2.75 years|0+", NULL},
        {"3 € 50", "3.5 €|2", NULL},
        {"3 € 5", "", NULL},
        {"-1 h 30", "-1.5 h|0+", NULL},
        {"21 h 20 €", "", NULL},
        {"1600 EUROS", "1600 €|0", NULL},
        {"1600 Euros HT", "1600 €|0", NULL},
        {"1600€HT", "1600 €|0", NULL},
        {"$1,600.00", "1600 $|2.", NULL},
        {"€ 1.600,00", "1600 €|2,", NULL},
        {"17 € / h", "17 €/h|0", NULL},
        {"17 euros par heure", "17 €/h|0", NULL},
        {"17 euros per hour", "17 €/h|0", NULL},
        {"12 m2", "12 m²|0", NULL},
        {"12 m²", "12 m²|0", NULL},
        {"12 €/m2", "12 €/m²|0", NULL},
        {"12 kWh", "12 kWh|0", NULL},
        {"12 KM", "12 km|0", NULL},
        {"20 pour cent", "20 %|0", NULL},
        {"20 pourcents", "20 %|0", NULL},
        {"5 points", "5 pt|0", NULL},
        {"3 heure(s)", "3 h|0", NULL},
        {"22 parsecs", "?parsecs", NULL},
        {"22 heures de travail", "?de", NULL},
        {"3 visites", "3 visite|0", NULL},
        {"3 années", "3 years|0", NULL},
        {"3 annees", "3 years|0", NULL},
    };
    assert_int_equal(unit_declare(&ctx, STR("visite")), NUM_OK);
    check_copies(rows, sizeof rows / sizeof *rows);
}

static void copies_that_are_no_number(void **state)
{
    (void)state;
    static const Copy rows[] = {
        {"", "", NULL},         {"   ", "", NULL},       {"h", "", NULL},      {"oui", "", NULL},
        {"500*0,8", "", NULL},  {"1/3", "", NULL},       {"3 + 2", "", NULL},  {"a = 3", "", NULL},
        {"12 34", "", NULL},    {"1,2,3", "", NULL},     {"1 2345", "", NULL}, {"12345 678", "", NULL},
        {"1,23.4", "", NULL},   {"--3", "", NULL},       {"3 €/", "", NULL},   {"3 (h", "", NULL},
        {"\xFF\xFE", "", NULL}, {"3 \x1B[2J", "", NULL}, {"≈", "", NULL},      {"1:30", "", NULL},
    };
    check_copies(rows, sizeof rows / sizeof *rows);
    char text[2000];
    memset(text, '7', sizeof text);
    NumReading r[NUM_READINGS_MAX];
    size_t count = 1;
    assert_int_equal(num_read_lenient(&ctx, (Str){text, sizeof text}, LANG_FR, r, 2, &count, NULL), NUM_OK);
    assert_int_equal(count, 0);
    assert_int_equal(num_read_lenient(&ctx, (Str){text, 250}, LANG_FR, r, 2, &count, NULL), NUM_OK);
    assert_int_equal(count, 1);
}

/* What is shown reads back as the same value, in the notation it is shown in. */
static void what_is_shown_reads_back(void **state)
{
    (void)state;
    static const char *const values[] = {"1574 €", "-27416.5 min", "17 €/h",           "12.5 k€", "4.8 %/year", "80 %",
                                         "2 day",  "0.0001",       "1234567 €/(h·m²)", "5 GB",    "3 m³"};
    Buf out;
    buf_init(&out, &mem);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        for (int lang = 0; lang < 2; lang++) {
            NumFormat f = style((Lang)lang, NF_AUTO, 0);
            NumReading r[NUM_READINGS_MAX];
            size_t count;
            bool equal = false;
            buf_clear(&out);
            assert_int_equal(num_format(&ctx, &out, num_of(values[i]), &f), NUM_OK);
            assert_int_equal(num_read_lenient(&ctx, buf_str(&out), (Lang)lang, r, NUM_READINGS_MAX, &count, NULL),
                             NUM_OK);
            assert_true(count >= 1);
            assert_int_equal(num_equal(&ctx, r[0].value, num_of(values[i]), &equal), NUM_OK);
            assert_true(equal);
            assert_int_equal(r[0].unit, num_of(values[i]).unit);
        }
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plain_display, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(chosen_formats, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(literals, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(copies_in_both_notations, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(copies_with_units, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(copies_that_are_no_number, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(what_is_shown_reads_back, numbers_open, numbers_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
