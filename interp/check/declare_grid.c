/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A grid is a formula; the levels of its scale are found by their bare names as long as one scale has them. */
#include <string.h>

#include "base/limits.h"
#include "check/declare.h"

/* ---- the scale ---- */

/* The name of a level: its own, or what it says. */
static Str rank_name(const Node *rank)
{
    Str title = {NULL, 0};
    if (!rank->text.n && rank->count) {
        node_constant_text(rank->kids[0], &title);
    }
    return rank->text.n ? rank->text : title;
}

static Scale *scale_of_names(Walk *w, const Str *names, uint32_t n)
{
    Heap *heap = w->program->heap;
    Scale *scale = scale_new(heap, n);
    Value text;
    for (uint32_t i = 0; scale && i < n; i++) {
        scale->names[i] = text_new(heap, names[i], &text) ? text_flat(heap, text) : NULL;
        scale = scale->names[i] ? scale : NULL;
    }
    if (!scale) {
        program_out_of_memory(w->program);
    }
    return scale;
}

static int64_t whole(const Node *n)
{
    int64_t v = 0;
    bool sound = n->kind == N_NUMBER && !n->unit.n && n->text.n && n->text.n < 7;
    for (size_t i = 0; sound && i < n->text.n; i++) {
        sound = n->text.p[i] >= '0' && n->text.p[i] <= '9';
        v = v * 10 + (n->text.p[i] - '0');
    }
    return sound ? v : -1;
}

/* `scale 1..4`: its levels are called 1, 2, 3, 4. */
static Scale *scale_of_range(Walk *w, const Node *range)
{
    int64_t from = whole(range->kids[0]), to = range->count == 2 ? whole(range->kids[1]) : -1;
    Str names[LIMIT_SCALE_LEVELS];
    Buf b;
    if (from < 0 || to <= from || to - from >= LIMIT_SCALE_LEVELS) {
        diag0(w->program->diags, D_GRID_SCALE, range->span);
        return NULL;
    }
    for (int64_t i = from; i <= to; i++) {
        buf_init(&b, w->program->mem);
        buf_printf(&b, "%lld", (long long)i);
        names[i - from] = arena_str(&w->program->arena, buf_str(&b));
        buf_free(&b);
    }
    return scale_of_names(w, names, (uint32_t)(to - from + 1));
}

static Scale *scale_of_ranks(Walk *w, const Node *clause)
{
    Str names[LIMIT_SCALE_LEVELS];
    uint32_t n = 0;
    for (uint32_t i = 0; i < clause->count && n < LIMIT_SCALE_LEVELS; i++) {
        if (clause->kids[i]->kind != N_RANK) {
            continue;
        }
        Str name = rank_name(clause->kids[i]);
        for (uint32_t k = 0; k < n; k++) {
            if (str_eq(names[k], name)) {
                diag(w->program->diags, D_LEVEL_TWICE, clause->kids[i]->span, name);
                return NULL;
            }
        }
        names[n++] = name;
    }
    return n > 1 ? scale_of_names(w, names, n) : NULL;
}

static void declare_scale(Walk *w, Scope *scope, Decl *d, const Node *n)
{
    const Node *clause = node_clause(n, CL_GRID_SCALE);
    const Node *range = clause && clause->count && clause->kids[0]->kind == N_RANGE ? clause->kids[0] : NULL;
    Scale *scale = !clause ? NULL : range ? scale_of_range(w, range) : scale_of_ranks(w, clause);
    if (!scale) {
        if (!clause || (!range && !w->program->diags->errors)) {
            diag(w->program->diags, D_GRID_NO_SCALE, clause ? clause->span : n->span, n->text);
        }
        d->broken = true;
        return;
    }
    d->constant = (Value){.tag = T_LEVEL, .den = 0, .ptr = scale};
    for (uint32_t i = 0, rank = 0; !range && i < clause->count; i++) {
        const Node *k = clause->kids[i];
        if (k->kind == N_RANK && rank < scale->n) {
            Value level = {.tag = T_LEVEL, .den = rank++, .ptr = scale};
            if (k->text.n) {
                declare_level(w, scope, k, level);
            }
        }
    }
}

