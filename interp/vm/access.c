/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making and reading compound values: items, fields, membership, copies with one part replaced. */
#include "vm/vm.h"

#include <string.h>

#include "base/utf8.h"
#include "data/object.h"
#include "data/table.h"
#include "num/number.h"
#include "vm/machine.h"

/* ---- making ---- */

bool vm_list_of(Vm *vm, const Value *items, uint32_t n, Value *out)
{
    List *l = list_new(vm->heap, n);
    if (!l)
        return vm_fail_memory(vm);
    if (n)
        memcpy(l->store->items, items, n * sizeof *items);
    *out = value_obj(T_LIST, l);
    return true;
}

bool vm_record_of(Vm *vm, const Value *pairs, uint32_t n, Value *out)
{
    Record *r = record_new(vm->heap, n);
    if (!r)
        return vm_fail_memory(vm);
    for (uint32_t i = 0; i < n; i++) {
        r->fields[i].name = text_flat(vm->heap, pairs[2 * i]);
        r->fields[i].value = pairs[2 * i + 1];
        if (!r->fields[i].name)
            return vm_fail_memory(vm);
    }
    *out = value_obj(T_RECORD, r);
    return true;
}

static bool text_of(Vm *vm, Buf *b, Value *out)
{
    bool too_long = b->n > LIMIT_TEXT_BYTES;
    bool ok = !b->failed && !too_long && text_new(vm->heap, buf_str(b), out);
    buf_free(b);
    if (too_long)
        return vm_fail(vm, D_TEXT_TOO_LONG, NULL, 0);
    return ok || vm_fail_memory(vm);
}

bool vm_show(Vm *vm, Value v, Str format, Value *out)
{
    if (v.tag == T_TEXT && !format.n) {
        *out = v;
        return true;
    }
    Buf b;
    buf_init(&b, vm->mem);
    if (value_show_format(vm->heap, &b, v, format, vm->lang))
        return text_of(vm, &b, out) && vm_charge_numbers(vm);
    buf_free(&b);
    return vm_fail_values(vm, D_SHOW_FORMAT, format, &v, 1);
}

bool vm_join(Vm *vm, const Value *parts, uint32_t n, Value *out)
{
    Value joined, part;
    if (!text_new(vm->heap, STR(""), &joined))
        return vm_fail_memory(vm);
    for (uint32_t i = 0; i < n; i++)
        if (!vm_show(vm, parts[i], STR(""), &part) || !vm_arith(vm, OPC_ADD, joined, part, &joined))
            return false;
    *out = joined;
    return true;
}

/* ---- items ---- */

static bool fail_position(Vm *vm, DiagId id, int64_t position, size_t count)
{
    Buf b[2];
    buf_init(&b[0], vm->mem);
    buf_init(&b[1], vm->mem);
    buf_printf(&b[0], "%lld", (long long)position);
    buf_printf(&b[1], "%zu", count);
    Str args[] = {buf_str(&b[0]), buf_str(&b[1])};
    vm_fail(vm, id, args, 2);
    buf_free(&b[0]);
    buf_free(&b[1]);
    return false;
}

static bool position_of(Vm *vm, Value index, int64_t *position)
{
    bool fits = false;
    if (value_is_number(index))
        *position = num_to_int64(vm->num, index, &fits);
    return fits || vm_fail_values(vm, D_INDEX_WHOLE, STR(""), &index, 1);
}

static bool list_position(Vm *vm, Value list, Value index, int64_t *position)
{
    if (!position_of(vm, index, position))
        return false;
    return (*position >= 1 && *position <= list_count(list)) ||
           fail_position(vm, D_INDEX_OUTSIDE, *position, list_count(list));
}

static bool text_item(Vm *vm, Value text, Value index, Value *out)
{
    int64_t position = 0;
    Str s = text_str(vm->heap, text);
    if (!s.p)
        return vm_fail_memory(vm);
    if (!position_of(vm, index, &position) || !vm_charge(vm, s.n / 64))
        return false;
    uint32_t cp;
    size_t at = 0, n;
    int64_t i = 1;
    for (; (n = utf8_next(s, at, &cp)) != 0 && i < position; i++)
        at += n;
    if (position < 1 || n == 0)
        return fail_position(vm, D_INDEX_OUTSIDE_TEXT, position, utf8_count(s));
    return text_new(vm->heap, str_sub(s, at, at + n), out) || vm_fail_memory(vm);
}

