/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dispatch loop. One C function runs all frames above the one it was entered with: calls and formulas push
   frames, RETURN and faults pop them. Only a native that calls back nests another loop.

   `ip`, `base`, `consts` and `frame` live in C locals; ip is written to its frame before anything that may fail,
   push a frame or collect (SAVE), and all are read again when the top frame may have changed (LOAD).
   What two small numbers need is done here; the rest is in arith.c, access.c, iterate.c, call.c and view.c. */
#ifndef __clang__
/* Keep one indirect jump an instruction, and registers of the machine out of vector registers. */
#pragma GCC optimize("no-gcse", "no-crossjumping", "no-tree-slp-vectorize")
#endif
#include "vm/vm.h"

#include <string.h>

#include "num/fast.h"
#include "num/unit.h"
#include "vm/machine.h"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* ---- cells as two words ----

   A register is written as two words of 8 bytes, and read soon after: reading it in one piece of 16, as the
   compiler would, makes the processor wait for both writes. PIN keeps a word in an ordinary register. */

#define PIN(word) __asm__("" : "+r"(word))

static inline uint64_t cell_head(const Value *v)
{
    uint64_t head;
    memcpy(&head, v, sizeof head);
    return head;
}

static inline void cell_put(Value *to, uint64_t head, int64_t num)
{
    PIN(head);
    memcpy(to, &head, sizeof head);
    to->num = num;
}

static inline void cell_copy(Value *to, const Value *from)
{
    cell_put(to, cell_head(from), from->num);
}

/* Heads with all bits of one field set; they are constants once compiled. */
static inline uint64_t head_of_tag(void)
{
    Value v = {.tag = 0xFF};
    return cell_head(&v);
}

static inline uint64_t head_of_flags(void)
{
    Value v = {.flags = 0xFF};
    return cell_head(&v);
}

static inline uint64_t head_of_unit(void)
{
    Value v = {.unit = 0xFFFF};
    return cell_head(&v);
}

static inline uint64_t head_number(uint16_t unit, uint32_t den)
{
    Value v = {.tag = T_NUM, .unit = unit, .den = den};
    return cell_head(&v);
}

static inline void cell_put_truth(Value *to, bool truth)
{
    Value v = {.tag = T_TRUTH};
    cell_put(to, cell_head(&v), truth);
}

/* Two cells of one unit and denominator. */
static inline bool cells_alike(uint64_t x, uint64_t y)
{
    return ((x ^ y) & ~head_of_flags()) == 0 && (x & head_of_tag()) == 0;
}

static inline bool cell_add(const Value *x, const Value *y, Value *out)
{
    uint64_t head = cell_head(x);
    int64_t sum;
    if (unlikely(!cells_alike(head, cell_head(y))) || unlikely(__builtin_add_overflow(x->num, y->num, &sum)))
        return false;
    cell_put(out, head & ~head_of_flags(), sum);
    return true;
}

static inline bool cell_sub(const Value *x, const Value *y, Value *out)
{
    uint64_t head = cell_head(x);
    int64_t difference;
    if (unlikely(!cells_alike(head, cell_head(y))) || unlikely(__builtin_sub_overflow(x->num, y->num, &difference)))
        return false;
    cell_put(out, head & ~head_of_flags(), difference);
    return true;
}

/* The denominator is the upper half of a head, on the machines we know; the compiler settles which. */
static inline uint64_t head_den(uint64_t head)
{
    return head_number(0, 1) == UINT64_C(1) << 32 ? head >> 32 : (uint32_t)head;
}

static inline bool cell_mul(const NumCtx *num, const Value *x, const Value *y, Value *out)
{
    uint64_t hx = cell_head(x), hy = cell_head(y), den = head_den(hx) * head_den(hy);
    uint16_t unit = 0;
    int64_t product;
    if (unlikely((hx | hy) & head_of_tag()) || unlikely(den > UINT32_MAX) ||
        unlikely(__builtin_mul_overflow(x->num, y->num, &product)))
        return false;
    if (((hx | hy) & head_of_unit()) && unlikely(!unit_memo_get(num, UNIT_MUL, x->unit, y->unit, &unit)))
        return false;
    cell_put(out, head_number(unit, (uint32_t)den), product);
    return true;
}

