/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A native function is the value of one call of a hidden function, made when it is first needed. */
#include "check/foreign.h"
#include "code/emit.h"

/* The structs declared above, a line each. */
static void structs_to(Fn *f, const Decl *d, int dst)
{
    const Node *body = node_body(d->group);
    Buf b;
    buf_init(&b, f->unit->program->mem);
    for (uint32_t i = 0; i < body->count && body->kids[i] != d->expr; i++) {
        const Node *n = body->kids[i];
        if (n->kind == N_FOREIGN && n->op == W_STRUCT) {
            for (size_t k = 0; k < n->text.n; k++) {
                buf_putc(&b, n->text.p[k] == '\n' ? ' ' : n->text.p[k]);
            }
            buf_putc(&b, '\n');
        }
    }
    Str text = b.failed ? (Str){NULL, 0} : arena_str(&f->unit->program->arena, buf_str(&b));
    buf_free(&b);
    if (!text.p) {
        unit_report_memory(f->unit);
        return;
    }
    emit(f, OPC_CONST, dst, konst_text(f, text), 0, d->expr->span);
}

static bool has_effect(Fn *f, const Decl *d)
{
    Program *p = f->unit->program;
    ForeignStruct *structs = NULL;
    ForeignSignature s;
    ForeignError error;
    const Node *body = node_body(d->group);
    for (uint32_t i = 0; i < body->count && body->kids[i] != d->expr; i++) {
        ForeignStruct *made;
        const Node *n = body->kids[i];
        if (n->kind == N_FOREIGN && n->op == W_STRUCT &&
            foreign_struct(&p->arena, p->num, n->text, structs, &made, &error)) {
            structs = made;
        }
    }
    return foreign_function(&p->arena, p->num, d->expr->text, structs, &s, &error) && s.effect;
}

void expr_foreign(Fn *f, const Decl *d, int dst)
{
    Span span = d->expr->span;
    uint32_t mark = f->next;
    int base = reg_push(f, span), library = reg_push(f, span), declaration = reg_push(f, span), structs = reg_push(f, span);
    emit(f, OPC_CONST, library, konst_text(f, node_title(d->group)), 0, span);
    emit(f, OPC_CONST, declaration, konst_text(f, d->expr->text), 0, span);
    structs_to(f, d, structs);
    hidden_call(f, "%foreign", base, 3, span);
    emit(f, OPC_MOVE, dst, base, 0, span);
    f->unit->effect = f->unit->effect || has_effect(f, d);
    reg_release(f, mark);
}
