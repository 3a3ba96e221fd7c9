/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one walk over the items of the case. At an `either` the walk is made once a branch, from the same state; the
   state of the best branch is kept. Totals come last, when every answer is settled. */
#include "domain/judge.h"

#include <string.h>

#include "base/limits.h"
#include "domain/grid.h"
#include "domain/known.h"
#include "domain/points.h"
#include "domain/trial.h"

const char *status_name(Status s, Lang lang)
{
    static const char *const names[][2] = {
#define STATUS(id, english, french) {english, french},
#include "domain/status.def"
#undef STATUS
    };
    return names[s][lang == LANG_FR];
}

const char *rule_name(MarkRule r, Lang lang)
{
    static const char *const names[][2] = {
#define RULE(id, english, french) {english, french},
#include "domain/rule.def"
#undef RULE
    };
    return names[r][lang == LANG_FR];
}

const char *status_code(Status s)
{
    static const char *const codes[] = {
#define STATUS(id, english, french) #id,
#include "domain/status.def"
#undef STATUS
    };
    return codes[s];
}

const char *rule_code(MarkRule r)
{
    static const char *const codes[] = {
#define RULE(id, english, french) #id,
#include "domain/rule.def"
#undef RULE
    };
    return codes[r];
}

Status status_of_code(Str code)
{
    int s = 0;
    while (s < ANSWER_STATUS_COUNT && !str_eq(code, str_from(status_code((Status)s)))) {
        s++;
    }
    return (Status)s;
}

static bool judge_memory(Judge *j)
{
    vm_fail_memory(j->key->graph->vm);
    j->key->stopped = true;
    return false;
}

void judge_protect(Judge *j, Value v)
{
    bool on_heap = v.tag == T_BIG || v.tag == T_APPROX || v.tag == T_TEXT || v.tag == T_LEVEL;
    if (on_heap && heap_protect(j->heap, v) == UINT32_MAX) {
        judge_memory(j);
    }
}

/* ---- state ---- */

static bool state_new(Judge *j)
{
    const Case *c = j->c;
    uint32_t eithers = j->key->graph->program->either_count, words = eithers + c->question_count + 1;
    uint32_t flags = c->mistake_count + c->answer_count + c->open_count;
    j->block_bytes = words * sizeof(uint32_t) + flags + 1;
    uint32_t *block = arena_alloc(j->arena, j->block_bytes);
    if (!block) {
        return judge_memory(j);
    }
    j->block = block;
    j->state = (JudgeState){.choice = block, .slips = block + eithers, .recognised = (bool *)(block + words)};
    j->state.live = j->state.recognised + c->mistake_count;
    return true;
}

static void *state_copy(Judge *j)
{
    void *copy = arena_alloc(j->arena, j->block_bytes);
    if (copy) {
        memcpy(copy, j->block, j->block_bytes);
    } else {
        judge_memory(j);
    }
    return copy;
}

/* ---- one answer ---- */

static void settle(Judgement *g, Status status, MarkRule rule)
{
    g->status = status;
    g->rule = rule;
    g->marks = g->pending = num_int(0);
    g->substitution = SUBSTITUTE_NONE;
}

static bool follows_unreadable(const Judge *j, const AnswerKey *ak)
{
    for (uint32_t i = 0; i < ak->earlier_count; i++) {
        uint32_t n = ak->earlier[i];
        const Judgement *before = &j->out->answers[n];
        bool aside = before->rule == RULE_TWICE || before->rule == RULE_COPY || before->rule == RULE_UNREADABLE;
        if (j->state.live[n] && aside) {
            return true;
        }
    }
    return false;
}

/* A wrong figure is the dialect's own reading of what stands there. */
static void keep_first_reading(Trying *t)
{
    Verdict v;
    Yardstick y = {.rules = &t->a->rules, .key = t->key->value};
    if (value_is_number(t->key->value)) {
        accept_figure(t->j->num, &y, &t->reading->figures[0], &v);
        t->g->meant = v.meant;
        t->g->other_kind = v.other_kind;
    } else {
        t->g->meant = t->other;
    }
    judge_protect(t->j, t->g->meant);
    t->g->substitution = t->g->other_kind ? SUBSTITUTE_NONE : SUBSTITUTE_WRONG;
}

