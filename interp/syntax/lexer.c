/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one function a kind of token, chosen by the first code point. A text literal is one token, holes
   included: to find its end its holes are skipped, with the texts inside them. */
#include "syntax/lexer.h"

#include "base/limits.h"
#include "base/utf8.h"

enum {
    CP_NBSP = 0xA0,
    CP_MIDDLE_DOT = 0xB7,
    CP_NARROW_NBSP = 0x202F,
    CP_LAQUO = 0xAB,
    CP_RAQUO = 0xBB,
    CP_LDQUO = 0x201C,
    CP_RDQUO = 0x201D,
    CP_BOM = 0xFEFF
};

static uint32_t lex_cp(Str t, uint32_t at, uint32_t *cp)
{
    *cp = 0;
    return (uint32_t)utf8_next(t, at, cp);
}

static char lex_byte(Str t, uint32_t at)
{
    return at < t.n ? t.p[at] : 0;
}

static bool lex_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool lex_letter_at(Str t, uint32_t at)
{
    uint32_t cp;
    return lex_cp(t, at, &cp) && utf8_is_letter(cp);
}

static uint32_t lex_digits(Str t, uint32_t at)
{
    while (lex_is_digit(lex_byte(t, at)))
        at++;
    return at;
}

uint32_t lex_blanks(Str text, uint32_t at)
{
    uint32_t cp;
    for (uint32_t n; (n = lex_cp(text, at, &cp)) != 0 && utf8_is_blank(cp); at += n)
        continue;
    return at;
}

static uint32_t lex_name_end(Str t, uint32_t at)
{
    uint32_t cp;
    for (uint32_t n; (n = lex_cp(t, at, &cp)) != 0 && utf8_is_name(cp); at += n)
        continue;
    return at;
}

static uint32_t lex_line_end(Str t, uint32_t at)
{
    while (at < t.n && t.p[at] != '\n' && t.p[at] != '\r')
        at++;
    return at;
}

/* ---- texts ---- */

static uint32_t lex_text(Str t, uint32_t at, Token *out, unsigned depth);

static bool lex_opens_text(uint32_t cp)
{
    return cp == '"' || cp == CP_LAQUO || cp == CP_LDQUO;
}

/* `depth` counts texts inside holes inside texts, so that a hostile line cannot exhaust the C stack. */
static bool lex_hole_at(Str t, uint32_t open, uint32_t limit, bool lines, uint32_t *close, uint32_t *colon,
                        unsigned depth)
{
    uint32_t nest = 0, cp;
    *colon = 0;
    for (uint32_t at = open + 1, n; at < limit && (n = lex_cp(t, at, &cp)) != 0; at += n) {
        if (cp == '\n' && !lines)
            return false;
        if (cp == '}' && nest == 0) {
            *close = at;
            return true;
        }
        if (cp == '(' || cp == '[' || cp == '{')
            nest++;
        else if ((cp == ')' || cp == ']' || cp == '}') && nest)
            nest--;
        else if (cp == ':' && nest == 0 && lex_byte(t, at + 1) != '=')
            *colon = at;
        else if (lex_opens_text(cp)) {
            Token inner = {0};
            uint32_t end = lex_text((Str){t.p, limit}, at, &inner, depth + 1);
            if (inner.fault)
                return false;
            n = end - at;
        }
    }
    return false;
}

bool lex_hole(Str text, uint32_t open, uint32_t limit, bool lines, uint32_t *close, uint32_t *colon)
{
    return lex_hole_at(text, open, limit, lines, close, colon, 0);
}

/* Does the quote that closes this style stand at `at`? Its length, or 0. */
static uint32_t lex_closes_text(Str t, uint32_t at, uint32_t opener, bool three)
{
    uint32_t cp, n = lex_cp(t, at, &cp);
    if (three)
        return lex_byte(t, at) == '"' && lex_byte(t, at + 1) == '"' && lex_byte(t, at + 2) == '"' ? 3 : 0;
    if (opener == CP_LAQUO)
        return cp == CP_RAQUO ? n : 0;
    if (opener == CP_LDQUO)
        return cp == CP_RDQUO || cp == '"' ? n : 0;
    return cp == '"' ? n : 0;
}

