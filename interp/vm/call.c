/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames, and what a call checks: how many arguments, their names, their dimensions, permissions. */
#include "vm/vm.h"

#include <string.h>

#include "num/unit.h"
#include "data/object.h"
#include "vm/machine.h"

/* ---- frames ---- */

Value *vm_top(const Vm *vm)
{
    return vm->frame_count ? vm_frame(vm)->top : vm->stack;
}

Frame *vm_push(Vm *vm, const Proto *proto)
{
    Value *base = vm_top(vm), *top = base + proto->register_count;
    if (vm->frame_count >= LIMIT_CALL_DEPTH || top > vm->stack_end) {
        Str name = proto->name.n ? bytecode_name(proto, vm->lang) : STR("…");
        vm_fail(vm, D_CALL_DEPTH, &name, 1);
        return NULL;
    }
    if (top > vm->high_water) {
        memset(vm->high_water, 0, (size_t)((char *)top - (char *)vm->high_water));
        vm->high_water = top;
    }
    Frame *f = &vm->frames[vm->frame_count++];
    *f = (Frame){.proto = proto, .ip = proto->code, .base = base, .top = top, .slot_number = NO_SLOT};
    return f;
}

/* ---- arguments ---- */

static bool fail_arguments(Vm *vm, DiagId id, Str function, Str argument)
{
    Str args[] = {function.n ? function : STR("fn"), argument};
    return vm_fail(vm, id, args, 2);
}

static bool function_arity(Vm *vm, const Proto *p, uint32_t n)
{
    if (n > p->param_count && !p->rest)
        return fail_arguments(vm, D_ARGUMENT_EXTRA, bytecode_name(p, vm->lang), STR(""));
    for (uint32_t i = n; i < p->param_count; i++)
        if (!p->params[i].optional)
            return fail_arguments(vm, D_ARGUMENT_MISSING, bytecode_name(p, vm->lang), bytecode_param(&p->params[i], vm->lang));
    return true;
}

bool vm_push_call(Vm *vm, const Function *fn, const Value *args, uint32_t n)
{
    const Proto *p = fn->proto;
    uint32_t fixed = p->param_count - p->rest;
    Value rest;
    if (!function_arity(vm, p, n) || (p->rest && !vm_rest(vm, p, args + fixed, n > fixed ? n - fixed : 0, &rest)))
        return false;
    Frame *f = vm_push(vm, p);
    if (!f)
        return false;
    f->view = fn->view ? fn->view : vm->base;
    f->binding = fn->binding;
    f->function = fn;
    uint32_t plain = n < fixed ? n : fixed;
    if (plain)
        memcpy(f->base, args, plain * sizeof *args);
    for (uint32_t i = plain; i < fixed; i++)
        f->base[i] = value_none();
    if (p->rest)
        f->base[fixed] = rest;
    vm->frame_count--; /* the caller is at fault, not the function */
    bool ok = !p->check_params || vm_contract(vm, p, f->base, p->rest ? p->param_count : n);
    vm->frame_count += ok;
    return ok;
}

/* ---- natives ---- */

static const struct {
    uint32_t capability;
    const char *option;
} capability_options[] = {
    {CAP_READ, "--allow-read"},
    {CAP_WRITE, "--allow-write"},
    {CAP_DATABASE, "--allow-db"},
    {CAP_FFI, "--allow-ffi"},
    {CAP_PROCESS, "--allow-process"},
};

static bool native_allowed(Vm *vm, const Native *n)
{
    uint64_t any = n->capability & vm->capabilities;
    if (!n->capability || any)
        return true;
    Str args[] = {vm->lang == LANG_FR ? n->name_fr : n->name, {"", 0}};
    for (size_t i = 0; i < sizeof capability_options / sizeof *capability_options; i++)
        if (n->capability & vm->grantable & capability_options[i].capability) {
            args[1] = str_from(capability_options[i].option);
            return vm_fail(vm, D_NOT_ALLOWED, args, 2);
        }
    return vm_fail(vm, D_CLOSED, args, 1);
}

static Str native_name(const Vm *vm, const Native *n)
{
    return vm->lang == LANG_FR && n->name_fr.n ? n->name_fr : n->name;
}

