/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine: frames, registers, slots of formulas, views (overlays), faults, budgets.

   A formula's slot holds a value, a fault, or is stale; reading a stale slot pushes the formula's frame in
   the same loop, so formulas nest without C recursion. A slot met while it is running is a cycle.

   A View is where formulas are read. The base view holds every slot; any other view holds only the slots
   that its overrides reach (its Plan, made by model/) and leaves the rest to its parent. Nothing is ever
   undone: dropping a view restores everything.

   A fault is a value on its way up: it fills the slots it passes and stops at `try` or at the caller of
   vm_eval_slot / vm_call. Functions return false when vm->fault is set. */
#ifndef BAREME_VM_VM_H
#define BAREME_VM_VM_H

#include "data/bytecode.h"
#include "data/heap.h"
#include "data/show.h"
#include "diag/diag.h"
#include "data/native.h"

typedef enum SlotState { SLOT_STALE, SLOT_THUNK, SLOT_RUNNING, SLOT_READY, SLOT_FAULT } SlotState;

typedef struct Slot {
    Value value;   /* READY: the value; THUNK: the Function to run; FAULT: ptr is a Fault */
    uint8_t state;
} Slot;

typedef struct SlotCode { /* what a stale slot runs, by slot number */
    const Proto *proto;
    const Binding *binding;
} SlotCode;

typedef struct Plan Plan; /* model/plan.h: which slots a set of overrides reaches; a leaf of the heap */

typedef struct Override {
    uint32_t slot;
    bool is_thunk;     /* value is a Function without parameters, run in the new view; else a plain value */
    Value value;
} Override;

typedef struct View {
    Obj obj;
    struct View *parent;  /* NULL: the base view */
    const Plan *plan;     /* NULL: the base view */
    const int32_t *map;   /* of the plan: slot -> index here, or -1; NULL: identity */
    Override *overrides;  /* within the same block, after the slots */
    uint32_t override_count, count, depth;
    bool lift;            /* its plan ignores the overrides of its ancestors (solve) */
    Slot *slots;          /* base view: owned by the machine, resized; else within the same block: `count` slots of
                             the plan, then one for the `old` of each override */
} View;

typedef struct Fault {
    Obj obj;
    DiagId id;
    Span span;
    Text *args[DIAG_ARGS];
    struct Fault *note; /* notes: faults whose id is a note */
    bool uncatchable;   /* limits and interrupts pass through `recover` */
    bool in_library;    /* it was made by code of the library, and has not left it yet */
    bool from_function; /* on its way up it has left a named function, and no formula yet */
} Fault;

typedef struct Frame {
    const Proto *proto;
    const Ins *ip;
    Value *base, *top;        /* its registers: base .. top - 1 */
    View *view;
    const Binding *binding;
    const Function *function; /* captured values; NULL for a plain formula */
    Slot *slot;               /* the slot this frame fills; NULL for a call */
    uint32_t slot_number;     /* UINT32_MAX for a call */
    bool native_boundary;     /* returning from it leaves vm_run */
    bool special;             /* slot or native_boundary is set */
} Frame;

typedef struct Handler { /* an open TRY */
    uint32_t frame;
    const Ins *ip;
    uint8_t reg;
} Handler;

typedef struct Vm Vm;

typedef struct VmHost { /* what the machine asks of those above; registered by model/ and cli/ */
    void *data;
    /* The plan for these overrides over `parent` (sorted by slot). NULL: vm->fault is set. */
    const Plan *(*plan)(void *data, Vm *vm, const View *parent, const Override *overrides, uint32_t n, bool lift);
    uint32_t (*plan_size)(const Plan *p, const int32_t **map, const uint32_t **slots);
    /* Overrides that those imply: of the copies that scenarios have of a formula which they do not replace themselves.
       Adds to *list (of *n, allocated by mem, grown). False: vm->fault is set. NULL: none are. */
    bool (*implied)(void *data, Vm *vm, Override **list, uint32_t *n);
    /* Slot of a name inside a scenario value (`s.cost` with s a variable); UINT32_MAX: none. */
    uint32_t (*scenario_member)(void *data, uint32_t scenario, Str name);
    /* Name of a slot, for messages. */
    void (*slot_name)(void *data, Buf *out, uint32_t slot);
    Span (*slot_span)(void *data, uint32_t slot);
    /* Standard output. Returns errno. */
    int (*write)(void *data, Str bytes);
    void *write_data;
    void (*trace)(void *data, const Frame *f, uint32_t node, Value v);
    void *trace_data;
} VmHost;

