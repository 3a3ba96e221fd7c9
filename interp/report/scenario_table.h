/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenarios of a question (NULL: of the case) side by side: what they write themselves, and the answers that come out
   otherwise. */
#ifndef BAREME_REPORT_SCENARIO_TABLE_H
#define BAREME_REPORT_SCENARIO_TABLE_H

#include "domain/case.h"
#include "report/writer.h"

/* Nothing when there are none. Faults are reported in the diags of the cases. */
void scenario_table(Writer *w, DocNode *parent, const Cases *cases, const Case *c, const Question *q);
/* Those of the case, under a heading of their own. */
void scenario_section(Writer *w, DocNode *parent, const Cases *cases, const Case *c);

#endif
