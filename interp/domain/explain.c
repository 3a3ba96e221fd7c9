/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formulas a formula reads are found by walking its tree, so that those of a branch not taken stay out. Steps
   come in the order of a depth-first walk with a stack of its own: formulas may be chained deeper than C calls
   should be. A formula's trace lives only while its own step is made. */
#include "domain/explain.h"

#include <string.h>

#include "base/limits.h"
#include "data/table.h"
#include "domain/explain_cell.h"
#include "domain/explain_pen.h"
#include "domain/indicator.h"
#include "num/format.h"
#include "num/number.h"
#include "num/unit.h"

enum { CHAIN_MOST = 3, CALLS_MOST = 8, NESTED_MOST = 3, FRACTION_DIGITS = 30 };

typedef struct Visit { /* a formula met, its own step made, those it reads not all done */
    uint32_t slot;
    ExplainStep *step; /* NULL: the formula is data, which is listed already */
    ExplainStep **calls;
    uint32_t call_count;
    uint32_t *reads;
    uint32_t read_count, read_cap, next;
} Visit;

typedef struct Explainer {
    Explanation *out;
    Graph *graph;
    Vm *vm;
    View *view;
    ExplainOptions options;
    Mem *mem;
    bool *seen;      /* by slot */
    Visit *stack;
    uint32_t depth, cap;
    uint32_t step_cap, data_cap, context_cap;
    uint32_t visited;
    uint32_t nested;    /* functions of the library that call one another, being explained */
    const Decl *inside; /* the function of the library whose body is explained; NULL: none */
    bool failed;     /* memory */
} Explainer;

typedef struct Locals { /* names bound by lambdas and comprehensions around */
    const struct Locals *outer;
    const Node *node;
} Locals;

/* ---- lists and texts ---- */

/* Room for one more item of *list, whose items have the size `item`. */
static bool grow(Explainer *x, void *list, uint32_t count, uint32_t *cap, size_t item)
{
    void *old;
    memcpy(&old, list, sizeof old);
    if (count < *cap) {
        return true;
    }
    uint32_t wider = *cap ? *cap * 2 : 8;
    void *wide = arena_alloc(&x->out->arena, wider * item);
    if (!wide) {
        x->failed = true;
        return false;
    }
    if (count) {
        memcpy(wide, old, count * item);
    }
    memcpy(list, &wide, sizeof wide);
    *cap = wider;
    return true;
}

static Str keep(Explainer *x, Buf *b)
{
    Str s = b->failed ? (Str){NULL, 0} : arena_str(&x->out->arena, buf_str(b));
    x->failed = x->failed || !s.p;
    buf_free(b);
    return s.p ? s : (Str){"", 0};
}

static Str sentence(Explainer *x, DiagId id, Str a, Str b)
{
    Str args[DIAG_ARGS] = {a, b};
    Buf out;
    buf_init(&out, x->mem);
    diag_message(&out, id, args, x->options.lang);
    return keep(x, &out);
}

static void add_note(Explainer *x, ExplainStep *s, Str text)
{
    Str *wider = arena_alloc(&x->out->arena, (s->note_count + 1) * sizeof *wider);
    if (!wider) {
        x->failed = true;
        return;
    }
    if (s->note_count) {
        memcpy(wider, s->notes, s->note_count * sizeof *wider);
    }
    wider[s->note_count++] = text;
    s->notes = wider;
}

/* ---- values ---- */

static Pen pen_for(Explainer *x, Buf *out, const Trace *trace)
{
    buf_init(out, x->mem);
    return (Pen){.graph = x->graph, .options = &x->options, .out = out, .trace = trace, .function = x->inside};
}

