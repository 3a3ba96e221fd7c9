/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: what the phrases of the language call (hidden.def), and functions of programs. Rows are numbered; filtering,
   sorting and grouping work on the numbers, and cells are copied once, at the end. */
#include <string.h>

#include "base/limits.h"
#include "data/pack.h"
#include "lib/order.h"
#include "lib/rows.h"
#include "lib/table.h"

static uint32_t *numbers_new(const Args *a, uint32_t n)
{
    uint32_t *numbers = mem_alloc(a->vm->mem, n * sizeof *numbers);
    if (!numbers) {
        vm_fail_memory(a->vm);
    }
    return numbers;
}

/* ---- making ---- */

static Str text_at(const Args *a, Value list, uint32_t i) { return text_str(args_heap(a), list_at(list, i)); }

static bool fail_lengths(const Args *a, Str first, uint32_t rows, Str name, uint32_t items)
{
    Buf b[2];
    buf_init(&b[0], a->vm->mem);
    buf_init(&b[1], a->vm->mem);
    buf_printf(&b[0], "%u", rows);
    buf_printf(&b[1], "%u", items);
    Str args[] = {first, buf_str(&b[0]), name, buf_str(&b[1])};
    vm_fail(a->vm, D_COLUMNS_DIFFER, args, 4);
    buf_free(&b[0]);
    buf_free(&b[1]);
    return false;
}

bool table_fail_column(const Args *a, Str name, Value v)
{
    Buf given;
    buf_init(&given, a->vm->mem);
    vm_describe(a->vm, &given, v);
    Str args[] = {name, buf_str(&given)};
    vm_fail(a->vm, D_COLUMN_LIST, args, 2);
    buf_free(&given);
    return false;
}

/* The columns, each a list as long as the first. */
static bool table_columns(const Args *a, Table *t, Value names, Value columns)
{
    for (uint32_t i = 0; i < t->n; i++) {
        Value items = list_at(columns, i);
        Str name = text_at(a, names, i);
        if (items.tag != T_LIST) {
            return table_fail_column(a, name, items);
        }
        t->rows = i ? t->rows : list_count(items);
        if (list_count(items) != t->rows) {
            return fail_lengths(a, text_at(a, names, 0), t->rows, name, list_count(items));
        }
        t->columns[i].name = list_at(names, i).ptr;
        t->columns[i].items = items;
    }
    return true;
}

bool table_usual_key(const Args *a, Table *t)
{
    bool distinct = false;
    uint32_t first, again;
    bool texts = t->n && t->rows && table_at(t, 0, 0).tag == T_TEXT;
    NumErr err = texts ? list_distinct(args_heap(a), t->columns[0].items, &distinct, &first, &again) : NUM_OK;
    t->key = texts && distinct ? 0 : NO_KEY;
    return args_num(a, err, value_none(), value_none());
}

static bool set_key(const Args *a, Table *t, Value key)
{
    if (key.tag != T_TEXT) {
        return table_usual_key(a, t);
    }
    t->key = table_column(t, text_str(args_heap(a), key));
    return true;
}

HIDDEN_FUNCTION(table, table)
{
    Heap *heap = args_heap(a);
    Table *t = table_new(heap, list_count(a->v[0]), 0);
    if (!t) {
        return vm_fail_memory(a->vm);
    }
    if (!table_columns(a, t, a->v[0], a->v[1]) || !set_key(a, t, a->v[2])) {
        return false;
    }
    t->title = a->v[3].tag == T_TEXT ? text_flat(heap, a->v[3]) : NULL;
    for (uint32_t i = 0; i < t->n; i++) {
        Text *title = list_at(a->v[4], i).ptr;
        t->columns[i].title = title->n ? title : NULL;
    }
    *out = value_obj(T_TABLE, t);
    return true;
}

HIDDEN_FUNCTION(column, table)
{
    Value args[ROW_PARAMS_MOST];
    uint32_t n = list_count(a->v[1]), rows = a->v[2].tag == T_LIST ? list_count(a->v[2]) : 0;
    List *list = list_new(args_heap(a), rows);
    if (!list) {
        return vm_fail_memory(a->vm);
    }
    *out = value_obj(T_LIST, list);
    if (!args_keep(a, *out) || !vm_charge(a->vm, rows)) {
        return false;
    }
    for (uint32_t i = 0; i < rows; i++) {
        for (uint32_t k = 0; k < n; k++) {
            Value column = list_at(a->v[1], k);
            args[k] = column.tag == T_LIST && i < list_count(column) ? list_at(column, i) : value_none();
        }
        if (!vm_call(a->vm, a->v[0], args, n, &list->store->items[i])) {
            return false;
        }
    }
    return true;
}

