/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documentation comment of a function of the library, field by field, in order.

   Lines begin with `##`. What a line is, its first word tells:
     text                          what the function does; the first such line is its summary
     en : name(parameters) text    its English name, its parameters in the same order, what it does
     aussi : NAME, NAME            other spellings, in any language
     formule : … | …               here and below: French, then English after ` | ` (alone: the same for both)
     PARAMETER : … | …             what it is, with its unit
     convention :, erreur :, colonnes :, source :, voir :, mots : … | …
     >>> expression                an example; several such lines are one text. Below: what it shows, which goes on
                                   over lines that begin with `|`
   A line that begins with three blanks or more goes on with the line above.

   A reader points into the comment; texts of several lines are joined in the arena. */
#ifndef BAREME_LIB_DOC_H
#define BAREME_LIB_DOC_H

#include "base/arena.h"
#include "diag/diag.h"

typedef enum DocFieldKind {
    DOC_TEXT,
    DOC_ENGLISH,
    DOC_ALSO,
    DOC_FORMULA,
    DOC_PARAMETER,
    DOC_CONVENTION,
    DOC_ERROR,
    DOC_COLUMNS,
    DOC_SOURCE,
    DOC_SEE,
    DOC_WORDS,
    DOC_EXAMPLE
} DocFieldKind;

typedef struct DocField {
    DocFieldKind kind;
    Str key;     /* as written; empty: a text, an example */
    Str text[2]; /* by Lang; of DOC_ENGLISH, DOC_ALSO: [LANG_FR] the whole line */
    Str result;  /* of an example */
} DocField;

typedef struct DocReader {
    Arena *arena;
    Str rest;
} DocReader;

/* Reads the lines of `comment`, each with its `##`. */
DocReader doc_open(Arena *arena, Str comment);
/* False: there is no more, or memory is out (arena->failed). */
bool doc_next(DocReader *r, DocField *out);
/* The first field of that kind. */
bool doc_find(Arena *arena, Str comment, DocFieldKind kind, DocField *out);

#endif
