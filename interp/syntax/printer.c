/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a walk that writes; layout comes from flags on the nodes (own line, empty line above, several lines). */
#include "syntax/printer.h"

#include "base/limits.h"
#include "syntax/author.h"
#include "syntax/print.h"

enum { PRINT_DEEPEST = LIMIT_HEIGHT + 4 * LIMIT_NESTING };

void print_put(Printer *pr, Str s)
{
    buf_put(pr->out, s);
}

void print_puts(Printer *pr, const char *s)
{
    buf_puts(pr->out, s);
}

void print_word(Printer *pr, WordId w)
{
    buf_puts(pr->out, word_text(w, pr->lang));
}

void print_newline(Printer *pr, uint32_t indent)
{
    buf_putc(pr->out, '\n');
    buf_repeat(pr->out, ' ', indent);
}

bool print_enter(Printer *pr)
{
    if (++pr->depth > PRINT_DEEPEST)
        pr->out->failed = true;
    return !pr->out->failed;
}

void print_leave(Printer *pr)
{
    pr->depth--;
}

static void print_module(Printer *pr, const Node *n)
{
    if (pr->lang == LANG_FR)
        print_puts(pr, "langue fr\n");
    for (uint32_t i = 0; i < n->count; i++)
        print_statement(pr, n->kids[i]);
    Node tail = {.before = n->before, .flags = n->count ? n->flags & NODE_BLANK_ABOVE : 0};
    print_lead(pr, &tail);
}

static void print_any(Printer *pr, const Node *n)
{
    if (n->kind == N_MODULE)
        print_module(pr, n);
    else if (n->kind == N_CLAUSE)
        print_clause(pr, n);
    else if (n->kind >= N_USE && n->kind <= N_BLOCK)
        print_statement(pr, n);
    else
        print_expr(pr, n);
}

static void print_as(Printer *pr, const Node *node, const LibraryNames *library)
{
    static const LibraryNames none = {0};
    pr->library = library ? library : &none;
    map_init(&pr->names, pr->out->mem);
    if (author_collect(node, &pr->names))
        print_any(pr, node);
    else
        pr->out->failed = true;
    map_free(&pr->names);
}

void print_node(Buf *out, const Node *node, Lang lang, const LibraryNames *library)
{
    Printer pr = {.out = out, .lang = lang};
    print_as(&pr, node, library);
}

void print_shown(Buf *out, const Node *node, Lang lang, const LibraryNames *library)
{
    Printer pr = {.out = out, .lang = lang, .shown = true};
    print_as(&pr, node, library);
}
