/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme check FILE. Findings are told like errors, with their lines of source; but a check that does not hold is no
   error of the script, and has an exit code of its own. */
#include "domain/check.h"

#include <string.h>

#include "cli/audit.h"
#include "report/check_report.h"

void audit_merge(Diags *to, const Diags *from)
{
    for (const Diag *d = from->first; d; d = d->next) {
        Diag *copy = diag_report(to, d->id, d->span, d->args, DIAG_ARGS);
        for (const DiagNote *n = d->notes; n; n = n->next)
            diag_note(to, copy, n->id, n->span, n->args, DIAG_ARGS);
    }
    to->dropped += from->dropped;
}

int audit_exit_code(const Diags *findings)
{
    bool below = findings->dropped > 0 && findings->errors > 0, wrong = false;
    for (const Diag *d = findings->first; d; d = d->next) {
        bool error = diag_severity(d->id) == SEV_ERROR || diag_severity(d->id) == SEV_LIMIT;
        bool of_case = !strncmp(diag_code(d->id), "E06", 3);
        below = below || (error && of_case);
        wrong = wrong || (error && !of_case);
    }
    return wrong ? session_exit_code_of(findings) : below ? EXIT_BELOW : EXIT_OK;
}

static bool show_json(Cli *cli, Session *s, const CheckReport *report)
{
    Buf b;
    JsonWriter w;
    ShowStyle style = cli_style(cli, s);
    buf_init(&b, &s->mem);
    json_begin(&w, &b, true);
    check_json(&w, report, &style);
    json_finish(&w);
    bool ok = b.failed ? cli_no_memory(s) : session_write(s, buf_str(&b));
    buf_free(&b);
    return ok;
}

static bool show_text(Cli *cli, Session *s, const CheckReport *report)
{
    Doc d;
    ShowStyle style = cli_style(cli, s);
    doc_init(&d, &s->mem, s->options.lang);
    check_report(&d, report, &style, false);
    bool ok = cli_show_doc(cli, s, &d);
    doc_free(&d);
    return ok;
}

int audit_session(Cli *cli, Session *s, bool json, Diags *findings)
{
    CheckReport report;
    if (check_run(&report, &s->graph)) {
        if (json)
            show_json(cli, s, &report);
        else
            show_text(cli, s, &report);
    } else {
        vm_report(&s->vm, &s->diags);
    }
    int code = audit_exit_code(&report.findings);
    if (!json)
        audit_merge(findings, &report.findings);
    check_free(&report);
    return code;
}

/* Findings are told together with the errors: one list. */
int check_command(Cli *cli)
{
    Session s;
    Diags findings;
    int code = EXIT_OK, wrong;
    diags_init(&findings, &cli->mem);
    if (cli_open(cli, &s) && session_load_file(&s, cli->options.files.items[0]) && session_prepare(&s))
        code = audit_session(cli, &s, cli->options.json, &findings);
    session_flush(&s);
    wrong = session_exit_code(&s);
    audit_merge(&s.diags, &findings);
    diags_free(&findings);
    cli_end(cli, &s, EXIT_OK);
    return wrong ? wrong : code;
}
