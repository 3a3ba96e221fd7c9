/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the blocks of a text are written, as `?question`, `bareme doc question` and `bareme doc --forms` show it. */
#ifndef BAREME_CLI_FORMS_H
#define BAREME_CLI_FORMS_H

#include "base/str.h"
#include "diag/diag.h"

bool forms_of(Buf *out, Str word, Lang lang); /* whatever begins with this keyword; false: nothing does */
void forms_all(Buf *out, Lang lang);          /* every block, each of its clauses on a line; `*`: may stand several times */

#endif
