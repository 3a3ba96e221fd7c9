/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: plain loops over bytes; the buffer doubles. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h> /* vsnprintf only: it writes to memory */
#include <string.h>

Str str_from(const char *nul_terminated)
{
    return (Str){nul_terminated, strlen(nul_terminated)};
}

Str str_sub(Str s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    return (Str){s.p ? s.p + from : NULL, to - from};
}

/* Length of the blank that begins s, 0 if none. */
static size_t str_blank_at_start(Str s)
{
    if (s.n && (s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r')))
        return 1;
    if (str_starts(s, STR("\xC2\xA0")))
        return 2;
    return str_starts(s, STR("\xE2\x80\xAF")) ? 3 : 0;
}

static size_t str_blank_at_end(Str s)
{
    for (size_t n = 1; n <= 3 && n <= s.n; n++)
        if (str_blank_at_start(str_sub(s, s.n - n, s.n)) == n)
            return n;
    return 0;
}

Str str_trim(Str s)
{
    for (size_t n; (n = str_blank_at_start(s)) != 0;)
        s = str_sub(s, n, s.n);
    for (size_t n; (n = str_blank_at_end(s)) != 0;)
        s = str_sub(s, 0, s.n - n);
    return s;
}

bool str_eq(Str a, Str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_starts(Str s, Str prefix)
{
    return s.n >= prefix.n && str_eq((Str){s.p, prefix.n}, prefix);
}

bool str_ends(Str s, Str suffix)
{
    return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

int str_cmp(Str a, Str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* Both halves of the 128-bit product, so that every bit of the key reaches every bit of the hash. */
static uint64_t str_mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t str_hash(Str s)
{
    uint64_t h = UINT64_C(0x9E3779B97F4A7C15) ^ s.n;
    while (s.n) {
        uint64_t word = 0;
        size_t n = s.n < sizeof word ? s.n : sizeof word;
        memcpy(&word, s.p, n);
        h = str_mix(h ^ word, UINT64_C(0xD6E8FEB86659FD93));
        s = (Str){s.p + n, s.n - n};
    }
    return str_mix(h, UINT64_C(0xA0761D6478BD642F));
}

void buf_init(Buf *b, Mem *m)
{
    *b = (Buf){.mem = m};
}

void buf_free(Buf *b)
{
    mem_free(b->mem, b->p, b->cap);
    buf_init(b, b->mem);
}

void buf_clear(Buf *b)
{
    b->n = 0;
    b->failed = false;
}

bool buf_reserve(Buf *b, size_t n)
{
    if (b->failed)
        return false;
    if (b->cap - b->n >= n)
        return true;
    size_t need = 0, cap = b->cap < 32 ? 64 : b->cap + b->cap / 2;
    bool huge = __builtin_add_overflow(b->n, n, &need);
    char *p = huge ? NULL : mem_realloc(b->mem, b->p, b->cap, cap > need ? cap : need);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap > need ? cap : need;
    return true;
}

void buf_put(Buf *b, Str s)
{
    if (!s.n || !buf_reserve(b, s.n))
        return;
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
}

void buf_puts(Buf *b, const char *nul_terminated)
{
    buf_put(b, str_from(nul_terminated));
}

void buf_putc(Buf *b, char c)
{
    buf_put(b, (Str){&c, 1});
}

void buf_repeat(Buf *b, char c, size_t times)
{
    if (!times || !buf_reserve(b, times))
        return;
    memset(b->p + b->n, c, times);
    b->n += times;
}

enum { PRINTF_ROOM = 64 };

void buf_int(Buf *b, int64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (n < 0)
        buf_putc(b, '-');
    buf_put(b, (Str){digits + at, sizeof digits - at});
}

void buf_printf(Buf *b, const char *format, ...)
{
    va_list args;
    size_t room = PRINTF_ROOM;
    int n = 0;
    for (int turn = 0; turn < 2; turn++) { /* a second time only for what is longer than expected */
        if (!buf_reserve(b, room))
            return;
        va_start(args, format);
        n = vsnprintf(b->p + b->n, room, format, args);
        va_end(args);
        if (n < 0 || (size_t)n < room)
            break;
        room = (size_t)n + 1; /* vsnprintf ends with a NUL */
    }
    if (n < 0)
        b->failed = true;
    else
        b->n += (size_t)n;
}

Str buf_str(const Buf *b)
{
    return (Str){b->p ? b->p : "", b->n};
}

const char *buf_cstr(Buf *b)
{
    if (!buf_reserve(b, 1))
        return "";
    b->p[b->n] = '\0';
    return b->p;
}
