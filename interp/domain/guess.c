/* SPDX-License-Identifier: GPL-3.0-or-later */
/* General slips, looked for only where nothing else explains a figure: a power of ten, hours and minutes, a sign,
   an inverted ratio, digits cut off, an amount with tax in place of one without, one given in place of another. Told only if one alone matches, on a figure of at
   least three significant digits, so that chance coincidences stay silent (rules 4.8). */
#include "domain/trial.h"

enum { MAX_SWAPS = 120, MIN_SIGNIFICANT = 3 };

typedef struct Guessing {
    Trying *t;
    const Figure *figure;
    Guess found;
    uint32_t times;
} Guessing;

static bool matches(Guessing *g, Value key)
{
    Verdict v;
    Yardstick y = {.rules = &g->t->a->rules, .key = key};
    accept_figure(g->t->j->num, &y, g->figure, &v);
    return v.ok && !(v.slips >> SLIP_WRONG_UNIT & 1u) && !(v.slips >> SLIP_TRUNCATED & 1u);
}

static void told(Guessing *g, Guess guess)
{
    g->found = guess;
    g->times++;
}

static void guess_factors(Guessing *g, Value key)
{
    static const int factors[] = {10, 100, 1000};
    NumCtx *num = g->t->j->num;
    Value v;
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        if (num_mul(num, key, num_int(factors[i]), &v) == NUM_OK && (v.unit = key.unit, matches(g, v))) {
            told(g, (Guess){.kind = GUESS_TIMES, .factor = factors[i]});
        }
        if (num_div(num, key, num_int(factors[i]), &v) == NUM_OK && (v.unit = key.unit, matches(g, v))) {
            told(g, (Guess){.kind = GUESS_DIVIDED, .factor = factors[i]});
        }
    }
}

static bool scaled_matches(Guessing *g, Value key, int64_t n, int64_t d)
{
    Value v;
    if (num_mul(g->t->j->num, key, (Value){.tag = T_NUM, .den = (uint32_t)d, .num = n}, &v) != NUM_OK) {
        return false;
    }
    v.unit = key.unit;
    return matches(g, v);
}

/* Of ratios and rates: nobody inverts an amount. */
static bool is_inverse(Guessing *g, Value key)
{
    NumCtx *num = g->t->j->num;
    Value v;
    bool plain = unit_is_dimensionless(num, key.unit);
    if ((!plain && !unit_is_rate(num, key.unit)) || !num_sign(key) || num_div(num, num_int(1), key, &v) != NUM_OK) {
        return false;
    }
    if (plain) {
        v.unit = key.unit;
    }
    return matches(g, v);
}

static void guess_others(Guessing *g, Value key)
{
    NumCtx *num = g->t->j->num;
    Value v;
    if (scaled_matches(g, key, 60, 1) || scaled_matches(g, key, 1, 60)) {
        told(g, (Guess){.kind = GUESS_MINUTES});
    }
    if (num_neg(num, key, &v) == NUM_OK && matches(g, v)) {
        told(g, (Guess){.kind = GUESS_SIGN});
    }
    if (is_inverse(g, key)) {
        told(g, (Guess){.kind = GUESS_INVERTED});
    }
    if (g->figure->decimals >= 0 && num_round(num, key, g->figure->decimals, ROUND_DOWN, &v) == NUM_OK && matches(g, v)) {
        told(g, (Guess){.kind = GUESS_TRUNCATED});
    }
}

static bool tax_rate(Guessing *g, const Given *given, Value *rate)
{
    Trying *t = g->t;
    return given->tax && key_value(t->j->key, t->choice->view, given->slot, rate) && value_is_number(*rate) &&
           rate->unit == U_PERCENT && num_sign(*rate) > 0;
}

/* An amount with tax where one without was wanted, or the reverse. */
static void guess_tax(Guessing *g, Value key)
{
    NumCtx *num = g->t->j->num;
    const Case *c = g->t->j->c;
    Value rate, factor, with, without;
    for (uint32_t i = 0; unit_is_money(num, key.unit) && i < c->given_count && !g->t->j->key->stopped; i++) {
        if (!tax_rate(g, &c->givens[i], &rate)) {
            continue;
        }
        rate.unit = U_PLAIN;
        if (num_add(num, num_int(1), rate, &factor) != NUM_OK || num_mul(num, key, factor, &with) != NUM_OK ||
            num_div(num, key, factor, &without) != NUM_OK) {
            continue;
        }
        with.unit = without.unit = key.unit;
        if (matches(g, with)) {
            told(g, (Guess){.kind = GUESS_WITH_TAX});
        }
        if (matches(g, without)) {
            told(g, (Guess){.kind = GUESS_WITHOUT_TAX});
        }
    }
}

/* The key when given `instead` has the value of given `used`. */
static bool swapped_key(Guessing *g, const Given *used, const Given *instead, Value *out)
{
    Trying *t = g->t;
    Value u, i, was = t->key->value;
    if (!key_value(t->j->key, t->choice->view, used->slot, &u) ||
        !key_value(t->j->key, t->choice->view, instead->slot, &i) || !value_is_number(u) || !value_is_number(i) ||
        !unit_same_dimension(t->j->num, u.unit, i.unit) || accept_same(t->j->heap, u, i)) {
        return false;
    }
    unit_convert(t->j->num, u, i.unit, &u);
    View *v = key_overlay(t->j->key, t->choice->view, &instead->slot, &u, 1);
    if (!v) {
        return false;
    }
    heap_protect(t->j->heap, view_value(v));
    return key_of_answer(t->j->key, v, t->a, out) && value_is_number(*out) && !accept_same(t->j->heap, *out, was);
}

/* Does any answer of the same question depend on this given? Others would match by chance. */
static bool question_reads(Guessing *g, const Given *given)
{
    Trying *t = g->t;
    const Case *c = t->j->c;
    for (uint32_t i = 0; i < c->answer_count && !t->j->key->stopped; i++) {
        if (c->answers[i]->question == t->a->question) {
            const AnswerKey *k = key_answer(t->j->key, t->choice, c->answers[i]);
            if (k && upstream_has(&k->upstream, given->slot)) {
                return true;
            }
        }
    }
    return false;
}

static void guess_givens(Guessing *g)
{
    Trying *t = g->t;
    const Case *c = t->j->c;
    uint32_t tried = 0;
    for (uint32_t i = 0; i < c->given_count; i++) {
        for (uint32_t u = 0; u < c->given_count && tried < MAX_SWAPS && !t->j->key->stopped; u++) {
            Value v;
            if (i == u || !upstream_has(&t->key->upstream, c->givens[i].slot) || !question_reads(g, &c->givens[u])) {
                continue;
            }
            tried++;
            if (swapped_key(g, &c->givens[u], &c->givens[i], &v) && matches(g, v)) {
                told(g, (Guess){.kind = GUESS_GIVEN, .used = &c->givens[u], .instead = &c->givens[i]});
            }
        }
    }
}

void guess_slip(Trying *t)
{
    if (!value_is_number(t->key->value) || !t->reading->count) {
        return;
    }
    Guessing g = {.t = t, .figure = &t->reading->figures[0]};
    if (g.figure->significant < MIN_SIGNIFICANT || num_is_zero(t->key->value)) {
        return;
    }
    guess_factors(&g, t->key->value);
    guess_others(&g, t->key->value);
    guess_tax(&g, t->key->value);
    guess_givens(&g);
    if (g.times == 1) {
        t->g->guess = g.found;
    }
}
