/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The subject. What is asked is named by its title: an answer without one is left to the words of its question. */
#include "data/table.h"
#include "domain/indicator.h"
#include "domain/points.h"
#include "num/number.h"
#include "report/paper.h"
#include "report/richtext.h"

enum { LINES_OF_AN_OPEN_ANSWER = 6, LINES_OF_A_QUESTION = 8, LINES_OF_A_CELL = 4, COLUMNS_OF_A_PAGE = 5, ROWS_OF_A_PAGE = 60 };

static const Str NOTHING = {"", 0};

typedef struct Subject {
    Paper *p;
    DocNode *part;  /* the whole */
    DocNode *at;    /* of the question, or of the annex */
    DocNode *asked; /* list of what is asked; NULL: none yet */
    bool annexes;   /* write only annexes; else only what stands in none */
    bool in_annex;
    bool any_asked;
    bool head;      /* write no question */
} Subject;

static Doc *doc_of(const Subject *s)
{
    return s->p->w.doc;
}

/* "17 h 30 min" stays as it is written: in one unit nobody would read it so. */
static void given_cell(Subject *s, DocNode *row, const Given *g, Value v)
{
    Writer *w = &s->p->w;
    const Node *written = g->decl->expr;
    if (!g->vary && written && written->kind == N_SUM_LITERAL) {
        doc_number_cell(w->doc, row, writer_expr(w, written), writer_decimal(w, v), TONE_PLAIN);
    } else {
        writer_value_cell(w, row, v, TONE_PLAIN);
    }
}

static void givens(Subject *s, const Item *i)
{
    Writer *w = &s->p->w;
    DocColumn columns[] = {{NOTHING, ALIGN_LEFT}, {NOTHING, ALIGN_RIGHT}};
    DocNode *table = i->count ? doc_table(w->doc, s->at, columns, 2) : NULL;
    for (uint32_t k = i->first; k < i->first + i->count; k++) {
        const Given *g = &s->p->c->givens[k];
        Value v;
        DocNode *row = doc_row(w->doc, table);
        doc_head_cell(w->doc, row, paper_name(s->p, g->label, g->name));
        if (paper_value(s->p, NULL, 0, g->slot, &v)) {
            given_cell(s, row, g, v);
        }
    }
}

/* Data from a file may be longer than a page: then the subject says what they are, and they go with it as a file. */
static void data_table(Subject *s, Str title, Value v, const Node *header)
{
    Writer *w = &s->p->w;
    const Table *t = v.tag == T_TABLE ? v.ptr : NULL;
    Buf b;
    if (!t || t->rows <= ROWS_OF_A_PAGE) {
        writer_written_table(w, s->at, title, v, header->count);
        return;
    }
    buf_init(&b, w->graph->vm->mem);
    for (uint32_t c = 0; c < header->count; c++) {
        buf_puts(&b, c ? ", " : "");
        buf_put(&b, writer_name(w, table_name(t, c)));
    }
    doc_paragraph(w->doc, s->at, title, TONE_STRONG);
    doc_paragraph(w->doc, s->at, writer_sentence(w, D_REPORT_ROWS, writer_count(w, t->rows), writer_keep(w, &b), NOTHING), TONE_PLAIN);
}

/* Only the columns that the text holds: computed ones are for the correction. */
static void data(Subject *s, const Item *i)
{
    Value v;
    const Node *body = node_body(i->node);
    for (uint32_t k = 0; body && k < body->count; k++) {
        const Node *row = body->kids[k];
        if (row->kind == N_ROW && row->flags & NODE_HEADER && paper_block_value(s->p, i, &v)) {
            data_table(s, paper_name(s->p, i->text, i->node->text), v, row);
        }
    }
}

/* ---- what indicators are read against: objectives, references and bands of their value are data ---- */

typedef enum Against { AGAINST_OBJECTIVE, AGAINST_REFERENCE, AGAINST_BANDS, AGAINST_COUNT } Against;

typedef struct Yardsticks { /* of the indicators that blocks declare which follow one another */
    Subject *s;
    const Item *first;
    uint32_t count;
    bool any[AGAINST_COUNT];
    DocNode *table;
} Yardsticks;

/* "good up to 1.8 s, poor" */
static Str bands_text(Subject *s, const Instance *i)
{
    Writer *w = &s->p->w;
    const Scale *scale = i->fields[INDICATOR_SCALE].ptr;
    Value bounds = i->fields[INDICATOR_BOUNDS];
    Lang lang = w->doc->lang;
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    for (uint32_t k = 0; k < scale->n; k++) {
        Value bound = list_at(bounds, 3 * k + 1);
        buf_puts(&b, k ? ", " : "");
        buf_put(&b, (Str){scale->names[k]->bytes, scale->names[k]->n});
        if (bound.tag != T_NONE) {
            buf_printf(&b, " %s ", word_text(value_is_true(list_at(bounds, 3 * k + 2)) ? W_UP_TO : W_BELOW, lang));
            buf_put(&b, writer_value(w, bound));
        }
    }
    return writer_keep(w, &b);
}

