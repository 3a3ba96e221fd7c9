/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks are separated by one empty line; what stands under a heading of level 2 or more is indented. Each text is
   first made safe, then cut into lines; widths are counted on what is shown. */
#include "report/terminal.h"

#include <string.h>

#include "base/utf8.h"

enum { INDENT = 2, GAP = 2, NARROWEST = 8, LONG_NAME = 28 };

typedef struct Term {
    Buf *out;
    TerminalStyle style;
    size_t indent;
    bool any;       /* something has been written */
    bool tight;     /* the next block follows without an empty line */
} Term;

/* ---- texts ---- */

/* Makes s safe to show; its newlines stay. */
static void put_safe(Buf *out, Str s)
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

typedef struct Lines { /* a safe text, line by line */
    Str text;
    size_t at, width;
    bool done;
} Lines;

/* Where the line that begins at `at` has to be cut so that it is no wider than `width`; at least one word. */
static size_t cut(Str line, size_t width)
{
    size_t best = 0;
    for (size_t i = 0; i <= line.n; i++) {
        bool break_here = i == line.n || (line.p[i] == ' ' && i > 0 && line.p[i - 1] != ' ');
        if (break_here) {
            if (utf8_width(str_sub(line, 0, i)) > width && best) {
                return best;
            }
            best = i;
        }
    }
    return best;
}

static bool lines_next(Lines *l, Str *line)
{
    if (l->done) {
        return false;
    }
    Str rest = str_sub(l->text, l->at, l->text.n);
    const char *newline = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
    Str hard = newline ? str_sub(rest, 0, (size_t)(newline - rest.p)) : rest;
    size_t end = utf8_width(hard) <= l->width ? hard.n : cut(hard, l->width);
    *line = str_sub(hard, 0, end);
    if (end == hard.n) {
        l->at += end + 1;
        l->done = !newline;
        return true;
    }
    while (end < hard.n && hard.p[end] == ' ') {
        end++;
    }
    l->at += end;
    return true;
}

static size_t widest_line(Str safe)
{
    Lines l = {.text = safe, .width = SIZE_MAX};
    Str line;
    size_t widest = 0;
    while (lines_next(&l, &line)) {
        size_t w = utf8_width(line);
        widest = w > widest ? w : widest;
    }
    return widest;
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

static void put_toned(Term *t, Str safe, uint8_t tone)
{
    const char *code = t->style.color && safe.n ? tone_code(tone) : NULL;
    if (code) {
        buf_puts(t->out, code);
    }
    buf_put(t->out, safe);
    if (code) {
        buf_puts(t->out, "\x1b[0m");
    }
}

static void put_times(Buf *out, const char *what, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        buf_puts(out, what);
    }
}

static size_t room(const Term *t, size_t used)
{
    size_t taken = t->indent + used;
    return t->style.width > taken + NARROWEST ? t->style.width - taken : NARROWEST;
}

/* A text on lines of its own: `lead` before the first, as many blanks before the others. */
static void put_wrapped(Term *t, const char *lead, Str text, uint8_t tone)
{
    Buf safe;
    buf_init(&safe, t->out->mem);
    put_safe(&safe, text);
    size_t lead_width = utf8_width(str_from(lead));
    Lines l = {.text = buf_str(&safe), .width = room(t, lead_width)};
    Str line;
    for (bool first = true; lines_next(&l, &line); first = false) {
        if (line.n || first) {
            buf_repeat(t->out, ' ', t->indent);
            put_toned(t, first ? str_from(lead) : (Str){NULL, 0}, tone);
            buf_repeat(t->out, ' ', first ? 0 : lead_width);
            put_toned(t, line, tone);
        }
        buf_putc(t->out, '\n');
    }
    t->out->failed = t->out->failed || safe.failed;
    buf_free(&safe);
}

static void begin_block(Term *t)
{
    if (t->any && !t->tight) {
        buf_putc(t->out, '\n');
    }
    t->any = true;
    t->tight = false;
}

/* ---- blocks ---- */

