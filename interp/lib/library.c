/* SPDX-License-Identifier: GPL-3.0-or-later */
/* builtin.def as tables, and names found through two maps: one of spellings as declared, one of spellings that lost
   their accents. An entry is a number: built-in functions first, then constants, then the functions of the chapters. */
#include "lib/library.h"

#include <string.h>

#include "base/utf8.h"
#include "lib/foreign.h"

/* ---- declarations ---- */

#define BUILTIN(id, ...) bool builtin_##id(Vm *vm, const Value *args, uint32_t n, Value *out);
#include "lib/builtin.def"

typedef struct Declared {
    NativeFn call;
    Str name, names_fr; /* French: several spellings, separated by NULs */
    Str signature, signature_fr;
    uint32_t flags, capability;
    Str summary, summary_fr, details, details_fr, example, result;
} Declared;

static const Declared declared[BUILTIN_COUNT] = {
#define S(literal) {(literal), sizeof(literal) - 1}
#define BUILTIN(id, en, fr, sig, sig_fr, flags, cap, sum, sum_fr, det, det_fr, example, result)                        \
    {builtin_##id, S(en), S(fr), S(sig), S(sig_fr), flags, cap, S(sum), S(sum_fr), S(det), S(det_fr), S(example),      \
     S(result)},
#include "lib/builtin.def"
};

typedef enum ConstantId {
#define LIBRARY_CONSTANT(id, ...) CONSTANT_##id,
#include "lib/builtin.def"
    CONSTANT_COUNT
} ConstantId;

typedef struct DeclaredConstant {
    Str name, names_fr, summary, summary_fr;
} DeclaredConstant;

static const DeclaredConstant constants[CONSTANT_COUNT] = {
#define LIBRARY_CONSTANT(id, en, fr, sum, sum_fr) {S(en), S(fr), S(sum), S(sum_fr)},
#include "lib/builtin.def"
};

/* Numbers of the first function of each chapter: each CHAPTER takes a number and gives it back. */
enum {
#define CHAPTER(id, en, fr)  CHAPTER_FIRST_##id, CHAPTER_BACK_##id = CHAPTER_FIRST_##id - 1,
#define BUILTIN(id, ...)     CHAPTER_OF_##id,
#include "lib/builtin.def"
};

typedef struct Chapter {
    uint32_t first;
    Str title[2];
} Chapter;

static const Chapter chapters[] = {
#define CHAPTER(id, en, fr) {CHAPTER_FIRST_##id, {S(en), S(fr)}},
#include "lib/builtin.def"
};

enum { FIRST_CONSTANT = BUILTIN_COUNT, FIRST_FUNCTION = FIRST_CONSTANT + CONSTANT_COUNT, NO_ENTRY = 0xFFFFFFFF };

/* ---- spellings ---- */

static Str first_spelling(Str all)
{
    size_t n = 0;
    while (n < all.n && all.p[n]) {
        n++;
    }
    return (Str){all.p, n};
}

static bool next_spelling(Str *all, Str *out)
{
    if (!all->n) {
        return false;
    }
    *out = first_spelling(*all);
    size_t skip = out->n < all->n ? out->n + 1 : out->n;
    *all = str_sub(*all, skip, all->n);
    return true;
}

static Str entry_name(const Library *l, uint32_t entry, Lang lang)
{
    if (entry >= FIRST_FUNCTION) {
        return l->functions[entry - FIRST_FUNCTION].name[lang];
    }
    if (entry >= FIRST_CONSTANT) {
        const DeclaredConstant *c = &constants[entry - FIRST_CONSTANT];
        return lang == LANG_FR ? first_spelling(c->names_fr) : c->name;
    }
    return library_builtin_name((BuiltinId)entry, lang);
}

Str library_builtin_name(BuiltinId id, Lang lang)
{
    return lang == LANG_FR ? first_spelling(declared[id].names_fr) : declared[id].name;
}

/* ---- the index ---- */

static bool index_name(Library *l, Str name, uint32_t entry)
{
    if (!map_set(&l->names, name, entry)) {
        return false;
    }
    Buf folded;
    buf_init(&folded, l->mem);
    utf8_fold(&folded, name);
    bool ok = !folded.failed;
    if (ok && !str_eq(buf_str(&folded), name)) {
        Str key = arena_str(&l->arena, buf_str(&folded));
        ok = key.p && map_set(&l->folded, key, entry);
    }
    buf_free(&folded);
    return ok;
}