/* ---- cells replaced ---- */

/* By its key; by its place, from 1, where a number is given and keys are none. */
HIDDEN_FUNCTION(row, table)
{
    Value keys = a->v[0], key = a->v[1];
    uint32_t n = keys.tag == T_LIST ? list_count(keys) : 0;
    bool fits = false;
    for (uint32_t i = 0; i < n; i++) {
        bool equal = false;
        NumErr err = label_equal(args_heap(a), list_at(keys, i), key, &equal);
        if (err != NUM_OK) {
            return args_num(a, err, key, key);
        }
        if (equal) {
            *out = num_int((int64_t)i + 1);
            return true;
        }
    }
    bool numbers = n && value_is_number(list_at(keys, 0));
    int64_t place = value_is_number(key) && !numbers ? num_to_int64(a->vm->num, key, &fits) : 0;
    if (!fits || place < 1 || place > n) {
        return vm_fail_label(a->vm, D_ROW_ABSENT, D_ROW_ABSENT_NEAR, key, keys, STR(""));
    }
    *out = num_int(place);
    return true;
}

/* In the unit of the cell replaced, so that roundings behind it stay the same. */
HIDDEN_FUNCTION(cell, table)
{
    bool fits = false;
    Value column = a->v[0], value = a->v[2];
    int64_t row = num_to_int64(a->vm->num, a->v[1], &fits);
    if (!list_part(args_heap(a), column, 0, list_count(column), out)) {
        return vm_fail_memory(a->vm);
    }
    Value old = list_at(column, (uint32_t)row - 1);
    if (value_is_number(old) && value_is_number(value) && value.unit == U_PLAIN && !unit_is_dimensionless(a->vm->num, old.unit)) {
        num_with_unit(a->vm->num, value, old.unit, &value);
    } else if (value_is_number(old) && value_is_number(value)) {
        unit_convert(a->vm->num, value, old.unit, &value);
    }
    ((List *)out->ptr)->store->items[row - 1] = value;
    return vm_charge(a->vm, list_count(column) / 16);
}

/* ---- where ---- */

static bool fail_condition(const Args *a, Value v)
{
    Buf given;
    buf_init(&given, a->vm->mem);
    vm_describe(a->vm, &given, v);
    Str args[] = {STR(""), buf_str(&given)};
    vm_fail(a->vm, D_NOT_TRUTH, args, 2);
    buf_free(&given);
    return false;
}

/* A row for which the condition cannot be told, because a datum is not given, is not among those asked for. */
HIDDEN_FUNCTION(where, table)
{
    Rows rows;
    RowCall condition;
    if (args_status(a, out)) {
        return true;
    }
    if (!rows_of(a, 0, &rows) || !row_call_open(&condition, &rows, 1)) {
        return false;
    }
    uint32_t *kept = numbers_new(a, rows.count), count = 0;
    bool ok = kept != NULL;
    for (uint32_t i = 0; ok && i < rows.count; i++) {
        Value v;
        ok = row_call(&condition, i, &v) && (v.tag == T_TRUTH || v.tag == T_STATUS || fail_condition(a, v));
        if (ok && value_is_true(v)) {
            kept[count++] = i;
        }
    }
    ok = ok && rows_take(&rows, kept, count, out);
    mem_free(a->vm->mem, kept, rows.count * sizeof *kept);
    return ok;
}

/* ---- sort, top ---- */

