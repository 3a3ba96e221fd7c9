/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hundreds of drawn subjects tried, and what goes wrong in them, before any student sees one: the case evaluated in each
   as it is in the printed one. A subject is called stress-1, stress-2 …: `bareme variant --candidate` shows it again.

   What must not happen: no draw that fulfils the conditions, a formula or a text that fails, an answer that has no value
   though it has one in the printed case, one that is not plausible, a check that does not hold, methods that differ.
   What deserves a look, where it is not so in the printed case: a figure that becomes negative or zero, a count that is
   no whole number, a figure with more decimals than are asked for, one that falls exactly between two roundings, a known
   mistake that gives the right result. */
#ifndef BAREME_GRADE_STRESS_H
#define BAREME_GRADE_STRESS_H

#include "grade/variant.h"
#include "report/doc.h"

typedef enum StressKind {
    STRESS_NO_DRAW, STRESS_FAULT, STRESS_NO_VALUE, STRESS_IMPLAUSIBLE, STRESS_CHECK, STRESS_METHODS,
    STRESS_SERIOUS, /* those before are */
    STRESS_NEGATIVE = STRESS_SERIOUS, STRESS_ZERO, STRESS_FRACTION, STRESS_DECIMALS, STRESS_BETWEEN, STRESS_UNSEEN,
    STRESS_KINDS
} StressKind;

typedef struct StressFinding {
    StressKind kind;
    Str about;       /* an answer, a formula, a check, a place of the text */
    Str value;       /* what it is there, in the first subject; the message of a fault */
    uint32_t times;
    uint32_t first;  /* the number of the first subject */
} StressFinding;

typedef struct StressRange { /* of an answer, over all subjects */
    Value printed;   /* T_NONE: it has no value */
    uint32_t values; /* how many different ones */
} StressRange;

typedef struct Stress {
    Marker *m;
    Arena arena;
    uint32_t draws, usable;
    StressFinding *findings; /* serious ones first, then by how often */
    uint32_t finding_count, finding_room;
    Map found;
    StressRange *ranges;     /* by number of answer */
    Map *met;                /* values met, by number of answer */
    Value kept;              /* a list: the lowest and the highest value of each answer */
    bool *varies;            /* by slot: it depends on what is drawn */
    bool *same;              /* by mistake, then answer: it changes nothing in the printed case either */
    uint32_t printed_checks; /* they assert figures of the printed case, and are left out */
} Stress;

/* Of a marker with variants. False: m->session.vm.fault (a limit, an interrupt), or memory. Always stress_free. */
bool stress_run(Stress *s, Marker *m, uint32_t draws);
void stress_free(Stress *s);
bool stress_serious(const Stress *s);
/* False: memory. */
bool stress_page(Doc *d, const Stress *s);

#endif
