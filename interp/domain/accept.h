/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is what was written the value of the key? Rules 3.3, 4.2, 4.3 and the tolerance widened by carried figures, 4.6.

   A number is right when rounding the key as the figure is written gives the figure (half away from zero, in the
   unit written); `within` and `exact` replace that. Small losses (slips) are told apart, never charged here. */
#ifndef BAREME_DOMAIN_ACCEPT_H
#define BAREME_DOMAIN_ACCEPT_H

#include "domain/case.h"
#include "domain/reading.h"

typedef struct Yardstick { /* what a figure is measured against */
    const Rules *rules;
    Value key;
    const Value *within;  /* NULL: none */
    const Value *widen;   /* NULL: none; what carried figures leave open, in the key's dimension, >= 0 */
} Yardstick;

typedef struct Verdict {
    bool ok;
    bool other_kind;      /* another dimension than the key's */
    uint32_t slips;       /* 1 << SlipKind */
    Value meant;          /* the figure in the key's unit, as the candidate meant it */
} Verdict;

void accept_figure(NumCtx *num, const Yardstick *y, const Figure *f, Verdict *out);

/* Keys that are not numbers: truths, texts, levels, dates, data not given. *meant: the value written, when it
   could be read as one of that kind. */
typedef enum AcceptRead { ACCEPT_UNREADABLE, ACCEPT_READ, ACCEPT_BY_HAND } AcceptRead;
AcceptRead accept_other(Heap *heap, const Answer *a, Value key, const Reading *r, Value *meant);
/* The same value: numbers by value, others as they compare. */
bool accept_same(Heap *heap, Value a, Value b);

#endif
