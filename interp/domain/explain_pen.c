/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parentheses are nodes of the tree, so that only values put in (negative ones, sums that stand for a list) can need
   new ones. Forms that people do not work out by hand (with, comprehensions, records) are written as they stand, or
   as their value. */
#include "domain/explain_pen.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "data/native.h"
#include "data/show.h"
#include "data/table.h"
#include "num/number.h"
#include "num/unit.h"
#include "syntax/lexicon.h"
#include "syntax/printer.h"

enum { LIST_WHOLE = 8, LIST_HEAD = 3, DECIMALS_PUT_IN = 4 };

/* Where a text stands: alone or as an argument, first in an operation, elsewhere in one, under a power. */
typedef enum Position { PLACE_FREE, PLACE_FIRST, PLACE_OPERAND, PLACE_BASE } Position;

static void write(Pen *p, const Node *n, Position place);

static bool french(const Pen *p) { return p->options->lang == LANG_FR; }
static void word(Pen *p, WordId w) { buf_puts(p->out, word_text(w, p->options->lang)); }
static void separator(Pen *p) { buf_puts(p->out, french(p) ? " ; " : ", "); }

/* ---- values ---- */

/* A shortened number comes with its sign ≈: it is taken away and remembered, the chain says it once. */
static void put_without_sign(Pen *p, Str shown)
{
    static const Str sign = {"≈", sizeof "≈" - 1};
    for (size_t at = 0; at < shown.n;) {
        if (!str_starts(str_sub(shown, at, shown.n), sign)) {
            buf_putc(p->out, shown.p[at++]);
            continue;
        }
        uint32_t cp;
        p->cut = true;
        at += sign.n;
        size_t n = utf8_next(shown, at, &cp);
        at += n && utf8_is_blank(cp) ? n : 0;
    }
}

static size_t decimals_of(Str shown, Lang lang)
{
    const char *mark = shown.n ? memchr(shown.p, lang == LANG_FR ? ',' : '.', shown.n) : NULL;
    size_t n = 0;
    for (const char *p = mark ? mark + 1 : NULL; p && p < shown.p + shown.n && *p >= '0' && *p <= '9'; p++) {
        n++;
    }
    return n;
}

static void show(Pen *p, Buf *out, Value v, NumFormatKind kind, bool quote)
{
    ShowStyle style = show_style(p->options->lang);
    style.quote = quote;
    style.number.approx_sign = true;
    style.number.kind = p->options->digits ? NF_SIGNIFICANT : kind;
    style.number.digits = p->options->digits;
    value_show(p->graph->vm->heap, out, v, &style);
}

/* People do not copy more than a few decimals. */
static void put_shown(Pen *p, Value v, bool result, bool quote)
{
    Buf shown;
    buf_init(&shown, p->out->mem);
    show(p, &shown, v, result ? NF_AUTO : NF_WRITTEN, quote);
    if (!result && value_is_number(v) && decimals_of(buf_str(&shown), p->options->lang) > DECIMALS_PUT_IN) {
        buf_clear(&shown);
        show(p, &shown, v, NF_AUTO, quote);
    }
    Str text = buf_str(&shown);
    if (value_is_number(v) && str_starts(text, STR("-"))) { /* as the formula writes it */
        buf_puts(p->out, "−");
        text = str_sub(text, 1, text.n);
    }
    if (value_is_number(v) || v.tag == T_LIST || v.tag == T_RECORD || v.tag == T_RANGE) {
        put_without_sign(p, text);
    } else {
        buf_put(p->out, buf_str(&shown));
    }
    p->out->failed = p->out->failed || shown.failed;
    buf_free(&shown);
}

static void put_list(Pen *p, Value v, bool result)
{
    uint32_t n = list_count(v);
    buf_putc(p->out, '[');
    for (uint32_t i = 0; i < n; i++) {
        if (i) {
            separator(p);
        }
        if (i == LIST_HEAD && n > LIST_WHOLE) {
            buf_puts(p->out, "…");
            separator(p);
            i = n - 1;
        }
        put_shown(p, list_at(v, i), result, true);
    }
    buf_putc(p->out, ']');
}