static Str native_param_name(const Vm *vm, const NativeParam *p)
{
    return vm->lang == LANG_FR && p->name_fr.n ? p->name_fr : p->name;
}

static bool native_arity(Vm *vm, const Native *native, const Value *args, uint32_t n)
{
    bool variadic = native->flags & NATIVE_VARIADIC;
    uint32_t fixed = native->param_count - (variadic && native->param_count);
    if (n > native->param_count && !variadic)
        return fail_arguments(vm, D_ARGUMENT_EXTRA, native_name(vm, native), STR(""));
    for (uint32_t i = 0; i < fixed; i++)
        if (!native->params[i].optional && (i >= n || args[i].tag == T_NONE))
            return fail_arguments(vm, D_ARGUMENT_MISSING, native_name(vm, native),
                                  native_param_name(vm, &native->params[i]));
    return true;
}

/* The values are still in the registers of the caller, so that the copy needs no protection. */
static bool native_padded(Vm *vm, const Native *native, const Value *args, uint32_t n, uint32_t wanted, Value *out)
{
    Value all[LIMIT_PARAMETERS];
    memcpy(all, args, n * sizeof *args);
    for (uint32_t i = n; i < wanted; i++)
        all[i] = value_none();
    return native->call(vm, all, wanted, out);
}

bool vm_call_native(Vm *vm, const Native *native, const Value *args, uint32_t n, Value *out)
{
    Value result = value_none();
    bool variadic = native->flags & NATIVE_VARIADIC;
    uint32_t wanted = native->param_count - (variadic && native->param_count);
    if (!native_arity(vm, native, args, n) || !native_allowed(vm, native))
        return false;
    vm->native = native;
    bool ok = n < wanted && wanted <= LIMIT_PARAMETERS ? native_padded(vm, native, args, n, wanted, &result)
                                                       : native->call(vm, args, n, &result);
    *out = result;
    if (!ok && !vm->fault)
        vm_fail_memory(vm); /* a native that fails says why, or has met a lack of memory */
    return ok && vm_charge_numbers(vm);
}

/* ---- arguments with names ---- */

typedef struct Callee {
    Lang lang;            /* of messages */
    const Proto *proto;   /* one of the two */
    const Native *native;
} Callee;

static uint32_t callee_count(const Callee *c)
{
    return c->proto ? c->proto->param_count : c->native->param_count;
}

static Str callee_param(const void *callee, uint32_t i)
{
    const Callee *c = callee;
    return c->proto ? bytecode_param(&c->proto->params[i], c->lang) : c->native->params[i].name;
}

static bool callee_has(const Callee *c, uint32_t i, Str name)
{
    if (c->native)
        return str_eq(c->native->params[i].name, name) || str_eq(c->native->params[i].name_fr, name);
    return str_eq(c->proto->params[i].name, name) || str_eq(c->proto->params[i].english, name);
}

static Str callee_name(const Vm *vm, const Callee *c)
{
    return c->proto ? bytecode_name(c->proto, vm->lang) : native_name(vm, c->native);
}

static bool callee_find(const Callee *c, Str name, uint32_t *index)
{
    for (*index = 0; *index < callee_count(c); ++*index)
        if (callee_has(c, *index, name))
            return true;
    return false;
}

static bool fail_unknown_argument(Vm *vm, const Callee *c, Str name)
{
    Str function = callee_name(vm, c);
    Str near = vm_nearest(vm, name, c, callee_count(c), callee_param);
    Str args[] = {function, name, near};
    return near.p ? vm_fail(vm, D_ARGUMENT_NEAR, args, 3) : vm_fail(vm, D_ARGUMENT_UNKNOWN, args, 2);
}

static bool place_named(Vm *vm, const Callee *c, Value *all, bool *given, Str name, Value v)
{
    uint32_t at;
    if (!name.p)
        return vm_fail_memory(vm);
    if (!callee_find(c, name, &at))
        return fail_unknown_argument(vm, c, name);
    if (given[at])
        return fail_arguments(vm, D_ARGUMENT_TWICE, callee_name(vm, c), name);
    given[at] = true;
    all[at] = v;
    return true;
}