/* What each row is sorted by. */
static bool sort_values(const RowCall *c, Value *out)
{
    const Args *a = c->rows->args;
    List *list = list_new(args_heap(a), c->rows->count);
    int32_t column = row_call_column(c);
    if (!list) {
        return vm_fail_memory(a->vm);
    }
    *out = value_obj(T_LIST, list);
    if (!args_keep(a, *out)) {
        return false;
    }
    for (uint32_t i = 0; i < c->rows->count; i++) {
        Value *v = &list->store->items[i];
        bool ok = column >= 0 ? rows_cell(c->rows, i, column, c->names[0], v) : row_call(c, i, v);
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* Orders `rows` by one key; equal rows stay in order, those without a value come last. */
static bool sort_by(const Args *a, Value values, bool descending, uint32_t *rows, uint32_t n)
{
    Mem *mem = a->vm->mem;
    Value *keys = mem_alloc(mem, n * sizeof *keys);
    uint32_t *places = mem_alloc(mem, n * sizeof *places), *order = mem_alloc(mem, n * sizeof *order);
    uint32_t given = 0, absent = n;
    bool ok = (keys && places && order) || vm_fail_memory(a->vm);
    for (uint32_t i = n; ok && i > 0; i--) {
        if (list_at(values, rows[i - 1]).tag == T_STATUS) {
            order[--absent] = rows[i - 1];
        }
    }
    for (uint32_t i = 0; ok && i < n; i++) {
        if (list_at(values, rows[i]).tag != T_STATUS) {
            keys[given] = list_at(values, rows[i]);
            rows[given++] = rows[i];
        }
    }
    ok = ok && order_places(a, keys, given, descending, places);
    for (uint32_t i = 0; ok && i < given; i++) {
        order[i] = rows[places[i]];
    }
    if (ok) {
        memcpy(rows, order, n * sizeof *rows);
    }
    mem_free(mem, keys, n * sizeof *keys);
    mem_free(mem, places, n * sizeof *places);
    mem_free(mem, order, n * sizeof *order);
    return ok;
}

/* The last key first: each sort keeps the order of those before it. */
static bool sort_rows(const Args *a, const Rows *rows, uint32_t *numbers)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        numbers[i] = i;
    }
    for (uint32_t key = (a->n - 2) / 3; key-- > 0;) {
        RowCall c;
        Value values;
        if (!row_call_open(&c, rows, 2 + 3 * key) || !sort_values(&c, &values) ||
            !sort_by(a, values, value_is_true(a->v[4 + 3 * key]), numbers, rows->count)) {
            return false;
        }
    }
    return true;
}

HIDDEN_FUNCTION(sort, table)
{
    Rows rows;
    int64_t most = LIMIT_LIST_ITEMS;
    if (args_status(a, out)) {
        return true;
    }
    if (!rows_of(a, 0, &rows) || !args_whole(a, 1, 0, LIMIT_LIST_ITEMS, &most)) {
        return false;
    }
    uint32_t *numbers = numbers_new(a, rows.count);
    bool ok = numbers && sort_rows(a, &rows, numbers) &&
              rows_take(&rows, numbers, rows.count < most ? rows.count : (uint32_t)most, out);
    mem_free(a->vm->mem, numbers, rows.count * sizeof *numbers);
    return ok;
}

/* ---- numbers of rows by key ---- */

enum { KEYS_MOST = 8, PLACES = 512 };

typedef struct Keys { /* gives rows with equal keys the same number */
    const Args *args;
    LabelMap maps[KEYS_MOST];
    LabelMap pairs[KEYS_MOST]; /* of the keys so far and the next one */
    uint32_t count;
} Keys;

static bool keys_open(Keys *k, const Args *a, Value names)
{
    *k = (Keys){.args = a, .count = list_count(names)};
    if (k->count > KEYS_MOST) {
        k->count = 0;
        return ARGS_FAIL(a, RESULT_TOO_LONG);
    }
    for (uint32_t i = 0; i < k->count; i++) {
        labels_init(&k->maps[i], args_heap(a));
        labels_init(&k->pairs[i], args_heap(a));
    }
    return true;
}

static void keys_close(Keys *k)
{
    for (uint32_t i = 0; i < k->count; i++) {
        labels_free(&k->maps[i]);
        labels_free(&k->pairs[i]);
    }
}

/* Data not given are together under a number of their own. */
static Value key_label(Value v) { return v.tag == T_STATUS ? (Value){.tag = T_DATE, .num = INT64_MIN} : v; }

static bool keys_sound(const Keys *k, Value label)
{
    if (label_sound(label)) {
        return true;
    }
    Buf given;
    buf_init(&given, k->args->vm->mem);
    vm_describe(k->args->vm, &given, label);
    Str arg = buf_str(&given);
    vm_fail(k->args->vm, D_KEY_KIND, &arg, 1);
    buf_free(&given);
    return false;
}

