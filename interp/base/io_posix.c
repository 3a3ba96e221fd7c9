/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: system calls only. A file is written under a temporary name in the same folder, synced, then renamed
   over the old one, whose permissions it takes; a symbolic link is followed first, so that it stays a link.
   What is not a regular file (a terminal, a pipe) is written to directly. */
#define _GNU_SOURCE /* qsort_r, O_PATH */
#include "base/io_within.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h> /* qsort_r, realpath */
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/io_whole.h"

enum { IO_CHUNK = 1 << 16 };

static int io_close(int fd, int error)
{
    int closed = close(fd) == 0 ? 0 : errno;
    return error ? error : closed;
}

/* One read of at most IO_CHUNK bytes into out; *got is 0 at the end of the file. */
static int io_read_chunk(int fd, Buf *out, size_t *got)
{
    if (!buf_reserve(out, IO_CHUNK))
        return ENOMEM;
    ssize_t n;
    do
        n = read(fd, out->p + out->n, IO_CHUNK);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno;
    *got = (size_t)n;
    out->n += (size_t)n;
    return 0;
}

static int io_read_all(int fd, size_t max, Buf *out)
{
    size_t start = out->n, got = 0;
    do {
        int error = io_read_chunk(fd, out, &got);
        if (error)
            return error;
        if (out->n - start > max)
            return EFBIG;
    } while (got);
    return 0;
}

/* Reserves what a regular file needs in one go; says no to folders and to what is surely too large. */
static int io_prepare(int fd, size_t max, Buf *out)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return errno;
    if (S_ISDIR(st.st_mode))
        return EISDIR;
    if (!S_ISREG(st.st_mode) || st.st_size <= 0)
        return 0;
    if ((uintmax_t)st.st_size > max)
        return EFBIG;
    return buf_reserve(out, (size_t)st.st_size + IO_CHUNK) ? 0 : ENOMEM;
}

static int io_read_fd(int fd, size_t max, Buf *out)
{
    size_t start = out->n;
    int error = io_prepare(fd, max, out);
    if (!error)
        error = io_read_all(fd, max, out);
    if (error)
        out->n = start;
    return error;
}

static int io_posix_read_file(Io *io, const char *path, size_t max, Buf *out)
{
    (void)io;
    if (strcmp(path, "-") == 0)
        return io_read_fd(STDIN_FILENO, max, out);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return errno;
    return io_close(fd, io_read_fd(fd, max, out));
}

static int io_write_directly(const char *path, Str bytes)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return errno;
    return io_close(fd, io_write_all(fd, bytes));
}

static int io_replace(const char *path, Str bytes, const struct stat *old)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n = !slash ? 0 : slash == path ? 1 : (size_t)(slash - path);
    memcpy(folder, n ? path : ".", n ? n : 1);
    folder[n ? n : 1] = '\0';
    int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0 && errno == EACCES) /* one may write there, and not list what is there */
        dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return errno;
    int error = io_replace_in(dir, name, bytes, old);
    (void)close(dir);
    return error;
}

static int io_posix_write_file(Io *io, const char *path, Str bytes)
{
    (void)io;
    char target[PATH_MAX];
    struct stat st;
    if (strlen(path) >= PATH_MAX)
        return ENAMETOOLONG;
    if (stat(path, &st) != 0)
        return errno == ENOENT ? io_replace(path, bytes, NULL) : errno;
    if (S_ISDIR(st.st_mode))
        return EISDIR;
    if (!S_ISREG(st.st_mode))
        return io_write_directly(path, bytes);
    if (access(path, W_OK) != 0 || !realpath(path, target))
        return errno;
    return io_replace(target, bytes, &st);
}

static bool io_posix_exists(Io *io, const char *path)
{
    (void)io;
    return access(path, F_OK) == 0;
}

static int io_posix_write(Io *io, int fd, Str bytes)
{
    (void)io;
    return io_write_all(fd, bytes);
}

static bool io_posix_is_terminal(Io *io, int fd)
{
    (void)io;
    return isatty(fd) == 1;
}

