/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents for tests, and for looking at what a writer does. */
#ifndef BAREME_TESTS_SAMPLE_DOC_H
#define BAREME_TESTS_SAMPLE_DOC_H

#include "report/doc.h"

/* Every kind of node, as the reports of a case would build it. */
void sample_document(Doc *d);
/* Charts that strain their writers, of each kind (or of one, from 1): no point, one, three, twelve, forty; negative
   values; nothing but zeros. */
void sample_odd(Doc *d, unsigned only);
/* The text wherever a text may stand. */
void sample_hostile(Doc *d, Str s);

#endif