static inline bool cell_div(const NumCtx *num, const Value *x, const Value *y, Value *out)
{
    uint64_t hx = cell_head(x), hy = cell_head(y);
    int64_t top, bottom;
    uint16_t unit = U_RATIO; /* of two plain numbers */
    if (unlikely((hx | hy) & head_of_tag()) || unlikely(__builtin_mul_overflow(x->num, (int64_t)head_den(hy), &top)) ||
        unlikely(__builtin_mul_overflow(y->num, (int64_t)head_den(hx), &bottom)))
        return false;
    if (bottom < 0) {
        top = (int64_t)-(uint64_t)top; /* the smallest number stays itself, and is left to num/ below */
        bottom = (int64_t)-(uint64_t)bottom;
    }
    if (unlikely((uint64_t)bottom - 1 >= UINT32_MAX) || unlikely(top == INT64_MIN))
        return false;
    if (((hx | hy) & head_of_unit()) && unlikely(!unit_memo_get(num, UNIT_DIV, x->unit, y->unit, &unit)))
        return false;
    cell_put(out, head_number(unit, (uint32_t)bottom), top);
    return true;
}

/* Whole numbers of one unit, floored. */
static inline bool cell_mod(const Value *x, const Value *y, Value *out)
{
    uint64_t hx = cell_head(x) & ~head_of_flags();
    int64_t by = y->num;
    if (unlikely(!cells_alike(hx, cell_head(y))) || unlikely(head_den(hx) != 1) || unlikely((uint64_t)by + 1 <= 1))
        return false;
    int64_t rest = x->num % by;
    if (rest != 0 && (rest < 0) != (by < 0))
        rest += by;
    cell_put(out, hx, rest);
    return true;
}

/* Out of the loop: small numbers that differ in their denominators or whose units are met for the first time, and
   then all the rest. */
static __attribute__((noinline)) bool run_add(Vm *vm, Value x, Value y, Value *out)
{
    return num_add_fast(x, y, out) || vm_arith(vm, OPC_ADD, x, y, out);
}

static __attribute__((noinline)) bool run_sub(Vm *vm, Value x, Value y, Value *out)
{
    return num_sub_fast(x, y, out) || vm_arith(vm, OPC_SUB, x, y, out);
}

static bool run_mul(Vm *vm, Value x, Value y, Value *out)
{
    return vm_arith(vm, OPC_MUL, x, y, out);
}

static bool run_div(Vm *vm, Value x, Value y, Value *out)
{
    return vm_arith(vm, OPC_DIV, x, y, out);
}

static bool run_mod(Vm *vm, Value x, Value y, Value *out)
{
    return vm_arith(vm, OPC_MOD, x, y, out);
}

/* x, whose unit is a multiple of its base, at 0 to 4 decimals, half away from zero. False: ask num/. */
static bool cell_round(const NumCtx *num, Value x, Value decimals, Value *out)
{
    static const int64_t tens[] = {1, 10, 100, 1000, 10000};
    const uint64_t whole = head_number(U_PLAIN, 1);
    int64_t up;
    if ((cell_head(&decimals) & ~head_of_flags()) != whole || (uint64_t)decimals.num > 4 || x.tag != T_NUM)
        return false;
    UnitFactor unit = x.unit > U_RATIO ? unit_factor(num, x.unit) : (UnitFactor){1, 1};
    int64_t ten = tens[decimals.num], down = x.den;
    if (unit.num != 1 || unit.den != 1 || __builtin_mul_overflow(x.num, ten, &up))
        return false;
    int64_t q = up / down, rest = up % down;
    rest = rest < 0 ? -rest : rest;
    if (rest >= down - rest)
        q += up < 0 ? -1 : 1;
    cell_put(out, head_number(x.unit, (uint32_t)ten), q);
    return true;
}

