/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: cells are ranges of bytes between bars. One whose text is a whole literal is read by the parser of literals,
   held within the cell; any other is text (rules 1.12). The first line of a block holds the names of the columns, the
   same columns for all the lines that follow. */
#include "base/utf8.h"
#include "num/unit.h"
#include "syntax/parse.h"

typedef struct Cell { /* bytes of the source, blanks around left out */
    uint32_t start, end;
} Cell;

/* ---- where cells end ---- */

static bool cell_line_ends(const Parser *p, uint32_t at)
{
    return at >= p->text.n || p->text.p[at] == '\n' || p->text.p[at] == '\r';
}

/* The next bar from `at` on, or the end of the line. */
static uint32_t cell_bar(const Parser *p, uint32_t at)
{
    while (!cell_line_ends(p, at) && p->text.p[at] != '|') {
        bool escaped = p->text.p[at] == '\\' && !cell_line_ends(p, at + 1);
        at += escaped ? 2 : 1;
    }
    return at;
}

static Cell cell_trim(const Parser *p, uint32_t start, uint32_t end)
{
    uint32_t cp;
    Str t = {p->text.p, end};
    Cell c = {lex_blanks(t, start), end};
    for (size_t at = c.start, n; (n = utf8_next(t, at, &cp)) != 0; at += n)
        if (!utf8_is_blank(cp))
            c.end = (uint32_t)(at + n);
    c.end = c.start >= end ? c.start : c.end;
    return c;
}

/* After a bar: is the row over? Then *at is where the line goes on (its comment, or its end). */
static bool row_over(const Parser *p, uint32_t *at)
{
    uint32_t next = lex_blanks(p->text, *at);
    if (!cell_line_ends(p, next) && p->text.p[next] != '#')
        return false;
    *at = next;
    return true;
}

/* ---- literals ---- */

/* The end of the unit at `at`, if a known one stands there. */
static uint32_t literal_unit(Parser *p, Str t, uint32_t at)
{
    uint16_t id;
    uint32_t start = lex_blanks(t, at), end = lex_unit(t, start);
    return end > start && unit_parse(p->in->num, str_sub(t, start, end), &id) == NUM_OK ? end : at;
}

static bool literal_numbers(Parser *p, Lexer l, Token t, bool official)
{
    while (t.kind == TK_NUMBER && (!t.fault || t.fault == FAULT_DECIMAL_MARK)) {
        l.at = literal_unit(p, l.text, t.end);
        t = lex_next(&l);
    }
    return t.kind == TK_END || (official && t.kind == TK_NAME);
}

/* Is the whole cell one literal? An official figure may be followed by its class. */
static bool cell_is_literal(Parser *p, Cell c, bool official)
{
    Lexer l = {.text = str_sub(p->text, 0, c.end), .at = c.start, .lang = p->lang};
    Token t = lex_next(&l);
    if (t.kind == TK_SUB && !lex_peek(&l).blank)
        t = lex_next(&l);
    if (t.kind == TK_NUMBER)
        return literal_numbers(p, l, t, official);
    if (t.fault || (t.kind == TK_NAME && (t.quoted || (t.word != W_TRUE && t.word != W_FALSE))))
        return false;
    bool literal = t.kind == TK_NAME || t.kind == TK_DATE || t.kind == TK_TEXT;
    return literal && lex_next(&l).kind == TK_END;
}

/* The parser sees nothing beyond the cell. */
static Lexer cell_enter(Parser *p, Cell c)
{
    Lexer outside = p->lex;
    p->lex = (Lexer){.text = str_sub(p->text, 0, c.end), .at = c.start, .lang = p->lang};
    parse_load(p);
    return outside;
}

static Node *cell_negative(Parser *p)
{
    uint32_t start = p->tok.start;
    parse_take(p);
    Node *n = parse_node1(p, N_UNARY, start, parse_sum(p));
    n->op = OP_NEG;
    return n;
}

