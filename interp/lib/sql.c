/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Databases and queries. How: a database stays open until the run ends, and is known by its place. What a statement may
   do is bounded: no other file is reached (ATTACH, VACUUM INTO), no setting changed (PRAGMA), no virtual table made; it
   is charged for its steps, and stops when the run is interrupted. */
#include "lib/sql.h"

#include <string.h>

#include "base/limits.h"
#include "data/object.h"
#include "format/db.h"
#include "lib/table.h"

enum { STEP_OPS = 1000, QUERY_COLUMNS = 2000 };

struct Database {
    Db db;
    Str name;
    bool writable;
    struct Database *next;
};

/* ---- faults ---- */

Span sql_place(const SqlRun *r, int at)
{
    const Library *l = r->args->vm->library;
    Span span = vm_span(r->args->vm);
    Str source = l->graph ? source_text(l->graph->program->sources, span) : (Str){NULL, 0};
    for (size_t i = 0; r->text.n && i + r->text.n <= source.n; i++) {
        if (!memcmp(source.p + i, r->text.p, r->text.n)) {
            span.start += (uint32_t)(i + (size_t)at);
            span.end = span.start + 1;
            while ((size_t)at + 1 < r->text.n && ((r->text.p[at + 1] | 0x20) >= 'a' && (r->text.p[at + 1] | 0x20) <= 'z')) {
                span.end++;
                at++;
            }
            break;
        }
    }
    return span;
}

bool sql_fail(SqlRun *r, int code)
{
    Vm *vm = r->args->vm;
    if (vm->fault) {
        return false;
    }
    if (code == SQLITE_NOMEM) {
        return vm_fail_memory(vm);
    }
    int at = sqlite3_error_offset(r->db);
    const Str texts[] = {str_from(sqlite3_errmsg(r->db))};
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return vm_fail(vm, D_DB_BUSY, texts, 1);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return vm_fail(vm, D_DB_DAMAGED, texts, 1);
    case SQLITE_READONLY: return vm_fail(vm, D_DB_READ_ONLY, texts, 1);
    case SQLITE_FULL: return vm_fail(vm, D_DISK_FULL, (const Str[]){STR("SQLite")}, 1);
    case SQLITE_AUTH: return vm_fail(vm, D_SQL_FORBIDDEN, texts, 1);
    default: break;
    }
    return at >= 0 ? vm_fail_at(vm, sql_place(r, at), D_SQL_ERROR, texts, 1) : vm_fail(vm, D_SQL_ERROR, texts, 1);
}

static bool fail_open(const Args *a, const OutsideFile *f, const Db *db)
{
    const Str texts[] = {f->given, str_from(db->message)};
    switch (db->error) {
    case DB_MISSING: return vm_fail(a->vm, D_FILE_MISSING, texts, 2);
    case DB_NOT_ONE: return vm_fail(a->vm, D_DB_NOT_ONE, texts, 2);
    case DB_BUSY: return vm_fail(a->vm, D_DB_BUSY, texts, 2);
    case DB_LINK: return vm_fail(a->vm, D_FILE_LEADS_OUT, texts, 2);
    case DB_NO_FILE: return vm_fail(a->vm, D_FILE_NOT_PLAIN, texts, 2);
    case DB_NO_MEMORY: return vm_fail_memory(a->vm);
    default: return vm_fail(a->vm, D_DB_REFUSED, texts, 2);
    }
}

/* ---- what a statement may do ---- */

static int authorize(void *data, int action, const char *a, const char *b, const char *c, const char *d)
{
    (void)data, (void)a, (void)c, (void)d;
    switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_PRAGMA:
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE: return SQLITE_DENY;
    case SQLITE_FUNCTION: return b && !strcmp(b, "load_extension") ? SQLITE_DENY : SQLITE_OK;
    default: return SQLITE_OK;
    }
}

static int charge(void *data)
{
    SqlRun *r = data;
    r->failed = r->failed || !vm_charge(r->args->vm, STEP_OPS / 10);
    if (r->rows) {
        progress_show(&r->progress, r->row, r->row, r->rows);
    }
    return r->failed;
}

static void bound(sqlite3 *db)
{
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 200);
    sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 50);
    sqlite3_limit(db, SQLITE_LIMIT_COLUMN, QUERY_COLUMNS);
    sqlite3_busy_timeout(db, 2000);
}

