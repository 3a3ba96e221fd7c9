/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ticks.h"

#include "domain/grid.h"

/* ---- reading ---- */

/* The element of that name or title, through all blocks; -1: none. */
static int element_named(Mem *mem, const Open *o, Str text)
{
    int at = 0;
    for (uint32_t i = 0; i < o->expect_count; i++) {
        for (uint32_t k = 0; k < o->expects[i].count; k++, at++) {
            const Element *el = &o->expects[i].elements[k];
            if (str_eq(el->name, text) || (el->title.n && reading_same_text(mem, el->title, text))) {
                return at;
            }
        }
    }
    return -1;
}

static bool is_word(Mem *mem, Str text, const char *a, const char *b)
{
    return reading_same_text(mem, text, str_from(a)) || reading_same_text(mem, text, str_from(b));
}

static bool read_number(Str item, uint32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < item.n; i++) {
        if (item.p[i] < '0' || item.p[i] > '9') {
            return false;
        }
        *out = *out * 10 + (uint32_t)(item.p[i] - '0');
    }
    return item.n > 0 && item.n < 5;
}

static bool read_item(Mem *mem, const Open *o, Str item, bool *ticked, uint32_t *other)
{
    uint32_t number;
    bool digits = read_number(item, &number);
    int at = digits ? (int)number - 1 : element_named(mem, o, item);
    if (at >= 0 && (uint32_t)at < o->element_count) {
        ticked[at] = true;
    } else if (is_word(mem, item, "other", "autre")) {
        ++*other;
    } else if (!(digits && !number) && !is_word(mem, item, "none", "rien")) {
        return false;
    }
    return true;
}

/* Names separated by commas; but an element whose words hold a comma is one name. */
static bool read_part(Mem *mem, const Open *o, Str part, bool *ticked, uint32_t *other, Str *wrong)
{
    size_t start = 0;
    bool ok = true;
    if (element_named(mem, o, part) >= 0) {
        return read_item(mem, o, part, ticked, other);
    }
    for (size_t i = 0; i <= part.n; i++) {
        if (i == part.n || part.p[i] == ',') {
            Str item = str_trim(str_sub(part, start, i));
            bool known = !item.n || read_item(mem, o, item, ticked, other);
            *wrong = ok && !known ? item : *wrong;
            ok = ok && known;
            start = i + 1;
        }
    }
    return ok;
}

bool ticks_read(Mem *mem, const Open *o, Str text, bool *ticked, uint32_t *other, Str *wrong)
{
    size_t start = 0;
    bool ok = true, any = false;
    Str here = text;
    *wrong = text;
    for (size_t i = 0; i <= text.n; i++) {
        if (i == text.n || text.p[i] == ';') {
            Str part = str_trim(str_sub(text, start, i));
            bool known = !part.n || read_part(mem, o, part, ticked, other, &here);
            *wrong = ok && !known ? here : *wrong;
            ok = ok && known;
            any = any || part.n;
            start = i + 1;
        }
    }
    return ok && any;
}

/* ---- in words ---- */

static void put_word(Buf *b, Lang lang, Str text)
{
    buf_puts(b, !b->n ? "" : lang == LANG_FR ? " ; " : "; ");
    buf_put(b, text);
}

static void put_elements(Buf *b, Lang lang, const Open *o, const OpenTicks *t)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < o->expect_count; i++) {
        for (uint32_t k = 0; k < o->expects[i].count; k++, at++) {
            const Element *el = &o->expects[i].elements[k];
            if (t->ticked && t->ticked[at]) {
                put_word(b, lang, el->title.n ? el->title : el->name);
            }
        }
    }
    for (uint32_t i = 0; i < t->other; i++) {
        put_word(b, lang, lang == LANG_FR ? STR("autre idée") : STR("another idea"));
    }
}

static void put_levels(Buf *b, Vm *vm, Lang lang, const Instance *grid, const OpenTicks *t)
{
    for (uint32_t i = 0; t->levels && i < grid_criteria(grid); i++) {
        Value title = grid_part(grid, i, CRITERION_TITLE), name = grid_part(grid, i, CRITERION_NAME);
        Str level = str_trim(t->levels[i]);
        if (level.n) {
            put_word(b, lang, text_str(vm->heap, title.tag == T_TEXT ? title : name));
            buf_puts(b, lang == LANG_FR ? " : " : ": ");
            buf_put(b, grid_level_words(vm, grid, i, level));
        }
    }
}

void ticks_words(Buf *out, Vm *vm, Lang lang, const Open *o, const struct Instance *grid, const OpenTicks *t)
{
    Buf b;
    buf_init(&b, out->mem);
    if (grid) {
        put_levels(&b, vm, lang, grid, t);
    } else {
        put_elements(&b, lang, o, t);
    }
    buf_put(out, buf_str(&b));
    out->failed = out->failed || b.failed;
    buf_free(&b);
}
