/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A date as people write it in a box: 12/05/2023, 12.5.23, 2023-05-12, vendredi 12 mai 2023, May 12, 2023, 1er mai. */
#ifndef BAREME_DOMAIN_WRITTEN_DATE_H
#define BAREME_DOMAIN_WRITTEN_DATE_H

#include "base/str.h"

/* A year of two digits, or none at all, is taken in the century, or the year, of `expected` (days, as value_date).
   False: not a date. */
bool written_date(Mem *mem, Str text, int64_t expected, int64_t *days);

#endif
