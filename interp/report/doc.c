/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each constructor allocates one node and hangs it at the end of its parent. */
#include "report/doc.h"

#include <string.h>

static DocNode *doc_add(Doc *d, DocNode *parent, DocKind kind)
{
    DocNode *n = parent ? arena_alloc(&d->arena, sizeof *n) : NULL;
    if (!n) {
        return NULL;
    }
    n->kind = (uint8_t)kind;
    *(parent->last ? &parent->last->next : &parent->first) = n;
    parent->last = n;
    parent->count++;
    return n;
}

/* Nodes that may stand at the top. */
static DocNode *doc_block(Doc *d, DocNode *parent, DocKind kind)
{
    return doc_add(d, parent ? parent : d->root, kind);
}

static Str copy(Doc *d, Str s) { return s.n ? arena_str(&d->arena, s) : (Str){"", 0}; }

void doc_init(Doc *d, Mem *m, Lang lang)
{
    *d = (Doc){.lang = lang};
    arena_init(&d->arena, m);
    d->root = arena_alloc(&d->arena, sizeof *d->root);
}

void doc_free(Doc *d)
{
    arena_free(&d->arena);
    d->root = NULL;
}

bool doc_ok(const Doc *d) { return d->root && !d->arena.failed; }

DocNode *doc_heading(Doc *d, DocNode *parent, unsigned level, Str text)
{
    DocNode *n = doc_block(d, parent, DOC_HEADING);
    if (n) {
        n->level = (uint8_t)level;
        n->text = copy(d, text);
    }
    return n;
}

static DocNode *with_text(Doc *d, DocNode *n, Str text, DocTone tone)
{
    if (n) {
        n->text = copy(d, text);
        n->tone = (uint8_t)tone;
    }
    return n;
}

DocNode *doc_paragraph(Doc *d, DocNode *parent, Str text, DocTone tone)
{
    return with_text(d, doc_block(d, parent, DOC_PARAGRAPH), text, tone);
}

DocNode *doc_list(Doc *d, DocNode *parent) { return doc_block(d, parent, DOC_LIST); }

DocNode *doc_item(Doc *d, DocNode *list, Str text, DocTone tone)
{
    return with_text(d, doc_add(d, list, DOC_ITEM), text, tone);
}

DocNode *doc_table(Doc *d, DocNode *parent, const DocColumn *columns, uint32_t count)
{
    DocNode *n = doc_block(d, parent, DOC_TABLE);
    DocColumn *copies = n ? arena_alloc(&d->arena, (count + 1) * sizeof *copies) : NULL;
    if (!copies) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        copies[i] = (DocColumn){.title = copy(d, columns[i].title), .align = columns[i].align};
    }
    n->columns = copies;
    n->column_count = count;
    return n;
}

DocNode *doc_row(Doc *d, DocNode *table) { return doc_add(d, table, DOC_ROW); }

DocNode *doc_cell(Doc *d, DocNode *row, Str text, DocTone tone)
{
    return with_text(d, doc_add(d, row, DOC_CELL), text, tone);
}

DocNode *doc_number_cell(Doc *d, DocNode *row, Str text, Str number, DocTone tone)
{
    DocNode *n = doc_cell(d, row, text, tone);
    if (n) {
        n->number = copy(d, number);
    }
    return n;
}

DocNode *doc_pairs(Doc *d, DocNode *parent) { return doc_block(d, parent, DOC_PAIRS); }

DocNode *doc_pair(Doc *d, DocNode *pairs, Str key, Str value)
{
    DocNode *n = with_text(d, doc_add(d, pairs, DOC_PAIR), key, TONE_PLAIN);
    if (n) {
        n->detail = copy(d, value);
    }
    return n;
}

DocNode *doc_steps(Doc *d, DocNode *parent) { return doc_block(d, parent, DOC_STEPS); }

DocNode *doc_step(Doc *d, DocNode *steps, Str name, Str title, Str formula)
{
    DocNode *n = with_text(d, doc_add(d, steps, DOC_STEP), name, TONE_PLAIN);
    if (n) {
        n->title = copy(d, title);
        n->detail = copy(d, formula);
    }
    return n;
}

DocNode *doc_equal(Doc *d, DocNode *step, Str text, bool about)
{
    DocNode *n = with_text(d, doc_add(d, step, DOC_EQUAL), text, TONE_PLAIN);
    if (n) {
        n->about = about;
    }
    return n;
}

DocNode *doc_note(Doc *d, DocNode *parent, DocTone tone, Str text, Str detail)
{
    DocNode *n = with_text(d, doc_block(d, parent, DOC_NOTE), text, tone);
    if (n) {
        n->detail = copy(d, detail);
    }
    return n;
}

DocNode *doc_rule(Doc *d, DocNode *parent) { return doc_block(d, parent, DOC_RULE); }
