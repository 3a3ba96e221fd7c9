/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rule 3.2: a rounding whose result depends on a unit that nothing fixes. The formula is traced once; the value of
   what is rounded tells whether another unit would be as natural, and both readings are shown. */
#include "data/show.h"
#include "domain/audit.h"
#include "model/trace.h"
#include "num/unit.h"

typedef struct RoundLint {
    CheckReport *report;
    const Decl *decl;
    Trace trace;
    bool traced, failed;
    uint32_t depth;
} RoundLint;

static bool is_rounding(const Node *n)
{
    static const char *const names[] = {"round", "floor", "ceil", "trunc"};
    bool call = n->kind == N_CALL && n->count >= 2 && n->kids[0]->kind == N_NAME && n->kids[0]->flags & NODE_LIBRARY;
    for (size_t i = 0; call && i < sizeof names / sizeof *names; i++) {
        if (str_eq(n->kids[0]->text, str_from(names[i]))) {
            return true;
        }
    }
    return false;
}

static const Node *argument(const Node *call, uint32_t i)
{
    const Node *n = i < call->count ? call->kids[i] : NULL;
    return n && n->kind == N_ARGUMENT ? n->kids[0] : n;
}

static const Node *inside(const Node *n)
{
    while (n->kind == N_PAREN || (n->kind == N_UNARY && n->op == OP_NEG)) {
        n = n->kids[0];
    }
    return n;
}

/* Does something written fix the unit: a literal, `to`, or the formula that is named? */
static bool unit_fixed(RoundLint *x, const Scope *scope, const Node *n)
{
    n = inside(n);
    if (x->depth > 30) {
        return true;
    }
    switch (n->kind) {
    case N_BINARY: return (n->op == OP_ADD || n->op == OP_SUB) && unit_fixed(x, scope, n->kids[0]);
    case N_CALL: return !is_rounding(n) || unit_fixed(x, scope, argument(n, 1));
    case N_NAME: break;
    default: return true;
    }
    Lookup l = names_find(x->report->graph->program, scope, n->text);
    const Decl *d = l.kind == LOOKUP_DECL ? l.decl : NULL;
    if (!d || d->kind != DECL_FORMULA || d->has_to_unit || !d->expr) {
        return true;
    }
    x->depth++;
    bool fixed = unit_fixed(x, d->scope, d->expr);
    x->depth--;
    return fixed;
}

static const Value *traced_value(RoundLint *x, const Node *n)
{
    Vm *vm = x->report->graph->vm;
    if (!x->traced) {
        x->traced = true;
        x->failed = !trace_run(&x->trace, x->report->graph, NULL, x->decl->number);
        if (x->failed) {
            vm_take_fault(vm); /* told by the audit already, or the next evaluation meets it again */
        }
    }
    const Value *v = x->failed ? NULL : trace_value(&x->trace, n);
    return v && value_is_number(*v) ? v : NULL;
}

