/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents made from a gradebook: the sheet of a copy, for its student; the report of a class, for teachers; what the
   marking of a class says at its end. All in the language of the case; no name of a formula where a student reads. */
#ifndef BAREME_GRADE_PAGES_H
#define BAREME_GRADE_PAGES_H

#include "grade/stats.h"
#include "report/doc.h"

typedef struct SheetOptions {
    bool expected; /* show what was expected */
    bool named;    /* show the second identifier */
} SheetOptions;

/* False: memory. */
bool sheet_page(Doc *d, Results *r, const Result *copy, const SheetOptions *options);
bool class_page(Doc *d, Results *r, Stats *s);
/* A few lines: copies, mean, what waits, what is to be looked at. *troubles: how many copies are. */
bool summary_page(Doc *d, Results *r, Stats *s, uint32_t *troubles);

#endif
