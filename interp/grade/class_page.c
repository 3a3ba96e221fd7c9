/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a class: marks, questions, competences, answers one by one, what is got wrong and why. Nobody is named,
   but where a person has to look at a copy. */
#include "domain/competence.h"
#include "domain/points.h"
#include "grade/page.h"

static const Str NOTHING = {"", 0};

enum { WRONG_SHOWN = 3, BINS = 10 };

typedef struct ClassPage {
    Page p;
    Stats *s;
} ClassPage;

static Doc *doc(ClassPage *c) { return c->p.w.doc; }
static Str word(ClassPage *c, ReportWord w) { return writer_word(&c->p.w, w); }
static const Str DASH = {"—", sizeof "—" - 1};

/* ---- marks ---- */

static void figure(ClassPage *c, DocNode *pairs, ReportWord name, bool known, Value v)
{
    doc_pair(doc(c), pairs, word(c, name), known ? page_number(&c->p, v, 2) : DASH);
}

static void marks_pairs(ClassPage *c, DocNode *at)
{
    Stats *s = c->s;
    Value v = num_int(0);
    DocNode *pairs = doc_pairs(doc(c), at);
    bool any = s->copies > 0, ok;
    ok = sums_mean(c->p.num, &s->total, &v);
    figure(c, pairs, RW_MEAN, ok, v);
    ok = stats_median(s, &v);
    figure(c, pairs, RW_MEDIAN, ok, v);
    ok = sums_deviation(c->p.num, &s->total, &v);
    figure(c, pairs, RW_DEVIATION, ok, v);
    figure(c, pairs, RW_LOWEST, any, any ? s->marks[0] : v);
    figure(c, pairs, RW_HIGHEST, any, any ? s->marks[s->copies - 1] : v);
}

/* How many marks stand in each tenth of the scale; the highest mark belongs to the last. */
static void count_bins(ClassPage *c, uint32_t bins[BINS], Value *width)
{
    Value highest = stats_highest(c->s), place;
    num_div(c->p.num, highest, num_int(BINS), width);
    width->unit = U_PLAIN;
    for (uint32_t i = 0; i < c->s->copies; i++) {
        bool fits = num_sign(*width) > 0 && num_div(c->p.num, c->s->marks[i], *width, &place) == NUM_OK &&
                    num_floor(c->p.num, place, &place) == NUM_OK;
        int64_t bin = fits ? num_to_int64(c->p.num, place, &fits) : 0;
        bins[!fits || bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]++;
    }
}

static void distribution(ClassPage *c, DocNode *at)
{
    uint32_t bins[BINS] = {0}, most = 1;
    Value width = num_int(0);
    count_bins(c, bins, &width);
    for (int i = 0; i < BINS; i++) {
        most = bins[i] > most ? bins[i] : most;
    }
    DocNode *chart = doc_chart(doc(c), at, CHART_COLUMNS, word(c, RW_DISTRIBUTION), NOTHING);
    ChartSeries *series = chart_series(doc(c), chart, word(c, RW_COPIES));
    for (int i = 0; i < BINS; i++) {
        Value low = num_int(0), high = num_int(0);
        num_mul(c->p.num, width, num_int(i), &low);
        num_mul(c->p.num, width, num_int(i + 1), &high);
        low.unit = high.unit = U_PLAIN;
        Str label = writer_sentence(&c->p.w, D_PAGE_BAND, page_number(&c->p, low, 2), page_number(&c->p, high, 2), NOTHING);
        chart_point(doc(c), series, label, page_count(&c->p, bins[i]), (int32_t)((uint64_t)bins[i] * CHART_FULL / most));
    }
}

/* ---- questions and competences ---- */

