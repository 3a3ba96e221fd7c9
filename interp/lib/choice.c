/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Funnels, trees of rates, choices by several criteria, coverage of a framework. Each result is a matrix: one line a stage, a path or an option,
   and fields that have a name in both languages. */
#include "base/limits.h"
#include "domain/competence.h"
#include "lib/order.h"
#include "lib/rows.h"

typedef struct Sheet { /* the matrix being made; its lists are protected */
    const Args *a;
    const FieldName *fields;
    uint32_t field_count;
    List *labels, *cells;
} Sheet;

static bool sheet_open(Sheet *s, const Args *a, const FieldName *fields, uint32_t n)
{
    *s = (Sheet){.a = a, .fields = fields, .field_count = n};
    s->labels = list_new(args_heap(a), 0);
    if (!s->labels || !args_keep(a, value_obj(T_LIST, s->labels))) {
        return s->labels ? false : vm_fail_memory(a->vm);
    }
    s->cells = list_new(args_heap(a), 0);
    return s->cells ? args_keep(a, value_obj(T_LIST, s->cells)) : vm_fail_memory(a->vm);
}

/* cells: one a field. */
static bool sheet_add(Sheet *s, Value label, const Value *cells)
{
    Heap *heap = args_heap(s->a);
    if (s->cells->n + s->field_count > LIMIT_LIST_ITEMS) {
        return args_fail_with(s->a, D_RESULT_TOO_LONG, NULL, 0);
    }
    bool ok = list_push(heap, s->labels, label);
    for (uint32_t i = 0; ok && i < s->field_count; i++) {
        ok = list_push(heap, s->cells, cells[i]);
    }
    return ok || vm_fail_memory(s->a->vm);
}

static bool field_axis(const Sheet *s, Matrix *m)
{
    Heap *heap = args_heap(s->a);
    List *labels = list_new(heap, s->field_count);
    if (!labels || !matrix_axis(heap, m, 1, STR(""), value_obj(T_LIST, labels))) {
        return false;
    }
    List *names = list_new(heap, s->field_count);
    m->axis[1].names = names ? value_obj(T_LIST, names) : value_none();
    bool ok = names != NULL;
    for (uint32_t i = 0; ok && i < s->field_count; i++) {
        ok = text_new(heap, str_from(s->fields[i].english), &labels->store->items[i]) &&
             text_new(heap, str_from(s->fields[i].french), &names->store->items[i]);
    }
    return ok;
}

static bool sheet_close(const Sheet *s, FieldName what, Picture picture, Value *out)
{
    Heap *heap = args_heap(s->a);
    bool distinct = true, french = args_french(s->a);
    uint32_t first = 0, again = 0;
    Value labels = value_obj(T_LIST, s->labels);
    NumErr err = list_distinct(heap, labels, &distinct, &first, &again);
    if (err != NUM_OK || !distinct) {
        return err != NUM_OK ? args_num(s->a, err, labels, labels)
                             : args_fail(s->a, D_ARG_LABELS, 0, list_at(labels, again));
    }
    Matrix *m = matrix_new(heap, 2);
    if (!m || !args_keep(s->a, value_obj(T_MATRIX, m)) ||
        !matrix_axis(heap, m, 0, str_from(french ? what.french : what.english), labels) || !field_axis(s, m)) {
        return s->a->vm->fault ? false : vm_fail_memory(s->a->vm);
    }
    m->items = value_obj(T_LIST, s->cells);
    m->picture = picture;
    *out = value_obj(T_MATRIX, m);
    return vm_charge(s->a->vm, s->cells->n);
}

static bool within_mark(const Args *a, bool (*make)(const Args *a, Value *out), Value *out)
{
    uint32_t mark = heap_protect(args_heap(a), value_none());
    if (mark == UINT32_MAX) {
        return vm_fail_memory(a->vm);
    }
    bool ok = args_status(a, out) || make(a, out);
    heap_unprotect(args_heap(a), mark);
    return ok;
}

static Value not_given(void) { return value_status(STATUS_NOT_GIVEN, NULL); }

