/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A field is its first line and those that go on with it; keys are few, so that they are looked for one by one. */
#include "lib/doc.h"

static const struct {
    Str key;
    DocFieldKind kind;
} doc_keys[] = {{{"en", 2}, DOC_ENGLISH},     {{"aussi", 5}, DOC_ALSO},   {{"formule", 7}, DOC_FORMULA},
                {{"convention", 10}, DOC_CONVENTION}, {{"erreur", 6}, DOC_ERROR}, {{"colonnes", 8}, DOC_COLUMNS},
                {{"source", 6}, DOC_SOURCE},  {{"voir", 4}, DOC_SEE},     {{"mots", 4}, DOC_WORDS}};

enum { KEY_BYTES = 48, GOES_ON = 3 };

/* The line without `##`, its blanks kept. False: there is none. */
static bool take_line(Str *rest, Str *line)
{
    if (!rest->n) {
        return false;
    }
    size_t n = 0;
    while (n < rest->n && rest->p[n] != '\n') {
        n++;
    }
    Str whole = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n < rest->n ? n + 1 : n, rest->n);
    *line = str_sub(whole, str_starts(whole, STR("##")) ? 2 : 0, whole.n);
    return true;
}

static size_t blanks_before(Str line)
{
    size_t n = 0;
    while (n < line.n && line.p[n] == ' ') {
        n++;
    }
    return n;
}

static bool goes_on(Str line)
{
    size_t n = blanks_before(line);
    return n >= GOES_ON && n < line.n;
}

/* The next line, left where it is. */
static bool peek_line(const DocReader *r, Str *line)
{
    Str rest = r->rest;
    return take_line(&rest, line);
}

static Str join(Arena *arena, Str a, const char *between, Str b)
{
    Buf text;
    buf_init(&text, arena->mem);
    buf_put(&text, a);
    buf_puts(&text, a.n ? between : "");
    buf_put(&text, b);
    Str joined = text.failed ? (Str){NULL, 0} : arena_str(arena, buf_str(&text));
    arena->failed = arena->failed || !joined.p;
    buf_free(&text);
    return joined;
}

/* Takes the lines that go on with `text`. */
static Str with_continuation(DocReader *r, Str text)
{
    Str line;
    while (peek_line(r, &line) && goes_on(line) && !r->arena->failed) {
        take_line(&r->rest, &line);
        text = join(r->arena, text, " ", str_trim(line));
    }
    return text;
}

static size_t find(Str s, Str part)
{
    for (size_t i = 0; i + part.n <= s.n; i++) {
        if (str_eq(str_sub(s, i, i + part.n), part)) {
            return i;
        }
    }
    return s.n;
}

static void split_languages(Str both, Str out[2])
{
    size_t bar = find(both, STR(" | "));
    out[LANG_FR] = str_trim(str_sub(both, 0, bar));
    out[LANG_EN] = bar < both.n ? str_trim(str_sub(both, bar + 3, both.n)) : out[LANG_FR];
}

/* One word before ` : `. */
static bool split_key(Str line, Str *key, Str *text)
{
    size_t n = 0;
    while (n < line.n && line.p[n] != ' ') {
        n++;
    }
    bool keyed = n && n <= KEY_BYTES && n + 1 < line.n && line.p[n + 1] == ':';
    *key = keyed ? str_sub(line, 0, n) : (Str){"", 0};
    *text = keyed ? str_trim(str_sub(line, n + 2, line.n)) : line;
    return keyed;
}

static DocFieldKind kind_of_key(Str key)
{
    for (size_t i = 0; i < sizeof doc_keys / sizeof *doc_keys; i++) {
        if (str_eq(doc_keys[i].key, key)) {
            return doc_keys[i].kind;
        }
    }
    return DOC_PARAMETER;
}

/* ---- examples ---- */

static bool is_example(Str line) { return str_starts(str_trim(line), STR(">>>")); }

static Str example_text(Str line) { return str_trim(str_sub(str_trim(line), 3, line.n)); }

static void read_result(DocReader *r, DocField *out)
{
    Str line;
    if (!peek_line(r, &line) || is_example(line) || !str_trim(line).n) {
        return;
    }
    take_line(&r->rest, &line);
    out->result = str_trim(line);
    while (peek_line(r, &line) && str_starts(str_trim(line), STR("|")) && !r->arena->failed) {
        take_line(&r->rest, &line);
        out->result = join(r->arena, out->result, "\n", str_trim(line));
    }
}

static void read_example(DocReader *r, Str line, DocField *out)
{
    Str text = with_continuation(r, example_text(line)), next;
    while (peek_line(r, &next) && is_example(next) && !r->arena->failed) {
        take_line(&r->rest, &next);
        text = join(r->arena, text, "\n", with_continuation(r, example_text(next)));
    }
    out->kind = DOC_EXAMPLE;
    out->text[LANG_FR] = out->text[LANG_EN] = text;
    read_result(r, out);
}

/* ---- the whole ---- */

DocReader doc_open(Arena *arena, Str comment) { return (DocReader){.arena = arena, .rest = comment}; }

static void read_field(DocReader *r, Str line, DocField *out)
{
    Str key, text;
    *out = (DocField){.kind = DOC_TEXT, .key = {"", 0}, .result = {"", 0}};
    if (is_example(line)) {
        read_example(r, line, out);
        return;
    }
    if (split_key(str_trim(line), &key, &text)) {
        out->kind = kind_of_key(key);
        out->key = key;
    }
    text = with_continuation(r, text);
    if (out->kind == DOC_ENGLISH || out->kind == DOC_ALSO) {
        out->text[LANG_FR] = out->text[LANG_EN] = text;
    } else {
        split_languages(text, out->text);
    }
}

bool doc_next(DocReader *r, DocField *out)
{
    Str line;
    do {
        if (r->arena->failed || !take_line(&r->rest, &line)) {
            return false;
        }
    } while (!str_trim(line).n);
    read_field(r, line, out);
    return !r->arena->failed;
}

bool doc_find(Arena *arena, Str comment, DocFieldKind kind, DocField *out)
{
    DocReader r = doc_open(arena, comment);
    while (doc_next(&r, out)) {
        if (out->kind == kind) {
            return true;
        }
    }
    return false;
}
