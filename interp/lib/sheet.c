/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sheet of a spreadsheet as a table: its first row that holds anything names the columns. What a cell holds is taken as
   it is, and never guessed: a column holds values of one kind, or the cell that differs is told by its place. */
#include "format/sheet.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "data/pack.h"
#include "data/table.h"
#include "lib/file.h"
#include "lib/heading.h"

enum { NO_COLUMN = 0xFFFF };

typedef struct SheetColumn {
    Heading heading;
    List *items;
    Value first;       /* its first value that is not missing; T_NONE: none yet */
    bool texts;        /* whatever it holds is read as text */
    uint32_t times;    /* dates whose time of day was left out; the first one's place */
    uint32_t time_row, time_column;
} SheetColumn;

typedef struct Area {
    uint32_t top, left, bottom, right; /* included */
} Area;

typedef struct Reading {
    const Args *args;
    Str file, sheet;
    Arena arena;
    Area area;
    Value wanted_texts;
    bool shown;        /* rounded as the spreadsheet shows them */
    bool titled;       /* the row of titles has been met */
    bool past;         /* beyond the area: nothing more to read */
    uint32_t title_row, row;
    uint32_t rows;     /* of the table so far */
    SheetColumn *columns;
    uint32_t count, cap;
    uint16_t by_place[SHEET_COLUMNS]; /* column of the sheet -> of the table */
    char unit_text[32];
    uint16_t unit;     /* of unit_text */
    bool unit_known;
    Progress progress;
} Reading;

static NumCtx *numbers(const Reading *r) { return r->args->vm->num; }

/* ---- what goes wrong ---- */

static bool fail(const Reading *r, DiagId id, Str a, Str b, Str c)
{
    const Str texts[] = {r->file, a, b, c};
    return vm_fail(r->args->vm, id, texts, 4);
}

static Str limit_name(const Args *a, Str limit, Buf *out)
{
    static const struct {
        const char *limit;
        DiagId name;
    } names[] = {
        {"entries", D_SHEET_LIMIT_ENTRIES}, {"bytes", D_SHEET_LIMIT_BYTES}, {"ratio", D_SHEET_LIMIT_RATIO},
        {"depth", D_SHEET_LIMIT_DEPTH}, {"tag", D_SHEET_LIMIT_TAG}, {"sheets", D_SHEET_LIMIT_SHEETS},
        {"text", D_SHEET_LIMIT_TEXT}, {"texts", D_SHEET_LIMIT_TEXTS}, {"rows", D_SHEET_LIMIT_ROWS},
        {"columns", D_SHEET_LIMIT_COLUMNS}, {"styles", D_SHEET_LIMIT_STYLES}, {"cells", D_SHEET_LIMIT_CELLS},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_eq(limit, str_from(names[i].limit))) {
            diag_message(out, names[i].name, NULL, a->vm->lang);
        }
    }
    return buf_str(out);
}

static bool fail_sheet(const Reading *r, const SheetError *e)
{
    static const DiagId ids[SHEET_ERR_COUNT] = {
        [SHEET_NO_LIBRARY] = D_SHEET_NO_LIBRARY, [SHEET_FOREIGN] = D_SHEET_FOREIGN, [SHEET_OLD] = D_SHEET_OLD,
        [SHEET_UNKNOWN] = D_SHEET_UNKNOWN, [SHEET_LOCKED] = D_SHEET_LOCKED, [SHEET_DAMAGED] = D_SHEET_DAMAGED,
        [SHEET_MISSING] = D_SHEET_MISSING, [SHEET_XML] = D_SHEET_XML, [SHEET_ENTITIES] = D_SHEET_ENTITIES,
        [SHEET_TOO_BIG] = D_SHEET_TOO_BIG,
    };
    if (r->args->vm->fault) {
        return false; /* told already, by whoever stopped the reading */
    }
    if (e->err == SHEET_NO_MEMORY) {
        return vm_fail_memory(r->args->vm);
    }
    Buf line, name;
    buf_init(&line, r->args->vm->mem);
    buf_init(&name, r->args->vm->mem);
    buf_printf(&line, "%lu", (unsigned long)e->line);
    Str text = str_from(e->text);
    if (e->err == SHEET_TOO_BIG) {
        text = limit_name(r->args, text, &name);
    }
    fail(r, ids[e->err], text, buf_str(&line), STR(""));
    buf_free(&line);
    buf_free(&name);
    return false;
}

