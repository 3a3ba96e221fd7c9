/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the door of the parser (checks of the bytes, dialect, units, module), then what all its files use:
   tokens, errors, nodes, comments. */
#include "syntax/parser.h"

#include "base/utf8.h"
#include "syntax/author.h"
#include "syntax/parse.h"

#include <string.h>

/* ---- tokens ---- */

static void parse_keep_comment(Parser *p, const Token *t)
{
    if (p->pending_count == p->pending_cap) {
        uint32_t cap = p->pending_cap ? p->pending_cap * 2 : 16;
        Pending *grown = mem_realloc(p->arena->mem, p->pending, p->pending_cap * sizeof *grown, cap * sizeof *grown);
        if (!grown) {
            parse_memory(p);
            return;
        }
        p->pending = grown;
        p->pending_cap = cap;
    }
    p->pending[p->pending_count++] = (Pending){.text = str_sub(p->text, t->start + 1, t->end),
                                               .end = t->end,
                                               .own_line = p->newlines > 0,
                                               .blank_above = p->newlines > 1};
}

void parse_load(Parser *p)
{
    p->broke = false;
    for (;;) {
        Token t = lex_next(&p->lex);
        if (t.kind == TK_COMMENT) {
            parse_keep_comment(p, &t);
            p->newlines = 0;
            continue;
        }
        if (t.kind == TK_NEWLINE) {
            p->newlines++;
            p->lines_before = p->newlines;
            p->broke = true;
            if (p->brackets)
                continue;
        } else {
            p->lines_before = p->newlines;
            p->newlines = 0;
        }
        p->tok = t;
        return;
    }
}

void parse_take(Parser *p)
{
    if (p->tok.fault)
        parse_fault(p, &p->tok);
    p->last_end = p->tok.end;
    parse_load(p);
}

void parse_skip_lines(Parser *p)
{
    bool broke = p->broke;
    while (p->tok.kind == TK_NEWLINE) {
        parse_load(p);
        broke = true;
    }
    p->broke = broke;
}

void parse_rescan(Parser *p, uint32_t at)
{
    p->lex.at = at;
    parse_load(p);
}

Mark parse_mark(const Parser *p)
{
    return (Mark){p->lex, p->tok, p->last_end, p->newlines, p->lines_before, p->pending_count, p->broke};
}

void parse_back(Parser *p, Mark m)
{
    if (p->memory)
        return;
    p->lex = m.lex;
    p->tok = m.tok;
    p->last_end = m.last_end;
    p->newlines = m.newlines;
    p->lines_before = m.lines_before;
    p->pending_count = m.pending_count;
    p->broke = m.broke;
}

bool parse_at(const Parser *p, TokenKind k)
{
    return p->tok.kind == k;
}

bool parse_at_reserved(const Parser *p, WordId w)
{
    return p->tok.kind == TK_NAME && p->tok.word == w && !p->tok.quoted;
}

size_t parse_at_word(const Parser *p, WordId w)
{
    if (p->tok.kind != TK_NAME || p->tok.quoted)
        return 0;
    return word_at(p->lex.text, p->tok.start, w, p->lang);
}

bool parse_accept(Parser *p, TokenKind k)
{
    if (p->tok.kind != k)
        return false;
    parse_take(p);
    return true;
}

bool parse_accept_word(Parser *p, WordId w)
{
    size_t end = parse_at_word(p, w);
    if (!end)
        return false;
    p->last_end = (uint32_t)end;
    parse_rescan(p, (uint32_t)end);
    return true;
}

bool parse_line_ends(const Parser *p)
{
    return p->tok.kind == TK_NEWLINE || p->tok.kind == TK_END;
}

/* `points = 3`, `check(x)`, `text.length`, `open + 1` use the word as a name; `check (a) = b` does not. */
bool parse_used_as_name(const Parser *p, uint32_t end)
{
    Lexer l = p->lex;
    l.at = end;
    Token t = lex_next(&l);
    switch (t.kind) {
    case TK_EQ:
    case TK_ASSIGN:
    case TK_NE:
    case TK_LT:
    case TK_LE:
    case TK_GT:
    case TK_GE:
    case TK_ABOUT:
    case TK_ADD:
    case TK_MUL:
    case TK_DIV:
    case TK_POW:
    case TK_RANGE:
    case TK_ARROW: return true;
    case TK_PAREN_OPEN:
    case TK_SQUARE_OPEN:
    case TK_DOT: return !t.blank;
    case TK_SUB: return t.blank && lex_peek(&l).blank;
    default: return false;
    }
}

