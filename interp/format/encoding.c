/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: chunks are decoded as they come; what is left of a character at the end of a chunk waits for the next one. UTF-8
   goes through unchanged. */
#include "format/encoding.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"

enum { CHUNK = 1 << 16, KEEP = 1 << 18 };

/* ---- names ---- */

static const char *const names[ENC_COUNT] = {
#define ENCODING(id, names) names,
#include "format/encoding.def"
#undef ENCODING
};

static size_t plain_name(Str name, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            if (n == room) {
                return 0;
            }
            out[n++] = c;
        }
    }
    return n;
}

Encoding encoding_named(Str name)
{
    char plain[16];
    size_t n = plain_name(name, plain, sizeof plain);
    for (int e = 0; n && e < ENC_COUNT; e++) {
        for (const char *at = names[e]; *at; at = strchr(at, ',') + 1) {
            if (!strncmp(at, plain, n) && at[n] == ',') {
                return (Encoding)e;
            }
        }
    }
    return ENC_COUNT;
}

/* ---- decoding ---- */

static const uint16_t *code_page(Encoding e)
{
#define CODE_PAGE(id, ...) static const uint16_t page_##id[] = {__VA_ARGS__};
#include "format/code_page.def"
#undef CODE_PAGE
    switch (e) {
    case ENC_CP1252: return page_CP1252;
    case ENC_LATIN9: return page_LATIN9;
    case ENC_CP850: return page_CP850;
    case ENC_MACINTOSH: return page_MACINTOSH;
    default: return NULL; /* Latin 1: bytes are characters */
    }
}

static void decode_bytes(TextStream *s, const unsigned char *p, size_t n)
{
    const uint16_t *page = code_page(s->encoding);
    for (size_t i = 0; i < n; i++) {
        if (p[i] < 0x80) {
            buf_putc(&s->text, (char)p[i]);
        } else {
            utf8_put(&s->text, page ? page[p[i] - 0x80] : p[i]);
        }
    }
}

static void put_unit(TextStream *s, uint32_t unit)
{
    bool low = unit >= 0xDC00 && unit <= 0xDFFF, high = unit >= 0xD800 && unit <= 0xDBFF;
    if (s->surrogate && low) {
        utf8_put(&s->text, 0x10000 + ((s->surrogate - 0xD800) << 10) + (unit - 0xDC00));
        s->surrogate = 0;
        return;
    }
    if (s->surrogate) {
        utf8_put(&s->text, UTF8_REPLACEMENT);
    }
    s->surrogate = high ? unit : 0;
    if (!high) {
        utf8_put(&s->text, low ? UTF8_REPLACEMENT : unit);
    }
}

static void decode_utf16(TextStream *s, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        s->held[s->held_count++] = p[i];
        if (s->held_count == 2) {
            uint32_t a = s->held[0], b = s->held[1];
            put_unit(s, s->encoding == ENC_UTF16BE ? a << 8 | b : b << 8 | a);
            s->held_count = 0;
        }
    }
}

static uint64_t count_lines(Str s);

enum { ASCII_AHEAD = 32 };

/* How many of the next ASCII_AHEAD bytes come before one that is not ASCII. */
static uint32_t ascii_bytes(const char *p)
{
#ifdef __SSE2__
    const __m128i *at = (const __m128i *)(const void *)p;
    uint32_t low = (uint32_t)_mm_movemask_epi8(_mm_loadu_si128(at)), high = (uint32_t)_mm_movemask_epi8(_mm_loadu_si128(at + 1));
    return low | high ? (uint32_t)__builtin_ctz(low | high << 16) : ASCII_AHEAD;
#else
    uint32_t n = 0;
    while (n < ASCII_AHEAD && (unsigned char)p[n] < 0x80) {
        n++;
    }
    return n;
#endif
}

/* A letter with an accent, nearly always. */
static bool two_bytes(Str text, size_t at)
{
    return at + 1 < text.n && (unsigned char)text.p[at] >= 0xC2 && (unsigned char)text.p[at] <= 0xDF &&
           ((unsigned char)text.p[at + 1] & 0xC0) == 0x80;
}