static bool fail_limit(const Reading *r, const char *limit, uint64_t most)
{
    SheetError e = {.err = SHEET_OK};
    sheet_fail(&e, SHEET_TOO_BIG, str_from(limit), most);
    return fail_sheet(r, &e);
}

/* {1} is the place of a cell. */
static bool fail_at(const Reading *r, DiagId id, uint32_t row, uint32_t column, Str a, Str b)
{
    Buf place;
    buf_init(&place, r->args->vm->mem);
    sheet_place(&place, row, column);
    fail(r, id, buf_str(&place), a, b);
    buf_free(&place);
    return false;
}

/* ---- values ---- */

/* The unit that a format writes beside the number. */
static bool unit_of_format(Reading *r, Str text)
{
    text = str_trim(text);
    if (!text.n || text.n >= sizeof r->unit_text) {
        return false;
    }
    if (!str_eq(text, str_from(r->unit_text))) {
        for (size_t i = 0; i <= text.n; i++) {
            r->unit_text[i] = i < text.n ? text.p[i] : '\0';
        }
        r->unit_known = unit_parse(numbers(r), text, &r->unit) == NUM_OK;
    }
    return r->unit_known;
}

static NumErr scaled(const Reading *r, Value v, int scale, Value *out)
{
    int64_t factor = 1;
    for (; scale > 0 && factor < INT64_MAX / 10; scale--) {
        factor *= 10;
    }
    return num_div(numbers(r), v, num_int(factor), out);
}

static NumErr read_digits(const Reading *r, Str digits, Value *out)
{
    bool negative = str_starts(digits, STR("-"));
    NumErr err = num_read_literal(numbers(r), str_sub(digits, negative, digits.n), U_PLAIN, out);
    return err == NUM_OK && negative ? num_neg(numbers(r), *out, out) : err;
}

static NumErr number_value(Reading *r, const SheetColumn *c, const SheetCell *cell, Value *out)
{
    int decimals = cell->decimals;
    NumErr err = read_digits(r, cell->text, out);
    if (err != NUM_OK) {
        return err;
    }
    if (str_eq(cell->unit, STR("%"))) {
        err = unit_convert(numbers(r), *out, U_PERCENT, out);
    } else if (unit_of_format(r, cell->unit)) {
        err = cell->scale ? scaled(r, *out, cell->scale, out) : NUM_OK;
        err = err == NUM_OK ? num_with_unit(numbers(r), *out, r->unit, out) : err;
    } else {
        decimals -= cell->scale;
        err = c->heading.has_unit ? num_with_unit(numbers(r), *out, c->heading.unit, out) : NUM_OK;
    }
    bool rounds = err == NUM_OK && r->shown && cell->decimals != DECIMALS_FREE;
    return rounds ? num_round(numbers(r), *out, decimals, ROUND_HALF_UP, out) : err;
}

/* A time is known to the millisecond; it is shown in hours. */
static NumErr time_value(Reading *r, const SheetCell *cell, Value *out)
{
    uint16_t unit = U_PLAIN, hours = U_PLAIN;
    unit_parse(numbers(r), STR("s"), &unit);
    unit_parse(numbers(r), STR("h"), &hours);
    NumErr err = read_digits(r, cell->text, out);
    if (err == NUM_OK && str_eq(cell->unit, STR("day"))) {
        err = num_mul(numbers(r), *out, num_int(24 * 3600), out);
    }
    err = err == NUM_OK ? num_round(numbers(r), *out, 3, ROUND_HALF_UP, out) : err;
    err = err == NUM_OK ? num_with_unit(numbers(r), *out, unit, out) : err;
    return err == NUM_OK ? unit_convert(numbers(r), *out, hours, out) : err;
}

