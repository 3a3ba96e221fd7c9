/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme grade CASE COPIES… --db FILE: a class of copies marked and recorded; then what the gradebook says, and the
   files that were asked for. bareme results CASE --db FILE: only the latter. */
#include <string.h>
#include <unistd.h>

#include "cli/class.h"
#include "diag/progress.h"
#include "format/json.h"
#include "grade/batch.h"
#include "grade/pages.h"

enum { LINE_COPIES = 10000 };

typedef struct Grading {
    Class c;
    Progress progress;
    CopyReader reader;
    Batch batch;
    const char **paths; /* of a run that is resumed; NULL: those of the command line */
    uint32_t path_count;
    Buf path_bytes;
    int64_t run;
    Arena kept;         /* what a run that is resumed was told */
    CopyOptions options;
    bool troubled;     /* something about a whole file */
    bool unread;       /* a file that was named could not be read */
} Grading;

/* ---- what is said on the way ---- */

static void on_progress(void *data, const Batch *b)
{
    Grading *g = data;
    uint64_t done, all;
    copies_progress(b->reader, &done, &all);
    progress_show(&g->progress, b->counts.recorded + b->counts.known + b->counts.refused, done, all);
}

/* Notes about a file, or, where nothing is recorded, about a copy. */
static void on_notice(void *data, const RawCopy *about)
{
    Grading *g = data;
    Cli *cli = g->c.cli;
    Buf b;
    g->troubled = true;
    g->unread = g->unread || about->failed;
    progress_end(&g->progress);
    for (uint32_t i = 0; i < about->note_count; i++) {
        const CopyNote *n = &about->notes[i];
        Str args[DIAG_ARGS] = {n->about, n->detail};
        Buf text;
        buf_init(&b, &cli->mem);
        buf_init(&text, &cli->mem);
        if (about->kind != COPY_NOTICE) {
            buf_put(&text, about->candidate);
            buf_puts(&text, " (");
        }
        buf_put(&text, about->origin);
        buf_puts(&text, about->kind != COPY_NOTICE ? ")" : "");
        buf_puts(&text, cli->options.lang == LANG_FR ? " : " : ": ");
        diag_message(&text, n->id, args, cli->options.lang);
        session_put_safe(&b, buf_str(&text));
        buf_putc(&b, '\n');
        cli->io->write(cli->io, 2, buf_str(&b));
        buf_free(&text);
        buf_free(&b);
    }
}

/* ---- runs, so that one may be resumed ---- */

static Str paths_json(Grading *g, Buf *b)
{
    const Options *o = &g->c.cli->options;
    JsonWriter w;
    json_begin(&w, b, false);
    json_array(&w);
    for (size_t i = 1; i < o->files.count; i++) {
        json_text(&w, str_from(o->files.items[i]));
    }
    json_finish(&w);
    return buf_str(b);
}

static Str option_text(const Options *o, OptionId id) { return o->values[id] ? str_from(o->values[id]) : (Str){"", 0}; }

static Str options_json(Grading *g, Buf *b)
{
    const Options *o = &g->c.cli->options;
    JsonWriter w;
    json_begin(&w, b, false);
    json_array(&w);
    json_text(&w, option_text(o, OPTION_ENCODING));
    json_text(&w, option_text(o, OPTION_ID));
    json_text(&w, option_text(o, OPTION_SECOND));
    json_text(&w, g->c.m.options.ticked ? STR("ticked") : STR(""));
    json_finish(&w);
    return buf_str(b);
}

static bool begin_run(Grading *g)
{
    Book *book = &g->c.book;
    Buf sources, options;
    buf_init(&sources, &g->c.cli->mem);
    buf_init(&options, &g->c.cli->mem);
    DbStatement *s = db_prepare(&book->db, "INSERT INTO run(edition, sources, options, finished) VALUES(?, ?, ?, 0)");
    db_bind_int(s, book->edition);
    db_bind_text(s, paths_json(g, &sources));
    db_bind_text(s, options_json(g, &options));
    bool ok = db_finish(&book->db, s);
    g->run = db_last_id(&book->db);
    buf_free(&sources);
    buf_free(&options);
    return ok || book_failed(book);
}

