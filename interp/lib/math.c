/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic itself is in num/; here arguments are checked, and the values of a list taken one after the other. */
#include "base/limits.h"
#include "base/utf8.h"
#include "data/pack.h"
#include "lib/args.h"
#include "lib/order.h"
#include "num/fast.h"

/* ---- rounding ---- */

static bool is_mode(Str text, const char *en, const char *fr)
{
    return str_eq(text, str_from(en)) || str_eq(text, str_from(fr));
}

/* The constants are texts, so that a mode may also come from a table. */
static bool round_mode(const Args *a, uint32_t i, RoundMode *mode)
{
    Str text;
    if (!args_given(a, i)) {
        return true;
    }
    if (!args_text(a, i, &text)) {
        return false;
    }
    if (is_mode(text, "half_up", "demi_supérieur")) {
        *mode = ROUND_HALF_UP;
    } else if (is_mode(text, "half_even", "demi_pair")) {
        *mode = ROUND_HALF_EVEN;
    } else if (is_mode(text, "half_down", "demi_inférieur")) {
        *mode = ROUND_HALF_DOWN;
    } else if (is_mode(text, "up", "par_excès")) {
        *mode = ROUND_UP;
    } else if (is_mode(text, "down", "par_défaut")) {
        *mode = ROUND_DOWN;
    } else {
        return args_fail(a, D_ARG_ROUND_MODE, i, a->v[i]);
    }
    return true;
}

static bool has_unit(Value v)
{
    return v.unit != U_PLAIN && v.unit != U_RATIO;
}

/* The constant that stands for no rounding. */
static bool is_unrounded(const Args *a)
{
    return args_given(a, 1) && a->v[1].tag == T_TEXT && is_mode(text_str(args_heap(a), a->v[1]), "unrounded", "sans_arrondi");
}

/* Rule 1.2: a second argument with a unit is the step, without one it is a number of decimals. */
static bool round_to(const Args *a, RoundMode mode, Value *out)
{
    NumCtx *num = a->vm->num;
    int64_t decimals = 0;
    if (args_status(a, out)) {
        return true;
    }
    if (is_unrounded(a)) {
        *out = a->v[0];
        return args_number(a, 0);
    }
    if (!args_number(a, 0) || (args_given(a, 1) && !args_number(a, 1))) {
        return false;
    }
    if (args_given(a, 1) && has_unit(a->v[1])) {
        if (num_sign(a->v[1]) <= 0) {
            return args_fail(a, D_ARG_STEP, 1, a->v[1]);
        }
        return args_num(a, num_round_step(num, a->v[0], a->v[1], mode, out), a->v[0], a->v[1]);
    }
    return args_whole(a, 1, -LIMIT_DECIMALS, LIMIT_DECIMALS, &decimals) &&
           args_num(a, num_round(num, a->v[0], (int)decimals, mode, out), a->v[0], a->v[0]);
}

BUILTIN_FUNCTION(round)
{
    RoundMode mode = ROUND_HALF_UP;
    return round_mode(a, 2, &mode) && round_to(a, mode, out);
}

BUILTIN_FUNCTION(floor) { return round_to(a, ROUND_FLOOR, out); }
BUILTIN_FUNCTION(ceil) { return round_to(a, ROUND_CEIL, out); }
BUILTIN_FUNCTION(trunc) { return round_to(a, ROUND_DOWN, out); }

/* ---- functions of one number ---- */

typedef NumErr (*Unary)(NumCtx *c, Value x, Value *out);

static bool unary(const Args *a, Unary f, Value *out)
{
    return args_status(a, out) || (args_number(a, 0) && args_num(a, f(a->vm->num, a->v[0], out), a->v[0], a->v[0]));
}

BUILTIN_FUNCTION(abs) { return unary(a, num_abs, out); }
BUILTIN_FUNCTION(sqrt) { return unary(a, num_sqrt, out); }
BUILTIN_FUNCTION(exp) { return unary(a, num_exp, out); }
BUILTIN_FUNCTION(ln) { return unary(a, num_ln, out); }
BUILTIN_FUNCTION(log10) { return unary(a, num_log10, out); }
BUILTIN_FUNCTION(plain) { return unary(a, num_shown, out); }

BUILTIN_FUNCTION(sign)
{
    if (args_status(a, out)) {
        return true;
    }
    *out = num_int(0);
    return args_number(a, 0) && (out->num = num_sign(a->v[0]), true);
}

