/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a name means at a place (rules 2.1): branch, scenario, its parents, question, case, the other
   questions of the case while the name is unique there, module, library. */
#include <string.h>

#include "base/utf8.h"
#include "check/declare.h"
#include "syntax/block.h"
#include "syntax/lexicon.h"

Decl *scope_decl(const Program *p, const Scope *scope, Str name)
{
    uint64_t number;
    if (map_get(&scope->names, name, &number) && !p->decls[number]->removed) {
        return p->decls[number];
    }
    return NULL;
}

static Decl *scenario_chain(const Program *p, uint32_t scenario, Str name)
{
    for (int32_t s = (int32_t)scenario; s >= 0; s = p->scenarios[s]->parent) {
        Decl *d = scope_decl(p, p->scenarios[s]->scope, name);
        if (d) {
            return d;
        }
    }
    return NULL;
}

Decl *names_lexical(const Program *p, const Scope *scope, Str name)
{
    for (const Scope *s = scope; s; s = s->parent) {
        Decl *d = s->kind == SCOPE_SCENARIO ? scenario_chain(p, s->scenario, name) : scope_decl(p, s, name);
        if (d) {
            return d;
        }
    }
    return NULL;
}

/* ---- names of other questions ---- */

typedef struct Search {
    const Program *program;
    Str name;
    Decl *found;
    uint32_t times;
    Buf *list; /* qualified names, for the message of an ambiguous one */
} Search;

static void search_add(Search *s, Decl *d)
{
    if (!d || d == s->found) {
        return;
    }
    s->found = d;
    if (s->times++ && s->list) {
        buf_puts(s->list, ", ");
    }
    if (s->list) {
        buf_put(s->list, d->qualified);
    }
}

/* Questions, annexes and cases below `scope`; scenarios and branches keep their names to themselves. */
static void search_below(Search *s, const Scope *scope)
{
    for (const Scope *c = scope->first_child; c; c = c->next_sibling) {
        if (c->kind == SCOPE_QUESTION || c->kind == SCOPE_CASE) {
            search_add(s, scope_decl(s->program, c, s->name));
            search_below(s, c);
        }
    }
}

static const Scope *outermost_visible(const Scope *scope)
{
    const Scope *at = scope;
    while (at->parent && at->kind != SCOPE_CASE) {
        at = at->parent;
    }
    return at;
}

static Lookup lookup_decl(Decl *d)
{
    Lookup l = {.kind = LOOKUP_DECL, .decl = d};
    if (d->kind == DECL_LEVEL) {
        l.kind = LOOKUP_CONSTANT;
        l.constant = d->constant;
    }
    return l;
}

Lookup names_library(Program *p, Str name)
{
    Decl *d = program_library_decl(p, name);
    if (d) {
        return lookup_decl(d);
    }
    Lookup l = {.kind = LOOKUP_NONE};
    if (p->library.constant && p->library.constant(p->library.data, name, &l.constant)) {
        l.kind = LOOKUP_CONSTANT;
    } else if (p->library.find) {
        l.native = p->library.find(p->library.data, name);
        l.kind = l.native ? LOOKUP_NATIVE : LOOKUP_NONE;
    }
    return l;
}

static Lookup search_questions(Program *p, const Scope *scope, Str name, Buf *list)
{
    Search s = {.program = p, .name = name, .list = list};
    search_below(&s, outermost_visible(scope));
    if (s.times == 1) {
        return lookup_decl(s.found);
    }
    return (Lookup){.kind = s.times ? LOOKUP_AMBIGUOUS : LOOKUP_NONE, .decl = s.found};
}

/* A level of bands or of a grid, where the scale need not be named (rules 1.13). */
static Lookup find_level(const Program *p, Str name)
{
    uint64_t number;
    if (!map_get(&p->levels, name, &number)) {
        return (Lookup){.kind = LOOKUP_NONE};
    }
    return number == LEVEL_SEVERAL ? (Lookup){.kind = LOOKUP_AMBIGUOUS} : lookup_decl(p->decls[number]);
}

