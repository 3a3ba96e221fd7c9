/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside report/: the script of a page that is searched, the only one there is. */
#ifndef BAREME_REPORT_HTML_SEARCH_H
#define BAREME_REPORT_HTML_SEARCH_H

extern const char html_search[];

#endif