/* ---- one call ---- */

bool sql_begin(SqlRun *r, const Args *a, sqlite3 *db, Str text, bool keeps_odd)
{
    *r = (SqlRun){.args = a, .db = db, .text = text, .keeps_odd = keeps_odd, .held = list_new(args_heap(a), 0)};
    if (!r->held || heap_protect(args_heap(a), value_obj(T_LIST, r->held)) == UINT32_MAX) {
        return vm_fail_memory(a->vm);
    }
    for (uint32_t i = 0; i < a->n; i++) {
        if (heap_protect(args_heap(a), a->v[i]) == UINT32_MAX) {
            return vm_fail_memory(a->vm);
        }
    }
    file_watch(a, STR(""), &r->progress);
    sqlite3_progress_handler(db, STEP_OPS, charge, r);
    return true;
}

void sql_end(SqlRun *r)
{
    progress_end(&r->progress);
    if (r->db) {
        sqlite3_progress_handler(r->db, 0, NULL, NULL);
        sql_forget_functions(r);
    }
    sql_forget_measures(r);
    mem_free(r->args->vm->mem, r->odd, r->odd_cap * sizeof *r->odd);
    r->odd = NULL;
}

/* Nothing but blanks and comments may follow. */
static bool prepare(SqlRun *r, sqlite3_stmt **out)
{
    const char *rest = NULL;
    sqlite3_stmt *more = NULL;
    *out = NULL;
    int code = sqlite3_prepare_v3(r->db, r->text.p, (int)r->text.n, 0, out, &rest);
    if (code != SQLITE_OK) {
        return sql_fail(r, code);
    }
    if (!*out) {
        return VM_FAIL(r->args->vm, SQL_EMPTY, STR(""));
    }
    int left = (int)(r->text.p + r->text.n - rest);
    code = sqlite3_prepare_v3(r->db, rest, left, 0, &more, NULL);
    bool several = code != SQLITE_OK || more;
    sqlite3_finalize(more);
    return !several || VM_FAIL(r->args->vm, SQL_SEVERAL, STR(""));
}

/* ---- parameters ---- */

/* :name, @name, $name of a record; ? of a list, in order. */
static bool bind_record(SqlRun *r, sqlite3_stmt *s, const Record *values)
{
    for (int i = 1; i <= sqlite3_bind_parameter_count(s); i++) {
        const char *name = sqlite3_bind_parameter_name(s, i);
        Value v;
        Str wanted = str_from(name ? name + 1 : "?");
        if (!name || name[0] == '?' || !record_get(value_obj(T_RECORD, (void *)(uintptr_t)values), wanted, &v)) {
            return vm_fail(r->args->vm, D_SQL_PARAMETER, &wanted, 1);
        }
        if (!sql_bind(r, s, i, v)) {
            return false;
        }
    }
    return true;
}

static bool bind_list(SqlRun *r, sqlite3_stmt *s, Value list)
{
    int wanted = sqlite3_bind_parameter_count(s);
    if ((uint32_t)wanted != list_count(list)) {
        Buf b;
        buf_init(&b, r->args->vm->mem);
        buf_printf(&b, "%d %u", wanted, list_count(list));
        const char *gap = strchr(buf_cstr(&b), ' ');
        size_t at = gap ? (size_t)(gap - b.p) : 0;
        const Str texts[] = {str_sub(buf_str(&b), 0, at), str_sub(buf_str(&b), at + 1, b.n)};
        vm_fail(r->args->vm, D_SQL_COUNT, texts, 2);
        buf_free(&b);
        return false;
    }
    for (int i = 1; i <= wanted; i++) {
        if (!sql_bind(r, s, i, list_at(list, (uint32_t)i - 1))) {
            return false;
        }
    }
    return true;
}

static bool bind_values(SqlRun *r, sqlite3_stmt *s, uint32_t arg)
{
    Value v = args_given(r->args, arg) ? r->args->v[arg] : value_none();
    static const Str none = {"", 0};
    switch (v.tag) {
    case T_RECORD: return bind_record(r, s, v.ptr);
    case T_LIST: return bind_list(r, s, v);
    case T_NONE: return !sqlite3_bind_parameter_count(s) || vm_fail(r->args->vm, D_SQL_UNBOUND, &none, 1);
    default: return args_fail(r->args, D_SQL_VALUES, arg, v);
    }
}

