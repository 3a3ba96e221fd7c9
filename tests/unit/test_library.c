/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library: its declarations hold together, its examples give what they say, nothing crashes on odd arguments or
   without memory. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "lib/session.h"

/* ---- a session that prints into memory, and reads the real prelude ---- */

typedef struct World {
    Mem mem;
    IoMemory io;
    Session session;
} World;

static int read_real(Io *io, const char *path, size_t max, Buf *out)
{
    (void)io;
    return io_posix()->read_file(io_posix(), path, max, out);
}

static bool exists_really(Io *io, const char *path)
{
    (void)io;
    return io_posix()->exists(io_posix(), path);
}

static bool world_open(World *w, Lang lang, uint64_t fail_at)
{
    mem_init(&w->mem, 0);
    io_memory_init(&w->io, &w->mem);
    w->io.io.read_file = read_real;
    w->io.io.exists = exists_really;
    const char *stdlib = getenv("BAREME_STDLIB");
    SessionOptions o = {.io = &w->io.io, .lang = lang, .lang_given = true, .fail_alloc_at = fail_at,
                        .steps = 50000000, .stdlib = stdlib ? stdlib : "stdlib"};
    return session_open(&w->session, &o);
}

static void world_close(World *w)
{
    session_close(&w->session);
    assert_int_equal(w->session.mem.used, 0);
    io_memory_free(&w->io);
    assert_int_equal(w->mem.used, 0);
}

/* What a text prints, or the messages it ends in. */
static const char *run(World *w, const char *text)
{
    Session *s = &w->session;
    bool ok = session_load_text(s, STR("test"), str_from(text)) && session_run(s);
    session_flush(s);
    if (!ok || s->diags.errors) {
        diags_render(&w->io.out, &s->sources, &s->diags, (DiagStyle){.lang = s->options.lang});
    }
    return buf_cstr(&w->io.out);
}

static void one_space(char *out, size_t room, const char *s)
{
    size_t n = 0;
    while (*s && n + 1 < room) {
        if (strncmp(s, "\u00A0", 2) == 0) {
            out[n++] = ' ';
            s += 2;
        } else if (strncmp(s, "\u202F", 3) == 0) {
            s += 3; /* between thousands */
        } else {
            out[n++] = *s++;
        }
    }
    out[n] = 0;
}

static void assert_prints(Lang lang, const char *text, const char *expected)
{
    World w;
    char got[4096], wanted[4096];
    assert_true(world_open(&w, lang, 0));
    one_space(got, sizeof got, run(&w, text));
    one_space(wanted, sizeof wanted, expected);
    assert_string_equal(got, wanted);
    world_close(&w);
}

/* ---- declarations ---- */

typedef struct Declared {
    const char *id, *en;
    Str fr;
    const char *signature, *signature_fr, *summary, *summary_fr, *details, *details_fr, *example, *result;
} Declared;

static const Declared declared[] = {
#define BUILTIN(id, en, fr, sig, sig_fr, flags, cap, sum, sum_fr, det, det_fr, example, result)                        \
    {#id, en, {fr, sizeof(fr) - 1}, sig, sig_fr, sum, sum_fr, det, det_fr, example, result},
#define LIBRARY_CONSTANT(id, en, fr, sum, sum_fr)                                                                      \
    {#id, en, {fr, sizeof(fr) - 1}, "", "", sum, sum_fr, "", "", "", ""},
#include "lib/builtin.def"
};

enum { DECLARED = sizeof declared / sizeof *declared };

static void add_spelling(Map *names, Arena *arena, Str name, size_t owner)
{
    Buf folded;
    uint64_t before;
    buf_init(&folded, arena->mem);
    utf8_fold(&folded, name);
    Str key = arena_str(arena, buf_str(&folded));
    buf_free(&folded);
    if (map_get(names, key, &before) && before != owner) {
        fail_msg("%s is a name of both %s and %s", key.p, declared[before].id, declared[owner].id);
    }
    assert_true(map_set(names, key, owner));
}

/* No spelling of either language belongs to two functions, even without its accents. */
static void spellings_are_unique(void **state)
{
    (void)state;
    Mem mem;
    Arena arena;
    Map names;
    mem_init(&mem, 0);
    arena_init(&arena, &mem);
    map_init(&names, &mem);
    for (size_t i = 0; i < DECLARED; i++) {
        add_spelling(&names, &arena, str_from(declared[i].en), i);
        for (size_t at = 0; at < declared[i].fr.n;) {
            Str name = str_from(declared[i].fr.p + at);
            add_spelling(&names, &arena, name, i);
            at += name.n + 1;
        }
    }
    map_free(&names);
    arena_free(&arena);
    assert_int_equal(mem.used, 0);
}

static void signatures_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < DECLARED; i++) {
        Str en = str_from(declared[i].signature), fr = str_from(declared[i].signature_fr);
        SignatureParam p, q;
        bool optional = false;
        while (signature_next(&en, &p)) {
            if (!signature_next(&fr, &q) || p.kind != q.kind || p.optional != q.optional || p.variadic != q.variadic) {
                fail_msg("the signatures of %s differ", declared[i].id);
            }
            assert_false(optional && !p.optional); /* what may be left out comes last */
            optional = p.optional;
            assert_true(p.name.n > 0 && q.name.n > 0);
        }
        assert_false(signature_next(&fr, &q));
    }
}

