/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: parentheses are nodes of the tree, so an expression is written in the order of its nodes. Names are the
   delicate part: one that the other dialect reserves, or that its library would capture, is put between
   backquotes (rules 1.11). */
#include "base/utf8.h"
#include "syntax/print.h"

/* ---- names ---- */

static bool print_is_plain(Str name)
{
    uint32_t cp;
    size_t at = utf8_next(name, 0, &cp);
    if (!at || !utf8_is_letter(cp))
        return false;
    for (size_t n; (n = utf8_next(name, at, &cp)) != 0; at += n)
        if (!utf8_is_name(cp))
            return false;
    return true;
}

bool print_is_word(const Printer *pr, Str name, WordId w)
{
    return word_match(name, 0, w, pr->lang) == name.n;
}

void print_quoted(Printer *pr, Str name, bool quoted)
{
    bool marked = quoted && !pr->shown;
    if (marked)
        buf_putc(pr->out, '`');
    print_put(pr, name);
    if (marked)
        buf_putc(pr->out, '`');
}

void print_name_text(Printer *pr, Str name)
{
    print_quoted(pr, name, !print_is_plain(name) || word_reserved(name, pr->lang));
}

/* Would the library of this dialect take the name for its own? */
static bool print_captured(const Printer *pr, Str name)
{
    return pr->library->canonical && !map_get(&pr->names, name, NULL) &&
           pr->library->canonical(pr->library->data, name, pr->lang).p != NULL;
}

static void print_library_name(Printer *pr, Str canonical)
{
    Str name = {NULL, 0};
    if (pr->library->localised)
        name = pr->library->localised(pr->library->data, canonical, pr->lang);
    if (!name.p)
        name = canonical;
    if (map_get(&pr->names, name, NULL) || word_reserved(name, pr->lang))
        print_puts(pr, "std.");
    print_put(pr, name);
}

static void print_name(Printer *pr, const Node *n)
{
    if (n->flags & NODE_LIBRARY) {
        print_library_name(pr, n->text);
        return;
    }
    bool quoted = !print_is_plain(n->text) || word_reserved(n->text, pr->lang) || n == pr->quoted;
    if (!(n->flags & NODE_DECLARED))
        quoted = quoted || (!(n->flags & NODE_COLUMN) && print_captured(pr, n->text)) || (pr->overrides && print_is_word(pr, n->text, W_OLD)) ||
                 (pr->schedules && print_is_word(pr, n->text, W_PREVIOUS));
    print_quoted(pr, n->text, quoted);
}

/* After a dot or before a colon any word is a name. */
static void print_member_name(Printer *pr, Str name)
{
    print_quoted(pr, name, !print_is_plain(name));
}

/* An object called std, where the library would be meant. */
static void print_member(Printer *pr, const Node *n)
{
    const Node *object = n->kids[0];
    if (object->kind == N_NAME && str_eq(object->text, STR("std")) && print_captured(pr, n->text))
        pr->quoted = object;
    print_expr(pr, object);
    buf_putc(pr->out, '.');
    print_member_name(pr, n->text);
}

static void print_qualified(Printer *pr, Str text)
{
    size_t name = 0;
    while (name < text.n && (text.p[name] == '.' || (text.p[name] >= '0' && text.p[name] <= '9')))
        name++;
    print_put(pr, str_sub(text, 0, name));
    print_member_name(pr, str_sub(text, name, text.n));
}

static void print_argument_name(Printer *pr, const Node *n, const Node *callee)
{
    Str name = {NULL, 0};
    if (!(n->flags & NODE_LIBRARY)) {
        print_name_text(pr, n->text);
        return;
    }
    if (pr->library->argument && callee->flags & NODE_LIBRARY)
        name = pr->library->argument(pr->library->data, callee->text, n->text, LANG_EN, pr->lang);
    WordId word = name.p ? W_NO_WORD : word_reserved(n->text, LANG_EN);
    print_put(pr, name.p ? name : word ? str_from(word_text(word, pr->lang)) : n->text);
}