static int32_t share_of(ClassPage *c, Value part, Value whole)
{
    Value v;
    bool fits = num_sign(whole) > 0 && num_mul(c->p.num, part, num_int(CHART_FULL), &v) == NUM_OK &&
                num_div(c->p.num, v, whole, &v) == NUM_OK;
    if (!fits) {
        return 0;
    }
    v.unit = U_PLAIN;
    num_floor(c->p.num, v, &v);
    int64_t n = num_to_int64(c->p.num, v, &fits);
    return !fits || n < 0 ? 0 : n > CHART_FULL ? CHART_FULL : (int32_t)n;
}

/* Success is out of all the points, not out of the best question. */
static void success_ticks(ClassPage *c, DocNode *chart)
{
    for (int quarter = 0; quarter <= 4; quarter++) {
        Str text = page_percent(&c->p, num_int(quarter), num_int(4));
        chart_tick(doc(c), chart, CHART_ACROSS, text, quarter * CHART_FULL / 4);
    }
}

static void questions(ClassPage *c)
{
    Page *p = &c->p;
    DocNode *at = doc_section(doc(c), NULL, word(c, RW_BY_QUESTION));
    DocColumn columns[] = {{word(c, RW_QUESTION), ALIGN_LEFT}, {word(c, RW_POINTS), ALIGN_RIGHT},
                           {word(c, RW_MEAN), ALIGN_RIGHT}, {word(c, RW_SUCCESS), ALIGN_RIGHT}};
    DocNode *table = doc_table(doc(c), at, columns, 4);
    DocNode *chart = doc_chart(doc(c), at, CHART_BARS, word(c, RW_SUCCESS), NOTHING);
    ChartSeries *series = chart_series(doc(c), chart, word(c, RW_SUCCESS));
    success_ticks(c, chart);
    for (uint32_t i = 0; i < p->c->question_count; i++) {
        const Question *q = p->c->questions[i];
        Value points = points_of_question(p->num, q), mean;
        if (num_sign(points) <= 0 || !sums_mean(p->num, &c->s->questions[i], &mean)) {
            continue;
        }
        DocNode *row = doc_row(doc(c), table);
        doc_head_cell(doc(c), row, page_question(p, q));
        page_number_cell(p, row, page_points(p, points), points, TONE_PLAIN);
        page_number_cell(p, row, page_number(p, mean, 2), mean, TONE_PLAIN);
        doc_cell(doc(c), row, page_percent(p, mean, points), TONE_STRONG);
        chart_point(doc(c), series, q->label, page_percent(p, mean, points), share_of(c, mean, points));
    }
}

/* Does it work on this competence: itself, or its question? */
static bool works_on(const Case *c, uint32_t item, const Framework *f, int code)
{
    const Answer *a = item < c->answer_count ? c->answers[item] : NULL;
    const Open *o = a ? NULL : c->opens[item - c->answer_count];
    Str *own = a ? a->competences : o->competences;
    uint32_t count = a ? a->competence_count : o->competence_count;
    const Question *q = a ? a->question : o->question;
    if (!count) {
        own = q->competences;
        count = q->competence_count;
    }
    for (uint32_t i = 0; i < count; i++) {
        int at = framework_find(f, own[i]);
        for (; at >= 0; at = f->list[at].parent) { /* those above it are worked on too */
            if (at == code) {
                return true;
            }
        }
    }
    return false;
}

static bool competence_sums(ClassPage *c, int code, Value *got, Value *possible)
{
    Page *p = &c->p;
    *got = *possible = num_int(0);
    for (uint32_t i = 0; i < c->s->item_count; i++) {
        const Sums *s = &c->s->items[i].sums;
        if (!s->n || !works_on(p->c, i, p->c->framework, code)) {
            continue;
        }
        Value points = i < p->c->answer_count ? p->c->answers[i]->points : p->c->opens[i - p->c->answer_count]->points, all;
        num_mul(p->num, points, num_int(s->n), &all);
        all.unit = U_PLAIN;
        *got = points_add(p->num, *got, s->x);
        *possible = points_add(p->num, *possible, all);
    }
    return num_sign(*possible) > 0;
}

