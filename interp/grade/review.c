/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "grade/review.h"

#include <string.h>

#include "domain/grid.h"
#include "domain/ticks.h"
#include "domain/points.h"
#include "grade/exact.h"

/* ---- tasks ---- */

static bool add_task(Review *v, int64_t copy, uint32_t item, uint32_t number)
{
    if (v->task_count == v->task_room) {
        uint32_t room = v->task_room ? v->task_room * 2 : 64;
        ReviewTask *more = arena_alloc(&v->kept, room * sizeof *more);
        if (!more) {
            return false;
        }
        if (v->task_count) {
            memcpy(more, v->tasks, v->task_count * sizeof *more);
        }
        v->tasks = more;
        v->task_room = room;
    }
    v->tasks[v->task_count++] = (ReviewTask){copy, item, number};
    return true;
}

static bool marked_by(const ResultRow *row, Str who)
{
    for (uint32_t i = 0; i < row->hand_count; i++) {
        if (str_eq(row->hands[i].who, who)) {
            return true;
        }
    }
    return false;
}

static bool is_task(const Review *v, const ResultRow *row)
{
    Str who = v->now->who;
    if (!row->counts) {
        return false;
    }
    switch (v->mode) {
    case REVIEW_SETTLE: return row->gap;
    case REVIEW_ALL: return !marked_by(row, who) && !row->settled;
    case REVIEW_DOUBLE: return row->needs_person && !marked_by(row, who) && !row->settled;
    default: return row->needs_person && !row->by_hand && !row->hand_count;
    }
}

typedef struct Needed { /* by copy, then item: is it a task? */
    bool *flags;
    uint32_t items;
} Needed;

/* One pass over the copies; then the tasks answer by answer. */
static bool find_tasks(Review *v)
{
    Results *r = &v->results;
    Arena arena;
    Result one;
    Needed n = {.items = r->c->answer_count + r->c->open_count};
    bool ok = true;
    n.flags = arena_alloc(&v->kept, ((size_t)r->count + 1) * (n.items + 1));
    arena_init(&arena, v->kept.mem);
    for (uint32_t k = 0; n.flags && ok && k < r->count && results_next(r, &arena, &one); k++) {
        if (one.several && v->mode == REVIEW_PENDING) {
            ok = add_task(v, one.copy, REVIEW_WHOLE, k + 1);
        }
        for (uint32_t i = 0; i < n.items && !one.left_out; i++) {
            n.flags[(size_t)k * n.items + i] = is_task(v, &one.rows[i]);
        }
        arena_clear(&arena);
    }
    arena_free(&arena);
    for (uint32_t i = 0; ok && n.flags && i < n.items; i++) {
        for (uint32_t k = 0; ok && k < r->count; k++) {
            ok = !n.flags[(size_t)k * n.items + i] || add_task(v, r->copies[k].copy, i, k + 1);
        }
    }
    return ok && n.flags && r->next == r->count;
}

bool review_open(Review *v, Book *book, Marker *m, const Moment *now, ReviewMode mode)
{
    *v = (Review){.m = m, .book = book, .now = now, .mode = mode};
    arena_init(&v->kept, &m->session.mem);
    bool ok = results_open(&v->results, book, m) && find_tasks(v);
    if (v->results.reading) { /* others may write while a person thinks */
        db_run(&book->db, "COMMIT");
        v->results.reading = false;
    }
    return ok;
}

void review_close(Review *v)
{
    results_close(&v->results);
    arena_free(&v->kept);
}

/* ---- ticks ---- */

const struct Instance *review_grid(Review *v, const Open *o)
{
    Value grid;
    bool has = o->grid != NO_SLOT && case_eval(&v->m->session.graph, NULL, NULL, o->grid, &grid) && value_is_grid(grid);
    return has ? grid.ptr : NULL;
}

bool review_ticks(Review *v, Arena *arena, const Open *o, ReviewTicks *out)
{
    const Instance *grid = review_grid(v, o);
    *out = (ReviewTicks){.ticked = arena_alloc(arena, o->element_count + 1)};
    out->levels = grid ? arena_alloc(arena, grid_criteria(grid) * sizeof *out->levels) : NULL;
    return out->ticked && (!grid || out->levels);
}

bool review_worth(Review *v, Arena *arena, const Result *copy, const Open *o, const ReviewTicks *t, Value *marks)
{
    const Case *c = v->m->c;
    RawCopy raw = {.candidate = copy->candidate, .origin = copy->origin, .kind = copy->aside ? COPY_ASIDE : COPY_WHOLE};
    Prepared p;
    Marked marked;
    OpenTicks *opens = arena_alloc(arena, (c->open_count + 1) * sizeof *opens);
    if (!opens || !marker_read_boxes(v->m, arena, copy->boxes, &raw) || !marker_prepare(v->m, arena, &raw, &p)) {
        return false;
    }
    opens[o->number] = (OpenTicks){.ticked = t->ticked, .other = t->other, .closed = true, .levels = t->levels};
    if (!marker_mark(v->m, arena, &p, &(MarkerTicks){.opens = opens}, &marked)) {
        return false;
    }
    const MarkRow *row = &marked.rows[c->answer_count + o->number];
    Value pending;
    return exact_read(&v->m->session.num, row->marks, marks) && exact_read(&v->m->session.num, row->pending, &pending) &&
           !num_sign(pending);
}

