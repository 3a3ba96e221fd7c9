/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme variant CASE --candidate NAME: the case on paper with the data drawn for that candidate. */
#include "cli/class.h"
#include "cli/deliver.h"
#include "grade/variant.h"
#include "report/paper.h"

static bool no_draw(Class *c, Str candidate)
{
    Session *s = &c->m.session;
    if (s->vm.fault)
        vm_report(&s->vm, &s->diags);
    else
        diag(&s->diags, D_VARY_NO_DRAW, (Span){0}, candidate);
    return false;
}

/* A text that names a figure is built again in the candidate's view. A paper with errors is not given out. */
static void write_paper(Class *c, Str candidate)
{
    Cases own;
    Doc d;
    uint32_t at = 0;
    Cli *cli = c->cli;
    Session *s = &c->m.session;
    PaperOptions options = {.parts = cli->options.parts ? cli->options.parts : PAPER_SUBJECT,
                            .view = c->m.draws->view, .candidate = candidate};
    ShowStyle style = cli_style(cli, s);
    while (c->m.cases.list[at] != c->m.c)
        at++;
    doc_init(&d, &s->mem, c->m.c->lang);
    bool ok = cases_build_in(&own, &s->graph, options.view, &s->diags);
    if (ok && !paper_write(&d, &own, own.list[at], &style, &options) && !s->diags.errors)
        vm_report(&s->vm, &s->diags);
    if (ok && !s->diags.errors)
        deliver_doc(cli, s, &d, cli->options.output, cli->options.form);
    doc_free(&d);
    cases_free(&own);
}

int variant_command(Cli *cli)
{
    Class c;
    Str candidate = str_from(cli->options.values[OPTION_CANDIDATE]), draws;
    Arena arena;
    arena_init(&arena, &cli->mem);
    cli->options.given |= UINT64_C(1) << OPTION_VARIANTS;
    if (class_open(&c, cli)) {
        bool ok = variant_of(&c.m, &arena, candidate, &draws) || no_draw(&c, candidate);
        if (ok && !c.m.draws->count)
            diag(&c.m.session.diags, D_VARY_NOTHING, (Span){0}, c.m.c->name);
        else if (ok)
            write_paper(&c, candidate);
    }
    arena_free(&arena);
    return class_end(&c, EXIT_OK);
}
