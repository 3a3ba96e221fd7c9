/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The overlays of rules 4.5, in order: the key; the right earlier figures as written; intermediate rounding; the
   wrong earlier figures; mistakes recognised already; each mistake. The first match at full marks wins, else the
   best one. Overlays are made only when those before have not settled the matter, so that a right copy costs one
   comparison an answer. */
#include <string.h>

#include "domain/points.h"
#include "domain/trial.h"

typedef struct Overlay {
    View *view;           /* NULL: the base view */
    MarkRule rule;
    const Mistake *mistake;
    int intermediate;
    bool error;           /* an error is carried: the carry rule applies */
    bool changed_only;    /* no match where the key stays what it was */
    const Value *widen;
    bool imprecise;       /* widened beyond 1 %: for a corrector */
    const Answer *from[4];
    uint32_t from_count, from_told;
} Overlay;

/* ---- marks of a match ---- */

static uint32_t *slip_mask(Trying *t)
{
    const Case *c = t->j->c;
    return &t->j->state.slips[c->once_per_case ? c->question_count : t->a->question->number];
}

static Value after_slips(Trying *t, Value marks, uint32_t slips)
{
    uint32_t charged = *slip_mask(t);
    for (uint32_t k = 0; k < SLIP_COUNT; k++) {
        if ((slips >> k & 1u) && !(charged >> k & 1u)) {
            marks = points_share(t->j->num, marks, t->a->rules.slips[k]);
        }
    }
    return marks;
}

static Value after_carry(Trying *t, Value marks)
{
    switch (t->a->rules.carry) {
    case CARRY_FULL: return marks;
    case CARRY_HALF: return points_share(t->j->num, marks, (Value){.tag = T_NUM, .den = 2, .num = 1});
    default: return num_int(0);
    }
}

static Value match_marks(Trying *t, const Overlay *o, const Accept *accept, uint32_t slips)
{
    Value marks = t->a->points;
    if (accept && accept->has_award) {
        marks = points_award(t->j->num, marks, accept->award);
    }
    if (o->rule == RULE_MISTAKE) {
        marks = points_award(t->j->num, marks, o->mistake->award);
    } else if (o->error) {
        marks = after_carry(t, marks);
    }
    return after_slips(t, marks, slips);
}

static Status slip_status(const Trying *t, uint32_t slips)
{
    bool unit_costs = points_less(t->j->num, t->a->rules.slips[SLIP_MISSING_UNIT], num_int(1));
    if (slips >> SLIP_WRONG_UNIT & 1u) {
        return ANSWER_UNIT;
    }
    if (slips & ((1u << SLIP_TRUNCATED) | (1u << SLIP_FEW_DECIMALS))) {
        return ANSWER_ROUNDING;
    }
    return (slips >> SLIP_MISSING_UNIT & 1u) && unit_costs ? ANSWER_UNIT : ANSWER_RIGHT;
}

static Status match_status(const Trying *t, const Overlay *o, const Accept *accept, uint32_t slips)
{
    if (o->imprecise) {
        return ANSWER_REVIEW;
    }
    if (o->rule == RULE_MISTAKE) {
        return ANSWER_MISTAKE;
    }
    if (o->rule == RULE_CARRIED || o->rule == RULE_MISTAKE_AGAIN) {
        return ANSWER_CARRIED;
    }
    return accept ? ANSWER_ALTERNATIVE : slip_status(t, slips);
}

static Substitution match_substitution(Status s)
{
    switch (s) {
    case ANSWER_RIGHT: case ANSWER_ROUNDING: case ANSWER_UNIT: return SUBSTITUTE_RIGHT;
    case ANSWER_ALTERNATIVE: return SUBSTITUTE_ALTERNATIVE;
    default: return SUBSTITUTE_WRONG;
    }
}

/* ---- keeping the best match ---- */

typedef struct Match {
    const Accept *accept;
    uint32_t figure, slips;
    Value meant;
} Match;

