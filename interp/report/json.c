/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every node is an object; members that are empty are left out. */
#include "report/json.h"

static const char *const kinds[] = {
#define DOC_NODE(id, name) [DOC_##id] = (name),
#include "report/doc.def"
#undef DOC_NODE
};

static const char *const tones[] = {[TONE_PLAIN] = "plain", [TONE_STRONG] = "strong", [TONE_MUTED] = "muted",
                                    [TONE_GOOD] = "good",   [TONE_WARN] = "warn",     [TONE_BAD] = "bad"};

static const char *const aligns[] = {[ALIGN_LEFT] = "left", [ALIGN_RIGHT] = "right", [ALIGN_CENTRE] = "centre"};

/* ---- members ---- */

static void member(JsonWriter *w, const char *key, Str text)
{
    if (text.n) {
        json_key(w, str_from(key));
        json_text(w, text);
    }
}

static void flag(JsonWriter *w, const char *key, bool is)
{
    if (is) {
        json_key(w, str_from(key));
        json_bool(w, true);
    }
}

static void number(JsonWriter *w, const char *key, int64_t n)
{
    json_key(w, str_from(key));
    json_int(w, n);
}

static void array(JsonWriter *w, const char *key)
{
    json_key(w, str_from(key));
    json_array(w);
}

static void tone(JsonWriter *w, uint8_t t)
{
    if (t != TONE_PLAIN) {
        member(w, "tone", str_from(tones[t]));
    }
}

/* ---- charts ---- */

static void scale(JsonWriter *w, const char *key, const ChartScale *s)
{
    if (!s->title.n && !s->first) {
        return;
    }
    json_key(w, str_from(key));
    json_object(w);
    member(w, "title", s->title);
    array(w, "ticks");
    for (const ChartTick *t = s->first; t; t = t->next) {
        json_object(w);
        member(w, "text", t->text);
        number(w, "at", t->at);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

static void point(JsonWriter *w, const Chart *c, const ChartPoint *p)
{
    json_object(w);
    member(w, "label", p->label);
    if (c->kind == CHART_LINE) {
        number(w, "across", p->across);
    }
    member(w, "shown", p->shown);
    if (p->from) {
        number(w, "from", p->from);
    }
    number(w, "at", p->at);
    if (p->has_goal) {
        member(w, "goal_shown", p->goal_shown);
        number(w, "goal", p->goal);
    }
    member(w, "note", p->note);
    flag(w, "marked", p->marked);
    tone(w, p->tone);
    json_end(w);
}

static void chart(JsonWriter *w, const Chart *c)
{
    member(w, "chart", str_from(chart_kind_name(c->kind)));
    scale(w, "across", &c->scales[CHART_ACROSS]);
    scale(w, "up", &c->scales[CHART_UP]);
    array(w, "series");
    for (const ChartSeries *s = c->first; s; s = s->next) {
        json_object(w);
        member(w, "name", s->name);
        array(w, "points");
        for (const ChartPoint *p = s->first; p; p = p->next) {
            point(w, c, p);
        }
        json_end(w);
        json_end(w);
    }
    json_end(w);
}

/* ---- nodes ---- */

static void columns(JsonWriter *w, const DocNode *n)
{
    array(w, "columns");
    for (uint32_t c = 0; c < n->column_count; c++) {
        json_object(w);
        json_key(w, STR("title"));
        json_text(w, n->columns[c].title);
        json_key(w, STR("align"));
        json_text(w, str_from(aligns[n->columns[c].align]));
        json_end(w);
    }
    json_end(w);
}

static void runs(JsonWriter *w, const DocNode *n)
{
    array(w, "runs");
    for (const DocRun *r = n->runs; r; r = r->next) {
        json_object(w);
        member(w, "text", r->text);
        flag(w, "emphasis", r->style & RUN_EMPHASIS);
        flag(w, "strong", r->style & RUN_STRONG);
        flag(w, "code", r->style & RUN_CODE);
        member(w, "url", r->url);
        json_end(w);
    }
    json_end(w);
}

static void particulars(JsonWriter *w, const DocNode *n)
{
    if (n->kind == DOC_HEADING) {
        number(w, "level", n->level);
    }
    tone(w, n->tone);
    flag(w, "about", n->about);
    flag(w, "head", n->head);
    flag(w, "new_page", n->new_page);
    if (n->tick) {
        json_key(w, STR("ticked"));
        json_bool(w, n->tick == TICK_DONE);
    }
    if (n->span > 1) {
        number(w, "span", n->span);
    }
    if (n->heat) {
        number(w, "heat", n->heat - 1);
    }
    if (n->lines) {
        number(w, "lines", n->lines);
    }
    if (n->start) {
        number(w, "start", n->start);
    }
}

static void node(JsonWriter *w, const DocNode *n);

static void children(JsonWriter *w, const DocNode *n)
{
    array(w, "children");
    for (const DocNode *k = n->first; k; k = k->next) {
        node(w, k);
    }
    json_end(w);
}

static void content(JsonWriter *w, const DocNode *n)
{
    particulars(w, n);
    member(w, "title", n->title);
    member(w, "text", n->text);
    if (n->runs) {
        runs(w, n);
    }
    member(w, "detail", n->detail);
    member(w, "number", n->number);
    if (n->kind == DOC_TABLE) {
        columns(w, n);
    }
    if (n->chart) {
        chart(w, n->chart);
    }
    if (n->first) {
        children(w, n);
    }
}

/* Trees are as deep as the reports that build them, and as LIMIT_TEXT_DEPTH. */
static void node(JsonWriter *w, const DocNode *n)
{
    json_object(w);
    member(w, "kind", str_from(kinds[n->kind]));
    content(w, n);
    json_end(w);
}

void doc_json(JsonWriter *w, const Doc *d)
{
    if (!doc_ok(d)) {
        w->out->failed = true;
        return;
    }
    json_object(w);
    member(w, "kind", str_from(kinds[DOC_ROOT]));
    if (d->title.n) {
        member(w, "lang", str_from(d->lang == LANG_FR ? "fr" : "en"));
        member(w, "title", d->title);
    }
    content(w, d->root);
    json_end(w);
}
