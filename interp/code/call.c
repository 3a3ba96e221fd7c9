/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls, functions, thunks and overlays. Arguments are placed here, at compile time, whenever the function is
   known by name; only a function held in a value is called with names to be placed at run time. */
#include "code/sql.h"

#include <string.h>

#include "num/number.h"

/* ---- placing arguments ---- */

typedef struct Placing {
    Fn *f;
    const Node *call;
    Str function;
    const Node *args[LIMIT_PARAMETERS];
    uint32_t count; /* parameters */
    bool rest;      /* the last one takes all arguments that are left */
    uint32_t given; /* arguments to pass */
    Str (*name)(const void *callee, uint32_t i);
    Str (*name_fr)(const void *callee, uint32_t i);
    bool (*optional)(const void *callee, uint32_t i);
    const void *callee;
} Placing;

static void call_error(Placing *p, DiagId id, Span span, Str what)
{
    diag(p->f->unit->program->diags, id, span, p->function, what);
    p->f->unit->failed = true;
}

static bool place_named(Placing *p, const Node *arg)
{
    for (uint32_t i = 0; i < p->count; i++) {
        if (str_eq(p->name(p->callee, i), arg->text) || str_eq(p->name_fr(p->callee, i), arg->text)) {
            if (p->args[i]) {
                call_error(p, D_ARGUMENT_TWICE, arg->span, arg->text);
                return false;
            }
            p->args[i] = arg->kids[0];
            return true;
        }
    }
    call_error(p, D_ARGUMENT_UNKNOWN, arg->span, arg->text);
    return false;
}

static bool place_arguments(Placing *p)
{
    uint32_t next = 0;
    for (uint32_t i = 1; i < p->call->count; i++) {
        const Node *arg = p->call->kids[i];
        if (arg->kind == N_ARGUMENT) {
            if (!place_named(p, arg)) {
                return false;
            }
            continue;
        }
        if (next >= p->count && !p->rest) {
            call_error(p, D_ARGUMENT_EXTRA, arg->span, (Str){"", 0});
            return false;
        }
        p->args[next++] = arg;
    }
    for (uint32_t i = 0; i < p->count; i++) {
        p->given = p->args[i] || i + 1 < p->count || !p->rest ? i + 1 : p->given;
        if (!p->args[i] && !p->optional(p->callee, i)) {
            bool french = p->f->unit->program->lang == LANG_FR;
            call_error(p, D_ARGUMENT_MISSING, p->call->span, french ? p->name_fr(p->callee, i) : p->name(p->callee, i));
            return false;
        }
    }
    p->given = next > p->given ? next : p->given;
    return true;
}

/* What takes all that is left may take nothing, unless it says what it wants. */
static bool param_is_optional(const Node *param)
{
    bool wants = param->word || param->unit.n, given = node_param_default(param) != NULL;
    return given || ((param->flags & NODE_REST) && !wants);
}

typedef struct Called { /* a function written in the language */
    const Program *program;
    const Decl *decl;
} Called;

static const Node *function_param(const void *callee, uint32_t i)
{
    return ((const Called *)callee)->decl->expr->kids[i];
}

static Str function_param_name(const void *callee, uint32_t i) { return function_param(callee, i)->text; }

/* Of the library: the English one. */
static Str function_param_other(const void *callee, uint32_t i)
{
    const Called *c = callee;
    Str name = code_english(c->program, c->decl, i);
    return name.p ? name : function_param_name(callee, i);
}

static bool function_param_optional(const void *callee, uint32_t i) { return param_is_optional(function_param(callee, i)); }
static const NativeParam *native_param(const void *callee, uint32_t i)
{
    return &((const Native *)callee)->params[i];
}
static Str native_param_name(const void *callee, uint32_t i) { return native_param(callee, i)->name; }
static Str native_param_name_fr(const void *callee, uint32_t i) { return native_param(callee, i)->name_fr; }
static bool native_param_optional(const void *callee, uint32_t i) { return native_param(callee, i)->optional; }

/* ---- unevaluated arguments ---- */

