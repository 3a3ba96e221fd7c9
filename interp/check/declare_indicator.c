/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Indicators, objectives and dashboards are formulas. An indicator of a table bears the name of a column; one with a
   formula makes that column. Tables may stand anywhere, so that this is settled once every name is known. */
#include "check/declare.h"
#include "syntax/lexicon.h"

/* ---- levels of bands ---- */

static bool scale_of(Walk *w, Scope *scope, const Node *const *bands, uint32_t n, Value *out)
{
    Heap *heap = w->program->heap;
    Scale *scale = scale_new(heap, n);
    Value text;
    for (uint32_t i = 0; scale && i < n; i++) {
        scale->names[i] = text_new(heap, bands[i]->text, &text) ? text_flat(heap, text) : NULL;
        scale = scale->names[i] ? scale : NULL;
    }
    if (!scale) {
        program_out_of_memory(w->program);
        return false;
    }
    *out = (Value){.tag = T_LEVEL, .den = 0, .ptr = scale};
    for (uint32_t i = 0; i < n; i++) {
        declare_level(w, scope, bands[i], (Value){.tag = T_LEVEL, .den = i, .ptr = scale});
    }
    return true;
}

/* The levels of a `bands` clause, as the first of them. */
Value declare_bands(Walk *w, Scope *scope, const Node *clause)
{
    enum { BANDS_MOST = 64 };
    const Node *bands[BANDS_MOST];
    uint32_t n = 0;
    Value scale = value_none();
    for (uint32_t i = 0; clause && i < clause->count && n < BANDS_MOST; i++) {
        const Node *k = clause->kids[i];
        for (uint32_t b = 0; k->kind == N_BAND && b < n; b++) {
            if (str_eq(bands[b]->text, k->text)) {
                diag(w->program->diags, D_LEVEL_TWICE, k->span, k->text);
                return scale;
            }
        }
        if (k->kind == N_BAND) {
            bands[n++] = k;
        }
    }
    if (n) {
        scale_of(w, scope, bands, n, &scale);
    }
    return scale;
}

/* ---- indicators ---- */

static IndicatorDecl *indicator_new(Walk *w, Decl *d, const Node *block, const Node *row)
{
    Program *p = w->program;
    if (!d || !program_grow(p, &p->indicators, p->indicator_count, &p->indicator_cap)) {
        return NULL;
    }
    IndicatorDecl *i = arena_alloc(&p->arena, sizeof *i);
    if (!i) {
        program_out_of_memory(p);
        return NULL;
    }
    *i = (IndicatorDecl){.decl = d, .block = block, .row = row};
    p->indicators[p->indicator_count++] = i;
    return i;
}

/* A field of a dashboard would be hidden by an indicator of its name. */
static void check_name(Walk *w, Str name, Span where)
{
    static const WordId fields[] = {W_VALUE, W_OBJECTIVE, W_REFERENCE, W_RATE, W_GAP, W_STATUS, W_SHARE, W_EVOLUTION,
                                    W_MEAN,  W_SUM,       W_LOWEST,    W_HIGHEST};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (word_match(name, 0, fields[i], LANG_EN) == name.n || word_match(name, 0, fields[i], LANG_FR) == name.n) {
            diag(w->program->diags, D_INDICATOR_NAME, where, name);
            return;
        }
    }
}

void declare_indicator(Walk *w, Scope *scope, const Node *n)
{
    Decl *d = declare_name(w, DECL_FORMULA, scope, n->text, n);
    if (!d) {
        return;
    }
    check_name(w, n->text, n->span);
    declare_expr(w, d, n);
    d->constant = declare_bands(w, scope, node_clause(n, CL_INDICATOR_BANDS));
    indicator_new(w, d, n, NULL);
}

static const Node *first_row(const Node *block)
{
    const Node *body = node_body(block);
    for (uint32_t i = 0; body && i < body->count; i++) {
        if (body->kids[i]->kind == N_ROW) {
            return body->kids[i];
        }
    }
    return NULL;
}

int indicator_column(const Node *header, WordId word)
{
    for (uint32_t i = 0; header && i < header->count; i++) {
        Str name = header->kids[i]->text;
        if (header->kids[i]->kind == N_CELL &&
            (word_match(name, 0, word, LANG_EN) == name.n || word_match(name, 0, word, LANG_FR) == name.n) && name.n) {
            return (int)i;
        }
    }
    return -1;
}