static bool text_value(Reading *r, Str text, Value *out)
{
    Buf b;
    buf_init(&b, r->args->vm->mem);
    utf8_nfc(&b, text);
    bool ok = !b.failed && text_new(args_heap(r->args), buf_str(&b), out);
    buf_free(&b);
    return ok || vm_fail_memory(r->args->vm);
}

static bool unreadable(Reading *r, Str why, Value *out)
{
    Value text;
    if (!text_new(args_heap(r->args), why, &text)) {
        return vm_fail_memory(r->args->vm);
    }
    *out = value_status(STATUS_UNREADABLE, text.ptr);
    return true;
}

static bool not_computed(Reading *r, Value *out)
{
    Buf why;
    buf_init(&why, r->args->vm->mem);
    diag_message(&why, D_SHEET_NOT_COMPUTED, NULL, r->args->vm->lang);
    bool ok = unreadable(r, buf_str(&why), out);
    buf_free(&why);
    return ok;
}

/* A cell of a column of texts: a number as its digits, a date as year, month and day. */
static bool as_text(Reading *r, const SheetCell *cell, Value *out)
{
    Buf b;
    ShowStyle style = show_style(r->args->vm->lang);
    switch (cell->kind) {
    case CELL_NUMBER:
    case CELL_TIME:
    case CELL_TEXT: return text_value(r, cell->text, out);
    case CELL_TRUTH: return text_value(r, cell->truth ? STR("TRUE") : STR("FALSE"), out);
    case CELL_DATE:
        buf_init(&b, r->args->vm->mem);
        value_show(args_heap(r->args), &b, value_date(cell->days), &style);
        buf_puts(&b, cell->time[0] ? " " : "");
        buf_puts(&b, cell->time);
        bool ok = text_value(r, buf_str(&b), out);
        buf_free(&b);
        return ok;
    case CELL_ERROR: return unreadable(r, cell->text, out);
    default: return not_computed(r, out);
    }
}

static bool cell_value(Reading *r, const SheetColumn *c, const SheetCell *cell, Value *out)
{
    if (c->texts) {
        return as_text(r, cell, out);
    }
    switch (cell->kind) {
    case CELL_NUMBER: return args_num(r->args, number_value(r, c, cell, out), value_none(), value_none());
    case CELL_TIME: return args_num(r->args, time_value(r, cell, out), value_none(), value_none());
    case CELL_TEXT: return text_value(r, cell->text, out);
    case CELL_TRUTH: *out = value_truth(cell->truth); return true;
    case CELL_DATE: *out = value_date(cell->days); return true;
    case CELL_ERROR: return unreadable(r, cell->text, out);
    default: return not_computed(r, out);
    }
}

/* ---- titles ---- */

static bool is_wanted_text(const Reading *r, Str name)
{
    for (uint32_t i = 0; r->wanted_texts.tag == T_LIST && i < list_count(r->wanted_texts); i++) {
        Value v = list_at(r->wanted_texts, i);
        if (v.tag == T_TEXT && str_eq(text_str(args_heap(r->args), v), name)) {
            return true;
        }
    }
    return false;
}

static bool title_twice(const Reading *r, Str name)
{
    for (uint32_t i = 0; i + 1 < r->count; i++) {
        if (str_eq(r->columns[i].heading.name, name)) {
            return true;
        }
    }
    return false;
}

static bool grow(Reading *r)
{
    if (r->count < r->cap) {
        return true;
    }
    uint32_t cap = r->cap ? 2 * r->cap : 16;
    SheetColumn *grown = mem_realloc(r->args->vm->mem, r->columns, r->cap * sizeof *grown, cap * sizeof *grown);
    if (!grown) {
        return vm_fail_memory(r->args->vm);
    }
    r->columns = grown;
    r->cap = cap;
    return true;
}

