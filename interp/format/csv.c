/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: rows without quotes that are there whole, as most are, are looked at 64 bytes at a time; with the plainest of
   quotes, byte by byte. Any other is taken from cell to cell, more text being read as long as its end is not there; cells are ranges of it until then. A row
   whose quote stays open is taken again, its quote as a plain character. */
#include "format/csv.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"

/* ---- a row that is there whole ---- */

enum { MARKS = 64 };

#ifdef __SSE2__
static inline uint64_t sixteen(const char *p, __m128i sign)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, sign));
}
#endif

/* Where a sign stands in the next MARKS bytes: the lowest bit is the first byte. */
static inline uint64_t marks_of(const char *p, char c)
{
#ifdef __SSE2__
    __m128i sign = _mm_set1_epi8(c);
    return sixteen(p, sign) | sixteen(p + 16, sign) << 16 | sixteen(p + 32, sign) << 32 | sixteen(p + 48, sign) << 48;
#else
    uint64_t marks = 0;
    for (unsigned i = 0; i < MARKS; i++) {
        marks |= (uint64_t)(p[i] == c) << i;
    }
    return marks;
#endif
}

_Static_assert(MARKS <= TEXT_BEHIND, "a look may pass the end of the text");

/* A row without quotes that is there whole, into at most `room` cells: how many bytes it takes, its end included; 0: it is
   another. Without a branch for each byte. */
static inline size_t plain_row(char separator, Str s, CsvCell *cells, uint32_t room, uint32_t *count)
{
    const char *cell = s.p;
    CsvCell *next = cells, *last = cells + room - 1;
    for (const char *p = s.p; p < s.p + s.n; p += MARKS) {
        uint64_t ends = marks_of(p, '\n'), row = ends ? (ends & (~ends + 1)) - 1 : UINT64_MAX;
        uint64_t separators = marks_of(p, separator) & row;
        if (marks_of(p, '"') & row) {
            return 0;
        }
        for (; separators; separators &= separators - 1) {
            const char *at = p + __builtin_ctzll(separators);
            if (next == last) {
                return 0;
            }
            *next++ = (CsvCell){.text = {cell, (size_t)(at - cell)}};
            cell = at + 1;
        }
        if (ends) {
            const char *end = p + __builtin_ctzll(ends);
            *next++ = (CsvCell){.text = {cell, (size_t)(end - cell) - (end > cell && end[-1] == '\r')}};
            *count = (uint32_t)(next - cells);
            return end < s.p + s.n ? (size_t)(end - s.p) + 1 : 0;
        }
    }
    return 0;
}

/* The same where cells may stand between quotes, and hold neither quotes nor line ends. */
static size_t quoted_row(char separator, Str s, CsvCell *cells, uint32_t room, uint32_t *count)
{
    const char *at = s.p, *end = s.p + s.n;
    for (*count = 0; *count < room && at < end;) {
        bool quoted = *at == '"';
        const char *from = at + quoted;
        char stop = quoted ? '"' : separator;
        for (at = from; at < end && *at != stop && *at != '\n';) {
            at++;
        }
        size_t n = (size_t)(at - from);
        bool closed = quoted && at < end && *at == '"';
        at += closed;
        bool feed = at + 1 < end && *at == '\r' && at[1] == '\n';
        at += closed && feed;
        if (at >= end || quoted != closed || (*at != separator && *at != '\n')) {
            return 0;
        }
        n -= !quoted && *at == '\n' && n && at[-1] == '\r';
        cells[(*count)++] = (CsvCell){.text = {from, n}, .quoted = quoted};
        if (*at++ == '\n') {
            return (size_t)(at - s.p);
        }
    }
    return 0;
}

static size_t whole_row(const CsvReader *r, Str s, CsvCell *cells, uint32_t room, uint32_t *count)
{
    char separator = r->separator ? r->separator : '\n'; /* one column: none is met before the end */
    size_t n = plain_row(separator, s, cells, room, count);
    return n ? n : quoted_row(separator, s, cells, room, count);
}

static bool more_cells(CsvReader *r, uint32_t room)
{
    CsvCell *cells = mem_realloc(r->stream->text.mem, r->cells, r->room * sizeof *cells, room * sizeof *cells);
    if (!cells) {
        r->stream->text.failed = true;
        return false;
    }
    r->cells = cells;
    r->room = room;
    return true;
}

/* It holds something, as can be seen at once. */
static bool begins_well(Str cell) { return cell.n && (unsigned char)cell.p[0] > ' ' && (unsigned char)cell.p[0] < 0x80; }

