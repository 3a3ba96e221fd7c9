/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions. A target register below first_temp belongs to a local that the expression may still read, so
   operands go through it only when it is a temporary. */
#include "code/emit.h"
#include "data/show.h"
#include "num/number.h"
#include "num/unit.h"

#define EXPRESSION_DEPTH (4 * LIMIT_NESTING)

/* ---- constants ---- */

/* A literal has so few digits that only memory can fail; the limit is told all the same. */
static bool literal_failed(Fn *f, const Node *n, NumErr err)
{
    if (err == NUM_NO_MEMORY) {
        unit_report_memory(f->unit);
    } else {
        diag(f->unit->program->diags, D_NUM_TOO_BIG, n->span, n->text);
        f->unit->failed = true;
    }
    return false;
}

static bool number_constant(Fn *f, const Node *n, Value *out)
{
    NumErr err = num_read_literal(f->unit->program->num, n->text, n->unit_id, out);
    return err == NUM_OK || literal_failed(f, n, err);
}

static bool sum_constant(Fn *f, const Node *n, Value *out)
{
    if (!number_constant(f, n->kids[0], out)) {
        return false;
    }
    for (uint32_t i = 1; i < n->count; i++) {
        Value part;
        if (!number_constant(f, n->kids[i], &part)) {
            return false;
        }
        NumErr err = num_add(f->unit->program->num, *out, part, out);
        if (err != NUM_OK) {
            return literal_failed(f, n, err);
        }
    }
    return true;
}

static int two_digits(const char *p) { return (p[0] - '0') * 10 + (p[1] - '0'); }

static bool date_constant(const Node *n, Value *out)
{
    int64_t days;
    if (n->text.n != 10) {
        return false;
    }
    int year = two_digits(n->text.p) * 100 + two_digits(n->text.p + 2);
    if (!date_from_civil(year, two_digits(n->text.p + 5), two_digits(n->text.p + 8), &days)) {
        return false;
    }
    *out = value_date(days);
    return true;
}

static bool text_constant(Fn *f, const Node *n, Value *out)
{
    Str s;
    if (!node_constant_text(n, &s)) {
        return false;
    }
    if (!text_new(f->unit->program->heap, s, out)) {
        unit_report_memory(f->unit);
        return false;
    }
    return true;
}

static bool status_constant(Fn *f, const Node *n, Value *out)
{
    Value why = value_none();
    if (n->count && !text_constant(f, n->kids[0], &why)) {
        return false;
    }
    *out = value_status(STATUS_NOT_GIVEN, why.tag == T_TEXT ? text_flat(f->unit->program->heap, why) : NULL);
    return true;
}

bool expr_constant(Fn *f, const Node *n, Value *out)
{
    switch (n->kind) {
    case N_NUMBER: return number_constant(f, n, out);
    case N_SUM_LITERAL: return sum_constant(f, n, out);
    case N_TRUTH: *out = value_truth(n->op); return true;
    case N_DATE: return date_constant(n, out);
    case N_STRING: return text_constant(f, n, out);
    case N_NOT_GIVEN: return status_constant(f, n, out);
    case N_PAREN: return expr_constant(f, n->kids[0], out);
    default: return false;
    }
}

/* ---- arithmetic ---- */

/* 1, 0 or 100 %: as an operand of + or - they take the other side's kind (rules 3.1). */
static bool is_flexible_literal(const Node *n)
{
    if (n->kind != N_NUMBER) {
        return false;
    }
    return (!n->unit.n && (str_eq(n->text, STR("1")) || str_eq(n->text, STR("0")))) ||
           (n->unit_id == U_PERCENT && str_eq(n->text, STR("100")));
}

static OpCode arithmetic_op(OpId op)
{
    switch (op) {
    case OP_ADD: return OPC_ADD;
    case OP_SUB: return OPC_SUB;
    case OP_MUL: return OPC_MUL;
    case OP_DIV: return OPC_DIV;
    case OP_MOD: return OPC_MOD;
    default: return OPC_POW;
    }
}

