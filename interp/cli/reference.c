/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A function written in C has a few texts, one of a chapter a comment of fields: a reader makes one of the other. */
#include "cli/reference.h"

#include "base/utf8.h"
#include "cli/evaluate.h"
#include "cli/help.h"
#include "cli/value.h"
#include "syntax/lexicon.h"
#include "syntax/printer.h"

enum { LINE_WIDTH = 92, INDENT = 2 };

void reference_open(Reference *r, Cli *cli, Session *s, Lang lang)
{
    *r = (Reference){.cli = cli, .s = s, .lang = lang};
    arena_init(&r->arena, &s->mem);
}

void reference_close(Reference *r) { arena_free(&r->arena); }

int reference_command(Cli *cli, void (*put)(Reference *r, Buf *out))
{
    Session s;
    Buf out;
    if (cli_open(cli, &s) && session_load_text(&s, STR("?"), STR(""))) {
        Reference r;
        s.options.lang = s.vm.lang = cli->options.lang;
        reference_open(&r, cli, &s, cli->options.lang);
        buf_init(&out, &s.mem);
        put(&r, &out);
        (void)(out.failed ? cli_no_memory(&s) : session_write(&s, buf_str(&out)));
        buf_free(&out);
        reference_close(&r);
    }
    return cli_end(cli, &s, EXIT_OK);
}

/* ---- what a parameter wants, in the other language ---- */

static const ChapterFunction *chapter_function(const Reference *r, const LibraryDoc *doc)
{
    const Library *l = &r->s->library;
    for (uint32_t i = 0; i < l->function_count; i++)
        if (l->functions[i].comment.p == doc->comment.p)
            return &l->functions[i];
    return NULL;
}

static Str next_part(Str *rest, char separator)
{
    size_t n = 0;
    while (n < rest->n && rest->p[n] != separator)
        n++;
    Str part = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n + 1, rest->n);
    return str_trim(part);
}

/* The place of a parameter of that name among those of the chapter. */
static bool parameter_place(const ChapterFunction *f, Str name, uint32_t *place)
{
    Str rest = f->signature[LANG_FR];
    SignatureParam p;
    for (*place = 0; signature_next(&rest, &p); ++*place)
        if (str_eq(p.name, name))
            return true;
    return false;
}

static Str parameter_at(const ChapterFunction *f, Lang lang, uint32_t place)
{
    Str rest = f->signature[lang];
    SignatureParam p;
    for (uint32_t i = 0; signature_next(&rest, &p); i++)
        if (i == place)
            return p.name;
    return (Str){"", 0};
}

