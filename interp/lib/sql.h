/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQL: values on their way into SQLite and out of it, tables of the program as virtual tables, its functions and
   indicators as SQL functions. doc/decisions/ tells how numbers travel.

   A SqlRun serves one call of a built-in function; what it holds for the collector is in `held`, which is protected. */
#ifndef BAREME_LIB_SQL_H
#define BAREME_LIB_SQL_H

#include <sqlite3.h>

#include "domain/indicator.h"
#include "lib/args.h"
#include "lib/column.h"
#include "lib/file.h"

typedef struct SqlOdd { /* a number that no double is, and the double that went in its place */
    uint64_t bits;
    uint32_t value;     /* place in `held` */
    bool several;       /* others went as the same double: none comes back */
} SqlOdd;

typedef struct SqlMeasure { /* an indicator, as a function of SQL */
    struct SqlRun *run;
    uint32_t place;     /* in `held`: what code/ gave (code/sql.c) */
    Str name;           /* of the function */
    uint16_t unit;      /* that its figures are counted in; UINT16_MAX: there was none yet */
    struct SqlMeasure *next;
} SqlMeasure;

typedef struct SqlRun {
    const Args *args;
    sqlite3 *db;
    Str text;           /* the statement, as the program writes it */
    List *held;         /* values that SQLite stands for */
    SqlOdd *odd;        /* open addressing by bits; NULL: numbers that no double is go as texts */
    uint32_t odd_count, odd_cap;
    bool keeps_odd;
    SqlMeasure *measures; /* until sql_end: SQLite may forget one of two names that differ by case alone */
    const Record *functions; /* defined on a database that outlives the call: taken away at its end */
    bool failed;        /* a fault was set within a callback */
    Progress progress;
    uint64_t row, rows; /* of the largest table of the program that it goes through */
} SqlRun;

/* False: fault. Always sql_end. */
bool sql_begin(SqlRun *r, const Args *a, sqlite3 *db, Str text, bool keeps_odd);
void sql_end(SqlRun *r);
/* The fault for what SQLite says of the statement, at its place in the text. */
bool sql_fail(SqlRun *r, int code);
/* Where the text of the statement stands in the source: at offset `at` of it, if the source spells it so. */
Span sql_place(const SqlRun *r, int at);
/* A fault was set within a callback: the statement ends. */
void sql_fail_within(SqlRun *r, sqlite3_context *c);

/* ---- sql_value.c ---- */

typedef struct SqlValue { /* as SQLite takes it */
    int type;           /* SQLITE_NULL, INTEGER, FLOAT, TEXT */
    int64_t integer;
    double real;
    Str text;           /* until the next sql_out */
} SqlValue;

/* `unit`: the unit that numbers are counted in; UINT16_MAX: their own. False: fault. */
bool sql_out(SqlRun *r, Value v, uint16_t unit, Buf *scratch, SqlValue *out);
bool sql_bind(SqlRun *r, sqlite3_stmt *s, int at, Value v);
void sql_result(SqlRun *r, sqlite3_context *c, Value v, uint16_t unit);
/* Without unit; a text stays one. False: fault. */
bool sql_in(SqlRun *r, sqlite3_value *v, Value *out);
bool sql_real_in(SqlRun *r, double x, Value *out);

/* ---- sql_table.c ---- */

/* Tables, functions and aggregates of a record, each under its name. False: fault. */
bool sql_define(SqlRun *r, const Record *names, bool aggregates);
/* The unit that column was counted in, and its kind, if it is one of a table of the program. */
bool sql_origin(const SqlRun *r, const char *table, const char *column, uint16_t *unit, ColumnKind *kind);
/* The row that a value stands for. False: it is no row. */
bool sql_row(const SqlRun *r, sqlite3_value *v, Value *table, uint32_t *row);

/* ---- sql_function.c ---- */

bool sql_takes_a_list(Value function);
/* What an aggregate gathers of a group, in a list of `held`; *place: where, from 1, 0 before the first time. NULL: fault. */
List *sql_group_list(SqlRun *r, uint32_t *place);
/* The functions of a record, until sql_end. False: fault. */
bool sql_define_functions(SqlRun *r, const Record *functions);
void sql_forget_functions(SqlRun *r);
bool sql_define_function(SqlRun *r, Str name, Value function, bool aggregate);
/* sum and avg that stay exact. */
bool sql_exact_sums(SqlRun *r);

/* ---- sql_indicator.c ---- */

/* An aggregate of the rows of a group, `conversion(team)`; an indicator of no table, a function without arguments. */
bool sql_define_indicator(SqlRun *r, Str name, Value measured);
void sql_forget_measures(SqlRun *r);
/* What the column `at` of the result is, where it is what an indicator gave and nothing more; NULL. */
const SqlMeasure *sql_measured(const SqlRun *r, uint32_t columns, uint32_t at);

#endif
