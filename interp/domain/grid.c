/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/grid.h"

#include "base/limits.h"
#include "base/pipe.h"
#include "data/show.h"
#include "data/table.h"
#include "domain/indicator.h"
#include "domain/reading.h"
#include "num/number.h"
#include "num/unit.h"

static Value not_given(void) { return value_status(STATUS_NOT_GIVEN, NULL); }

static Str text_at(Heap *h, Value v) { return v.tag == T_TEXT ? text_str(h, v) : (Str){NULL, 0}; }

/* ---- parts ---- */

uint32_t grid_criteria(const Instance *grid) { return list_count(grid->fields[GRID_CRITERIA]) / CRITERION_PARTS; }

Value grid_part(const Instance *grid, uint32_t criterion, CriterionPart part)
{
    return list_at(grid->fields[GRID_CRITERIA], criterion * CRITERION_PARTS + part);
}

uint32_t grid_levels(const Instance *grid) { return ((const Scale *)grid->fields[GRID_SCALE].ptr)->n; }

Str grid_level_name(const Instance *grid, uint32_t rank)
{
    const Text *t = ((const Scale *)grid->fields[GRID_SCALE].ptr)->names[rank];
    return (Str){t->bytes, t->n};
}

Str grid_level_title(const Instance *grid, uint32_t rank)
{
    Value v = rank < list_count(grid->fields[GRID_TITLES]) ? list_at(grid->fields[GRID_TITLES], rank) : value_none();
    const Text *t = v.tag == T_TEXT ? v.ptr : NULL; /* made flat by grid_make */
    return t ? (Str){t->bytes, t->n} : (Str){NULL, 0};
}

bool grid_is_automatic(const Instance *grid, uint32_t criterion)
{
    return grid_part(grid, criterion, CRITERION_VALUE).tag != T_NONE;
}

int grid_criterion(Vm *vm, const Instance *grid, Str name)
{
    for (uint32_t i = 0; i < grid_criteria(grid); i++) {
        if (str_eq(text_at(vm->heap, grid_part(grid, i, CRITERION_NAME)), name)) {
            return (int)i;
        }
    }
    for (uint32_t i = 0; i < grid_criteria(grid); i++) {
        Str title = text_at(vm->heap, grid_part(grid, i, CRITERION_TITLE));
        if (title.n && reading_same_text(vm->mem, title, name)) {
            return (int)i;
        }
    }
    return -1;
}

static Str grid_name(Vm *vm, const Instance *grid) { return text_at(vm->heap, grid->fields[GRID_NAME]); }

static Str criterion_name(Vm *vm, const Instance *grid, uint32_t i)
{
    return text_at(vm->heap, grid_part(grid, i, CRITERION_NAME));
}

/* ---- making ---- */

static bool fail_value(Vm *vm, DiagId id, Str name, Value v)
{
    Buf given;
    buf_init(&given, vm->mem);
    vm_describe(vm, &given, v);
    Str args[] = {name, buf_str(&given)};
    vm_fail(vm, id, args, 2);
    buf_free(&given);
    return false;
}

/* What was given is no level of the scale: the fix names those that are. */
static bool fail_level(Vm *vm, const Instance *grid, Value v)
{
    Buf given, levels;
    buf_init(&given, vm->mem);
    buf_init(&levels, vm->mem);
    vm_describe(vm, &given, v);
    for (uint32_t i = 0; i < grid_levels(grid); i++) {
        buf_puts(&levels, i ? ", " : "");
        buf_put(&levels, grid_level_name(grid, i));
    }
    Str args[] = {grid_name(vm, grid), buf_str(&given), buf_str(&levels)};
    vm_fail(vm, D_GRID_LEVEL_GIVEN, args, 3);
    buf_free(&given);
    buf_free(&levels);
    return false;
}

/* Weights of the sections and of the criterion, multiplied. */
static bool weight_of(Vm *vm, const Instance *grid, uint32_t criterion, Value *out)
{
    Value factors = grid_part(grid, criterion, CRITERION_FACTORS);
    *out = num_int(1);
    for (uint32_t i = 0; i < list_count(factors); i++) {
        Value w = list_at(factors, i);
        if (w.tag == T_NONE) {
            continue;
        }
        if (!value_is_number(w) || num_sign(w) < 0) {
            return fail_value(vm, D_GRID_WEIGHT, criterion_name(vm, grid, criterion), w);
        }
        if (!vm_arith(vm, OPC_MUL, *out, w, out)) {
            return false;
        }
    }
    return true;
}