static bool range_item(Vm *vm, Value range, Value index, Value *out)
{
    int64_t position = 0;
    bool within = false;
    if (!position_of(vm, index, &position))
        return false;
    if (position >= 1 && !vm_range_at(vm, range.ptr, position - 1, out, &within))
        return false;
    return within || vm_fail_values(vm, D_INDEX_OUTSIDE_RANGE, STR(""), (const Value[]){index, range}, 2);
}

static bool list_item(Vm *vm, Value list, Value index, Value *out)
{
    int64_t position = 0;
    if (!list_position(vm, list, index, &position))
        return false;
    *out = list_at(list, (uint32_t)(position - 1));
    return true;
}

/* ---- rows of tables, labels of keyed values ---- */

static Str name_of(const Text *t)
{
    return t ? (Str){t->bytes, t->n} : (Str){"", 0};
}

/* {0} what was looked for, {1} what is looked in, {2} the name of its key or axis */
static bool fail_key(Vm *vm, DiagId id, Value key, Str in)
{
    Buf shown;
    ShowStyle style = show_style(vm->lang);
    buf_init(&shown, vm->mem);
    value_show(vm->heap, &shown, key, &style);
    Str args[] = {buf_str(&shown), in};
    vm_fail(vm, id, args, 2);
    buf_free(&shown);
    return false;
}

static bool table_position(Vm *vm, const Table *t, Value index, int64_t *row)
{
    if (!position_of(vm, index, row))
        return false;
    *row -= 1;
    return (*row >= 0 && *row < t->rows) || fail_position(vm, D_ROW_OUTSIDE, *row + 1, t->rows);
}

/* By the key where there is one of that kind; else by its place, from 1. */
static bool table_row_of(Vm *vm, const Table *t, Value index, int64_t *row)
{
    Value first = t->key >= 0 && t->rows ? table_at(t, 0, (uint32_t)t->key) : value_none();
    bool keyed = t->key >= 0 && (value_is_number(first) || !value_is_number(index));
    int32_t at;
    uint32_t times;
    if (!keyed && value_is_number(index))
        return table_position(vm, t, index, row);
    if (t->key < 0)
        return fail_key(vm, D_TABLE_NO_KEY, index, (Str){"", 0});
    NumErr err = table_row(vm->heap, t, index, &at, &times);
    if (err != NUM_OK)
        return vm_fail_num(vm, err, "[", first, index);
    *row = at;
    Value keys = t->columns[t->key].items;
    return at >= 0 || vm_fail_label(vm, D_ROW_MISSING, D_ROW_NEAR, index, keys, table_name(t, (uint32_t)t->key));
}

static bool table_item(Vm *vm, const Table *t, Value index, Value *out)
{
    int64_t row = 0;
    if (!table_row_of(vm, t, index, &row))
        return false;
    Record *r = table_record(vm->heap, t, (uint32_t)row);
    if (!r)
        return vm_fail_memory(vm);
    *out = value_obj(T_RECORD, r);
    return true;
}

/* An indicator names the label that bears its name. */
static Value label_of(Vm *vm, Value index)
{
    Value name;
    if (index.tag == T_OBJECT && ((const Instance *)index.ptr)->type->member &&
        ((const Instance *)index.ptr)->type->member(vm, index.ptr, STR("name"), &name))
        return name;
    return index;
}

/* Are the labels of the first axis something else than numbers? A number is then a place among them. */
static bool matrix_has_places(const Matrix *m)
{
    for (uint32_t i = 0; i < list_count(m->axis[0].labels); i++)
        if (value_is_number(list_at(m->axis[0].labels, i)))
            return false;
    return true;
}

