/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Indicators as functions of SQL. How: one is given the rows of its group, each as the hidden column of its table
   (sql_table.c), and gives what a dashboard gives for these rows, by the same function. SQL carries numbers without their
   unit: columns of the result that are what an indicator gave, and nothing more, are looked for in the text of the
   statement, and have it back. */
#include <string.h>

#include "format/sql_word.h"
#include "lib/sql.h"

/* ---- figures ---- */

typedef struct Rows { /* of a group, or a window of it */
    uint32_t place;   /* in held, from 1: a list of their numbers; 0: none yet */
    uint32_t left;    /* by a window that moved on */
} Rows;

static Value measured_of(const SqlMeasure *m) { return list_at(value_obj(T_LIST, m->run->held), m->place); }

/* Where the function stands in the statement. */
static Span place_of(const SqlMeasure *m)
{
    Str text = m->run->text;
    size_t at = 0;
    while (at + m->name.n < text.n && !(str_starts(str_sub(text, at, text.n), m->name) && text.p[at + m->name.n] == '(')) {
        at++;
    }
    return sql_place(m->run, (int)(at + m->name.n < text.n ? at : 0));
}

static void fail_measure(const SqlMeasure *m, sqlite3_context *c)
{
    Fault *fault = m->run->args->vm->fault;
    if (fault && !fault->uncatchable) {
        fault->span = place_of(m);
    }
    sql_fail_within(m->run, c);
}

static void fail_no_row(const SqlMeasure *m, sqlite3_context *c)
{
    const Str texts[] = {m->name, text_str(args_heap(m->run->args), list_at(measured_of(m), 5))};
    vm_fail(m->run->args->vm, D_SQL_INDICATOR, texts, 2);
    fail_measure(m, c);
}

static void add_row(sqlite3_context *c, int argc, sqlite3_value **argv)
{
    const SqlMeasure *m = sqlite3_user_data(c);
    SqlRun *r = m->run;
    Rows *g = sqlite3_aggregate_context(c, sizeof *g);
    Value table;
    uint32_t row;
    if (!g || r->failed || (argc == 1 && sqlite3_value_type(argv[0]) == SQLITE_NULL)) {
        return; /* no row: of an outer join */
    }
    if (argc != 1 || !sql_row(r, argv[0], &table, &row) || table.ptr != list_at(measured_of(m), 4).ptr) {
        fail_no_row(m, c);
        return;
    }
    List *l = sql_group_list(r, &g->place);
    if (!l || (!list_push(args_heap(r->args), l, num_int(row)) && !vm_fail_memory(r->args->vm))) {
        sql_fail_within(r, c);
    }
}

static void leave_row(sqlite3_context *c, int argc, sqlite3_value **argv)
{
    Rows *g = sqlite3_aggregate_context(c, sizeof *g);
    if (g && argc && sqlite3_value_type(argv[0]) != SQLITE_NULL) {
        g->left++;
    }
}

static bool figure(const SqlMeasure *m, const List *rows, uint32_t from, Value *out)
{
    Vm *vm = m->run->args->vm;
    uint32_t n = rows->n - from;
    size_t bytes = n * sizeof(uint32_t), cells = 3 * (size_t)n * sizeof(Value);
    uint32_t *numbers = mem_alloc(vm->mem, bytes);
    Value *scratch = mem_alloc(vm->mem, cells);
    const Measured measured = indicator_measured(measured_of(m), 0);
    bool ok = (numbers && scratch) || vm_fail_memory(vm);
    for (uint32_t i = 0; ok && i < n; i++) {
        numbers[i] = (uint32_t)rows->store->items[from + i].num;
    }
    ok = ok && indicator_figure(vm, &measured, numbers, n, scratch, out) && vm_charge(vm, n);
    mem_free(vm->mem, numbers, bytes);
    mem_free(vm->mem, scratch, cells);
    return ok;
}

static void give(SqlMeasure *m, sqlite3_context *c, Value v)
{
    if (value_is_number(v) && m->unit == UINT16_MAX) {
        m->unit = v.unit;
    }
    sql_result(m->run, c, v, m->unit);
    if (m->run->failed) {
        fail_measure(m, c);
    }
}

static void give_figure(sqlite3_context *c)
{
    SqlMeasure *m = sqlite3_user_data(c);
    const Rows *g = sqlite3_aggregate_context(c, 0);
    Value v;
    if (m->run->failed || !g || !g->place) {
        return;
    }
    const List *rows = list_at(value_obj(T_LIST, m->run->held), g->place - 1).ptr;
    if (rows->n == g->left) {
        return;
    }
    if (!figure(m, rows, g->left, &v)) {
        fail_measure(m, c);
        return;
    }
    give(m, c, v);
}

