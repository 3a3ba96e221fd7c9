/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values to C and back. Numbers go out in the unit declared for them, and whole numbers must fit; a `double` that comes back is
   approximate, as it is. A pointer is opaque: its value is an object that nothing can be asked of. */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "lib/foreign.h"

enum { POINTER_ADDRESS, POINTER_KIND, POINTER_LIVE, POINTER_FIELDS };

/* ---- what goes wrong ---- */

bool foreign_fail(ForeignCall *c, DiagId id, Str a, Str b, Str d)
{
    const Str texts[] = {c->function->signature.name, a, b, d};
    return vm_fail(c->vm, id, texts, 4);
}

static bool fail_value(ForeignCall *c, DiagId id, const ForeignType *t, Str name, Value v)
{
    Buf given;
    buf_init(&given, c->vm->mem);
    vm_describe(c->vm, &given, v);
    Str type = t->kind == FOREIGN_STRUCT ? t->name : str_from(foreign_name(t->kind));
    foreign_fail(c, id, name, type, buf_str(&given));
    buf_free(&given);
    return false;
}

static bool fail_memory(ForeignCall *c) { return vm_fail_memory(c->vm); }

/* ---- types for libffi ---- */

static ffi_type *struct_ffi(Arena *arena, const ForeignType *t)
{
    ffi_type *made = arena_alloc(arena, sizeof *made);
    ffi_type **elements = arena_alloc(arena, (t->field_count + 1) * sizeof(ffi_type *));
    if (!made || !elements) {
        return NULL;
    }
    for (uint32_t i = 0; i < t->field_count; i++) {
        elements[i] = foreign_ffi(arena, t->fields[i].type);
        if (!elements[i]) {
            return NULL;
        }
    }
    *made = (ffi_type){.type = FFI_TYPE_STRUCT, .elements = elements};
    return ffi_get_struct_offsets(FFI_DEFAULT_ABI, made, NULL) == FFI_OK ? made : NULL;
}

ffi_type *foreign_ffi(Arena *arena, const ForeignType *t)
{
    switch (t->kind) {
    case FOREIGN_VOID: return &ffi_type_void;
#define FOREIGN_NUMBER(id, name, type, ffi, whole, sign) case FOREIGN_##id: return &ffi;
#include "check/foreign.def"
    case FOREIGN_BOOL: return &ffi_type_uint8;
    case FOREIGN_STRUCT: return struct_ffi(arena, t);
    default: return &ffi_type_pointer;
    }
}

size_t foreign_size(Arena *arena, const ForeignType *t)
{
    ffi_type *f = foreign_ffi(arena, t);
    return f ? f->size : 0;
}

/* Where each field stands. */
static bool struct_offsets(ForeignCall *c, const ForeignType *t, size_t **offsets)
{
    ffi_type *f = struct_ffi(&c->arena, t);
    *offsets = arena_alloc(&c->arena, (t->field_count + 1) * sizeof **offsets);
    return f && *offsets && ffi_get_struct_offsets(FFI_DEFAULT_ABI, f, *offsets) == FFI_OK;
}

/* ---- numbers out ---- */

static bool fail_unit(ForeignCall *c, const ForeignType *t, Str name, Value v)
{
    Buf unit, given;
    buf_init(&unit, c->vm->mem);
    buf_init(&given, c->vm->mem);
    unit_name(c->vm->num, &unit, t->unit, c->vm->lang);
    vm_describe(c->vm, &given, v);
    const Str texts[] = {c->function->signature.name, name, buf_str(&unit), buf_str(&given)};
    vm_fail(c->vm, D_PARAM_UNIT, texts, 4);
    buf_free(&unit);
    buf_free(&given);
    return false;
}

/* In the unit declared, without it. */
static bool number_in_unit(ForeignCall *c, const ForeignType *t, Str name, Value v, Value *out)
{
    NumCtx *num = c->vm->num;
    if (!value_is_number(v)) {
        return fail_value(c, D_FOREIGN_VALUE, t, name, v);
    }
    if (!t->has_unit) {
        bool bare = v.unit == U_PLAIN || unit_is_dimensionless(num, v.unit) || unit_is_counting(num, v.unit);
        *out = v;
        out->unit = U_PLAIN; /* magnitudes are kept in the base of their dimension: 20 % is 0.2 */
        return bare || fail_value(c, D_FOREIGN_DIMENSION, t, name, v);
    }
    if (!unit_same_dimension(num, v.unit, t->unit)) {
        return fail_unit(c, t, name, v);
    }
    NumErr err = unit_convert(num, v, t->unit, &v);
    err = err == NUM_OK ? num_shown(num, v, out) : err;
    return err == NUM_OK || vm_fail_num(c->vm, err, "extern", v, v);
}

