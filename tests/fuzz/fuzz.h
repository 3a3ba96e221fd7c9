/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the programs of this folder share. Each fuzz_NAME.c is one entry point, LLVMFuzzerTestOneInput: with
   clang and --enable-fuzzing libFuzzer calls it, otherwise driver.c does, which needs nothing but a compiler. */
#ifndef BAREME_FUZZ_H
#define BAREME_FUZZ_H

#include "base/str.h"

enum { FUZZ_MEMORY = 64 << 20, FUZZ_STEPS = 200000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What should hold does not: says so on stderr and aborts, so that the input is kept. */
void fuzz_fail(const char *what, Str a, Str b) __attribute__((noreturn));
/* Words of the language that random bytes would take ages to find; {NULL,0} after the last one. */
Str fuzz_word(size_t i);

#endif
