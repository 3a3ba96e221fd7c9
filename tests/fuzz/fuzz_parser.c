/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parser and printer: a text without errors, printed in either dialect, reads back as the same tree, and printed
   once more it is the same text. */
#include "fuzz.h"

#include "lib/library.h"
#include "syntax/printer.h"

typedef struct Reading {
    Mem mem;
    Arena arena;
    Sources sources;
    Diags diags;
    NumCtx num;
    Library library;
    bool num_ready;
    Parsing in;
} Reading;

static void *leaf(void *arena, uint8_t tag, size_t bytes)
{
    (void)tag;
    return arena_alloc(arena, bytes);
}

static void reading_close(Reading *r)
{
    if (r->num_ready)
        num_ctx_free(&r->num);
    library_free(&r->library);
    diags_free(&r->diags);
    sources_free(&r->sources);
    arena_free(&r->arena);
    if (r->mem.used != 0)
        fuzz_fail("memory is still in use", (Str){NULL, 0}, (Str){NULL, 0});
}

/* The tree, or NULL if there are errors. Units are declared by texts: each reading has its own. */
static const Node *reading_open(Reading *r, Str text)
{
    *r = (Reading){.mem = {0}};
    mem_init(&r->mem, FUZZ_MEMORY);
    arena_init(&r->arena, &r->mem);
    sources_init(&r->sources, &r->mem);
    diags_init(&r->diags, &r->mem);
    library_init(&r->library, &r->mem);
    r->num_ready = num_ctx_init(&r->num, &r->mem, leaf, &r->arena);
    r->in = (Parsing){.arena = &r->arena, .diags = &r->diags, .sources = &r->sources, .num = &r->num,
                      .library = library_names(&r->library)};
    uint32_t source = r->num_ready ? sources_add(&r->sources, STR("fuzz"), text) : 0;
    const Node *tree = source ? parse_module(&r->in, source) : NULL;
    return r->diags.errors ? NULL : tree;
}

static void check_print(const Reading *r, const Node *tree, Str text, Lang lang)
{
    Buf once, twice;
    Mem mem;
    mem_init(&mem, 0);
    buf_init(&once, &mem);
    buf_init(&twice, &mem);
    print_node(&once, tree, lang, &r->in.library);
    Reading again;
    const Node *other = reading_open(&again, buf_str(&once));
    if (other == NULL && again.diags.limits == 0)
        fuzz_fail("what is printed has errors", text, buf_str(&once));
    if (other) {
        Node root = *tree; /* the same but for its dialect */
        root.op = other->op;
        if (!node_equal(&root, other, true))
            fuzz_fail("what is printed is another tree", text, buf_str(&once));
        print_node(&twice, other, lang, &again.in.library);
        if (!str_eq(buf_str(&once), buf_str(&twice)))
            fuzz_fail("printed again it is another text", buf_str(&once), buf_str(&twice));
    }
    reading_close(&again);
    buf_free(&once);
    buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    Reading r;
    const Node *tree = reading_open(&r, text);
    if (tree) {
        check_print(&r, tree, text, LANG_EN);
        check_print(&r, tree, text, LANG_FR);
    }
    if (r.num_ready)
        parse_incomplete(&r.in, text);
    reading_close(&r);
    return 0;
}
