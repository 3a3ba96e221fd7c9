/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges, and going through things. A loop over numbers that share unit and denominator, or over days, is counted
   in whole steps at its start, so that run.c only adds; any other range stays in its register and item k is
   from + k * step, computed anew, so that nothing drifts (31 January, 28 February, 31 March). */
#include "vm/vm.h"

#include "data/table.h"
#include "num/fast.h"
#include "num/unit.h"
#include "vm/machine.h"

/* ---- ranges ---- */

static bool is_bound(Value v)
{
    return value_is_number(v) || v.tag == T_DATE;
}

/* A step without unit counts in the unit of the first bound; one that nobody wrote is 1 there, or 1 day. */
static bool range_step(Vm *vm, Value from, Value *step)
{
    bool written = value_is_number(*step);
    Value one = num_int(1);
    NumErr err = NUM_OK;
    uint16_t day;
    if (!written)
        *step = one;
    if (from.tag == T_DATE) {
        if (step->unit == U_PLAIN && (err = unit_parse(vm->num, STR("day"), &day)) == NUM_OK)
            err = num_with_unit(vm->num, *step, day, step);
    } else if (step->unit == U_PLAIN && from.unit != U_PLAIN && from.unit != U_RATIO) {
        err = num_with_unit(vm->num, *step, from.unit, step);
    }
    if (err != NUM_OK)
        return vm_fail_num(vm, err, "..", from, *step);
    step->flags = written ? 0 : RANGE_STEP_DEFAULT;
    return !num_is_zero(*step) || vm_fail(vm, D_STEP_ZERO, NULL, 0);
}

static bool fail_bounds(Vm *vm, Value from, Value to)
{
    Value both[] = {from, to};
    return vm_fail_values(vm, D_RANGE_BOUNDS, STR(""), both, 2);
}

/* Bounds of one kind, comparable; the step completed. */
static bool range_check(Vm *vm, Value *bounds)
{
    Value order;
    bool same = is_bound(bounds[0]) && is_bound(bounds[1]) && (bounds[0].tag == T_DATE) == (bounds[1].tag == T_DATE);
    if (!same || (!value_is_number(bounds[2]) && bounds[2].tag != T_NONE))
        return fail_bounds(vm, bounds[0], bounds[1]);
    return vm_order(vm, OPC_LE, bounds[0], bounds[1], &order) && range_step(vm, bounds[0], &bounds[2]);
}

bool vm_range_of(Vm *vm, const Value *bounds, uint32_t n, Value *out)
{
    Value b[] = {bounds[0], bounds[1], n > 2 ? bounds[2] : value_none()};
    if (b[0].tag == T_STATUS || b[1].tag == T_STATUS) {
        *out = b[0].tag == T_STATUS ? b[0] : b[1];
        return true;
    }
    if (!range_check(vm, b))
        return false;
    Range *r = range_new(vm->heap, b[0], b[1], b[2]);
    if (!r)
        return vm_fail_memory(vm);
    *out = value_obj(T_RANGE, r);
    return true;
}

/* Item k, from 0; *within false: beyond the end. */
bool vm_range_at(Vm *vm, const Range *r, int64_t k, Value *out, bool *within)
{
    Value offset, order, step = r->step;
    step.flags = 0;
    if (!vm_arith(vm, OPC_MUL, step, num_int(k), &offset) || !vm_arith(vm, OPC_ADD, r->from, offset, out))
        return false;
    bool up = num_sign(step) > 0;
    if (!vm_order(vm, OPC_LE, up ? *out : r->to, up ? r->to : *out, &order))
        return false;
    *within = value_is_true(order);
    return true;
}

/* ---- loops ---- */

/* How many whole steps fit between two numbers with one denominator; -1: none, not even the first item. */
static int64_t steps_between(int64_t from, int64_t to, int64_t step)
{
    __int128 distance = step > 0 ? (__int128)to - from : (__int128)from - to;
    __int128 size = step > 0 ? (__int128)step : -(__int128)step;
    if (distance < 0)
        return -1;
    return distance / size > INT64_MAX ? INT64_MAX : (int64_t)(distance / size);
}

static void for_counted(Value *r, Value first, int64_t last, int64_t step, bool *empty)
{
    int64_t count = steps_between(first.num, last, step);
    *empty = count < 0;
    first.flags = 0;
    r[0] = r[3] = first;
    r[1] = num_int(count);
    r[1].flags = FOR_COUNTED;
    r[2] = num_int(step);
}

static bool for_same_cells(Value a, Value b)
{
    return a.tag == T_NUM && b.tag == T_NUM && a.unit == b.unit && a.den == b.den;
}

