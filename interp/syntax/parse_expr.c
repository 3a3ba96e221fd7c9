/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: precedence climbing, one function for all infix operators; chains of operators of one level are a loop.
   Each recursive call counts against LIMIT_NESTING, each chain against LIMIT_HEIGHT (parse_finish). */
#include "syntax/parse.h"

#include "base/utf8.h"

/* From loosest to tightest (rules 1.10). */
enum {
    LEVEL_NONE,
    LEVEL_WHERE,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARE,
    LEVEL_TO,
    LEVEL_RANGE,
    LEVEL_ADD,
    LEVEL_MUL,
    LEVEL_NEG,
    LEVEL_POW
};

static Node *parse_infix(Parser *p, int min);

/* ---- operators ---- */

static int parse_word_level(const Parser *p, OpId *op)
{
    if (p->tok.quoted)
        return LEVEL_NONE;
    switch (p->tok.word) {
    case W_AND: *op = OP_AND; return LEVEL_AND;
    case W_OR: *op = OP_OR; return p->no_or && !p->brackets ? LEVEL_NONE : LEVEL_OR;
    case W_MOD: *op = OP_MOD; return LEVEL_MUL;
    case W_IN: *op = OP_IN; return p->block == B_ELEMENT && !p->brackets ? LEVEL_NONE : LEVEL_COMPARE;
    case W_TO: return parse_at_word(p, W_TO) ? LEVEL_TO : LEVEL_NONE; /* not `to the nearest` */
    case W_WHERE: return LEVEL_WHERE;
    case W_NO_WORD: *op = OP_NOT; return parse_at_word(p, W_IS) ? LEVEL_COMPARE : LEVEL_NONE;
    default: return LEVEL_NONE;
    }
}

/* The level of the infix operator that tok is; OP_NOT stands for `is`. */
static int parse_level(const Parser *p, OpId *op)
{
    static const struct {
        uint8_t level, op;
    } table[] = {
        [TK_EQ] = {LEVEL_COMPARE, OP_EQ},       [TK_NE] = {LEVEL_COMPARE, OP_NE}, [TK_LT] = {LEVEL_COMPARE, OP_LT},
        [TK_LE] = {LEVEL_COMPARE, OP_LE},       [TK_GT] = {LEVEL_COMPARE, OP_GT}, [TK_GE] = {LEVEL_COMPARE, OP_GE},
        [TK_ABOUT] = {LEVEL_COMPARE, OP_ABOUT}, [TK_ADD] = {LEVEL_ADD, OP_ADD},   [TK_SUB] = {LEVEL_ADD, OP_SUB},
        [TK_MUL] = {LEVEL_MUL, OP_MUL},         [TK_DIV] = {LEVEL_MUL, OP_DIV},   [TK_POW] = {LEVEL_POW, OP_POW},
        [TK_RANGE] = {LEVEL_RANGE, 0},
    };
    *op = OP_ADD;
    if (p->panic)
        return LEVEL_NONE;
    if (p->tok.kind == TK_NAME)
        return parse_word_level(p, op);
    if (p->tok.kind >= sizeof table / sizeof *table)
        return LEVEL_NONE;
    *op = (OpId)table[p->tok.kind].op;
    return table[p->tok.kind].level;
}

/* The operand after an operator; it may begin a line. */
static Node *parse_operand(Parser *p, int min)
{
    parse_skip_lines(p);
    bool own_line = p->broke;
    if (parse_lost(p) && !p->brackets)
        parse_value_expected(p);
    Node *n = parse_infix(p, min);
    if (own_line)
        n->flags |= NODE_OWN_LINE;
    return n;
}

