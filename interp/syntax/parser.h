/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text to tree. Recovers after an error at the next statement, so that one run reports several. */
#ifndef BAREME_SYNTAX_PARSER_H
#define BAREME_SYNTAX_PARSER_H

#include "num/context.h"
#include "syntax/node.h"

/* What the library calls itself in each dialect; registered downward by lib/. Any may be NULL. */
typedef struct LibraryNames {
    void *data;
    /* Canonical English name of a library function/constant written `name` in `lang`; {NULL,0} if none. */
    Str (*canonical)(void *data, Str name, Lang lang);
    /* How the canonical name is written in `lang`. */
    Str (*localised)(void *data, Str canonical, Lang lang);
    /* Same for a named argument of that function. */
    Str (*argument)(void *data, Str function, Str argument, Lang from, Lang to);
} LibraryNames;

typedef struct Parsing {
    Arena *arena; /* owns the tree */
    Diags *diags;
    const Sources *sources;
    NumCtx *num; /* units: known names, counting units declared by the text */
    LibraryNames library;
    Lang default_lang; /* of a text without `langue fr` / `language en` (REPL: its dialect) */
} Parsing;

/* The whole source as a MODULE; never NULL unless memory is out (reported). Errors are in diags. */
Node *parse_module(const Parsing *p, uint32_t source);

/* For the REPL: does the text end inside an open block, bracket or text? */
bool parse_incomplete(const Parsing *p, Str text);

#endif
