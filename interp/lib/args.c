/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of functions and parameters for messages come from the library, by the number of the function. */
#include "lib/args.h"

#include "data/table.h"

#include "base/limits.h"

/* ---- faults ---- */

static Str param_name(const Args *a, uint32_t i)
{
    const Native *native = library_native((Library *)(uintptr_t)a->vm->library, a->id);
    if (!native || !native->param_count) {
        return STR("?");
    }
    const NativeParam *p = &native->params[i < native->param_count ? i : native->param_count - 1];
    return args_french(a) ? p->name_fr : p->name;
}

bool args_fail(const Args *a, DiagId id, uint32_t i, Value given)
{
    Buf shown;
    buf_init(&shown, a->vm->mem);
    vm_describe(a->vm, &shown, given);
    const Str texts[] = {library_builtin_name(a->id, a->vm->lang), param_name(a, i), buf_str(&shown)};
    if (shown.failed) {
        vm_fail_memory(a->vm);
    } else {
        vm_fail(a->vm, id, texts, 3);
    }
    buf_free(&shown);
    return false;
}

bool args_fail_with(const Args *a, DiagId id, const Str *texts, uint32_t n)
{
    Str all[DIAG_ARGS] = {library_builtin_name(a->id, a->vm->lang)};
    for (uint32_t i = 0; i < n && i + 1 < DIAG_ARGS; i++) {
        all[i + 1] = texts[i];
    }
    return vm_fail(a->vm, id, all, n + 1 < DIAG_ARGS ? n + 1 : DIAG_ARGS);
}

bool args_num(const Args *a, NumErr err, Value x, Value y)
{
    if (err == NUM_OK) {
        return true;
    }
    if (err == NUM_NO_MEMORY) {
        return vm_fail_memory(a->vm);
    }
    return vm_fail_num(a->vm, err, library_builtin_name(a->id, a->vm->lang).p, x, y);
}

/* ---- statuses ---- */

bool args_status(const Args *a, Value *out)
{
    for (uint32_t i = 0; i < a->n; i++) {
        if (a->v[i].tag == T_STATUS) {
            *out = a->v[i];
            return true;
        }
    }
    return false;
}

/* ---- one argument ---- */

bool args_number(const Args *a, uint32_t i)
{
    return value_is_number(a->v[i]) || args_fail(a, D_ARG_NUMBER, i, a->v[i]);
}

static bool is_plain(Value v)
{
    return value_is_number(v) && (v.unit == U_PLAIN || v.unit == U_RATIO);
}

bool args_whole(const Args *a, uint32_t i, int64_t from, int64_t to, int64_t *out)
{
    if (!args_given(a, i)) {
        return true;
    }
    Value v = a->v[i];
    if (!is_plain(v) || !num_is_whole(a->vm->num, v)) {
        return args_fail(a, D_ARG_WHOLE, i, v);
    }
    bool fits;
    int64_t n = num_to_int64(a->vm->num, v, &fits);
    *out = fits ? n : *out;
    return (fits && *out >= from && *out <= to) || args_fail(a, D_ARG_BOUNDS, i, v);
}

bool args_text(const Args *a, uint32_t i, Str *out)
{
    if (a->v[i].tag != T_TEXT) {
        return args_fail(a, D_ARG_TEXT, i, a->v[i]);
    }
    *out = text_str(args_heap(a), a->v[i]);
    return out->p || vm_fail_memory(a->vm);
}

bool args_date(const Args *a, uint32_t i, int64_t *days)
{
    if (a->v[i].tag != T_DATE) {
        return args_fail(a, D_ARG_DATE, i, a->v[i]);
    }
    *days = a->v[i].num;
    return true;
}

bool args_truth(const Args *a, uint32_t i, bool *out)
{
    if (!args_given(a, i)) {
        return true;
    }
    if (a->v[i].tag != T_TRUTH) {
        return args_fail(a, D_ARG_TRUTH, i, a->v[i]);
    }
    *out = value_is_true(a->v[i]);
    return true;
}

bool args_record(const Args *a, uint32_t i, const Record **out)
{
    if (a->v[i].tag != T_RECORD) {
        return args_fail(a, D_ARG_RECORD, i, a->v[i]);
    }
    *out = a->v[i].ptr;
    return true;
}

bool args_function(const Args *a, uint32_t i)
{
    return a->v[i].tag == T_FUNCTION || a->v[i].tag == T_NATIVE || args_fail(a, D_ARG_FUNCTION, i, a->v[i]);
}

/* ---- lists and ranges ---- */

/* How many values a range has; more than a list may hold is a fault. */
static bool range_count(const Args *a, const Range *r, uint32_t *count)
{
    NumCtx *num = a->vm->num;
    Value span, steps;
    bool fits = true;
    NumErr err = num_sub(num, r->to, r->from, &span);
    err = err ? err : num_div(num, span, r->step, &steps);
    err = err ? err : num_floor(num, steps, &steps);
    if (err != NUM_OK) {
        return args_num(a, err, r->from, r->to);
    }
    int64_t n = num_sign(steps) < 0 ? -1 : num_to_int64(num, steps, &fits);
    *count = (uint32_t)(n + 1);
    return (fits && n < (int64_t)LIMIT_LIST_ITEMS && vm_charge(a->vm, *count)) ||
           (!a->vm->fault && ARGS_FAIL(a, RESULT_TOO_LONG));
}

