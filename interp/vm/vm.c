/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine's life, its roots, its budget, and the ways in from outside. */
#include "vm/vm.h"

#include <string.h>

#include "vm/machine.h"

/* ---- roots ---- */

static void vm_mark_frames(Heap *h, const Vm *vm)
{
    for (uint32_t i = 0; i < vm->frame_count; i++) {
        heap_mark_obj(h, (Obj *)vm->frames[i].view);
        if (vm->frames[i].function)
            heap_mark(h, value_obj(T_FUNCTION, (void *)(uintptr_t)vm->frames[i].function));
    }
    for (const Value *v = vm->stack, *top = vm_top(vm); v < top; v++)
        heap_mark(h, *v);
}

static void vm_mark(Heap *h, void *data)
{
    const Vm *vm = data;
    heap_mark_obj(h, (Obj *)vm->base);
    heap_mark_obj(h, (Obj *)vm->fault);
    heap_mark_obj(h, (Obj *)vm->out_of_memory);
    for (uint32_t i = 0; i < vm->global_count; i++)
        heap_mark(h, vm->globals[i]);
    vm_mark_frames(h, vm);
}

static void vm_mark_fault(Heap *h, const Fault *f)
{
    for (uint32_t i = 0; i < DIAG_ARGS; i++)
        heap_mark_obj(h, (Obj *)f->args[i]);
    heap_mark_obj(h, (Obj *)f->note);
}

static void vm_mark_object(Heap *h, Obj *o)
{
    if (o->type == O_VIEW)
        vm_mark_view(h, (View *)o);
    else
        vm_mark_fault(h, (Fault *)o);
}

/* What lies above the top frame is dead: the next frame that reaches there clears it. */
void vm_collect(Vm *vm)
{
    vm->high_water = vm_top(vm);
    heap_collect(vm->heap);
}

/* ---- life ---- */

static bool vm_allocate(Vm *vm)
{
    vm->stack = mem_alloc(vm->mem, STACK_VALUES * sizeof *vm->stack);
    vm->frames = mem_alloc(vm->mem, LIMIT_CALL_DEPTH * sizeof *vm->frames);
    if (!vm->stack || !vm->frames)
        return false;
    vm->stack_end = vm->stack + STACK_VALUES;
    vm->high_water = vm->stack;
    vm->base = (View *)heap_new(vm->heap, O_VIEW, sizeof *vm->base);
    vm->out_of_memory = (Fault *)heap_new(vm->heap, O_FAULT, sizeof *vm->out_of_memory);
    if (!vm->base || !vm->out_of_memory)
        return false;
    vm->out_of_memory->id = D_OUT_OF_MEMORY;
    vm->out_of_memory->uncatchable = true;
    return true;
}

bool vm_init(Vm *vm, Mem *mem, Heap *heap, NumCtx *num, Lang lang)
{
    *vm = (Vm){.mem = mem, .heap = heap, .num = num, .lang = lang, .steps_left = LIMIT_STEPS};
    heap->mark_object = vm_mark_object;
    if (!vm_allocate(vm))
        return false;
    heap_add_root(heap, vm_mark, vm);
    return true;
}

/* The heap, which may be freed before or after, is not touched. */
void vm_free(Vm *vm)
{
    mem_free(vm->mem, vm->stack, STACK_VALUES * sizeof *vm->stack);
    mem_free(vm->mem, vm->frames, LIMIT_CALL_DEPTH * sizeof *vm->frames);
    mem_free(vm->mem, vm->handlers, vm->handler_cap * sizeof *vm->handlers);
    mem_free(vm->mem, vm->globals, vm->global_count * sizeof *vm->globals);
    mem_free(vm->mem, vm->slots, vm->slot_count * sizeof *vm->slots);
    *vm = (Vm){0};
}

bool vm_set_slots(Vm *vm, const SlotCode *codes, uint32_t count, const bool *stale)
{
    Slot *slots = mem_alloc(vm->mem, count * sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (i < vm->slot_count && stale && !stale[i])
            slots[i] = vm->slots[i];
        else
            slots[i] = (Slot){.value = value_none(), .state = SLOT_STALE};
    }
    mem_free(vm->mem, vm->slots, vm->slot_count * sizeof *vm->slots);
    vm->slots = vm->base->slots = slots;
    vm->slot_count = vm->base->count = count;
    vm->codes = codes;
    return true;
}

