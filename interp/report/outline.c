/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stack of the levels as written; a heading closes those that are no higher than itself. */
#include "report/outline.h"

static unsigned capped(unsigned level)
{
    return level < 1 ? 1 : level > OUTLINE_DEEPEST ? OUTLINE_DEEPEST : level;
}

Outline outline_begin(const Doc *d, bool strict)
{
    bool titled = strict || d->title.n;
    return (Outline){.free = !titled, .above = titled};
}

unsigned outline_section(Outline *o)
{
    *o = (Outline){.above = capped(o->above + 1)};
    return o->above;
}

unsigned outline_heading(Outline *o, unsigned written)
{
    if (o->free) {
        return capped(written);
    }
    while (o->depth && o->written[o->depth - 1] >= written) {
        o->depth--;
    }
    if (o->depth < OUTLINE_DEEPEST) {
        o->written[o->depth++] = (uint8_t)written;
    }
    return capped(o->above + o->depth);
}