/* 1/2 h is 1/(2 h): rarely what was meant when it is written without spaces. */
static void parse_warn_half(Parser *p, const Node *left, const Token *op, const Node *right)
{
    if (left->kind != N_NUMBER || left->unit.n || right->kind != N_NUMBER || !right->unit.n)
        return;
    if (left->span.end == op->start && op->end == right->span.start)
        parse_remark(p, D_HALF_UNIT, parse_span(p, left->span.start, right->span.end),
                     str_sub(p->text, left->span.start, right->span.end),
                     str_sub(p->text, left->span.start, left->span.end),
                     str_sub(p->text, right->span.start, right->span.end));
}

static Node *parse_binary(Parser *p, Node *left, OpId op, int level)
{
    Token sign = p->tok;
    parse_take(p);
    Node *right = parse_operand(p, op == OP_POW ? level : level + 1);
    if (op == OP_DIV)
        parse_warn_half(p, left, &sign, right);
    Node *n = parse_node2(p, N_BINARY, left->span.start, left, right);
    n->op = (uint8_t)op;
    return n;
}

/* `is` and what follows it. */
static Node *parse_is(Parser *p, Node *left)
{
    static const WordId states[] = {W_WHOLE, W_GIVEN_STATE, W_BLANK};
    parse_accept_word(p, W_IS);
    bool negated = parse_at_reserved(p, W_NOT);
    if (negated)
        parse_take(p);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (parse_accept_word(p, states[i])) {
            Node *n = parse_node1(p, N_IS, left->span.start, left);
            n->op = (uint8_t)states[i];
            n->flags |= negated ? NODE_NEGATED : 0;
            return n;
        }
    }
    parse_error(p, D_SYN_STATE_EXPECTED, parse_here(p), parse_word(p, W_WHOLE), parse_word(p, W_GIVEN_STATE),
                parse_word(p, W_BLANK));
    return left;
}

/* `:2` glued to the right side of ≈. In a condition of `choose`, the colon that ends it must still come. */
static bool parse_at_decimals(const Parser *p)
{
    enum { MOST_DIGITS = 3 };
    Lexer l = p->lex;
    Token digits = lex_next(&l);
    if (!parse_at(p, TK_COLON) || p->tok.blank || digits.kind != TK_NUMBER || digits.blank || digits.fault ||
        digits.end - digits.start > MOST_DIGITS)
        return false;
    for (uint32_t i = digits.start; i < digits.end; i++)
        if (p->text.p[i] < '0' || p->text.p[i] > '9')
            return false;
    return !p->colon_ends || p->brackets || lex_next(&l).kind == TK_COLON;
}

static void parse_decimals(Parser *p, Node *sign)
{
    parse_take(p);
    if (sign != &p->dummy)
        sign->text = parse_copy(p, parse_raw(p, &p->tok));
    parse_take(p);
}

/* a < b, or a chain a < b <= c. */
static Node *parse_comparison(Parser *p, Node *left)
{
    uint32_t base = p->kid_count;
    OpId op;
    parse_push(p, left);
    while (parse_level(p, &op) == LEVEL_COMPARE && op != OP_NOT) {
        Node *sign = parse_node(p, N_OPERATOR, p->tok.start);
        sign->op = (uint8_t)op;
        parse_take(p);
        parse_push(p, parse_finish(p, sign, p->kid_count));
        parse_push(p, parse_operand(p, LEVEL_TO));
        if (op == OP_ABOUT && !p->panic && parse_at_decimals(p))
            parse_decimals(p, sign);
    }
    return parse_finish(p, parse_node(p, N_COMPARISON, left->span.start), base);
}

static Node *parse_convert(Parser *p, Node *left)
{
    Node *n = parse_node1(p, N_CONVERT, left->span.start, left);
    if (p->tok.fault)
        parse_fault(p, &p->tok);
    p->last_end = p->tok.end;
    parse_unit(p, n, p->tok.end, parse_word(p, W_TO));
    return n;
}

static Node *parse_range(Parser *p, Node *left)
{
    uint32_t base = p->kid_count;
    parse_push(p, left);
    parse_take(p);
    parse_push(p, parse_operand(p, LEVEL_ADD));
    if (!p->panic && parse_accept_word(p, W_STEP))
        parse_push(p, parse_operand(p, LEVEL_ADD));
    return parse_finish(p, parse_node(p, N_RANGE, left->span.start), base);
}

