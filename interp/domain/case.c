/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one walk over the trees of the modules, in text order. Lists grow by doubling in the arena; a list's
   capacity is the power of two above its count, so that nothing but the count is kept. */
#include "domain/case.h"

#include <limits.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/build.h"
#include "domain/competence.h"
#include "domain/reading.h"
#include "num/number.h"
#include "num/unit.h"

/* ---- memory ---- */

void *build_new(Builder *b, size_t bytes) { return arena_alloc(b->arena, bytes); }

/* `list` is a pointer to a pointer to items, of any type: copied as bytes. */
void *build_push(Builder *b, void *list, uint32_t *count, size_t item)
{
    char *items;
    memcpy(&items, list, sizeof items);
    uint32_t n = *count;
    if ((n & (n - 1)) == 0) { /* full: 0, 1, 2, 4, 8 … */
        char *more = arena_alloc(b->arena, (n ? (size_t)n * 2 : 1) * item);
        if (!more) {
            return NULL;
        }
        if (n) {
            memcpy(more, items, n * item);
        }
        items = more;
        memcpy(list, &items, sizeof items);
    }
    (*count)++;
    return items + n * item;
}

/* ---- evaluating settings ---- */

uint32_t case_slot(const Graph *g, const Node *expr) { return expr ? graph_slot_of_node(g, expr) : NO_SLOT; }

bool case_eval(Graph *g, Diags *diags, View *view, uint32_t slot, Value *out)
{
    if (slot == NO_SLOT) {
        return false;
    }
    if (vm_eval_slot(g->vm, view, slot, out)) {
        return true;
    }
    if (diags) {
        vm_report(g->vm, diags);
    } else {
        const Fault *f = vm_take_fault(g->vm);
        g->vm->mem->failed = g->vm->mem->failed || (f && f->id == D_OUT_OF_MEMORY); /* dropped, not dealt with */
    }
    return false;
}

bool build_value(Builder *b, const Node *expr, Value *out)
{
    return case_eval(b->graph, b->diags, NULL, case_slot(b->graph, expr), out);
}

bool build_number(Builder *b, const Node *expr, Value *out)
{
    if (!expr || (expr->kind != N_STRING && !build_value(b, expr, out))) {
        return false;
    }
    if (expr->kind == N_STRING || !value_is_number(*out)) { /* a constant text is no formula */
        diag0(b->diags, D_SETTING_NUMBER, expr->span);
        return false;
    }
    return true;
}

bool build_points(Builder *b, const Node *expr, Value *out)
{
    if (!build_number(b, expr, out)) {
        return false;
    }
    if (out->unit == U_RATIO) {
        out->unit = U_PLAIN; /* points 1/2 */
    }
    if (out->unit != U_PLAIN) {
        diag(b->diags, D_POINTS_PLAIN, expr->span, source_text(b->graph->program->sources, expr->span));
        return num_shown(b->graph->vm->num, *out, out) == NUM_OK; /* the number is taken, to tell no more than that */
    }
    if (num_sign(*out) < 0) {
        diag(b->diags, D_POINTS_NEGATIVE, expr->span, source_text(b->graph->program->sources, expr->span));
    }
    return true;
}

bool build_share(Builder *b, const Node *expr, bool points, Value *out)
{
    int order = -1;
    if (!build_number(b, expr, out)) {
        return false;
    }
    bool share = !points || out->unit == U_PERCENT || out->unit == U_RATIO;
    bool low = num_sign(*out) < 0;
    bool high = share && (num_cmp(b->graph->vm->num, *out, num_int(1), &order) != NUM_OK || order > 0);
    if (low || high) {
        diag0(b->diags, points ? D_SETTING_AWARD : D_SETTING_SHARE, expr->span);
    }
    return !low && !high;
}

static void report_whole(Builder *b, Span where, int low, int high)
{
    Buf least, most;
    buf_init(&least, b->graph->vm->mem);
    buf_init(&most, b->graph->vm->mem);
    buf_printf(&least, "%d", low);
    buf_printf(&most, "%d", high);
    diag(b->diags, high == INT_MAX ? D_SETTING_WHOLE_FROM : D_SETTING_WHOLE, where, buf_str(&least), buf_str(&most));
    buf_free(&least);
    buf_free(&most);
}

