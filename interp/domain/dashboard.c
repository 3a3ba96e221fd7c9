/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: rows are numbered by key and period and put together by a counting sort; each indicator then has one figure for
   each such place, from which its fields follow. */
#include "domain/dashboard.h"

#include <string.h>

#include "base/limits.h"
#include "num/number.h"
#include "num/unit.h"

enum { PER_INDICATOR = 4, USUAL_FIELDS = 5 };

typedef struct Making {
    Vm *vm;
    const DashboardSource *s;
    LabelMap keys, periods;
    uint32_t rows;        /* of the table */
    uint32_t key_count, period_count, places, indicators;
    uint32_t *place;      /* of each row: key, then period */
    uint32_t *order;      /* rows, place by place */
    uint32_t *start;      /* of each place in `order`, and one more */
    Value *scratch;       /* for indicator_figure */
    List *figures;        /* by place, then indicator */
    List *totals;         /* by period, then indicator: over all keys */
    List *items;
    Field fields[FIELD_COUNT];
    uint32_t field_count, shown;
} Making;

static Value not_given(void) { return value_status(STATUS_NOT_GIVEN, NULL); }

static const Instance *indicator_at(const Making *m, uint32_t i)
{
    return list_at(m->s->indicators, PER_INDICATOR * i).ptr;
}

/* ---- which fields ---- */

static void choose_field(Making *m, Field f)
{
    for (uint32_t i = 0; i < m->field_count; i++) {
        if (m->fields[i] == f) {
            return;
        }
    }
    if (f != FIELD_COUNT) {
        m->fields[m->field_count++] = f;
    }
}

static void choose_named(Making *m, Value names)
{
    for (uint32_t i = 0; i < list_count(names); i++) {
        choose_field(m, field_named(text_str(m->vm->heap, list_at(names, i))));
    }
}

static void choose_fields(Making *m)
{
    choose_named(m, m->s->shown);
    for (int f = 0; f < USUAL_FIELDS && !list_count(m->s->shown); f++) {
        choose_field(m, (Field)f);
    }
    choose_named(m, m->s->summary);
    m->shown = m->field_count;
    for (int f = 0; f < FIELD_COUNT; f++) {
        choose_field(m, (Field)f);
    }
}

/* ---- places ---- */

static bool fail_label(Making *m, Value name, Value v)
{
    Buf given;
    buf_init(&given, m->vm->mem);
    vm_describe(m->vm, &given, v);
    Str args[] = {text_str(m->vm->heap, name), buf_str(&given)};
    vm_fail(m->vm, v.tag == T_STATUS ? D_DASHBOARD_NO_LABEL : D_KEY_KIND, v.tag == T_STATUS ? args : args + 1,
            v.tag == T_STATUS ? 2 : 1);
    buf_free(&given);
    return false;
}

static bool number_of(Making *m, LabelMap *map, Value name, Value list, uint32_t row, uint32_t *out)
{
    bool is_new;
    *out = 0;
    if (list.tag != T_LIST) {
        return true;
    }
    Value v = list_at(list, row);
    if (!label_sound(v)) {
        return fail_label(m, name, v);
    }
    NumErr err = labels_add(map, v, out, &is_new);
    return err == NUM_OK || vm_fail_num(m->vm, err, "by", v, v);
}

/* Numbers first: how many periods there are is known only at the end. */
static bool places_number(Making *m, uint32_t *period)
{
    for (uint32_t i = 0; i < m->rows; i++) {
        if (!number_of(m, &m->keys, m->s->key_name, m->s->keys, i, &m->place[i]) ||
            !number_of(m, &m->periods, m->s->period_name, m->s->periods, i, &period[i])) {
            return false;
        }
    }
    m->key_count = m->s->keys.tag == T_LIST ? m->keys.count : 1;
    m->period_count = m->s->periods.tag == T_LIST ? m->periods.count : 1;
    m->places = m->key_count * m->period_count;
    for (uint32_t i = 0; i < m->rows; i++) {
        m->place[i] = m->place[i] * m->period_count + period[i];
    }
    return (uint64_t)m->key_count * m->period_count * m->indicators * FIELD_COUNT <= LIMIT_LIST_ITEMS ||
           vm_fail(m->vm, D_LIST_TOO_LONG, NULL, 0);
}

