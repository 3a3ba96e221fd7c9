/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case on paper: the subject that candidates read, the correction, the marking scheme. Three projections of one text:
   nothing is written twice, and what one part leaves out another has.

     subject     texts, data, annexes, what is asked and room for it; no formula, no method, no result
     correction  the workings in the order of the text, tables and charts, expected elements, model answers
     marking     points, tolerances, tolerated values, known mistakes, grids to fill, competences */
#ifndef BAREME_REPORT_PAPER_H
#define BAREME_REPORT_PAPER_H

#include "domain/key.h"
#include "report/writer.h"

typedef enum PaperPart { PAPER_SUBJECT = 1, PAPER_CORRECTION = 2, PAPER_MARKING = 4, PAPER_ALL = 7 } PaperPart;

typedef struct PaperOptions {
    unsigned parts; /* PaperPart added up */
    View *view;     /* of a candidate whose data are drawn, the one the cases were built in; NULL: the case as printed */
    Str candidate;  /* named at the top, if any */
    const Question *question; /* paper_step */
    bool bare;                /* no room for answers: they are typed */
} PaperOptions;

/* Appends the parts of a case, each in a section of its own when there are several. Faults of formulas are reported in
   the diags of the cases. The view is protected by the caller. False: memory, or the machine was stopped. */
bool paper_write(Doc *d, const Cases *cs, const Case *c, const ShowStyle *style, const PaperOptions *options);

/* The subject piece by piece, for a dialogue: what stands before the questions, with the annexes, or one question. */
bool paper_step(Doc *d, const Cases *cs, const Case *c, const ShowStyle *style, const PaperOptions *options);

/* ---- inside report/ ---- */

typedef struct Paper {
    Writer w;
    const Cases *cases;
    const Case *c;
    Key *key;
    bool bare;
} Paper;

void subject_write(Paper *p, DocNode *at);
void subject_write_head(Paper *p);
void subject_write_question(Paper *p, const Question *q);
void correction_write(Paper *p, DocNode *at);
void marking_write(Paper *p, DocNode *at);

/* "1.2  Compare both channels" */
DocNode *paper_question(Paper *p, DocNode *at, const Question *q);
/* What a reader calls it: its title, else its name with blanks. */
Str paper_name(Paper *p, Str title, Str name);
/* The value of a slot in the branches where something at this place stands. */
bool paper_value(Paper *p, const Either *e, uint32_t branch, uint32_t slot, Value *out);
View *paper_view(Paper *p, const Either *e, uint32_t branch);
/* The value of a block (table, dashboard, grid …). */
bool paper_block_value(Paper *p, const Item *i, Value *out);
/* "by the grid “…”", when one marks an open answer; else empty. */
Str paper_marking_grid(Paper *p, const Open *o);
/* A grid: criteria down, levels across, a box in each cell. */
void paper_grid(Paper *p, DocNode *at, const Item *i);
/* A matrix of expected elements; or empty, with so many lines a cell to fill. */
void paper_matrix(Paper *p, DocNode *at, const Expect *e, unsigned lines);
/* "2 of 5" */
Str paper_needed(Paper *p, const Expect *e);

#endif
