/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the text is split at its equals signs; the last member answers, the others are working. A member is first
   given to the lenient reader, then, if that finds no number, read as arithmetic in each notation. */
#include "domain/reading.h"

#include <string.h>

#include "base/utf8.h"
#include "domain/working.h"

/* ---- truths and texts ---- */

static const struct {
    const char *word;
    bool truth;
} truths[] = {{"oui", true}, {"yes", true}, {"vrai", true}, {"true", true}, {"non", false}, {"no", false},
              {"faux", false}, {"false", false}};

/* Without the full stop that may end an answer. */
static Str without_stop(Str s)
{
    s = str_trim(s);
    while (s.n && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == '!' || s.p[s.n - 1] == ',' || s.p[s.n - 1] == ';')) {
        s = str_trim(str_sub(s, 0, s.n - 1));
    }
    return s;
}

static void fold_text(Buf *out, Str s)
{
    Buf folded;
    buf_init(&folded, out->mem);
    utf8_fold(&folded, without_stop(s));
    Str f = buf_str(&folded);
    bool blank = false;
    size_t n;
    for (size_t at = 0; at < f.n; at += n) {
        uint32_t cp;
        n = utf8_next(f, at, &cp);
        if (!n) {
            break;
        }
        if (utf8_is_blank(cp)) {
            blank = true;
            continue;
        }
        if (blank && out->n) {
            buf_putc(out, ' ');
        }
        blank = false;
        buf_put(out, str_sub(f, at, at + n));
    }
    out->failed = out->failed || folded.failed;
    buf_free(&folded);
}

bool reading_same_text(Mem *mem, Str a, Str b)
{
    Buf x, y;
    if (str_eq(a, b)) {
        return true;
    }
    buf_init(&x, mem);
    buf_init(&y, mem);
    fold_text(&x, a);
    fold_text(&y, b);
    bool same = !x.failed && !y.failed && str_eq(buf_str(&x), buf_str(&y));
    buf_free(&x);
    buf_free(&y);
    return same;
}

bool reading_holds_word(Mem *mem, Str text, const char *word)
{
    Buf folded;
    size_t n = strlen(word);
    bool found = false;
    buf_init(&folded, mem);
    utf8_fold(&folded, text);
    Str s = buf_str(&folded);
    for (size_t i = 0; i + n <= s.n && !found; i++) {
        bool begins = !i || s.p[i - 1] < 'a' || s.p[i - 1] > 'z';
        bool ends = i + n == s.n || s.p[i + n] < 'a' || s.p[i + n] > 'z';
        found = begins && ends && !memcmp(s.p + i, word, n);
    }
    buf_free(&folded);
    return found;
}

bool reading_holds_words(Mem *mem, Str text, Str words)
{
    Buf folded;
    buf_init(&folded, mem);
    utf8_fold(&folded, str_trim(words));
    bool found = folded.n && !folded.failed && reading_holds_word(mem, text, buf_cstr(&folded));
    buf_free(&folded);
    return found;
}

static bool has_digit(Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9') {
            return true;
        }
    }
    return false;
}

bool reading_holds_figure(Mem *mem, Str text)
{
    static const char *const numbers[] = {"zero", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
        "onze", "douze", "treize", "quatorze", "quinze", "seize", "vingt", "vingts", "trente", "quarante", "cinquante",
        "soixante", "cent", "cents", "mille", "million", "millions", "one", "two", "three", "four", "five", "seven",
        "eight", "nine", "ten", "eleven", "twelve", "fifteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy",
        "eighty", "ninety", "hundred", "thousand", "half", "demi", "demie"};
    bool found = has_digit(text);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && !found; i++) {
        found = reading_holds_word(mem, text, numbers[i]);
    }
    return found;
}

bool reading_holds_truth(Mem *mem, Str text)
{
    bool found = false;
    for (size_t i = 0; i < sizeof truths / sizeof *truths && !found; i++) {
        found = reading_holds_word(mem, text, truths[i].word);
    }
    return found;
}

bool reading_truth(Mem *mem, const Reading *r, bool *truth)
{
    for (size_t i = 0; i < sizeof truths / sizeof *truths && r->last.n <= 8; i++) {
        if (reading_same_text(mem, r->last, str_from(truths[i].word))) {
            *truth = truths[i].truth;
            return true;
        }
    }
    return false;
}

/* Nothing, or only the marks that people leave in a box they give up. */
static bool is_blank_text(Str s)
{
    size_t n;
    for (size_t at = 0; at < s.n; at += n) {
        uint32_t cp;
        n = utf8_next(s, at, &cp);
        bool mark = cp == '-' || cp == '.' || cp == '?' || cp == '/' || cp == 0x2013 || cp == 0x2014 || cp == 0x2026;
        if (!n || (!mark && !utf8_is_blank(cp))) {
            return false;
        }
    }
    return true;
}

/* ---- figures ---- */

static void add_figure(NumCtx *num, Reading *out, Figure f)
{
    for (uint32_t i = 0; i < out->count; i++) {
        int order = 1;
        const Figure *g = &out->figures[i];
        bool same = g->has_unit == f.has_unit && g->decimals == f.decimals && g->value.unit == f.value.unit &&
                    num_cmp(num, g->value, f.value, &order) == NUM_OK && !order;
        if (same) {
            return;
        }
    }
    if (out->count < READING_FIGURES) {
        out->figures[out->count++] = f;
    }
}

static Lang other_notation(Lang lang) { return lang == LANG_FR ? LANG_EN : LANG_FR; }

