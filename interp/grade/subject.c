/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "grade/subject.h"

#include "domain/points.h"
#include "report/richtext.h"
#include "report/word.h"
#include "report/writer.h"


typedef struct Subject {
    Doc *d;
    Marker *m;
    const Case *c;
    View *view;
    ShowStyle style;
    Writer w;
} Subject;

static Subject begin(Doc *d, Marker *m, const Case *c, View *view)
{
    Subject s = {.d = d, .m = m, .c = c, .view = view, .style = show_style(c->lang)};
    return s;
}

static void open_writer(Subject *s) { s->w = (Writer){.doc = s->d, .graph = &s->m->session.graph, .style = &s->style}; }

static void texts(Subject *s, DocNode *at, const Items *items)
{
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->list[i].kind == ITEM_TEXT) {
            richtext_add(s->d, at, items->list[i].text);
        }
    }
}

/* Data without a label are not printed by name: a table or a text of the subject shows them. */
static void givens(Subject *s, DocNode *at, const Question *q)
{
    DocNode *pairs = NULL;
    for (uint32_t i = 0; i < s->c->given_count; i++) {
        const Given *g = &s->c->givens[i];
        Value v;
        bool shown = g->question == q && g->label.n && case_eval(&s->m->session.graph, NULL, s->view, g->slot, &v);
        if (shown && v.tag != T_TABLE && v.tag != T_LIST && v.tag != T_RECORD) {
            pairs = pairs ? pairs : doc_pairs(s->d, at);
            doc_pair(s->d, pairs, g->label, writer_value(&s->w, v));
        }
    }
}

static void asked(Subject *s, DocNode **list, DocNode *at, Str title, Value points)
{
    if (!title.n) {
        return;
    }
    *list = *list ? *list : doc_list(s->d, at);
    Buf b;
    buf_init(&b, s->d->arena.mem);
    buf_put(&b, title);
    if (num_sign(points) > 0) {
        buf_puts(&b, " (");
        buf_put(&b, writer_points(&s->w, points));
        buf_putc(&b, ')');
    }
    doc_item(s->d, *list, writer_keep(&s->w, &b), TONE_PLAIN);
}

static void questions_items(Subject *s, DocNode *at, const Items *items)
{
    DocNode *list = NULL;
    for (uint32_t i = 0; i < items->count; i++) {
        const Item *it = &items->list[i];
        if (it->kind == ITEM_ANSWER) {
            asked(s, &list, at, it->answer->title, it->answer->points);
        } else if (it->kind == ITEM_TABLE) {
            asked(s, &list, at, it->table->title, it->table->points);
        } else if (it->kind == ITEM_OPEN) {
            asked(s, &list, at, it->open->title, it->open->points);
        }
    }
}

static Str question_title(Subject *s, const Question *q)
{
    Buf b;
    buf_init(&b, s->d->arena.mem);
    buf_put(&b, q->label);
    buf_puts(&b, q->title.n ? "  " : "");
    buf_put(&b, q->title);
    if (num_sign(points_of_question(&s->m->session.num, q)) > 0) {
        buf_puts(&b, " (");
        buf_put(&b, writer_points(&s->w, points_of_question(&s->m->session.num, q)));
        buf_putc(&b, ')');
    }
    return writer_keep(&s->w, &b);
}

void subject_head(Doc *d, Marker *m, const Case *c, View *view)
{
    Subject s = begin(d, m, c, view);
    open_writer(&s);
    doc_title(d, c->title.n ? c->title : c->name);
    if (c->exam.title.n) {
        doc_aside(d, NULL, c->exam.title);
    }
    if (c->exam.paper.n) {
        doc_aside(d, NULL, c->exam.paper);
    }
    texts(&s, NULL, &c->items);
    givens(&s, NULL, NULL);
}

void subject_question(Doc *d, Marker *m, const Case *c, View *view, const Question *q)
{
    Subject s = begin(d, m, c, view);
    open_writer(&s);
    DocNode *at = doc_section(d, NULL, question_title(&s, q));
    texts(&s, at, &q->items);
    givens(&s, at, q);
}

bool subject_page(Doc *d, Marker *m, const Case *c, View *view)
{
    Subject s = begin(d, m, c, view);
    open_writer(&s);
    subject_head(d, m, c, view);
    for (uint32_t i = 0; i < c->question_count; i++) {
        const Question *q = c->questions[i];
        DocNode *at = doc_section(d, NULL, question_title(&s, q));
        texts(&s, at, &q->items);
        givens(&s, at, q);
        questions_items(&s, at, &q->items);
    }
    return doc_ok(d);
}
