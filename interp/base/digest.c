/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sums are those of libmd. */
#include "base/digest.h"

void digest_begin(Digest *d)
{
    SHA256Init(&d->context);
}

void digest_put_number(Digest *d, uint64_t n)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(n >> (8 * i));
    SHA256Update(&d->context, bytes, sizeof bytes);
}

void digest_put(Digest *d, Str piece)
{
    digest_put_number(d, piece.n);
    SHA256Update(&d->context, (const uint8_t *)piece.p, piece.n);
}

void digest_end(Digest *d, unsigned char out[DIGEST_BYTES])
{
    SHA256Final(out, &d->context);
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

void digest_hex(Str bytes, char out[DIGEST_HEX])
{
    Digest d;
    digest_begin(&d);
    SHA256Update(&d.context, (const uint8_t *)bytes.p, bytes.n);
    digest_end_hex(&d, out);
}
