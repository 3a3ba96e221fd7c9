/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables to CSV. How: the kind and the unit of a column come first, from all its cells; its heading says what those
   cells alone would not tell when they are read back. */
#include <string.h>

#include "format/csv.h"
#include "lib/column.h"
#include "lib/file.h"
#include "num/format.h"

typedef struct OutColumn {
    ColumnKind kind;
    uint16_t unit;
    bool fractions; /* some number has no last decimal */
    bool guessed;   /* its texts would be taken for something else */
} OutColumn;

typedef struct Export {
    const Args *args;
    const Table *table;
    CsvWriter csv;
    Buf bytes, scratch;
    char separator, decimal;
} Export;

/* ---- what a column holds ---- */

static ColumnKind kind_of(Value v)
{
    return value_is_number(v)                        ? KIND_NUMBER
           : v.tag == T_DATE                         ? KIND_DATE
           : v.tag == T_TRUTH                        ? KIND_TRUTH
           : v.tag == T_TEXT || v.tag == T_LEVEL     ? KIND_TEXT
                                                     : KIND_OPEN;
}

static bool fail_mixed(const Export *x, uint32_t column, Value a, Value b)
{
    Buf first, second;
    buf_init(&first, x->args->vm->mem);
    buf_init(&second, x->args->vm->mem);
    vm_describe(x->args->vm, &first, a);
    vm_describe(x->args->vm, &second, b);
    const Str texts[] = {table_name(x->table, column), buf_str(&first), buf_str(&second)};
    vm_fail(x->args->vm, D_CSV_MIXED, texts, 3);
    buf_free(&first);
    buf_free(&second);
    return false;
}

static bool fail_cell(const Export *x, uint32_t column, Value v)
{
    Buf given;
    buf_init(&given, x->args->vm->mem);
    vm_describe(x->args->vm, &given, v);
    const Str texts[] = {table_name(x->table, column), buf_str(&given)};
    vm_fail(x->args->vm, D_CSV_CELL, texts, 2);
    buf_free(&given);
    return false;
}

/* Would these texts, by themselves, be numbers, dates or truths? */
static bool would_be_guessed(const Export *x, uint32_t column)
{
    CellForms forms = {.decimal = x->decimal};
    ColumnLook look = {0};
    FormLook all = {0};
    for (uint32_t i = 0; i < x->table->rows; i++) {
        Value v = table_at(x->table, i, column);
        if (v.tag == T_TEXT) {
            column_look(x->args->vm->num, text_str(args_heap(x->args), v), &forms, &look, &all);
        }
    }
    return look.numbers[0] || look.numbers[1] || look.dates[0] || look.dates[1] || look.truths;
}

static bool ends(const Export *x, Value v)
{
    Value n;
    if (v.tag == T_APPROX || num_shown(x->args->vm->num, v, &n) != NUM_OK) {
        return true;
    }
    uint32_t den = n.tag == T_NUM ? n.den : 0;
    while (den && den % 10 == 0) {
        den /= 10;
    }
    while (den && den % 5 == 0) {
        den /= 5;
    }
    return den && !(den & (den - 1)) ? true : false;
}

static bool settle(Export *x, uint32_t column, OutColumn *c)
{
    Value first = value_none();
    *c = (OutColumn){.kind = KIND_OPEN, .unit = U_PLAIN};
    for (uint32_t i = 0; i < x->table->rows; i++) {
        Value v = table_at(x->table, i, column);
        ColumnKind kind = kind_of(v);
        if (v.tag == T_STATUS || v.tag == T_NONE) {
            continue;
        }
        if (kind == KIND_OPEN) {
            return fail_cell(x, column, v);
        }
        if (c->kind == KIND_OPEN) {
            c->kind = kind;
            c->unit = kind == KIND_NUMBER ? v.unit : U_PLAIN;
            first = v;
        }
        if (kind != c->kind || (kind == KIND_NUMBER && !unit_same_dimension(x->args->vm->num, v.unit, c->unit))) {
            return fail_mixed(x, column, first, v);
        }
        c->fractions = c->fractions || (kind == KIND_NUMBER && !ends(x, v));
    }
    c->guessed = c->kind == KIND_TEXT && would_be_guessed(x, column);
    return true;
}

/* ---- cells ---- */

static void put_heading(Export *x, uint32_t column, const OutColumn *c)
{
    Buf *b = &x->scratch;
    const Text *title = x->table->columns[column].title;
    Heading back;
    Arena arena;
    buf_clear(b);
    arena_init(&arena, x->args->vm->mem);
    Str name = table_name(x->table, column), shown = title ? (Str){title->bytes, title->n} : name;
    bool same = heading_read(x->args->vm->num, &arena, shown, &back) == NUM_OK && str_eq(back.name, name) && !back.has_unit &&
                !memchr(shown.p, ':', shown.n);
    buf_put(b, same ? shown : name);
    arena_free(&arena);
    if (c->kind == KIND_NUMBER && c->unit != U_PLAIN && c->unit != U_RATIO) {
        buf_puts(b, " (");
        unit_name(x->args->vm->num, b, c->unit, x->args->vm->lang);
        buf_putc(b, ')');
    }
    if (c->fractions) {
        buf_puts(b, args_french(x->args) ? ": nombre" : ": number");
    } else if (c->guessed) {
        buf_puts(b, args_french(x->args) ? ": texte" : ": text");
    }
    csv_text(&x->csv, buf_str(b));
}

