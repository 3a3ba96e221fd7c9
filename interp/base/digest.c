/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sums are those of nettle, which uses what the processor has for them. */
#include "base/digest.h"

void digest_begin(Digest *d)
{
    sha256_init(&d->context);
}

void digest_put_number(Digest *d, uint64_t n)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(n >> (8 * i));
    sha256_update(&d->context, sizeof bytes, bytes);
}

void digest_put(Digest *d, Str piece)
{
    digest_put_number(d, piece.n);
    sha256_update(&d->context, piece.n, (const uint8_t *)piece.p);
}

void digest_end(Digest *d, unsigned char out[DIGEST_BYTES])
{
    sha256_digest(&d->context, DIGEST_BYTES, out);
}

static void to_hex(const unsigned char sum[DIGEST_BYTES], char out[DIGEST_HEX])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < DIGEST_BYTES; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
}

void digest_end_hex(Digest *d, char out[DIGEST_HEX])
{
    unsigned char sum[DIGEST_BYTES];
    digest_end(d, sum);
    to_hex(sum, out);
}

void digest_of(Str bytes, unsigned char out[DIGEST_BYTES])
{
    Digest d;
    digest_begin(&d);
    sha256_update(&d.context, bytes.n, (const uint8_t *)bytes.p);
    digest_end(&d, out);
}

void digest_hex(Str bytes, char out[DIGEST_HEX])
{
    unsigned char sum[DIGEST_BYTES];
    digest_of(bytes, sum);
    to_hex(sum, out);
}
