/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text: shown to people, written for machines, read from a program and from copies.

   What num_format writes, the lexer reads back (grouping by U+202F, a no-break space before the unit),
   save for the sign ≈. A value that is not exact, or is cut, carries no mark unless approx_sign is set. */
#ifndef BAREME_NUM_FORMAT_H
#define BAREME_NUM_FORMAT_H

#include "num/unit.h"

typedef enum NumFormatKind {
    NF_AUTO,        /* money 2 decimals, % up to 2, others up to 4 */
    NF_DECIMALS,    /* exactly `digits` decimals */
    NF_EXACT,       /* all decimals, or a fraction in lowest terms: 64/3 h */
    NF_SIGNIFICANT, /* `digits` significant digits */
    NF_WRITTEN      /* as in a program: 17 €/h, 12.5; all decimals where they are few, else as NF_AUTO */
} NumFormatKind;

typedef struct NumFormat {
    Lang lang;
    NumFormatKind kind;
    int digits;
    bool unit;        /* write the unit */
    bool group;       /* thousands apart */
    bool approx_sign; /* "≈ " where what is written is not the value */
} NumFormat;

NumErr num_format(NumCtx *c, Buf *out, Value v, const NumFormat *f);
/* In its shown unit, without it: "-1234.5"; at most `max_decimals`, rounded half up; no trailing zeros. */
NumErr num_decimal(NumCtx *c, Buf *out, Value v, int max_decimals);
/* In its shown unit, in lowest terms: "64/3", "5". An approximate value as its 30 digits. */
NumErr num_fraction(NumCtx *c, Buf *out, Value v);

/* digits: ASCII digits with at most one '.', between digits; the number of that unit. NUM_TOO_BIG beyond
   LIMIT_LITERAL_DIGITS; NUM_RANGE for anything else. */
NumErr num_read_literal(NumCtx *c, Str digits, uint16_t unit, Value *out);

typedef struct NumReading {
    Value value; /* with its unit; plain if none was written */
    uint16_t unit;
    bool has_unit;
    bool is_sum;     /* 21 h 20: several amounts added up; `unit` is the first one's */
    int decimals;    /* digits written after the mark (of the last amount of a sum) */
    int significant; /* significant digits written */
    const char *how; /* the decimal mark understood: ",", "." or "" */
} NumReading;

enum { NUM_READINGS_MAX = 4 };

/* All that a text of a copy can mean, in either notation (1 600,00 €; 1,600.00; 16,67%; 21 h 20; 2 ans 9 mois);
   the reading that follows `notation` comes first. *count = 0: unreadable. NUM_UNIT_UNKNOWN: it is a number
   followed by a word that is no unit, which is *unknown (may be NULL). No arithmetic. */
NumErr num_read_lenient(NumCtx *c, Str raw, Lang notation, NumReading *readings, size_t max, size_t *count,
                        Str *unknown);

#endif
