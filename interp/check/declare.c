/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walk that declares a module: scopes for cases, questions, branches and scenarios; a Decl for each
   definition; a Decl for each expression of a clause, so that everything a case computes is a formula.

   Overrides and shared names refer to other declarations, so they are settled in a second pass (settle_*),
   when every name of the module is known. */
#include "check/declare.h"

#include "base/limits.h"
#include "data/show.h"
#include "num/unit.h"

static void declare_statement(Walk *w, Scope *scope, const Node *n);

/* ---- scopes and decls ---- */

Scope *scope_new(Program *p, ScopeKind kind, Scope *parent, const Node *node, Str name)
{
    if (!program_grow(p, &p->scopes, p->scope_count, &p->scope_cap)) {
        return NULL;
    }
    Scope *s = arena_alloc(&p->arena, sizeof *s);
    if (!s) {
        program_out_of_memory(p);
        return NULL;
    }
    p->scopes[p->scope_count++] = s;
    *s = (Scope){.kind = kind, .parent = parent, .node = node, .name = name, .scenario = UINT32_MAX};
    map_init(&s->names, p->mem);
    if (parent) {
        s->module = parent->module;
        *(parent->last_child ? &parent->last_child->next_sibling : &parent->first_child) = s;
        parent->last_child = s;
    }
    return s;
}

static int32_t scope_scenario(const Scope *s)
{
    for (; s; s = s->parent) {
        if (s->kind == SCOPE_SCENARIO) {
            return (int32_t)s->scenario;
        }
    }
    return -1;
}

static void qualified_prefix(Buf *out, const Scope *s)
{
    if (!s || s->kind == SCOPE_MODULE || s->kind == SCOPE_CASE) {
        return;
    }
    qualified_prefix(out, s->parent);
    if (s->kind == SCOPE_QUESTION || s->kind == SCOPE_SCENARIO || s->kind == SCOPE_TABLE) {
        buf_put(out, s->name);
        buf_putc(out, '.');
    }
}

static Str qualified_name(Program *p, const Scope *scope, Str name)
{
    Buf b;
    buf_init(&b, p->mem);
    qualified_prefix(&b, scope);
    buf_put(&b, name);
    Str s = arena_str(&p->arena, buf_str(&b));
    buf_free(&b);
    return s;
}

static Decl *decl_new(Walk *w, DeclKind kind, Scope *scope, Str name, const Node *node)
{
    Program *p = w->program;
    if (p->decl_count >= LIMIT_SLOTS) {
        diag0(p->diags, D_TOO_MANY_FORMULAS, node->span);
        return NULL;
    }
    if (!program_grow(p, &p->decls, p->decl_count, &p->decl_cap)) {
        return NULL;
    }
    Decl *d = arena_alloc(&p->arena, sizeof *d);
    if (!d) {
        program_out_of_memory(p);
        return NULL;
    }
    *d = (Decl){.kind = kind, .number = p->decl_count, .name = name, .scope = scope, .node = node,
                .target = UINT32_MAX, .before = UINT32_MAX, .patches = UINT32_MAX, .target_scenario = -1, .scenario = scope_scenario(scope),
                .constant = value_none()};
    d->qualified = name.n ? qualified_name(p, scope, name) : name;
    p->decls[p->decl_count++] = d;
    return d;
}

void declare_expr(Walk *w, Decl *d, const Node *expr)
{
    Program *p = w->program;
    if (d->expr) {
        map_remove(&p->by_node, (Str){(const char *)&d->expr, sizeof d->expr});
    }
    d->expr = expr;
    if (expr && !map_set(&p->by_node, (Str){(const char *)&d->expr, sizeof d->expr}, d->number)) {
        program_out_of_memory(p);
    }
}

/* REPL: the decl that a new definition of this name replaces: wherever the name is visible. */
static Decl *redefined(Walk *w, Scope *scope, Str name)
{
    if (!w->redefine || scope->kind != SCOPE_MODULE) {
        return NULL;
    }
    Lookup l = names_find(w->program, scope, name);
    bool ours = (l.kind == LOOKUP_DECL || l.kind == LOOKUP_CONSTANT) && l.decl &&
                l.decl->number < w->first_decl && l.decl->scope->module == scope->module;
    return ours ? l.decl : NULL;
}

