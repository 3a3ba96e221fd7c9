/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: an expression becomes a statement of the main text, and its code runs as a function without parameters, which
   the machine calls in any view. Overrides are parsed as a `with` of their own, for their targets and the places of
   their values; each value is then evaluated by itself, so that `--with` and the dialogue share one road. */
#include "cli/evaluate.h"

#include "num/unit.h"

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

uint32_t evaluate_slot(Session *s, Str name, int32_t scenario)
{
    int32_t own = -1;
    const Decl *d = find_inside(s, name, scenario);
    if (!d)
        d = session_find(s, name, &own);
    if (!d)
        return NO_SLOT;
    uint32_t slot = graph_slot(&s->graph, d, own >= 0 ? own : scenario);
    if (slot < s->graph.slot_count && s->graph.slots[slot].proto && d->kind != DECL_STATEMENT)
        return slot;
    diag(&s->diags, d->kind == DECL_OPEN ? D_NAME_HAS_NO_VALUE : D_NAME_NOT_FORMULA, (Span){0}, name);
    return NO_SLOT;
}

/* ---- overrides ---- */

static bool is_override_text(const Node *module)
{
    const Node *n = module && module->count == 1 ? module->kids[0] : NULL;
    return n && n->kind == N_DO && n->count == 1 && n->kids[0]->kind == N_WITH;
}

static bool keep_nodes(Overrides *o, const Node *with)
{
    uint32_t n = with->count - 1, total = o->count + n;
    const Node **grown = arena_alloc(&o->arena, (total + 1) * sizeof *grown);
    if (!grown)
        return cli_no_memory(o->session);
    for (uint32_t i = 0; i < o->count; i++)
        grown[i] = o->nodes[i];
    for (uint32_t i = 0; i < n; i++)
        grown[o->count + i] = with->kids[i + 1];
    o->nodes = grown;
    o->count = total;
    return true;
}

/* `booked = 8 %, fee = 90 €`: parsed as `0 with { … }`. */
static bool parse_overrides(Overrides *o, Str text)
{
    Session *s = o->session;
    Parsing parsing = s->program.parsing;
    Lang lang = s->options.lang;
    uint32_t errors = s->diags.errors;
    Buf whole;
    buf_init(&whole, &s->mem);
    buf_puts(&whole, "0 ");
    buf_puts(&whole, word_text(W_WITH, lang));
    buf_puts(&whole, " { ");
    buf_put(&whole, text);
    buf_puts(&whole, " }");
    uint32_t source = whole.failed ? 0 : sources_add(&s->sources, o->name, buf_str(&whole));
    buf_free(&whole);
    if (!source)
        return cli_no_memory(s);
    parsing.arena = &o->arena;
    parsing.default_lang = lang;
    const Node *module = parse_module(&parsing, source);
    if (!module)
        return cli_no_memory(s);
    if (s->diags.errors > errors)
        return false;
    if (is_override_text(module))
        return keep_nodes(o, module->kids[0]->kids[0]);
    diag(&s->diags, D_WITH_FORM, (Span){0}, text);
    return false;
}

static bool evaluate_values(Overrides *o)
{
    Session *s = o->session;
    o->values = arena_alloc(&o->arena, (o->count + 1) * sizeof *o->values);
    o->slots = arena_alloc(&o->arena, (o->count + 1) * sizeof *o->slots);
    if (!o->values || !o->slots)
        return cli_no_memory(s);
    for (uint32_t i = 0; i < o->count; i++) {
        Str text = source_text(&s->sources, o->nodes[i]->kids[1]->span);
        if (!evaluate_text(s, o->name, text, &o->values[i]))
            return false;
        if (heap_protect(&s->heap, o->values[i]) == UINT32_MAX)
            return cli_no_memory(s);
    }
    return true;
}

bool overrides_open(Overrides *o, Session *s, Str name, const Str *texts, size_t count)
{
    *o = (Overrides){.session = s, .name = name, .scenario = -1};
    arena_init(&o->arena, &s->mem);
    o->guard = heap_protect(&s->heap, value_none());
    bool ok = o->guard != UINT32_MAX || cli_no_memory(s);
    for (size_t i = 0; i < count && ok; i++)
        ok = parse_overrides(o, texts[i]);
    return ok && evaluate_values(o);
}

