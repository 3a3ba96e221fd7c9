/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: plain exact arithmetic; what is wrong is told with the sum written out ("1 + 1 + 1 = 3, announced 4"). */
#include "domain/points.h"

#include "data/show.h"
#include "num/number.h"
#include "num/unit.h"

Value points_add(NumCtx *num, Value a, Value b)
{
    Value r = a;
    num_add(num, a, b, &r);
    return r;
}

Value points_sub(NumCtx *num, Value a, Value b)
{
    Value r = a;
    num_sub(num, a, b, &r);
    return r;
}

bool points_less(NumCtx *num, Value a, Value b)
{
    int order = 0;
    return num_cmp(num, a, b, &order) == NUM_OK && order < 0;
}

bool points_equal(NumCtx *num, Value a, Value b)
{
    int order = 1;
    return num_cmp(num, a, b, &order) == NUM_OK && order == 0;
}

Value points_min(NumCtx *num, Value a, Value b) { return points_less(num, b, a) ? b : a; }

Value points_share(NumCtx *num, Value points, Value share)
{
    Value r = points;
    num_mul(num, points, share, &r);
    r.unit = U_PLAIN; /* 2 * 50 % is a plain 1 among marks */
    return r;
}

Value points_award(NumCtx *num, Value points, Value award)
{
    if (award.unit == U_PERCENT) {
        return points_share(num, points, award);
    }
    award.unit = U_PLAIN;
    return points_min(num, points, award);
}

Value points_step(NumCtx *num, const Exam *exam, Value points)
{
    Value r = points;
    if (exam->has_step && num_sign(exam->mark_step) > 0) {
        num_round_step(num, points, exam->mark_step, ROUND_HALF_UP, &r);
    }
    return r;
}

/* ---- sums ---- */

static bool item_points(NumCtx *num, const Item *i, Value *out)
{
    switch (i->kind) {
    case ITEM_ANSWER: *out = i->answer->points; return true;
    case ITEM_TABLE: *out = i->table->points; return true;
    case ITEM_OPEN: *out = i->open->points; return true;
    case ITEM_QUESTION: *out = points_of_question(num, i->child); return true;
    case ITEM_EITHER:
        *out = i->either->branch_count ? points_of_items(num, &i->either->branches[0].items) : num_int(0);
        return true;
    default: return false;
    }
}

Value points_of_items(NumCtx *num, const Items *items)
{
    Value total = num_int(0), p;
    for (uint32_t i = 0; i < items->count; i++) {
        if (item_points(num, &items->list[i], &p)) {
            total = points_add(num, total, p);
        }
    }
    return total;
}

Value points_of_question(NumCtx *num, const Question *q)
{
    return q->has_points ? q->points : points_of_items(num, &q->items);
}

Value points_of_case(NumCtx *num, const Case *c)
{
    return c->exam.has_points ? c->exam.points : points_of_items(num, &c->items);
}

Value points_scaled(NumCtx *num, const Case *c, Value total)
{
    const Exam *e = &c->exam;
    Value mark = total, possible = points_of_case(num, c);
    if (e->scaled && num_sign(possible) > 0) {
        Value scaled;
        if (num_mul(num, total, e->scaled_to, &scaled) == NUM_OK) {
            num_div(num, scaled, possible, &mark);
        }
    }
    if ((e->rounds_up || e->rounds_nearest) && num_sign(e->round_to) > 0) {
        num_round_step(num, mark, e->round_to, e->rounds_up ? ROUND_CEIL : ROUND_HALF_UP, &mark);
    }
    mark.unit = U_PLAIN;
    return mark;
}

/* ---- open answers ---- */

static bool has_own_points(const Open *o)
{
    for (uint32_t i = 0; i < o->expect_count; i++) {
        for (uint32_t k = 0; k < o->expects[i].count; k++) {
            if (o->expects[i].elements[k].has_points) {
                return true;
            }
        }
    }
    return false;
}

/* Each element that has no points of its own is worth points / needed. */
static Value points_each(NumCtx *num, const Open *o)
{
    uint32_t needed = 0;
    for (uint32_t i = 0; i < o->expect_count; i++) {
        needed += expect_needed(&o->expects[i]);
    }
    Value each = o->points;
    if (needed) {
        num_div(num, o->points, num_int(needed), &each);
        each.unit = U_PLAIN;
    }
    return each;
}

