/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ground layer: memory that is counted and can be told to fail, arena, text, UTF-8, map, files in memory. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "base/map.h"
#include "base/utf8.h"

#define assert_str(s, expected)                                                                                        \
    do {                                                                                                               \
        Str got_ = (s);                                                                                                \
        assert_int_equal(got_.n, strlen(expected));                                                                    \
        assert_memory_equal(got_.p, expected, got_.n);                                                                 \
    } while (0)

/* ---- memory ---- */

static void memory_is_counted(void **state)
{
    (void)state;
    Mem m;
    mem_init(&m, 0);
    void *a = mem_alloc(&m, 100);
    void *b = mem_zalloc(&m, 10, 5);
    assert_int_equal(m.used, 150);
    a = mem_realloc(&m, a, 100, 40);
    assert_int_equal(m.used, 90);
    assert_int_equal(m.peak, 150);
    mem_free(&m, a, 40);
    mem_free(&m, b, 50);
    mem_free(&m, NULL, 0);
    assert_int_equal(m.used, 0);
    assert_int_equal(m.calls, 2);
}

static void memory_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    Mem m;
    mem_init(&m, 100);
    void *a = mem_alloc(&m, 60);
    assert_non_null(a);
    assert_null(mem_alloc(&m, 41));
    assert_true(m.failed);
    assert_null(mem_realloc(&m, a, 60, 101));
    a = mem_realloc(&m, a, 60, 100);
    assert_non_null(a);
    mem_free(&m, a, 100);
    assert_int_equal(m.used, 0);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    Mem m;
    mem_init(&m, 0);
    assert_null(mem_zalloc(&m, SIZE_MAX / 2, 3));
    assert_true(m.failed);
}

static void the_nth_allocation_fails_once_or_for_ever(void **state)
{
    (void)state;
    Mem m;
    mem_init(&m, 0);
    m.fail_at = 2;
    void *a = mem_alloc(&m, 1), *b = mem_alloc(&m, 1), *c = mem_alloc(&m, 1);
    assert_non_null(a);
    assert_null(b);
    assert_non_null(c);
    m.fail_on = true;
    assert_null(mem_alloc(&m, 1));
    mem_free(&m, a, 1);
    mem_free(&m, c, 1);
}

/* ---- arena ---- */

static void arena_blocks_are_zeroed_and_aligned(void **state)
{
    (void)state;
    Mem m;
    Arena a;
    mem_init(&m, 0);
    arena_init(&a, &m);
    for (size_t n = 0; n < 5000; n += 37) {
        unsigned char *p = arena_alloc(&a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xFF, n);
    }
    assert_str(arena_str(&a, STR("été")), "été");
    assert_false(a.failed);
    arena_free(&a);
    assert_int_equal(m.used, 0);
}

static void arena_remembers_a_refusal(void **state)
{
    (void)state;
    Mem m;
    Arena a;
    mem_init(&m, 1000);
    arena_init(&a, &m);
    assert_null(arena_alloc(&a, 10));
    assert_true(a.failed);
    assert_null(arena_alloc(&a, SIZE_MAX));
    arena_free(&a);
    assert_false(a.failed);
}

/* ---- text ---- */

static void texts_are_cut_and_compared(void **state)
{
    (void)state;
    Str s = STR("contacts");
    assert_str(str_sub(s, 2, 5), "nta");
    assert_str(str_sub(s, 5, 100), "cts");
    assert_str(str_sub(s, 100, 3), "");
    assert_true(str_starts(s, STR("con")));
    assert_true(str_ends(s, STR("cts")));
    assert_false(str_ends(STR("s"), s));
    assert_true(str_eq(str_from("a"), STR("a")));
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("a"), STR("aa")) < 0);
    assert_true(str_cmp(STR("é"), STR("z")) > 0);
    assert_int_equal(str_cmp(s, s), 0);
    assert_int_equal(str_hash(s), str_hash(STR("contacts")));
    assert_int_not_equal(str_hash(STR("")), str_hash(STR("\0")));
}

static void trimming_takes_french_spaces_away(void **state)
{
    (void)state;
    assert_str(str_trim(STR("\u00A0 \t12\u202F€\u202F\u00A0\n")), "12\u202F€");
    assert_str(str_trim(STR(" \u00A0 ")), "");
    assert_str(str_trim(STR("à")), "à"); /* ends with byte A0 */
}

