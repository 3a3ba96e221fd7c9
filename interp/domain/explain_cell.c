/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/explain_cell.h"

#include "data/table.h"
#include "domain/indicator.h"
#include "vm/vm.h"

static const Node *bare(const Node *n)
{
    while (n->kind == N_PAREN) {
        n = n->kids[0];
    }
    return n;
}

/* A formula that has no value here is told elsewhere. */
static bool value_of(Graph *g, View *view, uint32_t slot, Value *out)
{
    if (vm_eval_slot(g->vm, view, slot, out)) {
        return true;
    }
    vm_take_fault(g->vm);
    return false;
}

/* ---- tables and schedules ---- */

/* `last repaid = …`: what the last row has instead. NULL: nothing of its own. */
static const Node *last_expr(const Node *block, Str column)
{
    for (const Node *c = node_clause(block, CL_SCHEDULE_LAST); c; c = node_next_clause(block, c)) {
        for (uint32_t i = 0; i < c->count; i++) {
            if (c->kids[i]->kind == N_FIELD && str_eq(c->kids[i]->text, column)) {
                return c->kids[i]->kids[0];
            }
        }
    }
    return NULL;
}

static const Decl *computed_column(Graph *g, const Decl *table, Str name)
{
    const Decl *d = table->inner && name.p ? names_column(g->program, table->inner, name) : NULL;
    return d && d->expr && d->expr->kind != N_CELL ? d : NULL;
}

const Decl *cell_column(Graph *g, const CellPath *path)
{
    const Node *block = path->decl->expr;
    bool table = block && block->kind == N_BLOCK && (block->op == B_TABLE || block->op == B_SCHEDULE);
    return table && path->count == 1 ? computed_column(g, path->decl, path->keys[0].name) : NULL;
}

static bool table_source(Graph *g, View *view, const CellPath *p, CellSource *out)
{
    const Node *block = p->decl->expr, *last;
    Value v;
    int32_t row = NO_LABEL;
    uint32_t times = 0;
    bool cell = p->count == 2 && !p->keys[0].name.p;
    const Decl *column = cell ? computed_column(g, p->decl, p->keys[1].name) : NULL;
    if (!column || !value_of(g, view, p->slot, &v) || v.tag != T_TABLE ||
        table_row(g->vm->heap, v.ptr, p->keys[0].key, &row, &times) != NUM_OK || row < 0) {
        return false;
    }
    bool schedule = block->op == B_SCHEDULE;
    *out = (CellSource){.slot = schedule ? p->slot : graph_slot(g, column, g->slots[p->slot].scenario),
                        .root = column->expr, .pick = (uint32_t)row};
    last = schedule && (uint32_t)row + 1 == ((const Table *)v.ptr)->rows ? last_expr(block, p->keys[1].name) : NULL;
    if (last) {
        out->root = last;
        out->pick = 0;
    }
    return true;
}

/* ---- keyed lists made by comprehensions ---- */

static bool fix(Graph *g, const Matrix *m, const CellKey *k, uint32_t *label, Value *rest)
{
    int32_t at = NO_LABEL;
    Heap *h = g->vm->heap;
    if (k->name.p) {
        at = matrix_named(h, m, 0, k->name);
    } else if (matrix_label(h, m, 0, k->key, &at) != NUM_OK) {
        return false;
    }
    *label = (uint32_t)at;
    return at >= 0 && matrix_fix(h, m, 0, *label, rest);
}

/* Each level of the comprehension is an axis; a condition would leave items out. */
static bool comprehension_source(Graph *g, View *view, const CellPath *p, CellSource *out)
{
    const Node *n = bare(p->decl->expr);
    Value v;
    uint32_t pick = 0, i = 0;
    if (!value_of(g, view, p->slot, &v)) {
        return false;
    }
    for (; i < p->count && n->kind == N_COMPREHENSION && n->count == 3 && v.tag == T_MATRIX; i++, n = bare(n->kids[0])) {
        const Matrix *m = v.ptr;
        uint32_t label = 0, count = matrix_count(m, 0);
        if (!fix(g, m, &p->keys[i], &label, &v)) {
            return false;
        }
        pick = pick * count + label;
    }
    *out = (CellSource){.slot = p->slot, .root = n, .pick = pick};
    return i == p->count && n->kind != N_COMPREHENSION;
}