static void everything_is_documented(void **state)
{
    (void)state;
    for (size_t i = 0; i < DECLARED; i++) {
        const Declared *d = &declared[i];
        if (!*d->summary || !*d->summary_fr || !*d->details != !*d->details_fr || !*d->example != !*d->result) {
            fail_msg("the documentation of %s is not complete", d->id);
        }
    }
}

/* ---- names ---- */

static void assert_same(Str s, const char *expected)
{
    assert_int_equal(s.n, strlen(expected));
    assert_memory_equal(s.p, expected, s.n);
}

static void names_are_found_in_every_spelling(void **state)
{
    (void)state;
    World w;
    static const char *const spellings[] = {"median", "médiane", "mediane", "MÉDIANE", "MEDIANE", "MEDIAN"};
    assert_true(world_open(&w, LANG_FR, 0));
    LibraryNames names = library_names(&w.session.library);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        assert_same(names.canonical(names.data, str_from(spellings[i]), LANG_FR), "median");
    }
    assert_null(names.canonical(names.data, STR("Médiane"), LANG_FR).p);
    assert_same(names.canonical(names.data, STR("MOYENNE_PONDEREE"), LANG_FR), "weighted_mean");
    assert_same(names.localised(names.data, STR("weighted_mean"), LANG_FR), "moyenne_pondérée");
    assert_same(names.localised(names.data, STR("half_up"), LANG_FR), "demi_supérieur");
    assert_same(names.localised(names.data, STR("round"), LANG_FR), "arrondi");
    assert_same(names.localised(names.data, STR("nobody"), LANG_FR), "nobody");
    world_close(&w);
}

static void arguments_have_both_names(void **state)
{
    (void)state;
    World w;
    assert_true(world_open(&w, LANG_FR, 0));
    LibraryNames names = library_names(&w.session.library);
    assert_same(names.argument(names.data, STR("solve"), STR("pour"), LANG_FR, LANG_EN), "for");
    assert_same(names.argument(names.data, STR("solve"), STR("for"), LANG_EN, LANG_FR), "pour");
    assert_same(names.argument(names.data, STR("sort"), STR("décroissant"), LANG_FR, LANG_EN), "descending");
    assert_same(names.argument(names.data, STR("increase"), STR("montant"), LANG_FR, LANG_EN), "amount");
    assert_same(names.argument(names.data, STR("sort"), STR("wrong"), LANG_EN, LANG_FR), "wrong");
    assert_same(names.argument(names.data, STR("mine"), STR("x"), LANG_EN, LANG_FR), "x");
    world_close(&w);
}

/* Without a machine, as the translator uses it. */
static void names_need_no_session(void **state)
{
    (void)state;
    Mem mem;
    Library l;
    mem_init(&mem, 0);
    library_init(&l, &mem);
    LibraryNames names = library_names(&l);
    assert_same(names.canonical(names.data, STR("somme"), LANG_FR), "sum");
    library_free(&l);
    assert_int_equal(mem.used, 0);
}

/* ---- examples ---- */

static void examples_give_what_they_say(void **state)
{
    (void)state;
    World w;
    LibraryDoc doc;
    char text[2048], result[1024], got[4096], wanted[4096];
    assert_true(world_open(&w, LANG_EN, 0));
    uint32_t shown = 0, wrong = 0;
    for (uint32_t i = 0; library_doc_at(&w.session.library, i, &doc); i++) {
        if (!doc.example.n) {
            continue;
        }
        bool prints = str_starts(doc.example, STR("print("));
        snprintf(text, sizeof text, prints ? "%.*s\n" : "print(%.*s)\n", (int)doc.example.n, doc.example.p);
        snprintf(result, sizeof result, "%.*s\n", (int)doc.result.n, doc.result.p);
        World one;
        assert_true(world_open(&one, LANG_EN, 0));
        one_space(got, sizeof got, run(&one, text));
        one_space(wanted, sizeof wanted, result);
        world_close(&one);
        shown++;
        if (strcmp(got, wanted) != 0) {
            print_error("%s gives\n%sinstead of\n%s", text, got, wanted);
            wrong++;
        }
    }
    world_close(&w);
    assert_true(shown > 70);
    assert_int_equal(wrong, 0);
}

