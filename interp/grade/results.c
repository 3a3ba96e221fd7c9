/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "grade/results.h"

#include <string.h>

#include "domain/points.h"
#include "grade/exact.h"

/* ---- opening ---- */

static bool count_copies(Results *r, int64_t *n)
{
    DbStatement *s = db_prepare(&r->book->db, "SELECT count(*) FROM result WHERE edition = ?");
    db_bind_int(s, r->book->edition);
    *n = db_step(&r->book->db, s) ? db_int(s) : 0;
    if (!s || r->book->db.error != DB_OK) {
        return book_failed(r->book);
    }
    db_reset(s);
    return true;
}

/* Copies of one candidate follow one another. */
static void list_copy(Results *r, Buf *last, int64_t copy, Str candidate)
{
    bool again = r->count && str_eq(candidate, buf_str(last));
    if (again) {
        r->copies[r->count - 1].several = true;
    } else {
        buf_clear(last);
        buf_put(last, candidate);
    }
    r->copies[r->count++] = (ListedCopy){copy, again};
}

static bool list_copies(Results *r)
{
    int64_t n;
    Buf last;
    if (!count_copies(r, &n)) {
        return false;
    }
    r->copies = arena_alloc(&r->kept, ((size_t)n + 1) * sizeof *r->copies);
    DbStatement *s = db_prepare(&r->book->db, "SELECT copy, candidate FROM result JOIN copy USING(copy) WHERE edition = ? "
                                              "ORDER BY candidate, copy.sum");
    db_bind_int(s, r->book->edition);
    buf_init(&last, r->kept.mem);
    while (r->copies && r->count < n && db_step(&r->book->db, s)) {
        int64_t copy = db_int(s);
        list_copy(r, &last, copy, db_text(s));
    }
    bool ok = (r->book->db.error == DB_OK || book_failed(r->book)) && r->copies && !last.failed;
    if (s) {
        db_reset(s);
    }
    buf_free(&last);
    return ok;
}

bool results_open(Results *r, Book *book, Marker *m)
{
    *r = (Results){.book = book, .m = m, .num = &m->session.num, .c = m->c};
    arena_init(&r->kept, &m->session.mem);
    r->reading = db_run(&book->db, "BEGIN"); /* one picture of the gradebook, and locks taken once */
    return (r->reading || book_failed(book)) && list_copies(r);
}

void results_close(Results *r)
{
    if (r->reading) {
        db_run(&r->book->db, "COMMIT");
    }
    arena_free(&r->kept);
}
void results_rewind(Results *r) { r->next = 0; }

/* ---- rows ---- */

static Str kept(Arena *arena, Str s) { return s.p ? arena_str(arena, s) : (Str){NULL, 0}; }

static Value marks_of(Results *r, Str text)
{
    Value v = num_int(0);
    exact_read(r->num, text, &v);
    return v;
}

static void take_row(Results *r, Arena *arena, DbStatement *s, Result *out)
{
    int64_t item = db_int(s);
    if (item < 0 || item >= out->row_count) {
        return;
    }
    ResultRow *row = &out->rows[item];
    row->counts = db_int(s) != 0;
    row->status = status_of_code(db_text(s));
    row->status = row->status < ANSWER_STATUS_COUNT ? row->status : ANSWER_REVIEW;
    row->marks = marks_of(r, db_text(s));
    row->pending = marks_of(r, db_text(s));
    row->needs_person = num_sign(row->pending) > 0;
    row->rule = kept(arena, db_text(s));
    row->figure = kept(arena, db_text(s));
    row->detail = kept(arena, db_text(s));
    row->explained = kept(arena, db_text(s));
    row->message = kept(arena, db_text(s));
    row->expected = kept(arena, db_text(s));
}

static bool read_rows(Results *r, Arena *arena, Result *out)
{
    const Case *c = r->c;
    out->row_count = c->answer_count + c->open_count;
    out->rows = arena_alloc(arena, (out->row_count + 1) * sizeof *out->rows);
    if (!out->rows) {
        return false;
    }
    for (uint32_t i = 0; i < out->row_count; i++) {
        bool answer = i < c->answer_count;
        out->rows[i] = (ResultRow){.answer = answer ? c->answers[i] : NULL,
                                   .open = answer ? NULL : c->opens[i - c->answer_count],
                                   .status = ANSWER_BLANK, .marks = num_int(0), .pending = num_int(0)};
    }
    DbStatement *s = db_prepare(&r->book->db, "SELECT item, counts, status, marks, pending, rule, figure, detail, explained, "
                                              "message, expected FROM mark WHERE copy = ? AND edition = ?");
    db_bind_int(s, out->copy);
    db_bind_int(s, r->book->edition);
    while (db_step(&r->book->db, s)) {
        take_row(r, arena, s, out);
    }
    return r->book->db.error == DB_OK || book_failed(r->book);
}

