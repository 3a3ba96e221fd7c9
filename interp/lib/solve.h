/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A given or formula under values of our choosing: what solve, break_even and sensitivity share (rules 2.5). Inside,
   overrides of what depends on the unknown are lifted.

   Values made while a Solver is at work are kept alive by heap_protect: the caller takes a mark before and releases it
   after. */
#ifndef BAREME_LIB_SOLVE_H
#define BAREME_LIB_SOLVE_H

#include "lib/args.h"

typedef struct Solver {
    const Args *a;
    uint32_t slot;     /* of the unknown */
    Value present;     /* its value now; not a number: it has none */
    Value left, right; /* thunks of the sides of an equality */
    Value whole;       /* thunk of the condition; T_NONE: there is none (break_even) */
} Solver;

/* The unknown is argument i, a formula by name; its present value is evaluated. */
bool solver_open(Solver *s, const Args *a, uint32_t i);
/* A value for the unknown: shown in its unit, or given it if v has none. */
bool solver_value(const Solver *s, Value v, Value *out);
/* Argument i, an unevaluated expression. left, right: the thunks of its sides if it is a comparison, else T_NONE;
   may be NULL. */
bool solver_thunk(const Args *a, uint32_t i, Value *whole, Value *left, Value *right);

#endif
