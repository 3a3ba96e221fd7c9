/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a chain of blocks, each filled from its start. Blocks double up to a ceiling, so that a small tree
   costs little and a large one few allocations; a demand that would waste a block gets one of its own. */
#include "base/arena.h"

#include <string.h>

enum { ARENA_ALIGN = 16, ARENA_FIRST = 2048, ARENA_LARGEST = 1 << 18 };

struct ArenaBlock {
    ArenaBlock *next;
    size_t size; /* bytes of data */
    size_t used;
    _Alignas(ARENA_ALIGN) unsigned char data[];
};

void arena_init(Arena *a, Mem *m)
{
    *a = (Arena){.mem = m};
}

void arena_free(Arena *a)
{
    for (ArenaBlock *b = a->head, *next; b; b = next) {
        next = b->next;
        mem_free(a->mem, b, sizeof *b + b->size);
    }
    arena_init(a, a->mem);
}

void arena_clear(Arena *a)
{
    ArenaBlock *kept = a->head;
    if (kept) {
        a->head = kept->next;
        kept->next = NULL;
    }
    arena_free(a);
    if (kept && kept->size > ARENA_LARGEST) {
        mem_free(a->mem, kept, sizeof *kept + kept->size);
        kept = NULL;
    }
    if (kept) {
        memset(kept->data, 0, kept->used);
        kept->used = 0;
    }
    a->head = kept;
}

static ArenaBlock *arena_block(Arena *a, size_t size)
{
    ArenaBlock *b = mem_zalloc(a->mem, 1, sizeof *b + size);
    if (b)
        b->size = size;
    return b;
}

static size_t arena_next_size(const Arena *a)
{
    if (!a->head)
        return ARENA_FIRST;
    size_t twice = a->head->size * 2;
    return twice < ARENA_LARGEST ? twice : ARENA_LARGEST;
}

static void *arena_take(ArenaBlock *b, size_t n)
{
    void *p = b->data + b->used;
    b->used += n;
    return p;
}

/* A large demand goes second in the chain: the head still has room for small ones. */
static void *arena_alone(Arena *a, size_t n)
{
    ArenaBlock *b = arena_block(a, n);
    if (!b)
        return NULL;
    b->next = a->head->next;
    a->head->next = b;
    return arena_take(b, n);
}

static void *arena_grow(Arena *a, size_t n)
{
    size_t size = arena_next_size(a);
    if (a->head && n > size / 4)
        return arena_alone(a, n);
    ArenaBlock *b = arena_block(a, n > size ? n : size);
    if (!b)
        return NULL;
    b->next = a->head;
    a->head = b;
    return arena_take(b, n);
}

void *arena_alloc(Arena *a, size_t n)
{
    void *p = NULL;
    if (n <= SIZE_MAX / 2) {
        n = (n + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
        if (!n)
            n = ARENA_ALIGN;
        p = a->head && a->head->size - a->head->used >= n ? arena_take(a->head, n) : arena_grow(a, n);
    }
    if (!p)
        a->failed = true;
    return p;
}

Str arena_str(Arena *a, Str s)
{
    char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : NULL;
    if (!p)
        return (Str){NULL, 0};
    if (s.n)
        memcpy(p, s.p, s.n);
    return (Str){p, s.n};
}
