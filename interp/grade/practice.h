/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A student who practises: the boxes of one copy, filled one after the other, and judged as a class is.

   What is asked stands in a list, in the order of the text: questions, answers (the cells of a table among them), open
   answers, and where methods differ the choice of one, whose boxes alone are then asked. The copy is a copy file, as any
   other: it can be marked, and read back to go on. */
#ifndef BAREME_GRADE_PRACTICE_H
#define BAREME_GRADE_PRACTICE_H

#include "grade/marker.h"

typedef enum StepKind { STEP_QUESTION, STEP_METHOD, STEP_ANSWER, STEP_OPEN } StepKind;

typedef struct Step {
    StepKind kind;
    const Either *either; /* it stands in this method; NULL: in none */
    uint32_t branch;
    union {
        const Question *question;
        const Either *method;
        const Answer *answer;
        const Open *open;
    };
} Step;

typedef struct Practice {
    Marker *m;
    const Case *c;      /* as this candidate has it */
    Str candidate;
    Arena kept, judged; /* judged: what was judged last */
    Step *steps;
    uint32_t step_count, step_room;
    uint32_t *choice;   /* by program either; UINT32_MAX: none is chosen yet */
    Str *answers, *opens; /* what stands in the boxes, by number; p NULL: nothing */
    Marked marked;
} Practice;

/* c: of the marker, or built in the candidate's view. False: memory. Always practice_close. */
bool practice_open(Practice *p, Marker *m, const Case *c, Str candidate);
void practice_close(Practice *p);

/* Is it asked, with the methods that are chosen? */
bool practice_asks(const Practice *p, const Step *s);
/* How many boxes are asked, and how many of these hold something. */
void practice_count(const Practice *p, uint32_t *asked, uint32_t *filled);
/* The first thing that is asked and not answered; step_count: nothing is. */
uint32_t practice_first_empty(const Practice *p);
void practice_choose(Practice *p, const Either *e, uint32_t branch);

/* Copied. An address that branches share gets it in each. False: memory. */
bool practice_put(Practice *p, const Step *s, Str text);
Str practice_text(const Practice *p, const Step *s);
/* Judges the whole copy as it is now. False: memory, a limit, an interrupt: m->session.vm.fault. */
bool practice_judge(Practice *p);
const MarkRow *practice_row(const Practice *p, const Answer *a);

/* The copy as a copy file. */
void practice_write(const Practice *p, Buf *out);
/* Takes the boxes of a copy; methods are chosen by what is filled. */
bool practice_read(Practice *p, const RawCopy *copy);

#endif