static void buffers_grow_and_keep_their_failure(void **state)
{
    (void)state;
    Mem m;
    Buf b;
    mem_init(&m, 300);
    buf_init(&b, &m);
    assert_str(buf_str(&b), "");
    buf_puts(&b, "n = ");
    buf_printf(&b, "%d%c", 12, '.');
    buf_repeat(&b, '-', 3);
    assert_string_equal(buf_cstr(&b), "n = 12.---");
    assert_str(buf_str(&b), "n = 12.---");
    buf_repeat(&b, '+', 1000);
    assert_true(b.failed);
    buf_putc(&b, '!');
    assert_string_equal(buf_cstr(&b), "");
    buf_clear(&b);
    buf_putc(&b, '!');
    assert_string_equal(buf_cstr(&b), "!");
    buf_free(&b);
    assert_int_equal(m.used, 0);
}

/* ---- UTF-8 ---- */

static void bytes_that_are_not_utf8_are_found(void **state)
{
    (void)state;
    assert_int_equal(utf8_check(STR("coût ≈ 3 €")), 15);
    assert_int_equal(utf8_check(STR("a\xFF")), 1);
    assert_int_equal(utf8_check(STR("ab\xC3")), 2);
    assert_int_equal(utf8_check(STR("\xC0\x80")), 0);
    assert_int_equal(utf8_check(STR("\xED\xA0\x80")), 0);
    assert_int_equal(utf8_check(STR("\xF4\x90\x80\x80")), 0);
}

static void walking_survives_bad_bytes(void **state)
{
    (void)state;
    uint32_t cp;
    Str s = STR("é\xFFz");
    assert_int_equal(utf8_next(s, 0, &cp), 2);
    assert_int_equal(cp, 0xE9);
    assert_int_equal(utf8_next(s, 2, &cp), 1);
    assert_int_equal(cp, UTF8_REPLACEMENT);
    assert_int_equal(utf8_next(s, 3, &cp), 1);
    assert_int_equal(cp, 'z');
    assert_int_equal(utf8_next(s, 4, &cp), 0);
}

static void width_is_what_a_terminal_shows(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(STR("œuvre")), 5);
    assert_int_equal(utf8_width(STR("œuvre")), 5);
    assert_int_equal(utf8_width(STR("e\u0301")), 1);
    assert_int_equal(utf8_width(STR("漢字")), 4);
    assert_int_equal(utf8_width(STR("12\u202F€")), 4);
}

static void names_are_made_of_letters_marks_and_digits(void **state)
{
    (void)state;
    assert_true(utf8_is_letter('_') && utf8_is_letter('z') && utf8_is_letter(0xE9) && utf8_is_letter(0x153));
    assert_false(utf8_is_letter('1') || utf8_is_letter('-') || utf8_is_letter(0x20AC) || utf8_is_letter(0x301));
    assert_true(utf8_is_name('9') && utf8_is_name(0x301));
    assert_false(utf8_is_name('.') || utf8_is_name(0xA0));
    assert_true(utf8_is_blank(0x202F) && utf8_is_blank('\t'));
    assert_false(utf8_is_blank('\n'));
}

typedef void Transform(Buf *out, Str s);

static void assert_transform(Transform *f, Str from, const char *expected)
{
    Mem m;
    Buf b;
    mem_init(&m, 0);
    buf_init(&b, &m);
    f(&b, from);
    assert_str(buf_str(&b), expected);
    buf_free(&b);
}

static void normal_form_composes(void **state)
{
    (void)state;
    assert_transform(utf8_nfc, STR("cou\u0302t e\u0301te\u0301"), "coût été");
    assert_transform(utf8_nfc, STR("déjà"), "déjà");
    assert_transform(utf8_nfc, STR("\u0301a"), "\u0301a");
    assert_transform(utf8_nfc, STR("a\u0323\u0302"), "ậ");
    assert_transform(utf8_nfc, STR("a\u0302\u0323"), "ậ");
    assert_transform(utf8_nfc, STR("\u1112\u1161\u11AB"), "한");
    assert_transform(utf8_nfc, STR("\u212B"), "Å");
    assert_transform(utf8_nfc,
                     STR("a\xFF"
                         "e\u0301"),
                     "a\xFFé");
    assert_transform(utf8_nfc, STR(""), "");
}

/* 20 000 accents on one letter must take no time: the run is cut. */
static void a_text_made_of_accents_stays_linear(void **state)
{
    (void)state;
    Mem m;
    Buf in, out;
    mem_init(&m, 0);
    buf_init(&in, &m);
    buf_init(&out, &m);
    for (int i = 0; i < 10000; i++)
        buf_puts(&in, "\u0301\u0323");
    utf8_nfc(&out, buf_str(&in));
    assert_int_equal(utf8_count(buf_str(&out)), 20000);
    buf_free(&in);
    buf_free(&out);
}

