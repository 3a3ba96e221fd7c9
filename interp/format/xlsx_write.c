/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the library writes files only, so that the book is made in a folder of its own, below TMPDIR, and read back. */
#include "format/xlsx_write.h"

#include <errno.h>
#include <stdio.h>  /* snprintf */
#include <stdlib.h> /* mkdtemp, getenv */
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/io.h"
#include "base/map.h"
#include "base/utf8.h"
#include "format/opened.h"

enum { NAME_MOST = 31, PATH_MOST = 1024, SERIAL_1970 = 25569 };

typedef struct Library {
#define FUNCTION(name) __typeof__(name) *name;
#include "format/xlsx.def"
} Library;

static const char *const names[] = {
#define FUNCTION(name) #name,
#include "format/xlsx.def"
};

/* 1 January 1980, in seconds: the same report is the same file, to the byte, whenever it is written. */
enum { TIMELESS = 315532800 };

struct XlsxWriter {
    Mem *mem;
    Arena arena; /* names of sheets, codes of formats */
    Library lib;
    lxw_workbook *book;
    lxw_worksheet *sheet; /* the last one; NULL: none yet */
    lxw_format *bold;
    Map formats; /* code -> lxw_format, as a pointer */
    Map sheets;  /* folded names */
    char folder[PATH_MOST], path[PATH_MOST];
    lxw_error failed;
    bool no_memory;
};

/* ---- the file ---- */

static bool writer_folder(XlsxWriter *w)
{
    const char *place = getenv("TMPDIR");
    int n = snprintf(w->folder, sizeof w->folder, "%s/bareme-XXXXXX", place && *place ? place : "/tmp");
    if (n < 0 || (size_t)n + 16 > sizeof w->folder || !mkdtemp(w->folder)) {
        w->folder[0] = '\0';
        return false;
    }
    memcpy(w->path, w->folder, (size_t)n);
    memcpy(w->path + n, "/book.xlsx", sizeof "/book.xlsx");
    return true;
}

static void writer_free(XlsxWriter *w)
{
    if (w->folder[0]) {
        unlink(w->path);
        rmdir(w->folder);
    }
    map_free(&w->formats);
    map_free(&w->sheets);
    arena_free(&w->arena);
    mem_free(w->mem, w, sizeof *w);
}

enum { CREATED = 946684800 }; /* 2000-01-01, whenever it is written: the same text gives the same bytes */

static SheetErr begin(XlsxWriter *w, SheetError *error)
{
    void *functions[sizeof names / sizeof *names];
    const char *missing;
    if (!opened_library(BAREME_LIBXLSXWRITER, names, functions, sizeof names / sizeof *names, &missing))
        return sheet_fail(error, SHEET_NO_LIBRARY, str_from(missing), 0);
    memcpy(&w->lib, functions, sizeof w->lib);
    if (!writer_folder(w))
        return sheet_fail(error, SHEET_UNWRITTEN, str_from(strerror(errno)), 0);
    lxw_workbook_options options = {.tmpdir = w->folder};
    w->book = w->lib.workbook_new_opt(w->path, &options);
    if (w->book)
        w->lib.workbook_set_properties(w->book, &(lxw_doc_properties){.created = TIMELESS});
    w->bold = w->book ? w->lib.workbook_add_format(w->book) : NULL;
    if (!w->bold)
        return sheet_fail(error, SHEET_NO_MEMORY, STR(""), 0);
    lxw_doc_properties properties = {.created = CREATED};
    w->lib.workbook_set_properties(w->book, &properties);
    w->lib.format_set_bold(w->bold);
    return SHEET_OK;
}

XlsxWriter *xlsx_begin(Mem *mem, SheetError *error)
{
    XlsxWriter *w = mem_zalloc(mem, 1, sizeof *w);
    *error = (SheetError){.err = SHEET_OK};
    if (!w) {
        sheet_fail(error, SHEET_NO_MEMORY, STR(""), 0);
        return NULL;
    }
    w->mem = mem;
    arena_init(&w->arena, mem);
    map_init(&w->formats, mem);
    map_init(&w->sheets, mem);
    if (begin(w, error) != SHEET_OK) {
        if (w->book)
            w->lib.workbook_close(w->book);
        writer_free(w);
        return NULL;
    }
    return w;
}

SheetErr xlsx_end(XlsxWriter *w, Buf *out, SheetError *error)
{
    lxw_error closed = w->lib.workbook_close(w->book); /* frees the book */
    lxw_error failed = w->failed ? w->failed : closed;
    *error = (SheetError){.err = SHEET_OK};
    if (w->no_memory || failed == LXW_ERROR_MEMORY_MALLOC_FAILED)
        sheet_fail(error, SHEET_NO_MEMORY, STR(""), 0);
    else if (failed)
        sheet_fail(error, SHEET_UNWRITTEN, str_from(w->lib.lxw_strerror(failed)), 0);
    int e = error->err == SHEET_OK ? io_posix()->read_file(io_posix(), w->path, PACKAGE_INFLATED, out) : 0;
    if (e)
        sheet_fail(error, e == ENOMEM ? SHEET_NO_MEMORY : SHEET_UNWRITTEN, str_from(strerror(e)), 0);
    writer_free(w);
    return error->err;
}

