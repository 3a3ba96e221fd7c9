/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts in a manual page. */
#ifndef BAREME_CLI_ROFF_H
#define BAREME_CLI_ROFF_H

#include "base/str.h"

/* A backslash, a hyphen, and a point or quote that begins a line are escaped. */
void roff_text(Buf *out, Str s);

#endif
