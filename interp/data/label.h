/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels: the values by which rows and items are told apart (texts, numbers, dates, truths, levels), and a table of them.

   A LabelMap numbers the different labels it is given, from 0, in order of first appearance. It holds the labels only
   as values: whoever made it keeps them alive. A status is no label; approximate numbers are none either. */
#ifndef BAREME_DATA_LABEL_H
#define BAREME_DATA_LABEL_H

#include "data/heap.h"
#include "num/number.h"

enum { NO_LABEL = -1 };

typedef struct LabelEntry {
    Value label;
    uint64_t hash;
} LabelEntry;

typedef struct LabelMap {
    Heap *heap;
    LabelEntry *entries; /* by number */
    uint32_t *index;     /* open addressing: number + 1 */
    uint32_t count, cap, index_cap;
} LabelMap;

/* May this value be a label? */
bool label_sound(Value v);
/* The same label: equal values of one kind; numbers by value, whatever their shown unit. */
NumErr label_equal(Heap *h, Value a, Value b, bool *equal);

void labels_init(LabelMap *m, Heap *h);
void labels_free(LabelMap *m);
/* The number of a sound label, given to it now if it is new (*is_new). NUM_NO_MEMORY, or what a number gives. */
NumErr labels_add(LabelMap *m, Value label, uint32_t *number, bool *is_new);
/* NO_LABEL: not there. */
NumErr labels_find(const LabelMap *m, Value label, int32_t *number);

#endif