bool build_whole(Builder *b, const Node *expr, int low, int high, int *out)
{
    Value v;
    bool fits = false;
    if (!build_number(b, expr, &v)) {
        return false;
    }
    int64_t n = num_to_int64(b->graph->vm->num, v, &fits);
    if (!fits || n < low || n > high) {
        report_whole(b, expr->span, low, high);
        return false;
    }
    *out = (int)n;
    return true;
}

Str case_text(Graph *g, Diags *diags, View *view, Arena *arena, const Node *string)
{
    Str s = {NULL, 0};
    Value v;
    if (!string || string->kind != N_STRING || node_constant_text(string, &s)) {
        return s;
    }
    if (case_eval(g, diags, view, case_slot(g, string), &v) && v.tag == T_TEXT) {
        return arena_str(arena, text_str(g->vm->heap, v));
    }
    return s;
}

Str build_text(Builder *b, const Node *string) { return case_text(b->graph, b->diags, b->texts, b->arena, string); }
Str build_title(Builder *b, const Node *block) { return build_text(b, node_clause_value(block, CL_TITLE)); }

int case_literal_decimals(const Node *e)
{
    while (e && (e->kind == N_PAREN || e->kind == N_UNARY || e->kind == N_CONVERT)) {
        e = e->kids[0];
    }
    if (e && e->kind == N_SUM_LITERAL) {
        e = e->kids[e->count - 1];
    }
    if (!e || e->kind != N_NUMBER) {
        return NO_DECIMALS;
    }
    const char *dot = e->text.n ? memchr(e->text.p, '.', e->text.n) : NULL;
    return dot ? (int)(e->text.p + e->text.n - dot - 1) : 0;
}

void build_codes(Builder *b, const Node *block, ClauseId id, Str **list, uint32_t *count)
{
    for (const Node *c = node_clause(block, id); c; c = node_next_clause(block, c)) {
        for (uint32_t i = 0; i < c->count; i++) {
            Str text = c->kids[i]->kind == N_STRING ? build_text(b, c->kids[i]) : c->kids[i]->text;
            Str *s = build_push(b, list, count, sizeof **list);
            if (s) {
                *s = text;
            }
        }
    }
}

/* ---- blocks ---- */

static void walk_body(Builder *b, const Node *body, Items *items);

static Item *item_new(Builder *b, Items *items, ItemKind kind, const Node *node)
{
    Item *i = build_push(b, &items->list, &items->count, sizeof *items->list);
    if (i) {
        *i = (Item){.kind = kind, .node = node};
    }
    return i;
}

static void item_object(Builder *b, Items *items, ItemKind kind, const Node *node, void *object)
{
    Item *i = object ? item_new(b, items, kind, node) : NULL;
    if (i) {
        i->object = object;
    }
}

static void walk_exam(Builder *b, const Node *n)
{
    Exam *e = &b->c->exam;
    const Node *framework = node_clause_value(n, CL_EXAM_FRAMEWORK);
    e->node = n;
    e->title = build_title(b, n);
    e->paper = build_text(b, node_clause_value(n, CL_EXAM_PAPER));
    e->framework = framework ? framework->text : (Str){NULL, 0};
    if (node_clause(n, CL_EXAM_SESSION)) {
        e->has_session = build_value(b, node_clause_value(n, CL_EXAM_SESSION), &e->session);
    }
    e->has_points = build_points(b, node_clause_value(n, CL_EXAM_POINTS), &e->points);
    e->scaled = build_points(b, node_clause_value(n, CL_EXAM_SCALED_TO), &e->scaled_to);
    e->rounds_up = build_points(b, node_clause_value(n, CL_EXAM_ROUNDED_UP_TO), &e->round_to);
    if (e->rounds_up && node_clause(n, CL_EXAM_TO_THE_NEAREST)) {
        diag0(b->diags, D_EXAM_ROUNDED_TWICE, node_clause(n, CL_EXAM_TO_THE_NEAREST)->span);
    }
    if (!e->rounds_up) {
        e->rounds_nearest = build_points(b, node_clause_value(n, CL_EXAM_TO_THE_NEAREST), &e->round_to);
    }
    e->has_step = build_points(b, node_clause_value(n, CL_EXAM_MARKS_BY), &e->mark_step);
}

