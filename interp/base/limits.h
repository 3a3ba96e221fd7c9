/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every hard limit of Barème, by name. Each is met by a script in tests/limit/.
   A limit that is reached is a clear error of the script, never a crash. */
#ifndef BAREME_BASE_LIMITS_H
#define BAREME_BASE_LIMITS_H

#define LIMIT_SOURCE_BYTES   (16u << 20)           /* one source file */
#define LIMIT_TOKEN_BYTES    (1u << 20)            /* one text literal */
#define LIMIT_NAME_BYTES     256u                  /* one name */
#define LIMIT_NESTING        200u                  /* parser, printer, comparer, formatter depth */
#define LIMIT_HEIGHT         500u                  /* terms of one chain a + b + ..., height of an expression */
#define LIMIT_DIAGNOSTICS    100u                  /* reported a run; the rest are counted */
#define LIMIT_LITERAL_DIGITS 1000u                 /* digits of one number literal */
#define LIMIT_NUMBER_BITS    65536u                /* numerator or denominator of an exact number */
#define LIMIT_DECIMALS       1000                  /* round(x, n): |n| */
#define LIMIT_EXPONENT       20000                 /* |n| of x ^ n, further bounded by LIMIT_NUMBER_BITS */
#define LIMIT_ZERO_TERMS     5000u                 /* of a sum of powers whose zeros are looked for */
#define LIMIT_UNITS          60000u                /* distinct units, compound ones included */
#define LIMIT_UNIT_PARTS     8u                    /* factors of one compound unit */
#define LIMIT_UNIT_POWER     12                    /* |exponent| of one factor */
#define LIMIT_HELD_BYTES     (256u << 20)          /* one file that a case reads while copies are marked */
#define LIMIT_TEXT_BYTES     (16u << 20)           /* one text value */
#define LIMIT_SCALE_LEVELS   32                    /* of a grid */
#define LIMIT_GRID_CRITERIA  256                   /* of one grid */
#define LIMIT_FOR_ITEMS      200u                  /* of one `for` around declarations */
#define LIMIT_FOR_NODES      200000u               /* made by all of them */
#define LIMIT_ANSWER_CELLS   2000u                 /* of one answer that is a table */
#define LIMIT_LIST_ITEMS     10000000u             /* one list */
#define LIMIT_RECORD_FIELDS  10000u                /* one record */
#define LIMIT_CALL_DEPTH     10000u                /* frames of the machine: functions and formulas */
#define LIMIT_NATIVE_DEPTH   100u                  /* native functions that call back into the machine */
#define LIMIT_OVERLAY_DEPTH  64u                   /* `with` inside `with` */
#define LIMIT_REGISTERS      240u                  /* of one function or formula */
#define LIMIT_CONSTANTS      60000u                /* of one function or formula */
#define LIMIT_PARAMETERS     60u                   /* of one function */
#define LIMIT_SLOTS          1000000u              /* formulas of one program, scenario copies included */
#define LIMIT_MODULE_DEPTH   32u                   /* `use` inside `use` */
#define LIMIT_TEXT_DEPTH     12u                   /* lists and quotes inside each other in a text; more are flattened */
#define LIMIT_MARKDOWN_BYTES (64u << 10)           /* of a text read as Markdown; more is shown as it is */
#define LIMIT_URL_BYTES      2000u                 /* of a link; a longer one is no link */
#define LIMIT_BLANK_LINES    60u                   /* of the room for one answer */
#define LIMIT_STEPS          UINT64_C(20000000000) /* default budget of a run (--steps) */
#define LIMIT_MEMORY         (UINT64_C(2) << 30)   /* default memory of a run (--memory) */

#endif