/* After the opening quote, to the end of the literal. */
static uint32_t lex_text_body(Str t, uint32_t at, uint32_t opener, Token *out, unsigned depth)
{
    bool three = out->style == TEXT_LONG;
    uint32_t cp, close, colon, first = at;
    for (uint32_t n; (n = lex_cp(t, at, &cp)) != 0; at += n) {
        if (at - first > LIMIT_TOKEN_BYTES) {
            out->fault = FAULT_TEXT_LONG;
            return (uint32_t)t.n;
        }
        uint32_t closing = lex_closes_text(t, at, opener, three);
        if (closing)
            return at + closing;
        if (!three && (cp == '\n' || cp == '\r'))
            break;
        if (cp == '\\') {
            uint32_t next = lex_cp(t, at + 1, &cp);
            n += next && (three || (cp != '\n' && cp != '\r')) ? next : 0;
        } else if (cp == '{' && depth < LIMIT_NESTING) {
            if (lex_hole_at(t, at, (uint32_t)t.n, three, &close, &colon, depth))
                n = close + 1 - at;
            else if (!out->detail) {
                out->fault = FAULT_HOLE_OPEN;
                out->detail = at;
                depth = LIMIT_NESTING; /* the rest is read as plain characters */
            }
        } else if (cp == '{' && !out->detail) {
            out->fault = FAULT_HOLE_OPEN;
            out->detail = at;
        }
    }
    if (!out->fault)
        out->fault = FAULT_TEXT_OPEN;
    return at;
}

static uint32_t lex_text(Str t, uint32_t at, Token *out, unsigned depth)
{
    uint32_t cp, n = lex_cp(t, at, &cp);
    out->kind = TK_TEXT;
    out->style = cp == CP_LAQUO ? TEXT_GUILLEMETS : TEXT_PLAIN;
    if (cp == '"' && lex_byte(t, at + 1) == '"' && lex_byte(t, at + 2) == '"') {
        out->style = TEXT_LONG;
        n = 3;
    }
    return lex_text_body(t, at + n, cp, out, depth);
}

/* ---- numbers, labels, dates ---- */

/* DIGITS(.DIGITS)*.LETTER…: the end of the name, or 0. `name` is where the name begins. */
static uint32_t lex_qualified(Str t, uint32_t at, uint32_t *name)
{
    for (;;) {
        uint32_t end = lex_digits(t, at);
        if (end == at || lex_byte(t, end) != '.')
            return 0;
        at = end + 1;
        if (lex_is_digit(lex_byte(t, at)))
            continue;
        *name = at;
        if (lex_byte(t, at) == '`') {
            uint32_t close = at + 1;
            while (close < t.n && t.p[close] != '`' && t.p[close] != '\n')
                close++;
            return lex_byte(t, close) == '`' && close > at + 1 ? close + 1 : 0;
        }
        return lex_letter_at(t, at) ? lex_name_end(t, at) : 0;
    }
}

/* A separator of groups of digits: U+00A0, U+202F, _ or one space. Its length, 0 if none. */
static uint32_t lex_group_mark(Str t, uint32_t at)
{
    uint32_t cp, n = lex_cp(t, at, &cp);
    return cp == ' ' || cp == '_' || cp == CP_NBSP || cp == CP_NARROW_NBSP ? n : 0;
}

/* Blanks then digits: where those digits end, whatever their number; 0 if none. Not the number of a qualified
   name, which is a word of its own. */
static uint32_t lex_more_digits(Str t, uint32_t at)
{
    uint32_t mark = lex_byte(t, at) == '_' ? at + 1 : lex_blanks(t, at), name;
    uint32_t end = lex_digits(t, mark);
    return mark > at && end > mark && !lex_qualified(t, mark, &name) ? end : 0;
}