Proto *expr_thunk(Fn *f, const Node *n, Str name)
{
    Fn *inner = mem_alloc(f->unit->program->mem, sizeof *inner);
    if (!inner) {
        unit_report_memory(f->unit);
        return NULL;
    }
    Proto *p = NULL;
    if (fn_open(inner, f->unit, f, name, n->span, n)) {
        int r = reg_push(inner, n->span);
        expr_to(inner, n, r);
        emit(inner, OPC_RETURN, r, 0, 0, n->span);
        p = fn_close(inner);
    }
    mem_free(f->unit->program->mem, inner, sizeof *inner);
    return p;
}

/* What linking must foresee of an override; p: the formula given, NULL a value. */
static void foresee_override(Fn *f, const Decl *d, int32_t scenario, const Proto *p)
{
    if (scenario >= 0) {
        program_replaces(f->unit->program, (Replacement){d->number, scenario, UINT32_MAX});
    }
    for (uint32_t i = 0; scenario < 0 && p && i < p->read_count; i++) {
        const Ref *r = &f->unit->refs[p->reads[i]];
        if (r->scenario == REF_RUNNING) {
            program_replaces(f->unit->program, (Replacement){d->number, -1, r->decl});
        }
    }
}

void expr_thunk_to(Fn *f, const Node *n, int dst)
{
    Proto *p = expr_thunk(f, n, (Str){"", 0});
    if (p) {
        emit(f, OPC_CLOSURE, dst, nested_add(f, p), 0, n->span);
    }
}

/* A condition a = b is given as [whole, a, b], so that `solve` can follow the difference of its sides. */
static void unevaluated_argument(Fn *f, const Node *n, int dst)
{
    const Node *inside = n;
    while (inside->kind == N_PAREN) {
        inside = inside->kids[0];
    }
    if (inside->kind != N_COMPARISON || inside->count != 3) {
        expr_thunk_to(f, n, dst);
        return;
    }
    uint32_t mark = f->next;
    int first = reg_push(f, n->span);
    expr_thunk_to(f, n, first);
    expr_thunk_to(f, inside->kids[0], reg_push(f, n->span));
    expr_thunk_to(f, inside->kids[2], reg_push(f, n->span));
    emit(f, OPC_LIST, dst, first, 3, n->span);
    reg_release(f, mark);
}

static Decl *formula_named(Fn *f, const Node *n, int32_t *scenario)
{
    Lookup l = {.kind = LOOKUP_NONE};
    *scenario = REF_RUNNING;
    if (n->kind == N_MEMBER) {
        Decl *d = code_member_decl(f, n, scenario);
        l = (Lookup){.kind = d ? LOOKUP_DECL : LOOKUP_NONE, .decl = d};
        if (f->unit->failed) {
            return NULL;
        }
    } else if (n->kind == N_NAME && !local_find(f, n->text)) {
        l = code_lookup_node(f, n);
    } else if (n->kind == N_QUALIFIED) {
        l = names_find_qualified(f->unit->program, f->unit->scope, n->text);
    } else {
        diag0(f->unit->program->diags, D_FORMULA_NAME_WANTED, n->span);
        f->unit->failed = true;
        return NULL;
    }
    if (l.kind == LOOKUP_NONE || l.kind == LOOKUP_AMBIGUOUS) {
        names_report(f->unit->program, f->unit->scope, n->text, n->span, &l);
        f->unit->failed = true;
        return NULL;
    }
    bool formula = l.kind == LOOKUP_DECL && (l.decl->kind == DECL_FORMULA || l.decl->kind == DECL_SHARED);
    if (!formula) {
        diag0(f->unit->program->diags, D_FORMULA_NAME_WANTED, n->span);
        f->unit->failed = true;
    }
    return formula ? l.decl : NULL;
}

static void formula_argument(Fn *f, const Node *n, int dst)
{
    int32_t scenario;
    while (n->kind == N_PAREN || n->kind == N_TARGET) {
        n = n->kids[0];
    }
    const Decl *d = formula_named(f, n, &scenario);
    if (d) {
        if (scenario >= 0) {
            program_replaces(f->unit->program, (Replacement){d->number, scenario, UINT32_MAX});
        }
        emit(f, OPC_FORMULA, dst, ref_add(f, d->number, scenario, false), 0, n->span);
    }
}

