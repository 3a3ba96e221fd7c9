/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements of ordinary programming, inside functions and at the top of a program. */
#include "code/emit.h"

/* ---- which variables nested functions capture ---- */

static bool mentions(const Node *n, Str name)
{
    if (n->kind == N_NAME && str_eq(n->text, name)) {
        return true;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i] && mentions(n->kids[i], name)) {
            return true;
        }
    }
    return false;
}

static bool is_lazy_call(Fn *f, const Node *n)
{
    if (n->kind != N_CALL || n->kids[0]->kind != N_NAME) {
        return false;
    }
    Lookup l = code_lookup(f, n->kids[0]->text);
    for (uint32_t i = 0; l.kind == LOOKUP_NATIVE && i < l.native->param_count; i++) {
        if (l.native->params[i].kind == PARAM_EXPR) {
            return true;
        }
    }
    return false;
}

static bool captured_within(Fn *f, const Node *n, Str name)
{
    if (n->kind == N_LAMBDA || n->kind == N_WITH || is_lazy_call(f, n)) {
        return mentions(n, name);
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i] && captured_within(f, n->kids[i], name)) {
            return true;
        }
    }
    return false;
}

/* A variable that a nested function mentions lives in a cell, so that both see its changes. */
bool stmt_captures(Fn *f, Str name)
{
    return f->body && captured_within(f, f->body, name);
}

/* ---- definitions and assignments ---- */

static void local_define(Fn *f, const Node *n, Str name, const Node *value, bool variable)
{
    if (local_find(f, name) && !variable) {
        diag(f->unit->program->diags, D_LOCAL_REDEFINED, n->span, name);
        f->unit->failed = true;
        return;
    }
    int r = reg_push(f, n->span);
    f->first_temp = f->next - 1; /* the new register may be used while its value is computed */
    expr_to(f, value, r);
    f->next = (uint32_t)r + 1;
    bool cell = variable && stmt_captures(f, name);
    if (cell) {
        emit(f, OPC_CELL, r, 0, 0, n->span);
    }
    local_add(f, name, r, variable, cell);
}

static void assign_error(Fn *f, DiagId id, const Node *target)
{
    diag(f->unit->program->diags, id, target->span, target->text);
    f->unit->failed = true;
}

static void assign_captured(Fn *f, const Node *target, const Node *value, int captured, bool cell)
{
    if (!cell) {
        assign_error(f, D_ASSIGN_NOT_VAR, target);
        return;
    }
    uint32_t mark = f->next;
    int holder = reg_push(f, target->span);
    emit(f, OPC_CAPTURE, holder, captured, 0, target->span);
    int v = expr_reg(f, value);
    emit(f, OPC_CELL_SET, holder, v, 0, target->span);
    reg_release(f, mark);
}

static void assign_global(Fn *f, const Node *target, const Node *value)
{
    Lookup l = code_lookup(f, target->text);
    if (l.kind != LOOKUP_DECL) {
        names_report(f->unit->program, f->unit->scope, target->text, target->span, &l);
        f->unit->failed = true;
    } else if (l.decl->kind != DECL_VARIABLE) {
        assign_error(f, l.decl->kind == DECL_FORMULA ? D_ASSIGN_FORMULA : D_ASSIGN_NOT_VAR, target);
    } else {
        uint32_t mark = f->next;
        int v = expr_reg(f, value);
        emit(f, OPC_GLOBAL_SET, v, (int)l.decl->global, 0, target->span);
        f->unit->effect = true;
        reg_release(f, mark);
    }
}

static void assign_name(Fn *f, const Node *target, const Node *value)
{
    Local *l = local_find(f, target->text);
    bool cell = false, variable = false;
    uint32_t mark = f->next;
    if (!l) {
        int captured = capture_find(f, target->text, &cell, &variable);
        if (captured >= 0) {
            assign_captured(f, target, value, captured, cell && variable);
        } else {
            assign_global(f, target, value);
        }
    } else if (!l->variable) {
        assign_error(f, D_ASSIGN_NOT_VAR, target);
    } else if (l->cell) {
        int v = expr_reg(f, value);
        emit(f, OPC_CELL_SET, l->reg, v, 0, target->span);
    } else {
        expr_to(f, value, l->reg);
    }
    reg_release(f, mark);
}

