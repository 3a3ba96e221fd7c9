/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells of an answer that is a table: where they stand in its value, and values with cells replaced.

   A value that is a list has one column; a record too; a matrix has its last axis across and all others down; a table
   has all its columns but the key. */
#ifndef BAREME_DOMAIN_CELL_H
#define BAREME_DOMAIN_CELL_H

#include "domain/case.h"

typedef struct CellShape {
    uint32_t rows, columns;
} CellShape;

/* False: the value is no table, or an empty one. */
bool cell_shape(Value whole, CellShape *out);
/* False: this value has no such cell. */
bool cell_get(Value whole, uint32_t row, uint32_t column, Value *out);
/* A copy whose cells may be set. False: memory. */
bool cell_copy(Heap *h, Value whole, Value *out);
void cell_set(Value copy, uint32_t row, uint32_t column, Value v);

/* Labels, as shown; nothing: there is none. titled: what people call them, where that is known. `out` is appended to. */
void cell_row_label(Heap *h, Buf *out, Value whole, uint32_t row, Lang lang, bool titled);
void cell_column_label(Heap *h, Buf *out, Value whole, uint32_t column, Lang lang, bool titled);
/* What the row of a table is found by; T_NONE: nothing. */
Value cell_row_key(Value whole, uint32_t row);

#endif
