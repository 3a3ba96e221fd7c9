/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of CSV: whatever stands in them, a table or an error. What is written of that table reads back the same; and a file
   whose bytes come in small pieces is the same table as when they come at once. */
#include "fuzz.h"

#include "lib/session.h"

static const char program[] = "t = read_csv(\"/a.csv\")\n"
                              "write_csv(\"/b.csv\", t)\n"
                              "write_csv(\"/c.csv\", read_csv(\"/b.csv\"))\n"
                              "write_csv(\"/d.csv\", read_csv(\"/pieces.csv\"))\n";

typedef struct PieceIo { /* gives the file named pieces.csv a few bytes at a time */
    IoMemory memory;
    int (*open_in)(Io *io, const char *root, const char *path, int *handle, uint64_t *size);
    int (*read)(Io *io, int handle, char *into, size_t room, size_t *got);
    size_t piece;
    bool small;
} PieceIo;

static int open_pieces(Io *io, const char *root, const char *path, int *handle, uint64_t *size)
{
    PieceIo *p = (PieceIo *)io;
    p->small = str_ends(str_from(path), STR("pieces.csv"));
    return p->open_in(io, root, path, handle, size);
}

static int read_pieces(Io *io, int handle, char *into, size_t room, size_t *got)
{
    const PieceIo *p = (const PieceIo *)io;
    return p->read(io, handle, into, p->small && room > p->piece ? p->piece : room, got);
}

static void open_io(PieceIo *p, Mem *mem, Str bytes)
{
    *p = (PieceIo){.piece = 1 + bytes.n % 61};
    io_memory_init(&p->memory, mem);
    p->open_in = p->memory.io.open_in;
    p->read = p->memory.io.read;
    p->memory.io.open_in = open_pieces;
    p->memory.io.read = read_pieces;
    io_memory_add(&p->memory, "/a.csv", bytes);
    io_memory_add(&p->memory, "/pieces.csv", bytes);
}

static bool file(IoMemory *io, const char *name, Buf *out)
{
    return io->io.read_file(&io->io, name, SIZE_MAX, out) == 0;
}

/* Once a table has been read, nothing may go wrong any more, save that memory or steps end. */
static void check_same(IoMemory *io, Mem *mem, const char *name, const char *missing, const char *other)
{
    Buf once, twice;
    buf_init(&once, mem);
    buf_init(&twice, mem);
    file(io, "/b.csv", &once);
    if (!file(io, name, &twice)) {
        fuzz_fail(missing, buf_str(&once), (Str){NULL, 0});
    }
    if (!str_eq(buf_str(&once), buf_str(&twice))) {
        fuzz_fail(other, buf_str(&once), buf_str(&twice));
    }
    buf_free(&once);
    buf_free(&twice);
}

static void check_back(IoMemory *io, const Session *s, Mem *mem)
{
    if (!io->io.exists(&io->io, "/b.csv") || s->diags.limits) {
        return;
    }
    check_same(io, mem, "/c.csv", "what was written is not read back", "what was written reads back as something else");
    check_same(io, mem, "/d.csv", "what comes in pieces is not read", "what comes in pieces is something else");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Mem mem;
    PieceIo pieces;
    Session s;
    Permits all = {.open = PERMITS_OPEN};
    all.of[PERMIT_READ].all = all.of[PERMIT_WRITE].all = true;
    mem_init(&mem, 0);
    open_io(&pieces, &mem, (Str){(const char *)data, size});
    SessionOptions options = {.io = &pieces.memory.io, .lang = size & 1 ? LANG_FR : LANG_EN, .lang_given = true, .memory = FUZZ_MEMORY,
                              .steps = FUZZ_STEPS, .stdlib = "none", .permits = all};
    if (session_open(&s, &options) && session_load_text(&s, STR("fuzz.brm"), str_from(program))) {
        session_run(&s);
        check_back(&pieces.memory, &s, &mem);
    }
    if (session_exit_code(&s) == 70) {
        fuzz_fail("a fault of our own", (Str){(const char *)data, size}, (Str){NULL, 0});
    }
    session_close(&s);
    io_memory_free(&pieces.memory);
    return 0;
}
