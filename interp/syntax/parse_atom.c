/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: numbers with their units, texts with their holes, dates. Units are read again from the bytes, since
   outside the place after a number they are ordinary names and operators. */
#include "num/unit.h"
#include "syntax/parse.h"

#include "base/utf8.h"

#include <string.h>

/* ---- units ---- */

/* The unit of this text, declared ones included. */
static bool parse_unit_id(Parser *p, Str text, uint16_t *id)
{
    NumErr e = unit_parse(p->in->num, text, id);
    if (e == NUM_NO_MEMORY)
        parse_memory(p);
    return e == NUM_OK;
}

/* Is w a word that the current block may have after a value? */
static bool parse_block_word(const Parser *p, WordId w)
{
    BlockId b = (BlockId)p->block;
    if (pattern_has_word(str_from(block_info(b)->header), w))
        return true;
    for (int c = CL_FIRST; c < CL_COUNT; c++) {
        const ClauseInfo *info = clause_info((ClauseId)c);
        if (info->block == b && (info->word == w || pattern_has_word(str_from(info->pattern), w)))
            return true;
    }
    return false;
}

bool parse_word_may_follow(const Parser *p, uint32_t at)
{
    for (int w = 1; w < W_COUNT; w++) {
        if (!word_at(p->lex.text, at, (WordId)w, p->lang))
            continue;
        if (w == W_IS || w == W_STEP || w == W_BY || w == W_LOWEST || w == W_HIGHEST || w == W_DESCENDING ||
            w == W_ASCENDING || (w == W_LIKE && p->bounding))
            return true;
        if (p->block >= 0 && !p->brackets && (w == W_FROM || w == W_BELOW || w == W_UP_TO))
            return true;
        if (p->block >= 0 && !p->brackets && parse_block_word(p, (WordId)w))
            return true;
    }
    return false;
}

static void parse_unit_unknown(Parser *p, uint32_t start, uint32_t end)
{
    Str wrong = str_sub(p->text, start, end);
    if (parse_tell_foreign(p, parse_span(p, start, end), parse_foreign_word(p, wrong)))
        return;
    Diag *d = parse_error(p, D_UNIT_UNKNOWN, parse_span(p, start, end), wrong);
    if (!d)
        return;
    WordId word = parse_close_word(p, wrong);
    Str unit = unit_suggest(p->in->num, wrong);
    if (word)
        parse_note(p, d, D_DID_YOU_MEAN, (Span){0}, parse_word(p, word));
    else if (unit.n)
        parse_note(p, d, D_DID_YOU_MEAN, (Span){0}, unit);
}

/* Which factor of start..end is at fault. */
static void parse_unit_fault(Parser *p, uint32_t start, uint32_t end)
{
    uint32_t first = lex_unit_factor(p->text, start);
    uint16_t id;
    if (unit_parse(p->in->num, str_sub(p->text, start, end), &id) == NUM_UNITS_FULL) {
        parse_error0(p, D_NUM_UNITS_FULL, parse_span(p, start, end));
        return;
    }
    Str tail = str_sub(p->text, first, end);
    if (first < end && parse_unit_id(p, str_sub(p->text, start, first), &id) && tail.n > 1 && tail.p[0] == '/')
        parse_error(p, D_UNIT_AFTER_SLASH, parse_span(p, first, end), str_sub(tail, 1, tail.n),
                    str_sub(p->text, start, first));
    else
        parse_unit_unknown(p, start, first < end ? first : end);
}

/* Gives n the unit that stands at start..end, and reads on after it. */
static void parse_unit_take(Parser *p, Node *n, uint32_t start, uint32_t end)
{
    uint16_t id = 0;
    Str text = parse_copy(p, str_sub(p->text, start, end));
    if (!parse_unit_id(p, text, &id)) {
        parse_unit_fault(p, start, end);
    } else if (n != &p->dummy) {
        n->unit = text;
        n->unit_id = id;
        n->span.end = end;
    }
    p->last_end = end;
    parse_rescan(p, end);
}

