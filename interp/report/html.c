/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags are ours, and constant; every text of the document goes through escape.h. Attributes hold only what we made (ids,
   classes, numbers), save href and aria-label. */
#include "report/html.h"

#include <string.h>

#include "base/digest.h"
#include "report/escape.h"
#include "report/html_search.h"
#include "report/html_style.h"
#include "report/outline.h"
#include "report/svg.h"
#include "report/word.h"

enum { WIDE_TABLE = 8, SCROLLING_TABLE = 4 };

typedef struct Html {
    Buf *out;
    Lang lang;
    Outline outline;
    const DocNode *title; /* the heading that is the <h1> already */
    unsigned charts;
} Html;

static void write_node(Html *h, const DocNode *n);

static void put(Html *h, const char *tags)
{
    buf_puts(h->out, tags);
}

static void write_blocks(Html *h, const DocNode *first)
{
    for (const DocNode *n = first; n; n = n->next) {
        write_node(h, n);
    }
}

/* ---- texts ---- */

static const char *tone_class(uint8_t tone)
{
    static const char *const names[] = {[TONE_PLAIN] = "",    [TONE_STRONG] = "strong", [TONE_MUTED] = "muted",
                                        [TONE_GOOD] = "good", [TONE_WARN] = "warn",     [TONE_BAD] = "bad"};
    return names[tone];
}

/* NULL and "" are no classes. */
static void put_classes(Html *h, const char *const *classes, unsigned count)
{
    bool any = false;
    for (unsigned i = 0; i < count; i++) {
        if (classes[i] && *classes[i]) {
            buf_printf(h->out, "%s%s", any ? " " : " class=\"", classes[i]);
            any = true;
        }
    }
    put(h, any ? "\"" : "");
}

/* A tag with its classes, not yet closed. */
static void begin_tag(Html *h, const char *tag, const char *look, const char *more)
{
    const char *classes[] = {look, more};
    buf_printf(h->out, "<%s", tag);
    put_classes(h, classes, 2);
}

static void open_tag(Html *h, const char *tag, const char *look, const char *more)
{
    begin_tag(h, tag, look, more);
    buf_putc(h->out, '>');
}

static void put_run(Html *h, const DocRun *r)
{
    if (r->url.n) {
        put(h, "<a rel=\"noreferrer\" href=\"");
        escape_url(h->out, r->url);
        put(h, "\">");
    }
    put(h, r->style & RUN_STRONG ? "<strong>" : "");
    put(h, r->style & RUN_EMPHASIS ? "<em>" : "");
    put(h, r->style & RUN_CODE ? "<code>" : "");
    escape_text(h->out, r->text);
    put(h, r->style & RUN_CODE ? "</code>" : "");
    put(h, r->style & RUN_EMPHASIS ? "</em>" : "");
    put(h, r->style & RUN_STRONG ? "</strong>" : "");
    put(h, r->url.n ? "</a>" : "");
}

/* The box is read aloud as a word. */
static void put_tick(Html *h, const DocNode *n)
{
    if (n->tick) {
        bool done = n->tick == TICK_DONE;
        put(h, "<span class=\"tick\" role=\"img\" aria-label=\"");
        escape_attribute(h->out, report_word(done ? RW_TICKED : RW_TO_TICK, h->lang));
        put(h, done ? "\">☑</span>" : "\">☐</span>");
        put(h, n->text.n || n->runs ? " " : "");
    }
}

static void put_text(Html *h, const DocNode *n)
{
    put_tick(h, n);
    escape_text(h->out, n->text);
    for (const DocRun *r = n->runs; r; r = r->next) {
        put_run(h, r);
    }
}

static const char *page_class(const DocNode *n)
{
    return n->new_page ? "page" : "";
}

static void write_heading(Html *h, const DocNode *n, unsigned level)
{
    char tag[3] = "h0";
    tag[1] = (char)('0' + level);
    open_tag(h, tag, page_class(n), NULL);
    put_text(h, n);
    buf_printf(h->out, "</%s>\n", tag);
}

static void write_section(Html *h, const DocNode *n)
{
    Outline saved = h->outline;
    unsigned level = outline_section(&h->outline);
    begin_tag(h, "section", page_class(n), NULL);
    if (n->title.n) {
        put(h, " id=\"");
        escape_attribute(h->out, n->title);
        put(h, "\"");
    }
    put(h, ">\n");
    if (n->text.n || n->runs) {
        DocNode heading = *n;
        heading.new_page = false;
        write_heading(h, &heading, level);
    }
    write_blocks(h, n->first);
    put(h, "</section>\n");
    h->outline = saved;
}

