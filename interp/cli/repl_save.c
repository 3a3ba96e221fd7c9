/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :save writes a script: each line accepted, and what it printed as a comment; a file loaded is written out in its
   place. A definition that was replaced later stays as a comment only, since a script defines a name once. A value
   that a later line calls `ans` gets a name of its own. All is in the dialect of the session at the time. */
#include <errno.h>
#include <string.h>

#include "cli/repl.h"
#include "syntax/lexer.h"
#include "syntax/printer.h"

typedef struct Script {
    Repl *repl;
    Buf out;
    Lang lang;
} Script;

/* ---- `ans` ---- */

static bool is_ans(Str text, const Token *t)
{
    return t->kind == TK_NAME && !t->quoted && str_eq(str_sub(text, t->start, t->end), STR("ans"));
}

bool repl_uses_ans(Str text, Lang lang)
{
    Lexer l = {.text = text, .lang = lang};
    Token t;
    do {
        t = lex_next(&l);
        if (is_ans(text, &t))
            return true;
    } while (t.kind != TK_END);
    return false;
}

static void put_ans_name(Buf *out, uint32_t entry)
{
    buf_printf(out, "ans_%u", (unsigned)entry + 1);
}

/* The text with each `ans` by the name of the entry that it stands for. */
static void put_with_ans(Buf *out, Str text, Lang lang, uint32_t answer)
{
    Lexer l = {.text = text, .lang = lang};
    size_t done = 0;
    Token t;
    do {
        t = lex_next(&l);
        if (answer != NO_ENTRY && is_ans(text, &t)) {
            buf_put(out, str_sub(text, done, t.start));
            put_ans_name(out, answer);
            done = t.end;
        }
    } while (t.kind != TK_END);
    buf_put(out, str_sub(text, done, text.n));
}

static bool is_named_later(const Repl *r, uint32_t entry)
{
    for (uint32_t i = entry + 1; i < r->log_count; i++)
        if (r->log[i].answer == entry)
            return true;
    return false;
}

/* ---- what a later line replaces ---- */

static bool defines(const Node *tree, Str name)
{
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *n = tree->kids[i];
        bool definition = (n->kind == N_BLOCK && n->op == B_DEFINE) || n->kind == N_FUNCTION || n->kind == N_VAR;
        if (definition && str_eq(n->text, name))
            return true;
    }
    return false;
}

static const Node *tree_of(const Repl *r, uint32_t entry)
{
    return r->session.program.modules[r->log[entry].module]->tree;
}

/* Everything that the entry defines is defined again later. */
static bool is_replaced(const Repl *r, uint32_t entry)
{
    const Node *tree = tree_of(r, entry);
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *n = tree->kids[i];
        bool again = false;
        for (uint32_t k = entry + 1; k < r->log_count && n->text.n; k++)
            again = again || (!r->log[k].file && defines(tree_of(r, k), n->text));
        if (!again)
            return false;
    }
    return tree->count > 0;
}

static bool defines_inside(const Node *n, Str name)
{
    if (n->kind == N_BLOCK && n->op == B_DEFINE && str_eq(n->text, name))
        return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && defines_inside(n->kids[i], name))
            return true;
    return false;
}

/* Its values stand in the text of files loaded before. */
static bool is_spliced(const Repl *r, uint32_t entry, Lang lang)
{
    const Node *tree = tree_of(r, entry);
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *n = tree->kids[i];
        bool there = false;
        for (uint32_t k = 0; k < entry && n->kind == N_BLOCK && n->op == B_DEFINE; k++)
            there =
                there || (r->log[k].file && (Lang)tree_of(r, k)->op == lang && defines_inside(tree_of(r, k), n->text));
        if (!there)
            return false;
    }
    return tree->count > 0 && r->log[entry].lang == lang;
}

/* The value that a later line gives to a name that a file loaded defines; NULL: none. */
static const Node *later_value(const Repl *r, uint32_t entry, Str name, Lang *lang)
{
    const Node *found = NULL;
    for (uint32_t k = entry + 1; k < r->log_count; k++) {
        const Node *tree = tree_of(r, k);
        for (uint32_t i = 0; !r->log[k].file && i < tree->count; i++) {
            const Node *n = tree->kids[i];
            if (n->kind == N_BLOCK && n->op == B_DEFINE && str_eq(n->text, name)) {
                found = node_clause_value(n, CL_VALUE);
                *lang = r->log[k].lang;
            }
        }
    }
    return found;
}

/* ---- writing ---- */

static void put_comment(Script *s, Str text)
{
    size_t start = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] != '\n')
            continue;
        if (i > start) {
            buf_puts(&s->out, "# ");
            buf_put(&s->out, str_sub(text, start, i));
            buf_putc(&s->out, '\n');
        }
        start = i + 1;
    }
}

