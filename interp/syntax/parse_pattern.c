/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one reader for each element of the patterns of block.def. In a header a value is wrapped in a CLAUSE with
   a pseudo id; in a clause it is a kid of its own. */
#include "syntax/parse.h"

/* The node of a value: itself in a clause, wrapped in a header. */
static void parse_value(Parser *p, bool header, ClauseId id, Node *value)
{
    value = parse_sound(p, value);
    if (header) {
        value = parse_node1(p, N_CLAUSE, value->span.start, value);
        value->op = (uint8_t)id;
    }
    parse_push(p, value);
}

static void parse_part_begin(Parser *p, Node **part, WordId w)
{
    *part = parse_node(p, N_CLAUSE, p->tok.start);
    (*part)->op = CL_OF_PART;
    (*part)->word = (uint16_t)w;
}

/* ---- names, labels, targets, codes ---- */

static void parse_name_item(Parser *p, Node *n, bool header, bool optional)
{
    if (optional && !parse_at_name(p))
        return;
    Node *name = parse_name(p, N_NAME);
    if (header && n != &p->dummy) {
        n->text = name->text;
        n->flags |= name->flags & NODE_QUOTED;
    } else if (!header) {
        name->flags |= NODE_DECLARED;
        parse_push(p, name);
    }
}

/* 2-3 is 2.3 */
static Str parse_dotted(Parser *p, const Token *t)
{
    char *out = p->memory ? NULL : arena_alloc(p->arena, t->end - t->start + 1);
    if (!out) {
        parse_memory(p);
        return (Str){"", 0};
    }
    for (uint32_t i = t->start; i < t->end; i++)
        out[i - t->start] = p->text.p[i] == '-' ? '.' : p->text.p[i];
    return (Str){out, t->end - t->start};
}

static void parse_label(Parser *p, Node *n)
{
    Lexer l = p->lex;
    Token label;
    l.at = p->tok.start;
    if (parse_line_ends(p) || !lex_label(&l, &label)) {
        parse_error(p, D_LEX_LABEL, parse_here(p), parse_raw(p, &p->tok));
        return;
    }
    Str text = parse_dotted(p, &label);
    if (n != &p->dummy)
        n->text = text;
    p->last_end = label.end;
    parse_rescan(p, label.end);
}

/* The text of NAME, QUALIFIED or MEMBER: a.b.c */
static void parse_dot_text(const Node *n, Buf *b)
{
    if (n->kind == N_MEMBER) {
        parse_dot_text(n->kids[0], b);
        buf_putc(b, '.');
    }
    buf_put(b, n->text);
}

static void parse_target_item(Parser *p, Node *n, bool header)
{
    Node *target = parse_target(p);
    if (!header) {
        parse_push(p, target);
        return;
    }
    Buf b;
    buf_init(&b, p->arena->mem);
    if (!p->panic && !p->memory)
        parse_dot_text(target, &b);
    if (b.failed)
        parse_memory(p);
    Str text = parse_copy(p, buf_str(&b));
    buf_free(&b);
    if (n != &p->dummy) {
        n->text = text;
        n->flags |= target->kind == N_NAME ? target->flags & NODE_QUOTED : 0;
    }
    parse_push(p, parse_node1(p, N_TARGET, target->span.start, target));
}

/* ---- texts, numbers ---- */

static Node *parse_title(Parser *p)
{
    if (parse_at(p, TK_TEXT))
        return parse_text(p);
    if (parse_line_ends(p))
        parse_error0(p, D_SYN_TEXT_MISSING, parse_here(p));
    else if (p->tok.fault)
        parse_fault(p, &p->tok);
    else
        parse_note_form(p, parse_error(p, D_SYN_TEXT_EXPECTED, parse_here(p), parse_raw(p, &p->tok)));
    p->panic = true;
    return parse_bad(p);
}

static Node *parse_number_item(Parser *p)
{
    if (parse_at(p, TK_NUMBER))
        return parse_sum(p);
    parse_value_expected(p);
    return parse_bad(p);
}

typedef Node *(*ListReader)(Parser *p);

/* In lines, commas separate in both dialects. */
static void parse_comma_list(Parser *p, ListReader read)
{
    do {
        parse_skip_lines(p);
        bool own_line = p->broke;
        Node *n = read(p);
        if (own_line)
            n->flags |= NODE_OWN_LINE;
        parse_push(p, n);
        if (parse_at(p, TK_SEMICOLON))
            parse_remark(p, D_SYN_SEMICOLON_LINE, parse_here(p), parse_raw(p, &p->tok));
    } while (!p->panic && (parse_accept(p, TK_COMMA) || parse_accept(p, TK_SEMICOLON)));
}

static Node *parse_cited_name(Parser *p)
{
    Node *n = parse_name(p, N_NAME);
    n->flags |= NODE_DECLARED;
    return n;
}

