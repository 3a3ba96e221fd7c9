/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a cell that is a number for machines is written as one. Its format is read off the text that people see: how many
   decimals, and what stands behind the digits. A cell whose text is more than that stays a text. */
#include "report/xlsx.h"

#include "base/utf8.h"
#include "format/xlsx_write.h"
#include "report/word.h"

enum { WIDTH_LEAST = 6, WIDTH_MOST = 60, UNIT_BYTES = 40, DECIMALS_MOST = 20 };
/* 1900-03-01: spreadsheets disagree on the days before. */
enum { FIRST_DAY = -25508 };
#define DIGITS_ROOM UINT64_C(100000000000000000)

typedef struct Book {
    const Doc *doc;
    XlsxWriter *xlsx; /* opened by the first table */
    SheetError *error;
    Str heading;      /* the last one met */
} Book;

/* ---- formats ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

typedef struct Shown { /* 1 234,50 € */
    int decimals;
    bool percent;
    Str unit;
} Shown;

/* Digits, with what groups them and one decimal mark. */
static bool shown_number(Str text, size_t *at, char mark, int *decimals)
{
    uint32_t cp;
    bool any = false, point = false;
    *decimals = 0;
    for (size_t n, i = *at; (n = utf8_next(text, i, &cp)) != 0; i += n) {
        bool digit = cp < 0x80 && is_digit((char)cp);
        if (cp == (uint32_t)mark && any && !point) {
            point = true;
        } else if (!digit && !utf8_is_blank(cp)) {
            break;
        }
        *decimals += digit && point;
        any = any || digit;
        *at = digit ? i + n : *at;
    }
    return any && *decimals <= DECIMALS_MOST;
}

static bool shown_read(Str text, Lang lang, Shown *out)
{
    size_t at = 0;
    *out = (Shown){.unit = STR("")};
    static const Str signs[] = {{"≈", 3}, {"-", 1}, {"−", 3}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        text = str_trim(text);
        text = str_starts(text, signs[i]) ? str_sub(text, signs[i].n, text.n) : text;
    }
    if (!shown_number(text, &at, lang == LANG_FR ? ',' : '.', &out->decimals)) {
        return false;
    }
    Str unit = str_trim(str_sub(text, at, text.n));
    for (size_t i = 0; i < unit.n; i++) {
        if (is_digit(unit.p[i]) || unit.p[i] == '"' || unit.p[i] == '\\') {
            return false;
        }
    }
    out->percent = str_eq(unit, STR("%"));
    out->unit = unit;
    return unit.n < UNIT_BYTES;
}

static void put_format(Buf *out, const Shown *s)
{
    buf_puts(out, s->percent || (!s->unit.n && !s->decimals) ? "0" : "#,##0");
    buf_puts(out, s->decimals ? "." : "");
    buf_repeat(out, '0', (size_t)s->decimals);
    if (s->percent) {
        buf_puts(out, "%");
    } else if (s->unit.n) {
        buf_puts(out, "\" ");
        buf_put(out, s->unit);
        buf_puts(out, "\"");
    }
}

/* ---- cells ---- */

/* The decimal number divided by 10^shift, as spreadsheets keep numbers: right to the last bit up to 18 digits, which is
   more than they show; further digits only count as zeros. */
static double binary(Str number, int shift)
{
    uint64_t digits = 0;
    bool negative = str_starts(number, STR("-")), point = false;
    int scale = shift;
    for (size_t i = negative; i < number.n; i++) {
        point = point || number.p[i] == '.';
        if (number.p[i] == '.') {
            continue;
        }
        bool room = digits < DIGITS_ROOM;
        digits = room ? digits * 10 + (uint64_t)(number.p[i] - '0') : digits;
        scale += room ? point : point - 1;
    }
    long double x = 1;
    for (int i = scale < 0 ? -scale : scale; i > 0; i--) {
        x *= 10;
    }
    x = scale < 0 ? (long double)digits * x : (long double)digits / x;
    return (double)(negative ? -x : x);
}

