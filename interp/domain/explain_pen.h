/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside explain: a formula as a correction writes it (× and − signs, names of the reader's language), with more and
   more of it replaced by values.

   A *group* is a sub-expression that people work out on its own: a parenthesis, an argument, a product in a sum. Its
   level is 1 plus that of the groups in it; a name or a literal has level 0. With a trace, names are written as their
   values and groups up to `level` as their results. */
#ifndef BAREME_DOMAIN_EXPLAIN_PEN_H
#define BAREME_DOMAIN_EXPLAIN_PEN_H

#include "domain/explain.h"
#include "model/trace.h"

typedef struct Pen {
    Graph *graph;
    const ExplainOptions *options;
    Buf *out;
    const Trace *trace; /* NULL: as written */
    uint32_t level;
    const Decl *function; /* of the library, whose body is written: its names have an English form; NULL: none */
    const Node *callee; /* of the call whose arguments are written */
    bool cut;           /* a value was written shortened */
    uint32_t depth;
} Pen;

void pen_expr(Pen *p, const Node *n);
/* result: as values are shown everywhere; else as a person puts them into a formula (17 €/h, not 17.00 €/h). */
void pen_value(Pen *p, Value v, bool result);
/* Level of an expression as a whole, under the trace. */
uint32_t pen_level(const Pen *p, const Node *n);
/* in_unit_of(x, model) is x: it only says how x is shown. NULL: n is something else. */
const Node *pen_shown_as(const Node *n);
/* Without parentheses and what only says how it is shown; with a trace, the branch that was taken of an if or a choose. */
const Node *pen_strip(const Pen *p, const Node *n);
/* The items that a call of sum, mean, min … works on, when it is given one list of them. */
const List *pen_aggregated(const Pen *p, const Node *call);
bool pen_has_unevaluated(const Pen *p, const Node *call);
/* A parameter or a step of the library's function, as the reader's language has it. */
Str pen_local_name(const Pen *p, Str name);
/* Is it only a literal? */
bool pen_is_literal(const Node *n);

#endif
