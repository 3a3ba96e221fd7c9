/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outside world, as far as the person running a text allows it. A text can grant itself nothing: what it may do is
   settled before it is read, and every file it names passes through here.

   Two locks. A builtin that touches the world bears a bit (capability in its .def; lib/builtin.def), and the machine
   refuses it unless one of its bits is granted. Then each file must lie below a place that was granted. Paths are
   relative to the folder of the text (to the current one where there is none), and taken apart by their letters, `..`
   included; the kernel then opens them without leaving that place. */
#ifndef BAREME_LIB_OUTSIDE_H
#define BAREME_LIB_OUTSIDE_H

#include "base/arena.h"
#include "base/io.h"
#include "diag/diag.h"

typedef enum PermitKind { PERMIT_READ, PERMIT_WRITE, PERMIT_DATABASE, PERMIT_FFI, PERMIT_COUNT } PermitKind;

typedef struct Permit { /* as on the command line: folders, files, or names of libraries */
    const char *const *places;
    size_t count;
    bool all;
} Permit;

typedef struct Permits { /* zeroed: nothing, and nothing more can be had (marking) */
    Permit of[PERMIT_COUNT];
    const char *folder; /* of the text, where relative paths begin; NULL: the current one */
    bool beside;        /* what lies below that folder may be read */
    unsigned open;      /* 1 << each kind of which options of the command line may allow more: messages name them */
    bool marking;       /* copies are marked: no database is opened but one in memory */
} Permits;
#define PERMITS_OPEN ((1u << PERMIT_COUNT) - 1) /* of every kind */

typedef struct Places { /* absolute paths, or names of libraries */
    Str *items;
    size_t count;
    bool all;
} Places;

typedef struct Printed { /* what a run prints into a file, written at its end */
    const char *root, *path;
    Str given;
    Buf text;
    bool changed;
    struct Printed *next;
} Printed;

typedef struct Outside {
    Io *io;
    Mem *mem;
    Arena arena;
    Str folder, here; /* of the text; the current one */
    Places may[PERMIT_COUNT];
    unsigned open;
    bool marking;
    Diags *diags;     /* warnings of what was read */
    Printed *printed; /* in the arena, the last one first */
    struct Database *databases; /* open ones, the last one first (lib/sql.c) */
    int64_t database_count;
} Outside;

typedef struct OutsideFile {
    Str given;        /* as the text writes it */
    const char *root; /* the place that was granted */
    const char *path; /* below it; both as io->open_in wants them */
    Str whole;        /* absolute, for messages */
    Buf names;        /* what these point to: outside_forget */
} OutsideFile;

/* False: memory, or a place that does not exist (reported). Always outside_close. */
bool outside_open(Outside *w, Io *io, Mem *mem, Diags *diags, const Permits *permits);
void outside_close(Outside *w);
/* The CAP_… bits of what is granted. */
uint32_t outside_capabilities(const Outside *w);
/* Of what options could grant. */
uint32_t outside_grantable(const Outside *w);

typedef enum OutsideAnswer { OUTSIDE_YES, OUTSIDE_NO, OUTSIDE_BAD_NAME, OUTSIDE_NO_MEMORY } OutsideAnswer;
/* Where the file of that name is, if it may be touched so. NO: `whole` is set all the same. Always outside_forget. */
OutsideAnswer outside_find(const Outside *w, PermitKind kind, Str given, OutsideFile *out);
void outside_forget(OutsideFile *f);
/* May this native library be loaded? By the very name that was allowed. */
bool outside_may_load(const Outside *w, Str library);

/* What has been printed into that file so far, to be added to. NULL: memory. */
Buf *outside_print(Outside *w, const OutsideFile *f);
/* Writes what was printed into files since the last time. False: some could not be (reported). */
bool outside_save(Outside *w);

void outside_close_databases(Outside *w);

/* The option that allows it, and what it is given: "--allow-read=/folder/of/it". */
void outside_option(const Outside *w, Buf *out, PermitKind kind, Str whole);

#endif
