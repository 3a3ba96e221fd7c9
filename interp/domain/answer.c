/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: clause by clause. An answer starts from the rules of its case and replaces those it states itself. */
#include "base/limits.h"
#include "domain/build.h"
#include "num/number.h"

enum { MAX_DECIMALS = 30, MAX_INTERMEDIATE = 32 };

/* ---- rules shared by a case and its answers ---- */

static Value percent(int64_t n)
{
    return (Value){.tag = T_NUM, .den = 100, .num = n};
}

Rules build_default_rules(void)
{
    Rules r = {.carry = CARRY_FULL, .decimals = 2, .within = NO_SLOT};
#define SLIP(id, word, share) r.slips[SLIP_##id] = percent(share);
#include "domain/slip.def"
#undef SLIP
    return r;
}

static SlipKind slip_of_word(WordId w)
{
    switch (w) {
#define SLIP(id, word, share) case W_##word: return SLIP_##id;
#include "domain/slip.def"
#undef SLIP
    default: return SLIP_COUNT;
    }
}

static void rules_slips(Builder *b, const Node *clause, Rules *r)
{
    for (uint32_t i = 0; clause && i < clause->count; i++) {
        const Node *k = clause->kids[i];
        SlipKind kind = k->kind == N_PART ? slip_of_word((WordId)k->op) : SLIP_COUNT;
        Value share;
        if (kind != SLIP_COUNT && k->count && build_share(b, k->kids[0], false, &share)) {
            r->slips[kind] = share;
        }
    }
}

static void intermediate_add(Builder *b, Rules *r, Value v, Span where)
{
    bool fits = false;
    int64_t n = value_is_number(v) ? num_to_int64(b->graph->vm->num, v, &fits) : 0;
    if (!fits || n < 0 || n > MAX_DECIMALS || r->intermediate_count >= MAX_INTERMEDIATE) {
        diag(b->diags, D_SETTING_WHOLE, where, STR("0"), STR("30"));
        return;
    }
    int *place = build_push(b, &r->intermediate, &r->intermediate_count, sizeof *place);
    if (place) {
        *place = (int)n;
    }
}

/* `intermediate rounding 2`, `0..2` or `[0, 2]`. */
static void rules_intermediate(Builder *b, const Node *expr, Rules *r)
{
    Value v;
    if (!expr || !build_value(b, expr, &v)) {
        return;
    }
    r->intermediate = NULL;
    r->intermediate_count = 0;
    if (v.tag == T_RANGE) {
        const Range *range = v.ptr;
        Value at = range->from, truth;
        NumCtx *num = b->graph->vm->num;
        while (r->intermediate_count < MAX_INTERMEDIATE && vm_order(b->graph->vm, OPC_LE, at, range->to, &truth) &&
               value_is_true(truth)) {
            intermediate_add(b, r, at, expr->span);
            if (num_add(num, at, range->step, &at) != NUM_OK) {
                break;
            }
        }
        vm_take_fault(b->graph->vm);
    } else if (v.tag == T_LIST) {
        for (uint32_t i = 0; i < list_count(v); i++) {
            intermediate_add(b, r, list_at(v, i), expr->span);
        }
    } else {
        intermediate_add(b, r, v, expr->span);
    }
}

static void rules_decimals(Builder *b, const Node *clause, Rules *r)
{
    if (!clause || !clause->count || !build_whole(b, clause->kids[0], -9, MAX_DECIMALS, &r->decimals)) {
        return;
    }
    r->significant = 0;
    const Node *significant = node_part(clause, W_OR);
    if (significant) {
        build_whole(b, significant, 1, MAX_DECIMALS, &r->significant);
    }
}

void build_rules(Builder *b, const Node *block, const RuleClauses *ids, Rules *r)
{
    const Node *carry = node_clause_value(block, ids->carry);
    if (carry) {
        r->carry = carry->op == W_NONE ? CARRY_NONE : carry->op == W_HALF ? CARRY_HALF : CARRY_FULL;
    }
    rules_slips(b, node_clause(block, ids->slips), r);
    rules_decimals(b, node_clause(block, ids->decimals), r);
    rules_intermediate(b, node_clause_value(block, ids->intermediate), r);
    const Node *within = node_clause_value(block, ids->within);
    if (within) {
        r->within = case_slot(b->graph, within);
        r->exact = false;
    }
    if (node_clause(block, ids->exact)) {
        r->exact = true;
        r->within = NO_SLOT;
    }
}

/* ---- answers ---- */