uint32_t csv_read_rows(CsvReader *r, uint32_t columns, uint32_t most)
{
    uint32_t rows = 0, count = 0;
    Str rest = text_rest(r->stream), from = rest;
    if (r->passing || (r->room < columns * most && !more_cells(r, columns * most))) {
        return 0;
    }
    for (; rows < most; rows++) {
        CsvCell *cells = r->cells + rows * columns;
        size_t n = whole_row(r, rest, cells, columns, &count);
        if (!n || count != columns || !begins_well(cells[0].text)) {
            break;
        }
        rest = (Str){rest.p + n, rest.n - n};
    }
    r->line = r->stream->lines + 1;
    r->count = columns;
    text_use_lines(r->stream, from.n - rest.n, rows);
    return rows;
}

/* ---- any row ---- */

typedef enum CellState { CELL_BEGIN, CELL_PLAIN, CELL_QUOTED, CELL_CLOSED } CellState;

typedef struct Scan { /* how far a row has been looked at; offsets are from its beginning */
    CellState state;
    size_t at, cell;  /* cell: where the present one begins */
    size_t line_end;  /* the first line end, SIZE_MAX: none yet */
    bool ended;       /* the row: `at` is its line end */
    bool odd;         /* the present cell must be taken again, quotes out */
    bool quotes;      /* they mean something */
} Scan;

static bool end_cell(CsvReader *r, Scan *e, size_t to)
{
    if (r->count == r->room && !more_cells(r, r->room ? r->room * 2 : 64)) {
        return false;
    }
    r->cells[r->count++] = (CsvCell){.text.n = to - e->cell, .start = (uint32_t)e->cell, .quoted = e->odd};
    e->odd = false;
    return true;
}

/* What ends a plain cell, or means something in it. */
static size_t plain_until(Str s, size_t at, char separator)
{
    if (!separator) {
        const char *end = memchr(s.p + at, '\n', s.n - at);
        return end ? (size_t)(end - s.p) : s.n;
    }
    while (at < s.n && s.p[at] != separator && s.p[at] != '\n') {
        at++;
    }
    return at;
}

/* A quote at the very end of what was read may be the first of two: it waits (false). */
static bool scan_quoted(Scan *e, Str s, bool all)
{
    const char *quote = memchr(s.p + e->at, '"', s.n - e->at);
    size_t at = quote ? (size_t)(quote - s.p) : s.n;
    const char *line = e->line_end == SIZE_MAX ? memchr(s.p + e->at, '\n', at - e->at) : NULL;
    e->line_end = line ? (size_t)(line - s.p) : e->line_end;
    e->at = at;
    if (!quote || (at + 1 == s.n && !all)) {
        return false;
    }
    bool doubled = at + 1 < s.n && s.p[at + 1] == '"';
    e->state = doubled ? CELL_QUOTED : CELL_CLOSED;
    e->at += doubled ? 2 : 1;
    return true;
}

/* As far as the text goes, or to the end of the row. */
static bool scan(CsvReader *r, Scan *e, Str s, bool all)
{
    while (e->at < s.n && !e->ended) {
        if (e->state == CELL_QUOTED) {
            if (!scan_quoted(e, s, all)) {
                return true;
            }
            continue;
        }
        if (e->state == CELL_BEGIN && s.p[e->at] == '"' && e->quotes) {
            e->state = CELL_QUOTED;
            e->odd = true;
            e->at++;
            continue;
        }
        e->state = e->state == CELL_BEGIN ? CELL_PLAIN : e->state;
        e->at = plain_until(s, e->at, r->separator);
        if (e->at == s.n) {
            return true;
        }
        e->ended = s.p[e->at] == '\n';
        e->line_end = e->ended && e->line_end == SIZE_MAX ? e->at : e->line_end;
        if (!e->ended && r->count + 1 < CSV_CELLS) {
            if (!end_cell(r, e, e->at)) {
                return false;
            }
            e->cell = e->at + 1;
            e->state = CELL_BEGIN;
        }
        e->at += !e->ended;
    }
    return true;
}

/* The characters of a cell that holds quotes, in place: it is never longer than what it is written as. */
static Str unquote(char *p, size_t n)
{
    CellState state = CELL_BEGIN;
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        bool quote = p[i] == '"';
        if (quote && state == CELL_BEGIN) {
            state = CELL_QUOTED;
            continue;
        }
        if (quote && state == CELL_QUOTED && !(i + 1 < n && p[i + 1] == '"')) {
            state = CELL_CLOSED;
            continue;
        }
        i += quote && state == CELL_QUOTED;
        state = state == CELL_BEGIN ? CELL_PLAIN : state;
        p[length++] = p[i];
    }
    return (Str){p, length};
}

