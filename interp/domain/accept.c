/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the figure is tried in each unit it may be meant in; each trial compares the key, converted to that unit and
   rounded at the decimals written, with the figure. */
#include "domain/accept.h"

#include "data/show.h"
#include "domain/written_date.h"

typedef struct Trial {
    NumCtx *num;
    const Yardstick *y;
    const Figure *figure;
    Value value;      /* the figure in the unit tried */
    uint32_t slips;   /* what the unit itself costs */
} Trial;

static bool equal(NumCtx *num, Value a, Value b)
{
    int order = 1;
    return num_cmp(num, a, b, &order) == NUM_OK && order == 0;
}

static bool not_above(NumCtx *num, Value a, Value b)
{
    int order = 1;
    return num_cmp(num, a, b, &order) == NUM_OK && order <= 0;
}

static bool is_bare(Value v) { return v.unit == U_PLAIN || v.unit == U_RATIO; }

/* ---- tolerances ---- */

/* `within 1 %` is a share of the key, save for answers in % themselves, where it counts points; `within 0.5` is in
   the answer's unit. */
static bool tolerance(NumCtx *num, const Yardstick *y, Value *out)
{
    Value t = *y->within;
    *out = t;
    if (!value_is_number(t)) {
        return false;
    }
    if (t.unit == U_PERCENT && y->key.unit != U_PERCENT && y->key.unit != U_POINT) {
        Value size;
        return num_abs(num, y->key, &size) == NUM_OK && num_mul(num, size, t, out) == NUM_OK;
    }
    if (t.unit == U_PLAIN && !is_bare(y->key)) {
        return num_with_unit(num, t, y->key.unit, out) == NUM_OK;
    }
    return true;
}

static bool distance_within(const Trial *t, const Value *limit)
{
    NumCtx *num = t->num;
    Value gap, most = limit ? *limit : num_int(0);
    if (num_sub(num, t->value, t->y->key, &gap) != NUM_OK || num_abs(num, gap, &gap) != NUM_OK) {
        return false;
    }
    if (t->y->widen) {
        most = *t->y->widen;
        if (limit && num_add(num, *limit, *t->y->widen, &most) != NUM_OK) {
            return false;
        }
    } else if (!limit) {
        return num_is_zero(gap);
    }
    return not_above(num, gap, most);
}

/* ---- rounding ---- */

/* k when one unit of `a` is 10^k units of `b`. */
static bool power_of_ten(NumCtx *num, uint16_t a, uint16_t b, int *k)
{
    *k = 0;
    if (a == b) {
        return true;
    }
    UnitFactor x = unit_factor(num, a), y = unit_factor(num, b);
    __int128 n = (__int128)x.num * y.den, d = (__int128)y.num * x.den;
    while (n > d && n % 10 == 0 && *k < 18) {
        n /= 10;
        ++*k;
    }
    while (n > d && d * 10 <= n && *k < 18) {
        d *= 10;
        ++*k;
    }
    while (n < d && n * 10 <= d && *k > -18) {
        n *= 10;
        --*k;
    }
    return n == d;
}

/* Decimals demanded in the unit written; false: none, it is no decimal multiple of the answer's. */
static bool demanded_decimals(const Trial *t, int *out)
{
    int k;
    if (!power_of_ten(t->num, t->value.unit, t->y->key.unit, &k)) {
        return false;
    }
    *out = t->y->rules->decimals + k;
    return true;
}

/* Does rounding something between low and high at d decimals give the figure? */
static bool rounds_to(const Trial *t, Value low, Value high, int d, RoundMode mode)
{
    Value a, b;
    if (num_round(t->num, low, d, mode, &a) != NUM_OK) {
        return false;
    }
    if (!t->y->widen) {
        return equal(t->num, a, t->value);
    }
    return num_round(t->num, high, d, mode, &b) == NUM_OK && not_above(t->num, a, t->value) &&
           not_above(t->num, t->value, b);
}

static uint32_t decimals_slip(const Trial *t, Value low, Value high, RoundMode mode)
{
    const Rules *r = t->y->rules;
    int demanded;
    if (!demanded_decimals(t, &demanded) || t->figure->decimals < 0 || t->figure->decimals >= demanded) {
        return 0;
    }
    if (r->significant && t->figure->significant >= r->significant) {
        return 0;
    }
    return rounds_to(t, low, high, demanded, mode) ? 0 : 1u << SLIP_FEW_DECIMALS; /* zeros are never demanded */
}