/* `points data 1, method 1, result 1`: a wrong result leaves the other parts to a corrector. */
static Value other_parts(const Trying *t)
{
    Value sum = num_int(0);
    const Answer *a = t->a;
    for (uint32_t i = 0; i + 1 < a->part_count; i++) {
        sum = points_add(t->j->num, sum, a->parts[i].points);
    }
    return sum;
}

static void no_match(Trying *t)
{
    settle(t->g, ANSWER_WRONG, RULE_NONE);
    keep_first_reading(t);
    t->g->has_within = key_value(t->j->key, t->choice->view, t->a->rules.within, &t->g->within);
    if (follows_unreadable(t->j, t->key)) {
        t->g->status = ANSWER_REVIEW;
        t->g->rule = RULE_UNREADABLE_BEFORE;
        t->g->pending = t->a->points;
    } else if (t->a->part_count > 1) {
        t->g->status = ANSWER_REVIEW;
        t->g->rule = RULE_PARTS;
        t->g->pending = other_parts(t);
    } else if (t->j->copy->guess) {
        guess_slip(t);
    }
}

/* The word after the figure is no unit known: harmless after a count, for a corrector elsewhere, or if another figure
   follows it (`400 or 500`). */
static void judge_ignored_word(Trying *t)
{
    Judgement *g = t->g;
    uint16_t unit = t->key->value.unit;
    bool count = unit == U_PLAIN || unit == U_RATIO || unit_is_counting(t->j->num, unit);
    bool ignored = t->reading->ignored_word && value_is_number(t->key->value);
    if (ignored && (t->reading->more_figures || (t->found && !count))) {
        g->pending = t->found ? g->marks : t->a->points;
        g->marks = num_int(0);
        g->status = ANSWER_REVIEW;
        g->rule = RULE_UNKNOWN_WORD;
    }
}

/* A figure that the case calls absurd is not substituted later (rules 4.10). */
static void judge_plausible(Trying *t)
{
    const Answer *a = t->a;
    Value own, v = t->g->meant, says;
    if (t->g->substitution != SUBSTITUTE_WRONG || a->plausible == NO_SLOT || a->own_slot == NO_SLOT ||
        !key_own_value(t->j->key, t->choice->view, a, &own)) {
        return;
    }
    if (value_is_number(own) && value_is_number(v)) {
        unit_convert(t->j->num, v, own.unit, &v);
    }
    View *view = key_put(t->j->key, t->choice->view, &(Put){.answer = a, .value = v}, 1);
    if (!view) {
        return;
    }
    uint32_t mark = heap_protect(t->j->heap, view_value(view));
    bool known = key_value(t->j->key, view, a->plausible, &says);
    if (known && says.tag == T_TRUTH && !value_is_true(says)) {
        t->g->substitution = SUBSTITUTE_NONE;
    }
    if (mark != UINT32_MAX) {
        heap_unprotect(t->j->heap, mark);
    }
}

static void keep_figure(Trying *t)
{
    Judgement *g = t->g;
    const Figure *f = &t->reading->figures[g->figure];
    g->has_figure = t->reading->count > 0 && value_is_number(t->key->value);
    g->decimals = g->has_figure ? f->decimals : -1;
    g->written_unit = g->meant.unit;
    if (g->has_figure && f->has_unit && !(g->slips >> SLIP_WRONG_UNIT & 1u) && g->rule != RULE_EXTRA_UNIT) {
        g->written_unit = f->value.unit;
    }
}

/* `19 days` where the key is a bare 19: the formula may have lost its unit, or the candidate be wrong. Each figure without
   its unit; NULL: the key has one, or no figure has. */
static const Reading *bare_figures(Trying *t)
{
    uint16_t key = t->key->value.unit;
    bool any = false;
    Reading *bare = arena_alloc(t->j->arena, sizeof *bare);
    if (!bare) {
        judge_memory(t->j);
        return NULL;
    }
    *bare = *t->reading;
    for (uint32_t i = 0; i < bare->count; i++) {
        Figure *f = &bare->figures[i];
        Value number;
        bool odd = f->has_unit && !unit_same_dimension(t->j->num, f->value.unit, key);
        if (odd && num_shown(t->j->num, f->value, &number) == NUM_OK) {
            f->value = number;
            f->value.unit = U_PLAIN;
            f->has_unit = false;
            any = true;
        }
    }
    return any ? bare : NULL;
}