static void native_argument(Fn *f, const Node *n, ParamKind kind, int dst)
{
    if (kind == PARAM_EXPR) {
        unevaluated_argument(f, n, dst);
    } else if (kind == PARAM_FORMULA) {
        formula_argument(f, n, dst);
    } else {
        expr_to(f, n, dst);
    }
}

/* ---- calls ---- */

static void emit_native(Fn *f, const Native *native, int base, uint32_t args, Span span)
{
    Unit *u = f->unit;
    if (native->flags & NATIVE_EFFECT) {
        u->effect = true;
        if (u->decl->kind != DECL_FUNCTION && u->decl->kind != DECL_STATEMENT) {
            diag(u->program->diags, D_FORMULA_EFFECT, span, native->name);
            u->failed = true;
        }
    }
    Value k = {.tag = T_NATIVE, .den = 1, .ptr = (void *)(uintptr_t)native};
    emit(f, OPC_CALL_NATIVE, base, (int)args, konst(f, k), span);
}

/* The result of a call lands in the register before its arguments: the target itself if that is the last one. */
static int call_base(Fn *f, const Node *n, int dst)
{
    return is_temp(f, dst) && (uint32_t)dst + 1 == f->next ? dst : reg_push(f, n->span);
}

static void call_result(Fn *f, const Node *n, int base, int dst)
{
    if (base != dst) {
        emit(f, OPC_MOVE, dst, base, 0, n->span);
    }
}

/* mean(values: [1, 2]): the name of what it takes, which is its only argument. */
static bool names_the_rest(const Native *native, const Node *argument, uint32_t args)
{
    const NativeParam *p = native->param_count == args ? &native->params[args - 1] : NULL;
    return p && (str_eq(argument->text, p->name) || str_eq(argument->text, p->name_fr));
}

static void variadic_call(Fn *f, const Node *n, const Native *native, int dst)
{
    uint32_t mark = f->next;
    int base = call_base(f, n, dst);
    uint32_t args = n->count - 1, fixed = native->param_count ? native->param_count - 1 : 0;
    for (uint32_t i = 1; i < n->count; i++) {
        const Node *arg = n->kids[i]->kind == N_ARGUMENT ? n->kids[i]->kids[0] : n->kids[i];
        ParamKind kind = native->param_count ? native->params[i - 1 < fixed ? i - 1 : fixed].kind : PARAM_VALUE;
        native_argument(f, arg, kind, reg_push(f, arg->span));
    }
    const Node *last = n->count > 1 ? n->kids[n->count - 1] : NULL;
    if (last && last->kind == N_ARGUMENT && !names_the_rest(native, last, args)) {
        /* Named arguments of a variadic function travel as one record, its last argument. */
        uint32_t first = 1;
        while (n->kids[first]->kind != N_ARGUMENT) {
            first++;
        }
        f->next = (uint32_t)base + first;
        int pair = (int)f->next;
        for (uint32_t i = first; i < n->count; i++) {
            emit(f, OPC_CONST, reg_push(f, n->span), konst_text(f, n->kids[i]->text), 0, n->span);
            expr_to(f, n->kids[i]->kids[0], reg_push(f, n->span));
        }
        emit(f, OPC_RECORD, pair, pair, (int)(n->count - first), n->span);
        args = first;
    }
    emit_native(f, native, base, args, n->span);
    call_result(f, n, base, dst);
    reg_release(f, mark);
}

/* somme(1,2) in French: a function of many values that is given a single figure, with a decimal comma. */
static void warn_one_number(Fn *f, const Node *n, Str function)
{
    const Node *a = n->count == 2 && n->kids[1]->kind == N_NUMBER && !n->kids[1]->unit.n ? n->kids[1] : NULL;
    Str figure = a ? source_text(f->unit->program->sources, a->span) : (Str){"", 0};
    const char *mark = figure.n ? memchr(figure.p, ',', figure.n) : NULL;
    if (mark && !f->unit->trace) {
        size_t at = (size_t)(mark - figure.p);
        diag(f->unit->program->diags, D_ONE_NUMBER_CALL, a->span, function, figure, str_sub(figure, 0, at),
             str_sub(figure, at + 1, figure.n));
    }
}