const Node *print_leftmost(const Node *n)
{
    for (;;) {
        switch (n->kind) {
        case N_NAME: return n->flags & NODE_LIBRARY ? NULL : n;
        case N_BINARY:
        case N_COMPARISON:
        case N_RANGE:
        case N_CONVERT:
        case N_IS:
        case N_CALL:
        case N_INDEX:
        case N_MEMBER:
        case N_MEMBER_DYNAMIC:
        case N_WITH:
        case N_WHERE:
        case N_ASSIGN:
        case N_DO: n = n->kids[0]; break;
        default: return NULL;
        }
    }
}

/* ---- items between brackets ---- */

static void print_comment_lines(Printer *pr, const Comments *c, uint32_t indent)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (!c->items[i].p) {
            buf_putc(pr->out, '\n');
            continue;
        }
        print_newline(pr, indent);
        buf_putc(pr->out, '#');
        print_put(pr, c->items[i]);
    }
}

static void print_item(Printer *pr, const Node *n, const Node *list)
{
    if (n->kind == N_ARGUMENT || n->kind == N_FIELD) {
        if (n->kind == N_FIELD)
            print_member_name(pr, n->text);
        else
            print_argument_name(pr, n, list->kids[0]);
        print_puts(pr, ": ");
        print_expr(pr, n->kids[0]);
    } else {
        print_expr(pr, n);
    }
}

/* The closing bracket, on a line of its own if it was or if a comment ended the one above. */
static void print_close(Printer *pr, const Node *list, bool broken, const char *close)
{
    if (!pr->flat && (broken || list->flags & NODE_MULTILINE || list->inside.count)) {
        print_comment_lines(pr, &list->inside, pr->indent + 2);
        print_newline(pr, pr->indent);
        close += *close == ' ';
    }
    print_puts(pr, close);
}

void print_items(Printer *pr, const Node *list, uint32_t from, uint32_t count, const char *open, const char *close)
{
    uint32_t base = pr->indent;
    bool broken = false; /* a comment ended the line */
    print_puts(pr, open);
    for (uint32_t i = from; i < count; i++) {
        const Node *n = list->kids[i];
        if (!pr->flat && (broken || n->flags & NODE_OWN_LINE || n->before.count)) {
            pr->indent = base + 2;
            print_comment_lines(pr, &n->before, pr->indent);
            print_newline(pr, pr->indent);
        } else if (i > from) {
            buf_putc(pr->out, ' ');
        }
        print_item(pr, n, list);
        if (i + 1 < count)
            print_puts(pr, pr->lang == LANG_FR ? " ;" : ",");
        broken = n->after.count > 0 && !pr->flat;
        if (broken)
            print_after(pr, &n->after);
    }
    pr->indent = base;
    print_close(pr, list, broken, close);
}

/* ---- kinds of expressions ---- */

/* An operand on a line of its own stands one step further right. */
static void print_operand(Printer *pr, const Node *n, const char *blank)
{
    if (!(n->flags & NODE_OWN_LINE) || pr->flat) {
        print_puts(pr, blank);
        print_expr(pr, n);
        return;
    }
    pr->indent += 2;
    print_newline(pr, pr->indent);
    print_expr(pr, n);
    pr->indent -= 2;
}

static void print_binary(Printer *pr, const Node *n)
{
    /* After a unit, a glued ^ would be its power. */
    bool tight = n->op == OP_POW && !n->kids[0]->unit.n && n->kids[0]->kind != N_SUM_LITERAL;
    const char *blank = tight ? "" : " ";
    print_expr(pr, n->kids[0]);
    print_puts(pr, blank);
    print_puts(pr, op_text((OpId)n->op, pr->lang));
    print_operand(pr, n->kids[1], blank);
}

static void print_comparison(Printer *pr, const Node *n)
{
    print_expr(pr, n->kids[0]);
    for (uint32_t i = 1; i + 1 < n->count; i += 2) {
        buf_putc(pr->out, ' ');
        print_puts(pr, op_text((OpId)n->kids[i]->op, pr->lang));
        print_operand(pr, n->kids[i + 1], " ");
        if (n->kids[i]->text.n) {
            buf_putc(pr->out, ':');
            print_put(pr, n->kids[i]->text);
        }
    }
}

