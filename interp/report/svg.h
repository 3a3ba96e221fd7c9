/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chart as an <svg> inside a page of HTML, whose style sheet (html_style.c) colours it. It is one image to those who
   do not see it: its title, and a description that holds all its data. Colours are never alone: series differ in
   pattern, dashes and marks, tones have a sign. No text lies over another; one that is too long ends with an
   ellipsis, and is whole in its <title>. */
#ifndef BAREME_REPORT_SVG_H
#define BAREME_REPORT_SVG_H

#include "report/doc.h"

/* number: of the chart in its page, for the ids inside. Failure (memory) is `failed` of the Buf. */
void svg_chart(Buf *out, const DocNode *chart, unsigned number, Lang lang);

#endif
