/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: lazily, in an arena. Views to keep go into a list that is replaced by a longer one when full; its holder, a
   list of one item, is what the collector is told of. */
#include "domain/key.h"

#include <string.h>

#include "num/number.h"

bool key_failed(Key *k)
{
    Vm *vm = k->graph->vm;
    if (!vm->fault || vm->fault->uncatchable) {
        k->stopped = true;
    } else {
        vm_take_fault(vm);
    }
    return false;
}

static void *key_alloc(Key *k, size_t bytes)
{
    void *p = k->stopped ? NULL : arena_alloc(&k->arena, bytes);
    if (!p && !k->stopped) {
        vm_fail_memory(k->graph->vm);
        k->stopped = true;
    }
    return p;
}

/* ---- views kept ---- */

static bool pool_grow(Key *k, List *holder)
{
    Value old = holder->store->items[0];
    uint32_t wider = k->pool_count ? k->pool_count * 2 : 16;
    List *more = list_new(k->graph->vm->heap, wider);
    if (!more) {
        vm_fail_memory(k->graph->vm);
        k->stopped = true;
        return false;
    }
    for (uint32_t i = 0; i < k->pool_count; i++) {
        more->store->items[i] = list_at(old, i);
    }
    holder->store->items[0] = value_obj(T_LIST, more);
    return true;
}

static bool key_keep(Key *k, View *v)
{
    List *holder = k->pool.ptr;
    Value inner = holder->store->items[0];
    if ((inner.tag != T_LIST || list_count(inner) == k->pool_count) && !pool_grow(k, holder)) {
        return false;
    }
    List *list = holder->store->items[0].ptr;
    list->store->items[k->pool_count++] = view_value(v);
    return true;
}

bool key_open(Key *k, Graph *g, const Case *c)
{
    *k = (Key){.c = c, .graph = g, .guard = g->vm->heap->protected_count};
    arena_init(&k->arena, g->vm->mem);
    List *holder = list_new(g->vm->heap, 1);
    k->pool = holder ? value_obj(T_LIST, holder) : value_none();
    if (!holder || heap_protect(g->vm->heap, k->pool) == UINT32_MAX) {
        k->stopped = true;
        return vm_fail_memory(g->vm);
    }
    return true;
}

void key_close(Key *k)
{
    if (k->graph) {
        heap_unprotect(k->graph->vm->heap, k->guard);
    }
    arena_free(&k->arena);
    *k = (Key){0};
}

bool key_freeze(Key *k)
{
    Value v;
    for (uint32_t s = 0; s < k->graph->slot_count && !k->stopped; s++) {
        if (depend_has_value(k->graph, s)) {
            key_value(k, NULL, s, &v);
        }
    }
    k->frozen = true;
    k->units = unit_mark(k->graph->vm->num);
    return !k->stopped;
}

void key_next_copy(Key *k)
{
    UnitMark now = unit_mark(k->graph->vm->num);
    if (!k->frozen || (now.units == k->units.units && now.symbols == k->units.symbols)) {
        return;
    }
    List *holder = k->pool.ptr; /* views may hold values in the units that go */
    holder->store->items[0] = value_none();
    k->pool_count = 0;
    k->choices = NULL;
    arena_free(&k->arena);
    arena_init(&k->arena, k->graph->vm->mem);
    unit_release(k->graph->vm->num, k->units);
}

/* ---- evaluation ---- */

bool key_value(Key *k, View *view, uint32_t slot, Value *out)
{
    if (k->stopped || slot == NO_SLOT) {
        return false;
    }
    return vm_eval_slot(k->graph->vm, view, slot, out) || key_failed(k);
}

View *key_overlay(Key *k, View *view, const uint32_t *slots, const Value *values, uint32_t n)
{
    View *v = k->stopped ? NULL : graph_view_values(k->graph, view, slots, values, n);
    if (!v && !k->stopped) {
        key_failed(k);
    }
    return v;
}

/* ---- choices of branches ---- */

static bool all_first(const uint32_t *branches, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (branches[i]) {
            return false;
        }
    }
    return true;
}

static KeyChoice *choice_new(Key *k, const uint32_t *branches)
{
    uint32_t n = k->graph->program->either_count;
    KeyChoice *ch = key_alloc(k, sizeof *ch);
    if (!ch) {
        return NULL;
    }
    ch->branches = key_alloc(k, (n + 1) * sizeof *ch->branches);
    ch->mistakes = key_alloc(k, ((k->c ? k->c->mistake_count : 0) + 1) * sizeof *ch->mistakes);
    ch->answers = key_alloc(k, ((k->c ? k->c->answer_count : 0) + 1) * sizeof *ch->answers);
    if (k->stopped) {
        return NULL;
    }
    memcpy(ch->branches, branches, n * sizeof *branches);
    if (!all_first(branches, n)) {
        ch->view = graph_view_branches(k->graph, NULL, branches);
        if (!ch->view) {
            key_failed(k);
            k->stopped = true; /* branches are always there: only memory can be missing */
            return NULL;
        }
        if (!key_keep(k, ch->view)) {
            return NULL;
        }
    }
    ch->next = k->choices;
    k->choices = ch;
    return ch;
}

KeyChoice *key_choice(Key *k, const uint32_t *branches)
{
    uint32_t n = k->graph->program->either_count;
    for (KeyChoice *ch = k->choices; ch; ch = ch->next) {
        if (!memcmp(ch->branches, branches, n * sizeof *branches)) {
            return ch;
        }
    }
    return k->stopped ? NULL : choice_new(k, branches);
}

/* ---- answers ---- */

