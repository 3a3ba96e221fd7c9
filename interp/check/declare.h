/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside check/: the walk that declares a module, and what it shares with program.c and names.c. */
#ifndef BAREME_CHECK_DECLARE_H
#define BAREME_CHECK_DECLARE_H

#include "check/program.h"

typedef struct Walk {
    Program *program;
    Module *module;
    bool redefine;
    uint32_t first_decl, first_either, first_indicator, first_objective;
} Walk;

/* Declares every statement of the module. redefine: REPL, a name may be defined again. */
void declare_module(Program *p, Module *m, bool redefine);

/* declare.c, for the other files of the walk */
Decl *declare_name(Walk *w, DeclKind kind, Scope *scope, Str name, const Node *node);
Decl *declare_anonymous(Walk *w, Scope *scope, const Node *node, const Node *expr);
void declare_expr(Walk *w, Decl *d, const Node *expr);
void declare_clauses(Walk *w, Scope *scope, const Node *block);
void declare_clause(Walk *w, Scope *scope, const Node *clause);
/* A level that no scope holds: found by its name as long as one scale has it. */
void declare_level(Walk *w, Scope *scope, const Node *node, Value level);
/* declare_indicator.c */
void declare_indicator(Walk *w, Scope *scope, const Node *n);
void declare_indicators(Walk *w, Scope *scope, const Node *n);
void declare_indicator_clauses(Walk *w, Scope *scope, const Node *n, bool of_table);
void declare_objective(Walk *w, Scope *scope, const Node *n);
void declare_dashboard(Walk *w, Scope *scope, const Node *n);
Value declare_bands(Walk *w, Scope *scope, const Node *clause);
/* The table it says it is of; NULL: none. */
const Node *indicator_of(const Node *block);
void settle_indicators(Walk *w);
void settle_objectives(Walk *w);
/* declare_for.c */
/* The scope in which the items of a `for` stand. */
Scope *outside_items(Scope *s);
void declare_for_each(Walk *w, Scope *scope, const Node *n);
/* Adds to its family what a block of an item declares: gain[Ana] to gain. */
void declare_family_item(Walk *w, Scope *scope, const Node *block, const Decl *item);
void declare_body(Walk *w, Scope *scope, const Node *body);
/* declare_grid.c */
void declare_grid(Walk *w, Scope *scope, const Node *n);
/* declare_foreign.c */
void declare_extern(Walk *w, Scope *scope, const Node *n);
/* declare_table.c */
void declare_table(Walk *w, Scope *scope, const Node *n);
void declare_schedule(Walk *w, Scope *scope, const Node *n);

Scope *scope_new(Program *p, ScopeKind kind, Scope *parent, const Node *node, Str name);
Scope *program_use(Program *p, const Module *from, Str name, Span where);
/* Room for one more pointer in *list (a pointer to an array of pointers). False: out of memory, reported. */
bool program_grow(Program *p, void *list, uint32_t count, uint32_t *cap);
void program_out_of_memory(Program *p);
/* The decl of that name declared right in this scope (scenarios: or in those it extends), or NULL. */
Decl *scope_decl(const Program *p, const Scope *scope, Str name);
/* Lookup from scope upwards without other questions: what a plain definition would hide. */
Decl *names_lexical(const Program *p, const Scope *scope, Str name);

#endif