/* ---- rows as a table ---- */

typedef struct Result {
    SqlRun *run;
    sqlite3_stmt *statement;
    Arena arena;
    Column *columns;
    const SqlMeasure **measures; /* by column: figures of an indicator; NULL: others */
    CellForms forms;
    uint32_t n, rows;
    uint32_t types, units; /* arguments */
} Result;

static bool declared_kind(Result *t, Column *c, Value name)
{
    Str text = name.tag == T_TEXT ? text_str(args_heap(t->run->args), name) : (Str){"", 0};
    ColumnKind kind = column_kind_named(text);
    const Str texts[] = {STR(""), STR(""), text, c->heading.name};
    if (kind == KIND_OPEN) {
        return vm_fail(t->run->args->vm, D_CSV_TYPE, texts, 4);
    }
    c->kind = kind;
    c->declared = c->fractions = true;
    return true;
}

static bool declared_unit(Result *t, Column *c, Value name)
{
    Str text = name.tag == T_TEXT ? text_str(args_heap(t->run->args), name) : (Str){"", 0};
    const Str texts[] = {STR(""), STR(""), text, c->heading.name};
    if (!text.n || unit_parse(t->run->args->vm->num, text, &c->unit) != NUM_OK) {
        return vm_fail(t->run->args->vm, D_CSV_UNIT, texts, 4);
    }
    c->unit_known = c->bare = true;
    c->fractions = true;
    c->kind = KIND_NUMBER;
    return true;
}

static bool declared(Result *t, Column *c, uint32_t arg, bool (*take)(Result *, Column *, Value))
{
    const Args *a = t->run->args;
    Value v;
    if (!args_given(a, arg)) {
        return true;
    }
    if (a->v[arg].tag != T_RECORD) {
        return args_fail(a, D_ARG_RECORD, arg, a->v[arg]);
    }
    return !record_get(a->v[arg], c->heading.name, &v) || take(t, c, v);
}

/* Its name, and what it is by what it comes from. */
static bool read_column(Result *t, uint32_t i)
{
    const Args *a = t->run->args;
    Column *c = &t->columns[i];
    const char *name = sqlite3_column_name(t->statement, (int)i), *type = sqlite3_column_decltype(t->statement, (int)i);
    if (!name || heading_read(a->vm->num, &t->arena, str_from(name), &c->heading) != NUM_OK) {
        return vm_fail_memory(a->vm);
    }
    if (!c->heading.name.n) {
        c->heading.name = arena_str(&t->arena, STR("_"));
    }
    uint16_t unit;
    t->measures[i] = sql_measured(t->run, t->n, i);
    if (t->measures[i] && strchr(name, '(') == name + t->measures[i]->name.n) { /* not named otherwise */
        c->heading = (Heading){.name = t->measures[i]->name, .title = STR("")};
    }
    c->kind = type && (!sqlite3_strnicmp(type, "bool", 4)) ? KIND_TRUTH : KIND_OPEN;
    if (c->heading.has_unit) {
        c->unit = c->heading.unit;
        c->unit_known = c->bare = true;
    } else if (sql_origin(t->run, sqlite3_column_table_name(t->statement, (int)i),
                          sqlite3_column_origin_name(t->statement, (int)i), &unit, &c->kind) && unit != UINT16_MAX) {
        c->unit = unit;
        c->unit_known = c->bare = true;
    }
    return declared(t, c, t->types, declared_kind) && declared(t, c, t->units, declared_unit) &&
           column_begin(a, c, 16);
}

static bool read_columns(Result *t)
{
    Map names;
    bool ok = true;
    map_init(&names, t->run->args->vm->mem);
    for (uint32_t i = 0; ok && i < t->n; i++) {
        ok = read_column(t, i);
        Str name = t->columns[i].heading.name;
        if (ok && map_get(&names, name, NULL)) {
            ok = vm_fail(t->run->args->vm, D_SQL_TWICE, &name, 1);
        }
        ok = ok && (map_set(&names, name, i) || vm_fail_memory(t->run->args->vm));
    }
    map_free(&names);
    return ok;
}

static bool fail_cell(const Result *t, const Column *c, Str text)
{
    const Str texts[] = {c->heading.name, text};
    return vm_fail(t->run->args->vm, D_SQL_CELL, texts, 2);
}

