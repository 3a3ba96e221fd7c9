/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks are separated by one empty line; what stands under a heading of level 2 or more is indented. */
#include "report/terminal.h"

#include <string.h>

#include "base/utf8.h"
#include "report/term.h"

enum { LONG_NAME = 28, DEEPEST_INDENT = 4 };

static void write_node(Term *t, const DocNode *n);

/* ---- headings ---- */

static void write_underline(Term *t, const char *line, Str text)
{
    size_t width = utf8_width(text), room = term_room(t, 0);
    term_margin(t);
    term_times(t->out, line, width < room ? width : room);
    buf_putc(t->out, '\n');
}

static size_t indent_under(unsigned level)
{
    return TERM_INDENT * (level > DEEPEST_INDENT ? DEEPEST_INDENT - 1 : level - 1);
}

static void write_heading_at(Term *t, const DocNode *n, unsigned level)
{
    t->indent = level > 1 ? indent_under(level - 1) : 0;
    t->tight = false;
    term_begin(t);
    term_node(t, "", n, TONE_STRONG);
    if (level == 1) {
        write_underline(t, "─", n->text);
    } else {
        t->indent = indent_under(level);
        t->tight = true;
    }
}

/* In a list or a quote a heading is only a strong line. */
static void write_heading(Term *t, const DocNode *n)
{
    if (t->margin) {
        term_begin(t);
        term_node(t, "", n, TONE_STRONG);
    } else {
        write_heading_at(t, n, outline_heading(&t->outline, n->level));
    }
}

static void write_section(Term *t, const DocNode *n)
{
    Outline saved = t->outline;
    size_t indent = t->indent;
    unsigned level = outline_section(&t->outline);
    if (n->text.n || n->runs) {
        write_heading_at(t, n, level);
    }
    for (const DocNode *k = n->first; k; k = k->next) {
        write_node(t, k);
    }
    t->outline = saved;
    t->indent = indent;
    t->tight = false;
}

static void write_title(Term *t, const Doc *d)
{
    if (d->title.n) {
        term_begin(t);
        term_wrapped(t, "", d->title, TONE_STRONG);
        write_underline(t, "═", d->title);
        t->tight = d->root->first && d->root->first->kind == DOC_ASIDE;
    }
}

/* ---- texts ---- */

static void write_aside(Term *t, const DocNode *n)
{
    Buf labels;
    buf_init(&labels, t->out->mem);
    term_safe(&labels, n->text);
    for (const DocRun *r = n->runs; r; r = r->next) {
        buf_puts(&labels, labels.n ? " · " : "");
        term_safe(&labels, r->text);
    }
    term_begin(t);
    term_block(t, "", buf_str(&labels), TONE_MUTED);
    t->out->failed = t->out->failed || labels.failed;
    buf_free(&labels);
}

static void write_code(Term *t, const DocNode *n)
{
    Buf safe;
    buf_init(&safe, t->out->mem);
    term_safe(&safe, n->text);
    TermLines l = term_lines(buf_str(&safe), SIZE_MAX);
    Str line;
    term_begin(t);
    while (term_next(&l, &line)) {
        buf_repeat(t->out, ' ', line.n ? t->indent + 2 * TERM_INDENT : 0);
        term_put(t, line, TONE_PLAIN);
        buf_putc(t->out, '\n');
    }
    t->out->failed = t->out->failed || safe.failed;
    buf_free(&safe);
}

/* A block within a list or a quote, further to the right. */
static void write_within(Term *t, const DocNode *n, size_t by)
{
    size_t indent = t->indent, margin = t->margin;
    t->indent += by;
    t->margin = t->indent;
    write_node(t, n);
    t->indent = indent;
    t->margin = margin;
}

static void write_quote(Term *t, const DocNode *n)
{
    for (const DocNode *k = n->first; k; k = k->next) {
        write_within(t, k, 2 * TERM_INDENT);
    }
}

static void write_item(Term *t, const DocNode *n, const char *lead);

/* Texts and lists follow their item at once; other blocks keep their distance. */
static void write_below(Term *t, const DocNode *first, size_t by)
{
    for (const DocNode *k = first; k; k = k->next) {
        t->tight = k->kind == DOC_PARAGRAPH || k->kind == DOC_LIST;
        if (k->kind == DOC_ITEM) {
            t->indent += by;
            write_item(t, k, "- ");
            t->indent -= by;
        } else {
            write_within(t, k, by);
        }
    }
}