static bool index_names(Library *l, Str name, Str names_fr, uint32_t entry)
{
    Str spelling;
    bool ok = index_name(l, name, entry);
    while (ok && next_spelling(&names_fr, &spelling)) {
        ok = index_name(l, spelling, entry);
    }
    return ok;
}

/* An index that memory did not suffice for is begun again at the next look-up. */
static bool index_all(Library *l)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < BUILTIN_COUNT; i++) {
        ok = index_names(l, declared[i].name, declared[i].names_fr, i);
    }
    for (uint32_t i = 0; ok && i < CONSTANT_COUNT; i++) {
        ok = index_names(l, constants[i].name, constants[i].names_fr, FIRST_CONSTANT + i);
    }
    l->indexed = ok;
    return ok;
}

/* Written all in capitals, or all in small letters: what accents may be left out of. */
static bool one_case(Library *l, Str name)
{
    Buf b;
    buf_init(&b, l->mem);
    utf8_lower(&b, name);
    bool same = str_eq(buf_str(&b), name);
    if (!same) {
        buf_clear(&b);
        utf8_upper(&b, name);
        same = str_eq(buf_str(&b), name);
    }
    buf_free(&b);
    return same;
}

static bool find_folded(Library *l, Str name, uint64_t *entry)
{
    if (!one_case(l, name)) {
        return false;
    }
    Buf b;
    buf_init(&b, l->mem);
    utf8_fold(&b, name);
    bool found = !b.failed && (map_get(&l->names, buf_str(&b), entry) || map_get(&l->folded, buf_str(&b), entry));
    buf_free(&b);
    return found;
}

/* ---- chapters ---- */

/* A spelling that belongs to a function already keeps its meaning. */
static bool index_new_name(Library *l, Str name, uint32_t entry)
{
    return map_get(&l->names, name, NULL) || index_name(l, name, entry);
}

/* "trim (fr)": a name in French only, where English calls something else so. */
static bool index_other(Library *l, Str name, uint32_t entry)
{
    static const Str only_french = {" (fr)", 5};
    bool french = name.n > only_french.n && str_eq(str_sub(name, name.n - only_french.n, name.n), only_french);
    return french ? map_set(&l->french, str_sub(name, 0, name.n - only_french.n), entry) : index_new_name(l, name, entry);
}

/* "ECARTYPEP, STDEVP": each in small letters. */
static bool index_others(Library *l, Str others, uint32_t entry)
{
    bool ok = true;
    while (ok && others.n) {
        size_t n = 0;
        while (n < others.n && others.p[n] != ',') {
            n++;
        }
        Buf lower;
        buf_init(&lower, l->mem);
        utf8_lower(&lower, str_trim(str_sub(others, 0, n)));
        Str name = lower.failed ? (Str){NULL, 0} : arena_str(&l->arena, buf_str(&lower));
        ok = name.p && index_other(l, name, entry);
        buf_free(&lower);
        others = str_sub(others, n + 1, others.n);
    }
    return ok;
}

static bool add_function(void *data, const ChapterFunction *f)
{
    Library *l = data;
    if (l->function_count == l->function_cap) {
        uint32_t cap = l->function_cap ? 2 * l->function_cap : 64;
        ChapterFunction *grown =
            mem_realloc(l->mem, l->functions, l->function_cap * sizeof *grown, cap * sizeof *grown);
        if (!grown) {
            return false;
        }
        l->functions = grown;
        l->function_cap = cap;
    }
    uint32_t entry = FIRST_FUNCTION + l->function_count;
    l->functions[l->function_count++] = *f;
    return index_new_name(l, f->name[LANG_EN], entry) && index_new_name(l, f->name[LANG_FR], entry) &&
           index_others(l, f->others, entry);
}

static Str chapter_text(const Library *l, uint32_t chapter)
{
    const Source *s = sources_get(l->sources, l->chapters[chapter]);
    return s ? s->text : (Str){"", 0};
}

/* Looks through all chapters, once. What memory did not suffice for is begun again. */
static bool scan_chapters(Library *l)
{
    if (l->scanned || !l->read) {
        return true;
    }
    l->function_count = 0;
    for (uint32_t i = 0; i < CHAPTER_FILES; i++) {
        l->chapters[i] = l->chapters[i] ? l->chapters[i] : l->read(l->read_data, chapter_file(i));
    }
    for (uint32_t i = 0; i < CHAPTER_FILES; i++) {
        if (!chapter_scan(&l->arena, chapter_text(l, i), i, add_function, l)) {
            return false;
        }
    }
    l->scanned = true;
    return true;
}

