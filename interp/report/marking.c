/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The marking scheme: what each answer is worth and what counts as right, for who holds the red pen. */
#include "domain/competence.h"
#include "domain/points.h"
#include "num/number.h"
#include "report/paper.h"

static const Str NOTHING = {"", 0};

typedef struct Scheme {
    Paper *p;
    DocNode *at;
    DocNode *table; /* of the answers of the question; NULL: none yet */
} Scheme;

static Writer *writer_of(Scheme *s) { return &s->p->w; }

static DocNode *row_of(Scheme *s, Str name, DocTone tone)
{
    Writer *w = writer_of(s);
    if (!s->table) {
        DocColumn columns[] = {{writer_word(w, RW_ANSWER), ALIGN_LEFT},
                               {writer_word(w, RW_VALUE), ALIGN_RIGHT},
                               {writer_word(w, RW_POINTS), ALIGN_RIGHT},
                               {writer_word(w, RW_RULES), ALIGN_LEFT}};
        s->table = doc_table(w->doc, s->at, columns, 4);
    }
    DocNode *row = doc_row(w->doc, s->table);
    doc_cell(w->doc, row, name, tone);
    return row;
}

/* ---- rules ---- */

static void rule(Scheme *s, Buf *b, DiagId id, Str a, Str c)
{
    buf_puts(b, b->n ? "\n" : "");
    buf_put(b, writer_sentence(writer_of(s), id, a, c, NOTHING));
}

static void put_tolerance(Scheme *s, Buf *b, const Answer *a)
{
    Value v;
    Writer *w = writer_of(s);
    const Rules *standard = &s->p->c->rules;
    if (a->rules.exact) {
        rule(s, b, D_REPORT_EXACT, NOTHING, NOTHING);
    } else if (a->rules.within != NO_SLOT && paper_value(s->p, a->either, a->branch, a->rules.within, &v)) {
        rule(s, b, D_REPORT_TOLERANCE, writer_value(w, v), NOTHING);
    }
    if (a->rules.decimals != standard->decimals && a->rules.decimals >= 0) {
        rule(s, b, D_REPORT_DECIMALS, writer_count(w, (uint32_t)a->rules.decimals), NOTHING);
    }
    if (a->rules.carry != CARRY_FULL) {
        rule(s, b, a->rules.carry == CARRY_HALF ? D_REPORT_CARRY_HALF : D_REPORT_CARRY_NONE, NOTHING, NOTHING);
    }
}

static void put_accepted(Scheme *s, Buf *b, const Answer *a)
{
    Value v;
    Writer *w = writer_of(s);
    for (uint32_t i = 0; i < a->accept_count; i++) {
        const Accept *k = &a->accepts[i];
        if (!paper_value(s->p, a->either, a->branch, k->slot, &v)) {
            continue;
        }
        Str award = k->has_award ? writer_value(w, k->award) : NOTHING;
        rule(s, b, k->has_award ? D_REPORT_ALSO_FOR : D_REPORT_ALSO, writer_value(w, v), award);
        if (k->why.n) {
            buf_puts(b, " (");
            buf_put(b, k->why);
            buf_putc(b, ')');
        }
    }
}

static void put_parts(Scheme *s, Buf *b, const Answer *a)
{
    for (uint32_t i = 0; i < a->part_count; i++) {
        buf_puts(b, i ? ", " : b->n ? "\n" : "");
        buf_put(b, a->parts[i].name);
        buf_putc(b, ' ');
        buf_put(b, writer_exact(writer_of(s), a->parts[i].points));
    }
}

static Str rules_of(Scheme *s, const Answer *a)
{
    Buf b;
    buf_init(&b, writer_of(s)->graph->vm->mem);
    put_parts(s, &b, a);
    put_tolerance(s, &b, a);
    put_accepted(s, &b, a);
    return writer_keep(writer_of(s), &b);
}

/* ---- answers ---- */

