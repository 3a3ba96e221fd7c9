/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Declarations to bytecode. Each Decl with an expression gets its Proto and reference table; errors (unknown
   names, a formula that reads a var …) are reported and leave the Decl `broken`, the others go on. */
#ifndef BAREME_CODE_COMPILE_H
#define BAREME_CODE_COMPILE_H

#include "check/program.h"

/* Compiles every decl that has no proto yet: new ones, and those the REPL has redefined. */
void compile_program(Program *p);

/* One decl, without touching it (trace: with TRACE instructions, for explain).
   The result lives in p->arena. NULL: reported. */
typedef struct Compiled {
    Proto *proto;
    Ref *refs;
    uint32_t ref_count;
} Compiled;
bool compile_decl(Program *p, Decl *d, bool trace, Compiled *out);

#endif
