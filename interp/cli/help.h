/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in two columns, as help shows it, and the part of help that the dialogue shows too. */
#ifndef BAREME_CLI_HELP_H
#define BAREME_CLI_HELP_H

#include "cli/cli.h"

/* A name, and beside it what it means, wrapped. */
void help_row(Buf *out, Str left, Str right);
/* The commands of the dialogue. */
void help_repl(Buf *out, Lang lang);

#endif