static void keep(Trying *t, const Overlay *o, const Match *m)
{
    Judgement *g = t->g;
    Value marks = match_marks(t, o, m->accept, m->slips);
    if (t->found && !points_less(t->j->num, g->marks, marks)) {
        return;
    }
    t->found = true;
    judge_protect(t->j, m->meant);
    g->status = match_status(t, o, m->accept, m->slips);
    g->rule = o->imprecise ? RULE_IMPRECISE
              : m->accept && o->rule == RULE_REFERENCE ? (m->accept->official ? RULE_OFFICIAL : RULE_ALTERNATIVE)
                                                       : o->rule;
    g->marks = o->imprecise ? num_int(0) : marks;
    g->pending = o->imprecise ? marks : num_int(0);
    g->slips = m->slips;
    g->figure = m->figure;
    g->meant = m->meant;
    g->accept = m->accept;
    g->mistake = o->mistake;
    g->intermediate = o->intermediate;
    g->other_kind = false;
    g->substitution = o->rule == RULE_CARRIED && !o->error ? SUBSTITUTE_ALTERNATIVE : match_substitution(g->status);
    g->from_count = o->from_count;
    g->from_told = o->from_told;
    for (uint32_t i = 0; i < o->from_count; i++) {
        g->from[i] = o->from[i];
    }
}

static bool settled(const Trying *t)
{
    return t->j->key->stopped ||
           (t->found && t->g->status != ANSWER_REVIEW && !points_less(t->j->num, t->g->marks, t->a->points));
}

/* ---- comparing under one overlay ---- */

/* Better slips win: of two readings that match, the one that loses least. */
static bool best_figure(Trying *t, const Yardstick *y, Match *m)
{
    bool found = false;
    Value most = num_int(0);
    for (uint32_t i = 0; i < t->reading->count; i++) {
        Verdict v;
        accept_figure(t->j->num, y, &t->reading->figures[i], &v);
        if (!v.ok) {
            continue;
        }
        Value marks = after_slips(t, num_int(1), v.slips);
        if (!found || points_less(t->j->num, most, marks)) {
            *m = (Match){.figure = i, .slips = v.slips, .meant = v.meant};
            most = marks;
        }
        found = true;
    }
    return found;
}

static bool same_words(Trying *t, Value key)
{
    Heap *heap = t->j->heap;
    return key.tag == T_TEXT && reading_same_text(heap->mem, t->reading->last, text_str(heap, key));
}

static void compare_value(Trying *t, const Overlay *o, Value key, const Accept *accept)
{
    Match m = {0};
    Value within;
    bool ok;
    if (value_is_number(key) != value_is_number(t->key->value)) {
        return;
    }
    if (value_is_number(key)) {
        bool has = t->a->rules.within != NO_SLOT && key_value(t->j->key, o->view, t->a->rules.within, &within);
        Yardstick y = {.rules = &t->a->rules, .key = key, .within = has ? &within : NULL, .widen = o->widen};
        ok = best_figure(t, &y, &m);
    } else {
        ok = accept_same(t->j->heap, key, t->other) || same_words(t, key);
        m.meant = ok ? key : t->other;
    }
    if (ok) {
        m.accept = accept;
        keep(t, o, &m);
    }
}

static void compare_accepts(Trying *t, const Overlay *o)
{
    for (uint32_t i = 0; i < t->a->accept_count && !settled(t); i++) {
        const Accept *k = &t->a->accepts[i];
        Value v;
        bool fixed = k->official && o->rule != RULE_REFERENCE; /* a printed figure follows nobody's errors */
        if (!fixed && key_accepted(t->j->key, o->view, t->a, k, &v)) {
            compare_value(t, o, v, k);
        }
    }
}

static void compare(Trying *t, const Overlay *o)
{
    Value key;
    if (settled(t) || !key_of_answer(t->j->key, o->view, t->a, &key)) {
        return;
    }
    if (!o->changed_only || !accept_same(t->j->heap, key, t->key->value)) {
        compare_value(t, o, key, NULL);
    }
    compare_accepts(t, o);
}

/* ---- earlier figures ---- */