static void match_without_unit(Trying *t)
{
    uint16_t key = t->key->value.unit;
    bool bare_key = value_is_number(t->key->value) && (key == U_PLAIN || key == U_RATIO);
    const Reading *bare = bare_key ? bare_figures(t) : NULL, *written = t->reading;
    if (!bare) {
        return;
    }
    t->reading = bare;
    match_answer(t);
    t->reading = written;
    if (t->found) {
        t->g->pending = t->g->marks;
        t->g->marks = num_int(0);
        t->g->status = ANSWER_REVIEW;
        t->g->rule = RULE_EXTRA_UNIT;
    }
}

static void judge_written(Trying *t)
{
    for (uint32_t i = 0; i < t->reading->count; i++) {
        judge_protect(t->j, t->reading->figures[i].value);
    }
    judge_protect(t->j, t->other);
    match_answer(t);
    if (!t->found) {
        match_without_unit(t);
    }
    if (!t->found) {
        no_match(t);
    }
    judge_ignored_word(t);
    keep_figure(t);
    judge_plausible(t);
    if (!t->a->table) { /* else by its unit: settle_table */
        t->g->marks = points_step(t->j->num, &t->j->c->exam, t->g->marks);
    }
}

/* Nothing could be read, but a person may read more: a figure among words, a level or a yes in a sentence. */
static bool may_be_read(Trying *t)
{
    Mem *mem = t->j->heap->mem;
    Value key = t->key->value;
    Str raw = t->reading->raw;
    const Answer *a = t->a;
    if (raw.n > READING_BYTES) {
        return true;
    }
    if (key.tag == T_TRUTH) {
        return reading_holds_words(mem, raw, a->says_true) || reading_holds_words(mem, raw, a->says_false) ||
               reading_holds_truth(mem, raw);
    }
    if (key.tag == T_LEVEL) {
        const Scale *s = key.ptr;
        for (uint32_t i = 0; i < s->n; i++) {
            if (reading_holds_words(mem, raw, (Str){s->names[i]->bytes, s->names[i]->n})) {
                return true;
            }
        }
        return false;
    }
    return reading_holds_figure(mem, raw);
}

static void judge_unreadable(Trying *t)
{
    bool look = may_be_read(t);
    settle(t->g, look ? ANSWER_REVIEW : ANSWER_UNREADABLE, RULE_UNREADABLE);
    t->g->pending = look ? t->a->points : num_int(0);
}

static void judge_text(Trying *t)
{
    const Reading *r = t->reading;
    Judgement *g = t->g;
    if (r->blank) {
        settle(g, ANSWER_BLANK, RULE_BLANK);
        return;
    }
    if (!t->key->has_value) {
        settle(g, ANSWER_REVIEW, RULE_NO_KEY);
        g->pending = t->a->points;
        return;
    }
    AcceptRead read = r->count ? ACCEPT_READ : ACCEPT_UNREADABLE;
    if (!value_is_number(t->key->value)) {
        read = accept_other(t->j->heap, t->a, t->key->value, r, &t->other);
    }
    if (read == ACCEPT_BY_HAND) {
        settle(g, ANSWER_REVIEW, RULE_HAND);
        g->pending = t->a->points;
    } else if (read == ACCEPT_UNREADABLE) {
        judge_unreadable(t);
    } else {
        judge_written(t);
    }
}

/* For a corrector, whatever stands there. */
static bool put_aside(const Judge *j, const Answer *a, Judgement *g)
{
    uint8_t why = j->copy->review ? j->copy->review[a->number] : REVIEW_NOT;
    if (why != REVIEW_NOT) {
        settle(g, ANSWER_REVIEW, why == REVIEW_TWICE ? RULE_TWICE : RULE_COPY);
        g->pending = a->points;
    }
    return why != REVIEW_NOT;
}

static void judge_new(Judge *j, const Answer *a, KeyChoice *choice, AnswerKey *key)
{
    Judgement *g = &j->out->answers[a->number];
    Reading *r = arena_alloc(j->arena, sizeof *r);
    if (!r || !reading_parse(j->num, j->c->lang, j->arena, j->copy->answers[a->number], r)) {
        judge_memory(j);
        return;
    }
    g->reading = r;
    if (!put_aside(j, a, g)) {
        Trying t = {.j = j, .a = a, .reading = r, .g = g, .choice = choice, .key = key, .other = value_none()};
        judge_text(&t);
        known_keep(j->key, key, g);
    }
}