bool vm_set_globals(Vm *vm, uint32_t count)
{
    if (count <= vm->global_count)
        return true;
    Value *g = mem_realloc(vm->mem, vm->globals, vm->global_count * sizeof *g, count * sizeof *g);
    if (!g)
        return false;
    for (uint32_t i = vm->global_count; i < count; i++)
        g[i] = value_none();
    vm->globals = g;
    vm->global_count = count;
    return true;
}

/* ---- budget ---- */

bool vm_refuel(Vm *vm)
{
    vm->fuel = 0;
    if (vm->interrupt && *vm->interrupt)
        return vm_fail(vm, D_INTERRUPTED, NULL, 0);
    if (!vm->steps_left)
        return vm_fail(vm, D_STEPS_SPENT, NULL, 0);
    uint64_t quantum = vm->steps_left < FUEL_QUANTUM ? vm->steps_left : FUEL_QUANTUM;
    vm->steps_left -= quantum;
    vm->fuel = (uint32_t)quantum;
    return true;
}

bool vm_charge(Vm *vm, uint64_t n)
{
    if (n < vm->fuel) {
        vm->fuel -= (uint32_t)n;
        return true;
    }
    n -= vm->fuel;
    vm->steps_left = n < vm->steps_left ? vm->steps_left - n : 0;
    return vm_refuel(vm);
}

bool vm_charge_numbers(Vm *vm)
{
    uint64_t cost = vm->num->cost;
    vm->num->cost = 0;
    return !cost || vm_charge(vm, cost);
}

/* ---- from outside ---- */

static bool vm_enter(Vm *vm, Frame *f, Value *out)
{
    if (vm->native_depth >= LIMIT_NATIVE_DEPTH) {
        vm_fail(vm, D_NATIVE_DEPTH, NULL, 0);
        vm_spoil_slot(vm, f);
        vm->frame_count--;
        return false;
    }
    vm->native_depth++;
    bool ok = vm_run(vm, out);
    vm->native_depth--;
    return ok;
}

bool vm_eval_slot(Vm *vm, View *view, uint32_t slot, Value *out)
{
    View *owner;
    Slot *s = vm_slot(view ? view : vm->base, slot, &owner);
    if (s->state == SLOT_READY) {
        *out = s->value;
        return true;
    }
    return vm_enter_slot(vm, owner, s, slot) && vm_enter(vm, vm_frame(vm), out);
}

bool vm_run_proto(Vm *vm, const Proto *p, const Binding *binding, Value *out)
{
    Frame *f = vm_push(vm, p);
    if (!f)
        return false;
    f->view = vm->base;
    f->binding = binding;
    return vm_enter(vm, f, out);
}

/* The arguments of a native lie in its caller's C memory, so they are kept alive here. */
static bool vm_call_protected(Vm *vm, const Native *native, const Value *args, uint32_t n, Value *out)
{
    uint32_t mark = vm->heap->protected_count;
    bool ok = true;
    for (uint32_t i = 0; i < n && ok; i++)
        ok = heap_protect(vm->heap, args[i]) != UINT32_MAX;
    ok = ok ? vm_call_native(vm, native, args, n, out) : vm_fail_memory(vm);
    heap_unprotect(vm->heap, mark);
    return ok;
}

bool vm_call(Vm *vm, Value function, const Value *args, uint32_t n, Value *out)
{
    if (function.tag == T_NATIVE)
        return vm_call_protected(vm, function.ptr, args, n, out);
    if (function.tag != T_FUNCTION)
        return vm_fail_not_function(vm, function);
    return vm_push_call(vm, function.ptr, args, n) && vm_enter(vm, vm_frame(vm), out);
}

bool vm_call_thunk(Vm *vm, Value thunk, View *view, Value *out)
{
    if (thunk.tag != T_FUNCTION)
        return vm_fail_not_function(vm, thunk);
    if (!vm_push_call(vm, thunk.ptr, NULL, 0))
        return false;
    if (view)
        vm_frame(vm)->view = view;
    return vm_enter(vm, vm_frame(vm), out);
}

View *vm_current_view(Vm *vm)
{
    View *v = vm->frame_count ? vm_frame(vm)->view : NULL;
    return v ? v : vm->base;
}
