/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values as people read them, and the relations between values. Depth-bounded by LIMIT_NESTING. */
#ifndef BAREME_DATA_SHOW_H
#define BAREME_DATA_SHOW_H

#include "data/heap.h"
#include "num/format.h"

typedef struct ShowStyle {
    NumFormat number;
    bool quote; /* texts between quotes (inside lists and records they always are) */
} ShowStyle;

ShowStyle show_style(Lang lang);
/* Appends v. */
void value_show(Heap *h, Buf *out, Value v, const ShowStyle *style);
/* With a format as after `:` in an interpolation ("2", "exact", "30", "", "2 k€"); false: unknown format. */
bool value_show_format(Heap *h, Buf *out, Value v, Str format, Lang lang);

/* Equality of any two values: numbers by value (dimensions must agree, else *err), texts by NFC bytes,
   lists and records item by item (NUM_TOO_DEEP: nested too deeply), other types by identity; different types are
   never equal.
   A status on either side gives NUM_OK and *status true. */
NumErr value_equal(Heap *h, Value a, Value b, bool *equal, bool *status);
/* Order of numbers, texts (bytes), dates, levels of one scale. *ordered false: these cannot be ordered. */
NumErr value_compare(Heap *h, Value a, Value b, int *order, bool *ordered);

/* Dates: proleptic Gregorian. */
bool date_from_civil(int64_t y, int m, int d, int64_t *days); /* false: no such day */
void date_to_civil(int64_t days, int64_t *y, int *m, int *d);
/* Same day of the month n months later, or the last day of that month. false: out of years 1..9999. */
bool date_add_months(int64_t days, int64_t n, int64_t *out);

#endif
