/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of the program as virtual tables, its functions as SQL functions. How: a module whose tables are made by their
   place in `held`; it reads cells where they are. The collector may run within a function of the program: what SQLite
   holds on to is in `held`. */
#include <stdlib.h> /* strtoul */
#include <string.h>

#include "base/limits.h"
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

static int table_connect(sqlite3 *db, void *data, int argc, const char *const *argv, sqlite3_vtab **out, char **error)
{
    SqlRun *r = data;
    ScriptTable *t = sqlite3_malloc(sizeof *t);
    Buf b;
    (void)error;
    if (!t || argc < 4) {
        sqlite3_free(t);
        return SQLITE_NOMEM;
    }
    *t = (ScriptTable){.run = r, .place = (uint32_t)strtoul(argv[3], NULL, 10)};
    const Table *table = held_table(r, t->place);
    buf_init(&b, r->args->vm->mem);
    buf_puts(&b, "CREATE TABLE x(");
    for (uint32_t i = 0; i < table->n; i++) {
        buf_puts(&b, i ? "," : "");
        quote_name(&b, table_name(table, i));
    }
    buf_putc(&b, ')');
    int code = b.failed ? SQLITE_NOMEM : sqlite3_declare_vtab(db, buf_cstr(&b));
    buf_free(&b);
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
    (void)number, (void)text, (void)argc, (void)argv;
    ((ScriptCursor *)c)->row = 0;
    return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *c)
{
    ((ScriptCursor *)c)->row++;
    return SQLITE_OK;
}

static const Table *cursor_table(const sqlite3_vtab_cursor *c)
{
    const ScriptTable *t = (const ScriptTable *)c->pVtab;
    return held_table(t->run, t->place);
}

static int cursor_end(sqlite3_vtab_cursor *c) { return ((ScriptCursor *)c)->row >= cursor_table(c)->rows; }

/* Whole numbers, texts and small decimals without a detour. */
static int cursor_column(sqlite3_vtab_cursor *cursor, sqlite3_context *c, int column)
{
    const ScriptTable *t = (const ScriptTable *)cursor->pVtab;
    const Table *table = held_table(t->run, t->place);
    Value v = table_at(table, ((ScriptCursor *)cursor)->row, (uint32_t)column);
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

/* ---- functions ---- */

typedef struct ScriptFunction {
    SqlRun *run;
    uint32_t place; /* in held */
} ScriptFunction;

enum { FUNCTION_ARGUMENTS = 16 };

static void fail_within(SqlRun *r, sqlite3_context *c)
{
    r->failed = true;
    sqlite3_result_error_code(c, SQLITE_ABORT);
}

static void call_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
    const ScriptFunction *f = sqlite3_user_data(c);
    SqlRun *r = f->run;
    Value args[FUNCTION_ARGUMENTS], out;
    if (r->failed) {
        return;
    }
    if (argc > FUNCTION_ARGUMENTS) {
        sqlite3_result_error(c, "too many arguments", -1);
        return;
    }
    for (int i = 0; i < argc; i++) {
        if (!sql_in(r, argv[i], &args[i])) {
            fail_within(r, c);
            return;
        }
    }
    Value function = list_at(value_obj(T_LIST, r->held), f->place);
    if (!vm_call(r->args->vm, function, args, (uint32_t)argc, &out)) {
        fail_within(r, c);
        return;
    }
    sql_result(r, c, out, UINT16_MAX);
}

/* Values of a group, gathered into a list that is in held. */
typedef struct Gathered {
    uint32_t place; /* from 1; 0: nothing yet */
    uint64_t count;
} Gathered;

static List *gathered_list(SqlRun *r, Gathered *g)
{
    Heap *h = args_heap(r->args);
    if (!g->place) {
        List *l = list_new(h, 0);
        if (!l || !list_push(h, r->held, value_obj(T_LIST, l))) {
            vm_fail_memory(r->args->vm);
            return NULL;
        }
        g->place = r->held->n;
    }
    return list_at(value_obj(T_LIST, r->held), g->place - 1).ptr;
}

static void gather(sqlite3_context *c, int argc, sqlite3_value **argv)
{
    const ScriptFunction *f = sqlite3_user_data(c);
    Gathered *g = sqlite3_aggregate_context(c, sizeof *g);
    Value v;
    (void)argc;
    if (!g || f->run->failed) {
        return;
    }
    List *l = gathered_list(f->run, g);
    if (!l || !sql_in(f->run, argv[0], &v) || (!list_push(args_heap(f->run->args), l, v) && !vm_fail_memory(f->run->args->vm))) {
        fail_within(f->run, c);
    }
}