/* The number of a row by its keys: added if new (add), else NO_LABEL. */
static bool keys_number(Keys *k, const Value *values, bool add, int32_t *number, bool *is_new)
{
    uint32_t all = 0;
    *is_new = false;
    for (uint32_t i = 0; i < k->count; i++) {
        Value label = key_label(values[i]);
        uint32_t at = 0;
        int32_t known = NO_LABEL;
        bool fresh = false;
        if (!keys_sound(k, label)) {
            return false;
        }
        NumErr err = add ? labels_add(&k->maps[i], label, &at, &fresh) : labels_find(&k->maps[i], label, &known);
        at = add ? at : (uint32_t)known;
        Value pair = num_int((int64_t)(((uint64_t)all << 32) | at));
        bool missing = !add && known < 0;
        if (err == NUM_OK && !missing && k->count > 1) {
            err = add ? labels_add(&k->pairs[i], pair, &at, &fresh) : labels_find(&k->pairs[i], pair, &known);
            missing = !add && known < 0;
            at = add ? at : (uint32_t)known;
        }
        if (err != NUM_OK) {
            return args_num(k->args, err, values[i], values[i]);
        }
        *number = missing ? NO_LABEL : (int32_t)at;
        if (missing) {
            return true;
        }
        all = at;
        *is_new = fresh;
    }
    return true;
}

static bool fail_no_column(const Args *a, Str name) { return vm_fail(a->vm, D_COLUMN_MISSING, &name, 1); }

/* The columns that bear these names. */
static bool key_columns(const Args *a, const Rows *rows, Value names, int32_t *columns)
{
    for (uint32_t i = 0; i < list_count(names); i++) {
        columns[i] = rows_column(rows, text_at(a, names, i));
        if (columns[i] < 0) {
            return fail_no_column(a, text_at(a, names, i));
        }
    }
    return true;
}

static bool row_keys(const Rows *rows, Value names, const int32_t *columns, uint32_t row, Value *values)
{
    for (uint32_t i = 0; i < list_count(names); i++) {
        if (!rows_cell(rows, row, columns[i], text_at(rows->args, names, i), &values[i])) {
            return false;
        }
    }
    return true;
}

/* ---- group ---- */

typedef struct Groups {
    const Args *args;
    Rows rows;
    Value keys;
    int32_t columns[KEYS_MOST];
    uint32_t *group;  /* of each row */
    uint32_t *first;  /* row of each group */
    uint32_t *start;  /* of each group in `order`, and one more */
    uint32_t *order;  /* rows, group by group; NULL: not made yet */
    uint32_t count;
    Value *ordered;   /* columns of a table that are packed, in that order; none: not made yet */
} Groups;

static bool group_row(Groups *g, Keys *keys, uint32_t row)
{
    Value values[KEYS_MOST];
    int32_t number = 0;
    bool is_new = false;
    if (!row_keys(&g->rows, g->keys, g->columns, row, values) || !keys_number(keys, values, true, &number, &is_new)) {
        return false;
    }
    if (is_new) {
        g->first[g->count++] = row;
    }
    g->group[row] = (uint32_t)number;
    return true;
}

/* The one key, if it is a column of texts each of which has its place. */
static const List *places_of(const Groups *g)
{
    const Table *t = g->rows.source.tag == T_TABLE ? g->rows.source.ptr : NULL;
    const List *list = t && list_count(g->keys) == 1 ? t->columns[g->columns[0]].items.ptr : NULL;
    return list && list->packed && list->pack->values ? list : NULL;
}

/* Each place is looked into once. */
static bool group_places(Groups *g, Keys *keys, const List *list)
{
    Mem *mem = g->args->vm->mem;
    int64_t places[PLACES];
    uint32_t count = list->pack->values->used, *known = mem_alloc(mem, count * sizeof *known);
    if (!known) {
        return vm_fail_memory(g->args->vm);
    }
    bool ok = true;
    memset(known, 0xFF, count * sizeof *known);
    for (uint32_t i = 0; ok && i < g->rows.count; i++) {
        if (i % PLACES == 0) {
            pack_read(list, i, g->rows.count - i < PLACES ? g->rows.count - i : PLACES, places);
        }
        uint32_t *number = &known[places[i % PLACES]];
        if (*number != UINT32_MAX) {
            g->group[i] = *number;
        } else {
            ok = group_row(g, keys, i);
            *number = g->group[i];
        }
    }
    mem_free(mem, known, count * sizeof *known);
    return ok;
}

static bool groups_number(Groups *g, Keys *keys)
{
    const List *list = places_of(g);
    if (list) {
        return group_places(g, keys, list);
    }
    for (uint32_t i = 0; i < g->rows.count; i++) {
        if (!group_row(g, keys, i)) {
            return false;
        }
    }
    return true;
}

