/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "grade/export.h"

#include "domain/competence.h"
#include "domain/points.h"
#include "format/json.h"
#include "grade/exact.h"

typedef struct Export {
    Results *r;
    const ExportOptions *options;
    const Case *c;
    NumCtx *num;
    Buf *out;
    CsvWriter csv;
    Buf scratch;
    bool french; /* the language of the case */
} Export;

static void begin(Export *e, Buf *out, Results *r, const ExportOptions *options)
{
    *e = (Export){.r = r, .options = options, .c = r->c, .num = r->num, .out = out, .french = r->c->lang == LANG_FR};
    buf_init(&e->scratch, out->mem);
    csv_begin(&e->csv, out, options->french ? ';' : ',', options->french ? ',' : '.', options->french);
}

static void text(Export *e, Str s) { csv_text(&e->csv, s); }
static void named(Export *e, const char *english, const char *french) { text(e, str_from(e->french ? french : english)); }

static void number(Export *e, Value v)
{
    buf_clear(&e->scratch);
    exact_decimal(e->num, &e->scratch, v);
    csv_number(&e->csv, buf_str(&e->scratch));
}

typedef bool OneFn(Export *e, const Result *copy, Arena *arena);

static bool each_copy(Export *e, OneFn *fn)
{
    Arena arena;
    Result one;
    bool ok = true;
    arena_init(&arena, e->out->mem);
    results_rewind(e->r);
    while (ok && results_next(e->r, &arena, &one)) {
        ok = fn(e, &one, &arena);
        arena_clear(&arena);
    }
    ok = ok && e->r->next == e->r->count && !arena.failed && !e->scratch.failed && !e->out->failed;
    arena_free(&arena);
    buf_free(&e->scratch);
    return ok;
}

static const char *state_of(const Export *e, const Result *copy)
{
    if (copy->left_out) {
        return e->french ? "écartée" : "set aside";
    }
    if (copy->gap) {
        return e->french ? "désaccord" : "correctors differ";
    }
    if (num_sign(copy->pending) > 0) {
        return e->french ? "provisoire" : "provisional";
    }
    return e->french ? "définitive" : "settled";
}

static Value highest(const Export *e)
{
    return e->c->exam.scaled ? e->c->exam.scaled_to : points_of_case(e->num, e->c);
}

static bool has_points(const Export *e, const Question *q) { return num_sign(points_of_question(e->num, q)) > 0; }

/* ---- competences of a copy ---- */

static void competence_marks(const Export *e, const Result *copy, int code, Value *got, Value *possible)
{
    const Framework *f = e->c->framework;
    *got = *possible = num_int(0);
    for (uint32_t i = 0; i < copy->row_count; i++) {
        const ResultRow *row = &copy->rows[i];
        const Question *q = result_question(row);
        uint32_t count = row->answer ? row->answer->competence_count : row->open->competence_count;
        Str *codes = row->answer ? row->answer->competences : row->open->competences;
        bool on = false;
        codes = count ? codes : q->competences;
        count = count ? count : q->competence_count;
        for (uint32_t k = 0; k < count && row->counts; k++) {
            for (int at = framework_find(f, codes[k]); at >= 0 && !on; at = f->list[at].parent) {
                on = at == code;
            }
        }
        if (on) {
            *got = points_add(e->num, *got, row->marks);
            *possible = points_add(e->num, *possible, result_points(row));
        }
    }
}

/* Is any question or answer of the case about it? */
static bool competence_used(const Export *e, int code)
{
    const Framework *f = e->c->framework;
    for (uint32_t i = 0; i < e->c->answer_count + e->c->open_count; i++) {
        const Answer *a = i < e->c->answer_count ? e->c->answers[i] : NULL;
        const Open *o = a ? NULL : e->c->opens[i - e->c->answer_count];
        const Question *q = a ? a->question : o->question;
        uint32_t own = a ? a->competence_count : o->competence_count;
        Str *codes = own ? (a ? a->competences : o->competences) : q->competences;
        for (uint32_t k = 0; k < (own ? own : q->competence_count); k++) {
            for (int at = framework_find(f, codes[k]); at >= 0; at = f->list[at].parent) {
                if (at == code) {
                    return true;
                }
            }
        }
    }
    return false;
}

/* ---- a row a copy ---- */

static void ids_head(Export *e)
{
    named(e, "candidate", "candidat");
    if (e->options->named) {
        named(e, "second", "second");
    }
}

static void ids(Export *e, const Result *copy)
{
    text(e, copy->candidate);
    if (e->options->named) {
        text(e, copy->second);
    }
}