/* list[i] := v and record.x := v replace the whole value: read it, update the copy, assign it. */
static void assign_part(Fn *f, const Node *n)
{
    const Node *target = n->kids[0], *object = target->kids[0];
    if (object->kind != N_NAME) {
        assign_error(f, D_ASSIGN_TARGET, target);
        return;
    }
    uint32_t mark = f->next;
    int whole = reg_push(f, n->span);
    expr_to(f, object, whole);
    int key = reg_push(f, n->span);
    if (target->kind == N_MEMBER) {
        emit(f, OPC_CONST, key, konst_text(f, target->text), 0, target->span);
    } else {
        expr_to(f, target->kids[1], key);
    }
    int value = expr_reg(f, n->kids[1]);
    emit(f, OPC_UPDATE, whole, key, value, n->span);
    Local *l = local_find(f, object->text);
    bool cell = false, variable = false;
    int captured = l ? -1 : capture_find(f, object->text, &cell, &variable);
    Lookup global = l || captured >= 0 ? (Lookup){.kind = LOOKUP_NONE} : code_lookup(f, object->text);
    if (l && l->variable) {
        emit(f, l->cell ? OPC_CELL_SET : OPC_MOVE, l->reg, whole, 0, n->span);
    } else if (captured >= 0 && cell && variable) {
        int holder = reg_push(f, n->span);
        emit(f, OPC_CAPTURE, holder, captured, 0, n->span);
        emit(f, OPC_CELL_SET, holder, whole, 0, n->span);
    } else if (global.kind == LOOKUP_DECL && global.decl->kind == DECL_VARIABLE) {
        emit(f, OPC_GLOBAL_SET, whole, (int)global.decl->global, 0, n->span);
        f->unit->effect = true;
    } else {
        assign_error(f, D_ASSIGN_NOT_VAR, object);
    }
    reg_release(f, mark);
}

static void stmt_assign(Fn *f, const Node *n)
{
    const Node *target = n->kids[0];
    if (target->kind == N_NAME) {
        assign_name(f, target, n->kids[1]);
    } else if (target->kind == N_INDEX || target->kind == N_MEMBER) {
        assign_part(f, n);
    } else {
        assign_error(f, D_ASSIGN_TARGET, target);
    }
}

/* ---- control ---- */

/* A block's own names end with it. */
void stmt_body(Fn *f, const Node *body)
{
    uint32_t locals = f->local_count, next = f->next, temps = f->first_temp;
    for (uint32_t i = 0; i < body->count; i++) {
        stmt(f, body->kids[i]);
    }
    f->local_count = locals;
    f->next = next;
    f->first_temp = temps;
}

static void stmt_if(Fn *f, const Node *n)
{
    int otherwise = expr_condition(f, n->kids[0], false);
    stmt_body(f, n->kids[1]);
    if (n->count < 3) {
        patch_here(f, otherwise);
        return;
    }
    int end = emit_jump(f, OPC_JUMP, 0, 0, n->span);
    patch_here(f, otherwise);
    if (n->kids[2]->kind == N_IF) {
        stmt_if(f, n->kids[2]);
    } else {
        stmt_body(f, n->kids[2]);
    }
    patch_here(f, end);
}

static void loop_close(Fn *f, Loop *loop)
{
    Mem *m = f->unit->program->mem;
    mem_free(m, loop->breaks, loop->break_cap * sizeof *loop->breaks);
    mem_free(m, loop->continues, loop->continue_cap * sizeof *loop->continues);
    f->loop = loop->outer;
}

static void patch_all(Fn *f, const int *jumps, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        patch_here(f, jumps[i]);
    }
}

static void stmt_while(Fn *f, const Node *n)
{
    Loop loop = {.outer = f->loop, .tries = f->tries};
    f->loop = &loop;
    int top = (int)f->code_count;
    int exit = expr_condition(f, n->kids[0], false);
    stmt_body(f, n->kids[1]);
    patch_all(f, loop.continues, loop.continue_count);
    emit_jump_back(f, OPC_LOOP, 0, top, n->span);
    patch_here(f, exit);
    patch_all(f, loop.breaks, loop.break_count);
    loop_close(f, &loop);
}

/* a..b in a loop needs no range object: three registers hold current, limit and step. */
static void for_bounds(Fn *f, const Node *list, int base)
{
    if (list->kind != N_RANGE) {
        expr_to(f, list, base);
        emit(f, OPC_NONE, base + 1, 0, 0, list->span); /* a number alone is no bound */
        return;
    }
    expr_to(f, list->kids[0], base);
    expr_to(f, list->kids[1], base + 1);
    if (list->count == 3) {
        expr_to(f, list->kids[2], base + 2);
    } else {
        emit(f, OPC_CONST, base + 2, konst(f, num_int(1)), 0, list->span);
    }
}

