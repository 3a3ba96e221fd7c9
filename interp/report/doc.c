/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each constructor allocates one node and hangs it at the end of its parent. */
#include "report/doc.h"

#include <string.h>

#include "base/limits.h"

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

Str doc_copy(Doc *d, Str s)
{
    Str copy = s.n ? arena_str(&d->arena, s) : (Str){"", 0};
    return copy.p ? copy : (Str){"", 0};
}

void doc_init(Doc *d, Mem *m, Lang lang)
{
    *d = (Doc){.lang = lang, .title = {"", 0}};
    arena_init(&d->arena, m);
    d->root = arena_alloc(&d->arena, sizeof *d->root);
}

void doc_free(Doc *d)
{
    arena_free(&d->arena);
    d->root = NULL;
}

bool doc_ok(const Doc *d)
{
    return d->root && !d->arena.failed;
}

void doc_fail(Doc *d)
{
    d->arena.failed = true;
}

/* ---- French typography: a line must not begin with a sign that stands after a blank ---- */

static bool starts(const Str s, size_t at, const char *sign)
{
    size_t n = strlen(sign);
    return at + n <= s.n && !memcmp(s.p + at, sign, n);
}

/* The blank that binds, in the place of one at `at`; NULL: it stays as it is. */
static const char *binding(Str s, size_t at)
{
    static const char no_break[] = "\xC2\xA0", narrow[] = "\xE2\x80\xAF";
    if (s.p[at] != ' ' || !at || s.p[at - 1] == ' ' || s.p[at - 1] == '\n') {
        return NULL;
    }
    char next = at + 1 < s.n ? s.p[at + 1] : '\0', before = s.p[at - 1];
    if (starts(s, at + 1, "»") || next == ':' || (next == '%' && before >= '0' && before <= '9')) {
        return no_break;
    }
    if (at >= 2 && starts(s, at - 2, "«")) {
        return no_break;
    }
    return next && strchr(";!?", next) ? narrow : NULL;
}

static Str prose_copy(Doc *d, Str s)
{
    size_t n = 0;
    for (size_t i = 0; d->lang == LANG_FR && i < s.n; i++) {
        const char *bound = binding(s, i);
        n += bound ? strlen(bound) - 1 : 0;
    }
    if (!n) {
        return doc_copy(d, s);
    }
    char *copy = arena_alloc(&d->arena, s.n + n + 1), *to = copy;
    for (size_t i = 0; copy && i < s.n; i++) {
        const char *bound = binding(s, i);
        for (; bound && *bound; bound++) {
            *to++ = *bound;
        }
        if (!binding(s, i)) {
            *to++ = s.p[i];
        }
    }
    return copy ? (Str){copy, s.n + n} : (Str){"", 0};
}

void doc_title(Doc *d, Str title)
{
    d->title = prose_copy(d, title);
}

static DocNode *with_text(Doc *d, DocNode *n, Str text, DocTone tone)
{
    if (n) {
        n->text = n->kind == DOC_CODE ? doc_copy(d, text) : prose_copy(d, text);
        n->tone = (uint8_t)tone;
    }
    return n;
}

static DocNode *with_detail(Doc *d, DocNode *n, Str detail)
{
    if (n) {
        n->detail = prose_copy(d, detail);
    }
    return n;
}

/* ---- blocks ---- */

DocNode *doc_section(Doc *d, DocNode *parent, Str heading)
{
    return with_text(d, doc_block(d, parent, DOC_SECTION), heading, TONE_PLAIN);
}

DocNode *doc_heading(Doc *d, DocNode *parent, unsigned level, Str text)
{
    DocNode *n = with_text(d, doc_block(d, parent, DOC_HEADING), text, TONE_PLAIN);
    if (n) {
        n->level = (uint8_t)level;
    }
    return n;
}