static void exact_cell(Writer *w, DocNode *row, Value points, DocTone tone)
{
    doc_number_cell(w->doc, row, writer_exact(w, points), writer_decimal(w, points), tone);
}

static void points_cell(Scheme *s, DocNode *row, bool has, Value points)
{
    if (has) {
        exact_cell(writer_of(s), row, points, TONE_STRONG);
    } else {
        doc_cell(writer_of(s)->doc, row, NOTHING, TONE_PLAIN);
    }
}

static void answer(Scheme *s, const Answer *a)
{
    Value v;
    Writer *w = writer_of(s);
    DocNode *row = row_of(s, paper_name(s->p, a->title, a->name), TONE_PLAIN);
    if (paper_value(s->p, a->either, a->branch, a->slot, &v)) {
        Str said = v.tag == T_TRUTH ? (value_is_true(v) ? a->says_true : a->says_false) : NOTHING;
        if (said.n) {
            doc_cell(w->doc, row, said, TONE_PLAIN);
        } else {
            writer_value_cell(w, row, v, TONE_PLAIN);
        }
    } else {
        doc_cell(w->doc, row, STR("—"), TONE_BAD);
    }
    points_cell(s, row, a->has_points, a->points);
    doc_cell(w->doc, row, rules_of(s, a), TONE_MUTED);
}

static Str unit_rule(Scheme *s, const AnswerTable *t)
{
    Writer *w = writer_of(s);
    static const DiagId units[] = {[AWARD_CELL] = D_REPORT_UNIT_CELL, [AWARD_ROW] = D_REPORT_UNIT_ROW,
                                   [AWARD_COLUMN] = D_REPORT_UNIT_COLUMN, [AWARD_WHOLE] = D_REPORT_UNIT_WHOLE};
    return writer_sentence(w, units[t->unit], writer_exact(w, t->each), writer_count(w, t->units), NOTHING);
}

static void table(Scheme *s, const AnswerTable *t)
{
    Writer *w = writer_of(s);
    uint32_t cells = 0;
    for (uint32_t i = 0; i < t->rows * t->columns; i++) {
        cells += t->cells[i] != NULL;
    }
    DocNode *row = row_of(s, paper_name(s->p, t->title, t->name), TONE_PLAIN);
    doc_cell(w->doc, row, writer_counted(w, cells, RW_ONE_CELL, RW_MANY_CELLS), TONE_PLAIN);
    points_cell(s, row, t->has_points, t->points);
    doc_cell(w->doc, row, unit_rule(s, t), TONE_MUTED);
}

static void element(Scheme *s, const Expect *e, const Element *el)
{
    Writer *w = writer_of(s);
    Buf b;
    DocNode *row = row_of(s, NOTHING, TONE_PLAIN);
    buf_init(&b, w->graph->vm->mem);
    if (row && row->first) {
        doc_tick(row->first, false);
        doc_run(w->doc, row->first, RUN_PLAIN, paper_name(s->p, el->title, el->name));
    }
    doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
    points_cell(s, row, el->has_points, el->points);
    if (e->rows && el->placed) {
        buf_put(&b, e->row_labels[el->row]);
        buf_puts(&b, " – ");
        buf_put(&b, e->column_labels[el->column]);
    }
    for (uint32_t i = 0; i < el->place_count; i++) {
        buf_puts(&b, b.n ? ", " : "");
        buf_put(&b, el->places[i]);
    }
    for (uint32_t i = 0; i < el->hint_count; i++) {
        buf_puts(&b, i ? ", " : b.n ? "\n" : "");
        buf_put(&b, el->hints[i]);
    }
    doc_cell(w->doc, row, writer_keep(w, &b), TONE_MUTED);
}

