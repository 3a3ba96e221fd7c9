/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An equation is solved by its difference f = left - right. Most are of the first degree: the line through two points
   meets zero in an exact value, and two more points show that it is a line. Otherwise points are tried further and
   further around the present value, until f changes its sign; the bracket is then halved with approximate values, which
   stay short, and the simplest fraction of what is left is tried as an exact solution.

   Every value that lives through a call of the machine is protected; a solution takes a few hundred of them. */
#include "lib/solve.h"

#define RINGS 24          /* the last one reaches 2^20 times the present value */
#define RING_POINTS 4     /* on each side */
#define TO_ZERO 20        /* halvings between the last of them and zero */
#define BRACKETS_SHOWN 6
#define HALVINGS 112      /* 30 digits and a margin */
#define TRY_EXACT_EVERY 14
#define FRACTION_DEPTH 24 /* levels of a continued fraction that still count as simple */

/* ---- the unknown ---- */

bool solver_open(Solver *s, const Args *a, uint32_t i)
{
    *s = (Solver){.a = a, .present = value_none()};
    if (a->v[i].tag != T_FORMULA) {
        return vm_fail(a->vm, D_FORMULA_NAME_WANTED, NULL, 0);
    }
    s->slot = (uint32_t)a->v[i].num;
    if (!vm_eval_slot(a->vm, vm_current_view(a->vm), s->slot, &s->present)) {
        return false;
    }
    return args_keep(a, s->present);
}

bool solver_value(const Solver *s, Value v, Value *out)
{
    NumCtx *num = s->a->vm->num;
    Value now = s->present;
    *out = v;
    if (!value_is_number(v) || !value_is_number(now) || v.unit == now.unit) {
        return true;
    }
    bool bare = v.unit == U_PLAIN || v.unit == U_RATIO;
    NumErr err = bare && !unit_is_dimensionless(num, now.unit) ? num_with_unit(num, v, now.unit, out)
                                                               : unit_convert(num, v, now.unit, out);
    return args_num(s->a, err, v, now);
}

static bool is_thunk(Value v)
{
    return v.tag == T_FUNCTION && ((const Function *)v.ptr)->proto->param_count == 0;
}

static bool is_comparison(Value v)
{
    return v.tag == T_LIST && list_count(v) == 3 && is_thunk(list_at(v, 0)) && is_thunk(list_at(v, 1)) &&
           is_thunk(list_at(v, 2));
}

bool solver_thunk(const Args *a, uint32_t i, Value *whole, Value *left, Value *right)
{
    bool comparison = is_comparison(a->v[i]);
    *whole = comparison ? list_at(a->v[i], 0) : a->v[i];
    if (left && right) {
        *left = comparison ? list_at(a->v[i], 1) : value_none();
        *right = comparison ? list_at(a->v[i], 2) : value_none();
    }
    return is_thunk(*whole) || args_fail(a, D_ARG_FUNCTION, i, a->v[i]);
}

static bool unknown_name(const Solver *s, Buf *name)
{
    buf_init(name, s->a->vm->mem);
    graph_slot_name(((const Library *)s->a->vm->library)->graph, name, s->slot);
    return !name->failed;
}

/* Fault about the unknown: {0} function, {1} the unknown, {2} more. */
static bool solver_fail(const Solver *s, DiagId id, Str more)
{
    Buf name;
    if (unknown_name(s, &name)) {
        args_fail_with(s->a, id, (const Str[]){buf_str(&name), more}, 2);
    } else {
        vm_fail_memory(s->a->vm);
    }
    buf_free(&name);
    return false;
}

static bool solver_fail_value(const Solver *s, DiagId id, Value v)
{
    Buf shown;
    buf_init(&shown, s->a->vm->mem);
    ShowStyle style = show_style(s->a->vm->lang);
    value_show(args_heap(s->a), &shown, v, &style);
    solver_fail(s, id, buf_str(&shown));
    buf_free(&shown);
    return false;
}

