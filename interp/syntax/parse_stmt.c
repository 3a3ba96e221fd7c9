/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a body is a loop over lines. A line is told by its first word: a definition (name =), a block of
   block.def, a clause of the block around, a statement of programming, or an expression where one may stand.
   Blocks that wait for their `end` are chained from p->open, so that a forgotten one can be named. */
#include "syntax/parse.h"

#include "base/utf8.h"
#include "syntax/form.h"

/* ---- ends of lines ---- */

/* Comments read during this line: the last one ends it, others stood inside and go above. */
void parse_line_comments(Parser *p, Node *owner)
{
    if (!p->pending_count || owner == &p->dummy)
        return;
    const Pending *last = &p->pending[p->pending_count - 1];
    bool trailing = !last->own_line && last->end == p->tok.start;
    if (!trailing && parse_at(p, TK_NEWLINE) && last->end > p->tok.start)
        return; /* they belong to what follows */
    uint32_t inside = p->pending_count - trailing;
    Comments after = parse_comments(p, inside);
    parse_comments_add(p, &owner->before, parse_comments(p, 0));
    parse_comments_add(p, &owner->after, after);
}

void parse_line_done(Parser *p, Node *owner)
{
    if (!p->panic && !parse_line_ends(p))
        parse_unexpected(p);
    if (p->panic)
        parse_sync(p);
    parse_line_comments(p, owner);
}

void parse_note_form(Parser *p, Diag *on)
{
    bool clause = p->block >= 0 && p->clause >= 0;
    Buf *b = &p->scratch;
    if (!on || p->block < 0 || (!clause && !block_info((BlockId)p->block)->word))
        return;
    buf_clear(b);
    if (clause)
        form_clause(b, (ClauseId)p->clause, p->lang);
    else
        form_block(b, (BlockId)p->block, p->lang);
    parse_note(p, on, D_FORM, (Span){0}, buf_str(b));
    buf_clear(b);
    if (!clause)
        form_clauses(b, (BlockId)p->block, p->lang);
    if (b->n)
        parse_note(p, on, D_FORM_CLAUSES, (Span){0}, buf_str(b));
}

static void parse_unexpected_word(Parser *p)
{
    if (parse_tell_foreign_here(p))
        return;
    Str text = parse_raw(p, &p->tok);
    Diag *d = parse_error(p, D_SYN_UNEXPECTED, parse_here(p), text);
    WordId word = d ? parse_close_word(p, text) : W_NO_WORD;
    if (word)
        parse_note(p, d, D_DID_YOU_MEAN, (Span){0}, parse_word(p, word));
    else
        parse_note_form(p, d);
}

void parse_unexpected(Parser *p)
{
    if (p->tok.fault)
        parse_fault(p, &p->tok);
    switch (p->tok.kind) {
    case TK_PAREN_CLOSE:
    case TK_SQUARE_CLOSE:
    case TK_BRACE_CLOSE: parse_error(p, D_SYN_BRACKET_ALONE, parse_here(p), parse_raw(p, &p->tok)); break;
    case TK_BAR: parse_error(p, D_ROW_STRAY, parse_here(p), parse_word(p, W_TABLE)); break;
    case TK_NAME: parse_unexpected_word(p); break;
    default: parse_note_form(p, parse_error(p, D_SYN_UNEXPECTED, parse_here(p), parse_raw(p, &p->tok))); break;
    }
    p->panic = true;
}

/* ---- open blocks ---- */

static bool parse_may_compute(BodyKind kind)
{
    return kind == BODY_PROGRAM || kind == BODY_FUNCTION;
}

OpenBlock parse_opening(Parser *p, BodyKind kind, Span opener)
{
    return (OpenBlock){.outer = p->open, .kind = kind, .opener = opener, .column = parse_column(p, opener.start)};
}

static Str parse_opener_text(const Parser *p, Span opener)
{
    return str_sub(p->text, opener.start, opener.end);
}

