/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks are apart by an empty line. What a list or a quote holds is written with a longer prefix before each line; the
   first block of an item stands on the line of its mark. */
#include "report/markdown.h"

#include <string.h>

#include "base/utf8.h"
#include "report/chart_table.h"
#include "report/mark.h"
#include "report/word.h"

enum { DOTS = 40, DOTS_IN_A_CELL = 12 };

static void write_node(Mark *m, const DocNode *n);

/* ---- lines ---- */

static void begin_line(Mark *m)
{
    if (!m->after_mark) {
        buf_put(m->out, buf_str(&m->prefix));
    }
    m->after_mark = false;
    m->first = true;
    m->digits = false;
}

static void empty_line(Mark *m)
{
    buf_put(m->out, buf_str(&m->prefix));
    while (m->out->n && m->out->p[m->out->n - 1] == ' ') {
        m->out->n--;
    }
    buf_putc(m->out, '\n');
}

static void begin_block(Mark *m)
{
    if (m->any) {
        empty_line(m);
    }
    m->any = true;
    begin_line(m);
}

static void end_line(Mark *m)
{
    buf_putc(m->out, '\n');
}

typedef struct Level { /* what to come back to after a list or a quote */
    size_t prefix;
    bool any, twin, twin_before;
    uint8_t before;
} Level;

static Level enter(Mark *m, const char *prefix, bool any)
{
    Level l = {m->prefix.n, m->any, m->twin, m->twin_before, m->before};
    buf_puts(&m->prefix, prefix);
    m->any = any;
    m->twin = m->twin_before = false;
    m->before = 0;
    return l;
}

static void leave(Mark *m, Level l)
{
    m->prefix.n = l.prefix < m->prefix.n ? l.prefix : m->prefix.n;
    m->any = l.any;
    m->twin = l.twin;
    m->twin_before = l.twin_before;
    m->before = l.before;
}

/* Two lists in a row would be one: the second takes other marks. Notes in a row are one. */
static void choose_marks(Mark *m, const DocNode *n, bool after_note)
{
    bool list = n->kind == DOC_LIST || n->kind == DOC_PAIRS || n->kind == DOC_STEPS || n->kind == DOC_NOTE;
    uint8_t kind = !list ? 0 : n->kind == DOC_LIST && n->start ? 2 : 1;
    bool same = kind && kind == m->before;
    m->twin = same && (n->kind == DOC_NOTE && after_note ? m->twin_before : !m->twin_before);
    m->before = kind;
    m->twin_before = m->twin;
}

static void put_bullet(Mark *m)
{
    buf_puts(m->out, m->twin ? "* " : "- ");
}

/* ---- texts ---- */

static void write_heading(Mark *m, const DocNode *n, unsigned level)
{
    begin_block(m);
    buf_repeat(m->out, '#', level);
    buf_putc(m->out, ' ');
    m->in_line = true;
    m->first = false;
    mark_node(m, n);
    m->in_line = false;
    end_line(m);
}

static void write_section(Mark *m, const DocNode *n)
{
    Outline saved = m->outline;
    unsigned level = outline_section(&m->outline);
    if (n->text.n || n->runs) {
        write_heading(m, n, level);
    }
    for (const DocNode *k = n->first; k; k = k->next) {
        write_node(m, k);
    }
    m->outline = saved;
}

static void write_paragraph(Mark *m, const DocNode *n)
{
    begin_block(m);
    buf_puts(m->out, n->tick == TICK_DONE ? "☑ " : n->tick ? "☐ " : "");
    m->first = m->first && !n->tick;
    mark_node(m, n);
    end_line(m);
}

static void write_aside(Mark *m, const DocNode *n)
{
    begin_block(m);
    mark_text(m, n->text, TONE_MUTED);
    bool some = n->text.n > 0;
    for (const DocRun *r = n->runs; r; r = r->next) {
        buf_puts(m->out, some ? " · " : "");
        mark_text(m, r->text, TONE_MUTED);
        some = true;
    }
    end_line(m);
}

