/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: names are looked up once; then a call reads its cells by number. */
#include "lib/rows.h"

static bool is_word_value(Str name) { return str_eq(name, STR("value")) || str_eq(name, STR("valeur")); }

bool rows_of(const Args *a, uint32_t i, Rows *out)
{
    Value v = a->v[i];
    *out = (Rows){.args = a, .source = v};
    if (v.tag == T_TABLE) {
        out->count = ((const Table *)v.ptr)->rows;
    } else if (v.tag == T_MATRIX && ((const Matrix *)v.ptr)->axes <= 2) {
        out->count = matrix_count(v.ptr, 0);
    } else if (v.tag == T_LIST) {
        out->count = list_count(v);
    } else {
        Buf given;
        buf_init(&given, a->vm->mem);
        vm_describe(a->vm, &given, v);
        Str arg = buf_str(&given);
        vm_fail(a->vm, D_ROWS_WANTED, &arg, 1);
        buf_free(&given);
        return false;
    }
    return vm_charge(a->vm, out->count);
}

static bool is_record_list(const Rows *r)
{
    return r->source.tag == T_LIST && r->count && list_at(r->source, 0).tag == T_RECORD;
}

int32_t rows_column(const Rows *r, Str name)
{
    if (r->source.tag == T_TABLE) {
        return table_column(r->source.ptr, name);
    }
    if (r->source.tag == T_MATRIX && ((const Matrix *)r->source.ptr)->axes == 2) {
        return matrix_named(args_heap(r->args), r->source.ptr, 1, name);
    }
    if (is_record_list(r)) {
        uint32_t at;
        return record_find(list_at(r->source, 0), name, &at) ? 0 : NO_LABEL;
    }
    return is_word_value(name) ? 0 : NO_LABEL;
}

bool rows_cell(const Rows *r, uint32_t row, int32_t column, Str name, Value *out)
{
    *out = value_none();
    if (column < 0) {
        return true;
    }
    if (r->source.tag == T_TABLE) {
        *out = table_at(r->source.ptr, row, (uint32_t)column);
    } else if (r->source.tag == T_MATRIX) {
        const Matrix *m = r->source.ptr;
        *out = list_at(m->items, row * matrix_stride(m, 0) + (uint32_t)column);
    } else if (is_record_list(r)) {
        Value item = list_at(r->source, row);
        return item.tag == T_RECORD && record_get(item, name, out) ? true
                                                                    : vm_fail(r->args->vm, D_FIELD_MISSING, &name, 1);
    } else {
        *out = list_at(r->source, row);
    }
    return true;
}

bool rows_take(const Rows *r, const uint32_t *rows, uint32_t count, Value *out)
{
    Heap *heap = args_heap(r->args);
    void *made;
    if (r->source.tag == T_TABLE) {
        made = table_take(heap, r->source.ptr, rows, count);
    } else if (r->source.tag == T_MATRIX) {
        made = matrix_take(heap, r->source.ptr, 0, rows, count);
    } else {
        return list_take(heap, r->source, rows, count, out) || vm_fail_memory(r->args->vm);
    }
    *out = value_obj((ValueTag)r->source.tag, made);
    return made || vm_fail_memory(r->args->vm);
}

/* ---- functions of a row ---- */

bool row_call_open(RowCall *c, const Rows *rows, uint32_t i)
{
    const Args *a = rows->args;
    Value names = a->v[i + 1];
    *c = (RowCall){.rows = rows, .function = a->v[i], .n = list_count(names)};
    for (uint32_t k = 0; k < c->n; k++) {
        c->names[k] = text_str(args_heap(a), list_at(names, k));
        c->columns[k] = rows_column(rows, c->names[k]);
    }
    return true;
}

bool row_call(const RowCall *c, uint32_t row, Value *out)
{
    Value args[ROW_PARAMS_MOST];
    for (uint32_t k = 0; k < c->n; k++) {
        if (!rows_cell(c->rows, row, c->columns[k], c->names[k], &args[k])) {
            return false;
        }
    }
    return vm_call(c->rows->args->vm, c->function, args, c->n, out);
}

int32_t row_call_column(const RowCall *c)
{
    const Function *f = c->function.tag == T_FUNCTION ? c->function.ptr : NULL;
    bool plain = f && c->n == 1 && f->proto->code_count == 2 && f->proto->code[0].op == OPC_MOVE &&
                 f->proto->code[0].b == 0 && f->proto->code[1].op == OPC_RETURN;
    return plain ? c->columns[0] : NO_LABEL;
}
