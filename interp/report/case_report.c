/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the items of each question, in text order. A table is begun by the first answer of a question and
   serves all of them; scenarios wait for the end of theirs. */
#include "report/case_report.h"

#include <string.h>

#include "domain/check.h"
#include "domain/key.h"
#include "report/scenario_table.h"
#include "report/writer.h"

typedef struct Page {
    Writer w;
    const Cases *cases;
    const Case *c;
    Key *key;         /* the views of the branches */
    const Question *question;
    DocNode *answers; /* the table of this question; NULL: none yet */
} Page;

static const Str NOTHING = {"", 0};
static const Str DASH = {"—", sizeof "—" - 1};

static Graph *graph(const Page *p) { return p->w.graph; }

/* ---- answers ---- */

static DocNode *answer_row(Page *p, Str name, DocTone tone)
{
    Writer *w = &p->w;
    if (!p->answers) {
        DocColumn columns[] = {{writer_word(w, RW_ANSWER), ALIGN_LEFT},
                               {writer_word(w, RW_VALUE), ALIGN_RIGHT},
                               {writer_word(w, RW_POINTS), ALIGN_RIGHT},
                               {NOTHING, ALIGN_LEFT}};
        p->answers = doc_table(w->doc, NULL, columns, 4);
    }
    DocNode *row = doc_row(w->doc, p->answers);
    doc_cell(w->doc, row, name, tone);
    return row;
}

static void points_cell(Page *p, DocNode *row, bool has, Value points)
{
    if (has) {
        writer_value_cell(&p->w, row, points, TONE_PLAIN);
    } else {
        doc_cell(p->w.doc, row, NOTHING, TONE_PLAIN);
    }
}

/* Each answer in the branch where it stands, in the first branches otherwise. */
static bool answer_value(Page *p, const Answer *a, Value *out)
{
    uint32_t n = graph(p)->program->either_count;
    uint32_t *choice = arena_alloc(&p->w.doc->arena, (n + 1) * sizeof *choice);
    if (!choice) {
        return false;
    }
    case_choose_path(a->either, a->branch, choice);
    const KeyChoice *chosen = key_choice(p->key, choice);
    if (!chosen) {
        vm_report(graph(p)->vm, p->cases->diags);
        return false;
    }
    return case_eval(graph(p), p->cases->diags, chosen->view, a->slot, out);
}

/* A truth in the words that the answer has for it. */
static Str said(const Answer *a, Value v) { return value_is_true(v) ? a->says_true : a->says_false; }

static void answer_item(Page *p, const Answer *a)
{
    Writer *w = &p->w;
    DocNode *row = answer_row(p, a->name, TONE_PLAIN);
    Value v;
    if (!answer_value(p, a, &v)) {
        doc_cell(w->doc, row, DASH, TONE_BAD);
    } else if (v.tag == T_TRUTH && said(a, v).n) {
        doc_cell(w->doc, row, said(a, v), TONE_STRONG);
    } else {
        writer_value_cell(w, row, v, TONE_STRONG);
    }
    points_cell(p, row, a->has_points, a->points);
    doc_cell(w->doc, row, a->title, TONE_MUTED);
}

/* Its value is a table of its own, below; what follows begins another table of answers. */
static void table_item(Page *p, const AnswerTable *t)
{
    Writer *w = &p->w;
    const Answer *first = NULL;
    uint32_t cells = 0;
    for (uint32_t i = 0; i < t->rows * t->columns; i++) {
        first = first ? first : t->cells[i];
        cells += t->cells[i] != NULL;
    }
    DocNode *row = answer_row(p, t->name, TONE_PLAIN);
    doc_cell(w->doc, row, writer_counted(w, cells, RW_ONE_CELL, RW_MANY_CELLS), TONE_PLAIN);
    points_cell(p, row, t->has_points, t->points);
    doc_cell(w->doc, row, t->title, TONE_MUTED);
    p->answers = NULL;
    Value v;
    if (first && answer_value(p, first, &v) && !writer_table(w, NULL, NOTHING, v)) {
        doc_paragraph(w->doc, NULL, writer_value(w, v), TONE_PLAIN);
    }
}

/* "2 of 5", "1 of 3, 1 of 5" */
static Str expected(Page *p, const Open *o)
{
    Writer *w = &p->w;
    Buf b;
    buf_init(&b, graph(p)->vm->mem);
    for (uint32_t i = 0; i < o->expect_count; i++) {
        const Expect *e = &o->expects[i];
        buf_puts(&b, i ? ", " : "");
        buf_put(&b, writer_sentence(w, D_REPORT_AT_LEAST, writer_count(w, expect_needed(e)), writer_count(w, e->count),
                                    NOTHING));
    }
    return writer_keep(w, &b);
}

static void open_item(Page *p, const Open *o)
{
    DocNode *row = answer_row(p, o->name, TONE_PLAIN);
    doc_cell(p->w.doc, row, o->grid == NO_SLOT ? expected(p, o) : writer_word(&p->w, RW_BY_GRID), TONE_PLAIN);
    points_cell(p, row, o->has_points, o->points);
    doc_cell(p->w.doc, row, o->title, TONE_MUTED);
}

/* A dashboard; what follows begins another table of answers. */
static void dashboard_item(Page *p, const Item *it)
{
    Value v;
    p->answers = NULL;
    if (!it->decl || !case_eval(graph(p), p->cases->diags, NULL, graph_slot(graph(p), it->decl, -1), &v)) {
        return;
    }
    writer_table(&p->w, NULL, it->text.n ? it->text : it->decl->name, v);
}

