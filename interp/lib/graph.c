/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph as the program sees it: a formula under the values of a list, in several scenarios, and what depends on
   what. Field names of the records made here are words of both languages, so that a translated text reads them too. */
#include "lib/args.h"

#include "base/limits.h"
#include "lib/solve.h"
#include "syntax/lexicon.h"

static Graph *graph_of(const Args *a) { return ((const Library *)a->vm->library)->graph; }

static bool push(const Args *a, List *list, Value item)
{
    if (list->n == LIMIT_LIST_ITEMS) {
        return ARGS_FAIL(a, RESULT_TOO_LONG);
    }
    return list_push(args_heap(a), list, item) || vm_fail_memory(a->vm);
}

static bool slot_text(const Args *a, uint32_t slot, Value *out)
{
    Buf b;
    buf_init(&b, a->vm->mem);
    graph_slot_name(graph_of(a), &b, slot);
    return args_return_buf(a, &b, out);
}

/* As a field: without the number of its question, since `.1.gap` is no field that one can write. */
static bool field_text(const Args *a, uint32_t slot, Value *out)
{
    const Graph *g = graph_of(a);
    const Decl *d = graph_decl(g, slot);
    bool base = d && d->name.n && d->scenario < 0 && g->slots[slot].scenario < 0;
    return base ? args_return_text(a, d->name, out) : slot_text(a, slot, out);
}

/* ---- sensitivity ---- */

typedef struct Axis { /* a given, and the values it takes */
    Solver solver;
    Value name;
    Value values;
} Axis;

typedef struct Table {
    const Args *a;
    Axis axes[2];
    uint32_t axis_count;
    Value thunk;
    Value heading; /* field of the expression's value */
    List *rows;
} Table;

/* `cost over booked in …`: the expression is one formula, whose name serves as heading. */
static bool table_heading(Table *t)
{
    const Function *f = t->thunk.ptr;
    const Ins *code = f->proto->code;
    if (f->proto->code_count >= 1 && code[0].op == OPC_SLOT && f->proto->code_count <= 2 && f->binding) {
        return field_text(t->a, f->binding->slots[code[0].b], &t->heading);
    }
    return args_return_text(t->a, STR("expression"), &t->heading);
}

static bool axis_open(Table *t, uint32_t i)
{
    Axis *axis = &t->axes[t->axis_count];
    Heap *heap = args_heap(t->a);
    if (!solver_open(&axis->solver, t->a, i) || !args_list(t->a, i + 1, &axis->values) ||
        !field_text(t->a, axis->solver.slot, &axis->name)) {
        return false;
    }
    t->axis_count++;
    return (heap_protect(heap, axis->values) != UINT32_MAX && heap_protect(heap, axis->name) != UINT32_MAX) ||
           vm_fail_memory(t->a->vm);
}

static bool row_add(Table *t, const Value *xs, Value result)
{
    Heap *heap = args_heap(t->a);
    Record *r = record_new(heap, t->axis_count + 1);
    bool ok = r != NULL;
    for (uint32_t i = 0; ok && i < t->axis_count; i++) {
        ok = record_set_field(heap, r, i, text_str(heap, t->axes[i].name), xs[i]);
    }
    ok = ok && record_set_field(heap, r, t->axis_count, text_str(heap, t->heading), result);
    return ok ? push(t->a, t->rows, value_obj(T_RECORD, r)) : vm_fail_memory(t->a->vm);
}

static bool row_make(Table *t, const uint32_t *at)
{
    Vm *vm = t->a->vm;
    Override overrides[2];
    Value xs[2], result;
    for (uint32_t i = 0; i < t->axis_count; i++) {
        Axis *axis = &t->axes[i];
        if (!solver_value(&axis->solver, list_at(axis->values, at[i]), &xs[i])) {
            return false;
        }
        overrides[i] = (Override){.slot = axis->solver.slot, .value = xs[i]};
    }
    View *view = vm_view(vm, vm_current_view(vm), overrides, t->axis_count, true);
    if (!view) {
        return false;
    }
    uint32_t mark = heap_protect(vm->heap, view_value(view)); /* and with it the values it holds */
    if (mark == UINT32_MAX) {
        return vm_fail_memory(vm);
    }
    bool ok = vm_call_thunk(vm, t->thunk, view, &result) && row_add(t, xs, result);
    heap_unprotect(vm->heap, mark);
    return ok;
}