/* In a formula a whole table would hide it. */
static void put_table(Pen *p, const Table *t)
{
    Buf rows;
    buf_init(&rows, p->out->mem);
    buf_printf(&rows, "%u", t->rows);
    Str args[DIAG_ARGS] = {buf_str(&rows)};
    diag_message(p->out, t->rows == 1 ? D_EXPLAIN_ONE_ROW : D_EXPLAIN_ROWS, args, p->options->lang);
    buf_free(&rows);
}

void pen_value(Pen *p, Value v, bool result)
{
    if (v.tag == T_TABLE && !result) {
        put_table(p, v.ptr);
    } else if (v.tag == T_LIST) {
        put_list(p, v, result);
    } else {
        put_shown(p, v, result, !result);
    }
}

static void put_value(Pen *p, Value v, Position place)
{
    bool wrap = value_is_number(v) && place > PLACE_FIRST &&
                (num_sign(v) < 0 || (place == PLACE_BASE && v.unit != U_PLAIN && v.unit != U_RATIO));
    buf_puts(p->out, wrap ? "(" : "");
    pen_value(p, v, false);
    buf_puts(p->out, wrap ? ")" : "");
}

/* ---- shape ---- */

bool pen_is_literal(const Node *n)
{
    Str text;
    switch (n->kind) {
    case N_NUMBER: case N_SUM_LITERAL: case N_TRUTH: case N_DATE: case N_NOT_GIVEN:
        return true;
    case N_STRING:
        return node_constant_text(n, &text);
    case N_PAREN: case N_UNARY: case N_LIST: case N_RECORD: case N_FIELD: case N_RANGE:
        for (uint32_t i = 0; i < n->count; i++) {
            if (!pen_is_literal(n->kids[i])) {
                return false;
            }
        }
        return true;
    default:
        return false;
    }
}

static const Value *value_of(const Pen *p, const Node *n)
{
    const Value *v = p->trace ? trace_value(p->trace, n) : NULL;
    bool shows = v && v->tag != T_FUNCTION && v->tag != T_NATIVE && v->tag != T_NONE && v->tag != T_CELL;
    return shows ? v : NULL;
}

static bool evaluated(const Pen *p, const Node *n)
{
    while (n->kind == N_PAREN) {
        n = n->kids[0];
    }
    return trace_value(p->trace, n) != NULL;
}

static const Node *taken(const Pen *p, const Node *n)
{
    if (n->kind == N_CONDITIONAL && n->count == 3) {
        return evaluated(p, n->kids[1]) ? n->kids[1] : n->kids[2];
    }
    for (uint32_t i = 0; n->kind == N_CHOICE && i < n->count; i++) {
        const Node *w = n->kids[i];
        if (w->count && evaluated(p, w->kids[w->count - 1])) {
            return w->kids[w->count - 1];
        }
    }
    return NULL;
}

const Node *pen_shown_as(const Node *n)
{
    const Node *callee = n->kind == N_CALL && n->count == 3 ? n->kids[0] : NULL;
    bool unit = callee && callee->kind == N_NAME && (callee->flags & NODE_LIBRARY) &&
                str_eq(callee->text, STR("in_unit_of")) && n->kids[1]->kind != N_ARGUMENT;
    return unit ? n->kids[1] : NULL;
}

const Node *pen_strip(const Pen *p, const Node *n)
{
    for (;;) {
        const Node *inner = n->kind == N_PAREN ? n->kids[0] : pen_shown_as(n);
        const Node *next = inner ? inner : p->trace ? taken(p, n) : NULL;
        if (!next) {
            return n;
        }
        n = next;
    }
}

static bool is_sum(const Node *n) { return n->op == OP_ADD || n->op == OP_SUB; }
static bool is_product(const Node *n) { return n->op == OP_MUL || n->op == OP_DIV; }

