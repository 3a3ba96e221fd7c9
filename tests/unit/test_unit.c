/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units: their names, and the algebra of rules 3.1 to 3.6. */
#include "test_num.h"

typedef struct Sum {
    const char *a;
    char op;
    const char *b, *result;
} Sum;

static void check(const Sum *rows, size_t count)
{
    for (int pass = 0; pass < 2; pass++) /* the second time the memo answers */
        for (size_t i = 0; i < count; i++) {
            const char *got = result_of(rows[i].a, rows[i].op, rows[i].b);
            if (strcmp(got, rows[i].result) != 0)
                fail_msg("%s %c %s is %s, not %s", rows[i].a, rows[i].op, rows[i].b, got, rows[i].result);
        }
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void percentages_in_sums(void **state)
{
    (void)state;
    static const Sum rows[] = {
        {"500", '-', "20 %", "PERCENT"},
        {"20 %", '+', "500", "PERCENT"},
        {"100 €", '+', "20 %", "PERCENT"},
        {"20 %", '+', "100 €", "PERCENT"},
        {"1!", '-', "20 %", "80 %"},
        {"20 %", '+', "1!", "120 %"},
        {"0!", '+', "20 %", "20 %"},
        {"100 %!", '-', "0.25", "0.75"},
        {"100 %!", '-', "1/4 ratio", "0.75 ratio"},
        {"100 %!", '-', "20 %", "80 %"},
        {"1!", '+', "1/4 ratio", "1.25 ratio"},
        {"1!", '+', "3", "4"},
        {"1!", '+', "3 €", "DIMENSION"},
        {"0!", '+', "3 €", "3 €"},
        {"3 €", '-', "0!", "3 €"},
        {"1", '-', "20 %", "PERCENT"},
        {"0.5 ratio", '+', "20 %", "0.7 ratio"},
        {"20 %", '+', "0.5 ratio", "70 %"},
        {"3", '+', "0.5 ratio", "3.5 ratio"},
        {"0.5 ratio", '+', "3", "3.5 ratio"},
        {"20 %", '+', "5 ‰", "20.5 %"},
        {"20 %", '+', "5 pt", "25 %"},
        {"5 pt", '+', "20 %", "25 %"},
        {"5 pt", '-', "2 pt", "3 pt"},
        {"5 pt", '+', "3", "PERCENT"},
    };
    CHECK(rows);
}

static void percentages_in_products(void **state)
{
    (void)state;
    static const Sum rows[] = {
        {"20 %", '*', "20 %", "4 %"},          {"0.5", '*', "20 %", "0.1 ratio"},
        {"20 %", '*', "500", "100 ratio"},     {"20 %", '*', "3 €", "0.6 €"},
        {"4.8 %", '/', "12", "0.4 %"},         {"20 %", '/', "40 %", "0.5 ratio"},
        {"20 %", '/', "2 ratio", "0.1 ratio"}, {"2", '/', "20 %", "10 ratio"},
        {"28", '/', "3", "28/3 ratio"},        {"3", '*', "4", "12"},
        {"3", '*', "4 ratio", "12 ratio"},     {"3 €", '/', "20 %", "15 €"},
        {"5 pt", '*', "3", "0.15 ratio"},      {"105 %", '^', "2", "110.25 %"},
        {"4 %", '^', "1/2", "0.2 ratio"},
    };
    CHECK(rows);
}

static void quantities_in_sums(void **state)
{
    (void)state;
    static const Sum rows[] = {
        {"3 h", '+', "20 min", "10/3 h"},
        {"20 min", '+', "3 h", "200 min"},
        {"3 min", '+', "2 €", "DIMENSION"},
        {"3 €", '+', "2 $", "DIMENSION"},
        {"3 €", '+', "2", "DIMENSION"},
        {"3 k€", '+', "500 €", "3.5 k€"},
        {"1 month", '+', "1 day", "CALENDAR"},
        {"1 €/year", '+', "1 €/day", "CALENDAR"},
        {"2 year", '+', "9 month", "2.75 years"},
        {"1 km", '-', "1 m", "0.999 km"},
        {"1 ha", '+', "1 m²", "1.0001 ha"},
        {"1 m³", '+', "1 L", "1.001 m³"},
        {"7 h", '%', "2 h", "1 h"},
        {"7 h", '%', "45 min", "0.25 h"},
        {"-7", '%', "2", "1"},
        {"7", '%', "-2", "-1"},
        {"7", '%', "0", "DIV_ZERO"},
        {"1 kWh", '+', "1 J", "3600001/3600000 kWh"},
    };
    CHECK(rows);
}

static void quantities_in_products(void **state)
{
    (void)state;
    static const Sum rows[] = {
        {"17 €/h", '*', "22 h", "374 €"},
        {"17 €/h", '*', "80 min", "68/3 €"},
        {"22 h", '*', "17 €/h", "374 €"},
        {"374 €", '/', "22 h", "17 €/h"},
        {"374 €", '/', "17 €/h", "22 h"},
        {"374 €", '/', "11 €", "34 ratio"},
        {"60 min", '/', "1 h", "1 ratio"},
        {"5 day", '*', "1 h/day", "5 h"},
        {"1 h/day", '*', "5 day", "5 h"},
        {"3", '*', "1 h/day", "3 h/day"},
        {"5 m", '*', "1 km", "5000 m²"},
        {"2 €/m²", '*', "1 ha", "20000 €"},
        {"10 L", '/', "1 m³", "0.01 ratio"},
        {"1000 m³", '/', "1 L", "1000000 ratio"},
        {"3", '/', "2 h", "1.5 /h"},
        {"4.8 %", '/', "12 month", "0.4 %/month"},
        {"4.8 %/year", '*', "6 month", "2.4 %"},
        {"3000 €", '*', "4 %/year", "120 €/year"},
        {"2", '*', "4 %/year", "0.08 /year"},
        {"4 %/year", '/', "2", "2 %/year"},
        {"2 kW", '*', "3 h", "6 kW·h"},
        {"1 €", '*', "1 €", "1 €²"},
        {"9 €²", '^', "1/2", "3 €"},
        {"9 €", '^', "1/2", "UNIT_POWER"},
        {"2 m", '^', "3", "8 m³"},
        {"2 m", '^', "-1", "0.5 /m"},
        {"2 m", '^', "0", "1"},
        {"2", '^', "3 h", "NOT_PLAIN"},
        {"2 m^12", '*', "2 m", "UNIT_POWER"},
        {"374 €", '/', "0 h", "DIV_ZERO"},
        {"12 €/(h·m²)", '*', "2 h", "24 €/m²"},
        {"1 km", '/', "1 m", "1000 ratio"},
        {"90 km/h", '*', "20 min", "30 km"},
    };
    CHECK(rows);
}

static void rates_of_one_dimension(void **state)
{
    (void)state;
    static const Sum rows[] = {
        {"1 h/day", '+', "1", "RATE"},           {"1", '-', "1 h/day", "RATE"},
        {"1 h/day", '+', "20 %", "RATE"},        {"1 h/day", '+', "30 min/day", "1.5 h/day"},
        {"1 h/day", '+', "1 m/km", "DIMENSION"}, {"1 h/day", '+', "1/24 ratio", "2 h/day"},
        {"1 h/day", '+', "1 €", "DIMENSION"},    {"1 h/day", '/', "30 min/day", "2 ratio"},
    };
    CHECK(rows);
    int order;
    assert_int_equal(num_cmp(&ctx, num_of("1 h/day"), num_of("2"), &order), NUM_RATE);
}

static void counting_units(void **state)
{
    (void)state;
    static const Sum rows[] = {
        {"3 call", '+', "2", "5 call"},
        {"2", '+', "3 call", "5 call"},
        {"3 call", '+', "2 rdv", "DIMENSION"},
        {"400 contact", '*', "3 min", "1200 contact·min"},
        {"1200 contact·min", '+', "3 min", "1203 contact·min"},
        {"3 min", '+', "1200 contact·min", "1203 min"},
        {"3 call", '+', "20 %", "PERCENT"},
        {"500 contact", '*', "20 %", "100 contact"},
        {"15 call", '/', "3 day", "5 call/day"},
        {"5 call/day", '*', "3 day", "15 call"},
        {"6 call", '/', "3 call", "2 ratio"},
        {"6 call", '/', "3 rdv", "2 call/rdv"},
        {"1 call·rdv", '+', "1 call", "2 call·rdv"},
        {"4 calls", '+', "1 call", "5 call"},
        {"1.5", '^', "2 call", "2.25"},
    };
    assert_int_equal(unit_declare(&ctx, STR("call")), NUM_OK);
    assert_int_equal(unit_declare(&ctx, STR("contact")), NUM_OK);
    assert_int_equal(unit_declare(&ctx, STR("rdv")), NUM_OK);
    assert_int_equal(unit_declare(&ctx, STR("rdv")), NUM_OK);
    assert_int_equal(unit_declare(&ctx, STR("heures")), NUM_UNIT_TAKEN);
    CHECK(rows);
}

static const char *converted(const char *value, const char *unit)
{
    uint16_t id = U_PLAIN;
    Value v = num_of(value);
    if (*unit && unit_parse(&ctx, str_from(unit), &id) != NUM_OK)
        return "UNIT_UNKNOWN";
    NumErr err = unit_convert(&ctx, v, id, &v);
    return err == NUM_OK ? told(v) : error_name(err);
}

static void conversions(void **state)
{
    (void)state;
    unit_declare(&ctx, STR("call"));
    unit_declare(&ctx, STR("contact"));
    unit_declare(&ctx, STR("rdv"));
    assert_string_equal(converted("1280 min", "h"), "64/3 h");
    assert_string_equal(converted("22 h", "min"), "1320 min");
    assert_string_equal(converted("22 h", "€"), "DIMENSION");
    assert_string_equal(converted("1 month", "day"), "CALENDAR");
    assert_string_equal(converted("0.25", "%"), "25 %");
    assert_string_equal(converted("25 %", "pt"), "25 pt");
    assert_string_equal(converted("25 %", ""), "0.25");
    assert_string_equal(converted("3 €", "%"), "DIMENSION");
    assert_string_equal(converted("3 call", "rdv"), "3 rdv");
    assert_string_equal(converted("3 call", ""), "3");
    assert_string_equal(converted("3", "call"), "3 call");
    assert_string_equal(converted("3 %", "call"), "DIMENSION");
    assert_string_equal(converted("3 call", "%"), "DIMENSION");
    assert_string_equal(converted("3 call/day", "rdv/week"), "21 rdv/week");
    assert_string_equal(converted("1200 contact·min", "min"), "1200 min");
    assert_string_equal(converted("1200 contact·min", "h"), "20 h");
    assert_string_equal(converted("0.5", "h/day"), "RATE");
    assert_string_equal(converted("0.5 ratio", "h/day"), "12 h/day");
    assert_string_equal(converted("12 h/day", "%"), "50 %");
    assert_string_equal(converted("1500 €", "k€"), "1.5 k€");
}

static void conventions(void **state)
{
    (void)state;
    uint16_t year, month, day, dollar, euro, pound, workday;
    int order;
    unit_declare(&ctx, STR("workday"));
    assert_int_equal(unit_parse(&ctx, STR("year"), &year), NUM_OK);
    assert_int_equal(unit_parse(&ctx, STR("mois"), &month), NUM_OK);
    assert_int_equal(unit_parse(&ctx, STR("jours"), &day), NUM_OK);
    assert_int_equal(unit_parse(&ctx, STR("$"), &dollar), NUM_OK);
    assert_int_equal(unit_parse(&ctx, STR("£"), &pound), NUM_OK);
    assert_int_equal(unit_parse(&ctx, STR("€"), &euro), NUM_OK);
    assert_int_equal(unit_parse(&ctx, STR("workday"), &workday), NUM_OK);
    assert_int_equal(unit_convention(&ctx, year, STR("0"), day, false), NUM_RANGE);
    assert_int_equal(unit_convention(&ctx, year, STR("12"), month, false), NUM_DIMENSION);
    assert_string_equal(result_of("1 month", '+', "1 day"), "CALENDAR");
    assert_int_equal(unit_convention(&ctx, year, STR("360"), day, false), NUM_OK);
    assert_int_equal(unit_convention(&ctx, dollar, STR("0.92"), euro, false), NUM_OK);
    uint16_t hour;
    assert_int_equal(unit_parse(&ctx, STR("h"), &hour), NUM_OK);
    assert_int_equal(unit_convention(&ctx, workday, STR("7"), hour, false), NUM_OK);
    static const Sum rows[] = {
        {"1 month", '+', "15 day", "1.5 months"},
        {"15 day", '+', "1 month", "45 days"},
        {"2 €/day", '*', "1 month", "60 €"},
        {"1 year", '/', "1 day", "360 ratio"},
        {"10 $", '+', "0.92 €", "11 $"},
        {"1 €", '-', "10 $", "-8.2 €"},
        {"3 $/h", '*', "2 h", "6 $"},
        {"10 $", '/', "0.92 €", "10 ratio"},
        {"3 workday", '+', "2 h", "23/7 workday"},
        {"3 workday", '*', "10 €/h", "210 €"},
        {"3 workday", '+', "2", "5 workday"},
    };
    CHECK(rows);
    assert_string_equal(converted("1 month", "day"), "30 days");
    assert_int_equal(num_cmp(&ctx, num_of("1 year"), num_of("360 day"), &order), NUM_OK);
    assert_int_equal(order, 0);
    uint64_t left, right;
    assert_int_equal(num_hash(&ctx, num_of("1 year"), &left), NUM_OK);
    assert_int_equal(num_hash(&ctx, num_of("360 day"), &right), NUM_OK);
    assert_true(left == right);
    /* through a chain; what is said already may be said again, but not otherwise */
    assert_int_equal(unit_convention(&ctx, pound, STR("1.25"), dollar, false), NUM_OK);
    assert_string_equal(converted("1 £", "€"), "1.15 €");
    assert_int_equal(unit_convention(&ctx, pound, STR("1.15"), euro, false), NUM_OK);
    assert_int_equal(unit_convention(&ctx, euro, STR("2"), pound, false), NUM_CONVENTION);
    assert_int_equal(unit_convention(&ctx, euro, STR("2"), pound, true), NUM_CONVENTION);
    assert_string_equal(converted("1 £", "€"), "1.15 €");
    assert_int_equal(unit_convention(&ctx, month, STR("30"), day, false), NUM_OK);
    assert_int_equal(unit_convention(&ctx, month, STR("30.5"), day, false), NUM_CONVENTION);
    assert_string_equal(converted("1 month", "day"), "30 days");
    /* the dialogue: the same two, either way round */
    assert_int_equal(unit_convention(&ctx, euro, STR("2"), dollar, true), NUM_OK);
    assert_string_equal(converted("1 $", "€"), "0.5 €");
    assert_string_equal(converted("1 £", "€"), "0.625 €");
    assert_int_equal(unit_convention(&ctx, month, STR("30.5"), day, true), NUM_OK);
    assert_string_equal(converted("1 month", "day"), "30.5 days");
}

/* Each text, as it is written back in English and in French; NULL: not a unit. */
static void texts_of_units(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"€/h", "€/h", "€/h"},
        {"euros/heure", "€/h", "€/h"},
        {"k€", "k€", "k€"},
        {"M€", "M€", "M€"},
        {"day", "day", "jour"},
        {"j", "day", "jour"},
        {"années", "year", "an"},
        {"/day", "/day", "/jour"},
        {"m²", "m²", "m²"},
        {"m^2", "m²", "m²"},
        {"m^5", "m^5", "m^5"},
        {"€/(h·m²)", "€/(h·m²)", "€/(h·m²)"},
        {"€/h/m²", "€/(h·m²)", "€/(h·m²)"},
        {"kW*h", "kW·h", "kW·h"},
        {"h^-1", "/h", "/h"},
        {"Mo", "MB", "Mo"},
        {"GB", "GB", "Go"},
        {"mL", "mL", "mL"},
        {"cl", "cL", "cL"},
        {"kWh", "kWh", "kWh"},
        {"ms", "ms", "ms"},
        {"km/h", "km/h", "km/h"},
        {"%/an", "%/year", "%/an"},
        {"h·h", "h²", "h²"},
        {"parsec", NULL, NULL},
        {"kday", NULL, NULL},
        {"", NULL, NULL},
        {"/", NULL, NULL},
        {"€/", NULL, NULL},
        {"€//h", NULL, NULL},
        {"€/(h", NULL, NULL},
        {"€ /h", NULL, NULL},
        {"m^0", NULL, NULL},
        {"m^", NULL, NULL},
        {"m^99", NULL, NULL},
        {"m·km·s·€·g·L·B·J·h·day", NULL, NULL},
    };
    Buf out;
    buf_init(&out, &mem);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint16_t id, again;
        NumErr err = unit_parse(&ctx, str_from(rows[i][0]), &id);
        if ((err == NUM_OK) != (rows[i][1] != NULL))
            fail_msg("%s: %s", rows[i][0], error_name(err));
        for (int lang = 0; lang < 2 && err == NUM_OK; lang++) {
            buf_clear(&out);
            unit_name(&ctx, &out, id, (Lang)lang);
            assert_string_equal(buf_cstr(&out), rows[i][1 + lang]);
            assert_int_equal(unit_parse(&ctx, buf_str(&out), &again), NUM_OK);
            assert_int_equal(id, again);
        }
    }
    buf_free(&out);
    assert_true(str_eq(unit_unknown(&ctx, STR("€/parsec")), STR("parsec")));
    assert_null(unit_unknown(&ctx, STR("€/h")).p);
    assert_true(unit_lookup_name(&ctx, STR("heures")));
    assert_false(unit_lookup_name(&ctx, STR("€/h")));
    assert_true(str_eq(unit_suggest(&ctx, STR("semaimes")), STR("semaines")));
    assert_true(str_eq(unit_suggest(&ctx, STR("EUROS")), STR("euros")));
    assert_null(unit_suggest(&ctx, STR("zzzzzz")).p);
}