/* liste, de, comme, a parameter; figures stay. The plural after `de` is that word's second spelling. */
static void put_word(const Reference *r, const ChapterFunction *f, Buf *out, Str word)
{
    uint32_t place;
    if (r->lang == LANG_FR) {
        buf_put(out, word);
        return;
    }
    if (parameter_place(f, word, &place)) {
        buf_put(out, parameter_at(f, LANG_EN, place));
        return;
    }
    static const WordId words[] = {W_LIST_OF, W_LIKE,
#define KIND(word, ...) W_##word,
#include "syntax/kind.def"
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (unsigned k = 0; word_spelling(words[i], LANG_FR, k).p; k++)
            if (str_eq(word_spelling(words[i], LANG_FR, k), word)) {
                Str english = word_spelling(words[i], LANG_EN, k);
                buf_put(out, english.p ? english : word_spelling(words[i], LANG_EN, 0));
                return;
            }
    for (size_t i = 0; i < word.n; i++)
        buf_putc(out, word.p[i] == ',' ? '.' : word.p[i]);
}

/* "capital: montant > 0 = 5": what stands between the colon and the default. */
static Str wants_of(Str parameter)
{
    size_t at = 0, end;
    while (at < parameter.n && parameter.p[at] != ':')
        at++;
    for (end = at; end < parameter.n; end++)
        if (parameter.p[end] == '=' && parameter.p[end - 1] != '<' && parameter.p[end - 1] != '>')
            break;
    return str_trim(str_sub(parameter, at + 1, end));
}

static Str parameter_wants(Reference *r, const ChapterFunction *f, uint32_t place)
{
    Str rest = f->parameters, wants = {"", 0}, parameter;
    Buf b;
    for (uint32_t i = 0; i <= place && chapter_next_parameter(&rest, &parameter); i++)
        wants = wants_of(parameter);
    buf_init(&b, &r->s->mem);
    while (wants.n) {
        buf_puts(&b, b.n ? " " : "");
        put_word(r, f, &b, next_part(&wants, ' '));
    }
    Str kept = arena_str(&r->arena, buf_str(&b));
    buf_free(&b);
    return kept.p ? kept : (Str){"", 0};
}

/* ---- fields ---- */

ReferenceReader reference_fields(Reference *r, const LibraryDoc *doc)
{
    return (ReferenceReader){.r = r, .doc = doc, .fields = doc_open(&r->arena, doc->comment)};
}

static bool next_of_native(ReferenceReader *reader, ReferenceField *out)
{
    const LibraryDoc *d = reader->doc;
    if (reader->at == 0 && ++reader->at && d->details[reader->r->lang].n) {
        out->text = d->details[reader->r->lang];
        return true;
    }
    if (reader->at == 1 && ++reader->at && d->example.n) {
        out->kind = DOC_EXAMPLE;
        out->text = d->example;
        out->result = d->result;
        out->from = LANG_EN;
        return true;
    }
    return false;
}

static void settle_parameter(ReferenceReader *reader, ReferenceField *out)
{
    const ChapterFunction *f = chapter_function(reader->r, reader->doc);
    uint32_t place;
    if (!f || !parameter_place(f, out->key, &place))
        return;
    out->wants = parameter_wants(reader->r, f, place);
    out->key = parameter_at(f, reader->r->lang, place);
}

bool reference_next(ReferenceReader *reader, ReferenceField *out)
{
    DocField f;
    *out = (ReferenceField){.kind = DOC_TEXT, .key = {"", 0}, .wants = {"", 0}, .result = {"", 0}, .from = LANG_FR};
    if (!reader->doc->comment.n)
        return next_of_native(reader, out);
    while (doc_next(&reader->fields, &f)) {
        bool summary = f.kind == DOC_TEXT && !reader->at++;
        if (summary || f.kind == DOC_ENGLISH)
            continue;
        out->kind = f.kind;
        out->key = f.kind == DOC_PARAMETER ? f.key : (Str){"", 0};
        out->text = f.text[reader->r->lang];
        out->result = f.result;
        if (f.kind == DOC_PARAMETER)
            settle_parameter(reader, out);
        return true;
    }
    return false;
}

/* ---- signature, examples ---- */

void reference_signature(const Reference *r, Buf *out, const LibraryDoc *doc)
{
    Str s = doc->signature[r->lang];
    buf_put(out, doc->name[r->lang]);
    if (!doc->function)
        return;
    buf_putc(out, '(');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ',' && i + 1 < s.n && s.p[i + 1] == ' ' && r->lang == LANG_FR && doc->comment.n)
            buf_puts(out, " ;");
        else
            buf_putc(out, s.p[i]);
    }
    buf_putc(out, ')');
}

static const Node *parsed(Reference *r, Arena *arena, const ReferenceField *f)
{
    Session *s = r->s;
    Parsing parsing = s->program.parsing;
    uint32_t source = sources_add(&s->sources, STR("?"), f->text);
    parsing.arena = arena;
    parsing.default_lang = f->from;
    return source ? parse_module(&parsing, source) : NULL;
}

void reference_example(Reference *r, Buf *out, const ReferenceField *f)
{
    Arena arena;
    LibraryNames names = library_names(&r->s->library);
    if (r->lang == f->from) {
        buf_put(out, f->text);
        return;
    }
    arena_init(&arena, &r->s->mem);
    const Node *module = parsed(r, &arena, f);
    for (uint32_t i = 0; module && i < module->count; i++) {
        print_node(out, module->kids[i], r->lang, &names);
        while (out->n && out->p[out->n - 1] == '\n')
            out->n--;
        buf_puts(out, i + 1 < module->count ? "\n" : "");
    }
    if (!module)
        buf_put(out, f->text);
    arena_free(&arena);
}