/* A view where the unknown is x, protected. */
static View *view_at(const Solver *s, Value x)
{
    Vm *vm = s->a->vm;
    const Override o = {.slot = s->slot, .value = x};
    View *view = vm_view(vm, vm_current_view(vm), &o, 1, true);
    return view && args_keep(s->a, view_value(view)) ? view : NULL;
}

static bool condition_at(const Solver *s, Value x, Value *truth)
{
    View *view = view_at(s, x);
    return view && vm_call_thunk(s->a->vm, s->whole, view, truth);
}

/* ---- the first value of a range ---- */

static bool fulfils(const Solver *s, Value x, bool *holds)
{
    Value answer;
    uint32_t mark = heap_protect(args_heap(s->a), x);
    if (mark == UINT32_MAX) {
        return vm_fail_memory(s->a->vm);
    }
    bool ok = condition_at(s, x, &answer);
    heap_unprotect(args_heap(s->a), mark);
    if (ok && answer.tag != T_TRUTH) {
        Buf shown;
        buf_init(&shown, s->a->vm->mem);
        vm_describe(s->a->vm, &shown, answer);
        ok = ARGS_FAIL(s->a, CONDITION_TRUTH, buf_str(&shown));
        buf_free(&shown);
    }
    *holds = ok && value_is_true(answer);
    return ok;
}

static bool solve_in(const Solver *s, uint32_t i, Value *out)
{
    Value list;
    bool holds = false;
    if (!args_list(s->a, i, &list) || !args_keep(s->a, list)) {
        return false;
    }
    for (uint32_t k = 0; k < list_count(list); k++) {
        if (!solver_value(s, list_at(list, k), out) || !fulfils(s, *out, &holds)) {
            return false;
        }
        if (holds) {
            return true;
        }
    }
    return solver_fail_value(s, D_SOLVE_NONE_IN_RANGE, s->a->v[i]);
}

/* ---- points ---- */

typedef struct Point {
    Value x, f;
    bool known; /* the difference has a value there */
    int sign;
} Point;

/* Shares, percentages and bare numbers are equal by value: their difference is one of ratios. */
static bool difference(const Solver *s, Value left, Value right, Value *out)
{
    NumCtx *num = s->a->vm->num;
    if (value_is_number(left) && value_is_number(right) && unit_is_dimensionless(num, left.unit) &&
        unit_is_dimensionless(num, right.unit)) {
        left.unit = right.unit = U_RATIO; /* magnitudes of all of these are in ones */
        left.flags = right.flags = 0;
    }
    uint16_t unit;
    bool numbers = value_is_number(left) && value_is_number(right);
    NumErr err = numbers ? unit_sum(num, left.unit, right.unit, &unit) : NUM_OK;
    if (err != NUM_OK) {
        return vm_fail_num(s->a->vm, err, "=", left, right); /* as the condition is written */
    }
    return vm_arith(s->a->vm, OPC_SUB, left, right, out);
}

static bool difference_at(const Solver *s, Value x, Value *out)
{
    Vm *vm = s->a->vm;
    Value left, right;
    View *view = view_at(s, x);
    return view && vm_call_thunk(vm, s->left, view, &left) && args_keep(s->a, left) &&
           vm_call_thunk(vm, s->right, view, &right) && difference(s, left, right, out);
}

/* A fault at one place is no fault of the whole: the condition may have no value there. Limits are. */
static bool point_at(const Solver *s, Value x, Point *p)
{
    Vm *vm = s->a->vm;
    uint32_t mark = heap_protect(args_heap(s->a), x);
    *p = (Point){.x = x, .f = value_none()};
    if (mark == UINT32_MAX) {
        return vm_fail_memory(vm);
    }
    bool ok = difference_at(s, x, &p->f);
    heap_unprotect(args_heap(s->a), mark);
    if (!ok && (!vm->fault || vm->fault->uncatchable)) {
        return false;
    }
    if (!ok) {
        vm_take_fault(vm);
    }
    p->known = ok && value_is_number(p->f);
    p->sign = p->known ? num_sign(p->f) : 0;
    return args_keep(s->a, p->x) && (!p->known || args_keep(s->a, p->f));
}