static void competences(ClassPage *c)
{
    Page *p = &c->p;
    const Framework *f = p->c->framework;
    DocNode *table = NULL;
    for (uint32_t i = 0; f && i < f->count; i++) {
        Value got, possible;
        if (!competence_sums(c, (int)i, &got, &possible)) {
            continue;
        }
        if (!table) {
            DocNode *at = doc_section(doc(c), NULL, word(c, RW_BY_COMPETENCE));
            DocColumn columns[] = {{word(c, RW_COMPETENCE), ALIGN_LEFT}, {NOTHING, ALIGN_LEFT},
                                   {word(c, RW_SUCCESS), ALIGN_RIGHT}};
            table = doc_table(doc(c), at, columns, 3);
        }
        DocNode *row = doc_row(doc(c), table);
        doc_head_cell(doc(c), row, f->list[i].code);
        doc_cell(doc(c), row, f->list[i].title, TONE_PLAIN);
        doc_cell(doc(c), row, page_percent(p, got, possible), TONE_STRONG);
    }
}

/* ---- answers ---- */

static Str item_address(const Case *c, uint32_t i)
{
    return i < c->answer_count ? c->answers[i]->address : c->opens[i - c->answer_count]->address;
}

static Str item_title(const Case *c, uint32_t i)
{
    return i < c->answer_count ? c->answers[i]->title : c->opens[i - c->answer_count]->title;
}

static const Question *item_question(const Case *c, uint32_t i)
{
    return i < c->answer_count ? c->answers[i]->question : c->opens[i - c->answer_count]->question;
}

/* "2.3  Hours to plan"; its address where it has no title. */
static Str item_called(ClassPage *c, uint32_t i)
{
    Str title = item_title(c->p.c, i);
    Buf b;
    if (!title.n) {
        return item_address(c->p.c, i);
    }
    buf_init(&b, doc(c)->arena.mem);
    buf_put(&b, item_question(c->p.c, i)->label);
    buf_puts(&b, "  ");
    buf_put(&b, title);
    return writer_keep(&c->p.w, &b);
}

static Value item_points(const Case *c, uint32_t i)
{
    return i < c->answer_count ? c->answers[i]->points : c->opens[i - c->answer_count]->points;
}

static void count_cell(ClassPage *c, DocNode *row, uint32_t n)
{
    page_number_cell(&c->p, row, n ? page_count(&c->p, n) : NOTHING, num_int(n), TONE_PLAIN);
}

/* What becomes of answers, a column each; those of which there is none are left out. */
typedef struct Fate {
    ReportWord head;
    Status status, also; /* ANSWER_STATUS_COUNT: nothing else */
} Fate;

static const Fate fates[] = {
    {RW_RIGHT, ANSWER_RIGHT, ANSWER_ALTERNATIVE},        {RW_SLIPS, ANSWER_ROUNDING, ANSWER_UNIT},
    {RW_CARRIED, ANSWER_CARRIED, ANSWER_STATUS_COUNT},   {RW_KNOWN, ANSWER_MISTAKE, ANSWER_STATUS_COUNT},
    {RW_PARTIAL, ANSWER_PARTIAL, ANSWER_STATUS_COUNT},   {RW_WRONG, ANSWER_WRONG, ANSWER_STATUS_COUNT},
    {RW_BLANK, ANSWER_BLANK, ANSWER_STATUS_COUNT},       {RW_UNREADABLE, ANSWER_UNREADABLE, ANSWER_STATUS_COUNT},
    {RW_TO_REVIEW, ANSWER_REVIEW, ANSWER_STATUS_COUNT},
};

enum { FATES = sizeof fates / sizeof *fates, ITEM_COLUMNS = 4 };

static uint32_t met(const ItemStats *s, const Fate *f)
{
    return s->by_status[f->status] + (f->also == ANSWER_STATUS_COUNT ? 0 : s->by_status[f->also]);
}

