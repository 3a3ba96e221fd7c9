/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON: {"candidate": "A-0412", "second": "8031", "case": "novatech", "answers": {"2.3.hours": "22 h"}}; answers may also
   stand beside the candidate. Objects in answers are rows and columns of tables: {"rates": {"Ana": {"calls": "12 %"}}}. */
#include <stdio.h> /* snprintf */
#include <string.h>

#include "grade/copies.h"

enum { PATH_BYTES = 400, ANSWERS_DEEP = 4 };

static bool is_one_of(Str key, const char *a, const char *b, const char *c)
{
    return str_eq(key, str_from(a)) || str_eq(key, str_from(b)) || str_eq(key, str_from(c));
}

static Str token_text(const JsonToken *t)
{
    return t->kind == JSON_TEXT || t->kind == JSON_NUMBER || t->kind == JSON_TRUTH ? str_trim(t->text) : (Str){"", 0};
}

/* ---- answers ---- */

typedef struct Path { /* of the value that comes next: rates, rates[Ana], rates[Ana][calls] */
    char bytes[PATH_BYTES];
    size_t n;
    uint32_t depth;
} Path;

static bool path_add(Path *p, Str key)
{
    bool inner = p->depth > 0;
    if (p->n + key.n + 2 > PATH_BYTES || p->depth == ANSWERS_DEEP) {
        return false;
    }
    if (inner) {
        p->bytes[p->n++] = '[';
    }
    memcpy(p->bytes + p->n, key.p, key.n);
    p->n += key.n;
    if (inner) {
        p->bytes[p->n++] = ']';
    }
    p->depth++;
    return true;
}

static bool read_value(JsonReader *j, Arena *arena, RawCopy *out, Path path);

/* One more step of the path, then its value. */
static bool read_member(JsonReader *j, Arena *arena, RawCopy *out, Path path, Str key)
{
    if (!path_add(&path, key)) {
        copy_add_note(arena, out, D_COPY_UNKNOWN, str_sub(key, 0, 80), (Str){"", 0});
        return json_pass(j);
    }
    return read_value(j, arena, out, path);
}

/* The brace or bracket has been read. Items of an array are numbered from 1. */
static bool read_members(JsonReader *j, Arena *arena, RawCopy *out, Path path, bool array)
{
    char number[16];
    for (unsigned i = 1;; i++) {
        JsonReader before = *j;
        JsonToken t;
        if (!json_next(j, &t)) {
            return false;
        }
        if (t.kind == JSON_END) {
            return true;
        }
        if (array) {
            *j = before; /* a value has no name before it */
            t.text = (Str){number, (size_t)snprintf(number, sizeof number, "%u", i)};
        }
        if (!read_member(j, arena, out, path, t.text)) {
            return false;
        }
    }
}

static bool read_value(JsonReader *j, Arena *arena, RawCopy *out, Path path)
{
    JsonToken t;
    if (!json_next(j, &t)) {
        return false;
    }
    if (t.kind == JSON_OBJECT || t.kind == JSON_ARRAY) {
        return read_members(j, arena, out, path, t.kind == JSON_ARRAY);
    }
    if (token_text(&t).n) {
        copy_add_box(arena, out, (Str){path.bytes, path.n}, token_text(&t));
    }
    return true;
}

static bool read_answer(JsonReader *j, Arena *arena, RawCopy *out, Str key)
{
    return read_member(j, arena, out, (Path){.depth = 0}, key);
}

static bool read_answers(JsonReader *j, Arena *arena, RawCopy *out)
{
    JsonToken t;
    uint32_t depth = j->depth;
    if (!json_next(j, &t)) {
        return false;
    }
    if (t.kind != JSON_OBJECT) {
        copy_add_note(arena, out, D_COPY_JSON_ANSWERS, (Str){"", 0}, (Str){"", 0});
        out->kind = COPY_ASIDE;
        while (j->depth > depth) {
            if (!json_next(j, &t)) {
                return false;
            }
        }
        return true;
    }
    while (json_next(j, &t)) {
        if (t.kind == JSON_END) {
            return true;
        }
        if (!read_answer(j, arena, out, t.text)) {
            return false;
        }
    }
    return false;
}

/* ---- a copy ---- */

static bool read_field(JsonReader *j, Arena *arena, Str *field)
{
    JsonToken t;
    if (!json_next(j, &t)) {
        return false;
    }
    *field = arena_str(arena, token_text(&t));
    return true;
}