static const WordId row_words[] = {W_NAME, W_TITLE, W_UNIT, W_GROUP_NAMED, W_REFERENCE, W_OBJECTIVE, W_BETTER, W_BECAUSE,
                                   W_PERIOD, W_AGGREGATE};

/* Columns that mean nothing are told, with those that do. */
static void check_header(Walk *w, const Node *header)
{
    Program *p = w->program;
    Lang lang = (Lang)w->module->tree->op;
    Buf list;
    buf_init(&list, p->mem);
    for (size_t i = 0; i < sizeof row_words / sizeof *row_words; i++) {
        buf_puts(&list, i ? ", " : "");
        buf_puts(&list, word_text(row_words[i], lang));
    }
    for (uint32_t i = 0; i < header->count; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof row_words / sizeof *row_words; k++) {
            known = known || indicator_column(header, row_words[k]) == (int)i;
        }
        if (!known) {
            diag(p->diags, D_INDICATOR_COLUMN, header->kids[i]->span, source_text(p->sources, header->kids[i]->span),
                 buf_str(&list));
        }
    }
    buf_free(&list);
}

void declare_indicators(Walk *w, Scope *scope, const Node *n)
{
    const Node *header = first_row(n), *body = node_body(n);
    int name = indicator_column(header, W_NAME);
    Value scale = declare_bands(w, scope, node_clause(n, CL_INDICATORS_BANDS));
    declare_clauses(w, scope, n);
    if (!header || name < 0) {
        diag(w->program->diags, D_INDICATORS_NAMES, header ? header->span : n->span,
             str_from(word_text(W_NAME, (Lang)w->module->tree->op)));
        return;
    }
    check_header(w, header);
    for (uint32_t i = 0; i < body->count; i++) {
        const Node *row = body->kids[i];
        const Node *cell = row->kind == N_ROW && row != header && (uint32_t)name < row->count ? row->kids[name] : NULL;
        Decl *d = cell && cell->kind == N_CELL && cell->text.n
                      ? declare_name(w, DECL_FORMULA, scope, cell->text, row) : NULL;
        if (d) {
            check_name(w, cell->text, cell->span);
            declare_expr(w, d, row);
            d->constant = scale;
            indicator_new(w, d, n, row);
        }
    }
}

/* ---- what they measure ---- */

const Node *indicator_of(const Node *block)
{
    for (uint32_t i = 0; i < block->count; i++) {
        const Node *k = block->kids[i];
        if (k->kind == N_CLAUSE && k->op == CL_OF_PART && k->word == W_OF && k->count) {
            return k->kids[0];
        }
    }
    return NULL;
}

static Decl *table_named(Program *p, const Scope *scope, const Node *name)
{
    Lookup l = names_find(p, scope, name->text);
    if (l.kind == LOOKUP_DECL && l.decl->inner) {
        return l.decl;
    }
    if (l.kind == LOOKUP_NONE || l.kind == LOOKUP_AMBIGUOUS) {
        names_report(p, scope, name->text, name->span, &l);
    } else {
        diag(p->diags, D_NOT_A_TABLE, name->span, name->text);
    }
    return NULL;
}

static const Node *without_parentheses(const Node *n)
{
    while (n->kind == N_PAREN || n->kind == N_CONVERT) {
        n = n->kids[0];
    }
    return n;
}

/* A column of its own, without a name: one side of a quotient. */
static Decl *side_column(Walk *w, Scope *columns, const Node *n)
{
    Decl *d = declare_anonymous(w, columns, n, n);
    if (d) {
        d->kind = DECL_COLUMN;
    }
    return d;
}

static void settle_formula(Walk *w, IndicatorDecl *i, const Node *formula)
{
    Scope *columns = i->table->inner;
    const Node *quotient = without_parentheses(formula);
    i->column = declare_name(w, DECL_COLUMN, columns, i->decl->name, i->decl->node);
    if (i->column) {
        declare_expr(w, i->column, formula);
    }
    if (quotient->kind == N_BINARY && quotient->op == OP_DIV) {
        i->top = side_column(w, columns, quotient->kids[0]);
        i->bottom = side_column(w, columns, quotient->kids[1]);
    }
}