/* A whole number of at most 20 digits, from its text: beyond what a cell holds. */
static bool whole_text(ForeignCall *c, Value v, bool *negative, uint64_t *magnitude)
{
    Buf b;
    buf_init(&b, c->vm->mem);
    bool ok = num_fraction(c->vm->num, &b, v) == NUM_OK && !b.failed;
    *negative = ok && b.n && b.p[0] == '-';
    *magnitude = 0;
    for (size_t i = *negative; ok && i < b.n; i++) {
        uint64_t digit = (uint64_t)(unsigned char)b.p[i] - '0';
        ok = digit <= 9 && *magnitude <= (UINT64_MAX - digit) / 10;
        *magnitude = *magnitude * 10 + digit;
    }
    buf_free(&b);
    return ok;
}

static bool put_whole(ForeignCall *c, const ForeignType *t, Str name, Value v, void *at)
{
    Value n;
    bool negative;
    uint64_t magnitude;
    if (!number_in_unit(c, t, name, v, &n)) {
        return false;
    }
    if (n.tag == T_NUM && n.den == 1) {
        negative = n.num < 0;
        magnitude = negative ? 0 - (uint64_t)n.num : (uint64_t)n.num;
    } else if (!num_is_whole(c->vm->num, n) || !whole_text(c, n, &negative, &magnitude)) {
        return fail_value(c, D_FOREIGN_RANGE, t, name, v);
    }
    uint64_t bits = negative ? 0 - magnitude : magnitude;
    switch (t->kind) {
#define FOREIGN_NUMBER(id, text, type, ffi, whole, sign)                                                               \
    case FOREIGN_##id:                                                                                                 \
        if (whole) {                                                                                                   \
            uint64_t most = (sign) ? (uint64_t)1 << (8 * sizeof(type) - 1) : 0;                                        \
            uint64_t top = (sign) ? most - 1 : UINT64_MAX >> (64 - 8 * sizeof(type));                                  \
            if (negative ? magnitude > most : magnitude > top) {                                                       \
                return fail_value(c, D_FOREIGN_RANGE, t, name, v);                                                     \
            }                                                                                                          \
            type x = (type)bits;                                                                                       \
            memcpy(at, &x, sizeof x);                                                                                  \
        }                                                                                                              \
        return true;
#include "check/foreign.def"
    default: return false;
    }
}

static bool put_real(ForeignCall *c, const ForeignType *t, Str name, Value v, void *at)
{
    Value n;
    if (!number_in_unit(c, t, name, v, &n)) {
        return false;
    }
    double x = n.tag == T_NUM && n.den == 1 ? (double)n.num : num_to_double(c->vm->num, n);
    float narrow = (float)x;
    if (!isfinite(x) || (t->kind == FOREIGN_FLOAT && !isfinite(narrow))) {
        return fail_value(c, D_FOREIGN_RANGE, t, name, v);
    }
    if (t->kind == FOREIGN_FLOAT) {
        memcpy(at, &narrow, sizeof narrow);
    } else {
        memcpy(at, &x, sizeof x);
    }
    return true;
}

/* ---- other values out ---- */

static bool put_address(void *at, const void *address)
{
    memcpy(at, &address, sizeof address);
    return true;
}

static bool put_text(ForeignCall *c, const ForeignType *t, Str name, Value v, void *at)
{
    if (value_is_not_given(v)) {
        return put_address(at, NULL);
    }
    if (v.tag != T_TEXT) {
        return fail_value(c, D_FOREIGN_VALUE, t, name, v);
    }
    Str s = text_str(c->vm->heap, v);
    Str kept = s.p ? arena_str(&c->arena, s) : (Str){NULL, 0};
    if (!kept.p) {
        return fail_memory(c);
    }
    if (memchr(kept.p, 0, kept.n)) {
        return foreign_fail(c, D_FOREIGN_NUL, name, STR(""), STR(""));
    }
    return put_address(at, kept.p);
}

