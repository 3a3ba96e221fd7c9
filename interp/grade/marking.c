/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One copy judged, and its judgements as texts. What is on the heap of the session is only alive until the machine is
   called again: it is written out at once. */
#include <string.h>

#include "data/show.h"
#include "domain/feedback.h"
#include "domain/grid.h"
#include "domain/points.h"
#include "domain/ticks.h"
#include "format/json.h"
#include "grade/exact.h"
#include "grade/marker.h"
#include "grade/variant.h"

typedef struct Marking {
    Marker *m;
    Arena *arena, *work; /* of what is kept; of this copy */
    const Prepared *p;
    const MarkerTicks *ticks;
    CopyText copy;
    CopyMarks marks;
    Cases own;           /* variants: the case in the candidate's own figures */
    bool has_own;
    const Case *printed; /* then: the case as it is printed; NULL: nothing was put in its place */
    Buf text; /* what is being written */
} Marking;

static Str keep(Marking *k)
{
    Str s = k->text.failed ? (Str){NULL, 0} : arena_str(k->arena, buf_str(&k->text));
    k->arena->failed = k->arena->failed || k->text.failed;
    buf_clear(&k->text);
    return s;
}

/* ---- what the copy says ---- */

static void put_answer(Marking *k, Str *texts, uint8_t *review, uint32_t first, const CopyBox *b)
{
    const Case *c = k->m->c;
    Str address = c->answers[first]->address;
    bool twice = texts[first].p && !str_eq(texts[first], b->text);
    for (uint32_t i = first; i < c->answer_count; i++) {
        if (i == first || str_eq(c->answers[i]->address, address)) {
            texts[i] = texts[i].p ? texts[i] : b->text;
            review[i] = twice ? REVIEW_TWICE : review[i];
        }
        if (!c->answers[first]->either) {
            break; /* only branches share addresses */
        }
    }
}

static void put_malus(Marking *k, const bool **malus, CopyPlace place, Str text)
{
    Reading r = {.last = text};
    bool yes = false;
    bool *row = (bool *)(uintptr_t)malus[place.number];
    if (!row) {
        row = arena_alloc(k->work, k->m->c->questions[place.number]->malus_count + 1);
        malus[place.number] = row;
    }
    if (row) {
        bool cross = text.n == 1 && (text.p[0] == 'x' || text.p[0] == 'X' || text.p[0] == '1');
        row[place.part] = cross || (reading_truth(k->work->mem, &r, &yes) && yes);
    }
}

/* A corrector's ticks among the boxes. */
static bool put_ticks(Marking *k)
{
    CopyBoxes boxes;
    const Case *c = k->m->c;
    const bool **malus = arena_alloc(k->work, (c->question_count + 1) * sizeof *malus);
    if (!malus || !copy_boxes(&boxes, &k->m->session.graph, c, k->work)) {
        return false;
    }
    for (uint32_t i = 0; i < k->p->raw->box_count; i++) {
        const CopyBox *b = &k->p->raw->boxes[i];
        CopyPlace place = k->p->places[i];
        if (place.kind == PLACE_OPEN || place.kind == PLACE_LEVEL) {
            copy_put(&boxes, b->address, b->text);
        } else if (place.kind == PLACE_MALUS) {
            put_malus(k, malus, place, b->text);
        }
    }
    k->copy.opens = boxes.opens;
    k->copy.malus = malus;
    return true;
}

static bool fill(Marking *k)
{
    const Case *c = k->m->c;
    Str *texts = arena_alloc(k->work, (c->answer_count + 1) * sizeof *texts);
    uint8_t *review = arena_alloc(k->work, c->answer_count + 1);
    if (!texts || !review) {
        return false;
    }
    for (uint32_t i = 0; i < k->p->raw->box_count; i++) {
        if (k->p->places[i].kind == PLACE_ANSWER) {
            put_answer(k, texts, review, k->p->places[i].number, &k->p->raw->boxes[i]);
        }
    }
    if (k->p->raw->kind == COPY_ASIDE) {
        memset(review, REVIEW_COPY, c->answer_count);
    }
    k->copy = (CopyText){.answers = texts, .review = review, .guess = true};
    if (k->m->options.ticked && !put_ticks(k)) {
        return false;
    }
    if (k->ticks && k->ticks->opens) {
        k->copy.opens = k->ticks->opens;
    }
    return true;
}

/* ---- judging, within a number of steps ---- */

