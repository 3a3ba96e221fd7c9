/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grids: one call of a hidden function, whose arguments are what the block says. */
#include "code/emit.h"
#include "num/format.h"
#include "num/number.h"

static void none_to(Fn *f, int dst, Span span) { emit(f, OPC_NONE, dst, 0, 0, span); }

static void append(Fn *f, int list, int item, Span span) { emit(f, OPC_APPEND, list, item, 0, span); }

static void text_of(Fn *f, Str s, int dst, Span span) { text_to(f, s, dst, span); }

/* ---- the scale ---- */

static const Node *rank_part(const Node *rank, bool text)
{
    for (uint32_t i = 0; i < rank->count; i++) {
        if ((rank->kids[i]->kind == N_STRING) == text) {
            return rank->kids[i];
        }
    }
    return NULL;
}

static void value_of_rank(Fn *f, const Node *number, uint32_t rank, int dst, Span span)
{
    Value v = num_int(rank);
    bool negative = number && number->kind == N_UNARY;
    const Node *digits = negative ? number->kids[0] : number;
    if (digits && (!expr_constant(f, digits, &v) || (negative && num_neg(f->unit->program->num, v, &v) != NUM_OK))) {
        f->unit->failed = true;
    }
    emit(f, OPC_CONST, dst, konst(f, v), 0, span);
}

/* What each level is worth, and what it says; levels of a range are worth what they are called. */
static void scale_to(Fn *f, const Node *clause, Value scale, int values, int titles)
{
    const Scale *s = scale.ptr;
    Span span = clause->span;
    uint32_t rank = 0;
    int item = reg_push(f, span);
    emit(f, OPC_LIST, values, values, 0, span);
    emit(f, OPC_LIST, titles, titles, 0, span);
    for (uint32_t i = 0; i < clause->count && clause->kids[i]->kind == N_RANK; i++, rank++) {
        const Node *k = clause->kids[i], *title = rank_part(k, true);
        Str text = {NULL, 0};
        value_of_rank(f, rank_part(k, false), rank, item, k->span);
        append(f, values, item, k->span);
        node_constant_text(title, &text);
        text_of(f, text, item, k->span);
        append(f, titles, item, k->span);
    }
    for (; rank < s->n; rank++) {
        Value v;
        if (num_read_literal(f->unit->program->num, (Str){s->names[rank]->bytes, s->names[rank]->n}, 0, &v) != NUM_OK) {
            f->unit->failed = true;
            return;
        }
        emit(f, OPC_CONST, item, konst(f, v), 0, span);
        append(f, values, item, span);
        none_to(f, item, span);
        append(f, titles, item, span);
    }
    reg_release(f, (uint32_t)item);
}

/* Lists of names, the lowest level first. */
static void equivalents_to(Fn *f, const Node *n, int dst)
{
    emit(f, OPC_LIST, dst, dst, 0, n->span);
    for (const Node *c = node_clause(n, CL_GRID_EQUIVALENT); c; c = node_next_clause(n, c)) {
        Str names[LIMIT_SCALE_LEVELS];
        uint32_t count = 0;
        for (uint32_t i = 0; i < c->count && count < LIMIT_SCALE_LEVELS; i++) {
            const Node *k = c->kids[i];
            Str text = k->text;
            if (k->kind == N_RANK && !text.n && k->count) {
                node_constant_text(k->kids[0], &text);
            }
            if (k->kind == N_RANK) {
                names[count++] = text;
            }
        }
        int item = reg_push(f, c->span);
        names_to(f, names, count, item, c->span);
        append(f, dst, item, c->span);
        reg_release(f, (uint32_t)item);
    }
}

/* ---- criteria ---- */

typedef struct Path { /* the sections around a criterion */
    const struct Path *outer;
    const Node *section;
} Path;

static void sections_to(Fn *f, const Path *path, int list, ClauseId weight)
{
    if (!path) {
        return;
    }
    sections_to(f, path->outer, list, weight);
    const Node *n = path->section;
    int item = reg_push(f, n->span);
    if (weight != CL_COUNT) {
        clause_value_to(f, node_clause_value(n, weight), item, n->span);
    } else if (node_clause_value(n, CL_TITLE)) {
        clause_value_to(f, node_clause_value(n, CL_TITLE), item, n->span);
    } else {
        text_of(f, n->text, item, n->span);
    }
    append(f, list, item, n->span);
    reg_release(f, (uint32_t)item);
}

