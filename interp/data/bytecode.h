/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiled code. One instruction is 8 bytes; opcodes are declared once in opcode.def.

   A Proto is the code of one formula, function, lambda or thunk. It names formulas by *reference number*:
   the Binding of the running frame says which slot each reference means, so that a scenario's copy of a
   formula shares the code of the original. Nested protos share the reference table of their outermost. */
#ifndef BAREME_DATA_BYTECODE_H
#define BAREME_DATA_BYTECODE_H

#include "data/value.h"
#include "diag/diag.h"
#include "syntax/node.h"

typedef enum OpCode {
#define OP(name, format, meaning) OPC_##name,
#include "data/opcode.def"
#undef OP
    OPC_COUNT
} OpCode;

typedef struct Ins {
    uint8_t op, a;
    uint16_t b;
    union {
        struct {
            uint16_t c, d;
        };
        int32_t jump;
    };
} Ins;

_Static_assert(sizeof(Ins) == 8, "an instruction is 8 bytes");

typedef struct Capture { /* where a nested function takes a captured value from */
    bool from_register;  /* of the enclosing frame; else from its own captured values */
    uint8_t index;
} Capture;

typedef struct WithList { /* one `with { … }`: what is overridden, and how each override is given */
    uint32_t n;
    struct {
        uint16_t ref;  /* reference number of the overridden formula */
        bool is_value; /* already a value; else a thunk to run in the new view */
    } *items;
} WithList;

enum { PARAM_BOUNDS = 4 };

typedef struct ParamBound { /* what an argument is compared with */
    uint8_t op;        /* OpId: < <= > >= */
    bool like;         /* instead: the same dimension; of lists, the same length */
    int16_t param;     /* an earlier parameter, or -1 */
    uint16_t konst;    /* else the constant of that number */
} ParamBound;

typedef struct Param {
    Str name;          /* as its text has it */
    Str english;       /* of the library: its English name; {NULL, 0}: it has no other */
    uint16_t unit;     /* annotation: arguments must have its dimension */
    bool has_unit;
    uint8_t kind;      /* WordId (kind.def), or 0 */
    uint8_t items;     /* of a list: that of its items, or 0 */
    uint8_t bound_count;
    ParamBound bounds[PARAM_BOUNDS];
    bool rest;         /* the list of all arguments that are left: `kind` is LIST, unit and bounds are its items' */
    bool filled;       /* it has a default */
    bool optional;     /* absent: the register holds T_NONE and the code's first instructions fill it */
} Param;

typedef struct Proto {
    Str name;          /* for messages; empty: anonymous */
    Str english;       /* of the library: its English name; {NULL, 0}: it has no other */
    Ins *code;
    Span *spans;       /* place of each instruction */
    Value *consts;
    struct Proto **nested;
    WithList *withs;
    Capture *captures;
    Param *params;
    uint16_t *reads;   /* reference numbers this code or its nested code reads (sorted, unique) */
    uint32_t code_count, const_count, nested_count, with_count, capture_count, read_count;
    uint8_t param_count, register_count;
    bool library;      /* of the standard library: its faults are told where it was called */
    bool rest;         /* the last parameter takes all arguments that are left */
    bool check_params; /* some parameter has a unit, a kind or a bound, or takes all that is left */
    Span span;
} Proto;

enum { REF_RUNNING = -1, REF_FORMER = -2 };

typedef struct Ref { /* what a reference number means before linking */
    uint32_t decl;     /* declaration */
    int32_t scenario;  /* that scenario's formula; REF_RUNNING: the running one's; REF_FORMER: `old` in an
                          override of a scenario, the formula it replaces as the scenario's parent has it */
} Ref;

typedef struct Binding { /* reference number -> slot, for one formula in one scenario */
    uint32_t n;
    uint32_t slots[];
} Binding;

/* What they are called in messages of that language. */
static inline Str bytecode_name(const Proto *p, Lang lang) { return lang == LANG_EN && p->english.n ? p->english : p->name; }
static inline Str bytecode_param(const Param *p, Lang lang) { return lang == LANG_EN && p->english.n ? p->english : p->name; }

const char *opcode_name(OpCode op);
void proto_disassemble(Buf *out, const Proto *p);

#endif
