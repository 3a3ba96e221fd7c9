/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Schedules: tables whose rows are made one after the other, each from the one before. The columns are functions of a
   row (table.c) that may also read `previous`; one call of the library makes all rows. */
#include "code/emit.h"

enum { SCHEDULE_COLUMNS_MOST = 32 };

typedef struct ScheduleColumn {
    const Decl *decl;
    const Node *expr, *start, *last; /* start, last: NULL, none */
    RowNames names, last_names;
    bool placed;
} ScheduleColumn;

typedef struct Schedule {
    Fn *f;
    const Node *block;
    const Scope *scope;
    ScheduleColumn *columns;
    uint32_t count;
    uint32_t order[SCHEDULE_COLUMNS_MOST]; /* in which a row is computed */
} Schedule;

static void fail(Schedule *s, DiagId id, Span where, Str name)
{
    diag(s->f->unit->program->diags, id, where, name);
    s->f->unit->failed = true;
}

static int column_named(const Schedule *s, Str name)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (str_eq(s->columns[i].decl->name, name)) {
            return (int)i;
        }
    }
    return -1;
}

static void gather_columns(Schedule *s)
{
    const Node *body = node_body(s->block);
    for (uint32_t i = 0; i < body->count; i++) {
        const Node *k = body->kids[i], *expr = k->kind == N_BLOCK && k->op == B_DEFINE ? node_clause_value(k, CL_VALUE) : NULL;
        const Decl *d = expr ? program_decl_of(s->f->unit->program, expr) : NULL;
        if (!d || d->kind != DECL_COLUMN) {
            continue;
        }
        if (s->count == SCHEDULE_COLUMNS_MOST) {
            diag0(s->f->unit->program->diags, D_TOO_MANY_ARGUMENTS, k->span);
            s->f->unit->failed = true;
            return;
        }
        ScheduleColumn *c = &s->columns[s->count++];
        *c = (ScheduleColumn){.decl = d, .expr = expr};
        c->names = c->last_names = (RowNames){.f = s->f, .table = s->scope};
        row_names(&c->names, expr);
    }
}

/* start balance = 30 000 €, last repaid = previous.balance */
static void gather_clause(Schedule *s, ClauseId id)
{
    for (const Node *c = node_clause(s->block, id); c; c = node_next_clause(s->block, c)) {
        for (uint32_t i = 0; i < c->count; i++) {
            const Node *k = c->kids[i];
            int at = k->kind == N_FIELD && k->count ? column_named(s, k->text) : -1;
            if (k->kind == N_FIELD && at < 0) {
                fail(s, D_SCHEDULE_NO_COLUMN, k->span, k->text);
            } else if (at >= 0 && id == CL_SCHEDULE_START) {
                s->columns[at].start = k->kids[0];
            } else if (at >= 0) {
                s->columns[at].last = k->kids[0];
                row_names(&s->columns[at].last_names, k->kids[0]);
            }
        }
    }
}

/* What the first row reads of the row before must be said. */
static void check_previous(Schedule *s, const Node *n)
{
    if (n->kind == N_MEMBER && n->kids[0]->kind == N_PREVIOUS) {
        int at = column_named(s, n->text);
        if (at < 0) {
            fail(s, D_SCHEDULE_NO_COLUMN, n->span, n->text);
        } else if (!s->columns[at].start) {
            fail(s, D_SCHEDULE_NO_START, n->span, n->text);
        }
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i]) {
            check_previous(s, n->kids[i]);
        }
    }
}

static bool reads_unplaced(const Schedule *s, const RowNames *names, uint32_t self)
{
    for (uint32_t i = 0; i < names->count; i++) {
        int at = column_named(s, names->nodes[i]->text);
        if (at >= 0 && (!s->columns[at].placed || (uint32_t)at == self)) {
            return true;
        }
    }
    return false;
}

/* A column after those it reads in its own row. */
static void order_columns(Schedule *s)
{
    for (uint32_t n = 0; n < s->count; n++) {
        uint32_t i = 0;
        while (i < s->count && (s->columns[i].placed || reads_unplaced(s, &s->columns[i].names, i) ||
                                reads_unplaced(s, &s->columns[i].last_names, i))) {
            i++;
        }
        if (i == s->count) {
            for (i = 0; s->columns[i].placed; i++) {
            }
            fail(s, D_SCHEDULE_LOOP, s->columns[i].decl->node->span, s->columns[i].decl->name);
        }
        s->columns[i].placed = true;
        s->order[n] = i;
    }
}

/* ---- the call ---- */

static void append(Fn *f, int list, int item, Span span)
{
    emit(f, OPC_APPEND, list, item, 0, span);
}

static void function_or_none(Fn *f, const Node *expr, const RowNames *names, int list, Span span)
{
    int function = reg_push(f, span), texts = reg_push(f, span);
    if (expr) {
        row_function(f, expr, names, function);
    } else {
        emit(f, OPC_NONE, function, 0, 0, span);
        emit(f, OPC_NONE, texts, 0, 0, span);
    }
    append(f, list, function, span);
    append(f, list, texts, span);
    reg_release(f, (uint32_t)function);
}