static bool add_title(Reading *r, uint32_t column, const SheetCell *cell)
{
    Value title;
    if (!grow(r) || !as_text(r, cell, &title)) {
        return false;
    }
    SheetColumn *c = &r->columns[r->count++];
    *c = (SheetColumn){.first = value_none(), .items = list_packed(args_heap(r->args), 0)};
    Str text = title.tag == T_TEXT ? text_str(args_heap(r->args), title) : STR("");
    if (!c->items || heading_read(numbers(r), &r->arena, text, &c->heading) != NUM_OK) {
        return vm_fail_memory(r->args->vm);
    }
    if (!c->heading.name.n) {
        return fail_at(r, D_SHEET_TITLE, r->row, column, text, STR(""));
    }
    if (title_twice(r, c->heading.name)) {
        return fail_at(r, D_SHEET_TITLE_TWICE, r->row, column, c->heading.name, STR(""));
    }
    c->texts = is_wanted_text(r, c->heading.name) || is_wanted_text(r, c->heading.title);
    r->by_place[column] = (uint16_t)(r->count - 1);
    return true;
}

/* ---- cells ---- */

static bool pad(Reading *r, SheetColumn *c, uint32_t rows)
{
    while (c->items->n < rows) {
        if (!list_push(args_heap(r->args), c->items, value_status(STATUS_NOT_GIVEN, NULL))) {
            return vm_fail_memory(r->args->vm);
        }
    }
    return true;
}

static bool fail_mixed(const Reading *r, const SheetColumn *c, Value v, uint32_t row, uint32_t column)
{
    Buf first, other, place;
    buf_init(&first, r->args->vm->mem);
    buf_init(&other, r->args->vm->mem);
    buf_init(&place, r->args->vm->mem);
    vm_describe(r->args->vm, &first, c->first);
    vm_describe(r->args->vm, &other, v);
    sheet_place(&place, row, column);
    const Str texts[] = {r->file, buf_str(&place), buf_str(&other), c->heading.name, buf_str(&first)};
    vm_fail(r->args->vm, D_SHEET_MIXED, texts, 5);
    buf_free(&first);
    buf_free(&other);
    buf_free(&place);
    return false;
}

static bool goes_with(const Reading *r, Value first, Value v)
{
    if (value_is_number(first) && value_is_number(v)) {
        return unit_same_dimension(numbers(r), first.unit, v.unit);
    }
    return first.tag == v.tag;
}

static bool add_value(Reading *r, uint32_t row, uint32_t column, const SheetCell *cell)
{
    Value v;
    if (r->by_place[column] == NO_COLUMN) {
        return fail_at(r, D_SHEET_NO_TITLE, row, column, STR(""), STR(""));
    }
    SheetColumn *c = &r->columns[r->by_place[column]];
    if (cell->kind == CELL_DATE && cell->time[0] && !c->texts && !c->times++) {
        c->time_row = row;
        c->time_column = column;
    }
    if (!cell_value(r, c, cell, &v) || !pad(r, c, r->rows - 1)) {
        return false;
    }
    if (v.tag != T_STATUS && c->first.tag == T_NONE) {
        c->first = v;
        bool number = value_is_number(v) && c->heading.has_unit;
        if (number && !unit_same_dimension(numbers(r), v.unit, c->heading.unit)) {
            c->first = num_int(1);
            num_with_unit(numbers(r), c->first, c->heading.unit, &c->first);
        }
    }
    if (v.tag != T_STATUS && !goes_with(r, c->first, v)) {
        return fail_mixed(r, c, v, row, column);
    }
    return list_push(args_heap(r->args), c->items, v) || vm_fail_memory(r->args->vm);
}

static bool check_texts(const Reading *r)
{
    for (uint32_t i = 0; r->wanted_texts.tag == T_LIST && i < list_count(r->wanted_texts); i++) {
        Value v = list_at(r->wanted_texts, i);
        Str name = v.tag == T_TEXT ? text_str(args_heap(r->args), v) : STR("");
        bool known = false;
        for (uint32_t k = 0; k < r->count && name.n; k++) {
            known = known || str_eq(r->columns[k].heading.name, name) || str_eq(r->columns[k].heading.title, name);
        }
        if (!known) {
            return v.tag == T_TEXT ? vm_fail(r->args->vm, D_COLUMN_MISSING, &name, 1) : args_fail(r->args, D_ARG_TEXT, 4, v);
        }
    }
    return true;
}

