/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The roll of a class: the names of its candidates, one a line, or a column of a CSV. Empty lines and names met before
   are passed over. */
#ifndef BAREME_GRADE_ROLL_H
#define BAREME_GRADE_ROLL_H

#include "grade/copies.h"

typedef struct Roll {
    Str *names;
    uint32_t count;
} Roll;

/* In the arena. A CSV is what ends in .csv; its column is found as that of copies is. False: told in diags. */
bool roll_read(Roll *r, Arena *arena, Io *io, Diags *diags, const char *path, const CopyOptions *options);

#endif