static size_t longest_fence(Str s)
{
    size_t longest = 2, now = 0;
    for (size_t i = 0; i < s.n; i++) {
        now = s.p[i] == '`' ? now + 1 : 0;
        longest = now > longest ? now : longest;
    }
    return longest + 1;
}

/* Longer fences than any inside; what is unsafe is shown, as everywhere. */
static void write_code(Mark *m, const DocNode *n)
{
    size_t fence = longest_fence(n->text);
    begin_block(m);
    buf_repeat(m->out, '`', fence);
    mark_newline(m);
    for (size_t at = 0; at < n->text.n;) {
        if (n->text.p[at] == '\n') {
            mark_newline(m);
            at++;
        } else {
            at += utf8_show_next(m->out, n->text, at);
        }
    }
    mark_newline(m);
    buf_repeat(m->out, '`', fence);
    end_line(m);
}

static void write_quote(Mark *m, const DocNode *n)
{
    begin_block(m);
    buf_puts(m->out, "> ");
    m->after_mark = true;
    Level l = enter(m, "> ", false);
    for (const DocNode *k = n->first; k; k = k->next) {
        write_node(m, k);
    }
    leave(m, l);
    if (m->after_mark) {
        m->after_mark = false;
        end_line(m);
    }
}

/* ---- lists ---- */

static void write_items(Mark *m, const DocNode *list);

/* Items and lists follow at once; other blocks after an empty line. */
static void write_below(Mark *m, const DocNode *n)
{
    for (const DocNode *k = n->first; k; k = k->next) {
        if (k->kind == DOC_ITEM) {
            DocNode one = {.first = n->first};
            write_items(m, &one);
            return;
        }
        if (k->kind == DOC_LIST) {
            choose_marks(m, k, false);
            write_items(m, k);
        } else {
            write_node(m, k);
        }
    }
}

static void write_item(Mark *m, const DocNode *n, unsigned number)
{
    size_t before = m->out->n + (m->after_mark ? 0 : m->prefix.n);
    char blanks[16] = "";
    begin_line(m);
    if (number) {
        buf_printf(m->out, m->twin ? "%u) " : "%u. ", number);
    } else {
        put_bullet(m);
    }
    size_t width = m->out->n > before ? m->out->n - before : 0;
    memset(blanks, ' ', width < sizeof blanks - 1 ? width : sizeof blanks - 1);
    bool has_text = n->text.n || n->runs || n->tick;
    Level l = enter(m, blanks, has_text);
    buf_puts(m->out, n->tick == TICK_DONE ? "[x] " : n->tick ? "[ ] " : "");
    if (has_text) {
        mark_node(m, n);
        end_line(m);
    }
    m->after_mark = !has_text;
    write_below(m, n);
    if (m->after_mark) {
        m->after_mark = false;
        end_line(m);
    }
    leave(m, l);
}

static void write_items(Mark *m, const DocNode *list)
{
    unsigned number = list->start;
    for (const DocNode *i = list->first; i; i = i->next) {
        write_item(m, i, number);
        number += number > 0;
    }
    m->any = true;
}

static void write_list(Mark *m, const DocNode *n)
{
    if (n->first && m->any) {
        empty_line(m);
    }
    write_items(m, n);
}

/* ---- tables ---- */

static const char *align_mark(DocAlign a)
{
    return a == ALIGN_RIGHT ? " ---: |" : a == ALIGN_CENTRE ? " :---: |" : " --- |";
}

static void write_room(Mark *m, const DocNode *cell)
{
    for (const DocNode *k = cell->first; k; k = k->next) {
        for (unsigned i = 0; i < k->lines; i++) {
            buf_puts(m->out, i || k != cell->first ? "<br>" : "");
            buf_repeat(m->out, '.', DOTS_IN_A_CELL);
        }
    }
}

