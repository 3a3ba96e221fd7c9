/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values as charts, where a chart tells more: a sensitivity as a line, completion as bars against the objective, a funnel,
   a coverage as a radar. What suits a value is said by who made it (Picture in data/table.h). */
#ifndef BAREME_REPORT_PICTURE_H
#define BAREME_REPORT_PICTURE_H

#include "data/table.h"
#include "report/writer.h"

/* Adds the chart that suits the value, below its table; nothing when none does. */
void picture_add(Writer *w, DocNode *parent, Str title, Value v);

typedef struct PictureRange { /* the lowest and the highest of several figures of one kind */
    bool known;
    Value low, high;
} PictureRange;

void picture_range_begin(PictureRange *r);
/* What is no figure does not count; one of another kind ends the range. */
void picture_range_add(Writer *w, PictureRange *r, Value v);
/* Where a figure stands between the lowest (0) and the highest (CHART_FULL). */
int32_t picture_place(Writer *w, Value v, PictureRange r);

#endif
