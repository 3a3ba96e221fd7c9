/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside domain/: the walk that builds a Case, shared by case.c (blocks) and answer.c (clauses of answers, open
   answers and mistakes). Memory: everything from the arena of Cases, whose `failed` is looked at once, at the
   end; a list that cannot grow stays as it is. */
#ifndef BAREME_DOMAIN_BUILD_H
#define BAREME_DOMAIN_BUILD_H

#include "domain/case.h"

typedef struct Builder {
    Cases *cases;
    Graph *graph;
    Diags *diags;
    Arena *arena;
    View *texts;      /* where the holes of texts are read; NULL: the base view */
    Case *c;          /* NULL outside any case */
    Question *question;
    Either *either;
    uint32_t branch;
    struct PrintedBlock *printed; /* of this case, in text order: read when all answers are known */
    uint32_t printed_count;
} Builder;

typedef struct PrintedBlock {
    const Node *node;
    Question *question;
    Either *either;
    uint32_t branch;
} PrintedBlock;

/* Room for one more item at the end of *list, which then has count + 1; zeroed. NULL: memory. */
void *build_push(Builder *b, void *list, uint32_t *count, size_t item);
void *build_new(Builder *b, size_t bytes);
/* Value of an expression that is a setting; false: absent, or a fault (reported). */
bool build_value(Builder *b, const Node *expr, Value *out);
/* The same, a number or reported; a whole number between the limits or reported. */
bool build_number(Builder *b, const Node *expr, Value *out);
/* A number of points: without a unit, or reported. */
bool build_points(Builder *b, const Node *expr, Value *out);
/* A share of points, 0 to 100 %; or, if `points`, a number of them. False: none, or reported. */
bool build_share(Builder *b, const Node *expr, bool points, Value *out);
bool build_whole(Builder *b, const Node *expr, int low, int high, int *out);
Str build_text(Builder *b, const Node *string);
/* Names and codes of all clauses of this kind. */
void build_codes(Builder *b, const Node *block, ClauseId id, Str **list, uint32_t *count);
/* Text of the constant or interpolated title of a block. */
Str build_title(Builder *b, const Node *block);

/* answer.c */
/* What the clauses of an answer say: all but its number. */
void build_answer_parts(Builder *b, const Node *n, Answer *out);
Answer *build_answer(Builder *b, const Answer *parts);
/* Once everything printed is known: `accept official` where nothing is. */
void build_check_accepts(Builder *b);
OfficialClass build_class(const Node *word); /* of a WORD, or of a part of a header; CLASS_COUNT: none */
Official build_official(Builder *b, const Node *clause, const Node *figure, const Node *word);
/* answer_table.c: an answer whose value is a table, with its cells. False: its value is none. */
bool build_answer_table(Builder *b, const Answer *parts, AnswerTable **out);
/* The same for a formula that is no answer: its cells go to Case.printed. */
bool build_printed_table(Builder *b, const Answer *parts, AnswerTable **out);
/* printed.c: `official NAME … end` and `official "…" for …`, once all answers are known. */
void build_printed(Builder *b, const Node *n);
Str build_address(Builder *b, Str name);
Open *build_open(Builder *b, const Node *n);
Mistake *build_mistake(Builder *b, const Node *n);
/* Clauses that a case and an answer share; ids by their owner. */
typedef struct RuleClauses {
    ClauseId carry, slips, decimals, within, exact, intermediate;
} RuleClauses;
void build_rules(Builder *b, const Node *block, const RuleClauses *ids, Rules *rules);
Rules build_default_rules(void);

#endif
