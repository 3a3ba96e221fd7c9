/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums over several lists, laws of probability, zeros of sums of powers: what num/law.h knows, on values. */
#include "num/law.h"

#include "base/limits.h"
#include "lib/args.h"
#include "num/fast.h"

enum { ZEROS_MOST = 32 };

static bool fail_item(const Args *a, uint32_t argument, uint32_t item)
{
    const Native *native = library_native((Library *)(uintptr_t)a->vm->library, a->id);
    Buf place;
    buf_init(&place, a->vm->mem);
    buf_printf(&place, "%u", item + 1);
    const NativeParam *p = native ? &native->params[argument < native->param_count ? argument : native->param_count - 1] : NULL;
    Str name = !p ? STR("?") : args_french(a) ? p->name_fr : p->name;
    ARGS_FAIL(a, PARAM_ITEM_MISSING, name, buf_str(&place));
    buf_free(&place);
    return false;
}

/* A list of numbers, all of them given; a blank among them is the result. */
static bool numbers_of(const Args *a, uint32_t i, Value *list, Value *status)
{
    if (!args_list(a, i, list) || !vm_charge(a->vm, list_count(*list))) {
        return false;
    }
    for (uint32_t k = 0; k < list_count(*list); k++) {
        Value v = list_at(*list, k);
        if (v.tag == T_STATUS && v.den == STATUS_NOT_GIVEN) {
            return fail_item(a, i, k);
        }
        if (v.tag == T_STATUS) {
            *status = v;
        } else if (!value_is_number(v)) {
            return args_fail(a, D_ARG_NUMBER, i, v);
        }
    }
    return true;
}

static bool same_length(const Args *a, Value x, Value y)
{
    Buf b[2];
    if (list_count(x) == list_count(y)) {
        return true;
    }
    buf_init(&b[0], a->vm->mem);
    buf_init(&b[1], a->vm->mem);
    buf_printf(&b[0], "%u", list_count(x));
    buf_printf(&b[1], "%u", list_count(y));
    ARGS_FAIL(a, LISTS_DIFFER, buf_str(&b[0]), buf_str(&b[1]));
    buf_free(&b[0]);
    buf_free(&b[1]);
    return false;
}

static NumErr add_to(NumCtx *num, Value *sum, Value v)
{
    if (sum->tag == T_NONE) {
        *sum = v;
        return NUM_OK;
    }
    return num_add_fast(*sum, v, sum) ? NUM_OK : num_add(num, *sum, v, sum);
}

/* ---- sums ---- */

BUILTIN_FUNCTION(sum_product)
{
    Value lists[LIMIT_PARAMETERS], status = value_none(), sum = value_none();
    if (a->n > LIMIT_PARAMETERS || !a->n) {
        return ARGS_FAIL(a, ARG_EMPTY);
    }
    for (uint32_t i = 0; i < a->n; i++) {
        if (!numbers_of(a, i, &lists[i], &status) || !same_length(a, lists[0], lists[i])) {
            return false;
        }
    }
    for (uint32_t k = 0; k < list_count(lists[0]) && status.tag == T_NONE; k++) {
        Value product = list_at(lists[0], k);
        product.flags = 0;
        for (uint32_t i = 1; i < a->n; i++) {
            NumErr err = num_mul(a->vm->num, product, list_at(lists[i], k), &product);
            if (err != NUM_OK) {
                return args_num(a, err, product, list_at(lists[i], k));
            }
        }
        NumErr err = add_to(a->vm->num, &sum, product);
        if (err != NUM_OK) {
            return args_num(a, err, sum, product);
        }
    }
    *out = status.tag == T_STATUS ? status : sum.tag == T_NONE ? num_int(0) : sum;
    return true;
}

static NumErr list_sum(NumCtx *num, Value list, Value *sum)
{
    NumErr err = NUM_OK;
    *sum = value_none();
    for (uint32_t i = 0; i < list_count(list) && err == NUM_OK; i++) {
        Value v = list_at(list, i);
        v.flags = 0;
        err = add_to(num, sum, v);
    }
    return err;
}

/* Σ x y - (Σ x)(Σ y) / n: exact for exact numbers. */
static NumErr deviations_exact(NumCtx *num, Value x, Value y, Value *out)
{
    Value sum_x, sum_y, sum_xy = value_none(), product;
    NumErr err = list_sum(num, x, &sum_x);
    err = err ? err : list_sum(num, y, &sum_y);
    for (uint32_t i = 0; i < list_count(x) && err == NUM_OK; i++) {
        err = num_mul(num, list_at(x, i), list_at(y, i), &product);
        err = err ? err : add_to(num, &sum_xy, product);
    }
    err = err ? err : num_mul(num, sum_x, sum_y, &product);
    err = err ? err : num_div(num, product, num_int(list_count(x)), &product);
    return err ? err : num_sub(num, sum_xy, product, out);
}

