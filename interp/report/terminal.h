/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document as a terminal shows it: plain text in columns, wrapped at the width given, coloured only when asked.
   What is unsafe on a terminal is escaped. Failure (memory) is `failed` of the Buf. */
#ifndef BAREME_REPORT_TERMINAL_H
#define BAREME_REPORT_TERMINAL_H

#include "report/doc.h"

#define TERMINAL_WIDTH 80 /* when the width of the terminal is unknown */

typedef struct TerminalStyle {
    size_t width; /* columns; 0: TERMINAL_WIDTH. Tables narrower than their words allow may pass it */
    bool color;
} TerminalStyle;

void doc_terminal(Buf *out, const Doc *d, TerminalStyle style);

#endif
