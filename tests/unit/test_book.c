/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A gradebook on a disk without room. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "grade/book.h"

static void a_full_disk_is_told(void **state)
{
    Mem mem;
    Diags diags;
    Book book;
    Buf text;
    (void)state;
    mem_init(&mem, 0);
    diags_init(&diags, &mem);
    assert_true(book_open(&book, &mem, &diags, ":memory:", DB_CREATE));
    assert_true(db_run(&book.db, "PRAGMA max_page_count = 1")); /* as many as there are */
    bool wrote = true;
    for (int i = 0; i < 10000 && wrote; i++) {
        DbStatement *s = db_prepare(&book.db, "INSERT INTO refused VALUES(?, 'A', 'copies.csv', '[]')");
        db_bind_int(s, i);
        wrote = db_finish(&book.db, s);
    }
    assert_false(wrote);
    assert_int_equal(book.db.error, DB_FULL);
    assert_false(book_failed(&book));
    assert_int_equal(diags.first->id, D_BOOK_FULL);
    buf_init(&text, &mem);
    diag_message(&text, D_BOOK_FULL, diags.first->args, LANG_EN);
    assert_non_null(strstr(buf_cstr(&text), "the disk is full")); /* E1319 */
    buf_free(&text);
    book_close(&book);
    diags_free(&diags);
    assert_int_equal(mem.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