/* team where calls > 50: the condition runs as far right as it can. */
static Node *parse_where(Parser *p, Node *left)
{
    parse_take(p);
    return parse_node2(p, N_WHERE, left->span.start, left, parse_operand(p, LEVEL_OR));
}

/* ---- prefixes ---- */

static Node *parse_unary(Parser *p, OpId op, int level)
{
    uint32_t start = p->tok.start;
    parse_take(p);
    Node *n = parse_node1(p, N_UNARY, start, parse_operand(p, level));
    n->op = (uint8_t)op;
    return n;
}

static Node *parse_not_given(Parser *p)
{
    Node *n = parse_node(p, N_NOT_GIVEN, p->tok.start);
    uint32_t base = p->kid_count;
    parse_accept_word(p, W_NOT_GIVEN);
    if (parse_at(p, TK_TEXT))
        parse_push(p, parse_text(p));
    return parse_finish(p, n, base);
}

static Node *parse_not(Parser *p, int min)
{
    size_t end = parse_at_word(p, W_NOT_GIVEN);
    if (end && !parse_used_as_name(p, (uint32_t)end))
        return parse_not_given(p);
    if (min > LEVEL_NOT)
        parse_remark(p, D_SYN_NOT_INSIDE, parse_here(p), parse_raw(p, &p->tok));
    return parse_unary(p, OP_NOT, LEVEL_NOT);
}

static Node *parse_postfix(Parser *p);

static Node *parse_prefix(Parser *p, int min)
{
    if (parse_at(p, TK_SUB))
        return parse_unary(p, OP_NEG, LEVEL_NEG);
    if (parse_at_reserved(p, W_NOT))
        return parse_not(p, min);
    return parse_postfix(p);
}

static Node *parse_infix_loop(Parser *p, int min)
{
    Node *left = parse_prefix(p, min);
    OpId op;
    for (int level; (level = parse_level(p, &op)) >= min && level != LEVEL_NONE;) {
        switch (level) {
        case LEVEL_WHERE: left = parse_where(p, left); break;
        case LEVEL_COMPARE: left = op == OP_NOT ? parse_is(p, left) : parse_comparison(p, left); break;
        case LEVEL_TO: left = parse_convert(p, left); break;
        case LEVEL_RANGE: left = parse_range(p, left); break;
        default: left = parse_binary(p, left, op, level); break;
        }
    }
    return left;
}

static Node *parse_infix(Parser *p, int min)
{
    if (p->panic)
        return parse_bad(p);
    Node *n = parse_enter(p) ? parse_infix_loop(p, min) : parse_bad(p);
    parse_leave(p);
    return n;
}

/* ---- after a value: calls, indexes, members, overrides ---- */

static bool parse_is_literal(const Node *n)
{
    return n->kind == N_NUMBER || n->kind == N_SUM_LITERAL || n->kind == N_DATE || n->kind == N_TRUTH ||
           n->kind == N_STRING || n->kind == N_BAD;
}

static Node *parse_index(Parser *p, Node *object)
{
    uint32_t opener = p->tok.start, base = p->kid_count;
    parse_push(p, object);
    p->brackets++;
    parse_take(p);
    parse_push(p, parse_expr(p));
    parse_close(p, TK_SQUARE_CLOSE, opener);
    return parse_finish(p, parse_node(p, N_INDEX, object->span.start), base);
}

/* object.(expr) */
static Node *parse_member_dynamic(Parser *p, Node *object)
{
    uint32_t opener = p->tok.start, base = p->kid_count;
    parse_push(p, object);
    p->brackets++;
    parse_take(p);
    parse_push(p, parse_expr(p));
    parse_close(p, TK_PAREN_CLOSE, opener);
    return parse_finish(p, parse_node(p, N_MEMBER_DYNAMIC, object->span.start), base);
}

