/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a line has defined, and what that changes. Values that had been computed are copied before the text is added;
   a slot that has become stale since then follows the new definition. */
#include "base/utf8.h"
#include "cli/repl.h"

enum { SHOWN_CHANGES = 12, SHOWN_NAMES = 12 };

void repl_put_value(Repl *r, Buf *out, uint32_t slot)
{
    Session *s = &r->session;
    Value v;
    if (slot == NO_SLOT || !vm_eval_slot(&s->vm, NULL, slot, &v)) {
        vm_take_fault(&s->vm);
        buf_put(out, phrase(P_NO_VALUE, s->options.lang));
        return;
    }
    Buf shown;
    buf_init(&shown, &s->mem);
    ShowStyle style = cli_style(r->cli, s);
    style.quote = true;
    value_show(&s->heap, &shown, v, &style);
    utf8_show(out, buf_str(&shown));
    out->failed |= shown.failed;
    buf_free(&shown);
}

/* ---- definitions ---- */

/* A table stands on lines of its own, below its name. */
static void put_table(Repl *r, Buf *out, Value v)
{
    Session *s = &r->session;
    Buf shown;
    buf_init(&shown, &s->mem);
    ShowStyle style = cli_style(r->cli, s);
    value_show(&s->heap, &shown, v, &style);
    while (out->n && out->p[out->n - 1] == ' ')
        out->n--;
    buf_puts(out, out->n ? "\n" : "");
    session_put_safe(out, buf_str(&shown));
    out->failed |= shown.failed;
    buf_free(&shown);
}

/* The value alone, or a fault, reported. */
static void show_value_line(Repl *r, Str before, const Decl *d)
{
    Session *s = &r->session;
    Value v;
    uint32_t slot = graph_slot(&s->graph, d, -1);
    if (!session_eval_slot(s, slot, NULL, &v) || v.tag == T_NONE)
        return;
    Buf b;
    buf_init(&b, &s->mem);
    buf_put(&b, before);
    if (v.tag == T_TABLE || v.tag == T_MATRIX)
        put_table(r, &b, v);
    else
        repl_put_value(r, &b, slot);
    buf_putc(&b, '\n');
    if (b.failed)
        cli_no_memory(s);
    else
        repl_print(r, buf_str(&b));
    buf_free(&b);
}

void repl_show_formula(Repl *r, const Decl *d)
{
    Buf b;
    buf_init(&b, &r->session.mem);
    buf_put(&b, d->qualified);
    buf_puts(&b, " = ");
    show_value_line(r, buf_str(&b), d);
    buf_free(&b);
}

static void show_statement(Repl *r, const Node *n)
{
    const Program *p = &r->session.program;
    if (n->kind != N_BLOCK)
        return;
    const Decl *d = program_decl_of(p, n->op == B_SENSITIVITY ? n : node_clause_value(n, CL_VALUE));
    if (d && (n->op == B_DEFINE || n->op == B_SENSITIVITY))
        repl_show_formula(r, d);
    else if (d && n->op == B_CHECK)
        show_value_line(r, STR(""), d);
}

static void show_definitions(Repl *r, const Node *tree)
{
    for (uint32_t i = 0; i < tree->count; i++)
        show_statement(r, tree->kids[i]);
}

/* ---- what changes ---- */

bool repl_before(Repl *r, Before *b)
{
    const Vm *vm = &r->session.vm;
    Mem *mem = &r->session.mem;
    *b = (Before){.count = vm->slot_count, .decls = r->session.graph.base_count};
    b->slots = mem_alloc(mem, vm->slot_count * sizeof *b->slots);
    b->guard = heap_protect(&r->session.heap, value_none());
    if (!b->slots || b->guard == UINT32_MAX)
        return cli_no_memory(&r->session);
    for (uint32_t i = 0; i < b->count; i++)
        b->slots[i] = vm->slots[i];
    return true;
}

void repl_before_free(Repl *r, Before *b)
{
    mem_free(&r->session.mem, b->slots, b->count * sizeof *b->slots);
    heap_unprotect(&r->session.heap, b->guard);
}

static bool is_formula(const Decl *d)
{
    return (d->kind == DECL_FORMULA || d->kind == DECL_SHARED) && !d->removed && d->name.n;
}

/* An older formula, not one that the text itself defines. */
static bool is_other(const Session *s, const Before *b, uint32_t number, uint32_t source)
{
    const Decl *d = s->program.decls[number];
    return number < b->decls && number < b->count && is_formula(d) && d->node->span.source != source;
}

/* No collection may run before this: nobody else holds the old values any more. */
static bool keep_old_values(Session *s, const Before *b, uint32_t source)
{
    bool ok = true;
    for (uint32_t i = 0; i < b->decls && ok; i++)
        if (is_other(s, b, i, source) && b->slots[i].state == SLOT_READY && s->vm.slots[i].state == SLOT_STALE)
            ok = heap_protect(&s->heap, b->slots[i].value) != UINT32_MAX;
    return ok || cli_no_memory(s);
}

