/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the figure is compared with the key rounded in each way at its own decimals; then the key is evaluated again
   with the official figures of what it depends on, and with one more formula rounded. */
#include "domain/official.h"

#include <string.h>

#include "data/show.h"
#include "domain/accept.h"
#include "domain/reading.h"
#include "num/number.h"
#include "num/unit.h"

const char *official_class_name(OfficialClass c, Lang lang)
{
    static const char *const names[][2] = {
#define CLASS(id, english, french) {english, french},
#include "domain/official.def"
#undef CLASS
        {"", ""},
    };
    return names[c][lang == LANG_FR];
}

typedef struct Printed { /* the official figure, measured against values */
    NumCtx *num;
    Value figure;
    int decimals;
} Printed;

static bool printed_is(const Printed *p, Value key, RoundMode mode)
{
    Value k;
    int order = 1;
    if (p->decimals == NO_DECIMALS || unit_convert(p->num, key, p->figure.unit, &k) != NUM_OK ||
        num_round(p->num, k, p->decimals, mode, &k) != NUM_OK) {
        return false;
    }
    return num_cmp(p->num, k, p->figure, &order) == NUM_OK && !order;
}

static bool printed_equals(const Printed *p, Value key)
{
    int order = 1;
    return num_cmp(p->num, key, p->figure, &order) == NUM_OK && !order;
}

Value official_figure(NumCtx *num, const Official *o, Value key)
{
    Value v = o->value;
    bool bare = v.unit == U_PLAIN && !unit_is_dimensionless(num, key.unit) && !unit_is_counting(num, key.unit);
    if (bare) {
        num_with_unit(num, o->value, key.unit, &v);
    }
    return v;
}

/* ---- figures that follow from others ---- */

typedef struct Follow {
    Key *key;
    KeyChoice *choice;
    const AnswerKey *answer;
    Printed printed;
    OfficialResult *out;
    Put *puts;
    uint32_t count;
} Follow;

static bool official_in_slot(Follow *f, const Answer *a, Value *out)
{
    Value own;
    const Official *o = &a->official;
    if (!o->known || !value_is_number(o->value) || !key_own_value(f->key, f->choice->view, a, &own) ||
        !value_is_number(own)) {
        return false;
    }
    *out = official_figure(f->printed.num, o, own);
    return unit_convert(f->printed.num, *out, own.unit, out) == NUM_OK;
}

/* An answer whose own formula this is, and that has an official figure. */
static bool has_official(const Follow *f, uint32_t slot)
{
    const Case *c = f->key->c;
    for (uint32_t i = 0; i < c->answer_count; i++) {
        const Answer *a = c->answers[i];
        if (a->own_slot == slot && a->official.node && a != f->answer->answer &&
            !case_left_out(a->either, a->branch, f->choice->branches)) {
            return true;
        }
    }
    return false;
}

/* An answer that this one depends on and that stands before it; of its own table, the cells before it. */
static bool comes_before(const Follow *f, const Answer *a)
{
    const Answer *self = f->answer->answer;
    uint32_t carrier = key_carrier(a);
    bool later = a == self || (a->table && a->table == self->table && a->number > self->number);
    return !later && carrier != NO_SLOT && upstream_has(&f->answer->upstream, carrier) &&
           !case_left_out(a->either, a->branch, f->choice->branches);
}

/* Official figures of the answers that it depends on. */
static void collect_officials(Follow *f)
{
    const Case *c = f->key->c;
    for (uint32_t i = 0; i < c->answer_count; i++) {
        const Answer *a = c->answers[i];
        Value v;
        if (a->official.node && comes_before(f, a) && official_in_slot(f, a, &v)) {
            f->puts[f->count++] = (Put){.answer = a, .value = v};
        }
    }
}

static bool follows_in(Follow *f, View *view)
{
    Value key;
    return view && key_of_answer(f->key, view, f->answer->answer, &key) && value_is_number(key) &&
           (printed_is(&f->printed, key, ROUND_HALF_UP) || printed_equals(&f->printed, key));
}

static View *officials_view(Follow *f, uint32_t extra)
{
    View *v = key_put(f->key, f->choice->view, f->puts, f->count + extra);
    if (v) {
        heap_protect(f->key->graph->vm->heap, view_value(v));
    }
    return v;
}

/* Puts the value of a formula, or of an answer, rounded at e decimals behind the official figures. */
static bool put_rounded(Follow *f, Put what, Value v, int e)
{
    if (!value_is_number(v) || num_round(f->printed.num, v, e, ROUND_HALF_UP, &what.value) != NUM_OK ||
        accept_same(f->key->graph->vm->heap, v, what.value)) {
        return false;
    }
    f->puts[f->count] = what;
    return follows_in(f, officials_view(f, 1));
}

/* One formula more, that has no official figure. */
static bool follows_formula(Follow *f, View *view, int e)
{
    const Upstream *up = &f->answer->upstream;
    for (uint32_t i = up->count; i-- > 0 && !f->key->stopped;) { /* the nearest formula first */
        uint32_t slot = up->slots[i];
        Value v;
        if (depend_is_named(f->key->graph, slot) && !has_official(f, slot) && key_value(f->key, view, slot, &v) &&
            put_rounded(f, (Put){.slot = slot}, v, e)) {
            f->out->rounded_slot = slot;
            return true;
        }
    }
    return false;
}