static void parse_end_missing(Parser *p, const OpenBlock *open)
{
    Span opener = p->suspect.end ? p->suspect : open->opener;
    Str word = parse_opener_text(p, opener);
    Diag *d = parse_error(p, D_SYN_END_MISSING, parse_here(p), word, parse_word(p, W_END));
    parse_note(p, d, D_BEGUN_HERE, opener, word);
    p->panic = true; /* the text is over: nothing more to say */
}

/* An `end` further left than what it closes: somewhere inside, one was forgotten. */
static void parse_suspect(Parser *p, const OpenBlock *open)
{
    uint32_t column = parse_column(p, p->tok.start);
    if (!p->suspect.end && column < open->column && lex_blanks(p->text, p->tok.start - column) >= p->tok.start - column)
        p->suspect = open->opener;
}

/* The word `end` of the other dialect, alone on its line: where a value may stand, it may be a name. */
static bool parse_at_other_end(const Parser *p, BodyKind kind)
{
    TokenKind next = lex_peek(&p->lex).kind;
    bool last = next == TK_NEWLINE || next == TK_END || next == TK_COMMENT;
    return last && !parse_may_compute(kind) && parse_at(p, TK_NAME) && !p->tok.quoted &&
           parse_foreign_word(p, str_sub(p->text, p->tok.start, p->tok.end)) == W_END;
}

void parse_end(Parser *p, OpenBlock *open, Node *body)
{
    if (p->closing || p->memory)
        return;
    if (parse_at_other_end(p, open->kind)) {
        parse_tell_foreign_here(p);
        p->panic = false;
    } else if (!parse_at_reserved(p, W_END)) {
        parse_end_missing(p, open);
        return;
    }
    parse_suspect(p, open);
    parse_take(p);
    if (body != &p->dummy)
        body->span.end = p->last_end;
    parse_line_done(p, body);
}

Node *parse_closed_body(Parser *p, OpenBlock *open, Node *owner)
{
    p->open = open;
    Node *body = parse_body(p, open->kind, 0, owner);
    p->open = open->outer;
    parse_end(p, open, body);
    return body;
}

/* ---- lines that stand where they may not ---- */

void parse_misplaced(Parser *p, Span word)
{
    Str text = parse_opener_text(p, word);
    if (p->open)
        parse_remark(p, D_SYN_MISPLACED, word, text, parse_opener_text(p, p->open->opener));
    else
        parse_remark(p, D_SYN_MISPLACED_PROGRAM, word, text);
}

/* The block around that may hold b, when this line is no deeper than the innermost one: its `end` was forgotten. */
static bool parse_forgotten_end(Parser *p, BlockId b)
{
    if (!p->open || parse_column(p, p->tok.start) > p->open->column)
        return false;
    OpenBlock *o = p->open->outer;
    while (o && !block_allowed(b, o->kind))
        o = o->outer;
    if (!o && !block_allowed(b, BODY_PROGRAM))
        return false;
    Str opener = parse_opener_text(p, p->open->opener);
    Diag *d = parse_remark(p, D_SYN_END_BEFORE, parse_here(p), opener, parse_raw(p, &p->tok), parse_word(p, W_END));
    parse_note(p, d, D_BEGUN_HERE, p->open->opener, opener);
    p->closing = true;
    p->close_to = o;
    return true;
}

/* Nothing more is read. */
static void parse_give_up(Parser *p)
{
    p->lex.at = (uint32_t)p->lex.text.n;
    p->tok = (Token){.kind = TK_END, .start = p->lex.at, .end = p->lex.at};
}

/* ---- lines that begin with no known word ---- */

typedef struct Guess {
    WordId word;
    BlockId block; /* B_COUNT: the word of no block */
    size_t distance;
} Guess;

static void parse_guess(Parser *p, Guess *g, Str wrong, WordId w, BlockId b)
{
    size_t d = parse_distance(p, wrong, parse_word(p, w));
    if (d < g->distance)
        *g = (Guess){w, b, d};
}

