/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: whatever stands between brackets with separators is read by one loop, given the reader of an item. It
   keeps the lines on which items begin and the comments beside them. `choose` is here too: lines up to `end`. */
#include "syntax/parse.h"

#include "num/unit.h"

/* ---- brackets ---- */

static Str parse_bracket(TokenKind close, bool opening)
{
    switch (close) {
    case TK_PAREN_CLOSE: return opening ? STR("(") : STR(")");
    case TK_SQUARE_CLOSE: return opening ? STR("[") : STR("]");
    default: return opening ? STR("{") : STR("}");
    }
}

bool parse_close(Parser *p, TokenKind close, uint32_t opener)
{
    if (!p->panic && parse_at(p, close)) {
        p->brackets--;
        parse_take(p);
        return true;
    }
    if (p->panic)
        return false;
    Span open = parse_span(p, opener, opener + 1);
    Str shut = parse_bracket(close, false);
    if (p->tok.fault) {
        parse_fault(p, &p->tok);
    } else if (parse_at(p, TK_END) || p->broke) {
        parse_error(p, D_SYN_BRACKET_OPEN, open, parse_bracket(close, true), shut);
    } else {
        Str sign = p->lang == LANG_FR ? STR(";") : STR(",");
        Diag *d = parse_error(p, D_SYN_BRACKET_EXPECTED, parse_here(p), shut, sign, parse_raw(p, &p->tok));
        parse_note(p, d, D_BEGUN_HERE, open, parse_bracket(close, true));
    }
    p->panic = true;
    return false;
}

/* The sign between items: `;` in French, `,` in English. False: none. */
static bool parse_separator(Parser *p, bool *told)
{
    TokenKind right = p->lang == LANG_FR ? TK_SEMICOLON : TK_COMMA,
              wrong = p->lang == LANG_FR ? TK_COMMA : TK_SEMICOLON;
    if (parse_at(p, wrong) && !*told) {
        parse_remark(p, p->lang == LANG_FR ? D_SYN_COMMA_FR : D_SYN_SEMICOLON_EN, parse_here(p), parse_raw(p, &p->tok));
        *told = true;
    }
    return parse_accept(p, right) || parse_accept(p, wrong);
}

/* Comments read since the last item: the first one may end its line, the others stand above what comes. */
static void parse_item_comments(Parser *p, uint32_t from, Node *last, Comments *above)
{
    if (last && p->pending_count > from && !p->pending[from].own_line) {
        uint32_t count = p->pending_count;
        p->pending_count = from + 1;
        last->after = parse_comments(p, from);
        for (uint32_t i = from + 1; i < count; i++)
            p->pending[i - 1] = p->pending[i];
        p->pending_count = p->memory ? from : count - 1;
    }
    *above = parse_comments(p, from);
}

typedef Node *(*ItemReader)(Parser *p);

static void parse_comprehension(Parser *p, Node *list, Node *value);

/* tok is the opening bracket. Items are pushed; layout goes to them and to `list`. */
static void parse_items(Parser *p, Node *list, TokenKind close, ItemReader read)
{
    uint32_t opener = p->tok.start, from = p->pending_count;
    bool told = false, more = true, no_or = p->no_or;
    Node *last = NULL;
    Comments above;
    p->no_or = false;
    p->brackets++;
    parse_take(p);
    while (more && !p->panic && !parse_at(p, close) && !parse_at(p, TK_END) && !parse_lost(p)) {
        bool own_line = p->broke;
        parse_item_comments(p, from, last, &above);
        last = read(p);
        if (own_line || above.count)
            last->flags |= NODE_OWN_LINE;
        parse_comments_add(p, &above, last->before);
        last->before = above;
        parse_push(p, last);
        if (list->kind == N_LIST && parse_at_reserved(p, W_FOR) && !p->panic)
            parse_comprehension(p, list, last);
        more = parse_separator(p, &told);
    }
    bool own_line = p->broke;
    parse_item_comments(p, from, list->kind == N_COMPREHENSION ? NULL : last, &above);
    if (list != &p->dummy) {
        parse_comments_add(p, &list->inside, above);
        list->flags |= own_line || list->inside.count ? NODE_MULTILINE : 0;
    }
    parse_close(p, close, opener);
    p->no_or = no_or;
}

/* ---- lists and records ---- */

