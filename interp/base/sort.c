/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sort.h"

#include <string.h>

typedef struct Sort {
    size_t size;
    SortBefore before;
    const void *context;
} Sort;

static void merge(const Sort *s, char *to, const char *a, const char *middle, const char *high)
{
    const char *b = middle;
    if (middle == high || !s->before(s->context, middle, middle - s->size)) {
        memcpy(to, a, (size_t)(high - a));
        return;
    }
    for (; a < middle || b < high; to += s->size) {
        const char **from = a == middle || (b < high && s->before(s->context, b, a)) ? &b : &a;
        memcpy(to, *from, s->size);
        *from += s->size;
    }
}

void sort_stable(void *items, void *other, size_t n, size_t size, SortBefore before, const void *context)
{
    const Sort s = {size, before, context};
    char *v = items;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t low = 0; low < n; low += 2 * width) {
            size_t middle = low + width < n ? low + width : n, high = low + 2 * width < n ? low + 2 * width : n;
            merge(&s, (char *)other + low * size, v + low * size, v + middle * size, v + high * size);
        }
        memcpy(v, other, n * size);
    }
}
