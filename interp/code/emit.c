/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growing arrays while a function is built, copied into the arena once it is complete. */
#include "code/emit.h"

#include <string.h>

void unit_report_memory(Unit *u)
{
    if (!u->memory) {
        u->memory = true;
        diag0(u->program->diags, D_OUT_OF_MEMORY, (Span){0});
    }
}

bool fn_grow(Fn *f, void *list, uint32_t count, uint32_t *cap, size_t item)
{
    if (count < *cap) {
        return true;
    }
    void *old;
    memcpy(&old, list, sizeof old);
    uint32_t wider = *cap ? *cap * 2 : 16;
    void *grown = mem_realloc(f->unit->program->mem, old, *cap * item, wider * item);
    if (!grown) {
        unit_report_memory(f->unit);
        return false;
    }
    memcpy(list, &grown, sizeof grown);
    *cap = wider;
    return true;
}

bool fn_open(Fn *f, Unit *u, Fn *outer, Str name, Span span, const Node *body)
{
    memset(f, 0, sizeof *f);
    f->outer = outer;
    f->unit = u;
    f->body = body;
    f->proto = arena_alloc(&u->program->arena, sizeof *f->proto);
    if (!f->proto) {
        unit_report_memory(u);
        return false;
    }
    f->proto->name = name;
    f->proto->span = span;
    f->proto->library = program_is_library(u->program, u->decl);
    return true;
}

static void *keep(Fn *f, const void *list, uint32_t count, size_t item)
{
    void *copy = arena_alloc(&f->unit->program->arena, count * item + 1);
    if (!copy) {
        unit_report_memory(f->unit);
    } else if (count) {
        memcpy(copy, list, count * item);
    }
    return copy;
}

static void fn_release(Fn *f)
{
    Mem *m = f->unit->program->mem;
    mem_free(m, f->code, f->code_cap * sizeof *f->code);
    mem_free(m, f->spans, f->span_cap * sizeof *f->spans);
    mem_free(m, f->consts, f->const_cap * sizeof *f->consts);
    mem_free(m, f->nested, f->nested_cap * sizeof *f->nested);
    mem_free(m, f->withs, f->with_cap * sizeof *f->withs);
    mem_free(m, f->captures, f->capture_cap * sizeof *f->captures);
    mem_free(m, f->capture_names, f->capture_name_cap * sizeof *f->capture_names);
    mem_free(m, f->capture_cells, f->capture_cell_cap * sizeof *f->capture_cells);
    mem_free(m, f->capture_variables, f->capture_variable_cap * sizeof *f->capture_variables);
    mem_free(m, f->reads, f->read_cap * sizeof *f->reads);
}

Proto *fn_close(Fn *f)
{
    Proto *p = f->proto;
    if (p) {
        p->code = keep(f, f->code, f->code_count, sizeof *f->code);
        p->spans = keep(f, f->spans, f->code_count, sizeof *f->spans);
        p->consts = keep(f, f->consts, f->const_count, sizeof *f->consts);
        p->nested = keep(f, f->nested, f->nested_count, sizeof *f->nested);
        p->withs = keep(f, f->withs, f->with_count, sizeof *f->withs);
        p->captures = keep(f, f->captures, f->capture_count, sizeof *f->captures);
        p->reads = keep(f, f->reads, f->read_count, sizeof *f->reads);
        p->code_count = f->code_count;
        p->const_count = f->const_count;
        p->nested_count = f->nested_count;
        p->with_count = f->with_count;
        p->capture_count = f->capture_count;
        p->read_count = f->read_count;
    }
    fn_release(f);
    return f->unit->memory ? NULL : p;
}

/* ---- instructions ---- */

int emit(Fn *f, OpCode op, int a, int b, int c, Span span)
{
    if (!fn_grow(f, &f->code, f->code_count, &f->code_cap, sizeof *f->code) ||
        !fn_grow(f, &f->spans, f->code_count, &f->span_cap, sizeof *f->spans)) {
        return 0;
    }
    f->code[f->code_count] = (Ins){.op = (uint8_t)op, .a = (uint8_t)a, .b = (uint16_t)b, .c = (uint16_t)c};
    f->spans[f->code_count] = span;
    return (int)f->code_count++;
}

int emit_jump(Fn *f, OpCode op, int a, int b, Span span)
{
    int at = emit(f, op, a, b, 0, span);
    if (!f->unit->memory) {
        f->code[at].jump = 0;
    }
    return at;
}

void patch_here(Fn *f, int at)
{
    if (!f->unit->memory) {
        f->code[at].jump = (int32_t)f->code_count - at - 1;
    }
}

void emit_jump_back(Fn *f, OpCode op, int a, int target, Span span)
{
    int at = emit(f, op, a, 0, 0, span);
    if (!f->unit->memory) {
        f->code[at].jump = target - at - 1;
    }
}

static bool same_constant(Value a, Value b)
{
    return a.tag == b.tag && a.flags == b.flags && a.unit == b.unit && a.den == b.den && a.num == b.num;
}

