/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: each answer in the first branches, save for those of its own path. */
#include "domain/run.h"

#include "domain/audit.h"
#include "domain/build.h"
#include "domain/points.h"

static bool out_of_memory(Key *k)
{
    vm_fail_memory(k->graph->vm);
    k->stopped = true;
    return false;
}

static Str fault_text(Key *k, Arena *arena)
{
    Buf b;
    buf_init(&b, k->graph->vm->mem);
    audit_take_fault(k->graph->vm, &b);
    Str s = arena_str(arena, buf_str(&b));
    buf_free(&b);
    return s;
}

static void answer_result(Key *k, Arena *arena, const Answer *a, AnswerResult *out)
{
    Vm *vm = k->graph->vm;
    const Node *expr = node_clause_value(a->node, CL_VALUE);
    *out = (AnswerResult){.answer = a, .formula = {"", 0}};
    if (expr) {
        out->formula = source_text(k->graph->program->sources, expr->span);
    }
    KeyChoice *ch = audit_choice(k, a->either, a->branch);
    if (!ch || a->slot == NO_SLOT) {
        return;
    }
    out->view = ch->view;
    out->known = vm_eval_slot(vm, ch->view, a->slot, &out->value);
    if (!out->known && (!vm->fault || vm->fault->uncatchable)) {
        k->stopped = true;
    } else if (!out->known) {
        out->why = fault_text(k, arena);
    }
    out->has_official = a->official.node && official_classify(k, a, &out->official) && out->official.known;
}

/* ---- scenarios ---- */

typedef struct Rows {
    Key *key;
    Builder builder; /* only for its arena */
    CaseResults *out;
} Rows;

static ScenarioRow *row_of(Rows *x, Str name, Str label)
{
    for (uint32_t i = 0; i < x->out->row_count; i++) {
        if (str_eq(x->out->rows[i].name, name)) {
            return &x->out->rows[i];
        }
    }
    ScenarioRow *row = build_push(&x->builder, &x->out->rows, &x->out->row_count, sizeof *row);
    ScenarioCell *cells = arena_alloc(x->builder.arena, (x->key->c->scenario_count + 1) * sizeof *cells);
    if (!row || !cells) {
        out_of_memory(x->key);
        return NULL;
    }
    *row = (ScenarioRow){.name = name, .label = label, .cells = cells};
    for (uint32_t i = 0; i < x->key->c->scenario_count; i++) {
        cells[i].slot = NO_SLOT;
    }
    return row;
}

static void fill_cell(Rows *x, ScenarioRow *row, uint32_t s)
{
    Graph *g = x->key->graph;
    const ScenarioItem *item = x->key->c->scenarios[s];
    Decl *d = names_scenario_member(g->program, item->scenario, row->name);
    bool formula = d && (d->kind == DECL_FORMULA || d->kind == DECL_SHARED);
    if (formula) {
        row->cells[s].slot = graph_slot(g, d, (int32_t)item->scenario);
        row->cells[s].known = key_value(x->key, NULL, row->cells[s].slot, &row->cells[s].value);
    }
}

/* A scenario's own formulas, then the names that it overrides. */
static void scenario_names(Rows *x, const ScenarioItem *item)
{
    Graph *g = x->key->graph;
    for (uint32_t i = 0; i < item->own_count; i++) {
        const Decl *d = item->own[i] == NO_SLOT ? NULL : graph_decl(g, item->own[i]);
        if (d) {
            row_of(x, d->name, graph_slot_label(g, item->own[i]));
        }
    }
    for (const Node *c = node_clause(item->node, CL_SCENARIO_WITH); c; c = node_next_clause(item->node, c)) {
        for (uint32_t i = 0; i < c->count; i++) {
            const Decl *o = c->kids[i]->kind == N_OVERRIDE && c->kids[i]->count == 2
                                ? program_decl_of(g->program, c->kids[i]->kids[1]) : NULL;
            if (o && !o->broken && o->target != UINT32_MAX) {
                row_of(x, o->name, graph_slot_label(g, o->target));
            }
        }
    }
}

static void scenario_rows(Rows *x)
{
    const Case *c = x->key->c;
    for (uint32_t i = 0; i < c->scenario_count; i++) {
        scenario_names(x, c->scenarios[i]);
    }
    for (uint32_t i = 0; i < x->out->row_count && !x->key->stopped; i++) {
        for (uint32_t s = 0; s < c->scenario_count; s++) {
            fill_cell(x, &x->out->rows[i], s);
        }
    }
}

bool case_results(Key *k, Arena *arena, CaseResults *out)
{
    *out = (CaseResults){.c = k->c, .possible = points_of_case(k->graph->vm->num, k->c)};
    out->answers = arena_alloc(arena, (k->c->answer_count + 1) * sizeof *out->answers);
    if (!out->answers) {
        return out_of_memory(k);
    }
    for (uint32_t i = 0; i < k->c->answer_count && !k->stopped; i++) {
        answer_result(k, arena, k->c->answers[i], &out->answers[i]);
    }
    Rows rows = {.key = k, .builder = {.arena = arena}, .out = out};
    scenario_rows(&rows);
    return !k->stopped;
}
