/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: everything is arithmetic of the machine on exact values; a status met on the way is the result. */
#include "domain/indicator.h"

#include "num/number.h"
#include "num/unit.h"

/* ---- fields ---- */

static const char *const field_names[][2] = {
#define FIELD(id, english, french) {english, french},
#include "domain/field.def"
#undef FIELD
};

const char *field_name(Field f, Lang lang) { return field_names[f][lang == LANG_FR]; }

Field field_named(Str name)
{
    for (int f = 0; f < FIELD_COUNT; f++) {
        if (str_eq(name, str_from(field_names[f][0])) || str_eq(name, str_from(field_names[f][1]))) {
            return (Field)f;
        }
    }
    return str_eq(name, STR("statut")) ? FIELD_STATUS : FIELD_COUNT;
}

/* ---- parts ---- */

static Value not_given(void) { return value_status(STATUS_NOT_GIVEN, NULL); }

Str indicator_text(const Instance *i, IndicatorPart part)
{
    Value v = i->fields[part];
    const Text *t = v.tag == T_TEXT ? v.ptr : NULL; /* made flat when the indicator was */
    return t ? (Str){t->bytes, t->n} : (Str){NULL, 0};
}

Str indicator_title(const Instance *i)
{
    Str title = indicator_text(i, INDICATOR_TITLE);
    return title.n ? title : indicator_text(i, INDICATOR_NAME);
}

int indicator_better(const Instance *i) { return (int)i->fields[INDICATOR_BETTER].num; }

static bool fail_unit(Vm *vm, const Instance *i, Value v)
{
    Buf given, unit;
    buf_init(&given, vm->mem);
    buf_init(&unit, vm->mem);
    vm_describe(vm, &given, v);
    unit_name(vm->num, &unit, i->fields[INDICATOR_UNIT].unit, vm->lang);
    Str args[] = {indicator_text(i, INDICATOR_NAME), buf_str(&unit), buf_str(&given)};
    vm_fail(vm, D_INDICATOR_UNIT, args, 3);
    buf_free(&given);
    buf_free(&unit);
    return false;
}

bool indicator_measure(Vm *vm, const Instance *i, Value v, Value *out)
{
    Value unit = i->fields[INDICATOR_UNIT];
    *out = v;
    if (!value_is_number(v) || !value_is_number(unit)) {
        return true;
    }
    bool bare = v.unit == U_PLAIN || (v.unit == U_RATIO && !unit_is_dimensionless(vm->num, unit.unit));
    if (bare && unit.unit != U_PLAIN) {
        return num_with_unit(vm->num, v, unit.unit, out) == NUM_OK || fail_unit(vm, i, v);
    }
    return unit_convert(vm->num, v, unit.unit, out) == NUM_OK || fail_unit(vm, i, v);
}

static bool flat_text(Vm *vm, Value *v)
{
    if (v->tag != T_TEXT) {
        return true;
    }
    v->ptr = text_flat(vm->heap, *v);
    return v->ptr || vm_fail_memory(vm);
}

bool indicator_make(Vm *vm, const Value *parts, Value *out)
{
    Instance *i = instance_new(vm->heap, &indicator_type, INDICATOR_PARTS);
    if (!i) {
        return vm_fail_memory(vm);
    }
    for (uint32_t k = 0; k < INDICATOR_PARTS; k++) {
        i->fields[k] = parts[k];
        if (!flat_text(vm, &i->fields[k])) {
            return false;
        }
    }
    Value range = parts[INDICATOR_RANGE];
    if (indicator_better(i) == 0 && range.tag != T_RANGE && range.tag != T_STATUS) {
        Str name = indicator_text(i, INDICATOR_NAME);
        return vm_fail(vm, D_INDICATOR_RANGE, &name, 1);
    }
    *out = value_obj(T_OBJECT, i);
    return indicator_measure(vm, i, parts[INDICATOR_OBJECTIVE], &i->fields[INDICATOR_OBJECTIVE]) &&
           indicator_measure(vm, i, parts[INDICATOR_REFERENCE], &i->fields[INDICATOR_REFERENCE]) &&
           indicator_measure(vm, i, parts[INDICATOR_VALUE], &i->fields[INDICATOR_VALUE]);
}

/* ---- bands ---- */

static Value bound_at(Value bounds, uint32_t band, uint32_t what) { return list_at(bounds, 3 * band + what); }

