/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A conversation about copies at the terminal: what is said, made safe, and lines that are typed. */
#ifndef BAREME_CLI_TALK_H
#define BAREME_CLI_TALK_H

#include "cli/class.h"
#include "cli/line.h"
#include "cli/phrase.h"

typedef struct Talk {
    Class *c;
    LineEditor line;
    bool open;
} Talk;

void talk_open(Talk *t, Class *c);
void talk_close(Talk *t);
static inline Lang talk_lang(const Talk *t) { return t->c->cli->options.lang; }

void talk_put(Talk *t, Str text);
/* The text of a Buf as a line; the Buf is then empty. */
void talk_put_line(Talk *t, Buf *b);
/* A document, laid out for the terminal. */
void talk_doc(Talk *t, const Doc *d);
/* TALK(t, MARK_END, a, b): a phrase as a line. */
#define TALK(t, id, ...)                                       \
    do {                                                       \
        Buf said;                                              \
        buf_init(&said, &(t)->c->cli->mem);                    \
        phrase_put(&said, P_##id, talk_lang(t), __VA_ARGS__);  \
        talk_put_line((t), &said);                             \
        buf_free(&said);                                       \
    } while (0)

/* False: the input has ended. */
bool talk_read(Talk *t, Buf *out);
/* In the arena, as values are shown. */
Str talk_number(Talk *t, Arena *arena, Value v);
Str talk_count(Talk *t, Arena *arena, uint32_t n);
/* Does the text hold the hint, whatever its case and accents? */
bool talk_holds(Talk *t, Str text, Str hint);

#endif
