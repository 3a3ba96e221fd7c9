/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside explain: the state of one explanation and what its parts share. Texts and steps live in the arena of the
   explanation; memory that runs out sets `failed`, and what is returned is then empty. */
#ifndef BAREME_DOMAIN_EXPLAIN_WORK_H
#define BAREME_DOMAIN_EXPLAIN_WORK_H

#include "domain/explain.h"
#include "domain/explain_pen.h"

typedef struct Visit { /* a formula met, its own step made, those it reads not all done */
    uint32_t slot;
    ExplainStep *step; /* NULL: the formula is data, which is listed already */
    ExplainStep **calls;
    uint32_t call_count;
    uint32_t *reads;
    uint32_t read_count, read_cap, next;
} Visit;

typedef struct Explainer {
    Explanation *out;
    Graph *graph;
    Vm *vm;
    View *view;
    ExplainOptions options;
    Mem *mem;
    bool *seen; /* by slot */
    Visit *stack;
    uint32_t depth, cap;
    uint32_t step_cap, data_cap, context_cap;
    uint32_t visited;
    uint32_t nested;    /* functions of the library that call one another, being explained */
    const Decl *inside; /* the function of the library whose body is explained; NULL: none */
    bool failed;        /* memory */
} Explainer;

/* ---- texts, values and names (explain_work.c) ---- */

/* Room for one more item of *list, whose items have the size `item`. */
bool work_grow(Explainer *x, void *list, uint32_t count, uint32_t *cap, size_t item);
Str work_keep(Explainer *x, Buf *b); /* its text, kept; frees b */
Str work_sentence(Explainer *x, DiagId id, Str a, Str b);
Pen work_pen(Explainer *x, Buf *out, const Trace *trace); /* begins out */
Str work_text(Explainer *x, const Trace *t, const Node *n, uint32_t level);
ExplainValue work_value(Explainer *x, Value v);
Str work_put_in(Explainer *x, Value v); /* as a person writes it into a formula */

const Override *work_override(const Explainer *x, uint32_t slot); /* of the view; NULL: none */
/* A name that branches share stands for its formula in the branch that is read. */
uint32_t work_follow(const Explainer *x, uint32_t slot);

/* A line that is an expression stands for its value. */
const Node *work_formula(const Decl *d);
/* hours; in_house.cost; 2.3.hours where another question has hours too; the text of an expression without name. */
Str work_slot_name(Explainer *x, uint32_t slot);
/* The decl that a name, a qualified name or a member stands for, and the scenario it is read in. NULL: none. */
Decl *work_resolve(Explainer *x, const Scope *scope, const Node *n, int32_t *scenario);

/* ---- one step: the chain of equalities, notes (explain_step.c) ---- */

ExplainStep *step_new(Explainer *x, uint32_t slot, Str name); /* NULL: no memory */
void step_note(Explainer *x, ExplainStep *s, Str text);
void step_equal(ExplainStep *s, Str text, bool about);
void step_result(Explainer *x, ExplainStep *s, Value result);
/* The numbers put in, with ever more groups worked out; roundings and conditions as notes. */
void step_working(Explainer *x, ExplainStep *s, const Trace *t, const Node *expr);
void step_fault(Explainer *x, ExplainStep *s); /* the machine's fault, taken, as a note */

/* ---- functions called and cells read (explain_call.c) ---- */

/* Their steps, added to those of the visit. Functions: one level, with the arguments put in. */
void call_steps(Explainer *x, Visit *visit, const Trace *t, const Scope *scope, const Node *n, uint32_t depth);

#endif
