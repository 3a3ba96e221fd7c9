/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies as they come: one after the other, from files (copy files, CSV, JSON, JSON Lines), folders and the standard
   input, in bounded memory. A copy is data: nothing of it is understood here but where each answer begins and ends.

   A copy file:
     copy "A-0412" of novatech second "8031"        copie « A-0412 » de novatech second « 8031 »
     2.3.hours = 22 h
     2.4.advice = what goes on over several lines
       is indented
   Several copies may stand in one file; without the first line the name of the file is that of the candidate.
   A CSV has a column an answer and a row a copy; JSON has {"candidate": …, "second": …, "case": …, "answers": {…}}, one
   a line, or an array of them.

   Nothing stops the reading: what cannot be a copy comes as one that is refused, with a note that says why. */
#ifndef BAREME_GRADE_COPIES_H
#define BAREME_GRADE_COPIES_H

#include "base/digest.h"
#include "diag/diag.h"
#include "format/csv.h"
#include "format/json_read.h"

#define COPY_BOX_BYTES   (64u << 10)  /* kept of an answer; of a longer one its sum, its length and its beginning */
#define COPY_BOX_BEGIN   (4u << 10)   /* that beginning */
#define COPY_LINE_BYTES  (16u << 20)  /* of one line; the rest of a longer one is passed over */
#define COPY_FILE_BYTES  (256u << 20) /* of one document in JSON, which is read whole */
#define COPY_NAME_BYTES  200u         /* of what a candidate is called */
#define COPY_BOXES       20000u       /* of one copy */
#define COPY_NOTES       50u          /* of one copy; more are counted in the last one */

typedef struct CopyBox {
    Str address;            /* as written */
    Str text;               /* raw; its beginning when cut */
    uint64_t bytes;         /* of the whole */
    char sum[DIGEST_HEX];   /* of the whole, when cut */
    bool cut;
} CopyBox;

typedef struct CopyNote { /* what a person should look at: a message of the catalogue */
    DiagId id;
    Str about, detail;
} CopyNote;

typedef enum CopyKind {
    COPY_WHOLE,   /* to be marked */
    COPY_ASIDE,   /* its answers may not be where they seem: all of it is for a corrector */
    COPY_REFUSED, /* nothing in it can be marked */
    COPY_NOTICE   /* no copy: notes about a whole file */
} CopyKind;

typedef struct RawCopy {
    CopyKind kind;
    bool failed; /* NOTICE: the file could not be read */
    Str candidate, second;
    Str of;     /* the case that it names; empty: none */
    Str origin; /* "copies.csv:12" */
    CopyBox *boxes;
    uint32_t box_count, box_room;
    CopyNote *notes;
    uint32_t note_count;
} RawCopy;

typedef struct CopyOptions {
    Encoding encoding;   /* of files without a mark */
    Str id, second;      /* columns; empty: those that are called so */
    /* Is this the address of something in the case? To tell columns that are not. */
    bool (*known)(void *data, Str address);
    void (*addresses)(void *data, Buf *out); /* those there are, for a message; may be NULL */
    void *data;
} CopyOptions;

typedef enum CopyFormat { FORMAT_COPY, FORMAT_CSV, FORMAT_JSON, FORMAT_LINES } CopyFormat;

typedef struct CopyReader {
    Io *io;
    Mem *mem;
    CopyOptions options;
    const char *const *paths;
    uint32_t path_count, next_path;
    /* a folder that is being read */
    Buf names, path;     /* what is left in it; path of the file */
    size_t next_name, folder_length;
    bool in_folder;
    /* a file that is being read */
    bool open;
    CopyFormat format;
    TextStream stream;
    Arena kept;          /* of the file: its header */
    CsvReader csv;
    Str *columns;        /* addresses; empty: no answer there */
    uint32_t column_count, id_column, second_column;
    JsonReader json;
    uint32_t json_number;
    Buf header;          /* of the next copy of a copy file: its first line, met already */
    bool has_header, first;
    uint64_t done_bytes; /* of the files that are done */
    uint64_t total_bytes; /* 0: not known */
} CopyReader;

/* Paths must live as long as the reader. Always copies_close. */
void copies_open(CopyReader *r, Io *io, Mem *mem, const char *const *paths, uint32_t count, const CopyOptions *options);
void copies_close(CopyReader *r);
/* The next one, in the arena. False: there are no more, or memory is out (the arena's failed). */
bool copies_next(CopyReader *r, Arena *arena, RawCopy *out);
/* How far the reading is, and of how much; *all is 0 when that is not known. */
void copies_progress(const CopyReader *r, uint64_t *done, uint64_t *all);

/* For all who fill one: texts are copied into the arena. */
void copy_add_box(Arena *arena, RawCopy *c, Str address, Str text);
void copy_add_note(Arena *arena, RawCopy *c, DiagId id, Str about, Str detail);

/* ---- inside: one a format ---- */

bool copies_next_text(CopyReader *r, Arena *arena, RawCopy *out); /* copy_text.c */
bool copy_text_is_header(Str line);
bool copies_begin_csv(CopyReader *r, Arena *arena, RawCopy *out); /* copy_csv.c; true: out is a notice */
bool copies_next_csv(CopyReader *r, Arena *arena, RawCopy *out);
bool copies_next_json(CopyReader *r, Arena *arena, RawCopy *out); /* copy_json.c */
/* "file:line", the file by its name without folders. */
Str copies_origin(CopyReader *r, Arena *arena, uint64_t line);
/* The name of the file without folder and ending. */
Str copies_stem(CopyReader *r, Arena *arena);

#endif
