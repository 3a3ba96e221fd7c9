/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a declaration becomes a Native, prepared once for libffi. Several functions of the text share one C function,
   foreign_run, which knows by vm->native which one it is.

   A callback that fails sets the fault and is not run again; the library goes on with zeros until it returns, then the
   fault is raised. C frames of the library are never jumped over. */
#include "lib/foreign.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "lib/file.h"

typedef struct ForeignLibrary ForeignLibrary;
struct ForeignLibrary {
    Str name;
    void *handle;
    ForeignLibrary *next;
};

struct Foreign {
    Mem *mem;
    Arena arena;      /* functions, callbacks, libraries */
    ForeignLibrary *libraries;
    ForeignFunction *functions;
    ForeignHandle *handles;
    uint32_t handle_count, handle_cap;
    pthread_t thread;
    volatile bool late; /* a callback came when no call was under way */
};

typedef union Cell { /* of an argument or a result that is no struct */
    ffi_arg whole;
    int64_t wide;
    double real;
    float narrow;
    void *address;
} Cell;

/* ---- libraries ---- */

static Foreign *foreign_of(Library *l)
{
    if (l->foreign) {
        return l->foreign;
    }
    Foreign *f = mem_zalloc(l->mem, 1, sizeof *f);
    if (f) {
        f->mem = l->mem;
        f->thread = pthread_self();
        arena_init(&f->arena, l->mem);
    }
    return l->foreign = f;
}

/* A name without a slash is looked for by the system; another one starts from the folder of the text. */
static Str library_path(const Args *a, Buf *b, Str name)
{
    bool relative = memchr(name.p, '/', name.n) && name.p[0] != '/';
    if (relative) {
        buf_put(b, file_outside(a)->folder);
        buf_putc(b, '/');
    }
    buf_put(b, name);
    return str_from(buf_cstr(b));
}

static bool fail_library(const Args *a, DiagId id, Str library, Str what)
{
    const Str texts[] = {library, what};
    return vm_fail(a->vm, id, texts, 2);
}

static ForeignLibrary *open_library(const Args *a, Foreign *f, Str name)
{
    for (ForeignLibrary *l = f->libraries; l; l = l->next) {
        if (str_eq(l->name, name)) {
            return l;
        }
    }
    Buf path;
    buf_init(&path, f->mem);
    Str file = library_path(a, &path, name);
    void *handle = path.failed ? NULL : dlopen(file.p, RTLD_NOW | RTLD_LOCAL);
    const char *why = handle || path.failed ? NULL : dlerror();
    if (why) {
        fail_library(a, D_FOREIGN_NO_LIBRARY, name, str_from(why));
    }
    buf_free(&path);
    ForeignLibrary *l = handle ? arena_alloc(&f->arena, sizeof *l) : NULL;
    Str kept = l ? arena_str(&f->arena, name) : (Str){NULL, 0};
    if (!kept.p) {
        if (!a->vm->fault) {
            vm_fail_memory(a->vm);
        }
        return NULL;
    }
    *l = (ForeignLibrary){kept, handle, f->libraries};
    return f->libraries = l;
}

/* NULL: fault. */
static void *symbol_of(const Args *a, Foreign *f, const ForeignLibrary *l, Str symbol)
{
    Str name = arena_str(&f->arena, symbol);
    void *address = name.p ? dlsym(l->handle, name.p) : NULL;
    if (!address) {
        name.p ? fail_library(a, D_FOREIGN_NO_SYMBOL, l->name, symbol) : vm_fail_memory(a->vm);
    }
    return address;
}

/* ---- handles ---- */

static bool keep_handle(ForeignCall *c, void *address, Instance *pointer)
{
    Foreign *f = c->function->foreign;
    if (f->handle_count == f->handle_cap) {
        uint32_t cap = f->handle_cap ? 2 * f->handle_cap : 16;
        ForeignHandle *grown = mem_realloc(f->mem, f->handles, f->handle_cap * sizeof *grown, cap * sizeof *grown);
        if (!grown) {
            c->function->release(address);
            return vm_fail_memory(c->vm);
        }
        f->handles = grown;
        f->handle_cap = cap;
    }
    f->handles[f->handle_count++] = (ForeignHandle){address, c->function->release, pointer};
    return true;
}

