/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: granted places are made absolute once, without links. A path of the text is joined to the folder of the text,
   its dots are taken out by their letters, and the place that covers it is looked for. Whatever links there are on the
   way, it is then opened below that place, or not at all. */
#include "lib/outside.h"

#include <errno.h>
#include <string.h>

#include "data/native.h"

/* ---- paths by their letters ---- */

/* out holds an absolute path without dots; `..` at its top stays there. */
static void add_parts(Buf *out, Str path)
{
    for (size_t at = 0; at < path.n;) {
        size_t end = at;
        while (end < path.n && path.p[end] != '/') {
            end++;
        }
        Str part = str_sub(path, at, end);
        at = end + 1;
        if (str_eq(part, STR(".."))) {
            while (out->n && out->p[--out->n] != '/') {
            }
        } else if (part.n && !str_eq(part, STR("."))) {
            buf_putc(out, '/');
            buf_put(out, part);
        }
    }
}

static Str keep(Outside *w, const Buf *b) { return b->failed ? (Str){NULL, 0} : arena_str(&w->arena, buf_str(b)); }

/* ---- what is granted ---- */

/* The absolute path of something that exists, or may be made. {NULL, 0}: reported, if diags is there. */
static Str absolute(Outside *w, Diags *diags, const char *place)
{
    Buf b;
    buf_init(&b, w->mem);
    int error = w->io->absolute(w->io, place, &b);
    Str whole = error ? (Str){NULL, 0} : keep(w, &b);
    if (error && error != ENOMEM && diags) {
        diag(diags, D_PLACE_MISSING, (Span){0}, str_from(place), str_from(strerror(error)));
    }
    buf_free(&b);
    return whole;
}

static bool add_place(Places *p, Str whole)
{
    p->items[p->count] = whole;
    p->count += whole.p != NULL;
    return whole.p != NULL;
}

static bool grant(Outside *w, Diags *diags, const Permits *permits, PermitKind kind)
{
    const Permit *from = &permits->of[kind];
    Places *to = &w->may[kind];
    bool ok = true;
    to->all = from->all;
    to->items = arena_alloc(&w->arena, (from->count + 1) * sizeof *to->items);
    for (size_t i = 0; to->items && i < from->count; i++) {
        Str whole = kind == PERMIT_FFI ? arena_str(&w->arena, str_from(from->places[i]))
                                       : absolute(w, diags, from->places[i]);
        ok = add_place(to, whole) && ok;
    }
    return ok && to->items;
}

bool outside_open(Outside *w, Io *io, Mem *mem, Diags *diags, const Permits *permits)
{
    *w = (Outside){.io = io, .mem = mem, .open = permits->open, .marking = permits->marking, .diags = diags};
    arena_init(&w->arena, mem);
    bool any = permits->beside;
    for (int k = 0; k < PERMIT_COUNT; k++) {
        any = any || permits->of[k].all || permits->of[k].count;
    }
    if (!any) {
        return true;
    }
    bool ok = true;
    w->here = absolute(w, NULL, ".");
    w->folder = permits->folder ? absolute(w, NULL, permits->folder) : w->here; /* gone: its files cannot be named */
    for (int k = 0; k < PERMIT_COUNT; k++) {
        ok = grant(w, diags, permits, (PermitKind)k) && ok;
    }
    if (ok && permits->beside && w->folder.p) {
        add_place(&w->may[PERMIT_READ], w->folder);
    }
    return ok && !w->arena.failed;
}

void outside_close(Outside *w)
{
    outside_close_databases(w);
    for (Printed *p = w->printed; p; p = p->next) {
        buf_free(&p->text);
    }
    arena_free(&w->arena);
    *w = (Outside){0};
}

static const uint32_t permit_bits[PERMIT_COUNT] = {
    [PERMIT_READ] = CAP_READ, [PERMIT_WRITE] = CAP_WRITE, [PERMIT_DATABASE] = CAP_DATABASE, [PERMIT_FFI] = CAP_FFI};

uint32_t outside_capabilities(const Outside *w)
{
    uint32_t all = CAP_NONE;
    for (int k = 0; k < PERMIT_COUNT; k++) {
        all |= w->may[k].all || w->may[k].count ? permit_bits[k] : CAP_NONE;
    }
    return all;
}

uint32_t outside_grantable(const Outside *w)
{
    uint32_t all = CAP_NONE;
    for (int k = 0; k < PERMIT_COUNT; k++) {
        all |= w->open >> k & 1u ? permit_bits[k] : CAP_NONE;
    }
    return all;
}

/* ---- one file ---- */

/* Where in `whole` the part below the place begins; 0: it is not there. The place itself is in its folder. */
static size_t below(Str place, Str whole)
{
    if (str_eq(place, STR("/"))) {
        return 1;
    }
    bool inside = str_starts(whole, place) && (whole.n == place.n || whole.p[place.n] == '/');
    if (!inside || whole.n > place.n) {
        return inside ? place.n + 1 : 0;
    }
    while (place.p[place.n - 1] != '/') {
        place.n--;
    }
    return place.n;
}

