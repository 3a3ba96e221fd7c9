/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8: checking, walking, normal form, width. Built on utf8proc. */
#ifndef BAREME_BASE_UTF8_H
#define BAREME_BASE_UTF8_H

#include "base/str.h"

/* Offset of the first byte that is not valid UTF-8, or s.n if all is. */
size_t utf8_check(Str s);
/* What stands for bytes that are not UTF-8. */
#define UTF8_REPLACEMENT 0xFFFDu

/* Decodes one code point at s.p[at]; returns its length in bytes, 0 at the end. A byte that is not valid
   counts as one UTF8_REPLACEMENT of length 1 (a real U+FFFD has length 3). */
size_t utf8_next(Str s, size_t at, uint32_t *cp);
void utf8_put(Buf *b, uint32_t cp);
size_t utf8_count(Str s);         /* code points */
size_t utf8_width(Str s);         /* terminal columns */
bool utf8_is_letter(uint32_t cp); /* may begin a name: letters and _ */
bool utf8_is_name(uint32_t cp);   /* may continue a name: letters, marks, digits, _ */
bool utf8_is_blank(uint32_t cp);  /* space, tab, U+00A0, U+202F, U+2009 */
void utf8_nfc(Buf *out, Str s);   /* appends s in NFC */
void utf8_fold(Buf *out, Str s);  /* appends s lower-cased, without accents, œ as oe: for keywords, did-you-mean */
void utf8_upper(Buf *out, Str s);
void utf8_lower(Buf *out, Str s);
/* Where printable ASCII ends, from `at` on. */
size_t utf8_ascii_end(Str s, size_t at);
/* Controls (but not the tab), bidirectional marks, byte-order mark: never sent raw to a terminal. */
bool utf8_is_unsafe(uint32_t cp);
/* Appends s with these, and bytes that are not UTF-8, as \x1b, \n or \u{202e}. */
void utf8_show(Buf *out, Str s);
/* The same for the one code point at `at`; returns its length in s, 0 at the end. */
size_t utf8_show_next(Buf *out, Str s, size_t at);
/* Do both fold to the same? Fast where both are ASCII. */
bool utf8_same_folded(Mem *m, Str a, Str b);
/* Levenshtein distance of the folded forms, capped at max + 1 (which is also the answer when memory is out,
   or for texts longer than a name can be). */
size_t utf8_distance(Mem *m, Str a, Str b, size_t max);
/* How many slips still make one name look like the other: 1 in three bytes, 3 at most. */
size_t utf8_slips(Str a, Str b);

#endif
