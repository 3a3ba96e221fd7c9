/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frameworks of competences: named lists of codes that form a tree. A code means nothing without its framework.

   In codes, `-` and blanks before a digit equal `.`: C2-4 is C2.4. The parent of C2.4.1 is C2.4 where that is one of the
   framework; where no code has a `.`, the parent of C21 is C2. */
#ifndef BAREME_DOMAIN_COMPETENCE_H
#define BAREME_DOMAIN_COMPETENCE_H

#include "data/object.h"
#include "domain/case.h"

typedef struct Competence {
    const Node *node;
    Str code, title;
    Str *criteria;
    uint32_t criterion_count;
    int32_t parent;      /* number in the framework; -1: none */
    uint32_t depth;
} Competence;

struct Framework {
    const Node *node;
    Str name, title;
    Competence *list;
    uint32_t count;
};

typedef struct Coverage { /* of one competence: by itself, and with those below it */
    uint32_t direct, total;         /* how many questions, answers … work on it */
    Value points, total_points;
} Coverage;

/* Those that the modules declare, in the arena of cs. Codes written twice are reported. */
void frameworks_build(Cases *cs);
Framework *framework_named(const Cases *cs, Str name);
/* Number of a code; -1: it is none. */
int framework_find(const Framework *f, Str code);
/* The code closest to a wrong one; {NULL, 0}: none is close. */
Str framework_suggest(const Framework *f, Mem *mem, Str code);

/* One entry a competence, in the order of the framework. NULL: memory. */
Coverage *case_coverage(const Case *c, NumCtx *num, Arena *arena);
/* Codes that the framework of the case does not have, and codes without a framework. */
void competences_check(const Cases *cs, const Case *c, Diags *findings);

/* As a value of the program: fields of the Instance. */
typedef enum FrameworkPart { FRAMEWORK_NAME, FRAMEWORK_TITLE, FRAMEWORK_LIST, FRAMEWORK_PARTS } FrameworkPart;
extern const ObjectType framework_type;
static inline bool value_is_framework(Value v)
{
    return v.tag == T_OBJECT && ((const Instance *)v.ptr)->type == &framework_type;
}
bool framework_make(Vm *vm, const Value *parts, Value *out);
uint32_t framework_value_count(const Instance *f);
/* Number of a code; -1: a fault is set. */
int framework_value_find(Vm *vm, const Instance *f, Str code);
Value framework_value_code(const Instance *f, uint32_t i);
Value framework_value_title(const Instance *f, uint32_t i);
/* -1: none. */
int framework_value_parent(Vm *vm, const Instance *f, uint32_t i);

#endif
