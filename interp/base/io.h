/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outside world as a few functions, so that tests and fuzzers run on an in-memory twin
   (io_memory) and the interpreter never calls stdio. Errors are errno values; 0 is success. */
#ifndef BAREME_BASE_IO_H
#define BAREME_BASE_IO_H

#include "base/map.h"

typedef struct Io Io;

typedef enum IoKind { IO_NOTHING, IO_FILE, IO_FOLDER, IO_LINK, IO_OTHER } IoKind;

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
    /* What bears this name; a symbolic link is one, whatever it leads to. */
    IoKind (*kind)(Io *io, const char *path);
    /* Names in a folder, without . and .., sorted by their bytes, a NUL after each. */
    int (*list)(Io *io, const char *path, Buf *out);
    int (*make_folder)(Io *io, const char *path); /* no error: it is there already */
    /* A file piece by piece. plain: only a regular file, and not through a symbolic link. "-" is the standard input.
       *got is 0 at its end. *size: of a regular file, else 0. */
    int (*open)(Io *io, const char *path, bool plain, int *handle, uint64_t *size);
    int (*read)(Io *io, int handle, char *into, size_t room, size_t *got);
    void (*close)(Io *io, int handle);
    /* The path without dots or links; of what is not there yet, in a folder that is. */
    int (*absolute)(Io *io, const char *path, Buf *out);
    /* A regular file below the folder `root` (absolute), which neither `..` nor a link leaves: EXDEV (io_within.h).
       Opened to be read; written whole or not at all; its absolute path, also of one that is not there yet. */
    int (*open_in)(Io *io, const char *root, const char *path, int *handle, uint64_t *size);
    int (*write_in)(Io *io, const char *root, const char *path, Str bytes);
    int (*locate_in)(Io *io, const char *root, const char *path, Buf *out);
};

/* The real one: POSIX. One static instance without state. */
Io *io_posix(void);

/* The twin: files in a map, output in two buffers. */
typedef struct IoMemoryFile {
    Str text;
    size_t read; /* how much of it has been given out since it was opened */
} IoMemoryFile;

typedef struct IoMemory {
    Io io;
    Mem *mem;
    Map files; /* path -> index in held */
    Buf out, err;
    IoMemoryFile *held;
    uint32_t count, cap;
} IoMemory;

void io_memory_init(IoMemory *m, Mem *mem);
void io_memory_free(IoMemory *m);
int io_memory_add(IoMemory *m, const char *path, Str bytes); /* copies both */

#endif