uint32_t parse_column(const Parser *p, uint32_t at)
{
    uint32_t line = at;
    while (line > 0 && p->text.p[line - 1] != '\n' && p->text.p[line - 1] != '\r')
        line--;
    return lex_blanks(p->text, line) - line; /* of the line's first character, wherever on it `at` is */
}

/* A line `name = …` no deeper than the statement, where a value or an item was to stand: something is missing
   before it. */
bool parse_lost(const Parser *p)
{
    return p->broke && parse_at_name(p) && lex_peek(&p->lex).kind == TK_EQ && p->tok.start > p->statement &&
           parse_column(p, p->tok.start) <= p->column;
}

/* ---- errors ---- */

Span parse_span(const Parser *p, uint32_t start, uint32_t end)
{
    return (Span){p->source, start, end > start ? end : start};
}

Span parse_here(const Parser *p)
{
    return parse_span(p, p->tok.start, p->tok.end);
}

/* As shown in a message: the token, shortened. */
Str parse_raw(const Parser *p, const Token *t)
{
    enum { LONGEST = 60 };
    size_t end = t->end, cut = t->start + LONGEST;
    if (end > cut) {
        while (((unsigned char)p->text.p[cut] & 0xC0) == 0x80)
            cut--;
        end = cut;
    }
    return str_sub(p->text, t->start, end);
}

Str parse_word(const Parser *p, WordId w)
{
    return str_from(word_text(w, p->lang));
}

Diag *parse_report(Parser *p, bool panics, DiagId id, Span span, const Str *args, size_t count)
{
    if (p->panic || p->memory)
        return NULL;
    p->panic = panics;
    Diag *d = diag_report(p->in->diags, id, span, args, count);
    if (diag_severity(id) == SEV_WARNING)
        return d;
    if (p->tok.kind == TK_END && panics && p->lex.text.n == p->text.n) /* not merely the end of a hole */
        p->incomplete = true;
    else
        p->elsewhere++;
    return d;
}

void parse_note(Parser *p, Diag *on, DiagId id, Span span, Str arg)
{
    if (on)
        diag_note(p->in->diags, on, id, span, &arg, 1);
}

void parse_memory(Parser *p)
{
    if (!p->memory) {
        p->memory = true;
        diag_report(p->in->diags, D_OUT_OF_MEMORY, (Span){0}, NULL, 0);
    }
    p->lex.at = (uint32_t)p->lex.text.n;
    p->tok = (Token){.kind = TK_END, .start = p->lex.at, .end = p->lex.at};
}

static void parse_fault_limit(Parser *p, DiagId id, Span span, unsigned limit)
{
    buf_clear(&p->scratch);
    buf_printf(&p->scratch, "%u", limit);
    parse_error(p, id, span, buf_str(&p->scratch));
}

/* Where something is missing: the end of the line, or of the last line if the text is over. */
static Span parse_missing_here(const Parser *p)
{
    uint32_t at = parse_at(p, TK_END) && p->lex.text.n == p->text.n ? p->last_end : p->tok.start;
    return parse_span(p, at, at);
}

WordId parse_foreign_word(const Parser *p, Str text)
{
    WordId w = word_find(text, p->lang) ? W_NO_WORD : word_find(text, p->lang == LANG_FR ? LANG_EN : LANG_FR);
    return *word_text(w, p->lang) ? w : W_NO_WORD;
}

bool parse_tell_foreign(Parser *p, Span span, WordId w)
{
    if (w)
        parse_error(p, p->lang == LANG_FR ? D_SYN_WORD_ENGLISH : D_SYN_WORD_FRENCH, span,
                    str_sub(p->text, span.start, span.end), parse_word(p, w));
    return w != W_NO_WORD;
}

bool parse_tell_foreign_here(Parser *p)
{
    bool name = parse_at(p, TK_NAME) && !p->tok.quoted;
    WordId w = name ? parse_foreign_word(p, str_sub(p->text, p->tok.start, p->tok.end)) : W_NO_WORD;
    return parse_tell_foreign(p, parse_here(p), w);
}

