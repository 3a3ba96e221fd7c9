/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables and keyed values.

   A Table is columnar: each column is a list with one item a row, and is never changed once the table is seen by a
   program. A column whose values tell the rows apart may be the key: a row is then found by its value there.

   A Matrix holds one value for each combination of labels of its axes (one to MATRIX_AXES): a list by indicator, a
   matrix by agent and indicator, a dashboard by agent, indicator and field. Values are in row-major order; labels are
   texts, numbers, dates or levels, and tell apart. The labels of an axis may have other names (`names`): those by
   which a member is looked for in the other language.

   Constructors return NULL when memory is out. */
#ifndef BAREME_DATA_TABLE_H
#define BAREME_DATA_TABLE_H

#include "data/label.h"

enum { NO_KEY = -1, MATRIX_AXES = 4 };

/* What it is best drawn as, where it is drawn. */
typedef enum Picture { PICTURE_NONE, PICTURE_BARS, PICTURE_LINE, PICTURE_HEAT, PICTURE_FUNNEL, PICTURE_RADAR, PICTURE_GANTT } Picture;

typedef struct TableColumn {
    Text *name;
    Value items; /* T_LIST of Table.rows items */
    Text *title; /* NULL: its name serves */
    Text *other; /* what it is called in the other language; NULL: it has one name */
} TableColumn;

typedef struct Table {
    Obj obj;
    uint32_t n;      /* columns */
    uint32_t rows;
    int32_t key;     /* column, or NO_KEY */
    Picture picture;
    uint64_t drawn;  /* which of its columns, one bit each; 0: the second */
    Text *title;     /* NULL: none */
    TableColumn columns[];
} Table;

typedef struct MatrixAxis {
    Text *name;      /* agent, indicator: may be empty */
    Value labels;    /* T_LIST */
    Value names;     /* T_LIST of texts beside them, or T_NONE */
    Value titles;    /* T_LIST of what people call them, texts or T_NONE; or T_NONE */
} MatrixAxis;

typedef struct Matrix {
    Obj obj;
    uint32_t axes;
    Value items;     /* T_LIST: the product of the counts of labels */
    Text *title;     /* NULL: none */
    Picture picture;
    uint32_t shown;  /* labels of the last axis that are shown, from the first on; 0: all */
    MatrixAxis axis[MATRIX_AXES];
} Matrix;

/* n columns without name nor items, for the caller to fill. */
Table *table_new(Heap *h, uint32_t n, uint32_t rows);
/* Name and items of a column; items is a list of as many rows. False: memory. */
bool table_set(Heap *h, Table *t, uint32_t column, Str name, Value items);
/* By either name. NO_LABEL: there is no such column. */
int32_t table_column(const Table *t, Str name);
static inline Value table_at(const Table *t, uint32_t row, uint32_t column)
{
    return list_at(t->columns[column].items, row);
}
static inline Str table_name(const Table *t, uint32_t column)
{
    const Text *name = t->columns[column].name;
    return (Str){name->bytes, name->n};
}
/* The first row whose key equals `key`: NO_LABEL none, or there is no key. *times: how many such rows there are. */
NumErr table_row(Heap *h, const Table *t, Value key, int32_t *row, uint32_t *times);
/* Row as a record of all columns. NULL: memory. */
Record *table_record(Heap *h, const Table *t, uint32_t row);
/* The rows numbered `rows` (from 0), in that order; NULL: all. */
Table *table_take(Heap *h, const Table *t, const uint32_t *rows, uint32_t count);
/* A copy with one column more, or with that column replaced. */
Table *table_with(Heap *h, const Table *t, Str name, Value items);
/* Are the items sound labels (label.h), all different? Else *again is the place of the first one at fault, and *first of
   the one that it repeats (*again itself: it is no label). */
NumErr list_distinct(Heap *h, Value list, bool *distinct, uint32_t *first, uint32_t *again);

/* Axes without labels, for the caller to fill with matrix_axis; then matrix_items. */
Matrix *matrix_new(Heap *h, uint32_t axes);
bool matrix_axis(Heap *h, Matrix *m, uint32_t axis, Str name, Value labels);
uint32_t matrix_count(const Matrix *m, uint32_t axis);
/* Items of one label of the axis: how many values lie between two of them in `items`. */
uint32_t matrix_stride(const Matrix *m, uint32_t axis);
/* Number of that label on the axis, or NO_LABEL. */
NumErr matrix_label(Heap *h, const Matrix *m, uint32_t axis, Value label, int32_t *at);
/* The same by name, as a member is: only labels that are texts; their other names count too. */
int32_t matrix_named(Heap *h, const Matrix *m, uint32_t axis, Str name);
/* What remains when that axis is fixed: a Matrix, or the value itself when it was the only axis. False: memory. */
bool matrix_fix(Heap *h, const Matrix *m, uint32_t axis, uint32_t label, Value *out);
/* A row as a list by field, of which the label of the row is the first: {option: "A", score: 15}. */
bool matrix_row(Heap *h, const Matrix *m, uint32_t row, Value *out);
/* Only these labels of the axis, in that order. NULL: memory. */
Matrix *matrix_take(Heap *h, const Matrix *m, uint32_t axis, const uint32_t *labels, uint32_t count);

#endif
