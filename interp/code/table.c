/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: the columns of the text as constants, computed columns, and the phrases that go through rows (where, sort,
   top, group, join), which are calls of hidden functions of the library.

   An expression over a row becomes a function whose parameters are the names that may be columns. Where the table is
   one of the text, its columns are known: no other name is a parameter. Otherwise every name in the expression is
   one; a parameter that turns out to be no column takes what the name means outside (rules 1.16). */
#include "code/emit.h"
#include "data/table.h"
#include "num/number.h"
#include "num/unit.h"

/* ---- cells of the text ---- */

static bool cell_number(Fn *f, const Node *n, Value *out)
{
    bool negative = n->kind == N_UNARY;
    if (!expr_constant(f, negative ? n->kids[0] : n, out)) {
        f->unit->failed = true;
        return false;
    }
    return !negative || num_neg(f->unit->program->num, *out, out) == NUM_OK;
}

/* The unit of the column is given to a bare number. */
static void cell_unit(Fn *f, const Node *header, const Node *cell, Value *v)
{
    NumCtx *num = f->unit->program->num;
    if (!header->unit.n || !value_is_number(*v)) {
        return;
    }
    if (v->unit == U_PLAIN) {
        num_with_unit(num, *v, header->unit_id, v);
    } else if (!unit_same_dimension(num, v->unit, header->unit_id)) {
        diag(f->unit->program->diags, D_CELL_UNIT, cell->span, source_text(f->unit->program->sources, cell->span),
             header->text, header->unit);
        f->unit->failed = true;
    }
}

static bool cell_value(Fn *f, const Node *header, const Node *cell, Value *out)
{
    Program *p = f->unit->program;
    if (cell->kind == N_CELL && !cell->text.n && !(cell->flags & NODE_QUOTED)) {
        *out = value_status(STATUS_NOT_GIVEN, NULL);
        return true;
    }
    if (cell->kind == N_CELL) {
        if (!text_new(p->heap, cell->text, out)) {
            unit_report_memory(f->unit);
            return false;
        }
        return true;
    }
    if (cell->kind == N_STRING) { /* it has holes */
        diag0(p->diags, D_CELL_FORMULA, cell->span);
        f->unit->failed = true;
        return false;
    }
    if (!cell_number(f, cell, out)) {
        return false;
    }
    cell_unit(f, header, cell, out);
    return true;
}

/* A column holds one kind of value, of one dimension: `first` is the first one given. */
static bool cell_fits(Fn *f, Value first, Value v)
{
    uint16_t unit;
    if (value_is_number(first) && value_is_number(v)) {
        return unit_sum(f->unit->program->num, first.unit, v.unit, &unit) == NUM_OK;
    }
    return first.tag == v.tag || (value_is_number(first) && value_is_number(v));
}

static void cell_misfit(Fn *f, const Node *header, const Node *first, const Node *cell)
{
    Program *p = f->unit->program;
    Diag *d = diag(p->diags, D_COLUMN_MIXED, cell->span, header->text, source_text(p->sources, first->span),
                   source_text(p->sources, cell->span));
    note(p->diags, d, D_FIRST_HERE, first->span, source_text(p->sources, first->span));
    f->unit->failed = true;
}

/* The key, where the table declares one of its own, tells rows apart. */
static bool is_key(const Scope *columns, Str name)
{
    const Node *key = node_clause(columns->node, CL_TABLE_KEY);
    return key && key->count == 1 && str_eq(key->kids[0]->text, name);
}

static void check_key(Fn *f, const Node *header, const Node *const *cells, Value list)
{
    Program *p = f->unit->program;
    bool distinct = true;
    uint32_t first = 0, again = 0;
    if (list_distinct(p->heap, list, &distinct, &first, &again) == NUM_NO_MEMORY) {
        unit_report_memory(f->unit);
    } else if (!distinct && first == again) {
        diag(p->diags, D_KEY_ABSENT, cells[again]->span, header->text);
        f->unit->failed = true;
    } else if (!distinct) {
        Str text = source_text(p->sources, cells[again]->span);
        Diag *d = diag(p->diags, D_KEY_TWICE, cells[again]->span, text, header->text);
        note(p->diags, d, D_FIRST_HERE, cells[first]->span, text);
        f->unit->failed = true;
    }
}

