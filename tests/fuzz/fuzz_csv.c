/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of CSV: whatever stands in them, a table or an error; and what is written of that table reads back the same. */
#include "fuzz.h"

#include "lib/session.h"

static const char program[] = "t = read_csv(\"/a.csv\")\n"
                              "write_csv(\"/b.csv\", t)\n"
                              "write_csv(\"/c.csv\", read_csv(\"/b.csv\"))\n";

static bool file(IoMemory *io, const char *name, Buf *out)
{
    return io->io.read_file(&io->io, name, SIZE_MAX, out) == 0;
}

/* Once a table has been read, nothing may go wrong any more, save that memory or steps end. */
static void check_back(IoMemory *io, const Session *s, Mem *mem)
{
    Buf once, twice;
    buf_init(&once, mem);
    buf_init(&twice, mem);
    if (file(io, "/b.csv", &once) && !s->diags.limits) {
        if (!file(io, "/c.csv", &twice)) {
            fuzz_fail("what was written is not read back", buf_str(&once), (Str){NULL, 0});
        }
        if (!str_eq(buf_str(&once), buf_str(&twice))) {
            fuzz_fail("what was written reads back as something else", buf_str(&once), buf_str(&twice));
        }
    }
    buf_free(&once);
    buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Mem mem;
    IoMemory io;
    Session s;
    Permits all = {.open = PERMITS_OPEN};
    all.of[PERMIT_READ].all = all.of[PERMIT_WRITE].all = true;
    mem_init(&mem, 0);
    io_memory_init(&io, &mem);
    io_memory_add(&io, "/a.csv", (Str){(const char *)data, size});
    SessionOptions options = {.io = &io.io, .lang = size & 1 ? LANG_FR : LANG_EN, .lang_given = true, .memory = FUZZ_MEMORY,
                              .steps = FUZZ_STEPS, .stdlib = "none", .permits = all};
    if (session_open(&s, &options) && session_load_text(&s, STR("fuzz.brm"), str_from(program))) {
        session_run(&s);
        check_back(&io, &s, &mem);
    }
    if (session_exit_code(&s) == 70) {
        fuzz_fail("a fault of our own", (Str){(const char *)data, size}, (Str){NULL, 0});
    }
    session_close(&s);
    io_memory_free(&io);
    return 0;
}