/* A call of the very function that releases is the release. */
static void note_release(ForeignCall *c, const Value *args, uint32_t n)
{
    Foreign *f = c->function->foreign;
    void (*called)(void *);
    memcpy(&called, &c->function->address, sizeof called);
    for (uint32_t i = 0; i < f->handle_count; i++) {
        ForeignHandle *h = &f->handles[i];
        if (h->release == called && n && args[0].tag == T_OBJECT && args[0].ptr == h->pointer) {
            foreign_forget(h->pointer);
            *h = f->handles[--f->handle_count];
            return;
        }
    }
}

/* Pointers that must be released stay reachable, so that their values can be told that they were. */
static void mark_handles(Heap *h, void *data)
{
    const Library *l = data;
    for (uint32_t i = 0; l->foreign && i < l->foreign->handle_count; i++) {
        if (l->foreign->handles[i].pointer) {
            heap_mark(h, value_obj(T_OBJECT, l->foreign->handles[i].pointer));
        }
    }
}

void foreign_close(Foreign *f)
{
    if (!f) {
        return;
    }
    while (f->handle_count) {
        ForeignHandle *h = &f->handles[--f->handle_count];
        h->release(h->address);
    }
    for (ForeignFunction *fn = f->functions; fn; fn = fn->next) {
        for (ForeignCallback *c = fn->callbacks; c; c = c->next) {
            ffi_closure_free(c->closure);
        }
    }
    mem_free(f->mem, f->handles, f->handle_cap * sizeof *f->handles);
    arena_free(&f->arena);
    mem_free(f->mem, f, sizeof *f);
}

/* ---- callbacks ---- */

static bool callback_values(ForeignCallback *cb, void **args, Value *out)
{
    const ForeignSignature *s = cb->signature;
    for (uint32_t i = 0; i < s->count; i++) {
        if (!foreign_get(cb->call, s->params[i].type, args[i], &out[i])) {
            return false;
        }
    }
    return true;
}

/* libffi wants small whole numbers as wide as a register. */
static bool callback_result(ForeignCallback *cb, Value v, void *ret)
{
    const ForeignType *t = cb->signature->result;
    Cell cell = {.wide = 0};
    if (t->kind == FOREIGN_VOID) {
        return true;
    }
    if (!foreign_put(cb->call, t, STR("callback"), v, &cell)) {
        return false;
    }
    switch (t->kind) {
#define FOREIGN_NUMBER(id, text, type, ffi, whole, sign)                                                               \
    case FOREIGN_##id: {                                                                                               \
        type x;                                                                                                        \
        memcpy(&x, &cell, sizeof x);                                                                                   \
        if (whole) {                                                                                                   \
            ffi_arg wide = (ffi_arg)x;                                                                                 \
            memcpy(ret, &wide, sizeof wide);                                                                           \
        } else {                                                                                                       \
            memcpy(ret, &x, sizeof x);                                                                                 \
        }                                                                                                              \
        return true;                                                                                                   \
    }
#include "check/foreign.def"
    case FOREIGN_BOOL: {
        ffi_arg wide = *(uint8_t *)&cell;
        memcpy(ret, &wide, sizeof wide);
        return true;
    }
    default: memcpy(ret, &cell.address, sizeof cell.address); return true;
    }
}

static void callback_run(ffi_cif *cif, void *ret, void **args, void *data)
{
    ForeignCallback *cb = data;
    Foreign *f = cb->owner->foreign;
    Value values[LIMIT_PARAMETERS], result;
    (void)cif;
    if (cb->signature->result->kind != FOREIGN_VOID) {
        memset(ret, 0, sizeof(ffi_arg));
    }
    if (!pthread_equal(pthread_self(), f->thread) || !cb->call) {
        f->late = true;
        return;
    }
    ForeignCall *c = cb->call;
    if (c->failed) {
        return;
    }
    int kept = errno;
    bool ok = callback_values(cb, args, values) && vm_call(c->vm, cb->function, values, cb->signature->count, &result) &&
              callback_result(cb, result, ret);
    c->failed = !ok;
    errno = kept;
}

static ForeignCallback *new_callback(ForeignCall *c, const ForeignSignature *s)
{
    Foreign *f = c->function->foreign;
    ForeignCallback *cb = arena_alloc(&f->arena, sizeof *cb);
    ffi_type **types = arena_alloc(&f->arena, (s->count + 1) * sizeof(ffi_type *));
    if (!cb || !types) {
        return NULL;
    }
    for (uint32_t i = 0; i < s->count; i++) {
        types[i] = foreign_ffi(&f->arena, s->params[i].type);
        if (!types[i]) {
            return NULL;
        }
    }
    *cb = (ForeignCallback){.owner = c->function, .signature = s};
    ffi_type *result = foreign_ffi(&f->arena, s->result);
    if (!result || ffi_prep_cif(&cb->cif, FFI_DEFAULT_ABI, s->count, result, types) != FFI_OK) {
        return NULL;
    }
    cb->closure = ffi_closure_alloc(sizeof *cb->closure, &cb->code);
    if (!cb->closure) {
        return NULL;
    }
    cb->next = c->function->callbacks;
    c->function->callbacks = cb;
    return ffi_prep_closure_loc(cb->closure, &cb->cif, callback_run, cb, cb->code) == FFI_OK ? cb : NULL;
}

