/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a function wants of its arguments (syntax/kind.def), looked at when it is called. Every message names the
   function, the argument, what was expected and what was given. */
#include "data/table.h"
#include "num/unit.h"
#include "syntax/lexicon.h"
#include "vm/machine.h"

typedef struct Contract {
    Vm *vm;
    const Proto *proto;
    Value *args;
    uint32_t count;
    uint32_t at;   /* the argument looked at */
    int64_t item;  /* of a list, from 0; -1: the argument itself */
} Contract;

typedef struct KindInfo {
    uint16_t word;
    const char *one[2], *many[2];
} KindInfo;

static const KindInfo kinds[] = {
#define KIND(word, one, un, many, plusieurs) {W_##word, {one, un}, {many, plusieurs}},
#include "syntax/kind.def"
};

static const KindInfo *kind_info(uint16_t word)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].word == word)
            return &kinds[i];
    return &kinds[0];
}

/* ---- messages ---- */

static const Param *param(const Contract *c) { return &c->proto->params[c->at]; }
static Str name_of(const Contract *c, uint32_t i) { return bytecode_param(&c->proto->params[i], c->vm->lang); }

/* {0} function, {1} argument, then these texts. */
static bool fail(const Contract *c, DiagId id, const Buf *texts, uint32_t n)
{
    Str all[DIAG_ARGS] = {bytecode_name(c->proto, c->vm->lang), name_of(c, c->at)};
    bool memory = false;
    if (!all[0].n)
        all[0] = STR("fn");
    for (uint32_t i = 0; i < n; i++) {
        all[i + 2] = buf_str(&texts[i]);
        memory = memory || texts[i].failed;
    }
    return memory ? vm_fail_memory(c->vm) : vm_fail(c->vm, id, all, n + 2);
}

static void free_all(Buf *texts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        buf_free(&texts[i]);
}

static void init_all(const Contract *c, Buf *texts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        buf_init(&texts[i], c->vm->mem);
}

static void put_shown(const Contract *c, Buf *out, Value v)
{
    ShowStyle style = show_style(c->vm->lang);
    value_show(c->vm->heap, out, v, &style);
}

static void put_place(const Contract *c, Buf *out) { buf_printf(out, "%lld", (long long)c->item + 1); }

static bool fail_wants(const Contract *c, const KindInfo *kind, Value v)
{
    Buf t[3];
    bool item = c->item >= 0;
    init_all(c, t, 3);
    buf_puts(&t[0], item ? kind->many[c->vm->lang] : kind->one[c->vm->lang]);
    if (item)
        put_place(c, &t[1]);
    vm_describe(c->vm, &t[item ? 2 : 1], v);
    fail(c, item ? D_PARAM_ITEM : D_PARAM_WANTS, t, item ? 3 : 2);
    free_all(t, 3);
    return false;
}

static bool fail_unit(const Contract *c, Value v)
{
    Buf t[2];
    init_all(c, t, 2);
    unit_name(c->vm->num, &t[0], param(c)->unit, c->vm->lang);
    vm_describe(c->vm, &t[1], v);
    fail(c, D_PARAM_UNIT, t, 2);
    free_all(t, 2);
    return false;
}

/* 5 instead of 5 %: what it would be is shown. */
static bool fail_rate(const Contract *c, Value v)
{
    Buf t[2];
    Value percent = v;
    bool item = c->item >= 0;
    init_all(c, t, 2);
    put_shown(c, &t[item], v);
    if (item)
        put_place(c, &t[0]);
    else if (unit_convert(c->vm->num, v, U_PERCENT, &percent) == NUM_OK)
        put_shown(c, &t[1], percent);
    fail(c, item ? D_PARAM_ITEM_RATE : D_PARAM_RATE, t, 2);
    free_all(t, 2);
    return false;
}

/* The holes of the message are two texts made before, which are freed. */
static void put_words(const Contract *c, Buf *out, DiagId id, Buf *a, Buf *b)
{
    Str args[DIAG_ARGS] = {buf_str(a), buf_str(b)};
    diag_message(out, id, args, c->vm->lang);
    out->failed = out->failed || a->failed || b->failed;
    buf_free(a);
    buf_free(b);
}

