/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document as one page of HTML that needs nothing else: no file beside it, nothing fetched. Its policy
   (Content-Security-Policy) forbids all but its own style sheet, which it knows by its hash, and, in a document that is
   `searched`, the one script that searches it, known in the same way (doc/decisions/0034). It reads well on a wide
   screen, on a telephone, aloud, and on A4 in black and white.

     html_write(&out, &doc, &(HtmlStyle){.large = false});

   The title of the document (or its first heading) is the one <h1>. Failure (memory) is `failed` of the Buf. */
#ifndef BAREME_REPORT_HTML_H
#define BAREME_REPORT_HTML_H

#include "report/doc.h"

typedef struct HtmlStyle {
    bool large; /* large print, for those who need it */
} HtmlStyle;

void html_write(Buf *out, const Doc *d, const HtmlStyle *style);

#endif
