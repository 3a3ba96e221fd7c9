/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An archive of XML files, as spreadsheets are: read from bytes in memory, one entry at a time, piece by piece.

   What comes from a stranger is bounded before it is read: entries, bytes once inflated (of the whole archive, counted as
   they come, whatever the directory claims), how much more they are than what holds them, depth of elements, length of
   one tag. A document type declaration, hence any entity of its own, is refused; nothing outside the archive is ever
   read. libzip and expat are opened at the first use. */
#ifndef BAREME_FORMAT_PACKAGE_H
#define BAREME_FORMAT_PACKAGE_H

#include "base/arena.h"

#define PACKAGE_BYTES    (64u << 20)           /* of the archive itself */
#define PACKAGE_ENTRIES  1000u
#define PACKAGE_INFLATED (UINT64_C(512) << 20) /* of all that is read of it */
#define PACKAGE_RATIO    200u                  /* inflated bytes for each byte of the archive, beyond the first MiB */
#define PACKAGE_DEPTH    64u                   /* elements inside one another */
#define PACKAGE_TAG      (1u << 20)            /* bytes without any event: one tag, one comment */

typedef enum SheetErr {
    SHEET_OK,
    SHEET_STOPPED,    /* by the reader's function, which knows why */
    SHEET_NO_MEMORY,
    SHEET_NO_LIBRARY, /* error.text: the library, or the function it lacks */
    SHEET_FOREIGN,    /* not an archive at all */
    SHEET_OLD,        /* the format before 2007, or a file under a password */
    SHEET_UNKNOWN,    /* an archive, but no spreadsheet that we know */
    SHEET_LOCKED,     /* under a password */
    SHEET_DAMAGED,    /* error.text: the entry that is cut short or wrong */
    SHEET_MISSING,    /* error.text: the entry that is not there */
    SHEET_XML,        /* error.text: the entry, error.line */
    SHEET_ENTITIES,   /* error.text: the entry that declares a document type */
    SHEET_TOO_BIG,    /* error.text: which limit, error.line: its value */
    SHEET_UNWRITTEN,  /* error.text: what the system or the library said */
    SHEET_ERR_COUNT
} SheetErr;

typedef struct SheetError {
    SheetErr err;
    uint64_t line;
    char text[256]; /* cut if longer */
} SheetError;

typedef struct Package Package; /* NULL: not open */

/* bytes must outlive the package. NULL: *error says why. */
Package *package_open(Mem *mem, Str bytes, SheetError *error);
void package_close(Package *p); /* NULL is fine */
bool package_has(Package *p, const char *entry);

/* Names come without their prefix. Attributes are in pairs, name then value, up to a NULL. Functions return false to stop:
   the result is then SHEET_STOPPED, unless *error is set already. */
typedef struct XmlReader {
    void *data;
    bool (*start)(void *data, Str name, const char **attributes);
    bool (*end)(void *data, Str name);
    bool (*text)(void *data, Str text);
} XmlReader;

/* SHEET_OK or the reason, which *error holds too. */
SheetErr package_read(Package *p, const char *entry, const XmlReader *reader, SheetError *error);

SheetErr sheet_fail(SheetError *e, SheetErr err, Str text, uint64_t line);
/* The value of an attribute, by its name without prefix; {NULL, 0}: it has none. */
Str xml_attribute(const char **attributes, const char *name);
Str xml_local(const char *name);

#endif
