/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: reads the command line, finds the standard library, hands over to the command. */
#include <locale.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h> /* getenv */
#include <unistd.h>

#include "cli/cli.h"

#ifndef BAREME_VERSION
#define BAREME_VERSION "0"
#endif

/* ---- where the standard library is ---- */

static bool try_folder(Cli *cli, Str folder, const char *below)
{
    buf_clear(&cli->stdlib);
    buf_put(&cli->stdlib, folder);
    buf_puts(&cli->stdlib, below);
    size_t length = cli->stdlib.n;
    buf_puts(&cli->stdlib, "/prelude.brm");
    bool there = !cli->stdlib.failed && cli->io->exists(cli->io, buf_cstr(&cli->stdlib));
    cli->stdlib.n = there ? length : 0;
    return there;
}

static Str program_folder(char path[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX);
    size_t end = n > 0 ? (size_t)n : 0;
    while (end > 0 && path[end - 1] != '/')
        end--;
    return (Str){path, end};
}

/* BAREME_STDLIB; beside the program, installed or in the tree it was built in; else where it was to be installed.
   Beside comes first, so that a program under development does not read an older library. */
static void find_stdlib(Cli *cli)
{
    char path[PATH_MAX];
    const char *given = getenv("BAREME_STDLIB");
    if (given && *given) {
        buf_puts(&cli->stdlib, given);
        return;
    }
    Str folder = program_folder(path);
    if (folder.n && !try_folder(cli, folder, "../share/bareme/stdlib") && !try_folder(cli, folder, "../stdlib"))
        try_folder(cli, folder, "stdlib");
}

/* ---- colours ---- */

static bool wants_color(const Cli *cli, int fd)
{
    const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (cli->options.color != COLOR_AUTO)
        return cli->options.color == COLOR_ALWAYS;
    bool dumb = !terminal || str_eq(str_from(terminal), STR("dumb"));
    return !(no && *no) && !dumb && cli->io->is_terminal(cli->io, fd);
}

/* ---- commands ---- */

static int (*const commands[COMMAND_COUNT])(Cli *) = {
    [COMMAND_RUN] = run_command,       [COMMAND_EVAL] = eval_command,
    [COMMAND_CHECK] = check_command,   [COMMAND_EXPLAIN] = explain_command,
    [COMMAND_REPORT] = report_command,   [COMMAND_REPL] = repl_command,
    [COMMAND_HELP] = help_command,       [COMMAND_MANUAL] = manual_command,
    [COMMAND_GRADE] = grade_command,     [COMMAND_RESULTS] = results_command,
    [COMMAND_MARK] = mark_command,       [COMMAND_REGRADE] = regrade_command,
    [COMMAND_VARIANT] = variant_command, [COMMAND_STRESS] = stress_command,
    [COMMAND_PRACTICE] = practice_command,
    [COMMAND_COMPLETION] = completion_command,
    [COMMAND_DOC] = doc_command,
};

static int dispatch(Cli *cli)
{
    Options *o = &cli->options;
    if (o->version)
        return cli_print(cli, STR("bareme " BAREME_VERSION "\n"));
    if (o->help)
        return help_command(cli);
    if (o->command == COMMAND_COUNT)
        o->command = cli->io->is_terminal(cli->io, 0) ? COMMAND_REPL : COMMAND_RUN;
    return commands[o->command](cli);
}

static int run_line(Cli *cli, int argc, char **argv)
{
    Diags d;
    diags_init(&d, &cli->mem);
    bool understood = options_read(&cli->options, argc, argv, &cli->mem, &d);
    cli->color_out = wants_color(cli, 1);
    cli->color_err = wants_color(cli, 2);
    cli_tell_diags(cli, NULL, &d, cli->options.lang);
    diags_free(&d);
    if (!understood)
        return EXIT_USAGE;
    find_stdlib(cli);
    return dispatch(cli);
}

int main(int argc, char **argv)
{
    Cli cli = {.io = io_posix()};
    /* Characters as bytes of UTF-8 for the line editor; figures and messages never depend on the locale. */
    if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1)
        setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN); /* a reader that leaves is an error of writing */
    mem_init(&cli.mem, 0);
    buf_init(&cli.stdlib, &cli.mem);
    buf_init(&cli.folder, &cli.mem);
    int code = run_line(&cli, argc, argv);
    options_free(&cli.options, &cli.mem);
    buf_free(&cli.stdlib);
    buf_free(&cli.folder);
    return code;
}
