/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody asks about a name: `?name`, `:depends`, `:names`. */
#include <string.h>

#include "base/utf8.h"
#include "cli/evaluate.h"
#include "cli/forms.h"
#include "cli/help.h"
#include "cli/reference.h"
#include "cli/repl.h"
#include "cli/value.h"
#include "num/unit.h"
#include "syntax/printer.h"

enum { NAMES_SHOWN = 40 };

static void print_buf(Repl *r, Buf *b)
{
    if (b->failed)
        cli_no_memory(&r->session);
    else
        repl_print(r, buf_str(b));
    buf_free(b);
}

/* ---- the library ---- */

static void show_library(Repl *r, const LibraryDoc *doc)
{
    Reference reference;
    Buf b;
    buf_init(&b, &r->session.mem);
    reference_open(&reference, r->cli, &r->session, r->session.options.lang);
    reference_put(&reference, &b, doc);
    reference_close(&reference);
    print_buf(r, &b);
}

enum { WORDS_MOST = 16 };

void repl_apropos(Repl *r, Str text)
{
    Reference reference;
    Str words[WORDS_MOST];
    size_t count = 0;
    Buf b;
    while (text.n && count < WORDS_MOST) {
        size_t n = 0;
        while (n < text.n && text.p[n] != ' ')
            n++;
        words[count++] = str_sub(text, 0, n);
        text = str_trim(str_sub(text, n, text.n));
    }
    buf_init(&b, &r->session.mem);
    reference_open(&reference, r->cli, &r->session, r->session.options.lang);
    bool found = reference_search(&reference, &b, words, count) > 0;
    reference_close(&reference);
    print_buf(r, &b);
    if (!found)
        repl_refuse(r, D_HELP_NOTHING, words[0], STR(""));
}

static bool show_unit(Repl *r, Str name)
{
    Session *s = &r->session;
    uint16_t unit;
    if (!unit_lookup_name(&s->num, name) || unit_parse(&s->num, name, &unit) != NUM_OK)
        return false;
    Buf b;
    buf_init(&b, &s->mem);
    buf_put(&b, name);
    buf_puts(&b, s->options.lang == LANG_FR ? " : " : ": ");
    unit_dimension_name(&s->num, &b, unit, s->options.lang);
    buf_putc(&b, '\n');
    print_buf(r, &b);
    return true;
}

/* ---- the forms of a case ---- */

static void put_indented(Buf *out, Str text)
{
    if (text.n) {
        buf_puts(out, "  ");
        buf_put(out, text);
        buf_putc(out, '\n');
    }
}

static bool show_forms(Repl *r, Str name)
{
    Buf b;
    buf_init(&b, &r->session.mem);
    bool any = forms_of(&b, name, r->session.options.lang);
    print_buf(r, &b);
    return any;
}

/* ---- lists of names ---- */

typedef struct Names {
    Repl *repl;
    Buf text;
    uint32_t count;
    bool *seen;    /* by slot */
    uint32_t *all; /* in order of meeting */
} Names;

static bool is_named(const Session *s, uint32_t slot)
{
    const Decl *d = graph_decl(&s->graph, slot);
    return d && d->name.n && !d->removed && d->kind != DECL_STATEMENT && d->scope->module == s->main_module;
}

static bool names_open(Names *n, Repl *r)
{
    Session *s = &r->session;
    *n = (Names){.repl = r};
    buf_init(&n->text, &s->mem);
    n->seen = mem_zalloc(&s->mem, s->graph.slot_count + 1, sizeof *n->seen);
    n->all = mem_zalloc(&s->mem, s->graph.slot_count + 1, sizeof *n->all);
    return (n->seen && n->all) || cli_no_memory(s);
}

static void names_free(Names *n)
{
    Session *s = &n->repl->session;
    mem_free(&s->mem, n->seen, (s->graph.slot_count + 1) * sizeof *n->seen);
    mem_free(&s->mem, n->all, (s->graph.slot_count + 1) * sizeof *n->all);
    buf_free(&n->text);
}

