/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside cli/: the dialogue's state and what its files share.

   One main text grows line by line (session_extend); a line with an error leaves it as it was. What was accepted is
   kept in the log, from which :save and :reload work. `ans` is a constant of the library whose value changes: a line
   that uses it takes the value it has then. */
#ifndef BAREME_CLI_REPL_H
#define BAREME_CLI_REPL_H

#include "cli/cli.h"
#include "cli/line.h"

typedef struct Entry { /* something accepted */
    Str text;          /* as typed, or the path of a file loaded */
    Str shown;         /* what it printed */
    Lang lang;         /* it was typed in */
    bool file;
    uint32_t module; /* number of its tree in the program */
    uint32_t answer; /* the entry whose value its `ans` is; NO_ENTRY: it has none */
    bool has_value;
} Entry;

#define NO_ENTRY UINT32_MAX

typedef struct Repl {
    Cli *cli;
    Session session;
    LineEditor editor;
    bool open;            /* the session is */
    LibraryTable library; /* what the program asked before `ans` came in between */
    Value ans;
    bool has_ans;
    uint32_t ans_entry;
    Entry *log;
    uint32_t log_count, log_cap;
    uint32_t lines; /* read so far: names the sources */
    Buf shown;      /* printed since the line was read */
    bool replaying, quit;
    int worst; /* exit code of the worst error */
} Repl;

/* ---- repl.c ---- */
bool repl_print(Repl *r, Str text);
/* A line with its holes filled. */
bool repl_say(Repl *r, PhraseId id, const Str *args, size_t count);
#define REPL_SAY(r, id, ...) repl_say((r), (id), DIAG_LIST(__VA_ARGS__))
/* Reports an error without a place, to be told at the end of the line. */
void repl_refuse(Repl *r, DiagId id, Str a, Str b);
/* Loads a file into the session and the log. False: told. */
bool repl_load(Repl *r, Str path);
bool repl_reload(Repl *r);
/* Was this file loaded already? */
bool repl_has_loaded(const Repl *r, Str path);

/* ---- repl_show.c ---- */

typedef struct Before { /* values that had been computed, to tell what a new definition changes */
    Slot *slots;
    uint32_t count, decls;
    uint32_t guard;
} Before;

bool repl_before(Repl *r, Before *b);
/* Definitions of the module as `name = value`, then what changed. */
void repl_after(Repl *r, const Before *b, uint32_t module);
void repl_before_free(Repl *r, Before *b);
/* "name = value", or the reason why there is none. */
void repl_show_formula(Repl *r, const Decl *d);
/* Appends the value of a slot, or `no value`; the fault is dropped. */
void repl_put_value(Repl *r, Buf *out, uint32_t slot);

/* ---- repl_command.c, repl_help.c, repl_save.c, repl_complete.c ---- */
void repl_run_command(Repl *r, Str line);
void repl_help(Repl *r, Str name);
/* What the library has to do with these words. */
void repl_apropos(Repl *r, Str words);
void repl_depends(Repl *r, Str name);
void repl_names(Repl *r);
bool repl_save(Repl *r, Str path);
void repl_complete(void *repl, Str line, size_t start, Str word, LineChoices *out);
/* Does the text use `ans`? */
bool repl_uses_ans(Str text, Lang lang);

#endif
