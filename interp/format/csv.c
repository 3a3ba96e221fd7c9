/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the end of the row is found first, more text being read as long as it is not there; then the row is cut into
   cells. A row whose quote stays open is taken again, its quote as a plain character. */
#include "format/csv.h"

#include <string.h>

#include "base/utf8.h"

/* ---- the end of a row ---- */

typedef enum CellState { CELL_BEGIN, CELL_PLAIN, CELL_QUOTED, CELL_CLOSED } CellState;

typedef struct RowEnd {
    CellState state;
    size_t at;        /* looked at so far */
    size_t line_end;  /* the first line end, SIZE_MAX: none yet */
    bool found;
} RowEnd;

static CellState after_quote(Str s, size_t *at)
{
    bool doubled = *at + 1 < s.n && s.p[*at + 1] == '"';
    *at += doubled;
    return doubled ? CELL_QUOTED : CELL_CLOSED;
}

/* A quote at the very end of what was read may be the first of two: it waits. */
static void look(RowEnd *e, Str s, char separator, bool all)
{
    while (e->at < s.n && !e->found) {
        char c = s.p[e->at];
        if (c == '\n' && e->line_end == SIZE_MAX) {
            e->line_end = e->at;
        }
        if (e->state == CELL_QUOTED) {
            if (c == '"') {
                if (e->at + 1 == s.n && !all) {
                    return;
                }
                e->state = after_quote(s, &e->at);
            }
        } else if (c == '\n') {
            e->found = true;
            return;
        } else if (c == separator) {
            e->state = CELL_BEGIN;
        } else if (e->state == CELL_BEGIN && c == '"') {
            e->state = CELL_QUOTED;
        } else if (e->state == CELL_BEGIN) {
            e->state = CELL_PLAIN;
        }
        e->at++;
    }
}

/* ---- cells ---- */

/* The cell that begins at *at; *at is then behind its separator, or behind the row. */
static Str take_cell(Str row, size_t *at, char separator, bool quotes, bool last)
{
    size_t start = *at, n = 0;
    char *out = (char *)(uintptr_t)row.p + start; /* a cell is never longer than what it is written as */
    CellState state = CELL_BEGIN;
    for (; *at < row.n; ++*at) {
        char c = row.p[*at];
        if (state == CELL_QUOTED) {
            if (c == '"' && (state = after_quote(row, at)) == CELL_CLOSED) {
                continue;
            }
        } else if (c == separator && !last) {
            break;
        } else if (state == CELL_BEGIN && c == '"' && quotes) {
            state = CELL_QUOTED;
            continue;
        } else if (state == CELL_BEGIN) {
            state = CELL_PLAIN;
        }
        out[n++] = c;
    }
    return (Str){out, n};
}

static uint32_t count_cells(Str row, char separator)
{
    uint32_t n = 1;
    for (size_t i = 0; separator && i < row.n && n < CSV_CELLS; i++) {
        n += row.p[i] == separator;
    }
    return n;
}

static bool cut_row(CsvReader *r, Arena *arena, Str text, bool quotes, CsvRow *row)
{
    Str copy = arena_str(arena, text);
    uint32_t room = copy.p ? count_cells(copy, r->separator) : 0;
    row->cells = copy.p ? arena_alloc(arena, room * sizeof *row->cells) : NULL;
    row->count = 0;
    if (!row->cells) {
        return false;
    }
    for (size_t at = 0; row->count < room; at++) {
        Str cell = take_cell(copy, &at, r->separator, quotes, row->count + 1 == room);
        row->cells[row->count++] = cell;
        if (at >= copy.n) {
            break;
        }
    }
    return true;
}

static bool is_empty(const CsvRow *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        if (str_trim(row->cells[i]).n) {
            return false;
        }
    }
    return true;
}

/* ---- rows ---- */

static bool next_row(CsvReader *r, Arena *arena, CsvRow *row)
{
    TextStream *s = r->stream;
    RowEnd e = {.state = CELL_BEGIN, .line_end = SIZE_MAX};
    bool more = true;
    if (r->passing) {
        r->passing = false;
        text_pass_line(s);
    }
    for (;;) {
        look(&e, text_rest(s), r->separator, !more);
        if (e.found || !more || e.at > CSV_ROW_BYTES) {
            break;
        }
        more = text_more(s);
    }
    Str rest = text_rest(s);
    if (!rest.n || s->text.failed) {
        return false;
    }
    row->open = e.state == CELL_QUOTED;
    row->cut = r->passing = !e.found && more && e.line_end == SIZE_MAX;
    size_t end = e.found ? e.at : row->open && e.line_end != SIZE_MAX ? e.line_end : rest.n;
    Str text = str_sub(rest, 0, end);
    text.n -= text.n && text.p[text.n - 1] == '\r';
    row->line = s->lines + 1;
    bool ok = cut_row(r, arena, text, !row->open, row);
    text_use(s, end < rest.n ? end + 1 : end);
    return ok;
}