static ExplainValue value_text(Explainer *x, Value v)
{
    NumCtx *num = x->vm->num;
    Buf b;
    ExplainValue e = {.number = value_is_number(v)};
    Pen p = pen_for(x, &b, NULL);
    pen_value(&p, v, true);
    e.shown = keep(x, &b);
    e.cut = p.cut;
    if (e.number) {
        e.exact = num_is_exact(v);
        buf_init(&b, x->mem);
        x->failed = num_fraction(num, &b, v) == NUM_NO_MEMORY || x->failed;
        e.fraction = keep(x, &b);
        buf_init(&b, x->mem);
        x->failed = num_decimal(num, &b, v, FRACTION_DIGITS) == NUM_NO_MEMORY || x->failed;
        e.decimal = keep(x, &b);
        buf_init(&b, x->mem);
        unit_name(num, &b, v.unit, x->options.lang);
        e.unit = keep(x, &b);
    }
    return e;
}

/* As a person writes it into a formula. */
static Str value_put_in(Explainer *x, Value v)
{
    Buf b;
    Pen p = pen_for(x, &b, NULL);
    pen_value(&p, v, false);
    return keep(x, &b);
}

/* ---- what the view overrides ---- */

static const Override *override_of(const Explainer *x, uint32_t slot)
{
    for (const View *v = x->view; v; v = v->parent) {
        for (uint32_t i = 0; i < v->override_count; i++) {
            if (v->overrides[i].slot == slot) {
                return &v->overrides[i];
            }
        }
    }
    return NULL;
}

/* A name that branches share stands for its formula in the branch that is read. */
static uint32_t follow_shared(const Explainer *x, uint32_t slot)
{
    for (uint32_t hops = 0; hops < LIMIT_NESTING; hops++) {
        const Decl *d = graph_decl(x->graph, slot);
        const Override *o = override_of(x, slot);
        const GraphSlot *s = &x->graph->slots[slot];
        if (!d || d->kind != DECL_SHARED || (o && !o->is_thunk)) {
            return slot;
        }
        const Function *f = o ? o->value.ptr : NULL;
        if (f && f->proto == x->graph->alias && f->binding->n) {
            slot = f->binding->slots[0];
        } else if (!f && s->proto && s->proto->read_count == 1) {
            slot = s->binding->slots[s->proto->reads[0]];
        } else {
            return slot;
        }
    }
    return slot;
}

/* ---- names ---- */

/* A line that is an expression stands for its value. */
static const Node *formula_of(const Decl *d)
{
    bool line = d->kind == DECL_STATEMENT && d->expr && d->expr->kind == N_DO && d->expr->count == 1;
    return line ? d->expr->kids[0] : d->expr;
}

static bool has_namesake(const Explainer *x, const Decl *d)
{
    const Program *p = x->graph->program;
    for (uint32_t i = 0; i < p->decl_count; i++) {
        const Decl *o = p->decls[i];
        if (o != d && o->kind == DECL_FORMULA && !o->removed && o->scenario < 0 && o->scope->kind == SCOPE_QUESTION &&
            str_eq(o->name, d->name)) {
            return true;
        }
    }
    return false;
}

/* hours; in_house.cost; 2.3.hours where another question has hours too; the text of an expression without name. */
static Str slot_name(Explainer *x, uint32_t slot)
{
    const Decl *d = graph_decl(x->graph, slot);
    int32_t scenario = x->graph->slots[slot].scenario;
    Buf b;
    buf_init(&b, x->mem);
    if (d->name.n && scenario >= 0) {
        buf_put(&b, x->graph->program->scenarios[scenario]->scope->name);
        buf_putc(&b, '.');
        buf_put(&b, d->name);
    } else if (d->name.n && !has_namesake(x, d)) {
        buf_put(&b, d->name);
    } else if (d->name.n || !d->expr) {
        graph_slot_name(x->graph, &b, slot);
    } else {
        buf_free(&b);
        Pen p = pen_for(x, &b, NULL);
        pen_expr(&p, formula_of(d));
    }
    return keep(x, &b);
}

static Decl *decl_found(const Lookup *l) { return l->kind == LOOKUP_DECL ? l->decl : NULL; }

