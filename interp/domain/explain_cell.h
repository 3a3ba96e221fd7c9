/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside explain: where one cell of a table, of a schedule or of a keyed list was computed: `team["Pierre"].rate` is the
   formula of the column `rate` in the row of Pierre; a rate of a dashboard is a value over an objective. */
#ifndef BAREME_DOMAIN_EXPLAIN_CELL_H
#define BAREME_DOMAIN_EXPLAIN_CELL_H

#include "model/graph.h"

enum { CELL_KEYS = 4 };

typedef struct CellKey { /* [key], or .name */
    Value key;
    Str name; /* {NULL, 0}: a key */
} CellKey;

typedef struct CellPath { /* team["Pierre"].rate */
    const Decl *decl; /* what bears the name */
    uint32_t slot;
    CellKey keys[CELL_KEYS];
    uint32_t count;
} CellPath;

typedef struct CellSource { /* the evaluation number `pick` of `root`, in a run of the formula of `slot` */
    uint32_t slot;
    const Node *root;
    uint32_t pick;
} CellSource;

/* False: the cell is computed nowhere, or not in a way that can be told. */
bool cell_source(Graph *g, View *view, const CellPath *path, CellSource *out);

/* The computed column that `team.rate` is. NULL: it is none. */
const Decl *cell_column(Graph *g, const CellPath *path);

typedef struct CellRate { /* a rate or a gap: both figures it comes from */
    Value value, objective;
    bool gap, turned; /* turned: objective - value */
} CellRate;

/* Of a dashboard or an indicator. False: the path does not lead to a rate or a gap. */
bool cell_rate(Graph *g, View *view, const CellPath *path, CellRate *out);

#endif
