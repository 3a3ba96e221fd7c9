/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results of a case as a correction shows them: the value of each answer in the branch where it stands, how its
   official figure stands to it, and each scenario's own formulas side by side. What a report prints from; nothing
   is judged here.

   Results live in the arena given; values stand in slots of the views that `key` keeps: they are alive until
   key_close, or until the graph is linked again. */
#ifndef BAREME_DOMAIN_RUN_H
#define BAREME_DOMAIN_RUN_H

#include "domain/check.h"

typedef struct AnswerResult {
    const Answer *answer;
    Str formula;            /* as written; empty when the answer only names a formula */
    View *view;             /* where it is evaluated (NULL: base), for `explain` */
    bool known;
    Value value;
    Str why;                /* why not, in the language of messages */
    bool has_official;
    OfficialResult official;
} AnswerResult;

typedef struct ScenarioCell {
    uint32_t slot;          /* NO_SLOT: the scenario has no such formula */
    bool known;
    Value value;
} ScenarioCell;

typedef struct ScenarioRow { /* one name across the scenarios */
    Str name, label;
    ScenarioCell *cells;    /* by scenario of the case */
} ScenarioRow;

typedef struct CaseResults {
    const Case *c;
    AnswerResult *answers;  /* by number */
    ScenarioRow *rows;      /* names that at least one scenario defines or overrides; empty without scenarios */
    uint32_t row_count;
    Value possible;         /* marks that can be earned */
} CaseResults;

/* The key must be of the case. False: stopped (key.h). */
bool case_results(Key *k, Arena *arena, CaseResults *out);

#endif
