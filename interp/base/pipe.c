/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: every cell is written once, end to end, into a scratch buffer; then the widths are known. */
#include "base/pipe.h"

#include "base/utf8.h"

typedef struct PipeText { /* of one cell, in the scratch buffer */
    size_t start, n, width;
    bool number;
} PipeText;

static void put_escaped(Buf *out, Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '|')
            buf_putc(out, '\\');
        buf_putc(out, s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i]);
    }
}

static void read_cell(Buf *all, PipeText *text, const PipeTable *t, uint32_t row, uint32_t column)
{
    Buf one;
    buf_init(&one, all->mem);
    text->number = t->cell(t->data, &one, row, column);
    text->start = all->n;
    put_escaped(all, buf_str(&one));
    text->n = all->n - text->start;
    text->width = utf8_width(str_sub(buf_str(all), text->start, all->n));
    all->failed = all->failed || one.failed;
    buf_free(&one);
}

static void put_cell(Buf *out, Str all, const PipeText *text, size_t width, bool right)
{
    size_t blank = width > text->width ? width - text->width : 0;
    buf_puts(out, " ");
    buf_repeat(out, ' ', right ? blank : 0);
    buf_put(out, str_sub(all, text->start, text->start + text->n));
    buf_repeat(out, ' ', right ? 0 : blank);
    buf_puts(out, " |");
}

/* A title stands as the first cell below it. */
static void put_row(Buf *out, const PipeTable *t, Str all, const PipeText *texts, const size_t *widths, uint32_t row)
{
    uint32_t like = row == 0 && t->rows > 1 ? 1 : row;
    if (t->above)
        t->above(t->data, out, row);
    buf_repeat(out, ' ', t->indent);
    buf_putc(out, '|');
    for (uint32_t c = 0; c < t->columns; c++)
        put_cell(out, all, &texts[row * t->columns + c], widths[c], texts[like * t->columns + c].number);
    if (t->after)
        t->after(t->data, out, row);
    if (t->last_newline || row + 1 < t->rows)
        buf_putc(out, '\n');
}

void pipe_write(Buf *out, const PipeTable *t)
{
    size_t total = (size_t)t->rows * t->columns;
    PipeText *texts = mem_zalloc(out->mem, total + 1, sizeof *texts);
    size_t *widths = mem_zalloc(out->mem, t->columns + 1u, sizeof *widths);
    Buf all;
    buf_init(&all, out->mem);
    for (size_t i = 0; texts && widths && i < total && !all.failed; i++) {
        read_cell(&all, &texts[i], t, (uint32_t)(i / t->columns), (uint32_t)(i % t->columns));
        size_t *w = &widths[i % t->columns];
        *w = texts[i].width > *w ? texts[i].width : *w;
    }
    out->failed = out->failed || all.failed || !texts || !widths;
    for (uint32_t r = 0; !out->failed && r < t->rows; r++)
        put_row(out, t, buf_str(&all), texts, widths, r);
    buf_free(&all);
    mem_free(out->mem, texts, (total + 1) * sizeof *texts);
    mem_free(out->mem, widths, (t->columns + 1u) * sizeof *widths);
}
