/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/class.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h> /* getenv */
#include <string.h>
#include <time.h>

#include "cli/deliver.h"
#include "grade/export.h"
#include "grade/pages.h"

/* ---- who and when ---- */

/* SOURCE_DATE_EPOCH, as in reproducible builds, stands for the clock. */
static void tell_time(Class *c)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    time_t now = fixed && *fixed ? (time_t)strtoll(fixed, NULL, 10) : time(NULL);
    struct tm parts;
    if (!gmtime_r(&now, &parts) || !strftime(c->made, sizeof c->made, "%Y-%m-%dT%H:%M:%SZ", &parts)) {
        memcpy(c->made, "?", 2);
    }
    c->now.made = str_from(c->made);
}

static void tell_who(Class *c)
{
    static const char *const names[] = {"LOGNAME", "USER"};
    const char *given = c->cli->options.values[OPTION_BY];
    for (size_t i = 0; i < 2 && (!given || !*given); i++) {
        given = getenv(names[i]);
    }
    buf_put(&c->who, given && *given ? str_from(given) : STR("?"));
    c->now.who = buf_str(&c->who);
}

/* ---- in and out ---- */

static volatile int interrupt_asked;

static void on_interrupt(int number)
{
    (void)number;
    interrupt_asked = 1;
}

volatile int *class_catch_interrupt(void)
{
    struct sigaction a = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND}; /* a second one ends at once */
    sigemptyset(&a.sa_mask);
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    return &interrupt_asked;
}

/* What the case reads is read once: copies are marked by the same figures from the first to the last. */
static bool hold_files(Class *c, MarkerOptions *options)
{
    const Options *o = &c->cli->options;
    bool marks = FOR_BOOKS >> o->command & 1;
    if (!marks || !options_has(o, OPTION_ALLOW_READ)) {
        return true;
    }
    options->held = &c->held;
    options->session.io = &c->held.io;
    return io_held_init(&c->held, c->cli->io);
}

bool class_open(Class *c, Cli *cli)
{
    const Options *o = &cli->options;
    *c = (Class){.cli = cli};
    buf_init(&c->who, &cli->mem);
    tell_time(c);
    tell_who(c);
    MarkerOptions options = {.path = o->files.items[0], .ticked = options_has(o, OPTION_TICKED),
                             .variants = options_has(o, OPTION_VARIANTS)};
    options.case_name = o->values[OPTION_CASE] ? str_from(o->values[OPTION_CASE]) : (Str){"", 0};
    cli_session_options(cli, &options.session);
    options.session.interrupt = &interrupt_asked;
    bool ok = hold_files(c, &options) && marker_open(&c->m, &options);
    if (!o->lang_given && ok) {
        cli->options.lang = c->m.c->lang;
    }
    return ok;
}

bool class_book(Class *c, DbMode mode)
{
    const char *path = c->cli->options.values[OPTION_DB];
    Session *s = &c->m.session;
    return book_open(&c->book, &s->mem, &s->diags, path ? path : ":memory:", mode);
}

int class_end(Class *c, int code)
{
    Session *s = &c->m.session;
    book_close(&c->book);
    session_flush(s);
    int wrong = session_exit_code(s);
    cli_tell_diags(c->cli, &s->sources, &s->diags, s->options.lang);
    marker_close(&c->m);
    io_held_free(&c->held);
    buf_free(&c->who);
    return wrong ? wrong : code;
}

bool class_show(Class *c, const Doc *d) { return cli_show_doc(c->cli, &c->m.session, d); }

CopyOptions class_copy_options(Class *c)
{
    const Options *o = &c->cli->options;
    const char *id = o->values[OPTION_ID], *second = o->values[OPTION_SECOND], *encoding = o->values[OPTION_ENCODING];
    return (CopyOptions){.encoding = encoding ? encoding_named(str_from(encoding)) : ENC_UTF8, .id = str_from(id ? id : ""),
                         .second = str_from(second ? second : ""), .known = marker_known,
                         .addresses = marker_addresses, .data = &c->m};
}

/* ---- files ---- */

bool class_make_folder(Class *c, const char *path)
{
    int error = c->cli->io->make_folder(c->cli->io, path);
    if (error) {
        diag(&c->m.session.diags, D_FILE_UNWRITABLE, (Span){0}, str_from(path), str_from(strerror(error)));
    }
    return !error;
}