/* Is the child worked out together with its parent: a + b + c, a × b / c? */
static bool merges(const Node *parent, const Node *child)
{
    if (child->kind != N_BINARY) {
        return false;
    }
    if (parent->kind == N_CONVERT) {
        return true;
    }
    bool one_family = (is_sum(parent) && is_sum(child)) || (is_product(parent) && is_product(child));
    return parent->kind == N_BINARY && one_family;
}

static bool is_operation(const Node *n)
{
    switch (n->kind) {
    case N_BINARY: case N_COMPARISON: case N_IS: case N_CONVERT: case N_CALL:
        return true;
    case N_UNARY:
        return n->op == OP_NOT;
    default:
        return false;
    }
}

/* Forms whose parts are written out; the others are leaves. */
static bool is_open(const Node *n)
{
    return is_operation(n) || n->kind == N_UNARY || n->kind == N_LIST || n->kind == N_RANGE || n->kind == N_ARGUMENT;
}

/* Never needs parentheses. */
static bool is_bare(const Node *n)
{
    switch (n->kind) {
    case N_NUMBER: case N_NAME: case N_QUALIFIED: case N_STRING: case N_TRUTH: case N_DATE: case N_LIST: case N_RECORD:
    case N_CALL: case N_INDEX: case N_MEMBER: case N_COMPREHENSION:
        return true;
    default:
        return false;
    }
}

static const Native *native_called(const Pen *p, const Node *call)
{
    const Program *program = p->graph->program;
    const Node *callee = call->kids[0];
    bool library = callee->kind == N_NAME && (callee->flags & NODE_LIBRARY) && program->library.find;
    return library ? program->library.find(program->library.data, callee->text) : NULL;
}

bool pen_has_unevaluated(const Pen *p, const Node *call)
{
    const Native *native = native_called(p, call);
    for (uint32_t i = 0; native && i < native->param_count; i++) {
        if (native->params[i].kind != PARAM_VALUE) {
            return true;
        }
    }
    return false;
}

uint32_t pen_level(const Pen *p, const Node *n)
{
    n = pen_strip(p, n);
    if (!is_open(n) || n->height > LIMIT_NESTING) {
        return 0;
    }
    uint32_t inside = 0;
    bool opaque = n->kind == N_CALL && pen_has_unevaluated(p, n);
    for (uint32_t i = n->kind == N_CALL; !opaque && i < n->count; i++) {
        uint32_t level = pen_level(p, n->kids[i]);
        level -= level && merges(n, n->kids[i]);
        inside = level > inside ? level : inside;
    }
    return inside + is_operation(n);
}

/* ---- names and literals ---- */

static void write_literal(Pen *p, const Node *n)
{
    Value v;
    const char *point = memchr(n->text.p, '.', n->text.n);
    size_t whole = point ? (size_t)(point - n->text.p) : n->text.n;
    for (size_t i = 0; i < n->text.n; i++) {
        if (i && i < whole && (whole - i) % 3 == 0 && whole > 4) {
            buf_puts(p->out, "\u202f");
        }
        buf_putc(p->out, i == whole && french(p) ? ',' : n->text.p[i]);
    }
    if (n->unit.n && num_read_literal(p->graph->program->num, n->text, n->unit_id, &v) == NUM_OK) {
        buf_puts(p->out, "\u00a0");
        unit_show(p->graph->program->num, p->out, n->unit_id, v, p->options->lang);
    }
}

static Str localised(const Pen *p, Str canonical)
{
    const LibraryNames *l = p->options->library;
    Str name = l && l->localised ? l->localised(l->data, canonical, p->options->lang) : (Str){NULL, 0};
    return name.n ? name : canonical;
}

/* `net = gross - rebate   # en: net` */
static Str english_comment(const Node *define)
{
    for (uint32_t i = 0; i < define->after.count; i++) {
        Str text = str_trim(define->after.items[i]);
        if (str_starts(text, STR("en:"))) {
            return str_trim(str_sub(text, 3, text.n));
        }
    }
    return (Str){NULL, 0};
}

