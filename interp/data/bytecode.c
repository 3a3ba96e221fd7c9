/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the operands of an instruction are written as its format in opcode.def says, one letter each. */
#include "data/bytecode.h"

#include <string.h>

static const struct {
    const char *name, *format;
} opcodes[] = {
#define OP(name, format, meaning) {#name, format},
#include "data/opcode.def"
#undef OP
};

const char *opcode_name(OpCode op)
{
    return (unsigned)op < OPC_COUNT ? opcodes[op].name : "?";
}

static unsigned ins_operand(const Ins *i, unsigned place)
{
    const unsigned operands[] = {i->a, i->b, i->c, i->d};
    return operands[place < 4 ? place : 3];
}

static void disassemble_text(Buf *out, Str s)
{
    buf_putc(out, '"');
    buf_put(out, str_sub(s, 0, 40));
    buf_puts(out, s.n > 40 ? "…\"" : "\"");
}

/* Enough to recognise a constant; numbers are shown as they are stored, in base units. */
static void disassemble_constant(Buf *out, const Proto *p, unsigned k)
{
    if (k >= p->const_count) {
        buf_printf(out, "K%u?", k);
        return;
    }
    Value v = p->consts[k];
    if (v.tag == T_NUM && v.den == 1)
        buf_printf(out, "%lld", (long long)v.num);
    else if (v.tag == T_NUM)
        buf_printf(out, "%lld/%u", (long long)v.num, v.den);
    else if (v.tag == T_TEXT && ((Obj *)v.ptr)->type == O_TEXT)
        disassemble_text(out, (Str){((Text *)v.ptr)->bytes, ((Text *)v.ptr)->n});
    else
        buf_puts(out, value_type_name(v, false));
    if (v.tag < T_FIRST_OTHER && v.unit)
        buf_printf(out, " unit %u", (unsigned)v.unit);
}

static void disassemble_operand(Buf *out, const Proto *p, const Ins *i, char kind, unsigned place)
{
    unsigned n = ins_operand(i, place);
    switch (kind) {
    case 'K':
        disassemble_constant(out, p, n);
        return;
    case 'I':
        buf_printf(out, "%u", n);
        return;
    case 'S':
        buf_printf(out, "ref %u", n);
        return;
    case 'N':
        buf_printf(out, "node %u", (unsigned)i->jump);
        return;
    case 'J':
        buf_printf(out, "-> %d", (int)(i - p->code) + 1 + i->jump);
        return;
    default:
        buf_printf(out, "R%u", n);
    }
}

static void disassemble_ins(Buf *out, const Proto *p, const Ins *i, unsigned depth)
{
    const char *format = i->op < OPC_COUNT ? opcodes[i->op].format : "";
    /* An instruction that has no register begins with its second operand, or with its jump. */
    unsigned place = strchr("ABCD", *format) && *format ? 0 : 1;
    buf_repeat(out, ' ', depth * 4);
    buf_printf(out, "%4d  %-12s", (int)(i - p->code), opcode_name((OpCode)i->op));
    for (const char *f = format; *f; f++) {
        buf_puts(out, f == format ? " " : ", ");
        disassemble_operand(out, p, i, *f, place++);
    }
    buf_putc(out, '\n');
}

typedef struct Listing {
    Buf *out;
    unsigned depth;
} Listing;

static void disassemble_proto(Listing l, const Proto *p)
{
    buf_repeat(l.out, ' ', l.depth * 4);
    buf_puts(l.out, "code of ");
    buf_put(l.out, p->name.n ? p->name : STR("(no name)"));
    buf_printf(l.out, ": %u parameters, %u registers\n", (unsigned)p->param_count, (unsigned)p->register_count);
    for (uint32_t i = 0; i < p->code_count; i++)
        disassemble_ins(l.out, p, &p->code[i], l.depth);
    for (uint32_t i = 0; i < p->nested_count && l.depth < 50; i++)
        disassemble_proto((Listing){l.out, l.depth + 1}, p->nested[i]);
}

void proto_disassemble(Buf *out, const Proto *p)
{
    disassemble_proto((Listing){out, 0}, p);
}