/* The integer part with its groups. Anything else that looks like one sets the fault. */
static uint32_t lex_groups(Str t, uint32_t at, Token *out)
{
    uint32_t end = lex_digits(t, at), first = end - at;
    bool may = first <= 3 && !(first == 1 && t.p[at] == '0');
    for (uint32_t more; (more = lex_more_digits(t, end)) != 0; end = more) {
        uint32_t mark = lex_group_mark(t, end);
        bool three = mark && lex_digits(t, end + mark) == more && more - end - mark == 3;
        if (!may || !three)
            out->fault = FAULT_GROUPS;
    }
    return end;
}

/* After the first mark: 1.234,5 and 1,234.5 are the other notation; 1.2.3 is a label. */
static uint32_t lex_more_marks(Str t, uint32_t at, char first, Token *out)
{
    for (char c; (c = lex_byte(t, at)) != 0 && lex_is_digit(lex_byte(t, at + 1)); at = lex_digits(t, at + 1)) {
        if (c == '.')
            out->fault = first == '.' ? FAULT_LABEL : FAULT_DECIMAL_MARK;
        else if (c != ',' || !out->fault)
            break;
    }
    return at;
}

static uint32_t lex_decimals(Str t, uint32_t at, Lang lang, Token *out)
{
    char c = lex_byte(t, at), mark = lang == LANG_FR ? ',' : '.';
    if ((c != mark && c != '.') || !lex_is_digit(lex_byte(t, at + 1)))
        return at;
    if (c != mark && !out->fault)
        out->fault = FAULT_DECIMAL_MARK;
    at = lex_more_marks(t, lex_digits(t, at + 1), c, out);
    uint32_t more = lex_more_digits(t, at);
    if (more) {
        out->fault = FAULT_GROUPS;
        at = more;
    }
    return at;
}

static uint32_t lex_number(Str t, uint32_t at, Lang lang, Token *out)
{
    uint32_t name, end = lex_qualified(t, at, &name);
    if (end) {
        out->kind = TK_QUALIFIED;
        out->detail = name;
        if (end - at > LIMIT_NAME_BYTES)
            out->fault = FAULT_NAME_LONG;
        return end;
    }
    out->kind = TK_NUMBER;
    end = lex_groups(t, at, out);
    end = lex_decimals(t, end, lang, out);
    if (end - at > LIMIT_LITERAL_DIGITS)
        out->fault = FAULT_NUMBER_LONG;
    return end;
}

static uint32_t lex_date(Str t, uint32_t at, Token *out)
{
    static const char shape[] = "dddd-dd-dd";
    uint32_t end = at + 1;
    out->kind = TK_DATE;
    for (const char *s = shape; *s; s++) {
        char c = lex_byte(t, end);
        if (*s == 'd' ? !lex_is_digit(c) : c != *s)
            out->fault = FAULT_DATE;
        else if (!out->fault)
            end++;
    }
    uint32_t rest = end; /* what a person may have meant as a date: 12/05/2023 */
    while (lex_is_digit(lex_byte(t, rest)) ||
           ((lex_byte(t, rest) == '-' || lex_byte(t, rest) == '/') && lex_is_digit(lex_byte(t, rest + 1))))
        rest++;
    if (rest > end)
        out->fault = FAULT_DATE;
    return rest;
}

bool lex_label(Lexer *l, Token *out)
{
    uint32_t start = lex_blanks(l->text, l->at), at = lex_digits(l->text, start);
    if (at == start)
        return false;
    while ((lex_byte(l->text, at) == '.' || lex_byte(l->text, at) == '-') && lex_is_digit(lex_byte(l->text, at + 1)))
        at = lex_digits(l->text, at + 1);
    uint32_t cp;
    if (lex_cp(l->text, at, &cp) && (utf8_is_name(cp) || cp == '.' || cp == '-'))
        return false;
    *out = (Token){.kind = TK_QUALIFIED, .start = start, .end = at, .detail = at, .blank = true};
    l->at = at;
    return true;
}

