/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine, on code assembled by hand. Each test is also run with a collection at every allocation. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "num/number.h"
#include "num/unit.h"

/* ---- running code ---- */

#define CODE(...) (Ins[]){__VA_ARGS__}, sizeof((Ins[]){__VA_ARGS__}) / sizeof(Ins)
#define CONSTS(...) (Value[]){__VA_ARGS__}, sizeof((Value[]){__VA_ARGS__}) / sizeof(Value)

enum { REGISTERS = 12, SLOTS = 8 };

/* A Binding is how many references there are, then the slot of each. */
static const uint32_t identity_words[1 + SLOTS] = {SLOTS, 0, 1, 2, 3, 4, 5, 6, 7};
static const Binding *const identity = (const Binding *)identity_words;

static Value constants[16];

static void mark_constants(Heap *h, void *data)
{
    (void)data;
    for (size_t i = 0; i < 16; i++)
        heap_mark(h, constants[i]);
}

static Proto proto_of(Ins *code, size_t n, uint32_t registers)
{
    return (Proto){.code = code, .code_count = (uint32_t)n, .consts = constants, .const_count = 16,
                   .register_count = (uint8_t)registers};
}

static bool try_run(Machine *m, Ins *code, size_t n, Value *out)
{
    Proto p = proto_of(code, n, REGISTERS);
    return vm_run_proto(&m->vm, &p, identity, out);
}

static Value run(Machine *m, Ins *code, size_t n)
{
    Value v = value_none();
    bool ok = try_run(m, code, n, &v);
    assert_true(ok);
    assert_int_equal(m->vm.frame_count, 0);
    return v;
}

static void assert_fault(Machine *m, DiagId id)
{
    assert_non_null(m->vm.fault);
    assert_string_equal(diag_code(m->vm.fault->id), diag_code(id));
    assert_int_equal(m->vm.frame_count, 0);
    assert_int_equal(m->vm.handler_count, 0);
    assert_int_equal(m->vm.native_depth, 0);
    vm_take_fault(&m->vm);
}

/* The message of the fault, in the machine's language. */
static void assert_message(Machine *m, const char *expected)
{
    Diags diags;
    Buf b;
    assert_non_null(m->vm.fault);
    diags_init(&diags, &m->mem);
    vm_report(&m->vm, &diags);
    buf_init(&b, &m->mem);
    diag_message(&b, diags.first->id, diags.first->args, m->vm.lang);
    for (const DiagNote *note = diags.first->notes; note; note = note->next) {
        buf_putc(&b, '\n');
        diag_message(&b, note->id, note->args, m->vm.lang);
    }
    assert_string_equal(buf_cstr(&b), expected);
    buf_free(&b);
    diags_free(&diags);
}