static void settle_indicator(Walk *w, IndicatorDecl *i)
{
    Program *p = w->program;
    const Node *of = indicator_of(i->block);
    const Node *formula = i->block->op == B_INDICATOR ? node_clause_value(i->block, CL_INDICATOR_FORMULA) : NULL;
    if (i->block->op == B_INDICATOR) {
        /* Its clauses are formulas of where it stands; its formula is one of a row of the table. */
        declare_indicator_clauses(w, i->decl->scope, i->block, of != NULL);
    }
    if (!of) {
        return;
    }
    i->table = table_named(p, i->decl->scope, of);
    if (!i->table) {
        i->decl->broken = true;
    } else if (formula) {
        settle_formula(w, i, formula);
    } else {
        i->column = scope_decl(p, i->table->inner, i->decl->name);
        if (!i->column) {
            diag(p->diags, D_INDICATOR_NO_COLUMN, i->decl->node->span, i->decl->name, of->text);
        }
    }
}

/* All clauses but the formula over a row. */
void declare_indicator_clauses(Walk *w, Scope *scope, const Node *n, bool of_table)
{
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *k = n->kids[i];
        bool row_formula = of_table && k->kind == N_CLAUSE && k->op == CL_INDICATOR_FORMULA;
        if (k->kind == N_CLAUSE && !row_formula) {
            declare_clause(w, scope, k);
        }
    }
}

void settle_indicators(Walk *w)
{
    for (uint32_t i = w->first_indicator; i < w->program->indicator_count; i++) {
        settle_indicator(w, w->program->indicators[i]);
    }
}

IndicatorDecl *program_indicator(const Program *p, const Decl *d)
{
    for (uint32_t i = 0; i < p->indicator_count; i++) {
        if (p->indicators[i]->decl == d) {
            return p->indicators[i];
        }
    }
    return NULL;
}

/* ---- objectives ---- */

static const Node *objective_comparison(const Node *n)
{
    while (n && n->kind == N_PAREN) {
        n = n->kids[0];
    }
    bool ordered = n && n->kind == N_COMPARISON && n->count == 3 &&
                   (n->kids[1]->op == OP_GE || n->kids[1]->op == OP_GT || n->kids[1]->op == OP_LE ||
                    n->kids[1]->op == OP_LT || n->kids[1]->op == OP_EQ);
    return ordered ? n : NULL;
}

void declare_objective(Walk *w, Scope *scope, const Node *n)
{
    Program *p = w->program;
    const Node *value = node_clause_value(n, CL_VALUE), *comparison = objective_comparison(value);
    Decl *d = declare_name(w, DECL_FORMULA, scope, n->text, n);
    declare_clauses(w, scope, n);
    if (!d || !value || !program_grow(p, &p->objectives, p->objective_count, &p->objective_cap)) {
        return;
    }
    declare_expr(w, d, value);
    if (!comparison) {
        diag(p->diags, D_OBJECTIVE_FORM, value->span);
        return;
    }
    ObjectiveDecl *o = arena_alloc(&p->arena, sizeof *o);
    if (!o) {
        program_out_of_memory(p);
        return;
    }
    *o = (ObjectiveDecl){.decl = d, .node = n, .op = (OpId)comparison->kids[1]->op};
    o->value = declare_anonymous(w, scope, comparison->kids[0], comparison->kids[0]);
    o->target = declare_anonymous(w, scope, comparison->kids[2], comparison->kids[2]);
    o->by = program_decl_of(p, node_clause_value(n, CL_OBJECTIVE_BY));
    p->objectives[p->objective_count++] = o;
}

ObjectiveDecl *program_objective(const Program *p, const Decl *d)
{
    for (uint32_t i = 0; i < p->objective_count; i++) {
        if (p->objectives[i]->decl == d) {
            return p->objectives[i];
        }
    }
    return NULL;
}

void settle_objectives(Walk *w)
{
    Program *p = w->program;
    for (uint32_t i = w->first_objective; i < p->objective_count; i++) {
        ObjectiveDecl *o = p->objectives[i];
        const Node *of = node_clause_value(o->node, CL_OBJECTIVE_OF);
        Lookup l = of ? names_find(p, o->decl->scope, of->text) : (Lookup){0};
        if (of && l.kind == LOOKUP_DECL) {
            o->parent = program_objective(p, l.decl);
        }
        if (of && (!o->parent || o->parent == o)) {
            o->parent = NULL;
            diag(p->diags, D_OBJECTIVE_PARENT, of->span, of->text);
        }
    }
}

/* ---- dashboards ---- */

void declare_dashboard(Walk *w, Scope *scope, const Node *n)
{
    Decl *d = declare_name(w, DECL_FORMULA, scope, n->text, n);
    if (d) {
        declare_expr(w, d, n);
    }
}
