/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: header, clauses, body, `end`, all driven by block.def. Only `either` has a form of its own: its branches
   share one `end`. Clauses found in the body of a block are moved among its clauses at the end. */
#include "syntax/parse.h"

#include "base/utf8.h"

/* `official` and `for` begin more than one form. */
static bool parse_form_here(const Parser *p, BlockId b)
{
    switch (b) {
    case B_OFFICIAL_TABLE: return parse_official_table(p);
    case B_STATEMENT: return parse_at(p, TK_NAME) && lex_peek(&p->lex).kind == TK_TEXT;
    case B_FOR_EACH: return p->open != NULL && block_allowed(b, p->open->kind);
    default: return true;
    }
}

BlockId parse_block_here(const Parser *p)
{
    for (int b = 0; b < B_COUNT; b++) {
        WordId w = block_info((BlockId)b)->word;
        size_t end = w ? parse_at_word(p, w) : 0;
        if (end && !(word_class(w) != WORD_RESERVED && parse_used_as_name(p, (uint32_t)end)) &&
            parse_form_here(p, (BlockId)b))
            return (BlockId)b;
    }
    return B_COUNT;
}

/* official "about 20 %" for EXPR: a line of its own, not a clause of the answer above. */
bool parse_official_words(const Parser *p)
{
    Lexer l = p->lex;
    Token text = lex_next(&l), next = lex_next(&l);
    return text.kind == TK_TEXT && next.kind == TK_NAME && next.word == W_FOR;
}

bool parse_official_table(const Parser *p)
{
    Lexer l = p->lex;
    Token name = lex_next(&l), next = lex_next(&l);
    if (name.kind != TK_NAME && name.kind != TK_QUALIFIED)
        return false;
    while (next.kind == TK_DOT || next.kind == TK_NAME || next.kind == TK_SQUARE_OPEN || next.kind == TK_TEXT ||
           next.kind == TK_NUMBER || next.kind == TK_SQUARE_CLOSE)
        next = lex_next(&l);
    while (next.kind == TK_NEWLINE || next.kind == TK_COMMENT)
        next = lex_next(&l);
    return next.kind == TK_BAR;
}

ClauseId parse_clause_here(const Parser *p, BlockId b, bool line_start)
{
    if (p->tok.kind != TK_NAME || p->tok.quoted)
        return CL_COUNT;
    for (int c = CL_FIRST; c < CL_COUNT; c++) {
        const ClauseInfo *info = clause_info((ClauseId)c);
        size_t end = info->block == b ? parse_at_word(p, info->word) : 0;
        if (!end || (line_start && parse_used_as_name(p, (uint32_t)end)))
            continue;
        if (line_start && info->word == W_OFFICIAL && (parse_official_table(p) || parse_official_words(p)))
            return CL_COUNT;
        return (ClauseId)c;
    }
    return CL_COUNT;
}

/* ---- clauses ---- */

static void parse_clause_twice(Parser *p, ClauseId c, uint32_t base, Span here)
{
    for (uint32_t i = base; i < p->kid_count; i++) {
        const Node *k = p->kids[i];
        if (k->kind != N_CLAUSE || k->op != c)
            continue;
        Str word = parse_word(p, clause_info(c)->word);
        Diag *d = parse_remark(p, D_SYN_CLAUSE_TWICE, here, word);
        parse_note(p, d, D_FIRST_HERE, parse_span(p, k->span.start, k->span.start + (uint32_t)word.n), word);
        return;
    }
}

/* The clause c, whose word is here; pushed. */
static Node *parse_clause(Parser *p, ClauseId c, uint32_t base)
{
    const ClauseInfo *info = clause_info(c);
    Node *n = parse_node(p, N_CLAUSE, p->tok.start);
    uint32_t at = p->kid_count;
    n->op = (uint8_t)c;
    if (!info->many)
        parse_clause_twice(p, c, base, parse_here(p));
    parse_accept_word(p, info->word);
    p->clause = (int)c;
    parse_pattern(p, str_from(info->pattern), n, false);
    parse_finish(p, n, at);
    parse_push(p, n);
    return n;
}

/* Clauses on this line. Returns the one that begins it, if line_start. */
static Node *parse_clauses_here(Parser *p, BlockId b, uint32_t base, bool line_start)
{
    Node *first = NULL;
    for (ClauseId c; !p->panic && (c = parse_clause_here(p, b, line_start)) != CL_COUNT; line_start = false) {
        Node *n = parse_clause(p, c, base);
        if (line_start && n != &p->dummy) {
            n->flags |= NODE_OWN_LINE;
            first = n;
        }
    }
    return first;
}

void parse_clause_line(Parser *p, Node *block)
{
    int saved = p->block;
    p->block = block->op;
    Node *first = parse_clauses_here(p, (BlockId)block->op, p->open->base, true);
    parse_line_done(p, first ? first : block);
    p->block = saved;
}