/* Elements of its group that are ticked before it, and earn by their number. */
static uint32_t counted_before(const Expect *e, const bool *ticked, uint32_t element)
{
    uint32_t n = 0, group = expect_group(e, &e->elements[element]);
    for (uint32_t k = 0; k < element; k++) {
        n += ticked[k] && !e->elements[k].has_points && expect_group(e, &e->elements[k]) == group;
    }
    return n;
}

static Value open_parts(NumCtx *num, const Open *o, const bool *ticked, uint32_t other)
{
    Value each = points_each(num, o), total = num_int(0);
    uint32_t at = 0;
    for (uint32_t i = 0; i < o->expect_count; i++) {
        const Expect *e = &o->expects[i];
        const bool *here = ticked ? ticked + at : NULL;
        for (uint32_t k = 0; k < e->count; k++, at++) {
            const Element *el = &e->elements[k];
            if (here && here[k] && (el->has_points || counted_before(e, here, k) < e->needed)) {
                total = points_add(num, total, el->has_points ? el->points : each);
            }
        }
    }
    for (uint32_t i = 0; i < other && o->accept_other && !has_own_points(o); i++) {
        total = points_add(num, total, each);
    }
    return points_min(num, total, o->points);
}

Value points_of_open(NumCtx *num, const Open *o, const bool *ticked, uint32_t other)
{
    Value earned = open_parts(num, o, ticked, other);
    if (o->all_or_nothing && points_less(num, earned, o->points)) {
        return num_int(0);
    }
    return earned;
}

/* ---- findings ---- */

typedef struct Sum {
    Graph *graph;
    NumCtx *num;
    Diags *findings;
    Lang lang;
    Buf text;
    Value total;
    bool any;
} Sum;

static void show_points(Sum *s, Buf *out, Value v)
{
    ShowStyle style = show_style(s->lang);
    value_show(s->graph->vm->heap, out, v, &style);
}

static void sum_start(Sum *s)
{
    buf_clear(&s->text);
    s->total = num_int(0);
    s->any = false;
}

static void sum_term(Sum *s, Value v)
{
    if (s->any) {
        buf_puts(&s->text, " + ");
    }
    s->any = true;
    show_points(s, &s->text, v);
    s->total = points_add(s->num, s->total, v);
}

/* 9 × 1 */
static void sum_units(Sum *s, const AnswerTable *t)
{
    buf_puts(&s->text, s->any ? " + " : "");
    s->any = true;
    buf_printf(&s->text, "%u × ", t->units);
    show_points(s, &s->text, t->each);
    s->total = points_add(s->num, s->total, t->points);
}

static void sum_items(Sum *s, const Items *items)
{
    Value p;
    for (uint32_t i = 0; i < items->count; i++) {
        const Item *it = &items->list[i];
        if (it->kind == ITEM_EITHER && it->either->branch_count) {
            sum_items(s, &it->either->branches[0].items);
        } else if (it->kind == ITEM_TABLE && !it->table->split && it->table->units > 1) {
            sum_units(s, it->table);
        } else if (item_points(s->num, it, &p) && num_sign(p)) {
            sum_term(s, p);
        }
    }
}

/* Reports "a + b = c, announced d" when the sum built is not what was announced. */
static void sum_finish(Sum *s, DiagId id, Span where, Str what, Value announced)
{
    if (points_equal(s->num, s->total, announced)) {
        return;
    }
    Buf total, wanted;
    buf_init(&total, s->graph->vm->mem);
    buf_init(&wanted, s->graph->vm->mem);
    show_points(s, &total, s->total);
    show_points(s, &wanted, announced);
    if (!s->any) {
        show_points(s, &s->text, num_int(0));
    }
    diag_report(s->findings, id, where,
                DIAG_LIST(what, buf_str(&s->text), buf_str(&total), buf_str(&wanted)));
    buf_free(&total);
    buf_free(&wanted);
}

