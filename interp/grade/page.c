/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "grade/page.h"

#include "domain/points.h"

static const Str NOTHING = {"", 0};

void page_open(Page *p, Doc *d, Results *r)
{
    *p = (Page){.r = r, .c = r->c, .num = r->num, .style = show_style(r->c->lang)};
    p->w = (Writer){.doc = d, .graph = &r->m->session.graph, .style = &p->style};
}

Str page_number(Page *p, Value v, int decimals)
{
    Value rounded = v;
    num_round(p->num, v, decimals, ROUND_HALF_UP, &rounded);
    return writer_value(&p->w, rounded);
}

Str page_percent(Page *p, Value part, Value whole)
{
    Value share;
    if (num_sign(whole) <= 0 || num_div(p->num, part, whole, &share) != NUM_OK) {
        return STR("—");
    }
    share.unit = U_PERCENT;
    return page_number(p, share, 0);
}

Str page_count(Page *p, uint64_t n)
{
    Buf b;
    buf_init(&b, p->w.doc->arena.mem);
    buf_printf(&b, "%llu", (unsigned long long)n);
    return writer_keep(&p->w, &b);
}

Str page_points(Page *p, Value v) { return page_number(p, v, 2); }

Str page_question(Page *p, const Question *q)
{
    Buf b;
    buf_init(&b, p->w.doc->arena.mem);
    buf_put(&b, q->label);
    buf_puts(&b, q->title.n ? "  " : "");
    buf_put(&b, q->title);
    return writer_keep(&p->w, &b);
}

void page_number_cell(Page *p, DocNode *row, Str shown, Value v, DocTone tone)
{
    doc_number_cell(p->w.doc, row, shown, writer_decimal(&p->w, v), tone);
}

void page_exam(Page *p, DocNode *at)
{
    Str exam = writer_exam(&p->w, &p->c->exam);
    if (exam.n) {
        doc_paragraph(p->w.doc, at, exam, TONE_MUTED);
    }
}

/* ---- what is to be looked at ---- */

typedef struct NoteTable {
    Page *p;
    DocNode *at, *table;
    uint32_t count;
} NoteTable;

enum { NOTES_SHOWN = 500 };

static void begin_notes(NoteTable *t)
{
    Page *p = t->p;
    DocColumn columns[] = {{writer_word(&p->w, RW_CANDIDATE), ALIGN_LEFT},
                           {writer_word(&p->w, RW_ORIGIN), ALIGN_LEFT},
                           {writer_word(&p->w, RW_WHY), ALIGN_LEFT}};
    t->table = doc_table(p->w.doc, t->at, columns, 3);
}

static void note_row(NoteTable *t, Str candidate, Str origin, Str text, DocTone tone)
{
    if (!t->count) {
        begin_notes(t);
    }
    if (t->count++ >= NOTES_SHOWN) {
        return;
    }
    DocNode *row = doc_row(t->p->w.doc, t->table);
    doc_head_cell(t->p->w.doc, row, candidate);
    doc_cell(t->p->w.doc, row, origin, TONE_MUTED);
    doc_cell(t->p->w.doc, row, text, tone);
}

static void on_note(void *data, Str candidate, Str origin, Str notes, bool refused)
{
    NoteTable *t = data;
    Buf b;
    Arena arena;
    arena_init(&arena, t->p->w.doc->arena.mem);
    buf_init(&b, t->p->w.doc->arena.mem);
    notes_text(&b, &arena, notes, t->p->c->lang);
    note_row(t, candidate, origin, writer_keep(&t->p->w, &b), refused ? TONE_BAD : TONE_WARN);
    arena_free(&arena);
}

static void several_copies(NoteTable *t)
{
    Book *book = t->p->r->book;
    Str text = writer_sentence(&t->p->w, D_PAGE_SEVERAL, NOTHING, NOTHING, NOTHING);
    DbStatement *s = db_prepare(&book->db,
                                "SELECT candidate, group_concat(origin, ', ') FROM (SELECT candidate, origin, c.sum FROM copy c JOIN "
                                "result USING(copy) WHERE edition = ? AND coalesce((SELECT marks FROM correction k WHERE "
                                "k.copy = c.copy AND kind = 'leave-out' ORDER BY correction DESC LIMIT 1), '0') = '0' "
                                "ORDER BY candidate, c.sum) GROUP BY candidate HAVING count(*) > 1 ORDER BY candidate");
    db_bind_int(s, book->edition);
    while (db_step(&book->db, s)) {
        Str candidate = db_text(s);
        note_row(t, candidate, db_text(s), text, TONE_WARN);
    }
}

uint32_t page_notes(Page *p, DocNode *at)
{
    NoteTable t = {.p = p, .at = at};
    results_notes(p->r->book, on_note, &t);
    several_copies(&t);
    if (t.count > NOTES_SHOWN) {
        doc_paragraph(p->w.doc, at, writer_sentence(&p->w, D_PAGE_MORE, page_count(p, t.count - NOTES_SHOWN), NOTHING, NOTHING),
                      TONE_MUTED);
    }
    return t.count;
}

void page_waiting(Page *p, DocNode *at, const Stats *s)
{
    DocNode *table = NULL;
    for (uint32_t i = 0; i < s->item_count; i++) {
        uint32_t answers = p->c->answer_count;
        Str address = i < answers ? p->c->answers[i]->address : p->c->opens[i - answers]->address;
        Str title = i < answers ? p->c->answers[i]->title : p->c->opens[i - answers]->title;
        if (!s->items[i].waiting) {
            continue;
        }
        if (!table) {
            DocColumn columns[] = {{writer_word(&p->w, RW_ANSWER), ALIGN_LEFT}, {NOTHING, ALIGN_LEFT},
                                   {writer_word(&p->w, RW_COPIES), ALIGN_RIGHT}};
            table = doc_table(p->w.doc, at, columns, 3);
        }
        DocNode *row = doc_row(p->w.doc, table);
        doc_head_cell(p->w.doc, row, address);
        doc_cell(p->w.doc, row, title, TONE_MUTED);
        page_number_cell(p, row, page_count(p, s->items[i].waiting), num_int(s->items[i].waiting), TONE_PLAIN);
    }
}