static void answer_earlier(Key *k, AnswerKey *ak)
{
    const Case *c = k->c;
    uint32_t n = ak->answer->number;
    ak->earlier = key_alloc(k, (n + 1) * sizeof *ak->earlier);
    for (uint32_t i = 0; ak->earlier && i < n; i++) {
        uint32_t own = c->answers[i]->own_slot;
        if (own != NO_SLOT && upstream_has(&ak->upstream, own)) {
            ak->earlier[ak->earlier_count++] = i;
        }
    }
}

/* A scenario's copy of the formula that the mistake replaces. */
static bool reaches_copy(const Key *k, const AnswerKey *ak, uint32_t slot)
{
    for (uint32_t i = 0; i < ak->upstream.count; i++) {
        if (graph_overridden_along(k->graph, slot, ak->upstream.slots[i])) {
            return true;
        }
    }
    return graph_overridden_along(k->graph, slot, ak->answer->slot);
}

static bool mistake_reaches(const Key *k, const AnswerKey *ak, const Mistake *m)
{
    for (uint32_t i = 0; i < m->override_count; i++) {
        const Decl *o = m->overrides[i];
        uint32_t slot = graph_slot(k->graph, k->graph->program->decls[o->target], o->target_scenario);
        if (slot == ak->answer->slot || upstream_has(&ak->upstream, slot) || reaches_copy(k, ak, slot)) {
            return true;
        }
    }
    return false;
}

static AnswerKey *answer_new(Key *k, KeyChoice *ch, const Answer *a)
{
    AnswerKey *ak = key_alloc(k, sizeof *ak);
    if (!ak) {
        return NULL;
    }
    *ak = (AnswerKey){.answer = a};
    ak->mistakes = key_alloc(k, k->c->mistake_count + 1);
    ak->rounded = key_alloc(k, (a->rules.intermediate_count + 1) * sizeof *ak->rounded);
    ak->rounded_tried = key_alloc(k, a->rules.intermediate_count + 1);
    if (k->stopped) {
        return NULL;
    }
    if (a->slot != NO_SLOT && !depend_upstream(k->graph, ch->branches, a->slot, &k->arena, &ak->upstream)) {
        vm_fail_memory(k->graph->vm);
        k->stopped = true;
        return NULL;
    }
    answer_earlier(k, ak);
    for (uint32_t i = 0; i < k->c->mistake_count; i++) {
        ak->mistakes[i] = mistake_reaches(k, ak, k->c->mistakes[i]);
    }
    ak->has_value = key_value(k, ch->view, a->slot, &ak->value);
    return k->stopped ? NULL : ak;
}

AnswerKey *key_answer(Key *k, KeyChoice *ch, const Answer *a)
{
    AnswerKey **place = &ch->answers[a->number];
    if (!*place && !k->stopped) {
        *place = answer_new(k, ch, a);
    }
    return *place;
}

/* ---- mistakes, intermediate rounding ---- */

View *key_mistake(Key *k, KeyChoice *ch, const Mistake *m)
{
    View **place = &ch->mistakes[m->number];
    if (*place || k->stopped || !m->override_count) {
        return *place;
    }
    View *v = graph_view_overrides(k->graph, ch->view, m->overrides, m->override_count);
    if (!v) {
        key_failed(k);
    } else if (key_keep(k, v)) {
        *place = v;
    }
    return *place;
}

/* Formulas are rounded one after the other, each computed from those rounded before it. */
static bool round_one(Key *k, View *view, uint32_t slot, int decimals, Value *out)
{
    Value v, r;
    if (!key_value(k, view, slot, &v) || !value_is_number(v) ||
        num_round(k->graph->vm->num, v, decimals, ROUND_HALF_UP, &r) != NUM_OK) {
        return false;
    }
    int order = 1;
    *out = r;
    return num_cmp(k->graph->vm->num, r, v, &order) == NUM_OK && order != 0;
}

View *key_round_formulas(Key *k, View *view, const Upstream *up, const bool *keep, int decimals)
{
    Heap *heap = k->graph->vm->heap;
    Mem *mem = k->graph->vm->mem;
    uint32_t n = 0, guard = heap->protected_count;
    uint32_t *slots = mem_zalloc(mem, up->count + 1, sizeof *slots);
    Value *values = mem_zalloc(mem, up->count + 1, sizeof *values);
    View *at = view;
    bool ok = slots && values;
    if (!ok) {
        vm_fail_memory(k->graph->vm);
        k->stopped = true;
    }
    for (uint32_t i = 0; ok && i < up->count && !k->stopped; i++) {
        bool wanted = (!keep || keep[i]) && depend_is_named(k->graph, up->slots[i]);
        if (!wanted || !round_one(k, at, up->slots[i], decimals, &values[n])) {
            continue;
        }
        slots[n] = up->slots[i];
        heap_protect(heap, values[n++]);
        at = key_overlay(k, view, slots, values, n);
        ok = at && heap_protect(heap, view_value(at)) != UINT32_MAX;
    }
    heap_unprotect(heap, guard);
    mem_free(mem, slots, (up->count + 1) * sizeof *slots);
    mem_free(mem, values, (up->count + 1) * sizeof *values);
    return ok && n && !k->stopped ? at : NULL;
}

View *key_rounded(Key *k, KeyChoice *ch, AnswerKey *a, uint32_t i)
{
    if (!a->rounded_tried[i] && !k->stopped) {
        a->rounded_tried[i] = true;
        View *v = key_round_formulas(k, ch->view, &a->upstream, NULL, a->answer->rules.intermediate[i]);
        a->rounded[i] = v && key_keep(k, v) ? v : NULL;
    }
    return a->rounded[i];
}