/* ---- look-up ---- */

static bool find_known(Library *l, Str name, uint32_t *entry)
{
    uint64_t found;
    bool known = map_get(&l->names, name, &found) || find_folded(l, name, &found);
    *entry = known ? (uint32_t)found : NO_ENTRY;
    return known;
}

static uint32_t find_entry(Library *l, Str name)
{
    uint32_t entry;
    if (!l->indexed && !index_all(l)) {
        return NO_ENTRY;
    }
    if (!find_known(l, name, &entry) && !l->scanned && scan_chapters(l)) {
        find_known(l, name, &entry);
    }
    return entry;
}

/* What a name means in that language. */
static uint32_t find_meaning(Library *l, Str name, Lang lang)
{
    uint32_t entry = find_entry(l, name);
    bool homonym = entry < BUILTIN_COUNT && (declared[entry].flags & NATIVE_HOMONYM);
    if (lang == LANG_FR && homonym && scan_chapters(l)) {
        Buf lower;
        uint64_t other;
        buf_init(&lower, l->mem);
        utf8_lower(&lower, name);
        entry = map_get(&l->french, buf_str(&lower), &other) ? (uint32_t)other : entry;
        buf_free(&lower);
    }
    return entry;
}

static const ChapterFunction *find_function(Library *l, Str name)
{
    uint32_t entry = find_entry(l, name);
    bool found = entry != NO_ENTRY && entry >= FIRST_FUNCTION;
    return found ? &l->functions[entry - FIRST_FUNCTION] : NULL;
}

void library_init(Library *l, Mem *mem)
{
    *l = (Library){.mem = mem};
    arena_init(&l->arena, mem);
    map_init(&l->names, mem);
    map_init(&l->folded, mem);
    map_init(&l->french, mem);
}

void library_free(Library *l)
{
    foreign_close(l->foreign);
    map_free(&l->names);
    map_free(&l->folded);
    map_free(&l->french);
    mem_free(l->mem, l->functions, l->function_cap * sizeof *l->functions);
    arena_free(&l->arena);
}

void library_bind(Library *l, Vm *vm, Graph *graph, Outside *outside)
{
    l->vm = vm;
    l->graph = graph;
    l->outside = outside;
    vm->library = l;
}

/* ---- signatures ---- */

/* A comma inside quotes or brackets separates nothing: separator = ", ", limits = [80 %, 95 %]. */
static size_t param_end(Str s)
{
    bool quoted = false;
    int depth = 0;
    for (size_t i = 0; i < s.n; i++) {
        depth += (s.p[i] == '[' || s.p[i] == '(') - (s.p[i] == ']' || s.p[i] == ')');
        if (s.p[i] == '"') {
            quoted = !quoted;
        } else if (str_starts(str_sub(s, i, s.n), STR("«"))) {
            quoted = true;
        } else if (str_starts(str_sub(s, i, s.n), STR("»"))) {
            quoted = false;
        } else if (s.p[i] == ',' && !quoted && !depth) {
            return i;
        }
    }
    return s.n;
}

static bool take_prefix(Str *s, Str prefix)
{
    if (!str_starts(*s, prefix)) {
        return false;
    }
    *s = str_sub(*s, prefix.n, s->n);
    return true;
}

bool signature_next(Str *rest, SignatureParam *out)
{
    if (!str_trim(*rest).n) {
        return false;
    }
    size_t end = param_end(*rest);
    Str p = str_trim(str_sub(*rest, 0, end));
    *rest = str_sub(*rest, end < rest->n ? end + 1 : end, rest->n);
    *out = (SignatureParam){.kind = PARAM_VALUE};
    out->variadic = take_prefix(&p, STR("..."));
    if (take_prefix(&p, STR("'"))) {
        out->kind = PARAM_EXPR;
    } else if (take_prefix(&p, STR("&"))) {
        out->kind = PARAM_FORMULA;
    } else if (take_prefix(&p, STR("!"))) {
        out->kind = PARAM_SQL;
    } else if (take_prefix(&p, STR("@"))) {
        out->kind = PARAM_TABLES;
    } else if (take_prefix(&p, STR("%"))) {
        out->kind = PARAM_FUNCTIONS;
    }
    size_t n = 0;
    while (n < p.n && p.p[n] != '=' && p.p[n] != ':') {
        n++;
    }
    out->optional = n < p.n && p.p[n] == '=';
    out->name = str_trim(str_sub(p, 0, n));
    return true;
}