/* A cell of several columns is followed by empty ones. */
static uint32_t write_cell(Mark *m, const DocNode *row, const DocNode *cell, uint32_t left)
{
    bool strong = cell->tone == TONE_PLAIN && (cell->head || row->tone == TONE_STRONG);
    DocNode k = *cell;
    k.tone = strong ? TONE_STRONG : k.tone;
    bool empty = !k.text.n && !k.runs;
    buf_puts(m->out, k.tick == TICK_DONE ? " ☑" : k.tick ? " ☐" : "");
    buf_puts(m->out, k.tick && empty ? "" : " ");
    m->first = false;
    mark_node(m, &k);
    write_room(m, cell);
    buf_puts(m->out, " |");
    uint32_t span = cell->span < left ? cell->span : left;
    for (uint32_t i = 1; i < span; i++) {
        buf_puts(m->out, "  |");
    }
    return span;
}

static void write_row(Mark *m, const DocNode *table, const DocNode *row)
{
    uint32_t c = 0;
    mark_newline(m);
    buf_putc(m->out, '|');
    for (const DocNode *k = row->first; k && c < table->column_count; k = k->next) {
        c += write_cell(m, row, k, table->column_count - c);
    }
    for (; c < table->column_count; c++) {
        buf_puts(m->out, "  |");
    }
}

static void write_caption(Mark *m, Str caption)
{
    if (caption.n) {
        begin_block(m);
        mark_text(m, caption, TONE_STRONG);
        end_line(m);
    }
}

static void write_table(Mark *m, const DocNode *n)
{
    if (!n->column_count) {
        return;
    }
    write_caption(m, n->title);
    begin_block(m);
    m->in_table = true;
    m->first = false;
    buf_putc(m->out, '|');
    for (uint32_t c = 0; c < n->column_count; c++) {
        buf_putc(m->out, ' ');
        mark_text(m, n->columns[c].title, TONE_PLAIN);
        buf_puts(m->out, " |");
    }
    mark_newline(m);
    buf_putc(m->out, '|');
    for (uint32_t c = 0; c < n->column_count; c++) {
        buf_puts(m->out, align_mark(n->columns[c].align));
    }
    for (const DocNode *r = n->first; r; r = r->next) {
        write_row(m, n, r);
    }
    end_line(m);
    m->in_table = false;
}

static void write_chart(Mark *m, const DocNode *n)
{
    Doc data;
    write_caption(m, n->text);
    if (n->detail.n) {
        begin_block(m);
        mark_text(m, n->detail, TONE_PLAIN);
        end_line(m);
    }
    if (!chart_longest(n->chart)) {
        begin_block(m);
        mark_text(m, report_word(RW_NO_DATA, m->lang), TONE_MUTED);
        end_line(m);
        return;
    }
    doc_init(&data, m->out->mem, m->lang);
    const DocNode *table = chart_table(&data, n->chart);
    if (table && doc_ok(&data)) {
        write_table(m, table);
    } else {
        m->out->failed = true;
    }
    doc_free(&data);
}

/* ---- pairs, workings, notes ---- */

/* An entry of a list that is written line by line. */
static Level begin_entry(Mark *m)
{
    begin_line(m);
    put_bullet(m);
    return enter(m, "  ", true);
}

static void end_entry(Mark *m, Level l)
{
    end_line(m);
    leave(m, l);
}

static void put_hard_break(Mark *m)
{
    buf_putc(m->out, '\\');
    mark_newline(m);
}

static void write_pairs(Mark *m, const DocNode *n)
{
    if (n->first && m->any) {
        empty_line(m);
    }
    for (const DocNode *k = n->first; k; k = k->next) {
        Level l = begin_entry(m);
        mark_text(m, k->text, TONE_PLAIN);
        buf_puts(m->out, m->lang == LANG_FR ? "\u00A0: " : ": ");
        m->first = false;
        mark_text(m, k->detail, TONE_PLAIN);
        end_entry(m, l);
    }
    m->any = true;
}

static void write_equals(Mark *m, const DocNode *step)
{
    bool first = step->detail.n > 0;
    for (const DocNode *k = step->first; k; k = k->next) {
        if (k->kind != DOC_EQUAL) {
            continue;
        }
        if (first) {
            put_hard_break(m);
        } else {
            buf_putc(m->out, ' ');
        }
        buf_puts(m->out, k->about ? "≈ " : "= ");
        m->first = false;
        mark_text(m, k->text, k->tone);
        first = false;
    }
}