bool csv_next(CsvReader *r, Arena *arena, CsvRow *row)
{
    while (next_row(r, arena, row)) {
        if (!is_empty(row)) {
            return true;
        }
    }
    return false;
}

char csv_separator(Str header, bool *tie)
{
    static const char candidates[] = {';', ',', '\t'};
    uint32_t counts[3] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < header.n; i++) {
        quoted ^= header.p[i] == '"';
        for (uint32_t k = 0; k < 3 && !quoted; k++) {
            counts[k] += header.p[i] == candidates[k];
        }
    }
    for (uint32_t k = 1; k < 3; k++) {
        best = counts[k] > counts[best] ? k : best;
    }
    *tie = false;
    for (uint32_t k = 0; k < 3; k++) {
        *tie = *tie || (k != best && counts[k] && counts[k] == counts[best]);
    }
    return counts[best] ? candidates[best] : '\0';
}

/* ---- writing ---- */

void csv_begin(CsvWriter *w, Buf *out, char separator, char decimal, bool mark)
{
    *w = (CsvWriter){.out = out, .separator = separator, .decimal = decimal};
    if (mark) {
        buf_puts(out, "\xEF\xBB\xBF");
    }
}

static void begin_cell(CsvWriter *w)
{
    if (w->inside) {
        buf_putc(w->out, w->separator);
    }
    w->inside = true;
}

/* = + - @, their full-width forms, the tab, the line ends: what a spreadsheet takes for the start of a formula, also
   behind blanks. */
static bool is_formula(Str s)
{
    uint32_t cp = 0;
    for (size_t at = 0, n; (n = utf8_next(s, at, &cp)) != 0; at += n) {
        if (cp == '\t' || cp == '\r' || cp == '\n') {
            return true;
        }
        bool without_width = (cp >= 0x200B && cp <= 0x200F) || cp == 0x2060 || cp == 0xFEFF;
        if (!without_width && !utf8_is_blank(cp) && !utf8_is_unsafe(cp)) {
            break;
        }
    }
    return s.n && (cp == '=' || cp == '+' || cp == '-' || cp == '@' || cp == 0xFF1D || cp == 0xFF0B || cp == 0xFF0D ||
                   cp == 0xFF20 || cp == 0x2212);
}

static bool wants_quotes(const CsvWriter *w, Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == w->separator || c == '"' || c == '\n' || c == '\r' || c == '\t' || c == ',' || c == ';') {
            return true;
        }
    }
    return s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

void csv_text(CsvWriter *w, Str s)
{
    Buf safe;
    begin_cell(w);
    buf_init(&safe, w->out->mem);
    if (is_formula(s)) {
        buf_putc(&safe, '\'');
    }
    for (size_t at = 0, n; at < s.n; at += n) { /* line ends stay, within quotes; what nobody sees becomes visible */
        bool end = s.p[at] == '\n' || s.p[at] == '\t';
        n = end ? 1 : utf8_show_next(&safe, s, at);
        if (end) {
            buf_putc(&safe, s.p[at]);
        }
        if (!n) {
            break;
        }
    }
    Str text = buf_str(&safe);
    bool quotes = wants_quotes(w, text);
    buf_puts(w->out, quotes ? "\"" : "");
    for (size_t i = 0; i < text.n; i++) {
        buf_puts(w->out, text.p[i] == '"' ? "\"" : "");
        buf_putc(w->out, text.p[i]);
    }
    buf_puts(w->out, quotes ? "\"" : "");
    w->out->failed = w->out->failed || safe.failed;
    buf_free(&safe);
}

void csv_number(CsvWriter *w, Str decimal)
{
    begin_cell(w);
    bool quotes = w->decimal == w->separator && decimal.n && memchr(decimal.p, '.', decimal.n);
    buf_puts(w->out, quotes ? "\"" : "");
    for (size_t i = 0; i < decimal.n; i++) {
        buf_putc(w->out, decimal.p[i] == '.' ? w->decimal : decimal.p[i]);
    }
    buf_puts(w->out, quotes ? "\"" : "");
}

void csv_end_row(CsvWriter *w)
{
    buf_putc(w->out, '\n');
    w->inside = false;
}
