/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file written whole or not at all: beside it, then in its place. Errors are errno values. */
#ifndef BAREME_BASE_IO_WHOLE_H
#define BAREME_BASE_IO_WHOLE_H

#include <sys/stat.h>

#include "base/str.h"

/* All the bytes, however many calls it takes. */
int io_write_all(int fd, Str bytes);
/* The file `name` of the folder that `dir` is open on gets these bytes, and the permissions of `old` unless that is NULL. */
int io_replace_in(int dir, const char *name, Str bytes, const struct stat *old);

#endif