static bool days_of_step(Vm *vm, Value step, int64_t *days)
{
    uint16_t day;
    Value v;
    bool whole = false;
    if (!unit_is_calendar(vm->num, step.unit) && unit_parse(vm->num, STR("day"), &day) == NUM_OK &&
        unit_convert(vm->num, step, day, &v) == NUM_OK)
        *days = num_to_int64(vm->num, v, &whole);
    return whole;
}

static bool for_range(Vm *vm, Value *r, bool *empty)
{
    const Range *range = r[0].ptr;
    Value from = range->from, to = range->to, step = range->step;
    int64_t days = 0;
    step.flags = 0;
    if (for_same_cells(from, to) && for_same_cells(from, step)) {
        for_counted(r, from, to.num, step.num, empty);
        return true;
    }
    if (from.tag == T_DATE && days_of_step(vm, step, &days)) {
        for_counted(r, from, to.num, days, empty);
        return true;
    }
    bool within = false;
    r[1] = num_int(0);
    if (!vm_range_at(vm, range, 0, &r[3], &within))
        return false;
    *empty = !within;
    return true;
}

/* Bounds in registers: a range all the same, but for the commonest loop. */
static bool for_bounds(Vm *vm, Value *r, bool *empty)
{
    if (for_same_cells(r[0], r[1]) && r[2].tag == T_NUM && r[0].unit == U_PLAIN && r[2].unit == U_PLAIN &&
        r[0].den == r[2].den && r[2].num != 0) {
        for_counted(r, r[0], r[1].num, r[2].num, empty);
        return true;
    }
    Value bounds[] = {r[0], r[1], r[2]};
    return vm_range_of(vm, bounds, 3, &r[0]) && vm_for_prepare(vm, r, empty);
}

static uint32_t for_count(Value v)
{
    if (v.tag == T_TABLE)
        return ((const Table *)v.ptr)->rows;
    return v.tag == T_LIST ? list_count(v) : ((const Record *)v.ptr)->n;
}

/* A table is gone through row by row. */
static bool for_item(Vm *vm, Value v, int64_t i, Value *out)
{
    if (v.tag == T_LIST) {
        *out = list_at(v, (uint32_t)i);
        return true;
    }
    if (v.tag == T_RECORD) {
        *out = value_obj(T_TEXT, ((const Record *)v.ptr)->fields[i].name);
        return true;
    }
    Record *r = table_record(vm->heap, v.ptr, (uint32_t)i);
    *out = value_obj(T_RECORD, r);
    return r || vm_fail_memory(vm);
}

bool vm_for_prepare(Vm *vm, Value *r, bool *empty)
{
    r[0].flags = 0;
    if (is_bound(r[0]) && r[1].tag != T_NONE)
        return for_bounds(vm, r, empty);
    if (r[0].tag == T_RANGE)
        return for_range(vm, r, empty);
    if (r[0].tag == T_MATRIX) /* its values, in order */
        r[0] = ((const Matrix *)r[0].ptr)->items;
    if (r[0].tag != T_LIST && r[0].tag != T_RECORD && r[0].tag != T_TABLE)
        return vm_fail_values(vm, D_NOT_ITERABLE, STR(""), &r[0], 1);
    r[1] = num_int(0);
    *empty = for_count(r[0]) == 0;
    return *empty || for_item(vm, r[0], 0, &r[3]);
}

bool vm_for_next(Vm *vm, Value *r, bool *done)
{
    int64_t next = ++r[1].num;
    if (r[0].tag == T_RANGE) {
        bool within = false;
        bool ok = vm_range_at(vm, r[0].ptr, next, &r[3], &within);
        *done = !within;
        return ok;
    }
    *done = next >= for_count(r[0]);
    return *done || for_item(vm, r[0], next, &r[3]);
}

/* ---- membership ---- */

/* x is from + k * step, between the bounds, with k whole. */
bool vm_range_has(Vm *vm, const Range *r, Value x, Value *out)
{
    Value low, high, distance, k;
    bool up = num_sign(r->step) > 0;
    *out = value_truth(false);
    if ((x.tag == T_DATE) != (r->from.tag == T_DATE) || !is_bound(x))
        return true;
    if (!vm_order(vm, OPC_LE, up ? r->from : r->to, x, &low) || !vm_order(vm, OPC_LE, x, up ? r->to : r->from, &high))
        return false;
    if (!value_is_true(low) || !value_is_true(high))
        return true;
    Value step = r->step;
    step.flags = 0;
    if (!vm_arith(vm, OPC_SUB, x, r->from, &distance) || !vm_arith(vm, OPC_DIV, distance, step, &k))
        return false;
    bool whole;
    if (num_whole(vm->num, k, &whole) != NUM_OK)
        return vm_fail_memory(vm);
    *out = value_truth(whole);
    return true;
}
