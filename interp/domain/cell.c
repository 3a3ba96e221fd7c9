/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/cell.h"

#include <string.h>

#include "data/show.h"
#include "data/table.h"

static uint32_t last_axis(const Matrix *m) { return m->axes - 1; }

/* Labels shown across: fields that a dashboard does not show are not asked. */
static uint32_t across(const Matrix *m) { return m->axes > 1 ? (m->shown ? m->shown : matrix_count(m, last_axis(m))) : 1; }

static uint32_t matrix_rows(const Matrix *m)
{
    uint32_t rows = 1;
    for (uint32_t i = 0; i + (m->axes > 1) < m->axes; i++) {
        rows *= matrix_count(m, i);
    }
    return rows;
}

bool cell_shape(Value whole, CellShape *out)
{
    switch (whole.tag) {
    case T_LIST: *out = (CellShape){list_count(whole), 1}; break;
    case T_RECORD: *out = (CellShape){((const Record *)whole.ptr)->n, 1}; break;
    case T_MATRIX: *out = (CellShape){matrix_rows(whole.ptr), across(whole.ptr)}; break;
    case T_TABLE: {
        const Table *t = whole.ptr;
        *out = (CellShape){t->rows, t->n - (t->key >= 0)};
        break;
    }
    default: return false;
    }
    return out->rows && out->columns;
}

/* Column of a table, its key left out. */
static uint32_t table_place(const Table *t, uint32_t column) { return column + (t->key >= 0 && (int32_t)column >= t->key); }

static uint32_t matrix_place(const Matrix *m, uint32_t row, uint32_t column)
{
    return m->axes > 1 ? row * matrix_count(m, last_axis(m)) + column : row;
}

/* The list that holds a cell of what is no record, and its place there. */
static List *list_of_cell(Value whole, uint32_t row, uint32_t column, uint32_t *at)
{
    const Table *t = whole.ptr;
    *at = whole.tag == T_MATRIX ? matrix_place(whole.ptr, row, column) : row;
    switch (whole.tag) {
    case T_LIST: return whole.ptr;
    case T_MATRIX: return ((Matrix *)whole.ptr)->items.ptr;
    default: return t->columns[table_place(t, column)].items.ptr;
    }
}

bool cell_get(Value whole, uint32_t row, uint32_t column, Value *out)
{
    CellShape shape;
    if (!cell_shape(whole, &shape) || row >= shape.rows || column >= shape.columns) {
        return false;
    }
    if (whole.tag == T_RECORD) {
        *out = ((Record *)whole.ptr)->fields[row].value;
        return true;
    }
    uint32_t at;
    const List *list = list_of_cell(whole, row, column, &at);
    *out = list_item_at(list, at);
    return true;
}

void cell_set(Value copy, uint32_t row, uint32_t column, Value v)
{
    CellShape shape;
    uint32_t at;
    if (!cell_shape(copy, &shape) || row >= shape.rows || column >= shape.columns) {
        return;
    }
    if (copy.tag == T_RECORD) {
        ((Record *)copy.ptr)->fields[row].value = v;
    } else { /* copies are plain lists */
        List *list = list_of_cell(copy, row, column, &at);
        list->store->items[at] = v;
    }
}

/* ---- copies ---- */

static bool list_copy(Heap *h, Value list, Value *out) { return list_part(h, list, 0, list_count(list), out); }

static bool matrix_copy(Heap *h, const Matrix *m, Value *out)
{
    Value items;
    if (!list_copy(h, m->items, &items)) {
        return false;
    }
    uint32_t mark = heap_protect(h, items);
    Matrix *copy = mark != UINT32_MAX ? matrix_new(h, m->axes) : NULL;
    if (copy) {
        memcpy(copy->axis, m->axis, sizeof copy->axis);
        copy->title = m->title;
        copy->shown = m->shown;
        copy->picture = m->picture;
        copy->items = items;
    }
    if (mark != UINT32_MAX) {
        heap_unprotect(h, mark);
    }
    *out = value_obj(T_MATRIX, copy);
    return copy != NULL;
}