static void names_visit(void *data, uint32_t slot)
{
    Names *n = data;
    if (n->seen[slot])
        return;
    n->seen[slot] = true;
    n->all[n->count++] = slot;
}

/* Those from `from` on, as one line; the phrase `none` if there are none to name. */
static void names_say(Names *n, uint32_t from, PhraseId some, PhraseId none)
{
    Session *s = &n->repl->session;
    uint32_t shown = 0;
    buf_clear(&n->text);
    for (uint32_t i = from; i < n->count; i++) {
        if (!is_named(s, n->all[i]) || shown++ >= NAMES_SHOWN)
            continue;
        buf_puts(&n->text, shown > 1 ? ", " : "");
        graph_slot_name(&s->graph, &n->text, n->all[i]);
    }
    if (shown > NAMES_SHOWN)
        buf_puts(&n->text, ", …");
    if (n->text.failed)
        cli_no_memory(s);
    else if (shown)
        REPL_SAY(n->repl, some, buf_str(&n->text));
    else if (none != P_COUNT)
        REPL_SAY(n->repl, none, STR(""));
}

/* What it reads itself; then, if asked for, what those read, through any number of others. */
static void say_reads(Repl *r, uint32_t slot, bool through)
{
    const Graph *g = &r->session.graph;
    Names n;
    if (names_open(&n, r)) {
        n.seen[slot] = true;
        graph_each_read(g, slot, names_visit, &n);
        uint32_t direct = n.count;
        names_say(&n, 0, P_READS, P_READS_NOTHING);
        for (uint32_t i = 0; through && i < n.count; i++)
            graph_each_read(g, n.all[i], names_visit, &n);
        if (through)
            names_say(&n, direct, P_THROUGH, P_COUNT);
    }
    names_free(&n);
}

static void visit_readers(Names *n, uint32_t slot)
{
    const GraphSlot *at = &n->repl->session.graph.slots[slot];
    for (uint32_t i = 0; i < at->reader_count; i++)
        names_visit(n, at->readers[i]);
}

static void say_readers(Repl *r, uint32_t slot, bool through)
{
    Names n;
    if (names_open(&n, r)) {
        n.seen[slot] = true;
        visit_readers(&n, slot);
        uint32_t direct = n.count;
        names_say(&n, 0, P_READ_BY, P_READ_BY_NOTHING);
        for (uint32_t i = 0; through && i < n.count; i++)
            visit_readers(&n, n.all[i]);
        if (through)
            names_say(&n, direct, P_THROUGH, P_COUNT);
    }
    names_free(&n);
}

void repl_depends(Repl *r, Str name)
{
    uint32_t slot = evaluate_slot(&r->session, name, -1);
    if (slot == NO_SLOT)
        return;
    say_reads(r, slot, true);
    say_readers(r, slot, true);
}

/* ---- what the author has defined ---- */

static PhraseId kind_of(const Decl *d)
{
    switch (d->kind) {
    case DECL_FUNCTION: return P_FUNCTION;
    case DECL_SCENARIO: return P_SCENARIO;
    case DECL_OPEN: return P_OPEN_ANSWER;
    case DECL_MODULE: return P_MODULE;
    default: return P_CONSTANT;
    }
}

/* `## …` above the definition. */
static void put_doc_comments(Buf *out, const Node *n)
{
    for (uint32_t i = 0; i < n->before.count; i++) {
        Str line = n->before.items[i];
        if (line.n && line.p[0] == '#')
            put_indented(out, str_trim(str_sub(line, 1, line.n)));
    }
}

static Str first_line(Str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] != '\n')
        n++;
    return str_sub(s, 0, n);
}

