/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of the command line and of the dialogue, evaluated in a session that has a main text: expressions, and
   the overrides of `--with`. */
#ifndef BAREME_CLI_EVALUATE_H
#define BAREME_CLI_EVALUATE_H

#include "cli/cli.h"

/* Adds the text to the session: its last expression, as a statement that is not run; NULL with *ok true: it holds none.
   False in *ok: reported. Extending moves the slots that views are made of: views come after. */
const Decl *evaluate_extend(Session *s, Str name, Str text, int32_t scenario, bool *ok);
/* The value of such an expression as a scenario sees it (-1: the base), in a view (NULL: base), which the caller
   protects. False: reported. */
bool evaluate_statement(Session *s, const Decl *d, int32_t scenario, View *view, Value *out);
/* Both, in the base; *out has no value when the text holds no expression. */
bool evaluate_text(Session *s, Str name, Str text, Value *out);

typedef struct Overrides { /* as written in `with { … }`, their values evaluated */
    Session *session;
    Str name;
    Arena arena;        /* of the trees */
    const Node **nodes; /* OVERRIDE nodes */
    Value *values;
    uint32_t *slots;
    uint32_t count;
    int32_t scenario; /* whose names they are: the one asked for (--scenario), -1 the base */
    uint32_t guard;   /* heap_protect mark to return to */
} Overrides;

/* Reads "booked = 8 %, fee = 90 €"; several texts: all together. Extends the session. False: reported. Always
   overrides_close. */
bool overrides_open(Overrides *o, Session *s, Str name, const Str *texts, size_t count);
/* What `--with` gave. */
bool overrides_open_options(Overrides *o, Session *s, const Texts *withs);
/* The view under them, protected until overrides_close; NULL with *ok true: there are none. */
View *overrides_view(Overrides *o, bool *ok);
void overrides_close(Overrides *o);
/* Warns of what the scenario of that slot replaces itself, which an override of the base does not reach. */
void overrides_masked(const Overrides *o, uint32_t slot);

/* The scenario of that name; NULL: -1. False: there is none (reported). */
bool evaluate_scenario(Session *s, const char *name, int32_t *scenario);

/* What somebody asks for by name: its slot, as `scenario` sees it unless the name says its own. NO_SLOT: reported. */
uint32_t evaluate_slot(Session *s, Str name, int32_t scenario);

#endif
