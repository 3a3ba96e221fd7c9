/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text may do outside: every builtin that touches the world is refused where nothing is granted, and those that
   bear no permission touch nothing whatever is granted. Then: the place that covers a path. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/io_held.h"
#include "base/limits.h"
#include "lib/session.h"

/* ---- a world that counts who touches it ---- */

typedef struct Touched {
    Mem mem;
    IoMemory io;
    Session session;
} Touched;

static unsigned touches;

static int open_touched(Io *io, const char *root, const char *path, int *handle, uint64_t *size)
{
    (void)io, (void)root, (void)path, (void)handle, (void)size;
    touches++;
    return EACCES;
}

static int write_touched(Io *io, const char *root, const char *path, Str bytes)
{
    (void)io, (void)root, (void)path, (void)bytes;
    touches++;
    return EACCES;
}

static int locate_touched(Io *io, const char *root, const char *path, Buf *out)
{
    (void)io, (void)root, (void)path, (void)out;
    touches++;
    return EACCES;
}

static void touched_open(Touched *t, Permits permits)
{
    mem_init(&t->mem, 0);
    io_memory_init(&t->io, &t->mem);
    t->io.io.open_in = open_touched;
    t->io.io.write_in = write_touched;
    t->io.io.locate_in = locate_touched;
    touches = 0;
    SessionOptions o = {.io = &t->io.io, .lang = LANG_EN, .lang_given = true, .steps = 10000000, .stdlib = "none",
                        .permits = permits};
    assert_true(session_open(&t->session, &o));
    assert_true(session_load_text(&t->session, STR("test"), STR("")));
}

static void touched_close(Touched *t)
{
    session_close(&t->session);
    io_memory_free(&t->io);
    assert_int_equal(t->mem.used, 0);
}

static Permits everything(void)
{
    Permits p = {.beside = true, .open = PERMITS_OPEN};
    for (int k = 0; k < PERMIT_COUNT; k++) {
        p.of[k].all = true;
    }
    return p;
}

/* Calls it with a text for each parameter. True: it did what it does. */
static bool call(Touched *t, const Native *n)
{
    Vm *vm = &t->session.vm;
    Value args[LIMIT_PARAMETERS], out;
    for (uint32_t i = 0; i < n->param_count; i++) {
        assert_true(text_new(vm->heap, STR("x"), &args[i]));
    }
    return vm_call(vm, value_obj(T_NATIVE, (void *)(uintptr_t)n), args, n->param_count, &out);
}

static DiagId fault_of(Touched *t)
{
    const Fault *f = vm_take_fault(&t->session.vm);
    return f ? f->id : D_BUG;
}

/* ---- the builtins ---- */

/* An unevaluated parameter needs more than a text; none of what touches the world has one (asserted). */
static bool takes_values(const Native *n)
{
    for (uint32_t i = 0; i < n->param_count; i++) {
        if (n->params[i].kind == PARAM_EXPR || n->params[i].kind == PARAM_FORMULA) {
            return false;
        }
    }
    return true;
}

static unsigned refused_by(Permits permits, DiagId how)
{
    Touched t;
    unsigned found = 0;
    touched_open(&t, permits);
    for (uint32_t id = 0; id < BUILTIN_COUNT; id++) {
        const Native *n = library_native(&t.session.library, (BuiltinId)id);
        if (n->capability == CAP_NONE) {
            continue;
        }
        found++;
        assert_true(takes_values(n));
        assert_false(call(&t, n));
        DiagId id_of_fault = fault_of(&t);
        if (id_of_fault != how) {
            fail_msg("%.*s: %s instead of %s", (int)n->name.n, n->name.p, diag_code(id_of_fault), diag_code(how));
        }
    }
    assert_int_equal(touches, 0);
    touched_close(&t);
    return found;
}

