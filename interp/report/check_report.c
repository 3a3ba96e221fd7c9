/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit is all in the CheckReport: only the sums of points are written out again, term by term. */
#include "report/check_report.h"

#include "domain/competence.h"
#include "domain/points.h"
#include "num/number.h"
#include "num/unit.h"
#include "report/writer.h"

static const Str NOTHING = {"", 0};
static const Str YES = {"✓", sizeof "✓" - 1};
static const Str NO = {"✗", sizeof "✗" - 1};

static Str named(Str title, Str name) { return title.n ? title : name; }

/* ---- official figures ---- */

static DocTone class_tone(const OfficialResult *o)
{
    bool announced = !o->asserted_otherwise && o->answer->official.asserted != CLASS_COUNT;
    bool plain = o->cls == CLASS_EXACT || o->cls == CLASS_ROUNDED || announced;
    return o->cls == CLASS_WRONG && !announced ? TONE_BAD : plain && !o->asserted_otherwise ? TONE_GOOD : TONE_WARN;
}

static Str class_name(const Writer *w, OfficialClass c) { return str_from(official_class_name(c, w->doc->lang)); }

static Str official_remark(Writer *w, const OfficialResult *o)
{
    if (o->asserted_otherwise) {
        return writer_sentence(w, D_REPORT_OTHER_CLASS, class_name(w, o->answer->official.asserted), NOTHING, NOTHING);
    }
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    official_detail(&b, w->graph, o, w->doc->lang);
    return writer_keep(w, &b);
}

/* The printed figure as the correction has it: its own decimals. */
static void printed_cell(Writer *w, DocNode *row, const OfficialResult *o)
{
    ShowStyle style = *w->style;
    if (value_is_number(o->printed) && o->answer->official.decimals >= 0) {
        style.number.kind = NF_DECIMALS;
        style.number.digits = o->answer->official.decimals;
    }
    Writer exact = {.doc = w->doc, .graph = w->graph, .style = &style};
    writer_value_cell(&exact, row, o->printed, TONE_PLAIN);
}

static void official_row(Writer *w, DocNode *table, const OfficialResult *o)
{
    DocNode *row = doc_row(w->doc, table);
    doc_cell(w->doc, row, o->answer->address, TONE_PLAIN);
    if (!o->known) {
        return;
    }
    printed_cell(w, row, o);
    writer_value_cell(w, row, o->key, TONE_PLAIN);
    doc_cell(w->doc, row, class_name(w, o->cls), class_tone(o));
    doc_cell(w->doc, row, official_remark(w, o), TONE_PLAIN);
}

/* Cells of one table: those that are as they should be are counted, the others shown. How many there are. */
static uint32_t official_cells(Writer *w, DocNode *table, const OfficialResult *all, uint32_t n)
{
    uint32_t count[CLASS_COUNT] = {0}, cells = 0;
    while (cells < n && all[cells].answer->table == all[0].answer->table) {
        count[all[cells++].cls]++;
    }
    DocNode *row = doc_row(w->doc, table);
    doc_cell(w->doc, row, all[0].answer->table->address, TONE_PLAIN);
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    buf_put(&b, writer_counted(w, cells, RW_ONE_FIGURE, RW_MANY_FIGURES));
    const char *separator = w->doc->lang == LANG_FR ? " : " : ": ";
    for (int c = 0; c < CLASS_COUNT; c++) {
        if (count[c]) {
            buf_printf(&b, "%s%u ", separator, count[c]);
            buf_put(&b, class_name(w, (OfficialClass)c));
            buf_puts(&b, w->doc->lang == LANG_FR && count[c] > 1 && c != CLASS_WRONG ? "s" : ""); /* deux faux */
            separator = ", ";
        }
    }
    doc_span(doc_cell(w->doc, row, writer_keep(w, &b), TONE_PLAIN), 4);
    for (uint32_t i = 0; i < cells; i++) {
        if (class_tone(&all[i]) != TONE_GOOD || all[i].answer->official.asserted != CLASS_COUNT || !all[i].known) {
            official_row(w, table, &all[i]);
        }
    }
    return cells;
}

