/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a reader of its own, a word or a sign at a time, since the types of C are not those of the language, and units stand
   right behind them. */
#include "check/foreign.h"

#include "base/limits.h"
#include "base/utf8.h"

enum { FOREIGN_DEPTH = 16 };

typedef struct Reader {
    Arena *arena;
    NumCtx *num;
    Str text;
    size_t at, end;      /* the word or sign at hand */
    const ForeignStruct *structs;
    ForeignError *error;
    uint32_t depth;
} Reader;

static const char *const number_names[] = {
#define FOREIGN_NUMBER(id, name, ...) name,
#include "check/foreign.def"
};

const char *foreign_name(ForeignKind kind)
{
    static const char *const others[] = {"bool", "text", "pointer", "struct", "buffer", "ref", "callback"};
    if (kind == FOREIGN_VOID) {
        return "";
    }
    return kind <= FOREIGN_LAST_NUMBER ? number_names[kind - FOREIGN_FIRST_NUMBER] : others[kind - FOREIGN_BOOL];
}

/* ---- words and signs ---- */

static void load(Reader *r)
{
    uint32_t cp;
    size_t n;
    while ((n = utf8_next(r->text, r->at, &cp)) != 0 && (utf8_is_blank(cp) || cp == '\n' || cp == '\r')) {
        r->at += n;
    }
    r->end = r->at;
    while ((n = utf8_next(r->text, r->end, &cp)) != 0 && utf8_is_name(cp)) {
        r->end += n;
    }
    if (r->end == r->at && str_starts(str_sub(r->text, r->at, r->text.n), STR("..."))) {
        r->end += 3;
    } else if (r->end == r->at) {
        r->end += utf8_next(r->text, r->at, &cp);
    }
}

static Str here(const Reader *r) { return str_sub(r->text, r->at, r->end); }

static void take(Reader *r)
{
    r->at = r->end;
    load(r);
}

static bool fail(Reader *r, ForeignFault fault, Str wanted, Str found, size_t at)
{
    if (!r->error->fault) {
        *r->error = (ForeignError){fault, wanted, found, at};
    }
    return false;
}

static bool no_memory(Reader *r) { return fail(r, FOREIGN_NO_MEMORY, STR(""), STR(""), 0); }

static bool at_word(const Reader *r, const char *en, const char *fr)
{
    return str_eq(here(r), str_from(en)) || (fr && str_eq(here(r), str_from(fr)));
}

static bool accept(Reader *r, const char *en, const char *fr)
{
    bool there = at_word(r, en, fr);
    if (there) {
        take(r);
    }
    return there;
}

static bool expect(Reader *r, const char *en, const char *fr)
{
    return accept(r, en, fr) || fail(r, FOREIGN_EXPECTED, str_from(en), here(r), r->at);
}

static bool is_name(Str s)
{
    uint32_t cp;
    return utf8_next(s, 0, &cp) && utf8_is_letter(cp);
}

static bool read_name(Reader *r, Str *out)
{
    *out = here(r);
    if (!is_name(*out)) {
        return fail(r, FOREIGN_EXPECTED, STR("…"), *out, r->at);
    }
    take(r);
    return true;
}

/* ---- units ---- */

/* Words that go on with a declaration after the type of its result. */
static bool at_ending(const Reader *r)
{
    return at_word(r, "or", "ou") || at_word(r, "with", "avec") || at_word(r, "released", "libéré");
}

static bool read_unit(Reader *r, ForeignType *t)
{
    size_t start = r->at, end = r->at;
    while (r->at < r->text.n && !at_word(r, ",", NULL) && !at_word(r, ")", NULL) && !at_ending(r)) {
        end = r->end;
        take(r);
    }
    Str unit = str_trim(str_sub(r->text, start, end));
    if (!unit.n) {
        return true;
    }
    t->has_unit = true;
    return unit_parse(r->num, unit, &t->unit) == NUM_OK || fail(r, FOREIGN_NO_UNIT, STR(""), unit, start);
}

/* ---- types ---- */

static bool read_type(Reader *r, ForeignWay way, const ForeignType **out);
static bool read_params(Reader *r, ForeignSignature *s);

static bool read_number(Reader *r, ForeignType *t)
{
    for (size_t i = 0; i < sizeof number_names / sizeof *number_names; i++) {
        if (str_eq(here(r), str_from(number_names[i]))) {
            t->kind = (ForeignKind)(FOREIGN_FIRST_NUMBER + i);
            take(r);
            return read_unit(r, t);
        }
    }
    return false;
}

static bool read_struct_name(Reader *r, ForeignType *t)
{
    for (const ForeignStruct *s = r->structs; s; s = s->before) {
        if (str_eq(s->type->name, here(r))) {
            *t = *s->type;
            take(r);
            return true;
        }
    }
    return false;
}