struct Vm {
    Mem *mem;
    Heap *heap;
    NumCtx *num;
    Lang lang;
    Value *stack, *stack_end;
    Frame *frames;            /* LIMIT_CALL_DEPTH of them */
    uint32_t frame_count;
    Handler *handlers;
    uint32_t handler_count, handler_cap;
    View *base;
    const SlotCode *codes;    /* by slot, owned by model/ */
    Slot *slots;              /* of the base view */
    uint32_t slot_count;
    Value *globals;           /* `var`s of the program */
    uint32_t global_count;
    Fault *fault;
    Fault *out_of_memory;     /* made at start, so that it never needs memory */
    uint32_t native_depth;
    uint64_t steps_left;
    uint32_t fuel;            /* steps until the next look at interrupts */
    volatile int *interrupt;  /* set by a signal handler; may be NULL */
    uint64_t capabilities;    /* granted on the command line */
    uint32_t grantable;       /* capabilities that options could grant; none: copies are being marked */
    int exit_write_error;     /* errno of the last failed print */
    Value *high_water;
    VmHost host;
    const Native *native;     /* the one called last: what a native that serves several functions asks at once */
    const void *library;      /* lib/ registers itself here for natives that need it */
};

bool vm_init(Vm *vm, Mem *mem, Heap *heap, NumCtx *num, Lang lang);
void vm_free(Vm *vm);
/* After linking: the base view gets `count` slots; those marked in `stale` (NULL: all) lose their value. */
bool vm_set_slots(Vm *vm, const SlotCode *codes, uint32_t count, const bool *stale);
bool vm_set_globals(Vm *vm, uint32_t count);

/* The value of a formula in a view (NULL: base). */
bool vm_eval_slot(Vm *vm, View *view, uint32_t slot, Value *out);
/* Runs code without parameters once (a statement of the program) in the base view. */
bool vm_run_proto(Vm *vm, const Proto *p, const Binding *binding, Value *out);
bool vm_call(Vm *vm, Value function, const Value *args, uint32_t n, Value *out);
/* A thunk (Function without parameters, an unevaluated argument) in another view. */
bool vm_call_thunk(Vm *vm, Value thunk, View *view, Value *out);
/* A child view under these overrides. lift: overrides of ancestors that depend on these are lifted (solve).
   NULL: fault. The caller protects it (heap_protect with view_value) if it calls back. */
View *vm_view(Vm *vm, View *parent, const Override *overrides, uint32_t n, bool lift);
static inline Value view_value(View *v) { return value_obj(T_CELL, v); } /* only for heap_protect */
/* The view of the frame that called the running native. */
View *vm_current_view(Vm *vm);

/* Faults. All return false, so that `return vm_fail(…)` reads well. */
bool vm_fail(Vm *vm, DiagId id, const Str *args, uint32_t n);
bool vm_fail_at(Vm *vm, Span span, DiagId id, const Str *args, uint32_t n);
bool vm_fail_note(Vm *vm, DiagId id, Span span, const Str *args, uint32_t n); /* adds to vm->fault */
bool vm_fail_memory(Vm *vm);
/* A key that is no label of the list: `near`, with the closest one as {2}, when there is one, else `id`. {0} is the key,
   {1} is `in`. */
bool vm_fail_label(Vm *vm, DiagId id, DiagId near, Value key, Value labels, Str in);
bool vm_fail_num(Vm *vm, NumErr err, const char *operation, Value a, Value b);
#define VM_FAIL(vm, id, ...) vm_fail((vm), D_##id, DIAG_LIST(__VA_ARGS__))
Span vm_span(const Vm *vm); /* of the instruction running */
/* "a number (3 min)": kind and value of what a message is about. */
void vm_describe(Vm *vm, Buf *out, Value v);
/* Moves vm->fault into diags (once a place) and clears it. */
void vm_report(Vm *vm, Diags *diags);
Fault *vm_take_fault(Vm *vm); /* returns and clears */
/* Charges n steps; false: the budget is spent or the user interrupted. */
bool vm_charge(Vm *vm, uint64_t n);

/* Arithmetic on any two values, as the operators do. */
bool vm_arith(Vm *vm, OpCode op, Value a, Value b, Value *out);
bool vm_equal(Vm *vm, Value a, Value b, Value *out);           /* truth or status */
bool vm_order(Vm *vm, OpCode lt_le_gt_ge, Value a, Value b, Value *out);
bool vm_about(Vm *vm, Value a, Value b, int decimals, Value *out);
bool vm_index(Vm *vm, Value object, Value index, Value *out);
bool vm_member(Vm *vm, Value object, Str name, Value *out);
bool vm_convert(Vm *vm, Value v, uint16_t unit, Value *out);

#endif
