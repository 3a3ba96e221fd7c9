/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the text of a copy is first folded: look-alike signs become the plain ones, blanks become one space, and each
   byte remembers where it came from. The folded text is then read twice, once as a French writer would mean it
   (comma before the decimals) and once as an English one; each reading either understands all of it or nothing.
   A text is a sign and amounts; an amount is a number and its unit. */
#include "base/utf8.h"
#include "num/format.h"
#include "num/units.h"

#include <string.h>

enum { FOLDED_MAX = 256 };

typedef struct Folded {
    char text[FOLDED_MAX + 8];
    uint16_t from[FOLDED_MAX + 8]; /* offset in the raw text of each byte */
    size_t n;
} Folded;

typedef struct Reader {
    NumCtx *c;
    const Folded *in;
    size_t at;
    char mark, other;              /* before decimals; that of the other notation */
    size_t unknown, unknown_bytes; /* a word that is no unit, in the folded text */
} Reader;

typedef struct Number {
    char digits[FOLDED_MAX + 8];
    size_t n, whole; /* digits before the mark */
    int decimals, significant;
} Number;

/* ---- folding ---- */

/* The plain sign that a look-alike stands for, or itself. */
static uint32_t plain_sign(uint32_t cp)
{
    if (cp >= 0xFF01 && cp <= 0xFF5E) /* full width */
        return cp - 0xFF01 + '!';
    if (utf8_is_blank(cp) || cp == 0x2007 || cp == '\n' || cp == '\r')
        return ' ';
    switch (cp) {
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2212:
    case 0xFE63: return '-';
    case 0x2018:
    case 0x2019:
    case 0x02BC:
    case 0x00B4: return '\'';
    case 0x066A:
    case 0xFE6A: return '%';
    case 0xFFE1: return 0xA3;
    case 0xFE69: return '$';
    case 0x2243:
    case 0x2245:
    case '~': return 0x2248;
    case 0x2044:
    case 0x2215: return '/';
    case 0x22C5:
    case 0x2219: return 0xB7;
    default: return cp;
    }
}

