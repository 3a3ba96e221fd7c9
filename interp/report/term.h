/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside report/: texts on a terminal. A text is first made safe (term_safe, term_text), then cut into lines that are
   measured by what is shown.

   A safe text holds no control character but newlines and the style marks of its runs: bytes from
   TERM_MARK on, which have no width, and which term_put turns into colours or leaves out. */
#ifndef BAREME_REPORT_TERM_H
#define BAREME_REPORT_TERM_H

#include "report/doc.h"
#include "report/outline.h"
#include "report/terminal.h"

enum { TERM_INDENT = 2, TERM_GAP = 2, TERM_NARROWEST = 8, TERM_MARK = 0x10, TERM_LINK = 8 };

typedef struct Term {
    Buf *out;
    TerminalStyle style;
    Lang lang;
    Outline outline;
    size_t margin; /* of the list or quote that holds what is written */
    size_t indent; /* of blocks; at least margin */
    uint8_t run;   /* style of the run that goes on */
    bool any;      /* something has been written */
    bool tight;    /* the next block follows without an empty line */
} Term;

typedef struct TermLines { /* a safe text, line by line */
    Str text;
    size_t at, width;
    size_t hard; /* end of the written line where `at` is; begun */
    bool begun, done;
    uint8_t run; /* kept here by who writes several texts side by side */
} TermLines;

void term_safe(Buf *out, Str s);
/* The text of a node: its box, its text and its runs. */
void term_text(Buf *out, const Term *t, const DocNode *n);

TermLines term_lines(Str safe, size_t width);
bool term_next(TermLines *l, Str *line);
size_t term_widest(Str safe);
size_t term_longest_word(Str safe);

void term_put(Term *t, Str safe, uint8_t tone);
void term_times(Buf *out, const char *what, size_t times);
void term_strip(Buf *out); /* blanks at its end */
void term_margin(Term *t);
size_t term_room(const Term *t, size_t used);
/* A safe text on lines of its own: `lead` before the first, as many blanks before the others. */
void term_block(Term *t, const char *lead, Str safe, uint8_t tone);
void term_wrapped(Term *t, const char *lead, Str text, uint8_t tone);
void term_node(Term *t, const char *lead, const DocNode *n, uint8_t tone);
void term_begin(Term *t); /* an empty line between blocks */

/* terminal_table.c, terminal_chart.c */
void term_table(Term *t, const DocNode *n);
void term_chart(Term *t, const DocNode *n);

#endif
