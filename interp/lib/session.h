/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One running Barème: owns the contexts of every layer. Bytes in, callbacks out; no global state. */
#ifndef BAREME_LIB_SESSION_H
#define BAREME_LIB_SESSION_H

#include "base/io.h"
#include "model/graph.h"

typedef struct SessionOptions {
    Io *io;
    Lang lang;              /* of messages; the dialect of a text is its own affair */
    bool lang_given;        /* else messages follow the dialect of the main text */
    uint64_t steps;         /* 0: LIMIT_STEPS */
    size_t memory;          /* 0: LIMIT_MEMORY */
    uint64_t capabilities;
    const char *stdlib;     /* folder of the standard library; NULL: default */
    volatile int *interrupt;
    uint64_t fail_alloc_at; /* tests: the allocation with this number fails; 0 never */
    bool fail_alloc_on;
} SessionOptions;

typedef struct Session {
    Mem mem;
    SessionOptions options;
    Sources sources;
    Diags diags;
    NumCtx num;
    Heap heap;
    Program program;
    Vm vm;
    Graph graph;
    uint32_t main_module;
} Session;

/* False when even starting needs more memory than there is. Always session_close. */
bool session_open(Session *s, const SessionOptions *options);
void session_close(Session *s);

/* Reads, parses, declares, compiles, links. False: nothing can run (file missing, memory). Errors are in s->diags;
   what is sound can be evaluated. */
bool session_load_file(Session *s, const char *path);
bool session_load_text(Session *s, Str name, Str text);
/* REPL: adds to the main module; later definitions replace earlier ones. */
bool session_extend(Session *s, Str name, Str text);

/* Runs the statements of the main module in order; stops at the first error (reported). */
bool session_run(Session *s);
/* Evaluates a declaration in a view (NULL base); a fault is reported in diags. */
bool session_eval(Session *s, const Decl *d, View *view, Value *out);
/* The decl a person names on the command line or in the REPL (hours, 2.3.meetings, outsourced.cost),
   with its scenario; NULL: reported with did-you-mean. */
const Decl *session_find(Session *s, Str name, int32_t *scenario);
/* 0 ok, 3 errors, 4 a limit was reached, 5 input or output. */
int session_exit_code(const Session *s);

#endif
