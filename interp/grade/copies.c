/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: paths one after the other; a folder is the list of its files. What a file is follows from its ending, else from
   how it begins. */
#include "grade/copies.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"

/* ---- building a copy ---- */

static void fill_box(Arena *arena, CopyBox *b, Str text)
{
    b->bytes = text.n;
    b->cut = text.n > COPY_BOX_BYTES;
    if (b->cut) {
        digest_hex(text, b->sum);
        text = str_sub(text, 0, COPY_BOX_BEGIN);
    }
    b->text = arena_str(arena, text);
}

void copy_add_box(Arena *arena, RawCopy *c, Str address, Str text)
{
    if (c->box_count == COPY_BOXES) {
        copy_add_note(arena, c, D_COPY_BOXES, address, (Str){"", 0});
        return;
    }
    if (c->box_count == c->box_room) {
        uint32_t room = c->box_room ? c->box_room * 2 : 16;
        CopyBox *more = arena_alloc(arena, room * sizeof *more);
        if (!more) {
            return;
        }
        if (c->box_count) {
            memcpy(more, c->boxes, c->box_count * sizeof *more);
        }
        c->boxes = more;
        c->box_room = room;
    }
    CopyBox *b = &c->boxes[c->box_count];
    *b = (CopyBox){.address = arena_str(arena, address)};
    fill_box(arena, b, text);
    c->box_count += b->text.p && b->address.p;
}

void copy_add_note(Arena *arena, RawCopy *c, DiagId id, Str about, Str detail)
{
    if (!c->notes) {
        c->notes = arena_alloc(arena, COPY_NOTES * sizeof *c->notes);
    }
    if (!c->notes || c->note_count == COPY_NOTES) {
        return;
    }
    bool last = c->note_count == COPY_NOTES - 1;
    c->notes[c->note_count++] = (CopyNote){.id = last ? D_COPY_MORE_NOTES : id,
                                           .about = arena_str(arena, str_sub(about, 0, COPY_NAME_BYTES)),
                                           .detail = arena_str(arena, str_sub(detail, 0, COPY_NAME_BYTES))};
}

/* ---- names ---- */

static Str base_name(Str path)
{
    size_t at = path.n;
    while (at && path.p[at - 1] != '/') {
        at--;
    }
    return str_sub(path, at, path.n);
}

Str copies_origin(CopyReader *r, Arena *arena, uint64_t line)
{
    Buf b;
    buf_init(&b, arena->mem);
    buf_put(&b, base_name(buf_str(&r->path)));
    if (line) {
        buf_putc(&b, ':');
        buf_int(&b, (int64_t)line);
    }
    Str s = arena_str(arena, buf_str(&b));
    buf_free(&b);
    return s;
}

Str copies_stem(CopyReader *r, Arena *arena)
{
    Str name = base_name(buf_str(&r->path));
    size_t dot = name.n;
    while (dot > 1 && name.p[dot - 1] != '.') {
        dot--;
    }
    return arena_str(arena, str_sub(name, 0, dot > 1 ? dot - 1 : name.n));
}

/* ---- what a file is ---- */

static bool ends(Str path, const char *ending)
{
    Str e = str_from(ending);
    if (path.n < e.n) {
        return false;
    }
    for (size_t i = 0; i < e.n; i++) {
        char c = path.p[path.n - e.n + i];
        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (c != e.p[i]) {
            return false;
        }
    }
    return true;
}

static Str first_line(CopyReader *r)
{
    Str rest;
    for (;;) {
        rest = text_rest(&r->stream);
        size_t at = 0;
        while (at < rest.n && memchr(" \t\r\n", rest.p[at], 4)) {
            at++;
        }
        const char *end = at < rest.n ? memchr(rest.p + at, '\n', rest.n - at) : NULL;
        if (end || rest.n > COPY_LINE_BYTES || !text_more(&r->stream)) {
            rest = text_rest(&r->stream);
            end = at < rest.n ? memchr(rest.p + at, '\n', rest.n - at) : NULL;
            return str_sub(rest, at, end ? (size_t)(end - rest.p) : rest.n);
        }
    }
}

