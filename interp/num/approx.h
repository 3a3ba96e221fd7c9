/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Approximate reals: the leaf behind T_APPROX, 128 bits of mantissa, never 0 (an approximate 0 is the exact one),
   never NaN or infinite, exponent within LIMIT_NUMBER_BITS.

   Where it is compared, rounded or tested it stands for its 30 significant digits: the exact number of
   approx_load30. All functions run between num_enter and num_leave; operands may be exact too. */
#ifndef BAREME_NUM_APPROX_H
#define BAREME_NUM_APPROX_H

#include "num/scratch.h"

typedef struct Approx {
    int64_t exponent;
    int32_t kind; /* MPFR's: a regular number, with its sign */
    mp_limb_t limbs[NUM_APPROX_BITS / GMP_NUMB_BITS];
} Approx;

/* Rounds x to a leaf. NUM_DOMAIN for NaN, NUM_TOO_BIG for an infinity or what is too large; 0 for what is too small. */
NumErr approx_store(NumCtx *c, mpfr_srcptr x, uint16_t unit, Value *out);
/* Any number as a real of the precision of x. */
void approx_load(NumCtx *c, Value a, mpfr_t x);
/* Any number as the exact num / den (lowest terms) it stands for. */
void approx_load30(NumCtx *c, Value a, mpz_t num, mpz_t den);

typedef enum ApproxOp { APPROX_ADD, APPROX_SUB, APPROX_MUL, APPROX_DIV } ApproxOp;
NumErr approx_op(NumCtx *c, ApproxOp op, Value a, Value b, uint16_t unit, Value *out); /* APPROX_DIV: b <> 0 */
NumErr approx_cmp(NumCtx *c, Value a, Value b, int *out);
NumErr approx_neg(NumCtx *c, Value a, Value *out);
/* a * num / den. */
NumErr approx_times(NumCtx *c, Value a, int64_t num, int64_t den, uint16_t unit, Value *out);
int approx_sign(Value a);

#endif
