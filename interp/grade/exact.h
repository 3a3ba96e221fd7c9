/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks as texts that lose nothing: "1", "0.5", "1/3". */
#ifndef BAREME_GRADE_EXACT_H
#define BAREME_GRADE_EXACT_H

#include "base/arena.h"
#include "num/number.h"

void exact_put(NumCtx *num, Buf *out, Value v);
/* In the arena; whole numbers and halves cost nothing. {"", 0}: memory. */
Str exact_str(NumCtx *num, Arena *arena, Value v);
/* A number without a unit. False: the text is none. */
bool exact_read(NumCtx *num, Str text, Value *out);
/* "1,75"; at most four decimals, half up: for spreadsheets and people. */
void exact_decimal(NumCtx *num, Buf *out, Value v);

#endif
