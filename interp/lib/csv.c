/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables from CSV. How: the first rows are looked at, to learn how numbers and dates are written and what each column
   holds; then the file is read from its beginning, each cell into its column. Where a column proves to be texts after
   all, it is read once more. */
#include "format/csv.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "lib/column.h"
#include "lib/file.h"
#include "lib/table.h"

enum { LOOK_ROWS = 2000, PASSES = 3, BLOCK_CELLS = 1024, BLOCK_ROWS = 64 };
enum { ARG_FILE, ARG_SEPARATOR, ARG_DECIMAL, ARG_ENCODING, ARG_TYPES, ARG_UNITS, ARG_MISSING, ARG_DATES, ARG_HEADER };

typedef struct Import {
    const Args *args;
    OutsideFile file;
    Encoding encoding;
    bool guess_encoding;
    char separator; /* '\0': as the header shows; then ONE_COLUMN where it shows none */
    bool has_header, decimal_given, order_given, settled;
    CellForms forms;
    Arena arena;
    TextStream stream;
    CsvReader csv;
    bool open;
    Column *columns;
    uint32_t n;
    uint64_t rows;
    Progress progress;
    double row_bytes; /* on average, of those looked at */
} Import;

/* ---- what is wrong, and where ---- */

static Str number_text(char out[24], uint64_t n)
{
    size_t at = 24;
    do {
        out[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    return (Str){out + at, 24 - at};
}

/* {0} file, {1} line, then these. */
static bool fail_at(const Import *in, DiagId id, uint64_t line, Str a, Str b)
{
    char digits[24];
    const Str texts[] = {in->file.given, number_text(digits, line), a, b};
    return vm_fail(in->args->vm, id, texts, 4);
}

static bool fail_count(const Import *in, DiagId id, uint64_t line, uint64_t a, uint64_t b)
{
    char x[24], y[24];
    return fail_at(in, id, line, number_text(x, a), number_text(y, b));
}

static bool fail_strange(const Import *in, const Column *c)
{
    static const DiagId ids[] = {[KIND_OPEN] = D_CSV_NO_NUMBER, [KIND_NUMBER] = D_CSV_NO_NUMBER, [KIND_DATE] = D_CSV_NO_DATE,
                                 [KIND_TRUTH] = D_CSV_NO_TRUTH, [KIND_TEXT] = D_CSV_NO_NUMBER};
    return fail_at(in, ids[c->kind], c->strange_line, c->strange_text, c->heading.name);
}

static bool no_memory(const Import *in) { return vm_fail_memory(in->args->vm); }

/* ---- options ---- */

static bool take_sign(const Args *a, uint32_t i, const char *allowed, char *out, bool *given)
{
    Str s;
    *given = args_given(a, i);
    if (!*given) {
        return true;
    }
    if (!args_text(a, i, &s)) {
        return false;
    }
    s = str_eq(s, STR("tab")) ? STR("\t") : s;
    bool good = s.n == 1 && (allowed ? strchr(allowed, s.p[0]) != NULL : !strchr("\"\r\n.-+0123456789", s.p[0]));
    *out = good ? s.p[0] : '\0';
    return good || args_fail(a, allowed ? D_CSV_DECIMAL : D_CSV_SEPARATOR, i, a->v[i]);
}

static bool take_missing(Import *in)
{
    const Args *a = in->args;
    Value list;
    if (!args_given(a, ARG_MISSING)) {
        return true;
    }
    if (!args_list(a, ARG_MISSING, &list)) {
        return false;
    }
    Str *words = arena_alloc(&in->arena, (list_count(list) + 1) * sizeof *words);
    for (uint32_t i = 0; words && i < list_count(list); i++) {
        if (list_at(list, i).tag != T_TEXT) {
            return args_fail(a, D_ARG_TEXT, ARG_MISSING, list_at(list, i));
        }
        words[i] = text_str(args_heap(a), list_at(list, i));
    }
    in->forms.missing = words;
    in->forms.missing_count = list_count(list);
    return words || no_memory(in);
}

static bool take_dates(Import *in)
{
    Str s;
    in->order_given = args_given(in->args, ARG_DATES);
    if (!in->order_given) {
        return true;
    }
    if (!args_text(in->args, ARG_DATES, &s)) {
        return false;
    }
    bool day = str_eq(s, STR("day first")) || str_eq(s, STR("jour d'abord"));
    bool month = str_eq(s, STR("month first")) || str_eq(s, STR("mois d'abord"));
    in->forms.order = month ? ORDER_MONTH_FIRST : ORDER_DAY_FIRST;
    return day || month || args_fail(in->args, D_CSV_DATES, ARG_DATES, in->args->v[ARG_DATES]);
}

static bool take_options(Import *in)
{
    const Args *a = in->args;
    bool given;
    in->has_header = true;
    in->forms.decimal = '.';
    return take_sign(a, ARG_SEPARATOR, NULL, &in->separator, &given) &&
           take_sign(a, ARG_DECIMAL, ".,", &in->forms.decimal, &in->decimal_given) &&
           (in->decimal_given || ((in->forms.decimal = '.'), true)) &&
           file_encoding(a, ARG_ENCODING, &in->encoding, &in->guess_encoding) && take_missing(in) && take_dates(in) &&
           args_truth(a, ARG_HEADER, &in->has_header);
}

/* ---- the file, from its beginning ---- */

static void close_file(Import *in)
{
    if (in->open) {
        csv_close(&in->csv);
        text_close(&in->stream);
    }
    in->open = false;
}

static Str first_line(TextStream *s)
{
    const char *end = NULL;
    Str rest = text_rest(s);
    while (!(end = rest.n ? memchr(rest.p, '\n', rest.n) : NULL) && rest.n < CSV_ROW_BYTES && text_more(s)) {
        rest = text_rest(s);
    }
    rest = text_rest(s);
    return str_sub(rest, 0, end ? (size_t)(end - rest.p) : rest.n);
}

/* `sep=;`, which a spreadsheet understands, says so; else the header shows it. */
static bool settle_separator(Import *in)
{
    bool tie = false;
    Str line = str_trim(first_line(&in->stream));
    if (line.n == 5 && !memcmp(line.p, "sep=", 4)) {
        in->separator = line.p[4];
        text_pass_line(&in->stream);
    } else if (!in->separator && !in->settled) {
        in->separator = csv_separator(line, &tie);
    }
    in->csv.separator = in->separator;
    return !tie || fail_at(in, D_CSV_TIE, 1, STR(""), STR(""));
}

static bool open_file(Import *in)
{
    if (!file_open_text(in->args, &in->file, in->encoding, in->guess_encoding, &in->stream)) {
        return false;
    }
    in->open = true;
    in->csv = (CsvReader){.stream = &in->stream};
    return settle_separator(in);
}

static bool row_sound(Import *in)
{
    const CsvReader *r = &in->csv;
    if (r->open) {
        return fail_at(in, D_CSV_QUOTE, r->line, STR(""), STR(""));
    }
    if (r->cut) {
        return fail_at(in, D_CSV_ROW_LONG, r->line, STR(""), STR(""));
    }
    if (r->count > LIMIT_RECORD_FIELDS) {
        return fail_at(in, D_CSV_WIDE, r->line, STR(""), STR(""));
    }
    return true;
}

/* The next row; *there false: the end. False: fault. */
static bool next_row(Import *in, bool *there)
{
    *there = csv_read(&in->csv);
    if (in->stream.text.failed) {
        return no_memory(in);
    }
    if (*there) {
        return row_sound(in);
    }
    return in->stream.error ? file_fail(in->args, &in->file, in->stream.error) : true;
}

/* ---- the columns ---- */

/* `name: text` says what the column holds. */
static Str take_kind(Str text, Column *c)
{
    size_t colon = text.n;
    while (colon && text.p[colon - 1] != ':') {
        colon--;
    }
    ColumnKind kind = colon ? column_kind_named(str_trim(str_sub(text, colon, text.n))) : KIND_OPEN;
    if (kind == KIND_OPEN) {
        return text;
    }
    c->kind = kind;
    c->declared = c->fractions = true;
    return str_trim(str_sub(text, 0, colon - 1));
}

static void number_with_unit(Column *c, uint16_t unit)
{
    c->kind = KIND_NUMBER;
    c->declared = c->bare = c->unit_known = true;
    c->unit = unit;
}

static bool name_by_place(Import *in, uint32_t i)
{
    Buf b;
    buf_init(&b, in->args->vm->mem);
    buf_printf(&b, "%s_%u", args_french(in->args) ? "colonne" : "column", i + 1);
    in->columns[i].heading.name = arena_str(&in->arena, buf_str(&b));
    bool ok = !b.failed && in->columns[i].heading.name.p;
    buf_free(&b);
    return ok || no_memory(in);
}

/* A byte order mark that a file joined to another left behind: no name begins with one, and written back it would be
   taken for the mark of the file. */
static Str without_marks(Str text)
{
    const Str mark = STR("\xEF\xBB\xBF");
    while (str_starts(text, mark)) {
        text = str_trim(str_sub(text, mark.n, text.n));
    }
    return text;
}

static bool read_heading(Import *in, uint32_t i, Str text)
{
    Column *c = &in->columns[i];
    Str name = without_marks(str_trim(text));
    NumErr err = heading_read(in->args->vm->num, &in->arena, take_kind(name, c), &c->heading);
    if (err != NUM_OK) {
        return no_memory(in);
    }
    if (c->heading.has_unit) {
        number_with_unit(c, c->heading.unit);
    }
    return c->heading.name.n || name_by_place(in, i);
}

static bool distinct_names(Import *in)
{
    Map names;
    bool ok = true;
    map_init(&names, in->args->vm->mem);
    for (uint32_t i = 0; ok && i < in->n; i++) {
        Str name = in->columns[i].heading.name;
        if (map_get(&names, name, NULL)) {
            ok = fail_at(in, D_CSV_TWICE, in->csv.line, name, STR(""));
        } else {
            ok = map_set(&names, name, i) || no_memory(in);
        }
    }
    map_free(&names);
    return ok;
}

/* The first row: the header, or a row that shows how many columns there are. */
static bool read_header(Import *in, bool *there)
{
    if (!next_row(in, there) || !*there) {
        return false;
    }
    const CsvReader *r = &in->csv;
    in->n = r->count;
    while (in->has_header && in->n > 1 && !str_trim(r->cells[in->n - 1].text).n) {
        in->n--; /* separators at the end of the line */
    }
    in->columns = arena_alloc(&in->arena, in->n * sizeof *in->columns);
    bool ok = in->columns || no_memory(in);
    for (uint32_t i = 0; ok && i < in->n; i++) {
        ok = in->has_header ? read_heading(in, i, csv_plain(r->cells[i].text)) : name_by_place(in, i);
    }
    return ok && distinct_names(in);
}

static Column *column_named(Import *in, Str name)
{
    for (uint32_t i = 0; i < in->n; i++) {
        if (str_eq(in->columns[i].heading.name, name)) {
            return &in->columns[i];
        }
    }
    vm_fail(in->args->vm, D_COLUMN_MISSING, &name, 1);
    return NULL;
}

static bool declare_kind(Import *in, Column *c, Str text)
{
    ColumnKind kind = column_kind_named(text);
    c->kind = kind;
    c->declared = c->fractions = true;
    c->bare = c->bare && kind == KIND_NUMBER;
    return kind != KIND_OPEN || fail_at(in, D_CSV_TYPE, 0, text, c->heading.name);
}

static bool declare_unit(Import *in, Column *c, Str text)
{
    uint16_t unit;
    NumErr err = unit_parse(in->args->vm->num, text, &unit);
    if (err == NUM_OK) {
        number_with_unit(c, unit);
    }
    return err == NUM_OK || (err == NUM_NO_MEMORY ? no_memory(in) : fail_at(in, D_CSV_UNIT, 0, text, c->heading.name));
}

/* types: {code: "text"}, units: {revenue: "€"}. */
static bool declare(Import *in, uint32_t arg, bool (*as)(Import *, Column *, Str))
{
    const Record *r;
    if (!args_given(in->args, arg)) {
        return true;
    }
    if (!args_record(in->args, arg, &r)) {
        return false;
    }
    for (uint32_t i = 0; i < r->n; i++) {
        Value v = r->fields[i].value;
        Column *c = column_named(in, (Str){r->fields[i].name->bytes, r->fields[i].name->n});
        if (!c || (v.tag != T_TEXT && !args_fail(in->args, D_ARG_TEXT, arg, v))) {
            return false;
        }
        if (!as(in, c, text_str(args_heap(in->args), v))) {
            return false;
        }
    }
    return true;
}

/* ---- a first look ---- */

/* Cells beyond the last column must be empty, and none may be missing. */
static bool width_sound(const Import *in)
{
    const CsvReader *r = &in->csv;
    for (uint32_t i = in->n; i < r->count; i++) {
        if (str_trim(r->cells[i].text).n) {
            return fail_count(in, D_CSV_CELLS, r->line, r->count, in->n);
        }
    }
    return r->count >= in->n || fail_count(in, D_CSV_CELLS, r->line, r->count, in->n);
}

static bool look_at_rows(Import *in, ColumnLook *looks, FormLook *all)
{
    bool there = true;
    uint32_t rows = 0;
    if (!in->has_header) { /* the first row is one of data, and stands there already */
        goto look;
    }
    while (rows < LOOK_ROWS) {
        if (!next_row(in, &there)) {
            return false;
        }
        if (!there) {
            break;
        }
    look:
        if (!width_sound(in)) {
            return false;
        }
        for (uint32_t i = 0; i < in->n; i++) {
            column_look(in->args->vm->num, in->csv.cells[i].text, &in->forms, &looks[i], all);
        }
        rows++;
    }
    uint64_t left = text_rest(&in->stream).n;
    in->row_bytes = rows && in->stream.got > left ? (double)(in->stream.got - left) / rows : 1;
    return true;
}

/* Where no cell tells one way of writing decimals from the other, the separator does, or nothing. */
static bool settle_decimal(Import *in, const ColumnLook *looks)
{
    uint64_t marks[2] = {0, 0}, marks_or[2] = {0, 0};
    if (in->decimal_given) {
        return true;
    }
    for (uint32_t i = 0; i < in->n; i++) {
        bool numbers = in->columns[i].declared ? in->columns[i].kind == KIND_NUMBER : column_may_be_numbers(&looks[i]);
        for (int k = 0; k < 2 && numbers; k++) {
            marks[k] += looks[i].marks[k];
            marks_or[k] += looks[i].marks_or[k];
        }
    }
    bool both = marks_or[0] || marks_or[1];
    in->forms.decimal = in->separator == ';' ? ',' : '.';
    if (marks[0] != marks[1]) {
        in->forms.decimal = marks[1] > marks[0] ? ',' : '.';
        return true;
    }
    if (marks[0]) {
        return true;
    }
    if (in->separator == ',') {
        return true;
    }
    return !both || (in->separator == ';' && !marks_or[0]) || fail_at(in, D_CSV_MARK, 0, STR(""), STR(""));
}

static void settle_dates(Import *in, const FormLook *all)
{
    if (in->order_given || (!all->day_first && !all->month_first && !all->either)) {
        return;
    }
    in->forms.order = all->month_first > all->day_first ? ORDER_MONTH_FIRST : ORDER_DAY_FIRST;
    if (!all->day_first && !all->month_first) {
        Outside *w = file_outside(in->args);
        diag(w->diags, D_CSV_DAY_FIRST, vm_span(in->args->vm), in->file.given);
    }
}

static bool look(Import *in)
{
    bool there = true;
    FormLook all = {0};
    if (!open_file(in) || !read_header(in, &there)) {
        return !there ? fail_at(in, D_CSV_EMPTY, 0, STR(""), STR("")) : false;
    }
    in->settled = true;
    ColumnLook *looks = arena_alloc(&in->arena, in->n * sizeof *looks);
    if (!looks) {
        return no_memory(in);
    }
    if (!declare(in, ARG_TYPES, declare_kind) || !declare(in, ARG_UNITS, declare_unit) || !look_at_rows(in, looks, &all) ||
        !settle_decimal(in, looks)) {
        return false;
    }
    settle_dates(in, &all);
    for (uint32_t i = 0; i < in->n; i++) {
        Column *c = &in->columns[i];
        c->kind = c->declared ? c->kind : column_kind(&looks[i], &in->forms);
    }
    return true;
}

/* ---- all of it ---- */

static uint32_t expected_rows(const Import *in)
{
    double rows = (double)in->stream.size / in->row_bytes * 1.02 + 64;
    return rows < LIMIT_LIST_ITEMS ? (uint32_t)rows : LIMIT_LIST_ITEMS;
}

/* Rows whose cells stand one behind the other. */
static bool add_cells(Import *in, uint32_t rows)
{
    const Column *strange = NULL;
    if (in->rows + rows > LIMIT_LIST_ITEMS) {
        return fail_at(in, D_CSV_LONG, in->csv.line + rows - 1, STR(""), STR(""));
    }
    if (!vm_charge(in->args->vm, (uint64_t)rows * (1 + in->n / 4))) {
        return false;
    }
    if (!columns_add(in->args, in->columns, in->n, &in->arena, &in->forms, in->csv.cells, rows, in->csv.line, &strange)) {
        return strange ? fail_strange(in, strange) : false;
    }
    in->rows += rows;
    return true;
}

static bool begin_columns(Import *in)
{
    uint32_t room = expected_rows(in);
    in->rows = 0;
    for (uint32_t i = 0; i < in->n; i++) {
        if (!column_begin(in->args, &in->columns[i], room)) {
            return false;
        }
    }
    return true;
}

/* Many rows at a time where they are plain ones; *end: there is no other. */
static bool add_some(Import *in, bool *end)
{
    bool there = true;
    uint64_t left = LIMIT_LIST_ITEMS - in->rows;
    uint32_t most = in->n * BLOCK_ROWS < BLOCK_CELLS ? BLOCK_ROWS : BLOCK_CELLS / in->n + 1;
    uint32_t rows = csv_read_rows(&in->csv, in->n, left < most ? (uint32_t)left : most);
    if (in->stream.text.failed) {
        return no_memory(in);
    }
    if (rows) {
        return add_cells(in, rows);
    }
    if (!next_row(in, &there)) {
        return false;
    }
    progress_show(&in->progress, in->rows, in->stream.got, in->stream.size);
    *end = !there;
    return !there || ((in->csv.count == in->n || width_sound(in)) && add_cells(in, 1));
}

static bool add_rows(Import *in)
{
    bool there = true, end = false;
    if (!begin_columns(in) || (in->has_header && !next_row(in, &there))) {
        return false;
    }
    while (!end) {
        if (!add_some(in, &end)) {
            return false;
        }
    }
    return true;
}

static bool load(Import *in)
{
    close_file(in);
    file_watch(in->args, in->file.given, &in->progress);
    bool ok = open_file(in) && add_rows(in);
    progress_end(&in->progress);
    return ok;
}

/* *again: some column is one of texts. */
static bool settle_columns(Import *in, bool *again)
{
    *again = false;
    for (uint32_t i = 0; i < in->n; i++) {
        Column *c = &in->columns[i];
        if (column_is_text(c)) {
            c->kind = KIND_TEXT;
            *again = true;
        } else if (c->strange) {
            return fail_strange(in, c);
        }
    }
    return true;
}

static bool make_table(Import *in, Value *out)
{
    Heap *h = args_heap(in->args);
    Table *t = table_new(h, in->n, (uint32_t)in->rows);
    for (uint32_t i = 0; t && i < in->n; i++) {
        const Column *c = &in->columns[i];
        Value title;
        if (!table_set(h, t, i, c->heading.name, value_obj(T_LIST, c->items))) {
            return no_memory(in);
        }
        if (c->heading.title.n) {
            if (!text_new(h, c->heading.title, &title)) {
                return no_memory(in);
            }
            t->columns[i].title = title.ptr;
        }
    }
    *out = value_obj(T_TABLE, t);
    return t ? table_usual_key(in->args, t) : no_memory(in);
}

static bool import(Import *in, Value *out)
{
    bool again = true;
    if (!file_find(in->args, ARG_FILE, PERMIT_READ, &in->file) || !take_options(in) || !look(in)) {
        return false;
    }
    for (int pass = 0; pass < PASSES && again; pass++) {
        if (!load(in) || !file_check_text(in->args, &in->file, &in->stream) || !settle_columns(in, &again)) {
            return false;
        }
    }
    return make_table(in, out);
}

BUILTIN_FUNCTION(read_csv)
{
    Import in = {.args = a, .encoding = ENC_UTF8};
    arena_init(&in.arena, a->vm->mem);
    bool ok = import(&in, out);
    close_file(&in);
    for (uint32_t i = 0; i < in.n && in.columns; i++) {
        column_end(a, &in.columns[i]);
    }
    arena_free(&in.arena);
    outside_forget(&in.file);
    return ok;
}