static uint32_t width_of(Str text)
{
    size_t w = utf8_width(text) + 2;
    return w < WIDTH_LEAST ? WIDTH_LEAST : w > WIDTH_MOST ? WIDTH_MOST : (uint32_t)w;
}

static void put_text(Book *b, uint32_t row, uint32_t column, const DocNode *n, bool bold)
{
    Buf text;
    buf_init(&text, b->doc->arena.mem);
    buf_put(&text, n->text);
    for (const DocRun *r = n->runs; r; r = r->next) {
        buf_put(&text, r->text);
    }
    xlsx_text(b->xlsx, row, column, buf_str(&text), bold);
    buf_free(&text);
}

static void put_cell(Book *b, uint32_t row, uint32_t column, const DocNode *n, bool bold)
{
    Shown shown;
    bool sound = n->number.n && shown_read(n->text, b->doc->lang, &shown);
    if (n->is_date && n->days >= FIRST_DAY) {
        xlsx_date(b->xlsx, row, column, n->days, b->doc->lang == LANG_FR ? "dd/mm/yyyy" : "yyyy-mm-dd");
        return;
    }
    if (!sound) {
        put_text(b, row, column, n, bold);
        return;
    }
    Buf format;
    buf_init(&format, b->doc->arena.mem);
    put_format(&format, &shown);
    xlsx_number(b->xlsx, row, column, binary(n->number, shown.percent ? 2 : 0), buf_cstr(&format));
    buf_free(&format);
}

/* ---- tables ---- */

static void put_columns(Book *b, const DocNode *table)
{
    Mem *mem = b->doc->arena.mem;
    uint32_t n = table->column_count, *widths = mem_zalloc(mem, n + 1, sizeof *widths);
    for (const DocNode *row = table->first; widths && row; row = row->next) {
        uint32_t c = 0;
        for (const DocNode *cell = row->first; cell && c < n; cell = cell->next) {
            uint32_t width = cell->span <= 1 ? width_of(cell->text) : 0;
            widths[c] = width > widths[c] ? width : widths[c];
            c += cell->span ? cell->span : 1;
        }
    }
    for (uint32_t c = 0; c < n; c++) {
        uint32_t title = width_of(table->columns[c].title);
        xlsx_text(b->xlsx, 0, c, table->columns[c].title, true);
        xlsx_width(b->xlsx, c, widths && widths[c] > title ? widths[c] : title);
    }
    mem_free(mem, widths, (n + 1) * sizeof *widths);
    xlsx_titles(b->xlsx, 1);
}

static bool put_table(Book *b, const DocNode *table)
{
    uint32_t at = 1;
    if (!b->xlsx) {
        b->xlsx = xlsx_begin(b->doc->arena.mem, b->error);
    }
    if (!b->xlsx) {
        return false;
    }
    Str name = table->title.n ? table->title : b->heading.n ? b->heading : report_word(RW_TABLE, b->doc->lang);
    xlsx_sheet(b->xlsx, name);
    put_columns(b, table);
    for (const DocNode *row = table->first; row; row = row->next, at++) {
        uint32_t column = 0;
        for (const DocNode *cell = row->first; cell; cell = cell->next) {
            put_cell(b, at, column, cell, row->tone == TONE_STRONG);
            column += cell->span ? cell->span : 1;
        }
    }
    return true;
}

static bool put_nodes(Book *b, const DocNode *n)
{
    for (; n; n = n->next) {
        bool section = n->kind == DOC_SECTION || n->kind == DOC_HEADING;
        b->heading = section && n->text.n ? n->text : b->heading;
        if (n->kind == DOC_TABLE ? !put_table(b, n) : !put_nodes(b, n->first)) {
            return false;
        }
    }
    return true;
}

SheetErr doc_xlsx(Buf *out, const Doc *d, SheetError *error)
{
    Book b = {.doc = d, .error = error, .heading = d->title};
    *error = (SheetError){.err = SHEET_OK};
    put_nodes(&b, d->root ? d->root->first : NULL);
    if (b.xlsx) {
        return xlsx_end(b.xlsx, out, error);
    }
    return error->err == SHEET_OK ? sheet_fail(error, SHEET_MISSING, STR(""), 0) : error->err;
}
