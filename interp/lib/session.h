/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One running Barème: owns the contexts of every layer. Bytes in, callbacks out; no global state.

   A Session is opened in place and never moves: its contexts point to one another. Life of a script: open, load,
   run, close. The REPL loads an empty text, then extends it line by line: an extension that holds an error leaves
   no trace. What is printed is gathered and written by session_flush, at the latest before anything else is said. */
#ifndef BAREME_LIB_SESSION_H
#define BAREME_LIB_SESSION_H

#include "base/io.h"
#include "lib/library.h"
#include "lib/outside.h"
#include "model/graph.h"

/* The value of an expression that stands alone as a statement of the main text. False: stop. */
typedef bool (*SessionValueFn)(void *data, const Decl *statement, Value v);
/* What `print` writes, as it is. False: stop. */
typedef bool (*SessionPrintFn)(void *data, Str text);

typedef struct SessionOptions {
    Io *io;
    Lang lang;       /* of messages; the dialect of a text is its own affair */
    bool lang_given; /* else messages follow the dialect of the main text */
    uint64_t steps;  /* 0: LIMIT_STEPS */
    size_t memory;   /* 0: LIMIT_MEMORY */
    Permits permits; /* what a text may do outside; its texts live as long as the session */
    const char *stdlib; /* folder of the standard library; NULL: default */
    volatile int *interrupt;
    uint64_t fail_alloc_at; /* tests: the allocation with this number fails; 0 never */
    bool fail_alloc_on;
    SessionValueFn value; /* NULL: shown on a line of the output */
    void *value_data;
    SessionPrintFn print; /* NULL: on the output */
    void *print_data;
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
    Library library;
    Outside outside;
    uint32_t main_module; /* UINT32_MAX: nothing loaded yet */
    uint32_t ran;         /* statements of declarations below this number have been run */
    Buf out;              /* printed, not yet written */
    int output_error;     /* errno of the first write that failed */
    bool line_by_line;    /* the output is a terminal */
    unsigned opened;      /* how many contexts were opened */
} Session;

/* False when even starting needs more memory than there is. Always session_close. */
bool session_open(Session *s, const SessionOptions *options);
void session_close(Session *s);

/* Reads, parses, declares, compiles, links. False: nothing can run (file missing, memory). Errors are in s->diags;
   what is sound can be evaluated. */
bool session_load_file(Session *s, const char *path);
bool session_load_text(Session *s, Str name, Str text);
/* REPL: adds to the main module, in the dialect of the messages unless the text names its own; later definitions
   replace earlier ones. False: there is an error, and the program is what it was. */
bool session_extend(Session *s, Str name, Str text);
/* The same for a text that is a source already. */
bool session_extend_source(Session *s, uint32_t source, Lang lang);
/* Reads a text into the sources: its number, 0 when it cannot be read (reported). "-" is the standard input. */
uint32_t session_read(Session *s, const char *path);

/* Runs the statements that have not been run, in order; stops at the first error (reported). Does nothing and
   returns false when the texts hold errors. */
bool session_run(Session *s);
/* Before cases are looked at without running the text: if formulas read what lies outside it (a file, a database), the
   statements that may have put it there are run, and what they print is dropped. False: one failed (reported). Texts with
   errors run nothing. */
bool session_prepare(Session *s);
/* A full budget of steps again: before each line of the REPL. */
void session_refuel(Session *s);
/* Evaluates a slot (a formula as a scenario sees it) in a view (NULL base); a fault is reported in diags. */
bool session_eval_slot(Session *s, uint32_t slot, View *view, Value *out);
/* The decl a person names on the command line or in the REPL (hours, 2.3.meetings, outsourced.cost),
   with its scenario (-1 base); NULL: reported with did-you-mean. */
const Decl *session_find(Session *s, Str name, int32_t *scenario);
/* The same; NULL without a word. */
const Decl *session_lookup(Session *s, Str name, int32_t *scenario);

/* Results. False: they could not be written; what follows is dropped. */
bool session_write(Session *s, Str bytes);
/* What a program prints: as it is, but on a terminal without raw control characters. */
bool session_print(Session *s, Str text);
/* Appends a text of several lines with everything else that is unsafe on a terminal escaped. */
void session_put_safe(Buf *out, Str text);
bool session_flush(Session *s);
/* Writes what the program printed into files, unless it ended with an error. False: it could not (reported). */
bool session_save(Session *s);
/* 0 ok, 3 errors, 4 a limit was reached, 5 input or output, 70 our fault. */
int session_exit_code(const Session *s);
int session_exit_code_of(const Diags *d);

#endif
