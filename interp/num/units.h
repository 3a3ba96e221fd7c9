/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private to num/: the tables behind unit ids.

   A symbol is a unit of unit.def, with or without a prefix, or a counting unit; a unit is a product of powers of
   symbols, those with positive powers first. Each counting unit is a dimension of its own. `dims` of a unit are
   those of its parts added up, by increasing dimension, without zeros. Units are interned by their parts. */
#ifndef BAREME_NUM_UNITS_H
#define BAREME_NUM_UNITS_H

#include "base/limits.h"
#include "base/map.h"
#include "num/unit.h"

typedef enum UnitDimId {
#define DIMENSION(id, en, fr) UDIM_##id,
#include "num/unit.def"
#undef DIMENSION
    UDIM_COUNT
} UnitDimId;

typedef enum UnitKind {
    UK_PLAIN,
    UK_RATIO,
    UK_PERCENT,
    UK_RATE,    /* dimensions that cancel: h/day */
    UK_QUANTITY /* has a dimension, counting ones included */
} UnitKind;

typedef struct UnitPart {
    uint16_t symbol;
    int16_t power;
} UnitPart;

typedef struct UnitDim {
    uint16_t dim;
    int16_t power;
} UnitDim;

enum { UNIT_DIMS_MAX = 2 * LIMIT_UNIT_PARTS, SYMBOL_DIMS_MAX = 2 };

typedef struct UnitDims {
    UnitDim at[UNIT_DIMS_MAX];
    uint32_t count;
} UnitDims;

typedef struct UnitSymbol {
    Str name[2], plural[2]; /* as shown, by Lang */
    UnitFactor factor;
    UnitDim dims[SYMBOL_DIMS_MAX];
    uint8_t dim_count;
    bool word, percent, money, counting;
    char *owned; /* a name of ours: of a counting unit, or with its prefix */
    size_t owned_size;
} UnitSymbol;

typedef struct Unit {
    UnitPart parts[LIMIT_UNIT_PARTS];
    UnitDims dims;
    UnitFactor factor;
    uint8_t part_count, kind;
} Unit;

/* A convention: one base of this dimension is `factor` bases of `to`; to = itself when there is none. */
typedef struct UnitLink {
    uint16_t to;
    uint16_t symbol; /* of a counting dimension: its unit */
    UnitFactor factor;
} UnitLink;

typedef struct UnitTable {
    Mem *mem;
    Map names; /* to number of symbol */
    UnitSymbol *symbols;
    uint32_t symbol_count, symbol_cap;
    Unit *units;
    uint32_t unit_count, unit_cap;
    uint32_t *index; /* open addressing, id + 1 */
    uint32_t index_cap;
    UnitLink *links; /* by dimension */
    uint32_t link_count, link_cap;
    uint32_t ties; /* how often a convention changed one */
    char *alias_text; /* prefixed other names, one after another */
    size_t alias_used, alias_cap;
} UnitTable;

bool units_init(NumCtx *c);
void units_free(NumCtx *c);
void unit_memo_clear(NumCtx *c);

static inline const Unit *unit_at(const NumCtx *c, uint16_t id)
{
    return &c->units->units[id];
}
static inline const UnitSymbol *unit_symbol(const NumCtx *c, uint16_t symbol)
{
    return &c->units->symbols[symbol];
}

/* The unit of these parts (zero powers are dropped, equal symbols joined); none: U_PLAIN. */
NumErr unit_intern(NumCtx *c, const UnitPart *parts, uint32_t count, uint16_t *id);
/* Adds power times d to the sorted sums; false: too many. */
bool unit_dims_add(UnitDims *to, const UnitDim *d, uint32_t count, int power);
bool unit_dims_equal(const UnitDims *a, const UnitDims *b);
/* Symbol of a word, UINT32_MAX: none. */
uint32_t unit_find_symbol(NumCtx *c, Str name);

/* v times a factor, as a value of that unit; in number.c. */
NumErr num_scale(NumCtx *c, Value v, UnitFactor f, uint16_t unit, Value *out);

/* f *= g ^ power, in lowest terms; false: it does not fit. */
bool unit_factor_times(UnitFactor *f, UnitFactor g, int power);

/* What an operation does to units: the result's, and what a convention multiplies in (1/1: nothing): the right side
   of a sum, the result of a product. */
typedef struct UnitRule {
    uint16_t unit;
    UnitFactor factor;
} UnitRule;

static inline bool unit_rule_scales(const UnitRule *r)
{
    return r->factor.num != r->factor.den;
}

/* compare: percentages mix with bare numbers. Reads the flags of literals. */
NumErr unit_sum_rule(NumCtx *c, Value a, Value b, bool compare, UnitRule *rule);
NumErr unit_product_rule(NumCtx *c, uint16_t a, uint16_t b, bool divide, UnitRule *rule);
/* Unit of a ^ (num / den). */
NumErr unit_power(NumCtx *c, uint16_t a, int64_t num, int64_t den, uint16_t *out);
/* May a value of this unit be an exponent or an argument of ln? */
bool unit_is_bare(const NumCtx *c, uint16_t id);
/* Follows conventions: the dimension a base is counted in, and how many of it. */
bool unit_link_root(const NumCtx *c, uint16_t dim, uint16_t *root, UnitFactor *factor);
/* The factor that turns a base magnitude into one comparable across conventions; false: too big. */
bool unit_common_factor(const NumCtx *c, uint16_t id, UnitFactor *factor);

#endif
