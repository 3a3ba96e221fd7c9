/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: symbols are made at start from unit.def, each with its prefixes; names of all of them go into one map. Units
   are interned in an open-addressed index over their parts. Dropping the units after a mark rebuilds the index. */
#include "num/units.h"

#include "base/utf8.h"

#include <string.h>

enum { INDEX_FIRST = 256, ALIAS_BYTES = 1024, PREFIX_NAME_MAX = 3 };

typedef struct UnitRow {
    const char *name[2], *singular[2], *plural[2], *others, *prefixes;
    UnitFactor factor;
    UnitDim dims[SYMBOL_DIMS_MAX];
    bool word;
} UnitRow;

static const UnitRow unit_rows[] = {
#define SHOWN_SYMBOL false
#define SHOWN_WORD   true
#define UNIT(id, en, fr, one_en, many_en, one_fr, many_fr, others, prefixes, num, den, dim1, power1, dim2, power2,     \
             shown)                                                                                                    \
    {{en, fr},                                                                                                         \
     {one_en, one_fr},                                                                                                 \
     {many_en, many_fr},                                                                                               \
     others,                                                                                                           \
     prefixes,                                                                                                         \
     {num, den},                                                                                                       \
     {{UDIM_##dim1, power1}, {UDIM_##dim2, power2}},                                                                   \
     SHOWN_##shown},
#include "num/unit.def"
#undef UNIT
};

typedef struct UnitPrefix {
    const char *letter;
    UnitFactor factor;
} UnitPrefix;

static const UnitPrefix unit_prefixes[] = {
#define PREFIX(letter, num, den) {letter, {num, den}},
#include "num/unit.def"
#undef PREFIX
};

/* ---- factors ---- */

static int64_t gcd_of(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static bool factor_times_once(UnitFactor *f, UnitFactor g)
{
    int64_t left = gcd_of(f->num, g.den), right = gcd_of(g.num, f->den);
    return !__builtin_mul_overflow(f->num / left, g.num / right, &f->num) &&
           !__builtin_mul_overflow(f->den / right, g.den / left, &f->den);
}

bool unit_factor_times(UnitFactor *f, UnitFactor g, int power)
{
    if (power < 0) {
        g = (UnitFactor){g.den, g.num};
        power = -power;
    }
    for (; power > 0; power--)
        if (!factor_times_once(f, g))
            return false;
    return true;
}

/* ---- dimensions ---- */

static bool dims_add_one(UnitDims *to, uint16_t dim, int power)
{
    uint32_t i = 0;
    while (i < to->count && to->at[i].dim < dim)
        i++;
    if (i < to->count && to->at[i].dim == dim) {
        to->at[i].power = (int16_t)(to->at[i].power + power);
        if (to->at[i].power == 0) {
            to->count--;
            memmove(to->at + i, to->at + i + 1, (to->count - i) * sizeof *to->at);
        }
        return true;
    }
    if (to->count == UNIT_DIMS_MAX)
        return false;
    memmove(to->at + i + 1, to->at + i, (to->count - i) * sizeof *to->at);
    to->at[i] = (UnitDim){dim, (int16_t)power};
    to->count++;
    return true;
}

bool unit_dims_add(UnitDims *to, const UnitDim *d, uint32_t count, int power)
{
    for (uint32_t i = 0; i < count; i++)
        if (!dims_add_one(to, d[i].dim, d[i].power * power))
            return false;
    return true;
}

bool unit_dims_equal(const UnitDims *a, const UnitDims *b)
{
    return a->count == b->count && memcmp(a->at, b->at, a->count * sizeof *a->at) == 0;
}

/* ---- growing the tables ---- */

/* Room for one more of `size` bytes; the new array, or NULL with the old one intact. */
static void *table_grow(Mem *m, void *old, uint32_t count, uint32_t *cap, size_t size)
{
    if (count < *cap)
        return old;
    uint32_t bigger = *cap ? *cap * 2 : 64;
    void *p = mem_realloc(m, old, *cap * size, bigger * size);
    if (p)
        *cap = bigger;
    return p;
}

static bool link_new(UnitTable *t, uint16_t symbol)
{
    UnitLink *p = table_grow(t->mem, t->links, t->link_count, &t->link_cap, sizeof *p);
    if (!p)
        return false;
    t->links = p;
    p[t->link_count] = (UnitLink){.to = (uint16_t)t->link_count, .symbol = symbol, .factor = {1, 1}};
    t->link_count++;
    return true;
}

static UnitSymbol *symbol_new(UnitTable *t)
{
    UnitSymbol *p = table_grow(t->mem, t->symbols, t->symbol_count, &t->symbol_cap, sizeof *p);
    if (!p)
        return NULL;
    t->symbols = p;
    p += t->symbol_count++;
    *p = (UnitSymbol){.factor = {1, 1}};
    return p;
}

static bool name_add(UnitTable *t, Str name, uint32_t symbol)
{
    return name.n == 0 || map_get(&t->names, name, NULL) || map_set(&t->names, name, symbol);
}

/* ---- symbols of the language ---- */

/* prefix + name, kept in alias_text. */
static Str alias_join(UnitTable *t, Str prefix, Str name)
{
    char *at = t->alias_text + t->alias_used;
    if (prefix.n + name.n > t->alias_cap - t->alias_used)
        return (Str){NULL, 0};
    memcpy(at, prefix.p, prefix.n);
    memcpy(at + prefix.n, name.p, name.n);
    t->alias_used += prefix.n + name.n;
    return (Str){at, prefix.n + name.n};
}

/* The next of some names apart by blanks. */
static Str next_word(const char **at)
{
    while (**at == ' ')
        ++*at;
    const char *start = *at;
    while (**at && **at != ' ')
        ++*at;
    return (Str){start, (size_t)(*at - start)};
}

static bool is_money_dim(uint16_t dim)
{
    return dim == UDIM_EURO || dim == UDIM_DOLLAR || dim == UDIM_POUND;
}

static UnitSymbol *symbol_of_row(UnitTable *t, const UnitRow *row)
{
    UnitSymbol *s = symbol_new(t);
    if (!s)
        return NULL;
    s->factor = row->factor;
    s->word = row->word;
    for (int i = 0; i < SYMBOL_DIMS_MAX; i++)
        if (row->dims[i].dim != UDIM_NONE)
            s->dims[s->dim_count++] = row->dims[i];
    s->percent = s->dim_count == 0;
    s->money = s->dim_count > 0 && is_money_dim(s->dims[0].dim);
    for (int lang = 0; lang < 2; lang++) {
        s->name[lang] = str_from(row->name[lang]);
        s->plural[lang] = row->word ? str_from(row->plural[lang]) : s->name[lang];
    }
    return s;
}

static bool symbol_plain(UnitTable *t, const UnitRow *row)
{
    uint32_t number = t->symbol_count;
    if (!symbol_of_row(t, row))
        return false;
    bool ok = true;
    for (int lang = 0; lang < 2; lang++)
        ok = ok && name_add(t, str_from(row->name[lang]), number) &&
             name_add(t, str_from(row->singular[lang]), number) && name_add(t, str_from(row->plural[lang]), number);
    const char *others = row->others;
    for (Str s; ok && (s = next_word(&others)).n;)
        ok = name_add(t, s, number);
    return ok;
}

static bool symbol_prefixed(UnitTable *t, const UnitRow *row, const UnitPrefix *prefix)
{
    uint32_t number = t->symbol_count;
    UnitSymbol *s = symbol_of_row(t, row);
    if (!s || !unit_factor_times(&s->factor, prefix->factor, 1))
        return false;
    Str letter = str_from(prefix->letter);
    bool ok = true;
    for (int lang = 0; lang < 2 && ok; lang++) {
        s->name[lang] = s->plural[lang] = alias_join(t, letter, s->name[lang]);
        ok = s->name[lang].p && name_add(t, s->name[lang], number);
    }
    const char *others = row->others;
    for (Str o; ok && (o = next_word(&others)).n;) {
        Str name = o.n <= PREFIX_NAME_MAX ? alias_join(t, letter, o) : STR("");
        ok = name.p && name_add(t, name, number);
    }
    return ok;
}

static bool symbols_of_row(UnitTable *t, const UnitRow *row)
{
    if (!symbol_plain(t, row))
        return false;
    for (size_t i = 0; i < sizeof unit_prefixes / sizeof *unit_prefixes; i++)
        if (strstr(row->prefixes, unit_prefixes[i].letter) && !symbol_prefixed(t, row, &unit_prefixes[i]))
            return false;
    return true;
}

/* Percent, per mille and point come first, so that their symbols are 0, 1, 2 whatever follows. */
static bool symbols_init(UnitTable *t)
{
    for (size_t i = 0; i < sizeof unit_rows / sizeof *unit_rows; i++)
        if (!symbols_of_row(t, &unit_rows[i]))
            return false;
    return true;
}

/* ---- units ---- */

static uint32_t parts_hash(const UnitPart *parts, uint32_t count)
{
    return (uint32_t)str_hash((Str){(const char *)parts, count * sizeof *parts});
}

static bool parts_equal(const Unit *u, const UnitPart *parts, uint32_t count)
{
    return u->part_count == count && u->kind != UK_RATIO &&
           (count == 0 || memcmp(u->parts, parts, count * sizeof *parts) == 0);
}

/* The place of these parts in the index, or the free place for them. */
static uint32_t index_place(const UnitTable *t, const UnitPart *parts, uint32_t count)
{
    uint32_t at = parts_hash(parts, count) & (t->index_cap - 1);
    while (t->index[at] && !parts_equal(&t->units[t->index[at] - 1], parts, count))
        at = (at + 1) & (t->index_cap - 1);
    return at;
}

static void index_fill(UnitTable *t)
{
    memset(t->index, 0, t->index_cap * sizeof *t->index);
    for (uint32_t i = 0; i < t->unit_count; i++)
        if (t->units[i].kind != UK_RATIO)
            t->index[index_place(t, t->units[i].parts, t->units[i].part_count)] = i + 1;
}

static bool index_grow(UnitTable *t)
{
    if ((t->unit_count + 1) * 2 <= t->index_cap)
        return true;
    uint32_t cap = t->index_cap ? t->index_cap * 2 : INDEX_FIRST;
    uint32_t *index = mem_alloc(t->mem, cap * sizeof *index);
    if (!index)
        return false;
    mem_free(t->mem, t->index, t->index_cap * sizeof *index);
    t->index = index;
    t->index_cap = cap;
    index_fill(t);
    return true;
}

static UnitKind unit_kind(const UnitTable *t, const Unit *u)
{
    if (u->part_count == 0)
        return UK_PLAIN;
    if (u->dims.count > 0)
        return UK_QUANTITY;
    for (uint32_t i = 0; i < u->part_count; i++)
        if (!t->symbols[u->parts[i].symbol].percent)
            return UK_RATE;
    return UK_PERCENT;
}

static NumErr unit_fill(const UnitTable *t, Unit *u, const UnitPart *parts, uint32_t count)
{
    *u = (Unit){.factor = {1, 1}, .part_count = (uint8_t)count};
    for (uint32_t i = 0; i < count; i++) {
        const UnitSymbol *s = &t->symbols[parts[i].symbol];
        int power = parts[i].power;
        u->parts[i] = parts[i];
        if (power > LIMIT_UNIT_POWER || power < -LIMIT_UNIT_POWER || !unit_factor_times(&u->factor, s->factor, power) ||
            !unit_dims_add(&u->dims, s->dims, s->dim_count, power))
            return NUM_UNIT_POWER;
    }
    u->kind = (uint8_t)unit_kind(t, u);
    return NUM_OK;
}

static NumErr unit_make(UnitTable *t, const UnitPart *parts, uint32_t count, uint16_t *id)
{
    if (t->unit_count >= LIMIT_UNITS)
        return NUM_UNITS_FULL;
    Unit u;
    NumErr err = unit_fill(t, &u, parts, count);
    if (err != NUM_OK)
        return err;
    Unit *p = index_grow(t) ? table_grow(t->mem, t->units, t->unit_count, &t->unit_cap, sizeof *p) : NULL;
    if (!p)
        return NUM_NO_MEMORY;
    t->units = p;
    p[t->unit_count] = u;
    t->index[index_place(t, parts, count)] = t->unit_count + 1;
    *id = (uint16_t)t->unit_count++;
    return NUM_OK;
}

/* Joins equal symbols, drops what cancels, puts positive powers first. */
static bool parts_tidy(const UnitPart *from, uint32_t count, UnitPart *to, uint32_t *kept)
{
    UnitPart sums[2 * LIMIT_UNIT_PARTS];
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t j = 0;
        while (j < n && sums[j].symbol != from[i].symbol)
            j++;
        if (j == 2 * LIMIT_UNIT_PARTS)
            return false;
        sums[j] = (UnitPart){from[i].symbol, (int16_t)((j < n ? sums[j].power : 0) + from[i].power)};
        n += j == n;
    }
    *kept = 0;
    for (int sign = 1; sign >= -1; sign -= 2)
        for (uint32_t i = 0; i < n; i++) {
            if (sums[i].power * sign <= 0)
                continue;
            if (*kept == LIMIT_UNIT_PARTS)
                return false;
            to[(*kept)++] = sums[i];
        }
    return true;
}

NumErr unit_intern(NumCtx *c, const UnitPart *parts, uint32_t count, uint16_t *id)
{
    UnitTable *t = c->units;
    UnitPart tidy[LIMIT_UNIT_PARTS];
    uint32_t n;
    if (!parts_tidy(parts, count, tidy, &n))
        return NUM_UNIT_POWER;
    uint32_t found = t->index[index_place(t, tidy, n)];
    if (!found)
        return unit_make(t, tidy, n, id);
    *id = (uint16_t)(found - 1);
    return NUM_OK;
}

void unit_memo_clear(NumCtx *c)
{
    memset(c->words, 0, sizeof c->words);
    for (int op = 0; op < UNIT_OPS; op++)
        for (int i = 0; i < UNIT_MEMO_SIZE; i++)
            c->memo[op][i].key = UNIT_MEMO_NONE;
}

/* Plain, ratio (out of the index: it has no parts either), percent, per mille, point. */
static bool units_first(UnitTable *t)
{
    uint16_t id;
    if (!index_grow(t) || unit_make(t, NULL, 0, &id) != NUM_OK || unit_make(t, NULL, 0, &id) != NUM_OK)
        return false;
    t->units[U_RATIO].kind = UK_RATIO;
    index_fill(t);
    for (uint16_t symbol = 0; symbol < 3; symbol++)
        if (unit_make(t, &(UnitPart){symbol, 1}, 1, &id) != NUM_OK)
            return false;
    return true;
}

static bool links_init(UnitTable *t)
{
    for (int dim = 0; dim < UDIM_COUNT; dim++)
        if (!link_new(t, 0))
            return false;
    return true;
}

bool units_init(NumCtx *c)
{
    UnitTable *t = mem_zalloc(c->mem, 1, sizeof *t);
    if (!t)
        return false;
    c->units = t;
    t->mem = c->mem;
    map_init(&t->names, c->mem);
    t->alias_cap = ALIAS_BYTES;
    t->alias_text = mem_alloc(c->mem, ALIAS_BYTES);
    if (t->alias_text && links_init(t) && symbols_init(t) && units_first(t))
        return true;
    units_free(c);
    return false;
}

static void symbol_free(UnitTable *t, uint32_t number)
{
    UnitSymbol *s = &t->symbols[number];
    mem_free(t->mem, s->owned, s->owned_size);
    s->owned = NULL;
}

void units_free(NumCtx *c)
{
    UnitTable *t = c->units;
    for (uint32_t i = 0; i < t->symbol_count; i++)
        symbol_free(t, i);
    map_free(&t->names);
    mem_free(t->mem, t->symbols, t->symbol_cap * sizeof *t->symbols);
    mem_free(t->mem, t->units, t->unit_cap * sizeof *t->units);
    mem_free(t->mem, t->index, t->index_cap * sizeof *t->index);
    mem_free(t->mem, t->links, t->link_cap * sizeof *t->links);
    mem_free(t->mem, t->alias_text, t->alias_cap);
    mem_free(t->mem, t, sizeof *t);
    c->units = NULL;
}

/* ---- counting units ---- */

static bool ends_in_s(Str s)
{
    return s.n > 1 && s.p[s.n - 1] == 's';
}

/* `calls` where the text declares `call`, `call` where it declares `calls`. */
static uint32_t find_other_number(const UnitTable *t, Str name)
{
    char with_s[LIMIT_NAME_BYTES + 1];
    uint64_t found;
    if (ends_in_s(name) && map_get(&t->names, (Str){name.p, name.n - 1}, &found) && t->symbols[found].counting)
        return (uint32_t)found;
    if (name.n >= LIMIT_NAME_BYTES || ends_in_s(name))
        return UINT32_MAX;
    memcpy(with_s, name.p, name.n);
    with_s[name.n] = 's';
    if (map_get(&t->names, (Str){with_s, name.n + 1}, &found) && t->symbols[found].counting)
        return (uint32_t)found;
    return UINT32_MAX;
}

uint32_t unit_find_symbol(NumCtx *c, Str name)
{
    uint64_t found;
    if (map_get(&c->units->names, name, &found))
        return (uint32_t)found;
    uint32_t other = name.n ? find_other_number(c->units, name) : UINT32_MAX;
    bool ascii = true;
    for (size_t i = 0; i < name.n; i++)
        ascii = ascii && (unsigned char)name.p[i] < 0x80;
    if (other != UINT32_MAX || ascii)
        return other;
    Buf nfc;
    buf_init(&nfc, c->mem);
    utf8_nfc(&nfc, name);
    bool changed = !nfc.failed && !str_eq(buf_str(&nfc), name);
    if (changed && map_get(&c->units->names, buf_str(&nfc), &found))
        other = (uint32_t)found;
    buf_free(&nfc);
    return other;
}

/* Takes over `owned`, of name.n bytes, even when it fails. */
static NumErr counting_new(UnitTable *t, char *owned, size_t n)
{
    uint32_t number = t->symbol_count;
    UnitSymbol *s = t->link_count < LIMIT_UNITS ? symbol_new(t) : NULL;
    if (!s) {
        mem_free(t->mem, owned, n);
        return t->link_count < LIMIT_UNITS ? NUM_NO_MEMORY : NUM_UNITS_FULL;
    }
    Str name = {owned, n};
    s->owned = owned;
    s->owned_size = n;
    s->name[0] = s->name[1] = s->plural[0] = s->plural[1] = name;
    s->counting = true;
    s->dims[0] = (UnitDim){(uint16_t)t->link_count, 1};
    s->dim_count = 1;
    if (link_new(t, (uint16_t)number)) {
        if (map_set(&t->names, name, number))
            return NUM_OK;
        t->link_count--;
    }
    symbol_free(t, number);
    t->symbol_count--;
    return NUM_NO_MEMORY;
}

static NumErr copy_nfc(Mem *m, Str name, char **copy, size_t *n)
{
    Buf nfc;
    buf_init(&nfc, m);
    utf8_nfc(&nfc, name);
    *n = nfc.n;
    *copy = nfc.failed ? NULL : mem_alloc(m, nfc.n);
    if (*copy)
        memcpy(*copy, nfc.p, nfc.n);
    buf_free(&nfc);
    return *copy ? NUM_OK : NUM_NO_MEMORY;
}

NumErr unit_declare(NumCtx *c, Str name)
{
    UnitTable *t = c->units;
    char *owned;
    size_t n;
    if (name.n == 0 || name.n > LIMIT_NAME_BYTES)
        return NUM_RANGE;
    NumErr err = copy_nfc(c->mem, name, &owned, &n);
    if (err != NUM_OK)
        return err;
    uint64_t found;
    Str own = {owned, n};
    bool known = map_get(&t->names, own, &found);
    if (!known && find_other_number(t, own) == UINT32_MAX) {
        unit_memo_clear(c);
        return counting_new(t, owned, n);
    }
    mem_free(c->mem, owned, n);
    return !known || t->symbols[found].counting ? NUM_OK : NUM_UNIT_TAKEN;
}

/* ---- marks ---- */

UnitMark unit_mark(const NumCtx *c)
{
    return (UnitMark){c->units->unit_count, c->units->symbol_count};
}

void unit_release(NumCtx *c, UnitMark m)
{
    UnitTable *t = c->units;
    if (m.units == t->unit_count && m.symbols == t->symbol_count)
        return;
    for (uint32_t i = m.symbols; i < t->symbol_count; i++) {
        map_remove(&t->names, t->symbols[i].name[0]);
        symbol_free(t, i);
        t->link_count--;
    }
    for (uint32_t i = 0; i < t->link_count; i++)
        if (t->links[i].to >= t->link_count)
            t->links[i] = (UnitLink){.to = (uint16_t)i, .symbol = t->links[i].symbol, .factor = {1, 1}};
    t->symbol_count = m.symbols;
    t->unit_count = m.units;
    index_fill(t);
    unit_memo_clear(c);
}

/* ---- what a unit is ---- */

UnitFactor unit_factor(const NumCtx *c, uint16_t id)
{
    return unit_at(c, id)->factor;
}

bool unit_is_money(const NumCtx *c, uint16_t id)
{
    const Unit *u = unit_at(c, id);
    for (uint32_t i = 0; i < u->part_count; i++)
        if (u->parts[i].power > 0 && unit_symbol(c, u->parts[i].symbol)->money)
            return true;
    return false;
}

bool unit_is_counting(const NumCtx *c, uint16_t id)
{
    const Unit *u = unit_at(c, id);
    for (uint32_t i = 0; i < u->part_count; i++)
        if (!unit_symbol(c, u->parts[i].symbol)->counting)
            return false;
    return u->part_count > 0;
}

bool unit_is_calendar(const NumCtx *c, uint16_t id)
{
    const Unit *u = unit_at(c, id);
    return u->dims.count == 1 && u->dims.at[0].dim == UDIM_CALENDAR && u->dims.at[0].power == 1;
}

bool unit_is_rate(const NumCtx *c, uint16_t id)
{
    const Unit *u = unit_at(c, id);
    for (uint32_t i = 0; i < u->part_count; i++)
        if (u->parts[i].power < 0)
            return true;
    return u->kind == UK_RATE;
}

bool unit_is_percent(uint16_t id)
{
    return id >= U_PERCENT && id <= U_POINT;
}

bool unit_is_dimensionless(const NumCtx *c, uint16_t id)
{
    return unit_at(c, id)->kind <= UK_PERCENT;
}

bool unit_is_bare(const NumCtx *c, uint16_t id)
{
    return unit_is_dimensionless(c, id) || unit_is_counting(c, id);
}

Str unit_nth_name(const NumCtx *c, uint32_t i)
{
    const Map *names = &c->units->names;
    for (uint32_t at = 0; at < names->used; at++)
        if (!names->entries[at].dead && i-- == 0)
            return names->entries[at].key;
    return (Str){NULL, 0};
}