static Node *parse_member(Parser *p, Node *object)
{
    parse_take(p);
    if (parse_at(p, TK_PAREN_OPEN))
        return parse_member_dynamic(p, object);
    if (!parse_at(p, TK_NAME)) {
        parse_name(p, N_NAME); /* tells what is missing */
        return object;
    }
    uint32_t base = p->kid_count;
    Node *n = parse_node(p, N_MEMBER, object->span.start);
    Str text = parse_name_text(p, &p->tok);
    n->text = text;
    n->flags |= p->tok.quoted ? NODE_QUOTED : 0;
    parse_push(p, object);
    parse_take(p);
    return parse_finish(p, n, base);
}

static bool parse_at_with(const Parser *p)
{
    return parse_at_reserved(p, W_WITH) && lex_peek(&p->lex).kind == TK_BRACE_OPEN;
}

static Node *parse_number_called(Parser *p, Node *n)
{
    parse_error(p, D_SYN_CALL_NUMBER, parse_span(p, n->span.start, p->tok.end),
                str_sub(p->text, n->span.start, n->span.end));
    return n;
}

static Node *parse_primary(Parser *p);

/* sql "select …": the one function that may be given its text without parentheses. */
static Node *parse_sql(Parser *p, Node *name)
{
    Node *n = parse_node(p, N_CALL, name->span.start);
    uint32_t base = p->kid_count;
    parse_push(p, name);
    parse_push(p, parse_primary(p));
    return parse_finish(p, n, base);
}

static Node *parse_postfix(Parser *p)
{
    Node *n = parse_primary(p);
    if (!p->panic && parse_at(p, TK_TEXT) && n->kind == N_NAME && !(n->flags & NODE_QUOTED) && str_eq(n->text, STR("sql")))
        n = parse_sql(p, n);
    while (!p->panic) {
        bool literal = parse_is_literal(n);
        if (parse_at(p, TK_PAREN_OPEN) && !literal)
            n = parse_call(p, n);
        else if (parse_at(p, TK_PAREN_OPEN) && n->kind == N_NUMBER)
            n = parse_number_called(p, n);
        else if (parse_at(p, TK_SQUARE_OPEN) && !literal)
            n = parse_index(p, n);
        else if (parse_at(p, TK_DOT) && n->kind != N_NUMBER && n->kind != N_SUM_LITERAL)
            n = parse_member(p, n);
        else if (parse_at_with(p))
            n = parse_with(p, n);
        else
            break;
    }
    return n;
}

/* ---- values ---- */

static Node *parse_paren(Parser *p)
{
    uint32_t start = p->tok.start, base = p->kid_count, outer = p->grouping;
    p->grouping = ++p->brackets;
    parse_take(p);
    parse_push(p, parse_expr(p));
    parse_close(p, TK_PAREN_CLOSE, start);
    p->grouping = outer;
    return parse_finish(p, parse_node(p, N_PAREN, start), base);
}

static Node *parse_truth(Parser *p)
{
    Node *n = parse_node(p, N_TRUTH, p->tok.start);
    n->op = p->tok.word == W_TRUE;
    parse_take(p);
    return parse_finish(p, n, p->kid_count);
}

/* if c then a else b; elif is else if. tok is `if` or `elif`. */
static Node *parse_conditional(Parser *p)
{
    Node *n = parse_node(p, N_CONDITIONAL, p->tok.start);
    uint32_t base = p->kid_count;
    parse_take(p);
    parse_push(p, parse_expr(p));
    if (!p->panic && !parse_at_reserved(p, W_THEN))
        parse_expected(p, parse_word(p, W_THEN));
    if (!p->panic) {
        parse_take(p);
        parse_skip_lines(p);
        parse_push(p, parse_expr(p));
    }
    if (!p->panic && parse_at_reserved(p, W_ELIF)) {
        parse_push(p, parse_enter(p) ? parse_conditional(p) : parse_bad(p));
        parse_leave(p);
    } else if (!p->panic && parse_at_reserved(p, W_ELSE)) {
        parse_take(p);
        parse_skip_lines(p);
        parse_push(p, parse_expr(p));
    } else {
        parse_error(p, D_SYN_ELSE_MISSING, parse_span(p, n->span.start, p->last_end), parse_word(p, W_IF),
                    parse_word(p, W_ELSE));
    }
    while (p->kid_count < base + 3 && !p->memory)
        parse_push(p, parse_bad(p));
    return parse_finish(p, n, base);
}