static bool places_order(Making *m)
{
    m->start = mem_zalloc(m->vm->mem, m->places + 2u, sizeof *m->start);
    if (!m->start) {
        return vm_fail_memory(m->vm);
    }
    for (uint32_t i = 0; i < m->rows; i++) {
        m->start[m->place[i] + 1]++;
    }
    for (uint32_t i = 0; i < m->places; i++) {
        m->start[i + 1] += m->start[i];
    }
    for (uint32_t i = 0; i < m->rows; i++) {
        m->order[m->start[m->place[i]]++] = i;
    }
    memmove(m->start + 1, m->start, m->places * sizeof *m->start);
    m->start[0] = 0;
    return true;
}

static bool places_make(Making *m)
{
    size_t bytes = (m->rows + 1u) * sizeof(uint32_t);
    uint32_t *period = mem_alloc(m->vm->mem, bytes);
    m->place = mem_alloc(m->vm->mem, bytes);
    m->order = mem_alloc(m->vm->mem, bytes);
    m->scratch = mem_alloc(m->vm->mem, 3 * (m->rows + (size_t)1) * sizeof *m->scratch);
    bool ok = (period && m->place && m->order && m->scratch) || vm_fail_memory(m->vm);
    ok = ok && places_number(m, period) && places_order(m);
    mem_free(m->vm->mem, period, bytes);
    return ok;
}

/* ---- figures ---- */

/* Of the rows in this place. */
static bool figure(Making *m, uint32_t place, uint32_t indicator, Value *out)
{
    const Measured measured = indicator_measured(m->s->indicators, PER_INDICATOR * indicator);
    uint32_t from = m->start[place];
    return indicator_figure(m->vm, &measured, m->order + from, m->start[place + 1] - from, m->scratch, out);
}

static bool figures_make(Making *m)
{
    m->figures = list_new(m->vm->heap, m->places * m->indicators);
    if (!m->figures || heap_protect(m->vm->heap, value_obj(T_LIST, m->figures)) == UINT32_MAX) {
        return vm_fail_memory(m->vm);
    }
    for (uint32_t p = 0; p < m->places; p++) {
        for (uint32_t i = 0; i < m->indicators; i++) {
            if (!figure(m, p, i, &m->figures->store->items[p * m->indicators + i])) {
                return false;
            }
        }
    }
    return vm_charge(m->vm, (uint64_t)m->rows * m->indicators);
}

static Value figure_at(const Making *m, uint32_t key, uint32_t period, uint32_t indicator)
{
    return m->figures->store->items[(key * m->period_count + period) * m->indicators + indicator];
}

/* ---- fields that look at other places ---- */

enum { TOTAL_SUM, TOTAL_MEAN, TOTAL_LOWEST, TOTAL_HIGHEST, TOTALS };

/* Over the keys, of the figures that are given. */
static bool total_make(Making *m, uint32_t period, uint32_t indicator, Value *total)
{
    uint32_t used = 0;
    for (int t = 0; t < TOTALS; t++) {
        total[t] = not_given();
    }
    for (uint32_t k = 0; k < m->key_count; k++) {
        Value v = figure_at(m, k, period, indicator), below = value_truth(true), above = below;
        if (!value_is_number(v)) {
            continue;
        }
        if (!used++) {
            total[TOTAL_SUM] = v;
        } else if (!vm_arith(m->vm, OPC_ADD, total[TOTAL_SUM], v, &total[TOTAL_SUM]) ||
                   !vm_order(m->vm, OPC_LT, v, total[TOTAL_LOWEST], &below) ||
                   !vm_order(m->vm, OPC_LT, total[TOTAL_HIGHEST], v, &above)) {
            return false;
        }
        total[TOTAL_LOWEST] = value_is_true(below) ? v : total[TOTAL_LOWEST];
        total[TOTAL_HIGHEST] = value_is_true(above) ? v : total[TOTAL_HIGHEST];
    }
    return !used || vm_arith(m->vm, OPC_DIV, total[TOTAL_SUM], num_int(used), &total[TOTAL_MEAN]);
}

static Value *totals_at(const Making *m, uint32_t period, uint32_t indicator)
{
    return &m->totals->store->items[(period * m->indicators + indicator) * TOTALS];
}