#define RUN(...) run(m, CODE(__VA_ARGS__))
#define FAULT(id, ...)                                                                                                 \
    do {                                                                                                               \
        Value ignored_;                                                                                                \
        assert_false(try_run(m, CODE(__VA_ARGS__), &ignored_));                                                        \
        assert_fault(m, D_##id);                                                                                       \
    } while (0)
#define MESSAGE(text, ...)                                                                                             \
    do {                                                                                                               \
        Value ignored_;                                                                                                \
        assert_false(try_run(m, CODE(__VA_ARGS__), &ignored_));                                                        \
        assert_message(m, text);                                                                                       \
    } while (0)

static Value text(Machine *m, const char *s)
{
    Value v;
    assert_true(text_new(&m->heap, str_from(s), &v));
    return v;
}

static Value quantity(Machine *m, int64_t n, const char *unit)
{
    uint16_t id;
    Value v;
    assert_int_equal(unit_parse(&m->num, str_from(unit), &id), NUM_OK);
    assert_int_equal(num_from_ratio(&m->num, n, 1, id, &v), NUM_OK);
    return v;
}

static Value date(int64_t y, int month, int d)
{
    int64_t days;
    assert_true(date_from_civil(y, month, d, &days));
    return value_date(days);
}

static Value list3(Machine *m, Value a, Value b, Value c)
{
    List *l = list_new(&m->heap, 3);
    assert_non_null(l);
    l->store->items[0] = a;
    l->store->items[1] = b;
    l->store->items[2] = c;
    return value_obj(T_LIST, l);
}

static void assert_shown(Machine *m, Value v, const char *expected)
{
    Buf b;
    buf_init(&b, &m->mem);
    ShowStyle style = show_style(LANG_EN);
    value_show(&m->heap, &b, v, &style);
    assert_string_equal(buf_cstr(&b), expected);
    buf_free(&b);
}

static uint32_t stress_period;

static int setup(void **state)
{
    static Machine m;
    m = (Machine){0};
    for (size_t i = 0; i < 16; i++)
        constants[i] = value_none();
    if (!machine_open(&m, 0, 0))
        return -1;
    if (stress_period)
        m.heap.stress = stress_period;
    heap_add_root(&m.heap, mark_constants, NULL);
    *state = &m;
    return 0;
}

static int teardown(void **state)
{
    Machine *m = *state;
    machine_close(m);
    assert_int_equal(m->mem.used, 0);
    return 0;
}

/* ---- arithmetic ---- */

static void numbers_are_exact(void **state)
{
    Machine *m = *state;
    constants[0] = num_int(100);
    constants[1] = num_int(3);
    /* 100 / 3 * 3 = 100 */
    Value v = RUN(I(CONST, 0, 0, 0), I(DIVK, 0, 0, 1), I(MULK, 0, 0, 1), I(CONST, 1, 0, 0), I(EQ, 0, 0, 1),
                  I(RETURN, 0, 0, 0));
    assert_true(value_is_true(v));
    v = RUN(I(CONST, 0, 0, 0), I(CONST, 1, 1, 0), I(SUB, 2, 0, 1), I(NEG, 2, 2, 0), I(MOD, 2, 2, 1), I(RETURN, 2, 0, 0));
    assert_shown(m, v, "2");
    v = RUN(I(CONST, 0, 0, 0), I(CONST, 1, 1, 0), I(POW, 0, 0, 1), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "1\u202F000\u202F000");
}

static void numbers_grow(void **state)
{
    Machine *m = *state;
    constants[0] = num_int(INT64_MAX);
    Value v = RUN(I(CONST, 0, 0, 0), I(MUL, 1, 0, 0), I(MUL, 1, 1, 1), I(ADDK, 1, 1, 0), I(SUBK, 1, 1, 0),
                  I(DIV, 1, 1, 0), I(DIV, 1, 1, 0), I(DIV, 1, 1, 0), I(RETURN, 1, 0, 0));
    bool equal, status;
    assert_int_equal(value_equal(&m->heap, v, num_int(INT64_MAX), &equal, &status), NUM_OK);
    assert_true(equal);
    assert_true(m->vm.fuel < 4096);
}

static void a_status_passes_through(void **state)
{
    Machine *m = *state;
    constants[0] = num_int(1);
    constants[1] = value_status(STATUS_NOT_GIVEN, NULL);
    constants[2] = text(m, "x");
    Value v = RUN(I(CONST, 0, 1, 0), I(ADDK, 0, 0, 0), I(MULK, 0, 0, 2), I(NEG, 0, 0, 0), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "not given");
    v = RUN(I(CONST, 0, 1, 0), I(CONST, 1, 0, 0), I(LT, 0, 0, 1), I(NOT, 0, 0, 0), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "not given");
    FAULT(TRUTH_STATUS, I(CONST, 0, 1, 0), J(JLTK, 0, 0, 1), I(RETURN, 0, 0, 0), I(RETURN, 0, 0, 0));
    FAULT(TRUTH_STATUS, I(CONST, 0, 1, 0), J(JTRUE, 0, 0, 0), I(RETURN, 0, 0, 0));
    FAULT(NOT_TRUTH, I(CONST, 0, 0, 0), J(JFALSE, 0, 0, 0), I(RETURN, 0, 0, 0));
}

static void logic_has_three_values(void **state)
{
    Machine *m = *state;
    constants[0] = value_truth(false);
    constants[1] = value_truth(true);
    constants[2] = value_status(STATUS_BLANK, NULL);
    static const char *const and_table[] = {"false", "false", "false", "false", "true",  "blank",
                                            "false", "blank", "blank"};
    static const char *const or_table[] = {"false", "true", "blank", "true", "true", "true", "blank", "true", "blank"};
    for (int i = 0; i < 9; i++) {
        Value v = RUN(I(CONST, 0, i / 3, 0), I(CONST, 1, i % 3, 0), I(AND, 0, 0, 1), I(RETURN, 0, 0, 0));
        assert_shown(m, v, and_table[i]);
        v = RUN(I(CONST, 0, i / 3, 0), I(CONST, 1, i % 3, 0), I(OR, 0, 0, 1), I(RETURN, 0, 0, 0));
        assert_shown(m, v, or_table[i]);
    }
    /* false and 1/0: the right side is not looked at */
    constants[3] = num_int(0);
    Value v = RUN(I(CONST, 0, 0, 0), J(JFALSE_KEEP, 0, 0, 2), I(DIVK, 1, 3, 3), I(AND, 0, 0, 1), I(RETURN, 0, 0, 0));
    assert_false(value_is_true(v));
    constants[4] = num_int(5);
    FAULT(NOT_TRUTH, I(CONST, 0, 4, 0), J(JFALSE_KEEP, 0, 0, 1), I(AND, 0, 0, 0), I(RETURN, 0, 0, 0));
}

static void what_does_not_go_together_is_named(void **state)
{
    Machine *m = *state;
    constants[0] = num_int(3);
    constants[1] = list3(m, num_int(1), num_int(2), num_int(3));
    constants[2] = text(m, "abc");
    constants[3] = value_truth(true);
    MESSAGE("`*` does not work between a number (3) and a list (3 items)", I(CONST, 0, 0, 0), I(MULK, 0, 0, 1),
            I(RETURN, 0, 0, 0));
    MESSAGE("`+` does not work between a text (“abc”) and a number (3)", I(CONST, 0, 2, 0), I(ADDK, 0, 0, 0),
            I(RETURN, 0, 0, 0));
    m->vm.lang = LANG_FR;
    MESSAGE("`+` ne s'applique pas à un texte («\u00A0abc\u00A0») et un nombre (3)", I(CONST, 0, 2, 0), I(ADDK, 0, 0, 0),
            I(RETURN, 0, 0, 0));
    m->vm.lang = LANG_EN;
    FAULT(NOT_ORDERED, I(CONST, 0, 0, 0), I(CONST, 1, 2, 0), I(LT, 0, 0, 1), I(RETURN, 0, 0, 0));
    FAULT(OPERAND, I(CONST, 0, 2, 0), I(NEG, 0, 0, 0), I(RETURN, 0, 0, 0));
    FAULT(NOT_TRUTH, I(CONST, 0, 0, 0), I(NOT, 0, 0, 0), I(RETURN, 0, 0, 0));
    FAULT(CONVERT_TYPE, I(CONST, 0, 3, 0), I(CONVERT, 0, 0, 0), I(RETURN, 0, 0, 0));
}

static void units_must_agree(void **state)
{
    Machine *m = *state;
    constants[0] = quantity(m, 3, "min");
    constants[1] = quantity(m, 2, "€");
    constants[2] = quantity(m, 17, "€/h");
    constants[3] = quantity(m, 22, "h");
    constants[4] = num_int(0);
    FAULT(NUM_DIMENSION, I(CONST, 0, 0, 0), I(ADDK, 0, 0, 1), I(RETURN, 0, 0, 0));
    FAULT(NUM_DIMENSION, I(CONST, 0, 0, 0), J(JLTK, 0, 1, 0), I(RETURN, 0, 0, 0));
    FAULT(NUM_DIV_ZERO, I(CONST, 0, 0, 0), I(DIVK, 0, 0, 4), I(RETURN, 0, 0, 0));
    Value v = RUN(I(CONST, 0, 2, 0), I(CONST, 1, 3, 0), I(MUL, 0, 0, 1), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "374.00\u00A0€");
    v = RUN(I(CONST, 0, 0, 0), I(CONVERT, 0, 0, constants[3].unit), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "0.05\u00A0h");
    FAULT(NUM_DIMENSION, I(CONST, 0, 0, 0), I(CONVERT, 0, 0, constants[1].unit), I(RETURN, 0, 0, 0));
}

static void about_rounds_as_written(void **state)
{
    Machine *m = *state;
    Value third, euros = quantity(m, 1600, "€"), near;
    assert_int_equal(num_div(&m->num, quantity(m, 80, "%"), num_int(3), &third), NUM_OK);
    constants[0] = third;
    Value shown = {.den = 10000, .num = 2667, .unit = U_PERCENT};
    constants[1] = shown;
    Ins about = I(ABOUT, 0, 0, 1);
    about.d = 2;
    assert_true(value_is_true(RUN(I(CONST, 0, 0, 0), I(CONST, 1, 1, 0), about, I(RETURN, 0, 0, 0))));
    about.d = 3;
    assert_false(value_is_true(RUN(I(CONST, 0, 0, 0), I(CONST, 1, 1, 0), about, I(RETURN, 0, 0, 0))));
    assert_int_equal(num_from_ratio(&m->num, 159950, 100, euros.unit, &near), NUM_OK);
    constants[0] = near;
    constants[1] = euros;
    about.d = 0;
    assert_true(value_is_true(RUN(I(CONST, 0, 0, 0), I(CONST, 1, 1, 0), about, I(RETURN, 0, 0, 0))));
    about.d = 65535;
    assert_false(value_is_true(RUN(I(CONST, 0, 0, 0), I(CONST, 1, 1, 0), about, I(RETURN, 0, 0, 0))));
}

static void dates_move_by_durations(void **state)
{
    Machine *m = *state;
    constants[0] = date(2023, 1, 31);
    constants[1] = quantity(m, 1, "month");
    constants[2] = quantity(m, 36, "h");
    constants[3] = quantity(m, 48, "h");
    constants[4] = num_int(3);
    constants[5] = date(2023, 3, 1);
    constants[6] = quantity(m, 9000, "year");
    assert_shown(m, RUN(I(CONST, 0, 0, 0), I(ADDK, 0, 0, 1), I(RETURN, 0, 0, 0)), "2023-02-28");
    assert_shown(m, RUN(I(CONST, 0, 1, 0), I(ADDK, 0, 0, 0), I(RETURN, 0, 0, 0)), "2023-02-28");
    assert_shown(m, RUN(I(CONST, 0, 0, 0), I(SUBK, 0, 0, 3), I(RETURN, 0, 0, 0)), "2023-01-29");
    assert_shown(m, RUN(I(CONST, 0, 5, 0), I(SUBK, 0, 0, 0), I(RETURN, 0, 0, 0)), "29\u00A0days");
    FAULT(DATE_PART, I(CONST, 0, 0, 0), I(ADDK, 0, 0, 2), I(RETURN, 0, 0, 0));
    FAULT(DATE_BARE_NUMBER, I(CONST, 0, 0, 0), I(ADDK, 0, 0, 4), I(RETURN, 0, 0, 0));
    FAULT(DATE_RANGE, I(CONST, 0, 0, 0), I(ADDK, 0, 0, 6), I(RETURN, 0, 0, 0));
    FAULT(OPERANDS, I(CONST, 0, 0, 0), I(ADDK, 0, 0, 5), I(RETURN, 0, 0, 0));
    Value v = RUN(I(CONST, 0, 0, 0), I(CONST, 1, 5, 0), I(LE, 0, 0, 1), I(RETURN, 0, 0, 0));
    assert_true(value_is_true(v));
}

/* ---- texts, lists, records ---- */

static void texts_are_put_together(void **state)
{
    Machine *m = *state;
    constants[0] = text(m, "cost: ");
    constants[1] = quantity(m, 1600, "€");
    constants[2] = text(m, "");
    constants[3] = text(m, "0");
    constants[4] = text(m, "nonsense");
    Value v = RUN(I(CONST, 0, 0, 0), I(CONST, 1, 1, 0), I(SHOW, 2, 1, 3), I(CONCAT, 0, 0, 3), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "cost: 1\u202F600.00\u00A0€1\u202F600\u00A0€");
    v = RUN(I(CONST, 0, 0, 0), I(CONST, 1, 0, 0), I(ADD, 0, 0, 1), I(ADD, 0, 0, 0), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "cost: cost: cost: cost: ");
    FAULT(SHOW_FORMAT, I(CONST, 0, 1, 0), I(SHOW, 0, 0, 4), I(RETURN, 0, 0, 0));
}

static void items_are_counted_from_one(void **state)
{
    Machine *m = *state;
    constants[0] = list3(m, num_int(10), num_int(20), num_int(30));
    constants[1] = num_int(3);
    constants[2] = num_int(0);
    constants[3] = num_int(4);
    constants[4] = (Value){.den = 2, .num = 3};
    constants[5] = text(m, "aéz");
    constants[6] = num_int(2);
    constants[7] = num_int(-1);
#define ITEM(of, at) I(CONST, 0, of, 0), I(CONST, 1, at, 0), I(INDEX, 0, 0, 1), I(RETURN, 0, 0, 0)
    assert_shown(m, RUN(ITEM(0, 1)), "30");
    MESSAGE("there is no item 0: the list has 3, and the first is number 1", ITEM(0, 2));
    MESSAGE("there is no item 4: the list has 3, and the first is number 1", ITEM(0, 3));
    FAULT(INDEX_OUTSIDE, ITEM(0, 7));
    FAULT(INDEX_WHOLE, ITEM(0, 4));
    FAULT(INDEX_WHOLE, ITEM(0, 5));
    FAULT(INDEX_KIND, ITEM(1, 1));
    assert_shown(m, RUN(ITEM(5, 6)), "é");
    FAULT(INDEX_OUTSIDE_TEXT, ITEM(5, 3));
    FAULT(INDEX_OUTSIDE_TEXT, ITEM(5, 2));
    constants[8] = value_obj(T_RANGE, range_new(&m->heap, num_int(5), num_int(9), num_int(2)));
    assert_shown(m, RUN(ITEM(8, 1)), "9");
    FAULT(INDEX_OUTSIDE_RANGE, ITEM(8, 3));
    constants[9] = value_status(STATUS_BLANK, NULL);
    assert_shown(m, RUN(ITEM(9, 1)), "blank");
}

static Value record_code(Machine *m)
{
    constants[10] = text(m, "agent");
    constants[11] = text(m, "Jenna");
    constants[12] = text(m, "calls");
    constants[13] = num_int(30);
    return RUN(I(CONST, 0, 10, 0), I(CONST, 1, 11, 0), I(CONST, 2, 12, 0), I(CONST, 3, 13, 0), I(RECORD, 0, 0, 2),
               I(RETURN, 0, 0, 0));
}

static void fields_are_read_by_name(void **state)
{
    Machine *m = *state;
    constants[0] = record_code(m);
    constants[1] = text(m, "calls");
    constants[2] = text(m, "call");
    constants[3] = text(m, "price");
    constants[4] = date(2023, 5, 12);
    constants[5] = text(m, "année");
    constants[6] = text(m, "day");
    assert_shown(m, constants[0], "{agent: \"Jenna\", calls: 30}");
#define FIELD(of, name) I(CONST, 0, of, 0), I(MEMBER, 0, 0, name), I(RETURN, 0, 0, 0)
    assert_shown(m, RUN(FIELD(0, 1)), "30");
    assert_shown(m, RUN(I(CONST, 0, 0, 0), I(CONST, 1, 1, 0), I(INDEX, 0, 0, 1), I(RETURN, 0, 0, 0)), "30");
    assert_shown(m, RUN(I(CONST, 0, 0, 0), I(CONST, 1, 1, 0), I(MEMBER_DYN, 0, 0, 1), I(RETURN, 0, 0, 0)), "30");
    FAULT(FIELD_NEAR, FIELD(0, 2));
    FAULT(FIELD_MISSING, FIELD(0, 3));
    assert_shown(m, RUN(FIELD(4, 5)), "2023");
    assert_shown(m, RUN(FIELD(4, 6)), "12");
    FAULT(NO_FIELDS, FIELD(4, 1));
    FAULT(NO_FIELDS, FIELD(1, 1));
    FAULT(INDEX_KIND, I(CONST, 0, 0, 0), I(TRUTH, 1, 1, 0), I(MEMBER_DYN, 0, 0, 1), I(RETURN, 0, 0, 0));
}

static void updates_copy(void **state)
{
    Machine *m = *state;
    constants[0] = list3(m, num_int(1), num_int(2), num_int(3));
    constants[1] = num_int(2);
    constants[2] = num_int(9);
    constants[3] = record_code(m);
    constants[4] = text(m, "calls");
    constants[5] = text(m, "new");
#define CHANGE(of, at) I(CONST, 0, of, 0), I(CONST, 1, at, 0), I(CONST, 2, 2, 0), I(UPDATE, 0, 1, 2), I(RETURN, 0, 0, 0)
    assert_shown(m, RUN(CHANGE(0, 1)), "[1, 9, 3]");
    assert_shown(m, constants[0], "[1, 2, 3]");
    assert_shown(m, RUN(CHANGE(3, 4)), "{agent: \"Jenna\", calls: 9}");
    assert_shown(m, RUN(CHANGE(3, 5)), "{agent: \"Jenna\", calls: 30, new: 9}");
    assert_shown(m, constants[3], "{agent: \"Jenna\", calls: 30}");
    FAULT(INDEX_OUTSIDE, CHANGE(0, 2));
    FAULT(INDEX_KIND, CHANGE(3, 1));
}

static void membership(void **state)
{
    Machine *m = *state;
    constants[0] = list3(m, num_int(1), num_int(2), value_status(STATUS_BLANK, NULL));
    constants[1] = num_int(2);
    constants[2] = num_int(7);
    constants[3] = text(m, "abcd");
    constants[4] = text(m, "bc");
    constants[5] = text(m, "cb");
    constants[6] = record_code(m);
    constants[7] = text(m, "agent");
    constants[8] = value_obj(T_RANGE, range_new(&m->heap, num_int(1), num_int(7), num_int(2)));
#define WITHIN(x, set) I(CONST, 0, x, 0), I(CONST, 1, set, 0), I(IN, 0, 0, 1), I(RETURN, 0, 0, 0)
    assert_shown(m, RUN(WITHIN(1, 0)), "true");
    assert_shown(m, RUN(WITHIN(2, 0)), "blank");
    assert_shown(m, RUN(WITHIN(4, 3)), "true");
    assert_shown(m, RUN(WITHIN(5, 3)), "false");
    assert_shown(m, RUN(WITHIN(7, 6)), "true");
    assert_shown(m, RUN(WITHIN(5, 6)), "false");
    assert_shown(m, RUN(WITHIN(2, 8)), "true");
    assert_shown(m, RUN(WITHIN(1, 8)), "false");
    assert_shown(m, RUN(WITHIN(3, 8)), "false");
    FAULT(IN_KIND, WITHIN(1, 2));
    FAULT(IN_KIND, WITHIN(1, 3));
}

static void what_a_value_is(void **state)
{
    Machine *m = *state;
    constants[0] = (Value){.den = 2, .num = 4};
    constants[1] = (Value){.den = 2, .num = 3};
    constants[2] = value_status(STATUS_NOT_GIVEN, NULL);
    constants[3] = value_status(STATUS_BLANK, NULL);
#define IS_IT(x, what) I(CONST, 0, x, 0), I(IS, 0, 0, what), I(RETURN, 0, 0, 0)
    assert_shown(m, RUN(IS_IT(0, 0)), "true");
    assert_shown(m, RUN(IS_IT(1, 0)), "false");
    assert_shown(m, RUN(IS_IT(2, 0)), "not given");
    assert_shown(m, RUN(IS_IT(0, 1)), "true");
    assert_shown(m, RUN(IS_IT(2, 1)), "false");
    assert_shown(m, RUN(IS_IT(2, 2)), "false");
    assert_shown(m, RUN(IS_IT(3, 2)), "true");
}

/* ---- loops ---- */

/* The items of K[0] (or from K[0] to K[1] by K[2]), in a list. */
static Ins gather[] = {I(CONST, 1, 0, 0),       I(CONST, 2, 1, 0), I(CONST, 3, 2, 0),
                       I(LIST, 0, 0, 0),        J(FOR_PREP, 1, 0, 2), I(APPEND, 0, 4, 0),
                       J(FOR_LOOP, 1, 0, -2), I(RETURN, 0, 0, 0)};

static void assert_gathers(Machine *m, Value from, Value to, Value step, const char *expected)
{
    constants[0] = from;
    constants[1] = to;
    constants[2] = step;
    assert_shown(m, run(m, gather, COUNT(gather)), expected);
}

static void assert_gather_fault(Machine *m, Value from, Value to, Value step, DiagId id)
{
    Value v;
    constants[0] = from;
    constants[1] = to;
    constants[2] = step;
    assert_false(try_run(m, gather, COUNT(gather), &v));
    assert_fault(m, id);
}

static void loops_count(void **state)
{
    Machine *m = *state;
    Value none = value_none(), half = {.den = 2, .num = 1};
    assert_gathers(m, num_int(1), num_int(4), num_int(1), "[1, 2, 3, 4]");
    assert_gathers(m, num_int(1), num_int(4), none, "[1, 2, 3, 4]");
    assert_gathers(m, num_int(1), num_int(6), num_int(2), "[1, 3, 5]");
    assert_gathers(m, num_int(3), num_int(1), num_int(-1), "[3, 2, 1]");
    assert_gathers(m, num_int(3), num_int(1), num_int(1), "[]");
    assert_gathers(m, num_int(1), num_int(3), num_int(-1), "[]");
    assert_gathers(m, num_int(0), num_int(1), half, "[0, 0.5, 1]");
    assert_gathers(m, num_int(INT64_MAX - 1), num_int(INT64_MAX), num_int(1),
                   "[9\u202F223\u202F372\u202F036\u202F854\u202F775\u202F806, "
                   "9\u202F223\u202F372\u202F036\u202F854\u202F775\u202F807]");
    assert_gathers(m, quantity(m, 3, "%"), quantity(m, 5, "%"), quantity(m, 1, "%"), "[3\u00A0%, 4\u00A0%, 5\u00A0%]");
    assert_gathers(m, quantity(m, 3, "%"), quantity(m, 5, "%"), num_int(1), "[3\u00A0%, 4\u00A0%, 5\u00A0%]");
    assert_gathers(m, quantity(m, 1, "h"), quantity(m, 3, "h"), quantity(m, 90, "min"),
                   "[1\u00A0h, 2.5\u00A0h]");
    assert_gather_fault(m, num_int(1), num_int(2), num_int(0), D_STEP_ZERO);
    assert_gather_fault(m, num_int(1), text(m, "x"), num_int(1), D_RANGE_BOUNDS);
    assert_gather_fault(m, num_int(1), quantity(m, 1, "h"), num_int(1), D_NUM_DIMENSION);
    assert_gather_fault(m, text(m, "abc"), none, none, D_NOT_ITERABLE);
    assert_gather_fault(m, value_truth(true), none, none, D_NOT_ITERABLE);
}

static void loops_go_through_things(void **state)
{
    Machine *m = *state;
    Value none = value_none();
    assert_gathers(m, list3(m, num_int(7), num_int(8), num_int(9)), none, none, "[7, 8, 9]");
    assert_gathers(m, value_obj(T_LIST, list_new(&m->heap, 0)), none, none, "[]");
    assert_gathers(m, record_code(m), none, none, "[\"agent\", \"calls\"]");
    constants[3] = date(2023, 1, 31);
    assert_gathers(m, date(2023, 1, 30), date(2023, 2, 1), none, "[2023-01-30, 2023-01-31, 2023-02-01]");
    assert_gathers(m, date(2023, 1, 31), date(2023, 4, 30), quantity(m, 1, "month"),
                   "[2023-01-31, 2023-02-28, 2023-03-31, 2023-04-30]");
    constants[4] = num_int(2);
    constants[5] = num_int(5);
    Value range = RUN(I(CONST, 0, 4, 0), I(CONST, 1, 5, 0), I(RANGE, 0, 0, 2), I(RETURN, 0, 0, 0));
    assert_shown(m, range, "2..5");
    assert_gathers(m, range, none, none, "[2, 3, 4, 5]");
}

static void a_loop_by_hand(void **state)
{
    Machine *m = *state;
    constants[0] = num_int(0);
    constants[1] = num_int(1);
    constants[2] = num_int(10);
    Value v = RUN(I(CONST, 0, 0, 0), I(CONST, 1, 0, 0), J(JGEK, 1, 2, 3), I(ADDK, 1, 1, 1), I(ADD, 0, 0, 1),
                  J(LOOP, 0, 0, -4), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "55");
}

static bool jumps(Machine *m, OpCode op, Value a, Value b, bool constant)
{
    constants[0] = a;
    constants[1] = b;
    Ins jump = {.op = (uint8_t)op, .a = 0, .b = 1, .jump = 1};
    (void)constant; /* K[1] and R[1] hold the same */
    return value_is_true(RUN(I(CONST, 0, 0, 0), I(CONST, 1, 1, 0), I(TRUTH, 2, 1, 0), jump, I(TRUTH, 2, 0, 0),
                             I(RETURN, 2, 0, 0)));
}

static void comparisons_jump(void **state)
{
    Machine *m = *state;
    static const struct {
        OpCode op;
        bool less, equal, more;
    } cases[] = {
        {OPC_JLT, 1, 0, 0},  {OPC_JNLT, 0, 1, 1},  {OPC_JLE, 1, 1, 0},  {OPC_JNLE, 0, 0, 1},  {OPC_JEQ, 0, 1, 0},
        {OPC_JNE, 1, 0, 1},  {OPC_JLTK, 1, 0, 0},  {OPC_JNLTK, 0, 1, 1}, {OPC_JLEK, 1, 1, 0}, {OPC_JNLEK, 0, 0, 1},
        {OPC_JGTK, 0, 0, 1}, {OPC_JNGTK, 1, 1, 0}, {OPC_JGEK, 0, 1, 1}, {OPC_JNGEK, 1, 0, 0}, {OPC_JEQK, 0, 1, 0},
        {OPC_JNEK, 1, 0, 1}, {OPC_JGT, 0, 0, 1},   {OPC_JNGT, 1, 1, 0},  {OPC_JGE, 0, 1, 1},  {OPC_JNGE, 1, 0, 0},
    };
    Value low[] = {num_int(1), {.den = 3, .num = 1}, text(m, "a"), date(2023, 1, 1), quantity(m, 1, "h")};
    Value high[] = {num_int(2), {.den = 2, .num = 1}, text(m, "b"), date(2023, 1, 2), quantity(m, 90, "min")};
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t j = 0; j < COUNT(low); j++) {
            constants[2] = low[2];
            constants[3] = high[2];
            assert_int_equal(jumps(m, cases[i].op, low[j], high[j], false), cases[i].less);
            assert_int_equal(jumps(m, cases[i].op, low[j], low[j], false), cases[i].equal);
            assert_int_equal(jumps(m, cases[i].op, high[j], low[j], false), cases[i].more);
        }
}

