/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside check/: the walk that declares a module, and what it shares with program.c and names.c. */
#ifndef BAREME_CHECK_DECLARE_H
#define BAREME_CHECK_DECLARE_H

#include "check/program.h"

/* Declares every statement of the module. redefine: REPL, a name may be defined again. */
void declare_module(Program *p, Module *m, bool redefine);

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
