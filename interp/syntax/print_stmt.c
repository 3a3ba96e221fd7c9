/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: each statement writes whole lines: what stands above it, its own text, the comment at its end. */
#include "syntax/print.h"

enum { PRINT_STEP = 2 };

/* ---- comments, bodies ---- */

static void print_line(Printer *pr)
{
    buf_repeat(pr->out, ' ', pr->indent);
}

void print_lead(Printer *pr, const Node *n)
{
    if (n->flags & NODE_BLANK_ABOVE && pr->out->n)
        buf_putc(pr->out, '\n');
    for (uint32_t i = 0; i < n->before.count; i++) {
        if (n->before.items[i].p) {
            print_line(pr);
            buf_putc(pr->out, '#');
            print_put(pr, n->before.items[i]);
        }
        buf_putc(pr->out, '\n');
    }
}

void print_after(Printer *pr, const Comments *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (!c->items[i].p)
            continue;
        print_puts(pr, "  #");
        print_put(pr, c->items[i]);
    }
}

static void print_line_end(Printer *pr, const Comments *after)
{
    print_after(pr, after);
    buf_putc(pr->out, '\n');
}

void print_body(Printer *pr, const Node *body)
{
    pr->indent += PRINT_STEP;
    for (uint32_t i = 0; i < body->count;) {
        if (body->kids[i]->kind == N_ROW)
            i += print_rows(pr, body->kids + i, body->count - i);
        else
            print_statement(pr, body->kids[i++]);
    }
    Node tail = {.before = body->before, .flags = body->before.count ? body->flags & NODE_BLANK_ABOVE : 0};
    print_lead(pr, &tail);
    pr->indent -= PRINT_STEP;
}

/* The word that closes a body, and the comment of its line. */
static void print_closing(Printer *pr, WordId w, const Node *body)
{
    print_line(pr);
    print_word(pr, w);
    print_line_end(pr, &body->after);
}

void print_end(Printer *pr, const Node *body)
{
    print_closing(pr, W_END, body);
}

static void print_closed(Printer *pr, const Node *body)
{
    print_body(pr, body);
    print_end(pr, body);
}

/* ---- statements ---- */

static void print_names(Printer *pr, const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        print_puts(pr, i ? ", " : " ");
        print_expr(pr, n->kids[i]);
    }
}

static void print_use(Printer *pr, const Node *n)
{
    print_word(pr, W_USE);
    buf_putc(pr->out, ' ');
    print_name_text(pr, n->text);
    if (n->count) {
        buf_putc(pr->out, ' ');
        print_word(pr, W_AS);
        print_names(pr, n);
    }
}

static void print_convention(Printer *pr, const Node *n)
{
    print_word(pr, W_CONVENTION);
    buf_putc(pr->out, ' ');
    print_put(pr, n->unit);
    print_puts(pr, " = ");
    print_expr(pr, n->kids[0]);
}

static void print_var(Printer *pr, const Node *n)
{
    print_word(pr, W_VAR);
    buf_putc(pr->out, ' ');
    print_name_text(pr, n->text);
    print_puts(pr, " := ");
    print_expr(pr, n->kids[0]);
}

/* A line that begins with a name which is also a keyword there: backquotes make it a name. */
static void print_protect(Printer *pr, const Node *n)
{
    const Node *name = print_leftmost(n);
    if (name && word_find(name->text, pr->lang))
        pr->quoted = name;
}

static void print_do(Printer *pr, const Node *n)
{
    print_protect(pr, n);
    print_expr(pr, n->kids[0]);
    if (n->kind == N_ASSIGN) {
        print_puts(pr, " := ");
        print_expr(pr, n->kids[1]);
    }
}

static void print_return(Printer *pr, const Node *n)
{
    print_word(pr, W_RETURN);
    if (n->count) {
        buf_putc(pr->out, ' ');
        print_expr(pr, n->kids[0]);
    }
}

static void print_function(Printer *pr, const Node *n)
{
    const Node *body = n->kids[n->count - 1];
    print_word(pr, W_FN);
    buf_putc(pr->out, ' ');
    print_name_text(pr, n->text);
    Node params = *n;
    params.flags = 0; /* how its body is written is not about the bracket */
    print_items(pr, &params, 0, n->count - 1, "(", ")");
    if (body->kind != N_BODY) {
        print_puts(pr, " = ");
        print_expr(pr, body);
        print_line_end(pr, &n->after);
        return;
    }
    print_line_end(pr, &n->after);
    print_closed(pr, body);
}

