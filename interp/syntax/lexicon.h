/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keywords of both dialects, and how a text is compared with them: accents may be omitted (never added),
   a keyword of several words allows any blanks between them, and the longest keyword at a place is the one
   meant (`rounded up to` is not `rounded`). */
#ifndef BAREME_SYNTAX_LEXICON_H
#define BAREME_SYNTAX_LEXICON_H

#include "syntax/node.h"

typedef enum WordClass { WORD_RESERVED, WORD_POSITION } WordClass;

WordClass word_class(WordId w);
/* Name of the id as block.def spells it ("POINTS"); W_NO_WORD when there is none. */
WordId word_by_id(Str id);
/* The i-th spelling, from 0; {NULL, 0} after the last. */
Str word_spelling(WordId w, Lang lang, unsigned i);
/* The reserved word that `name` is, W_NO_WORD if it is free to be a name. */
WordId word_reserved(Str name, Lang lang);
/* Any word, reserved or not, that has this spelling and no other word after it. */
WordId word_find(Str text, Lang lang);
/* Where the keyword w that begins at text.p[at] ends; 0 when it does not stand there. Blind to longer keywords. */
size_t word_match(Str text, size_t at, WordId w, Lang lang);
/* The end of the longest keyword, whichever it is, that begins there; 0 if none. */
size_t word_longest(Str text, size_t at, Lang lang);
/* Is the keyword w what begins there? Its end, or 0. */
size_t word_at(Str text, size_t at, WordId w, Lang lang);

#endif