/* "calls.red, lcp.red": what an ambiguous level is called where its scale is named. */
static void list_levels(const Program *p, Str name, Buf *list)
{
    for (uint32_t i = 0; i < p->indicator_count; i++) {
        const Decl *d = p->indicators[i]->decl;
        const Scale *s = d->constant.tag == T_LEVEL ? d->constant.ptr : NULL;
        for (uint32_t k = 0; s && k < s->n; k++) {
            if (str_eq((Str){s->names[k]->bytes, s->names[k]->n}, name)) {
                buf_puts(list, list->n ? ", " : "");
                buf_put(list, d->name);
                buf_putc(list, '.');
                buf_put(list, name);
            }
        }
    }
}

Lookup names_find(Program *p, const Scope *scope, Str name)
{
    const Scope *case_scope = outermost_visible(scope);
    for (const Scope *s = scope; s; s = s->parent) {
        Decl *d = s->kind == SCOPE_SCENARIO ? scenario_chain(p, s->scenario, name) : scope_decl(p, s, name);
        if (d) {
            return lookup_decl(d);
        }
        if (s == case_scope) {
            Lookup l = search_questions(p, scope, name, NULL);
            if (l.kind != LOOKUP_NONE) {
                return l;
            }
        }
    }
    Lookup level = find_level(p, name);
    return level.kind == LOOKUP_NONE ? names_library(p, name) : level;
}

Lookup names_find_outside(Program *p, const Scope *scope, Str name)
{
    while (scope->kind == SCOPE_TABLE) {
        scope = scope->parent;
    }
    return names_find(p, scope, name);
}

Decl *names_column(const Program *p, const Scope *table, Str name) { return scope_decl(p, table, name); }

const Decl *names_first_column(const Program *p, const Scope *table)
{
    for (uint32_t i = 0; i < table->names.used; i++) {
        const MapEntry *e = &table->names.entries[i];
        if (!e->dead && p->decls[e->value]->node->kind == N_CELL) {
            return p->decls[e->value];
        }
    }
    return NULL;
}

Str names_key(const Node *table)
{
    const Node *key = node_clause(table, CL_TABLE_KEY);
    return key && key->count == 1 ? key->kids[0]->text : (Str){"", 0};
}

const Decl *names_key_column(const Program *p, const Scope *table)
{
    Str name = names_key(table->node);
    return name.n ? names_column(p, table, name) : names_first_column(p, table);
}

bool names_in_every_branch(const Program *p, const Decl *d)
{
    if (d->kind != DECL_SHARED) {
        return d->scope->kind != SCOPE_BRANCH;
    }
    const EitherDecl *e = p->eithers[d->target];
    for (uint32_t k = 0; k < e->shared_count; k++) {
        for (uint32_t b = 0; e->shared[k] == d->number && b < e->branch_count; b++) {
            if (e->members[k * e->branch_count + b] == UINT32_MAX) {
                return false;
            }
        }
    }
    return d->scope->kind != SCOPE_BRANCH;
}

/* ---- qualified names ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The end of the label at the start of a qualified name: `2.3` of `2.3.meetings`. */
static size_t label_end(Str q)
{
    size_t end = 0;
    for (size_t i = 0; i < q.n && (is_digit(q.p[i]) || q.p[i] == '.' || q.p[i] == '-'); i++) {
        if (is_digit(q.p[i])) {
            end = i + 1;
        }
    }
    return end;
}

static bool label_equal(Str a, Str b)
{
    if (a.n != b.n) {
        return false;
    }
    for (size_t i = 0; i < a.n; i++) {
        char x = a.p[i] == '-' ? '.' : a.p[i], y = b.p[i] == '-' ? '.' : b.p[i];
        if (x != y) {
            return false;
        }
    }
    return true;
}