static void what_units_measure(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"min", "a duration", "une durée"},
        {"year", "a number of months or years", "un nombre de mois ou d'années"},
        {"k€", "an amount in €", "une somme en €"},
        {"ha", "an area", "une surface"},
        {"L", "a volume", "un volume"},
        {"W", "a power", "une puissance"},
        {"km/h", "a speed", "une vitesse"},
        {"%", "a percentage", "un pourcentage"},
        {"pt", "a percentage", "un pourcentage"},
        {"call", "a number of call", "un nombre de call"},
        {"appel", "a number of appel", "un nombre d'appel"},
        {"€/h", "a quantity in €/h", "une grandeur en €/h"},
        {"h/day", "a rate in h/day", "un taux en h/jour"},
    };
    Buf out;
    buf_init(&out, &mem);
    unit_declare(&ctx, STR("call"));
    unit_declare(&ctx, STR("appel"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int lang = 0; lang < 2; lang++) {
            uint16_t id;
            buf_clear(&out);
            assert_int_equal(unit_parse(&ctx, str_from(rows[i][0]), &id), NUM_OK);
            unit_dimension_name(&ctx, &out, id, (Lang)lang);
            assert_string_equal(buf_cstr(&out), rows[i][1 + lang]);
        }
    buf_clear(&out);
    unit_dimension_name(&ctx, &out, U_RATIO, LANG_FR);
    assert_string_equal(buf_cstr(&out), "un rapport");
    buf_free(&out);
    assert_true(unit_is_money(&ctx, num_of("3 €/h").unit));
    assert_false(unit_is_money(&ctx, num_of("3 h/€").unit));
    assert_true(unit_is_counting(&ctx, num_of("3 call").unit));
    assert_false(unit_is_counting(&ctx, num_of("3 call/day").unit));
    assert_false(unit_is_counting(&ctx, U_PLAIN));
    assert_true(unit_same_dimension(&ctx, U_PLAIN, U_PERCENT));
    assert_true(unit_same_dimension(&ctx, num_of("3 h").unit, num_of("3 min").unit));
    assert_false(unit_same_dimension(&ctx, num_of("3 h").unit, U_PLAIN));
}