static void settle_cells(CsvReader *r, Str row)
{
    for (uint32_t i = 0; i < r->count; i++) {
        CsvCell *c = &r->cells[i];
        c->text = str_sub(row, c->start, c->start + c->text.n);
        if (c->quoted) {
            c->text = unquote((char *)(uintptr_t)c->text.p, c->text.n);
        }
    }
}

/* quoted: a text between quotes is something, empty or not. */
static bool is_empty(const CsvReader *r, bool quoted)
{
    for (uint32_t i = 0; i < r->count; i++) {
        if ((quoted && r->cells[i].quoted) || str_trim(r->cells[i].text).n) {
            return false;
        }
    }
    return true;
}

/* The row ends with its first line; its cells are taken again, quotes being characters. */
static bool scan_open(CsvReader *r, Scan *e, Str rest)
{
    Str line = str_sub(rest, 0, e->line_end);
    *e = (Scan){.line_end = e->line_end};
    r->count = 0;
    r->open = true;
    return scan(r, e, line, true);
}

/* A row that is there whole, if the next one is such. */
static bool next_whole(CsvReader *r)
{
    uint32_t room = r->room < CSV_CELLS ? r->room : CSV_CELLS, count = 0;
    size_t n = !r->passing && room ? whole_row(r, text_rest(r->stream), r->cells, room, &count) : 0;
    if (!n) {
        return false;
    }
    r->count = count;
    r->open = r->cut = false;
    r->line = r->stream->lines + 1;
    text_use_lines(r->stream, n, 1);
    return true;
}

static bool next_row(CsvReader *r)
{
    TextStream *s = r->stream;
    if (next_whole(r)) {
        return true;
    }
    Scan e = {.line_end = SIZE_MAX, .quotes = true};
    bool more = true;
    r->count = 0;
    r->open = r->cut = false;
    if (r->passing) {
        r->passing = false;
        text_pass_line(s);
    }
    while (scan(r, &e, text_rest(s), !more) && !e.ended && more && e.at <= CSV_ROW_BYTES) {
        more = text_more(s);
    }
    Str rest = text_rest(s);
    if (!rest.n || s->text.failed) {
        return false;
    }
    r->cut = r->passing = !e.ended && more && e.line_end == SIZE_MAX;
    if (e.state == CELL_QUOTED && !scan_open(r, &e, rest)) {
        return false;
    }
    size_t end = e.ended || r->open ? e.at : rest.n, last = end;
    last -= last > e.cell && rest.p[last - 1] == '\r';
    if (!end_cell(r, &e, last)) {
        return false;
    }
    r->line = s->lines + 1;
    text_use(s, end < rest.n ? end + 1 : end); /* counts lines, before cells change in place */
    settle_cells(r, rest);
    return true;
}

bool csv_read(CsvReader *r)
{
    while (next_row(r)) {
        if (!is_empty(r, true)) {
            return true;
        }
    }
    return false;
}

void csv_close(CsvReader *r)
{
    if (!r->room) {
        return;
    }
    mem_free(r->stream->text.mem, r->cells, r->room * sizeof *r->cells);
    r->cells = NULL;
    r->room = r->count = 0;
}

bool csv_next(CsvReader *r, Arena *arena, CsvRow *row)
{
    do {
        if (!csv_read(r)) {
            return false;
        }
    } while (is_empty(r, false));
    *row = (CsvRow){.count = r->count, .line = r->line, .open = r->open, .cut = r->cut};
    row->cells = arena_alloc(arena, r->count * sizeof *row->cells);
    for (uint32_t i = 0; row->cells && i < r->count; i++) {
        row->cells[i] = arena_str(arena, r->cells[i].text);
    }
    return row->cells && !arena->failed;
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

/* Apostrophes before it stand for themselves: one more is put before them. */
static Str without_apostrophes(Str s)
{
    size_t at = 0;
    while (at < s.n && s.p[at] == '\'') {
        at++;
    }
    return str_sub(s, at, s.n);
}

Str csv_plain(Str s) { return s.n && s.p[0] == '\'' && is_formula(without_apostrophes(s)) ? str_sub(s, 1, s.n) : s; }

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
    if (is_formula(without_apostrophes(s))) {
        buf_putc(&safe, '\'');
    }
    for (size_t at = 0, n; at < s.n; at += n) { /* line ends stay, within quotes; what nobody sees becomes visible */
        bool end = w->plain || s.p[at] == '\n' || s.p[at] == '\t';
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

void csv_empty_text(CsvWriter *w)
{
    begin_cell(w);
    buf_puts(w->out, "\"\"");
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
