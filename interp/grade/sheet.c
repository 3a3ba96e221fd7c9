/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheet of a copy: its mark, then question by question what was written, what it earned and why. */
#include <string.h>

#include "base/utf8.h"
#include "domain/points.h"
#include "grade/page.h"

static const Str NOTHING = {"", 0};

enum { WRITTEN_MOST = 1500 };

typedef struct Sheet {
    Page p;
    const Result *copy;
    const SheetOptions *options;
    RawCopy raw; /* what was written */
    Arena arena;
} Sheet;

static Doc *doc(Sheet *s) { return s->p.w.doc; }

/* ---- what was written ---- */

static Str written(Sheet *s, const ResultRow *row)
{
    Str address = result_address(row), found = NOTHING;
    for (uint32_t i = 0; i < s->raw.box_count; i++) {
        const CopyBox *b = &s->raw.boxes[i];
        if (str_eq(b->address, address)) {
            bool again = found.n && !str_eq(found, b->text);
            Buf both;
            buf_init(&both, doc(s)->arena.mem);
            if (again) {
                buf_put(&both, found);
                buf_puts(&both, " | ");
            }
            buf_put(&both, str_sub(b->text, 0, WRITTEN_MOST));
            buf_puts(&both, b->text.n > WRITTEN_MOST || b->cut ? " …" : "");
            found = writer_keep(&s->p.w, &both);
        }
    }
    return found;
}

/* ---- rows ---- */

static DocTone tone_of(const ResultRow *row)
{
    switch (row->status) {
    case ANSWER_RIGHT: return TONE_GOOD;
    case ANSWER_WRONG: case ANSWER_UNREADABLE: case ANSWER_MISTAKE: return TONE_BAD;
    case ANSWER_BLANK: return TONE_MUTED;
    default: return TONE_WARN;
    }
}

static Str message(Sheet *s, const ResultRow *row)
{
    Writer *w = &s->p.w;
    if (row->gap || (num_sign(row->pending) > 0 && row->open)) {
        return writer_sentence(w, D_PAGE_WAITS, NOTHING, NOTHING, NOTHING);
    }
    if (!row->by_hand) {
        return row->message;
    }
    if (row->open && !num_sign(row->marks)) {
        return writer_sentence(w, written(s, row).n ? D_PAGE_NOTHING : D_SAID_BLANK, NOTHING, NOTHING, NOTHING);
    }
    Str ticks = row->hand_count ? row->hands[row->hand_count - 1].ticks : NOTHING;
    return ticks.n ? writer_sentence(w, D_PAGE_TICKED, ticks, NOTHING, NOTHING)
                   : writer_sentence(w, D_PAGE_BY_HAND, NOTHING, NOTHING, NOTHING);
}

static Str expected(Sheet *s, const ResultRow *row)
{
    Buf b;
    if (!row->answer) {
        return NOTHING;
    }
    if (row->expected.n) {
        return row->expected;
    }
    buf_init(&b, doc(s)->arena.mem);
    marker_expected(s->p.r->m, &b, row->answer);
    return writer_keep(&s->p.w, &b);
}

static void marks_cell(Sheet *s, DocNode *line, const ResultRow *row)
{
    Page *p = &s->p;
    Buf b;
    buf_init(&b, doc(s)->arena.mem);
    bool waits = num_sign(row->pending) > 0;
    buf_put(&b, waits && !num_sign(row->marks) ? STR("…") : page_points(p, row->marks));
    buf_puts(&b, " / ");
    buf_put(&b, page_points(p, result_points(row)));
    doc_number_cell(doc(s), line, writer_keep(&p->w, &b), writer_decimal(&p->w, row->marks), TONE_PLAIN);
}

enum { SHORT_TEXT = 24 };

/* `9 176,63 €` on one line: its blanks do not break. */
static Str in_one_piece(Sheet *s, Str text)
{
    Buf b;
    if (utf8_count(text) > SHORT_TEXT) {
        return text;
    }
    buf_init(&b, doc(s)->arena.mem);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == ' ') {
            buf_puts(&b, "\u00A0");
        } else {
            buf_putc(&b, text.p[i]);
        }
    }
    return writer_keep(&s->p.w, &b);
}

static void answer_line(Sheet *s, DocNode *table, const ResultRow *row)
{
    Page *p = &s->p;
    Buf name;
    DocNode *line = doc_row(doc(s), table);
    buf_init(&name, doc(s)->arena.mem);
    result_item_name(&name, p->c, row);
    doc_head_cell(doc(s), line, writer_keep(&p->w, &name));
    bool ticks = row->open && row->message.n; /* what stands there is the corrector's */
    doc_cell(doc(s), line, ticks ? NOTHING : in_one_piece(s, written(s, row)), TONE_PLAIN);
    if (row->counts) {
        marks_cell(s, line, row);
    } else {
        doc_cell(doc(s), line, NOTHING, TONE_PLAIN);
    }
    doc_cell(doc(s), line, message(s, row), row->counts ? tone_of(row) : TONE_MUTED);
    if (s->options->expected) {
        doc_cell(doc(s), line, expected(s, row), TONE_MUTED);
    }
}

