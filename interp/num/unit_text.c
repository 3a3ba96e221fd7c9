/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the text of a unit is factors joined by `·`, those below after one `/`, in parentheses when they are several.
   Reading accepts more: `*` for `·`, `m^2` and `m2` for `m²`, several `/`. What is written reads back as the same unit. */
#include "base/utf8.h"
#include "num/units.h"

#include <string.h>

/* ---- reading ---- */

typedef struct UnitReader {
    NumCtx *c;
    Str text;
    size_t at;
    UnitPart parts[2 * LIMIT_UNIT_PARTS];
    uint32_t count;
    Str unknown;
} UnitReader;

static const char *const superscripts[10] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

static bool reader_take(UnitReader *r, Str token)
{
    if (!str_starts(str_sub(r->text, r->at, r->text.n), token))
        return false;
    r->at += token.n;
    return true;
}

static bool reader_digit(UnitReader *r, bool raised, int *digit)
{
    for (*digit = 0; *digit < 10; ++*digit) {
        char plain = (char)('0' + *digit);
        if (reader_take(r, raised ? str_from(superscripts[*digit]) : (Str){&plain, 1}))
            return true;
    }
    return false;
}

/* ², ^2, ^-1; 1 if none is written. False: not a power. */
static bool reader_power(UnitReader *r, int *power)
{
    bool caret = reader_take(r, STR("^")), minus = reader_take(r, caret ? STR("-") : STR("⁻"));
    int digit;
    *power = 0;
    uint32_t digits = 0;
    for (; digits < 3 && reader_digit(r, !caret, &digit); digits++)
        *power = *power * 10 + digit;
    if (digits == 0)
        *power = 1;
    if (minus)
        *power = -*power;
    return digits > 0 || (!caret && !minus);
}

static bool ends_word(uint32_t cp)
{
    return cp < '$' || (cp >= '(' && cp <= '9' && cp != '/') || cp == '/' || cp == '^' || cp == 0xB7 || cp == 0x22C5 ||
           cp == 0xB2 || cp == 0xB3 || cp == 0xB9 || cp == 0x2070 || (cp >= 0x2074 && cp <= 0x207B) ||
           utf8_is_blank(cp) || cp == UTF8_REPLACEMENT;
}

static Str reader_word(UnitReader *r)
{
    size_t start = r->at, length;
    uint32_t cp;
    while ((length = utf8_next(r->text, r->at, &cp)) != 0) {
        bool digit = cp >= '0' && cp <= '9' && r->at > start; /* lot2 */
        if (ends_word(cp) && !digit)
            break;
        r->at += length;
    }
    return str_sub(r->text, start, r->at);
}

/* m2 is m², km3 is km³; only of lengths, and only where the word is no unit of its own. */
static uint32_t length_with_digit(UnitReader *r, Str word, int *power)
{
    char last = word.n > 1 ? word.p[word.n - 1] : '\0';
    uint32_t symbol = last == '2' || last == '3' ? unit_find_symbol(r->c, str_sub(word, 0, word.n - 1)) : UINT32_MAX;
    const UnitSymbol *s = symbol == UINT32_MAX ? NULL : unit_symbol(r->c, (uint16_t)symbol);
    if (!s || *power != 1 || s->dim_count != 1 || s->dims[0].dim != UDIM_LENGTH || s->dims[0].power != 1) {
        return UINT32_MAX;
    }
    *power = last - '0';
    return symbol;
}

static bool reader_factor(UnitReader *r, int sign)
{
    Str word = reader_word(r);
    int power;
    if (word.n == 0 || !reader_power(r, &power) || power == 0 || r->count == 2 * LIMIT_UNIT_PARTS)
        return false;
    uint32_t symbol = unit_find_symbol(r->c, word);
    if (symbol == UINT32_MAX)
        symbol = length_with_digit(r, word, &power);
    if (symbol == UINT32_MAX) {
        if (!r->unknown.p)
            r->unknown = word;
        symbol = 0;
    }
    r->parts[r->count++] = (UnitPart){(uint16_t)symbol, (int16_t)(sign * power)};
    return true;
}

