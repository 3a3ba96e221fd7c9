/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <time.h>

enum { EVERY_MS = 200, BAR = 24, LINE_COPIES = 10000 };

static uint64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void progress_begin(Progress *p, Cli *cli, Lang lang)
{
    *p = (Progress){.cli = cli, .lang = lang, .terminal = cli->io->is_terminal(cli->io, 2), .begun = clock_ms()};
}

static void put_count(Buf *b, uint64_t n, PhraseId one_of, Lang lang)
{
    Buf digits;
    buf_init(&digits, b->mem);
    buf_printf(&digits, "%llu", (unsigned long long)n);
    phrase_put(b, one_of, lang, buf_str(&digits));
    buf_free(&digits);
}

static void put_bar(Buf *b, uint64_t done, uint64_t all)
{
    uint64_t full = all ? done * BAR / all : 0;
    buf_puts(b, "\r\x1b[K[");
    buf_repeat(b, '#', full < BAR ? (size_t)full : BAR);
    buf_repeat(b, '-', BAR - (full < BAR ? (size_t)full : BAR));
    buf_puts(b, "] ");
}

static void show_bar(Progress *p, uint64_t copies, uint64_t done, uint64_t all, uint64_t now)
{
    Buf b;
    uint64_t spent = now - p->begun + 1;
    buf_init(&b, &p->cli->mem);
    put_bar(&b, done, all);
    put_count(&b, copies, P_COPIES_DONE, p->lang);
    buf_puts(&b, ", ");
    put_count(&b, copies * 1000 / spent, P_COPIES_A_SECOND, p->lang);
    if (all && done) {
        buf_puts(&b, ", ");
        put_count(&b, (all > done ? all - done : 0) * spent / done / 1000, P_SECONDS_LEFT, p->lang);
    }
    p->cli->io->write(p->cli->io, 2, buf_str(&b));
    buf_free(&b);
}

static void show_line(Progress *p, uint64_t copies)
{
    Buf b;
    buf_init(&b, &p->cli->mem);
    put_count(&b, copies, P_COPIES_DONE, p->lang);
    buf_putc(&b, '\n');
    p->cli->io->write(p->cli->io, 2, buf_str(&b));
    buf_free(&b);
    p->told = copies;
}

void progress_show(Progress *p, uint64_t copies, uint64_t done, uint64_t all)
{
    uint64_t now = clock_ms();
    if (!p->terminal) {
        if (copies / LINE_COPIES > p->told / LINE_COPIES) {
            show_line(p, copies);
        }
    } else if (now - p->shown >= EVERY_MS) {
        p->shown = now;
        show_bar(p, copies, done, all, now);
    }
}

void progress_end(Progress *p)
{
    if (p->terminal && p->shown) {
        p->cli->io->write(p->cli->io, 2, STR("\r\x1b[K"));
    }
}