static void officials(Writer *w, const CheckReport *r)
{
    DocColumn columns[] = {{writer_word(w, RW_ANSWER), ALIGN_LEFT},   {writer_word(w, RW_PRINTED), ALIGN_RIGHT},
                           {writer_word(w, RW_COMPUTED), ALIGN_RIGHT}, {writer_word(w, RW_CLASS), ALIGN_LEFT},
                           {NOTHING, ALIGN_LEFT}};
    if (!r->official_count) {
        return;
    }
    doc_heading(w->doc, NULL, 2, writer_word(w, RW_OFFICIALS));
    DocNode *table = doc_table(w->doc, NULL, columns, 5);
    for (uint32_t i = 0; i < r->official_count;) {
        if (r->officials[i].answer->table) {
            i += official_cells(w, table, &r->officials[i], r->official_count - i);
        } else {
            official_row(w, table, &r->officials[i++]);
        }
    }
}

/* ---- checks ---- */

static Str check_text(Writer *w, const CheckLine *line)
{
    Str text = writer_check(w, line->check);
    return line->either ? writer_sentence(w, D_REPORT_BRANCH, text, writer_count(w, line->branch + 1), NOTHING) : text;
}

/* A list or a table is too large for a cell. */
static void side_cell(Writer *w, DocNode *row, bool has, Value v)
{
    bool small = v.tag != T_LIST && v.tag != T_MATRIX && v.tag != T_TABLE && v.tag != T_RECORD;
    if (has && small) {
        writer_value_cell(w, row, v, TONE_PLAIN);
    } else {
        doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
    }
}

/* Both sides of `x ≈ 0.026 %` in the unit and with the decimals written there, and one more of what was obtained. */
static bool about_cells(Writer *w, DocNode *row, const CheckLine *line)
{
    const Node *expr = line->check->expr;
    Value obtained;
    int decimals = line->check->op == OP_ABOUT ? case_literal_decimals(expr->kids[2]) : NO_DECIMALS;
    if (decimals == NO_DECIMALS || decimals < 0 || !line->known || !line->has_sides ||
        unit_convert(w->graph->vm->num, line->obtained, line->asserted.unit, &obtained) != NUM_OK) {
        return false;
    }
    ShowStyle style = *w->style;
    Writer exact = {.doc = w->doc, .graph = w->graph, .style = &style};
    style.number.kind = NF_DECIMALS;
    style.number.digits = decimals;
    writer_value_cell(&exact, row, line->asserted, TONE_PLAIN);
    style.number.digits = decimals + 1;
    writer_value_cell(&exact, row, obtained, TONE_PLAIN);
    return true;
}

static void check_line(Writer *w, DocNode *table, const CheckLine *line)
{
    bool good = line->known && line->holds;
    DocNode *row = doc_row(w->doc, table);
    doc_cell(w->doc, row, good ? YES : NO, good ? TONE_GOOD : TONE_BAD);
    doc_cell(w->doc, row, check_text(w, line), TONE_PLAIN);
    if (!about_cells(w, row, line)) {
        side_cell(w, row, line->known && line->has_sides, line->asserted);
        side_cell(w, row, line->known && line->has_sides, line->obtained);
    }
    side_cell(w, row, line->known && line->has_difference && !good, line->difference);
}

static void checks(Writer *w, const CheckReport *r)
{
    DocColumn columns[] = {{NOTHING, ALIGN_LEFT},
                           {writer_word(w, RW_CHECK), ALIGN_LEFT},
                           {writer_word(w, RW_ASSERTED), ALIGN_RIGHT},
                           {writer_word(w, RW_OBTAINED), ALIGN_RIGHT},
                           {r->failed_checks ? writer_word(w, RW_DIFFERENCE) : NOTHING, ALIGN_RIGHT}};
    if (!r->line_count) {
        return;
    }
    doc_heading(w->doc, NULL, 2, writer_word(w, RW_CHECKS));
    DocNode *table = doc_table(w->doc, NULL, columns, 5);
    for (uint32_t i = 0; i < r->line_count; i++) {
        check_line(w, table, &r->lines[i]);
    }
}