static bool save_doc(Class *c, const Doc *d, const char *path, ReportForm form)
{
    return deliver_doc(c->cli, &c->m.session, d, path, form);
}

/* ---- sheets ---- */

void class_put_file_name(Buf *out, Str name)
{
    size_t kept = 0;
    for (size_t i = 0; i < name.n && kept < 60; i++) {
        unsigned char ch = (unsigned char)name.p[i];
        bool plain = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '-' || ch >= 0x80;
        if (plain) {
            buf_putc(out, (char)ch);
            kept++;
        } else if (kept && out->p[out->n - 1] != '_') {
            buf_putc(out, '_');
        }
    }
}

/* The beginning of the copy's sum makes it the only one. */
static void sheet_path(Buf *out, const char *folder, const Result *copy, const char *ending)
{
    buf_puts(out, folder);
    buf_putc(out, '/');
    class_put_file_name(out, copy->candidate);
    buf_putc(out, '.');
    buf_put(out, (Str){copy->sum, 8});
    buf_puts(out, ending);
}

static bool write_sheet(Class *c, Results *r, const Result *copy, const char *folder)
{
    const Options *o = &c->cli->options;
    SheetOptions options = {.expected = options_has(o, OPTION_EXPECTED), .named = options_has(o, OPTION_NAMES)};
    Doc d;
    Buf path;
    doc_init(&d, &c->m.session.mem, r->c->lang);
    buf_init(&path, &c->m.session.mem);
    sheet_path(&path, folder, copy, o->form == FORM_MARKDOWN ? ".md" : ".html");
    bool ok = sheet_page(&d, r, copy, &options) && !path.failed ? save_doc(c, &d, buf_cstr(&path), o->form)
                                                                : cli_no_memory(&c->m.session);
    buf_free(&path);
    doc_free(&d);
    return ok;
}

static bool write_sheets(Class *c, Results *r, const char *folder)
{
    Session *s = &c->m.session;
    Arena arena;
    Result one;
    if (!class_make_folder(c, folder)) {
        return false;
    }
    bool ok = true;
    arena_init(&arena, &s->mem);
    results_rewind(r);
    while (ok && results_next(r, &arena, &one)) {
        ok = write_sheet(c, r, &one, folder);
        arena_clear(&arena);
    }
    arena_free(&arena);
    return ok && r->next == r->count;
}

/* ---- the report and the exports ---- */

static bool write_report(Class *c, Results *r, const char *path)
{
    Doc d;
    Stats stats;
    doc_init(&d, &c->m.session.mem, r->c->lang);
    bool ok = stats_of(&stats, r) && class_page(&d, r, &stats);
    ReportForm form = form_of_file(&c->cli->mem, str_from(path));
    ok = ok ? save_doc(c, &d, path, form == FORM_COUNT ? FORM_HTML : form) : cli_no_memory(&c->m.session);
    stats_free(&stats);
    doc_free(&d);
    return ok;
}

typedef bool ExportFn(Buf *out, Results *r, const ExportOptions *options);

static bool write_export(Class *c, Results *r, const char *path, ExportFn *fn)
{
    const Options *o = &c->cli->options;
    const char *notation = o->values[OPTION_NOTATION];
    ExportOptions options = {.french = notation && !strcmp(notation, "fr"), .named = options_has(o, OPTION_NAMES)};
    Buf b;
    buf_init(&b, &c->m.session.mem);
    bool made = fn(&b, r, &options) && !b.failed;
    bool told = c->book.db.error != DB_OK;
    bool ok = made ? deliver_bytes(c->cli, &c->m.session, path, buf_str(&b)) : !told && cli_no_memory(&c->m.session);
    buf_free(&b);
    return ok;
}

bool class_write_results(Class *c, Results *r)
{
    const Options *o = &c->cli->options;
    bool ok = !o->values[OPTION_SHEETS] || write_sheets(c, r, o->values[OPTION_SHEETS]);
    ok = (!o->values[OPTION_REPORT] || write_report(c, r, o->values[OPTION_REPORT])) && ok;
    ok = (!o->values[OPTION_CSV] || write_export(c, r, o->values[OPTION_CSV], export_copies)) && ok;
    ok = (!o->values[OPTION_ANSWERS] || write_export(c, r, o->values[OPTION_ANSWERS], export_answers)) && ok;
    return (!o->json || write_export(c, r, "-", export_json)) && ok;
}
