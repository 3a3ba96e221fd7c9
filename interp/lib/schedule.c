/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a schedule, one after the other. A patch is a cell that is replaced: what follows reads it in place of what
   the formula gives. Patches are a list of keys, columns and values, three an item. */
#include "base/limits.h"
#include "lib/rows.h"

enum { FROM_ROW = -1, FROM_PREVIOUS = -2, PARTS = 6, PARAMS_MOST = ROW_PARAMS_MOST, COLUMNS_MOST = 32 };

typedef struct Column {
    uint32_t number;        /* among those shown */
    Value function, last;   /* last: T_NONE, the last row is as the others */
    int8_t from[PARAMS_MOST], last_from[PARAMS_MOST]; /* of each parameter: a column, or FROM_… */
    uint32_t count, last_count;
} Column;

typedef struct Rowing {
    const Args *a;
    Heap *heap;
    Value rows, labels, names, parts, patches;
    uint32_t n, columns;
    Column *order;          /* in the order of computing */
    Table *table;           /* its first column: the labels of the rows */
    Value start[COLUMNS_MOST];
    bool reads_previous;
} Rowing;

/* ---- opening ---- */

static int8_t source_of(const Rowing *r, Value name)
{
    Str text = text_str(r->heap, name);
    for (uint32_t i = 0; i < r->columns; i++) {
        if (str_eq(text_str(r->heap, list_at(r->names, i)), text)) {
            return (int8_t)i;
        }
    }
    return str_eq(text, STR("%previous")) ? FROM_PREVIOUS : FROM_ROW;
}

static uint32_t sources(Rowing *r, Value names, int8_t *from)
{
    uint32_t n = names.tag == T_LIST ? list_count(names) : 0;
    for (uint32_t i = 0; i < n; i++) {
        from[i] = source_of(r, list_at(names, i));
        r->reads_previous = r->reads_previous || from[i] == FROM_PREVIOUS;
    }
    return n;
}

static void open_columns(Rowing *r)
{
    for (uint32_t i = 0; i < r->columns; i++) {
        Column *c = &r->order[i];
        uint32_t at = i * PARTS;
        *c = (Column){.number = (uint32_t)list_at(r->parts, at).num, .function = list_at(r->parts, at + 1),
                      .last = list_at(r->parts, at + 4)};
        c->count = sources(r, list_at(r->parts, at + 2), c->from);
        c->last_count = sources(r, list_at(r->parts, at + 5), c->last_from);
        r->start[c->number] = list_at(r->parts, at + 3);
    }
}

/* What a row is found by: itself, the key of the row of a table, the name of an indicator, else its number. */
static bool labels_of(Rowing *r, Value source)
{
    const Table *t = source.tag == T_TABLE ? source.ptr : NULL;
    List *list = list_new(r->heap, r->n);
    if (!list) {
        return vm_fail_memory(r->a->vm);
    }
    r->labels = value_obj(T_LIST, list);
    for (uint32_t i = 0; i < r->n; i++) {
        Value v = t && t->key >= 0 ? table_at(t, i, (uint32_t)t->key) : list_at(r->rows, i);
        list->store->items[i] = label_sound(v) ? v : num_int((int64_t)i + 1);
    }
    return args_keep(r->a, r->labels);
}

static bool open_rows(Rowing *r, Value source)
{
    Rows rows;
    if (source.tag == T_TABLE) {
        if (!rows_of(r->a, 0, &rows)) {
            return false;
        }
        List *list = list_new(r->heap, rows.count);
        if (!list || !args_keep(r->a, value_obj(T_LIST, list))) {
            return list ? false : vm_fail_memory(r->a->vm);
        }
        for (uint32_t i = 0; i < rows.count; i++) {
            Record *record = table_record(r->heap, source.ptr, i);
            if (!record) {
                return vm_fail_memory(r->a->vm);
            }
            list->store->items[i] = value_obj(T_RECORD, record);
        }
        r->rows = value_obj(T_LIST, list);
    } else if (!args_list(r->a, 0, &r->rows) || !args_keep(r->a, r->rows)) {
        return false;
    }
    r->n = list_count(r->rows);
    return labels_of(r, source);
}

static bool open_table(Rowing *r, Value name, Value title)
{
    bool distinct = false;
    uint32_t first, again;
    NumErr err = list_distinct(r->heap, r->labels, &distinct, &first, &again);
    if (err != NUM_OK) {
        return args_num(r->a, err, r->labels, r->labels);
    }
    Table *t = r->table = table_new(r->heap, r->columns + 1, r->n);
    if (!t || !args_keep(r->a, value_obj(T_TABLE, t))) {
        return t ? false : vm_fail_memory(r->a->vm);
    }
    t->columns[0] = (TableColumn){.name = name.ptr, .items = r->labels};
    t->key = distinct ? 0 : NO_KEY;
    t->title = title.tag == T_TEXT ? text_flat(r->heap, title) : NULL;
    for (uint32_t i = 0; i < r->columns; i++) {
        List *list = list_new(r->heap, r->n);
        if (!list) {
            return vm_fail_memory(r->a->vm);
        }
        t->columns[i + 1] = (TableColumn){.name = list_at(r->names, i).ptr, .items = value_obj(T_LIST, list)};
    }
    return true;
}

/* ---- one row ---- */

static Value *cell(const Rowing *r, uint32_t row, uint32_t column)
{
    return &((List *)r->table->columns[column + 1].items.ptr)->store->items[row];
}