static void folding_forgets_case_and_accents(void **state)
{
    (void)state;
    assert_transform(utf8_fold, STR("Données ÉTÉ"), "donnees ete");
    assert_transform(utf8_fold, STR("Cœur d’Æ"), "coeur d'ae");
    assert_transform(utf8_upper, STR("été œuf"), "ÉTÉ ŒUF");
    assert_transform(utf8_lower, STR("ÉTÉ ŒUF"), "été œuf");
}

static void controls_are_shown_as_escapes(void **state)
{
    (void)state;
    assert_transform(utf8_show, STR("a\x1b[31m\tb\n"), "a\\x1b[31m\tb\\n");
    assert_transform(utf8_show, STR("\u202Eabc\xC2\x9B\x7F\xFE"), "\\u{202e}abc\\u{9b}\\x7f\\xfe");
    assert_transform(utf8_show, STR("1\u202F234 é"), "1\u202F234 é");
}

static void distance_compares_folded_forms(void **state)
{
    (void)state;
    Mem m;
    mem_init(&m, 0);
    assert_int_equal(utf8_distance(&m, STR("Données"), STR("donnees"), 3), 0);
    assert_true(utf8_same_folded(&m, STR("Données"), STR("donnees")));
    assert_true(utf8_same_folded(&m, STR("HEURE"), STR("heure")));
    assert_false(utf8_same_folded(&m, STR("heure"), STR("heures")));
    assert_false(utf8_same_folded(&m, STR("min"), STR("mois")));
    assert_int_equal(utf8_distance(&m, STR("meting"), STR("meetings"), 3), 2);
    assert_int_equal(utf8_distance(&m, STR("kitten"), STR("sitting"), 5), 3);
    assert_int_equal(utf8_distance(&m, STR("abc"), STR("xyz"), 1), 2);
    assert_int_equal(utf8_distance(&m, STR(""), STR("ab"), 5), 2);
    m.limit = 1;
    assert_int_equal(utf8_distance(&m, STR("a"), STR("b"), 2), 3);
    assert_int_equal(m.used, 0);
}

/* ---- map ---- */

static void map_keeps_the_order_of_insertion(void **state)
{
    (void)state;
    Mem m;
    Map map;
    uint64_t value = 0;
    mem_init(&m, 0);
    map_init(&map, &m);
    assert_false(map_get(&map, STR("a"), &value));
    assert_true(map_set(&map, STR("b"), 1) && map_set(&map, STR("a"), 2) && map_set(&map, STR("b"), 3));
    assert_int_equal(map.count, 2);
    assert_true(map_get(&map, STR("b"), &value));
    assert_int_equal(value, 3);
    assert_str(map.entries[0].key, "b");
    assert_true(map_remove(&map, STR("b")));
    assert_false(map_remove(&map, STR("b")));
    assert_false(map_get(&map, STR("b"), NULL));
    assert_true(map_get(&map, STR("a"), NULL));
    map_free(&map);
    assert_int_equal(m.used, 0);
}

enum { MANY = 3000 };

static void map_holds_many_keys_and_reuses_removed_room(void **state)
{
    (void)state;
    static char keys[MANY][8];
    Mem m;
    Map map;
    uint64_t value = 0;
    mem_init(&m, 0);
    map_init(&map, &m);
    for (uint64_t i = 0; i < MANY; i++) {
        snprintf(keys[i], sizeof keys[i], "k%u", (unsigned)i);
        assert_true(map_set(&map, str_from(keys[i]), i));
        if (i >= 10)
            assert_true(map_remove(&map, str_from(keys[i - 10])));
    }
    assert_int_equal(map.count, 10);
    assert_true(map.entry_cap <= 64);
    for (uint64_t i = 0; i < MANY; i++)
        assert_true(map_set(&map, str_from(keys[i]), i * 2));
    for (uint64_t i = 0; i < MANY; i++) {
        assert_true(map_get(&map, str_from(keys[i]), &value));
        assert_int_equal(value, i * 2);
    }
    map_free(&map);
}