DocNode *doc_paragraph(Doc *d, DocNode *parent, Str text, DocTone tone)
{
    return with_text(d, doc_block(d, parent, DOC_PARAGRAPH), text, tone);
}

DocNode *doc_aside(Doc *d, DocNode *parent, Str label)
{
    return with_text(d, doc_block(d, parent, DOC_ASIDE), label, TONE_MUTED);
}

DocNode *doc_list(Doc *d, DocNode *parent)
{
    return doc_block(d, parent, DOC_LIST);
}

DocNode *doc_numbered(Doc *d, DocNode *parent, uint32_t start)
{
    DocNode *n = doc_list(d, parent);
    if (n) {
        n->start = start;
    }
    return n;
}

DocNode *doc_item(Doc *d, DocNode *list, Str text, DocTone tone)
{
    return with_text(d, doc_add(d, list, DOC_ITEM), text, tone);
}

DocNode *doc_quote(Doc *d, DocNode *parent)
{
    return doc_block(d, parent, DOC_QUOTE);
}

DocNode *doc_code(Doc *d, DocNode *parent, Str text)
{
    return with_text(d, doc_block(d, parent, DOC_CODE), text, TONE_PLAIN);
}

DocNode *doc_pairs(Doc *d, DocNode *parent)
{
    return doc_block(d, parent, DOC_PAIRS);
}

DocNode *doc_pair(Doc *d, DocNode *pairs, Str key, Str value)
{
    return with_detail(d, with_text(d, doc_add(d, pairs, DOC_PAIR), key, TONE_PLAIN), value);
}

DocNode *doc_steps(Doc *d, DocNode *parent)
{
    return doc_block(d, parent, DOC_STEPS);
}

DocNode *doc_step(Doc *d, DocNode *steps, Str name, Str title, Str formula)
{
    DocNode *n = with_detail(d, with_text(d, doc_add(d, steps, DOC_STEP), name, TONE_PLAIN), formula);
    if (n) {
        n->title = prose_copy(d, title);
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
    return with_detail(d, with_text(d, doc_block(d, parent, DOC_NOTE), text, tone), detail);
}

DocNode *doc_rule(Doc *d, DocNode *parent)
{
    return doc_block(d, parent, DOC_RULE);
}

static DocNode *with_lines(DocNode *n, unsigned lines)
{
    if (n) {
        n->lines = (uint16_t)(lines < 1 ? 1 : lines > LIMIT_BLANK_LINES ? LIMIT_BLANK_LINES : lines);
    }
    return n;
}

DocNode *doc_blank(Doc *d, DocNode *parent, unsigned lines)
{
    return with_lines(doc_block(d, parent, DOC_BLANK), lines);
}

DocNode *doc_box(Doc *d, DocNode *parent, unsigned lines)
{
    return with_lines(doc_block(d, parent, DOC_BOX), lines);
}

DocNode *doc_chart(Doc *d, DocNode *parent, ChartKind kind, Str title, Str description)
{
    Chart *c = arena_alloc(&d->arena, sizeof *c);
    DocNode *n = c ? with_text(d, doc_block(d, parent, DOC_CHART), title, TONE_PLAIN) : NULL;
    if (n) {
        c->kind = (uint8_t)kind;
        n->chart = c;
    }
    return with_detail(d, n, description);
}

/* ---- tables ---- */

DocNode *doc_table(Doc *d, DocNode *parent, const DocColumn *columns, uint32_t count)
{
    DocNode *n = doc_block(d, parent, DOC_TABLE);
    DocColumn *copies = n ? arena_alloc(&d->arena, (count + 1) * sizeof *copies) : NULL;
    if (!copies) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        copies[i] = (DocColumn){.title = prose_copy(d, columns[i].title), .align = columns[i].align};
    }
    n->columns = copies;
    n->column_count = count;
    return n;
}

void doc_caption(Doc *d, DocNode *table, Str caption)
{
    if (table) {
        table->title = prose_copy(d, caption);
    }
}