/* Named in another unit than that of the indicator. */
static bool fail_measured(const Result *t, const Column *c, Value v)
{
    Vm *vm = t->run->args->vm;
    Buf unit, given;
    buf_init(&unit, vm->mem);
    buf_init(&given, vm->mem);
    unit_name(vm->num, &unit, c->unit, vm->lang);
    vm_describe(vm, &given, v);
    const Str texts[] = {c->heading.name, buf_str(&unit), buf_str(&given)};
    vm_fail(vm, D_SQL_MEASURED, texts, 3);
    buf_free(&unit);
    buf_free(&given);
    return false;
}

static bool add_number(Result *t, Column *c, Value v)
{
    const Args *a = t->run->args;
    if (c->kind == KIND_TRUTH) {
        bool truth = v.tag == T_NUM && v.den == 1 && (v.num == 0 || v.num == 1);
        return truth ? list_push(args_heap(a), c->items, value_truth(v.num != 0)) || vm_fail_memory(a->vm)
                     : fail_cell(t, c, STR("0 / 1"));
    }
    const SqlMeasure *m = t->measures[c - t->columns];
    bool measured = m && m->unit != UINT16_MAX;
    uint16_t unit = measured ? m->unit : c->bare ? c->unit : U_PLAIN;
    NumErr err = unit != U_PLAIN ? num_with_unit(a->vm->num, v, unit, &v) : NUM_OK;
    if (measured && c->bare && err == NUM_OK && unit_convert(a->vm->num, v, c->unit, &v) != NUM_OK) {
        return fail_measured(t, c, v);
    }
    return args_num(a, err, v, v) && (list_push(args_heap(a), c->items, v) || vm_fail_memory(a->vm));
}

/* Texts stay texts, unless the column was declared, or comes from one of dates. */
static bool add_text(Result *t, Column *c, Str text)
{
    ColumnKind kind = c->kind;
    c->kind = kind == KIND_OPEN ? KIND_TEXT : kind;
    bool ok = column_add(t->run->args, c, &t->arena, &t->forms, text, true, t->rows + 1);
    c->kind = kind;
    if (!ok || (c->strange && !t->run->args->vm->fault)) {
        return t->run->args->vm->fault ? false : fail_cell(t, c, text);
    }
    return true;
}

static bool add_cell(Result *t, uint32_t i)
{
    Column *c = &t->columns[i];
    const Args *a = t->run->args;
    sqlite3_value *cell = sqlite3_column_value(t->statement, (int)i);
    Value v = num_int(0);
    switch (sqlite3_column_type(t->statement, (int)i)) {
    case SQLITE_INTEGER: return add_number(t, c, num_int(sqlite3_column_int64(t->statement, (int)i)));
    case SQLITE_FLOAT: return sql_real_in(t->run, sqlite3_column_double(t->statement, (int)i), &v) && add_number(t, c, v);
    case SQLITE_TEXT: {
        const char *p = (const char *)sqlite3_column_text(t->statement, (int)i);
        return p ? add_text(t, c, (Str){p, (size_t)sqlite3_column_bytes(t->statement, (int)i)}) : vm_fail_memory(a->vm);
    }
    case SQLITE_NULL: return list_push(args_heap(a), c->items, value_status(STATUS_NOT_GIVEN, NULL)) || vm_fail_memory(a->vm);
    default: (void)cell; return VM_FAIL(a->vm, SQL_BLOB, c->heading.name);
    }
}

static bool read_rows(Result *t)
{
    const Args *a = t->run->args;
    int code;
    while ((code = sqlite3_step(t->statement)) == SQLITE_ROW) {
        for (uint32_t i = 0; i < t->n; i++) {
            if (!add_cell(t, i)) {
                return false;
            }
        }
        if (!t->run->rows) {
            progress_show(&t->run->progress, t->rows, 0, 0);
        }
        if (++t->rows > LIMIT_LIST_ITEMS || !vm_charge(a->vm, 1 + t->n / 4)) {
            return a->vm->fault ? false : ARGS_FAIL(a, RESULT_TOO_LONG);
        }
    }
    return code == SQLITE_DONE && !t->run->failed ? true : sql_fail(t->run, code);
}