/* The decl that a name, a qualified name or a member stands for, and the scenario it is read in. */
static Decl *resolve(Explainer *x, const Scope *scope, const Node *n, int32_t *scenario)
{
    Program *p = x->graph->program;
    Lookup l = {.kind = LOOKUP_NONE};
    if (n->kind == N_NAME) {
        l = names_find(p, scope, n->text);
    } else if (n->kind == N_QUALIFIED) {
        l = names_find_qualified(p, scope, n->text);
    } else if (n->kind == N_MEMBER) {
        const Decl *owner = resolve(x, scope, n->kids[0], scenario);
        if (owner && owner->kind == DECL_SCENARIO) {
            *scenario = (int32_t)owner->target;
            return names_scenario_member(p, owner->target, n->text);
        }
        if (owner && owner->kind == DECL_MODULE) {
            l = names_find(p, p->modules[owner->target]->scope, n->text);
        }
    }
    return decl_found(&l);
}

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

/* ---- what a formula reads ---- */

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
    slot = follow_shared(x, slot);
    if (!x->seen[slot] && grow(x, &v->reads, v->read_count, &v->read_cap, sizeof *v->reads)) {
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
    const Decl *d = resolve(r->x, r->scope, n, &scenario);
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
    const Decl *d = library ? NULL : resolve(r->x, r->scope, callee, &scenario);
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
    case N_NAME: case N_QUALIFIED: case N_MEMBER:
        read_name(r, n, locals);
        break;
    case N_CALL:
        read_call(r, n, locals);
        break;
    case N_WITH: /* under other overrides: its value is all that this working shows */
    case N_COMPARE: case N_BLOCK:
        break;
    case N_LAMBDA: case N_COMPREHENSION:
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

/* ---- the chain of one step ---- */

static void add_equal(ExplainStep *s, Str text, bool about)
{
    if (s->equal_count && str_eq(s->equals[s->equal_count - 1].text, text)) {
        return;
    }
    s->equals[s->equal_count++] = (ExplainEqual){.text = text, .about = about};
}

/* The numbers put in, then with ever more groups worked out. The last levels are kept when there are too many. */
static void add_numbers(Explainer *x, ExplainStep *s, const Trace *t, const Node *expr)
{
    Buf b;
    Pen p = pen_for(x, &b, t);
    uint32_t levels = pen_level(&p, expr);
    const Node *whole = pen_strip(&p, expr);
    if (whole->kind == N_CONVERT && levels > 1) {
        levels--; /* the result alone, in its unit, tells no more than the result */
    }
    buf_free(&b);
    for (uint32_t level = 0; level < levels || level == 0; level++) {
        if (level && levels > CHAIN_MOST && level + CHAIN_MOST <= levels) {
            continue;
        }
        p = pen_for(x, &b, t);
        p.level = level;
        pen_expr(&p, expr);
        Str text = keep(x, &b);
        if (s->equal_count || !str_eq(text, s->formula.n ? s->formula : s->name)) {
            add_equal(s, text, p.cut);
        }
    }
}

static bool same_result(Explainer *x, const ExplainStep *s, Value result)
{
    Str written = value_put_in(x, result);
    return s->equal_count && str_eq(s->equals[s->equal_count - 1].text, written);
}

/* A last member that is only the result as a person writes it gives way to the result as it is shown. */
static void add_result(Explainer *x, ExplainStep *s, Value result)
{
    s->value = value_text(x, result);
    if (same_result(x, s, result)) {
        s->equal_count--;
    }
    add_equal(s, s->value.shown, s->value.cut);
}

/* ---- notes: roundings and conditions ---- */

static Str pen_text(Explainer *x, const Trace *t, const Node *n, uint32_t level)
{
    Buf b;
    Pen p = pen_for(x, &b, t);
    p.level = level;
    pen_expr(&p, n);
    return keep(x, &b);
}

/* The level at which the operands of comparisons are worked out, but not the comparisons. */
static uint32_t condition_level(const Pen *p, const Node *n)
{
    n = pen_strip(p, n);
    uint32_t most = 0;
    bool logic = (n->kind == N_BINARY && (n->op == OP_AND || n->op == OP_OR)) || n->kind == N_UNARY;
    if (!logic) {
        uint32_t level = pen_level(p, n);
        return level ? level - 1 : 0;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t level = condition_level(p, n->kids[i]);
        most = level > most ? level : most;
    }
    return most;
}

static void note_condition(Explainer *x, ExplainStep *s, const Trace *t, const Node *condition)
{
    Pen p = {.graph = x->graph, .options = &x->options, .trace = t};
    const Node *inner = condition;
    while (inner->kind == N_PAREN) {
        inner = inner->kids[0];
    }
    const Value *v = trace_value(t, inner);
    if (!v || v->tag != T_TRUTH) {
        return;
    }
    Str written = pen_text(x, NULL, inner, 0);
    Str numbers = pen_text(x, t, inner, condition_level(&p, inner));
    if (str_eq(written, numbers) || inner->kind == N_NAME) {
        add_note(x, s, sentence(x, v->num ? D_EXPLAIN_TRUE : D_EXPLAIN_FALSE, written, (Str){NULL, 0}));
    } else {
        add_note(x, s, sentence(x, v->num ? D_EXPLAIN_TRUE_FOR : D_EXPLAIN_FALSE_FOR, written, numbers));
    }
}

static bool rounding_note(Str function, DiagId *id)
{
    static const struct {
        Str name;
        DiagId id;
    } roundings[] = {{{"round", 5}, D_EXPLAIN_ROUNDED},
                     {{"ceil", 4}, D_EXPLAIN_RAISED},
                     {{"floor", 5}, D_EXPLAIN_LOWERED},
                     {{"trunc", 5}, D_EXPLAIN_CUT}};
    for (size_t i = 0; i < sizeof roundings / sizeof *roundings; i++) {
        if (str_eq(roundings[i].name, function)) {
            *id = roundings[i].id;
            return true;
        }
    }
    return false;
}

static void note_rounding(Explainer *x, ExplainStep *s, const Trace *t, const Node *call)
{
    DiagId id;
    const Node *callee = call->kids[0];
    bool named = callee->kind == N_NAME && (callee->flags & NODE_LIBRARY) && rounding_note(callee->text, &id);
    if (!named || call->count < 2) {
        return;
    }
    Pen p = {.graph = x->graph, .options = &x->options, .trace = t};
    const Node *arg = pen_strip(&p, call->kids[1]->kind == N_ARGUMENT ? call->kids[1]->kids[0] : call->kids[1]);
    const Value *before = trace_value(t, arg), *after = trace_value(t, call);
    if (!before || !after || !value_is_number(*before) || !value_is_number(*after)) {
        return;
    }
    bool equal = true;
    if (num_equal(x->vm->num, *before, *after, &equal) == NUM_OK && !equal) {
        Str from = value_put_in(x, *before), to = value_put_in(x, *after);
        if (!str_eq(from, to)) {
            add_note(x, s, sentence(x, id, from, to));
        }
    }
}

/* Data that is not given is left out: how many served? */
static void note_skipped(Explainer *x, ExplainStep *s, const Trace *t, const Node *call)
{
    Pen p = {.graph = x->graph, .options = &x->options, .trace = t};
    const List *list = pen_aggregated(&p, call);
    uint32_t given = 0;
    for (uint32_t i = 0; list && i < list->n; i++) {
        given += !value_is_not_given(list->store->items[i]);
    }
    if (!list || given == list->n) {
        return;
    }
    Buf used, all;
    buf_init(&used, x->mem);
    buf_init(&all, x->mem);
    buf_printf(&used, "%u", given);
    buf_printf(&all, "%u", list->n);
    add_note(x, s, sentence(x, D_EXPLAIN_SKIPPED, keep(x, &used), keep(x, &all)));
}

static void add_notes(Explainer *x, ExplainStep *s, const Trace *t, const Node *n, uint32_t depth)
{
    if (n->kind == N_LAMBDA || n->kind == N_COMPREHENSION || n->kind == N_WITH || depth > LIMIT_HEIGHT) {
        return;
    }
    if (n->kind == N_CALL) {
        Pen p = {.graph = x->graph};
        if (pen_has_unevaluated(&p, n)) {
            return;
        }
    }
    if (n->kind == N_CONDITIONAL) {
        note_condition(x, s, t, n->kids[0]);
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i]->kind == N_WHEN && n->kids[i]->count == 2) {
            note_condition(x, s, t, n->kids[i]->kids[0]);
        }
        add_notes(x, s, t, n->kids[i], depth + 1);
    }
    if (n->kind == N_CALL) {
        note_rounding(x, s, t, n);
        note_skipped(x, s, t, n);
    }
}

