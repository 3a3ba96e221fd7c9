/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Indicators and dashboards as the language calls them (hidden.def), and what programs ask of dashboards. */
#include "domain/competence.h"
#include "domain/dashboard.h"
#include "domain/grid.h"
#include "lib/order.h"
#include "lib/rows.h"

bool hidden_bands(Vm *vm, const Value *args, uint32_t n, Value *out);
bool hidden_indicator(Vm *vm, const Value *args, uint32_t n, Value *out);
bool hidden_completion(Vm *vm, const Value *args, uint32_t n, Value *out);
bool hidden_grid(Vm *vm, const Value *args, uint32_t n, Value *out);
bool hidden_framework(Vm *vm, const Value *args, uint32_t n, Value *out);
bool hidden_dashboard(Vm *vm, const Value *args, uint32_t n, Value *out);

bool hidden_bands(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    (void)n;
    *out = args[1];
    return indicator_check_bands(vm, args[0], args[1]);
}

bool hidden_indicator(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    (void)n;
    return indicator_make(vm, args, out);
}

bool hidden_grid(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    (void)n;
    return grid_make(vm, args, out);
}

bool hidden_framework(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    (void)n;
    return framework_make(vm, args, out);
}

bool hidden_completion(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    (void)n;
    return completion_rate(vm, args[0], args[1], out);
}

bool hidden_dashboard(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    DashboardSource s = {.key_name = args[0], .keys = args[1], .period_name = args[2], .periods = args[3],
                         .indicators = args[4], .shown = args[5], .summary = args[6], .title = args[7]};
    (void)n;
    return dashboard_make(vm, &s, out);
}

/* ---- strengths and weaknesses ---- */

/* What one row of a dashboard tells: its indicators by its fields. */
static bool row_argument(const Args *a, const Matrix **m, int32_t *gap, int32_t *rate)
{
    *m = a->v[0].tag == T_MATRIX ? a->v[0].ptr : NULL;
    if (*m && (*m)->axes == 2) {
        *gap = matrix_named(args_heap(a), *m, 1, STR("gap"));
        *rate = matrix_named(args_heap(a), *m, 1, STR("rate"));
        if (*gap >= 0 && *rate >= 0) {
            return true;
        }
    }
    return args_fail(a, D_DASHBOARD_ROW, 0, a->v[0]);
}

/* Indicators whose gap is on that side of 0, the farthest from the objective first. */
static bool side_of(const Args *a, bool strong, Value *out)
{
    const Matrix *m;
    int32_t gap = 0, rate = 0;
    if (args_status(a, out)) {
        return true;
    }
    if (!row_argument(a, &m, &gap, &rate)) {
        return false;
    }
    Mem *mem = a->vm->mem;
    uint32_t n = matrix_count(m, 0), width = matrix_count(m, 1), count = 0;
    Value *rates = mem_alloc(mem, (n + 1u) * sizeof *rates);
    uint32_t *at = mem_alloc(mem, (n + 1u) * sizeof *at), *places = mem_alloc(mem, (n + 1u) * sizeof *places);
    bool ok = (rates && at && places) || vm_fail_memory(a->vm);
    for (uint32_t i = 0; ok && i < n; i++) {
        Value g = list_at(m->items, i * width + (uint32_t)gap), r = list_at(m->items, i * width + (uint32_t)rate);
        if (value_is_number(g) && (num_sign(g) >= 0) == strong && value_is_number(r)) {
            rates[count] = r;
            at[count++] = i;
        }
    }
    List *names = ok && order_places(a, rates, count, strong, places) ? list_new(args_heap(a), count) : NULL;
    for (uint32_t i = 0; names && i < count; i++) {
        names->store->items[i] = list_at(m->axis[0].labels, at[places[i]]);
    }
    *out = value_obj(T_LIST, names);
    mem_free(mem, rates, (n + 1u) * sizeof *rates);
    mem_free(mem, at, (n + 1u) * sizeof *at);
    mem_free(mem, places, (n + 1u) * sizeof *places);
    return names || a->vm->fault ? names != NULL : vm_fail_memory(a->vm);
}

BUILTIN_FUNCTION(strengths) { return side_of(a, true, out); }
BUILTIN_FUNCTION(weaknesses) { return side_of(a, false, out); }
