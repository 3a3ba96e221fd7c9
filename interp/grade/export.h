/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results for other programs. CSV with a row a copy, or a row an answer; JSON with everything, marks as exact texts
   beside their decimals. In the order of candidates: the same gradebook gives the same bytes. The second identifier
   (of a learning platform) is given only when asked for. */
#ifndef BAREME_GRADE_EXPORT_H
#define BAREME_GRADE_EXPORT_H

#include "grade/results.h"

typedef struct ExportOptions {
    bool french; /* `;` and decimal comma, and a byte order mark, as French spreadsheets want them */
    bool named;  /* with the second identifier */
} ExportOptions;

/* False: memory (out->failed), or reported. */
bool export_copies(Buf *out, Results *r, const ExportOptions *options);
bool export_answers(Buf *out, Results *r, const ExportOptions *options);
bool export_json(Buf *out, Results *r, const ExportOptions *options);

#endif
