/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a stack of levels tells what may come next; texts without escapes are not copied. */
#include "format/json_read.h"

#include <string.h>

#include "base/utf8.h"

void json_read(JsonReader *r, Str text, Arena *arena) { *r = (JsonReader){.text = text, .arena = arena}; }

static bool wrong(JsonReader *r, const char *what)
{
    r->error = r->error ? r->error : what;
    return false;
}

static void blanks(JsonReader *r)
{
    while (r->at < r->text.n && memchr(" \t\r\n", r->text.p[r->at], 4)) {
        r->at++;
    }
}

static char here(const JsonReader *r) { return r->at < r->text.n ? r->text.p[r->at] : '\0'; }

/* ---- texts ---- */

static bool hex4(JsonReader *r, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        char c = here(r);
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit > 15) {
            return wrong(r, "\\u needs four hexadecimal digits");
        }
        *out = *out * 16 + digit;
        r->at++;
    }
    return true;
}

/* After \u; a pair of surrogates is one character. */
static bool unicode_escape(JsonReader *r, Buf *out)
{
    uint32_t cp, low;
    if (!hex4(r, &cp)) {
        return false;
    }
    bool high = cp >= 0xD800 && cp <= 0xDBFF;
    if (high && r->at + 1 < r->text.n && r->text.p[r->at] == '\\' && r->text.p[r->at + 1] == 'u') {
        size_t back = r->at;
        r->at += 2;
        if (!hex4(r, &low)) {
            return false;
        }
        if (low >= 0xDC00 && low <= 0xDFFF) {
            cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
        } else {
            r->at = back;
        }
    }
    utf8_put(out, cp >= 0xD800 && cp <= 0xDFFF ? UTF8_REPLACEMENT : cp);
    return true;
}

static bool escape(JsonReader *r, Buf *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = here(r);
    const char *known = c ? strchr(from, c) : NULL;
    r->at++;
    if (c == 'u') {
        return unicode_escape(r, out);
    }
    if (!known) {
        return wrong(r, "unknown escape in a text");
    }
    buf_putc(out, to[known - from]);
    return true;
}

/* The quote has been passed. */
static bool escaped_text(JsonReader *r, size_t start, Str *out)
{
    Buf b;
    buf_init(&b, r->arena->mem);
    buf_put(&b, str_sub(r->text, start, r->at));
    bool ok = true;
    while (ok && here(r) != '"') {
        if (r->at >= r->text.n) {
            ok = wrong(r, "a text is not closed");
        } else if (r->text.p[r->at++] == '\\') {
            ok = escape(r, &b);
        } else {
            buf_putc(&b, r->text.p[r->at - 1]);
        }
    }
    *out = ok && !b.failed ? arena_str(r->arena, buf_str(&b)) : (Str){NULL, 0};
    ok = ok && (out->p || wrong(r, "out of memory"));
    buf_free(&b);
    r->at++;
    return ok;
}

static bool text(JsonReader *r, Str *out)
{
    size_t start = ++r->at;
    while (r->at < r->text.n && r->text.p[r->at] != '"' && r->text.p[r->at] != '\\') {
        r->at++;
    }
    if (r->at >= r->text.n) {
        return wrong(r, "a text is not closed");
    }
    if (r->text.p[r->at] == '\\') {
        return escaped_text(r, start, out);
    }
    *out = str_sub(r->text, start, r->at++);
    return true;
}

/* ---- other values ---- */

static bool number(JsonReader *r, Str *out)
{
    size_t start = r->at;
    bool digit = false;
    while (r->at < r->text.n && memchr("+-.eE0123456789", r->text.p[r->at], 15)) {
        digit = digit || (r->text.p[r->at] >= '0' && r->text.p[r->at] <= '9');
        r->at++;
    }
    *out = str_sub(r->text, start, r->at);
    return digit || wrong(r, "a value is expected");
}

static bool word(JsonReader *r, Str w)
{
    if (!str_starts(str_sub(r->text, r->at, r->text.n), w)) {
        return false;
    }
    r->at += w.n;
    return true;
}

static bool open_level(JsonReader *r, JsonToken *out, bool object)
{
    if (r->depth == JSON_READ_DEPTH) {
        return wrong(r, "nested too deeply");
    }
    r->at++;
    out->kind = object ? JSON_OBJECT : JSON_ARRAY;
    r->object[r->depth] = object;
    r->first[r->depth++] = true;
    return true;
}

static bool value(JsonReader *r, JsonToken *out)
{
    size_t start = r->at;
    switch (here(r)) {
    case '{': return open_level(r, out, true);
    case '[': return open_level(r, out, false);
    case '"': out->kind = JSON_TEXT; return text(r, &out->text);
    default: break;
    }
    if (word(r, STR("true")) || word(r, STR("false"))) {
        out->kind = JSON_TRUTH;
        out->text = str_sub(r->text, start, r->at);
        return true;
    }
    if (word(r, STR("null"))) {
        out->kind = JSON_NULL;
        return true;
    }
    out->kind = JSON_NUMBER;
    return number(r, &out->text);
}

/* ---- what comes next ---- */

static bool key(JsonReader *r, JsonToken *out)
{
    if (here(r) != '"') {
        return wrong(r, "a name between quotes is expected");
    }
    out->kind = JSON_KEY;
    if (!text(r, &out->text)) {
        return false;
    }
    blanks(r);
    if (here(r) != ':') {
        return wrong(r, "`:` is expected after a name");
    }
    r->at++;
    return r->after_key = true;
}

static bool close_level(JsonReader *r, JsonToken *out)
{
    r->at++;
    out->kind = JSON_END;
    out->depth = --r->depth;
    return true;
}

/* After a value at the outermost level nothing may stand. */
static bool at_end(JsonReader *r)
{
    r->done = true;
    blanks(r);
    return r->at < r->text.n ? wrong(r, "something follows the value") : false;
}

bool json_next(JsonReader *r, JsonToken *out)
{
    blanks(r);
    if (r->error || r->done) {
        return false;
    }
    *out = (JsonToken){.depth = r->depth};
    if (!r->depth) {
        bool begun = r->begun;
        r->begun = true;
        return begun ? at_end(r) : value(r, out);
    }
    bool *first = &r->first[r->depth - 1], object = r->object[r->depth - 1];
    if (r->after_key) {
        r->after_key = false;
        return value(r, out);
    }
    if (here(r) == (object ? '}' : ']')) {
        return close_level(r, out);
    }
    if (!*first) {
        if (here(r) != ',') {
            return wrong(r, object ? "`,` or `}` is expected" : "`,` or `]` is expected");
        }
        r->at++;
        blanks(r);
    }
    *first = false;
    return object ? key(r, out) : value(r, out);
}

bool json_pass(JsonReader *r)
{
    JsonToken t;
    if (!json_next(r, &t)) {
        return false;
    }
    uint32_t depth = t.depth;
    while (t.kind == JSON_OBJECT || t.kind == JSON_ARRAY || r->depth > depth) {
        if (!json_next(r, &t)) {
            return false;
        }
        if (t.kind == JSON_END && t.depth == depth) {
            break;
        }
    }
    return true;
}