/* How many bytes of s are whole characters of UTF-8; what follows is the beginning of one (*cut), or no UTF-8. */
static size_t sound_bytes(TextStream *s, Str text, bool *cut)
{
    size_t at = 0;
    *cut = false;
    while (at < text.n) {
        uint32_t plain = at + ASCII_AHEAD <= text.n ? ascii_bytes(text.p + at) : (unsigned char)text.p[at] < 0x80;
        at += plain;
        if (plain == ASCII_AHEAD || at == text.n) {
            continue;
        }
        if (two_bytes(text, at)) {
            s->wide = true;
            at += 2;
            continue;
        }
        uint32_t cp = 0;
        unsigned char c = (unsigned char)text.p[at];
        size_t n = utf8_next(text, at, &cp), wants = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
        if (c >= 0x80 && n == 1) {
            *cut = at + wants > text.n && wants > 1;
            return at;
        }
        s->wide = s->wide || c >= 0x80;
        at += n;
    }
    return at;
}

/* The rest, from `at` of the text, is taken out and decoded again. */
static void decode_rest(TextStream *s, size_t at)
{
    Buf rest;
    buf_init(&rest, s->text.mem);
    buf_put(&rest, str_sub(buf_str(&s->text), at, s->text.n));
    s->text.n = at;
    s->encoding = ENC_CP1252;
    s->guessed = true;
    decode_bytes(s, (const unsigned char *)rest.p, rest.n);
    s->text.failed = s->text.failed || rest.failed;
    buf_free(&rest);
}

/* What came behind `start`. A character cut by the end of a chunk is held until the next one. */
static void look_at_utf8(TextStream *s, size_t start, bool last)
{
    bool cut;
    if (s->text.failed || s->odd) {
        return;
    }
    Str fresh = str_sub(buf_str(&s->text), start, s->text.n);
    size_t sound = sound_bytes(s, fresh, &cut);
    if (sound == fresh.n) {
        return;
    }
    if (cut && !last) {
        s->held_count = (uint32_t)(fresh.n - sound);
        memcpy(s->held, fresh.p + sound, s->held_count);
        s->text.n -= s->held_count;
    } else if (s->wide) {
        s->odd = true;
        s->odd_line = s->lines + 1 + count_lines(str_sub(buf_str(&s->text), s->at, start + sound));
    } else {
        decode_rest(s, start + sound);
    }
}

static void put_held(TextStream *s)
{
    buf_put(&s->text, (Str){(const char *)s->held, s->held_count});
    s->held_count = 0;
}

/* How long the mark is. */
static size_t take_mark(TextStream *s, const unsigned char *p, size_t n)
{
    s->begun = true;
    if (n >= 3 && !memcmp(p, "\xEF\xBB\xBF", 3)) {
        s->encoding = ENC_UTF8;
        return 3;
    }
    if (n >= 2 && p[0] == 0xFF && p[1] == 0xFE) {
        s->encoding = ENC_UTF16LE;
        return 2;
    }
    if (n >= 2 && p[0] == 0xFE && p[1] == 0xFF) {
        s->encoding = ENC_UTF16BE;
        return 2;
    }
    s->encoding = s->encoding == ENC_UTF16 ? ENC_UTF16LE : s->encoding;
    return 0;
}

static void decode(TextStream *s, const unsigned char *p, size_t n)
{
    size_t mark = s->begun ? 0 : take_mark(s, p, n);
    p += mark;
    n -= mark;
    if (s->encoding == ENC_UTF8) {
        size_t start = s->text.n;
        put_held(s);
        buf_put(&s->text, (Str){(const char *)p, n});
        if (s->guess) {
            look_at_utf8(s, start, false);
        }
    } else if (s->encoding == ENC_UTF16LE || s->encoding == ENC_UTF16BE) {
        decode_utf16(s, p, n);
    } else {
        decode_bytes(s, p, n);
    }
}

static void decode_end(TextStream *s)
{
    if (s->encoding == ENC_UTF8) {
        size_t start = s->text.n;
        put_held(s);
        look_at_utf8(s, start, true);
    } else if (s->surrogate || s->held_count) {
        utf8_put(&s->text, UTF8_REPLACEMENT);
    }
    s->surrogate = s->held_count = 0;
}

/* ---- the stream ---- */

int text_open(TextStream *s, Io *io, Mem *mem, const char *path, bool plain, Encoding declared)
{
    *s = (TextStream){.io = io, .encoding = declared};
    buf_init(&s->text, mem);
    s->error = io->open(io, path, plain, &s->handle, &s->size);
    s->open = s->error == 0;
    s->ended = s->error != 0;
    return s->error;
}

