/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: utf8proc one code point at a time, or on a small array of ours, because its other calls use malloc.
   Normal form works by runs that start at a code point which never joins the one before: whatever the length
   of the text it needs no memory, and a text made only of accents stays linear (a longer run is cut). */
#include "base/utf8.h"

#include <utf8proc.h>

enum {
    UTF8_RUN = 256,              /* code points normalised together */
    UTF8_EXPANSION = 32,         /* the longest decomposition of one is 18 */
    UTF8_FIRST_MARK = 0x300,     /* nothing below it joins what stands before */
    UTF8_DISTANCE_LONGEST = 256, /* names are no longer than that */
};

/* 0 when the bytes at s.p[at] are not valid. */
static size_t utf8_decode(Str s, size_t at, uint32_t *cp)
{
    unsigned char first = (unsigned char)s.p[at];
    if (first < 0x80) {
        *cp = first;
        return 1;
    }
    size_t left = s.n - at < 4 ? s.n - at : 4;
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + at, (utf8proc_ssize_t)left, &c);
    if (n <= 0)
        return 0;
    *cp = (uint32_t)c;
    return (size_t)n;
}

size_t utf8_check(Str s)
{
    size_t at = 0;
    uint32_t cp;
    for (size_t n; (at = utf8_ascii_end(s, at)) < s.n; at += n)
        if ((n = utf8_decode(s, at, &cp)) == 0)
            return at;
    return at;
}

size_t utf8_ascii_end(Str s, size_t at)
{
    while (at < s.n && s.p[at] >= ' ' && s.p[at] < 0x7F)
        at++;
    return at;
}

size_t utf8_next(Str s, size_t at, uint32_t *cp)
{
    if (at >= s.n)
        return 0;
    size_t n = utf8_decode(s, at, cp);
    if (n)
        return n;
    *cp = UTF8_REPLACEMENT;
    return 1;
}

void utf8_put(Buf *b, uint32_t cp)
{
    utf8proc_uint8_t bytes[4];
    if (!utf8proc_codepoint_valid((utf8proc_int32_t)cp))
        cp = UTF8_REPLACEMENT;
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)cp, bytes);
    buf_put(b, (Str){(const char *)bytes, (size_t)n});
}

size_t utf8_count(Str s)
{
    size_t count = 0;
    uint32_t cp;
    for (size_t at = 0, n; (n = utf8_next(s, at, &cp)) != 0; at += n)
        count++;
    return count;
}

size_t utf8_width(Str s)
{
    size_t width = 0;
    uint32_t cp;
    for (size_t at = 0, n; (n = utf8_next(s, at, &cp)) != 0; at += n)
        width += cp < 0x7F ? (size_t)(cp >= ' ') : (size_t)utf8proc_charwidth((utf8proc_int32_t)cp);
    return width;
}

static bool utf8_is_mark(uint32_t cp)
{
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_MC || c == UTF8PROC_CATEGORY_ME;
}

bool utf8_is_letter(uint32_t cp)
{
    if (cp < 0x80)
        return cp == '_' || (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool utf8_is_name(uint32_t cp)
{
    if (cp < 0x80)
        return utf8_is_letter(cp) || (cp >= '0' && cp <= '9');
    return utf8_is_letter(cp) || utf8_is_mark(cp) || utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_ND;
}

bool utf8_is_blank(uint32_t cp)
{
    return cp == ' ' || cp == '\t' || cp == 0xA0 || cp == 0x202F || cp == 0x2009;
}

/* Could this code point combine with the one before it? Marks do, and the second parts of Korean syllables. */
static bool utf8_joins(uint32_t cp)
{
    return cp >= UTF8_FIRST_MARK && ((cp >= 0x1160 && cp <= 0x11FF) || utf8_is_mark(cp));
}

/* End of the run that begins at `at`. */
static size_t utf8_run_end(Str s, size_t at)
{
    uint32_t cp;
    size_t length = 0;
    for (size_t n; (n = utf8_next(s, at, &cp)) != 0; at += n)
        if (length++ > 0 && (!utf8_joins(cp) || length > UTF8_RUN))
            break;
    return at;
}

static void utf8_nfc_run(Buf *out, Str run)
{
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_int32_t cps[UTF8_RUN * 4 + UTF8_EXPANSION];
    utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)run.p, (utf8proc_ssize_t)run.n, cps,
                                            (utf8proc_ssize_t)(sizeof cps / sizeof *cps), options);
    if (n >= 0 && n <= (utf8proc_ssize_t)(sizeof cps / sizeof *cps))
        n = utf8proc_normalize_utf32(cps, n, options);
    else
        n = -1;
    if (n < 0) /* not valid UTF-8: leave it as it is */
        buf_put(out, run);
    for (utf8proc_ssize_t i = 0; i < n; i++)
        utf8_put(out, (uint32_t)cps[i]);
}