static void write_item(Term *t, const DocNode *n, const char *lead)
{
    term_node(t, lead, n, n->tone);
    write_below(t, n->first, utf8_width(str_from(lead)));
}

static void write_list(Term *t, const DocNode *n)
{
    uint32_t number = n->start;
    Buf lead;
    term_begin(t);
    buf_init(&lead, t->out->mem);
    for (const DocNode *i = n->first; i; i = i->next) {
        buf_clear(&lead);
        if (n->start) {
            buf_printf(&lead, "%u. ", number++);
        } else {
            buf_puts(&lead, "- ");
        }
        write_item(t, i, buf_cstr(&lead));
        t->out->failed = t->out->failed || lead.failed;
    }
    buf_free(&lead);
    t->tight = false;
}

static const char *note_mark(uint8_t tone)
{
    switch (tone) {
    case TONE_GOOD: return "✓ ";
    case TONE_WARN: return "! ";
    case TONE_BAD: return "✗ ";
    default: return "· ";
    }
}

static void write_note(Term *t, const DocNode *n)
{
    term_begin(t);
    term_node(t, note_mark(n->tone), n, n->tone);
    if (n->detail.n) {
        term_wrapped(t, "  → ", n->detail, TONE_PLAIN);
    }
    t->tight = n->next && n->next->kind == DOC_NOTE;
}

/* ---- room for an answer ---- */

static void write_blank(Term *t, const DocNode *n)
{
    term_begin(t);
    for (unsigned i = 0; i < n->lines; i++) {
        term_margin(t);
        buf_repeat(t->out, '.', term_room(t, 0));
        buf_putc(t->out, '\n');
    }
}

static void write_edge(Term *t, const char *left, const char *middle, const char *right)
{
    term_margin(t);
    buf_puts(t->out, left);
    term_times(t->out, middle, term_room(t, 2));
    buf_puts(t->out, right);
    buf_putc(t->out, '\n');
}

static void write_box(Term *t, const DocNode *n)
{
    term_begin(t);
    write_edge(t, "┌", "─", "┐");
    for (unsigned i = 0; i < n->lines; i++) {
        write_edge(t, "│", " ", "│");
    }
    write_edge(t, "└", "─", "┘");
}

/* ---- pairs ---- */

static void write_pairs(Term *t, const DocNode *n)
{
    size_t widest = 0;
    term_begin(t);
    for (const DocNode *k = n->first; k; k = k->next) {
        size_t w = utf8_width(k->text);
        widest = w > widest ? w : widest;
    }
    size_t most = term_room(t, 0) / 2;
    widest = widest > most ? most : widest;
    Buf lead;
    buf_init(&lead, t->out->mem);
    for (const DocNode *k = n->first; k; k = k->next) {
        t->out->failed = t->out->failed || lead.failed; /* which clearing forgets */
        buf_clear(&lead);
        term_safe(&lead, k->text);
        size_t w = utf8_width(k->text);
        buf_repeat(&lead, ' ', (w < widest ? widest - w : 0) + TERM_GAP);
        term_wrapped(t, buf_cstr(&lead), k->detail, TONE_PLAIN);
    }
    t->out->failed = t->out->failed || lead.failed;
    buf_free(&lead);
}

/* ---- steps of a working ---- */

typedef struct Chain { /* members of a working on lines aligned at their sign */
    Term *t;
    size_t sign_column; /* where a line's `=` stands */
    size_t column;      /* where the next character goes */
} Chain;

static void chain_line(Chain *c)
{
    term_strip(c->t->out);
    buf_putc(c->t->out, '\n');
    buf_repeat(c->t->out, ' ', c->sign_column);
    c->column = c->sign_column;
}

/* sign: "= " or "≈ ". A text of several lines keeps its later lines under its first. */
static void chain_put(Chain *c, const char *sign, Str safe, uint8_t tone)
{
    size_t under = c->column + 2;
    TermLines l = term_lines(safe, SIZE_MAX);
    Str line;
    term_put(c->t, str_from(sign), TONE_PLAIN);
    for (bool first = true; term_next(&l, &line); first = false) {
        if (!first) {
            buf_putc(c->t->out, '\n');
            buf_repeat(c->t->out, ' ', under);
        }
        term_put(c->t, line, tone);
        c->column = under + utf8_width(line);
    }
}

