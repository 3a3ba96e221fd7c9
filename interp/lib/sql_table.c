/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of the program as virtual tables. How: a module whose tables are made by their place in `held`; it reads cells
   where they are. A hidden column that bears the name of the table stands for the row itself, which indicators measure:
   bytes that no cell of the program can be. The collector may run within a function of the program: what SQLite holds on
   to is in `held`. */
#include <stdlib.h> /* strtoul */
#include <string.h>

#include "lib/sql.h"

/* ---- tables ---- */

typedef struct ScriptTable {
    sqlite3_vtab base;
    SqlRun *run;
    uint32_t place; /* in held */
} ScriptTable;

typedef struct ScriptCursor {
    sqlite3_vtab_cursor base;
    uint32_t row;
} ScriptCursor;

static const Table *held_table(const SqlRun *r, uint32_t place) { return list_at(value_obj(T_LIST, r->held), place).ptr; }

/* The unit that a column is counted in: of its first number. */
static uint16_t column_unit(const Table *t, uint32_t column)
{
    for (uint32_t i = 0; i < t->rows; i++) {
        Value v = table_at(t, i, column);
        if (value_is_number(v)) {
            return v.unit;
        }
    }
    return UINT16_MAX;
}

static void quote_name(Buf *out, Str name)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < name.n; i++) {
        buf_puts(out, name.p[i] == '"' ? "\"" : "");
        buf_putc(out, name.p[i]);
    }
    buf_putc(out, '"');
}

/* As SQL compares names. */
static bool names_equal(Str a, Str b) { return a.n == b.n && !sqlite3_strnicmp(a.p, b.p, (int)a.n); }

static int table_connect(sqlite3 *db, void *data, int argc, const char *const *argv, sqlite3_vtab **out, char **error)
{
    SqlRun *r = data;
    ScriptTable *t = sqlite3_malloc(sizeof *t);
    Buf b;
    if (!t || argc < 4) {
        sqlite3_free(t);
        return SQLITE_NOMEM;
    }
    *t = (ScriptTable){.run = r, .place = (uint32_t)strtoul(argv[3], NULL, 10)};
    const Table *table = held_table(r, t->place);
    buf_init(&b, r->args->vm->mem);
    buf_puts(&b, "CREATE TABLE x(");
    bool taken = false;
    for (uint32_t i = 0; i < table->n; i++) {
        buf_puts(&b, i ? "," : "");
        quote_name(&b, table_name(table, i));
        taken = taken || names_equal(table_name(table, i), str_from(argv[2]));
    }
    if (!taken) {
        buf_putc(&b, ',');
        quote_name(&b, str_from(argv[2]));
        buf_puts(&b, " HIDDEN");
    }
    buf_putc(&b, ')');
    int code = b.failed ? SQLITE_NOMEM : sqlite3_declare_vtab(db, buf_cstr(&b));
    buf_free(&b);
    if (code == SQLITE_ERROR) {
        *error = sqlite3_mprintf("%s", sqlite3_errmsg(db)); /* two columns whose names differ by case alone */
    }
    if (code != SQLITE_OK) {
        sqlite3_free(t);
        return code;
    }
    *out = &t->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *t)
{
    sqlite3_free(t);
    return SQLITE_OK;
}

static int table_best(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    const ScriptTable *t = (const ScriptTable *)vtab;
    info->estimatedRows = held_table(t->run, t->place)->rows;
    info->estimatedCost = (double)info->estimatedRows;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out)
{
    ScriptCursor *c = sqlite3_malloc(sizeof *c);
    (void)vtab;
    if (!c) {
        return SQLITE_NOMEM;
    }
    *c = (ScriptCursor){.row = 0};
    *out = &c->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *c)
{
    sqlite3_free(c);
    return SQLITE_OK;
}

static int cursor_filter(sqlite3_vtab_cursor *c, int number, const char *text, int argc, sqlite3_value **argv)
{
    ScriptTable *t = (ScriptTable *)c->pVtab;
    uint64_t rows = held_table(t->run, t->place)->rows;
    (void)number, (void)text, (void)argc, (void)argv;
    ((ScriptCursor *)c)->row = 0;
    t->run->rows = rows > t->run->rows ? rows : t->run->rows;
    return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *c)
{
    ScriptTable *t = (ScriptTable *)c->pVtab;
    uint32_t row = ++((ScriptCursor *)c)->row;
    t->run->row = held_table(t->run, t->place)->rows == t->run->rows ? row : t->run->row;
    return SQLITE_OK;
}

static const Table *cursor_table(const sqlite3_vtab_cursor *c)
{
    const ScriptTable *t = (const ScriptTable *)c->pVtab;
    return held_table(t->run, t->place);
}

static int cursor_end(sqlite3_vtab_cursor *c) { return ((ScriptCursor *)c)->row >= cursor_table(c)->rows; }

/* ---- the row itself ---- */

typedef struct RowBytes {
    char mark[8];
    uint32_t place, row; /* of the table in held; of the row */
} RowBytes;

static const RowBytes row_bytes = {.mark = "brm row"};

static void row_result(sqlite3_context *c, uint32_t place, uint32_t row)
{
    RowBytes b = row_bytes;
    b.place = place;
    b.row = row;
    sqlite3_result_blob(c, &b, sizeof b, SQLITE_TRANSIENT);
}