typedef struct Figures { /* what the candidate's own figures put in place of formulas */
    Put *puts;
    const Judgement **of;
    uint32_t count;
} Figures;

static bool figures_new(Trying *t, Figures *f)
{
    uint32_t n = t->key->earlier_count + 1;
    *f = (Figures){.puts = arena_alloc(t->j->arena, n * sizeof *f->puts),
                   .of = arena_alloc(t->j->arena, n * sizeof *f->of)};
    if (!f->puts || !f->of) {
        vm_fail_memory(t->j->key->graph->vm);
        t->j->key->stopped = true;
        return false;
    }
    return true;
}

/* The figure in the shown unit of the formula that it replaces; false: it cannot stand there, or is the same. */
static bool figure_value(Trying *t, const Judgement *g, Value *out)
{
    Value own;
    if (!key_own_value(t->j->key, t->choice->view, g->answer, &own)) {
        return false;
    }
    *out = g->meant;
    if (value_is_number(own) != value_is_number(g->meant)) {
        return false;
    }
    if (value_is_number(own) && unit_convert(t->j->num, g->meant, own.unit, out) != NUM_OK) {
        return false;
    }
    return !accept_same(t->j->heap, own, *out);
}

static void figures_add(Trying *t, Figures *f, const Judgement *g)
{
    Value v;
    if (figure_value(t, g, &v)) {
        f->puts[f->count] = (Put){.answer = g->answer, .value = v};
        f->of[f->count++] = g;
        judge_protect(t->j, v);
    }
}

/* Which earlier answers bring a figure of this kind. */
static void figures_of_kind(Trying *t, Figures *f, Substitution kind)
{
    for (uint32_t i = 0; i < t->key->earlier_count; i++) {
        uint32_t number = t->key->earlier[i];
        const Judgement *g = &t->j->out->answers[number];
        if (t->j->state.live[number] && g->substitution == kind) {
            figures_add(t, f, g);
        }
    }
}

static View *figures_view(Trying *t, const Figures *f)
{
    View *v = key_put(t->j->key, t->choice->view, f->puts, f->count);
    if (v) {
        heap_protect(t->j->heap, view_value(v));
    }
    return v;
}

/* Does a later figure of the overlay depend on this one? Then naming the later one says enough. */
static bool followed_by(Trying *t, const Figures *f, Substitution kind, uint32_t i)
{
    for (uint32_t k = i + 1; k < f->count; k++) {
        const AnswerKey *later = f->of[k]->substitution == kind ? key_answer(t->j->key, t->choice, f->of[k]->answer) : NULL;
        for (uint32_t e = 0; later && e < later->earlier_count; e++) {
            if (later->earlier[e] == f->of[i]->answer->number) {
                return true;
            }
        }
    }
    return false;
}

/* In the order of the text. Where they are too many, those that a later one follows from are left out first. */
static void overlay_from(Trying *t, Overlay *o, const Figures *f, Substitution kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->count; i++) {
        count += f->of[i]->substitution == kind;
    }
    for (uint32_t i = 0; i < f->count && o->from_count < 4; i++) {
        bool followed = f->of[i]->substitution == kind && followed_by(t, f, kind, i);
        if (f->of[i]->substitution != kind || (followed && count > 4)) {
            count -= followed;
            continue;
        }
        o->from_told |= followed ? 0 : 1u << o->from_count;
        o->from[o->from_count++] = f->of[i]->answer;
    }
}

/* ---- carried precision (rules 4.6) ---- */

/* Half a unit of the last decimal that was written. False: the figure has no such end. */
static bool half_unit(Trying *t, const Judgement *g, Value *out)
{
    NumCtx *num = t->j->num;
    Value ten_to;
    return value_is_number(g->meant) && g->decimals >= 0 &&
           num_pow(num, num_int(10), num_int(-g->decimals), &ten_to) == NUM_OK &&
           num_div(num, ten_to, num_int(2), &ten_to) == NUM_OK &&
           num_with_unit(num, ten_to, g->written_unit, out) == NUM_OK;
}

