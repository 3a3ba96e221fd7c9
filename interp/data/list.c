/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a list is the first n cells of a store. Adding to the list that ends where its store ends writes into the
   store's spare room, which no other list can see; otherwise the cells are copied into a store twice as large. */
#include "data/heap.h"

#include <string.h>

#include "base/limits.h"
#include "data/pack.h"

static Store *store_new(Heap *h, uint32_t cap)
{
    Store *s = (Store *)heap_new_bare(h, O_STORE, sizeof *s + cap * sizeof(Value)); /* nobody reads beyond `used` */
    if (s) {
        s->cap = cap;
        s->used = 0;
    }
    return s;
}

static List *list_over(Heap *h, Store *s, uint32_t n)
{
    List *l = (List *)heap_new(h, O_LIST, sizeof *l);
    if (!l)
        return NULL;
    l->store = s;
    l->n = n;
    return l;
}

List *list_new(Heap *h, uint32_t n)
{
    Store *s = n <= LIMIT_LIST_ITEMS ? store_new(h, n ? n : 1) : NULL;
    if (!s)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        s->items[i] = value_none();
    s->used = n;
    return list_over(h, s, n);
}

List *list_with_room(Heap *h, uint32_t room)
{
    Store *s = room <= LIMIT_LIST_ITEMS ? store_new(h, room ? room : 1) : NULL;
    return s ? list_over(h, s, 0) : NULL;
}

/* A store where `more` items can be written behind the n items of l. */
static Store *list_room(Heap *h, const List *l, uint32_t more)
{
    Store *s = l->packed ? NULL : l->store;
    if (s && s->used == l->n && more <= s->cap - l->n)
        return s;
    uint32_t need = l->n + more, cap = l->n < 4 ? 8 : l->n * 2;
    Store *wider = store_new(h, cap > need ? cap : need);
    if (!wider)
        return NULL;
    for (uint32_t i = 0; !s && i < l->n; i++)
        wider->items[i] = list_packed_at(l, i);
    if (s)
        memcpy(wider->items, s->items, l->n * sizeof(Value));
    wider->used = l->n;
    return wider;
}

static Store *list_put(Heap *h, const List *l, const Value *items, uint32_t n)
{
    Store *s = n <= LIMIT_LIST_ITEMS - l->n ? list_room(h, l, n) : NULL;
    if (!s)
        return NULL;
    if (n)
        memmove(s->items + s->used, items, n * sizeof *items);
    s->used += n;
    return s;
}

static bool list_longer(Heap *h, const List *l, const Value *items, uint32_t n, Value *out)
{
    Store *s = list_put(h, l, items, n);
    List *longer = s ? list_over(h, s, l->n + n) : NULL;
    *out = longer ? value_obj(T_LIST, longer) : value_none();
    return longer != NULL;
}

bool list_append(Heap *h, Value list, Value item, Value *out)
{
    return list_longer(h, list.ptr, &item, 1, out);
}

bool list_concat(Heap *h, Value a, Value b, Value *out)
{
    Value added;
    return list_plain(h, b, &added) && list_longer(h, a.ptr, list_cells(added), list_count(added), out);
}

bool list_push(Heap *h, List *l, Value item)
{
    PackResult packed = l->packed ? pack_push(h, l, item) : PACK_UNLIKE;
    if (packed != PACK_UNLIKE)
        return packed == PACK_DONE;
    if (l->packed && !list_unpack(h, l))
        return false;
    Store *s = list_put(h, l, &item, 1);
    if (!s)
        return false;
    l->store = s;
    l->n++;
    return true;
}

bool list_plain(Heap *h, Value list, Value *out)
{
    *out = list;
    return !((const List *)list.ptr)->packed || list_part(h, list, 0, list_count(list), out);
}

bool list_take(Heap *h, Value list, const uint32_t *places, uint32_t count, Value *out)
{
    bool packed = ((const List *)list.ptr)->packed;
    List *l = packed ? pack_take(h, list.ptr, places, count) : list_new(h, count);
    for (uint32_t i = 0; l && !packed && i < count; i++)
        l->store->items[i] = list_at(list, places[i]);
    *out = value_obj(T_LIST, l);
    return l != NULL;
}

bool list_part(Heap *h, Value list, uint32_t from, uint32_t count, Value *out)
{
    List *l = list_new(h, count);
    for (uint32_t i = 0; l && i < count; i++)
        l->store->items[i] = list_at(list, from + i);
    *out = value_obj(T_LIST, l);
    return l != NULL;
}

Range *range_new(Heap *h, Value from, Value to, Value step)
{
    Range *r = (Range *)heap_new(h, O_RANGE, sizeof *r);
    if (!r)
        return NULL;
    r->from = from;
    r->to = to;
    r->step = step;
    return r;
}

Scale *scale_new(Heap *h, uint32_t n)
{
    Scale *s = (Scale *)heap_new(h, O_SCALE, sizeof *s + n * sizeof *s->names);
    if (s)
        s->n = n;
    return s;
}

bool scale_same(const Scale *a, const Scale *b)
{
    bool same = a == b || a->n == b->n;
    for (uint32_t i = 0; a != b && same && i < a->n; i++) {
        const Text *x = a->names[i], *y = b->names[i];
        same = x == y || str_eq((Str){x->bytes, x->n}, (Str){y->bytes, y->n});
    }
    return same;
}
