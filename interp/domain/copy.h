/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The boxes of a copy, put by address: 2.3.hours, 2-3.hours, or the name alone where only one answer bears it. An
   answer that several methods share under one name gets the same text in each of them. Texts are not copied. */
#ifndef BAREME_DOMAIN_COPY_H
#define BAREME_DOMAIN_COPY_H

#include "domain/judge.h"

typedef struct CopyBoxes {
    Graph *graph;
    const Case *c;
    Str *texts; /* by number of answer; p NULL: blank */
    bool **ticked;    /* the elements ticked, by number of open answer */
    OpenTicks *opens; /* by number of open answer: what is ticked in their grids */
} CopyBoxes;

/* Lines of the grids are put as 2.1.reflection.logic; an open answer takes what a corrector ticks, names or titles of
   elements separated by `,` or `;`, `other` for one that is not expected. False: memory. */
bool copy_boxes(CopyBoxes *b, Graph *g, const Case *c, Arena *arena);
/* False: the case has no such answer. */
bool copy_put(CopyBoxes *b, Str address, Str text);
/* Lines `address = text`; empty ones and those that begin with # do not count. False: *wrong is the address of the
   first that the case does not have, the others are put. */
bool copy_put_lines(CopyBoxes *b, Str lines, Str *wrong);

#endif
