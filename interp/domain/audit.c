/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: every slot is asked for its value; a fault goes into the findings, where the same one at the same place is
   told once, however many formulas it spoils. */
#include "domain/audit.h"

#include "domain/accept.h"

/* A fault of the text is a finding; one that nothing may catch stops the audit. */
static bool audit_value(CheckReport *r, Key *k, View *view, uint32_t slot, Value *out)
{
    Vm *vm = r->graph->vm;
    if (slot == NO_SLOT || k->stopped) {
        return false;
    }
    if (vm_eval_slot(vm, view, slot, out)) {
        return true;
    }
    if (!vm->fault || vm->fault->uncatchable) {
        k->stopped = true;
    } else {
        vm_report(vm, &r->findings);
    }
    return false;
}

/* ---- base and scenarios ---- */

void audit_formulas(CheckReport *r)
{
    Value v;
    Key *k = &r->keys[0];
    for (uint32_t s = 0; s < r->graph->slot_count && !k->stopped; s++) {
        if (depend_has_value(r->graph, s)) {
            audit_value(r, k, NULL, s, &v);
        }
    }
}

/* ---- branches ---- */

static void audit_answers(CheckReport *r, Key *k, const KeyChoice *ch)
{
    Value v;
    for (uint32_t i = 0; i < k->c->answer_count && !k->stopped; i++) {
        const Answer *a = k->c->answers[i];
        if (!case_left_out(a->either, a->branch, ch->branches)) {
            audit_value(r, k, ch->view, a->slot, &v);
        }
    }
}

/* "1 280 min, 1 300 min" when the branches do not agree on a shared name. */
static void audit_shared(CheckReport *r, Key *k, const Either *e, uint32_t shared)
{
    Buf list;
    Value first = value_none(), v;
    bool differ = false;
    buf_init(&list, r->graph->vm->mem);
    for (uint32_t b = 0; b < e->branch_count && !k->stopped; b++) {
        const EitherDecl *d = r->graph->program->eithers[e->program_either];
        uint32_t at = 0;
        while (at < d->shared_count && d->shared[at] != shared) {
            at++;
        }
        bool defines = at < d->shared_count && d->members[at * d->branch_count + b] != UINT32_MAX;
        const KeyChoice *ch = defines ? audit_choice(k, e, b) : NULL;
        if (!ch || !key_value(k, ch->view, shared, &v)) {
            continue;
        }
        differ = differ || (first.tag != T_NONE && !accept_same(r->graph->vm->heap, first, v));
        first = first.tag == T_NONE ? v : first;
        buf_puts(&list, list.n ? ", " : "");
        audit_show(r, &list, v, k->c->lang);
    }
    if (differ) {
        diag(&r->findings, D_BRANCHES_DIFFER, e->node->span, graph_decl(r->graph, shared)->name, buf_str(&list));
    }
    buf_free(&list);
}

/* Only names that something outside reads must agree: a step of each method may well differ. */
static bool read_outside(const Graph *g, uint32_t shared)
{
    return g->slots[shared].reader_count > 0;
}

static void audit_either(CheckReport *r, Key *k, const Either *e)
{
    const EitherDecl *d = r->graph->program->eithers[e->program_either];
    for (uint32_t b = 1; b < e->branch_count && !k->stopped; b++) {
        const KeyChoice *ch = audit_choice(k, e, b);
        if (ch) {
            audit_answers(r, k, ch);
        }
    }
    for (uint32_t i = 0; i < d->shared_count && !k->stopped; i++) {
        if (read_outside(r->graph, d->shared[i])) {
            audit_shared(r, k, e, d->shared[i]);
        }
    }
}

/* ---- mistakes ---- */

void audit_take_fault(Vm *vm, Buf *out)
{
    Fault *f = vm_take_fault(vm);
    Str args[DIAG_ARGS] = {{0}};
    for (uint32_t i = 0; f && i < DIAG_ARGS; i++) {
        if (f->args[i]) {
            args[i] = (Str){f->args[i]->bytes, f->args[i]->n};
        }
    }
    if (f) {
        diag_message(out, f->id, args, vm->lang);
    }
}

static void report_mistake_fault(CheckReport *r, const Mistake *m, const Answer *a)
{
    Buf message;
    buf_init(&message, r->graph->vm->mem);
    audit_take_fault(r->graph->vm, &message);
    diag(&r->findings, D_MISTAKE_FAILS, m->node->span, a->name, buf_str(&message));
    buf_free(&message);
}

/* Does the mistake change this answer? Where it fails, that has been told, and is enough. */
static bool mistake_changes(CheckReport *r, Key *k, KeyChoice *ch, View *view, const Mistake *m, const Answer *a)
{
    Vm *vm = r->graph->vm;
    AnswerKey *ak = key_answer(k, ch, a);
    Value v;
    if (!ak || !ak->mistakes[m->number] || !ak->has_value) {
        return false;
    }
    if (vm_eval_slot(vm, view, a->slot, &v)) {
        return !key_of_answer(k, view, a, &v) || !accept_same(vm->heap, v, ak->value);
    }
    if (!vm->fault || vm->fault->uncatchable) {
        k->stopped = true;
    } else {
        report_mistake_fault(r, m, a);
    }
    return true;
}

bool audit_has_errors(const CheckReport *r) { return r->graph->program->diags->errors > 0; }

static void audit_mistake(CheckReport *r, Key *k, const Mistake *m)
{
    bool changes = false;
    for (uint32_t i = 0; i < k->c->answer_count && !k->stopped; i++) {
        const Answer *a = k->c->answers[i];
        KeyChoice *ch = audit_choice(k, a->either, a->branch);
        View *view = ch ? key_mistake(k, ch, m) : NULL;
        changes = (view && mistake_changes(r, k, ch, view, m, a)) || changes;
    }
    if (!changes && !k->stopped && !audit_has_errors(r)) {
        diag0(&r->findings, D_MISTAKE_NO_EFFECT, m->node->span);
    }
}

void audit_case(CheckReport *r, Key *k)
{
    for (uint32_t i = 0; i < k->c->either_count && !k->stopped; i++) {
        audit_either(r, k, k->c->eithers[i]);
    }
    for (uint32_t i = 0; i < k->c->mistake_count && !k->stopped; i++) {
        audit_mistake(r, k, k->c->mistakes[i]);
    }
}
