/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dialogue: reads a line, or several while a block is open; a command, a question or a text; says what came of
   it; begins again. Errors are told after each line and forgotten. */
#include "cli/repl.h"

#include <string.h>

#include "cli/value.h"

#ifndef BAREME_VERSION
#define BAREME_VERSION "0"
#endif

/* ---- saying things ---- */

bool repl_print(Repl *r, Str text)
{
    buf_put(&r->shown, text);
    return r->replaying || session_write(&r->session, text);
}

bool repl_say(Repl *r, PhraseId id, const Str *args, size_t count)
{
    Buf b;
    buf_init(&b, &r->session.mem);
    phrase_fill(&b, id, r->session.options.lang, args, count);
    buf_putc(&b, '\n');
    bool ok = b.failed ? cli_no_memory(&r->session) : repl_print(r, buf_str(&b));
    buf_free(&b);
    return ok;
}

void repl_refuse(Repl *r, DiagId id, Str a, Str b)
{
    diag(&r->session.diags, id, (Span){0}, a, b);
}

static void tell(Repl *r)
{
    int code = session_exit_code(&r->session);
    r->worst = code > r->worst ? code : r->worst;
    cli_tell(r->cli, &r->session);
}

/* ---- `ans` ---- */

static const Native *ans_find(void *data, Str name)
{
    const Repl *r = data;
    return r->library.find(r->library.data, name);
}

static void ans_each(void *data, Lang lang, void (*visit)(void *visitor, Str name), void *visitor)
{
    const Repl *r = data;
    if (r->has_ans)
        visit(visitor, STR("ans"));
    r->library.each(r->library.data, lang, visit, visitor);
}

static bool ans_constant(void *data, Str name, Value *out)
{
    const Repl *r = data;
    if (!r->has_ans || !str_eq(name, STR("ans")))
        return r->library.constant(r->library.data, name, out);
    *out = r->ans;
    return true;
}

static uint32_t ans_chapter(void *data, Str canonical, Str *own)
{
    const Repl *r = data;
    return r->library.chapter(r->library.data, canonical, own);
}

static Str ans_english(void *data, Str own, uint32_t parameter)
{
    const Repl *r = data;
    return r->library.english(r->library.data, own, parameter);
}

static void mark_ans(Heap *h, void *data)
{
    const Repl *r = data;
    if (r->has_ans)
        heap_mark(h, r->ans);
}

/* An expression that stood alone on a line. */
static bool take_value(void *data, const Decl *statement, Value v)
{
    Repl *r = data;
    (void)statement;
    r->ans = v;
    r->has_ans = true;
    r->ans_entry = r->log_count; /* the entry that this line becomes */
    Buf b;
    buf_init(&b, &r->session.mem);
    value_line(r->cli, &r->session, &b, v);
    buf_putc(&b, '\n');
    bool ok = b.failed ? false : repl_print(r, buf_str(&b));
    buf_free(&b);
    return ok;
}

/* What the program prints also goes into the log. */
static int print_output(void *data, Str bytes)
{
    Repl *r = data;
    buf_put(&r->shown, bytes);
    if (!r->replaying)
        session_print(&r->session, bytes);
    return r->session.output_error;
}

/* ---- the session ---- */

static bool open_session(Repl *r)
{
    Session *s = &r->session;
    Lang lang = r->cli->options.lang;
    r->has_ans = false;
    r->ans_entry = NO_ENTRY;
    r->open = true;
    if (!cli_open(r->cli, s))
        return false;
    s->options.lang = lang;
    s->options.lang_given = true;
    s->options.value = take_value;
    s->options.value_data = r;
    s->vm.interrupt = &line_interrupt;
    s->vm.host.write = print_output;
    s->vm.host.write_data = r;
    r->library = s->program.library;
    s->program.library = (LibraryTable){.data = r, .find = ans_find, .each = ans_each, .constant = ans_constant,
                                        .chapter = ans_chapter, .english = ans_english};
    heap_add_root(&s->heap, mark_ans, r);
    bool ok = session_load_text(s, STR("<0>"), STR(""));
    s->program.lang = lang;
    return ok;
}

/* ---- the log ---- */

static bool grow_log(Repl *r)
{
    uint32_t cap = r->log_cap ? 2 * r->log_cap : 32;
    Entry *grown = mem_realloc(&r->cli->mem, r->log, r->log_cap * sizeof *grown, cap * sizeof *grown);
    if (!grown)
        return false;
    r->log = grown;
    r->log_cap = cap;
    return true;
}

static Str copy_text(Repl *r, Str s)
{
    char *p = mem_alloc(&r->cli->mem, s.n + 1);
    if (!p)
        return (Str){NULL, 0};
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (Str){p, s.n};
}

