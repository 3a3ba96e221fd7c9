/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: an expression becomes a statement of the main text, and its code runs as a function without parameters, which
   the machine calls in any view. */
#include "cli/evaluate.h"

#include <string.h>

static bool report_fault(Session *s)
{
    vm_report(&s->vm, &s->diags);
    return false;
}

/* ---- expressions ---- */

/* The last statement declared from that number on; NULL: none. */
static const Decl *last_statement(const Program *p, uint32_t from)
{
    for (uint32_t i = p->decl_count; i > from; i--)
        if (p->decls[i - 1]->kind == DECL_STATEMENT && !p->decls[i - 1]->removed)
            return p->decls[i - 1];
    return NULL;
}

bool evaluate_statement(Session *s, const Decl *d, int32_t scenario, View *view, Value *out)
{
    const Binding *binding = graph_bind(&s->graph, d->refs, d->ref_count, scenario);
    Function *f = binding ? (Function *)heap_new(&s->heap, O_FUNCTION, sizeof *f) : NULL;
    if (!f)
        return cli_no_memory(s);
    f->proto = d->proto;
    f->binding = binding;
    uint32_t guard = heap_protect(&s->heap, value_obj(T_FUNCTION, f));
    if (guard == UINT32_MAX)
        return cli_no_memory(s);
    bool ok = vm_call_thunk(&s->vm, value_obj(T_FUNCTION, f), view ? view : s->vm.base, out);
    heap_unprotect(&s->heap, guard);
    return ok || report_fault(s);
}

/* A name alone that only the scenario knows is looked up there: `cost` becomes `in_house.cost`. */
static bool extend_for(Session *s, Str name, Str text, int32_t scenario)
{
    if (scenario < 0 || !names_scenario_member(&s->program, (uint32_t)scenario, str_trim(text)))
        return session_extend(s, name, text);
    Buf b;
    buf_init(&b, &s->mem);
    buf_put(&b, s->program.decls[s->program.scenarios[scenario]->decl]->qualified);
    buf_putc(&b, '.');
    buf_put(&b, str_trim(text));
    bool ok = b.failed ? cli_no_memory(s) : session_extend(s, name, buf_str(&b));
    buf_free(&b);
    return ok;
}

const Decl *evaluate_extend(Session *s, Str name, Str text, int32_t scenario, bool *ok)
{
    uint32_t before = s->program.decl_count;
    *ok = extend_for(s, name, text, scenario);
    s->ran = s->program.decl_count;
    const Decl *d = *ok ? last_statement(&s->program, before) : NULL;
    return d && d->proto ? d : NULL;
}

bool evaluate_text(Session *s, Str name, Str text, Value *out)
{
    bool ok;
    *out = value_none();
    const Decl *d = evaluate_extend(s, name, text, -1, &ok);
    return d ? evaluate_statement(s, d, -1, NULL, out) : ok;
}

/* ---- names ---- */

bool evaluate_scenario(Session *s, const char *name, int32_t *scenario)
{
    int32_t outer;
    *scenario = -1;
    if (!name)
        return true;
    const Decl *d = session_find(s, str_from(name), &outer);
    if (d && d->kind == DECL_SCENARIO) {
        *scenario = (int32_t)d->target;
        return true;
    }
    if (d)
        diag(&s->diags, D_SCENARIO_UNKNOWN, (Span){0}, str_from(name));
    return false;
}

/* The scenario's own formulas have names that are seen from inside only. */
static const Decl *find_inside(Session *s, Str name, int32_t scenario)
{
    return scenario < 0 ? NULL : names_scenario_member(&s->program, (uint32_t)scenario, str_trim(name));
}

uint32_t evaluate_subject_slot(Session *s, const Subject *subject, Str text)
{
    const Decl *d = subject->decl;
    uint32_t slot = graph_slot(&s->graph, d, subject->scenario);
    if (slot < s->graph.slot_count && s->graph.slots[slot].proto)
        return slot;
    diag(&s->diags, d->kind == DECL_OPEN ? D_NAME_HAS_NO_VALUE : D_NAME_NOT_FORMULA, (Span){0}, text);
    return NO_SLOT;
}

static bool find_subject(Session *s, Str name, int32_t scenario, bool tell, Subject *out)
{
    int32_t own = -1;
    const Decl *d = find_inside(s, name, scenario);
    if (!d)
        d = tell ? session_find(s, name, &own) : session_lookup(s, name, &own);
    *out = (Subject){d, own >= 0 ? own : scenario};
    return d != NULL;
}

uint32_t evaluate_slot(Session *s, Str name, int32_t scenario)
{
    Subject subject;
    return find_subject(s, name, scenario, true, &subject) ? evaluate_subject_slot(s, &subject, name) : NO_SLOT;
}

/* Signs that no name holds. */
static bool is_expression(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (strchr(" ()[]{}+-*/^.,;\"=<>", text.p[i]))
            return true;
    return false;
}

bool evaluate_subject(Session *s, Str source, Str text, int32_t scenario, Subject *out)
{
    bool ok;
    text = str_trim(text);
    if (find_subject(s, text, scenario, !is_expression(text), out))
        return true;
    if (!is_expression(text))
        return false;
    *out = (Subject){evaluate_extend(s, source, text, scenario, &ok), scenario};
    if (ok && !out->decl)
        diag(&s->diags, D_SUBJECT_NONE, (Span){0}, text);
    return out->decl != NULL;
}
