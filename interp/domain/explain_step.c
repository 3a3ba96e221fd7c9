/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/limits.h"
#include "domain/explain_work.h"
#include "num/number.h"

enum { CHAIN_MOST = 3 };

ExplainStep *step_new(Explainer *x, uint32_t slot, Str name)
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
void step_note(Explainer *x, ExplainStep *s, Str text)
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

/* ---- the chain ---- */

void step_equal(ExplainStep *s, Str text, bool about)
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
    Pen p = work_pen(x, &b, t);
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
        p = work_pen(x, &b, t);
        p.level = level;
        pen_expr(&p, expr);
        Str text = work_keep(x, &b);
        if (s->equal_count || !str_eq(text, s->formula.n ? s->formula : s->name)) {
            step_equal(s, text, p.cut);
        }
    }
}

static bool same_result(Explainer *x, const ExplainStep *s, Value result)
{
    Str written = work_put_in(x, result);
    return s->equal_count && str_eq(s->equals[s->equal_count - 1].text, written);
}

/* A last member that is only the result as a person writes it gives way to the result as it is shown. */
void step_result(Explainer *x, ExplainStep *s, Value result)
{
    s->value = work_value(x, result);
    if (same_result(x, s, result)) {
        s->equal_count--;
    }
    step_equal(s, s->value.shown, s->value.cut);
}

/* ---- notes: roundings and conditions ---- */

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

/* Whether arguments of a function of the library are given, which its call shows. */
static bool asks_what_is_given(const Node *n)
{
    bool joined = n->kind == N_BINARY && (n->op == OP_AND || n->op == OP_OR);
    return joined ? asks_what_is_given(n->kids[0]) && asks_what_is_given(n->kids[1]) : n->kind == N_IS;
}

static void note_condition(Explainer *x, ExplainStep *s, const Trace *t, const Node *condition)
{
    Pen p = {.graph = x->graph, .options = &x->options, .trace = t};
    const Node *inner = condition;
    while (inner->kind == N_PAREN) {
        inner = inner->kids[0];
    }
    const Value *v = trace_value(t, inner);
    if (!v || v->tag != T_TRUTH || (x->inside && asks_what_is_given(inner))) {
        return;
    }
    Str written = work_text(x, NULL, inner, 0);
    Str numbers = work_text(x, t, inner, condition_level(&p, inner));
    if (str_eq(written, numbers) || inner->kind == N_NAME) {
        step_note(x, s, work_sentence(x, v->num ? D_EXPLAIN_TRUE : D_EXPLAIN_FALSE, written, (Str){NULL, 0}));
    } else {
        step_note(x, s, work_sentence(x, v->num ? D_EXPLAIN_TRUE_FOR : D_EXPLAIN_FALSE_FOR, written, numbers));
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
        Str from = work_put_in(x, *before), to = work_put_in(x, *after);
        if (!str_eq(from, to)) {
            step_note(x, s, work_sentence(x, id, from, to));
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
        given += !value_is_not_given(list_item_at(list, i));
    }
    if (!list || given == list->n) {
        return;
    }
    Buf used, all;
    buf_init(&used, x->mem);
    buf_init(&all, x->mem);
    buf_printf(&used, "%u", given);
    buf_printf(&all, "%u", list->n);
    step_note(x, s, work_sentence(x, D_EXPLAIN_SKIPPED, work_keep(x, &used), work_keep(x, &all)));
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

void step_fault(Explainer *x, ExplainStep *s)
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
    step_note(x, s, work_sentence(x, D_EXPLAIN_FAULT, work_keep(x, &b), (Str){NULL, 0}));
}

/* A formula that is itself a condition: its numbers are told like those of an if, for a chain of signs would mix with
   the signs in it. */
static bool is_condition(const Node *n)
{
    while (n->kind == N_PAREN) {
        n = n->kids[0];
    }
    bool logic =
        (n->kind == N_BINARY && (n->op == OP_AND || n->op == OP_OR)) || (n->kind == N_UNARY && n->op == OP_NOT);
    return logic || n->kind == N_COMPARISON || n->kind == N_IS;
}

void step_working(Explainer *x, ExplainStep *s, const Trace *t, const Node *expr)
{
    if (is_condition(expr)) {
        note_condition(x, s, t, expr);
    } else {
        add_numbers(x, s, t, expr);
    }
    add_notes(x, s, t, expr, 0);
}