/* Where the rows of each group begin, once they are one behind the other. */
static void groups_start(Groups *g)
{
    memset(g->start, 0, (g->count + 1) * sizeof *g->start);
    for (uint32_t i = 0; i < g->rows.count; i++) {
        g->start[g->group[i] + 1]++;
    }
    for (uint32_t i = 0; i < g->count; i++) {
        g->start[i + 1] += g->start[i];
    }
}

/* What was put in place moved each start to the next one. */
static void groups_back(Groups *g)
{
    memmove(g->start + 1, g->start, g->count * sizeof *g->start);
    g->start[0] = 0;
}

/* Made when a column first needs it. */
static bool groups_order(Groups *g)
{
    if (g->order) {
        return true;
    }
    g->order = numbers_new(g->args, g->rows.count);
    for (uint32_t i = 0; g->order && i < g->rows.count; i++) {
        g->order[g->start[g->group[i]]++] = i;
    }
    groups_back(g);
    return g->order != NULL;
}

static bool groups_make(Groups *g)
{
    Keys keys;
    bool ok = keys_open(&keys, g->args, g->keys) && key_columns(g->args, &g->rows, g->keys, g->columns) &&
              groups_number(g, &keys);
    keys_close(&keys);
    if (ok) {
        groups_start(g);
    }
    return ok;
}

static bool is_key(const Groups *g, Str name)
{
    for (uint32_t i = 0; i < list_count(g->keys); i++) {
        if (str_eq(text_at(g->args, g->keys, i), name)) {
            return true;
        }
    }
    return false;
}

static bool is_packed_column(const Groups *g, int32_t column)
{
    return g->ordered && ((const List *)((const Table *)g->rows.source.ptr)->columns[column].items.ptr)->packed;
}

static bool packed_part(Groups *g, int32_t column, uint32_t from, uint32_t n, Value *out)
{
    Heap *heap = args_heap(g->args);
    Value *all = &g->ordered[column];
    if (all->tag == T_NONE) {
        const List *items = ((const Table *)g->rows.source.ptr)->columns[column].items.ptr;
        *all = value_obj(T_LIST, pack_by_group(heap, items, g->group, g->start));
        if (!all->ptr) {
            *all = value_none();
            return vm_fail_memory(g->args->vm);
        }
        groups_back(g);
        if (!args_keep(g->args, *all)) {
            return false;
        }
    }
    *out = value_obj(T_LIST, pack_part(heap, all->ptr, from, n));
    return out->ptr || vm_fail_memory(g->args->vm);
}

/* A column of one group: the list of its cells, or the cell itself for a key. */
static bool group_column(Groups *g, uint32_t group, int32_t column, Str name, Value *out)
{
    if (column < 0 || is_key(g, name)) {
        return rows_cell(&g->rows, g->first[group], column, name, out);
    }
    uint32_t from = g->start[group], n = g->start[group + 1] - from;
    if (is_packed_column(g, column)) {
        return packed_part(g, column, from, n, out);
    }
    List *list = list_new(args_heap(g->args), n);
    if (!list) {
        return vm_fail_memory(g->args->vm);
    }
    if (!groups_order(g)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!rows_cell(&g->rows, g->order[from + i], column, name, &list->store->items[i])) {
            return false;
        }
    }
    *out = value_obj(T_LIST, list);
    return true;
}

/* One aggregate over all groups. */
static bool group_aggregate(Groups *g, const RowCall *c, Value *out)
{
    Value args[ROW_PARAMS_MOST];
    List *list = list_new(args_heap(g->args), g->count);
    if (!list) {
        return vm_fail_memory(g->args->vm);
    }
    *out = value_obj(T_LIST, list);
    if (!args_keep(g->args, *out)) {
        return false;
    }
    for (uint32_t i = 0; i < g->count; i++) {
        for (uint32_t k = 0; k < c->n; k++) {
            if (!group_column(g, i, c->columns[k], c->names[k], &args[k])) {
                return false;
            }
        }
        if (!vm_call(g->args->vm, c->function, args, c->n, &list->store->items[i])) {
            return false;
        }
    }
    return true;
}

static bool group_key(const Groups *g, uint32_t key, Value *out)
{
    List *list = list_new(args_heap(g->args), g->count);
    if (!list) {
        return vm_fail_memory(g->args->vm);
    }
    *out = value_obj(T_LIST, list);
    for (uint32_t i = 0; i < g->count; i++) {
        if (!rows_cell(&g->rows, g->first[i], g->columns[key], text_at(g->args, g->keys, key),
                       &list->store->items[i])) {
            return false;
        }
    }
    return true;
}