static bool totals_make(Making *m)
{
    m->totals = list_new(m->vm->heap, m->period_count * m->indicators * TOTALS);
    if (!m->totals || heap_protect(m->vm->heap, value_obj(T_LIST, m->totals)) == UINT32_MAX) {
        return vm_fail_memory(m->vm);
    }
    for (uint32_t p = 0; p < m->period_count; p++) {
        for (uint32_t i = 0; i < m->indicators; i++) {
            if (!total_make(m, p, i, totals_at(m, p, i))) {
                return false;
            }
        }
    }
    return true;
}

static bool percent(Making *m, Value a, Value b, Value *out)
{
    *out = not_given();
    return !value_is_number(a) || !value_is_number(b) || num_is_zero(b) ||
           (vm_arith(m->vm, OPC_DIV, a, b, out) && vm_convert(m->vm, *out, U_PERCENT, out));
}

/* Does it add up? Rates do not, and have neither sum nor shares. */
static bool adds_up(const Making *m, uint32_t indicator, Value v)
{
    const Instance *i = indicator_at(m, indicator);
    Aggregate way = (Aggregate)i->fields[INDICATOR_AGGREGATE].num;
    bool rate = value_is_number(v) && (v.unit == U_RATIO || unit_is_percent(v.unit));
    return !rate && (way == AGGREGATE_USUAL || way == AGGREGATE_SUM);
}

/* Against the period before; without periods, against the reference. */
static bool evolution(Making *m, uint32_t place, uint32_t indicator, Value v, Value *out)
{
    uint32_t key = place / m->period_count, period = place % m->period_count;
    if (m->s->periods.tag != T_LIST) {
        return indicator_field(m->vm, indicator_at(m, indicator), FIELD_EVOLUTION, v, out);
    }
    *out = not_given();
    if (!period || !percent(m, v, figure_at(m, key, period - 1, indicator), out)) {
        return !m->vm->fault;
    }
    Value all = {.tag = T_NUM, .den = 1, .num = 1, .unit = U_PERCENT};
    return out->tag == T_STATUS || vm_arith(m->vm, OPC_SUB, *out, all, out);
}

static bool field_of(Making *m, uint32_t place, uint32_t indicator, Field f, Value *out)
{
    const Value *total = totals_at(m, place % m->period_count, indicator);
    Value v = m->figures->store->items[place * m->indicators + indicator];
    switch (f) {
    case FIELD_SHARE:
        *out = not_given();
        return !adds_up(m, indicator, v) || percent(m, v, total[TOTAL_SUM], out);
    case FIELD_SUM: *out = adds_up(m, indicator, v) ? total[TOTAL_SUM] : not_given(); return true;
    case FIELD_MEAN: *out = total[TOTAL_MEAN]; return true;
    case FIELD_LOWEST: *out = total[TOTAL_LOWEST]; return true;
    case FIELD_HIGHEST: *out = total[TOTAL_HIGHEST]; return true;
    case FIELD_EVOLUTION: return evolution(m, place, indicator, v, out);
    default: return indicator_field(m->vm, indicator_at(m, indicator), f, v, out);
    }
}

static bool items_make(Making *m)
{
    uint32_t total = m->places * m->indicators * FIELD_COUNT;
    m->items = list_new(m->vm->heap, total);
    if (!m->items || heap_protect(m->vm->heap, value_obj(T_LIST, m->items)) == UINT32_MAX) {
        return vm_fail_memory(m->vm);
    }
    for (uint32_t k = 0; k < total; k++) {
        uint32_t place = k / FIELD_COUNT / m->indicators, indicator = k / FIELD_COUNT % m->indicators;
        if (!field_of(m, place, indicator, m->fields[k % FIELD_COUNT], &m->items->store->items[k])) {
            return false;
        }
    }
    return vm_charge(m->vm, total);
}

/* ---- axes ---- */

static bool labels_axis(Making *m, Matrix *x, uint32_t axis, Str name, const LabelMap *map)
{
    List *labels = list_new(m->vm->heap, map->count);
    if (!labels) {
        return vm_fail_memory(m->vm);
    }
    for (uint32_t i = 0; i < map->count; i++) {
        labels->store->items[i] = map->entries[i].label;
    }
    return matrix_axis(m->vm->heap, x, axis, name, value_obj(T_LIST, labels)) || vm_fail_memory(m->vm);
}

