/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: objects up to 512 bytes come from 64 KiB chunks cut into steps of 16 bytes, and go back to the spare list
   of their class when swept; larger ones are allocated alone. All objects hang on one list through their headers.

   Marking keeps the objects still to be looked into on a stack of its own. Should that stack not grow because
   memory is out, the object stays marked, and the whole list is walked again for marked objects whose children
   are not: slower, never wrong. */
#include "data/heap.h"

#include <string.h>

#define HEAP_STEP 16u
#define HEAP_SMALL 512u
#define HEAP_CHUNK (64u << 10)
#define HEAP_FLOOR (8u << 20) /* a smaller heap is not worth a collection */
#define HEAP_GRAY 512u        /* room made at the start, so that small programs never rescan */

_Static_assert(sizeof(Obj) == HEAP_STEP, "the payload of a leaf is aligned to 16 bytes");
_Static_assert(HEAP_SMALL / HEAP_STEP + 1 == HEAP_CLASSES, "one class a step");

struct HeapSpare {
    HeapSpare *next;
};

struct HeapChunk {
    HeapChunk *next;
    uint64_t pad; /* the first object is aligned to 16 */
};

void *heap_leaf(void *heap, uint8_t tag, size_t payload_bytes)
{
    (void)tag;
    Obj *o = heap_new(heap, O_LEAF, sizeof(Obj) + payload_bytes);
    return o ? o + 1 : NULL;
}

bool heap_init(Heap *h, Mem *mem, NumCtx *num)
{
    *h = (Heap){.mem = mem, .num = num, .threshold = HEAP_FLOOR};
#ifdef BAREME_GC_STRESS
    h->stress = BAREME_GC_STRESS;
#endif
    if (num)
        num_ctx_set_heap(num, heap_leaf, h);
    h->gray = mem_alloc(mem, HEAP_GRAY * sizeof *h->gray);
    h->gray_cap = h->gray ? HEAP_GRAY : 0;
    return h->gray != NULL;
}

static bool heap_is_small(const Obj *o)
{
    return o->size <= HEAP_SMALL;
}

void heap_free(Heap *h)
{
    for (Obj *o = h->objects, *next; o; o = next) {
        next = o->next;
        if (!heap_is_small(o))
            mem_free(h->mem, o, o->size);
    }
    for (HeapChunk *c = h->chunks, *next; c; c = next) {
        next = c->next;
        mem_free(h->mem, c, HEAP_CHUNK);
    }
    mem_free(h->mem, h->gray, h->gray_cap * sizeof *h->gray);
    mem_free(h->mem, h->protected, h->protected_cap * sizeof *h->protected);
    *h = (Heap){0};
}

/* ---- allocation ---- */

static void heap_give_back(Heap *h, void *p, size_t bytes)
{
    HeapSpare *s = p;
    s->next = h->spare[bytes / HEAP_STEP];
    h->spare[bytes / HEAP_STEP] = s;
}

/* What is left of the newest chunk becomes one spare piece, so that nothing is lost. */
static bool heap_chunk(Heap *h)
{
    size_t left = (size_t)(h->fresh_end - h->fresh);
    if (left >= HEAP_STEP)
        heap_give_back(h, h->fresh, left);
    h->fresh = h->fresh_end = NULL;
    HeapChunk *c = mem_alloc(h->mem, HEAP_CHUNK);
    if (!c)
        return false;
    c->next = h->chunks;
    h->chunks = c;
    h->fresh = (char *)(c + 1);
    h->fresh_end = (char *)c + HEAP_CHUNK;
    return true;
}

static void *heap_small(Heap *h, size_t bytes)
{
    HeapSpare *s = h->spare[bytes / HEAP_STEP];
    if (s) {
        h->spare[bytes / HEAP_STEP] = s->next;
        return s;
    }
    if ((size_t)(h->fresh_end - h->fresh) < bytes && !heap_chunk(h))
        return NULL;
    void *p = h->fresh;
    h->fresh += bytes;
    return p;
}

static void heap_count(Heap *h, size_t bytes)
{
    h->bytes += bytes;
    if (h->bytes > h->threshold)
        h->wanted = true;
    if (h->stress && ++h->stress_count >= h->stress) {
        h->stress_count = 0;
        h->wanted = true;
    }
}

Obj *heap_new(Heap *h, ObjType type, size_t bytes)
{
    if (bytes > UINT32_MAX - HEAP_STEP)
        return NULL;
    bytes = (bytes + HEAP_STEP - 1) & ~(size_t)(HEAP_STEP - 1);
    Obj *o = bytes <= HEAP_SMALL ? heap_small(h, bytes) : mem_alloc(h->mem, bytes);
    if (!o) {
        h->wanted = true;
        return NULL;
    }
    memset(o, 0, bytes);
    o->next = h->objects;
    o->size = (uint32_t)bytes;
    o->type = (uint8_t)type;
    h->objects = o;
    heap_count(h, bytes);
    return o;
}

/* ---- roots ---- */

void heap_add_root(Heap *h, RootFn mark, void *data)
{
    if (h->root_count < sizeof h->roots / sizeof *h->roots) {
        h->roots[h->root_count].mark = mark;
        h->roots[h->root_count++].data = data;
    }
}

uint32_t heap_protect(Heap *h, Value v)
{
    uint32_t mark = h->protected_count;
    if (mark == h->protected_cap) {
        uint32_t cap = mark ? mark * 2 : 64;
        Value *p = mem_realloc(h->mem, h->protected, mark * sizeof v, cap * sizeof v);
        if (!p)
            return UINT32_MAX;
        h->protected = p;
        h->protected_cap = cap;
    }
    h->protected[h->protected_count++] = v;
    return mark;
}