static bool groups_table(Groups *g, Value *out)
{
    const Args *a = g->args;
    uint32_t keys = list_count(g->keys), aggregates = (a->n - 2) / 3;
    Table *t = table_new(args_heap(a), keys + aggregates, g->count);
    if (!t) {
        return vm_fail_memory(a->vm);
    }
    *out = value_obj(T_TABLE, t);
    for (uint32_t i = 0; i < t->n; i++) { /* names first: the collector looks at what is kept */
        t->columns[i].name = i < keys ? list_at(g->keys, i).ptr : a->v[2 + 3 * (i - keys)].ptr;
    }
    if (!args_keep(a, *out)) {
        return false;
    }
    for (uint32_t i = 0; i < t->n; i++) {
        RowCall c;
        bool ok = i < keys ? group_key(g, i, &t->columns[i].items)
                           : row_call_open(&c, &g->rows, 3 + 3 * (i - keys)) &&
                                 group_aggregate(g, &c, &t->columns[i].items);
        if (!ok) {
            return false;
        }
    }
    t->key = keys == 1 ? 0 : NO_KEY;
    return true;
}

static bool groups_open(Groups *g, size_t bytes)
{
    Mem *mem = g->args->vm->mem;
    uint32_t columns = g->rows.source.tag == T_TABLE ? ((const Table *)g->rows.source.ptr)->n : 0;
    g->group = mem_alloc(mem, bytes);
    g->first = mem_alloc(mem, bytes);
    g->start = mem_alloc(mem, bytes);
    g->ordered = columns ? mem_alloc(mem, columns * sizeof *g->ordered) : NULL;
    for (uint32_t i = 0; g->ordered && i < columns; i++) {
        g->ordered[i] = value_none();
    }
    return (g->group && g->first && g->start && (g->ordered || !columns)) || vm_fail_memory(g->args->vm);
}

static void groups_close(Groups *g, size_t bytes)
{
    Mem *mem = g->args->vm->mem;
    mem_free(mem, g->group, bytes);
    mem_free(mem, g->first, bytes);
    mem_free(mem, g->start, bytes);
    mem_free(mem, g->order, g->rows.count * sizeof *g->order);
    mem_free(mem, g->ordered, g->ordered ? ((const Table *)g->rows.source.ptr)->n * sizeof *g->ordered : 0);
}

HIDDEN_FUNCTION(group, table)
{
    Groups g = {.args = a, .keys = a->v[1]};
    if (args_status(a, out)) {
        return true;
    }
    if (!rows_of(a, 0, &g.rows)) {
        return false;
    }
    size_t bytes = (g.rows.count + 2u) * sizeof *g.group;
    bool ok = groups_open(&g, bytes) && groups_make(&g) && groups_table(&g, out);
    groups_close(&g, bytes);
    return ok;
}

/* ---- join ---- */

static bool fail_key_twice(const Args *a, Value key)
{
    Buf shown;
    ShowStyle style = show_style(a->vm->lang);
    buf_init(&shown, a->vm->mem);
    value_show(args_heap(a), &shown, key, &style);
    Str arg = buf_str(&shown);
    vm_fail(a->vm, D_JOIN_SEVERAL, &arg, 1);
    buf_free(&shown);
    return false;
}

/* partner[i]: the row of the second table that goes with row i of the first, NO_LABEL none. */
static bool join_partners(const Args *a, const Rows *left, const Rows *right, int32_t *partner)
{
    Keys keys;
    Value values[KEYS_MOST];
    int32_t columns[KEYS_MOST];
    int32_t number = NO_LABEL;
    bool is_new = false, ok = keys_open(&keys, a, a->v[2]) && key_columns(a, right, a->v[2], columns);
    for (uint32_t i = 0; ok && i < right->count; i++) {
        ok = row_keys(right, a->v[2], columns, i, values) && keys_number(&keys, values, true, &number, &is_new) &&
             (is_new || fail_key_twice(a, values[0]));
    }
    ok = ok && key_columns(a, left, a->v[2], columns);
    for (uint32_t i = 0; ok && i < left->count; i++) {
        ok = row_keys(left, a->v[2], columns, i, values) && keys_number(&keys, values, false, &number, &is_new);
        partner[i] = number; /* rows of the second table were numbered in order */
    }
    keys_close(&keys);
    return ok;
}

