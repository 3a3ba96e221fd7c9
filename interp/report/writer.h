/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside report/: what the documents of cases have in common: values, points, sentences and expressions as texts of
   the document. Texts live in the arena of the document; empty when memory is out (the document then knows). */
#ifndef BAREME_REPORT_WRITER_H
#define BAREME_REPORT_WRITER_H

#include "data/show.h"
#include "domain/case.h"
#include "format/json.h"
#include "model/graph.h"
#include "report/doc.h"
#include "report/word.h"

typedef struct Writer {
    Doc *doc;
    Graph *graph;
    const ShowStyle *style;
    bool on_paper; /* nobody will type the names: "un jour" for un_jour */
} Writer;

/* The text of a Buf, which is freed. */
Str writer_keep(Writer *w, Buf *b);
Str writer_value(Writer *w, Value v);
/* A name, with blanks on paper. */
Str writer_name(Writer *w, Str name);
/* All its decimals, or its fraction: what points are shown as. */
Str writer_exact(Writer *w, Value v);
/* A decimal for machines; empty when the value is not a number. */
Str writer_decimal(Writer *w, Value v);
/* "4 points" */
Str writer_points(Writer *w, Value points);
/* A message of the catalogue with its holes filled. */
Str writer_sentence(Writer *w, DiagId id, Str a, Str b, Str c);
Str writer_count(Writer *w, uint32_t n);
/* "8 checks", "1 check" */
Str writer_counted(Writer *w, uint32_t n, ReportWord one, ReportWord many);
/* {"type": "number", "fraction", "decimal", "exact", "unit", "shown"}; other values have only what is shown. */
void writer_value_json(Writer *w, JsonWriter *json, Value v);
/* An expression as the reader's language writes it. */
Str writer_expr(Writer *w, const Node *n);
/* What a line `check` says: its title, else the condition with its tolerance. */
Str writer_check(Writer *w, const Check *k);
static inline Str writer_word(const Writer *w, ReportWord word) { return report_word(word, w->doc->lang); }
/* A cell that shows a value. */
DocNode *writer_value_cell(Writer *w, DocNode *row, Value v, DocTone tone);
/* A table, a matrix, a keyed list or a list of records with the same fields, as tables under parent. False: it is none. */
bool writer_table(Writer *w, DocNode *parent, Str title, Value v);
/* The first columns of a table: those that its text holds. */
void writer_written_table(Writer *w, DocNode *parent, Str title, Value v, uint32_t columns);

/* The exam in one line: BTS NDRC, session 2023, paper E5, 40 points scaled to 20. Empty: nothing is known of it. */
Str writer_exam(Writer *w, const Exam *e);

#endif
