/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private to num/: the variables of GMP and MPFR that operations work in, and the brackets around an operation.

   Whoever calls GMP or MPFR does so between num_enter and num_leave, so that their memory is charged to the
   right Mem. num_leave tells whether memory was refused meanwhile (results are then not to be trusted).
   Brackets nest only if the outer one keeps nothing in scratch variables across the inner one. */
#ifndef BAREME_NUM_SCRATCH_H
#define BAREME_NUM_SCRATCH_H

#include "num/number.h"

#include <gmp.h>
#include <mpfr.h>

/* Z_N1 .. Z_U belong to big.c, which keeps nothing there between calls; Z_W1 .. Z_W6 are its callers'. */
enum { Z_N1, Z_D1, Z_N2, Z_D2, Z_N, Z_D, Z_T, Z_U, Z_W1, Z_W2, Z_W3, Z_W4, Z_W5, Z_W6, Z_COUNT };

enum {
    NUM_REAL_BITS = 192,   /* approximate results are worked out at this precision... */
    NUM_APPROX_BITS = 128, /* ...and kept at this one */
    NUM_APPROX_DIGITS = 30,
    NUM_REAL_LIMBS = NUM_REAL_BITS / GMP_NUMB_BITS,
    NUM_REALS = 4,
    NUM_TEN_PAGE = 32,     /* powers of ten are kept by pages... */
    NUM_TEN_POWERS = 1024, /* ...below this one: 170 KB when all are */
    NUM_TEN_PAGES = NUM_TEN_POWERS / NUM_TEN_PAGE
};

_Static_assert(GMP_NUMB_BITS == 64, "limbs of 64 bits are assumed");

typedef struct NumScratch {
    mpz_t z[Z_COUNT];
    mpfr_t f[NUM_REALS]; /* on the limbs below: MPFR never moves them */
    mp_limb_t f_limbs[NUM_REALS][NUM_REAL_LIMBS];
    mp_limb_t *ten_pages[NUM_TEN_PAGES]; /* of big.c, filled on use; NULL: not yet */
    bool failed; /* memory was refused since num_enter */
    char *reserve;
    size_t reserve_used;
    uint32_t reserve_blocks; /* of the reserve now in use: at 0 all of it is free again */
} NumScratch;

void num_enter(NumCtx *c);
/* err, or NUM_NO_MEMORY. */
NumErr num_leave(NumCtx *c, NumErr err);

#endif
