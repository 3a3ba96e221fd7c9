/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the same patterns as the parser's, the other way. Clauses that stand on lines of their own in a body are
   put back among its statements by their places in the source. */
#include "syntax/print.h"

static void print_line_end_of(Printer *pr, const Node *owner)
{
    print_after(pr, &owner->after);
    buf_putc(pr->out, '\n');
}

static void print_space(Printer *pr)
{
    buf_putc(pr->out, ' ');
}

static void print_part(Printer *pr, const Node *n);

/* ---- values ---- */

static void print_comma_list(Printer *pr, const Node *n, uint32_t *at, NodeKind kind)
{
    for (bool first = true; *at < n->count && (n->kids[*at]->kind == kind || kind == N_BAD); ++*at, first = false) {
        const Node *k = n->kids[*at];
        if (!first)
            buf_putc(pr->out, ',');
        if (k->flags & NODE_OWN_LINE)
            print_newline(pr, pr->indent + 4);
        else
            print_space(pr);
        print_expr(pr, k);
    }
}

/* TI "not at all", I "partly"; red below 80 %, green; balance = 30 000 € */
static void print_ranks(Printer *pr, const Node *n, uint32_t *at)
{
    for (bool first = true; *at < n->count; ++*at, first = false) {
        const Node *k = n->kids[*at];
        if (k->kind != N_RANK && k->kind != N_BAND && k->kind != N_FIELD)
            return;
        print_puts(pr, first ? " " : ", ");
        if (k->kind == N_RANK && k->text.n && k->text.p[0] >= '0' && k->text.p[0] <= '9')
            print_put(pr, k->text);
        else if (k->text.n)
            print_name_text(pr, k->text);
        print_puts(pr, k->kind == N_FIELD ? " =" : "");
        for (uint32_t i = 0; i < k->count; i++) {
            const Node *part = k->kids[i];
            if (part->kind != N_CLAUSE)
                print_puts(pr, i || k->text.n ? " " : "");
            if (part->kind == N_CLAUSE)
                print_part(pr, part);
            else
                print_expr(pr, part);
        }
    }
}

static void print_fields(Printer *pr, const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        print_puts(pr, i ? ", " : " ");
        print_word(pr, (WordId)n->kids[i]->op);
    }
}

static void print_codes(Printer *pr, const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        print_puts(pr, i ? ", " : " ");
        print_put(pr, n->kids[i]->text);
    }
}

/* data 1, method 1; truncated 0 %, unit 50 % */
static void print_parts(Printer *pr, const Node *n, uint32_t *at)
{
    for (uint32_t i = 0; i < n->count && n->kids[i]->kind != N_WORD; i++, ++*at) {
        const Node *k = n->kids[i];
        print_puts(pr, i ? ", " : " ");
        if (k->kind != N_PART) {
            print_expr(pr, k);
            continue;
        }
        if (k->op)
            print_word(pr, (WordId)k->op);
        else
            print_name_text(pr, k->text);
        print_space(pr);
        print_expr(pr, k->kids[0]);
    }
}

/* Values of a clause, one element of its pattern at a time; *at is the next kid. */
static void print_item_of(Printer *pr, const Node *n, const PatternItem *item, uint32_t *at)
{
    const Node *k = *at < n->count ? n->kids[*at] : NULL;
    bool fixed = item->kind == PATTERN_WORDS && item->count == 1 && !item->optional;
    if (fixed && !*word_text(item->words[0], pr->lang))
        return;
    if (fixed || item->kind == PATTERN_UNIT) {
        print_space(pr);
        if (fixed)
            print_word(pr, item->words[0]);
        else
            print_put(pr, n->unit);
        return;
    }
    if (!k)
        return;
    switch (item->kind) {
    case PATTERN_GROUP:
        if (k->kind != N_CLAUSE || k->word != item->words[0])
            return;
        print_part(pr, k);
        ++*at;
        return;
    case PATTERN_WORDS:
        if (k->kind != N_WORD)
            return;
        break;
    case PATTERN_TITLE:
        if (k->kind != N_STRING)
            return;
        break;
    case PATTERN_TEXTS: print_comma_list(pr, n, at, N_STRING); return;
    case PATTERN_NAMES: print_comma_list(pr, n, at, N_NAME); return;
    case PATTERN_TARGETS: print_comma_list(pr, n, at, N_BAD); return;
    case PATTERN_OVERRIDES: print_comma_list(pr, n, at, N_OVERRIDE); return;
    case PATTERN_CODES:
        print_codes(pr, n);
        *at = n->count;
        return;
    case PATTERN_POINTS:
    case PATTERN_SLIPS:
        print_parts(pr, n, at);
        return;
    case PATTERN_BANDS:
    case PATTERN_WORDINGS:
    case PATTERN_DEFINITIONS: print_ranks(pr, n, at); return;
    case PATTERN_SCALE:
        if (k->kind == N_RANK) {
            print_ranks(pr, n, at);
            return;
        }
        break;
    case PATTERN_FIELDS:
        print_fields(pr, n);
        *at = n->count;
        return;
    default:
        if (k->kind == N_CLAUSE)
            return;
        break;
    }
    const Node *name = item->count ? print_leftmost(k) : NULL;
    if (name && print_is_word(pr, name->text, item->words[0]))
        pr->quoted = name;
    print_space(pr);
    print_expr(pr, k);
    ++*at;
}

