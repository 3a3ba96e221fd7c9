/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a number is read digit by digit into a cell; what does not fit one goes through the reader of literals. Texts
   that come back are kept once. */
#include "lib/column.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "num/format.h"

/* ---- numbers as people write them ---- */

typedef struct Written {
    int64_t mantissa;
    uint32_t decimals, digits;
    bool negative, grouped, zeros; /* zeros: it begins with one that means nothing: a code, not a number */
    size_t from, to;               /* the digits and what stands between them */
    Str suffix;
} Written;

/* How many bytes a blank has here; 0: it is none. */
static size_t blank_at(Str s, size_t at)
{
    unsigned char c = (unsigned char)s.p[at];
    if (c == ' ' || c == '\t') {
        return 1;
    }
    if (c == 0xC2 && at + 1 < s.n && (unsigned char)s.p[at + 1] == 0xA0) {
        return 2;
    }
    bool thin = c == 0xE2 && at + 2 < s.n && (unsigned char)s.p[at + 1] == 0x80 &&
                ((unsigned char)s.p[at + 2] == 0xAF || (unsigned char)s.p[at + 2] == 0x89);
    return thin ? 3 : 0;
}

static Str trim(Str s)
{
    if (!s.n || ((unsigned char)s.p[0] > ' ' && (unsigned char)s.p[0] < 0x80 && (unsigned char)s.p[s.n - 1] > ' ' &&
                 (unsigned char)s.p[s.n - 1] < 0x80)) {
        return s;
    }
    return str_trim(s);
}

static bool is_digit(Str s, size_t at) { return at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; }

/* Exactly three digits from `at` on. */
static bool three_digits(Str s, size_t at)
{
    return is_digit(s, at) && is_digit(s, at + 1) && is_digit(s, at + 2) && !is_digit(s, at + 3);
}

static size_t take_sign(Str s, bool *negative)
{
    *negative = s.n && (s.p[0] == '-' || (s.n > 2 && !memcmp(s.p, "\xE2\x88\x92", 3)));
    return !s.n ? 0 : s.p[0] == '-' || s.p[0] == '+' ? 1 : *negative ? 3 : 0;
}

/* Digits, by thousands or not, before the decimal mark. False: the groups are not of three. */
static bool take_whole(Str s, size_t *at, char other, Written *w)
{
    uint32_t run = 0, groups = 0;
    while (*at < s.n) {
        unsigned digit = (unsigned char)s.p[*at] - (unsigned)'0';
        if (digit <= 9) {
            w->mantissa = w->digits < 18 ? w->mantissa * 10 + digit : w->mantissa;
            w->digits++;
            run++;
            ++*at;
            continue;
        }
        size_t gap = s.p[*at] == other ? 1 : blank_at(s, *at);
        if (!gap || !three_digits(s, *at + gap) || (groups ? run != 3 : run < 1 || run > 3)) {
            break;
        }
        groups++;
        run = 0;
        *at += gap;
    }
    w->grouped = groups > 0;
    return w->digits && (!groups || run == 3);
}

static bool take_decimals(Str s, size_t *at, char decimal, Written *w)
{
    if (*at >= s.n || s.p[*at] != decimal) {
        return true;
    }
    for (++*at; is_digit(s, *at); ++*at) {
        w->mantissa = w->digits < 18 ? w->mantissa * 10 + (s.p[*at] - '0') : w->mantissa;
        w->digits++;
        w->decimals++;
    }
    return w->decimals > 0;
}

/* s without blanks around it. What follows the digits is left to the caller. */
static bool written_number(Str s, char decimal, Written *w)
{
    *w = (Written){0};
    size_t at = take_sign(s, &w->negative);
    w->from = at;
    bool zero = at + 1 < s.n && s.p[at] == '0' && is_digit(s, at + 1);
    if (!take_whole(s, &at, decimal == '.' ? ',' : '.', w) || !take_decimals(s, &at, decimal, w)) {
        return false;
    }
    w->zeros = zero;
    w->to = at;
    w->suffix = at < s.n ? trim(str_sub(s, at, s.n)) : (Str){"", 0};
    return true;
}

/* ---- the value of a number ---- */

static bool small_value(const Written *w, UnitFactor f, uint16_t unit, Value *out)
{
    static const uint32_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    int64_t n = w->negative ? -w->mantissa : w->mantissa;
    if (w->digits > 18 || w->decimals > 9 || f.den > UINT32_MAX || __builtin_mul_overflow(n, f.num, &n) ||
        (uint64_t)tens[w->decimals] * (uint64_t)f.den > UINT32_MAX) {
        return false;
    }
    *out = (Value){.tag = T_NUM, .unit = unit, .den = tens[w->decimals] * (uint32_t)f.den, .num = n};
    return true;
}