static void add_fault(Explainer *x, ExplainStep *s)
{
    Fault *f = vm_take_fault(x->vm);
    if (!f || f->id == D_OUT_OF_MEMORY) {
        x->failed = true;
        return;
    }
    Str args[DIAG_ARGS];
    for (int i = 0; i < DIAG_ARGS; i++) {
        args[i] = f->args[i] ? (Str){f->args[i]->bytes, f->args[i]->n} : (Str){"", 0};
    }
    Buf b;
    buf_init(&b, x->mem);
    diag_message(&b, f->id, args, x->options.lang);
    s->fault = true;
    add_note(x, s, sentence(x, D_EXPLAIN_FAULT, keep(x, &b), (Str){NULL, 0}));
}

/* A formula that is itself a condition: its numbers are told like those of an if, for a chain of signs would mix with
   the signs in it. */
static bool is_condition(const Node *n)
{
    while (n->kind == N_PAREN) {
        n = n->kids[0];
    }
    bool logic = (n->kind == N_BINARY && (n->op == OP_AND || n->op == OP_OR)) || (n->kind == N_UNARY && n->op == OP_NOT);
    return logic || n->kind == N_COMPARISON || n->kind == N_IS;
}

static void add_working(Explainer *x, ExplainStep *s, const Trace *t, const Node *expr)
{
    if (is_condition(expr)) {
        note_condition(x, s, t, expr);
    } else {
        add_numbers(x, s, t, expr);
    }
    add_notes(x, s, t, expr, 0);
}