/* One cell more, that has no official figure. */
static bool follows_cell(Follow *f, View *view, int e)
{
    const Case *c = f->key->c;
    for (uint32_t i = c->answer_count; i-- > 0 && !f->key->stopped;) {
        const Answer *a = c->answers[i];
        Value v;
        if (a->table && !a->official.node && comes_before(f, a) && key_own_value(f->key, view, a, &v) &&
            put_rounded(f, (Put){.answer = a}, v, e)) {
            f->out->rounded_cell = a;
            return true;
        }
    }
    return false;
}

/* Of the figures put, `total`, keeps those without which it would not follow, and names those that differ from the key. */
static void keep_needed(Follow *f, uint32_t extra)
{
    OfficialResult *out = f->out;
    for (uint32_t i = 0; i < f->count && !f->key->stopped;) {
        Put gone = f->puts[i];
        memmove(&f->puts[i], &f->puts[i + 1], (f->count + extra - i - 1) * sizeof *f->puts);
        f->count--;
        if (!follows_in(f, officials_view(f, extra))) {
            memmove(&f->puts[i + 1], &f->puts[i], (f->count + extra - i) * sizeof *f->puts);
            f->puts[i++] = gone;
            f->count++;
        }
    }
    for (uint32_t i = 0; i < f->count && out->from_count < sizeof out->from / sizeof *out->from; i++) {
        out->from[out->from_count++] = f->puts[i].answer;
    }
}

static bool follows(Follow *f)
{
    View *view = f->choice->view;
    collect_officials(f);
    if (f->count) {
        view = officials_view(f, 0);
        if (follows_in(f, view)) {
            keep_needed(f, 0);
            return true;
        }
    }
    for (int e = f->printed.decimals; e >= 0; e--) {
        if (follows_formula(f, view, e) || follows_cell(f, view, e)) {
            f->out->rounded_decimals = e;
            keep_needed(f, 1);
            return true;
        }
    }
    return false;
}

/* It does not follow from what the correction prints; from one of those figures rounded further, it may. */
static void find_instead(Follow *f)
{
    const Case *c = f->key->c;
    f->count = 0;
    for (uint32_t i = c->answer_count; i-- > 0 && !f->out->instead;) {
        const Answer *a = c->answers[i];
        Value v;
        if (!a->official.node || !comes_before(f, a) || !key_own_value(f->key, f->choice->view, a, &v)) {
            continue;
        }
        for (int e = a->official.decimals - 1; e >= 0 && !f->out->instead && !f->key->stopped; e--) {
            if (put_rounded(f, (Put){.answer = a}, v, e)) {
                f->out->instead = a;
                f->out->instead_figure = f->puts[0].value;
            }
        }
    }
}

static bool try_follow(Key *k, KeyChoice *ch, const AnswerKey *ak, const Printed *p, OfficialResult *out)
{
    Mem *mem = k->graph->vm->mem;
    Heap *heap = k->graph->vm->heap;
    uint32_t n = k->c->answer_count + 2, guard = heap->protected_count;
    Follow f = {.key = k, .choice = ch, .answer = ak, .printed = *p, .out = out, .puts = mem_zalloc(mem, n, sizeof(Put))};
    bool ok = false;
    if (f.puts) {
        ok = follows(&f);
        if (!ok && !k->stopped) {
            find_instead(&f);
        }
    } else {
        vm_fail_memory(k->graph->vm);
        k->stopped = true;
    }
    heap_unprotect(heap, guard);
    mem_free(mem, f.puts, n * sizeof(Put));
    return ok;
}

/* ---- the whole ---- */

static OfficialClass classify_number(Key *k, KeyChoice *ch, AnswerKey *ak, OfficialResult *out)
{
    NumCtx *num = k->graph->vm->num;
    Printed p = {num, out->printed, ak->answer->official.decimals};
    if (!unit_same_dimension(num, p.figure.unit, ak->value.unit)) {
        out->other_kind = true;
        return CLASS_WRONG;
    }
    if (printed_equals(&p, ak->value)) {
        return CLASS_EXACT;
    }
    if (printed_is(&p, ak->value, ROUND_HALF_UP)) {
        return CLASS_ROUNDED;
    }
    if (printed_is(&p, ak->value, ROUND_DOWN)) {
        return CLASS_TRUNCATED;
    }
    if (printed_is(&p, ak->value, ROUND_CEIL)) {
        return CLASS_RAISED;
    }
    return try_follow(k, ch, ak, &p, out) ? CLASS_FOLLOWS : CLASS_WRONG;
}

