/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: each subject is drawn as for a candidate; only what depends on the draws is looked at. The lowest and highest
   values stand in one list, which the collector is told of under the views of the candidates. */
#include "grade/stress.h"

#include <string.h>

#include "data/show.h"
#include "domain/accept.h"
#include "domain/check.h"
#include "domain/depend.h"
#include "num/number.h"
#include "num/unit.h"

typedef struct Trial { /* one subject */
    Stress *s;
    Marker *m;
    Key *key;
    View *view;
    uint32_t number;
    Diags told;
} Trial;

/* ---- findings ---- */

static Str kept_text(Stress *s, Buf *b)
{
    Str text = b->failed ? (Str){NULL, 0} : arena_str(&s->arena, buf_str(b));
    s->arena.failed = s->arena.failed || b->failed;
    buf_free(b);
    return text;
}

static StressFinding *new_finding(Stress *s)
{
    if (s->finding_count == s->finding_room) {
        uint32_t room = s->finding_room ? s->finding_room * 2 : 32;
        StressFinding *more = arena_alloc(&s->arena, room * sizeof *more);
        if (!more) {
            return NULL;
        }
        if (s->finding_count) {
            memcpy(more, s->findings, s->finding_count * sizeof *more);
        }
        s->findings = more;
        s->finding_room = room;
    }
    return &s->findings[s->finding_count++];
}

/* value: T_NONE for none; text: what is told instead. */
static void find(Trial *t, StressKind kind, Str about, Value value, Str text)
{
    Stress *s = t->s;
    uint64_t at;
    Buf name, shown;
    buf_init(&name, s->arena.mem);
    buf_printf(&name, "%d ", (int)kind);
    buf_put(&name, about);
    if (map_get(&s->found, buf_str(&name), &at)) {
        s->findings[at].times++;
        buf_free(&name);
        return;
    }
    StressFinding *f = new_finding(s);
    Str key = kept_text(s, &name);
    if (!f || !key.p || !map_set(&s->found, key, s->finding_count - 1)) {
        s->arena.failed = true;
        return;
    }
    buf_init(&shown, s->arena.mem);
    ShowStyle style = show_style(t->m->c->lang);
    style.number.kind = kind == STRESS_DECIMALS || kind == STRESS_BETWEEN ? NF_EXACT : NF_AUTO;
    if (value.tag != T_NONE) {
        value_show(&t->m->session.heap, &shown, value, &style);
    } else {
        buf_put(&shown, text);
    }
    *f = (StressFinding){.kind = kind, .about = arena_str(&s->arena, about), .value = kept_text(s, &shown), .times = 1,
                         .first = t->number};
}

static const Str NOTHING = {"", 0};

static Str slot_name(Trial *t, uint32_t slot)
{
    Buf b;
    buf_init(&b, t->s->arena.mem);
    graph_slot_name(&t->m->session.graph, &b, slot);
    return kept_text(t->s, &b);
}

/* Errors gathered in t->told, each with its place: "case.brm:12". */
static void find_faults(Trial *t)
{
    for (const Diag *d = t->told.first; d; d = d->next) {
        Buf place, message;
        const Source *source = sources_get(&t->m->session.sources, d->span.source);
        buf_init(&place, t->s->arena.mem);
        buf_init(&message, t->s->arena.mem);
        if (source) {
            buf_put(&place, source->name);
            buf_printf(&place, ":%u", source_place(source, d->span.start).line);
        }
        diag_message(&message, d->id, d->args, t->m->session.options.lang);
        Str about = kept_text(t->s, &place);
        find(t, STRESS_FAULT, about, value_none(), kept_text(t->s, &message));
    }
    diags_clear(&t->told);
}

/* False: no value there; a fault is kept for find_faults, or the key is stopped. */
static bool value_of(Trial *t, View *view, uint32_t slot, Value *out)
{
    Vm *vm = &t->m->session.vm;
    if (slot == NO_SLOT || t->key->stopped) {
        return false;
    }
    if (vm_eval_slot(vm, view, slot, out)) {
        return true;
    }
    if (!vm->fault || vm->fault->uncatchable) {
        t->key->stopped = true;
    } else {
        vm_report(vm, &t->told);
    }
    return false;
}

/* ---- figures ---- */

static bool whole_at(NumCtx *num, Value v, int decimals)
{
    Value rounded;
    int order = 1;
    return num_round(num, v, decimals, ROUND_DOWN, &rounded) == NUM_OK && num_cmp(num, rounded, v, &order) == NUM_OK && !order;
}

/* Exactly half-way between two figures of so many decimals. */
static bool between(NumCtx *num, Value v, int decimals)
{
    Value twice;
    return !whole_at(num, v, decimals) && num_mul(num, v, num_int(2), &twice) == NUM_OK && whole_at(num, twice, decimals);
}