/* Another unit in which the same quantity is commonly written. */
static bool other_unit(NumCtx *num, Value v, uint16_t *out)
{
    static const char *const pairs[][2] = {{"s", "min"}, {"min", "h"}, {"h", "min"}, {"day", "h"}, {"week", "day"},
                                           {"month", "year"}, {"year", "month"}, {"quarter", "month"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        uint16_t unit;
        if (unit_parse(num, str_from(pairs[i][0]), &unit) == NUM_OK && unit == v.unit) {
            return unit_parse(num, str_from(pairs[i][1]), out) == NUM_OK;
        }
    }
    return false;
}

static bool quotient_of_likes(RoundLint *x, const Node *n)
{
    NumCtx *num = x->report->graph->vm->num;
    if (n->kind != N_BINARY || n->op != OP_DIV) {
        return false;
    }
    const Value *a = traced_value(x, n->kids[0]), *b = traced_value(x, n->kids[1]);
    return a && b && !unit_is_dimensionless(num, a->unit) && unit_same_dimension(num, a->unit, b->unit);
}

/* The value rounded as the call rounds it, but shown in `unit`. */
static bool round_in(RoundLint *x, const Node *call, Value v, uint16_t unit, Value *out)
{
    NumCtx *num = x->report->graph->vm->num;
    const Node *to = argument(call, 2);
    const Value *decimals = to ? traced_value(x, to) : NULL;
    bool fits = true;
    int64_t d = decimals ? num_to_int64(num, *decimals, &fits) : 0;
    Str name = call->kids[0]->text;
    RoundMode mode = str_eq(name, STR("floor")) ? ROUND_FLOOR : str_eq(name, STR("ceil")) ? ROUND_CEIL
                   : str_eq(name, STR("trunc")) ? ROUND_DOWN : ROUND_HALF_UP;
    return fits && d >= -30 && d <= 30 && unit_convert(num, v, unit, &v) == NUM_OK &&
           num_round(num, v, (int)d, mode, out) == NUM_OK;
}

static void put_fix(Buf *out, RoundLint *x, const Node *call, uint16_t unit, Lang lang)
{
    const Sources *sources = x->report->graph->program->sources;
    buf_put(out, source_text(sources, call->kids[0]->span));
    buf_putc(out, '(');
    buf_put(out, source_text(sources, argument(call, 1)->span));
    buf_puts(out, lang == LANG_FR ? " en " : " to ");
    unit_name(x->report->graph->vm->num, out, unit, lang);
    buf_putc(out, ')');
}

static void warn(RoundLint *x, const Node *call, Value v, uint16_t other)
{
    CheckReport *r = x->report;
    Lang lang = r->graph->program->lang;
    Value here, there;
    if (!round_in(x, call, v, v.unit, &here) || !round_in(x, call, v, other, &there)) {
        return;
    }
    Buf b[3];
    for (int i = 0; i < 3; i++) {
        buf_init(&b[i], r->graph->vm->mem);
    }
    audit_show(r, &b[0], here, lang);
    audit_show(r, &b[1], there, lang);
    put_fix(&b[2], x, call, other, lang);
    diag(&r->findings, D_ROUND_UNIT, call->span, buf_str(&b[0]), buf_str(&b[1]), buf_str(&b[2]));
    for (int i = 0; i < 3; i++) {
        buf_free(&b[i]);
    }
}

static void lint_call(RoundLint *x, const Node *call)
{
    NumCtx *num = x->report->graph->vm->num;
    const Node *arg = argument(call, 1), *to = argument(call, 2);
    const Value *step = to ? traced_value(x, to) : NULL;
    const Value *v = traced_value(x, inside(arg));
    uint16_t other = U_PERCENT;
    if (!v || (step && !unit_is_dimensionless(num, step->unit))) {
        return;
    }
    if (quotient_of_likes(x, inside(arg))) {
        warn(x, call, *v, other);
    } else if (!unit_is_dimensionless(num, v->unit) && !unit_fixed(x, x->decl->scope, arg) &&
               other_unit(num, *v, &other)) {
        warn(x, call, *v, other);
    }
}

static void lint_expr(RoundLint *x, const Node *n)
{
    if (is_rounding(n)) {
        lint_call(x, n);
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i]) {
            lint_expr(x, n->kids[i]);
        }
    }
}

static bool has_rounding(const Node *n)
{
    bool has = is_rounding(n);
    for (uint32_t i = 0; i < n->count && !has; i++) {
        has = n->kids[i] && has_rounding(n->kids[i]);
    }
    return has;
}

void lint_rounding(CheckReport *r)
{
    const Program *p = r->graph->program;
    for (uint32_t i = 0; i < p->decl_count; i++) {
        const Decl *d = p->decls[i];
        bool formula = d->kind == DECL_FORMULA || d->kind == DECL_ANONYMOUS;
        if (!formula || d->removed || d->broken || program_is_library(p, d) || !d->expr ||
            d->expr->kind == N_BLOCK || !has_rounding(d->expr)) {
            continue;
        }
        RoundLint x = {.report = r, .decl = d};
        lint_expr(&x, d->expr);
        if (x.traced) {
            trace_free(&x.trace);
        }
    }
}