/* The left operand: in place of the target when that is a temporary. */
static int left_operand(Fn *f, const Node *n, int dst)
{
    const Local *l = n->kind == N_NAME && !(n->flags & NODE_STANDARD) ? local_find(f, n->text) : NULL;
    if ((l && !l->cell) || !is_temp(f, dst)) {
        return expr_reg(f, n);
    }
    expr_to(f, n, dst);
    return dst;
}

static int flexible_constant(Fn *f, const Node *n)
{
    Value v;
    if (!number_constant(f, n, &v)) {
        return 0;
    }
    v.flags = NUM_LITERAL_ONE;
    return konst(f, v);
}

static void expr_arithmetic(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    const Node *left = n->kids[0], *right = n->kids[1];
    bool sum = n->op == OP_ADD || n->op == OP_SUB;
    bool flexible_left = sum && is_flexible_literal(left) && !is_flexible_literal(right);
    bool flexible_right = sum && is_flexible_literal(right) && !is_flexible_literal(left);
    OpCode op = arithmetic_op(n->op);
    int a;
    if (flexible_left) {
        a = is_temp(f, dst) ? dst : reg_push(f, left->span);
        emit(f, OPC_CONST, a, flexible_constant(f, left), 0, left->span);
    } else {
        a = left_operand(f, left, dst);
    }
    Value k;
    if (op != OPC_POW && !f->unit->trace && right->kind == N_NUMBER) {
        int c = flexible_right ? flexible_constant(f, right) : number_constant(f, right, &k) ? konst(f, k) : 0;
        emit(f, (OpCode)(op - OPC_ADD + OPC_ADDK), dst, a, c, n->span);
    } else if (flexible_right) {
        int b = reg_push(f, right->span);
        emit(f, OPC_CONST, b, flexible_constant(f, right), 0, right->span);
        emit(f, op, dst, a, b, n->span);
    } else {
        int b = expr_reg(f, right);
        emit(f, op, dst, a, b, n->span);
    }
    reg_release(f, mark);
}

static void expr_logic(Fn *f, const Node *n, int dst)
{
    bool is_and = n->op == OP_AND;
    uint32_t mark = f->next;
    int target = is_temp(f, dst) ? dst : reg_push(f, n->span);
    expr_to(f, n->kids[0], target);
    int skip = emit_jump(f, is_and ? OPC_JFALSE_KEEP : OPC_JTRUE_KEEP, target, 0, n->span);
    int right = expr_reg(f, n->kids[1]);
    emit(f, is_and ? OPC_AND : OPC_OR, target, target, right, n->span);
    patch_here(f, skip);
    if (target != dst) {
        emit(f, OPC_MOVE, dst, target, 0, n->span);
    }
    reg_release(f, mark);
}

static void expr_binary(Fn *f, const Node *n, int dst)
{
    if (n->op == OP_AND || n->op == OP_OR) {
        expr_logic(f, n, dst);
    } else {
        expr_arithmetic(f, n, dst);
    }
}

static void expr_unary(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    int a = left_operand(f, n->kids[0], dst);
    emit(f, n->op == OP_NEG ? OPC_NEG : OPC_NOT, dst, a, 0, n->span);
    reg_release(f, mark);
}

/* ---- comparisons ---- */

/* Decimals after the colon of `≈ y:2`, or written in the literal on the right; 65535: those its value is shown with. */
static int written_decimals(const Node *sign, const Node *n)
{
    int after_colon = 0;
    for (size_t i = 0; i < sign->text.n; i++) {
        after_colon = after_colon * 10 + (sign->text.p[i] - '0');
    }
    if (sign->text.n) {
        return after_colon;
    }
    while (n->kind == N_PAREN || (n->kind == N_UNARY && n->op == OP_NEG)) {
        n = n->kids[0];
    }
    if (n->kind != N_NUMBER) {
        return 65535;
    }
    for (size_t i = 0; i < n->text.n; i++) {
        if (n->text.p[i] == '.') {
            return (int)(n->text.n - i - 1);
        }
    }
    return 0;
}