static Decl *replace(Walk *w, Decl *d, DeclKind kind, const Node *node)
{
    for (uint32_t i = 0; d->inner && i < d->inner->names.used; i++) { /* the columns of a table go with it */
        w->program->decls[d->inner->names.entries[i].value]->removed = true;
    }
    d->inner = NULL;
    if (d->patches != UINT32_MAX) {
        w->program->decls[d->patches]->removed = true;
        d->patches = UINT32_MAX;
    }
    d->kind = kind;
    d->node = node;
    d->proto = NULL;
    d->refs = NULL;
    d->ref_count = 0;
    d->broken = d->effect = false;
    d->has_to_unit = false;
    d->by = NULL;
    d->items = NULL;
    d->item_count = d->item_cap = 0;
    return d;
}

static bool kinds_interchange(DeclKind a, DeclKind b)
{
    return (a == DECL_FORMULA || a == DECL_FUNCTION) && (b == DECL_FORMULA || b == DECL_FUNCTION);
}

/* A plain definition inside a scenario adds; it must not name something of the parent (rules 2.4). */
static bool hides_parent(Walk *w, const Scope *scope, Str name, Span span)
{
    if (scope->kind != SCOPE_SCENARIO) {
        return false;
    }
    int32_t parent = w->program->scenarios[scope->scenario]->parent;
    const Scope *from = parent >= 0 ? w->program->scenarios[parent]->scope : scope->parent;
    const Decl *d = names_lexical(w->program, from, name);
    if (!d || d->kind == DECL_SCENARIO) {
        return false;
    }
    Diag *e = diag(w->program->diags, D_SCENARIO_HIDES, span, name);
    note(w->program->diags, e, D_NOTE_DEFINED_HERE, d->node->span, name);
    return true;
}

/* Declares `name` in scope, or reports that it is there already. */
Decl *declare_name(Walk *w, DeclKind kind, Scope *scope, Str name, const Node *node)
{
    Program *p = w->program;
    if (!name.n) {
        return NULL;
    }
    Decl *old = redefined(w, scope, name);
    if (old && kinds_interchange(old->kind, kind)) {
        return replace(w, old, kind, node);
    }
    if (old && old->scope == scope) {
        old->removed = true; /* a variable, a scale: the name starts again */
    }
    Decl *here = scope_decl(p, scope, name);
    if (here) {
        Diag *e = diag(p->diags, D_NAME_REDEFINED, node->span, name);
        note(p->diags, e, D_NOTE_DEFINED_HERE, here->node->span, name);
        return NULL;
    }
    if (hides_parent(w, scope, name, node->span)) {
        return NULL;
    }
    Decl *d = decl_new(w, kind, scope, name, node);
    if (d && !map_set(&scope->names, d->name, d->number)) {
        program_out_of_memory(p);
    }
    return d;
}

Decl *declare_anonymous(Walk *w, Scope *scope, const Node *node, const Node *expr)
{
    if (program_decl_of(w->program, expr)) {
        return program_decl_of(w->program, expr);
    }
    Decl *d = decl_new(w, DECL_ANONYMOUS, scope, (Str){"", 0}, node);
    if (d) {
        declare_expr(w, d, expr);
    }
    return d;
}

/* ---- expressions of clauses ---- */

static bool string_has_hole(const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i]->kind == N_HOLE) {
            return true;
        }
    }
    return false;
}

