/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the statements of ordinary programming, one function each. Where one may not stand (a `while` in a case)
   it is told and read all the same, so that its `end` is found. */
#include "num/unit.h"
#include "syntax/parse.h"

typedef Node *(*FlowReader)(Parser *p);

#define IN(kind) (1u << BODY_##kind)

/* ---- lists of names ---- */

/* name, name, … pushed as NAMEs that declare. */
static void parse_names(Parser *p)
{
    do {
        parse_skip_lines(p);
        Node *n = parse_name(p, N_NAME);
        if (n != &p->dummy)
            n->flags |= NODE_DECLARED;
        parse_push(p, n);
    } while (!p->panic && parse_accept(p, TK_COMMA));
}

static Node *parse_declared_name(Parser *p)
{
    Node *n = parse_name(p, N_NAME);
    if (n != &p->dummy)
        n->flags |= NODE_DECLARED;
    return n;
}

static Node *parse_flow_done(Parser *p, Node *n, uint32_t base)
{
    parse_finish(p, n, base);
    parse_line_done(p, n);
    return n;
}

/* ---- declarations ---- */

static Node *parse_use(Parser *p)
{
    Node *n = parse_node(p, N_USE, p->tok.start);
    uint32_t base = p->kid_count;
    parse_accept_word(p, W_USE);
    Node *module = parse_name(p, N_NAME);
    if (n != &p->dummy)
        n->text = module->text;
    if (!p->panic && parse_accept_word(p, W_AS))
        parse_push(p, parse_declared_name(p));
    return parse_flow_done(p, n, base);
}

static bool parse_is_clause_word(Str text)
{
    return word_find(text, LANG_FR) || word_find(text, LANG_EN);
}

static Node *parse_unit_declaration(Parser *p)
{
    Node *n = parse_node(p, N_UNIT_DECL, p->tok.start);
    uint32_t base = p->kid_count;
    parse_accept_word(p, W_UNIT);
    parse_names(p);
    for (uint32_t i = base; i < p->kid_count; i++) {
        const Node *name = p->kids[i];
        if (name->kind == N_NAME && parse_is_clause_word(name->text))
            parse_remark(p, D_UNIT_RESERVED, name->span, name->text);
        else if (name->kind == N_NAME && unit_declare(p->in->num, name->text) == NUM_UNIT_TAKEN)
            parse_remark(p, D_UNIT_TAKEN, name->span, name->text);
    }
    return parse_flow_done(p, n, base);
}

static Node *parse_convention(Parser *p)
{
    Node *n = parse_node(p, N_CONVENTION, p->tok.start);
    uint32_t base = p->kid_count, end = (uint32_t)parse_at_word(p, W_CONVENTION);
    parse_unit(p, n, end, parse_word(p, W_CONVENTION));
    if (!p->panic && !parse_at(p, TK_EQ))
        parse_expected(p, STR("="));
    if (!p->panic)
        parse_take(p);
    parse_push(p, parse_expr(p));
    return parse_flow_done(p, n, base);
}

static Node *parse_levels(Parser *p)
{
    Node *n = parse_node(p, N_LEVELS, p->tok.start);
    uint32_t base = p->kid_count;
    parse_accept_word(p, W_LEVELS);
    parse_names(p);
    return parse_flow_done(p, n, base);
}

static Node *parse_var(Parser *p)
{
    Node *n = parse_node(p, N_VAR, p->tok.start);
    uint32_t base = p->kid_count;
    parse_take(p);
    Node *name = parse_name(p, N_NAME);
    if (n != &p->dummy) {
        n->text = name->text;
        n->flags |= name->flags & NODE_QUOTED;
    }
    if (!p->panic && !parse_at(p, TK_ASSIGN))
        parse_expected(p, STR(":="));
    if (!p->panic)
        parse_take(p);
    parse_skip_lines(p);
    parse_push(p, parse_sound(p, parse_expr(p)));
    return parse_flow_done(p, n, base);
}

/* ---- functions ---- */

