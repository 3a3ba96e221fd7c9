/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a key for each case, and an empty one for the checks outside cases; each check is run in the first branches,
   then once for each other branch that it depends on. */
#include "domain/check.h"

#include "data/show.h"
#include "domain/audit.h"
#include "domain/build.h"
#include "domain/competence.h"
#include "domain/points.h"
#include "num/number.h"
#include "num/unit.h"

void audit_show(CheckReport *r, Buf *out, Value v, Lang lang)
{
    ShowStyle style = show_style(lang);
    value_show(r->graph->vm->heap, out, v, &style);
}

KeyChoice *audit_choice(Key *k, const Either *e, uint32_t branch)
{
    uint32_t n = k->graph->program->either_count;
    uint32_t *choice = arena_alloc(&k->arena, (n + 1) * sizeof *choice);
    if (!choice) {
        vm_fail_memory(k->graph->vm);
        k->stopped = true;
        return NULL;
    }
    case_choose_path(e, branch, choice);
    return key_choice(k, choice);
}

static void *report_push(CheckReport *r, void *list, uint32_t *count, size_t item)
{
    Builder b = {.arena = &r->arena};
    return build_push(&b, list, count, item);
}

/* Numbers made here stand in no slot: kept until the keys are closed. */
static void report_keep(CheckReport *r, Value v)
{
    if (v.tag == T_BIG || v.tag == T_APPROX || v.tag == T_TEXT) {
        heap_protect(r->graph->vm->heap, v);
    }
}

static Lang lang_of(const CheckReport *r, const Key *k) { return k->c ? k->c->lang : r->graph->program->lang; }

/* ---- one check ---- */

typedef struct Checking {
    CheckReport *report;
    Key *key;
    KeyChoice *choice;
    CheckLine *line;
} Checking;

/* Evaluates in the view of the choice; a fault is a finding. */
static bool check_value(Checking *c, uint32_t slot, Value *out)
{
    Vm *vm = c->report->graph->vm;
    if (slot == NO_SLOT || c->key->stopped) {
        return false;
    }
    if (vm_eval_slot(vm, c->choice->view, slot, out)) {
        return true;
    }
    if (!vm->fault || vm->fault->uncatchable) {
        c->key->stopped = true;
    } else {
        vm_report(vm, &c->report->findings);
    }
    return false;
}

/* `check a = b within t`: |a - b| <= t, where t may be a share of b; it becomes an amount. */
static bool within(NumCtx *num, Value asserted, Value difference, Value *t)
{
    Value size, gap;
    int order = 1;
    if (t->unit == U_PERCENT && asserted.unit != U_PERCENT &&
        (num_abs(num, asserted, &size) != NUM_OK || num_mul(num, size, *t, t) != NUM_OK)) {
        return false;
    }
    if (t->unit == U_PLAIN && !unit_is_dimensionless(num, asserted.unit)) {
        num_with_unit(num, *t, asserted.unit, t);
    }
    return num_abs(num, difference, &gap) == NUM_OK && num_cmp(num, gap, *t, &order) == NUM_OK && order <= 0;
}

static bool check_within(Checking *c)
{
    CheckLine *l = c->line;
    Value t;
    if (!l->has_difference || !check_value(c, l->check->within, &t) || !value_is_number(t)) {
        return false;
    }
    bool holds = within(c->report->graph->vm->num, l->asserted, l->difference, &t);
    l->has_tolerance = true;
    l->tolerance = t;
    report_keep(c->report, t);
    return holds;
}

bool check_holds(Graph *g, Diags *diags, View *view, const Check *k, bool *known)
{
    Value whole, obtained, asserted, difference, t;
    NumCtx *num = g->vm->num;
    if (k->within == NO_SLOT) {
        *known = case_eval(g, diags, view, k->slot, &whole);
        return *known && value_is_true(whole);
    }
    *known = case_eval(g, diags, view, k->left, &obtained) && case_eval(g, diags, view, k->right, &asserted) &&
             case_eval(g, diags, view, k->within, &t);
    bool numbers = *known && value_is_number(obtained) && value_is_number(asserted) && value_is_number(t);
    return numbers && num_sub(num, obtained, asserted, &difference) == NUM_OK && within(num, asserted, difference, &t);
}