void text_begin(TextStream *s, Io *io, Mem *mem, int handle, uint64_t size, Encoding declared)
{
    *s = (TextStream){.io = io, .encoding = declared, .handle = handle, .size = size, .open = true};
    buf_init(&s->text, mem);
}

void text_close(TextStream *s)
{
    if (s->open) {
        s->io->close(s->io, s->handle);
    }
    buf_free(&s->text);
    *s = (TextStream){.ended = true};
}

/* What has been used makes room. */
static void drop_used(TextStream *s)
{
    if (!s->at) {
        return;
    }
    memmove(s->text.p, s->text.p + s->at, s->text.n - s->at);
    s->text.n -= s->at;
    s->at = 0;
    if (!s->text.n && s->text.cap > KEEP) {
        Mem *mem = s->text.mem;
        buf_free(&s->text);
        buf_init(&s->text, mem);
    }
}

/* Four bytes at least come first, where there are as many, so that a mark is seen whole. */
static size_t read_chunk(TextStream *s, char *chunk)
{
    size_t n = 0, got = 1;
    while (got && n < (s->begun ? 1u : 4u) && !s->error) {
        got = 0;
        s->error = s->io->read(s->io, s->handle, chunk + n, CHUNK - n, &got);
        n += got;
    }
    s->got += n;
    return n;
}

static size_t more_decoded(TextStream *s)
{
    char chunk[CHUNK];
    size_t n = read_chunk(s, chunk);
    if (n) {
        decode(s, (const unsigned char *)chunk, n);
    }
    return n;
}

/* Read where it stays. */
static size_t more_utf8(TextStream *s)
{
    size_t start = s->text.n;
    if (!buf_reserve(&s->text, s->held_count + CHUNK + TEXT_BEHIND)) {
        return 0;
    }
    put_held(s);
    size_t n = read_chunk(s, s->text.p + s->text.n);
    s->text.n += n;
    if (s->guess) {
        look_at_utf8(s, start, false);
    }
    return n;
}

bool text_more(TextStream *s)
{
    if (s->ended || s->text.failed) {
        return false;
    }
    drop_used(s);
    size_t before = s->text.n, n = s->begun && s->encoding == ENC_UTF8 ? more_utf8(s) : more_decoded(s);
    if (!n) {
        s->ended = true;
        decode_end(s);
    }
    if (buf_reserve(&s->text, TEXT_BEHIND)) {
        memset(s->text.p + s->text.n, 0, TEXT_BEHIND);
    }
    return !s->text.failed && (n > 0 || s->text.n > before);
}

static uint64_t count_lines(Str s)
{
    uint64_t n = 0;
    for (const char *at = s.p, *end = s.p + s.n; at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++) {
        n++;
    }
    return n;
}

void text_use(TextStream *s, size_t n)
{
    s->lines += count_lines(str_sub(text_rest(s), 0, n));
    s->at += n;
}

/* The end of the line that begins what is left: its place there, SIZE_MAX when it is further on. */
static size_t line_end(const TextStream *s, size_t from)
{
    Str rest = text_rest(s);
    const char *end = from < rest.n ? memchr(rest.p + from, '\n', rest.n - from) : NULL;
    return end ? (size_t)(end - rest.p) : SIZE_MAX;
}

void text_pass_line(TextStream *s)
{
    size_t end;
    while ((end = line_end(s, 0)) == SIZE_MAX) {
        text_use(s, text_rest(s).n);
        if (!text_more(s)) {
            return;
        }
    }
    text_use(s, end + 1);
}

bool text_line(TextStream *s, size_t max, Str *line, bool *cut)
{
    size_t end, seen = 0;
    *cut = false;
    if (s->passing) {
        s->passing = false;
        text_pass_line(s);
    }
    while ((end = line_end(s, seen)) == SIZE_MAX && text_rest(s).n <= max) {
        seen = text_rest(s).n;
        if (!text_more(s)) {
            break;
        }
    }
    Str rest = text_rest(s);
    if (!rest.n || s->text.failed) {
        return false;
    }
    if (end != SIZE_MAX && end <= max) {
        *line = str_sub(rest, 0, end);
        text_use(s, end + 1);
    } else if (rest.n <= max) {
        *line = rest;
        text_use(s, rest.n);
    } else {
        *cut = s->passing = true; /* the rest is passed over when the line is no longer looked at */
        *line = str_sub(rest, 0, max);
    }
    line->n -= line->n && line->p[line->n - 1] == '\r';
    return true;
}
