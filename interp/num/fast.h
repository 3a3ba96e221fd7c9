/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The common cases of arithmetic, inlined into the machine: two cells of one unit, or whose pair of units is
   remembered. Each returns false, with *out untouched, when the function of num/number.h must do the work
   (which may still be quick). Results are lazy fractions: not in lowest terms. */
#ifndef BAREME_NUM_FAST_H
#define BAREME_NUM_FAST_H

#include "num/number.h"

#include <string.h>

/* The first 8 bytes: tag, flags, unit, den. */
static inline uint64_t fast_head(Value v)
{
    uint64_t head;
    memcpy(&head, &v, sizeof head);
    return head;
}

/* All of the head but the flags, which no result carries. */
static inline uint64_t fast_head_mask(void)
{
    return ~fast_head((Value){.flags = 0xFF});
}

static inline Value fast_cell(uint16_t unit, int64_t num, uint32_t den)
{
    return (Value){.tag = T_NUM, .unit = unit, .den = den, .num = num};
}

/* Two cells of one unit and denominators that differ; in number.c. False: it does not fit. */
bool num_add_cells(Value a, Value b, Value *out);
bool num_sub_cells(Value a, Value b, Value *out);

static inline bool num_add_fast(Value a, Value b, Value *out)
{
    int64_t sum;
    if (((fast_head(a) ^ fast_head(b)) & fast_head_mask()) == 0 && a.tag == T_NUM) {
        if (__builtin_add_overflow(a.num, b.num, &sum))
            return false;
        *out = fast_cell(a.unit, sum, a.den);
        return true;
    }
    return (a.tag | b.tag) == T_NUM && a.unit == b.unit && num_add_cells(a, b, out);
}

static inline bool num_sub_fast(Value a, Value b, Value *out)
{
    int64_t difference;
    if (((fast_head(a) ^ fast_head(b)) & fast_head_mask()) == 0 && a.tag == T_NUM) {
        if (__builtin_sub_overflow(a.num, b.num, &difference))
            return false;
        *out = fast_cell(a.unit, difference, a.den);
        return true;
    }
    return (a.tag | b.tag) == T_NUM && a.unit == b.unit && num_sub_cells(a, b, out);
}

static inline uint32_t unit_memo_slot(uint16_t a, uint16_t b)
{
    return (a * 37u + b) % UNIT_MEMO_SIZE;
}

static inline bool unit_memo_get(const NumCtx *c, UnitOp op, uint16_t a, uint16_t b, uint16_t *unit)
{
    const UnitMemo *m = &c->memo[op][unit_memo_slot(a, b)];
    *unit = m->unit;
    return m->key == ((uint32_t)a << 16 | b);
}

static inline bool unit_mul_fast(const NumCtx *c, uint16_t a, uint16_t b, uint16_t *unit)
{
    *unit = 0;
    return (a | b) == 0 || unit_memo_get(c, UNIT_MUL, a, b, unit);
}

static inline bool unit_div_fast(const NumCtx *c, uint16_t a, uint16_t b, uint16_t *unit)
{
    return unit_memo_get(c, UNIT_DIV, a, b, unit);
}

static inline bool num_mul_fast(const NumCtx *c, Value a, Value b, Value *out)
{
    int64_t product;
    uint16_t unit;
    uint64_t den = (uint64_t)a.den * b.den;
    if ((a.tag | b.tag) != T_NUM || __builtin_mul_overflow(a.num, b.num, &product) || den > UINT32_MAX ||
        !unit_mul_fast(c, a.unit, b.unit, &unit))
        return false;
    *out = fast_cell(unit, product, (uint32_t)den);
    return true;
}

static inline bool num_div_fast(const NumCtx *c, Value a, Value b, Value *out)
{
    int64_t top, bottom;
    uint16_t unit;
    if ((a.tag | b.tag) != T_NUM || b.num == 0 || __builtin_mul_overflow(a.num, (int64_t)b.den, &top) ||
        __builtin_mul_overflow(b.num, (int64_t)a.den, &bottom))
        return false;
    if (bottom < 0) {
        if (top == INT64_MIN || bottom == INT64_MIN)
            return false;
        top = -top;
        bottom = -bottom;
    }
    if (bottom > UINT32_MAX || !unit_div_fast(c, a.unit, b.unit, &unit))
        return false;
    *out = fast_cell(unit, top, (uint32_t)bottom);
    return true;
}

/* Whole numbers, floored (the sign of b). */
static inline bool num_mod_fast(Value a, Value b, Value *out)
{
    if ((a.tag | b.tag) != T_NUM || a.unit != b.unit || (a.den | b.den) != 1 || b.num == 0 || b.num == -1)
        return false;
    int64_t rest = a.num % b.num;
    if (rest != 0 && (rest < 0) != (b.num < 0))
        rest += b.num;
    *out = fast_cell(a.unit, rest, 1);
    return true;
}

static inline bool num_neg_fast(Value a, Value *out)
{
    if (a.tag != T_NUM || a.num == INT64_MIN)
        return false;
    *out = fast_cell(a.unit, -a.num, a.den);
    return true;
}

static inline bool num_cmp_fast(Value a, Value b, int *out)
{
    if ((a.tag | b.tag) != T_NUM || a.unit != b.unit)
        return false;
    if (a.den == b.den) {
        *out = (a.num > b.num) - (a.num < b.num);
    } else {
        __int128 left = (__int128)a.num * b.den, right = (__int128)b.num * a.den;
        *out = (left > right) - (left < right);
    }
    return true;
}

#endif