/* ---- points ---- */

typedef struct Terms { /* "1 + 1 + 2 = 4" */
    Writer *w;
    Buf text;
    Value total;
    uint32_t count;
} Terms;

/* units: how many times as much; 1 is not written. */
static void add_units(Terms *t, uint32_t units, Value each, Value points)
{
    buf_puts(&t->text, t->text.n ? " + " : "");
    if (units != 1) {
        buf_printf(&t->text, "%u × ", units);
    }
    value_show(t->w->graph->vm->heap, &t->text, each, t->w->style);
    t->total = points_add(t->w->graph->vm->num, t->total, points);
    t->count += units;
}

static void add_term(Terms *t, Value points)
{
    buf_puts(&t->text, t->text.n ? " + " : "");
    value_show(t->w->graph->vm->heap, &t->text, points, t->w->style);
    t->total = points_add(t->w->graph->vm->num, t->total, points);
    t->count++;
}

/* An either counts for its first branch: the audit sees to it that the others are worth as much. */
static void add_items(Terms *t, const Items *items)
{
    for (uint32_t i = 0; i < items->count; i++) {
        const Item *it = &items->list[i];
        if (it->kind == ITEM_ANSWER && num_sign(it->answer->points)) {
            add_term(t, it->answer->points);
        } else if (it->kind == ITEM_TABLE && num_sign(it->table->points)) {
            bool split = it->table->split;
            add_units(t, split ? 1 : it->table->units, split ? it->table->points : it->table->each, it->table->points);
        } else if (it->kind == ITEM_OPEN && num_sign(it->open->points)) {
            add_term(t, it->open->points);
        } else if (it->kind == ITEM_EITHER && it->either->branch_count) {
            add_items(t, &it->either->branches[0].items);
        }
    }
}

static void terms_row(Terms *t, DocNode *table, Str name, bool announced, Value points)
{
    Writer *w = t->w;
    bool good = !announced || points_equal(w->graph->vm->num, t->total, points);
    if (t->count != 1) {
        buf_puts(&t->text, t->count ? " = " : "");
        value_show(w->graph->vm->heap, &t->text, t->total, w->style);
    }
    DocNode *row = doc_row(w->doc, table);
    doc_cell(w->doc, row, name, TONE_PLAIN);
    doc_cell(w->doc, row, writer_keep(w, &t->text), good ? TONE_PLAIN : TONE_BAD);
    side_cell(w, row, announced, points);
}

static Terms terms(Writer *w)
{
    Terms t = {.w = w, .total = num_int(0)};
    buf_init(&t.text, w->graph->vm->mem);
    return t;
}

static void case_points(Writer *w, DocNode *table, const Case *c)
{
    for (uint32_t i = 0; i < c->question_count; i++) {
        const Question *q = c->questions[i];
        Terms t = terms(w);
        add_items(&t, &q->items);
        terms_row(&t, table, q->label, q->has_points, q->points);
    }
    Terms all = terms(w);
    for (uint32_t i = 0; i < c->question_count; i++) {
        add_term(&all, points_of_question(w->graph->vm->num, c->questions[i]));
    }
    terms_row(&all, table, writer_word(w, RW_TOTAL), c->exam.has_points, c->exam.points);
}

static void points(Writer *w, const CheckReport *r)
{
    DocColumn columns[] = {{writer_word(w, RW_QUESTION), ALIGN_LEFT},
                           {writer_word(w, RW_SUM), ALIGN_LEFT},
                           {writer_word(w, RW_ANNOUNCED), ALIGN_RIGHT}};
    for (uint32_t i = 0; i < r->cases.count; i++) {
        const Case *c = r->cases.list[i];
        if (!c->unmarked && c->question_count) {
            doc_heading(w->doc, NULL, 2, writer_word(w, RW_POINTS));
            case_points(w, doc_table(w->doc, NULL, columns, 3), c);
        }
    }
}

/* ---- competences ---- */

