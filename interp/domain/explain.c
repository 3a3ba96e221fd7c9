/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formulas a formula reads are found by walking its tree, so that those of a branch not taken stay out. Steps
   come in the order of a depth-first walk with a stack of its own: formulas may be chained deeper than C calls
   should be. A formula's trace lives only while its own step is made. */
#include "domain/explain.h"

#include "base/limits.h"
#include "domain/explain_work.h"
#include "num/unit.h"

typedef struct Locals { /* names bound by lambdas and comprehensions around */
    const struct Locals *outer;
    const Node *node;
} Locals;

/* ---- what a formula reads ---- */

static bool is_local(const Locals *locals, Str name)
{
    for (; locals; locals = locals->outer) {
        const Node *n = locals->node;
        for (uint32_t i = 0; i < n->count; i++) {
            const Node *k = n->kids[i];
            bool binds = n->kind == N_COMPREHENSION ? i == 1 : k->kind == N_PARAM;
            if (binds && str_eq(k->text, name)) {
                return true;
            }
        }
    }
    return false;
}

typedef struct Reading {
    Explainer *x;
    Visit *visit;
    const Trace *trace; /* NULL: inside a function, where nothing is traced */
    const Scope *scope;
    int32_t scenario;
    uint32_t depth;
} Reading;

static void read_node(Reading *r, const Node *n, const Locals *locals);

static void add_read(Reading *r, uint32_t slot)
{
    Explainer *x = r->x;
    Visit *v = r->visit;
    slot = work_follow(x, slot);
    if (!x->seen[slot] && work_grow(x, &v->reads, v->read_count, &v->read_cap, sizeof *v->reads)) {
        v->reads[v->read_count++] = slot;
    }
}

/* A function of the author's own reads what its expression names. */
static void read_function(Reading *r, const Decl *d)
{
    const Node *body = d->expr && d->expr->count ? d->expr->kids[d->expr->count - 1] : NULL;
    if (!body || body->kind == N_BODY || !r->trace) {
        return;
    }
    Reading inside = {.x = r->x, .visit = r->visit, .scope = d->scope, .scenario = r->scenario, .depth = r->depth};
    Locals locals = {.node = d->expr};
    read_node(&inside, body, &locals);
}

static void read_name(Reading *r, const Node *n, const Locals *locals)
{
    if (n->kind == N_NAME && (is_local(locals, n->text) || n->flags & NODE_LIBRARY)) {
        return;
    }
    int32_t scenario = r->scenario;
    const Decl *d = work_resolve(r->x, r->scope, n, &scenario);
    bool read = !r->trace || trace_value(r->trace, n);
    if (d && (d->kind == DECL_FORMULA || d->kind == DECL_SHARED) && read) {
        add_read(r, graph_slot(r->x->graph, d, scenario));
    } else if (!d && n->kind == N_MEMBER) {
        read_node(r, n->kids[0], locals);
    }
}

static void read_call(Reading *r, const Node *n, const Locals *locals)
{
    Pen p = {.graph = r->x->graph};
    int32_t scenario = r->scenario;
    const Node *callee = n->kids[0];
    bool library = callee->kind == N_NAME && (callee->flags & NODE_LIBRARY || is_local(locals, callee->text));
    const Decl *d = library ? NULL : work_resolve(r->x, r->scope, callee, &scenario);
    if (pen_has_unevaluated(&p, n)) {
        return;
    }
    for (uint32_t i = 1; i < n->count; i++) {
        read_node(r, n->kids[i], locals);
    }
    if (d && d->kind == DECL_FUNCTION) {
        read_function(r, d);
    } else if (!library) {
        read_node(r, callee, locals);
    }
}