/* The word that may begin a line here and is closest to what stands there. */
static Guess parse_closest(Parser *p, BodyKind kind, const Node *owner)
{
    static const WordId flow[] = {W_FN,  W_VAR,  W_FOR,        W_WHILE,  W_RETURN, W_TRY,
                                  W_USE, W_UNIT, W_CONVENTION, W_LEVELS, W_END};
    Str wrong = parse_raw(p, &p->tok);
    Guess g = {W_NO_WORD, B_COUNT, PARSE_FAR};
    for (int b = 0; b < B_COUNT; b++)
        if (block_info((BlockId)b)->word && block_allowed((BlockId)b, kind))
            parse_guess(p, &g, wrong, block_info((BlockId)b)->word, (BlockId)b);
    for (int c = CL_FIRST; owner && c < CL_COUNT; c++)
        if (clause_info((ClauseId)c)->block == (BlockId)owner->op)
            parse_guess(p, &g, wrong, clause_info((ClauseId)c)->word, B_COUNT);
    for (size_t i = 0; i < sizeof flow / sizeof *flow; i++)
        parse_guess(p, &g, wrong, flow[i], B_COUNT);
    return g;
}

/* The block that a word of the other dialect opens here; B_COUNT: none. */
static BlockId parse_foreign_block(const Parser *p, BodyKind kind, Str text)
{
    Lang other = p->lang == LANG_FR ? LANG_EN : LANG_FR;
    for (int b = 0; b < B_COUNT; b++) {
        WordId w = block_info((BlockId)b)->word;
        if (w && block_allowed((BlockId)b, kind) && word_match(text, 0, w, other) == text.n)
            return (BlockId)b;
    }
    return B_COUNT;
}

/* A line that begins with a name but is nothing known. A block that is misspelt, or named in the other dialect, is
   read as the block it was meant to be, so that its `end` finds it. */
static Node *parse_unknown_line(Parser *p, BodyKind kind, const Node *owner)
{
    Span here = parse_here(p);
    Str text = parse_raw(p, &p->tok);
    TokenKind next = lex_peek(&p->lex).kind;
    Guess g = parse_closest(p, kind, owner);
    BlockId other = parse_foreign_block(p, kind, text);
    WordId foreign = parse_foreign_word(p, text);
    if (parse_tell_foreign(p, here, foreign && other != B_COUNT ? block_info(other)->word : foreign)) {
        if (!p->open && p->kid_count == 0) {
            parse_give_up(p); /* the whole text is in the other dialect */
        } else if (other != B_COUNT) {
            p->panic = false;
            return parse_block(p, other, kind);
        }
    } else if (g.word) {
        bool block = g.block != B_COUNT;
        Diag *d = parse_report(p, !block, D_SYN_UNKNOWN_LINE, here, &text, 1);
        parse_note(p, d, D_DID_YOU_MEAN, (Span){0}, parse_word(p, g.word));
        if (block)
            return parse_block(p, g.block, kind);
    } else if (kind == BODY_PROGRAM || kind == BODY_FUNCTION) {
        parse_error(p, D_SYN_CALL_PARENTHESES, here, text);
    } else if (next == TK_NUMBER || next == TK_TEXT || next == TK_NAME) {
        parse_error(p, D_SYN_EQUALS_MISSING, here, text);
    } else {
        parse_error(p, D_SYN_LONE_VALUE, here, text);
    }
    Node *n = parse_bad(p);
    parse_line_done(p, n);
    return n;
}

/* Signs and words that never begin a line. True: told. */
static bool parse_never_first(Parser *p)
{
    static const WordId words[] = {W_OR, W_AND, W_IN, W_TO, W_THEN, W_WHERE, W_MOD};
    bool sign = (p->tok.kind >= TK_EQ && p->tok.kind <= TK_POW && p->tok.kind != TK_SUB) || parse_at(p, TK_RANGE);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        sign = sign || parse_at_reserved(p, words[i]);
    if (sign)
        parse_error(p, parse_at_reserved(p, W_OR) ? D_SYN_OR_LINE : D_SYN_OPERATOR_LINE, parse_here(p),
                    parse_raw(p, &p->tok), parse_word(p, W_EITHER));
    else if (parse_at_reserved(p, W_ELSE) || parse_at_reserved(p, W_ELIF) || parse_at_reserved(p, W_RECOVER))
        parse_error(p, D_SYN_STRAY, parse_here(p), parse_raw(p, &p->tok),
                    parse_word(p, parse_at_reserved(p, W_RECOVER) ? W_TRY : W_IF));
    else
        return false;
    return true;
}

