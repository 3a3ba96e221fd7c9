/* SPDX-License-Identifier: GPL-3.0-or-later */
/* twin (en|fr|same) FILE: the file written canonically in that dialect, on the standard output. Exit code 1, with
   the messages on the standard error, when it cannot be read. A tool of the test runner. */
#include "lib/session.h"
#include "syntax/printer.h"

#include <stdlib.h>
#include <string.h>

/* The names of the standard library, its prelude included, so that they are translated too. */
static LibraryNames lib_names(Session *s)
{
    return library_names(&s->library);
}

/* The tree of the file, or NULL; errors are in s->diags. */
static Node *twin_parse(Session *s, Arena *arena, const char *path)
{
    uint32_t source = session_read(s, path);
    Parsing p = {.arena = arena,
                 .diags = &s->diags,
                 .sources = &s->sources,
                 .num = &s->num,
                 .library = lib_names(s),
                 .default_lang = LANG_EN};
    return source ? parse_module(&p, source) : NULL;
}

/* What is written where: the twin on the standard output, or the messages on the other. */
static int twin_write(Session *s, const char *dialect, const Node *module)
{
    LibraryNames names = lib_names(s);
    bool sound = module && !s->diags.errors;
    Buf out;
    buf_init(&out, &s->mem);
    if (!sound)
        diags_render(&out, &s->sources, &s->diags, (DiagStyle){.lang = LANG_EN});
    else if (strcmp(dialect, "same") == 0)
        print_node(&out, module, (Lang)module->op, &names);
    else
        print_node(&out, module, strcmp(dialect, "fr") == 0 ? LANG_FR : LANG_EN, &names);
    bool written = !out.failed && s->options.io->write(s->options.io, sound ? 1 : 2, buf_str(&out)) == 0;
    buf_free(&out);
    return sound && written ? 0 : 1;
}

int main(int argc, char **argv)
{
    static const char usage[] = "usage: twin (en|fr|same) FILE\n";
    SessionOptions options = {.io = io_posix(), .lang = LANG_EN, .stdlib = getenv("BAREME_STDLIB")};
    Session s;
    Arena arena;
    if (argc != 3) {
        options.io->write(options.io, 2, (Str){usage, sizeof usage - 1});
        return 2;
    }
    bool open = session_open(&s, &options);
    arena_init(&arena, &s.mem);
    int code = twin_write(&s, argv[1], open ? twin_parse(&s, &arena, argv[2]) : NULL);
    arena_free(&arena);
    session_close(&s);
    return code;
}
