/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of a class: marks, questions, answers, what is got wrong and why. Everything is added up exactly; only the
   standard deviation and the discrimination are roots, and known as such.

   Copies that a person has left out do not count. An answer that still waits for a corrector does not count for its own
   figures. */
#ifndef BAREME_GRADE_STATS_H
#define BAREME_GRADE_STATS_H

#include "grade/results.h"

#define STATS_FIGURES    2000u /* different wrong figures told apart, of one answer */
#define STATS_BINS_MOST  20u

typedef struct WrongFigure { /* a figure that is not right, and what explains it */
    Str figure, explained;
    Status status;           /* WRONG, MISTAKE, CARRIED, UNREADABLE */
    uint32_t count;
    uint32_t item;
} WrongFigure;

typedef struct Sums { /* of x over copies, and with the rest of the total r */
    uint32_t n;
    Value x, xx, r, rr, xr;
} Sums;

typedef struct ItemStats {
    Sums sums;
    uint32_t by_status[ANSWER_STATUS_COUNT];
    uint32_t waiting;        /* for a corrector */
    uint32_t gaps;
    uint32_t figures;        /* different ones seen */
} ItemStats;

typedef struct CountedText { /* tolerated values, by their reason */
    uint32_t item, count;
    Str text;
} CountedText;

typedef struct Stats {
    const Case *c;
    NumCtx *num;
    Mem *mem;
    Arena arena;
    uint32_t copies, left_out, waiting, several; /* waiting: copies with anything pending */
    Value *marks;            /* of each copy that counts; sorted by stats_end */
    uint32_t mark_room;
    Sums total;              /* x: the mark */
    ItemStats *items;
    uint32_t item_count;
    Sums *questions;
    uint32_t **methods;      /* by either, then branch */
    Map figure_index;
    WrongFigure *figures;
    uint32_t figure_count, figure_room;
    CountedText *accepts;
    uint32_t accept_count, accept_room;
} Stats;

bool stats_begin(Stats *s, Results *r);
void stats_add(Stats *s, const Result *copy);
/* Sorts. False: memory. */
bool stats_end(Stats *s);
void stats_free(Stats *s);
/* All copies of the results. False: reported, or memory. */
bool stats_of(Stats *s, Results *r);
/* The same, but only marks and what waits: read in a fraction of the time. */
bool stats_of_marks(Stats *s, Results *r);

/* False: too few, or all the same. */
bool sums_mean(NumCtx *num, const Sums *s, Value *out);
bool sums_deviation(NumCtx *num, const Sums *s, Value *out);
/* Between x and the rest: the point-biserial coefficient of an answer that is right or wrong. */
bool sums_discrimination(NumCtx *num, const Sums *s, Value *out);
bool stats_median(const Stats *s, Value *out);
/* Highest mark there could be: the scale of the exam, else its points. */
Value stats_highest(const Stats *s);

#endif
