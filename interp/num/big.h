/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact numbers of any size: the leaf behind T_BIG, and the slow path of exact arithmetic.

   A leaf is  limbs / (10^scale * den): a whole number scaled by a power of ten, over a residual denominator
   which is 1 for all decimals. It is NOT canonical: common factors stay until the number has doubled in size
   since they were last taken out (`mark`). Numerator and denominator in lowest terms are capped at
   LIMIT_NUMBER_BITS. What fits a cell again goes back to one, though not at all price.

   Operands here are exact (T_NUM or T_BIG); units are the caller's business. The results replace *out only on
   NUM_OK. All but big_sign and big_cell run between num_enter and num_leave. */
#ifndef BAREME_NUM_BIG_H
#define BAREME_NUM_BIG_H

#include "num/scratch.h"

typedef struct BigNum {
    int32_t size;      /* limbs of the numerator, negative for a negative number; never 0 */
    uint32_t scale;    /* powers of ten below */
    uint32_t den_size; /* limbs of the residual denominator, behind the numerator's; 0: it is 1 */
    uint32_t mark;     /* bits when last reduced, at least BIG_SMALL_BITS */
    mp_limb_t limbs[];
} BigNum;

enum { BIG_SMALL_BITS = 512 };

NumErr big_add(NumCtx *c, Value a, Value b, uint16_t unit, Value *out);
NumErr big_sub(NumCtx *c, Value a, Value b, uint16_t unit, Value *out);
NumErr big_mul(NumCtx *c, Value a, Value b, uint16_t unit, Value *out);
NumErr big_div(NumCtx *c, Value a, Value b, uint16_t unit, Value *out); /* b <> 0 */
NumErr big_cmp(NumCtx *c, Value a, Value b, int *out);
NumErr big_neg(NumCtx *c, Value a, Value *out);
int big_sign(Value a);

/* num / den of a cell in lowest terms, where it fits one; den > 0. */
bool big_cell(__int128 num, unsigned __int128 den, uint16_t unit, Value *out);

/* a = num / den, in lowest terms, den > 0. */
void big_load(NumCtx *c, Value a, mpz_t num, mpz_t den);
/* The same, not reduced. */
void big_load_raw(NumCtx *c, Value a, mpz_t num, mpz_t den);
/* (num / den) ^ times, where they are in lowest terms and den divides a power of ten: num is used up. False: it does not,
   or the power comes near the cap. */
bool big_power_decimal(NumCtx *c, mpz_t num, uint64_t den, uint64_t times, uint16_t unit, NumErr *err, Value *out);
/* num / den, which are in lowest terms already. den > 0. */
NumErr big_store_lowest(NumCtx *c, mpz_t num, mpz_t den, uint16_t unit, Value *out);
/* The reverse: reduces (so it changes them), finds the best form. den > 0. */
NumErr big_store(NumCtx *c, mpz_t num, mpz_t den, uint16_t unit, Value *out);
/* num / 10^scale. */
NumErr big_store_decimal(NumCtx *c, mpz_t num, uint32_t scale, uint16_t unit, Value *out);
/* a * num / den, both > 0. */
NumErr big_times(NumCtx *c, Value a, int64_t num, int64_t den, uint16_t unit, Value *out);

void big_ten(mpz_t out, uint32_t power);
/* Size of a page of powers of ten: see NumScratch. */
size_t big_ten_page_bytes(uint32_t page);

#endif
