/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the figure printed by an official correction stands to the formula (rules 4.14): exact, rounded, truncated,
   raised, following from rounded intermediate results, or wrong. The first that holds. */
#ifndef BAREME_DOMAIN_OFFICIAL_H
#define BAREME_DOMAIN_OFFICIAL_H

#include "domain/key.h"

typedef struct OfficialResult {
    const Answer *answer;
    bool known;               /* both the figure and the key have values */
    bool other_kind;          /* they measure different things */
    OfficialClass cls;
    Value printed, key;       /* the key in its own unit */
    /* FOLLOWS: the official figures of other answers that it comes from, and one formula or one cell rounded besides */
    const Answer *from[8];
    uint32_t from_count;
    uint32_t rounded_slot;    /* NO_SLOT: none */
    const Answer *rounded_cell;
    int rounded_decimals;
    /* WRONG: the answer that it would follow from, were its official figure another one */
    const Answer *instead;
    Value instead_figure;
    bool asserted_otherwise;  /* the class asserted is another one */
} OfficialResult;

/* A figure written without its unit is in the answer's. */
Value official_figure(NumCtx *num, const Official *o, Value key);
/* The answer must have an official figure. False: stopped (key.h). */
bool official_classify(Key *k, const Answer *a, OfficialResult *out);
/* "with duration = 1 280 min", « avec durée arrondie à 2 décimales », "would follow from duration = 1 300 min"; nothing
   for the other classes. */
void official_detail(Buf *out, Graph *g, const OfficialResult *r, Lang lang);
const char *official_class_name(OfficialClass c, Lang lang);

#endif
