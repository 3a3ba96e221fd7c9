/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of a statement of SQL, word by word, for those who look for names in it. What it means is SQLite's affair. */
#ifndef BAREME_FORMAT_SQL_WORD_H
#define BAREME_FORMAT_SQL_WORD_H

#include "base/str.h"

/* Where the word, number, quoted text, comment or sign that begins at `at` ends; at < s.n. What is never closed reaches to
   the end of the text. */
size_t sql_word_end(Str s, size_t at);
/* The next place that holds no blank. */
size_t sql_after_blanks(Str s, size_t at);

#endif
