/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside vm/: frames and slots as the parts of the machine share them.

   A frame that is `special` fills a slot or is where vm_run was entered; RETURN looks no further at others.
   Registers above the current frame mean nothing. Those up to high_water have been written since the last
   collection; a frame that reaches beyond clears what it takes, so that the collector never sees a stale cell. */
#ifndef BAREME_VM_MACHINE_H
#define BAREME_VM_MACHINE_H

#include "base/limits.h"
#include "vm/vm.h"

#define STACK_VALUES (512u << 10)
#define FUEL_QUANTUM 4096u
#define NO_SLOT UINT32_MAX

static inline Frame *vm_frame(const Vm *vm)
{
    return &vm->frames[vm->frame_count - 1];
}

/* ---- frames: call.c ---- */

/* The first register above all frames. */
Value *vm_top(const Vm *vm);
/* A frame for code of `proto`, to be completed by the caller; NULL: fault. Its registers are ready. */
Frame *vm_push(Vm *vm, const Proto *proto);
/* A frame for a call of f; checks the arguments. */
bool vm_push_call(Vm *vm, const Function *f, const Value *args, uint32_t n);
/* Calls a native; *out is its value. */
bool vm_call_native(Vm *vm, const Native *native, const Value *args, uint32_t n, Value *out);
/* As above, the last arguments having names (a list of texts). For a Function a frame is pushed and *pushed set. */
bool vm_call_named(Vm *vm, Value callee, const Value *args, uint32_t n, Value names, bool *pushed, Value *out);
bool vm_fail_not_function(Vm *vm, Value v);

/* ---- what a function wants of its arguments: contract.c ---- */

/* Are these arguments what the parameters say? A range or a keyed list becomes a list, a bare number where a duration is
   wanted so many days, a bare rate one that mixes with percentages. */
bool vm_contract(Vm *vm, const Proto *p, Value *args, uint32_t n);
/* The arguments that the last parameter of p takes, as one list: a list among them gives its items, unless lists are what
   it takes. A single status stays what it is. */
bool vm_rest(Vm *vm, const Proto *p, const Value *args, uint32_t n, Value *out);
/* The status that a function with this argument gives at once: the argument, or a blank item of it. */
bool vm_argument_status(Value v, Value *out);

/* ---- slots and views: view.c ---- */

/* Where a view keeps a slot: itself or the nearest parent that has it (*owner). */
static inline Slot *vm_slot(View *view, uint32_t slot, View **owner)
{
    while (view->map) {
        int32_t at = view->map[slot];
        if (at >= 0) {
            *owner = view;
            return &view->slots[at];
        }
        view = view->parent;
    }
    *owner = view;
    return &view->slots[slot];
}

/* The slot is not READY: pushes the frame that fills it, or faults. */
bool vm_enter_slot(Vm *vm, View *owner, Slot *slot, uint32_t number);
/* `old` of the running override: *ready says that *out is its value, else a frame was pushed. */
bool vm_enter_old(Vm *vm, bool *ready, Value *out);
/* `with`: pushes the frame of the thunk in a new view. values: thunk, then the overrides in order. */
bool vm_enter_with(Vm *vm, const WithList *with, const Value *values);
/* The frame of a slot has returned v. */
void vm_fill_slot(Vm *vm, const Frame *f, Value v);
/* A fault passes the frame of a slot. */
void vm_spoil_slot(Vm *vm, const Frame *f);
void vm_mark_view(Heap *h, View *v);

/* ---- faults: fault.c ---- */

Span vm_frame_span(const Frame *f);
void vm_slot_name(Vm *vm, Buf *out, uint32_t slot);
/* Diagnostic with {0} = word and {1}, {2} … = the values described. */
bool vm_fail_values(Vm *vm, DiagId id, Str word, const Value *values, uint32_t n);
bool vm_fail_cycle(Vm *vm, const Slot *slot, uint32_t number);
/* Pops frames down to `floor`, or to the nearest handler above it (true: go on from the top frame). */
bool vm_unwind(Vm *vm, uint32_t floor);
/* The best match of `wrong` among names, for did-you-mean; {NULL, 0} if none is near. */
typedef Str (*NameAt)(const void *names, uint32_t i);
Str vm_nearest(Vm *vm, Str wrong, const void *names, uint32_t n, NameAt at);

/* ---- vm.c ---- */

/* Fuel is out: takes more from the budget. */
bool vm_refuel(Vm *vm);
/* Charges what big numbers have cost since the last time. */
bool vm_charge_numbers(Vm *vm);
void vm_collect(Vm *vm);

/* ---- run.c ---- */

/* Runs the top frame, which becomes a boundary, until it returns. */
bool vm_run(Vm *vm, Value *out);

/* ---- arith.c, access.c, iterate.c ---- */

/* Results are truths, or the status met. */
bool vm_not(Vm *vm, Value v, Value *out);
bool vm_logic(Vm *vm, OpCode and_or, Value a, Value b, Value *out);
/* Is v true? A status or anything else is a fault. */
bool vm_condition(Vm *vm, Value v, bool *out);
bool vm_compare(Vm *vm, OpCode eq_ne_lt_le, Value a, Value b, Value *out);
bool vm_member_of(Vm *vm, Value object, Str name, Value *out); /* all but scenarios */
bool vm_member_by(Vm *vm, Value object, Value key, Value *out); /* object.(key), where key is no text */
/* object.name about to be called: bound to the object, if it is one that can be asked things. */
bool vm_method_of(Vm *vm, Value object, Str name, Value *out);
bool vm_is_method(Value v);
static inline bool vm_is_object(Value v)
{
    return v.tag == T_OBJECT;
}
/* Calls what vm_method_of has bound; names: of the last arguments, or nothing. */
bool vm_call_method(Vm *vm, Value method, const Value *args, uint32_t n, Value names, Value *out);
bool vm_scenario_slot(Vm *vm, Value scenario, Str name, uint32_t *slot);
bool vm_update(Vm *vm, Value object, Value key, Value value, Value *out);
bool vm_in(Vm *vm, Value item, Value set, Value *out);
bool vm_is(Vm *vm, Value v, uint32_t what, Value *out);
bool vm_list_of(Vm *vm, const Value *items, uint32_t n, Value *out);
bool vm_record_of(Vm *vm, const Value *pairs, uint32_t n, Value *out);
bool vm_range_of(Vm *vm, const Value *bounds, uint32_t n, Value *out);
bool vm_join(Vm *vm, const Value *parts, uint32_t n, Value *out);
bool vm_show(Vm *vm, Value v, Str format, Value *out);
/* Item k of a range, from 0; *within false: beyond its end. */
bool vm_range_at(Vm *vm, const Range *r, int64_t k, Value *out, bool *within);
bool vm_range_has(Vm *vm, const Range *r, Value x, Value *out);
/* Set up r[0..2]; *empty: nothing to go through; r[3] is the first item otherwise. */
bool vm_for_prepare(Vm *vm, Value *r, bool *empty);
/* The next item into r[3]. */
bool vm_for_next(Vm *vm, Value *r, bool *done);

/* In r[1].flags: r[0] is a whole number, r[1] how many steps are left, r[2] the step. */
enum { FOR_COUNTED = 4 };

#endif
