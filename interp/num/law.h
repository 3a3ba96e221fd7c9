/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laws of probability and what they are made of. Results that are rational and not too long are exact, the others known
   to 30 digits. Errors are those of number.h; *out is left alone on any of them. */
#ifndef BAREME_NUM_LAW_H
#define BAREME_NUM_LAW_H

#include "num/number.h"

/* n!, and in how many ways k things are taken among n; 0 <= k <= n. NUM_TOO_BIG beyond LIMIT_NUMBER_BITS. */
NumErr num_factorial(NumCtx *c, int64_t n, Value *out);
NumErr num_combinations(NumCtx *c, int64_t n, int64_t k, Value *out);

/* The density of the standard normal law at x. */
NumErr num_normal_density(NumCtx *c, Value x, Value *out);
/* P(X = k), or P(X <= k) where `below`: k successes among n trials of probability p; 0 <= p <= 1, else NUM_DOMAIN. */
NumErr num_binomial(NumCtx *c, int64_t n, int64_t k, Value p, bool below, Value *out);
/* The same where on average there are `mean`; mean > 0, else NUM_DOMAIN. */
NumErr num_poisson(NumCtx *c, int64_t k, Value mean, bool below, Value *out);

/* The x > 0 where the sum of coefficient[i] * x ^ exponent[i] is 0, from the smallest on, each once; exact where x is a
   simple fraction. The machine's dimensionless numbers only; at most LIMIT_ZERO_TERMS terms. *found may exceed `most`:
   then only the first ones are in `out`. All coefficients 0: NUM_DOMAIN. */
NumErr num_zeros(NumCtx *c, const Value *coefficients, const Value *exponents, uint32_t n, Value *out, uint32_t most,
                 uint32_t *found);

#endif
