/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one document tree. Everything Barème prints beyond a bare value is first a Doc; a writer (terminal.h, html.h,
   markdown.h, json.h) then turns it into bytes. A Doc knows nothing of cases: domain's results become documents in
   case_report.c and its neighbours. Charts are nodes like others; their data are in chart.h.

   Nodes and copies of their texts live in the arena of the Doc. Building never fails in place: when memory is
   out, functions return NULL, accept a NULL parent, and doc_ok is false at the end. Texts are raw: writers
   escape what is unsafe. A text may hold newlines.

   Blocks stand in the root, in sections, quotes and items; BLANK and BOX also in cells. The text of a node is `text`,
   then its runs: doc_paragraph(d, p, STR("See "), TONE_PLAIN), then doc_link(…). */
#ifndef BAREME_REPORT_DOC_H
#define BAREME_REPORT_DOC_H

#include "base/arena.h"
#include "diag/diag.h"
#include "report/chart.h"

/*  SECTION    text: its heading; title: what references name it by, or empty; blocks. Its level follows from where it stands
    HEADING    text; level from 1, counted from the section where it stands
    PARAGRAPH  text
    ASIDE      text, then each run: short labels on one line (points, competences)
    LIST       ITEMs; numbered from `start` unless 0
    ITEM       text; blocks or ITEMs below it; tick
    QUOTE      blocks
    CODE       text, line by line as it is
    TABLE      title: its caption; columns; ROWs
    ROW        CELLs; TONE_STRONG: a row of totals
    CELL       text; number: as a machine reads it, or empty; head, span, heat, tick; BLANKs and BOXes
    PAIRS      PAIRs
    PAIR       text: the key; detail: what it is
    STEPS      STEPs: a working
    STEP       text: name; detail: formula as written; title: what a person calls it; level: 1 below the one above;
               EQUALs, then NOTEs
    EQUAL      text: a member of the chain; about: ≈ before it
    NOTE       text; detail: what to do about it, or empty
    RULE       a line across
    BLANK      lines to write on
    BOX        an empty frame as high as `lines`
    CHART      text: its title; detail: what it shows, in a sentence; chart */
typedef enum DocKind {
#define DOC_NODE(id, name) DOC_##id,
#include "report/doc.def"
#undef DOC_NODE
    DOC_KIND_COUNT
} DocKind;

/* TONE_PLAIN … TONE_BAD are in chart.h. */

typedef enum DocAlign { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE } DocAlign;

typedef enum DocTick { TICK_NONE, TICK_OPEN, TICK_DONE } DocTick;

typedef enum RunStyle { RUN_PLAIN = 0, RUN_EMPHASIS = 1, RUN_STRONG = 2, RUN_CODE = 4 } RunStyle; /* added up */

typedef struct DocRun DocRun;
struct DocRun {
    uint8_t style; /* RunStyle */
    Str text, url; /* url: empty, or one that doc_url_is_safe */
    DocRun *next;
};

typedef struct DocColumn {
    Str title;
    DocAlign align;
} DocColumn;

struct DocNode {
    uint8_t kind;   /* DocKind */
    uint8_t tone;   /* DocTone */
    uint8_t level;  /* HEADING, STEP */
    uint8_t tick;   /* ITEM, CELL, PARAGRAPH: DocTick */
    uint8_t heat;   /* CELL: 0 none, else 1 + level */
    bool about;     /* EQUAL */
    bool head;      /* CELL: it names its row */
    bool stacks;    /* TABLE: on a narrow screen a row is a block, its cells one below the other */
    bool is_date;   /* CELL: `days` is the date that it shows, since 1970-01-01 */
    int64_t days;
    bool new_page;  /* begins a page where there are pages */
    uint16_t span;  /* CELL: columns it takes, from 1 */
    uint16_t lines; /* BLANK, BOX */
    uint32_t start; /* LIST */
    uint32_t count; /* children; TABLE: columns are column_count */
    uint32_t column_count;
    Str text, detail, title, number;
    DocColumn *columns;
    DocRun *runs, *last_run;
    Chart *chart;
    DocNode *first, *last, *next;
};

