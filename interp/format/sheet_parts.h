/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private to the readers of spreadsheets: a book, whose two kinds fill it each in its own way. */
#ifndef BAREME_FORMAT_SHEET_PARTS_H
#define BAREME_FORMAT_SHEET_PARTS_H

#include "format/sheet.h"
#include "base/map.h"

typedef struct SheetEntry {
    Str name;
    const char *entry; /* XLSX: in the package */
} SheetEntry;

struct SheetBook {
    Mem *mem;
    Arena arena; /* names, entries */
    Package *package;
    SheetEntry *sheets; /* in mem */
    uint32_t count, cap;
    bool ods;
    bool from_1904;
    const char *texts, *styles; /* XLSX: entries; NULL: there are none */
    const char *workbook;
};

bool book_add(SheetBook *b, Str name, const char *entry, SheetError *error);
SheetErr xlsx_open(SheetBook *b, SheetError *error);
SheetErr xlsx_read(SheetBook *b, uint32_t sheet, SheetCellFn cell, void *data, SheetError *error);
SheetErr ods_open(SheetBook *b, SheetError *error);
SheetErr ods_read(SheetBook *b, uint32_t sheet, SheetCellFn cell, void *data, SheetError *error);

/* A whole number of ASCII digits, at most `max`; false: it is none, or larger. */
bool sheet_whole(Str s, uint64_t max, uint64_t *out);
/* YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS and more, as days since 1970-01-01 and time. */
bool sheet_iso_date(Str s, SheetCell *cell);
/* The part of a day that these decimals are. What rounds to the whole day is the next one. */
void sheet_part_of_day(Str decimals, SheetCell *cell);
void format_into(SheetCell *cell, const SheetFormat *f);
/* A piece of a cell's text; false: too long, or memory. */
bool cell_text_add(Buf *b, Str s, SheetError *error);

#endif
