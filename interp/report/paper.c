/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/paper.h"

#include "data/table.h"
#include "domain/grid.h"

static const Str NOTHING = {"", 0};

static Graph *graph(const Paper *p) { return p->w.graph; }

/* ---- names ---- */

Str paper_name(Paper *p, Str title, Str name)
{
    return title.n ? title : writer_name(&p->w, name);
}

DocNode *paper_question(Paper *p, DocNode *at, const Question *q)
{
    Buf b;
    buf_init(&b, graph(p)->vm->mem);
    buf_put(&b, q->label);
    buf_puts(&b, q->title.n ? "  " : "");
    buf_put(&b, q->title);
    return doc_section(p->w.doc, at, writer_keep(&p->w, &b));
}

/* ---- values ---- */

View *paper_view(Paper *p, const Either *e, uint32_t branch)
{
    uint32_t n = graph(p)->program->either_count;
    uint32_t *choice = arena_alloc(&p->w.doc->arena, (n + 1) * sizeof *choice);
    if (!choice) {
        return NULL;
    }
    case_choose_path(e, branch, choice);
    const KeyChoice *chosen = key_choice(p->key, choice);
    if (!chosen) {
        vm_report(graph(p)->vm, p->cases->diags);
    }
    return chosen ? chosen->view : NULL;
}

bool paper_value(Paper *p, const Either *e, uint32_t branch, uint32_t slot, Value *out)
{
    return !p->key->stopped && case_eval(graph(p), p->cases->diags, paper_view(p, e, branch), slot, out);
}

bool paper_block_value(Paper *p, const Item *i, Value *out)
{
    return i->decl && paper_value(p, NULL, 0, graph_slot(graph(p), i->decl, -1), out);
}

/* ---- grids, matrices ---- */

static Str text_at(Paper *p, Value v) { return v.tag == T_TEXT ? text_str(graph(p)->vm->heap, v) : NOTHING; }

static Str grid_title(Paper *p, Value grid)
{
    const Instance *g = grid.ptr;
    return paper_name(p, text_at(p, g->fields[GRID_TITLE]), text_at(p, g->fields[GRID_NAME]));
}

/* "TI very insufficient (0)" */
static Str level_heading(Paper *p, const Instance *grid, uint32_t rank)
{
    Buf b;
    Str title = grid_level_title(grid, rank), name = grid_level_name(grid, rank);
    buf_init(&b, graph(p)->vm->mem);
    buf_put(&b, name);
    if (title.n && !str_eq(title, name)) {
        buf_putc(&b, ' ');
        buf_put(&b, title);
    }
    Str worth = writer_exact(&p->w, list_at(grid->fields[GRID_VALUES], rank));
    if (!str_eq(worth, name)) {
        buf_puts(&b, " (");
        buf_put(&b, worth);
        buf_putc(&b, ')');
    }
    return writer_keep(&p->w, &b);
}

Str paper_marking_grid(Paper *p, const Open *o)
{
    Value grid;
    bool marks = o->grid != NO_SLOT && paper_value(p, NULL, 0, o->grid, &grid) && value_is_grid(grid);
    return marks ? writer_sentence(&p->w, D_REPORT_GRID, grid_title(p, grid), NOTHING, NOTHING) : NOTHING;
}

/* "Structured reflection, out of 9" */
static Str grid_caption(Paper *p, Value v)
{
    const Instance *grid = v.ptr;
    Str name = grid_title(p, v);
    Value most = grid->fields[GRID_OUT_OF];
    return most.tag == T_NONE ? name : writer_sentence(&p->w, D_REPORT_OUT_OF, name, writer_exact(&p->w, most), NOTHING);
}

static bool same_sections(Paper *p, Value a, Value b)
{
    if (b.tag != T_LIST || list_count(a) != list_count(b)) {
        return false;
    }
    for (uint32_t i = 0; i < list_count(a); i++) {
        if (!str_eq(text_at(p, list_at(a, i)), text_at(p, list_at(b, i)))) {
            return false;
        }
    }
    return true;
}

/* The sections of a criterion, on a row of their own where they change. */
static void section_row(Paper *p, DocNode *table, Value sections, unsigned width)
{
    Buf b;
    buf_init(&b, graph(p)->vm->mem);
    for (uint32_t i = 0; i < list_count(sections); i++) {
        buf_puts(&b, i ? " – " : "");
        buf_put(&b, text_at(p, list_at(sections, i)));
    }
    Str text = writer_keep(&p->w, &b);
    if (text.n) {
        doc_span(doc_cell(p->w.doc, doc_row(p->w.doc, table), text, TONE_STRONG), width);
    }
}

/* The level that a computed criterion stands at; -1: it is between two, or there is none. */
static int computed_level(Paper *p, const Instance *grid, uint32_t criterion)
{
    Vm *vm = graph(p)->vm;
    Value worth, same, values = grid->fields[GRID_VALUES];
    bool known = grid_automatic(vm, grid, criterion, &worth);
    for (uint32_t i = 0; known && i < list_count(values); i++) {
        if (vm_equal(vm, worth, list_at(values, i), &same) && value_is_true(same)) {
            return (int)i;
        }
    }
    vm_take_fault(vm);
    return -1;
}

