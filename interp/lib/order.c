/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of one unit and one denominator (whole numbers, sums of money in cents…) go through a radix sort of their
   numerators; anything else through a merge sort from the bottom up. Both are stable. */
#include "lib/order.h"

#include <string.h>

#include "num/fast.h"

#define RADIX_FROM 64 /* fewer items are quicker to merge */
#define RUN 8         /* first runs of the merge sort, made by insertion */

bool order_compare(const Args *a, Value x, Value y, int *order)
{
    bool ordered = true;
    if (num_cmp_fast(x, y, order)) {
        return true;
    }
    NumErr err = value_compare(args_heap(a), x, y, order, &ordered);
    if (err != NUM_OK) {
        return args_num(a, err, x, y);
    }
    if (ordered) {
        return true;
    }
    Buf left, right;
    buf_init(&left, a->vm->mem);
    buf_init(&right, a->vm->mem);
    vm_describe(a->vm, &left, x);
    vm_describe(a->vm, &right, y);
    ARGS_FAIL(a, NOT_IN_ORDER, buf_str(&left), buf_str(&right));
    buf_free(&left);
    buf_free(&right);
    return false;
}

/* ---- radix ---- */

typedef struct Digits { /* a key as an unsigned number whose order is that of the keys */
    uint64_t key;
    uint32_t place;
} Digits;

static bool all_alike(const Value *keys, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (keys[i].tag != T_NUM || keys[i].unit != keys[0].unit || keys[i].den != keys[0].den) {
            return false;
        }
    }
    return true;
}

/* One pass over the byte at `shift`; false when all keys agree in it and nothing had to move. */
static bool radix_pass(const Digits *from, Digits *to, uint32_t n, unsigned shift)
{
    uint32_t starts[256] = {0}, at = 0;
    for (uint32_t i = 0; i < n; i++) {
        starts[(from[i].key >> shift) & 0xFF]++;
    }
    if (starts[(from[0].key >> shift) & 0xFF] == n) {
        return false;
    }
    for (uint32_t digit = 0; digit < 256; digit++) {
        uint32_t count = starts[digit];
        starts[digit] = at;
        at += count;
    }
    for (uint32_t i = 0; i < n; i++) {
        to[starts[(from[i].key >> shift) & 0xFF]++] = from[i];
    }
    return true;
}

static bool radix_sort(const Args *a, const Value *keys, uint32_t n, bool descending, uint32_t *places)
{
    Mem *mem = a->vm->mem;
    Digits *items = mem_alloc(mem, 2 * (size_t)n * sizeof *items);
    if (!items) {
        return vm_fail_memory(a->vm);
    }
    Digits *from = items, *to = items + n;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t key = (uint64_t)keys[i].num ^ (UINT64_C(1) << 63);
        from[i] = (Digits){descending ? ~key : key, i};
    }
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if (radix_pass(from, to, n, shift)) {
            Digits *swap = from;
            from = to;
            to = swap;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        places[i] = from[i].place;
    }
    mem_free(mem, items, 2 * (size_t)n * sizeof *items);
    return true;
}

/* ---- merge ---- */

typedef struct Merge {
    const Args *args;
    const Value *keys;
    int direction; /* -1: descending */
    bool failed;
} Merge;

/* Must y come before x, although it stands after it? */
static bool comes_before(Merge *m, uint32_t y, uint32_t x)
{
    int order = 0;
    if (!m->failed && !order_compare(m->args, m->keys[y], m->keys[x], &order)) {
        m->failed = true;
    }
    return !m->failed && order * m->direction < 0;
}

static void insertion_run(Merge *m, uint32_t *p, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        uint32_t item = p[i], j = i;
        while (j && comes_before(m, item, p[j - 1])) {
            p[j] = p[j - 1];
            j--;
        }
        p[j] = item;
    }
}

static void merge_two(Merge *m, const uint32_t *left, uint32_t l, const uint32_t *right, uint32_t r, uint32_t *out)
{
    while (l && r) {
        if (comes_before(m, *right, *left)) {
            *out++ = *right++;
            r--;
        } else {
            *out++ = *left++;
            l--;
        }
    }
    memcpy(out, left, l * sizeof *out);
    memcpy(out + l, right, r * sizeof *out);
}

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

static void merge_passes(Merge *m, uint32_t *places, uint32_t *spare, uint32_t n)
{
    uint32_t *from = places, *to = spare;
    for (uint32_t i = 0; i < n; i += RUN) {
        insertion_run(m, places + i, smaller(RUN, n - i));
    }
    for (uint32_t run = RUN; run < n && !m->failed && vm_charge(m->args->vm, n); run *= 2) {
        for (uint32_t i = 0; i < n; i += 2 * run) {
            uint32_t l = smaller(run, n - i), r = smaller(run, n - i - l);
            merge_two(m, from + i, l, from + i + l, r, to + i);
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != places) {
        memcpy(places, from, n * sizeof *places);
    }
}

bool order_places(const Args *a, const Value *keys, uint32_t n, bool descending, uint32_t *places)
{
    if (n >= RADIX_FROM && all_alike(keys, n)) {
        return vm_charge(a->vm, n) && radix_sort(a, keys, n, descending, places);
    }
    uint32_t *spare = mem_alloc(a->vm->mem, n * sizeof *spare);
    if (!spare) {
        return vm_fail_memory(a->vm);
    }
    Merge m = {.args = a, .keys = keys, .direction = descending ? -1 : 1};
    for (uint32_t i = 0; i < n; i++) {
        places[i] = i;
    }
    merge_passes(&m, places, spare, n);
    mem_free(a->vm->mem, spare, n * sizeof *spare);
    return !m.failed && !a->vm->fault;
}
