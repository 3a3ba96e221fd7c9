/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradebook: an SQLite file (schema.def) that loses nothing and is never changed but by adding.

   One row for each copy and answer, under the edition that marked it; the edition keeps the texts of the case, so that
   an appeal can be answered years later. What counts is the last edition applied, with the corrections of people over
   it. Opening looks at everything: a file that is no gradebook, is damaged, was changed by others or written by a newer
   version is refused, and told.

   Copies are recorded in transactions: of a batch that is killed, each copy is there whole or not at all. */
#ifndef BAREME_GRADE_BOOK_H
#define BAREME_GRADE_BOOK_H

#include "format/db.h"
#include "grade/marker.h"

#define BOOK_APPLICATION 0x42524D45 /* "BRME" */
#define BOOK_VERSION     1

typedef struct Book {
    Db db;
    Mem *mem;
    Diags *diags;
    Str path;
    int64_t edition; /* the one that counts; 0: none yet */
    bool open;
} Book;

typedef struct Moment { /* who does it, and when: "2026-05-12T08:30:00Z" */
    Str who, made;
} Moment;

/* path must live as long. False: reported in diags. Always book_close. */
bool book_open(Book *b, Mem *mem, Diags *diags, const char *path, DbMode mode);
void book_close(Book *b);
/* Reports what the database said. Always false. */
bool book_failed(Book *b);

/* The edition of the marker's case must be the one that counts; in a gradebook without any it becomes so. */
bool book_bind(Book *b, Marker *m, const Moment *now);
/* The gradebook is that of the case, whatever its edition. */
bool book_of_case(Book *b, const Marker *m);
/* The number of the marker's edition, added if it is not there (in the transaction at hand). 0: reported. */
int64_t book_add_edition(Book *b, Marker *m, const Moment *now);
bool book_apply(Book *b, int64_t edition, const Moment *now);

typedef enum Recorded { RECORD_NEW, RECORD_KNOWN, RECORD_FAILED } Recorded;
/* In a transaction of the caller. FAILED: b->db.error. */
Recorded book_record(Book *b, int64_t edition, const Prepared *p, const Marked *marked, bool ticked);
Recorded book_refuse(Book *b, const Prepared *p);
/* The same for a copy that is there, in another edition. False: b->db.error. */
bool book_record_marks(Book *b, int64_t copy, int64_t edition, const Prepared *p, const Marked *marked);
/* Was that copy marked in that edition? Going back to it then adds nothing. */
bool book_judged(Book *b, int64_t copy, int64_t edition);
bool book_holds_copies(Book *b);
/* Is a copy of this identity there, with its marks in that edition? */
bool book_has(Book *b, int64_t edition, const char sum[DIGEST_HEX]);

/* [["N1341","2.3.hours",""],…]; {NULL, 0}: none. */
Str book_notes(Arena *arena, const RawCopy *raw);

#endif