/* The first axis that has this label; else, by its place, the row or the item. */
static bool matrix_item(Vm *vm, const Matrix *m, Value index, Value *out)
{
    Value label = label_of(vm, index);
    if (vm->fault)
        return false;
    for (uint32_t axis = 0; axis < m->axes; axis++) {
        int32_t at;
        NumErr err = matrix_label(vm->heap, m, axis, label, &at);
        if (err != NUM_OK)
            return vm_fail_num(vm, err, "[", index, index);
        if (at >= 0)
            return matrix_fix(vm->heap, m, axis, (uint32_t)at, out) || vm_fail_memory(vm);
    }
    if (value_is_number(index) && m->axes == 1) { /* a list all the same */
        int64_t at = 0;
        if (!list_position(vm, m->items, index, &at))
            return false;
        *out = list_at(m->items, (uint32_t)(at - 1));
        return true;
    }
    if (value_is_number(index) && matrix_has_places(m)) {
        int64_t at = 0;
        return list_position(vm, m->axis[0].labels, index, &at) &&
               (matrix_row(vm->heap, m, (uint32_t)(at - 1), out) || vm_fail_memory(vm));
    }
    return vm_fail_label(vm, D_LABEL_MISSING, D_LABEL_NEAR, index, m->axis[0].labels, name_of(m->axis[0].name));
}

static bool object_item(Vm *vm, Value object, Value index, Value *out)
{
    const Instance *o = object.ptr;
    Value both[] = {object, index};
    return o->type->index ? o->type->index(vm, o, index, out) : vm_fail_values(vm, D_INDEX_KIND, STR(""), both, 2);
}

bool vm_index(Vm *vm, Value object, Value index, Value *out)
{
    if (object.tag == T_STATUS || index.tag == T_STATUS) {
        *out = object.tag == T_STATUS ? object : index;
        return true;
    }
    if (object.tag == T_LIST)
        return list_item(vm, object, index, out);
    if (object.tag == T_TEXT)
        return text_item(vm, object, index, out);
    if (object.tag == T_RANGE)
        return range_item(vm, object, index, out);
    if (object.tag == T_TABLE)
        return table_item(vm, object.ptr, index, out);
    if (object.tag == T_MATRIX)
        return matrix_item(vm, object.ptr, index, out);
    if (object.tag == T_OBJECT)
        return object_item(vm, object, index, out);
    if (object.tag == T_RECORD && index.tag == T_TEXT) {
        Str name = text_str(vm->heap, index);
        return name.p ? vm_member_of(vm, object, name, out) : vm_fail_memory(vm);
    }
    Value both[] = {object, index};
    return vm_fail_values(vm, D_INDEX_KIND, STR(""), both, 2);
}

/* ---- fields ---- */

static Str record_name_at(const void *record, uint32_t i)
{
    const Text *t = ((const Record *)record)->fields[i].name;
    return (Str){t->bytes, t->n};
}

static bool fail_field(Vm *vm, const Record *r, Str name)
{
    Str near = vm_nearest(vm, name, r, r->n, record_name_at);
    Str args[] = {name, near};
    return near.p ? vm_fail(vm, D_FIELD_NEAR, args, 2) : vm_fail(vm, D_FIELD_MISSING, args, 1);
}

static const struct {
    const char *names[3];
} date_parts[] = {{{"year", "année", "annee"}}, {{"month", "mois", "mois"}}, {{"day", "jour", "jour"}}};

static bool date_member(Vm *vm, Value date, Str name, Value *out)
{
    int64_t y;
    int m, d;
    date_to_civil(date.num, &y, &m, &d);
    const int64_t parts[] = {y, m, d};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            if (str_eq(name, str_from(date_parts[i].names[j]))) {
                *out = num_int(parts[i]);
                return true;
            }
    return vm_fail_values(vm, D_NO_FIELDS, name, &date, 1);
}

static Str table_name_at(const void *table, uint32_t i)
{
    return table_name(table, i);
}