/* ---- one statement ---- */

Node *parse_expression_line(Parser *p)
{
    Node *n = parse_node(p, N_DO, p->tok.start);
    uint32_t base = p->kid_count;
    Node *e = parse_expr(p);
    parse_push(p, e);
    if (!p->panic && parse_at(p, TK_ASSIGN)) {
        if (n != &p->dummy)
            n->kind = N_ASSIGN;
        parse_take(p);
        parse_skip_lines(p);
        parse_push(p, parse_expr(p));
    }
    parse_finish(p, n, base);
    n = parse_sound(p, n);
    parse_line_done(p, n);
    return n;
}

/* name name, name 3, name "…": not an expression. */
static bool parse_two_words(const Parser *p)
{
    Token next = lex_peek(&p->lex);
    if (!parse_at_name(p) || p->tok.quoted || !next.blank || (next.kind == TK_TEXT && str_eq(parse_raw(p, &p->tok), STR("sql"))))
        return false;
    if (next.kind == TK_NAME)
        return (next.word == W_NO_WORD || next.word == W_TRUE || next.word == W_FALSE || next.word == W_NOT) &&
               !word_at(p->lex.text, next.start, W_IS, p->lang);
    return next.kind == TK_NUMBER || next.kind == TK_TEXT || next.kind == TK_QUALIFIED || next.kind == TK_DATE;
}

static void parse_lone_value(Parser *p)
{
    if (parse_at(p, TK_BAR))
        parse_error(p, D_ROW_STRAY, parse_here(p), parse_word(p, W_TABLE));
    else
        parse_error(p, D_SYN_LONE_VALUE, parse_here(p), parse_raw(p, &p->tok));
}

/* A statement that begins with none of the words of a block. Not inlined: nested blocks need small frames. */
static __attribute__((noinline)) Node *parse_plain_line(Parser *p, BodyKind kind, const Node *owner)
{
    Str raw = str_sub(p->text, p->tok.start, p->tok.end);
    size_t compare = parse_at_word(p, W_COMPARE);
    bool phrase = (compare && lex_peek(&p->lex).kind == TK_NAME) || parse_at_table_phrase(p);
    if (phrase && kind != BODY_GIVENS)
        return parse_expression_line(p);
    if (parse_at(p, TK_NAME) && (str_eq(raw, STR("langue")) || str_eq(raw, STR("language"))) && parse_two_words(p))
        parse_error(p, D_SYN_LANGUAGE_LATE, parse_here(p), raw);
    else if (!parse_never_first(p) && parse_at_name(p) && (parse_two_words(p) || !parse_may_compute(kind)) &&
             !p->tok.quoted)
        return parse_unknown_line(p, kind, owner);
    else if (!p->panic && parse_may_compute(kind))
        return parse_expression_line(p);
    else
        parse_lone_value(p);
    Node *n = parse_bad(p);
    parse_line_done(p, n);
    return n;
}

/* In programming, a word of a case that stands alone on its line is a name. */
static bool parse_is_value_there(const Parser *p, BlockId b, BodyKind kind)
{
    TokenKind next = lex_peek(&p->lex).kind;
    return parse_may_compute(kind) && !block_allowed(b, kind) && word_class(block_info(b)->word) == WORD_POSITION &&
           (next == TK_NEWLINE || next == TK_END || next == TK_COMMENT);
}

static Node *parse_block_line(Parser *p, BlockId b, BodyKind kind)
{
    if (!block_allowed(b, kind)) {
        if (parse_forgotten_end(p, b))
            return NULL;
        parse_misplaced(p, parse_here(p));
    }
    return parse_block(p, b, kind);
}

