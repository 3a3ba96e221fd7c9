/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: cells are as wide as the widest of them needs; they are copied when one needs more. Numbers come under a
   denominator that the others divide, which the cells are brought to when it grows. */
#include "data/pack.h"

#include <string.h>

#include "base/limits.h"

enum { NO_TEXT = 0, TEXTS_FIRST = 16, CELLS_FIRST = 1024 };

/* The same for each width. */
#define PACK_WIDTHS(DO) DO(1, int8_t, INT8_MIN) DO(2, int16_t, INT16_MIN) DO(4, int32_t, INT32_MIN) DO(8, int64_t, INT64_MIN)

static int64_t none_of(const Pack *p)
{
    switch (p->values ? 0 : p->width) {
#define NONE(bytes, type, none) case bytes: return none;
    PACK_WIDTHS(NONE)
#undef NONE
    default: return NO_TEXT;
    }
}

static int64_t cell_at(const Pack *p, uint32_t i)
{
    switch (p->width) {
#define CELL(bytes, type, none) case bytes: return ((const type *)(const void *)p->cells)[i];
    PACK_WIDTHS(CELL)
#undef CELL
    default: return 0;
    }
}

/* False: some are too wide; they are to be put again. */
static bool cells_put(Pack *p, uint32_t at, const int64_t *cells, uint32_t n)
{
    bool wide = false;
    switch (p->width) {
#define PUT(bytes, type, none)                                                                                         \
    case bytes:                                                                                                        \
        for (uint32_t i = 0; i < n; i++) {                                                                             \
            ((type *)(void *)p->cells)[at + i] = (type)cells[i];                                                       \
            wide |= (uint64_t)cells[i] + (uint64_t) ~(int64_t)none > 2 * (uint64_t) ~(int64_t)none; /* beyond ± the largest */   \
        }                                                                                                              \
        break;
    PACK_WIDTHS(PUT)
#undef PUT
    }
    return !wide;
}

/* One that fits, or stands for none. */
static void cell_put(Pack *p, uint32_t at, int64_t cell) { cells_put(p, at, &cell, 1); }

