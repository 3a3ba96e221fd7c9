/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: columns and axes are lists that tables share. A key is looked for row after row: who looks for many makes a
   LabelMap. */
#include "data/table.h"

#include "base/limits.h"
#include "data/object.h"

static Text *text_of(Heap *h, Str s)
{
    Value v;
    return text_new(h, s, &v) ? v.ptr : NULL;
}

/* ---- tables ---- */

Table *table_new(Heap *h, uint32_t n, uint32_t rows)
{
    if (n > LIMIT_RECORD_FIELDS)
        return NULL;
    Table *t = (Table *)heap_new(h, O_TABLE, sizeof *t + n * sizeof t->columns[0]);
    if (!t)
        return NULL;
    t->n = n;
    t->rows = rows;
    t->key = NO_KEY;
    for (uint32_t i = 0; i < n; i++)
        t->columns[i].items = value_none();
    return t;
}

bool table_set(Heap *h, Table *t, uint32_t column, Str name, Value items)
{
    t->columns[column].name = text_of(h, name);
    t->columns[column].items = items;
    return t->columns[column].name != NULL;
}

int32_t table_column(const Table *t, Str name)
{
    for (uint32_t i = 0; i < t->n; i++)
        if (str_eq(table_name(t, i), name))
            return (int32_t)i;
    for (uint32_t i = 0; i < t->n; i++) {
        const Text *other = t->columns[i].other;
        if (other && str_eq((Str){other->bytes, other->n}, name))
            return (int32_t)i;
    }
    return NO_LABEL;
}

NumErr table_row(Heap *h, const Table *t, Value key, int32_t *row, uint32_t *times)
{
    *row = NO_LABEL;
    *times = 0;
    for (uint32_t i = 0; t->key >= 0 && i < t->rows; i++) {
        bool equal = false;
        NumErr err = label_equal(h, table_at(t, i, (uint32_t)t->key), key, &equal);
        if (err != NUM_OK)
            return err;
        if (equal && !(*times)++)
            *row = (int32_t)i;
    }
    h->num->cost += t->key >= 0 ? t->rows / 16 : 0;
    return NUM_OK;
}

Record *table_record(Heap *h, const Table *t, uint32_t row)
{
    Record *r = record_new(h, t->n);
    for (uint32_t i = 0; r && i < t->n; i++) {
        r->fields[i].name = t->columns[i].name;
        r->fields[i].value = table_at(t, row, i);
        r->table = t->columns[i].other ? t : r->table;
    }
    return r;
}

static void table_like(Table *made, const Table *t)
{
    made->key = t->key;
    made->title = t->title;
    for (uint32_t i = 0; i < t->n; i++)
        made->columns[i] = t->columns[i];
}

Table *table_take(Heap *h, const Table *t, const uint32_t *rows, uint32_t count)
{
    Table *made = table_new(h, t->n, rows ? count : t->rows);
    if (!made)
        return NULL;
    table_like(made, t);
    for (uint32_t i = 0; rows && i < t->n; i++)
        if (!list_take(h, t->columns[i].items, rows, count, &made->columns[i].items))
            return NULL;
    return made;
}

Table *table_with(Heap *h, const Table *t, Str name, Value items)
{
    int32_t at = table_column(t, name);
    Table *made = table_new(h, t->n + (at < 0), t->rows);
    if (!made)
        return NULL;
    table_like(made, t);
    if (at >= 0) {
        made->columns[at].items = items;
        return made;
    }
    return table_set(h, made, t->n, name, items) ? made : NULL;
}

/* ---- distinct items ---- */

NumErr list_distinct(Heap *h, Value list, bool *distinct, uint32_t *first, uint32_t *again)
{
    LabelMap seen;
    NumErr err = NUM_OK;
    labels_init(&seen, h);
    *distinct = true;
    for (uint32_t i = 0; *distinct && err == NUM_OK && i < list_count(list); i++) {
        bool is_new = false;
        *first = *again = i;
        *distinct = label_sound(list_at(list, i));
        if (*distinct)
            err = labels_add(&seen, list_at(list, i), first, &is_new);
        *distinct = *distinct && is_new;
    }
    labels_free(&seen);
    h->num->cost += list_count(list) / 4;
    return err;
}

/* ---- matrices ---- */

Matrix *matrix_new(Heap *h, uint32_t axes)
{
    Matrix *m = (Matrix *)heap_new(h, O_MATRIX, sizeof *m);
    if (!m)
        return NULL;
    m->axes = axes;
    m->items = value_none();
    for (uint32_t i = 0; i < MATRIX_AXES; i++)
        m->axis[i].labels = m->axis[i].names = m->axis[i].titles = value_none();
    return m;
}

bool matrix_axis(Heap *h, Matrix *m, uint32_t axis, Str name, Value labels)
{
    m->axis[axis].name = text_of(h, name);
    m->axis[axis].labels = labels;
    return m->axis[axis].name != NULL;
}

uint32_t matrix_count(const Matrix *m, uint32_t axis) { return list_count(m->axis[axis].labels); }

uint32_t matrix_stride(const Matrix *m, uint32_t axis)
{
    uint32_t stride = 1;
    for (uint32_t i = axis + 1; i < m->axes; i++)
        stride *= matrix_count(m, i);
    return stride;
}

NumErr matrix_label(Heap *h, const Matrix *m, uint32_t axis, Value label, int32_t *at)
{
    *at = NO_LABEL;
    for (uint32_t i = 0; i < matrix_count(m, axis); i++) {
        bool equal = false;
        NumErr err = label_equal(h, list_at(m->axis[axis].labels, i), label, &equal);
        if (err != NUM_OK)
            return err;
        if (equal) {
            *at = (int32_t)i;
            break;
        }
    }
    h->num->cost += (*at == NO_LABEL ? matrix_count(m, axis) : (uint32_t)*at) / 16;
    return NUM_OK;
}