/* Clauses whose children are names, codes or other things that are not formulas. */
static bool clause_is_data(const Node *c)
{
    switch (c->op) {
    case CL_QUESTION_COMPETENCE: case CL_ANSWER_COMPETENCE: case CL_OPEN_COMPETENCE: case CL_EXAM_FRAMEWORK:
    case CL_ELEMENT_IN: case CL_SCENARIO_OF: case CL_ANSWER_PROVED_BY: case CL_SENSITIVITY_OVER: case CL_UNIT:
    case CL_INDICATOR_UNIT: case CL_INDICATORS_UNIT: case CL_INDICATOR_COMPETENCE: case CL_INDICATORS_COMPETENCE:
    case CL_OBJECTIVE_OF: case CL_DASHBOARD_INDICATORS: case CL_DASHBOARD_PERIODS: case CL_TABLE_KEY:
    case CL_SCHEDULE_START: case CL_SCHEDULE_LAST: case CL_GRID_SCALE: case CL_GRID_EQUIVALENT: case CL_GRID_COMPETENCE: case CL_OPEN_GRID:
    case CL_SECTION_COMPETENCE: case CL_CRITERION_COMPETENCE: case CL_CRITERION_LEVELS:
        return true;
    default:
        return false;
    }
}

/* Elsewhere a text without holes is a title, which needs no formula. */
static bool clause_is_value(const Node *c)
{
    return c->op == CL_ANSWER_ACCEPT || c->op == CL_ANSWER_OFFICIAL;
}

static void declare_override(Walk *w, Scope *scope, const Node *clause, const Node *n)
{
    Decl *d = decl_new(w, DECL_OVERRIDE, scope, (Str){"", 0}, n);
    if (d && n->count == 2) {
        d->group = clause;
        declare_expr(w, d, n->kids[1]);
    }
}

void declare_clause(Walk *w, Scope *scope, const Node *clause)
{
    bool data = clause_is_data(clause);
    for (uint32_t i = 0; i < clause->count; i++) {
        const Node *k = clause->kids[i];
        if (k->kind == N_CLAUSE && clause->op != CL_ELEMENT_IN) {
            declare_clause(w, scope, k); /* `proved by 2.4.gap award 50 %`: a formula after a name */
        } else if (data || (clause->op == CL_OF_PART && clause->word == W_BY)) {
            continue;
        } else if (k->kind == N_OVERRIDE) {
            declare_override(w, scope, clause, k);
        } else if (k->kind == N_PART) {
            declare_anonymous(w, scope, k, k->kids[0]);
        } else if (k->kind == N_BAND || k->kind == N_RANK) {
            declare_clause(w, scope, k); /* the bounds of a band, the title of a level */
        } else if (k->kind == N_STRING ? string_has_hole(k) || clause_is_value(clause) : k->kind != N_WORD && k->kind != N_BAD) {
            declare_anonymous(w, scope, k, k);
        }
    }
}

void declare_clauses(Walk *w, Scope *scope, const Node *block)
{
    for (uint32_t i = 0; i < block->count; i++) {
        const Node *k = block->kids[i];
        if (k->kind == N_CLAUSE && k->op != CL_VALUE) {
            declare_clause(w, scope, k);
        }
    }
}

/* ---- blocks ---- */

static void declare_define(Walk *w, Scope *scope, const Node *n)
{
    const Node *value = node_clause_value(n, CL_VALUE);
    Decl *d = declare_name(w, DECL_FORMULA, scope, n->text, n);
    if (d) {
        declare_expr(w, d, value);
    }
    declare_clauses(w, scope, n);
}

/* `by agent, indicator` of a header. */
static const Node *header_part(const Node *block, WordId word)
{
    for (uint32_t i = 0; i < block->count; i++) {
        const Node *k = block->kids[i];
        if (k->kind == N_CLAUSE && k->op == CL_OF_PART && k->word == word) {
            return k;
        }
    }
    return NULL;
}

static const Node *unit_clause(const Node *block)
{
    for (uint32_t i = 0; i < block->count; i++) {
        const Node *k = block->kids[i];
        if (k->kind == N_CLAUSE && (k->op == CL_UNIT || (k->op == CL_OF_PART && k->word == W_TO))) {
            return k;
        }
    }
    return NULL;
}

