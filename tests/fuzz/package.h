/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ZIP archive whose entries are stored as they are, out of a text: each entry begins with a line `@@ NAME`. So that the
   fuzzer damages what is inside, and the sums of the archive stay right. */
#ifndef BAREME_FUZZ_PACKAGE_H
#define BAREME_FUZZ_PACKAGE_H

#include "base/str.h"

/* Appends it; a text without any such line becomes the one entry `otherwise`. */
void fuzz_package(Buf *out, Str text, const char *otherwise);
/* Reads spreadsheets made of these bytes: damaged inside an archive that is sound, the archive damaged, and no archive. */
void fuzz_spreadsheet(const uint8_t *data, size_t size, const char *otherwise);

#endif