/* The code of the error that the example ends in, or that it says so. */
static void put_fault(Reference *r, Buf *out)
{
    const Diag *d = r->s->diags.first;
    if (!d)
        return;
    buf_puts(out, r->lang == LANG_FR ? "erreur " : "error ");
    buf_puts(out, diag_code(d->id));
    buf_puts(out, r->lang == LANG_FR ? " : " : ": ");
    diag_message(out, d->id, d->args, r->lang);
}

/* What an example prints belongs to what it shows. */
static int take_output(void *data, Str text)
{
    Buf *out = data;
    buf_put(out, text);
    return 0;
}

void reference_result(Reference *r, Buf *out, const ReferenceField *f)
{
    Session *s = r->s;
    Lang lang = s->options.lang;
    VmHost host = s->vm.host;
    Value v = value_none();
    s->options.lang = f->from;
    s->vm.host.write = take_output;
    s->vm.host.write_data = out;
    bool ok = evaluate_text(s, STR("?"), f->text, &v);
    s->vm.host = host;
    s->options.lang = lang;
    if (ok && v.tag != T_NONE)
        value_line(r->cli, s, out, v);
    else if (!ok)
        put_fault(r, out);
    diags_clear(&s->diags);
}

/* ---- lines ---- */

static Str next_word(Str *rest)
{
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\n')
        n++;
    Str word = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n + 1, rest->n);
    return word;
}

/* A paragraph whose further lines stand under its first, two steps in. */
static void put_wrapped(Buf *out, Str head, Str text)
{
    size_t column = INDENT + utf8_width(head);
    buf_repeat(out, ' ', INDENT);
    buf_put(out, head);
    bool first = true;
    while (text.n) {
        Str word = next_word(&text);
        size_t width = utf8_width(word);
        if (!first && column + 1 + width > LINE_WIDTH) {
            buf_putc(out, '\n');
            buf_repeat(out, ' ', 2 * INDENT);
            column = 2 * INDENT;
        } else if (!first) {
            buf_putc(out, ' ');
            column++;
        }
        buf_put(out, word);
        column += width;
        first = false;
    }
    buf_putc(out, '\n');
}

PhraseId reference_label(DocFieldKind kind)
{
    switch (kind) {
    case DOC_ALSO: return P_DOC_ALSO;
    case DOC_FORMULA: return P_DOC_FORMULA;
    case DOC_CONVENTION: return P_DOC_CONVENTION;
    case DOC_ERROR: return P_DOC_ERROR;
    case DOC_COLUMNS: return P_DOC_COLUMNS;
    case DOC_SOURCE: return P_DOC_SOURCE;
    case DOC_SEE: return P_DOC_SEE;
    default: return P_COUNT;
    }
}

/* Lines of a table stand under one another. */
static void put_lines(Buf *out, Str text, size_t indent)
{
    while (text.n) {
        Str line = next_part(&text, '\n');
        buf_putc(out, '\n');
        buf_repeat(out, ' ', indent);
        buf_put(out, line);
    }
}

static void put_example(Reference *r, Buf *out, const ReferenceField *f)
{
    Buf text, result;
    buf_init(&text, out->mem);
    buf_init(&result, out->mem);
    reference_example(r, &text, f);
    reference_result(r, &result, f);
    Str shown = buf_str(&result), rest = buf_str(&text);
    bool lines = shown.n && shown.p[0] == '|';
    buf_repeat(out, ' ', INDENT);
    phrase_put(out, P_EXAMPLE, r->lang, next_part(&rest, '\n'));
    put_lines(out, rest, 2 * INDENT);
    if (lines)
        put_lines(out, shown, 2 * INDENT);
    else if (shown.n) {
        buf_puts(out, "  →  ");
        buf_put(out, shown);
    }
    buf_putc(out, '\n');
    out->failed |= text.failed || result.failed;
    buf_free(&text);
    buf_free(&result);
}

