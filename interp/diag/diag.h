/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Diagnostics: the catalogue (diag.def: one line a message, code, English, French, fix), a list of
   those found, and their rendering for a person or as JSON.

   A message has numbered holes {0} .. {5}, filled with texts when it is reported. A diagnostic may
   carry notes (other places that explain it: where each side of a sum came from, the opener of a block).
   The same diagnostic at the same span is reported once. Do not move a Diags once it is in use. */
#ifndef BAREME_DIAG_DIAG_H
#define BAREME_DIAG_DIAG_H

#include "diag/source.h"

typedef enum Lang { LANG_EN, LANG_FR } Lang;

typedef enum Severity { SEV_ERROR, SEV_WARNING, SEV_NOTE, SEV_LIMIT /* an error: exit code 4 */ } Severity;

typedef enum DiagId {
#define DIAG(id, code, severity, en, fr, fix_en, fix_fr) D_##id,
#include "diag/diag.def"
#undef DIAG
    D_COUNT
} DiagId;

#define DIAG_ARGS 6

typedef struct DiagNote DiagNote;
struct DiagNote {
    DiagNote *next;
    DiagId id; /* severity NOTE in the catalogue */
    Span span; /* source 0: no place */
    Str args[DIAG_ARGS];
};

typedef struct Diag Diag;
struct Diag {
    Diag *next;
    DiagId id;
    Span span;
    Str args[DIAG_ARGS];
    DiagNote *notes, *last_note;
};

typedef struct Diags {
    Arena arena; /* owns diagnostics and copies of their arguments */
    Diag *first, *last;
    uint32_t errors; /* limits included */
    uint32_t warnings;
    uint32_t limits;
    uint32_t dropped; /* beyond LIMIT_DIAGNOSTICS: counted above, not kept */
    bool exhausted;   /* memory was out: spare is the last of the list and says so */
    Diag spare;       /* what diag_report returns for what it does not keep, so that callers never test */
} Diags;

void diags_init(Diags *d, Mem *m);
void diags_free(Diags *d);
void diags_clear(Diags *d);

/* Reports; arguments are copied. args may be NULL when count = 0. Never returns NULL. */
Diag *diag_report(Diags *d, DiagId id, Span span, const Str *args, size_t count);
void diag_note(Diags *d, Diag *on, DiagId id, Span span, const Str *args, size_t count);

/* diag(d, ID, span, STR("a"), s) */
#define DIAG_LIST(...)             (const Str[]){__VA_ARGS__}, sizeof((Str[]){__VA_ARGS__}) / sizeof(Str)
#define diag0(d, id, span)         diag_report((d), (id), (span), NULL, 0)
#define diag(d, id, span, ...)     diag_report((d), (id), (span), DIAG_LIST(__VA_ARGS__))
#define note0(d, on, id, span)     diag_note((d), (on), (id), (span), NULL, 0)
#define note(d, on, id, span, ...) diag_note((d), (on), (id), (span), DIAG_LIST(__VA_ARGS__))

const char *diag_code(DiagId id);
Severity diag_severity(DiagId id);

typedef struct DiagStyle {
    Lang lang;
    bool color;
} DiagStyle;

/* One diagnostic as people read it: place, message, source line with carets, notes, fix. */
void diag_render(Buf *out, const Sources *sources, const Diag *d, DiagStyle style);
/* All of them, then the line that counts what was dropped. */
void diags_render(Buf *out, const Sources *sources, const Diags *d, DiagStyle style);
/* Only the message with its holes filled, without place or code; args is NULL or has DIAG_ARGS texts.
   Neither this nor the fix is made safe for a terminal: diag_render does that. */
void diag_message(Buf *out, DiagId id, const Str *args, Lang lang);
/* The fix in the same way; nothing if there is none. */
void diag_fix(Buf *out, DiagId id, const Str *args, Lang lang);

#endif