static CopyFormat format_of(Str path, Str line)
{
    bool equals = memchr(line.n ? line.p : "", '=', line.n) != NULL;
    if (ends(path, ".csv") || ends(path, ".tsv")) {
        return FORMAT_CSV;
    }
    if (ends(path, ".jsonl") || ends(path, ".ndjson")) {
        return FORMAT_LINES;
    }
    if (ends(path, ".json")) {
        return FORMAT_JSON;
    }
    if (copy_text_is_header(line) || (line.n && line.p[0] == '#')) {
        return FORMAT_COPY;
    }
    if (line.n && (line.p[0] == '{' || line.p[0] == '[')) {
        return line.p[0] == '[' ? FORMAT_JSON : FORMAT_LINES;
    }
    return !equals && line.n && strpbrk(ends(path, ".txt") ? "\t" : ",;\t", ",;\t") &&
                   (memchr(line.p, ';', line.n) || memchr(line.p, ',', line.n) || memchr(line.p, '\t', line.n))
               ? FORMAT_CSV
               : FORMAT_COPY;
}

/* ---- files that are no copies ---- */

/* What was named on purpose and cannot be read is no copy that is refused, but an order that cannot be carried out. */
static bool refuse(CopyReader *r, Arena *arena, RawCopy *out, DiagId id, Str detail)
{
    bool named = !r->in_folder && id != D_COPY_EMPTY;
    *out = (RawCopy){.kind = named ? COPY_NOTICE : COPY_REFUSED, .failed = named, .candidate = copies_stem(r, arena), .origin = copies_origin(r, arena, 0)};
    copy_add_note(arena, out, id, (Str){"", 0}, detail);
    return !arena->failed;
}

static bool refuse_error(CopyReader *r, Arena *arena, RawCopy *out, int error)
{
    DiagId id = error == ENOENT   ? D_COPY_MISSING
                : error == ELOOP  ? D_COPY_LINK
                : error == EISDIR ? D_COPY_FOLDER
                : error == EINVAL ? D_COPY_NO_FILE
                                  : D_COPY_UNREADABLE;
    return refuse(r, arena, out, id, str_from(strerror(error)));
}

/* ---- one file ---- */

static void close_file(CopyReader *r)
{
    r->done_bytes += r->stream.got;
    csv_close(&r->csv);
    text_close(&r->stream);
    arena_clear(&r->kept);
    r->open = r->has_header = false;
    r->columns = NULL;
    r->column_count = 0;
}

/* True: out says why it is none, or holds a notice. */
static bool open_file(CopyReader *r, Arena *arena, RawCopy *out, bool plain)
{
    int error = text_open(&r->stream, r->io, r->mem, buf_cstr(&r->path), plain, r->options.encoding);
    if (error) {
        text_close(&r->stream);
        return refuse_error(r, arena, out, error);
    }
    Str line = first_line(r);
    if (r->stream.error) {
        error = r->stream.error;
        text_close(&r->stream);
        return refuse_error(r, arena, out, error);
    }
    if (!line.n) {
        text_close(&r->stream);
        return refuse(r, arena, out, D_COPY_EMPTY, (Str){"", 0});
    }
    r->open = r->first = true;
    r->json_number = 0;
    r->format = format_of(buf_str(&r->path), line);
    return r->format == FORMAT_CSV && copies_begin_csv(r, arena, out);
}

static bool next_in_file(CopyReader *r, Arena *arena, RawCopy *out)
{
    switch (r->format) {
    case FORMAT_CSV: return copies_next_csv(r, arena, out);
    case FORMAT_JSON: case FORMAT_LINES: return copies_next_json(r, arena, out);
    default: return copies_next_text(r, arena, out);
    }
}

/* ---- folders and paths ---- */

static bool begin_folder(CopyReader *r, Arena *arena, RawCopy *out)
{
    buf_clear(&r->names);
    r->next_name = 0;
    int error = r->io->list(r->io, buf_cstr(&r->path), &r->names);
    r->folder_length = r->path.n;
    if (error) {
        buf_clear(&r->names);
        return refuse_error(r, arena, out, error);
    }
    return false;
}