static bool range_list(const Args *a, const Range *r, Value *out)
{
    NumCtx *num = a->vm->num;
    uint32_t n = 0; /* gcc does not see that it is set */
    if (!range_count(a, r, &n)) {
        return false;
    }
    List *list = list_new(args_heap(a), n);
    if (!list) {
        return vm_fail_memory(a->vm);
    }
    Value at = r->from;
    at.flags = 0;
    for (uint32_t i = 0; i < n; i++) {
        list->store->items[i] = at;
        NumErr err = i + 1 < n ? num_add(num, at, r->step, &at) : NUM_OK;
        if (err != NUM_OK) {
            return args_num(a, err, at, r->step);
        }
    }
    *out = value_obj(T_LIST, list);
    return true;
}

/* The rows of a table, as records. */
static bool table_list(const Args *a, const Table *t, Value *out)
{
    List *list = vm_charge(a->vm, (uint64_t)t->rows * t->n / 8) ? list_new(args_heap(a), t->rows) : NULL;
    if (!list) {
        return a->vm->fault ? false : vm_fail_memory(a->vm);
    }
    for (uint32_t i = 0; i < t->rows; i++) {
        Record *r = table_record(args_heap(a), t, i);
        if (!r) {
            return vm_fail_memory(a->vm);
        }
        list->store->items[i] = value_obj(T_RECORD, r);
    }
    *out = value_obj(T_LIST, list);
    return true;
}

bool args_list(const Args *a, uint32_t i, Value *out)
{
    Value v = a->v[i];
    if (v.tag == T_RANGE) {
        return range_list(a, v.ptr, out);
    }
    if (v.tag == T_MATRIX) { /* its values */
        v = ((const Matrix *)v.ptr)->items;
    }
    if (v.tag == T_TABLE) {
        return table_list(a, v.ptr, out);
    }
    if (v.tag != T_LIST) {
        return args_fail(a, D_ARG_LIST, i, v);
    }
    *out = v;
    return true;
}

static bool has_items(Value v) { return v.tag == T_LIST || v.tag == T_RANGE || v.tag == T_MATRIX; }

/* The items of all arguments, one after the other. */
static bool all_items(const Args *a, Value *out)
{
    List *all = list_new(args_heap(a), 0);
    bool ok = all != NULL;
    for (uint32_t i = 0; ok && i < a->n; i++) {
        Value v = a->v[i];
        bool many = has_items(v);
        if (many && !args_list(a, i, &v)) {
            return false;
        }
        uint32_t n = many ? list_count(v) : 1;
        if (n > LIMIT_LIST_ITEMS - all->n) {
            return ARGS_FAIL(a, RESULT_TOO_LONG);
        }
        for (uint32_t k = 0; ok && k < n; k++) {
            ok = list_push(args_heap(a), all, many ? list_at(v, k) : v);
        }
    }
    *out = ok ? value_obj(T_LIST, all) : value_none();
    return ok || vm_fail_memory(a->vm);
}

bool args_values(const Args *a, const Value **items, uint32_t *count, Value *keep)
{
    bool lists = false;
    for (uint32_t i = 0; i < a->n; i++) {
        lists = lists || has_items(a->v[i]);
    }
    *items = a->v;
    *count = a->n;
    if (!lists) {
        return vm_charge(a->vm, a->n);
    }
    if (!(a->n == 1 ? args_list(a, 0, keep) : all_items(a, keep))) {
        return false;
    }
    if (!list_plain(args_heap(a), *keep, keep)) {
        return vm_fail_memory(a->vm);
    }
    *items = list_cells(*keep);
    *count = list_count(*keep);
    return vm_charge(a->vm, *count);
}

/* ---- what is being made ---- */

bool args_keep(const Args *a, Value v)
{
    return heap_protect(args_heap(a), v) != UINT32_MAX || vm_fail_memory(a->vm);
}

bool args_within(const Args *a, bool (*run)(const Args *a, Value *out), Value *out)
{
    uint32_t mark = heap_protect(args_heap(a), value_none());
    if (mark == UINT32_MAX) {
        return vm_fail_memory(a->vm);
    }
    bool ok = run(a, out);
    heap_unprotect(args_heap(a), mark);
    return ok;
}

/* ---- results ---- */

bool args_return_text(const Args *a, Str s, Value *out)
{
    if (s.n > LIMIT_TEXT_BYTES) {
        return ARGS_FAIL(a, RESULT_TOO_LONG);
    }
    return text_new(args_heap(a), s, out) || vm_fail_memory(a->vm);
}

bool args_return_buf(const Args *a, Buf *b, Value *out)
{
    bool ok = b->failed ? vm_fail_memory(a->vm) : args_return_text(a, buf_str(b), out);
    buf_free(b);
    return ok;
}