void parse_unit(Parser *p, Node *n, uint32_t at, Str after)
{
    Str text = p->lex.text;
    uint32_t start = lex_blanks(text, at), end = lex_unit(text, start);
    if (end > start) {
        parse_unit_take(p, n, start, end);
        return;
    }
    if (start < text.n && text.p[start] == '/')
        parse_error0(p, D_UNIT_SLASH_FIRST, parse_here(p));
    else
        parse_error(p, D_UNIT_EXPECTED, parse_here(p), after);
    p->panic = true;
}

/* unit call/day, unit /day */
void parse_unit_clause(Parser *p, Node *n)
{
    Str text = p->lex.text;
    uint32_t start = lex_blanks(text, p->last_end), slash = start + 1;
    uint32_t end = start < text.n && text.p[start] == '/' ? lex_unit(text, slash) : slash;
    if (end > slash)
        parse_unit_take(p, n, start, end);
    else
        parse_unit(p, n, p->last_end, parse_word(p, W_UNIT));
}

/* Does a unit follow the number that tok is? Its start in *start and its end, or 0. */
static uint32_t parse_unit_follows(const Parser *p, uint32_t *start)
{
    Str t = p->lex.text;
    *start = lex_blanks(t, p->tok.end);
    uint32_t first = lex_unit_factor(t, *start), cp;
    if (first == *start)
        return 0;
    utf8_next(t, *start, &cp);
    if (utf8_is_letter(cp)) {
        if (word_reserved(str_sub(t, *start, first), p->lang) || parse_word_may_follow(p, *start))
            return 0;
    }
    return lex_unit(t, *start);
}

/* ---- declared units: known in the whole text, before and after the line that declares them ---- */

static void parse_declare_unit(Parser *p, Str name)
{
    if (unit_lookup_name(p->in->num, name))
        return;
    if (unit_declare(p->in->num, name) == NUM_NO_MEMORY)
        parse_memory(p);
}

/* A list of names and nothing else on the line that the lexer stands on. */
static void parse_declare_line(Parser *p, Lexer l)
{
    for (Lexer look = l;;) {
        Token name = lex_next(&look), mark = lex_next(&look);
        if (name.kind != TK_NAME || name.fault)
            return;
        if (mark.kind == TK_NEWLINE || mark.kind == TK_END || mark.kind == TK_COMMENT)
            break;
        if (mark.kind != TK_COMMA)
            return;
    }
    for (;;) {
        Token name = lex_next(&l);
        Str text = parse_name_text(p, &name);
        if (!word_find(text, LANG_FR) && !word_find(text, LANG_EN))
            parse_declare_unit(p, text);
        if (lex_next(&l).kind != TK_COMMA)
            return;
    }
}

void parse_declare_units(Parser *p)
{
    Str t = p->text;
    for (uint32_t at = 0; at < t.n && !p->memory; at++) {
        uint32_t word = lex_blanks(t, at);
        size_t end = word_match(t, word, W_UNIT, p->lang);
        if (end)
            parse_declare_line(p, (Lexer){.text = t, .at = (uint32_t)end, .lang = p->lang});
        while (at < t.n && t.p[at] != '\n' && t.p[at] != '\r')
            at++;
    }
}

/* ---- numbers ---- */

static bool parse_is_mark(char c)
{
    return c == '.' || c == ',';
}

/* 1 280,50 as 1280.50. Only a faulty number has several marks; the last one counts. */
static Str parse_digits(Parser *p, Str raw)
{
    char *out = p->memory ? NULL : arena_alloc(p->arena, raw.n + 1);
    size_t n = 0, last = raw.n;
    if (!out) {
        parse_memory(p);
        return (Str){"0", 1};
    }
    while (last > 0 && !parse_is_mark(raw.p[last - 1]))
        last--;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        bool mark = i + 1 == last;
        if (!mark && (c < '0' || c > '9'))
            continue;
        if (n == 1 && out[0] == '0' && !mark)
            n = 0; /* leading zeros say nothing */
        out[n++] = mark ? '.' : c;
    }
    return (Str){out, n};
}

