/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside code/: a function under construction, its registers, constants, jumps and names.

   A Unit is the compilation of one Decl; nested functions share its reference table. An error is reported
   where it is met and noted in `failed`; out of memory is sticky in `memory`, and code already emitted is
   then thrown away, so that callers never test. */
#ifndef BAREME_CODE_EMIT_H
#define BAREME_CODE_EMIT_H

#include "base/limits.h"
#include "code/compile.h"

typedef struct Unit {
    Program *program;
    Decl *decl;
    const Scope *scope;
    bool trace;
    bool failed;  /* an error was reported */
    bool memory;  /* out of memory */
    bool effect;  /* reads or writes variables, or calls what has side effects */
    uint32_t depth;
    Ref *refs;
    uint32_t ref_count, ref_cap;
} Unit;

typedef struct Local {
    Str name;
    uint8_t reg;
    bool variable; /* var: may be assigned */
    bool cell;     /* lives in a cell, because a nested function captures it */
} Local;

typedef struct Loop {
    struct Loop *outer;
    uint32_t tries; /* open `try`s when it began */
    int *breaks, *continues; /* jumps to patch */
    uint32_t break_count, continue_count, break_cap, continue_cap;
} Loop;

typedef struct Function_ Fn;
struct Function_ {
    Fn *outer;
    Unit *unit;
    const Scope *columns; /* of the table whose row this is a function of; NULL: of none, or unknown */
    const Node *body;   /* to see which variables nested functions capture */
    Proto *proto;
    Ins *code;
    Span *spans;
    Value *consts;
    Proto **nested;
    WithList *withs;
    Capture *captures;
    Str *capture_names;
    bool *capture_cells, *capture_variables;
    uint16_t *reads;
    uint32_t code_cap, span_cap, const_cap, nested_cap, with_cap, capture_cap, capture_name_cap, capture_cell_cap,
        capture_variable_cap, read_cap;
    uint32_t code_count, const_count, nested_count, with_count, capture_count, read_count;
    Local locals[LIMIT_REGISTERS];
    uint32_t local_count;
    uint32_t next;      /* first free register */
    uint32_t first_temp;/* registers below belong to locals */
    Loop *loop;
    uint32_t tries;     /* open `try`s */
    bool is_function;   /* `return` is allowed */
    int old_cell;       /* register + 1 of the cell that an override replaces: `old`; 0 none; or OLD_CELL_NONE */
};
enum { OLD_CELL_NONE = -1 }; /* inside an override of a cell whose former value is not known */

/* A name met in a function: where it is. */
typedef enum NameKind { NAME_NONE, NAME_LOCAL, NAME_CAPTURED } NameKind;

void unit_report_memory(Unit *u);
bool fn_open(Fn *f, Unit *u, Fn *outer, Str name, Span span, const Node *body);
/* Moves what was built into the program's arena; NULL when memory is out. Always releases the Fn. */
Proto *fn_close(Fn *f);

int emit(Fn *f, OpCode op, int a, int b, int c, Span span);
int emit_jump(Fn *f, OpCode op, int a, int b, Span span); /* to be patched */
void patch_here(Fn *f, int at);
void emit_jump_back(Fn *f, OpCode op, int a, int target, Span span);
int konst(Fn *f, Value v);
int konst_text(Fn *f, Str s);

int reg_push(Fn *f, Span span);           /* a fresh temporary */
static inline void reg_release(Fn *f, uint32_t mark) { f->next = mark; }

Local *local_add(Fn *f, Str name, int reg, bool variable, bool cell);
Local *local_find(Fn *f, Str name);
/* Captured value number of an outer local, or -1. */
int capture_find(Fn *f, Str name, bool *cell, bool *variable);
int ref_add(Fn *f, uint32_t decl, int32_t scenario, bool read);
int nested_add(Fn *f, Proto *p);
/* Room for one more item of the growable array *list. */
bool fn_grow(Fn *f, void *list, uint32_t count, uint32_t *cap, size_t item);

