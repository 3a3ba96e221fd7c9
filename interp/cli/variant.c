/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme variant CASE --candidate NAME: the case on paper with the data drawn for that candidate.
   bareme variant CASE --candidates FILE: what was drawn for each of a class, as a table; with --output, a file each. */
#include "cli/class.h"
#include "cli/deliver.h"
#include "grade/roll.h"
#include "grade/variant.h"
#include "report/paper.h"
#include "report/writer.h"

static bool draw(Class *c, Str candidate)
{
    Session *s = &c->m.session;
    uint32_t k = variant_begin(&c->m, candidate);
    if (!k && s->vm.fault)
        vm_report(&s->vm, &s->diags);
    else if (!k)
        diag(&s->diags, D_VARY_NO_DRAW, (Span){0}, candidate);
    return k != 0;
}

/* A text that names a figure is built again in the candidate's view. A paper with errors is not given out. */
static bool write_paper(Class *c, Str candidate, const char *path, ReportForm form)
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
    ok = ok && !s->diags.errors && deliver_doc(cli, s, &d, path, form);
    doc_free(&d);
    cases_free(&own);
    return ok;
}

/* ---- a class ---- */

static const char *ending_of(ReportForm form)
{
    return form == FORM_MARKDOWN ? ".md" : form == FORM_JSON ? ".json" : form == FORM_TEXT ? ".txt" : ".html";
}

/* Names that differ only by what a file cannot be called get files of their own. */
static void put_path(Buf *out, const char *folder, Str candidate, ReportForm form)
{
    char sum[DIGEST_HEX];
    buf_puts(out, folder);
    buf_putc(out, '/');
    size_t begin = out->n;
    class_put_file_name(out, candidate);
    if (!out->failed && !str_eq(str_sub(buf_str(out), begin, out->n), candidate)) {
        digest_hex(candidate, sum);
        buf_putc(out, '.');
        buf_put(out, (Str){sum, 8});
    }
    buf_puts(out, ending_of(form));
}

static void write_papers(Class *c, const Roll *roll)
{
    const Options *o = &c->cli->options;
    ReportForm form = o->form == FORM_COUNT ? FORM_HTML : o->form;
    bool ok = class_make_folder(c, o->output);
    for (uint32_t i = 0; ok && i < roll->count; i++) {
        Buf path;
        buf_init(&path, &c->cli->mem);
        put_path(&path, o->output, roll->names[i], form);
        if (draw(c, roll->names[i]))
            ok = write_paper(c, roll->names[i], buf_cstr(&path), form);
        else
            ok = !c->m.session.vm.fault;
        buf_free(&path);
    }
}

static DocNode *begin_draws(Class *c, Doc *d)
{
    const Draws *draws = c->m.draws;
    DocColumn *columns = arena_alloc(&d->arena, (draws->count + 1) * sizeof *columns);
    if (!columns)
        return NULL;
    columns[0] = (DocColumn){report_word(RW_CANDIDATE, d->lang), ALIGN_LEFT};
    for (uint32_t i = 0; i < draws->count; i++) {
        const Given *g = draws->list[i].given;
        columns[i + 1] = (DocColumn){g->label.n ? g->label : g->name, ALIGN_RIGHT};
    }
    return doc_table(d, NULL, columns, draws->count + 1);
}

static bool add_row(Class *c, Doc *d, DocNode **table, Str candidate)
{
    ShowStyle style = show_style(c->m.c->lang);
    Writer w = {.doc = d, .graph = &c->m.session.graph, .style = &style};
    if (!draw(c, candidate))
        return !c->m.session.vm.fault;
    if (!*table)
        *table = begin_draws(c, d);
    DocNode *row = doc_row(d, *table);
    doc_head_cell(d, row, candidate);
    for (uint32_t i = 0; i < c->m.draws->count; i++)
        writer_value_cell(&w, row, c->m.draws->list[i].value, TONE_PLAIN);
    return doc_ok(d) || cli_no_memory(&c->m.session);
}

static void show_draws(Class *c, const Roll *roll)
{
    Doc d;
    DocNode *table = NULL;
    ReportForm form = c->cli->options.form == FORM_COUNT ? FORM_TEXT : c->cli->options.form;
    doc_init(&d, &c->m.session.mem, c->m.c->lang);
    bool ok = true;
    for (uint32_t i = 0; ok && i < roll->count; i++)
        ok = add_row(c, &d, &table, roll->names[i]);
    if (ok && table)
        deliver_doc(c->cli, &c->m.session, &d, NULL, form);
    doc_free(&d);
}

static void whole_class(Class *c)
{
    Roll roll;
    Arena arena;
    Session *s = &c->m.session;
    CopyOptions options = class_copy_options(c);
    arena_init(&arena, &s->mem);
    if (roll_read(&roll, &arena, c->cli->io, &s->diags, c->cli->options.values[OPTION_CANDIDATES], &options)) {
        if (c->cli->options.output)
            write_papers(c, &roll);
        else
            show_draws(c, &roll);
    }
    arena_free(&arena);
}

static void one_candidate(Class *c, const char *name)
{
    const Options *o = &c->cli->options;
    Str candidate = str_trim(str_from(name));
    if (draw(c, candidate))
        write_paper(c, candidate, o->output, o->form);
}

int variant_command(Cli *cli)
{
    Class c;
    const char *name = cli->options.values[OPTION_CANDIDATE];
    cli->options.given |= UINT64_C(1) << OPTION_VARIANTS;
    if (class_open(&c, cli)) {
        if (!c.m.draws->count)
            diag(&c.m.session.diags, D_VARY_NOTHING, (Span){0}, c.m.c->name);
        else if (name)
            one_candidate(&c, name);
        else
            whole_class(&c);
    }
    return class_end(&c, EXIT_OK);
}
