/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arguments of a built-in function, checked one by one. Each check says, when it fails, which function it is,
   which argument, what was expected and what was given, in the language of the messages.

   The functions return false with a fault set. An argument that is blank, unreadable or not given is not a mistake:
   see args_status. Indices are those of the signature; all that a variadic parameter takes share its name. */
#ifndef BAREME_LIB_ARGS_H
#define BAREME_LIB_ARGS_H

#include "lib/library.h"
#include "num/number.h"
#include "num/unit.h"

typedef struct Args {
    Vm *vm;
    const Value *v;
    uint32_t n;
    BuiltinId id;
} Args;

/* Head of the definition of a built-in function; `a` are its arguments. */
#define BUILTIN_FUNCTION(name)                                                                                         \
    bool builtin_##name(Vm *vm, const Value *args, uint32_t n, Value *out);                                            \
    static bool run_##name(const Args *a, Value *out);                                                                 \
    bool builtin_##name(Vm *vm, const Value *args, uint32_t n, Value *out)                                             \
    {                                                                                                                  \
        const Args a = {vm, args, n, BUILTIN_##name};                                                                  \
        return run_##name(&a, out);                                                                                    \
    }                                                                                                                  \
    static bool run_##name(const Args *a, Value *out)

/* The same for a hidden function (hidden.def), whose arguments are sound, as code/ made them; what it keeps is released. */
#define HIDDEN_FUNCTION(name, builtin)                                                                                 \
    bool hidden_##name(Vm *vm, const Value *args, uint32_t n, Value *out);                                             \
    static bool run_hidden_##name(const Args *a, Value *out);                                                          \
    bool hidden_##name(Vm *vm, const Value *args, uint32_t n, Value *out)                                              \
    {                                                                                                                  \
        const Args a = {vm, args, n, BUILTIN_##builtin};                                                               \
        return args_within(&a, run_hidden_##name, out);                                                                \
    }                                                                                                                  \
    static bool run_hidden_##name(const Args *a, Value *out)

static inline bool args_given(const Args *a, uint32_t i) { return i < a->n && a->v[i].tag != T_NONE; }

/* The first argument that is blank, unreadable or not given becomes the result: rule 2.8. */
bool args_status(const Args *a, Value *out);

bool args_number(const Args *a, uint32_t i);
/* A whole number without unit (a ratio will do, a percentage will not), from `from` to `to`. Absent: *out keeps its value. */
bool args_whole(const Args *a, uint32_t i, int64_t from, int64_t to, int64_t *out);
bool args_text(const Args *a, uint32_t i, Str *out);
bool args_date(const Args *a, uint32_t i, int64_t *days);
/* Absent: *out keeps its value. */
bool args_truth(const Args *a, uint32_t i, bool *out);
bool args_record(const Args *a, uint32_t i, const Record **out);
/* A list, or a range made into one. A range costs a step an item; who goes through a list charges for it. *out is
   reached by the collector only while the argument is: protect it when calling back (a range's list is new). */
bool args_list(const Args *a, uint32_t i, Value *out);
/* Something that can be called. */
bool args_function(const Args *a, uint32_t i);
/* All the values of a variadic function: its arguments, of which a list, a range or a matrix gives its items. */
bool args_values(const Args *a, const Value **items, uint32_t *count, Value *keep);

/* Faults. `given` is shown. {0} function, {1} argument, {2} what was given. */
bool args_fail(const Args *a, DiagId id, uint32_t i, Value given);
/* {0} function, then these texts. */
bool args_fail_with(const Args *a, DiagId id, const Str *texts, uint32_t n);
#define ARGS_FAIL(a, id, ...) args_fail_with((a), D_##id, DIAG_LIST(__VA_ARGS__))

/* Keeps a value that is being made, until the function returns: only in what args_within runs. */
bool args_keep(const Args *a, Value v);
/* Runs with what it keeps released at the end. */
bool args_within(const Args *a, bool (*run)(const Args *a, Value *out), Value *out);

typedef struct FieldName { /* of a result: found by both names, shown by that of the language */
    const char *english, *french;
} FieldName;

static inline Heap *args_heap(const Args *a) { return a->vm->heap; }
static inline bool args_french(const Args *a) { return a->vm->lang == LANG_FR; }

/* Result of an operation of num/ on x (and y): true, or the fault. `name` names it in messages. */
bool args_num(const Args *a, NumErr err, Value x, Value y);

/* A new text as result. */
bool args_return_text(const Args *a, Str s, Value *out);
/* The same from a buffer, which is freed. */
bool args_return_buf(const Args *a, Buf *b, Value *out);

#endif