/* People, calls, meetings; but a coefficient of 1 may well become 1.2. */
static bool counts_things(NumCtx *num, Value v)
{
    Value size;
    int order = -1;
    bool plain = unit_is_dimensionless(num, v.unit) && !unit_is_percent(v.unit);
    return (plain || unit_is_counting(num, v.unit)) && num_is_whole(num, v) && num_shown(num, v, &size) == NUM_OK &&
           num_abs(num, size, &size) == NUM_OK && num_cmp(num, size, num_int(2), &order) == NUM_OK && order >= 0;
}

/* What the printed case has and this subject has not. */
static void compare_figures(Trial *t, Str about, Value printed, Value v)
{
    NumCtx *num = &t->m->session.num;
    if (num_sign(printed) > 0 && num_sign(v) < 0) {
        find(t, STRESS_NEGATIVE, about, v, NOTHING);
    } else if (num_sign(printed) && num_is_zero(v)) {
        find(t, STRESS_ZERO, about, v, NOTHING);
    }
    if (counts_things(num, printed) && !num_is_whole(num, v)) {
        find(t, STRESS_FRACTION, about, v, NOTHING);
    }
}

static bool is_figure(Value v) { return value_is_number(v); }

/* Formulas that are no answers: their steps are looked at too, for students write them. */
static void try_slots(Trial *t)
{
    Graph *g = &t->m->session.graph;
    for (uint32_t i = 0; i < g->slot_count && !t->key->stopped; i++) {
        Value v, printed;
        if (!t->s->varies[i] || !depend_has_value(g, i) || !value_of(t, t->view, i, &v) || !depend_is_named(g, i)) {
            continue;
        }
        if (is_figure(v) && key_value(t->key, NULL, i, &printed) && is_figure(printed)) {
            compare_figures(t, slot_name(t, i), printed, v);
        }
    }
}

/* ---- answers ---- */

static KeyChoice *choice_of(Trial *t, const Either *e, uint32_t branch)
{
    uint32_t *branches = arena_alloc(&t->key->arena, (t->m->session.program.either_count + 1) * sizeof *branches);
    if (branches) {
        case_choose_path(e, branch, branches);
    }
    return branches ? key_choice(t->key, branches) : NULL;
}

static int decimals_of(const Answer *a)
{
    return a->official.known && a->official.decimals != NO_DECIMALS ? a->official.decimals : a->rules.decimals;
}

static void compare_rounding(Trial *t, const Answer *a, Value printed, Value v)
{
    NumCtx *num = &t->m->session.num;
    int decimals = decimals_of(a);
    if (a->rules.exact || a->rules.within != NO_SLOT || decimals < 0 || !num_is_exact(v)) {
        return;
    }
    if (between(num, v, decimals) && !between(num, printed, decimals)) {
        find(t, STRESS_BETWEEN, a->address, v, NOTHING);
    } else if (whole_at(num, printed, decimals) && !whole_at(num, v, decimals)) {
        find(t, STRESS_DECIMALS, a->address, v, NOTHING);
    }
}

static void widen(Trial *t, const Answer *a, Value v)
{
    Stress *s = t->s;
    List *kept = s->kept.ptr;
    NumCtx *num = &t->m->session.num;
    Value *lowest = &kept->store->items[2 * a->number], *highest = &kept->store->items[2 * a->number + 1];
    int order = 0;
    Buf b;
    ShowStyle style = show_style(t->m->c->lang);
    style.number.kind = NF_EXACT;
    buf_init(&b, s->arena.mem);
    value_show(&t->m->session.heap, &b, v, &style);
    bool fresh = !map_get(&s->met[a->number], buf_str(&b), NULL);
    Str shown = fresh ? kept_text(s, &b) : NOTHING;
    if (fresh && shown.p && map_set(&s->met[a->number], shown, 1)) {
        s->ranges[a->number].values++;
    }
    buf_free(&b);
    if (!is_figure(v)) {
        return;
    }
    if (lowest->tag == T_NONE || (num_cmp(num, v, *lowest, &order) == NUM_OK && order < 0)) {
        *lowest = v;
    }
    if (highest->tag == T_NONE || (num_cmp(num, v, *highest, &order) == NUM_OK && order > 0)) {
        *highest = v;
    }
}

static void try_mistakes(Trial *t, KeyChoice *choice, const Answer *a, AnswerKey *key)
{
    Heap *heap = &t->m->session.heap;
    for (uint32_t i = 0; i < t->m->c->mistake_count && !t->key->stopped; i++) {
        const Mistake *m = t->m->c->mistakes[i];
        View *view = key->mistakes[i] ? key_mistake(t->key, choice, m) : NULL;
        Value v;
        if (view && key_of_answer(t->key, view, a, &v) && accept_same(heap, v, key->value) &&
            !t->s->same[i * t->m->c->answer_count + a->number]) {
            find(t, STRESS_UNSEEN, m->title.n ? m->title : m->message, key->value, NOTHING);
        }
    }
}

