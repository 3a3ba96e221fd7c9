/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions written in C. Declared in the .def files of lib/, called with their arguments in order (named ones already
   placed, absent optional ones T_NONE). Return false after setting a fault. */
#ifndef BAREME_DATA_NATIVE_H
#define BAREME_DATA_NATIVE_H

#include "data/value.h"
#include "diag/diag.h"

struct Vm;

typedef bool (*NativeFn)(struct Vm *vm, const Value *args, uint32_t n, Value *out);

typedef enum ParamKind {
    PARAM_VALUE,   /* evaluated */
    PARAM_FORMULA, /* the name of a formula (or scenario.formula): a T_FORMULA cell */
    PARAM_EXPR,    /* unevaluated: a Function without parameters, to run with vm_call_thunk in a view */
    PARAM_SQL,     /* a text that stands there as it is, without values put into it */
    PARAM_TABLES,  /* left out: a record of what the program calls by the names of tables and functions in that text */
    PARAM_FUNCTIONS /* the same of functions alone */
} ParamKind;

enum { /* capability bits, one of which must be granted; marking grants none */
    CAP_NONE = 0, CAP_READ = 1, CAP_WRITE = 2, CAP_DATABASE = 4, CAP_FFI = 8, CAP_PROCESS = 16
};

enum {
    NATIVE_EFFECT = 1, /* prints, changes: formulas may not call it */
    NATIVE_VARIADIC = 2,
    NATIVE_ROUND = 4,  /* `round`: the machine does round(x, decimals) of small numbers by itself */
    NATIVE_HOMONYM = 16, /* in French its English name is that of a function of a chapter */
    NATIVE_SKIPS = 8   /* leaves out data that is not given */
};

typedef struct NativeParam {
    Str name, name_fr;
    ParamKind kind;
    bool optional;
} NativeParam;

typedef struct Native {
    Str name, name_fr;
    NativeFn call;
    const NativeParam *params;
    uint32_t param_count; /* a variadic one repeats its last parameter */
    uint32_t flags;
    uint32_t capability;
    /* documentation */
    Str chapter, summary, summary_fr, details, details_fr, example, result;
} Native;

#endif
