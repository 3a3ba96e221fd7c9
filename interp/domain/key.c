/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: lazily, in an arena. Views to keep go into a list that is replaced by a longer one when full; its holder, a
   list of one item, is what the collector is told of. */
#include "domain/key.h"

#include <string.h>

#include "domain/cell.h"
#include "domain/official.h"
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
    for (uint32_t i = 0; k->c && i < k->c->answer_count && !k->stopped; i++) {
        if (key_of_answer(k, NULL, k->c->answers[i], &v) && value_is_number(v)) {
            num_div(k->graph->vm->num, num_int(1), v, &v); /* looking for slips makes this unit: it is there then */
        }
    }
    k->frozen = true;
    k->units = unit_mark(k->graph->vm->num);
    return !k->stopped;
}

/* Views may hold values in the units that go. */
static void key_forget(Key *k)
{
    List *holder = k->pool.ptr;
    holder->store->items[0] = value_none();
    k->pool_count = 0;
    k->choices = NULL;
    arena_clear(&k->arena);
    if (k->frozen) {
        unit_release(k->graph->vm->num, k->units);
    }
}

void key_next_copy(Key *k)
{
    UnitMark now = unit_mark(k->graph->vm->num);
    if (k->frozen && (now.units != k->units.units || now.symbols != k->units.symbols)) {
        key_forget(k);
    }
}

void key_set_base(Key *k, View *base)
{
    k->base = base;
    key_forget(k);
}

