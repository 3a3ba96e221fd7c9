/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/sql_word.h"

#include "base/utf8.h"

/* Past the next `mark`, from `at` on. */
static size_t past(Str s, size_t at, Str mark)
{
    while (at < s.n && !str_starts(str_sub(s, at, s.n), mark))
        at++;
    return at + mark.n < s.n ? at + mark.n : s.n;
}

size_t sql_word_end(Str s, size_t at)
{
    uint32_t cp;
    Str rest = str_sub(s, at, s.n);
    size_t n = utf8_next(s, at, &cp), end = at + (n ? n : 1);
    switch (cp) {
    case '\'': return past(s, end, STR("'"));
    case '"': return past(s, end, STR("\""));
    case '`': return past(s, end, STR("`"));
    case '[': return past(s, end, STR("]"));
    default: break;
    }
    if (str_starts(rest, STR("--")))
        return past(s, at, STR("\n"));
    if (str_starts(rest, STR("/*")))
        return past(s, at + 2, STR("*/"));
    while (utf8_is_name(cp) && (n = utf8_next(s, end, &cp)) != 0 && utf8_is_name(cp))
        end += n;
    return end;
}

size_t sql_after_blanks(Str s, size_t at)
{
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\n' || s.p[at] == '\t' || s.p[at] == '\r'))
        at++;
    return at;
}
