/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hash map from bytes to a 64-bit value, in order of insertion. Keys are not copied:
   they must outlive the map (arena, interned text). Walk entries[0 .. used - 1] and skip the dead ones;
   map_set may move them. */
#ifndef BAREME_BASE_MAP_H
#define BAREME_BASE_MAP_H

#include "base/str.h"

typedef struct MapEntry {
    Str key;
    uint64_t hash;
    uint64_t value;
    bool dead;
} MapEntry;

typedef struct Map {
    Mem *mem;
    MapEntry *entries; /* in order of insertion; `dead` ones are skipped */
    uint32_t *index;   /* open addressing, entry number + 1 */
    uint32_t count, used, entry_cap, index_cap;
} Map;

void map_init(Map *m, Mem *mem);
void map_free(Map *m);
bool map_get(const Map *m, Str key, uint64_t *value); /* value may be NULL */
bool map_set(Map *m, Str key, uint64_t value);        /* false: out of memory */
bool map_remove(Map *m, Str key);

#endif
