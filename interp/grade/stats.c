/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: sorting is by merging, for a comparison here needs a context. */
#include "grade/stats.h"

#include <string.h>

#include "base/sort.h"
#include "domain/points.h"
#include "num/unit.h"

/* ---- sums ---- */

static Value times(NumCtx *num, Value a, Value b)
{
    Value r = num_int(0);
    num_mul(num, a, b, &r);
    r.unit = U_PLAIN;
    return r;
}

static Sums sums_zero(void)
{
    Value zero = num_int(0);
    return (Sums){.x = zero, .xx = zero, .r = zero, .rr = zero, .xr = zero};
}

static void sums_add(NumCtx *num, Sums *s, Value x, Value r)
{
    s->n++;
    s->x = points_add(num, s->x, x);
    s->xx = points_add(num, s->xx, times(num, x, x));
    s->r = points_add(num, s->r, r);
    s->rr = points_add(num, s->rr, times(num, r, r));
    s->xr = points_add(num, s->xr, times(num, x, r));
}

bool sums_mean(NumCtx *num, const Sums *s, Value *out)
{
    bool ok = s->n && num_div(num, s->x, num_int(s->n), out) == NUM_OK;
    if (ok) {
        out->unit = U_PLAIN;
    }
    return ok;
}

/* n Σab - Σa Σb */
static Value spread(NumCtx *num, uint32_t n, Value ab, Value a, Value b)
{
    return points_sub(num, times(num, num_int(n), ab), times(num, a, b));
}

bool sums_deviation(NumCtx *num, const Sums *s, Value *out)
{
    if (s->n < 2) {
        return false;
    }
    Value v = spread(num, s->n, s->xx, s->x, s->x);
    if (num_div(num, v, num_int((int64_t)s->n * s->n), &v) != NUM_OK) {
        return false;
    }
    v.unit = U_PLAIN;
    return num_sqrt(num, v, out) == NUM_OK;
}

enum { FEW = 5 };

bool sums_discrimination(NumCtx *num, const Sums *s, Value *out)
{
    Value of_x = spread(num, s->n, s->xx, s->x, s->x), of_r = spread(num, s->n, s->rr, s->r, s->r), root;
    if (s->n < FEW || num_sign(of_x) <= 0 || num_sign(of_r) <= 0 ||
        num_sqrt(num, times(num, of_x, of_r), &root) != NUM_OK ||
        num_div(num, spread(num, s->n, s->xr, s->x, s->r), root, out) != NUM_OK) {
        return false;
    }
    out->unit = U_PLAIN;
    return true;
}

/* ---- begin ---- */

bool stats_begin(Stats *s, Results *r)
{
    *s = (Stats){.c = r->c, .num = r->num, .mem = &r->m->session.mem, .total = sums_zero()};
    const Case *c = r->c;
    arena_init(&s->arena, s->mem);
    map_init(&s->figure_index, s->mem);
    s->item_count = c->answer_count + c->open_count;
    s->items = arena_alloc(&s->arena, (s->item_count + 1) * sizeof *s->items);
    s->questions = arena_alloc(&s->arena, (c->question_count + 1) * sizeof *s->questions);
    s->methods = arena_alloc(&s->arena, (c->either_count + 1) * sizeof *s->methods);
    s->mark_room = r->count;
    s->marks = arena_alloc(&s->arena, ((size_t)r->count + 1) * sizeof *s->marks);
    if (s->arena.failed) {
        return false;
    }
    for (uint32_t i = 0; i < s->item_count; i++) {
        s->items[i].sums = sums_zero();
    }
    for (uint32_t i = 0; i < c->question_count; i++) {
        s->questions[i] = sums_zero();
    }
    for (uint32_t i = 0; i < c->either_count; i++) {
        s->methods[i] = arena_alloc(&s->arena, (c->eithers[i]->branch_count + 1) * sizeof **s->methods);
    }
    return !s->arena.failed;
}

void stats_free(Stats *s)
{
    map_free(&s->figure_index);
    arena_free(&s->arena);
}

