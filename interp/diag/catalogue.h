/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of messages as data: diag.def turned into a table that lasts as long as the program. */
#ifndef BAREME_DIAG_CATALOGUE_H
#define BAREME_DIAG_CATALOGUE_H

#include "diag/diag.h"

typedef struct Message {
    const char *code;
    Severity severity;
    const char *text[2]; /* by Lang, with holes {0} .. {5} */
    const char *fix[2];  /* "" if there is none */
} Message;

const Message *catalogue_get(DiagId id);

#endif