/* compare a, b by cost lowest */
static Node *parse_compare(Parser *p)
{
    Node *n = parse_node(p, N_COMPARE, p->tok.start);
    uint32_t base = p->kid_count;
    parse_accept_word(p, W_COMPARE);
    do {
        parse_skip_lines(p);
        parse_push(p, parse_target(p));
    } while (!p->panic && parse_accept(p, TK_COMMA));
    if (!p->panic && !parse_accept_word(p, W_BY))
        parse_expected(p, parse_word(p, W_BY));
    parse_push(p, p->panic ? parse_bad(p) : parse_target(p));
    if (!p->panic && parse_accept_word(p, W_LOWEST))
        n->op = W_LOWEST;
    else if (!p->panic && parse_accept_word(p, W_HIGHEST))
        n->op = W_HIGHEST;
    return parse_finish(p, n, base);
}

/* `compare` is a name too: it compares when a scenario stands right after it. */
static bool parse_at_compare(const Parser *p)
{
    size_t end = parse_at_word(p, W_COMPARE);
    if (!end)
        return false;
    Token next = lex_peek(&p->lex);
    return next.kind == TK_QUALIFIED ||
           (next.kind == TK_NAME && !next.word && !word_at(p->lex.text, next.start, W_IS, p->lang));
}

/* ---- tables: group, sort, top, join ---- */

/* Such a word is a name too: it begins a phrase when a value stands right after it. */
static bool parse_at_phrase(const Parser *p, WordId w, bool number)
{
    size_t end = parse_at_word(p, w);
    if (!end)
        return false;
    Token next = lex_peek(&p->lex);
    if (next.kind == TK_NAME)
        return next.word == W_NO_WORD && !word_at(p->lex.text, next.start, W_IS, p->lang);
    return next.blank && (next.kind == TK_QUALIFIED || next.kind == TK_PAREN_OPEN || (number && next.kind == TK_NUMBER));
}

static Node *parse_sort_key(Parser *p)
{
    Node *n = parse_node1(p, N_SORT_KEY, p->tok.start, parse_infix(p, LEVEL_OR));
    if (parse_accept_word(p, W_DESCENDING))
        n->op = W_DESCENDING;
    else if (parse_accept_word(p, W_ASCENDING))
        n->op = W_ASCENDING;
    return n;
}

/* `by x, y`; among the arguments of a call, or the items of a list, a comma begins the next one. */
static void parse_by(Parser *p, Node *(*read)(Parser *p))
{
    if (p->panic)
        return;
    if (!parse_accept_word(p, W_BY)) {
        parse_expected(p, parse_word(p, W_BY));
        return;
    }
    parse_push(p, read(p));
    while (!p->panic && p->brackets == p->grouping && parse_accept(p, TK_COMMA)) {
        parse_skip_lines(p);
        parse_push(p, read(p));
    }
}

static Node *parse_key_name(Parser *p)
{
    Node *n = parse_name(p, N_NAME);
    n->flags |= NODE_DECLARED;
    return n;
}

/* name = expr of `group … with` */
static Node *parse_group_field(Parser *p)
{
    uint32_t base = p->kid_count;
    Node *n = parse_name(p, N_FIELD);
    if (!p->panic && !parse_at(p, TK_EQ))
        parse_expected(p, STR("="));
    if (!p->panic)
        parse_take(p);
    parse_push(p, p->panic ? parse_bad(p) : parse_operand(p, LEVEL_OR));
    return parse_finish(p, n, base);
}

