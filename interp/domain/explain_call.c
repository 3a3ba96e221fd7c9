/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call of a function and a cell of a table are told by steps of their own, before the formula that reads them. */
#include "base/limits.h"
#include "data/table.h"
#include "domain/explain_cell.h"
#include "domain/explain_work.h"
#include "domain/indicator.h"
#include "num/number.h"

enum { CALLS_MOST = 8, NESTED_MOST = 3, OVERRIDES_MOST = 8 };

/* ---- functions called: one level, with the arguments put in ---- */

static const Node *argument_of(const Explainer *x, const Node *call, const Decl *d, uint32_t i)
{
    uint32_t place = 0;
    const LibraryTable *l = &x->graph->program->library;
    bool library = l->english && program_is_library(x->graph->program, d);
    Str english = library ? l->english(l->data, d->name, i) : (Str){NULL, 0};
    for (uint32_t k = 1; k < call->count; k++) {
        const Node *a = call->kids[k];
        bool named = a->kind == N_ARGUMENT &&
                     (str_eq(a->text, d->expr->kids[i]->text) || (english.p && str_eq(a->text, english)));
        if (a->kind == N_ARGUMENT ? named : place++ == i) {
            return a->kind == N_ARGUMENT ? a->kids[0] : a;
        }
    }
    return NULL;
}

/* How many arguments the last parameter takes beyond one: those that are left. */
static uint32_t argument_surplus(const Node *call, const Node *function)
{
    uint32_t plain = 0, params = function->count - 1;
    for (uint32_t k = 1; k < call->count; k++) {
        plain += call->kids[k]->kind != N_ARGUMENT;
    }
    return plain > params ? plain - params : 0;
}

/* The values of the arguments, by parameter; what was left out takes its default in the call itself. */
static Value *argument_values(Explainer *x, const Trace *t, const Node *call, const Decl *d, uint32_t *count)
{
    uint32_t params = d->expr->count - 1;
    *count = params + argument_surplus(call, d->expr);
    Value *args = arena_alloc(&x->out->arena, (*count + 1) * sizeof *args);
    x->failed = x->failed || !args;
    for (uint32_t i = 0; args && i < *count; i++) {
        Pen p = {.graph = x->graph, .options = &x->options, .trace = t};
        const Node *arg = i < params ? argument_of(x, call, d, i) : call->kids[i + 1];
        const Value *v = arg ? trace_value(t, pen_strip(&p, arg)) : NULL;
        args[i] = v ? *v : value_none();
    }
    return args;
}

static void list_call(Explainer *x, Visit *visit, ExplainStep *s)
{
    uint32_t cap = visit->call_count;
    if (s && work_grow(x, &visit->calls, visit->call_count, &cap, sizeof *visit->calls)) {
        visit->calls[visit->call_count++] = s;
    }
}

static void call_step(Explainer *x, Visit *visit, ExplainStep *s, const Trace *t, const Node *body, Value result)
{
    s->formula = work_text(x, NULL, body, 0);
    step_working(x, s, t, body);
    step_result(x, s, result);
    list_call(x, visit, s);
}

/* Tables and functions are no steps that one works out; nor is what an argument left out leaves out. */
static const Value *step_value(Explainer *x, const Trace *t, const Node *expr)
{
    Pen p = {.graph = x->graph, .options = &x->options, .trace = t};
    const Value *v = expr ? trace_value(t, pen_strip(&p, expr)) : NULL;
    bool shows =
        v && v->tag != T_TABLE && v->tag != T_MATRIX && v->tag != T_RECORD && v->tag != T_FUNCTION && v->tag != T_NONE;
    shows = shows && !(x->inside && value_is_not_given(*v));
    return shows ? v : NULL;
}

typedef struct Inside { /* the body of a function, in one call of it */
    Explainer *x;
    Visit *visit;
    const Trace *trace;
    uint32_t steps;     /* those made */
    const Node *result; /* the expression that gives its value */
} Inside;

/* name = expr, if it was evaluated. */
static void inside_step(Inside *in, const Node *define, bool count_only)
{
    const Node *expr = node_clause_value(define, CL_VALUE);
    const Value *v = step_value(in->x, in->trace, expr);
    if (!v || pen_is_literal(expr)) {
        return;
    }
    in->steps++;
    if (count_only) {
        return;
    }
    Pen p = {.graph = in->x->graph, .options = &in->x->options, .function = in->x->inside};
    ExplainStep *s = step_new(in->x, NO_SLOT, pen_local_name(&p, define->text));
    if (s) {
        s->depth = 1;
        call_step(in->x, in->visit, s, in->trace, expr, *v);
    }
}

