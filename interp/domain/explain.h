/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The working of a formula as a correction prints it: for each formula that it needs, in the order of need and
   once each, what is written, the numbers put in, the results on the way, the result.

   Nothing is evaluated a second time by another road: a step is the trace of one evaluation (model/trace.h) in the
   view asked for, and the text of the formula's own tree. An Explanation is all text, in its own arena: it outlives
   the view and the values. Formulas that are only a literal are the data of the working. */
#ifndef BAREME_DOMAIN_EXPLAIN_H
#define BAREME_DOMAIN_EXPLAIN_H

#include "model/graph.h"

#define EXPLAIN_STEPS 200 /* default of max_steps */

typedef struct ExplainOptions {
    Lang lang;                   /* of the formulas and of the words around them */
    const LibraryNames *library; /* how library functions are called in it; NULL: as in English */
    int digits;                  /* significant digits of every number; 0: as values are shown */
    uint32_t max_steps;          /* formulas and data visited; 0: EXPLAIN_STEPS */
    bool one_step;               /* only the formula itself, not those it reads */
} ExplainOptions;

typedef struct ExplainValue {
    Str shown;
    bool cut;           /* shown is not the whole value */
    bool number;        /* the rest means something */
    bool exact;
    Str fraction, decimal, unit;
} ExplainValue;

typedef struct ExplainEqual { /* a member of the chain */
    Str text;
    bool about; /* ≈: a value in it is shortened */
} ExplainEqual;

typedef struct ExplainStep {
    uint32_t slot;        /* NO_SLOT: of a function called by a step further on: its name and, if it has steps of its own,
                             those below it with a depth of 1 */
    Str name;             /* hours, in_house.cost, margin_rate(150 €, 100 €) */
    Str label;            /* {NULL,0}: none */
    Str formula;          /* as written; empty: data */
    ExplainEqual *equals; /* the numbers put in, the results on the way; the last one is the result */
    uint32_t equal_count;
    Str *notes;           /* roundings, conditions */
    uint32_t note_count;
    uint32_t depth;       /* a step inside a function that is called: 1; else 0 */
    bool replaced;        /* the view gives it another value or formula */
    bool fault;           /* it has no value: the last note says why */
    ExplainValue value;
} ExplainStep;

typedef struct Explanation {
    Arena arena;
    Lang lang;
    Str subject;          /* name of what is explained */
    Str *contexts;        /* "with booked = 8 %" */
    uint32_t context_count;
    ExplainStep **data;   /* formulas that are only a literal, or replaced by a value */
    uint32_t data_count;
    ExplainStep **steps;  /* the last one is the subject, unless that is itself data */
    uint32_t step_count;
    bool truncated;       /* more than max_steps */
} Explanation;

/* The caller protects the view. False: memory is out. A formula without a value is a step with a fault.
   Always explain_free. */
bool explain(Explanation *e, Graph *g, View *view, uint32_t slot, const ExplainOptions *options);
void explain_free(Explanation *e);

#endif