Str build_address(Builder *b, Str name)
{
    Buf out;
    buf_init(&out, b->graph->vm->mem);
    if (b->question) {
        buf_put(&out, b->question->label);
        buf_putc(&out, '.');
    }
    buf_put(&out, name);
    Str s = arena_str(b->arena, buf_str(&out));
    buf_free(&out);
    return s;
}

typedef struct FirstRead {
    uint32_t slot, times;
} FirstRead;

static void first_read(void *visitor, uint32_t slot)
{
    FirstRead *r = visitor;
    r->slot = r->times++ ? r->slot : slot;
}

/* An answer that asks for an existing formula by its name reads exactly that formula's slot. */
static uint32_t answer_own_slot(Builder *b, const Node *target, uint32_t slot, bool defines)
{
    if (defines || slot == NO_SLOT) {
        return slot;
    }
    bool name = target->kind == N_NAME || target->kind == N_QUALIFIED || target->kind == N_MEMBER;
    FirstRead r = {NO_SLOT, 0};
    if (name) {
        graph_each_read(b->graph, slot, first_read, &r);
    }
    return r.times == 1 ? r.slot : NO_SLOT;
}

static void answer_points(Builder *b, const Node *n, Answer *a)
{
    const Node *c = node_clause(n, CL_ANSWER_POINTS);
    a->points = num_int(0);
    for (uint32_t i = 0; c && i < c->count; i++) {
        const Node *k = c->kids[i];
        Value v;
        if (k->kind == N_WORD) {
            continue; /* per row: answer_table.c */
        }
        if (k->kind != N_PART) {
            a->has_points = build_points(b, k, &a->points);
            continue;
        }
        Part *p = k->count && build_points(b, k->kids[0], &v)
                      ? build_push(b, &a->parts, &a->part_count, sizeof *p) : NULL;
        if (p) {
            *p = (Part){.name = k->text, .points = v};
            a->has_points = num_add(b->graph->vm->num, a->points, v, &a->points) == NUM_OK;
        }
    }
}

OfficialClass build_class(const Node *w)
{
    switch (!w ? W_NO_WORD : w->kind == N_WORD ? (WordId)w->op : (WordId)w->word) {
#define CLASS(id, english, french) case W_##id: return CLASS_##id;
#include "domain/official.def"
#undef CLASS
    default: return CLASS_COUNT;
    }
}

/* The decimals that write an exact value in its shown unit; NO_DECIMALS when none do. */
static int value_decimals(NumCtx *num, Value v)
{
    for (int d = 0; d <= 12; d++) {
        Value r;
        int order = 1;
        if (num_round(num, v, d, ROUND_HALF_UP, &r) == NUM_OK && num_cmp(num, r, v, &order) == NUM_OK && !order) {
            return d;
        }
    }
    return NO_DECIMALS;
}

Official build_official(Builder *b, const Node *clause, const Node *figure, const Node *word)
{
    Official o = {.node = clause, .slot = case_slot(b->graph, figure), .asserted = build_class(word)};
    o.known = build_value(b, figure, &o.value);
    o.decimals = case_literal_decimals(figure);
    if (o.decimals == NO_DECIMALS && o.known && value_is_number(o.value)) {
        o.decimals = value_decimals(b->graph->vm->num, o.value);
    }
    return o;
}

static void answer_official(Builder *b, const Node *n, Official *o)
{
    const Node *c = node_clause(n, CL_ANSWER_OFFICIAL), *word = NULL;
    *o = (Official){.node = c, .slot = NO_SLOT, .asserted = CLASS_COUNT};
    for (uint32_t i = 1; c && i < c->count; i++) {
        word = c->kids[i]->kind == N_WORD ? c->kids[i] : word;
    }
    if (c && c->count) {
        *o = build_official(b, c, c->kids[0], word);
    }
}

static void answer_accepts(Builder *b, const Node *n, Answer *a)
{
    for (const Node *c = node_clause(n, CL_ANSWER_ACCEPT); c; c = node_next_clause(n, c)) {
        bool official = !c->count || c->kids[0]->kind == N_WORD || c->kids[0]->kind == N_CLAUSE;
        Accept *k = build_push(b, &a->accepts, &a->accept_count, sizeof *k);
        if (!k) {
            return;
        }
        *k = (Accept){.node = c, .slot = NO_SLOT, .why = build_text(b, node_part(c, W_WHY))};
        k->official = official;
        k->slot = official ? a->official.slot : case_slot(b->graph, c->kids[0]);
        k->has_award = build_share(b, node_part(c, W_AWARD), true, &k->award);
    }
}

