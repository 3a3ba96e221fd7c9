/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands behind a list of many values that are alike: 4 or 8 bytes a value instead of 16.

   Numbers of one unit, dates, truths: a cell is the `num` of its value, and all else of it is in `like`; numbers so have
   one denominator. Texts: a cell is the place of its text among the different ones, `values`. What is not given has a
   cell of its own. A pack gives back the very values it was given, up to a fraction that is not reduced; a value it
   cannot hold makes its list a plain one (list_push).

   A list of a pack is made by list_packed, and grows as long as nobody else holds it. */
#ifndef BAREME_DATA_PACK_H
#define BAREME_DATA_PACK_H

#include "data/heap.h"

typedef struct Pack {
    Obj obj;
    Store *values;      /* the different texts, not given first; NULL: cells are numbers */
    Value like;         /* T_NONE: nothing was given yet */
    uint32_t used, cap; /* cells */
    uint32_t width;     /* bytes of one: 4 or 8 */
    _Alignas(int64_t) char cells[];
} Pack;

/* An empty list with room for so many. NULL: memory. */
List *list_packed(Heap *h, uint32_t room);
/* A list of which nothing was given yet becomes one of texts. False: memory. */
bool list_pack_texts(Heap *h, List *l);
/* To a list of texts: one more that it can hold; its place. False: memory. */
bool list_pack_text(Heap *h, List *l, Value text, uint32_t *place);
/* Adds the text of that place. False: memory. */
bool list_push_place(Heap *h, List *l, uint32_t place);
/* The list, which nobody else holds, becomes a plain one. False: memory. */
bool list_unpack(Heap *h, List *l);

typedef enum PackResult { PACK_DONE, PACK_UNLIKE, PACK_NO_MEMORY } PackResult;
/* Adds a value that is no text. */
PackResult pack_push(Heap *h, List *l, Value v);

/* The cells so numbered, in a list of their own. NULL: memory. */
List *pack_take(Heap *h, const List *l, const uint32_t *places, uint32_t count);
/* `count` of its items from that one on, which share its cells. NULL: memory. */
List *pack_part(Heap *h, const List *l, uint32_t from, uint32_t count);
/* The sum of numbers that are given, if any is and the sum fits. */
bool pack_sum(const List *l, Value *sum);

/* Its cells, by their width. */
static inline int32_t *pack_short(Pack *p) { return (int32_t *)(void *)p->cells; }
static inline int64_t *pack_long(Pack *p) { return (int64_t *)(void *)p->cells; }

/* A cell added as it is, where it has its place and its width. */
static inline bool list_put_cell(List *l, int64_t cell)
{
    Pack *p = l->pack;
    if (p->used == p->cap || cell == INT64_MIN)
        return false;
    if (p->width == sizeof(int64_t))
        pack_long(p)[p->used] = cell;
    else if (cell > INT32_MIN && cell <= INT32_MAX)
        pack_short(p)[p->used] = (int32_t)cell;
    else
        return false;
    l->n = ++p->used;
    return true;
}

#endif