static bool reader_dot(UnitReader *r)
{
    return reader_take(r, STR("·")) || reader_take(r, STR("*")) || reader_take(r, STR("⋅"));
}

/* A factor, or several in parentheses. */
static bool reader_below(UnitReader *r)
{
    if (!reader_take(r, STR("(")))
        return reader_factor(r, -1);
    do {
        if (!reader_factor(r, -1))
            return false;
    } while (reader_dot(r));
    return reader_take(r, STR(")"));
}

static bool reader_unit(UnitReader *r)
{
    if (r->text.n == 0 || (r->text.p[0] != '/' && !reader_factor(r, 1)))
        return false;
    while (r->at < r->text.n) {
        if (reader_take(r, STR("/"))) {
            if (!reader_below(r))
                return false;
        } else if (!reader_dot(r) || !reader_factor(r, 1)) {
            return false;
        }
    }
    return true;
}

NumErr unit_parse(NumCtx *c, Str text, uint16_t *id)
{
    UnitReader r = {.c = c, .text = text};
    bool failed_before = c->mem->failed; /* looking a name up cannot tell that memory is out */
    c->mem->failed = false;
    bool known = reader_unit(&r) && !r.unknown.p, failed = c->mem->failed;
    c->mem->failed = failed || failed_before;
    if (!known)
        return failed ? NUM_NO_MEMORY : NUM_UNIT_UNKNOWN;
    return unit_intern(c, r.parts, r.count, id);
}

Str unit_unknown(NumCtx *c, Str text)
{
    UnitReader r = {.c = c, .text = text};
    return reader_unit(&r) || r.unknown.p ? r.unknown : text;
}

bool unit_lookup_name(NumCtx *c, Str name)
{
    return unit_find_symbol(c, name) != UINT32_MAX;
}

/* Short names are too close to one another for a distance to mean much. */
static size_t suggest_distance(Str wrong)
{
    size_t letters = utf8_count(wrong);
    return letters <= 2 ? 0 : letters <= 5 ? 1 : 2;
}

Str unit_suggest(NumCtx *c, Str wrong)
{
    const Map *names = &c->units->names;
    Str best = {NULL, 0};
    size_t limit = suggest_distance(wrong);
    for (uint32_t i = 0; i < names->used; i++) {
        Str name = names->entries[i].key;
        if (names->entries[i].dead || (utf8_count(name) <= 2 && limit > 0))
            continue;
        size_t distance = utf8_distance(c->mem, wrong, name, limit);
        if (distance > limit)
            continue;
        best = name;
        if (distance == 0)
            break;
        limit = distance - 1;
    }
    return best;
}

/* ---- writing ---- */

static void put_power(Buf *out, int power)
{
    if (power == 1)
        return;
    if (power <= 3)
        buf_puts(out, superscripts[power]);
    else
        buf_printf(out, "^%d", power);
}

static void put_part(const NumCtx *c, Buf *out, UnitPart p, Lang lang, bool plural)
{
    const UnitSymbol *s = unit_symbol(c, p.symbol);
    buf_put(out, plural ? s->plural[lang] : s->name[lang]);
    put_power(out, p.power < 0 ? -p.power : p.power);
}

static void put_unit(const NumCtx *c, Buf *out, uint16_t id, Lang lang, bool plural)
{
    const Unit *u = unit_at(c, id);
    uint32_t above = 0;
    while (above < u->part_count && u->parts[above].power > 0)
        above++;
    for (uint32_t i = 0; i < above; i++) {
        if (i > 0)
            buf_puts(out, "·");
        put_part(c, out, u->parts[i], lang, plural && u->parts[i].power == 1);
    }
    bool several = u->part_count - above > 1;
    for (uint32_t i = above; i < u->part_count; i++) {
        buf_puts(out, i > above ? "·" : several ? "/(" : "/");
        put_part(c, out, u->parts[i], lang, false);
    }
    if (several)
        buf_putc(out, ')');
}

