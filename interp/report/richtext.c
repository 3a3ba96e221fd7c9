/* SPDX-License-Identifier: GPL-3.0-or-later */
/* md4c tells of blocks and spans as they begin and end, and of the text between. We keep the blocks that are open on a
   stack, and the style of the spans that are open as one set of flags; pieces of text of one style gather in a
   buffer until the style, the link or the block changes. md4c allocates by itself; when it cannot, it says so. */
#include "report/richtext.h"

#include <md4c.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "report/word.h"

enum { SPANS = 3 };

typedef struct Rich {
    Doc *doc;
    DocNode *into;                           /* richtext_inline: the one node that gets all words */
    DocNode *open[LIMIT_TEXT_DEPTH * 2 + 8]; /* blocks that are open, the outermost first: lists, their items, … */
    unsigned depth;
    unsigned containers, flat;    /* lists and quotes that are open; that were begun but not opened */
    DocNode *words;               /* what gets the words; NULL: a new paragraph, or the title of a column */
    bool apart;                   /* the next words begin a line */
    Buf text, url;                /* words of one style */
    unsigned style, spans[SPANS]; /* open emphasis, strong, code */
    unsigned images;
    DocColumn *columns; /* of the table that is open */
    uint32_t column, column_count;
    bool titles; /* in its first row */
} Rich;

/* ---- words ---- */

static bool sound(const Rich *r)
{
    return doc_ok(r->doc) && !r->text.failed && !r->url.failed;
}

static int result(const Rich *r)
{
    return sound(r) ? 0 : -1;
}

static DocNode *parent(const Rich *r)
{
    return r->depth ? r->open[r->depth - 1] : NULL;
}

/* Plain words of a node without any others are its text; all else are runs. */
static void put_words(Rich *r, DocNode *n)
{
    bool plain = r->style == RUN_PLAIN && !r->url.n && !r->apart;
    if (r->apart) {
        doc_run(r->doc, n, RUN_PLAIN, STR("\n"));
        r->apart = false;
    }
    if (plain && !n->text.n && !n->runs) {
        n->text = doc_copy(r->doc, buf_str(&r->text));
    } else {
        doc_link(r->doc, n, r->style, buf_str(&r->text), buf_str(&r->url));
    }
}

/* Clearing would forget a failure. The title of a column stays in the buffer until it is whole. */
static void flush(Rich *r)
{
    if (!sound(r) || !r->text.n || (r->titles && !r->into)) {
        return;
    }
    if (!r->words) {
        r->words = doc_paragraph(r->doc, parent(r), (Str){"", 0}, TONE_PLAIN);
    }
    if (r->words) {
        put_words(r, r->words);
    }
    buf_clear(&r->text);
}

static void set_words(Rich *r, DocNode *n)
{
    flush(r);
    r->words = r->into ? r->into : n;
    r->apart = r->into && (r->into->text.n || r->into->runs);
}

static void restyle(Rich *r)
{
    static const unsigned styles[SPANS] = {RUN_EMPHASIS, RUN_STRONG, RUN_CODE};
    flush(r);
    r->style = RUN_PLAIN;
    for (unsigned i = 0; i < SPANS; i++) {
        r->style |= r->spans[i] ? styles[i] : 0;
    }
}

/* ---- entities ---- */

static uint32_t named_entity(Str name)
{
    static const struct {
        const char *name;
        uint32_t cp;
    } known[] = {{"amp", '&'},      {"lt", '<'},      {"gt", '>'},        {"quot", '"'},     {"apos", '\''},
                 {"nbsp", 0xA0},    {"euro", 0x20AC}, {"hellip", 0x2026}, {"ndash", 0x2013}, {"mdash", 0x2014},
                 {"laquo", 0xAB},   {"raquo", 0xBB},  {"times", 0xD7},    {"divide", 0xF7},  {"deg", 0xB0},
                 {"middot", 0xB7},  {"rarr", 0x2192}, {"le", 0x2264},     {"ge", 0x2265},    {"ne", 0x2260},
                 {"permil", 0x2030}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (str_eq(name, str_from(known[i].name))) {
            return known[i].cp;
        }
    }
    return 0;
}

