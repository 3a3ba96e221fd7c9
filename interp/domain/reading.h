/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a candidate wrote in a box, as data: the figures it may mean, or only a text; the shown working
   (`500*0,8 = 400`), each equality of it checked. A copy is data: nothing here reads a name, a formula or a file,
   and size, depth and number of operations are bounded. Everything lives in the arena given. */
#ifndef BAREME_DOMAIN_READING_H
#define BAREME_DOMAIN_READING_H

#include "base/arena.h"
#include "num/format.h"

#define READING_FIGURES 8
#define READING_BYTES 2000     /* a longer answer is not read as a figure */
#define READING_STEPS 32       /* equalities of shown working */
#define READING_OPERATIONS 200 /* of one member */
#define READING_DEPTH 40       /* brackets within brackets */

typedef struct Figure {
    Value value;      /* in the unit written; plain if none was */
    bool has_unit;
    bool computed;    /* arithmetic, not a figure: it has no written decimals unless its value is a short decimal */
    int decimals;     /* written after the mark; -1: the value has no end (1280/60) */
    int significant;  /* digits written */
    const char *how;  /* decimal mark understood: ",", ".", "" */
} Figure;

typedef struct Equality { /* one `left = right` of shown working */
    Str left, right;
    bool checked;     /* both sides could be computed */
    bool holds;       /* equal once rounded, or cut, as the right side is written */
} Equality;

typedef struct Reading {
    bool blank;
    Str raw;          /* as written, untouched */
    Str last;         /* the member that answers, trimmed */
    Figure figures[READING_FIGURES]; /* the dialect's own reading first */
    uint32_t count;   /* 0: no figure */
    bool ignored_word;/* the word after the figure was no unit: read as a bare number */
    Str unknown;      /* that word */
    bool more_figures;/* other digits follow that word: which figure is the answer? */
    Equality *steps;
    uint32_t step_count;
} Reading;

/* False: memory. */
bool reading_parse(NumCtx *num, Lang lang, Arena *arena, Str raw, Reading *out);
/* oui, non, yes, no, vrai, faux, true, false. False: none of them. */
bool reading_truth(Mem *mem, const Reading *r, bool *truth);
/* Does the text hold this word, in small letters without accents, between other signs than letters? */
bool reading_holds_word(Mem *mem, Str text, const char *word);
/* The same with any text in place of that word; never when it is empty. */
bool reading_holds_words(Mem *mem, Str text, Str words);
/* A digit, or a number in letters; one of the words for true and false. */
bool reading_holds_figure(Mem *mem, Str text);
bool reading_holds_truth(Mem *mem, Str text);
/* Same text but for case, accents and blanks. */
bool reading_same_text(Mem *mem, Str a, Str b);

#endif
