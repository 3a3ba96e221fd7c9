/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that arguments of built-in functions name: found below what is allowed (outside.h), and what goes wrong with them
   told. A false is a fault of the script. */
#ifndef BAREME_LIB_FILE_H
#define BAREME_LIB_FILE_H

#include "diag/progress.h"
#include "format/encoding.h"
#include "lib/args.h"
#include "lib/outside.h"

Outside *file_outside(const Args *a);
/* The file that argument i names, if it may be touched so. Always outside_forget. */
bool file_find(const Args *a, uint32_t i, PermitKind kind, OutsideFile *out);
/* What is read at length is shown to who watches: rows, of the file named (or STR("")). Not while copies are marked. */
void file_watch(const Args *a, Str name, Progress *out);
/* What the system said of it. False. */
bool file_fail(const Args *a, const OutsideFile *f, int error);
/* Opened to be read, as it is, or as text. */
bool file_open(const Args *a, const OutsideFile *f, int *handle, uint64_t *size);
bool file_open_text(const Args *a, const OutsideFile *f, Encoding declared, bool guess, TextStream *out);
/* Argument i, the name of an encoding. Absent: *out keeps its value, and *guess is true. */
bool file_encoding(const Args *a, uint32_t i, Encoding *out, bool *guess);
/* At the end of a text: bytes that are none are told; an encoding that was guessed is said (a warning). */
bool file_check_text(const Args *a, const OutsideFile *f, const TextStream *s);
/* The whole file, at most `max` bytes. */
bool file_read(const Args *a, const OutsideFile *f, size_t max, Buf *out);
/* Whole or not at all. */
bool file_write(const Args *a, const OutsideFile *f, Str bytes);
/* Its absolute path without links, for libraries that open files themselves. */
bool file_locate(const Args *a, const OutsideFile *f, Buf *out);
/* May the native library be loaded? */
bool file_may_load(const Args *a, Str library);

#endif
