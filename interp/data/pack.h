/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands behind a list of many values that are alike: 1, 2, 4 or 8 bytes a value instead of 16.

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
    uint32_t room;      /* as many as are expected */
    uint32_t width;     /* bytes of one */
    _Alignas(int64_t) char cells[];
} Pack;

/* An empty list, of which so many items are expected. NULL: memory. */
List *list_packed(Heap *h, uint32_t room);
/* A list of which nothing was given yet becomes one of texts. False: memory. */
bool list_pack_texts(Heap *h, List *l);
/* To a list of texts: one more that it can hold; its place. False: memory. */
bool list_pack_text(Heap *h, List *l, Value text, uint32_t *place);
/* Adds cells as they are: numbers under the denominator of the pack, dates, places of texts. False: memory. */
bool list_put_cells(Heap *h, List *l, const int64_t *cells, uint32_t n);
/* The list, which nobody else holds, becomes a plain one. False: memory. */
bool list_unpack(Heap *h, List *l);

typedef enum PackResult { PACK_DONE, PACK_UNLIKE, PACK_NO_MEMORY } PackResult;
/* Adds a value that is no text. */
PackResult pack_push(Heap *h, List *l, Value v);

/* The cells so numbered, in a list of their own. NULL: memory. */
List *pack_take(Heap *h, const List *l, const uint32_t *places, uint32_t count);
/* The items of each group one behind the other, groups in order. next[g]: the place of the first one of group g, then that
   of the first one of the next group. NULL: memory. */
List *pack_by_group(Heap *h, const List *l, const uint32_t *group, uint32_t *next);
/* `count` of its items from that one on, which share its cells. NULL: memory. */
List *pack_part(Heap *h, const List *l, uint32_t from, uint32_t count);
/* Cells from that one on, as they are. */
void pack_read(const List *l, uint32_t from, uint32_t count, int64_t *cells);
/* The sum of numbers that are given, if any is and the sum fits. */
bool pack_sum(const List *l, Value *sum);

#endif
