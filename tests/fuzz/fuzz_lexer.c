/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lexer, in both dialects and from every place: tokens follow one another, stay inside the text, and end. */
#include "fuzz.h"

#include "base/utf8.h"
#include "syntax/lexer.h"

#include <string.h>

static void check_token(Str text, uint32_t from, const Token *t)
{
    if (t->start < from || t->end < t->start || t->end > text.n)
        fuzz_fail("a token stands outside of its text", text, (Str){NULL, 0});
    if (t->kind != TK_END && t->end == from)
        fuzz_fail("a token of no length before the end", text, str_sub(text, from, text.n));
}

static void read_all(Str text, Lang lang)
{
    Lexer l = {.text = text, .lang = lang};
    for (;;) {
        uint32_t from = l.at;
        Token peeked = lex_peek(&l), t = lex_next(&l);
        if (memcmp(&peeked.start, &t.start, sizeof t.start) != 0 || peeked.kind != t.kind)
            fuzz_fail("looking ahead gives another token", text, str_sub(text, from, text.n));
        check_token(text, from, &t);
        if (t.kind == TK_END)
            return;
    }
}

/* What the parser asks for by hand, at any place. */
static void read_special(Str text, uint32_t at)
{
    Lexer l = {.text = text, .at = at};
    Token t;
    if (lex_label(&l, &t))
        check_token(text, at, &t);
    l.at = at;
    if (lex_code(&l, &t))
        check_token(text, at, &t);
    uint32_t close = 0, colon = 0;
    if (lex_unit(text, at) > text.n || lex_unit_factor(text, at) > text.n || lex_blanks(text, at) > text.n)
        fuzz_fail("a unit ends outside of the text", text, str_sub(text, at, text.n));
    if (text.p[at] == '{' && lex_hole(text, at, (uint32_t)text.n, true, &close, &colon) && close >= text.n)
        fuzz_fail("a hole ends outside of the text", text, str_sub(text, at, text.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    if (size > 1 << 16 || utf8_check(text) != size || memchr(data, 0, size) != NULL)
        return 0;
    read_all(text, LANG_EN);
    read_all(text, LANG_FR);
    /* Holes are sought to the end of the text: all places of a long one would be quadratic. */
    for (uint32_t at = 0; at < size && at < 2000; at++)
        if ((data[at] & 0xC0) != 0x80)
            read_special(text, at);
    return 0;
}