/* Definitions outside loops, and the expression whose value is returned. */
static void inside_body(Inside *in, const Node *body, bool count_only, uint32_t depth)
{
    for (uint32_t i = 0; i < body->count && depth < LIMIT_HEIGHT; i++) {
        const Node *n = body->kids[i];
        if (n->kind == N_BLOCK && n->op == B_DEFINE) {
            inside_step(in, n, count_only);
        } else if (n->kind == N_RETURN && n->count && step_value(in->x, in->trace, n->kids[0])) {
            in->result = n->kids[0];
        } else if (n->kind == N_DO && depth == 0 && i + 1 == body->count) {
            in->result = in->result ? in->result : n->kids[0];
        } else if (n->kind == N_IF || n->kind == N_BODY) {
            inside_body(in, n, count_only, depth + 1);
        }
    }
}

/* A header, the steps, and the result unless it only names the last of them. */
static void explain_steps(Inside *in, const Node *body, ExplainStep *header, Value result)
{
    Explainer *x = in->x;
    list_call(x, in->visit, header);
    in->result = NULL;
    inside_body(in, body, false, 0);
    if (in->result && in->result->kind != N_NAME && step_value(x, in->trace, in->result)) {
        ExplainStep *s = step_new(x, NO_SLOT, STR(""));
        if (s) {
            s->depth = 1;
            call_step(x, in->visit, s, in->trace, in->result, result);
        }
    }
}

/* One call, traced: what it calls in turn, if it is the library's, then its own steps. */
static void explain_call(Explainer *x, Visit *visit, const Trace *t, const Decl *d, ExplainStep *s)
{
    const Node *body = d->expr->kids[d->expr->count - 1];
    const Decl *outer = x->inside;
    Inside in = {.x = x, .visit = visit, .trace = t};
    x->inside = program_is_library(x->graph->program, d) ? d : NULL;
    if (x->inside && x->nested < NESTED_MOST) {
        x->nested++;
        call_steps(x, visit, t, d->scope, body, 0);
        x->nested--;
    }
    if (body->kind != N_BODY) {
        call_step(x, visit, s, t, body, t->result);
    } else {
        inside_body(&in, body, true, 0);
        bool told = in.result && step_value(x, t, in.result) && (x->inside || in.result->kind != N_NAME);
        if (in.steps) {
            explain_steps(&in, body, s, t->result);
        } else if (told) {
            call_step(x, visit, s, t, in.result, t->result);
        }
    }
    x->inside = outer;
}

/* A function of the library without documentation is a detail of those that have one. */
static bool is_documented(const Explainer *x, const Decl *d)
{
    const LibraryTable *l = &x->graph->program->library;
    return l->english && l->english(l->data, d->name, UINT32_MAX).n;
}

static void add_call(Explainer *x, Visit *visit, const Trace *t, const Node *call, const Decl *d, int32_t scenario)
{
    const Value *result = trace_value(t, call);
    bool told = !program_is_library(x->graph->program, d) || is_documented(x, d);
    if (!told || !result || result->tag == T_FUNCTION || visit->call_count >= CALLS_MOST) {
        return;
    }
    Pen p = {.graph = x->graph, .options = &x->options, .trace = t};
    ExplainStep *s = step_new(x, NO_SLOT, work_text(x, t, call, pen_level(&p, call) - 1));
    uint32_t count;
    Value *args = argument_values(x, t, call, d, &count);
    Trace inside;
    if (!s || !args) {
        return;
    }
    if (trace_call(&inside, x->graph, x->view, graph_slot(x->graph, d, scenario), args, count)) {
        explain_call(x, visit, &inside, d, s);
    } else {
        x->failed = vm_take_fault(x->vm) == NULL || x->failed;
    }
    trace_free(&inside);
}

/* ---- x with { a = 2 }: the formula of x, with what stands under the overrides ---- */

typedef struct Overrides {
    uint32_t slots[OVERRIDES_MOST];
    Value values[OVERRIDES_MOST];
    uint32_t n;
} Overrides;

/* Those that are figures, of formulas. False: another one stands among them. */
static bool overrides_of(Explainer *x, const Scope *scope, const Node *with, int32_t scenario, Overrides *out)
{
    out->n = 0;
    for (uint32_t i = 1; i < with->count; i++) {
        const Node *o = with->kids[i], *value = o->kids[1];
        const Node *target = o->kids[0]->kind == N_TARGET ? o->kids[0]->kids[0] : o->kids[0];
        int32_t of = scenario;
        const Decl *d = work_resolve(x, scope, target, &of);
        bool figure = d && d->kind == DECL_FORMULA && value->kind == N_NUMBER && out->n < OVERRIDES_MOST;
        if (!figure ||
            num_read_literal(x->vm->num, value->text, value->unit_id, &out->values[out->n]) != NUM_OK) {
            return false;
        }
        out->slots[out->n++] = graph_slot(x->graph, d, of);
    }
    return out->n > 0;
}