/* expr.c */
void expr_to(Fn *f, const Node *n, int dst);
int expr_reg(Fn *f, const Node *n);       /* a register that holds it: a local's own, or a temporary */
int expr_condition(Fn *f, const Node *n, bool when); /* jump to patch, taken when the condition is `when` */
bool expr_constant(Fn *f, const Node *n, Value *out);
/* foreign.c */
void expr_foreign(Fn *f, const Decl *d, int dst);
/* call.c */
void expr_call(Fn *f, const Node *n, int dst);
Proto *expr_thunk(Fn *f, const Node *n, Str name);
void expr_thunk_to(Fn *f, const Node *n, int dst);
void expr_lambda(Fn *f, const Node *n, int dst, Str name);
void expr_with(Fn *f, const Node *n, int dst);
void expr_compare(Fn *f, const Node *n, int dst);
void expr_sensitivity(Fn *f, const Node *n, int dst);
void function_body(Fn *f, const Node *function);
/* name.c */
void expr_name(Fn *f, const Node *n, Str name, int dst);
void expr_member(Fn *f, const Node *n, int dst);
void expr_method(Fn *f, const Node *n, int dst); /* object.name, about to be called */
bool code_is_static_member(Fn *f, const Node *member); /* scenario.x, module.x, a column: known by name */
void expr_qualified(Fn *f, const Node *n, int dst);
Lookup code_lookup(Fn *f, Str name);
Lookup code_lookup_node(Fn *f, const Node *name);
const Decl *code_scenario_owner(Fn *f, const Node *member); /* s of `s.x` where s is a scenario; NULL otherwise */
Decl *code_member_decl(Fn *f, const Node *member, int32_t *scenario); /* scenario.x, module.x; NULL otherwise */
const Native *code_member_native(Fn *f, const Node *member);          /* std.mean */
/* An override of `target` by a formula that reads it: `old` is meant. False: reported. */
bool code_override_sound(Fn *f, const Node *expr, const Decl *target);
/* English name of a function of the library, or of a parameter of it (UINT32_MAX: the function); {NULL, 0}: no other. */
Str code_english(const Program *p, const Decl *d, uint32_t parameter);
bool code_use_decl(Fn *f, const Decl *d, Span span);                  /* may this code read it? */
/* What a lookup found, as a value; reports what has none. */
void code_lookup_value(Fn *f, Str name, Span span, const Lookup *l, int dst);
bool code_is_indicator(const Decl *d);
/* indicator.c: adds to the list in R[list] the indicator, its column, the two sides of its formula; none where it has none. */
void expr_measure(Fn *f, const IndicatorDecl *i, int list, Span span);
/* table.c */
void expr_column(Fn *f, const Decl *d, int dst);
/* The column of an override of cells, with those replaced. */
void expr_cell_override(Fn *f, const Decl *d, int dst);
/* R[column], the column d (or the patches of a schedule), with the cell that the override names replaced. */
void expr_cell(Fn *f, const Decl *d, const Node *override, int column);
void expr_former(Fn *f, int dst, Span span); /* what the running override replaces */
void expr_table(Fn *f, const Node *n, int dst);
void expr_where(Fn *f, const Node *n, int dst);
void expr_sorted(Fn *f, const Node *n, int dst);
void expr_top(Fn *f, const Node *n, int dst);
void expr_grouped(Fn *f, const Node *n, int dst);
void expr_joined(Fn *f, const Node *n, int dst);
void expr_case_name(Fn *f, const Node *n, int dst);
const Native *hidden_native(Fn *f, const char *name, Span span); /* NULL: reported */
/* R[base] = the hidden function of the library called with R[base + 1] … */
void hidden_call(Fn *f, const char *name, int base, uint32_t args, Span span);
/* table.c, for schedules: functions of a row (see there) */
enum { ROW_NAMES_MOST = 48 };
typedef struct RowNames { /* names in an expression that are, or may be, columns */
    Fn *f;
    const Scope *table;   /* NULL: its columns are not known */
    const Node *nodes[ROW_NAMES_MOST];
    uint32_t count;
    bool too_many;
} RowNames;
void row_names(RowNames *r, const Node *n);
void row_function(Fn *f, const Node *n, const RowNames *r, int dst);
void names_to(Fn *f, const Str *names, uint32_t n, int dst, Span span);
void text_to(Fn *f, Str s, int dst, Span span);
/* axis.c: R[dst], the value of expr, by the axes that a clause names */
void expr_by(Fn *f, const Node *expr, const Node *by, int dst);
void expr_family(Fn *f, const Decl *d, int dst); /* what a `for` declares, found by its items */
/* schedule.c */
void expr_schedule(Fn *f, const Node *n, int dst);
void expr_schedule_column(Fn *f, const Decl *d, int dst);
void expr_schedule_cell(Fn *f, const Node *override, int patches);
void expr_previous(Fn *f, const Node *n, int dst);
/* indicator.c */
void expr_indicator(Fn *f, const Node *n, int dst);
uint16_t code_measured_unit(Fn *f, const Decl *column);
void expr_indicators(Fn *f, const Decl *table, int dst, Span span); /* table NULL: all of the text */
bool expr_objective_member(Fn *f, const ObjectiveDecl *o, Str name, int dst, Span span);
void expr_dashboard(Fn *f, const Node *n, int dst);
void clause_value_to(Fn *f, const Node *expr, int dst, Span span); /* what a clause says, or nothing */
void bands_to(Fn *f, const Node *clause, Value scale, int dst);    /* into dst .. dst + 2 */
void bounds_to(Fn *f, const Node *clause, int dst); /* from, bound, is the bound within, three a band */
/* grid.c */
void expr_grid(Fn *f, const Node *n, int dst);
void expr_framework(Fn *f, const Node *n, int dst);
/* An argument of a method of a grid: a bare level of its scale. False: it is none. */
bool expr_grid_level(Fn *f, const Node *object, const Node *argument, int dst);
/* stmt.c */
void stmt(Fn *f, const Node *n);
void stmt_body(Fn *f, const Node *body);
bool stmt_captures(Fn *f, Str name);

static inline bool is_temp(const Fn *f, int reg) { return (uint32_t)reg >= f->first_temp; }

#endif