bool overrides_open_options(Overrides *o, Session *s, const Texts *withs)
{
    Str *texts = mem_zalloc(&s->mem, withs->count + 1, sizeof *texts);
    for (size_t i = 0; texts && i < withs->count; i++)
        texts[i] = str_from(withs->items[i]);
    bool ok = overrides_open(o, s, STR("--with"), texts, texts ? withs->count : 0);
    mem_free(&s->mem, texts, (withs->count + 1) * sizeof *texts);
    return texts ? ok : cli_no_memory(s);
}

void overrides_close(Overrides *o)
{
    if (o->guard != UINT32_MAX)
        heap_unprotect(&o->session->heap, o->guard);
    arena_free(&o->arena);
}

/* In the unit that the formula replaced is shown in, so that what rounds downstream rounds as before. A formula that
   has no value of its own, or of another kind, leaves the override as it was written. */
static void convert_value(Session *s, uint32_t slot, Value *v)
{
    Value former, converted;
    if (!value_is_number(*v) || !vm_eval_slot(&s->vm, NULL, slot, &former)) {
        vm_take_fault(&s->vm);
        return;
    }
    if (value_is_number(former) && unit_convert(&s->num, *v, former.unit, &converted) == NUM_OK)
        *v = converted;
}

/* Where the names of the overrides are looked up. */
static const Scope *overrides_scope(const Overrides *o)
{
    const Program *p = &o->session->program;
    return o->scenario >= 0 ? p->scenarios[o->scenario]->scope : p->modules[o->session->main_module]->scope;
}

void overrides_masked(const Overrides *o, uint32_t slot)
{
    Session *s = o->session;
    int32_t in = s->graph.slots[slot].scenario;
    for (uint32_t i = 0; i < o->count && in >= 0; i++) {
        const GraphSlot *g = &s->graph.slots[o->slots[i]];
        const Decl *d = graph_decl(&s->graph, o->slots[i]);
        if (g->scenario < 0 && names_replaces(&s->program, in, d))
            diag(&s->diags, D_OVERRIDE_MASKED, o->nodes[i]->kids[0]->span,
                 s->program.decls[s->program.scenarios[in]->decl]->name, d->name);
    }
}

/* The formula that an override names, and the scenario whose it is. NULL: reported. */
static const Decl *overridden(const Overrides *o, uint32_t i, int32_t *scenario)
{
    Program *p = &o->session->program;
    const Decl *d = names_target(p, overrides_scope(o), o->nodes[i]->kids[0], scenario);
    *scenario = *scenario >= 0 ? *scenario : o->scenario;
    return d;
}

/* What is overridden in a scenario needs a slot there. */
static bool make_slots(Overrides *o)
{
    Session *s = o->session;
    bool more = false;
    for (uint32_t i = 0; i < o->count; i++) {
        int32_t scenario;
        const Decl *d = overridden(o, i, &scenario);
        if (!d)
            return false;
        more = (scenario >= 0 && program_replaces(&s->program, (Replacement){d->number, scenario, UINT32_MAX})) || more;
    }
    return !more || graph_link(&s->graph);
}

static bool find_slots(Overrides *o)
{
    Session *s = o->session;
    if (!make_slots(o))
        return false;
    for (uint32_t i = 0; i < o->count; i++) {
        int32_t scenario;
        const Decl *d = overridden(o, i, &scenario);
        if (!d)
            return false;
        o->slots[i] = graph_slot(&s->graph, d, scenario);
        convert_value(s, o->slots[i], &o->values[i]);
        if (heap_protect(&s->heap, o->values[i]) == UINT32_MAX)
            return cli_no_memory(s);
    }
    return true;
}

View *overrides_view(Overrides *o, bool *ok)
{
    Session *s = o->session;
    *ok = find_slots(o);
    if (!*ok || !o->count)
        return NULL;
    View *v = graph_view_values(&s->graph, NULL, o->slots, o->values, o->count);
    *ok = v ? heap_protect(&s->heap, view_value(v)) != UINT32_MAX || cli_no_memory(s) : report_fault(s);
    return *ok ? v : NULL;
}