static void free_text(Repl *r, Str s)
{
    if (s.p)
        mem_free(&r->cli->mem, (void *)(uintptr_t)s.p, s.n + 1);
}

static void remember(Repl *r, Entry e)
{
    if (r->log_count == r->log_cap && !grow_log(r)) {
        cli_no_memory(&r->session);
        return;
    }
    e.text = copy_text(r, e.text);
    e.shown = copy_text(r, buf_str(&r->shown));
    r->log[r->log_count++] = e;
    if (!e.text.p || !e.shown.p)
        cli_no_memory(&r->session);
}

static void free_log(Repl *r)
{
    for (uint32_t i = 0; i < r->log_count; i++) {
        free_text(r, r->log[i].text);
        free_text(r, r->log[i].shown);
    }
    mem_free(&r->cli->mem, r->log, r->log_cap * sizeof *r->log);
}

/* ---- texts ---- */

static Str source_name(Repl *r, Buf *name)
{
    buf_clear(name);
    buf_printf(name, "<%u>", (unsigned)r->lines);
    return buf_str(name);
}

/* Statements that an error kept from running are not run later either. */
static bool run_statements(Session *s)
{
    bool ok = session_run(s);
    s->ran = s->program.decl_count;
    return ok;
}

/* More than expressions: an expression that fails leaves nothing worth keeping. */
static bool defines_something(const Session *s, uint32_t module)
{
    const Node *tree = s->program.modules[module]->tree;
    for (uint32_t i = 0; i < tree->count; i++)
        if (tree->kids[i]->kind != N_DO)
            return true;
    return false;
}

/* Adds a source to the session, runs it, shows what it defines. */
static bool accept_source(Repl *r, uint32_t source, Lang lang, Entry entry)
{
    Session *s = &r->session;
    Before before;
    uint32_t module = s->program.module_count, values = r->ans_entry;
    session_refuel(s);
    if (!source || !repl_before(r, &before))
        return false;
    bool ok = session_extend_source(s, source, lang);
    if (ok && !entry.file)
        repl_after(r, &before, module);
    repl_before_free(r, &before);
    if (ok && (run_statements(s) || defines_something(s, module))) {
        entry.module = module;
        entry.has_value = r->ans_entry == r->log_count && values != r->ans_entry;
        remember(r, entry);
    }
    return ok;
}

static void accept_line(Repl *r, Str text)
{
    Session *s = &r->session;
    Buf name;
    buf_init(&name, &s->mem);
    uint32_t source = sources_add(&s->sources, source_name(r, &name), text);
    buf_free(&name);
    if (!source)
        cli_no_memory(s);
    Lang lang = s->options.lang;
    Entry e = {.text = text, .lang = lang, .answer = repl_uses_ans(text, lang) ? r->ans_entry : NO_ENTRY};
    uint32_t module = s->program.module_count;
    if (accept_source(r, source, lang, e))
        s->options.lang = s->vm.lang = s->program.lang = (Lang)s->program.modules[module]->tree->op; /* `langue fr` */
}

/* Formulas and cases of a module just loaded. */
static void say_loaded(Repl *r, Str path, uint32_t module)
{
    const Program *p = &r->session.program;
    uint32_t formulas = 0, cases = 0;
    for (uint32_t i = 0; i < p->decl_count; i++) {
        const Decl *d = p->decls[i];
        formulas +=
            d->kind == DECL_FORMULA && !d->removed && d->node && d->node->span.source == p->modules[module]->source;
    }
    const Node *tree = p->modules[module]->tree;
    for (uint32_t i = 0; i < tree->count; i++)
        cases += tree->kids[i]->kind == N_BLOCK && tree->kids[i]->op == B_CASE;
    Buf b;
    buf_init(&b, &r->session.mem);
    buf_printf(&b, "%u", (unsigned)formulas);
    size_t split = b.n;
    buf_printf(&b, "%u", (unsigned)cases);
    Str all = buf_str(&b);
    REPL_SAY(r, P_LOADED, path, str_sub(all, 0, split), str_sub(all, split, all.n));
    buf_free(&b);
}

bool repl_has_loaded(const Repl *r, Str path)
{
    for (uint32_t i = 0; i < r->log_count; i++)
        if (r->log[i].file && str_eq(r->log[i].text, path))
            return true;
    return false;
}

bool repl_load(Repl *r, Str path)
{
    Session *s = &r->session;
    Buf name;
    buf_init(&name, &s->mem);
    buf_put(&name, path);
    uint32_t source = session_read(s, buf_cstr(&name));
    uint32_t module = s->program.module_count;
    Entry e = {.text = path, .lang = LANG_EN, .file = true, .answer = NO_ENTRY};
    bool ok = accept_source(r, source, LANG_EN, e);
    bool silent = r->replaying;
    r->replaying = false;
    if (ok)
        say_loaded(r, buf_str(&name), module);
    r->replaying = silent;
    buf_free(&name);
    return ok;
}

