/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names in expressions: locals, captured values, formulas, variables, scenarios, the library. */
#include "code/emit.h"

static const Str STD = {"std", 3};

Lookup code_lookup(Fn *f, Str name)
{
    return names_find(f->unit->program, f->unit->scope, name);
}

/* A NAME. One that the parser took for the library's may be an author's, defined in an earlier text of a dialogue. */
Lookup code_lookup_node(Fn *f, const Node *n)
{
    Program *p = f->unit->program;
    if (n->flags & NODE_STANDARD) {
        return names_library(p, n->text);
    }
    if (n->flags & NODE_LIBRARY) {
        Lookup l = names_find(p, f->unit->scope, source_text(p->sources, n->span));
        return l.kind == LOOKUP_DECL ? l : names_library(p, n->text);
    }
    Lookup l = names_find(p, f->unit->scope, n->text);
    if (l.kind == LOOKUP_NONE && n->flags & NODE_COLUMN) { /* no column, and nobody's name */
        const LibraryNames *names = &p->parsing.library;
        Str canonical = names->canonical ? names->canonical(names->data, n->text, p->lang) : (Str){NULL, 0};
        return canonical.p ? names_library(p, canonical) : l;
    }
    return l;
}

Str code_english(const Program *p, const Decl *d, uint32_t parameter)
{
    const LibraryTable *t = &p->library;
    return t->english && program_is_library(p, d) ? t->english(t->data, d->name, parameter) : (Str){NULL, 0};
}

static bool in_formula(const Unit *u)
{
    return u->decl->kind != DECL_FUNCTION && u->decl->kind != DECL_STATEMENT;
}

bool code_use_decl(Fn *f, const Decl *d, Span span)
{
    Unit *u = f->unit;
    Diags *diags = u->program->diags;
    Diag *e = NULL;
    if (d->kind == DECL_MISSING) {
        u->failed = true;
        return false;
    }
    if (d->kind == DECL_OPEN) {
        diag(diags, D_NAME_HAS_NO_VALUE, span, d->name);
    } else if (d->kind == DECL_MODULE) {
        diag(diags, D_MODULE_AS_VALUE, span, d->name);
    } else if (d->kind == DECL_VARIABLE && in_formula(u)) {
        e = diag(diags, D_FORMULA_READS_VAR, span, d->name);
    } else if (d->effect && in_formula(u)) {
        e = diag(diags, D_FORMULA_EFFECT, span, d->name);
    } else {
        u->effect = u->effect || d->effect || d->kind == DECL_VARIABLE;
        return true;
    }
    if (e) {
        note(diags, e, D_NOTE_DEFINED_HERE, d->node->span, d->name);
    }
    u->failed = true;
    return false;
}

/* A scenario as a value depends on everything the scenario defines. */
static void read_scenario(Fn *f, uint32_t scenario)
{
    const Program *p = f->unit->program;
    for (int32_t s = (int32_t)scenario; s >= 0; s = p->scenarios[s]->parent) {
        for (uint32_t i = 0; i < p->decl_count; i++) {
            const Decl *d = p->decls[i];
            bool named = d->kind == DECL_FORMULA || (d->kind == DECL_OVERRIDE && d->target != UINT32_MAX);
            if (d->scenario == s && named) {
                ref_add(f, d->kind == DECL_OVERRIDE ? d->target : i, (int32_t)scenario, true);
            }
        }
    }
}

static void decl_value(Fn *f, const Decl *d, int32_t scenario, int dst, Span span)
{
    if (!code_use_decl(f, d, span)) {
        return;
    }
    if (d->kind == DECL_VARIABLE) {
        emit(f, OPC_GLOBAL, dst, (int)d->global, 0, span);
    } else if (d->kind == DECL_SCENARIO) {
        read_scenario(f, d->target);
        emit(f, OPC_CONST, dst, konst(f, (Value){.tag = T_SCENARIO, .den = 1, .num = d->target}), 0, span);
    } else {
        emit(f, OPC_SLOT, dst, ref_add(f, d->number, scenario, true), 0, span);
    }
}

/* Where a name might have been: columns of the table that rows are taken from, too. */
static const Scope *scope_around(const Fn *f)
{
    const Scope *unit = f->unit->scope;
    while (f && !f->columns) {
        f = f->outer;
    }
    return f ? f->columns : unit;
}

