/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the line table is made once, when the text is added; a place is a binary search in it. */
#include "diag/source.h"

#include <string.h>

#include "base/utf8.h"

void sources_init(Sources *s, Mem *m)
{
    *s = (Sources){0};
    arena_init(&s->arena, m);
}

void sources_free(Sources *s)
{
    mem_free(s->arena.mem, s->items, s->cap * sizeof *s->items);
    arena_free(&s->arena);
    sources_init(s, s->arena.mem);
}

static bool sources_room(Sources *s)
{
    if (s->count < s->cap)
        return true;
    uint32_t cap = s->cap ? s->cap * 2 : 8;
    Source *items = mem_realloc(s->arena.mem, s->items, s->cap * sizeof *items, cap * sizeof *items);
    if (!items)
        return false;
    s->items = items;
    s->cap = cap;
    return true;
}

static uint32_t source_count_lines(Str text)
{
    uint32_t lines = 1;
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    return lines;
}

static bool source_make_lines(Arena *a, Source *source)
{
    source->line_count = source_count_lines(source->text);
    source->lines = arena_alloc(a, source->line_count * sizeof *source->lines);
    if (!source->lines)
        return false;
    uint32_t line = 1;
    for (size_t i = 0; i < source->text.n; i++)
        if (source->text.p[i] == '\n')
            source->lines[line++] = (uint32_t)i + 1;
    return true;
}

uint32_t sources_add(Sources *s, Str name, Str text)
{
    if (text.n >= UINT32_MAX || !sources_room(s))
        return 0;
    Source *source = &s->items[s->count];
    *source = (Source){.name = arena_str(&s->arena, name), .text = arena_str(&s->arena, text)};
    if (!source->name.p || !source->text.p || !source_make_lines(&s->arena, source))
        return 0;
    return ++s->count;
}

const Source *sources_get(const Sources *s, uint32_t number)
{
    return number && number <= s->count ? &s->items[number - 1] : NULL;
}

/* The last line that starts at or before the offset, from 1. */
static uint32_t source_line_of(const Source *s, uint32_t offset)
{
    uint32_t low = 0, high = s->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (s->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}

Place source_place(const Source *s, uint32_t offset)
{
    uint32_t line = source_line_of(s, offset);
    Str before = str_sub(s->text, s->lines[line - 1], offset);
    return (Place){.line = line, .column = (uint32_t)utf8_count(before) + 1};
}

Str source_line(const Source *s, uint32_t line)
{
    if (!line || line > s->line_count)
        return STR("");
    size_t end = line < s->line_count ? s->lines[line] - 1 : s->text.n;
    Str text = str_sub(s->text, s->lines[line - 1], end);
    return str_ends(text, STR("\r")) ? str_sub(text, 0, text.n - 1) : text;
}

Span span_join(Span a, Span b)
{
    if (a.source != b.source)
        return a.source ? a : b;
    if (b.start < a.start)
        a.start = b.start;
    if (b.end > a.end)
        a.end = b.end;
    return a;
}

Str source_text(const Sources *s, Span span)
{
    const Source *source = sources_get(s, span.source);
    return source ? str_sub(source->text, span.start, span.end) : STR("");
}
