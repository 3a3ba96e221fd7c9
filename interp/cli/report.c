/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme report FILE: each case on paper. One document, then one writer. */
#include "cli/deliver.h"
#include "domain/case.h"
#include "report/paper.h"

/* False: memory, or the machine was stopped. */
static bool compose(Cli *cli, Session *s, Doc *d, const Cases *cs)
{
    ShowStyle style = cli_style(cli, s);
    PaperOptions options = {.parts = cli->options.parts ? cli->options.parts : PAPER_ALL};
    for (uint32_t i = 0; i < cs->count; i++)
        if (!paper_write(d, cs, cs->list[i], &style, &options))
            return false;
    return true;
}

/* A text with errors gives no paper: what candidates would read must be whole. */
static void report_cases(Cli *cli, Session *s)
{
    Cases cs;
    Doc d;
    doc_init(&d, &s->mem, s->options.lang);
    bool built = cases_build(&cs, &s->graph, &s->diags);
    if (built && !cs.count)
        diag(&s->diags, D_REPORT_NO_CASE, (Span){0}, str_from(cli->options.files.items[0]));
    else if (built && compose(cli, s, &d, &cs) && !s->diags.errors)
        deliver_doc(cli, s, &d, cli->options.output, cli->options.form);
    else if (!s->diags.errors)
        vm_report(&s->vm, &s->diags);
    cases_free(&cs);
    doc_free(&d);
}

int report_command(Cli *cli)
{
    Session s;
    if (cli_open(cli, &s) && session_load_file(&s, cli->options.files.items[0]))
        report_cases(cli, &s);
    return cli_end(cli, &s, EXIT_OK);
}
