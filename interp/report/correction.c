/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The correction. A formula is explained once, where it stands, in one step: those that it reads stand above. */
#include "data/table.h"
#include "domain/explain.h"
#include "report/explain_report.h"
#include "report/paper.h"
#include "report/picture.h"
#include "report/richtext.h"
#include "report/scenario_table.h"

static const Str NOTHING = {"", 0};

typedef struct Told Told;
struct Told { /* a cell whose working has been shown */
    Str name;
    Told *next;
};

typedef struct Correction {
    Paper *p;
    DocNode *at;
    DocNode *steps;       /* of the working that goes on; NULL: none */
    Told *told;           /* in this branch */
    const Either *either; /* where we are */
    uint32_t branch;
} Correction;

static Doc *doc_of(const Correction *x) { return x->p->w.doc; }
static Graph *graph_of(const Correction *x) { return x->p->w.graph; }

/* ---- workings ---- */

static bool is_told(Correction *x, Str name)
{
    for (const Told *t = x->told; t; t = t->next) {
        if (str_eq(t->name, name)) {
            return true;
        }
    }
    Told *t = arena_alloc(&doc_of(x)->arena, sizeof *t);
    if (t) {
        *t = (Told){doc_copy(doc_of(x), name), x->told};
        x->told = t;
    }
    return false;
}

/* Cells that a formula reads are explained before it, the first time. */
static void leave_out_told(Correction *x, Explanation *e)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < e->step_count; i++) {
        if (i + 1 == e->step_count || !is_told(x, e->steps[i]->name)) {
            e->steps[kept++] = e->steps[i];
        }
    }
    e->step_count = kept;
}

/* title: what an answer is called, where its formula bears no label. */
static void working(Correction *x, Str title, uint32_t slot)
{
    Explanation e;
    ExplainOptions options = {.lang = doc_of(x)->lang, .library = &graph_of(x)->program->parsing.library, .one_step = true};
    View *view = paper_view(x->p, x->either, x->branch);
    if (slot == NO_SLOT || x->p->key->stopped) {
        return;
    }
    if (explain(&e, graph_of(x), view, slot, &options)) {
        leave_out_told(x, &e);
        if (!x->steps && e.step_count) {
            x->steps = doc_steps(doc_of(x), x->at);
        }
        if (title.n && e.step_count && !e.steps[e.step_count - 1]->label.n) {
            e.steps[e.step_count - 1]->label = title;
        }
        explain_steps(doc_of(x), x->steps, &e);
    } else {
        doc_fail(doc_of(x));
    }
    explain_free(&e);
}

/* Functions, indicators and lists of them serve to compute; they are no result. */
static bool is_result(Value v)
{
    Value first = v.tag == T_LIST && list_count(v) ? list_at(v, 0) : v;
    return first.tag != T_FUNCTION && first.tag != T_NATIVE && first.tag != T_OBJECT;
}

/* A value that is a table has no working of one line, and always a name. */
static void value(Correction *x, Str title, Str name, uint32_t slot)
{
    Value v;
    Str heading = paper_name(x->p, title, name);
    if (!paper_value(x->p, x->either, x->branch, slot, &v)) {
        return;
    }
    if (v.tag == T_TABLE || v.tag == T_MATRIX || (v.tag == T_LIST && is_result(v))) {
        x->steps = NULL;
        if (!writer_table(&x->p->w, x->at, heading, v)) {
            working(x, title, slot);
            return;
        }
        picture_add(&x->p->w, x->at, heading, v);
    } else if (is_result(v)) {
        working(x, title, slot);
    }
}

static void block_value(Correction *x, const Item *it)
{
    Value v;
    Str title = paper_name(x->p, it->text, it->node->text);
    x->steps = NULL;
    if (paper_block_value(x->p, it, &v)) {
        writer_table(&x->p->w, x->at, title, v);
        picture_add(&x->p->w, x->at, title, v);
    }
}

/* What is asked as it stands is shown where it is asked. */
static bool is_answer(const Correction *x, const Item *it)
{
    const Case *c = x->p->c;
    uint32_t i = 0;
    while (i < c->table_count && !str_eq(c->tables[i]->name, it->node->text)) {
        i++;
    }
    return i < c->table_count;
}

/* Only a table that computes something says more than the subject. */
static void data(Correction *x, const Item *it)
{
    const Node *body = node_body(it->node);
    for (uint32_t i = 0; body && i < body->count; i++) {
        if (body->kids[i]->kind == N_BLOCK && body->kids[i]->op == B_DEFINE) {
            block_value(x, it);
            return;
        }
    }
}

static void objective(Correction *x, const Item *it)
{
    Writer *w = &x->p->w;
    Value v;
    x->steps = NULL;
    if (!paper_block_value(x->p, it, &v)) {
        return;
    }
    Str name = paper_name(x->p, it->text, it->node->text);
    bool reached = value_is_true(v);
    doc_note(w->doc, x->at, reached ? TONE_GOOD : TONE_BAD,
             writer_sentence(w, reached ? D_REPORT_REACHED : D_REPORT_MISSED, name, writer_expr(w, node_clause_value(it->node, CL_VALUE)), NOTHING),
             NOTHING);
}

/* ---- open answers ---- */