typedef struct ColumnReader {
    Fn *f;
    const Node *header;
    const Node **cells; /* by row */
    uint32_t rows;
    const Node *first;  /* the first cell given */
    Value first_value;
} ColumnReader;

static bool column_cells(ColumnReader *r, const Node *block, uint32_t column)
{
    const Node *body = node_body(block);
    r->cells = arena_alloc(&r->f->unit->program->arena, (body->count + 1) * sizeof *r->cells);
    for (uint32_t i = 0; r->cells && i < body->count; i++) {
        const Node *row = body->kids[i];
        if (row->kind == N_ROW && !(row->flags & NODE_HEADER) && column < row->count) {
            r->cells[r->rows++] = row->kids[column];
        }
    }
    return r->cells != NULL;
}

static void column_item(ColumnReader *r, const Node *cell, Value *out)
{
    *out = value_status(STATUS_NOT_GIVEN, NULL);
    if (!cell_value(r->f, r->header, cell, out) || out->tag == T_STATUS) {
        return;
    }
    if (!r->first) {
        r->first = cell;
        r->first_value = *out;
    } else if (!cell_fits(r->f, r->first_value, *out)) {
        cell_misfit(r->f, r->header, r->first, cell);
    }
}

static uint32_t column_number(const Scope *columns, const Node *header)
{
    const Node *body = node_body(columns->node);
    for (uint32_t i = 0; i < body->count; i++) {
        const Node *row = body->kids[i];
        for (uint32_t k = 0; row->kind == N_ROW && k < row->count; k++) {
            if (row->kids[k] == header) {
                return k;
            }
        }
    }
    return UINT32_MAX;
}

static void data_column(Fn *f, const Decl *d, int dst)
{
    ColumnReader r = {.f = f, .header = d->expr};
    if (!column_cells(&r, d->scope->node, column_number(d->scope, d->expr))) {
        unit_report_memory(f->unit);
        return;
    }
    List *list = list_new(f->unit->program->heap, r.rows);
    if (!list) {
        unit_report_memory(f->unit);
        return;
    }
    for (uint32_t i = 0; i < r.rows; i++) {
        column_item(&r, r.cells[i], &list->store->items[i]);
    }
    if (is_key(d->scope, d->name) && !f->unit->failed) {
        check_key(f, d->expr, r.cells, value_obj(T_LIST, list));
    }
    emit(f, OPC_CONST, dst, konst(f, value_obj(T_LIST, list)), 0, d->node->span);
}

/* %imported(rows, name of the column, unit or none, keeps texts, is the key) */
static void imported_column(Fn *f, const Decl *d, const Decl *source, int dst)
{
    const Node *header = d->expr;
    Value unit = value_none();
    uint32_t mark = f->next;
    int base = reg_push(f, d->node->span), column = reg_push(f, d->node->span);
    if (header->unit.n) {
        num_with_unit(f->unit->program->num, num_int(1), header->unit_id, &unit);
    }
    emit(f, OPC_SLOT, column, ref_add(f, source->number, REF_RUNNING, true), 0, d->node->span);
    text_to(f, d->name, reg_push(f, d->node->span), d->node->span);
    emit(f, OPC_CONST, reg_push(f, d->node->span), konst(f, unit), 0, d->node->span);
    emit(f, OPC_CONST, reg_push(f, d->node->span), konst(f, value_truth(header->op == W_TEXT)), 0, d->node->span);
    emit(f, OPC_CONST, reg_push(f, d->node->span), konst(f, value_truth(is_key(d->scope, d->name))), 0, d->node->span);
    hidden_call(f, "%imported", base, 5, d->node->span);
    emit(f, OPC_MOVE, dst, base, 0, d->node->span);
    reg_release(f, mark);
}

