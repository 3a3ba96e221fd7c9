/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outside world as a few functions, so that tests and fuzzers run on an in-memory twin
   (io_memory) and the interpreter never calls stdio. Errors are errno values; 0 is success. */
#ifndef BAREME_BASE_IO_H
#define BAREME_BASE_IO_H

#include "base/map.h"

typedef struct Io Io;
struct Io {
    /* Appends the whole file to out. At most `max` bytes, else EFBIG. "-" is the standard input. A failure
       leaves in out what it held before. */
    int (*read_file)(Io *io, const char *path, size_t max, Buf *out);
    /* Whole or not at all: temporary name beside it, fsync, rename. Terminals and pipes are written to directly. */
    int (*write_file)(Io *io, const char *path, Str bytes);
    bool (*exists)(Io *io, const char *path);
    /* fd 1 is results, fd 2 is messages. */
    int (*write)(Io *io, int fd, Str bytes);
    bool (*is_terminal)(Io *io, int fd);
    int (*columns)(Io *io, int fd); /* width of the terminal; 0 unknown */
};

/* The real one: POSIX. One static instance without state. */
Io *io_posix(void);

/* The twin: files in a map, output in two buffers. */
typedef struct IoMemory {
    Io io;
    Mem *mem;
    Map files; /* path -> index in texts */
    Buf out, err;
    Str *texts;
    uint32_t count, cap;
} IoMemory;

void io_memory_init(IoMemory *m, Mem *mem);
void io_memory_free(IoMemory *m);
int io_memory_add(IoMemory *m, const char *path, Str bytes); /* copies both */

#endif
