/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linking. For each scenario, what its overrides reach is found by walking readers from the slots they replace,
   in the graph as its parent sees it; each formula met gets a copy. Bindings come last, when every copy is known. */
#include "model/graph.h"

#include <string.h>

#include "base/limits.h"
#include "model/plan.h"
#include "num/unit.h"

static Program *program(const Graph *g) { return g->program; }

/* ---- life ---- */

static const Proto *alias_proto(Arena *a)
{
    Proto *p = arena_alloc(a, sizeof *p);
    Ins *code = arena_alloc(a, 2 * sizeof *code);
    Span *spans = arena_alloc(a, 2 * sizeof *spans);
    uint16_t *reads = arena_alloc(a, sizeof *reads);
    if (!p || !code || !spans || !reads) {
        return NULL;
    }
    code[0] = (Ins){.op = OPC_SLOT};
    code[1] = (Ins){.op = OPC_RETURN};
    *p = (Proto){.code = code, .spans = spans, .code_count = 2, .reads = reads, .read_count = 1, .register_count = 1};
    return p;
}

static uint32_t host_scenario_member(void *data, uint32_t scenario, Str name)
{
    Graph *g = data;
    const Decl *d = names_scenario_member(g->program, scenario, name);
    return d ? graph_slot(g, d, (int32_t)scenario) : NO_SLOT;
}

static void host_slot_name(void *data, Buf *out, uint32_t slot) { graph_slot_name(data, out, slot); }

static Span host_slot_span(void *data, uint32_t slot)
{
    const Decl *d = graph_decl(data, slot);
    return d ? d->node->span : (Span){0};
}

bool graph_init(Graph *g, Program *p, Vm *vm)
{
    *g = (Graph){.program = p, .vm = vm};
    arena_init(&g->arena, p->mem);
    arena_init(&g->kept, p->mem);
    map_init(&g->rebound, p->mem);
    g->plans = arena_alloc(&g->kept, PLAN_BUCKETS * sizeof *g->plans);
    g->alias = alias_proto(&g->kept);
    if (g->plans) {
        heap_add_root(vm->heap, plans_mark, g);
    }
    vm->host.data = g;
    vm->host.plan = plan_for;
    vm->host.plan_size = plan_size;
    vm->host.implied = graph_implied;
    vm->host.scenario_member = host_scenario_member;
    vm->host.slot_name = host_slot_name;
    vm->host.slot_span = host_slot_span;
    return g->plans && g->alias;
}

void graph_free(Graph *g)
{
    arena_free(&g->arena);
    arena_free(&g->kept);
    map_free(&g->rebound);
}

/* ---- slots of scenarios ---- */

/* What a slot stands for: an override stands for the formula it replaces. */
static uint32_t subject(const Graph *g, uint32_t slot)
{
    const Decl *d = program(g)->decls[g->slots[slot].decl];
    return d->kind == DECL_OVERRIDE && d->scenario >= 0 ? d->target : d->number;
}

static uint32_t slot_seen(const Graph *g, int32_t scenario, uint32_t decl)
{
    for (int32_t s = scenario; s >= 0; s = program(g)->scenarios[s]->parent) {
        if (decl < g->base_count && g->own[s][decl] != NO_SLOT) {
            return g->own[s][decl];
        }
    }
    return decl;
}

uint32_t graph_slot(const Graph *g, const Decl *d, int32_t scenario)
{
    uint32_t decl = d->kind == DECL_OVERRIDE && d->scenario >= 0 && scenario >= 0 ? d->target : d->number;
    return slot_seen(g, scenario, decl);
}

uint32_t graph_slot_of_node(const Graph *g, const Node *expr)
{
    const Decl *d = program_decl_of(program(g), expr);
    return d ? d->number : NO_SLOT;
}

const Decl *graph_decl(const Graph *g, uint32_t slot)
{
    return slot < g->slot_count ? program(g)->decls[g->slots[slot].decl] : NULL;
}

