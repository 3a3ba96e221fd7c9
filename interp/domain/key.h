/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key of a case, ready to mark many copies: for each choice of branches met, the view in which formulas are
   read, and for each answer what it depends on, its value, and what it becomes under each mistake and each
   intermediate rounding. All of it is evaluated at most once, when first asked for, whatever the number of copies.

   Views live on the heap; the key keeps them from the collector with one protected value, so keys are closed in
   the reverse order of opening, and not across a native function that opened none.

   Copies bring units of their own (3 €/kg²). A key that is frozen forgets them between copies, so that no copy can
   use up the table of units, and marks do not depend on the order of copies: it evaluates every formula first, and
   drops what it keeps when a copy has made units.

   An evaluation that fails has no value: that is no fault of the copy. But a fault that no text may catch (limit,
   interrupt, memory) stops the marking: `stopped` is set and vm->fault left for the caller. */
#ifndef BAREME_DOMAIN_KEY_H
#define BAREME_DOMAIN_KEY_H

#include "domain/case.h"
#include "domain/depend.h"
#include "num/unit.h"

#define KEY_KNOWN 32u /* a power of 2 */

typedef struct AnswerKey {
    const Answer *answer;
    Upstream upstream;
    uint32_t *earlier;      /* numbers of the answers before it whose own figures it depends on */
    uint32_t earlier_count;
    bool *mistakes;         /* by number: does it reach this answer? */
    bool has_value;
    Value value;
    View **rounded;         /* by index of rules.intermediate, twice: key_rounded; NULL: not made yet */
    bool *rounded_tried;
    struct Known **known;   /* KEY_KNOWN of them, by hash of what is written; NULL: nothing (domain/known.h) */
} AnswerKey;

typedef struct KeyChoice KeyChoice;
struct KeyChoice {
    KeyChoice *next;
    uint32_t *branches;     /* by program either */
    View *view;             /* NULL: the base view, and no other base of the key */
    View **mistakes;        /* by number; NULL: not made yet */
    AnswerKey **answers;    /* by number; NULL: not made yet */
};

typedef struct Key {
    const Case *c;
    Graph *graph;
    Arena arena;
    KeyChoice *choices;
    Value pool;             /* a list of one list: the views to keep */
    uint32_t pool_count;
    uint32_t guard;         /* heap_protect mark to return to */
    View *base;             /* what answers are read in when nothing is overridden; NULL: the base view. The caller
                               protects it */
    bool frozen;
    UnitMark units;         /* frozen: those there were */
    bool stopped;
} Key;

/* c NULL: no case, only choices and values. False: memory, vm->fault is set; key_close all the same. */
bool key_open(Key *k, Graph *g, const Case *c);
void key_close(Key *k);
/* For many copies. False: stopped. */
bool key_freeze(Key *k);
/* Before each copy: forgets the units that the one before has made; its results mean nothing any more. */
void key_next_copy(Key *k);

/* Another base (a candidate's own givens): what was kept is dropped. */
void key_set_base(Key *k, View *base);
/* After a stop that was the copy's fault, a limit: drops the fault and what is kept. */
void key_restart(Key *k);

/* NULL: stopped. */
KeyChoice *key_choice(Key *k, const uint32_t *branches);
AnswerKey *key_answer(Key *k, KeyChoice *ch, const Answer *a);
/* The case under a mistake. NULL: it cannot be made, or stopped. */
View *key_mistake(Key *k, KeyChoice *ch, const Mistake *m);
/* Everything that the answer depends on rounded at rules.intermediate[i] decimals; with i + intermediate_count, only
   the cells of earlier tables, for who rounded those and computed the rest in one go. NULL: nothing to round. */
View *key_rounded(Key *k, KeyChoice *ch, AnswerKey *a, uint32_t i);
/* The same with any formulas rounded: those of `slots` for which keep is true (NULL: all). */
View *key_round_formulas(Key *k, View *view, const Upstream *up, const bool *keep, int decimals);

/* Value of a slot in a view (NULL: base). False: it has none there, or stopped. */
bool key_value(Key *k, View *view, uint32_t slot, Value *out);
/* Plain values in place of slots. The caller protects the view. NULL: stopped. */
View *key_overlay(Key *k, View *view, const uint32_t *slots, const Value *values, uint32_t n);
/* The key of an answer; what stands in its own formula, which later ones read: for a cell, that cell. */
bool key_of_answer(Key *k, View *view, const Answer *a, Value *out);
bool key_own_value(Key *k, View *view, const Answer *a, Value *out);
/* A tolerated value of an answer; of a cell, what stands there in a tolerated table. */
bool key_accepted(Key *k, View *view, const Answer *a, const Accept *accept, Value *out);
/* The slot by which a figure given for the answer reaches what reads it; NO_SLOT: nothing does. */
uint32_t key_carrier(const Answer *a);

typedef struct Put { /* a value in place of a formula, or of the own formula of an answer */
    const Answer *answer; /* NULL: slot */
    uint32_t slot;
    Value value;
} Put;
/* All of them; cells of one table together. The caller protects the view. NULL: stopped, or a formula that has no value. */
View *key_put(Key *k, View *view, const Put *puts, uint32_t n);

/* After a machine call that returned false: drops a plain fault, or sets stopped. Always false. */
bool key_failed(Key *k);

#endif
