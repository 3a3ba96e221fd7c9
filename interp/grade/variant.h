/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subjects that differ from one candidate to the next (rules 2.9).

   Each given that varies has a stream of draws of its own, made from the name of the case, the candidate and the name of
   the given: no draw depends on the order of anything. Case, accents and blanks at the ends of a candidate's name do not
   count, so that a copy typed in a hurry has the subject that was printed. Draw k of all of them together is the subject if every
   `such that` holds; the first k up to VARIANT_DRAWS that does is kept. They are looked for on the case without
   overrides, once, and are then overrides of the givens like any others. */
#ifndef BAREME_GRADE_VARIANT_H
#define BAREME_GRADE_VARIANT_H

#include "grade/marker.h"

#define VARIANT_DRAWS 1000u

typedef struct Draw {
    const Given *given;
    uint32_t range;        /* slot of the values that it may take */
    uint32_t *conditions;  /* slots */
    uint32_t condition_count;
    Value value;           /* of the candidate at hand */
} Draw;

typedef struct Draws {
    Draw *list;
    uint32_t count;
    uint32_t *slots; /* of the givens, as the view overrides them */
    Value *values;
    View *view; /* of the candidate at hand; NULL none */
} Draws;

/* False: a range that is none, reported in the session's diags, or memory. Also true where nothing varies: count 0. */
bool variant_open(Marker *m);
void variant_close(Marker *m);
/* The candidate's own givens become the base of the key. *draws: {"contacts": "450"}; {NULL, 0} where nothing varies.
   False: no draw fulfils the conditions (m->session.vm.fault is NULL), or a stop. */
bool variant_of(Marker *m, Arena *arena, Str candidate, Str *draws);
/* The same without the text: the number of the draw that was kept; 0: none. */
uint32_t variant_begin(Marker *m, Str candidate);

#endif