/* All the runs of the same copies are then done. */
static bool end_run(Grading *g)
{
    Book *book = &g->c.book;
    DbStatement *s = db_prepare(&book->db, "UPDATE run SET finished = 1 WHERE finished = 0 AND sources = (SELECT sources FROM "
                                           "run WHERE run = ?)");
    db_bind_int(s, g->run);
    return db_finish(&book->db, s) || book_failed(book);
}

static bool add_path(Grading *g, Str path)
{
    Mem *mem = &g->c.cli->mem;
    const char **more = mem_realloc(mem, g->paths, g->path_count * sizeof *more, (g->path_count + 1) * sizeof *more);
    char *copy = mem_alloc(mem, path.n + 1);
    if (!more || !copy) {
        mem_free(mem, copy, path.n + 1);
        g->paths = more ? more : g->paths;
        return false;
    }
    memcpy(copy, path.p, path.n);
    copy[path.n] = '\0';
    g->paths = more;
    g->paths[g->path_count++] = copy;
    return true;
}

/* They are read as they were: options_json. What is kept must live as long as the run. */
static void restore_options(Grading *g, Str json)
{
    JsonReader j;
    JsonToken t;
    Str said[4] = {{0}};
    size_t n = 0;
    json_read(&j, json, &g->kept);
    while (n < 4 && json_next(&j, &t)) {
        if (t.kind == JSON_TEXT) {
            said[n++] = arena_str(&g->kept, t.text);
        }
    }
    if (n == 4 && said[3].p) {
        Encoding encoding = encoding_named(said[0]);
        g->options.encoding = encoding == ENC_COUNT ? g->options.encoding : encoding;
        g->options.id = said[1];
        g->options.second = said[2];
        g->c.m.options.ticked = said[3].n > 0;
    }
}

/* The copies of the last run that did not come to its end. */
static bool find_run(Grading *g)
{
    Book *book = &g->c.book;
    JsonReader j;
    JsonToken t;
    DbStatement *s = db_prepare(&book->db, "SELECT run, sources, options FROM run WHERE finished = 0 ORDER BY run DESC LIMIT 1");
    if (!db_step(&book->db, s)) {
        diag0(book->diags, D_BOOK_NO_RUN, (Span){0});
        return false;
    }
    g->run = db_int(s);
    json_read(&j, db_text(s), &g->kept);
    bool ok = true;
    while (ok && json_next(&j, &t)) {
        ok = t.kind != JSON_TEXT || add_path(g, t.text);
    }
    restore_options(g, db_text(s));
    db_reset(s);
    return ok && g->path_count && !g->kept.failed;
}

static void free_paths(Grading *g)
{
    Mem *mem = &g->c.cli->mem;
    for (uint32_t i = 0; i < g->path_count; i++) {
        mem_free(mem, (void *)(uintptr_t)g->paths[i], strlen(g->paths[i]) + 1);
    }
    mem_free(mem, g->paths, g->path_count * sizeof *g->paths);
}

/* ---- the batch ---- */

static uint32_t processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 && n < (long)BATCH_JOBS_MOST ? (uint32_t)n : 1;
}

static void tell_lost(Grading *g)
{
    Str names = buf_str(&g->batch.lost);
    Buf list;
    buf_init(&list, &g->c.cli->mem);
    for (size_t i = 0; i < names.n; i++) {
        bool last = i + 1 == names.n;
        buf_puts(&list, names.p[i] == '\n' ? (last ? "" : ", ") : "");
        if (names.p[i] != '\n') {
            buf_putc(&list, names.p[i]);
        }
    }
    diag(&g->c.m.session.diags, D_BOOK_LOST, (Span){0}, buf_str(&list));
    buf_free(&list);
}

