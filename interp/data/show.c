/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one recursive writer, bounded by LIMIT_NESTING; what lies deeper, or beyond the longest text, is shown as
   `…`. */
#include "data/show.h"

#include "base/limits.h"
#include "base/pipe.h"
#include "base/utf8.h"
#include "data/bytecode.h"
#include "data/native.h"
#include "data/object.h"
#include "data/table.h"
#include "num/number.h"
#include "num/unit.h"

typedef struct Shower {
    Heap *heap;
    Buf *out;
    const ShowStyle *style;
    uint16_t unit; /* numbers are converted to it, if it was asked for */
    bool has_unit;
    bool failed;   /* a number cannot be shown in it */
    size_t start;  /* length of `out` before */
    unsigned depth;
} Shower;

static void show_value(Shower *s, Value v, bool quote);

ShowStyle show_style(Lang lang)
{
    return (ShowStyle){.number = {.lang = lang, .kind = NF_AUTO, .unit = true, .group = true}};
}

static bool show_french(const Shower *s)
{
    return s->style->number.lang == LANG_FR;
}

static void show_word(Shower *s, const char *english, const char *french)
{
    buf_puts(s->out, show_french(s) ? french : english);
}

static void show_separator(Shower *s)
{
    show_word(s, ", ", " ; ");
}

static void show_number(Shower *s, Value v)
{
    if (s->has_unit && unit_convert(s->heap->num, v, s->unit, &v) != NUM_OK) {
        s->failed = true;
        return;
    }
    if (num_format(s->heap->num, s->out, v, &s->style->number) != NUM_OK)
        s->out->failed = true;
}

static void show_date(Shower *s, int64_t days)
{
    int64_t y;
    int m, d;
    date_to_civil(days, &y, &m, &d);
    if (show_french(s))
        buf_printf(s->out, "%02d/%02d/%04lld", d, m, (long long)y);
    else
        buf_printf(s->out, "%04lld-%02d-%02d", (long long)y, m, d);
}

static void show_status(Shower *s, uint32_t kind)
{
    switch ((StatusKind)kind) {
    case STATUS_BLANK:
        show_word(s, "blank", "vide");
        return;
    case STATUS_UNREADABLE:
        show_word(s, "unreadable", "illisible");
        return;
    case STATUS_NOT_GIVEN:
        show_word(s, "not given", "non fourni");
        return;
    }
}

static void show_escape(Buf *out, char c)
{
    switch (c) {
    case '\n':
        buf_puts(out, "\\n");
        return;
    case '\t':
        buf_puts(out, "\\t");
        return;
    case '"':
    case '\\':
    case '{':
    case '}':
        buf_putc(out, '\\');
        buf_putc(out, c);
        return;
    default:
        buf_putc(out, c);
    }
}

static void show_quoted(Buf *out, Str text)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < text.n; i++)
        show_escape(out, text.p[i]);
    buf_putc(out, '"');
}

static void show_text(Shower *s, Value v, bool quote)
{
    Str text = text_str(s->heap, v);
    if (!text.p)
        s->out->failed = true;
    else if (quote)
        show_quoted(s->out, text);
    else
        buf_put(s->out, text);
}

static void show_list(Shower *s, Value v)
{
    buf_putc(s->out, '[');
    for (uint32_t i = 0; i < list_count(v) && !s->out->failed; i++) {
        if (i)
            show_separator(s);
        show_value(s, list_at(v, i), true);
    }
    buf_putc(s->out, ']');
}

static bool show_is_name(Str s)
{
    uint32_t cp;
    size_t at = utf8_next(s, 0, &cp);
    if (!at || !utf8_is_letter(cp))
        return false;
    for (size_t n; (n = utf8_next(s, at, &cp)) != 0; at += n)
        if (!utf8_is_name(cp))
            return false;
    return true;
}

static void show_field_name(Shower *s, const Text *name)
{
    Str text = {name->bytes, name->n};
    if (show_is_name(text))
        buf_put(s->out, text);
    else
        show_quoted(s->out, text);
    buf_puts(s->out, ": ");
}

static void show_record(Shower *s, const Record *r)
{
    buf_putc(s->out, '{');
    for (uint32_t i = 0; i < r->n && !s->out->failed; i++) {
        if (i)
            show_separator(s);
        show_field_name(s, r->fields[i].name);
        show_value(s, r->fields[i].value, true);
    }
    buf_putc(s->out, '}');
}