void heap_unprotect(Heap *h, uint32_t mark)
{
    if (mark < h->protected_count)
        h->protected_count = mark;
}

/* ---- marking ---- */

static bool heap_has_children(const Obj *o)
{
    return o->type != O_LEAF && o->type != O_TEXT;
}

static bool heap_gray_grow(Heap *h)
{
    size_t cap = h->gray_cap ? h->gray_cap * 2 : HEAP_GRAY;
    bool failed = h->mem->failed;
    Obj **p = mem_realloc(h->mem, h->gray, h->gray_cap * sizeof *p, cap * sizeof *p);
    h->mem->failed = failed; /* this failure is dealt with: see heap_rescan */
    if (!p)
        return false;
    h->gray = p;
    h->gray_cap = cap;
    return true;
}

void heap_mark_obj(Heap *h, Obj *o)
{
    if (!o || o->mark)
        return;
    o->mark = 1;
    if (!heap_has_children(o))
        return;
    if (h->gray_count == h->gray_cap && !heap_gray_grow(h)) {
        h->gray_overflow = true;
        return;
    }
    h->gray[h->gray_count++] = o;
}

void heap_mark(Heap *h, Value v)
{
    switch (v.tag) {
    case T_BIG:
    case T_APPROX:
        heap_mark_obj(h, (Obj *)v.ptr - 1);
        return;
    case T_STATUS:
    case T_LEVEL:
    case T_TEXT:
    case T_LIST:
    case T_RECORD:
    case T_RANGE:
    case T_FUNCTION:
    case T_CELL:
        heap_mark_obj(h, v.ptr);
        return;
    default:
        return; /* no object behind */
    }
}

static void heap_mark_values(Heap *h, const Value *v, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        heap_mark(h, v[i]);
}

static void heap_mark_record(Heap *h, const Record *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        heap_mark_obj(h, (Obj *)r->fields[i].name);
        heap_mark(h, r->fields[i].value);
    }
}

static void heap_mark_function(Heap *h, const Function *f)
{
    heap_mark_obj(h, (Obj *)f->view);
    heap_mark_values(h, f->captured, f->n);
}

static void heap_mark_scale(Heap *h, const Scale *s)
{
    for (uint32_t i = 0; i < s->n; i++)
        heap_mark_obj(h, (Obj *)s->names[i]);
}

static void heap_mark_children(Heap *h, Obj *o)
{
    switch ((ObjType)o->type) {
    case O_LEAF:
    case O_TEXT:
    case O_COUNT:
        return;
    case O_ROPE:
        heap_mark_obj(h, ((Rope *)o)->left);
        heap_mark_obj(h, ((Rope *)o)->right);
        return;
    case O_LIST:
        heap_mark_obj(h, (Obj *)((List *)o)->store);
        return;
    case O_STORE:
        heap_mark_values(h, ((Store *)o)->items, ((Store *)o)->used);
        return;
    case O_RECORD:
        heap_mark_record(h, (Record *)o);
        return;
    case O_RANGE:
        heap_mark(h, ((Range *)o)->from);
        heap_mark(h, ((Range *)o)->to);
        heap_mark(h, ((Range *)o)->step);
        return;
    case O_FUNCTION:
        heap_mark_function(h, (Function *)o);
        return;
    case O_SCALE:
        heap_mark_scale(h, (Scale *)o);
        return;
    case O_CELL:
        heap_mark(h, ((CellObj *)o)->value);
        return;
    case O_VIEW:
    case O_FAULT:
        if (h->mark_object)
            h->mark_object(h, o);
        return;
    }
}

static void heap_drain(Heap *h)
{
    while (h->gray_count)
        heap_mark_children(h, h->gray[--h->gray_count]);
}

/* Each round marks at least one more object, or is the last. */
static void heap_rescan(Heap *h)
{
    while (h->gray_overflow) {
        h->gray_overflow = false;
        for (Obj *o = h->objects; o; o = o->next) {
            if (o->mark && heap_has_children(o)) {
                heap_mark_children(h, o);
                heap_drain(h);
            }
        }
    }
}

static void heap_mark_roots(Heap *h)
{
    for (uint32_t i = 0; i < h->root_count; i++) {
        h->roots[i].mark(h, h->roots[i].data);
        heap_drain(h);
    }
    heap_mark_values(h, h->protected, h->protected_count);
    heap_drain(h);
    heap_rescan(h);
}

/* ---- sweeping ---- */

static void heap_sweep(Heap *h)
{
    Obj **link = &h->objects;
    size_t live = 0;
    for (Obj *o = *link, *next; o; o = next) {
        next = o->next;
        if (o->mark) {
            o->mark = 0;
            live += o->size;
            *link = o;
            link = &o->next;
        } else if (heap_is_small(o)) {
            heap_give_back(h, o, o->size);
        } else {
            mem_free(h->mem, o, o->size);
        }
    }
    *link = NULL;
    h->bytes = live;
}

/* Twice what lives; sooner when the memory allowed would run out before that. */
static size_t heap_next_threshold(const Heap *h)
{
    size_t t = h->bytes > HEAP_FLOOR / 2 ? h->bytes * 2 : HEAP_FLOOR;
    if (h->mem->limit) {
        size_t left = h->mem->limit > h->mem->used ? h->mem->limit - h->mem->used : 0;
        size_t soon = h->bytes + left / 2 + HEAP_CHUNK;
        if (t > soon)
            t = soon;
    }
    return t;
}

void heap_collect(Heap *h)
{
    heap_mark_roots(h);
    heap_sweep(h);
    h->threshold = heap_next_threshold(h);
    h->wanted = false;
    h->collections++;
}
