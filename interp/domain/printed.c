/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a correction prints beside the answers: tables of figures, and statements about them. A figure goes to the
   answer of that cell; where no answer asks for the formula, it goes to an answer that is only audited. */
#include <string.h>

#include "base/utf8.h"
#include "domain/build.h"
#include "domain/reading.h"
#include "num/unit.h"

typedef struct Printing {
    Builder *b;
    const Node *block;
    AnswerTable *t;
    const Node *header;
    bool across;        /* one line of figures, whose header holds the labels of the rows of the answer */
} Printing;

static Mem *mem_of(const Printing *p) { return p->b->graph->vm->mem; }

static Str cell_text(const Printing *p, const Node *cell)
{
    return cell->kind == N_CELL ? cell->text : source_text(p->b->graph->program->sources, cell->span);
}

/* ---- which cell ---- */

static int label_at(const Printing *p, const Str *labels, uint32_t n, Str text)
{
    for (uint32_t i = 0; i < n; i++) {
        if (reading_same_text(mem_of(p), labels[i], text)) {
            return (int)i;
        }
    }
    return -1;
}

static int row_at(const Printing *p, Str text) { return label_at(p, p->t->row_labels, p->t->rows, text); }

/* One column: it bears any name. */
static int column_at(const Printing *p, Str text)
{
    int at = p->t->columns == 1 ? 0 : label_at(p, p->t->column_labels, p->t->columns, text);
    return at >= 0 ? at : label_at(p, p->t->column_names, p->t->columns, text);
}

static bool is_across(const Printing *p)
{
    bool any = false;
    for (uint32_t i = 0; i < p->header->count; i++) {
        bool row = row_at(p, cell_text(p, p->header->kids[i])) >= 0;
        if (i && !row) {
            return false;
        }
        any = any || row;
    }
    return p->t->columns == 1 && any;
}

/* ---- figures ---- */

static void give(const Printing *p, Answer *a, const Node *cell)
{
    bool classed = cell->kind == N_CELL && cell->count;
    if (cell->kind == N_CELL && !cell->count) {
        a->official = (Official){.node = cell, .slot = NO_SLOT, .asserted = CLASS_COUNT, .text = cell->text,
                                 .decimals = NO_DECIMALS};
    } else {
        a->official = build_official(p->b, cell, classed ? cell->kids[0] : cell, classed ? cell->kids[1] : NULL);
    }
}

static void cell_unknown(const Printing *p, const Node *label)
{
    diag(p->b->diags, D_PRINTED_LABEL, label->span, cell_text(p, label), p->t->name);
}

static void print_cell(const Printing *p, const Node *row, uint32_t i)
{
    const Node *cell = row->kids[i], *head = p->header->kids[i];
    const Node *row_label = p->across ? head : row->kids[0];
    int r = row_at(p, cell_text(p, row_label)), c = p->across ? 0 : column_at(p, cell_text(p, head));
    bool empty = cell->kind == N_CELL && !cell->text.n && !cell->count;
    if (empty) {
        return;
    }
    if (r < 0 || c < 0) {
        cell_unknown(p, r < 0 ? row_label : head);
        return;
    }
    Answer *a = p->t->cells[(uint32_t)r * p->t->columns + (uint32_t)c];
    if (a) {
        give(p, a, cell);
    }
}

static void print_row(const Printing *p, const Node *row)
{
    bool labelled = !p->across || row_at(p, cell_text(p, p->header->kids[0])) < 0;
    for (uint32_t i = labelled; i < row->count && i < p->header->count; i++) {
        print_cell(p, row, i);
    }
}

static void print_rows(Printing *p)
{
    const Node *body = node_body(p->block);
    p->header = NULL;
    for (uint32_t i = 0; body && i < body->count; i++) {
        const Node *row = body->kids[i];
        if (row->kind == N_ROW && row->flags & NODE_HEADER) {
            p->header = row;
            p->across = is_across(p);
        } else if (row->kind == N_ROW && p->header && row->count) {
            print_row(p, row);
        }
    }
}

/* ---- tables ---- */

/* An answer that is only audited. */
static Answer audited(const Printing *p, const Node *expr, Str name)
{
    Builder *b = p->b;
    Answer a = {.node = p->block, .question = b->question, .either = b->either, .branch = b->branch, .name = name,
                .rules = b->c->rules, .plausible = NO_SLOT, .points = num_int(0), .own_slot = NO_SLOT,
                .decl = program_decl_of(b->graph->program, expr), .slot = case_slot(b->graph, expr)};
    a.address = build_address(b, name);
    a.official = (Official){.slot = NO_SLOT, .asserted = CLASS_COUNT};
    return a;
}