/* What a criterion says of each level; none where it says nothing. */
static void wordings_to(Fn *f, const Node *n, Value scale, int dst)
{
    const Scale *s = scale.ptr;
    const Node *levels = node_clause(n, CL_CRITERION_LEVELS);
    emit(f, OPC_LIST, dst, dst, 0, n->span);
    for (uint32_t rank = 0; rank < s->n; rank++) {
        int item = reg_push(f, n->span);
        Str text = {NULL, 0};
        for (uint32_t pass = 0; pass < 2; pass++) {
            const Node *holder = pass ? levels : n;
            for (uint32_t i = 0; holder && i < holder->count; i++) {
                const Node *k = holder->kids[i];
                if (k->kind == N_RANK && grid_rank(scale, k->text) == (int)rank) {
                    node_constant_text(rank_part(k, true), &text);
                }
            }
        }
        text_of(f, text, item, n->span);
        append(f, dst, item, n->span);
        reg_release(f, (uint32_t)item);
    }
}

/* A scale of the names of the bands: which level of the grid each of them is. */
static Value band_scale(Fn *f, const Node *clause)
{
    Heap *heap = f->unit->program->heap;
    uint32_t n = 0;
    for (uint32_t i = 0; i < clause->count; i++) {
        n += clause->kids[i]->kind == N_BAND;
    }
    Scale *s = scale_new(heap, n);
    for (uint32_t i = 0, k = 0; s && i < clause->count; i++) {
        Value text;
        if (clause->kids[i]->kind == N_BAND) {
            s->names[k] = text_new(heap, clause->kids[i]->text, &text) ? text_flat(heap, text) : NULL;
            s = s->names[k++] ? s : NULL;
        }
    }
    if (!s) {
        unit_report_memory(f->unit);
        return value_none();
    }
    return (Value){.tag = T_LEVEL, .den = 0, .ptr = s};
}

/* name, title, sections, weights, value, bands, their bounds, wordings: in the order of domain/grid.h. */
static void criterion_to(Fn *f, const Node *n, const Path *path, Value scale, int list)
{
    const Node *bands = node_clause(n, CL_CRITERION_BANDS);
    int item = reg_push(f, n->span);
    text_of(f, n->text, item, n->span);
    append(f, list, item, n->span);
    clause_value_to(f, node_clause_value(n, CL_TITLE), item, n->span);
    append(f, list, item, n->span);
    emit(f, OPC_LIST, item, item, 0, n->span);
    sections_to(f, path, item, CL_COUNT);
    append(f, list, item, n->span);
    emit(f, OPC_LIST, item, item, 0, n->span);
    sections_to(f, path, item, CL_SECTION_WEIGHT);
    int weight = reg_push(f, n->span);
    clause_value_to(f, node_clause_value(n, CL_CRITERION_WEIGHT), weight, n->span);
    append(f, item, weight, n->span);
    reg_release(f, (uint32_t)weight);
    append(f, list, item, n->span);
    clause_value_to(f, node_clause_value(n, CL_VALUE), item, n->span);
    append(f, list, item, n->span);
    if (bands) {
        emit(f, OPC_CONST, item, konst(f, band_scale(f, bands)), 0, bands->span);
        append(f, list, item, bands->span);
        bounds_to(f, bands, item);
        append(f, list, item, bands->span);
    } else {
        none_to(f, item, n->span);
        append(f, list, item, n->span);
        append(f, list, item, n->span);
    }
    wordings_to(f, n, scale, item);
    append(f, list, item, n->span);
    reg_release(f, (uint32_t)item);
}

static void criteria_to(Fn *f, const Node *body, const Path *path, Value scale, int list)
{
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *k = body->kids[i];
        if (k->kind == N_BLOCK && k->op == B_CRITERION) {
            criterion_to(f, k, path, scale, list);
        } else if (k->kind == N_BLOCK && k->op == B_SECTION) {
            Path inner = {path, k};
            criteria_to(f, node_body(k), &inner, scale, list);
        }
    }
}

/* ---- the call ---- */

static const Node *out_of(const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *k = n->kids[i];
        if (k->kind == N_CLAUSE && k->op == CL_OF_PART && k->word == W_OUT_OF && k->count) {
            return k->kids[0];
        }
    }
    return NULL;
}