static void declare_answer(Walk *w, Scope *scope, const Node *n)
{
    const Node *value = node_clause_value(n, CL_VALUE);
    const Node *unit = unit_clause(n);
    const Node *target = n->count && n->kids[0]->kind == N_TARGET ? n->kids[0]->kids[0] : NULL;
    Decl *d = NULL;
    if (value) {
        d = declare_name(w, DECL_FORMULA, scope, n->text, n);
        if (d) {
            declare_expr(w, d, value);
        }
    } else if (target) {
        d = declare_anonymous(w, scope, n, target);
    }
    if (d && unit) {
        d->has_to_unit = true;
        d->to_unit = unit->unit_id;
    }
    if (d) {
        d->by = header_part(n, W_BY);
        declare_family_item(w, scope, n, value ? d : NULL);
    }
    declare_clauses(w, scope, n);
}

static void declare_either(Walk *w, Scope *scope, const Node *n)
{
    Program *p = w->program;
    if (!program_grow(p, &p->eithers, p->either_count, &p->either_cap)) {
        return;
    }
    EitherDecl *e = arena_alloc(&p->arena, sizeof *e);
    Scope **branches = arena_alloc(&p->arena, (n->count + 1) * sizeof *branches);
    if (!e || !branches) {
        program_out_of_memory(p);
        return;
    }
    uint32_t number = p->either_count++;
    p->eithers[number] = e;
    *e = (EitherDecl){.node = n, .scope = scope, .branches = branches};
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *k = n->kids[i];
        if (k->kind != N_BRANCH) {
            continue;
        }
        Scope *b = scope_new(p, SCOPE_BRANCH, scope, k, (Str){"", 0});
        if (!b) {
            return;
        }
        b->either = number;
        b->branch = e->branch_count;
        branches[e->branch_count++] = b;
        declare_body(w, b, k->kids[k->count - 1]);
    }
}

static void declare_scenario(Walk *w, Scope *scope, const Node *n)
{
    Program *p = w->program;
    Decl *d = declare_name(w, DECL_SCENARIO, scope, n->text, n);
    if (!d || !program_grow(p, &p->scenarios, p->scenario_count, &p->scenario_cap)) {
        return;
    }
    ScenarioDecl *s = arena_alloc(&p->arena, sizeof *s);
    Scope *inner = s ? scope_new(p, SCOPE_SCENARIO, scope, n, d->name) : NULL;
    if (!inner) {
        program_out_of_memory(p);
        return;
    }
    *s = (ScenarioDecl){.number = p->scenario_count, .decl = d->number, .parent = scope_scenario(scope),
                        .scope = inner, .node = n};
    p->scenarios[p->scenario_count++] = s;
    inner->scenario = s->number;
    d->target = s->number;
    const Node *of = node_clause_value(n, CL_SCENARIO_OF);
    if (of) {
        Decl *parent = names_lexical(p, scope, of->text);
        if (parent && parent->kind == DECL_SCENARIO && parent != d) {
            s->parent = (int32_t)parent->target;
        } else {
            diag(p->diags, D_SCENARIO_PARENT, of->span, of->text);
        }
    }
    declare_clauses(w, inner, n);
    declare_body(w, inner, node_body(n));
}

static void declare_check(Walk *w, Scope *scope, const Node *n)
{
    const Node *value = node_clause_value(n, CL_VALUE);
    if (value) {
        declare_anonymous(w, scope, n, value);
        if (value->kind == N_COMPARISON && value->count == 3 && value->kids[1]->op != OP_IN) {
            declare_anonymous(w, scope, n, value->kids[0]);
            declare_anonymous(w, scope, n, value->kids[2]);
        }
    }
    declare_clauses(w, scope, n);
}

/* `sensitivity name = expr over x in list`: compiled from the whole line by code/. */
static void declare_sensitivity(Walk *w, Scope *scope, const Node *n)
{
    Decl *d = declare_name(w, DECL_FORMULA, scope, n->text, n);
    if (d) {
        declare_expr(w, d, n);
    }
}

static void declare_statement_of_module(Walk *w, Scope *scope, const Node *n)
{
    Decl *d = decl_new(w, DECL_STATEMENT, scope, (Str){"", 0}, n);
    if (d) {
        declare_expr(w, d, n);
    }
}