static void native_call(Fn *f, const Node *n, const Native *native, int dst)
{
    if (native->flags & NATIVE_VARIADIC) {
        if (!(native->flags & NATIVE_EFFECT)) {
            warn_one_number(f, n, native->name_fr);
        }
        variadic_call(f, n, native, dst);
        return;
    }
    Str function = f->unit->program->lang == LANG_FR ? native->name_fr : native->name;
    Placing p = {.f = f, .call = n, .function = function, .count = native->param_count, .callee = native,
                 .name = native_param_name, .name_fr = native_param_name_fr, .optional = native_param_optional};
    if (!place_arguments(&p)) {
        return;
    }
    uint32_t mark = f->next;
    int base = call_base(f, n, dst);
    Str sql = {"", 0};
    for (uint32_t i = 0; i < p.count; i++) {
        int r = reg_push(f, n->span);
        if (p.args[i]) {
            if (native->params[i].kind == PARAM_SQL && !sql_text(f, p.args[i], &sql)) {
                return;
            }
            native_argument(f, p.args[i], native->params[i].kind, r);
        } else if (native->params[i].kind == PARAM_TABLES || native->params[i].kind == PARAM_FUNCTIONS) {
            sql_names_to(f, sql, native->params[i].kind == PARAM_TABLES, n->span, r);
        } else {
            emit(f, OPC_NONE, r, 0, 0, n->span);
        }
    }
    emit_native(f, native, base, p.count, n->span);
    call_result(f, n, base, dst);
    reg_release(f, mark);
}

static void function_call(Fn *f, const Node *n, const Decl *d, int32_t scenario, int dst)
{
    const Program *program = f->unit->program;
    Str english = program->lang == LANG_EN ? code_english(program, d, UINT32_MAX) : (Str){NULL, 0};
    Called callee = {.program = program, .decl = d};
    Placing p = {.f = f, .call = n, .function = english.p ? english : d->name, .count = d->expr->count - 1,
                 .callee = &callee, .name = function_param_other, .name_fr = function_param_name,
                 .optional = function_param_optional};
    p.rest = p.count && (d->expr->kids[p.count - 1]->flags & NODE_REST);
    if (p.rest) {
        warn_one_number(f, n, d->name);
    }
    if (!code_use_decl(f, d, n->kids[0]->span) || p.count > LIMIT_PARAMETERS || !place_arguments(&p)) {
        return;
    }
    uint32_t mark = f->next;
    int base = call_base(f, n, dst);
    for (uint32_t i = 0; i < p.given; i++) {
        int r = reg_push(f, n->span);
        if (p.args[i]) {
            expr_to(f, p.args[i], r);
        } else {
            emit(f, OPC_NONE, r, 0, 0, n->span);
        }
    }
    emit(f, OPC_CALL_SLOT, base, (int)p.given, ref_add(f, d->number, scenario, true), n->span);
    call_result(f, n, base, dst);
    reg_release(f, mark);
}

static void value_call(Fn *f, const Node *n, int dst)
{
    Heap *heap = f->unit->program->heap;
    uint32_t mark = f->next, named = 0;
    int base = call_base(f, n, dst);
    if (n->kids[0]->kind == N_MEMBER && !code_is_static_member(f, n->kids[0])) {
        expr_method(f, n->kids[0], base);
    } else {
        expr_to(f, n->kids[0], base);
    }
    for (uint32_t i = 1; i < n->count; i++) {
        const Node *arg = n->kids[i];
        named += arg->kind == N_ARGUMENT;
        const Node *value = arg->kind == N_ARGUMENT ? arg->kids[0] : arg;
        int r = reg_push(f, arg->span);
        if (!expr_grid_level(f, n->kids[0], value, r)) {
            expr_to(f, value, r);
        }
    }
    if (named) {
        List *names = list_new(heap, named);
        for (uint32_t i = 0; names && i < named; i++) {
            if (!text_new(heap, n->kids[n->count - named + i]->text, &names->store->items[i])) {
                names = NULL;
            }
        }
        if (!names) {
            unit_report_memory(f->unit);
        } else {
            emit(f, OPC_CALL_NAMED, base, (int)n->count - 1, konst(f, value_obj(T_LIST, names)), n->span);
        }
    } else {
        emit(f, OPC_CALL, base, (int)n->count - 1, 0, n->span);
    }
    call_result(f, n, base, dst);
    reg_release(f, mark);
}

