/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a command works on one session; its diagnostics are told at its end, after the results. */
#include "cli/cli.h"

#include <errno.h>
#include <string.h>

#include "report/terminal.h"

/* ---- what a text may do outside ---- */

/* Where the text stands: not known of one that comes through a pipe. */
static void settle_folder(Cli *cli, const char *file, Permits *p)
{
    const char *slash = file ? strrchr(file, '/') : NULL;
    p->beside = !file || strcmp(file, "-") != 0;
    if (!slash)
        return;
    buf_clear(&cli->folder);
    buf_put(&cli->folder, (Str){file, slash == file ? 1 : (size_t)(slash - file)});
    p->folder = buf_cstr(&cli->folder);
}

/* Where an author's text runs for its own sake, it reads what is beside it; while copies are marked, it reads what the
   command line names, and nothing else can be had. */
static Permits permits(Cli *cli)
{
    const Options *o = &cli->options;
    bool typed = o->command == COMMAND_REPL || o->command == COMMAND_EVAL, marks = FOR_BOOKS >> o->command & 1;
    Permits p = {.open = marks ? 1u << PERMIT_READ : FOR_TEXTS >> o->command & 1 ? PERMITS_OPEN : 0, .marking = marks};
    if (!p.open)
        return p;
    settle_folder(cli, o->files.count ? o->files.items[0] : typed ? NULL : "-", &p);
    p.beside = p.beside && !marks;
    for (int k = 0; k < PERMIT_COUNT; k++)
        p.of[k] = (Permit){.places = o->allow[k].items, .count = o->allow[k].count, .all = o->allow_all[k]};
    return p;
}

void cli_session_options(Cli *cli, SessionOptions *out)
{
    const Options *o = &cli->options;
    *out = (SessionOptions){.io = cli->io,
                              .lang = o->lang,
                              .lang_given = o->lang_given,
                              .steps = o->steps,
                              .memory = o->memory,
                              .fail_alloc_at = o->fail_alloc,
                              .fail_alloc_on = o->fail_alloc_on};
    out->permits = permits(cli);
    out->stdlib = cli->stdlib.n ? buf_cstr(&cli->stdlib) : NULL;
}

bool cli_open(Cli *cli, Session *s)
{
    SessionOptions options;
    cli_session_options(cli, &options);
    return session_open(s, &options);
}

/* ---- messages ---- */

static void render(Buf *out, bool json, const Sources *sources, const Diags *d, DiagStyle style)
{
    JsonWriter w;
    if (!json) {
        diags_render(out, sources, d, style);
        return;
    }
    json_begin(&w, out, true);
    diags_json(&w, sources, d, style.lang);
    json_finish(&w);
}

void cli_tell_diags(Cli *cli, const Sources *sources, const Diags *d, Lang lang)
{
    Sources none = {0};
    Buf b;
    if (!d->first)
        return;
    buf_init(&b, &cli->mem);
    render(&b, cli->options.json_diagnostics, sources ? sources : &none, d, (DiagStyle){lang, cli->color_err});
    Str text = b.failed ? STR("bareme: out of memory\n") : buf_str(&b);
    cli->io->write(cli->io, 2, text);
    buf_free(&b);
}

/* "… has no value, because of an error in its formula" says nothing new below that error itself. */
static void drop_echoes(Diags *d)
{
    uint32_t echoes = 0;
    for (const Diag *i = d->first; i; i = i->next)
        echoes += i->id == D_FORMULA_BROKEN;
    if (!echoes || echoes == d->errors)
        return;
    Diag **link = &d->first, *last = NULL;
    while (*link) {
        if ((*link)->id == D_FORMULA_BROKEN) {
            *link = (*link)->next;
        } else {
            last = *link;
            link = &last->next;
        }
    }
    d->last = last;
    d->errors -= echoes;
}

void cli_tell(Cli *cli, Session *s)
{
    session_flush(s);
    session_save(s);
    drop_echoes(&s->diags);
    cli_tell_diags(cli, &s->sources, &s->diags, s->options.lang);
    diags_clear(&s->diags);
}

/* What went wrong counts before what a check found. */
int cli_end(Cli *cli, Session *s, int code)
{
    session_flush(s);
    session_save(s);
    int wrong = session_exit_code(s);
    drop_echoes(&s->diags);
    cli_tell_diags(cli, &s->sources, &s->diags, s->options.lang);
    session_close(s);
    return wrong ? wrong : code;
}

bool cli_no_memory(Session *s)
{
    diag0(&s->diags, D_OUT_OF_MEMORY, (Span){0});
    return false;
}

int cli_print(Cli *cli, Str text)
{
    int error = cli->io->write(cli->io, 1, text);
    if (!error)
        return EXIT_OK;
    if (error != EPIPE) {
        Diags d;
        diags_init(&d, &cli->mem);
        diag(&d, D_OUTPUT_LOST, (Span){0}, str_from(strerror(error)));
        cli_tell_diags(cli, NULL, &d, cli->options.lang);
        diags_free(&d);
    }
    return EXIT_IO;
}

/* ---- results ---- */

bool cli_show_doc(Cli *cli, Session *s, const Doc *d)
{
    int columns = cli->io->columns(cli->io, 1);
    TerminalStyle style = {.width = columns > 0 ? (size_t)columns : 0, .color = cli->color_out};
    Buf b;
    buf_init(&b, &s->mem);
    if (doc_ok(d))
        doc_terminal(&b, d, style);
    bool ok = doc_ok(d) && !b.failed;
    ok = ok ? session_write(s, buf_str(&b)) : cli_no_memory(s);
    buf_free(&b);
    return ok;
}

DiagId cli_unwritten(int error)
{
    return error == ENOSPC ? D_DISK_FULL : error == EISDIR ? D_FILE_IS_FOLDER : D_FILE_UNWRITABLE;
}

ShowStyle cli_style(const Cli *cli, const Session *s)
{
    ShowStyle style = show_style(s->options.lang);
    if (cli->options.digits > 0) {
        style.number.kind = NF_SIGNIFICANT;
        style.number.digits = cli->options.digits;
    }
    return style;
}