static void print_unary(Printer *pr, const Node *n)
{
    print_puts(pr, op_text((OpId)n->op, pr->lang));
    const Node *name = n->op == OP_NOT ? print_leftmost(n->kids[0]) : NULL;
    if (name && print_is_word(pr, name->text, W_GIVEN_STATE)) /* not given, the value, is something else */
        pr->quoted = name;
    print_operand(pr, n->kids[0], n->op == OP_NOT ? " " : "");
}

static void print_is(Printer *pr, const Node *n)
{
    print_expr(pr, n->kids[0]);
    buf_putc(pr->out, ' ');
    print_word(pr, W_IS);
    buf_putc(pr->out, ' ');
    if (n->flags & NODE_NEGATED) {
        print_word(pr, W_NOT);
        buf_putc(pr->out, ' ');
    }
    print_word(pr, (WordId)n->op);
}

static void print_range(Printer *pr, const Node *n)
{
    print_expr(pr, n->kids[0]);
    print_puts(pr, "..");
    print_operand(pr, n->kids[1], "");
    if (n->count > 2) {
        buf_putc(pr->out, ' ');
        print_word(pr, W_STEP);
        print_operand(pr, n->kids[2], " ");
    }
}

static void print_convert(Printer *pr, const Node *n)
{
    print_expr(pr, n->kids[0]);
    buf_putc(pr->out, ' ');
    print_word(pr, W_TO);
    buf_putc(pr->out, ' ');
    print_put(pr, n->unit);
}

static void print_sum(Printer *pr, const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        if (i)
            buf_putc(pr->out, ' ');
        print_number(pr, n->kids[i]);
    }
}

static void print_comprehension(Printer *pr, const Node *n)
{
    buf_putc(pr->out, '[');
    print_expr(pr, n->kids[0]);
    buf_putc(pr->out, ' ');
    print_word(pr, W_FOR);
    buf_putc(pr->out, ' ');
    print_expr(pr, n->kids[1]);
    buf_putc(pr->out, ' ');
    print_word(pr, W_IN);
    print_operand(pr, n->kids[2], " ");
    if (n->count > 3) {
        buf_putc(pr->out, ' ');
        print_word(pr, W_IF);
        print_operand(pr, n->kids[3], " ");
    }
    print_close(pr, n, false, "]");
}

static void print_around(Printer *pr, const Node *object, const char *open, const Node *inside, const char *close)
{
    if (object)
        print_expr(pr, object);
    print_puts(pr, open);
    print_expr(pr, inside);
    print_puts(pr, close);
}

static void print_conditional(Printer *pr, const Node *n)
{
    static const WordId words[] = {W_IF, W_THEN, W_ELSE};
    for (uint32_t i = 0; i < n->count && i < 3; i++) {
        if (i)
            buf_putc(pr->out, ' ');
        print_word(pr, words[i]);
        print_operand(pr, n->kids[i], " ");
    }
}

static void print_bound(Printer *pr, const Node *n)
{
    buf_putc(pr->out, ' ');
    if (n->word)
        print_word(pr, (WordId)n->word);
    else
        print_puts(pr, op_text((OpId)n->op, pr->lang));
    print_operand(pr, n->kids[0], " ");
}

/* list of amounts */
static void print_items_kind(Printer *pr, WordId kind)
{
    Str plural = word_spelling(kind, pr->lang, 1);
    print_puts(pr, " ");
    print_word(pr, W_LIST_OF);
    print_puts(pr, " ");
    print_put(pr, plural.p ? plural : word_spelling(kind, pr->lang, 0));
}

static void print_param(Printer *pr, const Node *n)
{
    if (n->flags & NODE_REST)
        print_puts(pr, "...");
    print_name_text(pr, n->text);
    const Node *given = node_param_default(n);
    if (n->unit.n || n->word)
        print_puts(pr, ": ");
    if (n->word)
        print_word(pr, (WordId)n->word);
    else
        print_put(pr, n->unit);
    if (n->op)
        print_items_kind(pr, (WordId)n->op);
    for (uint32_t i = 0; i < n->count && n->kids[i] != given; i++)
        print_bound(pr, n->kids[i]);
    if (given) {
        print_puts(pr, " = ");
        print_expr(pr, given);
    }
}