/* ---- pointers ---- */

static bool pointer_member(Vm *vm, const Instance *self, Str name, Value *out)
{
    (void)out;
    Value v = value_obj(T_OBJECT, (void *)(uintptr_t)self);
    Buf given;
    buf_init(&given, vm->mem);
    vm_describe(vm, &given, v);
    const Str texts[] = {name, buf_str(&given)};
    vm_fail(vm, D_NO_FIELDS, texts, 2);
    buf_free(&given);
    return false;
}

static void pointer_show(Heap *h, const Instance *self, Buf *out, bool french)
{
    Str kind = text_str(h, self->fields[POINTER_KIND]);
    buf_puts(out, french ? "pointeur" : "pointer");
    buf_putc(out, kind.n ? ' ' : '\0');
    out->n -= kind.n ? 0 : 1;
    buf_put(out, kind);
}

static const ObjectType pointer_type = {
    .name = "a pointer", .name_fr = "un pointeur", .id = "pointer", .member = pointer_member, .show = pointer_show};

bool foreign_pointer(Heap *h, void *address, Str kind, Value *out)
{
    if (!address) {
        *out = value_status(STATUS_NOT_GIVEN, NULL);
        return true;
    }
    Instance *p = instance_new(h, &pointer_type, POINTER_FIELDS);
    if (!p || !text_new(h, kind, &p->fields[POINTER_KIND])) {
        return false;
    }
    p->fields[POINTER_ADDRESS] = num_int((int64_t)(intptr_t)address);
    p->fields[POINTER_LIVE] = value_truth(true);
    *out = value_obj(T_OBJECT, p);
    return true;
}

void foreign_forget(Instance *pointer) { pointer->fields[POINTER_LIVE] = value_truth(false); }

static bool put_pointer(ForeignCall *c, const ForeignType *t, Str name, Value v, void *at)
{
    if (value_is_not_given(v)) {
        return put_address(at, NULL);
    }
    Instance *p = v.tag == T_OBJECT ? v.ptr : NULL;
    if (!p || p->type != &pointer_type) {
        return fail_value(c, D_FOREIGN_VALUE, t, name, v);
    }
    if (!value_is_true(p->fields[POINTER_LIVE])) {
        return foreign_fail(c, D_FOREIGN_RELEASED, name, STR(""), STR(""));
    }
    Str kind = text_str(c->vm->heap, p->fields[POINTER_KIND]);
    if (t->name.n && kind.n && !str_eq(kind, t->name)) {
        return foreign_fail(c, D_FOREIGN_HANDLE, name, t->name, kind);
    }
    return put_address(at, (void *)(intptr_t)p->fields[POINTER_ADDRESS].num);
}

/* ---- structs ---- */

static bool put_struct(ForeignCall *c, const ForeignType *t, Str name, Value v, void *at)
{
    size_t *offsets;
    if (v.tag != T_RECORD) {
        return fail_value(c, D_FOREIGN_VALUE, t, name, v);
    }
    if (!struct_offsets(c, t, &offsets)) {
        return fail_memory(c);
    }
    for (uint32_t i = 0; i < t->field_count; i++) {
        Value field;
        const ForeignParam *p = &t->fields[i];
        if (!record_get(v, p->name, &field)) {
            return foreign_fail(c, D_FOREIGN_FIELD, name, p->name, STR(""));
        }
        if (!foreign_put(c, p->type, p->name, field, (char *)at + offsets[i])) {
            return false;
        }
    }
    bool same = ((const Record *)v.ptr)->n == t->field_count;
    return same || foreign_fail(c, D_FOREIGN_FIELD, name, t->fields[0].name, STR(""));
}

static bool get_struct(ForeignCall *c, const ForeignType *t, const void *at, Value *out)
{
    size_t *offsets;
    Record *r = record_new(c->vm->heap, t->field_count);
    if (!r || !struct_offsets(c, t, &offsets)) {
        return fail_memory(c);
    }
    for (uint32_t i = 0; i < t->field_count; i++) {
        Value field;
        if (!foreign_get(c, t->fields[i].type, (const char *)at + offsets[i], &field)) {
            return false;
        }
        if (!record_set_field(c->vm->heap, r, i, t->fields[i].name, field)) {
            return fail_memory(c);
        }
    }
    *out = value_obj(T_RECORD, r);
    return true;
}

