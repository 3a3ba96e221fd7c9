/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value on the standard output: as a line, or as JSON. */
#ifndef BAREME_CLI_VALUE_H
#define BAREME_CLI_VALUE_H

#include "cli/cli.h"

/* Appends the value as people read it. False: memory, reported. */
bool value_line(Cli *cli, Session *s, Buf *out, Value v);
/* A number: {"type": "number", "fraction": "64/3", "decimal": "21.333…", "exact": true, "unit": "h",
   "shown": "21.3333 h"}; others: type, value, shown. */
void value_json(Cli *cli, Session *s, JsonWriter *w, Value v);

#endif