/* ---- corrections ---- */

static ResultRow *row_of_address(Result *out, Str address)
{
    ResultRow *found = NULL;
    for (uint32_t i = 0; i < out->row_count; i++) {
        ResultRow *row = &out->rows[i];
        if (str_eq(result_address(row), address) && (!found || (row->counts && !found->counts))) {
            found = row;
        }
    }
    return found;
}

/* A corrector who marks again has thought again. */
static void take_hand(Arena *arena, ResultRow *row, const Hand *h)
{
    uint32_t i = 0;
    while (i < row->hand_count && !str_eq(row->hands[i].who, h->who)) {
        i++;
    }
    if (i == RESULT_HANDS) {
        i = RESULT_HANDS - 1;
    }
    row->hands[i] = (Hand){kept(arena, h->who), kept(arena, h->why), kept(arena, h->ticks), h->marks};
    row->hand_count = i >= row->hand_count ? i + 1 : row->hand_count;
}

static void settle_by_hand(Results *r, ResultRow *row, Value marks)
{
    Value points = result_points(row);
    row->by_hand = true;
    row->gap = false;
    row->marks = points_min(r->num, marks, points);
    row->pending = num_int(0);
    bool full = !points_less(r->num, row->marks, points);
    row->status = full ? ANSWER_RIGHT : num_sign(row->marks) > 0 ? ANSWER_PARTIAL : ANSWER_WRONG;
    row->rule = STR("HAND");
}

static void compare_hands(Results *r, ResultRow *row)
{
    bool same = true;
    for (uint32_t i = 1; i < row->hand_count; i++) {
        same = same && points_equal(r->num, row->hands[0].marks, row->hands[i].marks);
    }
    if (row->hand_count && same) {
        settle_by_hand(r, row, row->hands[0].marks);
    } else if (row->hand_count) {
        row->gap = true;
        row->by_hand = true;
        row->status = ANSWER_REVIEW;
        row->marks = num_int(0);
        row->pending = result_points(row);
        row->rule = STR("HAND");
    }
}

static void tick_malus(Results *r, Result *out, Str address, bool ticked)
{
    CopyPlace place = marker_place(r->m, address);
    if (place.kind == PLACE_MALUS && ticked) {
        QuestionMarks *q = &out->questions[place.number];
        q->malus = points_add(r->num, q->malus, r->c->questions[place.number]->malus[place.part].points);
    }
}

typedef struct Settled { /* the last word on an answer */
    ResultRow *row;
    Value marks;
} Settled;

static bool read_corrections(Results *r, Arena *arena, Result *out)
{
    Settled settled[64];
    uint32_t settled_count = 0;
    DbStatement *s = db_prepare(&r->book->db, "SELECT address, kind, marks, ticks, who, why FROM correction WHERE copy = ? "
                                              "ORDER BY correction");
    db_bind_int(s, out->copy);
    while (db_step(&r->book->db, s)) {
        Str address = db_text(s), kind = db_text(s), marks = db_text(s), ticks = db_text(s), who = db_text(s);
        Hand h = {.who = who, .ticks = ticks, .why = db_text(s), .marks = marks_of(r, marks)};
        ResultRow *row = row_of_address(out, address);
        if (str_eq(kind, STR("leave-out"))) {
            out->left_out = num_sign(h.marks) != 0;
        } else if (str_eq(kind, STR("malus"))) {
            tick_malus(r, out, address, num_sign(h.marks) != 0);
        } else if (row && str_eq(kind, STR("settle"))) {
            uint32_t i = 0;
            while (i < settled_count && settled[i].row != row) {
                i++;
            }
            if (i < 64) {
                settled[i] = (Settled){row, h.marks};
                settled_count = i == settled_count ? i + 1 : settled_count;
            }
        } else if (row && str_eq(kind, STR("mark"))) {
            take_hand(arena, row, &h);
        }
    }
    for (uint32_t i = 0; i < out->row_count; i++) {
        compare_hands(r, &out->rows[i]);
    }
    for (uint32_t i = 0; i < settled_count; i++) {
        settle_by_hand(r, settled[i].row, settled[i].marks);
        settled[i].row->settled = true;
    }
    return r->book->db.error == DB_OK || book_failed(r->book);
}

/* ---- totals ---- */

static void read_malus(Results *r, Arena *arena, Result *out, Str malus)
{
    JsonReader j;
    JsonToken key, value;
    json_read(&j, malus, arena);
    if (!malus.n || !json_next(&j, &key)) {
        return;
    }
    while (json_next(&j, &key) && key.kind == JSON_KEY && json_next(&j, &value)) {
        for (uint32_t i = 0; i < r->c->question_count; i++) {
            if (str_eq(r->c->questions[i]->label, key.text)) {
                out->questions[i].malus = points_add(r->num, out->questions[i].malus, marks_of(r, value.text));
            }
        }
    }
}

