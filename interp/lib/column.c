/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: values go into lists that are packed (data/pack.h), texts that come back being kept once. What most cells are, a
   plain number, a date, a text seen before, is taken eight bytes at a time; all else is read by lib/cell.h. */
#include "lib/column.h"

#include <string.h>

#include "base/utf8.h"
#include "data/show.h"
#include "lib/cell.h"

/* ---- what cells look like ---- */

/* Is what follows the digits a unit, if anything? */
static bool sound_number(NumCtx *num, Str s, char decimal, Written *w)
{
    uint16_t unit;
    return cell_written(s, decimal, w) && !w->zeros && (!w->suffix.n || unit_parse(num, w->suffix, &unit) == NUM_OK);
}

/* A mark before three digits tells nothing, unless what stands before it cannot be thousands. */
static void look_at_mark(Str s, bool as_point, const Written *point, bool as_comma, const Written *comma, ColumnLook *look)
{
    if (as_point && as_comma) {
        look->marks_or[0] += point->decimals > 0;
        look->marks_or[1] += comma->decimals > 0;
    } else {
        look->marks[0] += as_point && point->decimals > 0;
        look->marks[1] += as_comma && comma->decimals > 0;
        look->marks[0] += as_point && point->grouped && !as_comma && !point->decimals && memchr(s.p, ',', s.n) != NULL;
        look->marks[1] += as_comma && comma->grouped && !as_point && !comma->decimals && memchr(s.p, '.', s.n) != NULL;
    }
}

static void look_at_date(Str s, ColumnLook *look, FormLook *all)
{
    int f[3];
    bool year_first;
    Value v;
    if (!cell_written_date(s, f, &year_first)) {
        return;
    }
    bool day = cell_date(s, ORDER_DAY_FIRST, &v), month = cell_date(s, ORDER_MONTH_FIRST, &v);
    look->dates[ORDER_DAY_FIRST] += day;
    look->dates[ORDER_MONTH_FIRST] += month;
    all->day_first += !year_first && day && !month;
    all->month_first += !year_first && month && !day;
    all->either += !year_first && day && month && f[0] != f[1];
}

void column_look(NumCtx *num, Str cell, const CellForms *forms, ColumnLook *look, FormLook *all)
{
    Written point, comma;
    Value v;
    Str s = cell_trim(cell);
    if (!s.n || cell_missing(forms, s)) {
        return;
    }
    bool as_point = sound_number(num, s, '.', &point), as_comma = sound_number(num, s, ',', &comma);
    look->cells++;
    look->numbers[0] += as_point;
    look->numbers[1] += as_comma;
    look->truths += cell_truth(s, &v);
    look_at_mark(s, as_point, &point, as_comma, &comma, look);
    look_at_date(s, look, all);
}

/* Nearly all: one in a hundred may be a slip, which is told later. */
static bool nearly(uint64_t strange, uint64_t cells) { return strange * 100 <= cells; }

bool column_may_be_numbers(const ColumnLook *look)
{
    uint32_t most = look->numbers[0] > look->numbers[1] ? look->numbers[0] : look->numbers[1];
    return look->cells && nearly(look->cells - most, look->cells);
}

ColumnKind column_kind(const ColumnLook *look, const CellForms *forms)
{
    uint32_t numbers = look->numbers[forms->decimal == ','], dates = look->dates[forms->order];
    if (!look->cells) {
        return KIND_OPEN;
    }
    return nearly(look->cells - dates, look->cells)          ? KIND_DATE
           : nearly(look->cells - look->truths, look->cells) ? KIND_TRUTH
           : nearly(look->cells - numbers, look->cells)      ? KIND_NUMBER
                                                             : KIND_TEXT;
}

ColumnKind column_kind_named(Str name)
{
    static const struct {
        const char *name;
        ColumnKind kind;
    } names[] = {{"text", KIND_TEXT}, {"texte", KIND_TEXT}, {"number", KIND_NUMBER}, {"nombre", KIND_NUMBER},
                 {"date", KIND_DATE}, {"truth", KIND_TRUTH}, {"vrai_faux", KIND_TRUTH}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_eq(str_from(names[i].name), name)) {
            return names[i].kind;
        }
    }
    return KIND_OPEN;
}