/* Its formula under that view, if that gives what the expression gave. */
static void with_step(Explainer *x, Visit *visit, const Node *with, const Decl *d, uint32_t slot, View *view, Value wanted)
{
    Trace t;
    Value same = value_truth(false);
    const Node *formula = work_formula(d);
    if (trace_run(&t, x->graph, view, slot) && vm_equal(x->vm, t.result, wanted, &same) && value_is_true(same)) {
        ExplainStep *s = step_new(x, NO_SLOT, work_text(x, NULL, with, 0));
        if (s) {
            call_step(x, visit, s, &t, formula, t.result);
        }
    } else {
        x->failed = vm_take_fault(x->vm) == NULL || x->failed;
    }
    trace_free(&t);
}

static void add_with(Explainer *x, Visit *visit, const Trace *t, const Scope *scope, const Node *n)
{
    Overrides overrides;
    Pen p = {.graph = x->graph, .options = &x->options};
    int32_t scenario = x->graph->slots[visit->slot].scenario, of = scenario;
    const Node *object = pen_strip(&p, n->kids[0]);
    const Value *result = trace_value(t, n);
    const Decl *d = result ? work_resolve(x, scope, object, &of) : NULL;
    bool formula = d && d->kind == DECL_FORMULA && !pen_is_literal(work_formula(d)) && visit->call_count < CALLS_MOST;
    uint32_t mark = heap_protect(x->vm->heap, value_none());
    x->failed = x->failed || mark == UINT32_MAX;
    if (!formula || x->failed || !overrides_of(x, scope, n, scenario, &overrides)) {
        heap_unprotect(x->vm->heap, mark);
        return;
    }
    View *view = graph_view_values(x->graph, x->view, overrides.slots, overrides.values, overrides.n);
    if (view && heap_protect(x->vm->heap, view_value(view)) != UINT32_MAX) {
        with_step(x, visit, n, d, work_follow(x, graph_slot(x->graph, d, of)), view, *result);
    } else {
        x->failed = vm_take_fault(x->vm) == NULL || x->failed;
    }
    heap_unprotect(x->vm->heap, mark);
}

/* ---- cells: the formula of a column, with the figures of the row ---- */

static bool key_value(Explainer *x, const Trace *t, const Node *n, Value *out)
{
    Str text;
    const Value *traced = trace_value(t, n);
    if (traced) {
        *out = *traced;
        return true;
    }
    if (n->kind == N_NUMBER) {
        return num_read_literal(x->vm->num, n->text, n->unit_id, out) == NUM_OK;
    }
    return n->kind == N_STRING && node_constant_text(n, &text) && text_new(x->vm->heap, text, out);
}

/* The keys after the name, in order of writing. */
static bool cell_path(Explainer *x, const Trace *t, const Scope *scope, const Node *n, int32_t scenario, CellPath *out)
{
    const Node *steps[CELL_KEYS];
    uint32_t count = 0;
    for (; (n->kind == N_MEMBER || n->kind == N_INDEX) && count < CELL_KEYS; n = n->kids[0]) {
        steps[count++] = n;
    }
    const Decl *d =
        count && (n->kind == N_NAME || n->kind == N_QUALIFIED) ? work_resolve(x, scope, n, &scenario) : NULL;
    if (!d || (d->kind != DECL_FORMULA && d->kind != DECL_SHARED)) {
        return false;
    }
    uint32_t slot = work_follow(x, graph_slot(x->graph, d, scenario));
    *out = (CellPath){.decl = graph_decl(x->graph, slot), .slot = slot, .count = count};
    for (uint32_t i = 0; i < count; i++) {
        const Node *step = steps[count - 1 - i];
        CellKey *k = &out->keys[i];
        if (step->kind == N_MEMBER) {
            k->name = step->text;
        } else if (step->count != 2 || !key_value(x, t, step->kids[1], &k->key)) {
            return false;
        }
    }
    return true;
}

