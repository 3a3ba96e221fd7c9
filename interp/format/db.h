/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite, opened with care: the file may come from a stranger. No symbolic link is followed, no extension is loaded,
   no trigger runs, what the schema says is not trusted, and writing to internal tables is refused. Values are always
   bound, never written into the text of a statement.

   A statement is prepared once by its text (kept by pointer: a literal) and reset when it is asked for again. Texts of
   a row are valid until the statement is stepped or asked for again. SQLite allocates by itself: its memory is not
   counted. After a false, `db->error` says what happened; it stays until the next success. */
#ifndef BAREME_FORMAT_DB_H
#define BAREME_FORMAT_DB_H

#include "base/str.h"

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;

typedef enum DbError {
    DB_OK,
    DB_MISSING,   /* no such file */
    DB_REFUSED,   /* permissions */
    DB_LINK,      /* a symbolic link */
    DB_NO_FILE,   /* a folder, a device */
    DB_NOT_ONE,   /* no database, or a damaged one */
    DB_BUSY,      /* another program holds it */
    DB_FULL,      /* the disk */
    DB_IO,
    DB_READ_ONLY,
    DB_NO_MEMORY,
    DB_CONFLICT,  /* a constraint */
    DB_OTHER
} DbError;

enum { DB_STATEMENTS = 64 };

typedef struct DbStatement {
    sqlite3_stmt *handle;
    int column; /* of db_text and its like: reads go on with the next one */
    int bound;  /* parameters bound so far */
} DbStatement;

typedef struct Db {
    sqlite3 *handle;
    bool read_only;
    DbError error;
    char message[160]; /* in the words of SQLite */
    const char *texts[DB_STATEMENTS];
    DbStatement statements[DB_STATEMENTS];
    int count;
} Db;

typedef enum DbMode { DB_READ, DB_WRITE, DB_CREATE } DbMode; /* CREATE: made if it is not there, readable by its owner only */

/* ":memory:" is a database of its own that no file holds. False: error. Always db_close. */
bool db_open(Db *db, const char *path, DbMode mode);
void db_close(Db *db);

/* Statements without parameters or results. */
bool db_run(Db *db, const char *sql);
/* A statement with everything unbound. NULL: error. */
DbStatement *db_prepare(Db *db, const char *sql);
/* Bind the next parameter. p NULL: null. Texts must live until the step. */
void db_bind_text(DbStatement *s, Str text);
void db_bind_int(DbStatement *s, int64_t n);
void db_bind_null(DbStatement *s);
/* A row is there. False with db->error DB_OK: there are no more. */
bool db_step(Db *db, DbStatement *s);
/* To its end, results dropped. */
bool db_finish(Db *db, DbStatement *s);
void db_reset(DbStatement *s);

/* The next column of the row. A null is {NULL, 0}, or 0. */
Str db_text(DbStatement *s);
int64_t db_int(DbStatement *s);

bool db_begin(Db *db);
bool db_commit(Db *db);
void db_rollback(Db *db);
int64_t db_last_id(Db *db);
int64_t db_changes(Db *db);

#endif
