/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operators on any two values. run.c has done what two small numbers need; here come all other numbers,
   statuses, dates, texts and lists, and what does not go together. */
#include "vm/vm.h"

#include "data/table.h"
#include "num/unit.h"
#include "vm/machine.h"

/* ---- what goes wrong ---- */

static const struct {
    const char *sign;
    NumErr (*apply)(NumCtx *c, Value a, Value b, Value *out);
} operators[] = {
    [OPC_ADD - OPC_ADD] = {"+", num_add},
    [OPC_SUB - OPC_ADD] = {"-", num_sub},
    [OPC_MUL - OPC_ADD] = {"*", num_mul},
    [OPC_DIV - OPC_ADD] = {"/", num_div},
    [OPC_MOD - OPC_ADD] = {"mod", num_mod},
    [OPC_POW - OPC_ADD] = {"^", num_pow},
};

static DiagId num_error_id(NumErr err)
{
    static const DiagId ids[] = {
        /* what their callers see to */
        [NUM_OK] = D_BUG,
        [NUM_NOT_WHOLE] = D_BUG,
        [NUM_RANGE] = D_BUG,
        [NUM_UNIT_UNKNOWN] = D_BUG,
        [NUM_UNIT_TAKEN] = D_BUG,
        [NUM_CONVENTION] = D_BUG,
        /* what a script can meet */
        [NUM_DIV_ZERO] = D_NUM_DIV_ZERO,
        [NUM_DIMENSION] = D_NUM_DIMENSION,
        [NUM_PERCENT] = D_NUM_PERCENT,
        [NUM_RATE] = D_NUM_RATE,
        [NUM_CALENDAR] = D_NUM_CALENDAR,
        [NUM_TOO_BIG] = D_NUM_TOO_BIG,
        [NUM_NO_MEMORY] = D_OUT_OF_MEMORY,
        [NUM_DOMAIN] = D_NUM_DOMAIN,
        [NUM_NOT_PLAIN] = D_NUM_NOT_PLAIN,
        [NUM_UNITS_FULL] = D_NUM_UNITS_FULL,
        [NUM_UNIT_POWER] = D_NUM_UNIT_POWER,
        [NUM_TOO_DEEP] = D_VALUE_TOO_DEEP,
    };
    return (size_t)err < sizeof ids / sizeof *ids ? ids[err] : D_BUG;
}

/* A number as shown, and what it measures: "3 min (a duration)". */
static void describe_side(Vm *vm, Buf *value, Buf *dimension, Value v)
{
    ShowStyle style = show_style(vm->lang);
    value_show(vm->heap, value, v, &style);
    if (value_is_number(v))
        unit_dimension_name(vm->num, dimension, v.unit, vm->lang);
}

/* {0} the operation, {1} {2} both sides as shown, {3} {4} what they measure. */
bool vm_fail_num(Vm *vm, NumErr err, const char *operation, Value a, Value b)
{
    Buf side[4];
    if (err == NUM_NO_MEMORY)
        return vm_fail_memory(vm);
    if (err == NUM_PERCENT && unit_is_percent(a.unit) && !unit_is_percent(b.unit)) {
        Value percentage = a; /* the message wants it second */
        a = b;
        b = percentage;
    }
    for (int i = 0; i < 4; i++)
        buf_init(&side[i], vm->mem);
    describe_side(vm, &side[0], &side[2], a);
    describe_side(vm, &side[1], &side[3], b);
    Str args[] = {str_from(operation), buf_str(&side[0]), buf_str(&side[1]), buf_str(&side[2]), buf_str(&side[3])};
    bool memory = side[0].failed || side[1].failed || side[2].failed || side[3].failed;
    if (memory)
        vm_fail_memory(vm);
    else
        vm_fail(vm, num_error_id(err), args, 5);
    for (int i = 0; i < 4; i++)
        buf_free(&side[i]);
    return false;
}

static bool fail_operands(Vm *vm, const char *sign, Value a, Value b)
{
    Value both[] = {a, b};
    DiagId id = D_OPERANDS;
    bool number = value_is_number(a) || value_is_number(b);
    bool text = a.tag == T_TEXT || b.tag == T_TEXT;
    if (number && text)
        id = *sign == '+' ? D_OPERANDS_TEXT : D_OPERANDS_NO_TEXT;
    else if (number && (a.tag == T_LIST || b.tag == T_LIST))
        id = D_OPERANDS_LIST;
    return vm_fail_values(vm, id, str_from(sign), both, 2);
}

