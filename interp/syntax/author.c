/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: two walks, the first to learn what is declared, the second to rename what is not. */
#include "syntax/author.h"

/* The name that this node declares; {NULL, 0} if none. */
static Str author_declares(const Node *n)
{
    switch (n->kind) {
    case N_FUNCTION:
    case N_PARAM:
    case N_VAR: return n->text;
    case N_USE: return n->count ? (Str){NULL, 0} : n->text;
    case N_NAME: return n->flags & NODE_DECLARED ? n->text : (Str){NULL, 0};
    case N_BAND:
    case N_RANK: return n->text;
    case N_BLOCK: break;
    default: return (Str){NULL, 0};
    }
    switch (n->op) {
    case B_DEFINE:
    case B_SENSITIVITY:
    case B_SCENARIO:
    case B_OPEN:
    case B_TABLE:
    case B_SCHEDULE:
    case B_INDICATOR:
    case B_OBJECTIVE:
    case B_DASHBOARD:
    case B_GRID:
    case B_SECTION:
    case B_CRITERION:
    case B_FRAMEWORK:
    case B_FOR_EACH:
    case B_CASE: return n->text;
    case B_ANSWER:
        return node_clause(n, CL_VALUE) && n->kids[0]->kind == N_TARGET && n->kids[0]->kids[0]->kind == N_NAME
                   ? n->text
                   : (Str){NULL, 0};
    default: return (Str){NULL, 0};
    }
}

/* The names of columns, and of indicators one a row. */
static bool author_rows(const Node *block, Map *names)
{
    const Node *body = node_body(block);
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *row = body->kids[i];
        bool header = row->kind == N_ROW && row->flags & NODE_HEADER;
        for (uint32_t k = 0; row->kind == N_ROW && k < row->count; k++) {
            bool declares = block->op == B_INDICATORS ? !header && k == 0 : header;
            if (declares && row->kids[k]->kind == N_CELL && row->kids[k]->text.n && !map_set(names, row->kids[k]->text, 1))
                return false;
        }
    }
    return true;
}

bool author_collect(const Node *n, Map *names)
{
    Str name = author_declares(n);
    if (name.n && !map_set(names, name, 1))
        return false;
    bool rows = n->kind == N_BLOCK && (n->op == B_TABLE || n->op == B_SCHEDULE || n->op == B_INDICATORS);
    if (rows && !author_rows(n, names))
        return false;
    if (n->kind == N_GROUPED) {
        for (uint32_t i = 1; i < n->count; i++)
            if (n->kids[i]->kind == N_FIELD && !map_set(names, n->kids[i]->text, 1))
                return false;
    }
    for (uint32_t i = 0; n->kind != N_UNIT_DECL && i < n->count; i++)
        if (n->kids[i] && !author_collect(n->kids[i], names))
            return false;
    return true;
}

typedef struct Settling {
    const LibraryNames *library;
    Arena *arena;
    Map names;
    Lang lang;
    uint32_t rows; /* phrases about rows around: columns come first, and are not known yet */
    bool failed;
} Settling;

static Str author_copy(Settling *s, Str text)
{
    Str copy = arena_str(s->arena, text);
    if (!copy.p)
        s->failed = true;
    return copy.p ? copy : (Str){"", 0};
}

/* The canonical name, when `name` is the library's here. */
static Str author_canonical(const Settling *s, Str name)
{
    if (!s->library->canonical || map_get(&s->names, name, NULL))
        return (Str){NULL, 0};
    return s->library->canonical(s->library->data, name, s->lang);
}

static void author_name(Settling *s, Node *n)
{
    if (n->flags & (NODE_QUOTED | NODE_DECLARED | NODE_LIBRARY))
        return;
    Str canonical = author_canonical(s, n->text);
    if (canonical.p && s->rows) {
        n->flags |= NODE_COLUMN;
    } else if (canonical.p) {
        n->text = author_copy(s, canonical);
        n->flags |= NODE_LIBRARY;
        if (map_get(&s->names, canonical, NULL)) /* hidden in English, not in this dialect */
            n->flags |= NODE_STANDARD;
    }
}

/* std.mean: the library's, whatever the author calls his own. */
static bool author_standard(Settling *s, Node *n)
{
    const Node *object = n->kids[0];
    if (object->kind != N_NAME || object->flags & NODE_QUOTED || !str_eq(object->text, STR("std")) ||
        map_get(&s->names, object->text, NULL) || !s->library->canonical)
        return false;
    Str canonical = s->library->canonical(s->library->data, n->text, s->lang);
    if (!canonical.p)
        return false;
    n->kind = N_NAME;
    n->text = author_copy(s, canonical);
    n->flags |= NODE_LIBRARY | NODE_STANDARD;
    n->count = 0;
    return true;
}

static void author_arguments(Settling *s, Node *call)
{
    const Node *callee = call->kids[0];
    if (!(callee->flags & NODE_LIBRARY) || !s->library->argument)
        return;
    for (uint32_t i = 1; i < call->count; i++) {
        Node *a = call->kids[i];
        if (a->kind != N_ARGUMENT || a->flags & (NODE_LIBRARY | NODE_QUOTED))
            continue;
        Str canonical = s->library->argument(s->library->data, callee->text, a->text, s->lang, LANG_EN);
        if (canonical.p) {
            a->text = author_copy(s, canonical);
            a->flags |= NODE_LIBRARY;
        }
    }
}

static void author_walk(Settling *s, Node *n);

static void author_kids(Settling *s, Node *n, uint32_t from)
{
    for (uint32_t i = from; i < n->count && !s->failed; i++)
        if (n->kids[i])
            author_walk(s, n->kids[i]);
}

/* What is called is no column. */
static void author_call(Settling *s, Node *n)
{
    uint32_t rows = s->rows;
    s->rows = 0;
    author_walk(s, n->kids[0]);
    s->rows = rows;
    author_kids(s, n, 1);
    author_arguments(s, n);
}

/* The table, before `from`, is named outside. */
static void author_rows_of(Settling *s, Node *n, uint32_t from)
{
    for (uint32_t i = 0; i < from && !s->failed; i++)
        if (n->kids[i])
            author_walk(s, n->kids[i]);
    s->rows++;
    author_kids(s, n, from);
    s->rows--;
}

static void author_walk(Settling *s, Node *n)
{
    switch (n->kind) {
    case N_NAME: author_name(s, n); return;
    case N_TARGET: return; /* names an answer, never the library */
    case N_OVERRIDE: author_kids(s, n, 1); return;
    case N_ASSIGN: author_kids(s, n, n->kids[0]->kind == N_NAME ? 1 : 0); return;
    case N_MEMBER:
        if (!author_standard(s, n))
            author_kids(s, n, 0);
        return;
    case N_CALL: author_call(s, n); return;
    case N_WHERE:
    case N_GROUPED:
    case N_SORTED: author_rows_of(s, n, 1); return;
    case N_TOP: author_rows_of(s, n, 2); return;
    case N_BLOCK: author_rows_of(s, n, n->op == B_TABLE || n->op == B_INDICATOR ? 0 : n->count); return;
    default: author_kids(s, n, 0); return;
    }
}

bool author_settle(const LibraryNames *library, Arena *arena, Node *module)
{
    Settling s = {.library = library, .arena = arena, .lang = (Lang)module->op};
    map_init(&s.names, arena->mem);
    s.failed = !author_collect(module, &s.names);
    if (!s.failed)
        author_walk(&s, module);
    map_free(&s.names);
    return !s.failed;
}