static const Scope *find_question(const Scope *scope, Str label)
{
    for (const Scope *c = scope->first_child; c; c = c->next_sibling) {
        if (c->kind == SCOPE_QUESTION && label_equal(c->name, label)) {
            return c;
        }
        if (c->kind == SCOPE_CASE || c->kind == SCOPE_QUESTION) {
            const Scope *below = find_question(c, label);
            if (below) {
                return below;
            }
        }
    }
    return NULL;
}

const Scope *names_question(const Scope *scope, Str label) { return find_question(outermost_visible(scope), label); }

Lookup names_find_qualified(Program *p, const Scope *scope, Str qualified)
{
    size_t end = label_end(qualified);
    Lookup none = {.kind = LOOKUP_NONE};
    if (!end || end >= qualified.n) {
        return none;
    }
    const Scope *question = find_question(outermost_visible(scope), str_sub(qualified, 0, end));
    if (!question) {
        return none;
    }
    Str rest = str_sub(qualified, end + 1, qualified.n);
    const char *dot = memchr(rest.p, '.', rest.n);
    Str first = dot ? str_sub(rest, 0, (size_t)(dot - rest.p)) : rest;
    Decl *d = scope_decl(p, question, first);
    if (d && dot && d->kind == DECL_SCENARIO) {
        d = names_scenario_member(p, d->target, str_sub(rest, first.n + 1, rest.n));
    }
    return d ? lookup_decl(d) : none;
}

Decl *names_scenario_member(Program *p, uint32_t scenario, Str name)
{
    Lookup l = names_find(p, p->scenarios[scenario]->scope, name);
    return l.kind == LOOKUP_DECL ? l.decl : NULL;
}

bool names_replaces(const Program *p, int32_t scenario, const Decl *d)
{
    for (int32_t s = scenario; s >= 0; s = p->scenarios[s]->parent) {
        for (uint32_t i = 0; i < p->decl_count; i++) {
            const Decl *o = p->decls[i];
            bool live = o->kind == DECL_OVERRIDE && !o->removed && !o->broken;
            if (live && o->scenario == s && o->target == d->number && o->target_scenario < 0) {
                return true;
            }
        }
    }
    return false;
}

/* ---- every visible name ---- */

static void each_here(const Program *p, const Scope *s, void (*visit)(void *, Str), void *visitor)
{
    for (uint32_t i = 0; i < s->names.used; i++) {
        const MapEntry *e = &s->names.entries[i];
        if (!e->dead && !p->decls[e->value]->removed) {
            visit(visitor, e->key);
        }
    }
}

static void each_below(const Program *p, const Scope *scope, void (*visit)(void *, Str), void *visitor)
{
    for (const Scope *c = scope->first_child; c; c = c->next_sibling) {
        if (c->kind == SCOPE_QUESTION || c->kind == SCOPE_CASE) {
            each_here(p, c, visit, visitor);
            each_below(p, c, visit, visitor);
        }
    }
}

void names_each(Program *p, const Scope *scope, void (*visit)(void *, Str), void *visitor)
{
    for (const Scope *s = scope; s; s = s->parent) {
        each_here(p, s, visit, visitor);
    }
    each_below(p, outermost_visible(scope), visit, visitor);
    if (p->library.each) {
        p->library.each(p->library.data, p->lang, visit, visitor);
    }
}

/* ---- messages ---- */

typedef struct Nearest {
    Mem *mem;
    Str wanted, best;
    size_t distance;
} Nearest;

static void nearest_visit(void *data, Str name)
{
    Nearest *n = data;
    size_t allowed = utf8_slips(n->wanted, name);
    if (n->distance < allowed) {
        allowed = n->distance;
    }
    size_t d = utf8_distance(n->mem, n->wanted, name, allowed);
    if (d <= allowed && (d < n->distance || !n->best.p)) {
        n->distance = d;
        n->best = name;
    }
}

