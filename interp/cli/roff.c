/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/roff.h"

void roff_text(Buf *out, Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\\')
            buf_puts(out, "\\e");
        else if (c == '-')
            buf_puts(out, "\\-");
        else if ((c == '.' || c == '\'') && (i == 0 || s.p[i - 1] == '\n'))
            buf_printf(out, "\\&%c", c);
        else
            buf_putc(out, c);
    }
}