void expr_call(Fn *f, const Node *n, int dst)
{
    const Node *callee = n->kids[0];
    bool cell, variable;
    int32_t scenario = REF_RUNNING;
    Lookup l = {.kind = LOOKUP_NONE};
    if (n->count - 1 > LIMIT_PARAMETERS) {
        diag0(f->unit->program->diags, D_TOO_MANY_ARGUMENTS, n->span);
        f->unit->failed = true;
        return;
    }
    bool standard = callee->flags & NODE_STANDARD;
    if (callee->kind == N_NAME && (standard || (!local_find(f, callee->text) &&
                                                capture_find(f, callee->text, &cell, &variable) < 0))) {
        l = code_lookup_node(f, callee);
    } else if (callee->kind == N_QUALIFIED) {
        l = names_find_qualified(f->unit->program, f->unit->scope, callee->text);
    } else if (callee->kind == N_MEMBER) {
        const Native *native = code_member_native(f, callee);
        Decl *d = native ? NULL : code_member_decl(f, callee, &scenario);
        if (f->unit->failed && !d && !native) {
            return;
        }
        l = (Lookup){.kind = native ? LOOKUP_NATIVE : d ? LOOKUP_DECL : LOOKUP_NONE, .decl = d, .native = native};
    }
    if (l.kind == LOOKUP_NATIVE) {
        native_call(f, n, l.native, dst);
    } else if (l.kind == LOOKUP_DECL && l.decl->kind == DECL_FUNCTION && l.decl->expr->kind == N_FUNCTION) {
        function_call(f, n, l.decl, scenario, dst);
    } else {
        value_call(f, n, dst);
    }
}

/* ---- functions ---- */

static void param_error(Fn *f, const Node *n)
{
    diag0(f->unit->program->diags, D_SYN_BOUND, n->span);
    f->unit->failed = true;
}

/* -3 is no literal, but stands for one. */
static bool bound_constant(Fn *f, const Node *n, Value *out)
{
    bool negative = n->kind == N_UNARY;
    return expr_constant(f, negative ? n->kids[0] : n, out) &&
           (!negative || num_neg(f->unit->program->num, *out, out) == NUM_OK);
}

/* before: the parameters that stand before it. */
static void param_bound(Fn *f, const Node *n, const Node *function, uint32_t before, ParamBound *out)
{
    const Node *limit = n->kids[0];
    Value v;
    *out = (ParamBound){.op = n->op, .like = n->word == W_LIKE, .param = -1};
    for (uint32_t i = 0; limit->kind == N_NAME && i < before; i++) {
        out->param = str_eq(function->kids[i]->text, limit->text) ? (int16_t)i : out->param;
    }
    bool known = limit->kind == N_NAME ? out->param >= 0 : !out->like && bound_constant(f, limit, &v);
    if (!known) {
        param_error(f, limit);
    } else if (out->param < 0) {
        out->konst = (uint16_t)konst(f, v);
    }
}

static void param_add(Fn *f, const Node *function, uint32_t at, Param *out)
{
    const Node *param = function->kids[at];
    int r = reg_push(f, param->span);
    bool rest = param->flags & NODE_REST, wants = param->word || param->unit.n;
    *out = (Param){.name = param->text, .unit = param->unit_id, .has_unit = param->unit.n > 0, .rest = rest, .filled = node_param_default(param) != NULL,
                   .kind = (uint8_t)param->word, .items = param->op, .optional = param_is_optional(param)};
    if (rest) {
        out->kind = wants ? W_LIST : 0;
        out->items = (uint8_t)param->word;
        f->proto->rest = true;
    }
    for (uint32_t i = 0; i < param->count && param->kids[i]->kind == N_BOUND; i++) {
        if (out->bound_count == PARAM_BOUNDS) {
            param_error(f, param->kids[i]);
            break;
        }
        param_bound(f, param->kids[i], function, at, &out->bounds[out->bound_count++]);
    }
    f->proto->check_params = f->proto->check_params || out->has_unit || out->kind || out->bound_count || rest;
    local_add(f, param->text, r, false, false);
}

