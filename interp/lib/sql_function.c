/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of the program as functions of SQL, and sums that stay exact. How: a function that takes a list is an
   aggregate, given the values of its group; any other is called for each row. */
#include <string.h>

#include "base/limits.h"
#include "lib/sql.h"
#include "syntax/lexicon.h"

/* ---- of one row ---- */

typedef struct ScriptFunction {
    SqlRun *run;
    uint32_t place; /* in held */
} ScriptFunction;

enum { FUNCTION_ARGUMENTS = 16 };

void sql_fail_within(SqlRun *r, sqlite3_context *c)
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
            sql_fail_within(r, c);
            return;
        }
    }
    Value function = list_at(value_obj(T_LIST, r->held), f->place);
    if (!vm_call(r->args->vm, function, args, (uint32_t)argc, &out)) {
        sql_fail_within(r, c);
        return;
    }
    sql_result(r, c, out, UINT16_MAX);
}

/* ---- of the values of a group ---- */

/* Its first argument is a list: `fn spread(values: list)`, or it takes any number of values and leaves out what is not
   given (mean, median). */
bool sql_takes_a_list(Value function)
{
    if (function.tag == T_NATIVE) {
        return ((const Native *)function.ptr)->flags & NATIVE_SKIPS;
    }
    const Proto *p = function.tag == T_FUNCTION ? ((const Function *)function.ptr)->proto : NULL;
    return p && p->param_count && p->params[0].kind == W_LIST;
}

/* The values of a group are in a list that is in held, and the arguments beside them: those of its first row. A window
   that moves on leaves the first ones behind. */
typedef struct Gathered {
    uint32_t place; /* from 1; 0: nothing yet */
    uint32_t left;
    uint32_t beside; /* how many arguments, which follow in held */
} Gathered;

List *sql_group_list(SqlRun *r, uint32_t *place)
{
    Heap *h = args_heap(r->args);
    if (!*place) {
        List *l = list_new(h, 0);
        if (!l || !list_push(h, r->held, value_obj(T_LIST, l))) {
            vm_fail_memory(r->args->vm);
            return NULL;
        }
        *place = r->held->n;
    }
    return list_at(value_obj(T_LIST, r->held), *place - 1).ptr;
}

static bool keep_beside(SqlRun *r, Gathered *g, int argc, sqlite3_value **argv)
{
    Value v;
    for (int i = 1; i < argc; i++) {
        if (!sql_in(r, argv[i], &v) || (!list_push(args_heap(r->args), r->held, v) && !vm_fail_memory(r->args->vm))) {
            return false;
        }
    }
    g->beside = argc ? (uint32_t)argc - 1 : 0;
    return true;
}

/* As aggregates of SQL do, what is not given is passed over. */
static void gather(sqlite3_context *c, int argc, sqlite3_value **argv)
{
    const ScriptFunction *f = sqlite3_user_data(c);
    SqlRun *r = f->run;
    Gathered *g = sqlite3_aggregate_context(c, sizeof *g);
    Value v;
    if (!g || r->failed || !argc || argc > FUNCTION_ARGUMENTS) {
        if (!r->failed && (!argc || argc > FUNCTION_ARGUMENTS)) {
            sqlite3_result_error(c, argc ? "too many arguments" : "the values of the group are missing", -1);
        }
        return;
    }
    bool first = !g->place;
    List *l = sql_group_list(r, &g->place);
    if (!l || (first && !keep_beside(r, g, argc, argv))) {
        sql_fail_within(r, c);
        return;
    }
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL) {
        return;
    }
    if (!sql_in(r, argv[0], &v) || (!list_push(args_heap(r->args), l, v) && !vm_fail_memory(r->args->vm))) {
        sql_fail_within(r, c);
    }
}

static void leave_one(sqlite3_context *c, int argc, sqlite3_value **argv)
{
    Gathered *g = sqlite3_aggregate_context(c, sizeof *g);
    if (g && argc && sqlite3_value_type(argv[0]) != SQLITE_NULL) {
        g->left++;
    }
}

/* Those that are in the window. */
static bool present(SqlRun *r, Gathered *g, Value *out)
{
    const List *all = sql_group_list(r, &g->place);
    List *l = all && g->left ? list_new(args_heap(r->args), all->n - g->left) : NULL;
    for (uint32_t i = 0; l && i < l->n; i++) {
        l->store->items[i] = all->store->items[g->left + i];
    }
    *out = value_obj(T_LIST, g->left ? l : (void *)(uintptr_t)all);
    return all && (!g->left || l || vm_fail_memory(r->args->vm));
}

static void call_aggregate(sqlite3_context *c)
{
    const ScriptFunction *f = sqlite3_user_data(c);
    SqlRun *r = f->run;
    Gathered none = {0}, *g = sqlite3_aggregate_context(c, 0);
    Value args[FUNCTION_ARGUMENTS], out;
    g = g ? g : &none;
    if (r->failed || !present(r, g, &args[0])) {
        return;
    }
    for (uint32_t i = 0; i < g->beside; i++) {
        args[i + 1] = list_at(value_obj(T_LIST, r->held), g->place + i);
    }
    Value function = list_at(value_obj(T_LIST, r->held), f->place);
    if (!vm_call(r->args->vm, function, args, 1 + g->beside, &out)) {
        sql_fail_within(r, c);
        return;
    }
    sql_result(r, c, out, UINT16_MAX);
}

/* ---- both ---- */

bool sql_define_function(SqlRun *r, Str name, Value v, bool aggregate)
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
    int code = aggregate ? sqlite3_create_window_function(r->db, text, -1, flags, f, gather, call_aggregate, call_aggregate,
                                                          leave_one, sqlite3_free)
                         : sqlite3_create_function_v2(r->db, text, -1, flags, f, call_function, NULL, NULL, sqlite3_free);
    return code == SQLITE_OK || sql_fail(r, code);
}

bool sql_define_functions(SqlRun *r, const Record *functions)
{
    r->functions = functions;
    for (uint32_t i = 0; i < functions->n; i++) {
        Str name = {functions->fields[i].name->bytes, functions->fields[i].name->n};
        Value v = functions->fields[i].value;
        if (v.tag != T_FUNCTION && v.tag != T_NATIVE) {
            return args_fail(r->args, D_ARG_FUNCTION, 5, v);
        }
        if (!sql_define_function(r, name, v, sql_takes_a_list(v))) {
            return false;
        }
    }
    return true;
}

void sql_forget_functions(SqlRun *r)
{
    for (uint32_t i = 0; r->functions && i < r->functions->n; i++) {
        const Text *name = r->functions->fields[i].name;
        char text[LIMIT_NAME_BYTES + 1];
        if (name->n <= LIMIT_NAME_BYTES) {
            memcpy(text, name->bytes, name->n);
            text[name->n] = '\0';
            sqlite3_create_function_v2(r->db, text, -1, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
        }
    }
    r->functions = NULL;
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
            sql_fail_within(r, c);
            return;
        }
        s->place = r->held->n;
    }
    if (!sql_in(r, given, &v) || (!value_is_number(v) && !VM_FAIL(r->args->vm, SQL_SUM, (Str){"", 0}))) {
        sql_fail_within(r, c);
        return;
    }
    total = &r->held->store->items[s->place - 1];
    NumErr err = back ? num_sub(r->args->vm->num, *total, v, total) : num_add(r->args->vm->num, *total, v, total);
    s->count += back ? -1 : 1;
    if (!args_num(r->args, err, *total, v)) {
        sql_fail_within(r, c);
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
        sql_fail_within(r, c);
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