static bool flatten(Vm *vm, List *list)
{
    for (uint32_t i = 0; i < list->n; i++) {
        Value *v = &list->store->items[i];
        if (v->tag == T_TEXT && !(v->ptr = text_flat(vm->heap, *v))) {
            return vm_fail_memory(vm);
        }
    }
    return true;
}

/* Levels are worth more and more, or nothing would be told by them. */
static bool check_values(Vm *vm, const Instance *grid)
{
    Value values = grid->fields[GRID_VALUES], less;
    for (uint32_t i = 1; i < list_count(values); i++) {
        if (!vm_order(vm, OPC_LT, list_at(values, i - 1), list_at(values, i), &less)) {
            return false;
        }
        if (!value_is_true(less)) {
            Str args[] = {grid_level_name(grid, i), grid_level_name(grid, i - 1)};
            return vm_fail(vm, D_GRID_ORDER, args, 2);
        }
    }
    return true;
}

static bool check_bands(Vm *vm, const Instance *grid)
{
    for (uint32_t i = 0; i < grid_criteria(grid); i++) {
        Value bands = grid_part(grid, i, CRITERION_BANDS);
        if (bands.tag == T_LEVEL && !indicator_check_bands(vm, bands, grid_part(grid, i, CRITERION_BOUNDS))) {
            return false;
        }
    }
    return true;
}

bool grid_make(Vm *vm, const Value *parts, Value *out)
{
    Instance *g = instance_new(vm->heap, &grid_type, GRID_PARTS);
    uint32_t mark = g ? heap_protect(vm->heap, value_obj(T_OBJECT, g)) : UINT32_MAX;
    if (mark == UINT32_MAX) {
        return vm_fail_memory(vm);
    }
    for (uint32_t i = 0; i < GRID_WEIGHTS; i++) {
        g->fields[i] = parts[i];
    }
    List *weights = list_new(vm->heap, grid_criteria(g));
    g->fields[GRID_WEIGHTS] = weights ? value_obj(T_LIST, weights) : value_none();
    bool ok = (weights || vm_fail_memory(vm)) && flatten(vm, parts[GRID_TITLES].ptr) && check_values(vm, g) &&
              check_bands(vm, g);
    for (uint32_t i = 0; ok && i < weights->n; i++) {
        ok = weight_of(vm, g, i, &weights->store->items[i]);
    }
    heap_unprotect(vm->heap, mark);
    *out = value_obj(T_OBJECT, g);
    return ok;
}

/* ---- what a level is worth ---- */

static Value worth_of_rank(const Instance *grid, uint32_t rank) { return list_at(grid->fields[GRID_VALUES], rank); }

/* Place i of n, from the lowest level to the highest. */
static bool worth_of_place(Vm *vm, const Instance *grid, uint32_t i, uint32_t n, Value *out)
{
    Value low = worth_of_rank(grid, 0), high = worth_of_rank(grid, grid_levels(grid) - 1), share;
    return num_from_ratio(vm->num, (int64_t)i, (int64_t)(n > 1 ? n - 1 : 1), U_PLAIN, &share) == NUM_OK &&
           vm_arith(vm, OPC_SUB, high, low, out) && vm_arith(vm, OPC_MUL, *out, share, out) &&
           vm_arith(vm, OPC_ADD, low, *out, out);
}

/* The level that has these words: its name, its title, or what this criterion says of it. -1: none. */
static int level_of_text(Vm *vm, const Instance *grid, uint32_t criterion, Str text)
{
    Value wordings = grid_part(grid, criterion, CRITERION_WORDINGS);
    for (uint32_t i = 0; i < grid_levels(grid); i++) {
        Str title = grid_level_title(grid, i);
        if (reading_same_text(vm->mem, text, grid_level_name(grid, i)) ||
            (title.n && reading_same_text(vm->mem, text, title))) {
            return (int)i;
        }
    }
    for (uint32_t i = 0; i < grid_levels(grid) && i < list_count(wordings); i++) {
        Str wording = text_at(vm->heap, list_at(wordings, i));
        if (wording.n && reading_same_text(vm->mem, text, wording)) {
            return (int)i;
        }
    }
    return -1;
}

