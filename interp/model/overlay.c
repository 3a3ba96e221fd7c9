/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views for branches, mistakes and plain values: three ways to write a list of overrides. */
#include <string.h>

#include "model/graph.h"

static bool formula(Graph *g, const Proto *proto, const Binding *binding, Value *out)
{
    Function *f = (Function *)heap_new(g->vm->heap, O_FUNCTION, sizeof *f);
    if (!f) {
        return vm_fail_memory(g->vm);
    }
    f->proto = proto;
    f->binding = binding;
    *out = value_obj(T_FUNCTION, f);
    return true;
}

static bool list_grow(Graph *g, Override **list, uint32_t count, uint32_t *cap)
{
    if (count < *cap) {
        return true;
    }
    uint32_t wider = *cap ? *cap * 2 : 8;
    Override *grown = mem_realloc(g->vm->mem, *list, *cap * sizeof **list, wider * sizeof **list);
    if (!grown) {
        return vm_fail_memory(g->vm);
    }
    *list = grown;
    *cap = wider;
    return true;
}

/* The shared name k of an either, as `scenario` has it (-1: the base), read in branch b. */
static bool branch_override(Graph *g, const EitherDecl *e, uint32_t k, uint32_t b, int32_t scenario, Override *out)
{
    uint32_t member = e->members[k * e->branch_count + b];
    out->slot = scenario < 0 ? e->shared[k] : g->own[scenario][e->shared[k]];
    if (member == UINT32_MAX) {
        out->is_thunk = false;
        out->value = value_status(STATUS_NOT_GIVEN, NULL); /* this branch does not define it */
        return true;
    }
    Ref ref = {.decl = member, .scenario = REF_RUNNING};
    const Binding *binding = graph_bind(g, &ref, 1, scenario);
    out->is_thunk = true;
    return binding ? formula(g, g->alias, binding, &out->value) : vm_fail_memory(g->vm);
}

typedef struct OverrideList {
    Override *items;
    uint32_t count, cap;
} OverrideList;

/* Scenarios that an override reaches have shared names of their own. */
static bool branch_overrides(Graph *g, const EitherDecl *e, uint32_t k, uint32_t b, OverrideList *list)
{
    for (int32_t s = -1; s < (int32_t)g->program->scenario_count; s++) {
        if (s >= 0 && g->own[s][e->shared[k]] == NO_SLOT) {
            continue;
        }
        if (!list_grow(g, &list->items, list->count, &list->cap) ||
            !branch_override(g, e, k, b, s, &list->items[list->count])) {
            return false;
        }
        list->count++;
    }
    return true;
}

View *graph_view_branches(Graph *g, View *parent, const uint32_t *choice)
{
    OverrideList list = {0};
    bool ok = true;
    for (uint32_t i = 0; choice && ok && i < g->program->either_count; i++) {
        const EitherDecl *e = g->program->eithers[i];
        for (uint32_t k = 0; choice[i] && ok && k < e->shared_count; k++) {
            ok = branch_overrides(g, e, k, choice[i], &list);
        }
    }
    View *v = ok ? vm_view(g->vm, parent, list.items, list.count, false) : NULL;
    mem_free(g->vm->mem, list.items, list.cap * sizeof *list.items);
    return v;
}

/* The branch that defines shared name d first, as a number; branch_count: none. */
static uint32_t defining_branch(const EitherDecl *e, const Decl *d, uint32_t *member)
{
    for (uint32_t k = 0; k < e->shared_count; k++) {
        for (uint32_t b = 0; e->shared[k] == d->number && b < e->branch_count; b++) {
            *member = e->members[k * e->branch_count + b];
            if (*member != UINT32_MAX) {
                return b;
            }
        }
    }
    return e->branch_count;
}

/* The formula behind a shared name that first branches do not define; else d. */
static const Decl *defining(const Graph *g, const Decl *d)
{
    const EitherDecl *e = d->kind == DECL_SHARED ? g->program->eithers[d->target] : NULL;
    uint32_t number, branch = e ? defining_branch(e, d, &number) : 0;
    if (!e || branch == e->branch_count) {
        return d;
    }
    const Decl *member = g->program->decls[number], *behind = defining(g, member);
    return branch > 0 || behind != member ? behind : d;
}

View *graph_view_own_branches(Graph *g, View *parent, uint32_t *slot)
{
    const Decl *d = defining(g, graph_decl(g, *slot));
    bool later = false;
    uint32_t *choice = mem_zalloc(g->vm->mem, g->program->either_count + 1, sizeof *choice);
    for (const Scope *s = d->scope; choice && s; s = s->parent) {
        if (s->kind == SCOPE_BRANCH) {
            choice[s->either] = s->branch;
            later = later || s->branch > 0;
        }
    }
    if (d != graph_decl(g, *slot)) {
        *slot = graph_slot(g, d, g->slots[*slot].scenario);
    }
    View *v = !choice ? NULL : later ? graph_view_branches(g, parent, choice) : parent ? parent : g->vm->base;
    if (!choice) {
        vm_fail_memory(g->vm);
    }
    mem_free(g->vm->mem, choice, (g->program->either_count + 1) * sizeof *choice);
    return v;
}

View *graph_view_overrides(Graph *g, View *parent, Decl *const *overrides, uint32_t n)
{
    Override *list = mem_zalloc(g->vm->mem, n + 1, sizeof *list);
    bool ok = list || vm_fail_memory(g->vm);
    for (uint32_t i = 0; ok && i < n; i++) {
        const Decl *o = overrides[i];
        list[i].slot = graph_slot(g, g->program->decls[o->target], o->target_scenario);
        list[i].is_thunk = true;
        ok = formula(g, g->slots[o->number].proto, g->slots[o->number].binding, &list[i].value);
    }
    View *v = ok ? vm_view(g->vm, parent, list, n, false) : NULL;
    mem_free(g->vm->mem, list, (n + 1) * sizeof *list);
    return v;
}

View *graph_view_values(Graph *g, View *parent, const uint32_t *slots, const Value *values, uint32_t n)
{
    Override *list = mem_zalloc(g->vm->mem, n + 1, sizeof *list);
    if (!list) {
        vm_fail_memory(g->vm);
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++) {
        list[i] = (Override){.slot = slots[i], .value = values[i]};
    }
    View *v = vm_view(g->vm, parent, list, n, false);
    mem_free(g->vm->mem, list, (n + 1) * sizeof *list);
    return v;
}