static bool out_of_memory(const Marking *k) { return k->arena->failed || k->work->failed; }
static bool interrupted(const Vm *vm) { return vm->interrupt && *vm->interrupt; }

static bool judge_within(Marking *k, uint64_t steps)
{
    Vm *vm = &k->m->session.vm;
    vm->steps_left = steps;
    vm->fuel = 0;
    return judge_copy(&k->m->key, &k->copy, k->work, &k->marks);
}

/* What was known of the key before must not decide whether a copy passes: one that does not is judged again from
   nothing, with so much more that the making of the key does not count. */
static bool judge(Marking *k)
{
    Marker *m = k->m;
    if (judge_within(k, MARKER_STEPS)) {
        return true;
    }
    if (interrupted(&m->session.vm) || out_of_memory(k)) {
        return false;
    }
    key_restart(&m->key);
    heap_collect(&m->session.heap);
    if (judge_within(k, MARKER_STEPS_AGAIN)) {
        return true;
    }
    if (interrupted(&m->session.vm) || out_of_memory(k)) {
        return false;
    }
    key_restart(&m->key);
    heap_collect(&m->session.heap);
    copy_add_note(k->arena, k->p->raw, D_COPY_LIMIT, (Str){"", 0}, (Str){"", 0});
    memset((uint8_t *)(uintptr_t)k->copy.review, REVIEW_COPY, m->c->answer_count);
    return judge_within(k, MARKER_STEPS_AGAIN);
}

/* ---- judgements as texts ---- */

static void slip_names(JsonWriter *w, Str key, uint32_t slips)
{
    static const char *const names[] = {
#define SLIP(id, word, share) #id,
#include "domain/slip.def"
#undef SLIP
    };
    if (!slips) {
        return;
    }
    json_key(w, key);
    json_array(w);
    for (uint32_t i = 0; i < SLIP_COUNT; i++) {
        if (slips >> i & 1u) {
            json_text(w, str_from(names[i]));
        }
    }
    json_end(w);
}

static void member(JsonWriter *w, Str key, Str text)
{
    if (text.n) {
        json_key(w, key);
        json_text(w, text);
    }
}

static void from_answers(JsonWriter *w, const Judgement *j)
{
    if (!j->from_count) {
        return;
    }
    json_key(w, STR("from"));
    json_array(w);
    for (uint32_t i = 0; i < j->from_count; i++) {
        json_text(w, j->from[i]->address);
    }
    json_end(w);
}

static bool has_detail(const Judgement *j)
{
    return j->slips || j->from_count || j->mistake || j->accept || j->rule == RULE_INTERMEDIATE ||
           j->rule == RULE_UNKNOWN_WORD || j->guess.kind != GUESS_NONE;
}

static Str detail_of(Marking *k, const Judgement *j)
{
    static const char *const guesses[] = {"", "TIMES", "DIVIDED", "MINUTES", "SIGN", "INVERTED", "TRUNCATED", "GIVEN",
                                          "WITH_TAX", "WITHOUT_TAX"};
    JsonWriter w;
    if (!has_detail(j)) {
        return (Str){NULL, 0};
    }
    json_begin(&w, &k->text, false);
    json_object(&w);
    slip_names(&w, STR("slips"), j->slips);
    slip_names(&w, STR("counted_before"), j->forgiven);
    from_answers(&w, j);
    member(&w, STR("mistake"), j->mistake ? j->mistake->title : (Str){"", 0});
    member(&w, STR("accepted"), j->accept ? j->accept->why : (Str){"", 0});
    if (j->rule == RULE_INTERMEDIATE) {
        json_key(&w, STR("decimals"));
        json_int(&w, j->intermediate);
    }
    member(&w, STR("word"), j->rule == RULE_UNKNOWN_WORD ? j->reading->unknown : (Str){"", 0});
    member(&w, STR("slip"), str_from(guesses[j->guess.kind]));
    json_finish(&w);
    return keep(k);
}

/* A truth in the words of its answer: infaisable. */
static bool said(Buf *out, const Answer *a, Value v)
{
    Str word = v.tag != T_TRUTH ? (Str){NULL, 0} : value_is_true(v) ? a->says_true : a->says_false;
    buf_put(out, word);
    return word.n > 0;
}

static Str figure_of(Marking *k, const Judgement *j)
{
    if (j->meant.tag == T_NONE || j->status == ANSWER_RIGHT) {
        return (Str){NULL, 0};
    }
    ShowStyle style = show_style(k->m->c->lang);
    style.number.kind = NF_WRITTEN;
    if (!said(&k->text, j->answer, j->meant)) {
        value_show(&k->m->session.heap, &k->text, j->meant, &style);
    }
    return keep(k);
}

