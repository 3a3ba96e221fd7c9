/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements of SQL, over tables, functions and indicators of a program, or on a database: whatever stands in them, a
   result or an error with its place. The first byte says which. One in eight also meets an allocation that fails. */
#include "fuzz.h"

#include "base/utf8.h"
#include "lib/session.h"

static const char program[] = "table team\n"
                              "  | agent | calls | cost   | day         | ok    |\n"
                              "  | A     | 5     | 1.25 € | @2023-01-05 | true  |\n"
                              "  | B     | 70    | 2 €    | @2023-01-06 | false |\n"
                              "  | A     |       | 0.1 €  |             | true  |\n"
                              "end\n"
                              "table other = table({agent: [\"A\", \"C\"], third: [1 / 3, 10 ^ 20 / 7]})\n"
                              "  | agent | third |\n"
                              "end\n"
                              "fn twice(x) = x * 2\n"
                              "fn spread(values: list) = max(values) - min(values)\n"
                              "indicator price of team unit €\n"
                              "  formula cost / calls\n"
                              "end\n"
                              "db = open_db(\":memory:\")\n"
                              "exec(db, \"create table t (a integer primary key, b text, c numeric)\")\n"
                              "exec(db, \"insert into t values (1, 'x', 1.5), (2, 'y', null)\")\n";

static void put_literal(Buf *out, Str text)
{
    uint32_t cp;
    buf_puts(out, "\"\"\"");
    for (size_t at = 0, n; (n = utf8_next(text, at, &cp)) != 0; at += n) {
        bool sign = cp == '\\' || cp == '"' || cp == '{' || cp == '}';
        buf_puts(out, sign ? "\\" : "");
        utf8_put(out, cp == '\n' || (cp >= ' ' && !utf8_is_unsafe(cp)) ? cp : ' ');
    }
    buf_puts(out, "\"\"\"");
}

static void put_call(Buf *out, unsigned way, Str text)
{
    static const char *const before[] = {"print(sql(", "print(sql(", "print(query(db, ", "exec(db, "};
    static const char *const after[] = {"))\n", ", values: [1, \"a\"], types: {a: \"number\"}))\n", ", {x: 1/3}))\n", ", team)\n"};
    buf_puts(out, before[way]);
    put_literal(out, text);
    buf_puts(out, after[way]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Mem mem;
    IoMemory io;
    Session s;
    Buf text;
    Permits all = {.open = PERMITS_OPEN};
    Str input = {(const char *)data + (size > 0), size - (size > 0)};
    unsigned first = size ? data[0] : 0;
    all.of[PERMIT_READ].all = true;
    mem_init(&mem, 0);
    io_memory_init(&io, &mem);
    buf_init(&text, &mem);
    buf_puts(&text, program);
    put_call(&text, first & 3, input);
    SessionOptions options = {.io = &io.io, .lang = first & 4 ? LANG_FR : LANG_EN, .lang_given = true, .memory = FUZZ_MEMORY,
                              .steps = FUZZ_STEPS, .stdlib = "none", .permits = all,
                              .fail_alloc_at = (first & 0xF8) == 0xF8 ? 2000 + size * 7 % 4000 : 0};
    if (session_open(&s, &options) && session_load_text(&s, STR("fuzz.brm"), buf_str(&text))) {
        session_run(&s);
    }
    if (session_exit_code(&s) == 70) {
        fuzz_fail("a fault of our own", buf_str(&text), (Str){NULL, 0});
    }
    session_close(&s);
    buf_free(&text);
    io_memory_free(&io);
    return 0;
}
