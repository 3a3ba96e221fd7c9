/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: short concatenations are copied; longer ones become ropes, flattened in place when their characters are
   first asked for. A short text added to a rope that ends in a short text joins that text, so that a loop which
   adds one character at a time makes one piece for every TEXT_PIECE bytes. */
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
    return text_is_rope(o) && !((Rope *)o)->right ? ((Rope *)o)->left : o;
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
        if (text_is_rope(top)) {
            if (!text_push(s, ((Rope *)top)->left) || !text_push(s, ((Rope *)top)->right))
                return false;
        } else {
            Text *t = (Text *)top;
            end -= t->n;
            memcpy(end, t->bytes, t->n);
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

static bool text_fits_piece(const Obj *a, const Obj *b)
{
    return !text_is_rope(a) && !text_is_rope(b) && text_size(a) + text_size(b) <= TEXT_PIECE;
}

static Obj *text_join(Heap *h, Obj *a, Obj *b)
{
    if (text_fits_piece(a, b))
        return text_join_copy(h, (Text *)a, (Text *)b);
    if (!text_is_rope(a) || !text_fits_piece(text_settled(((Rope *)a)->right), b))
        return text_join_rope(h, a, b);
    Obj *last = text_join_copy(h, (Text *)text_settled(((Rope *)a)->right), (Text *)b);
    return last ? text_join_rope(h, ((Rope *)a)->left, last) : NULL;
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