/* The cell where an element stands says its first place; the others are told below. */
static void other_places(Correction *x, const Element *el)
{
    Writer *w = &x->p->w;
    Buf b;
    buf_init(&b, graph_of(x)->vm->mem);
    for (uint32_t i = 0; i < el->place_count; i++) {
        buf_puts(&b, i ? ", " : "");
        buf_put(&b, el->places[i]);
    }
    Str places = writer_keep(w, &b);
    if (places.n) {
        doc_paragraph(w->doc, x->at, writer_sentence(w, D_REPORT_PLACES, paper_name(x->p, el->title, el->name), places, NOTHING), TONE_MUTED);
    }
}

static void expected(Correction *x, const Expect *e)
{
    Writer *w = &x->p->w;
    if (e->needed < e->count || e->rows) {
        doc_paragraph(w->doc, x->at, writer_sentence(w, D_REPORT_EXPECTED, paper_needed(x->p, e), NOTHING, NOTHING), TONE_MUTED);
    }
    if (e->rows) {
        paper_matrix(x->p, x->at, e, 0);
    }
    DocNode *list = NULL;
    for (uint32_t i = 0; i < e->count; i++) {
        const Element *el = &e->elements[i];
        if (!e->rows || !el->placed) {
            list = list ? list : doc_list(w->doc, x->at);
            richtext_inline(w->doc, doc_item(w->doc, list, NOTHING, TONE_PLAIN), paper_name(x->p, el->title, el->name));
        }
        other_places(x, el);
    }
}

static void open_answer(Correction *x, const Open *o)
{
    Writer *w = &x->p->w;
    x->steps = NULL;
    doc_paragraph(w->doc, x->at, paper_name(x->p, o->title, o->name), TONE_STRONG);
    if (paper_marking_grid(x->p, o).n) {
        doc_paragraph(w->doc, x->at, paper_marking_grid(x->p, o), TONE_MUTED);
    }
    for (uint32_t i = 0; i < o->expect_count; i++) {
        expected(x, &o->expects[i]);
    }
    if (o->accept_other) {
        doc_paragraph(w->doc, x->at, writer_sentence(w, D_REPORT_OTHER, NOTHING, NOTHING, NOTHING), TONE_MUTED);
    }
    const Node *body = node_body(o->node);
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *k = body->kids[i];
        if (k->kind == N_BLOCK && k->op == B_CORRECTION) {
            View *view = paper_view(x->p, x->either, x->branch);
            richtext_add(w->doc, x->at, case_text(w->graph, x->p->cases->diags, view, &w->doc->arena, node_clause_value(k, CL_TITLE)));
        }
    }
}

/* ---- items ---- */

static void items(Correction *x, const Items *list);

static void either(Correction *x, const Either *e)
{
    Writer *w = &x->p->w;
    DocNode *outside = x->at;
    const Either *outer = x->either;
    Told *told = x->told;
    uint32_t branch = x->branch;
    for (uint32_t i = 0; i < e->branch_count; i++) {
        Str title = writer_sentence(w, D_REPORT_METHOD, writer_count(w, i + 1), NOTHING, NOTHING);
        if (e->branches[i].title.n) {
            title = writer_sentence(w, D_REPORT_METHOD_CALLED, writer_count(w, i + 1), e->branches[i].title, NOTHING);
        }
        x->at = doc_section(w->doc, outside, title);
        x->steps = NULL;
        x->either = e;
        x->branch = i;
        x->told = told;
        items(x, &e->branches[i].items);
    }
    x->told = told;
    x->at = outside;
    x->steps = NULL;
    x->either = outer;
    x->branch = branch;
}

static void question(Correction *x, const Question *q)
{
    DocNode *outside = x->at;
    x->at = paper_question(x->p, outside, q);
    x->steps = NULL;
    items(x, &q->items);
    scenario_table(&x->p->w, x->at, x->p->cases, x->p->c, q);
    x->at = outside;
    x->steps = NULL;
}

static void item(Correction *x, const Item *it)
{
    switch (it->kind) {
    case ITEM_CORRECTION:
        x->steps = NULL;
        richtext_add(doc_of(x), x->at, it->text);
        break;
    case ITEM_FORMULA: value(x, NOTHING, it->node->text, graph_slot(graph_of(x), it->decl, -1)); break;
    case ITEM_ANSWER:
        value(x, it->answer->title, it->answer->name,
              it->answer->own_slot != NO_SLOT ? it->answer->own_slot : it->answer->slot);
        break;
    case ITEM_TABLE: value(x, it->table->title, it->table->name, it->table->slot); break;
    case ITEM_SENSITIVITY: value(x, it->text, it->node->text, graph_slot(graph_of(x), it->decl, -1)); break;
    case ITEM_DASHBOARD: case ITEM_SCHEDULE:
        if (!is_answer(x, it)) {
            block_value(x, it);
        }
        break;
    case ITEM_DATA: data(x, it); break;
    case ITEM_OBJECTIVE: objective(x, it); break;
    case ITEM_OPEN: open_answer(x, it->open); break;
    case ITEM_EITHER: either(x, it->either); break;
    case ITEM_QUESTION: question(x, it->child); break;
    default: break;
    }
}

static void items(Correction *x, const Items *list)
{
    for (uint32_t i = 0; i < list->count && !x->p->key->stopped; i++) {
        item(x, &list->list[i]);
    }
}

void correction_write(Paper *p, DocNode *at)
{
    Correction x = {.p = p, .at = at};
    items(&x, &p->c->items);
    scenario_section(&p->w, at, p->cases, p->c);
}
