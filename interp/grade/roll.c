/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "grade/roll.h"

#include <errno.h>
#include <string.h>

#include "base/map.h"
#include "base/utf8.h"

typedef struct Reading {
    Roll *roll;
    Arena *arena;
    Map met;
    uint32_t room;
} Reading;

static bool make_room(Reading *r)
{
    if (r->roll->count < r->room) {
        return true;
    }
    uint32_t room = r->room ? r->room * 2 : 64;
    Str *more = arena_alloc(r->arena, room * sizeof *more);
    if (more && r->roll->count) {
        memcpy(more, r->roll->names, r->roll->count * sizeof *more);
    }
    r->roll->names = more;
    r->room = more ? room : 0;
    return more != NULL;
}

static void add(Reading *r, Str name)
{
    Buf b;
    buf_init(&b, r->arena->mem);
    utf8_show(&b, str_sub(str_trim(name), 0, COPY_NAME_BYTES)); /* as marking calls the candidate */
    bool fresh = b.n && !map_get(&r->met, buf_str(&b), NULL);
    Str kept = fresh ? arena_str(r->arena, buf_str(&b)) : (Str){NULL, 0};
    if (fresh && kept.p && map_set(&r->met, kept, 1) && make_room(r)) {
        r->roll->names[r->roll->count++] = kept;
    } else if (fresh || b.failed) {
        r->arena->failed = true;
    }
    buf_free(&b);
}

static int read_lines(Reading *r, Io *io, const char *path)
{
    Buf bytes;
    buf_init(&bytes, r->arena->mem);
    int error = io->read_file(io, path, COPY_LINE_BYTES, &bytes);
    Str text = buf_str(&bytes);
    text = str_starts(text, STR("\xEF\xBB\xBF")) ? str_sub(text, 3, text.n) : text;
    while (!error && text.n) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t n = end ? (size_t)(end - text.p) : text.n;
        add(r, str_sub(text, 0, n));
        text = str_sub(text, n + (end != NULL), text.n);
    }
    buf_free(&bytes);
    return error;
}

static bool no_column(void *data, Str address)
{
    (void)data;
    (void)address;
    return false;
}

static void read_csv(Reading *r, Io *io, Diags *diags, const char *path, CopyOptions options)
{
    CopyReader reader;
    Arena one;
    RawCopy copy;
    const char *paths[] = {path};
    arena_init(&one, r->arena->mem);
    options.known = no_column; /* what else the file holds is no matter here */
    options.addresses = NULL;
    copies_open(&reader, io, r->arena->mem, paths, 1, &options);
    while (copies_next(&reader, &one, &copy)) {
        for (uint32_t i = 0; copy.kind == COPY_NOTICE && i < copy.note_count; i++) {
            if (copy.notes[i].id != D_COPY_COLUMN) {
                diag(diags, copy.notes[i].id, (Span){0}, copy.notes[i].about, copy.notes[i].detail);
            }
        }
        add(r, copy.candidate);
        arena_clear(&one);
    }
    r->arena->failed = r->arena->failed || one.failed;
    copies_close(&reader);
    arena_free(&one);
}

bool roll_read(Roll *roll, Arena *arena, Io *io, Diags *diags, const char *path, const CopyOptions *options)
{
    Reading r = {.roll = roll, .arena = arena};
    *roll = (Roll){0};
    map_init(&r.met, arena->mem);
    int error = 0;
    if (str_ends(str_from(path), STR(".csv")) && io->exists(io, path)) {
        read_csv(&r, io, diags, path, *options);
    } else {
        error = read_lines(&r, io, path);
    }
    map_free(&r.met);
    if (error) {
        diag(diags, error == ENOENT ? D_FILE_MISSING : D_FILE_UNREADABLE, (Span){0}, str_from(path), str_from(strerror(error)));
    } else if (arena->failed) {
        diag0(diags, D_OUT_OF_MEMORY, (Span){0});
    } else if (!roll->count) {
        diag(diags, D_ROLL_EMPTY, (Span){0}, str_from(path));
    }
    return !error && !arena->failed && roll->count;
}
