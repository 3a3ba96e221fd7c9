/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists are immutable to a program: each function makes a new one. Those that call a function of the program protect
   the list they read and the one they build, since the machine may collect while it runs. */
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "data/table.h"
#include "lib/args.h"
#include "lib/order.h"

/* ---- building ---- */

static bool new_list(const Args *a, uint32_t n, List **list, Value *out)
{
    if (n > LIMIT_LIST_ITEMS) {
        return ARGS_FAIL(a, RESULT_TOO_LONG);
    }
    *list = list_new(args_heap(a), n);
    if (!*list) {
        return vm_fail_memory(a->vm);
    }
    *out = value_obj(T_LIST, *list);
    return true;
}

static bool push(const Args *a, List *list, Value item)
{
    if (list->n == LIMIT_LIST_ITEMS) {
        return ARGS_FAIL(a, RESULT_TOO_LONG);
    }
    return list_push(args_heap(a), list, item) || vm_fail_memory(a->vm);
}

/* Items from..to-1 of a list, as a list. */
static bool part_of(const Args *a, Value list, uint32_t from, uint32_t to, Value *out)
{
    return vm_charge(a->vm, (to - from) / 16) && (list_part(args_heap(a), list, from, to - from, out) || vm_fail_memory(a->vm));
}

/* A list argument that is a status is the result. */
static bool list_or_status(const Args *a, Value *list, Value *out, bool *done)
{
    *done = a->v[0].tag == T_STATUS;
    if (*done) {
        *out = a->v[0];
        return true;
    }
    return args_list(a, 0, list);
}

/* The same for what goes through the whole list. */
static bool list_to_walk(const Args *a, Value *list, Value *out, bool *done)
{
    return list_or_status(a, list, out, done) && (*done || vm_charge(a->vm, list_count(*list)));
}

/* ---- functions of the program ---- */

typedef struct Calls { /* while a native calls back: what it keeps alive */
    const Args *a;
    Value list, result;
    uint32_t mark;
} Calls;

/* `result`: a new list to fill (NULL: none). Always closed with calls_end. */
static bool calls_begin(Calls *c, const Args *a, List **result, Value *out)
{
    *c = (Calls){.a = a};
    c->mark = heap_protect(args_heap(a), value_none());
    if (c->mark == UINT32_MAX) {
        return vm_fail_memory(a->vm);
    }
    if (!args_list(a, 0, &c->list) || !vm_charge(a->vm, list_count(c->list)) || !args_keep(c->a, c->list)) {
        return false;
    }
    return !result || (new_list(a, 0, result, out) && args_keep(c->a, *out));
}

static bool calls_end(const Calls *c, bool ok)
{
    if (c->mark != UINT32_MAX) {
        heap_unprotect(args_heap(c->a), c->mark);
    }
    return ok;
}

/* Rule 2.8: data that is not given fulfils no condition, and is no error either. */
static bool condition(const Args *a, Value answer, bool *holds)
{
    *holds = value_is_true(answer);
    if (answer.tag == T_TRUTH || (answer.tag == T_STATUS && answer.den == STATUS_NOT_GIVEN)) {
        return true;
    }
    Buf b;
    buf_init(&b, a->vm->mem);
    vm_describe(a->vm, &b, answer);
    ARGS_FAIL(a, CONDITION_TRUTH, buf_str(&b));
    buf_free(&b);
    return false;
}

/* Does an item fulfil the condition, argument 1 (the item itself when it is absent)? */
static bool fulfils(const Args *a, Value item, bool *holds)
{
    Value answer = item;
    if (args_given(a, 1) && !vm_call(a->vm, a->v[1], &item, 1, &answer)) {
        return false;
    }
    return condition(a, answer, holds);
}

/* ---- size, ends, parts ---- */

static bool count_those(const Args *a, Value *out)
{
    Calls c;
    int64_t count = 0;
    bool holds;
    if (!args_function(a, 1)) {
        return false;
    }
    bool ok = calls_begin(&c, a, NULL, NULL);
    for (uint32_t i = 0; ok && i < list_count(c.list); i++) {
        ok = fulfils(a, list_at(c.list, i), &holds);
        count += ok && holds;
    }
    *out = num_int(count);
    return calls_end(&c, ok);
}