static bool ever_met(const ClassPage *c, const Fate *f)
{
    for (uint32_t i = 0; i < c->s->item_count; i++) {
        if (met(&c->s->items[i], f)) {
            return true;
        }
    }
    return false;
}

static void item_row(ClassPage *c, DocNode *table, uint32_t i)
{
    Page *p = &c->p;
    const ItemStats *s = &c->s->items[i];
    Value mean, points = item_points(p->c, i), d;
    bool known = sums_mean(p->num, &s->sums, &mean);
    DocNode *row = doc_row(doc(c), table);
    doc_head_cell(doc(c), row, item_called(c, i));
    page_number_cell(p, row, page_points(p, points), points, TONE_PLAIN);
    doc_cell(doc(c), row, known ? page_percent(p, mean, points) : DASH, TONE_STRONG);
    bool discriminates = sums_discrimination(p->num, &s->sums, &d);
    doc_cell(doc(c), row, discriminates ? page_number(p, d, 2) : DASH, discriminates && num_sign(d) < 0 ? TONE_BAD : TONE_PLAIN);
    for (int k = 0; k < FATES; k++) {
        if (ever_met(c, &fates[k])) {
            count_cell(c, row, met(s, &fates[k]));
        }
    }
}

static DocNode *items_table(ClassPage *c, DocNode *at)
{
    DocColumn columns[ITEM_COLUMNS + FATES] = {{word(c, RW_ANSWER), ALIGN_LEFT},
                                               {word(c, RW_POINTS), ALIGN_RIGHT},
                                               {word(c, RW_SUCCESS), ALIGN_RIGHT},
                                               {word(c, RW_DISCRIMINATION), ALIGN_RIGHT}};
    uint32_t n = ITEM_COLUMNS;
    for (int k = 0; k < FATES; k++) {
        if (ever_met(c, &fates[k])) {
            columns[n++] = (DocColumn){word(c, fates[k].head), ALIGN_RIGHT};
        }
    }
    return doc_table(doc(c), at, columns, n);
}

static void items(ClassPage *c)
{
    DocNode *at = doc_section(doc(c), NULL, word(c, RW_BY_ANSWER));
    DocNode *table = items_table(c, at);
    for (uint32_t q = 0; q < c->p.c->question_count; q++) {
        for (uint32_t i = 0; i < c->s->item_count; i++) {
            if (item_question(c->p.c, i) == c->p.c->questions[q]) {
                item_row(c, table, i);
            }
        }
    }
    doc_paragraph(doc(c), at, writer_sentence(&c->p.w, D_PAGE_GUIDE, NOTHING, NOTHING, NOTHING), TONE_MUTED);
}

/* ---- what is got wrong ---- */

static Str why_wrong(ClassPage *c, const WrongFigure *f)
{
    if (f->explained.n) {
        return f->explained;
    }
    return word(c, f->status == ANSWER_CARRIED ? RW_FROM_BEFORE : RW_NOT_EXPLAINED);
}

static void wrong_row(ClassPage *c, DocNode *table, const WrongFigure *f, bool first)
{
    DocNode *row = doc_row(doc(c), table);
    doc_head_cell(doc(c), row, first ? item_called(c, f->item) : NOTHING);
    doc_cell(doc(c), row, f->figure.n ? f->figure : DASH, TONE_PLAIN);
    count_cell(c, row, f->count);
    doc_cell(doc(c), row, why_wrong(c, f), f->explained.n ? TONE_PLAIN : TONE_MUTED);
}

