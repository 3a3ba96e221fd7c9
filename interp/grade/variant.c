/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: SHA-256 of (case, candidate, given, k, try) gives 64 bits; those beyond the last whole multiple of the number of
   values are tried again, so that each value is as likely as another. */
#include "grade/variant.h"

#include <string.h>

#include "base/utf8.h"
#include "format/json.h"

/* ---- what varies ---- */

static bool add_conditions(Marker *m, Draw *d)
{
    const Node *n = d->given->node;
    for (const Node *c = node_clause(n, CL_DEFINE_SUCH_THAT); c; c = node_next_clause(n, c)) {
        d->condition_count++;
    }
    d->conditions = arena_alloc(&m->kept, (d->condition_count + 1) * sizeof *d->conditions);
    uint32_t at = 0;
    for (const Node *c = node_clause(n, CL_DEFINE_SUCH_THAT); d->conditions && c; c = node_next_clause(n, c)) {
        d->conditions[at++] = case_slot(&m->session.graph, c->kids[0]);
    }
    return d->conditions != NULL;
}

/* The values a given may take: a range or a list of some length. */
static bool range_of(Marker *m, const Draw *d, Value *out, uint32_t *count)
{
    Vm *vm = &m->session.vm;
    Value n;
    if (!vm_eval_slot(vm, NULL, d->range, out)) {
        return false;
    }
    if (out->tag == T_LIST) {
        *count = list_count(*out);
        return *count > 0;
    }
    if (out->tag != T_RANGE) {
        return false;
    }
    const Range *r = out->ptr;
    bool fits = value_is_number(r->from) && num_sub(vm->num, r->to, r->from, &n) == NUM_OK &&
                num_div(vm->num, n, r->step, &n) == NUM_OK && num_floor(vm->num, n, &n) == NUM_OK;
    int64_t steps = fits ? num_to_int64(vm->num, n, &fits) : -1;
    *count = fits && steps >= 0 && steps < 1000000 ? (uint32_t)steps + 1 : 0;
    return *count > 0;
}

static bool value_at(Marker *m, Value range, uint32_t i, Value *out)
{
    NumCtx *num = &m->session.num;
    Value moved;
    if (range.tag == T_LIST) {
        *out = list_at(range, i);
        return true;
    }
    const Range *r = range.ptr;
    return num_mul(num, r->step, num_int((int64_t)i), &moved) == NUM_OK && num_add(num, r->from, moved, out) == NUM_OK;
}

bool variant_open(Marker *m)
{
    Session *s = &m->session;
    Draws *d = arena_alloc(&m->kept, sizeof *d);
    m->draws = d;
    if (!d) {
        return false;
    }
    d->list = arena_alloc(&m->kept, (m->c->given_count + 1) * sizeof *d->list);
    d->slots = arena_alloc(&m->kept, (m->c->given_count + 1) * sizeof *d->slots);
    d->values = arena_alloc(&m->kept, (m->c->given_count + 1) * sizeof *d->values);
    m->base_guard = s->heap.protected_count;
    for (uint32_t i = 0; d->values && d->slots && d->list && i < m->c->given_count; i++) {
        const Given *g = &m->c->givens[i];
        Value range;
        uint32_t count;
        if (!g->vary) {
            continue;
        }
        Draw *one = &d->list[d->count++];
        *one = (Draw){.given = g, .range = case_slot(&s->graph, g->vary)};
        if (!add_conditions(m, one)) {
            return false;
        }
        if (!range_of(m, one, &range, &count)) {
            if (s->vm.fault) {
                vm_report(&s->vm, &s->diags);
            } else {
                diag(&s->diags, D_VARY_RANGE, g->vary->span, g->name);
            }
            return false;
        }
    }
    return d->list && d->slots && d->values;
}

void variant_close(Marker *m)
{
    if (m->draws) {
        heap_unprotect(&m->session.heap, m->base_guard);
        m->key.base = NULL;
        m->draws = NULL;
    }
}

/* ---- drawing ---- */

/* candidate: folded */
static uint64_t bits(const Marker *m, Str candidate, const Given *given, uint32_t k, uint32_t again)
{
    Digest d;
    unsigned char sum[DIGEST_BYTES];
    uint64_t n = 0;
    digest_begin(&d);
    digest_put(&d, m->c->name);
    digest_put(&d, candidate);
    digest_put(&d, given->question ? given->question->label : (Str){"", 0});
    digest_put(&d, given->name);
    digest_put_number(&d, k);
    digest_put_number(&d, again);
    digest_end(&d, sum);
    for (int i = 0; i < 8; i++) {
        n = n << 8 | sum[i];
    }
    return n;
}