static Str explanation_of(Marking *k, const Judgement *j)
{
    if (j->status == ANSWER_MISTAKE && j->mistake) {
        return arena_str(k->arena, j->mistake->title.n ? j->mistake->title : j->mistake->message);
    }
    if (j->status != ANSWER_WRONG || j->guess.kind == GUESS_NONE) {
        return (Str){NULL, 0};
    }
    feedback_guess(&k->text, &k->m->session.graph, k->m->c, j);
    return keep(k);
}

static bool is_plain_right(const Judgement *j)
{
    return j->status == ANSWER_RIGHT && (j->rule == RULE_REFERENCE || j->rule == RULE_AS_WRITTEN) && !j->slips &&
           !j->answer->feedback_right.n && j->reading && !j->reading->step_count && j->reading->count < 2 &&
           !j->reading->ignored_word;
}

static Str message_of(Marking *k, const Judgement *j)
{
    if (is_plain_right(j)) {
        return k->m->right;
    }
    feedback_message(&k->text, &k->m->session.graph, k->m->c, j);
    return keep(k);
}

static void put_expected(Marker *m, Buf *out, const Answer *a, KeyChoice *choice)
{
    AnswerKey *key = choice ? key_answer(&m->key, choice, a) : NULL;
    ShowStyle style = show_style(m->c->lang);
    if (key && key->has_value && !said(out, a, key->value)) {
        value_show(&m->session.heap, out, key->value, &style);
    }
}

static KeyChoice *own_choice(Marker *m, Arena *arena, const Answer *a)
{
    uint32_t *branches = arena_alloc(arena, (m->session.program.either_count + 1) * sizeof *branches);
    if (branches) {
        case_choose_path(a->either, a->branch, branches);
    }
    return branches ? key_choice(&m->key, branches) : NULL;
}

void marker_expected(Marker *m, Buf *out, const Answer *a)
{
    Arena arena;
    arena_init(&arena, &m->session.mem);
    put_expected(m, out, a, own_choice(m, &arena, a));
    arena_free(&arena);
}

static void answer_row(Marking *k, const Judgement *j, MarkRow *row)
{
    NumCtx *num = &k->m->session.num;
    *row = (MarkRow){.item = j->answer->number, .counts = j->counts, .status = j->status, .rule = j->rule};
    row->marks = exact_str(num, k->arena, j->marks);
    row->pending = exact_str(num, k->arena, j->pending);
    row->figure = figure_of(k, j);
    row->detail = detail_of(k, j);
    row->explained = explanation_of(k, j);
    row->message = message_of(k, j);
}

/* What a corrector ticked in it, if the copy bears that. */
static Str ticked_message(Marking *k, const OpenMarks *o)
{
    Graph *g = &k->m->session.graph;
    const OpenTicks *t = k->copy.opens ? &k->copy.opens[o->open->number] : NULL;
    Value grid = value_none();
    Buf words;
    if (!t || o->status == ANSWER_REVIEW) {
        return (Str){"", 0};
    }
    if (o->open->grid != NO_SLOT) {
        case_eval(g, NULL, NULL, o->open->grid, &grid);
    }
    buf_init(&words, k->work->mem);
    ticks_words(&words, g->vm, k->m->c->lang, o->open, value_is_grid(grid) ? grid.ptr : NULL, t);
    Str args[DIAG_ARGS] = {buf_str(&words)};
    diag_message(&k->text, words.n ? D_PAGE_TICKED : D_PAGE_NOTHING, args, k->m->c->lang);
    k->text.failed = k->text.failed || words.failed;
    buf_free(&words);
    return keep(k);
}

static void open_row(Marking *k, const OpenMarks *o, MarkRow *row)
{
    NumCtx *num = &k->m->session.num;
    *row = (MarkRow){.item = k->m->c->answer_count + o->open->number, .counts = o->counts, .status = o->status,
                     .rule = o->counts ? RULE_HAND : RULE_OTHER_BRANCH};
    row->marks = exact_str(num, k->arena, o->marks);
    row->pending = exact_str(num, k->arena, o->pending);
    row->message = ticked_message(k, o);
}

static Str methods_of(Marking *k)
{
    const Case *c = k->m->c;
    if (!c->either_count) {
        return (Str){NULL, 0};
    }
    buf_putc(&k->text, '[');
    for (uint32_t i = 0; i < c->either_count; i++) {
        buf_printf(&k->text, "%s%u", i ? "," : "", k->marks.choice[i]);
    }
    buf_putc(&k->text, ']');
    return keep(k);
}

