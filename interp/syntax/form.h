/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a block or a clause is written, as a line that a person reads, made from block.def:
     mistake ["TITLE"] [with NAME = VALUE, …]
   Capitals stand for what the author writes; brackets hold what may be left out. */
#ifndef BAREME_SYNTAX_FORM_H
#define BAREME_SYNTAX_FORM_H

#include "syntax/block.h"

void form_block(Buf *out, BlockId b, Lang lang);   /* its header */
void form_clause(Buf *out, ClauseId c, Lang lang); /* from CL_FIRST on */
/* The words of its clauses: "points, official, accept"; nothing when it has none. */
void form_clauses(Buf *out, BlockId b, Lang lang);

#endif
