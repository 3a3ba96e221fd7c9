/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A traced run is an ordinary call of the formula's code, compiled with TRACE, in the view asked for. */
#include "model/trace.h"

#include "code/compile.h"

static void trace_keep(Trace *t, uint32_t at, uint32_t node, Value v)
{
    if (at == t->cap) {
        uint32_t wider = t->cap ? t->cap * 2 : 32;
        TraceItem *grown = mem_realloc(t->graph->vm->mem, t->items, t->cap * sizeof *grown, wider * sizeof *grown);
        if (!grown) {
            t->memory = true;
            return;
        }
        t->items = grown;
        t->cap = wider;
    }
    if (at == t->count) {
        if (!list_push(t->graph->vm->heap, t->kept, v)) {
            t->memory = true;
            return;
        }
        t->items[t->count++] = (TraceItem){.node = node};
    }
    t->kept->store->items[at] = v;
    t->items[at].value = v;
    t->items[at].times++;
}

/* The evaluations before the one wanted are forgotten as they end. */
static void trace_picked(Trace *t, const Node *root, uint32_t node)
{
    if (root && node == root->id && t->done++ < t->pick) {
        t->count = 0;
        t->kept->n = t->kept->store->used = 0;
    }
}

static void trace_note(void *data, const Frame *frame, uint32_t node, Value v)
{
    Trace *t = data;
    uint32_t at = t->count;
    (void)frame;
    if (t->root && t->done > t->pick) {
        return;
    }
    while (at > 0 && t->items[at - 1].node != node) {
        at--;
    }
    trace_keep(t, at ? at - 1 : t->count, node, v);
    trace_picked(t, t->root, node);
}

typedef struct Hook { /* whoever was listening before */
    void (*trace)(void *, const Frame *, uint32_t, Value);
    void *data;
} Hook;

static Hook listen(Vm *vm, void (*trace)(void *, const Frame *, uint32_t, Value), void *data)
{
    Hook before = {vm->host.trace, vm->host.trace_data};
    vm->host.trace = trace;
    vm->host.trace_data = data;
    return before;
}

/* The result, too, is kept from the collector. */
static bool keep_result(Trace *t, bool ok)
{
    Vm *vm = t->graph->vm;
    if (ok && (t->memory || heap_protect(vm->heap, t->result) == UINT32_MAX)) {
        return vm_fail_memory(vm);
    }
    return ok;
}

static bool run_traced(Trace *t, View *view, const Proto *proto, const Binding *binding)
{
    Vm *vm = t->graph->vm;
    Function *f = (Function *)heap_new(vm->heap, O_FUNCTION, sizeof *f);
    if (!f) {
        return vm_fail_memory(vm);
    }
    f->proto = proto;
    f->binding = binding;
    Value thunk = value_obj(T_FUNCTION, f);
    if (heap_protect(vm->heap, thunk) == UINT32_MAX) {
        return vm_fail_memory(vm);
    }
    Hook outer = listen(vm, trace_note, t);
    bool ok = vm_call_thunk(vm, thunk, view ? view : vm->base, &t->result);
    listen(vm, outer.trace, outer.data);
    return keep_result(t, ok);
}

/* No declaration owns this code, so nothing else keeps its constants. */
static bool protect_constants(Heap *h, const Proto *p)
{
    for (uint32_t i = 0; i < p->const_count; i++) {
        if (heap_protect(h, p->consts[i]) == UINT32_MAX) {
            return false;
        }
    }
    for (uint32_t i = 0; i < p->nested_count; i++) {
        if (!protect_constants(h, p->nested[i])) {
            return false;
        }
    }
    return true;
}

static bool trace_open(Trace *t, Graph *g)
{
    *t = (Trace){.graph = g, .result = value_none(), .guard = heap_protect(g->vm->heap, value_none())};
    t->kept = t->guard == UINT32_MAX ? NULL : list_new(g->vm->heap, 0);
    return t->kept && heap_protect(g->vm->heap, value_obj(T_LIST, t->kept)) != UINT32_MAX;
}

static bool trace_slot(Trace *t, Graph *g, View *view, uint32_t slot)
{
    Program *p = g->program;
    Decl *d = p->decls[g->slots[slot].decl];
    Compiled c;
    if (!compile_decl(p, d, true, &c) || !protect_constants(g->vm->heap, c.proto)) {
        return vm_fail_memory(g->vm);
    }
    const Binding *binding = graph_bind_slot(g, c.refs, c.ref_count, slot);
    uint32_t *reads = binding ? mem_zalloc(p->mem, c.proto->read_count + 1, sizeof *reads) : NULL;
    if (!reads) {
        return vm_fail_memory(g->vm);
    }
    t->read_slots = reads;
    t->read_count = c.proto->read_count;
    for (uint32_t i = 0; i < t->read_count; i++) {
        reads[i] = binding->slots[c.proto->reads[i]];
    }
    return run_traced(t, view, c.proto, binding);
}

bool trace_run(Trace *t, Graph *g, View *view, uint32_t slot)
{
    return trace_open(t, g) ? trace_slot(t, g, view, slot) : vm_fail_memory(g->vm);
}

bool trace_pick(Trace *t, Graph *g, View *view, uint32_t slot, const Node *root, uint32_t pick, Value *value)
{
    *value = value_none();
    if (!trace_open(t, g)) {
        return vm_fail_memory(g->vm);
    }
    t->root = root;
    t->pick = pick;
    if (!trace_slot(t, g, view, slot)) {
        return false;
    }
    const Value *found = t->done > pick ? trace_value(t, root) : NULL;
    *value = found ? *found : value_none();
    return true;
}

bool trace_call(Trace *t, Graph *g, View *view, uint32_t slot, const Value *args, uint32_t n)
{
    if (!trace_run(t, g, view, slot)) {
        return false;
    }
    Hook outer = listen(g->vm, trace_note, t);
    bool ok = vm_call(g->vm, t->result, args, n, &t->result);
    listen(g->vm, outer.trace, outer.data);
    return keep_result(t, ok);
}

void trace_free(Trace *t)
{
    Mem *mem = t->graph->vm->mem;
    mem_free(mem, t->items, t->cap * sizeof *t->items);
    mem_free(mem, t->read_slots, (t->read_count + 1) * sizeof *t->read_slots);
    if (t->guard != UINT32_MAX) {
        heap_unprotect(t->graph->vm->heap, t->guard);
    }
}

const Value *trace_value(const Trace *t, const Node *n)
{
    for (uint32_t i = 0; i < t->count; i++) {
        if (t->items[i].node == n->id) {
            return &t->items[i].value;
        }
    }
    return NULL;
}
