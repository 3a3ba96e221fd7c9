/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV in and out.

   Reading, row by row, in bounded memory: cells between quotes may hold separators, line ends and doubled quotes; a
   quote elsewhere is a character like others. A quote that is never closed is one too: the row then ends with its line,
   and says so, so that what follows is not swallowed.

   Writing: texts are quoted where they must be, and a text that a spreadsheet would run as a formula gets an
   apostrophe before it; numbers are written as given. */
#ifndef BAREME_FORMAT_CSV_H
#define BAREME_FORMAT_CSV_H

#include "base/arena.h"
#include "format/encoding.h"

#define CSV_ROW_BYTES (16u << 20) /* what follows of a longer row is passed over */
#define CSV_CELLS     20000u      /* of one row; what follows is one cell */

typedef struct CsvReader {
    TextStream *stream;
    char separator;
    bool passing; /* the rest of the line of a row that was cut */
} CsvReader;

typedef struct CsvRow {
    Str *cells; /* in the arena given */
    uint32_t count;
    uint64_t line;  /* where it begins, from 1 */
    bool open;      /* a quote is never closed */
    bool cut;       /* longer than CSV_ROW_BYTES: this is its beginning */
} CsvRow;

/* The separator of a header: that of `,` `;` and the tab which stands most often outside quotes; 0: none does, there is
   one column. *tie: two stand as often. */
char csv_separator(Str header, bool *tie);
/* The next row that holds anything; cells are copied into the arena. False: there is none, or memory (the arena's
   failed, or the stream's). */
bool csv_next(CsvReader *r, Arena *arena, CsvRow *row);

typedef struct CsvWriter {
    Buf *out;
    char separator;
    char decimal; /* '.' or ',' */
    bool inside;  /* a cell stands in this row already */
} CsvWriter;

void csv_begin(CsvWriter *w, Buf *out, char separator, char decimal, bool mark);
void csv_text(CsvWriter *w, Str s);
/* A decimal such as -12.5, or empty. */
void csv_number(CsvWriter *w, Str decimal);
void csv_end_row(CsvWriter *w);

#endif