/* The figures that a correction prints: its target and each cell are formulas of their own. */
static void declare_official_table(Walk *w, Scope *scope, const Node *n)
{
    const Node *target = n->count && n->kids[0]->kind == N_TARGET ? n->kids[0]->kids[0] : NULL, *body = node_body(n);
    if (target) {
        declare_anonymous(w, scope, n, target);
    }
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *row = body->kids[i];
        for (uint32_t k = 0; row->kind == N_ROW && !(row->flags & NODE_HEADER) && k < row->count; k++) {
            const Node *cell = row->kids[k];
            const Node *figure = cell->kind == N_CELL && cell->count ? cell->kids[0] : cell;
            if (figure->kind != N_CELL && figure->kind != N_BAD) {
                declare_anonymous(w, scope, figure, figure);
            }
        }
    }
}

/* Reported if the case has that number already: what its second question defines could not be called. */
static Scope *declare_question(Walk *w, Scope *scope, const Node *n)
{
    const Scope *first = n->text.n ? names_question(scope, n->text) : NULL;
    if (first) {
        Diag *e = diag(w->program->diags, D_QUESTION_TWICE, n->span, n->text);
        note(w->program->diags, e, D_NOTE_DEFINED_HERE, first->node->span, n->text);
    }
    return scope_new(w->program, SCOPE_QUESTION, scope, n, n->text);
}

/* Its number is a formula; what it holds belongs to what it stands in. */
static void declare_annex(Walk *w, Scope *scope, const Node *n)
{
    const Node *number = node_clause(n, CL_VALUE);
    if (number) {
        declare_clause(w, scope, number);
    }
}

static void declare_block(Walk *w, Scope *scope, const Node *n)
{
    Scope *inner = scope;
    switch (n->op) {
    case B_DEFINE: declare_define(w, scope, n); return;
    case B_ANSWER: declare_answer(w, scope, n); return;
    case B_EITHER: declare_either(w, scope, n); return;
    case B_SCENARIO: declare_scenario(w, scope, n); return;
    case B_CHECK: declare_check(w, scope, n); return;
    case B_SENSITIVITY: declare_sensitivity(w, scope, n); return;
    case B_TABLE: declare_table(w, scope, n); return;
    case B_SCHEDULE: declare_schedule(w, scope, n); return;
    case B_FOR_EACH: declare_for_each(w, scope, n); return;
    case B_INDICATOR: declare_indicator(w, scope, n); return;
    case B_INDICATORS: declare_indicators(w, scope, n); return;
    case B_OBJECTIVE: declare_objective(w, scope, n); return;
    case B_OFFICIAL_TABLE: declare_official_table(w, scope, n); return;
    case B_STATEMENT: declare_clauses(w, scope, n); return;
    case B_DASHBOARD: declare_dashboard(w, scope, n); return;
    case B_GRID: declare_grid(w, scope, n); return;
    case B_FRAMEWORK: declare_dashboard(w, scope, n); return; /* a formula, as a dashboard is */
    case B_CASE: inner = scope_new(w->program, SCOPE_CASE, scope, n, n->text); break;
    case B_QUESTION: inner = declare_question(w, scope, n); break;
    case B_OPEN: declare_name(w, DECL_OPEN, outside_items(scope), n->text, n); break;
    case B_ANNEX: declare_annex(w, scope, n); break;
    default: break;
    }
    if (inner) {
        declare_clauses(w, inner, n);
        declare_body(w, inner, node_body(n));
    }
}

/* ---- other statements ---- */

static void declare_levels(Walk *w, Scope *scope, const Node *n)
{
    Heap *heap = w->program->heap;
    Scale *scale = scale_new(heap, n->count);
    if (!scale) {
        program_out_of_memory(w->program);
        return;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        Value text;
        if (!text_new(heap, n->kids[i]->text, &text)) {
            program_out_of_memory(w->program);
            return;
        }
        scale->names[i] = text_flat(heap, text);
    }
    for (uint32_t i = 0; i < n->count; i++) {
        Decl *d = declare_name(w, DECL_LEVEL, scope, n->kids[i]->text, n->kids[i]);
        if (d) {
            d->constant = (Value){.tag = T_LEVEL, .den = i, .ptr = scale};
        }
    }
}