/* The key when figure i is changed by `by`. */
static bool shifted_key(Trying *t, const Figures *f, uint32_t i, Value by, bool down, Value *out)
{
    NumCtx *num = t->j->num;
    Value kept = f->puts[i].value, moved;
    if ((down ? num_sub(num, kept, by, &moved) : num_add(num, kept, by, &moved)) != NUM_OK) {
        return false;
    }
    f->puts[i].value = moved;
    View *v = figures_view(t, f);
    f->puts[i].value = kept;
    return v && key_of_answer(t->j->key, v, t->a, out) && value_is_number(*out);
}

static bool carried_precision(Trying *t, const Figures *f, Value key, Value *out)
{
    NumCtx *num = t->j->num;
    Value half, moved, gap;
    *out = num_int(0);
    out->unit = key.unit;
    for (uint32_t i = 0; i < f->count && !t->j->key->stopped; i++) {
        Value most = *out;
        bool any = false;
        if (!half_unit(t, f->of[i], &half)) {
            continue;
        }
        for (int down = 0; down < 2; down++) {
            if (shifted_key(t, f, i, half, down != 0, &moved) && num_sub(num, moved, key, &gap) == NUM_OK &&
                num_abs(num, gap, &gap) == NUM_OK && (!any || points_less(num, most, gap))) {
                most = gap;
                any = true;
            }
        }
        if (any) {
            *out = points_add(num, *out, most);
            judge_protect(t->j, *out);
        }
    }
    return !num_is_zero(*out);
}

static bool beyond_one_percent(NumCtx *num, Value widen, Value key)
{
    Value limit;
    bool ok = num_abs(num, key, &limit) == NUM_OK && num_mul(num, limit, (Value){.tag = T_NUM, .den = 100, .num = 1}, &limit) == NUM_OK;
    return !ok || points_less(num, limit, widen);
}

static void compare_widened(Trying *t, Overlay *o, const Figures *f)
{
    Value key, widen;
    if (settled(t) || !key_of_answer(t->j->key, o->view, t->a, &key) || !value_is_number(key) ||
        accept_same(t->j->heap, key, t->key->value)) {
        return;
    }
    judge_protect(t->j, key);
    if (carried_precision(t, f, key, &widen)) {
        o->widen = &widen;
        o->imprecise = beyond_one_percent(t->j->num, widen, key);
        compare(t, o);
    }
}

/* ---- the overlays in order ---- */

static void try_alternatives(Trying *t, const Figures *f)
{
    Overlay o = {.rule = RULE_CARRIED, .view = figures_view(t, f), .changed_only = true};
    overlay_from(t, &o, f, SUBSTITUTE_ALTERNATIVE);
    if (o.view) {
        compare(t, &o);
    }
}

/* Tolerated figures, from `from` on, as their formulas give them: who writes 21.33 h may go on with 64/3 h. False:
   they are as written. */
static bool figures_exact(Trying *t, Figures *f, uint32_t from)
{
    bool any = false;
    Put *puts = arena_alloc(t->j->arena, f->count * sizeof *puts);
    if (!puts) {
        return false;
    }
    memcpy(puts, f->puts, f->count * sizeof *puts);
    f->puts = puts;
    for (uint32_t i = from; i < f->count; i++) {
        const Accept *accept = f->of[i]->accept;
        Value v, written = puts[i].value;
        if (accept && value_is_number(written) &&
            key_accepted(t->j->key, t->choice->view, f->of[i]->answer, accept, &v) && value_is_number(v) &&
            unit_convert(t->j->num, v, written.unit, &v) == NUM_OK && !accept_same(t->j->heap, v, written)) {
            judge_protect(t->j, v);
            puts[i].value = v;
            any = true;
        }
    }
    return any;
}

