/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `for a in list` around declarations is expansion when the text is loaded (rules 1.15): its body is copied once for
   each item, the variable replaced by the item. What a copy declares stands in a scope of its own; answers that bear an
   index, gain[a], are also found together, as gain["Ana"]. */
#include "base/limits.h"
#include "check/declare.h"
#include "syntax/lexicon.h"

typedef struct Literals { /* the items, as nodes */
    Walk *walk;
    const Node **list;
    uint32_t count;
    bool too_many;
} Literals;

static Arena *arena_of(Walk *w) { return &w->program->arena; }

static void add(Literals *l, const Node *n)
{
    if (l->count == LIMIT_FOR_ITEMS) {
        l->too_many = true;
    } else if (n) {
        l->list[l->count++] = n;
    }
}

/* ---- literals ---- */

static Node *node_made(Walk *w, NodeKind kind, Span span, Str text)
{
    Node *n = arena_alloc(arena_of(w), sizeof *n);
    if (!n) {
        program_out_of_memory(w->program);
        return NULL;
    }
    *n = (Node){.kind = (uint8_t)kind, .span = span, .text = text, .height = 1};
    return n;
}

static Node *text_node(Walk *w, Str text, Span span)
{
    Node *piece = node_made(w, N_PIECE, span, text), *n = piece ? node_made(w, N_STRING, span, (Str){"", 0}) : NULL;
    if (!n) {
        return NULL;
    }
    n->kids = arena_alloc(arena_of(w), sizeof *n->kids);
    if (!n->kids) {
        program_out_of_memory(w->program);
        return NULL;
    }
    n->kids[0] = piece;
    n->count = 1;
    n->height = 2;
    return n;
}

static Node *whole_node(Walk *w, int64_t i, Span span)
{
    Buf b;
    buf_init(&b, w->program->mem);
    buf_printf(&b, "%lld", (long long)i);
    Node *n = node_made(w, N_NUMBER, span, arena_str(arena_of(w), buf_str(&b)));
    buf_free(&b);
    return n;
}

static bool is_literal(const Node *n)
{
    Str text;
    return n->kind == N_NUMBER || n->kind == N_DATE || (n->kind == N_STRING && node_constant_text(n, &text));
}

/* A whole number written as such. */
static bool whole(const Node *n, int64_t *out)
{
    *out = 0;
    if (n->kind != N_NUMBER || n->unit.n || n->text.n > 9) {
        return false;
    }
    for (size_t i = 0; i < n->text.n; i++) {
        if (n->text.p[i] < '0' || n->text.p[i] > '9') {
            return false;
        }
        *out = *out * 10 + (n->text.p[i] - '0');
    }
    return true;
}

/* ---- lists known from the text ---- */

static bool list_items(Literals *l, const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        if (!is_literal(n->kids[i])) {
            return false;
        }
        add(l, n->kids[i]);
    }
    return true;
}

static bool range_items(Literals *l, const Node *n)
{
    int64_t from, to, step = 1;
    if (!whole(n->kids[0], &from) || !whole(n->kids[1], &to) || (n->count > 2 && !whole(n->kids[2], &step)) || step < 1) {
        return false;
    }
    for (int64_t i = from; i <= to && !l->too_many; i += step) {
        add(l, whole_node(l->walk, i, n->span));
    }
    return true;
}

static bool seen(const Literals *l, Str text)
{
    for (uint32_t i = 0; i < l->count; i++) {
        Str before;
        if (node_constant_text(l->list[i], &before) && str_eq(before, text)) {
            return true;
        }
    }
    return false;
}

/* The cells of a column that the text holds, each once. */
static bool column_items(Literals *l, const Decl *column)
{
    const Node *body = node_body(column->scope->node);
    uint32_t at = UINT32_MAX;
    if (column->node->kind != N_CELL) {
        return false;
    }
    for (uint32_t i = 0; i < body->count; i++) {
        const Node *row = body->kids[i];
        for (uint32_t k = 0; row->kind == N_ROW && row->flags & NODE_HEADER && k < row->count; k++) {
            at = row->kids[k] == column->node ? k : at;
        }
        const Node *cell = row->kind == N_ROW && !(row->flags & NODE_HEADER) && at < row->count ? row->kids[at] : NULL;
        if (cell && cell->kind == N_CELL && cell->text.n && !seen(l, cell->text)) {
            add(l, text_node(l->walk, cell->text, cell->span));
        } else if (cell && is_literal(cell)) {
            add(l, cell);
        }
    }
    return true;
}

