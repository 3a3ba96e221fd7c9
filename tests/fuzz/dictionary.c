/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints the words of the language as a dictionary for libFuzzer: make tests/fuzz/bareme.dict. */
#include "fuzz.h"

#include <stdio.h>

int main(void)
{
    for (size_t i = 0; fuzz_word(i).p; i++) {
        Str word = fuzz_word(i);
        if (!word.n) /* a word that one language has, and the other not */
            continue;
        putchar('"');
        for (size_t k = 0; k < word.n; k++)
            printf("\\x%02X", (unsigned char)word.p[k]);
        puts("\"");
    }
    return 0;
}
