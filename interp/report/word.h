/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Titles and captions of reports, in both languages. */
#ifndef BAREME_REPORT_WORD_H
#define BAREME_REPORT_WORD_H

#include "diag/diag.h"

typedef enum ReportWord {
#define WORD(id, english, french) RW_##id,
#include "report/word.def"
#undef WORD
    RW_COUNT
} ReportWord;

Str report_word(ReportWord w, Lang lang);

#endif