static void show_range(Shower *s, const Range *r)
{
    show_value(s, r->from, true);
    buf_puts(s->out, "..");
    show_value(s, r->to, true);
    if (r->step.flags & RANGE_STEP_DEFAULT)
        return;
    show_word(s, " step ", " pas ");
    show_value(s, r->step, true);
}

/* ---- tables and keyed values ---- */

enum { SHOWN_ROWS = 1000 }; /* of a table; the rest is only counted */

/* Inside another value, a table is only told. */
static void show_size(Shower *s, uint32_t rows, const char *english, const char *french)
{
    buf_printf(s->out, "%u ", rows);
    show_word(s, english, french);
}

/* Absent data are empty cells, as they are written. */
static bool show_cell(Shower *s, Buf *out, Value v)
{
    Shower inner = *s;
    inner.out = out;
    inner.start = out->n;
    if (v.tag != T_STATUS)
        show_value(&inner, v, false);
    s->failed = s->failed || inner.failed;
    return value_is_number(v);
}

typedef struct ShownTable {
    Shower *shower;
    const Table *table;
} ShownTable;

static bool show_table_cell(void *data, Buf *out, uint32_t row, uint32_t column)
{
    ShownTable *t = data;
    if (row)
        return show_cell(t->shower, out, table_at(t->table, row - 1, column));
    buf_put(out, table_name(t->table, column));
    return false;
}

static void show_rest(Shower *s, uint32_t rows)
{
    if (rows > SHOWN_ROWS) {
        buf_puts(s->out, "\n… ");
        show_size(s, rows - SHOWN_ROWS, "rows more", "lignes de plus");
    }
}

static void show_table(Shower *s, const Table *table)
{
    ShownTable t = {s, table};
    if (s->depth > 1) {
        show_size(s, table->rows, "rows", "lignes");
        return;
    }
    uint32_t rows = table->rows < SHOWN_ROWS ? table->rows : SHOWN_ROWS;
    pipe_write(s->out, &(PipeTable){.rows = rows + 1, .columns = table->n, .cell = show_table_cell, .data = &t});
    show_rest(s, table->rows);
}

typedef struct ShownMatrix { /* two axes, from item `first` on */
    Shower *shower;
    const Matrix *matrix;
    uint32_t rows, columns; /* the two axes */
    uint32_t first;
} ShownMatrix;

static void show_label(Shower *s, Buf *out, const Matrix *m, uint32_t axis, uint32_t i)
{
    const MatrixAxis *a = &m->axis[axis];
    bool french = a->names.tag == T_LIST && show_french(s);
    show_cell(s, out, list_at(french ? a->names : a->labels, i));
}

static bool show_matrix_cell(void *data, Buf *out, uint32_t row, uint32_t column)
{
    ShownMatrix *t = data;
    const Matrix *m = t->matrix;
    if (row && column)
        return show_cell(t->shower, out,
                         list_at(m->items, t->first + (row - 1) * matrix_count(m, t->columns) + column - 1));
    if (row)
        show_label(t->shower, out, m, t->rows, row - 1);
    else if (column)
        show_label(t->shower, out, m, t->columns, column - 1);
    else if (m->axis[t->rows].name)
        buf_put(out, (Str){m->axis[t->rows].name->bytes, m->axis[t->rows].name->n});
    return false;
}

static void show_plane(Shower *s, const Matrix *m, uint32_t first)
{
    ShownMatrix t = {.shower = s, .matrix = m, .rows = m->axes - 2, .columns = m->axes - 1, .first = first};
    uint32_t total = matrix_count(m, t.rows), rows = total < SHOWN_ROWS ? total : SHOWN_ROWS;
    uint32_t columns = m->shown ? m->shown : matrix_count(m, t.columns);
    pipe_write(s->out, &(PipeTable){.rows = rows + 1, .columns = columns + 1,
                                    .cell = show_matrix_cell, .data = &t});
    show_rest(s, total);
}

