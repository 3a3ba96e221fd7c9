/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside report/: texts of others, made harmless, one function for each place where they may stand. Control and
   bidirectional characters, and bytes that are not UTF-8, become visible as utf8_show writes them, so that a page never
   holds what its reader cannot see. */
#ifndef BAREME_REPORT_ESCAPE_H
#define BAREME_REPORT_ESCAPE_H

#include "base/str.h"

/* Between tags: a newline is a <br>; a word that no column would hold may break (<wbr>). */
void escape_text(Buf *out, Str s);
/* In <pre>, <title>: newlines stay as they are. */
void escape_plain(Buf *out, Str s);
/* Between the tags of SVG: newlines are blanks. */
void escape_svg(Buf *out, Str s);
/* In an attribute between double quotes. */
void escape_attribute(Buf *out, Str s);
/* A URL that doc_url_is_safe, in an attribute between double quotes, or in Markdown between < and >. */
void escape_url(Buf *out, Str s);

#endif
