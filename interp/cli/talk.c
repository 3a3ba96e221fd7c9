/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/talk.h"

#include <string.h>

#include "base/utf8.h"
#include "data/show.h"

void talk_open(Talk *t, Class *c)
{
    *t = (Talk){.c = c, .open = true};
    line_open(&t->line, &c->cli->mem, c->cli->io->is_terminal(c->cli->io, 0));
}

void talk_close(Talk *t)
{
    if (t->open)
        line_close(&t->line);
    t->open = false;
}

void talk_put(Talk *t, Str text)
{
    Buf safe;
    buf_init(&safe, &t->c->cli->mem);
    session_put_safe(&safe, text);
    session_write(&t->c->m.session, buf_str(&safe));
    session_flush(&t->c->m.session);
    buf_free(&safe);
}

void talk_put_line(Talk *t, Buf *b)
{
    buf_putc(b, '\n');
    talk_put(t, buf_str(b));
    buf_clear(b);
}

void talk_doc(Talk *t, const Doc *d)
{
    class_show(t->c, d);
    session_flush(&t->c->m.session);
}

bool talk_read(Talk *t, Buf *out)
{
    LineResult r;
    do {
        buf_clear(out);
        r = line_read(&t->line, "> ", out);
    } while (r == LINE_CLEARED);
    return r == LINE_READ;
}

Str talk_number(Talk *t, Arena *arena, Value v)
{
    Buf b;
    ShowStyle style = show_style(talk_lang(t));
    buf_init(&b, arena->mem);
    value_show(&t->c->m.session.heap, &b, v, &style);
    Str s = arena_str(arena, buf_str(&b));
    buf_free(&b);
    return s;
}

Str talk_count(Talk *t, Arena *arena, uint32_t n)
{
    return talk_number(t, arena, num_int(n));
}

bool talk_holds(Talk *t, Str text, Str hint)
{
    Buf a, b;
    bool found = false;
    buf_init(&a, &t->c->cli->mem);
    buf_init(&b, &t->c->cli->mem);
    utf8_fold(&a, text);
    utf8_fold(&b, hint);
    for (size_t i = 0; b.n && i + b.n <= a.n && !found; i++)
        found = !memcmp(a.p + i, b.p, b.n);
    buf_free(&a);
    buf_free(&b);
    return found;
}