static void read_methods(Results *r, Arena *arena, Result *out, Str methods)
{
    JsonReader j;
    JsonToken t;
    uint32_t n = 0;
    json_read(&j, methods, arena);
    while (methods.n && json_next(&j, &t)) {
        if (t.kind == JSON_NUMBER && n < r->c->either_count && t.text.n < 9) {
            uint32_t branch = 0;
            for (size_t i = 0; i < t.text.n; i++) {
                branch = branch * 10 + (uint32_t)(t.text.p[i] - '0');
            }
            out->methods[n++] = branch;
        }
    }
}

static void add_up(Results *r, Result *out)
{
    NumCtx *num = r->num;
    out->total = out->pending = num_int(0);
    for (uint32_t i = 0; i < out->row_count; i++) {
        const ResultRow *row = &out->rows[i];
        QuestionMarks *q = &out->questions[result_question(row)->number];
        if (row->counts) {
            q->marks = points_add(num, q->marks, row->marks);
            q->pending = points_add(num, q->pending, row->pending);
            out->gap = out->gap || row->gap;
        }
    }
    for (uint32_t i = 0; i < r->c->question_count; i++) {
        QuestionMarks *q = &out->questions[i];
        q->marks = points_less(num, q->marks, q->malus) ? num_int(0) : points_sub(num, q->marks, q->malus);
        out->total = points_add(num, out->total, q->marks);
        out->pending = points_add(num, out->pending, q->pending);
    }
    out->mark = points_scaled(num, r->c, out->total);
}

/* ---- a copy ---- */

static bool read_copy(Results *r, Arena *arena, Result *out, Str *methods, Str *malus)
{
    DbStatement *s = db_prepare(&r->book->db, "SELECT candidate, second, origin, boxes, copy.sum, aside, ticked, notes, draws, "
                                              "methods, malus FROM copy JOIN result USING(copy) WHERE copy = ? AND edition = ?");
    db_bind_int(s, out->copy);
    db_bind_int(s, r->book->edition);
    if (!db_step(&r->book->db, s)) {
        if (r->book->db.error == DB_OK) {
            r->book->db.error = DB_NOT_ONE; /* an index names a copy that is not there */
        }
        return book_failed(r->book);
    }
    out->candidate = kept(arena, db_text(s));
    out->second = kept(arena, db_text(s));
    out->origin = kept(arena, db_text(s));
    out->boxes = kept(arena, db_text(s));
    Str sum = db_text(s);
    memcpy(out->sum, sum.p, sum.n < DIGEST_HEX ? sum.n : DIGEST_HEX);
    out->aside = db_int(s) != 0;
    out->ticked = db_int(s) != 0;
    out->notes = kept(arena, db_text(s));
    out->draws = kept(arena, db_text(s));
    *methods = kept(arena, db_text(s));
    *malus = kept(arena, db_text(s));
    db_reset(s);
    return !arena->failed;
}

bool results_copy(Results *r, Arena *arena, int64_t copy, Result *out)
{
    Str methods, malus;
    const Case *c = r->c;
    *out = (Result){.copy = copy};
    out->methods = arena_alloc(arena, (c->either_count + 1) * sizeof *out->methods);
    out->questions = arena_alloc(arena, (c->question_count + 1) * sizeof *out->questions);
    if (!out->methods || !out->questions || !read_copy(r, arena, out, &methods, &malus)) {
        return false;
    }
    for (uint32_t i = 0; i < c->question_count; i++) {
        Value zero = num_int(0);
        out->questions[i] = (QuestionMarks){.question = c->questions[i], .marks = zero, .malus = zero, .pending = zero};
    }
    read_methods(r, arena, out, methods);
    read_malus(r, arena, out, malus);
    if (!read_rows(r, arena, out) || !read_corrections(r, arena, out)) {
        return false;
    }
    add_up(r, out); /* nothing is collected meanwhile: sums of a class may be on the heap */
    return !arena->failed;
}

static bool has_other(Results *r, const Result *one)
{
    DbStatement *s = db_prepare(&r->book->db, "SELECT count(*) FROM copy c JOIN result USING(copy) WHERE candidate = ? AND "
                                              "edition = ? AND copy <> ? AND coalesce((SELECT marks FROM correction k WHERE "
                                              "k.copy = c.copy AND kind = 'leave-out' ORDER BY correction DESC LIMIT 1), '0') "
                                              "= '0'");
    db_bind_text(s, one->candidate);
    db_bind_int(s, r->book->edition);
    db_bind_int(s, one->copy);
    bool other = db_step(&r->book->db, s) && db_int(s) > 0;
    if (s) {
        db_reset(s);
    }
    return other;
}

