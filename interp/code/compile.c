/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Declarations one by one: functions first, so that it is known which have side effects before a formula
   tries to use one. */
#include "code/compile.h"

#include <string.h>

#include "code/emit.h"

static bool is_statement_node(const Node *n)
{
    switch (n->kind) {
    case N_VAR: case N_ASSIGN: case N_IF: case N_FOR: case N_WHILE: case N_TRY: case N_RETURN: case N_BREAK:
    case N_CONTINUE:
        return true;
    default:
        return false;
    }
}

/* A `var` at the top of a program is a variable of the program, not a local. */
static void global_define(Fn *f, const Node *n)
{
    const Decl *d = NULL;
    Lookup l = code_lookup(f, n->text);
    d = l.kind == LOOKUP_DECL && l.decl->kind == DECL_VARIABLE ? l.decl : NULL;
    int r = reg_push(f, n->span);
    expr_to(f, n->kids[0], r);
    if (d) {
        emit(f, OPC_GLOBAL_SET, r, (int)d->global, 0, n->span);
    } else {
        f->unit->failed = true;
    }
}

static void compile_statement(Fn *f, const Node *n, int result)
{
    if (n->kind == N_VAR) {
        global_define(f, n);
    } else if (n->kind == N_DO) {
        expr_to(f, n->kids[0], result);
        emit(f, OPC_RETURN, result, 0, 0, n->span);
        return;
    } else if (is_statement_node(n)) {
        stmt(f, n);
    }
    emit(f, OPC_NONE, result, 0, 0, n->span);
    emit(f, OPC_RETURN, result, 0, 0, n->span);
}

/* A name that branches share reads the branch that is chosen; in the base, the first one. */
static void compile_shared(Fn *f, const Decl *d, int result)
{
    const EitherDecl *e = f->unit->program->eithers[d->target];
    for (uint32_t k = 0; k < e->shared_count; k++) {
        if (e->shared[k] != d->number) {
            continue;
        }
        uint32_t first = e->members[k * e->branch_count];
        if (first == UINT32_MAX) {
            emit(f, OPC_FAIL, 0, D_NAME_OF_OTHER_BRANCH, konst_text(f, d->name), d->node->span);
        } else {
            emit(f, OPC_SLOT, result, ref_add(f, first, REF_RUNNING, true), 0, d->node->span);
        }
    }
}

/* The unit a formula is shown in, when its text says so. */
static bool written_unit(const Decl *d, uint16_t *unit)
{
    const Node *n = d->expr;
    if (d->has_to_unit) {
        *unit = d->to_unit;
        return true;
    }
    while (n && n->kind == N_PAREN) {
        n = n->kids[0];
    }
    bool written = n && ((n->kind == N_NUMBER && n->unit.n) || n->kind == N_CONVERT);
    *unit = written ? n->unit_id : 0;
    return written;
}

/* An override is converted to the shown unit of what it replaces, so that no rounding downstream changes. */
static void compile_override_unit(Fn *f, const Decl *d, int result)
{
    uint16_t unit;
    if (d->kind == DECL_OVERRIDE && d->target != UINT32_MAX && written_unit(f->unit->program->decls[d->target], &unit)) {
        emit(f, OPC_CONVERT, result, result, unit, d->expr->span);
    }
}

static void compile_body(Fn *f, Decl *d)
{
    int result = reg_push(f, d->node->span);
    if (d->kind == DECL_SHARED) {
        compile_shared(f, d, result);
    } else if (d->kind == DECL_STATEMENT) {
        compile_statement(f, d->expr, result);
        return;
    } else if (d->kind == DECL_COLUMN) {
        expr_column(f, d, result);
    } else if (d->items) {
        expr_family(f, d, result);
    } else if (d->kind == DECL_PATCHES) {
        emit(f, OPC_LIST, result, result, 0, d->node->span);
    } else if (d->kind == DECL_FUNCTION && d->expr->kind == N_FOREIGN) {
        expr_foreign(f, d, result);
    } else if (d->kind == DECL_FUNCTION) {
        expr_lambda(f, d->expr, result, d->name);
    } else if (d->kind == DECL_OVERRIDE && d->cell) {
        expr_cell_override(f, d, result);
    } else {
        bool base = d->kind == DECL_OVERRIDE && d->target != UINT32_MAX && d->target_scenario < 0;
        if (base && !code_override_sound(f, d->expr, f->unit->program->decls[d->target])) {
            return;
        }
        expr_to(f, d->expr, result);
        if (d->by) {
            expr_by(f, d->expr, d->by, result);
        }
        if (d->has_to_unit) {
            emit(f, OPC_CONVERT, result, result, d->to_unit, d->expr->span);
        }
        compile_override_unit(f, d, result);
    }
    emit(f, OPC_RETURN, result, 0, 0, d->expr ? d->expr->span : d->node->span);
}