static void read_node(Reading *r, const Node *n, const Locals *locals)
{
    Locals inner = {.outer = locals, .node = n};
    if (r->depth > LIMIT_HEIGHT) {
        return;
    }
    r->depth++;
    switch (n->kind) {
    case N_NAME:
    case N_QUALIFIED:
    case N_MEMBER: read_name(r, n, locals); break;
    case N_CALL: read_call(r, n, locals); break;
    case N_WITH: /* under other overrides: its value is all that this working shows */
    case N_COMPARE:
    case N_BLOCK: break;
    case N_LAMBDA:
    case N_COMPREHENSION:
        for (uint32_t i = 0; i < n->count; i++) {
            if (n->kids[i]->kind != N_PARAM && !(n->kind == N_COMPREHENSION && i == 1)) {
                read_node(r, n->kids[i], &inner);
            }
        }
        break;
    default:
        for (uint32_t i = 0; i < n->count; i++) {
            read_node(r, n->kids[i], locals);
        }
    }
    r->depth--;
}
/* ---- one formula ---- */

/* name = (a = b) */
static void add_parentheses(Explainer *x, ExplainStep *s, const Node *expr)
{
    const Node *n = expr;
    while (n->kind == N_PAREN) {
        n = n->kids[0];
    }
    if (n->kind == N_COMPARISON && n->kids[1]->op == OP_EQ) {
        Buf b;
        buf_init(&b, x->mem);
        buf_putc(&b, '(');
        buf_put(&b, s->formula);
        buf_putc(&b, ')');
        s->formula = work_keep(x, &b);
    }
}

static void add_unit(Explainer *x, ExplainStep *s, const Decl *d)
{
    if (!d->has_to_unit) {
        return;
    }
    Buf b;
    buf_init(&b, x->mem);
    buf_put(&b, s->formula);
    buf_printf(&b, " %s ", word_text(W_TO, x->options.lang));
    unit_name(x->vm->num, &b, d->to_unit, x->options.lang);
    s->formula = work_keep(x, &b);
}

static bool is_data(const Explainer *x, const Decl *d, uint32_t slot)
{
    const Node *expr = work_formula(d);
    return !expr || (pen_is_literal(expr) && d->kind != DECL_STATEMENT) || work_override(x, slot);
}

static void list_data(Explainer *x, ExplainStep *s)
{
    if (work_grow(x, &x->out->data, x->out->data_count, &x->data_cap, sizeof *x->out->data)) {
        x->out->data[x->out->data_count++] = s;
    }
}

static void make_data(Explainer *x, ExplainStep *s)
{
    Value v;
    s->replaced = work_override(x, s->slot) != NULL;
    if (vm_eval_slot(x->vm, x->view, s->slot, &v)) {
        step_result(x, s, v);
    } else {
        step_fault(x, s);
    }
    list_data(x, s);
}

/* A table of rows that are written out, without a computed column. */
static bool is_rows(const Node *expr)
{
    const Node *body = expr->kind == N_BLOCK && expr->op == B_TABLE ? node_body(expr) : NULL;
    if (node_clause_value(expr, CL_VALUE)) {
        return false;
    }
    for (uint32_t i = 0; body && i < body->count; i++) {
        if (body->kids[i]->kind == N_BLOCK) {
            return false;
        }
    }
    return body != NULL;
}

/* Such rows are told once, as they are. */
static void show_once(ExplainStep *s, const Node *expr)
{
    if (is_rows(expr)) {
        s->formula = s->value.shown;
        s->equal_count = 0;
    }
}

static void make_formula(Explainer *x, Visit *visit, ExplainStep *s, const Decl *d)
{
    Trace t;
    const Node *expr = work_formula(d);
    bool ok = trace_run(&t, x->graph, x->view, s->slot);
    s->formula = work_text(x, NULL, expr, 0);
    if (!d->name.n && str_eq(s->formula, s->name)) { /* an expression has no other name */
        s->formula = (Str){"", 0};
    }
    add_parentheses(x, s, expr);
    add_unit(x, s, d);
    if (ok && expr->kind != N_BLOCK) {
        step_working(x, s, &t, expr);
        call_steps(x, visit, &t, d->scope, expr, 0);
    }
    Reading r = {.x = x,
                 .visit = visit,
                 .trace = ok ? &t : NULL,
                 .scope = d->scope,
                 .scenario = x->graph->slots[s->slot].scenario};
    if (!x->options.one_step) {
        read_node(&r, expr, NULL);
    }
    if (ok) {
        step_result(x, s, t.result);
        show_once(s, d->expr);
    } else {
        step_fault(x, s);
    }
    trace_free(&t);
}

