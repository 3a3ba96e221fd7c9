/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers with units: arithmetic, comparison, rounding, functions.

   Exact in, exact out, save for irrational results, which are approximate (T_APPROX) and stay so. An
   approximate value is compared, rounded and tested as its 30 significant digits. There is no NaN and no
   infinity. Operands must be numbers (value_is_number). On any error *out is left alone.

   `x` with a shown unit: rounding works in that unit (num/unit.h); the result keeps it. */
#ifndef BAREME_NUM_NUMBER_H
#define BAREME_NUM_NUMBER_H

#include "num/context.h"

typedef enum NumErr {
    NUM_OK,
    NUM_DIV_ZERO,
    NUM_DIMENSION, /* the two do not measure the same thing */
    NUM_PERCENT,   /* a sum of a percentage and of something else */
    NUM_RATE,      /* a bare number with a rate of one dimension, such as h/day */
    NUM_CALENDAR,  /* clock time with calendar time, and no convention */
    NUM_TOO_BIG,   /* beyond LIMIT_NUMBER_BITS or LIMIT_EXPONENT */
    NUM_NO_MEMORY,
    NUM_DOMAIN,       /* sqrt(-1), ln(0), a step of rounding below 0 */
    NUM_NOT_PLAIN,    /* an exponent or argument must have no unit */
    NUM_UNITS_FULL,   /* LIMIT_UNITS */
    NUM_UNIT_POWER,   /* a unit with too many factors, too high a power, or no such root */
    NUM_NOT_WHOLE,    /* a whole number is needed */
    NUM_RANGE,        /* a number of decimals, an index... out of its range */
    NUM_UNIT_UNKNOWN, /* a word is not the name of a unit */
    NUM_UNIT_TAKEN,   /* a unit of that name exists already */
    NUM_CONVENTION,   /* earlier conventions say otherwise */
    NUM_TOO_DEEP      /* values nested too deeply to be compared (data/), or too many of them */
} NumErr;

NumErr num_add(NumCtx *c, Value a, Value b, Value *out);
NumErr num_sub(NumCtx *c, Value a, Value b, Value *out);
NumErr num_mul(NumCtx *c, Value a, Value b, Value *out);
NumErr num_div(NumCtx *c, Value a, Value b, Value *out);
NumErr num_mod(NumCtx *c, Value a, Value b, Value *out); /* a - b * floor(a / b): the sign of b */
/* Exact for a whole exponent, and for a fraction where the result is rational. */
NumErr num_pow(NumCtx *c, Value a, Value b, Value *out);
NumErr num_neg(NumCtx *c, Value a, Value *out);
NumErr num_abs(NumCtx *c, Value a, Value *out);

/* *out = -1, 0, 1. Dimensions must agree; percentages compare with bare numbers by value. */
NumErr num_cmp(NumCtx *c, Value a, Value b, int *out);
NumErr num_equal(NumCtx *c, Value a, Value b, bool *equal);
int num_sign(Value a);
bool num_is_zero(Value a);
bool num_is_exact(Value a);
/* Is it a whole number of its shown unit? (90 min is; 90 min shown in h is not.) */
NumErr num_whole(NumCtx *c, Value a, bool *whole);
/* False also when memory is out: for those to whom it is the same. */
bool num_is_whole(NumCtx *c, Value a);
/* Equal values (num_cmp 0) have equal hashes, whatever their form and shown unit; approximate ones make no keys. */
NumErr num_hash(NumCtx *c, Value a, uint64_t *hash);

/* The number in its shown unit; *fits false: not whole, or out of range. */
int64_t num_to_int64(NumCtx *c, Value a, bool *fits);
/* n / d of that unit, d <> 0: num_from_ratio(c, 7, 2, €) is 3.50 €. */
NumErr num_from_ratio(NumCtx *c, int64_t n, int64_t d, uint16_t unit, Value *out);
/* The same value in lowest terms (for cells: smallest den). */
NumErr num_reduce(NumCtx *c, Value a, Value *out);
/* Without its unit: the number as shown (90 min gives 90), unit U_PLAIN. */
NumErr num_shown(NumCtx *c, Value a, Value *out);
/* The reverse: a, a dimensionless number, as that many `unit`s. */
NumErr num_with_unit(NumCtx *c, Value a, uint16_t unit, Value *out);
/* The exact number that an approximate one stands for at 30 significant digits; an exact one is itself. */
NumErr num_exact30(NumCtx *c, Value a, Value *out);
/* Bridges to binary floating point, for charts, widths and foreign functions: never for values or marks. Both count in
   the shown unit; num_from_double gives an approximate number (NUM_DOMAIN for NaN and infinities). */
double num_to_double(NumCtx *c, Value a);
NumErr num_from_double(NumCtx *c, double x, uint16_t unit, Value *out);

typedef enum RoundMode {
    ROUND_HALF_UP, /* half away from zero, as in commerce */
    ROUND_HALF_EVEN,
    ROUND_HALF_DOWN, /* half towards zero */
    ROUND_UP,        /* away from zero */
    ROUND_DOWN,      /* towards zero */
    ROUND_FLOOR,
    ROUND_CEIL
} RoundMode;

/* |decimals| <= LIMIT_DECIMALS, else NUM_RANGE. */
NumErr num_round(NumCtx *c, Value x, int decimals, RoundMode mode, Value *out);
/* To the nearest multiple of step (> 0), in x's shown unit. */
NumErr num_round_step(NumCtx *c, Value x, Value step, RoundMode mode, Value *out);
NumErr num_floor(NumCtx *c, Value x, Value *out);
NumErr num_ceil(NumCtx *c, Value x, Value *out);
NumErr num_trunc(NumCtx *c, Value x, Value *out);

NumErr num_sqrt(NumCtx *c, Value x, Value *out);
/* n-th root, n a whole number other than 0; of a negative number only where n is odd. */
NumErr num_root(NumCtx *c, Value x, Value n, Value *out);
NumErr num_exp(NumCtx *c, Value x, Value *out);
NumErr num_ln(NumCtx *c, Value x, Value *out);
NumErr num_log10(NumCtx *c, Value x, Value *out);
/* P(Z <= x) of the standard normal law, and the x for a probability 0 < p < 1. */
NumErr num_normal_cdf(NumCtx *c, Value x, Value *out);
NumErr num_normal_inv(NumCtx *c, Value p, Value *out);

#endif
