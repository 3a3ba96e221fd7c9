/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside domain/: marking one answer, shared by judge.c (copies, branches, totals), match.c (overlays) and guess.c
   (general slips). */
#ifndef BAREME_DOMAIN_TRIAL_H
#define BAREME_DOMAIN_TRIAL_H

#include "domain/accept.h"
#include "domain/judge.h"

typedef struct JudgeState { /* what a branch may change; copied as one block when branches are tried */
    uint32_t *choice;    /* by program either */
    uint32_t *slips;     /* charged already, by question; the last one is of the whole case */
    bool *recognised;    /* mistakes, by number */
    bool *live;          /* answers, then open answers */
} JudgeState;

typedef struct Judge {
    Key *key;
    const Case *c;
    NumCtx *num;
    Heap *heap;
    Arena *arena;
    const CopyText *copy;
    CopyMarks *out;
    JudgeState state;
    void *block;         /* of the state */
    size_t block_bytes;
} Judge;

typedef struct Trying { /* one answer being marked */
    Judge *j;
    const Answer *a;
    KeyChoice *choice;
    AnswerKey *key;
    const Reading *reading;
    Judgement *g;
    Value other;         /* what was written, for a key that is no number */
    bool found;          /* g holds a match */
} Trying;

/* Looks for the best match of what was written; sets g's status, rule, marks. */
void match_answer(Trying *t);
/* Names the general slip that alone explains a wrong figure. */
void guess_slip(Trying *t);
/* Keeps a value that is on the heap until the copy is marked. */
void judge_protect(Judge *j, Value v);

#endif