bool sql_row(const SqlRun *r, sqlite3_value *v, Value *table, uint32_t *row)
{
    RowBytes b;
    if (sqlite3_value_type(v) != SQLITE_BLOB || sqlite3_value_bytes(v) != (int)sizeof b) {
        return false;
    }
    memcpy(&b, sqlite3_value_blob(v), sizeof b);
    *table = b.place < r->held->n ? list_at(value_obj(T_LIST, r->held), b.place) : value_none();
    *row = b.row;
    return !memcmp(b.mark, row_bytes.mark, sizeof b.mark) && table->tag == T_TABLE && b.row < ((const Table *)table->ptr)->rows;
}

/* Whole numbers, texts and small decimals without a detour. */
static int cursor_column(sqlite3_vtab_cursor *cursor, sqlite3_context *c, int column)
{
    const ScriptTable *t = (const ScriptTable *)cursor->pVtab;
    const Table *table = held_table(t->run, t->place);
    uint32_t row = ((ScriptCursor *)cursor)->row;
    if ((uint32_t)column == table->n) {
        row_result(c, t->place, row);
        return SQLITE_OK;
    }
    Value v = table_at(table, row, (uint32_t)column);
    if (v.tag == T_NUM && v.den == 1 && v.unit == U_PLAIN) {
        sqlite3_result_int64(c, v.num);
    } else if (v.tag == T_TEXT && ((const Obj *)v.ptr)->type == O_TEXT) {
        const Text *text = v.ptr;
        sqlite3_result_text64(c, text->bytes, text->n, SQLITE_TRANSIENT, SQLITE_UTF8);
    } else {
        sql_result(t->run, c, v, value_is_number(v) ? column_unit(table, (uint32_t)column) : UINT16_MAX);
    }
    return t->run->failed ? SQLITE_ABORT : SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *c, sqlite3_int64 *out)
{
    *out = ((ScriptCursor *)c)->row + 1;
    return SQLITE_OK;
}

static const sqlite3_module script_module = {
    .iVersion = 1, .xCreate = table_connect, .xConnect = table_connect, .xBestIndex = table_best,
    .xDisconnect = table_disconnect, .xDestroy = table_disconnect, .xOpen = cursor_open, .xClose = cursor_close,
    .xFilter = cursor_filter, .xNext = cursor_next, .xEof = cursor_end, .xColumn = cursor_column, .xRowid = cursor_rowid};

static bool define_table(SqlRun *r, Str name, Value v)
{
    Buf b;
    if (!list_push(args_heap(r->args), r->held, v)) {
        return vm_fail_memory(r->args->vm);
    }
    buf_init(&b, r->args->vm->mem);
    buf_puts(&b, "CREATE VIRTUAL TABLE temp.");
    quote_name(&b, name);
    buf_printf(&b, " USING script(%u)", r->held->n - 1);
    int code = b.failed ? SQLITE_NOMEM : sqlite3_exec(r->db, buf_cstr(&b), NULL, NULL, NULL);
    buf_free(&b);
    return code == SQLITE_OK || sql_fail(r, code);
}

/* ---- all of a record ---- */

static bool define(SqlRun *r, Str name, Value v, bool aggregate)
{
    if (v.tag == T_TABLE && !aggregate) {
        return define_table(r, name, v);
    }
    if (v.tag == T_FUNCTION || v.tag == T_NATIVE) {
        return sql_define_function(r, name, v, aggregate || sql_takes_a_list(v));
    }
    if (v.tag == T_LIST && !aggregate && list_count(v) && value_is_indicator(list_at(v, 0))) {
        return sql_define_indicator(r, name, v);
    }
    return args_fail(r->args, aggregate ? D_ARG_FUNCTION : value_is_indicator(v) ? D_SQL_INDICATOR_GIVEN : D_SQL_DEFINE, 1, v);
}

bool sql_define(SqlRun *r, const Record *names, bool aggregates)
{
    int code = aggregates ? SQLITE_OK : sqlite3_create_module(r->db, "script", &script_module, r);
    if (code != SQLITE_OK) {
        return sql_fail(r, code);
    }
    for (uint32_t i = 0; i < names->n; i++) {
        Str name = {names->fields[i].name->bytes, names->fields[i].name->n};
        if (!define(r, name, names->fields[i].value, aggregates)) {
            return false;
        }
    }
    return true;
}

bool sql_origin(const SqlRun *r, const char *table, const char *column, uint16_t *unit, ColumnKind *kind)
{
    Value defined = r->args->n > 1 ? r->args->v[1] : value_none(), v;
    if (!table || !column || defined.tag != T_RECORD || !record_get(defined, str_from(table), &v) || v.tag != T_TABLE) {
        return false;
    }
    const Table *t = v.ptr;
    int32_t at = table_column(t, str_from(column));
    if (at < 0) {
        return false;
    }
    *unit = column_unit(t, (uint32_t)at);
    *kind = KIND_OPEN;
    for (uint32_t i = 0; i < t->rows; i++) {
        Value cell = table_at(t, i, (uint32_t)at);
        if (cell.tag != T_STATUS) {
            *kind = cell.tag == T_DATE ? KIND_DATE : cell.tag == T_TRUTH ? KIND_TRUTH : KIND_OPEN;
            break;
        }
    }
    return true;
}