BUILTIN_FUNCTION(count)
{
    Value list;
    bool done;
    if (a->v[0].tag == T_RECORD && !args_given(a, 1)) {
        *out = num_int(((const Record *)a->v[0].ptr)->n);
        return true;
    }
    if (a->v[0].tag == T_TABLE && !args_given(a, 1)) {
        *out = num_int(((const Table *)a->v[0].ptr)->rows);
        return true;
    }
    if (a->v[0].tag == T_MATRIX && !args_given(a, 1)) { /* its rows: of a dashboard, not every field */
        *out = num_int(matrix_count(a->v[0].ptr, 0));
        return true;
    }
    if (a->v[0].tag != T_STATUS && args_given(a, 1)) {
        return count_those(a, out);
    }
    if (!list_or_status(a, &list, out, &done)) {
        return false;
    }
    *out = done ? *out : num_int(list_count(list));
    return true;
}

BUILTIN_FUNCTION(list)
{
    bool done;
    return list_or_status(a, out, out, &done);
}

/* first, last: one item, or up to n of them as a list. */
static bool end_of(const Args *a, bool last, Value *out)
{
    Value list;
    bool done;
    int64_t n = 0;
    if (!list_or_status(a, &list, out, &done) || done) {
        return done;
    }
    uint32_t count = list_count(list);
    if (args_given(a, 1)) {
        if (!args_whole(a, 1, 0, LIMIT_LIST_ITEMS, &n)) {
            return false;
        }
        uint32_t take = n < count ? (uint32_t)n : count;
        return last ? part_of(a, list, count - take, count, out) : part_of(a, list, 0, take, out);
    }
    if (!count) {
        return ARGS_FAIL(a, ARG_EMPTY);
    }
    *out = list_at(list, last ? count - 1 : 0);
    return true;
}

BUILTIN_FUNCTION(first) { return end_of(a, false, out); }
BUILTIN_FUNCTION(last) { return end_of(a, true, out); }

/* Byte offset of character number n (from 0) of s, or its end. */
static size_t character(Str s, int64_t n)
{
    size_t at = 0, step;
    uint32_t cp;
    while (n-- > 0 && (step = utf8_next(s, at, &cp)) != 0) {
        at += step;
    }
    return at;
}

static bool slice_text(const Args *a, int64_t from, int64_t to, Value *out)
{
    Str s;
    if (!args_text(a, 0, &s) || !vm_charge(a->vm, s.n / 64)) {
        return false;
    }
    size_t start = character(s, from - 1);
    Str rest = str_sub(s, start, s.n);
    return args_return_text(a, to < from ? STR("") : str_sub(rest, 0, character(rest, to - from + 1)), out);
}

BUILTIN_FUNCTION(slice)
{
    Value list;
    int64_t from = 1, to = LIMIT_LIST_ITEMS * 2L;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_whole(a, 1, 1, LIMIT_LIST_ITEMS * 2L, &from) || !args_whole(a, 2, 0, LIMIT_LIST_ITEMS * 2L, &to)) {
        return false;
    }
    if (a->v[0].tag == T_TEXT) {
        return slice_text(a, from, to, out);
    }
    if (!args_list(a, 0, &list)) {
        return false;
    }
    int64_t count = list_count(list);
    from = from - 1 < count ? from - 1 : count;
    to = to < count ? to : count;
    return part_of(a, list, (uint32_t)from, (uint32_t)(to > from ? to : from), out);
}

BUILTIN_FUNCTION(reverse)
{
    Value list;
    List *result;
    bool done;
    if (!list_to_walk(a, &list, out, &done) || done) {
        return done;
    }
    uint32_t n = list_count(list);
    if (!new_list(a, n, &result, out)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        result->store->items[i] = list_at(list, n - 1 - i);
    }
    return true;
}

BUILTIN_FUNCTION(append)
{
    Value list;
    bool done;
    if (!list_or_status(a, &list, out, &done) || done) {
        return done;
    }
    if (list_count(list) == LIMIT_LIST_ITEMS) {
        return ARGS_FAIL(a, RESULT_TOO_LONG);
    }
    return list_append(args_heap(a), list, a->v[1], out) || vm_fail_memory(a->vm);
}

BUILTIN_FUNCTION(concat)
{
    List *result;
    Value list;
    if (args_status(a, out)) {
        return true;
    }
    if (!new_list(a, 0, &result, out)) {
        return false;
    }
    for (uint32_t i = 0; i < a->n; i++) {
        if (!args_list(a, i, &list) || !vm_charge(a->vm, list_count(list))) {
            return false;
        }
        for (uint32_t j = 0; j < list_count(list); j++) {
            if (!push(a, result, list_at(list, j))) {
                return false;
            }
        }
    }
    return true;
}