/* ---- sheets ---- */

/* At most `most` characters; signs that no name of a sheet may hold become hyphens. */
static void put_name(Buf *out, Str name, size_t most)
{
    uint32_t cp;
    size_t count = 0;
    name = str_trim(name);
    for (size_t at = 0, n; count < most && (n = utf8_next(name, at, &cp)) != 0; at += n, count++) {
        bool refused = cp < 0x20 || (cp < 0x80 && strchr("[]:*?/\\'", (int)cp));
        if (refused)
            buf_putc(out, '-');
        else
            buf_put(out, str_sub(name, at, at + n));
        count += cp > 0xFFFF; /* counted in UTF-16 */
    }
}

/* Case tells no two sheets apart. */
static bool name_is_new(XlsxWriter *w, Str name)
{
    Buf lower;
    buf_init(&lower, w->mem);
    utf8_lower(&lower, name);
    bool is_new = !map_get(&w->sheets, buf_str(&lower), NULL);
    Str kept = is_new ? arena_str(&w->arena, buf_str(&lower)) : STR("");
    if (is_new && (!kept.p || !map_set(&w->sheets, kept, 0)))
        w->no_memory = true;
    buf_free(&lower);
    return is_new;
}

void xlsx_sheet(XlsxWriter *w, Str name)
{
    Buf b;
    char number[16] = "";
    buf_init(&b, w->mem);
    for (unsigned i = 2; i < 100000; i++) {
        buf_clear(&b);
        put_name(&b, name, NAME_MOST - strlen(number));
        if (!b.n)
            buf_puts(&b, "1");
        buf_puts(&b, number);
        if (name_is_new(w, buf_str(&b)))
            break;
        snprintf(number, sizeof number, " (%u)", i);
    }
    w->sheet = b.failed ? NULL : w->lib.workbook_add_worksheet(w->book, buf_cstr(&b));
    w->no_memory = w->no_memory || !w->sheet;
    buf_free(&b);
}

void xlsx_titles(XlsxWriter *w, uint32_t rows)
{
    if (w->sheet)
        w->lib.worksheet_freeze_panes(w->sheet, rows, 0);
}

void xlsx_width(XlsxWriter *w, uint32_t column, uint32_t characters)
{
    lxw_col_t c = (lxw_col_t)column;
    if (w->sheet && column < SHEET_COLUMNS)
        w->lib.worksheet_set_column(w->sheet, c, c, characters, NULL);
}

/* ---- cells ---- */

static void keep_error(XlsxWriter *w, lxw_error e)
{
    if (e && !w->failed)
        w->failed = e;
}

static lxw_format *format_of(XlsxWriter *w, const char *code)
{
    uint64_t known;
    if (!*code)
        return NULL;
    if (map_get(&w->formats, str_from(code), &known))
        return (lxw_format *)(uintptr_t)known;
    lxw_format *f = w->lib.workbook_add_format(w->book);
    Str key = arena_str(&w->arena, str_from(code));
    if (!f || !key.p || !map_set(&w->formats, key, (uint64_t)(uintptr_t)f)) {
        w->no_memory = true;
        return NULL;
    }
    w->lib.format_set_num_format(f, key.p);
    return f;
}

/* What a cell takes of a text, as characters. */
static void put_cut(Buf *out, Str text)
{
    uint32_t cp;
    size_t count = 0, at = 0;
    for (size_t n; count < XLSX_TEXT_BYTES - 1 && (n = utf8_next(text, at, &cp)) != 0; at += n) {
        count += cp > 0xFFFF ? 2 : 1;
        if (cp == UTF8_REPLACEMENT)
            utf8_put(out, cp);
        else if (cp)
            buf_put(out, str_sub(text, at, at + n));
    }
    if (at < text.n)
        buf_puts(out, "…");
}

void xlsx_text(XlsxWriter *w, uint32_t row, uint32_t column, Str text, bool bold)
{
    Buf b;
    if (!w->sheet || !text.n)
        return;
    buf_init(&b, w->mem);
    put_cut(&b, text);
    w->no_memory = w->no_memory || b.failed;
    keep_error(w, w->lib.worksheet_write_string(w->sheet, row, (lxw_col_t)column, buf_cstr(&b), bold ? w->bold : NULL));
    buf_free(&b);
}

void xlsx_number(XlsxWriter *w, uint32_t row, uint32_t column, double x, const char *format)
{
    if (w->sheet)
        keep_error(w, w->lib.worksheet_write_number(w->sheet, row, (lxw_col_t)column, x, format_of(w, format)));
}

void xlsx_date(XlsxWriter *w, uint32_t row, uint32_t column, int64_t days, const char *format)
{
    xlsx_number(w, row, column, (double)(days + SERIAL_1970), format);
}
