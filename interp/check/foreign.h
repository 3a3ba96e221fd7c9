/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Declarations of native functions, as the lines of a block `extern` write them:

     fn cbrt(x: double) double
     fn swing(length: double m) double s                     units: what numbers are counted in there
     fn frexp(x: double, exponent: out int) double           the result is then a record: result, exponent
     fn qsort(items: inout buffer of int32, count: size, width: size, order: callback(a: ref int32, b: ref int32) int)
     fn open_it(name: text) pointer book released by close_it
     fn note(format: text, ..., x: double, n: int) int       a variadic function, with the types of one use of it
     fn shown = printf(format: text, ..., x: double) int     a name of ours for the function `printf`
     fn mkdir(path: text, mode: uint) int or errno           -1 (or NULL) is an error, which errno explains
     fn strtol(s: text, end: out pointer, base: int) long with errno
     struct point(x: double, y: double)

   Types: numbers (foreign.def), bool, text, pointer [NAME], a struct declared above, `buffer of TYPE`, `ref TYPE` (given
   by its address), `callback(…) TYPE`. Without a type after the parentheses, nothing is given back. Words in French are
   understood too: texte, pointeur, tampon de, rappel, libéré par, ou errno, avec errno, structure. */
#ifndef BAREME_CHECK_FOREIGN_H
#define BAREME_CHECK_FOREIGN_H

#include "base/arena.h"
#include "num/unit.h"

typedef enum ForeignKind {
    FOREIGN_VOID,
#define FOREIGN_NUMBER(id, ...) FOREIGN_##id,
#include "check/foreign.def"
    FOREIGN_BOOL,
    FOREIGN_TEXT,
    FOREIGN_POINTER,
    FOREIGN_STRUCT,
    FOREIGN_BUFFER,   /* item */
    FOREIGN_REF,      /* item: given by its address */
    FOREIGN_CALLBACK  /* signature */
} ForeignKind;

#define FOREIGN_FIRST_NUMBER FOREIGN_INT8
#define FOREIGN_LAST_NUMBER  FOREIGN_DOUBLE

typedef enum ForeignWay { WAY_IN, WAY_OUT, WAY_INOUT } ForeignWay;

typedef struct ForeignType ForeignType;
typedef struct ForeignSignature ForeignSignature;

typedef struct ForeignParam {
    Str name;
    ForeignWay way;
    const ForeignType *type;
} ForeignParam;

struct ForeignType {
    ForeignKind kind;
    bool has_unit;
    uint16_t unit;
    Str name;                    /* POINTER: what it points to, or empty; STRUCT */
    const ForeignType *item;     /* BUFFER, REF */
    const ForeignParam *fields;  /* STRUCT */
    uint32_t field_count;
    const ForeignSignature *signature; /* CALLBACK */
};

typedef enum ForeignErrno { ERRNO_IGNORED, ERRNO_FAILS, ERRNO_GIVEN } ForeignErrno;

struct ForeignSignature {
    Str name, symbol;
    const ForeignParam *params;
    uint32_t count;
    uint32_t fixed;    /* parameters before `...`; count where there is none */
    bool variadic;
    const ForeignType *result;
    ForeignErrno errors;
    Str release;       /* the function that releases the pointer given back; empty: none */
    bool effect;       /* more than numbers and texts go in and one value out: formulas may not call it */
};

typedef struct ForeignStruct { /* those declared so far */
    const ForeignType *type;
    struct ForeignStruct *before;
} ForeignStruct;

typedef enum ForeignFault {
    FOREIGN_OK,
    FOREIGN_NO_MEMORY,
    FOREIGN_EXPECTED, /* wanted stands not where it should */
    FOREIGN_NO_TYPE,  /* what stands there is no type */
    FOREIGN_NO_UNIT,  /* … no unit */
    FOREIGN_WRONG_WAY,/* such a type cannot be used so */
    FOREIGN_TWICE,    /* two parameters of that name */
    FOREIGN_TOO_MANY  /* parameters */
} ForeignFault;

typedef struct ForeignError {
    ForeignFault fault;
    Str wanted;      /* EXPECTED */
    Str found;
    size_t at;       /* in the text */
} ForeignError;

/* What follows the word `fn`, or `struct`. Everything is made in the arena; names point into the text. */
bool foreign_function(Arena *arena, NumCtx *num, Str text, const ForeignStruct *structs, ForeignSignature *out,
                      ForeignError *error);
bool foreign_struct(Arena *arena, NumCtx *num, Str text, const ForeignStruct *structs, ForeignStruct **out,
                    ForeignError *error);
static inline bool foreign_is_number(const ForeignType *t)
{
    return t->kind >= FOREIGN_FIRST_NUMBER && t->kind <= FOREIGN_LAST_NUMBER;
}
/* Is it left out of the arguments, since nothing goes in? */
static inline bool foreign_only_out(const ForeignParam *p)
{
    return p->way == WAY_OUT && p->type->kind != FOREIGN_BUFFER;
}
const char *foreign_name(ForeignKind kind);

#endif