static bool bounds(const Trial *t, Value *low, Value *high)
{
    NumCtx *num = t->num;
    if (unit_convert(num, t->y->key, t->value.unit, low) != NUM_OK) {
        return false;
    }
    *high = *low;
    if (!t->y->widen) {
        return true;
    }
    return num_sub(num, *low, *t->y->widen, low) == NUM_OK && num_add(num, *high, *t->y->widen, high) == NUM_OK &&
           unit_convert(num, *low, t->value.unit, low) == NUM_OK &&
           unit_convert(num, *high, t->value.unit, high) == NUM_OK;
}

static bool correct_rounding(const Trial *t, uint32_t *slips)
{
    Value low, high;
    int d = t->figure->decimals;
    if (!bounds(t, &low, &high)) {
        return false;
    }
    if (d < 0) { /* arithmetic without end: no decimals to round at */
        return not_above(t->num, low, t->value) && not_above(t->num, t->value, high);
    }
    if (rounds_to(t, low, high, d, ROUND_HALF_UP)) {
        *slips = decimals_slip(t, low, high, ROUND_HALF_UP);
        return true;
    }
    /* A single digit cut off from anything would pass for a truncation. */
    bool cut = !t->y->widen && !num_is_zero(t->value) && t->figure->significant >= 2 &&
               rounds_to(t, low, high, d, ROUND_DOWN);
    *slips = cut ? (1u << SLIP_TRUNCATED) | decimals_slip(t, low, high, ROUND_DOWN) : 0;
    return cut;
}

static bool trial_passes(const Trial *t, uint32_t *slips)
{
    const Yardstick *y = t->y;
    Value limit;
    *slips = 0;
    if (y->rules->exact) {
        return distance_within(t, NULL);
    }
    if (y->within) {
        return tolerance(t->num, y, &limit) && distance_within(t, &limit);
    }
    return correct_rounding(t, slips);
}

/* ---- units ---- */

static bool try_value(NumCtx *num, const Yardstick *y, const Figure *f, Value v, uint32_t unit_slip, Verdict *out)
{
    Trial t = {.num = num, .y = y, .figure = f, .value = v, .slips = unit_slip};
    uint32_t slips;
    if (!trial_passes(&t, &slips)) {
        return false;
    }
    out->ok = true;
    out->slips = slips | unit_slip;
    out->meant = v;
    unit_convert(num, v, y->key.unit, &out->meant);
    return true;
}

/* The number alone, as that many units of the key. */
static bool try_number(NumCtx *num, const Yardstick *y, const Figure *f, uint32_t unit_slip, Verdict *out)
{
    Value number, v;
    return num_shown(num, f->value, &number) == NUM_OK && num_with_unit(num, number, y->key.unit, &v) == NUM_OK &&
           try_value(num, y, f, v, unit_slip, out);
}

static void accept_bare(NumCtx *num, const Yardstick *y, const Figure *f, Verdict *out)
{
    uint16_t unit = y->key.unit;
    if (is_bare(y->key) || unit_is_counting(num, unit)) {
        Value v = f->value;
        v.unit = unit;
        try_value(num, y, f, v, 0, out);
        out->meant = v;
        return;
    }
    bool percent = unit == U_PERCENT || unit == U_PERMILLE;
    if (percent && try_value(num, y, f, f->value, 0, out)) {
        return; /* 0.2 for 20 % */
    }
    if (!try_number(num, y, f, 1u << SLIP_MISSING_UNIT, out)) {
        Value number;
        if (num_shown(num, f->value, &number) == NUM_OK) {
            num_with_unit(num, number, unit, &out->meant);
        }
    }
}

/* € where €/day was wanted: the figure a day, its unit cut short. False: this is no such unit. */
static bool per_what_was_left_out(NumCtx *num, const Yardstick *y, const Figure *f, Value *out)
{
    uint16_t per;
    Value one;
    if (!unit_is_rate(num, y->key.unit) || unit_is_rate(num, f->value.unit) || unit_is_dimensionless(num, f->value.unit) ||
        unit_div(num, f->value.unit, y->key.unit, &per) != NUM_OK || unit_is_rate(num, per)) {
        return false;
    }
    return num_from_ratio(num, 1, 1, per, &one) == NUM_OK && num_div(num, f->value, one, out) == NUM_OK &&
           unit_same_dimension(num, out->unit, y->key.unit);
}