static bool is_blank_text(Str s)
{
    Str t = str_trim(s);
    return t.n == 0 || t.p[0] == '#';
}

/* Nothing but the name on its line. */
static bool is_alone(const Program *p, Span span)
{
    const Source *source = sources_get(p->sources, span.source);
    Str text = source ? source->text : (Str){"", 0};
    size_t start = span.start, end = span.end;
    while (start > 0 && start <= text.n && text.p[start - 1] != '\n') {
        start--;
    }
    while (end < text.n && text.p[end] != '\n') {
        end++;
    }
    return end <= text.n && is_blank_text(str_sub(text, start, span.start)) && is_blank_text(str_sub(text, span.end, end));
}

static bool opens_block(WordId w)
{
    for (int b = 0; b < B_COUNT; b++) {
        if (block_info((BlockId)b)->word == w) {
            return true;
        }
    }
    return false;
}

/* Alone on a line, a word that opens a block of a case; anywhere, a reserved word of the other dialect. */
static bool report_keyword(Program *p, const Scope *scope, Str name, Span span)
{
    const Node *tree = p->modules[scope->module]->tree;
    Lang lang = tree ? (Lang)tree->op : p->lang, other = lang == LANG_FR ? LANG_EN : LANG_FR;
    WordId own = word_find(name, lang), theirs = own ? W_NO_WORD : word_find(name, other);
    if (own && opens_block(own) && is_alone(p, span)) {
        diag(p->diags, D_SYN_MISPLACED_PROGRAM, span, name);
        return true;
    }
    if (theirs && word_class(theirs) == WORD_RESERVED) {
        diag(p->diags, lang == LANG_FR ? D_SYN_WORD_ENGLISH : D_SYN_WORD_FRENCH, span, name,
             str_from(word_text(theirs, lang)));
        return true;
    }
    return false;
}

/* The full name of what a scenario defines under that name; {NULL, 0}: none does. */
static Str in_a_scenario(const Program *p, Str name)
{
    for (uint32_t i = 0; i < p->decl_count; i++) {
        const Decl *d = p->decls[i];
        if (d->kind == DECL_FORMULA && d->scenario >= 0 && !d->removed && str_eq(d->name, name)) {
            return d->qualified;
        }
    }
    return (Str){NULL, 0};
}

void names_report_column(Program *p, const Scope *table, Str name, Span span)
{
    Nearest near = {.mem = p->mem, .wanted = name, .distance = 4};
    for (uint32_t i = 0; i < table->names.used; i++) {
        const MapEntry *e = &table->names.entries[i];
        if (!e->dead) {
            nearest_visit(&near, p->decls[e->value]->name);
        }
    }
    if (near.best.p) {
        diag(p->diags, D_COLUMN_NEAR, span, name, near.best);
    } else {
        diag(p->diags, D_COLUMN_MISSING, span, name);
    }
}

void names_report(Program *p, const Scope *scope, Str name, Span span, const Lookup *found)
{
    if (found->kind == LOOKUP_AMBIGUOUS) {
        Buf list;
        buf_init(&list, p->mem);
        search_questions(p, scope, name, &list);
        if (!list.n) {
            list_levels(p, name, &list);
        }
        diag(p->diags, D_NAME_AMBIGUOUS, span, name, buf_str(&list));
        buf_free(&list);
        return;
    }
    if (report_keyword(p, scope, name, span)) {
        return;
    }
    Nearest near = {.mem = p->mem, .wanted = name, .distance = 4};
    if (p->diags->dropped == 0) { /* a message that is only counted needs no look at every name */
        names_each(p, scope, nearest_visit, &near);
    }
    Str inside = in_a_scenario(p, name);
    if (near.best.p || inside.p) {
        diag(p->diags, D_NAME_UNKNOWN_NEAR, span, name, inside.p ? inside : near.best);
    } else {
        diag(p->diags, D_NAME_UNKNOWN, span, name);
    }
}
