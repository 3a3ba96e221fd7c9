/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: handles of ours begin where no other Io has any; each is a place in a table, taken and given back under a lock. */
#include "base/io_held.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base/limits.h"

enum { FIRST_HANDLE = 1 << 24, OPENED_MOST = 256, PIECE = 1 << 16 };

typedef struct Opened {
    Str bytes; /* p NULL: free */
    size_t at;
} Opened;

typedef struct IoHeldOpened {
    pthread_mutex_t lock;
    Opened list[OPENED_MOST];
} IoHeldOpened;

/* Io is the first member of IoHeld. */
static IoHeld *held_of(Io *io)
{
    return (IoHeld *)(void *)io;
}

/* ---- what the other one does ---- */

static int held_read_file(Io *io, const char *path, size_t max, Buf *out)
{
    Io *b = held_of(io)->below;
    return b->read_file(b, path, max, out);
}

static int held_write_file(Io *io, const char *path, Str bytes)
{
    Io *b = held_of(io)->below;
    return b->write_file(b, path, bytes);
}

static bool held_exists(Io *io, const char *path)
{
    Io *b = held_of(io)->below;
    return b->exists(b, path);
}

static int held_write(Io *io, int fd, Str bytes)
{
    Io *b = held_of(io)->below;
    return b->write(b, fd, bytes);
}

static bool held_is_terminal(Io *io, int fd)
{
    Io *b = held_of(io)->below;
    return b->is_terminal(b, fd);
}

static int held_columns(Io *io, int fd)
{
    Io *b = held_of(io)->below;
    return b->columns(b, fd);
}

static IoKind held_kind(Io *io, const char *path)
{
    Io *b = held_of(io)->below;
    return b->kind(b, path);
}

static int held_list(Io *io, const char *path, Buf *out)
{
    Io *b = held_of(io)->below;
    return b->list(b, path, out);
}

static int held_make_folder(Io *io, const char *path)
{
    Io *b = held_of(io)->below;
    return b->make_folder(b, path);
}

static int held_open(Io *io, const char *path, bool plain, int *handle, uint64_t *size)
{
    Io *b = held_of(io)->below;
    return b->open(b, path, plain, handle, size);
}

static int held_absolute(Io *io, const char *path, Buf *out)
{
    Io *b = held_of(io)->below;
    return b->absolute(b, path, out);
}

static int held_write_in(Io *io, const char *root, const char *path, Str bytes)
{
    (void)io, (void)root, (void)path, (void)bytes;
    return EPERM;
}

static int held_locate_in(Io *io, const char *root, const char *path, Buf *out)
{
    (void)io, (void)root, (void)path, (void)out;
    return EPERM;
}

/* ---- what is kept ---- */

/* Where it is, or where it would be. */
static uint32_t place_of(const IoHeld *h, Str path, bool *found)
{
    uint32_t i = 0;
    int order = -1;
    while (i < h->count && (order = str_cmp(h->files[i].path, path)) < 0)
        i++;
    *found = i < h->count && order == 0;
    return i;
}

static int read_whole(Io *b, const char *root, const char *path, Buf *out)
{
    int handle, error = 0;
    uint64_t size;
    size_t got = 1;
    error = b->open_in(b, root, path, &handle, &size);
    if (error)
        return error;
    while (!error && got) {
        if (!buf_reserve(out, PIECE))
            error = ENOMEM;
        else if (!(error = b->read(b, handle, out->p + out->n, PIECE, &got)))
            out->n += got;
        error = out->n > LIMIT_HELD_BYTES ? EFBIG : error;
    }
    b->close(b, handle);
    return error;
}

static bool copy_of(Mem *mem, Str s, Str *out)
{
    char *p = mem_alloc(mem, s.n + 1);
    if (p && s.n)
        memcpy(p, s.p, s.n);
    *out = (Str){p, s.n};
    return p != NULL;
}

static void drop(Mem *mem, Str s)
{
    if (s.p)
        mem_free(mem, (void *)(uintptr_t)s.p, s.n + 1);
}

static bool insert(IoHeld *h, uint32_t at, Str path, Str bytes)
{
    IoHeldFile f = {.path = {NULL, 0}};
    if (h->count == h->cap) {
        uint32_t cap = h->cap ? 2 * h->cap : 4;
        IoHeldFile *more = mem_realloc(&h->mem, h->files, h->cap * sizeof *more, cap * sizeof *more);
        if (!more)
            return false;
        h->files = more;
        h->cap = cap;
    }
    bool ok = copy_of(&h->mem, path, &f.path) && copy_of(&h->mem, bytes, &f.bytes);
    if (!ok) {
        drop(&h->mem, f.path);
        return false;
    }
    digest_hex(bytes, f.sum);
    memmove(h->files + at + 1, h->files + at, (h->count - at) * sizeof *h->files);
    h->files[at] = f;
    h->count++;
    return true;
}

