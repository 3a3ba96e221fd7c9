/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside domain/: what was judged before. Most copies of a class write the same right figures in the same way; what is
   simply right depends on nothing but the words and the key, so its judgement is kept with the key of the answer and
   found again by those words. Kept: short answers with one figure, right by the reference, with no slip; the first ones
   met. The results are the same without it. */
#ifndef BAREME_DOMAIN_KNOWN_H
#define BAREME_DOMAIN_KNOWN_H

#include "domain/judge.h"

/* NULL: not judged before. Its reading lives as long as the key. */
const Judgement *known_find(const AnswerKey *ak, Str raw);
/* Keeps it if it is such a one. */
void known_keep(Key *k, AnswerKey *ak, const Judgement *g);

#endif