static void write_heading(Term *t, const DocNode *n)
{
    t->indent = 0;
    t->tight = false;
    begin_block(t);
    put_wrapped(t, "", n->text, TONE_STRONG);
    if (n->level == 1) {
        size_t width = utf8_width(n->text);
        put_times(t->out, "─", width < t->style.width ? width : t->style.width);
        buf_putc(t->out, '\n');
    } else {
        t->indent = INDENT;
        t->tight = true;
    }
}

static void write_list(Term *t, const DocNode *n)
{
    begin_block(t);
    for (const DocNode *i = n->first; i; i = i->next) {
        put_wrapped(t, "- ", i->text, i->tone);
        t->indent += INDENT;
        for (const DocNode *k = i->first; k; k = k->next) {
            put_wrapped(t, k->kind == DOC_ITEM ? "- " : "", k->text, k->tone);
        }
        t->indent -= INDENT;
    }
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
    begin_block(t);
    put_wrapped(t, note_mark(n->tone), n->text, n->tone);
    if (n->detail.n) {
        put_wrapped(t, "  → ", n->detail, TONE_PLAIN);
    }
    t->tight = n->next && n->next->kind == DOC_NOTE;
}

/* ---- pairs ---- */

static void write_pairs(Term *t, const DocNode *n)
{
    size_t widest = 0;
    begin_block(t);
    for (const DocNode *k = n->first; k; k = k->next) {
        size_t w = utf8_width(k->text);
        widest = w > widest ? w : widest;
    }
    size_t most = room(t, 0) / 2;
    widest = widest > most ? most : widest;
    Buf lead;
    buf_init(&lead, t->out->mem);
    for (const DocNode *k = n->first; k; k = k->next) {
        t->out->failed = t->out->failed || lead.failed; /* which clearing forgets */
        buf_clear(&lead);
        put_safe(&lead, k->text);
        size_t w = utf8_width(k->text);
        buf_repeat(&lead, ' ', (w < widest ? widest - w : 0) + GAP);
        put_wrapped(t, buf_cstr(&lead), k->detail, TONE_PLAIN);
    }
    t->out->failed = t->out->failed || lead.failed;
    buf_free(&lead);
}

/* ---- tables ---- */

typedef struct Table {
    const DocNode *node;
    uint32_t columns;
    size_t *widths;
    Buf safe;        /* every text made safe, end to end */
    Str *texts;      /* row by row, the titles first */
    uint32_t rows;   /* the titles included */
    bool titled;
} Table;

static size_t table_cells(const Table *x) { return (size_t)x->columns * x->rows; }

static void table_free(Table *x, Mem *m)
{
    mem_free(m, x->widths, x->columns * sizeof *x->widths);
    mem_free(m, x->texts, table_cells(x) * sizeof *x->texts);
    buf_free(&x->safe);
}

/* Offsets first, as pointers would move while the buffer grows. */
static void table_text(Table *x, size_t cell, Str text)
{
    size_t before = x->safe.n;
    put_safe(&x->safe, text);
    x->texts[cell] = (Str){NULL, x->safe.n - before};
}

static bool table_read(Table *x, const DocNode *n, Mem *m)
{
    *x = (Table){.node = n, .columns = n->column_count, .rows = n->count + 1};
    buf_init(&x->safe, m);
    x->widths = mem_zalloc(m, x->columns, sizeof *x->widths);
    x->texts = mem_zalloc(m, table_cells(x), sizeof *x->texts);
    if (!x->widths || !x->texts) {
        return false;
    }
    for (uint32_t c = 0; c < x->columns; c++) {
        table_text(x, c, n->columns[c].title);
        x->titled = x->titled || n->columns[c].title.n;
    }
    size_t row = 1;
    for (const DocNode *r = n->first; r; r = r->next, row++) {
        const DocNode *k = r->first;
        for (uint32_t c = 0; c < x->columns && k; c++, k = k->next) {
            table_text(x, row * x->columns + c, k->text);
        }
    }
    size_t at = 0;
    for (size_t i = 0; i < table_cells(x); i++) {
        x->texts[i].p = x->texts[i].n ? x->safe.p + at : "";
        at += x->texts[i].n;
    }
    return !x->safe.failed;
}

