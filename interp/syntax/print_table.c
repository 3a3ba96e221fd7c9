/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: rows that follow one another are written together, their bars in line; the comments around them stay. */
#include "base/pipe.h"
#include "num/format.h"
#include "syntax/lexer.h"
#include "syntax/print.h"

typedef struct PrintedRows {
    Printer *printer;
    Node *const *rows;
} PrintedRows;

/* Would this text be read as a value? A figure, a date, a truth, something between quotes; or begin a comment. */
static bool cell_reads_as_value(const Printer *pr, Str text)
{
    Lexer l = {.text = text, .lang = pr->lang};
    Token t = lex_next(&l);
    if (t.kind == TK_SUB)
        t = lex_next(&l);
    return t.kind == TK_NUMBER || t.kind == TK_DATE || t.kind == TK_TEXT ||
           (t.kind == TK_NAME && (t.word == W_TRUE || t.word == W_FALSE) && lex_peek(&l).kind == TK_END);
}

static void print_cell_text(Printer *pr, Str text, bool quoted)
{
    if (text.n && text.p[0] == '#' && !quoted)
        buf_putc(pr->out, '\\');
    if (!quoted) {
        print_put(pr, text);
        return;
    }
    buf_putc(pr->out, '"');
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"' || c == '\\' || c == '{' || c == '}')
            buf_putc(pr->out, '\\');
        buf_putc(pr->out, c);
    }
    buf_putc(pr->out, '"');
}

/* A column's name, what it holds, its title. */
static void print_column(Printer *pr, const Node *n)
{
    print_quoted(pr, n->text, n->flags & NODE_QUOTED);
    if (n->op == W_TEXT) {
        print_puts(pr, ": ");
        print_word(pr, W_TEXT);
    } else if (n->unit.n) {
        print_puts(pr, ": ");
        print_put(pr, n->unit);
    }
    if (n->count) {
        buf_putc(pr->out, ' ');
        print_expr(pr, n->kids[0]);
    }
}

/* text: the column keeps texts as they are. */
static bool print_cell(Printer *pr, const Node *n, bool header, bool text)
{
    if (n->kind != N_CELL) {
        print_expr(pr, n);
        return n->kind == N_NUMBER || n->kind == N_SUM_LITERAL || n->kind == N_UNARY;
    }
    if (header) {
        print_column(pr, n);
    } else if (n->count) { /* an official figure and its class */
        print_expr(pr, n->kids[0]);
        buf_putc(pr->out, ' ');
        print_word(pr, (WordId)n->kids[1]->op);
        return true;
    } else {
        print_cell_text(pr, n->text, n->flags & NODE_QUOTED || (!text && cell_reads_as_value(pr, n->text)));
    }
    return false;
}

static bool keeps_texts(const PrintedRows *p, uint32_t column)
{
    const Node *first = p->rows[0];
    return first->flags & NODE_HEADER && column < first->count && first->kids[column]->op == W_TEXT;
}

static bool rows_cell(void *data, Buf *out, uint32_t row, uint32_t column)
{
    PrintedRows *p = data;
    const Node *r = p->rows[row];
    Buf *outside = p->printer->out;
    bool number = false;
    p->printer->out = out;
    p->printer->flat++;
    if (column < r->count)
        number = print_cell(p->printer, r->kids[column], r->flags & NODE_HEADER, keeps_texts(p, column));
    p->printer->flat--;
    p->printer->out = outside;
    return number;
}

static void rows_above(void *data, Buf *out, uint32_t row)
{
    const PrintedRows *p = data;
    (void)out;
    print_lead(p->printer, p->rows[row]);
}

static void rows_after(void *data, Buf *out, uint32_t row)
{
    const PrintedRows *p = data;
    (void)out;
    print_after(p->printer, &p->rows[row]->after);
}

uint32_t print_rows(Printer *pr, Node *const *rows, uint32_t most)
{
    uint32_t count = 0, columns = 0;
    while (count < most && rows[count]->kind == N_ROW) {
        columns = rows[count]->count > columns ? rows[count]->count : columns;
        count++;
    }
    PrintedRows p = {pr, rows};
    PipeTable t = {.rows = count, .columns = columns, .indent = pr->indent, .last_newline = true,
                   .cell = rows_cell, .above = rows_above, .after = rows_after, .data = &p};
    pipe_write(pr->out, &t);
    return count;
}