/* ---- buffers ---- */

static bool put_items(ForeignCall *c, const ForeignType *item, Str name, Value list, size_t size, char *room)
{
    for (uint32_t i = 0; i < list_count(list); i++) {
        if (!foreign_put(c, item, name, list_at(list, i), room + i * size)) {
            return false;
        }
    }
    return vm_charge(c->vm, list_count(list));
}

/* The bytes of a text, or the items of a list; what is only filled, its count. */
static bool put_buffer(ForeignCall *c, const ForeignParam *p, Value v, void **room, uint32_t *count)
{
    const ForeignType *item = p->type->item;
    size_t size = foreign_size(&c->arena, item);
    size_t most = size ? LIMIT_TEXT_BYTES / size : 0;
    bool bytes = size == 1 && v.tag == T_TEXT && p->way != WAY_OUT, fits = false;
    int64_t n = -1;
    if (p->way == WAY_OUT && value_is_number(v)) {
        n = num_to_int64(c->vm->num, v, &fits);
    } else if (bytes) {
        n = (int64_t)text_bytes(v);
    } else if (p->way != WAY_OUT && v.tag == T_LIST) {
        n = list_count(v);
    }
    if (p->way != WAY_OUT && n < 0) {
        return fail_value(c, D_FOREIGN_VALUE, p->type, p->name, v);
    }
    if (n < 0 || (uint64_t)n > most || (p->way == WAY_OUT && !fits)) {
        Buf b;
        buf_init(&b, c->vm->mem);
        buf_printf(&b, "%lu", (unsigned long)most);
        foreign_fail(c, D_FOREIGN_COUNT, p->name, buf_str(&b), STR(""));
        buf_free(&b);
        return false;
    }
    *count = (uint32_t)n;
    *room = arena_alloc(&c->arena, ((size_t)n + 1) * size);
    if (!*room) {
        return fail_memory(c);
    }
    if (bytes) {
        Str s = text_str(c->vm->heap, v);
        if (!s.p) {
            return fail_memory(c);
        }
        memcpy(*room, s.p, s.n);
        return true;
    }
    return p->way == WAY_OUT || put_items(c, item, p->name, v, size, *room);
}

bool foreign_get_buffer(ForeignCall *c, const ForeignType *t, const void *at, uint32_t count, Value *out)
{
    size_t size = foreign_size(&c->arena, t->item);
    List *l = list_new(c->vm->heap, count);
    if (!l) {
        return fail_memory(c);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!foreign_get(c, t->item, (const char *)at + i * size, &l->store->items[i])) {
            return false;
        }
    }
    *out = value_obj(T_LIST, l);
    return vm_charge(c->vm, count);
}

bool foreign_room(ForeignCall *c, const ForeignParam *p, Value v, void **room, uint32_t *count)
{
    if (p->type->kind == FOREIGN_BUFFER) {
        return put_buffer(c, p, v, room, count);
    }
    const ForeignType *t = p->type->kind == FOREIGN_REF ? p->type->item : p->type;
    size_t size = foreign_size(&c->arena, t);
    *room = arena_alloc(&c->arena, size + sizeof(void *));
    if (!*room || !size) {
        return fail_memory(c);
    }
    return p->way == WAY_OUT || foreign_put(c, t, p->name, v, *room);
}

/* ---- any value ---- */

bool foreign_put(ForeignCall *c, const ForeignType *t, Str name, Value v, void *at)
{
    if (foreign_is_number(t)) {
        return t->kind == FOREIGN_FLOAT || t->kind == FOREIGN_DOUBLE ? put_real(c, t, name, v, at)
                                                                     : put_whole(c, t, name, v, at);
    }
    switch (t->kind) {
    case FOREIGN_BOOL:
        *(uint8_t *)at = value_is_true(v);
        return v.tag == T_TRUTH || fail_value(c, D_FOREIGN_VALUE, t, name, v);
    case FOREIGN_TEXT: return put_text(c, t, name, v, at);
    case FOREIGN_POINTER: return put_pointer(c, t, name, v, at);
    case FOREIGN_STRUCT: return put_struct(c, t, name, v, at);
    case FOREIGN_CALLBACK: {
        bool function = v.tag == T_FUNCTION || v.tag == T_NATIVE;
        void *code = function ? foreign_callback(c, t, v) : NULL;
        if (!function) {
            return value_is_not_given(v) ? put_address(at, NULL) : fail_value(c, D_FOREIGN_VALUE, t, name, v);
        }
        return code && put_address(at, code);
    }
    default: return fail_value(c, D_FOREIGN_VALUE, t, name, v);
    }
}

