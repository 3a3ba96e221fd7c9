/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A block `extern`: each function is a function of the text. Its types are read here, so that a declaration that is wrong is
   told before anything runs; the library is opened when one of its functions is first needed. */
#include "check/declare.h"
#include "check/foreign.h"

/* Where the error stands in the text: the declaration is at the end of its node. */
static Span span_of(const Node *n, const ForeignError *e)
{
    uint32_t start = n->span.end - (uint32_t)n->text.n + (uint32_t)e->at;
    uint32_t end = start + (uint32_t)(e->found.n ? e->found.n : 0);
    bool inside = start >= n->span.start && end <= n->span.end && n->text.n <= n->span.end;
    return inside && end > start ? (Span){n->span.source, start, end} : n->span;
}

static void report(Walk *w, const Node *n, const ForeignError *e)
{
    Diags *d = w->program->diags;
    Span span = span_of(n, e);
    Str found = e->found.n ? e->found : STR("…");
    switch (e->fault) {
    case FOREIGN_NO_MEMORY: program_out_of_memory(w->program); return;
    case FOREIGN_EXPECTED: diag(d, D_FOREIGN_EXPECTED, span, e->wanted, found); return;
    case FOREIGN_NO_TYPE: diag(d, D_FOREIGN_TYPE, span, found); return;
    case FOREIGN_NO_UNIT: diag(d, D_FOREIGN_UNIT, span, found); return;
    case FOREIGN_TWICE: diag(d, D_FOREIGN_TWICE, span, found); return;
    case FOREIGN_TOO_MANY: diag0(d, D_FOREIGN_MANY, span); return;
    default: diag(d, D_FOREIGN_WAY, span, found); return;
    }
}

static void declare_foreign(Walk *w, Scope *scope, const Node *block, const Node *n, const ForeignStruct *structs)
{
    ForeignError error;
    ForeignSignature s;
    if (!foreign_function(&w->program->arena, w->program->num, n->text, structs, &s, &error)) {
        report(w, n, &error);
        return;
    }
    Decl *d = declare_name(w, DECL_FUNCTION, scope, s.name, n);
    if (d) {
        declare_expr(w, d, n);
        d->group = block;
    }
}

void declare_extern(Walk *w, Scope *scope, const Node *block)
{
    const Node *body = node_body(block);
    ForeignStruct *structs = NULL;
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *n = body->kids[i];
        ForeignError error;
        if (n->kind == N_FOREIGN && n->op == W_STRUCT) {
            ForeignStruct *made;
            if (foreign_struct(&w->program->arena, w->program->num, n->text, structs, &made, &error)) {
                structs = made;
            } else {
                report(w, n, &error);
            }
        } else if (n->kind == N_FOREIGN) {
            declare_foreign(w, scope, block, n, structs);
        }
    }
}
