/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: plain walks. Trees made by the parser are bounded (LIMIT_HEIGHT); the comparer counts all the same, since
   anyone may hand it a tree. */
#include "syntax/node.h"

#include "base/limits.h"

enum { NODE_DEEPEST = LIMIT_HEIGHT + 4 * LIMIT_NESTING };

const Node *node_clause(const Node *block, ClauseId id)
{
    for (uint32_t i = 0; i < block->count; i++)
        if (block->kids[i] && block->kids[i]->kind == N_CLAUSE && block->kids[i]->op == id)
            return block->kids[i];
    return NULL;
}

const Node *node_next_clause(const Node *block, const Node *after)
{
    bool seen = false;
    for (uint32_t i = 0; i < block->count; i++) {
        const Node *k = block->kids[i];
        if (k == after)
            seen = true;
        else if (seen && k && k->kind == N_CLAUSE && k->op == after->op)
            return k;
    }
    return NULL;
}

const Node *node_clause_value(const Node *block, ClauseId id)
{
    const Node *c = node_clause(block, id);
    return c && c->count ? c->kids[0] : NULL;
}

const Node *node_part(const Node *clause, WordId word)
{
    for (uint32_t i = 0; i < clause->count; i++) {
        const Node *k = clause->kids[i];
        if (k && k->kind == N_CLAUSE && k->op == CL_OF_PART && k->word == word)
            return k->count ? k->kids[0] : NULL;
    }
    return NULL;
}

const Node *node_body(const Node *block)
{
    const Node *last = block->count ? block->kids[block->count - 1] : NULL;
    return last && last->kind == N_BODY ? last : NULL;
}

bool node_constant_text(const Node *string, Str *out)
{
    *out = (Str){"", 0};
    if (!string || string->kind != N_STRING || string->count > 1)
        return false;
    if (string->count && string->kids[0]->kind != N_PIECE)
        return false;
    if (string->count)
        *out = string->kids[0]->text;
    return true;
}

Str node_title(const Node *block)
{
    Str text;
    return node_constant_text(node_clause_value(block, CL_TITLE), &text) ? text : (Str){NULL, 0};
}

const Node *node_param_default(const Node *param)
{
    const Node *last = param->count ? param->kids[param->count - 1] : NULL;
    return last && last->kind != N_BOUND ? last : NULL;
}

/* ---- comparing ---- */

static bool node_op_counts(const Node *n)
{
    return n->kind != N_STRING; /* its op is the style of its quotes, layout */
}

/* The i-th comment, empty lines left out. */
static const Str *node_comment(const Comments *c, uint32_t *at)
{
    while (*at < c->count && !c->items[*at].p)
        ++*at;
    return *at < c->count ? &c->items[(*at)++] : NULL;
}

static bool node_comments_equal(const Comments *a, const Comments *b)
{
    uint32_t i = 0, j = 0;
    for (;;) {
        const Str *x = node_comment(a, &i), *y = node_comment(b, &j);
        if (!x || !y)
            return x == y;
        if (!str_eq(*x, *y))
            return false;
    }
}

static bool node_same(const Node *a, const Node *b, bool comments)
{
    const unsigned meaning = NODE_LIBRARY | NODE_NEGATED;
    return a->kind == b->kind && a->count == b->count && a->word == b->word && (a->op == b->op || !node_op_counts(a)) &&
           ((a->flags ^ b->flags) & meaning) == 0 && str_eq(a->text, b->text) && str_eq(a->unit, b->unit) &&
           (!comments || (node_comments_equal(&a->before, &b->before) && node_comments_equal(&a->after, &b->after) &&
                          node_comments_equal(&a->inside, &b->inside)));
}

static bool node_equal_at(const Node *a, const Node *b, bool comments, unsigned depth)
{
    if (!a || !b)
        return a == b;
    if (depth > NODE_DEEPEST || !node_same(a, b, comments))
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!node_equal_at(a->kids[i], b->kids[i], comments, depth + 1))
            return false;
    return true;
}

bool node_equal(const Node *a, const Node *b, bool with_comments)
{
    return node_equal_at(a, b, with_comments, 0);
}

/* ---- names ---- */

const char *op_text(OpId op, Lang lang)
{
    switch (op) {
    case OP_ADD: return "+";
    case OP_SUB:
    case OP_NEG: return "-";
    case OP_MUL: return "*";
    case OP_DIV: return "/";
    case OP_POW: return "^";
    case OP_EQ: return "=";
    case OP_NE: return "<>";
    case OP_LT: return "<";
    case OP_LE: return "<=";
    case OP_GT: return ">";
    case OP_GE: return ">=";
    case OP_ABOUT: return "≈";
    case OP_MOD: return word_text(W_MOD, lang);
    case OP_IN: return word_text(W_IN, lang);
    case OP_AND: return word_text(W_AND, lang);
    case OP_OR: return word_text(W_OR, lang);
    case OP_NOT: return word_text(W_NOT, lang);
    }
    return "?";
}

/* ---- copying ---- */

/* Does the node give that name a meaning of its own? */
static bool node_binds(const Node *n, Str name)
{
    if (n->kind == N_COMPREHENSION)
        return str_eq(n->kids[1]->text, name);
    for (uint32_t i = 0; n->kind == N_LAMBDA && i < n->count; i++)
        if (n->kids[i]->kind == N_PARAM && str_eq(n->kids[i]->text, name))
            return true;
    return n->kind == N_BLOCK && n->op == B_FOR_EACH && str_eq(n->text, name);
}

Node *node_clone(Arena *arena, const Node *n, Str name, const Node *put, uint32_t *left)
{
    bool named = n->kind == N_NAME && name.n && !(n->flags & (NODE_DECLARED | NODE_LIBRARY)) && str_eq(n->text, name);
    const Node *from = named ? put : n;
    Node *copy = *left ? arena_alloc(arena, sizeof *copy) : NULL;
    if (!copy)
        return NULL;
    (*left)--;
    *copy = *from;
    if (named) /* where it stands, with what it means */
        copy->span = n->span;
    copy->kids = from->count ? arena_alloc(arena, from->count * sizeof *copy->kids) : NULL;
    if (from->count && !copy->kids)
        return NULL;
    bool binds = node_binds(from, name);
    for (uint32_t i = 0; i < from->count; i++) {
        bool outside = from->kind == N_COMPREHENSION && i == 2; /* the list is read before the variable has a meaning */
        Str inside = (binds && !outside) || named ? (Str){"", 0} : name;
        copy->kids[i] = from->kids[i] ? node_clone(arena, from->kids[i], inside, put, left) : NULL;
        if (from->kids[i] && !copy->kids[i])
            return NULL;
    }
    return copy;
}