static bool run_batch(Grading *g)
{
    const Options *o = &g->c.cli->options;
    const char *const *paths = g->paths ? g->paths : o->files.items + 1;
    uint32_t count = g->paths ? g->path_count : (uint32_t)(o->files.count - 1);
    copies_open(&g->reader, g->c.cli->io, &g->c.cli->mem, paths, count, &g->options);
    g->batch = (Batch){.lead = &g->c.m, .book = options_has(o, OPTION_DRY_RUN) ? NULL : &g->c.book, .reader = &g->reader,
                       .jobs = o->jobs ? o->jobs : processors(), .interrupt = class_catch_interrupt(),
                       .progress = on_progress, .notice = on_notice, .data = g};
    progress_begin(&g->progress, g->c.cli->io, &g->c.cli->mem, g->c.cli->options.lang, PROGRESS_COPIES);
    g->progress.every = LINE_COPIES;
    bool ok = batch_run(&g->batch);
    progress_end(&g->progress);
    if (g->batch.counts.lost) {
        tell_lost(g);
    }
    if (g->batch.interrupted) {
        diag0(&g->c.m.session.diags, D_MARK_INTERRUPTED, (Span){0});
    }
    copies_close(&g->reader);
    return ok && !g->batch.interrupted;
}

/* ---- what the gradebook says ---- */

static bool show_summary(Class *c, Results *r, uint32_t *troubles)
{
    Doc d;
    Stats stats;
    doc_init(&d, &c->m.session.mem, r->c->lang);
    bool ok = stats_of_marks(&stats, r) && summary_page(&d, r, &stats, troubles);
    ok = ok ? class_show(c, &d) : cli_no_memory(&c->m.session);
    stats_free(&stats);
    doc_free(&d);
    return ok;
}

static bool tell_results(Class *c, uint32_t *troubles)
{
    Results r;
    const Options *o = &c->cli->options;
    bool printed = o->json; /* the results themselves are on the output */
    for (int id = OPTION_CSV; id <= OPTION_ANSWERS; id++) {
        printed = printed || (o->values[id] && !strcmp(o->values[id], "-"));
    }
    *troubles = 0;
    bool ok = results_open(&r, &c->book, &c->m) && (printed || show_summary(c, &r, troubles)) && class_write_results(c, &r);
    results_close(&r);
    return ok;
}

static void tell_counts(Grading *g)
{
    Session *s = &g->c.m.session;
    Buf b, n[3];
    const BatchCounts *c = &g->batch.counts;
    uint64_t numbers[3] = {c->read, c->recorded, c->refused};
    buf_init(&b, &g->c.cli->mem);
    for (int i = 0; i < 3; i++) {
        buf_init(&n[i], &g->c.cli->mem);
        buf_printf(&n[i], "%llu", (unsigned long long)numbers[i]);
    }
    phrase_put(&b, P_DRY_RUN, g->c.cli->options.lang, buf_str(&n[0]), buf_str(&n[1]), buf_str(&n[2]));
    buf_putc(&b, '\n');
    session_write(s, buf_str(&b));
    for (int i = 0; i < 3; i++) {
        buf_free(&n[i]);
    }
    buf_free(&b);
}

/* True: exit code 1, for a person has to look at something. */
static bool grade_copies(Grading *g)
{
    const Options *o = &g->c.cli->options;
    Class *c = &g->c;
    uint32_t troubles = 0;
    bool recorded = !options_has(o, OPTION_DRY_RUN);
    g->options = class_copy_options(c);
    if (recorded && (!class_book(c, DB_CREATE) || !book_bind(&c->book, &c->m, &c->now))) {
        return false;
    }
    if (recorded && !(o->files.count > 1 ? begin_run(g) : find_run(g))) {
        return false;
    }
    bool ok = run_batch(g);
    if (recorded && ok) {
        ok = end_run(g);
    }
    if (recorded) {
        tell_results(c, &troubles);
    } else {
        tell_counts(g);
    }
    return troubles || g->troubled;
}

int grade_command(Cli *cli)
{
    Grading g = {0};
    arena_init(&g.kept, &cli->mem);
    bool look = class_open(&g.c, cli) && grade_copies(&g);
    batch_free(&g.batch);
    free_paths(&g);
    arena_free(&g.kept);
    return class_end(&g.c, g.unread ? EXIT_IO : look ? EXIT_BELOW : EXIT_OK);
}

int results_command(Cli *cli)
{
    Class c;
    uint32_t troubles = 0;
    bool ok = class_open(&c, cli) && class_book(&c, DB_READ) && book_bind(&c.book, &c.m, &c.now);
    if (ok) {
        tell_results(&c, &troubles);
    }
    return class_end(&c, troubles ? EXIT_BELOW : EXIT_OK);
}
