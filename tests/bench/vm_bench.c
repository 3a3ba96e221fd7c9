/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine alone, on code assembled by hand: what the compiler's programs can at best reach. Prints one line a
   measure, the best of several runs. Usage: vm_bench [RUNS] */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../unit/machine.h"

enum { CHAIN = 300 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

typedef struct Measure {
    const char *name, *per;
    double operations;
    bool (*run)(Machine *m);
} Measure;

/* var s := 0; for i in 1..5 000 000: s := s + i * 0.01 */
static bool loop(Machine *m)
{
    static Value k[] = {{.den = 1, .num = 0}, {.den = 1, .num = 1}, {.den = 1, .num = 5000000}, {.den = 100, .num = 1}};
    static Ins code[] = {
        I(CONST, 0, 0, 0), I(CONST, 1, 1, 0),    I(CONST, 2, 2, 0), I(CONST, 3, 1, 0),     J(FOR_PREP, 1, 0, 3),
        I(MULK, 5, 4, 3),  I(ADD, 0, 0, 5),      J(FOR_LOOP, 1, 0, -3), I(RETURN, 0, 0, 0),
    };
    static Proto p = PROTO("loop", 6, code, k);
    Value v;
    return vm_run_proto(&m->vm, &p, NULL, &v) && v.num / v.den == 125000025000;
}

/* fn fib(n) = if n < 2 then n else fib(n - 1) + fib(n - 2) */
static bool fib(Machine *m)
{
    static Value k[] = {{.den = 1, .num = 2}, {.den = 1, .num = 1}, {.den = 1, .num = 30}};
    static Ins body[] = {
        J(JNLTK, 0, 0, 1), I(RETURN, 0, 0, 0), I(SUBK, 2, 0, 1), I(CALL_SLOT, 1, 1, 0), I(SUBK, 3, 0, 0),
        I(CALL_SLOT, 2, 1, 0), I(ADD, 1, 1, 2), I(RETURN, 1, 0, 0),
    };
    static Param params[] = {{.name = {"n", 1}}};
    static Proto function = PROTO("fib", 5, body, k);
    static Proto *nested[] = {&function};
    static Ins make[] = {I(CLOSURE, 0, 0, 0), I(RETURN, 0, 0, 0)};
    static Proto formula = PROTO("fib", 1, make, k);
    static Ins call[] = {I(CONST, 1, 2, 0), I(CALL_SLOT, 0, 1, 0), I(RETURN, 0, 0, 0)};
    static Proto main_code = PROTO("", 2, call, k);
    static struct {
        Binding head;
        uint32_t slots[1];
    } binding = {{.n = 1}, {0}};
    static SlotCode codes[] = {{&formula, &binding.head}};
    function.params = params;
    function.param_count = 1;
    formula.nested = nested;
    formula.nested_count = 1;
    Value v;
    return vm_set_slots(&m->vm, codes, 1, NULL) && vm_run_proto(&m->vm, &main_code, &binding.head, &v) &&
           v.num == 832040;
}

/* x1 = 1, x2 = x1 + 1, …: all stale each time */
static bool chain(Machine *m)
{
    static Value k[] = {{.den = 1, .num = 1}};
    static Ins first[] = {I(CONST, 0, 0, 0), I(RETURN, 0, 0, 0)};
    static Ins next[] = {I(SLOT, 0, 0, 0), I(ADDK, 0, 0, 0), I(RETURN, 0, 0, 0)};
    static Proto start = PROTO("x1", 1, first, k), step = PROTO("x", 1, next, k);
    static struct {
        Binding head;
        uint32_t slots[1];
    } bindings[CHAIN];
    static SlotCode codes[CHAIN];
    for (uint32_t i = 0; i < CHAIN; i++) {
        bindings[i].slots[0] = i - 1;
        codes[i] = (SlotCode){i ? &step : &start, &bindings[i].head};
    }
    for (int round = 0; round < 1000; round++) {
        Value v;
        if (!vm_set_slots(&m->vm, codes, CHAIN, NULL) || !vm_eval_slot(&m->vm, NULL, CHAIN - 1, &v) || v.num != CHAIN)
            return false;
    }
    return true;
}

static const Measure measures[] = {
    {"loop", "turn", 5e6, loop},
    {"fib(30)", "call", 1346269, fib},
    {"chain of formulas", "formula", CHAIN * 1000.0, chain},
};

int main(int argc, char **argv)
{
    int runs = argc > 1 ? atoi(argv[1]) : 5;
    for (size_t i = 0; i < COUNT(measures); i++) {
        double best = 0;
        for (int r = 0; r < runs; r++) {
            Machine m = {0};
            if (!machine_open(&m, 0, 0))
                return 1;
            double start = now();
            bool ok = measures[i].run(&m);
            double spent = now() - start;
            machine_close(&m);
            if (!ok) {
                fprintf(stderr, "%s: wrong result\n", measures[i].name);
                return 1;
            }
            best = r == 0 || spent < best ? spent : best;
        }
        printf("%-20s %8.1f ms  %6.1f ns a %s\n", measures[i].name, best / 1e6, best / measures[i].operations,
               measures[i].per);
    }
    return 0;
}
