/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The author's own names of a tree, which hide those of the library (rules 1.11). Module-wide: a name that is
   declared anywhere in the text is the author's everywhere in it. */
#ifndef BAREME_SYNTAX_AUTHOR_H
#define BAREME_SYNTAX_AUTHOR_H

#include "base/map.h"
#include "syntax/parser.h"

/* Adds the names declared in n; keys are texts of the tree. False: out of memory. */
bool author_collect(const Node *n, Map *names);
/* Names of the module that are not the author's and that the library knows become canonical (NODE_LIBRARY),
   named arguments too; std.mean becomes mean. False: out of memory. */
bool author_settle(const LibraryNames *library, Arena *arena, Node *module);

#endif