static void check_sides(Checking *c)
{
    CheckLine *l = c->line;
    NumCtx *num = c->report->graph->vm->num;
    l->has_sides = check_value(c, l->check->left, &l->obtained) && check_value(c, l->check->right, &l->asserted);
    bool numbers = l->has_sides && value_is_number(l->obtained) && value_is_number(l->asserted);
    bool equality = l->check->op == OP_EQ || l->check->op == OP_ABOUT;
    l->has_difference = numbers && equality && num_sub(num, l->obtained, l->asserted, &l->difference) == NUM_OK;
    if (l->has_difference) {
        report_keep(c->report, l->difference);
    }
}

/* Functions, tables and the like say nothing in a line. */
static bool is_told(Value v)
{
    return v.tag != T_FUNCTION && v.tag != T_TABLE && v.tag != T_MATRIX && v.tag != T_OBJECT;
}

static void check_reads(Checking *c)
{
    Arena *arena = &c->report->arena;
    Upstream up;
    if (!depend_upstream(c->report->graph, c->choice->branches, c->line->check->slot, arena, &up)) {
        return;
    }
    for (uint32_t i = 0; i < up.count; i++) {
        const GraphSlot *s = &c->report->graph->slots[up.slots[i]];
        bool direct = false;
        for (uint32_t k = 0; k < s->reader_count; k++) {
            direct = direct || s->readers[k] == c->line->check->slot;
        }
        Value v;
        if (!direct || !key_value(c->key, c->choice->view, up.slots[i], &v) || !is_told(v)) {
            continue;
        }
        CheckRead *read = report_push(c->report, &c->line->reads, &c->line->read_count, sizeof *read);
        if (read) {
            *read = (CheckRead){up.slots[i], v};
        }
    }
}

static void note_reads(Checking *c, Diag *d)
{
    const CheckLine *l = c->line;
    Lang lang = lang_of(c->report, c->key);
    for (uint32_t i = 0; i < l->read_count; i++) {
        Buf name, value;
        buf_init(&name, c->report->graph->vm->mem);
        buf_init(&value, c->report->graph->vm->mem);
        graph_slot_name(c->report->graph, &name, l->reads[i].slot);
        audit_show(c->report, &value, l->reads[i].value, lang);
        note(&c->report->findings, d, D_NOTE_CHECK_SIDE, ((Span){0}), buf_str(&name), buf_str(&value));
        buf_free(&name);
        buf_free(&value);
    }
    if (l->either && l->either->branches[l->branch].title.n) {
        note(&c->report->findings, d, D_NOTE_BRANCH, l->either->branches[l->branch].node->span,
             l->either->branches[l->branch].title);
    }
}

static void report_failure(Checking *c, Value whole)
{
    CheckLine *l = c->line;
    CheckReport *r = c->report;
    Lang lang = lang_of(r, c->key);
    Buf a, b, gap;
    buf_init(&a, r->graph->vm->mem);
    buf_init(&b, r->graph->vm->mem);
    buf_init(&gap, r->graph->vm->mem);
    Diag *d;
    if (whole.tag == T_STATUS) {
        audit_show(r, &a, whole, lang);
        d = diag(&r->findings, D_CHECK_UNDECIDED, l->check->expr->span, buf_str(&a));
    } else if (whole.tag != T_TRUTH && whole.tag != T_NONE) {
        audit_show(r, &a, whole, lang);
        d = diag(&r->findings, D_CHECK_NOT_TRUTH, l->check->expr->span, buf_str(&a));
    } else if (l->has_difference) {
        audit_show(r, &a, l->asserted, lang);
        audit_show(r, &b, l->obtained, lang);
        audit_show(r, &gap, l->difference, lang);
        d = diag(&r->findings, D_CHECK_FAILS, l->check->expr->span, buf_str(&a), buf_str(&b), buf_str(&gap));
    } else {
        audit_show(r, &b, value_truth(false), lang);
        d = diag(&r->findings, D_CHECK_FALSE, l->check->expr->span,
                 source_text(r->graph->program->sources, l->check->expr->span), buf_str(&b));
    }
    note_reads(c, d);
    buf_free(&a);
    buf_free(&b);
    buf_free(&gap);
}

