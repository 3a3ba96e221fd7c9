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

/* Outer overrides given as formulas are edges of their own. */
static bool reach_outer_formulas(Walk *w)
{
    uint32_t before = w->count;
    for (const Plan *p = w->outer; p; p = p->parent) {
        for (uint32_t i = 0; i < p->key_count; i++) {
            if (w->map[p->keys[i].slot] < 0 && reads_reached(w, &p->keys[i])) {
                reach(w, p->keys[i].slot);
            }
        }
    }
    return w->count > before;
}

static bool plan_fill(Graph *g, Plan *p, const Override *o, uint32_t n)
{
    uint32_t total = g->slot_count;
    Mem *mem = g->program->mem;
    p->map = arena_alloc(&g->kept, (total + 1) * sizeof *p->map);
    p->keys = arena_alloc(&g->kept, (n + 1) * sizeof *p->keys);
    uint32_t *queue = mem_zalloc(mem, total + 1, sizeof *queue);
    if (!p->map || !p->keys || !queue) {
        mem_free(mem, queue, (total + 1) * sizeof *queue);
        return false;
    }
    memset(p->map, 0xff, total * sizeof *p->map);
    Walk w = {.graph = g, .outer = p->parent, .lift = p->lift, .map = p->map, .queue = queue};
    for (uint32_t i = 0; i < n; i++) {
        p->keys[i] = key_of(&o[i]);
        reach(&w, o[i].slot);
    }
    uint32_t done = 0;
    do {
        uint32_t from = done;
        done = w.count;
        reach_readers(&w, from);
    } while (reach_outer_formulas(&w) || done < w.count);
    p->count = w.count;
    p->slots = arena_alloc(&g->kept, (w.count + 1) * sizeof *p->slots);
    if (p->slots) {
        memcpy(p->slots, queue, w.count * sizeof *queue);
    }
    mem_free(mem, queue, (total + 1) * sizeof *queue);
    return p->slots != NULL;
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
    Plan *p = arena_alloc(&g->kept, sizeof *p);
    if (p) {
        *p = (Plan){.next = *bucket, .parent = outer, .lift = lift, .key_count = n, .total = g->slot_count};
    }
    if (!p || !plan_fill(g, p, overrides, n)) {
        vm_fail_memory(vm);
        return NULL;
    }
    *bucket = p;
    return p;
}
