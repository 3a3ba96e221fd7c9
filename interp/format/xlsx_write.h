/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A spreadsheet written: XLSX, by libxlsxwriter, which is opened at the first use. Numbers are numbers, with a format;
   texts are texts, whatever they begin with: no cell is ever a formula. What cannot be written is found out at the end,
   by xlsx_end, which also frees everything. */
#ifndef BAREME_FORMAT_XLSX_WRITE_H
#define BAREME_FORMAT_XLSX_WRITE_H

#include "format/sheet.h"

#define XLSX_TEXT_BYTES 32767u /* of one cell, in characters; what follows is cut, and replaced by … */

typedef struct XlsxWriter XlsxWriter;

/* NULL: *error says why. */
XlsxWriter *xlsx_begin(Mem *mem, SheetError *error);
/* What follows goes there. The name is made one that spreadsheets accept, and unlike those before. */
void xlsx_sheet(XlsxWriter *w, Str name);
/* Rows stay in sight down to this one. */
void xlsx_titles(XlsxWriter *w, uint32_t rows);
void xlsx_text(XlsxWriter *w, uint32_t row, uint32_t column, Str text, bool bold);
/* format: a code of number format; "" for none. */
void xlsx_number(XlsxWriter *w, uint32_t row, uint32_t column, double x, const char *format);
/* Days since 1970-01-01, after 1900-03-01. */
void xlsx_date(XlsxWriter *w, uint32_t row, uint32_t column, int64_t days, const char *format);
void xlsx_width(XlsxWriter *w, uint32_t column, uint32_t characters);
/* The bytes of the file are appended. */
SheetErr xlsx_end(XlsxWriter *w, Buf *out, SheetError *error);

#endif