static bool slot_add(Graph *g, uint32_t *cap, uint32_t decl, int32_t scenario)
{
    if (g->slot_count >= LIMIT_SLOTS) {
        diag0(program(g)->diags, D_TOO_MANY_FORMULAS, program(g)->decls[decl]->node->span);
        return false;
    }
    if (g->slot_count == *cap) {
        uint32_t wider = *cap * 2 + 64;
        GraphSlot *slots = arena_alloc(&g->arena, wider * sizeof *slots);
        if (!slots) {
            program(g)->arena.failed = true;
            return false;
        }
        if (g->slot_count) {
            memcpy(slots, g->slots, g->slot_count * sizeof *slots);
        }
        g->slots = slots;
        *cap = wider;
    }
    const Decl *d = program(g)->decls[decl];
    g->slots[g->slot_count++] = (GraphSlot){.decl = decl, .scenario = scenario, .proto = d->proto};
    return true;
}

typedef struct Edges { /* readers of each slot, as one array of lists */
    uint32_t *first;  /* first[s] .. first[s + 1] - 1 index `list` */
    uint32_t *list;
} Edges;

static uint32_t ref_slot(const Graph *g, const Ref *r, int32_t scenario)
{
    return r->scenario >= 0 ? slot_seen(g, r->scenario, r->decl) : slot_seen(g, scenario, r->decl);
}

/* The formula that `old` means in an override of a scenario; NULL: that override has no `old`. */
static const Decl *former_decl(const Graph *g, const Decl *d)
{
    for (uint32_t i = 0; i < d->ref_count; i++) {
        if (d->refs[i].scenario == REF_FORMER) {
            return program(g)->decls[g->slots[slot_seen(g, program(g)->scenarios[d->scenario]->parent, d->refs[i].decl)].decl];
        }
    }
    return NULL;
}

typedef struct EdgeWalk { /* counts the edges, then writes them down */
    const Edges *also; /* by decl: what formulas that may replace it read */
    Edges *edges;
    uint32_t *at; /* NULL: counting */
    uint32_t total;
} EdgeWalk;

static void edge(EdgeWalk *w, uint32_t from, uint32_t reader)
{
    if (w->at) {
        w->edges->list[w->at[from]++] = reader;
    } else {
        w->edges->first[from + 1]++;
        w->total++;
    }
}

/* What a slot reads, `old` included: that is a formula of a parent, but it reads what the scenario of the slot does. */
static void edges_of(const Graph *g, EdgeWalk *w, uint32_t s)
{
    const GraphSlot *slot = &g->slots[s];
    for (const Decl *d = slot->proto ? program(g)->decls[slot->decl] : NULL; d; d = former_decl(g, d)) {
        for (uint32_t i = 0; i < d->ref_count; i++) {
            if (d->refs[i].scenario != REF_FORMER) {
                edge(w, ref_slot(g, &d->refs[i], slot->scenario), s);
            }
        }
    }
    for (uint32_t i = w->also->first[slot->decl]; i < w->also->first[slot->decl + 1]; i++) {
        edge(w, slot_seen(g, slot->scenario, w->also->list[i]), s);
    }
}

static Replacement replacement(const Graph *g, uint32_t i)
{
    Replacement r;
    memcpy(&r, program(g)->replacements.entries[i].key.p, sizeof r);
    return r;
}

static bool also_reads(const Graph *g, Replacement r)
{
    return r.scenario < 0 && r.decl < g->base_count && r.reads < g->base_count;
}

/* What may replace formulas of the base reads, by decl. */
static bool also_make(const Graph *g, Arena *arena, Edges *also)
{
    uint32_t n = g->base_count, known = program(g)->replacements.used;
    also->first = arena_alloc(arena, (n + 2) * sizeof *also->first);
    also->list = arena_alloc(arena, (known + 1) * sizeof *also->list);
    uint32_t *at = arena_alloc(arena, (n + 1) * sizeof *at);
    if (!also->first || !also->list || !at) {
        return false;
    }
    for (uint32_t i = 0; i < known; i++) {
        Replacement r = replacement(g, i);
        if (also_reads(g, r)) {
            also->first[r.decl + 1]++;
        }
    }
    for (uint32_t d = 0; d < n; d++) {
        also->first[d + 1] += also->first[d];
    }
    memcpy(at, also->first, n * sizeof *at);
    for (uint32_t i = 0; i < known; i++) {
        Replacement r = replacement(g, i);
        if (also_reads(g, r)) {
            also->list[at[r.decl]++] = r.reads;
        }
    }
    return true;
}