static void emit_comparison(Fn *f, const Node *sign, int dst, int a, int b, const Node *right, Span span)
{
    switch ((OpId)sign->op) {
    case OP_EQ: emit(f, OPC_EQ, dst, a, b, span); break;
    case OP_NE: emit(f, OPC_NE, dst, a, b, span); break;
    case OP_LT: emit(f, OPC_LT, dst, a, b, span); break;
    case OP_LE: emit(f, OPC_LE, dst, a, b, span); break;
    case OP_GT: emit(f, OPC_GT, dst, a, b, span); break;
    case OP_GE: emit(f, OPC_GE, dst, a, b, span); break;
    case OP_IN: emit(f, OPC_IN, dst, a, b, span); break;
    default: {
        int at = emit(f, OPC_ABOUT, dst, a, b, span);
        if (!f->unit->memory) {
            f->code[at].d = (uint16_t)written_decimals(sign, right);
        }
    }
    }
}

static bool is_zero_literal(const Node *n)
{
    return n->kind == N_NUMBER && !n->unit.n && str_eq(n->text, STR("0"));
}

/* Any quantity can be compared with 0. */
static int comparison_operand(Fn *f, const Node *n)
{
    if (!is_zero_literal(n)) {
        return expr_reg(f, n);
    }
    int r = reg_push(f, n->span);
    emit(f, OPC_CONST, r, flexible_constant(f, n), 0, n->span);
    return r;
}

static void expr_comparison(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    int left = comparison_operand(f, n->kids[0]);
    int result = -1;
    for (uint32_t i = 1; i + 1 < n->count; i += 2) {
        int right = comparison_operand(f, n->kids[i + 1]);
        if (result < 0) {
            result = n->count == 3 ? dst : reg_push(f, n->span);
            emit_comparison(f, n->kids[i], result, left, right, n->kids[i + 1], n->span);
        } else {
            int next = reg_push(f, n->span);
            emit_comparison(f, n->kids[i], next, left, right, n->kids[i + 1], n->span);
            emit(f, OPC_AND, result, result, next, n->span);
        }
        left = right;
    }
    if (result != dst) {
        emit(f, OPC_MOVE, dst, result, 0, n->span);
    }
    reg_release(f, mark);
}

/* Fused compare-and-jump: opcode for (comparison, jump when true or false, constant on the right). */
static OpCode fused(OpId op, bool when, bool constant)
{
    static const uint8_t table[6][2][2] = {
        /*           registers: false, true     constant: false, true */
        [OP_EQ - OP_EQ] = {{OPC_JNE, OPC_JEQ}, {OPC_JNEK, OPC_JEQK}},
        [OP_NE - OP_EQ] = {{OPC_JEQ, OPC_JNE}, {OPC_JEQK, OPC_JNEK}},
        [OP_LT - OP_EQ] = {{OPC_JNLT, OPC_JLT}, {OPC_JNLTK, OPC_JLTK}},
        [OP_LE - OP_EQ] = {{OPC_JNLE, OPC_JLE}, {OPC_JNLEK, OPC_JLEK}},
        [OP_GT - OP_EQ] = {{OPC_JNGT, OPC_JGT}, {OPC_JNGTK, OPC_JGTK}},
        [OP_GE - OP_EQ] = {{OPC_JNGE, OPC_JGE}, {OPC_JNGEK, OPC_JGEK}},
    };
    return (OpCode)table[op - OP_EQ][constant][when];
}

static int condition_fused(Fn *f, const Node *n, bool when)
{
    OpId op = n->kids[1]->op;
    int a = comparison_operand(f, n->kids[0]);
    Value k;
    if (n->kids[2]->kind == N_NUMBER) {
        int c = is_zero_literal(n->kids[2])               ? flexible_constant(f, n->kids[2])
                : number_constant(f, n->kids[2], &k) ? konst(f, k)
                                                     : 0;
        return emit_jump(f, fused(op, when, true), a, c, n->span);
    }
    int b = expr_reg(f, n->kids[2]);
    return emit_jump(f, fused(op, when, false), a, b, n->span);
}