static void judge_answer(Judge *j, const Answer *a)
{
    Judgement *g = &j->out->answers[a->number];
    KeyChoice *choice = key_choice(j->key, j->state.choice);
    AnswerKey *key = choice ? key_answer(j->key, choice, a) : NULL;
    bool aside = j->copy->review && j->copy->review[a->number] != REVIEW_NOT;
    const Judgement *known = key && !aside ? known_find(key, j->copy->answers[a->number]) : NULL;
    j->state.live[a->number] = true;
    if (known) {
        *g = *known;
        return;
    }
    *g = (Judgement){.answer = a, .marks = num_int(0), .pending = num_int(0), .meant = value_none(), .decimals = -1};
    if (key) {
        judge_new(j, a, choice, key);
    }
}

/* ---- tables ---- */

/* The share of its points that the worst cell of a unit gets, with what a corrector may still add or without. */
static Value worst_share(const Judge *j, Answer *const *cells, uint32_t n, bool pending)
{
    Value worst = num_int(1), share;
    for (uint32_t i = 0; i < n; i++) {
        const Judgement *g = &j->out->answers[cells[i]->number];
        Value marks = pending ? points_add(j->num, g->marks, g->pending) : g->marks;
        if (num_is_zero(cells[i]->points) || num_div(j->num, marks, cells[i]->points, &share) != NUM_OK) {
            continue;
        }
        share.unit = U_PLAIN;
        worst = points_min(j->num, worst, share);
    }
    return worst;
}

/* accepted: all its cells are, be it with a slip. */
static Value unit_marks(const Judge *j, const AnswerTable *t, Value share, bool accepted)
{
    bool nothing = t->unit == AWARD_WHOLE && !accepted && points_less(j->num, share, num_int(1));
    return nothing ? num_int(0) : points_step(j->num, &j->c->exam, points_share(j->num, t->each, share));
}

static bool all_accepted(const Judge *j, Answer *const *cells, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        Status s = j->out->answers[cells[i]->number].status;
        if (s != ANSWER_RIGHT && s != ANSWER_ROUNDING && s != ANSWER_UNIT && s != ANSWER_ALTERNATIVE && s != ANSWER_CARRIED) {
            return false;
        }
    }
    return true;
}

/* A unit earns as its worst cell does; its cells share what it earns. */
static void settle_unit(Judge *j, const AnswerTable *t, Answer **cells, uint32_t n)
{
    bool accepted = all_accepted(j, cells, n);
    Value marks = unit_marks(j, t, worst_share(j, cells, n, false), accepted);
    Value most = unit_marks(j, t, worst_share(j, cells, n, true), accepted), part, rest;
    rest = points_sub(j->num, most, marks);
    if (num_div(j->num, marks, num_int(n), &part) != NUM_OK || num_div(j->num, rest, num_int(n), &rest) != NUM_OK) {
        return;
    }
    part.unit = rest.unit = U_PLAIN;
    for (uint32_t i = 0; i < n; i++) {
        Judgement *g = &j->out->answers[cells[i]->number];
        if (points_less(j->num, part, g->marks) && n > 1) {
            g->rule = RULE_UNIT;
        }
        g->marks = part;
        g->pending = rest;
    }
}

static void judge_table(Judge *j, const AnswerTable *t)
{
    uint32_t all = t->rows * t->columns;
    Answer **cells = arena_alloc(j->arena, (all + 1) * sizeof *cells);
    if (!cells) {
        judge_memory(j);
        return;
    }
    for (uint32_t i = 0; i < all && !j->key->stopped; i++) {
        if (t->cells[i]) {
            judge_answer(j, t->cells[i]);
        }
    }
    for (uint32_t i = 0; i < table_unit_count(t) && !j->key->stopped; i++) {
        uint32_t n = table_unit_cells(t, i, cells);
        if (n) {
            settle_unit(j, t, cells, n);
        }
    }
}

/* ---- open answers ---- */