/* ---- steps ---- */

static ExplainStep *step_new(Explainer *x, uint32_t slot, Str name)
{
    ExplainStep *s = arena_alloc(&x->out->arena, sizeof *s);
    /* the numbers put in, CHAIN_MOST levels, the result */
    ExplainEqual *equals = arena_alloc(&x->out->arena, (CHAIN_MOST + 3) * sizeof *equals);
    if (!s || !equals) {
        x->failed = true;
        return NULL;
    }
    *s = (ExplainStep){.slot = slot, .name = name, .equals = equals};
    return s;
}

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

/* The values of the arguments, by parameter; what was left out takes its default in the call itself. */
static Value *argument_values(Explainer *x, const Trace *t, const Node *call, const Decl *d)
{
    uint32_t count = d->expr->count - 1;
    Value *args = arena_alloc(&x->out->arena, (count + 1) * sizeof *args);
    x->failed = x->failed || !args;
    for (uint32_t i = 0; args && i < count; i++) {
        Pen p = {.graph = x->graph, .options = &x->options, .trace = t};
        const Node *arg = argument_of(x, call, d, i);
        const Value *v = arg ? trace_value(t, pen_strip(&p, arg)) : NULL;
        args[i] = v ? *v : value_none();
    }
    return args;
}

static void list_call(Explainer *x, Visit *visit, ExplainStep *s)
{
    uint32_t cap = visit->call_count;
    if (s && grow(x, &visit->calls, visit->call_count, &cap, sizeof *visit->calls)) {
        visit->calls[visit->call_count++] = s;
    }
}

