/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside report/: the data of a chart as a table, for readers that draw nothing. */
#ifndef BAREME_REPORT_CHART_TABLE_H
#define BAREME_REPORT_CHART_TABLE_H

#include "report/doc.h"

/* Appended to the root of a document that lives for it. One line a point; where all series have the same labels, one
   line a label and one column a series. */
DocNode *chart_table(Doc *d, const Chart *c);

#endif
