/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points that have a note or a goal need columns of their own, so several series are then written one after another. */
#include "report/chart_table.h"

#include "report/word.h"

static const Str NONE = {"", 0};

static Str or_word(Str s, ReportWord word, Lang lang)
{
    return s.n ? s : report_word(word, lang);
}

static bool same_labels(const Chart *c)
{
    for (const ChartSeries *s = c->first ? c->first->next : NULL; s; s = s->next) {
        const ChartPoint *a = c->first->first, *b = s->first;
        for (; a && b; a = a->next, b = b->next) {
            if (!str_eq(a->label, b->label)) {
                return false;
            }
        }
        if (a || b) {
            return false;
        }
    }
    return true;
}

static void value_cell(Doc *d, DocNode *row, Str text)
{
    doc_cell(d, row, text, TONE_PLAIN);
}

static Str label_title(const Chart *c)
{
    return c->scales[c->kind == CHART_BARS ? CHART_UP : CHART_ACROSS].title;
}

/* One column a series. */
static DocNode *side_by_side(Doc *d, const Chart *c)
{
    DocColumn *columns = arena_alloc(&d->arena, (c->count + 1) * sizeof *columns);
    if (!columns) {
        return NULL;
    }
    uint32_t k = 0;
    columns[k++] = (DocColumn){label_title(c), ALIGN_LEFT};
    for (const ChartSeries *s = c->first; s; s = s->next) {
        columns[k++] = (DocColumn){s->name, ALIGN_RIGHT};
    }
    DocNode *table = doc_table(d, NULL, columns, k);
    for (uint32_t i = 0; i < chart_longest(c); i++) {
        DocNode *row = doc_row(d, table);
        doc_head_cell(d, row, chart_label(c, i));
        for (const ChartSeries *s = c->first; s; s = s->next) {
            value_cell(d, row, chart_at(s, i)->shown);
        }
    }
    return table;
}

typedef struct Shape { /* which columns there are */
    bool series, goal, note;
} Shape;

static void point_row(Doc *d, DocNode *table, const ChartSeries *s, const ChartPoint *p, Shape shape)
{
    DocNode *row = doc_row(d, table);
    if (shape.series) {
        doc_head_cell(d, row, s->name);
    }
    doc_head_cell(d, row, p->label);
    value_cell(d, row, p->shown);
    if (shape.goal) {
        value_cell(d, row, p->has_goal ? p->goal_shown : NONE);
    }
    if (shape.note) {
        value_cell(d, row, p->note);
    }
}

static DocNode *one_by_one(Doc *d, const Chart *c)
{
    Shape shape = {.series = c->count > 1, .goal = chart_has_goal_texts(c), .note = chart_has_notes(c)};
    Str name = c->first && !shape.series ? c->first->name : NONE;
    DocColumn columns[5];
    uint32_t n = 0;
    if (shape.series) {
        columns[n++] = (DocColumn){NONE, ALIGN_LEFT};
    }
    columns[n++] = (DocColumn){label_title(c), ALIGN_LEFT};
    columns[n++] = (DocColumn){or_word(name.n ? name : chart_value_scale(c)->title, RW_VALUE, d->lang), ALIGN_RIGHT};
    if (shape.goal) {
        columns[n++] = (DocColumn){chart_goal_word(c, d->lang), ALIGN_RIGHT};
    }
    if (shape.note) {
        columns[n++] = (DocColumn){NONE, ALIGN_RIGHT};
    }
    DocNode *table = doc_table(d, NULL, columns, n);
    for (const ChartSeries *s = c->first; s; s = s->next) {
        for (const ChartPoint *p = s->first; p; p = p->next) {
            point_row(d, table, s, p, shape);
        }
    }
    return table;
}

DocNode *chart_table(Doc *d, const Chart *c)
{
    bool plain = !chart_has_goal_texts(c) && !chart_has_notes(c);
    return plain && c->count > 1 && same_labels(c) ? side_by_side(d, c) : one_by_one(d, c);
}
