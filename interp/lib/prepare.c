/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements run for their effect alone. How: a formula reads what lies outside if its code, or a function that it calls,
   holds a built-in function that bears a permission. */
#include "data/native.h"
#include "lib/session.h"

static bool reads_outside(const Proto *p)
{
    for (uint32_t i = 0; i < p->const_count; i++) {
        if (p->consts[i].tag == T_NATIVE && ((const Native *)p->consts[i].ptr)->capability) {
            return true;
        }
    }
    for (uint32_t i = 0; i < p->nested_count; i++) {
        if (reads_outside(p->nested[i])) {
            return true;
        }
    }
    return false;
}

static bool calls_one(const Decl *d, const bool *reads)
{
    for (uint32_t i = 0; i < d->ref_count; i++) {
        if (reads[d->refs[i].decl]) {
            return true;
        }
    }
    return false;
}

/* reads[d]: of every decl. */
static void find_readers(const Program *p, bool *reads)
{
    bool changed = true;
    for (uint32_t i = 0; i < p->decl_count; i++) {
        const Decl *d = p->decls[i];
        reads[i] = !d->removed && d->proto && reads_outside(d->proto);
    }
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < p->decl_count; i++) {
            const Decl *d = p->decls[i];
            if (!reads[i] && !d->removed && d->proto && calls_one(d, reads)) {
                reads[i] = changed = true;
            }
        }
    }
}

static bool is_filled_by_statements(Session *s, bool *filled)
{
    const Program *p = &s->program;
    bool *reads = mem_zalloc(&s->mem, p->decl_count + 1u, sizeof *reads);
    *filled = false;
    if (!reads) {
        diag0(&s->diags, D_OUT_OF_MEMORY, (Span){0});
        return false;
    }
    find_readers(p, reads);
    for (uint32_t i = 0; i < p->decl_count; i++) {
        DeclKind kind = p->decls[i]->kind;
        *filled = *filled || (reads[i] && kind != DECL_FUNCTION && kind != DECL_STATEMENT);
    }
    mem_free(&s->mem, reads, (p->decl_count + 1u) * sizeof *reads);
    return true;
}

static bool drop_value(void *data, const Decl *statement, Value v)
{
    (void)data, (void)statement, (void)v;
    return true;
}

static bool drop_text(void *data, Str text)
{
    (void)data, (void)text;
    return true;
}

bool session_prepare(Session *s)
{
    const SessionOptions given = s->options;
    bool filled;
    if (s->diags.errors) {
        return true;
    }
    if (!is_filled_by_statements(s, &filled) || !filled) {
        return !s->diags.errors;
    }
    s->options.value = drop_value;
    s->options.print = drop_text;
    bool ok = session_run(s);
    s->options.value = given.value;
    s->options.print = given.print;
    return ok;
}
