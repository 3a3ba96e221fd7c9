/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of the command line and of the dialogue, evaluated in a session that has a main text: expressions, and
   the overrides of `--with`. */
#ifndef BAREME_CLI_EVALUATE_H
#define BAREME_CLI_EVALUATE_H

#include "cli/cli.h"

/* Adds the text to the session. Its last expression, if there is one, is evaluated as that scenario sees it (-1: the
   base) in that view (NULL: base); else *out has no value. False: reported. The caller protects the view. */
bool evaluate_text(Session *s, Str name, Str text, int32_t scenario, View *view, Value *out);

/* A view under overrides written as in `with { … }`: "booked = 8 %". Several texts: all together. *guard is to be given
   to heap_unprotect when the view is no longer needed. NULL with *ok true: no text. False in *ok: reported. */
View *evaluate_overrides(Session *s, Str name, const Str *texts, size_t count, uint32_t *guard, bool *ok);

/* The same for what `--with` gave. */
View *evaluate_withs(Session *s, const Texts *withs, uint32_t *guard, bool *ok);

/* The scenario of that name; NULL: -1. False: there is none (reported). */
bool evaluate_scenario(Session *s, const char *name, int32_t *scenario);

/* What somebody asks for by name: its slot, as `scenario` sees it unless the name says its own. NO_SLOT: reported. */
uint32_t evaluate_slot(Session *s, Str name, int32_t scenario);

#endif