void parse_expected(Parser *p, Str what)
{
    if (p->tok.fault)
        parse_fault(p, &p->tok);
    else if (parse_tell_foreign_here(p))
        return;
    else if (parse_line_ends(p))
        parse_error(p, D_SYN_MISSING, parse_missing_here(p), what);
    else
        parse_error(p, D_SYN_EXPECTED, parse_here(p), what, parse_raw(p, &p->tok));
    p->panic = true;
}

void parse_value_expected(Parser *p)
{
    bool lost = parse_lost(p) || (p->broke && parse_at_reserved(p, W_END));
    if (p->tok.fault && p->tok.kind == TK_BAD)
        parse_fault(p, &p->tok);
    else if (lost || parse_line_ends(p))
        parse_error0(p, D_SYN_VALUE_MISSING, lost ? parse_span(p, p->last_end, p->last_end) : parse_missing_here(p));
    else if (parse_at(p, TK_BAR))
        parse_error(p, D_ROW_STRAY, parse_here(p), parse_word(p, W_TABLE));
    else
        parse_error(p, D_SYN_VALUE_EXPECTED, parse_here(p), parse_raw(p, &p->tok));
    p->panic = true;
}

bool parse_enter(Parser *p)
{
    if (++p->depth <= LIMIT_NESTING)
        return true;
    if (!p->panic)
        parse_fault_limit(p, D_SYN_NESTED, parse_here(p), LIMIT_NESTING);
    return false;
}

void parse_leave(Parser *p)
{
    p->depth--;
}

/* Is the next line, after a newline at depth > 0, surely a statement of its own? */
static bool parse_sync_here(const Parser *p, uint32_t depth)
{
    if (depth == 0)
        return true;
    Lexer l = p->lex;
    Token t;
    do
        t = lex_next(&l);
    while (t.kind == TK_NEWLINE || t.kind == TK_COMMENT);
    return t.kind == TK_END || parse_column(p, t.start) <= p->column;
}

/* Inside brackets and after operators lines were skipped: what could not be read may already be the next statement. */
static void parse_unread_line(Parser *p)
{
    if (!p->broke || p->tok.kind == TK_NEWLINE || p->tok.kind == TK_END)
        return;
    uint32_t at = p->tok.start;
    while (at > p->last_end && p->text.p[at - 1] != '\n' && p->text.p[at - 1] != '\r')
        at--;
    if (at > p->last_end && at > p->statement &&
        (parse_column(p, p->tok.start) <= p->column || parse_at_reserved(p, W_END)))
        parse_rescan(p, at - 1);
}

void parse_sync(Parser *p)
{
    uint32_t depth = p->brackets;
    p->brackets = p->grouping = 0;
    parse_unread_line(p);
    for (; p->tok.kind != TK_END; parse_load(p)) {
        switch (p->tok.kind) {
        case TK_PAREN_OPEN:
        case TK_SQUARE_OPEN:
        case TK_BRACE_OPEN: depth++; break;
        case TK_PAREN_CLOSE:
        case TK_SQUARE_CLOSE:
        case TK_BRACE_CLOSE: depth -= depth > 0; break;
        case TK_NEWLINE:
            if (parse_sync_here(p, depth)) {
                p->panic = false;
                return;
            }
            break;
        default: break;
        }
    }
    p->panic = false;
}

/* ---- did you mean ---- */

/* PARSE_FAR when they are not close enough to be taken for one another. */
size_t parse_distance(Parser *p, Str wrong, Str right)
{
    size_t shorter = utf8_count(wrong) < utf8_count(right) ? utf8_count(wrong) : utf8_count(right);
    size_t most = shorter < 3 ? 0 : shorter < 5 ? 1 : 2;
    size_t d = utf8_distance(p->arena->mem, wrong, right, most);
    return d <= most ? d : PARSE_FAR;
}

/* The clause word of the current block closest to that; W_NO_WORD if none is close. */
WordId parse_close_word(Parser *p, Str wrong)
{
    WordId best = W_NO_WORD;
    size_t nearest = PARSE_FAR;
    for (int c = CL_FIRST; c < CL_COUNT && p->block >= 0; c++) {
        const ClauseInfo *info = clause_info((ClauseId)c);
        size_t d = info->block == (BlockId)p->block ? parse_distance(p, wrong, parse_word(p, info->word)) : PARSE_FAR;
        if (d < nearest) {
            best = info->word;
            nearest = d;
        }
    }
    return best;
}