static bool fail_bound(const Contract *c, const ParamBound *bound, Value limit, Value v)
{
    static const DiagId words[] = {[OP_LT] = D_BOUND_BELOW, [OP_LE] = D_BOUND_AT_MOST, [OP_GT] = D_BOUND_ABOVE,
                                   [OP_GE] = D_BOUND_AT_LEAST};
    Buf t[3], shown[2];
    bool item = c->item >= 0;
    init_all(c, t, 3);
    init_all(c, shown, 2);
    put_shown(c, &shown[0], limit);
    put_words(c, &t[0], words[bound->op], &shown[0], &shown[1]);
    if (item)
        put_place(c, &t[1]);
    put_shown(c, &t[item ? 2 : 1], v);
    fail(c, item ? D_PARAM_ITEM_BOUND : D_PARAM_BOUND, t, item ? 3 : 2);
    free_all(t, 3);
    return false;
}

/* 0 has the unit of the others. */
static bool is_bare_zero(Value v) { return value_is_number(v) && v.unit == U_PLAIN && num_is_zero(v); }

/* The first item that gives the list its unit. */
static Value model_of(Value list)
{
    for (uint32_t i = 0; i < list_count(list); i++)
        if (value_is_number(list_at(list, i)) && !is_bare_zero(list_at(list, i)))
            return list_at(list, i);
    return value_none();
}

/* What tells the unit of a value: itself, or of a list its first item that has one. */
static Value measured(Value v) { return v.tag == T_LIST ? model_of(v) : v; }

static bool fail_like(const Contract *c, uint32_t other, Value v)
{
    Buf t[2], a, b;
    init_all(c, t, 2);
    buf_init(&a, c->vm->mem);
    buf_init(&b, c->vm->mem);
    buf_put(&t[0], name_of(c, other));
    put_shown(c, &a, v);
    put_shown(c, &b, measured(c->args[other]));
    put_words(c, &t[1], D_PAIR_AND, &a, &b);
    fail(c, D_PARAM_LIKE, t, 2);
    free_all(t, 2);
    return false;
}

static bool fail_length(const Contract *c, uint32_t other)
{
    Buf t[3];
    init_all(c, t, 3);
    buf_put(&t[0], name_of(c, other));
    buf_printf(&t[1], "%u", list_count(c->args[c->at]));
    buf_printf(&t[2], "%u", list_count(c->args[other]));
    fail(c, D_PARAM_LENGTH, t, 3);
    free_all(t, 3);
    return false;
}

/* The item looked at, and the first one where `first` is a value. */
static bool fail_item(const Contract *c, DiagId id, Value first, Value v)
{
    Buf t[3];
    uint32_t n = first.tag == T_NONE ? 1 : 3;
    init_all(c, t, 3);
    put_place(c, &t[0]);
    if (n == 3) {
        put_shown(c, &t[1], first);
        put_shown(c, &t[2], v);
    }
    fail(c, id, t, n);
    free_all(t, 3);
    return false;
}

/* ---- kinds of one value ---- */

static bool is_bare(Value v) { return v.unit == U_PLAIN || v.unit == U_RATIO; }

static bool is_between_0_and_1(const Contract *c, Value v)
{
    int above = 1;
    Value one = num_int(1);
    one.unit = U_RATIO;
    return num_sign(v) >= 0 && num_cmp(c->vm->num, v, one, &above) == NUM_OK && above <= 0;
}

static bool number_fits(const Contract *c, WordId kind, Value v)
{
    NumCtx *num = c->vm->num;
    switch (kind) {
    case W_WHOLE_KIND: return (is_bare(v) || unit_is_counting(num, v.unit)) && num_is_whole(num, v);
    case W_AMOUNT: return is_bare(v) || unit_is_money(num, v.unit);
    case W_RATE_KIND: return unit_is_dimensionless(num, v.unit);
    case W_SHARE_KIND:
    case W_PROBABILITY_KIND: return unit_is_dimensionless(num, v.unit) && is_between_0_and_1(c, v);
    default: return true;
    }
}

