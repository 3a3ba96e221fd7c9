/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ODS: content.xml holds the formats, then the tables. A row or a cell stands for as many as it says it is repeated; those
   that hold nothing only move the place on. Values carry their kind; formats are read for the decimals shown. */
#include "format/sheet_parts.h"

#include <string.h>

/* ---- the names of the tables ---- */

typedef struct Opening {
    SheetBook *book;
    SheetError *error;
    bool spreadsheet;
    uint32_t tables; /* inside one another */
} Opening;

static bool opening_start(void *data, Str name, const char **attributes)
{
    Opening *o = data;
    o->spreadsheet = o->spreadsheet || str_eq(name, STR("spreadsheet"));
    if (!o->spreadsheet || !str_eq(name, STR("table")))
        return true;
    return o->tables++ || book_add(o->book, xml_attribute(attributes, "name"), "content.xml", o->error);
}

static bool opening_end(void *data, Str name)
{
    Opening *o = data;
    o->tables -= o->tables && str_eq(name, STR("table"));
    o->spreadsheet = o->spreadsheet && !str_eq(name, STR("spreadsheet"));
    return true;
}

static bool opening_text(void *data, Str s)
{
    (void)data, (void)s;
    return true;
}

SheetErr ods_open(SheetBook *b, SheetError *error)
{
    Opening o = {.book = b, .error = error};
    XmlReader reader = {&o, opening_start, opening_end, opening_text};
    if (package_read(b->package, "content.xml", &reader, error) != SHEET_OK)
        return error->err;
    return b->count ? SHEET_OK : sheet_fail(error, SHEET_UNKNOWN, STR(""), 0);
}

/* ---- one table ---- */

typedef struct OdsCell {
    uint32_t column, repeated;
    SheetCell cell;
    size_t text, text_n; /* in texts of the row */
} OdsCell;

typedef struct OdsColumns { /* columns up to this one have that style by default */
    uint32_t end;
    Str style;
} OdsColumns;

typedef struct Ods {
    SheetBook *book;
    SheetError *error;
    SheetCellFn give;
    void *data;
    uint32_t wanted, tables, depth; /* number of the table; those begun; of tables inside one another */
    bool inside;                    /* the table wanted */
    Map styles;                     /* style of cells -> number of a format */
    Map codes;                      /* name of a format -> its number */
    SheetFormat *formats;
    uint32_t format_count, format_cap;
    bool in_format, in_literal;
    size_t unit_n;
    OdsColumns *columns;
    uint32_t column_count, column_cap;
    uint64_t row, column, row_repeated;
    Str row_style;
    char row_style_text[64];
    Str currency; /* the last one met */
    OdsCell *cells;
    uint32_t count, cap;
    Buf texts, digits;
    OdsCell now;
    bool in_row, in_cell, in_paragraph, has_value, formula, failed_formula;
    uint32_t paragraphs, ignored;   /* inside a note */
} Ods;