static uint32_t signature_count(Str signature)
{
    SignatureParam p;
    uint32_t n = 0;
    while (signature_next(&signature, &p)) {
        n++;
    }
    return n;
}

static Str signature_name(Str signature, uint32_t index)
{
    SignatureParam p;
    for (uint32_t i = 0; signature_next(&signature, &p); i++) {
        if (i == index) {
            return p.name;
        }
    }
    return (Str){NULL, 0};
}

static bool signature_index(Str signature, Str name, uint32_t *index)
{
    SignatureParam p;
    for (*index = 0; signature_next(&signature, &p); ++*index) {
        if (str_eq(p.name, name)) {
            return true;
        }
    }
    return false;
}

/* ---- natives ---- */

static const Native *make_native(Library *l, const Declared *d, uint32_t id)
{
    uint32_t n = signature_count(d->signature);
    Native *native = arena_alloc(&l->arena, sizeof *native);
    NativeParam *params = arena_alloc(&l->arena, (n + 1) * sizeof *params);
    if (!native || !params) {
        return NULL;
    }
    SignatureParam en, fr;
    Str rest = d->signature, rest_fr = d->signature_fr;
    *native = (Native){.name = d->name, .name_fr = first_spelling(d->names_fr), .call = d->call, .params = params,
                       .param_count = n, .flags = d->flags, .capability = d->capability, .summary = d->summary,
                       .summary_fr = d->summary_fr, .details = d->details, .details_fr = d->details_fr,
                       .example = d->example, .result = d->result};
    for (uint32_t i = 0; i < n && signature_next(&rest, &en) && signature_next(&rest_fr, &fr); i++) {
        params[i] = (NativeParam){.name = en.name, .name_fr = fr.name, .kind = en.kind, .optional = en.optional};
        native->flags |= en.variadic ? NATIVE_VARIADIC : 0;
    }
    for (size_t i = 0; i < sizeof chapters / sizeof *chapters && chapters[i].first <= id; i++) {
        native->chapter = chapters[i].title[LANG_EN];
    }
    return native;
}

const Native *library_native(Library *l, BuiltinId id)
{
    if (!l->natives[id]) {
        l->natives[id] = make_native(l, &declared[id], id);
    }
    return l->natives[id];
}

/* ---- what lower layers ask ---- */

#define HIDDEN(id, name, arguments) bool hidden_##id(Vm *vm, const Value *args, uint32_t n, Value *out);
#include "lib/hidden.def"
#undef HIDDEN

static const Native *hidden_find(Str name)
{
    static const Native hidden[] = {
#define HIDDEN(id, text, arguments) {.name = S(text), .name_fr = S(text), .call = hidden_##id, .flags = NATIVE_VARIADIC},
#include "lib/hidden.def"
#undef HIDDEN
    };
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        if (str_eq(hidden[i].name, name)) {
            return &hidden[i];
        }
    }
    return NULL;
}

static const Native *table_find(void *data, Str name)
{
    Library *l = data;
    if (name.n && name.p[0] == '%') {
        return hidden_find(name);
    }
    uint32_t entry = find_entry(l, name);
    return entry < BUILTIN_COUNT ? library_native(l, (BuiltinId)entry) : NULL;
}

static void table_each(void *data, Lang lang, void (*visit)(void *visitor, Str name), void *visitor)
{
    Library *l = data;
    scan_chapters(l);
    for (uint32_t i = 0; i < FIRST_FUNCTION + l->function_count; i++) {
        visit(visitor, entry_name(l, i, lang));
    }
}

static uint32_t table_chapter(void *data, Str canonical, Str *own)
{
    Library *l = data;
    const ChapterFunction *f = find_function(l, canonical);
    *own = f ? f->name[LANG_FR] : (Str){NULL, 0};
    return f ? l->chapters[f->chapter] : 0;
}

/* English names of a function of a chapter and of its parameters, of which the code has the French ones. */
static Str table_english(void *data, Str own, uint32_t parameter)
{
    const ChapterFunction *f = find_function(data, own);
    if (!f || !str_eq(f->name[LANG_FR], own)) {
        return (Str){NULL, 0};
    }
    return parameter == UINT32_MAX ? f->name[LANG_EN] : signature_name(f->signature[LANG_EN], parameter);
}

/* A constant is the text of its English name. */
static bool table_constant(void *data, Str name, Value *out)
{
    Library *l = data;
    uint32_t entry = find_entry(l, name);
    if (entry < FIRST_CONSTANT || entry >= FIRST_FUNCTION || !l->vm) {
        return false;
    }
    return text_new(l->vm->heap, constants[entry - FIRST_CONSTANT].name, out);
}