/* Approximate numbers lose less when the means are taken off first. */
static NumErr deviations_approximate(NumCtx *num, Value x, Value y, Value *out)
{
    Value n = num_int(list_count(x)), mean_x, mean_y, dx, dy;
    NumErr err = list_sum(num, x, &mean_x);
    err = err ? err : list_sum(num, y, &mean_y);
    err = err ? err : num_div(num, mean_x, n, &mean_x);
    err = err ? err : num_div(num, mean_y, n, &mean_y);
    *out = value_none();
    for (uint32_t i = 0; i < list_count(x) && err == NUM_OK; i++) {
        err = num_sub(num, list_at(x, i), mean_x, &dx);
        err = err ? err : num_sub(num, list_at(y, i), mean_y, &dy);
        err = err ? err : num_mul(num, dx, dy, &dx);
        err = err ? err : add_to(num, out, dx);
    }
    return err;
}

static bool all_exact(Value list)
{
    for (uint32_t i = 0; i < list_count(list); i++) {
        if (!num_is_exact(list_at(list, i))) {
            return false;
        }
    }
    return true;
}

BUILTIN_FUNCTION(deviations)
{
    Value x, y, status = value_none();
    if (!numbers_of(a, 0, &x, &status)) {
        return false;
    }
    y = x;
    if (args_given(a, 1) && (!numbers_of(a, 1, &y, &status) || !same_length(a, x, y))) {
        return false;
    }
    if (status.tag == T_STATUS) {
        *out = status;
        return true;
    }
    if (!list_count(x)) {
        return ARGS_FAIL(a, ARG_EMPTY);
    }
    bool exact = all_exact(x) && all_exact(y);
    NumErr err = exact ? deviations_exact(a->vm->num, x, y, out) : deviations_approximate(a->vm->num, x, y, out);
    return args_num(a, err, list_at(x, 0), list_at(y, 0));
}

BUILTIN_FUNCTION(running_totals)
{
    Value list, status = value_none(), sum = value_none();
    if (!numbers_of(a, 0, &list, &status)) {
        return false;
    }
    if (status.tag == T_STATUS) {
        *out = status;
        return true;
    }
    List *made = list_new(args_heap(a), list_count(list));
    if (!made) {
        return vm_fail_memory(a->vm);
    }
    for (uint32_t i = 0; i < made->n; i++) {
        Value v = list_at(list, i);
        v.flags = 0;
        NumErr err = add_to(a->vm->num, &sum, v);
        if (err != NUM_OK) {
            return args_num(a, err, sum, v);
        }
        made->store->items[i] = sum;
    }
    *out = value_obj(T_LIST, made);
    return true;
}

/* ---- counting, laws ---- */

BUILTIN_FUNCTION(factorial)
{
    int64_t n = 0;
    return args_status(a, out) ||
           (args_whole(a, 0, 0, LIMIT_EXPONENT, &n) &&
            args_num(a, num_factorial(a->vm->num, n, out), a->v[0], a->v[0]));
}

BUILTIN_FUNCTION(combinations)
{
    int64_t n = 0, k = 0;
    return args_status(a, out) ||
           (args_whole(a, 0, 0, INT32_MAX, &n) && args_whole(a, 1, 0, n, &k) &&
            args_num(a, num_combinations(a->vm->num, n, k, out), a->v[0], a->v[1]));
}

typedef NumErr (*Unary)(NumCtx *c, Value x, Value *out);

static bool unary(const Args *a, Unary f, Value *out)
{
    return args_status(a, out) || (args_number(a, 0) && args_num(a, f(a->vm->num, a->v[0], out), a->v[0], a->v[0]));
}

/* Φ takes percentages too: they are shares, and z has no unit. */
static bool probability(const Args *a, uint32_t i, Value *out)
{
    Value v = a->v[i], one = num_int(1);
    int above = 1;
    bool number = value_is_number(v) && unit_is_dimensionless(a->vm->num, v.unit);
    v.unit = U_RATIO;
    v.flags = 0;
    one.unit = U_RATIO;
    NumErr err = number ? num_cmp(a->vm->num, v, one, &above) : NUM_OK;
    if (err != NUM_OK) {
        return args_num(a, err, v, one);
    }
    *out = v;
    return (number && num_sign(v) >= 0 && above <= 0) || args_fail(a, D_ARG_PROBABILITY, i, a->v[i]);
}

BUILTIN_FUNCTION(phi) { return unary(a, num_normal_cdf, out); }
BUILTIN_FUNCTION(normal_density) { return unary(a, num_normal_density, out); }

BUILTIN_FUNCTION(phi_inverse)
{
    Value p;
    return args_status(a, out) ||
           (probability(a, 0, &p) && args_num(a, num_normal_inv(a->vm->num, p, out), a->v[0], a->v[0]));
}

BUILTIN_FUNCTION(binomial)
{
    int64_t n = 0, k = 0;
    bool below = false;
    Value p;
    return args_status(a, out) ||
           (args_whole(a, 1, 0, INT32_MAX, &n) && args_whole(a, 0, 0, n, &k) && probability(a, 2, &p) &&
            args_truth(a, 3, &below) && args_num(a, num_binomial(a->vm->num, n, k, p, below, out), a->v[2], a->v[2]));
}