/* 21 h 20 is precise to the minute: the figure is taken in the largest finer unit that makes it whole. */
static void sum_in_finer_unit(NumCtx *num, Figure *f)
{
    static const char *const finer[] = {"week", "day", "h", "min", "s", "year", "quarter", "month"};
    bool below = false;
    for (size_t i = 0; i < sizeof finer / sizeof *finer; i++) {
        uint16_t unit;
        Value v;
        if (unit_parse(num, str_from(finer[i]), &unit) != NUM_OK) {
            continue;
        }
        if (below && unit_convert(num, f->value, unit, &v) == NUM_OK) {
            f->value = v;
            if (num_is_whole(num, v)) {
                return;
            }
        }
        below = below || unit == f->value.unit;
    }
}

static Figure figure_of(NumCtx *num, const NumReading *r)
{
    Figure f = {.value = r->value, .has_unit = r->has_unit, .decimals = r->decimals, .significant = r->significant,
                .how = r->how};
    if (r->is_sum) {
        sum_in_finer_unit(num, &f);
    }
    return f;
}

static NumErr read_numbers(NumCtx *num, Lang lang, Str text, Reading *out, Str *unknown)
{
    NumReading r[NUM_READINGS_MAX];
    size_t count = 0;
    NumErr err = num_read_lenient(num, text, lang, r, NUM_READINGS_MAX, &count, unknown);
    for (size_t i = 0; err == NUM_OK && i < count; i++) {
        add_figure(num, out, figure_of(num, &r[i]));
    }
    return err;
}

/* `20 fiches` where no such unit was declared: the number without its word. */
static void read_without_word(NumCtx *num, Lang lang, Reading *out, Str unknown)
{
    if (!unknown.n || unknown.p < out->last.p || unknown.p >= out->last.p + out->last.n) {
        return;
    }
    Str number = str_trim(str_sub(out->last, 0, (size_t)(unknown.p - out->last.p)));
    if (number.n && read_numbers(num, lang, number, out, NULL) == NUM_OK && out->count) {
        out->ignored_word = true;
        out->unknown = unknown;
        out->more_figures = has_digit(str_sub(out->last, (size_t)(unknown.p - out->last.p), out->last.n));
    }
}

static void read_figures(NumCtx *num, Lang lang, Reading *out)
{
    Str unknown = {NULL, 0};
    Figure f;
    NumErr err = read_numbers(num, lang, out->last, out, &unknown);
    bool number = out->count > 0;
    for (int k = 0; k < 4 && !number; k++) {
        if (working_value(num, k & 1 ? other_notation(lang) : lang, out->last, k < 2, &f)) {
            add_figure(num, out, f);
        }
    }
    if (!out->count && err == NUM_UNIT_UNKNOWN) {
        read_without_word(num, lang, out, unknown);
    }
}

/* ---- members ---- */

/* Length of the sign at `at` that separates two members: = ≈ ~= ; 0 none. */
static size_t separator(Str s, size_t at)
{
    if (s.p[at] == '=') {
        bool other = at && (s.p[at - 1] == '<' || s.p[at - 1] == '>');
        return other ? 0 : 1;
    }
    if (s.p[at] == '~' && at + 1 < s.n && s.p[at + 1] == '=') {
        return 2;
    }
    static const char about[] = "\xE2\x89\x88"; /* ≈ */
    return at + 3 <= s.n && !memcmp(s.p + at, about, 3) ? 3 : 0;
}

static bool step_figure(NumCtx *num, Lang lang, Str text, bool loose, Figure *out)
{
    NumReading r[NUM_READINGS_MAX];
    size_t count = 0;
    if (num_read_lenient(num, text, lang, r, NUM_READINGS_MAX, &count, NULL) == NUM_OK && count) {
        *out = figure_of(num, &r[0]);
        return true;
    }
    return working_value(num, lang, text, loose, out);
}

static void check_step(NumCtx *num, Lang lang, Equality *e)
{
    for (int k = 0; k < 4 && !e->holds; k++) {
        Lang notation = k & 1 ? other_notation(lang) : lang;
        Figure left, right;
        if (step_figure(num, notation, e->left, k < 2, &left) && step_figure(num, notation, e->right, k < 2, &right)) {
            e->checked = true;
            e->holds = working_holds(num, &left, &right);
        }
    }
}

static bool add_step(Arena *arena, Reading *out, Str left, Str right)
{
    if (out->step_count == READING_STEPS) {
        return true;
    }
    if (!out->steps) {
        out->steps = arena_alloc(arena, READING_STEPS * sizeof *out->steps);
    }
    if (!out->steps) {
        return false;
    }
    out->steps[out->step_count++] = (Equality){.left = left, .right = right};
    return true;
}

static bool split_members(Arena *arena, Reading *out)
{
    Str s = out->raw, before = {NULL, 0};
    size_t start = 0;
    for (size_t at = 0; at <= s.n; at++) {
        size_t sign = at < s.n ? separator(s, at) : 1;
        if (!sign) {
            continue;
        }
        Str member = str_trim(str_sub(s, start, at));
        if (member.n) {
            if (before.n && !add_step(arena, out, before, member)) {
                return false;
            }
            before = member;
        }
        start = at + sign;
        at = start - 1;
    }
    out->last = before;
    return true;
}

bool reading_parse(NumCtx *num, Lang lang, Arena *arena, Str raw, Reading *out)
{
    *out = (Reading){.raw = raw, .last = str_trim(raw)};
    out->blank = is_blank_text(raw);
    if (out->blank) {
        return true;
    }
    if (raw.n > READING_BYTES || utf8_check(raw) != raw.n) {
        return true;
    }
    if (!split_members(arena, out)) {
        return false;
    }
    read_figures(num, lang, out);
    for (uint32_t i = 0; i < out->step_count; i++) {
        check_step(num, lang, &out->steps[i]);
    }
    return true;
}
