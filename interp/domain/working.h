/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic written in a box: numbers as in copies, their units, + - * / ^ and brackets, with the signs that
   people write (×, ÷, −, x between numbers). Bounded; nothing else is understood. */
#ifndef BAREME_DOMAIN_WORKING_H
#define BAREME_DOMAIN_WORKING_H

#include "domain/reading.h"

/* One member of shown working, read in one notation. False: it is not arithmetic, or cannot be computed. A bare
   number added to one with a unit takes it. loose: 1280/60 h is so many hours, as people mean it, not the quotient
   by 60 h. */
bool working_value(NumCtx *num, Lang notation, Str text, bool loose, Figure *out);
/* Does `right` follow from `left`, at the precision of right? Bare numbers agree with any unit. */
bool working_holds(NumCtx *num, const Figure *left, const Figure *right);

#endif
