/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a Program, the loading of modules, and the roots it holds for the collector. */
#include "check/program.h"

#include <string.h>

#include "base/limits.h"
#include "check/declare.h"
#include "data/heap.h"
#include "format/sql_word.h"

static void mark_proto(Heap *h, const Proto *p)
{
    for (uint32_t i = 0; i < p->const_count; i++) {
        heap_mark(h, p->consts[i]);
    }
    for (uint32_t i = 0; i < p->nested_count; i++) {
        mark_proto(h, p->nested[i]);
    }
}

static void mark_program(Heap *h, void *data)
{
    const Program *p = data;
    for (uint32_t i = 0; i < p->decl_count; i++) {
        heap_mark(h, p->decls[i]->constant);
        if (p->decls[i]->proto) {
            mark_proto(h, p->decls[i]->proto);
        }
    }
}

bool program_init(Program *p, Mem *m, Sources *s, Diags *d, Heap *h, NumCtx *num)
{
    *p = (Program){.mem = m, .sources = s, .diags = d, .heap = h, .num = num};
    arena_init(&p->arena, m);
    map_init(&p->by_node, m);
    map_init(&p->levels, m);
    map_init(&p->replacements, m);
    heap_add_root(h, mark_program, p);
    return true;
}

static void free_list(Mem *m, void *list, uint32_t count, size_t item)
{
    mem_free(m, list, count * item);
}

void program_free(Program *p)
{
    for (uint32_t i = 0; i < p->module_count; i++) {
        arena_free(&p->modules[i]->arena);
    }
    for (uint32_t i = 0; i < p->scope_count; i++) {
        map_free(&p->scopes[i]->names);
    }
    free_list(p->mem, p->modules, p->module_cap, sizeof *p->modules);
    free_list(p->mem, p->scopes, p->scope_cap, sizeof *p->scopes);
    free_list(p->mem, p->decls, p->decl_cap, sizeof *p->decls);
    free_list(p->mem, p->scenarios, p->scenario_cap, sizeof *p->scenarios);
    free_list(p->mem, p->eithers, p->either_cap, sizeof *p->eithers);
    free_list(p->mem, p->indicators, p->indicator_cap, sizeof *p->indicators);
    free_list(p->mem, p->objectives, p->objective_cap, sizeof *p->objectives);
    free_list(p->mem, p->expansions, p->expansion_cap, sizeof *p->expansions);
    map_free(&p->by_node);
    map_free(&p->levels);
    map_free(&p->replacements);
    arena_free(&p->arena);
}

bool program_grow(Program *p, void *list, uint32_t count, uint32_t *cap)
{
    void **items;
    memcpy(&items, list, sizeof items);
    if (count < *cap) {
        return true;
    }
    uint32_t wider = *cap ? *cap * 2 : 16;
    void **grown = mem_realloc(p->mem, items, *cap * sizeof *items, wider * sizeof *items);
    if (!grown) {
        program_out_of_memory(p);
        return false;
    }
    memcpy(list, &grown, sizeof grown);
    *cap = wider;
    return true;
}

bool program_replaces(Program *p, Replacement r)
{
    Str key = {(const char *)&r, sizeof r};
    if (map_get(&p->replacements, key, NULL)) {
        return false;
    }
    Str kept = arena_str(&p->arena, key);
    if (!kept.p || !map_set(&p->replacements, kept, 0)) {
        program_out_of_memory(p);
    }
    return true;
}

void program_out_of_memory(Program *p)
{
    if (!p->memory_reported) {
        p->memory_reported = true;
        diag0(p->diags, D_OUT_OF_MEMORY, (Span){0});
    }
}

/* ---- modules ---- */

static Module *module_new(Program *p, uint32_t source)
{
    if (!program_grow(p, &p->modules, p->module_count, &p->module_cap)) {
        return NULL;
    }
    Module *m = arena_alloc(&p->arena, sizeof *m);
    if (!m) {
        program_out_of_memory(p);
        return NULL;
    }
    const Source *s = sources_get(p->sources, source);
    m->path = m->name = s ? s->name : STR("");
    m->source = source;
    arena_init(&m->arena, p->mem);
    p->modules[p->module_count++] = m;
    return m;
}

static Module *module_of_source(const Program *p, uint32_t source)
{
    for (uint32_t i = 0; i < p->module_count; i++) {
        if (p->modules[i]->source == source && !p->modules[i]->dropped) {
            return p->modules[i];
        }
    }
    return NULL;
}

/* ---- texts of the library, loaded as soon as a text names what they define ---- */

