/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What needs a person, one task after the other, and what the person decides: always a row more, written at once, so
   that a corrector may stop at any time and others may work on the same gradebook.

   Answers come one after the other, each through all copies, for one marks the same answer more evenly so; candidates
   with several copies come first. */
#ifndef BAREME_GRADE_REVIEW_H
#define BAREME_GRADE_REVIEW_H

#include "grade/results.h"

#define REVIEW_ELEMENTS 200u /* of an open answer, that can be ticked by number */

typedef enum ReviewMode {
    REVIEW_PENDING, /* what nobody has marked */
    REVIEW_DOUBLE,  /* what this corrector has not marked, whoever else has */
    REVIEW_SETTLE,  /* what correctors differ on */
    REVIEW_ALL      /* every answer that this corrector has not marked */
} ReviewMode;

typedef struct ReviewTask {
    int64_t copy;
    uint32_t item;   /* as rows of a result; REVIEW_WHOLE: which of a candidate's copies counts */
    uint32_t number; /* of the copy among all, from 1 */
} ReviewTask;

#define REVIEW_WHOLE UINT32_MAX

typedef struct Review {
    Results results;
    Marker *m;
    Book *book;
    const Moment *now;
    ReviewMode mode;
    Arena kept;
    ReviewTask *tasks;
    uint32_t task_count, task_room;
} Review;

/* The tasks there are now. False: reported. Always review_close. */
bool review_open(Review *v, Book *book, Marker *m, const Moment *now, ReviewMode mode);
void review_close(Review *v);

typedef struct ReviewTicks { /* what a person ticks in one open answer */
    bool *ticked;      /* by element */
    uint32_t other;
    Str *levels;       /* of a grid, by criterion; NULL: no grid */
} ReviewTicks;

/* Room for the ticks of an open answer. False: memory. */
bool review_ticks(Review *v, Arena *arena, const Open *o, ReviewTicks *out);
/* The grid that marks it; NULL: none does. */
const struct Instance *review_grid(Review *v, const Open *o);
/* What these ticks are worth, as judging says it. False: a level that is none, or memory. */
bool review_worth(Review *v, Arena *arena, const Result *copy, const Open *o, const ReviewTicks *t, Value *marks);
/* In words, for the student and the record: titles of elements, levels of criteria. */
Str review_words(Review *v, Arena *arena, const Open *o, const ReviewTicks *t);
/* Elements of a list such as "clients, orders, other": ticks_read. */
bool review_read_ticks(Review *v, const Open *o, Str text, ReviewTicks *out, Str *wrong);

typedef struct Decision {
    int64_t copy;
    Str address;     /* empty: the copy */
    const char *kind; /* "mark", "settle", "malus", "leave-out" */
    Value marks;
    Str ticks, why;
} Decision;

/* Recorded when it returns true. */
bool review_decide(Review *v, const Decision *d);

/* Decisions of a file, a column or line an answer: marks, or what is ticked. *done: how many were recorded; notes about
   what could not be are given to `tell`. False: reported. */
typedef void ReviewNoteFn(void *data, const RawCopy *about);
bool review_from(Review *v, CopyReader *reader, Str why, ReviewNoteFn *tell, void *data, uint32_t *done);

#endif
