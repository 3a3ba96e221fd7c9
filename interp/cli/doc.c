/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme doc: the reference of the library, from the declarations of its functions. Without a name, the chapters; with
   the name of a function, all about it; with a word that begins a block or a clause, how it is written; with other words,
   the functions that they are about; into a file or a form, the whole of it. */
#include "cli/deliver.h"
#include "cli/forms.h"
#include "cli/reference.h"

static void put_chapters(Reference *r, Buf *out)
{
    LibraryDoc doc;
    Str before = {"", 0};
    for (uint32_t i = 0; library_doc_at(&r->s->library, i, &doc); i++) {
        if (!str_eq(doc.chapter[r->lang], before)) {
            buf_puts(out, before.n ? "\n" : "");
            buf_put(out, doc.chapter[r->lang]);
            buf_putc(out, '\n');
            before = doc.chapter[r->lang];
        }
        reference_row(r, out, &doc);
    }
}

static bool put_found(Reference *r, Buf *out, const Texts *files)
{
    Str *words = arena_alloc(&r->arena, (files->count + 1) * sizeof *words);
    if (!words)
        return cli_no_memory(r->s);
    for (size_t i = 0; i < files->count; i++)
        words[i] = str_from(files->items[i]);
    bool found = reference_search(r, out, words, files->count) > 0;
    if (!found)
        diag(&r->s->diags, D_DOC_NOTHING, (Span){0}, words[0]);
    return found;
}

/* ---- all, for programs ---- */

static void put_json(Reference *r, Buf *out)
{
    JsonWriter w;
    LibraryDoc doc;
    json_begin(&w, out, true);
    json_array(&w);
    for (uint32_t i = 0; library_doc_at(&r->s->library, i, &doc); i++)
        reference_json(r, &w, &doc);
    json_finish(&w);
}

/* ---- all, for people ---- */

static void deliver_all(Reference *r)
{
    const Options *o = &r->cli->options;
    Doc d;
    doc_init(&d, &r->s->mem, r->lang);
    reference_document(r, &d);
    deliver_doc(r->cli, r->s, &d, o->output, o->form);
    doc_free(&d);
}

/* What bears this name: a function, a block; some bear both, like `table`. */
static bool put_named(Reference *r, Buf *out, Str name)
{
    LibraryDoc doc;
    bool function = library_doc(&r->s->library, name, r->lang, &doc);
    bool form = forms_of(out, name, r->lang);
    if (function) {
        buf_puts(out, form ? "\n" : "");
        reference_put(r, out, &doc);
    }
    return function || form;
}

static bool put_asked(Reference *r, Buf *out)
{
    const Options *o = &r->cli->options;
    if (o->json) {
        put_json(r, out);
    } else if (o->forms) {
        forms_all(out, r->lang);
    } else if (!o->files.count) {
        put_chapters(r, out);
    } else {
        return (o->files.count == 1 && put_named(r, out, str_from(o->files.items[0]))) || put_found(r, out, &o->files);
    }
    return true;
}

static void put_doc(Reference *r, Buf *out)
{
    const Options *o = &r->cli->options;
    if (o->output || o->form != FORM_TEXT)
        deliver_all(r);
    else if (!put_asked(r, out))
        buf_clear(out); /* what was asked is not there: that has been told */
}

int doc_command(Cli *cli) { return reference_command(cli, put_doc); }