/* What the condition says at its present value, where it has none anywhere. */
static bool fail_unknown(const Solver *s)
{
    Value f;
    if (!difference_at(s, s->present, &f)) {
        return false;
    }
    return solver_fail(s, D_SOLVE_NONE, STR(""));
}

/* An inequality, too, is made of two sides: it is true somewhere that they differ. */
static bool check_equality(const Solver *s, const Point *p)
{
    Value truth;
    if (s->whole.tag == T_NONE || !p->known || !p->sign) {
        return true;
    }
    return condition_at(s, p->x, &truth) && (!value_is_true(truth) || ARGS_FAIL(s->a, SOLVE_CONDITION));
}

/* ---- the line through two points ---- */

static NumErr line_zero(NumCtx *num, const Point *p, const Point *q, Value *out)
{
    Value run, rise, share;
    NumErr err = num_sub(num, q->x, p->x, &run);
    err = err ? err : num_sub(num, q->f, p->f, &rise);
    err = err ? err : num_div(num, p->f, rise, &share);
    err = err ? err : num_mul(num, run, share, &run);
    return err ? err : num_sub(num, p->x, run, out);
}

/* x + factor * (y - x) */
static NumErr beyond(NumCtx *num, Value x, Value y, int64_t n, int64_t d, Value *out)
{
    Value run, factor;
    NumErr err = num_sub(num, y, x, &run);
    err = err ? err : num_from_ratio(num, n, d, U_PLAIN, &factor);
    err = err ? err : num_mul(num, run, factor, &run);
    return err ? err : num_add(num, x, run, out);
}

static bool opposite(const Solver *s, const Point *p, const Point *q)
{
    Value sum;
    return p->known && q->known && num_add(s->a->vm->num, p->f, q->f, &sum) == NUM_OK && num_is_zero(sum);
}

/* *found: f is a line as far as can be seen, and `zero` is where it meets zero. */
static bool try_line(const Solver *s, const Point *p, const Point *q, Point *zero, bool *found)
{
    NumCtx *num = s->a->vm->num;
    Value x, mirror;
    Point other;
    *found = false;
    if (!p->known || !q->known || line_zero(num, p, q, &x) != NUM_OK || !solver_value(s, x, &x)) {
        return !s->a->vm->fault;
    }
    if (!point_at(s, x, zero) || !zero->known || zero->sign) {
        return !s->a->vm->fault;
    }
    const Point *known = p->sign ? p : q;
    if (beyond(num, known->x, x, 2, 1, &mirror) != NUM_OK || !point_at(s, mirror, &other)) {
        return !s->a->vm->fault;
    }
    *found = opposite(s, known, &other);
    return !*found || check_equality(s, &other);
}

/* ---- brackets ---- */

typedef struct Search {
    Solver *s;
    Value reach;      /* the distance that counts as near */
    bool varies;      /* f is not the same everywhere */
    bool any;         /* f is known somewhere */
    Value first;      /* the first known f */
    Point low, high;  /* outermost points so far */
    bool low_ends;    /* nothing is looked for further down */
    Point from[BRACKETS_SHOWN], to[BRACKETS_SHOWN];
    uint32_t count;   /* brackets of this ring */
} Search;

/* p and q in either order. */
static void bracket_add(Search *r, const Point *p, const Point *q)
{
    int order;
    bool upwards = num_cmp(r->s->a->vm->num, p->x, q->x, &order) != NUM_OK || order <= 0;
    if (r->count < BRACKETS_SHOWN) {
        r->from[r->count] = upwards ? *p : *q;
        r->to[r->count] = upwards ? *q : *p;
    }
    r->count++;
}