static void all_that_touches_the_world_is_refused(void **state)
{
    (void)state;
    assert_true(refused_by((Permits){0}, D_CLOSED) >= 3);
    assert_true(refused_by((Permits){.open = PERMITS_OPEN}, D_NOT_ALLOWED) >= 3);
}

/* One that reads is refused where only writing is granted, and the other way round. */
static void each_bit_is_for_itself(void **state)
{
    (void)state;
    for (int k = 0; k < PERMIT_COUNT; k++) {
        Touched t;
        Permits permits = {.open = PERMITS_OPEN};
        permits.of[k].all = true;
        touched_open(&t, permits);
        for (uint32_t id = 0; id < BUILTIN_COUNT; id++) {
            const Native *n = library_native(&t.session.library, (BuiltinId)id);
            if (n->capability == CAP_NONE || (n->capability & t.session.vm.capabilities)) {
                continue;
            }
            assert_false(call(&t, n));
            assert_int_equal(fault_of(&t), D_NOT_ALLOWED);
        }
        assert_int_equal(touches, 0);
        touched_close(&t);
    }
}

static void what_bears_no_permission_touches_nothing(void **state)
{
    Touched t;
    (void)state;
    touched_open(&t, everything());
    for (uint32_t id = 0; id < BUILTIN_COUNT; id++) {
        const Native *n = library_native(&t.session.library, (BuiltinId)id);
        if (n->capability == CAP_NONE && takes_values(n) && !call(&t, n)) {
            fault_of(&t);
        }
        if (touches) {
            fail_msg("%.*s touches the world, and bears no permission", (int)n->name.n, n->name.p);
        }
    }
    touched_close(&t);
}

/* A text names the option that would allow what it asks for. */
static void messages_name_the_option(void **state)
{
    Touched t;
    (void)state;
    touched_open(&t, (Permits){.open = PERMITS_OPEN});
    for (uint32_t id = 0; id < BUILTIN_COUNT; id++) {
        const Native *n = library_native(&t.session.library, (BuiltinId)id);
        if (n->capability == CAP_NONE) {
            continue;
        }
        assert_false(call(&t, n));
        const Fault *f = vm_take_fault(&t.session.vm);
        Str option = {f->args[1]->bytes, f->args[1]->n};
        assert_true(str_starts(option, STR("--allow-")));
    }
    touched_close(&t);
}

/* ---- the place that covers a path ---- */

typedef struct Covered {
    const char *given, *root, *path; /* root NULL: refused */
} Covered;

static void places_cover_what_lies_below(void **state)
{
    static const char *const places[] = {"/data/of", "/data/of/mine", "/one/file.csv"};
    static const Covered cases[] = {
        {"/data/of/a.csv", "/data/of", "a.csv"},
        {"/data/of/mine/a.csv", "/data/of", "mine/a.csv"},
        {"/data/of/../of/a.csv", "/data/of", "a.csv"},
        {"/data/of/mine/../../of/x/./a.csv", "/data/of", "x/a.csv"},
        {"/data//of///a.csv", "/data/of", "a.csv"},
        {"/data/office/a.csv", NULL, NULL},
        {"/data/of/../a.csv", NULL, NULL},
        {"/data/of/../../../../data/of/a.csv", "/data/of", "a.csv"},
        {"/one/file.csv", "/one", "file.csv"},
        {"/one/file.csv2", NULL, NULL},
        {"/one", NULL, NULL},
        {"a.csv", NULL, NULL}, /* beside the text: not granted here */
        {"..", NULL, NULL},
        {"/", NULL, NULL},
    };
    Mem mem;
    IoMemory io;
    Outside w;
    Diags diags;
    (void)state;
    mem_init(&mem, 0);
    io_memory_init(&io, &mem);
    diags_init(&diags, &mem);
    Permits p = {.folder = "/home", .open = PERMITS_OPEN};
    p.of[PERMIT_READ] = (Permit){.places = places, .count = 3};
    assert_true(outside_open(&w, &io.io, &mem, &diags, &p));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        OutsideFile f;
        OutsideAnswer answer = outside_find(&w, PERMIT_READ, str_from(cases[i].given), &f);
        assert_int_equal(answer, cases[i].root ? OUTSIDE_YES : OUTSIDE_NO);
        if (cases[i].root) {
            assert_string_equal(f.root, cases[i].root);
            assert_string_equal(f.path, cases[i].path);
        }
        outside_forget(&f);
        assert_int_equal(outside_find(&w, PERMIT_WRITE, str_from(cases[i].given), &f), OUTSIDE_NO);
        outside_forget(&f);
    }
    OutsideFile f;
    assert_int_equal(outside_find(&w, PERMIT_READ, (Str){"/data/of/a\0b", 12}, &f), OUTSIDE_BAD_NAME);
    outside_forget(&f);
    outside_close(&w);
    diags_free(&diags);
    io_memory_free(&io);
    assert_int_equal(mem.used, 0);
}

