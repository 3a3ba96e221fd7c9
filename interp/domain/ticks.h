/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person ticks in an open answer or its grid, read from words and put into words. */
#ifndef BAREME_DOMAIN_TICKS_H
#define BAREME_DOMAIN_TICKS_H

#include "domain/judge.h"

struct Instance;

/* Elements separated by `;` or `,`: numbers from 1, names, titles (which may hold commas), `other` for an idea that is
   not among them, `none` or 0 for nothing. ticked: by element, room for all. False: nothing there, or *wrong is the
   first that is none of these; the others are ticked. */
bool ticks_read(Mem *mem, const Open *o, Str text, bool *ticked, uint32_t *other, Str *wrong);

/* Titles of elements; with a grid, what its criteria say of the levels ticked (levels: by criterion). */
void ticks_words(Buf *out, Vm *vm, Lang lang, const Open *o, const struct Instance *grid, const OpenTicks *t);

#endif