/* False: memory is out. */
static bool day_unit(const Contract *c, uint16_t *day)
{
    return unit_parse(c->vm->num, STR("day"), day) == NUM_OK || vm_fail_memory(c->vm);
}

/* Days, or months and years. False also when memory is out. */
static bool is_duration(const Contract *c, Value v)
{
    uint16_t day;
    return v.unit == U_PLAIN || unit_is_calendar(c->vm->num, v.unit) ||
           (day_unit(c, &day) && unit_same_dimension(c->vm->num, v.unit, day));
}

static bool kind_fits(const Contract *c, WordId kind, Value v)
{
    switch (kind) {
    case W_DATE: return v.tag == T_DATE;
    case W_TEXT_KIND: return v.tag == T_TEXT;
    case W_TRUTH: return v.tag == T_TRUTH;
    case W_RECORD: return v.tag == T_RECORD || (v.tag == T_MATRIX && ((const Matrix *)v.ptr)->axes == 1);
    case W_TABLE_KIND: return v.tag == T_TABLE;
    case W_LIST: return v.tag == T_LIST;
    case W_DURATION: return value_is_number(v) && is_duration(c, v);
    default: return value_is_number(v) && number_fits(c, kind, v);
    }
}

/* 5, where 5 % is meant; 0.05 will do. */
static bool is_bare_rate(const Contract *c, WordId kind, Value v)
{
    bool rate = kind == W_RATE_KIND || kind == W_SHARE_KIND;
    Value one = num_int(1), size;
    int order = 0;
    return rate && value_is_number(v) && v.unit == U_PLAIN && num_abs(c->vm->num, v, &size) == NUM_OK &&
           num_cmp(c->vm->num, size, one, &order) == NUM_OK && order >= 0;
}

/* A bare rate mixes with percentages, a bare duration counts days. */
static bool settle(const Contract *c, WordId kind, Value *v)
{
    uint16_t day;
    if (kind == W_DURATION && v->unit == U_PLAIN)
        return day_unit(c, &day) && (num_with_unit(c->vm->num, *v, day, v) == NUM_OK || vm_fail_memory(c->vm));
    bool rate = kind == W_RATE_KIND || kind == W_SHARE_KIND || kind == W_PROBABILITY_KIND;
    if (rate && v->unit == U_PLAIN) {
        v->unit = U_RATIO;
        v->flags = 0;
    }
    return true;
}

static bool check_kind(const Contract *c, WordId kind, Value *v)
{
    if (is_bare_rate(c, kind, *v))
        return fail_rate(c, *v);
    if (kind_fits(c, kind, *v))
        return settle(c, kind, v);
    return c->vm->fault ? false : fail_wants(c, kind_info((uint16_t)kind), *v);
}

/* ---- bounds ---- */

static bool check_bound(const Contract *c, const ParamBound *bound, Value limit, Value v)
{
    static const OpCode orders[] = {[OP_LT] = OPC_LT, [OP_LE] = OPC_LE, [OP_GT] = OPC_GT, [OP_GE] = OPC_GE};
    Value holds;
    bool zero = value_is_number(limit) && num_is_zero(limit) && value_is_number(v);
    if (zero) /* compares with any quantity */
        limit.unit = v.unit;
    if (limit.tag == T_STATUS || limit.tag == T_NONE)
        return true;
    return vm_order(c->vm, orders[bound->op], v, limit, &holds) &&
           (holds.tag == T_STATUS || value_is_true(holds) || fail_bound(c, bound, limit, v));
}

static Value bound_limit(const Contract *c, const ParamBound *bound)
{
    if (bound->param < 0)
        return c->proto->consts[bound->konst];
    return (uint32_t)bound->param < c->count ? c->args[bound->param] : value_none();
}

/* Do they measure the same thing? What is no number is not asked. */
static bool same_dimension(const Contract *c, Value a, Value b)
{
    return !value_is_number(a) || !value_is_number(b) || unit_same_dimension(c->vm->num, a.unit, b.unit);
}