/* ---- texts, each kept once ---- */

enum { POOL_FIRST = 256, POOL_PATIENCE = 1 << 16, POOL_TEXT = 64 };

struct PoolSlot {
    uint64_t head;    /* the first 8 bytes of a text, as it is written */
    uint32_t written; /* how many it has, and 1; 0: no slot */
    uint32_t place;   /* among the texts of the list */
};

static uint64_t head_of(Str s)
{
    uint64_t head = 0;
    memcpy(&head, s.p, s.n < sizeof head ? s.n : sizeof head);
    return head;
}

static inline uint64_t mixed(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
    return h ^ h >> 32;
}

static inline uint64_t text_hash(uint64_t head, Str s)
{
    uint64_t h = mixed(UINT64_C(0x9E3779B97F4A7C15) ^ s.n, head);
    for (size_t at = 8; at < s.n; at += 8) {
        h = mixed(h, head_of(str_sub(s, at, s.n)));
    }
    return h;
}

static Str text_at(const Column *c, uint32_t place)
{
    const Text *t = c->items->pack->values->items[place].ptr;
    return (Str){t->bytes, t->n};
}

/* The slot of a text: its own, or the empty one where it belongs. What is longer than its head is kept as it is written. */
static inline PoolSlot *pool_slot(const Column *c, uint64_t hash, uint64_t head, Str s)
{
    const TextPool *p = &c->pool;
    for (uint64_t at = hash;; at++) {
        PoolSlot *slot = &p->slots[at & (p->cap - 1)];
        bool same = slot->head == head && slot->written == s.n + 1;
        if (!slot->written || (same && (s.n <= 8 || str_eq(text_at(c, slot->place), s)))) {
            return slot;
        }
    }
}

static bool pool_grow(Mem *mem, Column *c)
{
    TextPool *p = &c->pool, old = *p;
    p->cap = old.cap ? old.cap * 2 : POOL_FIRST;
    p->slots = mem_zalloc(mem, p->cap, sizeof *p->slots);
    if (!p->slots) {
        *p = old;
        return false;
    }
    for (uint32_t i = 0; i < old.cap; i++) {
        const PoolSlot *slot = &old.slots[i];
        if (slot->written) {
            Str s = slot->written > 9 ? text_at(c, slot->place) : (Str){"", slot->written - 1};
            *pool_slot(c, text_hash(slot->head, s), slot->head, s) = *slot;
        }
    }
    mem_free(mem, old.slots, old.cap * sizeof *old.slots);
    return true;
}

/* In NFC, as texts of programs are; in `b` if that changes it. */
static Str composed(Str s, Buf *b)
{
    bool ascii = true;
    for (size_t i = 0; i < s.n && ascii; i++) {
        ascii = (unsigned char)s.p[i] < 0x80;
    }
    if (ascii) {
        return s;
    }
    utf8_nfc(b, s);
    return b->failed || str_eq(buf_str(b), s) ? s : buf_str(b);
}

/* A text that differs from those before it too often is not looked for any longer. */
static bool gives_up(const TextPool *p) { return p->count >= POOL_PATIENCE && p->count / 3 * 4 > p->looks; }

/* A text in NFC, new to the list or not. */
static bool pool_place(const Args *a, Column *c, Str s, uint32_t *place)
{
    TextPool *p = &c->pool;
    Value text;
    PoolSlot *slot = NULL;
    if (s.n <= POOL_TEXT) {
        if (p->used * 2 >= p->cap && !pool_grow(a->vm->mem, c)) {
            return false;
        }
        slot = pool_slot(c, text_hash(head_of(s), s), head_of(s), s);
        *place = slot->place;
    }
    p->looks++;
    if (slot && slot->written) {
        return true;
    }
    if (!text_new(args_heap(a), s, &text) || !list_pack_text(args_heap(a), c->items, text, place)) {
        return false;
    }
    p->count++;
    if (slot) {
        *slot = (PoolSlot){.head = head_of(s), .written = (uint32_t)s.n + 1, .place = *place};
        p->used++;
    }
    return true;
}