/* a / b in %. */
static bool rate_of(const Args *a, Value x, Value y, Value *out)
{
    *out = not_given();
    return !value_is_number(x) || !value_is_number(y) || num_is_zero(y) ||
           (vm_arith(a->vm, OPC_DIV, x, y, out) && vm_convert(a->vm, *out, U_PERCENT, out));
}

/* ---- funnel ---- */

/* Stages and how many reach each: the fields of a record, or the items of a keyed list. */
static bool stage_at(const Args *a, uint32_t i, Value *label, Value *count)
{
    Value v = a->v[0];
    if (v.tag == T_MATRIX) {
        const Matrix *m = v.ptr;
        *label = list_at(m->axis[0].labels, i);
        *count = list_at(m->items, i);
    } else {
        const Record *r = v.ptr;
        *label = value_obj(T_TEXT, r->fields[i].name);
        *count = r->fields[i].value;
    }
    return true;
}

static bool stage_count(const Args *a, uint32_t *n)
{
    Value v = a->v[0];
    bool keyed = v.tag == T_MATRIX && ((const Matrix *)v.ptr)->axes == 1;
    if (!keyed && v.tag != T_RECORD) {
        return args_fail(a, D_ARG_RECORD, 0, v);
    }
    *n = keyed ? matrix_count(v.ptr, 0) : ((const Record *)v.ptr)->n;
    return true;
}

static bool funnel_make(const Args *a, Value *out)
{
    static const FieldName fields[] = {{"value", "valeur"}, {"rate", "taux"}, {"overall", "global"}};
    Sheet s;
    uint32_t n = 0;
    Value first = value_none(), before = value_none();
    if (!sheet_open(&s, a, fields, 3) || !stage_count(a, &n)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        Value label, cells[3];
        stage_at(a, i, &label, &cells[0]);
        if (!value_is_number(cells[0]) && cells[0].tag != T_STATUS) {
            return args_fail(a, D_ARG_NUMBER, 0, cells[0]);
        }
        first = i ? first : cells[0];
        if (!rate_of(a, cells[0], before, &cells[1]) || !rate_of(a, cells[0], first, &cells[2]) ||
            !sheet_add(&s, label, cells)) {
            return false;
        }
        before = cells[0];
    }
    return sheet_close(&s, (FieldName){"stage", "étape"}, PICTURE_FUNNEL, out);
}

BUILTIN_FUNCTION(funnel) { return within_mark(a, funnel_make, out); }

/* ---- tree of rates ---- */

enum { TREE_DEPTH = 16 };

typedef struct Tree {
    const Args *a;
    Sheet sheet;
    Buf path;       /* "reached / accepted" */
} Tree;

/* A branch is a rate, or the rate and the branches that follow it. */
static bool branch_parts(const Tree *t, Str name, Value v, Value *rate, const Record **next)
{
    bool pair = v.tag == T_LIST && list_count(v) == 2 && list_at(v, 1).tag == T_RECORD;
    *rate = pair ? list_at(v, 0) : v;
    *next = pair ? list_at(v, 1).ptr : NULL;
    bool ok = value_is_number(*rate) && unit_is_dimensionless(t->a->vm->num, rate->unit) && num_sign(*rate) >= 0;
    if (!ok) {
        Buf given;
        buf_init(&given, t->a->vm->mem);
        vm_describe(t->a->vm, &given, *rate);
        args_fail_with(t->a, D_TREE_BRANCH, (const Str[]){name, buf_str(&given)}, 2);
        buf_free(&given);
    }
    return ok;
}

static bool fail_branches(const Tree *t, Value sum)
{
    Buf shown, from;
    ShowStyle style = show_style(t->a->vm->lang);
    buf_init(&shown, t->a->vm->mem);
    buf_init(&from, t->a->vm->mem);
    value_show(args_heap(t->a), &shown, sum, &style);
    if (t->path.n) {
        buf_puts(&from, args_french(t->a) ? "après « " : "after “");
        buf_put(&from, buf_str(&t->path));
        buf_puts(&from, args_french(t->a) ? " »" : "”");
    } else {
        buf_puts(&from, args_french(t->a) ? "au départ" : "at the start");
    }
    args_fail_with(t->a, D_BRANCHES_SUM, (const Str[]){buf_str(&from), buf_str(&shown)}, 2);
    buf_free(&shown);
    buf_free(&from);
    return false;
}