/* The levels ticked in its grid; false: some line has none, or one that cannot be read. */
static bool grid_levels_of(Judge *j, const Instance *grid, const Str *written, Value *levels)
{
    bool all = true;
    for (uint32_t i = 0; i < grid_criteria(grid); i++) {
        Value worth;
        levels[i] = value_none();
        if (grid_is_automatic(grid, i)) {
            continue;
        }
        if (!written || !written[i].p || !str_trim(written[i]).n) {
            all = false;
            continue;
        }
        Value text = value_none();
        if (!text_new(j->heap, str_trim(written[i]), &text) || heap_protect(j->heap, text) == UINT32_MAX) {
            return judge_memory(j);
        }
        levels[i] = text;
        if (!grid_worth(j->key->graph->vm, grid, i, text, &worth)) {
            all = key_failed(j->key);
        }
    }
    return all;
}

/* A grid gives the share of the points that its mark is of its highest one. */
static void judge_grid(Judge *j, const Open *o, const OpenTicks *t, OpenMarks *m)
{
    Value v, levels[LIMIT_GRID_CRITERIA], mark, most;
    Vm *vm = j->key->graph->vm;
    if (!key_value(j->key, j->key->base, o->grid, &v) || !value_is_grid(v)) {
        return;
    }
    const Instance *grid = v.ptr;
    if (!grid_levels_of(j, grid, t ? t->levels : NULL, levels) || j->key->stopped) {
        return;
    }
    if (!grid_mark(vm, grid, levels, &mark) || !grid_highest_mark(vm, grid, &most)) {
        key_failed(j->key);
        return;
    }
    if (!value_is_number(mark) || !value_is_number(most) || num_sign(most) <= 0) {
        return;
    }
    Value share = mark;
    if (num_div(j->num, mark, most, &share) != NUM_OK) {
        return;
    }
    m->marks = points_step(j->num, &j->c->exam, points_share(j->num, o->points, share));
    m->pending = num_int(0);
    bool full = !points_less(j->num, m->marks, o->points);
    m->status = full ? ANSWER_RIGHT : num_sign(m->marks) > 0 ? ANSWER_PARTIAL : ANSWER_WRONG;
}

static void judge_open(Judge *j, const Open *o)
{
    OpenMarks *m = &j->out->opens[o->number];
    *m = (OpenMarks){.open = o, .status = ANSWER_REVIEW, .marks = num_int(0), .pending = o->points};
    j->state.live[j->c->answer_count + o->number] = true;
    const OpenTicks *t = j->copy->opens ? &j->copy->opens[o->number] : NULL;
    if (o->grid != NO_SLOT) {
        judge_grid(j, o, t, m);
        return;
    }
    if (!t || (!t->closed && !t->ticked && !t->other)) {
        return;
    }
    m->marks = points_step(j->num, &j->c->exam, points_of_open(j->num, o, t->ticked, t->other));
    bool full = !points_less(j->num, m->marks, o->points);
    m->pending = t->closed || full ? num_int(0) : points_sub(j->num, o->points, m->marks);
    if (t->closed || full) {
        m->status = full ? ANSWER_RIGHT : num_sign(m->marks) > 0 ? ANSWER_PARTIAL : ANSWER_WRONG;
    }
}

/* ---- branches ---- */

static void judge_items(Judge *j, const Items *items);

typedef struct Score {
    Value marks;
    uint32_t filled;
} Score;

static void score_answer(const Judge *j, const Answer *a, Score *s)
{
    if (a && j->state.live[a->number]) {
        const Judgement *g = &j->out->answers[a->number];
        s->marks = points_add(j->num, s->marks, g->marks);
        s->filled += g->status != ANSWER_BLANK;
    }
}

static void score_items(const Judge *j, const Items *items, Score *s)
{
    for (uint32_t i = 0; i < items->count; i++) {
        const Item *it = &items->list[i];
        if (it->kind == ITEM_ANSWER) {
            score_answer(j, it->answer, s);
        } else if (it->kind == ITEM_TABLE) {
            for (uint32_t k = 0; k < it->table->rows * it->table->columns; k++) {
                score_answer(j, it->table->cells[k], s);
            }
        } else if (it->kind == ITEM_OPEN && j->state.live[j->c->answer_count + it->open->number]) {
            s->marks = points_add(j->num, s->marks, j->out->opens[it->open->number].marks);
        } else if (it->kind == ITEM_EITHER) {
            for (uint32_t b = 0; b < it->either->branch_count; b++) {
                score_items(j, &it->either->branches[b].items, s);
            }
        }
    }
}

static bool score_better(const Judge *j, const Score *a, const Score *b)
{
    if (points_equal(j->num, a->marks, b->marks)) {
        return a->filled > b->filled;
    }
    return points_less(j->num, b->marks, a->marks);
}

