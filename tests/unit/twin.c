/* SPDX-License-Identifier: GPL-3.0-or-later */
/* twin (en|fr|same) FILE: the file written canonically in that dialect, on the standard output. Exit code 1, with
   the messages on the standard error, when it cannot be read. A tool of the test runner. */
#include "base/io.h"
#include "base/limits.h"
#include "num/context.h"
#include "syntax/printer.h"

#include <string.h>

typedef struct Twin {
    Mem mem;
    Io *io;
    Sources sources;
    Diags diags;
    NumCtx num;
    Arena arena;
    Buf out;
} Twin;

/* The names of the standard library, so that they are translated too. */
static LibraryNames lib_names(void)
{
    return (LibraryNames){0};
}

static bool twin_open(Twin *t)
{
    mem_init(&t->mem, 0);
    t->io = io_posix();
    sources_init(&t->sources, &t->mem);
    diags_init(&t->diags, &t->mem);
    arena_init(&t->arena, &t->mem);
    buf_init(&t->out, &t->mem);
    return num_ctx_init(&t->num, &t->mem, NULL, NULL);
}

static void twin_close(Twin *t)
{
    buf_free(&t->out);
    arena_free(&t->arena);
    num_ctx_free(&t->num);
    diags_free(&t->diags);
    sources_free(&t->sources);
}

/* The tree of the file, or NULL; errors are in t->diags. */
static Node *twin_parse(Twin *t, const LibraryNames *library, const char *path)
{
    Buf text;
    buf_init(&text, &t->mem);
    uint32_t source = t->io->read_file(t->io, path, LIMIT_SOURCE_BYTES, &text) == 0
                          ? sources_add(&t->sources, str_from(path), buf_str(&text))
                          : 0;
    buf_free(&text);
    if (!source) {
        diag(&t->diags, D_FILE_MISSING, ((Span){0}), str_from(path));
        return NULL;
    }
    Parsing p = {.arena = &t->arena, .diags = &t->diags, .sources = &t->sources, .num = &t->num, .library = *library,
                 .default_lang = LANG_EN};
    return parse_module(&p, source);
}

static int twin_run(Twin *t, const char *dialect, const char *path)
{
    LibraryNames library = lib_names();
    Node *module = twin_parse(t, &library, path);
    int fd = 1;
    if (!module || t->diags.errors) {
        diags_render(&t->out, &t->sources, &t->diags, (DiagStyle){.lang = LANG_EN});
        fd = 2;
    } else {
        Lang lang = strcmp(dialect, "fr") == 0 ? LANG_FR : strcmp(dialect, "en") == 0 ? LANG_EN : (Lang)module->op;
        print_node(&t->out, module, lang, &library);
    }
    if (t->out.failed)
        return 1;
    return t->io->write(t->io, fd, buf_str(&t->out)) == 0 && fd == 1 ? 0 : 1;
}

int main(int argc, char **argv)
{
    static const char usage[] = "usage: twin (en|fr|same) FILE\n";
    Twin t;
    if (argc != 3) {
        io_posix()->write(io_posix(), 2, (Str){usage, sizeof usage - 1});
        return 2;
    }
    int code = twin_open(&t) ? twin_run(&t, argv[1], argv[2]) : 1;
    twin_close(&t);
    return code;
}
