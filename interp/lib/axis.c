/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `answer rates = … by agent, indicator`: lists become a matrix, or the axes of a matrix get their names. */
#include "domain/indicator.h"
#include "lib/args.h"

enum { PER_AXIS = 3 };

typedef struct Axes {
    const Args *a;
    Heap *heap;
    uint32_t count;
    Matrix *m;
    List *items;
} Axes;

static Str axis_name(const Axes *x, uint32_t axis) { return text_str(x->heap, x->a->v[1 + PER_AXIS * axis]); }

static bool fail_value(const Axes *x, DiagId id, uint32_t axis, Value v)
{
    Buf given;
    buf_init(&given, x->a->vm->mem);
    vm_describe(x->a->vm, &given, v);
    Str args[] = {axis_name(x, axis), buf_str(&given)};
    vm_fail(x->a->vm, id, args, 2);
    buf_free(&given);
    return false;
}

static bool fail_length(const Axes *x, uint32_t axis, uint32_t items)
{
    Buf b[2];
    buf_init(&b[0], x->a->vm->mem);
    buf_init(&b[1], x->a->vm->mem);
    buf_printf(&b[0], "%u", matrix_count(x->m, axis));
    buf_printf(&b[1], "%u", items);
    Str args[] = {axis_name(x, axis), buf_str(&b[0]), buf_str(&b[1])};
    vm_fail(x->a->vm, D_AXIS_LENGTH, args, 3);
    buf_free(&b[0]);
    buf_free(&b[1]);
    return false;
}

/* What an item is called: an indicator by its name, anything else by itself. */
static Value label_of(Value v)
{
    return value_is_indicator(v) ? ((const Instance *)v.ptr)->fields[INDICATOR_NAME] : v;
}

static Value title_of(Value v)
{
    return value_is_indicator(v) ? ((const Instance *)v.ptr)->fields[INDICATOR_TITLE] : value_none();
}

/* The rows of a table are called by its key; without one, by their numbers. */
static bool table_labels(const Axes *x, const Table *t, Value *out)
{
    if (t->key >= 0) {
        *out = t->columns[t->key].items;
        return true;
    }
    List *list = list_new(x->heap, t->rows);
    for (uint32_t i = 0; list && i < t->rows; i++) {
        list->store->items[i] = num_int((int64_t)i + 1);
    }
    *out = value_obj(T_LIST, list);
    return list ? args_keep(x->a, *out) : vm_fail_memory(x->a->vm);
}

static bool axis_labels(Axes *x, uint32_t axis)
{
    Value from = x->a->v[2 + PER_AXIS * axis];
    bool several = value_is_true(x->a->v[3 + PER_AXIS * axis]), is_new, ok = true;
    uint32_t at;
    LabelMap map;
    bool titled = false;
    if (from.tag == T_NONE || from.tag == T_TRUTH) {
        Str name = axis_name(x, axis);
        return vm_fail(x->a->vm, from.tag == T_NONE ? D_AXIS_UNKNOWN : D_AXIS_SEVERAL, &name, 1);
    }
    if (!(from.tag == T_TABLE ? table_labels(x, from.ptr, &from) : args_list(x->a, 2 + PER_AXIS * axis, &from)) ||
        !args_keep(x->a, from)) {
        return false;
    }
    List *list = list_new(x->heap, 0);
    if (!list || !matrix_axis(x->heap, x->m, axis, axis_name(x, axis), value_obj(T_LIST, list))) {
        return vm_fail_memory(x->a->vm);
    }
    List *titles = list_new(x->heap, 0);
    if (!titles) {
        return vm_fail_memory(x->a->vm);
    }
    x->m->axis[axis].titles = value_obj(T_LIST, titles);
    labels_init(&map, x->heap);
    for (uint32_t i = 0; ok && i < list_count(from); i++) {
        Value v = label_of(list_at(from, i)), title = title_of(list_at(from, i));
        titled = titled || title.tag == T_TEXT;
        NumErr err = label_sound(v) ? labels_add(&map, v, &at, &is_new) : NUM_OK;
        if (err != NUM_OK) {
            ok = args_num(x->a, err, v, v);
        } else if (!label_sound(v) || (!is_new && !several)) {
            ok = fail_value(x, label_sound(v) ? D_AXIS_TWICE : D_AXIS_LABEL, axis, v);
        } else {
            ok = !is_new || (list_push(x->heap, list, v) && list_push(x->heap, titles, title)) || vm_fail_memory(x->a->vm);
        }
    }
    labels_free(&map);
    x->m->axis[axis].titles = titled ? x->m->axis[axis].titles : value_none();
    return ok;
}

/* Items of nested lists, in order: as many at each level as the axis has labels. */
static bool axis_items(Axes *x, Value v, uint32_t axis)
{
    if (axis == x->count) {
        return list_push(x->heap, x->items, v) || vm_fail_memory(x->a->vm);
    }
    if (v.tag != T_LIST) {
        return fail_value(x, D_AXIS_ITEMS, axis, v);
    }
    if (list_count(v) != matrix_count(x->m, axis)) {
        return fail_length(x, axis, list_count(v));
    }
    for (uint32_t i = 0; i < list_count(v); i++) {
        if (!axis_items(x, list_at(v, i), axis + 1)) {
            return false;
        }
    }
    return vm_charge(x->a->vm, list_count(v));
}

/* A matrix has its labels already. */
static bool rename_axes(Axes *x, const Matrix *old)
{
    if (old->axes != x->count) {
        return fail_value(x, D_AXIS_ITEMS, x->count - 1, x->a->v[0]);
    }
    for (uint32_t i = 0; i < x->count; i++) {
        if (!matrix_axis(x->heap, x->m, i, axis_name(x, i), old->axis[i].labels)) {
            return vm_fail_memory(x->a->vm);
        }
        x->m->axis[i].names = old->axis[i].names;
        x->m->axis[i].titles = old->axis[i].titles;
    }
    x->m->items = old->items;
    x->m->title = old->title;
    x->m->shown = old->shown;
    return true;
}

static bool make(Axes *x)
{
    Value v = x->a->v[0];
    if (v.tag == T_MATRIX) {
        return rename_axes(x, v.ptr);
    }
    x->items = list_new(x->heap, 0);
    if (!x->items || !args_keep(x->a, value_obj(T_LIST, x->items))) {
        return x->items ? false : vm_fail_memory(x->a->vm);
    }
    for (uint32_t i = 0; i < x->count; i++) {
        if (!axis_labels(x, i)) {
            return false;
        }
    }
    if (v.tag == T_RANGE && !args_list(x->a, 0, &v)) {
        return false;
    }
    x->m->items = value_obj(T_LIST, x->items);
    return axis_items(x, v, 0);
}

HIDDEN_FUNCTION(by, keyed)
{
    Axes x = {.a = a, .heap = args_heap(a), .count = (a->n - 1) / PER_AXIS};
    if (a->v[0].tag == T_STATUS) {
        *out = a->v[0];
        return true;
    }
    for (uint32_t i = 0; i < x.count; i++) {
        if (a->v[1 + PER_AXIS * i].tag != T_TEXT) { /* no name could be read there: that has been told */
            Str nothing = STR("by");
            return vm_fail(a->vm, D_FORMULA_BROKEN, &nothing, 1);
        }
    }
    x.m = matrix_new(x.heap, x.count);
    *out = value_obj(T_MATRIX, x.m);
    return x.m ? args_keep(a, *out) && make(&x) : vm_fail_memory(a->vm);
}