/* Of two lists: as long; of two numbers, or a number and the items of a list: the same dimension. */
static bool check_like(const Contract *c, const ParamBound *bound)
{
    Value v = c->args[c->at], other = bound_limit(c, bound);
    if (v.tag == T_LIST && other.tag == T_LIST)
        return list_count(v) == list_count(other) || fail_length(c, (uint32_t)bound->param);
    v = measured(v);
    other = measured(other);
    if (is_bare_zero(v) && value_is_number(other)) {
        c->args[c->at].unit = other.unit;
        return true;
    }
    return same_dimension(c, v, other) || fail_like(c, (uint32_t)bound->param, v);
}

static bool check_bounds(const Contract *c, Value v)
{
    for (uint32_t i = 0; i < param(c)->bound_count; i++) {
        const ParamBound *bound = &param(c)->bounds[i];
        if (!bound->like && !check_bound(c, bound, bound_limit(c, bound), v))
            return false;
    }
    return true;
}

static bool check_likes(const Contract *c)
{
    for (uint32_t i = 0; i < param(c)->bound_count; i++)
        if (param(c)->bounds[i].like && !check_like(c, &param(c)->bounds[i]))
            return false;
    return true;
}

/* ---- lists ---- */

static bool range_to_list(Vm *vm, const Range *r, Value *out)
{
    bool within = true;
    List *list = list_new(vm->heap, 0);
    for (int64_t k = 0; list && within; k++) {
        Value item;
        if (!vm_charge(vm, 1) || !vm_range_at(vm, r, k, &item, &within))
            return false;
        if (within && (list->n >= LIMIT_LIST_ITEMS || !list_push(vm->heap, list, item)))
            return list->n >= LIMIT_LIST_ITEMS ? vm_fail(vm, D_LIST_TOO_LONG, NULL, 0) : vm_fail_memory(vm);
    }
    *out = list ? value_obj(T_LIST, list) : *out;
    return list != NULL || vm_fail_memory(vm);
}

/* A range, a column found by labels: as the list that it is. */
static bool to_list(const Contract *c, Value *v)
{
    if (v->tag == T_RANGE)
        return range_to_list(c->vm, v->ptr, v);
    if (v->tag == T_MATRIX && ((const Matrix *)v->ptr)->axes == 1)
        *v = ((const Matrix *)v->ptr)->items;
    return true;
}

/* True: v gives items of its own, and is a list now. */
static bool spreads(Vm *vm, const Param *p, Value *v, bool *ok)
{
    const Contract c = {.vm = vm};
    *ok = p->items == W_LIST || to_list(&c, v);
    return *ok && p->items != W_LIST && v->tag == T_LIST;
}

bool vm_rest(Vm *vm, const Proto *p, const Value *args, uint32_t n, Value *out)
{
    const Param *param = &p->params[p->param_count - 1];
    bool ok = true;
    *out = value_none();
    if (!n && param->filled)
        return true;
    if (n == 1) {
        *out = args[0];
        if (out->tag == T_STATUS || spreads(vm, param, out, &ok) || !ok)
            return ok;
    }
    List *list = list_new(vm->heap, 0);
    for (uint32_t i = 0; list && ok && i < n; i++) {
        Value v = args[i];
        bool many = spreads(vm, param, &v, &ok);
        uint32_t count = many ? list_count(v) : v.tag != T_NONE;
        for (uint32_t k = 0; ok && k < count; k++)
            ok = list->n < LIMIT_LIST_ITEMS ? list_push(vm->heap, list, many ? list_at(v, k) : v) || vm_fail_memory(vm)
                                            : vm_fail(vm, D_LIST_TOO_LONG, NULL, 0);
        ok = ok && vm_charge(vm, count / 8);
    }
    *out = list ? value_obj(T_LIST, list) : value_none();
    return list ? ok : vm_fail_memory(vm);
}

static bool has_unit_of(const Contract *c, Value v)
{
    return value_is_number(v) && unit_same_dimension(c->vm->num, v.unit, param(c)->unit);
}