static bool has_places(const Column *c) { return c->items->packed && c->items->pack->values; }

static bool put_cell(Heap *h, List *l, int64_t cell) { return list_put_cells(h, l, &cell, 1); }

/* A list of other values than texts holds them all the same: it is a plain one then. */
static bool push_text(const Args *a, Column *c, Str s)
{
    Heap *heap = args_heap(a);
    Buf b;
    Value text;
    uint32_t place;
    bool ok;
    buf_init(&b, a->vm->mem);
    s = composed(s, &b);
    if (c->items->packed && c->items->pack->like.tag == T_NONE && !list_pack_texts(heap, c->items)) {
        ok = false;
    } else if (has_places(c)) {
        ok = pool_place(a, c, s, &place) && put_cell(heap, c->items, place) && (!gives_up(&c->pool) || list_unpack(heap, c->items));
    } else {
        ok = text_new(heap, s, &text) && list_push(heap, c->items, text);
    }
    ok = ok && !b.failed;
    buf_free(&b);
    return ok;
}

/* ---- cells as most are ---- */

enum { MONTHS = 64, QUICK_DIGITS = 17, QUICK_CELLS = 64 };
static const int64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

struct Month { /* one that was read: all of a date but its day, as it is written */
    uint64_t written;
    int32_t before; /* day 0 of it, from 1970-01-01 */
    int32_t days;
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

static uint64_t word_at(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* The first bytes of a cell: what is behind it may be read (format/csv.h). */
static uint64_t head_at(Str s) { return s.n < 8 ? word_at(s.p) & ((UINT64_C(1) << s.n * 8) - 1) : word_at(s.p); }

/* Eight digits, the first one lowest: pairs, then fours, then all are put together. */
static uint32_t eight_digits(uint64_t word)
{
    word -= EACH_BYTE('0');
    word = (word * 10 + (word >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
    word = (word * 100 + (word >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    return (uint32_t)(word * 10000 + (word >> 32));
}

/* At most 8 characters: digits, and a decimal mark between two of them; no zero before another digit. */
static inline bool eight_written(Str s, char decimal, int64_t *mantissa, uint32_t *decimals)
{
    uint32_t before = (uint32_t)(8 - s.n) * 8; /* bits of the zeros put before it */
    uint64_t word = word_at(s.p) << before | EACH_BYTE('0') >> 8 >> (56 - before);
    uint64_t value = word ^ EACH_BYTE('0'), other = (value | (value + EACH_BYTE(0x76))) & EACH_BYTE(0x80);
    *decimals = 0;
    if (other) {
        uint32_t at = (uint32_t)__builtin_ctzll(other) & ~7u;
        uint64_t low = (UINT64_C(1) << at) - 1;
        if ((other & (other - 1)) || (char)(word >> at) != decimal || at <= before || at == 56) {
            return false;
        }
        *decimals = 7 - at / 8;
        word = (word & low) << 8 | (word >> at >> 8 << at << 8) | '0';
    }
    *mantissa = eight_digits(word);
    return s.p[0] != '0' || s.n == 1 || s.p[1] == decimal;
}

static bool two_digits(const char *p, int32_t *out)
{
    unsigned a = (unsigned char)p[0] - (unsigned)'0', b = (unsigned char)p[1] - (unsigned)'0';
    *out = (int32_t)(a * 10 + b);
    return a <= 9 && b <= 9;
}

static struct Month *month_slot(struct Month *months, uint64_t written)
{
    return &months[written * UINT64_C(0x9E3779B97F4A7C15) >> 58];
}

/* 2023-05-12, or 12/05/2023: where the day stands, and what is written beside it. */
static const char *day_of(Str s, uint64_t *beside)
{
    bool year_first = s.p[2] >= '0' && s.p[2] <= '9';
    *beside = word_at(year_first ? s.p : s.p + 2);
    return year_first ? s.p + 8 : s.p;
}

static inline bool quick_date(struct Month *months, Str s, int64_t *cell)
{
    uint64_t beside;
    int32_t day;
    if (s.n != 10 || !two_digits(day_of(s, &beside), &day)) {
        return false;
    }
    const struct Month *m = month_slot(months, beside);
    *cell = m->before + day;
    return m->written == beside && day >= 1 && day <= m->days;
}

/* Of a date that was read: years come first, or after day and month. */
static bool keep_month(Mem *mem, Column *c, const CellForms *forms, Str s, int64_t date)
{
    int f[3];
    bool year_first;
    uint64_t beside;
    int64_t unused;
    if (s.n != 10 || !cell_written_date(s, f, &year_first) || (!year_first && forms->order == ORDER_MONTH_FIRST)) {
        return true;
    }
    if (!c->months && !(c->months = mem_zalloc(mem, MONTHS, sizeof *c->months))) {
        return false;
    }
    int year = f[year_first ? 0 : 2], day = f[year_first ? 2 : 0], days = 31;
    while (!date_from_civil(year, f[1], days, &unused)) {
        days--;
    }
    day_of(s, &beside);
    *month_slot(c->months, beside) = (struct Month){.written = beside, .before = (int32_t)(date - day), .days = days};
    return true;
}

/* The same, of any length that fits a cell, and with a sign. */
static bool long_written(Str s, char decimal, int64_t *mantissa, uint32_t *decimals)
{
    bool negative = s.p[0] == '-';
    s = (Str){s.p + negative, s.n - negative};
    size_t mark = s.n;
    *mantissa = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned digit = (unsigned char)s.p[i] - (unsigned)'0';
        if (digit <= 9) {
            *mantissa = *mantissa * 10 + digit;
        } else if (s.p[i] == decimal && mark == s.n) {
            mark = i;
        } else {
            return false;
        }
    }
    *decimals = mark < s.n ? (uint32_t)(s.n - mark - 1) : 0;
    *mantissa = negative ? -*mantissa : *mantissa;
    return mark > 0 && mark + 1 != s.n && (s.p[0] != '0' || s.n == 1 || mark == 1);
}

static inline bool quick_number(uint32_t scale, int64_t times, char decimal, Str s, int64_t *cell)
{
    uint32_t decimals;
    bool good = (s.n - 1 < 8 && eight_written(s, decimal, cell, &decimals)) ||
                (s.n - 1 < QUICK_DIGITS && long_written(s, decimal, cell, &decimals));
    return good && decimals <= scale && !__builtin_mul_overflow(*cell, tens[scale - decimals], cell) &&
           (times == 1 || !__builtin_mul_overflow(*cell, times, cell)) && *cell != INT64_MIN;
}

/* A text that trimming leaves as it is, and csv_plain. */
static bool is_plain_text(Str s)
{
    unsigned char first = s.n ? (unsigned char)s.p[0] : 0, last = s.n ? (unsigned char)s.p[s.n - 1] : 0;
    return s.n <= POOL_TEXT && first > ' ' && first < 0x80 && first != '\'' && last > ' ' && last < 0x80;
}

/* Where their slots begin is asked of memory before they are looked at. */
static uint32_t quick_texts(Column *c, const CsvCell *cells, uint32_t stride, uint32_t n, int64_t *out)
{
    uint64_t heads[QUICK_CELLS], hashes[QUICK_CELLS];
    uint32_t plain = 0, done = 0;
    if (!has_places(c) || !c->pool.cap) {
        return 0;
    }
    for (const CsvCell *cell = cells; plain < n && is_plain_text(cell->text); plain++, cell += stride) {
        Str s = cell->text;
        heads[plain] = head_at(s);
        hashes[plain] = text_hash(heads[plain], s);
        __builtin_prefetch(&c->pool.slots[hashes[plain] & (c->pool.cap - 1)]);
    }
    for (; done < plain; done++, cells += stride) {
        const PoolSlot *slot = pool_slot(c, hashes[done], heads[done], cells->text);
        out[done] = slot->place;
        if (!slot->written) {
            break;
        }
    }
    c->pool.looks += done;
    return done;
}

static uint32_t quick_numbers(const Column *c, char decimal, const CsvCell *cells, uint32_t stride, uint32_t n, int64_t *out)
{
    uint32_t done = 0, scale = c->scale;
    int64_t times = c->times, cell;
    for (; done < n && quick_number(scale, times, decimal, cells->text, &cell); cells += stride) {
        out[done++] = cell;
    }
    return done;
}

static uint32_t quick_dates(const Column *c, const CsvCell *cells, uint32_t stride, uint32_t n, int64_t *out)
{
    uint32_t done = 0;
    int64_t cell;
    for (; done < n && quick_date(c->months, cells->text, &cell); cells += stride) {
        out[done++] = cell;
    }
    return done;
}

/* How many of the cells, `stride` apart, are as most are, between quotes or not; at most QUICK_CELLS. */
static uint32_t quick_cells(Column *c, const CellForms *forms, const CsvCell *cells, uint32_t stride, uint32_t n, int64_t *out)
{
    switch (c->kind) {
    case KIND_NUMBER: return c->quick ? quick_numbers(c, forms->decimal, cells, stride, n, out) : 0;
    case KIND_DATE: return c->months ? quick_dates(c, cells, stride, n, out) : 0;
    case KIND_TEXT: return quick_texts(c, cells, stride, n, out);
    default: return 0;
    }
}
#else
static bool keep_month(Mem *mem, Column *c, const CellForms *forms, Str s, int64_t date)
{
    (void)mem, (void)c, (void)forms, (void)s, (void)date;
    return true;
}

static uint32_t quick_cells(Column *c, const CellForms *forms, const CsvCell *cells, uint32_t stride, uint32_t n, int64_t *out)
{
    (void)c, (void)forms, (void)cells, (void)stride, (void)n, (void)out;
    return 0;
}
#endif

/* 10^*decimals is that number. */
static bool is_power_of_ten(int64_t n, uint32_t *decimals)
{
    for (*decimals = 0; *decimals < sizeof tens / sizeof *tens; ++*decimals) {
        if (tens[*decimals] == n) {
            return true;
        }
    }
    return false;
}

/* May plain numbers be put into cells as they are written, and with how many decimals? */
static void settle_quick(NumCtx *num, Column *c)
{
    const Value *like = c->items->packed ? &c->items->pack->like : NULL;
    uint16_t unit = c->bare ? c->unit : U_PLAIN;
    UnitFactor factor = unit == U_PLAIN ? (UnitFactor){1, 1} : unit_factor(num, unit);
    c->times = factor.num;
    c->quick = like && like->tag == T_NUM && like->unit == unit && (c->bare || (c->unit_known && c->unit == unit)) &&
               like->den % factor.den == 0 && is_power_of_ten(like->den / factor.den, &c->scale);
}

/* ---- cells ---- */

void column_end(const Args *a, Column *c)
{
    mem_free(a->vm->mem, c->pool.slots, c->pool.cap * sizeof *c->pool.slots);
    mem_free(a->vm->mem, c->months, MONTHS * sizeof *c->months);
    c->pool = (TextPool){0};
    c->months = NULL;
}

bool column_begin(const Args *a, Column *c, uint32_t room)
{
    column_end(a, c); /* what a reading before this one kept */
    c->given = c->strange = 0;
    c->unit_known = c->unit_known && c->bare;
    c->items = list_packed(args_heap(a), room);
    c->suffix_n = 0;
    c->quick = false;
    return c->items || vm_fail_memory(a->vm);
}

static ColumnKind kind_of_one(NumCtx *num, Str s, const CellForms *forms)
{
    ColumnLook look = {0};
    FormLook all = {0};
    column_look(num, s, forms, &look, &all);
    return column_kind(&look, forms);
}

/* *good false: it is of another kind. */
static NumErr read_cell(const Args *a, Column *c, const CellForms *forms, Str s, Value *out, bool *good)
{
    *good = true;
    switch (c->kind) {
    case KIND_NUMBER: return cell_number(a->vm->num, c, forms, s, out, good);
    case KIND_DATE:
        *good = cell_date(s, forms->order, out);
        return !*good || keep_month(a->vm->mem, c, forms, s, out->num) ? NUM_OK : NUM_NO_MEMORY;
    default: *good = cell_truth(s, out); return NUM_OK;
    }
}

static bool note_strange(Column *c, Arena *kept, Str cell, uint64_t line)
{
    if (!c->strange++) {
        c->strange_line = line;
        c->strange_text = arena_str(kept, str_sub(cell, 0, 60));
    }
    return !c->declared;
}

static bool push(const Args *a, Column *c, Value v)
{
    bool ok = list_push(args_heap(a), c->items, v) || vm_fail_memory(a->vm);
    if (ok && c->kind == KIND_NUMBER) {
        settle_quick(a->vm->num, c);
    }
    return ok;
}

/* Blanks of any width are nothing. */
static bool is_empty(Str cell)
{
    unsigned char first = cell.n ? (unsigned char)cell.p[0] : ' ';
    return (first <= ' ' || first >= 0x80) && !str_trim(cell).n;
}

bool column_add(const Args *a, Column *c, Arena *kept, const CellForms *forms, Str cell, bool quoted, uint64_t line)
{
    Value v = value_status(STATUS_NOT_GIVEN, NULL);
    bool good;
    if ((is_empty(cell) && !(quoted && c->kind == KIND_TEXT)) || (forms->missing_count && cell_missing(forms, cell_trim(cell)))) {
        return push(a, c, v);
    }
    c->given++;
    c->kind = c->kind == KIND_OPEN ? kind_of_one(a->vm->num, cell, forms) : c->kind;
    if (c->kind == KIND_TEXT) {
        return push_text(a, c, quoted ? cell : cell_trim(cell)) || vm_fail_memory(a->vm);
    }
    NumErr err = read_cell(a, c, forms, cell_trim(cell), &v, &good);
    if (err != NUM_OK) {
        return args_num(a, err, v, v);
    }
    if (!good) {
        return note_strange(c, kept, cell, line) && push(a, c, value_status(STATUS_NOT_GIVEN, NULL));
    }
    return push(a, c, v);
}

/* Adds the cells that are as most are, as long as they follow each other: *done of them. */
static bool add_quick(Heap *heap, Column *c, const CellForms *forms, const CsvCell *cells, uint32_t stride, uint32_t n,
                      uint32_t *done)
{
    int64_t out[QUICK_CELLS];
    uint32_t most = n < QUICK_CELLS ? n : QUICK_CELLS;
    if (forms->missing_count) { /* each must be looked at */
        most = cell_missing(forms, cells->text) ? 0 : 1;
    }
    *done = most && c->items->packed ? quick_cells(c, forms, cells, stride, most, out) : 0;
    c->given += *done;
    return !*done || list_put_cells(heap, c->items, out, *done);
}

/* One column of rows; *at: the row of a strange cell of a column that is declared, or `rows`. */
static bool column_add_rows(const Args *a, Column *c, Arena *kept, const CellForms *forms, const CsvCell *cells, uint32_t stride,
                            uint32_t rows, uint64_t line, uint32_t *at)
{
    for (*at = 0; *at < rows;) {
        uint32_t done;
        const CsvCell *cell = &cells[*at * stride];
        if (!add_quick(args_heap(a), c, forms, cell, stride, rows - *at, &done)) {
            return vm_fail_memory(a->vm);
        }
        *at += done;
        if (!done && !column_add(a, c, kept, forms, csv_plain(cell->text), cell->quoted, line + *at)) {
            return !a->vm->fault;
        }
        *at += !done;
    }
    return true;
}

bool columns_add(const Args *a, Column *columns, uint32_t n, Arena *kept, const CellForms *forms, const CsvCell *cells,
                 uint32_t rows, uint64_t line, const Column **strange)
{
    *strange = NULL;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at;
        if (!column_add_rows(a, &columns[i], kept, forms, cells + i, n, rows, line, &at)) {
            return false;
        }
        *strange = at < rows ? &columns[i] : *strange;
        rows = at; /* only a row before it is still of interest */
    }
    return !*strange;
}

bool column_is_text(const Column *c) { return c->strange && !c->declared && !nearly(c->strange, c->given); }