/* Does a following line go on with a clause of b? Then tok is its word, and its comments are pending. */
static bool parse_continues(Parser *p, BlockId b)
{
    if (!parse_at(p, TK_NEWLINE))
        return false;
    Mark m = parse_mark(p);
    parse_skip_lines(p);
    if (parse_clause_here(p, b, true) != CL_COUNT)
        return true;
    parse_back(p, m);
    return false;
}

/* The clauses of a line, on it and on the lines below. Each line is recovered by itself. */
static void parse_line_clauses(Parser *p, BlockId b, Node *n, uint32_t base)
{
    Node *owner = n;
    for (;;) {
        parse_line_done(p, owner);
        if (!parse_continues(p, b))
            return;
        Node above = {0};
        parse_lead(p, &above, 0, p->lines_before);
        Node *first = parse_clauses_here(p, b, base, true);
        owner = first ? first : n;
        if (!first)
            continue;
        parse_comments_add(p, &above.before, first->before);
        first->before = above.before;
        first->flags |= above.flags & NODE_BLANK_ABOVE;
    }
}

/* ---- blocks ---- */

/* Pushes the clauses found in the body, then the body with its statements alone. */
static void parse_gather(Parser *p, Node *body)
{
    uint32_t kept = 0, count = body->count;
    for (uint32_t i = 0; i < count; i++) {
        if (body->kids[i]->kind == N_CLAUSE)
            parse_push(p, body->kids[i]);
        else
            body->kids[kept++] = body->kids[i];
    }
    body->count = kept;
    parse_push(p, body);
}

static void parse_block_rest(Parser *p, BlockId b, Node *n, Span opener, uint32_t base)
{
    OpenBlock open = parse_opening(p, block_info(b)->children, opener);
    int saved = p->block;
    open.base = base;
    if (!p->panic && parse_at_reserved(p, W_END)) { /* all on one line */
        Node *body = parse_node(p, N_BODY, p->tok.start);
        parse_end(p, &open, body);
        parse_push(p, body);
    } else {
        parse_line_done(p, n);
        p->block = -1;
        parse_gather(p, parse_closed_body(p, &open, n));
    }
    p->block = saved;
}

/* either "…" / or "…" / end */
static void parse_branches(Parser *p, Node *either, Span opener)
{
    OpenBlock open = parse_opening(p, BODY_QUESTION_PARTS, opener);
    uint32_t branches = 0;
    int saved = p->block;
    p->open = &open;
    p->block = -1;
    for (bool more = true; more; branches++) {
        Node *branch = parse_node(p, N_BRANCH, p->tok.start);
        uint32_t base = p->kid_count;
        if (parse_at(p, TK_TEXT))
            parse_push(p, parse_text(p));
        parse_line_done(p, branches ? branch : either);
        Node *body = parse_body(p, BODY_QUESTION_PARTS, STOP_OR, NULL);
        parse_push(p, body);
        parse_finish(p, branch, base);
        parse_push(p, branch);
        more = parse_at_reserved(p, W_OR);
        if (more) {
            parse_take(p);
            continue;
        }
        p->open = open.outer;
        parse_end(p, &open, body);
    }
    if (branches < 2)
        parse_remark(p, D_ONE_BRANCH, opener, parse_word(p, W_EITHER), parse_word(p, W_OR));
    p->block = saved;
}

/* Labels and clauses of givens mean nothing elsewhere. */
static void parse_check_given(Parser *p, const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *k = n->kids[i];
        if (k->kind == N_CLAUSE && k->op != CL_VALUE) {
            Span word = parse_span(p, k->span.start, k->span.start + 1);
            if (k->op == CL_TITLE)
                parse_report(p, false, D_SYN_TITLE_OUTSIDE, k->span, (Str[]){parse_word(p, W_GIVEN)}, 1);
            else
                parse_remark(p, D_SYN_GIVEN_ONLY, word, parse_word(p, clause_info((ClauseId)k->op)->word),
                             parse_word(p, W_GIVEN));
            return;
        }
    }
}

Node *parse_block(Parser *p, BlockId b, BodyKind in)
{
    const BlockInfo *info = block_info(b);
    Node *n = parse_node(p, N_BLOCK, p->tok.start);
    uint32_t base = p->kid_count;
    int saved = p->block;
    Span opener = parse_here(p);
    n->op = (uint8_t)b;
    p->block = (int)b;
    p->clause = -1;
    if (info->word && !parse_accept_word(p, info->word))
        parse_take(p); /* misspelt, and told */
    if (b == B_EITHER) {
        parse_branches(p, n, opener);
    } else {
        parse_pattern(p, str_from(info->header), n, true);
        parse_clauses_here(p, b, base, false);
        p->schedules += b == B_SCHEDULE;
        if (info->block)
            parse_block_rest(p, b, n, opener, base);
        else
            parse_line_clauses(p, b, n, base);
    }
    p->schedules -= b == B_SCHEDULE;
    p->block = saved;
    parse_finish(p, n, base);
    if (b == B_DEFINE && in != BODY_GIVENS)
        parse_check_given(p, n);
    return n;
}
