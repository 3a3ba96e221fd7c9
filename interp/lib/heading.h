/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The heading of a column of foreign data: "Prix de vente (k€)" is the column Prix_de_vente, called so by people, in k€. */
#ifndef BAREME_LIB_HEADING_H
#define BAREME_LIB_HEADING_H

#include "base/arena.h"
#include "num/unit.h"

typedef struct Heading {
    Str name;      /* one word, in the arena */
    Str title;     /* as written, without the unit; empty: the name says as much */
    uint16_t unit;
    bool has_unit; /* else what stands between the last parentheses belongs to the title */
} Heading;

/* NUM_NO_MEMORY, or NUM_OK; a heading without any letter or digit has an empty name. */
NumErr heading_read(NumCtx *num, Arena *arena, Str text, Heading *out);

#endif