int konst(Fn *f, Value v)
{
    for (uint32_t i = 0; i < f->const_count && i < 64; i++) {
        if (same_constant(f->consts[i], v)) {
            return (int)i;
        }
    }
    if (f->const_count >= LIMIT_CONSTANTS) {
        if (!f->unit->failed) {
            diag(f->unit->program->diags, D_TOO_MANY_CONSTANTS, f->proto->span, f->proto->name);
        }
        f->unit->failed = true;
        return 0;
    }
    if (!fn_grow(f, &f->consts, f->const_count, &f->const_cap, sizeof *f->consts)) {
        return 0;
    }
    f->consts[f->const_count] = v;
    return (int)f->const_count++;
}

int konst_text(Fn *f, Str s)
{
    for (uint32_t i = 0; i < f->const_count && i < 64; i++) {
        if (f->consts[i].tag == T_TEXT && str_eq(text_str(f->unit->program->heap, f->consts[i]), s)) {
            return (int)i;
        }
    }
    Value v;
    if (!text_new(f->unit->program->heap, s, &v)) {
        unit_report_memory(f->unit);
        return 0;
    }
    return konst(f, v);
}

/* ---- registers and names ---- */

int reg_push(Fn *f, Span span)
{
    if (f->next >= LIMIT_REGISTERS) {
        if (!f->unit->failed) {
            diag0(f->unit->program->diags, D_TOO_MANY_REGISTERS, span);
        }
        f->unit->failed = true;
        return (int)LIMIT_REGISTERS - 1;
    }
    uint32_t r = f->next++;
    if (f->next > f->proto->register_count) {
        f->proto->register_count = (uint8_t)f->next;
    }
    return (int)r;
}

Local *local_add(Fn *f, Str name, int reg, bool variable, bool cell)
{
    if (f->local_count >= LIMIT_REGISTERS) {
        f->unit->failed = true;
        return &f->locals[0];
    }
    Local *l = &f->locals[f->local_count++];
    *l = (Local){.name = name, .reg = (uint8_t)reg, .variable = variable, .cell = cell};
    f->first_temp = f->next;
    return l;
}

Local *local_find(Fn *f, Str name)
{
    for (uint32_t i = f->local_count; i > 0; i--) {
        if (str_eq(f->locals[i - 1].name, name)) {
            return &f->locals[i - 1];
        }
    }
    return NULL;
}

int capture_find(Fn *f, Str name, bool *cell, bool *variable)
{
    for (uint32_t i = 0; i < f->capture_count; i++) {
        if (str_eq(f->capture_names[i], name)) {
            *cell = f->capture_cells[i];
            *variable = f->capture_variables[i];
            return (int)i;
        }
    }
    if (!f->outer) {
        return -1;
    }
    Capture c = {.from_register = true};
    Local *l = local_find(f->outer, name);
    if (l) {
        c.index = l->reg;
        *cell = l->cell;
        *variable = l->variable;
    } else {
        int outer = capture_find(f->outer, name, cell, variable);
        if (outer < 0) {
            return -1;
        }
        c = (Capture){.from_register = false, .index = (uint8_t)outer};
    }
    if (f->capture_count >= 255 || !fn_grow(f, &f->captures, f->capture_count, &f->capture_cap, sizeof *f->captures) ||
        !fn_grow(f, &f->capture_names, f->capture_count, &f->capture_name_cap, sizeof *f->capture_names) ||
        !fn_grow(f, &f->capture_cells, f->capture_count, &f->capture_cell_cap, sizeof *f->capture_cells) ||
        !fn_grow(f, &f->capture_variables, f->capture_count, &f->capture_variable_cap, sizeof *f->capture_variables)) {
        f->unit->failed = true;
        return 0;
    }
    f->captures[f->capture_count] = c;
    f->capture_names[f->capture_count] = name;
    f->capture_cells[f->capture_count] = *cell;
    f->capture_variables[f->capture_count] = *variable;
    return (int)f->capture_count++;
}

/* ---- references ---- */

static void note_read(Fn *f, int ref)
{
    for (Fn *g = f; g; g = g->outer) {
        bool known = false;
        for (uint32_t i = 0; i < g->read_count && !known; i++) {
            known = g->reads[i] == ref;
        }
        if (!known && fn_grow(g, &g->reads, g->read_count, &g->read_cap, sizeof *g->reads)) {
            g->reads[g->read_count++] = (uint16_t)ref;
        }
    }
}

int ref_add(Fn *f, uint32_t decl, int32_t scenario, bool read)
{
    Unit *u = f->unit;
    uint32_t i = 0;
    while (i < u->ref_count && (u->refs[i].decl != decl || u->refs[i].scenario != scenario)) {
        i++;
    }
    if (i == u->ref_count) {
        if (i >= LIMIT_CONSTANTS || !fn_grow(f, &u->refs, u->ref_count, &u->ref_cap, sizeof *u->refs)) {
            u->failed = true;
            return 0;
        }
        u->refs[u->ref_count++] = (Ref){.decl = decl, .scenario = scenario};
    }
    if (read) {
        note_read(f, (int)i);
    }
    return (int)i;
}

int nested_add(Fn *f, Proto *p)
{
    if (!p || f->nested_count >= LIMIT_CONSTANTS ||
        !fn_grow(f, &f->nested, f->nested_count, &f->nested_cap, sizeof *f->nested)) {
        f->unit->failed = true;
        return 0;
    }
    f->nested[f->nested_count] = p;
    return (int)f->nested_count++;
}