int expr_condition(Fn *f, const Node *n, bool when)
{
    uint32_t mark = f->next;
    int at;
    while (n->kind == N_PAREN) {
        n = n->kids[0];
    }
    if (n->kind == N_UNARY && n->op == OP_NOT && !f->unit->trace) {
        return expr_condition(f, n->kids[0], !when);
    }
    bool comparison = n->kind == N_COMPARISON && n->count == 3 && n->kids[1]->op >= OP_EQ && n->kids[1]->op <= OP_GE;
    if (comparison && !f->unit->trace) {
        at = condition_fused(f, n, when);
    } else {
        int a = expr_reg(f, n);
        at = emit_jump(f, when ? OPC_JTRUE : OPC_JFALSE, a, 0, n->span);
    }
    reg_release(f, mark);
    return at;
}

static void expr_conditional(Fn *f, const Node *n, int dst)
{
    int otherwise = expr_condition(f, n->kids[0], false);
    expr_to(f, n->kids[1], dst);
    int end = emit_jump(f, OPC_JUMP, 0, 0, n->span);
    patch_here(f, otherwise);
    expr_to(f, n->kids[2], dst);
    patch_here(f, end);
}

static void expr_choice(Fn *f, const Node *n, int dst)
{
    int *ends = mem_zalloc(f->unit->program->mem, n->count + 1, sizeof *ends);
    if (!ends) {
        unit_report_memory(f->unit);
        return;
    }
    uint32_t count = 0;
    bool has_else = false;
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *w = n->kids[i];
        if (w->count == 1) {
            expr_to(f, w->kids[0], dst);
            has_else = true;
            break;
        }
        int next = expr_condition(f, w->kids[0], false);
        expr_to(f, w->kids[1], dst);
        ends[count++] = emit_jump(f, OPC_JUMP, 0, 0, w->span);
        patch_here(f, next);
    }
    if (!has_else) {
        emit(f, OPC_FAIL, 0, D_CHOOSE_NO_LINE, konst_text(f, STR("")), n->span);
    }
    while (count) {
        patch_here(f, ends[--count]);
    }
    mem_free(f->unit->program->mem, ends, (n->count + 1) * sizeof *ends);
}

/* ---- texts, lists, records ---- */

#define CHUNK 32 /* items put in registers at a time */

static void expr_string(Fn *f, const Node *n, int dst)
{
    Value v;
    if (expr_constant(f, n, &v)) {
        emit(f, OPC_CONST, dst, konst(f, v), 0, n->span);
        return;
    }
    uint32_t mark = f->next;
    int first = reg_push(f, n->span);
    int count = 1;
    emit(f, OPC_CONST, first, konst_text(f, STR("")), 0, n->span);
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *part = n->kids[i];
        int r = reg_push(f, part->span);
        if (part->kind == N_PIECE) {
            emit(f, OPC_CONST, r, konst_text(f, part->text), 0, part->span);
        } else {
            expr_to(f, part->kids[0], r);
            emit(f, OPC_SHOW, r, r, konst_text(f, part->text), part->span);
        }
        if (++count == CHUNK || i + 1 == n->count) {
            emit(f, OPC_CONCAT, first, first, count, n->span);
            f->next = (uint32_t)first + 1;
            count = 1;
        }
    }
    emit(f, OPC_MOVE, dst, first, 0, n->span);
    reg_release(f, mark);
}

static void expr_list(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    uint32_t head = n->count < CHUNK ? n->count : CHUNK;
    int list = reg_push(f, n->span);
    for (uint32_t i = 0; i < head; i++) {
        expr_to(f, n->kids[i], reg_push(f, n->kids[i]->span));
    }
    emit(f, OPC_LIST, list, list + 1, (int)head, n->span);
    f->next = (uint32_t)list + 1;
    for (uint32_t i = head; i < n->count; i++) {
        int item = expr_reg(f, n->kids[i]);
        emit(f, OPC_APPEND, list, item, 0, n->span);
        f->next = (uint32_t)list + 1;
    }
    emit(f, OPC_MOVE, dst, list, 0, n->span);
    reg_release(f, mark);
}

static void expr_record(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    int first = (int)f->next;
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *field = n->kids[i];
        int name = reg_push(f, field->span);
        emit(f, OPC_CONST, name, konst_text(f, field->text), 0, field->span);
        expr_to(f, field->kids[0], reg_push(f, field->span));
    }
    emit(f, OPC_RECORD, dst, first, (int)n->count, n->span);
    reg_release(f, mark);
}

