/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: tables made from block.def; patterns are read again each time, they are a few words long. */
#include "syntax/block.h"

enum { FORM_LINE, FORM_BLOCK, REPEAT_ONCE = 0, REPEAT_MANY = 1 };

static const BlockInfo block_table[B_COUNT] = {
#define BLOCK(id, word, form, header, children) [B_##id] = {W_##word, FORM_##form, header, BODY_##children},
#define CLAUSE(block, id, word, pattern, repeat)
#include "syntax/block.def"
#undef BLOCK
#undef CLAUSE
};

static const ClauseInfo clause_table[CL_COUNT] = {
#define BLOCK(id, word, form, header, children)
#define CLAUSE(block, id, word, pattern, repeat) [CL_##block##_##id] = {B_##block, W_##word, pattern, REPEAT_##repeat},
#include "syntax/block.def"
#undef BLOCK
#undef CLAUSE
};

const BlockInfo *block_info(BlockId b)
{
    return &block_table[b];
}

const ClauseInfo *clause_info(ClauseId c)
{
    return &clause_table[c];
}

const char *block_word(BlockId b, Lang lang)
{
    return word_text(block_table[b].word, lang);
}

#define IN(kind) (1u << BODY_##kind)

/* Where each form may stand. A definition among givens is a given, in a table a computed column; elements stand alone. */
static unsigned block_places(BlockId b)
{
    switch (b) {
    case B_EXTERN:
    case B_CASE:
    case B_FRAMEWORK: return IN(PROGRAM);
    case B_EXAM: return IN(CASE_PARTS);
    case B_GIVEN: return IN(CASE_PARTS) | IN(QUESTION_PARTS);
    case B_DEFINE:
        return IN(PROGRAM) | IN(FUNCTION) | IN(CASE_PARTS) | IN(QUESTION_PARTS) | IN(GIVENS) | IN(SCENARIO_PARTS) |
               IN(TABLE_PARTS);
    case B_QUESTION: return IN(CASE_PARTS);
    case B_ANSWER:
    case B_EITHER:
    case B_OPEN: return IN(QUESTION_PARTS);
    case B_MISTAKE:
    case B_OFFICIAL_TABLE:
    case B_STATEMENT:
    case B_FOR_EACH: return IN(CASE_PARTS) | IN(QUESTION_PARTS);
    case B_EXPECT: return IN(OPEN_PARTS);
    case B_ELEMENT: return IN(ELEMENTS);
    case B_SCENARIO: return IN(PROGRAM) | IN(CASE_PARTS) | IN(QUESTION_PARTS) | IN(SCENARIO_PARTS);
    case B_CHECK:
    case B_SENSITIVITY: return IN(PROGRAM) | IN(CASE_PARTS) | IN(QUESTION_PARTS) | IN(SCENARIO_PARTS);
    case B_TEXT:
    case B_CORRECTION: return IN(CASE_PARTS) | IN(QUESTION_PARTS) | IN(OPEN_PARTS) | IN(GRID_PARTS);
    case B_ANNEX: return IN(CASE_PARTS) | IN(QUESTION_PARTS);
    case B_TABLE:
    case B_SCHEDULE:
    case B_INDICATOR:
    case B_INDICATORS:
    case B_OBJECTIVE:
    case B_DASHBOARD:
    case B_GRID: return IN(PROGRAM) | IN(CASE_PARTS) | IN(QUESTION_PARTS);
    case B_SECTION:
    case B_CRITERION: return IN(GRID_PARTS);
    case B_COMPETENCE: return IN(FRAMEWORK_PARTS);
    default: return 0;
    }
}

bool block_allowed(BlockId b, BodyKind in)
{
    return (block_places(b) >> in & 1u) != 0;
}

bool block_rows(BodyKind in)
{
    return in == BODY_TABLE_PARTS || in == BODY_ROWS || in == BODY_ELEMENTS;
}

/* ---- patterns ---- */

static const struct {
    const char *text;
    PatternKind kind;
} pattern_words[] = {
    {"name", PATTERN_NAME},       {"label", PATTERN_LABEL},         {"target", PATTERN_TARGET},
    {"title", PATTERN_TITLE},     {"expr", PATTERN_EXPR},           {"unit", PATTERN_UNIT},
    {"texts", PATTERN_TEXTS},     {"codes", PATTERN_CODES},         {"names", PATTERN_NAMES},
    {"targets", PATTERN_TARGETS}, {"overrides", PATTERN_OVERRIDES}, {"number", PATTERN_NUMBER},
    {"points", PATTERN_POINTS},   {"slips", PATTERN_SLIPS},         {"=expr", PATTERN_DEFINITION},
    {"item", PATTERN_ITEM},       {"code", PATTERN_CODE},           {"fields", PATTERN_FIELDS},
    {"bands", PATTERN_BANDS},     {"scale", PATTERN_SCALE},         {"wordings", PATTERN_WORDINGS},
    {"definitions", PATTERN_DEFINITIONS},
};

/* One alternative: a lower-case element or a word in capitals. */
static void pattern_alternative(PatternItem *out, Str text)
{
    for (size_t i = 0; i < sizeof pattern_words / sizeof *pattern_words; i++) {
        if (str_eq(text, str_from(pattern_words[i].text))) {
            out->kind = pattern_words[i].kind;
            return;
        }
    }
    if (out->count < sizeof out->words / sizeof *out->words)
        out->words[out->count++] = word_by_id(text);
}

static size_t pattern_find(Str s, size_t at, char c)
{
    while (at < s.n && s.p[at] != c)
        at++;
    return at;
}

/* The k-th piece between `|`s. */
static void pattern_alternatives(PatternItem *out, Str text)
{
    for (size_t at = 0; at < text.n;) {
        size_t end = pattern_find(text, at, '|');
        pattern_alternative(out, str_sub(text, at, end));
        at = end + 1;
    }
}

static size_t pattern_group(Str s, PatternItem *out)
{
    size_t close = pattern_find(s, 0, ')');
    Str inside = str_sub(s, 1, close);
    out->optional = true;
    if (pattern_find(inside, 0, '|') < inside.n) { /* (A|B)?: one of these words, or nothing */
        pattern_alternatives(out, inside);
        return close + 2;
    }
    size_t blank = pattern_find(inside, 0, ' ');
    out->kind = PATTERN_GROUP;
    out->words[out->count++] = word_by_id(str_sub(inside, 0, blank));
    out->inside = str_trim(str_sub(inside, blank, inside.n));
    return close + 2; /* every group is optional: `)?` */
}

bool pattern_next(Str *rest, PatternItem *out)
{
    Str s = str_trim(*rest);
    *out = (PatternItem){.kind = PATTERN_WORDS};
    if (!s.n)
        return false;
    size_t end;
    if (s.p[0] == '(') {
        end = pattern_group(s, out);
    } else {
        end = pattern_find(s, 0, ' ');
        out->optional = s.p[end - 1] == '?';
        pattern_alternatives(out, str_sub(s, 0, out->optional ? end - 1 : end));
    }
    *rest = str_sub(s, end, s.n);
    return true;
}

bool pattern_has_word(Str pattern, WordId w)
{
    PatternItem item;
    while (pattern_next(&pattern, &item)) {
        for (unsigned i = 0; i < item.count; i++)
            if (item.words[i] == w)
                return true;
        if (item.kind == PATTERN_GROUP && pattern_has_word(item.inside, w))
            return true;
    }
    return false;
}