/* One name, several scales: it must be qualified. */
void declare_level(Walk *w, Scope *scope, const Node *node, Value level)
{
    Program *p = w->program;
    uint64_t known;
    Decl *d = decl_new(w, DECL_LEVEL, scope, node->text, node);
    if (!d) {
        return;
    }
    d->constant = level;
    bool taken = map_get(&p->levels, node->text, &known);
    bool same = taken && known != LEVEL_SEVERAL && scale_same(p->decls[known]->constant.ptr, level.ptr);
    if (!same && !map_set(&p->levels, node->text, taken ? LEVEL_SEVERAL : d->number)) {
        program_out_of_memory(p);
    }
}

static void declare_variable(Walk *w, Scope *scope, const Node *n)
{
    Decl *d = declare_name(w, DECL_VARIABLE, scope, n->text, n);
    if (d) {
        d->global = w->program->global_count++;
        declare_statement_of_module(w, scope, n);
    }
}

static void declare_use(Walk *w, Scope *scope, const Node *n)
{
    Scope *used = program_use(w->program, w->module, n->text, n->span);
    Str alias = n->count ? n->kids[0]->text : n->text;
    Decl *d = declare_name(w, used ? DECL_MODULE : DECL_MISSING, scope, alias, n);
    if (d && used) {
        d->target = used->module;
    }
}

/* What earlier conventions say of the same two units: "1 year = 360 days". */
static void report_tied(Program *p, const Node *n, const Node *e)
{
    Value one, said;
    Buf b;
    ShowStyle style = show_style(p->lang);
    buf_init(&b, p->mem);
    if (num_from_ratio(p->num, 1, 1, n->unit_id, &one) == NUM_OK &&
        unit_convert(p->num, one, e->unit_id, &said) == NUM_OK) {
        value_show(p->heap, &b, one, &style);
        buf_puts(&b, " = ");
        value_show(p->heap, &b, said, &style);
    }
    diag(p->diags, D_CONVENTION_OTHERWISE, n->span, buf_str(&b));
    buf_free(&b);
}

static void declare_convention(Walk *w, const Node *n)
{
    Program *p = w->program;
    const Node *e = n->count ? n->kids[0] : NULL;
    if (!e || e->kind != N_NUMBER) {
        diag0(p->diags, D_CONVENTION_FORM, n->span);
        return;
    }
    NumErr err = unit_convention(p->num, n->unit_id, e->text, e->unit_id, w->redefine);
    if (err == NUM_NO_MEMORY) {
        program_out_of_memory(p);
    } else if (err == NUM_CONVENTION) {
        report_tied(p, n, e);
    } else if (err != NUM_OK) {
        diag0(p->diags, D_CONVENTION_FORM, n->span);
    }
}

static void declare_function(Walk *w, Scope *scope, const Node *n)
{
    Decl *d = declare_name(w, DECL_FUNCTION, scope, n->text, n);
    if (d) {
        declare_expr(w, d, n);
    }
}

static void declare_statement(Walk *w, Scope *scope, const Node *n)
{
    switch (n->kind) {
    case N_BLOCK: declare_block(w, scope, n); return;
    case N_FUNCTION: declare_function(w, scope, n); return;
    case N_VAR: declare_variable(w, scope, n); return;
    case N_USE: declare_use(w, scope, n); return;
    case N_UNIT_DECL: return; /* the parser has declared them */
    case N_CONVENTION: declare_convention(w, n); return;
    case N_LEVELS: declare_levels(w, scope, n); return;
    case N_BAD: return;
    default: declare_statement_of_module(w, scope, n); return;
    }
}

void declare_body(Walk *w, Scope *scope, const Node *body)
{
    for (uint32_t i = 0; body && i < body->count && !w->program->memory_reported; i++) {
        declare_statement(w, scope, body->kids[i]);
    }
}

