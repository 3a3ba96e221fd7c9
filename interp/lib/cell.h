/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell of a column, as text: numbers, dates and truths as people write them. */
#ifndef BAREME_LIB_CELL_H
#define BAREME_LIB_CELL_H

#include "lib/column.h"

typedef struct Written {
    int64_t mantissa;
    uint32_t decimals, digits;
    bool negative, grouped, zeros; /* zeros: it begins with one that means nothing: a code, not a number */
    size_t from, to;               /* the digits and what stands between them */
    Str suffix;
} Written;

/* Without the blanks around it, whatever their width. */
Str cell_trim(Str s);
/* These take a cell without blanks around it. What follows the digits of a number is left to the caller. */
bool cell_written(Str s, char decimal, Written *w);
/* *good false: it is no number of this column. */
NumErr cell_number(NumCtx *num, Column *c, const CellForms *forms, Str s, Value *out, bool *good);
/* Three figures between two equal signs. *year_first: the first one has four digits. */
bool cell_written_date(Str s, int figures[3], bool *year_first);
bool cell_date(Str s, DateOrder order, Value *out);
bool cell_truth(Str s, Value *out);
/* Is it one of the words for a datum that is not given? */
bool cell_missing(const CellForms *forms, Str s);

#endif