/* ---- calls of the hidden functions ---- */

const Native *hidden_native(Fn *f, const char *name, Span span)
{
    const LibraryTable *t = &f->unit->program->library;
    const Native *native = t->find ? t->find(t->data, str_from(name)) : NULL;
    if (!native) {
        diag(f->unit->program->diags, D_NAME_UNKNOWN, span, str_from(name));
        f->unit->failed = true;
    }
    return native;
}

void hidden_call(Fn *f, const char *name, int base, uint32_t args, Span span)
{
    const Native *native = hidden_native(f, name, span);
    if (native) {
        Value k = {.tag = T_NATIVE, .den = 1, .ptr = (void *)(uintptr_t)native};
        emit(f, OPC_CALL_NATIVE, base, (int)args, konst(f, k), span);
    }
}

/* A constant list of texts. */
void names_to(Fn *f, const Str *names, uint32_t n, int dst, Span span)
{
    Heap *heap = f->unit->program->heap;
    List *list = list_new(heap, n);
    for (uint32_t i = 0; list && i < n; i++) {
        if (!text_new(heap, names[i], &list->store->items[i])) {
            list = NULL;
        }
    }
    if (!list) {
        unit_report_memory(f->unit);
        return;
    }
    emit(f, OPC_CONST, dst, konst(f, value_obj(T_LIST, list)), 0, span);
}

void text_to(Fn *f, Str s, int dst, Span span)
{
    if (s.n) {
        emit(f, OPC_CONST, dst, konst_text(f, s), 0, span);
    } else {
        emit(f, OPC_NONE, dst, 0, 0, span);
    }
}

/* ---- functions of a row ---- */

/* A name that stands for no value is no column of an unknown table. */
static bool may_be_column(const RowNames *r, const Node *n)
{
    if (r->table) {
        return names_column(r->f->unit->program, r->table, n->text) != NULL;
    }
    if (n->flags & NODE_COLUMN) {
        return true;
    }
    Lookup l = code_lookup_node(r->f, n);
    bool value = l.kind != LOOKUP_DECL || l.decl->kind == DECL_FORMULA || l.decl->kind == DECL_SHARED ||
                 l.decl->kind == DECL_COLUMN;
    return value && l.kind != LOOKUP_NATIVE;
}

static void row_add(RowNames *r, const Node *n)
{
    for (uint32_t i = 0; i < r->count; i++) {
        if (str_eq(r->nodes[i]->text, n->text)) {
            return;
        }
    }
    if (r->count == ROW_NAMES_MOST) {
        r->too_many = true;
    } else {
        r->nodes[r->count++] = n;
    }
}

static void row_name(RowNames *r, const Node *n)
{
    if (!(n->flags & (NODE_STANDARD | NODE_LIBRARY)) && may_be_column(r, n)) {
        row_add(r, n);
    }
}

void row_names(RowNames *r, const Node *n)
{
    if (n->kind == N_NAME && !(n->flags & NODE_DECLARED)) {
        row_name(r, n);
    } else if (n->kind == N_PREVIOUS) {
        row_add(r, n);
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i]) {
            row_names(r, n->kids[i]);
        }
    }
}

/* Where the name is no column after all: what it means outside. */
static void outer_name(Fn *inner, const Node *n, int reg)
{
    bool cell = false, variable = false;
    int given = emit_jump(inner, OPC_JGIVEN, reg, 0, n->span);
    int captured = capture_find(inner, n->text, &cell, &variable);
    Lookup l = captured < 0 ? code_lookup_node(inner, n) : (Lookup){0};
    if (captured >= 0) {
        emit(inner, OPC_CAPTURE, reg, captured, 0, n->span);
        if (cell) {
            emit(inner, OPC_CELL_GET, reg, reg, 0, n->span);
        }
    } else if (l.kind == LOOKUP_DECL || l.kind == LOOKUP_CONSTANT || (l.kind == LOOKUP_NATIVE && n->flags & NODE_COLUMN)) {
        code_lookup_value(inner, n->text, n->span, &l, reg);
    } else {
        emit(inner, OPC_FAIL, 0, D_COLUMN_UNKNOWN, konst_text(inner, n->text), n->span);
    }
    patch_here(inner, given);
}