/* ---- second pass ---- */

const Node *names_target_cell(const Node *target)
{
    const Node *object = target->kind == N_MEMBER ? target->kids[0] : NULL;
    return object && object->kind == N_INDEX ? object->kids[1] : NULL;
}

/* What the object of a target is. */
static Lookup target_object(Program *p, const Scope *scope, const Node *object)
{
    if (object->kind == N_QUALIFIED) {
        return names_find_qualified(p, scope, object->text);
    }
    return object->kind == N_NAME ? names_find(p, scope, object->text) : (Lookup){.kind = LOOKUP_NONE};
}

/* table.column or table[key].column; NULL: it has none. */
static Decl *target_column(Program *p, const Decl *table, const Node *target)
{
    Decl *d = scope_decl(p, table->inner, target->text);
    bool patched = d && table->patches != UINT32_MAX && target->kids[0]->kind == N_INDEX;
    return patched ? p->decls[table->patches] : d; /* rows that follow read the cell replaced */
}

/* scenario.name, table.column or table[key].column; NULL: reported. */
static Decl *target_member(Program *p, const Scope *scope, const Node *target, int32_t *scenario)
{
    const Node *object = target->kids[0]->kind == N_INDEX ? target->kids[0]->kids[0] : target->kids[0];
    Lookup s = target_object(p, scope, object);
    bool found = s.kind == LOOKUP_DECL, is_scenario = found && s.decl->kind == DECL_SCENARIO;
    Decl *d = found && s.decl->inner ? target_column(p, s.decl, target)
              : is_scenario ? names_scenario_member(p, s.decl->target, target->text) : NULL;
    if (is_scenario) {
        *scenario = (int32_t)s.decl->target;
    }
    if (d) {
        return d;
    }
    if (is_scenario) {
        diag(p->diags, D_SCENARIO_MEMBER, target->span, s.decl->name, target->text);
    } else if (found && s.decl->inner) {
        names_report_column(p, s.decl->inner, target->text, target->span);
    } else if (s.kind == LOOKUP_NONE || s.kind == LOOKUP_AMBIGUOUS) {
        names_report(p, scope, object->text, object->span, &s);
    } else if (s.decl->kind != DECL_MISSING) {
        diag(p->diags, D_OVERRIDE_TARGET, target->span, target->text);
    }
    return NULL;
}

static bool may_be_replaced(const Decl *d)
{
    return d->kind == DECL_FORMULA || d->kind == DECL_FUNCTION || d->kind == DECL_SHARED || d->kind == DECL_COLUMN ||
           d->kind == DECL_PATCHES;
}

Decl *names_target(Program *p, const Scope *scope, const Node *target, int32_t *scenario)
{
    Lookup l = {.kind = LOOKUP_NONE};
    *scenario = -1;
    if (target->kind == N_QUALIFIED) {
        l = names_find_qualified(p, scope, target->text);
    } else if (target->kind == N_NAME) {
        l = names_find(p, scope, target->text);
    } else if (target->kind == N_MEMBER) {
        Decl *d = target_member(p, scope, target, scenario);
        if (!d) {
            return NULL;
        }
        l = (Lookup){.kind = LOOKUP_DECL, .decl = d};
    }
    if (l.kind == LOOKUP_DECL && l.decl->kind == DECL_COLUMN && l.decl->scope->node->op == B_SCHEDULE) {
        diag(p->diags, D_SCHEDULE_COLUMN, target->span, target->text);
        return NULL;
    }
    if (l.kind == LOOKUP_DECL && may_be_replaced(l.decl)) {
        return l.decl;
    }
    if (l.kind == LOOKUP_NONE || l.kind == LOOKUP_AMBIGUOUS) {
        names_report(p, scope, target->kind == N_INDEX ? source_text(p->sources, target->span) : target->text,
                     target->span, &l);
    } else {
        diag(p->diags, D_OVERRIDE_TARGET, target->span, target->text);
    }
    return NULL;
}