/* After an error in its header: is there an `=` left on the line, as in a function of one line? */
static bool parse_line_defines(const Parser *p)
{
    Lexer l = p->lex;
    for (Token t = p->tok; t.kind != TK_NEWLINE && t.kind != TK_END; t = lex_next(&l))
        if (t.kind == TK_EQ)
            return true;
    return false;
}

static void parse_function_body(Parser *p, Node *n, Span opener)
{
    OpenBlock open = parse_opening(p, BODY_FUNCTION, opener);
    if (n != &p->dummy)
        n->flags |= NODE_MULTILINE;
    parse_line_done(p, n);
    parse_push(p, parse_closed_body(p, &open, NULL));
}

static Node *parse_function(Parser *p)
{
    Node *n = parse_node(p, N_FUNCTION, p->tok.start);
    uint32_t base = p->kid_count;
    Span opener = parse_here(p);
    parse_take(p);
    Node *name = parse_name(p, N_NAME);
    if (n != &p->dummy) {
        n->text = name->text;
        n->flags |= name->flags & NODE_QUOTED;
    }
    if (!p->panic && !parse_at(p, TK_PAREN_OPEN))
        parse_expected(p, STR("("));
    if (!p->panic)
        parse_params(p, n, base);
    if (!p->panic && parse_at(p, TK_EQ)) {
        parse_take(p);
        parse_skip_lines(p);
        parse_push(p, parse_sound(p, parse_expr(p)));
        return parse_flow_done(p, n, base);
    }
    if (p->panic && parse_line_defines(p)) {
        parse_push(p, parse_bad(p));
        return parse_flow_done(p, n, base);
    }
    parse_function_body(p, n, opener);
    return parse_finish(p, n, base);
}

static Node *parse_return(Parser *p)
{
    Node *n = parse_node(p, N_RETURN, p->tok.start);
    uint32_t base = p->kid_count;
    parse_take(p);
    if (!parse_line_ends(p))
        parse_push(p, parse_sound(p, parse_expr(p)));
    return parse_flow_done(p, n, base);
}

/* ---- choices, loops, recovery ---- */

/* From `if` or `elif`; the whole chain has one `end`. */
static Node *parse_if_chain(Parser *p, OpenBlock *open)
{
    Node *n = parse_node(p, N_IF, p->tok.start);
    uint32_t base = p->kid_count;
    parse_take(p);
    parse_push(p, parse_sound(p, parse_expr(p)));
    if (!p->panic && parse_at_reserved(p, W_THEN))
        parse_take(p);
    parse_line_done(p, n);
    Node *then = parse_body(p, BODY_FUNCTION, STOP_ELSE, NULL);
    parse_push(p, then);
    bool alternative = parse_at_reserved(p, W_ELSE);
    if (alternative && lex_peek(&p->lex).kind == TK_NAME && lex_peek(&p->lex).word == W_IF)
        parse_take(p); /* else if */
    else if (alternative) {
        parse_take(p);
        parse_line_done(p, then);
        then = parse_body(p, BODY_FUNCTION, 0, NULL);
        parse_push(p, then);
    }
    if (parse_at_reserved(p, W_ELIF) || (alternative && parse_at_reserved(p, W_IF))) {
        parse_push(p, parse_enter(p) ? parse_if_chain(p, open) : parse_bad(p));
        parse_leave(p);
    } else {
        p->open = open->outer;
        parse_end(p, open, then);
    }
    return parse_finish(p, n, base);
}

/* A value chosen on one line is an expression. Not inlined: its copies would stand in each frame of nested blocks. */
static __attribute__((noinline)) bool parse_if_is_value(Parser *p)
{
    Mark m = parse_mark(p);
    uint32_t brackets = p->brackets, elsewhere = p->elsewhere;
    Diags scratch;
    Parsing quiet = *p->in;
    const Parsing *in = p->in;
    diags_init(&scratch, p->arena->mem);
    quiet.diags = &scratch;
    p->in = &quiet;
    parse_take(p);
    parse_expr(p);
    bool value = !p->panic && parse_at_reserved(p, W_THEN);
    if (value) {
        parse_take(p);
        value = !parse_line_ends(p);
    }
    p->in = in;
    diags_free(&scratch);
    p->panic = false;
    p->brackets = brackets;
    p->elsewhere = elsewhere;
    parse_back(p, m);
    return value;
}