static void copies_head(Export *e)
{
    const Case *c = e->c;
    ids_head(e);
    named(e, "mark", "note");
    named(e, "out of", "sur");
    named(e, "total", "total");
    named(e, "points", "points");
    named(e, "pending", "en attente");
    named(e, "state", "état");
    for (uint32_t i = 0; i < c->question_count; i++) {
        if (has_points(e, c->questions[i])) {
            buf_clear(&e->scratch);
            buf_puts(&e->scratch, "Q ");
            buf_put(&e->scratch, c->questions[i]->label);
            text(e, buf_str(&e->scratch));
        }
    }
    for (uint32_t i = 0; c->framework && i < c->framework->count; i++) {
        if (competence_used(e, (int)i)) {
            text(e, c->framework->list[i].code);
        }
    }
    for (uint32_t i = 0; i < c->answer_count + c->open_count; i++) {
        text(e, i < c->answer_count ? c->answers[i]->address : c->opens[i - c->answer_count]->address);
    }
    csv_end_row(&e->csv);
}

static bool copies_row(Export *e, const Result *copy, Arena *arena)
{
    const Case *c = e->c;
    (void)arena;
    ids(e, copy);
    number(e, copy->mark);
    number(e, highest(e));
    number(e, copy->total);
    number(e, points_of_case(e->num, c));
    number(e, copy->pending);
    text(e, str_from(state_of(e, copy)));
    for (uint32_t i = 0; i < c->question_count; i++) {
        if (has_points(e, c->questions[i])) {
            number(e, copy->questions[i].marks);
        }
    }
    for (uint32_t i = 0; c->framework && i < c->framework->count; i++) {
        if (competence_used(e, (int)i)) {
            Value got, possible;
            competence_marks(e, copy, (int)i, &got, &possible);
            number(e, got);
        }
    }
    for (uint32_t i = 0; i < copy->row_count; i++) {
        if (copy->rows[i].counts) {
            number(e, copy->rows[i].marks);
        } else {
            csv_number(&e->csv, (Str){"", 0});
        }
    }
    csv_end_row(&e->csv);
    return true;
}

bool export_copies(Buf *out, Results *r, const ExportOptions *options)
{
    Export e;
    begin(&e, out, r, options);
    copies_head(&e);
    return each_copy(&e, copies_row);
}

/* ---- a row an answer ---- */

static Str written_of(const RawCopy *raw, Str address)
{
    for (uint32_t i = 0; i < raw->box_count; i++) {
        if (str_eq(raw->boxes[i].address, address)) {
            return raw->boxes[i].text;
        }
    }
    return (Str){"", 0};
}

static void answers_head(Export *e)
{
    ids_head(e);
    named(e, "question", "question");
    named(e, "answer", "réponse");
    named(e, "title", "titre");
    named(e, "written", "écrit");
    named(e, "status", "état");
    named(e, "marks", "points obtenus");
    named(e, "points", "points");
    named(e, "pending", "en attente");
    named(e, "rule", "règle");
    named(e, "message", "message");
    csv_end_row(&e->csv);
}

static MarkRule rule_of_code(Str code)
{
    int r = 0;
    while (r < RULE_COUNT && !str_eq(code, str_from(rule_code((MarkRule)r)))) {
        r++;
    }
    return r < RULE_COUNT ? (MarkRule)r : RULE_NONE;
}

static void answer_row(Export *e, const Result *copy, const RawCopy *raw, const ResultRow *row)
{
    Str title = row->answer ? row->answer->title : row->open->title;
    ids(e, copy);
    text(e, result_question(row)->label);
    text(e, result_address(row));
    text(e, title);
    text(e, written_of(raw, result_address(row)));
    text(e, str_from(status_name(row->status, e->c->lang)));
    number(e, row->marks);
    number(e, result_points(row));
    number(e, row->pending);
    text(e, str_from(rule_name(rule_of_code(row->rule), e->c->lang)));
    text(e, row->message);
    csv_end_row(&e->csv);
}

static bool answers_rows(Export *e, const Result *copy, Arena *arena)
{
    RawCopy raw = {0};
    marker_read_boxes(e->r->m, arena, copy->boxes, &raw);
    for (uint32_t i = 0; i < copy->row_count; i++) {
        if (copy->rows[i].counts) {
            answer_row(e, copy, &raw, &copy->rows[i]);
        }
    }
    return !arena->failed;
}

bool export_answers(Buf *out, Results *r, const ExportOptions *options)
{
    Export e;
    begin(&e, out, r, options);
    answers_head(&e);
    return each_copy(&e, answers_rows);
}

/* ---- JSON ---- */

typedef struct JsonExport {
    Export e; /* first: a callback gets it */
    JsonWriter w;
} JsonExport;

static void member_text(JsonWriter *w, const char *key, Str s)
{
    json_key(w, str_from(key));
    json_text(w, s);
}