/* ---- faults of tokens ---- */

static void parse_fault_quote(Parser *p, const Token *t)
{
    static const char *const closers[] = {"\"", "»", "\"\"\""};
    Diag *d = parse_error(p, D_LEX_TEXT_OPEN, parse_span(p, t->start, t->start + 1), str_from(closers[t->style]));
    if (d && t->style == TEXT_LONG) {
        p->incomplete = true;
        p->elsewhere--;
    }
}

/* A number in the other notation, written in this one: marks that repeat are groups, the last other one is
   the decimal mark. */
Str parse_right_figure(Parser *p, Str raw)
{
    Buf *b = &p->scratch;
    size_t last = raw.n, marks = 0;
    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] != '.' && raw.p[i] != ',')
            continue;
        marks = last < raw.n && raw.p[i] == raw.p[last] ? marks + 1 : 1;
        last = i;
    }
    buf_clear(b);
    for (size_t i = 0; i < raw.n; i++) {
        if (i == last && marks == 1)
            buf_putc(b, p->lang == LANG_FR ? ',' : '.');
        else if (raw.p[i] != '.' && raw.p[i] != ',')
            buf_putc(b, raw.p[i]);
    }
    return buf_str(b);
}

static const char *parse_right_sign(uint8_t kind)
{
    switch (kind) {
    case TK_EQ: return "=";
    case TK_NE: return "<>";
    case TK_LE: return "<=";
    case TK_GE: return ">=";
    default: return "^";
    }
}

void parse_fault(Parser *p, const Token *t)
{
    Span span = parse_span(p, t->start, t->end);
    Str raw = parse_raw(p, t);
    switch ((LexFault)t->fault) {
    case FAULT_NONE: return;
    case FAULT_CHARACTER: parse_error(p, D_LEX_CHARACTER, span, raw); return;
    case FAULT_TEXT_OPEN: parse_fault_quote(p, t); return;
    case FAULT_HOLE_OPEN: parse_error0(p, D_LEX_HOLE_OPEN, parse_span(p, t->detail, t->detail + 1)); return;
    case FAULT_DECIMAL_MARK: parse_remark(p, D_LEX_DECIMAL_MARK_FR, span, raw, parse_right_figure(p, raw)); return;
    case FAULT_GROUPS: parse_error(p, D_LEX_GROUPS, span, raw); return;
    case FAULT_LABEL: parse_error(p, D_LEX_LABEL_ALONE, span, raw); return;
    case FAULT_DATE: parse_error(p, D_LEX_DATE, span, raw); return;
    case FAULT_OPERATOR: parse_remark(p, D_LEX_OPERATOR, span, raw, str_from(parse_right_sign(t->kind))); return;
    case FAULT_QUOTED_NAME: parse_error(p, D_LEX_QUOTED_NAME, span, raw); return;
    case FAULT_APOSTROPHE: parse_error0(p, D_LEX_APOSTROPHE, span); return;
    case FAULT_NAME_LONG: parse_fault_limit(p, D_LEX_NAME_LONG, span, LIMIT_NAME_BYTES); return;
    case FAULT_TEXT_LONG:
        parse_fault_limit(p, D_LEX_TEXT_LONG, parse_span(p, t->start, t->start + 1), LIMIT_TOKEN_BYTES);
        return;
    case FAULT_NUMBER_LONG: parse_fault_limit(p, D_LEX_NUMBER_LONG, span, LIMIT_LITERAL_DIGITS); return;
    }
}

/* ---- nodes ---- */

Node *parse_node(Parser *p, NodeKind kind, uint32_t start)
{
    Node *n = p->memory ? NULL : arena_alloc(p->arena, sizeof *n);
    if (!n) {
        parse_memory(p);
        p->dummy = (Node){.kind = N_BAD, .height = 1};
        return &p->dummy;
    }
    n->kind = (uint8_t)kind;
    n->span = parse_span(p, start, start);
    n->id = ++p->next_id;
    n->height = 1;
    return n;
}

Node *parse_bad(Parser *p)
{
    Node *n = parse_node(p, N_BAD, p->tok.start);
    n->span.end = p->tok.start;
    return n;
}