/* What is computed is ticked; where it stands at no level, its value is told. */
static void computed_cells(Paper *p, DocNode *row, const Instance *grid, uint32_t criterion)
{
    Writer *w = &p->w;
    int level = computed_level(p, grid, criterion);
    if (level < 0) {
        doc_span(doc_cell(w->doc, row, writer_value(w, grid_part(grid, criterion, CRITERION_VALUE)), TONE_MUTED),
                 grid_levels(grid));
    }
    for (uint32_t k = 0; level >= 0 && k < grid_levels(grid); k++) {
        doc_tick(doc_cell(w->doc, row, NOTHING, TONE_PLAIN), (int)k == level);
    }
}

static void criterion_row(Paper *p, DocNode *table, const Instance *grid, uint32_t i, uint32_t evaluations)
{
    Writer *w = &p->w;
    DocNode *row = doc_row(w->doc, table);
    Value weight = list_at(grid->fields[GRID_WEIGHTS], i), one = num_int(1), same = value_truth(true);
    Str name = paper_name(p, text_at(p, grid_part(grid, i, CRITERION_TITLE)), text_at(p, grid_part(grid, i, CRITERION_NAME)));
    DocNode *head = doc_head_cell(w->doc, row, name);
    if (vm_equal(graph(p)->vm, weight, one, &same) && !value_is_true(same)) {
        doc_run(w->doc, head, RUN_EMPHASIS, writer_sentence(w, D_REPORT_WEIGHT, writer_value(w, weight), NOTHING, NOTHING));
    }
    if (grid_is_automatic(grid, i)) {
        computed_cells(p, row, grid, i);
    }
    for (uint32_t k = 0; k < grid_levels(grid) && !grid_is_automatic(grid, i); k++) {
        DocNode *cell = doc_cell(w->doc, row, text_at(p, list_at(grid_part(grid, i, CRITERION_WORDINGS), k)), TONE_PLAIN);
        doc_tick(cell, false);
    }
    for (uint32_t k = 1; k < evaluations; k++) {
        doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
    }
}

static uint32_t evaluations_of(Paper *p, const Instance *grid)
{
    bool fits = false;
    Value v = grid->fields[GRID_EVALUATIONS];
    int64_t n = value_is_number(v) ? num_to_int64(graph(p)->vm->num, v, &fits) : 1;
    return fits && n > 1 && n < 9 ? (uint32_t)n : 1;
}

/* "or else: No, Yes": scales that count by place. */
static void equivalent_scales(Paper *p, DocNode *at, Value scales)
{
    Writer *w = &p->w;
    for (uint32_t i = 0; i < list_count(scales); i++) {
        Value names = list_at(scales, i);
        Buf b;
        buf_init(&b, graph(p)->vm->mem);
        for (uint32_t k = 0; k < list_count(names); k++) {
            buf_puts(&b, k ? ", " : "");
            buf_put(&b, text_at(p, list_at(names, k)));
        }
        Str text = writer_keep(w, &b);
        doc_paragraph(w->doc, at, writer_sentence(w, D_REPORT_EQUIVALENT, text, NOTHING, NOTHING), TONE_MUTED);
    }
}

void paper_grid(Paper *p, DocNode *at, const Item *i)
{
    Value v, before = value_none();
    Writer *w = &p->w;
    if (!paper_block_value(p, i, &v) || !value_is_grid(v)) {
        return;
    }
    const Instance *grid = v.ptr;
    uint32_t evaluations = evaluations_of(p, grid), width = 1 + grid_levels(grid) + evaluations - 1;
    DocColumn *columns = arena_alloc(&w->doc->arena, width * sizeof *columns);
    if (!columns) {
        return;
    }
    columns[0] = (DocColumn){writer_word(w, RW_CRITERION), ALIGN_LEFT};
    for (uint32_t k = 0; k < grid_levels(grid); k++) {
        columns[1 + k] = (DocColumn){level_heading(p, grid, k), ALIGN_CENTRE};
    }
    for (uint32_t k = 1; k < evaluations; k++) {
        columns[grid_levels(grid) + k] = (DocColumn){writer_sentence(w, D_REPORT_EVALUATION, writer_count(w, k + 1), NOTHING, NOTHING), ALIGN_CENTRE};
    }
    DocNode *table = doc_table(w->doc, at, columns, width);
    doc_caption(w->doc, table, grid_caption(p, v));
    for (uint32_t k = 0; k < grid_criteria(grid); k++) {
        Value sections = grid_part(grid, k, CRITERION_SECTIONS);
        if (!same_sections(p, sections, before)) {
            section_row(p, table, sections, width);
        }
        before = sections;
        criterion_row(p, table, grid, k, evaluations);
    }
    equivalent_scales(p, at, grid->fields[GRID_EQUIVALENTS]);
}

