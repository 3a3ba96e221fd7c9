/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slots reached are found by walking readers from the overridden slots. The walk stops at slots that an
   outer overlay overrides (their formula is not in force), except where that override is itself a formula that
   reads something reached; under `lift` outer overrides that depend on these slots are ignored. */
#include "model/plan.h"

#include <string.h>

uint32_t plan_size(const Plan *p, const int32_t **map, const uint32_t **slots)
{
    *map = p->map;
    *slots = p->slots;
    return p->count;
}

static PlanKey key_of(const Override *o)
{
    PlanKey k = {.slot = o->slot};
    if (o->is_thunk) {
        const Function *f = o->value.ptr;
        k.proto = f->proto;
        k.binding = f->binding;
    }
    return k;
}

static size_t bucket_of(const Plan *parent, const Override *o, uint32_t n, bool lift)
{
    uint64_t h = (uint64_t)(uintptr_t)parent * 0x9e3779b97f4a7c15u + lift;
    for (uint32_t i = 0; i < n; i++) {
        PlanKey k = key_of(&o[i]);
        h = (h ^ k.slot ^ (uint64_t)(uintptr_t)k.proto) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    return (size_t)(h >> 20) % PLAN_BUCKETS;
}

static bool plan_fits(const Plan *p, const Plan *parent, const Override *o, uint32_t n, bool lift)
{
    if (p->parent != parent || p->lift != lift || p->key_count != n) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        PlanKey k = key_of(&o[i]);
        if (p->keys[i].slot != k.slot || p->keys[i].proto != k.proto || p->keys[i].binding != k.binding) {
            return false;
        }
    }
    return true;
}

typedef struct Walk {
    const Graph *graph;
    const Plan *outer;  /* the innermost overlay around */
    bool lift;
    int32_t *map;       /* -1: not reached */
    uint32_t *queue;
    uint32_t count;
} Walk;

static bool overridden_outside(const Walk *w, uint32_t slot)
{
    for (const Plan *p = w->outer; p; p = p->parent) {
        for (uint32_t i = 0; i < p->key_count; i++) {
            if (p->keys[i].slot == slot) {
                return true;
            }
        }
    }
    return false;
}

static void reach(Walk *w, uint32_t slot)
{
    if (w->map[slot] < 0) {
        w->map[slot] = (int32_t)w->count;
        w->queue[w->count++] = slot;
    }
}

static void reach_readers(Walk *w, uint32_t from)
{
    for (uint32_t i = from; i < w->count; i++) {
        const GraphSlot *s = &w->graph->slots[w->queue[i]];
        for (uint32_t k = 0; k < s->reader_count; k++) {
            if (w->lift || !overridden_outside(w, s->readers[k])) {
                reach(w, s->readers[k]);
            }
        }
    }
}

static bool reads_reached(const Walk *w, const PlanKey *k)
{
    for (uint32_t i = 0; k->proto && i < k->proto->read_count; i++) {
        if (w->map[k->binding->slots[k->proto->reads[i]]] >= 0) {
            return true;
        }
    }
    return false;
}

/* Does an override given as a formula speak of `old`, itself or in a function that it makes? */
static bool uses_old(const Proto *p)
{
    for (uint32_t i = 0; i < p->code_count; i++) {
        if (p->code[i].op == OPC_OLD) {
            return true;
        }
    }
    for (uint32_t i = 0; i < p->nested_count; i++) {
        if (uses_old(p->nested[i])) {
            return true;
        }
    }
    return false;
}

/* `old` reads what the formula replaced reads. */
static bool former_reads_reached(const Walk *w, const PlanKey *k)
{
    const GraphSlot *s = &w->graph->slots[k->slot];
    for (uint32_t i = 0; s->proto && i < s->proto->read_count; i++) {
        if (w->map[s->binding->slots[s->proto->reads[i]]] >= 0) {
            return k->proto && uses_old(k->proto);
        }
    }
    return false;
}

/* Outer overrides given as formulas are edges of their own. */
static bool reach_outer_formulas(Walk *w)
{
    uint32_t before = w->count;
    for (const Plan *p = w->outer; p; p = p->parent) {
        for (uint32_t i = 0; i < p->key_count; i++) {
            const PlanKey *k = &p->keys[i];
            if (w->map[k->slot] < 0 && (reads_reached(w, k) || former_reads_reached(w, k))) {
                reach(w, k->slot);
            }
        }
    }
    return w->count > before;
}

