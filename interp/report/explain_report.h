/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A working as a document, and as a record for programs. */
#ifndef BAREME_REPORT_EXPLAIN_REPORT_H
#define BAREME_REPORT_EXPLAIN_REPORT_H

#include "domain/explain.h"
#include "format/json.h"
#include "report/doc.h"

/* Appends the working to the document: the data it uses, then its steps. */
void explain_report(Doc *d, const Explanation *e);

/* Only its steps, among others of the same working. */
void explain_steps(Doc *d, DocNode *steps, const Explanation *e);

/* An object: name, contexts, data and steps (name, label, formula, chain, notes, value), truncated. A value is
   {shown, number, exact, fraction, decimal, unit}; the last four only for numbers. */
void explain_json(JsonWriter *w, const Explanation *e);

#endif
