/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a judgement says: to the student, in the language of the case, without any name of a formula and without the
   expected value; and to the teacher, the rule that gave the marks, with its details. Both append to a Buf. */
#ifndef BAREME_DOMAIN_FEEDBACK_H
#define BAREME_DOMAIN_FEEDBACK_H

#include "domain/judge.h"

void feedback_message(Buf *out, Graph *g, const Case *c, const Judgement *j);
/* The general slip that explains a wrong figure, in a sentence; nothing when none does. */
void feedback_guess(Buf *out, Graph *g, const Case *c, const Judgement *j);
void feedback_rule(Buf *out, const Judgement *j, Lang lang);

#endif
