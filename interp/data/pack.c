/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: cells are 4 bytes wide until one needs 8. Numbers come under a denominator that the others divide, which the
   cells are brought to when it grows. */
#include "data/pack.h"

#include <string.h>

#include "base/limits.h"

enum { NO_TEXT = 0, TEXTS_FIRST = 16 };

static int64_t none_of(const Pack *p) { return p->values ? NO_TEXT : p->width == sizeof(int32_t) ? INT32_MIN : INT64_MIN; }

static int64_t cell_at(Pack *p, uint32_t i)
{
    return p->width == sizeof(int32_t) ? pack_short(p)[i] : pack_long(p)[i];
}

static void cell_put(Pack *p, uint32_t i, int64_t cell)
{
    if (p->width == sizeof(int32_t))
        pack_short(p)[i] = (int32_t)cell;
    else
        pack_long(p)[i] = cell;
}

/* Of the same values. */
static Pack *pack_new(Heap *h, const Pack *model, uint32_t width, uint32_t cap)
{
    Pack *p = (Pack *)heap_new_bare(h, O_PACK, sizeof *p + (size_t)cap * width);
    if (p) {
        p->values = model ? model->values : NULL;
        p->like = model ? model->like : value_none();
        p->used = 0;
        p->cap = cap;
        p->width = width;
    }
    return p;
}

static List *list_over(Heap *h, Pack *p, uint32_t from, uint32_t count)
{
    List *l = p ? (List *)heap_new(h, O_LIST, sizeof *l) : NULL;
    if (l) {
        l->pack = p;
        l->packed = true;
        l->from = from & INT32_MAX;
        l->n = count;
    }
    return l;
}

static Store *texts_new(Heap *h, const Store *old, uint32_t cap)
{
    Store *s = (Store *)heap_new_bare(h, O_STORE, sizeof *s + cap * sizeof s->items[0]);
    if (!s)
        return NULL;
    s->cap = cap;
    s->used = old ? old->used : 1;
    s->items[NO_TEXT] = value_status(STATUS_NOT_GIVEN, NULL);
    if (old)
        memcpy(s->items, old->items, old->used * sizeof old->items[0]);
    return s;
}

List *list_packed(Heap *h, uint32_t room) { return list_over(h, pack_new(h, NULL, sizeof(int32_t), room), 0, 0); }

Value list_packed_at(const List *l, uint32_t i)
{
    Pack *p = l->pack;
    int64_t cell = cell_at(p, l->from + i);
    if (p->values)
        return p->values->items[cell];
    if (cell == none_of(p))
        return value_status(STATUS_NOT_GIVEN, NULL);
    Value v = p->like;
    v.num = cell;
    return v;
}

/* ---- growing ---- */

static bool pack_change(Heap *h, List *l, uint32_t width, uint32_t cap)
{
    Pack *old = l->pack, *p = pack_new(h, old, width, cap);
    if (!p)
        return false;
    p->used = old->used;
    if (width == old->width)
        memcpy(p->cells, old->cells, (size_t)old->used * width);
    else
        for (uint32_t i = 0; i < old->used; i++)
            cell_put(p, i, cell_at(old, i) == none_of(old) ? none_of(p) : cell_at(old, i));
    l->pack = p;
    return true;
}

static bool pack_room(Heap *h, List *l)
{
    uint32_t n = l->pack->used;
    return n < l->pack->cap || (n < LIMIT_LIST_ITEMS && pack_change(h, l, l->pack->width, n < 8 ? 16 : n * 2));
}

static bool fits_short(int64_t cell) { return cell > INT32_MIN && cell <= INT32_MAX; }

static PackResult push_cell(Heap *h, List *l, int64_t cell)
{
    bool wide = l->pack->width == sizeof(int32_t) && !fits_short(cell);
    if (cell == INT64_MIN)
        return PACK_UNLIKE;
    if (!pack_room(h, l) || (wide && !pack_change(h, l, sizeof(int64_t), l->pack->cap)))
        return PACK_NO_MEMORY;
    cell_put(l->pack, l->pack->used, cell);
    l->n = ++l->pack->used;
    return PACK_DONE;
}

static PackResult push_none(Heap *h, List *l)
{
    if (!pack_room(h, l))
        return PACK_NO_MEMORY;
    cell_put(l->pack, l->pack->used, none_of(l->pack));
    l->n = ++l->pack->used;
    return PACK_DONE;
}

/* Every cell times `factor`, under a denominator so much larger. */
static PackResult scale(Heap *h, List *l, uint32_t factor)
{
    Pack *p = l->pack;
    bool wide = false;
    int64_t product;
    for (uint32_t i = 0; i < p->used; i++) {
        if (cell_at(p, i) == none_of(p))
            continue;
        if (__builtin_mul_overflow(cell_at(p, i), (int64_t)factor, &product) || product == INT64_MIN)
            return PACK_UNLIKE;
        wide = wide || !fits_short(product);
    }
    if (wide && p->width == sizeof(int32_t) && !pack_change(h, l, sizeof(int64_t), p->cap))
        return PACK_NO_MEMORY;
    p = l->pack;
    for (uint32_t i = 0; i < p->used; i++)
        if (cell_at(p, i) != none_of(p))
            cell_put(p, i, cell_at(p, i) * factor);
    p->like.den *= factor;
    return PACK_DONE;
}