/* In English, outside brackets, a comma between two digits can only be meant as a decimal mark. */
static void parse_decimal_comma(Parser *p, uint32_t start)
{
    Str t = p->lex.text;
    uint32_t at = p->tok.start;
    if (p->lang != LANG_EN || p->brackets || !parse_at(p, TK_COMMA) || p->tok.blank || at + 1 >= t.n)
        return;
    while (at + 1 < t.n && (t.p[at] == ',' || t.p[at] == '.') && t.p[at + 1] >= '0' && t.p[at + 1] <= '9')
        for (at++; at < t.n && t.p[at] >= '0' && t.p[at] <= '9';)
            at++;
    if (at == p->tok.start)
        return;
    Str raw = str_sub(t, start, at);
    parse_error(p, D_LEX_DECIMAL_MARK_EN, parse_span(p, start, at), raw, parse_right_figure(p, raw));
}

static Node *parse_number_token(Parser *p)
{
    Node *n = parse_node(p, N_NUMBER, p->tok.start);
    if (p->tok.fault)
        parse_fault(p, &p->tok);
    if (n != &p->dummy) {
        n->text = parse_digits(p, str_sub(p->text, p->tok.start, p->tok.end));
        n->span.end = p->tok.end;
    }
    p->last_end = p->tok.end;
    return n;
}

Node *parse_bare_number(Parser *p)
{
    Node *n = parse_number_token(p);
    parse_load(p);
    return n;
}

Node *parse_number(Parser *p)
{
    uint32_t start = p->tok.start, unit, end;
    Node *n = parse_number_token(p);
    if (!p->panic && (end = parse_unit_follows(p, &unit)) != 0) {
        parse_unit_take(p, n, unit, end);
    } else {
        parse_load(p);
        parse_decimal_comma(p, start);
    }
    return n;
}

static bool parse_is_smaller(const Parser *p, uint16_t unit, uint16_t than)
{
    UnitFactor a = unit_factor(p->in->num, unit), b = unit_factor(p->in->num, than);
    return (__int128)a.num * b.den < (__int128)b.num * a.den;
}

/* May `next` follow `last` in 21 h 20 min? Its unit is a smaller one: 20 % 5 % lacks an operator. After hours a bare
   number is minutes. */
static bool parse_sum_goes_on(Parser *p, const Node *last, Node *next)
{
    uint16_t hour, minute;
    if (!last->unit.n || p->panic)
        return false;
    if (next->unit.n)
        return unit_same_dimension(p->in->num, last->unit_id, next->unit_id) &&
               parse_is_smaller(p, next->unit_id, last->unit_id);
    if (!parse_unit_id(p, STR("h"), &hour) || !parse_unit_id(p, STR("min"), &minute) || last->unit_id != hour)
        return false;
    next->unit = parse_copy(p, STR("min"));
    next->unit_id = minute;
    return true;
}

Node *parse_sum(Parser *p)
{
    uint32_t base = p->kid_count;
    Node *last = parse_number(p), *first = last;
    if (!parse_at(p, TK_NUMBER) || p->panic)
        return first;
    parse_push(p, first);
    while (parse_at(p, TK_NUMBER) && !p->panic) {
        Token t = p->tok;
        Node *next = parse_number(p);
        if (!p->panic && !parse_sum_goes_on(p, last, next))
            parse_error(p, D_SYN_TWO_NUMBERS, parse_span(p, first->span.start, t.end), parse_raw(p, &t));
        parse_push(p, next);
        last = next;
    }
    return parse_sound(p, parse_finish(p, parse_node(p, N_SUM_LITERAL, first->span.start), base));
}

/* ---- dates ---- */

static unsigned parse_two_digits(const char *s)
{
    return (unsigned)(s[0] - '0') * 10 + (unsigned)(s[1] - '0');
}

static unsigned parse_days_of(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month < 1 || month > 12 ? 0 : days[month - 1] + (unsigned)(month == 2 && leap);
}

