/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the kernel resolves the path and refuses to leave the folder (openat2). A kernel that cannot do it is asked for
   one name after the other, and no link is followed at all. */
#define _GNU_SOURCE /* O_PATH, syscall */
#include "base/io_within.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h> /* snprintf */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io_whole.h"

enum { AGAIN = 16 };

static int closing(int fd, int error)
{
    (void)close(fd);
    return error;
}

/* ---- opening below a folder ---- */

/* The folder `dir` is closed. */
static int walk(int dir, const char *path, uint64_t flags, int *fd)
{
    char name[NAME_MAX + 1];
    struct stat st;
    for (;;) {
        size_t n = strcspn(path, "/");
        bool last = !path[n];
        if (n > NAME_MAX)
            return closing(dir, ENAMETOOLONG);
        memcpy(name, path, n);
        name[n] = '\0';
        if (!strcmp(name, ".."))
            return closing(dir, EXDEV);
        int step = last ? (int)flags : O_PATH | O_DIRECTORY | O_CLOEXEC;
        int next = openat(dir, n ? name : ".", step | O_NOFOLLOW);
        int error = next < 0 ? errno : 0;
        if (error == ENOTDIR && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
            error = ELOOP;
        (void)close(dir);
        *fd = dir = next;
        if (error || last)
            return error == ELOOP ? EXDEV : error;
        path += n + strspn(path + n, "/");
    }
}

static int open_below(const char *root, const char *path, uint64_t flags, int *fd)
{
    struct open_how how = {.flags = flags, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return errno;
    if (!strcmp(root, "/"))
        how.resolve = 0;
    long got = -1;
    for (int i = 0; i < AGAIN && got < 0 && (i == 0 || errno == EAGAIN); i++)
        got = syscall(SYS_openat2, dir, *path ? path : ".", &how, sizeof how);
    if (got < 0 && (errno == ENOSYS || errno == EPERM))
        return walk(dir, *path ? path : ".", flags, fd);
    int error = got < 0 ? errno : 0;
    *fd = (int)got;
    return closing(dir, error == ELOOP ? EXDEV : error);
}

int io_posix_open_in(Io *io, const char *root, const char *path, int *handle, uint64_t *size)
{
    struct stat st;
    int fd = -1;
    (void)io;
    /* Without waiting: what is no regular file may keep its reader for ever. */
    int error = open_below(root, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, &fd);
    if (error)
        return error;
    error = fstat(fd, &st) ? errno : S_ISDIR(st.st_mode) ? EISDIR : S_ISREG(st.st_mode) ? 0 : EINVAL;
    if (error)
        return closing(fd, error);
    *handle = fd;
    *size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
    return 0;
}

/* ---- writing ---- */

/* The folder of a path below root, and the name in it. */
static int open_folder(const char *root, const char *path, uint64_t flags, int *dir, const char **name)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof folder)
        return ENAMETOOLONG;
    memcpy(folder, path, n);
    folder[n] = '\0';
    *name = slash ? slash + 1 : path;
    return **name ? open_below(root, folder, flags | O_DIRECTORY | O_CLOEXEC, dir) : EISDIR;
}

int io_posix_write_in(Io *io, const char *root, const char *path, Str bytes)
{
    struct stat st;
    const char *name;
    int dir = -1, error = open_folder(root, path, O_RDONLY, &dir, &name);
    (void)io;
    if (error)
        return error;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        error = errno == ENOENT ? io_replace_in(dir, name, bytes, NULL) : errno;
    else if (S_ISLNK(st.st_mode))
        error = EXDEV;
    else if (!S_ISREG(st.st_mode))
        error = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
    else
        error = faccessat(dir, name, W_OK, 0) ? errno : io_replace_in(dir, name, bytes, &st);
    return closing(dir, error);
}

/* ---- names ---- */

/* Where /proc is not there: the name that leads to the same file, or none. */
static int put_found(int fd, const char *root, Str below, Buf *out)
{
    char joined[PATH_MAX], found[PATH_MAX];
    struct stat held, named;
    int n = snprintf(joined, sizeof joined, "%s/%.*s", root, (int)below.n, below.p);
    if (n < 0 || (size_t)n >= sizeof joined)
        return ENAMETOOLONG;
    if (!realpath(joined, found) || fstat(fd, &held) != 0 || stat(found, &named) != 0)
        return errno;
    if (held.st_dev != named.st_dev || held.st_ino != named.st_ino)
        return EXDEV;
    buf_puts(out, found);
    return out->failed ? ENOMEM : 0;
}

/* The name of what is open, which is `below` in the folder root. */
static int put_path(int fd, const char *root, Str below, Buf *out)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path);
    if (n < 0 && errno == ENOENT)
        return put_found(fd, root, below, out);
    if (n < 0 || (size_t)n == sizeof path)
        return n < 0 ? errno : ENAMETOOLONG;
    buf_put(out, (Str){path, (size_t)n});
    return out->failed ? ENOMEM : 0;
}

int io_posix_locate_in(Io *io, const char *root, const char *path, Buf *out)
{
    const char *name;
    int fd = -1, error = open_below(root, path, O_PATH | O_CLOEXEC, &fd);
    (void)io;
    if (!error)
        return closing(fd, put_path(fd, root, str_from(path), out));
    if (error != ENOENT)
        return error;
    error = open_folder(root, path, O_PATH, &fd, &name);
    if (error)
        return error;
    error = closing(fd, put_path(fd, root, (Str){path, (size_t)(name - path)}, out));
    if (!error && !str_eq(buf_str(out), STR("/")))
        buf_putc(out, '/');
    buf_puts(out, name);
    return error ? error : out->failed ? ENOMEM : 0;
}

int io_posix_absolute(Io *io, const char *path, Buf *out)
{
    char folder[PATH_MAX], found[PATH_MAX];
    (void)io;
    if (realpath(path, found)) {
        buf_puts(out, found);
        return out->failed ? ENOMEM : 0;
    }
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n = !slash ? 1 : slash == path ? 1 : (size_t)(slash - path);
    if (errno != ENOENT || n >= sizeof folder || !*name)
        return errno;
    memcpy(folder, slash ? path : ".", n);
    folder[n] = '\0';
    if (!realpath(folder, found))
        return errno;
    buf_printf(out, "%s%s%s", found, strcmp(found, "/") ? "/" : "", name);
    return out->failed ? ENOMEM : 0;
}