static Str against(Subject *s, const Instance *i, Against what)
{
    Value bands = i->fields[INDICATOR_BANDS];
    if (what == AGAINST_BANDS) {
        bool of_value =
            value_is_number(bands) && num_sign(bands) && list_count(i->fields[INDICATOR_BOUNDS]) && bands.num == 1;
        return of_value ? bands_text(s, i) : NOTHING;
    }
    Value v = i->fields[what == AGAINST_OBJECTIVE ? INDICATOR_OBJECTIVE : INDICATOR_REFERENCE];
    return value_is_number(v) ? writer_value(&s->p->w, v) : NOTHING;
}

static void find_columns(Yardsticks *y, const Instance *i)
{
    for (int k = 0; k < AGAINST_COUNT; k++) {
        y->any[k] = y->any[k] || against(y->s, i, (Against)k).n;
    }
}

static void begin_table(Yardsticks *y)
{
    Lang lang = y->s->p->w.doc->lang;
    const char *titles[] = {word_text(W_OBJECTIVE, lang), word_text(W_REFERENCE, lang), word_text(W_BANDS, lang)};
    DocColumn columns[AGAINST_COUNT + 1] = {{NOTHING, ALIGN_LEFT}};
    uint32_t n = 1;
    for (int k = 0; k < AGAINST_COUNT; k++) {
        if (y->any[k]) {
            columns[n++] = (DocColumn){str_from(titles[k]), k == AGAINST_BANDS ? ALIGN_LEFT : ALIGN_RIGHT};
        }
    }
    y->table = doc_table(doc_of(y->s), y->s->at, columns, n);
}

static void indicator_row(Yardsticks *y, const Instance *i)
{
    Doc *d = doc_of(y->s);
    bool any = false;
    for (int k = 0; k < AGAINST_COUNT; k++) {
        any = any || against(y->s, i, (Against)k).n;
    }
    if (!any) {
        return;
    }
    if (!y->table) {
        begin_table(y);
    }
    DocNode *row = doc_row(d, y->table);
    doc_head_cell(d, row, indicator_title(i));
    for (int k = 0; k < AGAINST_COUNT; k++) {
        if (y->any[k]) {
            doc_cell(d, row, against(y->s, i, (Against)k), TONE_PLAIN);
        }
    }
}

static bool is_among(const Yardsticks *y, const Node *block)
{
    for (uint32_t i = 0; i < y->count; i++) {
        if (y->first[i].node == block) {
            return true;
        }
    }
    return false;
}

static void each_indicator(Yardsticks *y, void (*visit)(Yardsticks *, const Instance *))
{
    const Graph *g = y->s->p->w.graph;
    for (uint32_t i = 0; i < g->program->indicator_count; i++) {
        const IndicatorDecl *d = g->program->indicators[i];
        Value v;
        if (is_among(y, d->block) && paper_value(y->s->p, NULL, 0, graph_slot(g, d->decl, -1), &v) &&
            value_is_indicator(v)) {
            visit(y, v.ptr);
        }
    }
}

static void yardsticks(Subject *s, const Item *first, uint32_t count)
{
    Yardsticks y = {.s = s, .first = first, .count = count};
    each_indicator(&y, find_columns);
    each_indicator(&y, indicator_row);
}

/* ---- what is asked ---- */

static DocNode *asked(Subject *s, Str title)
{
    s->any_asked = true;
    if (!s->asked) {
        s->asked = doc_list(doc_of(s), s->at);
    }
    return doc_item(doc_of(s), s->asked, title, TONE_PLAIN);
}

static void room(Subject *s, DocNode *at, unsigned lines)
{
    if (!s->p->bare) {
        doc_blank(doc_of(s), at, lines);
    }
}

static void answer(Subject *s, const Answer *a)
{
    if (a->title.n) {
        room(s, asked(s, a->title), 1);
    }
}

/* An empty table to fill: its labels, and room in each cell that is asked. One that is wider than long, and too wide
   for a page, is turned. */
static void table(Subject *s, const AnswerTable *t)
{
    Writer *w = &s->p->w;
    bool turned = t->columns > COLUMNS_OF_A_PAGE && t->columns > t->rows;
    uint32_t down = turned ? t->columns : t->rows, across = turned ? t->rows : t->columns;
    const Str *heads = turned ? t->column_titles : t->row_titles, *titles = turned ? t->row_titles : t->column_titles;
    DocColumn *columns = t->title.n ? arena_alloc(&w->doc->arena, (across + 1) * sizeof *columns) : NULL;
    if (!columns) {
        return;
    }
    columns[0] = (DocColumn){NOTHING, ALIGN_LEFT};
    for (uint32_t c = 0; c < across; c++) {
        columns[c + 1] = (DocColumn){titles[c], ALIGN_CENTRE};
    }
    DocNode *node = doc_table(w->doc, s->at, columns, across + 1);
    doc_caption(w->doc, node, t->title);
    for (uint32_t r = 0; r < down; r++) {
        DocNode *row = doc_row(w->doc, node);
        doc_head_cell(w->doc, row, heads[r]);
        for (uint32_t c = 0; c < across; c++) {
            DocNode *cell = doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
            if (t->cells[turned ? c * t->columns + r : r * t->columns + c]) {
                room(s, cell, 1);
            }
        }
    }
    s->asked = NULL;
    s->any_asked = true;
}