/* Readers by reference tables alone: enough to spread a scenario, before bindings exist. */
static bool edges_make(const Graph *g, Arena *arena, Edges *e)
{
    uint32_t n = g->slot_count;
    Edges also;
    EdgeWalk w = {.edges = e, .also = &also};
    e->first = arena_alloc(arena, (n + 2) * sizeof *e->first);
    if (!e->first || !also_make(g, arena, &also)) {
        return false;
    }
    for (uint32_t s = 0; s < n; s++) {
        edges_of(g, &w, s);
    }
    for (uint32_t s = 0; s < n; s++) {
        e->first[s + 1] += e->first[s];
    }
    e->list = arena_alloc(arena, (w.total + 1) * sizeof *e->list);
    w.at = arena_alloc(arena, (n + 1) * sizeof *w.at);
    if (!e->list || !w.at) {
        return false;
    }
    memcpy(w.at, e->first, n * sizeof *w.at);
    for (uint32_t s = 0; s < n; s++) {
        edges_of(g, &w, s);
    }
    return true;
}

static bool is_copied(const Decl *d)
{
    return d->kind == DECL_FORMULA || d->kind == DECL_FUNCTION || d->kind == DECL_SHARED || d->kind == DECL_OVERRIDE ||
           d->kind == DECL_COLUMN || d->kind == DECL_PATCHES;
}

/* Declares what scenario s writes itself, and returns in `queue` the slots that this replaces. */
static uint32_t scenario_own(Graph *g, uint32_t s, uint32_t *queue)
{
    Program *p = program(g);
    int32_t parent = p->scenarios[s]->parent;
    uint32_t count = 0;
    for (uint32_t i = 0; i < g->base_count; i++) {
        const Decl *d = p->decls[i];
        if (d->scenario != (int32_t)s || d->removed) {
            continue;
        }
        if (d->kind == DECL_OVERRIDE && !d->broken && d->target != UINT32_MAX) {
            queue[count++] = slot_seen(g, parent, d->target);
            g->own[s][d->target] = i;
        } else if (d->kind == DECL_FORMULA || d->kind == DECL_FUNCTION || d->kind == DECL_SHARED) {
            g->own[s][i] = i;
        }
    }
    return count;
}

/* Formulas that are replaced by their name in s: copies of its own, lest the base changes too. */
static bool scenario_wanted(Graph *g, uint32_t s, uint32_t *cap, uint32_t *queue, uint32_t *count)
{
    for (uint32_t i = 0; i < program(g)->replacements.used; i++) {
        Replacement r = replacement(g, i);
        if (r.scenario != (int32_t)s || r.decl >= g->base_count || g->own[s][r.decl] != NO_SLOT) {
            continue;
        }
        uint32_t seen = slot_seen(g, (int32_t)s, r.decl), decl = g->slots[seen].decl;
        if (!is_copied(program(g)->decls[decl])) {
            continue;
        }
        queue[(*count)++] = seen;
        g->own[s][r.decl] = g->slot_count;
        if (!slot_add(g, cap, decl, (int32_t)s)) {
            return false;
        }
    }
    return true;
}

/* Gives scenario s its own copy of each formula that what it replaces reaches. `work` is dropped afterwards. */
static bool scenario_spread(Graph *g, uint32_t s, uint32_t *cap, Arena *work)
{
    Program *p = program(g);
    int32_t parent = p->scenarios[s]->parent;
    Edges edges;
    uint32_t seen = g->slot_count;
    uint32_t *queue = arena_alloc(work, (g->slot_count * 2u + 1) * sizeof *queue);
    bool *queued = arena_alloc(work, g->slot_count + 1);
    if (!queue || !queued || !edges_make(g, work, &edges)) {
        p->arena.failed = true;
        return false;
    }
    uint32_t count = scenario_own(g, s, queue);
    if (!scenario_wanted(g, s, cap, queue, &count)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        queued[queue[i]] = true;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = edges.first[queue[i]]; k < edges.first[queue[i] + 1]; k++) {
            uint32_t reader = edges.list[k], decl = subject(g, reader);
            bool visible = reader < seen && slot_seen(g, parent, decl) == reader;
            if (queued[reader] || !visible || g->own[s][decl] != NO_SLOT ||
                !is_copied(p->decls[g->slots[reader].decl])) {
                continue;
            }
            queued[reader] = true;
            queue[count++] = reader;
            g->own[s][decl] = g->slot_count;
            if (!slot_add(g, cap, g->slots[reader].decl, (int32_t)s)) {
                return false;
            }
        }
    }
    return true;
}