/* [f(r) for r in team if c]: the value is pushed already. Comments go together before the bracket. */
static void parse_comprehension(Parser *p, Node *list, Node *value)
{
    if (list != &p->dummy) {
        list->kind = N_COMPREHENSION;
        list->inside = value->before;
        value->before = (Comments){NULL, 0};
    }
    parse_take(p);
    Node *variable = parse_name(p, N_NAME);
    variable->flags |= NODE_DECLARED;
    parse_push(p, variable);
    if (!p->panic && !parse_at_reserved(p, W_IN))
        parse_expected(p, parse_word(p, W_IN));
    if (!p->panic)
        parse_take(p);
    parse_push(p, parse_expr(p));
    if (!p->panic && parse_at_reserved(p, W_IF)) {
        parse_take(p);
        parse_push(p, parse_expr(p));
    }
}

/* In French [1,2] holds one number. */
static void parse_warn_one_number(Parser *p, const Node *list)
{
    if (p->lang != LANG_FR || list->kind != N_LIST || list->count != 1 || list->kids[0]->kind != N_NUMBER)
        return;
    const Node *n = list->kids[0];
    Str figure = n->text;
    size_t mark = 0;
    while (mark < figure.n && figure.p[mark] != '.')
        mark++;
    if (mark < figure.n)
        parse_remark(p, D_ONE_NUMBER, n->span, str_sub(p->text, n->span.start, n->span.end), str_sub(figure, 0, mark),
                     str_sub(figure, mark + 1, figure.n));
}

Node *parse_list(Parser *p)
{
    Node *n = parse_node(p, N_LIST, p->tok.start);
    uint32_t base = p->kid_count;
    parse_items(p, n, TK_SQUARE_CLOSE, parse_expr);
    parse_finish(p, n, base);
    if (!p->panic && !p->memory)
        parse_warn_one_number(p, n);
    return n;
}

static bool parse_colon(Parser *p)
{
    if (!p->panic && !parse_at(p, TK_COLON))
        parse_expected(p, STR(":"));
    if (p->panic)
        return false;
    parse_take(p);
    return true;
}

/* A name that may be any word, since a colon or a dot tells what it is. */
static Node *parse_any_name(Parser *p, NodeKind kind)
{
    if (!parse_at(p, TK_NAME))
        return parse_name(p, kind);
    Node *n = parse_node(p, kind, p->tok.start);
    n->text = parse_name_text(p, &p->tok);
    n->flags |= p->tok.quoted ? NODE_QUOTED : 0;
    parse_take(p);
    return n;
}

static Node *parse_field(Parser *p)
{
    uint32_t base = p->kid_count;
    Node *n = parse_any_name(p, N_FIELD);
    parse_colon(p);
    parse_push(p, parse_expr(p));
    return parse_finish(p, n, base);
}

Node *parse_record(Parser *p)
{
    Node *n = parse_node(p, N_RECORD, p->tok.start);
    uint32_t base = p->kid_count;
    parse_items(p, n, TK_BRACE_CLOSE, parse_field);
    return parse_finish(p, n, base);
}

Node *parse_with(Parser *p, Node *object)
{
    Node *n = parse_node(p, N_WITH, object->span.start);
    uint32_t base = p->kid_count;
    parse_push(p, object);
    parse_take(p);
    parse_items(p, n, TK_BRACE_CLOSE, parse_override);
    return parse_finish(p, n, base);
}

/* ---- calls, parameters ---- */

/* for: x. A keyword is kept as its English word, so that both dialects give one tree. */
static Node *parse_argument(Parser *p)
{
    if (!parse_at(p, TK_NAME) || lex_peek(&p->lex).kind != TK_COLON)
        return parse_expr(p);
    uint32_t base = p->kid_count;
    WordId word = p->tok.quoted ? W_NO_WORD : (WordId)p->tok.word;
    Node *n = parse_any_name(p, N_ARGUMENT);
    if (word && n != &p->dummy) {
        n->text = str_from(word_text(word, LANG_EN));
        n->flags |= NODE_LIBRARY;
    }
    parse_colon(p);
    parse_push(p, parse_expr(p));
    return parse_finish(p, n, base);
}

Node *parse_call(Parser *p, Node *callee)
{
    Node *n = parse_node(p, N_CALL, callee->span.start);
    uint32_t base = p->kid_count;
    parse_push(p, callee);
    parse_items(p, n, TK_PAREN_CLOSE, parse_argument);
    return parse_finish(p, n, base);
}

/* ---- parameters ---- */

/* The kind that is named at `start`, and where it ends; a unit that the author declared counts before it. */
static WordId parse_kind_word(const Parser *p, uint32_t start, size_t *end)
{
    static const WordId kinds[] = {
#define KIND(word, ...) W_##word,
#include "syntax/kind.def"
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        *end = word_at(p->lex.text, start, kinds[i], p->lang);
        if (*end && !unit_lookup_name(p->in->num, str_sub(p->lex.text, start, *end)))
            return kinds[i];
    }
    return W_NO_WORD;
}

