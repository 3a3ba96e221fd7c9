/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme stress CASE: hundreds of drawn subjects tried, before any student sees one. */
#include "cli/class.h"
#include "cli/deliver.h"
#include "grade/stress.h"

#define USUAL_DRAWS 300u

static void show(Class *c, const Stress *s)
{
    Doc d;
    doc_init(&d, &c->m.session.mem, c->cli->options.lang);
    if (stress_page(&d, s))
        deliver_doc(c->cli, &c->m.session, &d, c->cli->options.output, c->cli->options.form);
    else
        cli_no_memory(&c->m.session);
    doc_free(&d);
}

/* True: something must be mended. */
static bool try_all(Class *c)
{
    Stress s;
    uint32_t draws = c->cli->options.draws ? c->cli->options.draws : USUAL_DRAWS;
    bool ok = stress_run(&s, &c->m, draws), serious = ok && stress_serious(&s);
    if (ok)
        show(c, &s);
    else if (c->m.session.vm.fault)
        vm_report(&c->m.session.vm, &c->m.session.diags);
    else
        cli_no_memory(&c->m.session);
    stress_free(&s);
    return serious;
}

int stress_command(Cli *cli)
{
    Class c;
    bool serious = false;
    cli->options.given |= UINT64_C(1) << OPTION_VARIANTS;
    class_catch_interrupt();
    if (class_open(&c, cli)) {
        if (!c.m.draws->count)
            diag(&c.m.session.diags, D_VARY_NOTHING, (Span){0}, c.m.c->name);
        else
            serious = try_all(&c);
    }
    return class_end(&c, serious ? EXIT_BELOW : EXIT_OK);
}
