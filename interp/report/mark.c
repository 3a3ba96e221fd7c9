/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text is a row of pieces, each of one style. Between two of them marks are closed, blanks written, marks opened: a mark
   with a blank inside would be none. A mark is none either where punctuation stands inside it and a letter outside;
   that letter is then written as a number (&#233;), which counts as punctuation. Marks in a row (**a***b*) would be
   read as one, so the second takes the other sign: **a**_b_. */
#include "report/mark.h"

#include <string.h>

#include "base/utf8.h"
#include "report/escape.h"

typedef struct Piece {
    unsigned style;
    Str text, url;
} Piece;

/* ---- plain characters ---- */

static bool is_special(char c)
{
    return c != '\0' && strchr("\\`*_{}[]<>#|~$&", c) != NULL;
}

/* At the start of a line a few more begin lists and quotes. */
static bool is_special_first(char c)
{
    return c == '+' || c == '-' || c == '=' || c == ':';
}

void mark_newline(Mark *m)
{
    buf_putc(m->out, '\n');
    buf_put(m->out, buf_str(&m->prefix));
    m->first = true;
}

static void put_break(Mark *m)
{
    if (m->in_table || m->in_line) {
        buf_puts(m->out, m->in_table ? "<br>" : " ");
    } else {
        buf_putc(m->out, '\\');
        mark_newline(m);
    }
}

/* Addresses that readers would make a link by themselves. */
static bool begins_address(Str s, size_t at)
{
    Str rest = str_sub(s, at, s.n);
    return str_starts(rest, STR("://")) || (at >= 3 && rest.p[0] == '.' && str_ends(str_sub(s, 0, at), STR("www")));
}

/* An exclamation mark before a link would make it an image; a point after digits, a list. */
static bool needs_backslash(const Mark *m, Str s, size_t at)
{
    char c = s.p[at];
    return is_special(c) || (m->first && is_special_first(c)) || (m->digits && (c == '.' || c == ')')) ||
           begins_address(s, at) || (c == '!' && at + 1 == s.n);
}

static size_t put_letter(Mark *m, Str s, size_t at)
{
    uint32_t cp;
    size_t n = utf8_next(s, at, &cp);
    if (m->encode_next && utf8_is_name(cp) && cp != '_') {
        buf_printf(m->out, "&#%u;", (unsigned)cp);
    } else {
        n = utf8_show_next(m->out, s, at);
    }
    return n;
}

static void put_plain(Mark *m, Str s)
{
    for (size_t at = 0; at < s.n;) {
        char c = s.p[at];
        if (c == '\n') {
            put_break(m);
            at++;
        } else if (c == ' ' || c == '\t') {
            buf_puts(m->out, m->first && !m->in_table ? "" : " ");
            at++;
        } else {
            buf_puts(m->out, needs_backslash(m, s, at) ? "\\" : "");
            at += put_letter(m, s, at);
            m->digits = (m->first || m->digits) && c >= '0' && c <= '9';
            m->first = false;
        }
        m->encode_next = false;
    }
}

/* ---- code ---- */

static size_t longest_ticks(Str s)
{
    size_t longest = 0, now = 0;
    for (size_t i = 0; i < s.n; i++) {
        now = s.p[i] == '`' ? now + 1 : 0;
        longest = now > longest ? now : longest;
    }
    return longest;
}

/* In code a backslash is a backslash; only the bar of a table needs one even there. */
static void put_code(Mark *m, Str s)
{
    size_t ticks = longest_ticks(s) + 1;
    const char *pad = s.p[0] == '`' || s.p[s.n - 1] == '`' || s.p[0] == ' ' ? " " : "";
    buf_repeat(m->out, '`', ticks);
    buf_puts(m->out, pad);
    for (size_t at = 0; at < s.n;) {
        char c = s.p[at];
        if (c == '\n' || c == '\t') {
            buf_putc(m->out, ' ');
            at++;
        } else {
            buf_puts(m->out, c == '|' && m->in_table ? "\\" : "");
            at += utf8_show_next(m->out, s, at);
        }
    }
    buf_puts(m->out, pad);
    buf_repeat(m->out, '`', ticks);
    m->first = false;
}

/* ---- marks ---- */

static bool is_letter_at(Str s, size_t at)
{
    uint32_t cp;
    return utf8_next(s, at, &cp) && utf8_is_name(cp) && cp != '_';
}

static size_t last_start(Str s)
{
    size_t at = s.n ? s.n - 1 : 0;
    while (at > 0 && ((unsigned char)s.p[at] & 0xC0) == 0x80) {
        at--;
    }
    return at;
}

/* A letter at the end of what is written becomes a number. */
static void encode_last(Mark *m)
{
    Str written = buf_str(m->out);
    size_t at = last_start(written);
    uint32_t cp;
    if (written.n && is_letter_at(written, at) && utf8_next(written, at, &cp)) {
        m->out->n = at;
        buf_printf(m->out, "&#%u;", (unsigned)cp);
    }
}

static char last_of(const Buf *b)
{
    return b->n ? b->p[b->n - 1] : '\n';
}

/* Strong is outside emphasis. The next letter has to be a number unless one star follows a letter. */
static void close_marks(Mark *m)
{
    bool letter = is_letter_at(buf_str(m->out), last_start(buf_str(m->out)));
    bool both = m->open == (RUN_STRONG | RUN_EMPHASIS);
    if (m->open & RUN_EMPHASIS) {
        buf_putc(m->out, m->emphasis);
    }
    if (m->open & RUN_STRONG) {
        buf_repeat(m->out, m->strong, 2);
    }
    m->encode_next = m->open && (!letter || both || last_of(m->out) == '_');
    m->open = RUN_PLAIN;
}

/* Marks in a row are told apart by their sign. */
static void open_marks(Mark *m, unsigned style, bool letter_inside)
{
    if (!style) {
        return;
    }
    if (!letter_inside || style == (RUN_STRONG | RUN_EMPHASIS)) {
        encode_last(m);
    }
    if (style & RUN_STRONG) {
        m->strong = last_of(m->out) == '*' ? '_' : '*';
        buf_repeat(m->out, m->strong, 2);
    }
    if (style & RUN_EMPHASIS) {
        m->emphasis = last_of(m->out) == '*' ? '_' : '*';
        buf_putc(m->out, m->emphasis);
    }
    m->open = style;
    m->first = m->encode_next = false;
}

static bool is_blank(Str s, size_t at, size_t *n)
{
    uint32_t cp;
    *n = utf8_next(s, at, &cp);
    return *n && (cp == '\n' || utf8_is_blank(cp));
}

static Str without_lead(Str s, Str *lead)
{
    size_t at = 0, n;
    while (is_blank(s, at, &n)) {
        at += n;
    }
    *lead = str_sub(s, 0, at);
    return str_sub(s, at, s.n);
}

static Str without_tail(Str s, Str *tail)
{
    size_t end = s.n, n;
    while (end && is_blank(s, last_start(str_sub(s, 0, end)), &n)) {
        end = last_start(str_sub(s, 0, end));
    }
    *tail = str_sub(s, end, s.n);
    return str_sub(s, 0, end);
}

static void put_core(Mark *m, const Piece *p, Str core)
{
    buf_puts(m->out, p->url.n ? "[" : "");
    m->first = m->first && !p->url.n;
    if (p->style & RUN_CODE) {
        put_code(m, core);
    } else {
        put_plain(m, core);
    }
    if (p->url.n) {
        buf_puts(m->out, "](<");
        escape_url(m->out, p->url);
        buf_puts(m->out, ">)");
    }
}

static void put_blanks(Mark *m)
{
    put_plain(m, buf_str(&m->blanks));
    m->out->failed = m->out->failed || m->blanks.failed; /* which clearing forgets */
    buf_clear(&m->blanks);
}

static void put_piece(Mark *m, const Piece *p)
{
    Str lead, tail, core = without_tail(without_lead(p->text, &lead), &tail);
    unsigned style = p->style & (RUN_STRONG | RUN_EMPHASIS);
    buf_put(&m->blanks, lead);
    if (core.n) {
        bool bare = !p->url.n && !(p->style & RUN_CODE);
        bool changes = m->open != style;
        if (changes) {
            close_marks(m);
        }
        m->encode_next = m->encode_next && !m->blanks.n;
        put_blanks(m);
        if (changes) {
            open_marks(m, style, bare && is_letter_at(core, 0));
        }
        put_core(m, p, core);
    }
    buf_put(&m->blanks, tail);
}

/* ---- texts ---- */

static unsigned tone_style(uint8_t tone)
{
    return tone == TONE_STRONG ? RUN_STRONG : tone == TONE_MUTED ? RUN_EMPHASIS : RUN_PLAIN;
}

static void end_text(Mark *m)
{
    close_marks(m);
    m->encode_next = false;
    m->out->failed = m->out->failed || m->blanks.failed;
    buf_clear(&m->blanks);
}

void mark_text(Mark *m, Str s, uint8_t tone)
{
    Piece p = {.style = tone_style(tone), .text = s, .url = {"", 0}};
    put_piece(m, &p);
    end_text(m);
}

void mark_node(Mark *m, const DocNode *n)
{
    unsigned style = tone_style(n->tone);
    Piece p = {.style = style, .text = n->text, .url = {"", 0}};
    put_piece(m, &p);
    for (const DocRun *r = n->runs; r; r = r->next) {
        p = (Piece){.style = style | r->style, .text = r->text, .url = r->url};
        put_piece(m, &p);
    }
    end_text(m);
}
