/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that are tables, as tables of the document. A matrix has its last axis across and the one before down; the
   others make one table a label. */
#include "data/table.h"
#include "report/picture.h"
#include "report/writer.h"

static const Str NOTHING = {"", 0};

/* What is not given is left empty, as it is in the text of a case. */
static DocNode *value_cell(Writer *w, DocNode *row, Value v)
{
    if (v.tag == T_STATUS && v.den == STATUS_NOT_GIVEN) {
        return doc_cell(w->doc, row, NOTHING, TONE_PLAIN);
    }
    return writer_value_cell(w, row, v, TONE_PLAIN);
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
        columns[c] = (DocColumn){writer_name(w, text_of(first->fields[c].name)), number ? ALIGN_RIGHT : ALIGN_LEFT};
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

/* most: only so many columns, from the first one on. */
static void table(Writer *w, DocNode *parent, Str title, const Table *t, uint32_t most)
{
    uint32_t n = most < t->n ? most : t->n;
    DocColumn *columns = columns_new(w, n);
    for (uint32_t c = 0; columns && c < n; c++) {
        Str heading = t->columns[c].title ? text_of(t->columns[c].title) : writer_name(w, table_name(t, c));
        bool number = holds_numbers(t, c) && (int32_t)c != t->key;
        columns[c] = (DocColumn){heading, number ? ALIGN_RIGHT : ALIGN_LEFT};
    }
    DocNode *node = columns ? table_begin(w, parent, title.n ? title : text_of(t->title), columns, n) : NULL;
    for (uint32_t i = 0; node && i < t->rows; i++) {
        DocNode *row = doc_row(w->doc, node);
        for (uint32_t c = 0; c < n; c++) {
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
    Value names = m->axis[axis].names, titles = m->axis[axis].titles;
    if (titles.tag == T_LIST && list_at(titles, i).tag == T_TEXT) {
        return writer_value(w, list_at(titles, i));
    }
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

/* Two axes of a matrix as a table: rows by one, columns by the other. */
typedef struct Plane {
    const Matrix *m;
    uint32_t first;            /* item of its first cell */
    uint32_t down, across;     /* axes; one axis: both are it */
    uint32_t rows, columns;
    uint32_t row_step, column_step; /* in items */
} Plane;

/* Indicators that bear titles go down where they are the more numerous: columns are narrow. */
static Plane plane_of(const Matrix *m, uint32_t first)
{
    if (m->axes == 1) {
        return (Plane){m, first, 0, 0, matrix_count(m, 0), 1, 1, 0};
    }
    uint32_t down = m->axes - 2, last = m->axes - 1, width = matrix_count(m, last);
    Plane p = {m, first, down, last, matrix_count(m, down), across(m), width, 1};
    if (m->axis[last].titles.tag == T_LIST && p.columns > p.rows) {
        return (Plane){m, first, last, down, p.columns, p.rows, 1, width};
    }
    return p;
}

static Value plane_cell(const Plane *p, uint32_t row, uint32_t column)
{
    return list_at(p->m->items, p->first + row * p->row_step + column * p->column_step);
}

static bool figures_in(const Plane *p, uint32_t column)
{
    for (uint32_t i = 0; i < p->rows; i++) {
        Value v = plane_cell(p, i, column);
        if (v.tag != T_STATUS) {
            return value_is_number(v);
        }
    }
    return true;
}

/* The lowest and the highest figure; false: they are not of one kind. */
static bool plane_range(Writer *w, const Plane *p, PictureRange *range)
{
    picture_range_begin(range);
    for (uint32_t i = 0; i < p->rows; i++) {
        for (uint32_t c = 0; c < p->columns; c++) {
            picture_range_add(w, range, plane_cell(p, i, c));
        }
    }
    return range->known;
}

static void plane(Writer *w, DocNode *parent, Str title, const Matrix *m, uint32_t first)
{
    Plane p = plane_of(m, first);
    DocColumn *columns = columns_new(w, p.columns + 1);
    if (!columns) {
        return;
    }
    columns[0] = (DocColumn){text_of(m->axis[p.down].name), ALIGN_LEFT};
    for (uint32_t c = 0; c < p.columns; c++) {
        Str heading = m->axes > 1 ? label(w, m, p.across, c) : NOTHING;
        columns[c + 1] = (DocColumn){heading, figures_in(&p, c) ? ALIGN_RIGHT : ALIGN_LEFT};
    }
    DocNode *node = table_begin(w, parent, title, columns, p.columns + 1);
    PictureRange range;
    bool heated = m->picture == PICTURE_HEAT && plane_range(w, &p, &range);
    for (uint32_t i = 0; i < p.rows; i++) {
        DocNode *row = doc_row(w->doc, node);
        Str name = label(w, m, p.down, i);
        doc_head_cell(w->doc, row, m->axes == 1 && m->title ? words(w, name) : name);
        for (uint32_t c = 0; c < p.columns; c++) {
            Value v = plane_cell(&p, i, c);
            DocNode *cell = value_cell(w, row, v);
            int32_t heat = heated ? picture_place(w, v, range) : 0;
            if (heated && value_is_number(v)) {
                doc_heat(cell, (unsigned)(heat < 0 ? 0 : heat / (CHART_FULL / 100)));
            }
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

/* One field only is shown: what would be columns of one cell is laid across. */
static void flat_plane(Writer *w, DocNode *parent, Str title, const Matrix *m, uint32_t first)
{
    uint32_t down = m->axes - 3, over = m->axes - 2, n = matrix_count(m, over), width = matrix_count(m, m->axes - 1);
    DocColumn *columns = columns_new(w, n + 1);
    if (!columns) {
        return;
    }
    columns[0] = (DocColumn){text_of(m->axis[down].name), ALIGN_LEFT};
    for (uint32_t c = 0; c < n; c++) {
        bool figure = value_is_number(list_at(m->items, first + c * width));
        columns[c + 1] = (DocColumn){label(w, m, over, c), figure ? ALIGN_RIGHT : ALIGN_LEFT};
    }
    DocNode *node = table_begin(w, parent, title, columns, n + 1);
    for (uint32_t i = 0; i < matrix_count(m, down); i++) {
        DocNode *row = doc_row(w->doc, node);
        doc_head_cell(w->doc, row, label(w, m, down, i));
        for (uint32_t c = 0; c < n; c++) {
            value_cell(w, row, list_at(m->items, first + (i * n + c) * width));
        }
    }
}

static void planes(Writer *w, DocNode *parent, Str title, const Matrix *m, uint32_t axis, uint32_t first)
{
    if (m->shown == 1 && axis + 3 == m->axes) {
        flat_plane(w, parent, title, m, first);
        return;
    }
    if (axis + 2 >= m->axes) {
        plane(w, parent, title, m, first);
        return;
    }
    for (uint32_t i = 0; i < matrix_count(m, axis); i++) {
        planes(w, parent, joined(w, title, label(w, m, axis, i)), m, axis + 1, first + i * matrix_stride(m, axis));
    }
}

void writer_written_table(Writer *w, DocNode *parent, Str title, Value v, uint32_t columns)
{
    if (v.tag == T_TABLE) {
        table(w, parent, title, v.ptr, columns);
    }
}

bool writer_table(Writer *w, DocNode *parent, Str title, Value v)
{
    if (v.tag == T_TABLE) {
        table(w, parent, title, v.ptr, UINT32_MAX);
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