/* Of no table: its own value. */
static void give_own(sqlite3_context *c, int argc, sqlite3_value **argv)
{
    SqlMeasure *m = sqlite3_user_data(c);
    const Instance *i = list_at(measured_of(m), 0).ptr;
    Value v = i->fields[INDICATOR_VALUE];
    (void)argc, (void)argv;
    if (v.tag == T_NONE) {
        const Str texts[] = {m->name, STR("value")};
        vm_fail(m->run->args->vm, D_INDICATOR_NO_VALUE, texts, 2);
        fail_measure(m, c);
        return;
    }
    give(m, c, v);
}

bool sql_define_indicator(SqlRun *r, Str name, Value measured)
{
    SqlMeasure *m = mem_alloc(r->args->vm->mem, sizeof *m + name.n + 1);
    if (!m || !list_push(args_heap(r->args), r->held, measured)) {
        mem_free(r->args->vm->mem, m, sizeof *m + name.n + 1);
        return vm_fail_memory(r->args->vm);
    }
    char *text = (char *)(m + 1);
    memcpy(text, name.p, name.n);
    text[name.n] = '\0';
    *m = (SqlMeasure){.run = r, .place = r->held->n - 1, .name = {text, name.n}, .unit = UINT16_MAX, .next = r->measures};
    r->measures = m;
    int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
    int code = list_count(measured) > 4
                   ? sqlite3_create_window_function(r->db, text, -1, flags, m, add_row, give_figure, give_figure, leave_row,
                                                    NULL)
                   : sqlite3_create_function_v2(r->db, text, 0, flags, m, give_own, NULL, NULL, NULL);
    return code == SQLITE_OK || sql_fail(r, code);
}

void sql_forget_measures(SqlRun *r)
{
    while (r->measures) {
        SqlMeasure *m = r->measures;
        r->measures = m->next;
        mem_free(r->args->vm->mem, m, sizeof *m + m->name.n + 1);
    }
}

/* ---- which columns of the result they are ---- */

static bool is_word(Str s, const char *word) { return s.n == strlen(word) && !sqlite3_strnicmp(s.p, word, (int)s.n); }

/* Past the parentheses that begin at `at`. */
static size_t step_over(Str s, size_t at)
{
    int depth = 0;
    do {
        depth += s.p[at] == '(' ? 1 : s.p[at] == ')' ? -1 : 0;
        at = sql_word_end(s, at);
    } while (at < s.n && depth);
    return at;
}

static bool ends_items(Str word)
{
    return is_word(word, "from") || is_word(word, "where") || is_word(word, "group") || is_word(word, "order") ||
           is_word(word, "limit") || str_eq(word, STR(";"));
}

/* The item of that number, of as many as there are columns, in the one SELECT of the statement; {NULL, 0}: there are
   several, or as many items do not stand there (a `*`). */
static Str item_of(Str s, uint32_t columns, uint32_t wanted)
{
    Str found = {NULL, 0};
    uint32_t items = 0, selects = 0;
    bool inside = false;
    for (size_t at = 0, start = 0; at <= s.n;) {
        size_t end = at == s.n ? s.n + 1 : s.p[at] == '(' ? step_over(s, at) : sql_word_end(s, at);
        Str word = str_sub(s, at, end < s.n ? end : s.n);
        bool ends = at == s.n || ends_items(word);
        if (inside && (ends || str_eq(word, STR(",")))) {
            found = items++ == wanted ? str_trim(str_sub(s, start, at)) : found;
            inside = !ends;
            start = end;
        } else if (is_word(word, "select")) {
            selects++;
            inside = true;
            start = end;
        }
        at = end;
    }
    return selects == 1 && items == columns ? found : (Str){NULL, 0};
}

/* Nothing but FILTER, OVER and another name follow. */
static bool only_named(Str s)
{
    size_t at = sql_after_blanks(s, 0);
    for (;;) {
        size_t end = at < s.n ? sql_word_end(s, at) : at, next = sql_after_blanks(s, end);
        Str word = str_sub(s, at, end);
        if ((is_word(word, "over") || is_word(word, "filter")) && next < s.n && s.p[next] == '(') {
            at = sql_after_blanks(s, step_over(s, next));
        } else {
            at = is_word(word, "as") ? next : at;
            return at >= s.n || sql_word_end(s, at) >= s.n;
        }
    }
}

const SqlMeasure *sql_measured(const SqlRun *r, uint32_t columns, uint32_t at)
{
    Str item = r->measures ? item_of(r->text, columns, at) : (Str){NULL, 0};
    for (const SqlMeasure *m = r->measures; m; m = m->next) {
        if (item.n > m->name.n && item.p[m->name.n] == '(' && str_eq(str_sub(item, 0, m->name.n), m->name)) {
            return only_named(str_sub(item, step_over(item, m->name.n), item.n)) ? m : NULL;
        }
    }
    return NULL;
}