static bool read_callback(Reader *r, ForeignType *t)
{
    ForeignSignature *s = arena_alloc(r->arena, sizeof *s);
    t->kind = FOREIGN_CALLBACK;
    t->signature = s;
    if (!s) {
        return no_memory(r);
    }
    s->name = STR("callback");
    if (!read_params(r, s)) {
        return false;
    }
    for (uint32_t i = 0; i < s->count; i++) {
        const ForeignParam *p = &s->params[i];
        if (p->way != WAY_IN || p->type->kind == FOREIGN_BUFFER || p->type->kind == FOREIGN_CALLBACK || s->variadic) {
            return fail(r, FOREIGN_WRONG_WAY, STR(""), p->name, r->at);
        }
    }
    if (r->at >= r->text.n || at_word(r, ",", NULL) || at_word(r, ")", NULL)) {
        ForeignType *none = arena_alloc(r->arena, sizeof *none);
        s->result = none;
        return none || no_memory(r);
    }
    size_t start = r->at;
    if (!read_type(r, WAY_IN, &s->result)) {
        return false;
    }
    ForeignKind k = s->result->kind;
    bool sound = foreign_is_number(s->result) || k == FOREIGN_BOOL || k == FOREIGN_POINTER;
    return sound || fail(r, FOREIGN_WRONG_WAY, STR(""), str_sub(r->text, start, r->at), start);
}

static bool read_item(Reader *r, ForeignType *t, ForeignKind kind)
{
    size_t start = r->at;
    t->kind = kind;
    if (!read_type(r, WAY_IN, &t->item)) {
        return false;
    }
    ForeignKind k = t->item->kind;
    bool sound = k != FOREIGN_BUFFER && k != FOREIGN_REF && k != FOREIGN_CALLBACK;
    return sound || fail(r, FOREIGN_WRONG_WAY, STR(""), str_sub(r->text, start, r->at), start);
}

static bool read_kind(Reader *r, ForeignType *t)
{
    if (read_number(r, t)) {
        return true;
    }
    if (r->error->fault) {
        return false;
    }
    if (accept(r, "bool", NULL)) {
        t->kind = FOREIGN_BOOL;
        return true;
    }
    if (accept(r, "text", "texte")) {
        t->kind = FOREIGN_TEXT;
        return true;
    }
    if (accept(r, "pointer", "pointeur")) {
        t->kind = FOREIGN_POINTER;
        return !is_name(here(r)) || at_ending(r) || read_name(r, &t->name);
    }
    if (accept(r, "buffer", "tampon")) {
        return expect(r, "of", "de") && read_item(r, t, FOREIGN_BUFFER);
    }
    if (accept(r, "ref", NULL)) {
        return read_item(r, t, FOREIGN_REF);
    }
    if (accept(r, "callback", "rappel")) {
        return read_callback(r, t);
    }
    return read_struct_name(r, t) || fail(r, FOREIGN_NO_TYPE, STR(""), here(r), r->at);
}

static bool way_sound(ForeignWay way, const ForeignType *t)
{
    return way == WAY_IN || (t->kind != FOREIGN_CALLBACK && t->kind != FOREIGN_REF);
}

static bool read_type(Reader *r, ForeignWay way, const ForeignType **out)
{
    size_t start = r->at;
    ForeignType *t = arena_alloc(r->arena, sizeof *t);
    *out = t;
    if (!t) {
        return no_memory(r);
    }
    if (++r->depth > FOREIGN_DEPTH) {
        return fail(r, FOREIGN_TOO_MANY, STR(""), here(r), r->at);
    }
    t->name = STR("");
    bool ok = read_kind(r, t);
    r->depth--;
    return ok && (way_sound(way, t) || fail(r, FOREIGN_WRONG_WAY, STR(""), str_sub(r->text, start, r->at), start));
}

/* ---- parameters ---- */

static bool read_way(Reader *r, ForeignWay *way)
{
    *way = accept(r, "out", NULL) ? WAY_OUT : accept(r, "inout", NULL) ? WAY_INOUT : WAY_IN;
    return true;
}

static bool read_param(Reader *r, ForeignParam *all, uint32_t n)
{
    size_t start = r->at;
    ForeignParam *p = &all[n];
    if (!read_name(r, &p->name) || !expect(r, ":", NULL) || !read_way(r, &p->way) || !read_type(r, p->way, &p->type)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (str_eq(all[i].name, p->name)) {
            return fail(r, FOREIGN_TWICE, STR(""), p->name, start);
        }
    }
    return true;
}

/* From the parenthesis to the one that closes it. */
static bool read_params(Reader *r, ForeignSignature *s)
{
    ForeignParam all[LIMIT_PARAMETERS];
    uint32_t n = 0, fixed = UINT32_MAX;
    if (!expect(r, "(", NULL)) {
        return false;
    }
    while (!at_word(r, ")", NULL)) {
        if (accept(r, "...", NULL) && fixed == UINT32_MAX) {
            fixed = n;
        } else if (n == LIMIT_PARAMETERS) {
            return fail(r, FOREIGN_TOO_MANY, STR(""), here(r), r->at);
        } else if (!read_param(r, all, n++)) {
            return false;
        }
        if (!at_word(r, ")", NULL) && !accept(r, ",", ";")) {
            return fail(r, FOREIGN_EXPECTED, STR(")"), here(r), r->at);
        }
    }
    take(r);
    ForeignParam *kept = arena_alloc(r->arena, (n + 1) * sizeof *kept);
    if (!kept) {
        return no_memory(r);
    }
    for (uint32_t i = 0; i < n; i++) {
        kept[i] = all[i];
    }
    s->params = kept;
    s->count = n;
    s->variadic = fixed != UINT32_MAX;
    s->fixed = s->variadic ? fixed : n;
    return true;
}