/* Natural widths, then the widest column of words gives way until all fits. */
static void table_measure(Table *x, size_t available)
{
    size_t total = x->columns ? (x->columns - 1) * GAP : 0;
    for (size_t i = 0; i < table_cells(x); i++) {
        size_t w = widest_line(x->texts[i]);
        size_t c = i % x->columns;
        x->widths[c] = w > x->widths[c] ? w : x->widths[c];
    }
    for (uint32_t c = 0; c < x->columns; c++) {
        total += x->widths[c];
    }
    while (total > available) {
        uint32_t widest = x->columns;
        for (uint32_t c = 0; c < x->columns; c++) {
            bool words = x->node->columns[c].align == ALIGN_LEFT && x->widths[c] > NARROWEST;
            if (words && (widest == x->columns || x->widths[c] > x->widths[widest])) {
                widest = c;
            }
        }
        if (widest == x->columns) {
            return;
        }
        x->widths[widest]--;
        total--;
    }
}

static void put_aligned(Term *t, Str line, size_t width, DocAlign align, uint8_t tone, bool last)
{
    size_t w = utf8_width(line), blank = w < width ? width - w : 0;
    size_t before = align == ALIGN_RIGHT ? blank : align == ALIGN_CENTRE ? blank / 2 : 0;
    buf_repeat(t->out, ' ', before);
    put_toned(t, line, tone);
    if (!last && width) {
        buf_repeat(t->out, ' ', blank - before + GAP);
    }
}

static const DocNode *row_at(const DocNode *table, size_t row)
{
    const DocNode *r = table->first;
    for (; r && row > 1; row--) {
        r = r->next;
    }
    return r;
}

static void strip_blanks(Buf *out)
{
    while (out->n && out->p[out->n - 1] == ' ') {
        out->n--;
    }
}

static void write_row(Term *t, Table *x, size_t row, const DocNode *cells, Lines *lines)
{
    for (uint32_t c = 0; c < x->columns; c++) {
        lines[c] = (Lines){.text = x->texts[row * x->columns + c], .width = x->widths[c]};
    }
    for (bool more = true; more;) {
        const DocNode *k = cells;
        more = false;
        buf_repeat(t->out, ' ', t->indent);
        for (uint32_t c = 0; c < x->columns; c++) {
            Str line = {"", 0};
            lines_next(&lines[c], &line);
            uint8_t tone = row == 0 ? TONE_STRONG : k ? k->tone : TONE_PLAIN;
            put_aligned(t, line, x->widths[c], x->node->columns[c].align, tone, c + 1 == x->columns);
            more = more || !lines[c].done;
            k = k ? k->next : NULL;
        }
        strip_blanks(t->out);
        buf_putc(t->out, '\n');
    }
}

static void write_table_rule(Term *t, const Table *x)
{
    buf_repeat(t->out, ' ', t->indent);
    for (uint32_t c = 0; c < x->columns; c++) {
        put_times(t->out, "─", x->widths[c]);
        buf_repeat(t->out, ' ', x->widths[c] ? GAP : 0);
    }
    strip_blanks(t->out);
    buf_putc(t->out, '\n');
}

static void write_table(Term *t, const DocNode *n)
{
    Mem *m = t->out->mem;
    Table x;
    Lines *lines = mem_zalloc(m, n->column_count, sizeof *lines);
    begin_block(t);
    if (!table_read(&x, n, m) || !lines) {
        t->out->failed = true;
    } else {
        table_measure(&x, room(t, 0));
        if (x.titled) {
            write_row(t, &x, 0, NULL, lines);
            write_table_rule(t, &x);
        }
        const DocNode *r = row_at(n, 1);
        for (size_t row = 1; r; row++, r = r->next) {
            write_row(t, &x, row, r->first, lines);
        }
    }
    table_free(&x, m);
    mem_free(m, lines, n->column_count * sizeof *lines);
}

/* ---- steps of a working ---- */

typedef struct Chain { /* members of a working on lines aligned at their sign */
    Term *t;
    size_t sign_column; /* where a line's `=` stands */
    size_t column;      /* where the next character goes */
} Chain;