bool results_next(Results *r, Arena *arena, Result *out)
{
    if (r->next >= r->count) {
        return false;
    }
    const ListedCopy *listed = &r->copies[r->next++];
    if (!results_copy(r, arena, listed->copy, out)) {
        return false;
    }
    out->several = listed->several && !out->left_out && has_other(r, out);
    return true;
}

/* What was recorded of a copy is the last word on it as long as nobody has touched it. */
static bool read_mark(Results *r, int64_t copy, Result *out)
{
    DbStatement *s = db_prepare(&r->book->db, "SELECT total, mark FROM result WHERE copy = ?1 AND edition = ?2 AND pending = '0' "
                                              "AND NOT EXISTS (SELECT 1 FROM correction k WHERE k.copy = ?1)");
    db_bind_int(s, copy);
    db_bind_int(s, r->book->edition);
    bool untouched = db_step(&r->book->db, s);
    if (untouched) {
        *out = (Result){.copy = copy, .pending = num_int(0)};
        out->total = marks_of(r, db_text(s));
        out->mark = marks_of(r, db_text(s));
        db_reset(s);
    }
    return untouched;
}

bool results_next_mark(Results *r, Arena *arena, Result *out)
{
    bool alone = r->next < r->count && !r->copies[r->next].several;
    if (alone && read_mark(r, r->copies[r->next].copy, out)) {
        r->next++;
        return true;
    }
    return results_next(r, arena, out);
}

/* ---- what rows are about ---- */

Value result_points(const ResultRow *row) { return row->answer ? row->answer->points : row->open->points; }
const Question *result_question(const ResultRow *row) { return row->answer ? row->answer->question : row->open->question; }
Str result_address(const ResultRow *row) { return row->answer ? row->answer->address : row->open->address; }

/* Without a title: the number of its kind in its question, so that no name of the program is shown. */
void result_item_name(Buf *out, const Case *c, const ResultRow *row)
{
    Str title = row->answer ? row->answer->title : row->open->title;
    uint32_t number = 0;
    if (title.n) {
        buf_put(out, title);
        return;
    }
    for (uint32_t i = 0; i < c->answer_count; i++) {
        const Answer *a = c->answers[i];
        number += a->question == result_question(row);
        if (a == row->answer) {
            break;
        }
    }
    for (uint32_t i = 0; i < c->open_count && row->open; i++) {
        number += c->opens[i]->question == row->open->question;
        if (c->opens[i] == row->open) {
            break;
        }
    }
    buf_printf(out, c->lang == LANG_FR ? "réponse %u" : "answer %u", number);
}

/* ---- notes ---- */

static DiagId note_id(Str code)
{
    for (int i = D_COPY_UNKNOWN; i < D_COUNT; i++) {
        if (str_eq(code, str_from(diag_code((DiagId)i)))) {
            return (DiagId)i;
        }
    }
    return D_COPY_MORE_NOTES;
}

void notes_text(Buf *out, Arena *arena, Str notes, Lang lang)
{
    JsonReader j;
    JsonToken t;
    bool any = false;
    json_read(&j, notes, arena);
    if (!notes.n || !json_next(&j, &t)) {
        return;
    }
    while (json_next(&j, &t) && t.kind == JSON_ARRAY) {
        JsonToken code, about, detail;
        if (!json_next(&j, &code) || !json_next(&j, &about) || !json_next(&j, &detail) || !json_next(&j, &t)) {
            return;
        }
        Str args[DIAG_ARGS] = {about.text, detail.text};
        buf_puts(out, any ? (lang == LANG_FR ? " ; " : "; ") : "");
        diag_message(out, note_id(code.text), args, lang);
        any = true;
    }
}

bool results_notes(Book *book, NoteFn *fn, void *data)
{
    DbStatement *s = db_prepare(&book->db, "SELECT candidate, origin, notes FROM result JOIN copy USING(copy) WHERE edition = ? "
                                           "AND notes IS NOT NULL ORDER BY candidate, copy.sum");
    db_bind_int(s, book->edition);
    while (db_step(&book->db, s)) {
        Str candidate = db_text(s), origin = db_text(s);
        fn(data, candidate, origin, db_text(s), false);
    }
    if (book->db.error != DB_OK) {
        return book_failed(book);
    }
    s = db_prepare(&book->db, "SELECT candidate, origin, notes FROM refused ORDER BY origin, candidate, sum");
    while (db_step(&book->db, s)) {
        Str candidate = db_text(s), origin = db_text(s);
        fn(data, candidate, origin, db_text(s), true);
    }
    return book->db.error == DB_OK || book_failed(book);
}
