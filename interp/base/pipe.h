/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pipe tables: rows of cells between bars, in columns of even width, as a source and a terminal have them. */
#ifndef BAREME_BASE_PIPE_H
#define BAREME_BASE_PIPE_H

#include "base/str.h"

/* Writes the cell; true: it is a number, and stands on the right of its column. */
typedef bool (*PipeCell)(void *data, Buf *out, uint32_t row, uint32_t column);
typedef void (*PipeMargin)(void *data, Buf *out, uint32_t row);

typedef struct PipeTable {
    uint32_t rows, columns; /* the titles are row 0 */
    uint32_t indent;        /* blanks before each line */
    bool last_newline;
    PipeCell cell;
    PipeMargin above, after; /* what stands above a line, and at its end; NULL: nothing */
    void *data;
} PipeTable;

/* Lines `| a | b |`. Bars within a cell are escaped, newlines become blanks. */
void pipe_write(Buf *out, const PipeTable *t);

#endif
