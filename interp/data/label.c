/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: open addressing over hashes that equal labels share. */
#include "data/label.h"

#include "data/show.h"

bool label_sound(Value v)
{
    return value_is_number(v) ? num_is_exact(v)
                              : v.tag == T_TEXT || v.tag == T_DATE || v.tag == T_TRUTH || v.tag == T_LEVEL;
}

NumErr label_equal(Heap *h, Value a, Value b, bool *equal)
{
    bool status = false;
    *equal = false;
    if (value_is_number(a) != value_is_number(b) || (!value_is_number(a) && a.tag != b.tag))
        return NUM_OK;
    NumErr err = value_equal(h, a, b, equal, &status);
    if (status || err != NUM_OK)
        *equal = false;
    return err == NUM_NO_MEMORY ? err : NUM_OK; /* 3 € and 3 h are different labels */
}

static uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    return h ^ h >> 33;
}

/* A text remembers its hash: 0 stands for none. */
static NumErr hash_text(Heap *h, Value v, uint64_t *hash)
{
    Text *t = text_flat(h, v);
    if (!t)
        return NUM_NO_MEMORY;
    if (!t->hash)
        t->hash = str_hash((Str){t->bytes, t->n}) | 1;
    *hash = t->hash;
    return NUM_OK;
}

static NumErr hash_label(Heap *h, Value v, uint64_t *hash)
{
    if (value_is_number(v))
        return num_hash(h->num, v, hash);
    if (v.tag == T_TEXT)
        return hash_text(h, v, hash);
    *hash = mix((uint64_t)v.tag << 56 ^ (v.tag == T_LEVEL ? v.den : (uint64_t)v.num));
    return NUM_OK;
}

void labels_init(LabelMap *m, Heap *h)
{
    *m = (LabelMap){.heap = h};
}

void labels_free(LabelMap *m)
{
    Mem *mem = m->heap->mem;
    mem_free(mem, m->entries, m->cap * sizeof *m->entries);
    mem_free(mem, m->index, m->index_cap * sizeof *m->index);
    *m = (LabelMap){.heap = m->heap};
}

static void index_put(LabelMap *m, uint32_t number)
{
    uint32_t mask = m->index_cap - 1, at = (uint32_t)m->entries[number].hash & mask;
    while (m->index[at])
        at = (at + 1) & mask;
    m->index[at] = number + 1;
}

static bool entries_room(LabelMap *m)
{
    if (m->count < m->cap)
        return true;
    uint32_t cap = m->cap ? m->cap * 2 : 16;
    LabelEntry *grown = mem_realloc(m->heap->mem, m->entries, m->cap * sizeof *grown, cap * sizeof *grown);
    if (!grown)
        return false;
    m->entries = grown;
    m->cap = cap;
    return true;
}

/* At most half full. */
static bool index_room(LabelMap *m)
{
    if (2 * (m->count + 1) <= m->index_cap)
        return true;
    uint32_t cap = m->index_cap ? m->index_cap * 2 : 32;
    uint32_t *index = mem_zalloc(m->heap->mem, cap, sizeof *index);
    if (!index)
        return false;
    mem_free(m->heap->mem, m->index, m->index_cap * sizeof *m->index);
    m->index = index;
    m->index_cap = cap;
    for (uint32_t i = 0; i < m->count; i++)
        index_put(m, i);
    return true;
}

static NumErr find(const LabelMap *m, Value label, uint64_t hash, int32_t *number)
{
    *number = NO_LABEL;
    if (!m->index_cap)
        return NUM_OK;
    uint32_t mask = m->index_cap - 1;
    for (uint32_t at = (uint32_t)hash & mask; m->index[at]; at = (at + 1) & mask) {
        uint32_t k = m->index[at] - 1;
        bool equal = false;
        if (m->entries[k].hash != hash)
            continue;
        NumErr err = label_equal(m->heap, m->entries[k].label, label, &equal);
        if (err != NUM_OK)
            return err;
        if (equal) {
            *number = (int32_t)k;
            return NUM_OK;
        }
    }
    return NUM_OK;
}

NumErr labels_find(const LabelMap *m, Value label, int32_t *number)
{
    uint64_t hash = 0;
    *number = NO_LABEL;
    NumErr err = label_sound(label) ? hash_label(m->heap, label, &hash) : NUM_OK;
    return err == NUM_OK && label_sound(label) ? find(m, label, hash, number) : err;
}

NumErr labels_add(LabelMap *m, Value label, uint32_t *number, bool *is_new)
{
    uint64_t hash = 0;
    int32_t known;
    *is_new = false;
    NumErr err = hash_label(m->heap, label, &hash);
    err = err == NUM_OK ? find(m, label, hash, &known) : err;
    if (err != NUM_OK)
        return err;
    if (known >= 0) {
        *number = (uint32_t)known;
        return NUM_OK;
    }
    if (!entries_room(m) || !index_room(m))
        return NUM_NO_MEMORY;
    *is_new = true;
    *number = m->count;
    m->entries[m->count] = (LabelEntry){label, hash};
    index_put(m, m->count++);
    return NUM_OK;
}
