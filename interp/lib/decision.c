/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formulas under other values: one or two givens through a list, several scenarios, scenarios that have a probability.
   Names of columns made here are words of both languages, so that a translated text reads them too. */
#include "base/limits.h"
#include "data/table.h"
#include "lib/solve.h"
#include "syntax/lexicon.h"

static Graph *graph_of(const Args *a) { return ((const Library *)a->vm->library)->graph; }

/* A list kept alive until the function returns. NULL: fault. */
static List *list_kept(const Args *a, uint32_t n)
{
    List *list = list_new(args_heap(a), n);
    if (!list) {
        vm_fail_memory(a->vm);
        return NULL;
    }
    return args_keep(a, value_obj(T_LIST, list)) ? list : NULL;
}

static bool slot_text(const Args *a, uint32_t slot, Value *out)
{
    Buf b;
    buf_init(&b, a->vm->mem);
    graph_slot_name(graph_of(a), &b, slot);
    return args_return_buf(a, &b, out) && args_keep(a, *out);
}

/* As a column: without the number of its question, since `.1.gap` is no name that one can write. */
static bool column_text(const Args *a, uint32_t slot, Value *out)
{
    const Graph *g = graph_of(a);
    const Decl *d = graph_decl(g, slot);
    bool base = d && d->name.n && d->scenario < 0 && g->slots[slot].scenario < 0;
    return base ? args_return_text(a, d->name, out) && args_keep(a, *out) : slot_text(a, slot, out);
}

/* A table of these columns; its key is the first one if that tells the rows apart. */
static bool table_of(const Args *a, const Value *names, List *const *columns, uint32_t n, Picture picture, Value *out)
{
    bool distinct = false;
    uint32_t first, again;
    Heap *heap = args_heap(a);
    NumErr err = list_distinct(heap, value_obj(T_LIST, columns[0]), &distinct, &first, &again);
    Table *t = err == NUM_OK ? table_new(heap, n, columns[0]->n) : NULL;
    if (err != NUM_OK) {
        return args_num(a, err, value_none(), value_none());
    }
    for (uint32_t i = 0; t && i < n; i++) {
        t->columns[i] = (TableColumn){.name = text_flat(heap, names[i]), .items = value_obj(T_LIST, columns[i])};
    }
    if (!t) {
        return vm_fail_memory(a->vm);
    }
    t->key = distinct ? 0 : NO_KEY;
    t->picture = picture;
    *out = value_obj(T_TABLE, t);
    return true;
}

/* ---- sensitivity ---- */

typedef struct Sweep { /* a given, and the values it takes */
    Solver solver;
    Value name;
    List *values;
} Sweep;

typedef struct Trials {
    const Args *a;
    Sweep sweeps[2];
    uint32_t sweep_count;
    Value thunk;
    Value heading; /* of the expression's value */
    List *results;
} Trials;

/* `cost over booked in …`: the expression is one formula, whose name serves as heading. */
static bool trials_heading(Trials *t)
{
    const Function *f = t->thunk.ptr;
    const Ins *code = f->proto->code;
    if (f->proto->code_count >= 1 && code[0].op == OPC_SLOT && f->proto->code_count <= 2 && f->binding) {
        return column_text(t->a, f->binding->slots[code[0].b], &t->heading);
    }
    return args_return_text(t->a, STR("expression"), &t->heading) && args_keep(t->a, t->heading);
}

static bool sweep_open(Trials *t, uint32_t i)
{
    Sweep *s = &t->sweeps[t->sweep_count];
    Value given;
    if (!solver_open(&s->solver, t->a, i) || !args_list(t->a, i + 1, &given) || !args_keep(t->a, given) ||
        !column_text(t->a, s->solver.slot, &s->name)) {
        return false;
    }
    s->values = list_kept(t->a, list_count(given));
    for (uint32_t k = 0; s->values && k < s->values->n; k++) {
        if (!solver_value(&s->solver, list_at(given, k), &s->values->store->items[k])) {
            return false;
        }
    }
    t->sweep_count++;
    return s->values != NULL;
}

static bool trial(Trials *t, const uint32_t *at, Value *result)
{
    Vm *vm = t->a->vm;
    Override overrides[2];
    for (uint32_t i = 0; i < t->sweep_count; i++) {
        overrides[i] = (Override){.slot = t->sweeps[i].solver.slot, .value = t->sweeps[i].values->store->items[at[i]]};
    }
    View *view = vm_view(vm, vm_current_view(vm), overrides, t->sweep_count, true);
    if (!view) {
        return false;
    }
    uint32_t mark = heap_protect(vm->heap, view_value(view)); /* and with it the values it holds */
    if (mark == UINT32_MAX) {
        return vm_fail_memory(vm);
    }
    bool ok = vm_call_thunk(vm, t->thunk, view, result);
    heap_unprotect(vm->heap, mark);
    return ok;
}