static bool zip_row(const Args *a, const List *lists, uint32_t i, Value *out)
{
    List *row;
    if (!new_list(a, lists->n, &row, out)) {
        return false;
    }
    for (uint32_t j = 0; j < lists->n; j++) {
        row->store->items[j] = list_at(lists->store->items[j], i);
    }
    return vm_charge(a->vm, lists->n);
}

static bool lists_differ(const Args *a, uint32_t x, uint32_t y)
{
    Buf left, right;
    buf_init(&left, a->vm->mem);
    buf_init(&right, a->vm->mem);
    buf_printf(&left, "%u", (unsigned)x);
    buf_printf(&right, "%u", (unsigned)y);
    ARGS_FAIL(a, LISTS_DIFFER, buf_str(&left), buf_str(&right));
    buf_free(&left);
    buf_free(&right);
    return false;
}

BUILTIN_FUNCTION(zip)
{
    List *lists, *result;
    Value keep;
    if (args_status(a, out)) {
        return true;
    }
    if (!new_list(a, a->n, &lists, &keep)) {
        return false;
    }
    for (uint32_t i = 0; i < a->n; i++) {
        if (!args_list(a, i, &lists->store->items[i])) {
            return false;
        }
        uint32_t n = list_count(lists->store->items[i]), first = list_count(lists->store->items[0]);
        if (n != first) {
            return lists_differ(a, first, n);
        }
    }
    uint32_t rows = a->n ? list_count(lists->store->items[0]) : 0;
    if (!new_list(a, rows, &result, out)) {
        return false;
    }
    for (uint32_t i = 0; i < rows; i++) {
        if (!zip_row(a, lists, i, &result->store->items[i])) {
            return false;
        }
    }
    return true;
}

/* ---- looking for an item ---- */

/* Two things that cannot be compared (3 min and 2 €) are not the same thing. */
static bool same(const Args *a, Value x, Value y, bool *equal)
{
    bool status = false;
    NumErr err = value_equal(args_heap(a), x, y, equal, &status);
    if (err == NUM_NO_MEMORY) {
        return vm_fail_memory(a->vm);
    }
    if (err == NUM_TOO_DEEP) {
        return vm_fail_num(a->vm, err, "=", x, y);
    }
    if (err != NUM_OK) {
        *equal = false;
    } else if (status) {
        *equal = x.tag == T_STATUS && y.tag == T_STATUS && x.den == y.den;
    }
    return true;
}

static bool place_in_text(const Args *a, Value *out)
{
    Str s, part;
    if (!args_text(a, 0, &s) || !args_text(a, 1, &part) || !vm_charge(a->vm, s.n / 64)) {
        return false;
    }
    for (size_t at = 0; part.n && at + part.n <= s.n; at++) {
        if (memcmp(s.p + at, part.p, part.n) == 0) {
            *out = num_int((int64_t)utf8_count(str_sub(s, 0, at)) + 1);
            return true;
        }
    }
    *out = num_int(0);
    return true;
}

BUILTIN_FUNCTION(index_of)
{
    Value list;
    bool done, equal = false;
    if (a->v[0].tag == T_TEXT) {
        return place_in_text(a, out);
    }
    if (!list_to_walk(a, &list, out, &done) || done) {
        return done;
    }
    for (uint32_t i = 0; i < list_count(list); i++) {
        if (!same(a, list_at(list, i), a->v[1], &equal)) {
            return false;
        }
        if (equal) {
            *out = num_int(i + 1);
            return true;
        }
    }
    *out = num_int(0);
    return true;
}

/* ---- unique ---- */

typedef struct Seen { /* open addressing: numbers of items of `kept` + 1 */
    const Args *a;
    const List *kept;
    uint32_t *table;
    uint32_t mask;
} Seen;

/* Equal values must share it; others may. */
static bool hash_of(const Args *a, Value v, uint64_t *hash)
{
    *hash = v.tag;
    if (value_is_number(v) && num_is_exact(v)) {
        NumErr err = num_hash(a->vm->num, v, hash);
        return args_num(a, err, v, v);
    }
    if (v.tag == T_TEXT) {
        Str s = text_str(args_heap(a), v);
        *hash = s.p ? str_hash(s) : 0;
        return s.p || vm_fail_memory(a->vm);
    }
    if (v.tag == T_DATE || v.tag == T_TRUTH) {
        *hash = (uint64_t)v.num * UINT64_C(0x9E3779B97F4A7C15);
    } else if (v.tag == T_LEVEL) {
        *hash = v.den;
    } else if (v.tag == T_LIST && list_count(v)) {
        uint64_t first;
        if (list_at(v, 0).tag == T_LIST) { /* one level is enough to spread rows of a table */
            *hash = list_count(v);
        } else if (!hash_of(a, list_at(v, 0), &first)) {
            return false;
        } else {
            *hash = first + list_count(v);
        }
    }
    return true;
}

