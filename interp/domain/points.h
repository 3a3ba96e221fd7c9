/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact marks: sums that must hold, shares, steps, the scale of the exam.

   Marks are numbers without a unit; a setting of another kind is reported when the case is read and counts as 0.
   Sums of small exact numbers cannot fail; should one, the result is the left side, unchanged. */
#ifndef BAREME_DOMAIN_POINTS_H
#define BAREME_DOMAIN_POINTS_H

#include "domain/case.h"

Value points_add(NumCtx *num, Value a, Value b);
Value points_sub(NumCtx *num, Value a, Value b);
Value points_min(NumCtx *num, Value a, Value b);
bool points_less(NumCtx *num, Value a, Value b);
bool points_equal(NumCtx *num, Value a, Value b);
/* `share` of `points`, without a unit. */
Value points_share(NumCtx *num, Value points, Value share);
/* An award: a share of `points` when it is in %, else points, never more than `points`. */
Value points_award(NumCtx *num, Value points, Value award);
/* Nearest multiple of the step of `marks by`, ties up; unchanged without one. */
Value points_step(NumCtx *num, const Exam *exam, Value points);

/* What a question or a branch can earn: the announced points are not looked at. An either counts for its first
   branch. */
Value points_of_items(NumCtx *num, const Items *items);
Value points_of_question(NumCtx *num, const Question *q); /* announced, else the sum */
Value points_of_case(NumCtx *num, const Case *c);         /* announced, else the sum */
/* On the scale of the exam, then rounded: the mark that is published. */
Value points_scaled(NumCtx *num, const Case *c, Value total);

/* What an open answer earns with these elements ticked (by number through its blocks) and `other` more ticked by
   hand. */
Value points_of_open(NumCtx *num, const Open *o, const bool *ticked, uint32_t other);

/* Sums that do not hold, as diagnostics. */
void points_check(Graph *g, const Case *c, Diags *findings);

#endif
