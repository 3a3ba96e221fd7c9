/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copy files: a first line, then one answer a line; what is indented goes on. */
#include <string.h>

#include "base/utf8.h"
#include "grade/copies.h"

/* ---- the first line ---- */

static Str word(Str *s)
{
    size_t n = 0;
    *s = str_trim(*s);
    while (n < s->n && s->p[n] != ' ' && s->p[n] != '\t' && s->p[n] != '"' && (unsigned char)s->p[n] != 0xC2 &&
           (unsigned char)s->p[n] != 0xE2) {
        n++;
    }
    Str w = str_sub(*s, 0, n);
    *s = str_sub(*s, n, s->n);
    return w;
}

/* "…", « … », “…” */
static bool quoted(Str *s, Str *out)
{
    static const struct {
        Str open, close;
    } marks[] = {{STR("\""), STR("\"")}, {STR("\xC2\xAB"), STR("\xC2\xBB")}, {STR("\xE2\x80\x9C"), STR("\xE2\x80\x9D")}};
    *s = str_trim(*s);
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
        if (!str_starts(*s, marks[k].open)) {
            continue;
        }
        for (size_t i = marks[k].open.n; i + marks[k].close.n <= s->n; i++) {
            if (str_starts(str_sub(*s, i, s->n), marks[k].close)) {
                *out = str_trim(str_sub(*s, marks[k].open.n, i));
                *s = str_sub(*s, i + marks[k].close.n, s->n);
                return true;
            }
        }
    }
    return false;
}

static bool is_word(Str w, const char *english, const char *french)
{
    return str_eq(w, str_from(english)) || str_eq(w, str_from(french));
}

/* copy "A-0412" of novatech second "8031" */
static bool read_header(Str line, RawCopy *out)
{
    Str rest = line, w, candidate;
    w = word(&rest);
    if (!is_word(w, "copy", "copie") || !quoted(&rest, &candidate)) {
        return false;
    }
    out->candidate = candidate;
    while ((w = word(&rest)).n) {
        if (is_word(w, "of", "de")) {
            Str name;
            out->of = quoted(&rest, &name) ? name : word(&rest);
        } else if (str_starts(w, STR("d'"))) {
            out->of = str_sub(w, 2, w.n);
        } else if (!is_word(w, "second", "second") || !quoted(&rest, &out->second)) {
            return true; /* what follows means nothing here, and harms nothing */
        }
    }
    return true;
}

bool copy_text_is_header(Str line)
{
    RawCopy ignored = {0};
    return read_header(line, &ignored);
}

/* ---- lines ---- */

typedef struct Pending { /* the answer that may go on */
    Arena *arena;
    RawCopy *copy;
    Str address;
    Buf text;
    bool any;
} Pending;

static void end_answer(Pending *p)
{
    if (p->any && p->text.failed) {
        p->arena->failed = true;
    } else if (p->any) {
        copy_add_box(p->arena, p->copy, p->address, buf_str(&p->text));
    }
    p->any = false;
    buf_clear(&p->text);
}

static void take_line(Pending *p, Str line, bool cut)
{
    bool indented = line.n && (line.p[0] == ' ' || line.p[0] == '\t');
    Str trimmed = str_trim(line);
    const char *sign = trimmed.n ? memchr(trimmed.p, '=', trimmed.n) : NULL;
    if (!trimmed.n || (trimmed.p[0] == '#' && !indented)) {
        return;
    }
    if (cut) {
        copy_add_note(p->arena, p->copy, D_COPY_LINE_LONG, str_sub(trimmed, 0, 40), (Str){"", 0});
    }
    if (indented && p->any) {
        buf_putc(&p->text, '\n');
        buf_put(&p->text, trimmed);
        return;
    }
    end_answer(p);
    if (!sign) {
        copy_add_note(p->arena, p->copy, D_COPY_LINE, str_sub(trimmed, 0, 80), (Str){"", 0});
        return;
    }
    size_t at = (size_t)(sign - trimmed.p);
    p->address = arena_str(p->arena, str_trim(str_sub(trimmed, 0, at)));
    p->any = true;
    buf_put(&p->text, str_trim(str_sub(trimmed, at + 1, trimmed.n)));
}

/* ---- a copy ---- */

static void keep_header(CopyReader *r, Arena *arena, RawCopy *out)
{
    RawCopy named = {0};
    if (r->has_header && read_header(buf_str(&r->header), &named)) {
        out->candidate = arena_str(arena, named.candidate);
        out->second = arena_str(arena, named.second);
        out->of = arena_str(arena, named.of);
    } else {
        out->candidate = copies_stem(r, arena);
    }
    r->has_header = false;
}

/* Up to the next first line, which is kept for the copy after this one. */
static bool read_body(CopyReader *r, Pending *p)
{
    Str line;
    bool cut, any = false;
    while (text_line(&r->stream, COPY_LINE_BYTES, &line, &cut)) {
        if (copy_text_is_header(line)) {
            buf_clear(&r->header);
            buf_put(&r->header, line);
            r->has_header = !r->header.failed;
            return true;
        }
        any = any || str_trim(line).n > 0;
        take_line(p, line, cut);
    }
    return any;
}

static bool starts_with_header(CopyReader *r)
{
    Str line;
    bool cut;
    while (text_line(&r->stream, COPY_LINE_BYTES, &line, &cut)) {
        Str trimmed = str_trim(line);
        if (trimmed.n && trimmed.p[0] != '#') {
            buf_clear(&r->header);
            buf_put(&r->header, line);
            r->has_header = copy_text_is_header(line);
            return true;
        }
    }
    return false;
}

bool copies_next_text(CopyReader *r, Arena *arena, RawCopy *out)
{
    uint64_t line = r->stream.lines + (r->first ? 1 : 0);
    bool first = r->first;
    r->first = false;
    *out = (RawCopy){0};
    Pending p = {.arena = arena, .copy = out};
    buf_init(&p.text, r->mem);
    if (first) {
        if (!starts_with_header(r)) {
            buf_free(&p.text);
            return false;
        }
        line = r->stream.lines ? r->stream.lines : 1;
        if (!r->has_header) {
            keep_header(r, arena, out);
            take_line(&p, buf_str(&r->header), false);
        }
    }
    bool headed = r->has_header;
    if (headed) {
        keep_header(r, arena, out);
    }
    bool any = read_body(r, &p) || headed || first;
    end_answer(&p);
    buf_free(&p.text);
    out->origin = copies_origin(r, arena, first && !r->has_header ? 0 : line);
    if (any && !out->box_count) {
        copy_add_note(arena, out, D_COPY_NO_ANSWERS, (Str){"", 0}, (Str){"", 0});
    }
    return any && !arena->failed;
}