static bool result_table(Result *t, Value *out)
{
    const Args *a = t->run->args;
    Table *made = table_new(args_heap(a), t->n, t->rows);
    for (uint32_t i = 0; made && i < t->n; i++) {
        const Heading *h = &t->columns[i].heading;
        Value title;
        if (!table_set(args_heap(a), made, i, h->name, value_obj(T_LIST, t->columns[i].items)) ||
            (h->title.n && !text_new(args_heap(a), h->title, &title))) {
            return vm_fail_memory(a->vm);
        }
        made->columns[i].title = h->title.n ? title.ptr : NULL;
    }
    *out = value_obj(T_TABLE, made);
    return made ? table_usual_key(a, made) : vm_fail_memory(a->vm);
}

/* Lists in the making live in `held` too: functions of the program may run the collector. */
static bool hold_columns(Result *t)
{
    for (uint32_t i = 0; i < t->n; i++) {
        if (!list_push(args_heap(t->run->args), t->run->held, value_obj(T_LIST, t->columns[i].items))) {
            return vm_fail_memory(t->run->args->vm);
        }
    }
    return true;
}

static bool select_rows(SqlRun *r, sqlite3_stmt *s, uint32_t types, uint32_t units, Value *out)
{
    Result t = {.run = r, .statement = s, .n = (uint32_t)sqlite3_column_count(s), .types = types, .units = units,
                .forms = {.decimal = '.'}};
    if (!t.n) {
        return VM_FAIL(r->args->vm, SQL_NO_ROWS, STR(""));
    }
    arena_init(&t.arena, r->args->vm->mem);
    t.columns = arena_alloc(&t.arena, t.n * sizeof *t.columns);
    t.measures = arena_alloc(&t.arena, t.n * sizeof *t.measures);
    bool ok = ((t.columns && t.measures) || vm_fail_memory(r->args->vm)) && read_columns(&t) && hold_columns(&t) && read_rows(&t) &&
              result_table(&t, out);
    for (uint32_t i = 0; i < t.n && t.columns; i++) {
        column_end(r->args, &t.columns[i]);
    }
    arena_free(&t.arena);
    return ok;
}

/* ---- the program's own tables ---- */

static bool run_statement(SqlRun *r, Value *out)
{
    const Args *a = r->args;
    sqlite3_stmt *s = NULL;
    const Record *names;
    if (!sql_exact_sums(r) || (args_given(a, 1) && (!args_record(a, 1, &names) || !sql_define(r, names, false)))) {
        return false;
    }
    if (args_given(a, 3) && (!args_record(a, 3, &names) || !sql_define(r, names, true))) {
        return false;
    }
    sqlite3_set_authorizer(r->db, authorize, NULL);
    bool ok = prepare(r, &s) && (sqlite3_stmt_readonly(s) || VM_FAIL(a->vm, SQL_CHANGES, STR(""))) && bind_values(r, s, 2) &&
              select_rows(r, s, 4, 5, out);
    sqlite3_finalize(s);
    return ok;
}

BUILTIN_FUNCTION(sql)
{
    Db db;
    Str text;
    SqlRun r = {.args = a};
    uint32_t mark = heap_protect(args_heap(a), value_none());
    if (!args_text(a, 0, &text)) {
        return false;
    }
    if (!db_open(&db, ":memory:", DB_WRITE)) {
        return vm_fail_memory(a->vm);
    }
    bound(db.handle);
    bool ok = sql_begin(&r, a, db.handle, text, true) && run_statement(&r, out);
    sql_end(&r);
    db_close(&db);
    heap_unprotect(args_heap(a), mark);
    return ok;
}

/* ---- databases ---- */

static void show_database(Heap *h, const Instance *self, Buf *out, bool french)
{
    buf_puts(out, french ? "base de données " : "database ");
    buf_put(out, text_str(h, self->fields[1]));
}

static const ObjectType database_type = {.name = "a database", .name_fr = "une base de données", .id = "database",
                                         .show = show_database};

void outside_close_databases(Outside *w)
{
    for (struct Database *d = w->databases; d; d = d->next) {
        db_close(&d->db);
    }
    w->databases = NULL;
}

static struct Database *new_database(const Args *a, Str name)
{
    Outside *w = file_outside(a);
    struct Database *d = arena_alloc(&w->arena, sizeof *d);
    if (!d) {
        vm_fail_memory(a->vm);
        return NULL;
    }
    *d = (struct Database){.name = arena_str(&w->arena, name), .next = w->databases};
    return d;
}