static bool table_rows(Table *t)
{
    uint32_t at[2], inner = t->axis_count == 2 ? list_count(t->axes[1].values) : 1;
    for (at[0] = 0; at[0] < list_count(t->axes[0].values); at[0]++) {
        for (at[1] = 0; at[1] < inner; at[1]++) {
            if (!row_make(t, at)) {
                return false;
            }
        }
    }
    return true;
}

static bool table_make(Table *t, Value *out)
{
    Heap *heap = args_heap(t->a);
    if (!solver_thunk(t->a, 0, &t->thunk, NULL, NULL) || !axis_open(t, 1) ||
        (args_given(t->a, 3) && !axis_open(t, 3)) || !table_heading(t)) {
        return false;
    }
    t->rows = list_new(heap, 0);
    if (!t->rows || heap_protect(heap, t->heading) == UINT32_MAX) {
        return vm_fail_memory(t->a->vm);
    }
    *out = value_obj(T_LIST, t->rows);
    return (heap_protect(heap, *out) != UINT32_MAX || vm_fail_memory(t->a->vm)) && table_rows(t);
}

BUILTIN_FUNCTION(sensitivity)
{
    Table t = {.a = a};
    uint32_t mark = heap_protect(args_heap(a), value_none());
    if (mark == UINT32_MAX) {
        return vm_fail_memory(a->vm);
    }
    bool ok = table_make(&t, out);
    heap_unprotect(args_heap(a), mark);
    return ok;
}

/* ---- compare ---- */

typedef struct Comparison {
    const Args *a;
    Value list;      /* of scenarios */
    Str by;
    int direction;   /* 1: the lowest is best, -1: the highest, 0: neither is */
    List *values;
} Comparison;

static bool scenario_title(const Args *a, Value scenario, Value *out)
{
    const Program *p = graph_of(a)->program;
    const ScenarioDecl *s = p->scenarios[scenario.num];
    Str title = s->node ? node_title(s->node) : (Str){NULL, 0};
    return args_return_text(a, title.n ? title : p->decls[s->decl]->name, out);
}

static bool compare_direction(Comparison *c)
{
    Str best;
    if (!args_given(c->a, 2)) {
        return true;
    }
    if (!args_text(c->a, 2, &best)) {
        return false;
    }
    WordId en = word_find(best, LANG_EN), fr = word_find(best, LANG_FR);
    c->direction = en == W_HIGHEST || fr == W_HIGHEST ? -1 : en == W_LOWEST || fr == W_LOWEST ? 1 : 0;
    return c->direction != 0 || args_fail(c->a, D_ARG_TEXT, 2, c->a->v[2]);
}

static bool compare_values(Comparison *c)
{
    for (uint32_t i = 0; i < list_count(c->list); i++) {
        if (!vm_member(c->a->vm, list_at(c->list, i), c->by, &c->values->store->items[i])) {
            return false;
        }
    }
    return true;
}

/* Is value number i at least as good as all others? What has no value is never the best. */
static bool compare_best(const Comparison *c, uint32_t i, bool *best)
{
    Value mine = c->values->store->items[i], less;
    *best = mine.tag != T_STATUS;
    for (uint32_t j = 0; *best && j < c->values->n; j++) {
        Value other = c->values->store->items[j];
        if (other.tag == T_STATUS) {
            continue;
        }
        bool ok = c->direction > 0 ? vm_order(c->a->vm, OPC_LT, other, mine, &less)
                                   : vm_order(c->a->vm, OPC_LT, mine, other, &less);
        if (!ok) {
            return false;
        }
        *best = !value_is_true(less);
    }
    return true;
}

static bool compare_row(const Comparison *c, uint32_t i, List *rows)
{
    Heap *heap = args_heap(c->a);
    Value title;
    bool best = false;
    if (!scenario_title(c->a, list_at(c->list, i), &title) || (c->direction && !compare_best(c, i, &best))) {
        return false;
    }
    Record *r = record_new(heap, c->direction ? 3 : 2);
    if (!r || !record_set_field(heap, r, 0, STR("option"), title) ||
        !record_set_field(heap, r, 1, c->by, c->values->store->items[i]) ||
        (c->direction && !record_set_field(heap, r, 2, STR("optimal"), value_truth(best)))) {
        return vm_fail_memory(c->a->vm);
    }
    return push(c->a, rows, value_obj(T_RECORD, r));
}