static Ref *keep_refs(Unit *u)
{
    Ref *refs = arena_alloc(&u->program->arena, (u->ref_count + 1) * sizeof *refs);
    if (!refs) {
        unit_report_memory(u);
    } else if (u->ref_count) {
        memcpy(refs, u->refs, u->ref_count * sizeof *refs);
    }
    return refs;
}

/* A decl that did not compile keeps a slot whose content is a fault, so that the rest can run. */
static Proto *broken_proto(Unit *u)
{
    Fn f;
    if (!fn_open(&f, u, NULL, u->decl->name, u->decl->node->span, NULL)) {
        return NULL;
    }
    reg_push(&f, u->decl->node->span);
    Str name = u->decl->qualified.n ? u->decl->qualified : source_text(u->program->sources, u->decl->node->span);
    emit(&f, OPC_FAIL, 0, D_FORMULA_BROKEN, konst_text(&f, name), u->decl->node->span);
    return fn_close(&f);
}

bool compile_decl(Program *p, Decl *d, bool trace, Compiled *out)
{
    Unit u = {.program = p, .decl = d, .scope = d->scope, .trace = trace};
    Fn *f = mem_alloc(p->mem, sizeof *f);
    *out = (Compiled){0};
    if (!f) {
        unit_report_memory(&u);
        return false;
    }
    bool compiles = d->kind == DECL_SHARED || d->expr;
    bool open = fn_open(f, &u, NULL, d->name, d->node->span, d->kind == DECL_STATEMENT ? d->expr : NULL);
    if (open && compiles && !d->broken) {
        compile_body(f, d);
    } else {
        u.failed = true;
    }
    out->proto = open ? fn_close(f) : NULL;
    d->effect = u.effect && d->kind == DECL_FUNCTION;
    if (u.failed && !u.memory) {
        if (!trace) {
            d->broken = true;
        }
        out->proto = broken_proto(&u);
    }
    out->refs = keep_refs(&u);
    out->ref_count = u.ref_count;
    mem_free(p->mem, u.refs, u.ref_cap * sizeof *u.refs);
    mem_free(p->mem, f, sizeof *f);
    return out->proto && out->refs && !u.memory;
}

static void foresee_mistake(Program *p, const Decl *d)
{
    if (d->target_scenario >= 0) {
        program_replaces(p, (Replacement){d->target, d->target_scenario, UINT32_MAX});
    }
    for (uint32_t i = 0; d->target_scenario < 0 && i < d->ref_count; i++) {
        if (d->refs[i].scenario == REF_RUNNING) {
            program_replaces(p, (Replacement){d->target, -1, d->refs[i].decl});
        }
    }
}

static void compile_into(Program *p, Decl *d)
{
    Compiled c;
    if (compile_decl(p, d, false, &c)) {
        d->proto = c.proto;
        d->refs = c.refs;
        d->ref_count = c.ref_count;
        if (d->kind == DECL_OVERRIDE && d->scenario < 0 && d->target != UINT32_MAX) {
            foresee_mistake(p, d);
        }
    }
}

static bool has_code(const Decl *d)
{
    switch (d->kind) {
    case DECL_FORMULA: case DECL_FUNCTION: case DECL_ANONYMOUS: case DECL_SHARED: case DECL_OVERRIDE:
    case DECL_STATEMENT: case DECL_COLUMN: case DECL_PATCHES:
        return !d->removed;
    default:
        return false;
    }
}

/* A function that calls one with side effects has them too. */
static void spread_effects(Program *p)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < p->decl_count; i++) {
            Decl *d = p->decls[i];
            for (uint32_t r = 0; d->kind == DECL_FUNCTION && !d->effect && r < d->ref_count; r++) {
                if (p->decls[d->refs[r].decl]->effect) {
                    d->effect = changed = true;
                }
            }
        }
    }
}

void compile_program(Program *p)
{
    for (uint32_t i = 0; i < p->decl_count; i++) {
        if (p->decls[i]->kind == DECL_FUNCTION && has_code(p->decls[i]) && !p->decls[i]->proto) {
            compile_into(p, p->decls[i]);
        }
    }
    spread_effects(p);
    for (uint32_t i = 0; i < p->decl_count && !p->arena.failed; i++) {
        if (has_code(p->decls[i]) && !p->decls[i]->proto) {
            compile_into(p, p->decls[i]);
        }
    }
}
