/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes of number formats. Only the first section counts, the one for numbers above zero. What stands between quotes or
   after a backslash is text: it may name a unit, which whoever knows units decides. Letters of dates: y d, h s, and m,
   which is a month unless hours or seconds stand beside it. */
#include "format/sheet.h"

#include <string.h>

typedef struct Code {
    Str s;
    size_t at;
    SheetFormat *out;
    bool date, time, month, general, point, percent, currency, scientific, fraction, places;
    size_t unit_n;
} Code;

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool code_word(const Code *c, const char *word)
{
    for (size_t i = 0; word[i]; i++)
        if (c->at + i >= c->s.n || lower(c->s.p[c->at + i]) != word[i])
            return false;
    return true;
}

static void unit_add(Code *c, Str text)
{
    SheetFormat *f = c->out;
    for (size_t i = 0; i < text.n && c->unit_n + 1 < sizeof f->unit && !c->currency; i++)
        f->unit[c->unit_n++] = text.p[i];
    f->unit[c->unit_n] = '\0';
}

/* [$€-40C], [h], [Red], [>100] */
static void code_brackets(Code *c)
{
    size_t end = c->at + 1;
    while (end < c->s.n && c->s.p[end] != ']')
        end++;
    Str inside = str_sub(c->s, c->at + 1, end);
    c->at = end + 1;
    if (!inside.n)
        return;
    if (inside.p[0] == '$') {
        size_t n = 1;
        while (n < inside.n && inside.p[n] != '-')
            n++;
        if (n > 1) {
            c->unit_n = 0;
            unit_add(c, str_sub(inside, 1, n));
            c->currency = true;
        }
        return;
    }
    bool elapsed = true;
    for (size_t i = 0; i < inside.n; i++)
        elapsed = elapsed && lower(inside.p[i]) == lower(inside.p[0]) && strchr("hms", lower(inside.p[0]));
    c->time = c->time || elapsed;
}

static void code_quoted(Code *c)
{
    size_t end = c->at + 1;
    while (end < c->s.n && c->s.p[end] != '"')
        end++;
    unit_add(c, str_sub(c->s, c->at + 1, end));
    c->at = end + 1;
}

/* 0 # ? and the point and commas among them: decimals, and commas after the last digit, each for a thousand. */
static void code_digits(Code *c)
{
    int commas = 0;
    for (; c->at < c->s.n && strchr("0#?.,", c->s.p[c->at]); c->at++) {
        char ch = c->s.p[c->at];
        commas = ch == ',' ? commas + 1 : 0;
        c->point = c->point || ch == '.';
        c->places = c->places || strchr("0#?", ch);
        if (c->point && strchr("0#?", ch))
            c->out->decimals++;
    }
    if (c->places)
        c->out->scale += 3 * commas;
}

static void code_letter(Code *c)
{
    char ch = c->s.p[c->at];
    if (code_word(c, "am/pm") || code_word(c, "a/p")) {
        c->time = true;
        c->at += code_word(c, "am/pm") ? 5 : 3;
        return;
    }
    if (code_word(c, "general")) {
        c->general = true;
        c->at += 7;
        return;
    }
    c->date = c->date || lower(ch) == 'y' || lower(ch) == 'd';
    c->time = c->time || lower(ch) == 'h' || lower(ch) == 's';
    c->month = c->month || lower(ch) == 'm';
    c->scientific = c->scientific || ch == 'E' || ch == 'e';
    c->at++;
}

/* A sign that stands for itself, of one character whatever its bytes. */
static void code_sign(Code *c)
{
    size_t n = 1;
    while (c->at + n < c->s.n && ((unsigned char)c->s.p[c->at + n] & 0xC0) == 0x80)
        n++;
    unit_add(c, str_sub(c->s, c->at, c->at + n));
    c->at += n;
}

static void code_step(Code *c)
{
    char ch = c->s.p[c->at];
    if (ch == '"') {
        code_quoted(c);
    } else if (ch == '[') {
        code_brackets(c);
    } else if (ch == '\\') {
        c->at++;
        if (c->at < c->s.n)
            code_sign(c);
    } else if (ch == '_' || ch == '*') {
        c->at += 2; /* room as wide as the next sign, or filled with it */
    } else if (strchr("0#?.,", ch)) {
        code_digits(c);
    } else if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')) {
        code_letter(c);
    } else if (ch == '%') {
        c->percent = true;
        c->at++;
    } else if (ch == '/') {
        c->fraction = true;
        c->at++;
    } else if (strchr("+-():@", ch) && ch) {
        c->at++;
    } else {
        code_sign(c);
    }
}

static void unit_trim(SheetFormat *f)
{
    Str s = str_trim(str_from(f->unit));
    memmove(f->unit, s.p, s.n);
    f->unit[s.n] = '\0';
}

void sheet_format_read(Str code, SheetFormat *out)
{
    *out = (SheetFormat){.kind = FORMAT_NUMBER};
    Code c = {.s = code, .out = out};
    while (c.at < code.n && code.p[c.at] != ';')
        code_step(&c);
    if (c.date || c.time || (c.month && !c.places)) {
        bool hours_only = c.time && !c.date;
        *out = (SheetFormat){.kind = hours_only ? FORMAT_TIME : FORMAT_DATE, .decimals = DECIMALS_FREE};
        return;
    }
    if (c.percent)
        memcpy(out->unit, "%", 2);
    if (c.general || c.scientific || c.fraction || !c.places)
        out->decimals = DECIMALS_FREE;
    unit_trim(out);
}
