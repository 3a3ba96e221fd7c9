/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `answer rates = … by agent, indicator`: the labels of each axis. A comprehension has them in the list that it goes
   through; otherwise an axis bears the name of a column, whose values they are, or is called `indicator`. */
#include "code/emit.h"
#include "syntax/lexicon.h"

static const Node *bare(const Node *n)
{
    while (n && n->kind == N_PAREN) {
        n = n->kids[0];
    }
    return n;
}

/* The list of the comprehension at that depth: [[… for i in inner] for a in outer]. */
static const Node *comprehension_list(const Node *n, uint32_t depth)
{
    for (n = bare(n); n && n->kind == N_COMPREHENSION; n = bare(n->kids[0]), depth--) {
        if (!depth) {
            return n->count == 3 ? n->kids[2] : NULL; /* a condition leaves some out */
        }
    }
    return NULL;
}

static bool mentions(const Node *n, Str name)
{
    if (n->kind == N_NAME && str_eq(n->text, name)) {
        return true;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->kids[i] && mentions(n->kids[i], name)) {
            return true;
        }
    }
    return false;
}

/* A list that depends on an outer variable is not one of labels. */
static bool is_free(const Node *expr, const Node *list)
{
    for (const Node *n = bare(expr); n && n->kind == N_COMPREHENSION && n->kids[2] != list; n = bare(n->kids[0])) {
        if (mentions(list, n->kids[1]->text)) {
            return false;
        }
    }
    return true;
}

/* The only column of that name among the tables of the text; *several: there are more. */
static const Decl *column_called(const Program *p, Str name, bool *several)
{
    const Decl *found = NULL;
    for (uint32_t i = 0; i < p->decl_count; i++) {
        const Decl *d = p->decls[i], *column = d->inner && !d->removed ? names_column(p, d->inner, name) : NULL;
        *several = *several || (found && column);
        found = column ? column : found;
    }
    return found;
}

static bool labels_to(Fn *f, const Node *expr, const Node *axis, uint32_t depth, int dst)
{
    const Node *list = comprehension_list(expr, depth);
    bool several = false;
    if (list && is_free(expr, list)) {
        expr_to(f, list, dst);
        return false;
    }
    const Decl *column = column_called(f->unit->program, axis->text, &several);
    if (column && !several) {
        emit(f, OPC_SLOT, dst, ref_add(f, column->number, REF_RUNNING, true), 0, axis->span);
        return true;
    }
    if (word_match(axis->text, 0, W_INDICATOR, LANG_EN) == axis->text.n ||
        word_match(axis->text, 0, W_INDICATOR, LANG_FR) == axis->text.n) {
        expr_indicators(f, NULL, dst, axis->span);
        return false;
    }
    if (several) { /* a value that has its labels needs none */
        emit(f, OPC_TRUTH, dst, 1, 0, axis->span);
    } else {
        emit(f, OPC_NONE, dst, 0, 0, axis->span);
    }
    return false;
}

/* %by(value, then for each axis its name, its labels (none: no such column; a truth: several of them), whether they may
   stand several times) */
void expr_by(Fn *f, const Node *expr, const Node *by, int dst)
{
    uint32_t mark = f->next, args = 1;
    int base = reg_push(f, by->span);
    emit(f, OPC_MOVE, reg_push(f, by->span), dst, 0, by->span);
    for (uint32_t i = 0; i < by->count && i < 4; i++, args += 3) {
        text_to(f, by->kids[i]->text, reg_push(f, by->span), by->span);
        bool column = labels_to(f, expr, by->kids[i], i, reg_push(f, by->span));
        emit(f, OPC_TRUTH, reg_push(f, by->span), column, 0, by->span);
    }
    hidden_call(f, "%by", base, args, by->span);
    emit(f, OPC_MOVE, dst, base, 0, by->span);
    reg_release(f, mark);
}

void expr_family(Fn *f, const Decl *d, int dst)
{
    Span span = d->node->span;
    uint32_t mark = f->next;
    int base = reg_push(f, span), values = reg_push(f, span);
    text_to(f, d->name, reg_push(f, span), span);
    int labels = reg_push(f, span);
    emit(f, OPC_LIST, values, values, 0, span);
    emit(f, OPC_LIST, labels, labels, 0, span);
    int several = reg_push(f, span), item = reg_push(f, span);
    for (uint32_t i = 0; i < d->item_count; i++) {
        emit(f, OPC_SLOT, item, ref_add(f, d->items[i].decl, REF_RUNNING, true), 0, span);
        emit(f, OPC_APPEND, values, item, 0, span);
        expr_to(f, d->items[i].label, item);
        emit(f, OPC_APPEND, labels, item, 0, span);
    }
    emit(f, OPC_TRUTH, several, 0, 0, span);
    hidden_call(f, "%by", base, 4, span);
    emit(f, OPC_MOVE, dst, base, 0, span);
    reg_release(f, mark);
}