static void put_parameter(const Reference *r, Buf *out, const ReferenceField *f)
{
    Buf head;
    buf_init(&head, out->mem);
    buf_put(&head, f->key);
    if (f->wants.n) {
        buf_puts(&head, " (");
        buf_put(&head, f->wants);
        buf_putc(&head, ')');
    }
    buf_puts(&head, r->lang == LANG_FR ? " : " : ": ");
    put_wrapped(out, buf_str(&head), f->text);
    out->failed |= head.failed;
    buf_free(&head);
}

void reference_see(Reference *r, ReferenceField *f)
{
    LibraryNames l = library_names(&r->s->library);
    Str names = f->text;
    Buf b;
    buf_init(&b, &r->s->mem);
    while (names.n) {
        Str name = next_part(&names, ','), canonical = l.canonical(l.data, name, LANG_FR);
        buf_puts(&b, b.n ? ", " : "");
        buf_put(&b, canonical.p ? l.localised(l.data, canonical, r->lang) : name);
    }
    Str kept = arena_str(&r->arena, buf_str(&b));
    f->text = kept.p ? kept : (Str){"", 0};
    buf_free(&b);
}

static void put_field(Reference *r, Buf *out, ReferenceField *f)
{
    PhraseId label = reference_label(f->kind);
    if (f->kind == DOC_SEE)
        reference_see(r, f);
    if (f->kind == DOC_EXAMPLE)
        put_example(r, out, f);
    else if (f->kind == DOC_PARAMETER)
        put_parameter(r, out, f);
    else if (f->kind == DOC_TEXT)
        put_wrapped(out, STR(""), f->text);
    else if (label != P_COUNT)
        put_wrapped(out, phrase(label, r->lang), f->text);
}

void reference_put(Reference *r, Buf *out, const LibraryDoc *doc)
{
    Lang other = r->lang == LANG_EN ? LANG_FR : LANG_EN;
    ReferenceReader reader = reference_fields(r, doc);
    ReferenceField f;
    reference_signature(r, out, doc);
    buf_putc(out, '\n');
    put_wrapped(out, STR(""), doc->summary[r->lang]);
    while (reference_next(&reader, &f))
        put_field(r, out, &f);
    if (!str_eq(doc->name[r->lang], doc->name[other])) {
        buf_repeat(out, ' ', INDENT);
        phrase_put(out, P_ALSO_CALLED, r->lang, doc->name[other]);
        buf_putc(out, '\n');
    }
    out->failed |= r->arena.failed;
}

/* ---- for programs ---- */

static void json_pair(JsonWriter *w, Str key, const Str text[2])
{
    json_key(w, key);
    json_object(w);
    json_key(w, STR("en"));
    json_text(w, text[LANG_EN]);
    json_key(w, STR("fr"));
    json_text(w, text[LANG_FR]);
    json_end(w);
}

static Str kind_name(DocFieldKind kind)
{
    static const char *const names[] = {
        [DOC_TEXT] = "text",         [DOC_ENGLISH] = "english", [DOC_ALSO] = "also",   [DOC_FORMULA] = "formula",
        [DOC_PARAMETER] = "parameter", [DOC_CONVENTION] = "convention", [DOC_ERROR] = "error",
        [DOC_COLUMNS] = "columns",   [DOC_SOURCE] = "source",   [DOC_SEE] = "see",     [DOC_WORDS] = "words",
        [DOC_EXAMPLE] = "example"};
    return str_from(names[kind]);
}

static void json_field(JsonWriter *w, const DocField *f)
{
    json_object(w);
    json_key(w, STR("kind"));
    json_text(w, kind_name(f->kind));
    json_key(w, STR("key"));
    json_text(w, f->key);
    json_pair(w, STR("text"), f->text);
    if (f->kind == DOC_EXAMPLE) {
        json_key(w, STR("result"));
        json_text(w, f->result);
    }
    json_end(w);
}