static void search_note(Search *r, const Point *p)
{
    Value d;
    if (!p->known) {
        return;
    }
    if (!r->any) {
        r->any = true;
        r->first = p->f;
    } else if (num_sub(r->s->a->vm->num, p->f, r->first, &d) != NUM_OK || !num_is_zero(d)) {
        r->varies = true;
    }
}

/* The next point outwards: a zero, or a change of sign since the point before. */
static bool search_step(Search *r, Value x, Point *edge)
{
    Point p;
    if (!solver_value(r->s, x, &x) || !point_at(r->s, x, &p)) {
        return false;
    }
    search_note(r, &p);
    if (p.known && !p.sign) {
        bracket_add(r, &p, &p);
    } else if (p.known && edge->known && p.sign * edge->sign < 0) {
        bracket_add(r, edge, &p);
    }
    *edge = p;
    return true;
}

/* From the outermost point of one side to `limit`, in equal steps. */
static bool search_side(Search *r, Point *edge, Value limit)
{
    NumCtx *num = r->s->a->vm->num;
    Value from = edge->x, x;
    for (int i = 1; i <= RING_POINTS; i++) {
        NumErr err = beyond(num, from, limit, i, RING_POINTS, &x);
        if (err != NUM_OK) {
            return args_num(r->s->a, err, from, limit);
        }
        if (!search_step(r, x, edge)) {
            return false;
        }
    }
    return true;
}

/* Down to zero: in equal steps, then halving what is left, for a quotient may grow without end on the way. */
static bool search_to_zero(Search *r, Value zero)
{
    NumCtx *num = r->s->a->vm->num;
    Value from = r->low.x, x;
    for (int i = 1; i < RING_POINTS + TO_ZERO; i++) {
        NumErr err = i < RING_POINTS ? beyond(num, from, zero, i, RING_POINTS, &x) : beyond(num, r->low.x, zero, 1, 2, &x);
        if (err != NUM_OK) {
            return args_num(r->s->a, err, from, zero);
        }
        if (!search_step(r, x, &r->low)) {
            return false;
        }
    }
    return search_step(r, zero, &r->low);
}

/* Quantities are seldom negative: what is positive now is not looked for below zero at first. */
static bool search_down(Search *r, Value limit, bool negative)
{
    NumCtx *num = r->s->a->vm->num;
    int order;
    if (r->low_ends || num_cmp(num, limit, r->low.x, &order) != NUM_OK || order >= 0) {
        return true;
    }
    if (!negative && num_sign(r->s->present) >= 0 && num_sign(limit) <= 0) {
        r->low_ends = true;
        Value zero;
        NumErr err = num_sub(num, limit, limit, &zero);
        return args_num(r->s->a, err, limit, limit) && (num_is_zero(r->low.x) || search_to_zero(r, zero));
    }
    return search_side(r, &r->low, limit);
}

static bool search_ring(Search *r, int ring, bool negative)
{
    NumCtx *num = r->s->a->vm->num;
    Value distance, high, low;
    NumErr err = num_from_ratio(num, INT64_C(1) << ring, 8, U_PLAIN, &distance);
    err = err ? err : num_mul(num, r->reach, distance, &distance);
    err = err ? err : num_add(num, r->s->present, distance, &high);
    err = err ? err : num_sub(num, r->s->present, distance, &low);
    return args_num(r->s->a, err, r->s->present, r->reach) && args_keep(r->s->a, high) && args_keep(r->s->a, low) &&
           search_down(r, low, negative) && (negative || search_side(r, &r->high, high));
}

