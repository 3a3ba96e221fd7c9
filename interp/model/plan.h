/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which slots a set of overrides reaches. A plan depends on the overridden slots, not on their values, so one
   plan serves every draw, every step of a solver and every copy with the same wrong answers.

   A plan is a leaf of the heap. Views keep theirs; the graph keeps those it may meet again, up to PLANS_BYTES, then
   forgets them all and starts anew: what a class of copies leaves behind has an end. */
#ifndef BAREME_MODEL_PLAN_H
#define BAREME_MODEL_PLAN_H

#include "model/graph.h"

#define PLAN_BUCKETS 1024
#define PLANS_BYTES (2u << 20)

typedef struct PlanKey {
    uint32_t slot;
    const Proto *proto;     /* of a thunk; NULL: a plain value */
    const Binding *binding;
} PlanKey;

struct Plan {
    Obj obj;                /* O_LEAF: what the pointers below lead to is in the same block, but next and parent */
    struct Plan *next;      /* in its bucket */
    const struct Plan *parent;
    bool lift;
    uint32_t key_count;
    PlanKey *keys;
    uint32_t total;         /* slots of the graph when it was made: length of map */
    uint32_t count;
    uint32_t *slots;        /* the slots reached, overridden ones included */
    int32_t *map;           /* slot -> index in slots, or -1 */
};

/* VmHost.plan and VmHost.plan_size. */
const Plan *plan_for(void *graph, Vm *vm, const View *parent, const Override *overrides, uint32_t n, bool lift);
/* Root of the heap: the plans that the graph keeps. data: the graph. */
void plans_mark(Heap *h, void *data);
void plans_forget(Graph *g);
uint32_t plan_size(const Plan *p, const int32_t **map, const uint32_t **slots);

#endif