/* An approximate number equals exact ones that hash otherwise: where there is one, every item is compared. */
static bool has_approximate(Value list)
{
    for (uint32_t i = 0; i < list_count(list); i++) {
        Value v = list_at(list, i);
        if (v.tag == T_APPROX || (v.tag == T_LIST && list_count(v) && list_at(v, 0).tag == T_APPROX)) {
            return true;
        }
    }
    return false;
}

static bool seen_before(Seen *s, Value v, bool hashed, bool *found)
{
    uint64_t hash = 0;
    uint64_t steps = 1;
    *found = false;
    if (hashed && !hash_of(s->a, v, &hash)) {
        return false;
    }
    uint32_t at = (uint32_t)(hash ^ hash >> 32) & s->mask;
    for (; s->table[at]; at = (at + 1) & s->mask, steps++) {
        if (!same(s->a, list_at(value_obj(T_LIST, (void *)(uintptr_t)s->kept), s->table[at] - 1), v, found)) {
            return false;
        }
        if (*found) {
            return vm_charge(s->a->vm, steps);
        }
    }
    s->table[at] = s->kept->n + 1;
    return vm_charge(s->a->vm, steps);
}

BUILTIN_FUNCTION(unique)
{
    Value list;
    List *kept;
    bool done, found, ok = true;
    if (!list_to_walk(a, &list, out, &done) || done) {
        return done;
    }
    if (!new_list(a, 0, &kept, out)) {
        return false;
    }
    uint32_t size = 16;
    while (size < 2 * list_count(list)) {
        size *= 2;
    }
    Seen s = {a, kept, mem_zalloc(a->vm->mem, size, sizeof(uint32_t)), size - 1};
    if (!s.table) {
        return vm_fail_memory(a->vm);
    }
    bool hashed = !has_approximate(list);
    for (uint32_t i = 0; ok && i < list_count(list); i++) {
        ok = seen_before(&s, list_at(list, i), hashed, &found) && (found || push(a, kept, list_at(list, i)));
    }
    mem_free(a->vm->mem, s.table, size * sizeof(uint32_t));
    return ok;
}

/* ---- sort ---- */

/* What each item is ordered by: itself, a field, or what a function gives. */
static bool sort_key(const Args *a, Value item, Value *key)
{
    Str field;
    if (!args_given(a, 1)) {
        *key = item;
        return true;
    }
    if (a->v[1].tag == T_TEXT) {
        return args_text(a, 1, &field) && vm_member(a->vm, item, field, key);
    }
    return args_function(a, 1) && vm_call(a->vm, a->v[1], &item, 1, key);
}

static bool sort_into(const Args *a, Calls *c, bool descending, Value *out)
{
    List *keys, *result;
    Value keep;
    uint32_t n = list_count(c->list);
    if (!new_list(a, n, &keys, &keep) || !args_keep(c->a, keep)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!sort_key(a, list_at(c->list, i), &keys->store->items[i])) {
            return false;
        }
    }
    uint32_t *places = mem_alloc(a->vm->mem, n * sizeof *places);
    if (!places) {
        return vm_fail_memory(a->vm);
    }
    bool ok = order_places(a, keys->store->items, n, descending, places) && new_list(a, n, &result, out);
    for (uint32_t i = 0; ok && i < n; i++) {
        result->store->items[i] = list_at(c->list, places[i]);
    }
    mem_free(a->vm->mem, places, n * sizeof *places);
    return ok;
}

BUILTIN_FUNCTION(sort)
{
    Calls c;
    bool descending = false;
    if (a->v[0].tag == T_STATUS) {
        *out = a->v[0];
        return true;
    }
    if (!args_truth(a, 2, &descending)) {
        return false;
    }
    bool ok = calls_begin(&c, a, NULL, NULL) && sort_into(a, &c, descending, out);
    return calls_end(&c, ok);
}

/* ---- map, filter, reduce, any, all ---- */