/* NAME = at the start of a line; NAME == is a comparison badly written. */
static bool parse_at_definition(const Parser *p)
{
    Token next = lex_peek(&p->lex);
    return parse_at(p, TK_NAME) && next.kind == TK_EQ && !next.fault;
}

/* The statement that begins here; NULL when an `end` was forgotten before it. base: of the kids of its body. */
static Node *parse_statement(Parser *p, BodyKind kind, const Node *owner, uint32_t base)
{
    Node *n;
    p->column = parse_column(p, p->tok.start);
    p->statement = p->tok.start;
    if (kind == BODY_FOREIGN_PARTS)
        return parse_foreign(p);
    if (parse_at(p, TK_BAR) && block_rows(kind))
        return parse_row(p, base, owner && owner->op == B_OFFICIAL_TABLE);
    if (parse_at_definition(p) && kind != BODY_ELEMENTS)
        return parse_block_line(p, B_DEFINE, kind);
    BlockId b = parse_block_here(p);
    if (b != B_COUNT && (block_allowed(b, kind) || kind != BODY_ELEMENTS) && !parse_is_value_there(p, b, kind))
        return parse_block_line(p, b, kind);
    if (kind == BODY_ELEMENTS && parse_at_name(p))
        return parse_block(p, B_ELEMENT, kind);
    if ((n = parse_flow(p, kind)) != NULL)
        return n;
    return parse_plain_line(p, kind, owner);
}

/* ---- bodies ---- */

static bool parse_body_ends(const Parser *p, BodyKind kind, unsigned stops)
{
    if (parse_at(p, TK_END) || parse_at_reserved(p, W_END) || parse_at_other_end(p, kind))
        return true;
    if ((stops & STOP_ELSE) && (parse_at_reserved(p, W_ELSE) || parse_at_reserved(p, W_ELIF)))
        return true;
    return ((stops & STOP_RECOVER) && parse_at_reserved(p, W_RECOVER)) ||
           ((stops & STOP_OR) && parse_at_reserved(p, W_OR));
}

/* Is an `end` being looked for further out? At the block that takes over, the search is done. */
static bool parse_closing(Parser *p)
{
    if (p->closing && p->open == p->close_to)
        p->closing = false;
    return p->closing;
}

static void parse_body_line(Parser *p, BodyKind kind, Node *owner, uint32_t base)
{
    Node above = {0};
    parse_lead(p, &above, 0, p->lines_before);
    ClauseId c = owner ? parse_clause_here(p, (BlockId)owner->op, true) : CL_COUNT;
    uint32_t at = p->kid_count;
    p->panic = false;
    if (c != CL_COUNT) {
        parse_clause_line(p, owner);
    } else {
        Node *n = parse_statement(p, kind, owner, base);
        if (!n)
            return;
        parse_push(p, n);
    }
    Node *first = p->kid_count > at ? p->kids[at] : &p->dummy;
    if (first == &p->dummy)
        return;
    parse_comments_add(p, &above.before, first->before);
    first->before = above.before;
    first->flags |= above.flags;
}

Node *parse_body(Parser *p, BodyKind kind, unsigned stops, Node *owner)
{
    Node *body = parse_node(p, N_BODY, p->tok.start);
    uint32_t base = p->kid_count;
    if (!parse_enter(p))
        parse_give_up(p); /* blocks cannot be told apart any more */
    for (;;) {
        parse_skip_lines(p);
        if (parse_closing(p) || parse_body_ends(p, kind, stops))
            break;
        uint32_t start = p->tok.start;
        parse_body_line(p, kind, owner, base);
        if (p->tok.start == start && !p->closing)
            parse_load(p); /* whatever it was, do not meet it again */
    }
    parse_leave(p);
    if (!p->closing)
        parse_lead(p, body, 0, p->pending_count ? 1 : 0);
    return parse_finish(p, body, base);
}