/* ---- families, codes, definitions ---- */

/* diagnosis[a]: the TARGET of the block, INDEX of the name and what tells the items apart. */
static Node *parse_family(Parser *p, Node *name)
{
    uint32_t opener = p->tok.start, base = p->kid_count;
    parse_push(p, name);
    p->brackets++;
    parse_take(p);
    parse_push(p, parse_expr(p));
    parse_close(p, TK_SQUARE_CLOSE, opener);
    return parse_finish(p, parse_node(p, N_INDEX, name->span.start), base);
}

static bool parse_at_family(const Parser *p)
{
    return !p->panic && parse_at(p, TK_SQUARE_OPEN) && !p->tok.blank;
}

static void parse_item_name(Parser *p, Node *n)
{
    Node *name = parse_name(p, N_NAME);
    name->flags |= NODE_DECLARED;
    if (n != &p->dummy) {
        n->text = name->text;
        n->flags |= name->flags & NODE_QUOTED;
    }
    if (parse_at_family(p))
        parse_push(p, parse_node1(p, N_TARGET, name->span.start, parse_family(p, name)));
}

static Node *parse_code(Parser *p)
{
    Lexer l = p->lex;
    Token code;
    l.at = p->tok.start;
    if (parse_line_ends(p) || !lex_code(&l, &code)) {
        parse_error(p, D_LEX_CODE, parse_here(p), parse_raw(p, &p->tok));
        return parse_bad(p);
    }
    Node *n = parse_node(p, N_NAME, code.start);
    Str text = parse_copy(p, parse_dotted(p, &code));
    if (n != &p->dummy) {
        n->text = text;
        n->flags |= NODE_DECLARED;
    }
    p->last_end = code.end;
    parse_rescan(p, code.end);
    return parse_finish(p, n, p->kid_count);
}

static Node *parse_one_definition(Parser *p)
{
    uint32_t base = p->kid_count;
    Node *n = parse_name(p, N_FIELD);
    if (!p->panic && !parse_at(p, TK_EQ))
        parse_expected(p, STR("="));
    if (!p->panic)
        parse_take(p);
    parse_push(p, parse_sound(p, parse_defined(p)));
    return parse_finish(p, n, base);
}

/* ---- scales, bands, fields ---- */

/* A level: a name, or a number of a numeric scale. */
static Node *parse_level(Parser *p, NodeKind kind)
{
    if (!parse_at(p, TK_NUMBER))
        return parse_name(p, kind);
    Node *n = parse_node(p, kind, p->tok.start);
    Str text = parse_raw(p, &p->tok);
    n->text = parse_copy(p, text);
    parse_take(p);
    return parse_finish(p, n, p->kid_count);
}

/* TI "very insufficient" 0 */
static Node *parse_rank(Parser *p)
{
    uint32_t base = p->kid_count;
    Node *n = parse_level(p, N_RANK);
    if (!p->panic && parse_at(p, TK_TEXT))
        parse_push(p, parse_text(p));
    if (!p->panic && parse_at(p, TK_NUMBER))
        parse_push(p, parse_number_item(p));
    return parse_finish(p, n, base);
}

/* A scale whose levels have only titles: « Not acquired », « Acquired ». */
static Node *parse_worded_rank(Parser *p)
{
    if (!parse_at(p, TK_TEXT))
        return parse_rank(p);
    uint32_t base = p->kid_count;
    Node *n = parse_node(p, N_RANK, p->tok.start);
    parse_push(p, parse_text(p));
    return parse_finish(p, n, base);
}

static void parse_scale(Parser *p)
{
    Lexer l = p->lex;
    if (parse_at(p, TK_NUMBER) && lex_next(&l).kind == TK_RANGE)
        parse_push(p, parse_sound(p, parse_expr(p)));
    else
        parse_comma_list(p, parse_worded_rank);
}

/* TI "not at all", I "partly" …; commas may be left out. */
static void parse_wordings(Parser *p)
{
    while (!p->panic && (parse_at_name(p) || parse_at(p, TK_NUMBER)) && lex_peek(&p->lex).kind == TK_TEXT) {
        uint32_t base = p->kid_count;
        Node *n = parse_level(p, N_RANK);
        parse_push(p, parse_text(p));
        parse_push(p, parse_finish(p, n, base));
        if (parse_accept(p, TK_COMMA))
            parse_skip_lines(p);
    }
}

static void parse_bound(Parser *p, WordId w)
{
    Node *part;
    if (p->panic || !parse_at_word(p, w))
        return;
    uint32_t base = p->kid_count;
    parse_part_begin(p, &part, w);
    parse_accept_word(p, w);
    parse_push(p, parse_sound(p, parse_expr(p)));
    parse_push(p, parse_finish(p, part, base));
}