static void print_values(Printer *pr, const Node *n, Str pattern)
{
    PatternItem item;
    uint32_t at = 0;
    while (pattern_next(&pattern, &item))
        print_item_of(pr, n, &item, &at);
}

/* A part introduced by a word; its pattern is not needed: kids are in order. */
static void print_part(Printer *pr, const Node *n)
{
    print_space(pr);
    print_word(pr, (WordId)n->word);
    if (n->op == CL_UNIT || n->unit.n) {
        print_space(pr);
        print_put(pr, n->unit);
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->word == W_FOR && i) { /* for year in 1..5 */
            print_space(pr);
            print_word(pr, W_IN);
        }
        if ((n->word == W_BY || n->word == W_OR) && i) /* by agent, indicator */
            print_puts(pr, ",");
        print_space(pr);
        print_expr(pr, n->kids[i]);
    }
    if (n->word == W_OR && n->count && n->kids[0]->kind != N_STRING && n->kids[0]->kind != N_NAME) { /* or number significant */
        print_space(pr);
        print_word(pr, W_SIGNIFICANT);
    }
}

void print_clause(Printer *pr, const Node *n)
{
    if (n->op < CL_FIRST) {
        print_part(pr, n);
        return;
    }
    const ClauseInfo *info = clause_info((ClauseId)n->op);
    print_word(pr, info->word);
    print_values(pr, n, str_from(info->pattern));
}

/* ---- headers ---- */

static const Node *print_header_part(const Node *n, ClauseId id, WordId w)
{
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *k = n->kids[i];
        if (k->kind == N_CLAUSE && k->op == id && (!w || k->word == w))
            return k;
    }
    return NULL;
}

static void print_header_value(Printer *pr, const Node *n, ClauseId id, const char *before)
{
    const Node *k = node_clause_value(n, id);
    if (k) {
        print_puts(pr, before);
        print_expr(pr, k);
    }
}

/* An element of `expect` may bear the name of a clause of the element above it. */
static bool print_is_clause_word(const Printer *pr, Str name, BlockId b)
{
    for (int c = CL_FIRST; c < CL_COUNT; c++)
        if (clause_info((ClauseId)c)->block == b && print_is_word(pr, name, clause_info((ClauseId)c)->word))
            return true;
    return false;
}

static void print_header_name(Printer *pr, const Node *n)
{
    if (!n->text.n)
        return;
    if (n->op != B_DEFINE && n->op != B_ELEMENT)
        print_space(pr);
    if (n->op == B_ELEMENT && print_is_clause_word(pr, n->text, B_ELEMENT))
        print_quoted(pr, n->text, true);
    else
        print_name_text(pr, n->text);
}

/* Wordings in a header are kids of the block itself. */
static void print_header_ranks(Printer *pr, const Node *n)
{
    uint32_t at = 0;
    while (at < n->count && n->kids[at]->kind != N_RANK)
        at++;
    if (at < n->count)
        print_ranks(pr, n, &at);
}

static void print_header_item(Printer *pr, const Node *n, const PatternItem *item)
{
    const Node *part;
    bool target = n->count && n->kids[0]->kind == N_TARGET;
    switch (item->kind) {
    case PATTERN_NAME: print_header_name(pr, n); return;
    case PATTERN_LABEL:
    case PATTERN_CODE:
        print_space(pr);
        print_put(pr, n->text);
        return;
    case PATTERN_TARGET:
    case PATTERN_ITEM:
        if (target) {
            print_space(pr);
            print_expr(pr, n->kids[0]);
        } else if (item->kind == PATTERN_ITEM) {
            print_header_name(pr, n);
        }
        return;
    case PATTERN_WORDINGS: print_header_ranks(pr, n); return;
    case PATTERN_TITLE:
        print_header_value(pr, n, CL_TITLE, node_clause(n, CL_VALUE) && n->op != B_ANNEX ? "  " : " ");
        return;
    case PATTERN_DEFINITION: print_header_value(pr, n, CL_VALUE, " = "); return;
    case PATTERN_GROUP:
    case PATTERN_WORDS:
        for (unsigned i = 0; i < item->count; i++) {
            part = print_header_part(n, item->words[i] == W_TO ? CL_UNIT : CL_OF_PART, item->words[i]);
            if (part)
                print_part(pr, part);
        }
        return;
    default: print_header_value(pr, n, CL_VALUE, " "); return;
    }
}