static Str ending_of(Str name)
{
    size_t at = name.n;
    while (at > 0 && name.p[at - 1] != '.') {
        at--;
    }
    return at > 1 ? str_sub(name, at - 1, name.n) : (Str){"", 0};
}

/* What is named on purpose is read whatever its name; in a folder other things may lie about. */
static bool is_copy_name(Str name)
{
    static const char *const endings[] = {".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".txt", ".copy", ".copie"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (ends(name, endings[i])) {
            return true;
        }
    }
    return !ending_of(name).n;
}

/* True: out is what came of it. */
static bool open_name(CopyReader *r, Arena *arena, RawCopy *out)
{
    const char *name = r->names.p + r->next_name;
    r->next_name += strlen(name) + 1;
    if (name[0] == '.') {
        return false; /* what a system keeps for itself */
    }
    r->path.n = r->folder_length;
    buf_putc(&r->path, '/');
    buf_puts(&r->path, name);
    IoKind kind = r->io->kind(r->io, buf_cstr(&r->path));
    if (kind == IO_FILE && !is_copy_name(str_from(name))) {
        bool told = str_starts(str_from(name), STR("README"));
        return !told && refuse(r, arena, out, D_COPY_ENDING, ending_of(str_from(name)));
    }
    if (kind == IO_FILE) {
        return open_file(r, arena, out, true);
    }
    return refuse_error(r, arena, out, kind == IO_LINK ? ELOOP : kind == IO_FOLDER ? EISDIR : EINVAL);
}

static bool open_path(CopyReader *r, Arena *arena, RawCopy *out)
{
    const char *path = r->paths[r->next_path++];
    buf_clear(&r->path);
    buf_puts(&r->path, path);
    r->in_folder = strcmp(path, "-") != 0 && r->io->kind(r->io, path) == IO_FOLDER;
    if (r->in_folder) {
        return begin_folder(r, arena, out);
    }
    return open_file(r, arena, out, false);
}

bool copies_next(CopyReader *r, Arena *arena, RawCopy *out)
{
    while (!arena->failed && !r->path.failed) {
        if (r->open) {
            if (next_in_file(r, arena, out)) {
                return true;
            }
            int error = r->stream.error;
            bool failed = r->stream.text.failed;
            close_file(r);
            arena->failed = arena->failed || failed;
            if (error && !arena->failed) {
                return refuse_error(r, arena, out, error);
            }
        } else if (r->next_name < r->names.n) {
            if (open_name(r, arena, out)) {
                return true;
            }
        } else if (r->next_path < r->path_count) {
            if (open_path(r, arena, out)) {
                return true;
            }
        } else {
            return false;
        }
    }
    arena->failed = true;
    return false;
}

/* ---- in and out ---- */

void copies_open(CopyReader *r, Io *io, Mem *mem, const char *const *paths, uint32_t count, const CopyOptions *options)
{
    *r = (CopyReader){.io = io, .mem = mem, .options = *options, .paths = paths, .path_count = count};
    buf_init(&r->names, mem);
    buf_init(&r->path, mem);
    buf_init(&r->header, mem);
    arena_init(&r->kept, mem);
}

void copies_close(CopyReader *r)
{
    if (r->open) {
        csv_close(&r->csv);
        text_close(&r->stream);
    }
    buf_free(&r->names);
    buf_free(&r->path);
    buf_free(&r->header);
    arena_free(&r->kept);
    *r = (CopyReader){0};
}

/* By files of a folder, or by bytes of one file. */
void copies_progress(const CopyReader *r, uint64_t *done, uint64_t *all)
{
    *all = 0;
    *done = 0;
    if (r->path_count == 1 && r->names.n) {
        *done = r->next_name;
        *all = r->names.n;
    } else if (r->path_count == 1 && r->open) {
        *done = r->stream.got;
        *all = r->stream.size;
    }
}
