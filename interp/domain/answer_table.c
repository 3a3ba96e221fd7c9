/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers whose value is a list, a keyed list, a matrix or a table. The value of the key tells their shape, once, when
   the case is read: nothing that marks a copy changes which cells there are. */
#include "base/limits.h"
#include "domain/build.h"
#include "domain/cell.h"
#include "domain/points.h"

typedef struct Making {
    Builder *b;
    AnswerTable *t;
    Answer common; /* what all cells share */
    Value whole;
    bool printed;  /* only to be audited */
    Value labels;  /* where the rows are labelled: the whole, or the table of which it is a column */
} Making;

static Heap *heap_of(const Making *m) { return m->b->graph->vm->heap; }

static bool is_scalar(Value v)
{
    switch (v.tag) {
    case T_LIST: case T_RECORD: case T_MATRIX: case T_TABLE: case T_FUNCTION: case T_NATIVE: case T_SCENARIO:
    case T_OBJECT: case T_RANGE: return false;
    default: return true;
    }
}

static bool all_scalars(Value whole, const CellShape *shape)
{
    for (uint32_t r = 0; r < shape->rows; r++) {
        for (uint32_t c = 0; c < shape->columns; c++) {
            Value v;
            if (!cell_get(whole, r, c, &v) || !is_scalar(v)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- where its rows come from ---- */

/* The table or schedule of which the answer is one column; NULL: of none. */
static const Decl *table_of_column(const Making *m)
{
    const Program *p = m->b->graph->program;
    const Decl *d = m->common.own_slot == NO_SLOT ? NULL : graph_decl(m->b->graph, m->common.own_slot);
    return d && d->kind == DECL_COLUMN ? p->decls[d->scope->decl] : NULL;
}

/* A schedule takes cells as patches, so that the rows behind follow. */
static uint32_t patches_slot(const Making *m)
{
    const Graph *g = m->b->graph;
    const Decl *own = m->common.own_slot == NO_SLOT ? NULL : graph_decl(g, m->common.own_slot);
    const Decl *table = table_of_column(m);
    const Decl *schedule = table ? table : own;
    if (!schedule || schedule->patches == UINT32_MAX) {
        return NO_SLOT;
    }
    return graph_slot(g, g->program->decls[schedule->patches], g->slots[m->common.own_slot].scenario);
}

static void find_labels(Making *m)
{
    const Decl *table = table_of_column(m);
    Value v;
    m->labels = m->whole;
    if (table && case_eval(m->b->graph, NULL, NULL, graph_slot(m->b->graph, table, -1), &v) && v.tag == T_TABLE &&
        m->whole.tag == T_LIST) {
        m->labels = v;
    }
}

/* ---- labels ---- */

static Str kept(Making *m, Buf *b)
{
    Str s = arena_str(m->b->arena, buf_str(b));
    buf_free(b);
    return s;
}

static Str row_label(Making *m, uint32_t row, bool titled)
{
    Buf b;
    buf_init(&b, m->b->graph->vm->mem);
    cell_row_label(heap_of(m), &b, m->labels, row, m->b->c->lang, titled);
    return kept(m, &b);
}

static Str column_label(Making *m, uint32_t column, Lang lang, bool titled)
{
    Buf b;
    buf_init(&b, m->b->graph->vm->mem);
    cell_column_label(heap_of(m), &b, m->whole, column, lang, titled);
    return kept(m, &b);
}

/* rates[Ana].calls, loan[3].interest, totals[web]; a record is read by its fields. */
static Str cell_name(Making *m, uint32_t row, uint32_t column)
{
    Buf b;
    Str across = m->t->column_labels[column];
    buf_init(&b, m->b->graph->vm->mem);
    buf_put(&b, m->t->name);
    buf_puts(&b, m->whole.tag == T_RECORD ? "." : "[");
    buf_put(&b, m->t->row_labels[row]);
    buf_puts(&b, m->whole.tag == T_RECORD ? "" : "]");
    buf_puts(&b, across.n ? "." : "");
    buf_put(&b, across);
    return kept(m, &b);
}

/* What the student reads: no name of the program. */
static Str cell_title(Making *m, uint32_t row, uint32_t column)
{
    Buf b;
    Str across = m->t->column_titles[column];
    buf_init(&b, m->b->graph->vm->mem);
    buf_put(&b, m->t->title);
    buf_puts(&b, m->t->title.n ? (m->b->c->lang == LANG_FR ? " : " : ": ") : "");
    buf_put(&b, m->t->row_titles[row]);
    buf_puts(&b, across.n ? ", " : "");
    buf_put(&b, across);
    return kept(m, &b);
}

static bool label_all(Making *m)
{
    AnswerTable *t = m->t;
    t->row_labels = build_new(m->b, t->rows * sizeof *t->row_labels);
    t->column_labels = build_new(m->b, t->columns * sizeof *t->column_labels);
    t->column_names = build_new(m->b, t->columns * sizeof *t->column_names);
    t->column_titles = build_new(m->b, t->columns * sizeof *t->column_titles);
    t->row_titles = build_new(m->b, t->rows * sizeof *t->row_titles);
    t->row_keys = build_new(m->b, t->rows * sizeof *t->row_keys);
    t->cells = build_new(m->b, (size_t)t->rows * t->columns * sizeof *t->cells);
    if (!t->row_labels || !t->column_labels || !t->column_names || !t->column_titles || !t->row_titles || !t->row_keys || !t->cells) {
        return false;
    }
    for (uint32_t i = 0; i < t->rows; i++) {
        t->row_labels[i] = row_label(m, i, false);
        t->row_titles[i] = row_label(m, i, true);
        t->row_keys[i] = cell_row_key(m->labels, i);
    }
    for (uint32_t i = 0; i < t->columns; i++) {
        t->column_labels[i] = column_label(m, i, m->b->c->lang, false);
        t->column_names[i] = column_label(m, i, m->b->c->lang == LANG_FR ? LANG_EN : LANG_FR, false);
        t->column_titles[i] = column_label(m, i, m->b->c->lang, true);
    }
    return true;
}

/* ---- cells ---- */

static void add_cell(Making *m, uint32_t row, uint32_t column)
{
    Value v;
    if (!cell_get(m->whole, row, column, &v) || value_is_not_given(v)) {
        return; /* what the data do not give is not asked */
    }
    Case *c = m->b->c;
    Answer *a = build_new(m->b, sizeof *a);
    Answer ***list = m->printed ? &c->printed : &c->answers;
    uint32_t *count = m->printed ? &c->printed_count : &c->answer_count;
    Answer **place = a ? build_push(m->b, list, count, sizeof *place) : NULL;
    if (!place) {
        return;
    }
    *place = m->t->cells[row * m->t->columns + column] = a;
    *a = m->common;
    a->number = *count - 1;
    a->table = m->t;
    a->row = row;
    a->column = column;
    a->name = cell_name(m, row, column);
    a->address = build_address(m->b, a->name);
    a->title = cell_title(m, row, column);
}

/* ---- points ---- */

static WordId points_word(const Node *n, bool unit)
{
    const Node *c = node_clause(n, CL_ANSWER_POINTS);
    for (uint32_t i = 0; c && i < c->count; i++) {
        WordId w = c->kids[i]->kind == N_WORD ? (WordId)c->kids[i]->op : W_NO_WORD;
        if (w != W_NO_WORD && unit == (w == W_CELL || w == W_ROW || w == W_COLUMN)) {
            return w;
        }
    }
    return W_NO_WORD;
}

/* A list has no columns of several rows: each item is a row and a column. */
static void choose_unit(Making *m)
{
    AnswerTable *t = m->t;
    WordId unit = points_word(t->node, true), way = points_word(t->node, false);
    t->split = way != W_PER;
    t->unit = unit == W_ROW ? AWARD_ROW : unit == W_COLUMN ? AWARD_COLUMN : AWARD_CELL;
    if (t->columns == 1) {
        t->unit = AWARD_CELL;
    }
    if (node_clause(t->node, CL_ANSWER_ALL_OR_NOTHING)) {
        t->unit = AWARD_WHOLE;
    }
}

static bool in_unit(const AnswerTable *t, uint32_t unit, uint32_t row, uint32_t column)
{
    switch (t->unit) {
    case AWARD_ROW: return row == unit;
    case AWARD_COLUMN: return column == unit;
    case AWARD_WHOLE: return true;
    default: return row * t->columns + column == unit;
    }
}

uint32_t table_unit_count(const AnswerTable *t)
{
    switch (t->unit) {
    case AWARD_ROW: return t->rows;
    case AWARD_COLUMN: return t->columns;
    case AWARD_WHOLE: return 1;
    default: return t->rows * t->columns;
    }
}

uint32_t table_unit_cells(const AnswerTable *t, uint32_t unit, Answer **out)
{
    uint32_t n = 0;
    for (uint32_t r = 0; r < t->rows; r++) {
        for (uint32_t c = 0; c < t->columns; c++) {
            Answer *a = t->cells[r * t->columns + c];
            if (a && in_unit(t, unit, r, c)) {
                if (out) {
                    out[n] = a;
                }
                n++;
            }
        }
    }
    return n;
}

static void settle_points(Making *m)
{
    AnswerTable *t = m->t;
    NumCtx *num = m->b->graph->vm->num;
    uint32_t most = table_unit_count(t);
    Answer **cells = build_new(m->b, ((size_t)t->rows * t->columns + 1) * sizeof *cells);
    for (uint32_t i = 0; i < most; i++) {
        t->units += table_unit_cells(t, i, NULL) > 0;
    }
    t->has_points = m->common.has_points;
    t->points = t->each = m->common.points;
    if (!t->split) {
        num_mul(num, t->each, num_int(t->units), &t->points);
    }
    table_share_points(num, t, cells);
}

/* A unit is worth its share of the whole, and a cell its share of the unit. */
void table_share_points(NumCtx *num, AnswerTable *t, Answer **cells)
{
    uint32_t most = table_unit_count(t);
    if (t->split && t->units) {
        num_div(num, t->points, num_int(t->units), &t->each);
        t->each.unit = U_PLAIN;
    }
    for (uint32_t i = 0; cells && i < most; i++) {
        uint32_t n = table_unit_cells(t, i, cells);
        Value share = t->each;
        if (n) {
            num_div(num, t->each, num_int(n), &share);
            share.unit = U_PLAIN;
        }
        for (uint32_t k = 0; k < n; k++) {
            cells[k]->points = share;
            cells[k]->has_points = t->has_points;
        }
    }
}

/* ---- the whole ---- */

static bool table_value(Making *m, CellShape *shape)
{
    return m->common.slot != NO_SLOT && case_eval(m->b->graph, NULL, NULL, m->common.slot, &m->whole) &&
           cell_shape(m->whole, shape) && all_scalars(m->whole, shape);
}

static bool build_table(Builder *b, const Answer *parts, bool printed, AnswerTable **out)
{
    Making m = {.b = b, .common = *parts, .printed = printed};
    const Node *n = parts->node;
    CellShape shape;
    if (!table_value(&m, &shape)) {
        return false;
    }
    if ((uint64_t)shape.rows * shape.columns > LIMIT_ANSWER_CELLS) {
        diag(b->diags, D_ANSWER_TOO_LARGE, n->span, n->text);
        return false;
    }
    AnswerTable *t = *out = m.t = build_new(b, sizeof *t);
    AnswerTable **place = t && !printed ? build_push(b, &b->c->tables, &b->c->table_count, sizeof *place) : &m.t;
    if (!t || !place) {
        return true;
    }
    *place = t;
    *t = (AnswerTable){.number = b->c->table_count - 1, .node = n, .question = b->question, .either = b->either,
                       .branch = b->branch, .name = m.common.name, .address = m.common.address,
                       .title = m.common.title, .slot = m.common.slot, .patches = patches_slot(&m),
                       .rows = shape.rows, .columns = shape.columns};
    find_labels(&m);
    if (!label_all(&m)) {
        return true;
    }
    for (uint32_t r = 0; r < t->rows; r++) {
        for (uint32_t c = 0; c < t->columns; c++) {
            add_cell(&m, r, c);
        }
    }
    choose_unit(&m);
    settle_points(&m);
    return true;
}

bool build_answer_table(Builder *b, const Answer *parts, AnswerTable **out) { return build_table(b, parts, false, out); }
bool build_printed_table(Builder *b, const Answer *parts, AnswerTable **out) { return build_table(b, parts, true, out); }
