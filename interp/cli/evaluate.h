/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions and names of the command line and of the dialogue, in a session that has a main text. */
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

/* The scenario of that name; NULL: -1. False: there is none (reported). */
bool evaluate_scenario(Session *s, const char *name, int32_t *scenario);

/* What somebody asks for by name: its slot, as `scenario` sees it unless the name says its own. NO_SLOT: reported. */
uint32_t evaluate_slot(Session *s, Str name, int32_t scenario);

typedef struct Subject { /* what somebody asks about */
    const Decl *decl;
    int32_t scenario;
} Subject;

/* A name, as evaluate_slot takes it, else an expression, which becomes a statement of the session called `source` in
   messages. False: reported. Extends the session. */
bool evaluate_subject(Session *s, Str source, Str text, int32_t scenario, Subject *out);
/* NO_SLOT: reported. */
uint32_t evaluate_subject_slot(Session *s, const Subject *subject, Str text);

#endif