static uint32_t digit_of(char c)
{
    return c >= '0' && c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a' + 10);
}

/* "#8364" or "#x20AC": md4c gives it only well formed, and not long. */
static uint32_t numbered_entity(Str name)
{
    bool hex = name.n > 1 && (name.p[1] | 0x20) == 'x';
    uint32_t cp = 0;
    for (size_t i = hex ? 2 : 1; i < name.n && cp <= 0x10FFFF; i++) {
        cp = cp * (hex ? 16 : 10) + digit_of(name.p[i]);
    }
    return cp ? cp : UTF8_REPLACEMENT;
}

/* An entity that we do not know stays as it is written. */
static void put_entity(Buf *out, Str entity)
{
    Str name = str_sub(entity, 1, entity.n - 1);
    uint32_t cp = str_starts(name, STR("#")) ? numbered_entity(name) : named_entity(name);
    if (cp) {
        utf8_put(out, cp);
    } else {
        buf_put(out, entity);
    }
}

/* No more of an address than it takes to see that it is too long: a short text may name a long one many times. */
static void put_address(Buf *out, const MD_ATTRIBUTE *a)
{
    for (unsigned i = 0; a->text && a->substr_offsets[i] < a->size && out->n <= LIMIT_URL_BYTES; i++) {
        Str part = {a->text + a->substr_offsets[i], a->substr_offsets[i + 1] - a->substr_offsets[i]};
        if (a->substr_types[i] == MD_TEXT_ENTITY) {
            put_entity(out, part);
        } else {
            buf_put(out, str_sub(part, 0, LIMIT_URL_BYTES + 1));
        }
    }
}

/* ---- blocks ---- */

static void open_block(Rich *r, DocNode *n)
{
    r->open[r->depth++] = n;
}

/* A list or a quote: opened unless it is too deep; then what it holds goes to the one around it. */
static bool may_open(Rich *r)
{
    set_words(r, NULL); /* words that came before stay outside */
    bool room = !r->into && !r->flat && r->containers < LIMIT_TEXT_DEPTH;
    r->flat += !room;
    r->containers += room;
    return room;
}

static void enter_list(Rich *r, uint32_t start, bool numbered)
{
    if (may_open(r)) {
        DocNode *n = numbered ? doc_numbered(r->doc, parent(r), start ? start : 1) : doc_list(r->doc, parent(r));
        open_block(r, n);
    }
}

static void enter_item(Rich *r, const MD_BLOCK_LI_DETAIL *detail)
{
    DocNode *n = NULL;
    if (!r->into && !r->flat) {
        n = doc_item(r->doc, parent(r), (Str){"", 0}, TONE_PLAIN);
        open_block(r, n);
    }
    set_words(r, n);
    if (detail->is_task && n) {
        doc_tick(n, detail->task_mark != ' ');
    } else if (detail->is_task) {
        buf_puts(&r->text, detail->task_mark == ' ' ? "☐ " : "☑ ");
    }
}

/* The first paragraph of an item is its text. */
static void enter_paragraph(Rich *r)
{
    DocNode *in = parent(r);
    bool first = in && in->kind == DOC_ITEM && !in->text.n && !in->runs && !in->first && !r->flat;
    DocNode *n = r->into ? NULL : first ? in : doc_paragraph(r->doc, in, (Str){"", 0}, TONE_PLAIN);
    set_words(r, n);
}

static void enter_table(Rich *r, const MD_BLOCK_TABLE_DETAIL *detail)
{
    if (!r->into) {
        set_words(r, NULL);
        r->columns = arena_alloc(&r->doc->arena, detail->col_count * sizeof *r->columns);
        r->column_count = r->columns ? detail->col_count : 0;
        r->column = 0;
        static const DocColumn none;
        DocNode *n = doc_table(r->doc, parent(r), &none, 0);
        if (n) {
            n->columns = r->columns;
            n->column_count = r->column_count;
        }
        open_block(r, n);
    }
}

static DocAlign align_of(MD_ALIGN a)
{
    return a == MD_ALIGN_RIGHT ? ALIGN_RIGHT : a == MD_ALIGN_CENTER ? ALIGN_CENTRE : ALIGN_LEFT;
}