/* Rules 4.9: most marks, then most boxes filled, then the first. */
static void judge_either(Judge *j, const Either *e)
{
    void *before = state_copy(j), *best = NULL;
    Score top = {0};
    for (uint32_t b = 0; b < e->branch_count && !j->key->stopped; b++) {
        memcpy(j->block, before, j->block_bytes);
        j->state.choice[e->program_either] = b;
        judge_items(j, &e->branches[b].items);
        Score s = {.marks = num_int(0)};
        score_items(j, &e->branches[b].items, &s);
        if (!best || score_better(j, &s, &top)) {
            best = state_copy(j);
            top = s;
            j->out->choice[e->number] = b;
        }
    }
    if (best && !j->key->stopped) {
        memcpy(j->block, best, j->block_bytes);
    }
}

static void judge_items(Judge *j, const Items *items)
{
    for (uint32_t i = 0; i < items->count && !j->key->stopped; i++) {
        const Item *it = &items->list[i];
        switch (it->kind) {
        case ITEM_ANSWER: judge_answer(j, it->answer); break;
        case ITEM_TABLE: judge_table(j, it->table); break;
        case ITEM_OPEN: judge_open(j, it->open); break;
        case ITEM_EITHER: judge_either(j, it->either); break;
        case ITEM_QUESTION: judge_items(j, &it->child->items); break;
        default: break;
        }
    }
}

/* ---- after the walk ---- */

/* Answers of the branches left out are shown, and cost nothing. */
static void settle_branches(Judge *j)
{
    for (uint32_t i = 0; i < j->c->answer_count; i++) {
        Judgement *g = &j->out->answers[i];
        g->counts = j->state.live[i];
        if (!g->counts) {
            g->marks = g->pending = num_int(0);
            g->rule = RULE_OTHER_BRANCH;
        }
    }
    for (uint32_t i = 0; i < j->c->open_count; i++) {
        OpenMarks *m = &j->out->opens[i];
        m->counts = j->state.live[j->c->answer_count + i];
        if (!m->counts) {
            m->marks = m->pending = num_int(0);
        }
    }
}

static bool proves(const Judgement *g)
{
    return g->counts && (g->status == ANSWER_RIGHT || g->status == ANSWER_ROUNDING || g->status == ANSWER_ALTERNATIVE);
}

static void settle_proofs(Judge *j)
{
    for (uint32_t i = 0; i < j->c->answer_count; i++) {
        Judgement *g = &j->out->answers[i];
        const Answer *a = g->answer;
        if (!g->counts || g->status != ANSWER_BLANK || !a->proved_by || !proves(&j->out->answers[a->proved_by->number])) {
            continue;
        }
        Value marks = a->has_proved_award ? points_award(j->num, a->points, a->proved_award) : a->points;
        g->status = points_less(j->num, marks, a->points) ? ANSWER_PARTIAL : ANSWER_RIGHT;
        g->rule = RULE_PROVED_BY;
        g->marks = points_step(j->num, &j->c->exam, marks);
        g->from[0] = a->proved_by;
        g->from_count = 1;
    }
}

/* Everything that was written, blanks included, in place of the formulas: what a malus is told by. */
static View *copy_view(Judge *j, View *base)
{
    uint32_t n = 0, most = j->c->answer_count + 1;
    Put *puts = arena_alloc(j->arena, most * sizeof *puts);
    if (!puts) {
        judge_memory(j);
        return NULL;
    }
    for (uint32_t i = 0; i < j->c->answer_count; i++) {
        const Judgement *g = &j->out->answers[i];
        if (!g->counts || g->answer->own_slot == NO_SLOT) {
            continue;
        }
        StatusKind kind = g->status == ANSWER_BLANK ? STATUS_BLANK : STATUS_UNREADABLE;
        Value v = g->meant.tag == T_NONE ? value_status(kind, NULL) : g->meant;
        puts[n++] = (Put){.answer = g->answer, .value = v};
    }
    return key_put(j->key, base, puts, n);
}

static bool malus_applies(Judge *j, const Question *q, uint32_t i, View *view)
{
    Value says;
    if (q->malus[i].when == NO_SLOT) {
        return j->copy->malus && j->copy->malus[q->number] && j->copy->malus[q->number][i];
    }
    return view && key_value(j->key, view, q->malus[i].when, &says) && value_is_true(says);
}

