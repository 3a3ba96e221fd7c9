/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one block per file holds its content; the map's keys are copies of the paths, owned here. */
#include "base/io.h"

#include <errno.h>
#include <string.h>

/* Io is the first member of IoMemory. */
static IoMemory *io_memory_of(Io *io)
{
    return (IoMemory *)(void *)io;
}

static bool io_memory_copy(Mem *mem, Str s, Str *copy)
{
    char *p = mem_alloc(mem, s.n);
    if (!p)
        return false;
    if (s.n)
        memcpy(p, s.p, s.n);
    *copy = (Str){p, s.n};
    return true;
}

static void io_memory_drop(Mem *mem, Str s)
{
    mem_free(mem, (void *)(uintptr_t)s.p, s.n);
}

static bool io_memory_room(IoMemory *m)
{
    if (m->count < m->cap)
        return true;
    uint32_t cap = m->cap ? m->cap * 2 : 4;
    IoMemoryFile *held = mem_realloc(m->mem, m->held, m->cap * sizeof *held, cap * sizeof *held);
    if (!held)
        return false;
    m->held = held;
    m->cap = cap;
    return true;
}

/* Takes over both copies. */
static bool io_memory_insert(IoMemory *m, Str path, Str bytes)
{
    if (!io_memory_room(m) || !map_set(&m->files, path, m->count))
        return false;
    m->held[m->count++] = (IoMemoryFile){.text = bytes};
    return true;
}

static int io_memory_put(IoMemory *m, Str path, Str bytes)
{
    Str text, key;
    uint64_t at;
    if (!io_memory_copy(m->mem, bytes, &text))
        return ENOMEM;
    if (map_get(&m->files, path, &at)) {
        io_memory_drop(m->mem, m->held[at].text);
        m->held[at].text = text;
        return 0;
    }
    if (io_memory_copy(m->mem, path, &key)) {
        if (io_memory_insert(m, key, text))
            return 0;
        io_memory_drop(m->mem, key);
    }
    io_memory_drop(m->mem, text);
    return ENOMEM;
}

int io_memory_add(IoMemory *m, const char *path, Str bytes)
{
    return io_memory_put(m, str_from(path), bytes);
}

static int io_memory_read_file(Io *io, const char *path, size_t max, Buf *out)
{
    const IoMemory *m = io_memory_of(io);
    uint64_t at;
    if (!map_get(&m->files, str_from(path), &at))
        return ENOENT;
    if (m->held[at].text.n > max)
        return EFBIG;
    buf_put(out, m->held[at].text);
    return out->failed ? ENOMEM : 0;
}

static int io_memory_write_file(Io *io, const char *path, Str bytes)
{
    return io_memory_add(io_memory_of(io), path, bytes);
}

static bool io_memory_exists(Io *io, const char *path)
{
    return map_get(&io_memory_of(io)->files, str_from(path), NULL);
}

static int io_memory_write(Io *io, int fd, Str bytes)
{
    IoMemory *m = io_memory_of(io);
    Buf *to = fd == 1 ? &m->out : &m->err;
    if (fd != 1 && fd != 2)
        return EBADF;
    buf_put(to, bytes);
    return to->failed ? ENOMEM : 0;
}

static bool io_memory_is_terminal(Io *io, int fd)
{
    (void)io;
    (void)fd;
    return false;
}

static int io_memory_columns(Io *io, int fd)
{
    (void)io;
    (void)fd;
    return 0;
}

/* Folders are the beginnings of paths. */
static Str io_memory_below(const IoMemory *m, uint32_t i, Str folder)
{
    Str key = m->files.entries[i].key;
    bool inside = key.n > folder.n + 1 && str_starts(key, folder) && key.p[folder.n] == '/';
    return inside ? str_sub(key, folder.n + 1, key.n) : (Str){NULL, 0};
}

static IoKind io_memory_kind(Io *io, const char *path)
{
    const IoMemory *m = io_memory_of(io);
    if (map_get(&m->files, str_from(path), NULL))
        return IO_FILE;
    for (uint32_t i = 0; i < m->files.used; i++)
        if (io_memory_below(m, i, str_from(path)).n)
            return IO_FOLDER;
    return IO_NOTHING;
}