DocNode *doc_row(Doc *d, DocNode *table)
{
    return doc_add(d, table, DOC_ROW);
}

DocNode *doc_total_row(Doc *d, DocNode *table)
{
    DocNode *n = doc_row(d, table);
    if (n) {
        n->tone = TONE_STRONG;
    }
    return n;
}

DocNode *doc_cell(Doc *d, DocNode *row, Str text, DocTone tone)
{
    DocNode *n = with_text(d, doc_add(d, row, DOC_CELL), text, tone);
    if (n) {
        n->span = 1;
    }
    return n;
}

DocNode *doc_number_cell(Doc *d, DocNode *row, Str text, Str number, DocTone tone)
{
    DocNode *n = doc_cell(d, row, text, tone);
    if (n) {
        n->number = doc_copy(d, number);
    }
    return n;
}

DocNode *doc_head_cell(Doc *d, DocNode *row, Str text)
{
    DocNode *n = doc_cell(d, row, text, TONE_PLAIN);
    if (n) {
        n->head = true;
    }
    return n;
}

/* ---- said of a node ---- */

void doc_new_page(DocNode *n)
{
    if (n) {
        n->new_page = true;
    }
}

void doc_tick(DocNode *n, bool ticked)
{
    if (n) {
        n->tick = ticked ? TICK_DONE : TICK_OPEN;
    }
}

void doc_span(DocNode *cell, unsigned columns)
{
    if (cell) {
        cell->span = (uint16_t)(columns < 1 ? 1 : columns > UINT16_MAX ? UINT16_MAX : columns);
    }
}

void doc_date(DocNode *cell, int64_t days)
{
    if (cell) {
        cell->is_date = true;
        cell->days = days;
    }
}

void doc_heat(DocNode *cell, unsigned level)
{
    if (cell) {
        cell->heat = (uint8_t)(1 + (level > 100 ? 100 : level));
    }
}

/* ---- runs ---- */

static void add_run(Doc *d, DocNode *n, unsigned style, Str text, Str url)
{
    DocRun *r = n ? arena_alloc(&d->arena, sizeof *r) : NULL;
    if (r) {
        *r = (DocRun){.style = (uint8_t)style, .text = style & RUN_CODE ? doc_copy(d, text) : prose_copy(d, text), .url = doc_copy(d, url)};
        *(n->last_run ? &n->last_run->next : &n->runs) = r;
        n->last_run = r;
    }
}

void doc_run(Doc *d, DocNode *n, unsigned style, Str text)
{
    add_run(d, n, style, text, (Str){"", 0});
}

void doc_link(Doc *d, DocNode *n, unsigned style, Str text, Str url)
{
    add_run(d, n, style, text, doc_url_is_safe(url) ? url : (Str){"", 0});
}

/* A scheme is compared byte by byte: what a browser would skip or decode (blanks, controls, entities) does not match. */
static bool has_scheme(Str url, Str scheme)
{
    if (url.n <= scheme.n) {
        return false;
    }
    for (size_t i = 0; i < scheme.n; i++) {
        char c = url.p[i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != scheme.p[i]) {
            return false;
        }
    }
    return true;
}

bool doc_url_is_safe(Str url)
{
    return url.n <= LIMIT_URL_BYTES &&
           (has_scheme(url, STR("https://")) || has_scheme(url, STR("http://")) || has_scheme(url, STR("mailto:")));
}

void doc_anchor(Doc *d, DocNode *section, Str name)
{
    if (section) {
        section->title = doc_copy(d, name);
    }
}

void doc_reference(Doc *d, DocNode *n, unsigned style, Str text, Str name)
{
    char *url = n ? arena_alloc(&d->arena, name.n + 2) : NULL;
    if (url) {
        url[0] = '#';
        memcpy(url + 1, name.p, name.n);
        add_run(d, n, style, text, (Str){url, name.n + 1});
    }
}
