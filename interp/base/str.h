/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A view of bytes, not NUL-terminated, not owned. And a growable buffer of bytes. */
#ifndef BAREME_BASE_STR_H
#define BAREME_BASE_STR_H

#include "base/mem.h"

typedef struct Str {
    const char *p;
    size_t n;
} Str;

#define STR(literal) ((Str){(literal), sizeof(literal) - 1})

Str str_from(const char *nul_terminated);
Str str_sub(Str s, size_t from, size_t to); /* clamped to s */
Str str_trim(Str s);                        /* ASCII blanks, U+00A0 and U+202F at both ends */
bool str_eq(Str a, Str b);
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
int str_cmp(Str a, Str b); /* bytes, as memcmp; shorter first */
uint64_t str_hash(Str s);

/* Growable; `failed` is sticky, so that a long series of puts is checked once at its end. */
typedef struct Buf {
    Mem *mem;
    char *p;
    size_t n, cap;
    bool failed;
} Buf;

void buf_init(Buf *b, Mem *m);
void buf_free(Buf *b);
void buf_clear(Buf *b);             /* keeps the memory */
bool buf_reserve(Buf *b, size_t n); /* room for n more bytes at p + n; false: failed is set */
void buf_put(Buf *b, Str s);
void buf_puts(Buf *b, const char *nul_terminated);
void buf_putc(Buf *b, char c);
void buf_repeat(Buf *b, char c, size_t times);
void buf_int(Buf *b, int64_t n); /* in decimal */
void buf_printf(Buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
Str buf_str(const Buf *b);    /* view, valid until the next put */
const char *buf_cstr(Buf *b); /* NUL added after the end; "" on failure */

#endif