static const Decl *first_column(const Program *p, const Scope *columns)
{
    const Node *key = node_clause(columns->node, CL_TABLE_KEY);
    if (key && key->count) {
        return scope_decl(p, columns, key->kids[0]->text);
    }
    for (uint32_t i = 0; i < columns->names.used; i++) {
        if (!columns->names.entries[i].dead) {
            return p->decls[columns->names.entries[i].value];
        }
    }
    return NULL;
}

static bool is_indicators(Str name)
{
    return word_match(name, 0, W_INDICATORS, LANG_EN) == name.n || word_match(name, 0, W_INDICATORS, LANG_FR) == name.n;
}

static bool indicator_items(Literals *l, const Decl *table)
{
    const Program *p = l->walk->program;
    for (uint32_t i = 0; i < p->indicator_count; i++) {
        const IndicatorDecl *k = p->indicators[i];
        const Node *of = indicator_of(k->block);
        bool wanted = !table || (of && str_eq(of->text, table->name));
        if (wanted && !k->decl->removed) {
            add(l, text_node(l->walk, k->decl->name, k->decl->node->span));
        }
    }
    return true;
}

static bool items_of(Literals *l, const Scope *scope, const Node *n, uint32_t depth);

static bool named_items(Literals *l, const Scope *scope, const Node *n, uint32_t depth)
{
    Program *p = l->walk->program;
    Lookup found = names_find(p, scope, n->text);
    if (n->flags & NODE_LIBRARY && is_indicators(n->text)) {
        return indicator_items(l, NULL);
    }
    if (found.kind != LOOKUP_DECL) {
        return false;
    }
    if (found.decl->inner) {
        const Decl *key = first_column(p, found.decl->inner);
        return key && column_items(l, key);
    }
    return depth < 8 && found.decl->kind == DECL_FORMULA && found.decl->expr && found.decl->expr->kind != N_BLOCK &&
           items_of(l, found.decl->scope, found.decl->expr, depth + 1);
}

static bool member_items(Literals *l, const Scope *scope, const Node *n)
{
    Program *p = l->walk->program;
    const Node *object = n->kids[0];
    Lookup found = object->kind == N_NAME ? names_find(p, scope, object->text) : (Lookup){0};
    if (found.kind != LOOKUP_DECL || !found.decl->inner) {
        return false;
    }
    const Decl *column = scope_decl(p, found.decl->inner, n->text);
    return column ? column_items(l, column) : is_indicators(n->text) && indicator_items(l, found.decl);
}

static bool items_of(Literals *l, const Scope *scope, const Node *n, uint32_t depth)
{
    switch (n->kind) {
    case N_PAREN: return items_of(l, scope, n->kids[0], depth);
    case N_LIST: return list_items(l, n);
    case N_RANGE: return range_items(l, n);
    case N_NAME: return named_items(l, scope, n, depth);
    case N_MEMBER: return member_items(l, scope, n);
    default: return false;
    }
}

/* ---- names of items ---- */

/* gain[a]: the INDEX; NULL: the block bears no index. */
static const Node *index_of(const Node *block)
{
    const Node *target = block->count && block->kids[0]->kind == N_TARGET ? block->kids[0]->kids[0] : NULL;
    bool index = target && target->kind == N_INDEX && target->kids[0]->kind == N_NAME;
    return index ? target : NULL;
}

static void put_label(Buf *out, const Node *label)
{
    Str text;
    buf_put(out, node_constant_text(label, &text) ? text : label->text);
    if (label->unit.n) {
        buf_putc(out, ' ');
        buf_put(out, label->unit);
    }
}

/* individual["Ana"].calls as individual[Ana].calls */
static void put_target(Buf *out, const Node *n)
{
    if (n->kind == N_MEMBER || n->kind == N_INDEX) {
        put_target(out, n->kids[0]);
        buf_putc(out, n->kind == N_MEMBER ? '.' : '[');
        if (n->kind == N_MEMBER) {
            buf_put(out, n->text);
        } else {
            put_label(out, n->kids[1]);
            buf_putc(out, ']');
        }
    } else {
        buf_put(out, n->text);
    }
}

/* The answers and open answers of a copy are called by what they are. */
static void name_items(Walk *w, Node *n)
{
    bool named = n->kind == N_BLOCK && (n->op == B_ANSWER || n->op == B_OPEN) && n->count && n->kids[0]->kind == N_TARGET;
    if (named) {
        Buf b;
        buf_init(&b, w->program->mem);
        put_target(&b, n->kids[0]->kids[0]);
        n->text = arena_str(arena_of(w), buf_str(&b));
        buf_free(&b);
    }
    for (uint32_t i = 0; i < n->count; i++) {
        bool goes_on = n->kids[i] && (n->kids[i]->kind == N_BLOCK || n->kids[i]->kind == N_BODY || n->kids[i]->kind == N_BRANCH);
        if (goes_on) {
            name_items(w, n->kids[i]);
        }
    }
}

