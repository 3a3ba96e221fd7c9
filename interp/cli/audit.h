/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit of a session, as `bareme check` and `:check` show it. */
#ifndef BAREME_CLI_AUDIT_H
#define BAREME_CLI_AUDIT_H

#include "cli/cli.h"

/* Results on the output, findings into `findings` (not when json: they are among the results). The exit code that
   they deserve; errors of the machine are in the session's diags. */
int audit_session(Cli *cli, Session *s, bool json, Diags *findings);
/* EXIT_OK; EXIT_BELOW for findings about the case itself (E06xx); else that of errors. */
int audit_exit_code(const Diags *findings);
/* Adds all of `from` to `to`. */
void audit_merge(Diags *to, const Diags *from);

#endif