static uint32_t pick(const Marker *m, Str candidate, const Given *given, uint32_t k, uint32_t count)
{
    uint64_t whole = UINT64_MAX - UINT64_MAX % count, n;
    uint32_t again = 0;
    do {
        n = bits(m, candidate, given, k, again++);
    } while (n >= whole && again < 64);
    return (uint32_t)(n % count);
}

static bool draw_all(Marker *m, Str candidate, uint32_t k)
{
    Draws *d = m->draws;
    for (uint32_t i = 0; i < d->count; i++) {
        Value range;
        uint32_t count;
        if (!range_of(m, &d->list[i], &range, &count) ||
            !value_at(m, range, pick(m, candidate, d->list[i].given, k, count), &d->list[i].value)) {
            return false;
        }
        heap_protect(&m->session.heap, d->list[i].value);
    }
    return true;
}

static View *view_of_draws(Marker *m)
{
    Draws *d = m->draws;
    for (uint32_t i = 0; i < d->count; i++) {
        Value own, *drawn = &d->values[i];
        d->slots[i] = d->list[i].given->slot;
        *drawn = d->list[i].value;
        if (vm_eval_slot(&m->session.vm, NULL, d->slots[i], &own) && value_is_number(own) && value_is_number(*drawn)) {
            unit_convert(&m->session.num, *drawn, own.unit, drawn);
        }
    }
    View *v = graph_view_values(&m->session.graph, NULL, d->slots, d->values, d->count);
    if (v && heap_protect(&m->session.heap, view_value(v)) == UINT32_MAX) {
        v = NULL;
    }
    return v;
}

/* A condition that fails to be evaluated does not hold. */
static bool conditions_hold(Marker *m, View *view)
{
    Vm *vm = &m->session.vm;
    for (uint32_t i = 0; i < m->draws->count; i++) {
        const Draw *d = &m->draws->list[i];
        for (uint32_t k = 0; k < d->condition_count; k++) {
            Value v;
            if (!vm_eval_slot(vm, view, d->conditions[k], &v)) {
                if (!vm->fault || vm->fault->uncatchable) {
                    return false;
                }
                vm_take_fault(vm);
                return false;
            }
            if (!value_is_true(v)) {
                return false;
            }
        }
    }
    return true;
}

/* The first draw that fulfils the conditions. candidate: folded. */
static uint32_t first_draw(Marker *m, Str candidate)
{
    Heap *heap = &m->session.heap;
    for (uint32_t k = 1; k <= VARIANT_DRAWS && m->draws->count; k++) {
        heap_unprotect(heap, m->base_guard);
        if (!draw_all(m, candidate, k)) {
            return 0;
        }
        View *v = view_of_draws(m);
        if (v && conditions_hold(m, v)) {
            m->draws->view = v;
            return k;
        }
        if (!v || m->session.vm.fault) {
            return 0;
        }
    }
    return 0;
}

static uint32_t draw_for(Marker *m, Str candidate)
{
    Buf folded;
    buf_init(&folded, m->kept.mem);
    utf8_fold(&folded, str_trim(candidate));
    m->key.base = NULL;
    m->draws->view = NULL;
    uint32_t k = folded.failed ? 0 : first_draw(m, buf_str(&folded));
    if (folded.failed) {
        vm_fail_memory(&m->session.vm);
    }
    buf_free(&folded);
    return k;
}

uint32_t variant_begin(Marker *m, Str candidate)
{
    m->session.vm.steps_left = MARKER_STEPS_AGAIN;
    uint32_t k = draw_for(m, candidate);
    if (k) {
        key_set_base(&m->key, m->draws->view);
    }
    return k;
}

bool variant_of(Marker *m, Arena *arena, Str candidate, Str *draws)
{
    Buf b;
    JsonWriter w;
    *draws = (Str){NULL, 0};
    if (!m->draws->count) {
        return true;
    }
    if (!variant_begin(m, candidate)) {
        return false;
    }
    buf_init(&b, arena->mem);
    json_begin(&w, &b, false);
    json_object(&w);
    ShowStyle style = show_style(m->c->lang);
    for (uint32_t i = 0; i < m->draws->count; i++) {
        Buf shown;
        buf_init(&shown, arena->mem);
        value_show(&m->session.heap, &shown, m->draws->list[i].value, &style);
        json_key(&w, m->draws->list[i].given->name);
        json_text(&w, buf_str(&shown));
        buf_free(&shown);
    }
    json_finish(&w);
    *draws = b.failed ? (Str){NULL, 0} : arena_str(arena, buf_str(&b));
    buf_free(&b);
    return draws->p != NULL;
}
