/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: contexts are opened from the lowest layer up, and `opened` counts them, so that closing undoes what was
   done. Chapters of the standard library are read when a name needs them; without them the rest works all the same. */
#include "lib/session.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "code/compile.h"

#ifndef BAREME_STDLIB_DIR
#define BAREME_STDLIB_DIR "/usr/local/share/bareme/stdlib"
#endif

enum {
    OUT_BYTES = 1 << 16,                 /* written together when nobody watches line by line */
    LONGEST_PATH = 4 * LIMIT_NAME_BYTES, /* of a name with its question and scenarios */
};

/* ---- reading texts ---- */

static DiagId read_message(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR: return D_FILE_MISSING;
    case EACCES:
    case EPERM: return D_FILE_REFUSED;
    case EISDIR: return D_FILE_IS_FOLDER;
    case ENOMEM: return D_OUT_OF_MEMORY;
    case EFBIG: return D_SOURCE_TOO_LONG;
    default: return D_FILE_UNREADABLE;
    }
}

static void report_unreadable(Session *s, Str path, int error, Span where)
{
    Buf detail;
    buf_init(&detail, &s->mem);
    if (error == EFBIG)
        buf_printf(&detail, "%u", LIMIT_SOURCE_BYTES);
    else
        buf_puts(&detail, strerror(error));
    diag(&s->diags, read_message(error), where, path, buf_str(&detail));
    buf_free(&detail);
}

static void report_memory(Session *s)
{
    if (!s->program.memory_reported)
        diag0(&s->diags, D_OUT_OF_MEMORY, (Span){0});
    s->program.memory_reported = true;
}

static uint32_t add_source(Session *s, Str name, Str text)
{
    uint32_t source = sources_add(&s->sources, name, text);
    if (!source)
        report_memory(s);
    return source;
}

static uint32_t read_source(Session *s, const char *path, Span where)
{
    Buf text;
    buf_init(&text, &s->mem);
    int error = s->options.io->read_file(s->options.io, path, LIMIT_SOURCE_BYTES, &text);
    uint32_t source = 0;
    if (error)
        report_unreadable(s, str_from(path), error, where);
    else
        source = add_source(s, str_from(path), buf_str(&text));
    buf_free(&text);
    return source;
}

uint32_t session_read(Session *s, const char *path)
{
    return read_source(s, path, (Span){0});
}

/* ---- modules: beside the file that uses them, then in the standard library ---- */

/* Letters, digits and _ only, so that a name never leaves its folder. */
static bool module_name_sound(Str name)
{
    uint32_t cp;
    size_t at = 0, step;
    while ((step = utf8_next(name, at, &cp)) != 0) {
        if (!utf8_is_name(cp))
            return false;
        at += step;
    }
    return name.n > 0 && name.n <= LIMIT_NAME_BYTES;
}

static Str folder_of(Str path)
{
    size_t n = path.n;
    while (n > 0 && path.p[n - 1] != '/')
        n--;
    return str_sub(path, 0, n);
}

static void module_path(Buf *out, Str folder, Str name)
{
    buf_clear(out);
    buf_put(out, folder);
    if (folder.n && folder.p[folder.n - 1] != '/')
        buf_putc(out, '/');
    buf_put(out, name);
    buf_puts(out, ".brm");
}

/* A module whose text was refused (snapshot_restore) has lost its path: it is read again, for it may be better now. */
static uint32_t source_named(const Session *s, Str path)
{
    for (uint32_t i = 0; i < s->program.module_count; i++)
        if (str_eq(s->program.modules[i]->path, path))
            return s->program.modules[i]->source;
    return 0;
}

/* The source of that path, read at first use; 0 with *found false: no such file. */
static uint32_t module_at(Session *s, Buf *path, Span where, bool *found)
{
    uint32_t source = source_named(s, buf_str(path));
    *found = source || s->options.io->exists(s->options.io, buf_cstr(path));
    return source || !*found ? source : read_source(s, buf_cstr(path), where);
}

static Str stdlib_folder(const Session *s)
{
    return str_from(s->options.stdlib ? s->options.stdlib : BAREME_STDLIB_DIR);
}

/* A text that bears the name of a module of the library means that one, not itself. */
static uint32_t module_beside(Session *s, Buf *path, Str name, Str from_path, Span where, bool *found)
{
    module_path(path, folder_of(from_path), name);
    bool itself = str_eq(buf_str(path), from_path);
    if (itself) {
        module_path(path, stdlib_folder(s), name);
        if (path->failed || str_eq(buf_str(path), from_path) || !s->options.io->exists(s->options.io, buf_cstr(path)))
            module_path(path, folder_of(from_path), name);
    }
    return module_at(s, path, where, found);
}

