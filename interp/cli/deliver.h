/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document, or bytes, to where the command line says: the standard output or a file written whole. */
#ifndef BAREME_CLI_DELIVER_H
#define BAREME_CLI_DELIVER_H

#include "cli/cli.h"

/* path NULL or "-": the standard output. False: told in the session's diags. */
bool deliver_bytes(Cli *cli, Session *s, const char *path, Str bytes);
/* In a form; as text it is laid out for the terminal when there is no file. False: told. */
bool deliver_doc(Cli *cli, Session *s, const Doc *d, const char *path, ReportForm form);

#endif
