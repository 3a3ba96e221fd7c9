/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the library says of itself, for people: one function as lines of text, its fields in one language, its examples
   written and evaluated in that language. `?name`, `bareme doc` and its pages are made of these. */
#ifndef BAREME_CLI_REFERENCE_H
#define BAREME_CLI_REFERENCE_H

#include "cli/cli.h"
#include "lib/doc.h"
#include "report/doc.h"

typedef struct Reference {
    Cli *cli;
    Session *s;
    Lang lang;
    Arena arena;   /* of texts put together */
} Reference;

typedef struct ReferenceField {
    DocFieldKind kind;
    Str key;       /* of a parameter: its name; otherwise empty */
    Str wants;     /* of a parameter: "amount > 0"; may be empty */
    Str text;      /* of an example: as it is written in its own language */
    Str result;
    Lang from;     /* of an example: that language */
} ReferenceField;

typedef struct ReferenceReader {
    Reference *r;
    const LibraryDoc *doc;
    DocReader fields;
    uint32_t at;
} ReferenceReader;

void reference_open(Reference *r, Cli *cli, Session *s, Lang lang);
void reference_close(Reference *r);
/* A command that is about the library alone, without a text: opens a session, has `put` write, prints. The exit code. */
int reference_command(Cli *cli, void (*put)(Reference *r, Buf *out));

/* Fields in order, but for what stands in the name and the summary. False: there is no more. */
ReferenceReader reference_fields(Reference *r, const LibraryDoc *doc);
bool reference_next(ReferenceReader *reader, ReferenceField *out);

/* "annuity(capital, rate, periods)", with the separator of the language. */
void reference_signature(const Reference *r, Buf *out, const LibraryDoc *doc);
/* What stands before the text of such a field: "formula: "; P_COUNT: nothing. */
PhraseId reference_label(DocFieldKind kind);
/* The example in the language of the reference. */
void reference_example(Reference *r, Buf *out, const ReferenceField *f);
/* What it shows there; nothing if it shows nothing. An example of an error gives its code. */
void reference_result(Reference *r, Buf *out, const ReferenceField *f);
/* All of it as lines, wrapped. */
void reference_put(Reference *r, Buf *out, const LibraryDoc *doc);
/* The names of functions in such a field, in the language of the reference. */
void reference_see(Reference *r, ReferenceField *f);
/* All of it as a manual page. */
void reference_roff(Reference *r, Buf *out);
/* The chapters of the library as sections, their functions as sections in them: a document to be searched. */
void reference_document(Reference *r, Doc *d);
/* An object: names, signatures, summaries, other spellings, fields in both languages, examples with what they say they show. */
void reference_json(Reference *r, JsonWriter *w, const LibraryDoc *doc);

/* One line for each function or constant whose names, summary or fields hold all the words, in either language, accents and
   case aside; those whose name does come first. How many there are. */
uint32_t reference_search(Reference *r, Buf *out, const Str *words, size_t count);
/* Name and summary, as a row of a list. */
void reference_row(const Reference *r, Buf *out, const LibraryDoc *doc);

#endif
