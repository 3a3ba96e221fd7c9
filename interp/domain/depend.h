/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a formula depends on when a branch is chosen for each `either`. The graph's own edges know only the first
   branch: a name that branches share reads, here, the chosen one. */
#ifndef BAREME_DOMAIN_DEPEND_H
#define BAREME_DOMAIN_DEPEND_H

#include "model/graph.h"

typedef struct Upstream { /* slots, each after those it reads itself */
    uint32_t *slots;
    uint32_t count;
} Upstream;

/* All that `slot` depends on, without itself. choice: by program either, NULL: the first branches. The list lives
   in the arena. False: memory. */
bool depend_upstream(const Graph *g, const uint32_t *choice, uint32_t slot, Arena *arena, Upstream *out);
bool upstream_has(const Upstream *u, uint32_t slot);
/* Has the slot a value of its own, in the base or in a scenario? (No function, no statement, nothing of the library.) */
bool depend_has_value(const Graph *g, uint32_t slot);
/* A formula that computes: not a literal given, not the expression of a clause. */
bool depend_is_named(const Graph *g, uint32_t slot);

#endif