/* The commonest calls of `round`: (x), (x, decimals), (x, decimals, no mode). */
static bool native_round(const NumCtx *num, const Value *args, uint32_t n, Value *out)
{
    bool common = n > 0 && (n < 3 || (n == 3 && args[2].tag == T_NONE));
    Value decimals = n < 2 || args[1].tag == T_NONE ? num_int(0) : args[1];
    return common && cell_round(num, args[0], decimals, out);
}

/* The order of two cells; false: ask num/. */
static inline bool cell_compare(const Value *x, const Value *y, int *order)
{
    if (likely(cells_alike(cell_head(x), cell_head(y)))) {
        *order = (x->num > y->num) - (x->num < y->num);
        return true;
    }
    return num_cmp_fast(*x, *y, order);
}

/* ---- what is too long for the loop ---- */

static bool run_handler(Vm *vm, const Ins *target, uint8_t reg)
{
    if (vm->handler_count == vm->handler_cap) {
        uint32_t cap = vm->handler_cap ? vm->handler_cap * 2 : 16;
        Handler *h = mem_realloc(vm->mem, vm->handlers, vm->handler_cap * sizeof *h, cap * sizeof *h);
        if (!h)
            return vm_fail_memory(vm);
        vm->handlers = h;
        vm->handler_cap = cap;
    }
    vm->handlers[vm->handler_count++] = (Handler){.frame = vm->frame_count - 1, .ip = target, .reg = reg};
    return true;
}

/* A function may return from inside its `try`. */
static void run_drop_handlers(Vm *vm)
{
    while (vm->handler_count && vm->handlers[vm->handler_count - 1].frame >= vm->frame_count - 1)
        vm->handler_count--;
}

static bool run_closure(Vm *vm, const Frame *f, const Proto *p, Value *out)
{
    Function *fn = (Function *)heap_new(vm->heap, O_FUNCTION, sizeof *fn + p->capture_count * sizeof(Value));
    if (!fn)
        return vm_fail_memory(vm);
    fn->proto = p;
    fn->view = f->view;
    fn->binding = f->binding;
    fn->n = p->capture_count;
    for (uint32_t i = 0; i < fn->n; i++)
        fn->captured[i] = p->captures[i].from_register ? f->base[p->captures[i].index]
                                                       : f->function->captured[p->captures[i].index];
    *out = value_obj(T_FUNCTION, fn);
    return true;
}

static bool run_cell(Vm *vm, Value *r)
{
    CellObj *c = (CellObj *)heap_new(vm->heap, O_CELL, sizeof *c);
    if (!c)
        return vm_fail_memory(vm);
    c->value = *r;
    *r = value_obj(T_CELL, c);
    return true;
}

static bool run_append(Vm *vm, Value list, Value item)
{
    if (list_push(vm->heap, list.ptr, item))
        return true;
    return list_count(list) >= LIMIT_LIST_ITEMS ? vm_fail(vm, D_LIST_TOO_LONG, NULL, 0) : vm_fail_memory(vm);
}

static bool run_fail(Vm *vm, DiagId id, Value text)
{
    Str arg = text_str(vm->heap, text);
    return arg.p ? vm_fail(vm, id, &arg, 1) : vm_fail_memory(vm);
}

static bool run_show(Vm *vm, Value v, Value format, Value *out)
{
    Str f = text_str(vm->heap, format);
    return f.p ? vm_show(vm, v, f, out) : vm_fail_memory(vm);
}

/* A call of what is not a function with as many plain parameters as there are arguments. */
static bool run_call(Vm *vm, Value callee, Value *r, uint32_t n)
{
    if (callee.tag == T_FUNCTION)
        return vm_push_call(vm, callee.ptr, r + 1, n);
    if (callee.tag == T_NATIVE)
        return vm_call_native(vm, callee.ptr, r + 1, n, r);
    if (callee.tag == T_STATUS) {
        *r = callee;
        return true;
    }
    if (vm_is_method(callee))
        return vm_call_method(vm, callee, r + 1, n, value_none(), r);
    return vm_fail_not_function(vm, callee);
}