/* From any node all ways together make 100 %. */
static bool check_branches(const Tree *t, const Record *branches)
{
    Value sum = {.tag = T_NUM, .den = 1, .num = 0, .unit = U_PERCENT}, all = sum, same;
    all.num = 1;
    for (uint32_t i = 0; i < branches->n; i++) {
        const Text *name = branches->fields[i].name;
        const Record *next;
        Value rate;
        if (!branch_parts(t, (Str){name->bytes, name->n}, branches->fields[i].value, &rate, &next) ||
            !vm_convert(t->a->vm, rate, U_PERCENT, &rate) || !vm_arith(t->a->vm, OPC_ADD, sum, rate, &sum)) {
            return false;
        }
    }
    return vm_equal(t->a->vm, sum, all, &same) && (value_is_true(same) || fail_branches(t, sum));
}

static bool tree_leaf(Tree *t, Value overall)
{
    Value label, cells[2] = {overall, not_given()};
    bool counted = args_given(t->a, 1);
    return text_new(args_heap(t->a), buf_str(&t->path), &label) && args_keep(t->a, label) &&
           (!counted || vm_arith(t->a->vm, OPC_MUL, t->a->v[1], overall, &cells[1])) &&
           sheet_add(&t->sheet, label, cells);
}

static bool tree_walk(Tree *t, const Record *branches, Value before, uint32_t depth)
{
    if (depth == TREE_DEPTH) {
        return ARGS_FAIL(t->a, RESULT_TOO_LONG);
    }
    if (!check_branches(t, branches)) {
        return false;
    }
    for (uint32_t i = 0; i < branches->n; i++) {
        const Text *name = branches->fields[i].name;
        const Record *next;
        size_t before_path = t->path.n;
        Value rate, overall;
        buf_puts(&t->path, before_path ? " / " : "");
        buf_put(&t->path, (Str){name->bytes, name->n});
        bool ok = branch_parts(t, (Str){name->bytes, name->n}, branches->fields[i].value, &rate, &next) &&
                  vm_convert(t->a->vm, rate, U_PERCENT, &rate) && vm_arith(t->a->vm, OPC_MUL, before, rate, &overall) &&
                  args_keep(t->a, overall) &&
                  (next ? tree_walk(t, next, overall, depth + 1) : tree_leaf(t, overall));
        if (!ok) {
            return false;
        }
        t->path.n = before_path;
    }
    return true;
}

static bool tree_make(const Args *a, Value *out)
{
    static const FieldName fields[] = {{"overall", "global"}, {"value", "valeur"}};
    Tree t = {.a = a};
    const Record *root = NULL;
    Value all = {.tag = T_NUM, .den = 1, .num = 1, .unit = U_PERCENT};
    if (!args_record(a, 0, &root) || (args_given(a, 1) && !args_number(a, 1)) ||
        !sheet_open(&t.sheet, a, fields, args_given(a, 1) ? 2 : 1)) {
        return false;
    }
    buf_init(&t.path, a->vm->mem);
    bool ok = tree_walk(&t, root, all, 0) &&
              sheet_close(&t.sheet, (FieldName){"path", "chemin"}, PICTURE_BARS, out);
    buf_free(&t.path);
    return ok;
}

BUILTIN_FUNCTION(rate_tree) { return within_mark(a, tree_make, out); }

/* ---- choice by several criteria ---- */

typedef struct Criteria {
    const Args *a;
    Rows rows;
    const Record *weights, *least; /* least: NULL none */
    Value total;                   /* of the weights */
    Value *scores;                 /* by option; not given: eliminated */
    Value *failed;                 /* by option: the name of the criterion that eliminates it, or not given */
} Criteria;

static Str criterion_name(const Record *r, uint32_t i) { return (Str){r->fields[i].name->bytes, r->fields[i].name->n}; }

static bool criterion_cell(const Criteria *c, uint32_t option, Str name, Value *out)
{
    int32_t column = rows_column(&c->rows, name);
    if (column == NO_LABEL) {
        return vm_fail(c->a->vm, D_COLUMN_MISSING, &name, 1);
    }
    return rows_cell(&c->rows, option, column, name, out);
}

