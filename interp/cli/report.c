/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme report FILE: each case on paper; of a text without a case, what it shows. One document, then one writer. */
#include <string.h>

#include "cli/deliver.h"
#include "domain/case.h"
#include "report/paper.h"
#include "report/picture.h"

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

/* ---- a text without a case: what it shows ---- */

typedef struct Shown {
    Session *session;
    Doc *doc;
    ShowStyle style;
} Shown;

static bool add_value(void *data, const Decl *statement, Value v)
{
    Shown *x = data;
    Writer w = {.doc = x->doc, .graph = &x->session->graph, .style = &x->style, .on_paper = true};
    (void)statement;
    if (!writer_table(&w, NULL, STR(""), v))
        doc_paragraph(x->doc, NULL, writer_value(&w, v), TONE_PLAIN);
    else
        picture_add(&w, NULL, STR(""), v);
    return doc_ok(x->doc);
}

static bool add_printed(void *data, Str text)
{
    Shown *x = data;
    while (text.n && text.p[text.n - 1] == '\n')
        text.n--;
    doc_paragraph(x->doc, NULL, text, TONE_PLAIN);
    return doc_ok(x->doc);
}

/* Its first line that begins with `##` says what it is; else its name. */
static Str title_of(const Session *s, const char *path)
{
    const Node *tree = s->program.modules[s->main_module]->tree;
    const Comments *c = tree && tree->count ? &tree->kids[0]->before : NULL;
    for (uint32_t i = 0; c && i < c->count; i++)
        if (c->items[i].n > 2 && c->items[i].p[0] == '#')
            return str_trim(str_sub(c->items[i], 1, c->items[i].n));
    const char *slash = strrchr(path, '/');
    return str_from(slash ? slash + 1 : path);
}

static bool compose_shown(Cli *cli, Session *s, Doc *d)
{
    Shown x = {s, d, cli_style(cli, s)};
    doc_title(d, title_of(s, cli->options.files.items[0]));
    s->options.value = add_value;
    s->options.print = add_printed;
    s->options.value_data = s->options.print_data = &x;
    bool ran = session_run(s);
    if (ran && !d->root->first)
        diag(&s->diags, D_REPORT_NO_CASE, (Span){0}, str_from(cli->options.files.items[0]));
    return ran;
}

/* A text without a case is run to be shown. */
static bool holds_case(const Program *p)
{
    bool found = false;
    for (uint32_t i = 0; i < p->scope_count; i++)
        found = found || p->scopes[i]->kind == SCOPE_CASE;
    return found;
}

/* The workbook that was asked for, and the paper, unless the workbook was all. */
static void deliver(Cli *cli, Session *s, const Doc *d)
{
    const Options *o = &cli->options;
    const char *workbook = o->values[OPTION_XLSX];
    bool more = !workbook || o->output || options_has(o, OPTION_FORM);
    if (!workbook || deliver_doc(cli, s, d, workbook, FORM_XLSX))
        more = more && deliver_doc(cli, s, d, o->output, o->form);
}

/* A text with errors gives no paper: what candidates would read must be whole. */
static void report_cases(Cli *cli, Session *s)
{
    Cases cs;
    Doc d;
    doc_init(&d, &s->mem, s->options.lang);
    bool built = cases_build(&cs, &s->graph, &s->diags);
    bool composed = built && (cs.count ? compose(cli, s, &d, &cs) : compose_shown(cli, s, &d));
    if (composed && !s->diags.errors)
        deliver(cli, s, &d);
    else if (!s->diags.errors)
        vm_report(&s->vm, &s->diags);
    cases_free(&cs);
    doc_free(&d);
}

int report_command(Cli *cli)
{
    Session s;
    if (cli_open(cli, &s) && session_load_file(&s, cli->options.files.items[0]) &&
        (!holds_case(&s.program) || session_prepare(&s)))
        report_cases(cli, &s);
    return cli_end(cli, &s, EXIT_OK);
}