static void print_lambda(Printer *pr, const Node *n)
{
    const Node *first = n->kids[0];
    if (n->count == 2 && !first->unit.n && !first->word && !first->count && !(first->flags & (NODE_OWN_LINE | NODE_REST)))
        print_param(pr, first);
    else
        print_items(pr, n, 0, n->count - 1, "(", ")");
    print_puts(pr, " ->");
    print_operand(pr, n->kids[n->count - 1], " ");
}

static void print_override(Printer *pr, const Node *n)
{
    print_expr(pr, n->kids[0]);
    print_puts(pr, " = ");
    pr->overrides++;
    print_expr(pr, n->kids[1]);
    pr->overrides--;
}

static void print_with(Printer *pr, const Node *n)
{
    print_expr(pr, n->kids[0]);
    buf_putc(pr->out, ' ');
    print_word(pr, W_WITH);
    bool line = n->count > 1 && (pr->flat || !(n->kids[1]->flags & NODE_OWN_LINE));
    print_items(pr, n, 1, n->count, line ? " { " : " {", line ? " }" : "}");
}

static void print_compare(Printer *pr, const Node *n)
{
    uint32_t names = n->count - 1;
    print_word(pr, W_COMPARE);
    for (uint32_t i = 0; i < names; i++) {
        print_puts(pr, i ? ", " : " ");
        print_expr(pr, n->kids[i]);
    }
    buf_putc(pr->out, ' ');
    print_word(pr, W_BY);
    print_operand(pr, n->kids[names], " ");
    if (n->op) {
        buf_putc(pr->out, ' ');
        print_word(pr, (WordId)n->op);
    }
}

/* ---- tables ---- */

static void print_sort_keys(Printer *pr, const Node *n, uint32_t from)
{
    for (uint32_t i = from; i < n->count; i++) {
        if (i == from)
            buf_putc(pr->out, ' ');
        if (i == from)
            print_word(pr, W_BY);
        else
            buf_putc(pr->out, ',');
        buf_putc(pr->out, ' ');
        print_expr(pr, n->kids[i]);
    }
}

static void print_sort_key(Printer *pr, const Node *n)
{
    print_expr(pr, n->kids[0]);
    if (n->op) {
        buf_putc(pr->out, ' ');
        print_word(pr, (WordId)n->op);
    }
}

/* A word, `operands` kids separated by commas, then what they are sorted, grouped or joined by. */
static void print_phrase(Printer *pr, const Node *n, WordId w, uint32_t operands, const char *between)
{
    print_word(pr, w);
    for (uint32_t i = 0; i < operands && i < n->count; i++) {
        print_puts(pr, i ? between : " ");
        print_expr(pr, n->kids[i]);
    }
    print_sort_keys(pr, n, operands);
}

static void print_grouped(Printer *pr, const Node *n)
{
    Node keys = *n;
    while (keys.count && n->kids[keys.count - 1]->kind == N_FIELD)
        keys.count--;
    print_phrase(pr, &keys, W_GROUP, 1, "");
    for (uint32_t i = keys.count; i < n->count; i++) {
        const Node *k = n->kids[i];
        if (i == keys.count)
            buf_putc(pr->out, ' ');
        if (i == keys.count)
            print_word(pr, W_WITH);
        else
            buf_putc(pr->out, ',');
        buf_putc(pr->out, ' ');
        print_name_text(pr, k->text);
        print_puts(pr, " = ");
        print_expr(pr, k->kids[0]);
    }
}

static void print_where(Printer *pr, const Node *n)
{
    print_expr(pr, n->kids[0]);
    buf_putc(pr->out, ' ');
    print_word(pr, W_WHERE);
    print_operand(pr, n->kids[1], " ");
}

static void print_case_name(Printer *pr, const Node *n)
{
    print_word(pr, W_CASE);
    buf_putc(pr->out, '.');
    print_member_name(pr, n->text);
}

static void print_when(Printer *pr, const Node *n)
{
    if (n->count > 1)
        print_expr(pr, n->kids[0]);
    else
        print_word(pr, W_ELSE);
    print_puts(pr, " :");
    print_operand(pr, n->kids[n->count - 1], " ");
}