static bool put_number(Export *x, const OutColumn *c, Value v)
{
    NumCtx *num = x->args->vm->num;
    Buf *b = &x->scratch;
    NumErr err = v.unit == c->unit ? NUM_OK : unit_convert(num, v, c->unit, &v);
    buf_clear(b);
    err = err ? err : ends(x, v) ? num_decimal(num, b, v, 60) : num_fraction(num, b, v);
    if (err != NUM_OK) {
        return args_num(x->args, err, v, v);
    }
    csv_number(&x->csv, buf_str(b));
    return true;
}

static bool put_cell(Export *x, const OutColumn *c, Value v)
{
    Buf *b = &x->scratch;
    buf_clear(b);
    if (v.tag == T_STATUS || v.tag == T_NONE) {
        csv_number(&x->csv, STR(""));
    } else if (c->kind == KIND_NUMBER) {
        return put_number(x, c, v);
    } else if (v.tag == T_TEXT) {
        Str s = text_str(args_heap(x->args), v);
        if (s.p && !s.n) {
            csv_empty_text(&x->csv);
        } else {
            csv_text(&x->csv, s);
        }
    } else if (v.tag == T_DATE) {
        int64_t y;
        int m, d;
        date_to_civil(v.num, &y, &m, &d);
        buf_printf(b, "%04d-%02d-%02d", (int)y, m, d);
        csv_number(&x->csv, buf_str(b));
    } else {
        ShowStyle style = show_style(x->args->vm->lang);
        value_show(args_heap(x->args), b, v, &style);
        csv_text(&x->csv, buf_str(b));
    }
    return !b->failed || vm_fail_memory(x->args->vm);
}

/* Such a row would be passed over when it is read: an empty text says that it is there, where texts cannot stand. */
static bool holds_nothing(const Export *x, uint32_t row)
{
    for (uint32_t i = 0; i < x->table->n; i++) {
        Value v = table_at(x->table, row, i);
        if (v.tag != T_STATUS && v.tag != T_NONE) {
            return false;
        }
    }
    return true;
}

static bool put_table(Export *x)
{
    OutColumn *columns = mem_zalloc(x->args->vm->mem, x->table->n + 1, sizeof *columns);
    bool ok = columns || vm_fail_memory(x->args->vm);
    for (uint32_t i = 0; ok && i < x->table->n; i++) {
        ok = settle(x, i, &columns[i]);
    }
    for (uint32_t i = 0; ok && i < x->table->n; i++) {
        put_heading(x, i, &columns[i]);
    }
    csv_end_row(&x->csv);
    for (uint32_t row = 0; ok && row < x->table->rows; row++) {
        bool nothing = holds_nothing(x, row);
        for (uint32_t i = 0; ok && i < x->table->n; i++) {
            if (nothing && columns[i].kind != KIND_TEXT) {
                csv_empty_text(&x->csv);
                nothing = false;
            } else {
                ok = put_cell(x, &columns[i], table_at(x->table, row, i));
            }
        }
        csv_end_row(&x->csv);
        ok = ok && vm_charge(x->args->vm, 1 + x->table->n / 4);
    }
    mem_free(x->args->vm->mem, columns, (x->table->n + 1) * sizeof *columns);
    return ok && (!x->bytes.failed || vm_fail_memory(x->args->vm));
}

static bool take_sign(const Args *a, uint32_t i, const char *allowed, char *out)
{
    Str s;
    if (!args_given(a, i)) {
        return true;
    }
    if (!args_text(a, i, &s)) {
        return false;
    }
    s = str_eq(s, STR("tab")) ? STR("\t") : s;
    bool good = s.n == 1 && strchr(allowed, s.p[0]);
    *out = good ? s.p[0] : *out;
    return good || args_fail(a, i == 2 ? D_CSV_SEPARATOR : D_CSV_DECIMAL, i, a->v[i]);
}

BUILTIN_FUNCTION(write_csv)
{
    OutsideFile f;
    Export x = {.args = a, .separator = args_french(a) ? ';' : ',', .decimal = args_french(a) ? ',' : '.'};
    *out = value_none();
    buf_init(&x.bytes, a->vm->mem);
    buf_init(&x.scratch, a->vm->mem);
    bool ok = file_find(a, 0, PERMIT_WRITE, &f) && (a->v[1].tag == T_TABLE || args_fail(a, D_CSV_TABLE, 1, a->v[1])) &&
              take_sign(a, 2, ",;\t|", &x.separator) && take_sign(a, 3, ".,", &x.decimal);
    if (ok) {
        x.table = a->v[1].ptr;
        csv_begin(&x.csv, &x.bytes, x.separator, x.decimal, false);
        x.csv.plain = true;
        ok = put_table(&x) && file_write(a, &f, buf_str(&x.bytes));
    }
    buf_free(&x.bytes);
    buf_free(&x.scratch);
    outside_forget(&f);
    return ok;
}