Str grid_level_words(Vm *vm, const Instance *grid, uint32_t criterion, Str given)
{
    Value wordings = grid_part(grid, criterion, CRITERION_WORDINGS);
    int level = level_of_text(vm, grid, criterion, given);
    if (level < 0) {
        return given;
    }
    bool worded = wordings.tag == T_LIST && (uint32_t)level < list_count(wordings);
    Str wording = worded ? text_at(vm->heap, list_at(wordings, (uint32_t)level)) : (Str){NULL, 0};
    Str title = grid_level_title(grid, (uint32_t)level);
    return wording.n ? wording : title.n ? title : given;
}

static bool worth_of_text(Vm *vm, const Instance *grid, uint32_t criterion, Value given, Value *out)
{
    Str text = text_str(vm->heap, given);
    int level = level_of_text(vm, grid, criterion, text);
    if (level >= 0) {
        *out = worth_of_rank(grid, (uint32_t)level);
        return true;
    }
    Value equivalents = grid->fields[GRID_EQUIVALENTS];
    for (uint32_t k = 0; k < list_count(equivalents); k++) {
        Value names = list_at(equivalents, k);
        for (uint32_t i = 0; i < list_count(names); i++) {
            if (reading_same_text(vm->mem, text, text_str(vm->heap, list_at(names, i)))) {
                return worth_of_place(vm, grid, i, list_count(names), out);
            }
        }
    }
    return fail_level(vm, grid, given);
}

static bool worth_of_number(Vm *vm, const Instance *grid, Value given, Value *out)
{
    for (uint32_t i = 0; i < grid_levels(grid); i++) {
        Value same;
        *out = worth_of_rank(grid, i);
        if (given.unit == U_PLAIN && vm_equal(vm, given, *out, &same) && value_is_true(same)) {
            return true;
        }
    }
    return !vm->fault && fail_level(vm, grid, given);
}

/* A level of another scale counts if this one has a level of its name. */
static bool worth_of_level(Vm *vm, const Instance *grid, Value given, Value *out)
{
    const Text *name = ((const Scale *)given.ptr)->names[given.den];
    for (uint32_t i = 0; i < grid_levels(grid); i++) {
        if (str_eq(grid_level_name(grid, i), (Str){name->bytes, name->n})) {
            *out = worth_of_rank(grid, i);
            return true;
        }
    }
    return fail_level(vm, grid, given);
}

bool grid_worth(Vm *vm, const Instance *grid, uint32_t criterion, Value given, Value *out)
{
    switch (given.tag) {
    case T_STATUS: *out = given; return true;
    case T_LEVEL: return worth_of_level(vm, grid, given, out);
    case T_TEXT: return worth_of_text(vm, grid, criterion, given, out);
    default: break;
    }
    return value_is_number(given) ? worth_of_number(vm, grid, given, out)
                                  : fail_level(vm, grid, given);
}

/* A share of the whole goes from the lowest level to the highest; beyond, it stays there. */
static bool worth_of_share(Vm *vm, const Instance *grid, Value share, Value *out)
{
    Value low = worth_of_rank(grid, 0), high = worth_of_rank(grid, grid_levels(grid) - 1), above;
    Value all = {.tag = T_NUM, .den = 1, .num = 1, .unit = U_PERCENT};
    if (!vm_order(vm, OPC_LT, all, share, &above)) {
        return false;
    }
    share = value_is_true(above) ? all : num_sign(share) < 0 ? (Value){.tag = T_NUM, .den = 1, .unit = U_PERCENT} : share;
    return vm_arith(vm, OPC_SUB, high, low, out) && vm_arith(vm, OPC_MUL, *out, share, out) &&
           vm_arith(vm, OPC_ADD, low, *out, out);
}

