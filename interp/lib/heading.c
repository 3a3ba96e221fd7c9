/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/heading.h"

#include "base/utf8.h"

/* "(k€)" at the end, if it names a unit. */
static bool take_unit(NumCtx *num, Str *text, uint16_t *unit)
{
    size_t open = text->n;
    if (!text->n || text->p[text->n - 1] != ')') {
        return false;
    }
    while (open && text->p[open - 1] != '(') {
        open--;
    }
    Str inside = open ? str_trim(str_sub(*text, open, text->n - 1)) : STR("");
    if (!inside.n || unit_parse(num, inside, unit) != NUM_OK) {
        return false;
    }
    *text = str_trim(str_sub(*text, 0, open - 1));
    return true;
}

/* Letters and digits, with one _ for whatever stands between them. */
static void put_name(Buf *out, Str text)
{
    uint32_t cp;
    bool gap = false;
    for (size_t at = 0, n; (n = utf8_next(text, at, &cp)) != 0; at += n) {
        bool part = utf8_is_name(cp) && cp != '_';
        bool first = part && !out->n;
        if (part && ((gap && out->n) || (first && !utf8_is_letter(cp)))) {
            buf_putc(out, '_');
        }
        if (part) {
            buf_put(out, str_sub(text, at, at + n));
        }
        gap = !part;
    }
}

NumErr heading_read(NumCtx *num, Arena *arena, Str text, Heading *out)
{
    Buf b, name;
    *out = (Heading){.title = STR("")};
    buf_init(&b, arena->mem);
    buf_init(&name, arena->mem);
    utf8_nfc(&b, str_trim(text));
    Str whole = str_trim(buf_str(&b));
    out->has_unit = take_unit(num, &whole, &out->unit);
    put_name(&name, whole);
    out->name = arena_str(arena, buf_str(&name));
    if (!str_eq(whole, buf_str(&name))) {
        out->title = arena_str(arena, whole);
    }
    NumErr err = b.failed || name.failed || !out->name.p || !out->title.p ? NUM_NO_MEMORY : NUM_OK;
    buf_free(&b);
    buf_free(&name);
    return err;
}