static int hold(IoHeld *h, const char *root, const char *path, Str whole, uint32_t at)
{
    Buf bytes;
    if (h->sealed)
        return ESTALE;
    buf_init(&bytes, &h->mem);
    int error = read_whole(h->below, root, path, &bytes);
    if (!error && !insert(h, at, whole, buf_str(&bytes)))
        error = ENOMEM;
    buf_free(&bytes);
    return error;
}

/* ---- reading ---- */

static int give_handle(IoHeld *h, Str bytes, int *handle)
{
    IoHeldOpened *o = h->opened;
    int i = 0;
    while (i < OPENED_MOST && o->list[i].bytes.p)
        i++;
    if (i < OPENED_MOST)
        o->list[i] = (Opened){.bytes = bytes};
    *handle = FIRST_HANDLE + i;
    return i < OPENED_MOST ? 0 : EMFILE;
}

static int held_open_in(Io *io, const char *root, const char *path, int *handle, uint64_t *size)
{
    IoHeld *h = held_of(io);
    Buf whole;
    bool found;
    pthread_mutex_lock(&h->opened->lock);
    buf_init(&whole, &h->mem);
    buf_puts(&whole, root);
    buf_puts(&whole, strcmp(root, "/") ? "/" : "");
    buf_puts(&whole, path);
    uint32_t at = whole.failed ? 0 : place_of(h, buf_str(&whole), &found);
    int error = whole.failed ? ENOMEM : found ? 0 : hold(h, root, path, buf_str(&whole), at);
    if (!error) {
        *size = h->files[at].bytes.n;
        error = give_handle(h, h->files[at].bytes, handle);
    }
    buf_free(&whole);
    pthread_mutex_unlock(&h->opened->lock);
    return error;
}

static int held_read(Io *io, int handle, char *into, size_t room, size_t *got)
{
    IoHeld *h = held_of(io);
    if (handle < FIRST_HANDLE)
        return h->below->read(h->below, handle, into, room, got);
    Opened *o = &h->opened->list[handle - FIRST_HANDLE];
    size_t left = o->bytes.n - o->at;
    *got = left < room ? left : room;
    memcpy(into, o->bytes.p + o->at, *got);
    o->at += *got;
    return 0;
}

static void held_close(Io *io, int handle)
{
    IoHeld *h = held_of(io);
    if (handle < FIRST_HANDLE) {
        h->below->close(h->below, handle);
        return;
    }
    pthread_mutex_lock(&h->opened->lock);
    h->opened->list[handle - FIRST_HANDLE] = (Opened){.at = 0};
    pthread_mutex_unlock(&h->opened->lock);
}

/* ---- in and out ---- */

bool io_held_init(IoHeld *h, Io *below)
{
    *h = (IoHeld){.below = below};
    mem_init(&h->mem, 0);
    h->io = (Io){.read_file = held_read_file, .write_file = held_write_file, .exists = held_exists, .write = held_write,
                 .is_terminal = held_is_terminal, .columns = held_columns, .kind = held_kind, .list = held_list,
                 .make_folder = held_make_folder, .open = held_open, .read = held_read, .close = held_close,
                 .absolute = held_absolute, .open_in = held_open_in, .write_in = held_write_in,
                 .locate_in = held_locate_in};
    h->opened = mem_zalloc(&h->mem, 1, sizeof *h->opened);
    return h->opened && pthread_mutex_init(&h->opened->lock, NULL) == 0;
}

void io_held_seal(IoHeld *h)
{
    if (!h->sealed) /* several threads may ask: only the first one writes */
        h->sealed = true;
}

void io_held_free(IoHeld *h)
{
    for (uint32_t i = 0; i < h->count; i++) {
        drop(&h->mem, h->files[i].path);
        drop(&h->mem, h->files[i].bytes);
    }
    mem_free(&h->mem, h->files, h->cap * sizeof *h->files);
    if (h->opened) {
        pthread_mutex_destroy(&h->opened->lock);
        mem_free(&h->mem, h->opened, sizeof *h->opened);
    }
}