static uint32_t load_module(void *data, Str name, Str from_path, Span where)
{
    Session *s = data;
    uint32_t source = 0;
    bool found = false;
    Buf path;
    buf_init(&path, &s->mem);
    if (module_name_sound(name)) {
        source = module_beside(s, &path, name, from_path, where, &found);
        if (!found && !path.failed) {
            module_path(&path, stdlib_folder(s), name);
            source = module_at(s, &path, where, &found);
        }
    }
    if (path.failed)
        report_memory(s);
    else if (!found)
        diag(&s->diags, D_MODULE_MISSING, where, name);
    buf_free(&path);
    return source;
}

/* 0: there is no such chapter, or it cannot be read (reported). */
static uint32_t read_chapter(void *data, Str file)
{
    Session *s = data;
    Buf path;
    buf_init(&path, &s->mem);
    module_path(&path, stdlib_folder(s), file);
    bool there = !path.failed && s->options.io->exists(s->options.io, buf_cstr(&path));
    uint32_t source = there ? read_source(s, buf_cstr(&path), (Span){0}) : 0;
    if (path.failed)
        report_memory(s);
    buf_free(&path);
    return source;
}

/* ---- life ---- */

enum { OPEN_MEMORY = 1, OPEN_OUTSIDE, OPEN_NUMBERS, OPEN_HEAP, OPEN_MACHINE, OPEN_LIBRARY, OPEN_PROGRAM, OPEN_GRAPH };

static int write_output(void *data, Str bytes)
{
    Session *s = data;
    if (s->options.print) {
        return !s->options.print(s->options.print_data, bytes);
    }
    session_print(s, bytes);
    return s->output_error;
}

static void open_memory(Session *s, const SessionOptions *options)
{
    memset(s, 0, sizeof *s);
    s->options = *options;
    s->main_module = UINT32_MAX;
    mem_init(&s->mem, options->memory ? options->memory : (size_t)LIMIT_MEMORY);
    s->mem.fail_at = options->fail_alloc_at;
    s->mem.fail_on = options->fail_alloc_on;
    sources_init(&s->sources, &s->mem);
    diags_init(&s->diags, &s->mem);
    buf_init(&s->out, &s->mem);
    s->line_by_line = options->io->is_terminal(options->io, 1);
    s->opened = OPEN_MEMORY;
}

static bool open_outside(Session *s)
{
    s->opened = OPEN_OUTSIDE;
    return outside_open(&s->outside, s->options.io, &s->mem, &s->diags, &s->options.permits);
}

static bool open_values(Session *s)
{
    s->opened = OPEN_NUMBERS;
    if (!num_ctx_init(&s->num, &s->mem, heap_leaf, &s->heap))
        return false;
    s->opened = OPEN_HEAP;
    if (!heap_init(&s->heap, &s->mem, &s->num))
        return false;
    s->opened = OPEN_MACHINE;
    if (!vm_init(&s->vm, &s->mem, &s->heap, &s->num, s->options.lang))
        return false;
    s->vm.interrupt = s->options.interrupt;
    s->vm.capabilities = outside_capabilities(&s->outside);
    s->vm.grantable = outside_grantable(&s->outside);
    s->vm.host.write = write_output;
    s->vm.host.write_data = s;
    session_refuel(s);
    return true;
}

/* A scenario, or a formula passed by name, as a value that is shown. */
static void show_name(void *data, Buf *out, Value v)
{
    const Session *s = data;
    const Program *p = &s->program;
    if (v.tag == T_FORMULA)
        graph_slot_name(&s->graph, out, (uint32_t)v.num);
    else if (v.num >= 0 && v.num < p->scenario_count)
        buf_put(out, p->decls[p->scenarios[v.num]->decl]->qualified);
}

static bool open_program(Session *s)
{
    Program *p = &s->program;
    s->opened = OPEN_LIBRARY;
    library_init(&s->library, &s->mem);
    s->library.read = read_chapter;
    s->library.read_data = s;
    s->library.sources = &s->sources;
    s->opened = OPEN_PROGRAM;
    if (!program_init(p, &s->mem, &s->sources, &s->diags, &s->heap, &s->num))
        return false;
    p->lang = s->options.lang;
    p->library = library_table(&s->library);
    p->loader = (ModuleLoader){.data = s, .load = load_module};
    p->parsing = (Parsing){.arena = &p->arena,
                           .diags = &s->diags,
                           .sources = &s->sources,
                           .num = &s->num,
                           .library = library_names(&s->library),
                           .default_lang = LANG_EN};
    s->opened = OPEN_GRAPH;
    if (!graph_init(&s->graph, p, &s->vm))
        return false;
    library_bind(&s->library, &s->vm, &s->graph, &s->outside);
    s->heap.show_name = show_name;
    s->heap.show_name_data = s;
    return true;
}