static bool trials_run(Trials *t)
{
    uint32_t outer = t->sweeps[0].values->n, inner = t->sweep_count == 2 ? t->sweeps[1].values->n : 1, at[2];
    if ((uint64_t)outer * inner > LIMIT_LIST_ITEMS) {
        return ARGS_FAIL(t->a, RESULT_TOO_LONG);
    }
    t->results = list_kept(t->a, outer * inner);
    for (at[0] = 0; t->results && at[0] < outer; at[0]++) {
        for (at[1] = 0; at[1] < inner; at[1]++) {
            if (!trial(t, at, &t->results->store->items[at[0] * inner + at[1]])) {
                return false;
            }
        }
    }
    return t->results != NULL;
}

static bool fail_value_twice(const Args *a, const Sweep *s, uint32_t i)
{
    Buf shown;
    ShowStyle style = show_style(a->vm->lang);
    buf_init(&shown, a->vm->mem);
    value_show(args_heap(a), &shown, s->values->store->items[i], &style);
    Str texts[] = {buf_str(&shown), text_str(args_heap(a), s->name)};
    args_fail_with(a, D_SENSITIVITY_TWICE, texts, 2);
    buf_free(&shown);
    return false;
}

/* Two ways: the values of one given down, those of the other across. */
static bool trials_matrix(Trials *t, Value *out)
{
    Heap *heap = args_heap(t->a);
    Matrix *m = matrix_new(heap, 2);
    if (!m || !args_keep(t->a, value_obj(T_MATRIX, m))) {
        return m ? false : vm_fail_memory(t->a->vm);
    }
    for (uint32_t i = 0; i < 2; i++) {
        const Sweep *s = &t->sweeps[i];
        Value labels = value_obj(T_LIST, s->values);
        bool distinct = true;
        uint32_t first = 0, again = 0;
        NumErr err = list_distinct(heap, labels, &distinct, &first, &again);
        if (err != NUM_OK || !distinct) {
            return err != NUM_OK ? args_num(t->a, err, labels, labels) : fail_value_twice(t->a, s, again);
        }
        if (!matrix_axis(heap, m, i, text_str(heap, s->name), labels)) {
            return vm_fail_memory(t->a->vm);
        }
    }
    m->items = value_obj(T_LIST, t->results);
    m->title = text_flat(heap, t->heading);
    m->picture = PICTURE_HEAT;
    *out = value_obj(T_MATRIX, m);
    return true;
}

static bool trials_make(const Args *a, Value *out)
{
    Trials t = {.a = a};
    if (!solver_thunk(a, 0, &t.thunk, NULL, NULL) || !sweep_open(&t, 1) ||
        (args_given(a, 3) && !sweep_open(&t, 3)) || !trials_heading(&t) || !trials_run(&t)) {
        return false;
    }
    if (t.sweep_count == 2) {
        return trials_matrix(&t, out);
    }
    Value names[] = {t.sweeps[0].name, t.heading};
    List *columns[] = {t.sweeps[0].values, t.results};
    return table_of(a, names, columns, 2, PICTURE_LINE, out);
}

BUILTIN_FUNCTION(sensitivity) { return args_within(a, trials_make, out); }

/* ---- compare ---- */

typedef struct Comparison {
    const Args *a;
    Value list;      /* of scenarios */
    Str by;
    int direction;   /* 1: the lowest is best, -1: the highest, 0: neither is */
    List *values;
} Comparison;

static const ScenarioDecl *scenario_of(const Args *a, Value scenario)
{
    return graph_of(a)->program->scenarios[scenario.num];
}

static Str scenario_name(const Args *a, Value scenario)
{
    const Program *p = graph_of(a)->program;
    const ScenarioDecl *s = scenario_of(a, scenario);
    Str title = s->node ? node_title(s->node) : (Str){NULL, 0};
    return title.n ? title : p->decls[s->decl]->name;
}

static bool compare_direction(Comparison *c)
{
    Str best;
    if (!args_given(c->a, 2)) {
        return true;
    }
    if (!args_text(c->a, 2, &best)) {
        return false;
    }
    WordId en = word_find(best, LANG_EN), fr = word_find(best, LANG_FR);
    c->direction = en == W_HIGHEST || fr == W_HIGHEST ? -1 : en == W_LOWEST || fr == W_LOWEST ? 1 : 0;
    return c->direction != 0 || args_fail(c->a, D_ARG_TEXT, 2, c->a->v[2]);
}

static bool scenario_values(const Args *a, Value scenarios, Str name, List *out)
{
    for (uint32_t i = 0; i < out->n; i++) {
        if (!vm_member(a->vm, list_at(scenarios, i), name, &out->store->items[i])) {
            return false;
        }
    }
    return true;
}