static bool fail_several(Search *r)
{
    Buf list;
    Heap *heap = args_heap(r->s->a);
    ShowStyle style = show_style(r->s->a->vm->lang);
    if (!r->varies) {
        return solver_fail(r->s, D_SOLVE_NO_EFFECT, STR(""));
    }
    buf_init(&list, r->s->a->vm->mem);
    for (uint32_t i = 0; i < r->count && i < BRACKETS_SHOWN; i++) {
        buf_puts(&list, i ? ", " : "");
        value_show(heap, &list, r->from[i].x, &style);
        if (r->from[i].sign) {
            buf_puts(&list, "..");
            value_show(heap, &list, r->to[i].x, &style);
        }
    }
    buf_puts(&list, r->count > BRACKETS_SHOWN ? ", …" : "");
    solver_fail(r->s, D_SOLVE_SEVERAL, buf_str(&list));
    buf_free(&list);
    return false;
}

static bool fail_step(const Search *r, Value x)
{
    Buf list;
    ShowStyle style = show_style(r->s->a->vm->lang);
    buf_init(&list, r->s->a->vm->mem);
    value_show(args_heap(r->s->a), &list, x, &style);
    buf_puts(&list, ", …");
    solver_fail(r->s, D_SOLVE_SEVERAL, buf_str(&list));
    buf_free(&list);
    return false;
}

/* Rings until one holds a bracket. r->count is 0 if none does. */
static bool search_rings(Search *r, bool negative)
{
    for (int ring = 0; ring < RINGS && !r->count; ring++) {
        if (!search_ring(r, ring, negative)) {
            return false;
        }
    }
    return true;
}

/* ---- halving a bracket ---- */

/* The same number, known to be approximate, so that what is computed from it stays short. */
static NumErr approximated(NumCtx *num, Value x, Value *out)
{
    Value one;
    NumErr err = num_sqrt(num, num_int(2), &one);
    err = err ? err : num_div(num, one, one, &one);
    return err ? err : num_mul(num, x, one, out);
}

/* The fraction with the smallest denominator from low to high, two bare numbers, 0 < low < high. */
static NumErr simplest(NumCtx *num, Value low, Value high, int depth, Value *out)
{
    Value floor, above, one = num_int(1);
    int order;
    NumErr err = num_floor(num, low, &floor);
    err = err ? err : num_cmp(num, floor, low, &order);
    if (err || order == 0 || depth == 0) {
        *out = err ? *out : floor;
        return err;
    }
    err = num_add(num, floor, one, &above);
    err = err ? err : num_cmp(num, above, high, &order);
    if (err || order <= 0) {
        *out = err ? *out : above;
        return err;
    }
    Value next_low, next_high, rest;
    err = num_sub(num, high, floor, &next_low);
    err = err ? err : num_div(num, one, next_low, &next_low);
    err = err ? err : num_sub(num, low, floor, &next_high);
    err = err ? err : num_div(num, one, next_high, &next_high);
    err = err ? err : simplest(num, next_low, next_high, depth - 1, &rest);
    err = err ? err : num_div(num, one, rest, &rest);
    return err ? err : num_add(num, floor, rest, out);
}

static NumErr simplest_between(NumCtx *num, Value low, Value high, uint16_t unit, Value *out)
{
    NumErr err = num_shown(num, low, &low);
    err = err ? err : num_shown(num, high, &high);
    if (err) {
        return err;
    }
    if (num_sign(low) * num_sign(high) <= 0) {
        *out = num_int(0);
    } else if (num_sign(low) > 0) {
        err = simplest(num, low, high, FRACTION_DEPTH, out);
    } else {
        Value down, up;
        err = num_neg(num, high, &down);
        err = err ? err : num_neg(num, low, &up);
        err = err ? err : simplest(num, down, up, FRACTION_DEPTH, out);
        err = err ? err : num_neg(num, *out, out);
    }
    return err ? err : num_with_unit(num, *out, unit, out);
}

typedef struct Bracket {
    const Solver *s;
    Point low, high;
    Value span; /* the change of f over the whole bracket */
} Bracket;