static bool join_column(const Args *a, const Table *right, uint32_t column, const int32_t *partner, uint32_t rows,
                        Value *out)
{
    List *list = list_new(args_heap(a), rows);
    if (!list) {
        return vm_fail_memory(a->vm);
    }
    for (uint32_t i = 0; i < rows; i++) {
        list->store->items[i] = partner[i] < 0 ? value_status(STATUS_NOT_GIVEN, NULL)
                                               : table_at(right, (uint32_t)partner[i], column);
    }
    *out = value_obj(T_LIST, list);
    return true;
}

static bool is_join_key(const Args *a, Str name)
{
    for (uint32_t i = 0; i < list_count(a->v[2]); i++) {
        if (str_eq(text_at(a, a->v[2], i), name)) {
            return true;
        }
    }
    return false;
}

static bool join_tables(const Args *a, const Table *left, const Table *right, const int32_t *partner, Value *out)
{
    uint32_t n = left->n;
    Table *t = table_new(args_heap(a), left->n + right->n, left->rows);
    if (!t) {
        return vm_fail_memory(a->vm);
    }
    memcpy(t->columns, left->columns, left->n * sizeof *t->columns);
    t->key = left->key;
    for (uint32_t i = 0; i < right->n; i++) {
        Str name = table_name(right, i);
        if (is_join_key(a, name)) {
            continue;
        }
        if (table_column(left, name) >= 0) {
            return vm_fail(a->vm, D_JOIN_NAME, &name, 1);
        }
        t->columns[n] = right->columns[i];
        if (!join_column(a, right, i, partner, left->rows, &t->columns[n++].items)) {
            return false;
        }
    }
    t->n = n;
    *out = value_obj(T_TABLE, t);
    return true;
}

HIDDEN_FUNCTION(join, table)
{
    Rows rows[2];
    for (uint32_t i = 0; i < 2; i++) {
        if (!rows_of(a, i, &rows[i])) {
            return false;
        }
        if (rows[i].source.tag != T_TABLE) {
            return table_fail_column(a, STR("join"), rows[i].source);
        }
    }
    int32_t *partner = mem_alloc(a->vm->mem, rows[0].count * sizeof *partner);
    bool ok = (partner || vm_fail_memory(a->vm)) && join_partners(a, &rows[0], &rows[1], partner) &&
              join_tables(a, rows[0].source.ptr, rows[1].source.ptr, partner, out);
    mem_free(a->vm->mem, partner, rows[0].count * sizeof *partner);
    return ok;
}

/* ---- functions of programs ---- */

static bool table_of_record(const Args *a, const Record *r, Value *out)
{
    Heap *heap = args_heap(a);
    Table *t = table_new(heap, r->n, 0);
    if (!t) {
        return vm_fail_memory(a->vm);
    }
    for (uint32_t i = 0; i < r->n; i++) {
        Args one = {a->vm, &r->fields[i].value, 1, a->id};
        Value items = r->fields[i].value;
        Str name = {r->fields[i].name->bytes, r->fields[i].name->n};
        if ((items.tag == T_RANGE || items.tag == T_MATRIX) && !args_list(&one, 0, &items)) {
            return false;
        }
        if (items.tag != T_LIST) {
            return table_fail_column(a, name, items);
        }
        t->rows = i ? t->rows : list_count(items);
        if (list_count(items) != t->rows) {
            return fail_lengths(a, table_name(t, 0), t->rows, name, list_count(items));
        }
        t->columns[i] = (TableColumn){.name = r->fields[i].name, .items = items};
    }
    *out = value_obj(T_TABLE, t);
    return true;
}

/* Rows that are records: the columns are the fields of the first one. */
static bool table_of_rows(const Args *a, Value list, Value *out)
{
    Heap *heap = args_heap(a);
    const Record *first = list_count(list) && list_at(list, 0).tag == T_RECORD ? list_at(list, 0).ptr : NULL;
    if (!first) {
        return args_fail(a, D_ARG_RECORD, 0, list_count(list) ? list_at(list, 0) : a->v[0]);
    }
    Table *t = table_new(heap, first->n, list_count(list));
    if (!t) {
        return vm_fail_memory(a->vm);
    }
    for (uint32_t c = 0; c < t->n; c++) {
        Str name = {first->fields[c].name->bytes, first->fields[c].name->n};
        List *items = list_new(heap, t->rows);
        if (!items) {
            return vm_fail_memory(a->vm);
        }
        for (uint32_t i = 0; i < t->rows; i++) {
            Value row = list_at(list, i);
            if (row.tag != T_RECORD || !record_get(row, name, &items->store->items[i])) {
                return vm_fail(a->vm, D_FIELD_MISSING, &name, 1);
            }
        }
        t->columns[c] = (TableColumn){.name = first->fields[c].name, .items = value_obj(T_LIST, items)};
    }
    *out = value_obj(T_TABLE, t);
    return vm_charge(a->vm, t->rows);
}

