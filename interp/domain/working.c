/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: recursive descent over the text, one function a level of precedence. A number with its unit is cut out of
   the text as far as no operator stands, and given to the lenient reader of copies. */
#include "domain/working.h"

#include "base/utf8.h"

typedef struct Cursor {
    NumCtx *num;
    Lang notation;
    Str text;
    size_t at;
    uint32_t operations, depth;
    bool loose, bad;
} Cursor;

static Value parse_sum(Cursor *c);

static Value fail(Cursor *c)
{
    c->bad = true;
    return num_int(0);
}

/* ---- characters ---- */

static uint32_t peek(const Cursor *c, size_t at, size_t *length)
{
    uint32_t cp = 0;
    *length = utf8_next(c->text, at, &cp);
    return *length ? cp : 0;
}

static void skip_blanks(Cursor *c)
{
    size_t n;
    while (utf8_is_blank(peek(c, c->at, &n)) && n) {
        c->at += n;
    }
}

static bool is_digit(uint32_t cp) { return cp >= '0' && cp <= '9'; }
static bool is_unit_sign(uint32_t cp)
{
    return utf8_is_letter(cp) || cp == '%' || cp == 0x2030 || cp == 0x20AC || cp == '$' || cp == 0xA3;
}

/* The operator that stands here, as ASCII; 0: none. */
static char operator_of(uint32_t cp)
{
    switch (cp) {
    case '+': return '+';
    case '-': case 0x2212: case 0x2013: return '-';
    case '*': case 0xD7: case 0xB7: case 0x22C5: return '*';
    case '/': case 0xF7: case ':': case 0x2215: return '/';
    case '^': return '^';
    case '(': case ')': return (char)cp;
    default: return 0;
    }
}

/* `x` alone between two numbers is a multiplication sign. */
static bool is_times_letter(const Cursor *c, size_t at)
{
    size_t n, before = at, after;
    uint32_t cp = peek(c, at, &n);
    if ((cp != 'x' && cp != 'X') || !at) {
        return false;
    }
    while (before && utf8_is_blank((unsigned char)c->text.p[before - 1])) {
        before--;
    }
    after = at + 1;
    while (utf8_is_blank(peek(c, after, &n)) && n) {
        after += n;
    }
    uint32_t next = peek(c, after, &n);
    bool left = before < at || is_digit((unsigned char)c->text.p[at - 1]) || c->text.p[at - 1] == ')';
    return left && (is_digit(next) || next == '(');
}

/* `/` inside a unit (€/h): glued to a unit sign on both sides. */
static bool is_unit_slash(const Cursor *c, size_t at, uint32_t previous)
{
    size_t n;
    return c->text.p[at] == '/' && is_unit_sign(previous) && is_unit_sign(peek(c, at + 1, &n));
}

/* ---- numbers ---- */

static size_t number_end(const Cursor *c)
{
    size_t at = c->at, n;
    uint32_t previous = 0;
    for (uint32_t cp; (cp = peek(c, at, &n)) != 0 && n; at += n) {
        if ((operator_of(cp) && !is_unit_slash(c, at, previous)) || is_times_letter(c, at)) {
            break;
        }
        previous = cp;
    }
    return at;
}

static Value parse_number(Cursor *c)
{
    size_t end = number_end(c), count = 0;
    Str text = str_trim(str_sub(c->text, c->at, end));
    NumReading r[NUM_READINGS_MAX];
    if (!text.n || num_read_lenient(c->num, text, c->notation, r, NUM_READINGS_MAX, &count, NULL) != NUM_OK || !count) {
        return fail(c);
    }
    c->at = end;
    return r[0].value;
}

/* (1140 + 140) min */
static Value bracket_unit(Cursor *c, Value v)
{
    skip_blanks(c);
    size_t n, end = number_end(c);
    uint32_t cp = peek(c, c->at, &n);
    uint16_t unit;
    Str text = str_trim(str_sub(c->text, c->at, end));
    if (c->bad || !is_unit_sign(cp) || is_times_letter(c, c->at)) {
        return v;
    }
    Value one, r;
    if (unit_parse(c->num, text, &unit) != NUM_OK || num_from_ratio(c->num, 1, 1, unit, &one) != NUM_OK ||
        num_mul(c->num, v, one, &r) != NUM_OK) {
        return fail(c);
    }
    c->at = end;
    return r;
}

static Value parse_bracket(Cursor *c)
{
    c->at++;
    if (++c->depth > READING_DEPTH) {
        return fail(c);
    }
    Value v = parse_sum(c);
    c->depth--;
    skip_blanks(c);
    if (c->bad || c->at >= c->text.n || c->text.p[c->at] != ')') {
        return fail(c);
    }
    c->at++;
    return bracket_unit(c, v);
}

/* ---- operations ---- */

/* A candidate writes 1140 min + 140: the bare number is in the unit of the other. */
static bool lend_unit(Cursor *c, Value *a, Value *b)
{
    Value *bare = a->unit == U_PLAIN || a->unit == U_RATIO ? a : b;
    uint16_t unit = (bare == a ? b : a)->unit;
    if ((bare->unit != U_PLAIN && bare->unit != U_RATIO) || unit_is_dimensionless(c->num, unit)) {
        return false;
    }
    return num_with_unit(c->num, *bare, unit, bare) == NUM_OK;
}

