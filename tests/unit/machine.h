/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A machine without a compiler: code assembled by hand, for the tests and measures of vm/. */
#ifndef BAREME_TESTS_MACHINE_H
#define BAREME_TESTS_MACHINE_H

#include "base/limits.h"
#include "vm/vm.h"

/* Instructions: with registers and numbers, or with a jump. */
#define I(name, A, B, C) ((Ins){.op = OPC_##name, .a = (uint8_t)(A), .b = (uint16_t)(B), .c = (uint16_t)(C)})
#define J(name, A, B, TO) ((Ins){.op = OPC_##name, .a = (uint8_t)(A), .b = (uint16_t)(B), .jump = (TO)})

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))
#define PROTO(text, registers, codes, constants)                                                                      \
    {.name = {text, sizeof(text) - 1}, .code = codes, .code_count = COUNT(codes), .consts = constants,                \
     .const_count = COUNT(constants), .register_count = registers}

typedef struct Machine {
    Mem mem;
    NumCtx num;
    Heap heap;
    Vm vm;
} Machine;

static inline bool machine_open(Machine *m, size_t limit, uint64_t fail_at)
{
    mem_init(&m->mem, limit);
    m->mem.fail_at = fail_at;
    if (!num_ctx_init(&m->num, &m->mem, NULL, NULL))
        return false;
    bool ok = heap_init(&m->heap, &m->mem, &m->num);
    return vm_init(&m->vm, &m->mem, &m->heap, &m->num, LANG_EN) && ok;
}

static inline void machine_close(Machine *m)
{
    if (m->vm.mem)
        vm_free(&m->vm);
    if (m->heap.mem)
        heap_free(&m->heap);
    num_ctx_free(&m->num);
}

#endif