static bool mixes_points(uint16_t a, uint16_t b)
{
    bool x = a == U_POINT, y = b == U_POINT;
    return x != y && (a == U_PERCENT || a == U_PERMILLE || b == U_PERCENT || b == U_PERMILLE);
}

static void accept_with_unit(NumCtx *num, const Yardstick *y, const Figure *f, Verdict *out)
{
    uint16_t key = y->key.unit, written = f->value.unit;
    bool same = unit_same_dimension(num, key, written);
    out->other_kind = !same;
    out->meant = f->value;
    Value whole;
    if (!same && per_what_was_left_out(num, y, f, &whole)) {
        out->other_kind = false;
        unit_convert(num, whole, key, &out->meant);
        try_value(num, y, f, whole, 1u << SLIP_MISSING_UNIT, out);
        return;
    }
    if (!same) {
        return;
    }
    unit_convert(num, f->value, key, &out->meant);
    if (!mixes_points(key, written) && try_value(num, y, f, f->value, 0, out)) {
        return;
    }
    if (key != written) {
        try_number(num, y, f, 1u << SLIP_WRONG_UNIT, out);
    }
}

void accept_figure(NumCtx *num, const Yardstick *y, const Figure *f, Verdict *out)
{
    *out = (Verdict){.meant = f->value};
    if (f->has_unit) {
        accept_with_unit(num, y, f, out);
    } else {
        accept_bare(num, y, f, out);
    }
}

/* ---- other kinds of keys ---- */

static AcceptRead read_truth(Mem *mem, const Answer *a, const Reading *r, Value *meant)
{
    bool yes = a->says_true.n && reading_same_text(mem, r->last, a->says_true);
    bool no = a->says_false.n && reading_same_text(mem, r->last, a->says_false);
    bool truth = yes;
    if (!yes && !no && !reading_truth(mem, r, &truth)) {
        return ACCEPT_UNREADABLE;
    }
    *meant = value_truth(truth);
    return ACCEPT_READ;
}

static AcceptRead read_level(Mem *mem, Value key, const Reading *r, Value *meant)
{
    const Scale *s = key.ptr;
    for (uint32_t i = 0; i < s->n; i++) {
        Str name = {s->names[i]->bytes, s->names[i]->n};
        if (reading_same_text(mem, r->last, name)) {
            *meant = key;
            meant->den = i;
            return ACCEPT_READ;
        }
    }
    return ACCEPT_UNREADABLE;
}

static AcceptRead read_date(Mem *mem, Value key, const Reading *r, Value *meant)
{
    int64_t days;
    if (!written_date(mem, r->last, key.num, &days)) {
        return ACCEPT_UNREADABLE;
    }
    *meant = value_date(days);
    return ACCEPT_READ;
}

/* Data that is not given: the right answer is that nothing can be computed. */
static AcceptRead read_not_given(Mem *mem, Value key, const Reading *r, Value *meant)
{
    static const char *const words[] = {"not computable", "cannot be computed", "not given", "impossible",
                                        "non calculable", "incalculable", "non fourni", "non communiqué"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (reading_same_text(mem, r->last, str_from(words[i]))) {
            *meant = key;
            return ACCEPT_READ;
        }
    }
    *meant = value_none();
    return ACCEPT_READ;
}

AcceptRead accept_other(Heap *heap, const Answer *a, Value key, const Reading *r, Value *meant)
{
    *meant = value_none();
    switch (key.tag) {
    case T_TRUTH: return read_truth(heap->mem, a, r, meant);
    case T_LEVEL: return read_level(heap->mem, key, r, meant);
    case T_DATE: return read_date(heap->mem, key, r, meant);
    case T_STATUS: return read_not_given(heap->mem, key, r, meant);
    case T_TEXT: {
        bool same = reading_same_text(heap->mem, r->last, text_str(heap, key));
        return text_new(heap, same ? text_str(heap, key) : r->last, meant) ? ACCEPT_READ : ACCEPT_UNREADABLE;
    }
    default: return ACCEPT_BY_HAND;
    }
}

bool accept_same(Heap *heap, Value a, Value b)
{
    bool same = false, status = false;
    if (a.tag == T_STATUS && b.tag == T_STATUS) {
        return a.den == b.den;
    }
    if (value_is_number(a) && value_is_number(b)) {
        int order = 1;
        return num_cmp(heap->num, a, b, &order) == NUM_OK && !order;
    }
    return value_equal(heap, a, b, &same, &status) == NUM_OK && !status && same;
}