bool session_open(Session *s, const SessionOptions *options)
{
    open_memory(s, options);
    if (open_outside(s) && open_values(s) && open_program(s))
        return true;
    if (!s->diags.errors)
        diag0(&s->diags, D_OUT_OF_MEMORY, (Span){0});
    return false;
}

void session_close(Session *s)
{
    switch (s->opened) {
    case OPEN_GRAPH: graph_free(&s->graph);       /* fall through */
    case OPEN_PROGRAM: program_free(&s->program); /* fall through */
    case OPEN_LIBRARY: library_free(&s->library); /* fall through */
    case OPEN_MACHINE: vm_free(&s->vm);           /* fall through */
    case OPEN_HEAP: heap_free(&s->heap);          /* fall through */
    case OPEN_NUMBERS: num_ctx_free(&s->num);     /* fall through */
    case OPEN_OUTSIDE: outside_close(&s->outside);      /* fall through */
    case OPEN_MEMORY:
        buf_free(&s->out);
        diags_free(&s->diags);
        sources_free(&s->sources); /* fall through */
    default: s->opened = 0;
    }
}

/* ---- loading ---- */

static bool compile_and_link(Session *s)
{
    compile_program(&s->program);
    return graph_link(&s->graph);
}

/* Messages and shown values follow the main text unless a language was asked for. */
static void settle_lang(Session *s)
{
    Lang dialect = (Lang)s->program.modules[s->main_module]->tree->op;
    s->program.lang = dialect;
    if (!s->options.lang_given)
        s->options.lang = dialect;
    s->vm.lang = s->options.lang;
}

static bool load_source(Session *s, uint32_t source)
{
    uint32_t number = source ? program_load(&s->program, source, LANG_EN, UINT32_MAX) : UINT32_MAX;
    if (number == UINT32_MAX)
        return false;
    s->main_module = number;
    settle_lang(s);
    return compile_and_link(s);
}

bool session_load_file(Session *s, const char *path)
{
    return load_source(s, session_read(s, path));
}

bool session_load_text(Session *s, Str name, Str text)
{
    return load_source(s, add_source(s, name, text));
}

/* ---- extending: what was declared is remembered, and put back after an error ---- */

typedef struct Snapshot {
    Decl *decls;
    uint32_t decl_count, module_count;
} Snapshot;

static bool snapshot_take(Session *s, Snapshot *snap)
{
    const Program *p = &s->program;
    *snap = (Snapshot){.decl_count = p->decl_count, .module_count = p->module_count};
    snap->decls = mem_alloc(&s->mem, p->decl_count * sizeof *snap->decls);
    for (uint32_t i = 0; snap->decls && i < p->decl_count; i++)
        snap->decls[i] = *p->decls[i];
    if (!snap->decls)
        report_memory(s);
    return snap->decls != NULL;
}

static void snapshot_drop(Session *s, Snapshot *snap)
{
    mem_free(&s->mem, snap->decls, snap->decl_count * sizeof *snap->decls);
}

static void restore_decl(Program *p, Decl *d, const Decl *before)
{
    bool changed = d->expr != before->expr;
    *d = *before;
    if (changed && d->expr && !map_set(&p->by_node, (Str){(const char *)&d->expr, sizeof d->expr}, d->number))
        p->arena.failed = true;
}

/* Declarations that the failed text made keep their numbers, but bear no name; its tree counts as empty. */
static void snapshot_restore(Session *s, const Snapshot *snap)
{
    Program *p = &s->program;
    for (uint32_t i = 0; i < snap->decl_count; i++)
        restore_decl(p, p->decls[i], &snap->decls[i]);
    for (uint32_t i = snap->decl_count; i < p->decl_count; i++)
        p->decls[i]->removed = true;
    for (uint32_t i = snap->module_count; i < p->module_count; i++) {
        p->modules[i]->path = (Str){"", 0};
        p->modules[i]->dropped = true;
        if (p->modules[i]->tree)
            p->modules[i]->tree->count = 0;
    }
    s->ran = p->decl_count;
}

/* What was refused for want of memory may succeed in the next line. */
static void forget_failures(Session *s)
{
    s->program.memory_reported = false;
    s->program.arena.failed = false;
    s->mem.failed = false;
}