/* %grid(name, title, out of, scale, values, titles, equivalents, evaluations, conversion, criteria) */
void expr_grid(Fn *f, const Node *n, int dst)
{
    const Decl *d = program_decl_of(f->unit->program, n);
    const Node *scale = node_clause(n, CL_GRID_SCALE);
    if (!d || d->constant.tag != T_LEVEL || !scale) {
        f->unit->failed = true;
        return;
    }
    uint32_t mark = f->next;
    int base = reg_push(f, n->span), first = (int)f->next;
    for (int i = 0; i < 10; i++) {
        reg_push(f, n->span);
    }
    text_of(f, d->name, first, n->span);
    clause_value_to(f, node_clause_value(n, CL_TITLE), first + 1, n->span);
    clause_value_to(f, out_of(n), first + 2, n->span);
    emit(f, OPC_CONST, first + 3, konst(f, d->constant), 0, n->span);
    scale_to(f, scale, d->constant, first + 4, first + 5);
    equivalents_to(f, n, first + 6);
    clause_value_to(f, node_clause_value(n, CL_GRID_EVALUATIONS), first + 7, n->span);
    clause_value_to(f, node_clause_value(n, CL_GRID_CONVERSION), first + 8, n->span);
    emit(f, OPC_LIST, first + 9, first + 9, 0, n->span);
    criteria_to(f, node_body(n), NULL, d->constant, first + 9);
    hidden_call(f, "%grid", base, 10, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}

/* ---- bare levels ---- */

static const Decl *grid_named(Fn *f, const Node *name)
{
    bool cell, variable;
    if (name->kind != N_NAME || local_find(f, name->text) || capture_find(f, name->text, &cell, &variable) >= 0) {
        return NULL;
    }
    Lookup l = code_lookup_node(f, name);
    bool grid = l.kind == LOOKUP_DECL && l.decl->node->kind == N_BLOCK && l.decl->node->op == B_GRID;
    return grid ? l.decl : NULL;
}

static bool level_to(Fn *f, Value scale, const Node *n, int dst)
{
    bool cell, variable;
    if (n->kind != N_NAME || local_find(f, n->text) || capture_find(f, n->text, &cell, &variable) >= 0) {
        return false;
    }
    int rank = grid_rank(scale, n->text);
    if (rank >= 0) {
        scale.den = (uint32_t)rank;
        emit(f, OPC_CONST, dst, konst(f, scale), 0, n->span);
    }
    return rank >= 0;
}

/* {logic: S, number: TS} */
static bool record_to(Fn *f, Value scale, const Node *n, int dst)
{
    if (n->kind != N_RECORD || !n->count) {
        return false;
    }
    uint32_t mark = f->next;
    int first = (int)f->next;
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *field = n->kids[i];
        emit(f, OPC_CONST, reg_push(f, field->span), konst_text(f, field->text), 0, field->span);
        int r = reg_push(f, field->span);
        if (!level_to(f, scale, field->kids[0], r)) {
            expr_to(f, field->kids[0], r);
        }
    }
    emit(f, OPC_RECORD, dst, first, (int)n->count, n->span);
    reg_release(f, mark);
    return true;
}

bool expr_grid_level(Fn *f, const Node *callee, const Node *argument, int dst)
{
    const Decl *grid = callee->kind == N_MEMBER ? grid_named(f, callee->kids[0]) : NULL;
    if (!grid || grid->constant.tag != T_LEVEL) {
        return false;
    }
    return level_to(f, grid->constant, argument, dst) || record_to(f, grid->constant, argument, dst);
}

/* ---- competences ---- */

static void constant_text(Fn *f, const Node *string, int dst, Span span)
{
    Str text = {NULL, 0};
    node_constant_text(string, &text);
    text_of(f, text, dst, span);
}

/* Titles of the criteria of one competence. */
static void competence_criteria(Fn *f, const Node *n, int dst)
{
    emit(f, OPC_LIST, dst, dst, 0, n->span);
    int item = reg_push(f, n->span);
    for (const Node *c = node_clause(n, CL_COMPETENCE_CRITERION); c; c = node_next_clause(n, c)) {
        constant_text(f, c->count ? c->kids[0] : NULL, item, c->span);
        append(f, dst, item, c->span);
    }
    reg_release(f, (uint32_t)item);
}

/* %framework(name, title, then code, title and criteria of each competence in one list) */
void expr_framework(Fn *f, const Node *n, int dst)
{
    const Node *body = node_body(n);
    uint32_t mark = f->next;
    int base = reg_push(f, n->span), first = reg_push(f, n->span);
    text_of(f, n->text, first, n->span);
    constant_text(f, node_clause_value(n, CL_TITLE), reg_push(f, n->span), n->span);
    int list = reg_push(f, n->span), item = reg_push(f, n->span);
    emit(f, OPC_LIST, list, list, 0, n->span);
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *k = body->kids[i];
        if (k->kind != N_BLOCK || k->op != B_COMPETENCE) {
            continue;
        }
        text_of(f, k->text, item, k->span);
        append(f, list, item, k->span);
        constant_text(f, node_clause_value(k, CL_TITLE), item, k->span);
        append(f, list, item, k->span);
        competence_criteria(f, k, item);
        append(f, list, item, k->span);
    }
    hidden_call(f, "%framework", base, 3, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}