static bool give_database(const Args *a, struct Database *d, Str name, Value *out)
{
    Outside *w = file_outside(a);
    Instance *o = instance_new(args_heap(a), &database_type, 2);
    if (!o || !text_new(args_heap(a), name, &o->fields[1])) {
        db_close(&d->db);
        return vm_fail_memory(a->vm);
    }
    bound(d->db.handle);
    sqlite3_set_authorizer(d->db.handle, authorize, NULL);
    w->databases = d;
    o->fields[0] = num_int(++w->database_count);
    *out = value_obj(T_OBJECT, o);
    return true;
}

/* Is it one at all? The header is read now, not at the first query. */
static bool looks_sound(Db *db) { return db_run(db, "SELECT count(*) FROM sqlite_schema"); }

static bool open_file(const Args *a, struct Database *d, OutsideFile *f, DbMode mode)
{
    Buf path;
    buf_init(&path, a->vm->mem);
    bool ok = file_locate(a, f, &path);
    ok = ok && ((db_open(&d->db, buf_cstr(&path), mode) && looks_sound(&d->db)) || fail_open(a, f, &d->db));
    if (!ok && d->db.handle) {
        db_close(&d->db);
    }
    buf_free(&path);
    return ok;
}

BUILTIN_FUNCTION(open_db)
{
    Str name;
    OutsideFile f = {0};
    if (!args_text(a, 0, &name)) {
        return false;
    }
    struct Database *d = new_database(a, name);
    if (!d) {
        return false;
    }
    buf_init(&f.names, a->vm->mem);
    bool ok;
    if (str_eq(name, STR(":memory:"))) {
        d->writable = true;
        ok = db_open(&d->db, ":memory:", DB_WRITE) || vm_fail_memory(a->vm);
    } else if (file_outside(a)->marking) { /* its bytes could change from one copy to the next */
        ok = vm_fail(a->vm, D_DB_MARKING, &name, 1);
    } else {
        d->writable = outside_find(file_outside(a), PERMIT_DATABASE, name, &f) == OUTSIDE_YES;
        if (!d->writable) {
            outside_forget(&f);
        }
        ok = (d->writable || file_find(a, 0, PERMIT_READ, &f)) && open_file(a, d, &f, d->writable ? DB_CREATE : DB_READ);
    }
    outside_forget(&f);
    return ok && give_database(a, d, name, out);
}

static bool take_database(const Args *a, struct Database **out)
{
    const Instance *o = a->v[0].tag == T_OBJECT ? a->v[0].ptr : NULL;
    if (!o || o->type != &database_type) {
        return args_fail(a, D_DB_WANTED, 0, a->v[0]);
    }
    Outside *w = file_outside(a);
    *out = w->databases;
    for (int64_t n = w->database_count; n > o->fields[0].num; n--) {
        *out = (*out)->next;
    }
    return true;
}

/* Opens the call: database and statement, which may call the functions given as that argument (0: none). */
static bool begin(const Args *a, SqlRun *r, struct Database **d, uint32_t functions, sqlite3_stmt **s)
{
    Str text;
    const Record *names = NULL;
    *s = NULL;
    if (!take_database(a, d) || !args_text(a, 1, &text) || !sql_begin(r, a, (*d)->db.handle, text, false) || !sql_exact_sums(r)) {
        return false;
    }
    if (functions && args_given(a, functions) && (!args_record(a, functions, &names) || !sql_define_functions(r, names))) {
        return false;
    }
    return prepare(r, s);
}

BUILTIN_FUNCTION(query)
{
    struct Database *d = NULL;
    sqlite3_stmt *s = NULL;
    SqlRun r = {.args = a};
    uint32_t mark = heap_protect(args_heap(a), value_none());
    bool ok = begin(a, &r, &d, 5, &s) && (sqlite3_stmt_readonly(s) || VM_FAIL(a->vm, SQL_CHANGES, STR(""))) &&
              bind_values(&r, s, 2);
    r.keeps_odd = true; /* what functions give is stored nowhere */
    ok = ok && select_rows(&r, s, 3, 4, out);
    sqlite3_finalize(s);
    sql_end(&r);
    heap_unprotect(args_heap(a), mark);
    return ok;
}

/* ---- changes ---- */

