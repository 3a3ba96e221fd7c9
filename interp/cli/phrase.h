/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the command line says of itself, in both languages: headings, labels, sentences of the dialogue. Errors
   are not here but in the catalogue of diagnostics. */
#ifndef BAREME_CLI_PHRASE_H
#define BAREME_CLI_PHRASE_H

#include "diag/diag.h"

typedef enum PhraseId {
#define PHRASE(id, en, fr) P_##id,
#include "cli/phrase.def"
#undef PHRASE
    P_COUNT
} PhraseId;

Str phrase(PhraseId id, Lang lang);
/* Appends it, {0} .. {3} filled: phrase_put(out, P_X, lang, a, b) */
void phrase_fill(Buf *out, PhraseId id, Lang lang, const Str *args, size_t count);
#define phrase_put(out, id, lang, ...) phrase_fill((out), (id), (lang), DIAG_LIST(__VA_ARGS__))

#endif
