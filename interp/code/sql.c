/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one walk along the words of the statement, quotes and comments left out. A word that the program does not define
   is SQL's own affair; so are sum, avg, min, max and count. An indicator is given with the columns that measure it. */
#include "code/sql.h"

#include <string.h>

#include "base/utf8.h"
#include "format/sql_word.h"

enum { NAMES_MOST = 32 };

typedef struct Called {
    Str name;
    Lookup found;
    bool local; /* a table in a local variable */
} Called;

typedef struct Walk {
    Fn *f;
    Str text;
    size_t at;
    bool tables;       /* they are called too */
    bool from, wanted; /* within FROM; a table stands next */
    Called called[NAMES_MOST];
    uint32_t count;
} Walk;

bool sql_text(Fn *f, const Node *n, Str *text)
{
    while (n->kind == N_PAREN) {
        n = n->kids[0];
    }
    if (node_constant_text(n, text)) {
        return true;
    }
    diag0(f->unit->program->diags, D_SQL_TEXT, n->span);
    f->unit->failed = true;
    return false;
}

/* ---- words ---- */

static bool is_one_of(Str word, const char *const *list)
{
    for (; *list; list++) {
        size_t n = strlen(*list);
        if (n == word.n) {
            size_t i = 0;
            while (i < n && (word.p[i] | 0x20) == (*list)[i]) {
                i++;
            }
            if (i == n) {
                return true;
            }
        }
    }
    return false;
}

static bool parenthesis_next(const Walk *w)
{
    size_t at = sql_after_blanks(w->text, w->at);
    return at < w->text.n && w->text.p[at] == '(';
}

/* ---- what they mean ---- */

/* A function of the library that one of SQL's own does not hide: of its texts, or one that takes many values. */
static bool is_library_function(const Lookup *l, Str name)
{
    static const char *const own[] = {"sum", "min", "max", NULL};
    return l->kind == LOOKUP_NATIVE && l->native->flags & NATIVE_SKIPS && !is_one_of(name, own);
}

static bool is_defined(Walk *w, bool function, Called *c)
{
    Program *p = w->f->unit->program;
    c->local = local_find(w->f, c->name) != NULL;
    if (c->local || (!function && !w->tables)) {
        return !function && w->tables;
    }
    c->found = names_find(p, w->f->unit->scope, c->name);
    if (c->found.kind != LOOKUP_DECL) {
        return function && is_library_function(&c->found, c->name);
    }
    bool indicator = code_is_indicator(c->found.decl);
    return (w->tables || !indicator) && (c->found.decl->kind == DECL_FUNCTION || indicator) == function;
}

static void note_name(Walk *w, Str name, bool function)
{
    Called c = {.name = name};
    bool known = w->count == NAMES_MOST;
    for (uint32_t i = 0; i < w->count; i++) {
        known = known || str_eq(w->called[i].name, name);
    }
    if (!known && is_defined(w, function, &c)) {
        w->called[w->count++] = c;
    }
}

static void look_at_word(Walk *w, Str word)
{
    static const char *const openers[] = {"from", "join", NULL};
    static const char *const closers[] = {"where", "group", "order", "limit", "select", "on", "using", "union", "having", "window",
                                          "intersect", "except", "values", "set", NULL};
    if (is_one_of(word, openers)) {
        w->from = w->wanted = true;
    } else if (is_one_of(word, closers)) {
        w->from = w->wanted = false;
    } else if (w->wanted) {
        note_name(w, word, false);
        w->wanted = false;
    } else if (parenthesis_next(w)) {
        note_name(w, word, true);
    }
}

/* What is no word: quotes, comments, signs. */
static void look_at_sign(Walk *w, Str sign)
{
    char c = sign.p[0];
    if (c == ':' || c == '@' || c == '$') {
        w->at = w->at < w->text.n ? sql_word_end(w->text, w->at) : w->at; /* the name of a parameter */
    } else if (c == '"') {
        if (w->wanted && sign.n > 2) {
            note_name(w, str_sub(sign, 1, sign.n - 1), false);
        }
        w->wanted = false;
    } else if (c == ',') {
        w->wanted = w->from;
    } else if (c == '(' || c == ')') {
        w->wanted = false;
    }
}

static void walk(Walk *w)
{
    uint32_t cp;
    while (utf8_next(w->text, w->at, &cp)) {
        Str word = str_sub(w->text, w->at, sql_word_end(w->text, w->at));
        w->at += word.n;
        if (utf8_is_letter(cp)) {
            look_at_word(w, word);
        } else if (!utf8_is_name(cp)) { /* else a number */
            look_at_sign(w, word);
        }
    }
}

/* ---- the record ---- */

/* What lib/sql_indicator.c measures with: the indicator, its columns, the table that they are of and its name. */
static void indicator_to(Fn *f, const IndicatorDecl *i, Span span, int dst)
{
    uint32_t mark = f->next;
    int list = reg_push(f, span);
    emit(f, OPC_LIST, list, list, 0, span);
    expr_measure(f, i, list, span);
    if (i->table) {
        int table = reg_push(f, span);
        emit(f, OPC_SLOT, table, ref_add(f, i->table->number, REF_RUNNING, true), 0, span);
        emit(f, OPC_APPEND, list, table, 0, span);
        emit(f, OPC_CONST, table, konst_text(f, i->table->name), 0, span);
        emit(f, OPC_APPEND, list, table, 0, span);
    }
    emit(f, OPC_MOVE, dst, list, 0, span);
    reg_release(f, mark);
}

static void name_to(Fn *f, Str name, Span span, int dst)
{
    Node *n = arena_alloc(&f->unit->program->arena, sizeof *n);
    Str text = arena_str(&f->unit->program->arena, name);
    if (!n || !text.p) {
        unit_report_memory(f->unit);
        return;
    }
    *n = (Node){.kind = N_NAME, .span = span, .text = text, .height = 1};
    expr_to(f, n, dst);
}

static void called_to(Fn *f, const Called *c, Span span, int dst)
{
    const Decl *d = c->found.kind == LOOKUP_DECL ? c->found.decl : NULL;
    const IndicatorDecl *i = d && code_is_indicator(d) ? program_indicator(f->unit->program, d) : NULL;
    if (i) {
        indicator_to(f, i, span, dst);
    } else if (c->local || (d && !program_is_library(f->unit->program, d))) {
        name_to(f, c->name, span, dst);
    } else {
        code_lookup_value(f, c->name, span, &c->found, dst);
    }
}

void sql_names_to(Fn *f, Str text, bool tables, Span span, int dst)
{
    Walk w = {.f = f, .text = text, .tables = tables};
    uint32_t mark = f->next;
    int first = (int)f->next;
    walk(&w);
    for (uint32_t i = 0; i < w.count; i++) {
        int name = reg_push(f, span);
        emit(f, OPC_CONST, name, konst_text(f, w.called[i].name), 0, span);
        called_to(f, &w.called[i], span, reg_push(f, span));
    }
    emit(f, OPC_RECORD, dst, first, (int)w.count, span);
    reg_release(f, mark);
}
