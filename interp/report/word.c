/* SPDX-License-Identifier: GPL-3.0-or-later */
/* word.def as a table. */
#include "report/word.h"

static const char *const words[][2] = {
#define WORD(id, english, french) [RW_##id] = {english, french},
#include "report/word.def"
#undef WORD
};

Str report_word(ReportWord w, Lang lang) { return str_from(words[w][lang == LANG_FR]); }
