/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks that live and die together: a module's tree, a report. arena_free releases all. */
#ifndef BAREME_BASE_ARENA_H
#define BAREME_BASE_ARENA_H

#include "base/mem.h"
#include "base/str.h"

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    Mem *mem;
    ArenaBlock *head;
    bool failed; /* sticky: an allocation was refused */
} Arena;

void arena_init(Arena *a, Mem *m);
void arena_free(Arena *a);
/* Releases all but the block at hand, for what comes next; failed is forgotten. */
void arena_clear(Arena *a);
/* Zeroed, aligned to 16. NULL on failure (and a->failed is set). */
void *arena_alloc(Arena *a, size_t n);
/* A copy with a NUL after it; {NULL,0} on failure. */
Str arena_str(Arena *a, Str s);

#endif
