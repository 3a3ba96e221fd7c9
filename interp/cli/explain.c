/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme explain FILE NAME…: the working of results. */
#include "domain/explain.h"

#include "cli/cli.h"
#include "cli/evaluate.h"
#include "cli/override.h"
#include "cli/explain.h"
#include "report/explain_report.h"

static bool show(Cli *cli, Session *s, const Explanation *e)
{
    Doc d;
    doc_init(&d, &s->mem, s->options.lang);
    explain_report(&d, e);
    bool ok = cli_show_doc(cli, s, &d);
    doc_free(&d);
    return ok;
}

static bool explain_in(Cli *cli, Session *s, View *view, uint32_t slot, JsonWriter *json)
{
    Explanation e;
    LibraryNames names = library_names(&s->library);
    ExplainOptions options = {
        .lang = s->options.lang, .library = &names, .digits = cli->options.digits > 0 ? cli->options.digits : 0};
    bool ok = explain(&e, &s->graph, view, slot, &options) || cli_no_memory(s);
    if (ok && json)
        explain_json(json, &e);
    else if (ok)
        ok = show(cli, s, &e);
    explain_free(&e);
    return ok;
}

/* A formula of a second method is explained in that method. */
bool explain_slot(Cli *cli, Session *s, View *view, uint32_t slot, JsonWriter *json)
{
    View *own = graph_view_own_branches(&s->graph, view, &slot);
    if (!own) {
        vm_report(&s->vm, &s->diags);
        return false;
    }
    uint32_t guard = heap_protect(&s->heap, view_value(own));
    bool ok = guard == UINT32_MAX ? cli_no_memory(s) : explain_in(cli, s, own, slot, json);
    if (guard != UINT32_MAX)
        heap_unprotect(&s->heap, guard);
    return ok;
}

static bool explain_names(Cli *cli, const Overrides *o, View *view, const Subject *subjects, JsonWriter *json)
{
    Session *s = o->session;
    const Texts *names = &cli->options.files;
    for (size_t i = 1; i < names->count; i++) {
        uint32_t slot = evaluate_subject_slot(s, &subjects[i], str_from(names->items[i]));
        if (slot != NO_SLOT)
            overrides_masked(o, slot);
        if (slot == NO_SLOT || (i > 1 && !json && !session_write(s, STR("\n"))) ||
            !explain_slot(cli, s, view, slot, json))
            return false;
    }
    return true;
}

static bool explain_json_names(Cli *cli, const Overrides *o, View *view, const Subject *subjects)
{
    Session *s = o->session;
    Buf b;
    JsonWriter w;
    bool several = cli->options.files.count > 2;
    buf_init(&b, &s->mem);
    json_begin(&w, &b, true);
    if (several)
        json_array(&w);
    bool ok = explain_names(cli, o, view, subjects, &w);
    json_finish(&w);
    if (ok)
        ok = b.failed ? cli_no_memory(s) : session_write(s, buf_str(&b));
    buf_free(&b);
    return ok;
}

/* What is asked, by place among the files; expressions extend the session, before there are views. */
static bool find_subjects(Cli *cli, Session *s, int32_t scenario, Subject *subjects)
{
    const Texts *names = &cli->options.files;
    for (size_t i = 1; i < names->count; i++) {
        Buf source;
        buf_init(&source, &s->mem);
        buf_printf(&source, "<%u>", (unsigned)i);
        bool found = evaluate_subject(s, buf_str(&source), str_from(names->items[i]), scenario, &subjects[i]);
        buf_free(&source);
        if (!found)
            return false;
    }
    return true;
}

static bool explain_all(Cli *cli, Session *s, Subject *subjects)
{
    Overrides overrides;
    int32_t scenario = -1;
    bool ok = evaluate_scenario(s, cli->options.scenario, &scenario) && find_subjects(cli, s, scenario, subjects);
    ok = overrides_open_options(&overrides, s, &cli->options.withs) && ok;
    overrides.scenario = scenario;
    View *view = ok ? overrides_view(&overrides, &ok) : NULL;
    if (ok && cli->options.json)
        ok = explain_json_names(cli, &overrides, view, subjects);
    else if (ok)
        ok = explain_names(cli, &overrides, view, subjects, NULL);
    overrides_close(&overrides);
    return ok;
}

int explain_command(Cli *cli)
{
    Session s;
    bool loaded = cli_open(cli, &s) && session_load_file(&s, cli->options.files.items[0]) && session_prepare(&s);
    size_t count = cli->options.files.count;
    Subject *subjects = loaded ? mem_zalloc(&s.mem, count, sizeof *subjects) : NULL;
    if (subjects)
        explain_all(cli, &s, subjects);
    else if (loaded)
        cli_no_memory(&s);
    mem_free(&s.mem, subjects, count * sizeof *subjects);
    return cli_end(cli, &s, EXIT_OK);
}