/* The member of a scenario is a formula, read in the running view: *slot. */
static bool run_member(Vm *vm, Value object, Value name, Value *out, uint32_t *slot)
{
    *slot = NO_SLOT;
    if (name.tag != T_TEXT)
        return vm_member_by(vm, object, name, out);
    Str s = text_str(vm->heap, name);
    if (!s.p)
        return vm_fail_memory(vm);
    return object.tag == T_SCENARIO ? vm_scenario_slot(vm, object, s, slot) : vm_member_of(vm, object, s, out);
}

/* Fused comparisons: an order or an equality, then the truth it must have for the jump. */
static bool run_test(Vm *vm, OpCode op, Value a, Value b, bool *out)
{
    Value v;
    return vm_compare(vm, op, a, b, &v) && vm_condition(vm, v, out);
}

/* ---- the loop ---- */

#define R(n) base[n]
#define A R(ip[-1].a)
#define B R(ip[-1].b)
#define C R(ip[-1].c)
#define KB consts[ip[-1].b]
#define KC consts[ip[-1].c]

#define SAVE() (frame->ip = ip)
#define LOAD()                                                                                                        \
    do {                                                                                                              \
        frame = vm_frame(vm);                                                                                         \
        ip = frame->ip;                                                                                               \
        base = frame->base;                                                                                           \
        consts = frame->proto->consts;                                                                                \
    } while (0)

#define NEXT() goto *labels[(ip++)->op]
#define CASE(name) L_##name

/* The safepoint: whatever may have allocated comes here afterwards, with all it needs in registers. */
#define COLLECT()                                                                                                     \
    do {                                                                                                              \
        if (unlikely(heap->wanted))                                                                                   \
            vm_collect(vm);                                                                                           \
    } while (0)

/* Does `call`, which may fail but pushes no frame, and may have allocated. */
#define DO(call)                                                                                                      \
    do {                                                                                                              \
        SAVE();                                                                                                       \
        if (unlikely(!(call)))                                                                                        \
            goto fault;                                                                                               \
        COLLECT();                                                                                                    \
        NEXT();                                                                                                       \
    } while (0)

/* Does `call`, which may push a frame. */
#define ENTER(call)                                                                                                   \
    do {                                                                                                              \
        SAVE();                                                                                                       \
        if (unlikely(!(call)))                                                                                        \
            goto fault;                                                                                               \
        LOAD();                                                                                                       \
        COLLECT();                                                                                                    \
        NEXT();                                                                                                       \
    } while (0)

#define STEP()                                                                                                        \
    do {                                                                                                              \
        if (unlikely(vm->fuel-- == 0)) {                                                                              \
            SAVE();                                                                                                   \
            if (!vm_refuel(vm))                                                                                       \
                goto fault;                                                                                           \
        }                                                                                                             \
    } while (0)

#define ARITHMETIC(name, fast, slow)                                                                                      \
    CASE(name) : {                                                                                                    \
        const Value *x = &B, *y = &C;                                                                                 \
        if (likely(fast))                                                                                             \
            NEXT();                                                                                                   \
        DO(slow(vm, *x, *y, &A));                                                                                     \
    }                                                                                                                 \
    CASE(name##K) : {                                                                                                 \
        const Value *x = &B, *y = &KC;                                                                                \
        if (likely(fast))                                                                                             \
            NEXT();                                                                                                   \
        DO(slow(vm, *x, *y, &A));                                                                                     \
    }

