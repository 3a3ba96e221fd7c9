/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diag/progress.h"

#include <time.h>

#include "base/utf8.h"

enum { WAIT_MS = 500, EVERY_MS = 200, BAR = 24 };

static const char *const words[PROGRESS_COUNT][2] = {
#define PROGRESS(id, en, fr) {en, fr},
#include "diag/progress.def"
#undef PROGRESS
};

static uint64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void progress_begin(Progress *p, Io *io, Mem *mem, Lang lang, ProgressWord of)
{
    *p = (Progress){.io = io, .mem = mem, .lang = lang, .of = of, .terminal = io && io->is_terminal(io, 2)};
    p->begun = p->terminal ? clock_ms() : 0;
}

static void put_count(const Progress *p, Buf *b, uint64_t n, ProgressWord word)
{
    for (const char *at = words[word][p->lang]; *at; at++) {
        if (*at == '{') { /* {0} */
            buf_printf(b, "%llu", (unsigned long long)n);
            at += 2;
        } else {
            buf_putc(b, *at);
        }
    }
}

static void put_bar(Buf *b, uint64_t done, uint64_t all)
{
    size_t full = done < all ? (size_t)(done * BAR / all) : BAR;
    buf_putc(b, '[');
    buf_repeat(b, '#', full);
    buf_repeat(b, '-', BAR - full);
    buf_puts(b, "] ");
}

/* As the time so far goes on, rounded up. */
static uint64_t seconds_left(uint64_t spent, uint64_t done, uint64_t all)
{
    double left = done < all ? (double)(all - done) * (double)spent / (double)done : 0;
    return (uint64_t)(left + 999) / 1000;
}

static void show_bar(Progress *p, uint64_t count, uint64_t done, uint64_t all, uint64_t now)
{
    Buf b;
    uint64_t spent = now - p->begun + 1;
    buf_init(&b, p->mem);
    buf_puts(&b, "\r\x1b[K");
    if (all) {
        put_bar(&b, done, all);
    }
    utf8_show(&b, p->what);
    buf_puts(&b, p->what.n ? ", " : "");
    put_count(p, &b, count, p->of);
    buf_puts(&b, ", ");
    put_count(p, &b, count * 1000 / spent, PROGRESS_A_SECOND);
    if (all && done) {
        buf_puts(&b, ", ");
        put_count(p, &b, seconds_left(spent, done, all), PROGRESS_SECONDS_LEFT);
    }
    p->io->write(p->io, 2, buf_str(&b));
    buf_free(&b);
}

static void show_line(Progress *p, uint64_t count)
{
    Buf b;
    buf_init(&b, p->mem);
    put_count(p, &b, count, p->of);
    buf_putc(&b, '\n');
    p->io->write(p->io, 2, buf_str(&b));
    buf_free(&b);
    p->told = count;
}

void progress_show(Progress *p, uint64_t count, uint64_t done, uint64_t all)
{
    if (!p->terminal) {
        if (p->every && count / p->every > p->told / p->every) {
            show_line(p, count);
        }
        return;
    }
    uint64_t now = clock_ms();
    if (now - p->begun >= WAIT_MS && now - p->last >= EVERY_MS) {
        p->last = now;
        p->shown = true;
        show_bar(p, count, done, all, now);
    }
}

void progress_end(Progress *p)
{
    if (p->shown) {
        p->io->write(p->io, 2, STR("\r\x1b[K"));
    }
    p->shown = false;
}