/* The three most frequent of each answer; and all that something explains. */
static void wrong_values(ClassPage *c)
{
    DocNode *table = NULL;
    uint32_t item = UINT32_MAX, shown = 0;
    for (uint32_t i = 0; i < c->s->figure_count; i++) {
        const WrongFigure *f = &c->s->figures[i];
        bool first = f->item != item;
        shown = first ? 0 : shown;
        item = f->item;
        if (shown >= WRONG_SHOWN && !(f->explained.n && shown < 4 * WRONG_SHOWN)) {
            continue;
        }
        if (!table) {
            DocNode *at = doc_section(doc(c), NULL, word(c, RW_WRONG_VALUES));
            DocColumn columns[] = {{word(c, RW_ANSWER), ALIGN_LEFT}, {word(c, RW_VALUE), ALIGN_RIGHT},
                                   {word(c, RW_COPIES), ALIGN_RIGHT}, {word(c, RW_EXPLAINED), ALIGN_LEFT}};
            table = doc_table(doc(c), at, columns, 4);
        }
        wrong_row(c, table, f, first);
        shown++;
    }
}

/* ---- methods ---- */

static DocNode *methods_table(ClassPage *c, DocNode **table)
{
    if (!*table) {
        DocNode *at = doc_section(doc(c), NULL, word(c, RW_METHODS_USED));
        DocColumn columns[] = {{word(c, RW_QUESTION), ALIGN_LEFT}, {word(c, RW_METHOD), ALIGN_LEFT},
                               {word(c, RW_COPIES), ALIGN_RIGHT}};
        *table = doc_table(doc(c), at, columns, 3);
    }
    return doc_row(doc(c), *table);
}

static void methods(ClassPage *c)
{
    Page *p = &c->p;
    DocNode *table = NULL;
    for (uint32_t i = 0; i < p->c->either_count; i++) {
        const Either *e = p->c->eithers[i];
        for (uint32_t k = 0; k < e->branch_count; k++) {
            DocNode *row = methods_table(c, &table);
            Str number = writer_sentence(&p->w, D_REPORT_METHOD, page_count(p, k + 1), NOTHING, NOTHING);
            doc_head_cell(doc(c), row, k ? NOTHING : e->question->label);
            doc_cell(doc(c), row, e->branches[k].title.n ? e->branches[k].title : number, TONE_PLAIN);
            count_cell(c, row, c->s->methods[i][k]);
        }
    }
    for (uint32_t i = 0; i < c->s->accept_count; i++) {
        const CountedText *a = &c->s->accepts[i];
        DocNode *row = methods_table(c, &table);
        doc_head_cell(doc(c), row, item_called(c, a->item));
        doc_cell(doc(c), row, a->text.n ? a->text : word(c, RW_TOLERATED), TONE_PLAIN);
        count_cell(c, row, a->count);
    }
}

/* ---- what people have still to do ---- */

static bool any_waiting(const Stats *s)
{
    for (uint32_t i = 0; i < s->item_count; i++) {
        if (s->items[i].waiting) {
            return true;
        }
    }
    return false;
}

static void gap_rows(ClassPage *c, DocNode *table)
{
    Arena arena;
    Result one;
    arena_init(&arena, doc(c)->arena.mem);
    results_rewind(c->p.r);
    while (results_next(c->p.r, &arena, &one)) {
        for (uint32_t i = 0; i < one.row_count && one.gap && !one.left_out; i++) {
            const ResultRow *row = &one.rows[i];
            for (uint32_t k = 0; k < row->hand_count && row->gap; k++) {
                DocNode *line = doc_row(doc(c), table);
                doc_head_cell(doc(c), line, k ? NOTHING : one.candidate);
                doc_cell(doc(c), line, k ? NOTHING : result_address(row), TONE_PLAIN);
                doc_cell(doc(c), line, row->hands[k].who, TONE_PLAIN);
                page_number_cell(&c->p, line, page_points(&c->p, row->hands[k].marks), row->hands[k].marks, TONE_STRONG);
            }
        }
        arena_clear(&arena);
    }
    arena_free(&arena);
}