static bool table_key(const Args *a, Table *t)
{
    Str name;
    bool distinct = true;
    uint32_t first = 0, again = 0;
    if (!args_given(a, 1)) {
        return table_usual_key(a, t);
    }
    if (!args_text(a, 1, &name)) {
        return false;
    }
    t->key = table_column(t, name);
    if (t->key < 0) {
        return fail_no_column(a, name);
    }
    Value items = t->columns[t->key].items;
    NumErr err = list_distinct(args_heap(a), items, &distinct, &first, &again);
    return args_num(a, err, value_none(), value_none()) && (distinct || fail_key_twice(a, list_at(items, again)));
}

BUILTIN_FUNCTION(table)
{
    Value list = a->v[0];
    if (args_status(a, out)) {
        return true;
    }
    if (list.tag == T_TABLE) {
        Table *copy = table_take(args_heap(a), list.ptr, NULL, 0);
        *out = value_obj(T_TABLE, copy);
        return copy ? table_key(a, copy) : vm_fail_memory(a->vm);
    }
    bool ok = list.tag == T_RECORD ? table_of_record(a, list.ptr, out)
                                   : args_list(a, 0, &list) && table_of_rows(a, list, out);
    return ok && table_key(a, out->ptr);
}

static bool args_table(const Args *a, uint32_t i, Table **out)
{
    if (a->v[i].tag != T_TABLE) {
        return args_fail(a, D_ARG_TABLE, i, a->v[i]);
    }
    *out = a->v[i].ptr;
    return true;
}

BUILTIN_FUNCTION(columns)
{
    Table *t = NULL;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_table(a, 0, &t)) {
        return false;
    }
    List *list = list_new(args_heap(a), t->n);
    for (uint32_t i = 0; list && i < t->n; i++) {
        list->store->items[i] = value_obj(T_TEXT, t->columns[i].name);
    }
    *out = value_obj(T_LIST, list);
    return list || vm_fail_memory(a->vm);
}

BUILTIN_FUNCTION(with_column)
{
    Table *t = NULL;
    Str name;
    Value items;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_table(a, 0, &t) || !args_text(a, 1, &name) || !args_list(a, 2, &items)) {
        return false;
    }
    if (list_count(items) != t->rows) {
        return fail_lengths(a, t->n ? table_name(t, 0) : STR(""), t->rows, name, list_count(items));
    }
    Table *made = table_with(args_heap(a), t, name, items);
    *out = value_obj(T_TABLE, made);
    return made || vm_fail_memory(a->vm);
}

/* ---- keyed lists ---- */

static bool fail_labels(const Args *a, Value list, uint32_t first, uint32_t again)
{
    return first == again ? keys_sound(&(Keys){.args = a}, list_at(list, again)) : fail_key_twice(a, list_at(list, again));
}

BUILTIN_FUNCTION(keyed)
{
    Value items, labels;
    Str name = STR("");
    bool distinct = true;
    uint32_t first = 0, again = 0;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_list(a, 0, &items) || !args_list(a, 1, &labels) || (args_given(a, 2) && !args_text(a, 2, &name))) {
        return false;
    }
    if (list_count(items) != list_count(labels)) {
        return fail_lengths(a, STR("list"), list_count(items), STR("by"), list_count(labels));
    }
    NumErr err = list_distinct(args_heap(a), labels, &distinct, &first, &again);
    if (err != NUM_OK || !distinct) {
        return err != NUM_OK ? args_num(a, err, value_none(), value_none()) : fail_labels(a, labels, first, again);
    }
    Matrix *m = matrix_new(args_heap(a), 1);
    if (!m || !matrix_axis(args_heap(a), m, 0, name, labels)) {
        return vm_fail_memory(a->vm);
    }
    m->items = items;
    *out = value_obj(T_MATRIX, m);
    return true;
}