/* An argument that is blank, unreadable or not given is the result; unless its own default is not given. */
static void param_status(Fn *f, const Node *param, int reg)
{
    const Node *given = node_param_default(param);
    bool wants = param->word || param->unit.n;
    if (wants && !(given && given->kind == N_NOT_GIVEN)) {
        emit(f, OPC_STATUS, reg, 0, 0, param->span);
    }
}

static void param_default(Fn *f, const Node *param, int reg)
{
    const Node *value = node_param_default(param);
    if (value) {
        int given = emit_jump(f, OPC_JGIVEN, reg, 0, param->span);
        expr_to(f, value, reg);
        patch_here(f, given);
    }
}

/* Body of a FUNCTION or LAMBDA: its last child; parameters are the children before. */
void function_body(Fn *f, const Node *n)
{
    uint32_t params = n->count - 1;
    const Node *body = n->kids[params];
    f->is_function = true;
    if (params > LIMIT_PARAMETERS) {
        diag0(f->unit->program->diags, D_TOO_MANY_ARGUMENTS, n->span);
        f->unit->failed = true;
        return;
    }
    f->proto->params = arena_alloc(&f->unit->program->arena, (params + 1) * sizeof(Param));
    if (!f->proto->params) {
        unit_report_memory(f->unit);
        return;
    }
    f->proto->param_count = (uint8_t)params;
    const Decl *d = f->unit->decl;
    bool named = d->kind == DECL_FUNCTION && d->expr == n;
    f->proto->english = named ? code_english(f->unit->program, d, UINT32_MAX) : (Str){NULL, 0};
    for (uint32_t i = 0; i < params; i++) {
        param_add(f, n, i, &f->proto->params[i]);
        f->proto->params[i].english = named ? code_english(f->unit->program, d, i) : (Str){NULL, 0};
    }
    for (uint32_t i = 0; i < params; i++) {
        param_status(f, n->kids[i], (int)i);
    }
    for (uint32_t i = 0; i < params; i++) {
        param_default(f, n->kids[i], (int)i);
    }
    if (body->kind != N_BODY) {
        int r = reg_push(f, body->span);
        expr_to(f, body, r);
        emit(f, OPC_RETURN, r, 0, 0, body->span);
        return;
    }
    bool value = body->count && body->kids[body->count - 1]->kind == N_DO;
    for (uint32_t i = 0; i + value < body->count; i++) {
        stmt(f, body->kids[i]);
    }
    int r = reg_push(f, n->span);
    if (value) {
        expr_to(f, body->kids[body->count - 1]->kids[0], r);
    } else {
        emit(f, OPC_NONE, r, 0, 0, n->span);
    }
    emit(f, OPC_RETURN, r, 0, 0, n->span);
}

void expr_lambda(Fn *f, const Node *n, int dst, Str name)
{
    Fn *inner = mem_alloc(f->unit->program->mem, sizeof *inner);
    if (!inner) {
        unit_report_memory(f->unit);
        return;
    }
    if (fn_open(inner, f->unit, f, name, n->span, n)) {
        function_body(inner, n);
        Proto *p = fn_close(inner);
        if (p) {
            emit(f, OPC_CLOSURE, dst, nested_add(f, p), 0, n->span);
        }
    }
    mem_free(f->unit->program->mem, inner, sizeof *inner);
}

/* ---- overlays ---- */

/* A scenario read in n that replaces d, itself or by what it extends; NULL: none. */
static const Decl *masking_scenario(Fn *f, const Node *n, const Decl *d)
{
    const Decl *owner = n && n->kind == N_MEMBER ? code_scenario_owner(f, n) : NULL;
    if (owner && names_replaces(f->unit->program, (int32_t)owner->target, d)) {
        return owner;
    }
    for (uint32_t i = 0; n && i < n->count; i++) {
        if ((owner = masking_scenario(f, n->kids[i], d)) != NULL) {
            return owner;
        }
    }
    return NULL;
}

/* `s.cost with { price = … }` where s has its own price; in_scenario: whose formula is replaced, -1 the base's. */
static void warn_masked(Fn *f, const Node *object, const Node *target, const Decl *d, int32_t in_scenario)
{
    const Decl *scenario = in_scenario < 0 && !f->unit->trace ? masking_scenario(f, object, d) : NULL;
    if (scenario) {
        diag(f->unit->program->diags, D_OVERRIDE_MASKED, target->span, scenario->name, d->name);
    }
}

