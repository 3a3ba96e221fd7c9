/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: the first row names the columns. */
#include <string.h>

#include "base/utf8.h"
#include "grade/copies.h"

#define NO_COLUMN UINT32_MAX

/* ---- the header ---- */

static const char *const id_names[] = {"candidate", "candidat", "copy", "copie", "id", "numero", "n°", "anonymat", "student",
                                       "etudiant", "numero de candidat", "numero d'anonymat", "candidate number"};
static const char *const second_names[] = {"second", "second id", "second identifiant", "moodle", "username", "login",
                                           "identifiant", "email", "courriel", "adresse de courriel", "nom", "name"};

static bool same_name(Mem *mem, Str a, Str b)
{
    Buf x, y;
    buf_init(&x, mem);
    buf_init(&y, mem);
    utf8_fold(&x, str_trim(a));
    utf8_fold(&y, str_trim(b));
    bool same = str_eq(buf_str(&x), buf_str(&y));
    buf_free(&x);
    buf_free(&y);
    return same;
}

/* A column of the case is never taken for another. */
static uint32_t find_column(CopyReader *r, const CsvRow *row, Str asked, const char *const *names, size_t count)
{
    for (uint32_t i = 0; asked.n && i < row->count; i++) {
        if (same_name(r->mem, row->cells[i], asked)) {
            return i;
        }
    }
    for (size_t k = 0; !asked.n && k < count; k++) {
        for (uint32_t i = 0; i < row->count; i++) {
            bool answer = r->options.known && r->options.known(r->options.data, row->cells[i]);
            if (!answer && same_name(r->mem, row->cells[i], str_from(names[k]))) {
                return i;
            }
        }
    }
    return NO_COLUMN;
}

/* Else each copy would be a blank one, without anybody knowing why. */
static void note_no_columns(CopyReader *r, Arena *arena, RawCopy *out)
{
    Buf list;
    buf_init(&list, r->mem);
    r->options.addresses(r->options.data, &list);
    copy_add_note(arena, out, D_COPY_NO_COLUMNS, buf_str(&list), (Str){"", 0});
    buf_free(&list);
}

static void note_columns(CopyReader *r, Arena *arena, RawCopy *out)
{
    bool any = false;
    for (uint32_t i = 0; i < r->column_count; i++) {
        Str name = r->columns[i];
        bool other = i == r->id_column || i == r->second_column || !name.n;
        bool known = !other && r->options.known && r->options.known(r->options.data, name);
        any = any || known;
        if (!other && !known && r->options.known) {
            copy_add_note(arena, out, D_COPY_COLUMN, name, (Str){"", 0});
        }
    }
    if (!any && r->options.addresses) {
        note_no_columns(r, arena, out);
    }
    if (r->id_column == NO_COLUMN) {
        copy_add_note(arena, out, D_COPY_NO_IDS, r->options.id, (Str){"", 0});
    }
    if (r->options.second.n && r->second_column == NO_COLUMN) {
        copy_add_note(arena, out, D_COPY_NO_SECOND, r->options.second, (Str){"", 0});
    }
}

/* The whole header must be there before the separator is looked for. */
static Str header_line(CopyReader *r)
{
    Str rest = text_rest(&r->stream);
    size_t at = 0;
    while (at < rest.n && (rest.p[at] == '\n' || rest.p[at] == '\r')) {
        at++;
    }
    const char *end = at < rest.n ? memchr(rest.p + at, '\n', rest.n - at) : NULL;
    return str_sub(rest, at, end ? (size_t)(end - rest.p) : rest.n);
}

bool copies_begin_csv(CopyReader *r, Arena *arena, RawCopy *out)
{
    bool tie = false;
    CsvRow row;
    *out = (RawCopy){.kind = COPY_NOTICE, .origin = copies_origin(r, arena, 0)};
    r->csv = (CsvReader){.stream = &r->stream, .separator = csv_separator(header_line(r), &tie)};
    r->id_column = r->second_column = NO_COLUMN;
    if (tie) {
        copy_add_note(arena, out, D_COPY_SEPARATOR, (Str){&r->csv.separator, 1}, (Str){"", 0});
    }
    if (!csv_next(&r->csv, &r->kept, &row)) {
        return false;
    }
    r->columns = row.cells;
    r->column_count = row.count;
    for (uint32_t i = 0; i < row.count; i++) {
        r->columns[i] = str_trim(row.cells[i]);
        if (utf8_check(r->columns[i]) != r->columns[i].n) {
            copy_add_note(arena, out, D_COPY_ENCODING, r->columns[i], (Str){"", 0});
        }
    }
    r->id_column = find_column(r, &row, r->options.id, id_names, sizeof id_names / sizeof *id_names);
    r->second_column = find_column(r, &row, r->options.second, second_names, sizeof second_names / sizeof *second_names);
    note_columns(r, arena, out);
    arena->failed = arena->failed || r->kept.failed;
    return out->note_count > 0 && !arena->failed;
}

/* ---- rows ---- */

static Str cell(const CsvRow *row, uint32_t i)
{
    return i != NO_COLUMN && i < row->count ? str_trim(row->cells[i]) : (Str){"", 0};
}

static void note_width(CopyReader *r, Arena *arena, RawCopy *out, DiagId id, uint32_t cells)
{
    Buf n, columns;
    buf_init(&n, r->mem);
    buf_init(&columns, r->mem);
    buf_int(&n, cells);
    buf_int(&columns, r->column_count);
    copy_add_note(arena, out, id, buf_str(&n), buf_str(&columns));
    buf_free(&n);
    buf_free(&columns);
}

static void note_shape(CopyReader *r, Arena *arena, RawCopy *out, const CsvRow *row)
{
    bool extra = false;
    for (uint32_t i = r->column_count; i < row->count; i++) {
        extra = extra || str_trim(row->cells[i]).n;
    }
    if (row->open || row->cut) {
        copy_add_note(arena, out, row->open ? D_COPY_QUOTE : D_COPY_ROW_CUT, (Str){"", 0}, (Str){"", 0});
        out->kind = COPY_ASIDE;
    } else if (extra) {
        note_width(r, arena, out, D_COPY_ROW_LONG, row->count);
        out->kind = COPY_ASIDE;
    } else if (row->count < r->column_count) {
        note_width(r, arena, out, D_COPY_ROW_SHORT, row->count);
    }
}

bool copies_next_csv(CopyReader *r, Arena *arena, RawCopy *out)
{
    CsvRow row;
    *out = (RawCopy){0};
    if (!r->columns || !csv_next(&r->csv, arena, &row)) {
        return false;
    }
    out->origin = copies_origin(r, arena, row.line);
    out->candidate = cell(&row, r->id_column);
    out->second = cell(&row, r->second_column);
    note_shape(r, arena, out, &row);
    for (uint32_t i = 0; i < row.count; i++) {
        bool answer = i != r->id_column && i != r->second_column && i < r->column_count && r->columns[i].n;
        Str text = str_trim(row.cells[i]);
        if (answer && text.n) {
            copy_add_box(arena, out, r->columns[i], text);
        } else if (i >= r->column_count && text.n) {
            copy_add_box(arena, out, STR("?"), text);
        }
    }
    if (!out->box_count) {
        copy_add_note(arena, out, D_COPY_NO_ANSWERS, (Str){"", 0}, (Str){"", 0});
    }
    return !arena->failed;
}
