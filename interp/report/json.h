/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document as JSON, node by node: {"kind": "table", …}. Programs that want the results themselves read the
   records of case_report.h and explain_report.h instead. */
#ifndef BAREME_REPORT_JSON_H
#define BAREME_REPORT_JSON_H

#include "format/json.h"
#include "report/doc.h"

void doc_json(JsonWriter *w, const Doc *d);

#endif