/* *num: v under the denominator of the pack. */
static PackResult one_denominator(Heap *h, List *l, Value v, int64_t *num)
{
    uint32_t den = l->pack->like.den;
    *num = v.num;
    if (v.den == den)
        return PACK_DONE;
    if (den % v.den == 0)
        return __builtin_mul_overflow(v.num, (int64_t)(den / v.den), num) ? PACK_UNLIKE : PACK_DONE;
    return v.den % den == 0 ? scale(h, l, v.den / den) : PACK_UNLIKE;
}

PackResult pack_push(Heap *h, List *l, Value v)
{
    Pack *p = l->pack;
    int64_t num = v.num;
    if (value_is_not_given(v))
        return push_none(h, l);
    if (p->values || (v.tag != T_NUM && v.tag != T_DATE && v.tag != T_TRUTH))
        return PACK_UNLIKE;
    if (p->like.tag == T_NONE) {
        p->like = v;
        p->like.flags = 0;
    }
    if (p->like.tag != v.tag || (v.tag == T_NUM && v.unit != p->like.unit))
        return PACK_UNLIKE;
    PackResult result = v.tag == T_NUM ? one_denominator(h, l, v, &num) : PACK_DONE;
    return result == PACK_DONE ? push_cell(h, l, num) : result;
}

bool list_pack_texts(Heap *h, List *l)
{
    Pack *p = l->pack;
    if (p->values)
        return true;
    p->values = texts_new(h, NULL, TEXTS_FIRST);
    if (!p->values)
        return false;
    for (uint32_t i = 0; i < p->used; i++)
        cell_put(p, i, NO_TEXT);
    return true;
}

bool list_pack_text(Heap *h, List *l, Value text, uint32_t *place)
{
    Pack *p = l->pack;
    if (p->values->used == p->values->cap) {
        Store *wider = texts_new(h, p->values, p->values->cap * 2);
        if (!wider)
            return false;
        p->values = wider;
    }
    *place = p->values->used++;
    p->values->items[*place] = text;
    return true;
}

bool list_push_place(Heap *h, List *l, uint32_t place) { return push_cell(h, l, place) == PACK_DONE; }

bool list_unpack(Heap *h, List *l)
{
    List *plain = list_with_room(h, l->pack->cap > l->n ? l->pack->cap : l->n);
    if (!plain)
        return false;
    for (uint32_t i = 0; i < l->n; i++)
        plain->store->items[i] = list_packed_at(l, i);
    plain->store->used = l->n;
    l->store = plain->store;
    l->packed = false;
    return true;
}

/* ---- whole columns ---- */

List *pack_take(Heap *h, const List *l, const uint32_t *places, uint32_t count)
{
    Pack *from = l->pack, *p = pack_new(h, from, from->width, count);
    if (!p)
        return NULL;
    if (p->width == sizeof(int32_t))
        for (uint32_t i = 0; i < count; i++)
            pack_short(p)[i] = pack_short(from)[l->from + places[i]];
    else
        for (uint32_t i = 0; i < count; i++)
            pack_long(p)[i] = pack_long(from)[l->from + places[i]];
    p->used = count;
    return list_over(h, p, 0, count);
}

List *pack_part(Heap *h, const List *l, uint32_t from, uint32_t count) { return list_over(h, l->pack, l->from + from, count); }

/* As many as a list may hold never pass 64 bits. */
static int64_t sum_short(const int32_t *cells, uint32_t n, uint32_t *given)
{
    int64_t sum = 0;
    uint32_t none = 0;
    for (uint32_t i = 0; i < n; i++) {
        bool is_none = cells[i] == INT32_MIN;
        sum += is_none ? 0 : cells[i];
        none += is_none;
    }
    *given = n - none;
    return sum;
}

_Static_assert(LIMIT_LIST_ITEMS < UINT64_C(1) << 31, "a sum of 32-bit cells fits 64 bits");

static bool sum_long(const int64_t *cells, uint32_t n, int64_t *sum, uint32_t *given)
{
    *sum = 0;
    *given = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (cells[i] == INT64_MIN)
            continue;
        if (__builtin_add_overflow(*sum, cells[i], sum))
            return false;
        ++*given;
    }
    return true;
}

bool pack_sum(const List *l, Value *sum)
{
    Pack *p = l->pack;
    uint32_t given = 0;
    *sum = p->like;
    if (p->values || p->like.tag != T_NUM)
        return false;
    if (p->width == sizeof(int64_t))
        return sum_long(pack_long(p) + l->from, l->n, &sum->num, &given) && given;
    sum->num = sum_short(pack_short(p) + l->from, l->n, &given);
    return given > 0;
}