static bool says_tax(Builder *b, Str text)
{
    Mem *mem = b->graph->vm->mem;
    return reading_holds_word(mem, text, "tva") || reading_holds_word(mem, text, "vat");
}

static void walk_givens(Builder *b, const Node *n, Items *items)
{
    const Node *body = node_body(n);
    uint32_t first = b->c->given_count;
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *d = body->kids[i];
        const Node *value = d->kind == N_BLOCK && d->op == B_DEFINE ? node_clause_value(d, CL_VALUE) : NULL;
        Given *g = value ? build_push(b, &b->c->givens, &b->c->given_count, sizeof *g) : NULL;
        if (g) {
            *g = (Given){.node = d, .decl = program_decl_of(b->graph->program, value), .question = b->question,
                         .slot = case_slot(b->graph, value), .name = d->text, .label = build_title(b, d),
                         .decoy = node_clause(d, CL_DEFINE_DECOY) != NULL,
                         .vary = node_clause_value(d, CL_DEFINE_VARY)};
            g->tax = says_tax(b, g->name) || says_tax(b, g->label);
        }
    }
    Item *i = item_new(b, items, ITEM_GIVENS, n);
    if (i) {
        i->first = first;
        i->count = b->c->given_count - first;
    }
}

static void walk_malus(Builder *b, const Node *n, Question *q)
{
    for (const Node *c = node_clause(n, CL_QUESTION_MALUS); c; c = node_next_clause(n, c)) {
        Value points;
        if (!c->count || !build_points(b, c->kids[0], &points)) {
            continue;
        }
        Malus *m = build_push(b, &q->malus, &q->malus_count, sizeof *m);
        if (m) {
            *m = (Malus){.node = c, .points = points, .when = case_slot(b->graph, node_part(c, W_WHEN))};
            m->title = c->count > 1 ? build_text(b, c->kids[1]) : m->title;
        }
    }
}

static void walk_question(Builder *b, const Node *n, Items *items)
{
    Question *q = build_new(b, sizeof *q);
    Question **place = q ? build_push(b, &b->c->questions, &b->c->question_count, sizeof *place) : NULL;
    if (!place) {
        return;
    }
    *place = q;
    *q = (Question){.number = b->c->question_count - 1, .node = n, .label = n->text, .title = build_title(b, n)};
    q->has_points = build_points(b, node_clause_value(n, CL_QUESTION_POINTS), &q->points);
    build_codes(b, n, CL_QUESTION_COMPETENCE, &q->competences, &q->competence_count);
    build_codes(b, n, CL_QUESTION_CRITERION, &q->criteria, &q->criterion_count);
    walk_malus(b, n, q);
    item_object(b, items, ITEM_QUESTION, n, q);
    b->question = q;
    walk_body(b, node_body(n), &q->items);
    b->question = NULL;
}

static uint32_t either_in_program(const Program *p, const Node *n)
{
    for (uint32_t i = 0; i < p->either_count; i++) {
        if (p->eithers[i]->node == n) {
            return i;
        }
    }
    return NO_SLOT;
}

static void walk_either(Builder *b, const Node *n, Items *items)
{
    uint32_t number = either_in_program(b->graph->program, n);
    Either *e = build_new(b, sizeof *e);
    Either **place = e && number != NO_SLOT ? build_push(b, &b->c->eithers, &b->c->either_count, sizeof *place) : NULL;
    if (!place) {
        return;
    }
    *place = e;
    *e = (Either){.number = b->c->either_count - 1, .program_either = number, .node = n, .question = b->question,
                  .outer = b->either, .outer_branch = b->branch, .title = build_title(b, n)};
    item_object(b, items, ITEM_EITHER, n, e);
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *k = n->kids[i];
        Branch *br = k->kind == N_BRANCH ? build_push(b, &e->branches, &e->branch_count, sizeof *br) : NULL;
        if (!br) {
            continue;
        }
        *br = (Branch){.node = k, .title = k->count > 1 ? build_text(b, k->kids[0]) : (Str){NULL, 0}};
        if (!br->title.n && e->branch_count == 1) {
            br->title = e->title; /* `either "by kind of call"` names its first branch */
        }
        b->either = e;
        b->branch = e->branch_count - 1;
        Items inner = {NULL, 0};
        walk_body(b, k->kids[k->count - 1], &inner);
        e->branches[b->branch].items = inner;
    }
    b->either = e->outer;
    b->branch = e->outer_branch;
}