/* The row before; before the first, what the schedule starts from. */
static bool previous_of(const Rowing *r, uint32_t row, Value *out)
{
    Record *record = record_new(r->heap, r->columns);
    if (!record) {
        return vm_fail_memory(r->a->vm);
    }
    *out = value_obj(T_RECORD, record);
    for (uint32_t i = 0; i < r->columns; i++) {
        Value v = row ? *cell(r, row - 1, i) : r->start[i];
        v = v.tag == T_NONE ? value_status(STATUS_NOT_GIVEN, NULL) : v;
        if (!record_set_field(r->heap, record, i, text_str(r->heap, list_at(r->names, i)), v)) {
            return vm_fail_memory(r->a->vm);
        }
    }
    return true;
}

/* In the unit of what it replaces, so that roundings behind it stay the same. */
static Value in_unit_of(const Rowing *r, Value v, Value replaced)
{
    NumCtx *num = r->a->vm->num;
    if (value_is_number(v) && value_is_number(replaced)) {
        bool bare = v.unit == U_PLAIN && !unit_is_dimensionless(num, replaced.unit);
        Value made = v;
        NumErr err = bare ? num_with_unit(num, v, replaced.unit, &made) : unit_convert(num, v, replaced.unit, &made);
        return err == NUM_OK ? made : v;
    }
    return v;
}

/* The last patch of a cell wins. */
static bool patch(const Rowing *r, uint32_t row, uint32_t column, Value *v)
{
    Str name = text_str(r->heap, list_at(r->names, column));
    for (uint32_t i = list_count(r->patches); i >= 3; i -= 3) {
        bool same = false;
        if (!str_eq(text_str(r->heap, list_at(r->patches, i - 2)), name)) {
            continue;
        }
        NumErr err = label_equal(r->heap, list_at(r->patches, i - 3), list_at(r->labels, row), &same);
        if (err != NUM_OK) {
            return args_num(r->a, err, *v, *v);
        }
        if (same) {
            *v = in_unit_of(r, list_at(r->patches, i - 1), *v);
            return true;
        }
    }
    return true;
}

static bool compute(const Rowing *r, const Column *c, uint32_t row, Value previous, Value *out)
{
    Value args[PARAMS_MOST];
    bool last = row + 1 == r->n && c->last.tag != T_NONE;
    const int8_t *from = last ? c->last_from : c->from;
    uint32_t n = last ? c->last_count : c->count;
    for (uint32_t i = 0; i < n; i++) {
        args[i] = from[i] == FROM_PREVIOUS ? previous
                  : from[i] == FROM_ROW    ? list_at(r->rows, row) : *cell(r, row, (uint32_t)from[i]);
    }
    return vm_call(r->a->vm, last ? c->last : c->function, args, n, out) && patch(r, row, c->number, out);
}

static bool make_rows(Rowing *r)
{
    for (uint32_t row = 0; row < r->n; row++) {
        Value previous = value_none();
        uint32_t mark = heap_protect(r->heap, previous);
        if (mark == UINT32_MAX || (r->reads_previous && (!previous_of(r, row, &previous) || !args_keep(r->a, previous)))) {
            return r->a->vm->fault ? false : vm_fail_memory(r->a->vm);
        }
        for (uint32_t i = 0; i < r->columns; i++) {
            Value v;
            if (!compute(r, &r->order[i], row, previous, &v)) {
                return false;
            }
            *cell(r, row, r->order[i].number) = v;
        }
        heap_unprotect(r->heap, mark);
    }
    return vm_charge(r->a->vm, (uint64_t)r->n * (1 + list_count(r->patches)));
}

/* A patch of no row, or of no column, is a slip of the author. */
static bool check_patches(const Rowing *r)
{
    for (uint32_t i = 0; i + 2 < list_count(r->patches); i += 3) {
        bool found = false;
        for (uint32_t k = 0; k < r->n && !found; k++) {
            NumErr err = label_equal(r->heap, list_at(r->labels, k), list_at(r->patches, i), &found);
            if (err != NUM_OK) {
                return args_num(r->a, err, list_at(r->patches, i), list_at(r->patches, i));
            }
        }
        if (!found) {
            return vm_fail_label(r->a->vm, D_ROW_ABSENT, D_ROW_ABSENT_NEAR, list_at(r->patches, i), r->labels, STR(""));
        }
    }
    return true;
}

HIDDEN_FUNCTION(schedule, table)
{
    Rowing r = {.a = a, .heap = args_heap(a), .names = a->v[2], .parts = a->v[3], .patches = a->v[4],
                .columns = list_count(a->v[2])};
    if (a->v[0].tag == T_STATUS) {
        *out = a->v[0];
        return true;
    }
    r.order = mem_zalloc(a->vm->mem, r.columns, sizeof *r.order);
    bool ok = r.order || vm_fail_memory(a->vm);
    if (ok) {
        open_columns(&r);
        ok = open_rows(&r, a->v[0]) && open_table(&r, a->v[1], a->v[5]) && check_patches(&r) && make_rows(&r);
    }
    mem_free(a->vm->mem, r.order, r.columns * sizeof *r.order);
    *out = value_obj(T_TABLE, r.table);
    return ok;
}

bool hidden_patch(Vm *vm, const Value *args, uint32_t n, Value *out);

bool hidden_patch(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    uint32_t before = list_count(args[0]);
    List *list = list_new(vm->heap, before + 3);
    (void)n;
    if (!list) {
        return vm_fail_memory(vm);
    }
    for (uint32_t i = 0; i < before; i++) {
        list->store->items[i] = list_at(args[0], i);
    }
    for (uint32_t i = 0; i < 3; i++) {
        list->store->items[before + i] = args[1 + i];
    }
    *out = value_obj(T_LIST, list);
    return vm_charge(vm, before);
}
