/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A grid as the table that one fills: sections, criteria, a box for each level. What is computed is ticked. */
#include "data/table.h"
#include "domain/grid.h"
#include "num/number.h"
#include "report/writer.h"

static const Str NOTHING = {"", 0};

static Str text_of(const Writer *w, Value v)
{
    return v.tag == T_TEXT ? text_str(w->graph->vm->heap, v) : NOTHING;
}

/* Two spaces for each section around it. */
static Str indented(Writer *w, uint32_t depth, Str text)
{
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    for (uint32_t i = 0; i < depth; i++) {
        buf_puts(&b, "\u00A0\u00A0");
    }
    buf_put(&b, text);
    return writer_keep(w, &b);
}

static void sections(Writer *w, DocNode *table, const Instance *grid, uint32_t criterion)
{
    Value titles = grid_part(grid, criterion, CRITERION_SECTIONS);
    uint32_t n = list_count(titles), begun = grid_new_sections(w->graph->vm->heap, grid, criterion);
    for (uint32_t i = n - begun; i < n; i++) {
        DocNode *row = doc_row(w->doc, table);
        DocNode *cell = doc_cell(w->doc, row, indented(w, i, text_of(w, list_at(titles, i))), TONE_STRONG);
        doc_span(cell, grid_levels(grid) + 1);
    }
}

/* The level that a computed criterion stands at; -1: none, or between two. */
static int level_of(const Writer *w, const Instance *grid, uint32_t criterion)
{
    Vm *vm = w->graph->vm;
    Value worth, values = grid->fields[GRID_VALUES];
    int order = 1;
    if (!grid_is_automatic(grid, criterion)) {
        return -1;
    }
    if (!grid_automatic(vm, grid, criterion, &worth)) {
        vm_take_fault(vm);
        return -1;
    }
    for (uint32_t i = 0; value_is_number(worth) && i < list_count(values); i++) {
        if (num_cmp(vm->num, worth, list_at(values, i), &order) == NUM_OK && !order) {
            return (int)i;
        }
    }
    return -1;
}

static void criterion_row(Writer *w, DocNode *table, const Instance *grid, uint32_t i)
{
    DocNode *row = doc_row(w->doc, table);
    Str title = text_of(w, grid_part(grid, i, CRITERION_TITLE));
    Value wordings = grid_part(grid, i, CRITERION_WORDINGS);
    uint32_t depth = list_count(grid_part(grid, i, CRITERION_SECTIONS));
    int level = level_of(w, grid, i);
    title = title.n ? title : text_of(w, grid_part(grid, i, CRITERION_NAME));
    doc_head_cell(w->doc, row, indented(w, depth, title));
    for (uint32_t k = 0; k < grid_levels(grid); k++) {
        DocNode *cell = doc_cell(w->doc, row, text_of(w, list_at(wordings, k)), TONE_PLAIN);
        doc_tick(cell, (int)k == level);
    }
}

/* "TI: very insufficient, I: insufficient"; nothing where levels say no more than their names. */
static Str level_titles(Writer *w, const Instance *grid)
{
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    for (uint32_t i = 0; i < grid_levels(grid); i++) {
        if (grid_level_title(grid, i).n) {
            buf_puts(&b, b.n ? ", " : "");
            buf_put(&b, grid_level_name(grid, i));
            buf_puts(&b, w->doc->lang == LANG_FR ? "\u00A0: " : ": ");
            buf_put(&b, grid_level_title(grid, i));
        }
    }
    return writer_keep(w, &b);
}

static Str equivalent(Writer *w, Value names)
{
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    for (uint32_t i = 0; i < list_count(names); i++) {
        buf_puts(&b, i ? ", " : "");
        buf_put(&b, text_of(w, list_at(names, i)));
    }
    return writer_keep(w, &b);
}

static void scales(Writer *w, DocNode *parent, const Instance *grid)
{
    Str titles = level_titles(w, grid);
    Value others = grid->fields[GRID_EQUIVALENTS];
    if (titles.n) {
        doc_paragraph(w->doc, parent, titles, TONE_MUTED);
    }
    for (uint32_t i = 0; i < list_count(others); i++) {
        Str also = writer_sentence(w, D_REPORT_EQUIVALENT, equivalent(w, list_at(others, i)), NOTHING, NOTHING);
        doc_paragraph(w->doc, parent, also, TONE_MUTED);
    }
}

void writer_grid(Writer *w, DocNode *parent, Value v)
{
    const Instance *grid = v.ptr;
    uint32_t levels = grid_levels(grid);
    DocColumn *columns = arena_alloc(&w->doc->arena, (levels + 1) * sizeof *columns);
    if (!columns) {
        return;
    }
    columns[0] = (DocColumn){writer_word(w, RW_CRITERION), ALIGN_LEFT};
    for (uint32_t i = 0; i < levels; i++) {
        columns[i + 1] = (DocColumn){grid_level_name(grid, i), ALIGN_LEFT};
    }
    DocNode *table = doc_table(w->doc, parent, columns, levels + 1);
    Str title = text_of(w, grid->fields[GRID_TITLE]);
    doc_caption(w->doc, table, title.n ? title : text_of(w, grid->fields[GRID_NAME]));
    for (uint32_t i = 0; i < grid_criteria(grid); i++) {
        sections(w, table, grid, i);
        criterion_row(w, table, grid, i);
    }
    scales(w, parent, grid);
}