/* As it was typed, or translated if the session has changed its language since. */
static void put_typed(Script *s, uint32_t entry, Buf *text)
{
    const Entry *e = &s->repl->log[entry];
    LibraryNames names = library_names(&s->repl->session.library);
    const Node *tree = tree_of(s->repl, entry);
    if (e->lang == s->lang && (Lang)tree->op == s->lang) { /* else the text may name its dialect itself */
        buf_put(text, e->text);
        return;
    }
    for (uint32_t i = 0; i < tree->count; i++) {
        print_node(text, tree->kids[i], s->lang, &names);
        if (text->n && text->p[text->n - 1] != '\n')
            buf_putc(text, '\n');
    }
}

static void put_line(Script *s, uint32_t entry)
{
    const Entry *e = &s->repl->log[entry];
    Buf text;
    buf_init(&text, s->out.mem);
    put_typed(s, entry, &text);
    Str typed = str_trim(buf_str(&text));
    while (typed.n && typed.p[typed.n - 1] == '\n')
        typed.n--;
    if (is_replaced(s->repl, entry) || is_spliced(s->repl, entry, s->lang)) {
        put_comment(s, typed);
    } else if (typed.n) {
        if (e->has_value && is_named_later(s->repl, entry) && tree_of(s->repl, entry)->count == 1) {
            put_ans_name(&s->out, entry);
            buf_puts(&s->out, " = ");
        }
        put_with_ans(&s->out, typed, s->lang, e->answer);
        buf_putc(&s->out, '\n');
    }
    put_comment(s, e->shown);
    s->out.failed |= text.failed;
    buf_free(&text);
}

/* The text of a file loaded, in the dialect of the script, with the values that were typed over its own. */
typedef struct Splice {
    Script *script;
    uint32_t entry;
    Str text;
    size_t done;
    uint32_t base; /* offset of the text in its source */
} Splice;

static void splice(Splice *p, const Node *n)
{
    Lang lang = LANG_EN;
    const Repl *r = p->script->repl;
    if (n->kind == N_BLOCK && n->op == B_DEFINE) {
        const Node *value = node_clause_value(n, CL_VALUE), *later = later_value(r, p->entry, n->text, &lang);
        if (value && later && lang == p->script->lang && value->span.start >= p->base + p->done) {
            buf_put(&p->script->out, str_sub(p->text, p->done, value->span.start - p->base));
            buf_put(&p->script->out, source_text(&r->session.sources, later->span));
            p->done = value->span.end - p->base;
        }
    }
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i])
            splice(p, n->kids[i]);
}

static void put_file(Script *s, uint32_t entry)
{
    Repl *r = s->repl;
    const Entry *e = &r->log[entry];
    const Node *tree = tree_of(r, entry);
    LibraryNames names = library_names(&r->session.library);
    put_comment(s, e->text);
    if ((Lang)tree->op != s->lang) {
        for (uint32_t i = 0; i < tree->count; i++)
            print_node(&s->out, tree->kids[i], s->lang, &names);
    } else if (tree->count) {
        const Source *source = sources_get(&r->session.sources, tree->kids[0]->span.source);
        uint32_t base = tree->kids[0]->span.start;
        Splice p = {.script = s, .entry = entry, .text = str_sub(source->text, base, source->text.n), .base = base};
        splice(&p, tree);
        buf_put(&s->out, str_sub(p.text, p.done, p.text.n));
    }
    if (s->out.n && s->out.p[s->out.n - 1] != '\n')
        buf_putc(&s->out, '\n');
}

static unsigned count_lines(Str s)
{
    unsigned lines = 0;
    for (size_t i = 0; i < s.n; i++)
        lines += s.p[i] == '\n';
    return lines;
}

static bool write_script(Script *s, Str path)
{
    Repl *r = s->repl;
    Io *io = r->cli->io;
    Buf name;
    buf_init(&name, s->out.mem);
    buf_put(&name, path);
    bool ok = !name.failed && !s->out.failed;
    int error = ok ? io->write_file(io, buf_cstr(&name), buf_str(&s->out)) : ENOMEM;
    if (!ok)
        cli_no_memory(&r->session);
    else if (error)
        repl_refuse(r, cli_unwritten(error), path, str_from(strerror(error)));
    buf_free(&name);
    return !error;
}

bool repl_save(Repl *r, Str path)
{
    Script s = {.repl = r, .lang = r->session.options.lang};
    buf_init(&s.out, &r->session.mem);
    if (s.lang == LANG_FR)
        buf_puts(&s.out, "langue fr\n");
    for (uint32_t i = 0; i < r->log_count; i++) {
        if (r->log[i].file)
            put_file(&s, i);
        else
            put_line(&s, i);
    }
    bool ok = write_script(&s, path);
    Buf count;
    buf_init(&count, &r->session.mem);
    buf_printf(&count, "%u", count_lines(buf_str(&s.out)));
    if (ok)
        REPL_SAY(r, P_SAVED, path, buf_str(&count));
    buf_free(&count);
    buf_free(&s.out);
    return ok;
}