static bool table_member(Vm *vm, const Table *t, Str name, Value *out)
{
    int32_t at = table_column(t, name);
    if (at >= 0) {
        *out = t->columns[at].items;
        return true;
    }
    Str near = vm_nearest(vm, name, t, t->n, table_name_at);
    Str args[] = {name, near};
    return near.p ? vm_fail(vm, D_COLUMN_NEAR, args, 2) : vm_fail(vm, D_COLUMN_MISSING, args, 1);
}

/* The first axis that has a label of this name: d.calls.rate, rates.calls; or the labels of the axis so called. */
static bool matrix_member(Vm *vm, const Matrix *m, Str name, Value *out)
{
    for (uint32_t axis = 0; axis < m->axes; axis++) {
        int32_t at = matrix_named(vm->heap, m, axis, name);
        if (at >= 0)
            return matrix_fix(vm->heap, m, axis, (uint32_t)at, out) || vm_fail_memory(vm);
    }
    for (uint32_t axis = 0; axis < m->axes; axis++)
        if (name.n && str_eq(name_of(m->axis[axis].name), name)) {
            *out = m->axis[axis].labels;
            return true;
        }
    return vm_fail(vm, D_LABEL_NAME_MISSING, &name, 1);
}

bool vm_member_of(Vm *vm, Value object, Str name, Value *out)
{
    switch (object.tag) {
    case T_STATUS:
        *out = object;
        return true;
    case T_RECORD:
        return record_get(object, name, out) || fail_field(vm, object.ptr, name);
    case T_DATE:
        return date_member(vm, object, name, out);
    case T_TABLE:
        return table_member(vm, object.ptr, name, out);
    case T_MATRIX:
        return matrix_member(vm, object.ptr, name, out);
    case T_OBJECT:
        return ((const Instance *)object.ptr)->type->member(vm, object.ptr, name, out);
    default:
        return vm_fail_values(vm, D_NO_FIELDS, name, &object, 1);
    }
}

bool vm_scenario_slot(Vm *vm, Value scenario, Str name, uint32_t *slot)
{
    *slot = vm->host.scenario_member ? vm->host.scenario_member(vm->host.data, (uint32_t)scenario.num, name) : NO_SLOT;
    if (*slot != NO_SLOT)
        return true;
    return vm_fail_values(vm, D_NO_FIELDS, name, &scenario, 1);
}

/* table.(indicator): its column. row.(indicator): its figure there. */
bool vm_member_by(Vm *vm, Value object, Value key, Value *out)
{
    const Instance *o = key.tag == T_OBJECT ? key.ptr : NULL;
    if (o && o->type->column && (object.tag == T_TABLE || object.tag == T_RECORD))
        return o->type->column(vm, o, object, out);
    if (o && object.tag == T_MATRIX)
        return matrix_item(vm, object.ptr, key, out);
    Value both[] = {object, key};
    return vm_fail_values(vm, D_INDEX_KIND, STR(""), both, 2);
}

bool vm_member(Vm *vm, Value object, Str name, Value *out)
{
    uint32_t slot;
    if (object.tag != T_SCENARIO)
        return vm_member_of(vm, object, name, out);
    return vm_scenario_slot(vm, object, name, &slot) && vm_eval_slot(vm, vm_current_view(vm), slot, out);
}

/* ---- a copy with one part replaced ---- */

static bool list_update(Vm *vm, Value list, Value index, Value value, Value *out)
{
    int64_t position = 0;
    uint32_t n = list_count(list);
    if (!list_position(vm, list, index, &position) || !vm_charge(vm, n / 16))
        return false;
    if (!list_part(vm->heap, list, 0, n, out))
        return vm_fail_memory(vm);
    ((List *)out->ptr)->store->items[position - 1] = value;
    return true;
}

/* A new name becomes a new field. */
static bool record_update(Vm *vm, Value record, Value key, Value value, Value *out)
{
    const Record *r = record.ptr;
    const Text *name = text_flat(vm->heap, key);
    uint32_t at = r->n;
    if (!name)
        return vm_fail_memory(vm);
    bool known = record_find(record, (Str){name->bytes, name->n}, &at);
    if (!known && r->n >= LIMIT_RECORD_FIELDS)
        return vm_fail(vm, D_RECORD_TOO_LONG, NULL, 0);
    Record *copy = vm_charge(vm, r->n / 16) ? record_new(vm->heap, r->n + !known) : NULL;
    if (!copy)
        return vm->fault ? false : vm_fail_memory(vm);
    memcpy(copy->fields, r->fields, r->n * sizeof *r->fields);
    copy->table = r->table;
    copy->fields[at].name = (Text *)(uintptr_t)name;
    copy->fields[at].value = value;
    *out = value_obj(T_RECORD, copy);
    return true;
}