/* An open answer that is expected as a matrix is asked as one. */
static bool matrices(Subject *s, const Open *o)
{
    bool any = false;
    for (uint32_t i = 0; i < o->expect_count; i++) {
        if (o->expects[i].rows) {
            if (!any) {
                doc_paragraph(doc_of(s), s->at, o->title, TONE_STRONG);
            }
            paper_matrix(s->p, s->at, &o->expects[i], s->p->bare ? 1 : LINES_OF_A_CELL);
            any = true;
        }
    }
    return any;
}

static void open_answer(Subject *s, const Open *o)
{
    if (!o->title.n) {
        return;
    }
    if (matrices(s, o)) {
        s->any_asked = true;
        s->asked = NULL;
    } else {
        room(s, asked(s, o->title), LINES_OF_AN_OPEN_ANSWER);
    }
}

static void annex(Subject *s, const Item *i)
{
    Writer *w = &s->p->w;
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    buf_put(&b, writer_word(w, RW_ANNEX));
    if (i->number.tag != T_NONE) {
        buf_putc(&b, ' ');
        buf_put(&b, writer_value(w, i->number));
    }
    if (i->text.n) {
        buf_puts(&b, w->doc->lang == LANG_FR ? " : " : ": ");
        buf_put(&b, i->text);
    }
    s->at = doc_section(w->doc, s->part, writer_keep(w, &b));
}

static void items(Subject *s, const Items *list);

static void question(Subject *s, const Question *q)
{
    Writer *w = &s->p->w;
    DocNode *outside = s->at;
    if (s->head && !s->annexes) {
        return;
    }
    if (s->annexes) {
        items(s, &q->items);
        return;
    }
    s->at = paper_question(s->p, outside, q);
    if (!s->p->c->unmarked) {
        doc_aside(w->doc, s->at, writer_points(w, points_of_question(w->graph->vm->num, q)));
    }
    s->asked = NULL;
    s->any_asked = false;
    items(s, &q->items);
    if (!s->any_asked) {
        room(s, s->at, LINES_OF_A_QUESTION);
    }
    s->at = outside;
}

/* What the subject shows of the text, wherever it stands. */
static void shown(Subject *s, const Item *it)
{
    s->asked = NULL;
    switch (it->kind) {
    case ITEM_TEXT: richtext_add(doc_of(s), s->at, it->text); break;
    case ITEM_GIVENS: givens(s, it); break;
    case ITEM_DATA: data(s, it); break;
    default: break;
    }
}

static void item(Subject *s, const Item *it)
{
    switch (it->kind) {
    case ITEM_ANNEX:
        s->in_annex = true;
        if (s->annexes) {
            annex(s, it);
        }
        break;
    case ITEM_ANNEX_END: s->in_annex = false; break;
    case ITEM_QUESTION: question(s, it->child); break;
    case ITEM_TEXT:
    case ITEM_GIVENS:
    case ITEM_DATA:
        if (s->in_annex == s->annexes) {
            shown(s, it);
        }
        break;
    case ITEM_ANSWER:
        if (!s->annexes) {
            answer(s, it->answer);
        }
        break;
    case ITEM_TABLE:
        if (!s->annexes) {
            table(s, it->table);
        }
        break;
    case ITEM_OPEN:
        if (!s->annexes) {
            open_answer(s, it->open);
        }
        break;
    default: break;
    }
}

/* Indicators that follow one another are told in one table. */
static uint32_t indicators(Subject *s, const Items *list, uint32_t from)
{
    uint32_t n = 1;
    while (from + n < list->count && list->list[from + n].kind == ITEM_INDICATORS) {
        n++;
    }
    if (s->in_annex == s->annexes) {
        s->asked = NULL;
        yardsticks(s, &list->list[from], n);
    }
    return n;
}

static void items(Subject *s, const Items *list)
{
    for (uint32_t i = 0; i < list->count;) {
        if (list->list[i].kind == ITEM_INDICATORS) {
            i += indicators(s, list, i);
        } else {
            item(s, &list->list[i++]);
        }
    }
}

static void write(Paper *p, DocNode *at, bool head)
{
    Subject s = {.p = p, .part = at, .at = at, .head = head};
    items(&s, &p->c->items);
    s = (Subject){.p = p, .part = at, .at = at, .head = head, .annexes = true};
    items(&s, &p->c->items);
}

/* Annexes come after all questions, as they do on paper. */
void subject_write(Paper *p, DocNode *at) { write(p, at, false); }
void subject_write_head(Paper *p) { write(p, NULL, true); }

void subject_write_question(Paper *p, const Question *q)
{
    Subject s = {.p = p};
    question(&s, q);
}
