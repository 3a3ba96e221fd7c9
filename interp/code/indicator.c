/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Indicators, their members, objectives and dashboards: each block is one call of a hidden function of the library,
   whose arguments are what its clauses say. */
#include "code/emit.h"
#include "num/number.h"
#include "num/unit.h"
#include "syntax/lexicon.h"

/* ---- values given by clauses ---- */

static void none_to(Fn *f, int dst, Span span) { emit(f, OPC_NONE, dst, 0, 0, span); }

static void number_to(Fn *f, int64_t n, int dst, Span span)
{
    emit(f, OPC_CONST, dst, konst(f, num_int(n)), 0, span);
}

/* The formula of a clause, which is a declaration of its own. */
void clause_value_to(Fn *f, const Node *expr, int dst, Span span)
{
    const Decl *d = expr ? program_decl_of(f->unit->program, expr) : NULL;
    Str text;
    if (d) {
        emit(f, OPC_SLOT, dst, ref_add(f, d->number, REF_RUNNING, true), 0, expr->span);
    } else if (expr && node_constant_text(expr, &text)) {
        emit(f, OPC_CONST, dst, konst_text(f, text), 0, expr->span);
    } else {
        none_to(f, dst, span);
    }
}

static void unit_to(Fn *f, uint16_t unit, int dst, Span span)
{
    Value one;
    if (num_with_unit(f->unit->program->num, num_int(1), unit, &one) == NUM_OK) {
        emit(f, OPC_CONST, dst, konst(f, one), 0, span);
    } else {
        f->unit->failed = true;
    }
}

/* ---- where a setting of an indicator is ---- */

typedef struct Settings {
    Fn *f;
    const IndicatorDecl *indicator;
    const Node *header; /* of a row; NULL: a block of its own */
    Span span;
} Settings;

/* The cell of a row, if it has one that is not empty. */
static const Node *setting_cell(const Settings *s, WordId word)
{
    int at = s->header ? indicator_column(s->header, word) : -1;
    const Node *row = s->indicator->row;
    const Node *cell = at >= 0 && (uint32_t)at < row->count ? row->kids[at] : NULL;
    return cell && !(cell->kind == N_CELL && !cell->text.n) ? cell : NULL;
}

static const Node *setting_clause(const Settings *s, ClauseId own, ClauseId many)
{
    return node_clause(s->indicator->block, s->header ? many : own);
}

static void text_setting(Settings *s, WordId word, ClauseId own, ClauseId many, int dst)
{
    const Node *cell = setting_cell(s, word);
    if (cell && cell->kind == N_CELL) {
        emit(s->f, OPC_CONST, dst, konst_text(s->f, cell->text), 0, cell->span);
        return;
    }
    const Node *clause = setting_clause(s, own, many);
    clause_value_to(s->f, clause && clause->count ? clause->kids[0] : NULL, dst, s->span);
}

static void cell_number_to(Fn *f, const Node *cell, int dst)
{
    Value v;
    bool negative = cell->kind == N_UNARY;
    const Node *n = negative ? cell->kids[0] : cell;
    bool number = n->kind == N_NUMBER || n->kind == N_SUM_LITERAL;
    if (!number || !expr_constant(f, n, &v)) {
        diag(f->unit->program->diags, D_CELL_NUMBER, cell->span, source_text(f->unit->program->sources, cell->span));
        f->unit->failed = true;
        return;
    }
    if (negative && num_neg(f->unit->program->num, v, &v) != NUM_OK) {
        f->unit->failed = true;
    }
    emit(f, OPC_CONST, dst, konst(f, v), 0, cell->span);
}

static void number_setting(Settings *s, WordId word, ClauseId own, int dst)
{
    const Node *cell = setting_cell(s, word);
    if (cell) {
        cell_number_to(s->f, cell, dst);
    } else if (s->header) {
        none_to(s->f, dst, s->span);
    } else {
        clause_value_to(s->f, node_clause_value(s->indicator->block, own), dst, s->span);
    }
}