/* Beyond two axes, one plane for each label of the first ones. */
static void show_planes(Shower *s, const Matrix *m, uint32_t axis, uint32_t first)
{
    if (axis + 2 >= m->axes) {
        show_plane(s, m, first);
        return;
    }
    for (uint32_t i = 0; i < matrix_count(m, axis) && i < SHOWN_ROWS && !s->out->failed; i++) {
        if (i)
            buf_putc(s->out, '\n');
        show_label(s, s->out, m, axis, i);
        buf_putc(s->out, '\n');
        show_planes(s, m, axis + 1, first + i * matrix_stride(m, axis));
    }
}

static void show_keyed(Shower *s, const Matrix *m)
{
    buf_putc(s->out, '{');
    for (uint32_t i = 0; i < (m->shown ? m->shown : matrix_count(m, 0)) && !s->out->failed; i++) {
        if (i)
            show_separator(s);
        show_label(s, s->out, m, 0, i);
        buf_puts(s->out, ": ");
        show_value(s, list_at(m->items, i), true);
    }
    buf_putc(s->out, '}');
}

/* A label without the signs that join its words. */
static void show_words(Shower *s, Buf *out, const Matrix *m, uint32_t i)
{
    size_t start = out->n;
    show_label(s, out, m, 0, i);
    for (size_t k = start; k < out->n; k++)
        out->p[k] = out->p[k] == '_' ? ' ' : out->p[k];
}

/* Keyed values that have a title, one a line below it. */
static bool show_sheet_cell(void *data, Buf *out, uint32_t row, uint32_t column)
{
    ShownMatrix *t = data;
    const Matrix *m = t->matrix;
    if (row && column)
        return show_cell(t->shower, out, list_at(m->items, row - 1));
    if (row)
        show_words(t->shower, out, m, row - 1);
    else if (!column)
        buf_put(out, (Str){m->title->bytes, m->title->n});
    return false;
}

static void show_sheet(Shower *s, const Matrix *m)
{
    ShownMatrix t = {.shower = s, .matrix = m};
    pipe_write(s->out, &(PipeTable){.rows = matrix_count(m, 0) + 1, .columns = 2, .cell = show_sheet_cell, .data = &t});
}

static void show_matrix(Shower *s, const Matrix *m)
{
    if (m->axes == 1 && m->title && s->depth <= 1)
        show_sheet(s, m);
    else if (m->axes == 1)
        show_keyed(s, m);
    else if (s->depth > 1)
        show_size(s, matrix_count(m, 0), "rows", "lignes");
    else
        show_planes(s, m, 0, 0);
}

static void show_object(Shower *s, const Instance *o)
{
    if (o->type->show)
        o->type->show(s->heap, o, s->out, show_french(s));
    else
        buf_puts(s->out, show_french(s) ? o->type->name_fr : o->type->name);
}

static void show_level(Shower *s, Value v)
{
    const Scale *scale = v.ptr;
    if (v.den < scale->n)
        buf_put(s->out, (Str){scale->names[v.den]->bytes, scale->names[v.den]->n});
}

/* rest: the last one takes all arguments that are left. */
static void show_signature(Shower *s, Str name, uint32_t count, bool rest,
                           Str (*param)(const void *of, uint32_t i, bool french), const void *of)
{
    buf_puts(s->out, name.n ? "fn " : "fn");
    buf_put(s->out, name);
    buf_putc(s->out, '(');
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            show_separator(s);
        buf_puts(s->out, rest && i + 1 == count ? "..." : "");
        buf_put(s->out, param(of, i, show_french(s)));
    }
    buf_putc(s->out, ')');
}

static Str show_proto_param(const void *of, uint32_t i, bool french)
{
    return bytecode_param(&((const Proto *)of)->params[i], french ? LANG_FR : LANG_EN);
}

static Str show_native_param(const void *of, uint32_t i, bool french)
{
    const NativeParam *p = &((const Native *)of)->params[i];
    return french && p->name_fr.n ? p->name_fr : p->name;
}

static void show_function(Shower *s, Value v)
{
    if (v.tag == T_FUNCTION) {
        const Proto *p = ((const Function *)v.ptr)->proto;
        show_signature(s, bytecode_name(p, s->style->number.lang), p->param_count, p->rest,
                       show_proto_param, p);
        return;
    }
    const Native *n = v.ptr;
    show_signature(s, show_french(s) && n->name_fr.n ? n->name_fr : n->name, n->param_count, n->flags & NATIVE_VARIADIC,
                   show_native_param, n);
}

