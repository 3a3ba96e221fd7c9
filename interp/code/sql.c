/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one walk along the words of the statement, quotes and comments left out. A word that the program does not define
   is SQL's own affair. */
#include "code/sql.h"

#include <string.h>

#include "base/utf8.h"

enum { NAMES_MOST = 32 };

typedef struct Walk {
    Fn *f;
    Str text;
    size_t at;
    bool from, wanted; /* within FROM; a table stands next */
    Str names[NAMES_MOST];
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

static void pass_until(Walk *w, Str end)
{
    while (w->at < w->text.n && !str_starts(str_sub(w->text, w->at, w->text.n), end)) {
        w->at++;
    }
    w->at += end.n;
}

static Str take_word(Walk *w)
{
    size_t start = w->at, n;
    uint32_t cp;
    while ((n = utf8_next(w->text, w->at, &cp)) != 0 && utf8_is_name(cp)) {
        w->at += n;
    }
    return str_sub(w->text, start, w->at);
}

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
    size_t at = w->at;
    while (at < w->text.n && (w->text.p[at] == ' ' || w->text.p[at] == '\t' || w->text.p[at] == '\n')) {
        at++;
    }
    return at < w->text.n && w->text.p[at] == '(';
}

/* ---- what they mean ---- */

static bool is_defined(Walk *w, Str name, bool function)
{
    if (local_find(w->f, name)) {
        return !function;
    }
    Lookup l = names_find(w->f->unit->program, w->f->unit->scope, name);
    return l.kind == LOOKUP_DECL && (l.decl->kind == DECL_FUNCTION) == function;
}

static void note_name(Walk *w, Str name, bool function)
{
    bool known = w->count == NAMES_MOST;
    for (uint32_t i = 0; i < w->count; i++) {
        known = known || str_eq(w->names[i], name);
    }
    if (!known && is_defined(w, name, function)) {
        w->names[w->count++] = name;
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

static void look_at_sign(Walk *w)
{
    char c = w->text.p[w->at], next = w->at + 1 < w->text.n ? w->text.p[w->at + 1] : '\0';
    w->at++;
    if (c == '\'') {
        pass_until(w, STR("'"));
    } else if (c == '-' && next == '-') {
        pass_until(w, STR("\n"));
    } else if (c == '/' && next == '*') {
        pass_until(w, STR("*/"));
    } else if (c == ':' || c == '@' || c == '$') {
        take_word(w);
    } else if (c == '"') {
        size_t start = w->at;
        pass_until(w, STR("\""));
        if (w->wanted && w->at > start) {
            note_name(w, str_sub(w->text, start, w->at - 1), false);
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
        if (utf8_is_letter(cp)) {
            look_at_word(w, take_word(w));
        } else if (utf8_is_name(cp)) {
            take_word(w); /* a number */
        } else {
            look_at_sign(w);
        }
    }
}

/* ---- the record ---- */

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

void sql_names_to(Fn *f, Str text, Span span, int dst)
{
    Walk w = {.f = f, .text = text};
    uint32_t mark = f->next;
    int first = (int)f->next;
    walk(&w);
    for (uint32_t i = 0; i < w.count; i++) {
        int name = reg_push(f, span);
        emit(f, OPC_CONST, name, konst_text(f, w.names[i]), 0, span);
        name_to(f, w.names[i], span, reg_push(f, span));
    }
    emit(f, OPC_RECORD, dst, first, (int)w.count, span);
    reg_release(f, mark);
}