static bool step_once(SqlRun *r, sqlite3_stmt *s, int64_t *changes)
{
    int code, before = sqlite3_total_changes(r->db);
    while ((code = sqlite3_step(s)) == SQLITE_ROW) {
    }
    *changes += sqlite3_total_changes(r->db) - before;
    sqlite3_reset(s);
    return (code == SQLITE_DONE && !r->failed) || sql_fail(r, code);
}

/* One row of a table: by the names of its columns, or in their order. */
static bool bind_row(SqlRun *r, sqlite3_stmt *s, const Table *t, uint32_t row)
{
    for (int i = 1; i <= sqlite3_bind_parameter_count(s); i++) {
        const char *name = sqlite3_bind_parameter_name(s, i);
        int32_t column = name && name[0] != '?' ? table_column(t, str_from(name + 1)) : i <= (int)t->n ? i - 1 : -1;
        Str wanted = str_from(name ? name + 1 : "?");
        if (column < 0) {
            return vm_fail(r->args->vm, D_SQL_PARAMETER, &wanted, 1);
        }
        if (!sql_bind(r, s, i, table_at(t, row, (uint32_t)column))) {
            return false;
        }
    }
    return vm_charge(r->args->vm, 4);
}

static bool run_sql_text(SqlRun *r, const char *text)
{
    int code = sqlite3_exec(r->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK || sql_fail(r, code);
}

/* All rows of a table, or none. */
static bool exec_rows(SqlRun *r, sqlite3_stmt *s, const Table *t, int64_t *changes)
{
    bool ok = run_sql_text(r, "SAVEPOINT bareme_rows");
    for (uint32_t i = 0; ok && i < t->rows; i++) {
        progress_show(&r->progress, i, i, t->rows);
        ok = bind_row(r, s, t, i) && step_once(r, s, changes);
    }
    if (ok) {
        return run_sql_text(r, "RELEASE bareme_rows");
    }
    sqlite3_progress_handler(r->db, 0, NULL, NULL);
    sqlite3_exec(r->db, "ROLLBACK TO bareme_rows; RELEASE bareme_rows", NULL, NULL, NULL);
    return false;
}

static bool may_change(const Args *a, const struct Database *d)
{
    Buf option;
    if (d->writable) {
        return true;
    }
    buf_init(&option, a->vm->mem);
    buf_puts(&option, "--allow-db=");
    buf_put(&option, d->name);
    const Str texts[] = {d->name, buf_str(&option)};
    vm_fail(a->vm, D_DB_READ_ONLY, texts, 2);
    buf_free(&option);
    return false;
}

BUILTIN_FUNCTION(exec)
{
    struct Database *d = NULL;
    sqlite3_stmt *s = NULL;
    SqlRun r = {.args = a};
    int64_t changes = 0;
    uint32_t mark = heap_protect(args_heap(a), value_none());
    bool ok = take_database(a, &d) && may_change(a, d) && begin(a, &r, &d, 0, &s);
    if (ok && a->v[2].tag == T_TABLE) {
        ok = exec_rows(&r, s, a->v[2].ptr, &changes);
    } else {
        ok = ok && bind_values(&r, s, 2) && step_once(&r, s, &changes);
    }
    sqlite3_finalize(s);
    sql_end(&r);
    heap_unprotect(args_heap(a), mark);
    *out = num_int(changes);
    return ok;
}

BUILTIN_FUNCTION(transaction)
{
    struct Database *d = NULL;
    SqlRun r = {.args = a};
    if (!take_database(a, &d) || !args_function(a, 1) || !may_change(a, d)) {
        return false;
    }
    r.db = d->db.handle;
    if (!sqlite3_get_autocommit(r.db)) {
        return VM_FAIL(a->vm, SQL_WITHIN, STR(""));
    }
    if (!run_sql_text(&r, "BEGIN IMMEDIATE")) {
        return false;
    }
    uint32_t mark = heap_protect(args_heap(a), a->v[0]);
    heap_protect(args_heap(a), a->v[1]);
    bool ok = vm_call(a->vm, a->v[1], a->v, 1, out) && run_sql_text(&r, "COMMIT");
    if (!ok && !sqlite3_get_autocommit(r.db)) {
        sqlite3_exec(r.db, "ROLLBACK", NULL, NULL, NULL);
    }
    heap_unprotect(args_heap(a), mark);
    return ok;
}