/* One entry again, in the new session; what it printed is taken anew. */
static void replay(Repl *r, Entry *e)
{
    r->lines++;
    buf_clear(&r->shown);
    if (e->file) {
        repl_load(r, e->text);
    } else {
        r->session.options.lang = r->session.vm.lang = e->lang;
        accept_line(r, e->text);
    }
}

/* A new session, in which everything is said again: the files as they are now. */
bool repl_reload(Repl *r)
{
    Entry *log = r->log;
    uint32_t count = r->log_count, cap = r->log_cap;
    Lang lang = r->session.options.lang;
    session_flush(&r->session);
    tell(r);
    session_close(&r->session);
    r->log = NULL;
    r->log_count = r->log_cap = 0;
    r->cli->options.lang = lang;
    bool ok = open_session(r);
    r->replaying = true;
    for (uint32_t i = 0; i < count && ok; i++)
        replay(r, &log[i]);
    r->replaying = false;
    r->quit = !ok;
    r->session.options.lang = r->session.vm.lang = lang;
    Repl old = {.cli = r->cli, .log = log, .log_count = count, .log_cap = cap};
    free_log(&old);
    return ok;
}

/* ---- lines ---- */

static bool is_incomplete(Repl *r, Str text)
{
    Parsing p = r->session.program.parsing;
    p.default_lang = r->session.options.lang;
    return parse_incomplete(&p, text);
}

static void handle(Repl *r, Str text)
{
    Str line = str_trim(text);
    r->lines++;
    buf_clear(&r->shown);
    if (!line.n)
        return;
    if (line.p[0] == ':')
        repl_run_command(r, str_sub(line, 1, line.n));
    else if (line.p[0] == '?')
        repl_help(r, str_trim(str_sub(line, 1, line.n)));
    else
        accept_line(r, text);
    tell(r);
    line_interrupt = 0;
}

static bool is_special(Str text)
{
    Str t = str_trim(text);
    return t.n && (t.p[0] == ':' || t.p[0] == '?');
}

/* A line, and those that complete it. */
static LineResult read_text(Repl *r, Buf *text)
{
    LineResult result = line_read(&r->editor, "> ", text);
    while (result == LINE_READ && !is_special(buf_str(text)) && is_incomplete(r, buf_str(text))) {
        buf_putc(text, '\n');
        result = line_read(&r->editor, "… ", text);
    }
    /* The input ends inside a block: what is wrong with it is told. */
    return result == LINE_END && str_trim(buf_str(text)).n ? LINE_READ : result;
}

static void greet(Repl *r)
{
    if (r->editor.terminal)
        REPL_SAY(r, P_GREETING, STR(BAREME_VERSION));
    session_flush(&r->session);
}

static void converse(Repl *r)
{
    Buf text;
    LineResult result;
    buf_init(&text, &r->cli->mem);
    do {
        session_flush(&r->session);
        buf_clear(&text);
        result = read_text(r, &text);
        if (result == LINE_READ) {
            line_remember(&r->editor, buf_cstr(&text));
            handle(r, buf_str(&text));
        }
    } while (!r->quit && !r->session.output_error && (result == LINE_READ || result == LINE_CLEARED));
    if (result == LINE_END && r->editor.terminal)
        session_write(&r->session, STR("\n"));
    if (result == LINE_FAILED)
        cli_no_memory(&r->session);
    buf_free(&text);
}

static void load_first(Repl *r)
{
    if (r->cli->options.files.count)
        repl_load(r, str_from(r->cli->options.files.items[0]));
    tell(r);
    line_interrupt = 0;
}

int repl_command(Cli *cli)
{
    Repl r = {.cli = cli, .ans_entry = NO_ENTRY};
    buf_init(&r.shown, &cli->mem);
    line_open(&r.editor, &cli->mem, cli->io->is_terminal(cli->io, 0));
    r.editor.complete = repl_complete;
    r.editor.complete_data = &r;
    if (open_session(&r)) {
        greet(&r);
        load_first(&r);
        converse(&r);
    }
    bool lost = r.session.output_error, terminal = r.editor.terminal;
    int code = cli_end(cli, &r.session, EXIT_OK);
    line_close(&r.editor);
    free_log(&r);
    buf_free(&r.shown);
    r.worst = code > r.worst ? code : r.worst;
    return terminal && !lost ? code : r.worst; /* errors that were seen on the way are no result of a dialogue */
}