static void walk_check(Builder *b, const Node *n, Items *items)
{
    const Node *expr = node_clause_value(n, CL_VALUE);
    Check *k = expr ? build_new(b, sizeof *k) : NULL;
    if (!k) {
        return;
    }
    *k = (Check){.node = n, .expr = expr, .question = b->question, .either = b->either, .branch = b->branch,
                 .title = build_title(b, n),
                 .slot = case_slot(b->graph, expr), .left = NO_SLOT, .right = NO_SLOT,
                 .within = case_slot(b->graph, node_clause_value(n, CL_CHECK_WITHIN))};
    if (expr->kind == N_COMPARISON && expr->count == 3) {
        k->left = case_slot(b->graph, expr->kids[0]);
        k->right = case_slot(b->graph, expr->kids[2]);
        k->op = (OpId)expr->kids[1]->op;
    }
    const Node *within = node_clause(n, CL_CHECK_WITHIN);
    if (within && k->op != OP_EQ && k->op != OP_ABOUT) {
        diag0(b->diags, D_CHECK_WITHIN, within->span);
        k->within = NO_SLOT;
    }
    Check ***list = b->c ? &b->c->checks : &b->cases->checks;
    uint32_t *count = b->c ? &b->c->check_count : &b->cases->check_count;
    Check **place = build_push(b, list, count, sizeof *place);
    if (place) {
        k->number = *count - 1;
        *place = k;
    }
    if (items) {
        item_object(b, items, ITEM_CHECK, n, k);
    }
}

static uint32_t scenario_number(const Program *p, const Node *n)
{
    for (uint32_t i = 0; i < p->scenario_count; i++) {
        if (p->scenarios[i]->node == n) {
            return i;
        }
    }
    return NO_SLOT;
}

static void walk_scenario(Builder *b, const Node *n, Items *items)
{
    uint32_t number = scenario_number(b->graph->program, n);
    ScenarioItem *s = number != NO_SLOT ? build_new(b, sizeof *s) : NULL;
    ScenarioItem **place = s ? build_push(b, &b->c->scenarios, &b->c->scenario_count, sizeof *place) : NULL;
    if (!place) {
        return;
    }
    *place = s;
    *s = (ScenarioItem){.scenario = number, .node = n, .question = b->question, .name = n->text,
                        .title = build_title(b, n)};
    item_object(b, items, ITEM_SCENARIO, n, s);
    const Node *body = node_body(n);
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *k = body->kids[i];
        if (k->kind != N_BLOCK) {
            continue;
        }
        const Node *value = k->op == B_DEFINE ? node_clause_value(k, CL_VALUE) : NULL;
        uint32_t *slot = value ? build_push(b, &s->own, &s->own_count, sizeof *slot) : NULL;
        if (slot) {
            *slot = case_slot(b->graph, value);
        } else if (k->op == B_CHECK) {
            walk_check(b, k, items);
        }
    }
}

static void walk_text(Builder *b, const Node *n, Items *items)
{
    Str text = build_title(b, n);
    Item *i = item_new(b, items, n->op == B_TEXT ? ITEM_TEXT : ITEM_CORRECTION, n);
    if (i) {
        i->text = text;
    }
}

/* A block that has a value of its own. */
static void walk_value(Builder *b, const Node *n, ItemKind kind, Items *items)
{
    const Node *expr = n->op == B_OBJECTIVE ? node_clause_value(n, CL_VALUE) : n;
    Item *i = item_new(b, items, kind, n);
    if (i) {
        i->decl = program_decl_of(b->graph->program, expr);
        i->text = build_title(b, n);
    }
}

/* An annex only groups. */
static void walk_annex(Builder *b, const Node *n, Items *items)
{
    Item *i = item_new(b, items, ITEM_ANNEX, n);
    const Node *number = node_clause_value(n, CL_VALUE);
    if (i) {
        i->text = build_title(b, n);
        i->number = value_none();
        if (number) {
            build_value(b, number, &i->number);
        }
    }
    walk_body(b, node_body(n), items);
    item_new(b, items, ITEM_ANNEX_END, n);
}