/* In the order in which files were added: tests add them sorted, and no folder in a folder. */
static int io_memory_list(Io *io, const char *path, Buf *out)
{
    const IoMemory *m = io_memory_of(io);
    if (io_memory_kind(io, path) != IO_FOLDER)
        return io_memory_kind(io, path) == IO_FILE ? ENOTDIR : ENOENT;
    for (uint32_t i = 0; i < m->files.used; i++) {
        Str name = io_memory_below(m, i, str_from(path));
        buf_put(out, name);
        if (name.n)
            buf_putc(out, '\0');
    }
    return out->failed ? ENOMEM : 0;
}

static int io_memory_make_folder(Io *io, const char *path)
{
    return io_memory_kind(io, path) == IO_FILE ? EEXIST : 0;
}

static int io_memory_open(Io *io, const char *path, bool plain, int *handle, uint64_t *size)
{
    IoMemory *m = io_memory_of(io);
    uint64_t at;
    (void)plain;
    if (!map_get(&m->files, str_from(path), &at))
        return io_memory_kind(io, path) == IO_FOLDER ? EISDIR : ENOENT;
    m->held[at].read = 0;
    *handle = (int)at;
    *size = m->held[at].text.n;
    return 0;
}

static int io_memory_read(Io *io, int handle, char *into, size_t room, size_t *got)
{
    IoMemory *m = io_memory_of(io);
    IoMemoryFile *f = &m->held[handle];
    Str rest = str_sub(f->text, f->read, f->text.n);
    *got = rest.n < room ? rest.n : room;
    if (*got)
        memcpy(into, rest.p, *got);
    f->read += *got;
    return 0;
}

static void io_memory_close(Io *io, int handle)
{
    (void)io;
    (void)handle;
}

/* Paths are names here: `..` is none. */
static int io_memory_absolute(Io *io, const char *path, Buf *out)
{
    (void)io;
    buf_puts(out, path[0] == '/' ? "" : "/");
    buf_puts(out, path);
    return out->failed ? ENOMEM : 0;
}

static int io_memory_locate_in(Io *io, const char *root, const char *path, Buf *out)
{
    (void)io;
    buf_puts(out, strcmp(root, "/") ? root : "");
    buf_putc(out, '/');
    buf_puts(out, path);
    return out->failed ? ENOMEM : 0;
}

static int io_memory_open_in(Io *io, const char *root, const char *path, int *handle, uint64_t *size)
{
    Buf whole;
    buf_init(&whole, io_memory_of(io)->mem);
    int error = io_memory_locate_in(io, root, path, &whole);
    error = error ? error : io_memory_open(io, buf_cstr(&whole), true, handle, size);
    buf_free(&whole);
    return error;
}

static int io_memory_write_in(Io *io, const char *root, const char *path, Str bytes)
{
    Buf whole;
    buf_init(&whole, io_memory_of(io)->mem);
    int error = io_memory_locate_in(io, root, path, &whole);
    error = error ? error : io_memory_write_file(io, buf_cstr(&whole), bytes);
    buf_free(&whole);
    return error;
}

void io_memory_init(IoMemory *m, Mem *mem)
{
    *m = (IoMemory){.mem = mem};
    m->io = (Io){
        .read_file = io_memory_read_file,
        .write_file = io_memory_write_file,
        .exists = io_memory_exists,
        .write = io_memory_write,
        .is_terminal = io_memory_is_terminal,
        .columns = io_memory_columns,
        .kind = io_memory_kind,
        .list = io_memory_list,
        .make_folder = io_memory_make_folder,
        .open = io_memory_open,
        .read = io_memory_read,
        .close = io_memory_close,
        .absolute = io_memory_absolute,
        .open_in = io_memory_open_in,
        .write_in = io_memory_write_in,
        .locate_in = io_memory_locate_in,
    };
    map_init(&m->files, mem);
    buf_init(&m->out, mem);
    buf_init(&m->err, mem);
}

void io_memory_free(IoMemory *m)
{
    for (uint32_t i = 0; i < m->files.used; i++)
        io_memory_drop(m->mem, m->files.entries[i].key);
    for (uint32_t i = 0; i < m->count; i++)
        io_memory_drop(m->mem, m->held[i].text);
    mem_free(m->mem, m->held, m->cap * sizeof *m->held);
    map_free(&m->files);
    buf_free(&m->out);
    buf_free(&m->err);
    io_memory_init(m, m->mem);
}