typedef struct Overlay { /* one `with { … }` */
    Fn *f;
    const Node *node;
    const Decl **targets; /* by override; NULL: reported */
    int32_t *scenarios;
    WithList list;
} Overlay;

static const Node *override_cell(const Node *o) { return names_target_cell(o->kids[0]); }

static bool overlay_open(Overlay *w)
{
    Program *p = w->f->unit->program;
    uint32_t n = w->node->count - 1;
    w->list.items = arena_alloc(&p->arena, (n + 1) * sizeof *w->list.items);
    w->targets = arena_alloc(&p->arena, (n + 1) * sizeof *w->targets);
    w->scenarios = arena_alloc(&p->arena, (n + 1) * sizeof *w->scenarios);
    if (!w->list.items || !w->targets || !w->scenarios) {
        unit_report_memory(w->f->unit);
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        const Node *o = w->node->kids[i + 1];
        w->targets[i] = names_target(p, w->f->unit->scope, o->kids[0], &w->scenarios[i]);
        w->f->unit->failed = w->f->unit->failed || !w->targets[i];
    }
    return true;
}

/* Does an earlier override replace a cell of the same column? Then it has replaced this one too. */
static bool overlay_done(const Overlay *w, uint32_t i)
{
    for (uint32_t k = 0; override_cell(w->node->kids[i + 1]) && k < i; k++) {
        if (w->targets[k] == w->targets[i] && override_cell(w->node->kids[k + 1])) {
            return true;
        }
    }
    return false;
}

/* A thunk that gives the column as it was, with these cells replaced. */
static void overlay_cells(Overlay *w, uint32_t first, int dst)
{
    Fn *f = w->f;
    const Node *o = w->node->kids[first + 1];
    Fn *inner = mem_alloc(f->unit->program->mem, sizeof *inner);
    if (!inner) {
        unit_report_memory(f->unit);
        return;
    }
    if (fn_open(inner, f->unit, f, (Str){"", 0}, o->span, o)) {
        int column = reg_push(inner, o->span);
        emit(inner, OPC_OLD, column, 0, 0, o->span);
        for (uint32_t i = first; i + 1 < w->node->count; i++) {
            const Node *k = w->node->kids[i + 1];
            if (override_cell(k) && w->targets[i] == w->targets[first]) {
                expr_cell(inner, w->targets[i], k, column);
            }
        }
        emit(inner, OPC_RETURN, column, 0, 0, o->span);
        Proto *proto = fn_close(inner);
        foresee_override(f, w->targets[first], w->scenarios[first], proto);
        if (proto) {
            emit(f, OPC_CLOSURE, dst, nested_add(f, proto), 0, o->span);
        }
    }
    mem_free(f->unit->program->mem, inner, sizeof *inner);
}

static void overlay_item(Overlay *w, uint32_t i)
{
    Fn *f = w->f;
    const Node *o = w->node->kids[i + 1];
    int r = reg_push(f, o->span);
    Value k;
    bool cell = override_cell(o) != NULL;
    warn_masked(f, w->node->kids[0], o->kids[0], w->targets[i], w->scenarios[i]);
    if (!cell && w->scenarios[i] < 0 && !code_override_sound(f, o->kids[1], w->targets[i])) {
        return;
    }
    uint32_t at = w->list.n++;
    w->list.items[at].ref = (uint16_t)ref_add(f, w->targets[i]->number, w->scenarios[i], false);
    w->list.items[at].is_value = !cell && o->kids[1]->kind == N_NUMBER && expr_constant(f, o->kids[1], &k);
    if (cell) {
        overlay_cells(w, i, r);
        return;
    }
    Proto *p = w->list.items[at].is_value ? NULL : expr_thunk(f, o->kids[1], (Str){"", 0});
    foresee_override(f, w->targets[i], w->scenarios[i], p);
    if (w->list.items[at].is_value) {
        emit(f, OPC_CONST, r, konst(f, k), 0, o->span);
    } else if (p) {
        emit(f, OPC_CLOSURE, r, nested_add(f, p), 0, o->kids[1]->span);
    }
}