static size_t covered(const Places *places, Str whole)
{
    size_t least = places->all; /* the widest place: links within it are followed */
    for (size_t i = 0; i < places->count; i++) {
        size_t at = below(places->items[i], whole);
        least = at && (!least || at < least) ? at : least;
    }
    return least;
}

/* names: the whole path, a NUL, the root, a NUL, the rest, a NUL. */
static bool cut(OutsideFile *f, size_t at)
{
    Buf *b = &f->names;
    size_t n = b->n, root = at > 1 ? at - 1 : 1;
    if (!buf_reserve(b, 2 * n + 8)) {
        return false;
    }
    buf_putc(b, '\0');
    f->root = b->p + b->n;
    buf_put(b, (Str){b->p, root});
    buf_putc(b, '\0');
    f->path = b->p + b->n;
    buf_put(b, (Str){b->p + at, n - at});
    buf_putc(b, '\0');
    f->whole = (Str){b->p, n};
    return !b->failed;
}

OutsideAnswer outside_find(const Outside *w, PermitKind kind, Str given, OutsideFile *out)
{
    *out = (OutsideFile){.given = given};
    buf_init(&out->names, w->mem);
    if (!given.n || memchr(given.p, '\0', given.n)) {
        return OUTSIDE_BAD_NAME;
    }
    if (given.p[0] != '/') {
        if (!w->folder.p) {
            out->whole = given;
            return OUTSIDE_NO;
        }
        add_parts(&out->names, w->folder);
    }
    add_parts(&out->names, given);
    out->whole = buf_str(&out->names);
    if (out->names.failed) {
        return OUTSIDE_NO_MEMORY;
    }
    size_t at = covered(&w->may[kind], out->whole);
    if (!at || at > out->whole.n) {
        return at ? OUTSIDE_BAD_NAME : OUTSIDE_NO;
    }
    return cut(out, at) ? OUTSIDE_YES : OUTSIDE_NO_MEMORY;
}

void outside_forget(OutsideFile *f) { buf_free(&f->names); }

bool outside_may_load(const Outside *w, Str library)
{
    const Places *p = &w->may[PERMIT_FFI];
    for (size_t i = 0; i < p->count; i++) {
        if (str_eq(p->items[i], library)) {
            return true;
        }
    }
    return p->all;
}

/* ---- printing into files ---- */

static Printed *new_printed(Outside *w, const OutsideFile *f)
{
    Printed *p = arena_alloc(&w->arena, sizeof *p);
    Str root = arena_str(&w->arena, str_from(f->root)), path = arena_str(&w->arena, str_from(f->path));
    Str given = arena_str(&w->arena, f->given);
    if (!p || !root.p || !path.p || !given.p) {
        return NULL;
    }
    *p = (Printed){.root = root.p, .path = path.p, .given = given, .next = w->printed};
    buf_init(&p->text, w->mem);
    w->printed = p;
    return p;
}

Buf *outside_print(Outside *w, const OutsideFile *f)
{
    Printed *p = w->printed;
    while (p && (strcmp(p->root, f->root) != 0 || strcmp(p->path, f->path) != 0)) {
        p = p->next;
    }
    p = p ? p : new_printed(w, f);
    if (p) {
        p->changed = true;
    }
    return p ? &p->text : NULL;
}

bool outside_save(Outside *w)
{
    bool ok = true;
    for (Printed *p = w->printed; p; p = p->next) {
        int error = p->changed ? w->io->write_in(w->io, p->root, p->path, buf_str(&p->text)) : 0;
        p->changed = false;
        if (error) {
            ok = false;
            diag(w->diags, error == ENOSPC ? D_DISK_FULL : D_FILE_UNWRITABLE, (Span){0}, p->given, str_from(strerror(error)));
        }
    }
    return ok;
}

void outside_option(const Outside *w, Buf *out, PermitKind kind, Str whole)
{
    static const char *const names[PERMIT_COUNT] = {"--allow-read=", "--allow-write=", "--allow-db=", "--allow-ffi="};
    size_t n = whole.n;
    while ((kind == PERMIT_READ || kind == PERMIT_WRITE) && n > 1 && whole.p[n - 1] != '/') {
        n--;
    }
    n -= n > 1 && n < whole.n;
    whole = str_sub(whole, 0, n);
    buf_puts(out, names[kind]);
    if (w->here.n > 1 && str_eq(whole, w->here)) {
        buf_putc(out, '.');
    } else if (w->here.n > 1 && str_starts(whole, w->here) && whole.p[w->here.n] == '/') {
        buf_put(out, str_sub(whole, w->here.n + 1, n));
    } else {
        buf_put(out, whole);
    }
}
