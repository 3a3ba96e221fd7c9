/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/scenario_table.h"

static const Str NOTHING = {"", 0};
static const Str DASH = {"—", sizeof "—" - 1};

enum { ROWS_MOST = 64 };

typedef struct Compared { /* the scenarios of one question, and the names that differ among them */
    Writer *w;
    const Cases *cases;
    const Case *c;
    const ScenarioItem **scenarios;
    uint32_t count;
    Str names[ROWS_MOST];
    uint32_t name_count;
    bool base; /* some name also exists outside the scenarios */
} Compared;

static void compared_name(Compared *x, Str name)
{
    for (uint32_t i = 0; i < x->name_count; i++) {
        if (str_eq(x->names[i], name)) {
            return;
        }
    }
    if (x->name_count < ROWS_MOST) {
        x->names[x->name_count++] = name;
    }
}

static Graph *graph(const Compared *x) { return x->w->graph; }

/* A formula of one branch only is a step of one method, not a result to compare. */
static bool is_compared(const Program *program, const Decl *d)
{
    return (d->kind == DECL_FORMULA || d->kind == DECL_SHARED) && names_in_every_branch(program, d);
}

/* What a scenario writes itself: its overrides first, then its formulas. */
static void compared_own(Compared *x, const ScenarioItem *s)
{
    const Program *program = graph(x)->program;
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < program->decl_count; i++) {
            const Decl *d = program->decls[i];
            bool wanted = pass ? d->kind == DECL_FORMULA : d->kind == DECL_OVERRIDE && !d->broken;
            if (wanted && d->scenario == (int32_t)s->scenario && !d->removed) {
                compared_name(x, d->name);
            }
        }
    }
}

/* Answers of the case that come out otherwise in some scenario; `answer total` asks for the formula `total`. */
static void compared_answers(Compared *x)
{
    for (uint32_t i = 0; i < x->c->answer_count; i++) {
        const Answer *a = x->c->answers[i];
        const Decl *d = a->table ? NULL : graph_decl(graph(x), a->own_slot);
        bool wanted = d && is_compared(graph(x)->program, d) && d->scenario < 0;
        for (uint32_t k = 0; wanted && k < x->count; k++) {
            if (graph_slot(graph(x), d, (int32_t)x->scenarios[k]->scenario) != graph_slot(graph(x), d, -1)) {
                compared_name(x, d->name);
                break;
            }
        }
    }
}

static const Decl *base_decl(const Compared *x, Str name)
{
    Program *program = graph(x)->program;
    Lookup l = names_find(program, program->scenarios[x->scenarios[0]->scenario]->scope->parent, name);
    return l.kind == LOOKUP_DECL && is_compared(program, l.decl) && l.decl->scenario < 0 ? l.decl : NULL;
}

static void scenario_cell(const Compared *x, DocNode *row, const Decl *d, int32_t scenario)
{
    Value v;
    if (!d) {
        doc_cell(x->w->doc, row, NOTHING, TONE_PLAIN);
    } else if (case_eval(graph(x), x->cases->diags, NULL, graph_slot(graph(x), d, scenario), &v)) {
        writer_value_cell(x->w, row, v, TONE_PLAIN);
    } else {
        doc_cell(x->w->doc, row, DASH, TONE_BAD);
    }
}

static void compared_row(const Compared *x, DocNode *table, Str name)
{
    Program *program = graph(x)->program;
    DocNode *row = doc_row(x->w->doc, table);
    doc_cell(x->w->doc, row, writer_name(x->w, name), TONE_PLAIN);
    if (x->base) {
        scenario_cell(x, row, base_decl(x, name), -1);
    }
    for (uint32_t k = 0; k < x->count; k++) {
        uint32_t s = x->scenarios[k]->scenario;
        const Decl *d = names_scenario_member(program, s, name);
        scenario_cell(x, row, d && is_compared(program, d) ? d : NULL, (int32_t)s);
    }
}

static void compared_table(const Compared *x, DocNode *parent)
{
    Writer *w = x->w;
    uint32_t count = x->count + 1 + x->base;
    DocColumn *columns = arena_alloc(&w->doc->arena, count * sizeof *columns);
    if (!columns) {
        return;
    }
    columns[0].title = writer_word(w, RW_SCENARIO);
    for (uint32_t k = 1; k < count; k++) {
        columns[k].align = ALIGN_RIGHT;
    }
    columns[1].title = writer_word(w, RW_BASE);
    for (uint32_t k = 0; k < x->count; k++) {
        const ScenarioItem *s = x->scenarios[k];
        columns[k + 1 + x->base].title = s->title.n ? s->title : s->name;
    }
    DocNode *table = doc_table(w->doc, parent, columns, count);
    for (uint32_t i = 0; i < x->name_count; i++) {
        compared_row(x, table, x->names[i]);
    }
}

/* Which scenarios there are, and which names. False: nothing to show. */
static bool compare(Compared *x, const Question *q)
{
    const Case *c = x->c;
    x->scenarios = arena_alloc(&x->w->doc->arena, (c->scenario_count + 1) * sizeof *x->scenarios);
    for (uint32_t i = 0; x->scenarios && i < c->scenario_count; i++) {
        if (c->scenarios[i]->question == q) {
            x->scenarios[x->count++] = c->scenarios[i];
        }
    }
    for (uint32_t k = 0; k < x->count; k++) {
        compared_own(x, x->scenarios[k]);
    }
    if (!x->count) {
        return false;
    }
    compared_answers(x);
    for (uint32_t i = 0; i < x->name_count; i++) {
        x->base = x->base || base_decl(x, x->names[i]);
    }
    return x->name_count > 0;
}

void scenario_table(Writer *w, DocNode *parent, const Cases *cases, const Case *c, const Question *q)
{
    Compared x = {.w = w, .cases = cases, .c = c};
    if (compare(&x, q)) {
        compared_table(&x, parent);
    }
}

void scenario_section(Writer *w, DocNode *parent, const Cases *cases, const Case *c)
{
    Compared x = {.w = w, .cases = cases, .c = c};
    if (compare(&x, NULL)) {
        compared_table(&x, doc_section(w->doc, parent, writer_word(w, RW_SCENARIOS)));
    }
}
