/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a teacher would want to be told about a case that computes all the same. */
#include "data/show.h"
#include "domain/accept.h"
#include "num/number.h"
#include "domain/audit.h"
#include "num/unit.h"

/* What a formula with an error reads is not known: with one, no given is said to be unread. */
static void lint_givens(CheckReport *r, const Case *c)
{
    for (uint32_t i = 0; i < c->given_count && !audit_has_errors(r); i++) {
        const Given *g = &c->givens[i];
        bool read = g->slot == NO_SLOT || r->graph->slots[g->slot].reader_count > 0;
        if (!read && !g->decoy) {
            diag(&r->findings, D_GIVEN_UNREAD, g->node->span, g->name);
        }
    }
}

static void lint_accepts(CheckReport *r, Key *k, const Answer *a)
{
    KeyChoice *ch = audit_choice(k, a->either, a->branch);
    AnswerKey *ak = ch ? key_answer(k, ch, a) : NULL;
    Value v;
    for (uint32_t i = 0; ak && ak->has_value && i < a->accept_count; i++) {
        const Accept *x = &a->accepts[i];
        bool printed = x->official && a->table; /* of its figures, those that are right need no acceptance */
        if (!printed && key_accepted(k, ch->view, a, x, &v) && accept_same(r->graph->vm->heap, v, ak->value)) {
            Buf shown;
            buf_init(&shown, r->graph->vm->mem);
            audit_show(r, &shown, v, k->c->lang);
            diag(&r->findings, D_ACCEPT_SAME, x->node->span, buf_str(&shown));
            buf_free(&shown);
        }
    }
}

/* A tolerance that no figure can be measured with. */
static void lint_within(CheckReport *r, Key *k, const Answer *a)
{
    NumCtx *num = r->graph->vm->num;
    KeyChoice *ch = audit_choice(k, a->either, a->branch);
    AnswerKey *ak = ch ? key_answer(k, ch, a) : NULL;
    Value t;
    if (!ak || !ak->has_value || !value_is_number(ak->value) || a->rules.within == NO_SLOT ||
        !key_value(k, ch->view, a->rules.within, &t) || !value_is_number(t)) {
        return;
    }
    if (!unit_is_dimensionless(num, t.unit) && !unit_same_dimension(num, t.unit, ak->value.unit)) {
        Buf shown;
        buf_init(&shown, r->graph->vm->mem);
        audit_show(r, &shown, t, k->c->lang);
        diag(&r->findings, D_NO_MATCHING_UNIT, a->node->span, buf_str(&shown));
        buf_free(&shown);
    }
}

/* ---- answers computed again ---- */

typedef struct Recompute {
    CheckReport *report;
    const Answer *earlier;
    const Node *formula;
} Recompute;

static const Node *bare_expr(const Node *n)
{
    while (n->kind == N_PAREN) {
        n = n->kids[0];
    }
    return n;
}

static bool reads_a_name(const Node *n)
{
    bool reads = n->kind == N_NAME || n->kind == N_QUALIFIED || n->kind == N_MEMBER;
    for (uint32_t i = 0; i < n->count && !reads; i++) {
        reads = n->kids[i] && reads_a_name(n->kids[i]);
    }
    return reads;
}

/* An operation or a call: a name alone is no computation, and numbers alone carry no error. */
static bool is_computation(const Node *n)
{
    bool computes = n->kind == N_BINARY || n->kind == N_CALL || n->kind == N_COMPREHENSION || n->kind == N_CONDITIONAL;
    return computes && reads_a_name(n);
}

static bool find_again(const Recompute *x, const Node *n)
{
    if (is_computation(n) && n->kind == x->formula->kind && n->height == x->formula->height &&
        node_equal(n, x->formula, false)) {
        diag(&x->report->findings, D_RECOMPUTES, n->span, x->earlier->name);
        return true;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i] && find_again(x, n->kids[i])) {
            return true;
        }
    }
    return false;
}