static bool indicator_axis(Making *m, Matrix *x, uint32_t axis)
{
    List *labels = list_new(m->vm->heap, m->indicators);
    if (!labels) {
        return vm_fail_memory(m->vm);
    }
    for (uint32_t i = 0; i < m->indicators; i++) {
        labels->store->items[i] = indicator_at(m, i)->fields[INDICATOR_NAME];
    }
    Str name = m->vm->lang == LANG_FR ? STR("indicateur") : STR("indicator");
    if (!matrix_axis(m->vm->heap, x, axis, name, value_obj(T_LIST, labels))) {
        return vm_fail_memory(m->vm);
    }
    List *titles = list_new(m->vm->heap, m->indicators);
    for (uint32_t i = 0; titles && i < m->indicators; i++) {
        titles->store->items[i] = indicator_at(m, i)->fields[INDICATOR_TITLE];
    }
    x->axis[axis].titles = titles ? value_obj(T_LIST, titles) : value_none();
    return titles || vm_fail_memory(m->vm);
}

static bool field_axis(Making *m, Matrix *x, uint32_t axis)
{
    List *labels = list_new(m->vm->heap, FIELD_COUNT), *names = labels ? list_new(m->vm->heap, FIELD_COUNT) : NULL;
    bool ok = names != NULL;
    for (uint32_t i = 0; ok && i < FIELD_COUNT; i++) {
        ok = text_new(m->vm->heap, str_from(field_name(m->fields[i], LANG_EN)), &labels->store->items[i]) &&
             text_new(m->vm->heap, str_from(field_name(m->fields[i], LANG_FR)), &names->store->items[i]);
    }
    ok = ok && matrix_axis(m->vm->heap, x, axis, STR(""), value_obj(T_LIST, labels));
    if (!ok) {
        return vm_fail_memory(m->vm);
    }
    x->axis[axis].names = value_obj(T_LIST, names);
    x->shown = m->shown;
    return true;
}

static bool matrix_make(Making *m, Value *out)
{
    bool by = m->s->keys.tag == T_LIST, periods = m->s->periods.tag == T_LIST;
    uint32_t axis = 0;
    Matrix *x = matrix_new(m->vm->heap, 2u + by + periods);
    if (!x) {
        return vm_fail_memory(m->vm);
    }
    *out = value_obj(T_MATRIX, x);
    if ((by && !labels_axis(m, x, axis++, text_str(m->vm->heap, m->s->key_name), &m->keys)) ||
        (periods && !labels_axis(m, x, axis++, text_str(m->vm->heap, m->s->period_name), &m->periods)) ||
        !indicator_axis(m, x, axis) || !field_axis(m, x, axis + 1)) {
        return false;
    }
    x->items = value_obj(T_LIST, m->items);
    x->picture = PICTURE_BARS;
    x->title = m->s->title.tag == T_TEXT ? text_flat(m->vm->heap, m->s->title) : NULL;
    return true;
}

static uint32_t table_rows(const DashboardSource *s)
{
    Value first = list_at(s->indicators, 1);
    return s->keys.tag == T_LIST ? list_count(s->keys) : first.tag == T_LIST ? list_count(first) : 0;
}

bool dashboard_make(Vm *vm, const DashboardSource *source, Value *out)
{
    Making m = {.vm = vm, .s = source, .rows = table_rows(source),
                .indicators = list_count(source->indicators) / PER_INDICATOR};
    uint32_t mark = heap_protect(vm->heap, value_none());
    if (mark == UINT32_MAX) {
        return vm_fail_memory(vm);
    }
    labels_init(&m.keys, vm->heap);
    labels_init(&m.periods, vm->heap);
    choose_fields(&m);
    bool ok = places_make(&m) && figures_make(&m) && totals_make(&m) && items_make(&m) && matrix_make(&m, out);
    size_t bytes = (m.rows + 1u) * sizeof(uint32_t);
    mem_free(vm->mem, m.place, bytes);
    mem_free(vm->mem, m.order, bytes);
    mem_free(vm->mem, m.start, (m.places + 2u) * sizeof *m.start);
    mem_free(vm->mem, m.scratch, 3 * (m.rows + (size_t)1) * sizeof *m.scratch);
    labels_free(&m.keys);
    labels_free(&m.periods);
    heap_unprotect(vm->heap, mark);
    return ok;
}