static void print_table(Builder *b, const Node *n)
{
    const Node *target = n->count && n->kids[0]->kind == N_TARGET ? n->kids[0]->kids[0] : NULL;
    Printing p = {.b = b, .block = n};
    if (!target) {
        return;
    }
    Str name = source_text(b->graph->program->sources, target->span);
    bool found = false;
    for (uint32_t i = 0; i < b->c->table_count; i++) { /* methods may share a name */
        AnswerTable *t = b->c->tables[i];
        bool same = str_eq(t->name, name) || str_eq(t->address, name);
        if (same && (!b->question || t->question == b->question || str_eq(t->address, name))) {
            found = true;
            p.t = t;
            print_rows(&p);
        }
    }
    Answer parts = audited(&p, target, name);
    if (!found && build_printed_table(b, &parts, &p.t) && p.t) {
        print_rows(&p);
    } else if (!found) {
        diag(b->diags, D_PRINTED_NO_TABLE, target->span, name);
    }
}

/* ---- statements ---- */

/* Between two characters of one word there is no end of a figure: "5 offers" is not five octets. */
static bool ends_a_word(Str text, size_t end)
{
    uint32_t before = 0, after = 0;
    size_t last = end;
    if (end == text.n) {
        return true;
    }
    while (last && ((unsigned char)text.p[--last] & 0xC0u) == 0x80u) {
    }
    utf8_next(text, last, &before);
    utf8_next(text, end, &after);
    return ((unsigned char)text.p[end] & 0xC0u) != 0x80u && !(utf8_is_name(before) && utf8_is_name(after));
}

/* The figure in a sentence: from its first digit on, as far as it can be read. */
static bool figure_in(Builder *b, Str text, Figure *out)
{
    size_t start = 0;
    while (start < text.n && (text.p[start] < '0' || text.p[start] > '9')) {
        start++;
    }
    if (start && start < text.n && text.p[start - 1] == '-') {
        start--;
    }
    for (size_t end = text.n; end > start; end--) {
        Reading r;
        if (ends_a_word(text, end) && reading_parse(b->graph->vm->num, b->c->lang, b->arena, str_sub(text, start, end), &r) &&
            r.count && !r.ignored_word && !r.figures[0].computed) {
            *out = r.figures[0];
            return true;
        }
    }
    return false;
}

static const Node *class_word(const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *k = n->kids[i];
        if (k->kind == N_CLAUSE && k->op == CL_OF_PART && k->word != W_FOR) {
            return k;
        }
    }
    return NULL;
}

/* 1.2 “about 20 %”: for the reader of the audit, in whose language the quotes are. */
static Str statement_address(Builder *b, Str text)
{
    Buf out;
    bool french = b->graph->vm->lang == LANG_FR;
    buf_init(&out, b->graph->vm->mem);
    if (b->question) {
        buf_put(&out, b->question->label);
        buf_putc(&out, ' ');
    }
    buf_puts(&out, french ? "«\u00A0" : "“");
    buf_put(&out, text);
    buf_puts(&out, french ? "\u00A0»" : "”");
    Str s = arena_str(b->arena, buf_str(&out));
    buf_free(&out);
    return s;
}

static void print_statement(Builder *b, const Node *n)
{
    Printing p = {.b = b, .block = n};
    Figure figure;
    Str text = build_title(b, n);
    const Node *expr = node_part(n, W_FOR), *word = class_word(n);
    if (!expr) {
        diag0(b->diags, D_STATEMENT_FOR, n->span);
        return;
    }
    if (!figure_in(b, text, &figure)) {
        diag(b->diags, D_STATEMENT_FIGURE, n->span, text);
        return;
    }
    Answer *a = build_new(b, sizeof *a);
    Answer **place = a ? build_push(b, &b->c->printed, &b->c->printed_count, sizeof *place) : NULL;
    if (place) {
        *place = a;
        *a = audited(&p, expr, text);
        a->address = statement_address(b, text);
        a->official = (Official){.node = n, .slot = NO_SLOT, .value = figure.value, .known = true,
                                 .decimals = figure.decimals, .asserted = build_class(word)};
    }
}

void build_printed(Builder *b, const Node *n)
{
    if (n->op == B_OFFICIAL_TABLE) {
        print_table(b, n);
    } else {
        print_statement(b, n);
    }
}
