/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole session on any bytes, in memory, with small budgets: it always ends, leaves nothing behind, and its
   exit code is one of those of a script. One input in four also meets an allocation that fails. */
#include "fuzz.h"

#include "base/limits.h"
#include "lib/session.h"

#include <stdlib.h>

/* The prelude of the standard library, read once: the sessions themselves see no file. */
static Str prelude(void)
{
    static Mem mem;
    static Buf text;
    const char *folder = getenv("BAREME_STDLIB");
    if (text.mem == NULL) {
        buf_init(&text, &mem);
        Buf path;
        buf_init(&path, &mem);
        buf_printf(&path, "%s/prelude.brm", folder ? folder : ".");
        io_posix()->read_file(io_posix(), buf_cstr(&path), LIMIT_SOURCE_BYTES, &text);
        buf_free(&path);
    }
    return buf_str(&text);
}

static int run(Str text, uint64_t fail_alloc_at)
{
    Mem mem;
    IoMemory io;
    mem_init(&mem, 0);
    io_memory_init(&io, &mem);
    if (prelude().n)
        io_memory_add(&io, "lib/prelude.brm", prelude());
    SessionOptions options = {.io = &io.io,
                              .steps = FUZZ_STEPS,
                              .memory = FUZZ_MEMORY,
                              .stdlib = "lib",
                              .fail_alloc_at = fail_alloc_at,
                              .fail_alloc_on = fail_alloc_at & 1};
    Session s;
    if (session_open(&s, &options) && session_load_text(&s, STR("fuzz.brm"), text))
        session_run(&s);
    int code = session_exit_code(&s);
    if (code != 0 && (code < 3 || code > 5))
        fuzz_fail("an exit code that a script cannot have", text, (Str){NULL, 0});
    for (const Diag *d = s.diags.first; d; d = d->next)
        if (d->id == D_BUG)
            fuzz_fail("a fault of our own", text, d->args[0]);
    session_close(&s);
    if (s.mem.used != 0)
        fuzz_fail("memory is still in use", text, (Str){NULL, 0});
    io_memory_free(&io);
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    uint64_t hash = str_hash(text);
    int usual = run(text, 0);
    if (hash % 4 == 0) {
        int code = run(text, 1 + hash / 4 % 3000);
        if (code != usual && code != 4)
            fuzz_fail("an allocation that fails passes for an error of the script", text, (Str){NULL, 0});
    }
    return 0;
}
