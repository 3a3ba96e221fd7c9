/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values whose kind is made above the machine: indicators, grids. An Instance is a record of values with a type,
   which says what its members are and what it can be asked; the machine and the heap know no more of it.

   A type is a constant: it is never copied nor freed. Its functions return false after setting a fault. */
#ifndef BAREME_DATA_OBJECT_H
#define BAREME_DATA_OBJECT_H

#include "data/heap.h"

struct Vm;
typedef struct Instance Instance;

typedef struct ObjectType {
    const char *name, *name_fr;  /* "an indicator", « un indicateur » */
    const char *id;              /* for programs: "indicator" */
    bool (*member)(struct Vm *vm, const Instance *self, Str name, Value *out);
    bool (*index)(struct Vm *vm, const Instance *self, Value key, Value *out);                          /* NULL: none */
    /* self.name(args …); names: of the last name_count arguments. NULL: none. */
    bool (*call)(struct Vm *vm, const Instance *self, Str name, const Value *args, uint32_t n, const Str *names,
                 uint32_t name_count, Value *out);
    /* table.(self), row.(self): the column or the field that an indicator measures. NULL: none. */
    bool (*column)(struct Vm *vm, const Instance *self, Value table_or_row, Value *out);
    void (*show)(Heap *h, const Instance *self, Buf *out, bool french);
} ObjectType;

struct Instance {
    Obj obj;
    const ObjectType *type;
    uint32_t n;
    Value fields[];
};

/* Fields are T_NONE. NULL: memory. */
Instance *instance_new(Heap *h, const ObjectType *type, uint32_t n);

#endif