static Node *parse_band(Parser *p)
{
    uint32_t base = p->kid_count;
    Node *n = parse_level(p, N_BAND);
    parse_bound(p, W_FROM);
    parse_bound(p, W_BELOW);
    parse_bound(p, W_UP_TO);
    return parse_finish(p, n, base);
}

static const WordId field_words[] = {W_VALUE, W_OBJECTIVE, W_REFERENCE, W_RATE, W_GAP,     W_STATUS,
                                     W_SHARE, W_EVOLUTION, W_MEAN,      W_SUM,  W_LOWEST, W_HIGHEST};

static Node *parse_field_word(Parser *p)
{
    for (size_t i = 0; i < sizeof field_words / sizeof *field_words; i++) {
        if (!parse_at_word(p, field_words[i]))
            continue;
        Node *n = parse_node(p, N_WORD, p->tok.start);
        n->op = (uint8_t)field_words[i];
        parse_accept_word(p, field_words[i]);
        return parse_finish(p, n, p->kid_count);
    }
    Buf list;
    buf_init(&list, p->arena->mem);
    for (size_t i = 0; i < sizeof field_words / sizeof *field_words; i++) {
        buf_puts(&list, i ? ", " : "");
        buf_put(&list, parse_word(p, field_words[i]));
    }
    parse_error(p, D_FIELD_WORD, parse_here(p), parse_raw(p, &p->tok), buf_str(&list));
    buf_free(&list);
    p->panic = true;
    return parse_bad(p);
}

/* ---- points and slips ---- */

static Node *parse_points_part(Parser *p)
{
    uint32_t base = p->kid_count;
    Node *n = parse_name(p, N_PART);
    parse_push(p, p->panic ? parse_bad(p) : parse_number_item(p));
    return parse_finish(p, n, base);
}

static Node *parse_slip(Parser *p)
{
    static const WordId words[] = {W_TRUNCATED, W_FEW_DECIMALS, W_MISSING_UNIT, W_WRONG_UNIT};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        Node *n = parse_at_word(p, words[i]) ? parse_node(p, N_PART, p->tok.start) : NULL;
        if (!n)
            continue;
        uint32_t base = p->kid_count;
        n->op = (uint8_t)words[i];
        parse_accept_word(p, words[i]);
        parse_push(p, parse_number_item(p));
        return parse_finish(p, n, base);
    }
    parse_error(p, D_SYN_SLIP, parse_here(p), parse_raw(p, &p->tok), parse_word(p, words[0]), parse_word(p, words[1]),
                parse_word(p, words[2]), parse_word(p, words[3]));
    p->panic = true;
    return parse_bad(p);
}

static void parse_points(Parser *p)
{
    if (parse_at_name(p) && lex_peek(&p->lex).kind == TK_NUMBER)
        parse_comma_list(p, parse_points_part);
    else
        parse_push(p, parse_sound(p, parse_expr(p)));
}

/* ---- words, groups, expressions ---- */

static bool parse_word_item(Parser *p, const PatternItem *item, bool header)
{
    for (unsigned i = 0; i < item->count; i++) {
        if (!parse_at_word(p, item->words[i]))
            continue;
        uint32_t base = p->kid_count;
        Node *n;
        if (header)
            parse_part_begin(p, &n, item->words[i]);
        else {
            n = parse_node(p, N_WORD, p->tok.start);
            n->op = (uint8_t)item->words[i];
        }
        parse_accept_word(p, item->words[i]);
        parse_finish(p, n, base);
        if (item->count > 1 || item->optional || item->kind == PATTERN_EXPR)
            parse_push(p, n); /* a word that is always there says nothing */
        return true;
    }
    return false;
}

static void parse_words(Parser *p, const PatternItem *item, bool header)
{
    bool everywhere = *word_text(item->words[0], LANG_EN) && *word_text(item->words[0], LANG_FR);
    if (parse_word_item(p, item, header) || item->optional || !everywhere)
        return;
    Buf b;
    buf_init(&b, p->arena->mem);
    for (unsigned i = 0; i < item->count; i++) {
        buf_puts(&b, i ? "`, `" : "");
        buf_put(&b, parse_word(p, item->words[i]));
    }
    parse_expected(p, buf_str(&b));
    buf_free(&b);
}

static void parse_group(Parser *p, const PatternItem *item, bool header)
{
    WordId w = item->words[0];
    if (!parse_at_word(p, w))
        return;
    Node *n;
    uint32_t base = p->kid_count;
    parse_part_begin(p, &n, w);
    parse_accept_word(p, w);
    if (str_eq(item->inside, STR("unit"))) {
        if (header)
            n->op = CL_UNIT;
        parse_unit(p, n, p->last_end, parse_word(p, w));
    } else {
        parse_pattern(p, item->inside, n, false);
    }
    parse_push(p, parse_finish(p, n, base));
}