BUILTIN_FUNCTION(poisson)
{
    int64_t k = 0;
    bool below = false;
    return args_status(a, out) ||
           (args_whole(a, 0, 0, INT32_MAX, &k) && args_number(a, 1) && args_truth(a, 2, &below) &&
            args_num(a, num_poisson(a->vm->num, k, a->v[1], below, out), a->v[1], a->v[1]));
}

/* ---- zeros ---- */

/* Numbers of one dimension, without it: it has no part in where the sum is 0. */
static bool bare_items(const Args *a, uint32_t i, Value list, Value **items)
{
    uint32_t n = list_count(list);
    *items = mem_alloc(a->vm->mem, n * sizeof **items);
    for (uint32_t k = 0; *items && k < n; k++) {
        Value v = list_at(list, k), first = list_at(list, 0);
        if (!unit_same_dimension(a->vm->num, v.unit, first.unit)) {
            mem_free(a->vm->mem, *items, n * sizeof **items);
            *items = NULL;
            return args_num(a, NUM_DIMENSION, first, v);
        }
        v.unit = U_PLAIN;
        v.flags = 0;
        (*items)[k] = v;
    }
    (void)i;
    return *items || vm_fail_memory(a->vm);
}

static bool zeros_list(const Args *a, const Value *zeros, uint32_t n, Value *out)
{
    List *list = list_new(args_heap(a), n);
    for (uint32_t i = 0; list && i < n; i++) {
        list->store->items[i] = zeros[i];
    }
    *out = list ? value_obj(T_LIST, list) : value_none();
    return list || vm_fail_memory(a->vm);
}

static bool zeros_of(const Args *a, const Value *coefficients, const Value *exponents, uint32_t n, Value *out)
{
    Value zeros[ZEROS_MOST];
    uint32_t found = 0;
    NumErr err = num_zeros(a->vm->num, coefficients, exponents, n, zeros, ZEROS_MOST, &found);
    return args_num(a, err, coefficients[0], exponents[0]) &&
           zeros_list(a, zeros, found < ZEROS_MOST ? found : ZEROS_MOST, out);
}

BUILTIN_FUNCTION(power_zeros)
{
    Value list, powers, status = value_none(), *coefficients = NULL, *exponents = NULL;
    if (!numbers_of(a, 0, &list, &status) || (args_given(a, 1) && (!numbers_of(a, 1, &powers, &status) || !same_length(a, list, powers)))) {
        return false;
    }
    uint32_t n = list_count(list);
    if (status.tag == T_STATUS || !n || n > LIMIT_ZERO_TERMS) {
        *out = status;
        return status.tag == T_STATUS || (n ? ARGS_FAIL(a, RESULT_TOO_LONG) : ARGS_FAIL(a, ARG_EMPTY));
    }
    bool ok = bare_items(a, 0, list, &coefficients) && bare_items(a, 1, args_given(a, 1) ? powers : list, &exponents);
    for (uint32_t i = 0; ok && !args_given(a, 1) && i < n; i++) {
        exponents[i] = num_int(i);
    }
    ok = ok && zeros_of(a, coefficients, exponents, n, out);
    mem_free(a->vm->mem, coefficients, coefficients ? n * sizeof *coefficients : 0);
    mem_free(a->vm->mem, exponents, exponents ? n * sizeof *exponents : 0);
    return ok;
}

/* ---- durations ---- */

static bool unit_named(const Args *a, Str name, uint16_t *unit)
{
    return unit_parse(a->vm->num, name, unit) == NUM_OK || vm_fail_memory(a->vm);
}

BUILTIN_FUNCTION(in_years)
{
    NumCtx *num = a->vm->num;
    Value v = a->v[0], basis = num_int(360);
    uint16_t day, year;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_number(a, 0) || !unit_named(a, STR("day"), &day) || !unit_named(a, STR("year"), &year)) {
        return false;
    }
    if (args_given(a, 1)) {
        basis = a->v[1];
        if (!value_is_number(basis) || !unit_is_dimensionless(num, basis.unit) || num_sign(basis) <= 0) {
            return args_fail(a, D_ARG_BOUNDS, 1, basis);
        }
    }
    bool calendar = unit_is_calendar(num, v.unit);
    NumErr err = calendar ? unit_convert(num, v, year, &v) : v.unit == U_PLAIN ? NUM_OK : unit_convert(num, v, day, &v);
    err = err ? err : num_shown(num, v, &v);
    err = err ? err : calendar ? NUM_OK : num_div(num, v, basis, &v);
    if (err != NUM_OK) {
        return args_num(a, err, a->v[0], basis);
    }
    v.unit = U_RATIO;
    v.flags = 0;
    *out = v;
    return true;
}

/* Shown as the model is; what cannot be stays as it is. */
BUILTIN_FUNCTION(in_unit_of)
{
    if (args_status(a, out)) {
        return true;
    }
    if (!args_number(a, 0) || !args_number(a, 1)) {
        return false;
    }
    *out = a->v[0];
    NumErr err = unit_convert(a->vm->num, a->v[0], a->v[1].unit, out);
    out->flags = 0;
    return args_num(a, err, a->v[0], a->v[1]);
}