void *foreign_callback(ForeignCall *c, const ForeignType *t, Value function)
{
    ForeignCallback *cb = c->function->callbacks;
    while (cb && (cb->call || cb->signature != t->signature)) {
        cb = cb->next;
    }
    cb = cb ? cb : new_callback(c, t->signature);
    if (!cb) {
        vm_fail_memory(c->vm);
        return NULL;
    }
    cb->call = c;
    cb->function = function;
    return cb->code;
}

/* ---- a call ---- */

typedef struct Arguments {
    Cell cells[LIMIT_PARAMETERS];
    void *given[LIMIT_PARAMETERS];  /* for libffi: where each one stands */
    void *rooms[LIMIT_PARAMETERS];  /* what is given by its address */
    uint32_t counts[LIMIT_PARAMETERS];
} Arguments;

static bool put_argument(ForeignCall *c, Arguments *x, uint32_t i, Value v)
{
    const ForeignParam *p = &c->function->signature.params[i];
    bool by_address = p->way != WAY_IN || p->type->kind == FOREIGN_BUFFER || p->type->kind == FOREIGN_REF;
    x->given[i] = &x->cells[i];
    if (by_address) {
        bool ok = foreign_room(c, p, v, &x->rooms[i], &x->counts[i]);
        x->cells[i].address = x->rooms[i];
        return ok;
    }
    if (p->type->kind == FOREIGN_STRUCT) {
        x->given[i] = arena_alloc(&c->arena, c->function->types[i]->size + sizeof(Cell));
        if (!x->given[i]) {
            return vm_fail_memory(c->vm);
        }
    }
    return foreign_put(c, p->type, p->name, v, x->given[i]);
}

static bool put_arguments(ForeignCall *c, Arguments *x, const Value *args)
{
    const ForeignSignature *s = &c->function->signature;
    for (uint32_t i = 0, at = 0; i < s->count; i++) {
        bool only_out = foreign_only_out(&s->params[i]);
        if (!put_argument(c, x, i, only_out ? value_none() : args[at])) {
            return false;
        }
        at += !only_out;
    }
    return true;
}

static bool get_out(ForeignCall *c, const Arguments *x, uint32_t i, Value *out)
{
    const ForeignParam *p = &c->function->signature.params[i];
    return p->type->kind == FOREIGN_BUFFER ? foreign_get_buffer(c, p->type, x->rooms[i], x->counts[i], out)
                                           : foreign_get(c, p->type, x->rooms[i], out);
}

/* Small whole numbers come back as wide as a register. */
static void narrow_result(const ForeignType *t, Cell *cell)
{
    ffi_arg wide = cell->whole;
    switch (t->kind) {
#define FOREIGN_NUMBER(id, text, type, ffi, whole, sign)                                                               \
    case FOREIGN_##id:                                                                                                 \
        if ((whole) && sizeof(type) < sizeof wide) {                                                                   \
            type x = (type)wide;                                                                                       \
            memcpy(cell, &x, sizeof x);                                                                                \
        }                                                                                                              \
        return;
#include "check/foreign.def"
    case FOREIGN_BOOL: *(uint8_t *)cell = (uint8_t)wide != 0; return;
    default: return;
    }
}

static bool result_fails(const ForeignType *t, Value v)
{
    return v.tag == T_STATUS || (foreign_is_number(t) && v.tag == T_NUM && v.num == -1 && v.den == 1);
}

static bool fail_errno(ForeignCall *c, int error)
{
    Buf number;
    buf_init(&number, c->vm->mem);
    buf_printf(&number, "%d", error);
    foreign_fail(c, D_FOREIGN_ERRNO, str_from(strerror(error)), buf_str(&number), STR(""));
    buf_free(&number);
    return false;
}

