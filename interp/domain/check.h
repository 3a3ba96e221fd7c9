/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit of a text: everything evaluated in the base, each branch, each scenario and each mistake; the lines
   `check`; the official figures; the points; what a teacher would want to be told about.

   A CheckReport owns its findings (diagnostics of their own list, so that a failed check is no error of the
   script) and its arena; values are alive until the graph is linked again, for they stand in slots of views that
   the report's keys keep: close reports in the reverse order of opening. Nothing is printed here. */
#ifndef BAREME_DOMAIN_CHECK_H
#define BAREME_DOMAIN_CHECK_H

#include "domain/official.h"

typedef struct CheckRead { /* what a check reads, for its explanation */
    uint32_t slot;
    Value value;
} CheckRead;

typedef struct CheckLine { /* one check under one choice of branches */
    const Check *check;
    const Either *either;   /* the branch it was run in besides the first ones; NULL: the first ones */
    uint32_t branch;
    bool known;             /* false: it could not be evaluated; reported */
    bool holds;
    bool has_sides;         /* asserted and obtained mean something */
    Value asserted, obtained;
    bool has_difference;
    Value difference;
    bool has_tolerance;
    Value tolerance;
    CheckRead *reads;
    uint32_t read_count;
} CheckLine;

typedef struct CheckReport {
    Graph *graph;
    Cases cases;
    Arena arena;
    uint32_t text_errors;   /* of the text itself, told with it: such a text has not passed */
    Diags findings;
    Key *keys;              /* by case */
    uint32_t key_count;
    CheckLine *lines;       /* checks outside cases first, then case by case */
    uint32_t line_count, failed_checks;
    OfficialResult *officials;
    uint32_t official_count, wrong_officials;
} CheckReport;

/* Does it hold in a view (NULL: the base)? *known false: it could not be evaluated, which diags tell. */
bool check_holds(Graph *g, Diags *diags, View *view, const Check *k, bool *known);
/* False: stopped by memory, a limit or an interrupt: vm->fault is set and the report incomplete. Always
   check_free. */
bool check_run(CheckReport *r, Graph *g);
void check_free(CheckReport *r);
/* Nothing failed: no error among the findings, nor in the text. */
bool check_passed(const CheckReport *r);

#endif
