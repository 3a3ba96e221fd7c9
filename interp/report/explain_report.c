/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data first, as a subject prints it; then each step with its result set off. */
#include "report/explain_report.h"

#include "report/word.h"

static void contexts(Doc *d, const Explanation *e)
{
    for (uint32_t i = 0; i < e->context_count; i++) {
        doc_note(d, NULL, TONE_PLAIN, e->contexts[i], (Str){NULL, 0});
    }
}

static Str last_note(const ExplainStep *s) { return s->note_count ? s->notes[s->note_count - 1] : (Str){"", 0}; }

static void data(Doc *d, const Explanation *e)
{
    DocColumn columns[] = {{.align = ALIGN_LEFT}, {.align = ALIGN_RIGHT}, {.align = ALIGN_LEFT}};
    DocNode *table = e->data_count ? doc_table(d, NULL, columns, 3) : NULL;
    for (uint32_t i = 0; i < e->data_count; i++) {
        const ExplainStep *s = e->data[i];
        DocNode *row = doc_row(d, table);
        doc_cell(d, row, s->name, TONE_PLAIN);
        doc_number_cell(d, row, s->value.shown, s->value.decimal, TONE_PLAIN);
        doc_cell(d, row, s->fault ? last_note(s) : s->label, s->fault ? TONE_BAD : TONE_MUTED);
    }
}

static void step(Doc *d, DocNode *steps, const ExplainStep *s)
{
    DocNode *n = doc_step(d, steps, s->name, s->label, s->formula);
    if (n) {
        n->level = (uint8_t)s->depth;
    }
    for (uint32_t i = 0; i < s->equal_count; i++) {
        DocNode *equal = doc_equal(d, n, s->equals[i].text, s->equals[i].about);
        if (equal && i + 1 == s->equal_count && !s->fault) {
            equal->tone = TONE_STRONG;
        }
    }
    for (uint32_t i = 0; i < s->note_count; i++) {
        bool fault = s->fault && i + 1 == s->note_count;
        if (n) {
            doc_note(d, n, fault ? TONE_BAD : TONE_MUTED, s->notes[i], (Str){NULL, 0});
        }
    }
}

void explain_steps(Doc *d, DocNode *steps, const Explanation *e)
{
    for (uint32_t i = 0; i < e->step_count; i++) {
        step(d, steps, e->steps[i]);
    }
}

void explain_report(Doc *d, const Explanation *e)
{
    contexts(d, e);
    data(d, e);
    explain_steps(d, doc_steps(d, NULL), e);
    if (e->truncated) {
        doc_note(d, NULL, TONE_WARN, report_word(RW_TRUNCATED, d->lang), (Str){NULL, 0});
    }
}

/* ---- for programs ---- */

static void member(JsonWriter *w, Str key, Str text)
{
    json_key(w, key);
    json_text(w, text);
}

static void value_json(JsonWriter *w, const ExplainValue *v)
{
    json_object(w);
    member(w, STR("shown"), v->shown);
    json_key(w, STR("number"));
    json_bool(w, v->number);
    if (v->number) {
        json_key(w, STR("exact"));
        json_bool(w, v->exact);
        member(w, STR("fraction"), v->fraction);
        member(w, STR("decimal"), v->decimal);
        member(w, STR("unit"), v->unit);
    }
    json_end(w);
}

static void chain_json(JsonWriter *w, const ExplainStep *s)
{
    json_key(w, STR("chain"));
    json_array(w);
    for (uint32_t i = 0; i < s->equal_count; i++) {
        json_object(w);
        member(w, STR("text"), s->equals[i].text);
        json_key(w, STR("about"));
        json_bool(w, s->equals[i].about);
        json_end(w);
    }
    json_end(w);
}

static void texts_json(JsonWriter *w, Str key, const Str *texts, uint32_t count)
{
    json_key(w, key);
    json_array(w);
    for (uint32_t i = 0; i < count; i++) {
        json_text(w, texts[i]);
    }
    json_end(w);
}

static void step_json(JsonWriter *w, const ExplainStep *s)
{
    json_object(w);
    member(w, STR("name"), s->name);
    if (s->label.n) {
        member(w, STR("label"), s->label);
    }
    if (s->depth) {
        json_key(w, STR("depth"));
        json_int(w, s->depth);
    }
    if (s->formula.n || s->slot == NO_SLOT) {
        member(w, STR("formula"), s->formula);
        chain_json(w, s);
    }
    texts_json(w, STR("notes"), s->notes, s->note_count);
    json_key(w, STR("value"));
    if (s->fault) {
        json_null(w);
    } else {
        value_json(w, &s->value);
    }
    json_end(w);
}

static void steps_json(JsonWriter *w, Str key, ExplainStep *const *steps, uint32_t count)
{
    json_key(w, key);
    json_array(w);
    for (uint32_t i = 0; i < count; i++) {
        step_json(w, steps[i]);
    }
    json_end(w);
}

void explain_json(JsonWriter *w, const Explanation *e)
{
    json_object(w);
    member(w, STR("name"), e->subject);
    texts_json(w, STR("contexts"), e->contexts, e->context_count);
    steps_json(w, STR("data"), e->data, e->data_count);
    steps_json(w, STR("steps"), e->steps, e->step_count);
    json_key(w, STR("truncated"));
    json_bool(w, e->truncated);
    json_end(w);
}