static bool parse_more_fields(Parser *p)
{
    if (!parse_at(p, TK_COMMA))
        return false;
    Lexer l = p->lex;
    Token name = lex_next(&l);
    while (name.kind == TK_NEWLINE || name.kind == TK_COMMENT)
        name = lex_next(&l);
    if (name.kind != TK_NAME || lex_next(&l).kind != TK_EQ)
        return false;
    parse_take(p);
    parse_skip_lines(p);
    return true;
}

static Node *parse_grouped(Parser *p)
{
    Node *n = parse_node(p, N_GROUPED, p->tok.start);
    uint32_t base = p->kid_count;
    parse_accept_word(p, W_GROUP);
    parse_push(p, parse_infix(p, LEVEL_WHERE));
    parse_by(p, parse_key_name);
    if (!p->panic && parse_at_reserved(p, W_WITH)) {
        parse_take(p);
        do {
            parse_push(p, parse_group_field(p));
        } while (!p->panic && parse_more_fields(p));
    }
    return parse_finish(p, n, base);
}

static Node *parse_sorted(Parser *p)
{
    Node *n = parse_node(p, N_SORTED, p->tok.start);
    uint32_t base = p->kid_count;
    parse_accept_word(p, W_SORT);
    parse_push(p, parse_infix(p, LEVEL_WHERE));
    parse_by(p, parse_sort_key);
    return parse_finish(p, n, base);
}

/* top 3 team by calls: the number stands alone, it takes no unit. */
static Node *parse_top(Parser *p)
{
    Node *n = parse_node(p, N_TOP, p->tok.start);
    uint32_t base = p->kid_count;
    parse_accept_word(p, W_TOP);
    parse_push(p, parse_at(p, TK_NUMBER) ? parse_bare_number(p) : parse_primary(p));
    parse_push(p, parse_infix(p, LEVEL_WHERE));
    parse_by(p, parse_sort_key);
    return parse_finish(p, n, base);
}

static Node *parse_joined(Parser *p)
{
    Node *n = parse_node(p, N_JOINED, p->tok.start);
    uint32_t base = p->kid_count;
    parse_accept_word(p, W_JOIN);
    parse_push(p, parse_infix(p, LEVEL_OR));
    if (!p->panic && !parse_accept(p, TK_COMMA))
        parse_expected(p, STR(","));
    if (!p->panic) {
        parse_skip_lines(p);
        parse_push(p, parse_infix(p, LEVEL_OR));
    }
    parse_by(p, parse_key_name);
    return parse_finish(p, n, base);
}

/* case.limit */
static Node *parse_case_name(Parser *p)
{
    Node *n = parse_node(p, N_CASE_NAME, p->tok.start);
    parse_take(p);
    parse_take(p);
    Node *name = parse_name(p, N_NAME);
    if (n != &p->dummy)
        n->text = name->text;
    return parse_finish(p, n, p->kid_count);
}

bool parse_at_table_phrase(const Parser *p)
{
    return parse_at_phrase(p, W_GROUP, false) || parse_at_phrase(p, W_SORT, false) || parse_at_phrase(p, W_TOP, true) ||
           parse_at_phrase(p, W_JOIN, false);
}

static Node *parse_phrase(Parser *p)
{
    if (parse_at_compare(p))
        return parse_compare(p);
    if (parse_at_phrase(p, W_GROUP, false))
        return parse_grouped(p);
    if (parse_at_phrase(p, W_SORT, false))
        return parse_sorted(p);
    if (parse_at_phrase(p, W_TOP, true))
        return parse_top(p);
    return parse_at_phrase(p, W_JOIN, false) ? parse_joined(p) : NULL;
}

