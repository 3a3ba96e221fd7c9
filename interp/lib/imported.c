/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns that come from elsewhere, or are measured in the unit of an indicator: units given, kinds looked at. */
#include "base/utf8.h"
#include "lib/rows.h"
#include "lib/table.h"

static bool fail_imported(const Args *a, DiagId id, uint32_t row, Value v)
{
    Buf b[2];
    buf_init(&b[0], a->vm->mem);
    buf_init(&b[1], a->vm->mem);
    ShowStyle style = show_style(a->vm->lang);
    bool kind = id == D_IMPORTED_TEXT || id == D_IMPORTED_NUMBER;
    buf_printf(&b[0], "%u", row + 1);
    kind ? vm_describe(a->vm, &b[1], v) : value_show(args_heap(a), &b[1], v, &style);
    Str args[] = {text_str(args_heap(a), a->v[1]), buf_str(&b[0]), buf_str(&b[1])};
    vm_fail(a->vm, id, args, 3);
    buf_free(&b[0]);
    buf_free(&b[1]);
    return false;
}

/* The unit of the column is given to a bare number. */
static bool imported_item(const Args *a, uint32_t row, Value unit, Value *v)
{
    NumCtx *num = a->vm->num;
    if (v->tag == T_STATUS || (unit.tag == T_NONE && !value_is_true(a->v[3]))) {
        return true;
    }
    if (value_is_true(a->v[3])) {
        return v->tag == T_TEXT || fail_imported(a, D_IMPORTED_TEXT, row, *v);
    }
    if (!value_is_number(*v)) {
        return fail_imported(a, D_IMPORTED_NUMBER, row, *v);
    }
    if (v->unit == U_PLAIN) {
        return args_num(a, num_with_unit(num, *v, unit.unit, v), *v, *v);
    }
    return unit_same_dimension(num, v->unit, unit.unit) || fail_imported(a, D_IMPORTED_UNIT, row, *v);
}

static bool imported_key(const Args *a, Value list)
{
    bool distinct = true;
    uint32_t first = 0, again = 0;
    NumErr err = list_distinct(args_heap(a), list, &distinct, &first, &again);
    if (err != NUM_OK || distinct) {
        return args_num(a, err, list, list);
    }
    return fail_imported(a, first == again ? D_IMPORTED_KEY_ABSENT : D_IMPORTED_KEY_TWICE, again, list_at(list, again));
}

/* In the unit of the indicator, as it is given to its objective and its references. */
static bool measured_item(const Args *a, uint32_t row, Value unit, Value *v)
{
    NumCtx *num = a->vm->num;
    if (!value_is_number(*v)) {
        return true;
    }
    bool bare = v->unit == U_PLAIN || (v->unit == U_RATIO && !unit_is_dimensionless(num, unit.unit));
    if (bare && unit.unit != U_PLAIN && num_with_unit(num, *v, unit.unit, v) == NUM_OK) {
        return true;
    }
    return unit_convert(num, *v, unit.unit, v) == NUM_OK || fail_imported(a, D_IMPORTED_UNIT, row, *v);
}

HIDDEN_FUNCTION(measured, table)
{
    Value column = a->v[0];
    uint32_t n = column.tag == T_LIST ? list_count(column) : 0;
    List *list = list_new(args_heap(a), n);
    if (!list) {
        return vm_fail_memory(a->vm);
    }
    *out = value_obj(T_LIST, list);
    if (!args_keep(a, *out) || !vm_charge(a->vm, n)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        list->store->items[i] = list_at(column, i);
        if (!measured_item(a, i, a->v[2], &list->store->items[i])) {
            return false;
        }
    }
    return true;
}

/* A file has its own capitals: `CA` of a file is the column `ca`, where no other one is. */
static int32_t folded_column(const Args *a, const Table *t, Str name)
{
    int32_t found = NO_LABEL;
    for (uint32_t i = 0; i < t->n; i++) {
        if (utf8_same_folded(a->vm->mem, table_name(t, i), name)) {
            if (found != NO_LABEL) {
                return NO_LABEL;
            }
            found = (int32_t)i;
        }
    }
    return found;
}

static bool source_column(const Args *a, Value rows, Value *out)
{
    Str name = text_str(args_heap(a), a->v[1]);
    const Table *t = rows.tag == T_TABLE ? rows.ptr : NULL;
    int32_t at = t && table_column(t, name) == NO_LABEL ? folded_column(a, t, name) : NO_LABEL;
    if (at != NO_LABEL) {
        *out = t->columns[at].items;
        return true;
    }
    return vm_member(a->vm, rows, name, out);
}

HIDDEN_FUNCTION(imported, table)
{
    Value column, unit = a->v[2];
    if (!source_column(a, a->v[0], &column)) {
        return false;
    }
    if (column.tag != T_LIST) {
        return table_fail_column(a, text_str(args_heap(a), a->v[1]), column);
    }
    *out = column;
    if (unit.tag != T_NONE || value_is_true(a->v[3])) {
        uint32_t n = list_count(column);
        List *list = list_new(args_heap(a), n);
        if (!list) {
            return vm_fail_memory(a->vm);
        }
        *out = value_obj(T_LIST, list);
        if (!args_keep(a, *out) || !vm_charge(a->vm, n)) {
            return false;
        }
        for (uint32_t i = 0; i < n; i++) {
            Value *v = &list->store->items[i];
            *v = list_at(column, i);
            if (!imported_item(a, i, unit, v)) {
                return false;
            }
        }
    }
    return !value_is_true(a->v[4]) || imported_key(a, *out);
}