static bool table_has_official(const AnswerTable *t)
{
    for (uint32_t i = 0; i < t->rows * t->columns; i++) {
        if (t->cells[i] && t->cells[i]->official.node) {
            return true;
        }
    }
    return false;
}

void build_check_accepts(Builder *b)
{
    const Case *c = b->c;
    const AnswerTable *told = NULL;
    for (uint32_t i = 0; i < c->answer_count; i++) {
        const Answer *a = c->answers[i];
        bool has = a->table ? table_has_official(a->table) : a->official.node != NULL;
        for (uint32_t k = 0; !has && a->accept_count > k && (!a->table || a->table != told); k++) {
            if (a->accepts[k].official) {
                diag0(b->diags, D_NO_OFFICIAL_TO_ACCEPT, a->accepts[k].node->span);
            }
        }
        told = a->table;
    }
}

static void answer_texts(Builder *b, const Node *n, Answer *a)
{
    const Node *feedback = node_clause(n, CL_ANSWER_FEEDBACK), *says = node_clause(n, CL_ANSWER_SAYS);
    a->title = build_title(b, n);
    if (!a->title.n && a->own_slot != NO_SLOT) {
        a->title = graph_slot_label(b->graph, a->own_slot);
    }
    if (feedback) {
        a->feedback_right = build_text(b, node_part(feedback, W_RIGHT));
        a->feedback_wrong = build_text(b, node_part(feedback, W_WRONG));
    }
    if (says && says->count) {
        a->says_true = build_text(b, says->kids[0]);
        a->says_false = build_text(b, node_part(says, W_OR));
    }
}

static const RuleClauses answer_rules = {CL_ANSWER_CARRY, CL_ANSWER_SLIPS, CL_ANSWER_DECIMALS, CL_ANSWER_WITHIN,
                                         CL_ANSWER_EXACT, CL_ANSWER_INTERMEDIATE};

void build_answer_parts(Builder *b, const Node *n, Answer *a)
{
    const Node *value = node_clause_value(n, CL_VALUE);
    const Node *target = n->count && n->kids[0]->kind == N_TARGET ? n->kids[0]->kids[0] : NULL;
    const Node *expr = value ? value : target;
    *a = (Answer){.node = n, .question = b->question, .either = b->either, .branch = b->branch, .name = n->text,
                  .rules = b->c->rules, .plausible = NO_SLOT};
    a->address = build_address(b, n->text);
    a->decl = expr ? program_decl_of(b->graph->program, expr) : NULL;
    a->slot = case_slot(b->graph, expr);
    a->own_slot = target || value ? answer_own_slot(b, target, a->slot, value != NULL) : NO_SLOT;
    answer_points(b, n, a);
    build_rules(b, n, &answer_rules, &a->rules);
    answer_official(b, n, &a->official);
    answer_accepts(b, n, a);
    answer_texts(b, n, a);
    build_codes(b, n, CL_ANSWER_COMPETENCE, &a->competences, &a->competence_count);
    a->plausible = case_slot(b->graph, node_clause_value(n, CL_ANSWER_PLAUSIBLE));
    const Node *proof = node_clause(n, CL_ANSWER_PROVED_BY);
    a->proved_by_node = proof && proof->count ? proof->kids[0] : NULL;
    a->has_proved_award = proof && build_share(b, node_part(proof, W_AWARD), true, &a->proved_award);
}

Answer *build_answer(Builder *b, const Answer *parts)
{
    Answer *a = build_new(b, sizeof *a);
    Answer **place = a ? build_push(b, &b->c->answers, &b->c->answer_count, sizeof *place) : NULL;
    if (!place) {
        return NULL;
    }
    *place = a;
    *a = *parts;
    a->number = b->c->answer_count - 1;
    return a;
}

/* ---- mistakes ---- */

Mistake *build_mistake(Builder *b, const Node *n)
{
    Mistake *m = build_new(b, sizeof *m);
    Mistake **place = m ? build_push(b, &b->c->mistakes, &b->c->mistake_count, sizeof *place) : NULL;
    if (!place) {
        return NULL;
    }
    *place = m;
    *m = (Mistake){.number = b->c->mistake_count - 1, .node = n, .question = b->question, .title = build_title(b, n),
                   .message = build_text(b, node_clause_value(n, CL_MISTAKE_MESSAGE)), .award = num_int(0)};
    build_share(b, node_clause_value(n, CL_MISTAKE_AWARD), true, &m->award);
    const Node *with = node_clause(n, CL_MISTAKE_WITH);
    for (uint32_t i = 0; with && i < with->count; i++) {
        const Node *k = with->kids[i];
        Decl *d = k->kind == N_OVERRIDE && k->count == 2 ? program_decl_of(b->graph->program, k->kids[1]) : NULL;
        Decl **o = d && !d->broken && !d->merged ? build_push(b, &m->overrides, &m->override_count, sizeof *o) : NULL;
        if (o) {
            *o = d;
        }
    }
    return m;
}

