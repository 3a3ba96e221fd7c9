/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that are tables, as tables of the document. A matrix has its last axis across and the one before down; the
   others make one table a label. */
#include "data/table.h"
#include "report/writer.h"

static const Str NOTHING = {"", 0};

/* What is not given is left empty, as it is in the text of a case. */
static void value_cell(Writer *w, DocNode *row, Value v)
{
    if (v.tag == T_STATUS && v.den == STATUS_NOT_GIVEN) {
        doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
    } else {
        writer_value_cell(w, row, v, TONE_PLAIN);
    }
}

static DocColumn *columns_new(Writer *w, uint32_t n)
{
    return arena_alloc(&w->doc->arena, (n + 1) * sizeof(DocColumn));
}

static DocNode *table_begin(Writer *w, DocNode *parent, Str title, const DocColumn *columns, uint32_t n)
{
    DocNode *table = doc_table(w->doc, parent, columns, n);
    if (title.n) {
        doc_caption(w->doc, table, title);
    }
    return table;
}

static Str text_of(const Text *t) { return t ? (Str){t->bytes, t->n} : NOTHING; }

/* ---- lists of records ---- */

static bool same_fields(Value list)
{
    const Record *first = NULL;
    for (uint32_t i = 0; i < list_count(list); i++) {
        Value v = list_at(list, i);
        if (v.tag != T_RECORD || (first && ((const Record *)v.ptr)->n != first->n)) {
            return false;
        }
        first = first ? first : v.ptr;
    }
    return first && first->n;
}

static void records(Writer *w, DocNode *parent, Str title, Value list)
{
    const Record *first = list_at(list, 0).ptr;
    DocColumn *columns = columns_new(w, first->n);
    for (uint32_t c = 0; columns && c < first->n; c++) {
        bool number = value_is_number(first->fields[c].value);
        columns[c] = (DocColumn){text_of(first->fields[c].name), number ? ALIGN_RIGHT : ALIGN_LEFT};
    }
    DocNode *table = columns ? table_begin(w, parent, title, columns, first->n) : NULL;
    for (uint32_t i = 0; table && i < list_count(list); i++) {
        const Record *r = list_at(list, i).ptr;
        DocNode *row = doc_row(w->doc, table);
        for (uint32_t c = 0; c < r->n; c++) {
            value_cell(w, row, r->fields[c].value);
        }
    }
}

/* ---- tables ---- */

static bool holds_numbers(const Table *t, uint32_t column)
{
    for (uint32_t i = 0; i < t->rows; i++) {
        Value v = table_at(t, i, column);
        if (v.tag != T_STATUS) {
            return value_is_number(v);
        }
    }
    return false;
}

static void table(Writer *w, DocNode *parent, Str title, const Table *t)
{
    DocColumn *columns = columns_new(w, t->n);
    for (uint32_t c = 0; columns && c < t->n; c++) {
        Str heading = t->columns[c].title ? text_of(t->columns[c].title) : table_name(t, c);
        bool number = holds_numbers(t, c) && (int32_t)c != t->key;
        columns[c] = (DocColumn){heading, number ? ALIGN_RIGHT : ALIGN_LEFT};
    }
    DocNode *node = columns ? table_begin(w, parent, title.n ? title : text_of(t->title), columns, t->n) : NULL;
    for (uint32_t i = 0; node && i < t->rows; i++) {
        DocNode *row = doc_row(w->doc, node);
        for (uint32_t c = 0; c < t->n; c++) {
            if ((int32_t)c == t->key) {
                doc_head_cell(w->doc, row, writer_value(w, table_at(t, i, c)));
            } else {
                value_cell(w, row, table_at(t, i, c));
            }
        }
    }
}

/* ---- matrices ---- */

static Str label(Writer *w, const Matrix *m, uint32_t axis, uint32_t i)
{
    Value names = m->axis[axis].names;
    bool french = w->doc->lang == LANG_FR && names.tag == T_LIST;
    return writer_value(w, list_at(french ? names : m->axis[axis].labels, i));
}

/* Without the signs that join the words of a name. */
static Str words(Writer *w, Str name)
{
    Buf text;
    buf_init(&text, w->graph->vm->mem);
    for (size_t i = 0; i < name.n; i++) {
        buf_putc(&text, name.p[i] == '_' ? ' ' : name.p[i]);
    }
    return writer_keep(w, &text);
}

static uint32_t across(const Matrix *m)
{
    return m->axes == 1 ? 1 : m->shown ? m->shown : matrix_count(m, m->axes - 1);
}

/* Do the cells of this column hold figures, from the row of items numbered `first` on? */
static bool figures_in(const Matrix *m, uint32_t first, uint32_t column)
{
    uint32_t rows = matrix_count(m, m->axes > 1 ? m->axes - 2 : 0);
    uint32_t width = m->axes > 1 ? matrix_count(m, m->axes - 1) : 1;
    for (uint32_t i = 0; i < rows; i++) {
        Value v = list_at(m->items, first + i * width + column);
        if (v.tag != T_STATUS) {
            return value_is_number(v);
        }
    }
    return true;
}

static void plane(Writer *w, DocNode *parent, Str title, const Matrix *m, uint32_t first)
{
    uint32_t down = m->axes > 1 ? m->axes - 2 : 0, n = across(m);
    uint32_t width = m->axes > 1 ? matrix_count(m, m->axes - 1) : 1;
    DocColumn *columns = columns_new(w, n + 1);
    if (!columns) {
        return;
    }
    columns[0] = (DocColumn){text_of(m->axis[down].name), ALIGN_LEFT};
    for (uint32_t c = 0; c < n; c++) {
        Str heading = m->axes > 1 ? label(w, m, m->axes - 1, c) : NOTHING;
        columns[c + 1] = (DocColumn){heading, figures_in(m, first, c) ? ALIGN_RIGHT : ALIGN_LEFT};
    }
    DocNode *node = table_begin(w, parent, title, columns, n + 1);
    for (uint32_t i = 0; i < matrix_count(m, down); i++) {
        DocNode *row = doc_row(w->doc, node);
        doc_head_cell(w->doc, row, m->axes == 1 && m->title ? words(w, label(w, m, down, i)) : label(w, m, down, i));
        for (uint32_t c = 0; c < n; c++) {
            value_cell(w, row, list_at(m->items, first + i * width + c));
        }
    }
}

static Str joined(Writer *w, Str a, Str b)
{
    Buf text;
    buf_init(&text, w->graph->vm->mem);
    buf_put(&text, a);
    buf_puts(&text, a.n ? (w->doc->lang == LANG_FR ? " : " : ": ") : "");
    buf_put(&text, b);
    return writer_keep(w, &text);
}

static void planes(Writer *w, DocNode *parent, Str title, const Matrix *m, uint32_t axis, uint32_t first)
{
    if (axis + 2 >= m->axes) {
        plane(w, parent, title, m, first);
        return;
    }
    for (uint32_t i = 0; i < matrix_count(m, axis); i++) {
        planes(w, parent, joined(w, title, label(w, m, axis, i)), m, axis + 1, first + i * matrix_stride(m, axis));
    }
}

bool writer_table(Writer *w, DocNode *parent, Str title, Value v)
{
    if (v.tag == T_TABLE) {
        table(w, parent, title, v.ptr);
        return true;
    }
    if (v.tag == T_MATRIX) {
        const Matrix *m = v.ptr;
        planes(w, parent, title.n ? title : text_of(m->title), m, 0, 0);
        return true;
    }
    if (v.tag != T_LIST || !same_fields(v)) {
        return false;
    }
    records(w, parent, title, v);
    return true;
}