/* Is value number i at least as good as all others? What has no value is never the best. */
static bool compare_best(const Comparison *c, uint32_t i, bool *best)
{
    Value mine = c->values->store->items[i], less;
    *best = mine.tag != T_STATUS;
    for (uint32_t j = 0; *best && j < c->values->n; j++) {
        Value other = c->values->store->items[j];
        if (other.tag == T_STATUS) {
            continue;
        }
        bool ok = c->direction > 0 ? vm_order(c->a->vm, OPC_LT, other, mine, &less)
                                   : vm_order(c->a->vm, OPC_LT, mine, other, &less);
        if (!ok) {
            return false;
        }
        *best = !value_is_true(less);
    }
    return true;
}

static bool scenario_list(const Args *a, uint32_t i, Value *list)
{
    if (!args_list(a, i, list)) {
        return false;
    }
    for (uint32_t k = 0; k < list_count(*list); k++) {
        if (list_at(*list, k).tag != T_SCENARIO) {
            return args_fail(a, D_ARG_SCENARIO, i, list_at(*list, k));
        }
    }
    return args_keep(a, *list);
}

static bool compare_make(const Args *a, Value *out)
{
    Comparison c = {.a = a};
    if (!scenario_list(a, 0, &c.list) || !args_text(a, 1, &c.by)) {
        return false;
    }
    uint32_t n = list_count(c.list);
    List *options = list_kept(a, n), *optimal = list_kept(a, n);
    c.values = list_kept(a, n);
    if (!options || !optimal || !c.values || !compare_direction(&c) || !scenario_values(a, c.list, c.by, c.values)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        bool best = false;
        if (!args_return_text(a, scenario_name(a, list_at(c.list, i)), &options->store->items[i]) ||
            (c.direction && !compare_best(&c, i, &best))) {
            return false;
        }
        optimal->store->items[i] = value_truth(best);
    }
    Value names[3];
    if (!args_return_text(a, STR("option"), &names[0]) || !args_keep(a, names[0]) ||
        !args_return_text(a, c.by, &names[1]) || !args_keep(a, names[1]) ||
        !args_return_text(a, STR("optimal"), &names[2]) || !args_keep(a, names[2])) {
        return false;
    }
    List *columns[] = {options, c.values, optimal};
    return table_of(a, names, columns, c.direction ? 3 : 2, PICTURE_BARS, out);
}

BUILTIN_FUNCTION(compare_scenarios) { return args_within(a, compare_make, out); }

/* ---- scenarios that have a probability ---- */

typedef struct Outcomes {
    Value scenarios;
    List *probabilities, *values;
} Outcomes;

static const Node *probability_of(const ScenarioDecl *s)
{
    return s->node ? node_clause_value(s->node, CL_SCENARIO_PROBABILITY) : NULL;
}

/* Those the argument lists, or all that have a probability. */
static bool outcomes_scenarios(const Args *a, Outcomes *o)
{
    const Program *p = graph_of(a)->program;
    if (args_given(a, 1)) {
        return scenario_list(a, 1, &o->scenarios);
    }
    List *list = list_kept(a, 0);
    for (uint32_t i = 0; list && i < p->scenario_count; i++) {
        bool counts = probability_of(p->scenarios[i]) && !p->decls[p->scenarios[i]->decl]->removed;
        if (counts && !list_push(args_heap(a), list, (Value){.tag = T_SCENARIO, .den = 1, .num = i})) {
            return vm_fail_memory(a->vm);
        }
    }
    o->scenarios = list ? value_obj(T_LIST, list) : value_none();
    return list && (list->n || ARGS_FAIL(a, PROBABILITY_NONE));
}

static bool fail_probability(const Args *a, Value scenario, Value v)
{
    Buf given;
    buf_init(&given, a->vm->mem);
    vm_describe(a->vm, &given, v);
    Str texts[] = {scenario_name(a, scenario), buf_str(&given)};
    args_fail_with(a, D_PROBABILITY_RANGE, texts, 2);
    buf_free(&given);
    return false;
}

/* In %, from 0 to 100. */
static bool probability(const Args *a, Value scenario, Value *out)
{
    const Node *clause = probability_of(scenario_of(a, scenario));
    uint32_t slot = clause ? graph_slot_of_node(graph_of(a), clause) : NO_SLOT;
    Value all = {.tag = T_NUM, .den = 1, .num = 1, .unit = U_PERCENT}, within = value_truth(true);
    *out = value_status(STATUS_NOT_GIVEN, NULL);
    if (slot != NO_SLOT && !vm_eval_slot(a->vm, vm_current_view(a->vm), slot, out)) {
        return false;
    }
    bool dimensionless = value_is_number(*out) && unit_is_dimensionless(a->vm->num, out->unit);
    if (!dimensionless || !vm_convert(a->vm, *out, U_PERCENT, out) || !vm_order(a->vm, OPC_LE, *out, all, &within) ||
        !value_is_true(within) || num_sign(*out) < 0) {
        return a->vm->fault ? false : fail_probability(a, scenario, *out);
    }
    return true;
}

