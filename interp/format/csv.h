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

typedef struct CsvCell { /* TEXT_BEHIND bytes behind it may be read (encoding.h) */
    Str text;
    uint32_t start; /* as written, from the beginning of the row */
    bool quoted;
} CsvCell;

typedef struct CsvReader {
    TextStream *stream;
    char separator;
    bool passing; /* the rest of the line of a row that was cut */
    /* the row read last, valid until the next one */
    CsvCell *cells; /* `room` of them, in the memory of the stream */
    uint32_t count, room;
    uint64_t line;  /* where it begins, from 1 */
    bool open;      /* a quote is never closed: the row ends with its line */
    bool cut;       /* longer than CSV_ROW_BYTES: this is its beginning */
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
/* A text without the apostrophe that csv_text put before what a spreadsheet would run. */
Str csv_plain(Str s);
/* The next row that holds anything, into the reader. False: there is none, or memory (the stream's text.failed).
   Always csv_close, before the stream is closed. */
bool csv_read(CsvReader *r);
/* The next rows, at most so many, as long as each is a line, without quotes inside cells, and has that many cells: their cells
   one row behind the other, `line` that of the first. 0: the next row is for csv_read. */
uint32_t csv_read_rows(CsvReader *r, uint32_t columns, uint32_t most);
void csv_close(CsvReader *r);
/* The same, cells copied into the arena. False: also when the arena failed. */
bool csv_next(CsvReader *r, Arena *arena, CsvRow *row);

typedef struct CsvWriter {
    Buf *out;
    char separator;
    char decimal; /* '.' or ',' */
    bool inside;  /* a cell stands in this row already */
    bool plain;   /* texts as they are, for programs; else what nobody sees is made visible */
} CsvWriter;

void csv_begin(CsvWriter *w, Buf *out, char separator, char decimal, bool mark);
void csv_text(CsvWriter *w, Str s);
/* An empty text, which is not an empty cell. */
void csv_empty_text(CsvWriter *w);
/* A decimal such as -12.5, or empty. */
void csv_number(CsvWriter *w, Str decimal);
void csv_end_row(CsvWriter *w);

#endif