/* The brace has been read. */
static bool read_object(JsonReader *j, Arena *arena, RawCopy *out)
{
    JsonToken t;
    while (json_next(j, &t)) {
        bool ok;
        if (t.kind == JSON_END) {
            return true;
        }
        if (is_one_of(t.text, "candidate", "candidat", "copy")) {
            ok = read_field(j, arena, &out->candidate);
        } else if (is_one_of(t.text, "second", "second", "second")) {
            ok = read_field(j, arena, &out->second);
        } else if (is_one_of(t.text, "case", "cas", "of")) {
            ok = read_field(j, arena, &out->of);
        } else if (is_one_of(t.text, "answers", "réponses", "reponses")) {
            ok = read_answers(j, arena, out);
        } else {
            ok = read_answer(j, arena, out, t.text);
        }
        if (!ok) {
            return false;
        }
    }
    return false;
}

/* at: where it is no longer JSON, or no object. */
static bool refuse(CopyReader *r, Arena *arena, RawCopy *out, uint64_t line, size_t at)
{
    char place[24];
    Str origin = copies_origin(r, arena, line);
    *out = (RawCopy){.kind = COPY_REFUSED, .candidate = origin, .origin = origin};
    copy_add_note(arena, out, D_COPY_JSON, (Str){"", 0}, (Str){place, (size_t)snprintf(place, sizeof place, "%zu", at + 1)});
    return !arena->failed;
}

static bool refuse_large(CopyReader *r, Arena *arena, RawCopy *out, uint64_t line)
{
    bool ok = refuse(r, arena, out, line, 0);
    out->note_count = 0;
    copy_add_note(arena, out, D_COPY_JSON_LARGE, (Str){"", 0}, (Str){"", 0});
    return ok && !arena->failed;
}

static bool finish(Arena *arena, RawCopy *out)
{
    if (!out->box_count) {
        copy_add_note(arena, out, D_COPY_NO_ANSWERS, (Str){"", 0}, (Str){"", 0});
    }
    return !arena->failed;
}

/* One object a line. */
static bool next_line(CopyReader *r, Arena *arena, RawCopy *out)
{
    Str line;
    bool cut;
    JsonReader j;
    JsonToken t;
    uint64_t number;
    do {
        number = r->stream.lines + 1;
        if (!text_line(&r->stream, COPY_LINE_BYTES, &line, &cut)) {
            return false;
        }
    } while (!str_trim(line).n);
    *out = (RawCopy){.origin = copies_origin(r, arena, number)};
    if (cut) {
        return refuse_large(r, arena, out, number);
    }
    json_read(&j, line, arena);
    if (!json_next(&j, &t) || t.kind != JSON_OBJECT || !read_object(&j, arena, out) || json_next(&j, &t) || j.error) {
        return refuse(r, arena, out, number, j.at);
    }
    return finish(arena, out);
}

/* A document: one object, or an array of them. */
static bool begin_document(CopyReader *r)
{
    while (text_rest(&r->stream).n <= COPY_FILE_BYTES && text_more(&r->stream)) {
    }
    json_read(&r->json, text_rest(&r->stream), NULL);
    return text_rest(&r->stream).n <= COPY_FILE_BYTES;
}

static bool next_of_document(CopyReader *r, Arena *arena, RawCopy *out)
{
    JsonToken t;
    if (r->first && !begin_document(r)) {
        r->first = false;
        r->json.done = true;
        return refuse_large(r, arena, out, 0);
    }
    bool first = r->first;
    r->first = false;
    r->json.arena = arena;
    if (r->json.error || r->json.done || !json_next(&r->json, &t)) {
        return r->json.error && first ? refuse(r, arena, out, 0, r->json.at) : false;
    }
    if (first && t.kind == JSON_ARRAY && !json_next(&r->json, &t)) {
        return refuse(r, arena, out, 0, r->json.at);
    }
    if (t.kind == JSON_END) {
        return json_next(&r->json, &t) || r->json.error ? refuse(r, arena, out, 0, r->json.at) : false;
    }
    r->json_number++;
    *out = (RawCopy){.origin = copies_origin(r, arena, r->json_number)};
    if (t.kind != JSON_OBJECT || !read_object(&r->json, arena, out)) {
        r->json.done = true; /* nothing after it can be trusted */
        return refuse(r, arena, out, r->json_number, r->json.at);
    }
    return finish(arena, out);
}

bool copies_next_json(CopyReader *r, Arena *arena, RawCopy *out)
{
    return r->format == FORMAT_JSON ? next_of_document(r, arena, out) : next_line(r, arena, out);
}
