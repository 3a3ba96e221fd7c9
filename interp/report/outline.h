/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside report/: the level of each heading. A section stands one level below what holds it; a heading counts from its
   section, and never skips a level, whatever was written. At the top of a document without a title headings keep
   the level that was asked for, unless the outline is strict (HTML, where the one <h1> is the document's).

     Outline saved = o;
     unsigned level = outline_section(&o);   … what the section holds, by outline_heading …
     o = saved; */
#ifndef BAREME_REPORT_OUTLINE_H
#define BAREME_REPORT_OUTLINE_H

#include "report/doc.h"

enum { OUTLINE_DEEPEST = 6 };

typedef struct Outline {
    bool free;      /* levels as written */
    unsigned above; /* level of the section, or of the title; 0 none */
    unsigned depth; /* headings that are open in this section */
    uint8_t written[OUTLINE_DEEPEST];
} Outline;

Outline outline_begin(const Doc *d, bool strict);
unsigned outline_section(Outline *o);
unsigned outline_heading(Outline *o, unsigned written);

#endif