/* *exact: x is a solution that needs no approximation. */
static bool try_simple(const Bracket *b, Point *p, bool *exact)
{
    Value x;
    *exact = false;
    if (simplest_between(b->s->a->vm->num, b->low.x, b->high.x, b->s->present.unit, &x) != NUM_OK) {
        return true;
    }
    if (!point_at(b->s, x, p)) {
        return false;
    }
    *exact = p->known && !p->sign && num_is_exact(p->f);
    return true;
}

/* A difference that is continuous shrinks with the bracket; one that jumps does not. */
static bool is_jump(const Bracket *b)
{
    NumCtx *num = b->s->a->vm->num;
    Value left, bound;
    int order;
    NumErr err = num_sub(num, b->high.f, b->low.f, &left);
    err = err ? err : num_abs(num, left, &left);
    err = err ? err : num_div(num, b->span, num_int(1000000), &bound);
    err = err ? err : num_abs(num, bound, &bound);
    err = err ? err : num_cmp(num, left, bound, &order);
    return err != NUM_OK || order > 0;
}

static bool halve(Bracket *b, Point *middle, bool *done)
{
    NumCtx *num = b->s->a->vm->num;
    Value x, near;
    NumErr err = beyond(num, b->low.x, b->high.x, 1, 2, &x);
    err = err ? err : approximated(num, x, &near);
    if (err != NUM_OK || !solver_value(b->s, near, &near) || !solver_value(b->s, x, &x)) {
        return args_num(b->s->a, err, b->low.x, b->high.x) && false;
    }
    if (!args_keep(b->s->a, x) || !point_at(b->s, near, middle)) {
        return false;
    }
    if (!middle->known) {
        return solver_fail_value(b->s, D_SOLVE_JUMP, near);
    }
    *done = !middle->sign;
    Point *side = middle->sign == b->low.sign ? &b->low : &b->high;
    if (!*done) {
        *side = *middle;
        side->x = x; /* the ends stay exact: a bracket that shrinks needs more digits than an approximation has */
    }
    return true;
}

static bool refine(Bracket *b, Value *out)
{
    NumCtx *num = b->s->a->vm->num;
    Point p = {0}, simple;
    bool done = false, exact = false;
    NumErr err = num_sub(num, b->high.f, b->low.f, &b->span);
    if (err != NUM_OK) {
        return args_num(b->s->a, err, b->high.f, b->low.f);
    }
    if (!args_keep(b->s->a, b->span)) {
        return false;
    }
    for (int i = 1; i <= HALVINGS && !done; i++) {
        if (i % TRY_EXACT_EVERY == 0 && !try_simple(b, &simple, &exact)) {
            return false;
        }
        if (exact) {
            *out = simple.x;
            return true;
        }
        if (!halve(b, &p, &done)) {
            return false;
        }
    }
    *out = p.x;
    return done || !is_jump(b) || solver_fail_value(b->s, D_SOLVE_JUMP, p.x);
}

/* ---- equations ---- */

static NumErr reach_of(const Solver *s, Value *out)
{
    NumCtx *num = s->a->vm->num;
    if (num_is_zero(s->present)) {
        return num_with_unit(num, num_int(1), s->present.unit, out);
    }
    return num_abs(num, s->present, out);
}

/* A solution in the middle of a step (of ceil, say) is one of many: both sides are equal a thousandth further, too. */
static bool check_alone(const Search *r, Value x)
{
    NumCtx *num = r->s->a->vm->num;
    for (int sign = -1; sign <= 1; sign += 2) {
        Value away;
        Point p;
        NumErr err = num_from_ratio(num, sign, 1000, U_PLAIN, &away);
        err = err ? err : num_mul(num, num_is_zero(x) ? r->reach : x, away, &away);
        err = err ? err : num_add(num, x, away, &away);
        if (err != NUM_OK || !solver_value(r->s, away, &away) || !args_keep(r->s->a, away) || !point_at(r->s, away, &p)) {
            return args_num(r->s->a, err, x, r->reach) && false;
        }
        if (p.known && !p.sign) {
            return fail_step(r, x);
        }
    }
    return true;
}

