/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units: a table of ids. An id carries a dimension and a way to show: `€/h`, `min`, `k€`, `call/day`.

   A unit is a product of factors, each the power of a symbol (unit.def, or a counting unit declared by the
   author). Magnitudes are kept in the base of the dimension; factor(unit) bases make one unit. A number without
   dimension is plain, a percentage (%, ‰, pt), a ratio (a mixture or a quotient, shown as a plain number), or
   a rate of one dimension such as h/day, which keeps its unit.
   Two numbers may be added if their dimensions are equal, or differ by counting units that one side has
   and the other has not; or if a convention ties what differs.
   Ids never change; those made after unit_mark may be dropped together by unit_release. */
#ifndef BAREME_NUM_UNIT_H
#define BAREME_NUM_UNIT_H

#include "base/str.h"
#include "diag/diag.h"
#include "num/number.h"

enum { U_PLAIN, U_RATIO, U_PERCENT, U_PERMILLE, U_POINT, U_FIRST_OTHER };

/* Base magnitude of one unit, num / den, both > 0. */
typedef struct UnitFactor {
    int64_t num, den;
} UnitFactor;

/* `€/h`, `k€`, `call/day`, `/day`, `m²`, `m^2`, `€/(h·m²)`; NUM_UNIT_UNKNOWN for a word that is no unit and for
   what is not so written. */
NumErr unit_parse(NumCtx *c, Str text, uint16_t *id);
/* The first word of such a text that is no unit; {NULL, 0} if all are. */
Str unit_unknown(NumCtx *c, Str text);
/* Is this one word the name of a unit (in either language, prefix included)? */
bool unit_lookup_name(NumCtx *c, Str name);
/* The known name closest to a wrong one; {NULL, 0} if none is close. */
Str unit_suggest(NumCtx *c, Str wrong);
/* A counting unit. Declaring it again, or its plural, is harmless; NUM_UNIT_TAKEN if the language has a unit of that name. */
NumErr unit_declare(NumCtx *c, Str name);
/* One `unit` is `digits` (as for num_read_literal) of `other`: ties their two dimensions. If earlier conventions tie
   them otherwise: NUM_CONVENTION; but `again` (the dialogue), a convention said once more of the same two wins. */
NumErr unit_convention(NumCtx *c, uint16_t unit, Str digits, uint16_t other, bool again);
/* Another number than before: values computed until then may be wrong by the conventions of now. */
uint32_t unit_ties(const NumCtx *c);

/* Changes only the shown unit, where dimensions agree; relabels counts. */
NumErr unit_convert(NumCtx *c, Value v, uint16_t to, Value *out);
/* Unit of a sum of two values of these units; NUM_OK iff a sum is allowed. */
NumErr unit_sum(NumCtx *c, uint16_t a, uint16_t b, uint16_t *out);
/* Unit of a quotient. */
NumErr unit_div(NumCtx *c, uint16_t a, uint16_t b, uint16_t *out);

UnitFactor unit_factor(const NumCtx *c, uint16_t id);
bool unit_is_money(const NumCtx *c, uint16_t id);         /* €, k€, €/h... */
bool unit_is_counting(const NumCtx *c, uint16_t id);      /* made only of counting units */
bool unit_is_calendar(const NumCtx *c, uint16_t id);      /* months, quarters, years */
bool unit_is_rate(const NumCtx *c, uint16_t id);          /* so much a …: €/h, /day, h/day */
bool unit_is_percent(uint16_t id);                        /* %, ‰, pt */
bool unit_is_dimensionless(const NumCtx *c, uint16_t id); /* plain, ratio, percentages */
/* May values of these be compared without an error? */
bool unit_same_dimension(NumCtx *c, uint16_t a, uint16_t b);

/* The text of a unit (singular; reads back with unit_parse); nothing for plain and ratio. */
void unit_name(NumCtx *c, Buf *out, uint16_t id, Lang lang);
/* The same as it stands after a number: words agree with it (2 jours). */
void unit_show(NumCtx *c, Buf *out, uint16_t id, Value v, Lang lang);
/* What it measures, for messages: "a duration", « une durée », "an amount in €", "a number of call". */
void unit_dimension_name(NumCtx *c, Buf *out, uint16_t id, Lang lang);

/* Units and counting units declared after the mark can be dropped together; nothing may use them any more. */
typedef struct UnitMark {
    uint32_t units, symbols;
} UnitMark;
UnitMark unit_mark(const NumCtx *c);
void unit_release(NumCtx *c, UnitMark m);

/* Every name of a unit, for completion: i from 0, until {NULL, 0}. */
Str unit_nth_name(const NumCtx *c, uint32_t i);

#endif
