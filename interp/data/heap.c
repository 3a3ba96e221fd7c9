/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: objects up to 512 bytes are cut in steps of 16 bytes from 64 KiB chunks; larger ones are allocated alone and
   hang on one list. A chunk has a bit for each step, set where a marked object starts, so that a sweep reads only
   what lives: the gaps between are free. A gap of up to 512 bytes waits on the spare list of its size; a longer one is
   filled from end to end in its turn. A chunk that holds nothing alive is kept for new objects or given back.

   Marking keeps the objects still to be looked into on a stack of its own. Should that stack not grow because
   memory is out, the object stays marked, and the whole heap is walked again for marked objects whose children
   are not: slower, never wrong. */
#include "data/heap.h"

#include <string.h>

#include "data/object.h"
#include "data/pack.h"
#include "data/table.h"

#define HEAP_STEP 16u
#define HEAP_SMALL 512u
#define HEAP_CHUNK (64u << 10)
#define HEAP_FLOOR (2u << 20) /* a smaller heap is not worth a collection, a larger one leaves the cache */
#define HEAP_GRAY 512u        /* room made at the start, so that small programs never rescan */

_Static_assert(sizeof(Obj) == HEAP_STEP, "the payload of a leaf is aligned to 16 bytes");
_Static_assert(HEAP_SMALL / HEAP_STEP + 1 == HEAP_CLASSES, "one class a step");

#define HEAP_PLACES (HEAP_CHUNK / HEAP_STEP)
#define HEAP_LONG 0 /* instead of a class: gaps longer than HEAP_SMALL */

struct HeapChunk {
    HeapChunk *next;
    bool lives; /* while collecting: a bit below is set; at other times none is */
    uint64_t marked[HEAP_PLACES / 64];
};

_Static_assert(sizeof(HeapChunk) % HEAP_STEP == 0, "objects of a chunk are aligned to 16 bytes");
_Static_assert(HEAP_PLACES <= UINT16_MAX, "the place of an object takes 16 bits");

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

static void heap_free_chunks(Heap *h, HeapChunk *c)
{
    for (HeapChunk *next; c; c = next) {
        next = c->next;
        mem_free(h->mem, c, HEAP_CHUNK);
    }
}

void heap_free(Heap *h)
{
    for (Obj *o = h->large, *next; o; o = next) {
        next = o->next;
        mem_free(h->mem, o, o->size);
    }
    heap_free_chunks(h, h->chunks);
    heap_free_chunks(h, h->empty);
    mem_free(h->mem, h->gray, h->gray_cap * sizeof *h->gray);
    mem_free(h->mem, h->protected, h->protected_cap * sizeof *h->protected);
    *h = (Heap){0};
}

/* ---- allocation ---- */

static uint16_t heap_place(const HeapChunk *c, const void *p)
{
    return (uint16_t)((size_t)((const char *)p - (const char *)c) / HEAP_STEP);
}

/* Of a small object. */
static HeapChunk *heap_chunk_of(Obj *o)
{
    return (HeapChunk *)(void *)((char *)o - (size_t)o->place * HEAP_STEP);
}

static HeapChunk *heap_empty_chunk(Heap *h)
{
    HeapChunk *c = h->empty;
    if (!c)
        return mem_alloc(h->mem, HEAP_CHUNK);
    h->empty = c->next;
    h->empty_count--;
    return c;
}

static bool heap_chunk(Heap *h)
{
    HeapChunk *c = heap_empty_chunk(h);
    if (!c)
        return false;
    *c = (HeapChunk){.next = h->chunks};
    h->chunks = h->filling = c;
    h->fresh = (char *)(c + 1);
    h->fresh_end = (char *)c + HEAP_CHUNK;
    return true;
}

/* Fills the next long gap, or a new chunk; what is left of the present one (not enough for a small object) is spare. */
static bool heap_refill(Heap *h)
{
    Obj *rest = (Obj *)(void *)h->fresh, *gap = h->spare[HEAP_LONG];
    size_t left = (size_t)(h->fresh_end - h->fresh);
    uint16_t place = left ? heap_place(h->filling, rest) : 0;
    if (gap) {
        h->spare[HEAP_LONG] = gap->next;
        h->filling = heap_chunk_of(gap);
        h->fresh = (char *)gap;
        h->fresh_end = h->fresh + gap->size;
    } else if (!heap_chunk(h)) {
        return false;
    }
    if (left) {
        *rest = (Obj){.next = h->spare[left / HEAP_STEP], .place = place};
        h->spare[left / HEAP_STEP] = rest;
    }
    return true;
}