/* A cell that is no figure: the words that stand for the key. */
static void classify_text(Key *k, const AnswerKey *ak, OfficialResult *out)
{
    Graph *g = k->graph;
    Buf shown;
    Reading r = {.last = ak->answer->official.text};
    ShowStyle style = show_style(k->c->lang);
    bool truth = false;
    buf_init(&shown, g->vm->mem);
    value_show(g->vm->heap, &shown, ak->value, &style);
    bool same = ak->value.tag == T_TRUTH && reading_truth(g->vm->mem, &r, &truth)
                    ? truth == value_is_true(ak->value)
                    : reading_same_text(g->vm->mem, buf_str(&shown), r.last);
    buf_free(&shown);
    out->known = true;
    out->other_kind = value_is_number(ak->value);
    out->key = out->printed = ak->value;
    if (!text_new(g->vm->heap, ak->answer->official.text, &out->printed)) {
        vm_fail_memory(g->vm);
        k->stopped = true;
    }
    out->cls = same ? CLASS_EXACT : CLASS_WRONG;
}

static bool classify(Key *k, const Answer *a, OfficialResult *out)
{
    Graph *g = k->graph;
    uint32_t n = g->program->either_count;
    *out = (OfficialResult){.answer = a, .cls = CLASS_WRONG, .rounded_slot = NO_SLOT};
    uint32_t *choice = arena_alloc(&k->arena, (n + 1) * sizeof *choice);
    if (!choice) {
        vm_fail_memory(g->vm);
        k->stopped = true;
        return false;
    }
    case_choose_path(a->either, a->branch, choice);
    KeyChoice *ch = key_choice(k, choice);
    AnswerKey *ak = ch ? key_answer(k, ch, a) : NULL;
    if (ak && ak->has_value && a->official.text.n) {
        classify_text(k, ak, out);
        return !k->stopped;
    }
    if (!ak || !ak->has_value || !a->official.known) {
        return !k->stopped;
    }
    out->known = true;
    out->key = ak->value;
    out->printed = a->official.value;
    if (value_is_number(out->key) && value_is_number(out->printed)) {
        out->printed = official_figure(g->vm->num, &a->official, out->key);
        out->cls = classify_number(k, ch, ak, out);
    } else {
        out->other_kind = value_is_number(out->key) != value_is_number(out->printed);
        out->cls = accept_same(g->vm->heap, out->key, out->printed) ? CLASS_EXACT : CLASS_WRONG;
    }
    out->asserted_otherwise = a->official.asserted != CLASS_COUNT && a->official.asserted != out->cls;
    return !k->stopped;
}

/* Comparing figures and words cannot tell that memory is out: no class is better than a wrong one. */
bool official_classify(Key *k, const Answer *a, OfficialResult *out)
{
    Vm *vm = k->graph->vm;
    bool failed_before = vm->mem->failed;
    vm->mem->failed = false;
    bool ok = classify(k, a, out);
    if (ok && vm->mem->failed) {
        k->stopped = true;
        return vm_fail_memory(vm);
    }
    vm->mem->failed = vm->mem->failed || failed_before;
    return ok;
}

static void detail_figure(Buf *list, Graph *g, const Answer *a, Value figure, Lang lang)
{
    ShowStyle style = show_style(lang);
    buf_puts(list, list->n ? ", " : "");
    buf_put(list, a->name);
    buf_puts(list, " = ");
    value_show(g->vm->heap, list, figure, &style);
}

static void detail_rounded(Buf *list, Graph *g, const OfficialResult *r, Lang lang)
{
    Buf name, number;
    buf_init(&name, list->mem);
    buf_init(&number, list->mem);
    if (r->rounded_cell) {
        buf_put(&name, r->rounded_cell->name);
    } else {
        graph_slot_name(g, &name, r->rounded_slot);
    }
    buf_printf(&number, "%d", r->rounded_decimals);
    Str args[DIAG_ARGS] = {buf_str(&name), buf_str(&number)};
    buf_puts(list, list->n ? ", " : "");
    diag_message(list, D_NOTE_ROUNDED_AT, args, lang);
    list->failed = list->failed || name.failed || number.failed;
    buf_free(&name);
    buf_free(&number);
}

static void put_detail(Buf *out, DiagId id, Buf *list, Lang lang)
{
    Str args[DIAG_ARGS] = {buf_str(list)};
    diag_message(out, id, args, lang);
    out->failed = out->failed || list->failed;
    buf_free(list);
}

void official_detail(Buf *out, Graph *g, const OfficialResult *r, Lang lang)
{
    Buf list;
    buf_init(&list, out->mem);
    if (r->cls == CLASS_WRONG && r->instead) {
        detail_figure(&list, g, r->instead, r->instead_figure, lang);
        put_detail(out, D_NOTE_INSTEAD, &list, lang);
        return;
    }
    if (r->cls != CLASS_FOLLOWS) {
        return;
    }
    for (uint32_t i = 0; i < r->from_count; i++) {
        detail_figure(&list, g, r->from[i], r->from[i]->official.value, lang);
    }
    if (r->rounded_slot != NO_SLOT || r->rounded_cell) {
        detail_rounded(&list, g, r, lang);
    }
    put_detail(out, D_NOTE_FOLLOWS, &list, lang);
}