BUILTIN_FUNCTION(root)
{
    int64_t n;
    return args_status(a, out) || (args_number(a, 0) && args_whole(a, 1, -LIMIT_EXPONENT, LIMIT_EXPONENT, &n) &&
                                   args_num(a, num_root(a->vm->num, a->v[0], a->v[1], out), a->v[0], a->v[1]));
}

BUILTIN_FUNCTION(is_whole)
{
    if (args_status(a, out)) {
        return true;
    }
    if (!args_number(a, 0)) {
        return false;
    }
    bool whole;
    NumErr err = num_whole(a->vm->num, a->v[0], &whole);
    *out = value_truth(err == NUM_OK && whole);
    return args_num(a, err, a->v[0], a->v[0]);
}

BUILTIN_FUNCTION(is_exact)
{
    if (args_status(a, out)) {
        return true;
    }
    if (!args_number(a, 0)) {
        return false;
    }
    *out = value_truth(num_is_exact(a->v[0]));
    return true;
}

/* Read back from the fraction as text, since either part may be of any size. */
static bool fraction_part(const Args *a, bool top, Value *out)
{
    Buf b;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_number(a, 0)) {
        return false;
    }
    buf_init(&b, a->vm->mem);
    NumErr err = num_fraction(a->vm->num, &b, a->v[0]);
    if (b.failed) {
        err = NUM_NO_MEMORY;
    }
    Str s = buf_str(&b);
    size_t bar = 0;
    while (bar < s.n && s.p[bar] != '/') {
        bar++;
    }
    Str part = top ? str_sub(s, 0, bar) : bar < s.n ? str_sub(s, bar + 1, s.n) : STR("1");
    bool negative = str_starts(part, STR("-"));
    if (err == NUM_OK) {
        err = num_read_literal(a->vm->num, str_sub(part, negative, part.n), U_PLAIN, out);
    }
    if (err == NUM_OK && negative) {
        err = num_neg(a->vm->num, *out, out);
    }
    buf_free(&b);
    return args_num(a, err, a->v[0], a->v[0]);
}

BUILTIN_FUNCTION(numerator) { return fraction_part(a, true, out); }
BUILTIN_FUNCTION(denominator) { return fraction_part(a, false, out); }

/* ---- several numbers ---- */

/* The values of an aggregate; `status`: its result, when it is one. Rule 2.8: what is not given is left out (NATIVE_SKIPS);
   a box left blank or unreadable makes the result so. */
typedef struct Values {
    const Value *items;
    uint32_t count, used;
    Value keep, status;
} Values;

static bool values_take(const Args *a, Values *vs, bool numbers)
{
    if (!args_values(a, &vs->items, &vs->count, &vs->keep)) {
        return false;
    }
    vs->used = 0;
    vs->status = value_none();
    for (uint32_t i = 0; i < vs->count; i++) {
        Value v = vs->items[i];
        if (v.tag == T_STATUS) {
            if (vs->status.tag == T_NONE || (value_is_not_given(vs->status) && !value_is_not_given(v))) {
                vs->status = v;
            }
        } else if (numbers && !value_is_number(v)) {
            return args_fail(a, D_ARG_NUMBER, 0, v);
        } else {
            vs->used++;
        }
    }
    if (value_is_not_given(vs->status) && vs->used) {
        vs->status = value_none();
    }
    return true;
}

/* The result is already known: a status, or that nothing is left of an empty list. */
static bool values_settled(const Args *a, const Values *vs, Value *out, bool *ok)
{
    *ok = true;
    if (vs->status.tag == T_STATUS) {
        *out = vs->status;
        return true;
    }
    if (!vs->used) {
        *ok = ARGS_FAIL(a, ARG_EMPTY);
        return true;
    }
    return false;
}

static bool values_sum(const Args *a, const Values *vs, Value *out)
{
    Value total = value_none();
    for (uint32_t i = 0; i < vs->count; i++) {
        Value v = vs->items[i];
        if (value_is_not_given(v)) {
            continue;
        }
        if (total.tag == T_NONE) {
            total = v;
            total.flags = 0;
        } else if (!num_add_fast(total, v, &total)) {
            NumErr err = num_add(a->vm->num, total, v, &total);
            if (err != NUM_OK) {
                return args_num(a, err, total, v);
            }
        }
    }
    *out = total;
    return true;
}

/* The one argument, if it is a list whose sum is at hand (data/pack.h). */
static bool packed_sum(const Args *a, Value *out)
{
    const List *list = a->n == 1 && a->v[0].tag == T_LIST ? a->v[0].ptr : NULL;
    return list && list->packed && pack_sum(list, out);
}