static void write_step(Mark *m, const DocNode *n)
{
    Level l = begin_entry(m);
    if (n->title.n) {
        mark_text(m, n->title, TONE_STRONG);
        put_hard_break(m);
    }
    mark_text(m, n->text, TONE_PLAIN);
    if (n->detail.n) {
        buf_puts(m->out, " = ");
        m->first = false;
        mark_text(m, n->detail, TONE_PLAIN);
    }
    write_equals(m, n);
    for (const DocNode *k = n->first; k; k = k->next) {
        if (k->kind == DOC_NOTE) {
            put_hard_break(m);
            mark_text(m, k->text, k->tone);
        }
    }
    end_entry(m, l);
}

static void write_steps(Mark *m, const DocNode *n)
{
    if (n->first && m->any) {
        empty_line(m);
    }
    for (const DocNode *k = n->first; k; k = k->next) {
        write_step(m, k);
    }
    m->any = true;
}

static const char *note_mark(uint8_t tone)
{
    switch (tone) {
    case TONE_GOOD: return "✓ ";
    case TONE_WARN: return "! ";
    case TONE_BAD: return "✗ ";
    default: return "";
    }
}

/* Notes that follow each other are one list. */
static void write_note(Mark *m, const DocNode *n, bool follows)
{
    if (m->any && !follows) {
        empty_line(m);
    }
    Level l = begin_entry(m);
    buf_puts(m->out, note_mark(n->tone));
    m->first = n->tone < TONE_GOOD;
    DocNode plain = *n;
    plain.tone = TONE_PLAIN;
    mark_node(m, &plain);
    if (n->detail.n) {
        put_hard_break(m);
        buf_puts(m->out, "→ ");
        m->first = false;
        mark_text(m, n->detail, TONE_PLAIN);
    }
    end_entry(m, l);
    m->any = true;
    m->after_note = true;
}

/* ---- all ---- */

static void write_lines(Mark *m, const DocNode *n)
{
    begin_block(m);
    for (unsigned i = 0; i < n->lines; i++) {
        if (i) {
            put_hard_break(m);
        }
        buf_repeat(m->out, '.', DOTS);
    }
    end_line(m);
}

static void write_node(Mark *m, const DocNode *n)
{
    bool after_note = m->after_note;
    m->after_note = false;
    choose_marks(m, n, after_note);
    switch (n->kind) {
    case DOC_SECTION: write_section(m, n); return;
    case DOC_HEADING: write_heading(m, n, outline_heading(&m->outline, n->level)); return;
    case DOC_PARAGRAPH: write_paragraph(m, n); return;
    case DOC_ASIDE: write_aside(m, n); return;
    case DOC_LIST: write_list(m, n); return;
    case DOC_QUOTE: write_quote(m, n); return;
    case DOC_CODE: write_code(m, n); return;
    case DOC_TABLE: write_table(m, n); return;
    case DOC_PAIRS: write_pairs(m, n); return;
    case DOC_STEPS: write_steps(m, n); return;
    case DOC_NOTE: write_note(m, n, after_note); return;
    case DOC_RULE:
        begin_block(m);
        buf_puts(m->out, "---\n");
        return;
    case DOC_BLANK:
    case DOC_BOX: write_lines(m, n); return;
    case DOC_CHART: write_chart(m, n); return;
    default: return;
    }
}

void doc_markdown(Buf *out, const Doc *d)
{
    Mark m = {.out = out, .lang = d->lang, .outline = outline_begin(d, false)};
    if (!doc_ok(d)) {
        out->failed = true;
        return;
    }
    buf_init(&m.prefix, out->mem);
    buf_init(&m.blanks, out->mem);
    if (d->title.n) {
        DocNode title = {.text = d->title};
        write_heading(&m, &title, 1);
    }
    for (const DocNode *n = d->root->first; n; n = n->next) {
        write_node(&m, n);
    }
    out->failed = out->failed || m.prefix.failed || m.blanks.failed;
    buf_free(&m.prefix);
    buf_free(&m.blanks);
}