static bool table_copy(Heap *h, const Table *t, Value *out)
{
    Table *copy = table_take(h, t, NULL, 0);
    uint32_t mark = copy ? heap_protect(h, value_obj(T_TABLE, copy)) : UINT32_MAX;
    bool ok = mark != UINT32_MAX;
    for (uint32_t i = 0; ok && i < copy->n; i++) {
        ok = list_copy(h, t->columns[i].items, &copy->columns[i].items);
    }
    if (mark != UINT32_MAX) {
        heap_unprotect(h, mark);
    }
    *out = value_obj(T_TABLE, copy);
    return ok;
}

static bool record_copy(Heap *h, const Record *r, Value *out)
{
    Record *copy = record_new(h, r->n);
    if (copy) {
        memcpy(copy->fields, r->fields, r->n * sizeof *r->fields);
    }
    *out = value_obj(T_RECORD, copy);
    return copy != NULL;
}

bool cell_copy(Heap *h, Value whole, Value *out)
{
    switch (whole.tag) {
    case T_LIST: return list_copy(h, whole, out);
    case T_RECORD: return record_copy(h, whole.ptr, out);
    case T_MATRIX: return matrix_copy(h, whole.ptr, out);
    default: return table_copy(h, whole.ptr, out);
    }
}

/* ---- labels ---- */

static void show_label(Heap *h, Buf *out, Value v, Lang lang)
{
    ShowStyle style = show_style(lang);
    value_show(h, out, v, &style);
}

static void axis_label(Heap *h, Buf *out, const Matrix *m, uint32_t axis, uint32_t i, Lang lang, bool titled)
{
    Value names = m->axis[axis].names, titles = m->axis[axis].titles;
    if (titled && titles.tag == T_LIST && list_at(titles, i).tag == T_TEXT) {
        show_label(h, out, list_at(titles, i), lang);
        return;
    }
    bool french = lang == LANG_FR && names.tag == T_LIST;
    show_label(h, out, list_at(french ? names : m->axis[axis].labels, i), lang);
}

void cell_row_label(Heap *h, Buf *out, Value whole, uint32_t row, Lang lang, bool titled)
{
    Value key = cell_row_key(whole, row);
    if (whole.tag == T_RECORD) {
        const Text *name = ((const Record *)whole.ptr)->fields[row].name;
        buf_put(out, (Str){name->bytes, name->n});
    } else if (whole.tag == T_MATRIX) {
        const Matrix *m = whole.ptr;
        uint32_t rows = matrix_rows(m);
        for (uint32_t i = 0; i + (m->axes > 1) < m->axes; i++) {
            rows /= matrix_count(m, i);
            buf_puts(out, i ? ", " : "");
            axis_label(h, out, m, i, row / rows % matrix_count(m, i), lang, titled);
        }
    } else if (key.tag != T_NONE) {
        show_label(h, out, key, lang);
    } else {
        buf_printf(out, "%u", row + 1);
    }
}

void cell_column_label(Heap *h, Buf *out, Value whole, uint32_t column, Lang lang, bool titled)
{
    if (whole.tag == T_TABLE) {
        const Table *t = whole.ptr;
        const Text *title = titled ? t->columns[table_place(t, column)].title : NULL;
        buf_put(out, title ? (Str){title->bytes, title->n} : table_name(t, table_place(t, column)));
    } else if (whole.tag == T_MATRIX && ((const Matrix *)whole.ptr)->axes > 1) {
        const Matrix *m = whole.ptr;
        axis_label(h, out, m, last_axis(m), column, lang, titled);
    }
}

Value cell_row_key(Value whole, uint32_t row)
{
    const Table *t = whole.tag == T_TABLE ? whole.ptr : NULL;
    return t && t->key >= 0 && row < t->rows ? table_at(t, row, (uint32_t)t->key) : value_none();
}