BUILTIN_FUNCTION(sum)
{
    Values vs;
    if (packed_sum(a, out)) {
        return vm_charge(a->vm, list_count(a->v[0]));
    }
    if (!values_take(a, &vs, true)) {
        return false;
    }
    *out = vs.status.tag == T_STATUS ? vs.status : num_int(0);
    return vs.status.tag == T_STATUS || !vs.used || values_sum(a, &vs, out);
}

BUILTIN_FUNCTION(mean)
{
    Values vs;
    bool ok;
    if (!values_take(a, &vs, true)) {
        return false;
    }
    if (values_settled(a, &vs, out, &ok)) {
        return ok;
    }
    Value total, used = num_int(vs.used);
    return values_sum(a, &vs, &total) && args_num(a, num_div(a->vm->num, total, used, out), total, used);
}

/* The smallest (direction 1) or largest (-1); the first of equal ones. */
static bool extreme(const Args *a, int direction, Value *out)
{
    Values vs;
    bool ok;
    int order;
    if (!values_take(a, &vs, false)) {
        return false;
    }
    if (values_settled(a, &vs, out, &ok)) {
        return ok;
    }
    Value best = value_none();
    for (uint32_t i = 0; i < vs.count; i++) {
        if (value_is_not_given(vs.items[i])) {
            continue;
        }
        if (!order_compare(a, vs.items[i], best.tag == T_NONE ? vs.items[i] : best, &order)) {
            return false;
        }
        if (best.tag == T_NONE || order * direction < 0) {
            best = vs.items[i];
        }
    }
    *out = best;
    out->flags = value_is_number(best) ? 0 : best.flags;
    return true;
}

BUILTIN_FUNCTION(min) { return extreme(a, 1, out); }
BUILTIN_FUNCTION(max) { return extreme(a, -1, out); }

static bool middle_of(const Args *a, const Value *keys, const uint32_t *places, uint32_t n, Value *out)
{
    Value low = keys[places[(n - 1) / 2]], high = keys[places[n / 2]], two = num_int(2), both;
    if (n % 2) {
        *out = low;
        return true;
    }
    return args_num(a, num_add(a->vm->num, low, high, &both), low, high) &&
           args_num(a, num_div(a->vm->num, both, two, out), both, two);
}

BUILTIN_FUNCTION(median)
{
    Values vs;
    bool ok;
    if (!values_take(a, &vs, true)) {
        return false;
    }
    if (values_settled(a, &vs, out, &ok)) {
        return ok;
    }
    Mem *mem = a->vm->mem;
    Value *keys = mem_alloc(mem, vs.used * sizeof *keys);
    uint32_t *places = mem_alloc(mem, vs.used * sizeof *places);
    uint32_t n = 0;
    for (uint32_t i = 0; keys && i < vs.count; i++) {
        if (!value_is_not_given(vs.items[i])) {
            keys[n++] = vs.items[i];
        }
    }
    ok = keys && places ? order_places(a, keys, n, false, places) && middle_of(a, keys, places, n, out)
                        : vm_fail_memory(a->vm);
    mem_free(mem, keys, vs.used * sizeof *keys);
    mem_free(mem, places, vs.used * sizeof *places);
    return ok;
}

/* ---- share_out ---- */

typedef struct Sharing {
    const Args *a;
    NumCtx *num;
    uint32_t n;
    const Value *weights;
    Value all;   /* sum of the weights */
    Value steps; /* how many steps the total is */
    Value *parts;/* in steps */
    Value *rests;/* what rounding down took from each */
    uint32_t *places;
} Sharing;

static bool share_weights(Sharing *s)
{
    Values vs = {.items = s->weights, .count = s->n};
    for (uint32_t i = 0; i < s->n; i++) {
        if (!value_is_number(s->weights[i])) {
            return args_fail(s->a, D_ARG_NUMBER, 1, s->weights[i]);
        }
        if (num_sign(s->weights[i]) < 0) {
            return ARGS_FAIL(s->a, SHARE_WEIGHTS);
        }
    }
    if (!s->n) {
        return ARGS_FAIL(s->a, ARG_EMPTY);
    }
    return values_sum(s->a, &vs, &s->all) && (!num_is_zero(s->all) || ARGS_FAIL(s->a, SHARE_WEIGHTS));
}