/* The title of a column is a plain text, taken from the buffer when the cell ends. */
static void enter_title(Rich *r, const MD_BLOCK_TD_DETAIL *detail)
{
    if (r->into) {
        set_words(r, NULL);
    } else if (r->column < r->column_count) {
        r->columns[r->column].align = align_of(detail->align);
    }
}

static void leave_title(Rich *r)
{
    if (!r->into && r->column < r->column_count && sound(r)) {
        r->columns[r->column++].title = doc_copy(r->doc, buf_str(&r->text));
        buf_clear(&r->text);
    }
}

static void enter_row(Rich *r)
{
    if (!r->into && !r->titles) {
        open_block(r, doc_row(r->doc, parent(r)));
    }
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *data)
{
    Rich *r = data;
    switch (type) {
    case MD_BLOCK_QUOTE:
        if (may_open(r)) {
            open_block(r, doc_quote(r->doc, parent(r)));
        }
        break;
    case MD_BLOCK_UL: enter_list(r, 0, false); break;
    case MD_BLOCK_OL: enter_list(r, ((MD_BLOCK_OL_DETAIL *)detail)->start, true); break;
    case MD_BLOCK_LI: enter_item(r, detail); break;
    case MD_BLOCK_HR:
        set_words(r, NULL);
        if (!r->into) {
            doc_rule(r->doc, parent(r));
        }
        break;
    case MD_BLOCK_H: {
        unsigned level = ((MD_BLOCK_H_DETAIL *)detail)->level;
        set_words(r, r->into ? NULL : doc_heading(r->doc, parent(r), level, (Str){"", 0}));
        break;
    }
    case MD_BLOCK_CODE: set_words(r, r->into ? NULL : doc_code(r->doc, parent(r), (Str){"", 0})); break;
    case MD_BLOCK_P: enter_paragraph(r); break;
    case MD_BLOCK_TABLE: enter_table(r, detail); break;
    case MD_BLOCK_THEAD: r->titles = true; break;
    case MD_BLOCK_TR: enter_row(r); break;
    case MD_BLOCK_TH: enter_title(r, detail); break;
    case MD_BLOCK_TD: set_words(r, r->into ? NULL : doc_cell(r->doc, parent(r), (Str){"", 0}, TONE_PLAIN)); break;
    default: break;
    }
    return result(r);
}

static void close_block(Rich *r)
{
    set_words(r, NULL);
    r->depth--;
}

static void leave_container(Rich *r)
{
    if (r->into || r->flat) {
        r->flat--;
    } else {
        r->containers--;
        close_block(r);
    }
}

/* The last line of a block of code ends like the others; the block does not. */
static void leave_code(Rich *r)
{
    if (r->text.n && r->text.p[r->text.n - 1] == '\n') {
        r->text.n--;
    }
    set_words(r, NULL);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *data)
{
    Rich *r = data;
    (void)detail;
    switch (type) {
    case MD_BLOCK_QUOTE:
    case MD_BLOCK_UL:
    case MD_BLOCK_OL: leave_container(r); break;
    case MD_BLOCK_LI:
        if (!r->into && !r->flat) {
            close_block(r);
        }
        break;
    case MD_BLOCK_CODE: leave_code(r); break;
    case MD_BLOCK_THEAD: r->titles = false; break;
    case MD_BLOCK_TH: leave_title(r); break;
    case MD_BLOCK_TR:
        if (!r->into && !r->titles) {
            close_block(r);
        }
        break;
    case MD_BLOCK_TABLE:
        if (!r->into) {
            close_block(r);
        }
        break;
    case MD_BLOCK_H:
    case MD_BLOCK_P:
    case MD_BLOCK_TD: set_words(r, NULL); break;
    default: break;
    }
    return result(r);
}

/* ---- spans ---- */