/* Several cells of one column are replaced together, by the last of their overrides. */
static void settle_cell(Program *p, Decl *d)
{
    d->cell = names_target_cell(d->node->kids[0]);
    for (uint32_t i = d->number; d->cell && i-- > 0;) {
        Decl *other = p->decls[i];
        bool beside = d->scenario >= 0 ? other->scenario == d->scenario : other->group == d->group;
        if (other->kind == DECL_OVERRIDE && other->cell && beside && other->target == d->target && !other->removed) {
            d->before = i;
            other->merged = true;
            return;
        }
    }
}

static void settle_override(Program *p, Decl *d)
{
    /* A scenario's own `with` names something of its parents: look from outside the scenario. */
    const Scope *from = d->scope;
    if (from->kind == SCOPE_SCENARIO) {
        int32_t parent = p->scenarios[from->scenario]->parent;
        from = parent >= 0 ? p->scenarios[parent]->scope : from->parent;
    }
    Decl *target = names_target(p, from, d->node->kids[0], &d->target_scenario);
    if (!target) {
        d->broken = true;
        return;
    }
    d->target = target->number;
    settle_cell(p, d);
    d->name = target->name;
    d->qualified = d->scenario >= 0 ? qualified_name(p, d->scope, target->name) : target->qualified;
}

static void settle_shared_name(Walk *w, EitherDecl *e, Str name)
{
    Program *p = w->program;
    if (scope_decl(p, e->scope, name)) {
        return; /* shared already, by an earlier branch */
    }
    Decl *first = NULL;
    for (uint32_t b = 0; b < e->branch_count && !first; b++) {
        first = scope_decl(p, e->branches[b], name);
    }
    Decl *d = first ? declare_name(w, DECL_SHARED, e->scope, name, first->node) : NULL;
    if (!d) {
        return;
    }
    e->shared[e->shared_count] = d->number;
    for (uint32_t b = 0; b < e->branch_count; b++) {
        const Decl *m = scope_decl(p, e->branches[b], name);
        e->members[e->shared_count * e->branch_count + b] = m ? m->number : UINT32_MAX;
    }
    e->shared_count++;
}

static void settle_either(Walk *w, uint32_t number)
{
    Program *p = w->program;
    EitherDecl *e = p->eithers[number];
    uint32_t names = 0;
    for (uint32_t b = 0; b < e->branch_count; b++) {
        names += e->branches[b]->names.count;
    }
    e->shared = arena_alloc(&p->arena, (names + 1) * sizeof *e->shared);
    e->members = arena_alloc(&p->arena, ((size_t)names * e->branch_count + 1) * sizeof *e->members);
    if (!e->shared || !e->members) {
        program_out_of_memory(p);
        return;
    }
    for (uint32_t b = 0; b < e->branch_count; b++) {
        const Map *m = &e->branches[b]->names;
        for (uint32_t i = 0; i < m->used; i++) {
            const Decl *d = m->entries[i].dead ? NULL : p->decls[m->entries[i].value];
            if (d && (d->kind == DECL_FORMULA || d->kind == DECL_SHARED)) {
                settle_shared_name(w, e, m->entries[i].key);
            }
        }
    }
    for (uint32_t k = 0; k < e->shared_count; k++) {
        p->decls[e->shared[k]]->target = number;
    }
}

void declare_module(Program *p, Module *m, bool redefine)
{
    Walk w = {.program = p, .module = m, .redefine = redefine, .first_decl = p->decl_count,
              .first_either = p->either_count, .first_indicator = p->indicator_count,
              .first_objective = p->objective_count};
    declare_body(&w, m->scope, m->tree);
    for (uint32_t i = p->either_count; i > w.first_either; i--) {
        settle_either(&w, i - 1); /* inner ones first: they were declared last */
    }
    settle_indicators(&w);
    settle_objectives(&w);
    for (uint32_t i = w.first_decl; i < p->decl_count; i++) {
        if (p->decls[i]->kind == DECL_OVERRIDE) {
            settle_override(p, p->decls[i]);
        }
    }
    if (p->arena.failed) {
        program_out_of_memory(p);
    }
}
