/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has rows, and functions of a row.

   Rows are those of a table, the labels of the first axis of a matrix (whose last axis then holds the columns), or the
   records of a list; items of other lists have one column, `value`. A function of a row takes as parameters the names
   that its expression reads; one that is no column here is given as nothing, and finds its own meaning (code/table.c).

   Values made here live as long as what they were made from; a RowCall protects what it holds until rows_end. */
#ifndef BAREME_LIB_ROWS_H
#define BAREME_LIB_ROWS_H

#include "data/table.h"
#include "lib/args.h"

enum { ROW_PARAMS_MOST = 48 };

typedef struct Rows {
    const Args *args;
    Value source;   /* T_TABLE, T_MATRIX of one or two axes, T_LIST */
    uint32_t count;
} Rows;

/* Argument i as rows; a status is the caller's to look at first. False: fault. */
bool rows_of(const Args *a, uint32_t i, Rows *out);
/* Column of that name: NO_LABEL when there is none. */
int32_t rows_column(const Rows *r, Str name);
/* A cell; T_NONE for column NO_LABEL. */
bool rows_cell(const Rows *r, uint32_t row, int32_t column, Str name, Value *out);
/* The rows so numbered, as a value of the same kind. */
bool rows_take(const Rows *r, const uint32_t *rows, uint32_t count, Value *out);

typedef struct RowCall {
    const Rows *rows;
    Value function;
    uint32_t n;
    Str names[ROW_PARAMS_MOST];
    int32_t columns[ROW_PARAMS_MOST];
} RowCall;

/* Arguments i and i + 1: the function and the names of its parameters. */
bool row_call_open(RowCall *c, const Rows *rows, uint32_t i);
bool row_call(const RowCall *c, uint32_t row, Value *out);
/* Does the function only give the value of a column? NO_LABEL: no. */
int32_t row_call_column(const RowCall *c);

#endif