static void print_header(Printer *pr, const Node *n)
{
    const BlockInfo *info = block_info((BlockId)n->op);
    Str pattern = str_from(info->header);
    PatternItem item;
    if (info->word)
        print_word(pr, info->word);
    while (pattern_next(&pattern, &item))
        print_header_item(pr, n, &item);
}

/* ---- blocks ---- */

static bool print_is_written_clause(const Node *k)
{
    return k->kind == N_CLAUSE && k->op >= CL_FIRST;
}

/* Two blanks tell clauses from the formula before them. */
static const char *print_gap(const Node *n)
{
    return node_clause(n, CL_VALUE) || n->op == B_ANSWER || n->op == B_MISTAKE ? "  " : " ";
}

/* The clauses from *i on that go on the line of the one before; *i stops at one with a line of its own. */
static void print_inline_clauses(Printer *pr, const Node *n, uint32_t *i)
{
    for (; *i < n->count; ++*i) {
        const Node *k = n->kids[*i];
        if (!print_is_written_clause(k))
            continue;
        if (k->flags & NODE_OWN_LINE)
            return;
        print_puts(pr, print_gap(n));
        print_clause(pr, k);
    }
}

/* One line of clauses, from the one with NODE_OWN_LINE at *i. */
static void print_clause_line(Printer *pr, const Node *n, uint32_t *i)
{
    const Node *first = n->kids[*i];
    pr->indent += 2;
    print_lead(pr, first);
    buf_repeat(pr->out, ' ', pr->indent);
    print_clause(pr, first);
    ++*i;
    print_inline_clauses(pr, n, i);
    print_line_end_of(pr, first);
    pr->indent -= 2;
}

static void print_line_block(Printer *pr, const Node *n)
{
    uint32_t i = 0;
    print_inline_clauses(pr, n, &i);
    print_line_end_of(pr, n);
    while (i < n->count)
        print_clause_line(pr, n, &i);
}

/* Statements of the body that stand above `limit` in the source, from *at on. */
static void print_statements_until(Printer *pr, const Node *body, uint32_t *at, uint32_t limit)
{
    uint32_t end = *at;
    while (end < body->count && body->kids[end]->span.start < limit)
        end++;
    pr->indent += 2;
    while (*at < end) {
        if (body->kids[*at]->kind == N_ROW)
            *at += print_rows(pr, body->kids + *at, end - *at);
        else
            print_statement(pr, body->kids[(*at)++]);
    }
    pr->indent -= 2;
}

static void print_body_block(Printer *pr, const Node *n)
{
    const Node *body = node_body(n);
    uint32_t i = 0, at = 0;
    print_inline_clauses(pr, n, &i);
    print_line_end_of(pr, n);
    while (body && i < n->count) {
        print_statements_until(pr, body, &at, n->kids[i]->span.start);
        print_clause_line(pr, n, &i);
    }
    if (!body)
        return;
    Node rest = *body;
    rest.kids = at ? body->kids + at : body->kids; /* an empty body has none */
    rest.count = body->count - at;
    print_body(pr, &rest);
    print_end(pr, body);
}

static void print_either(Printer *pr, const Node *n)
{
    const Node *body = NULL;
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *branch = n->kids[i];
        if (branch->kind != N_BRANCH)
            continue;
        if (body)
            buf_repeat(pr->out, ' ', pr->indent);
        print_word(pr, body ? W_OR : W_EITHER);
        if (branch->count > 1) {
            print_space(pr);
            print_expr(pr, branch->kids[0]);
        }
        print_line_end_of(pr, body ? branch : n);
        body = branch->kids[branch->count - 1];
        print_body(pr, body);
    }
    if (body)
        print_end(pr, body);
}

void print_block(Printer *pr, const Node *n)
{
    if (n->op == B_EITHER) {
        print_either(pr, n);
        return;
    }
    print_header(pr, n);
    pr->schedules += n->op == B_SCHEDULE;
    if (block_info((BlockId)n->op)->block)
        print_body_block(pr, n);
    else
        print_line_block(pr, n);
    pr->schedules -= n->op == B_SCHEDULE;
}