/* `old` in an override that scenario `written` makes: the formula as the parent of `written` has it, reading the
   formulas of `scenario`, which is `written` or extends it. */
static uint32_t former_slot(Graph *g, uint32_t *cap, int32_t written, int32_t scenario, uint32_t decl)
{
    uint32_t replaced = slot_seen(g, program(g)->scenarios[written]->parent, decl);
    uint32_t number = g->slot_count;
    return slot_add(g, cap, g->slots[replaced].decl, scenario) ? number : NO_SLOT;
}

/* The slot that former_slot made when the graph was linked: a formula compiled again (a trace) reads it too. */
static uint32_t former_linked(const Graph *g, int32_t written, int32_t scenario, uint32_t decl)
{
    uint32_t replaced = slot_seen(g, program(g)->scenarios[written]->parent, decl);
    for (uint32_t s = g->base_count; s < g->slot_count; s++) {
        const GraphSlot *slot = &g->slots[s];
        if (slot->decl == g->slots[replaced].decl && slot->scenario == scenario && g->own[scenario][decl] != s) {
            return s;
        }
    }
    return replaced;
}

/* ---- bindings ---- */

static const Binding *keep_binding(Graph *g, const Binding *wanted, const Binding *before)
{
    size_t bytes = sizeof *wanted + wanted->n * sizeof wanted->slots[0];
    if (before && before->n == wanted->n && !memcmp(before, wanted, bytes)) {
        return before;
    }
    Binding *b = arena_alloc(&g->kept, bytes);
    if (b) {
        memcpy(b, wanted, bytes);
    }
    return b;
}

/* cap NULL: the graph is linked already, and gets no slot more. */
static const Binding *bind(Graph *g, const Ref *refs, uint32_t n, int32_t written, int32_t scenario,
                           const Binding *before, uint32_t *cap)
{
    size_t bytes = sizeof(Binding) + n * sizeof(uint32_t);
    Binding *b = mem_zalloc(program(g)->mem, 1, bytes);
    if (!b) {
        program(g)->arena.failed = true;
        return NULL;
    }
    b->n = n;
    bool full = false; /* reported by slot_add */
    for (uint32_t i = 0; i < n && !full; i++) {
        if (refs[i].scenario != REF_FORMER) {
            b->slots[i] = ref_slot(g, &refs[i], scenario);
        } else if (cap) {
            b->slots[i] = former_slot(g, cap, written, scenario, refs[i].decl);
            full = b->slots[i] == NO_SLOT;
        } else {
            b->slots[i] = former_linked(g, written, scenario, refs[i].decl);
        }
    }
    const Binding *kept = full ? NULL : keep_binding(g, b, before);
    mem_free(program(g)->mem, b, bytes);
    return kept;
}

const Binding *graph_bind(Graph *g, const Ref *refs, uint32_t n, int32_t scenario)
{
    return bind(g, refs, n, scenario, scenario, NULL, NULL);
}

const Binding *graph_bind_slot(Graph *g, const Ref *refs, uint32_t n, uint32_t slot)
{
    return bind(g, refs, n, graph_decl(g, slot)->scenario, g->slots[slot].scenario, NULL, NULL);
}

static bool bind_all(Graph *g, uint32_t *cap)
{
    for (uint32_t s = 0; s < g->slot_count; s++) { /* former_slot adds slots on the way: they are bound too */
        GraphSlot *slot = &g->slots[s];
        const Decl *d = program(g)->decls[slot->decl];
        if (!slot->proto) {
            continue;
        }
        const Binding *before = s < g->linked_count ? g->linked_bindings[s] : NULL;
        const Binding *b = bind(g, d->refs, d->ref_count, d->scenario, slot->scenario, before, cap);
        if (!b) {
            return false;
        }
        g->slots[s].binding = b;
    }
    return true;
}