/* For each column, in the order of computing: its number, function, names, start, last function, names. */
static void columns_to(Schedule *s, int list)
{
    Fn *f = s->f;
    emit(f, OPC_LIST, list, list, 0, s->block->span);
    for (uint32_t i = 0; i < s->count; i++) {
        const ScheduleColumn *c = &s->columns[s->order[i]];
        int item = reg_push(f, c->expr->span);
        emit(f, OPC_CONST, item, konst(f, (Value){.tag = T_NUM, .den = 1, .num = s->order[i]}), 0, c->expr->span);
        append(f, list, item, c->expr->span);
        function_or_none(f, c->expr, &c->names, list, c->expr->span);
        if (c->start) {
            expr_to(f, c->start, item);
        } else {
            emit(f, OPC_NONE, item, 0, 0, c->expr->span);
        }
        append(f, list, item, c->expr->span);
        function_or_none(f, c->last, &c->last_names, list, c->expr->span);
        reg_release(f, (uint32_t)item);
    }
}

/* %schedule(rows, name of the row, names, columns, patches, title) */
static void schedule_call(Schedule *s, const Node *name, const Node *rows, int dst)
{
    Fn *f = s->f;
    Str names[SCHEDULE_COLUMNS_MOST];
    uint32_t mark = f->next;
    const Decl *d = program_decl_of(f->unit->program, s->block);
    int base = reg_push(f, s->block->span);
    expr_to(f, rows, reg_push(f, rows->span));
    text_to(f, name->text, reg_push(f, name->span), name->span);
    for (uint32_t i = 0; i < s->count; i++) {
        names[i] = s->columns[i].decl->name;
    }
    names_to(f, names, s->count, reg_push(f, s->block->span), s->block->span);
    columns_to(s, reg_push(f, s->block->span));
    int patches = reg_push(f, s->block->span);
    emit(f, OPC_SLOT, patches, ref_add(f, d->patches, REF_RUNNING, true), 0, s->block->span);
    text_to(f, node_title(s->block), reg_push(f, s->block->span), s->block->span);
    hidden_call(f, "%schedule", base, 6, s->block->span);
    emit(f, OPC_MOVE, dst, base, 0, s->block->span);
    reg_release(f, mark);
}

static void schedule_open(Schedule *s, const Node *name, const Node *rows, int dst)
{
    gather_columns(s);
    gather_clause(s, CL_SCHEDULE_START);
    gather_clause(s, CL_SCHEDULE_LAST);
    for (uint32_t i = 0; i < s->count; i++) {
        check_previous(s, s->columns[i].expr);
        if (s->columns[i].last) {
            check_previous(s, s->columns[i].last);
        }
    }
    order_columns(s);
    if (!s->count) {
        fail(s, D_TABLE_EMPTY, s->block->span, s->block->text);
    } else if (!s->f->unit->failed) {
        schedule_call(s, name, rows, dst);
    }
}

void expr_schedule(Fn *f, const Node *n, int dst)
{
    Program *p = f->unit->program;
    const Decl *d = program_decl_of(p, n);
    const Node *name, *rows;
    schedule_rows(n, &name, &rows);
    if (!d || !d->inner || !name || !rows) {
        f->unit->failed = true;
        return;
    }
    Schedule s = {.f = f, .block = n, .scope = d->inner,
                  .columns = mem_zalloc(p->mem, SCHEDULE_COLUMNS_MOST, sizeof *s.columns)};
    if (s.columns) {
        schedule_open(&s, name, rows, dst);
    } else {
        unit_report_memory(f->unit);
    }
    mem_free(p->mem, s.columns, SCHEDULE_COLUMNS_MOST * sizeof *s.columns);
}

void expr_schedule_column(Fn *f, const Decl *d, int dst)
{
    emit(f, OPC_SLOT, dst, ref_add(f, d->scope->decl, REF_RUNNING, true), 0, d->node->span);
    emit(f, OPC_MEMBER, dst, dst, konst_text(f, d->name), d->node->span);
}

/* ---- cells replaced ---- */

/* patches + [key, column, value] */
void expr_schedule_cell(Fn *f, const Node *override, int patches)
{
    const Node *key = names_target_cell(override->kids[0]);
    uint32_t mark = f->next;
    int base = reg_push(f, override->span), outer = f->old_cell;
    emit(f, OPC_MOVE, reg_push(f, override->span), patches, 0, override->span);
    expr_to(f, key, reg_push(f, key->span));
    text_to(f, override->kids[0]->text, reg_push(f, key->span), key->span);
    f->old_cell = OLD_CELL_NONE;
    expr_to(f, override->kids[1], reg_push(f, override->span));
    f->old_cell = outer;
    hidden_call(f, "%patch", base, 4, override->span);
    emit(f, OPC_MOVE, patches, base, 0, override->span);
    reg_release(f, mark);
}

/* ---- previous ---- */

void expr_previous(Fn *f, const Node *n, int dst)
{
    bool cell = false, variable = false;
    const Local *l = local_find(f, n->text);
    int captured = l ? -1 : capture_find(f, n->text, &cell, &variable);
    if (l) {
        emit(f, OPC_MOVE, dst, l->reg, 0, n->span);
    } else if (captured >= 0) {
        emit(f, OPC_CAPTURE, dst, captured, 0, n->span);
    } else {
        diag0(f->unit->program->diags, D_PREVIOUS_OUTSIDE, n->span);
        f->unit->failed = true;
    }
}
