/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a gradebook says in the end: each copy under the edition that counts, with the corrections of people over it, and
   its totals made again from its rows. Copies come in the order of their candidates, whatever order they were marked
   in.

   Several correctors may mark the same answer. Where they agree, that counts; where they do not there is a gap, and
   nothing counts until somebody settles it. */
#ifndef BAREME_GRADE_RESULTS_H
#define BAREME_GRADE_RESULTS_H

#include "grade/book.h"

#define RESULT_HANDS 4 /* correctors shown of one answer */

typedef struct Hand { /* what one corrector gave */
    Str who, why, ticks;
    Value marks;
} Hand;

typedef struct ResultRow {
    const Answer *answer;    /* or */
    const Open *open;
    bool counts;
    Status status;
    Str rule;                /* a rule_code; "HAND" when a person decided */
    Value marks, pending;
    Str figure, detail, explained, message, expected;
    Hand hands[RESULT_HANDS];
    uint32_t hand_count;
    bool needs_person;       /* the marking left something of it to a person */
    bool settled;            /* somebody has settled it */
    bool by_hand;            /* a person's marks are those that count */
    bool gap;                /* correctors differ */
} ResultRow;

typedef struct Result {
    int64_t copy;
    Str candidate, second, origin, boxes, notes, draws;
    char sum[DIGEST_HEX];
    bool aside, ticked;
    bool left_out;           /* a person has set this copy aside: it does not count */
    bool several;            /* the candidate has other copies that count */
    ResultRow *rows;         /* answers by number, then open answers */
    uint32_t row_count;
    uint32_t *methods;       /* the branch that counts, by either */
    QuestionMarks *questions;
    Value total, pending, mark;
    bool gap;
} Result;

typedef struct ListedCopy {
    int64_t copy;
    bool several; /* the candidate has other copies: it may be that only one counts */
} ListedCopy;

typedef struct Results {
    Book *book;
    Marker *m;
    NumCtx *num;
    const Case *c;
    Arena kept;
    ListedCopy *copies; /* in order */
    uint32_t count, next;
    bool reading; /* a transaction is open */
} Results;

/* The book must be bound to the marker. False: reported. Always results_close. */
bool results_open(Results *r, Book *book, Marker *m);
void results_close(Results *r);
/* From the first copy again. */
void results_rewind(Results *r);
/* The next copy, in the arena. False: no more, or reported. */
bool results_next(Results *r, Arena *arena, Result *out);
/* The same for whoever needs marks only: a copy that nobody has corrected and that waits for nobody has no rows (NULL),
   and nothing but its total and its mark. */
bool results_next_mark(Results *r, Arena *arena, Result *out);
bool results_copy(Results *r, Arena *arena, int64_t copy, Result *out);

/* What a person calls the item: its title, else "answer 2". */
void result_item_name(Buf *out, const Case *c, const ResultRow *row);
Value result_points(const ResultRow *row);
const Question *result_question(const ResultRow *row);
Str result_address(const ResultRow *row);

/* Notes of a copy or of a refused one, as sentences, `; ` between them. */
void notes_text(Buf *out, Arena *arena, Str notes, Lang lang);
/* Each copy with notes, then each refused one. False: reported. */
typedef void NoteFn(void *data, Str candidate, Str origin, Str notes, bool refused);
bool results_notes(Book *book, NoteFn *fn, void *data);

#endif