static void call_aggregate(sqlite3_context *c)
{
    const ScriptFunction *f = sqlite3_user_data(c);
    SqlRun *r = f->run;
    Gathered none = {0}, *g = sqlite3_aggregate_context(c, 0);
    Value out;
    List *l = r->failed ? NULL : gathered_list(r, g ? g : &none);
    if (!l) {
        return;
    }
    Value list = value_obj(T_LIST, l), function = list_at(value_obj(T_LIST, r->held), f->place);
    if (!vm_call(r->args->vm, function, &list, 1, &out)) {
        fail_within(r, c);
        return;
    }
    sql_result(r, c, out, UINT16_MAX);
}

static bool define_function(SqlRun *r, Str name, Value v, bool aggregate)
{
    char text[LIMIT_NAME_BYTES + 1];
    ScriptFunction *f = sqlite3_malloc(sizeof *f);
    if (!f || name.n > LIMIT_NAME_BYTES || !list_push(args_heap(r->args), r->held, v)) {
        sqlite3_free(f);
        return vm_fail_memory(r->args->vm);
    }
    memcpy(text, name.p, name.n);
    text[name.n] = '\0';
    *f = (ScriptFunction){r, r->held->n - 1};
    int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
    int code = aggregate ? sqlite3_create_function_v2(r->db, text, 1, flags, f, NULL, gather, call_aggregate, sqlite3_free)
                         : sqlite3_create_function_v2(r->db, text, -1, flags, f, call_function, NULL, NULL, sqlite3_free);
    return code == SQLITE_OK || sql_fail(r, code);
}

/* ---- exact sums ---- */

typedef struct Sum {
    uint32_t place; /* of the total in held, from 1 */
    int64_t count;
} Sum;

static void sum_move(sqlite3_context *c, sqlite3_value *given, bool back)
{
    SqlRun *r = sqlite3_user_data(c);
    Sum *s = sqlite3_aggregate_context(c, sizeof *s);
    Value v, *total;
    if (!s || r->failed || sqlite3_value_type(given) == SQLITE_NULL) {
        return;
    }
    if (!s->place) {
        if (!list_push(args_heap(r->args), r->held, num_int(0))) {
            vm_fail_memory(r->args->vm);
            fail_within(r, c);
            return;
        }
        s->place = r->held->n;
    }
    if (!sql_in(r, given, &v) || (!value_is_number(v) && !VM_FAIL(r->args->vm, SQL_SUM, (Str){"", 0}))) {
        fail_within(r, c);
        return;
    }
    total = &r->held->store->items[s->place - 1];
    NumErr err = back ? num_sub(r->args->vm->num, *total, v, total) : num_add(r->args->vm->num, *total, v, total);
    s->count += back ? -1 : 1;
    if (!args_num(r->args, err, *total, v)) {
        fail_within(r, c);
    }
}

static void sum_step(sqlite3_context *c, int argc, sqlite3_value **argv)
{
    (void)argc;
    sum_move(c, argv[0], false);
}

static void sum_inverse(sqlite3_context *c, int argc, sqlite3_value **argv)
{
    (void)argc;
    sum_move(c, argv[0], true);
}

static void sum_value(sqlite3_context *c)
{
    SqlRun *r = sqlite3_user_data(c);
    const Sum *s = sqlite3_aggregate_context(c, 0);
    if (s && s->count && !r->failed) {
        sql_result(r, c, list_at(value_obj(T_LIST, r->held), s->place - 1), UINT16_MAX);
    }
}

static void mean_value(sqlite3_context *c)
{
    SqlRun *r = sqlite3_user_data(c);
    const Sum *s = sqlite3_aggregate_context(c, 0);
    Value mean;
    if (!s || !s->count || r->failed) {
        return;
    }
    Value total = list_at(value_obj(T_LIST, r->held), s->place - 1);
    if (!args_num(r->args, num_div(r->args->vm->num, total, num_int(s->count), &mean), total, total)) {
        fail_within(r, c);
        return;
    }
    sql_result(r, c, mean, UINT16_MAX);
}

bool sql_exact_sums(SqlRun *r)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    int code = sqlite3_create_window_function(r->db, "sum", 1, flags, r, sum_step, sum_value, sum_value, sum_inverse, NULL);
    code = code ? code
                : sqlite3_create_window_function(r->db, "avg", 1, flags, r, sum_step, mean_value, mean_value, sum_inverse, NULL);
    return code == SQLITE_OK || sql_fail(r, code);
}

/* ---- all of a record ---- */

static bool define(SqlRun *r, Str name, Value v, bool aggregate)
{
    if (v.tag == T_TABLE && !aggregate) {
        return define_table(r, name, v);
    }
    if (v.tag == T_FUNCTION || v.tag == T_NATIVE) {
        return define_function(r, name, v, aggregate);
    }
    return args_fail(r->args, aggregate ? D_ARG_FUNCTION : D_SQL_DEFINE, 1, v);
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
