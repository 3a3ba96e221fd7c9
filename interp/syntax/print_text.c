/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: literals. A text keeps its quotes; only what would end it or open a hole is escaped. */
#include "base/utf8.h"
#include "syntax/lexer.h"
#include "syntax/print.h"

/* ---- numbers ---- */

/* From five digits on, groups of three. */
static void print_integer(Printer *pr, Str digits)
{
    for (size_t i = 0; i < digits.n; i++) {
        if (i && digits.n > 4 && (digits.n - i) % 3 == 0)
            buf_putc(pr->out, ' ');
        buf_putc(pr->out, digits.p[i]);
    }
}

static void print_digits(Printer *pr, Str text)
{
    size_t mark = 0;
    while (mark < text.n && text.p[mark] != '.')
        mark++;
    print_integer(pr, str_sub(text, 0, mark));
    if (mark < text.n) {
        buf_putc(pr->out, pr->lang == LANG_FR ? ',' : '.');
        print_put(pr, str_sub(text, mark + 1, text.n));
    }
}

void print_number(Printer *pr, const Node *n)
{
    print_digits(pr, n->text);
    if (n->unit.n) {
        buf_putc(pr->out, ' ');
        print_put(pr, n->unit);
    }
}

/* ---- texts ---- */

/* Must this character of a piece be written with a backslash? `next` is the byte after it, a quote at the end of a
   text on one line. */
static bool print_escaped(uint32_t cp, char next, int style)
{
    switch (cp) {
    case '\\':
    case '{':
    case '}': return true;
    case '"': return style == TEXT_PLAIN || (style == TEXT_LONG && next == '"');
    case 0xBB: return style == TEXT_GUILLEMETS;
    default: return false;
    }
}

static void print_piece(Printer *pr, Str text, int style, char last)
{
    uint32_t cp;
    for (size_t at = 0, n; (n = utf8_next(text, at, &cp)) != 0; at += n) {
        if (cp == '\n' && style == TEXT_LONG) {
            bool blank_line = at + 1 < text.n && text.p[at + 1] == '\n';
            buf_putc(pr->out, '\n');
            buf_repeat(pr->out, ' ', blank_line ? 0 : pr->indent + 2);
        } else if (cp == '\n' || (cp == '\t' && style != TEXT_LONG)) {
            print_puts(pr, cp == '\n' ? "\\n" : "\\t");
        } else {
            if (print_escaped(cp, at + n < text.n ? text.p[at + n] : last, style))
                buf_putc(pr->out, '\\');
            print_put(pr, str_sub(text, at, at + n));
        }
    }
}

static void print_hole(Printer *pr, const Node *n)
{
    buf_putc(pr->out, '{');
    print_expr(pr, n->kids[0]);
    if (n->text.n) {
        buf_putc(pr->out, ':');
        print_put(pr, n->text);
    }
    buf_putc(pr->out, '}');
}

static void print_pieces(Printer *pr, const Node *n, char last)
{
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i]->kind == N_PIECE)
            print_piece(pr, n->kids[i]->text, n->op, i + 1 < n->count ? '{' : last);
        else
            print_hole(pr, n->kids[i]);
    }
}

/* One blank inside each guillemet; a text that begins or ends with a blank keeps its own beside it. */
static void print_guillemets(Printer *pr, const Node *n)
{
    print_puts(pr, "« ");
    print_pieces(pr, n, ' ');
    print_puts(pr, n->count ? " »" : "»");
}

static bool print_has_newline(const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++)
        for (size_t k = 0; k < n->kids[i]->text.n; k++)
            if (n->kids[i]->text.p[k] == '\n')
                return true;
    return false;
}

static void print_long(Printer *pr, const Node *n)
{
    bool lines = n->flags & NODE_MULTILINE || print_has_newline(n);
    bool starts_empty = n->count && n->kids[0]->kind == N_PIECE && n->kids[0]->text.p[0] == '\n';
    print_puts(pr, "\"\"\"");
    if (lines)
        print_newline(pr, starts_empty ? 0 : pr->indent + 2);
    print_pieces(pr, n, lines ? '\n' : '"');
    if (lines)
        print_newline(pr, pr->indent + 2);
    print_puts(pr, "\"\"\"");
}

void print_text(Printer *pr, const Node *n)
{
    if (n->op == TEXT_LONG && !pr->flat) {
        print_long(pr, n);
        return;
    }
    pr->flat++;
    if (n->op == TEXT_GUILLEMETS) {
        print_guillemets(pr, n);
    } else {
        Node plain = *n;
        plain.op = TEXT_PLAIN;
        buf_putc(pr->out, '"');
        print_pieces(pr, &plain, '"');
        buf_putc(pr->out, '"');
    }
    pr->flat--;
}
