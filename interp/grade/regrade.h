/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The copies of a gradebook judged again, by another text of their case or another version of Barème: what would change,
   mark by mark; and, if asked, a new edition that counts from then on. The old one stays, row by row. What people have
   decided is not touched. */
#ifndef BAREME_GRADE_REGRADE_H
#define BAREME_GRADE_REGRADE_H

#include "grade/book.h"

typedef struct Change { /* of one answer of one copy; texts live until the callback returns */
    Str candidate, address;
    Str status_before, marks_before; /* codes, exact; empty: the answer was not there */
    Str status_after, marks_after;   /* empty: it is no longer there */
    Str message_after;
    bool by_hand;                    /* a person has decided: the change has no effect */
} Change;

typedef struct TotalChange {
    Str candidate;
    Str mark_before, mark_after; /* what is judged, without what people decided */
} TotalChange;

typedef struct Regrade {
    Book *book;
    Marker *m;
    const Moment *now;
    bool apply;
    void (*change)(void *data, const Change *c);
    void (*total)(void *data, const TotalChange *t);
    void *data;
    uint64_t copies, changed_copies, changes;
    bool same_edition; /* nothing to do: it counts already */
} Regrade;

/* False: reported; nothing has changed. */
bool regrade_run(Regrade *r);

#endif