static void run_check(CheckReport *r, Key *k, KeyChoice *ch, const Check *check, const Either *e, uint32_t branch)
{
    CheckLine *l = ch ? report_push(r, &r->lines, &r->line_count, sizeof *l) : NULL;
    if (!l) {
        return;
    }
    *l = (CheckLine){.check = check, .either = e, .branch = branch};
    Checking c = {.report = r, .key = k, .choice = ch, .line = l};
    Value whole = value_none();
    check_sides(&c);
    check_reads(&c);
    if (check->within != NO_SLOT) {
        l->known = l->has_sides;
        l->holds = check_within(&c);
    } else {
        l->known = check_value(&c, check->slot, &whole);
        l->holds = l->known && value_is_true(whole);
    }
    if (l->known && !l->holds) {
        report_failure(&c, whole);
    }
    r->failed_checks += !l->holds;
}

/* Does the check read this shared name, in the base or as a scenario has it? */
static bool reads_shared(const CheckReport *r, const Upstream *up, uint32_t shared)
{
    if (upstream_has(up, shared)) {
        return true;
    }
    for (uint32_t s = 0; s < r->graph->program->scenario_count; s++) {
        uint32_t own = r->graph->own[s][shared];
        if (own != NO_SLOT && upstream_has(up, own)) {
            return true;
        }
    }
    return false;
}

/* Does branch b define every name that the check reads among those that branches of e share? reads: it reads some. */
static bool branch_defines(const CheckReport *r, const Upstream *up, const Either *e, uint32_t b, bool *reads)
{
    const EitherDecl *d = r->graph->program->eithers[e->program_either];
    bool all = true;
    for (uint32_t i = 0; i < d->shared_count; i++) {
        if (reads_shared(r, up, d->shared[i])) {
            *reads = true;
            all = all && d->members[i * d->branch_count + b] != UINT32_MAX;
        }
    }
    return all;
}

typedef struct Spread { /* the branches in which one check means something */
    CheckReport *report;
    Key *key;
    const Check *check;
    Upstream up;
    uint32_t *choice;
} Spread;

/* First branches, or the first that define what the check reads. */
static void spread_choose(Spread *s)
{
    case_choose_path(s->check->either, s->check->branch, s->choice);
    for (uint32_t i = 0; s->key->c && i < s->key->c->either_count && !s->check->either; i++) {
        const Either *e = s->key->c->eithers[i];
        bool reads = false;
        for (uint32_t b = 0; b < e->branch_count; b++) {
            if (branch_defines(s->report, &s->up, e, b, &reads)) {
                s->choice[e->program_either] = b;
                break;
            }
        }
    }
}

static void spread_run(Spread *s)
{
    run_check(s->report, s->key, key_choice(s->key, s->choice), s->check, NULL, 0);
    for (uint32_t i = 0; s->key->c && i < s->key->c->either_count && !s->check->either; i++) {
        const Either *e = s->key->c->eithers[i];
        uint32_t first = s->choice[e->program_either];
        for (uint32_t b = first + 1; b < e->branch_count && !s->key->stopped; b++) {
            bool reads = false;
            if (branch_defines(s->report, &s->up, e, b, &reads) && reads) {
                s->choice[e->program_either] = b;
                run_check(s->report, s->key, key_choice(s->key, s->choice), s->check, e, b);
            }
        }
        s->choice[e->program_either] = first;
    }
}

static void run_check_everywhere(CheckReport *r, Key *k, const Check *check)
{
    uint32_t n = r->graph->program->either_count;
    Spread s = {.report = r, .key = k, .check = check, .choice = arena_alloc(&r->arena, (n + 1) * sizeof *s.choice)};
    if (check->slot == NO_SLOT) {
        return;
    }
    if (!s.choice || !depend_upstream(r->graph, NULL, check->slot, &r->arena, &s.up)) {
        vm_fail_memory(r->graph->vm);
        k->stopped = true;
        return;
    }
    spread_choose(&s);
    spread_run(&s);
}

/* ---- official figures ---- */