static void expr_range(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    int first = reg_push(f, n->span);
    expr_to(f, n->kids[0], first);
    expr_to(f, n->kids[1], reg_push(f, n->span));
    if (n->count == 3) {
        expr_to(f, n->kids[2], reg_push(f, n->span));
    }
    emit(f, OPC_RANGE, dst, first, (int)n->count, n->span);
    reg_release(f, mark);
}

static void expr_comprehension(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next, locals = f->local_count, temps = f->first_temp;
    int list = reg_push(f, n->span);
    emit(f, OPC_LIST, list, list, 0, n->span);
    int base = reg_push(f, n->span);
    reg_push(f, n->span);
    reg_push(f, n->span);
    int variable = reg_push(f, n->span);
    expr_to(f, n->kids[2], base);
    emit(f, OPC_NONE, base + 1, 0, 0, n->kids[2]->span); /* a number alone is no bound */
    int skip = emit_jump(f, OPC_FOR_PREP, base, 0, n->kids[2]->span);
    local_add(f, n->kids[1]->text, variable, false, false);
    int top = (int)f->code_count;
    int next = n->count == 4 ? expr_condition(f, n->kids[3], false) : -1;
    uint32_t inner = f->next;
    int item = expr_reg(f, n->kids[0]);
    emit(f, OPC_APPEND, list, item, 0, n->span);
    reg_release(f, inner);
    if (next >= 0) {
        patch_here(f, next);
    }
    emit_jump_back(f, OPC_FOR_LOOP, base, top, n->span);
    patch_here(f, skip);
    f->local_count = locals;
    f->first_temp = temps;
    emit(f, OPC_MOVE, dst, list, 0, n->span);
    reg_release(f, mark);
}

static void expr_index(Fn *f, const Node *n, int dst, OpCode op)
{
    uint32_t mark = f->next;
    int object = expr_reg(f, n->kids[0]);
    int index = expr_reg(f, n->kids[1]);
    emit(f, op, dst, object, index, n->span);
    reg_release(f, mark);
}

static void expr_convert(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    int a = left_operand(f, n->kids[0], dst);
    emit(f, OPC_CONVERT, dst, a, n->unit_id, n->span);
    reg_release(f, mark);
}

static void expr_is(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    int a = expr_reg(f, n->kids[0]);
    int what = n->op == W_WHOLE ? 0 : n->op == W_GIVEN_STATE ? 1 : 2;
    emit(f, OPC_IS, dst, a, what, n->span);
    if (n->flags & NODE_NEGATED) {
        emit(f, OPC_NOT, dst, dst, 0, n->span);
    }
    reg_release(f, mark);
}

/* `old`: in a scenario's override the former formula is a slot of its own; in an overlay the view has it. */
void expr_former(Fn *f, int dst, Span span)
{
    const Decl *d = f->unit->decl;
    if (d->kind == DECL_OVERRIDE && d->scenario >= 0) {
        emit(f, OPC_SLOT, dst, ref_add(f, d->target, REF_FORMER, true), 0, span);
    } else {
        emit(f, OPC_OLD, dst, 0, 0, span);
    }
}

static void expr_old(Fn *f, const Node *n, int dst)
{
    if (f->old_cell == OLD_CELL_NONE) {
        diag0(f->unit->program->diags, D_OLD_CELL_SCHEDULE, n->span);
        f->unit->failed = true;
        return;
    }
    if (f->old_cell) {
        emit(f, OPC_MOVE, dst, f->old_cell - 1, 0, n->span);
        return;
    }
    for (const Fn *g = f->outer; g; g = g->outer) {
        if (g->old_cell) {
            diag0(f->unit->program->diags, D_OLD_CELL_INSIDE, n->span);
            f->unit->failed = true;
        }
    }
    expr_former(f, dst, n->span);
}

/* ---- dispatch ---- */

/* Blocks that are values. */
static void expr_block(Fn *f, const Node *n, int dst)
{
    switch (n->op) {
    case B_SENSITIVITY: expr_sensitivity(f, n, dst); return;
    case B_TABLE: expr_table(f, n, dst); return;
    case B_SCHEDULE: expr_schedule(f, n, dst); return;
    case B_INDICATOR: expr_indicator(f, n, dst); return;
    case B_DASHBOARD: expr_dashboard(f, n, dst); return;
    case B_GRID: expr_grid(f, n, dst); return;
    case B_FRAMEWORK: expr_framework(f, n, dst); return;
    default: f->unit->failed = true;
    }
}