static bool check_weights(Criteria *c)
{
    c->total = num_int(0);
    for (uint32_t i = 0; i < c->weights->n; i++) {
        Value w = c->weights->fields[i].value;
        if (!value_is_number(w) || num_sign(w) < 0) {
            Buf given;
            buf_init(&given, c->a->vm->mem);
            vm_describe(c->a->vm, &given, w);
            args_fail_with(c->a, D_WEIGHT_NEGATIVE, (const Str[]){criterion_name(c->weights, i), buf_str(&given)}, 2);
            buf_free(&given);
            return false;
        }
        if (!(i ? vm_arith(c->a->vm, OPC_ADD, c->total, w, &c->total) : (c->total = w, true))) {
            return false;
        }
    }
    return !num_is_zero(c->total) || ARGS_FAIL(c->a, WEIGHTS_ZERO);
}

/* The first criterion that is below what is asked for. */
static bool eliminate(const Criteria *c, uint32_t option, Value *by)
{
    *by = not_given();
    for (uint32_t i = 0; c->least && i < c->least->n; i++) {
        Value cell, below;
        if (!criterion_cell(c, option, criterion_name(c->least, i), &cell) ||
            !vm_order(c->a->vm, OPC_LT, cell, c->least->fields[i].value, &below)) {
            return false;
        }
        if (value_is_true(below)) {
            *by = value_obj(T_TEXT, c->least->fields[i].name);
            return true;
        }
    }
    return true;
}

static bool weigh(const Criteria *c, uint32_t option, Value *score)
{
    for (uint32_t i = 0; i < c->weights->n; i++) {
        Value cell, part;
        if (!criterion_cell(c, option, criterion_name(c->weights, i), &cell) ||
            !vm_arith(c->a->vm, OPC_MUL, cell, c->weights->fields[i].value, &part) ||
            !(i ? vm_arith(c->a->vm, OPC_ADD, *score, part, score) : (*score = part, true))) {
            return false;
        }
    }
    return vm_arith(c->a->vm, OPC_DIV, *score, c->total, score) && args_keep(c->a, *score);
}

/* How many of those that remain do better, and one more. */
static bool rank_of(const Criteria *c, uint32_t option, Value *rank)
{
    int64_t better = 0;
    *rank = not_given();
    if (c->failed[option].tag == T_TEXT || !value_is_number(c->scores[option])) {
        return true;
    }
    for (uint32_t i = 0; i < c->rows.count; i++) {
        Value less = value_truth(false);
        bool other = i != option && c->failed[i].tag != T_TEXT && value_is_number(c->scores[i]);
        if (other && !vm_order(c->a->vm, OPC_LT, c->scores[option], c->scores[i], &less)) {
            return false;
        }
        better += other && value_is_true(less);
    }
    *rank = num_int(better + 1);
    return vm_charge(c->a->vm, c->rows.count);
}

static bool option_label(const Criteria *c, uint32_t option, Value *label)
{
    Value v = c->rows.source;
    if (v.tag == T_TABLE && ((const Table *)v.ptr)->key >= 0) {
        *label = table_at(v.ptr, option, (uint32_t)((const Table *)v.ptr)->key);
    } else if (v.tag == T_MATRIX) {
        *label = list_at(((const Matrix *)v.ptr)->axis[0].labels, option);
    } else {
        *label = num_int((int64_t)option + 1);
    }
    return true;
}