/* if / elif / else / end */
static void print_if(Printer *pr, const Node *n)
{
    for (WordId w = W_IF;; w = W_ELIF) {
        const Node *next = n->count > 2 ? n->kids[2] : NULL;
        if (w == W_ELIF) {
            print_lead(pr, n);
            print_line(pr);
        }
        print_word(pr, w);
        buf_putc(pr->out, ' ');
        print_expr(pr, n->kids[0]);
        print_line_end(pr, &n->after);
        print_body(pr, n->kids[1]);
        if (next && next->kind == N_IF) {
            n = next;
            continue;
        }
        if (next) {
            print_closing(pr, W_ELSE, n->kids[1]);
            print_body(pr, next);
        }
        print_end(pr, next ? next : n->kids[1]);
        return;
    }
}

static void print_for(Printer *pr, const Node *n)
{
    print_word(pr, W_FOR);
    buf_putc(pr->out, ' ');
    print_expr(pr, n->kids[0]);
    buf_putc(pr->out, ' ');
    print_word(pr, W_IN);
    buf_putc(pr->out, ' ');
    print_expr(pr, n->kids[1]);
    print_line_end(pr, &n->after);
    print_closed(pr, n->kids[2]);
}

static void print_while(Printer *pr, const Node *n)
{
    print_word(pr, W_WHILE);
    buf_putc(pr->out, ' ');
    print_expr(pr, n->kids[0]);
    print_line_end(pr, &n->after);
    print_closed(pr, n->kids[1]);
}

static void print_try(Printer *pr, const Node *n)
{
    const Node *last = n->kids[n->count - 1];
    print_word(pr, W_TRY);
    print_line_end(pr, &n->after);
    print_body(pr, n->kids[0]);
    if (n->count > 1) {
        print_line(pr);
        print_word(pr, W_RECOVER);
        if (n->count > 2) {
            buf_putc(pr->out, ' ');
            print_expr(pr, n->kids[1]);
        }
        print_line_end(pr, &n->kids[0]->after);
        print_body(pr, last);
    }
    print_end(pr, last);
}

/* The types of C are the same in both dialects; lines that were joined become one. */
static void print_foreign(Printer *pr, const Node *n)
{
    bool blank = true;
    print_word(pr, n->op);
    buf_putc(pr->out, ' ');
    for (size_t i = 0; i < n->text.n; i++) {
        char c = n->text.p[i];
        bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!is_blank || !blank)
            buf_putc(pr->out, is_blank ? ' ' : c);
        blank = is_blank;
    }
}

/* True: the statement wrote its lines to their ends. */
static bool print_statement_kind(Printer *pr, const Node *n)
{
    switch (n->kind) {
    case N_BLOCK: print_block(pr, n); return true;
    case N_FUNCTION: print_function(pr, n); return true;
    case N_IF: print_if(pr, n); return true;
    case N_FOR: print_for(pr, n); return true;
    case N_WHILE: print_while(pr, n); return true;
    case N_TRY: print_try(pr, n); return true;
    case N_USE: print_use(pr, n); return false;
    case N_UNIT_DECL:
        print_word(pr, W_UNIT);
        print_names(pr, n);
        return false;
    case N_FOREIGN: print_foreign(pr, n); return false;
    case N_LEVELS:
        print_word(pr, W_LEVELS);
        print_names(pr, n);
        return false;
    case N_CONVENTION: print_convention(pr, n); return false;
    case N_VAR: print_var(pr, n); return false;
    case N_RETURN: print_return(pr, n); return false;
    case N_BREAK: print_word(pr, W_BREAK); return false;
    case N_CONTINUE: print_word(pr, W_CONTINUE); return false;
    case N_DO:
    case N_ASSIGN: print_do(pr, n); return false;
    default: print_expr(pr, n); return false;
    }
}

void print_statement(Printer *pr, const Node *n)
{
    if (print_enter(pr)) {
        print_lead(pr, n);
        print_line(pr);
        if (!print_statement_kind(pr, n))
            print_line_end(pr, &n->after);
    }
    print_leave(pr);
}