static void write_paragraph(Html *h, const DocNode *n)
{
    open_tag(h, "p", tone_class(n->tone), page_class(n));
    put_text(h, n);
    put(h, "</p>\n");
}

/* The points between labels are for those who see no frames. */
static void write_aside(Html *h, const DocNode *n)
{
    open_tag(h, "p", "aside", page_class(n));
    if (n->text.n) {
        put(h, "<span>");
        escape_text(h->out, n->text);
        put(h, "</span>");
    }
    for (const DocRun *r = n->runs; r; r = r->next) {
        put(h, r == n->runs && !n->text.n ? "<span>" : "<b> · </b><span>");
        put_run(h, r);
        put(h, "</span>");
    }
    put(h, "</p>\n");
}

static void write_code(Html *h, const DocNode *n)
{
    open_tag(h, "pre", page_class(n), NULL);
    put(h, "<code>");
    escape_plain(h->out, n->text);
    put(h, "</code></pre>\n");
}

static const char *sign_of(uint8_t tone)
{
    switch (tone) {
    case TONE_GOOD: return "✓";
    case TONE_WARN: return "!";
    case TONE_BAD: return "✗";
    default: return "·";
    }
}

static void write_note(Html *h, const DocNode *n)
{
    open_tag(h, "div", n->tone >= TONE_GOOD ? "note" : "note plain", n->tone >= TONE_GOOD ? tone_class(n->tone) : NULL);
    buf_printf(h->out, "<span class=\"sign\">%s</span> <div>", sign_of(n->tone));
    put_text(h, n);
    if (n->detail.n) {
        put(h, "<span class=\"fix\">→ ");
        escape_text(h->out, n->detail);
        put(h, "</span>");
    }
    put(h, "</div></div>\n");
}

/* ---- lists ---- */

static void write_items(Html *h, const DocNode *first);

static void write_item(Html *h, const DocNode *n)
{
    open_tag(h, "li", n->tick ? "box" : "", tone_class(n->tone));
    put_text(h, n);
    if (n->first && n->first->kind == DOC_ITEM) {
        put(h, "\n<ul>\n");
        write_items(h, n->first);
        put(h, "</ul>");
    } else if (n->first) {
        put(h, "\n");
        write_blocks(h, n->first);
    }
    put(h, "</li>\n");
}

static void write_items(Html *h, const DocNode *first)
{
    for (const DocNode *i = first; i; i = i->next) {
        write_item(h, i);
    }
}

static void write_list(Html *h, const DocNode *n)
{
    if (!n->first) {
        return;
    }
    if (n->start > 1) {
        buf_printf(h->out, "<ol start=\"%u\">\n", n->start);
    } else {
        open_tag(h, n->start ? "ol" : "ul", page_class(n), NULL);
        put(h, "\n");
    }
    write_items(h, n->first);
    put(h, n->start ? "</ol>\n" : "</ul>\n");
}

/* ---- room for an answer ---- */

static void write_room(Html *h, const DocNode *n)
{
    begin_tag(h, "div", n->kind == DOC_BOX ? "room" : "lines", page_class(n));
    put(h, " role=\"img\" aria-label=\"");
    escape_attribute(h->out, report_word(RW_ROOM, h->lang));
    put(h, "\">");
    for (unsigned i = 0; i < n->lines; i++) {
        put(h, "<i></i>");
    }
    put(h, "</div>\n");
}

/* ---- tables ---- */

static const char *align_class(const DocNode *table, uint32_t column)
{
    DocAlign a = column < table->column_count ? table->columns[column].align : ALIGN_LEFT;
    return a == ALIGN_RIGHT ? "n" : a == ALIGN_CENTRE ? "c" : "";
}

/* A tone is a colour; where the text does not begin with a sign of its own, it gets one. */
static bool wants_sign(const DocNode *cell)
{
    unsigned char c = cell->text.n ? (unsigned char)cell->text.p[0] : 0;
    bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == 0xC3 || c == '-';
    return cell->tone >= TONE_GOOD && word;
}

