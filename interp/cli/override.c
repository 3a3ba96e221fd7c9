/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/override.h"

#include "cli/evaluate.h"
#include "num/unit.h"

static bool report_fault(Session *s)
{
    vm_report(&s->vm, &s->diags);
    return false;
}

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

static bool keep_value(const Overrides *o, Value v)
{
    return heap_protect(&o->session->heap, v) != UINT32_MAX || cli_no_memory(o->session);
}

static bool evaluate_node(Overrides *o, const Node *n, Value *out)
{
    Session *s = o->session;
    return evaluate_text(s, o->name, source_text(&s->sources, n->span), out) && keep_value(o, *out);
}

static bool evaluate_values(Overrides *o)
{
    Value *values = arena_alloc(&o->arena, (4 * (size_t)o->count + 1) * sizeof *values);
    uint32_t *slots = arena_alloc(&o->arena, (2 * (size_t)o->count + 1) * sizeof *slots);
    o->given = values;
    o->keys = values + o->count;
    o->values = values + 2 * o->count;
    o->other_values = values + 3 * o->count;
    o->slots = slots;
    o->other_slots = slots + o->count;
    if (!values || !slots)
        return cli_no_memory(o->session);
    for (uint32_t i = 0; i < o->count; i++) {
        const Node *key = names_target_cell(o->nodes[i]->kids[0]);
        o->keys[i] = value_none();
        if (!evaluate_node(o, o->nodes[i]->kids[1], &o->given[i]) || (key && !evaluate_node(o, key, &o->keys[i])))
            return false;
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

/* ---- cells ---- */

static bool call_hidden(Session *s, const char *name, const Value *args, uint32_t n, Value *out)
{
    const LibraryTable *t = &s->program.library;
    const Native *native = t->find ? t->find(t->data, str_from(name)) : NULL;
    Value f = {.tag = T_NATIVE, .den = 1, .ptr = (void *)(uintptr_t)native};
    return native && (vm_call(&s->vm, f, args, n, out) || report_fault(s));
}

/* The row of that key, from 1, in the column that tells the rows apart. */
static bool cell_row(Session *s, const Decl *column, Value key, Value *row)
{
    const Decl *keys = names_key_column(&s->program, column->scope);
    Value args[2] = {value_none(), key};
    return keys && (vm_eval_slot(&s->vm, NULL, keys->number, &args[0]) || report_fault(s)) &&
           call_hidden(s, "%row", args, 2, row);
}

/* The column, or the patches of the schedule, with one cell more replaced. */
static bool replace_cell(const Overrides *o, uint32_t i, Value before, Value *out)
{
    Session *s = o->session;
    const Decl *d = graph_decl(&s->graph, o->slots[i]);
    Value args[4] = {before};
    if (d->kind != DECL_PATCHES) {
        args[2] = o->given[i];
        return cell_row(s, d, o->keys[i], &args[1]) && call_hidden(s, "%cell", args, 3, out) && keep_value(o, *out);
    }
    args[1] = o->keys[i];
    args[3] = o->given[i];
    if (!text_new(&s->heap, o->nodes[i]->kids[0]->text, &args[2]))
        return cli_no_memory(s);
    return call_hidden(s, "%patch", args, 4, out) && keep_value(o, *out);
}

static bool same_column(const Overrides *o, uint32_t i, uint32_t k)
{
    return o->slots[i] == o->slots[k] && o->keys[i].tag != T_NONE && o->keys[k].tag != T_NONE;
}

/* All overrides but those of one column: it is read as they leave it. */
static bool column_under_others(Overrides *o, uint32_t column, Value *out)
{
    Session *s = o->session;
    uint32_t n = 0;
    for (uint32_t i = 0; i < o->count; i++) {
        if (same_column(o, i, column) || o->values[i].tag == T_NONE)
            continue;
        o->other_slots[n] = o->slots[i];
        o->other_values[n++] = o->values[i];
    }
    View *v = n ? graph_view_values(&s->graph, NULL, o->other_slots, o->other_values, n) : NULL;
    if (n && !v)
        return report_fault(s);
    return (!v || keep_value(o, view_value(v))) && (vm_eval_slot(&s->vm, v, o->slots[column], out) || report_fault(s)) &&
           keep_value(o, *out);
}

/* Cells of one column are replaced together: each of them then has the whole column. */
static bool settle_column(Overrides *o, uint32_t first)
{
    Value column;
    bool ok = column_under_others(o, first, &column);
    for (uint32_t i = first; ok && i < o->count; i++)
        if (same_column(o, i, first))
            ok = replace_cell(o, i, column, &column);
    for (uint32_t i = first; ok && i < o->count; i++)
        if (same_column(o, i, first))
            o->values[i] = column;
    return ok;
}

/* A computed column follows the cells replaced in those that it reads, whatever their order: as many rounds as there are
   columns are enough. */
static bool settle_cells(Overrides *o)
{
    for (uint32_t round = 0; round < o->count; round++)
        for (uint32_t i = 0; i < o->count; i++) {
            uint32_t first = 0;
            while (first < i && !same_column(o, first, i))
                first++;
            if (o->keys[i].tag != T_NONE && first == i && !settle_column(o, i))
                return false;
        }
    return true;
}

/* ---- slots ---- */

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
        if (o->keys[i].tag != T_NONE) {
            o->values[i] = value_none();
            continue;
        }
        o->values[i] = o->given[i];
        convert_value(s, o->slots[i], &o->values[i]);
        if (!keep_value(o, o->values[i]))
            return false;
    }
    return settle_cells(o);
}

/* Of two overrides of one slot the last counts. */
static void drop_repeated(Overrides *o)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < o->count; i++) {
        uint32_t later = i + 1;
        while (later < o->count && o->slots[later] != o->slots[i])
            later++;
        if (later < o->count)
            continue;
        o->nodes[kept] = o->nodes[i];
        o->slots[kept] = o->slots[i];
        o->values[kept] = o->values[i];
        o->given[kept] = o->given[i];
        o->keys[kept++] = o->keys[i];
    }
    o->count = kept;
}

View *overrides_view(Overrides *o, bool *ok)
{
    Session *s = o->session;
    *ok = find_slots(o);
    if (!*ok || !o->count)
        return NULL;
    drop_repeated(o);
    View *v = graph_view_values(&s->graph, NULL, o->slots, o->values, o->count);
    *ok = v ? heap_protect(&s->heap, view_value(v)) != UINT32_MAX || cli_no_memory(s) : report_fault(s);
    return *ok ? v : NULL;
}