/* ---- readers, once bindings are known ---- */

static bool readers_make(Graph *g)
{
    uint32_t n = g->slot_count, total = 0;
    uint32_t *count = arena_alloc(&g->arena, (n + 1) * sizeof *count);
    if (!count) {
        return false;
    }
    for (uint32_t s = 0; s < n; s++) {
        const GraphSlot *slot = &g->slots[s];
        for (uint32_t i = 0; slot->proto && i < slot->proto->read_count; i++) {
            count[slot->binding->slots[slot->proto->reads[i]]]++;
            total++;
        }
    }
    uint32_t *list = arena_alloc(&g->arena, (total + 1) * sizeof *list);
    uint32_t **at = arena_alloc(&g->arena, (n + 1) * sizeof *at);
    if (!list || !at) {
        return false;
    }
    for (uint32_t s = 0; s < n; s++) {
        g->slots[s].readers = at[s] = list;
        list += count[s];
    }
    for (uint32_t s = 0; s < n; s++) {
        const GraphSlot *slot = &g->slots[s];
        for (uint32_t i = 0; slot->proto && i < slot->proto->read_count; i++) {
            uint32_t read = slot->binding->slots[slot->proto->reads[i]];
            at[read][g->slots[read].reader_count++] = s;
        }
    }
    return true;
}

/* ---- what changed since the last link ---- */

