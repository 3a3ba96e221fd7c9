/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tree to text, in either dialect, comments kept. parse(print(parse(x))) = parse(x). */
#ifndef BAREME_SYNTAX_PRINTER_H
#define BAREME_SYNTAX_PRINTER_H

#include "syntax/parser.h"

/* Appends the text of a module (with its `langue fr` line), a statement or an expression. */
void print_node(Buf *out, const Node *node, Lang lang, const LibraryNames *library);

#endif