static void row_body(Fn *inner, const RowNames *r, const Node *n)
{
    Param *params = arena_alloc(&inner->unit->program->arena, (r->count + 1) * sizeof *params);
    if (!params) {
        unit_report_memory(inner->unit);
        return;
    }
    inner->columns = r->table;
    inner->proto->params = params;
    inner->proto->param_count = (uint8_t)r->count;
    for (uint32_t i = 0; i < r->count; i++) {
        params[i] = (Param){.name = r->nodes[i]->text, .optional = true};
        reg_push(inner, n->span);
    }
    for (uint32_t i = 0; !r->table && i < r->count; i++) {
        outer_name(inner, r->nodes[i], (int)i);
    }
    for (uint32_t i = 0; i < r->count; i++) {
        local_add(inner, r->nodes[i]->text, (int)i, false, false);
    }
    int result = reg_push(inner, n->span);
    expr_to(inner, n, result);
    emit(inner, OPC_RETURN, result, 0, 0, n->span);
}

/* The function of a row and the names of its parameters, into dst and dst + 1. */
void row_function(Fn *f, const Node *n, const RowNames *r, int dst)
{
    Str names[ROW_NAMES_MOST];
    Fn *inner = mem_alloc(f->unit->program->mem, sizeof *inner);
    if (!inner) {
        unit_report_memory(f->unit);
        return;
    }
    if (r->too_many) {
        diag0(f->unit->program->diags, D_TOO_MANY_ARGUMENTS, n->span);
        f->unit->failed = true;
    }
    if (fn_open(inner, f->unit, f, (Str){"", 0}, n->span, n)) {
        row_body(inner, r, n);
        Proto *proto = fn_close(inner);
        if (proto) {
            emit(f, OPC_CLOSURE, dst, nested_add(f, proto), 0, n->span);
        }
    }
    mem_free(f->unit->program->mem, inner, sizeof *inner);
    for (uint32_t i = 0; i < r->count; i++) {
        names[i] = r->nodes[i]->text;
    }
    names_to(f, names, r->count, dst + 1, n->span);
}

/* A warning where a column hides a formula of the case: the reader may not see which is meant. */
static void warn_hidden(Fn *f, const RowNames *r)
{
    Program *p = f->unit->program;
    for (uint32_t i = 0; r->table && i < r->count; i++) {
        const Node *n = r->nodes[i];
        Lookup l = names_find_outside(p, r->table->parent, n->text);
        bool formula = l.kind == LOOKUP_DECL && l.decl->kind == DECL_FORMULA && !code_is_indicator(l.decl) &&
                       l.decl->inner != r->table;
        if (formula && !f->unit->trace) {
            Diag *d = diag(p->diags, D_COLUMN_HIDES, n->span, n->text, l.decl->qualified);
            note(p->diags, d, D_NOTE_DEFINED_HERE, l.decl->node->span, n->text);
        }
    }
}

static void row_expr(Fn *f, const Node *n, const Scope *table, int dst)
{
    RowNames r = {.f = f, .table = table};
    row_names(&r, n);
    warn_hidden(f, &r);
    row_function(f, n, &r, dst);
}

/* ---- columns and tables of the text ---- */

/* The values of the columns that the function reads, as a list. */
static void column_values(Fn *f, const RowNames *r, int dst, Span span)
{
    int list = reg_push(f, span);
    emit(f, OPC_LIST, list, list, 0, span);
    for (uint32_t i = 0; i < r->count; i++) {
        const Decl *d = names_column(f->unit->program, r->table, r->nodes[i]->text);
        int item = reg_push(f, span);
        emit(f, OPC_SLOT, item, ref_add(f, d->number, REF_RUNNING, true), 0, span);
        emit(f, OPC_APPEND, list, item, 0, span);
        reg_release(f, (uint32_t)item);
    }
    emit(f, OPC_MOVE, dst, list, 0, span);
    reg_release(f, (uint32_t)list);
}