bool grid_automatic(Vm *vm, const Instance *grid, uint32_t i, Value *out)
{
    Value v = grid_part(grid, i, CRITERION_VALUE), bands = grid_part(grid, i, CRITERION_BANDS), level;
    if (bands.tag == T_LEVEL) {
        return bands_level(vm, bands, grid_part(grid, i, CRITERION_BOUNDS), v, &level) &&
               grid_worth(vm, grid, i, level, out);
    }
    if (value_is_number(v) && unit_is_percent(v.unit)) {
        return worth_of_share(vm, grid, v, out);
    }
    return grid_worth(vm, grid, i, v, out);
}

/* ---- score and mark ---- */

bool grid_most(Vm *vm, const Instance *grid, Value *out)
{
    Value highest = worth_of_rank(grid, grid_levels(grid) - 1), part;
    *out = num_int(0);
    for (uint32_t i = 0; i < grid_criteria(grid); i++) {
        if (!vm_arith(vm, OPC_MUL, highest, list_at(grid->fields[GRID_WEIGHTS], i), &part) ||
            !vm_arith(vm, OPC_ADD, *out, part, out)) {
            return false;
        }
    }
    return true;
}

static bool fail_missing(Vm *vm, const Instance *grid, const Value *levels)
{
    Buf names;
    buf_init(&names, vm->mem);
    for (uint32_t i = 0; i < grid_criteria(grid); i++) {
        if (levels[i].tag == T_NONE && !grid_is_automatic(grid, i)) {
            buf_puts(&names, names.n ? ", " : "");
            buf_put(&names, criterion_name(vm, grid, i));
        }
    }
    Str args[] = {buf_str(&names), grid_name(vm, grid)};
    vm_fail(vm, D_GRID_MISSING, args, 2);
    buf_free(&names);
    return false;
}

bool grid_score(Vm *vm, const Instance *grid, Value *levels, Value *out)
{
    *out = num_int(0);
    for (uint32_t i = 0; i < grid_criteria(grid); i++) {
        Value worth, part;
        if (levels[i].tag == T_NONE && !grid_is_automatic(grid, i)) {
            return fail_missing(vm, grid, levels);
        }
        if (!(grid_is_automatic(grid, i) ? grid_automatic(vm, grid, i, &worth)
                                         : grid_worth(vm, grid, i, levels[i], &worth)) ||
            !vm_arith(vm, OPC_MUL, worth, list_at(grid->fields[GRID_WEIGHTS], i), &part) ||
            !vm_arith(vm, OPC_ADD, *out, part, out)) {
            return false;
        }
    }
    if (value_is_number(*out)) {
        out->unit = U_PLAIN;
    }
    return true;
}

static bool converted(Vm *vm, const Instance *grid, Value score, Value most, Value *out)
{
    Value f = grid->fields[GRID_CONVERSION], args[] = {score, most};
    uint32_t params = f.tag == T_FUNCTION ? ((const Function *)f.ptr)->proto->param_count : 1;
    return vm_call(vm, f, args, params > 1 ? 2 : 1, out);
}

static bool mark_of(Vm *vm, const Instance *grid, Value score, Value most, Value *out)
{
    Value out_of = grid->fields[GRID_OUT_OF];
    *out = score;
    if (!value_is_number(score)) {
        return true;
    }
    if (grid->fields[GRID_CONVERSION].tag != T_NONE) {
        return converted(vm, grid, score, most, out);
    }
    if (!value_is_number(out_of)) {
        return true;
    }
    bool ok = num_is_zero(most) || (vm_arith(vm, OPC_MUL, score, out_of, out) && vm_arith(vm, OPC_DIV, *out, most, out));
    if (ok && value_is_number(*out) && out->unit == U_RATIO) {
        out->unit = out_of.unit; /* marks are plain numbers */
    }
    return ok;
}

bool grid_mark(Vm *vm, const Instance *grid, Value *levels, Value *out)
{
    Value score, most;
    return grid_score(vm, grid, levels, &score) && grid_most(vm, grid, &most) && mark_of(vm, grid, score, most, out);
}

bool grid_highest_mark(Vm *vm, const Instance *grid, Value *out)
{
    Value most;
    return grid_most(vm, grid, &most) && mark_of(vm, grid, most, most, out);
}

