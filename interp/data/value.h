/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values: the 16-byte cell of num/cell.h with its other tags, and the objects cells point to.

   Values are immutable as far as a program can see. An object begins with an Obj header; `ptr` of a cell
   points to the header, except for number leaves (T_BIG, T_APPROX), whose ptr is the payload behind it.

   The collector runs only at safepoints between instructions of the machine (vm/run.c), never inside an
   allocation: C code may hold values in locals freely as long as it does not call back into the machine.
   A native function that does call back keeps its values alive with heap_protect. */
#ifndef BAREME_DATA_VALUE_H
#define BAREME_DATA_VALUE_H

#include "base/str.h"
#include "num/cell.h"

typedef enum ValueTag {
    T_NONE = T_FIRST_OTHER, /* no value: result of print, absent optional argument */
    T_TRUTH,                /* num: 0 or 1 */
    T_DATE,                 /* num: days since 1970-01-01 */
    T_STATUS,               /* den: StatusKind; ptr: why (Text) or NULL */
    T_LEVEL,                /* ptr: Scale; den: rank from 0 */
    T_SCENARIO,             /* num: number of the scenario in its program */
    T_FORMULA,              /* num: slot; a formula passed by name to a builtin */
    /* objects */
    T_TEXT,
    T_LIST,
    T_RECORD,
    T_RANGE,
    T_TABLE,
    T_MATRIX,               /* keyed values: a list, a matrix, a dashboard */
    T_OBJECT,               /* ptr: Instance, of a type declared above (indicator, grid) */
    T_FUNCTION,
    T_NATIVE,               /* ptr: const Native, not on the heap */
    T_CELL,                 /* a captured `var` (never seen by a program) */
    T_TAG_COUNT
} ValueTag;

typedef enum StatusKind { STATUS_BLANK, STATUS_UNREADABLE, STATUS_NOT_GIVEN } StatusKind;

typedef enum ObjType {
    O_LEAF, /* BigNum or Approx: no references */
    O_TEXT, O_ROPE, O_BUFFER, O_LIST, O_STORE, O_PACK, O_RECORD, O_RANGE, O_TABLE, O_MATRIX, O_INSTANCE, O_FUNCTION,
    O_SCALE, O_CELL, O_VIEW, O_FAULT,
    O_COUNT
} ObjType;

typedef struct Obj {
    struct Obj *next; /* of the list of large objects, or of spare small ones */
    uint32_t size;    /* bytes, header included */
    uint8_t type;     /* ObjType */
    uint8_t mark;
    uint16_t place;   /* 16-byte steps from the start of its chunk; 0: a large object */
} Obj;

typedef struct Text { /* flat; a T_TEXT cell may also point to a Rope, see text_str */
    Obj obj;
    uint64_t hash; /* 0: not computed */
    size_t n;
    char bytes[];  /* NUL after the end */
} Text;

typedef struct TextBuffer { /* bytes behind ropes that grow at their end, as a Store behind lists */
    Obj obj;
    size_t used, cap;
    char bytes[];
} TextBuffer;

/* A concatenation not yet flattened: left then right (Texts or Ropes); or, right being NULL, the first n bytes of
   the TextBuffer left. Once flattened, left is the Text and right is NULL. */
typedef struct Rope {
    Obj obj;
    Obj *left, *right;
    size_t n;
} Rope;

typedef struct Store { /* the cells behind lists; appending to the last list that uses them is in place */
    Obj obj;
    uint32_t used, cap;
    Value items[];
} Store;

typedef struct List {
    Obj obj;
    union {
        Store *store;
        struct Pack *pack; /* where `packed` (pack.h): read with list_at, and list_plain */
    };
    uint32_t n; /* items 0..n-1 of the store */
    uint32_t packed : 1, from : 31; /* from: the first of its n cells in the pack */
} List;

typedef struct Record { /* fields in order of writing; names are Text objects */
    Obj obj;
    uint32_t n;
    const struct Table *table; /* a row of it, whose columns may have other names; NULL: of none */
    struct RecordField {
        Text *name;
        Value value;
    } fields[];
} Record;

/* flags of Range.step: nobody wrote it, it is 1 in the unit of `from` (or 1 day). */
enum { RANGE_STEP_DEFAULT = 2 };

typedef struct Range { /* from, from + step, … up to `to` included; step never 0 */
    Obj obj;
    Value from, to, step;
} Range;

typedef struct Scale { /* an ordered set of named levels */
    Obj obj;
    uint32_t n;
    Text *names[];
} Scale;

typedef struct CellObj {
    Obj obj;
    Value value;
} CellObj;

struct Proto;
struct View;
struct Binding;

typedef struct Function {
    Obj obj;
    const struct Proto *proto;
    struct View *view;             /* where it reads formulas; NULL: none read */
    const struct Binding *binding; /* which slots its references mean */
    uint32_t n;
    Value captured[];
} Function;

static inline Value value_none(void) { return (Value){.tag = T_NONE}; }
static inline Value value_truth(bool b) { return (Value){.tag = T_TRUTH, .num = b}; }
static inline Value value_date(int64_t days) { return (Value){.tag = T_DATE, .num = days}; }
static inline Value value_obj(ValueTag tag, void *obj) { return (Value){.tag = (uint8_t)tag, .ptr = obj}; }
static inline Value value_status(StatusKind k, Text *why)
{
    return (Value){.tag = T_STATUS, .den = (uint32_t)k, .ptr = why};
}
static inline bool value_is_not_given(Value v) { return v.tag == T_STATUS && v.den == STATUS_NOT_GIVEN; }
static inline bool value_is_true(Value v) { return v.tag == T_TRUTH && v.num; }

/* "a number", « un nombre »: for messages. */
const char *value_type_name(Value v, bool french);

#endif