static NumErr large_value(NumCtx *num, Str s, const Written *w, char decimal, uint16_t unit, Value *out)
{
    char digits[LIMIT_LITERAL_DIGITS + 2];
    size_t n = 0;
    for (size_t i = w->from; i < w->to; i++) {
        char c = s.p[i] == decimal ? '.' : s.p[i];
        if (c != '.' && (c < '0' || c > '9')) {
            continue;
        }
        if (n == sizeof digits) {
            return NUM_TOO_BIG;
        }
        digits[n++] = c;
    }
    NumErr err = num_read_literal(num, (Str){digits, n}, unit, out);
    return err == NUM_OK && w->negative ? num_neg(num, *out, out) : err;
}

static NumErr value_of(NumCtx *num, Str s, const Written *w, char decimal, uint16_t unit, Value *out)
{
    UnitFactor one = {1, 1}, f = unit == U_PLAIN ? one : unit_factor(num, unit);
    return small_value(w, f, unit, out) ? NUM_OK : large_value(num, s, w, decimal, unit, out);
}

static bool unit_of(NumCtx *num, Column *c, Str suffix, uint16_t *unit)
{
    if (c->suffix_n == suffix.n && !memcmp(c->suffix, suffix.p, suffix.n)) {
        *unit = c->suffix_unit;
        return true;
    }
    if (suffix.n > sizeof c->suffix || unit_parse(num, suffix, unit) != NUM_OK) {
        return false;
    }
    memcpy(c->suffix, suffix.p, suffix.n);
    c->suffix_n = (uint8_t)suffix.n;
    c->suffix_unit = *unit;
    return true;
}

/* One dimension a column; percentages are apart. */
static bool unit_fits(NumCtx *num, Column *c, uint16_t unit)
{
    if (!c->unit_known) {
        c->unit = unit;
        c->unit_known = true;
    }
    return unit == c->unit ||
           (unit_same_dimension(num, unit, c->unit) && unit_is_percent(unit) == unit_is_percent(c->unit) &&
            unit_is_dimensionless(num, unit) == unit_is_dimensionless(num, c->unit));
}

/* `2/3`, where the column was declared to hold numbers: what write_csv writes of a number without end. */
static NumErr fraction(NumCtx *num, Column *c, Str s, const Written *top, char decimal, Value *out, bool *good)
{
    Written below;
    Value n, d;
    *good = c->fractions && top->suffix.n > 1 && top->suffix.p[0] == '/' &&
            written_number(str_sub(top->suffix, 1, top->suffix.n), decimal, &below) && !below.suffix.n && !top->decimals &&
            !below.decimals && (below.mantissa || below.digits > 18);
    if (!*good) {
        return NUM_OK;
    }
    NumErr err = value_of(num, s, top, decimal, c->bare ? c->unit : U_PLAIN, &n);
    err = err ? err : value_of(num, str_sub(top->suffix, 1, top->suffix.n), &below, decimal, U_PLAIN, &d);
    if (err == NUM_OK) {
        uint16_t unit = n.unit;
        err = num_div(num, n, d, out);
        err = err ? err : num_reduce(num, *out, out);
        out->unit = unit;
    }
    return err;
}

/* *good false: it is no number of this column. */
static NumErr read_number(NumCtx *num, Column *c, const CellForms *forms, Str s, Value *out, bool *good)
{
    Written w;
    uint16_t unit = c->bare ? c->unit : U_PLAIN;
    *good = written_number(s, forms->decimal, &w) && (!w.zeros || c->declared);
    if (!*good) {
        return NUM_OK;
    }
    if (w.suffix.n && !unit_of(num, c, w.suffix, &unit)) {
        return fraction(num, c, s, &w, forms->decimal, out, good);
    }
    *good = (!w.suffix.n && c->bare) || unit_fits(num, c, unit);
    return *good ? value_of(num, s, &w, forms->decimal, unit, out) : NUM_OK;
}

/* ---- dates and truths ---- */

/* Digits at *at, at most `most`. */
static int take_figure(Str s, size_t *at, size_t most, size_t *count)
{
    int n = 0;
    for (*count = 0; *count < most && is_digit(s, *at); ++*count, ++*at) {
        n = n * 10 + (s.p[*at] - '0');
    }
    return n;
}

