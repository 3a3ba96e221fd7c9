/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of the sub-expressions of one formula in one evaluation. The formula is compiled again with
   TRACE instructions and run in the given view; what it reads is evaluated as ever. */
#ifndef BAREME_MODEL_TRACE_H
#define BAREME_MODEL_TRACE_H

#include "model/graph.h"

typedef struct TraceItem {
    uint32_t node;      /* Node.id */
    Value value;        /* the last one it had */
    uint32_t times;     /* how often it was evaluated (lambdas, loops) */
} TraceItem;

typedef struct Trace {
    Graph *graph;
    TraceItem *items;   /* in order of evaluation */
    uint32_t count, cap;
    Value result;
    uint32_t *read_slots; /* slots the formula reads itself, in order of writing, once each */
    uint32_t read_count;
    uint32_t guard;     /* heap_protect mark */
    List *kept;         /* the values of items, alive as long as the trace */
    const Node *root;   /* of one evaluation among several; NULL: the last one of each node counts */
    uint32_t pick, done; /* which, from 0; how often the root was evaluated */
    bool memory;
} Trace;

/* False: vm->fault is set (the trace holds what was evaluated before). Traces are freed in reverse order:
   while a Trace lives its values are protected from the collector. Always trace_free. */
bool trace_run(Trace *t, Graph *g, View *view, uint32_t slot);
/* The values of the evaluation number `pick` (from 0) of a part of the formula that is evaluated several times: the row of
   a computed column, an item of a comprehension. *value: that of the part; T_NONE when it was not evaluated so often. */
bool trace_pick(Trace *t, Graph *g, View *view, uint32_t slot, const Node *root, uint32_t pick, Value *value);
/* The same for one call of a function (the slot of its declaration): what its body computes with these arguments, in
   order of its parameters; T_NONE where a default serves. */
bool trace_call(Trace *t, Graph *g, View *view, uint32_t slot, const Value *args, uint32_t n);
void trace_free(Trace *t);
const Value *trace_value(const Trace *t, const Node *n); /* NULL: not evaluated (the other branch of an if) */

#endif