/* ---- a copy ---- */

static WrongFigure *new_figure(Stats *s)
{
    if (s->figure_count == s->figure_room) {
        uint32_t room = s->figure_room ? s->figure_room * 2 : 64;
        WrongFigure *more = arena_alloc(&s->arena, room * sizeof *more);
        if (!more) {
            return NULL;
        }
        if (s->figure_count) {
            memcpy(more, s->figures, s->figure_count * sizeof *more);
        }
        s->figures = more;
        s->figure_room = room;
    }
    return &s->figures[s->figure_count++];
}

static Str figure_key(Stats *s, Buf *b, uint32_t item, const ResultRow *row)
{
    buf_init(b, s->mem);
    buf_printf(b, "%u %d ", item, (int)row->status);
    buf_put(b, row->figure);
    buf_putc(b, '\0');
    buf_put(b, row->explained);
    return buf_str(b);
}

static void count_figure(Stats *s, uint32_t item, const ResultRow *row)
{
    Buf b;
    uint64_t at;
    Str key = figure_key(s, &b, item, row);
    if (map_get(&s->figure_index, key, &at)) {
        s->figures[at].count++;
    } else if (s->items[item].figures < STATS_FIGURES && !b.failed) {
        Str kept = arena_str(&s->arena, key);
        WrongFigure *f = kept.p ? new_figure(s) : NULL;
        if (f && map_set(&s->figure_index, kept, s->figure_count - 1)) {
            s->items[item].figures++;
            *f = (WrongFigure){.figure = arena_str(&s->arena, row->figure), .explained = arena_str(&s->arena, row->explained),
                               .status = row->status, .count = 1, .item = item};
        }
    }
    buf_free(&b);
}

/* {"accepted": "kept exact"} */
static Str accepted_why(Arena *arena, Str detail)
{
    JsonReader j;
    JsonToken key, value;
    json_read(&j, detail, arena);
    if (!detail.n || !json_next(&j, &key)) {
        return (Str){"", 0};
    }
    while (json_next(&j, &key) && key.kind == JSON_KEY) {
        if (str_eq(key.text, STR("accepted"))) {
            return json_next(&j, &value) ? value.text : (Str){"", 0};
        }
        json_pass(&j);
    }
    return (Str){"", 0};
}

static void count_accept(Stats *s, uint32_t item, const ResultRow *row)
{
    Str why = accepted_why(&s->arena, row->detail);
    for (uint32_t i = 0; i < s->accept_count; i++) {
        if (s->accepts[i].item == item && str_eq(s->accepts[i].text, why)) {
            s->accepts[i].count++;
            return;
        }
    }
    if (s->accept_count == s->accept_room) {
        uint32_t room = s->accept_room ? s->accept_room * 2 : 16;
        CountedText *more = arena_alloc(&s->arena, room * sizeof *more);
        if (!more) {
            return;
        }
        if (s->accept_count) {
            memcpy(more, s->accepts, s->accept_count * sizeof *more);
        }
        s->accepts = more;
        s->accept_room = room;
    }
    s->accepts[s->accept_count++] = (CountedText){.item = item, .count = 1, .text = arena_str(&s->arena, why)};
}

static void add_row(Stats *s, uint32_t item, const ResultRow *row, Value total)
{
    ItemStats *i = &s->items[item];
    if (!row->counts) {
        return;
    }
    i->by_status[row->status]++;
    i->gaps += row->gap;
    if (num_sign(row->pending) > 0) {
        i->waiting++;
        return;
    }
    sums_add(s->num, &i->sums, row->marks, points_sub(s->num, total, row->marks));
    bool wrong = row->status == ANSWER_WRONG || row->status == ANSWER_MISTAKE || row->status == ANSWER_CARRIED;
    if (row->answer && wrong && !row->by_hand) {
        count_figure(s, item, row);
    }
    if (row->status == ANSWER_ALTERNATIVE) {
        count_accept(s, item, row);
    }
}

