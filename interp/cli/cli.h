/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every subcommand shares: the options, the outside world, the way results and messages go out, and the end
   of a command. Results on the standard output, messages on the standard error. */
#ifndef BAREME_CLI_CLI_H
#define BAREME_CLI_CLI_H

#include "base/io.h"
#include "cli/options.h"
#include "cli/phrase.h"
#include "format/json.h"
#include "lib/session.h"
#include "report/doc.h"

typedef enum ExitCode {
    EXIT_OK = 0,
    EXIT_BELOW = 1,
    EXIT_USAGE = 2,
    EXIT_SCRIPT = 3,
    EXIT_LIMIT = 4,
    EXIT_IO = 5,
    EXIT_BUG = 70
} ExitCode;

typedef struct Cli {
    Mem mem; /* of the command line itself; each Session has its own */
    Io *io;
    Options options;
    bool color_out, color_err;
    Buf folder; /* of the text that runs */
    Buf stdlib; /* folder of the standard library; empty: the default */
} Cli;

/* One function a subcommand: its exit code. */
int run_command(Cli *cli);
int eval_command(Cli *cli);
int check_command(Cli *cli);
int explain_command(Cli *cli);
int report_command(Cli *cli);
int repl_command(Cli *cli);
int doc_command(Cli *cli);
int help_command(Cli *cli);
int manual_command(Cli *cli);
int completion_command(Cli *cli);
int grade_command(Cli *cli);
int mark_command(Cli *cli);
int regrade_command(Cli *cli);
int results_command(Cli *cli);
int practice_command(Cli *cli);
int stress_command(Cli *cli);
int variant_command(Cli *cli);

/* What the options say of a session. */
void cli_session_options(Cli *cli, SessionOptions *out);
/* Opens a session as the options say. False: it could not be; cli_end all the same. */
bool cli_open(Cli *cli, Session *s);
/* Writes what is left of the results, then the messages, closes: the exit code, `code` if nothing went wrong. */
int cli_end(Cli *cli, Session *s, int code);
/* The messages found so far, and forgets them. */
void cli_tell(Cli *cli, Session *s);
/* Diagnostics without a session (sources NULL). */
void cli_tell_diags(Cli *cli, const Sources *sources, const Diags *d, Lang lang);
/* Text that needs no session: help. The exit code. */
int cli_print(Cli *cli, Str text);

/* The document on the standard output, as the terminal shows it. False: memory (reported), or output. */
bool cli_show_doc(Cli *cli, Session *s, const Doc *d);
/* The message for a file that could not be written: about its path, and what the system says. */
DiagId cli_unwritten(int error);
/* How numbers are shown: by `digits` of the options. */
ShowStyle cli_style(const Cli *cli, const Session *s);
/* Runs out of memory: reported in the session. Always false. */
bool cli_no_memory(Session *s);

#endif
