/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stable order of values: numbers, texts, dates, or levels of one scale. */
#ifndef BAREME_LIB_ORDER_H
#define BAREME_LIB_ORDER_H

#include "lib/args.h"

/* places[0 .. n-1] become the indices of the keys in order, equal ones in the order they stand in. Charges a step for
   every comparison or so. False: fault (keys that cannot be ordered, memory, limits). */
bool order_places(const Args *a, const Value *keys, uint32_t n, bool descending, uint32_t *places);

/* The order of two values. False: fault. */
bool order_compare(const Args *a, Value x, Value y, int *order);

#endif