static void add_rows(Stats *s, const Result *copy)
{
    for (uint32_t i = 0; i < copy->row_count; i++) {
        add_row(s, i, &copy->rows[i], copy->total);
    }
    for (uint32_t i = 0; i < s->c->question_count; i++) {
        sums_add(s->num, &s->questions[i], copy->questions[i].marks, num_int(0));
    }
    for (uint32_t i = 0; i < s->c->either_count; i++) {
        uint32_t branch = copy->methods[i];
        s->methods[i][branch < s->c->eithers[i]->branch_count ? branch : 0]++;
    }
}

void stats_add(Stats *s, const Result *copy)
{
    if (copy->left_out) {
        s->left_out++;
        return;
    }
    s->copies++;
    s->several += copy->several;
    s->waiting += num_sign(copy->pending) > 0;
    sums_add(s->num, &s->total, copy->mark, num_int(0));
    if (s->copies <= s->mark_room) {
        s->marks[s->copies - 1] = copy->mark;
    }
    if (copy->rows) {
        add_rows(s, copy);
    }
}

/* ---- the end ---- */

static bool mark_before(const void *num, const void *a, const void *b)
{
    return points_less((NumCtx *)(uintptr_t)num, *(const Value *)a, *(const Value *)b);
}

/* The most frequent first; then as they come in the case, then by the figure, so that nothing depends on the order of
   copies. */
static bool figure_before(const void *context, const void *first, const void *second)
{
    const WrongFigure *a = first, *b = second;
    (void)context;
    if (a->item != b->item) {
        return a->item < b->item;
    }
    if (a->count != b->count) {
        return a->count > b->count;
    }
    int order = str_cmp(a->figure, b->figure);
    order = order ? order : str_cmp(a->explained, b->explained);
    return order ? order < 0 : a->status < b->status;
}

bool stats_end(Stats *s)
{
    Value *marks = arena_alloc(&s->arena, (s->copies + 1) * sizeof *marks);
    WrongFigure *figures = arena_alloc(&s->arena, (s->figure_count + 1) * sizeof *figures);
    if (!marks || !figures) {
        return false;
    }
    sort_stable(s->marks, marks, s->copies, sizeof *marks, mark_before, s->num);
    sort_stable(s->figures, figures, s->figure_count, sizeof *figures, figure_before, NULL);
    for (uint32_t i = 1; i < s->accept_count; i++) { /* few: by item, then by text */
        CountedText t = s->accepts[i];
        uint32_t k = i;
        while (k && (s->accepts[k - 1].item > t.item ||
                     (s->accepts[k - 1].item == t.item && str_cmp(s->accepts[k - 1].text, t.text) > 0))) {
            s->accepts[k] = s->accepts[k - 1];
            k--;
        }
        s->accepts[k] = t;
    }
    return !s->arena.failed;
}

typedef bool NextFn(Results *r, Arena *arena, Result *out);

static bool add_all(Stats *s, Results *r, NextFn *next)
{
    Arena arena;
    Result one;
    if (!stats_begin(s, r)) {
        return false;
    }
    arena_init(&arena, s->mem);
    results_rewind(r);
    while (next(r, &arena, &one)) {
        stats_add(s, &one);
        arena_clear(&arena);
    }
    bool ok = r->next == r->count && !arena.failed;
    arena_free(&arena);
    return ok && stats_end(s);
}

bool stats_of(Stats *s, Results *r) { return add_all(s, r, results_next); }
bool stats_of_marks(Stats *s, Results *r) { return add_all(s, r, results_next_mark); }

bool stats_median(const Stats *s, Value *out)
{
    if (!s->copies) {
        return false;
    }
    Value a = s->marks[(s->copies - 1) / 2], b = s->marks[s->copies / 2];
    bool ok = num_div(s->num, points_add(s->num, a, b), num_int(2), out) == NUM_OK;
    out->unit = U_PLAIN;
    return ok;
}

Value stats_highest(const Stats *s)
{
    return s->c->exam.scaled ? s->c->exam.scaled_to : points_of_case(s->num, s->c);
}
