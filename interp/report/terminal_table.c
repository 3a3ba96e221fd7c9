/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All cells are made safe first, end to end in one buffer, and measured; then columns of words give way until the table
   fits. A cell that takes several columns does not widen them. */
#include "report/term.h"

#include <string.h>

#include "base/utf8.h"

enum { DOTS_IN_A_CELL = 12 };

typedef struct Cell {
    Str text;
    uint32_t span; /* 0: another cell stands here */
    uint8_t tone;
} Cell;

typedef struct Table {
    Term *t;
    const DocNode *node;
    uint32_t columns, rows; /* the row of titles included */
    size_t *widths;
    size_t *least; /* of each column: its longest word */
    Buf safe;
    Cell *cells; /* row by row */
    TermLines *lines;
    bool titled;
} Table;

static size_t cell_count(const Table *x)
{
    return (size_t)x->columns * x->rows;
}

static void table_free(Table *x)
{
    Mem *m = x->t->out->mem;
    mem_free(m, x->widths, x->columns * sizeof *x->widths);
    mem_free(m, x->least, x->columns * sizeof *x->least);
    mem_free(m, x->lines, x->columns * sizeof *x->lines);
    mem_free(m, x->cells, cell_count(x) * sizeof *x->cells);
    buf_free(&x->safe);
}

/* ---- reading ---- */

static void put_room(Buf *out, const DocNode *k)
{
    for (unsigned i = 0; i < k->lines; i++) {
        buf_puts(out, i ? "\n" : "");
        buf_putc(out, k->kind == DOC_BOX ? '[' : '.');
        buf_repeat(out, k->kind == DOC_BOX ? ' ' : '.', DOTS_IN_A_CELL - 2);
        buf_putc(out, k->kind == DOC_BOX ? ']' : '.');
    }
}

static void put_cell(const Table *x, Buf *out, const DocNode *cell)
{
    static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    size_t before = out->n;
    term_text(out, x->t, cell);
    if (cell->heat) {
        buf_puts(out, out->n > before ? " " : "");
        buf_puts(out, levels[(cell->heat - 1) * 7 / 100]);
    }
    for (const DocNode *k = cell->first; k; k = k->next) {
        buf_puts(out, out->n > before ? "\n" : "");
        put_room(out, k);
    }
}

static uint8_t cell_tone(const DocNode *row, const DocNode *cell)
{
    bool strong = cell->tone == TONE_PLAIN && (cell->head || row->tone == TONE_STRONG);
    return strong ? TONE_STRONG : cell->tone;
}

/* Offsets first, as pointers would move while the buffer grows. */
static void read_row(Table *x, const DocNode *row, Cell *cells)
{
    uint32_t c = 0;
    for (const DocNode *k = row->first; k && c < x->columns; k = k->next) {
        uint32_t span = k->span > x->columns - c ? x->columns - c : k->span;
        size_t before = x->safe.n;
        put_cell(x, &x->safe, k);
        cells[c] = (Cell){.text = {NULL, x->safe.n - before}, .span = span, .tone = cell_tone(row, k)};
        c += span;
    }
    for (; c < x->columns; c++) {
        cells[c] = (Cell){.span = 1};
    }
}

static void read_titles(Table *x)
{
    for (uint32_t c = 0; c < x->columns; c++) {
        size_t before = x->safe.n;
        term_safe(&x->safe, x->node->columns[c].title);
        x->cells[c] = (Cell){.text = {NULL, x->safe.n - before}, .span = 1, .tone = TONE_STRONG};
        x->titled = x->titled || x->node->columns[c].title.n;
    }
}

static bool table_read(Table *x, Term *t, const DocNode *n)
{
    Mem *m = t->out->mem;
    *x = (Table){.t = t, .node = n, .columns = n->column_count, .rows = n->count + 1};
    buf_init(&x->safe, m);
    x->widths = mem_zalloc(m, x->columns, sizeof *x->widths);
    x->least = mem_zalloc(m, x->columns, sizeof *x->least);
    x->lines = mem_zalloc(m, x->columns, sizeof *x->lines);
    x->cells = mem_zalloc(m, cell_count(x), sizeof *x->cells);
    if (!x->widths || !x->least || !x->lines || !x->cells) {
        return false;
    }
    read_titles(x);
    Cell *cells = x->cells + x->columns;
    for (const DocNode *r = n->first; r; r = r->next, cells += x->columns) {
        read_row(x, r, cells);
    }
    size_t at = 0;
    for (size_t i = 0; i < cell_count(x); i++) {
        x->cells[i].text.p = x->cells[i].text.n ? x->safe.p + at : "";
        at += x->cells[i].text.n;
    }
    return !x->safe.failed;
}