struct Doc {
    Arena arena;
    Lang lang;     /* of its texts */
    Str title;     /* above everything; empty: the first heading says what the document is */
    bool searched; /* a page offers to show only the sections that hold some words */
    DocNode *root; /* NULL: memory is out */
};

void doc_init(Doc *d, Mem *m, Lang lang);
void doc_free(Doc *d);
bool doc_ok(const Doc *d);   /* false: memory ran out while building */
void doc_fail(Doc *d);       /* from now on doc_ok is false */
Str doc_copy(Doc *d, Str s); /* in the arena; {"", 0} when memory is out */
void doc_title(Doc *d, Str title);

/* All texts are copied; in French, with blanks that do not break before signs, save in CODE. A NULL parent of a block is the root. */
DocNode *doc_section(Doc *d, DocNode *parent, Str heading);
DocNode *doc_heading(Doc *d, DocNode *parent, unsigned level, Str text);
DocNode *doc_paragraph(Doc *d, DocNode *parent, Str text, DocTone tone);
DocNode *doc_aside(Doc *d, DocNode *parent, Str label);
DocNode *doc_list(Doc *d, DocNode *parent);
DocNode *doc_numbered(Doc *d, DocNode *parent, uint32_t start);
DocNode *doc_item(Doc *d, DocNode *list, Str text, DocTone tone);
DocNode *doc_quote(Doc *d, DocNode *parent);
DocNode *doc_code(Doc *d, DocNode *parent, Str text);
DocNode *doc_pairs(Doc *d, DocNode *parent);
DocNode *doc_pair(Doc *d, DocNode *pairs, Str key, Str value);
DocNode *doc_steps(Doc *d, DocNode *parent);
DocNode *doc_step(Doc *d, DocNode *steps, Str name, Str title, Str formula);
DocNode *doc_equal(Doc *d, DocNode *step, Str text, bool about);
DocNode *doc_note(Doc *d, DocNode *parent, DocTone tone, Str text, Str detail);
DocNode *doc_rule(Doc *d, DocNode *parent);
/* Room for an answer: dotted lines, or a frame, of 1 to LIMIT_BLANK_LINES lines. The parent may be a cell. */
DocNode *doc_blank(Doc *d, DocNode *parent, unsigned lines);
DocNode *doc_box(Doc *d, DocNode *parent, unsigned lines);
/* A chart without data; chart.h adds them. */
DocNode *doc_chart(Doc *d, DocNode *parent, ChartKind kind, Str title, Str description);

DocNode *doc_table(Doc *d, DocNode *parent, const DocColumn *columns, uint32_t count);
void doc_caption(Doc *d, DocNode *table, Str caption);
DocNode *doc_row(Doc *d, DocNode *table);
DocNode *doc_total_row(Doc *d, DocNode *table);
DocNode *doc_cell(Doc *d, DocNode *row, Str text, DocTone tone);
/* A cell that is also a number for a machine: its decimal or fraction. */
DocNode *doc_number_cell(Doc *d, DocNode *row, Str text, Str number, DocTone tone);
/* A cell that says what its row is about. */
DocNode *doc_head_cell(Doc *d, DocNode *row, Str text);

/* What may be said of a node that exists; all take NULL. */
void doc_new_page(DocNode *n);
void doc_tick(DocNode *n, bool ticked);
void doc_span(DocNode *cell, unsigned columns);
void doc_date(DocNode *cell, int64_t days);
void doc_heat(DocNode *cell, unsigned level); /* 0 to 100 */

/* More text for a node: of a style, or a link. A link elsewhere than to http, https or mailto becomes its text. */
void doc_run(Doc *d, DocNode *n, unsigned style, Str text);
void doc_link(Doc *d, DocNode *n, unsigned style, Str text, Str url);
bool doc_url_is_safe(Str url);

/* A name for a section, and a link to the section of that name in the same document. Names are ours, never those of a
   case: they are written as they are. */
void doc_anchor(Doc *d, DocNode *section, Str name);
void doc_reference(Doc *d, DocNode *n, unsigned style, Str text, Str name);

#endif