static void print_choice(Printer *pr, const Node *n)
{
    uint32_t base = pr->indent, flat = pr->flat;
    print_word(pr, W_CHOOSE);
    pr->flat = 0;
    pr->indent = base + 2;
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *w = n->kids[i];
        if (w->flags & NODE_BLANK_ABOVE)
            buf_putc(pr->out, '\n');
        print_comment_lines(pr, &w->before, pr->indent);
        print_newline(pr, pr->indent);
        print_when(pr, w);
        print_after(pr, &w->after);
    }
    print_comment_lines(pr, &n->inside, pr->indent);
    pr->indent = base;
    print_newline(pr, base);
    print_word(pr, W_END);
    pr->flat = flat;
}

static void print_not_given(Printer *pr, const Node *n)
{
    print_word(pr, W_NOT_GIVEN);
    if (n->count) {
        buf_putc(pr->out, ' ');
        print_expr(pr, n->kids[0]);
    }
}

static void print_kind(Printer *pr, const Node *n)
{
    switch (n->kind) {
    case N_NUMBER: print_number(pr, n); return;
    case N_SUM_LITERAL: print_sum(pr, n); return;
    case N_STRING: print_text(pr, n); return;
    case N_TRUTH: print_word(pr, n->op ? W_TRUE : W_FALSE); return;
    case N_DATE:
        buf_putc(pr->out, '@');
        print_put(pr, n->text);
        return;
    case N_NAME: print_name(pr, n); return;
    case N_QUALIFIED: print_qualified(pr, n->text); return;
    case N_OLD: print_word(pr, W_OLD); return;
    case N_PREVIOUS: print_word(pr, W_PREVIOUS); return;
    case N_NOT_GIVEN: print_not_given(pr, n); return;
    case N_LIST: print_items(pr, n, 0, n->count, "[", "]"); return;
    case N_COMPREHENSION: print_comprehension(pr, n); return;
    case N_RECORD: print_items(pr, n, 0, n->count, "{", "}"); return;
    case N_PAREN: print_around(pr, NULL, "(", n->kids[0], ")"); return;
    case N_UNARY: print_unary(pr, n); return;
    case N_BINARY: print_binary(pr, n); return;
    case N_COMPARISON: print_comparison(pr, n); return;
    case N_OPERATOR: print_puts(pr, op_text((OpId)n->op, pr->lang)); return;
    case N_RANGE: print_range(pr, n); return;
    case N_CONVERT: print_convert(pr, n); return;
    case N_IS: print_is(pr, n); return;
    case N_CALL:
        print_expr(pr, n->kids[0]);
        print_items(pr, n, 1, n->count, "(", ")");
        return;
    case N_INDEX: print_around(pr, n->kids[0], "[", n->kids[1], "]"); return;
    case N_MEMBER: print_member(pr, n); return;
    case N_MEMBER_DYNAMIC: print_around(pr, n->kids[0], ".(", n->kids[1], ")"); return;
    case N_WITH: print_with(pr, n); return;
    case N_OVERRIDE: print_override(pr, n); return;
    case N_CONDITIONAL: print_conditional(pr, n); return;
    case N_CHOICE: print_choice(pr, n); return;
    case N_WHEN: print_when(pr, n); return;
    case N_LAMBDA: print_lambda(pr, n); return;
    case N_PARAM: print_param(pr, n); return;
    case N_BOUND: print_bound(pr, n); return;
    case N_COMPARE: print_compare(pr, n); return;
    case N_CASE_NAME: print_case_name(pr, n); return;
    case N_WHERE: print_where(pr, n); return;
    case N_GROUPED: print_grouped(pr, n); return;
    case N_SORTED: print_phrase(pr, n, W_SORT, 1, ""); return;
    case N_SORT_KEY: print_sort_key(pr, n); return;
    case N_TOP: print_phrase(pr, n, W_TOP, 2, " "); return;
    case N_JOINED: print_phrase(pr, n, W_JOIN, 2, ", "); return;
    case N_TARGET: print_expr(pr, n->kids[0]); return;
    case N_WORD: print_word(pr, (WordId)n->op); return;
    case N_PIECE: print_put(pr, n->text); return;
    case N_HOLE:
    case N_FIELD:
    case N_ARGUMENT: print_expr(pr, n->kids[0]); return;
    default: return; /* statements; BAD: nothing to show */
    }
}

void print_expr(Printer *pr, const Node *n)
{
    if (print_enter(pr))
        print_kind(pr, n);
    print_leave(pr);
}