static void chain_line(Chain *c)
{
    strip_blanks(c->t->out);
    buf_putc(c->t->out, '\n');
    buf_repeat(c->t->out, ' ', c->sign_column);
    c->column = c->sign_column;
}

/* sign: "= " or "≈ ". A text of several lines keeps its later lines under its first. */
static void chain_put(Chain *c, const char *sign, Str safe, uint8_t tone)
{
    size_t under = c->column + 2;
    Lines l = {.text = safe, .width = SIZE_MAX};
    Str line;
    put_toned(c->t, str_from(sign), TONE_PLAIN);
    for (bool first = true; lines_next(&l, &line); first = false) {
        if (!first) {
            buf_putc(c->t->out, '\n');
            buf_repeat(c->t->out, ' ', under);
        }
        put_toned(c->t, line, tone);
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
        put_safe(&safe, k->text);
        if (first && formula) {
            chain_line(c);
        } else if (!first && c->column + 3 + widest_line(buf_str(&safe)) > c->t->style.width) {
            chain_line(c);
        } else if (!first) {
            buf_putc(c->t->out, ' ');
            c->column++;
        }
        chain_put(c, k->about ? "≈ " : "= ", buf_str(&safe), k->tone);
        first = false;
    }
    buf_putc(c->t->out, '\n');
    c->t->out->failed = c->t->out->failed || safe.failed;
    buf_free(&safe);
}

static void write_step(Term *t, const DocNode *n)
{
    Chain c = {.t = t};
    size_t outer = t->indent;
    if (n->title.n) {
        put_wrapped(t, "", n->title, TONE_STRONG);
        t->indent += INDENT;
    }
    Buf safe;
    buf_init(&safe, t->out->mem);
    put_safe(&safe, n->text);
    size_t name = utf8_width(buf_str(&safe));
    buf_repeat(t->out, ' ', t->indent);
    buf_put(t->out, buf_str(&safe));
    buf_puts(t->out, name ? " " : "");
    c.column = t->indent + name + (name > 0);
    c.sign_column = name > LONG_NAME ? t->indent + INDENT : c.column;
    if (n->detail.n) {
        t->out->failed = t->out->failed || safe.failed; /* which clearing forgets */
        buf_clear(&safe);
        put_safe(&safe, n->detail);
        chain_put(&c, "= ", buf_str(&safe), TONE_PLAIN);
    }
    write_equals(&c, n, n->detail.n > 0);
    t->out->failed = t->out->failed || safe.failed;
    buf_free(&safe);
    t->indent = c.sign_column;
    for (const DocNode *k = n->first; k; k = k->next) {
        if (k->kind == DOC_NOTE) {
            put_wrapped(t, "", k->text, k->tone);
        }
    }
    t->indent = outer;
}

static void write_steps(Term *t, const DocNode *n)
{
    for (const DocNode *k = n->first; k; k = k->next) {
        begin_block(t);
        write_step(t, k);
    }
}

static void write_node(Term *t, const DocNode *n)
{
    switch (n->kind) {
    case DOC_HEADING: write_heading(t, n); return;
    case DOC_PARAGRAPH:
        begin_block(t);
        put_wrapped(t, "", n->text, n->tone);
        return;
    case DOC_LIST: write_list(t, n); return;
    case DOC_TABLE: write_table(t, n); return;
    case DOC_PAIRS: write_pairs(t, n); return;
    case DOC_STEPS: write_steps(t, n); return;
    case DOC_NOTE: write_note(t, n); return;
    case DOC_RULE:
        t->indent = 0;
        begin_block(t);
        put_times(t->out, "─", t->style.width);
        buf_putc(t->out, '\n');
        return;
    default: return;
    }
}

void doc_terminal(Buf *out, const Doc *d, TerminalStyle style)
{
    Term t = {.out = out, .style = style};
    if (!t.style.width) {
        t.style.width = TERMINAL_WIDTH;
    }
    if (!doc_ok(d)) {
        out->failed = true;
        return;
    }
    for (const DocNode *n = d->root->first; n; n = n->next) {
        write_node(&t, n);
    }
}