static bool fail_sum(const Args *a, const Outcomes *o, Value sum)
{
    Buf names, shown;
    ShowStyle style = show_style(a->vm->lang);
    buf_init(&names, a->vm->mem);
    buf_init(&shown, a->vm->mem);
    for (uint32_t i = 0; i < list_count(o->scenarios); i++) {
        buf_puts(&names, i ? ", " : "");
        buf_put(&names, scenario_name(a, list_at(o->scenarios, i)));
    }
    value_show(args_heap(a), &shown, sum, &style);
    Str texts[] = {buf_str(&names), buf_str(&shown)};
    args_fail_with(a, D_PROBABILITY_SUM, texts, 2);
    buf_free(&names);
    buf_free(&shown);
    return false;
}

/* Probabilities, which make 100 %, and the values of the formula. */
static bool outcomes_open(const Args *a, Outcomes *o)
{
    Buf name;
    if (a->v[0].tag != T_FORMULA) {
        return vm_fail(a->vm, D_FORMULA_NAME_WANTED, NULL, 0);
    }
    if (!outcomes_scenarios(a, o)) {
        return false;
    }
    uint32_t n = list_count(o->scenarios);
    Value sum = {.tag = T_NUM, .den = 1, .num = 0, .unit = U_PERCENT};
    const Decl *d = graph_decl(graph_of(a), (uint32_t)a->v[0].num);
    o->probabilities = list_kept(a, n);
    o->values = list_kept(a, n);
    for (uint32_t i = 0; o->probabilities && i < n; i++) {
        Value *p = &o->probabilities->store->items[i];
        if (!probability(a, list_at(o->scenarios, i), p) || !vm_arith(a->vm, OPC_ADD, sum, *p, &sum)) {
            return false;
        }
    }
    if (!o->probabilities || !o->values) {
        return false;
    }
    Value all = {.tag = T_NUM, .den = 1, .num = 1, .unit = U_PERCENT}, same;
    if (!vm_equal(a->vm, sum, all, &same) || !value_is_true(same)) {
        return a->vm->fault ? false : fail_sum(a, o, sum);
    }
    buf_init(&name, a->vm->mem);
    buf_put(&name, d->name);
    bool ok = scenario_values(a, o->scenarios, buf_str(&name), o->values);
    buf_free(&name);
    return ok;
}

/* The mean of the values, each as often as it is probable. */
static bool weighted_mean(const Args *a, const List *weights, const List *values, Value *out)
{
    for (uint32_t i = 0; i < values->n; i++) {
        Value part;
        if (!vm_arith(a->vm, OPC_MUL, weights->store->items[i], values->store->items[i], &part) ||
            !(i ? vm_arith(a->vm, OPC_ADD, *out, part, out) : (*out = part, true))) {
            return false;
        }
    }
    return true;
}

static bool expected_make(const Args *a, Value *out)
{
    Outcomes o = {0};
    return outcomes_open(a, &o) && weighted_mean(a, o.probabilities, o.values, out);
}

/* The standard deviation, computed without units: squares of amounts have none that is of use. */
static bool risk_make(const Args *a, Value *out)
{
    Outcomes o = {0};
    Value mean, variance;
    if (!outcomes_open(a, &o) || !weighted_mean(a, o.probabilities, o.values, &mean) || !args_keep(a, mean)) {
        return false;
    }
    *out = mean;
    List *squares = list_kept(a, o.values->n);
    uint16_t unit = value_is_number(mean) ? mean.unit : U_PLAIN;
    for (uint32_t i = 0; squares && i < squares->n; i++) {
        Value *square = &squares->store->items[i], gap;
        if (!vm_arith(a->vm, OPC_SUB, o.values->store->items[i], mean, &gap)) {
            return false;
        }
        if (gap.tag == T_STATUS) {
            *out = gap;
            return true;
        }
        if (!vm_convert(a->vm, gap, unit, &gap) || !args_num(a, num_shown(a->vm->num, gap, &gap), gap, gap) ||
            !vm_arith(a->vm, OPC_MUL, gap, gap, square)) {
            return false;
        }
    }
    return squares && (!value_is_number(mean) ||
                       (weighted_mean(a, o.probabilities, squares, &variance) &&
                        args_num(a, num_sqrt(a->vm->num, variance, out), variance, variance) &&
                        args_num(a, num_with_unit(a->vm->num, *out, unit, out), variance, variance)));
}

BUILTIN_FUNCTION(expected) { return args_within(a, expected_make, out); }
BUILTIN_FUNCTION(risk) { return args_within(a, risk_make, out); }
