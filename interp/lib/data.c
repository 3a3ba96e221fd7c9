/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts in files. */
#include "base/limits.h"
#include "base/utf8.h"
#include "lib/file.h"

/* ---- in ---- */

static bool take_rest(const Args *a, const OutsideFile *f, TextStream *s, Buf *text)
{
    do {
        buf_put(text, text_rest(s));
        text_use(s, text_rest(s).n);
    } while (text->n <= LIMIT_TEXT_BYTES && !text->failed && text_more(s));
    if (s->error) {
        return file_fail(a, f, s->error);
    }
    if (text->failed || s->text.failed) {
        return vm_fail_memory(a->vm);
    }
    return true;
}

BUILTIN_FUNCTION(read_text)
{
    OutsideFile f;
    TextStream s;
    Buf text;
    Encoding encoding = ENC_UTF8;
    bool guess = true;
    buf_init(&text, a->vm->mem);
    bool ok = file_find(a, 0, PERMIT_READ, &f) && file_encoding(a, 1, &encoding, &guess);
    bool open = ok && file_open_text(a, &f, encoding, guess, &s);
    ok = open && take_rest(a, &f, &s, &text) && file_check_text(a, &f, &s);
    if (open) {
        text_close(&s);
    }
    ok = ok && args_return_text(a, buf_str(&text), out);
    buf_free(&text);
    outside_forget(&f);
    return ok;
}

/* ---- out ---- */

BUILTIN_FUNCTION(write_text)
{
    OutsideFile f;
    Str text;
    *out = value_none();
    bool ok = file_find(a, 0, PERMIT_WRITE, &f) && args_text(a, 1, &text) && file_write(a, &f, text);
    outside_forget(&f);
    return ok;
}

BUILTIN_FUNCTION(print_to)
{
    OutsideFile f;
    ShowStyle style = show_style(a->vm->lang);
    *out = value_none();
    bool ok = file_find(a, 0, PERMIT_WRITE, &f);
    Buf *text = ok ? outside_print(file_outside(a), &f) : NULL;
    for (uint32_t i = 1; text && i < a->n; i++) {
        buf_puts(text, i > 1 ? " " : "");
        value_show(args_heap(a), text, a->v[i], &style);
    }
    if (text) {
        buf_putc(text, '\n');
    }
    ok = ok && ((text && !text->failed) || vm_fail_memory(a->vm));
    outside_forget(&f);
    return ok && vm_charge(a->vm, 1);
}
