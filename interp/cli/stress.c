/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

int stress_command(Cli *cli)
{
    (void)cli;
    return EXIT_USAGE;
}