/* Fills all[], and *last with how many of them are needed. */
static bool place_arguments(Vm *vm, const Callee *c, const Value *args, uint32_t n, Value names, Value *all,
                            uint32_t *last)
{
    bool given[LIMIT_PARAMETERS] = {false};
    uint32_t named = list_count(names), plain = n - named, count = callee_count(c);
    bool rest = c->proto && c->proto->rest;
    if ((plain > count && !rest) || plain > LIMIT_PARAMETERS || count > LIMIT_PARAMETERS)
        return fail_arguments(vm, D_ARGUMENT_EXTRA, callee_name(vm, c), STR(""));
    for (uint32_t i = 0; i < count || i < plain; i++) {
        given[i] = i < plain;
        all[i] = given[i] ? args[i] : value_none();
    }
    for (uint32_t i = 0; i < named; i++)
        if (!place_named(vm, c, all, given, text_str(vm->heap, list_at(names, i)), args[plain + i]))
            return false;
    for (*last = 0; callee_count(c) > *last; ++*last)
        if (!given[*last] && c->proto && !c->proto->params[*last].optional)
            return fail_arguments(vm, D_ARGUMENT_MISSING, callee_name(vm, c), callee_param(c, *last));
    *last = plain > *last ? plain : *last;
    return true;
}

bool vm_call_named(Vm *vm, Value callee, const Value *args, uint32_t n, Value names, bool *pushed, Value *out)
{
    Value all[LIMIT_PARAMETERS];
    uint32_t count = 0;
    Callee c = {.lang = vm->lang};
    *pushed = callee.tag == T_FUNCTION;
    if (vm_is_method(callee))
        return vm_call_method(vm, callee, args, n, names, out);
    if (callee.tag == T_FUNCTION)
        c.proto = ((const Function *)callee.ptr)->proto;
    else if (callee.tag == T_NATIVE)
        c.native = callee.ptr;
    else
        return vm_fail_not_function(vm, callee);
    if (!place_arguments(vm, &c, args, n, names, all, &count))
        return false;
    return c.proto ? vm_push_call(vm, callee.ptr, all, count) : vm_call_native(vm, c.native, all, count, out);
}

bool vm_fail_not_function(Vm *vm, Value v)
{
    return vm_fail_values(vm, D_NOT_FUNCTION, STR(""), &v, 1);
}

/* ---- methods ---- */

enum { METHOD_OBJECT, METHOD_NAME, METHOD_FIELDS };

static bool method_member(Vm *vm, const Instance *self, Str name, Value *out)
{
    (void)out;
    Value v = value_obj(T_OBJECT, (void *)(uintptr_t)self);
    return vm_fail_values(vm, D_NO_FIELDS, name, &v, 1);
}

static const ObjectType method_type = {
    .name = "a method", .name_fr = "une méthode", .id = "method", .member = method_member};

bool vm_is_method(Value v)
{
    return v.tag == T_OBJECT && ((const Instance *)v.ptr)->type == &method_type;
}

bool vm_method_of(Vm *vm, Value object, Str name, Value *out)
{
    if (!((const Instance *)object.ptr)->type->call)
        return vm_member_of(vm, object, name, out);
    Instance *m = instance_new(vm->heap, &method_type, METHOD_FIELDS);
    if (!m || !text_new(vm->heap, name, &m->fields[METHOD_NAME]))
        return vm_fail_memory(vm);
    m->fields[METHOD_OBJECT] = object;
    *out = value_obj(T_OBJECT, m);
    return true;
}

bool vm_call_method(Vm *vm, Value method, const Value *args, uint32_t n, Value names, Value *out)
{
    const Instance *m = method.ptr, *self = m->fields[METHOD_OBJECT].ptr;
    Str given[LIMIT_PARAMETERS];
    uint32_t named = names.tag == T_LIST ? list_count(names) : 0;
    for (uint32_t i = 0; i < named; i++)
        given[i] = text_str(vm->heap, list_at(names, i));
    return self->type->call(vm, self, text_str(vm->heap, m->fields[METHOD_NAME]), args, n, given, named, out);
}