void reference_json(Reference *r, JsonWriter *w, const LibraryDoc *doc)
{
    DocField f;
    json_object(w);
    json_pair(w, STR("name"), doc->name);
    json_key(w, STR("function"));
    json_bool(w, doc->function);
    json_pair(w, STR("signature"), doc->signature);
    json_pair(w, STR("chapter"), doc->chapter);
    json_pair(w, STR("summary"), doc->summary);
    json_key(w, STR("native"));
    json_bool(w, !doc->comment.n);
    json_key(w, STR("fields"));
    json_array(w);
    DocReader fields = doc_open(&r->arena, doc->comment);
    while (doc_next(&fields, &f))
        json_field(w, &f);
    if (!doc->comment.n && doc->example.n) {
        f = (DocField){.kind = DOC_EXAMPLE, .key = {"", 0}, .text = {doc->example, doc->example}, .result = doc->result};
        json_field(w, &f);
    }
    json_end(w);
    json_end(w);
}

/* ---- search ---- */

typedef struct Search {
    const Str *words;  /* folded */
    size_t count;
    Buf text;
} Search;

static bool holds(Str text, Str part)
{
    for (size_t i = 0; i + part.n <= text.n; i++)
        if (str_eq(str_sub(text, i, i + part.n), part))
            return true;
    return false;
}

static bool holds_all(Search *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!holds(buf_str(&s->text), s->words[i]))
            return false;
    return true;
}

static void fold_into(Search *s, Str text)
{
    utf8_fold(&s->text, text);
    buf_putc(&s->text, ' ');
}

static bool name_matches(Reference *r, Search *s, const LibraryDoc *doc)
{
    DocField f;
    buf_clear(&s->text);
    fold_into(s, doc->name[LANG_EN]);
    fold_into(s, doc->name[LANG_FR]);
    if (doc_find(&r->arena, doc->comment, DOC_ALSO, &f))
        fold_into(s, f.text[LANG_FR]);
    return holds_all(s);
}

static bool text_matches(Reference *r, Search *s, const LibraryDoc *doc)
{
    DocReader fields = doc_open(&r->arena, doc->comment);
    DocField f;
    for (int lang = 0; lang < 2; lang++) {
        fold_into(s, doc->summary[lang]);
        fold_into(s, doc->details[lang]);
        fold_into(s, doc->chapter[lang]);
    }
    while (doc_next(&fields, &f))
        if (f.kind == DOC_WORDS || f.kind == DOC_FORMULA || f.kind == DOC_PARAMETER || f.kind == DOC_CONVENTION) {
            fold_into(s, f.text[LANG_FR]);
            fold_into(s, f.text[LANG_EN]);
        }
    return holds_all(s);
}

/* False: memory is out. */
static bool fold_words(Reference *r, const Str *words, size_t count, Str *folded)
{
    for (size_t i = 0; i < count; i++) {
        Buf b;
        buf_init(&b, &r->s->mem);
        utf8_fold(&b, words[i]);
        folded[i] = arena_str(&r->arena, buf_str(&b));
        buf_free(&b);
    }
    return !r->arena.failed;
}

void reference_row(const Reference *r, Buf *out, const LibraryDoc *doc)
{
    help_row(out, doc->name[r->lang], doc->summary[r->lang]);
}

uint32_t reference_search(Reference *r, Buf *out, const Str *words, size_t count)
{
    Str *folded = arena_alloc(&r->arena, (count + 1) * sizeof *folded);
    Search s = {.words = folded, .count = count};
    LibraryDoc doc;
    uint32_t found = 0;
    buf_init(&s.text, &r->s->mem);
    for (int names = folded && fold_words(r, words, count, folded) ? 1 : -1; names >= 0; names--)
        for (uint32_t i = 0; library_doc_at(&r->s->library, i, &doc); i++) {
            bool named = name_matches(r, &s, &doc);
            if (named != names || (!names && !text_matches(r, &s, &doc)))
                continue;
            reference_row(r, out, &doc);
            found++;
        }
    out->failed |= s.text.failed || r->arena.failed;
    buf_free(&s.text);
    return found;
}