static Node *cell_value(Parser *p)
{
    switch (p->tok.kind) {
    case TK_SUB: return cell_negative(p);
    case TK_NUMBER: return parse_sum(p);
    case TK_DATE: return parse_date(p);
    case TK_TEXT: return parse_text(p);
    default: break;
    }
    Node *n = parse_node(p, N_TRUTH, p->tok.start);
    n->op = p->tok.word == W_TRUE;
    parse_take(p);
    return parse_finish(p, n, p->kid_count);
}

/* `14.28 % truncated`: the class that the author says an official figure has. */
static Node *cell_class(Parser *p, Node *value)
{
    static const WordId classes[] = {W_EXACT, W_ROUNDED, W_TRUNCATED, W_RAISED, W_FOLLOWS, W_WRONG};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (!parse_at_word(p, classes[i]))
            continue;
        Node *word = parse_node(p, N_WORD, p->tok.start);
        word->op = (uint8_t)classes[i];
        parse_accept_word(p, classes[i]);
        return parse_node2(p, N_CELL, value->span.start, value, parse_finish(p, word, p->kid_count));
    }
    return value;
}

/* A text between quotes is a text like others, unless it holds values. */
static Node *cell_unquoted(Parser *p, Node *n)
{
    Str text;
    if (n->kind != N_STRING || !node_constant_text(n, &text) || n == &p->dummy)
        return n;
    *n = (Node){.kind = N_CELL, .flags = NODE_QUOTED, .span = n->span, .id = n->id, .height = 1, .text = text};
    return n;
}

static Node *cell_literal(Parser *p, Cell c, bool official)
{
    int block = p->block;
    p->block = -1;
    Lexer outside = cell_enter(p, c);
    Node *n = cell_unquoted(p, cell_value(p));
    if (official && !p->panic)
        n = cell_class(p, n);
    if (!p->panic && !parse_at(p, TK_END))
        parse_unexpected(p);
    p->lex = outside;
    p->block = block;
    return n;
}

/* ---- texts ---- */

/* `\|` is a bar, `\#` a number sign. */
static Node *cell_text(Parser *p, Cell c)
{
    Node *n = parse_node(p, N_CELL, c.start);
    Buf b;
    buf_init(&b, p->arena->mem);
    for (uint32_t i = c.start; i < c.end; i++) {
        bool escape = p->text.p[i] == '\\' && i + 1 < c.end && (p->text.p[i + 1] == '|' || p->text.p[i + 1] == '#');
        i += escape;
        buf_putc(&b, p->text.p[i]);
    }
    if (b.failed)
        parse_memory(p);
    Str text = parse_copy(p, buf_str(&b));
    buf_free(&b);
    if (n != &p->dummy) {
        n->text = text;
        n->span.end = c.end;
    }
    return n;
}

/* ---- the names of the columns ---- */

/* `name`, `name: text`, `name: €`, each with a title if it likes. */
static Node *cell_column(Parser *p, Cell c)
{
    int block = p->block;
    p->block = -1;
    Lexer outside = cell_enter(p, c);
    uint32_t base = p->kid_count;
    Node *n = parse_name(p, N_CELL);
    if (!p->panic && parse_at(p, TK_COLON)) {
        uint32_t after = p->tok.end;
        parse_take(p);
        if (parse_accept_word(p, W_TEXT))
            n->op = W_TEXT;
        else
            parse_unit(p, n, after, STR(":"));
    }
    if (!p->panic && parse_at(p, TK_TEXT))
        parse_push(p, parse_text(p));
    parse_finish(p, n, base);
    if (!p->panic && !parse_at(p, TK_END)) {
        Str whole = str_sub(p->text, c.start, c.end);
        buf_clear(&p->scratch);
        for (size_t i = 0; i < whole.n; i++)
            buf_putc(&p->scratch, whole.p[i] == ' ' ? '_' : whole.p[i]);
        parse_error(p, D_COLUMN_NAME, parse_span(p, c.start, c.end), whole, buf_str(&p->scratch), n->text);
    }
    p->lex = outside;
    p->block = block;
    return n;
}

static bool columns_are_names(const Parser *p)
{
    return p->open && p->open->kind == BODY_TABLE_PARTS;
}

/* ---- rows ---- */

enum { ROW_BROKEN = 1 }; /* op of a ROW that could not be read to its end */