static void gaps(ClassPage *c)
{
    bool any = false;
    for (uint32_t i = 0; i < c->s->item_count; i++) {
        any = any || c->s->items[i].gaps;
    }
    if (any) {
        DocNode *at = doc_section(doc(c), NULL, word(c, RW_GAPS));
        DocColumn columns[] = {{word(c, RW_CANDIDATE), ALIGN_LEFT}, {word(c, RW_ANSWER), ALIGN_LEFT},
                               {word(c, RW_CORRECTOR), ALIGN_LEFT}, {word(c, RW_MARK), ALIGN_RIGHT}};
        gap_rows(c, doc_table(doc(c), at, columns, 4));
    }
}

static uint32_t troubles(ClassPage *c)
{
    DocNode *at = doc_section(doc(c), NULL, word(c, RW_LOOK_AT));
    uint32_t n = page_notes(&c->p, at);
    if (!n) {
        doc_paragraph(doc(c), at, DASH, TONE_MUTED);
    }
    return n;
}

static Str copies_line(ClassPage *c)
{
    return writer_sentence(&c->p.w, c->s->copies == 1 ? D_PAGE_COPY : D_PAGE_COPIES, page_count(&c->p, c->s->copies), NOTHING,
                           NOTHING);
}

static void provisional(ClassPage *c, DocNode *at)
{
    if (c->s->waiting) {
        doc_note(doc(c), at, TONE_WARN,
                 writer_sentence(&c->p.w, D_PAGE_PROVISIONAL_CLASS, page_count(&c->p, c->s->waiting), NOTHING, NOTHING), NOTHING);
    }
}

bool class_page(Doc *d, Results *r, Stats *s)
{
    ClassPage c = {.s = s};
    page_open(&c.p, d, r);
    doc_title(d, r->c->title.n ? r->c->title : r->c->name);
    page_exam(&c.p, NULL);
    doc_paragraph(d, NULL, copies_line(&c), TONE_PLAIN);
    provisional(&c, NULL);
    DocNode *marks = doc_section(d, NULL, word(&c, RW_MARKS));
    marks_pairs(&c, marks);
    distribution(&c, marks);
    questions(&c);
    competences(&c);
    items(&c);
    wrong_values(&c);
    methods(&c);
    gaps(&c);
    if (any_waiting(s)) {
        page_waiting(&c.p, doc_section(d, NULL, word(&c, RW_WAITING)), s);
    }
    troubles(&c);
    return doc_ok(d);
}

bool summary_page(Doc *d, Results *r, Stats *s, uint32_t *trouble_count)
{
    ClassPage c = {.s = s};
    Value v = num_int(0);
    page_open(&c.p, d, r);
    doc_title(d, r->c->title.n ? r->c->title : r->c->name);
    doc_paragraph(d, NULL, copies_line(&c), TONE_STRONG);
    provisional(&c, NULL);
    if (s->copies) {
        DocNode *pairs = doc_pairs(d, NULL);
        sums_mean(c.p.num, &s->total, &v);
        Str mean = writer_sentence(&c.p.w, D_PAGE_MARK, page_number(&c.p, v, 2), page_points(&c.p, stats_highest(s)), NOTHING);
        doc_pair(d, pairs, word(&c, RW_MEAN), mean);
        doc_pair(d, pairs, word(&c, RW_LOWEST), page_points(&c.p, s->marks[0]));
        doc_pair(d, pairs, word(&c, RW_HIGHEST), page_points(&c.p, s->marks[s->copies - 1]));
    }
    if (any_waiting(s)) {
        page_waiting(&c.p, doc_section(d, NULL, word(&c, RW_WAITING)), s);
    }
    Doc scratch; /* the section only if there is something in it */
    doc_init(&scratch, d->arena.mem, d->lang);
    ClassPage look = c;
    look.p.w.doc = &scratch;
    *trouble_count = page_notes(&look.p, NULL);
    doc_free(&scratch);
    if (*trouble_count) {
        troubles(&c);
    }
    return doc_ok(d);
}