bool lex_code(Lexer *l, Token *out)
{
    Str t = l->text;
    uint32_t start = lex_blanks(t, l->at);
    if (!lex_letter_at(t, start))
        return false;
    uint32_t at = lex_name_end(t, start), cp;
    while ((lex_byte(t, at) == '.' || lex_byte(t, at) == '-') && lex_cp(t, at + 1, &cp) && utf8_is_name(cp))
        at = lex_name_end(t, at + 1);
    *out = (Token){.kind = TK_NAME, .start = start, .end = at, .blank = true};
    l->at = at;
    return true;
}

/* ---- units ---- */

/* Signs that are units or parts of them, beside letters: € $ £ % ‰ ° µ. */
static bool lex_unit_sign(uint32_t cp)
{
    return cp == 0x20AC || cp == '$' || cp == 0xA3 || cp == '%' || cp == 0x2030 || cp == 0xB0 || cp == 0xB5;
}

static uint32_t lex_unit_power(Str t, uint32_t at, bool letters)
{
    uint32_t cp, n = lex_cp(t, at, &cp);
    if (cp == 0xB2 || cp == 0xB3 || cp == 0xB9)
        return at + n;
    if (cp != '^' || !letters)
        return at;
    uint32_t digits = lex_byte(t, at + 1) == '-' ? at + 2 : at + 1, end = lex_digits(t, digits);
    return end > digits ? end : at;
}

uint32_t lex_unit_factor(Str text, uint32_t at)
{
    uint32_t cp, end = at;
    bool letters = true, first = true;
    for (uint32_t n; (n = lex_cp(text, end, &cp)) != 0; end += n, first = false) {
        bool sign = lex_unit_sign(cp);
        if (!sign && !(first ? utf8_is_letter(cp) : utf8_is_name(cp) && cp != 0xB2 && cp != 0xB3 && cp != 0xB9))
            break;
        letters = letters && !sign;
    }
    return end > at ? lex_unit_power(text, end, letters) : at;
}

/* (h·m²) */
static uint32_t lex_unit_group(Str t, uint32_t at)
{
    uint32_t end = at + 1, cp;
    for (;;) {
        uint32_t factor = lex_unit_factor(t, end);
        if (factor == end)
            return at;
        end = factor;
        uint32_t n = lex_cp(t, end, &cp);
        if (cp == ')')
            return end + 1;
        if (cp != '/' && cp != CP_MIDDLE_DOT)
            return at;
        end += n;
    }
}

uint32_t lex_unit(Str text, uint32_t at)
{
    uint32_t end = lex_unit_factor(text, at), cp;
    if (end == at)
        return at;
    for (uint32_t n; (n = lex_cp(text, end, &cp)) != 0 && (cp == '/' || cp == CP_MIDDLE_DOT);) {
        uint32_t next = end + n;
        uint32_t factor =
            lex_byte(text, next) == '(' && cp == '/' ? lex_unit_group(text, next) : lex_unit_factor(text, next);
        if (factor == next)
            break;
        end = factor;
    }
    return end;
}

/* ---- names, operators ---- */

static uint32_t lex_name(Lexer *l, uint32_t at, Token *out)
{
    uint32_t end = lex_name_end(l->text, at);
    out->kind = TK_NAME;
    if (end - at > LIMIT_NAME_BYTES)
        out->fault = FAULT_NAME_LONG;
    out->word = (uint8_t)word_reserved(str_sub(l->text, at, end), l->lang);
    return end;
}

static uint32_t lex_quoted_name(Str t, uint32_t at, Token *out)
{
    uint32_t end = at + 1;
    while (end < t.n && t.p[end] != '`' && t.p[end] != '\n' && t.p[end] != '\r')
        end++;
    out->kind = TK_NAME;
    out->quoted = true;
    bool closed = lex_byte(t, end) == '`';
    if (!closed || end == at + 1)
        out->fault = FAULT_QUOTED_NAME;
    else if (end - at > LIMIT_NAME_BYTES)
        out->fault = FAULT_NAME_LONG;
    return closed ? end + 1 : end;
}

typedef struct Sign {
    const char *text;
    uint8_t kind;
    uint8_t fault;
} Sign;

