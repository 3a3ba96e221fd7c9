/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: each element of a pattern has a text in either language. */
#include "syntax/form.h"

static const char *const elements[][2] = {
    [PATTERN_NAME] = {"NAME", "NOM"},
    [PATTERN_LABEL] = {"2.3", "2.3"},
    [PATTERN_TARGET] = {"NAME", "NOM"},
    [PATTERN_TITLE] = {"\"TEXT\"", "« TEXTE »"},
    [PATTERN_EXPR] = {"VALUE", "VALEUR"},
    [PATTERN_UNIT] = {"UNIT", "UNITÉ"},
    [PATTERN_TEXTS] = {"\"TEXT\", …", "« TEXTE », …"},
    [PATTERN_CODES] = {"C2.1, …", "C2.1, …"},
    [PATTERN_NAMES] = {"NAME, …", "NOM, …"},
    [PATTERN_TARGETS] = {"NAME, …", "NOM, …"},
    [PATTERN_OVERRIDES] = {"NAME = VALUE, …", "NOM = VALEUR, …"},
    [PATTERN_NUMBER] = {"NUMBER", "NOMBRE"},
    [PATTERN_POINTS] = {"POINTS", "POINTS"},
    [PATTERN_DEFINITION] = {"= FORMULA", "= FORMULE"},
    [PATTERN_DEFINITIONS] = {"NAME = VALUE, …", "NOM = VALEUR, …"},
    [PATTERN_ITEM] = {"NAME", "NOM"},
    [PATTERN_CODE] = {"C2.1", "C2.1"},
    [PATTERN_FIELDS] = {"MEASURE, …", "MESURE, …"},
    [PATTERN_SCALE] = {"LEVEL \"TEXT\" NUMBER, …", "NIVEAU « TEXTE » NOMBRE, …"},
    [PATTERN_WORDINGS] = {"LEVEL \"TEXT\" …", "NIVEAU « TEXTE » …"},
    [PATTERN_WORDS] = {"", ""},
    [PATTERN_GROUP] = {"", ""},
};

static void put_word(Buf *out, WordId w, Lang lang)
{
    buf_puts(out, word_text(w, lang));
}

static void put_bands(Buf *out, Lang lang)
{
    const char *level = lang == LANG_FR ? "NIVEAU" : "LEVEL", *value = elements[PATTERN_EXPR][lang];
    buf_printf(out, "%s %s %s, …, %s", level, word_text(W_BELOW, lang), value, level);
}

static void put_slips(Buf *out, Lang lang)
{
    buf_printf(out, "%s 50 %%, …", word_text(W_TRUNCATED, lang));
}

static void put_pattern(Buf *out, Str pattern, Lang lang);

/* Words, and perhaps an element, one of which stands. */
static void put_alternatives(Buf *out, const PatternItem *item, Lang lang)
{
    unsigned put = 0;
    for (unsigned i = 0; i < item->count; i++) {
        if (!*word_text(item->words[i], lang)) /* the dialect does without it */
            continue;
        buf_puts(out, put++ ? "|" : "");
        put_word(out, item->words[i], lang);
    }
    const char *element = item->kind < sizeof elements / sizeof *elements ? elements[item->kind][lang] : "";
    buf_puts(out, put && element && *element ? "|" : "");
    buf_puts(out, element ? element : "");
}

static void put_item(Buf *out, const PatternItem *item, Lang lang)
{
    switch (item->kind) {
    case PATTERN_BANDS: put_bands(out, lang); break;
    case PATTERN_SLIPS: put_slips(out, lang); break;
    case PATTERN_GROUP:
        put_word(out, item->words[0], lang);
        put_pattern(out, item->inside, lang);
        break;
    default: put_alternatives(out, item, lang); break;
    }
}

static void put_pattern(Buf *out, Str pattern, Lang lang)
{
    PatternItem item;
    while (pattern_next(&pattern, &item)) {
        size_t start = out->n;
        buf_puts(out, out->n && out->p[out->n - 1] != '\n' ? " " : "");
        buf_puts(out, item.optional ? "[" : "");
        size_t before = out->n;
        put_item(out, &item, lang);
        if (out->n == before)
            out->n = start;
        else
            buf_puts(out, item.optional ? "]" : "");
    }
}

void form_block(Buf *out, BlockId b, Lang lang)
{
    put_word(out, block_info(b)->word, lang);
    put_pattern(out, str_from(block_info(b)->header), lang);
    if (block_info(b)->block)
        buf_printf(out, " … %s", word_text(W_END, lang));
}

void form_clause(Buf *out, ClauseId c, Lang lang)
{
    put_word(out, clause_info(c)->word, lang);
    put_pattern(out, str_from(clause_info(c)->pattern), lang);
}

void form_clauses(Buf *out, BlockId b, Lang lang)
{
    unsigned put = 0;
    for (int c = CL_FIRST; c < CL_COUNT; c++) {
        if (clause_info((ClauseId)c)->block != b)
            continue;
        buf_puts(out, put++ ? ", " : "");
        put_word(out, clause_info((ClauseId)c)->word, lang);
    }
}