static bool compare(Comparison *c, Value *out)
{
    Heap *heap = args_heap(c->a);
    c->values = list_new(heap, list_count(c->list));
    List *rows = list_new(heap, 0);
    if (!c->values || !rows || heap_protect(heap, value_obj(T_LIST, c->values)) == UINT32_MAX ||
        heap_protect(heap, value_obj(T_LIST, rows)) == UINT32_MAX) {
        return vm_fail_memory(c->a->vm);
    }
    *out = value_obj(T_LIST, rows);
    if (!compare_direction(c) || !compare_values(c)) {
        return false;
    }
    for (uint32_t i = 0; i < list_count(c->list); i++) {
        if (!compare_row(c, i, rows)) {
            return false;
        }
    }
    return true;
}

BUILTIN_FUNCTION(compare_scenarios)
{
    Comparison c = {.a = a};
    if (!args_list(a, 0, &c.list) || !args_text(a, 1, &c.by)) {
        return false;
    }
    for (uint32_t i = 0; i < list_count(c.list); i++) {
        if (list_at(c.list, i).tag != T_SCENARIO) {
            return args_fail(a, D_ARG_SCENARIO, 0, list_at(c.list, i));
        }
    }
    uint32_t mark = heap_protect(args_heap(a), value_none());
    if (mark == UINT32_MAX) {
        return vm_fail_memory(a->vm);
    }
    bool ok = compare(&c, out);
    heap_unprotect(args_heap(a), mark);
    return ok;
}

/* ---- who reads whom ---- */

typedef struct Walk {
    const Graph *graph;
    bool *seen;
    uint32_t *queue; /* slots reached, in order of reaching; room for all */
    uint32_t count;
} Walk;

static void walk_reach(void *visitor, uint32_t slot)
{
    Walk *w = visitor;
    if (!w->seen[slot]) {
        w->seen[slot] = true;
        w->queue[w->count++] = slot;
    }
}

static void walk(Walk *w, uint32_t from, bool readers)
{
    w->seen[from] = true;
    w->queue[w->count++] = from;
    for (uint32_t i = 0; i < w->count; i++) {
        const GraphSlot *s = &w->graph->slots[w->queue[i]];
        for (uint32_t k = 0; readers && k < s->reader_count; k++) {
            walk_reach(w, s->readers[k]);
        }
        if (!readers) {
            graph_each_read(w->graph, w->queue[i], walk_reach, w);
        }
    }
}

/* Statements and clauses have no name to tell. */
static bool has_name(const Graph *g, uint32_t slot)
{
    const Decl *d = graph_decl(g, slot);
    return d && d->name.n && (d->kind == DECL_FORMULA || d->kind == DECL_SHARED);
}

static bool walk_names(const Args *a, const Walk *w, Value *out)
{
    List *list = list_new(args_heap(a), 0);
    Value name;
    if (!list) {
        return vm_fail_memory(a->vm);
    }
    for (uint32_t i = 1; i < w->count; i++) {
        if (has_name(w->graph, w->queue[i]) && !(slot_text(a, w->queue[i], &name) && push(a, list, name))) {
            return false;
        }
    }
    *out = value_obj(T_LIST, list);
    return vm_charge(a->vm, w->count);
}

static bool names_around(const Args *a, bool readers, Value *out)
{
    Walk w = {.graph = graph_of(a)};
    Mem *mem = a->vm->mem;
    if (a->v[0].tag != T_FORMULA) {
        return vm_fail(a->vm, D_FORMULA_NAME_WANTED, NULL, 0);
    }
    size_t total = w.graph->slot_count;
    w.seen = mem_zalloc(mem, total, sizeof *w.seen);
    w.queue = mem_zalloc(mem, total, sizeof *w.queue);
    bool ok = w.seen && w.queue;
    if (ok) {
        walk(&w, (uint32_t)a->v[0].num, readers);
        ok = walk_names(a, &w, out);
    } else {
        vm_fail_memory(a->vm);
    }
    mem_free(mem, w.seen, total * sizeof *w.seen);
    mem_free(mem, w.queue, total * sizeof *w.queue);
    return ok;
}

BUILTIN_FUNCTION(depends_on) { return names_around(a, false, out); }
BUILTIN_FUNCTION(impacts) { return names_around(a, true, out); }