/* model: the first item that has been looked at and is no bare 0; T_NONE: there is none yet. */
static bool check_item(Contract *c, WordId kind, Value *model, Value *item)
{
    if (item->tag == T_STATUS)
        return item->den != STATUS_NOT_GIVEN || fail_item(c, D_PARAM_ITEM_MISSING, value_none(), *item);
    if (param(c)->has_unit && !has_unit_of(c, *item))
        return fail_unit(c, *item);
    if (kind && !check_kind(c, kind, item))
        return false;
    if (is_bare_zero(*item))
        item->unit = value_is_number(*model) ? model->unit : item->unit;
    else if (model->tag == T_NONE)
        *model = *item;
    if (!same_dimension(c, *model, *item))
        return fail_item(c, D_PARAM_ITEM_UNIT, *model, *item);
    return check_bounds(c, *item);
}

/* Rates without a percent sign, bare durations and zeros are settled in a copy. */
static bool needs_copy(WordId kind, Value list, Value model)
{
    if (kind == W_RATE_KIND || kind == W_SHARE_KIND || kind == W_PROBABILITY_KIND || kind == W_DURATION)
        return true;
    for (uint32_t i = 0; value_is_number(model) && model.unit != U_PLAIN && i < list_count(list); i++)
        if (is_bare_zero(list_at(list, i)))
            return true;
    return false;
}

static bool check_items(Contract *c, WordId kind, Value *list)
{
    uint32_t n = list_count(*list);
    Value model = model_of(*list);
    bool copies = needs_copy(kind, *list, model);
    List *copy = copies ? list_new(c->vm->heap, n) : NULL;
    if (copies && !copy)
        return vm_fail_memory(c->vm);
    if (!vm_charge(c->vm, n / 8))
        return false;
    bool settles = kind == W_RATE_KIND || kind == W_SHARE_KIND || kind == W_PROBABILITY_KIND || kind == W_DURATION;
    model = settles ? value_none() : model;
    for (c->item = 0; c->item < n; c->item++) {
        Value item = list_at(*list, (uint32_t)c->item);
        if (!check_item(c, kind, &model, &item))
            return false;
        if (copy)
            copy->store->items[c->item] = item;
    }
    *list = copy ? value_obj(T_LIST, copy) : *list;
    return true;
}

static bool check_list(Contract *c, Value *v)
{
    if (!to_list(c, v))
        return false;
    if (v->tag != T_LIST)
        return fail_wants(c, kind_info(W_LIST), *v);
    if (!list_count(*v))
        return fail(c, D_PARAM_EMPTY, NULL, 0);
    bool ok = (!param(c)->items && !param(c)->has_unit) || check_items(c, (WordId)param(c)->items, v);
    c->item = -1;
    return ok;
}

/* ---- the whole ---- */

static bool check_argument(Contract *c)
{
    const Param *p = param(c);
    Value *v = &c->args[c->at];
    if (v->tag == T_STATUS || (v->tag == T_NONE && p->optional))
        return true;
    if (p->has_unit && !p->rest && !has_unit_of(c, *v))
        return fail_unit(c, *v);
    if (p->kind == W_LIST)
        return check_list(c, v) && check_likes(c);
    return (!p->kind || check_kind(c, (WordId)p->kind, v)) && check_likes(c) && check_bounds(c, *v);
}

bool vm_contract(Vm *vm, const Proto *p, Value *args, uint32_t n)
{
    Contract c = {.vm = vm, .proto = p, .args = args, .count = n, .item = -1};
    for (c.at = 0; c.at < n; c.at++)
        if (!check_argument(&c))
            return false;
    return true;
}

bool vm_argument_status(Value v, Value *out)
{
    if (v.tag == T_STATUS) {
        *out = v;
        return true;
    }
    for (uint32_t i = 0; v.tag == T_LIST && i < list_count(v); i++)
        if (list_at(v, i).tag == T_STATUS && list_at(v, i).den != STATUS_NOT_GIVEN) {
            *out = list_at(v, i);
            return true;
        }
    return false;
}