/* ---- dates ---- */

/* v as a whole number of `unit`s. */
static NumErr whole_units(Vm *vm, Value v, Str unit, int64_t *out)
{
    uint16_t id;
    bool fits = false;
    NumErr err = unit_parse(vm->num, unit, &id);
    if (err == NUM_OK)
        err = unit_convert(vm->num, v, id, &v);
    if (err == NUM_OK)
        *out = num_to_int64(vm->num, v, &fits);
    return err == NUM_OK && !fits ? NUM_NOT_WHOLE : err;
}

static bool date_in_range(int64_t days)
{
    int64_t first, last;
    return date_from_civil(1, 1, 1, &first) && date_from_civil(9999, 12, 31, &last) && days >= first && days <= last;
}

static bool date_shift(Vm *vm, OpCode op, Value date, Value by, Value *out)
{
    int64_t n = 0, days = 0;
    bool calendar = unit_is_calendar(vm->num, by.unit); /* whatever convention ties it to days */
    if (unit_is_dimensionless(vm->num, by.unit))
        return vm_fail_values(vm, D_DATE_BARE_NUMBER, str_from(operators[op - OPC_ADD].sign), &by, 1);
    NumErr err = whole_units(vm, by, calendar ? STR("month") : STR("day"), &n);
    if (err == NUM_NO_MEMORY)
        return vm_fail_memory(vm);
    if (err != NUM_OK)
        return vm_fail_values(vm, D_DATE_PART, str_from(operators[op - OPC_ADD].sign), &by, 1);
    n = op == OPC_SUB ? -n : n;
    bool ok = calendar ? date_add_months(date.num, n, &days)
                       : !__builtin_add_overflow(date.num, n, &days) && date_in_range(days);
    *out = value_date(days);
    return ok || vm_fail_values(vm, D_DATE_RANGE, STR(""), NULL, 0);
}

static bool date_difference(Vm *vm, Value a, Value b, Value *out)
{
    uint16_t day;
    NumErr err = unit_parse(vm->num, STR("day"), &day);
    if (err == NUM_OK)
        err = num_from_ratio(vm->num, a.num - b.num, 1, day, out);
    return err == NUM_OK || vm_fail_num(vm, err, "-", num_int(a.num), num_int(b.num));
}

/* ---- texts and lists ---- */

static bool texts_joined(Vm *vm, Value a, Value b, Value *out)
{
    if (text_concat(vm->heap, a, b, out))
        return true;
    return text_bytes(a) + text_bytes(b) > LIMIT_TEXT_BYTES ? vm_fail(vm, D_TEXT_TOO_LONG, NULL, 0)
                                                           : vm_fail_memory(vm);
}

static bool lists_joined(Vm *vm, Value a, Value b, Value *out)
{
    if (!vm_charge(vm, list_count(b) / 16))
        return false;
    if (list_concat(vm->heap, a, b, out))
        return true;
    return list_count(a) + list_count(b) > LIMIT_LIST_ITEMS ? vm_fail(vm, D_LIST_TOO_LONG, NULL, 0)
                                                            : vm_fail_memory(vm);
}

/* ---- arithmetic ---- */

static bool arith_numbers(Vm *vm, OpCode op, Value a, Value b, Value *out)
{
    NumErr err = operators[op - OPC_ADD].apply(vm->num, a, b, out);
    if (err != NUM_OK)
        return vm_fail_num(vm, err, operators[op - OPC_ADD].sign, a, b);
    return vm_charge_numbers(vm);
}

static bool arith_status(Value a, Value b, Value *out)
{
    bool status = a.tag == T_STATUS || b.tag == T_STATUS;
    if (status)
        *out = a.tag == T_STATUS ? a : b;
    return status;
}