static void marks_drop_units(void **state)
{
    (void)state;
    uint16_t id, kept, made;
    assert_int_equal(unit_parse(&ctx, STR("€/h"), &kept), NUM_OK);
    UnitMark mark = unit_mark(&ctx);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(unit_declare(&ctx, STR("visite")), NUM_OK);
        assert_int_equal(unit_parse(&ctx, STR("visite/h"), &made), NUM_OK);
        assert_int_equal(unit_convention(&ctx, num_of("1 visite").unit, STR("10"), num_of("1 min").unit, false), NUM_OK);
        assert_string_equal(result_of("6 visite/h", '*', "2 h"), "12 visite");
        unit_release(&ctx, mark);
        assert_int_equal(unit_parse(&ctx, STR("visite"), &id), NUM_UNIT_UNKNOWN);
        assert_int_equal(unit_parse(&ctx, STR("€/h"), &id), NUM_OK);
        assert_int_equal(id, kept);
    }
    /* counting units before the mark keep what they are */
    assert_int_equal(unit_declare(&ctx, STR("lot")), NUM_OK);
    mark = unit_mark(&ctx);
    unit_declare(&ctx, STR("colis"));
    unit_release(&ctx, mark);
    assert_string_equal(result_of("3 lot", '+', "2 lot"), "5 lot");
    UnitMark again = unit_mark(&ctx);
    assert_true(again.symbols == mark.symbols);
}