static bool get_unsigned(ForeignCall *c, uint64_t n, Value *out)
{
    Buf b;
    buf_init(&b, c->vm->mem);
    buf_printf(&b, "%llu", (unsigned long long)n);
    bool ok = !b.failed && num_read_literal(c->vm->num, buf_str(&b), U_PLAIN, out) == NUM_OK;
    buf_free(&b);
    return ok || fail_memory(c);
}

static bool get_real(ForeignCall *c, double x, const ForeignType *t, Value *out)
{
    NumErr err = num_from_double(c->vm->num, x, t->has_unit ? t->unit : U_PLAIN, out);
    if (err == NUM_DOMAIN) {
        return foreign_fail(c, D_FOREIGN_NUMBER, STR(""), STR(""), STR(""));
    }
    return err == NUM_OK || fail_memory(c);
}

static bool get_number(ForeignCall *c, const ForeignType *t, const void *at, Value *out)
{
    bool ok = true;
    switch (t->kind) {
#define FOREIGN_NUMBER(id, text, type, ffi, whole, sign)                                                               \
    case FOREIGN_##id: {                                                                                               \
        type x;                                                                                                        \
        memcpy(&x, at, sizeof x);                                                                                      \
        if (!(whole)) {                                                                                                \
            return get_real(c, (double)x, t, out);                                                                     \
        }                                                                                                              \
        if ((sign) || !((uint64_t)x >> 63)) {                                                                          \
            *out = num_int((int64_t)x);                                                                                \
        } else {                                                                                                       \
            ok = get_unsigned(c, (uint64_t)x, out);                                                                    \
        }                                                                                                              \
        break;                                                                                                         \
    }
#include "check/foreign.def"
    default: break;
    }
    if (!ok || !t->has_unit) {
        return ok;
    }
    NumErr err = num_with_unit(c->vm->num, *out, t->unit, out);
    return err == NUM_OK || vm_fail_num(c->vm, err, "extern", *out, *out);
}

static bool get_text(ForeignCall *c, const char *s, Value *out)
{
    if (!s) {
        *out = value_status(STATUS_NOT_GIVEN, NULL);
        return true;
    }
    Str text = {s, strnlen(s, LIMIT_TEXT_BYTES + 1)};
    if (text.n > LIMIT_TEXT_BYTES || utf8_check(text) != text.n) {
        return foreign_fail(c, D_FOREIGN_NOT_TEXT, STR(""), STR(""), STR(""));
    }
    Buf b;
    buf_init(&b, c->vm->mem);
    utf8_nfc(&b, text);
    bool ok = !b.failed && text_new(c->vm->heap, buf_str(&b), out);
    buf_free(&b);
    return ok || fail_memory(c);
}

bool foreign_get(ForeignCall *c, const ForeignType *t, const void *at, Value *out)
{
    if (foreign_is_number(t)) {
        return get_number(c, t, at, out);
    }
    void *address = NULL;
    if (t->kind != FOREIGN_BOOL && t->kind != FOREIGN_STRUCT && t->kind != FOREIGN_VOID) {
        memcpy(&address, at, sizeof address);
    }
    switch (t->kind) {
    case FOREIGN_BOOL: *out = value_truth(*(const uint8_t *)at != 0); return true;
    case FOREIGN_TEXT: return get_text(c, address, out);
    case FOREIGN_POINTER: return foreign_pointer(c->vm->heap, address, t->name, out) || fail_memory(c);
    case FOREIGN_STRUCT: return get_struct(c, t, at, out);
    case FOREIGN_REF:
        *out = value_status(STATUS_NOT_GIVEN, NULL);
        return !address || foreign_get(c, t->item, address, out);
    default: *out = value_none(); return true;
    }
}