static Str level_name(Value scale, uint32_t rank)
{
    const Text *t = ((const Scale *)scale.ptr)->names[rank];
    return (Str){t->bytes, t->n};
}

static bool fail_band(Vm *vm, DiagId id, Value scale, uint32_t band, Value bound)
{
    Buf shown;
    ShowStyle style = show_style(vm->lang);
    buf_init(&shown, vm->mem);
    value_show(vm->heap, &shown, bound, &style);
    Str args[] = {level_name(scale, band), buf_str(&shown), level_name(scale, band ? band - 1 : 0)};
    vm_fail(vm, id, args, 3);
    buf_free(&shown);
    return false;
}

/* Does `from` of a band say what the band before it says? */
static bool check_from(Vm *vm, Value scale, Value bounds, uint32_t band)
{
    Value from = bound_at(bounds, band, 0), before = bound_at(bounds, band - 1, 1), less, more;
    if (from.tag == T_NONE) {
        return true;
    }
    if (!vm_order(vm, OPC_LT, from, before, &less) || !vm_order(vm, OPC_LT, before, from, &more)) {
        return false;
    }
    bool twice = value_is_true(less) || (!value_is_true(more) && value_is_true(bound_at(bounds, band - 1, 2)));
    if (twice) {
        return fail_band(vm, D_BANDS_OVERLAP, scale, band, from);
    }
    return !value_is_true(more) || fail_band(vm, D_BANDS_HOLE, scale, band, before);
}

bool indicator_check_bands(Vm *vm, Value scale, Value bounds)
{
    uint32_t n = ((const Scale *)scale.ptr)->n;
    for (uint32_t i = 0; i < n; i++) {
        Value bound = bound_at(bounds, i, 1), less = value_truth(true);
        bool last = i + 1 == n;
        if (bound.tag == T_STATUS) {
            continue; /* known only where it is read */
        }
        if (bound.tag == T_NONE && !last) {
            return fail_band(vm, D_BANDS_NO_BOUND, scale, i, bound);
        }
        if (bound.tag != T_NONE && last) {
            return fail_band(vm, D_BANDS_HOLE_ABOVE, scale, i, bound);
        }
        if (i && bound.tag != T_NONE && !vm_order(vm, OPC_LT, bound_at(bounds, i - 1, 1), bound, &less)) {
            return false;
        }
        if (!value_is_true(less)) {
            return fail_band(vm, D_BANDS_OVERLAP, scale, i, bound);
        }
        if (i && !check_from(vm, scale, bounds, i)) {
            return false;
        }
    }
    return true;
}

