/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marking of a copy: each answer under the overlays of rules 4.5, in text order, branches chosen as blocks end.

   A copy is what stands in each box, by number of answer; nothing of it is a formula. The result says, for each
   answer, its status, its marks, the rule that gave them and what the message to the student is made from;
   domain/feedback.h writes both out.

   One Key serves any number of copies, one after the other, in any order, with the same results. Everything of a
   copy lives in the arena given; values on the heap (numbers that do not fit a cell, texts) are alive until the
   machine is called again. */
#ifndef BAREME_DOMAIN_JUDGE_H
#define BAREME_DOMAIN_JUDGE_H

#include "domain/key.h"
#include "domain/reading.h"

typedef enum Status {
#define STATUS(id, english, french) ANSWER_##id,
#include "domain/status.def"
#undef STATUS
    ANSWER_STATUS_COUNT
} Status;

typedef enum MarkRule {
#define RULE(id, english, french) RULE_##id,
#include "domain/rule.def"
#undef RULE
    RULE_COUNT
} MarkRule;

typedef enum Substitution { /* what a figure becomes for the answers that follow */
    SUBSTITUTE_NONE,
    SUBSTITUTE_RIGHT,       /* as written, where that differs from the key */
    SUBSTITUTE_ALTERNATIVE, /* the same, and never lowers what follows */
    SUBSTITUTE_WRONG
} Substitution;

typedef enum GuessKind {
    GUESS_NONE, GUESS_TIMES, GUESS_DIVIDED, GUESS_MINUTES, GUESS_SIGN, GUESS_INVERTED, GUESS_TRUNCATED, GUESS_GIVEN,
    GUESS_WITH_TAX, GUESS_WITHOUT_TAX
} GuessKind;

typedef struct Guess { /* a general slip that alone explains a wrong figure: told, worth nothing */
    GuessKind kind;
    int factor;                  /* TIMES, DIVIDED */
    const Given *used, *instead; /* GIVEN: used in place of */
} Guess;

typedef struct Judgement {
    const Answer *answer;
    bool counts;              /* in the branch that counts */
    Status status;
    MarkRule rule;
    Value marks;
    Value pending;            /* what a corrector may still add */
    uint32_t slips, forgiven; /* 1 << SlipKind: met; met but counted already */
    const Reading *reading;
    uint32_t figure;          /* the reading kept */
    bool has_figure;
    bool other_kind;          /* another dimension than the key's */
    Value meant;              /* that figure in the answer's unit; a truth, a date … */
    uint16_t written_unit;
    int decimals;             /* written; -1: none to go by */
    Substitution substitution;
    const Accept *accept;
    const Mistake *mistake;
    int intermediate;         /* decimals of the intermediate rounding that gives it */
    const Answer *from[4];    /* CARRIED: the answers it follows from */
    uint32_t from_count;
    uint32_t from_told;       /* 1 << i: those that no other one of them follows from, for the student */
    bool has_within;          /* a wrong figure: the tolerance it was held to */
    Value within;
    Guess guess;
} Judgement;

typedef struct OpenMarks {
    const Open *open;
    bool counts;
    Status status;
    Value marks, pending;
} OpenMarks;

typedef struct QuestionMarks {
    const Question *question;
    Value marks;              /* malus taken off, never below 0 */
    Value malus, pending;
} QuestionMarks;

typedef struct CopyMarks {
    const Case *c;
    Judgement *answers;       /* by number */
    OpenMarks *opens;
    QuestionMarks *questions;
    uint32_t *choice;         /* the branch that counts, by number of either in the case */
    Value total, pending;     /* exact */
    Value mark;               /* on the scale of the exam, rounded */
} CopyMarks;

typedef struct OpenTicks {
    const bool *ticked;       /* by element through the blocks of the open answer; NULL: none */
    uint32_t other;           /* elements accepted by hand */
    bool closed;              /* a corrector is done with it */
    const Str *levels;        /* marked by a grid: what is ticked, by criterion; p NULL: nothing yet. NULL: nothing at all */
} OpenTicks;

typedef struct CopyText {
    const Str *answers;       /* by number of answer; p NULL: blank */
    const OpenTicks *opens;   /* by number of open answer; NULL: none has been looked at */
    const bool *const *malus; /* ticked by hand: by number of question, then by malus; NULL: none */
    bool guess;               /* look for general slips (messages) */
    const uint8_t *review;    /* by number of answer: ReviewWhy, what is written is for a corrector; NULL: none */
} CopyText;

typedef enum ReviewWhy { REVIEW_NOT, REVIEW_TWICE, REVIEW_COPY } ReviewWhy;

/* False: memory, a limit, an interrupt; vm->fault is set and the result is incomplete. */
bool judge_copy(Key *k, const CopyText *copy, Arena *arena, CopyMarks *out);

const char *status_name(Status s, Lang lang);
const char *rule_name(MarkRule r, Lang lang);
/* Names that are not translated and stay what they are: RIGHT, CARRIED, UNKNOWN_WORD. */
const char *status_code(Status s);
const char *rule_code(MarkRule r);
Status status_of_code(Str code); /* ANSWER_STATUS_COUNT: none */

#endif
