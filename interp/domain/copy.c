/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: an address is all that stands before the first equals sign, so that working may hold others. */
#include "domain/copy.h"

#include <string.h>

bool copy_boxes(CopyBoxes *b, const Case *c, Arena *arena)
{
    *b = (CopyBoxes){.c = c, .texts = arena_alloc(arena, (c->answer_count + 1) * sizeof *b->texts)};
    return b->texts != NULL;
}

bool copy_put(CopyBoxes *b, Str address, Str text)
{
    const Answer *found = case_find_answer(b->c, address);
    for (uint32_t i = 0; found && i < b->c->answer_count; i++) {
        if (str_eq(b->c->answers[i]->address, found->address)) {
            b->texts[i] = text;
        }
    }
    return found != NULL;
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