/* ---- in words, and from words ---- */

Str review_words(Review *v, Arena *arena, const Open *o, const ReviewTicks *t)
{
    Buf b;
    const Instance *grid = review_grid(v, o);
    buf_init(&b, arena->mem);
    ticks_words(&b, &v->m->session.vm, v->m->c->lang, o, grid,
                &(OpenTicks){.ticked = t->ticked, .other = t->other, .levels = t->levels});
    Str s = b.failed ? (Str){NULL, 0} : arena_str(arena, buf_str(&b));
    arena->failed = arena->failed || b.failed;
    buf_free(&b);
    return s;
}

bool review_read_ticks(Review *v, const Open *o, Str text, ReviewTicks *out, Str *wrong)
{
    return ticks_read(v->kept.mem, o, text, out->ticked, &out->other, wrong);
}

/* ---- deciding ---- */

bool review_decide(Review *v, const Decision *d)
{
    Arena arena;
    arena_init(&arena, v->kept.mem);
    DbStatement *s = db_prepare(&v->book->db, "INSERT INTO correction(copy, address, kind, marks, ticks, who, made, why) "
                                              "VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(s, d->copy);
    db_bind_text(s, d->address.p ? d->address : (Str){"", 0});
    db_bind_text(s, str_from(d->kind));
    db_bind_text(s, exact_str(&v->m->session.num, &arena, d->marks));
    db_bind_text(s, d->ticks);
    db_bind_text(s, v->now->who);
    db_bind_text(s, v->now->made);
    db_bind_text(s, d->why.p ? d->why : (Str){"", 0});
    bool ok = !arena.failed && db_finish(&v->book->db, s);
    arena_free(&arena);
    return ok || book_failed(v->book);
}

/* ---- decisions of a file ---- */

typedef struct FromFile {
    Review *v;
    Arena arena;
    Str why;
    const RawCopy *raw;
    RawCopy notes; /* about this one */
    Result copy;
    ReviewTicks *opens; /* by open answer; ticked NULL: nothing about it */
    uint32_t *done;
} FromFile;

/* The one copy of the candidate that counts; 0: none, or several. */
static int64_t copy_of(Review *v, Str candidate)
{
    DbStatement *s = db_prepare(&v->book->db, "SELECT copy FROM copy c JOIN result USING(copy) WHERE edition = ? AND candidate = "
                                              "? AND coalesce((SELECT marks FROM correction k WHERE k.copy = c.copy AND kind = "
                                              "'leave-out' ORDER BY correction DESC LIMIT 1), '0') = '0'");
    db_bind_int(s, v->book->edition);
    db_bind_text(s, candidate);
    int64_t found = db_step(&v->book->db, s) ? db_int(s) : 0;
    if (found && db_step(&v->book->db, s)) {
        found = 0;
    }
    if (s) {
        db_reset(s);
    }
    return found;
}

static bool decide_marks(FromFile *f, Str address, Str text, Value points)
{
    NumCtx *num = &f->v->m->session.num;
    NumReading readings[NUM_READINGS_MAX];
    size_t count = 0;
    text = str_trim(text.n && text.p[0] == '=' ? str_sub(text, 1, text.n) : text);
    bool read = num_read_lenient(num, text, f->v->m->c->lang, readings, NUM_READINGS_MAX, &count, NULL) == NUM_OK && count &&
                !readings[0].has_unit && num_sign(readings[0].value) >= 0 && !points_less(num, points, readings[0].value);
    if (!read) {
        copy_add_note(&f->arena, &f->notes, D_REVIEW_MARKS, address, text);
        return true;
    }
    Value marks = readings[0].value;
    marks.unit = U_PLAIN;
    ++*f->done;
    return review_decide(f->v, &(Decision){.copy = f->copy.copy, .address = address, .kind = "mark", .marks = marks,
                                           .why = f->why});
}

static bool take_open(FromFile *f, const Open *o, Str text)
{
    ReviewTicks *t = &f->opens[o->number];
    if (text.n && text.p[0] == '=') {
        return decide_marks(f, o->address, text, o->points);
    }
    if (!t->ticked && !review_ticks(f->v, &f->arena, o, t)) {
        return false;
    }
    Str wrong;
    if (!review_read_ticks(f->v, o, text, t, &wrong)) {
        copy_add_note(&f->arena, &f->notes, D_REVIEW_TICKS, o->address, wrong);
        t->ticked = NULL;
    }
    return true;
}

static bool take_level(FromFile *f, const Open *o, Str address, Str text)
{
    ReviewTicks *t = &f->opens[o->number];
    const Instance *grid = review_grid(f->v, o);
    size_t dot = address.n;
    while (dot && address.p[dot - 1] != '.') {
        dot--;
    }
    if (!t->ticked && !review_ticks(f->v, &f->arena, o, t)) {
        return false;
    }
    int i = grid ? grid_criterion(&f->v->m->session.vm, grid, str_trim(str_sub(address, dot, address.n))) : -1;
    if (i >= 0) {
        t->levels[i] = text;
    }
    return true;
}

static bool take_malus(FromFile *f, Str address, Str text)
{
    Reading r = {.last = text};
    bool yes = text.n == 1 && (text.p[0] == 'x' || text.p[0] == 'X' || text.p[0] == '1'), says;
    yes = yes || (reading_truth(f->arena.mem, &r, &says) && says);
    ++*f->done;
    return review_decide(f->v, &(Decision){.copy = f->copy.copy, .address = address, .kind = "malus",
                                           .marks = num_int(yes), .why = f->why});
}

static bool take_box(FromFile *f, const CopyBox *b)
{
    const Case *c = f->v->m->c;
    CopyPlace place = marker_place(f->v->m, b->address);
    switch (place.kind) {
    case PLACE_ANSWER:
        return decide_marks(f, c->answers[place.number]->address, b->text, c->answers[place.number]->points);
    case PLACE_OPEN: return take_open(f, c->opens[place.number], b->text);
    case PLACE_LEVEL: return take_level(f, c->opens[place.number], b->address, b->text);
    case PLACE_MALUS: return take_malus(f, b->address, b->text);
    default: copy_add_note(&f->arena, &f->notes, D_COPY_UNKNOWN, b->address, (Str){"", 0}); return true;
    }
}

static bool decide_opens(FromFile *f)
{
    const Case *c = f->v->m->c;
    bool ok = true;
    for (uint32_t i = 0; ok && i < c->open_count; i++) {
        ReviewTicks *t = &f->opens[i];
        Value marks;
        if (!t->ticked) {
            continue;
        }
        if (!review_worth(f->v, &f->arena, &f->copy, c->opens[i], t, &marks)) {
            copy_add_note(&f->arena, &f->notes, D_REVIEW_TICKS, c->opens[i]->address, (Str){"", 0});
            continue;
        }
        ok = review_decide(f->v, &(Decision){.copy = f->copy.copy, .address = c->opens[i]->address, .kind = "mark",
                                             .marks = marks, .ticks = review_words(f->v, &f->arena, c->opens[i], t),
                                             .why = f->why});
        ++*f->done;
    }
    return ok;
}

static bool take_copy(FromFile *f)
{
    int64_t copy = copy_of(f->v, f->raw->candidate);
    f->notes = (RawCopy){.kind = COPY_WHOLE, .candidate = f->raw->candidate, .origin = f->raw->origin};
    f->opens = arena_alloc(&f->arena, (f->v->m->c->open_count + 1) * sizeof *f->opens);
    if (!copy || !f->opens) {
        copy_add_note(&f->arena, &f->notes, D_REVIEW_NO_COPY, f->raw->candidate, (Str){"", 0});
        return f->opens != NULL;
    }
    bool ok = results_copy(&f->v->results, &f->arena, copy, &f->copy);
    for (uint32_t i = 0; ok && i < f->raw->box_count; i++) {
        ok = take_box(f, &f->raw->boxes[i]);
    }
    return ok && decide_opens(f);
}

/* Everything of a file, or nothing of it. */
bool review_from(Review *v, CopyReader *reader, Str why, ReviewNoteFn *tell, void *data, uint32_t *done)
{
    FromFile f = {.v = v, .why = why, .done = done};
    RawCopy raw;
    arena_init(&f.arena, v->kept.mem);
    *done = 0;
    bool ok = db_begin(&v->book->db) || book_failed(v->book);
    while (ok && copies_next(reader, &f.arena, &raw)) {
        f.raw = &raw;
        if (raw.kind == COPY_NOTICE || raw.kind == COPY_REFUSED) {
            tell(data, &raw);
        } else {
            ok = take_copy(&f);
            if (f.notes.note_count) {
                tell(data, &f.notes);
            }
        }
        arena_clear(&f.arena);
    }
    ok = ok && !f.arena.failed;
    if (ok && !db_commit(&v->book->db)) {
        ok = book_failed(v->book);
    }
    if (!ok) {
        db_rollback(&v->book->db);
    }
    arena_free(&f.arena);
    return ok;
}