/* ---- misuse ---- */

enum { ODD_VALUES = 12 };

static void odd_values(Session *s, Value out[ODD_VALUES])
{
    Heap *h = &s->heap;
    List *numbers = list_new(h, 3), *mixed = list_new(h, 2);
    out[0] = num_int(0);
    out[1] = num_int(-3);
    assert_int_equal(num_from_ratio(&s->num, 1, 3, U_PERCENT, &out[2]), NUM_OK);
    assert_true(text_new(h, STR("été"), &out[3]));
    out[4] = value_date(19489);
    out[5] = value_truth(true);
    out[6] = value_obj(T_LIST, list_new(h, 0));
    for (uint32_t i = 0; i < 3; i++) {
        numbers->store->items[i] = num_int(3 - (int64_t)i);
    }
    out[7] = value_obj(T_LIST, numbers);
    mixed->store->items[0] = out[3];
    mixed->store->items[1] = out[1];
    out[8] = value_obj(T_LIST, mixed);
    out[9] = value_obj(T_RANGE, range_new(h, num_int(1), num_int(4), num_int(1)));
    out[10] = value_status(STATUS_NOT_GIVEN, NULL);
    Record *r = record_new(h, 1);
    assert_true(record_set_field(h, r, 0, STR("a"), out[1]));
    out[11] = value_obj(T_RECORD, r);
}

static void call_with(Session *s, const Native *native, const Value *args, uint32_t n)
{
    Value out = value_none();
    Value f = {.tag = T_NATIVE, .den = 1, .ptr = (void *)(uintptr_t)native};
    bool ok = vm_call(&s->vm, f, args, n, &out);
    assert_true(ok == !s->vm.fault);
    vm_take_fault(&s->vm);
}

/* Every function with every triple of odd values: a result or a fault, nothing else. */
static void odd_arguments_are_faults(void **state)
{
    (void)state;
    World w;
    Value odd[ODD_VALUES], args[3];
    assert_true(world_open(&w, LANG_FR, 0));
    assert_true(session_load_text(&w.session, STR("test"), STR("x = 1\n")));
    odd_values(&w.session, odd);
    for (uint32_t i = 0; i < ODD_VALUES; i++) {
        assert_true(heap_protect(&w.session.heap, odd[i]) != UINT32_MAX);
    }
    for (uint32_t id = 0; id < BUILTIN_COUNT; id++) {
        const Native *native = library_native(&w.session.library, (BuiltinId)id);
        call_with(&w.session, native, args, 0);
        for (uint32_t i = 0; i < ODD_VALUES * ODD_VALUES * ODD_VALUES; i++) {
            args[0] = odd[i % ODD_VALUES];
            args[1] = odd[i / ODD_VALUES % ODD_VALUES];
            args[2] = odd[i / ODD_VALUES / ODD_VALUES];
            if (i < ODD_VALUES) {
                call_with(&w.session, native, args, 1);
            }
            if (i < ODD_VALUES * ODD_VALUES) {
                call_with(&w.session, native, args, 2);
            }
            call_with(&w.session, native, args, 3);
        }
    }
    world_close(&w);
}

static void messages_name_the_argument_in_both_languages(void **state)
{
    (void)state;
    assert_prints(LANG_EN, "print(add_months(3, 1))\n",
                  "test:1:7: error E0566: `add_months` needs a date for its argument `date`, not a number (3)\n"
                  "   1 | print(add_months(3, 1))\n"
                  "     |       ^~~~~~~~~~~~~~~~\n");
    assert_prints(LANG_FR, "langue fr\nafficher(trier(3))\n",
                  "test:2:10: erreur E0565 : `trier` attend une liste pour son argument `liste`, pas un nombre (3)\n"
                  "   2 | afficher(trier(3))\n"
                  "     |          ^~~~~~~~\n");
}

/* ---- without memory ---- */

static const char *const memory_text =
    "price = 10 €\n"
    "sold = 40\n"
    "profit = price * sold - 1000 €\n"
    "print(round(2 / 3, 2), mean([1, 2, 4]), median([3, 1, 2]), share_out(100 €, [1, 2], 0.01 €))\n"
    "print(sort([\"b\", \"a\"], descending: true), unique([1, 2, 1]), map([1, 2], x -> x + 1))\n"
    "print(replace(\"a-b\", \"-\", \"+\"), split(\"a b\", \" \"))\n"
    "print(number(\"12.5 €\"), upper(\"é\"), format(2 / 3, 2))\n"
    "print(working_days(@2023-05-01, @2023-05-31), increase(100 €, 20 %))\n"
    "print(solve(profit = 0 €, for: sold), solve(sold ^ 2 = 2, for: sold), depends_on(profit), impacts(price))\n"
    "print(solve(profit >= 0 €, for: sold, in: 90..110), sum(1..100))\n";