static void try_answer(Trial *t, const Answer *a)
{
    KeyChoice *choice = choice_of(t, a->either, a->branch);
    Value v, truth, printed = t->s->ranges[a->number].printed;
    if (!choice) {
        return;
    }
    bool has = value_of(t, choice->view, a->slot, &v) && key_of_answer(t->key, choice->view, a, &v);
    if (printed.tag != T_NONE && printed.tag != T_STATUS && (!has || v.tag == T_STATUS)) {
        find(t, STRESS_NO_VALUE, a->address, value_none(), NOTHING);
    }
    if (!has) {
        return;
    }
    if (a->plausible != NO_SLOT && value_of(t, choice->view, a->plausible, &truth) && truth.tag == T_TRUTH && !value_is_true(truth)) {
        find(t, STRESS_IMPLAUSIBLE, a->address, v, NOTHING);
    }
    if (is_figure(v) && is_figure(printed)) {
        compare_rounding(t, a, printed, v);
    }
    AnswerKey *key = key_answer(t->key, choice, a);
    if (key && key->has_value) {
        widen(t, a, key->value);
        try_mistakes(t, choice, a, key);
    }
}

/* ---- checks, methods, texts ---- */

static bool check_varies(const Stress *s, uint32_t slot) { return slot != NO_SLOT && s->varies[slot]; }

/* `check cost = 1 574 €` is about the printed case: what it asserts does not vary, and what it reads does. */
static bool asserts_printed(const Stress *s, const Check *c)
{
    bool equality = c->left != NO_SLOT && (c->op == OP_EQ || c->op == OP_ABOUT);
    return equality && check_varies(s, c->left) != check_varies(s, c->right);
}

static void try_check(Trial *t, const Check *c)
{
    bool known;
    Buf b;
    KeyChoice *choice = check_varies(t->s, c->slot) && !asserts_printed(t->s, c) ? choice_of(t, c->either, c->branch) : NULL;
    if (!choice || check_holds(&t->m->session.graph, &t->told, choice->view, c, &known) || !known) {
        return;
    }
    buf_init(&b, t->s->arena.mem);
    buf_put(&b, c->title.n ? c->title : source_text(&t->m->session.sources, c->expr->span));
    Str about = kept_text(t->s, &b);
    find(t, STRESS_CHECK, about, value_none(), NOTHING);
}

/* Methods of one `either` that answer under one address must give one value. */
static void try_methods(Trial *t)
{
    const Case *c = t->m->c;
    for (uint32_t i = 0; i < c->answer_count && !t->key->stopped; i++) {
        const Answer *a = c->answers[i], *b;
        Value v, w;
        for (uint32_t k = i + 1; a->either && k < c->answer_count; k++) {
            b = c->answers[k];
            KeyChoice *first = str_eq(a->address, b->address) && b->either ? choice_of(t, a->either, a->branch) : NULL;
            KeyChoice *other = first ? choice_of(t, b->either, b->branch) : NULL;
            if (other && key_of_answer(t->key, first->view, a, &v) && key_of_answer(t->key, other->view, b, &w) &&
                !accept_same(&t->m->session.heap, v, w)) {
                find(t, STRESS_METHODS, a->address, w, NOTHING);
            }
        }
    }
}

static void try_texts(Trial *t)
{
    Cases own;
    if (!cases_build_in(&own, &t->m->session.graph, t->view, &t->told)) {
        t->s->arena.failed = true;
    }
    cases_free(&own);
}

/* ---- one subject ---- */

static bool try_subject(Trial *t)
{
    Marker *m = t->m;
    Buf name;
    buf_init(&name, t->s->arena.mem);
    buf_printf(&name, "stress-%u", t->number);
    uint32_t k = name.failed ? 0 : variant_begin(m, buf_str(&name));
    buf_free(&name);
    if (!k) {
        if (!m->session.vm.fault) {
            find(t, STRESS_NO_DRAW, NOTHING, value_none(), NOTHING);
        }
        return !m->session.vm.fault && !t->s->arena.failed;
    }
    t->view = m->draws->view;
    t->s->usable++;
    try_slots(t);
    for (uint32_t i = 0; i < m->c->answer_count && !t->key->stopped; i++) {
        try_answer(t, m->c->answers[i]);
    }
    for (uint32_t i = 0; i < m->c->check_count && !t->key->stopped; i++) {
        try_check(t, m->c->checks[i]);
    }
    try_methods(t);
    try_texts(t);
    find_faults(t);
    if (m->session.heap.wanted) {
        heap_collect(&m->session.heap);
    }
    return !t->key->stopped && !t->s->arena.failed;
}