/* What was read before an error silenced the statement is not worth checking. */
Node *parse_sound(Parser *p, Node *n)
{
    return p->panic ? parse_bad(p) : n;
}

void parse_push(Parser *p, Node *n)
{
    if (p->kid_count == p->kid_cap) {
        uint32_t cap = p->kid_cap ? p->kid_cap * 2 : 64;
        Node **grown = mem_realloc(p->arena->mem, p->kids, p->kid_cap * sizeof *grown, cap * sizeof *grown);
        if (!grown) {
            parse_memory(p);
            return;
        }
        p->kids = grown;
        p->kid_cap = cap;
    }
    p->kids[p->kid_count++] = n;
}

static bool parse_is_expression(const Node *n)
{
    return n->kind <= N_COMPARE;
}

static void parse_check_height(Parser *p, const Node *n)
{
    if (n->height > LIMIT_HEIGHT && parse_is_expression(n) && !p->panic)
        parse_fault_limit(p, D_SYN_CHAIN, parse_span(p, n->span.start, n->span.start + 1), LIMIT_HEIGHT);
}

Node *parse_finish(Parser *p, Node *n, uint32_t base)
{
    uint32_t count = p->kid_count > base ? p->kid_count - base : 0;
    p->kid_count = base < p->kid_count ? base : p->kid_count;
    if (n == &p->dummy)
        return n;
    if (n->span.end < p->last_end)
        n->span.end = p->last_end;
    Node **kids = count && !p->memory ? arena_alloc(p->arena, count * sizeof *kids) : NULL;
    if (!kids) {
        if (count)
            parse_memory(p);
        return n;
    }
    memcpy(kids, p->kids + base, count * sizeof *kids);
    n->kids = kids;
    n->count = count;
    for (uint32_t i = 0; i < count; i++)
        if (kids[i] && kids[i]->height >= n->height)
            n->height = kids[i]->height + 1;
    parse_check_height(p, n);
    return n;
}

Node *parse_node1(Parser *p, NodeKind kind, uint32_t start, Node *kid)
{
    uint32_t base = p->kid_count;
    parse_push(p, kid);
    return parse_finish(p, parse_node(p, kind, start), base);
}

Node *parse_node2(Parser *p, NodeKind kind, uint32_t start, Node *a, Node *b)
{
    uint32_t base = p->kid_count;
    parse_push(p, a);
    parse_push(p, b);
    return parse_finish(p, parse_node(p, kind, start), base);
}

