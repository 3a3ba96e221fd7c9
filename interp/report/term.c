/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines are cut at blanks; each is measured no further than the width allows, so that a long text stays linear. */
#include "report/term.h"

#include <string.h>

#include "base/utf8.h"

/* ---- safe texts ---- */

/* Its newlines stay. */
void term_safe(Buf *out, Str s)
{
    for (size_t at = 0; at < s.n;) {
        if (s.p[at] == '\n' || s.p[at] == '\t') {
            buf_putc(out, s.p[at] == '\n' ? '\n' : ' ');
            at++;
        } else {
            at += utf8_show_next(out, s, at);
        }
    }
}

static bool is_mark(char c)
{
    return c >= TERM_MARK && c < TERM_MARK + 0x10;
}

static void put_mark(Buf *out, unsigned style)
{
    buf_putc(out, (char)(TERM_MARK | style));
}

/* A link says where it leads, unless its text does. */
static void put_run(Buf *out, const Term *t, const DocRun *r)
{
    Str shown = str_starts(r->url, STR("mailto:")) ? str_sub(r->url, 7, r->url.n) : r->url;
    const char *quote = r->style & RUN_CODE && !t->style.color ? "`" : "";
    put_mark(out, r->style | (shown.n && shown.p[0] != '#' ? TERM_LINK : 0u));
    buf_puts(out, quote);
    term_safe(out, r->text);
    buf_puts(out, quote);
    put_mark(out, RUN_PLAIN);
    if (shown.n && shown.p[0] != '#' && !str_eq(shown, r->text)) {
        buf_puts(out, " (");
        term_safe(out, shown);
        buf_putc(out, ')');
    }
}

void term_text(Buf *out, const Term *t, const DocNode *n)
{
    if (n->tick) {
        buf_puts(out, n->tick == TICK_DONE ? "☑" : "☐");
        buf_puts(out, n->text.n || n->runs ? " " : "");
    }
    term_safe(out, n->text);
    for (const DocRun *r = n->runs; r; r = r->next) {
        put_run(out, t, r);
    }
}

/* ---- lines ---- */

/* How far of the line fits in `width` columns. */
static size_t fitting(Str line, size_t width)
{
    size_t used = 0, at = 0, n;
    uint32_t cp;
    while ((n = utf8_next(line, at, &cp)) != 0) {
        used += utf8_width(str_sub(line, at, at + n));
        if (used > width) {
            break;
        }
        at += n;
    }
    return at;
}

/* Where the line has to be cut: before the last blank that leaves something in front; at least one word. */
static size_t cut(Str line, size_t width)
{
    size_t fits = fitting(line, width), first = 0;
    if (fits == line.n) {
        return fits;
    }
    while (first < line.n && line.p[first] == ' ') {
        first++;
    }
    for (size_t i = fits; i > first; i--) {
        if (line.p[i] == ' ' && line.p[i - 1] != ' ') {
            return i;
        }
    }
    const char *blank = memchr(line.p + first, ' ', line.n - first);
    return blank ? (size_t)(blank - line.p) : line.n;
}

TermLines term_lines(Str safe, size_t width)
{
    return (TermLines){.text = safe, .width = width};
}

static void next_hard(TermLines *l)
{
    Str rest = str_sub(l->text, l->at, l->text.n);
    const char *newline = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
    l->hard = newline ? l->at + (size_t)(newline - rest.p) : l->text.n;
    l->begun = true;
}

bool term_next(TermLines *l, Str *line)
{
    if (l->done) {
        return false;
    }
    if (!l->begun) {
        next_hard(l);
    }
    Str hard = str_sub(l->text, l->at, l->hard);
    size_t end = cut(hard, l->width);
    *line = str_sub(hard, 0, end);
    if (end == hard.n) {
        l->done = l->hard >= l->text.n;
        l->at = l->hard + 1;
        l->begun = false;
        return true;
    }
    while (end < hard.n && hard.p[end] == ' ') {
        end++;
    }
    l->at += end;
    return true;
}

size_t term_widest(Str safe)
{
    TermLines l = term_lines(safe, SIZE_MAX);
    Str line;
    size_t widest = 0;
    while (term_next(&l, &line)) {
        size_t w = utf8_width(line);
        widest = w > widest ? w : widest;
    }
    return widest;
}