BUILTIN_FUNCTION(map)
{
    Calls c;
    List *result;
    Value item, made;
    if (a->v[0].tag == T_STATUS) {
        *out = a->v[0];
        return true;
    }
    if (!args_function(a, 1)) {
        return false;
    }
    bool ok = calls_begin(&c, a, &result, out);
    for (uint32_t i = 0; ok && i < list_count(c.list); i++) {
        item = list_at(c.list, i);
        ok = vm_call(a->vm, a->v[1], &item, 1, &made) && push(a, result, made);
    }
    return calls_end(&c, ok);
}

BUILTIN_FUNCTION(filter)
{
    Calls c;
    List *result;
    bool holds;
    if (a->v[0].tag == T_STATUS) {
        *out = a->v[0];
        return true;
    }
    if (!args_function(a, 1)) {
        return false;
    }
    bool ok = calls_begin(&c, a, &result, out);
    for (uint32_t i = 0; ok && i < list_count(c.list); i++) {
        ok = fulfils(a, list_at(c.list, i), &holds) && (!holds || push(a, result, list_at(c.list, i)));
    }
    return calls_end(&c, ok);
}

BUILTIN_FUNCTION(reduce)
{
    Calls c;
    if (a->v[0].tag == T_STATUS) {
        *out = a->v[0];
        return true;
    }
    if (!args_function(a, 1)) {
        return false;
    }
    bool ok = calls_begin(&c, a, NULL, NULL);
    bool start = args_given(a, 2);
    if (ok && !start && !list_count(c.list)) {
        ok = ARGS_FAIL(a, ARG_EMPTY);
    }
    Value total = !ok ? value_none() : start ? a->v[2] : list_at(c.list, 0);
    for (uint32_t i = start ? 0 : 1; ok && i < list_count(c.list); i++) {
        Value pair[2] = {total, list_at(c.list, i)}; /* the machine keeps them while it runs */
        ok = vm_call(a->vm, a->v[1], pair, 2, &total);
    }
    *out = total;
    return calls_end(&c, ok);
}

/* Until an item answers `stop`. */
static bool until(const Args *a, bool stop, Value *out)
{
    Calls c;
    bool holds = !stop;
    if (a->v[0].tag == T_STATUS) {
        *out = a->v[0];
        return true;
    }
    if (args_given(a, 1) && !args_function(a, 1)) {
        return false;
    }
    bool ok = calls_begin(&c, a, NULL, NULL);
    for (uint32_t i = 0; ok && holds != stop && i < list_count(c.list); i++) {
        ok = fulfils(a, list_at(c.list, i), &holds);
    }
    *out = value_truth(holds);
    return calls_end(&c, ok);
}

BUILTIN_FUNCTION(any) { return until(a, true, out); }
BUILTIN_FUNCTION(all) { return until(a, false, out); }

/* ---- records ---- */

static bool record_items(const Args *a, bool names, Value *out)
{
    const Record *r;
    List *result;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_record(a, 0, &r) || !vm_charge(a->vm, r->n) || !new_list(a, r->n, &result, out)) {
        return false;
    }
    for (uint32_t i = 0; i < r->n; i++) {
        result->store->items[i] = names ? value_obj(T_TEXT, r->fields[i].name) : r->fields[i].value;
    }
    return true;
}

/* What rows, or the items of a keyed list, are found by. */
static bool labels_of(const Args *a, Value *out)
{
    Value v = a->v[0];
    if (v.tag == T_MATRIX) {
        *out = ((const Matrix *)v.ptr)->axis[0].labels;
        return true;
    }
    const Table *t = v.ptr;
    if (t->key < 0) {
        return args_fail(a, D_NO_KEY, 0, v);
    }
    *out = t->columns[t->key].items;
    return true;
}

BUILTIN_FUNCTION(keys)
{
    bool labels = a->v[0].tag == T_MATRIX || a->v[0].tag == T_TABLE;
    return labels ? labels_of(a, out) : record_items(a, true, out);
}

BUILTIN_FUNCTION(values)
{
    bool list = a->v[0].tag == T_MATRIX || a->v[0].tag == T_TABLE;
    return list ? args_list(a, 0, out) : record_items(a, false, out);
}

BUILTIN_FUNCTION(has)
{
    const Record *r;
    Str name;
    Value ignored;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_record(a, 0, &r) || !args_text(a, 1, &name)) {
        return false;
    }
    *out = value_truth(record_get(a->v[0], name, &ignored));
    return true;
}