static void items(Page *p, const Items *list);

static void either_item(Page *p, const Either *e)
{
    Writer *w = &p->w;
    for (uint32_t i = 0; i < e->branch_count; i++) {
        const Branch *b = &e->branches[i];
        Str method = writer_sentence(w, D_REPORT_METHOD, writer_count(w, i + 1), NOTHING, NOTHING);
        DocNode *row = answer_row(p, method, TONE_MUTED);
        doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
        doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
        doc_cell(w->doc, row, b->title, TONE_MUTED);
        items(p, &b->items);
    }
}

static void items(Page *p, const Items *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const Item *it = &list->list[i];
        switch (it->kind) {
        case ITEM_ANSWER: answer_item(p, it->answer); break;
        case ITEM_TABLE: table_item(p, it->table); break;
        case ITEM_OPEN: open_item(p, it->open); break;
        case ITEM_EITHER: either_item(p, it->either); break;
        case ITEM_DASHBOARD: dashboard_item(p, it); break;
        default: break;
        }
    }
}

static void dashboards(Page *p, const Items *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->list[i].kind == ITEM_DASHBOARD) {
            dashboard_item(p, &list->list[i]);
        }
    }
}

static void sensitivities(Page *p, const Items *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const Item *it = &list->list[i];
        Value v;
        if (it->kind == ITEM_SENSITIVITY &&
            case_eval(graph(p), p->cases->diags, NULL, graph_slot(graph(p), it->decl, -1), &v)) {
            writer_table(&p->w, NULL, it->decl->name, v);
        }
    }
}

/* ---- questions ---- */

static void question_heading(Page *p, const Question *q)
{
    Buf b;
    buf_init(&b, graph(p)->vm->mem);
    buf_put(&b, q->label);
    buf_puts(&b, q->title.n ? "  " : "");
    buf_put(&b, q->title);
    if (q->has_points) {
        buf_puts(&b, " (");
        buf_put(&b, writer_points(&p->w, q->points));
        buf_putc(&b, ')');
    }
    doc_heading(p->w.doc, NULL, 2, writer_keep(&p->w, &b));
}

static void question(Page *p, const Question *q)
{
    p->question = q;
    p->answers = NULL;
    question_heading(p, q);
    items(p, &q->items);
    scenario_table(&p->w, NULL, p->cases, p->c, q);
    sensitivities(p, &q->items);
}

/* ---- the exam and the checks ---- */

static void failed_check(Page *p, const Check *k, bool known)
{
    Writer *w = &p->w;
    Value left, right;
    Str what = writer_check(w, k);
    Str text = writer_sentence(w, known ? D_REPORT_CHECK_FAILS : D_REPORT_CHECK_UNKNOWN, what, NOTHING, NOTHING);
    if (known && case_eval(graph(p), NULL, NULL, k->left, &left)) {
        Str shown = writer_value(w, left);
        if (case_eval(graph(p), NULL, NULL, k->right, &right)) {
            text = writer_sentence(w, D_REPORT_CHECK_SIDES, what, shown, writer_value(w, right));
        }
    }
    doc_note(w->doc, NULL, TONE_BAD, text, NOTHING);
}

static bool checks(Page *p)
{
    Writer *w = &p->w;
    uint32_t count = p->c->check_count, bad = 0;
    bool *holds = arena_alloc(&w->doc->arena, count + 1), *known = arena_alloc(&w->doc->arena, count + 1);
    for (uint32_t i = 0; holds && known && i < count; i++) {
        holds[i] = check_holds(graph(p), p->cases->diags, NULL, p->c->checks[i], &known[i]);
        bad += !holds[i];
    }
    if (!holds || !known || !count) {
        return holds && known;
    }
    doc_heading(w->doc, NULL, 2, writer_word(w, RW_CHECKS));
    Str total = writer_count(w, count);
    if (!bad) {
        doc_note(w->doc, NULL, TONE_GOOD, writer_sentence(w, D_REPORT_CHECKS_HOLD, total, NOTHING, NOTHING), NOTHING);
        return true;
    }
    doc_note(w->doc, NULL, TONE_BAD, writer_sentence(w, D_REPORT_CHECKS_FAIL, writer_count(w, bad), total, NOTHING),
             NOTHING);
    for (uint32_t i = 0; i < count; i++) {
        if (!holds[i]) {
            failed_check(p, p->c->checks[i], known[i]);
        }
    }
    return false;
}

static bool page(Page *p)
{
    doc_heading(p->w.doc, NULL, 1, p->c->title.n ? p->c->title : p->c->name);
    Str exam = writer_exam(&p->w, &p->c->exam);
    if (exam.n) {
        doc_paragraph(p->w.doc, NULL, exam, TONE_PLAIN);
    }
    dashboards(p, &p->c->items);
    scenario_table(&p->w, NULL, p->cases, p->c, NULL);
    sensitivities(p, &p->c->items);
    for (uint32_t i = 0; i < p->c->question_count; i++) {
        question(p, p->c->questions[i]);
    }
    return checks(p);
}

bool case_report(Doc *d, const Cases *cs, const Case *c, const ShowStyle *style)
{
    Key key;
    Page p = {.w = {.doc = d, .graph = cs->graph, .style = style}, .cases = cs, .c = c, .key = &key};
    bool good = false;
    if (key_open(&key, cs->graph, c)) {
        good = page(&p);
    } else {
        vm_report(cs->graph->vm, cs->diags);
    }
    key_close(&key);
    return good;
}