static bool share_steps(Sharing *s)
{
    Value total = s->a->v[0], step = s->a->v[2];
    if (num_sign(step) <= 0) {
        return args_fail(s->a, D_ARG_STEP, 2, step);
    }
    if (!args_num(s->a, num_div(s->num, total, step, &s->steps), total, step)) {
        return false;
    }
    if (!unit_same_dimension(s->num, total.unit, step.unit)) {
        return args_num(s->a, NUM_DIMENSION, total, step);
    }
    if (num_is_whole(s->num, s->steps)) {
        return true;
    }
    Buf shown[2];
    const Value values[2] = {total, step};
    ShowStyle style = show_style(s->a->vm->lang);
    for (int i = 0; i < 2; i++) {
        buf_init(&shown[i], s->a->vm->mem);
        value_show(args_heap(s->a), &shown[i], values[i], &style);
    }
    ARGS_FAIL(s->a, SHARE_STEP, buf_str(&shown[0]), buf_str(&shown[1]));
    buf_free(&shown[0]);
    buf_free(&shown[1]);
    return false;
}

/* Each part rounded towards zero, and what that takes from it. */
static NumErr share_floor(Sharing *s, Value *left)
{
    NumErr err = NUM_OK;
    Value exact;
    *left = s->steps;
    for (uint32_t i = 0; i < s->n && err == NUM_OK; i++) {
        err = num_div(s->num, s->weights[i], s->all, &exact);
        err = err ? err : num_mul(s->num, exact, s->steps, &exact);
        err = err ? err : num_round(s->num, exact, 0, ROUND_DOWN, &s->parts[i]);
        err = err ? err : num_sub(s->num, exact, s->parts[i], &s->rests[i]);
        err = err ? err : num_abs(s->num, s->rests[i], &s->rests[i]);
        err = err ? err : num_sub(s->num, *left, s->parts[i], left);
    }
    return err;
}

/* The steps left over, one each to the parts that lost most. There are fewer of them than parts. */
static bool share_rest(Sharing *s, Value left)
{
    bool fits;
    int64_t count = num_to_int64(s->num, left, &fits);
    Value one = num_int(count < 0 ? -1 : 1);
    if (!order_places(s->a, s->rests, s->n, true, s->places)) {
        return false;
    }
    count = count < 0 ? -count : count;
    for (uint32_t i = 0; i < s->n && i < count; i++) {
        Value *part = &s->parts[s->places[i]];
        if (!args_num(s->a, num_add(s->num, *part, one, part), *part, one)) {
            return false;
        }
    }
    return true;
}

static bool share_result(const Sharing *s, Value *out)
{
    List *list = list_new(args_heap(s->a), s->n);
    if (!list) {
        return vm_fail_memory(s->a->vm);
    }
    for (uint32_t i = 0; i < s->n; i++) {
        Value step = s->a->v[2], *item = &list->store->items[i];
        NumErr err = num_mul(s->num, s->parts[i], step, item);
        err = err ? err : unit_convert(s->num, *item, s->a->v[0].unit, item);
        if (!args_num(s->a, err, s->parts[i], step)) {
            return false;
        }
    }
    *out = value_obj(T_LIST, list);
    return true;
}

static bool share(Sharing *s, Value *out)
{
    Value left;
    if (!share_weights(s) || !share_steps(s)) {
        return false;
    }
    Mem *mem = s->a->vm->mem;
    s->parts = mem_alloc(mem, s->n * sizeof *s->parts);
    s->rests = mem_alloc(mem, s->n * sizeof *s->rests);
    s->places = mem_alloc(mem, s->n * sizeof *s->places);
    bool ok = s->parts && s->rests && s->places ? args_num(s->a, share_floor(s, &left), s->a->v[0], s->all) &&
                                                      share_rest(s, left) && share_result(s, out)
                                                : vm_fail_memory(s->a->vm);
    mem_free(mem, s->parts, s->n * sizeof *s->parts);
    mem_free(mem, s->rests, s->n * sizeof *s->rests);
    mem_free(mem, s->places, s->n * sizeof *s->places);
    return ok;
}

BUILTIN_FUNCTION(share_out)
{
    Value list;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_number(a, 0) || !args_list(a, 1, &list) || !args_number(a, 2) ||
        !vm_charge(a->vm, list_count(list))) {
        return false;
    }
    if (!list_plain(args_heap(a), list, &list)) {
        return vm_fail_memory(a->vm);
    }
    Sharing s = {.a = a, .num = a->vm->num, .n = list_count(list), .weights = list_cells(list)};
    return share(&s, out);
}
