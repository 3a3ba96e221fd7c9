/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: malloc, with the accounting done before it is called. A refusal (limit, fail_at) and a real failure
   look the same to the caller, so that tests meet the paths that a full machine would. */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#define MEM_LARGE (1u << 20) /* worth large pages: to be given 4 KiB at a time takes longer than to fill them */
#define MEM_PAGE  4096u

void mem_init(Mem *m, size_t limit)
{
    *m = (Mem){.limit = limit};
}

/* malloc(0) may be NULL, which would read as a failure. */
static size_t mem_size(size_t n)
{
    return n ? n : 1;
}

/* Counts one demand for `grow` more bytes and says whether it may go ahead. */
static bool mem_admit(Mem *m, size_t grow)
{
    m->calls++;
    bool told_to_fail = m->fail_at && (m->calls == m->fail_at || (m->fail_on && m->calls > m->fail_at));
    bool over = grow > SIZE_MAX - m->used || (m->limit && m->used + grow > m->limit);
    if (told_to_fail || over)
        m->failed = true;
    return !told_to_fail && !over;
}

static void mem_charge(Mem *m, size_t grow)
{
    m->used += grow;
    if (m->used > m->peak)
        m->peak = m->used;
}

/* Advice: whether it is followed changes the time, nothing else. */
static void mem_advise(void *p, size_t n)
{
#ifdef MADV_HUGEPAGE
    uintptr_t from = (uintptr_t)p & ~(uintptr_t)(MEM_PAGE - 1);
    if (n >= MEM_LARGE)
        madvise((void *)from, (uintptr_t)p + n - from, MADV_HUGEPAGE);
#else
    (void)p, (void)n;
#endif
}

void *mem_alloc(Mem *m, size_t n)
{
    n = mem_size(n);
    if (!mem_admit(m, n))
        return NULL;
    void *p = malloc(n);
    if (!p) {
        m->failed = true;
        return NULL;
    }
    mem_charge(m, n);
    mem_advise(p, n);
    return p;
}

void *mem_zalloc(Mem *m, size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n)) {
        m->failed = true;
        return NULL;
    }
    void *p = mem_alloc(m, n);
    if (p)
        memset(p, 0, mem_size(n));
    return p;
}

/* Giving memory back cannot fail: if the C library does not shrink the block, the old one serves. */
static void *mem_shrink(Mem *m, void *p, size_t old, size_t n)
{
    void *q = realloc(p, n);
    m->used -= old - n;
    return q ? q : p;
}

void *mem_realloc(Mem *m, void *p, size_t old, size_t n)
{
    if (!p)
        return mem_alloc(m, n);
    old = mem_size(old);
    n = mem_size(n);
    if (n <= old)
        return mem_shrink(m, p, old, n);
    if (!mem_admit(m, n - old))
        return NULL;
    void *q = realloc(p, n);
    if (q)
        mem_charge(m, n - old);
    else
        m->failed = true;
    return q;
}

void mem_free(Mem *m, void *p, size_t n)
{
    if (!p)
        return;
    m->used -= mem_size(n);
    free(p);
}