void expr_with(Fn *f, const Node *n, int dst)
{
    uint32_t mark = f->next;
    int base = reg_push(f, n->span);
    Overlay w = {.f = f, .node = n};
    if (!overlay_open(&w)) {
        return;
    }
    expr_thunk_to(f, n->kids[0], base);
    for (uint32_t i = 0; i + 1 < n->count; i++) {
        if (w.targets[i] && !overlay_done(&w, i)) {
            overlay_item(&w, i);
        }
    }
    if (fn_grow(f, &f->withs, f->with_count, &f->with_cap, sizeof *f->withs)) {
        f->withs[f->with_count] = w.list;
        emit(f, OPC_WITH, base, (int)f->with_count++, 0, n->span);
    }
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}

/* ---- compare, sensitivity: lines of the language that are calls of the library ---- */

static const Native *library_native(Fn *f, Str name, Span span)
{
    const LibraryTable *t = &f->unit->program->library;
    const Native *native = t->find ? t->find(t->data, name) : NULL;
    if (!native) {
        diag(f->unit->program->diags, D_NAME_UNKNOWN, span, name);
        f->unit->failed = true;
    }
    return native;
}

static void text_or_none(Fn *f, Str s, int dst, Span span)
{
    if (s.n) {
        emit(f, OPC_CONST, dst, konst_text(f, s), 0, span);
    } else {
        emit(f, OPC_NONE, dst, 0, 0, span);
    }
}

/* compare a, b by cost lowest: compare_scenarios([a, b], "cost", "lowest") */
void expr_compare(Fn *f, const Node *n, int dst)
{
    const Native *native = library_native(f, STR("compare_scenarios"), n->span);
    uint32_t scenarios = n->count ? n->count - 1 : 0; /* the last child is the criterion */
    if (!native || !n->count) {
        return;
    }
    const Node *criterion = n->kids[scenarios];
    uint32_t mark = f->next;
    int base = reg_push(f, n->span);
    int list = reg_push(f, n->span);
    for (uint32_t i = 0; i < scenarios; i++) {
        Lookup l = code_lookup(f, n->kids[i]->text);
        expr_to(f, n->kids[i], reg_push(f, n->kids[i]->span));
        if (l.kind == LOOKUP_DECL && l.decl->kind == DECL_SCENARIO) {
            const Decl *d = names_scenario_member(f->unit->program, l.decl->target, criterion->text);
            if (d) {
                ref_add(f, d->number, (int32_t)l.decl->target, true);
            } else {
                diag(f->unit->program->diags, D_SCENARIO_MEMBER, criterion->span, l.decl->name, criterion->text);
                f->unit->failed = true;
            }
        }
    }
    emit(f, OPC_LIST, list, list + 1, (int)scenarios, n->span);
    f->next = (uint32_t)list + 1;
    emit(f, OPC_CONST, reg_push(f, n->span), konst_text(f, criterion->text), 0, n->span);
    Str best = n->op == W_HIGHEST ? STR("highest") : n->op == W_LOWEST ? STR("lowest") : (Str){"", 0};
    text_or_none(f, best, reg_push(f, n->span), n->span);
    emit_native(f, native, base, 3, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}

/* sensitivity name = expr over x in list …: sensitivity('expr, &x, list, &y, list) */
void expr_sensitivity(Fn *f, const Node *n, int dst)
{
    const Native *native = library_native(f, STR("sensitivity"), n->span);
    const Node *value = node_clause_value(n, CL_VALUE);
    if (!native || !value) {
        f->unit->failed = true;
        return;
    }
    uint32_t mark = f->next, args = 1;
    int base = reg_push(f, n->span);
    expr_thunk_to(f, value, reg_push(f, n->span));
    for (const Node *over = node_clause(n, CL_SENSITIVITY_OVER); over && args < native->param_count;
         over = node_next_clause(n, over)) {
        if (over->count < 2) {
            f->unit->failed = true;
            break;
        }
        formula_argument(f, over->kids[0], reg_push(f, n->span));
        expr_to(f, over->kids[over->count - 1], reg_push(f, n->span));
        args += 2;
    }
    while (args < native->param_count) {
        emit(f, OPC_NONE, reg_push(f, n->span), 0, 0, n->span);
        args++;
    }
    emit_native(f, native, base, args, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}