static void put_old(Repl *r, Buf *out, Value v)
{
    ShowStyle style = cli_style(r->cli, &r->session);
    Buf shown;
    buf_init(&shown, out->mem);
    style.quote = true;
    value_show(&r->session.heap, &shown, v, &style);
    utf8_show(out, buf_str(&shown));
    out->failed |= shown.failed;
    buf_free(&shown);
}

/* "total: 200.00 € → 240.00 €"; nothing if it shows the same. */
static bool show_change(Repl *r, const Before *b, uint32_t number)
{
    Session *s = &r->session;
    const Decl *d = s->program.decls[number];
    Buf old, new;
    buf_init(&old, &s->mem);
    buf_init(&new, &s->mem);
    put_old(r, &old, b->slots[number].value);
    repl_put_value(r, &new, number);
    bool differs = !str_eq(buf_str(&old), buf_str(&new));
    if (differs)
        REPL_SAY(r, P_BECOMES, d->qualified, buf_str(&old), buf_str(&new));
    buf_free(&old);
    buf_free(&new);
    return differs;
}

static void show_changes(Repl *r, const Before *b, const bool *changed)
{
    uint32_t shown = 0;
    for (uint32_t i = 0; i < b->decls && shown < SHOWN_CHANGES; i++)
        shown += changed[i] && show_change(r, b, i);
}

/* ---- what follows without having been computed yet ---- */

/* Marks what reads the formulas of `source` that existed before, through any number of others. */
static bool mark_followers(const Session *s, const Before *b, uint32_t source, bool *seen, uint32_t *queue)
{
    const Graph *g = &s->graph;
    uint32_t count = 0;
    for (uint32_t i = 0; i < b->decls; i++) {
        const Decl *d = s->program.decls[i];
        if (is_formula(d) && d->node->span.source == source) {
            seen[i] = true;
            queue[count++] = i;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        const GraphSlot *slot = &g->slots[queue[i]];
        for (uint32_t k = 0; k < slot->reader_count; k++) {
            uint32_t reader = slot->readers[k];
            if (!seen[reader]) {
                seen[reader] = true;
                queue[count++] = reader;
            }
        }
    }
    return count > 0;
}

static void say_followers(Repl *r, const Before *b, uint32_t source, const bool *seen)
{
    Session *s = &r->session;
    uint32_t count = 0;
    Buf names, more;
    buf_init(&names, &s->mem);
    buf_init(&more, &s->mem);
    for (uint32_t i = 0; i < b->decls; i++) {
        if (!seen[i] || !is_other(s, b, i, source) || b->slots[i].state == SLOT_READY)
            continue;
        if (count++ >= SHOWN_NAMES)
            continue;
        buf_puts(&names, count > 1 ? ", " : "");
        buf_put(&names, s->program.decls[i]->qualified);
    }
    if (count > SHOWN_NAMES) {
        buf_printf(&more, "%u", (unsigned)(count - SHOWN_NAMES));
        Str first = buf_str(&names);
        Buf all;
        buf_init(&all, &s->mem);
        phrase_put(&all, P_AND_MORE, s->options.lang, first, buf_str(&more));
        REPL_SAY(r, P_ALSO, buf_str(&all));
        buf_free(&all);
    } else if (count) {
        REPL_SAY(r, P_ALSO, buf_str(&names));
    }
    buf_free(&names);
    buf_free(&more);
}

static void show_followers(Repl *r, const Before *b, uint32_t source)
{
    Session *s = &r->session;
    uint32_t n = s->graph.slot_count + 1;
    bool *seen = mem_zalloc(&s->mem, n, sizeof *seen);
    uint32_t *queue = mem_zalloc(&s->mem, n, sizeof *queue);
    if (!seen || !queue)
        cli_no_memory(s);
    else if (mark_followers(s, b, source, seen, queue))
        say_followers(r, b, source, seen);
    mem_free(&s->mem, seen, n * sizeof *seen);
    mem_free(&s->mem, queue, n * sizeof *queue);
}

/* Which of the older formulas had a value and have it no longer. Taken before anything is evaluated again. */
static bool *changed_formulas(Session *s, const Before *b, uint32_t source)
{
    bool *changed = mem_zalloc(&s->mem, b->decls + 1, sizeof *changed);
    for (uint32_t i = 0; changed && i < b->decls; i++)
        changed[i] = is_other(s, b, i, source) && b->slots[i].state == SLOT_READY && s->vm.slots[i].state == SLOT_STALE;
    if (!changed)
        cli_no_memory(s);
    return changed;
}

void repl_after(Repl *r, const Before *b, uint32_t module)
{
    Session *s = &r->session;
    const Module *m = s->program.modules[module];
    if (!keep_old_values(s, b, m->source))
        return;
    bool *changed = changed_formulas(s, b, m->source);
    if (!changed)
        return;
    show_definitions(r, m->tree);
    show_changes(r, b, changed);
    show_followers(r, b, m->source);
    mem_free(&s->mem, changed, (b->decls + 1) * sizeof *changed);
}