static Node *parse_old(Parser *p)
{
    Node *n = parse_node(p, N_OLD, p->tok.start);
    parse_take(p);
    return parse_finish(p, n, p->kid_count);
}

static Node *parse_previous(Parser *p)
{
    Node *n = parse_node(p, N_PREVIOUS, p->tok.start);
    n->text = STR("%previous"); /* no name can be written so */
    parse_take(p);
    return parse_finish(p, n, p->kid_count);
}

static Node *parse_qualified(Parser *p)
{
    Node *n = parse_node(p, N_QUALIFIED, p->tok.start);
    uint32_t name = p->tok.detail;
    bool quoted = p->text.p[name] == '`'; /* the tree has no backquotes */
    Buf b;
    buf_init(&b, p->arena->mem);
    buf_put(&b, str_sub(p->text, p->tok.start, name));
    buf_put(&b, str_sub(p->text, name + quoted, p->tok.end - quoted));
    if (b.failed)
        parse_memory(p);
    n->text = parse_copy(p, buf_str(&b));
    buf_free(&b);
    parse_take(p);
    return parse_finish(p, n, p->kid_count);
}

static Node *parse_word_value(Parser *p)
{
    if (!p->tok.quoted) {
        switch (p->tok.word) {
        case W_NO_WORD: break;
        case W_TRUE:
        case W_FALSE: return parse_truth(p);
        case W_IF: return parse_conditional(p);
        case W_CHOOSE: return parse_choose(p);
        case W_CASE:
            if (lex_peek(&p->lex).kind == TK_DOT)
                return parse_case_name(p);
            /* fall through */
        default: parse_value_expected(p); return parse_bad(p);
        }
        if (p->overrides && parse_at_word(p, W_OLD))
            return parse_old(p);
        if (p->schedules && parse_at_word(p, W_PREVIOUS))
            return parse_previous(p);
        Node *phrase = parse_phrase(p);
        if (phrase)
            return phrase;
    }
    return parse_name(p, N_NAME);
}

static Node *parse_primary(Parser *p)
{
    switch (p->tok.kind) {
    case TK_NUMBER: return parse_sum(p);
    case TK_NAME: return parse_word_value(p);
    case TK_QUALIFIED: return parse_qualified(p);
    case TK_TEXT: return parse_text(p);
    case TK_DATE: return parse_date(p);
    case TK_PAREN_OPEN: return parse_paren(p);
    case TK_SQUARE_OPEN: return parse_list(p);
    case TK_BRACE_OPEN: return parse_record(p);
    default: break;
    }
    Token next = lex_peek(&p->lex);
    if (parse_at(p, TK_DOT) && next.kind == TK_NUMBER && !next.blank)
        parse_error(p, D_LEX_NUMBER_POINT, parse_span(p, p->tok.start, next.end), parse_raw(p, &next),
                    p->lang == LANG_FR ? STR("0,") : STR("0."));
    parse_value_expected(p);
    return parse_bad(p);
}

/* ---- entries ---- */

/* Skips a bracketed group from its opener; the token after it. Lambdas need to see the arrow. */
static Token parse_after_group(Lexer l)
{
    uint32_t depth = 1;
    for (;;) {
        Token t = lex_next(&l);
        if (t.kind == TK_END)
            return t;
        if (t.kind == TK_PAREN_OPEN || t.kind == TK_SQUARE_OPEN || t.kind == TK_BRACE_OPEN)
            depth++;
        else if ((t.kind == TK_PAREN_CLOSE || t.kind == TK_SQUARE_CLOSE || t.kind == TK_BRACE_CLOSE) && --depth == 0)
            return lex_next(&l);
    }
}