/* ---- the printed case ---- */

static bool note_printed(Stress *s)
{
    Marker *m = s->m;
    const Case *c = m->c;
    Trial base = {.s = s, .m = m, .key = &m->key};
    for (uint32_t i = 0; i < c->answer_count; i++) {
        KeyChoice *choice = choice_of(&base, c->answers[i]->either, c->answers[i]->branch);
        AnswerKey *key = choice ? key_answer(&m->key, choice, c->answers[i]) : NULL;
        s->ranges[i].printed = key && key->has_value ? key->value : value_none();
        ((List *)s->kept.ptr)->store->items[2 * c->answer_count + i] = s->ranges[i].printed; /* kept alive */
        for (uint32_t k = 0; key && key->has_value && k < c->mistake_count; k++) {
            View *view = key->mistakes[k] ? key_mistake(&m->key, choice, c->mistakes[k]) : NULL;
            Value v;
            s->same[k * c->answer_count + i] =
                view && key_of_answer(&m->key, view, c->answers[i], &v) && accept_same(&m->session.heap, v, key->value);
        }
    }
    for (uint32_t i = 0; i < c->check_count; i++) {
        s->printed_checks += check_varies(s, c->checks[i]->slot) && asserts_printed(s, c->checks[i]);
    }
    return !m->key.stopped;
}

static void find_what_varies(Stress *s)
{
    const Graph *g = &s->m->session.graph;
    for (uint32_t i = 0; i < g->slot_count; i++) {
        for (uint32_t k = 0; k < s->m->draws->count && !s->varies[i]; k++) {
            uint32_t slot = s->m->draws->list[k].given->slot;
            s->varies[i] = i == slot || graph_depends(g, i, slot);
        }
    }
}

static bool make_room(Stress *s)
{
    const Case *c = s->m->c;
    Heap *heap = &s->m->session.heap;
    size_t answers = c->answer_count;
    s->ranges = arena_alloc(&s->arena, (answers + 1) * sizeof *s->ranges);
    s->met = arena_alloc(&s->arena, (answers + 1) * sizeof *s->met);
    s->varies = arena_alloc(&s->arena, s->m->session.graph.slot_count + 1);
    s->same = arena_alloc(&s->arena, answers * c->mistake_count + 1);
    List *kept = list_new(heap, (uint32_t)(3 * answers + 1));
    s->kept = kept ? value_obj(T_LIST, kept) : value_none();
    if (!s->ranges || !s->met || !s->varies || !s->same || !kept || heap_protect(heap, s->kept) == UINT32_MAX) {
        return false;
    }
    for (size_t i = 0; i < 3 * answers + 1; i++) {
        kept->store->items[i] = value_none();
    }
    for (size_t i = 0; i < answers; i++) {
        map_init(&s->met[i], s->arena.mem);
    }
    s->m->base_guard = heap->protected_count; /* kept under the view of each candidate */
    return true;
}

static int compare_findings(const StressFinding *a, const StressFinding *b)
{
    return a->kind != b->kind ? (int)a->kind - (int)b->kind : b->times != a->times ? (b->times > a->times ? 1 : -1) : 0;
}

static void sort_findings(Stress *s)
{
    for (uint32_t i = 1; i < s->finding_count; i++) { /* there are few */
        StressFinding f = s->findings[i];
        uint32_t at = i;
        for (; at && compare_findings(&s->findings[at - 1], &f) > 0; at--) {
            s->findings[at] = s->findings[at - 1];
        }
        s->findings[at] = f;
    }
}

bool stress_run(Stress *s, Marker *m, uint32_t draws)
{
    *s = (Stress){.m = m, .draws = draws};
    arena_init(&s->arena, &m->session.mem);
    map_init(&s->found, &m->session.mem);
    if (!make_room(s)) {
        return vm_fail_memory(&m->session.vm);
    }
    find_what_varies(s);
    Trial t = {.s = s, .m = m, .key = &m->key};
    diags_init(&t.told, &m->session.mem);
    bool ok = note_printed(s);
    for (t.number = 1; ok && t.number <= draws; t.number++) {
        ok = try_subject(&t);
    }
    diags_free(&t.told);
    sort_findings(s);
    return ok;
}

void stress_free(Stress *s)
{
    for (uint32_t i = 0; s->met && i < s->m->c->answer_count; i++) {
        map_free(&s->met[i]);
    }
    map_free(&s->found);
    arena_free(&s->arena);
}

bool stress_serious(const Stress *s) { return s->finding_count && s->findings[0].kind < STRESS_SERIOUS; }