/* The English name of a step of a function, wherever in its body it stands. */
static Str english_step(const Node *n, Str name)
{
    if (n->kind == N_BLOCK && n->op == B_DEFINE && str_eq(n->text, name)) {
        return english_comment(n);
    }
    Str found = {NULL, 0};
    for (uint32_t i = 0; i < n->count && !found.p && n->kind != N_LAMBDA; i++) {
        found = n->kids[i] ? english_step(n->kids[i], name) : found;
    }
    return found;
}

Str pen_local_name(const Pen *p, Str name)
{
    if (!p->function || french(p)) {
        return name;
    }
    const Node *f = p->function->expr;
    const LibraryTable *t = &p->graph->program->library;
    Str english = {NULL, 0};
    for (uint32_t i = 0; i + 1 < f->count && t->english && !english.p; i++) {
        english = str_eq(f->kids[i]->text, name) ? t->english(t->data, p->function->name, i) : english;
    }
    english = english.p ? english : english_step(f->kids[f->count - 1], name);
    return english.p ? english : name;
}

static void write_name(Pen *p, const Node *n)
{
    buf_put(p->out, n->flags & NODE_LIBRARY ? localised(p, n->text) : pen_local_name(p, n->text));
}

/* As the text has it. */
static void write_verbatim(Pen *p, const Node *n)
{
    print_shown(p->out, n, p->options->lang, p->options->library);
}

/* ---- operations ---- */

static const char *sign_of(OpId op, Lang lang)
{
    switch (op) {
    case OP_SUB: return "−";
    case OP_MUL: return "×";
    case OP_DIV: return "/";
    default: return op_text(op, lang);
    }
}

/* A part of `parent`: its value when it is a group already worked out. */
static void write_part(Pen *p, const Node *parent, const Node *part, Position place)
{
    const Node *inner = pen_strip(p, part);
    const Value *v = merges(parent, part) ? NULL : value_of(p, inner);
    uint32_t level = v && is_open(inner) ? pen_level(p, inner) : 0;
    if (v && level && level <= p->level) {
        put_value(p, *v, place);
        return;
    }
    bool parenthesis = part->kind == N_PAREN && !is_bare(inner) && (is_open(inner) || !value_of(p, inner));
    buf_puts(p->out, parenthesis ? "(" : "");
    write(p, inner, parenthesis ? PLACE_FREE : place);
    buf_puts(p->out, parenthesis ? ")" : "");
}

static void write_binary(Pen *p, const Node *n, Position place)
{
    bool power = n->op == OP_POW;
    write_part(p, n, n->kids[0], power ? PLACE_BASE : place == PLACE_FREE ? PLACE_FIRST : place);
    buf_printf(p->out, power ? "%s" : " %s ", sign_of(n->op, p->options->lang));
    write_part(p, n, n->kids[1], PLACE_OPERAND);
}

static void write_unary(Pen *p, const Node *n)
{
    if (n->op == OP_NOT) {
        word(p, W_NOT);
        buf_putc(p->out, ' ');
    } else {
        buf_puts(p->out, "−");
    }
    write_part(p, n, n->kids[0], PLACE_OPERAND);
}

static void write_comparison(Pen *p, const Node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i]->kind == N_OPERATOR) {
            buf_printf(p->out, " %s ", op_text(n->kids[i]->op, p->options->lang));
        } else {
            write_part(p, n, n->kids[i], PLACE_FREE);
            if (i && n->kids[i - 1]->text.n) {
                buf_putc(p->out, ':');
                buf_put(p->out, n->kids[i - 1]->text);
            }
        }
    }
}

static void write_convert(Pen *p, const Node *n)
{
    write_part(p, n, n->kids[0], PLACE_FREE);
    buf_putc(p->out, ' ');
    word(p, W_TO);
    buf_putc(p->out, ' ');
    unit_name(p->graph->program->num, p->out, n->unit_id, p->options->lang);
}