static Node *parse_if(Parser *p)
{
    if (parse_if_is_value(p))
        return parse_expression_line(p);
    OpenBlock open = parse_opening(p, BODY_FUNCTION, parse_here(p));
    p->open = &open;
    Node *n = parse_if_chain(p, &open);
    p->open = open.outer;
    return n;
}

/* The body of a loop, and its end. */
static Node *parse_loop(Parser *p, Node *n, uint32_t base, Span opener)
{
    OpenBlock open = parse_opening(p, BODY_FUNCTION, opener);
    parse_line_done(p, n);
    parse_push(p, parse_closed_body(p, &open, NULL));
    return parse_finish(p, n, base);
}

static Node *parse_for(Parser *p)
{
    Node *n = parse_node(p, N_FOR, p->tok.start);
    uint32_t base = p->kid_count;
    Span opener = parse_here(p);
    parse_take(p);
    parse_push(p, parse_declared_name(p));
    if (!p->panic && !parse_at_reserved(p, W_IN))
        parse_expected(p, parse_word(p, W_IN));
    if (!p->panic)
        parse_take(p);
    parse_push(p, parse_sound(p, parse_expr(p)));
    return parse_loop(p, n, base, opener);
}

static Node *parse_while(Parser *p)
{
    Node *n = parse_node(p, N_WHILE, p->tok.start);
    uint32_t base = p->kid_count;
    Span opener = parse_here(p);
    parse_take(p);
    parse_push(p, parse_sound(p, parse_expr(p)));
    return parse_loop(p, n, base, opener);
}

static Node *parse_leave_loop(Parser *p, WordId w, NodeKind node)
{
    Node *n = parse_node(p, node, p->tok.start);
    parse_accept_word(p, w);
    return parse_flow_done(p, n, p->kid_count);
}

static Node *parse_break(Parser *p)
{
    return parse_leave_loop(p, W_BREAK, N_BREAK);
}

static Node *parse_continue(Parser *p)
{
    return parse_leave_loop(p, W_CONTINUE, N_CONTINUE);
}

static Node *parse_try(Parser *p)
{
    Node *n = parse_node(p, N_TRY, p->tok.start);
    uint32_t base = p->kid_count;
    OpenBlock open = parse_opening(p, BODY_FUNCTION, parse_here(p));
    p->open = &open;
    parse_take(p);
    parse_line_done(p, n);
    Node *body = parse_body(p, BODY_FUNCTION, STOP_RECOVER, NULL);
    parse_push(p, body);
    if (parse_at_reserved(p, W_RECOVER)) {
        parse_take(p);
        if (!parse_line_ends(p))
            parse_push(p, parse_declared_name(p));
        parse_line_done(p, body);
        body = parse_body(p, BODY_FUNCTION, 0, NULL);
        parse_push(p, body);
    } else if (!parse_at(p, TK_END) && !p->closing) {
        parse_remark(p, D_SYN_RECOVER_MISSING, open.opener, parse_word(p, W_TRY), parse_word(p, W_RECOVER));
    }
    p->open = open.outer;
    parse_end(p, &open, body);
    return parse_finish(p, n, base);
}

/* ---- native functions ---- */

/* Does the line that begins there begin another declaration, or end the block? */
static bool parse_foreign_begins(const Parser *p, size_t at)
{
    static const WordId words[] = {W_FN, W_STRUCT, W_END};
    at = lex_blanks(p->text, (uint32_t)at);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word_at(p->text, at, words[i], p->lang))
            return true;
    return false;
}

