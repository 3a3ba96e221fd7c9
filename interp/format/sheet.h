/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spreadsheets read: XLSX and ODS, sheet by sheet, cell by cell in the order of the rows. Cells that hold nothing are
   never given, however many the file claims. No formula runs: a cell is what the spreadsheet saved for it.

   A number comes as decimal digits, exactly as stored, save that beyond 15 significant digits, which is what spreadsheets
   themselves show and promise, it is rounded to 15: 0.30000000000000004 is the binary noise of 0.3. */
#ifndef BAREME_FORMAT_SHEET_H
#define BAREME_FORMAT_SHEET_H

#include "format/package.h"

#define SHEET_ROWS        1048576u      /* of one sheet: what spreadsheets have */
#define SHEET_COLUMNS     16384u
#define SHEET_TEXT_BYTES  (1u << 20)    /* of one cell */
#define SHEET_TEXTS_BYTES (128u << 20)  /* of all shared texts of a book */
#define SHEET_SHEETS      1000u
#define SHEET_STYLES      65536u

typedef enum SheetKind {
    CELL_NUMBER,
    CELL_TEXT,
    CELL_TRUTH,
    CELL_DATE,
    CELL_TIME,      /* digits in `unit`, "day" or "s": a duration or a time of day */
    CELL_ERROR,     /* text: #DIV/0! and the like */
    CELL_UNCOMPUTED /* a formula without a saved value */
} SheetKind;

enum { DECIMALS_FREE = -100 };

typedef struct SheetCell {
    SheetKind kind;
    Str text;     /* NUMBER, TIME: digits; TEXT, ERROR */
    Str unit;     /* NUMBER: what its format writes beside it: %, €, kg; may be no unit at all */
    int scale;    /* beside that unit stands the number divided by 10^scale */
    int decimals; /* as shown, beside that unit; DECIMALS_FREE: as many as it takes */
    int64_t days; /* DATE: since 1970-01-01 */
    char time[9]; /* DATE: the time of day besides, to the second; empty: midnight */
    bool truth;
} SheetCell;

/* row and column from 0. Texts live until it returns. False: stop. */
typedef bool (*SheetCellFn)(void *data, uint32_t row, uint32_t column, const SheetCell *cell);

typedef struct SheetBook SheetBook;

/* bytes must outlive the book. NULL: *error says why. */
SheetBook *sheet_open(Mem *mem, Str bytes, SheetError *error);
void sheet_close(SheetBook *b); /* NULL is fine */
uint32_t sheet_count(const SheetBook *b);
Str sheet_name(const SheetBook *b, uint32_t sheet);
/* Hidden sheets count like the others. */
SheetErr sheet_read(SheetBook *b, uint32_t sheet, SheetCellFn cell, void *data, SheetError *error);

/* "B3" from 0-based numbers and back; false: no such place. */
void sheet_place(Buf *out, uint32_t row, uint32_t column);
bool sheet_place_read(Str text, uint32_t *row, uint32_t *column);

/* What a code of number format says: `0.0%`, `#,##0.00 [$€-40C]`, `dd/mm/yyyy`. */
typedef struct SheetFormat {
    enum { FORMAT_NUMBER, FORMAT_DATE, FORMAT_TIME } kind;
    int decimals; /* beside the unit; DECIMALS_FREE */
    int scale;
    char unit[32]; /* %, or a currency, or what stands between quotes; empty: nothing */
} SheetFormat;

void sheet_format_read(Str code, SheetFormat *out);
/* Appends the digits of a stored number (-1.5E-3 gives -0.0015), cut to 15 significant ones. False: it is no number. */
bool sheet_digits(Buf *out, Str stored);

#endif