/* ---- widths ---- */

/* Natural widths, then the widest column of words gives way until all fits, or no word can be parted any more. */
static void table_measure(Table *x, size_t available)
{
    size_t total = x->columns ? (x->columns - 1) * TERM_GAP : 0;
    for (size_t i = 0; i < cell_count(x); i++) {
        size_t w = x->cells[i].span == 1 ? term_widest(x->cells[i].text) : 0;
        size_t c = i % x->columns;
        x->widths[c] = w > x->widths[c] ? w : x->widths[c];
        w = w ? term_longest_word(x->cells[i].text) : 0;
        x->least[c] = w > x->least[c] ? w : x->least[c];
    }
    for (uint32_t c = 0; c < x->columns; c++) {
        total += x->widths[c];
    }
    while (total > available) {
        uint32_t widest = x->columns;
        for (uint32_t c = 0; c < x->columns; c++) {
            bool words = x->node->columns[c].align == ALIGN_LEFT && x->widths[c] > TERM_NARROWEST &&
                         x->widths[c] > x->least[c];
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

static size_t span_width(const Table *x, uint32_t c, uint32_t span)
{
    size_t width = 0;
    for (uint32_t i = c; i < c + span; i++) {
        width += x->widths[i] + (i > c ? TERM_GAP : 0);
    }
    return width;
}

/* ---- writing ---- */

static void put_aligned(Term *t, Str line, size_t width, DocAlign align, uint8_t tone, bool last)
{
    size_t w = utf8_width(line), blank = w < width ? width - w : 0;
    size_t before = align == ALIGN_RIGHT ? blank : align == ALIGN_CENTRE ? blank / 2 : 0;
    buf_repeat(t->out, ' ', before);
    term_put(t, line, tone);
    if (!last && width) {
        buf_repeat(t->out, ' ', blank - before + TERM_GAP);
    }
}

static void write_row(Table *x, const Cell *cells)
{
    Term *t = x->t;
    for (uint32_t c = 0; c < x->columns; c++) {
        x->lines[c] = term_lines(cells[c].text, span_width(x, c, cells[c].span));
    }
    for (bool more = true; more;) {
        more = false;
        term_margin(t);
        for (uint32_t c = 0; c < x->columns; c += cells[c].span) {
            Str line = {"", 0};
            bool last = c + cells[c].span == x->columns;
            DocAlign align = cells[c].span > 1 ? ALIGN_LEFT : x->node->columns[c].align;
            term_next(&x->lines[c], &line);
            t->run = x->lines[c].run;
            put_aligned(t, line, x->lines[c].width, align, cells[c].tone, last);
            x->lines[c].run = t->run;
            more = more || !x->lines[c].done;
        }
        term_strip(t->out);
        buf_putc(t->out, '\n');
    }
    t->run = RUN_PLAIN;
}

static void write_line(const Table *x)
{
    Term *t = x->t;
    term_margin(t);
    for (uint32_t c = 0; c < x->columns; c++) {
        term_times(t->out, "─", x->widths[c]);
        buf_repeat(t->out, ' ', x->widths[c] ? TERM_GAP : 0);
    }
    term_strip(t->out);
    buf_putc(t->out, '\n');
}

static void write_rows(Table *x)
{
    if (x->titled) {
        write_row(x, x->cells);
        write_line(x);
    }
    const Cell *cells = x->cells + x->columns;
    for (const DocNode *r = x->node->first; r; r = r->next, cells += x->columns) {
        if (r->tone == TONE_STRONG && r != x->node->first) {
            write_line(x);
        }
        write_row(x, cells);
    }
}

void term_table(Term *t, const DocNode *n)
{
    Table x;
    if (!n->column_count) {
        return;
    }
    term_begin(t);
    if (n->title.n) {
        term_wrapped(t, "", n->title, TONE_STRONG);
    }
    if (table_read(&x, t, n)) {
        table_measure(&x, term_room(t, 0));
        write_rows(&x);
    } else {
        t->out->failed = true;
    }
    table_free(&x);
}