static void call_step(Explainer *x, Visit *visit, ExplainStep *s, const Trace *t, const Node *body, Value result)
{
    s->formula = pen_text(x, NULL, body, 0);
    add_working(x, s, t, body);
    add_result(x, s, result);
    list_call(x, visit, s);
}

/* Tables and functions are no steps that one works out. */
static const Value *step_value(Explainer *x, const Trace *t, const Node *expr)
{
    Pen p = {.graph = x->graph, .options = &x->options, .trace = t};
    const Value *v = expr ? trace_value(t, pen_strip(&p, expr)) : NULL;
    bool shows = v && v->tag != T_TABLE && v->tag != T_MATRIX && v->tag != T_RECORD && v->tag != T_FUNCTION &&
                 v->tag != T_NONE;
    return shows ? v : NULL;
}

typedef struct Inside { /* the body of a function, in one call of it */
    Explainer *x;
    Visit *visit;
    const Trace *trace;
    uint32_t steps;      /* those made */
    const Node *result;  /* the expression that gives its value */
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
static void explain_steps(Inside *in, ExplainStep *header, Value result)
{
    Explainer *x = in->x;
    list_call(x, in->visit, header);
    in->result = NULL;
    inside_body(in, x->inside->expr->kids[x->inside->expr->count - 1], false, 0);
    if (in->result && in->result->kind != N_NAME && step_value(x, in->trace, in->result)) {
        ExplainStep *s = step_new(x, NO_SLOT, STR(""));
        if (s) {
            s->depth = 1;
            call_step(x, in->visit, s, in->trace, in->result, result);
        }
    }
}

static void add_calls(Explainer *x, Visit *visit, const Trace *t, const Scope *scope, const Node *n, uint32_t depth);

/* One call, traced: what it calls in turn, then its own steps. Of the author's functions that are more than one expression
   nothing is told. */
static void explain_call(Explainer *x, Visit *visit, const Trace *t, const Decl *d, ExplainStep *s)
{
    const Node *body = d->expr->kids[d->expr->count - 1];
    const Decl *outer = x->inside;
    Inside in = {.x = x, .visit = visit, .trace = t};
    x->inside = program_is_library(x->graph->program, d) ? d : NULL;
    if (x->inside && x->nested < NESTED_MOST) {
        x->nested++;
        add_calls(x, visit, t, d->scope, body, 0);
        x->nested--;
    }
    if (body->kind != N_BODY) {
        call_step(x, visit, s, t, body, t->result);
    } else if (x->inside) {
        inside_body(&in, body, true, 0);
        if (in.steps) {
            explain_steps(&in, s, t->result);
        } else if (in.result && step_value(x, t, in.result)) {
            call_step(x, visit, s, t, in.result, t->result);
        }
    }
    x->inside = outer;
}

static void add_call(Explainer *x, Visit *visit, const Trace *t, const Node *call, const Decl *d, int32_t scenario)
{
    const Node *function = d->expr;
    const Value *result = trace_value(t, call);
    bool told = function->kids[function->count - 1]->kind != N_BODY || program_is_library(x->graph->program, d);
    if (!told || !result || result->tag == T_FUNCTION || visit->call_count >= CALLS_MOST) {
        return;
    }
    Pen p = {.graph = x->graph, .options = &x->options, .trace = t};
    ExplainStep *s = step_new(x, NO_SLOT, pen_text(x, t, call, pen_level(&p, call) - 1));
    Value *args = argument_values(x, t, call, d);
    Trace inside;
    if (!s || !args) {
        return;
    }
    if (trace_call(&inside, x->graph, x->view, graph_slot(x->graph, d, scenario), args, function->count - 1)) {
        explain_call(x, visit, &inside, d, s);
    } else {
        x->failed = vm_take_fault(x->vm) == NULL || x->failed;
    }
    trace_free(&inside);
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
    const Decl *d = count && (n->kind == N_NAME || n->kind == N_QUALIFIED) ? resolve(x, scope, n, &scenario) : NULL;
    if (!d || (d->kind != DECL_FORMULA && d->kind != DECL_SHARED)) {
        return false;
    }
    uint32_t slot = follow_shared(x, graph_slot(x->graph, d, scenario));
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
    int op = r->gap ? OPC_SUB : OPC_DIV;
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
    buf_put(&figures, value_put_in(x, turned ? b : a));
    buf_puts(&figures, sign);
    buf_put(&figures, value_put_in(x, turned ? a : b));
    s->formula = keep(x, &names);
    add_equal(s, keep(x, &figures), false);
    add_result(x, s, result);
    list_call(x, visit, s);
}

static void add_cell_working(Explainer *x, Visit *visit, ExplainStep *s, const CellSource *source, Value result)
{
    Trace t;
    Value v, same = value_truth(false);
    if (trace_pick(&t, x->graph, x->view, source->slot, source->root, source->pick, &v)) {
        bool equal = v.tag != T_NONE && vm_equal(x->vm, v, result, &same) && value_is_true(same);
        if (equal) { /* else it has been replaced by a figure of its own */
            s->formula = pen_text(x, NULL, source->root, 0);
            add_working(x, s, &t, source->root);
            add_result(x, s, result);
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
        s->formula = pen_text(x, NULL, column->expr, 0);
        add_result(x, s, result);
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
    ExplainStep *s = step_new(x, NO_SLOT, pen_text(x, NULL, n, 0));
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

static void add_calls(Explainer *x, Visit *visit, const Trace *t, const Scope *scope, const Node *n, uint32_t depth)
{
    bool again = n->kind == N_LAMBDA || n->kind == N_COMPREHENSION || n->kind == N_FOR || n->kind == N_WHILE;
    if (again || n->kind == N_WITH || depth > LIMIT_HEIGHT) {
        return;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i]) {
            add_calls(x, visit, t, scope, n->kids[i], depth + 1);
        }
    }
    if (n->kind == N_MEMBER || n->kind == N_INDEX) {
        add_cell(x, visit, t, scope, n);
    }
    if (n->kind == N_CALL) {
        int32_t scenario = x->graph->slots[visit->slot].scenario;
        const Decl *d = resolve(x, scope, n->kids[0], &scenario);
        if (d && d->kind == DECL_FUNCTION && d->expr) {
            add_call(x, visit, t, n, d, scenario);
        }
    }
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
        s->formula = keep(x, &b);
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
    s->formula = keep(x, &b);
}

static bool is_data(const Explainer *x, const Decl *d, uint32_t slot)
{
    const Node *expr = formula_of(d);
    return !expr || (pen_is_literal(expr) && d->kind != DECL_STATEMENT) || override_of(x, slot);
}

static void list_data(Explainer *x, ExplainStep *s)
{
    if (grow(x, &x->out->data, x->out->data_count, &x->data_cap, sizeof *x->out->data)) {
        x->out->data[x->out->data_count++] = s;
    }
}

static void make_data(Explainer *x, ExplainStep *s)
{
    Value v;
    s->replaced = override_of(x, s->slot) != NULL;
    if (vm_eval_slot(x->vm, x->view, s->slot, &v)) {
        add_result(x, s, v);
    } else {
        add_fault(x, s);
    }
    list_data(x, s);
}

/* A table of rows that are written out, without a computed column. */
static bool is_rows(const Node *expr)
{
    const Node *body = expr->kind == N_BLOCK && expr->op == B_TABLE ? node_body(expr) : NULL;
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
    const Node *expr = formula_of(d);
    bool ok = trace_run(&t, x->graph, x->view, s->slot);
    s->formula = pen_text(x, NULL, expr, 0);
    if (!d->name.n && str_eq(s->formula, s->name)) { /* an expression has no other name */
        s->formula = (Str){"", 0};
    }
    add_parentheses(x, s, expr);
    add_unit(x, s, d);
    if (ok && expr->kind != N_BLOCK) {
        add_working(x, s, &t, expr);
        add_calls(x, visit, &t, d->scope, expr, 0);
    }
    Reading r = {.x = x, .visit = visit, .trace = ok ? &t : NULL, .scope = d->scope,
                 .scenario = x->graph->slots[s->slot].scenario};
    if (!x->options.one_step) {
        read_node(&r, expr, NULL);
    }
    if (ok) {
        add_result(x, s, t.result);
        show_once(s, d->expr);
    } else {
        add_fault(x, s);
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
    ExplainStep *s = step_new(x, slot, slot_name(x, slot));
    if (!s || !grow(x, &x->stack, x->depth, &x->cap, sizeof *x->stack)) {
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
    if (grow(x, &e->steps, e->step_count, &x->step_cap, sizeof *e->steps)) {
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
    if (grow(x, &x->out->contexts, x->out->context_count, &x->context_cap, sizeof *x->out->contexts)) {
        x->out->contexts[x->out->context_count++] = text;
    }
}

static void add_cell_context(Explainer *x, Str table, Value key, Str column, Value v)
{
    Buf name;
    buf_init(&name, x->mem);
    buf_put(&name, table);
    buf_putc(&name, '[');
    buf_put(&name, value_put_in(x, key));
    buf_puts(&name, "].");
    buf_put(&name, column);
    add_context(x, sentence(x, D_EXPLAIN_WITH, keep(x, &name), value_put_in(x, v)));
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
        !vm_eval_slot(x->vm, view->parent, slot, &before) || before.tag != T_LIST || list_count(before) != list_count(column)) {
        vm_take_fault(x->vm);
        return false;
    }
    for (uint32_t i = 0; i < list_count(column) && vm_equal(x->vm, list_at(before, i), list_at(column, i), &same); i++) {
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
            add_context(x, sentence(x, D_EXPLAIN_WITH, slot_name(x, slot), value_put_in(x, v)));
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
        add_context(x, sentence(x, D_EXPLAIN_SCENARIO, title.n ? title : p->scenarios[scenario]->scope->name,
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
    const Decl *named = resolve(x, d->scope, d->expr, &scenario);
    if (!named || (named->kind != DECL_FORMULA && named->kind != DECL_SHARED)) {
        return slot;
    }
    uint32_t target = follow_shared(x, graph_slot(x->graph, named, scenario));
    Value a, b;
    if (!vm_eval_slot(x->vm, x->view, slot, &a) || !vm_eval_slot(x->vm, x->view, target, &b)) {
        x->failed = vm_take_fault(x->vm) == NULL || x->failed;
        return target;
    }
    ExplainValue shown_a = value_text(x, a), shown_b = value_text(x, b);
    return str_eq(shown_a.shown, shown_b.shown) ? target : slot;
}

bool explain(Explanation *e, Graph *g, View *view, uint32_t slot, const ExplainOptions *options)
{
    Explainer x = {.out = e, .graph = g, .vm = g->vm, .view = view ? view : g->vm->base, .options = *options,
                   .mem = g->vm->mem};
    *e = (Explanation){.lang = options->lang};
    arena_init(&e->arena, x.mem);
    x.options.max_steps = options->max_steps ? options->max_steps : EXPLAIN_STEPS;
    x.seen = arena_alloc(&e->arena, g->slot_count + 1);
    if (!x.seen || slot >= g->slot_count) {
        return x.seen != NULL;
    }
    uint32_t subject = named_formula(&x, follow_shared(&x, slot));
    e->subject = slot_name(&x, subject);
    view_contexts(&x, x.view);
    scenario_context(&x, subject);
    walk(&x, subject);
    return !x.failed && !e->arena.failed;
}

void explain_free(Explanation *e) { arena_free(&e->arena); }