static uint32_t load_text(Program *p, uint32_t source, Lang lang, uint32_t into, bool library);

static void need_chapter(Program *p, Str canonical)
{
    Str own;
    uint32_t source = p->library.chapter ? p->library.chapter(p->library.data, canonical, &own) : 0;
    if (source && !module_of_source(p, source)) {
        load_text(p, source, LANG_FR, UINT32_MAX, true);
    }
}

/* What a statement of SQL may call: each word before a parenthesis. */
static void need_chapters_of_sql(Program *p, Str text)
{
    for (size_t at = 0, end; at < text.n; at = end) {
        end = sql_word_end(text, at);
        size_t next = sql_after_blanks(text, end);
        if (next < text.n && text.p[next] == '(') {
            need_chapter(p, str_sub(text, at, end));
        }
    }
}

static bool takes_sql(const Program *p, const Node *n)
{
    const Node *callee = n->kind == N_CALL ? n->kids[0] : NULL;
    bool library = callee && callee->kind == N_NAME && callee->flags & NODE_LIBRARY && p->library.find;
    const Native *native = library ? p->library.find(p->library.data, callee->text) : NULL;
    for (uint32_t i = 0; native && i < native->param_count; i++) {
        if (native->params[i].kind == PARAM_SQL) {
            return true;
        }
    }
    return false;
}

static void need_chapters(Program *p, const Node *n)
{
    bool sql = takes_sql(p, n);
    Str text;
    if (n->kind == N_NAME && n->flags & NODE_LIBRARY) {
        need_chapter(p, n->text);
    }
    for (uint32_t i = 1; sql && i < n->count; i++) {
        if (node_constant_text(n->kids[i], &text)) {
            need_chapters_of_sql(p, text);
        }
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i]) {
            need_chapters(p, n->kids[i]);
        }
    }
}

Decl *program_library_decl(const Program *p, Str canonical)
{
    Str own;
    uint32_t source = p->library.chapter ? p->library.chapter(p->library.data, canonical, &own) : 0;
    const Module *m = source ? module_of_source(p, source) : NULL;
    return m && m->scope ? scope_decl(p, m->scope, own) : NULL;
}

/* ---- loading ---- */

static uint32_t load_text(Program *p, uint32_t source, Lang lang, uint32_t into, bool library)
{
    uint32_t number = p->module_count;
    Module *m = module_new(p, source);
    if (!m) {
        return UINT32_MAX;
    }
    Parsing parsing = p->parsing;
    parsing.arena = &m->arena;
    parsing.default_lang = lang;
    m->tree = parse_module(&parsing, source);
    if (!m->tree) {
        program_out_of_memory(p);
        return UINT32_MAX;
    }
    m->number = number;
    m->library = library;
    need_chapters(p, m->tree);
    if (into != UINT32_MAX) {
        m->scope = p->modules[into]->scope;
    } else {
        m->scope = scope_new(p, SCOPE_MODULE, NULL, m->tree, m->name);
        if (!m->scope) {
            return UINT32_MAX;
        }
        m->scope->module = number;
    }
    m->loading = true;
    declare_module(p, m, into != UINT32_MAX);
    m->loading = false;
    return number;
}

uint32_t program_load(Program *p, uint32_t source, Lang lang, uint32_t into)
{
    return load_text(p, source, lang, into, false);
}

/* `use name`: the module's scope, loading it at first use. NULL: reported. */
Scope *program_use(Program *p, const Module *from, Str name, Span where)
{
    if (!p->loader.load) {
        diag(p->diags, D_MODULE_MISSING, where, name);
        return NULL;
    }
    uint32_t source = p->loader.load(p->loader.data, name, from->path, where);
    if (!source) {
        return NULL;
    }
    Module *m = module_of_source(p, source);
    if (m && m->loading) {
        diag(p->diags, D_MODULE_CYCLE, where, name);
        return NULL;
    }
    if (m) {
        return m->scope;
    }
    if (p->use_depth >= LIMIT_MODULE_DEPTH) {
        diag(p->diags, D_MODULE_DEPTH, where, name);
        return NULL;
    }
    p->use_depth++;
    uint32_t number = program_load(p, source, LANG_EN, UINT32_MAX);
    p->use_depth--;
    return number == UINT32_MAX ? NULL : p->modules[number]->scope;
}

Decl *program_decl_of(const Program *p, const Node *expr)
{
    uint64_t number;
    if (expr && map_get(&p->by_node, (Str){(const char *)&expr, sizeof expr}, &number)) {
        return p->decls[number];
    }
    return NULL;
}
