/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns in the making: cells come as texts, and become values of one kind: numbers, dates, truths or texts.

   What a column is, its cells say (column_look, of the first ones), unless it was declared. A cell that is then of
   another kind is strange: of a declared column it is an error at once; else it is counted, and column_settle says at
   the end whether the column had better be texts. An empty cell is a datum not given. */
#ifndef BAREME_LIB_COLUMN_H
#define BAREME_LIB_COLUMN_H

#include "data/pack.h"
#include "data/table.h"
#include "format/csv.h"
#include "lib/args.h"
#include "lib/heading.h"

typedef enum ColumnKind { KIND_OPEN, KIND_NUMBER, KIND_DATE, KIND_TRUTH, KIND_TEXT } ColumnKind;
typedef enum DateOrder { ORDER_DAY_FIRST, ORDER_MONTH_FIRST } DateOrder;

typedef struct CellForms { /* how cells are written, in all columns alike */
    char decimal;          /* '.' or ',': the other one stands between thousands */
    DateOrder order;       /* of 12/05/2023; year first is understood always */
    const Str *missing;    /* words for a datum that is not given */
    uint32_t missing_count;
} CellForms;

typedef struct PoolSlot PoolSlot;

typedef struct TextPool { /* where each text of the list is, while few differ */
    PoolSlot *slots;
    uint32_t cap, used;
    uint64_t count, looks; /* texts that were new, of so many */
} TextPool;

typedef struct Column {
    Heading heading;
    ColumnKind kind;
    bool declared;
    bool fractions;   /* `1/3` is a number here */
    uint16_t unit;    /* of its numbers, once unit_known; of bare ones if the heading tells it */
    bool unit_known, bare;
    List *items;
    uint64_t given;   /* cells that hold something */
    bool quick;       /* plain numbers go into its cells as they are written, */
    uint32_t scale;   /* with so many decimals, */
    int64_t times;    /* so many times: 1000 for k€ */
    struct Month *months; /* some that were read */
    uint64_t strange; /* of them, those of another kind */
    uint64_t strange_line;
    Str strange_text; /* the first one, in the arena */
    TextPool pool;
    char suffix[16];  /* the unit written last, and what it is */
    uint8_t suffix_n;
    uint16_t suffix_unit;
} Column;

typedef struct ColumnLook { /* of the first cells of a column */
    uint32_t cells;
    uint32_t numbers[2]; /* read with a decimal point, with a comma */
    uint32_t dates[2];   /* by DateOrder */
    uint32_t truths;
    uint32_t marks[2];       /* only this can be the decimal mark: the point, the comma */
    uint32_t marks_or[2];    /* 1.234: it may also stand between thousands */
} ColumnLook;

typedef struct FormLook { /* of all dates: what tells one order from the other */
    uint64_t day_first, month_first, either;
} FormLook;

/* One cell of a column that is not declared. */
void column_look(NumCtx *num, Str cell, const CellForms *forms, ColumnLook *look, FormLook *all);
/* May the column hold numbers, whatever the decimal mark is? */
bool column_may_be_numbers(const ColumnLook *look);
/* What those cells are, in these forms: KIND_OPEN if all were empty. */
ColumnKind column_kind(const ColumnLook *look, const CellForms *forms);

/* Empties it, with room for so many cells. False: fault. */
bool column_begin(const Args *a, Column *c, uint32_t room);
void column_end(const Args *a, Column *c);
/* The next cell; quoted: an empty one is an empty text. A strange one is kept as nothing, the first of them in `kept`.
   False: memory (fault), or a strange cell of a declared column (no fault). */
bool column_add(const Args *a, Column *c, Arena *kept, const CellForms *forms, Str cell, bool quoted, uint64_t line);
/* Rows of a CsvReader, n cells each, the first one at that line. False: memory (fault), or a strange cell of a declared
   column: the first of the first row that has any (*strange). */
bool columns_add(const Args *a, Column *columns, uint32_t n, Arena *kept, const CellForms *forms, const CsvCell *cells,
                 uint32_t rows, uint64_t line, const Column **strange);
/* At the end: is the column better read as texts? Strange cells that are few among many are for the caller to tell. */
bool column_is_text(const Column *c);

/* "text", "number", "date", "truth" in either language. KIND_OPEN: none of them. */
ColumnKind column_kind_named(Str name);

#endif