void code_lookup_value(Fn *f, Str name, Span span, const Lookup *l, int dst)
{
    switch (l->kind) {
    case LOOKUP_DECL: decl_value(f, l->decl, REF_RUNNING, dst, span); return;
    case LOOKUP_CONSTANT: emit(f, OPC_CONST, dst, konst(f, l->constant), 0, span); return;
    case LOOKUP_NATIVE:
        if (l->native->flags & NATIVE_EFFECT) {
            f->unit->effect = true;
        }
        emit(f, OPC_CONST, dst, konst(f, (Value){.tag = T_NATIVE, .den = 1, .ptr = (void *)(uintptr_t)l->native}), 0,
             span);
        return;
    default:
        names_report(f->unit->program, scope_around(f), name, span, l);
        f->unit->failed = true;
    }
}

static bool is_indicators(Str name)
{
    return str_eq(name, str_from(word_text(W_INDICATORS, LANG_EN))) ||
           str_eq(name, str_from(word_text(W_INDICATORS, LANG_FR)));
}

void expr_name(Fn *f, const Node *n, Str name, int dst)
{
    const Local *l = n->flags & NODE_STANDARD ? NULL : local_find(f, name);
    if (l) {
        if (l->cell) {
            emit(f, OPC_CELL_GET, dst, l->reg, 0, n->span);
        } else if (l->reg != dst) {
            emit(f, OPC_MOVE, dst, l->reg, 0, n->span);
        }
        return;
    }
    bool cell = false, variable = false;
    int captured = n->flags & NODE_STANDARD ? -1 : capture_find(f, name, &cell, &variable);
    if (captured >= 0) {
        emit(f, OPC_CAPTURE, dst, captured, 0, n->span);
        if (cell) {
            emit(f, OPC_CELL_GET, dst, dst, 0, n->span);
        }
        return;
    }
    Lookup found = n->kind == N_NAME ? code_lookup_node(f, n) : code_lookup(f, name);
    if (found.kind == LOOKUP_CONSTANT && !found.decl && is_indicators(n->text)) {
        expr_indicators(f, NULL, dst, n->span);
        return;
    }
    code_lookup_value(f, name, n->span, &found, dst);
}

void expr_qualified(Fn *f, const Node *n, int dst)
{
    Lookup l = names_find_qualified(f->unit->program, f->unit->scope, n->text);
    code_lookup_value(f, n->text, n->span, &l, dst);
}

bool code_is_indicator(const Decl *d)
{
    return d->node->kind == N_ROW || (d->node->kind == N_BLOCK && d->node->op == B_INDICATOR);
}

/* ---- overrides that read themselves ---- */

/* solve, sensitivity …: what they are given is a name, or is evaluated otherwise than it stands there. */
static bool takes_formulas(Fn *f, const Node *n)
{
    Lookup l = n->kind == N_CALL && n->kids[0]->kind == N_NAME ? code_lookup_node(f, n->kids[0])
                                                               : (Lookup){.kind = LOOKUP_NONE};
    for (uint32_t i = 0; l.kind == LOOKUP_NATIVE && i < l.native->param_count; i++) {
        if (l.native->params[i].kind != PARAM_VALUE) {
            return true;
        }
    }
    return false;
}

/* Where n reads the formula `target` by its name; functions and inner overlays are not looked into. */
static const Node *reads_target(Fn *f, const Node *n, const Decl *target)
{
    bool cell, variable;
    if (!n || n->kind == N_LAMBDA || n->kind == N_WITH || n->kind == N_COMPREHENSION || takes_formulas(f, n)) {
        return NULL;
    }
    if (n->kind == N_NAME && !(n->flags & NODE_DECLARED) && str_eq(n->text, target->name) && !local_find(f, n->text) &&
        capture_find(f, n->text, &cell, &variable) < 0) {
        Lookup l = code_lookup_node(f, n);
        return l.kind == LOOKUP_DECL && l.decl == target ? n : NULL;
    }
    const Node *found = NULL;
    for (uint32_t i = 0; i < n->count && !found; i++) {
        found = reads_target(f, n->kids[i], target);
    }
    return found;
}

bool code_override_sound(Fn *f, const Node *expr, const Decl *target)
{
    const Node *name = reads_target(f, expr, target);
    if (name) {
        diag(f->unit->program->diags, D_OVERRIDE_SELF, name->span, target->name);
        f->unit->failed = true;
    }
    return !name;
}

/* ---- scenario.x, module.x, std.x ---- */

