/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside syntax/: the printer's state and what its files share. Errors (memory, a tree too high) set out->failed. */
#ifndef BAREME_SYNTAX_PRINT_H
#define BAREME_SYNTAX_PRINT_H

#include "base/map.h"
#include "syntax/block.h"
#include "syntax/printer.h"

typedef struct Printer {
    Buf *out;
    Lang lang;
    const LibraryNames *library;
    Map names;       /* the author's own, of the whole tree given */
    uint32_t indent; /* blanks at the start of the current statement's line */
    uint32_t depth;
    uint32_t schedules; /* inside a schedule: `previous` is a keyword */
    uint32_t overrides; /* inside an override: `old` is a keyword */
    uint32_t flat;      /* inside a text of one line: no newline may be written */
    const Node *quoted; /* a NAME that must be between backquotes where it stands */
    bool shown;         /* to people, never read back: no backquotes */
} Printer;

void print_put(Printer *pr, Str s);
void print_puts(Printer *pr, const char *s);
void print_word(Printer *pr, WordId w);
void print_newline(Printer *pr, uint32_t indent); /* a new line, indented */
bool print_enter(Printer *pr);
void print_leave(Printer *pr);

/* print_expr.c */
void print_expr(Printer *pr, const Node *n);
void print_name_text(Printer *pr, Str name); /* between backquotes if it must be */
void print_quoted(Printer *pr, Str name, bool quoted);
/* Kids from..to of list between brackets; NODE_MULTILINE of list is for the closing one. */
void print_items(Printer *pr, const Node *list, uint32_t from, uint32_t to, const char *open, const char *close);
const Node *print_leftmost(const Node *n); /* the NAME that an expression begins with, or NULL */
bool print_is_word(const Printer *pr, Str name, WordId w);

/* print_text.c */
void print_text(Printer *pr, const Node *n);
void print_number(Printer *pr, const Node *n);

/* print_table.c */
uint32_t print_rows(Printer *pr, Node *const *rows, uint32_t most); /* how many rows there were in a row */

/* print_stmt.c, print_block.c */
void print_statement(Printer *pr, const Node *n);
void print_body(Printer *pr, const Node *body); /* its statements, one step further right */
void print_lead(Printer *pr, const Node *n);
void print_after(Printer *pr, const Comments *c);
void print_end(Printer *pr, const Node *body);
void print_block(Printer *pr, const Node *n);
void print_clause(Printer *pr, const Node *n);

#endif
