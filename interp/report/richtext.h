/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts of a case are Markdown: paragraphs, lists (numbered, to tick), headings, quotes, tables, code, emphasis and
   links, as CommonMark and its usual extensions read them. What a text cannot bring:
   - HTML: it is shown as it is written;
   - images: what they would show is named instead;
   - links elsewhere than to http, https and mailto: their text remains.

   The blanks that begin all lines of a text are no part of it. A line break in a paragraph is a blank, and a backslash
   at its end keeps it. Lists and quotes deeper than LIMIT_TEXT_DEPTH are flattened; a text beyond LIMIT_MARKDOWN_BYTES
   is shown as it is. When memory is out, here or in the library that parses, doc_ok is false at the end. */
#ifndef BAREME_REPORT_RICHTEXT_H
#define BAREME_REPORT_RICHTEXT_H

#include "report/doc.h"

/* Appends the text to a section, a quote or an item (NULL: the root). */
void richtext_add(Doc *d, DocNode *parent, Str markdown);
/* Appends its words to the text of a node: a cell, an item, a paragraph, a heading. Blocks become lines. */
void richtext_inline(Doc *d, DocNode *n, Str markdown);

#endif
