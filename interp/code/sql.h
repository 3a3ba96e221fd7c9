/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments that are statements of SQL, and what such a statement calls by name. */
#ifndef BAREME_CODE_SQL_H
#define BAREME_CODE_SQL_H

#include "code/emit.h"

/* A text that holds nothing computed; else reported. */
bool sql_text(Fn *f, const Node *n, Str *text);
/* A record of the tables and functions of the program that the statement names: after FROM and JOIN, and before a
   parenthesis; without tables (and the indicators that measure them), of functions alone. So the formula depends on them as on any name it reads. */
void sql_names_to(Fn *f, Str text, bool tables, Span span, int dst);

#endif
