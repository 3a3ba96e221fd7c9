/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme-library(7): a section a chapter, a subsection a function. */
#include "cli/reference.h"
#include "cli/roff.h"

static void put_labelled(Reference *r, Buf *out, const ReferenceField *f)
{
    PhraseId label = reference_label(f->kind);
    buf_puts(out, ".PP\n");
    if (label != P_COUNT) {
        buf_puts(out, "\\fI");
        roff_text(out, phrase(label, r->lang));
        buf_puts(out, "\\fR");
    } else {
        buf_puts(out, "\\&"); /* the text may begin with a point */
    }
    roff_text(out, f->text);
    buf_putc(out, '\n');
}

static void put_parameter(Buf *out, const ReferenceField *f)
{
    buf_puts(out, ".TP\n\\fB");
    roff_text(out, f->key);
    buf_puts(out, "\\fR");
    if (f->wants.n) {
        buf_puts(out, " (");
        roff_text(out, f->wants);
        buf_putc(out, ')');
    }
    buf_puts(out, "\n\\&");
    roff_text(out, f->text);
    buf_putc(out, '\n');
}

/* As it is typed, then what it shows. */
static void put_example(Reference *r, Buf *out, const ReferenceField *f)
{
    Buf text;
    buf_init(&text, out->mem);
    reference_example(r, &text, f);
    buf_putc(&text, '\n');
    reference_result(r, &text, f);
    buf_puts(out, ".PP\n.nf\n");
    roff_text(out, str_trim(buf_str(&text)));
    buf_puts(out, "\n.fi\n");
    out->failed |= text.failed;
    buf_free(&text);
}

static void put_function(Reference *r, Buf *out, const LibraryDoc *doc)
{
    Buf signature;
    ReferenceReader reader = reference_fields(r, doc);
    ReferenceField f;
    buf_init(&signature, out->mem);
    reference_signature(r, &signature, doc);
    buf_puts(out, ".SS ");
    roff_text(out, doc->name[r->lang]);
    buf_puts(out, "\n\\fB");
    roff_text(out, buf_str(&signature));
    buf_puts(out, "\\fR\n.PP\n\\&");
    roff_text(out, doc->summary[r->lang]);
    buf_putc(out, '\n');
    while (reference_next(&reader, &f)) {
        if (f.kind == DOC_EXAMPLE)
            put_example(r, out, &f);
        else if (f.kind == DOC_PARAMETER)
            put_parameter(out, &f);
        else if (f.kind == DOC_SEE)
            reference_see(r, &f);
        if (f.kind != DOC_EXAMPLE && f.kind != DOC_PARAMETER && f.kind != DOC_WORDS && f.text.n)
            put_labelled(r, out, &f);
    }
    out->failed |= signature.failed;
    buf_free(&signature);
}

void reference_roff(Reference *r, Buf *out)
{
    LibraryDoc doc;
    Str before = {"", 0};
    buf_puts(out, ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n.TH BAREME\\-LIBRARY 7 \"\" \"Barème\" \"\"\n.SH ");
    roff_text(out, phrase(P_MAN_NAME, r->lang));
    buf_puts(out, "\nbareme\\-library \\- ");
    roff_text(out, phrase(P_DOC_TITLE, r->lang));
    buf_putc(out, '\n');
    for (uint32_t i = 0; library_doc_at(&r->s->library, i, &doc); i++) {
        if (!str_eq(doc.chapter[r->lang], before)) {
            before = doc.chapter[r->lang];
            buf_puts(out, ".SH ");
            roff_text(out, before);
            buf_putc(out, '\n');
        }
        put_function(r, out, &doc);
    }
    out->failed |= r->arena.failed;
}