/* 59 / 52, when that is what the figure is. */
static void add_rate(Explainer *x, Visit *visit, ExplainStep *s, const CellRate *r, Value result)
{
    Value a = r->value, b = r->objective, made, same = value_truth(false);
    bool turned = false;
    OpCode op = r->gap ? OPC_SUB : OPC_DIV;
    for (int tries = 0; tries < 1 + r->gap && !value_is_true(same); tries++) {
        turned = tries > 0;
        if (!vm_arith(x->vm, op, turned ? b : a, turned ? a : b, &made) || !vm_equal(x->vm, made, result, &same)) {
            x->failed = vm_take_fault(x->vm) == NULL || x->failed;
            return;
        }
    }
    if (!value_is_true(same)) {
        return;
    }
    Buf names, figures;
    const char *sign = r->gap ? " − " : " / ", *value = field_name(FIELD_VALUE, x->options.lang);
    const char *objective = field_name(FIELD_OBJECTIVE, x->options.lang);
    buf_init(&names, x->mem);
    buf_init(&figures, x->mem);
    buf_printf(&names, "%s%s%s", turned ? objective : value, sign, turned ? value : objective);
    buf_put(&figures, work_put_in(x, turned ? b : a));
    buf_puts(&figures, sign);
    buf_put(&figures, work_put_in(x, turned ? a : b));
    s->formula = work_keep(x, &names);
    step_equal(s, work_keep(x, &figures), false);
    step_result(x, s, result);
    list_call(x, visit, s);
}

static void add_cell_working(Explainer *x, Visit *visit, ExplainStep *s, const CellSource *source, Value result)
{
    Trace t;
    Value v, same = value_truth(false);
    if (trace_pick(&t, x->graph, x->view, source->slot, source->root, source->pick, &v)) {
        bool equal = v.tag != T_NONE && vm_equal(x->vm, v, result, &same) && value_is_true(same);
        if (equal) { /* else it has been replaced by a figure of its own */
            s->formula = work_text(x, NULL, source->root, 0);
            step_working(x, s, &t, source->root);
            step_result(x, s, result);
            list_call(x, visit, s);
        }
    } else {
        x->failed = vm_take_fault(x->vm) == NULL || x->failed;
    }
    trace_free(&t);
}

/* team.rate: how the column is computed. */
static void add_column(Explainer *x, Visit *visit, ExplainStep *s, const CellPath *path, Value result)
{
    const Decl *column = cell_column(x->graph, path);
    if (column) {
        s->formula = work_text(x, NULL, column->expr, 0);
        step_result(x, s, result);
        list_call(x, visit, s);
    }
}

static void add_cell(Explainer *x, Visit *visit, const Trace *t, const Scope *scope, const Node *n)
{
    CellPath path;
    CellSource source;
    CellRate rate;
    const Value *result = trace_value(t, n);
    if (!result || visit->call_count >= CALLS_MOST ||
        !cell_path(x, t, scope, n, x->graph->slots[visit->slot].scenario, &path)) {
        return;
    }
    bool computed = cell_source(x->graph, x->view, &path, &source), column = !computed && cell_column(x->graph, &path);
    if (!computed && !column && !cell_rate(x->graph, x->view, &path, &rate)) {
        return;
    }
    ExplainStep *s = step_new(x, NO_SLOT, work_text(x, NULL, n, 0));
    for (uint32_t i = 0; s && i < visit->call_count; i++) {
        s = str_eq(visit->calls[i]->name, s->name) ? NULL : s;
    }
    if (s && computed) {
        add_cell_working(x, visit, s, &source, *result);
    } else if (s && column) {
        add_column(x, visit, s, &path, *result);
    } else if (s) {
        add_rate(x, visit, s, &rate, *result);
    }
}

void call_steps(Explainer *x, Visit *visit, const Trace *t, const Scope *scope, const Node *n, uint32_t depth)
{
    bool again = n->kind == N_LAMBDA || n->kind == N_COMPREHENSION || n->kind == N_FOR || n->kind == N_WHILE;
    if (n->kind == N_WITH && !x->inside) {
        add_with(x, visit, t, scope, n);
    }
    if (again || n->kind == N_WITH || depth > LIMIT_HEIGHT) {
        return;
    }
    if (pen_shown_as(n)) {
        call_steps(x, visit, t, scope, pen_shown_as(n), depth + 1);
        return;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i]) {
            call_steps(x, visit, t, scope, n->kids[i], depth + 1);
        }
    }
    if (n->kind == N_MEMBER || n->kind == N_INDEX) {
        add_cell(x, visit, t, scope, n);
    }
    if (n->kind == N_CALL) {
        int32_t scenario = x->graph->slots[visit->slot].scenario;
        const Decl *d = work_resolve(x, scope, n->kids[0], &scenario);
        if (d && d->kind == DECL_FUNCTION && d->expr && d->expr->kind == N_FUNCTION) {
            add_call(x, visit, t, n, d, scenario);
        }
    }
}
