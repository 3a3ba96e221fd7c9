/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What depends on what, as the program asks. */
#include "lib/args.h"

#include "base/limits.h"

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
