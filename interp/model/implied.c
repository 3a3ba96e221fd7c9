/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An override of a formula holds in every scenario that reads that formula and does not replace it (rules 2.3). A
   scenario that its own overrides reach has copies of what they reach; these are overridden along. A formula that
   replaces one reads, for a copy, what the scenario reads: its binding is made over. */
#include <string.h>

#include "model/graph.h"

typedef struct Implied {
    Graph *graph;
    Vm *vm;
    Override **list;
    uint32_t *n, given; /* those from `given` on were added */
} Implied;

static bool list_holds(const Implied *x, uint32_t slot)
{
    for (uint32_t i = 0; i < *x->n; i++) {
        if ((*x->list)[i].slot == slot) {
            return true;
        }
    }
    return false;
}

static bool list_add(Implied *x, Override o)
{
    uint32_t n = *x->n;
    Override *grown = mem_realloc(x->vm->mem, *x->list, n * sizeof o, (n + 1) * sizeof o);
    if (!grown) {
        return vm_fail_memory(x->vm);
    }
    grown[n] = o;
    *x->list = grown;
    *x->n = n + 1;
    return true;
}

/* ---- bindings made over ---- */

typedef struct ReboundKey {
    const Binding *binding;
    uint64_t scenario;
} ReboundKey;

/* The slot that scenario s has in place of a slot of the base; others say whose they are. */
static uint32_t seen_from(const Graph *g, int32_t s, uint32_t slot)
{
    for (; s >= 0 && slot < g->base_count && g->slots[slot].scenario < 0; s = g->program->scenarios[s]->parent) {
        if (g->own[s][slot] != NO_SLOT) {
            return g->own[s][slot];
        }
    }
    return slot;
}

static const Binding *rebound_new(Graph *g, const Binding *b, int32_t s)
{
    Binding *made = arena_alloc(&g->kept, sizeof *made + b->n * sizeof *made->slots);
    if (!made) {
        return NULL;
    }
    made->n = b->n;
    for (uint32_t i = 0; i < b->n; i++) {
        made->slots[i] = seen_from(g, s, b->slots[i]);
    }
    return made;
}

/* One for each binding and scenario, however often it is asked for. */
static const Binding *rebound(Graph *g, const Binding *b, int32_t s)
{
    ReboundKey key = {b, (uint64_t)s};
    uint64_t found;
    if (map_get(&g->rebound, (Str){(const char *)&key, sizeof key}, &found)) {
        return (const Binding *)(uintptr_t)found;
    }
    Str kept = arena_str(&g->kept, (Str){(const char *)&key, sizeof key});
    const Binding *made = kept.p ? rebound_new(g, b, s) : NULL;
    return made && map_set(&g->rebound, kept, (uint64_t)(uintptr_t)made) ? made : NULL;
}

static bool thunk_in(Implied *x, const Function *f, int32_t s, Value *out)
{
    size_t bytes = sizeof *f + f->n * sizeof *f->captured;
    Function *copy = (Function *)heap_new(x->vm->heap, O_FUNCTION, bytes);
    const Binding *binding = copy && f->binding ? rebound(x->graph, f->binding, s) : NULL;
    if (!copy || (f->binding && !binding)) {
        return vm_fail_memory(x->vm);
    }
    Obj obj = copy->obj;
    memcpy(copy, f, bytes);
    copy->obj = obj;
    copy->binding = binding;
    *out = value_obj(T_FUNCTION, copy);
    return true;
}

/* ---- copies of a formula ---- */

static bool descends(const Program *p, int32_t s, int32_t from)
{
    while (s >= 0 && s != from) {
        s = p->scenarios[s]->parent;
    }
    return s == from;
}

/* A formula given for the base reads what the scenario reads; one given for a scenario by its name says what it reads. */
static bool add_copy(Implied *x, Override o, int32_t s, uint32_t copy)
{
    bool base = x->graph->slots[o.slot].scenario < 0;
    if (copy == o.slot || list_holds(x, copy)) {
        return true;
    }
    o.slot = copy;
    return (!o.is_thunk || !base || thunk_in(x, o.value.ptr, s, &o.value)) && list_add(x, o);
}

bool graph_overridden_along(const Graph *g, uint32_t slot, uint32_t copy)
{
    return slot < g->slot_count && copy < g->slot_count && slot != copy && g->slots[slot].decl == g->slots[copy].decl &&
           descends(g->program, g->slots[copy].scenario, g->slots[slot].scenario);
}

static bool add_copies(Implied *x, Override o)
{
    const Graph *g = x->graph;
    const Program *p = g->program;
    if (o.slot >= g->slot_count) {
        return true;
    }
    const Decl *d = p->decls[g->slots[o.slot].decl];
    uint32_t subject = d->kind == DECL_OVERRIDE && d->scenario >= 0 ? d->target : d->number;
    bool ok = true;
    for (int32_t s = 0; ok && s < (int32_t)p->scenario_count; s++) {
        uint32_t copy = subject < g->base_count ? g->own[s][subject] : NO_SLOT;
        if (copy != NO_SLOT && graph_overridden_along(g, o.slot, copy)) {
            ok = add_copy(x, o, s, copy);
        }
    }
    return ok;
}

bool graph_implied(void *data, Vm *vm, Override **list, uint32_t *n)
{
    Implied x = {.graph = data, .vm = vm, .list = list, .n = n, .given = *n};
    bool ok = true;
    for (uint32_t i = 0; ok && i < x.given && x.graph->program->scenario_count; i++) {
        ok = add_copies(&x, (*list)[i]);
    }
    return ok;
}