static void show_named(Shower *s, Value v)
{
    if (s->heap->show_name) {
        s->heap->show_name(s->heap->show_name_data, s->out, v);
        return;
    }
    if (v.tag == T_SCENARIO)
        show_word(s, "scenario ", "scénario ");
    else
        show_word(s, "formula ", "formule ");
    buf_printf(s->out, "%lld", (long long)v.num);
}

static void show_any(Shower *s, Value v, bool quote)
{
    switch (v.tag) {
    case T_NUM:
    case T_BIG:
    case T_APPROX:
        show_number(s, v);
        return;
    case T_TRUTH:
        show_word(s, v.num ? "true" : "false", v.num ? "vrai" : "faux");
        return;
    case T_DATE:
        show_date(s, v.num);
        return;
    case T_STATUS:
        show_status(s, v.den);
        return;
    case T_LEVEL:
        show_level(s, v);
        return;
    case T_SCENARIO:
    case T_FORMULA:
        show_named(s, v);
        return;
    case T_TEXT:
        show_text(s, v, quote);
        return;
    case T_LIST:
        show_list(s, v);
        return;
    case T_RECORD:
        show_record(s, v.ptr);
        return;
    case T_RANGE:
        show_range(s, v.ptr);
        return;
    case T_TABLE:
        show_table(s, v.ptr);
        return;
    case T_MATRIX:
        show_matrix(s, v.ptr);
        return;
    case T_OBJECT:
        show_object(s, v.ptr);
        return;
    case T_FUNCTION:
    case T_NATIVE:
        show_function(s, v);
        return;
    default:
        show_word(s, "nothing", "rien");
    }
}

/* A text of sixteen million bytes takes longer than one step: what is written is charged like big numbers. */
static void show_charge(const Shower *s)
{
    s->heap->num->cost += (s->out->n - s->start) / 8;
}

static void show_value(Shower *s, Value v, bool quote)
{
    if (s->depth > LIMIT_NESTING || s->out->n - s->start > LIMIT_TEXT_BYTES) {
        buf_puts(s->out, "…");
        return;
    }
    s->depth++;
    show_any(s, v, quote);
    s->depth--;
}

void value_show(Heap *h, Buf *out, Value v, const ShowStyle *style)
{
    Shower s = {.heap = h, .out = out, .style = style, .start = out->n};
    show_value(&s, v, style->quote);
    show_charge(&s);
}

/* ---- formats ---- */

/* The next word of *rest, which is taken away. */
static Str format_word(Str *rest)
{
    *rest = str_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ')
        n++;
    Str word = str_sub(*rest, 0, n);
    *rest = str_trim(str_sub(*rest, n, rest->n));
    return word;
}

static bool format_digits(Str word, int *n)
{
    *n = 0;
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] < '0' || word.p[i] > '9' || *n > LIMIT_DECIMALS)
            return false;
        *n = *n * 10 + (word.p[i] - '0');
    }
    return word.n && *n <= LIMIT_DECIMALS;
}

static bool format_is_significant(Str word)
{
    return str_eq(word, STR("significant")) || str_eq(word, STR("significatif")) ||
           str_eq(word, STR("significatifs"));
}

static void format_number_words(Str *rest, NumFormat *f)
{
    Str after = *rest;
    int n;
    Str word = format_word(&after);
    if (str_eq(word, STR("exact"))) {
        f->kind = NF_EXACT;
        *rest = after;
    } else if (format_digits(word, &n)) {
        f->kind = NF_DECIMALS;
        f->digits = n;
        *rest = after;
        if (n && format_is_significant(format_word(&after))) {
            f->kind = NF_SIGNIFICANT;
            *rest = after;
        }
    }
}

bool value_show_format(Heap *h, Buf *out, Value v, Str format, Lang lang)
{
    ShowStyle style = show_style(lang);
    Shower s = {.heap = h, .out = out, .style = &style, .start = out->n};
    Str rest = str_trim(format);
    format_number_words(&rest, &style.number);
    if (rest.n) {
        if (unit_parse(h->num, rest, &s.unit) != NUM_OK)
            return false;
        s.has_unit = true;
    }
    show_value(&s, v, false);
    show_charge(&s);
    return !s.failed;
}