/* Of the same values. */
static Pack *pack_new(Heap *h, const Pack *model, uint32_t width, uint32_t cap)
{
    Pack *p = (Pack *)heap_new_bare(h, O_PACK, sizeof *p + (size_t)cap * width);
    if (p) {
        p->values = model ? model->values : NULL;
        p->like = model ? model->like : value_none();
        p->used = 0;
        p->cap = cap;
        p->room = model ? model->room : cap;
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

List *list_packed(Heap *h, uint32_t room)
{
    List *l = list_over(h, pack_new(h, NULL, 1, room < CELLS_FIRST ? room : CELLS_FIRST), 0, 0);
    if (l)
        l->pack->room = room;
    return l;
}

Value list_packed_at(const List *l, uint32_t i)
{
    const Pack *p = l->pack;
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

static bool pack_room(Heap *h, List *l, uint32_t more)
{
    uint64_t need = (uint64_t)l->pack->used + more, cap = l->pack->cap;
    if (need <= cap)
        return true;
    cap = need < l->pack->room ? l->pack->room : need * 2;
    cap = cap < LIMIT_LIST_ITEMS ? cap : LIMIT_LIST_ITEMS;
    return need <= cap && pack_change(h, l, l->pack->width, (uint32_t)cap);
}

/* Wide enough for cells of that size, and one that stands for none. */
static bool pack_widen(Heap *h, List *l, uint64_t largest)
{
    uint32_t width = largest > INT32_MAX ? 8 : largest > INT16_MAX ? 4 : largest > INT8_MAX ? 2 : 1;
    return width <= l->pack->width || pack_change(h, l, width, l->pack->cap);
}

static uint64_t size_of(int64_t cell) { return cell < 0 ? -(uint64_t)cell : (uint64_t)cell; }

bool list_put_cells(Heap *h, List *l, const int64_t *cells, uint32_t n)
{
    uint64_t bits = 0;
    if (!pack_room(h, l, n))
        return false;
    if (!cells_put(l->pack, l->pack->used, cells, n)) {
        for (uint32_t i = 0; i < n; i++)
            bits |= size_of(cells[i]);
        if (!pack_widen(h, l, bits))
            return false;
        cells_put(l->pack, l->pack->used, cells, n);
    }
    l->n = l->pack->used += n;
    return true;
}

static PackResult push_none(Heap *h, List *l)
{
    if (!pack_room(h, l, 1))
        return PACK_NO_MEMORY;
    cell_put(l->pack, l->pack->used, none_of(l->pack));
    l->n = ++l->pack->used;
    return PACK_DONE;
}

/* Every cell times `factor`, under a denominator so much larger. */
static PackResult scale(Heap *h, List *l, uint32_t factor)
{
    Pack *p = l->pack;
    uint64_t bits = 0;
    int64_t product;
    for (uint32_t i = 0; i < p->used; i++) {
        if (cell_at(p, i) == none_of(p))
            continue;
        if (__builtin_mul_overflow(cell_at(p, i), (int64_t)factor, &product) || product == INT64_MIN)
            return PACK_UNLIKE;
        bits |= size_of(product);
    }
    if (!pack_widen(h, l, bits))
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
    if (result != PACK_DONE || num == INT64_MIN)
        return result != PACK_DONE ? result : PACK_UNLIKE;
    return list_put_cells(h, l, &num, 1) ? PACK_DONE : PACK_NO_MEMORY;
}

/* ---- texts ---- */

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

/* ---- whole columns ---- */

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

List *pack_take(Heap *h, const List *l, const uint32_t *places, uint32_t count)
{
    Pack *from = l->pack, *p = pack_new(h, from, from->width, count);
    if (!p)
        return NULL;
    switch (p->width) {
#define TAKE(bytes, type, none)                                                                                        \
    case bytes:                                                                                                        \
        for (uint32_t i = 0; i < count; i++)                                                                           \
            ((type *)(void *)p->cells)[i] = ((const type *)(const void *)from->cells)[l->from + places[i]];            \
        break;
    PACK_WIDTHS(TAKE)
#undef TAKE
    }
    p->used = count;
    return list_over(h, p, 0, count);
}

List *pack_by_group(Heap *h, const List *l, const uint32_t *group, uint32_t *next)
{
    Pack *from = l->pack, *p = pack_new(h, from, from->width, l->n);
    if (!p)
        return NULL;
    switch (p->width) {
#define SORT(bytes, type, none)                                                                                        \
    case bytes:                                                                                                        \
        for (uint32_t i = 0; i < l->n; i++)                                                                            \
            ((type *)(void *)p->cells)[next[group[i]]++] = ((const type *)(const void *)from->cells)[l->from + i];     \
        break;
    PACK_WIDTHS(SORT)
#undef SORT
    }
    p->used = l->n;
    return list_over(h, p, 0, l->n);
}

List *pack_part(Heap *h, const List *l, uint32_t from, uint32_t count) { return list_over(h, l->pack, l->from + from, count); }

void pack_read(const List *l, uint32_t from, uint32_t count, int64_t *cells)
{
    switch (l->pack->width) {
#define READ(bytes, type, none)                                                                                        \
    case bytes:                                                                                                        \
        for (uint32_t i = 0; i < count; i++)                                                                           \
            cells[i] = ((const type *)(const void *)l->pack->cells)[l->from + from + i];                               \
        break;
    PACK_WIDTHS(READ)
#undef READ
    }
}

bool pack_sum(const List *l, Value *sum)
{
    const Pack *p = l->pack;
    uint32_t absent = 0;
    int64_t total = 0;
    *sum = p->like;
    if (p->values || sum->tag != T_NUM)
        return false;
    switch (p->width) {
#define SUM(bytes, type, none)                                                                                         \
    case bytes:                                                                                                        \
        for (uint32_t i = 0; i < l->n; i++) {                                                                          \
            int64_t cell = ((const type *)(const void *)p->cells)[l->from + i];                                        \
            if (cell == none)                                                                                          \
                absent++;                                                                                              \
            else if (__builtin_add_overflow(total, cell, &total))                                                      \
                return false;                                                                                          \
        }                                                                                                              \
        break;
    PACK_WIDTHS(SUM)
#undef SUM
    }
    sum->num = total;
    return absent < l->n;
}
