/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a view is one block with the slots of its plan, an extra slot for the `old` of each override, and the
   overrides sorted by slot. Its slots start stale, save those that it or an ancestor overrides. */
#include "vm/vm.h"

#include <stdlib.h>
#include <string.h>

#include "num/unit.h"
#include "vm/machine.h"

void vm_mark_view(Heap *h, View *v)
{
    uint32_t own = v->map ? v->count + v->override_count : v->count;
    heap_mark_obj(h, (Obj *)v->parent);
    heap_mark_obj(h, (Obj *)(uintptr_t)v->plan);
    for (uint32_t i = 0; i < own; i++)
        heap_mark(h, v->slots[i].value);
    for (uint32_t i = 0; i < v->override_count; i++)
        heap_mark(h, v->overrides[i].value);
}

/* ---- overrides ---- */

static int override_order(const void *a, const void *b)
{
    uint32_t x = ((const Override *)a)->slot, y = ((const Override *)b)->slot;
    return (x > y) - (x < y);
}

static Override *view_own_override(const View *v, uint32_t slot)
{
    const Override key = {.slot = slot};
    return v->override_count
               ? bsearch(&key, v->overrides, v->override_count, sizeof key, override_order)
               : NULL;
}

/* What replaces a slot as seen from v; NULL: its formula holds. */
static const Override *view_override(const View *v, uint32_t slot)
{
    for (; v->map; v = v->parent) {
        if (v->map[slot] < 0)
            continue;
        const Override *o = view_own_override(v, slot);
        if (o || v->lift)
            return o;
    }
    return NULL;
}

/* The unit that a formula surely shows: that of a constant, or of a final `to`. */
static bool formula_unit(const Proto *p, uint16_t *unit)
{
    if (!p || p->code_count < 2 || p->code[p->code_count - 1].op != OPC_RETURN)
        return false;
    const Ins *i = &p->code[p->code_count - 2];
    if (i->op == OPC_CONVERT) {
        *unit = i->c;
        return true;
    }
    if (p->code_count != 2 || i->op != OPC_CONST || !value_is_number(p->consts[i->b]))
        return false;
    *unit = p->consts[i->b].unit;
    return true;
}

/* An override is shown in the unit of the formula it replaces, so that roundings behind it stay the same. */
static Value override_shown(Vm *vm, uint32_t slot, Value v)
{
    uint16_t unit;
    Value shown;
    bool known = value_is_number(v) && formula_unit(vm->codes[slot].proto, &unit) && unit != v.unit;
    return known && unit_convert(vm->num, v, unit, &shown) == NUM_OK ? shown : v;
}

static Slot override_slot(Vm *vm, const Override *o)
{
    if (o->is_thunk)
        return (Slot){.value = o->value, .state = SLOT_THUNK};
    return (Slot){.value = override_shown(vm, o->slot, o->value), .state = SLOT_READY};
}

/* ---- making a view ---- */

static View *view_new(Vm *vm, View *parent, const Plan *plan, const Override *overrides, uint32_t n)
{
    const int32_t *map;
    const uint32_t *slots;
    uint32_t count = vm->host.plan_size(plan, &map, &slots);
    size_t total = (size_t)count + n;
    View *v = (View *)heap_new(vm->heap, O_VIEW, sizeof *v + total * sizeof(Slot) + n * sizeof(Override));
    if (!v) {
        vm_fail_memory(vm);
        return NULL;
    }
    *v = (View){.obj = v->obj, .parent = parent, .plan = plan, .map = map, .override_count = n, .count = count,
                .depth = parent->depth + 1, .slots = (Slot *)(v + 1)};
    v->overrides = (Override *)(v->slots + total);
    if (n)
        memcpy(v->overrides, overrides, n * sizeof *overrides);
    for (size_t i = 0; i < total; i++)
        v->slots[i] = (Slot){.value = value_none(), .state = SLOT_STALE};
    return v;
}

