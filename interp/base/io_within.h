/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files below a folder: neither `..` nor a link leads out of it. What would do so is EXDEV, what is no regular file is
   EINVAL (a folder: EISDIR). `root` is absolute; for "/" links are followed as usual. Errors are errno values. */
#ifndef BAREME_BASE_IO_WITHIN_H
#define BAREME_BASE_IO_WITHIN_H

#include "base/io.h"

int io_posix_absolute(Io *io, const char *path, Buf *out);
int io_posix_open_in(Io *io, const char *root, const char *path, int *handle, uint64_t *size);
int io_posix_write_in(Io *io, const char *root, const char *path, Str bytes);
int io_posix_locate_in(Io *io, const char *root, const char *path, Buf *out);

#endif