static Str cell_elements(Paper *p, const Expect *e, uint32_t row, uint32_t column)
{
    Buf b;
    buf_init(&b, graph(p)->vm->mem);
    for (uint32_t i = 0; i < e->count; i++) {
        const Element *el = &e->elements[i];
        if (el->placed && el->row == row && el->column == column) {
            buf_puts(&b, b.n ? "\n" : "");
            buf_put(&b, paper_name(p, el->title, el->name));
        }
    }
    return writer_keep(&p->w, &b);
}

void paper_matrix(Paper *p, DocNode *at, const Expect *e, unsigned lines)
{
    Writer *w = &p->w;
    DocColumn *columns = arena_alloc(&w->doc->arena, (e->columns + 1) * sizeof *columns);
    if (!columns) {
        return;
    }
    columns[0] = (DocColumn){e->corner, ALIGN_LEFT};
    for (uint32_t c = 0; c < e->columns; c++) {
        columns[c + 1] = (DocColumn){e->column_labels[c], ALIGN_LEFT};
    }
    DocNode *table = doc_table(w->doc, at, columns, e->columns + 1);
    for (uint32_t r = 0; r < e->rows; r++) {
        DocNode *row = doc_row(w->doc, table);
        doc_head_cell(w->doc, row, e->row_labels[r]);
        for (uint32_t c = 0; c < e->columns; c++) {
            DocNode *cell = doc_cell(w->doc, row, lines ? NOTHING : cell_elements(p, e, r, c), TONE_PLAIN);
            if (lines) {
                doc_box(w->doc, cell, lines);
            }
        }
    }
}

Str paper_needed(Paper *p, const Expect *e)
{
    Writer *w = &p->w;
    static const DiagId per[] = {[AWARD_CELL] = D_REPORT_PER_CELL, [AWARD_ROW] = D_REPORT_PER_ROW,
                                 [AWARD_COLUMN] = D_REPORT_PER_COLUMN, [AWARD_WHOLE] = D_REPORT_AT_LEAST};
    return writer_sentence(w, per[e->per], writer_count(w, e->needed), writer_count(w, e->count), NOTHING);
}

/* ---- the whole ---- */

static void write_part(Paper *p, unsigned parts, PaperPart part, ReportWord title, void (*write)(Paper *p, DocNode *at), bool *any)
{
    if (!(parts & part)) {
        return;
    }
    bool alone = parts == (unsigned)part;
    DocNode *at = alone ? NULL : doc_section(p->w.doc, NULL, writer_word(&p->w, title));
    if (alone) {
        doc_paragraph(p->w.doc, NULL, writer_word(&p->w, title), TONE_STRONG);
    }
    if (*any) {
        doc_new_page(at);
    }
    *any = true;
    write(p, at);
}

static void write_title(Paper *p, const PaperOptions *o)
{
    Doc *d = p->w.doc;
    Str title = paper_name(p, p->c->title, p->c->name);
    if (d->title.n) {
        doc_heading(d, NULL, 1, title);
    } else {
        doc_title(d, title);
    }
    Str exam = writer_exam(&p->w, &p->c->exam);
    if (exam.n) {
        doc_paragraph(d, NULL, exam, TONE_MUTED);
    }
    if (o->candidate.n) {
        doc_paragraph(d, NULL, writer_sentence(&p->w, D_REPORT_CANDIDATE, o->candidate, NOTHING, NOTHING), TONE_PLAIN);
    }
}

bool paper_write(Doc *d, const Cases *cs, const Case *c, const ShowStyle *style, const PaperOptions *o)
{
    Key key;
    bool any = false;
    Paper p = {.w = {.doc = d, .graph = cs->graph, .style = style, .on_paper = true}, .cases = cs, .c = c, .key = &key};
    if (!key_open(&key, cs->graph, c)) {
        key_close(&key);
        return false;
    }
    key_set_base(&key, o->view);
    write_title(&p, o);
    write_part(&p, o->parts, PAPER_SUBJECT, RW_SUBJECT, subject_write, &any);
    write_part(&p, o->parts, PAPER_CORRECTION, RW_CORRECTION, correction_write, &any);
    write_part(&p, o->parts, PAPER_MARKING, RW_MARKING, marking_write, &any);
    bool ok = !key.stopped;
    key_close(&key);
    return ok;
}

bool paper_step(Doc *d, const Cases *cs, const Case *c, const ShowStyle *style, const PaperOptions *o)
{
    Key key;
    Paper p = {.w = {.doc = d, .graph = cs->graph, .style = style, .on_paper = true}, .cases = cs, .c = c, .key = &key, .bare = o->bare};
    if (!key_open(&key, cs->graph, c)) {
        key_close(&key);
        return false;
    }
    key_set_base(&key, o->view);
    if (o->question) {
        subject_write_question(&p, o->question);
    } else {
        write_title(&p, o);
        subject_write_head(&p);
    }
    bool ok = !key.stopped;
    key_close(&key);
    return ok;
}