/* ---- arguments ---- */

typedef struct Filling { /* the levels of one evaluation */
    Vm *vm;
    const Instance *grid;
    Value levels[LIMIT_GRID_CRITERIA];
} Filling;

static bool fill(Filling *f, uint32_t i, Value level)
{
    Str name = criterion_name(f->vm, f->grid, i);
    if (grid_is_automatic(f->grid, i)) {
        return vm_fail(f->vm, D_GRID_AUTOMATIC, &name, 1);
    }
    if (f->levels[i].tag != T_NONE) {
        return vm_fail(f->vm, D_GRID_TWICE, &name, 1);
    }
    f->levels[i] = level;
    return true;
}

static bool fill_named(Filling *f, Str name, Value level)
{
    int i = grid_criterion(f->vm, f->grid, name);
    Str args[] = {name, grid_name(f->vm, f->grid)};
    return i >= 0 ? fill(f, (uint32_t)i, level) : vm_fail(f->vm, D_GRID_NO_CRITERION, args, 2);
}

static bool fill_record(Filling *f, const Record *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        if (!fill_named(f, (Str){r->fields[i].name->bytes, r->fields[i].name->n}, r->fields[i].value)) {
            return false;
        }
    }
    return true;
}

/* Levels in order of the criteria that are ticked, then by name; or one record. */
static bool fill_arguments(Filling *f, const Value *args, uint32_t n, const Str *names, uint32_t named)
{
    uint32_t criterion = 0;
    if (n == 1 && !named && args[0].tag == T_RECORD) {
        return fill_record(f, args[0].ptr);
    }
    for (uint32_t i = 0; i + named < n; i++, criterion++) {
        while (criterion < grid_criteria(f->grid) && grid_is_automatic(f->grid, criterion)) {
            criterion++;
        }
        if (criterion == grid_criteria(f->grid)) {
            Str name = grid_name(f->vm, f->grid);
            return vm_fail(f->vm, D_GRID_TOO_MANY, &name, 1);
        }
        if (!fill(f, criterion, args[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < named; i++) {
        if (!fill_named(f, names[i], args[n - named + i])) {
            return false;
        }
    }
    return true;
}

static void filling_open(Filling *f, Vm *vm, const Instance *grid)
{
    f->vm = vm;
    f->grid = grid;
    for (uint32_t i = 0; i < LIMIT_GRID_CRITERIA; i++) {
        f->levels[i] = value_none();
    }
}

/* ---- several evaluations ---- */

typedef struct Evaluations { /* records, one each; or the columns of a table whose key tells the criteria */
    const Value *records;
    const Table *table;
    uint32_t n;
} Evaluations;

static uint32_t evaluation_column(const Table *t, uint32_t k) { return (int32_t)k < t->key ? k : k + 1; }

static bool fill_column(Filling *f, const Table *t, uint32_t column)
{
    for (uint32_t i = 0; i < t->rows; i++) {
        Value level = table_at(t, i, column);
        if (level.tag != T_STATUS && !fill_named(f, text_at(f->vm->heap, table_at(t, i, (uint32_t)t->key)), level)) {
            return false;
        }
    }
    return true;
}

static bool fill_evaluation(Filling *f, const Evaluations *e, uint32_t k)
{
    filling_open(f, f->vm, f->grid);
    if (e->table) {
        return fill_column(f, e->table, evaluation_column(e->table, k));
    }
    return e->records[k].tag == T_RECORD ? fill_record(f, e->records[k].ptr)
                                         : fail_value(f->vm, D_GRID_EVALUATION, grid_name(f->vm, f->grid), e->records[k]);
}

/* What each criterion is worth in one evaluation; not given where nothing is ticked. */
static bool worths(Filling *f, const Evaluations *e, uint32_t k, Value *out)
{
    if (!fill_evaluation(f, e, k)) {
        return false;
    }
    for (uint32_t i = 0; i < grid_criteria(f->grid); i++) {
        bool automatic = grid_is_automatic(f->grid, i);
        out[i] = not_given();
        if (automatic ? !grid_automatic(f->vm, f->grid, i, &out[i])
                      : f->levels[i].tag != T_NONE && !grid_worth(f->vm, f->grid, i, f->levels[i], &out[i])) {
            return false;
        }
    }
    return true;
}

/* 1, 2, 3 …, or the names of the columns. */
static bool evaluation_label(Vm *vm, const Evaluations *e, uint32_t k, Value *out)
{
    *out = num_int((int64_t)k + 1);
    return !e->table || text_new(vm->heap, table_name(e->table, evaluation_column(e->table, k)), out);
}

static bool progress_axes(Vm *vm, const Instance *grid, const Evaluations *e, Matrix *m)
{
    bool french = vm->lang == LANG_FR;
    List *rows = list_new(vm->heap, grid_criteria(grid));
    bool ok = rows && matrix_axis(vm->heap, m, 0, str_from(french ? "critère" : "criterion"), value_obj(T_LIST, rows));
    for (uint32_t i = 0; ok && i < rows->n; i++) {
        rows->store->items[i] = grid_part(grid, i, CRITERION_NAME);
    }
    List *labels = ok ? list_new(vm->heap, e->n + 1) : NULL;
    ok = labels && matrix_axis(vm->heap, m, 1, str_from(french ? "évaluation" : "evaluation"), value_obj(T_LIST, labels));
    List *names = ok ? list_new(vm->heap, e->n + 1) : NULL;
    for (uint32_t i = 0; names && ok && i < e->n; i++) {
        ok = evaluation_label(vm, e, i, &labels->store->items[i]);
        names->store->items[i] = labels->store->items[i];
    }
    ok = ok && names && text_new(vm->heap, STR("progress"), &labels->store->items[e->n]) &&
         text_new(vm->heap, STR("progression"), &names->store->items[e->n]);
    if (ok) {
        m->axis[1].names = value_obj(T_LIST, names);
    }
    return ok || vm_fail_memory(vm);
}

/* Criteria down; evaluations across, then how far the last one is above the first. */
static bool progress(Vm *vm, const Instance *grid, const Evaluations *e, Value *out)
{
    uint32_t criteria = grid_criteria(grid), n = e->n, width = n + 1;
    Filling f;
    Value column[LIMIT_GRID_CRITERIA];
    filling_open(&f, vm, grid);
    List *items = list_new(vm->heap, criteria * width);
    uint32_t mark = items ? heap_protect(vm->heap, value_obj(T_LIST, items)) : UINT32_MAX;
    Matrix *m = mark != UINT32_MAX ? matrix_new(vm->heap, 2) : NULL;
    bool ok = (m && heap_protect(vm->heap, value_obj(T_MATRIX, m)) != UINT32_MAX) || vm_fail_memory(vm);
    for (uint32_t k = 0; ok && k < n; k++) {
        ok = worths(&f, e, k, column);
        for (uint32_t i = 0; ok && i < criteria; i++) {
            items->store->items[i * width + k] = column[i];
        }
    }
    for (uint32_t i = 0; ok && i < criteria; i++) {
        Value *row = &items->store->items[i * width];
        ok = vm_arith(vm, OPC_SUB, row[n - 1], row[0], &row[n]);
    }
    ok = ok && progress_axes(vm, grid, e, m);
    if (ok) {
        m->items = value_obj(T_LIST, items);
        *out = value_obj(T_MATRIX, m);
    }
    if (mark != UINT32_MAX) {
        heap_unprotect(vm->heap, mark);
    }
    return ok;
}

static bool progress_of(Vm *vm, const Instance *grid, const Value *args, uint32_t n, Value *out)
{
    const Table *t = n == 1 && args[0].tag == T_TABLE ? args[0].ptr : NULL;
    Evaluations e = {args, t, t ? t->n - 1 : n};
    return t && (t->key < 0 || t->n < 2) ? fail_value(vm, D_GRID_EVALUATION, grid_name(vm, grid), args[0])
                                         : progress(vm, grid, &e, out);
}

/* ---- as a value of the program ---- */

static bool names_list(Vm *vm, const Instance *grid, bool levels, Value *out)
{
    uint32_t n = levels ? grid_levels(grid) : grid_criteria(grid);
    List *list = list_new(vm->heap, n);
    *out = value_obj(T_LIST, list);
    for (uint32_t i = 0; list && i < n; i++) {
        list->store->items[i] = levels ? (Value){.tag = T_LEVEL, .den = i, .ptr = grid->fields[GRID_SCALE].ptr}
                                       : grid_part(grid, i, CRITERION_NAME);
    }
    return list || vm_fail_memory(vm);
}

static bool named(Str name, const char *english, const char *french)
{
    return str_eq(name, str_from(english)) || str_eq(name, str_from(french));
}

static bool grid_member(Vm *vm, const Instance *grid, Str name, Value *out)
{
    static const struct {
        const char *names[2];
        GridPart part;
    } parts[] = {
        {{"name", "nom"}, GRID_NAME}, {{"title", "titre"}, GRID_TITLE}, {{"out_of", "sur"}, GRID_OUT_OF},
        {{"evaluations", "évaluations"}, GRID_EVALUATIONS}, {{"weights", "poids"}, GRID_WEIGHTS},
        {{"values", "valeurs"}, GRID_VALUES},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (named(name, parts[i].names[0], parts[i].names[1])) {
            Value v = grid->fields[parts[i].part];
            *out = v.tag == T_NONE ? not_given() : v;
            return true;
        }
    }
    if (named(name, "criteria", "critères") || named(name, "levels", "niveaux")) {
        return names_list(vm, grid, named(name, "levels", "niveaux"), out);
    }
    if (named(name, "most", "maximum")) {
        return grid_most(vm, grid, out);
    }
    for (uint32_t i = 0; i < grid_levels(grid); i++) {
        if (str_eq(grid_level_name(grid, i), name)) {
            *out = (Value){.tag = T_LEVEL, .den = i, .ptr = grid->fields[GRID_SCALE].ptr};
            return true;
        }
    }
    Str args[] = {name, grid_name(vm, grid)};
    return vm_fail(vm, D_GRID_NO_MEMBER, args, 2);
}

static bool grid_call(Vm *vm, const Instance *grid, Str name, const Value *args, uint32_t n, const Str *names,
                      uint32_t name_count, Value *out)
{
    Filling f;
    if (named(name, "progress", "progression") && n && !name_count) {
        return progress_of(vm, grid, args, n, out);
    }
    bool mark = named(name, "mark", "note");
    if (!mark && !named(name, "score", "score")) {
        Str a[] = {name, grid_name(vm, grid)};
        return vm_fail(vm, D_GRID_NO_MEMBER, a, 2);
    }
    filling_open(&f, vm, grid);
    return fill_arguments(&f, args, n, names, name_count) &&
           (mark ? grid_mark(vm, grid, f.levels, out) : grid_score(vm, grid, f.levels, out));
}

/* ---- shown ---- */

typedef struct GridRows {
    Heap *h;
    const Instance *grid;
    bool french;
} GridRows;

static void put_criterion(const GridRows *r, Buf *out, uint32_t i)
{
    Str title = text_at(r->h, grid_part(r->grid, i, CRITERION_TITLE));
    buf_put(out, title.n ? title : text_at(r->h, grid_part(r->grid, i, CRITERION_NAME)));
}

static bool grid_cell(void *data, Buf *out, uint32_t row, uint32_t column)
{
    const GridRows *r = data;
    if (!row && !column) {
        buf_puts(out, r->french ? "critère" : "criterion");
    } else if (!row) {
        buf_put(out, grid_level_name(r->grid, column - 1));
    } else if (!column) {
        put_criterion(r, out, row - 1);
    } else {
        Value wordings = grid_part(r->grid, row - 1, CRITERION_WORDINGS);
        buf_put(out, text_at(r->h, list_at(wordings, column - 1)));
    }
    return false;
}

static void grid_show(Heap *h, const Instance *grid, Buf *out, bool french)
{
    GridRows rows = {h, grid, french};
    PipeTable t = {.rows = grid_criteria(grid) + 1, .columns = grid_levels(grid) + 1, .cell = grid_cell, .data = &rows};
    pipe_write(out, &t);
}

const ObjectType grid_type = {.name = "a grid", .name_fr = "une grille", .id = "grid", .member = grid_member,
                              .call = grid_call, .show = grid_show};
