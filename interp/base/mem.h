/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only allocator. Everything Barème allocates is charged to a Mem, which counts it, refuses
   what would pass the limit, and can be told to fail on purpose (tests: every allocation fails once).
   Every function may return NULL; the caller turns that into an error of the script. Sizes are given
   back on free, so a block carries no header. Not shared between threads. */
#ifndef BAREME_BASE_MEM_H
#define BAREME_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Mem {
    size_t used;      /* bytes now allocated */
    size_t peak;      /* highest `used` so far */
    size_t limit;     /* refuse beyond; 0 = none */
    uint64_t calls;   /* allocations asked for so far (alloc and growing realloc) */
    uint64_t fail_at; /* the call with this number (from 1) fails; 0 = never */
    bool fail_on;     /* once failed, every later call fails too (else only that one) */
    bool failed;      /* an allocation was refused; whoever has dealt with it clears it */
} Mem;

void mem_init(Mem *m, size_t limit);
/* Uninitialised bytes, or NULL. n = 0 returns a unique non-NULL pointer's worth of 1 byte. */
void *mem_alloc(Mem *m, size_t n);
/* As mem_alloc, zeroed. Checks count * size for overflow. */
void *mem_zalloc(Mem *m, size_t count, size_t size);
/* Grows or shrinks; on failure returns NULL and the old block stays valid. */
void *mem_realloc(Mem *m, void *p, size_t old, size_t n);
/* p may be NULL. n is the size the block was allocated with. */
void mem_free(Mem *m, void *p, size_t n);

#endif