static bool arith_others(Vm *vm, OpCode op, Value a, Value b, Value *out)
{
    if (op == OPC_ADD && a.tag == T_TEXT && b.tag == T_TEXT)
        return texts_joined(vm, a, b, out);
    if (op == OPC_ADD && a.tag == T_LIST && b.tag == T_LIST)
        return lists_joined(vm, a, b, out);
    if ((op == OPC_ADD || op == OPC_SUB) && a.tag == T_DATE && value_is_number(b))
        return date_shift(vm, op, a, b, out);
    if (op == OPC_ADD && value_is_number(a) && b.tag == T_DATE)
        return date_shift(vm, op, b, a, out);
    if (op == OPC_SUB && a.tag == T_DATE && b.tag == T_DATE)
        return date_difference(vm, a, b, out);
    return fail_operands(vm, operators[op - OPC_ADD].sign, a, b);
}

bool vm_arith(Vm *vm, OpCode op, Value a, Value b, Value *out)
{
    if (op == OPC_NEG) {
        if (!value_is_number(a))
            return a.tag == T_STATUS ? arith_status(a, a, out)
                                     : vm_fail_values(vm, D_OPERAND, STR("-"), &a, 1);
        NumErr err = num_neg(vm->num, a, out);
        return err == NUM_OK || vm_fail_num(vm, err, "-", a, a);
    }
    if (value_is_number(a) && value_is_number(b))
        return arith_numbers(vm, op, a, b, out);
    return arith_status(a, b, out) || arith_others(vm, op, a, b, out);
}

/* ---- comparisons ---- */

bool vm_equal(Vm *vm, Value a, Value b, Value *out)
{
    bool equal, status;
    NumErr err = value_equal(vm->heap, a, b, &equal, &status);
    if (err != NUM_OK)
        return vm_fail_num(vm, err, "=", a, b);
    *out = value_truth(equal);
    if (status && !arith_status(a, b, out))
        *out = value_status(STATUS_NOT_GIVEN, NULL); /* met inside a list */
    return vm_charge_numbers(vm);
}

static const char *order_sign(OpCode op)
{
    switch (op) {
    case OPC_LT: return "<";
    case OPC_LE: return "<=";
    case OPC_GT: return ">";
    default: return ">=";
    }
}

static bool order_holds(OpCode op, int order)
{
    switch (op) {
    case OPC_LT: return order < 0;
    case OPC_LE: return order <= 0;
    case OPC_GT: return order > 0;
    default: return order >= 0;
    }
}

bool vm_order(Vm *vm, OpCode op, Value a, Value b, Value *out)
{
    int order;
    bool ordered;
    if (arith_status(a, b, out))
        return true;
    NumErr err = value_compare(vm->heap, a, b, &order, &ordered);
    if (err != NUM_OK)
        return vm_fail_num(vm, err, order_sign(op), a, b);
    if (!ordered) {
        Value both[] = {a, b};
        return vm_fail_values(vm, D_NOT_ORDERED, STR(""), both, 2);
    }
    *out = value_truth(order_holds(op, order));
    return vm_charge_numbers(vm);
}

bool vm_not(Vm *vm, Value v, Value *out)
{
    if (v.tag != T_TRUTH && v.tag != T_STATUS)
        return vm_fail_values(vm, D_NOT_TRUTH, STR(""), &v, 1);
    *out = v.tag == T_TRUTH ? value_truth(!v.num) : v;
    return true;
}

bool vm_compare(Vm *vm, OpCode op, Value a, Value b, Value *out)
{
    if (op == OPC_LT || op == OPC_LE || op == OPC_GT || op == OPC_GE)
        return vm_order(vm, op, a, b, out);
    Value equal;
    if (!vm_equal(vm, a, b, &equal))
        return false;
    *out = equal;
    return op == OPC_EQ || vm_not(vm, equal, out);
}

/* Three values: what decides alone decides, else a status met is the answer. */
bool vm_logic(Vm *vm, OpCode op, Value a, Value b, Value *out)
{
    const Value *sides[] = {&a, &b};
    int64_t decisive = op == OPC_OR;
    for (int i = 0; i < 2; i++)
        if (sides[i]->tag != T_TRUTH && sides[i]->tag != T_STATUS)
            return vm_fail_values(vm, D_NOT_TRUTH, STR(""), sides[i], 1);
    bool decided = (a.tag == T_TRUTH && a.num == decisive) || (b.tag == T_TRUTH && b.num == decisive);
    if (decided || !arith_status(a, b, out))
        *out = value_truth(decided ? decisive : !decisive);
    return true;
}