static bool criteria_rows(Criteria *c, Value *out)
{
    static const FieldName fields[] = {{"score", "score"}, {"rank", "rang"}, {"eliminated_by", "éliminée_par"}};
    Sheet s;
    if (!sheet_open(&s, c->a, fields, c->least ? 3 : 2)) {
        return false;
    }
    for (uint32_t i = 0; i < c->rows.count; i++) {
        if (!eliminate(c, i, &c->failed[i]) || !weigh(c, i, &c->scores[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < c->rows.count; i++) {
        Value label, cells[3] = {c->scores[i], not_given(), c->failed[i]};
        if (!option_label(c, i, &label) || !rank_of(c, i, &cells[1]) || !sheet_add(&s, label, cells)) {
            return false;
        }
    }
    return sheet_close(&s, (FieldName){"option", "option"}, PICTURE_BARS, out);
}

static bool multicriteria_make(const Args *a, Value *out)
{
    Criteria c = {.a = a};
    if (!rows_of(a, 0, &c.rows) || !args_record(a, 1, &c.weights) ||
        (args_given(a, 2) && !args_record(a, 2, &c.least)) || !check_weights(&c)) {
        return false;
    }
    size_t bytes = (c.rows.count + (size_t)1) * sizeof(Value);
    c.scores = mem_alloc(a->vm->mem, bytes);
    c.failed = mem_alloc(a->vm->mem, bytes);
    bool ok = (c.scores && c.failed) || vm_fail_memory(a->vm);
    ok = ok && criteria_rows(&c, out);
    mem_free(a->vm->mem, c.scores, bytes);
    mem_free(a->vm->mem, c.failed, bytes);
    return ok;
}

BUILTIN_FUNCTION(multicriteria) { return within_mark(a, multicriteria_make, out); }

/* ---- efficient choices ---- */

typedef struct Frontier {
    const Args *a;
    Rows rows;
    Value highest, lowest; /* lists of names of columns */
} Frontier;

/* Is option j at least as good as option i by this column? *better: and better. */
static bool as_good(const Frontier *f, uint32_t i, uint32_t j, Value name, bool highest, bool *good, bool *better)
{
    Value mine, other;
    Str column = text_str(args_heap(f->a), name);
    int32_t at = rows_column(&f->rows, column);
    int order = 0;
    if (at == NO_LABEL) {
        return vm_fail(f->a->vm, D_COLUMN_MISSING, &column, 1);
    }
    if (!rows_cell(&f->rows, i, at, column, &mine) || !rows_cell(&f->rows, j, at, column, &other)) {
        return false;
    }
    if (mine.tag == T_STATUS || other.tag == T_STATUS) {
        *good = *good && mine.tag == T_STATUS;
        return true;
    }
    if (!order_compare(f->a, other, mine, &order)) {
        return false;
    }
    order = highest ? order : -order;
    *good = *good && order >= 0;
    *better = *better || order > 0;
    return true;
}

/* Is another option at least as good everywhere, and better somewhere? */
static bool dominated(const Frontier *f, uint32_t i, bool *out)
{
    *out = false;
    for (uint32_t j = 0; !*out && j < f->rows.count; j++) {
        bool good = j != i, better = false;
        for (uint32_t k = 0; good && k < list_count(f->highest); k++) {
            if (!as_good(f, i, j, list_at(f->highest, k), true, &good, &better)) {
                return false;
            }
        }
        for (uint32_t k = 0; good && k < list_count(f->lowest); k++) {
            if (!as_good(f, i, j, list_at(f->lowest, k), false, &good, &better)) {
                return false;
            }
        }
        *out = good && better;
    }
    return vm_charge(f->a->vm, f->rows.count);
}

static bool frontier_names(const Args *a, uint32_t i, Value *list)
{
    List *none = args_given(a, i) ? NULL : list_new(args_heap(a), 0);
    *list = none ? value_obj(T_LIST, none) : value_none();
    if (args_given(a, i) ? !args_list(a, i, list) : !none && !vm_fail_memory(a->vm)) {
        return false;
    }
    for (uint32_t k = 0; k < list_count(*list); k++) {
        if (list_at(*list, k).tag != T_TEXT) {
            return args_fail(a, D_ARG_TEXT, i, list_at(*list, k));
        }
    }
    return args_keep(a, *list);
}

static bool efficient_make(const Args *a, Value *out)
{
    Frontier f = {.a = a};
    if (!rows_of(a, 0, &f.rows) || !frontier_names(a, 1, &f.highest) || !frontier_names(a, 2, &f.lowest)) {
        return false;
    }
    uint32_t *places = mem_alloc(a->vm->mem, (f.rows.count + (size_t)1) * sizeof *places), count = 0;
    bool ok = places || vm_fail_memory(a->vm);
    for (uint32_t i = 0; ok && i < f.rows.count; i++) {
        bool worse = false;
        ok = dominated(&f, i, &worse);
        places[count] = i;
        count += !worse;
    }
    ok = ok && rows_take(&f.rows, places, count, out);
    mem_free(a->vm->mem, places, (f.rows.count + (size_t)1) * sizeof *places);
    return ok;
}

BUILTIN_FUNCTION(efficient) { return within_mark(a, efficient_make, out); }

/* ---- coverage of a framework ---- */

typedef struct Covered {
    const Args *a;
    const Instance *framework;
    uint32_t *direct, *total;
    Value *points; /* with those below; NULL: no points are given */
} Covered;

static bool cover(Covered *c, Value code, Value points)
{
    if (code.tag != T_TEXT) {
        return args_fail(c->a, D_ARG_TEXT, 1, code);
    }
    int at = framework_value_find(c->a->vm, c->framework, text_str(args_heap(c->a), code));
    if (at < 0) {
        return false;
    }
    c->direct[at]++;
    for (int p = at; p >= 0; p = framework_value_parent(c->a->vm, c->framework, (uint32_t)p)) {
        c->total[p]++;
        bool counts = points.tag != T_NONE && !(points.tag == T_STATUS && points.den == STATUS_NOT_GIVEN);
        if (counts && (!vm_arith(c->a->vm, OPC_ADD, c->points[p], points, &c->points[p]) ||
                                     !args_keep(c->a, c->points[p]))) {
            return false;
        }
    }
    return vm_charge(c->a->vm, framework_value_count(c->framework));
}

/* A list of codes, or rows that have a code and perhaps points. */
static bool cover_all(Covered *c, bool *with_points)
{
    Rows rows;
    if (!rows_of(c->a, 1, &rows)) {
        return false;
    }
    int32_t code = rows_column(&rows, STR("code")), points = rows_column(&rows, STR("points"));
    bool plain = rows.source.tag == T_LIST && (!rows.count || list_at(rows.source, 0).tag == T_TEXT);
    *with_points = !plain && points != NO_LABEL;
    for (uint32_t i = 0; i < rows.count; i++) {
        Value v, p = value_none();
        bool ok = plain ? (v = list_at(rows.source, i), true) : rows_cell(&rows, i, code, STR("code"), &v);
        ok = ok && (!*with_points || rows_cell(&rows, i, points, STR("points"), &p));
        if (!ok || !cover(c, v, p)) {
            return false;
        }
    }
    return true;
}

static bool coverage_sheet(Covered *c, bool with_points, Value *out)
{
    static const FieldName fields[] = {{"title", "titre"}, {"direct", "direct"}, {"total", "total"}, {"points", "points"}};
    Sheet s;
    if (!sheet_open(&s, c->a, fields, with_points ? 4 : 3)) {
        return false;
    }
    for (uint32_t i = 0; i < framework_value_count(c->framework); i++) {
        Value cells[] = {framework_value_title(c->framework, i), num_int(c->direct[i]), num_int(c->total[i]), c->points[i]};
        if (!sheet_add(&s, framework_value_code(c->framework, i), cells)) {
            return false;
        }
    }
    return sheet_close(&s, (FieldName){"code", "code"}, PICTURE_RADAR, out);
}

static bool coverage_make(const Args *a, Value *out)
{
    bool with_points = false;
    if (!value_is_framework(a->v[0])) {
        return args_fail(a, D_ARG_FRAMEWORK, 0, a->v[0]);
    }
    Covered c = {.a = a, .framework = a->v[0].ptr};
    uint32_t n = framework_value_count(c.framework);
    c.direct = mem_zalloc(a->vm->mem, n + 1, sizeof *c.direct);
    c.total = mem_zalloc(a->vm->mem, n + 1, sizeof *c.total);
    c.points = mem_zalloc(a->vm->mem, n + 1, sizeof *c.points);
    bool ok = (c.direct && c.total && c.points) || vm_fail_memory(a->vm);
    for (uint32_t i = 0; ok && i < n; i++) {
        c.points[i] = num_int(0);
    }
    ok = ok && cover_all(&c, &with_points) && coverage_sheet(&c, with_points, out);
    mem_free(a->vm->mem, c.direct, (n + 1) * sizeof *c.direct);
    mem_free(a->vm->mem, c.total, (n + 1) * sizeof *c.total);
    mem_free(a->vm->mem, c.points, (n + 1) * sizeof *c.points);
    return ok;
}

BUILTIN_FUNCTION(coverage) { return within_mark(a, coverage_make, out); }
