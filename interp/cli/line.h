/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines typed by a person, with editing, history and completion; or lines read plainly where there is no terminal.

   The only file that knows readline, whose state is global: one LineEditor at a time. Ctrl-C sets *line_interrupt
   at any time; while a line is being typed it only clears it. */
#ifndef BAREME_CLI_LINE_H
#define BAREME_CLI_LINE_H

#include "base/str.h"

typedef enum LineResult { LINE_READ, LINE_END, LINE_CLEARED, LINE_FAILED } LineResult;

typedef struct LineChoices { /* what a word may become; filled by the completer */
    Buf texts;               /* each followed by a NUL */
    bool files;              /* names of files, which readline knows best */
    bool no_space;           /* nothing is put after a choice */
} LineChoices;

typedef void (*LineComplete)(void *data, Str line, size_t start, Str word, LineChoices *out);

typedef struct LineEditor {
    Mem *mem;
    bool terminal;
    bool history; /* lines are kept in the file */
    Buf path;     /* of the history */
    LineComplete complete;
    void *complete_data;
    Buf pending; /* read from a pipe and not yet given out */
    bool ended;
} LineEditor;

/* Set by Ctrl-C; whoever has dealt with it clears it. */
extern volatile int line_interrupt;

void line_open(LineEditor *e, Mem *mem, bool terminal);
void line_close(LineEditor *e);
/* Appends one line without its end. LINE_CLEARED: Ctrl-C, what was typed is dropped. */
LineResult line_read(LineEditor *e, const char *prompt, Buf *out);
/* Adds what was typed (several lines at times) to the history. */
void line_remember(LineEditor *e, const char *text);

#endif