static void write_is(Pen *p, const Node *n)
{
    write_part(p, n, n->kids[0], PLACE_FREE);
    buf_putc(p->out, ' ');
    word(p, W_IS);
    buf_putc(p->out, ' ');
    if (n->flags & NODE_NEGATED) {
        word(p, W_NOT);
        buf_putc(p->out, ' ');
    }
    word(p, (WordId)n->op);
}

static void write_items(Pen *p, const Node *n, uint32_t from, char open, char close)
{
    buf_putc(p->out, open);
    for (uint32_t i = from; i < n->count; i++) {
        if (i > from) {
            separator(p);
        }
        write_part(p, n, n->kids[i], PLACE_FREE);
    }
    buf_putc(p->out, close);
}

/* The names of the library's arguments stand in English in the tree. */
static Str argument_name(const Pen *p, const Node *n)
{
    const LibraryNames *l = p->options->library;
    if (!(n->flags & NODE_LIBRARY) || !p->callee || !l || !l->argument) {
        return n->text;
    }
    Str name = l->argument(l->data, p->callee->text, n->text, LANG_EN, p->options->lang);
    return name.n ? name : n->text;
}

static void write_argument(Pen *p, const Node *n)
{
    buf_put(p->out, argument_name(p, n));
    buf_puts(p->out, ": ");
    write_part(p, n, n->kids[0], PLACE_FREE);
}

/* ---- calls ---- */

const List *pen_aggregated(const Pen *p, const Node *call)
{
    const Native *native = call->count == 2 ? native_called(p, call) : NULL;
    const Value *v = native && native->flags & NATIVE_SKIPS ? value_of(p, pen_strip(p, call->kids[1])) : NULL;
    if (v && v->tag == T_MATRIX && ((const Matrix *)v->ptr)->axes == 1) {
        return ((const Matrix *)v->ptr)->items.ptr;
    }
    return v && v->tag == T_LIST ? v->ptr : NULL;
}

/* That of sum(list) or mean(list), when it is short and full of numbers, apart from those that are not given. */
static const List *short_list(const Pen *p, const Node *call)
{
    const List *list = pen_aggregated(p, call);
    Str name = call->kids[0]->text;
    bool written_out = list && (str_eq(name, STR("sum")) || str_eq(name, STR("mean")));
    if (!written_out || list->n < 2 || list->n > LIST_WHOLE) {
        return NULL;
    }
    for (uint32_t i = 0; i < list->n; i++) {
        Value v = list_item_at(list, i);
        if (!value_is_number(v) && !value_is_not_given(v)) {
            return NULL;
        }
    }
    return list;
}

static uint32_t write_sum_of(Pen *p, const List *list)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < list->n; i++) {
        if (value_is_number(list_item_at(list, i))) {
            buf_puts(p->out, used ? " + " : "");
            put_value(p, list_item_at(list, i), used ? PLACE_OPERAND : PLACE_FREE);
            used++;
        }
    }
    return used;
}

/* sum([a, b]) is a + b, mean([a, b]) is (a + b) / 2. */
static void write_aggregate(Pen *p, const Node *call, const List *list, Position place)
{
    bool mean = str_eq(call->kids[0]->text, STR("mean"));
    bool wrap = place != PLACE_FREE;
    buf_puts(p->out, wrap ? "(" : "");
    buf_puts(p->out, mean ? "(" : "");
    uint32_t used = write_sum_of(p, list);
    if (mean) {
        buf_printf(p->out, ") / %u", used);
    }
    buf_puts(p->out, wrap ? ")" : "");
}