static size_t put_utf8(char *to, uint32_t cp)
{
    if (cp < 0x80) {
        to[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        to[0] = (char)(0xC0 | cp >> 6);
        to[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    size_t lead = cp < 0x10000 ? 0 : 1;
    to[0] = (char)(lead ? 0xF0 | cp >> 18 : 0xE0 | cp >> 12);
    if (lead)
        to[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    to[1 + lead] = (char)(0x80 | (cp >> 6 & 0x3F));
    to[2 + lead] = (char)(0x80 | (cp & 0x3F));
    return 3 + lead;
}

/* False: longer than any number is. */
static bool fold(Str raw, Folded *out)
{
    uint32_t cp;
    size_t length;
    out->n = 0;
    for (size_t at = 0; (length = utf8_next(raw, at, &cp)) != 0; at += length) {
        cp = plain_sign(cp);
        if (cp == ' ' && (out->n == 0 || out->text[out->n - 1] == ' '))
            continue;
        if (out->n >= FOLDED_MAX || at > UINT16_MAX)
            return false;
        size_t bytes = put_utf8(out->text + out->n, cp);
        for (size_t i = 0; i < bytes; i++)
            out->from[out->n++] = (uint16_t)at;
    }
    if (out->n > 0 && out->text[out->n - 1] == ' ')
        out->n--;
    return true;
}

/* ---- scanning ---- */

static char reader_char(const Reader *r, size_t ahead)
{
    return r->at + ahead < r->in->n ? r->in->text[r->at + ahead] : '\0';
}

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

static Str reader_rest(const Reader *r)
{
    return (Str){r->in->text + r->at, r->in->n - r->at};
}

static bool reader_take(Reader *r, Str token)
{
    if (!str_starts(reader_rest(r), token))
        return false;
    r->at += token.n;
    return true;
}

static void reader_blank(Reader *r)
{
    (void)reader_take(r, STR(" "));
}

/* ---- numbers ---- */

static void number_digits(Reader *r, Number *n)
{
    while (is_digit(reader_char(r, 0)) && n->n < FOLDED_MAX) {
        n->digits[n->n++] = reader_char(r, 0);
        r->at++;
    }
}

/* A separator and exactly three digits stand here. */
static bool group_stands(const Reader *r)
{
    return is_digit(reader_char(r, 1)) && is_digit(reader_char(r, 2)) && is_digit(reader_char(r, 3)) &&
           !is_digit(reader_char(r, 4));
}

static bool is_group_sign(const Reader *r, char ch)
{
    return ch == ' ' || ch == '\'' || ch == '_' || ch == r->other;
}

/* False: not a number in this notation. */
static bool read_whole(Reader *r, Number *n)
{
    char sign = '\0';
    number_digits(r, n);
    bool may_group = n->n >= 1 && n->n <= 3 && n->digits[0] != '0';
    for (char ch; is_group_sign(r, ch = reader_char(r, 0));) {
        if (may_group && group_stands(r) && (sign == '\0' || sign == ch)) {
            sign = ch;
            r->at++;
            number_digits(r, n);
        } else {
            return ch == ' ' || (ch == r->other && !is_digit(reader_char(r, 1)));
        }
    }
    return true;
}

static bool read_decimals(Reader *r, Number *n)
{
    n->whole = n->n;
    if (reader_char(r, 0) != r->mark || !is_digit(reader_char(r, 1)))
        return n->n > 0;
    r->at++;
    number_digits(r, n);
    n->decimals = (int)(n->n - n->whole);
    char after = reader_char(r, 0);
    return !((after == r->mark || after == r->other) && is_digit(reader_char(r, 1)));
}

static bool read_number(Reader *r, Number *n)
{
    n->n = n->whole = 0;
    n->decimals = n->significant = 0;
    if (!read_whole(r, n) || !read_decimals(r, n))
        return false;
    size_t first = 0;
    while (first < n->n && n->digits[first] == '0')
        first++;
    n->significant = (int)(n->n - first);
    /* the full stop of a sentence */
    if ((reader_char(r, 0) == '.' || reader_char(r, 0) == ',') && r->at + 1 == r->in->n)
        r->at++;
    return true;
}

static NumErr number_value(NumCtx *c, const Number *n, uint16_t unit, Value *out)
{
    char text[FOLDED_MAX + 16];
    size_t length = 0;
    if (n->whole == 0)
        text[length++] = '0';
    memcpy(text + length, n->digits, n->whole);
    length += n->whole;
    if (n->decimals > 0) {
        text[length++] = '.';
        memcpy(text + length, n->digits + n->whole, (size_t)n->decimals);
        length += (size_t)n->decimals;
    }
    return num_read_literal(c, (Str){text, length}, unit, out);
}

/* ---- units ---- */

/* Words of copies that the language itself does not know. */
static const char *const unit_words[][2] = {
    {"pourcent", "%"}, {"pourcents", "%"}, {"percent", "%"}, {"point", "pt"}, {"points", "pt"},
    {"hr", "h"},       {"hrs", "h"},       {"mins", "min"},  {"secs", "s"},
};

static bool same_word(NumCtx *c, Str a, const char *b)
{
    return utf8_same_folded(c->mem, a, str_from(b));
}

/* The name a unit goes by, for a word written with other capitals or accents; {NULL, 0}: none. */
static Str known_unit(NumCtx *c, Str word)
{
    if (unit_lookup_name(c, word))
        return word;
    for (size_t i = 0; i < sizeof unit_words / sizeof *unit_words; i++)
        if (same_word(c, word, unit_words[i][0]))
            return str_from(unit_words[i][1]);
    const Map *names = &c->units->names;
    for (uint32_t i = 0; i < names->used; i++)
        if (!names->entries[i].dead && utf8_same_folded(c->mem, word, names->entries[i].key))
            return names->entries[i].key;
    return (Str){NULL, 0};
}

static bool is_unit_operator(char ch)
{
    return ch == '/' || ch == '*' || ch == '(' || ch == ')' || ch == '^';
}

/* Ends of a word: blanks, operators, digits, what no unit holds. */
static size_t word_end(const Reader *r)
{
    size_t end = r->at, length;
    uint32_t cp;
    Str text = {r->in->text, r->in->n};
    while ((length = utf8_next(text, end, &cp)) != 0) {
        bool sign = cp == '%' || cp == '$' || cp == 0xA3 || cp == 0x20AC || cp == 0x2030;
        bool letter = utf8_is_name(cp) && !(cp < 0x80 && is_digit((char)cp)) && cp != 0xB2 && cp != 0xB3;
        if (!sign && !letter)
            break;
        end += length;
    }
    return end;
}

/* Taxes said after an amount: 1600 € HT. */
static bool is_tax_word(NumCtx *c, Str word)
{
    return same_word(c, word, "HT") || same_word(c, word, "TTC");
}

/* 21 heures et 20 minutes. */
static bool is_joining_word(const Reader *r, Str word)
{
    return (same_word(r->c, word, "et") || same_word(r->c, word, "and")) && reader_char(r, 0) == ' ' &&
           is_digit(reader_char(r, 1));
}

static bool reader_unknown(Reader *r, size_t start, size_t bytes)
{
    if (r->unknown_bytes == 0) {
        r->unknown = start;
        r->unknown_bytes = bytes;
    }
    return false;
}

typedef struct UnitText {
    char p[FOLDED_MAX];
    size_t n;
    bool after_word; /* an operator is due */
} UnitText;

static bool unit_put(UnitText *u, Str s)
{
    if (s.n > sizeof u->p - u->n)
        return false;
    memcpy(u->p + u->n, s.p, s.n);
    u->n += s.n;
    return true;
}

/* m2, m3: a power without its sign. */
static bool power_digit(const Reader *r, const UnitText *u)
{
    char digit = reader_char(r, 0), after = reader_char(r, 1);
    return u->n > 0 && u->p[u->n - 1] == 'm' && (digit == '2' || digit == '3') && !is_digit(after) &&
           r->in->text[r->at - 1] == 'm';
}

static bool unit_word(Reader *r, UnitText *u)
{
    size_t start = r->at;
    Str word = str_sub((Str){r->in->text, r->in->n}, start, word_end(r));
    r->at += word.n;
    if (u->after_word && (same_word(r->c, word, "par") || same_word(r->c, word, "per"))) {
        u->after_word = false;
        return unit_put(u, STR("/"));
    }
    if (u->after_word)
        return is_tax_word(r->c, word) || is_joining_word(r, word) || reader_unknown(r, start, word.n);
    if (same_word(r->c, word, "pour")) {
        bool cent = reader_take(r, STR(" cent"));
        if (cent || reader_take(r, STR(" mille"))) {
            u->after_word = true;
            return unit_put(u, cent ? STR("%") : STR("‰"));
        }
    }
    Str name = known_unit(r->c, word);
    for (size_t tax = 2; !name.p && tax <= 3; tax++) /* 1600€HT */
        if (word.n > tax && is_tax_word(r->c, str_sub(word, word.n - tax, word.n)))
            name = known_unit(r->c, str_sub(word, 0, word.n - tax));
    if (!name.p)
        return reader_unknown(r, start, word.n);
    u->after_word = true;
    (void)reader_take(r, STR("(s)"));
    return unit_put(u, name);
}

/* One step of a unit: a word, an operator, a power. False: this is no unit. */
static bool unit_step(Reader *r, UnitText *u)
{
    static const char *const powers[] = {"²", "³", "·"};
    char ch = reader_char(r, 0);
    for (size_t i = 0; i < 3; i++)
        if (reader_take(r, str_from(powers[i]))) {
            u->after_word = u->after_word && i < 2;
            return unit_put(u, str_from(powers[i]));
        }
    if (is_unit_operator(ch)) {
        u->after_word = ch == ')' || ch == '^';
        r->at++;
        if (ch == '^' && is_digit(reader_char(r, 0))) {
            bool put = unit_put(u, (Str){r->in->text + r->at - 1, 2});
            r->at++;
            return put;
        }
        return unit_put(u, (Str){&ch, 1});
    }
    return word_end(r) > r->at && unit_word(r, u);
}

/* What is left of the text, where it may be remembered. */
static UnitWord *remembered(Reader *r, Str *rest)
{
    *rest = str_sub((Str){r->in->text, r->in->n}, r->at, r->in->n);
    bool small = rest->n > 0 && rest->n <= UNIT_WORD_BYTES;
    return small ? &r->c->words[str_hash(*rest) % UNIT_WORDS_SIZE] : NULL;
}

static bool recall(Reader *r, const UnitWord *w, Str rest, uint16_t *unit)
{
    if (!w || w->n != rest.n || memcmp(w->text, rest.p, rest.n) != 0)
        return false;
    r->at = r->in->n;
    *unit = w->unit;
    return true;
}

static void remember(UnitWord *w, Str rest, uint16_t unit)
{
    *w = (UnitWord){.n = (uint8_t)rest.n, .unit = unit};
    memcpy(w->text, rest.p, rest.n);
}

/* The unit that stands here, after a currency that stood first (empty: none); *found false: none does, or the text goes
   on in a way that makes no sense. */
static NumErr read_unit(Reader *r, Str currency, uint16_t *unit, bool *found)
{
    UnitText u = {.n = 0};
    Str rest = {"", 0};
    UnitWord *word = currency.n ? NULL : remembered(r, &rest);
    *found = recall(r, word, rest, unit);
    if (*found)
        return NUM_OK;
    u.after_word = currency.n > 0 && unit_put(&u, currency);
    for (reader_blank(r); r->at < r->in->n; reader_blank(r)) {
        if (power_digit(r, &u)) {
            char power[2] = {'^', reader_char(r, 0)};
            r->at++;
            if (!unit_put(&u, (Str){power, 2}))
                return NUM_OK;
        } else if (is_digit(reader_char(r, 0))) {
            break;
        } else if (reader_char(r, 0) == '.' && r->at + 1 == r->in->n) {
            r->at++;
        } else if (!unit_step(r, &u)) {
            return NUM_OK;
        }
    }
    NumErr err = unit_parse(r->c, (Str){u.p, u.n}, unit);
    *found = err == NUM_OK;
    if (*found && word && r->at == r->in->n)
        remember(word, rest, *unit);
    return err == NUM_UNIT_UNKNOWN ? NUM_OK : err;
}

/* ---- amounts ---- */

/* What a bare number after an amount counts: minutes after hours, seconds after minutes, cents after €. */
static bool unit_after(NumCtx *c, uint16_t before, const Number *n, uint16_t *unit)
{
    static const char *const follows[][2] = {{"h", "min"}, {"min", "s"}, {"€", "cent"}};
    uint16_t id;
    if (n->decimals > 0 || n->n > 2)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (unit_parse(c, str_from(follows[i][0]), &id) == NUM_OK && id == before)
            return (i < 2 || n->n == 2) && unit_parse(c, str_from(follows[i][1]), unit) == NUM_OK;
    return false;
}

/* € 1,600: the currency first. */
static Str read_currency(Reader *r, uint16_t *unit)
{
    Str word = str_sub((Str){r->in->text, r->in->n}, r->at, word_end(r));
    uint16_t id;
    if (word.n == 0 || unit_parse(r->c, word, &id) != NUM_OK || !unit_is_money(r->c, id))
        return (Str){NULL, 0};
    r->at += word.n;
    reader_blank(r);
    *unit = id;
    return word;
}

/* The first amount. */
static NumErr read_first(Reader *r, NumReading *out, bool *ok)
{
    Number n;
    uint16_t unit = U_PLAIN;
    *ok = false;
    Str currency = read_currency(r, &unit);
    out->has_unit = currency.n > 0;
    if (!read_number(r, &n))
        return NUM_OK;
    if (r->at < r->in->n && (!out->has_unit || !is_digit(reader_char(r, reader_char(r, 0) == ' ')))) {
        NumErr err = read_unit(r, currency, &unit, &out->has_unit);
        if (err != NUM_OK || !out->has_unit)
            return err;
    }
    *ok = true;
    out->unit = unit;
    out->decimals = n.decimals;
    out->significant = n.significant;
    out->how = n.decimals == 0 ? "" : r->mark == ',' ? "," : ".";
    return number_value(r->c, &n, unit, &out->value);
}

/* One more amount, added to out. */
static NumErr read_next(Reader *r, NumReading *out, uint16_t *before, bool *ok)
{
    Number n;
    Value part;
    uint16_t unit = U_PLAIN;
    *ok = read_number(r, &n);
    if (!*ok)
        return NUM_OK;
    if (r->at >= r->in->n) {
        *ok = unit_after(r->c, *before, &n, &unit);
    } else {
        NumErr err = read_unit(r, (Str){NULL, 0}, &unit, ok);
        if (err != NUM_OK)
            return err;
    }
    if (!*ok)
        return NUM_OK;
    NumErr err = number_value(r->c, &n, unit, &part);
    if (err == NUM_OK)
        err = num_add(r->c, out->value, part, &out->value);
    *ok = err == NUM_OK;
    *before = unit;
    out->is_sum = true;
    out->decimals = n.decimals;
    out->significant += n.significant;
    return err == NUM_NO_MEMORY ? err : NUM_OK;
}

/* Cents written after € are its decimals. */
static void sum_of_money(NumCtx *c, NumReading *out, uint16_t last)
{
    uint16_t cent, euro;
    if (!out->is_sum || unit_parse(c, STR("cent"), &cent) != NUM_OK || unit_parse(c, STR("€"), &euro) != NUM_OK ||
        last != cent || out->unit != euro)
        return;
    out->is_sum = false;
    out->decimals = 2;
}

/* What people write before a figure: ≈, environ, soit. */
static void pass_openings(Reader *r)
{
    static const char *const words[] = {"environ", "env", "approximativement", "soit", "donc", "about", "approximately", "so"};
    Str word = str_sub((Str){r->in->text, r->in->n}, r->at, word_end(r));
    for (size_t i = 0; i < sizeof words / sizeof *words && word.n; i++)
        if (same_word(r->c, word, words[i])) {
            r->at += word.n;
            (void)(reader_take(r, STR(".")) || reader_take(r, STR(" :")) || reader_take(r, STR(":")));
            reader_blank(r);
            break;
        }
    if (reader_take(r, STR("≈")))
        reader_blank(r);
}

static NumErr read_all(Reader *r, NumReading *out, bool *ok)
{
    *ok = false;
    *out = (NumReading){.how = ""};
    pass_openings(r);
    bool minus = reader_take(r, STR("-"));
    if (!minus)
        (void)reader_take(r, STR("+"));
    reader_blank(r);
    NumErr err = read_first(r, out, ok);
    uint16_t before = out->unit;
    while (err == NUM_OK && *ok && r->at < r->in->n)
        err = read_next(r, out, &before, ok);
    if (err == NUM_OK && *ok) {
        out->value.unit = out->unit;
        sum_of_money(r->c, out, before);
        if (minus)
            err = num_neg(r->c, out->value, &out->value);
    }
    return err;
}

/* ---- both notations ---- */

static bool same_reading(NumCtx *c, const NumReading *a, const NumReading *b)
{
    bool equal = false;
    return a->unit == b->unit && a->decimals == b->decimals && num_equal(c, a->value, b->value, &equal) == NUM_OK &&
           equal;
}

static NumErr read_in(NumCtx *c, const Folded *in, Lang lang, NumReading *readings, size_t *count, Reader *r)
{
    NumReading reading;
    bool ok;
    *r = (Reader){.c = c, .in = in, .mark = lang == LANG_FR ? ',' : '.', .other = lang == LANG_FR ? '.' : ','};
    NumErr err = read_all(r, &reading, &ok);
    if (err != NUM_OK || !ok)
        return err == NUM_NO_MEMORY || err == NUM_UNITS_FULL ? err : NUM_OK;
    if (*count == 0 || !same_reading(c, &readings[0], &reading))
        readings[(*count)++] = reading;
    return NUM_OK;
}

static NumErr read_both(NumCtx *c, const Folded *in, Lang notation, NumReading *found, size_t *count, Reader r[2])
{
    NumErr err = read_in(c, in, notation, found, count, &r[0]);
    return err == NUM_OK ? read_in(c, in, notation == LANG_FR ? LANG_EN : LANG_FR, found, count, &r[1]) : err;
}

/* The word that is no unit, as it stands in the raw text. */
static bool unknown_word(const Folded *in, const Reader r[2], Str raw, Str *unknown)
{
    const Reader *lost = r[0].unknown_bytes ? &r[0] : &r[1];
    if (lost->unknown_bytes == 0)
        return false;
    size_t end = lost->unknown + lost->unknown_bytes;
    if (unknown)
        *unknown = str_trim(str_sub(raw, in->from[lost->unknown], end < in->n ? in->from[end] : raw.n));
    return true;
}

NumErr num_read_lenient(NumCtx *c, Str raw, Lang notation, NumReading *readings, size_t max, size_t *count,
                        Str *unknown)
{
    Folded in;
    Reader r[2];
    NumReading found[2];
    *count = 0;
    if (unknown)
        *unknown = (Str){NULL, 0};
    if (!fold(raw, &in))
        return NUM_OK;
    bool failed_before = c->mem->failed; /* looking names up cannot tell that memory is out */
    c->mem->failed = false;
    NumErr err = read_both(c, &in, notation, found, count, r);
    if (c->mem->failed)
        err = NUM_NO_MEMORY;
    c->mem->failed = c->mem->failed || failed_before;
    if (err != NUM_OK)
        *count = 0;
    if (*count > max)
        *count = max;
    memcpy(readings, found, *count * sizeof *found);
    return err == NUM_OK && *count == 0 && unknown_word(&in, r, raw, unknown) ? NUM_UNIT_UNKNOWN : err;
}
