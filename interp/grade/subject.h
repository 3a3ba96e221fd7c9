/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a candidate is given: the texts, the data and the questions, as a view sees them; nothing of the correction, and
   no method of an `either`. */
#ifndef BAREME_GRADE_SUBJECT_H
#define BAREME_GRADE_SUBJECT_H

#include "grade/marker.h"
#include "report/doc.h"

/* c: of a Cases that was built in the view (NULL: the base). question NULL: what stands before the first one. */
void subject_head(Doc *d, Marker *m, const Case *c, View *view);
void subject_question(Doc *d, Marker *m, const Case *c, View *view, const Question *q);
/* Both, and all questions with what is asked in each. False: memory. */
bool subject_page(Doc *d, Marker *m, const Case *c, View *view);

#endif
