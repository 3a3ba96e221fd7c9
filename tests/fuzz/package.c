/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package.h"

#include <string.h>

#include "format/sheet.h"
#include "fuzz.h"

enum { ENTRIES_MOST = 32, CELLS_MOST = 100000 };

typedef struct Entry {
    Str name, bytes;
    uint32_t sum, at;
} Entry;

static void put_number(Buf *out, uint32_t n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_putc(out, (char)(n >> 8 * i & 0xFF));
}

static uint32_t sum_of(Str s)
{
    uint32_t sum = 0xFFFFFFFF;
    for (size_t i = 0; i < s.n; i++) {
        sum ^= (unsigned char)s.p[i];
        for (int k = 0; k < 8; k++)
            sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320u : 0);
    }
    return ~sum;
}

/* What both a header and the directory say. */
static void put_entry(Buf *out, const Entry *e)
{
    put_number(out, 20, 2);
    put_number(out, 0, 2 + 2);
    put_number(out, 0x21 << 16, 4);
    put_number(out, e->sum, 4);
    put_number(out, (uint32_t)e->bytes.n, 4);
    put_number(out, (uint32_t)e->bytes.n, 4);
    put_number(out, (uint32_t)e->name.n, 2);
    put_number(out, 0, 2);
}

static void put_archive(Buf *out, Entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Entry *e = &entries[i];
        e->sum = sum_of(e->bytes);
        e->at = (uint32_t)out->n;
        buf_puts(out, "PK\3\4");
        put_entry(out, e);
        buf_put(out, e->name);
        buf_put(out, e->bytes);
    }
    uint32_t start = (uint32_t)out->n;
    for (size_t i = 0; i < count; i++) {
        buf_puts(out, "PK\1\2");
        put_number(out, 20, 2);
        put_entry(out, &entries[i]);
        put_number(out, 0, 4);
        put_number(out, 0, 2 + 2);
        put_number(out, 0, 2);
        put_number(out, entries[i].at, 4);
        buf_put(out, entries[i].name);
    }
    uint32_t size = (uint32_t)out->n - start;
    buf_puts(out, "PK\5\6");
    put_number(out, 0, 4);
    put_number(out, (uint32_t)count, 2);
    put_number(out, (uint32_t)count, 2);
    put_number(out, size, 4);
    put_number(out, start, 4);
    put_number(out, 0, 2);
}

void fuzz_package(Buf *out, Str text, const char *otherwise)
{
    Entry entries[ENTRIES_MOST];
    size_t count = 0;
    for (size_t at = 0; at < text.n;) {
        const char *end = memchr(text.p + at, '\n', text.n - at);
        size_t next = end ? (size_t)(end - text.p) + 1 : text.n;
        Str line = str_sub(text, at, next);
        if (str_starts(line, STR("@@ ")) && count < ENTRIES_MOST)
            entries[count++] = (Entry){.name = str_trim(str_sub(line, 3, line.n)), .bytes = {text.p + next, 0}};
        else if (count)
            entries[count - 1].bytes.n += next - at;
        at = next;
    }
    if (!count)
        entries[count++] = (Entry){.name = str_from(otherwise), .bytes = text};
    put_archive(out, entries, count);
}

typedef struct Seen {
    uint32_t row, column, cells;
} Seen;

static bool see(void *data, uint32_t row, uint32_t column, const SheetCell *cell)
{
    Seen *s = data;
    bool text = cell->kind == CELL_TEXT || cell->kind == CELL_NUMBER || cell->kind == CELL_ERROR;
    if (row >= SHEET_ROWS || column >= SHEET_COLUMNS)
        fuzz_fail("a cell stands outside the sheet", (Str){NULL, 0}, (Str){NULL, 0});
    if (s->cells && (row < s->row || (row == s->row && column <= s->column)))
        fuzz_fail("cells come out of order", (Str){NULL, 0}, (Str){NULL, 0});
    if (text && !cell->text.n)
        fuzz_fail("a cell holds nothing", (Str){NULL, 0}, (Str){NULL, 0});
    *s = (Seen){row, column, s->cells + 1};
    return s->cells < CELLS_MOST;
}

/* Opens these bytes as a spreadsheet and reads every sheet of it. */
static void read_sheets(Str bytes)
{
    Mem mem;
    SheetError error;
    mem_init(&mem, FUZZ_MEMORY);
    SheetBook *b = sheet_open(&mem, bytes, &error);
    for (uint32_t i = 0; b && i < sheet_count(b) && i < 3; i++) {
        Seen seen = {0};
        SheetErr err = sheet_read(b, i, see, &seen, &error);
        if (err == SHEET_STOPPED && seen.cells < CELLS_MOST)
            fuzz_fail("it stopped without a reason", bytes, (Str){NULL, 0});
    }
    sheet_close(b);
    if (mem.used != 0)
        fuzz_fail("memory is still in use", bytes, (Str){NULL, 0});
}

void fuzz_spreadsheet(const uint8_t *data, size_t size, const char *otherwise)
{
    Mem mem;
    Buf archive;
    Str text = {(const char *)data, size};
    mem_init(&mem, 0);
    buf_init(&archive, &mem);
    fuzz_package(&archive, text, otherwise);
    read_sheets(buf_str(&archive));
    if (size > 2 && !archive.failed) { /* one byte of it, and its end */
        size_t at = (size_t)(data[0] << 8 | data[1]) % archive.n;
        archive.p[at] = (char)(archive.p[at] ^ data[2]);
        read_sheets(buf_str(&archive));
        read_sheets(str_sub(buf_str(&archive), 0, at));
    }
    read_sheets(text);
    buf_free(&archive);
}
