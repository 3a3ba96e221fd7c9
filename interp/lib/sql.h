/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQL: values on their way into SQLite and out of it, tables of the program as virtual tables, its functions as SQL
   functions. doc/decisions/ tells how numbers travel.

   A SqlRun serves one call of a built-in function; what it holds for the collector is in `held`, which is protected. */
#ifndef BAREME_LIB_SQL_H
#define BAREME_LIB_SQL_H

#include <sqlite3.h>

#include "lib/args.h"
#include "lib/column.h"
#include "lib/file.h"

typedef struct SqlOdd { /* a number that no double is, and the double that went in its place */
    uint64_t bits;
    uint32_t value;     /* place in `held` */
    bool several;       /* others went as the same double: none comes back */
} SqlOdd;

typedef struct SqlRun {
    const Args *args;
    sqlite3 *db;
    Str text;           /* the statement, as the program writes it */
    List *held;         /* values that SQLite stands for */
    SqlOdd *odd;        /* open addressing by bits; NULL: numbers that no double is go as texts */
    uint32_t odd_count, odd_cap;
    bool keeps_odd;
    bool failed;        /* a fault was set within a callback */
} SqlRun;

/* False: fault. Always sql_end. */
bool sql_begin(SqlRun *r, const Args *a, sqlite3 *db, Str text, bool keeps_odd);
void sql_end(SqlRun *r);
/* The fault for what SQLite says of the statement, at its place in the text. */
bool sql_fail(SqlRun *r, int code);

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
/* sum and avg that stay exact. */
bool sql_exact_sums(SqlRun *r);
/* The unit that column was counted in, and its kind, if it is one of a table of the program. */
bool sql_origin(const SqlRun *r, const char *table, const char *column, uint16_t *unit, ColumnKind *kind);

#endif