/* 0: none. False: what stands there is no unit; wrong says where. */
static bool unit_of(const Settings *s, uint16_t *unit, const Node **wrong)
{
    Program *p = s->f->unit->program;
    const Node *cell = setting_cell(s, W_UNIT);
    const Node *clause = setting_clause(s, CL_INDICATOR_UNIT, CL_INDICATORS_UNIT);
    *unit = !cell && clause && clause->unit.n ? clause->unit_id : 0;
    *wrong = cell;
    return !cell || unit_parse(p->num, source_text(p->sources, cell->span), unit) == NUM_OK;
}

static void unit_setting(Settings *s, int dst)
{
    Program *p = s->f->unit->program;
    const Node *wrong;
    uint16_t unit;
    if (!unit_of(s, &unit, &wrong)) {
        diag(p->diags, D_CELL_NO_UNIT, wrong->span, source_text(p->sources, wrong->span));
        s->f->unit->failed = true;
    } else if (unit) {
        unit_to(s->f, unit, dst, s->span);
    } else {
        none_to(s->f, dst, s->span);
    }
}

/* 1 higher, -1 lower, 0 within a range, which follows. */
static void better_setting(Settings *s, int dst)
{
    const Node *cell = setting_cell(s, W_BETTER);
    const Node *clause = setting_clause(s, CL_INDICATOR_BETTER, CL_INDICATORS_BETTER);
    int64_t way = 1;
    if (cell && cell->kind == N_CELL) {
        Str t = cell->text;
        bool lower = word_match(t, 0, W_LOWER, LANG_EN) == t.n || word_match(t, 0, W_LOWER, LANG_FR) == t.n;
        bool higher = word_match(t, 0, W_HIGHER, LANG_EN) == t.n || word_match(t, 0, W_HIGHER, LANG_FR) == t.n;
        if (!lower && !higher) {
            diag(s->f->unit->program->diags, D_CELL_BETTER, cell->span, t);
            s->f->unit->failed = true;
        }
        way = lower ? -1 : 1;
        clause = NULL;
    } else if (clause && clause->count && clause->kids[0]->kind == N_WORD) {
        way = clause->kids[0]->op == W_LOWER ? -1 : 1;
    }
    const Node *range = clause ? node_part(clause, W_IN) : NULL;
    number_to(s->f, range ? 0 : way, dst, s->span);
    clause_value_to(s->f, range, dst + 1, s->span);
}

/* ---- bands ---- */

static void bound_to(Fn *f, const Node *band, WordId w, int dst)
{
    const Node *part = node_part(band, w);
    if (part) {
        clause_value_to(f, part, dst, part->span);
    } else {
        none_to(f, dst, band->span);
    }
}

/* The list of lower bound, upper bound, and whether the upper one is still within, band after band. */
void bounds_to(Fn *f, const Node *clause, int dst)
{
    emit(f, OPC_LIST, dst, dst, 0, clause->span);
    for (uint32_t i = 0; i < clause->count; i++) {
        const Node *band = clause->kids[i];
        if (band->kind != N_BAND) {
            continue;
        }
        uint32_t mark = f->next;
        int r = reg_push(f, band->span);
        bool up_to = node_part(band, W_UP_TO) != NULL;
        bound_to(f, band, W_FROM, r);
        emit(f, OPC_APPEND, dst, r, 0, band->span);
        bound_to(f, band, up_to ? W_UP_TO : W_BELOW, r);
        emit(f, OPC_APPEND, dst, r, 0, band->span);
        emit(f, OPC_TRUTH, r, up_to, 0, band->span);
        emit(f, OPC_APPEND, dst, r, 0, band->span);
        reg_release(f, mark);
    }
}

/* Three arguments: what the bands are of (1 the value, 2 the rate of the objective), the scale, the bounds, which a call
   of its own checks where they stand. */
