/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a depth-first walk with its own stack, since chains of formulas may be long. A slot is listed when the walk
   leaves it. A cycle only ends the walk there: evaluation is what reports it. */
#include "domain/depend.h"

#include <string.h>

typedef struct Step { /* a slot being walked, and which of its reads comes next */
    uint32_t slot, next;
} Step;

typedef struct Walk {
    const Graph *graph;
    const uint32_t *choice;
    bool *seen;
    Step *stack; /* as deep as there are slots: each is entered once */
    uint32_t top;
    uint32_t *list;
    uint32_t count;
} Walk;

/* The member that a shared name reads under the choice; NO_SLOT: that branch does not define it. */
static uint32_t chosen_member(const Walk *w, uint32_t slot, const Decl *d)
{
    const Program *p = w->graph->program;
    const EitherDecl *e = p->eithers[d->target];
    uint32_t branch = w->choice ? w->choice[d->target] : 0;
    for (uint32_t k = 0; k < e->shared_count && branch < e->branch_count; k++) {
        if (e->shared[k] == d->number) {
            uint32_t member = e->members[k * e->branch_count + branch];
            int32_t scenario = w->graph->slots[slot].scenario;
            return member == UINT32_MAX ? NO_SLOT : graph_slot(w->graph, p->decls[member], scenario);
        }
    }
    return NO_SLOT;
}

/* The i-th slot that `slot` reads; false: there are no more. NO_SLOT: nothing in this place. */
static bool read_at(const Walk *w, uint32_t slot, uint32_t i, uint32_t *read)
{
    const GraphSlot *s = &w->graph->slots[slot];
    const Decl *d = graph_decl(w->graph, slot);
    if (d->kind == DECL_SHARED && d->target < w->graph->program->either_count) {
        *read = i ? NO_SLOT : chosen_member(w, slot, d);
        return i == 0;
    }
    if (!s->proto || i >= s->proto->read_count) {
        return false;
    }
    *read = s->binding->slots[s->proto->reads[i]];
    return true;
}

static void enter(Walk *w, uint32_t slot)
{
    w->seen[slot] = true;
    w->stack[w->top++] = (Step){slot, 0};
}

static void walk(Walk *w, uint32_t root)
{
    enter(w, root);
    while (w->top) {
        Step *s = &w->stack[w->top - 1];
        uint32_t read;
        if (read_at(w, s->slot, s->next, &read)) {
            s->next++;
            if (read != NO_SLOT && !w->seen[read]) {
                enter(w, read);
            }
            continue;
        }
        w->top--;
        if (s->slot != root) {
            w->list[w->count++] = s->slot;
        }
    }
}

bool depend_upstream(const Graph *g, const uint32_t *choice, uint32_t slot, Arena *arena, Upstream *out)
{
    Mem *mem = g->vm->mem;
    uint32_t n = g->slot_count;
    *out = (Upstream){NULL, 0};
    if (slot >= n) {
        return true;
    }
    Walk w = {.graph = g, .choice = choice, .seen = mem_zalloc(mem, n, 1), .stack = mem_zalloc(mem, n, sizeof(Step)),
              .list = mem_zalloc(mem, n, sizeof(uint32_t))};
    bool ok = w.seen && w.stack && w.list;
    if (ok) {
        walk(&w, slot);
        out->slots = arena_alloc(arena, (w.count + 1) * sizeof *out->slots);
        ok = out->slots != NULL;
    }
    if (ok) {
        memcpy(out->slots, w.list, w.count * sizeof *w.list);
        out->count = w.count;
    }
    mem_free(mem, w.seen, n);
    mem_free(mem, w.stack, n * sizeof(Step));
    mem_free(mem, w.list, n * sizeof(uint32_t));
    return ok;
}

bool upstream_has(const Upstream *u, uint32_t slot)
{
    for (uint32_t i = 0; i < u->count; i++) {
        if (u->slots[i] == slot) {
            return true;
        }
    }
    return false;
}

bool depend_has_value(const Graph *g, uint32_t slot)
{
    const Program *p = g->program;
    const Decl *d = graph_decl(g, slot);
    if (!g->slots[slot].proto || d->removed || d->broken || program_is_library(p, d)) {
        return false;
    }
    switch (d->kind) {
    case DECL_FORMULA: case DECL_ANONYMOUS: case DECL_COLUMN: return true;
    case DECL_OVERRIDE: return d->scenario >= 0;
    default: return false; /* a shared name is only another name of a branch's formula */
    }
}

bool depend_is_named(const Graph *g, uint32_t slot)
{
    const Decl *d = graph_decl(g, slot);
    bool formula = d && (d->kind == DECL_FORMULA || d->kind == DECL_OVERRIDE);
    const Proto *p = g->slots[slot].proto;
    return formula && p && p->read_count > 0;
}
