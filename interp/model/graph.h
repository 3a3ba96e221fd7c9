/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph of formulas: slots, scenarios, dependencies, overlays. "Evaluate the graph under overrides" is
   the one mechanism behind scenarios, what-if, carried error, diagnosis, solving and variants.

   Linking gives each Decl its base slot (slot number = decl number) and each scenario its own copies of the
   formulas that its overrides reach; copies share code and differ by their Binding. Overlays at run time are
   Views made by vm_view with a Plan from here. */
#ifndef BAREME_MODEL_GRAPH_H
#define BAREME_MODEL_GRAPH_H

#include "check/program.h"
#include "vm/vm.h"

typedef struct GraphSlot {
    uint32_t decl;
    int32_t scenario;       /* -1: base */
    const Proto *proto;
    Binding *binding;
    uint32_t *reads;        /* slots its code may read: the values of its binding that the code uses */
    uint32_t read_count;
    uint32_t *readers;      /* slots that read it */
    uint32_t reader_count;
} GraphSlot;

typedef struct Graph {
    Program *program;
    Vm *vm;
    Arena arena;            /* remade at each link */
    GraphSlot *slots;
    uint32_t slot_count;
    SlotCode *codes;
    struct Plan **plans;    /* cache, dropped at each link */
    uint32_t plan_count, plan_cap;
    Map scenario_slots;     /* key (scenario, decl) -> slot */
} Graph;

bool graph_init(Graph *g, Program *p, Vm *vm);
void graph_free(Graph *g);
/* After program_load and compile_program. Values of slots whose formula, or something it reads, changed become
   stale; all others are kept. False: memory or limit, reported in the program's diags. */
bool graph_link(Graph *g);

/* Slot of a declaration as seen from a scenario (-1: base). */
uint32_t graph_slot(const Graph *g, const Decl *d, int32_t scenario);
uint32_t graph_slot_of_node(const Graph *g, const Node *expr); /* UINT32_MAX: none */
const Decl *graph_decl(const Graph *g, uint32_t slot);
/* "hours", "outsourced.cost": as a teacher would name it. */
void graph_slot_name(const Graph *g, Buf *out, uint32_t slot);
Str graph_slot_label(const Graph *g, uint32_t slot); /* its title ("prospect file") or {NULL,0} */

/* Transitive: does `slot` depend on `on`? */
bool graph_depends(const Graph *g, uint32_t slot, uint32_t on);

/* ---- evaluation under overrides ---- */
typedef struct Overlay Overlay; /* a list of overrides being built */

/* A view of the base where each either e reads branch choice[e] (NULL: the first of each). */
View *graph_view_branches(Graph *g, View *parent, const uint32_t *choice);
/* The overrides of a mistake or of any list of OVERRIDE decls, as a view over parent. */
View *graph_view_overrides(Graph *g, View *parent, Decl *const *overrides, uint32_t n);
/* Plain values in place of slots. */
View *graph_view_values(Graph *g, View *parent, const uint32_t *slots, const Value *values, uint32_t n);

#endif