/* Longest first. */
static const Sign lex_signs[] = {
    {"...", TK_REST, 0},
    {"…", TK_REST, 0},
    {"..", TK_RANGE, 0},
    {":=", TK_ASSIGN, 0},
    {"->", TK_ARROW, 0},
    {"<>", TK_NE, 0},
    {"<=", TK_LE, 0},
    {">=", TK_GE, 0},
    {"~=", TK_ABOUT, 0},
    {"==", TK_EQ, FAULT_OPERATOR},
    {"!=", TK_NE, FAULT_OPERATOR},
    {"=<", TK_LE, FAULT_OPERATOR},
    {"=>", TK_GE, FAULT_OPERATOR},
    {"**", TK_POW, FAULT_OPERATOR},
    {"(", TK_PAREN_OPEN, 0},
    {")", TK_PAREN_CLOSE, 0},
    {"[", TK_SQUARE_OPEN, 0},
    {"]", TK_SQUARE_CLOSE, 0},
    {"{", TK_BRACE_OPEN, 0},
    {"}", TK_BRACE_CLOSE, 0},
    {",", TK_COMMA, 0},
    {";", TK_SEMICOLON, 0},
    {":", TK_COLON, 0},
    {".", TK_DOT, 0},
    {"|", TK_BAR, 0},
    {"=", TK_EQ, 0},
    {"<", TK_LT, 0},
    {">", TK_GT, 0},
    {"+", TK_ADD, 0},
    {"-", TK_SUB, 0},
    {"*", TK_MUL, 0},
    {"/", TK_DIV, 0},
    {"^", TK_POW, 0},
    {"≠", TK_NE, 0},
    {"≤", TK_LE, 0},
    {"≥", TK_GE, 0},
    {"≈", TK_ABOUT, 0},
    {"−", TK_SUB, 0},
    {"×", TK_MUL, 0},
    {"·", TK_MUL, 0},
    {"÷", TK_DIV, 0},
};

static uint32_t lex_sign(Str t, uint32_t at, Token *out)
{
    Str rest = str_sub(t, at, t.n);
    for (size_t i = 0; i < sizeof lex_signs / sizeof *lex_signs; i++) {
        Str sign = str_from(lex_signs[i].text);
        if (str_starts(rest, sign)) {
            out->kind = lex_signs[i].kind;
            out->fault = lex_signs[i].fault;
            return at + (uint32_t)sign.n;
        }
    }
    uint32_t cp, n = lex_cp(t, at, &cp);
    out->kind = TK_BAD;
    out->fault = cp == '\'' || cp == 0x2019 || cp == 0x2018 ? FAULT_APOSTROPHE : FAULT_CHARACTER;
    return at + n;
}

static uint32_t lex_newline(Str t, uint32_t at, Token *out)
{
    out->kind = TK_NEWLINE;
    return lex_byte(t, at) == '\r' && lex_byte(t, at + 1) == '\n' ? at + 2 : at + 1;
}

static uint32_t lex_token(Lexer *l, uint32_t at, Token *out)
{
    uint32_t cp;
    if (!lex_cp(l->text, at, &cp)) {
        out->kind = TK_END;
        return at;
    }
    if (cp == '\n' || cp == '\r')
        return lex_newline(l->text, at, out);
    if (cp == '#') {
        out->kind = TK_COMMENT;
        return lex_line_end(l->text, at);
    }
    if (cp < 0x80 && lex_is_digit((char)cp))
        return lex_number(l->text, at, l->lang, out);
    if (lex_opens_text(cp))
        return lex_text(l->text, at, out, 0);
    if (cp == '`')
        return lex_quoted_name(l->text, at, out);
    if (cp == '@')
        return lex_date(l->text, at, out);
    return utf8_is_letter(cp) ? lex_name(l, at, out) : lex_sign(l->text, at, out);
}

Token lex_next(Lexer *l)
{
    uint32_t start = lex_blanks(l->text, l->at);
    Token t = {.kind = TK_BAD, .start = start, .blank = start > l->at || start == 0};
    t.end = lex_token(l, start, &t);
    l->at = t.end;
    return t;
}

Token lex_peek(const Lexer *l)
{
    Lexer copy = *l;
    return lex_next(&copy);
}