/* ---- functions ---- */

static Param params_xy[] = {{.name = {"x", 1}}, {.name = {"y", 1}, .optional = true}};
static Ins sum_code[] = {J(JGIVEN, 1, 0, 1), I(CONST, 1, 15, 0), I(ADD, 2, 0, 1), I(RETURN, 2, 0, 0)};

/* fn sum(x, y = K[15]) = x + y */
static Proto sum_proto(void)
{
    Proto p = proto_of(sum_code, COUNT(sum_code), 3);
    p.name = STR("sum");
    p.params = params_xy;
    p.param_count = 2;
    return p;
}

/* Runs code in which CLOSURE 0 makes `nested`. */
static bool try_run_with(Machine *m, Proto *nested, Ins *code, size_t n, Value *out)
{
    Proto p = proto_of(code, n, REGISTERS);
    p.nested = &nested;
    p.nested_count = 1;
    return vm_run_proto(&m->vm, &p, identity, out);
}

#define RUN_WITH(nested, ...)                                                                                          \
    ({                                                                                                                 \
        Value v_ = value_none();                                                                                       \
        assert_true(try_run_with(m, nested, CODE(__VA_ARGS__), &v_));                                                  \
        v_;                                                                                                            \
    })
#define FAULT_WITH(id, nested, ...)                                                                                    \
    do {                                                                                                               \
        Value v_;                                                                                                      \
        assert_false(try_run_with(m, nested, CODE(__VA_ARGS__), &v_));                                                 \
        assert_fault(m, D_##id);                                                                                       \
    } while (0)

static void functions_are_called(void **state)
{
    Machine *m = *state;
    Proto sum = sum_proto();
    constants[0] = num_int(1);
    constants[1] = num_int(2);
    constants[15] = num_int(40);
    Value v = RUN_WITH(&sum, I(CLOSURE, 0, 0, 0), I(CONST, 1, 0, 0), I(CONST, 2, 1, 0), I(CALL, 0, 2, 0),
                       I(RETURN, 0, 0, 0));
    assert_shown(m, v, "3");
    v = RUN_WITH(&sum, I(CLOSURE, 0, 0, 0), I(CONST, 1, 0, 0), I(CALL, 0, 1, 0), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "41");
    /* a call changes no register but its own */
    v = RUN_WITH(&sum, I(CLOSURE, 0, 0, 0), I(CONST, 1, 0, 0), I(CONST, 2, 1, 0), I(CONST, 3, 15, 0), I(CALL, 0, 2, 0),
                 I(LIST, 0, 0, 4), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "[3, 1, 2, 40]");
    FAULT_WITH(ARGUMENT_MISSING, &sum, I(CLOSURE, 0, 0, 0), I(CALL, 0, 0, 0), I(RETURN, 0, 0, 0));
    FAULT_WITH(ARGUMENT_EXTRA, &sum, I(CLOSURE, 0, 0, 0), I(CALL, 0, 3, 0), I(RETURN, 0, 0, 0));
    FAULT(NOT_FUNCTION, I(CONST, 0, 0, 0), I(CALL, 0, 0, 0), I(RETURN, 0, 0, 0));
}

static void arguments_are_placed_by_name(void **state)
{
    Machine *m = *state;
    Proto sum = sum_proto();
    constants[0] = num_int(1);
    constants[1] = num_int(2);
    constants[15] = num_int(40);
    List *l = list_new(&m->heap, 1);
    l->store->items[0] = text(m, "y");
    constants[2] = value_obj(T_LIST, l);
    List *both = list_new(&m->heap, 2);
    both->store->items[0] = text(m, "y");
    both->store->items[1] = text(m, "x");
    constants[3] = value_obj(T_LIST, both);
    List *wrong = list_new(&m->heap, 1);
    wrong->store->items[0] = text(m, "yy");
    constants[4] = value_obj(T_LIST, wrong);
#define NAMED(n, names) I(CLOSURE, 0, 0, 0), I(CONST, 1, 0, 0), I(CONST, 2, 1, 0), I(CALL_NAMED, 0, n, names), I(RETURN, 0, 0, 0)
    assert_shown(m, RUN_WITH(&sum, NAMED(2, 2)), "3");
    assert_shown(m, RUN_WITH(&sum, NAMED(2, 3)), "3");
    FAULT_WITH(ARGUMENT_MISSING, &sum, NAMED(1, 2));
    FAULT_WITH(ARGUMENT_NEAR, &sum, NAMED(2, 4));
    wrong->store->items[0] = text(m, "else");
    FAULT_WITH(ARGUMENT_UNKNOWN, &sum, NAMED(2, 4));
    l->store->items[0] = text(m, "x");
    FAULT_WITH(ARGUMENT_TWICE, &sum, NAMED(2, 2));
}

static void parameters_have_dimensions(void **state)
{
    Machine *m = *state;
    Param params[] = {{.name = {"x", 1}}, {.name = {"y", 1}, .optional = true}};
    Proto sum = sum_proto();
    sum.params = params;
    sum.check_params = true;
    constants[0] = quantity(m, 1, "h");
    constants[1] = quantity(m, 2, "€");
    constants[2] = text(m, "x");
    constants[3] = value_status(STATUS_BLANK, NULL);
    constants[15] = quantity(m, 30, "min");
    params[0].has_unit = true;
    params[0].unit = quantity(m, 1, "min").unit;
#define CALL_SUM(k) I(CLOSURE, 0, 0, 0), I(CONST, 1, k, 0), I(CALL, 0, 1, 0), I(RETURN, 0, 0, 0)
    assert_shown(m, RUN_WITH(&sum, CALL_SUM(0)), "1.5\u00A0h");
    FAULT_WITH(PARAM_UNIT, &sum, CALL_SUM(1));
    FAULT_WITH(PARAM_UNIT, &sum, CALL_SUM(2));
    assert_shown(m, RUN_WITH(&sum, CALL_SUM(3)), "blank");
}

static void functions_capture(void **state)
{
    Machine *m = *state;
    /* var n := 5; inc = () -> (n := n + 1); inc(); inc(); n */
    Capture captures[] = {{.from_register = true, .index = 1}};
    Ins body[] = {I(CAPTURE, 0, 0, 0), I(CELL_GET, 1, 0, 0), I(ADDK, 1, 1, 1), I(CELL_SET, 0, 1, 0), I(RETURN, 1, 0, 0)};
    Proto inc = proto_of(body, COUNT(body), 2);
    inc.captures = captures;
    inc.capture_count = 1;
    constants[0] = num_int(5);
    constants[1] = num_int(1);
    Value v = RUN_WITH(&inc, I(CONST, 1, 0, 0), I(CELL, 1, 0, 0), I(CLOSURE, 2, 0, 0), I(MOVE, 3, 2, 0), I(CALL, 3, 0, 0),
                       I(MOVE, 3, 2, 0), I(CALL, 3, 0, 0), I(CELL_GET, 0, 1, 0), I(RETURN, 0, 0, 0));
    assert_shown(m, v, "7");
}

static void globals_last(void **state)
{
    Machine *m = *state;
    assert_true(vm_set_globals(&m->vm, 2));
    constants[0] = text(m, "kept");
    RUN(I(CONST, 0, 0, 0), I(GLOBAL_SET, 0, 1, 0), I(RETURN, 0, 0, 0));
    assert_true(vm_set_globals(&m->vm, 5));
    assert_shown(m, RUN(I(GLOBAL, 0, 1, 0), I(RETURN, 0, 0, 0)), "kept");
    assert_shown(m, RUN(I(GLOBAL, 0, 4, 0), I(RETURN, 0, 0, 0)), "nothing");
}

/* ---- natives ---- */

static bool native_count(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    (void)vm;
    int64_t given = 0;
    for (uint32_t i = 0; i < n; i++)
        given += args[i].tag != T_NONE;
    *out = num_int(given * 100 + n);
    return true;
}

static bool native_fail(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    (void)args;
    (void)n;
    (void)out;
    return VM_FAIL(vm, FIELD_MISSING, STR("x"));
}

/* twice(f, x) = f(f(x)) */
static bool native_twice(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    (void)n;
    Value v;
    if (!vm_call(vm, args[0], &args[1], 1, &v))
        return false;
    uint32_t mark = heap_protect(vm->heap, v);
    bool ok = vm_call(vm, args[0], &v, 1, out);
    heap_unprotect(vm->heap, mark);
    return ok;
}

static const NativeParam native_params[] = {{.name = {"f", 1}}, {.name = {"x", 1}, .optional = true}};
static const Native counting = {.name = {"count", 5}, .call = native_count, .params = native_params, .param_count = 2};
static const Native many = {.name = {"many", 4}, .call = native_count, .params = native_params, .param_count = 2,
                            .flags = NATIVE_VARIADIC};
static const Native failing = {.name = {"failing", 7}, .call = native_fail};
static const Native twice = {.name = {"twice", 5}, .call = native_twice, .params = native_params, .param_count = 2};
static const Native guarded = {.name = {"save", 4}, .name_fr = {"enregistrer", 11}, .call = native_fail,
                               .capability = CAP_WRITE};

static Value native_value(const Native *n)
{
    return (Value){.tag = T_NATIVE, .den = 1, .ptr = (void *)(uintptr_t)n};
}

static void natives_get_their_arguments(void **state)
{
    Machine *m = *state;
    constants[0] = num_int(1);
    constants[1] = native_value(&counting);
    constants[2] = native_value(&many);
    constants[3] = native_value(&failing);
    constants[4] = native_value(&guarded);
#define NATIVE(n, k) I(CONST, 1, 0, 0), I(CONST, 2, 0, 0), I(CONST, 3, 0, 0), I(CALL_NATIVE, 0, n, k), I(RETURN, 0, 0, 0)
    assert_shown(m, RUN(NATIVE(2, 1)), "202");
    assert_shown(m, RUN(NATIVE(1, 1)), "102");
    FAULT(ARGUMENT_MISSING, NATIVE(0, 1));
    FAULT(ARGUMENT_EXTRA, NATIVE(3, 1));
    assert_shown(m, RUN(NATIVE(1, 2)), "101");
    assert_shown(m, RUN(NATIVE(3, 2)), "303");
    FAULT(FIELD_MISSING, NATIVE(0, 3));
    MESSAGE("`save` touches what lies outside this text, which nothing does while copies are marked", NATIVE(0, 4));
    m->vm.grantable = CAP_WRITE;
    MESSAGE("`save` needs a permission that this run does not have", NATIVE(0, 4));
    FAULT(NOT_ALLOWED, NATIVE(0, 4)); /* E0540 */
    m->vm.capabilities = CAP_WRITE;
    FAULT(FIELD_MISSING, NATIVE(0, 4));
    /* through a value */
    assert_shown(m, RUN(I(CONST, 0, 1, 0), I(CONST, 1, 0, 0), I(CALL, 0, 1, 0), I(RETURN, 0, 0, 0)), "102");
    Value v;
    assert_true(vm_call(&m->vm, constants[1], &constants[0], 1, &v));
    assert_shown(m, v, "102");
    assert_false(vm_call(&m->vm, constants[0], NULL, 0, &v));
    assert_fault(m, D_NOT_FUNCTION);
}

static void natives_call_back(void **state)
{
    Machine *m = *state;
    Proto sum = sum_proto();
    constants[0] = num_int(1);
    constants[1] = native_value(&twice);
    constants[15] = num_int(40);
#define TWICE I(CLOSURE, 1, 0, 0), I(CONST, 2, 0, 0), I(CALL_NATIVE, 0, 2, 1), I(RETURN, 0, 0, 0)
    assert_shown(m, RUN_WITH(&sum, TWICE), "81");
    constants[15] = text(m, "x");
    FAULT_WITH(OPERANDS_TEXT, &sum, TWICE);
}

static void natives_nest_to_a_limit(void **state)
{
    Machine *m = *state;
    /* f(x) = twice(f, x), through the register that holds f */
    Capture captures[] = {{.from_register = true, .index = 1}};
    Ins body[] = {I(CAPTURE, 2, 0, 0), I(CELL_GET, 2, 2, 0), I(MOVE, 3, 0, 0), I(CALL_NATIVE, 1, 2, 1), I(RETURN, 1, 0, 0)};
    Proto f = proto_of(body, COUNT(body), 4);
    Param params[] = {{.name = {"x", 1}}};
    f.params = params;
    f.param_count = 1;
    f.captures = captures;
    f.capture_count = 1;
    constants[0] = num_int(1);
    constants[1] = native_value(&twice);
    FAULT_WITH(NATIVE_DEPTH, &f, I(CONST, 1, 0, 0), I(CELL, 1, 0, 0), I(CLOSURE, 2, 0, 0), I(CELL_SET, 1, 2, 0),
               I(CONST, 3, 0, 0), I(CALL, 2, 1, 0), I(RETURN, 2, 0, 0));
}

/* ---- formulas ---- */

typedef struct Formulas {
    Proto protos[SLOTS];
    SlotCode codes[SLOTS];
    uint32_t evaluated[SLOTS];
} Formulas;

static Formulas formulas;

static void slot_name(void *data, Buf *out, uint32_t slot)
{
    (void)data;
    buf_putc(out, (char)('a' + slot));
}

#define FORMULA(slot, ...)                                                                                             \
    do {                                                                                                               \
        static Ins code_[] = {__VA_ARGS__};                                                                            \
        formulas.protos[slot] = proto_of(code_, COUNT(code_), 8);                                                      \
        formulas.codes[slot] = (SlotCode){&formulas.protos[slot], identity};                                     \
    } while (0)

static void formulas_ready(Machine *m)
{
    assert_true(vm_set_slots(&m->vm, formulas.codes, SLOTS, NULL));
    m->vm.host.slot_name = slot_name;
}

static Value eval(Machine *m, View *view, uint32_t slot)
{
    Value v = value_none();
    bool ok = vm_eval_slot(&m->vm, view, slot, &v);
    assert_true(ok);
    assert_int_equal(m->vm.frame_count, 0);
    return v;
}

/* a = 2, b = a * 10, c = a + b, d = 1 */
static void usual_formulas(Machine *m)
{
    memset(&formulas, 0, sizeof formulas);
    constants[8] = num_int(2);
    constants[9] = num_int(10);
    constants[14] = num_int(1);
    FORMULA(0, I(CONST, 0, 8, 0), I(RETURN, 0, 0, 0));
    FORMULA(1, I(SLOT, 0, 0, 0), I(MULK, 0, 0, 9), I(RETURN, 0, 0, 0));
    FORMULA(2, I(SLOT, 0, 0, 0), I(SLOT, 1, 1, 0), I(ADD, 0, 0, 1), I(RETURN, 0, 0, 0));
    FORMULA(3, I(CONST, 0, 14, 0), I(RETURN, 0, 0, 0));
    formulas_ready(m);
}

static void formulas_are_evaluated_when_read(void **state)
{
    Machine *m = *state;
    usual_formulas(m);
    assert_shown(m, eval(m, NULL, 2), "22");
    assert_int_equal(m->vm.slots[1].state, SLOT_READY);
    assert_int_equal(m->vm.slots[3].state, SLOT_STALE);
    /* a value that is kept is not computed again */
    constants[8] = num_int(3);
    assert_shown(m, eval(m, NULL, 2), "22");
    bool stale[SLOTS] = {true, false, true};
    assert_true(vm_set_slots(&m->vm, formulas.codes, SLOTS, stale));
    assert_shown(m, eval(m, NULL, 2), "23");
    assert_true(vm_set_slots(&m->vm, formulas.codes, SLOTS, NULL));
    assert_shown(m, eval(m, NULL, 2), "33");
}

static void a_formula_by_name(void **state)
{
    Machine *m = *state;
    usual_formulas(m);
    Value v = RUN(I(FORMULA, 0, 2, 0), I(RETURN, 0, 0, 0));
    assert_int_equal(v.tag, T_FORMULA);
    assert_int_equal(v.num, 2);
}

static void a_missing_formula_is_told(void **state)
{
    Machine *m = *state;
    usual_formulas(m);
    MESSAGE("`f` has no value, because of an error in its formula", I(SLOT, 0, 5, 0), I(RETURN, 0, 0, 0));
}

static void a_function_is_called_through_its_formula(void **state)
{
    Machine *m = *state;
    static Proto sum;
    static Proto *nested[] = {&sum};
    usual_formulas(m);
    sum = sum_proto();
    constants[15] = num_int(40);
    FORMULA(4, I(CLOSURE, 0, 0, 0), I(RETURN, 0, 0, 0));
    formulas.protos[4].nested = nested;
    formulas.protos[4].nested_count = 1;
    formulas_ready(m);
    for (int i = 0; i < 3; i++) {
        Value v = RUN(I(CONST, 1, 8, 0), I(CONST, 2, 9, 0), I(CALL_SLOT, 0, 2, 4), I(RETURN, 0, 0, 0));
        assert_shown(m, v, "12");
    }
    assert_shown(m, RUN(I(CONST, 1, 8, 0), I(CALL_SLOT, 0, 1, 4), I(RETURN, 0, 0, 0)), "42");
    FAULT(NOT_FUNCTION, I(CONST, 1, 8, 0), I(CALL_SLOT, 0, 1, 0), I(RETURN, 0, 0, 0));
    FAULT(ARGUMENT_EXTRA, I(CALL_SLOT, 0, 3, 4), I(RETURN, 0, 0, 0));
}

static void a_cycle_is_told_in_order(void **state)
{
    Machine *m = *state;
    usual_formulas(m);
    FORMULA(4, I(SLOT, 0, 5, 0), I(RETURN, 0, 0, 0));
    FORMULA(5, I(SLOT, 0, 6, 0), I(RETURN, 0, 0, 0));
    FORMULA(6, I(SLOT, 0, 5, 0), I(RETURN, 0, 0, 0));
    formulas_ready(m);
    Value v;
    assert_false(vm_eval_slot(&m->vm, NULL, 4, &v));
    assert_message(m, "this formula depends on itself: f → g → f\n`f` reads `g` here");
    /* every formula that read it has the same fault */
    for (uint32_t i = 4; i < 7; i++) {
        assert_int_equal(m->vm.slots[i].state, SLOT_FAULT);
        assert_false(vm_eval_slot(&m->vm, NULL, i, &v));
        assert_fault(m, D_CYCLE);
    }
    assert_shown(m, eval(m, NULL, 2), "22");
}

static void a_long_cycle_is_shortened(void **state)
{
    Machine *m = *state;
    enum { LONG = 40 };
    static SlotCode codes[LONG];
    static Proto reader;
    static uint32_t bindings[LONG][2];
    static Ins code[] = {I(SLOT, 0, 0, 0), I(RETURN, 0, 0, 0)};
    reader = proto_of(code, COUNT(code), 1);
    for (uint32_t i = 0; i < LONG; i++) {
        bindings[i][0] = 1;
        bindings[i][1] = (i + 1) % LONG;
        codes[i] = (SlotCode){&reader, (const Binding *)bindings[i]};
    }
    assert_true(vm_set_slots(&m->vm, codes, LONG, NULL));
    Value v;
    assert_false(vm_eval_slot(&m->vm, NULL, 0, &v));
    Str path = {m->vm.fault->args[0]->bytes, m->vm.fault->args[0]->n};
    const char *expected = "0 → 1 → 2 → 3 → 4 → 5 → … → 34 → 35 → 36 → 37 → 38 → 39 → 0";
    assert_int_equal(path.n, strlen(expected));
    assert_memory_equal(path.p, expected, path.n);
    assert_fault(m, D_CYCLE);
}

static void a_fault_stays_in_its_formula(void **state)
{
    Machine *m = *state;
    usual_formulas(m);
    constants[0] = num_int(0);
    FORMULA(4, I(SLOT, 0, 0, 0), I(DIVK, 0, 0, 0), I(RETURN, 0, 0, 0));
    FORMULA(5, I(SLOT, 0, 4, 0), I(ADDK, 0, 0, 8), I(RETURN, 0, 0, 0));
    formulas_ready(m);
    Value v;
    assert_false(vm_eval_slot(&m->vm, NULL, 5, &v));
    Fault *first = m->vm.fault;
    assert_fault(m, D_NUM_DIV_ZERO);
    assert_false(vm_eval_slot(&m->vm, NULL, 4, &v));
    assert_ptr_equal(m->vm.fault, first);
    assert_fault(m, D_NUM_DIV_ZERO);
    assert_shown(m, eval(m, NULL, 2), "22");
}

static void a_fault_in_a_function_tells_the_formula(void **state)
{
    Machine *m = *state;
    static Proto sum;
    static Proto *nested[] = {&sum};
    usual_formulas(m);
    sum = sum_proto();
    constants[15] = num_int(40);
    constants[0] = text(m, "x");
    FORMULA(4, I(CLOSURE, 0, 0, 0), I(CONST, 1, 0, 0), I(CALL, 0, 1, 0), I(RETURN, 0, 0, 0));
    FORMULA(5, I(SLOT, 0, 4, 0), I(RETURN, 0, 0, 0));
    formulas.protos[4].nested = nested;
    formulas.protos[4].nested_count = 1;
    formulas_ready(m);
    Value v;
    assert_false(vm_eval_slot(&m->vm, NULL, 5, &v));
    assert_message(m, "`+` does not work between a text (“x”) and a number (40)\nin the formula `e`");
}

/* ---- recovering ---- */

static void a_fault_is_caught(void **state)
{
    Machine *m = *state;
    constants[0] = num_int(0);
    constants[1] = text(m, "after");
    Value v = RUN(J(TRY, 3, 0, 4), I(CONST, 0, 0, 0), I(DIVK, 0, 0, 0), I(END_TRY, 0, 0, 0), J(JUMP, 0, 0, 1),
                  I(MOVE, 0, 3, 0), I(RETURN, 0, 0, 0));
    assert_int_equal(v.tag, T_RECORD);
    Value code, message;
    assert_true(record_get(v, STR("code"), &code));
    assert_shown(m, code, diag_code(D_NUM_DIV_ZERO));
    assert_true(record_get(v, STR("message"), &message));
    assert_true(text_bytes(message) > 5);
    assert_int_equal(m->vm.handler_count, 0);
    v = RUN(J(TRY, 3, 0, 3), I(CONST, 0, 0, 0), I(END_TRY, 0, 0, 0), J(JUMP, 0, 0, 1), I(MOVE, 0, 3, 0),
            I(RETURN, 0, 0, 0));
    assert_shown(m, v, "0");
    constants[2] = text(m, "word");
    v = RUN(J(TRY, 3, 0, 2), I(FAIL, 0, D_RAISED, 2), I(NOP, 0, 0, 0), I(MOVE, 0, 3, 0), I(RETURN, 0, 0, 0));
    assert_true(record_get(v, STR("message"), &message));
    assert_shown(m, message, "word");
}

static void a_fault_is_caught_below_functions(void **state)
{
    Machine *m = *state;
    Proto sum = sum_proto();
    constants[0] = text(m, "x");
    constants[1] = num_int(0);
    constants[2] = native_value(&twice);
    constants[15] = num_int(40);
    /* in a function called by a native called in the try */
    Value v = RUN_WITH(&sum, J(TRY, 5, 0, 5), I(CLOSURE, 1, 0, 0), I(CONST, 2, 0, 0), I(CALL_NATIVE, 0, 2, 2),
                       I(END_TRY, 0, 0, 0), I(RETURN, 0, 0, 0), I(RETURN, 5, 0, 0));
    assert_int_equal(v.tag, T_RECORD);
    /* twice over, the inner one first */
    v = RUN(J(TRY, 1, 0, 4), J(TRY, 2, 0, 1), I(FAIL, 0, D_RAISED, 0), I(NOP, 0, 0, 0), I(RETURN, 2, 0, 0),
            I(RETURN, 1, 0, 0));
    assert_int_equal(v.tag, T_RECORD);
    assert_int_equal(m->vm.handler_count, 0);
    /* a fault in the handler goes further up */
    FAULT(RAISED, J(TRY, 2, 0, 1), I(FAIL, 0, D_RAISED, 0), I(NOP, 0, 0, 0), I(FAIL, 0, D_RAISED, 0));
}

static void returning_from_a_try_ends_it(void **state)
{
    Machine *m = *state;
    Ins body[] = {J(TRY, 1, 0, 2), I(RETURN, 0, 0, 0), I(END_TRY, 0, 0, 0), I(RETURN, 1, 0, 0)};
    Proto f = proto_of(body, COUNT(body), 2);
    constants[0] = text(m, "x");
    FAULT_WITH(RAISED, &f, I(CLOSURE, 0, 0, 0), I(CALL, 0, 0, 0), I(FAIL, 0, D_RAISED, 0));
}

/* ---- budgets ---- */

static void steps_run_out(void **state)
{
    Machine *m = *state;
    m->vm.steps_left = 100000;
    FAULT(STEPS_SPENT, J(LOOP, 0, 0, -1));
    m->vm.steps_left = 100000;
    /* and nothing catches that */
    FAULT(STEPS_SPENT, J(TRY, 0, 0, 1), J(LOOP, 0, 0, -1), I(RETURN, 0, 0, 0));
    m->vm.steps_left = 1000;
    m->vm.fuel = 0;
    assert_true(vm_charge(&m->vm, 10));
    assert_true(vm_charge(&m->vm, 989));
    assert_false(vm_charge(&m->vm, 100000));
    assert_fault(m, D_STEPS_SPENT);
}

static void an_interrupt_is_heard(void **state)
{
    Machine *m = *state;
    volatile int flag = 1;
    m->vm.interrupt = &flag;
    FAULT(INTERRUPTED, J(LOOP, 0, 0, -1));
    flag = 0;
    constants[0] = num_int(1);
    assert_shown(m, RUN(I(CONST, 0, 0, 0), I(RETURN, 0, 0, 0)), "1");
}

static void a_limit_does_not_stick(void **state)
{
    Machine *m = *state;
    usual_formulas(m);
    FORMULA(4, I(SLOT, 0, 2, 0), J(LOOP, 0, 0, -1));
    FORMULA(5, I(SLOT, 0, 4, 0), I(RETURN, 0, 0, 0));
    formulas_ready(m);
    m->vm.steps_left = 10000;
    Value v;
    assert_false(vm_eval_slot(&m->vm, NULL, 5, &v));
    assert_fault(m, D_STEPS_SPENT);
    assert_int_equal(m->vm.slots[4].state, SLOT_STALE);
    assert_int_equal(m->vm.slots[5].state, SLOT_STALE);
    assert_int_equal(m->vm.slots[2].state, SLOT_READY);
}

static void recursion_has_a_limit(void **state)
{
    Machine *m = *state;
    usual_formulas(m);
    static Ins body[] = {I(CALL_SLOT, 0, 0, 4), I(RETURN, 0, 0, 0)};
    static Proto f;
    static Proto *nested[] = {&f};
    f = proto_of(body, COUNT(body), 1);
    f.name = STR("forever");
    FORMULA(4, I(CLOSURE, 0, 0, 0), I(RETURN, 0, 0, 0));
    formulas.protos[4].nested = nested;
    formulas.protos[4].nested_count = 1;
    formulas_ready(m);
    MESSAGE("functions and formulas call one another too deeply (at `forever`)", I(CALL_SLOT, 0, 0, 4),
            I(RETURN, 0, 0, 0));
    f.register_count = LIMIT_REGISTERS;
    FAULT(CALL_DEPTH, I(CALL_SLOT, 0, 0, 4), I(RETURN, 0, 0, 0));
}

/* ---- views ---- */

struct Plan {
    Obj obj; /* as that of a leaf of the heap */
    uint32_t count;
    int32_t map[SLOTS];
    uint32_t slots[SLOTS];
};

/* Everything but what `unreached` says is reached by any override. */
static struct Plan plans[2];
static bool unreached[SLOTS];

static const Plan *fake_plan(void *data, Vm *vm, const View *parent, const Override *overrides, uint32_t n, bool lift)
{
    (void)data;
    (void)vm;
    (void)parent;
    (void)overrides;
    (void)n;
    struct Plan *p = &plans[lift];
    p->count = 0;
    for (uint32_t i = 0; i < SLOTS; i++) {
        p->map[i] = unreached[i] ? -1 : (int32_t)p->count;
        if (!unreached[i])
            p->slots[p->count++] = i;
    }
    return p;
}

static uint32_t fake_plan_size(const Plan *p, const int32_t **map, const uint32_t **slots)
{
    *map = p->map;
    *slots = p->slots;
    return p->count;
}

static void with_plans(Machine *m)
{
    memset(unreached, 0, sizeof unreached);
    m->vm.host.plan = fake_plan;
    m->vm.host.plan_size = fake_plan_size;
    usual_formulas(m);
}

static View *view_of(Machine *m, View *parent, uint32_t slot, Value value)
{
    Override o = {.slot = slot, .value = value};
    View *v = vm_view(&m->vm, parent, &o, 1, false);
    assert_non_null(v);
    heap_protect(&m->heap, view_value(v));
    return v;
}

static void an_override_changes_what_depends_on_it(void **state)
{
    Machine *m = *state;
    with_plans(m);
    unreached[3] = true;
    assert_shown(m, eval(m, NULL, 2), "22");
    View *v = view_of(m, NULL, 0, num_int(5));
    assert_shown(m, eval(m, v, 2), "55");
    assert_shown(m, eval(m, v, 0), "5");
    assert_int_equal(m->vm.slots[3].state, SLOT_STALE);
    assert_shown(m, eval(m, v, 3), "1");
    assert_int_equal(m->vm.slots[3].state, SLOT_READY); /* the parent's slot serves */
    assert_shown(m, eval(m, NULL, 2), "22");
    View *w = view_of(m, v, 1, num_int(7));
    assert_shown(m, eval(m, w, 2), "12");
    assert_shown(m, eval(m, v, 2), "55");
    heap_unprotect(&m->heap, 0);
}

static void an_override_keeps_the_shown_unit(void **state)
{
    Machine *m = *state;
    with_plans(m);
    constants[8] = quantity(m, 3, "min");
    formulas_ready(m);
    View *v = view_of(m, NULL, 0, quantity(m, 1, "h"));
    assert_shown(m, eval(m, v, 0), "60\u00A0min");
    v = view_of(m, v, 0, quantity(m, 4, "€"));
    assert_shown(m, eval(m, v, 0), "4.00\u00A0€");
    heap_unprotect(&m->heap, 0);
}

/* expr with { a = …, b = … }: code of the thunks by hand. */
static struct {
    Ins code[8];
    uint32_t n;
} thunk_code[3];

static Proto thunk_protos[3];
static Proto *thunk_nested[] = {&thunk_protos[0], &thunk_protos[1], &thunk_protos[2]};

static void thunk(uint32_t i, const Ins *code, size_t n)
{
    memcpy(thunk_code[i].code, code, n * sizeof *code);
    thunk_protos[i] = proto_of(thunk_code[i].code, n, 4);
}

static Proto with_proto(WithList *list, Ins *code, size_t n)
{
    Proto p = proto_of(code, n, REGISTERS);
    p.nested = thunk_nested;
    p.nested_count = 3;
    p.withs = list;
    p.with_count = 1;
    return p;
}

static bool run_with_list(Machine *m, WithList *list, Ins *code, size_t n, Value *out)
{
    Proto p = with_proto(list, code, n);
    return vm_run_proto(&m->vm, &p, identity, out);
}

static void overlays_are_written_in_code(void **state)
{
    Machine *m = *state;
    with_plans(m);
    constants[0] = num_int(3);
    uint16_t refs[] = {0, 1};
    (void)refs;
    WithList list = {.n = 1};
    list.items = malloc(2 * sizeof *list.items);
    list.items[0].ref = 0;
    list.items[0].is_value = true;
    list.items[1].ref = 1;
    list.items[1].is_value = false;
    /* c with { a = 3 } */
    thunk(0, CODE(I(SLOT, 0, 2, 0), I(RETURN, 0, 0, 0)));
    Value v;
    assert_true(run_with_list(m, &list, CODE(I(CLOSURE, 0, 0, 0), I(CONST, 1, 0, 0), I(WITH, 0, 0, 0), I(RETURN, 0, 0, 0)),
                              &v));
    assert_shown(m, v, "33");
    /* c with { a = 3, b = old + 1 }: the former b is 30 */
    list.n = 2;
    thunk(1, CODE(I(OLD, 0, 0, 0), I(ADDK, 0, 0, 14), I(OLD, 1, 0, 0), I(SUB, 1, 1, 1), I(ADD, 0, 0, 1), I(RETURN, 0, 0, 0)));
    assert_true(run_with_list(m, &list, CODE(I(CLOSURE, 0, 0, 0), I(CONST, 1, 0, 0), I(CLOSURE, 2, 1, 0), I(WITH, 0, 0, 0),
                                             I(RETURN, 0, 0, 0)),
                              &v));
    assert_shown(m, v, "34");
    assert_shown(m, eval(m, NULL, 2), "22");
    /* the same slot twice */
    list.items[1].ref = 0;
    assert_false(run_with_list(m, &list, CODE(I(CLOSURE, 0, 0, 0), I(CONST, 1, 0, 0), I(CLOSURE, 2, 1, 0), I(WITH, 0, 0, 0),
                                              I(RETURN, 0, 0, 0)),
                               &v));
    assert_fault(m, D_OVERRIDE_TWICE);
    free(list.items);
    FAULT(OLD_OUTSIDE, I(OLD, 0, 0, 0), I(RETURN, 0, 0, 0));
}

/* A Function without captures, for thunks given from outside. */
static Value function_of(Machine *m, const Proto *p)
{
    Function *f = (Function *)heap_new(&m->heap, O_FUNCTION, sizeof *f);
    f->proto = p;
    f->view = m->vm.base;
    f->binding = identity;
    return value_obj(T_FUNCTION, f);
}

static View *thunk_view(Machine *m, View *parent, uint32_t slot, const Proto *p, bool lift)
{
    Override o = {.slot = slot, .is_thunk = true, .value = function_of(m, p)};
    View *v = vm_view(&m->vm, parent, &o, 1, lift);
    assert_non_null(v);
    heap_protect(&m->heap, view_value(v));
    return v;
}

static void old_is_the_nearest_former_formula(void **state)
{
    Machine *m = *state;
    with_plans(m);
    /* b = old + 1 over b = old * 10 over b = a * 10 */
    thunk(0, CODE(I(OLD, 0, 0, 0), I(MULK, 0, 0, 9), I(RETURN, 0, 0, 0)));
    thunk(1, CODE(I(OLD, 0, 0, 0), I(ADDK, 0, 0, 14), I(RETURN, 0, 0, 0)));
    View *v = thunk_view(m, NULL, 1, &thunk_protos[0], false);
    View *w = thunk_view(m, v, 1, &thunk_protos[1], false);
    View *x = view_of(m, w, 0, num_int(3));
    assert_shown(m, eval(m, w, 1), "201");
    assert_shown(m, eval(m, v, 1), "200");
    assert_shown(m, eval(m, x, 1), "301"); /* inherited, evaluated anew */
    View *y = thunk_view(m, x, 1, &thunk_protos[1], false);
    assert_shown(m, eval(m, y, 1), "302");
    /* over a plain value */
    View *z = view_of(m, NULL, 1, num_int(8));
    z = thunk_view(m, z, 1, &thunk_protos[1], false);
    assert_shown(m, eval(m, z, 1), "9");
    heap_unprotect(&m->heap, 0);
}

static void lifted_overrides_are_as_if_not_made(void **state)
{
    Machine *m = *state;
    with_plans(m);
    View *v = view_of(m, NULL, 1, num_int(8));
    assert_shown(m, eval(m, v, 2), "10");
    Override o = {.slot = 0, .value = num_int(5)};
    View *kept = vm_view(&m->vm, v, &o, 1, false);
    heap_protect(&m->heap, view_value(kept));
    assert_shown(m, eval(m, kept, 2), "13");
    View *lifted = vm_view(&m->vm, v, &o, 1, true);
    heap_protect(&m->heap, view_value(lifted));
    assert_shown(m, eval(m, lifted, 2), "55");
    View *below = view_of(m, lifted, 3, num_int(0));
    assert_shown(m, eval(m, below, 2), "55");
    heap_unprotect(&m->heap, 0);
}

static void overlays_nest_to_a_limit(void **state)
{
    Machine *m = *state;
    with_plans(m);
    View *v = NULL;
    for (uint32_t i = 0; i < LIMIT_OVERLAY_DEPTH; i++)
        v = view_of(m, v, 0, num_int(i));
    assert_shown(m, eval(m, v, 0), "63");
    assert_null(vm_view(&m->vm, v, NULL, 0, false));
    assert_fault(m, D_OVERLAY_DEPTH);
    heap_unprotect(&m->heap, 0);
}

static void a_thunk_runs_in_any_view(void **state)
{
    Machine *m = *state;
    with_plans(m);
    thunk(0, CODE(I(SLOT, 0, 2, 0), I(RETURN, 0, 0, 0)));
    View *v = view_of(m, NULL, 0, num_int(4));
    Value f = function_of(m, &thunk_protos[0]), out;
    heap_protect(&m->heap, f);
    assert_true(vm_call_thunk(&m->vm, f, v, &out));
    assert_shown(m, out, "44");
    assert_true(vm_call_thunk(&m->vm, f, NULL, &out));
    assert_shown(m, out, "22");
    assert_false(vm_call_thunk(&m->vm, num_int(1), NULL, &out));
    assert_fault(m, D_NOT_FUNCTION);
    heap_unprotect(&m->heap, 0);
}

static void a_limit_leaves_thunks_in_place(void **state)
{
    Machine *m = *state;
    with_plans(m);
    thunk(0, CODE(J(LOOP, 0, 0, -1)));
    View *v = thunk_view(m, NULL, 0, &thunk_protos[0], false);
    for (int i = 0; i < 2; i++) {
        Value out;
        m->vm.steps_left = 5000;
        assert_false(vm_eval_slot(&m->vm, v, 2, &out));
        assert_fault(m, D_STEPS_SPENT);
    }
    heap_unprotect(&m->heap, 0);
}

static uint32_t scenario_member(void *data, uint32_t scenario, Str name)
{
    (void)data;
    return scenario == 1 && str_eq(name, STR("cost")) ? 2 : UINT32_MAX;
}

static void members_of_scenarios_are_formulas(void **state)
{
    Machine *m = *state;
    with_plans(m);
    m->vm.host.scenario_member = scenario_member;
    constants[0] = (Value){.tag = T_SCENARIO, .den = 1, .num = 1};
    constants[1] = text(m, "cost");
    constants[2] = text(m, "other");
    assert_shown(m, RUN(I(CONST, 0, 0, 0), I(MEMBER, 1, 0, 1), I(RETURN, 1, 0, 0)), "22");
    assert_shown(m, RUN(I(CONST, 0, 0, 0), I(MEMBER, 1, 0, 1), I(RETURN, 1, 0, 0)), "22");
    FAULT(NO_FIELDS, I(CONST, 0, 0, 0), I(MEMBER, 1, 0, 2), I(RETURN, 1, 0, 0));
    Value v;
    assert_true(vm_member(&m->vm, constants[0], STR("cost"), &v));
    assert_shown(m, v, "22");
}

/* ---- tracing ---- */

static uint32_t traced_node;
static Value traced;

static void tracer(void *data, const Frame *f, uint32_t node, Value v)
{
    (void)data;
    assert_int_equal(f->base[0].num, v.num);
    traced_node = node;
    traced = v;
}

static void values_are_told_to_the_tracer(void **state)
{
    Machine *m = *state;
    constants[0] = num_int(7);
    Ins told = J(TRACE, 0, 0, 70000);
    RUN(I(CONST, 0, 0, 0), told, I(RETURN, 0, 0, 0));
    m->vm.host.trace = tracer;
    RUN(I(CONST, 0, 0, 0), told, I(RETURN, 0, 0, 0));
    assert_int_equal(traced_node, 70000);
    assert_int_equal(traced.num, 7);
}

/* ---- every allocation fails once ---- */

/* A little of everything, in one program; false on a fault. */
static bool busy(Machine *m)
{
    Value v, big = num_int(INT64_MAX);
    Proto sum = sum_proto();
    constants[15] = num_int(40);
    constants[1] = num_int(9);
    constants[2] = native_value(&twice);
    bool ok = text_new(&m->heap, STR("a text that is somewhat long, so that joining makes ropes of it"), &constants[0]);
    ok = ok && num_mul(&m->num, big, big, &constants[3]) == NUM_OK;
    m->vm.host.plan = fake_plan;
    m->vm.host.plan_size = fake_plan_size;
    m->vm.host.slot_name = slot_name;
    memset(unreached, 0, sizeof unreached);
    if (!ok || !vm_set_slots(&m->vm, formulas.codes, SLOTS, NULL) || !vm_set_globals(&m->vm, 3))
        return false;
    Override o = {.slot = 0, .value = num_int(5)};
    ok = try_run_with(m, &sum, CODE(I(CONST, 0, 0, 0), I(ADD, 0, 0, 0), I(ADD, 0, 0, 0), I(SHOW, 1, 0, 0), I(NOP, 0, 0, 0),
                                    I(CONST, 1, 3, 0), I(MUL, 1, 1, 1), I(LIST, 2, 0, 2), I(APPEND, 2, 1, 0),
                                    I(APPEND, 2, 0, 0), I(CONCAT, 0, 0, 2), J(TRY, 7, 0, 1), I(FAIL, 0, D_RAISED, 0),
                                    I(NOP, 0, 0, 0), I(CLOSURE, 1, 0, 0), I(CONST, 2, 1, 0), I(CALL_NATIVE, 0, 2, 2),
                                    I(CELL, 0, 0, 0), I(NONE, 0, 0, 0), I(RETURN, 0, 0, 0)),
                      &v) ||
         (m->vm.fault && m->vm.fault->id == D_SHOW_FORMAT);
    if (!ok)
        return false;
    vm_take_fault(&m->vm);
    View *view = vm_view(&m->vm, NULL, &o, 1, false);
    if (!view || !vm_eval_slot(&m->vm, view, 2, &v) || v.num != 55)
        return false;
    return !vm_eval_slot(&m->vm, NULL, 4, &v) && m->vm.fault->id == D_CYCLE;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    memset(&formulas, 0, sizeof formulas);
    constants[8] = num_int(2);
    constants[9] = num_int(10);
    FORMULA(0, I(CONST, 0, 8, 0), I(RETURN, 0, 0, 0));
    FORMULA(1, I(SLOT, 0, 0, 0), I(MULK, 0, 0, 9), I(RETURN, 0, 0, 0));
    FORMULA(2, I(SLOT, 0, 0, 0), I(SLOT, 1, 1, 0), I(ADD, 0, 0, 1), I(RETURN, 0, 0, 0));
    FORMULA(4, I(SLOT, 0, 5, 0), I(RETURN, 0, 0, 0));
    FORMULA(5, I(SLOT, 0, 4, 0), I(RETURN, 0, 0, 0));
    for (uint64_t at = 1; at < 1000; at++) {
        Machine m = {0};
        bool done = machine_open(&m, 0, at);
        if (done) {
            heap_add_root(&m.heap, mark_constants, NULL);
            done = busy(&m);
            assert_true(done || m.vm.fault || m.mem.failed);
        }
        for (size_t i = 0; i < 16; i++)
            constants[i] = constants[i].tag < T_TEXT ? constants[i] : value_none();
        machine_close(&m);
        assert_int_equal(m.mem.used, 0);
        if (done)
            return;
        constants[3] = num_int(1);
    }
    fail();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_are_exact),
        TEST(numbers_grow),
        TEST(a_status_passes_through),
        TEST(logic_has_three_values),
        TEST(what_does_not_go_together_is_named),
        TEST(units_must_agree),
        TEST(about_rounds_as_written),
        TEST(dates_move_by_durations),
        TEST(texts_are_put_together),
        TEST(items_are_counted_from_one),
        TEST(fields_are_read_by_name),
        TEST(updates_copy),
        TEST(membership),
        TEST(what_a_value_is),
        TEST(loops_count),
        TEST(loops_go_through_things),
        TEST(a_loop_by_hand),
        TEST(comparisons_jump),
        TEST(functions_are_called),
        TEST(arguments_are_placed_by_name),
        TEST(parameters_have_dimensions),
        TEST(functions_capture),
        TEST(globals_last),
        TEST(natives_get_their_arguments),
        TEST(natives_call_back),
        TEST(natives_nest_to_a_limit),
        TEST(formulas_are_evaluated_when_read),
        TEST(a_formula_by_name),
        TEST(a_missing_formula_is_told),
        TEST(a_function_is_called_through_its_formula),
        TEST(a_cycle_is_told_in_order),
        TEST(a_long_cycle_is_shortened),
        TEST(a_fault_stays_in_its_formula),
        TEST(a_fault_in_a_function_tells_the_formula),
        TEST(a_fault_is_caught),
        TEST(a_fault_is_caught_below_functions),
        TEST(returning_from_a_try_ends_it),
        TEST(steps_run_out),
        TEST(an_interrupt_is_heard),
        TEST(a_limit_does_not_stick),
        TEST(recursion_has_a_limit),
        TEST(an_override_changes_what_depends_on_it),
        TEST(an_override_keeps_the_shown_unit),
        TEST(overlays_are_written_in_code),
        TEST(old_is_the_nearest_former_formula),
        TEST(lifted_overrides_are_as_if_not_made),
        TEST(overlays_nest_to_a_limit),
        TEST(a_thunk_runs_in_any_view),
        TEST(a_limit_leaves_thunks_in_place),
        TEST(members_of_scenarios_are_formulas),
        TEST(values_are_told_to_the_tracer),
        cmocka_unit_test(every_allocation_may_fail),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    stress_period = 1;
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
