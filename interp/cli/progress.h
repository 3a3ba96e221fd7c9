/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a batch is: a bar with its rate and the time left on a terminal, a plain line at times elsewhere. */
#ifndef BAREME_CLI_PROGRESS_H
#define BAREME_CLI_PROGRESS_H

#include "cli/cli.h"

typedef struct Progress {
    Cli *cli;
    Lang lang;
    bool terminal;
    uint64_t begun, shown; /* milliseconds of a clock that only goes forward */
    uint64_t told;         /* copies at the last plain line */
} Progress;

void progress_begin(Progress *p, Cli *cli, Lang lang);
/* copies: recorded so far; done of all: 0 of 0 when unknown. */
void progress_show(Progress *p, uint64_t copies, uint64_t done, uint64_t all);
void progress_end(Progress *p);

#endif