Node *parse_date(Parser *p)
{
    Node *n = parse_node(p, N_DATE, p->tok.start);
    if (!p->tok.fault && n != &p->dummy) {
        const char *s = p->text.p + p->tok.start + 1;
        unsigned year = parse_two_digits(s) * 100 + parse_two_digits(s + 2), day = parse_two_digits(s + 8);
        n->text = parse_copy(p, (Str){s, 10});
        if (day < 1 || day > parse_days_of(year, parse_two_digits(s + 5)))
            parse_remark(p, D_LEX_DATE_DAY, parse_here(p), n->text);
    }
    parse_take(p);
    return parse_finish(p, n, p->kid_count);
}

/* ---- texts ---- */

typedef struct TextReader {
    uint32_t at, end;   /* of what stands between the quotes */
    Str indent;         /* removed at the start of each line of a long text */
    bool lines, opened; /* long; with nothing on its first line */
    Buf piece;
    uint32_t piece_start;
} TextReader;

static uint32_t parse_blank_before(Str t, uint32_t start, uint32_t end)
{
    static const char *const blanks[] = {" ", "\u00A0", "\u202F"};
    for (size_t i = 0; i < 3; i++) {
        Str b = str_from(blanks[i]);
        if (end - start >= b.n && str_ends(str_sub(t, start, end), b))
            return end - (uint32_t)b.n;
    }
    return end;
}

/* One blank inside each guillemet belongs to the typography. */
static void parse_trim_guillemets(Str t, TextReader *r)
{
    uint32_t cp;
    size_t n = utf8_next(str_sub(t, 0, r->end), r->at, &cp);
    if (n && (cp == ' ' || cp == 0xA0 || cp == 0x202F))
        r->at += (uint32_t)n;
    r->end = parse_blank_before(t, r->at, r->end);
}

/* The opening line is dropped when it is empty, and the closing one, whose indentation all lines lose. */
static void parse_trim_long(Str t, TextReader *r)
{
    uint32_t first = r->at, last = r->end;
    while (first < r->end && (t.p[first] == ' ' || t.p[first] == '\t' || t.p[first] == '\r'))
        first++;
    bool opened = first < r->end && t.p[first] == '\n';
    while (last > r->at && (t.p[last - 1] == ' ' || t.p[last - 1] == '\t'))
        last--;
    if (last > r->at && t.p[last - 1] == '\n') {
        r->indent = str_sub(t, last, r->end);
        r->end = last - 1 > first || !opened ? last - 1 : last;
        if (r->end > r->at && t.p[r->end - 1] == '\r')
            r->end--;
    }
    r->opened = opened;
    if (opened)
        r->at = first + 1 < r->end ? first + 1 : r->end;
}

static TextReader parse_text_range(const Parser *p)
{
    const Token *k = &p->tok;
    uint32_t cp, open = k->style == TEXT_LONG ? 3 : (uint32_t)utf8_next(p->text, k->start, &cp), close = open;
    if (k->style == TEXT_PLAIN && open > 1 && p->text.p[k->end - 1] == '"')
        close = 1; /* begun by “, closed by " */
    TextReader r = {.at = k->start + open, .end = k->end - close, .lines = k->style == TEXT_LONG};
    if (k->style == TEXT_GUILLEMETS)
        parse_trim_guillemets(p->text, &r);
    else if (r.lines)
        parse_trim_long(p->text, &r);
    r.piece_start = r.at;
    return r;
}

static void parse_flush_piece(Parser *p, TextReader *r)
{
    if (r->piece.failed)
        parse_memory(p);
    if (r->piece.n && !p->memory) {
        Node *n = parse_node(p, N_PIECE, r->piece_start);
        Str text = parse_copy(p, buf_str(&r->piece));
        if (n != &p->dummy) {
            n->text = text;
            n->span.end = r->at;
        }
        parse_push(p, n);
    }
    buf_clear(&r->piece);
    r->piece_start = r->at;
}

