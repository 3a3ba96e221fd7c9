/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XLSX: relations lead from the package to the workbook, and from it to the sheets, the shared texts and the formats of
   cells. Shared texts and formats are read again for each sheet, so that a book holds nothing but names. */
#include "format/sheet_parts.h"

#include <string.h>

enum { DAYS_1900 = -25569, DAYS_1904 = -24107, FIRST_TRUE_SERIAL = 61, LAST_SERIAL = 2958465 };

/* ---- the workbook ---- */

typedef struct Opening {
    SheetBook *book;
    SheetError *error;
    Buf folder;          /* of the workbook: "xl/" */
    const char *workbook;
    Map entries;         /* id of a relation -> entry, as a pointer */
} Opening;

static bool opening_memory(Opening *o)
{
    return sheet_fail(o->error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
}

static bool nothing_more(void *data, Str s)
{
    (void)data, (void)s;
    return true;
}

/* "worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "../a.xml" as an entry. NULL: memory. */
static const char *entry_of(Opening *o, Str target)
{
    Buf b;
    buf_init(&b, o->book->mem);
    Str folder = buf_str(&o->folder);
    if (str_starts(target, STR("/"))) {
        target = str_sub(target, 1, target.n);
        folder = STR("");
    }
    while (str_starts(target, STR("../"))) {
        target = str_sub(target, 3, target.n);
        folder.n -= folder.n > 0;
        while (folder.n && folder.p[folder.n - 1] != '/')
            folder.n--;
    }
    buf_put(&b, folder);
    buf_put(&b, target);
    Str kept = arena_str(&o->book->arena, buf_str(&b));
    buf_free(&b);
    return kept.p;
}

static bool relation_of_package(void *data, Str name, const char **attributes)
{
    Opening *o = data;
    if (!str_eq(name, STR("Relationship")) || !str_ends(xml_attribute(attributes, "Type"), STR("/officeDocument")))
        return true;
    o->workbook = entry_of(o, xml_attribute(attributes, "Target"));
    return o->workbook || opening_memory(o);
}

static bool relation_of_workbook(void *data, Str name, const char **attributes)
{
    Opening *o = data;
    Str id = xml_attribute(attributes, "Id"), type = xml_attribute(attributes, "Type");
    if (!str_eq(name, STR("Relationship")) || !id.n || str_eq(xml_attribute(attributes, "TargetMode"), STR("External")))
        return true;
    const char *entry = entry_of(o, xml_attribute(attributes, "Target"));
    if (str_ends(type, STR("/sharedStrings")))
        o->book->texts = entry;
    if (str_ends(type, STR("/styles")))
        o->book->styles = entry;
    Str key = arena_str(&o->book->arena, id);
    return (entry && key.p && map_set(&o->entries, key, (uint64_t)(uintptr_t)entry)) || opening_memory(o);
}

static bool sheet_of_workbook(void *data, Str name, const char **attributes)
{
    Opening *o = data;
    uint64_t entry;
    if (str_eq(name, STR("workbookPr"))) {
        Str since = xml_attribute(attributes, "date1904");
        o->book->from_1904 = str_eq(since, STR("1")) || str_eq(since, STR("true"));
        return true;
    }
    if (!str_eq(name, STR("sheet")))
        return true;
    /* A sheet of charts, or one whose relation leads nowhere, is not one of cells. */
    if (!map_get(&o->entries, xml_attribute(attributes, "id"), &entry))
        return true;
    return book_add(o->book, xml_attribute(attributes, "name"), (const char *)(uintptr_t)entry, o->error);
}

/* xl/workbook.xml has its relations in xl/_rels/workbook.xml.rels. */
static const char *relations_of(Opening *o)
{
    Str path = str_from(o->workbook);
    size_t n = path.n;
    while (n && path.p[n - 1] != '/')
        n--;
    buf_put(&o->folder, str_sub(path, 0, n));
    Buf b;
    buf_init(&b, o->book->mem);
    buf_put(&b, str_sub(path, 0, n));
    buf_puts(&b, "_rels/");
    buf_put(&b, str_sub(path, n, path.n));
    buf_puts(&b, ".rels");
    Str kept = arena_str(&o->book->arena, buf_str(&b));
    buf_free(&b);
    return kept.p;
}

static SheetErr opening_read(Opening *o)
{
    XmlReader reader = {o, relation_of_package, nothing_more, nothing_more};
    if (package_read(o->book->package, "_rels/.rels", &reader, o->error) != SHEET_OK)
        return o->error->err;
    if (!o->workbook)
        return sheet_fail(o->error, SHEET_UNKNOWN, STR(""), 0);
    const char *relations = relations_of(o);
    if (!relations)
        return sheet_fail(o->error, SHEET_NO_MEMORY, STR(""), 0);
    reader.start = relation_of_workbook;
    if (package_read(o->book->package, relations, &reader, o->error) != SHEET_OK)
        return o->error->err;
    reader.start = sheet_of_workbook;
    if (package_read(o->book->package, o->workbook, &reader, o->error) != SHEET_OK)
        return o->error->err;
    return o->book->count ? SHEET_OK : sheet_fail(o->error, SHEET_UNKNOWN, STR(""), 0);
}

SheetErr xlsx_open(SheetBook *b, SheetError *error)
{
    Opening o = {.book = b, .error = error};
    buf_init(&o.folder, b->mem);
    map_init(&o.entries, b->mem);
    opening_read(&o);
    map_free(&o.entries);
    buf_free(&o.folder);
    return error->err;
}

/* ---- formats of cells ---- */

typedef struct Formats {
    SheetBook *book;
    SheetError *error;
    Map codes;         /* number of a format, 4 bytes in the arena -> index in list */
    SheetFormat *list; /* by style of cell */
    uint32_t count, cap;
    SheetFormat *own;  /* those the book declares */
    uint32_t own_count, own_cap;
    bool in_cells;     /* inside cellXfs */
} Formats;

/* Numbers below 50 have meanings of their own. */
static const char *standard_code(uint64_t number)
{
    static const char *const codes[50] = {
        [1] = "0", [2] = "0.00", [3] = "#,##0", [4] = "#,##0.00", [9] = "0%", [10] = "0.00%", [11] = "0.00E+00",
        [12] = "# ?/?", [13] = "# ?/?", [14] = "d/m/y", [15] = "d-mmm-yy", [16] = "d-mmm", [17] = "mmm-yy",
        [18] = "h:mm AM/PM", [19] = "h:mm:ss AM/PM", [20] = "h:mm", [21] = "h:mm:ss", [22] = "d/m/y h:mm",
        [27] = "y/m/d", [28] = "m/d", [29] = "m/d", [30] = "m/d/y", [31] = "y/m/d", [36] = "y/m/d",
        [5] = "#,##0", [6] = "#,##0", [7] = "#,##0.00", [8] = "#,##0.00", [37] = "#,##0", [38] = "#,##0",
        [39] = "#,##0.00", [40] = "#,##0.00", [41] = "#,##0", [42] = "#,##0", [43] = "#,##0.00", [44] = "#,##0.00",
        [45] = "mm:ss", [46] = "[h]:mm:ss", [47] = "mm:ss.0", [48] = "##0.0E+0", [49] = "@"};
    const char *code = number < 50 ? codes[number] : NULL;
    return code ? code : "General";
}

static bool formats_grow(Formats *f, SheetFormat **list, uint32_t count, uint32_t *cap)
{
    if (count < *cap)
        return true;
    if (count >= SHEET_STYLES)
        return sheet_fail(f->error, SHEET_TOO_BIG, STR("styles"), SHEET_STYLES) == SHEET_OK;
    uint32_t grown_cap = *cap ? 2 * *cap : 16;
    SheetFormat *grown = mem_realloc(f->book->mem, *list, *cap * sizeof *grown, grown_cap * sizeof *grown);
    if (!grown)
        return sheet_fail(f->error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
    *list = grown;
    *cap = grown_cap;
    return true;
}

static bool format_declared(Formats *f, const char **attributes)
{
    if (!formats_grow(f, &f->own, f->own_count, &f->own_cap))
        return false;
    Str key = arena_str(&f->book->arena, xml_attribute(attributes, "numFmtId"));
    sheet_format_read(xml_attribute(attributes, "formatCode"), &f->own[f->own_count]);
    return (key.p && map_set(&f->codes, key, f->own_count++)) ||
           sheet_fail(f->error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
}

static bool format_of_cells(Formats *f, Str number)
{
    uint64_t own, standard = 0;
    if (!formats_grow(f, &f->list, f->count, &f->cap))
        return false;
    SheetFormat *format = &f->list[f->count++];
    if (map_get(&f->codes, number, &own)) {
        *format = f->own[own];
        return true;
    }
    sheet_whole(number, UINT32_MAX, &standard);
    sheet_format_read(str_from(standard_code(standard)), format);
    return true;
}

static bool formats_start(void *data, Str name, const char **attributes)
{
    Formats *f = data;
    if (str_eq(name, STR("numFmt")))
        return format_declared(f, attributes);
    if (str_eq(name, STR("cellXfs")))
        f->in_cells = true;
    return !f->in_cells || !str_eq(name, STR("xf")) || format_of_cells(f, xml_attribute(attributes, "numFmtId"));
}

static bool formats_end(void *data, Str name)
{
    Formats *f = data;
    f->in_cells = f->in_cells && !str_eq(name, STR("cellXfs"));
    return true;
}

/* ---- shared texts ---- */

typedef struct Texts {
    SheetBook *book;
    SheetError *error;
    Buf all;
    size_t *ends;
    uint32_t count, cap;
    bool in_text;
    uint32_t phonetic;   /* inside what tells how a text is pronounced */
} Texts;

static bool texts_start(void *data, Str name, const char **attributes)
{
    Texts *t = data;
    (void)attributes;
    t->phonetic += str_eq(name, STR("rPh"));
    t->in_text = str_eq(name, STR("t")) && !t->phonetic;
    return true;
}

static bool texts_text(void *data, Str s)
{
    Texts *t = data;
    size_t start = t->count ? t->ends[t->count - 1] : 0;
    if (!t->in_text)
        return true;
    if (t->all.n + s.n > SHEET_TEXTS_BYTES)
        return sheet_fail(t->error, SHEET_TOO_BIG, STR("texts"), SHEET_TEXTS_BYTES) == SHEET_OK;
    if (t->all.n + s.n - start > SHEET_TEXT_BYTES)
        return sheet_fail(t->error, SHEET_TOO_BIG, STR("text"), SHEET_TEXT_BYTES) == SHEET_OK;
    buf_put(&t->all, s);
    return !t->all.failed || sheet_fail(t->error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
}

static bool texts_end(void *data, Str name)
{
    Texts *t = data;
    t->in_text = false;
    t->phonetic -= t->phonetic && str_eq(name, STR("rPh"));
    if (!str_eq(name, STR("si")))
        return true;
    if (t->count == t->cap) {
        uint32_t cap = t->cap ? 2 * t->cap : 64;
        size_t *grown = mem_realloc(t->book->mem, t->ends, t->cap * sizeof *grown, cap * sizeof *grown);
        if (!grown)
            return sheet_fail(t->error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
        t->ends = grown;
        t->cap = cap;
    }
    t->ends[t->count++] = t->all.n;
    return true;
}

/* ---- cells ---- */

typedef struct Cells {
    const SheetBook *book;
    SheetError *error;
    const char *entry;
    const Texts *texts;
    const Formats *formats;
    SheetCellFn cell;
    void *data;
    int64_t row, column;   /* of the last cell; -1: none */
    Str type;              /* "s", "n" … : a constant below */
    uint32_t style;
    Buf value, digits;
    bool in_row, in_cell, in_value, formula, has_value;
    uint32_t phonetic;
} Cells;

static bool cells_damaged(Cells *c)
{
    return sheet_fail(c->error, SHEET_DAMAGED, str_from(c->entry), 0) == SHEET_OK;
}

static Str cell_type(Str t)
{
    static const Str types[] = {{"s", 1}, {"str", 3}, {"inlineStr", 9}, {"b", 1}, {"e", 1}, {"d", 1}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq(t, types[i]))
            return types[i];
    return STR("n");
}

static bool row_start(Cells *c, const char **attributes)
{
    uint64_t row;
    Str r = xml_attribute(attributes, "r");
    int64_t at = r.p ? -1 : c->row + 1;
    if (r.p && sheet_whole(r, SHEET_ROWS, &row) && row)
        at = (int64_t)row - 1;
    if (at <= c->row || at >= SHEET_ROWS)
        return cells_damaged(c);
    c->row = at;
    c->column = -1;
    return c->in_row = true;
}

static bool cell_start(Cells *c, const char **attributes)
{
    uint32_t row = (uint32_t)c->row, column = (uint32_t)(c->column + 1);
    uint64_t style = 0;
    Str place = xml_attribute(attributes, "r"), s = xml_attribute(attributes, "s");
    bool sound = c->in_row && (!place.p || sheet_place_read(place, &row, &column)) && (int64_t)row == c->row &&
                 (int64_t)column > c->column && column < SHEET_COLUMNS && (!s.n || sheet_whole(s, UINT32_MAX, &style));
    if (!sound)
        return cells_damaged(c);
    c->column = column;
    c->style = (uint32_t)style;
    c->type = cell_type(xml_attribute(attributes, "t"));
    c->formula = c->has_value = c->in_value = false;
    c->phonetic = 0;
    buf_clear(&c->value);
    return c->in_cell = true;
}

static bool cells_start(void *data, Str name, const char **attributes)
{
    Cells *c = data;
    if (str_eq(name, STR("row")))
        return row_start(c, attributes);
    if (str_eq(name, STR("c")))
        return cell_start(c, attributes);
    if (!c->in_cell)
        return true;
    bool inline_text = str_eq(c->type, STR("inlineStr"));
    c->formula = c->formula || str_eq(name, STR("f"));
    c->phonetic += str_eq(name, STR("rPh"));
    c->in_value = !c->phonetic && str_eq(name, inline_text ? STR("t") : STR("v"));
    c->has_value = c->has_value || c->in_value;
    return true;
}

static bool cells_text(void *data, Str s)
{
    Cells *c = data;
    return !c->in_cell || !c->in_value || cell_text_add(&c->value, s, c->error);
}

static bool give(Cells *c, const SheetCell *cell)
{
    return c->cell(c->data, (uint32_t)c->row, (uint32_t)c->column, cell);
}

static bool give_text(Cells *c, SheetKind kind, Str text)
{
    return !text.n || give(c, &(SheetCell){.kind = kind, .text = text});
}

static bool give_shared(Cells *c)
{
    uint64_t i;
    const Texts *t = c->texts;
    if (!sheet_whole(str_trim(buf_str(&c->value)), UINT32_MAX, &i) || i >= t->count)
        return cells_damaged(c);
    size_t start = i ? t->ends[i - 1] : 0;
    return t->ends[i] == start || give_text(c, CELL_TEXT, (Str){t->all.p + start, t->ends[i] - start});
}

/* The serial 60 is a day that never was: before it, one day less has gone by. */
static bool give_serial(Cells *c)
{
    Str digits = buf_str(&c->digits);
    uint64_t serial;
    size_t n = 0;
    while (n < digits.n && digits.p[n] != '.')
        n++;
    if (!sheet_whole(str_sub(digits, 0, n), LAST_SERIAL, &serial))
        return cells_damaged(c);
    int64_t days = (int64_t)serial + (c->book->from_1904 ? DAYS_1904 : DAYS_1900);
    if (!c->book->from_1904 && serial < FIRST_TRUE_SERIAL)
        days++;
    SheetCell cell = {.kind = CELL_DATE, .days = days};
    sheet_part_of_day(str_sub(digits, n < digits.n ? n + 1 : n, digits.n), &cell);
    return give(c, &cell);
}

static bool give_number(Cells *c)
{
    SheetCell cell = {.kind = CELL_NUMBER, .decimals = DECIMALS_FREE, .unit = STR("")};
    const SheetFormat *f = c->style < c->formats->count ? &c->formats->list[c->style] : NULL;
    buf_clear(&c->digits);
    if (!sheet_digits(&c->digits, buf_str(&c->value)))
        return cells_damaged(c);
    if (c->digits.failed)
        return sheet_fail(c->error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
    if (f && f->kind == FORMAT_DATE)
        return give_serial(c);
    if (f)
        format_into(&cell, f);
    if (f && f->kind == FORMAT_TIME) {
        cell.kind = CELL_TIME;
        cell.unit = STR("day");
    }
    cell.text = buf_str(&c->digits);
    return give(c, &cell);
}

static bool give_iso(Cells *c)
{
    SheetCell cell = {.kind = CELL_DATE};
    return sheet_iso_date(str_trim(buf_str(&c->value)), &cell) ? give(c, &cell) : cells_damaged(c);
}

static bool cell_end(Cells *c)
{
    Str value = buf_str(&c->value);
    c->in_cell = c->in_value = false;
    if (!c->has_value || (!value.n && c->formula && !str_eq(c->type, STR("str"))))
        return !c->formula || give(c, &(SheetCell){.kind = CELL_UNCOMPUTED});
    if (str_eq(c->type, STR("s")))
        return give_shared(c);
    if (str_eq(c->type, STR("str")) || str_eq(c->type, STR("inlineStr")))
        return give_text(c, CELL_TEXT, value);
    if (!value.n)
        return true;
    if (str_eq(c->type, STR("e")))
        return give_text(c, CELL_ERROR, value);
    if (str_eq(c->type, STR("b")))
        return give(c, &(SheetCell){.kind = CELL_TRUTH, .truth = str_eq(value, STR("1")) || str_eq(value, STR("true"))});
    return str_eq(c->type, STR("d")) ? give_iso(c) : give_number(c);
}

static bool cells_end(void *data, Str name)
{
    Cells *c = data;
    if (str_eq(name, STR("row")))
        c->in_row = false;
    if (str_eq(name, STR("c")) && c->in_cell)
        return cell_end(c);
    c->phonetic -= c->phonetic && str_eq(name, STR("rPh"));
    c->in_value = false;
    return true;
}

/* ---- a sheet ---- */

static SheetErr xlsx_cells(SheetBook *b, uint32_t sheet, const Texts *texts, const Formats *formats, SheetCellFn cell,
                           void *data, SheetError *error)
{
    Cells c = {.book = b, .error = error, .entry = b->sheets[sheet].entry, .texts = texts, .formats = formats,
               .cell = cell, .data = data, .row = -1};
    XmlReader reader = {&c, cells_start, cells_end, cells_text};
    buf_init(&c.value, b->mem);
    buf_init(&c.digits, b->mem);
    package_read(b->package, c.entry, &reader, error);
    buf_free(&c.value);
    buf_free(&c.digits);
    return error->err;
}

SheetErr xlsx_read(SheetBook *b, uint32_t sheet, SheetCellFn cell, void *data, SheetError *error)
{
    Texts texts = {.book = b, .error = error};
    Formats formats = {.book = b, .error = error};
    XmlReader text_reader = {&texts, texts_start, texts_end, texts_text};
    XmlReader format_reader = {&formats, formats_start, formats_end, nothing_more};
    buf_init(&texts.all, b->mem);
    map_init(&formats.codes, b->mem);
    if (b->texts)
        package_read(b->package, b->texts, &text_reader, error);
    if (b->styles && error->err == SHEET_OK)
        package_read(b->package, b->styles, &format_reader, error);
    if (error->err == SHEET_OK)
        xlsx_cells(b, sheet, &texts, &formats, cell, data, error);
    mem_free(b->mem, formats.list, formats.cap * sizeof *formats.list);
    mem_free(b->mem, formats.own, formats.own_cap * sizeof *formats.own);
    map_free(&formats.codes);
    mem_free(b->mem, texts.ends, texts.cap * sizeof *texts.ends);
    buf_free(&texts.all);
    return error->err;
}