size_t term_longest_word(Str safe)
{
    size_t longest = 0, start = 0;
    for (size_t i = 0; i <= safe.n; i++) {
        if (i == safe.n || safe.p[i] == ' ' || safe.p[i] == '\n') {
            size_t w = utf8_width(str_sub(safe, start, i));
            longest = w > longest ? w : longest;
            start = i + 1;
        }
    }
    return longest;
}

/* ---- writing ---- */

static const char *tone_code(uint8_t tone)
{
    switch (tone) {
    case TONE_STRONG: return "\x1b[1m";
    case TONE_MUTED: return "\x1b[2m";
    case TONE_GOOD: return "\x1b[32m";
    case TONE_WARN: return "\x1b[33m";
    case TONE_BAD: return "\x1b[31m";
    default: return NULL;
    }
}

static void put_style(Term *t, uint8_t tone)
{
    buf_puts(t->out, tone_code(tone) ? tone_code(tone) : "");
    buf_puts(t->out, t->run & RUN_STRONG ? "\x1b[1m" : "");
    buf_puts(t->out, t->run & RUN_EMPHASIS ? "\x1b[3m" : "");
    buf_puts(t->out, t->run & RUN_CODE ? "\x1b[36m" : "");
    buf_puts(t->out, t->run & TERM_LINK ? "\x1b[4m" : "");
}

static void put_reset(Term *t, uint8_t tone)
{
    buf_puts(t->out, t->run || tone_code(tone) ? "\x1b[0m" : "");
}

/* A run that goes on in the next line keeps its style there. */
void term_put(Term *t, Str safe, uint8_t tone)
{
    bool color = t->style.color && safe.n;
    size_t from = 0;
    if (color) {
        put_style(t, tone);
    }
    for (size_t i = 0; i < safe.n; i++) {
        if (!is_mark(safe.p[i])) {
            continue;
        }
        buf_put(t->out, str_sub(safe, from, i));
        from = i + 1;
        if (color) {
            put_reset(t, tone);
        }
        t->run = (uint8_t)(safe.p[i] & 0x0F);
        if (color && from < safe.n) {
            put_style(t, tone);
        }
    }
    buf_put(t->out, str_sub(safe, from, safe.n));
    if (color && (from < safe.n || from == 0)) {
        put_reset(t, tone);
    }
}

void term_times(Buf *out, const char *what, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        buf_puts(out, what);
    }
}

void term_strip(Buf *out)
{
    while (out->n && out->p[out->n - 1] == ' ') {
        out->n--;
    }
}

void term_margin(Term *t)
{
    buf_repeat(t->out, ' ', t->indent);
}

size_t term_room(const Term *t, size_t used)
{
    size_t taken = t->indent + used;
    return t->style.width > taken + TERM_NARROWEST ? t->style.width - taken : TERM_NARROWEST;
}

void term_block(Term *t, const char *lead, Str safe, uint8_t tone)
{
    size_t lead_width = utf8_width(str_from(lead));
    TermLines l = term_lines(safe, term_room(t, lead_width));
    Str line;
    for (bool first = true; term_next(&l, &line); first = false) {
        if (line.n || first) {
            term_margin(t);
            term_put(t, first ? str_from(lead) : (Str){NULL, 0}, tone);
            buf_repeat(t->out, ' ', first ? 0 : lead_width);
            term_put(t, line, tone);
        }
        buf_putc(t->out, '\n');
    }
}

void term_wrapped(Term *t, const char *lead, Str text, uint8_t tone)
{
    DocNode n = {.text = text};
    term_node(t, lead, &n, tone);
}

void term_node(Term *t, const char *lead, const DocNode *n, uint8_t tone)
{
    Buf safe;
    buf_init(&safe, t->out->mem);
    term_text(&safe, t, n);
    term_block(t, lead, buf_str(&safe), tone);
    t->out->failed = t->out->failed || safe.failed;
    buf_free(&safe);
}

void term_begin(Term *t)
{
    if (t->any && !t->tight) {
        buf_putc(t->out, '\n');
    }
    t->any = true;
    t->tight = false;
}
