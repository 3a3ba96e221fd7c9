/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The doc comments of the prelude. A line is one of: `fr: name(parameters) summary`; an example after `>>>`, whose
   next line is its result; otherwise English, the first such line being the summary and the others details. */
#include "lib/library.h"

/* A doc comment keeps its second `#`. */
static bool doc_line(Str comment, Str *line)
{
    if (!str_starts(comment, STR("#"))) {
        return false;
    }
    *line = str_trim(str_sub(comment, 1, comment.n));
    return true;
}

static size_t find_byte(Str s, char c)
{
    size_t i = 0;
    while (i < s.n && s.p[i] != c) {
        i++;
    }
    return i;
}

/* name(parameters) summary; a line without parentheses goes on with the summary. */
static bool read_french(Library *l, Str line, PreludeFunction *f)
{
    size_t open = find_byte(line, '('), close = find_byte(line, ')');
    if (f->name_fr.n || open == line.n || close < open || close == line.n) {
        return true;
    }
    f->name_fr = arena_str(&l->arena, str_trim(str_sub(line, 0, open)));
    f->signature_fr = arena_str(&l->arena, str_sub(line, open + 1, close));
    f->summary_fr = arena_str(&l->arena, str_trim(str_sub(line, close + 1, line.n)));
    return f->name_fr.p && f->signature_fr.p && f->summary_fr.p;
}

static bool read_english(Library *l, Str line, PreludeFunction *f)
{
    Buf b;
    Str *where = f->summary.n ? &f->details : &f->summary;
    buf_init(&b, l->mem);
    buf_put(&b, *where);
    buf_puts(&b, where->n ? " " : "");
    buf_put(&b, line);
    *where = b.failed ? (Str){NULL, 0} : arena_str(&l->arena, buf_str(&b));
    buf_free(&b);
    return where->p != NULL;
}

static bool read_docs(Library *l, const Comments *comments, PreludeFunction *f)
{
    Str line;
    bool result = false; /* the next line is what the example gives */
    for (uint32_t i = 0; i < comments->count; i++) {
        bool ok = true;
        if (!doc_line(comments->items[i], &line)) {
            continue;
        }
        if (result) {
            f->result = arena_str(&l->arena, line);
            ok = f->result.p != NULL;
            result = false;
        } else if (str_starts(line, STR(">>>")) && !f->example.n) {
            f->example = arena_str(&l->arena, str_trim(str_sub(line, 3, line.n)));
            ok = result = f->example.p != NULL;
        } else if (str_starts(line, STR("fr:"))) {
            ok = read_french(l, str_sub(line, 3, line.n), f);
        } else if (line.n) {
            ok = read_english(l, line, f);
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* "amount, rate", from the parameters themselves. */
static bool read_signature(Library *l, const Node *function, PreludeFunction *f)
{
    Buf b;
    buf_init(&b, l->mem);
    for (uint32_t i = 0; i + 1 < function->count; i++) {
        const Node *param = function->kids[i];
        buf_puts(&b, i ? ", " : "");
        buf_put(&b, param->text);
        buf_puts(&b, param->count ? " = …" : "");
    }
    f->signature = b.failed ? (Str){NULL, 0} : arena_str(&l->arena, buf_str(&b));
    buf_free(&b);
    return f->signature.p != NULL;
}

bool library_add_prelude(Library *l, const Node *module)
{
    for (uint32_t i = 0; module && i < module->count; i++) {
        const Node *n = module->kids[i];
        if (n->kind != N_FUNCTION) {
            continue;
        }
        PreludeFunction f = {.name = arena_str(&l->arena, n->text)};
        if (!f.name.p || !read_signature(l, n, &f) || !read_docs(l, &n->before, &f) || !library_add_function(l, &f)) {
            return false;
        }
    }
    return true;
}
