/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme report FILE: each case on paper. One document, then one writer. */
#include <string.h>

#include "cli/cli.h"
#include "domain/case.h"
#include "report/html.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/paper.h"
#include "report/terminal.h"

static void put_json(Buf *out, const Doc *d)
{
    JsonWriter w;
    json_begin(&w, out, true);
    doc_json(&w, d);
    json_finish(&w);
}

static void put_text(const Cli *cli, Buf *out, const Doc *d)
{
    bool file = cli->options.output != NULL;
    int columns = file ? 0 : cli->io->columns(cli->io, 1);
    doc_terminal(out, d, (TerminalStyle){.width = columns > 0 ? (size_t)columns : 0, .color = !file && cli->color_out});
}

static void put_doc(const Cli *cli, Buf *out, const Doc *d)
{
    switch (cli->options.form) {
    case FORM_HTML: html_write(out, d, &(HtmlStyle){.large = cli->options.large}); break;
    case FORM_MARKDOWN: doc_markdown(out, d); break;
    case FORM_JSON: put_json(out, d); break;
    default: put_text(cli, out, d); break;
    }
}

static void write_out(Cli *cli, Session *s, Str text)
{
    const char *path = cli->options.output;
    if (!path) {
        session_write(s, text);
        return;
    }
    int error = cli->io->write_file(cli->io, path, text);
    if (error)
        diag(&s->diags, cli_unwritten(error), (Span){0}, str_from(path), str_from(strerror(error)));
}

static void deliver(Cli *cli, Session *s, const Doc *d)
{
    Buf b;
    buf_init(&b, &s->mem);
    if (doc_ok(d))
        put_doc(cli, &b, d);
    if (doc_ok(d) && !b.failed)
        write_out(cli, s, buf_str(&b));
    else
        cli_no_memory(s);
    buf_free(&b);
}

/* False: memory, or the machine was stopped. */
static bool compose(Cli *cli, Session *s, Doc *d, const Cases *cs)
{
    ShowStyle style = cli_style(cli, s);
    unsigned parts = cli->options.parts ? cli->options.parts : PAPER_ALL;
    for (uint32_t i = 0; i < cs->count; i++)
        if (!paper_write(d, cs, cs->list[i], &style, parts))
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
        deliver(cli, s, &d);
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
