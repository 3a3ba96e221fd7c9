/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one document tree. Everything Barème prints beyond a bare value is first a Doc; a writer (terminal.h,
   markdown.h, json.h) then turns it into bytes. A Doc knows nothing of cases: domain's results become documents
   in case_report.c and explain_report.c.

   Nodes and copies of their texts live in the arena of the Doc. Building never fails in place: when memory is
   out, functions return NULL, accept a NULL parent, and doc_ok is false at the end. Texts are raw: writers
   escape what is unsafe. A text may hold newlines. */
#ifndef BAREME_REPORT_DOC_H
#define BAREME_REPORT_DOC_H

#include "base/arena.h"
#include "diag/diag.h"

typedef enum DocKind {
    DOC_ROOT,
    DOC_HEADING,   /* text; level from 1 */
    DOC_PARAGRAPH, /* text */
    DOC_LIST,      /* ITEMs */
    DOC_ITEM,      /* text; children below it */
    DOC_TABLE,     /* columns, ROWs */
    DOC_ROW,       /* CELLs */
    DOC_CELL,      /* text; number: as a machine reads it, or empty */
    DOC_PAIRS,     /* PAIRs */
    DOC_PAIR,      /* text: the key; detail: what it is */
    DOC_STEPS,     /* STEPs: a working */
    DOC_STEP,      /* text: name; detail: formula as written; title: what a person calls it; EQUALs, then NOTEs */
    DOC_EQUAL,     /* text: a member of the chain; about: ≈ before it */
    DOC_NOTE,      /* text; detail: what to do about it, or empty */
    DOC_RULE       /* a line across */
} DocKind;

typedef enum DocTone { TONE_PLAIN, TONE_STRONG, TONE_MUTED, TONE_GOOD, TONE_WARN, TONE_BAD } DocTone;

typedef enum DocAlign { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE } DocAlign;

typedef struct DocColumn {
    Str title;
    DocAlign align;
} DocColumn;

typedef struct DocNode DocNode;
struct DocNode {
    uint8_t kind;  /* DocKind */
    uint8_t tone;  /* DocTone */
    uint8_t level; /* HEADING */
    bool about;    /* EQUAL */
    uint32_t count; /* children; TABLE: columns are column_count */
    uint32_t column_count;
    Str text, detail, title, number;
    DocColumn *columns;
    DocNode *first, *last, *next;
};

typedef struct Doc {
    Arena arena;
    Lang lang;
    DocNode *root; /* NULL: memory is out */
} Doc;

void doc_init(Doc *d, Mem *m, Lang lang);
void doc_free(Doc *d);
bool doc_ok(const Doc *d); /* false: memory ran out while building */

/* All texts are copied. A NULL parent of a top-level node is the root. */
DocNode *doc_heading(Doc *d, DocNode *parent, unsigned level, Str text);
DocNode *doc_paragraph(Doc *d, DocNode *parent, Str text, DocTone tone);
DocNode *doc_list(Doc *d, DocNode *parent);
DocNode *doc_item(Doc *d, DocNode *list, Str text, DocTone tone);
DocNode *doc_table(Doc *d, DocNode *parent, const DocColumn *columns, uint32_t count);
DocNode *doc_row(Doc *d, DocNode *table);
DocNode *doc_cell(Doc *d, DocNode *row, Str text, DocTone tone);
/* A cell that is also a number for a machine: its decimal or fraction. */
DocNode *doc_number_cell(Doc *d, DocNode *row, Str text, Str number, DocTone tone);
DocNode *doc_pairs(Doc *d, DocNode *parent);
DocNode *doc_pair(Doc *d, DocNode *pairs, Str key, Str value);
DocNode *doc_steps(Doc *d, DocNode *parent);
DocNode *doc_step(Doc *d, DocNode *steps, Str name, Str title, Str formula);
DocNode *doc_equal(Doc *d, DocNode *step, Str text, bool about);
DocNode *doc_note(Doc *d, DocNode *parent, DocTone tone, Str text, Str detail);
DocNode *doc_rule(Doc *d, DocNode *parent);

#endif