static void check_questions(Sum *s, const Case *c)
{
    for (uint32_t i = 0; i < c->question_count; i++) {
        const Question *q = c->questions[i];
        sum_start(s);
        sum_items(s, &q->items);
        if (q->has_points) {
            sum_finish(s, D_QUESTION_POINTS, q->node->span, q->label, q->points);
        }
    }
}

static void check_case(Sum *s, const Case *c)
{
    sum_start(s);
    for (uint32_t i = 0; i < c->question_count; i++) {
        sum_term(s, points_of_question(s->num, c->questions[i]));
    }
    if (c->exam.has_points) {
        sum_finish(s, D_CASE_POINTS, c->exam.node->span, c->name, c->exam.points);
    }
}

static void check_eithers(Sum *s, const Case *c)
{
    for (uint32_t i = 0; i < c->either_count; i++) {
        const Either *e = c->eithers[i];
        sum_start(s);
        bool equal = true;
        Value first = num_int(0);
        for (uint32_t b = 0; b < e->branch_count; b++) {
            Value total = points_of_items(s->num, &e->branches[b].items);
            first = b ? first : total;
            equal = equal && points_equal(s->num, first, total);
            buf_puts(&s->text, b ? ", " : "");
            show_points(s, &s->text, total);
        }
        if (!equal) {
            diag(s->findings, D_BRANCH_POINTS, e->node->span, buf_str(&s->text));
        }
    }
}

/* Does a group hold fewer elements than it needs? */
static bool expect_short(const Expect *e)
{
    for (uint32_t i = 0; i < e->count; i++) {
        uint32_t held = 0;
        for (uint32_t k = 0; k < e->count; k++) {
            held += expect_group(e, &e->elements[k]) == expect_group(e, &e->elements[i]);
        }
        if (held < e->needed) {
            return true;
        }
    }
    return e->needed > 0 && !e->count;
}

static void check_open(Sum *s, const Open *o)
{
    sum_start(s);
    uint32_t with = 0;
    bool all_needed = true;
    for (uint32_t i = 0; i < o->expect_count; i++) {
        const Expect *e = &o->expects[i];
        all_needed = all_needed && expect_needed(e) >= e->count;
        for (uint32_t k = 0; k < e->count; k++) {
            if (e->elements[k].has_points) {
                with++;
                sum_term(s, e->elements[k].points);
            }
        }
        if (expect_short(e) && !o->accept_other) {
            diag0(s->findings, D_OPEN_NEEDS_MORE, e->node->span);
        }
    }
    if (with && with < o->element_count) {
        diag(s->findings, D_OPEN_MIXED_POINTS, o->node->span, o->name);
    } else if (with && all_needed) {
        sum_finish(s, D_OPEN_POINTS, o->node->span, o->name, o->points);
    } else if (with && points_less(s->num, s->total, o->points)) {
        sum_finish(s, D_OPEN_POINTS, o->node->span, o->name, o->points);
    }
}

static void check_worthless(Sum *s, const Case *c)
{
    for (uint32_t i = 0; i < c->answer_count && !c->unmarked; i++) {
        if (!c->answers[i]->has_points && !c->answers[i]->table) {
            diag(s->findings, D_NO_POINTS, c->answers[i]->node->span, c->answers[i]->name);
        }
    }
    for (uint32_t i = 0; i < c->table_count && !c->unmarked; i++) {
        if (!c->tables[i]->has_points) {
            diag(s->findings, D_NO_POINTS, c->tables[i]->node->span, c->tables[i]->name);
        }
    }
    for (uint32_t i = 0; i < c->open_count && !c->unmarked; i++) {
        if (!c->opens[i]->has_points) {
            diag(s->findings, D_NO_POINTS, c->opens[i]->node->span, c->opens[i]->name);
        }
    }
}

void points_check(Graph *g, const Case *c, Diags *findings)
{
    Sum s = {.graph = g, .num = g->vm->num, .findings = findings, .lang = c->lang};
    buf_init(&s.text, g->vm->mem);
    check_questions(&s, c);
    check_case(&s, c);
    check_eithers(&s, c);
    for (uint32_t i = 0; i < c->open_count; i++) {
        check_open(&s, c->opens[i]);
    }
    check_worthless(&s, c);
    buf_free(&s.text);
}
