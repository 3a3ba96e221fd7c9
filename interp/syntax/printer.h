/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tree to text, in either dialect, comments kept. parse(print(parse(x))) = parse(x). */
#ifndef BAREME_SYNTAX_PRINTER_H
#define BAREME_SYNTAX_PRINTER_H

#include "syntax/parser.h"

/* Appends the text of a module (with its `langue fr` line), a statement or an expression. A name that would be read as
   another one (a reserved word, a function of the library) stands between backquotes, unless the tree declares it. */
void print_node(Buf *out, const Node *node, Lang lang, const LibraryNames *library);

/* The same for people, in a message, a report or a working: names as the author says them, without backquotes. */
void print_shown(Buf *out, const Node *node, Lang lang, const LibraryNames *library);

#endif