/* "marks": 0.5, "exact": … only where the decimal is not all of it. */
static void member_number(JsonExport *j, const char *key, Value v)
{
    Buf *b = &j->e.scratch;
    json_key(&j->w, str_from(key));
    buf_clear(b);
    exact_put(j->e.num, b, v);
    bool fraction = false;
    for (size_t i = 0; i < b->n; i++) {
        fraction = fraction || b->p[i] == '/';
    }
    if (fraction) {
        json_text(&j->w, buf_str(b)); /* "1/3": a decimal would not be it */
    } else {
        json_number(&j->w, buf_str(b));
    }
}

static void json_row(JsonExport *j, const RawCopy *raw, const ResultRow *row)
{
    JsonWriter *w = &j->w;
    Lang lang = j->e.c->lang;
    json_object(w);
    member_text(w, "answer", result_address(row));
    member_text(w, "written", written_of(raw, result_address(row)));
    member_text(w, "status", str_from(status_name(row->status, lang)));
    member_number(j, "marks", row->marks);
    member_number(j, "points", result_points(row));
    member_number(j, "pending", row->pending);
    member_text(w, "rule", str_from(rule_name(rule_of_code(row->rule), lang)));
    member_text(w, "message", row->message);
    if (row->explained.n) {
        member_text(w, "explained", row->explained);
    }
    if (row->by_hand) {
        json_key(w, STR("correctors"));
        json_array(w);
        for (uint32_t i = 0; i < row->hand_count; i++) {
            json_object(w);
            member_text(w, "who", row->hands[i].who);
            member_number(j, "marks", row->hands[i].marks);
            member_text(w, "why", row->hands[i].why);
            json_end(w);
        }
        json_end(w);
    }
    json_end(w);
}

static void json_questions(JsonExport *j, const Result *copy)
{
    json_key(&j->w, STR("questions"));
    json_array(&j->w);
    for (uint32_t i = 0; i < j->e.c->question_count; i++) {
        const QuestionMarks *q = &copy->questions[i];
        json_object(&j->w);
        member_text(&j->w, "question", q->question->label);
        member_number(j, "marks", q->marks);
        member_number(j, "points", points_of_question(j->e.num, q->question));
        member_number(j, "malus", q->malus);
        json_end(&j->w);
    }
    json_end(&j->w);
}

static void json_competences(JsonExport *j, const Result *copy)
{
    const Framework *f = j->e.c->framework;
    if (!f) {
        return;
    }
    json_key(&j->w, STR("competences"));
    json_array(&j->w);
    for (uint32_t i = 0; i < f->count; i++) {
        Value got, possible;
        if (!competence_used(&j->e, (int)i)) {
            continue;
        }
        competence_marks(&j->e, copy, (int)i, &got, &possible);
        json_object(&j->w);
        member_text(&j->w, "competence", f->list[i].code);
        member_number(j, "marks", got);
        member_number(j, "points", possible);
        json_end(&j->w);
    }
    json_end(&j->w);
}

static bool json_copy(Export *e, const Result *copy, Arena *arena)
{
    JsonExport *j = (JsonExport *)(void *)e;
    RawCopy raw = {0};
    marker_read_boxes(e->r->m, arena, copy->boxes, &raw);
    json_object(&j->w);
    member_text(&j->w, "candidate", copy->candidate);
    if (e->options->named) {
        member_text(&j->w, "second", copy->second);
    }
    member_text(&j->w, "state", str_from(state_of(e, copy)));
    member_number(j, "mark", copy->mark);
    member_number(j, "total", copy->total);
    member_number(j, "pending", copy->pending);
    json_questions(j, copy);
    json_competences(j, copy);
    json_key(&j->w, STR("answers"));
    json_array(&j->w);
    for (uint32_t i = 0; i < copy->row_count; i++) {
        if (copy->rows[i].counts) {
            json_row(j, &raw, &copy->rows[i]);
        }
    }
    json_end(&j->w);
    json_end(&j->w);
    return !arena->failed;
}

bool export_json(Buf *out, Results *r, const ExportOptions *options)
{
    JsonExport j;
    j.e = (Export){.r = r, .options = options, .c = r->c, .num = r->num, .out = out, .french = r->c->lang == LANG_FR};
    buf_init(&j.e.scratch, out->mem);
    json_begin(&j.w, out, true);
    json_object(&j.w);
    member_text(&j.w, "case", r->c->name);
    member_text(&j.w, "title", r->c->title);
    member_number(&j, "points", points_of_case(r->num, r->c));
    member_number(&j, "out_of", highest(&j.e));
    json_key(&j.w, STR("copies"));
    json_array(&j.w);
    bool ok = each_copy(&j.e, json_copy);
    json_finish(&j.w);
    return ok && !out->failed;
}