static bool visit_slot(Explainer *x, uint32_t slot)
{
    const Decl *d = graph_decl(x->graph, slot);
    if (x->seen[slot] || !d || x->failed) {
        return false;
    }
    x->seen[slot] = true;
    x->visited++;
    ExplainStep *s = step_new(x, slot, work_slot_name(x, slot));
    if (!s || !work_grow(x, &x->stack, x->depth, &x->cap, sizeof *x->stack)) {
        return false;
    }
    bool replaces = d->kind == DECL_OVERRIDE && d->target != UINT32_MAX; /* in a scenario */
    s->label = graph_slot_label(x->graph, replaces ? d->target : slot);
    Visit *v = &x->stack[x->depth];
    *v = (Visit){.slot = slot};
    if (is_data(x, d, slot)) {
        make_data(x, s);
        return false;
    }
    v->step = s;
    make_formula(x, v, s, d);
    x->depth++;
    return true;
}

static void list_step(Explainer *x, ExplainStep *s)
{
    Explanation *e = x->out;
    if (work_grow(x, &e->steps, e->step_count, &x->step_cap, sizeof *e->steps)) {
        e->steps[e->step_count++] = s;
    }
}

/* An expression that is a call or a cell has been told as that. */
static bool is_told(const Visit *v)
{
    for (uint32_t i = 0; i < v->call_count; i++) {
        if (!v->step->formula.n && str_eq(v->calls[i]->name, v->step->name)) {
            return true;
        }
    }
    return false;
}

static void walk(Explainer *x, uint32_t slot)
{
    visit_slot(x, slot);
    while (x->depth && !x->failed) {
        Visit *top = &x->stack[x->depth - 1];
        if (top->next < top->read_count && x->visited < x->options.max_steps) {
            visit_slot(x, top->reads[top->next++]);
            continue;
        }
        x->out->truncated = x->out->truncated || top->next < top->read_count;
        for (uint32_t i = 0; i < top->call_count; i++) {
            list_step(x, top->calls[i]);
        }
        if (!is_told(top)) {
            list_step(x, top->step);
        }
        x->depth--;
    }
}

/* ---- the whole ---- */

static void add_context(Explainer *x, Str text)
{
    if (work_grow(x, &x->out->contexts, x->out->context_count, &x->context_cap, sizeof *x->out->contexts)) {
        x->out->contexts[x->out->context_count++] = text;
    }
}

static void add_cell_context(Explainer *x, Str table, Value key, Str column, Value v)
{
    Buf name;
    buf_init(&name, x->mem);
    buf_put(&name, table);
    buf_putc(&name, '[');
    buf_put(&name, work_put_in(x, key));
    buf_puts(&name, "].");
    buf_put(&name, column);
    add_context(x, work_sentence(x, D_EXPLAIN_WITH, work_keep(x, &name), work_put_in(x, v)));
}

/* Key, column, value of each cell replaced in a schedule. */
static void patch_contexts(Explainer *x, const Decl *d, Value patches)
{
    for (uint32_t i = 0; patches.tag == T_LIST && i + 2 < list_count(patches); i += 3) {
        Value column = list_at(patches, i + 1);
        add_cell_context(x, d->name, list_at(patches, i), text_str(x->vm->heap, column), list_at(patches, i + 2));
    }
}