static bool ods_memory(Ods *o)
{
    return sheet_fail(o->error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
}

static bool ods_damaged(Ods *o)
{
    return sheet_fail(o->error, SHEET_DAMAGED, STR("content.xml"), 0) == SHEET_OK;
}

/* Room for one more. */
static bool ods_grow(Ods *o, void **list, size_t size, uint32_t count, uint32_t *cap)
{
    if (count < *cap)
        return true;
    uint32_t grown_cap = *cap ? 2 * *cap : 16;
    void *grown = mem_realloc(o->book->mem, *list, *cap * size, grown_cap * size);
    if (!grown)
        return ods_memory(o);
    *list = grown;
    *cap = grown_cap;
    return true;
}

static bool ods_repeated(const char **attributes, const char *name, uint64_t most, uint64_t *out)
{
    Str s = xml_attribute(attributes, name);
    *out = 1;
    return !s.p || (sheet_whole(s, UINT32_MAX, out) && *out && *out <= most);
}

/* ---- formats ---- */

static SheetFormat *ods_format(Ods *o)
{
    return &o->formats[o->format_count - 1];
}

static bool format_start(Ods *o, const char **attributes)
{
    if (o->format_count == SHEET_STYLES)
        return sheet_fail(o->error, SHEET_TOO_BIG, STR("styles"), SHEET_STYLES) == SHEET_OK;
    if (!ods_grow(o, (void **)&o->formats, sizeof *o->formats, o->format_count, &o->format_cap))
        return false;
    Str name = arena_str(&o->book->arena, xml_attribute(attributes, "name"));
    o->formats[o->format_count++] = (SheetFormat){.decimals = DECIMALS_FREE};
    o->in_format = true;
    o->unit_n = 0;
    return (name.p && map_set(&o->codes, name, o->format_count - 1)) || ods_memory(o);
}

static void format_number(Ods *o, const char **attributes)
{
    uint64_t places, factor = 1;
    SheetFormat *f = ods_format(o);
    if (sheet_whole(xml_attribute(attributes, "decimal-places"), 99, &places))
        f->decimals = (int)places;
    sheet_whole(xml_attribute(attributes, "display-factor"), UINT32_MAX, &factor);
    for (; factor >= 1000; factor /= 1000)
        f->scale += 3;
}

static void format_literal(Ods *o, Str s)
{
    SheetFormat *f = ods_format(o);
    for (size_t i = 0; i < s.n && o->unit_n + 1 < sizeof f->unit; i++)
        if (s.p[i] != '-' && s.p[i] != '(' && s.p[i] != ')') /* what a number below zero is written with */
            f->unit[o->unit_n++] = s.p[i];
    f->unit[o->unit_n] = '\0';
}

static bool style_start(Ods *o, const char **attributes)
{
    uint64_t format;
    Str name = xml_attribute(attributes, "name");
    if (!map_get(&o->codes, xml_attribute(attributes, "data-style-name"), &format) &&
        !map_get(&o->styles, xml_attribute(attributes, "parent-style-name"), &format))
        return true;
    Str kept = arena_str(&o->book->arena, name);
    return (kept.p && map_set(&o->styles, kept, format)) || ods_memory(o);
}

static bool is_format(Str name)
{
    return str_eq(name, STR("number-style")) || str_eq(name, STR("currency-style")) ||
           str_eq(name, STR("percentage-style"));
}

/* Formats are declared before the styles of cells that name them, except that a style may be read before the formats of
   the other file: styles.xml is read first. */
static bool styles_start(Ods *o, Str name, const char **attributes)
{
    if (is_format(name))
        return format_start(o, attributes);
    if (o->in_format && str_eq(name, STR("number")))
        format_number(o, attributes);
    o->in_literal = o->in_format && (str_eq(name, STR("text")) || str_eq(name, STR("currency-symbol")));
    return !str_eq(name, STR("style")) || style_start(o, attributes);
}

/* ---- columns and rows ---- */

static bool column_start(Ods *o, const char **attributes)
{
    uint64_t repeated;
    if (!ods_repeated(attributes, "number-columns-repeated", SHEET_COLUMNS, &repeated))
        return ods_damaged(o);
    if (!ods_grow(o, (void **)&o->columns, sizeof *o->columns, o->column_count, &o->column_cap))
        return false;
    uint32_t start = o->column_count ? o->columns[o->column_count - 1].end : 0;
    if (start >= SHEET_COLUMNS)
        return true;
    Str style = arena_str(&o->book->arena, xml_attribute(attributes, "default-cell-style-name"));
    o->columns[o->column_count++] = (OdsColumns){start + (uint32_t)repeated, style};
    return style.p || ods_memory(o);
}

static Str column_style(const Ods *o, uint64_t column)
{
    uint32_t from = 0, to = o->column_count;
    while (from < to) {
        uint32_t middle = (from + to) / 2;
        if (column < o->columns[middle].end)
            to = middle;
        else
            from = middle + 1;
    }
    return from < o->column_count ? o->columns[from].style : STR("");
}

static bool row_start(Ods *o, const char **attributes)
{
    if (o->in_row || !ods_repeated(attributes, "number-rows-repeated", UINT32_MAX, &o->row_repeated))
        return ods_damaged(o);
    Str style = xml_attribute(attributes, "default-cell-style-name");
    o->row_style = str_sub((Str){o->row_style_text, sizeof o->row_style_text}, 0, style.n);
    if (style.n)
        memcpy(o->row_style_text, style.p, o->row_style.n);
    o->column = 0;
    o->count = 0;
    buf_clear(&o->texts);
    return o->in_row = true;
}

static bool give_row(Ods *o, uint64_t row)
{
    for (uint32_t i = 0; i < o->count; i++) {
        OdsCell *c = &o->cells[i];
        c->cell.text = c->text_n ? (Str){o->texts.p + c->text, c->text_n} : STR("");
        for (uint32_t k = 0; k < c->repeated; k++)
            if (!o->give(o->data, (uint32_t)row, c->column + k, &c->cell))
                return false;
    }
    return true;
}

static bool row_end(Ods *o)
{
    o->in_row = false;
    for (uint64_t k = 0; o->count && k < o->row_repeated; k++) {
        if (o->row + k >= SHEET_ROWS)
            return sheet_fail(o->error, SHEET_TOO_BIG, STR("rows"), SHEET_ROWS) == SHEET_OK;
        if (!give_row(o, o->row + k))
            return false;
    }
    o->row += o->row_repeated;
    return true;
}

/* ---- cells ---- */

/* PT08H30M15.5S as seconds. */
static bool ods_duration(Buf *out, Str s)
{
    uint64_t hours = 0, minutes = 0, seconds = 0;
    bool negative = str_starts(s, STR("-"));
    Str fraction = STR("");
    s = str_sub(s, negative, s.n);
    if (!str_starts(s, STR("PT")))
        return false;
    for (size_t at = 2, end = 2; at < s.n; at = ++end) {
        while (end < s.n && s.p[end] >= '0' && s.p[end] <= '9')
            end++;
        uint64_t n;
        if (end == s.n || !sheet_whole(str_sub(s, at, end), 1000000000, &n))
            return false;
        if (s.p[end] == '.' || s.p[end] == ',') {
            size_t last = end + 1;
            while (last < s.n && s.p[last] >= '0' && s.p[last] <= '9')
                last++;
            fraction = str_sub(s, end + 1, last < end + 10 ? last : end + 10);
            end = last;
            if (end == s.n)
                return false;
        }
        switch (s.p[end]) {
        case 'H': hours = n; break;
        case 'M': minutes = n; break;
        case 'S': seconds = n; break;
        default: return false;
        }
    }
    buf_printf(out, "%s%lu", negative ? "-" : "", (unsigned long)(hours * 3600 + minutes * 60 + seconds));
    buf_puts(out, fraction.n ? "." : "");
    buf_put(out, fraction);
    return true;
}

static const SheetFormat *cell_format(const Ods *o, const char **attributes)
{
    uint64_t format;
    Str style = xml_attribute(attributes, "style-name");
    if (!style.n)
        style = o->row_style.n ? o->row_style : column_style(o, o->column);
    return map_get(&o->styles, style, &format) ? &o->formats[format] : NULL;
}

/* A currency is written by its sign in the format, else by its code beside the value. */
static void cell_unit(Ods *o, const SheetFormat *f, Str currency)
{
    SheetCell *cell = &o->now.cell;
    bool symbol = f && f->unit[0];
    if (symbol || !currency.n)
        return;
    if (!str_eq(o->currency, currency))
        o->currency = arena_str(&o->book->arena, currency);
    cell->unit = o->currency;
}

static bool cell_number(Ods *o, const char **attributes, Str kind)
{
    SheetCell *cell = &o->now.cell;
    const SheetFormat *f = cell_format(o, attributes);
    *cell = (SheetCell){.kind = CELL_NUMBER, .unit = STR(""), .decimals = DECIMALS_FREE};
    if (!sheet_digits(&o->digits, xml_attribute(attributes, "value")))
        return ods_damaged(o);
    if (f)
        format_into(cell, f);
    if (str_eq(kind, STR("percentage")))
        cell->unit = STR("%");
    if (str_eq(kind, STR("currency")))
        cell_unit(o, f, xml_attribute(attributes, "currency"));
    return true;
}

/* Whether the cell holds a value of itself; a text is known only at its end. */
static bool cell_value(Ods *o, const char **attributes)
{
    Str kind = STR("");
    SheetCell *cell = &o->now.cell;
    for (const char **a = attributes; a[0]; a += 2)
        if (str_eq(xml_local(a[0]), STR("value-type"))) {
            o->failed_formula = o->failed_formula || strcmp(a[1], "error") == 0;
            kind = o->failed_formula ? STR("error") : str_from(a[1]);
        }
    o->has_value = kind.n > 0;
    if (str_eq(kind, STR("float")) || str_eq(kind, STR("percentage")) || str_eq(kind, STR("currency")))
        return cell_number(o, attributes, kind);
    if (str_eq(kind, STR("boolean"))) {
        *cell = (SheetCell){.kind = CELL_TRUTH, .truth = str_eq(xml_attribute(attributes, "boolean-value"), STR("true"))};
        return true;
    }
    if (str_eq(kind, STR("date"))) {
        *cell = (SheetCell){.kind = CELL_DATE};
        return sheet_iso_date(xml_attribute(attributes, "date-value"), cell) || ods_damaged(o);
    }
    if (str_eq(kind, STR("time"))) {
        *cell = (SheetCell){.kind = CELL_TIME, .unit = STR("s")};
        return ods_duration(&o->digits, xml_attribute(attributes, "time-value")) || ods_damaged(o);
    }
    *cell = (SheetCell){.kind = o->failed_formula ? CELL_ERROR : CELL_TEXT};
    return true;
}

static bool cell_start(Ods *o, const char **attributes)
{
    uint64_t repeated;
    if (o->in_cell || !o->in_row || !ods_repeated(attributes, "number-columns-repeated", SHEET_COLUMNS, &repeated))
        return ods_damaged(o);
    o->now = (OdsCell){.column = (uint32_t)o->column, .repeated = (uint32_t)repeated, .text = o->texts.n};
    o->in_cell = true;
    o->in_paragraph = o->failed_formula = false;
    o->paragraphs = o->ignored = 0;
    o->formula = xml_attribute(attributes, "formula").p != NULL;
    buf_clear(&o->digits);
    if (!cell_value(o, attributes))
        return false;
    return !o->digits.failed || ods_memory(o);
}

static bool cell_add(Ods *o, Str s)
{
    if (o->texts.n + s.n - o->now.text > SHEET_TEXT_BYTES)
        return sheet_fail(o->error, SHEET_TOO_BIG, STR("text"), SHEET_TEXT_BYTES) == SHEET_OK;
    buf_put(&o->texts, s);
    return !o->texts.failed || ods_memory(o);
}

static bool cell_spaces(Ods *o, const char **attributes)
{
    uint64_t n = 1;
    sheet_whole(xml_attribute(attributes, "c"), SHEET_TEXT_BYTES, &n);
    for (uint64_t i = 0; i < n; i++)
        if (!cell_add(o, STR(" ")))
            return false;
    return true;
}

static bool cell_inside(Ods *o, Str name, const char **attributes)
{
    if (o->ignored || str_eq(name, STR("annotation"))) {
        o->ignored++;
        return true;
    }
    if (str_eq(name, STR("p"))) {
        o->in_paragraph = true;
        return !o->paragraphs++ || cell_add(o, STR("\n"));
    }
    if (str_eq(name, STR("s")))
        return cell_spaces(o, attributes);
    if (str_eq(name, STR("tab")))
        return cell_add(o, STR("\t"));
    return !str_eq(name, STR("line-break")) || cell_add(o, STR("\n"));
}

static bool cell_keep(Ods *o)
{
    if (!ods_grow(o, (void **)&o->cells, sizeof *o->cells, o->count, &o->cap))
        return false;
    if (o->column + o->now.repeated > SHEET_COLUMNS)
        return sheet_fail(o->error, SHEET_TOO_BIG, STR("columns"), SHEET_COLUMNS) == SHEET_OK;
    o->cells[o->count++] = o->now;
    return true;
}

static bool cell_end(Ods *o)
{
    OdsCell *c = &o->now;
    bool text = c->cell.kind == CELL_TEXT || c->cell.kind == CELL_ERROR;
    o->in_cell = false;
    if (!text) {
        o->texts.n = c->text;
        if (!cell_add(o, buf_str(&o->digits)))
            return false;
    }
    c->text_n = o->texts.n - c->text;
    if (!o->has_value && o->formula && !c->text_n)
        c->cell = (SheetCell){.kind = CELL_UNCOMPUTED};
    bool empty = c->cell.kind == CELL_TEXT && !c->text_n;
    if (!empty && !cell_keep(o))
        return false;
    o->column += c->repeated;
    return true;
}

/* ---- the file ---- */

static bool table_start(Ods *o)
{
    if (!o->depth++)
        o->inside = o->tables++ == o->wanted;
    return true;
}

static bool is_cell(Str name)
{
    return str_eq(name, STR("table-cell")) || str_eq(name, STR("covered-table-cell"));
}

static bool ods_start(void *data, Str name, const char **attributes)
{
    Ods *o = data;
    if (str_eq(name, STR("table")))
        return table_start(o);
    if (!o->depth)
        return styles_start(o, name, attributes);
    if (!o->inside || o->depth > 1)
        return true;
    if (o->in_cell)
        return cell_inside(o, name, attributes);
    if (str_eq(name, STR("table-column")))
        return column_start(o, attributes);
    if (str_eq(name, STR("table-row")))
        return row_start(o, attributes);
    return !is_cell(name) || cell_start(o, attributes);
}

static bool ods_end(void *data, Str name)
{
    Ods *o = data;
    if (str_eq(name, STR("table"))) {
        o->depth -= o->depth > 0;
        o->inside = o->inside && o->depth;
        return true;
    }
    o->in_literal = false;
    o->in_format = o->in_format && !is_format(name);
    if (!o->inside || o->depth > 1)
        return true;
    if (o->in_cell && o->ignored) {
        o->ignored--;
        return true;
    }
    if (o->in_cell && str_eq(name, STR("p")))
        o->in_paragraph = false;
    if (o->in_cell && is_cell(name))
        return cell_end(o);
    return !o->in_row || !str_eq(name, STR("table-row")) || row_end(o);
}

static bool ods_text(void *data, Str s)
{
    Ods *o = data;
    if (o->in_literal)
        format_literal(o, s);
    return !o->in_cell || !o->in_paragraph || o->ignored || o->depth > 1 || cell_add(o, s);
}

SheetErr ods_read(SheetBook *b, uint32_t sheet, SheetCellFn cell, void *data, SheetError *error)
{
    Ods o = {.book = b, .error = error, .give = cell, .data = data, .wanted = UINT32_MAX};
    XmlReader reader = {&o, ods_start, ods_end, ods_text};
    map_init(&o.styles, b->mem);
    map_init(&o.codes, b->mem);
    buf_init(&o.texts, b->mem);
    buf_init(&o.digits, b->mem);
    if (package_has(b->package, "styles.xml"))
        package_read(b->package, "styles.xml", &reader, error);
    o.wanted = sheet;
    o.tables = o.depth = 0;
    if (error->err == SHEET_OK)
        package_read(b->package, "content.xml", &reader, error);
    mem_free(b->mem, o.formats, o.format_cap * sizeof *o.formats);
    mem_free(b->mem, o.columns, o.column_cap * sizeof *o.columns);
    mem_free(b->mem, o.cells, o.cap * sizeof *o.cells);
    map_free(&o.styles);
    map_free(&o.codes);
    buf_free(&o.texts);
    buf_free(&o.digits);
    return error->err;
}