static void view_inherit(Vm *vm, View *v)
{
    const int32_t *map;
    const uint32_t *slots;
    vm->host.plan_size(v->plan, &map, &slots);
    for (uint32_t i = 0; i < v->count; i++) {
        const Override *o = view_override(v->parent, slots[i]);
        if (o)
            v->slots[map[slots[i]]] = override_slot(vm, o);
    }
}

static View *view_make(Vm *vm, View *parent, const Override *sorted, uint32_t n, bool lift)
{
    const Plan *plan = vm->host.plan(vm->host.data, vm, parent, sorted, n, lift);
    View *v = plan ? view_new(vm, parent, plan, sorted, n) : NULL;
    if (!v)
        return NULL;
    v->lift = lift;
    if (!lift && parent->map)
        view_inherit(vm, v);
    for (uint32_t i = 0; i < n; i++)
        if (v->map[sorted[i].slot] >= 0)
            v->slots[v->map[sorted[i].slot]] = override_slot(vm, &sorted[i]);
    return v;
}

static bool overrides_differ(Vm *vm, const Override *sorted, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        if (sorted[i].slot != sorted[i - 1].slot)
            continue;
        Buf name;
        buf_init(&name, vm->mem);
        vm_slot_name(vm, &name, sorted[i].slot);
        Str arg = buf_str(&name);
        vm_fail(vm, D_OVERRIDE_TWICE, &arg, 1);
        buf_free(&name);
        return false;
    }
    return true;
}

static View *view_sorted(Vm *vm, View *parent, Override *list, uint32_t n, bool lift)
{
    if (n)
        qsort(list, n, sizeof *list, override_order);
    return overrides_differ(vm, list, n) ? view_make(vm, parent, list, n, lift) : NULL;
}

View *vm_view(Vm *vm, View *parent, const Override *overrides, uint32_t n, bool lift)
{
    parent = parent ? parent : vm->base;
    if (parent->depth >= LIMIT_OVERLAY_DEPTH || !vm->host.plan) {
        vm_fail(vm, D_OVERLAY_DEPTH, NULL, 0);
        return NULL;
    }
    Override *sorted = mem_alloc(vm->mem, n * sizeof *sorted);
    if (!sorted) {
        vm_fail_memory(vm);
        return NULL;
    }
    if (n)
        memcpy(sorted, overrides, n * sizeof *sorted);
    View *v = !vm->host.implied || vm->host.implied(vm->host.data, vm, &sorted, &n)
                  ? view_sorted(vm, parent, sorted, n, lift)
                  : NULL;
    mem_free(vm->mem, sorted, n * sizeof *sorted);
    return v;
}

/* ---- evaluating ---- */

static bool slot_has_fault(Vm *vm, const Slot *s)
{
    if (s->state == SLOT_FAULT)
        vm->fault = s->value.ptr;
    return s->state == SLOT_FAULT;
}

static bool fail_no_formula(Vm *vm, uint32_t number)
{
    Buf name;
    buf_init(&name, vm->mem);
    vm_slot_name(vm, &name, number);
    Str arg = buf_str(&name);
    vm_fail(vm, D_FORMULA_BROKEN, &arg, 1);
    buf_free(&name);
    return false;
}

/* Pushes the frame that evaluates `number` for `slot` (or for no slot): the thunk of an override, or the formula. */
static bool slot_push(Vm *vm, View *view, Slot *slot, uint32_t number, const Function *thunk)
{
    const SlotCode *code = &vm->codes[number];
    if (!thunk && !code->proto)
        return fail_no_formula(vm, number);
    Frame *f = vm_push(vm, thunk ? thunk->proto : code->proto);
    if (!f)
        return false;
    f->view = view;
    f->binding = thunk ? thunk->binding : code->binding;
    f->function = thunk;
    f->slot = slot;
    f->slot_number = number;
    f->special = slot != NULL;
    if (slot)
        slot->state = SLOT_RUNNING;
    return true;
}