static void walk_formula(Builder *b, const Node *n, Items *items)
{
    const Node *expr = n->op == B_SENSITIVITY ? n : node_clause_value(n, CL_VALUE);
    const Decl *d = expr ? program_decl_of(b->graph->program, expr) : NULL;
    Item *i = d ? item_new(b, items, n->op == B_SENSITIVITY ? ITEM_SENSITIVITY : ITEM_FORMULA, n) : NULL;
    if (i) {
        i->decl = d;
        i->text = n->op == B_SENSITIVITY ? build_title(b, n) : i->text;
    }
}

static void defer_printed(Builder *b, const Node *n)
{
    PrintedBlock *p = build_push(b, &b->printed, &b->printed_count, sizeof *p);
    if (p) {
        *p = (PrintedBlock){n, b->question, b->either, b->branch};
    }
}

static void settle_printed(Builder *b)
{
    for (uint32_t i = 0; i < b->printed_count; i++) {
        const PrintedBlock *p = &b->printed[i];
        b->question = p->question;
        b->either = p->either;
        b->branch = p->branch;
        build_printed(b, p->node);
    }
    b->question = NULL;
    b->either = NULL;
    b->branch = 0;
    b->printed = NULL;
    b->printed_count = 0;
    for (uint32_t i = 0; i < b->c->printed_count; i++) {
        b->c->printed[i]->number = b->c->answer_count + i;
    }
    build_check_accepts(b);
}

static void walk_answer(Builder *b, const Node *n, Items *items)
{
    Answer parts;
    AnswerTable *table;
    build_answer_parts(b, n, &parts);
    if (build_answer_table(b, &parts, &table)) {
        item_object(b, items, ITEM_TABLE, n, table);
    } else {
        item_object(b, items, ITEM_ANSWER, n, build_answer(b, &parts));
    }
}

/* An answer outside any question: the parser has reported it. */
static bool is_misplaced(const Builder *b, const Node *n)
{
    return !b->question && (n->op == B_ANSWER || n->op == B_OPEN || n->op == B_EITHER);
}

static void walk_items(Builder *b, const Node *n, Items *items)
{
    const Node *body;
    for (uint32_t i = 0; (body = program_expansion(b->graph->program, n, i)) != NULL; i++) {
        walk_body(b, body, items);
    }
}

static void walk_block(Builder *b, const Node *n, Items *items)
{
    if (is_misplaced(b, n)) {
        return;
    }
    switch (n->op) {
    case B_EXAM: walk_exam(b, n); break;
    case B_GIVEN: walk_givens(b, n, items); break;
    case B_DEFINE: case B_SENSITIVITY: walk_formula(b, n, items); break;
    case B_QUESTION: walk_question(b, n, items); break;
    case B_ANSWER: walk_answer(b, n, items); break;
    case B_EITHER: walk_either(b, n, items); break;
    case B_MISTAKE: item_object(b, items, ITEM_MISTAKE, n, build_mistake(b, n)); break;
    case B_OPEN: item_object(b, items, ITEM_OPEN, n, build_open(b, n)); break;
    case B_SCENARIO: walk_scenario(b, n, items); break;
    case B_CHECK: walk_check(b, n, items); break;
    case B_TEXT: case B_CORRECTION: walk_text(b, n, items); break;
    case B_OFFICIAL_TABLE: case B_STATEMENT: defer_printed(b, n); break;
    case B_FOR_EACH: walk_items(b, n, items); break;
    case B_ANNEX: walk_annex(b, n, items); break;
    case B_TABLE: walk_value(b, n, ITEM_DATA, items); break;
    case B_SCHEDULE: walk_value(b, n, ITEM_SCHEDULE, items); break;
    case B_DASHBOARD: walk_value(b, n, ITEM_DASHBOARD, items); break;
    case B_GRID: walk_value(b, n, ITEM_GRID, items); break;
    case B_INDICATOR: case B_INDICATORS: walk_value(b, n, ITEM_INDICATORS, items); break;
    case B_OBJECTIVE: walk_value(b, n, ITEM_OBJECTIVE, items); break;
    default: break;
    }
}