/* ---- whole declarations ---- */

static bool read_result(Reader *r, ForeignSignature *s)
{
    size_t start = r->at;
    if (r->at < r->text.n && !at_ending(r)) {
        if (!read_type(r, WAY_IN, &s->result)) {
            return false;
        }
        ForeignKind k = s->result->kind;
        return (k != FOREIGN_BUFFER && k != FOREIGN_CALLBACK) ||
               fail(r, FOREIGN_WRONG_WAY, STR(""), str_sub(r->text, start, r->at), start);
    }
    ForeignType *none = arena_alloc(r->arena, sizeof *none);
    s->result = none;
    return none || no_memory(r);
}

static bool read_endings(Reader *r, ForeignSignature *s)
{
    while (r->at < r->text.n) {
        size_t start = r->at;
        if (accept(r, "or", "ou")) {
            s->errors = ERRNO_FAILS;
            if (!expect(r, "errno", NULL)) {
                return false;
            }
        } else if (accept(r, "with", "avec")) {
            s->errors = ERRNO_GIVEN;
            if (!expect(r, "errno", NULL)) {
                return false;
            }
        } else if (accept(r, "released", "libéré")) {
            if (!expect(r, "by", "par") || !read_name(r, &s->release)) {
                return false;
            }
            if (s->result->kind != FOREIGN_POINTER && s->result->kind != FOREIGN_TEXT) {
                return fail(r, FOREIGN_WRONG_WAY, STR(""), str_sub(r->text, start, r->at), start);
            }
        } else {
            return fail(r, FOREIGN_EXPECTED, STR("or errno"), here(r), r->at);
        }
    }
    return true;
}

static bool has_effect(const ForeignSignature *s)
{
    bool effect = s->result->kind == FOREIGN_VOID || s->result->kind == FOREIGN_POINTER || s->variadic ||
                  s->errors != ERRNO_IGNORED;
    for (uint32_t i = 0; i < s->count; i++) {
        ForeignKind k = s->params[i].type->kind;
        effect = effect || s->params[i].way != WAY_IN || k == FOREIGN_POINTER || k == FOREIGN_CALLBACK;
    }
    return effect;
}

static Reader reader(Arena *arena, NumCtx *num, Str text, const ForeignStruct *structs, ForeignError *error)
{
    Reader r = {.arena = arena, .num = num, .text = text, .structs = structs, .error = error};
    *error = (ForeignError){.fault = FOREIGN_OK};
    load(&r);
    return r;
}

bool foreign_function(Arena *arena, NumCtx *num, Str text, const ForeignStruct *structs, ForeignSignature *out,
                      ForeignError *error)
{
    Reader r = reader(arena, num, text, structs, error);
    *out = (ForeignSignature){.release = STR("")};
    if (!read_name(&r, &out->name)) {
        return false;
    }
    out->symbol = out->name;
    if (accept(&r, "=", NULL) && !read_name(&r, &out->symbol)) {
        return false;
    }
    if (!read_params(&r, out) || !read_result(&r, out) || !read_endings(&r, out)) {
        return false;
    }
    out->effect = has_effect(out);
    return true;
}

bool foreign_struct(Arena *arena, NumCtx *num, Str text, const ForeignStruct *structs, ForeignStruct **out,
                    ForeignError *error)
{
    Reader r = reader(arena, num, text, structs, error);
    ForeignSignature fields = {.count = 0};
    ForeignType *t = arena_alloc(arena, sizeof *t);
    ForeignStruct *made = arena_alloc(arena, sizeof *made);
    *out = made;
    if (!t || !made) {
        return no_memory(&r);
    }
    if (!read_name(&r, &t->name) || !read_params(&r, &fields)) {
        return false;
    }
    for (uint32_t i = 0; i < fields.count; i++) {
        ForeignKind k = fields.params[i].type->kind;
        bool sound = foreign_is_number(fields.params[i].type) || k == FOREIGN_BOOL || k == FOREIGN_POINTER ||
                     k == FOREIGN_STRUCT;
        if (!sound || fields.params[i].way != WAY_IN) {
            return fail(&r, FOREIGN_WRONG_WAY, STR(""), fields.params[i].name, 0);
        }
    }
    if (r.at < text.n || fields.variadic || !fields.count) {
        return fail(&r, FOREIGN_EXPECTED, STR("…"), here(&r), r.at);
    }
    t->kind = FOREIGN_STRUCT;
    t->fields = fields.params;
    t->field_count = fields.count;
    *made = (ForeignStruct){t, (ForeignStruct *)(uintptr_t)structs};
    return true;
}