static void expr_dispatch(Fn *f, const Node *n, int dst)
{
    Value k;
    switch (n->kind) {
    case N_NUMBER: case N_SUM_LITERAL: case N_TRUTH: case N_DATE: case N_NOT_GIVEN:
        if (expr_constant(f, n, &k)) {
            emit(f, OPC_CONST, dst, konst(f, k), 0, n->span);
        } else {
            f->unit->failed = true; /* a day that does not exist, a sum of two kinds: reported */
        }
        return;
    case N_STRING: expr_string(f, n, dst); return;
    case N_NAME: expr_name(f, n, n->text, dst); return;
    case N_QUALIFIED: expr_qualified(f, n, dst); return;
    case N_OLD: expr_old(f, n, dst); return;
    case N_PREVIOUS: expr_previous(f, n, dst); return;
    case N_LIST: expr_list(f, n, dst); return;
    case N_COMPREHENSION: expr_comprehension(f, n, dst); return;
    case N_RECORD: expr_record(f, n, dst); return;
    case N_PAREN: expr_to(f, n->kids[0], dst); return;
    case N_UNARY: expr_unary(f, n, dst); return;
    case N_BINARY: expr_binary(f, n, dst); return;
    case N_COMPARISON: expr_comparison(f, n, dst); return;
    case N_RANGE: expr_range(f, n, dst); return;
    case N_CONVERT: expr_convert(f, n, dst); return;
    case N_IS: expr_is(f, n, dst); return;
    case N_CALL: expr_call(f, n, dst); return;
    case N_INDEX: expr_index(f, n, dst, OPC_INDEX); return;
    case N_MEMBER: expr_member(f, n, dst); return;
    case N_MEMBER_DYNAMIC: expr_index(f, n, dst, OPC_MEMBER_DYN); return;
    case N_WITH: expr_with(f, n, dst); return;
    case N_CONDITIONAL: expr_conditional(f, n, dst); return;
    case N_CHOICE: expr_choice(f, n, dst); return;
    case N_LAMBDA: expr_lambda(f, n, dst, (Str){"", 0}); return;
    case N_COMPARE: expr_compare(f, n, dst); return;
    case N_WHERE: expr_where(f, n, dst); return;
    case N_SORTED: expr_sorted(f, n, dst); return;
    case N_TOP: expr_top(f, n, dst); return;
    case N_GROUPED: expr_grouped(f, n, dst); return;
    case N_JOINED: expr_joined(f, n, dst); return;
    case N_CASE_NAME: expr_case_name(f, n, dst); return;
    case N_BLOCK: expr_block(f, n, dst); return;
    case N_ROW: expr_indicator(f, n, dst); return;
    default: f->unit->failed = true; /* N_BAD: reported by the parser */
    }
}

void expr_to(Fn *f, const Node *n, int dst)
{
    Unit *u = f->unit;
    if (!n) { /* lost in an error that the parser has reported */
        u->failed = true;
        return;
    }
    if (u->depth >= EXPRESSION_DEPTH) {
        if (!u->failed) {
            diag0(u->program->diags, D_EXPRESSION_TOO_DEEP, n->span);
        }
        u->failed = true;
        return;
    }
    u->depth++;
    expr_dispatch(f, n, dst);
    u->depth--;
    if (u->trace && n->kind != N_PAREN) {
        int at = emit(f, OPC_TRACE, dst, 0, 0, n->span);
        if (!u->memory) {
            f->code[at].jump = (int32_t)n->id;
        }
    }
}

int expr_reg(Fn *f, const Node *n)
{
    const Local *l = n && n->kind == N_NAME && !(n->flags & NODE_STANDARD) ? local_find(f, n->text) : NULL;
    if (l && !l->cell && !f->unit->trace) {
        return l->reg;
    }
    int r = reg_push(f, n ? n->span : (Span){0});
    expr_to(f, n, r);
    f->next = (uint32_t)r + 1;
    return r;
}
