/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What checking a text shows: its official figures, its checks, its sums of points, what was found, and how many of
   each. */
#ifndef BAREME_REPORT_CHECK_REPORT_H
#define BAREME_REPORT_CHECK_REPORT_H

#include "data/show.h"
#include "domain/check.h"
#include "format/json.h"
#include "report/doc.h"

/* Appends the audit. with_findings: also what was found, one line each; else only how many (a host may show them
   with their lines of source). */
void check_report(Doc *d, const CheckReport *r, const ShowStyle *style, bool with_findings);

/* An object: checks, officials, points, findings, passed. Texts are in the language given. */
void check_json(JsonWriter *json, const CheckReport *r, const ShowStyle *style);

#endif
