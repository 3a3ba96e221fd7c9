/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: entries in an array, in order; beside it a table of entry numbers + 1, probed linearly. A removed entry
   stays in both, marked dead, so that probes walk over it; both are cleaned when the table is rebuilt. */
#include "base/map.h"

void map_init(Map *m, Mem *mem)
{
    *m = (Map){.mem = mem};
}

void map_free(Map *m)
{
    mem_free(m->mem, m->entries, m->entry_cap * sizeof *m->entries);
    mem_free(m->mem, m->index, m->index_cap * sizeof *m->index);
    map_init(m, m->mem);
}

static MapEntry *map_find(const Map *m, Str key, uint64_t hash)
{
    if (!m->index_cap)
        return NULL;
    uint32_t mask = m->index_cap - 1;
    for (uint32_t at = (uint32_t)hash & mask; m->index[at]; at = (at + 1) & mask) {
        MapEntry *e = &m->entries[m->index[at] - 1];
        if (!e->dead && e->hash == hash && str_eq(e->key, key))
            return e;
    }
    return NULL;
}

static void map_link(Map *m, uint32_t entry)
{
    uint32_t mask = m->index_cap - 1;
    uint32_t at = (uint32_t)m->entries[entry].hash & mask;
    while (m->index[at])
        at = (at + 1) & mask;
    m->index[at] = entry + 1;
}

static void map_compact(Map *m)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < m->used; i++)
        if (!m->entries[i].dead)
            m->entries[kept++] = m->entries[i];
    m->used = kept;
}

/* New arrays first, then the swap: on failure the map is as it was. */
static bool map_rebuild(Map *m)
{
    uint32_t index_cap = 8;
    while (index_cap / 2 < m->count + 1) {
        if (index_cap > UINT32_MAX / 4)
            return false;
        index_cap *= 2;
    }
    uint32_t entry_cap = index_cap / 4 * 3;
    uint32_t *index = mem_zalloc(m->mem, index_cap, sizeof *index);
    if (!index)
        return false;
    if (entry_cap > m->entry_cap) {
        MapEntry *entries =
            mem_realloc(m->mem, m->entries, m->entry_cap * sizeof *entries, entry_cap * sizeof *entries);
        if (!entries) {
            mem_free(m->mem, index, index_cap * sizeof *index);
            return false;
        }
        m->entries = entries;
        m->entry_cap = entry_cap;
    }
    mem_free(m->mem, m->index, m->index_cap * sizeof *m->index);
    m->index = index;
    m->index_cap = index_cap;
    map_compact(m);
    for (uint32_t i = 0; i < m->used; i++)
        map_link(m, i);
    return true;
}

bool map_get(const Map *m, Str key, uint64_t *value)
{
    const MapEntry *e = map_find(m, key, str_hash(key));
    if (e && value)
        *value = e->value;
    return e != NULL;
}

/* Dead entries count: they lengthen the probes as much as live ones. */
static bool map_full(const Map *m)
{
    return m->used >= m->entry_cap || m->used >= m->index_cap / 4 * 3;
}

bool map_set(Map *m, Str key, uint64_t value)
{
    uint64_t hash = str_hash(key);
    MapEntry *e = map_find(m, key, hash);
    if (e) {
        e->value = value;
        return true;
    }
    if (map_full(m) && !map_rebuild(m))
        return false;
    m->entries[m->used] = (MapEntry){.key = key, .hash = hash, .value = value};
    map_link(m, m->used);
    m->used++;
    m->count++;
    return true;
}

bool map_remove(Map *m, Str key)
{
    MapEntry *e = map_find(m, key, str_hash(key));
    if (!e)
        return false;
    e->dead = true;
    m->count--;
    return true;
}
