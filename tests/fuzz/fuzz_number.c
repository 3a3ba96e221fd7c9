/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of copies: every reading can be shown, and what is shown in full reads back as the same number. */
#include "fuzz.h"

#include "base/arena.h"
#include "num/format.h"

static void *leaf(void *arena, uint8_t tag, size_t bytes)
{
    (void)tag;
    return arena_alloc(arena, bytes);
}

/* A fraction (64/3) is no figure of a copy: only reading an expression would understand it. */
static bool is_fraction(Str s)
{
    for (size_t i = 0; i + 1 < s.n; i++)
        if (s.p[i] == '/' && s.p[i + 1] >= '0' && s.p[i + 1] <= '9')
            return true;
    return false;
}

static void check_shown(NumCtx *c, Str raw, Value v, Lang lang)
{
    NumReading again[NUM_READINGS_MAX];
    size_t count = 0;
    Buf text;
    buf_init(&text, c->mem);
    NumFormat f = {.lang = lang, .kind = NF_EXACT, .unit = true, .group = true};
    bool same = num_format(c, &text, v, &f) != NUM_OK; /* too long to show: nothing to compare */
    NumErr err = num_read_lenient(c, buf_str(&text), lang, again, NUM_READINGS_MAX, &count, NULL);
    /* A copy's figure is at most 256 characters long; what is shown of a longer one has its separators besides. */
    bool too_long = text.n > 200;
    if (!num_is_exact(v) || err == NUM_NO_MEMORY || too_long || is_fraction(buf_str(&text)))
        same = true;
    for (size_t i = 0; i < count && !same; i++)
        if (num_equal(c, again[i].value, v, &same) != NUM_OK)
            same = false;
    if (!same && !text.failed)
        fuzz_fail("what is shown does not read back", raw, buf_str(&text));
    buf_free(&text);
}

static void check_lenient(NumCtx *c, Str raw, Lang lang)
{
    NumReading readings[NUM_READINGS_MAX];
    size_t count = 0;
    Str unknown = {NULL, 0};
    if (num_read_lenient(c, raw, lang, readings, NUM_READINGS_MAX, &count, &unknown) != NUM_OK)
        return;
    if (count > NUM_READINGS_MAX)
        fuzz_fail("more readings than there is room for", raw, (Str){NULL, 0});
    for (size_t i = 0; i < count; i++) {
        check_shown(c, raw, readings[i].value, LANG_EN);
        check_shown(c, raw, readings[i].value, LANG_FR);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str raw = {(const char *)data, size < 4096 ? size : 4096};
    Mem mem;
    Arena arena;
    NumCtx c;
    mem_init(&mem, FUZZ_MEMORY);
    arena_init(&arena, &mem);
    if (num_ctx_init(&c, &mem, leaf, &arena)) {
        Value v;
        check_lenient(&c, raw, LANG_EN);
        check_lenient(&c, raw, LANG_FR);
        num_read_literal(&c, raw, U_PLAIN, &v);
        num_ctx_free(&c);
    }
    arena_free(&arena);
    if (mem.used != 0)
        fuzz_fail("memory is still in use", raw, (Str){NULL, 0});
    return 0;
}