/* `shops.rate by shop`: a cell of the column that the table computes. */
static bool column_source(Graph *g, View *view, const CellPath *p, const Node *member, CellSource *out)
{
    const Node *owner = member->kids[0];
    Lookup l = owner->kind == N_NAME ? names_find(g->program, p->decl->scope, owner->text) : (Lookup){0};
    const Decl *column = l.kind == LOOKUP_DECL ? computed_column(g, l.decl, member->text) : NULL;
    uint32_t label = 0;
    Value v, rest;
    if (!column || l.decl->expr->op != B_TABLE || p->count != 1 || !value_of(g, view, p->slot, &v) || v.tag != T_MATRIX ||
        !fix(g, v.ptr, &p->keys[0], &label, &rest)) {
        return false;
    }
    *out = (CellSource){.slot = graph_slot(g, column, g->slots[p->slot].scenario), .root = column->expr, .pick = label};
    return true;
}

bool cell_source(Graph *g, View *view, const CellPath *path, CellSource *out)
{
    const Node *n = path->decl->expr ? bare(path->decl->expr) : NULL;
    if (!n || !path->count) {
        return false;
    }
    if (n->kind == N_BLOCK && (n->op == B_TABLE || n->op == B_SCHEDULE)) {
        return table_source(g, view, path, out);
    }
    if (n->kind == N_MEMBER) {
        return column_source(g, view, path, n, out);
    }
    return n->kind == N_COMPREHENSION && comprehension_source(g, view, path, out);
}

/* ---- rates and gaps ---- */

/* The fields of one indicator, as a dashboard has them. */
static bool dashboard_fields(Graph *g, const CellPath *p, Value v, CellRate *out)
{
    uint32_t label, i = 0;
    Heap *h = g->vm->heap;
    for (; i + 1 < p->count && v.tag == T_MATRIX && ((const Matrix *)v.ptr)->axes > 1; i++) {
        if (!fix(g, v.ptr, &p->keys[i], &label, &v)) {
            return false;
        }
    }
    if (i + 1 != p->count || v.tag != T_MATRIX || ((const Matrix *)v.ptr)->axes != 1) {
        return false;
    }
    const Matrix *m = v.ptr;
    int32_t value = matrix_named(h, m, 0, STR("value")), objective = matrix_named(h, m, 0, STR("objective"));
    if (value < 0 || objective < 0) {
        return false;
    }
    out->value = list_at(m->items, (uint32_t)value);
    out->objective = list_at(m->items, (uint32_t)objective);
    return true;
}

static bool indicator_fields(Graph *g, const CellPath *p, Value v, CellRate *out)
{
    const Instance *i = v.ptr;
    if (p->count != 1 || i->fields[INDICATOR_VALUE].tag == T_NONE) {
        return false;
    }
    if (!indicator_field(g->vm, i, FIELD_VALUE, i->fields[INDICATOR_VALUE], &out->value) ||
        !indicator_field(g->vm, i, FIELD_OBJECTIVE, i->fields[INDICATOR_VALUE], &out->objective)) {
        vm_take_fault(g->vm);
        return false;
    }
    return true;
}

bool cell_rate(Graph *g, View *view, const CellPath *path, CellRate *out)
{
    Value v;
    Field f = path->count ? field_named(path->keys[path->count - 1].name) : FIELD_COUNT;
    *out = (CellRate){.gap = f == FIELD_GAP};
    if ((f != FIELD_RATE && f != FIELD_GAP) || !value_of(g, view, path->slot, &v)) {
        return false;
    }
    bool found = v.tag == T_MATRIX ? dashboard_fields(g, path, v, out) : value_is_indicator(v) && indicator_fields(g, path, v, out);
    return found && value_is_number(out->value) && value_is_number(out->objective);
}