/* Where the declaration ends: at the end of the line, or at a comment; inside parentheses lines go on. */
static size_t parse_foreign_end(const Parser *p, size_t at)
{
    Str text = p->text;
    uint32_t open = 0;
    for (; at < text.n; at++) {
        char c = text.p[at];
        open += c == '(';
        open -= open && c == ')';
        if (c == '#' || (c == '\n' && (!open || parse_foreign_begins(p, at + 1))))
            break;
    }
    return at;
}

Node *parse_foreign(Parser *p)
{
    Node *n = parse_node(p, N_FOREIGN, p->tok.start);
    uint32_t base = p->kid_count;
    WordId w = parse_at_word(p, W_STRUCT) ? W_STRUCT : W_FN;
    size_t start = parse_at_word(p, w);
    if (!start) {
        parse_error(p, D_FOREIGN_LINE, parse_here(p), parse_word(p, W_EXTERN), parse_word(p, W_FN), parse_word(p, W_STRUCT));
        return parse_flow_done(p, n, base);
    }
    size_t end = parse_foreign_end(p, start);
    Str line = str_trim(str_sub(p->text, start, end));
    if (n != &p->dummy) {
        n->op = (uint8_t)w;
        n->text = parse_copy(p, line);
    }
    p->last_end = line.n ? (uint32_t)(line.p + line.n - p->text.p) : (uint32_t)start;
    parse_rescan(p, (uint32_t)end);
    return parse_flow_done(p, n, base);
}

/* ---- dispatch ---- */

static const struct {
    WordId word;
    FlowReader read;
    unsigned places;
} flow_table[] = {
    {W_FN, parse_function, IN(PROGRAM) | IN(FUNCTION) | IN(CASE_PARTS) | IN(QUESTION_PARTS)},
    {W_VAR, parse_var, IN(PROGRAM) | IN(FUNCTION)},
    {W_IF, parse_if, IN(PROGRAM) | IN(FUNCTION)},
    {W_FOR, parse_for, IN(PROGRAM) | IN(FUNCTION)},
    {W_WHILE, parse_while, IN(PROGRAM) | IN(FUNCTION)},
    {W_RETURN, parse_return, IN(PROGRAM) | IN(FUNCTION)},
    {W_TRY, parse_try, IN(PROGRAM) | IN(FUNCTION)},
    {W_BREAK, parse_break, IN(PROGRAM) | IN(FUNCTION)},
    {W_CONTINUE, parse_continue, IN(PROGRAM) | IN(FUNCTION)},
    {W_USE, parse_use, IN(PROGRAM)},
    {W_UNIT, parse_unit_declaration, IN(PROGRAM) | IN(CASE_PARTS) | IN(QUESTION_PARTS)},
    {W_CONVENTION, parse_convention, IN(PROGRAM) | IN(CASE_PARTS) | IN(QUESTION_PARTS)},
    {W_LEVELS, parse_levels, IN(PROGRAM) | IN(CASE_PARTS) | IN(QUESTION_PARTS)},
};

/* break and continue stand alone; the other words that may also be names are followed by one (or by a unit). */
static bool parse_flow_header(const Parser *p, WordId w, size_t end)
{
    Lexer l = p->lex;
    l.at = (uint32_t)end;
    Token next = lex_next(&l);
    if (w == W_BREAK || w == W_CONTINUE)
        return next.kind == TK_NEWLINE || next.kind == TK_END || next.kind == TK_COMMENT;
    if (w == W_CONVENTION)
        return !parse_used_as_name(p, (uint32_t)end);
    return next.kind == TK_NAME && !parse_used_as_name(p, (uint32_t)end);
}

Node *parse_flow(Parser *p, BodyKind kind)
{
    for (size_t i = 0; i < sizeof flow_table / sizeof *flow_table; i++) {
        WordId w = flow_table[i].word;
        size_t end = parse_at_word(p, w);
        if (!end || (word_class(w) != WORD_RESERVED && !parse_flow_header(p, w, end)))
            continue;
        if (!(flow_table[i].places >> kind & 1u))
            parse_misplaced(p, parse_here(p));
        return flow_table[i].read(p);
    }
    return NULL;
}
