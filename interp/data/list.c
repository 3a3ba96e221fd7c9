/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a list is the first n cells of a store. Adding to the list that ends where its store ends writes into the
   store's spare room, which no other list can see; otherwise the cells are copied into a store twice as large. */
#include "data/heap.h"

#include <string.h>

#include "base/limits.h"

static Store *store_new(Heap *h, uint32_t cap)
{
    Store *s = (Store *)heap_new(h, O_STORE, sizeof *s + cap * sizeof(Value));
    if (s)
        s->cap = cap;
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

/* A store where one more item can be written behind the n items of l. */
static Store *list_room(Heap *h, const List *l)
{
    Store *s = l->store;
    if (s->used == l->n && l->n < s->cap)
        return s;
    uint32_t cap = l->n < 4 ? 8 : l->n * 2;
    Store *wider = store_new(h, cap);
    if (!wider)
        return NULL;
    memcpy(wider->items, s->items, l->n * sizeof(Value));
    wider->used = l->n;
    return wider;
}

static Store *list_put(Heap *h, const List *l, Value item)
{
    Store *s = l->n < LIMIT_LIST_ITEMS ? list_room(h, l) : NULL;
    if (s)
        s->items[s->used++] = item;
    return s;
}

bool list_append(Heap *h, Value list, Value item, Value *out)
{
    const List *l = list.ptr;
    Store *s = list_put(h, l, item);
    List *longer = s ? list_over(h, s, l->n + 1) : NULL;
    *out = longer ? value_obj(T_LIST, longer) : value_none();
    return longer != NULL;
}

bool list_push(Heap *h, List *l, Value item)
{
    Store *s = list_put(h, l, item);
    if (!s)
        return false;
    l->store = s;
    l->n++;
    return true;
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