void key_restart(Key *k)
{
    vm_take_fault(k->graph->vm);
    k->stopped = false;
    key_forget(k);
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

/* ---- answers that are cells ---- */

static bool key_cell(Key *k, View *view, uint32_t slot, const Answer *a, Value *out)
{
    return key_value(k, view, slot, out) && (!a->table || cell_get(*out, a->row, a->column, out));
}

bool key_of_answer(Key *k, View *view, const Answer *a, Value *out) { return key_cell(k, view, a->slot, a, out); }
bool key_own_value(Key *k, View *view, const Answer *a, Value *out) { return key_cell(k, view, a->own_slot, a, out); }

/* In the unit of the key. A cell of which nothing is printed has none. */
static bool printed_figure(Key *k, View *view, const Answer *a, Value *out)
{
    Value key;
    if (!a->official.known || !key_of_answer(k, view, a, &key)) {
        return false;
    }
    *out = value_is_number(a->official.value) ? official_figure(k->graph->vm->num, &a->official, key) : a->official.value;
    return true;
}

bool key_accepted(Key *k, View *view, const Answer *a, const Accept *accept, Value *out)
{
    CellShape shape;
    if (accept->official) {
        return printed_figure(k, view, a, out);
    }
    return key_value(k, view, accept->slot, out) &&
           (!a->table || !cell_shape(*out, &shape) || cell_get(*out, a->row, a->column, out));
}

uint32_t key_carrier(const Answer *a)
{
    return a->table && a->table->patches != NO_SLOT ? a->table->patches : a->own_slot;
}

typedef struct Putting {
    Key *key;
    View *view;
    const Put *puts;
    uint32_t n;
    uint32_t *slots;
    Value *values;
    uint32_t count;
} Putting;

static bool put_done(const Putting *p, uint32_t slot)
{
    for (uint32_t i = 0; i < p->count; i++) {
        if (p->slots[i] == slot) {
            return true;
        }
    }
    return false;
}

static bool put_memory(Putting *p)
{
    vm_fail_memory(p->key->graph->vm);
    p->key->stopped = true;
    return false;
}

/* [key of the row, column, value] for each cell of the schedule (lib/schedule.c). */
static bool put_patches(Putting *p, uint32_t slot, Value *out)
{
    Heap *heap = p->key->graph->vm->heap;
    List *list = list_new(heap, 0);
    bool ok = list != NULL;
    *out = value_obj(T_LIST, list);
    uint32_t mark = ok ? heap_protect(heap, *out) : UINT32_MAX;
    for (uint32_t i = 0; ok && i < p->n; i++) {
        const Answer *a = p->puts[i].answer;
        Value name;
        if (!a || key_carrier(a) != slot) {
            continue;
        }
        const Decl *own = graph_decl(p->key->graph, a->own_slot);
        Str column = own->kind == DECL_COLUMN ? own->name : a->table->column_labels[a->column];
        ok = text_new(heap, column, &name) && list_push(heap, list, a->table->row_keys[a->row]) &&
             list_push(heap, list, name) && list_push(heap, list, p->puts[i].value);
    }
    if (mark != UINT32_MAX) {
        heap_unprotect(heap, mark);
    }
    return ok || put_memory(p);
}

/* The value of the formula with all its cells replaced. */
static bool put_cells(Putting *p, uint32_t slot, Value *out)
{
    Heap *heap = p->key->graph->vm->heap;
    Value whole;
    if (!key_value(p->key, p->view, slot, &whole)) {
        return false;
    }
    if (!cell_copy(heap, whole, out)) {
        return put_memory(p);
    }
    for (uint32_t i = 0; i < p->n; i++) {
        const Answer *a = p->puts[i].answer;
        if (a && a->table && key_carrier(a) == slot) {
            cell_set(*out, a->row, a->column, p->puts[i].value);
        }
    }
    return true;
}

static bool put_all(Putting *p)
{
    Heap *heap = p->key->graph->vm->heap;
    for (uint32_t i = 0; i < p->n; i++) {
        const Answer *a = p->puts[i].answer;
        uint32_t slot = a ? key_carrier(a) : p->puts[i].slot;
        Value v = p->puts[i].value;
        bool cell = a && a->table;
        if (cell && put_done(p, slot)) {
            continue;
        }
        if (cell && !(a->table->patches == slot ? put_patches(p, slot, &v) : put_cells(p, slot, &v))) {
            return false;
        }
        if (cell && heap_protect(heap, v) == UINT32_MAX) {
            return put_memory(p);
        }
        p->slots[p->count] = slot;
        p->values[p->count++] = v;
    }
    return true;
}

View *key_put(Key *k, View *view, const Put *puts, uint32_t n)
{
    Heap *heap = k->graph->vm->heap;
    Mem *mem = k->graph->vm->mem;
    uint32_t guard = heap->protected_count;
    Putting p = {.key = k, .view = view, .puts = puts, .n = n, .slots = mem_alloc(mem, (n + 1) * sizeof(uint32_t)),
                 .values = mem_alloc(mem, (n + 1) * sizeof(Value))};
    bool ok = !k->stopped && ((p.slots && p.values) || put_memory(&p)) && put_all(&p);
    View *made = ok ? key_overlay(k, view, p.slots, p.values, p.count) : NULL;
    heap_unprotect(heap, guard);
    mem_free(mem, p.slots, (n + 1) * sizeof(uint32_t));
    mem_free(mem, p.values, (n + 1) * sizeof(Value));
    return made;
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
    ch->answers = key_alloc(k, ((k->c ? k->c->answer_count + k->c->printed_count : 0) + 1) * sizeof *ch->answers);
    if (k->stopped) {
        return NULL;
    }
    memcpy(ch->branches, branches, n * sizeof *branches);
    ch->view = k->base;
    if (!all_first(branches, n)) {
        ch->view = graph_view_branches(k->graph, k->base, branches);
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
    uint32_t n = ak->answer->number < c->answer_count ? ak->answer->number : c->answer_count;
    ak->earlier = key_alloc(k, (n + 1) * sizeof *ak->earlier);
    for (uint32_t i = 0; ak->earlier && i < n; i++) {
        uint32_t own = key_carrier(c->answers[i]);
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

/* Cells of a table depend on the same formulas: those of its first one. */
static const Answer *table_first(const AnswerTable *t)
{
    uint32_t i = 0;
    while (!t->cells[i]) {
        i++;
    }
    return t->cells[i];
}

static AnswerKey *answer_new(Key *k, KeyChoice *ch, const Answer *a)
{
    AnswerKey *ak = key_alloc(k, sizeof *ak);
    if (!ak) {
        return NULL;
    }
    *ak = (AnswerKey){.answer = a};
    ak->mistakes = key_alloc(k, k->c->mistake_count + 1);
    ak->rounded = key_alloc(k, (2 * a->rules.intermediate_count + 1) * sizeof *ak->rounded);
    ak->rounded_tried = key_alloc(k, 2 * a->rules.intermediate_count + 1);
    ak->known = key_alloc(k, KEY_KNOWN * sizeof *ak->known);
    if (k->stopped) {
        return NULL;
    }
    const Answer *first = a->table ? table_first(a->table) : a;
    if (first != a && ch->answers[first->number]) {
        ak->upstream = ch->answers[first->number]->upstream;
    } else if (a->slot != NO_SLOT && !depend_upstream(k->graph, ch->branches, a->slot, &k->arena, &ak->upstream)) {
        vm_fail_memory(k->graph->vm);
        k->stopped = true;
        return NULL;
    }
    answer_earlier(k, ak);
    for (uint32_t i = 0; i < k->c->mistake_count; i++) {
        ak->mistakes[i] = mistake_reaches(k, ak, k->c->mistakes[i]);
    }
    ak->has_value = key_of_answer(k, ch->view, a, &ak->value);
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

/* Cells of tables that the answer depends on are formulas too. view: what they are rounded in; NULL: none is, or stopped. */
static View *round_cells(Key *k, View *view, const AnswerKey *a, int decimals)
{
    Heap *heap = k->graph->vm->heap;
    NumCtx *num = k->graph->vm->num;
    Mem *mem = k->graph->vm->mem;
    uint32_t n = 0, guard = heap->protected_count;
    Put *puts = mem_zalloc(mem, a->earlier_count + 1, sizeof *puts);
    if (!puts) {
        vm_fail_memory(k->graph->vm);
        k->stopped = true;
        return NULL;
    }
    for (uint32_t i = 0; i < a->earlier_count && !k->stopped; i++) {
        const Answer *cell = k->c->answers[a->earlier[i]];
        Value v;
        if (cell->table && key_own_value(k, view, cell, &v) && value_is_number(v) &&
            num_round(num, v, decimals, ROUND_HALF_UP, &v) == NUM_OK) {
            puts[n++] = (Put){.answer = cell, .value = v};
            heap_protect(heap, v);
        }
    }
    View *made = n && !k->stopped ? key_put(k, view, puts, n) : NULL;
    heap_unprotect(heap, guard);
    mem_free(mem, puts, (a->earlier_count + 1) * sizeof *puts);
    return made;
}

View *key_rounded(Key *k, KeyChoice *ch, AnswerKey *a, uint32_t i)
{
    uint32_t count = a->answer->rules.intermediate_count;
    int decimals = a->answer->rules.intermediate[i % count];
    Heap *heap = k->graph->vm->heap;
    if (a->rounded_tried[i] || k->stopped) {
        return a->rounded[i];
    }
    a->rounded_tried[i] = true;
    uint32_t guard = heap->protected_count;
    View *cells = round_cells(k, ch->view, a, decimals), *v = cells;
    if (i < count && !k->stopped) {
        if (cells) {
            heap_protect(heap, view_value(cells));
        }
        v = key_round_formulas(k, cells ? cells : ch->view, &a->upstream, NULL, decimals);
    }
    a->rounded[i] = v && key_keep(k, v) ? v : NULL;
    heap_unprotect(heap, guard);
    return a->rounded[i];
}
