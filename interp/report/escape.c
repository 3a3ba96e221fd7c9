/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All five characters that mean something to HTML are escaped everywhere: which of them matter where is then no
   question. */
#include "report/escape.h"

#include <string.h>

#include "base/utf8.h"

enum { LONG_WORD = 30 };

/* What stands for a character of HTML; NULL: itself. */
static const char *named(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* One character; its length. Newlines and tabs as given. */
static size_t put_one(Buf *out, Str s, size_t at, const char *newline)
{
    char c = s.p[at];
    if (c == '\n' || c == '\t') {
        buf_puts(out, c == '\n' ? newline : " ");
        return 1;
    }
    if (named(c)) {
        buf_puts(out, named(c));
        return 1;
    }
    return utf8_show_next(out, s, at);
}

static void put_all(Buf *out, Str s, const char *newline)
{
    for (size_t at = 0; at < s.n;) {
        at += put_one(out, s, at, newline);
    }
}

/* No break before what has no width of its own: an accent stays with its letter. */
static bool may_break(Str s, size_t at)
{
    uint32_t cp;
    size_t n = utf8_next(s, at, &cp);
    return n && utf8_width(str_sub(s, at, at + n)) > 0;
}

void escape_text(Buf *out, Str s)
{
    unsigned length = 0;
    for (size_t at = 0; at < s.n;) {
        length = s.p[at] == ' ' || s.p[at] == '\n' ? 0 : length + 1;
        at += put_one(out, s, at, "<br>");
        if (length >= LONG_WORD && may_break(s, at)) {
            buf_puts(out, "<wbr>");
            length = 0;
        }
    }
}

void escape_plain(Buf *out, Str s)
{
    put_all(out, s, "\n");
}

void escape_svg(Buf *out, Str s)
{
    put_all(out, s, " ");
}

void escape_attribute(Buf *out, Str s)
{
    put_all(out, s, " ");
}

/* Quotes, blanks, brackets and all that is not ASCII are written in hexadecimal; a percent sign is taken to begin
   such a pair already. */
void escape_url(Buf *out, Str s)
{
    static const char kept[] = "-._~:/?#@!$()*+,;=%";
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (c == '&') {
            buf_puts(out, "&amp;");
        } else if (alnum || (c && strchr(kept, c))) {
            buf_putc(out, c);
        } else {
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
        }
    }
}
