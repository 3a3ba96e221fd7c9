/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/db.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h> /* snprintf */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_MS = 10000 };

/* ---- errors ---- */

static DbError error_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_OK: case SQLITE_ROW: case SQLITE_DONE: return DB_OK;
    case SQLITE_CANTOPEN: case SQLITE_PERM: case SQLITE_AUTH: return DB_REFUSED;
    case SQLITE_NOTADB: case SQLITE_CORRUPT: return DB_NOT_ONE;
    case SQLITE_BUSY: case SQLITE_LOCKED: case SQLITE_PROTOCOL: return DB_BUSY;
    case SQLITE_FULL: return DB_FULL;
    case SQLITE_IOERR: return DB_IO;
    case SQLITE_READONLY: return DB_READ_ONLY;
    case SQLITE_NOMEM: return DB_NO_MEMORY;
    case SQLITE_CONSTRAINT: return DB_CONFLICT;
    default: return DB_OTHER;
    }
}

static bool settle(Db *db, int code)
{
    db->error = error_of(code);
    if (db->error != DB_OK) {
        const char *text = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);
        snprintf(db->message, sizeof db->message, "%s", text);
        bool full = db->handle && db->error == DB_IO && sqlite3_system_errno(db->handle) == ENOSPC;
        db->error = full ? DB_FULL : db->error;
    }
    return db->error == DB_OK;
}

static bool refuse(Db *db, DbError error, const char *why)
{
    db->error = error;
    snprintf(db->message, sizeof db->message, "%s", why);
    return false;
}

/* ---- opening ---- */

/* The file is made by us first, for SQLite would let everybody read it. */
static bool make_file(Db *db, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    return errno == EEXIST || refuse(db, errno == ENOSPC ? DB_FULL : DB_REFUSED, strerror(errno));
}

static bool look_at_file(Db *db, const char *path)
{
    struct stat st;
    if (lstat(path, &st) != 0) {
        return refuse(db, errno == ENOENT ? DB_MISSING : DB_REFUSED, strerror(errno));
    }
    if (S_ISLNK(st.st_mode)) {
        return refuse(db, DB_LINK, "");
    }
    return S_ISREG(st.st_mode) || refuse(db, DB_NO_FILE, "");
}

static void be_careful(sqlite3 *h)
{
    sqlite3_extended_result_codes(h, 1);
    sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
    sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, (int *)NULL);
    sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
    sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
    sqlite3_limit(h, SQLITE_LIMIT_LENGTH, 128 << 20);
    sqlite3_limit(h, SQLITE_LIMIT_SQL_LENGTH, 1 << 16);
    sqlite3_limit(h, SQLITE_LIMIT_EXPR_DEPTH, 64);
    sqlite3_limit(h, SQLITE_LIMIT_COMPOUND_SELECT, 8);
    sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 1);
    sqlite3_busy_timeout(h, BUSY_MS);
}

bool db_open(Db *db, const char *path, DbMode mode)
{
    *db = (Db){.read_only = mode == DB_READ};
    bool memory = strcmp(path, ":memory:") == 0;
    if (!memory && ((mode == DB_CREATE && !make_file(db, path)) || !look_at_file(db, path))) {
        return false;
    }
    int flags = (mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX |
                SQLITE_OPEN_PRIVATECACHE;
    /* SQLITE_OPEN_NOFOLLOW would refuse a link among the folders too, which is the user's own affair. */
    if (!settle(db, sqlite3_open_v2(path, &db->handle, flags, NULL))) {
        return false;
    }
    be_careful(db->handle);
    return db_run(db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384");
}

void db_close(Db *db)
{
    for (int i = 0; i < db->count; i++) {
        sqlite3_finalize(db->statements[i].handle);
    }
    sqlite3_close(db->handle);
    *db = (Db){.error = db->error};
}

/* ---- statements ---- */

bool db_run(Db *db, const char *sql)
{
    return db->handle && settle(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

void db_reset(DbStatement *s)
{
    sqlite3_reset(s->handle);
    s->bound = 0;
}

DbStatement *db_prepare(Db *db, const char *sql)
{
    for (int i = 0; i < db->count; i++) {
        if (db->texts[i] == sql) {
            db_reset(&db->statements[i]);
            sqlite3_clear_bindings(db->statements[i].handle);
            return &db->statements[i];
        }
    }
    if (!db->handle || db->count == DB_STATEMENTS) {
        refuse(db, DB_OTHER, "too many statements");
        return NULL;
    }
    DbStatement *s = &db->statements[db->count];
    *s = (DbStatement){0};
    if (!settle(db, sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->handle, NULL))) {
        return NULL;
    }
    db->texts[db->count++] = sql;
    return s;
}

void db_bind_text(DbStatement *s, Str text)
{
    if (s && text.p) {
        sqlite3_bind_text64(s->handle, ++s->bound, text.p, text.n, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        db_bind_null(s);
    }
}

void db_bind_int(DbStatement *s, int64_t n)
{
    if (s) {
        sqlite3_bind_int64(s->handle, ++s->bound, n);
    }
}

void db_bind_null(DbStatement *s)
{
    if (s) {
        sqlite3_bind_null(s->handle, ++s->bound);
    }
}

bool db_step(Db *db, DbStatement *s)
{
    if (!s) {
        return false;
    }
    int code = sqlite3_step(s->handle);
    s->column = 0;
    bool row = settle(db, code) && code == SQLITE_ROW;
    if (!row) {
        db_reset(s);
    }
    return row;
}

bool db_finish(Db *db, DbStatement *s)
{
    if (!s) {
        return false;
    }
    while (db_step(db, s)) {
    }
    return db->error == DB_OK;
}

Str db_text(DbStatement *s)
{
    int i = s->column++;
    const char *p = (const char *)sqlite3_column_text(s->handle, i);
    int n = sqlite3_column_bytes(s->handle, i);
    return p ? (Str){p, (size_t)n} : (Str){NULL, 0};
}

int64_t db_int(DbStatement *s) { return sqlite3_column_int64(s->handle, s->column++); }

/* ---- transactions ---- */

bool db_begin(Db *db) { return db_run(db, "BEGIN IMMEDIATE"); }
bool db_commit(Db *db) { return db_run(db, "COMMIT"); }

void db_rollback(Db *db)
{
    DbError error = db->error;
    if (db->handle && !sqlite3_get_autocommit(db->handle)) {
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    db->error = error;
}

int64_t db_last_id(Db *db) { return sqlite3_last_insert_rowid(db->handle); }
int64_t db_changes(Db *db) { return sqlite3_changes64(db->handle); }
