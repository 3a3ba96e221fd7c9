/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One section a function, named by it, so that the functions it points to are links. */
#include "cli/reference.h"

static Str next_name(Str *rest)
{
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ',')
        n++;
    Str name = str_trim(str_sub(*rest, 0, n));
    *rest = str_sub(*rest, n + 1, rest->n);
    return name;
}

/* What stands between backquotes is code. */
static void add_text(Doc *d, DocNode *p, Str text)
{
    for (bool code = false; text.n; code = !code) {
        size_t n = 0;
        while (n < text.n && text.p[n] != '`')
            n++;
        if (n)
            doc_run(d, p, code ? RUN_CODE : RUN_PLAIN, str_sub(text, 0, n));
        text = str_sub(text, n + 1, text.n);
    }
}

/* "formula: " */
static void add_labelled(Reference *r, Doc *d, DocNode *section, PhraseId label, Str text)
{
    DocNode *p = doc_paragraph(d, section, (Str){"", 0}, TONE_PLAIN);
    if (label != P_COUNT)
        doc_run(d, p, RUN_EMPHASIS, phrase(label, r->lang));
    add_text(d, p, text);
}

static void add_parameter(Reference *r, Doc *d, DocNode *pairs, const ReferenceField *f)
{
    Buf key;
    buf_init(&key, &r->s->mem);
    buf_put(&key, f->key);
    if (f->wants.n) {
        buf_puts(&key, " (");
        buf_put(&key, f->wants);
        buf_putc(&key, ')');
    }
    doc_pair(d, pairs, buf_str(&key), f->text);
    if (key.failed)
        doc_fail(d);
    buf_free(&key);
}

/* The example, and below it what it shows. */
static void add_example(Reference *r, Doc *d, DocNode *section, const ReferenceField *f)
{
    Buf text;
    buf_init(&text, &r->s->mem);
    reference_example(r, &text, f);
    buf_puts(&text, "\n→ ");
    size_t before = text.n;
    reference_result(r, &text, f);
    bool lines = text.n > before && text.p[before] == '|';
    if (lines) {
        text.n = before - sizeof "→ " + 1;
        reference_result(r, &text, f);
    }
    Str shown = str_trim(buf_str(&text));
    doc_code(d, section, shown);
    if (text.failed)
        doc_fail(d);
    buf_free(&text);
}

static void add_see(Reference *r, Doc *d, DocNode *section, Str names)
{
    DocNode *p = doc_paragraph(d, section, (Str){"", 0}, TONE_PLAIN);
    doc_run(d, p, RUN_EMPHASIS, phrase(P_DOC_SEE, r->lang));
    for (bool first = true; names.n; first = false) {
        Str name = next_name(&names);
        doc_run(d, p, RUN_PLAIN, first ? (Str){"", 0} : STR(", "));
        doc_reference(d, p, RUN_CODE, name, name);
    }
}

static void add_field(Reference *r, Doc *d, DocNode *section, DocNode **pairs, ReferenceField *f)
{
    if (f->kind == DOC_SEE)
        reference_see(r, f);
    if (f->kind == DOC_PARAMETER) {
        *pairs = *pairs ? *pairs : doc_pairs(d, section);
        add_parameter(r, d, *pairs, f);
        return;
    }
    *pairs = NULL;
    if (f->kind == DOC_EXAMPLE)
        add_example(r, d, section, f);
    else if (f->kind == DOC_SEE)
        add_see(r, d, section, f->text);
    else if (f->kind == DOC_WORDS)
        doc_paragraph(d, section, f->text, TONE_MUTED);
    else if (f->text.n)
        add_labelled(r, d, section, reference_label(f->kind), f->text);
}

static void add_function(Reference *r, Doc *d, DocNode *chapter, const LibraryDoc *doc)
{
    Lang other = r->lang == LANG_EN ? LANG_FR : LANG_EN;
    ReferenceReader reader = reference_fields(r, doc);
    ReferenceField f;
    Buf b;
    DocNode *section = doc_section(d, chapter, doc->name[r->lang]), *pairs = NULL;
    doc_anchor(d, section, doc->name[r->lang]);
    buf_init(&b, &r->s->mem);
    if (doc->function) {
        reference_signature(r, &b, doc);
        doc_code(d, section, buf_str(&b));
    }
    doc_paragraph(d, section, doc->summary[r->lang], TONE_PLAIN);
    while (reference_next(&reader, &f))
        add_field(r, d, section, &pairs, &f);
    if (!str_eq(doc->name[r->lang], doc->name[other])) {
        buf_clear(&b);
        phrase_put(&b, P_ALSO_CALLED, r->lang, doc->name[other]);
        doc_paragraph(d, section, buf_str(&b), TONE_MUTED);
    }
    if (b.failed || r->arena.failed)
        doc_fail(d);
    buf_free(&b);
}

void reference_document(Reference *r, Doc *d)
{
    LibraryDoc doc;
    DocNode *chapter = NULL;
    Str before = {"", 0};
    doc_title(d, phrase(P_DOC_TITLE, r->lang));
    d->searched = true;
    doc_paragraph(d, NULL, phrase(P_DOC_INTRO, r->lang), TONE_PLAIN);
    for (uint32_t i = 0; library_doc_at(&r->s->library, i, &doc); i++) {
        if (!chapter || !str_eq(doc.chapter[r->lang], before)) {
            before = doc.chapter[r->lang];
            chapter = doc_section(d, NULL, before);
        }
        add_function(r, d, chapter, &doc);
    }
}