static bool search_solution(Search *r, const Point *start, Value *out)
{
    search_note(r, start);
    r->low = r->high = *start;
    if (start->known && !start->sign) {
        bracket_add(r, start, start);
        if (!search_ring(r, 0, false)) {
            return false;
        }
    } else if (!search_rings(r, false) || (!r->count && (r->low_ends = false, !search_rings(r, true)))) {
        return false;
    }
    if (r->count > 1) {
        return fail_several(r);
    }
    if (!r->count) {
        return !r->any      ? fail_unknown(r->s)
               : r->varies ? solver_fail(r->s, D_SOLVE_NONE, STR(""))
                           : solver_fail(r->s, D_SOLVE_NO_EFFECT, STR(""));
    }
    if (!r->from[0].sign) {
        *out = r->from[0].x;
        return check_alone(r, *out);
    }
    Bracket b = {.s = r->s, .low = r->from[0], .high = r->to[0]};
    return check_equality(r->s, &b.low) && check_equality(r->s, &b.high) && refine(&b, out) && args_keep(r->s->a, *out) &&
           check_alone(r, *out);
}

static bool solve_equation(Solver *s, Value *out)
{
    NumCtx *num = s->a->vm->num;
    Search r = {.s = s};
    Point start, near, zero;
    Value x;
    bool line;
    if (!value_is_number(s->present)) {
        return solver_fail(s, D_SOLVE_BLANK, STR(""));
    }
    s->present.flags = 0;
    NumErr err = reach_of(s, &r.reach);
    err = err ? err : num_from_ratio(num, 1, 8, U_PLAIN, &x);
    err = err ? err : num_mul(num, r.reach, x, &x);
    err = err ? err : num_add(num, s->present, x, &x);
    if (err != NUM_OK || !args_keep(s->a, r.reach) || !solver_value(s, x, &x) || !args_keep(s->a, x)) {
        return args_num(s->a, err, s->present, r.reach) && false;
    }
    if (!point_at(s, s->present, &start) || !point_at(s, x, &near) || !check_equality(s, &start) ||
        !check_equality(s, &near) || !try_line(s, &start, &near, &zero, &line)) {
        return false;
    }
    if (line) {
        *out = zero.x;
        return true;
    }
    return search_solution(&r, &start, out);
}

/* ---- the functions ---- */

static bool solve(Solver *s, uint32_t range, Value *out)
{
    if (range && args_given(s->a, range)) {
        return solve_in(s, range, out);
    }
    if (s->left.tag == T_NONE) {
        return ARGS_FAIL(s->a, SOLVE_CONDITION);
    }
    return solve_equation(s, out) && solver_value(s, *out, out);
}

BUILTIN_FUNCTION(solve)
{
    Solver s;
    uint32_t mark = heap_protect(args_heap(a), value_none());
    if (mark == UINT32_MAX) {
        return vm_fail_memory(a->vm);
    }
    bool ok = solver_open(&s, a, 1) && solver_thunk(a, 0, &s.whole, &s.left, &s.right) && solve(&s, 2, out);
    heap_unprotect(args_heap(a), mark);
    return ok;
}

BUILTIN_FUNCTION(break_even)
{
    Solver s;
    uint32_t mark = heap_protect(args_heap(a), value_none());
    if (mark == UINT32_MAX) {
        return vm_fail_memory(a->vm);
    }
    bool ok = solver_open(&s, a, 2) && solver_thunk(a, 0, &s.left, NULL, NULL) &&
              solver_thunk(a, 1, &s.right, NULL, NULL);
    s.whole = value_none();
    ok = ok && solve(&s, 0, out);
    heap_unprotect(args_heap(a), mark);
    return ok;
}
