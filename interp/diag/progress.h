/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a long task is: on a terminal, a line with a bar, the rate and the time left, once the task has gone on for a
   while; elsewhere nothing, or a plain line at times (`every`). It stands on the output of messages; whoever writes there
   ends it first. */
#ifndef BAREME_DIAG_PROGRESS_H
#define BAREME_DIAG_PROGRESS_H

#include "base/io.h"
#include "diag/diag.h"

typedef enum ProgressWord {
#define PROGRESS(id, en, fr) PROGRESS_##id,
#include "diag/progress.def"
#undef PROGRESS
    PROGRESS_COUNT
} ProgressWord;

typedef struct Progress {
    Io *io; /* NULL: nobody watches */
    Mem *mem;
    Lang lang;
    ProgressWord of;       /* what is counted, */
    Str what;              /* in which file; may be empty; the caller's */
    uint64_t every;        /* where there is no terminal: a line for so many; 0: none */
    bool terminal, shown;
    uint64_t begun, last;  /* milliseconds of a clock that only goes forward */
    uint64_t told;         /* the count of the last plain line */
} Progress;

void progress_begin(Progress *p, Io *io, Mem *mem, Lang lang, ProgressWord of);
/* `count` so far; `done` of `all`, in whatever it is measured: 0 of 0 when unknown. Cheap, so call it often. */
void progress_show(Progress *p, uint64_t count, uint64_t done, uint64_t all);
/* The line disappears. */
void progress_end(Progress *p);

#endif