typedef struct RowReader {
    const Node *header; /* NULL: this is it */
    uint32_t cells;
    bool official, broken;
} RowReader;

static bool cell_is_quoted(const Parser *p, Cell c)
{
    Lexer l = {.text = str_sub(p->text, 0, c.end), .at = c.start, .lang = p->lang};
    return lex_next(&l).kind == TK_TEXT;
}

static bool forced_text(const RowReader *r)
{
    return r->header && r->cells < r->header->count && r->header->kids[r->cells]->op == W_TEXT;
}

/* `85 sqm` is a text, which a reader takes for a figure: the unit is misspelt, or not declared. */
static void warn_unit(Parser *p, Cell c)
{
    Lexer l = {.text = str_sub(p->text, 0, c.end), .at = c.start, .lang = p->lang};
    Token t = lex_next(&l);
    uint32_t unit = lex_blanks(l.text, t.end);
    if (t.kind == TK_NUMBER && !t.fault && unit > t.end && lex_unit(l.text, unit) == c.end)
        parse_remark(p, D_CELL_UNIT_UNKNOWN, parse_span(p, c.start, c.end), str_sub(p->text, c.start, c.end),
                     str_sub(p->text, unit, c.end));
}

static Node *row_cell(Parser *p, RowReader *r, Cell c)
{
    if (!r->header)
        return columns_are_names(p) ? cell_column(p, c) : cell_text(p, c);
    if (cell_is_literal(p, c, r->official) && !(forced_text(r) && !cell_is_quoted(p, c)))
        return cell_literal(p, c, r->official);
    if (columns_are_names(p) && !forced_text(r))
        warn_unit(p, c);
    return cell_text(p, c);
}

/* From the first bar to the last one; the parser stands after it. */
static void row_cells(Parser *p, RowReader *r)
{
    uint32_t at = p->tok.end;
    while (!p->panic && !row_over(p, &at)) {
        uint32_t bar = cell_bar(p, at);
        Cell c = cell_trim(p, at, bar);
        if (cell_line_ends(p, bar)) {
            parse_error0(p, D_ROW_OPEN, parse_span(p, c.start, c.end));
            break;
        }
        parse_push(p, row_cell(p, r, c));
        r->cells++;
        at = bar + 1;
    }
    r->broken = p->panic;
    while (p->panic && !cell_line_ends(p, at))
        at++; /* what is left of the line makes no sense by itself */
    p->last_end = at;
    parse_rescan(p, at);
}

static void row_check(Parser *p, const Node *n, const RowReader *r)
{
    if (r->broken || !r->header || r->header->op == ROW_BROKEN || r->cells == r->header->count)
        return;
    Str counts[2];
    Buf b;
    buf_init(&b, p->arena->mem);
    buf_printf(&b, "%u", r->cells);
    size_t cut = b.n;
    buf_printf(&b, "%u", r->header->count);
    counts[0] = str_sub(buf_str(&b), 0, cut);
    counts[1] = str_sub(buf_str(&b), cut, b.n);
    Diag *d = parse_report(p, false, D_ROW_RAGGED, n->span, counts, 2);
    parse_note(p, d, D_COLUMNS_HERE, r->header->span, (Str){"", 0});
    buf_free(&b);
}

/* The first row of this body, among its statements read so far. */
static const Node *row_header(const Parser *p, uint32_t base)
{
    for (uint32_t i = base; i < p->kid_count; i++)
        if (p->kids[i]->kind == N_ROW)
            return p->kids[i];
    return NULL;
}

Node *parse_row(Parser *p, uint32_t base, bool official)
{
    Node *n = parse_node(p, N_ROW, p->tok.start);
    RowReader r = {.header = row_header(p, base), .official = official};
    uint32_t kids = p->kid_count;
    if (!r.header && n != &p->dummy)
        n->flags |= NODE_HEADER;
    row_cells(p, &r);
    parse_finish(p, n, kids);
    n->op = r.broken ? ROW_BROKEN : 0;
    row_check(p, n, &r);
    parse_line_done(p, n);
    return n;
}