bool parse_at_lambda(const Parser *p)
{
    if (parse_at_name(p))
        return lex_peek(&p->lex).kind == TK_ARROW;
    if (!parse_at(p, TK_PAREN_OPEN))
        return false;
    Lexer l = p->lex;
    Token first = lex_next(&l);
    while (first.kind == TK_NEWLINE || first.kind == TK_COMMENT)
        first = lex_next(&l);
    if (first.kind == TK_PAREN_CLOSE)
        return lex_peek(&l).kind == TK_ARROW;
    if (first.kind == TK_REST)
        return true;
    if (first.kind != TK_NAME)
        return false;
    Token second = lex_peek(&l); /* (a), (a, b), (a: €), (a = 1): anything else is an expression */
    if (second.kind != TK_PAREN_CLOSE && second.kind != TK_COMMA && second.kind != TK_SEMICOLON &&
        second.kind != TK_COLON && second.kind != TK_EQ && second.kind != TK_NEWLINE)
        return false;
    return parse_after_group(p->lex).kind == TK_ARROW;
}

static Node *parse_lambda(Parser *p)
{
    Node *n = parse_node(p, N_LAMBDA, p->tok.start);
    uint32_t base = p->kid_count;
    if (parse_at(p, TK_PAREN_OPEN))
        parse_params(p, n, base);
    else
        parse_push(p, parse_name(p, N_PARAM));
    if (!p->panic && !parse_at(p, TK_ARROW))
        parse_expected(p, STR("->"));
    if (!p->panic) {
        parse_take(p);
        parse_skip_lines(p);
    }
    parse_push(p, parse_expr(p));
    return parse_finish(p, n, base);
}

Node *parse_expr(Parser *p)
{
    if (p->panic || !parse_at_lambda(p))
        return parse_infix(p, LEVEL_WHERE);
    Node *n = parse_enter(p) ? parse_lambda(p) : parse_bad(p);
    parse_leave(p);
    return n;
}

Node *parse_operation(Parser *p) { return parse_infix(p, LEVEL_ADD); }

/* The first equality that stands bare in the definition of a name. */
static const Node *parse_bare_equality(const Node *n)
{
    if (n->kind == N_COMPARISON) {
        for (uint32_t i = 1; i < n->count; i += 2)
            if (n->kids[i]->op == OP_EQ)
                return n->kids[i];
        return NULL;
    }
    if (n->kind == N_UNARY && n->op == OP_NOT)
        return parse_bare_equality(n->kids[0]);
    if (n->kind != N_BINARY || (n->op != OP_AND && n->op != OP_OR))
        return NULL;
    const Node *left = parse_bare_equality(n->kids[0]);
    return left ? left : parse_bare_equality(n->kids[1]);
}

Node *parse_defined(Parser *p)
{
    parse_skip_lines(p);
    if (parse_lost(p) && !p->brackets)
        parse_value_expected(p);
    Node *e = parse_expr(p);
    const Node *sign = p->panic ? NULL : parse_bare_equality(e);
    if (sign)
        parse_report(p, false, D_SYN_BARE_EQUALITY, sign->span, NULL, 0);
    return e;
}

Node *parse_target(Parser *p)
{
    Node *n = parse_at(p, TK_QUALIFIED) ? parse_qualified(p) : parse_name(p, N_NAME);
    while (!p->panic && (parse_at(p, TK_DOT) || (p->overriding && parse_at(p, TK_SQUARE_OPEN))))
        n = parse_at(p, TK_DOT) ? parse_member(p, n) : parse_index(p, n); /* team["Jenna"].calls */
    if (n->kind == N_MEMBER_DYNAMIC)
        parse_error(p, D_SYN_NAME_EXPECTED, n->span, str_sub(p->text, n->span.start, n->span.end));
    return n;
}

Node *parse_override(Parser *p)
{
    uint32_t start = p->tok.start;
    p->overriding = true;
    Node *target = parse_target(p);
    p->overriding = false;
    if (!p->panic && !parse_at(p, TK_EQ))
        parse_expected(p, STR("="));
    if (!p->panic)
        parse_take(p);
    p->overrides++;
    Node *e = parse_sound(p, parse_defined(p));
    p->overrides--;
    return parse_node2(p, N_OVERRIDE, start, target, e);
}
