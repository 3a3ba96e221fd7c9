/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme variant CASE --candidate NAME: the subject whose data are drawn for that candidate. */
#include "cli/class.h"
#include "grade/subject.h"
#include "grade/variant.h"

static bool no_draw(Class *c, Str candidate)
{
    Session *s = &c->m.session;
    if (s->vm.fault) {
        vm_report(&s->vm, &s->diags);
    } else {
        diag(&s->diags, D_VARY_NO_DRAW, (Span){0}, candidate);
    }
    return false;
}

static bool show_subject(Class *c, View *view)
{
    Cases own;
    Doc d;
    uint32_t at = 0;
    Session *s = &c->m.session;
    while (c->m.cases.list[at] != c->m.c) {
        at++;
    }
    bool ok = cases_build_in(&own, &s->graph, view, &s->diags);
    doc_init(&d, &s->mem, c->m.c->lang);
    ok = ok && (subject_page(&d, &c->m, own.list[at], view) || cli_no_memory(s)) && class_show(c, &d);
    doc_free(&d);
    cases_free(&own);
    return ok;
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
        if (ok && !c.m.draws->count) {
            diag(&c.m.session.diags, D_VARY_NOTHING, (Span){0}, c.m.c->name);
        } else if (ok) {
            show_subject(&c, c.m.draws->view);
        }
    }
    arena_free(&arena);
    return class_end(&c, EXIT_OK);
}