void bands_to(Fn *f, const Node *clause, Value scale, int dst)
{
    if (!clause || scale.tag != T_LEVEL) {
        for (int i = 0; i < 3; i++) {
            none_to(f, dst + i, f->unit->decl->node->span);
        }
        return;
    }
    bool of_value = clause->count && clause->kids[0]->kind == N_WORD ? clause->kids[0]->op == W_VALUE : true;
    number_to(f, of_value ? 1 : 2, dst, clause->span);
    emit(f, OPC_CONST, dst + 1, konst(f, scale), 0, clause->span);
    uint32_t mark = f->next;
    int base = reg_push(f, clause->span);
    emit(f, OPC_MOVE, reg_push(f, clause->span), dst + 1, 0, clause->span);
    bounds_to(f, clause, reg_push(f, clause->span));
    hidden_call(f, "%bands", base, 2, clause->span);
    emit(f, OPC_MOVE, dst + 2, base, 0, clause->span);
    reg_release(f, mark);
}

static void aggregate_setting(Settings *s, int dst)
{
    static const WordId words[] = {W_SUM, W_MEAN, W_MEAN_OF_RATIOS, W_RATIO_OF_SUMS, W_LOWEST, W_HIGHEST};
    const Node *cell = setting_cell(s, W_AGGREGATE);
    const Node *clause = setting_clause(s, CL_INDICATOR_AGGREGATE, CL_INDICATORS_AGGREGATE);
    int64_t way = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        bool named = cell && cell->kind == N_CELL &&
                     (word_match(cell->text, 0, words[i], LANG_EN) == cell->text.n ||
                      word_match(cell->text, 0, words[i], LANG_FR) == cell->text.n);
        bool written = !cell && clause && clause->count && clause->kids[0]->op == words[i];
        way = named || written ? (int64_t)i + 1 : way;
    }
    if (cell && !way) {
        diag(s->f->unit->program->diags, D_CELL_AGGREGATE, cell->span, cell->text);
        s->f->unit->failed = true;
    }
    number_to(s->f, way, dst, s->span);
}

/* ---- indicators ---- */

static const Node *header_of(const Node *block)
{
    const Node *body = node_body(block);
    for (uint32_t i = 0; body && i < body->count; i++) {
        if (body->kids[i]->kind == N_ROW) {
            return body->kids[i];
        }
    }
    return NULL;
}

static void title_setting(Settings *s, int dst)
{
    const Node *cell = setting_cell(s, W_TITLE);
    if (cell && cell->kind == N_CELL) {
        emit(s->f, OPC_CONST, dst, konst_text(s->f, cell->text), 0, cell->span);
    } else if (!s->header) {
        clause_value_to(s->f, node_clause_value(s->indicator->block, CL_TITLE), dst, s->span);
    } else {
        none_to(s->f, dst, s->span);
    }
}

/* The value of an indicator of no table. */
static void own_value(Settings *s, int dst)
{
    const Node *formula = s->header || s->indicator->table
                              ? NULL : node_clause_value(s->indicator->block, CL_INDICATOR_FORMULA);
    clause_value_to(s->f, formula, dst, s->span);
}