static int span_index(MD_SPANTYPE type)
{
    return type == MD_SPAN_EM ? 0 : type == MD_SPAN_STRONG ? 1 : type == MD_SPAN_CODE ? 2 : -1;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *data)
{
    Rich *r = data;
    int span = span_index(type);
    if (span >= 0) {
        r->spans[span]++;
        restyle(r);
    } else if (type == MD_SPAN_A) {
        flush(r);
        put_address(&r->url, &((MD_SPAN_A_DETAIL *)detail)->href);
    } else if (type == MD_SPAN_IMG && r->images++ == 0) {
        buf_puts(&r->text, "[");
        buf_put(&r->text, report_word(RW_IMAGE, r->doc->lang));
        buf_puts(&r->text, r->doc->lang == LANG_FR ? "\u00A0: " : ": ");
    }
    return result(r);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *data)
{
    Rich *r = data;
    int span = span_index(type);
    (void)detail;
    if (span >= 0) {
        r->spans[span]--;
        restyle(r);
    } else if (type == MD_SPAN_A) {
        flush(r);
        if (sound(r)) {
            buf_clear(&r->url);
        }
    } else if (type == MD_SPAN_IMG && --r->images == 0) {
        buf_putc(&r->text, ']');
    }
    return result(r);
}

static int put_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
    Rich *r = data;
    Str s = {text, size};
    switch (type) {
    case MD_TEXT_NULLCHAR: utf8_put(&r->text, UTF8_REPLACEMENT); break;
    case MD_TEXT_BR: buf_putc(&r->text, '\n'); break;
    case MD_TEXT_SOFTBR: buf_putc(&r->text, ' '); break;
    case MD_TEXT_ENTITY: put_entity(&r->text, s); break;
    default: buf_put(&r->text, s); break;
    }
    return result(r);
}

/* ---- indentation ---- */

static size_t blanks(Str line)
{
    size_t n = 0;
    while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t')) {
        n++;
    }
    return n;
}

static Str next_line(Str *rest)
{
    const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    size_t n = end ? (size_t)(end - rest->p) + 1 : rest->n;
    Str line = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return line;
}

static bool is_empty(Str line)
{
    return str_trim(line).n == 0;
}

static size_t common_blanks(Str text)
{
    size_t common = SIZE_MAX;
    while (text.n) {
        Str line = next_line(&text);
        size_t n = blanks(line);
        common = !is_empty(line) && n < common ? n : common;
    }
    return common;
}

static void put_dedented(Buf *out, Str text)
{
    size_t common = common_blanks(text);
    while (text.n) {
        Str line = next_line(&text);
        size_t n = blanks(line);
        buf_put(out, str_sub(line, n < common ? n : common, line.n));
    }
}

/* ---- all ---- */

static void parse(Rich *r, Str markdown)
{
    static const MD_PARSER parser = {.flags = MD_FLAG_TABLES | MD_FLAG_TASKLISTS | MD_FLAG_NOHTML |
                                              MD_FLAG_NOINDENTEDCODEBLOCKS | MD_FLAG_PERMISSIVEURLAUTOLINKS,
                                     .enter_block = enter_block,
                                     .leave_block = leave_block,
                                     .enter_span = enter_span,
                                     .leave_span = leave_span,
                                     .text = put_text};
    Mem *m = r->doc->arena.mem;
    Buf text;
    buf_init(&text, m);
    buf_init(&r->text, m);
    buf_init(&r->url, m);
    put_dedented(&text, markdown);
    if (text.failed || md_parse(text.p ? text.p : "", (MD_SIZE)text.n, &parser, r) != 0 || !sound(r)) {
        doc_fail(r->doc);
    }
    flush(r);
    buf_free(&r->text);
    buf_free(&r->url);
    buf_free(&text);
}

void richtext_add(Doc *d, DocNode *parent_node, Str markdown)
{
    Rich r = {.doc = d};
    if (!doc_ok(d)) {
        return;
    }
    if (markdown.n > LIMIT_MARKDOWN_BYTES) {
        doc_paragraph(d, parent_node, markdown, TONE_PLAIN);
        return;
    }
    open_block(&r, parent_node ? parent_node : d->root);
    parse(&r, markdown);
}

void richtext_inline(Doc *d, DocNode *n, Str markdown)
{
    Rich r = {.doc = d, .into = n, .words = n};
    if (!doc_ok(d) || !n) {
        return;
    }
    if (markdown.n > LIMIT_MARKDOWN_BYTES) {
        doc_run(d, n, RUN_PLAIN, markdown);
        return;
    }
    parse(&r, markdown);
}
