/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact numbers too large for a cell: n / (10^k * d). A decimal keeps d = 1, so that long chains of unrounded
   decimals only multiply integers; what is left of other denominators is in d. Reduced only when the number has
   grown, or to print, hash or compare by form. Leaves are immutable. */
#ifndef BAREME_NUM_BIG_H
#define BAREME_NUM_BIG_H

#include "num/number.h"

typedef struct BigNum {
    int32_t n_size;   /* limbs of n, negative for a negative number */
    uint32_t k;
    uint32_t d_size;  /* limbs of d; 0: d is 1 */
    uint32_t pad;
    mp_limb_t limbs[]; /* n then d */
} BigNum;

/* An exact value opened for work: read-only views, or scratch when `small`. */
typedef struct Exact {
    mpz_t n, d;
    uint32_t k;
    bool has_d;
    mp_limb_t n_limbs[2], d_limb[1]; /* behind the views of a small value */
} Exact;

/* x must outlive its use; no memory is taken. v is T_NUM or T_BIG. */
void exact_open(Exact *x, const Value *v);
/* Makes a value of n / (10^k * d) (d NULL: 1; d > 0): in the cell if it fits, else a leaf. n and d are clobbered. */
NumErr exact_close(NumCtx *ctx, mpz_t n, uint32_t k, mpz_t d, uint16_t unit, Value *out);
/* n and d (positive) in lowest terms. */
NumErr exact_fraction(NumCtx *ctx, Value v, mpz_t n, mpz_t d);

#endif
