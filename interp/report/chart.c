/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists in the arena of the document; points are few, so that a writer may walk them again and again. */
#include "report/chart.h"

#include "report/doc.h"

ChartSeries *chart_series(Doc *d, DocNode *chart, Str name)
{
    ChartSeries *s = chart ? arena_alloc(&d->arena, sizeof *s) : NULL;
    if (s) {
        Chart *c = chart->chart;
        s->name = doc_copy(d, name);
        *(c->last ? &c->last->next : &c->first) = s;
        c->last = s;
        c->count++;
    }
    return s;
}

ChartPoint *chart_place(Doc *d, ChartSeries *s, Str label, int32_t across, Str shown, int32_t at)
{
    ChartPoint *p = s ? arena_alloc(&d->arena, sizeof *p) : NULL;
    if (p) {
        *p = (ChartPoint){.label = doc_copy(d, label), .shown = doc_copy(d, shown), .across = across, .at = at};
        *(s->last ? &s->last->next : &s->first) = p;
        s->last = p;
        s->count++;
    }
    return p;
}

ChartPoint *chart_point(Doc *d, ChartSeries *s, Str label, Str shown, int32_t at)
{
    return chart_place(d, s, label, 0, shown, at);
}

void chart_from(ChartPoint *p, int32_t from)
{
    if (p) {
        p->from = from;
    }
}

void chart_tone(ChartPoint *p, DocTone tone)
{
    if (p) {
        p->tone = (uint8_t)tone;
    }
}

void chart_goal(Doc *d, ChartPoint *p, Str shown, int32_t at)
{
    if (p) {
        p->goal_shown = doc_copy(d, shown);
        p->goal = at;
        p->has_goal = true;
    }
}

void chart_note(Doc *d, ChartPoint *p, Str note)
{
    if (p) {
        p->note = doc_copy(d, note);
    }
}

void chart_mark(Doc *d, ChartPoint *p, Str note)
{
    chart_note(d, p, note);
    if (p) {
        p->marked = true;
    }
}

void chart_scale(Doc *d, DocNode *chart, ChartAxis axis, Str title)
{
    if (chart) {
        chart->chart->scales[axis].title = doc_copy(d, title);
    }
}

void chart_tick(Doc *d, DocNode *chart, ChartAxis axis, Str text, int32_t at)
{
    ChartTick *t = chart ? arena_alloc(&d->arena, sizeof *t) : NULL;
    if (t) {
        ChartScale *scale = &chart->chart->scales[axis];
        *t = (ChartTick){.text = doc_copy(d, text), .at = at};
        *(scale->last ? &scale->last->next : &scale->first) = t;
        scale->last = t;
    }
}

/* ---- for writers ---- */

const char *chart_kind_name(uint8_t kind)
{
    static const char *const names[] = {
#define CHART(id, name) [CHART_##id] = (name),
#include "report/chart.def"
#undef CHART
    };
    return names[kind];
}

uint32_t chart_longest(const Chart *c)
{
    uint32_t longest = 0;
    for (const ChartSeries *s = c->first; s; s = s->next) {
        longest = s->count > longest ? s->count : longest;
    }
    return longest;
}

const ChartPoint *chart_at(const ChartSeries *s, uint32_t number)
{
    const ChartPoint *p = s->first;
    for (; p && number; number--) {
        p = p->next;
    }
    return p;
}

Str chart_label(const Chart *c, uint32_t number)
{
    for (const ChartSeries *s = c->first; s; s = s->next) {
        const ChartPoint *p = chart_at(s, number);
        if (p) {
            return p->label;
        }
    }
    return (Str){"", 0};
}

static bool some_point(const Chart *c, bool (*is)(const ChartPoint *p))
{
    for (const ChartSeries *s = c->first; s; s = s->next) {
        for (const ChartPoint *p = s->first; p; p = p->next) {
            if (is(p)) {
                return true;
            }
        }
    }
    return false;
}

static bool has_goal(const ChartPoint *p)
{
    return p->has_goal;
}

static bool has_goal_text(const ChartPoint *p)
{
    return p->has_goal && p->goal_shown.n > 0;
}

static bool has_note(const ChartPoint *p)
{
    return p->note.n > 0;
}

static bool begins_later(const ChartPoint *p)
{
    return p->from != 0;
}

Str chart_goal_word(const Chart *c, Lang lang)
{
    return report_word(some_point(c, begins_later) ? RW_LATEST_END : RW_GOAL, lang);
}

bool chart_has_goals(const Chart *c)
{
    return some_point(c, has_goal);
}

bool chart_has_goal_texts(const Chart *c)
{
    return some_point(c, has_goal_text);
}

bool chart_has_notes(const Chart *c)
{
    return some_point(c, has_note);
}

/* ---- how far a chart reaches ---- */

typedef struct Reach {
    ChartRange range;
    bool any;
} Reach;

static void reach(Reach *r, int32_t at)
{
    r->range.low = r->any && r->range.low < at ? r->range.low : at;
    r->range.high = r->any && r->range.high > at ? r->range.high : at;
    r->any = true;
}

static void reach_ticks(Reach *r, const ChartScale *scale)
{
    for (const ChartTick *t = scale->first; t; t = t->next) {
        reach(r, t->at);
    }
}

/* Never empty, so that writers may divide by its width. */
static ChartRange reached(const Reach *r)
{
    if (r->range.low < r->range.high) {
        return r->range;
    }
    if (r->range.low == 0) {
        return (ChartRange){0, CHART_FULL};
    }
    return r->range.low > 0 ? (ChartRange){0, r->range.high} : (ChartRange){r->range.low, 0};
}

const ChartScale *chart_value_scale(const Chart *c)
{
    return &c->scales[c->kind == CHART_BARS ? CHART_ACROSS : CHART_UP];
}

ChartRange chart_values(const Chart *c)
{
    Reach r = {0};
    if (c->kind != CHART_LINE) {
        reach(&r, 0);
    }
    for (const ChartSeries *s = c->first; s; s = s->next) {
        for (const ChartPoint *p = s->first; p; p = p->next) {
            reach(&r, p->at);
            reach(&r, p->from);
            reach(&r, p->has_goal ? p->goal : p->at);
        }
    }
    reach_ticks(&r, chart_value_scale(c));
    return reached(&r);
}

ChartRange chart_places(const Chart *c)
{
    Reach r = {0};
    for (const ChartSeries *s = c->first; s; s = s->next) {
        for (const ChartPoint *p = s->first; p; p = p->next) {
            reach(&r, p->across);
        }
    }
    reach_ticks(&r, &c->scales[CHART_ACROSS]);
    return reached(&r);
}