int grid_rank(Value scale, Str name)
{
    const Scale *s = scale.tag == T_LEVEL ? scale.ptr : NULL;
    for (uint32_t i = 0; s && i < s->n; i++) {
        if (str_eq((Str){s->names[i]->bytes, s->names[i]->n}, name)) {
            return (int)i;
        }
    }
    return -1;
}

/* ---- criteria ---- */

typedef struct Grid {
    Walk *walk;
    Scope *scope;
    const Decl *decl;
    Map names;      /* criterion -> 1 */
    uint32_t count;
} Grid;

/* What can be said instead. */
static void level_unknown(Grid *g, const Node *level)
{
    const Scale *s = g->decl->constant.tag == T_LEVEL ? g->decl->constant.ptr : NULL;
    Buf names;
    buf_init(&names, g->walk->program->mem);
    for (uint32_t i = 0; s && i < s->n; i++) {
        buf_puts(&names, i ? ", " : "");
        buf_put(&names, (Str){s->names[i]->bytes, s->names[i]->n});
    }
    diag(g->walk->program->diags, D_GRID_LEVEL, level->span, level->text, g->decl->name, buf_str(&names));
    buf_free(&names);
}

/* `TI "not at all" S "rather"`: a level of the scale, each once. */
static void check_levels(Grid *g, const Node *holder, NodeKind kind)
{
    uint64_t seen = 0;
    for (uint32_t i = 0; i < holder->count; i++) {
        const Node *k = holder->kids[i];
        int rank = k->kind == kind ? grid_rank(g->decl->constant, k->text) : -1;
        if (k->kind == kind && rank < 0) {
            level_unknown(g, k);
        } else if (rank >= 0 && seen >> rank & 1u) {
            diag(g->walk->program->diags, D_LEVEL_TWICE, k->span, k->text);
        }
        seen |= rank >= 0 ? (uint64_t)1 << rank : 0;
    }
}

static void declare_criterion(Grid *g, const Node *n)
{
    Program *p = g->walk->program;
    uint64_t one;
    g->count++;
    if (map_get(&g->names, n->text, &one)) {
        diag(p->diags, D_NAME_REDEFINED, n->span, n->text);
    } else if (!map_set(&g->names, n->text, 1)) {
        program_out_of_memory(p);
    }
    if (g->decl->constant.tag == T_LEVEL) {
        const Node *levels = node_clause(n, CL_CRITERION_LEVELS), *bands = node_clause(n, CL_CRITERION_BANDS);
        check_levels(g, n, N_RANK);
        if (levels) {
            check_levels(g, levels, N_RANK);
        }
        if (bands) {
            check_levels(g, bands, N_BAND);
        }
    }
    const Node *value = node_clause_value(n, CL_VALUE);
    if (value) {
        declare_anonymous(g->walk, g->scope, value, value);
    }
    declare_clauses(g->walk, g->scope, n);
}

static void declare_parts(Grid *g, const Node *body)
{
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *k = body->kids[i];
        if (k->kind != N_BLOCK) {
            continue;
        }
        if (k->op == B_CRITERION) {
            declare_criterion(g, k);
        } else if (k->op == B_SECTION) {
            declare_clauses(g->walk, g->scope, k);
            declare_parts(g, node_body(k));
        }
    }
}

void declare_grid(Walk *w, Scope *scope, const Node *n)
{
    Decl *d = declare_name(w, DECL_FORMULA, scope, n->text, n);
    if (!d) {
        return;
    }
    declare_expr(w, d, n);
    declare_clauses(w, scope, n);
    declare_scale(w, scope, d, n);
    Grid g = {.walk = w, .scope = scope, .decl = d};
    map_init(&g.names, w->program->mem);
    declare_parts(&g, node_body(n));
    map_free(&g.names);
    if (g.count > LIMIT_GRID_CRITERIA) {
        diag0(w->program->diags, D_GRID_TOO_LARGE, n->span);
        d->broken = true;
    }
    if (!g.count) {
        diag(w->program->diags, D_GRID_EMPTY, n->span, n->text);
    }
}