/* Three figures between two equal signs. *year_first: the first one has four digits. */
static bool written_date(Str s, int figures[3], bool *year_first)
{
    size_t at = 0, counts[3];
    if (s.n < 8 || s.n > 10) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        figures[i] = take_figure(s, &at, 4, &counts[i]);
        char sign = i < 2 && at < s.n ? s.p[at++] : '\0';
        if (!counts[i] || (i == 0 && sign != '/' && sign != '-' && sign != '.') || (i == 1 && sign != s.p[counts[0]])) {
            return false;
        }
    }
    *year_first = counts[0] == 4;
    bool sound = *year_first ? counts[1] <= 2 && counts[2] <= 2 : counts[0] <= 2 && counts[1] <= 2 && counts[2] == 4;
    return sound && at == s.n;
}

static bool read_date(Str s, DateOrder order, Value *out)
{
    int f[3];
    bool year_first;
    int64_t days;
    if (!written_date(s, f, &year_first)) {
        return false;
    }
    bool month_first = order == ORDER_MONTH_FIRST;
    bool ok = year_first ? date_from_civil(f[0], f[1], f[2], &days)
                         : date_from_civil(f[2], f[!month_first], f[month_first], &days);
    *out = value_date(ok ? days : 0);
    return ok;
}

static bool read_truth(Str s, Value *out)
{
    static const char *const words[2][4] = {{"false", "faux", "no", "non"}, {"true", "vrai", "yes", "oui"}};
    for (int truth = 0; truth < 2; truth++) {
        for (int i = 0; i < 4; i++) {
            const char *word = words[truth][i];
            size_t n = 0;
            while (n < s.n && word[n] && (s.p[n] | 0x20) == word[n]) {
                n++;
            }
            if (n == s.n && !word[n]) {
                *out = value_truth(truth);
                return true;
            }
        }
    }
    return false;
}

/* ---- what cells look like ---- */

static bool is_missing(const CellForms *forms, Str s)
{
    for (uint32_t i = 0; i < forms->missing_count; i++) {
        if (str_eq(forms->missing[i], s)) {
            return true;
        }
    }
    return false;
}