bool bands_level(Vm *vm, Value scale, Value bounds, Value v, Value *out)
{
    uint32_t n = ((const Scale *)scale.ptr)->n;
    Value from = bound_at(bounds, 0, 0), within;
    *out = not_given();
    if (v.tag == T_STATUS) {
        *out = v;
        return true;
    }
    if (from.tag != T_NONE) {
        if (!vm_order(vm, OPC_LE, from, v, &within)) {
            return false;
        }
        if (!value_is_true(within)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        Value bound = bound_at(bounds, i, 1);
        bool within_too = value_is_true(bound_at(bounds, i, 2));
        within = value_truth(bound.tag == T_NONE);
        if (bound.tag != T_NONE && !vm_order(vm, within_too ? OPC_LE : OPC_LT, v, bound, &within)) {
            return false;
        }
        if (within.tag == T_STATUS || value_is_true(within)) {
            *out = within.tag == T_STATUS ? within : (Value){.tag = T_LEVEL, .den = i, .ptr = scale.ptr};
            return true;
        }
    }
    return true;
}

/* ---- measuring ---- */

bool completion_rate(Vm *vm, Value a, Value b, Value *out)
{
    *out = not_given();
    if (a.tag == T_STATUS) {
        *out = a;
        return true;
    }
    if (!value_is_number(b) || num_is_zero(b)) {
        return true;
    }
    return vm_arith(vm, OPC_DIV, a, b, out) && (out->tag == T_STATUS || vm_convert(vm, *out, U_PERCENT, out));
}

/* Within a range: how far outside it. */
static bool range_gap(Vm *vm, const Instance *i, Value v, Value *out)
{
    Value range = i->fields[INDICATOR_RANGE], low, high, less;
    if (range.tag != T_RANGE) {
        *out = not_given();
        return true;
    }
    if (!indicator_measure(vm, i, ((const Range *)range.ptr)->from, &low) ||
        !indicator_measure(vm, i, ((const Range *)range.ptr)->to, &high) || !vm_order(vm, OPC_LT, v, low, &less)) {
        return false;
    }
    if (value_is_true(less)) {
        return vm_arith(vm, OPC_SUB, v, low, out);
    }
    return vm_order(vm, OPC_LT, high, v, &less) &&
           (value_is_true(less) ? vm_arith(vm, OPC_SUB, v, high, out) : vm_arith(vm, OPC_SUB, v, v, out));
}

static bool measure_gap(Vm *vm, const Instance *i, Value v, Value *out)
{
    Value objective = i->fields[INDICATOR_OBJECTIVE];
    int better = indicator_better(i);
    *out = not_given();
    if (better == 0) {
        return v.tag == T_STATUS || range_gap(vm, i, v, out);
    }
    if (!value_is_number(objective)) {
        return true;
    }
    bool ok = better > 0 ? vm_arith(vm, OPC_SUB, v, objective, out) : vm_arith(vm, OPC_SUB, objective, v, out);
    if (ok && value_is_number(*out) && unit_is_percent(out->unit)) {
        out->unit = U_POINT;
    }
    return ok;
}

static bool measure_status(Vm *vm, const Instance *i, Value v, Value *out)
{
    Value of = i->fields[INDICATOR_BANDS], rate = v;
    *out = not_given();
    if (of.tag == T_NONE) {
        return true;
    }
    if (of.num == 2 && !completion_rate(vm, v, i->fields[INDICATOR_OBJECTIVE], &rate)) {
        return false;
    }
    return bands_level(vm, i->fields[INDICATOR_SCALE], i->fields[INDICATOR_BOUNDS], rate, out);
}

static bool measure_evolution(Vm *vm, const Instance *i, Value v, Value *out)
{
    Value ratio;
    if (!completion_rate(vm, v, i->fields[INDICATOR_REFERENCE], &ratio)) {
        return false;
    }
    *out = ratio;
    return ratio.tag == T_STATUS || vm_arith(vm, OPC_SUB, ratio, (Value){.tag = T_NUM, .den = 1, .num = 1, .unit = U_PERCENT}, out);
}

static Value given_or_not(Value v) { return v.tag == T_NONE ? not_given() : v; }

bool indicator_field(Vm *vm, const Instance *i, Field f, Value v, Value *out)
{
    Value measured;
    if (!indicator_measure(vm, i, v, &measured)) {
        return false;
    }
    switch (f) {
    case FIELD_VALUE: *out = measured; return true;
    case FIELD_OBJECTIVE: *out = given_or_not(i->fields[INDICATOR_OBJECTIVE]); return true;
    case FIELD_REFERENCE: *out = given_or_not(i->fields[INDICATOR_REFERENCE]); return true;
    case FIELD_RATE: return completion_rate(vm, measured, i->fields[INDICATOR_OBJECTIVE], out);
    case FIELD_GAP: return measure_gap(vm, i, measured, out);
    case FIELD_STATUS: return measure_status(vm, i, measured, out);
    case FIELD_EVOLUTION: return measure_evolution(vm, i, measured, out);
    default: *out = not_given(); return true;
    }
}

/* ---- several rows ---- */

static bool sum_of(Vm *vm, const Value *values, const Value *beside, uint32_t n, Value *sum, uint32_t *used)
{
    *used = 0;
    *sum = not_given();
    for (uint32_t k = 0; k < n; k++) {
        if (values[k].tag == T_STATUS || (beside && beside[k].tag == T_STATUS)) {
            continue;
        }
        if (!(*used)++) {
            *sum = values[k];
        } else if (!vm_arith(vm, OPC_ADD, *sum, values[k], sum)) {
            return false;
        }
    }
    return true;
}

static bool mean_of(Vm *vm, const Value *values, uint32_t n, Value *out)
{
    uint32_t used;
    return sum_of(vm, values, NULL, n, out, &used) && (!used || vm_arith(vm, OPC_DIV, *out, num_int(used), out));
}

static bool extreme_of(Vm *vm, const Value *values, uint32_t n, bool highest, Value *out)
{
    *out = not_given();
    for (uint32_t k = 0; k < n; k++) {
        Value less = value_truth(true);
        if (values[k].tag == T_STATUS) {
            continue;
        }
        if (out->tag != T_STATUS && !vm_order(vm, OPC_LT, highest ? *out : values[k], highest ? values[k] : *out, &less)) {
            return false;
        }
        *out = value_is_true(less) ? values[k] : *out;
    }
    return true;
}

static bool ratio_of_sums(Vm *vm, const Value *tops, const Value *bottoms, uint32_t n, Value *out)
{
    Value top, bottom;
    uint32_t used;
    if (!sum_of(vm, tops, bottoms, n, &top, &used) || !sum_of(vm, bottoms, tops, n, &bottom, &used)) {
        return false;
    }
    *out = not_given();
    return !used || num_is_zero(bottom) || vm_arith(vm, OPC_DIV, top, bottom, out);
}

static bool fail_aggregate(Vm *vm, DiagId id, const Instance *i)
{
    Str name = indicator_text(i, INDICATOR_NAME);
    return vm_fail(vm, id, &name, 1);
}

/* A sum of rates means nothing: the author says what is meant. */
static bool is_rate(Vm *vm, Value v)
{
    return value_is_number(v) && (v.unit == U_RATIO || unit_is_percent(v.unit) || unit_is_rate(vm->num, v.unit));
}

static Aggregate usual_way(Vm *vm, const Value *values, const Value *tops, uint32_t n)
{
    if (tops) {
        return AGGREGATE_RATIO_OF_SUMS;
    }
    for (uint32_t k = 0; k < n; k++) {
        if (values[k].tag != T_STATUS) {
            return is_rate(vm, values[k]) ? AGGREGATE_USUAL : AGGREGATE_SUM;
        }
    }
    return AGGREGATE_SUM;
}

bool indicator_aggregate(Vm *vm, const Instance *i, const Value *values, const Value *tops, const Value *bottoms,
                         uint32_t n, Value *out)
{
    Aggregate way = (Aggregate)i->fields[INDICATOR_AGGREGATE].num;
    uint32_t used;
    if (n == 1 && way != AGGREGATE_RATIO_OF_SUMS && !(tops && way == AGGREGATE_USUAL)) {
        *out = values[0];
        return true;
    }
    switch (way == AGGREGATE_USUAL ? usual_way(vm, values, tops, n) : way) {
    case AGGREGATE_SUM: return sum_of(vm, values, NULL, n, out, &used);
    case AGGREGATE_MEAN:
    case AGGREGATE_MEAN_OF_RATIOS: return mean_of(vm, values, n, out);
    case AGGREGATE_RATIO_OF_SUMS:
        return tops ? ratio_of_sums(vm, tops, bottoms, n, out) : fail_aggregate(vm, D_AGGREGATE_NO_RATIO, i);
    case AGGREGATE_LOWEST: return extreme_of(vm, values, n, false, out);
    case AGGREGATE_HIGHEST: return extreme_of(vm, values, n, true, out);
    default: return fail_aggregate(vm, D_AGGREGATE_NEEDED, i);
    }
}

Measured indicator_measured(Value list, uint32_t at)
{
    return (Measured){list_at(list, at).ptr, list_at(list, at + 1), list_at(list, at + 2), list_at(list, at + 3)};
}

static Value cell_of(Value column, uint32_t row)
{
    return column.tag == T_LIST && row < list_count(column) ? list_at(column, row) : not_given();
}

bool indicator_figure(Vm *vm, const Measured *m, const uint32_t *rows, uint32_t n, Value *scratch, Value *out)
{
    Value *values = scratch, *tops = values + n, *bottoms = tops + n, made;
    bool quotient = m->top.tag == T_LIST;
    for (uint32_t k = 0; k < n; k++) {
        if (!indicator_measure(vm, m->indicator, cell_of(m->column, rows[k]), &values[k])) {
            return false;
        }
        tops[k] = cell_of(m->top, rows[k]);
        bottoms[k] = cell_of(m->bottom, rows[k]);
    }
    *out = not_given();
    return !n || (indicator_aggregate(vm, m->indicator, values, quotient ? tops : NULL, quotient ? bottoms : NULL, n, &made) &&
                  indicator_measure(vm, m->indicator, made, out));
}

/* ---- as a value of the program ---- */

static const struct {
    const char *names[2];
    IndicatorPart part;
} parts_named[] = {
    {{"name", "nom"}, INDICATOR_NAME},       {{"title", "titre"}, INDICATOR_TITLE},
    {{"group", "groupe"}, INDICATOR_GROUP},  {{"because", "justification"}, INDICATOR_BECAUSE},
    {{"period", "période"}, INDICATOR_PERIOD},
};

/* calls.red */
static bool level_member(const Instance *i, Str name, Value *out)
{
    Value scale = i->fields[INDICATOR_SCALE];
    uint32_t n = scale.tag == T_LEVEL ? ((const Scale *)scale.ptr)->n : 0;
    for (uint32_t k = 0; k < n; k++) {
        if (str_eq(level_name(scale, k), name)) {
            *out = (Value){.tag = T_LEVEL, .den = k, .ptr = scale.ptr};
            return true;
        }
    }
    return false;
}

static bool indicator_member(Vm *vm, const Instance *i, Str name, Value *out)
{
    Field f = field_named(name);
    for (size_t k = 0; k < sizeof parts_named / sizeof *parts_named; k++) {
        if (str_eq(name, str_from(parts_named[k].names[0])) || str_eq(name, str_from(parts_named[k].names[1]))) {
            *out = given_or_not(i->fields[parts_named[k].part]);
            return true;
        }
    }
    if (level_member(i, name, out)) {
        return true;
    }
    if (f == FIELD_COUNT) {
        Value self = value_obj(T_OBJECT, (void *)(uintptr_t)i);
        Buf given;
        buf_init(&given, vm->mem);
        vm_describe(vm, &given, self);
        Str args[] = {name, buf_str(&given)};
        vm_fail(vm, D_NO_FIELDS, args, 2);
        buf_free(&given);
        return false;
    }
    Value own = i->fields[INDICATOR_VALUE];
    bool constant = f == FIELD_OBJECTIVE || f == FIELD_REFERENCE;
    if (own.tag == T_NONE && !constant) {
        Str args[] = {indicator_text(i, INDICATOR_NAME), name};
        return vm_fail(vm, D_INDICATOR_NO_VALUE, args, 2);
    }
    return indicator_field(vm, i, f, own.tag == T_NONE ? not_given() : own, out);
}

/* calls.rate(59) */
static bool indicator_call(Vm *vm, const Instance *i, Str name, const Value *args, uint32_t n, const Str *names,
                           uint32_t name_count, Value *out)
{
    Field f = field_named(name);
    (void)names;
    if (f != FIELD_RATE && f != FIELD_GAP && f != FIELD_STATUS && f != FIELD_EVOLUTION && f != FIELD_VALUE) {
        Str a[] = {indicator_text(i, INDICATOR_NAME), name};
        return vm_fail(vm, D_INDICATOR_NO_METHOD, a, 2);
    }
    if (n != 1 || name_count) {
        return vm_fail(vm, D_INDICATOR_ONE_VALUE, &name, 1);
    }
    return indicator_field(vm, i, f, args[0], out);
}

/* row.(i): the field that bears its name, in its unit. */
static bool indicator_field_of(Vm *vm, const Instance *i, Value row, Value *out)
{
    Value v;
    Str name = indicator_text(i, INDICATOR_NAME);
    return record_get(row, name, &v) ? indicator_measure(vm, i, v, out) : vm_fail(vm, D_COLUMN_MISSING, &name, 1);
}

/* table.(i): the column that bears its name, in its unit. */
static bool indicator_column_of(Vm *vm, const Instance *i, Value object, Value *out)
{
    if (object.tag == T_RECORD) {
        return indicator_field_of(vm, i, object, out);
    }
    const Table *t = object.ptr;
    Str name = indicator_text(i, INDICATOR_NAME);
    int32_t at = table_column(t, name);
    if (at < 0) {
        return vm_fail(vm, D_COLUMN_MISSING, &name, 1);
    }
    List *list = list_new(vm->heap, t->rows);
    if (!list) {
        return vm_fail_memory(vm);
    }
    for (uint32_t k = 0; k < t->rows; k++) {
        if (!indicator_measure(vm, i, table_at(t, k, (uint32_t)at), &list->store->items[k])) {
            return false;
        }
    }
    *out = value_obj(T_LIST, list);
    return vm_charge(vm, t->rows);
}

static void indicator_show(Heap *h, const Instance *i, Buf *out, bool french)
{
    (void)h;
    (void)french;
    buf_put(out, indicator_text(i, INDICATOR_NAME));
}

const ObjectType indicator_type = {
    .name = "an indicator", .name_fr = "un indicateur", .id = "indicator", .member = indicator_member,
    .call = indicator_call, .column = indicator_column_of, .show = indicator_show};
