/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What running a case shows: each question with its answers, their values and points; scenarios side by side; the
   checks in one line, or those that do not hold. */
#ifndef BAREME_REPORT_CASE_REPORT_H
#define BAREME_REPORT_CASE_REPORT_H

#include "data/show.h"
#include "domain/case.h"
#include "format/json.h"
#include "report/doc.h"

/* Appends the case to the document. Values are those of the base view; a fault is reported in cs->diags and leaves
   a dash. False: some check does not hold, or could not be evaluated. */
bool case_report(Doc *d, const Cases *cs, const Case *c, const ShowStyle *style);

#endif
