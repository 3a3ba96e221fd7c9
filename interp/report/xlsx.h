/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a document as a spreadsheet, XLSX: a sheet a table, called as its caption, else as the section where it
   stands. Numbers are numbers, with the unit and the decimals that the document shows; everything else is text. */
#ifndef BAREME_REPORT_XLSX_H
#define BAREME_REPORT_XLSX_H

#include "format/package.h"
#include "report/doc.h"

/* Appends the file. SHEET_MISSING: the document holds no table. */
SheetErr doc_xlsx(Buf *out, const Doc *d, SheetError *error);

#endif