static void units_are_counted(void **state)
{
    (void)state;
    static const char *const names[] = {"€", "h", "m", "g", "J", "B", "day", "min", "km", "kg", "kWh", "k€"};
    UnitMark mark = unit_mark(&ctx);
    NumErr err = NUM_OK;
    char text[120];
    uint16_t id;
    for (int i = 0; i < 70000 && err == NUM_OK; i++) {
        int n = i, length = 0;
        for (int part = 0; part < 4; part++, n /= 17)
            length += snprintf(text + length, sizeof text - (size_t)length, "%s%s^%d", part ? "·" : "",
                               names[part * 3 + (n % 17) / 6], n % 17 % 6 + 1);
        err = unit_parse(&ctx, (Str){text, (size_t)length}, &id);
        if (err == NUM_UNIT_POWER)
            err = NUM_OK;
    }
    for (int i = 0; i < 70000 && err == NUM_OK; i++) {
        snprintf(text, sizeof text, "u%d", i);
        err = unit_declare(&ctx, str_from(text));
        if (err == NUM_OK)
            err = unit_parse(&ctx, str_from(text), &id);
    }
    assert_int_equal(err, NUM_UNITS_FULL);
    unit_release(&ctx, mark);
    assert_int_equal(unit_parse(&ctx, STR("€·m"), &id), NUM_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(percentages_in_sums, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(percentages_in_products, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(quantities_in_sums, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(quantities_in_products, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(rates_of_one_dimension, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(counting_units, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(conversions, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(conventions, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(texts_of_units, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(what_units_measure, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(marks_drop_units, numbers_open, numbers_close),
        cmocka_unit_test_setup_teardown(units_are_counted, numbers_open, numbers_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
