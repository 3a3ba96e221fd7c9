/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class of copies, from where they are to the gradebook: read, judged, recorded.

   Copies are judged by several markers at once, each on a thread of its own, and recorded in the order in which they
   were read: the result is the same for any number of threads. The calling thread reads and records. A batch always goes
   to its end: what cannot be a copy is recorded as refused; on a full disk the copies not recorded are named; an
   interrupt ends it between two copies, and what was recorded stays.

   A copy of the same content that is there already is passed over, so that a batch may be run again, or resumed after
   any end. */
#ifndef BAREME_GRADE_BATCH_H
#define BAREME_GRADE_BATCH_H

#include "grade/book.h"

#define BATCH_JOBS_MOST 64u

typedef struct BatchCounts {
    uint64_t read;     /* copies met */
    uint64_t recorded; /* new ones, in the gradebook for good */
    uint64_t known;    /* there already */
    uint64_t refused;
    uint64_t lost;     /* judged or not, but not recorded */
} BatchCounts;

typedef struct Batch {
    Marker *lead;            /* of the calling thread */
    Book *book;              /* NULL: nothing is recorded */
    CopyReader *reader;
    uint32_t jobs;           /* threads that judge, the calling one among them */
    bool only_read;          /* nothing is judged (measures) */
    const volatile int *interrupt; /* may be NULL */
    /* After what was recorded, and when a notice about a whole file comes; may be NULL. */
    void (*progress)(void *data, const struct Batch *b);
    void (*notice)(void *data, const RawCopy *about);
    void *data;
    /* results */
    BatchCounts counts;
    bool full;               /* the disk: nothing more was recorded */
    bool interrupted;
    bool changed;            /* the case changed on the way */
    bool failed;             /* memory: not everything was read */
    bool looks;              /* the gradebook held copies before: known ones are not judged again */
    Buf lost;                /* names of candidates, a newline after each */
} Batch;

/* False: reported (the lead's diags, the book's). batch_free all the same. */
bool batch_run(Batch *b);
void batch_free(Batch *b);

#endif