#define COMPARISON(name, test)                                                                                        \
    CASE(name) : {                                                                                                    \
        const Value *x = &B, *y = &C;                                                                                 \
        int order;                                                                                                    \
        if (likely(cell_compare(x, y, &order))) {                                                                     \
            cell_put_truth(&A, order test 0);                                                                         \
            NEXT();                                                                                                   \
        }                                                                                                             \
        DO(vm_compare(vm, OPC_##name, *x, *y, &A));                                                                   \
    }

/* op: the comparison to make of x and y; the jump is taken when it is `when`. Cells that differ only in their
   numerators, whatever their unit, compare by these. */
#define JUMP_IF(name, left, right, op, sign, when)                                                                    \
    CASE(name) : {                                                                                                    \
        const Value *x = &left, *y = &right;                                                                          \
        bool holds;                                                                                                   \
        int order;                                                                                                    \
        if (likely(cells_alike(cell_head(x), cell_head(y)))) {                                                        \
            holds = x->num sign y->num;                                                                               \
        } else if (num_cmp_fast(*x, *y, &order)) {                                                                    \
            holds = order sign 0;                                                                                     \
        } else {                                                                                                      \
            SAVE();                                                                                                   \
            if (!run_test(vm, op, *x, *y, &holds))                                                                    \
                goto fault;                                                                                           \
            COLLECT();                                                                                                \
        }                                                                                                             \
        if (holds == (when))                                                                                          \
            ip += ip[-1].jump;                                                                                        \
        NEXT();                                                                                                       \
    }

#define JUMP_TRUTH(name, when)                                                                                        \
    CASE(name) : {                                                                                                    \
        bool holds = A.num != 0;                                                                                      \
        if (unlikely(A.tag != T_TRUTH)) {                                                                             \
            SAVE();                                                                                                   \
            if (!vm_condition(vm, A, &holds))                                                                         \
                goto fault;                                                                                           \
        }                                                                                                             \
        if (holds == (when))                                                                                          \
            ip += ip[-1].jump;                                                                                        \
        NEXT();                                                                                                       \
    }

#define JUMP_KEEP(name, when)                                                                                         \
    CASE(name) : {                                                                                                    \
        if (A.tag == T_TRUTH && (A.num != 0) == (when))                                                               \
            ip += ip[-1].jump;                                                                                        \
        NEXT();                                                                                                       \
    }

__attribute__((hot)) bool vm_run(Vm *vm, Value *out)
{
    static const void *const labels[] = {
#define OP(name, format, meaning) &&L_##name,
#include "data/opcode.def"
#undef OP
    };
    Heap *const heap = vm->heap;
    const NumCtx *const num = vm->num;
    const uint32_t floor = vm->frame_count - 1;
    Frame *frame;
    const Ins *ip;
    Value *base;
    const Value *consts;
    const Proto *p;  /* to run at plain_call */
    uint32_t number; /* of the slot to read at read_slot */

    vm_frame(vm)->native_boundary = true;
    vm_frame(vm)->special = true;
    LOAD();
    if (heap->wanted)
        vm_collect(vm);
    NEXT();

    CASE(NOP) : NEXT();
    CASE(MOVE) : {
        cell_copy(&A, &B);
        NEXT();
    }
    CASE(CONST) : {
        cell_copy(&A, &KB);
        NEXT();
    }
    CASE(NONE) : {
        A = value_none();
        NEXT();
    }
    CASE(TRUTH) : {
        A = value_truth(ip[-1].b);
        NEXT();
    }
    CASE(CAPTURE) : {
        A = frame->function->captured[ip[-1].b];
        NEXT();
    }
    CASE(CELL) : DO(run_cell(vm, &A));
    CASE(CELL_GET) : {
        A = ((CellObj *)B.ptr)->value;
        NEXT();
    }
    CASE(CELL_SET) : {
        ((CellObj *)A.ptr)->value = B;
        NEXT();
    }
    CASE(GLOBAL) : {
        A = vm->globals[ip[-1].b];
        NEXT();
    }
    CASE(GLOBAL_SET) : {
        vm->globals[ip[-1].b] = A;
        NEXT();
    }

    /* formulas */
    CASE(SLOT) : {
        number = frame->binding->slots[ip[-1].b];
        goto read_slot;
    }
    CASE(FORMULA) : {
        A = (Value){.tag = T_FORMULA, .den = 1, .num = frame->binding->slots[ip[-1].b]};
        NEXT();
    }
    CASE(OLD) : {
        bool ready;
        STEP();
        ENTER(vm_enter_old(vm, &ready, &A));
    }

    ARITHMETIC(ADD, cell_add(x, y, &A), run_add)
    ARITHMETIC(SUB, cell_sub(x, y, &A), run_sub)
    ARITHMETIC(MUL, cell_mul(num, x, y, &A), run_mul)
    ARITHMETIC(DIV, cell_div(num, x, y, &A), run_div)
    ARITHMETIC(MOD, cell_mod(x, y, &A), run_mod)
    CASE(POW) : DO(vm_arith(vm, OPC_POW, B, C, &A));
    CASE(NEG) : {
        const Value x = B;
        if (likely(num_neg_fast(x, &A)))
            NEXT();
        DO(vm_arith(vm, OPC_NEG, x, x, &A));
    }
    CASE(NOT) : DO(vm_not(vm, B, &A));
    CASE(CONVERT) : DO(vm_convert(vm, B, ip[-1].c, &A));
    CASE(CONCAT) : DO(vm_join(vm, &B, ip[-1].c, &A));
    CASE(SHOW) : DO(run_show(vm, B, KC, &A));

    COMPARISON(EQ, ==)
    COMPARISON(NE, !=)
    COMPARISON(LT, <)
    COMPARISON(LE, <=)
    COMPARISON(GT, >)
    COMPARISON(GE, >=)
    CASE(ABOUT) : DO(vm_about(vm, B, C, ip[-1].d, &A));
    CASE(IN) : DO(vm_in(vm, B, C, &A));
    CASE(IS) : DO(vm_is(vm, B, ip[-1].c, &A));
    CASE(AND) : DO(vm_logic(vm, OPC_AND, B, C, &A));
    CASE(OR) : DO(vm_logic(vm, OPC_OR, B, C, &A));

    CASE(JUMP) : {
        ip += ip[-1].jump;
        NEXT();
    }
    CASE(LOOP) : {
        STEP();
        ip += ip[-1].jump;
        NEXT();
    }
    JUMP_TRUTH(JTRUE, true)
    JUMP_TRUTH(JFALSE, false)
    JUMP_KEEP(JTRUE_KEEP, true)
    JUMP_KEEP(JFALSE_KEEP, false)
    CASE(JGIVEN) : {
        if (A.tag != T_NONE)
            ip += ip[-1].jump;
        NEXT();
    }
    JUMP_IF(JLT, A, B, OPC_LT, <, true)
    JUMP_IF(JNLT, A, B, OPC_LT, <, false)
    JUMP_IF(JLE, A, B, OPC_LE, <=, true)
    JUMP_IF(JNLE, A, B, OPC_LE, <=, false)
    JUMP_IF(JGT, A, B, OPC_GT, >, true)
    JUMP_IF(JNGT, A, B, OPC_GT, >, false)
    JUMP_IF(JGE, A, B, OPC_GE, >=, true)
    JUMP_IF(JNGE, A, B, OPC_GE, >=, false)
    JUMP_IF(JEQ, A, B, OPC_EQ, ==, true)
    JUMP_IF(JNE, A, B, OPC_EQ, ==, false)
    JUMP_IF(JLTK, A, KB, OPC_LT, <, true)
    JUMP_IF(JNLTK, A, KB, OPC_LT, <, false)
    JUMP_IF(JLEK, A, KB, OPC_LE, <=, true)
    JUMP_IF(JNLEK, A, KB, OPC_LE, <=, false)
    JUMP_IF(JGTK, A, KB, OPC_GT, >, true)
    JUMP_IF(JNGTK, A, KB, OPC_GT, >, false)
    JUMP_IF(JGEK, A, KB, OPC_GE, >=, true)
    JUMP_IF(JNGEK, A, KB, OPC_GE, >=, false)
    JUMP_IF(JEQK, A, KB, OPC_EQ, ==, true)
    JUMP_IF(JNEK, A, KB, OPC_EQ, ==, false)

    CASE(FOR_PREP) : {
        bool empty;
        SAVE();
        if (unlikely(!vm_for_prepare(vm, &A, &empty)))
            goto fault;
        if (empty)
            ip += ip[-1].jump;
        NEXT();
    }
    CASE(FOR_LOOP) : {
        Value *r = &A;
        bool done;
        STEP();
        if (likely(r[1].flags & FOR_COUNTED)) {
            if (unlikely(r[1].num == 0))
                NEXT();
            r[1].num--;
            int64_t next = r[0].num += r[2].num;
            cell_put(&r[3], cell_head(&r[0]), next);
            ip += ip[-1].jump;
            NEXT();
        }
        SAVE();
        if (unlikely(!vm_for_next(vm, r, &done)))
            goto fault;
        COLLECT();
        if (!done)
            ip += ip[-1].jump;
        NEXT();
    }

    CASE(LIST) : DO(vm_list_of(vm, &B, ip[-1].c, &A));
    CASE(APPEND) : DO(run_append(vm, A, B));
    CASE(RECORD) : DO(vm_record_of(vm, &B, ip[-1].c, &A));
    CASE(RANGE) : DO(vm_range_of(vm, &B, ip[-1].c, &A));
    CASE(INDEX) : DO(vm_index(vm, B, C, &A));
    CASE(MEMBER) : {
        SAVE();
        if (unlikely(!run_member(vm, B, KC, &A, &number)))
            goto fault;
        if (number != NO_SLOT)
            goto read_slot;
        NEXT();
    }
    CASE(METHOD) : {
        SAVE();
        if (vm_is_object(B)) {
            if (unlikely(!vm_method_of(vm, B, text_str(vm->heap, KC), &A)))
                goto fault;
            NEXT();
        }
        if (unlikely(!run_member(vm, B, KC, &A, &number)))
            goto fault;
        if (number != NO_SLOT)
            goto read_slot;
        NEXT();
    }
    CASE(MEMBER_DYN) : {
        SAVE();
        if (unlikely(!run_member(vm, B, C, &A, &number)))
            goto fault;
        if (number != NO_SLOT)
            goto read_slot;
        NEXT();
    }
    CASE(UPDATE) : DO(vm_update(vm, A, B, C, &A));

    CASE(CLOSURE) : DO(run_closure(vm, frame, frame->proto->nested[ip[-1].b], &A));
    CASE(CALL) : {
        const Value callee = A;
        STEP();
        if (unlikely(callee.tag != T_FUNCTION))
            DO(run_call(vm, callee, &A, ip[-1].b));
        p = ((const Function *)callee.ptr)->proto;
        if (unlikely(p->param_count != ip[-1].b || p->check_params))
            ENTER(run_call(vm, callee, &A, ip[-1].b));
        goto plain_call;
    }
    CASE(CALL_SLOT) : {
        View *owner;
        Slot *s = vm_slot(frame->view, frame->binding->slots[ip[-1].c], &owner);
        STEP();
        /* Once the formula has its value, RETURN comes back to this instruction. */
        if (unlikely(s->state != SLOT_READY))
            ENTER(vm_enter_slot(vm, owner, s, frame->binding->slots[ip[-1].c]));
        if (unlikely(s->value.tag != T_FUNCTION))
            DO(run_call(vm, s->value, &A, ip[-1].b));
        p = ((const Function *)s->value.ptr)->proto;
        if (unlikely(p->param_count != ip[-1].b || p->check_params))
            ENTER(run_call(vm, s->value, &A, ip[-1].b));
        A = s->value;
        goto plain_call;
    }
    CASE(CALL_NATIVE) : {
        STEP();
        if ((((const Native *)KC.ptr)->flags & NATIVE_ROUND) && native_round(num, &A + 1, ip[-1].b, &A))
            NEXT();
        DO(vm_call_native(vm, KC.ptr, &A + 1, ip[-1].b, &A));
    }
    CASE(CALL_NAMED) : {
        bool pushed;
        STEP();
        ENTER(vm_call_named(vm, A, &A + 1, ip[-1].b, KC, &pushed, &A));
    }
return_a:
    CASE(RETURN) : {
        const Frame *done = frame;
        const Value *v = &A;
        if (unlikely(vm->handler_count))
            run_drop_handlers(vm);
        vm->frame_count--;
        if (unlikely(done->special)) {
            if (done->slot) {
                if (unlikely(done->function))
                    vm_fill_slot(vm, done, *v);
                else
                    cell_copy(&done->slot->value, v);
                done->slot->state = SLOT_READY;
                v = &done->slot->value;
            }
            if (done->native_boundary) {
                *out = *v;
                return true;
            }
            LOAD();
            if (unlikely(ip[-1].op == OPC_CALL_SLOT))
                ip--; /* it has waited for this function */
            else
                cell_copy(&A, v);
            NEXT();
        }
        frame--;
        ip = frame->ip;
        base = frame->base;
        consts = frame->proto->consts;
        cell_copy(&A, v);
        NEXT();
    }
    CASE(STATUS) : {
        if (likely(value_is_number(A)) || !vm_argument_status(A, &A))
            NEXT();
        goto return_a;
    }
    CASE(WITH) : {
        STEP();
        ENTER(vm_enter_with(vm, &frame->proto->withs[ip[-1].b], &A));
    }
    CASE(TRY) : DO(run_handler(vm, ip + ip[-1].jump, ip[-1].a));
    CASE(END_TRY) : {
        vm->handler_count--;
        NEXT();
    }
    CASE(FAIL) : {
        SAVE();
        run_fail(vm, (DiagId)ip[-1].b, KC);
        goto fault;
    }
    CASE(TRACE) : {
        if (vm->host.trace) {
            SAVE();
            vm->host.trace(vm->host.trace_data, frame, (uint32_t)ip[-1].jump, A);
        }
        NEXT();
    }

/* A holds a Function of p, which has as many parameters as there are arguments behind it. */
plain_call : {
    const Function *fn = A.ptr;
    const Value *args = &A + 1;
    Value *above = frame->top, *top = above + p->register_count;
    uint32_t n = ip[-1].b;
    if (unlikely(top > vm->high_water || vm->frame_count >= LIMIT_CALL_DEPTH))
        ENTER(vm_push_call(vm, fn, args, n));
    SAVE();
    for (uint32_t i = 0; i < n; i++)
        cell_copy(&above[i], &args[i]);
    frame++;
    vm->frame_count++;
    frame->proto = p;
    frame->base = above;
    frame->top = top;
    frame->view = fn->view;
    frame->binding = fn->binding;
    frame->function = fn;
    frame->slot = NULL;
    frame->slot_number = NO_SLOT;
    frame->native_boundary = frame->special = false;
    ip = p->code;
    base = above;
    consts = p->consts;
    NEXT();
}

read_slot : {
    View *owner;
    Slot *s = vm_slot(frame->view, number, &owner);
    if (likely(s->state == SLOT_READY)) {
        cell_copy(&A, &s->value);
        NEXT();
    }
    STEP();
    p = vm->codes[number].proto;
    if (unlikely(s->state != SLOT_STALE || !p || frame->top + p->register_count > vm->high_water ||
                 vm->frame_count >= LIMIT_CALL_DEPTH))
        ENTER(vm_enter_slot(vm, owner, s, number));
    SAVE();
    s->state = SLOT_RUNNING;
    base = frame->top;
    frame++;
    vm->frame_count++;
    frame->proto = p;
    frame->base = base;
    frame->top = base + p->register_count;
    frame->view = owner;
    frame->binding = vm->codes[number].binding;
    frame->function = NULL;
    frame->slot = s;
    frame->slot_number = number;
    frame->native_boundary = false;
    frame->special = true;
    ip = p->code;
    consts = p->consts;
    NEXT();
}

fault:
    if (!vm_unwind(vm, floor))
        return false;
    LOAD();
    NEXT();
}