static void open_answer(Scheme *s, const Open *o)
{
    Writer *w = writer_of(s);
    DocNode *row = row_of(s, paper_name(s->p, o->title, o->name), TONE_STRONG);
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    for (uint32_t i = 0; i < o->expect_count; i++) {
        buf_puts(&b, i ? ", " : "");
        buf_put(&b, paper_needed(s->p, &o->expects[i]));
    }
    doc_cell(w->doc, row, writer_keep(w, &b), TONE_PLAIN);
    points_cell(s, row, o->has_points, o->points);
    Str all = o->all_or_nothing ? writer_sentence(w, D_REPORT_ALL_OR_NOTHING, NOTHING, NOTHING, NOTHING) : NOTHING;
    Str other = o->accept_other ? writer_sentence(w, D_REPORT_OTHER, NOTHING, NOTHING, NOTHING) : NOTHING;
    Str grid = paper_marking_grid(s->p, o);
    doc_cell(w->doc, row, grid.n ? grid : all.n ? all : other, TONE_MUTED);
    for (uint32_t i = 0; i < o->expect_count; i++) {
        for (uint32_t k = 0; k < o->expects[i].count; k++) {
            element(s, &o->expects[i], &o->expects[i].elements[k]);
        }
    }
}

/* ---- mistakes, penalties ---- */

static void mistake(Scheme *s, const Mistake *m)
{
    Writer *w = writer_of(s);
    Str title = m->title.n ? m->title : source_text(w->graph->program->sources, m->node->span);
    DocNode *row = row_of(s, writer_sentence(w, D_REPORT_MISTAKE, title, NOTHING, NOTHING), TONE_WARN);
    doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
    writer_value_cell(w, row, m->award, TONE_PLAIN);
    doc_cell(w->doc, row, m->message, TONE_MUTED);
}

static void malus(Scheme *s, const Question *q)
{
    Writer *w = writer_of(s);
    for (uint32_t i = 0; i < q->malus_count; i++) {
        Str title = q->malus[i].title.n ? q->malus[i].title : source_text(w->graph->program->sources, q->malus[i].node->span);
        DocNode *row = row_of(s, writer_sentence(w, D_REPORT_MALUS, title, NOTHING, NOTHING), TONE_BAD);
        doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
        doc_cell(w->doc, row, writer_sentence(w, D_REPORT_MINUS, writer_value(w, q->malus[i].points), NOTHING, NOTHING), TONE_PLAIN);
        doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
    }
}

/* ---- items ---- */

static void items(Scheme *s, const Items *list);

static void either(Scheme *s, const Either *e)
{
    Writer *w = writer_of(s);
    for (uint32_t i = 0; i < e->branch_count; i++) {
        Str title = writer_sentence(w, e->branches[i].title.n ? D_REPORT_METHOD_CALLED : D_REPORT_METHOD,
                                    writer_count(w, i + 1), e->branches[i].title, NOTHING);
        DocNode *row = row_of(s, title, TONE_STRONG);
        doc_span(row ? row->first : NULL, 3);
        doc_cell(w->doc, row, i ? NOTHING : writer_sentence(w, D_REPORT_BEST, NOTHING, NOTHING, NOTHING), TONE_MUTED);
        items(s, &e->branches[i].items);
    }
}

static void question(Scheme *s, const Question *q)
{
    Writer *w = writer_of(s);
    DocNode *outside = s->at;
    s->at = paper_question(s->p, outside, q);
    s->table = NULL;
    items(s, &q->items);
    malus(s, q);
    if (s->table) {
        DocNode *row = doc_total_row(w->doc, s->table);
        doc_cell(w->doc, row, writer_word(w, RW_TOTAL), TONE_STRONG);
        doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
        exact_cell(w, row, points_of_question(w->graph->vm->num, q), TONE_STRONG);
    }
    s->at = outside;
    s->table = NULL;
}