/* ---- open answers ---- */

/* ---- matrices: the cells of a pipe table, elements separated by `;` ---- */

static Str row_text(Builder *b, const Node *cell)
{
    return cell->kind == N_CELL ? cell->text : source_text(b->graph->program->sources, cell->span);
}

static const Node *matrix_header(const Node *body)
{
    for (uint32_t i = 0; body && i < body->count; i++) {
        if (body->kids[i]->kind == N_ROW) {
            return body->kids[i];
        }
    }
    return NULL;
}

static void matrix_cell(Builder *b, Expect *e, const Node *cell, uint32_t row, uint32_t column)
{
    Str text = row_text(b, cell);
    size_t start = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] != ';') {
            continue;
        }
        Str title = str_trim(str_sub(text, start, i));
        Element *el = title.n ? build_push(b, &e->elements, &e->count, sizeof *el) : NULL;
        if (el) {
            *el = (Element){.node = cell, .title = title, .row = row, .column = column, .placed = true};
        }
        start = i + 1;
    }
}

static void expect_matrix(Builder *b, const Node *n, Expect *e)
{
    const Node *body = node_body(n), *header = matrix_header(body);
    if (!header || header->count < 2) {
        return;
    }
    e->corner = row_text(b, header->kids[0]);
    for (uint32_t i = 1; i < header->count; i++) {
        Str *label = build_push(b, &e->column_labels, &e->columns, sizeof *label);
        if (label) {
            *label = row_text(b, header->kids[i]);
        }
    }
    for (uint32_t i = 0; i < body->count; i++) {
        const Node *row = body->kids[i];
        Str *label = row->kind == N_ROW && row != header && row->count
                         ? build_push(b, &e->row_labels, &e->rows, sizeof *label) : NULL;
        if (!label) {
            continue;
        }
        *label = row_text(b, row->kids[0]);
        for (uint32_t c = 1; c < row->count && c <= e->columns; c++) {
            matrix_cell(b, e, row->kids[c], e->rows - 1, c - 1);
        }
    }
}

static int label_place(const Str *labels, uint32_t n, Str name)
{
    for (uint32_t i = 0; i < n; i++) {
        if (str_eq(labels[i], name)) {
            return (int)i;
        }
    }
    return -1;
}

typedef struct Placing { /* one element; what the names before `or` have told of its cell */
    Builder *b;
    const Expect *e;
    Element *el;
    bool row, column;
} Placing;

/* `in Row, Column or Other`: the cell where it is expected, then rows or columns where it is accepted too. */
static void element_place(Placing *p, const Node *name, bool first)
{
    int row = label_place(p->e->row_labels, p->e->rows, name->text);
    int column = label_place(p->e->column_labels, p->e->columns, name->text);
    if (row < 0 && column < 0) {
        diag(p->b->diags, D_ELEMENT_PLACE, name->span, name->text);
    } else if (first && row >= 0 && !p->row) {
        p->el->row = (uint32_t)row;
        p->row = p->el->placed = true;
    } else if (first && column >= 0 && !p->column) {
        p->el->column = (uint32_t)column;
        p->column = p->el->placed = true;
    } else {
        Str *place = build_push(p->b, &p->el->places, &p->el->place_count, sizeof *place);
        if (place) {
            *place = name->text;
        }
    }
}

static void element_places(Builder *b, const Expect *e, Element *el, const Node *n)
{
    const Node *in = node_clause(n, CL_ELEMENT_IN);
    Placing p = {.b = b, .e = e, .el = el};
    for (uint32_t i = 0; in && i < in->count; i++) {
        const Node *k = in->kids[i];
        for (uint32_t o = 0; k->kind == N_CLAUSE && o < k->count; o++) {
            element_place(&p, k->kids[o], false);
        }
        if (k->kind == N_NAME) {
            element_place(&p, k, true);
        }
    }
}