static Str malus_of(Marking *k)
{
    JsonWriter w;
    bool any = false;
    json_begin(&w, &k->text, false);
    json_object(&w);
    for (uint32_t i = 0; i < k->m->c->question_count; i++) {
        const QuestionMarks *q = &k->marks.questions[i];
        if (num_sign(q->malus) > 0) {
            any = true;
            member(&w, q->question->label, exact_str(&k->m->session.num, k->work, q->malus));
        }
    }
    json_finish(&w);
    if (!any) {
        buf_clear(&k->text);
        return (Str){NULL, 0};
    }
    return keep(k);
}

static bool write_rows(Marking *k, Marked *out)
{
    const Case *c = k->m->c;
    NumCtx *num = &k->m->session.num;
    out->row_count = c->answer_count + c->open_count;
    out->rows = arena_alloc(k->arena, (out->row_count + 1) * sizeof *out->rows);
    if (!out->rows) {
        return false;
    }
    for (uint32_t i = 0; i < c->answer_count; i++) {
        answer_row(k, &k->marks.answers[i], &out->rows[i]);
    }
    for (uint32_t i = 0; i < c->open_count; i++) {
        open_row(k, &k->marks.opens[i], &out->rows[c->answer_count + i]);
    }
    out->total = exact_str(num, k->arena, k->marks.total);
    out->pending = exact_str(num, k->arena, k->marks.pending);
    out->mark = exact_str(num, k->arena, k->marks.mark);
    out->methods = methods_of(k);
    out->malus = malus_of(k);
    return !out_of_memory(k);
}

/* Only now, for the key is asked again: what the copy made is written out already. */
static void write_expected(Marking *k, Marked *out)
{
    for (uint32_t i = 0; i < k->m->c->answer_count; i++) {
        const Answer *a = k->m->c->answers[i];
        put_expected(k->m, &k->text, a, own_choice(k->m, k->work, a));
        out->rows[i].expected = keep(k);
    }
}

/* The texts of the case as this candidate has them: what a message tells are his figures. */
static bool own_texts(Marking *k)
{
    Marker *m = k->m;
    uint32_t at = 0;
    while (m->cases.list[at] != m->c) {
        at++;
    }
    Diags none;
    diags_init(&none, &m->session.mem);
    k->has_own = true;
    bool ok = cases_build_in(&k->own, &m->session.graph, m->draws->view, &none);
    if (ok) {
        k->printed = m->c;
        m->c = m->key.c = k->own.list[at];
    }
    diags_free(&none);
    return ok;
}

static void printed_texts(Marking *k)
{
    if (k->printed) {
        k->m->c = k->m->key.c = k->printed;
        key_set_base(&k->m->key, k->m->key.base); /* what it kept points to texts that go */
    }
    if (k->has_own) {
        cases_free(&k->own);
    }
}

/* A candidate whom no draw suits is for a corrector. */
static bool own_subject(Marking *k, Marked *out)
{
    Marker *m = k->m;
    if (variant_of(m, k->arena, k->p->raw->candidate, &out->draws)) {
        return !m->draws->count || own_texts(k);
    }
    if (interrupted(&m->session.vm) || out_of_memory(k)) {
        return false;
    }
    key_restart(&m->key);
    key_set_base(&m->key, NULL);
    copy_add_note(k->arena, k->p->raw, D_COPY_NO_VARIANT, (Str){"", 0}, (Str){"", 0});
    k->p->raw->kind = COPY_ASIDE;
    return true;
}

bool marker_mark(Marker *m, Arena *arena, const Prepared *p, const MarkerTicks *ticks, Marked *out)
{
    Marking k = {.m = m, .arena = arena, .work = &m->work, .p = p, .ticks = ticks};
    *out = (Marked){0};
    buf_init(&k.text, &m->work_mem);
    bool ok = (!m->options.variants || own_subject(&k, out)) && fill(&k) && judge(&k) && write_rows(&k, out);
    if (ok && m->options.variants) {
        write_expected(&k, out);
    }
    printed_texts(&k);
    buf_free(&k.text);
    if (m->session.heap.wanted) {
        heap_collect(&m->session.heap);
    }
    ok = ok && !out_of_memory(&k);
    arena_clear(&m->work);
    m->work_mem.failed = false;
    return ok;
}
