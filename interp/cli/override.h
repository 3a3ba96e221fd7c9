/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The overrides of `--with` and of the dialogue: parsed as a `with` of their own, for their targets and the places of
   their values; each value is then evaluated by itself. */
#ifndef BAREME_CLI_OVERRIDE_H
#define BAREME_CLI_OVERRIDE_H

#include "cli/cli.h"

typedef struct Overrides { /* as written in `with { … }`, their values evaluated */
    Session *session;
    Str name;
    Arena arena;        /* of the trees */
    const Node **nodes; /* OVERRIDE nodes */
    Value *given;       /* as written */
    Value *values;      /* in the unit of the formula; of a cell: its whole column */
    Value *keys;        /* of the rows whose cell is replaced: team["Pierre"].calls; T_NONE: of no cell */
    Value *other_values;
    uint32_t *other_slots; /* both: room for a part of them */
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

#endif