void unit_name(NumCtx *c, Buf *out, uint16_t id, Lang lang)
{
    put_unit(c, out, id, lang, false);
}

static bool has_word(const NumCtx *c, const Unit *u)
{
    for (uint32_t i = 0; i < u->part_count; i++)
        if (u->parts[i].power == 1 && unit_symbol(c, u->parts[i].symbol)->word)
            return true;
    return false;
}

/* French: from 2 on. English: all but 1. When memory is out the buffer tells. */
static bool is_plural(NumCtx *c, Value v, Lang lang)
{
    Value limit, size;
    int order = 1;
    if (num_from_ratio(c, lang == LANG_FR ? 2 : 1, 1, v.unit, &limit) != NUM_OK || num_abs(c, v, &size) != NUM_OK ||
        num_cmp(c, size, limit, &order) != NUM_OK)
        return true;
    return lang == LANG_FR ? order >= 0 : order != 0;
}

void unit_show(NumCtx *c, Buf *out, uint16_t id, Value v, Lang lang)
{
    v.unit = id;
    put_unit(c, out, id, lang, has_word(c, unit_at(c, id)) && is_plural(c, v, lang));
}

typedef struct UnitQuantity {
    const char *words[2];
    UnitDim dims[2];
} UnitQuantity;

static const UnitQuantity quantities[] = {
#define DIMENSION(id, en, fr)                        {{en, fr}, {{UDIM_##id, 1}, {UDIM_NONE, 0}}},
#define QUANTITY(en, fr, dim1, power1, dim2, power2) {{en, fr}, {{UDIM_##dim1, power1}, {UDIM_##dim2, power2}}},
#include "num/unit.def"
#undef DIMENSION
#undef QUANTITY
};

static const char *quantity_words(const UnitDims *dims, Lang lang)
{
    for (size_t i = 1; i < sizeof quantities / sizeof *quantities; i++) {
        const UnitQuantity *q = &quantities[i];
        uint32_t count = q->dims[1].dim == UDIM_NONE ? 1 : 2;
        bool same = dims->count == count;
        for (uint32_t j = 0; same && j < count; j++)
            same = dims->at[j].dim == q->dims[j].dim && dims->at[j].power == q->dims[j].power;
        if (same)
            return q->words[lang];
    }
    return NULL;
}

static bool begins_with_vowel(Str s)
{
    uint32_t cp = 0;
    utf8_next(s, 0, &cp);
    if (cp < 0x80)
        return cp && memchr("aeiouhyAEIOUHY", (int)cp, 14) != NULL;
    return cp == 0xE9 || cp == 0xC9 || cp == 0xEA || cp == 0xE8 || cp == 0x153 || cp == 0xE2;
}

static void put_count(const NumCtx *c, Buf *out, uint16_t id, Lang lang)
{
    Str name = unit_symbol(c, unit_at(c, id)->parts[0].symbol)->name[lang];
    if (lang == LANG_FR)
        buf_puts(out, begins_with_vowel(name) ? "un nombre d'" : "un nombre de ");
    else
        buf_puts(out, "a number of ");
    buf_put(out, name);
}

void unit_dimension_name(NumCtx *c, Buf *out, uint16_t id, Lang lang)
{
    static const char *const bare[][2] = {
        [UK_PLAIN] = {"a bare number", "un nombre sans unité"}, [UK_RATIO] = {"a ratio", "un rapport"},
        [UK_PERCENT] = {"a percentage", "un pourcentage"},      [UK_RATE] = {"a rate in ", "un taux en "},
        [UK_QUANTITY] = {"a quantity in ", "une grandeur en "},
    };
    const Unit *u = unit_at(c, id);
    const char *words = u->kind == UK_QUANTITY ? quantity_words(&u->dims, lang) : NULL;
    if (words) {
        buf_puts(out, words);
    } else if (unit_is_counting(c, id) && u->part_count == 1 && u->parts[0].power == 1) {
        put_count(c, out, id, lang);
    } else {
        buf_puts(out, bare[u->kind][lang]);
        if (u->kind >= UK_RATE)
            unit_name(c, out, id, lang);
    }
}