static void write_equals(Chain *c, const DocNode *step, bool formula)
{
    Buf safe;
    buf_init(&safe, c->t->out->mem);
    bool first = true;
    for (const DocNode *k = step->first; k; k = k->next) {
        if (k->kind != DOC_EQUAL) {
            continue;
        }
        c->t->out->failed = c->t->out->failed || safe.failed; /* which clearing forgets */
        buf_clear(&safe);
        term_safe(&safe, k->text);
        if (first && formula) {
            chain_line(c);
        } else if (!first && c->column + 3 + term_widest(buf_str(&safe)) > c->t->style.width) {
            chain_line(c);
        } else if (!first) {
            buf_putc(c->t->out, ' ');
            c->column++;
        }
        chain_put(c, k->about ? "≈ " : "= ", buf_str(&safe), k->tone);
        first = false;
    }
    term_strip(c->t->out);
    buf_putc(c->t->out, '\n');
    c->t->out->failed = c->t->out->failed || safe.failed;
    buf_free(&safe);
}

static void write_step(Term *t, const DocNode *n)
{
    Chain c = {.t = t};
    size_t outer = t->indent;
    t->indent += n->level * TERM_INDENT;
    if (n->title.n) {
        term_wrapped(t, "", n->title, TONE_STRONG);
        t->indent += TERM_INDENT;
    }
    Buf safe;
    buf_init(&safe, t->out->mem);
    term_safe(&safe, n->text);
    size_t name = utf8_width(buf_str(&safe));
    buf_repeat(t->out, ' ', t->indent);
    buf_put(t->out, buf_str(&safe));
    buf_puts(t->out, name ? " " : "");
    c.column = t->indent + name + (name > 0);
    c.sign_column = name > LONG_NAME ? t->indent + TERM_INDENT : c.column;
    if (n->detail.n) {
        t->out->failed = t->out->failed || safe.failed; /* which clearing forgets */
        buf_clear(&safe);
        term_safe(&safe, n->detail);
        chain_put(&c, "= ", buf_str(&safe), TONE_PLAIN);
    }
    write_equals(&c, n, n->detail.n > 0);
    t->out->failed = t->out->failed || safe.failed;
    buf_free(&safe);
    t->indent = c.sign_column;
    for (const DocNode *k = n->first; k; k = k->next) {
        if (k->kind == DOC_NOTE) {
            term_wrapped(t, "", k->text, k->tone);
        }
    }
    t->indent = outer;
}

static void write_steps(Term *t, const DocNode *n)
{
    for (const DocNode *k = n->first; k; k = k->next) {
        if (!k->level) { /* the steps of one function stand together */
            term_begin(t);
        }
        write_step(t, k);
    }
}

/* ---- all ---- */

/* Between headings of a document without sections it ends what stood under the last one. */
static void write_rule(Term *t)
{
    t->indent = t->outline.free ? t->margin : t->indent;
    term_begin(t);
    term_margin(t);
    term_times(t->out, "─", term_room(t, 0));
    buf_putc(t->out, '\n');
}

static void write_node(Term *t, const DocNode *n)
{
    switch (n->kind) {
    case DOC_SECTION: write_section(t, n); return;
    case DOC_HEADING: write_heading(t, n); return;
    case DOC_PARAGRAPH:
        term_begin(t);
        term_node(t, "", n, n->tone);
        return;
    case DOC_ASIDE: write_aside(t, n); return;
    case DOC_LIST: write_list(t, n); return;
    case DOC_QUOTE: write_quote(t, n); return;
    case DOC_CODE: write_code(t, n); return;
    case DOC_TABLE: term_table(t, n); return;
    case DOC_PAIRS: write_pairs(t, n); return;
    case DOC_STEPS: write_steps(t, n); return;
    case DOC_NOTE: write_note(t, n); return;
    case DOC_RULE: write_rule(t); return;
    case DOC_BLANK: write_blank(t, n); return;
    case DOC_BOX: write_box(t, n); return;
    case DOC_CHART: term_chart(t, n); return;
    default: return;
    }
}

void doc_terminal(Buf *out, const Doc *d, TerminalStyle style)
{
    Term t = {.out = out, .style = style, .lang = d->lang};
    if (!t.style.width) {
        t.style.width = TERMINAL_WIDTH;
    }
    if (!doc_ok(d)) {
        out->failed = true;
        return;
    }
    t.outline = outline_begin(d, false);
    write_title(&t, d);
    for (const DocNode *n = d->root->first; n; n = n->next) {
        write_node(&t, n);
    }
}