static Lookup object_lookup(Fn *f, const Node *object)
{
    bool cell, variable;
    if (object->kind == N_QUALIFIED) {
        return names_find_qualified(f->unit->program, f->unit->scope, object->text);
    }
    if (object->kind == N_NAME && !local_find(f, object->text) &&
        capture_find(f, object->text, &cell, &variable) < 0) {
        return code_lookup_node(f, object);
    }
    return (Lookup){.kind = LOOKUP_NONE};
}

static const Decl *member_owner(Fn *f, const Node *object)
{
    Lookup l = object_lookup(f, object);
    bool owner = l.kind == LOOKUP_DECL && (l.decl->kind == DECL_SCENARIO || l.decl->kind == DECL_MODULE);
    return owner ? l.decl : NULL;
}

const Decl *code_scenario_owner(Fn *f, const Node *member)
{
    const Decl *owner = member_owner(f, member->kids[0]);
    return owner && owner->kind == DECL_SCENARIO ? owner : NULL;
}

Decl *code_member_decl(Fn *f, const Node *member, int32_t *scenario)
{
    Program *p = f->unit->program;
    const Decl *owner = member_owner(f, member->kids[0]);
    *scenario = REF_RUNNING;
    if (!owner) {
        return NULL;
    }
    Decl *d;
    if (owner->kind == DECL_SCENARIO) {
        *scenario = (int32_t)owner->target;
        d = names_scenario_member(p, owner->target, member->text);
    } else {
        uint64_t number;
        d = map_get(&p->modules[owner->target]->scope->names, member->text, &number) ? p->decls[number] : NULL;
    }
    if (!d) {
        diag(p->diags, owner->kind == DECL_SCENARIO ? D_SCENARIO_MEMBER : D_MODULE_MEMBER, member->span, owner->name,
             member->text);
        f->unit->failed = true;
    }
    return d;
}

const Native *code_member_native(Fn *f, const Node *member)
{
    const Node *object = member->kids[0];
    if (object->kind != N_NAME || !str_eq(object->text, STD) || code_lookup(f, STD).kind == LOOKUP_DECL) {
        return NULL;
    }
    const LibraryTable *t = &f->unit->program->library;
    return t->find ? t->find(t->data, member->text) : NULL;
}


/* team.calls, where team is a table of the text: the column itself, so that nothing else is read. */
static bool table_member(Fn *f, const Node *n, int dst)
{
    Lookup l = object_lookup(f, n->kids[0]);
    const Scope *columns = l.kind == LOOKUP_DECL ? l.decl->inner : NULL;
    const Decl *d = columns ? names_column(f->unit->program, columns, n->text) : NULL;
    const ObjectiveDecl *o = l.kind == LOOKUP_DECL ? program_objective(f->unit->program, l.decl) : NULL;
    if (d) {
        decl_value(f, d, REF_RUNNING, dst, n->span);
        return true;
    }
    if (columns && is_indicators(n->text)) {
        expr_indicators(f, l.decl, dst, n->span);
        return true;
    }
    return o && expr_objective_member(f, o, n->text, dst, n->span);
}

void expr_member(Fn *f, const Node *n, int dst)
{
    int32_t scenario;
    if (member_owner(f, n->kids[0])) {
        const Decl *d = code_member_decl(f, n, &scenario);
        if (d && d->kind == DECL_LEVEL) {
            emit(f, OPC_CONST, dst, konst(f, d->constant), 0, n->span);
        } else if (d) {
            decl_value(f, d, scenario, dst, n->span);
        }
        return;
    }
    const Native *native = code_member_native(f, n);
    if (native) {
        Lookup l = {.kind = LOOKUP_NATIVE, .native = native};
        code_lookup_value(f, n->text, n->span, &l, dst);
        return;
    }
    if (table_member(f, n, dst)) {
        return;
    }
    uint32_t mark = f->next;
    int object = expr_reg(f, n->kids[0]);
    emit(f, OPC_MEMBER, dst, object, konst_text(f, n->text), n->span);
    reg_release(f, mark);
}

bool code_is_static_member(Fn *f, const Node *n)
{
    Lookup l = object_lookup(f, n->kids[0]);
    return member_owner(f, n->kids[0]) || code_member_native(f, n) ||
           (l.kind == LOOKUP_DECL && (l.decl->inner || program_objective(f->unit->program, l.decl)));
}

void expr_method(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    int object = expr_reg(f, n->kids[0]);
    emit(f, OPC_METHOD, dst, object, konst_text(f, n->text), n->span);
    reg_release(f, mark);
}