static Str names_canonical(void *data, Str name, Lang lang)
{
    Library *l = data;
    uint32_t entry = find_meaning(l, name, lang);
    return entry == NO_ENTRY ? (Str){NULL, 0} : entry_name(l, entry, LANG_EN);
}

static Str names_localised(void *data, Str canonical, Lang lang)
{
    Library *l = data;
    uint32_t entry = find_entry(l, canonical);
    return entry == NO_ENTRY ? canonical : entry_name(l, entry, lang);
}

static void entry_signatures(const Library *l, uint32_t entry, Str out[2])
{
    out[LANG_EN] = out[LANG_FR] = (Str){"", 0};
    if (entry < BUILTIN_COUNT) {
        out[LANG_EN] = declared[entry].signature;
        out[LANG_FR] = declared[entry].signature_fr;
    } else if (entry >= FIRST_FUNCTION) {
        out[LANG_EN] = l->functions[entry - FIRST_FUNCTION].signature[LANG_EN];
        out[LANG_FR] = l->functions[entry - FIRST_FUNCTION].signature[LANG_FR];
    }
}

/* An argument that is not known under its name in `from` may be written in the other language. */
static Str names_argument(void *data, Str function, Str argument, Lang from, Lang to)
{
    Library *l = data;
    Str signatures[2];
    uint32_t entry = find_entry(l, function), i;
    if (entry == NO_ENTRY) {
        return argument;
    }
    entry_signatures(l, entry, signatures);
    Lang other = from == LANG_EN ? LANG_FR : LANG_EN;
    if (!signature_index(signatures[from], argument, &i) && !signature_index(signatures[other], argument, &i)) {
        return argument;
    }
    Str name = signature_name(signatures[to], i);
    return name.n ? name : argument;
}

LibraryTable library_table(Library *l)
{
    return (LibraryTable){.data = l, .find = table_find, .each = table_each, .constant = table_constant,
                          .chapter = table_chapter, .english = table_english};
}

LibraryNames library_names(Library *l)
{
    return (LibraryNames){.data = l, .canonical = names_canonical, .localised = names_localised,
                          .argument = names_argument};
}

/* ---- documentation ---- */

static void doc_builtin(const Declared *d, uint32_t id, LibraryDoc *out)
{
    *out = (LibraryDoc){.name = {d->name, first_spelling(d->names_fr)}, .signature = {d->signature, d->signature_fr},
                        .function = true, .summary = {d->summary, d->summary_fr}, .details = {d->details, d->details_fr},
                        .example = d->example, .result = d->result};
    for (size_t i = 0; i < sizeof chapters / sizeof *chapters && chapters[i].first <= id; i++) {
        out->chapter[LANG_EN] = chapters[i].title[LANG_EN];
        out->chapter[LANG_FR] = chapters[i].title[LANG_FR];
    }
}

static void doc_constant(const DeclaredConstant *c, LibraryDoc *out)
{
    *out = (LibraryDoc){.name = {c->name, first_spelling(c->names_fr)}, .summary = {c->summary, c->summary_fr},
                        .chapter = {chapters[0].title[LANG_EN], chapters[0].title[LANG_FR]}};
}

static void doc_function(const ChapterFunction *f, LibraryDoc *out)
{
    *out = (LibraryDoc){.function = true, .details = {{"", 0}, {"", 0}}, .example = {"", 0}, .result = {"", 0},
                        .comment = f->comment};
    for (int lang = 0; lang < 2; lang++) {
        out->name[lang] = f->name[lang];
        out->signature[lang] = f->signature[lang];
        out->summary[lang] = f->summary[lang];
        out->chapter[lang] = chapter_title(f->chapter, (Lang)lang);
    }
}

bool library_doc_at(Library *l, uint32_t index, LibraryDoc *out)
{
    if (index < BUILTIN_COUNT) {
        doc_builtin(&declared[index], index, out);
    } else if (index < FIRST_FUNCTION) {
        doc_constant(&constants[index - FIRST_CONSTANT], out);
    } else if (scan_chapters(l) && index - FIRST_FUNCTION < l->function_count) {
        doc_function(&l->functions[index - FIRST_FUNCTION], out);
    } else {
        return false;
    }
    return true;
}

bool library_doc(Library *l, Str name, Lang lang, LibraryDoc *out)
{
    uint32_t entry = find_meaning(l, name, lang);
    return entry != NO_ENTRY && library_doc_at(l, entry, out);
}