static bool get_result(ForeignCall *c, const void *at, Value *out)
{
    const ForeignFunction *f = c->function;
    const ForeignType *t = f->signature.result;
    bool ok = foreign_get(c, t, at, out);
    void *address = NULL;
    if (f->release) {
        memcpy(&address, at, sizeof address);
    }
    if (!address) {
        return ok;
    }
    if (t->kind == FOREIGN_TEXT || !ok) { /* copied, or not wanted */
        f->release(address);
        return ok;
    }
    return keep_handle(c, address, out->ptr);
}

/* How many values come back: the result, what was filled, errno. */
static uint32_t outcome_count(const ForeignSignature *s)
{
    uint32_t n = s->result->kind != FOREIGN_VOID ? 1 : 0;
    n += s->errors == ERRNO_GIVEN;
    for (uint32_t i = 0; i < s->count; i++) {
        n += s->params[i].way != WAY_IN;
    }
    return n;
}

/* The one value, or a record of them. */
static bool get_outcome(ForeignCall *c, const Arguments *x, const void *result, int error, Value *out)
{
    const ForeignSignature *s = &c->function->signature;
    uint32_t n = outcome_count(s), at = 0;
    Heap *heap = c->vm->heap;
    Record *r = n > 1 ? record_new(heap, n) : NULL;
    Value v = value_none();
    if (n > 1 && !r) {
        return vm_fail_memory(c->vm);
    }
    if (s->result->kind != FOREIGN_VOID) {
        if (!get_result(c, result, &v)) {
            return false;
        }
        if (s->errors == ERRNO_FAILS && result_fails(s->result, v)) {
            return fail_errno(c, error);
        }
        if (r && !record_set_field(heap, r, at++, c->vm->lang == LANG_FR ? STR("résultat") : STR("result"), v)) {
            return vm_fail_memory(c->vm);
        }
    }
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->params[i].way != WAY_IN && (!get_out(c, x, i, &v) ||
                                           (r && !record_set_field(heap, r, at++, s->params[i].name, v)))) {
            return c->vm->fault ? false : vm_fail_memory(c->vm);
        }
    }
    if (s->errors == ERRNO_GIVEN) {
        v = num_int(error);
        if (r && !record_set_field(heap, r, at++, STR("errno"), v)) {
            return vm_fail_memory(c->vm);
        }
    }
    *out = r ? value_obj(T_RECORD, r) : v;
    return true;
}

static void end_callbacks(ForeignCall *c)
{
    for (ForeignCallback *cb = c->function->callbacks; cb; cb = cb->next) {
        if (cb->call == c) {
            cb->call = NULL;
            cb->function = value_none();
        }
    }
}

static bool fail_late(ForeignCall *c)
{
    c->function->foreign->late = false;
    return foreign_fail(c, D_FOREIGN_LATE, STR(""), STR(""), STR(""));
}

static bool call(ForeignCall *c, Arguments *x, const Value *args, uint32_t n, Value *out)
{
    ForeignFunction *f = c->function;
    const ForeignType *t = f->signature.result;
    Cell cell = {.wide = 0};
    void *result = &cell;
    if (t->kind == FOREIGN_STRUCT) {
        result = arena_alloc(&c->arena, f->cif.rtype->size + sizeof(Cell));
        if (!result) {
            return vm_fail_memory(c->vm);
        }
    }
    if (!put_arguments(c, x, args)) {
        return false;
    }
    errno = 0;
    ffi_call(&f->cif, f->address, result, x->given);
    int error = errno;
    end_callbacks(c);
    if (f->foreign->handle_count) {
        note_release(c, args, n);
    }
    if (c->failed) {
        return c->vm->fault ? false : vm_fail_memory(c->vm);
    }
    if (f->foreign->late) {
        return fail_late(c);
    }
    narrow_result(t, &cell);
    return get_outcome(c, x, result, error, out);
}

static bool foreign_run(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    Arguments x;
    ForeignCall c = {.function = (ForeignFunction *)(uintptr_t)vm->native, .vm = vm};
    arena_init(&c.arena, vm->mem);
    bool ok = call(&c, &x, args, n, out);
    end_callbacks(&c);
    arena_free(&c.arena);
    return ok && vm_charge(vm, 1);
}

/* ---- declarations ---- */

static bool read_structs(const Args *a, Foreign *f, Str text, ForeignStruct **structs)
{
    ForeignError error;
    for (size_t at = 0; at < text.n;) {
        size_t end = at;
        while (end < text.n && text.p[end] != '\n') {
            end++;
        }
        if (!foreign_struct(&f->arena, a->vm->num, str_sub(text, at, end), *structs, structs, &error)) {
            return vm_fail_memory(a->vm); /* it was read once already */
        }
        at = end + 1;
    }
    return true;
}