static bool text_is(Heap *h, Value v, Str name)
{
    return v.tag == T_TEXT && str_eq(text_str(h, v), name);
}

int32_t matrix_named(Heap *h, const Matrix *m, uint32_t axis, Str name)
{
    const MatrixAxis *a = &m->axis[axis];
    for (uint32_t i = 0; i < matrix_count(m, axis); i++)
        if (text_is(h, list_at(a->labels, i), name) ||
            (a->names.tag == T_LIST && text_is(h, list_at(a->names, i), name)))
            return (int32_t)i;
    return NO_LABEL;
}

/* The axes of m but one. */
static Matrix *matrix_without(Heap *h, const Matrix *m, uint32_t axis)
{
    Matrix *made = matrix_new(h, m->axes - 1);
    for (uint32_t i = 0, k = 0; made && i < m->axes; i++)
        if (i != axis)
            made->axis[k++] = m->axis[i];
    if (made) {
        made->title = m->title;
        made->shown = axis + 1 < m->axes ? m->shown : 0;
        bool field = axis + 1 == m->axes && made->axes == 2; /* one field of a dashboard: a table of rates */
        made->picture = m->picture == PICTURE_BARS && field ? PICTURE_HEAT : PICTURE_NONE;
    }
    return made;
}

bool matrix_fix(Heap *h, const Matrix *m, uint32_t axis, uint32_t label, Value *out)
{
    uint32_t stride = matrix_stride(m, axis), block = stride * matrix_count(m, axis);
    if (m->axes == 1) {
        *out = list_at(m->items, label);
        return true;
    }
    uint32_t total = list_count(m->items) / (matrix_count(m, axis) ? matrix_count(m, axis) : 1);
    Matrix *made = matrix_without(h, m, axis);
    List *l = made ? list_new(h, total) : NULL;
    if (!l)
        return false;
    for (uint32_t i = 0; i < total; i++)
        l->store->items[i] = list_at(m->items, i / stride * block + label * stride + i % stride);
    made->items = value_obj(T_LIST, l);
    *out = value_obj(T_MATRIX, made);
    return true;
}

/* One more item before those of a list, which may be absent; then T_NONE stays. */
static bool list_before(Heap *h, Value first, Value rest, Value *out)
{
    if (rest.tag != T_LIST)
        return true;
    List *l = list_new(h, list_count(rest) + 1);
    if (!l)
        return false;
    l->store->items[0] = first;
    for (uint32_t i = 0; i < list_count(rest); i++)
        l->store->items[i + 1] = list_at(rest, i);
    *out = value_obj(T_LIST, l);
    return true;
}

bool matrix_row(Heap *h, const Matrix *m, uint32_t row, Value *out)
{
    Value fixed, name;
    if (!matrix_fix(h, m, 0, row, &fixed))
        return false;
    *out = fixed;
    const Text *axis = m->axis[0].name;
    if (m->axes != 2 || !axis->n)
        return true;
    const Matrix *fields = fixed.ptr;
    Matrix *made = matrix_new(h, 1);
    if (!made || !text_new(h, (Str){axis->bytes, axis->n}, &name))
        return false;
    made->axis[0] = fields->axis[0];
    bool ok = list_before(h, name, fields->axis[0].labels, &made->axis[0].labels) &&
              list_before(h, name, fields->axis[0].names, &made->axis[0].names) &&
              list_before(h, value_none(), fields->axis[0].titles, &made->axis[0].titles) &&
              list_before(h, list_at(m->axis[0].labels, row), fields->items, &made->items);
    *out = value_obj(T_MATRIX, made);
    return ok;
}

Matrix *matrix_take(Heap *h, const Matrix *m, uint32_t axis, const uint32_t *labels, uint32_t count)
{
    uint32_t stride = matrix_stride(m, axis), block = stride * matrix_count(m, axis);
    uint32_t outer = block ? list_count(m->items) / block : 0, total = outer * count * stride;
    Matrix *made = matrix_new(h, m->axes);
    List *l = made ? list_new(h, total) : NULL;
    if (!l)
        return NULL;
    for (uint32_t i = 0; i < m->axes; i++)
        made->axis[i] = m->axis[i];
    made->title = m->title;
    made->shown = axis + 1 < m->axes ? m->shown : 0;
    if (!list_take(h, m->axis[axis].labels, labels, count, &made->axis[axis].labels) ||
        (m->axis[axis].names.tag == T_LIST &&
         !list_take(h, m->axis[axis].names, labels, count, &made->axis[axis].names)) ||
        (m->axis[axis].titles.tag == T_LIST &&
         !list_take(h, m->axis[axis].titles, labels, count, &made->axis[axis].titles)))
        return NULL;
    for (uint32_t i = 0; i < total; i++) {
        uint32_t from = i / (count * stride) * block + labels[i / stride % count] * stride + i % stride;
        l->store->items[i] = list_at(m->items, from);
    }
    made->items = value_obj(T_LIST, l);
    return made;
}

/* ---- instances ---- */

Instance *instance_new(Heap *h, const ObjectType *type, uint32_t n)
{
    Instance *o = (Instance *)heap_new(h, O_INSTANCE, sizeof *o + n * sizeof o->fields[0]);
    if (!o)
        return NULL;
    o->type = type;
    o->n = n;
    for (uint32_t i = 0; i < n; i++)
        o->fields[i] = value_none();
    return o;
}
