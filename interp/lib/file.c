/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/file.h"

#include <errno.h>
#include <string.h>

Outside *file_outside(const Args *a) { return ((const Library *)a->vm->library)->outside; }

void file_watch(const Args *a, Str name, Progress *out)
{
    const Outside *w = file_outside(a);
    progress_begin(out, w->marking ? NULL : w->io, a->vm->mem, a->vm->lang, PROGRESS_ROWS);
    out->what = name;
}

static bool fail_shown(const Args *a, DiagId id, Str given, Str detail)
{
    const Str texts[] = {given, detail};
    return vm_fail(a->vm, id, texts, 2);
}

/* Says which option would allow it, where one can. */
static bool refuse(const Args *a, PermitKind kind, Str given, Str whole)
{
    Buf option;
    buf_init(&option, a->vm->mem);
    outside_option(file_outside(a), &option, kind, whole);
    const Str texts[] = {library_builtin_name(a->id, a->vm->lang), given, buf_str(&option)};
    DiagId open = kind == PERMIT_WRITE ? D_PLACE_NOT_WRITABLE : kind == PERMIT_FFI ? D_LIBRARY_NOT_ALLOWED : D_PLACE_NOT_ALLOWED;
    vm_fail(a->vm, file_outside(a)->open >> kind & 1u ? open : D_CLOSED, texts, 3);
    buf_free(&option);
    return false;
}

bool file_find(const Args *a, uint32_t i, PermitKind kind, OutsideFile *out)
{
    Str given;
    *out = (OutsideFile){0};
    buf_init(&out->names, a->vm->mem);
    if (!args_text(a, i, &given)) {
        return false;
    }
    switch (outside_find(file_outside(a), kind, given, out)) {
    case OUTSIDE_YES: return true;
    case OUTSIDE_NO: return refuse(a, kind, given, out->whole);
    case OUTSIDE_BAD_NAME: return fail_shown(a, D_FILE_NAME, given, STR(""));
    default: return vm_fail_memory(a->vm);
    }
}

bool file_fail(const Args *a, const OutsideFile *f, int error)
{
    Str detail = str_from(strerror(error));
    switch (error) {
    case ENOMEM: return vm_fail_memory(a->vm);
    case ENOENT:
    case ENOTDIR: return fail_shown(a, D_FILE_MISSING, f->given, detail);
    case EACCES:
    case EPERM: return fail_shown(a, D_FILE_REFUSED, f->given, detail);
    case EISDIR: return fail_shown(a, D_FILE_IS_FOLDER, f->given, detail);
    case ESTALE: return fail_shown(a, D_FILE_TOO_LATE, f->given, detail);
    case EXDEV: return fail_shown(a, D_FILE_LEADS_OUT, f->given, detail);
    case EINVAL: return fail_shown(a, D_FILE_NOT_PLAIN, f->given, detail);
    case EFBIG: return fail_shown(a, D_FILE_TOO_LARGE, f->given, detail);
    case ENOSPC:
    case EDQUOT: return fail_shown(a, D_DISK_FULL, f->given, detail);
    default: return fail_shown(a, D_FILE_UNREADABLE, f->given, detail);
    }
}

bool file_open(const Args *a, const OutsideFile *f, int *handle, uint64_t *size)
{
    Io *io = file_outside(a)->io;
    int error = io->open_in(io, f->root, f->path, handle, size);
    return error ? file_fail(a, f, error) : true;
}

bool file_open_text(const Args *a, const OutsideFile *f, Encoding declared, bool guess, TextStream *out)
{
    int handle = -1;
    uint64_t size = 0;
    *out = (TextStream){.ended = true};
    if (!file_open(a, f, &handle, &size)) {
        return false;
    }
    text_begin(out, file_outside(a)->io, a->vm->mem, handle, size, declared);
    out->guess = guess || declared == ENC_UTF8;
    out->wide = !guess; /* what was declared is not guessed at, but looked at all the same */
    return true;
}

bool file_encoding(const Args *a, uint32_t i, Encoding *out, bool *guess)
{
    Str name;
    *guess = !args_given(a, i);
    if (*guess) {
        return true;
    }
    if (!args_text(a, i, &name)) {
        return false;
    }
    *out = encoding_named(name);
    return *out != ENC_COUNT || fail_shown(a, D_ENCODING_UNKNOWN, name, STR(""));
}

bool file_check_text(const Args *a, const OutsideFile *f, const TextStream *s)
{
    Buf line;
    buf_init(&line, a->vm->mem);
    buf_printf(&line, "%llu", (unsigned long long)s->odd_line);
    const Str texts[] = {f->given, buf_str(&line)};
    if (s->odd) {
        vm_fail(a->vm, D_FILE_NOT_UTF8, texts, 2);
    } else if (s->guessed) {
        diag_report(file_outside(a)->diags, D_ENCODING_GUESSED, vm_span(a->vm), texts, 2);
    }
    buf_free(&line);
    return !s->odd;
}

static int read_all(Io *io, int handle, size_t max, Buf *out)
{
    enum { CHUNK = 1 << 16 };
    size_t got = 1, start = out->n;
    while (got) {
        if (!buf_reserve(out, CHUNK)) {
            return ENOMEM;
        }
        int error = io->read(io, handle, out->p + out->n, CHUNK, &got);
        if (error) {
            return error;
        }
        out->n += got;
        if (out->n - start > max) {
            return EFBIG;
        }
    }
    return 0;
}

bool file_read(const Args *a, const OutsideFile *f, size_t max, Buf *out)
{
    Io *io = file_outside(a)->io;
    int handle = -1;
    uint64_t size = 0;
    if (!file_open(a, f, &handle, &size)) {
        return false;
    }
    int error = size > max ? EFBIG : size && !buf_reserve(out, (size_t)size + 1) ? ENOMEM : read_all(io, handle, max, out);
    io->close(io, handle);
    return error ? file_fail(a, f, error) : true;
}

bool file_write(const Args *a, const OutsideFile *f, Str bytes)
{
    Io *io = file_outside(a)->io;
    int error = io->write_in(io, f->root, f->path, bytes);
    if (error == ENOMEM || error == ENOENT || error == EACCES || error == EISDIR || error == EXDEV || error == EINVAL || error == ENOSPC) {
        return file_fail(a, f, error);
    }
    return error ? fail_shown(a, D_FILE_UNWRITABLE, f->given, str_from(strerror(error))) : true;
}

bool file_locate(const Args *a, const OutsideFile *f, Buf *out)
{
    Io *io = file_outside(a)->io;
    int error = io->locate_in(io, f->root, f->path, out);
    return error ? file_fail(a, f, error) : true;
}

bool file_may_load(const Args *a, Str library)
{
    return outside_may_load(file_outside(a), library) || refuse(a, PERMIT_FFI, library, library);
}