static void parse_expr_item(Parser *p, const PatternItem *item, bool header, Str rest)
{
    PatternItem next;
    bool none = parse_line_ends(p) || parse_at(p, TK_TEXT) || parse_at_reserved(p, W_END);
    if (parse_word_item(p, item, header) || (item->optional && none))
        return;
    bool no_or = p->no_or;
    p->no_or = pattern_next(&rest, &next) && next.kind == PATTERN_GROUP && next.words[0] == W_OR;
    parse_value(p, header, CL_VALUE, parse_expr(p));
    p->no_or = no_or;
}

/* `answer x = points 2`: a clause, not a name. */
static bool parse_at_clause(const Parser *p)
{
    if (p->block < 0 || !parse_at(p, TK_NAME) || p->broke || parse_clause_here(p, (BlockId)p->block, false) == CL_COUNT)
        return false;
    Token next = lex_peek(&p->lex);
    return next.kind == TK_NUMBER || next.kind == TK_TEXT;
}

static void parse_definition(Parser *p, const PatternItem *item, bool header)
{
    if (!parse_at(p, TK_EQ)) {
        if (!item->optional)
            parse_expected(p, STR("="));
        return;
    }
    parse_take(p);
    if (parse_at_clause(p)) {
        parse_report(p, false, D_SYN_FORMULA_MISSING, parse_span(p, p->last_end, p->last_end), NULL, 0);
        parse_value(p, header, CL_VALUE, parse_bad(p));
        return;
    }
    parse_value(p, header, CL_VALUE, parse_defined(p));
}

/* The code is the text of the node. */
static void parse_code_item(Parser *p, Node *n, bool header)
{
    Node *code = parse_code(p);
    if (!header)
        parse_push(p, code);
    else if (n != &p->dummy)
        n->text = code->text;
}

/* An answer asks for anything that has a name; an open answer bears one. */
static void parse_item_target(Parser *p, Node *n, bool header)
{
    if (n->op != B_ANSWER) {
        parse_item_name(p, n);
        return;
    }
    uint32_t at = p->kid_count;
    parse_target_item(p, n, header);
    Node *target = p->kid_count > at ? p->kids[at] : NULL;
    if (parse_at_family(p) && target && target->count) {
        target->kids[0] = parse_family(p, target->kids[0]);
        target->span.end = p->last_end;
    }
}

static void parse_item(Parser *p, const PatternItem *item, Node *n, bool header, Str rest)
{
    switch (item->kind) {
    case PATTERN_NAME: parse_name_item(p, n, header, item->optional); return;
    case PATTERN_LABEL: parse_label(p, n); return;
    case PATTERN_TARGET: parse_target_item(p, n, header); return;
    case PATTERN_TITLE:
        if (!item->optional || parse_at(p, TK_TEXT))
            parse_value(p, header, CL_TITLE, parse_title(p));
        return;
    case PATTERN_EXPR: parse_expr_item(p, item, header, rest); return;
    case PATTERN_UNIT: parse_unit_clause(p, n); return;
    case PATTERN_TEXTS: parse_comma_list(p, parse_title); return;
    case PATTERN_CODES: parse_comma_list(p, parse_code); return;
    case PATTERN_CODE: parse_code_item(p, n, header); return;
    case PATTERN_ITEM: parse_item_target(p, n, header); return;
    case PATTERN_DEFINITIONS: parse_comma_list(p, parse_one_definition); return;
    case PATTERN_FIELDS: parse_comma_list(p, parse_field_word); return;
    case PATTERN_BANDS: parse_comma_list(p, parse_band); return;
    case PATTERN_SCALE: parse_scale(p); return;
    case PATTERN_WORDINGS: parse_wordings(p); return;
    case PATTERN_NAMES: parse_comma_list(p, parse_cited_name); return;
    case PATTERN_TARGETS: parse_comma_list(p, parse_target); return;
    case PATTERN_OVERRIDES: parse_comma_list(p, parse_override); return;
    case PATTERN_NUMBER: parse_value(p, header, CL_VALUE, parse_number_item(p)); return;
    case PATTERN_POINTS: parse_points(p); return;
    case PATTERN_SLIPS: parse_comma_list(p, parse_slip); return;
    case PATTERN_DEFINITION: parse_definition(p, item, header); return;
    case PATTERN_WORDS: parse_words(p, item, header); return;
    case PATTERN_GROUP: parse_group(p, item, header); return;
    }
}

void parse_pattern(Parser *p, Str pattern, Node *n, bool header)
{
    PatternItem item;
    while (!p->panic && pattern_next(&pattern, &item))
        parse_item(p, &item, n, header, pattern);
}
