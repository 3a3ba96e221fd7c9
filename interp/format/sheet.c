/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both kinds of spreadsheets share: the book, places, digits, dates. */
#include "format/sheet_parts.h"

#include <string.h>

enum { DIGITS_KEPT = 15, DIGITS_WHOLE = 16, EXPONENT_MOST = 400 };

/* ---- the book ---- */

bool book_add(SheetBook *b, Str name, const char *entry, SheetError *error)
{
    if (b->count == SHEET_SHEETS)
        return sheet_fail(error, SHEET_TOO_BIG, STR("sheets"), SHEET_SHEETS) == SHEET_OK;
    if (b->count == b->cap) {
        uint32_t cap = b->cap ? 2 * b->cap : 8;
        SheetEntry *grown = mem_realloc(b->mem, b->sheets, b->cap * sizeof *grown, cap * sizeof *grown);
        if (!grown)
            return sheet_fail(error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
        b->sheets = grown;
        b->cap = cap;
    }
    Str kept = arena_str(&b->arena, name);
    b->sheets[b->count++] = (SheetEntry){kept, entry};
    return kept.p || sheet_fail(error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
}

static SheetErr book_read(SheetBook *b, SheetError *error)
{
    if (package_has(b->package, "content.xml")) {
        b->ods = true;
        return ods_open(b, error);
    }
    if (package_has(b->package, "_rels/.rels"))
        return xlsx_open(b, error);
    return sheet_fail(error, SHEET_UNKNOWN, STR(""), 0);
}

SheetBook *sheet_open(Mem *mem, Str bytes, SheetError *error)
{
    SheetBook *b = mem_zalloc(mem, 1, sizeof *b);
    *error = (SheetError){.err = SHEET_OK};
    if (!b) {
        sheet_fail(error, SHEET_NO_MEMORY, STR(""), 0);
        return NULL;
    }
    b->mem = mem;
    arena_init(&b->arena, mem);
    b->package = package_open(mem, bytes, error);
    if (!b->package || book_read(b, error) != SHEET_OK) {
        sheet_close(b);
        return NULL;
    }
    return b;
}

void sheet_close(SheetBook *b)
{
    if (!b)
        return;
    package_close(b->package);
    mem_free(b->mem, b->sheets, b->cap * sizeof *b->sheets);
    arena_free(&b->arena);
    mem_free(b->mem, b, sizeof *b);
}

uint32_t sheet_count(const SheetBook *b)
{
    return b->count;
}

Str sheet_name(const SheetBook *b, uint32_t sheet)
{
    return b->sheets[sheet].name;
}

SheetErr sheet_read(SheetBook *b, uint32_t sheet, SheetCellFn cell, void *data, SheetError *error)
{
    *error = (SheetError){.err = SHEET_OK};
    return b->ods ? ods_read(b, sheet, cell, data, error) : xlsx_read(b, sheet, cell, data, error);
}

bool cell_text_add(Buf *b, Str s, SheetError *error)
{
    if (b->n + s.n > SHEET_TEXT_BYTES)
        return sheet_fail(error, SHEET_TOO_BIG, STR("text"), SHEET_TEXT_BYTES) == SHEET_OK;
    buf_put(b, s);
    return !b->failed || sheet_fail(error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
}

void format_into(SheetCell *cell, const SheetFormat *f)
{
    cell->unit = str_from(f->unit);
    cell->scale = f->scale;
    cell->decimals = f->decimals;
}

/* ---- places ---- */

void sheet_place(Buf *out, uint32_t row, uint32_t column)
{
    char letters[8];
    size_t n = sizeof letters;
    for (uint64_t c = (uint64_t)column + 1; c; c = (c - 1) / 26)
        letters[--n] = (char)('A' + (c - 1) % 26);
    buf_put(out, (Str){letters + n, sizeof letters - n});
    buf_printf(out, "%lu", (unsigned long)row + 1);
}

bool sheet_place_read(Str s, uint32_t *row, uint32_t *column)
{
    uint64_t c = 0, r = 0;
    size_t i = 0;
    for (; i < s.n && i < 4 && ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z'); i++)
        c = c * 26 + (uint64_t)((s.p[i] | 0x20) - 'a') + 1;
    if (!c || c > SHEET_COLUMNS || !sheet_whole(str_sub(s, i, s.n), SHEET_ROWS, &r) || !r)
        return false;
    *row = (uint32_t)r - 1;
    *column = (uint32_t)c - 1;
    return true;
}

bool sheet_whole(Str s, uint64_t max, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(s.p[i] - '0');
        if (*out > max)
            return false;
    }
    return s.n > 0;
}

/* ---- digits ---- */

typedef struct Decimal { /* 0.d1 d2 d3 … times 10^point */
    char digits[64];     /* significant ones; more are only looked at to round */
    size_t count;
    long point;
    bool negative, whole;
} Decimal;

static bool decimal_exponent(Str s, long *exponent)
{
    bool negative = s.n && s.p[0] == '-';
    uint64_t n;
    if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
        s = str_sub(s, 1, s.n);
    if (!sheet_whole(s, EXPONENT_MOST, &n))
        return false;
    *exponent = negative ? -(long)n : (long)n;
    return true;
}

static bool decimal_read(Decimal *d, Str s)
{
    bool point = false, any = false;
    long shift = 0;
    size_t i = 0;
    *d = (Decimal){.whole = true};
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
        d->negative = s.p[i++] == '-';
    for (; i < s.n && s.p[i] != 'e' && s.p[i] != 'E'; i++) {
        char c = s.p[i];
        if (c == '.' && !point) {
            point = true;
            d->whole = false;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        any = true;
        shift += !point && (d->count || c != '0');
        shift -= point && !d->count && c == '0';
        if ((d->count || c != '0') && d->count < sizeof d->digits)
            d->digits[d->count++] = c;
    }
    long exponent = 0;
    if (i < s.n) {
        d->whole = false;
        if (!decimal_exponent(str_sub(s, i + 1, s.n), &exponent))
            return false;
    }
    d->point = shift + exponent;
    return any && shift > -EXPONENT_MOST && shift < EXPONENT_MOST;
}

static void decimal_round(Decimal *d, size_t kept)
{
    if (d->count <= kept)
        return;
    bool up = d->digits[kept] >= '5';
    d->count = kept;
    while (up && d->count && d->digits[d->count - 1] == '9')
        d->count--;
    if (up && d->count)
        d->digits[d->count - 1]++;
    else if (up) { /* 999… */
        d->digits[d->count++] = '1';
        d->point++;
    }
}

static void decimal_put(Buf *out, const Decimal *d)
{
    buf_puts(out, d->negative && d->count ? "-" : "");
    if (d->point <= 0)
        buf_puts(out, "0");
    for (long i = 0; i < d->point; i++)
        buf_putc(out, (size_t)i < d->count ? d->digits[i] : '0');
    if (d->point < (long)d->count)
        buf_putc(out, '.');
    for (long i = d->point; i < 0 && d->count; i++)
        buf_putc(out, '0');
    for (long i = d->point > 0 ? d->point : 0; i < (long)d->count; i++)
        buf_putc(out, d->digits[i]);
}

bool sheet_digits(Buf *out, Str stored)
{
    Decimal d;
    if (!decimal_read(&d, str_trim(stored)))
        return false;
    decimal_round(&d, d.whole && d.point <= DIGITS_WHOLE ? DIGITS_WHOLE : DIGITS_KEPT);
    while (d.count && d.digits[d.count - 1] == '0')
        d.count--;
    if (!d.count)
        d.point = 1;
    decimal_put(out, &d);
    return true;
}

/* ---- dates ---- */

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* 08:30, 08:30:15. */
static void put_time(SheetCell *cell, uint32_t seconds)
{
    const uint32_t parts[] = {seconds / 3600, seconds / 60 % 60, seconds % 60};
    char *p = cell->time;
    for (int i = 0; seconds && i < (parts[2] ? 3 : 2); i++) {
        if (i)
            *p++ = ':';
        *p++ = (char)('0' + parts[i] / 10);
        *p++ = (char)('0' + parts[i] % 10);
    }
    *p = '\0';
}

void sheet_part_of_day(Str decimals, SheetCell *cell)
{
    enum { SECONDS = 24 * 3600 };
    uint64_t n = 0, unit = 1;
    for (size_t i = 0; i < decimals.n && i < 12; i++) {
        n = n * 10 + (uint64_t)(decimals.p[i] - '0');
        unit *= 10;
    }
    uint32_t seconds = (uint32_t)((n * SECONDS + unit / 2) / unit);
    cell->days += seconds == SECONDS;
    put_time(cell, seconds == SECONDS ? 0 : seconds);
}

/* What follows the day: T08:30:15.5; anything else is no time. */
static void iso_time(Str s, SheetCell *cell)
{
    uint64_t h, m, sec = 0;
    bool form = s.n >= 6 && s.p[0] == 'T' && s.p[3] == ':' && sheet_whole(str_sub(s, 1, 3), 23, &h) &&
                sheet_whole(str_sub(s, 4, 6), 59, &m);
    if (form && (s.n < 9 || s.p[6] != ':' || sheet_whole(str_sub(s, 7, 9), 59, &sec)))
        put_time(cell, (uint32_t)(h * 3600 + m * 60 + sec));
}

bool sheet_iso_date(Str s, SheetCell *cell)
{
    static const uint8_t lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t y, m, d;
    bool form = s.n >= 10 && s.p[4] == '-' && s.p[7] == '-' && sheet_whole(str_sub(s, 0, 4), 9999, &y) &&
                sheet_whole(str_sub(s, 5, 7), 12, &m) && sheet_whole(str_sub(s, 8, 10), 31, &d);
    if (!form || !m || !d || d > lengths[m - 1])
        return false;
    if (m == 2 && d == 29 && (y % 4 || (y % 100 == 0 && y % 400)))
        return false;
    cell->days = days_of((int64_t)y, (int64_t)m, (int64_t)d);
    iso_time(str_sub(s, 10, s.n), cell);
    return true;
}