static void report_official(CheckReport *r, const Key *k, const OfficialResult *o)
{
    Lang lang = k->c->lang;
    Buf printed, key;
    buf_init(&printed, r->graph->vm->mem);
    buf_init(&key, r->graph->vm->mem);
    audit_show(r, &printed, o->printed, lang);
    audit_show(r, &key, o->key, lang);
    Span where = o->answer->official.node->span;
    if (o->other_kind) {
        diag(&r->findings, D_OFFICIAL_KIND, where, buf_str(&printed), buf_str(&key));
    } else if (o->asserted_otherwise) {
        diag(&r->findings, D_OFFICIAL_CLASS, where, buf_str(&printed), str_from(official_class_name(o->cls, lang)),
             str_from(official_class_name(o->answer->official.asserted, lang)));
    } else {
        diag(&r->findings, D_OFFICIAL_WRONG, where, buf_str(&printed), buf_str(&key));
    }
    buf_free(&printed);
    buf_free(&key);
}

static void run_officials(CheckReport *r, Key *k)
{
    for (uint32_t i = 0; i < k->c->answer_count + k->c->printed_count && !k->stopped; i++) {
        const Answer *a = i < k->c->answer_count ? k->c->answers[i] : k->c->printed[i - k->c->answer_count];
        OfficialResult *o = a->official.node ? report_push(r, &r->officials, &r->official_count, sizeof *o) : NULL;
        if (!o || !official_classify(k, a, o) || !o->known) {
            continue;
        }
        report_keep(r, o->printed);
        bool silent = o->cls != CLASS_WRONG || a->official.asserted == CLASS_WRONG;
        if (o->asserted_otherwise || !silent || o->other_kind) {
            r->wrong_officials++;
            report_official(r, k, o);
        }
    }
}

/* ---- the whole ---- */

static void run_case(CheckReport *r, Key *k)
{
    for (uint32_t i = 0; i < k->c->check_count && !k->stopped; i++) {
        run_check_everywhere(r, k, k->c->checks[i]);
    }
    run_officials(r, k);
    points_check(r->graph, k->c, &r->findings);
    competences_check(&r->cases, k->c, &r->findings);
    audit_case(r, k);
    lint_case(r, k);
}

/* Keys come first: each protects its views in turn, and all are closed together. */
static bool open_keys(CheckReport *r)
{
    r->keys = arena_alloc(&r->arena, (r->cases.count + 1) * sizeof *r->keys);
    if (!r->keys) {
        return vm_fail_memory(r->graph->vm);
    }
    for (uint32_t i = 0; i <= r->cases.count; i++) {
        r->key_count = i + 1;
        if (!key_open(&r->keys[i], r->graph, i ? r->cases.list[i - 1] : NULL)) {
            return false;
        }
    }
    return true;
}

static bool finished(const CheckReport *r)
{
    for (uint32_t i = 0; i < r->key_count; i++) {
        if (r->keys[i].stopped) {
            return false;
        }
    }
    return true;
}

bool check_run(CheckReport *r, Graph *g)
{
    *r = (CheckReport){.graph = g, .text_errors = g->program->diags->errors};
    arena_init(&r->arena, g->vm->mem);
    diags_init(&r->findings, g->vm->mem);
    if (!cases_build(&r->cases, g, &r->findings)) {
        return vm_fail_memory(g->vm);
    }
    if (!open_keys(r)) {
        return false;
    }
    audit_formulas(r);
    if (finished(r)) {
        lint_rounding(r);
    }
    for (uint32_t i = 0; i < r->cases.check_count && finished(r); i++) {
        run_check_everywhere(r, &r->keys[0], r->cases.checks[i]);
    }
    for (uint32_t i = 0; i < r->cases.count && finished(r); i++) {
        run_case(r, &r->keys[i + 1]);
    }
    if (r->arena.failed) {
        return vm_fail_memory(g->vm);
    }
    return finished(r);
}

void check_free(CheckReport *r)
{
    while (r->key_count) {
        key_close(&r->keys[--r->key_count]);
    }
    cases_free(&r->cases);
    diags_free(&r->findings);
    arena_free(&r->arena);
}

bool check_passed(const CheckReport *r)
{
    return r->findings.errors == 0 && r->failed_checks == 0 && r->text_errors == 0;
}