static void put_name_line(Repl *r, Buf *b, const Decl *d, uint32_t slot)
{
    Session *s = &r->session;
    Str label = slot == NO_SLOT ? (Str){NULL, 0} : graph_slot_label(&s->graph, slot);
    if (d->kind == DECL_FUNCTION || d->kind == DECL_SCENARIO) {
        utf8_show(b, first_line(source_text(&s->sources, d->node->span)));
    } else if (slot == NO_SLOT) {
        phrase_put(b, kind_of(d), s->options.lang, STR(""));
        buf_putc(b, ' ');
        buf_put(b, d->name);
    } else {
        graph_slot_name(&s->graph, b, slot);
        buf_puts(b, " = ");
        repl_put_value(r, b, slot);
    }
    if (label.n) {
        buf_puts(b, s->options.lang == LANG_FR ? "   « " : "   \"");
        utf8_show(b, label);
        buf_puts(b, s->options.lang == LANG_FR ? " »" : "\"");
    }
    buf_putc(b, '\n');
}

static uint32_t slot_of(const Session *s, const Decl *d, int32_t scenario)
{
    bool value = d->kind == DECL_FORMULA || d->kind == DECL_SHARED || d->kind == DECL_OVERRIDE;
    uint32_t slot = value ? graph_slot(&s->graph, d, scenario) : NO_SLOT;
    return slot < s->graph.slot_count && s->graph.slots[slot].proto ? slot : NO_SLOT;
}

static void show_author(Repl *r, const Decl *d, int32_t scenario)
{
    Session *s = &r->session;
    uint32_t slot = slot_of(s, d, scenario);
    const Decl *own = slot == NO_SLOT ? d : graph_decl(&s->graph, slot);
    Buf b;
    buf_init(&b, &s->mem);
    put_name_line(r, &b, d, slot);
    put_doc_comments(&b, d->node);
    if (slot != NO_SLOT && own->expr) {
        buf_puts(&b, "  = ");
        utf8_show(&b, source_text(&s->sources, own->expr->span));
        buf_putc(&b, '\n');
    }
    print_buf(r, &b);
    if (slot != NO_SLOT) {
        say_reads(r, slot, false);
        say_readers(r, slot, false);
    }
}

static bool is_author_name(Repl *r, Str name)
{
    Session *s = &r->session;
    Lookup l = names_find(&s->program, s->program.modules[s->main_module]->scope, name);
    bool qualified = memchr(name.p, '.', name.n) != NULL;
    return qualified || l.kind == LOOKUP_AMBIGUOUS || (l.decl && l.decl->scope->module == s->main_module);
}

void repl_help(Repl *r, Str name)
{
    Session *s = &r->session;
    LibraryDoc doc;
    int32_t scenario;
    if (!name.n) {
        repl_run_command(r, repl_command_info(REPL_HELP)->name[LANG_EN]);
        return;
    }
    if (!is_author_name(r, name)) {
        bool form = show_forms(r, name);
        if (library_doc(&s->library, name, s->options.lang, &doc)) {
            show_library(r, &doc);
            return;
        }
        if (form || show_unit(r, name))
            return;
    }
    const Decl *d = session_find(s, name, &scenario);
    if (d) {
        show_author(r, d, scenario);
    } else if (s->diags.last && s->diags.last->id == D_NAME_UNKNOWN) {
        diags_clear(&s->diags);
        repl_refuse(r, D_HELP_NOTHING, name, STR(""));
    }
}

/* ---- :names ---- */

void repl_names(Repl *r)
{
    Session *s = &r->session;
    const Program *p = &s->program;
    uint32_t shown = 0;
    for (uint32_t i = 0; i < p->decl_count; i++) {
        const Decl *d = p->decls[i];
        bool named = d->name.n && !d->removed && d->scope->module == s->main_module && d->kind != DECL_OVERRIDE &&
                     d->kind != DECL_LEVEL && d->kind != DECL_VARIABLE;
        if (!named || !is_named(s, i))
            continue;
        Buf b;
        buf_init(&b, &s->mem);
        put_name_line(r, &b, d, slot_of(s, d, -1));
        print_buf(r, &b);
        shown++;
    }
    if (!shown)
        REPL_SAY(r, P_NOTHING_DEFINED, STR(""));
}