bool session_extend_source(Session *s, uint32_t source, Lang lang)
{
    Snapshot snap;
    uint32_t errors = s->diags.errors;
    forget_failures(s);
    if (!source || !snapshot_take(s, &snap))
        return false;
    bool ok = program_load(&s->program, source, lang, s->main_module) != UINT32_MAX && s->diags.errors == errors;
    if (ok) {
        compile_program(&s->program);
        ok = s->diags.errors == errors && graph_link(&s->graph);
    }
    if (!ok) {
        snapshot_restore(s, &snap);
        graph_link(&s->graph);
    }
    snapshot_drop(s, &snap);
    return ok;
}

bool session_extend(Session *s, Str name, Str text)
{
    return session_extend_source(s, add_source(s, name, text), s->options.lang);
}

/* ---- running ---- */

void session_refuel(Session *s)
{
    s->vm.steps_left = s->options.steps ? s->options.steps : LIMIT_STEPS;
    s->vm.fuel = 0;
}

static bool show_line(Session *s, Value v)
{
    Buf b;
    buf_init(&b, &s->mem);
    ShowStyle style = show_style(s->vm.lang);
    value_show(&s->heap, &b, v, &style);
    buf_putc(&b, '\n');
    bool ok = !b.failed && session_print(s, buf_str(&b));
    if (b.failed)
        report_memory(s);
    buf_free(&b);
    return ok;
}

/* Only the main text shows the values of its expressions: a module that is used keeps quiet. */
static bool show_statement(Session *s, const Decl *d, Value v)
{
    const Program *p = &s->program;
    bool main = s->main_module != UINT32_MAX && d->scope == p->modules[s->main_module]->scope;
    if (!main || v.tag == T_NONE || d->node->kind != N_DO)
        return true;
    return s->options.value ? s->options.value(s->options.value_data, d, v) : show_line(s, v);
}

static bool run_statement(Session *s, const Decl *d)
{
    Value v;
    if (!d->proto || d->number >= s->graph.slot_count)
        return true;
    if (!vm_run_proto(&s->vm, d->proto, s->graph.slots[d->number].binding, &v)) {
        vm_report(&s->vm, &s->diags);
        return false;
    }
    return show_statement(s, d, v);
}

bool session_run(Session *s)
{
    Program *p = &s->program;
    if (s->diags.errors)
        return false;
    while (s->ran < p->decl_count) {
        const Decl *d = p->decls[s->ran++];
        if (d->kind == DECL_STATEMENT && !d->removed && !run_statement(s, d)) {
            s->ran = p->decl_count;
            return false;
        }
    }
    return true;
}

bool session_eval_slot(Session *s, uint32_t slot, View *view, Value *out)
{
    if (slot >= s->graph.slot_count || !s->graph.slots[slot].proto) {
        const Decl *d = graph_decl(&s->graph, slot);
        diag(&s->diags, d && d->kind == DECL_OPEN ? D_NAME_HAS_NO_VALUE : D_NAME_NOT_FORMULA, (Span){0},
             d ? d->name : STR("?"));
        return false;
    }
    if (vm_eval_slot(&s->vm, view, slot, out))
        return true;
    vm_report(&s->vm, &s->diags);
    return false;
}

/* ---- names as people write them ---- */

static const Decl *found_decl(Lookup l)
{
    return l.decl && (l.kind == LOOKUP_DECL || l.kind == LOOKUP_CONSTANT) ? l.decl : NULL;
}

static const Decl *find_member(Session *s, const Scope *scope, Str name, size_t dot, int32_t *scenario);

/* `hours`, `2.3.hours`, `outsourced.cost`, `2.4.outsourced.cost`: what stands before the last dot is a question's
   number, or names a scenario. */
static const Decl *find_name(Session *s, const Scope *scope, Str name, int32_t *scenario)
{
    size_t dot = name.n;
    while (dot > 0 && name.p[dot - 1] != '.')
        dot--;
    *scenario = -1;
    if (!dot || name.n > LONGEST_PATH)
        return found_decl(names_find(&s->program, scope, name));
    const Decl *d = find_member(s, scope, name, dot, scenario);
    return d ? d : found_decl(names_find_qualified(&s->program, scope, name));
}

static const Decl *find_member(Session *s, const Scope *scope, Str name, size_t dot, int32_t *scenario)
{
    const Decl *object = find_name(s, scope, str_sub(name, 0, dot - 1), scenario);
    Str member = str_sub(name, dot, name.n);
    if (object && object->kind == DECL_SCENARIO) {
        *scenario = (int32_t)object->target;
        return names_scenario_member(&s->program, object->target, member);
    }
    *scenario = -1;
    if (object && object->kind == DECL_MODULE)
        return found_decl(names_find(&s->program, s->program.modules[object->target]->scope, member));
    return NULL;
}