static const char *heat_class(const DocNode *cell)
{
    static const char *const names[] = {"h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "h10"};
    return cell->heat ? names[(cell->heat - 1 + 5) / 10] : "";
}

static void open_cell(Html *h, const DocNode *table, const DocNode *cell, uint32_t column, uint32_t span)
{
    bool sign = wants_sign(cell);
    const char *classes[] = {span > 1 ? "" : align_class(table, column), tone_class(cell->tone), sign ? "sign" : "",
                             heat_class(cell)};
    put(h, cell->head ? "<th scope=\"row\"" : "<td");
    put_classes(h, classes, 4);
    if (span > 1) {
        buf_printf(h->out, " colspan=\"%u\"", span);
    }
    if (sign) {
        buf_printf(h->out, " data-sign=\"%s\"", sign_of(cell->tone));
    }
    if (table->stacks && !cell->head && !sign && column < table->column_count) {
        put(h, " data-label=\"");
        escape_attribute(h->out, table->columns[column].title);
        put(h, "\"");
    }
    put(h, ">");
}

static void write_row(Html *h, const DocNode *table, const DocNode *row)
{
    uint32_t column = 0;
    open_tag(h, "tr", row->tone == TONE_STRONG ? "total" : "", page_class(row));
    for (const DocNode *k = row->first; k && column < table->column_count; k = k->next) {
        uint32_t left = table->column_count - column, span = k->span < left ? k->span : left;
        open_cell(h, table, k, column, span);
        put_text(h, k);
        write_blocks(h, k->first);
        put(h, k->head ? "</th>" : "</td>");
        column += span;
    }
    for (; column < table->column_count; column++) {
        put(h, "<td></td>");
    }
    put(h, "</tr>\n");
}

static bool has_titles(const DocNode *n)
{
    for (uint32_t c = 0; c < n->column_count; c++) {
        if (n->columns[c].title.n) {
            return true;
        }
    }
    return false;
}

/* A column without a title has a cell, and no heading. */
static void write_titles(Html *h, const DocNode *n)
{
    put(h, "<thead><tr>");
    for (uint32_t c = 0; c < n->column_count; c++) {
        bool named = n->columns[c].title.n > 0;
        const char *look = align_class(n, c);
        put(h, named ? "<th scope=\"col\"" : "<td");
        put_classes(h, &look, 1);
        put(h, ">");
        escape_text(h->out, n->columns[c].title);
        put(h, named ? "</th>" : "</td>");
    }
    put(h, "</tr></thead>\n");
}

static void write_table(Html *h, const DocNode *n)
{
    if (!n->column_count) {
        return;
    }
    begin_tag(h, "div", "scroll", page_class(n));
    put(h, n->column_count >= SCROLLING_TABLE ? " tabindex=\"0\">" : ">"); /* so that the keyboard can move it */
    open_tag(h, "table", n->column_count >= WIDE_TABLE ? "wide" : n->stacks ? "stack" : "", NULL);
    put(h, "\n");
    if (n->title.n) {
        put(h, "<caption>");
        escape_text(h->out, n->title);
        put(h, "</caption>\n");
    }
    if (has_titles(n)) {
        write_titles(h, n);
    }
    put(h, "<tbody>\n");
    for (const DocNode *r = n->first; r; r = r->next) {
        write_row(h, n, r);
    }
    put(h, "</tbody></table></div>\n");
}

/* ---- pairs and workings ---- */

static void write_pairs(Html *h, const DocNode *n)
{
    open_tag(h, "dl", page_class(n), NULL);
    put(h, "\n");
    for (const DocNode *k = n->first; k; k = k->next) {
        put(h, "<dt>");
        put_text(h, k);
        put(h, "</dt><dd>");
        escape_text(h->out, k->detail);
        put(h, "</dd>\n");
    }
    put(h, "</dl>\n");
}

static void put_member(Html *h, const char *sign, Str text, uint8_t tone)
{
    open_tag(h, "span", tone_class(tone), NULL);
    put(h, sign);
    escape_text(h->out, text);
    put(h, "</span> ");
}

static void write_step(Html *h, const DocNode *n)
{
    bool begun = n->detail.n > 0, line = false;
    open_tag(h, "div", n->level ? "step inside" : "step", page_class(n));
    if (n->title.n) {
        put(h, "<p class=\"what\">");
        escape_text(h->out, n->title);
        put(h, "</p>");
    }
    put(h, "<div class=\"chain\"><span>");
    put_text(h, n);
    put(h, "</span> ");
    if (begun) {
        put(h, "<span class=\"line\">");
        put_member(h, "= ", n->detail, TONE_PLAIN);
        put(h, "</span>");
    }
    for (const DocNode *k = n->first; k; k = k->next) {
        if (k->kind == DOC_EQUAL) {
            put(h, line ? "" : "<span class=\"line\">");
            put_member(h, k->about ? "≈ " : "= ", k->text, k->tone);
            line = true;
        }
    }
    put(h, line ? "</span>" : "");
    for (const DocNode *k = n->first; k; k = k->next) {
        if (k->kind == DOC_NOTE) {
            open_tag(h, "span", "remark", tone_class(k->tone));
            put_text(h, k);
            put(h, "</span>");
        }
    }
    put(h, "</div></div>\n");
}

static void write_steps(Html *h, const DocNode *n)
{
    for (const DocNode *k = n->first; k; k = k->next) {
        write_step(h, k);
    }
}

/* ---- charts ---- */

static void write_chart(Html *h, const DocNode *n)
{
    open_tag(h, "figure", "chart", page_class(n));
    if (n->text.n || n->detail.n) {
        put(h, "<figcaption><strong>");
        put_text(h, n);
        put(h, "</strong> <span>");
        escape_text(h->out, n->detail);
        put(h, "</span></figcaption>\n");
    }
    put(h, "<div class=\"scroll\" tabindex=\"0\">");
    svg_chart(h->out, n, ++h->charts, h->lang);
    put(h, "</div></figure>\n");
}

/* ---- blocks ---- */

static void write_node(Html *h, const DocNode *n)
{
    if (n == h->title) {
        return;
    }
    switch (n->kind) {
    case DOC_SECTION: write_section(h, n); return;
    case DOC_HEADING: write_heading(h, n, outline_heading(&h->outline, n->level)); return;
    case DOC_PARAGRAPH: write_paragraph(h, n); return;
    case DOC_ASIDE: write_aside(h, n); return;
    case DOC_LIST: write_list(h, n); return;
    case DOC_QUOTE:
        put(h, "<blockquote>\n");
        write_blocks(h, n->first);
        put(h, "</blockquote>\n");
        return;
    case DOC_CODE: write_code(h, n); return;
    case DOC_TABLE: write_table(h, n); return;
    case DOC_PAIRS: write_pairs(h, n); return;
    case DOC_STEPS: write_steps(h, n); return;
    case DOC_NOTE: write_note(h, n); return;
    case DOC_RULE: put(h, n->new_page ? "<hr class=\"page\">\n" : "<hr>\n"); return;
    case DOC_BLANK:
    case DOC_BOX: write_room(h, n); return;
    case DOC_CHART: write_chart(h, n); return;
    default: return;
    }
}

/* ---- the page ---- */

/* As base64 of the 32 bytes. */
static void put_hash(Buf *out, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char hash[DIGEST_BYTES + 1] = {0};
    digest_of(str_from(text), hash);
    for (size_t i = 0; i < DIGEST_BYTES; i += 3) {
        uint32_t bits = (uint32_t)hash[i] << 16 | (uint32_t)hash[i + 1] << 8 | (i + 2 < sizeof hash ? hash[i + 2] : 0u);
        buf_putc(out, digits[bits >> 18]);
        buf_putc(out, digits[bits >> 12 & 63]);
        buf_putc(out, digits[bits >> 6 & 63]);
        buf_putc(out, i + 2 < DIGEST_BYTES ? digits[bits & 63] : '=');
    }
}

static void write_head(Html *h, const DocNode *title, const HtmlStyle *style, bool searched)
{
    buf_printf(h->out, "<!DOCTYPE html>\n<html lang=\"%s\"%s>\n<head>\n<meta charset=\"utf-8\">\n",
               h->lang == LANG_FR ? "fr" : "en", style && style->large ? " class=\"large\"" : "");
    put(h, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
    put_hash(h->out, html_style);
    if (searched) {
        put(h, "'; script-src 'sha256-");
        put_hash(h->out, html_search);
    }
    put(h, "'; base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    escape_plain(h->out, title->text);
    for (const DocRun *r = title->runs; r; r = r->next) {
        escape_plain(h->out, r->text);
    }
    put(h, "</title>\n<style>");
    put(h, html_style);
    put(h, "</style>\n</head>\n<body>\n<main>\n");
}

void html_write(Buf *out, const Doc *d, const HtmlStyle *style)
{
    Html h = {.out = out, .lang = d->lang, .outline = outline_begin(d, true)};
    if (!doc_ok(d)) {
        out->failed = true;
        return;
    }
    const DocNode *first = d->root->first;
    bool headed = first && first->kind == DOC_HEADING;
    DocNode title = {.text = d->title.n ? d->title : report_word(RW_DOCUMENT, d->lang)};
    h.title = !d->title.n && headed ? first : NULL;
    write_head(&h, h.title ? h.title : &title, style, d->searched);
    write_heading(&h, h.title ? h.title : &title, 1);
    write_blocks(&h, first);
    put(&h, "</main>\n");
    if (d->searched) {
        put(&h, "<script data-label=\"");
        escape_attribute(out, report_word(RW_SEARCH, h.lang));
        put(&h, "\">");
        put(&h, html_search);
        put(&h, "</script>\n");
    }
    put(&h, "</body>\n</html>\n");
}