static void expect_elements(Builder *b, const Node *n, Expect *e)
{
    const Node *body = node_body(n);
    expect_matrix(b, n, e);
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *k = body->kids[i];
        Element *el = k->kind == N_BLOCK && k->op == B_ELEMENT
                          ? build_push(b, &e->elements, &e->count, sizeof *el) : NULL;
        if (!el) {
            continue;
        }
        *el = (Element){.node = k, .name = k->text, .title = build_title(b, k)};
        build_codes(b, k, CL_ELEMENT_HINTS, &el->hints, &el->hint_count);
        el->has_points = build_points(b, node_clause_value(k, CL_ELEMENT_POINTS), &el->points);
        element_places(b, e, el, k);
    }
}

uint32_t expect_group(const Expect *e, const Element *el)
{
    switch (e->per) {
    case AWARD_CELL: return el->row * e->columns + el->column;
    case AWARD_ROW: return el->row;
    case AWARD_COLUMN: return el->column;
    default: return 0;
    }
}

uint32_t expect_needed(const Expect *e)
{
    uint32_t groups = 0;
    for (uint32_t i = 0; i < e->count; i++) {
        bool first = true;
        for (uint32_t k = 0; k < i && first; k++) {
            first = expect_group(e, &e->elements[k]) != expect_group(e, &e->elements[i]);
        }
        groups += first;
    }
    return e->needed * groups;
}

static AwardUnit expect_per(const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *k = n->kids[i];
        WordId w = k->kind == N_CLAUSE && k->op == CL_OF_PART ? (WordId)k->word : W_NO_WORD;
        if (w == W_CELL || w == W_ROW || w == W_COLUMN) {
            return w == W_CELL ? AWARD_CELL : w == W_ROW ? AWARD_ROW : AWARD_COLUMN;
        }
    }
    return AWARD_WHOLE;
}

/* `at least 2 of` of a block's header. */
static const Node *expect_at_least(const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *k = n->kids[i];
        if (k->kind == N_CLAUSE && k->op == CL_OF_PART && k->word == W_AT_LEAST && k->count) {
            return k->kids[0];
        }
    }
    return NULL;
}

static void open_expect(Builder *b, const Node *n, Open *o)
{
    Expect *e = build_push(b, &o->expects, &o->expect_count, sizeof *e);
    if (!e) {
        return;
    }
    *e = (Expect){.node = n, .per = expect_per(n)};
    expect_elements(b, n, e);
    e->per = e->rows ? e->per : AWARD_WHOLE;
    int needed = 0;
    const Node *at_least = expect_at_least(n);
    e->needed = at_least && build_whole(b, at_least, 1, INT32_MAX, &needed) ? (uint32_t)needed : e->count;
    o->element_count += e->count;
}

static uint32_t open_grid(Builder *b, const Node *n)
{
    const Node *name = node_clause_value(n, CL_OPEN_GRID);
    Lookup l = name ? names_find(b->graph->program, b->c->scope, name->text) : (Lookup){0};
    bool grid = l.kind == LOOKUP_DECL && l.decl->node->kind == N_BLOCK && l.decl->node->op == B_GRID;
    if (name && !grid) {
        diag(b->diags, D_OPEN_GRID, name->span, name->text);
    }
    return grid ? graph_slot(b->graph, l.decl, -1) : NO_SLOT;
}

Open *build_open(Builder *b, const Node *n)
{
    Open *o = build_new(b, sizeof *o);
    Open **place = o ? build_push(b, &b->c->opens, &b->c->open_count, sizeof *place) : NULL;
    if (!place) {
        return NULL;
    }
    *place = o;
    *o = (Open){.number = b->c->open_count - 1, .node = n, .question = b->question, .either = b->either,
                .branch = b->branch, .name = n->text, .title = build_title(b, n), .points = num_int(0),
                .all_or_nothing = node_clause(n, CL_OPEN_ALL_OR_NOTHING) != NULL,
                .accept_other = node_clause(n, CL_OPEN_ACCEPT) != NULL};
    o->grid = open_grid(b, n);
    o->address = build_address(b, n->text);
    o->has_points = build_points(b, node_clause_value(n, CL_OPEN_POINTS), &o->points);
    build_codes(b, n, CL_OPEN_COMPETENCE, &o->competences, &o->competence_count);
    const Node *body = node_body(n);
    for (uint32_t i = 0; body && i < body->count; i++) {
        if (body->kids[i]->kind == N_BLOCK && body->kids[i]->op == B_EXPECT) {
            open_expect(b, body->kids[i], o);
        }
    }
    return o;
}