/* %measured(column, its name, a number of the unit) */
static void measured_column(Fn *f, const Decl *d, uint16_t unit, int dst)
{
    Value one;
    Span span = d->expr->span;
    uint32_t mark = f->next;
    int base = reg_push(f, span);
    if (num_with_unit(f->unit->program->num, num_int(1), unit, &one) != NUM_OK) {
        unit_report_memory(f->unit);
        return;
    }
    emit(f, OPC_MOVE, reg_push(f, span), dst, 0, span);
    text_to(f, d->name, reg_push(f, span), span);
    emit(f, OPC_CONST, reg_push(f, span), konst(f, one), 0, span);
    hidden_call(f, "%measured", base, 3, span);
    emit(f, OPC_MOVE, dst, base, 0, span);
    reg_release(f, mark);
}

/* %column(function, its columns, how many rows there are as a column tells) */
static void computed_column(Fn *f, const Decl *d, int dst)
{
    Program *p = f->unit->program;
    RowNames r = {.f = f, .table = d->scope};
    uint32_t mark = f->next;
    int base = reg_push(f, d->expr->span);
    int function = reg_push(f, d->expr->span);
    reg_push(f, d->expr->span);
    row_names(&r, d->expr);
    warn_hidden(f, &r);
    row_function(f, d->expr, &r, function);
    column_values(f, &r, function + 1, d->expr->span);
    const Decl *first = names_first_column(p, d->scope);
    int rows = reg_push(f, d->expr->span);
    if (first) {
        emit(f, OPC_SLOT, rows, ref_add(f, first->number, REF_RUNNING, true), 0, d->expr->span);
    } else {
        emit(f, OPC_NONE, rows, 0, 0, d->expr->span);
    }
    hidden_call(f, "%column", base, 3, d->expr->span);
    uint16_t unit = code_measured_unit(f, d);
    if (unit) {
        measured_column(f, d, unit, base);
    }
    emit(f, OPC_MOVE, dst, base, 0, d->expr->span);
    reg_release(f, mark);
}

void expr_column(Fn *f, const Decl *d, int dst)
{
    if (d->scope->node->op == B_SCHEDULE) {
        expr_schedule_column(f, d, dst);
    } else if (d->expr->kind == N_CELL) {
        const Decl *source = program_decl_of(f->unit->program, node_clause_value(d->scope->node, CL_VALUE));
        if (source) {
            imported_column(f, d, source, dst);
        } else {
            data_column(f, d, dst);
        }
    } else {
        computed_column(f, d, dst);
    }
}

static Str column_title(const Decl *d)
{
    Str title = {"", 0};
    if (d->node->kind == N_CELL && d->node->count) {
        node_constant_text(d->node->kids[0], &title);
    }
    return title;
}