static DocNode *answers_table(Sheet *s, DocNode *at)
{
    Writer *w = &s->p.w;
    DocColumn columns[] = {{writer_word(w, RW_ANSWER), ALIGN_LEFT},     {writer_word(w, RW_WRITTEN), ALIGN_LEFT},
                           {writer_word(w, RW_POINTS), ALIGN_RIGHT},    {writer_word(w, RW_ASSESSMENT), ALIGN_LEFT},
                           {writer_word(w, RW_EXPECTED), ALIGN_LEFT}};
    DocNode *table = doc_table(w->doc, at, columns, s->options->expected ? 5 : 4);
    if (table) {
        table->stacks = true;
    }
    return table;
}

/* An answer of another method says something only if it was written. */
static bool is_shown(const ResultRow *row) { return row->counts || (row->status != ANSWER_BLANK && row->answer); }

static Value question_points(Sheet *s, const Question *q) { return points_of_question(s->p.num, q); }

static void question_section(Sheet *s, const Question *q)
{
    Page *p = &s->p;
    const QuestionMarks *m = &s->copy->questions[q->number];
    DocNode *table = NULL, *section = NULL;
    for (uint32_t i = 0; i < s->copy->row_count; i++) {
        const ResultRow *row = &s->copy->rows[i];
        if (result_question(row) != q || !is_shown(row)) {
            continue;
        }
        if (!section) {
            section = doc_section(doc(s), NULL,
                                  writer_sentence(&p->w, D_PAGE_QUESTION, page_question(p, q), page_points(p, m->marks),
                                                  page_points(p, question_points(s, q))));
            table = answers_table(s, section);
        }
        answer_line(s, table, row);
    }
    if (section && num_sign(m->malus) > 0) {
        DocNode *pairs = doc_pairs(doc(s), section);
        doc_pair(doc(s), pairs, writer_word(&p->w, RW_MALUS), page_points(p, m->malus));
    }
}

/* ---- the head ---- */

static void own_data(Sheet *s)
{
    JsonReader j;
    JsonToken key, value;
    Page *p = &s->p;
    if (!s->copy->draws.n) {
        return;
    }
    DocNode *section = doc_section(doc(s), NULL, writer_word(&p->w, RW_YOUR_DATA)), *pairs = doc_pairs(doc(s), section);
    json_read(&j, s->copy->draws, &s->arena);
    json_next(&j, &key);
    while (json_next(&j, &key) && key.kind == JSON_KEY && json_next(&j, &value)) {
        Str label = NOTHING;
        for (uint32_t i = 0; i < p->c->given_count; i++) {
            label = str_eq(p->c->givens[i].name, key.text) ? p->c->givens[i].label : label;
        }
        doc_pair(doc(s), pairs, label.n ? label : key.text, value.text);
    }
}

static void head(Sheet *s)
{
    Page *p = &s->p;
    const Result *c = s->copy;
    Buf b;
    Value most = p->c->exam.scaled ? p->c->exam.scaled_to : points_of_case(p->num, p->c);
    doc_title(doc(s), p->c->title.n ? p->c->title : p->c->name);
    page_exam(p, NULL);
    DocNode *pairs = doc_pairs(doc(s), NULL);
    buf_init(&b, doc(s)->arena.mem);
    buf_put(&b, c->candidate);
    if (s->options->named && c->second.n) {
        buf_puts(&b, " · ");
        buf_put(&b, c->second);
    }
    doc_pair(doc(s), pairs, writer_word(&p->w, RW_CANDIDATE), writer_keep(&p->w, &b));
    doc_pair(doc(s), pairs, writer_word(&p->w, RW_MARK),
             writer_sentence(&p->w, D_PAGE_MARK, page_points(p, c->mark), page_points(p, most), NOTHING));
    if (c->left_out) {
        doc_note(doc(s), NULL, TONE_WARN, writer_sentence(&p->w, D_PAGE_LEFT_OUT, NOTHING, NOTHING, NOTHING), NOTHING);
    } else if (num_sign(c->pending) > 0) {
        doc_note(doc(s), NULL, TONE_WARN,
                 writer_sentence(&p->w, D_PAGE_PROVISIONAL, writer_points(&p->w, c->pending), NOTHING, NOTHING), NOTHING);
    }
}

bool sheet_page(Doc *d, Results *r, const Result *copy, const SheetOptions *options)
{
    Sheet s = {.copy = copy, .options = options};
    page_open(&s.p, d, r);
    arena_init(&s.arena, d->arena.mem);
    marker_read_boxes(r->m, &s.arena, copy->boxes, &s.raw);
    head(&s);
    own_data(&s);
    for (uint32_t i = 0; i < r->c->question_count; i++) {
        question_section(&s, r->c->questions[i]);
    }
    if (options->expected) {
        doc_paragraph(d, NULL, writer_sentence(&s.p.w, D_PAGE_POSSIBLE, NOTHING, NOTHING, NOTHING), TONE_MUTED);
    }
    bool ok = !s.arena.failed && doc_ok(d);
    arena_free(&s.arena);
    return ok;
}