static bool *stale_slots(Graph *g)
{
    bool *stale = arena_alloc(&g->arena, g->slot_count + 1);
    uint32_t *queue = arena_alloc(&g->arena, (g->slot_count + 1) * sizeof *queue);
    uint32_t count = 0;
    if (!stale || !queue) {
        return NULL;
    }
    bool tied = g->linked_ties != unit_ties(program(g)->num);
    for (uint32_t s = 0; s < g->slot_count; s++) {
        bool same = !tied && s < g->linked_count && s < g->base_count && g->linked[s] == g->slots[s].proto &&
                    g->linked_bindings[s] == g->slots[s].binding;
        if (!same) {
            stale[s] = true;
            queue[count++] = s;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        const GraphSlot *slot = &g->slots[queue[i]];
        for (uint32_t k = 0; k < slot->reader_count; k++) {
            if (!stale[slot->readers[k]]) {
                stale[slot->readers[k]] = true;
                queue[count++] = slot->readers[k];
            }
        }
    }
    return stale;
}

static bool remember(Graph *g)
{
    const Proto **protos = arena_alloc(&g->kept, (g->base_count + 1) * sizeof *protos);
    const Binding **bindings = arena_alloc(&g->kept, (g->base_count + 1) * sizeof *bindings);
    if (!protos || !bindings) {
        return false;
    }
    for (uint32_t s = 0; s < g->base_count; s++) {
        protos[s] = g->slots[s].proto;
        bindings[s] = g->slots[s].binding;
    }
    g->linked = protos;
    g->linked_bindings = bindings;
    g->linked_count = g->base_count;
    g->linked_ties = unit_ties(program(g)->num);
    return true;
}

static bool codes_make(Graph *g)
{
    g->codes = arena_alloc(&g->arena, (g->slot_count + 1) * sizeof *g->codes);
    if (!g->codes) {
        return false;
    }
    for (uint32_t s = 0; s < g->slot_count; s++) {
        g->codes[s] = (SlotCode){.proto = g->slots[s].proto, .binding = g->slots[s].binding};
    }
    return true;
}

static bool scenarios_link(Graph *g, uint32_t *cap)
{
    Program *p = program(g);
    g->own = arena_alloc(&g->arena, (p->scenario_count + 1) * sizeof *g->own);
    for (uint32_t s = 0; g->own && s < p->scenario_count; s++) {
        g->own[s] = arena_alloc(&g->arena, (g->base_count + 1) * sizeof **g->own);
        if (!g->own[s]) {
            return false;
        }
        memset(g->own[s], 0xff, g->base_count * sizeof **g->own);
    }
    bool ok = g->own != NULL;
    for (uint32_t s = 0; ok && s < p->scenario_count; s++) {
        Arena work;
        arena_init(&work, p->mem);
        ok = p->decls[p->scenarios[s]->decl]->removed || scenario_spread(g, s, cap, &work);
        arena_free(&work);
    }
    return ok;
}

static bool link_all(Graph *g)
{
    Program *p = program(g);
    uint32_t cap = 0;
    g->slots = NULL;
    g->slot_count = 0;
    g->base_count = p->decl_count;
    for (uint32_t i = 0; i < p->decl_count; i++) {
        if (!slot_add(g, &cap, i, p->decls[i]->scenario)) {
            return false;
        }
    }
    if (!scenarios_link(g, &cap) || !bind_all(g, &cap) || !readers_make(g) || !codes_make(g)) {
        return false;
    }
    const bool *stale = stale_slots(g);
    plans_forget(g);
    map_free(&g->rebound);
    map_init(&g->rebound, program(g)->mem);
    return stale && remember(g) && vm_set_slots(g->vm, g->codes, g->slot_count, stale) &&
           vm_set_globals(g->vm, p->global_count);
}

bool graph_link(Graph *g)
{
    Arena before = g->arena; /* the machine points to the old codes until vm_set_slots */
    arena_init(&g->arena, program(g)->mem);
    uint32_t limits = program(g)->diags->limits;
    bool ok = link_all(g);
    if (!ok && program(g)->diags->limits == limits) {
        diag0(program(g)->diags, D_OUT_OF_MEMORY, (Span){0});
    }
    if (!ok) {
        vm_set_slots(g->vm, NULL, 0, NULL);
        g->slot_count = g->linked_count = 0;
    }
    arena_free(&before);
    return ok;
}

/* ---- questions about the graph ---- */

void graph_slot_name(const Graph *g, Buf *out, uint32_t slot)
{
    const Decl *d = graph_decl(g, slot);
    if (!d) {
        return;
    }
    int32_t scenario = g->slots[slot].scenario;
    if (scenario >= 0 && slot >= g->base_count) {
        buf_put(out, program(g)->scenarios[scenario]->scope->name);
        buf_putc(out, '.');
        buf_put(out, d->name);
    } else if (d->qualified.n) {
        buf_put(out, d->qualified);
    } else if (d->expr) {
        buf_put(out, source_text(program(g)->sources, d->expr->span));
    }
}

Str graph_slot_label(const Graph *g, uint32_t slot)
{
    const Decl *d = graph_decl(g, slot);
    bool labelled = d && d->node->kind == N_BLOCK && (d->node->op == B_DEFINE || d->node->op == B_ANSWER);
    return labelled ? node_title(d->node) : (Str){NULL, 0};
}

void graph_each_read(const Graph *g, uint32_t slot, void (*visit)(void *, uint32_t), void *visitor)
{
    const GraphSlot *s = &g->slots[slot];
    for (uint32_t i = 0; s->proto && i < s->proto->read_count; i++) {
        visit(visitor, s->binding->slots[s->proto->reads[i]]);
    }
}

bool graph_depends(const Graph *g, uint32_t slot, uint32_t on)
{
    Mem *mem = program(g)->mem;
    bool *seen = mem_zalloc(mem, g->slot_count, 1);
    uint32_t *queue = mem_zalloc(mem, g->slot_count, sizeof *queue);
    uint32_t count = 0;
    bool found = false;
    if (seen && queue) {
        queue[count++] = on;
        seen[on] = true;
    }
    for (uint32_t i = 0; i < count && !found; i++) {
        const GraphSlot *s = &g->slots[queue[i]];
        for (uint32_t k = 0; k < s->reader_count; k++) {
            found = found || s->readers[k] == slot;
            if (!seen[s->readers[k]]) {
                seen[s->readers[k]] = true;
                queue[count++] = s->readers[k];
            }
        }
    }
    mem_free(mem, seen, g->slot_count);
    mem_free(mem, queue, g->slot_count * sizeof *queue);
    return found;
}