static Value apply(Cursor *c, char op, Value a, Value b)
{
    Value r = a;
    if (c->bad || ++c->operations > READING_OPERATIONS) {
        return fail(c);
    }
    if ((op == '+' || op == '-') && !unit_same_dimension(c->num, a.unit, b.unit)) {
        lend_unit(c, &a, &b);
    }
    uint16_t unit = b.unit;
    bool quotient = c->loose && op == '/' && unit_is_dimensionless(c->num, a.unit) &&
                    !unit_is_dimensionless(c->num, unit);
    if (quotient && num_shown(c->num, b, &b) != NUM_OK) {
        return fail(c);
    }
    NumErr err = op == '+' ? num_add(c->num, a, b, &r) : op == '-' ? num_sub(c->num, a, b, &r)
               : op == '*' ? num_mul(c->num, a, b, &r) : op == '/' ? num_div(c->num, a, b, &r)
                           : num_pow(c->num, a, b, &r);
    if (err == NUM_OK && quotient) {
        err = num_with_unit(c->num, r, unit, &r);
    }
    return err == NUM_OK ? r : fail(c);
}

static char next_operator(Cursor *c, size_t *length)
{
    skip_blanks(c);
    uint32_t cp = peek(c, c->at, length);
    return is_times_letter(c, c->at) ? '*' : *length ? operator_of(cp) : 0;
}

static Value parse_primary(Cursor *c)
{
    size_t n;
    char op = next_operator(c, &n);
    if (op == '(') {
        return parse_bracket(c);
    }
    return op ? fail(c) : parse_number(c);
}

static Value parse_power(Cursor *c)
{
    size_t n;
    Value base = parse_primary(c);
    if (c->bad || next_operator(c, &n) != '^') {
        return base;
    }
    c->at += n;
    if (++c->depth > READING_DEPTH) {
        return fail(c);
    }
    Value r = apply(c, '^', base, parse_power(c));
    c->depth--;
    return r;
}

static Value parse_sign(Cursor *c)
{
    size_t n;
    bool negative = false;
    for (char op; !c->bad && ((op = next_operator(c, &n)) == '-' || op == '+'); c->at += n) {
        negative ^= op == '-';
    }
    Value v = parse_power(c), r = v;
    return negative && !c->bad && num_neg(c->num, v, &r) != NUM_OK ? fail(c) : r;
}

static Value parse_product(Cursor *c)
{
    size_t n;
    Value v = parse_sign(c);
    for (char op; !c->bad && ((op = next_operator(c, &n)) == '*' || op == '/');) {
        c->at += n;
        v = apply(c, op, v, parse_sign(c));
    }
    return v;
}

static Value parse_sum(Cursor *c)
{
    size_t n;
    Value v = parse_product(c);
    for (char op; !c->bad && ((op = next_operator(c, &n)) == '+' || op == '-');) {
        c->at += n;
        v = apply(c, op, v, parse_product(c));
    }
    return v;
}

/* ---- the whole ---- */

/* Decimals that write the value exactly in its unit, if few do. */
static int short_decimals(NumCtx *num, Value v)
{
    for (int d = 0; d <= 12; d++) {
        Value r;
        int order = 1;
        if (num_round(num, v, d, ROUND_HALF_UP, &r) == NUM_OK && num_cmp(num, r, v, &order) == NUM_OK && !order) {
            return d;
        }
    }
    return -1;
}

bool working_value(NumCtx *num, Lang notation, Str text, bool loose, Figure *out)
{
    Cursor c = {.num = num, .notation = notation, .text = text, .loose = loose};
    Value v = parse_sum(&c);
    skip_blanks(&c);
    if (c.bad || c.at < text.n) {
        return false;
    }
    bool bare = v.unit == U_PLAIN || v.unit == U_RATIO;
    *out = (Figure){.value = v, .has_unit = !bare, .computed = true, .decimals = short_decimals(num, v),
                    .significant = 30, .how = notation == LANG_FR ? "," : "."};
    return true;
}

static bool equal_rounded(NumCtx *num, Value left, const Figure *right)
{
    Value r;
    int order = 1;
    if (num_cmp(num, left, right->value, &order) == NUM_OK && !order) {
        return true;
    }
    for (int cut = 0; cut < 2 && right->decimals >= 0; cut++) {
        if (num_round(num, left, right->decimals, cut ? ROUND_DOWN : ROUND_HALF_UP, &r) == NUM_OK &&
            num_cmp(num, r, right->value, &order) == NUM_OK && !order) {
            return true;
        }
    }
    return false;
}

bool working_holds(NumCtx *num, const Figure *left, const Figure *right)
{
    Value in_unit;
    if (unit_convert(num, left->value, right->value.unit, &in_unit) == NUM_OK && equal_rounded(num, in_unit, right)) {
        return true;
    }
    Value number;
    bool bare = !left->has_unit || !right->has_unit;
    return bare && num_shown(num, left->value, &number) == NUM_OK &&
           num_with_unit(num, number, right->value.unit, &in_unit) == NUM_OK && equal_rounded(num, in_unit, right);
}