/* The cells of a column that the view replaces. False: it cannot tell which. */
static bool column_contexts(Explainer *x, const View *view, const Decl *d, uint32_t slot, Value column)
{
    const Decl *keys = names_key_column(x->graph->program, d->scope);
    Value labels, before, same = value_truth(true);
    if (!keys || column.tag != T_LIST || !vm_eval_slot(x->vm, NULL, keys->number, &labels) ||
        !vm_eval_slot(x->vm, view->parent, slot, &before) || before.tag != T_LIST ||
        list_count(before) != list_count(column)) {
        vm_take_fault(x->vm);
        return false;
    }
    for (uint32_t i = 0; i < list_count(column) && vm_equal(x->vm, list_at(before, i), list_at(column, i), &same);
         i++) {
        if (!value_is_true(same)) {
            add_cell_context(x, d->scope->node->text, list_at(labels, i), d->name, list_at(column, i));
        }
    }
    return true;
}

static void view_contexts(Explainer *x, const View *view)
{
    if (!view || !view->parent) {
        return;
    }
    view_contexts(x, view->parent);
    for (uint32_t i = 0; i < view->override_count; i++) {
        uint32_t slot = view->overrides[i].slot;
        const Decl *d = graph_decl(x->graph, slot);
        Value v;
        if (!d || d->kind == DECL_SHARED) {
            continue; /* the choice of a branch */
        }
        if (!vm_eval_slot(x->vm, x->view, slot, &v)) {
            x->failed = vm_take_fault(x->vm) == NULL || x->failed;
        } else if (d->kind == DECL_PATCHES) {
            patch_contexts(x, d, v);
        } else if (d->kind != DECL_COLUMN || !column_contexts(x, view, d, slot, v)) {
            add_context(x, work_sentence(x, D_EXPLAIN_WITH, work_slot_name(x, slot), work_put_in(x, v)));
        }
    }
}

static void scenario_context(Explainer *x, uint32_t slot)
{
    const Program *p = x->graph->program;
    int32_t scenario = x->graph->slots[slot].scenario;
    if (scenario >= 0) {
        const Node *n = p->scenarios[scenario]->node;
        Str title = node_title(n);
        add_context(x, work_sentence(x, D_EXPLAIN_SCENARIO, title.n ? title : p->scenarios[scenario]->scope->name,
                                     (Str){NULL, 0}));
    }
}

/* An answer that only names a formula (`answer hours`) is explained by that formula. */
static uint32_t named_formula(Explainer *x, uint32_t slot)
{
    const Decl *d = graph_decl(x->graph, slot);
    int32_t scenario = x->graph->slots[slot].scenario;
    if (!d || d->kind != DECL_ANONYMOUS || !d->expr) {
        return slot;
    }
    const Decl *named = work_resolve(x, d->scope, d->expr, &scenario);
    if (!named || (named->kind != DECL_FORMULA && named->kind != DECL_SHARED)) {
        return slot;
    }
    uint32_t target = work_follow(x, graph_slot(x->graph, named, scenario));
    Value a, b;
    if (!vm_eval_slot(x->vm, x->view, slot, &a) || !vm_eval_slot(x->vm, x->view, target, &b)) {
        x->failed = vm_take_fault(x->vm) == NULL || x->failed;
        return target;
    }
    ExplainValue shown_a = work_value(x, a), shown_b = work_value(x, b);
    return str_eq(shown_a.shown, shown_b.shown) ? target : slot;
}

bool explain(Explanation *e, Graph *g, View *view, uint32_t slot, const ExplainOptions *options)
{
    Explainer x = {
        .out = e, .graph = g, .vm = g->vm, .view = view ? view : g->vm->base, .options = *options, .mem = g->vm->mem};
    *e = (Explanation){.lang = options->lang};
    arena_init(&e->arena, x.mem);
    x.options.max_steps = options->max_steps ? options->max_steps : EXPLAIN_STEPS;
    x.seen = arena_alloc(&e->arena, g->slot_count + 1);
    if (!x.seen || slot >= g->slot_count) {
        return x.seen != NULL;
    }
    uint32_t subject = named_formula(&x, work_follow(&x, slot));
    e->subject = work_slot_name(&x, subject);
    view_contexts(&x, x.view);
    scenario_context(&x, subject);
    walk(&x, subject);
    return !x.failed && !e->arena.failed;
}

void explain_free(Explanation *e)
{
    arena_free(&e->arena);
}
