/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes wrong, how often, and in which subject to look at it; then what each answer becomes. */
#include "grade/stress.h"
#include "report/writer.h"

static const Str NOTHING = {"", 0};

typedef struct Page {
    Writer w;
    const Stress *s;
} Page;

static Str subject_name(Page *p, uint32_t number)
{
    Buf b;
    buf_init(&b, p->w.doc->arena.mem);
    buf_printf(&b, "stress-%u", number);
    return writer_keep(&p->w, &b);
}

static void finding_row(Page *p, DocNode *table, const StressFinding *f)
{
    static const ReportWord words[STRESS_KINDS] = {
        [STRESS_NO_DRAW] = RW_STRESS_NO_DRAW,         [STRESS_FAULT] = RW_STRESS_FAULT,
        [STRESS_NO_VALUE] = RW_STRESS_NO_VALUE,       [STRESS_IMPLAUSIBLE] = RW_STRESS_IMPLAUSIBLE,
        [STRESS_CHECK] = RW_STRESS_CHECK,             [STRESS_METHODS] = RW_STRESS_METHODS,
        [STRESS_NEGATIVE] = RW_STRESS_NEGATIVE,       [STRESS_ZERO] = RW_STRESS_ZERO,
        [STRESS_FRACTION] = RW_STRESS_FRACTION,       [STRESS_DECIMALS] = RW_STRESS_DECIMALS,
        [STRESS_BETWEEN] = RW_STRESS_BETWEEN,         [STRESS_UNSEEN] = RW_STRESS_UNSEEN};
    Doc *d = p->w.doc;
    DocNode *row = doc_row(d, table);
    doc_cell(d, row, writer_word(&p->w, words[f->kind]), f->kind < STRESS_SERIOUS ? TONE_BAD : TONE_WARN);
    doc_cell(d, row, f->about, TONE_PLAIN);
    doc_cell(d, row, writer_count(&p->w, f->times), TONE_PLAIN);
    doc_cell(d, row, subject_name(p, f->first), TONE_PLAIN);
    doc_cell(d, row, f->value, TONE_MUTED);
}

static void findings(Page *p)
{
    Writer *w = &p->w;
    DocColumn columns[] = {{NOTHING, ALIGN_LEFT}, {writer_word(w, RW_WHERE), ALIGN_LEFT}, {writer_word(w, RW_SUBJECTS), ALIGN_RIGHT},
                           {writer_word(w, RW_FOR_INSTANCE), ALIGN_LEFT}, {writer_word(w, RW_VALUE), ALIGN_LEFT}};
    if (!p->s->finding_count) {
        return;
    }
    DocNode *table = doc_table(w->doc, doc_section(w->doc, NULL, writer_word(w, RW_LOOK_AT)), columns, 5);
    for (uint32_t i = 0; i < p->s->finding_count; i++) {
        finding_row(p, table, &p->s->findings[i]);
    }
}

/* Answers that no draw reaches say nothing here. */
static void ranges(Page *p)
{
    Writer *w = &p->w;
    const Case *c = p->s->m->c;
    const List *kept = p->s->kept.ptr;
    DocColumn columns[] = {{writer_word(w, RW_ANSWER), ALIGN_LEFT}, {writer_word(w, RW_PRINTED), ALIGN_RIGHT},
                           {writer_word(w, RW_LOWEST), ALIGN_RIGHT}, {writer_word(w, RW_HIGHEST), ALIGN_RIGHT},
                           {writer_word(w, RW_DIFFERENT_VALUES), ALIGN_RIGHT}};
    DocNode *table = NULL;
    for (uint32_t i = 0; i < c->answer_count; i++) {
        Value lowest = kept->store->items[2 * i], highest = kept->store->items[2 * i + 1];
        if (!p->s->varies[c->answers[i]->slot]) {
            continue;
        }
        if (!table) {
            table = doc_table(w->doc, doc_section(w->doc, NULL, writer_word(w, RW_ANSWERS)), columns, 5);
        }
        DocNode *row = doc_row(w->doc, table);
        doc_head_cell(w->doc, row, c->answers[i]->address);
        const Value shown[] = {p->s->ranges[i].printed, lowest, highest};
        for (size_t k = 0; k < 3; k++) {
            if (shown[k].tag == T_NONE) {
                doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
            } else {
                writer_value_cell(w, row, shown[k], TONE_PLAIN);
            }
        }
        doc_cell(w->doc, row, writer_count(w, p->s->ranges[i].values), TONE_PLAIN);
    }
}

bool stress_page(Doc *d, const Stress *s)
{
    ShowStyle style = show_style(d->lang);
    Page p = {.w = {.doc = d, .graph = &s->m->session.graph, .style = &style}, .s = s};
    Writer *w = &p.w;
    const Case *c = s->m->c;
    doc_title(d, c->title.n ? c->title : c->name);
    Str drawn = writer_count(w, s->draws), usable = writer_count(w, s->usable);
    doc_paragraph(d, NULL, writer_sentence(w, D_STRESS_DRAWN, drawn, usable, NOTHING), TONE_PLAIN);
    if (s->printed_checks) {
        doc_paragraph(d, NULL, writer_sentence(w, D_STRESS_PRINTED, writer_count(w, s->printed_checks), NOTHING, NOTHING), TONE_MUTED);
    }
    findings(&p);
    ranges(&p);
    doc_note(d, NULL, stress_serious(s) ? TONE_BAD : s->finding_count ? TONE_WARN : TONE_GOOD,
             writer_sentence(w, stress_serious(s) ? D_STRESS_WRONG : s->finding_count ? D_STRESS_FOUND : D_STRESS_NOTHING, NOTHING, NOTHING, NOTHING), NOTHING);
    return doc_ok(d);
}
