/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 16-byte cell that every value lives in, as far as numbers are concerned.

   A number is exact or approximate:
     T_NUM     num / den in the cell itself: int64 over uint32 (den >= 1). NOT canonical: 2/4 and 1/2
               may both occur; compare by cross product, reduce only to print, hash or make room.
     T_BIG     ptr is a heap leaf (num/big.h): an exact number that does not fit the cell.
     T_APPROX  ptr is a heap leaf (num/approx.h): a real known to about 30 digits, and known to be so.
   `unit` is the number of its unit in the unit table (num/unit.h). The magnitude is in the BASE of the
   unit's dimension (3 min is 180, shown in min), so that sums and comparisons need no conversion.
   Tags from T_FIRST_OTHER up are not numbers and belong to data/value.h. */
#ifndef BAREME_NUM_CELL_H
#define BAREME_NUM_CELL_H

#include <stdbool.h>
#include <stdint.h>

enum { T_NUM, T_BIG, T_APPROX, T_FIRST_OTHER };

typedef struct Value {
    uint8_t tag;
    uint8_t flags; /* numbers: NUM_LITERAL_ONE or 0 */
    uint16_t unit;
    uint32_t den;
    union {
        int64_t num;
        void *ptr;
    };
} Value;

_Static_assert(sizeof(Value) == 16, "a value is 16 bytes");

static inline bool value_is_number(Value v) { return v.tag < T_FIRST_OTHER; }

/* flags of a number: the literal 1, 0 or 100 % written as an operand of + or -, which takes the other
   side's kind (rules 3.1). Only constants carry it; the slow path of + and - reads it, results never do. */
enum { NUM_LITERAL_ONE = 1 };

static inline Value num_int(int64_t n)
{
    return (Value){.tag = T_NUM, .den = 1, .num = n};
}

#endif