static bool fail_undecided(Vm *vm, Value status)
{
    vm_fail_values(vm, D_TRUTH_STATUS, STR(""), &status, 1);
    const Text *why = status.ptr;
    if (why) {
        Str reason = {why->bytes, why->n};
        vm_fail_note(vm, D_NOTE_REASON, (Span){0}, &reason, 1);
    }
    return false;
}

bool vm_condition(Vm *vm, Value v, bool *out)
{
    if (v.tag == T_STATUS)
        return fail_undecided(vm, v);
    if (v.tag != T_TRUTH)
        return vm_fail_values(vm, D_NOT_TRUTH, STR(""), &v, 1);
    *out = v.num != 0;
    return true;
}

/* ---- ≈ and `to` ---- */

/* The decimals that a value is shown with when nothing else is said. */
static int shown_decimals(Vm *vm, uint16_t unit)
{
    return unit_is_money(vm->num, unit) || unit_is_percent(unit) ? 2 : 4;
}

bool vm_about(Vm *vm, Value a, Value b, int decimals, Value *out)
{
    Value left, right;
    int order = 0;
    if (arith_status(a, b, out))
        return true;
    if (!value_is_number(a) || !value_is_number(b))
        return fail_operands(vm, "≈", a, b);
    if (decimals < 0 || decimals == UINT16_MAX)
        decimals = shown_decimals(vm, b.unit);
    NumErr err = unit_convert(vm->num, a, b.unit, &left);
    if (err == NUM_OK)
        err = num_round(vm->num, left, decimals, ROUND_HALF_UP, &left);
    if (err == NUM_OK)
        err = num_round(vm->num, b, decimals, ROUND_HALF_UP, &right);
    if (err == NUM_OK)
        err = num_cmp(vm->num, left, right, &order);
    if (err != NUM_OK)
        return vm_fail_num(vm, err, "≈", a, b);
    *out = value_truth(order == 0);
    return vm_charge_numbers(vm);
}

static bool fail_convert(Vm *vm, NumErr err, Value v, uint16_t unit)
{
    Value one;
    if (num_from_ratio(vm->num, 1, 1, unit, &one) != NUM_OK)
        return vm_fail_memory(vm);
    return vm_fail_num(vm, err, vm->lang == LANG_FR ? "en" : "to", v, one);
}

static bool convert_list(Vm *vm, Value list, uint16_t unit, Value *out)
{
    uint32_t n = list_count(list);
    List *l = list_new(vm->heap, n);
    if (!l)
        return vm_fail_memory(vm);
    if (!vm_charge(vm, n / 4))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        Value item = list_at(list, i);
        if (item.tag == T_LIST)
            return vm_fail_values(vm, D_CONVERT_TYPE, STR(""), &item, 1);
        if (!vm_convert(vm, item, unit, &l->store->items[i]))
            return false;
    }
    *out = value_obj(T_LIST, l);
    return true;
}

static bool convert_matrix(Vm *vm, const Matrix *m, uint16_t unit, Value *out)
{
    Matrix *made = matrix_new(vm->heap, m->axes);
    if (!made)
        return vm_fail_memory(vm);
    for (uint32_t i = 0; i < m->axes; i++)
        made->axis[i] = m->axis[i];
    made->title = m->title;
    made->picture = m->picture;
    made->shown = m->shown;
    *out = value_obj(T_MATRIX, made);
    uint32_t mark = heap_protect(vm->heap, *out);
    bool ok = mark != UINT32_MAX ? convert_list(vm, m->items, unit, &made->items) : vm_fail_memory(vm);
    if (mark != UINT32_MAX)
        heap_unprotect(vm->heap, mark);
    return ok;
}

/* A list is converted item by item, and a keyed one. */
bool vm_convert(Vm *vm, Value v, uint16_t unit, Value *out)
{
    if (v.tag == T_LIST)
        return convert_list(vm, v, unit, out);
    if (v.tag == T_MATRIX)
        return convert_matrix(vm, v.ptr, unit, out);
    if (!value_is_number(v))
        return arith_status(v, v, out) || vm_fail_values(vm, D_CONVERT_TYPE, STR(""), &v, 1);
    NumErr err = unit_convert(vm->num, v, unit, out);
    return err == NUM_OK || fail_convert(vm, err, v, unit);
}