static bool parse_is_ascii(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

Str parse_copy(Parser *p, Str s)
{
    if (!parse_is_ascii(s)) {
        buf_clear(&p->scratch);
        utf8_nfc(&p->scratch, s);
        s = p->scratch.failed ? (Str){NULL, 0} : buf_str(&p->scratch);
    }
    Str copy = s.p && !p->memory ? arena_str(p->arena, s) : (Str){NULL, 0};
    if (!copy.p) {
        parse_memory(p);
        return (Str){"", 0};
    }
    return copy;
}

Str parse_name_text(Parser *p, const Token *t)
{
    Str raw = str_sub(p->text, t->start, t->end);
    return parse_copy(p, t->quoted && raw.n >= 2 ? str_sub(raw, 1, raw.n - 1) : raw);
}

bool parse_at_name(const Parser *p)
{
    return p->tok.kind == TK_NAME && (p->tok.quoted || p->tok.word == W_NO_WORD);
}

Node *parse_name(Parser *p, NodeKind kind)
{
    if (!parse_at_name(p)) {
        if (parse_at(p, TK_NAME))
            parse_error(p, D_SYN_RESERVED_NAME, parse_here(p), parse_raw(p, &p->tok));
        else if (parse_line_ends(p))
            parse_error0(p, D_SYN_NAME_MISSING, parse_here(p));
        else if (p->tok.fault)
            parse_fault(p, &p->tok);
        else
            parse_error(p, D_SYN_NAME_EXPECTED, parse_here(p), parse_raw(p, &p->tok));
        p->panic = true;
        return parse_bad(p);
    }
    Node *n = parse_node(p, kind, p->tok.start);
    n->text = parse_name_text(p, &p->tok);
    n->flags = p->tok.quoted ? NODE_QUOTED : 0;
    parse_take(p);
    return parse_finish(p, n, p->kid_count);
}

/* ---- comments ---- */

Comments parse_comments(Parser *p, uint32_t from)
{
    Comments c = {NULL, 0};
    uint32_t count = p->pending_count > from ? p->pending_count - from : 0;
    Str *items = count && !p->memory ? arena_alloc(p->arena, 2 * count * sizeof *items) : NULL;
    if (count && !items)
        parse_memory(p);
    for (uint32_t i = from; items && i < p->pending_count; i++) {
        const Pending *one = &p->pending[i];
        if (one->blank_above && i > from)
            items[c.count++] = (Str){NULL, 0};
        Str text = one->text;
        while (text.n && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
            text.n--;
        items[c.count] = parse_copy(p, text);
        c.count++;
    }
    c.items = items;
    p->pending_count = from < p->pending_count ? from : p->pending_count;
    return c;
}

void parse_comments_add(Parser *p, Comments *to, Comments more)
{
    if (!more.count)
        return;
    if (!to->count) {
        *to = more;
        return;
    }
    Str *items = p->memory ? NULL : arena_alloc(p->arena, (to->count + more.count) * sizeof *items);
    if (!items) {
        parse_memory(p);
        return;
    }
    memcpy(items, to->items, to->count * sizeof *items);
    memcpy(items + to->count, more.items, more.count * sizeof *items);
    *to = (Comments){items, to->count + more.count};
}

void parse_lead(Parser *p, Node *n, uint32_t from, uint32_t lines)
{
    bool any = p->pending_count > from;
    bool blank = any ? p->pending[from].blank_above : lines > 1;
    if (n == &p->dummy)
        return;
    n->before = parse_comments(p, from);
    if (blank)
        n->flags |= NODE_BLANK_ABOVE;
    if (any && lines > 1) { /* an empty line between the last comment and the statement */
        Str *one = p->memory ? NULL : arena_alloc(p->arena, sizeof *one);
        if (!one)
            parse_memory(p);
        else
            parse_comments_add(p, &n->before, (Comments){one, 1});
    }
}

/* ---- the text as a whole ---- */

/* Bytes that no script may hold. False: nothing can be read. */
static bool parse_bytes_sound(Parser *p)
{
    size_t bad = utf8_check(p->text);
    if (bad < p->text.n) {
        Buf *b = &p->scratch;
        buf_printf(b, "%02X", (unsigned)(unsigned char)p->text.p[bad]);
        parse_error(p, D_LEX_UTF8, parse_span(p, (uint32_t)bad, (uint32_t)bad + 1), buf_str(b));
        return false;
    }
    const char *nul = memchr(p->text.p, 0, p->text.n);
    if (nul) {
        uint32_t at = (uint32_t)(nul - p->text.p);
        parse_error0(p, D_LEX_NUL, parse_span(p, at, at + 1));
        return false;
    }
    return true;
}

/* Controls and marks of direction make a text read otherwise than it is written. */
static void parse_unsafe(Parser *p, uint32_t from)
{
    uint32_t cp, told = 0;
    for (size_t at = from, n; told < 10 && (n = utf8_next(p->text, at, &cp)) != 0; at += n) {
        if (cp < 0x7F ? cp >= ' ' || cp == '\t' || cp == '\n' || cp == '\r' : !utf8_is_unsafe(cp))
            continue;
        buf_clear(&p->scratch);
        buf_printf(&p->scratch, "U+%04X", (unsigned)cp);
        parse_remark(p, D_LEX_UNSAFE, parse_span(p, (uint32_t)at, (uint32_t)(at + n)), buf_str(&p->scratch));
        told++;
    }
}

static bool parse_language_name(Str s, Lang *out)
{
    static const struct {
        const char *name;
        Lang lang;
    } names[] = {{"fr", LANG_FR},     {"en", LANG_EN},      {"français", LANG_FR}, {"francais", LANG_FR},
                 {"french", LANG_FR}, {"anglais", LANG_EN}, {"english", LANG_EN}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_eq(s, str_from(names[i].name))) {
            *out = names[i].lang;
            return true;
        }
    }
    return false;
}

/* A line `langue fr` at tok: its language; consumed when it is one. */
static bool parse_language_line(Parser *p, Lang *lang)
{
    Str first = str_sub(p->text, p->tok.start, p->tok.end);
    if (!parse_at(p, TK_NAME) || !(str_eq(first, STR("langue")) || str_eq(first, STR("language"))))
        return false;
    Lexer l = p->lex;
    Token name = lex_next(&l), end = lex_next(&l);
    if (name.kind != TK_NAME || (end.kind != TK_NEWLINE && end.kind != TK_END && end.kind != TK_COMMENT))
        return false;
    Str text = str_sub(p->text, name.start, name.end);
    if (!parse_language_name(text, lang)) {
        parse_remark(p, D_SYN_LANGUAGE, parse_span(p, name.start, name.end), text);
        *lang = p->lang;
    }
    p->last_end = name.end;
    parse_rescan(p, name.end);
    return true;
}

/* Statements until the end of the text; an `end` that closes nothing is told and passed over. */
static Node *parse_program(Parser *p)
{
    Node *module = parse_node(p, N_MODULE, 0);
    uint32_t base = p->kid_count;
    Lang lang = p->lang;
    parse_load(p);
    parse_skip_lines(p);
    if (parse_language_line(p, &lang)) {
        p->lang = p->lex.lang = lang;
        parse_declare_units(p);
        p->lines_before = 1;
    } else {
        parse_declare_units(p);
    }
    module->op = (uint8_t)p->lang;
    for (;;) {
        Node *body = parse_body(p, BODY_PROGRAM, 0, NULL);
        for (uint32_t i = 0; i < body->count; i++)
            parse_push(p, body->kids[i]);
        module->before = body->before; /* what stands after the last statement */
        if (body->flags & NODE_BLANK_ABOVE)
            module->flags |= NODE_BLANK_ABOVE;
        if (parse_at(p, TK_END))
            break;
        parse_remark(p, D_SYN_END_EXTRA, parse_here(p), parse_raw(p, &p->tok));
        parse_take(p);
        parse_sync(p);
    }
    if (p->kid_count > base) /* nothing stands above the first one */
        p->kids[base]->flags &= (uint16_t)~NODE_BLANK_ABOVE;
    return parse_finish(p, module, base);
}

static void parser_free(Parser *p)
{
    mem_free(p->arena->mem, p->kids, p->kid_cap * sizeof *p->kids);
    mem_free(p->arena->mem, p->pending, p->pending_cap * sizeof *p->pending);
    buf_free(&p->scratch);
}

static Node *parse_text_of(Parser *p, const Parsing *in, Str text, uint32_t source)
{
    *p = (Parser){.in = in,
                  .arena = in->arena,
                  .text = text,
                  .source = source,
                  .lang = in->default_lang,
                  .newlines = 1,
                  .block = -1,
                  .clause = -1};
    buf_init(&p->scratch, in->arena->mem);
    if (text.n > LIMIT_SOURCE_BYTES || !parse_bytes_sound(p)) {
        p->text.n = 0;
        p->panic = true;
    }
    uint32_t bom = str_starts(p->text, STR("\xEF\xBB\xBF")) ? 3 : 0;
    p->lex = (Lexer){.text = p->text, .at = bom, .lang = p->lang};
    parse_unsafe(p, bom);
    p->panic = false;
    Node *module = parse_program(p);
    if (!p->memory && !author_settle(&in->library, in->arena, module))
        parse_memory(p);
    parser_free(p);
    return p->memory ? NULL : module;
}

Node *parse_module(const Parsing *p, uint32_t source)
{
    Parser parser;
    const Source *s = sources_get(p->sources, source);
    if (s->text.n > LIMIT_SOURCE_BYTES) {
        Buf b;
        buf_init(&b, p->arena->mem);
        buf_printf(&b, "%u", LIMIT_SOURCE_BYTES);
        diag(p->diags, D_SOURCE_TOO_LONG, ((Span){source, 0, 0}), s->name, buf_str(&b));
        buf_free(&b);
    }
    return parse_text_of(&parser, p, s->text, source);
}

bool parse_incomplete(const Parsing *p, Str text)
{
    Parser parser;
    Arena arena;
    Diags diags;
    arena_init(&arena, p->arena->mem);
    diags_init(&diags, p->arena->mem);
    Parsing scratch = *p;
    scratch.arena = &arena;
    scratch.diags = &diags;
    parse_text_of(&parser, &scratch, text, 0);
    bool incomplete = parser.incomplete && parser.elsewhere == 0 && !parser.memory;
    diags_free(&diags);
    arena_free(&arena);
    return incomplete;
}