/* list of amounts: the kind of the items, and where it ends; W_NO_WORD: nothing is said of them. */
static WordId parse_items_kind(const Parser *p, size_t *end)
{
    size_t of = word_match(p->lex.text, lex_blanks(p->lex.text, (uint32_t)*end), W_LIST_OF, p->lang), last;
    WordId kind = of ? parse_kind_word(p, lex_blanks(p->lex.text, (uint32_t)of), &last) : W_NO_WORD;
    *end = kind ? last : *end;
    return kind;
}

/* `: unit` or `: kind`; tok is the colon. */
static void parse_param_kind(Parser *p, Node *n)
{
    size_t end;
    WordId kind = parse_kind_word(p, lex_blanks(p->lex.text, p->tok.end), &end);
    WordId items = kind == W_LIST ? parse_items_kind(p, &end) : W_NO_WORD;
    p->last_end = p->tok.end;
    if (!kind) {
        parse_unit(p, n, p->tok.end, STR(":"));
        return;
    }
    if (n != &p->dummy) {
        n->word = (uint16_t)kind;
        n->op = (uint8_t)items;
        n->span.end = (uint32_t)end;
    }
    p->last_end = (uint32_t)end;
    parse_rescan(p, (uint32_t)end);
}

/* Only what needs no computing: a literal, or another parameter. */
static bool parse_is_bound(const Node *n)
{
    const Node *inner = n->kind == N_UNARY && n->op == OP_NEG ? n->kids[0] : n;
    return inner->kind == N_NUMBER || n->kind == N_DATE || n->kind == N_NAME;
}

/* < 3, >= 1 day, > from, like other. NULL: no bound stands here. */
static Node *parse_bound(Parser *p)
{
    static const uint8_t signs[][2] = {{TK_LT, OP_LT}, {TK_LE, OP_LE}, {TK_GT, OP_GT}, {TK_GE, OP_GE}};
    Node *n = parse_node(p, N_BOUND, p->tok.start);
    uint32_t base = p->kid_count;
    bool found = false;
    for (size_t i = 0; !found && i < sizeof signs / sizeof *signs; i++) {
        found = parse_accept(p, (TokenKind)signs[i][0]);
        n->op = found ? signs[i][1] : n->op;
    }
    if (!found && parse_accept_word(p, W_LIKE)) {
        found = true;
        if (n != &p->dummy)
            n->word = W_LIKE;
    }
    if (!found)
        return NULL;
    p->bounding = true;
    Node *limit = parse_operation(p);
    p->bounding = false;
    if (!p->panic && !parse_is_bound(limit))
        parse_error0(p, D_SYN_BOUND, limit->span);
    parse_push(p, limit);
    return parse_finish(p, n, base);
}

/* name, name: unit, name: kind >= 1 like other, each with = default; ...name, which takes all that is left */
static Node *parse_param(Parser *p)
{
    uint32_t base = p->kid_count, start = p->tok.start;
    bool rest = parse_accept(p, TK_REST);
    Node *n = parse_name(p, N_PARAM), *bound;
    if (rest && n != &p->dummy) {
        n->flags |= NODE_REST;
        n->span.start = start;
    }
    if (!p->panic && parse_at(p, TK_COLON)) {
        parse_param_kind(p, n);
        while (!p->panic && (bound = parse_bound(p)) != NULL)
            parse_push(p, bound);
    }
    if (!p->panic && parse_accept(p, TK_EQ))
        parse_push(p, parse_expr(p));
    return parse_finish(p, n, base);
}

/* What takes all that is left stands last. */
static void parse_check_rest(Parser *p, const Node *param, bool last)
{
    if (!p->panic && (param->flags & NODE_REST) && !last)
        parse_error(p, D_SYN_REST, param->span, param->text);
}

Node *parse_params(Parser *p, Node *function, uint32_t base)
{
    parse_items(p, function, TK_PAREN_CLOSE, parse_param);
    for (uint32_t i = base; i < p->kid_count; i++)
        parse_check_rest(p, p->kids[i], i + 1 == p->kid_count);
    if (p->kid_count > base + LIMIT_PARAMETERS) {
        buf_clear(&p->scratch);
        buf_printf(&p->scratch, "%u", LIMIT_PARAMETERS);
        parse_error(p, D_SYN_PARAMETERS, parse_span(p, function->span.start, p->last_end), buf_str(&p->scratch));
    }
    return function;
}

/* ---- choose ---- */

/* condition : value, or else : value. */
static Node *parse_condition(Parser *p)
{
    p->colon_ends = true;
    Node *n = parse_expr(p);
    p->colon_ends = false;
    return n;
}