/* Every allocation fails once; the map must stay usable and leak nothing. */
static void map_survives_every_failure(void **state)
{
    (void)state;
    static const char *const keys[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    for (uint64_t n = 1; n < 12; n++) {
        Mem m;
        Map map;
        uint32_t kept = 0;
        mem_init(&m, 0);
        m.fail_at = n;
        map_init(&map, &m);
        for (size_t i = 0; i < 10; i++)
            kept += map_set(&map, str_from(keys[i]), i);
        assert_int_equal(map.count, kept);
        assert_true(kept >= 9);
        map_free(&map);
        assert_int_equal(m.used, 0);
    }
}

/* ---- files ---- */

static void files_in_memory_are_written_and_read(void **state)
{
    (void)state;
    Mem m;
    IoMemory files;
    Buf b;
    mem_init(&m, 0);
    io_memory_init(&files, &m);
    buf_init(&b, &m);
    Io *io = &files.io;
    assert_int_equal(io->read_file(io, "a.brm", 100, &b), ENOENT);
    assert_int_equal(io_memory_add(&files, "a.brm", STR("x = 1\0")), 0);
    assert_true(io->exists(io, "a.brm"));
    assert_int_equal(io->write_file(io, "a.brm", STR("x = 22")), 0);
    assert_int_equal(io->read_file(io, "a.brm", 5, &b), EFBIG);
    assert_int_equal(io->read_file(io, "a.brm", 6, &b), 0);
    assert_str(buf_str(&b), "x = 22");
    assert_int_equal(io->write(io, 1, STR("out")), 0);
    assert_int_equal(io->write(io, 2, STR("err")), 0);
    assert_int_equal(io->write(io, 3, STR("?")), EBADF);
    assert_str(buf_str(&files.out), "out");
    assert_str(buf_str(&files.err), "err");
    buf_free(&b);
    io_memory_free(&files);
    assert_int_equal(m.used, 0);
}

static void files_in_memory_survive_every_failure(void **state)
{
    (void)state;
    for (uint64_t n = 1; n < 12; n++) {
        Mem m;
        IoMemory files;
        mem_init(&m, 0);
        m.fail_at = n;
        io_memory_init(&files, &m);
        for (int i = 0; i < 6; i++) {
            char name[] = {(char)('a' + i), '\0'};
            (void)io_memory_add(&files, name, STR("text"));
        }
        io_memory_free(&files);
        assert_int_equal(m.used, 0);
    }
}

static void a_real_file_is_replaced_whole(void **state)
{
    (void)state;
    Mem m;
    Buf b;
    mem_init(&m, 0);
    buf_init(&b, &m);
    Io *io = io_posix();
    char folder[] = "/tmp/bareme-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out.txt", folder);
    assert_int_equal(io->write_file(io, path, STR("first, longer")), 0);
    assert_int_equal(io->write_file(io, path, STR("se\0cond")), 0);
    assert_int_equal(io->read_file(io, path, 100, &b), 0);
    assert_int_equal(b.n, 7);
    assert_memory_equal(b.p, "se\0cond", 7);
    assert_int_equal(io->read_file(io, path, 3, &b), EFBIG);
    assert_int_equal(io->read_file(io, folder, 100, &b), EISDIR);
    assert_int_equal(io->write_file(io, folder, STR("x")), EISDIR);
    assert_int_equal(b.n, 7);
    unlink(path);
    assert_false(io->exists(io, path));
    assert_int_equal(rmdir(folder), 0); /* no temporary file is left */
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_counted),
        cmocka_unit_test(memory_beyond_the_limit_is_refused),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(the_nth_allocation_fails_once_or_for_ever),
        cmocka_unit_test(arena_blocks_are_zeroed_and_aligned),
        cmocka_unit_test(arena_remembers_a_refusal),
        cmocka_unit_test(texts_are_cut_and_compared),
        cmocka_unit_test(trimming_takes_french_spaces_away),
        cmocka_unit_test(buffers_grow_and_keep_their_failure),
        cmocka_unit_test(bytes_that_are_not_utf8_are_found),
        cmocka_unit_test(walking_survives_bad_bytes),
        cmocka_unit_test(width_is_what_a_terminal_shows),
        cmocka_unit_test(names_are_made_of_letters_marks_and_digits),
        cmocka_unit_test(normal_form_composes),
        cmocka_unit_test(a_text_made_of_accents_stays_linear),
        cmocka_unit_test(folding_forgets_case_and_accents),
        cmocka_unit_test(controls_are_shown_as_escapes),
        cmocka_unit_test(distance_compares_folded_forms),
        cmocka_unit_test(map_keeps_the_order_of_insertion),
        cmocka_unit_test(map_holds_many_keys_and_reuses_removed_room),
        cmocka_unit_test(map_survives_every_failure),
        cmocka_unit_test(files_in_memory_are_written_and_read),
        cmocka_unit_test(files_in_memory_survive_every_failure),
        cmocka_unit_test(a_real_file_is_replaced_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