static bool prepare(const Args *a, ForeignFunction *fn)
{
    Foreign *f = fn->foreign;
    const ForeignSignature *s = &fn->signature;
    fn->types = arena_alloc(&f->arena, (s->count + 1) * sizeof(ffi_type *));
    ffi_type *result = foreign_ffi(&f->arena, s->result);
    for (uint32_t i = 0; fn->types && i < s->count; i++) {
        fn->types[i] = s->params[i].way == WAY_IN ? foreign_ffi(&f->arena, s->params[i].type) : &ffi_type_pointer;
        if (!fn->types[i]) {
            return vm_fail_memory(a->vm);
        }
    }
    if (!fn->types || !result) {
        return vm_fail_memory(a->vm);
    }
    ffi_status status = s->variadic
                            ? ffi_prep_cif_var(&fn->cif, FFI_DEFAULT_ABI, s->fixed, s->count, result, fn->types)
                            : ffi_prep_cif(&fn->cif, FFI_DEFAULT_ABI, s->count, result, fn->types);
    return status == FFI_OK || fail_library(a, D_FOREIGN_WAY, s->name, STR(""));
}

static bool make_native(const Args *a, ForeignFunction *fn)
{
    const ForeignSignature *s = &fn->signature;
    NativeParam *params = arena_alloc(&fn->foreign->arena, (s->count + 1) * sizeof *params);
    uint32_t n = 0;
    if (!params) {
        return vm_fail_memory(a->vm);
    }
    for (uint32_t i = 0; i < s->count; i++) {
        if (!foreign_only_out(&s->params[i])) {
            params[n++] = (NativeParam){.name = s->params[i].name, .name_fr = s->params[i].name, .kind = PARAM_VALUE};
        }
    }
    fn->native = (Native){.name = s->name, .name_fr = s->name, .call = foreign_run, .params = params, .param_count = n,
                          .flags = s->effect ? NATIVE_EFFECT : 0, .capability = CAP_FFI, .chapter = STR(""),
                          .summary = STR(""), .summary_fr = STR(""), .details = STR(""), .details_fr = STR(""),
                          .example = STR(""), .result = STR("")};
    return true;
}

static bool bind(const Args *a, ForeignFunction *fn, Str library)
{
    Foreign *f = fn->foreign;
    ForeignLibrary *l = open_library(a, f, library);
    void *address = l ? symbol_of(a, f, l, fn->signature.symbol) : NULL;
    void *release = address && fn->signature.release.n ? symbol_of(a, f, l, fn->signature.release) : NULL;
    if (!address || (fn->signature.release.n && !release)) {
        return false;
    }
    memcpy(&fn->address, &address, sizeof address);
    memcpy(&fn->release, &release, sizeof release);
    return true;
}

static bool declare(const Args *a, Foreign *f, Value *out)
{
    ForeignError error;
    ForeignStruct *structs = NULL;
    Str library, text, lines;
    ForeignFunction *fn = arena_alloc(&f->arena, sizeof *fn);
    if (!args_text(a, 0, &library) || !args_text(a, 1, &text) || !args_text(a, 2, &lines)) {
        return false;
    }
    Str kept = arena_str(&f->arena, text), kept_lines = arena_str(&f->arena, lines);
    if (!fn || !kept.p || !kept_lines.p) {
        return vm_fail_memory(a->vm);
    }
    fn->foreign = f;
    if (!file_may_load(a, library) || !read_structs(a, f, kept_lines, &structs)) {
        return false;
    }
    if (!foreign_function(&f->arena, a->vm->num, kept, structs, &fn->signature, &error)) {
        return vm_fail_memory(a->vm);
    }
    if (!bind(a, fn, library) || !prepare(a, fn) || !make_native(a, fn)) {
        return false;
    }
    fn->next = f->functions;
    f->functions = fn;
    *out = (Value){.tag = T_NATIVE, .den = 1, .ptr = &fn->native};
    return true;
}

bool hidden_foreign(Vm *vm, const Value *args, uint32_t n, Value *out);
bool hidden_foreign(Vm *vm, const Value *args, uint32_t n, Value *out)
{
    const Args a = {vm, args, n, BUILTIN_table};
    Library *l = (Library *)(uintptr_t)vm->library;
    bool first = !l->foreign;
    Foreign *f = foreign_of(l);
    if (!f) {
        return vm_fail_memory(vm);
    }
    if (first) {
        heap_add_root(vm->heap, mark_handles, l);
    }
    return declare(&a, f, out);
}
