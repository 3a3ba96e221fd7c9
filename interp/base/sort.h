/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A merge sort: equal items keep their order, and what is in order already costs one comparison an item. */
#ifndef BAREME_BASE_SORT_H
#define BAREME_BASE_SORT_H

#include <stdbool.h>
#include <stddef.h>

typedef bool (*SortBefore)(const void *context, const void *a, const void *b);

/* n items of `size` bytes; `other` is room for as many. */
void sort_stable(void *items, void *other, size_t n, size_t size, SortBefore before, const void *context);

#endif