/* The expression of a hole, read by the same parser inside the bounds of the hole. */
static Node *parse_hole_expr(Parser *p, uint32_t from, uint32_t to)
{
    Mark m = parse_mark(p);
    uint32_t brackets = p->brackets;
    p->lex.text.n = to;
    p->brackets = 1;
    parse_rescan(p, from);
    Node *e;
    if (parse_at(p, TK_END)) {
        parse_error0(p, D_LEX_HOLE_EMPTY, parse_span(p, from - 1, to + 1));
        e = parse_bad(p);
    } else {
        e = parse_expr(p);
        if (!p->panic && !parse_at(p, TK_END))
            parse_unexpected(p);
    }
    p->brackets = brackets;
    parse_back(p, m);
    return e;
}

static void parse_hole(Parser *p, TextReader *r)
{
    uint32_t close, colon;
    if (!lex_hole(p->text, r->at, r->end, r->lines, &close, &colon)) { /* closed only by what was trimmed */
        parse_error0(p, D_LEX_HOLE_OPEN, parse_span(p, r->at, r->at + 1));
        r->at = r->end;
        return;
    }
    uint32_t open = r->at;
    Node *e = parse_hole_expr(p, open + 1, colon ? colon : close);
    Node *h = parse_node1(p, N_HOLE, open, e);
    Str format = colon ? parse_copy(p, str_trim(str_sub(p->text, colon + 1, close))) : (Str){"", 0};
    if (h != &p->dummy) {
        h->text = format;
        h->span.end = close + 1;
    }
    parse_push(p, h);
    r->at = r->piece_start = close + 1;
}

static void parse_escape(Parser *p, TextReader *r)
{
    Str t = p->text;
    uint32_t cp, n = (uint32_t)utf8_next(str_sub(t, 0, r->end), r->at + 1, &cp);
    switch (n ? cp : 0) {
    case 'n': buf_putc(&r->piece, '\n'); break;
    case 't': buf_putc(&r->piece, '\t'); break;
    case '"':
    case '\\':
    case '{':
    case '}':
    case 0xAB:
    case 0xBB:
    case 0x201C:
    case 0x201D: buf_put(&r->piece, str_sub(t, r->at + 1, r->at + 1 + n)); break;
    default:
        parse_remark(p, D_LEX_ESCAPE, parse_span(p, r->at, r->at + 1 + n), str_sub(t, r->at, r->at + 1 + n));
        break;
    }
    r->at += 1 + n;
}

/* At the start of a line of a long text. */
static void parse_skip_indent(Parser *p, TextReader *r)
{
    for (size_t i = 0; i < r->indent.n && r->at < r->end && p->text.p[r->at] == r->indent.p[i]; i++)
        r->at++;
}

static void parse_text_pieces(Parser *p, TextReader *r)
{
    if (r->lines)
        parse_skip_indent(p, r);
    while (r->at < r->end && !p->memory) {
        char c = p->text.p[r->at];
        if (c == '{') {
            parse_flush_piece(p, r);
            parse_hole(p, r);
        } else if (c == '\\') {
            parse_escape(p, r);
        } else {
            bool newline = c == '\n', carriage = c == '\r' && r->at + 1 < r->end && p->text.p[r->at + 1] == '\n';
            if (!carriage)
                buf_putc(&r->piece, c);
            r->at++;
            if (newline)
                parse_skip_indent(p, r);
        }
    }
    parse_flush_piece(p, r);
}

Node *parse_text(Parser *p)
{
    Node *n = parse_node(p, N_STRING, p->tok.start);
    uint32_t base = p->kid_count;
    if (!p->tok.fault && parse_enter(p)) {
        TextReader r = parse_text_range(p);
        buf_init(&r.piece, p->arena->mem);
        if (n != &p->dummy) {
            n->op = p->tok.style;
            n->flags |= r.opened ? NODE_MULTILINE : 0;
        }
        parse_text_pieces(p, &r);
        buf_free(&r.piece);
        parse_leave(p);
    } else if (!p->tok.fault) {
        parse_leave(p);
    }
    parse_take(p);
    return parse_finish(p, n, base);
}
