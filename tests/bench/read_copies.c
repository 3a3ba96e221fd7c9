/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reading of copies costs before any is judged. Usage: read_copies FILE [figures]: the cells of a CSV alone, or
   with the figures that stand in them. Prints how many answers were met. */
#include <stdio.h>
#include <string.h>

#include "domain/reading.h"
#include "grade/copies.h"

static bool known(void *data, Str address)
{
    (void)data;
    return address.n > 0;
}

static bool read_all(NumCtx *num, Mem *mem, const char *path, bool figures, uint64_t *answers)
{
    CopyReader reader;
    CopyOptions options = {.encoding = ENC_UTF8, .known = known};
    Arena arena;
    RawCopy copy;
    Reading reading;
    arena_init(&arena, mem);
    copies_open(&reader, io_posix(), mem, &path, 1, &options);
    bool ok = true;
    while (ok && copies_next(&reader, &arena, &copy)) {
        for (uint32_t i = 0; figures && ok && i < copy.box_count; i++) {
            ok = reading_parse(num, LANG_FR, &arena, copy.boxes[i].text, &reading);
        }
        *answers += copy.box_count;
        arena_clear(&arena);
    }
    copies_close(&reader);
    arena_free(&arena);
    return ok && !mem->failed;
}

int main(int argc, char **argv)
{
    Mem mem;
    NumCtx num;
    uint64_t answers = 0;
    if (argc < 2) {
        fputs("usage: read_copies FILE [figures]\n", stderr);
        return 2;
    }
    mem_init(&mem, SIZE_MAX);
    bool ok = num_ctx_init(&num, &mem, NULL, NULL) && read_all(&num, &mem, argv[1], argc > 2, &answers);
    printf("%llu\n", (unsigned long long)answers);
    num_ctx_free(&num);
    return ok ? 0 : 1;
}