/* ---- families ---- */

Scope *outside_items(Scope *s)
{
    while (s->kind == SCOPE_ITEM) {
        s = s->parent;
    }
    return s;
}

static bool room_for_item(Walk *w, Decl *family)
{
    if (family->item_count < family->item_cap) {
        return true;
    }
    uint32_t cap = family->item_cap ? 2 * family->item_cap : 8;
    FamilyItem *items = arena_alloc(arena_of(w), cap * sizeof *items);
    for (uint32_t i = 0; items && i < family->item_count; i++) {
        items[i] = family->items[i];
    }
    if (!items) {
        program_out_of_memory(w->program);
        return false;
    }
    family->items = items;
    family->item_cap = cap;
    return true;
}

void declare_family_item(Walk *w, Scope *scope, const Node *block, const Decl *item)
{
    const Node *index = index_of(block);
    if (!index || scope->kind != SCOPE_ITEM || !item) {
        return;
    }
    Scope *outside = outside_items(scope);
    Decl *family = scope_decl(w->program, outside, index->kids[0]->text);
    if (!family || !family->items) {
        family = declare_name(w, DECL_FORMULA, outside, index->kids[0]->text, block);
        if (!family) {
            return;
        }
        declare_expr(w, family, index);
    }
    for (uint32_t i = 0; i < family->item_count; i++) {
        if (node_equal(family->items[i].label, index->kids[1], false)) {
            diag(w->program->diags, D_NAME_REDEFINED, index->span, block->text);
            return;
        }
    }
    if (room_for_item(w, family)) {
        family->items[family->item_count++] = (FamilyItem){index->kids[1], item->number};
    }
}

/* ---- expansion ---- */

static Node *expand(Walk *w, const Node *block, const Node *item)
{
    Program *p = w->program;
    uint32_t left = LIMIT_FOR_NODES - p->expanded;
    Node *body = node_clone(&p->arena, node_body(block), block->text, item, &left);
    p->expanded = LIMIT_FOR_NODES - left;
    if (!body || !program_grow(p, &p->expansions, p->expansion_count, &p->expansion_cap)) {
        if (!left) {
            diag0(p->diags, D_FOR_TOO_LARGE, block->span);
        } else {
            program_out_of_memory(p);
        }
        return NULL;
    }
    Expansion *e = arena_alloc(&p->arena, sizeof *e);
    if (!e) {
        program_out_of_memory(p);
        return NULL;
    }
    *e = (Expansion){block, body};
    p->expansions[p->expansion_count++] = e;
    name_items(w, body);
    return body;
}

static const Node *list_of(const Node *block)
{
    for (uint32_t i = 0; i < block->count; i++) {
        const Node *k = block->kids[i];
        if (k->kind == N_CLAUSE && k->op == CL_OF_PART && k->word == W_IN && k->count) {
            return k->kids[0];
        }
    }
    return NULL;
}

void declare_for_each(Walk *w, Scope *scope, const Node *n)
{
    const Node *list = list_of(n);
    Literals l = {.walk = w, .list = arena_alloc(arena_of(w), LIMIT_FOR_ITEMS * sizeof *l.list)};
    if (!l.list) {
        program_out_of_memory(w->program);
        return;
    }
    if (!list || !items_of(&l, scope, list, 0)) {
        diag0(w->program->diags, D_FOR_LIST, list ? list->span : n->span);
        return;
    }
    if (l.too_many) {
        diag0(w->program->diags, D_FOR_TOO_LARGE, n->span);
        return;
    }
    for (uint32_t i = 0; i < l.count; i++) {
        Scope *inner = scope_new(w->program, SCOPE_ITEM, scope, n, (Str){"", 0});
        const Node *body = inner ? expand(w, n, l.list[i]) : NULL;
        if (!body) {
            return;
        }
        declare_body(w, inner, body);
    }
}

const Node *program_expansion(const Program *p, const Node *block, uint32_t i)
{
    for (uint32_t k = 0; k < p->expansion_count; k++) {
        if (p->expansions[k]->block == block && !i--) {
            return p->expansions[k]->body;
        }
    }
    return NULL;
}
