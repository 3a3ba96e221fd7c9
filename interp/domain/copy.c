/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: an address is all that stands before the first equals sign, so that working may hold others. */
#include "domain/copy.h"

#include <string.h>

#include "domain/grid.h"
#include "domain/ticks.h"

static const Instance *grid_of(Graph *g, const Open *o)
{
    Value v;
    return o->grid != NO_SLOT && case_eval(g, NULL, NULL, o->grid, &v) && value_is_grid(v) ? v.ptr : NULL;
}

bool copy_boxes(CopyBoxes *b, Graph *g, const Case *c, Arena *arena)
{
    *b = (CopyBoxes){.graph = g, .c = c, .texts = arena_alloc(arena, (c->answer_count + 1) * sizeof *b->texts),
                     .opens = arena_alloc(arena, (c->open_count + 1) * sizeof *b->opens)};
    b->ticked = arena_alloc(arena, (c->open_count + 1) * sizeof *b->ticked);
    if (!b->texts || !b->opens || !b->ticked) {
        return false;
    }
    for (uint32_t i = 0; i < c->open_count; i++) {
        const Instance *grid = grid_of(g, c->opens[i]);
        bool *ticked = arena_alloc(arena, c->opens[i]->element_count + 1);
        if (!ticked) {
            return false;
        }
        b->ticked[i] = ticked;
        Str *levels = grid ? arena_alloc(arena, grid_criteria(grid) * sizeof *levels) : NULL;
        if (grid && !levels) {
            return false;
        }
        b->opens[i].levels = levels;
    }
    return true;
}

/* 2.1.reflection.logic: a line of the grid of an open answer. */
static bool put_level(CopyBoxes *b, Str address, Str text)
{
    size_t dot = address.n;
    while (dot && address.p[dot - 1] != '.') {
        dot--;
    }
    const Open *o = dot > 1 ? case_find_open(b->c, str_sub(address, 0, dot - 1)) : NULL;
    const Instance *grid = o ? grid_of(b->graph, o) : NULL;
    int i = grid ? grid_criterion(b->graph->vm, grid, str_trim(str_sub(address, dot, address.n))) : -1;
    if (i >= 0 && b->opens[o->number].levels) {
        ((Str *)(uintptr_t)b->opens[o->number].levels)[i] = text;
    }
    return i >= 0;
}

/* A corrector's ticks: clients, orders; other. What is not understood is for a corrector again. */
static bool put_ticks(CopyBoxes *b, Str address, Str text)
{
    const Open *o = case_find_open(b->c, address);
    Str wrong;
    if (!o || o->grid != NO_SLOT) {
        return false;
    }
    OpenTicks *t = &b->opens[o->number];
    t->ticked = b->ticked[o->number];
    t->closed = ticks_read(b->graph->vm->mem, o, text, b->ticked[o->number], &t->other, &wrong);
    return true;
}

bool copy_put(CopyBoxes *b, Str address, Str text)
{
    const Answer *found = case_find_answer(b->c, address);
    for (uint32_t i = 0; found && i < b->c->answer_count; i++) {
        if (str_eq(b->c->answers[i]->address, found->address)) {
            b->texts[i] = text;
        }
    }
    return found || put_level(b, str_trim(address), text) || put_ticks(b, str_trim(address), text);
}

bool copy_put_lines(CopyBoxes *b, Str lines, Str *wrong)
{
    bool ok = true;
    while (lines.n) {
        const char *end = memchr(lines.p, '\n', lines.n);
        size_t length = end ? (size_t)(end - lines.p) : lines.n;
        Str line = str_trim(str_sub(lines, 0, length));
        const char *sign = line.n ? memchr(line.p, '=', line.n) : NULL;
        lines = str_sub(lines, length + (end != NULL), lines.n);
        if (!line.n || line.p[0] == '#') {
            continue;
        }
        size_t at = sign ? (size_t)(sign - line.p) : line.n;
        Str address = str_trim(str_sub(line, 0, at));
        if (!copy_put(b, address, str_trim(str_sub(line, at + (sign != NULL), line.n))) && ok) {
            ok = false;
            *wrong = address;
        }
    }
    return ok;
}