/* What is worked on, and in which blocks nothing is. */
static void case_competences(Writer *w, const Case *c)
{
    const Framework *f = c->framework;
    Coverage *of = f ? case_coverage(c, w->graph->vm->num, &w->doc->arena) : NULL;
    DocColumn columns[] = {{writer_word(w, RW_COMPETENCE), ALIGN_LEFT},
                           {NOTHING, ALIGN_LEFT},
                           {writer_word(w, RW_TIMES), ALIGN_RIGHT},
                           {writer_word(w, RW_POINTS), ALIGN_RIGHT}};
    DocNode *table = NULL;
    for (uint32_t i = 0; of && i < f->count; i++) {
        if (!of[i].total) {
            continue;
        }
        if (!table) {
            doc_heading(w->doc, NULL, 2, writer_word(w, RW_COMPETENCES));
            table = doc_table(w->doc, NULL, columns, 4);
        }
        DocNode *row = doc_row(w->doc, table);
        doc_cell(w->doc, row, f->list[i].code, f->list[i].depth ? TONE_PLAIN : TONE_STRONG);
        doc_cell(w->doc, row, f->list[i].title, TONE_PLAIN);
        doc_cell(w->doc, row, writer_count(w, of[i].total), TONE_PLAIN);
        writer_value_cell(w, row, of[i].total_points, TONE_PLAIN);
    }
}

/* ---- findings ---- */

static Str place_of(Writer *w, Span span)
{
    const Source *s = sources_get(w->graph->program->sources, span.source);
    if (!s) {
        return NOTHING;
    }
    Place at = source_place(s, span.start);
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    buf_put(&b, s->name);
    buf_printf(&b, ":%u:%u", at.line, at.column);
    return writer_keep(w, &b);
}

static Str fix_of(Writer *w, const Diag *f)
{
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    diag_fix(&b, f->id, f->args, w->doc->lang);
    return writer_keep(w, &b);
}

static Str message_of(Writer *w, const Diag *f)
{
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    diag_message(&b, f->id, f->args, w->doc->lang);
    return writer_keep(w, &b);
}

static void findings(Writer *w, const CheckReport *r)
{
    if (!r->findings.first) {
        return;
    }
    doc_heading(w->doc, NULL, 2, writer_word(w, RW_FINDINGS));
    for (const Diag *f = r->findings.first; f; f = f->next) {
        Str code = str_from(diag_code(f->id)), place = place_of(w, f->span), text = message_of(w, f);
        DocTone tone = diag_severity(f->id) == SEV_WARNING ? TONE_WARN : TONE_BAD;
        Str line = place.n ? writer_sentence(w, D_REPORT_FINDING, place, text, code) : text;
        doc_note(w->doc, NULL, tone, line, fix_of(w, f));
    }
}

static uint32_t finding_count(const CheckReport *r) { return r->findings.errors + r->findings.warnings; }

static void totals(Writer *w, const CheckReport *r)
{
    uint32_t found = finding_count(r);
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    buf_put(&b, writer_counted(w, r->line_count, RW_ONE_CHECK, RW_MANY_CHECKS));
    buf_puts(&b, ", ");
    buf_put(&b, writer_counted(w, r->official_count, RW_ONE_OFFICIAL, RW_MANY_OFFICIALS));
    buf_puts(&b, ", ");
    buf_put(&b, writer_counted(w, found, RW_ONE_FINDING, RW_MANY_FINDINGS));
    if (r->text_errors) {
        buf_puts(&b, ", ");
        buf_put(&b, writer_counted(w, r->text_errors, RW_ONE_ERROR, RW_MANY_ERRORS));
    }
    doc_rule(w->doc, NULL);
    doc_note(w->doc, NULL, check_passed(r) ? found ? TONE_WARN : TONE_GOOD : TONE_BAD, writer_keep(w, &b), NOTHING);
}