static bool begin_row(Reading *r, uint32_t row)
{
    bool title = !r->titled;
    r->titled = true;
    r->row = row;
    if (title) {
        r->title_row = row;
        return true;
    }
    if (!r->rows++ && !check_texts(r)) {
        return false;
    }
    progress_show(&r->progress, r->rows, 0, 0);
    return (uint64_t)r->rows * r->count <= LIMIT_LIST_ITEMS || fail_limit(r, "cells", LIMIT_LIST_ITEMS);
}

static bool take_cell(void *data, uint32_t row, uint32_t column, const SheetCell *cell)
{
    Reading *r = data;
    if (row > r->area.bottom) {
        r->past = true;
        return false;
    }
    if (row < r->area.top || column < r->area.left || column > r->area.right) {
        return vm_charge(r->args->vm, 1);
    }
    if ((!r->titled || row != r->row) && !begin_row(r, row)) {
        return false;
    }
    bool ok = row == r->title_row ? add_title(r, column, cell) : add_value(r, row, column, cell);
    return ok && vm_charge(r->args->vm, 1);
}

/* ---- arguments ---- */

/* Blanks that look alike are alike: « Par mois : Ana » holds one that nobody types. */
static bool same_name(Str a, Str b)
{
    uint32_t x, y;
    size_t n = 0, m = 0;
    for (size_t i = 0, k = 0; i < a.n || k < b.n; i += n, k += m) {
        n = utf8_next(a, i, &x);
        m = utf8_next(b, k, &y);
        if (!n || !m || (x != y && !(utf8_is_blank(x) && utf8_is_blank(y)))) {
            return false;
        }
    }
    return true;
}

static bool find_sheet(Reading *r, const SheetBook *b, uint32_t *sheet)
{
    const Args *a = r->args;
    int64_t place = 1;
    *sheet = 0;
    if (args_given(a, 1) && a->v[1].tag != T_TEXT) {
        bool ok = args_whole(a, 1, 1, sheet_count(b), &place);
        *sheet = (uint32_t)place - 1;
        return ok;
    }
    Str name;
    if (!args_given(a, 1)) {
        return true;
    }
    if (!args_text(a, 1, &name)) {
        return false;
    }
    for (; *sheet < sheet_count(b); ++*sheet) {
        if (same_name(sheet_name(b, *sheet), name)) {
            return true;
        }
    }
    Buf names;
    buf_init(&names, a->vm->mem);
    for (uint32_t i = 0; i < sheet_count(b) && i < 20; i++) {
        buf_puts(&names, i ? ", " : "");
        buf_put(&names, sheet_name(b, i));
    }
    fail(r, D_SHEET_NAME, name, buf_str(&names), STR(""));
    buf_free(&names);
    return false;
}

/* "B3:F20" */
static bool find_area(Reading *r)
{
    Str text;
    r->area = (Area){0, 0, SHEET_ROWS - 1, SHEET_COLUMNS - 1};
    if (!args_given(r->args, 2)) {
        return true;
    }
    if (!args_text(r->args, 2, &text)) {
        return false;
    }
    size_t colon = 0;
    while (colon < text.n && text.p[colon] != ':') {
        colon++;
    }
    Area *z = &r->area;
    bool sound = colon < text.n && sheet_place_read(str_trim(str_sub(text, 0, colon)), &z->top, &z->left) &&
                 sheet_place_read(str_trim(str_sub(text, colon + 1, text.n)), &z->bottom, &z->right) &&
                 z->top <= z->bottom && z->left <= z->right;
    return sound || fail(r, D_SHEET_AREA, text, STR(""), STR(""));
}

static bool find_texts(Reading *r)
{
    r->wanted_texts = value_none();
    return !args_given(r->args, 4) || args_list(r->args, 4, &r->wanted_texts);
}

/* ---- the table ---- */

static bool first_column_tells_apart(const Reading *r, bool *distinct)
{
    uint32_t first, again;
    const SheetColumn *c = &r->columns[0];
    *distinct = false;
    if (!r->rows || c->first.tag != T_TEXT) {
        return true;
    }
    return args_num(r->args, list_distinct(args_heap(r->args), value_obj(T_LIST, c->items), distinct, &first, &again),
                    value_none(), value_none());
}