/* In the order of lib/indicator.h. */
void expr_indicator(Fn *f, const Node *n, int dst)
{
    const IndicatorDecl *i = program_indicator(f->unit->program, program_decl_of(f->unit->program, n));
    if (!i) {
        f->unit->failed = true;
        return;
    }
    Settings s = {.f = f, .indicator = i, .header = i->row ? header_of(i->block) : NULL, .span = n->span};
    uint32_t mark = f->next;
    int base = reg_push(f, n->span), first = (int)f->next;
    for (int k = 0; k < 15; k++) {
        reg_push(f, n->span);
    }
    emit(f, OPC_CONST, first, konst_text(f, i->decl->name), 0, n->span);
    title_setting(&s, first + 1);
    unit_setting(&s, first + 2);
    better_setting(&s, first + 3);
    text_setting(&s, W_GROUP_NAMED, CL_INDICATOR_GROUP, CL_INDICATORS_GROUP, first + 5);
    number_setting(&s, W_OBJECTIVE, CL_INDICATOR_OBJECTIVE, first + 6);
    number_setting(&s, W_REFERENCE, CL_INDICATOR_REFERENCE, first + 7);
    bands_to(f, setting_clause(&s, CL_INDICATOR_BANDS, CL_INDICATORS_BANDS), i->decl->constant, first + 8);
    text_setting(&s, W_BECAUSE, CL_INDICATOR_BECAUSE, CL_INDICATOR_BECAUSE, first + 11);
    text_setting(&s, W_PERIOD, CL_INDICATOR_PERIOD, CL_INDICATORS_PERIOD, first + 12);
    aggregate_setting(&s, first + 13);
    own_value(&s, first + 14);
    hidden_call(f, "%indicator", base, 15, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}

/* The unit in which an indicator measures the column that its formula makes; 0: as it is computed. */
uint16_t code_measured_unit(Fn *f, const Decl *column)
{
    const Program *p = f->unit->program;
    for (uint32_t i = 0; i < p->indicator_count; i++) {
        const IndicatorDecl *k = p->indicators[i];
        Settings s = {.f = f, .indicator = k, .header = k->row ? header_of(k->block) : NULL};
        const Node *wrong;
        uint16_t unit;
        if (k->column == column && !k->decl->removed) {
            return unit_of(&s, &unit, &wrong) ? unit : 0;
        }
    }
    return 0;
}

/* The indicators of the text, or those of one table, as a list. */
void expr_indicators(Fn *f, const Decl *table, int dst, Span span)
{
    Program *p = f->unit->program;
    uint32_t mark = f->next;
    int list = reg_push(f, span);
    emit(f, OPC_LIST, list, list, 0, span);
    for (uint32_t i = 0; i < p->indicator_count; i++) {
        const IndicatorDecl *k = p->indicators[i];
        if (k->decl->removed || (table && k->table != table)) {
            continue;
        }
        int item = reg_push(f, span);
        emit(f, OPC_SLOT, item, ref_add(f, k->decl->number, REF_RUNNING, true), 0, span);
        emit(f, OPC_APPEND, list, item, 0, span);
        reg_release(f, (uint32_t)item);
    }
    emit(f, OPC_MOVE, dst, list, 0, span);
    reg_release(f, mark);
}

/* ---- objective.rate and the like ---- */

static void objective_side(Fn *f, const Decl *d, int dst, Span span)
{
    if (d) {
        emit(f, OPC_SLOT, dst, ref_add(f, d->number, REF_RUNNING, true), 0, span);
    } else {
        none_to(f, dst, span);
    }
}

/* False: no such member. */
bool expr_objective_member(Fn *f, const ObjectiveDecl *o, Str name, int dst, Span span)
{
    static const struct {
        WordId word;
        char what;
    } members[] = {{W_VALUE, 'v'}, {W_OBJECTIVE, 't'}, {W_RATE, 'r'}, {W_GAP, 'g'}, {W_BY, 'd'}};
    char what = str_eq(name, STR("target")) || str_eq(name, STR("cible")) ? 't'
                : str_eq(name, STR("date")) ? 'd' : 0;
    for (size_t i = 0; i < sizeof members / sizeof *members && !what; i++) {
        bool named = word_match(name, 0, members[i].word, LANG_EN) == name.n ||
                     word_match(name, 0, members[i].word, LANG_FR) == name.n;
        what = named ? members[i].what : 0;
    }
    uint32_t mark = f->next;
    int call = reg_push(f, span), left = reg_push(f, span), right = reg_push(f, span);
    objective_side(f, o->value, left, span);
    objective_side(f, o->target, right, span);
    bool lower = o->op == OP_LE || o->op == OP_LT; /* less is better: what is too much is a gap below 0 */
    switch (what) {
    case 'v': emit(f, OPC_MOVE, dst, left, 0, span); break;
    case 't': emit(f, OPC_MOVE, dst, right, 0, span); break;
    case 'r':
        hidden_call(f, "%completion", call, 2, span);
        emit(f, OPC_MOVE, dst, call, 0, span);
        break;
    case 'g': emit(f, OPC_SUB, dst, lower ? right : left, lower ? left : right, span); break;
    case 'd': objective_side(f, o->by, dst, span); break;
    default: break;
    }
    reg_release(f, mark);
    return what != 0;
}

/* ---- dashboards ---- */

static const Node *part_of(const Node *block, WordId word)
{
    for (uint32_t i = 0; i < block->count; i++) {
        const Node *k = block->kids[i];
        if (k->kind == N_CLAUSE && k->op == CL_OF_PART && k->word == word && k->count) {
            return k->kids[0];
        }
    }
    return NULL;
}

static bool is_chosen(const Node *clause, Str name)
{
    for (uint32_t i = 0; clause && i < clause->count; i++) {
        if (str_eq(clause->kids[i]->text, name)) {
            return true;
        }
    }
    return !clause;
}

static void slot_to_list(Fn *f, const Decl *d, int list, Span span)
{
    int item = reg_push(f, span);
    objective_side(f, d, item, span);
    emit(f, OPC_APPEND, list, item, 0, span);
    reg_release(f, (uint32_t)item);
}

/* A quotient is the ratio of the sums of its sides: its value a row is not needed, and a row may have none. */
static bool is_ratio_of_sums(Fn *f, const IndicatorDecl *i)
{
    Settings s = {.f = f, .indicator = i, .header = i->row ? header_of(i->block) : NULL};
    return i->top && i->bottom && !setting_cell(&s, W_AGGREGATE) &&
           !setting_clause(&s, CL_INDICATOR_AGGREGATE, CL_INDICATORS_AGGREGATE);
}

/* Adds to a list what it takes to measure several rows: the indicator, its column, and both sides of its formula or
   nothing. */
void expr_measure(Fn *f, const IndicatorDecl *i, int list, Span span)
{
    slot_to_list(f, i->decl, list, span);
    slot_to_list(f, is_ratio_of_sums(f, i) ? NULL : i->column, list, span);
    slot_to_list(f, i->top, list, span);
    slot_to_list(f, i->bottom, list, span);
}

static uint32_t dashboard_indicators(Fn *f, const Node *n, const Decl *table, int list)
{
    Program *p = f->unit->program;
    const Node *chosen = node_clause(n, CL_DASHBOARD_INDICATORS);
    uint32_t count = 0;
    emit(f, OPC_LIST, list, list, 0, n->span);
    for (uint32_t i = 0; i < p->indicator_count; i++) {
        const IndicatorDecl *k = p->indicators[i];
        if (k->decl->removed || k->table != table || !k->column || !is_chosen(chosen, k->decl->name)) {
            continue;
        }
        expr_measure(f, k, list, n->span);
        count++;
    }
    return count;
}

static void check_chosen(Fn *f, const Node *n, const Decl *table)
{
    Program *p = f->unit->program;
    const Node *chosen = node_clause(n, CL_DASHBOARD_INDICATORS);
    for (uint32_t i = 0; chosen && i < chosen->count; i++) {
        bool known = false;
        for (uint32_t k = 0; k < p->indicator_count; k++) {
            known = known || (p->indicators[k]->table == table && str_eq(p->indicators[k]->decl->name, chosen->kids[i]->text));
        }
        if (!known) {
            diag(p->diags, D_NO_SUCH_INDICATOR, chosen->kids[i]->span, chosen->kids[i]->text, table->name);
            f->unit->failed = true;
        }
    }
}

/* A column named in the block: its name and its values, or nothing twice. */
static void named_column(Fn *f, const Decl *table, const Node *name, int dst, Span span)
{
    Program *p = f->unit->program;
    const Decl *d = name ? names_column(p, table->inner, name->text) : NULL;
    if (name && !d) {
        names_report_column(p, table->inner, name->text, name->span);
        f->unit->failed = true;
    }
    if (d) {
        emit(f, OPC_CONST, dst, konst_text(f, name->text), 0, span);
        emit(f, OPC_SLOT, dst + 1, ref_add(f, d->number, REF_RUNNING, true), 0, span);
    } else {
        none_to(f, dst, span);
        none_to(f, dst + 1, span);
    }
}

static void shown_fields(Fn *f, const Node *clause, int list, Span span)
{
    emit(f, OPC_LIST, list, list, 0, span);
    for (uint32_t i = 0; clause && i < clause->count; i++) {
        int item = reg_push(f, span);
        emit(f, OPC_CONST, item, konst_text(f, str_from(word_text((WordId)clause->kids[i]->op, LANG_EN))), 0, span);
        emit(f, OPC_APPEND, list, item, 0, span);
        reg_release(f, (uint32_t)item);
    }
}

/* A column of statuses would stay empty. */
static void warn_no_bands(Fn *f, const Node *n, const Decl *table)
{
    const Program *p = f->unit->program;
    const Node *shown = node_clause(n, CL_DASHBOARD_SHOW), *chosen = node_clause(n, CL_DASHBOARD_INDICATORS), *word = NULL;
    for (uint32_t i = 0; shown && i < shown->count; i++) {
        word = shown->kids[i]->op == W_STATUS ? shown->kids[i] : word;
    }
    for (uint32_t i = 0; word && i < p->indicator_count; i++) {
        const IndicatorDecl *k = p->indicators[i];
        if (k->table == table && is_chosen(chosen, k->decl->name) && k->decl->constant.tag == T_LEVEL) {
            return;
        }
    }
    if (word && !f->unit->trace) {
        diag(p->diags, D_STATUS_WITHOUT_BANDS, word->span, table->name);
    }
}

/* %dashboard(key name, keys, period name, periods, indicators, fields shown, fields of the summary, title) */
void expr_dashboard(Fn *f, const Node *n, int dst)
{
    Program *p = f->unit->program;
    const Node *of = part_of(n, W_OF), *by = part_of(n, W_BY), *periods = node_clause_value(n, CL_DASHBOARD_PERIODS);
    Lookup l = of ? names_find(p, f->unit->scope, of->text) : (Lookup){0};
    const Decl *table = l.kind == LOOKUP_DECL && l.decl->inner ? l.decl : NULL;
    if (!table) {
        diag(p->diags, of ? D_NOT_A_TABLE : D_DASHBOARD_OF, of ? of->span : n->span, of ? of->text : n->text);
        f->unit->failed = true;
        return;
    }
    uint32_t mark = f->next;
    int base = reg_push(f, n->span), first = (int)f->next;
    for (int i = 0; i < 8; i++) {
        reg_push(f, n->span);
    }
    named_column(f, table, by, first, n->span);
    named_column(f, table, periods, first + 2, n->span);
    check_chosen(f, n, table);
    if (!dashboard_indicators(f, n, table, first + 4)) {
        diag(p->diags, D_DASHBOARD_EMPTY, n->span, n->text, table->name);
        f->unit->failed = true;
    }
    warn_no_bands(f, n, table);
    shown_fields(f, node_clause(n, CL_DASHBOARD_SHOW), first + 5, n->span);
    shown_fields(f, node_clause(n, CL_DASHBOARD_SUMMARY), first + 6, n->span);
    clause_value_to(f, node_clause_value(n, CL_TITLE), first + 7, n->span);
    hidden_call(f, "%dashboard", base, 8, n->span);
    emit(f, OPC_MOVE, dst, base, 0, n->span);
    reg_release(f, mark);
}