/* One of the two short lists of numbers that sum_product works on; NULL: it does not work on such. */
static const Value *product_list(const Pen *p, const Node *call, uint32_t i)
{
    const Node *callee = call->kids[0];
    bool named = callee->kind == N_NAME && (callee->flags & NODE_LIBRARY) && call->count == 3 &&
                 str_eq(callee->text, STR("sum_product"));
    const Value *v = named && pen_level(p, call->kids[i]) <= p->level ? value_of(p, pen_strip(p, call->kids[i])) : NULL;
    return v && v->tag == T_LIST && list_count(*v) && list_count(*v) <= LIST_WHOLE ? v : NULL;
}

/* a × b + c × d */
static void write_products(Pen *p, Value a, Value b, Position place)
{
    uint32_t n = list_count(a) < list_count(b) ? list_count(a) : list_count(b);
    bool wrap = place != PLACE_FREE;
    buf_puts(p->out, wrap ? "(" : "");
    for (uint32_t i = 0; i < n; i++) {
        buf_puts(p->out, i ? " + " : "");
        put_value(p, list_at(a, i), i ? PLACE_OPERAND : PLACE_FREE);
        buf_puts(p->out, " × ");
        put_value(p, list_at(b, i), PLACE_OPERAND);
    }
    buf_puts(p->out, wrap ? ")" : "");
}

/* A function is called by its name; inside the library, by the one that the reader's language has. */
static void write_callee(Pen *p, const Node *n)
{
    const Trace *trace = p->trace;
    const LibraryTable *t = &p->graph->program->library;
    bool inside = p->function && !french(p) && n->kind == N_NAME && t->english;
    Str english = inside ? t->english(t->data, n->text, UINT32_MAX) : (Str){NULL, 0};
    p->trace = NULL;
    if (english.n) {
        buf_put(p->out, english);
    } else {
        write(p, n, PLACE_FREE);
    }
    p->trace = trace;
}

static void write_call(Pen *p, const Node *n, Position place)
{
    const Value *a = product_list(p, n, 1), *b = product_list(p, n, 2);
    const List *list = short_list(p, n);
    if (list && pen_level(p, n->kids[1]) <= p->level) {
        write_aggregate(p, n, list, place);
    } else if (a && b) {
        write_products(p, *a, *b, place);
    } else if (pen_has_unevaluated(p, n)) {
        write_verbatim(p, n);
    } else {
        write_callee(p, n->kids[0]);
        const Node *outer = p->callee;
        p->callee = n->kids[0];
        write_items(p, n, 1, '(', ')');
        p->callee = outer;
    }
}

/* ---- forms that are written, not worked out ---- */

static void write_comprehension(Pen *p, const Node *n)
{
    buf_putc(p->out, '[');
    write(p, n->kids[0], PLACE_FREE);
    buf_putc(p->out, ' ');
    word(p, W_FOR);
    buf_putc(p->out, ' ');
    buf_put(p->out, pen_local_name(p, n->kids[1]->text));
    buf_putc(p->out, ' ');
    word(p, W_IN);
    buf_putc(p->out, ' ');
    write(p, n->kids[2], PLACE_FREE);
    if (n->count > 3) {
        buf_putc(p->out, ' ');
        word(p, W_IF);
        buf_putc(p->out, ' ');
        write(p, n->kids[3], PLACE_FREE);
    }
    buf_putc(p->out, ']');
}

static void write_lambda(Pen *p, const Node *n)
{
    bool several = n->count != 2;
    buf_puts(p->out, several ? "(" : "");
    for (uint32_t i = 0; i + 1 < n->count; i++) {
        if (i) {
            separator(p);
        }
        buf_put(p->out, n->kids[i]->text);
    }
    buf_puts(p->out, several ? ") → " : " → ");
    write(p, n->kids[n->count - 1], PLACE_FREE);
}

static void write_index(Pen *p, const Node *n)
{
    write(p, n->kids[0], PLACE_OPERAND);
    buf_putc(p->out, '[');
    write(p, n->kids[1], PLACE_FREE);
    buf_putc(p->out, ']');
}

static void write_member(Pen *p, const Node *n)
{
    write(p, n->kids[0], PLACE_OPERAND);
    buf_putc(p->out, '.');
    buf_put(p->out, n->text);
}