static int io_posix_columns(Io *io, int fd)
{
    (void)io;
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* ---- folders, and files piece by piece ---- */

static IoKind io_posix_kind(Io *io, const char *path)
{
    (void)io;
    struct stat st;
    if (lstat(path, &st) != 0)
        return IO_NOTHING;
    return S_ISREG(st.st_mode) ? IO_FILE : S_ISDIR(st.st_mode) ? IO_FOLDER : S_ISLNK(st.st_mode) ? IO_LINK : IO_OTHER;
}

/* *offsets: where each name begins in out. */
static int io_read_names(DIR *folder, Buf *out, Buf *offsets)
{
    errno = 0;
    for (const struct dirent *d; (d = readdir(folder)) != NULL;) {
        size_t at = out->n;
        if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
            continue;
        buf_put(offsets, (Str){(const char *)&at, sizeof at});
        buf_put(out, (Str){d->d_name, strlen(d->d_name) + 1});
        if (out->failed || offsets->failed)
            return ENOMEM;
        errno = 0;
    }
    return errno;
}

static int io_compare_names(const void *a, const void *b, void *names)
{
    size_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return strcmp((const char *)names + x, (const char *)names + y);
}

static int io_sorted_names(DIR *folder, Mem *mem, Buf *out)
{
    Buf names, offsets;
    buf_init(&names, mem);
    buf_init(&offsets, mem);
    int error = io_read_names(folder, &names, &offsets);
    size_t count = offsets.n / sizeof(size_t);
    if (!error && count)
        qsort_r(offsets.p, count, sizeof(size_t), io_compare_names, names.p);
    for (size_t i = 0; !error && i < count; i++) {
        size_t at;
        memcpy(&at, offsets.p + i * sizeof at, sizeof at);
        buf_put(out, (Str){names.p + at, strlen(names.p + at) + 1});
    }
    buf_free(&names);
    buf_free(&offsets);
    return !error && out->failed ? ENOMEM : error;
}

static int io_posix_list(Io *io, const char *path, Buf *out)
{
    (void)io;
    DIR *folder = opendir(path);
    if (!folder)
        return errno;
    int error = io_sorted_names(folder, out->mem, out);
    closedir(folder);
    return error;
}

static int io_posix_make_folder(Io *io, const char *path)
{
    struct stat st;
    (void)io;
    if (mkdir(path, 0777) == 0)
        return 0;
    int error = errno;
    return error == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? 0 : error;
}

/* Without waiting: what is no regular file may keep its reader for ever. */
static int io_posix_open(Io *io, const char *path, bool plain, int *handle, uint64_t *size)
{
    (void)io;
    struct stat st;
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (plain ? O_NOFOLLOW | O_NONBLOCK : 0));
    if (fd < 0)
        return errno;
    int error = fstat(fd, &st) == 0 ? 0 : errno;
    if (!error && S_ISDIR(st.st_mode))
        error = EISDIR;
    if (!error && plain && !standard && !S_ISREG(st.st_mode))
        error = EINVAL;
    if (error)
        return standard ? error : io_close(fd, error);
    *handle = fd;
    *size = S_ISREG(st.st_mode) && st.st_size > 0 ? (uint64_t)st.st_size : 0;
    return 0;
}

static int io_posix_read(Io *io, int handle, char *into, size_t room, size_t *got)
{
    (void)io;
    ssize_t n;
    do
        n = read(handle, into, room);
    while (n < 0 && errno == EINTR);
    *got = n > 0 ? (size_t)n : 0;
    return n < 0 ? errno : 0;
}

static void io_posix_close(Io *io, int handle)
{
    (void)io;
    if (handle != STDIN_FILENO)
        (void)close(handle);
}

Io *io_posix(void)
{
    static Io io = {
        .read_file = io_posix_read_file,
        .write_file = io_posix_write_file,
        .exists = io_posix_exists,
        .write = io_posix_write,
        .is_terminal = io_posix_is_terminal,
        .columns = io_posix_columns,
        .kind = io_posix_kind,
        .list = io_posix_list,
        .make_folder = io_posix_make_folder,
        .open = io_posix_open,
        .read = io_posix_read,
        .close = io_posix_close,
        .absolute = io_posix_absolute,
        .open_in = io_posix_open_in,
        .write_in = io_posix_write_in,
        .locate_in = io_posix_locate_in,
    };
    return &io;
}
