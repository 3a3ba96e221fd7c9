/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/io_whole.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h> /* renameat, snprintf */
#include <unistd.h>

enum { NAME_TRIES = 100 };

int io_write_all(int fd, Str bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0)
            bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
    return 0;
}

/* Creates name.~PID.N; O_EXCL refuses a link that somebody laid there. */
static int open_temporary(int dir, const char *name, char temporary[NAME_MAX + 1], int *fd)
{
    for (int try = 0; try < NAME_TRIES; try++) {
        int n = snprintf(temporary, NAME_MAX + 1, "%s.~%ld.%d", name, (long)getpid(), try);
        if (n < 0 || n > NAME_MAX)
            return ENAMETOOLONG;
        *fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (*fd >= 0)
            return 0;
        if (errno != EEXIST)
            return errno;
    }
    return EEXIST;
}

static int fill(int fd, Str bytes, const struct stat *old)
{
    int error = io_write_all(fd, bytes);
    if (!error && old && fchmod(fd, old->st_mode & 07777) != 0)
        error = errno;
    if (!error && fsync(fd) != 0)
        error = errno;
    if (close(fd) != 0 && !error)
        error = errno;
    return error;
}

int io_replace_in(int dir, const char *name, Str bytes, const struct stat *old)
{
    char temporary[NAME_MAX + 1];
    int fd = -1, error = open_temporary(dir, name, temporary, &fd);
    if (error)
        return error;
    error = fill(fd, bytes, old);
    if (!error && renameat(dir, temporary, dir, name) != 0)
        error = errno;
    if (error)
        (void)unlinkat(dir, temporary, 0);
    else
        (void)fsync(dir); /* the rename itself must survive a power cut; some file systems cannot: no matter */
    return error;
}
