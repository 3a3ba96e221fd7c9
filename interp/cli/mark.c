/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

int mark_command(Cli *cli)
{
    (void)cli;
    return EXIT_USAGE;
}