static void walk_all(Walk *w, const Override *o, uint32_t n)
{
    memset(w->map, 0xff, w->graph->slot_count * sizeof *w->map);
    for (uint32_t i = 0; i < n; i++) {
        reach(w, o[i].slot);
    }
    uint32_t done = 0;
    do {
        uint32_t from = done;
        done = w->count;
        reach_readers(w, from);
    } while (reach_outer_formulas(w) || done < w->count);
}

/* One block: the plan, its keys, the slots reached, the map. */
static size_t plan_bytes(uint32_t keys, uint32_t slots, uint32_t total)
{
    return sizeof(Plan) + keys * sizeof(PlanKey) + slots * sizeof(uint32_t) + total * sizeof(int32_t);
}

static Plan *plan_new(Graph *g, const Walk *w, const Override *o, uint32_t n)
{
    uint32_t total = g->slot_count;
    Plan *p = (Plan *)heap_new(g->vm->heap, O_LEAF, plan_bytes(n, w->count, total));
    if (!p) {
        return NULL;
    }
    *p = (Plan){.obj = p->obj, .parent = w->outer, .lift = w->lift, .key_count = n, .count = w->count, .total = total};
    p->keys = (PlanKey *)(p + 1);
    p->slots = (uint32_t *)(p->keys + n);
    p->map = (int32_t *)(p->slots + w->count);
    for (uint32_t i = 0; i < n; i++) {
        p->keys[i] = key_of(&o[i]);
    }
    memcpy(p->slots, w->queue, w->count * sizeof *p->slots);
    memcpy(p->map, w->map, total * sizeof *p->map);
    return p;
}

static Plan *plan_make(Graph *g, const Plan *outer, const Override *o, uint32_t n, bool lift)
{
    uint32_t total = g->slot_count;
    Mem *mem = g->program->mem;
    Walk w = {.graph = g, .outer = outer, .lift = lift, .map = mem_alloc(mem, (total + 1) * sizeof *w.map),
              .queue = mem_alloc(mem, (total + 1) * sizeof *w.queue)};
    Plan *p = NULL;
    if (w.map && w.queue) {
        walk_all(&w, o, n);
        p = plan_new(g, &w, o, n);
    }
    mem_free(mem, w.map, (total + 1) * sizeof *w.map);
    mem_free(mem, w.queue, (total + 1) * sizeof *w.queue);
    return p;
}

/* ---- the plans that are kept ---- */

void plans_forget(Graph *g)
{
    memset(g->plans, 0, PLAN_BUCKETS * sizeof *g->plans);
    g->plan_bytes = 0;
}

void plans_mark(Heap *h, void *data)
{
    const Graph *g = data;
    for (uint32_t i = 0; i < PLAN_BUCKETS; i++) {
        for (const Plan *p = g->plans[i]; p; p = p->next) {
            for (const Plan *q = p; q; q = q->parent) {
                heap_mark_obj(h, (Obj *)(uintptr_t)&q->obj);
            }
        }
    }
}

static void plan_keep(Graph *g, Plan *p, Plan **bucket)
{
    size_t bytes = plan_bytes(p->key_count, p->count, p->total);
    if (g->plan_bytes + bytes > PLANS_BYTES) {
        plans_forget(g);
    }
    g->plan_bytes += bytes;
    p->next = *bucket;
    *bucket = p;
}

const Plan *plan_for(void *data, Vm *vm, const View *parent, const Override *overrides, uint32_t n, bool lift)
{
    Graph *g = data;
    const Plan *outer = parent ? parent->plan : NULL;
    Plan **bucket = &g->plans[bucket_of(outer, overrides, n, lift)];
    for (Plan *p = *bucket; p; p = p->next) {
        if (plan_fits(p, outer, overrides, n, lift)) {
            return p;
        }
    }
    Plan *p = plan_make(g, outer, overrides, n, lift);
    if (!p) {
        vm_fail_memory(vm);
        return NULL;
    }
    plan_keep(g, p, bucket);
    return p;
}
