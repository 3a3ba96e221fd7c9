/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapters are looked through as texts, not parsed: a function is a line that begins with `fonction` or `fn`, the `##`
   lines above it are its documentation. One without an English name there is the chapter's own affair. */
#include "lib/chapter.h"

#include "lib/doc.h"

typedef struct Scan {
    Arena *arena;
    Str text;
    size_t at;          /* start of the line being looked at */
    size_t block;       /* start of the `##` lines just above it, or NONE */
    ChapterVisit visit;
    void *data;
    uint32_t chapter;
} Scan;

#define NONE SIZE_MAX

static size_t line_end(Str text, size_t at)
{
    while (at < text.n && text.p[at] != '\n') {
        at++;
    }
    return at;
}

/* The place of the parenthesis that closes the one at `open`; texts in between are passed over. */
static size_t closing(Str text, size_t open)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = open; i < text.n; i++) {
        char c = text.p[i];
        quoted = c == '"' ? !quoted : quoted;
        depth += quoted ? 0 : (c == '(' || c == '[' || c == '{') - (c == ')' || c == ']' || c == '}');
        if (!quoted && !depth) {
            return i;
        }
    }
    return text.n;
}

static size_t find_byte(Str s, size_t from, char c)
{
    while (from < s.n && s.p[from] != c) {
        from++;
    }
    return from;
}

/* name(parameters) rest */
static bool split_call(Str line, Str *name, Str *parameters, Str *rest)
{
    size_t open = find_byte(line, 0, '('), close = open < line.n ? closing(line, open) : line.n;
    if (close == line.n) {
        return false;
    }
    *name = str_trim(str_sub(line, 0, open));
    *parameters = str_sub(line, open + 1, close);
    *rest = str_trim(str_sub(line, close + 1, line.n));
    return name->n > 0;
}

/* Does a default value begin here? Not in `>= 1`. */
static bool is_default(Str s, size_t i)
{
    return s.p[i] == '=' && i && s.p[i - 1] != '<' && s.p[i - 1] != '>';
}

static int depth_change(char c)
{
    return (c == '(' || c == '[' || c == '{') - (c == ')' || c == ']' || c == '}');
}

bool chapter_next_parameter(Str *rest, Str *out)
{
    int depth = 0;
    size_t n = 0;
    bool quoted = false;
    if (!rest->n) {
        return false;
    }
    for (; n < rest->n && (depth || quoted || rest->p[n] != ';'); n++) {
        quoted = rest->p[n] == '"' ? !quoted : quoted;
        depth += quoted ? 0 : depth_change(rest->p[n]);
    }
    *out = str_trim(str_sub(*rest, 0, n));
    *rest = str_sub(*rest, n + 1, rest->n);
    return true;
}

/* "n: entier >= 1 = 5" gives "n = 5". */
static void put_parameter(Buf *b, Str parameter)
{
    size_t colon = find_byte(parameter, 0, ':'), equals = 0;
    while (equals < parameter.n && !(parameter.p[equals] == '=' && is_default(parameter, equals))) {
        equals++;
    }
    size_t end = colon < equals ? colon : equals;
    buf_put(b, str_trim(str_sub(parameter, 0, end)));
    if (equals < parameter.n) {
        buf_puts(b, " = ");
        buf_put(b, str_trim(str_sub(parameter, equals + 1, parameter.n)));
    }
}

/* "capital: montant; n: entier >= 1 = 5" gives "capital, n = 5". */
static Str signature_of(Arena *arena, Str parameters)
{
    Buf b;
    Str parameter;
    buf_init(&b, arena->mem);
    while (chapter_next_parameter(&parameters, &parameter)) {
        buf_puts(&b, b.n ? ", " : "");
        put_parameter(&b, parameter);
    }
    Str kept = b.failed ? (Str){NULL, 0} : arena_str(arena, buf_str(&b));
    arena->failed = arena->failed || !kept.p;
    buf_free(&b);
    return kept;
}

static bool read_names(Scan *s, ChapterFunction *f)
{
    DocField field;
    Str rest;
    if (!doc_find(s->arena, f->comment, DOC_ENGLISH, &field) ||
        !split_call(field.text[LANG_FR], &f->name[LANG_EN], &f->signature[LANG_EN], &rest)) {
        return false;
    }
    f->summary[LANG_EN] = rest;
    if (doc_find(s->arena, f->comment, DOC_TEXT, &field)) {
        f->summary[LANG_FR] = field.text[LANG_FR];
    }
    if (doc_find(s->arena, f->comment, DOC_ALSO, &field)) {
        f->others = field.text[LANG_FR];
    }
    return true;
}

/* A definition at s->at, whose name begins `skip` bytes further. */
static bool scan_function(Scan *s, size_t skip)
{
    Str rest, from = str_sub(s->text, s->at + skip, s->text.n), parameters;
    ChapterFunction f = {.chapter = s->chapter, .others = {"", 0}};
    f.summary[LANG_FR] = (Str){"", 0};
    f.comment = str_sub(s->text, s->block, s->at);
    if (!split_call(from, &f.name[LANG_FR], &parameters, &rest) || !read_names(s, &f)) {
        return !s->arena->failed;
    }
    f.parameters = parameters;
    f.signature[LANG_FR] = signature_of(s->arena, parameters);
    return !s->arena->failed && s->visit(s->data, &f);
}

static bool scan_line(Scan *s, size_t end)
{
    static const Str heads[] = {{"fonction ", 9}, {"fn ", 3}};
    Str line = str_sub(s->text, s->at, end);
    if (str_starts(line, STR("##"))) {
        s->block = s->block == NONE ? s->at : s->block;
        return true;
    }
    bool ok = true;
    for (size_t i = 0; s->block != NONE && i < sizeof heads / sizeof *heads; i++) {
        if (str_starts(line, heads[i])) {
            ok = scan_function(s, heads[i].n);
        }
    }
    s->block = NONE;
    return ok;
}

bool chapter_scan(Arena *arena, Str text, uint32_t chapter, ChapterVisit visit, void *data)
{
    Scan s = {.arena = arena, .text = text, .block = NONE, .visit = visit, .data = data, .chapter = chapter};
    while (s.at < text.n) {
        size_t end = line_end(text, s.at);
        if (!scan_line(&s, end)) {
            return false;
        }
        s.at = end + 1;
    }
    return true;
}

/* ---- the list ---- */

static const struct {
    Str file, title[2];
} chapter_files[CHAPTER_FILES] = {
#define S(literal) {(literal), sizeof(literal) - 1}
#define LIBRARY_FILE(id, file, en, fr) {S(file), {S(en), S(fr)}},
#include "lib/chapter.def"
#undef LIBRARY_FILE
};

Str chapter_file(uint32_t chapter) { return chapter_files[chapter].file; }
Str chapter_title(uint32_t chapter, Lang lang) { return chapter_files[chapter].title[lang]; }
