/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: each list of spellings is one literal with NULs between them. Matching walks the spelling and the text
   together, so that nothing is folded or copied; nearly every try ends at its first byte. */
#include "syntax/lexicon.h"

#include "base/utf8.h"

#include <string.h>

typedef struct WordInfo {
    const char *id;
    WordClass class;
    Str spellings[2]; /* by Lang; the NUL that ends the literal is left out */
} WordInfo;

static const WordInfo word_table[W_COUNT] = {
    [W_NO_WORD] = {"NO_WORD", WORD_POSITION, {{"", 0}, {"", 0}}},
#define WORD(id, cls, en, fr) [W_##id] = {#id, WORD_##cls, {{en, sizeof(en) - 1}, {fr, sizeof(fr) - 1}}},
#include "syntax/lexicon.def"
#undef WORD
};

WordClass word_class(WordId w)
{
    return word_table[w].class;
}

const char *word_text(WordId w, Lang lang)
{
    return word_table[w].spellings[lang].p;
}

WordId word_by_id(Str id)
{
    for (int w = 0; w < W_COUNT; w++)
        if (str_eq(id, str_from(word_table[w].id)))
            return (WordId)w;
    return W_NO_WORD;
}

/* The spelling that begins at *rest, which moves after it. */
static Str word_next_spelling(Str *rest)
{
    const char *nul = memchr(rest->p, 0, rest->n);
    size_t n = nul ? (size_t)(nul - rest->p) : rest->n;
    Str one = {rest->p, n};
    size_t skip = n + (nul != NULL);
    *rest = (Str){rest->p + skip, rest->n - skip};
    return one;
}

Str word_spelling(WordId w, Lang lang, unsigned i)
{
    Str rest = word_table[w].spellings[lang];
    while (rest.n) {
        Str one = word_next_spelling(&rest);
        if (i-- == 0)
            return one;
    }
    return (Str){NULL, 0};
}

WordId word_reserved(Str name, Lang lang)
{
    for (int w = 1; w < W_COUNT; w++) {
        const WordInfo *info = &word_table[w];
        if (info->class != WORD_RESERVED || info->spellings[lang].p[0] != name.p[0])
            continue;
        for (Str rest = info->spellings[lang]; rest.n;)
            if (str_eq(word_next_spelling(&rest), name))
                return (WordId)w;
    }
    return W_NO_WORD;
}

/* The letter without its accent, for the letters that keywords use. */
static uint32_t word_plain(uint32_t cp)
{
    switch (cp) {
    case 0xE0:
    case 0xE2: return 'a';
    case 0xE7: return 'c';
    case 0xE8:
    case 0xE9:
    case 0xEA:
    case 0xEB: return 'e';
    case 0xEE:
    case 0xEF: return 'i';
    case 0xF4: return 'o';
    case 0xF9:
    case 0xFB:
    case 0xFC: return 'u';
    default: return cp;
    }
}

/* Text written with combining accents: the mark after a plain letter belongs to it. */
static size_t word_skip_mark(Str text, size_t at)
{
    uint32_t cp;
    size_t n = utf8_next(text, at, &cp);
    return n && cp >= 0x300 && cp < 0x370 ? at + n : at;
}

static size_t word_skip_blanks(Str text, size_t at)
{
    uint32_t cp;
    for (size_t n; (n = utf8_next(text, at, &cp)) != 0 && utf8_is_blank(cp); at += n)
        continue;
    return at;
}

/* One step: the letter `want` of a spelling against the text at *at. */
static bool word_step(Str text, size_t *at, uint32_t want)
{
    uint32_t cp;
    size_t n = utf8_next(text, *at, &cp);
    if (!n)
        return false;
    if (want == ' ') {
        size_t after = word_skip_blanks(text, *at);
        bool moved = after > *at;
        *at = after;
        return moved;
    }
    if (cp == want) {
        *at += n;
        return true;
    }
    if (cp == word_plain(want)) {
        *at = word_skip_mark(text, *at + n);
        return true;
    }
    return false;
}

static size_t word_match_spelling(Str text, size_t at, Str spelling)
{
    uint32_t want, cp;
    for (size_t i = 0, n; (n = utf8_next(spelling, i, &want)) != 0; i += n)
        if (!word_step(text, &at, want))
            return 0;
    return utf8_next(text, at, &cp) && utf8_is_name(cp) ? 0 : at;
}

/* A cheap look before the walk: accented letters begin with the lead byte of U+00C0 to U+00FF. */
static bool word_may_begin(Str spelling, char first)
{
    return spelling.p[0] == first || (unsigned char)spelling.p[0] == 0xC3;
}

size_t word_match(Str text, size_t at, WordId w, Lang lang)
{
    size_t best = 0;
    if (at >= text.n)
        return 0;
    for (Str rest = word_table[w].spellings[lang]; rest.n;) {
        Str one = word_next_spelling(&rest);
        size_t end = word_may_begin(one, text.p[at]) ? word_match_spelling(text, at, one) : 0;
        if (end > best)
            best = end;
    }
    return best;
}

size_t word_longest(Str text, size_t at, Lang lang)
{
    size_t best = 0;
    for (int w = 1; w < W_COUNT; w++) {
        size_t end = word_match(text, at, (WordId)w, lang);
        if (end > best)
            best = end;
    }
    return best;
}

size_t word_at(Str text, size_t at, WordId w, Lang lang)
{
    size_t end = word_match(text, at, w, lang);
    return end && end == word_longest(text, at, lang) ? end : 0;
}

WordId word_find(Str text, Lang lang)
{
    for (int w = 1; w < W_COUNT; w++)
        if (word_match(text, 0, (WordId)w, lang) == text.n)
            return (WordId)w;
    return W_NO_WORD;
}
