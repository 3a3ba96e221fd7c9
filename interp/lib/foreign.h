/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Native functions, called through libffi by their declarations (check/foreign.h).

   Foreign belongs to the library of the session: libraries opened, functions found, callbacks, and what was given to the
   text under the condition of being released. All of it ends with the session, at which what was not released is.

   A Call is one call under way: its arguments live in its arena until it ends. A value that does not fit its type is told by the
   name of the function and of its parameter. */
#ifndef BAREME_LIB_FOREIGN_H
#define BAREME_LIB_FOREIGN_H

#include <ffi.h>

#include "check/foreign.h"
#include "data/object.h"
#include "lib/args.h"

typedef struct Foreign Foreign;
typedef struct ForeignFunction ForeignFunction;
typedef struct ForeignCallback ForeignCallback;

typedef struct ForeignHandle { /* what must be released, by that function */
    void *address;
    void (*release)(void *);
    Instance *pointer; /* the value that stands for it, if the text still may have it */
} ForeignHandle;

struct ForeignFunction {
    Native native;          /* first, so that vm->native leads here */
    Foreign *foreign;
    ForeignSignature signature;
    ffi_cif cif;
    ffi_type **types;       /* of the arguments */
    void (*address)(void);
    void (*release)(void *);/* of what it gives back; NULL: none */
    ForeignCallback *callbacks;
    ForeignFunction *next;
};

struct ForeignCallback { /* a C function that runs one of the text; reused from call to call */
    ForeignFunction *owner;
    const ForeignSignature *signature;
    ffi_cif cif;
    ffi_closure *closure;
    void *code;
    struct ForeignCall *call; /* under way; NULL: none */
    Value function;
    ForeignCallback *next;
};

typedef struct ForeignCall {
    ForeignFunction *function;
    Vm *vm;
    Arena arena;
    bool failed; /* a callback failed: the fault is set, and nothing of the text runs until the call ends */
} ForeignCall;

void foreign_close(Foreign *f); /* NULL is fine */

/* foreign_value.c: values to C and back. False: fault. name: of the parameter, for messages. */
bool foreign_put(ForeignCall *c, const ForeignType *t, Str name, Value v, void *at);
bool foreign_get(ForeignCall *c, const ForeignType *t, const void *at, Value *out);
/* Room for a parameter, as its address is given: filled from v where something goes in. count: items of a buffer. */
bool foreign_room(ForeignCall *c, const ForeignParam *p, Value v, void **room, uint32_t *count);
bool foreign_get_buffer(ForeignCall *c, const ForeignType *t, const void *at, uint32_t count, Value *out);
/* NULL: memory. */
ffi_type *foreign_ffi(Arena *arena, const ForeignType *t);
size_t foreign_size(Arena *arena, const ForeignType *t);
bool foreign_fail(ForeignCall *c, DiagId id, Str a, Str b, Str d);
/* The address as a value; NULL is not given. */
bool foreign_pointer(Heap *h, void *address, Str kind, Value *out);
/* Nothing may be done with that pointer any more. */
void foreign_forget(Instance *pointer);
/* The C function that runs this one of the text while the call lasts. NULL: fault. foreign.c */
void *foreign_callback(ForeignCall *c, const ForeignType *t, Value function);

#endif
