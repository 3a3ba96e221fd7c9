/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside report/: texts in Markdown. Whatever a text holds, a reader of Markdown shows it as it is: all that could be
   markup is escaped; only what we write ourselves is markup. */
#ifndef BAREME_REPORT_MARK_H
#define BAREME_REPORT_MARK_H

#include "report/doc.h"
#include "report/outline.h"

typedef struct Mark {
    Buf *out;
    Lang lang;
    Outline outline;
    Buf prefix;      /* what begins each line: indentation of lists, > of quotes */
    bool in_table;   /* a newline is a <br> */
    bool in_line;    /* a heading: a newline is a blank */
    bool first;      /* at the beginning of a line, where a few more characters mean something */
    bool digits;     /* only digits stand on this line so far */
    bool any;        /* a block stands before, in this list or quote */
    bool after_mark; /* on the line of the mark of a list or quote */
    bool after_note; /* after a note, in the same place */
    bool twin;       /* the list that is written follows another, and takes other marks to be told from it */
    uint8_t before;  /* the kind of list that ended just before: 0 none, 1 points, 2 numbers */
    bool twin_before;
    /* inside one text */
    unsigned open;         /* styles that are open: RunStyle */
    char strong, emphasis; /* by which sign */
    bool encode_next;      /* the next letter is written as a number, so that the mark before it counts */
    Buf blanks;            /* between two pieces, not yet written */
} Mark;

void mark_newline(Mark *m); /* and what begins the next line */
void mark_text(Mark *m, Str s, uint8_t tone);
/* Its text and its runs. */
void mark_node(Mark *m, const DocNode *n);

#endif
