/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of block.def as tables, and the reader of their patterns: shared by the parser and the printer,
   and by whoever describes the language (completion, manual). */
#ifndef BAREME_SYNTAX_BLOCK_H
#define BAREME_SYNTAX_BLOCK_H

#include "syntax/lexicon.h"

/* What stands between a header and its `end`, or in a module. */
typedef enum BodyKind {
    BODY_PROGRAM,
    BODY_FUNCTION, /* of fn, if, for, while, try */
    BODY_CASE_PARTS,
    BODY_QUESTION_PARTS,
    BODY_GIVENS,
    BODY_SCENARIO_PARTS,
    BODY_OPEN_PARTS,
    BODY_ELEMENTS,
    BODY_TABLE_PARTS, /* rows and computed columns */
    BODY_ROWS,
    BODY_GRID_PARTS,
    BODY_FRAMEWORK_PARTS,
    BODY_FOREIGN_PARTS,
    BODY_NOTHING
} BodyKind;

typedef struct BlockInfo {
    WordId word; /* W_NO_WORD: begins with a name */
    bool block;  /* closed by `end`; else a line */
    const char *header;
    BodyKind children;
} BlockInfo;

typedef struct ClauseInfo {
    BlockId block;
    WordId word;
    const char *pattern;
    bool many;
} ClauseInfo;

const BlockInfo *block_info(BlockId b);
const ClauseInfo *clause_info(ClauseId c); /* from CL_OF_PART + 1 on */
enum { CL_FIRST = CL_OF_PART + 1 };
bool block_allowed(BlockId b, BodyKind in);
bool block_rows(BodyKind in); /* may lines begin with a bar there? */

/* One element of a pattern. */
typedef enum PatternKind {
    PATTERN_NAME,
    PATTERN_LABEL,
    PATTERN_TARGET,
    PATTERN_TITLE,
    PATTERN_EXPR,
    PATTERN_UNIT,
    PATTERN_TEXTS,
    PATTERN_CODES,
    PATTERN_NAMES,
    PATTERN_TARGETS,
    PATTERN_OVERRIDES,
    PATTERN_NUMBER,
    PATTERN_POINTS,
    PATTERN_SLIPS,
    PATTERN_DEFINITION, /* = expr */
    PATTERN_DEFINITIONS, /* name = expr, … */
    PATTERN_ITEM,
    PATTERN_CODE,
    PATTERN_FIELDS,
    PATTERN_BANDS,
    PATTERN_SCALE,
    PATTERN_WORDINGS,
    PATTERN_WORDS,      /* only words, one of them */
    PATTERN_GROUP       /* (A …)? */
} PatternKind;

typedef struct PatternItem {
    PatternKind kind;
    bool optional;
    unsigned count;  /* words: alternatives (also of PATTERN_EXPR: OFFICIAL|expr) */
    WordId words[6]; /* GROUP: words[0] introduces it */
    Str inside;      /* GROUP: what follows that word */
} PatternItem;

/* The next element of *rest, which moves after it; false at the end. */
bool pattern_next(Str *rest, PatternItem *out);
/* Does the word stand anywhere in the pattern? */
bool pattern_has_word(Str pattern, WordId w);

#endif