static void stmt_for(Fn *f, const Node *n)
{
    Loop loop = {.outer = f->loop, .tries = f->tries};
    uint32_t mark = f->next, locals = f->local_count, temps = f->first_temp;
    f->loop = &loop;
    int base = reg_push(f, n->span);
    reg_push(f, n->span);
    reg_push(f, n->span);
    int variable = reg_push(f, n->span);
    for_bounds(f, n->kids[1], base);
    int skip = emit_jump(f, OPC_FOR_PREP, base, 0, n->kids[1]->span);
    local_add(f, n->kids[0]->text, variable, false, false);
    int top = (int)f->code_count;
    stmt_body(f, n->kids[2]);
    patch_all(f, loop.continues, loop.continue_count);
    emit_jump_back(f, OPC_FOR_LOOP, base, top, n->span);
    patch_here(f, skip);
    patch_all(f, loop.breaks, loop.break_count);
    loop_close(f, &loop);
    f->local_count = locals;
    f->next = mark;
    f->first_temp = temps;
}

static void stmt_leave(Fn *f, const Node *n)
{
    Loop *loop = f->loop;
    if (!loop) {
        diag0(f->unit->program->diags, D_BREAK_OUTSIDE, n->span);
        f->unit->failed = true;
        return;
    }
    for (uint32_t i = loop->tries; i < f->tries; i++) {
        emit(f, OPC_END_TRY, 0, 0, 0, n->span); /* leaving them with the loop's body */
    }
    int at = emit_jump(f, OPC_JUMP, 0, 0, n->span);
    if (n->kind == N_BREAK && fn_grow(f, &loop->breaks, loop->break_count, &loop->break_cap, sizeof(int))) {
        loop->breaks[loop->break_count++] = at;
    } else if (n->kind == N_CONTINUE &&
               fn_grow(f, &loop->continues, loop->continue_count, &loop->continue_cap, sizeof(int))) {
        loop->continues[loop->continue_count++] = at;
    }
}

static void stmt_return(Fn *f, const Node *n)
{
    if (!f->is_function) {
        diag0(f->unit->program->diags, D_RETURN_OUTSIDE, n->span);
        f->unit->failed = true;
        return;
    }
    uint32_t mark = f->next;
    int r;
    if (n->count) {
        r = expr_reg(f, n->kids[0]);
    } else {
        r = reg_push(f, n->span);
        emit(f, OPC_NONE, r, 0, 0, n->span);
    }
    emit(f, OPC_RETURN, r, 0, 0, n->span);
    reg_release(f, mark);
}

static void stmt_try(Fn *f, const Node *n)
{
    if (n->count < 2) { /* without `recover`: the parser has said so */
        f->unit->failed = true;
        return;
    }
    uint32_t mark = f->next, locals = f->local_count, temps = f->first_temp;
    int error = reg_push(f, n->span);
    f->first_temp = f->next; /* the body must not use the register that will hold the error */
    int handler = emit_jump(f, OPC_TRY, error, 0, n->span);
    f->tries++;
    stmt_body(f, n->kids[0]);
    f->tries--;
    emit(f, OPC_END_TRY, 0, 0, 0, n->span);
    int end = emit_jump(f, OPC_JUMP, 0, 0, n->span);
    patch_here(f, handler);
    if (n->count == 3) {
        local_add(f, n->kids[1]->text, error, false, false);
    }
    stmt_body(f, n->kids[n->count - 1]);
    patch_here(f, end);
    f->local_count = locals;
    f->next = mark;
    f->first_temp = temps;
}

static void stmt_block(Fn *f, const Node *n)
{
    if (n->op == B_DEFINE) {
        local_define(f, n, n->text, node_clause_value(n, CL_VALUE), false);
    } else {
        diag(f->unit->program->diags, D_BLOCK_INSIDE_FUNCTION, n->span, str_from(block_word(n->op, LANG_EN)));
        f->unit->failed = true;
    }
}

static void stmt_do(Fn *f, const Node *n)
{
    uint32_t mark = f->next;
    int r = reg_push(f, n->span);
    expr_to(f, n->kids[0], r);
    reg_release(f, mark);
}

static void local_function(Fn *f, const Node *n)
{
    int r = reg_push(f, n->span);
    expr_lambda(f, n, r, n->text);
    f->next = (uint32_t)r + 1;
    local_add(f, n->text, r, false, false);
}

void stmt(Fn *f, const Node *n)
{
    switch (n->kind) {
    case N_BLOCK: stmt_block(f, n); return;
    case N_VAR: local_define(f, n, n->text, n->kids[0], true); return;
    case N_ASSIGN: stmt_assign(f, n); return;
    case N_IF: stmt_if(f, n); return;
    case N_FOR: stmt_for(f, n); return;
    case N_WHILE: stmt_while(f, n); return;
    case N_RETURN: stmt_return(f, n); return;
    case N_BREAK: case N_CONTINUE: stmt_leave(f, n); return;
    case N_TRY: stmt_try(f, n); return;
    case N_DO: stmt_do(f, n); return;
    case N_FUNCTION: local_function(f, n); return;
    default: f->unit->failed = true; /* N_BAD: reported by the parser */
    }
}
