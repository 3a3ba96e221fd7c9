/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: lists and records are compared item by item, to a bounded depth; numbers by num/. A status met inside a list
   makes the whole answer a status. A list may hold another one several times, so that what is small in memory can
   be immense to walk: items are counted, charged, and bounded. */
#include "data/show.h"

#include "base/limits.h"
#include "data/table.h"
#include "num/number.h"

enum { ITEMS_MOST = 1 << 24 };

typedef struct Comparison {
    Heap *heap;
    unsigned depth;
    uint32_t items;
    bool status;
} Comparison;

static NumErr equal_values(Comparison *c, Value a, Value b, bool *equal);

static NumErr equal_texts(const Comparison *c, Value a, Value b, bool *equal)
{
    *equal = a.ptr == b.ptr;
    if (*equal || text_bytes(a) != text_bytes(b))
        return NUM_OK;
    Str left = text_str(c->heap, a), right = text_str(c->heap, b);
    if (!left.p || !right.p)
        return NUM_NO_MEMORY;
    *equal = str_eq(left, right);
    c->heap->num->cost += left.n / 256;
    return NUM_OK;
}

static NumErr equal_lists(Comparison *c, Value a, Value b, bool *equal)
{
    *equal = list_count(a) == list_count(b);
    for (uint32_t i = 0; *equal && i < list_count(a); i++) {
        NumErr err = equal_values(c, list_at(a, i), list_at(b, i), equal);
        if (err != NUM_OK)
            return err;
    }
    return NUM_OK;
}

/* The order of the fields does not matter. */
static NumErr equal_records(Comparison *c, Value a, Value b, bool *equal)
{
    const Record *left = a.ptr, *right = b.ptr;
    *equal = left->n == right->n;
    for (uint32_t i = 0; *equal && i < left->n; i++) {
        const Text *name = left->fields[i].name;
        uint32_t at;
        *equal = record_find(b, (Str){name->bytes, name->n}, &at);
        if (!*equal)
            return NUM_OK;
        NumErr err = equal_values(c, left->fields[i].value, right->fields[at].value, equal);
        if (err != NUM_OK)
            return err;
    }
    return NUM_OK;
}

static NumErr equal_ranges(Comparison *c, Value a, Value b, bool *equal)
{
    const Range *left = a.ptr, *right = b.ptr;
    NumErr err = equal_values(c, left->from, right->from, equal);
    if (err == NUM_OK && *equal)
        err = equal_values(c, left->to, right->to, equal);
    if (err == NUM_OK && *equal)
        err = equal_values(c, left->step, right->step, equal);
    return err;
}

/* The same columns in the same order, and the same items. */
static NumErr equal_tables(Comparison *c, Value a, Value b, bool *equal)
{
    const Table *left = a.ptr, *right = b.ptr;
    *equal = left->n == right->n && left->rows == right->rows;
    for (uint32_t i = 0; *equal && i < left->n; i++) {
        *equal = str_eq(table_name(left, i), table_name(right, i));
        NumErr err = *equal ? equal_values(c, left->columns[i].items, right->columns[i].items, equal) : NUM_OK;
        if (err != NUM_OK)
            return err;
    }
    return NUM_OK;
}

static NumErr equal_matrices(Comparison *c, Value a, Value b, bool *equal)
{
    const Matrix *left = a.ptr, *right = b.ptr;
    *equal = left->axes == right->axes;
    for (uint32_t i = 0; *equal && i < left->axes; i++) {
        NumErr err = equal_values(c, left->axis[i].labels, right->axis[i].labels, equal);
        if (err != NUM_OK)
            return err;
    }
    return *equal ? equal_values(c, left->items, right->items, equal) : NUM_OK;
}

static NumErr equal_numbers(const Comparison *c, Value a, Value b, bool *equal)
{
    int order = 1;
    NumErr err = num_cmp(c->heap->num, a, b, &order);
    *equal = err == NUM_OK && order == 0;
    return err;
}

static NumErr equal_same_tag(Comparison *c, Value a, Value b, bool *equal)
{
    switch (a.tag) {
    case T_TEXT:
        return equal_texts(c, a, b, equal);
    case T_LIST:
        return equal_lists(c, a, b, equal);
    case T_RECORD:
        return equal_records(c, a, b, equal);
    case T_RANGE:
        return equal_ranges(c, a, b, equal);
    case T_TABLE:
        return equal_tables(c, a, b, equal);
    case T_MATRIX:
        return equal_matrices(c, a, b, equal);
    case T_LEVEL:
        *equal = a.den == b.den && scale_same(a.ptr, b.ptr);
        return NUM_OK;
    case T_NONE:
        *equal = true;
        return NUM_OK;
    case T_TRUTH:
    case T_DATE:
    case T_SCENARIO:
    case T_FORMULA:
        *equal = a.num == b.num;
        return NUM_OK;
    default:
        *equal = a.ptr == b.ptr;
        return NUM_OK;
    }
}

static NumErr equal_values(Comparison *c, Value a, Value b, bool *equal)
{
    *equal = false;
    if (a.tag == T_STATUS || b.tag == T_STATUS) {
        c->status = true;
        return NUM_OK;
    }
    if (value_is_number(a) && value_is_number(b))
        return equal_numbers(c, a, b, equal);
    if (a.tag != b.tag)
        return NUM_OK;
    if (c->depth >= LIMIT_NESTING || c->items++ >= ITEMS_MOST)
        return NUM_TOO_DEEP;
    c->depth++;
    NumErr err = equal_same_tag(c, a, b, equal);
    c->depth--;
    return err;
}

NumErr value_equal(Heap *h, Value a, Value b, bool *equal, bool *status)
{
    Comparison c = {.heap = h};
    NumErr err = equal_values(&c, a, b, equal);
    *status = c.status;
    h->num->cost += c.items / 4; /* an item costs less than a step */
    return err;
}

static int compare_int(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static NumErr compare_texts(Heap *h, Value a, Value b, int *order)
{
    Str left = text_str(h, a), right = text_str(h, b);
    if (!left.p || !right.p)
        return NUM_NO_MEMORY;
    *order = str_cmp(left, right);
    return NUM_OK;
}

NumErr value_compare(Heap *h, Value a, Value b, int *order, bool *ordered)
{
    *ordered = true;
    *order = 0;
    if (value_is_number(a) && value_is_number(b))
        return num_cmp(h->num, a, b, order);
    if (a.tag == T_TEXT && b.tag == T_TEXT)
        return compare_texts(h, a, b, order);
    if (a.tag == T_DATE && b.tag == T_DATE)
        *order = compare_int(a.num, b.num);
    else if (a.tag == T_LEVEL && b.tag == T_LEVEL && scale_same(a.ptr, b.ptr))
        *order = compare_int(a.den, b.den);
    else
        *ordered = false;
    return NUM_OK;
}