/* %table(names, columns, key, title, titles) */
static void table_call(Fn *f, const Node *n, const Scope *columns, int dst)
{
    Program *p = f->unit->program;
    uint32_t mark = f->next, count = 0, most = columns->names.used;
    Str *names = arena_alloc(&p->arena, (2 * most + 1) * sizeof *names), *titles = names + most;
    int base = reg_push(f, n->span), name_list = reg_push(f, n->span), list = reg_push(f, n->span);
    if (!names) {
        unit_report_memory(f->unit);
        return;
    }
    emit(f, OPC_LIST, list, list, 0, n->span);
    for (uint32_t i = 0; i < most; i++) {
        const MapEntry *e = &columns->names.entries[i];
        const Decl *d = e->dead ? NULL : p->decls[e->value];
        if (!d || d->removed) {
            continue;
        }
        int item = reg_push(f, n->span);
        emit(f, OPC_SLOT, item, ref_add(f, d->number, REF_RUNNING, true), 0, d->node->span);
        emit(f, OPC_APPEND, list, item, 0, n->span);
        reg_release(f, (uint32_t)item);
        titles[count] = column_title(d);
        names[count++] = d->name;
    }
    names_to(f, names, count, name_list, n->span);
    text_to(f, names_key(n), reg_push(f, n->span), n->span);
    text_to(f, node_title(n), reg_push(f, n->span), n->span);
    names_to(f, titles, count, reg_push(f, n->span), n->span);
    hidden_call(f, "%table", base, 5, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}

void expr_table(Fn *f, const Node *n, int dst)
{
    const Decl *d = program_decl_of(f->unit->program, n);
    if (d && d->inner) {
        table_call(f, n, d->inner, dst);
    } else {
        f->unit->failed = true;
    }
}

/* ---- cells replaced ---- */

void expr_cell(Fn *f, const Decl *d, const Node *override, int column)
{
    if (d->kind == DECL_PATCHES) {
        expr_schedule_cell(f, override, column);
        return;
    }
    Program *p = f->unit->program;
    const Decl *keys = names_key_column(p, d->scope);
    const Node *key = names_target_cell(override->kids[0]), *value = override->kids[1];
    uint32_t mark = f->next;
    int row = reg_push(f, key->span), list = reg_push(f, key->span), old;
    if (!keys) {
        f->unit->failed = true;
        return;
    }
    emit(f, OPC_SLOT, list, ref_add(f, keys->number, REF_RUNNING, true), 0, key->span);
    expr_to(f, key, reg_push(f, key->span));
    hidden_call(f, "%row", row, 2, key->span);
    old = list;
    reg_release(f, (uint32_t)list + 1);
    emit(f, OPC_INDEX, old, column, row, value->span);
    int base = reg_push(f, value->span), outer = f->old_cell;
    emit(f, OPC_MOVE, reg_push(f, value->span), column, 0, value->span);
    emit(f, OPC_MOVE, reg_push(f, value->span), row, 0, value->span);
    f->old_cell = old + 1;
    expr_to(f, value, reg_push(f, value->span));
    f->old_cell = outer;
    hidden_call(f, "%cell", base, 3, value->span);
    emit(f, OPC_MOVE, column, base, 0, value->span);
    reg_release(f, mark);
}

static void cell_chain(Fn *f, const Decl *d, int column)
{
    const Program *p = f->unit->program;
    if (d->before != UINT32_MAX) {
        cell_chain(f, p->decls[d->before], column);
    }
    expr_cell(f, p->decls[d->target], d->node, column);
}

void expr_cell_override(Fn *f, const Decl *d, int dst)
{
    expr_former(f, dst, d->node->span);
    cell_chain(f, d, dst);
}

/* ---- phrases ---- */

/* The columns of a table whose text is known: itself, or some of its rows. */
static const Scope *known_table(Fn *f, const Node *n)
{
    while (n->kind == N_PAREN || n->kind == N_WHERE || n->kind == N_SORTED || n->kind == N_TOP) {
        n = n->kids[n->kind == N_TOP ? 1 : 0];
    }
    bool cell, variable;
    if (n->kind != N_NAME || local_find(f, n->text) || capture_find(f, n->text, &cell, &variable) >= 0) {
        return NULL;
    }
    Lookup l = code_lookup_node(f, n);
    return l.kind == LOOKUP_DECL ? l.decl->inner : NULL;
}

void expr_where(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    int base = reg_push(f, n->span);
    expr_to(f, n->kids[0], reg_push(f, n->span));
    int condition = reg_push(f, n->span);
    reg_push(f, n->span);
    row_expr(f, n->kids[1], known_table(f, n->kids[0]), condition);
    hidden_call(f, "%where", base, 3, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}

/* [function, names, descending] for each key, three arguments a key. */
static uint32_t sort_keys(Fn *f, const Node *n, uint32_t from, const Scope *table, WordId usual)
{
    uint32_t args = 0;
    for (uint32_t i = from; i < n->count; i++, args += 3) {
        const Node *k = n->kids[i];
        int function = reg_push(f, k->span);
        reg_push(f, k->span);
        row_expr(f, k->kids[0], table, function);
        WordId way = k->op ? (WordId)k->op : usual;
        emit(f, OPC_TRUTH, reg_push(f, k->span), way == W_DESCENDING, 0, k->span);
    }
    return args;
}

/* %sort(table, how many or none, keys …) */
static void sort_call(Fn *f, const Node *n, uint32_t operand, WordId usual, int dst)
{
    uint32_t mark = f->next;
    int base = reg_push(f, n->span);
    expr_to(f, n->kids[operand], reg_push(f, n->span));
    int count = reg_push(f, n->span);
    if (operand) {
        expr_to(f, n->kids[0], count);
    } else {
        emit(f, OPC_NONE, count, 0, 0, n->span);
    }
    uint32_t args = sort_keys(f, n, operand + 1, known_table(f, n->kids[operand]), usual);
    hidden_call(f, "%sort", base, 2 + args, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}

void expr_sorted(Fn *f, const Node *n, int dst) { sort_call(f, n, 0, W_ASCENDING, dst); }
void expr_top(Fn *f, const Node *n, int dst) { sort_call(f, n, 1, W_DESCENDING, dst); }

static uint32_t key_names(const Node *n, uint32_t from, Str *names)
{
    uint32_t count = 0;
    for (uint32_t i = from; i < n->count && n->kids[i]->kind == N_NAME && count < ROW_NAMES_MOST; i++) {
        names[count++] = n->kids[i]->text;
    }
    return count;
}

static void check_known_keys(Fn *f, const Node *n, uint32_t from, const Scope *table)
{
    for (uint32_t i = from; table && i < n->count && n->kids[i]->kind == N_NAME; i++) {
        if (!names_column(f->unit->program, table, n->kids[i]->text)) {
            names_report_column(f->unit->program, table, n->kids[i]->text, n->kids[i]->span);
            f->unit->failed = true;
        }
    }
}

/* %group(table, keys, then name, function and its names for each aggregate) */
void expr_grouped(Fn *f, const Node *n, int dst)
{
    Str keys[ROW_NAMES_MOST];
    uint32_t mark = f->next, count = key_names(n, 1, keys), args = 2;
    const Scope *table = known_table(f, n->kids[0]);
    int base = reg_push(f, n->span);
    expr_to(f, n->kids[0], reg_push(f, n->span));
    names_to(f, keys, count, reg_push(f, n->span), n->span);
    check_known_keys(f, n, 1, table);
    for (uint32_t i = 1 + count; i < n->count; i++, args += 3) {
        const Node *k = n->kids[i];
        text_to(f, k->text, reg_push(f, k->span), k->span);
        int function = reg_push(f, k->span);
        reg_push(f, k->span);
        row_expr(f, k->kids[0], table, function);
    }
    hidden_call(f, "%group", base, args, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}

void expr_joined(Fn *f, const Node *n, int dst)
{
    Str keys[ROW_NAMES_MOST];
    uint32_t mark = f->next, count = key_names(n, 2, keys);
    int base = reg_push(f, n->span);
    for (uint32_t i = 0; i < 2; i++) {
        expr_to(f, n->kids[i], reg_push(f, n->span));
        check_known_keys(f, n, 2, known_table(f, n->kids[i]));
    }
    names_to(f, keys, count, reg_push(f, n->span), n->span);
    hidden_call(f, "%join", base, 3, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}

void expr_case_name(Fn *f, const Node *n, int dst)
{
    Program *p = f->unit->program;
    Lookup l = names_find_outside(p, f->unit->scope, n->text);
    code_lookup_value(f, n->text, n->span, &l, dst);
}
