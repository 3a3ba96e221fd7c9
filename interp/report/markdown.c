/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Escaping is generous: every character that could mean something to a Markdown reader gets its backslash. */
#include "report/markdown.h"

#include <string.h>

#include "base/utf8.h"

typedef struct Mark {
    Buf *out;
    bool in_table; /* a newline is a <br> */
    const char *indent;
} Mark;

static bool is_special(char c) { return c != '\0' && strchr("\\`*_{}[]<>#|~", c) != NULL; }

/* At the start of a line a few more begin lists and quotes. */
static bool is_special_first(char c) { return c == '+' || c == '-' || c == '=' || c == ':'; }

static void put_newline(Mark *m)
{
    buf_puts(m->out, m->in_table ? "<br>" : "\n");
    buf_puts(m->out, m->in_table ? "" : m->indent);
}

static void put_text(Mark *m, Str s)
{
    bool first = !m->in_table;
    for (size_t at = 0; at < s.n;) {
        char c = s.p[at];
        if (c == '\n') {
            put_newline(m);
            at++;
            first = !m->in_table;
            continue;
        }
        if (is_special(c) || (first && is_special_first(c))) {
            buf_putc(m->out, '\\');
        }
        first = false;
        at += utf8_show_next(m->out, s, at);
    }
}

static void put_toned(Mark *m, Str s, uint8_t tone)
{
    const char *around = !s.n ? "" : tone == TONE_STRONG ? "**" : tone == TONE_MUTED ? "*" : "";
    buf_puts(m->out, around);
    put_text(m, s);
    buf_puts(m->out, around);
}

static void write_heading(Mark *m, const DocNode *n)
{
    buf_repeat(m->out, '#', n->level < 1 ? 1 : n->level > 6 ? 6 : n->level);
    buf_putc(m->out, ' ');
    put_text(m, n->text);
    buf_putc(m->out, '\n');
}

static void write_list(Mark *m, const DocNode *n)
{
    for (const DocNode *i = n->first; i; i = i->next) {
        buf_puts(m->out, "- ");
        m->indent = "  ";
        put_toned(m, i->text, i->tone);
        buf_putc(m->out, '\n');
        for (const DocNode *k = i->first; k; k = k->next) {
            buf_puts(m->out, k->kind == DOC_ITEM ? "  - " : "\n  ");
            m->indent = "    ";
            put_toned(m, k->text, k->tone);
            buf_putc(m->out, '\n');
        }
        m->indent = "";
    }
}

static const char *align_mark(DocAlign a)
{
    return a == ALIGN_RIGHT ? " ---: |" : a == ALIGN_CENTRE ? " :---: |" : " --- |";
}

static void write_table(Mark *m, const DocNode *n)
{
    m->in_table = true;
    buf_putc(m->out, '|');
    for (uint32_t c = 0; c < n->column_count; c++) {
        buf_putc(m->out, ' ');
        put_text(m, n->columns[c].title);
        buf_puts(m->out, " |");
    }
    buf_puts(m->out, "\n|");
    for (uint32_t c = 0; c < n->column_count; c++) {
        buf_puts(m->out, align_mark(n->columns[c].align));
    }
    for (const DocNode *r = n->first; r; r = r->next) {
        buf_puts(m->out, "\n|");
        const DocNode *k = r->first;
        for (uint32_t c = 0; c < n->column_count; c++) {
            buf_putc(m->out, ' ');
            put_toned(m, k ? k->text : (Str){"", 0}, k ? k->tone : TONE_PLAIN);
            buf_puts(m->out, " |");
            k = k ? k->next : NULL;
        }
    }
    buf_putc(m->out, '\n');
    m->in_table = false;
}

static void write_pairs(Mark *m, const DocNode *n)
{
    for (const DocNode *k = n->first; k; k = k->next) {
        buf_puts(m->out, "- ");
        m->indent = "  ";
        put_text(m, k->text);
        buf_puts(m->out, ": ");
        put_text(m, k->detail);
        buf_putc(m->out, '\n');
        m->indent = "";
    }
}

static void write_step(Mark *m, const DocNode *n)
{
    buf_puts(m->out, "- ");
    m->indent = "  ";
    if (n->title.n) {
        put_toned(m, n->title, TONE_STRONG);
        buf_puts(m->out, "\\\n  ");
    }
    put_text(m, n->text);
    if (n->detail.n) {
        buf_puts(m->out, " = ");
        put_text(m, n->detail);
    }
    bool first = n->detail.n > 0;
    for (const DocNode *k = n->first; k; k = k->next) {
        if (k->kind == DOC_EQUAL) {
            buf_puts(m->out, first ? "\\\n  " : " ");
            buf_puts(m->out, k->about ? "≈ " : "= ");
            put_toned(m, k->text, k->tone);
            first = false;
        }
    }
    for (const DocNode *k = n->first; k; k = k->next) {
        if (k->kind == DOC_NOTE) {
            buf_puts(m->out, "\\\n  ");
            put_toned(m, k->text, k->tone);
        }
    }
    buf_putc(m->out, '\n');
    m->indent = "";
}

static const char *note_mark(uint8_t tone)
{
    switch (tone) {
    case TONE_GOOD: return "- ✓ ";
    case TONE_WARN: return "- ! ";
    case TONE_BAD: return "- ✗ ";
    default: return "- ";
    }
}

static void write_note(Mark *m, const DocNode *n)
{
    buf_puts(m->out, note_mark(n->tone));
    m->indent = "  ";
    put_text(m, n->text);
    if (n->detail.n) {
        buf_puts(m->out, "\\\n  → ");
        put_text(m, n->detail);
    }
    buf_putc(m->out, '\n');
    m->indent = "";
}

static void write_node(Mark *m, const DocNode *n)
{
    switch (n->kind) {
    case DOC_HEADING: write_heading(m, n); return;
    case DOC_PARAGRAPH:
        put_toned(m, n->text, n->tone);
        buf_putc(m->out, '\n');
        return;
    case DOC_LIST: write_list(m, n); return;
    case DOC_TABLE: write_table(m, n); return;
    case DOC_PAIRS: write_pairs(m, n); return;
    case DOC_STEPS:
        for (const DocNode *k = n->first; k; k = k->next) {
            write_step(m, k);
        }
        return;
    case DOC_NOTE: write_note(m, n); return;
    case DOC_RULE: buf_puts(m->out, "---\n"); return;
    default: return;
    }
}

void doc_markdown(Buf *out, const Doc *d)
{
    Mark m = {.out = out, .indent = ""};
    if (!doc_ok(d)) {
        out->failed = true;
        return;
    }
    const DocNode *before = NULL;
    for (const DocNode *n = d->root->first; n; before = n, n = n->next) {
        if (before && !(before->kind == DOC_NOTE && n->kind == DOC_NOTE)) {
            buf_putc(out, '\n');
        }
        write_node(&m, n);
    }
}