static bool make_table(Reading *r, Value *out)
{
    Heap *heap = args_heap(r->args);
    bool key = false;
    Table *t = table_new(heap, r->count, r->rows);
    if (!t) {
        return vm_fail_memory(r->args->vm);
    }
    for (uint32_t i = 0; i < r->count; i++) {
        SheetColumn *c = &r->columns[i];
        Value title = value_none();
        if (!pad(r, c, r->rows) || !table_set(heap, t, i, c->heading.name, value_obj(T_LIST, c->items)) ||
            (c->heading.title.n && !text_new(heap, c->heading.title, &title))) {
            return vm_fail_memory(r->args->vm);
        }
        t->columns[i].title = title.tag == T_TEXT ? title.ptr : NULL;
    }
    if (!first_column_tells_apart(r, &key)) {
        return false;
    }
    t->key = key ? 0 : NO_KEY;
    *out = value_obj(T_TABLE, t);
    return true;
}

/* A date of the language is a day. */
static void tell_times(const Reading *r)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const SheetColumn *c = &r->columns[i];
        Buf count, place;
        buf_init(&count, r->args->vm->mem);
        buf_init(&place, r->args->vm->mem);
        buf_printf(&count, "%u", c->times);
        sheet_place(&place, c->time_row, c->time_column);
        const Str texts[] = {r->file, c->heading.name, buf_str(&count), buf_str(&place)};
        if (c->times) {
            diag_report(file_outside(r->args)->diags, D_SHEET_TIMES, vm_span(r->args->vm), texts, 4);
        }
        buf_free(&count);
        buf_free(&place);
    }
}

static bool read_book(Reading *r, SheetBook *b, Value *out)
{
    SheetError error;
    uint32_t sheet;
    if (!find_sheet(r, b, &sheet)) {
        return false;
    }
    r->sheet = sheet_name(b, sheet);
    file_watch(r->args, r->file, &r->progress);
    SheetErr err = sheet_read(b, sheet, take_cell, r, &error);
    progress_end(&r->progress);
    if (err != SHEET_OK && !r->past) {
        return fail_sheet(r, &error);
    }
    if (!r->count) {
        return fail(r, D_SHEET_EMPTY, r->sheet, STR(""), STR(""));
    }
    tell_times(r);
    return (r->rows || check_texts(r)) && make_table(r, out);
}

static bool read_bytes(Reading *r, Str bytes, Value *out)
{
    SheetError error;
    SheetBook *b = sheet_open(r->args->vm->mem, bytes, &error);
    bool ok = b ? read_book(r, b, out) : fail_sheet(r, &error);
    sheet_close(b);
    return ok;
}

static bool read_file(Reading *r, const OutsideFile *f, Value *out)
{
    Buf bytes;
    buf_init(&bytes, r->args->vm->mem);
    r->file = f->given;
    bool ok = find_area(r) && args_truth(r->args, 3, &r->shown) && find_texts(r) &&
              file_read(r->args, f, PACKAGE_BYTES, &bytes) && read_bytes(r, buf_str(&bytes), out);
    buf_free(&bytes);
    return ok;
}

BUILTIN_FUNCTION(read_sheet)
{
    OutsideFile f;
    Reading *r = mem_zalloc(a->vm->mem, 1, sizeof *r);
    if (!r) {
        return vm_fail_memory(a->vm);
    }
    r->args = a;
    arena_init(&r->arena, a->vm->mem);
    for (size_t i = 0; i < SHEET_COLUMNS; i++) {
        r->by_place[i] = NO_COLUMN;
    }
    bool ok = file_find(a, 0, PERMIT_READ, &f) && read_file(r, &f, out);
    outside_forget(&f);
    mem_free(a->vm->mem, r->columns, r->cap * sizeof *r->columns);
    arena_free(&r->arena);
    mem_free(a->vm->mem, r, sizeof *r);
    return ok;
}