static bool other_branch(const Answer *a, const Either *e, uint32_t branch)
{
    for (const Either *x = e; x; branch = x->outer_branch, x = x->outer) {
        uint32_t own = a->branch;
        for (const Either *y = a->either; y; own = y->outer_branch, y = y->outer) {
            if (x == y && own != branch) {
                return true;
            }
        }
    }
    return false;
}

/* Cells of one answer, or the same answer of other items of a `for`. */
static bool same_line(const Node *a, const Node *b)
{
    return a->span.source == b->span.source && a->span.start == b->span.start;
}

static void lint_recomputes(CheckReport *r, const Case *c, const Answer *a)
{
    const Node *expr = node_clause_value(a->node, CL_VALUE);
    bool told = a->table && a->number && c->answers[a->number - 1]->table == a->table; /* once for all its cells */
    for (uint32_t i = 0; expr && !told && i < a->number; i++) {
        const Answer *e = c->answers[i];
        const Node *formula = node_clause_value(e->node, CL_VALUE);
        if (!formula || same_line(e->node, a->node) || other_branch(e, a->either, a->branch)) {
            continue;
        }
        Recompute x = {r, e, bare_expr(formula)};
        if (is_computation(x.formula) && find_again(&x, expr)) {
            return;
        }
    }
}

/* ---- probabilities ---- */

static const Node *probability_of(const ScenarioItem *s) { return node_clause_value(s->node, CL_SCENARIO_PROBABILITY); }

/* Scenarios that stand together and have a probability cover all that may happen. */
static void lint_probabilities(CheckReport *r, Key *k, const Question *q)
{
    const Node *first = NULL;
    NumCtx *num = r->graph->vm->num;
    Value sum = {.tag = T_NUM, .den = 1, .num = 0, .unit = U_PERCENT}, all = {.tag = T_NUM, .den = 1, .num = 1, .unit = U_PERCENT};
    Buf names, shown;
    buf_init(&names, r->graph->vm->mem);
    buf_init(&shown, r->graph->vm->mem);
    for (uint32_t i = 0; i < k->c->scenario_count && !k->stopped; i++) {
        const ScenarioItem *s = k->c->scenarios[i];
        const Node *p = s->question == q ? probability_of(s) : NULL;
        Value v;
        if (!p || !key_value(k, NULL, case_slot(r->graph, p), &v) || !value_is_number(v) ||
            unit_convert(num, v, U_PERCENT, &v) != NUM_OK || num_add(num, sum, v, &sum) != NUM_OK) {
            continue;
        }
        first = first ? first : p;
        buf_puts(&names, names.n ? ", " : "");
        buf_put(&names, s->title.n ? s->title : s->name);
    }
    int order = 0;
    if (first && (num_cmp(num, sum, all, &order) != NUM_OK || order)) {
        audit_show(r, &shown, sum, k->c->lang);
        diag(&r->findings, D_PROBABILITIES, first->span, buf_str(&names), buf_str(&shown));
    }
    buf_free(&names);
    buf_free(&shown);
}

/* ---- vacuity ---- */

static void lint_vacuity(CheckReport *r, const Case *c)
{
    bool official = c->printed_count > 0;
    for (uint32_t i = 0; i < c->answer_count; i++) {
        official = official || c->answers[i]->official.node;
    }
    if (!official && !c->check_count && !r->cases.check_count && c->answer_count) {
        diag0(&r->findings, D_NOTHING_CHECKED, c->node->span);
    }
}

void lint_case(CheckReport *r, Key *k)
{
    lint_givens(r, k->c);
    for (uint32_t i = 0; i < k->c->answer_count && !k->stopped; i++) {
        lint_accepts(r, k, k->c->answers[i]);
        lint_within(r, k, k->c->answers[i]);
        lint_recomputes(r, k->c, k->c->answers[i]);
    }
    lint_probabilities(r, k, NULL);
    for (uint32_t i = 0; i < k->c->question_count; i++) {
        lint_probabilities(r, k, k->c->questions[i]);
    }
    lint_vacuity(r, k->c);
}