/* ---- files as they were when they were first read ---- */

static DiagId read_of(Session *s, Str name, const char *expected)
{
    Value arg, out;
    assert_true(text_new(&s->heap, name, &arg));
    if (!vm_call(&s->vm, value_obj(T_NATIVE, (void *)(uintptr_t)library_native(&s->library, BUILTIN_read_text)), &arg, 1, &out)) {
        const Fault *f = vm_take_fault(&s->vm);
        return f ? f->id : D_BUG;
    }
    assert_true(str_eq(text_str(&s->heap, out), str_from(expected)));
    return D_OUT_OF_MEMORY; /* none */
}

static void what_is_sealed_reads_nothing_new(void **state)
{
    Mem mem;
    IoMemory io;
    IoHeld held;
    Session s;
    Permits p = {.open = PERMITS_OPEN};
    (void)state;
    p.of[PERMIT_READ].all = p.of[PERMIT_WRITE].all = true;
    mem_init(&mem, 0);
    io_memory_init(&io, &mem);
    io_memory_add(&io, "/a.txt", STR("first"));
    io_memory_add(&io, "/b.txt", STR("other"));
    assert_true(io_held_init(&held, &io.io));
    SessionOptions o = {.io = &held.io, .lang = LANG_EN, .lang_given = true, .stdlib = "none", .permits = p};
    assert_true(session_open(&s, &o) && session_load_text(&s, STR("test"), STR("")));
    assert_int_equal(read_of(&s, STR("/a.txt"), "first"), D_OUT_OF_MEMORY);
    io_memory_add(&io, "/a.txt", STR("later"));
    assert_int_equal(read_of(&s, STR("/a.txt"), "first"), D_OUT_OF_MEMORY);
    io_held_seal(&held);
    assert_int_equal(read_of(&s, STR("/a.txt"), "first"), D_OUT_OF_MEMORY);
    assert_int_equal(read_of(&s, STR("/x/../a.txt"), "first"), D_OUT_OF_MEMORY);
    assert_int_equal(read_of(&s, STR("/b.txt"), NULL), D_FILE_TOO_LATE);
    assert_int_equal(read_of(&s, STR("/none.txt"), NULL), D_FILE_TOO_LATE);
    assert_int_equal(held.count, 1);
    assert_int_equal(held.io.write_in(&held.io, "/", "a.txt", STR("x")), EPERM);
    session_close(&s);
    io_held_free(&held);
    assert_int_equal(held.mem.used, 0);
    io_memory_free(&io);
    assert_int_equal(mem.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_touches_the_world_is_refused),
        cmocka_unit_test(each_bit_is_for_itself),
        cmocka_unit_test(what_bears_no_permission_touches_nothing),
        cmocka_unit_test(messages_name_the_option),
        cmocka_unit_test(places_cover_what_lies_below),
        cmocka_unit_test(what_is_sealed_reads_nothing_new),
    };
    return cmocka_run_group_tests_name("outside", tests, NULL, NULL);
}