/* Each allocation fails once: an error is told, nothing leaks, nothing crashes. */
static void failing_allocations_are_errors(void **state)
{
    (void)state;
    World w;
    assert_true(world_open(&w, LANG_EN, 0));
    run(&w, memory_text);
    assert_int_equal(w.session.diags.errors, 0);
    uint64_t calls = w.session.mem.calls;
    world_close(&w);
    uint64_t step = calls / 400 + 1;
    for (uint64_t at = 1; at <= calls; at += step) {
        if (world_open(&w, LANG_EN, at)) {
            run(&w, memory_text);
        }
        world_close(&w);
    }
}

enum { GIVENS = 12, FORMULAS = 300 };

static Str chain_text(Buf *b)
{
    for (int i = 0; i < GIVENS; i++) {
        buf_printf(b, "a%d = 1\n", i);
    }
    for (int i = 0; i < FORMULAS; i++) {
        buf_printf(b, "f%d = a%d + %s%d\n", i, i % GIVENS, i ? "f" : "a", i ? i - 1 : 0);
    }
    return buf_str(b);
}

/* The last formula of the chain when the givens of `mask` are 2. */
static Value chain_under(Session *s, uint32_t mask)
{
    int32_t scenario;
    uint32_t slots[GIVENS], n = 0, first = session_find(s, STR("a0"), &scenario)->number;
    Value values[GIVENS], v;
    for (uint32_t i = 0; i < GIVENS; i++) {
        if (mask >> i & 1u) {
            values[n] = num_int(2);
            slots[n++] = first + i;
        }
    }
    View *view = graph_view_values(&s->graph, NULL, slots, values, n);
    assert_non_null(view);
    uint32_t guard = heap_protect(&s->heap, view_value(view));
    assert_true(vm_eval_slot(&s->vm, view, first + GIVENS + FORMULAS - 1, &v));
    heap_unprotect(&s->heap, guard);
    return v;
}

/* A class of copies meets thousands of sets of wrong answers: what is kept of them has an end. */
static void plans_are_not_kept_for_ever(void **state)
{
    (void)state;
    World w;
    Buf text;
    assert_true(world_open(&w, LANG_EN, 0));
    buf_init(&text, &w.mem);
    assert_true(session_load_text(&w.session, STR("test"), chain_text(&text)));
    buf_free(&text);
    Session *s = &w.session;
    heap_collect(&s->heap);
    size_t before = s->mem.used, most = 0;
    for (uint32_t mask = 1; mask < 1u << GIVENS; mask++) {
        Value v = chain_under(s, mask);
        int64_t twos = 0;
        for (uint32_t i = 0; i < GIVENS; i++) {
            twos += mask >> i & 1u ? FORMULAS / GIVENS + (i == 0) : 0;
        }
        assert_int_equal(v.num, FORMULAS + 1 + twos);
        if (mask % 64 == 0) {
            heap_collect(&s->heap);
            most = s->mem.used > most ? s->mem.used : most;
        }
    }
    assert_true(most - before < 4u << 20);
    world_close(&w);
}

static int refuse(Io *io, const char *path, size_t max, Buf *out)
{
    return strcmp(path, "closed.brm") == 0 ? EACCES : read_real(io, path, max, out);
}

static bool exists_closed(Io *io, const char *path)
{
    return strcmp(path, "closed.brm") == 0 || exists_really(io, path);
}

/* The rights of the one who runs the tests would hide what a real file that cannot be opened says. */
static void a_file_may_be_refused(void **state)
{
    (void)state;
    World w;
    assert_true(world_open(&w, LANG_FR, 0));
    w.io.io.read_file = refuse;
    w.io.io.exists = exists_closed;
    assert_false(session_load_file(&w.session, "closed.brm"));
    assert_int_equal(w.session.diags.first->id, D_FILE_REFUSED);
    assert_int_equal(session_exit_code(&w.session), 5);
    assert_non_null(strstr(run(&w, "langue fr\nutiliser closed\n"), "le système ne permet pas d'ouvrir le fichier"));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_are_unique),
        cmocka_unit_test(signatures_agree),
        cmocka_unit_test(everything_is_documented),
        cmocka_unit_test(names_need_no_session),
        cmocka_unit_test(names_are_found_in_every_spelling),
        cmocka_unit_test(arguments_have_both_names),
        cmocka_unit_test(examples_give_what_they_say),
        cmocka_unit_test(messages_name_the_argument_in_both_languages),
        cmocka_unit_test(odd_arguments_are_faults),
        cmocka_unit_test(failing_allocations_are_errors),
        cmocka_unit_test(a_file_may_be_refused),
        cmocka_unit_test(plans_are_not_kept_for_ever),
    };
    return cmocka_run_group_tests_name("library", tests, NULL, NULL);
}