static void item(Scheme *s, const Item *it)
{
    switch (it->kind) {
    case ITEM_ANSWER: answer(s, it->answer); break;
    case ITEM_TABLE: table(s, it->table); break;
    case ITEM_OPEN: open_answer(s, it->open); break;
    case ITEM_EITHER: either(s, it->either); break;
    case ITEM_MISTAKE: mistake(s, it->mistake); break;
    case ITEM_QUESTION: question(s, it->child); break;
    case ITEM_GRID:
        paper_grid(s->p, s->at, it);
        s->table = NULL;
        break;
    default: break;
    }
}

static void items(Scheme *s, const Items *list)
{
    for (uint32_t i = 0; i < list->count && !s->p->key->stopped; i++) {
        item(s, &list->list[i]);
    }
}

/* ---- competences ---- */

static Str codes_of(Scheme *s, const Question *q)
{
    Writer *w = writer_of(s);
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    for (uint32_t i = 0; i < q->competence_count; i++) {
        const Framework *f = s->p->c->framework;
        int at = f ? framework_find(f, q->competences[i]) : -1;
        buf_puts(&b, i ? "\n" : "");
        buf_put(&b, q->competences[i]);
        if (at >= 0 && f->list[at].title.n) {
            buf_putc(&b, ' ');
            buf_put(&b, f->list[at].title);
        }
    }
    return writer_keep(w, &b);
}

static Str criteria_of(Scheme *s, const Question *q)
{
    Buf b;
    buf_init(&b, writer_of(s)->graph->vm->mem);
    for (uint32_t i = 0; i < q->criterion_count; i++) {
        buf_puts(&b, i ? "\n" : "");
        buf_put(&b, q->criteria[i]);
    }
    return writer_keep(writer_of(s), &b);
}

/* Questions, the competences that they work on, and by what one sees it. */
static void competences(Scheme *s)
{
    Writer *w = writer_of(s);
    DocColumn columns[] = {{writer_word(w, RW_QUESTION), ALIGN_LEFT},
                           {writer_word(w, RW_COMPETENCES), ALIGN_LEFT},
                           {writer_word(w, RW_CRITERIA), ALIGN_LEFT},
                           {writer_word(w, RW_POINTS), ALIGN_RIGHT}};
    DocNode *table_node = NULL;
    for (uint32_t i = 0; i < s->p->c->question_count; i++) {
        const Question *q = s->p->c->questions[i];
        if (!q->competence_count && !q->criterion_count) {
            continue;
        }
        if (!table_node) {
            table_node = doc_table(w->doc, doc_section(w->doc, s->at, writer_word(w, RW_COMPETENCES)), columns, 4);
        }
        DocNode *row = doc_row(w->doc, table_node);
        doc_head_cell(w->doc, row, q->label);
        doc_cell(w->doc, row, codes_of(s, q), TONE_PLAIN);
        doc_cell(w->doc, row, criteria_of(s, q), TONE_PLAIN);
        exact_cell(w, row, points_of_question(w->graph->vm->num, q), TONE_PLAIN);
    }
}

/* ---- the whole ---- */

static void totals(Scheme *s)
{
    Writer *w = writer_of(s);
    const Exam *e = &s->p->c->exam;
    Str points = writer_points(w, points_of_case(w->graph->vm->num, s->p->c));
    Str scaled = e->scaled ? writer_sentence(w, D_REPORT_SCALED, points, writer_value(w, e->scaled_to), NOTHING) : points;
    if (e->rounds_up || e->rounds_nearest) {
        scaled = writer_sentence(w, e->rounds_up ? D_REPORT_ROUNDED_UP : D_REPORT_TO_NEAREST, scaled, writer_value(w, e->round_to), NOTHING);
    }
    if (!s->p->c->unmarked) {
        doc_paragraph(w->doc, s->at, writer_sentence(w, D_REPORT_IN_ALL, scaled, NOTHING, NOTHING), TONE_STRONG);
    }
}

void marking_write(Paper *p, DocNode *at)
{
    Scheme s = {.p = p, .at = at};
    totals(&s);
    items(&s, &p->c->items);
    competences(&s);
}