static Obj *heap_small(Heap *h, size_t bytes)
{
    Obj *o = h->spare[bytes / HEAP_STEP];
    if (o) {
        h->spare[bytes / HEAP_STEP] = o->next;
        return o;
    }
    if ((size_t)(h->fresh_end - h->fresh) < bytes && !heap_refill(h))
        return NULL;
    o = (Obj *)(void *)h->fresh;
    o->place = heap_place(h->filling, o);
    h->fresh += bytes;
    return o;
}

static Obj *heap_large(Heap *h, size_t bytes)
{
    Obj *o = mem_alloc(h->mem, bytes);
    if (!o)
        return NULL;
    o->place = 0;
    o->next = h->large;
    h->large = o;
    return o;
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

/* An object with no more than its header filled. */
static Obj *heap_take(Heap *h, ObjType type, size_t bytes)
{
    if (bytes > UINT32_MAX - HEAP_STEP)
        return NULL;
    bytes = (bytes + HEAP_STEP - 1) & ~(size_t)(HEAP_STEP - 1);
    Obj *o = bytes <= HEAP_SMALL ? heap_small(h, bytes) : heap_large(h, bytes);
    if (!o) {
        h->wanted = true;
        return NULL;
    }
    o->size = (uint32_t)bytes;
    o->type = (uint8_t)type;
    o->mark = 0;
    heap_count(h, bytes);
    return o;
}

Obj *heap_new(Heap *h, ObjType type, size_t bytes)
{
    Obj *o = heap_take(h, type, bytes);
    if (o)
        memset(o + 1, 0, o->size - sizeof *o);
    return o;
}

Obj *heap_new_bare(Heap *h, ObjType type, size_t bytes)
{
    return heap_take(h, type, bytes);
}

/* Numbers fill their leaf at once. */
void *heap_leaf(void *heap, uint8_t tag, size_t payload_bytes)
{
    (void)tag;
    Obj *o = heap_take(heap, O_LEAF, sizeof(Obj) + payload_bytes);
    return o ? o + 1 : NULL;
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
    return o->type != O_LEAF && o->type != O_TEXT && o->type != O_BUFFER;
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

static void heap_mark_place(HeapChunk *c, uint16_t place)
{
    c->lives = true;
    c->marked[place / 64] |= UINT64_C(1) << place % 64;
}

/* The first marked object from there on; NULL: none. */
static Obj *heap_next_marked(HeapChunk *c, const char *from)
{
    uint32_t place = heap_place(c, from), word = place / 64;
    if (place >= HEAP_PLACES)
        return NULL;
    uint64_t bits = c->marked[word] & UINT64_MAX << place % 64;
    while (!bits) {
        if (++word == HEAP_PLACES / 64)
            return NULL;
        bits = c->marked[word];
    }
    place = word * 64 + (uint32_t)__builtin_ctzll(bits);
    return (Obj *)(void *)((char *)c + (size_t)place * HEAP_STEP);
}

void heap_mark_obj(Heap *h, Obj *o)
{
    if (!o || o->mark)
        return;
    o->mark = 1;
    if (o->place)
        heap_mark_place(heap_chunk_of(o), o->place);
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
    case T_TABLE:
    case T_MATRIX:
    case T_OBJECT:
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
    heap_mark_obj(h, (Obj *)(uintptr_t)r->table);
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

static void heap_mark_table(Heap *h, const Table *t)
{
    heap_mark_obj(h, (Obj *)t->title);
    for (uint32_t i = 0; i < t->n; i++) {
        heap_mark_obj(h, (Obj *)t->columns[i].name);
        heap_mark_obj(h, (Obj *)t->columns[i].title);
        heap_mark_obj(h, (Obj *)t->columns[i].other);
        heap_mark(h, t->columns[i].items);
    }
}

static void heap_mark_matrix(Heap *h, const Matrix *m)
{
    heap_mark_obj(h, (Obj *)m->title);
    heap_mark(h, m->items);
    for (uint32_t i = 0; i < m->axes; i++) {
        heap_mark_obj(h, (Obj *)m->axis[i].name);
        heap_mark(h, m->axis[i].labels);
        heap_mark(h, m->axis[i].names);
        heap_mark(h, m->axis[i].titles);
    }
}

static void heap_mark_children(Heap *h, Obj *o)
{
    switch ((ObjType)o->type) {
    case O_LEAF:
    case O_TEXT:
    case O_BUFFER:
    case O_COUNT:
        return;
    case O_ROPE:
        heap_mark_obj(h, ((Rope *)o)->left);
        heap_mark_obj(h, ((Rope *)o)->right);
        return;
    case O_LIST:
        heap_mark_obj(h, ((List *)o)->packed ? &((List *)o)->pack->obj : &((List *)o)->store->obj);
        return;
    case O_STORE:
        heap_mark_values(h, ((Store *)o)->items, ((Store *)o)->used);
        return;
    case O_PACK:
        heap_mark_obj(h, (Obj *)((Pack *)o)->values);
        return;
    case O_RECORD:
        heap_mark_record(h, (Record *)o);
        return;
    case O_RANGE:
        heap_mark(h, ((Range *)o)->from);
        heap_mark(h, ((Range *)o)->to);
        heap_mark(h, ((Range *)o)->step);
        return;
    case O_TABLE:
        heap_mark_table(h, (Table *)o);
        return;
    case O_MATRIX:
        heap_mark_matrix(h, (Matrix *)o);
        return;
    case O_INSTANCE:
        heap_mark_values(h, ((Instance *)o)->fields, ((Instance *)o)->n);
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

static void heap_rescan_object(Heap *h, Obj *o)
{
    if (o->mark && heap_has_children(o)) {
        heap_mark_children(h, o);
        heap_drain(h);
    }
}

/* Each round marks at least one more object, or is the last. */
static void heap_rescan(Heap *h)
{
    while (h->gray_overflow) {
        h->gray_overflow = false;
        for (Obj *o = h->large; o; o = o->next)
            heap_rescan_object(h, o);
        for (HeapChunk *c = h->chunks; c; c = c->next)
            for (Obj *o = heap_next_marked(c, (char *)(c + 1)); o; o = heap_next_marked(c, (char *)o + o->size))
                heap_rescan_object(h, o);
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

static size_t heap_sweep_large(Heap *h)
{
    Obj **link = &h->large;
    size_t live = 0;
    for (Obj *o = *link, *next; o; o = next) {
        next = o->next;
        if (!o->mark) {
            mem_free(h->mem, o, o->size);
            continue;
        }
        o->mark = 0;
        live += o->size;
        *link = o;
        link = &o->next;
    }
    *link = NULL;
    return live;
}

/* Enough for the next round of a small heap, unless memory is scarce. */
static bool heap_keeps_empty(const Heap *h)
{
    bool scarce = h->mem->limit && h->mem->limit < h->mem->used + 4 * (size_t)HEAP_FLOOR;
    return !scarce && h->empty_count < HEAP_FLOOR / HEAP_CHUNK;
}

static void heap_empty(Heap *h, HeapChunk *c)
{
    if (!heap_keeps_empty(h)) {
        mem_free(h->mem, c, HEAP_CHUNK);
        return;
    }
    c->next = h->empty;
    h->empty = c;
    h->empty_count++;
}

/* Gaps go to the ends of their lists, which so follow the order of memory. */
static void heap_gap(HeapChunk *c, char *from, const char *to, Obj **tails[HEAP_CLASSES])
{
    size_t bytes = (size_t)(to - from), list = bytes <= HEAP_SMALL ? bytes / HEAP_STEP : HEAP_LONG;
    Obj *o = (Obj *)(void *)from;
    if (bytes == 0)
        return;
    *o = (Obj){.size = (uint32_t)bytes, .place = heap_place(c, from)};
    *tails[list] = o;
    tails[list] = &o->next;
}

static size_t heap_sweep_chunk(HeapChunk *c, Obj **tails[HEAP_CLASSES])
{
    size_t live = 0;
    char *from = (char *)(c + 1);
    for (Obj *o = heap_next_marked(c, from); o; o = heap_next_marked(c, from)) {
        heap_gap(c, from, (char *)o, tails);
        o->mark = 0;
        live += o->size;
        from = (char *)o + o->size;
    }
    heap_gap(c, from, (char *)c + HEAP_CHUNK, tails);
    c->lives = false;
    memset(c->marked, 0, sizeof c->marked);
    return live;
}

static size_t heap_sweep_small(Heap *h)
{
    Obj **tails[HEAP_CLASSES];
    HeapChunk **link = &h->chunks;
    size_t live = 0;
    h->fresh = h->fresh_end = NULL; /* it is a gap like others, or in an empty chunk */
    for (uint32_t i = 0; i < HEAP_CLASSES; i++)
        tails[i] = &h->spare[i];
    for (HeapChunk *c = *link, *next; c; c = next) {
        next = c->next;
        if (!c->lives) {
            *link = next;
            heap_empty(h, c);
            continue;
        }
        live += heap_sweep_chunk(c, tails);
        link = &c->next;
    }
    for (uint32_t i = 0; i < HEAP_CLASSES; i++)
        *tails[i] = NULL;
    return live;
}

static void heap_sweep(Heap *h)
{
    h->bytes = heap_sweep_large(h);
    h->bytes += heap_sweep_small(h);
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
