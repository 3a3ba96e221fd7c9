/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 of pieces put one after the other, each with its length, so that "ab", "c" is not "a", "bc". */
#ifndef BAREME_BASE_DIGEST_H
#define BAREME_BASE_DIGEST_H

#include "base/str.h"

#include <nettle/sha2.h>

#define DIGEST_BYTES 32
#define DIGEST_HEX   64

typedef struct Digest {
    struct sha256_ctx context;
} Digest;

void digest_begin(Digest *d);
void digest_put(Digest *d, Str piece);
void digest_put_number(Digest *d, uint64_t n);
void digest_end(Digest *d, unsigned char out[DIGEST_BYTES]);
/* In small letters, without a NUL. */
void digest_end_hex(Digest *d, char out[DIGEST_HEX]);
/* Of plain bytes, as sha256sum tells it. */
void digest_of(Str bytes, unsigned char out[DIGEST_BYTES]);
void digest_hex(Str bytes, char out[DIGEST_HEX]);

#endif