static bool any_condition(const Case *c)
{
    for (uint32_t i = 0; i < c->question_count; i++) {
        for (uint32_t k = 0; k < c->questions[i]->malus_count; k++) {
            if (c->questions[i]->malus[k].when != NO_SLOT) {
                return true;
            }
        }
    }
    return false;
}

static void settle_malus(Judge *j)
{
    View *view = NULL;
    if (any_condition(j->c)) {
        KeyChoice *ch = key_choice(j->key, j->state.choice);
        view = ch ? copy_view(j, ch->view) : NULL;
        if (view) {
            heap_protect(j->heap, view_value(view));
        }
    }
    for (uint32_t i = 0; i < j->c->question_count && !j->key->stopped; i++) {
        const Question *q = j->c->questions[i];
        for (uint32_t k = 0; k < q->malus_count; k++) {
            if (malus_applies(j, q, k, view)) {
                QuestionMarks *m = &j->out->questions[i];
                m->malus = points_add(j->num, m->malus, q->malus[k].points);
            }
        }
    }
}

static void settle_totals(Judge *j)
{
    CopyMarks *out = j->out;
    NumCtx *num = j->num;
    for (uint32_t i = 0; i < j->c->answer_count; i++) {
        QuestionMarks *m = &out->questions[j->c->answers[i]->question->number];
        m->marks = points_add(num, m->marks, out->answers[i].marks);
        m->pending = points_add(num, m->pending, out->answers[i].pending);
    }
    for (uint32_t i = 0; i < j->c->open_count; i++) {
        QuestionMarks *m = &out->questions[j->c->opens[i]->question->number];
        m->marks = points_add(num, m->marks, out->opens[i].marks);
        m->pending = points_add(num, m->pending, out->opens[i].pending);
    }
    for (uint32_t i = 0; i < j->c->question_count; i++) {
        QuestionMarks *m = &out->questions[i];
        m->marks = points_less(num, m->marks, m->malus) ? num_int(0) : points_sub(num, m->marks, m->malus);
        out->total = points_add(num, out->total, m->marks);
        out->pending = points_add(num, out->pending, m->pending);
    }
    out->mark = points_scaled(num, j->c, out->total);
}

/* ---- the whole ---- */

static bool marks_new(Judge *j)
{
    const Case *c = j->c;
    CopyMarks *out = j->out;
    *out = (CopyMarks){.c = c, .total = num_int(0), .pending = num_int(0), .mark = num_int(0)};
    out->answers = arena_alloc(j->arena, (c->answer_count + 1) * sizeof *out->answers);
    out->opens = arena_alloc(j->arena, (c->open_count + 1) * sizeof *out->opens);
    out->questions = arena_alloc(j->arena, (c->question_count + 1) * sizeof *out->questions);
    out->choice = arena_alloc(j->arena, (c->either_count + 1) * sizeof *out->choice);
    if (!out->answers || !out->opens || !out->questions || !out->choice) {
        return judge_memory(j);
    }
    for (uint32_t i = 0; i < c->question_count; i++) {
        Value zero = num_int(0);
        out->questions[i] = (QuestionMarks){.question = c->questions[i], .marks = zero, .malus = zero, .pending = zero};
    }
    for (uint32_t i = 0; i < c->answer_count; i++) {
        out->answers[i] = (Judgement){.answer = c->answers[i], .marks = num_int(0), .pending = num_int(0)};
    }
    for (uint32_t i = 0; i < c->open_count; i++) {
        out->opens[i] = (OpenMarks){.open = c->opens[i], .marks = num_int(0), .pending = num_int(0)};
    }
    return true;
}

bool judge_copy(Key *k, const CopyText *copy, Arena *arena, CopyMarks *out)
{
    Vm *vm = k->graph->vm;
    uint32_t guard = vm->heap->protected_count;
    Judge j = {.key = k, .c = k->c, .num = vm->num, .heap = vm->heap, .arena = arena, .copy = copy, .out = out};
    key_next_copy(k);
    if (!k->stopped && marks_new(&j) && state_new(&j)) {
        judge_items(&j, &k->c->items);
        settle_branches(&j);
        settle_proofs(&j);
        settle_malus(&j);
        settle_totals(&j);
    }
    heap_unprotect(vm->heap, guard);
    return !k->stopped;
}
