/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside report/: the style sheet of every page. */
#ifndef BAREME_REPORT_HTML_STYLE_H
#define BAREME_REPORT_HTML_STYLE_H

extern const char html_style[];

#endif