static Node *parse_when(Parser *p, bool *has_else)
{
    Node *n = parse_node(p, N_WHEN, p->tok.start);
    uint32_t base = p->kid_count;
    p->statement = p->tok.start;
    if (*has_else)
        parse_remark(p, D_SYN_ELSE_LAST, parse_here(p), parse_word(p, W_ELSE));
    *has_else = parse_at_reserved(p, W_ELSE);
    if (*has_else)
        parse_take(p);
    else
        parse_push(p, parse_condition(p));
    parse_colon(p);
    parse_skip_lines(p);
    parse_push(p, parse_expr(p));
    if (!p->panic && !parse_line_ends(p) && !parse_at_reserved(p, W_END))
        parse_unexpected(p);
    return parse_finish(p, n, base);
}

/* The comment that ends the line of n. */
static void parse_line_comment(Parser *p, uint32_t from, Node *n)
{
    if (parse_line_ends(p) && p->pending_count > from && n != &p->dummy)
        parse_comments_add(p, &n->after, parse_comments(p, from));
}

/* Does this line hold the colon that every line of `choose` has? */
static bool parse_line_has_colon(const Parser *p)
{
    Lexer l = p->lex;
    uint32_t depth = 0;
    for (Token t = p->tok; t.kind != TK_END && (t.kind != TK_NEWLINE || depth); t = lex_next(&l)) {
        if (t.kind == TK_PAREN_OPEN || t.kind == TK_SQUARE_OPEN || t.kind == TK_BRACE_OPEN)
            depth++;
        else if ((t.kind == TK_PAREN_CLOSE || t.kind == TK_SQUARE_CLOSE || t.kind == TK_BRACE_CLOSE) && depth)
            depth--;
        else if (t.kind == TK_COLON && !depth)
            return true;
    }
    return false;
}

static void parse_choose_note(Parser *p, Diag *d, const Node *n)
{
    Str word = parse_word(p, W_CHOOSE);
    parse_note(p, d, D_BEGUN_HERE, parse_span(p, n->span.start, n->span.start + (uint32_t)word.n), word);
}

static void parse_choose_missing_end(Parser *p, Node *n)
{
    Diag *d = parse_at(p, TK_END)
                  ? parse_error(p, D_SYN_END_MISSING, parse_here(p), parse_word(p, W_CHOOSE), parse_word(p, W_END))
                  : parse_error(p, D_SYN_END_BEFORE, parse_here(p), parse_word(p, W_CHOOSE), parse_raw(p, &p->tok),
                                parse_word(p, W_END));
    parse_choose_note(p, d, n);
}

/* Lines up to `end`. False: it is missing. */
static bool parse_choose_lines(Parser *p, uint32_t from)
{
    bool has_else = false;
    for (;;) {
        parse_skip_lines(p);
        if (parse_at_reserved(p, W_END))
            return true;
        if (parse_at(p, TK_END) || (parse_column(p, p->tok.start) <= p->column && !parse_line_has_colon(p)))
            return false;
        uint32_t lines = p->lines_before, start = p->tok.start;
        Node above = {0};
        parse_lead(p, &above, from, lines);
        Node *line = parse_when(p, &has_else);
        if (line != &p->dummy) {
            line->before = above.before;
            line->flags |= above.flags;
        }
        parse_push(p, line);
        bool failed = p->panic;
        if (failed)
            parse_sync(p);
        parse_line_comment(p, from, line);
        if (failed && parse_column(p, start) <= p->column) {
            p->panic = true; /* these lines are no longer its own */
            return true;
        }
    }
}

Node *parse_choose(Parser *p)
{
    Node *n = parse_node(p, N_CHOICE, p->tok.start);
    uint32_t base = p->kid_count, from = p->pending_count, brackets = p->brackets;
    int block = p->block;
    bool no_or = p->no_or;
    p->brackets = 0;
    p->block = -1;
    p->no_or = false;
    parse_take(p);
    if (!parse_line_ends(p) && !p->panic)
        parse_unexpected(p);
    if (!p->panic && !parse_choose_lines(p, from))
        parse_choose_missing_end(p, n);
    p->brackets = brackets;
    p->block = block;
    p->no_or = no_or;
    if (!p->panic) {
        if (n != &p->dummy)
            n->inside = parse_comments(p, from);
        if (p->kid_count == base)
            parse_remark(p, D_SYN_CHOOSE_EMPTY, parse_span(p, n->span.start, p->tok.end), parse_word(p, W_CHOOSE));
        parse_take(p);
    }
    return parse_finish(p, n, base);
}
