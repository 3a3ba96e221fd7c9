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
    Str *texts = mem_realloc(m->mem, m->texts, m->cap * sizeof *texts, cap * sizeof *texts);
    if (!texts)
        return false;
    m->texts = texts;
    m->cap = cap;
    return true;
}

/* Takes over both copies. */
static bool io_memory_insert(IoMemory *m, Str path, Str bytes)
{
    if (!io_memory_room(m) || !map_set(&m->files, path, m->count))
        return false;
    m->texts[m->count++] = bytes;
    return true;
}

static int io_memory_put(IoMemory *m, Str path, Str bytes)
{
    Str text, key;
    uint64_t at;
    if (!io_memory_copy(m->mem, bytes, &text))
        return ENOMEM;
    if (map_get(&m->files, path, &at)) {
        io_memory_drop(m->mem, m->texts[at]);
        m->texts[at] = text;
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
    if (m->texts[at].n > max)
        return EFBIG;
    buf_put(out, m->texts[at]);
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
        io_memory_drop(m->mem, m->texts[i]);
    mem_free(m->mem, m->texts, m->cap * sizeof *m->texts);
    map_free(&m->files);
    buf_free(&m->out);
    buf_free(&m->err);
    io_memory_init(m, m->mem);
}
