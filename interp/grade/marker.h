/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case ready to mark copies: its session, its key, and where each address leads.

   prepare  settles what a copy says to whom: addresses, what is said twice, what no answer bears; and its identity, a
            sum over its content, whatever the file and the order it came in;
   mark     judges it: everything that is recorded of it, as texts. The same copy gives the same result on any marker
            of the same case, in any order, on any machine: what bounds a copy is a number of steps, not a time.

   A marker is for one thread. A batch has several, of the same case: what one has prepared another may mark. */
#ifndef BAREME_GRADE_MARKER_H
#define BAREME_GRADE_MARKER_H

#include "base/io_held.h"
#include "domain/copy.h"
#include "grade/copies.h"
#include "lib/session.h"

/* Of one copy, its key being ready; then, the key made anew, of a copy that passed it. The first leaves every
   ordinary copy far behind; the second holds the making of any key besides. */
#define MARKER_STEPS       UINT64_C(20000000)
#define MARKER_STEPS_AGAIN UINT64_C(400000000)

typedef struct MarkerOptions {
    SessionOptions session;
    IoHeld *held;  /* what session.io is, if the text may read files: sealed once the key is there; NULL */
    const char *path;
    Str case_name; /* of several; empty: the only one */
    bool ticked;   /* copies bear what a corrector ticked in open answers and grids; else those are the candidate's words */
    bool variants; /* each candidate has a subject of his own */
} MarkerOptions;

typedef struct Marker {
    MarkerOptions options;
    Session session;
    bool open, has_key;
    Cases cases;
    const Case *c;
    Key key;
    Arena kept;
    Mem work_mem;
    Arena work;       /* of the copy being marked */
    Map places;       /* of addresses as written */
    Str right;        /* what is said of an answer that is simply right */
    char sum[DIGEST_HEX];      /* of the texts of the case, and of the files that it reads */
    uint32_t base_guard;       /* variants: heap_protect mark under the candidate's view */
    struct Draws *draws;       /* variants: NULL none */
} Marker;

typedef enum PlaceKind { PLACE_UNKNOWN, PLACE_ANSWER, PLACE_OPEN, PLACE_LEVEL, PLACE_MALUS } PlaceKind;

typedef struct CopyPlace { /* where an address leads */
    PlaceKind kind;
    uint32_t number; /* of the answer (the first one of that address), the open answer, the question */
    uint32_t part;   /* of a malus: its number */
} CopyPlace;

typedef struct Prepared {
    RawCopy *raw;
    char sum[DIGEST_HEX]; /* identity: candidate and content */
    CopyPlace *places;    /* by box */
    Str boxes;            /* the boxes as JSON, in the order of the case: what is kept for ever */
} Prepared;

typedef struct MarkRow {
    uint32_t item;      /* answers by number, then open answers */
    bool counts;        /* false: another method counts */
    Status status;
    MarkRule rule;
    Str marks, pending; /* exact */
    Str figure;         /* what was understood; {NULL, 0}: as written, or nothing */
    Str detail;         /* JSON: what the rule was applied with; {NULL, 0} */
    Str explained;      /* known mistake, general slip: in words; {NULL, 0} */
    Str message;        /* to the student */
    Str expected;       /* variants: the key, as shown; {NULL, 0} */
} MarkRow;

typedef struct Marked {
    MarkRow *rows;
    uint32_t row_count;
    Str total, pending, mark; /* exact; mark on the scale of the exam */
    Str methods;              /* JSON: the branch that counts, by either; {NULL, 0}: there is none */
    Str malus;                /* JSON: by question; {NULL, 0}: none */
    Str draws;                /* JSON: the candidate's givens; {NULL, 0} */
} Marked;

/* False: the case cannot be used; marker.session.diags say why. Always marker_close. */
bool marker_open(Marker *m, const MarkerOptions *options);
void marker_close(Marker *m);

CopyPlace marker_place(Marker *m, Str address);
bool marker_known(void *marker, Str address);
/* The first addresses of the case, for a message: "`1.cost`, `1.price`, …". */
void marker_addresses(void *marker, Buf *out);
/* "2.3.hours"; what a person calls it besides is its title. */
Str marker_address(const Marker *m, CopyPlace place);

/* Adds notes; a copy of another case becomes COPY_REFUSED. False: memory. */
bool marker_prepare(Marker *m, Arena *arena, RawCopy *raw, Prepared *out);
/* The same copy read back from its boxes. False: they are damaged, or memory (arena->failed). */
bool marker_read_boxes(Marker *m, Arena *arena, Str boxes, RawCopy *out);

typedef struct MarkerTicks { /* a corrector's, of open answers: over what the copy bears */
    const OpenTicks *opens;  /* by number; NULL: none */
} MarkerTicks;

/* The copy must not be refused. Notes may be added (a limit). False: memory, or an interrupt: m->session.vm.fault. */
bool marker_mark(Marker *m, Arena *arena, const Prepared *p, const MarkerTicks *ticks, Marked *out);

/* What an answer expects, in the branch where it stands, as shown. */
void marker_expected(Marker *m, Buf *out, const Answer *a);

#endif