/* Offset of the first run that may need work: one that begins before a code point from U+0300 on. */
static size_t utf8_plain_end(Str s, size_t at)
{
    uint32_t cp;
    size_t last = at;
    for (size_t n; (n = utf8_next(s, at, &cp)) != 0; at += n) {
        if (cp >= UTF8_FIRST_MARK)
            return last;
        last = at;
    }
    return at;
}

void utf8_nfc(Buf *out, Str s)
{
    for (size_t at = 0; at < s.n;) {
        size_t plain = utf8_plain_end(s, at);
        buf_put(out, str_sub(s, at, plain));
        at = plain;
        if (at < s.n) {
            size_t end = utf8_run_end(s, at);
            utf8_nfc_run(out, str_sub(s, at, end));
            at = end;
        }
    }
}

/* What Unicode does not take apart but a French reader does. */
static const char *utf8_fold_special(uint32_t cp)
{
    switch (cp) {
    case 0x152:
    case 0x153: return "oe";
    case 0xC6:
    case 0xE6: return "ae";
    case 0x2019: return "'";
    default: return NULL;
    }
}

void utf8_fold(Buf *out, Str s)
{
    const utf8proc_option_t options = (utf8proc_option_t)(UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
    uint32_t cp;
    for (size_t at = 0, n; (n = utf8_next(s, at, &cp)) != 0; at += n) {
        const char *special = utf8_fold_special(cp);
        utf8proc_int32_t parts[UTF8_EXPANSION];
        int boundary = 0;
        if (special) {
            buf_puts(out, special);
            continue;
        }
        utf8proc_ssize_t count =
            utf8proc_decompose_char((utf8proc_int32_t)cp, parts, UTF8_EXPANSION, options, &boundary);
        for (utf8proc_ssize_t i = 0; i < count && i < UTF8_EXPANSION; i++)
            utf8_put(out, (uint32_t)parts[i]);
    }
}

void utf8_upper(Buf *out, Str s)
{
    uint32_t cp;
    for (size_t at = 0, n; (n = utf8_next(s, at, &cp)) != 0; at += n) {
        if (cp == 0xDF) /* the capital sharp s is not what people write */
            buf_puts(out, "SS");
        else
            utf8_put(out, (uint32_t)utf8proc_toupper((utf8proc_int32_t)cp));
    }
}

void utf8_lower(Buf *out, Str s)
{
    uint32_t cp;
    for (size_t at = 0, n; (n = utf8_next(s, at, &cp)) != 0; at += n)
        utf8_put(out, (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp));
}

/* Letters that would act on a terminal, or change the order in which the reader sees the others. */
bool utf8_is_unsafe(uint32_t cp)
{
    return (cp < 0x20 && cp != '\t') || (cp >= 0x7F && cp < 0xA0) || cp == 0x61C || (cp >= 0x200E && cp <= 0x200F) ||
           (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF ||
           (cp >= 0xE0000 && cp <= 0xE007F);
}

static void utf8_show_unsafe(Buf *out, uint32_t cp)
{
    if (cp == '\n')
        buf_puts(out, "\\n");
    else if (cp < 0x80)
        buf_printf(out, "\\x%02x", (unsigned)cp);
    else
        buf_printf(out, "\\u{%x}", (unsigned)cp);
}

size_t utf8_show_next(Buf *out, Str s, size_t at)
{
    uint32_t cp;
    size_t n = utf8_next(s, at, &cp);
    if (n == 1 && cp == UTF8_REPLACEMENT)
        buf_printf(out, "\\x%02x", (unsigned)(unsigned char)s.p[at]);
    else if (n && utf8_is_unsafe(cp))
        utf8_show_unsafe(out, cp);
    else
        buf_put(out, str_sub(s, at, at + n));
    return n;
}

void utf8_show(Buf *out, Str s)
{
    for (size_t at = 0, n = 1; n; at += n) {
        size_t plain = utf8_ascii_end(s, at);
        buf_put(out, str_sub(s, at, plain));
        at = plain;
        n = utf8_show_next(out, s, at);
    }
}

/* Code points of the folded form; count is more than the longest if there are too many. */
static size_t utf8_folded(Mem *m, Str s, uint32_t cps[UTF8_DISTANCE_LONGEST])
{
    Buf folded;
    buf_init(&folded, m);
    utf8_fold(&folded, str_sub(s, 0, UTF8_DISTANCE_LONGEST * 4));
    size_t count = folded.failed ? UTF8_DISTANCE_LONGEST + 1 : 0;
    uint32_t cp;
    for (size_t at = 0, n; count <= UTF8_DISTANCE_LONGEST && (n = utf8_next(buf_str(&folded), at, &cp)) != 0; at += n) {
        if (count < UTF8_DISTANCE_LONGEST)
            cps[count] = cp;
        count++;
    }
    buf_free(&folded);
    return count;
}

static size_t utf8_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Two ASCII letters that differ whatever their case; accents and ligatures begin with other bytes. */
static bool utf8_begin_apart(Str a, Str b)
{
    unsigned char x = a.n ? (unsigned char)a.p[0] : 0, y = b.n ? (unsigned char)b.p[0] : 0;
    bool ascii = x && y && x < 0x80 && y < 0x80;
    return ascii && (x | 0x20) != (y | 0x20);
}

size_t utf8_distance(Mem *m, Str a, Str b, size_t max)
{
    uint32_t x[UTF8_DISTANCE_LONGEST], y[UTF8_DISTANCE_LONGEST];
    size_t row[UTF8_DISTANCE_LONGEST + 1];
    if (max == 0 && utf8_begin_apart(a, b)) /* most names, where one of many is looked for */
        return 1;
    size_t nx = utf8_folded(m, a, x), ny = utf8_folded(m, b, y);
    if (nx > UTF8_DISTANCE_LONGEST || ny > UTF8_DISTANCE_LONGEST || (nx > ny ? nx - ny : ny - nx) > max)
        return max + 1;
    for (size_t j = 0; j <= ny; j++)
        row[j] = j;
    for (size_t i = 0; i < nx; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < ny; j++) {
            size_t change = diagonal + (x[i] != y[j]);
            diagonal = row[j + 1];
            row[j + 1] = utf8_min(change, utf8_min(row[j], row[j + 1]) + 1);
        }
    }
    return utf8_min(row[ny], max + 1);
}

static char utf8_ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool utf8_same_folded(Mem *m, Str a, Str b)
{
    for (size_t i = 0;; i++) {
        bool ends = i >= a.n || i >= b.n;
        bool ascii = (i >= a.n || (unsigned char)a.p[i] < 0x80) && (i >= b.n || (unsigned char)b.p[i] < 0x80);
        if (!ascii)
            return utf8_distance(m, a, b, 0) == 0;
        if (ends)
            return a.n == b.n;
        if (utf8_ascii_lower(a.p[i]) != utf8_ascii_lower(b.p[i]))
            return false;
    }
}

size_t utf8_slips(Str a, Str b)
{
    size_t longest = a.n > b.n ? a.n : b.n;
    return longest <= 3 ? 1 : longest <= 7 ? 2 : 3;
}
