/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The working of one formula, on the standard output: shared by the command and the dialogue. */
#ifndef BAREME_CLI_EXPLAIN_H
#define BAREME_CLI_EXPLAIN_H

#include "cli/cli.h"

/* json NULL: as a document. The caller protects the view. False: memory or output. */
bool explain_slot(Cli *cli, Session *s, View *view, uint32_t slot, JsonWriter *json);

#endif