bool vm_update(Vm *vm, Value object, Value key, Value value, Value *out)
{
    if (object.tag == T_LIST)
        return list_update(vm, object, key, value, out);
    if (object.tag == T_RECORD && key.tag == T_TEXT)
        return record_update(vm, object, key, value, out);
    Value both[] = {object, key};
    return vm_fail_values(vm, D_INDEX_KIND, STR(""), both, 2);
}

/* ---- in, is ---- */

/* Found is true; not found, but a status among the items, cannot be said. */
static bool in_list(Vm *vm, Value item, Value list, Value *out)
{
    Value equal, unknown = value_truth(false);
    if (!vm_charge(vm, list_count(list) / 8))
        return false;
    for (uint32_t i = 0; i < list_count(list); i++) {
        if (!vm_equal(vm, item, list_at(list, i), &equal))
            return false;
        if (value_is_true(equal)) {
            *out = equal;
            return true;
        }
        unknown = equal.tag == T_STATUS ? equal : unknown;
    }
    *out = unknown;
    return true;
}

static bool text_has(Str whole, Str part)
{
    for (size_t at = 0; at + part.n <= whole.n; at++) {
        const char *p = part.n ? memchr(whole.p + at, part.p[0], whole.n - at - part.n + 1) : whole.p;
        if (!p || str_eq((Str){p, part.n}, part))
            return p != NULL;
        at = (size_t)(p - whole.p);
    }
    return false;
}

static bool in_text(Vm *vm, Value item, Value text, Value *out)
{
    Str part = text_str(vm->heap, item), whole = text_str(vm->heap, text);
    if (!part.p || !whole.p)
        return vm_fail_memory(vm);
    *out = value_truth(text_has(whole, part));
    return vm_charge(vm, whole.n / 64);
}

static bool in_record(Vm *vm, Value item, Value record, Value *out)
{
    uint32_t at;
    Str name = text_str(vm->heap, item);
    if (!name.p)
        return vm_fail_memory(vm);
    *out = value_truth(record_find(record, name, &at));
    return true;
}

bool vm_in(Vm *vm, Value item, Value set, Value *out)
{
    if (item.tag == T_STATUS || set.tag == T_STATUS) {
        *out = item.tag == T_STATUS ? item : set;
        return true;
    }
    if (set.tag == T_LIST)
        return in_list(vm, item, set, out);
    if (set.tag == T_RANGE)
        return vm_range_has(vm, set.ptr, item, out);
    if (set.tag == T_TEXT && item.tag == T_TEXT)
        return in_text(vm, item, set, out);
    if (set.tag == T_RECORD && item.tag == T_TEXT)
        return in_record(vm, item, set, out);
    if (set.tag == T_MATRIX)
        return in_list(vm, item, ((const Matrix *)set.ptr)->items, out);
    Value both[] = {item, set};
    return vm_fail_values(vm, D_IN_KIND, STR(""), both, 2);
}

enum { IS_WHOLE, IS_GIVEN, IS_BLANK };

/* No status is `given`; `whole` of one cannot be said. */
bool vm_is(Vm *vm, Value v, uint32_t what, Value *out)
{
    bool yes = false;
    if (what == IS_GIVEN)
        yes = v.tag != T_STATUS;
    else if (what == IS_BLANK)
        yes = v.tag == T_STATUS && v.den == STATUS_BLANK;
    else if (value_is_number(v) && num_whole(vm->num, v, &yes) != NUM_OK)
        return vm_fail_memory(vm);
    *out = what == IS_WHOLE && v.tag == T_STATUS ? v : value_truth(yes);
    return true;
}
