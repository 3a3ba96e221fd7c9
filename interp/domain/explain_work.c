/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/explain_work.h"

#include <string.h>

#include "base/limits.h"
#include "num/format.h"
#include "num/number.h"
#include "num/unit.h"

enum { FRACTION_DIGITS = 30 };

/* ---- lists and texts ---- */

/* Room for one more item of *list, whose items have the size `item`. */
bool work_grow(Explainer *x, void *list, uint32_t count, uint32_t *cap, size_t item)
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

Str work_keep(Explainer *x, Buf *b)
{
    Str s = b->failed ? (Str){NULL, 0} : arena_str(&x->out->arena, buf_str(b));
    x->failed = x->failed || !s.p;
    buf_free(b);
    return s.p ? s : (Str){"", 0};
}

Str work_sentence(Explainer *x, DiagId id, Str a, Str b)
{
    Str args[DIAG_ARGS] = {a, b};
    Buf out;
    buf_init(&out, x->mem);
    diag_message(&out, id, args, x->options.lang);
    return work_keep(x, &out);
}

/* ---- values ---- */

Pen work_pen(Explainer *x, Buf *out, const Trace *trace)
{
    buf_init(out, x->mem);
    return (Pen){.graph = x->graph, .options = &x->options, .out = out, .trace = trace, .function = x->inside};
}

ExplainValue work_value(Explainer *x, Value v)
{
    NumCtx *num = x->vm->num;
    Buf b;
    ExplainValue e = {.number = value_is_number(v)};
    Pen p = work_pen(x, &b, NULL);
    pen_value(&p, v, true);
    e.shown = work_keep(x, &b);
    e.cut = p.cut;
    if (e.number) {
        e.exact = num_is_exact(v);
        buf_init(&b, x->mem);
        x->failed = num_fraction(num, &b, v) == NUM_NO_MEMORY || x->failed;
        e.fraction = work_keep(x, &b);
        buf_init(&b, x->mem);
        x->failed = num_decimal(num, &b, v, FRACTION_DIGITS) == NUM_NO_MEMORY || x->failed;
        e.decimal = work_keep(x, &b);
        buf_init(&b, x->mem);
        unit_name(num, &b, v.unit, x->options.lang);
        e.unit = work_keep(x, &b);
    }
    return e;
}

/* As a person writes it into a formula. */
Str work_put_in(Explainer *x, Value v)
{
    Buf b;
    Pen p = work_pen(x, &b, NULL);
    pen_value(&p, v, false);
    return work_keep(x, &b);
}

Str work_text(Explainer *x, const Trace *t, const Node *n, uint32_t level)
{
    Buf b;
    Pen p = work_pen(x, &b, t);
    p.level = level;
    pen_expr(&p, n);
    return work_keep(x, &b);
}

/* ---- what the view overrides ---- */

const Override *work_override(const Explainer *x, uint32_t slot)
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
uint32_t work_follow(const Explainer *x, uint32_t slot)
{
    for (uint32_t hops = 0; hops < LIMIT_NESTING; hops++) {
        const Decl *d = graph_decl(x->graph, slot);
        const Override *o = work_override(x, slot);
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
const Node *work_formula(const Decl *d)
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
Str work_slot_name(Explainer *x, uint32_t slot)
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
        Pen p = work_pen(x, &b, NULL);
        pen_expr(&p, work_formula(d));
    }
    return work_keep(x, &b);
}

static Decl *decl_found(const Lookup *l)
{
    return l->kind == LOOKUP_DECL ? l->decl : NULL;
}

/* The decl that a name, a qualified name or a member stands for, and the scenario it is read in. */
Decl *work_resolve(Explainer *x, const Scope *scope, const Node *n, int32_t *scenario)
{
    Program *p = x->graph->program;
    Lookup l = {.kind = LOOKUP_NONE};
    if (n->kind == N_NAME) {
        l = names_find(p, scope, n->text);
    } else if (n->kind == N_QUALIFIED) {
        l = names_find_qualified(p, scope, n->text);
    } else if (n->kind == N_MEMBER) {
        const Decl *owner = work_resolve(x, scope, n->kids[0], scenario);
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