void check_report(Doc *d, const CheckReport *r, const ShowStyle *style, bool with_findings)
{
    Writer w = {.doc = d, .graph = r->graph, .style = style};
    for (uint32_t i = 0; i < r->cases.count; i++) {
        const Case *c = r->cases.list[i];
        doc_heading(d, NULL, 1, named(c->title, c->name));
    }
    officials(&w, r);
    checks(&w, r);
    points(&w, r);
    for (uint32_t i = 0; i < r->cases.count; i++) {
        case_competences(&w, r->cases.list[i]);
    }
    if (with_findings) {
        findings(&w, r);
    }
    totals(&w, r);
}

/* ---- for programs ---- */

static void text_member(JsonWriter *json, Str key, Str text)
{
    json_key(json, key);
    json_text(json, text);
}

static void truth_member(JsonWriter *json, Str key, bool b)
{
    json_key(json, key);
    json_bool(json, b);
}

static void value_member(Writer *w, JsonWriter *json, Str key, bool has, Value v)
{
    json_key(json, key);
    if (has) {
        writer_value_json(w, json, v);
    } else {
        json_null(json);
    }
}

static void check_object(Writer *w, JsonWriter *json, const CheckLine *line)
{
    json_object(json);
    text_member(json, STR("check"), check_text(w, line));
    text_member(json, STR("place"), place_of(w, line->check->node->span));
    truth_member(json, STR("known"), line->known);
    truth_member(json, STR("holds"), line->known && line->holds);
    value_member(w, json, STR("asserted"), line->known && line->has_sides, line->asserted);
    value_member(w, json, STR("obtained"), line->known && line->has_sides, line->obtained);
    value_member(w, json, STR("difference"), line->known && line->has_difference, line->difference);
    value_member(w, json, STR("tolerance"), line->known && line->has_tolerance, line->tolerance);
    json_end(json);
}

static void official_object(Writer *w, JsonWriter *json, const OfficialResult *o)
{
    json_object(json);
    text_member(json, STR("answer"), o->answer->address);
    text_member(json, STR("place"), place_of(w, o->answer->official.node->span));
    value_member(w, json, STR("printed"), o->known, o->printed);
    value_member(w, json, STR("computed"), o->known, o->key);
    /* A stable word for programs, whatever the language. */
    text_member(json, STR("class"), str_from(official_class_name(o->cls, LANG_EN)));
    text_member(json, STR("detail"), o->known ? official_remark(w, o) : NOTHING);
    truth_member(json, STR("asserted_otherwise"), o->asserted_otherwise);
    json_end(json);
}

static void question_object(Writer *w, JsonWriter *json, const Question *q)
{
    json_object(json);
    text_member(json, STR("question"), q->label);
    value_member(w, json, STR("sum"), true, points_of_items(w->graph->vm->num, &q->items));
    value_member(w, json, STR("announced"), q->has_points, q->points);
    json_end(json);
}

static void points_array(Writer *w, JsonWriter *json, const CheckReport *r)
{
    json_key(json, STR("points"));
    json_array(json);
    for (uint32_t i = 0; i < r->cases.count; i++) {
        for (uint32_t k = 0; k < r->cases.list[i]->question_count; k++) {
            question_object(w, json, r->cases.list[i]->questions[k]);
        }
    }
    json_end(json);
}

void check_json(JsonWriter *json, const CheckReport *r, const ShowStyle *style)
{
    Doc scratch; /* where the texts live meanwhile */
    doc_init(&scratch, r->graph->vm->mem, style->number.lang);
    Writer w = {.doc = &scratch, .graph = r->graph, .style = style};
    json_object(json);
    json_key(json, STR("checks"));
    json_array(json);
    for (uint32_t i = 0; i < r->line_count; i++) {
        check_object(&w, json, &r->lines[i]);
    }
    json_end(json);
    json_key(json, STR("officials"));
    json_array(json);
    for (uint32_t i = 0; i < r->official_count; i++) {
        official_object(&w, json, &r->officials[i]);
    }
    json_end(json);
    points_array(&w, json, r);
    json_key(json, STR("findings"));
    diags_json(json, r->graph->program->sources, &r->findings, style->number.lang);
    truth_member(json, STR("passed"), check_passed(r));
    json_end(json);
    json->out->failed = json->out->failed || !doc_ok(&scratch);
    doc_free(&scratch);
}
