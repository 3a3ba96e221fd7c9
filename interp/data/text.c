/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: short concatenations are copied; longer ones become ropes, flattened in place when their characters are
   first asked for. A text that goes on growing at its end gets a buffer: adding to the rope that ends where its
   buffer ends writes into the buffer's spare room, which no other rope can see. */
#include "data/heap.h"

#include <string.h>

#include "base/limits.h"

#define TEXT_PIECE 64u

static Text *text_alloc(Heap *h, size_t n)
{
    Text *t = (Text *)heap_new(h, O_TEXT, sizeof *t + n + 1);
    if (t)
        t->n = n;
    return t;
}

bool text_new(Heap *h, Str s, Value *out)
{
    Text *t = text_alloc(h, s.n);
    if (!t) {
        *out = value_none();
        return false;
    }
    if (s.n)
        memcpy(t->bytes, s.p, s.n);
    *out = value_obj(T_TEXT, t);
    return true;
}

static bool text_is_rope(const Obj *o)
{
    return o->type == O_ROPE;
}

static size_t text_size(const Obj *o)
{
    return text_is_rope(o) ? ((const Rope *)o)->n : ((const Text *)o)->n;
}

size_t text_bytes(Value text)
{
    return text_size(text.ptr);
}

/* A rope that was flattened counts as its text. */
static Obj *text_settled(Obj *o)
{
    return text_is_rope(o) && !((Rope *)o)->right && ((Rope *)o)->left->type == O_TEXT ? ((Rope *)o)->left : o;
}

/* A settled text that is two others, rather than bytes in a row. */
static bool text_is_pair(const Obj *o)
{
    return text_is_rope(o) && ((const Rope *)o)->right;
}

/* Of what is not a pair. */
static const char *text_chars(const Obj *o)
{
    return text_is_rope(o) ? ((const TextBuffer *)((const Rope *)o)->left)->bytes : ((const Text *)o)->bytes;
}

/* ---- flattening ---- */

typedef struct TextStack {
    Mem *mem;
    Obj **items;
    size_t n, cap;
} TextStack;

static bool text_push(TextStack *s, Obj *o)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 64;
        Obj **p = mem_realloc(s->mem, s->items, s->cap * sizeof *p, cap * sizeof *p);
        if (!p)
            return false;
        s->items = p;
        s->cap = cap;
    }
    s->items[s->n++] = o;
    return true;
}

/* Writes the pieces of o from the last to the first, so that the usual rope, which grew at its end, needs a
   stack of two. */
static bool text_write(TextStack *s, Obj *o, char *end)
{
    if (!text_push(s, o))
        return false;
    while (s->n) {
        Obj *top = text_settled(s->items[--s->n]);
        if (text_is_pair(top)) {
            if (!text_push(s, ((Rope *)top)->left) || !text_push(s, ((Rope *)top)->right))
                return false;
        } else {
            end -= text_size(top);
            memcpy(end, text_chars(top), text_size(top));
        }
    }
    return true;
}

static Text *text_flatten(Heap *h, Rope *r)
{
    Text *t = text_alloc(h, r->n);
    TextStack s = {.mem = h->mem};
    bool done = t && text_write(&s, &r->obj, t->bytes + t->n);
    mem_free(h->mem, s.items, s.cap * sizeof *s.items);
    if (!done)
        return NULL;
    r->left = &t->obj;
    r->right = NULL;
    return t;
}

Text *text_flat(Heap *h, Value text)
{
    Obj *o = text_settled(text.ptr);
    return text_is_rope(o) ? text_flatten(h, (Rope *)o) : (Text *)o;
}

Str text_str(Heap *h, Value text)
{
    Text *t = text_flat(h, text);
    return t ? (Str){t->bytes, t->n} : (Str){NULL, 0};
}

/* ---- joining ---- */

static Obj *text_join_copy(Heap *h, Text *a, Text *b)
{
    Text *t = text_alloc(h, a->n + b->n);
    if (!t)
        return NULL;
    memcpy(t->bytes, a->bytes, a->n);
    memcpy(t->bytes + a->n, b->bytes, b->n);
    return &t->obj;
}

static Obj *text_join_rope(Heap *h, Obj *a, Obj *b)
{
    Rope *r = (Rope *)heap_new(h, O_ROPE, sizeof *r);
    if (!r)
        return NULL;
    r->left = a;
    r->right = b;
    r->n = text_size(a) + text_size(b);
    return &r->obj;
}

/* A rope over the first n bytes of a buffer. */
static Obj *text_view(Heap *h, TextBuffer *b, size_t n)
{
    Rope *r = (Rope *)heap_new(h, O_ROPE, sizeof *r);
    if (!r)
        return NULL;
    r->left = &b->obj;
    r->n = n;
    return &r->obj;
}

static void buffer_put(TextBuffer *b, const Obj *piece)
{
    memcpy(b->bytes + b->used, text_chars(piece), text_size(piece));
    b->used += text_size(piece);
}

/* a, b and c (none a pair) in a buffer with room for as much again. */
static Obj *text_buffered(Heap *h, const Obj *a, const Obj *b, const Obj *c)
{
    size_t n = text_size(a) + text_size(b) + text_size(c);
    TextBuffer *buffer = (TextBuffer *)heap_new(h, O_BUFFER, sizeof *buffer + 2 * n);
    if (!buffer)
        return NULL;
    buffer->cap = 2 * n;
    buffer_put(buffer, a);
    buffer_put(buffer, b);
    buffer_put(buffer, c);
    return text_view(h, buffer, n);
}

/* Is o the last view of a buffer that has room for n more bytes? */
static bool text_has_room(const Obj *o, size_t n)
{
    if (!text_is_rope(o) || text_is_pair(o))
        return false;
    const TextBuffer *b = (const TextBuffer *)((const Rope *)o)->left;
    return b->used == text_size(o) && b->cap - b->used >= n;
}

/* The second time that a text grows at its end it gets a buffer: the first may be the only one. */
static Obj *text_join(Heap *h, Obj *a, Obj *b)
{
    if (!text_is_rope(a) && !text_is_rope(b) && text_size(a) + text_size(b) <= TEXT_PIECE)
        return text_join_copy(h, (Text *)a, (Text *)b);
    if (text_is_pair(b))
        return text_join_rope(h, a, b);
    if (text_has_room(a, text_size(b))) {
        TextBuffer *buffer = (TextBuffer *)((Rope *)a)->left;
        buffer_put(buffer, b);
        return text_view(h, buffer, buffer->used);
    }
    if (!text_is_pair(a))
        return text_join_rope(h, a, b);
    Obj *left = text_settled(((Rope *)a)->left), *right = text_settled(((Rope *)a)->right);
    bool growing = !text_is_pair(left) && !text_is_pair(right) && text_size(right) + text_size(b) <= text_size(left);
    if (growing)
        return text_buffered(h, left, right, b);
    return text_join_rope(h, a, b);
}

bool text_concat(Heap *h, Value a, Value b, Value *out)
{
    Obj *left = text_settled(a.ptr), *right = text_settled(b.ptr);
    size_t n = text_size(left) + text_size(right);
    Obj *o = NULL;
    if (n > LIMIT_TEXT_BYTES)
        o = NULL;
    else if (!text_size(left))
        o = right;
    else if (!text_size(right))
        o = left;
    else
        o = text_join(h, left, right);
    *out = o ? value_obj(T_TEXT, o) : value_none();
    return o != NULL;
}
