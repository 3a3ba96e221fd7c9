/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table is a formula whose columns are formulas of their own, in a scope of theirs: what reads one column depends on
   no other, and a computed column reads the others as any formula does. A schedule is one formula: its rows are made
   together, and its columns only read it. */
#include "check/declare.h"

static const Node *table_header(const Node *block)
{
    const Node *body = node_body(block);
    for (uint32_t i = 0; body && i < body->count; i++) {
        if (body->kids[i]->kind == N_ROW) {
            return body->kids[i];
        }
    }
    return NULL;
}

static void declare_column(Walk *w, Scope *columns, const Node *node, Str name, const Node *expr)
{
    Decl *d = declare_name(w, DECL_COLUMN, columns, name, node);
    if (d) {
        declare_expr(w, d, expr);
    }
}

static void declare_columns(Walk *w, Scope *columns, const Node *n)
{
    const Node *header = table_header(n), *body = node_body(n);
    for (uint32_t i = 0; header && i < header->count; i++) {
        if (header->kids[i]->kind == N_CELL) {
            declare_column(w, columns, header->kids[i], header->kids[i]->text, header->kids[i]);
        }
    }
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *k = body->kids[i];
        if (k->kind == N_BLOCK && k->op == B_DEFINE) {
            declare_column(w, columns, k, k->text, node_clause_value(k, CL_VALUE));
        }
    }
}

/* Data of another origin: the text only says which columns it takes. */
static void declare_source(Walk *w, Scope *scope, const Node *n)
{
    const Node *source = node_clause_value(n, CL_VALUE), *header = table_header(n), *body = node_body(n);
    if (!source) {
        return;
    }
    declare_anonymous(w, scope, source, source);
    if (!header) {
        diag(w->program->diags, D_TABLE_NO_HEADER, n->span, n->text);
    }
    for (uint32_t i = 0; body && i < body->count; i++) {
        if (body->kids[i]->kind == N_ROW && body->kids[i] != header) {
            diag(w->program->diags, D_TABLE_TWO_SOURCES, body->kids[i]->span, n->text);
            return;
        }
    }
}

static void check_keys(Walk *w, const Scope *columns, const Node *n)
{
    const Node *key = node_clause(n, CL_TABLE_KEY);
    for (uint32_t i = 0; key && i < key->count; i++) {
        const Node *name = key->kids[i];
        if (name->kind == N_NAME && !scope_decl(w->program, columns, name->text)) {
            diag(w->program->diags, D_KEY_UNKNOWN, name->span, name->text);
        }
    }
}

void declare_table(Walk *w, Scope *scope, const Node *n)
{
    Decl *d = declare_name(w, DECL_FORMULA, scope, n->text, n);
    Scope *columns = d ? scope_new(w->program, SCOPE_TABLE, scope, n, d->name) : NULL;
    if (!columns) {
        return;
    }
    columns->decl = d->number;
    d->inner = columns;
    declare_expr(w, d, n);
    declare_source(w, scope, n);
    declare_columns(w, columns, n);
    check_keys(w, columns, n);
    if (!columns->names.count && !node_clause_value(n, CL_VALUE)) {
        diag(w->program->diags, D_TABLE_EMPTY, n->span, n->text);
    }
}

/* `for year in 1..5` of its header. */
void schedule_rows(const Node *block, const Node **name, const Node **list)
{
    *name = *list = NULL;
    for (uint32_t i = 0; i < block->count; i++) {
        const Node *k = block->kids[i];
        if (k->kind == N_CLAUSE && k->op == CL_OF_PART && k->word == W_FOR && k->count > 1) {
            *name = k->kids[0];
            *list = k->kids[k->count - 1];
        }
    }
}

static void declare_schedule_columns(Walk *w, Scope *columns, const Node *n, const Node *rows)
{
    const Node *body = node_body(n);
    declare_column(w, columns, rows, rows->text, rows);
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *k = body->kids[i];
        if (k->kind == N_BLOCK && k->op == B_DEFINE) {
            declare_column(w, columns, k, k->text, node_clause_value(k, CL_VALUE));
        } else if (k->kind == N_ROW) {
            diag0(w->program->diags, D_SCHEDULE_ROW, k->span);
        }
    }
}

void declare_schedule(Walk *w, Scope *scope, const Node *n)
{
    const Node *name, *list;
    schedule_rows(n, &name, &list);
    if (!name || !list) {
        diag(w->program->diags, D_SCHEDULE_FOR, n->span, n->text);
        return;
    }
    Decl *d = declare_name(w, DECL_FORMULA, scope, n->text, n);
    Scope *columns = d ? scope_new(w->program, SCOPE_TABLE, scope, n, d->name) : NULL;
    if (!columns) {
        return;
    }
    columns->decl = d->number;
    d->inner = columns;
    declare_expr(w, d, n);
    Decl *patches = declare_anonymous(w, scope, n, node_body(n));
    if (patches) {
        patches->kind = DECL_PATCHES;
        patches->name = d->name;
        d->patches = patches->number;
    }
    declare_schedule_columns(w, columns, n, name);
}