static void try_as_written(Trying *t, Figures *right)
{
    figures_of_kind(t, right, SUBSTITUTE_RIGHT);
    if (right->count) {
        Overlay o = {.rule = RULE_AS_WRITTEN, .view = figures_view(t, right), .changed_only = true};
        if (o.view) {
            compare(t, &o);
        }
    }
    uint32_t before = right->count;
    figures_of_kind(t, right, SUBSTITUTE_ALTERNATIVE);
    if (right->count > before && !settled(t)) {
        try_alternatives(t, right);
        Figures exact = *right;
        if (!settled(t) && figures_exact(t, &exact, before)) {
            try_alternatives(t, &exact);
        }
    }
}

static void try_intermediate(Trying *t)
{
    uint32_t count = t->a->rules.intermediate_count;
    for (uint32_t i = 0; i < 2 * count && !settled(t); i++) {
        View *v = key_rounded(t->j->key, t->choice, t->key, i);
        Overlay o = {.rule = RULE_INTERMEDIATE, .view = v, .intermediate = t->a->rules.intermediate[i % count],
                     .changed_only = true};
        if (v) {
            compare(t, &o);
        }
    }
}

static void try_carried_with(Trying *t, const Figures *f)
{
    Overlay o = {.rule = RULE_CARRIED, .view = figures_view(t, f), .error = true, .changed_only = true};
    overlay_from(t, &o, f, SUBSTITUTE_WRONG);
    if (o.view) {
        compare(t, &o);
        if (value_is_number(t->key->value)) {
            compare_widened(t, &o, f);
        }
    }
}

/* All the wrong ones together with the first `shared` of `all`, then each alone with them. */
static void try_wrong_with(Trying *t, const Figures *wrong, Figures *all, uint32_t shared)
{
    all->count = shared;
    for (uint32_t i = 0; i < wrong->count; i++) {
        all->puts[all->count] = wrong->puts[i];
        all->of[all->count++] = wrong->of[i];
    }
    try_carried_with(t, all);
    for (uint32_t i = 0; wrong->count > 1 && i < wrong->count && !settled(t); i++) {
        all->puts[shared] = wrong->puts[i];
        all->of[shared] = wrong->of[i];
        all->count = shared + 1;
        try_carried_with(t, all);
    }
}

/* right: the figures of overlay 2, to which wrong ones are added; who kept the right ones exact is right too. */
static void try_carried(Trying *t, const Figures *right)
{
    Figures all, wrong;
    if (!figures_new(t, &all) || !figures_new(t, &wrong)) {
        return;
    }
    memcpy(all.puts, right->puts, right->count * sizeof *all.puts);
    memcpy(all.of, right->of, right->count * sizeof *all.of);
    figures_of_kind(t, &wrong, SUBSTITUTE_WRONG);
    if (wrong.count && !settled(t)) {
        try_wrong_with(t, &wrong, &all, right->count);
    }
    if (wrong.count && right->count && !settled(t)) {
        try_wrong_with(t, &wrong, &all, 0);
    }
}

static void try_one_mistake(Trying *t, const Mistake *m, View *view, bool again)
{
    Overlay o = {.rule = again ? RULE_MISTAKE_AGAIN : RULE_MISTAKE, .view = view, .mistake = m, .error = again, .changed_only = true};
    if (o.view) {
        compare(t, &o);
    }
}

/* Did an earlier answer that the mistake would have spoilt come out right? Then others explain this one better. */
static bool contradicted(Trying *t, const Mistake *m)
{
    for (uint32_t i = 0; i < t->a->number; i++) {
        const Judgement *g = &t->j->out->answers[i];
        if (!t->j->state.live[i] || g->substitution == SUBSTITUTE_WRONG || !points_less(t->j->num, num_int(0), g->marks)) {
            continue;
        }
        const AnswerKey *k = key_answer(t->j->key, t->choice, g->answer);
        if (k && k->mistakes[m->number]) {
            return true;
        }
    }
    return false;
}

/* A mistake over what the candidate has got wrong before. NULL: stopped, or a formula that cannot be made. */
static View *mistake_over(Trying *t, View *before, const Mistake *m)
{
    View *v = graph_view_overrides(t->j->key->graph, before, m->overrides, m->override_count);
    if (v) {
        heap_protect(t->j->heap, view_value(v));
    } else {
        key_failed(t->j->key);
    }
    return v;
}