static const Decl *find_text(Session *s, Str name, int32_t *scenario, bool tell)
{
    const Scope *scope = s->program.modules[s->main_module]->scope;
    Buf nfc;
    buf_init(&nfc, &s->mem);
    utf8_nfc(&nfc, str_trim(name));
    const Decl *d = nfc.failed ? NULL : find_name(s, scope, buf_str(&nfc), scenario);
    if (nfc.failed) {
        report_memory(s);
    } else if (!d && tell) {
        Lookup l = names_find(&s->program, scope, buf_str(&nfc));
        names_report(&s->program, scope, buf_str(&nfc), (Span){0}, &l);
    }
    buf_free(&nfc);
    return d;
}

const Decl *session_find(Session *s, Str name, int32_t *scenario)
{
    return find_text(s, name, scenario, true);
}

const Decl *session_lookup(Session *s, Str name, int32_t *scenario)
{
    return find_text(s, name, scenario, false);
}

/* ---- results ---- */

/* A reader that has gone away (`| head`) is told by the exit code alone. */
static bool write_now(Session *s, Str bytes)
{
    if (bytes.n && !s->output_error) {
        s->output_error = s->options.io->write(s->options.io, 1, bytes);
        if (s->output_error && s->output_error != EPIPE)
            diag(&s->diags, D_OUTPUT_LOST, (Span){0}, str_from(strerror(s->output_error)));
    }
    return !s->output_error;
}

bool session_flush(Session *s)
{
    bool ok = write_now(s, buf_str(&s->out));
    buf_clear(&s->out);
    return ok;
}

bool session_save(Session *s)
{
    return s->opened < OPEN_OUTSIDE || s->diags.errors || outside_save(&s->outside);
}

/* What finds no room in memory is written at once. */
bool session_write(Session *s, Str bytes)
{
    bool room = s->out.n + bytes.n < OUT_BYTES && buf_reserve(&s->out, bytes.n);
    s->out.failed = false;
    if (!room)
        return session_flush(s) && write_now(s, bytes);
    buf_put(&s->out, bytes);
    bool line = s->line_by_line && bytes.n && memchr(bytes.p, '\n', bytes.n);
    return line ? session_flush(s) : !s->output_error;
}

void session_put_safe(Buf *out, Str text)
{
    size_t start = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] != '\n')
            continue;
        utf8_show(out, str_sub(text, start, i));
        if (i < text.n)
            buf_putc(out, '\n');
        start = i + 1;
    }
}

bool session_print(Session *s, Str text)
{
    if (!s->line_by_line)
        return session_write(s, text);
    Buf safe;
    buf_init(&safe, &s->mem);
    session_put_safe(&safe, text);
    bool ok = !safe.failed && session_write(s, buf_str(&safe));
    if (safe.failed)
        report_memory(s);
    buf_free(&safe);
    return ok;
}

static bool is_input_output(DiagId id)
{
    switch (id) {
    case D_FILE_MISSING:
    case D_FILE_REFUSED:
    case D_FILE_IS_FOLDER:
    case D_FILE_UNREADABLE:
    case D_FILE_UNWRITABLE:
    case D_DISK_FULL:
    case D_OUTPUT_LOST:
    case D_BOOK_MISSING:
    case D_BOOK_REFUSED:
    case D_BOOK_NOT_ONE:
    case D_BOOK_LINK:
    case D_BOOK_NO_FILE:
    case D_BOOK_NEWER:
    case D_BOOK_CHANGED:
    case D_BOOK_DAMAGED:
    case D_BOOK_OTHER_CASE:
    case D_BOOK_OTHER_TEXT:
    case D_BOOK_BUSY:
    case D_BOOK_FULL:
    case D_BOOK_IO:
    case D_BOOK_READ_ONLY:
    case D_BOOK_EMPTY:
    case D_BOOK_LOST:
    case D_BOOK_WITH_VARIANTS:
    case D_BOOK_WITHOUT_VARIANTS:
    case D_BOOK_NO_RUN: return true;
    default: return false;
    }
}

/* A fault of ours, then a limit, then input and output, say more than an error of the text. */
int session_exit_code_of(const Diags *d)
{
    int code = d->errors ? 3 : 0;
    for (const Diag *i = d->first; i; i = i->next) {
        if (i->id == D_BUG)
            return 70;
        if (is_input_output(i->id))
            code = 5;
    }
    return d->limits ? 4 : code;
}

int session_exit_code(const Session *s)
{
    int code = session_exit_code_of(&s->diags);
    return s->output_error && code != 70 ? 5 : code;
}