bool vm_enter_slot(Vm *vm, View *owner, Slot *slot, uint32_t number)
{
    if (slot_has_fault(vm, slot))
        return false;
    if (slot->state == SLOT_RUNNING)
        return vm_fail_cycle(vm, slot, number);
    return slot_push(vm, owner, slot, number, slot->state == SLOT_THUNK ? slot->value.ptr : NULL);
}

void vm_fill_slot(Vm *vm, const Frame *f, Value v)
{
    f->slot->value = f->function ? override_shown(vm, f->slot_number, v) : v;
    f->slot->state = SLOT_READY;
}

/* Limits and interrupts say nothing of the formula: it may be asked for again. A thunk is still in its slot. */
void vm_spoil_slot(Vm *vm, const Frame *f)
{
    Slot *s = f->slot;
    if (!s)
        return;
    if (vm->fault->uncatchable)
        s->state = s->value.tag == T_FUNCTION ? SLOT_THUNK : SLOT_STALE;
    else
        *s = (Slot){.value = value_obj(T_CELL, vm->fault), .state = SLOT_FAULT};
}

/* ---- `old` ---- */

/* The frame of the override that runs, directly or through functions it calls. */
static const Frame *old_frame(const Vm *vm)
{
    for (uint32_t i = vm->frame_count; i > 0; i--) {
        const Frame *f = &vm->frames[i - 1];
        if (f->slot_number != NO_SLOT && f->function)
            return f;
    }
    return NULL;
}

/* The view, at or above `from`, whose override of the slot is this function. */
static View *old_view(View *from, uint32_t slot, const Function *f, uint32_t *index)
{
    for (View *v = from; v->map; v = v->parent) {
        const Override *o = view_own_override(v, slot);
        if (o && o->is_thunk && o->value.ptr == (const void *)f) {
            *index = (uint32_t)(o - v->overrides);
            return v;
        }
    }
    return NULL;
}

static bool old_from_slot(Vm *vm, View *view, Slot *slot, uint32_t number, const Function *thunk, bool *ready,
                          Value *out)
{
    if (slot_has_fault(vm, slot))
        return false;
    if (slot->state == SLOT_RUNNING)
        return vm_fail_cycle(vm, slot, number);
    if (slot->state == SLOT_READY) {
        *ready = true;
        *out = slot->value;
        return true;
    }
    return slot_push(vm, view, slot, number, thunk);
}

/* Only the nearest override keeps the value of its `old`; that of an ancestor's override, met while an `old` is
   evaluated here, is found anew each time. */
bool vm_enter_old(Vm *vm, bool *ready, Value *out)
{
    const Frame *f = old_frame(vm);
    uint32_t index, number = f ? f->slot_number : 0;
    View *view = f ? f->view : NULL;
    View *over = f ? old_view(view, number, f->function, &index) : NULL;
    *ready = false;
    if (!over)
        return vm_fail(vm, D_OLD_OUTSIDE, NULL, 0);
    const Override *former = over->lift ? NULL : view_override(over->parent, number);
    if (former && !former->is_thunk) {
        *ready = true;
        *out = override_shown(vm, number, former->value);
        return true;
    }
    const Function *thunk = former ? former->value.ptr : NULL;
    if (over != view)
        return slot_push(vm, view, NULL, number, thunk);
    return old_from_slot(vm, view, &view->slots[view->count + index], number, thunk, ready, out);
}

/* ---- `with` ---- */

bool vm_enter_with(Vm *vm, const WithList *with, const Value *values)
{
    const Frame *caller = vm_frame(vm);
    Override overrides[LIMIT_REGISTERS + 16];
    if (with->n > LIMIT_REGISTERS)
        return vm_fail(vm, D_OVERLAY_DEPTH, NULL, 0);
    for (uint32_t i = 0; i < with->n; i++)
        overrides[i] = (Override){.slot = caller->binding->slots[with->items[i].ref],
                                  .is_thunk = !with->items[i].is_value, .value = values[i + 1]};
    View *v = vm_view(vm, caller->view, overrides, with->n, false);
    if (!v || !vm_push_call(vm, values[0].ptr, NULL, 0))
        return false;
    vm_frame(vm)->view = v;
    return true;
}
