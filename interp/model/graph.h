/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph of formulas: slots, scenarios, dependencies, overlays. "Evaluate the graph under overrides" is
   the one mechanism behind scenarios, what-if, carried error, diagnosis, solving and variants.

   Linking gives each Decl its base slot (slot number = decl number) and each scenario its own copies of the
   formulas that its overrides reach; copies share code and differ by their Binding. Overlays at run time are
   Views made by vm_view with a Plan from here (model/plan.h). */
#ifndef BAREME_MODEL_GRAPH_H
#define BAREME_MODEL_GRAPH_H

#include "check/program.h"
#include "vm/vm.h"

#define NO_SLOT UINT32_MAX

typedef struct GraphSlot {
    uint32_t decl;
    int32_t scenario;       /* -1: base */
    const Proto *proto;     /* NULL: nothing to evaluate (a scenario's name, a module) */
    const Binding *binding;
    const uint32_t *readers; /* slots that read it */
    uint32_t reader_count;
} GraphSlot;

typedef struct Graph {
    Program *program;
    Vm *vm;
    Arena arena;            /* slots and readers: remade at each link */
    Arena kept;             /* bindings: values on the heap may point to them */
    GraphSlot *slots;
    uint32_t slot_count;
    uint32_t base_count;    /* slots below are those of decls */
    SlotCode *codes;
    uint32_t **own;         /* own[s][decl]: the slot scenario s has for it, NO_SLOT none */
    const Proto **linked;   /* proto each base slot had at the last link */
    const Binding **linked_bindings;
    uint32_t linked_count;
    uint32_t linked_ties;   /* unit_ties at the last link: a convention may change any value */
    Map rebound;            /* bindings of overrides as scenarios read them (model/implied.c) */
    struct Plan **plans;    /* hash table of PLAN_BUCKETS chains (model/plan.h) */
    size_t plan_bytes;      /* of the plans in it */
    const Proto *alias;     /* reads reference 0: what a chosen branch's shared name runs */
} Graph;

bool graph_init(Graph *g, Program *p, Vm *vm);
void graph_free(Graph *g);
/* After program_load and compile_program. Values of slots whose formula, or something it reads, changed become
   stale; all others are kept. False: out of memory or over a limit, reported in the program's diags. */
bool graph_link(Graph *g);

/* Slot of a declaration as seen from a scenario (-1: base). */
uint32_t graph_slot(const Graph *g, const Decl *d, int32_t scenario);
uint32_t graph_slot_of_node(const Graph *g, const Node *expr); /* NO_SLOT: none */
const Decl *graph_decl(const Graph *g, uint32_t slot);
/* "hours", "outsourced.cost": as a teacher would name it. */
void graph_slot_name(const Graph *g, Buf *out, uint32_t slot);
/* Its label ("prospect file"), or {NULL,0}. */
Str graph_slot_label(const Graph *g, uint32_t slot);
/* Slots read by a slot's code: calls visit for each. */
void graph_each_read(const Graph *g, uint32_t slot, void (*visit)(void *visitor, uint32_t slot), void *visitor);
/* Transitive: does `slot` depend on `on`? */
bool graph_depends(const Graph *g, uint32_t slot, uint32_t on);
/* The binding of a reference table as seen from a scenario; kept for the life of the graph. NULL: memory. */
const Binding *graph_bind(Graph *g, const Ref *refs, uint32_t n, int32_t scenario);
/* The same for the formula of a slot compiled again. */
const Binding *graph_bind_slot(Graph *g, const Ref *refs, uint32_t n, uint32_t slot);

/* ---- evaluation under overrides: all return NULL with vm->fault set on failure; the caller protects the
        view (heap_protect, view_value) while it calls the machine ---- */

/* VmHost.implied */
bool graph_implied(void *graph, Vm *vm, Override **list, uint32_t *n);
/* Is `copy` what a scenario has of the formula of `slot`, so that an override of that one holds for it too? */
bool graph_overridden_along(const Graph *g, uint32_t slot, uint32_t copy);
/* Each `either` e reads branch choice[e] (choice NULL, or 0: the first). */
View *graph_view_branches(Graph *g, View *parent, const uint32_t *choice);
/* The branches in which the formula of *slot exists are chosen; a name that only a later branch defines becomes the slot
   of that formula. `parent` itself if the first branches do. */
View *graph_view_own_branches(Graph *g, View *parent, uint32_t *slot);
/* The overrides of a mistake: OVERRIDE decls. */
View *graph_view_overrides(Graph *g, View *parent, Decl *const *overrides, uint32_t n);
/* Plain values in place of slots; each is converted to the shown unit of what it replaces by the caller. */
View *graph_view_values(Graph *g, View *parent, const uint32_t *slots, const Value *values, uint32_t n);

#endif