/* Is what follows the digits a unit, if anything? */
static bool sound_number(NumCtx *num, Str s, char decimal, Written *w)
{
    uint16_t unit;
    return written_number(s, decimal, w) && !w->zeros && (!w->suffix.n || unit_parse(num, w->suffix, &unit) == NUM_OK);
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
    if (!written_date(s, f, &year_first)) {
        return;
    }
    bool day = read_date(s, ORDER_DAY_FIRST, &v), month = read_date(s, ORDER_MONTH_FIRST, &v);
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
    Str s = trim(cell);
    if (!s.n || is_missing(forms, s)) {
        return;
    }
    bool as_point = sound_number(num, s, '.', &point), as_comma = sound_number(num, s, ',', &comma);
    look->cells++;
    look->numbers[0] += as_point;
    look->numbers[1] += as_comma;
    look->truths += read_truth(s, &v);
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

enum { POOL_FIRST = 256, POOL_MOST = 1 << 16, POOL_PATIENCE = 4096 };

static uint64_t text_hash(Str s)
{
    uint64_t h = UINT64_C(0x9E3779B97F4A7C15) ^ s.n, word = 0;
    while (s.n >= 8) {
        memcpy(&word, s.p, 8);
        h = (h ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
        h ^= h >> 32;
        s = (Str){s.p + 8, s.n - 8};
    }
    word = 0;
    for (size_t i = 0; i < s.n; i++) {
        word = word << 8 | (unsigned char)s.p[i];
    }
    h = (h ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
    return h ^ h >> 32;
}

static Str flat(Value v)
{
    const Text *t = v.ptr;
    return (Str){t->bytes, t->n};
}

/* The place of a text: its own, or the empty one where it belongs. */
static Value *pool_slot(const TextPool *p, Str s)
{
    uint32_t at = (uint32_t)text_hash(s) & (p->cap - 1);
    while (p->slots[at].tag == T_TEXT && !str_eq(flat(p->slots[at]), s)) {
        at = (at + 1) & (p->cap - 1);
    }
    return &p->slots[at];
}

static bool pool_grow(Mem *mem, TextPool *p)
{
    TextPool wider = *p;
    wider.cap = p->cap ? p->cap * 2 : POOL_FIRST;
    wider.slots = mem_zalloc(mem, wider.cap, sizeof *wider.slots);
    for (uint32_t i = 0; wider.slots && i < p->cap; i++) {
        if (p->slots[i].tag == T_TEXT) {
            *pool_slot(&wider, flat(p->slots[i])) = p->slots[i];
        }
    }
    if (!wider.slots) {
        return false;
    }
    mem_free(mem, p->slots, p->cap * sizeof *p->slots);
    *p = wider;
    return true;
}

/* In NFC, as texts of programs are. */
static bool new_text(const Args *a, Str s, Value *out)
{
    bool ascii = true;
    for (size_t i = 0; i < s.n && ascii; i++) {
        ascii = (unsigned char)s.p[i] < 0x80;
    }
    if (ascii) {
        return text_new(args_heap(a), s, out);
    }
    Buf b;
    buf_init(&b, a->vm->mem);
    utf8_nfc(&b, s);
    bool ok = !b.failed && text_new(args_heap(a), buf_str(&b), out);
    buf_free(&b);
    return ok;
}

static bool pool_text(const Args *a, TextPool *p, Str s, Value *out)
{
    if (p->off || s.n > 64) {
        return new_text(a, s, out);
    }
    if (p->count * 2 >= p->cap && !pool_grow(a->vm->mem, p)) {
        return false;
    }
    p->looks++;
    Value *slot = pool_slot(p, s);
    if (slot->tag != T_TEXT) {
        if (!new_text(a, s, out)) {
            return false;
        }
        *slot = *out;
        p->count += str_eq(flat(*out), s);
        slot->tag = str_eq(flat(*out), s) ? T_TEXT : 0; /* what NFC changed is not found again: it is not kept */
        p->off = p->count > POOL_MOST || (p->looks == POOL_PATIENCE && p->count * 2 > p->looks);
        return true;
    }
    *out = *slot;
    return true;
}

/* ---- cells ---- */

bool column_begin(const Args *a, Column *c, uint32_t room)
{
    c->given = c->strange = 0;
    c->unit_known = c->unit_known && c->bare;
    c->items = list_with_room(args_heap(a), room);
    c->suffix_n = 0;
    return c->items || vm_fail_memory(a->vm);
}

void column_end(const Args *a, Column *c)
{
    mem_free(a->vm->mem, c->pool.slots, c->pool.cap * sizeof *c->pool.slots);
    c->pool = (TextPool){0};
}

static ColumnKind kind_of_one(NumCtx *num, Str s, const CellForms *forms)
{
    ColumnLook look = {0};
    FormLook all = {0};
    column_look(num, s, forms, &look, &all);
    return column_kind(&look, forms);
}

static bool read_cell(const Args *a, Column *c, const CellForms *forms, Str cell, bool quoted, Value *out, NumErr *err)
{
    bool good = true;
    Str s = c->kind == KIND_TEXT && quoted ? cell : trim(cell);
    *err = NUM_OK;
    switch (c->kind) {
    case KIND_NUMBER: *err = read_number(a->vm->num, c, forms, s, out, &good); return good;
    case KIND_DATE: return read_date(s, forms->order, out);
    case KIND_TRUTH: return read_truth(s, out);
    default: *err = pool_text(a, &c->pool, s, out) ? NUM_OK : NUM_NO_MEMORY; return true;
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

/* Straight into the room that is there. */
static bool push(const Args *a, Column *c, Value v)
{
    List *l = c->items;
    if (l->n < l->store->cap) {
        l->store->items[l->n++] = v;
        l->store->used = l->n;
        return true;
    }
    return list_push(args_heap(a), l, v) || vm_fail_memory(a->vm);
}

bool column_add(const Args *a, Column *c, Arena *kept, const CellForms *forms, Str cell, bool quoted, uint64_t line)
{
    Value v = value_status(STATUS_NOT_GIVEN, NULL);
    NumErr err;
    bool empty = !cell.n || ((unsigned char)cell.p[0] <= ' ' && !str_trim(cell).n);
    if ((empty && !(quoted && c->kind == KIND_TEXT)) || (forms->missing_count && is_missing(forms, trim(cell)))) {
        return push(a, c, v);
    }
    c->given++;
    c->kind = c->kind == KIND_OPEN ? kind_of_one(a->vm->num, cell, forms) : c->kind;
    if (!read_cell(a, c, forms, cell, quoted, &v, &err)) {
        return note_strange(c, kept, cell, line) && push(a, c, value_none());
    }
    if (err != NUM_OK) {
        return args_num(a, err, v, v);
    }
    return push(a, c, v);
}

bool column_is_text(const Column *c) { return c->strange && !c->declared && !nearly(c->strange, c->given); }