static void walk_body(Builder *b, const Node *body, Items *items)
{
    for (uint32_t i = 0; body && i < body->count; i++) {
        if (body->kids[i]->kind == N_BLOCK) {
            walk_block(b, body->kids[i], items);
        }
    }
}

/* ---- the whole ---- */

static const Scope *scope_of(const Program *p, const Node *n)
{
    for (uint32_t i = 0; i < p->scope_count; i++) {
        if (p->scopes[i]->node == n) {
            return p->scopes[i];
        }
    }
    return NULL;
}

static bool has_any_points(const Case *c)
{
    bool any = c->exam.has_points;
    for (uint32_t i = 0; i < c->question_count; i++) {
        any = any || c->questions[i]->has_points;
    }
    for (uint32_t i = 0; i < c->answer_count; i++) {
        any = any || c->answers[i]->has_points;
    }
    for (uint32_t i = 0; i < c->open_count; i++) {
        any = any || c->opens[i]->has_points;
    }
    return any;
}

/* Without any points each answer counts for one, so that a first case can be marked at once. */
static void settle_points(Builder *b, Case *c)
{
    c->unmarked = !has_any_points(c);
    for (uint32_t i = 0; c->unmarked && i < c->answer_count; i++) {
        c->answers[i]->points = num_int(1);
    }
    for (uint32_t i = 0; c->unmarked && i < c->table_count; i++) {
        AnswerTable *t = c->tables[i];
        t->points = num_int(1);
        t->split = true;
        table_share_points(b->graph->vm->num, t, build_new(b, ((size_t)t->rows * t->columns + 1) * sizeof(Answer *)));
    }
    for (uint32_t i = 0; c->unmarked && i < c->open_count; i++) {
        c->opens[i]->points = num_int(1);
    }
}

static void settle_proofs(Builder *b)
{
    for (uint32_t i = 0; i < b->c->answer_count; i++) {
        Answer *a = b->c->answers[i];
        const Node *n = a->proved_by_node;
        if (!n) {
            continue;
        }
        Str address = source_text(b->graph->program->sources, n->span);
        a->proved_by = case_find_answer(b->c, address);
        if (!a->proved_by || a->proved_by == a) {
            a->proved_by = NULL;
            diag(b->diags, D_PROVED_BY_UNKNOWN, n->span, address);
        }
    }
}

static void build_case(Builder *b, const Module *m, const Node *n)
{
    static const RuleClauses ids = {CL_CASE_CARRY, CL_CASE_SLIPS, CL_CASE_DECIMALS, CL_CASE_WITHIN, CL_CASE_EXACT,
                                    CL_CASE_INTERMEDIATE};
    Case *c = build_new(b, sizeof *c);
    Case **place = c ? build_push(b, &b->cases->list, &b->cases->count, sizeof *place) : NULL;
    if (!place) {
        return;
    }
    *place = c;
    *c = (Case){.node = n, .scope = scope_of(b->graph->program, n), .lang = (Lang)m->tree->op, .name = n->text,
                .title = build_title(b, n), .once_per_case = node_clause(n, CL_CASE_ONCE_PER_CASE) != NULL,
                .rules = build_default_rules()};
    b->c = c;
    build_rules(b, n, &ids, &c->rules);
    walk_body(b, node_body(n), &c->items);
    c->framework = c->exam.framework.n ? framework_named(b->cases, c->exam.framework) : NULL;
    settle_printed(b);
    settle_points(b, c);
    settle_proofs(b);
    b->c = NULL;
}

static void build_module(Builder *b, const Module *m)
{
    for (uint32_t i = 0; m->tree && i < m->tree->count; i++) {
        const Node *n = m->tree->kids[i];
        if (n->kind == N_BLOCK && n->op == B_CASE) {
            build_case(b, m, n);
        } else if (n->kind == N_BLOCK && n->op == B_CHECK) {
            walk_check(b, n, NULL);
        }
    }
}

bool cases_build(Cases *cs, Graph *g, Diags *diags) { return cases_build_in(cs, g, NULL, diags); }