static void write_range(Pen *p, const Node *n)
{
    write(p, n->kids[0], PLACE_OPERAND);
    buf_puts(p->out, "..");
    write(p, n->kids[1], PLACE_OPERAND);
    if (n->count > 2) {
        buf_putc(p->out, ' ');
        word(p, W_STEP);
        buf_putc(p->out, ' ');
        write(p, n->kids[2], PLACE_OPERAND);
    }
}

/* As they stand, not worked out; inside a function of the library names are those of the reader's language. */
static bool write_inside(Pen *p, const Node *n)
{
    const Trace *trace = p->trace;
    bool form = n->kind == N_COMPREHENSION || n->kind == N_LAMBDA || n->kind == N_INDEX || n->kind == N_RANGE ||
                n->kind == N_MEMBER;
    if (!form) {
        return false;
    }
    p->trace = n->kind == N_RANGE || n->kind == N_INDEX ? trace : NULL;
    switch (n->kind) {
    case N_COMPREHENSION: write_comprehension(p, n); break;
    case N_LAMBDA: write_lambda(p, n); break;
    case N_INDEX: write_index(p, n); break;
    case N_MEMBER: write_member(p, n); break;
    default: write_range(p, n); break;
    }
    p->trace = trace;
    return true;
}

/* ---- dispatch ---- */

static void write_conditional(Pen *p, const Node *n)
{
    word(p, W_IF);
    buf_putc(p->out, ' ');
    write(p, n->kids[0], PLACE_FREE);
    buf_putc(p->out, ' ');
    word(p, W_THEN);
    buf_putc(p->out, ' ');
    write(p, n->kids[1], PLACE_FREE);
    buf_putc(p->out, ' ');
    word(p, W_ELSE);
    buf_putc(p->out, ' ');
    write(p, n->kids[2], PLACE_FREE);
}

/* One line a case, between its words. */
static void write_choice(Pen *p, const Node *n)
{
    word(p, W_CHOOSE);
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *w = n->kids[i];
        buf_puts(p->out, "\n  ");
        if (w->count == 2) {
            write(p, w->kids[0], PLACE_FREE);
        } else {
            word(p, W_ELSE);
        }
        buf_puts(p->out, french(p) ? " : " : ": ");
        if (w->count) {
            write(p, w->kids[w->count - 1], PLACE_FREE);
        }
    }
    buf_putc(p->out, '\n');
    word(p, W_END);
}

static void write_form(Pen *p, const Node *n, Position place)
{
    if (write_inside(p, n)) {
        return;
    }
    switch (n->kind) {
    case N_NUMBER: write_literal(p, n); return;
    case N_NAME: write_name(p, n); return;
    case N_PAREN: write_part(p, n, n, place); return;
    case N_UNARY: write_unary(p, n); return;
    case N_BINARY: write_binary(p, n, place); return;
    case N_COMPARISON: write_comparison(p, n); return;
    case N_CONVERT: write_convert(p, n); return;
    case N_IS: write_is(p, n); return;
    case N_CALL: write_call(p, n, place); return;
    case N_ARGUMENT: write_argument(p, n); return;
    case N_LIST: write_items(p, n, 0, '[', ']'); return;
    case N_CONDITIONAL: write_conditional(p, n); return;
    case N_CHOICE: write_choice(p, n); return;
    default: write_verbatim(p, n); return;
    }
}

static void write(Pen *p, const Node *n, Position place)
{
    const Value *v = value_of(p, n);
    bool leaf = !is_open(n) && !pen_is_literal(n);
    if (v && leaf) {
        put_value(p, *v, place);
        return;
    }
    if (p->depth > LIMIT_NESTING) {
        buf_puts(p->out, "…");
        return;
    }
    p->depth++;
    write_form(p, n, place);
    p->depth--;
}

void pen_expr(Pen *p, const Node *n)
{
    const Node *inner = pen_strip(p, n);
    write(p, inner, PLACE_FREE);
}