/* All mistakes recognised on this copy, over the key; *n: how many. NULL: none, or stopped. */
static View *recognised_view(Trying *t, uint32_t *n, const Mistake **last)
{
    const Case *c = t->j->c;
    View *v = t->choice->view;
    *n = 0;
    for (uint32_t i = 0; i < c->mistake_count; i++) {
        if (t->j->state.recognised[i] && t->key->mistakes[i]) {
            *last = c->mistakes[i];
            v = mistake_over(t, v, c->mistakes[i]);
            ++*n;
            if (!v) {
                return NULL;
            }
        }
    }
    return *n ? v : NULL;
}

/* Those recognised already: all at once when they are several, then each. */
static void try_recognised(Trying *t)
{
    const Case *c = t->j->c;
    uint32_t n;
    const Mistake *last = NULL;
    View *all = recognised_view(t, &n, &last);
    if (n > 1) {
        try_one_mistake(t, last, all, true);
    }
    for (uint32_t i = 0; i < c->mistake_count && !settled(t); i++) {
        if (t->key->mistakes[i] && t->j->state.recognised[i]) {
            try_one_mistake(t, c->mistakes[i], key_mistake(t->j->key, t->choice, c->mistakes[i]), true);
        }
    }
}

/* Mistakes not met before: over the key alone, or over a view. */
static void try_fresh(Trying *t, View *before, bool over)
{
    const Case *c = t->j->c;
    int ways = value_is_number(t->key->value) ? 2 : 1; /* a yes shows no mistake that a figure denies */
    for (int against = 0; against < ways; against++) {
        for (uint32_t i = 0; i < c->mistake_count && !settled(t); i++) {
            const Mistake *m = c->mistakes[i];
            if (t->key->mistakes[i] && !t->j->state.recognised[i] && contradicted(t, m) == against) {
                try_one_mistake(t, m, over ? mistake_over(t, before, m) : key_mistake(t->j->key, t->choice, m), false);
            }
        }
    }
}

/* right: the candidate's own right figures, to which wrong ones are added when nothing else explains the answer: a new
   mistake may come on top of those made before. */
static void try_mistakes(Trying *t, Figures *right)
{
    uint32_t n, figures = right->count;
    const Mistake *last;
    if (!settled(t)) {
        try_recognised(t);
    }
    if (!settled(t)) {
        try_fresh(t, NULL, false);
    }
    if (t->found || !t->j->c->mistake_count || t->j->key->stopped) {
        return;
    }
    figures_of_kind(t, right, SUBSTITUTE_WRONG);
    View *own = right->count > figures ? figures_view(t, right) : NULL;
    if (own) {
        try_fresh(t, own, true);
    }
    View *with = t->found || t->j->key->stopped ? NULL : recognised_view(t, &n, &last);
    if (with) {
        try_fresh(t, with, true);
    }
}

static void charge_slips(Trying *t)
{
    uint32_t *mask = slip_mask(t);
    t->g->forgiven = t->g->slips & *mask;
    for (uint32_t k = 0; k < SLIP_COUNT; k++) {
        if ((t->g->slips >> k & 1u) && points_less(t->j->num, t->a->rules.slips[k], num_int(1))) {
            *mask |= 1u << k;
        }
    }
}

void match_answer(Trying *t)
{
    Figures figures;
    Overlay none = {.rule = RULE_REFERENCE, .view = t->choice->view};
    compare(t, &none);
    if (!settled(t) && figures_new(t, &figures)) {
        try_as_written(t, &figures);
        if (!settled(t)) {
            try_intermediate(t);
        }
        if (!settled(t)) {
            try_carried(t, &figures);
        }
        try_mistakes(t, &figures);
    }
    if (!t->found) {
        return;
    }
    charge_slips(t);
    if (t->g->rule == RULE_MISTAKE) {
        t->j->state.recognised[t->g->mistake->number] = true;
    }
}