bool cases_build_in(Cases *cs, Graph *g, View *view, Diags *diags)
{
    *cs = (Cases){.graph = g, .diags = diags};
    arena_init(&cs->arena, g->vm->mem);
    Builder b = {.cases = cs, .graph = g, .diags = diags, .arena = &cs->arena, .texts = view};
    Mem *mem = g->vm->mem;
    bool failed_before = mem->failed; /* comparing labels, making an address cannot tell that memory is out */
    mem->failed = false;
    frameworks_build(cs);
    for (uint32_t i = 0; i < g->program->module_count; i++) {
        if (!g->program->modules[i]->library) {
            build_module(&b, g->program->modules[i]);
        }
    }
    bool failed = cs->arena.failed || mem->failed;
    mem->failed = failed || failed_before;
    if (failed) {
        diag_report(diags, D_OUT_OF_MEMORY, (Span){0}, NULL, 0);
        return false;
    }
    return true;
}

void cases_free(Cases *cs)
{
    arena_free(&cs->arena);
    *cs = (Cases){0};
}

/* ---- branches ---- */

void case_choose_path(const Either *e, uint32_t branch, uint32_t *choice)
{
    for (; e; branch = e->outer_branch, e = e->outer) {
        choice[e->program_either] = branch;
    }
}

bool case_left_out(const Either *e, uint32_t branch, const uint32_t *choice)
{
    for (; e; branch = e->outer_branch, e = e->outer) {
        if (choice[e->program_either] != branch) {
            return true;
        }
    }
    return false;
}

/* ---- finding by address ---- */

/* The next character of an address that means something: blanks, quotes and closing brackets do not; `-`, `[`, `,`
   and `;` separate as `.` does, and two of them at once as one: rates["Ana"].calls is rates[Ana, calls]. */
static uint32_t address_next(Str s, size_t *at)
{
    bool separator = false;
    while (*at < s.n) {
        uint32_t cp;
        size_t n = utf8_next(s, *at, &cp), before = *at;
        *at += n ? n : 1;
        bool quote = cp == '"' || cp == 0xAB || cp == 0xBB || cp == 0x201C || cp == 0x201D;
        if (utf8_is_blank(cp) || quote || cp == ']') {
            continue;
        }
        if (cp == '-' || cp == '[' || cp == ',' || cp == ';' || cp == '.') {
            separator = true;
            continue;
        }
        if (separator) {
            *at = before;
            return '.';
        }
        return cp;
    }
    return separator ? '.' : 0;
}

static bool address_equal(Str a, Str b)
{
    size_t i = 0, j = 0;
    for (;;) {
        uint32_t x = address_next(a, &i), y = address_next(b, &j);
        if (x != y) {
            return false;
        }
        if (!x) {
            return true;
        }
    }
}

Answer *case_find_answer(const Case *c, Str address)
{
    Answer *named = NULL;
    uint32_t times = 0;
    address = str_trim(address);
    for (uint32_t i = 0; i < c->answer_count; i++) {
        Answer *a = c->answers[i];
        if (address_equal(a->address, address)) {
            return a;
        }
        if (address_equal(a->name, address) && (!named || !str_eq(named->address, a->address))) {
            named = a; /* branches that share a name share an address too */
            times++;
        }
    }
    return times == 1 ? named : NULL;
}

Open *case_find_open(const Case *c, Str address)
{
    Open *named = NULL;
    uint32_t times = 0;
    address = str_trim(address);
    for (uint32_t i = 0; i < c->open_count; i++) {
        Open *o = c->opens[i];
        if (address_equal(o->address, address)) {
            return o;
        }
        if (str_eq(o->name, address)) {
            named = o;
            times++;
        }
    }
    return times == 1 ? named : NULL;
}

/* A name that branches share stands for the answer of any of them. */
static bool shared_by(const Program *p, uint32_t slot, const Answer *a)
{
    const Decl *d = slot < p->decl_count ? p->decls[slot] : NULL;
    return d && d->kind == DECL_SHARED && a->either && p->eithers[d->target] == p->eithers[a->either->program_either] &&
           str_eq(d->name, a->name);
}

Answer *case_answer_of_slot(const Case *c, const Program *p, uint32_t slot)
{
    Answer *shared = NULL;
    for (uint32_t i = 0; i < c->answer_count; i++) {
        Answer *a = c->answers[i];
        if (a->slot == slot || a->own_slot == slot) {
            return a;
        }
        shared = !shared && shared_by(p, slot, a) ? a : shared;
    }
    return shared;
}
