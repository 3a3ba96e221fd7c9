/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside grade/: what the documents have in common. Texts live in the arena of the document. */
#ifndef BAREME_GRADE_PAGE_H
#define BAREME_GRADE_PAGE_H

#include "grade/pages.h"
#include "report/writer.h"

typedef struct Page {
    Writer w;
    Results *r;
    const Case *c;
    NumCtx *num;
    ShowStyle style;
} Page;

void page_open(Page *p, Doc *d, Results *r);
/* Rounded to so many decimals, half up, as it is shown. */
Str page_number(Page *p, Value v, int decimals);
Str page_percent(Page *p, Value part, Value whole);
Str page_count(Page *p, uint64_t n);
Str page_points(Page *p, Value v);
/* "2.3  Time the operation takes" */
Str page_question(Page *p, const Question *q);
void page_number_cell(Page *p, DocNode *row, Str shown, Value v, DocTone tone);
/* The exam, as one line of small print. */
void page_exam(Page *p, DocNode *at);
/* Notes of copies, refused copies, candidates with several copies; returns how many. */
uint32_t page_notes(Page *p, DocNode *at);
/* Answers that wait for a corrector, with how many copies. */
void page_waiting(Page *p, DocNode *at, const Stats *s);

#endif
