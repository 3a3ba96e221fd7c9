/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the algebra of units. A sum or comparison looks at the kinds of both sides, then at their dimensions: equal,
   equal but for counting units that one side lacks, or equal once conventions are followed.

   A product first lays the factors of both sides in one row (those of a divisor upside down), then lets factors of
   the two sides meet: the same symbol, then symbols of one dimension (a convention may tie them, which multiplies
   the result), then what is left of the same dimension joins the left one's symbol. A percent sign is taken out before,
   and put back at the end where rule 3.1 wants it. */
#include "num/format.h"
#include "num/units.h"

#include <stdlib.h>

/* ---- conventions ---- */

bool unit_link_root(const NumCtx *c, uint16_t dim, uint16_t *root, UnitFactor *factor)
{
    const UnitLink *links = c->units->links;
    *factor = (UnitFactor){1, 1};
    for (*root = dim; links[*root].to != *root; *root = links[*root].to)
        if (!unit_factor_times(factor, links[*root].factor, 1))
            return false;
    return true;
}

/* Dimensions once conventions are followed, and the factor they bring. */
static bool dims_linked(const NumCtx *c, const UnitDims *d, UnitDims *out, UnitFactor *factor)
{
    *out = (UnitDims){.count = 0};
    *factor = (UnitFactor){1, 1};
    for (uint32_t i = 0; i < d->count; i++) {
        UnitDim root = {.power = d->at[i].power};
        UnitFactor one;
        if (!unit_link_root(c, d->at[i].dim, &root.dim, &one) || !unit_factor_times(factor, one, root.power) ||
            !unit_dims_add(out, &root, 1, 1))
            return false;
    }
    return true;
}

bool unit_common_factor(const NumCtx *c, uint16_t id, UnitFactor *factor)
{
    UnitDims linked;
    return dims_linked(c, &unit_at(c, id)->dims, &linked, factor);
}

/* The one dimension of a unit fit for a convention. */
static bool single_dim(const NumCtx *c, uint16_t id, uint16_t *dim)
{
    const Unit *u = unit_at(c, id);
    if (u->dims.count != 1 || u->dims.at[0].power != 1)
        return false;
    *dim = u->dims.at[0].dim;
    return true;
}

static NumErr convention_factor(NumCtx *c, uint16_t unit, Str digits, uint16_t other, UnitFactor *f)
{
    Value n;
    NumErr err = num_read_literal(c, digits, U_PLAIN, &n);
    if (err != NUM_OK)
        return err;
    if (n.tag != T_NUM || n.num <= 0)
        return NUM_RANGE;
    *f = (UnitFactor){1, 1};
    bool ok = unit_factor_times(f, (UnitFactor){n.num, n.den}, 1) && unit_factor_times(f, unit_factor(c, other), 1) &&
              unit_factor_times(f, unit_factor(c, unit), -1);
    return ok ? NUM_OK : NUM_RANGE;
}

typedef struct Tie { /* one base of `from` is `factor` bases of `to` */
    uint16_t from, to;
    UnitFactor factor;
} Tie;

static UnitFactor factor_inverse(UnitFactor f)
{
    return (UnitFactor){f.den, f.num};
}

/* Hangs one of the two on the other, both as they are or their roots: no ring can be made. */
static NumErr tie_roots(UnitLink *links, const Tie *t, const Tie *from_root, const Tie *to_root)
{
    UnitFactor f = t->factor;
    if (from_root->to == t->from) {
        links[t->from].to = t->to;
        links[t->from].factor = f;
        return NUM_OK;
    }
    if (to_root->to == t->to) {
        links[t->to].to = t->from;
        links[t->to].factor = factor_inverse(f);
        return NUM_OK;
    }
    if (!unit_factor_times(&f, to_root->factor, 1) || !unit_factor_times(&f, from_root->factor, -1))
        return NUM_RANGE;
    links[from_root->to].to = to_root->to;
    links[from_root->to].factor = f;
    return NUM_OK;
}

/* They are tied already: by that factor, or it is changed where it was said of these very two. */
static NumErr tie_again(UnitLink *links, const Tie *t, const Tie *from_root, const Tie *to_root, bool again)
{
    UnitFactor f = t->factor;
    if (!unit_factor_times(&f, to_root->factor, 1) || !unit_factor_times(&f, from_root->factor, -1))
        return NUM_RANGE;
    if (f.num == f.den)
        return NUM_OK;
    if (again && links[t->from].to == t->to)
        links[t->from].factor = t->factor;
    else if (again && links[t->to].to == t->from)
        links[t->to].factor = factor_inverse(t->factor);
    else
        return NUM_CONVENTION;
    return NUM_OK;
}

static NumErr tie(NumCtx *c, const Tie *t, bool again)
{
    Tie from = {.from = t->from}, to = {.from = t->to};
    UnitLink *links = c->units->links;
    if (!unit_link_root(c, t->from, &from.to, &from.factor) || !unit_link_root(c, t->to, &to.to, &to.factor))
        return NUM_RANGE;
    NumErr err = from.to == to.to ? tie_again(links, t, &from, &to, again) : tie_roots(links, t, &from, &to);
    if (err == NUM_OK)
        c->units->ties++;
    unit_memo_clear(c);
    return err;
}

uint32_t unit_ties(const NumCtx *c)
{
    return c->units->ties;
}

NumErr unit_convention(NumCtx *c, uint16_t unit, Str digits, uint16_t other, bool again)
{
    Tie t;
    if (!single_dim(c, unit, &t.from) || !single_dim(c, other, &t.to) || t.from == t.to)
        return NUM_DIMENSION;
    NumErr err = convention_factor(c, unit, digits, other, &t.factor);
    return err == NUM_OK ? tie(c, &t, again) : err;
}

/* ---- sums ---- */

static bool is_counting_dim(const NumCtx *c, uint16_t dim)
{
    return dim >= UDIM_COUNT && c->units->links[dim].symbol != 0;
}

static int power_of(const UnitDims *d, uint16_t dim)
{
    for (uint32_t i = 0; i < d->count; i++)
        if (d->at[i].dim == dim)
            return d->at[i].power;
    return 0;
}

/* Is all of a's that b has not the same way a counting unit, absent from b? Sets *lacks if there is some. */
static bool extra_is_counting(const NumCtx *c, const UnitDims *a, const UnitDims *b, bool relabel, bool *lacks)
{
    for (uint32_t i = 0; i < a->count; i++) {
        int other = power_of(b, a->at[i].dim);
        if (other == a->at[i].power)
            continue;
        if (!is_counting_dim(c, a->at[i].dim) || (other != 0 && !relabel))
            return false;
        *lacks = true;
    }
    return true;
}

/* Equal, or but for counting units that only one side has. relabel: but for counting units. */
static bool dims_agree(const NumCtx *c, const UnitDims *a, const UnitDims *b, bool relabel)
{
    bool left = false, right = false;
    return extra_is_counting(c, a, b, relabel, &left) && extra_is_counting(c, b, a, relabel, &right) &&
           (relabel || !left || !right);
}

/* Would one convention between clock and calendar do? */
static bool calendar_apart(const NumCtx *c, const UnitDims *a, const UnitDims *b)
{
    UnitDims sides[2] = {*a, *b};
    bool met = false;
    for (int side = 0; side < 2; side++) {
        int months = power_of(&sides[side], UDIM_CALENDAR);
        UnitDim out = {UDIM_CALENDAR, (int16_t)-months}, in = {UDIM_TIME, (int16_t)months};
        met = met || months != 0;
        if (months != 0 && (!unit_dims_add(&sides[side], &out, 1, 1) || !unit_dims_add(&sides[side], &in, 1, 1)))
            return false;
    }
    return met && dims_agree(c, &sides[0], &sides[1], false);
}

/* Do quantities of a and b measure the same? *factor takes base magnitudes of b to those of a. */
static NumErr dims_meet(const NumCtx *c, const UnitDims *a, const UnitDims *b, bool relabel, UnitFactor *factor)
{
    UnitDims la, lb;
    UnitFactor fa, fb;
    *factor = (UnitFactor){1, 1};
    if (dims_agree(c, a, b, relabel))
        return NUM_OK;
    if (!dims_linked(c, a, &la, &fa) || !dims_linked(c, b, &lb, &fb))
        return NUM_UNIT_POWER;
    if (!dims_agree(c, &la, &lb, relabel))
        return calendar_apart(c, a, b) ? NUM_CALENDAR : NUM_DIMENSION;
    *factor = fb;
    return unit_factor_times(factor, fa, -1) ? NUM_OK : NUM_UNIT_POWER;
}

/* What stands above the stroke of a rate, h of h/day: what tells rates of one dimension apart. */
static bool rate_dims(const NumCtx *c, const Unit *u, UnitDims *out)
{
    *out = (UnitDims){.count = 0};
    for (uint32_t i = 0; i < u->part_count && u->parts[i].power > 0; i++) {
        const UnitSymbol *s = unit_symbol(c, u->parts[i].symbol);
        if (!unit_dims_add(out, s->dims, s->dim_count, u->parts[i].power))
            return false;
    }
    return true;
}

static NumErr rates_meet(const NumCtx *c, const Unit *a, const Unit *b)
{
    UnitDims over_a, over_b;
    if (!rate_dims(c, a, &over_a) || !rate_dims(c, b, &over_b))
        return NUM_UNIT_POWER;
    return unit_dims_equal(&over_a, &over_b) ? NUM_OK : NUM_DIMENSION;
}

/* Both dimensionless, and not the same unit. */
static NumErr sum_dimensionless(uint16_t a, UnitKind ka, uint16_t b, UnitKind kb, bool compare, uint16_t *unit)
{
    bool percent = ka == UK_PERCENT || kb == UK_PERCENT;
    if (percent && (ka == UK_PLAIN || kb == UK_PLAIN) && !compare)
        return NUM_PERCENT;
    if (ka == UK_PLAIN)
        *unit = kb == UK_RATIO ? U_RATIO : b;
    else if (ka == UK_PERCENT && kb == UK_PERCENT)
        *unit = a == U_POINT ? b : a;
    else
        *unit = a;
    return NUM_OK;
}

static NumErr sum_mixed(const NumCtx *c, uint16_t a, uint16_t b, bool compare, UnitRule *rule)
{
    const Unit *ua = unit_at(c, a), *ub = unit_at(c, b);
    bool left_bare = ua->kind <= UK_PERCENT;
    UnitKind bare = left_bare ? ua->kind : ub->kind;
    const Unit *other = left_bare ? ub : ua;
    rule->unit = left_bare ? b : a;
    if (other->kind == UK_RATE)
        return bare == UK_RATIO ? NUM_OK : NUM_RATE;
    if (bare == UK_PERCENT)
        return compare ? NUM_DIMENSION : NUM_PERCENT;
    return dims_meet(c, &ua->dims, &ub->dims, false, &rule->factor);
}

static NumErr sum_rule(const NumCtx *c, uint16_t a, uint16_t b, bool compare, UnitRule *rule)
{
    const Unit *ua = unit_at(c, a), *ub = unit_at(c, b);
    *rule = (UnitRule){a, {1, 1}};
    if (a == b)
        return NUM_OK;
    bool bare_a = ua->kind <= UK_PERCENT, bare_b = ub->kind <= UK_PERCENT;
    if (bare_a && bare_b)
        return sum_dimensionless(a, ua->kind, b, ub->kind, compare, &rule->unit);
    if (bare_a || bare_b)
        return sum_mixed(c, a, b, compare, rule);
    if (ua->kind == UK_RATE && ub->kind == UK_RATE)
        return rates_meet(c, ua, ub);
    if (ua->kind == UK_RATE || ub->kind == UK_RATE)
        return NUM_DIMENSION;
    return dims_meet(c, &ua->dims, &ub->dims, false, &rule->factor);
}

/* A literal 1, 0 or 100 % takes the kind of a dimensionless other side; 0 takes any unit. */
static bool literal_yields(const NumCtx *c, Value literal, uint16_t other)
{
    return (literal.flags & NUM_LITERAL_ONE) != 0 &&
           (unit_is_dimensionless(c, other) || (literal.tag == T_NUM && literal.num == 0));
}

NumErr unit_sum_rule(NumCtx *c, Value a, Value b, bool compare, UnitRule *rule)
{
    if (a.unit != b.unit && ((a.flags | b.flags) & NUM_LITERAL_ONE)) {
        bool left = literal_yields(c, a, b.unit);
        if (left || literal_yields(c, b, a.unit)) {
            *rule = (UnitRule){left ? b.unit : a.unit, {1, 1}};
            return NUM_OK;
        }
    }
    return sum_rule(c, a.unit, b.unit, compare, rule);
}

NumErr unit_sum(NumCtx *c, uint16_t a, uint16_t b, uint16_t *out)
{
    UnitRule rule;
    NumErr err = sum_rule(c, a, b, false, &rule);
    if (err == NUM_OK)
        *out = rule.unit;
    return err;
}

bool unit_same_dimension(NumCtx *c, uint16_t a, uint16_t b)
{
    UnitRule rule;
    return sum_rule(c, a, b, true, &rule) == NUM_OK;
}

/* ---- products ---- */

typedef struct RowPart {
    UnitPart part;
    bool right;
} RowPart;

typedef struct Row {
    RowPart at[2 * LIMIT_UNIT_PARTS];
    uint32_t count;
    uint16_t percent; /* symbol of a percent sign taken out, or NO_PERCENT */
    UnitFactor factor;
} Row;

enum { NO_PERCENT = UINT16_MAX };

/* Lays a side into the row; a percent sign of a divisor is lost. */
static void row_side(const NumCtx *c, Row *row, const Unit *u, bool right, int sign)
{
    for (uint32_t i = 0; i < u->part_count; i++) {
        UnitPart p = {u->parts[i].symbol, (int16_t)(u->parts[i].power * sign)};
        if (!unit_symbol(c, p.symbol)->percent)
            row->at[row->count++] = (RowPart){p, right};
        else if (p.power > 0)
            row->percent = p.symbol;
    }
}

static void row_join(RowPart *left, RowPart *right)
{
    left->part.power = (int16_t)(left->part.power + right->part.power);
    right->part.power = 0;
}

typedef bool (*RowMeeting)(const NumCtx *c, Row *row, RowPart *left, RowPart *right);

/* Every factor of the left side meets every one of the right side. */
static bool row_meet(const NumCtx *c, Row *row, RowMeeting meeting)
{
    for (uint32_t i = 0; i < row->count; i++)
        for (uint32_t j = i + 1; j < row->count; j++) {
            RowPart *left = &row->at[i], *right = &row->at[j];
            if (!left->right && right->right && left->part.power && right->part.power && !meeting(c, row, left, right))
                return false;
        }
    return true;
}

static bool meet_same_symbol(const NumCtx *c, Row *row, RowPart *left, RowPart *right)
{
    (void)c;
    (void)row;
    if (left->part.symbol == right->part.symbol)
        row_join(left, right);
    return true;
}

/* The dimension a symbol is the first power of, with what conventions make of it. */
static bool linear_root(const NumCtx *c, uint16_t symbol, uint16_t *root, UnitFactor *f)
{
    const UnitSymbol *s = unit_symbol(c, symbol);
    return s->dim_count == 1 && s->dims[0].power == 1 && unit_link_root(c, s->dims[0].dim, root, f);
}

/* h with 1/min: they cancel as far as the smaller power goes. */
static bool meet_opposite(const NumCtx *c, Row *row, RowPart *left, RowPart *right)
{
    uint16_t root_left, root_right;
    UnitFactor from_left, from_right;
    int a = left->part.power, b = right->part.power;
    if ((a > 0) == (b > 0) || !linear_root(c, left->part.symbol, &root_left, &from_left) ||
        !linear_root(c, right->part.symbol, &root_right, &from_right) || root_left != root_right)
        return true;
    int common = abs(a) < abs(b) ? abs(a) : abs(b), sign = a > 0 ? 1 : -1;
    left->part.power = (int16_t)(a - sign * common);
    right->part.power = (int16_t)(b + sign * common);
    return unit_factor_times(&row->factor, from_left, sign * common) &&
           unit_factor_times(&row->factor, from_right, -sign * common);
}

/* ha with 1/m²: they cancel if nothing is left. */
static bool meet_inverse(const NumCtx *c, Row *row, RowPart *left, RowPart *right)
{
    const UnitSymbol *a = unit_symbol(c, left->part.symbol), *b = unit_symbol(c, right->part.symbol);
    UnitDims sum = {.count = 0};
    (void)row;
    if (unit_dims_add(&sum, a->dims, a->dim_count, left->part.power) &&
        unit_dims_add(&sum, b->dims, b->dim_count, right->part.power) && sum.count == 0)
        left->part.power = right->part.power = 0;
    return true;
}

/* m with km is m². */
static bool meet_alike(const NumCtx *c, Row *row, RowPart *left, RowPart *right)
{
    const UnitSymbol *a = unit_symbol(c, left->part.symbol), *b = unit_symbol(c, right->part.symbol);
    (void)row;
    if ((left->part.power > 0) == (right->part.power > 0) && a->dim_count == 1 && b->dim_count == 1 &&
        a->dims[0].dim == b->dims[0].dim && a->dims[0].power == b->dims[0].power)
        row_join(left, right);
    return true;
}

/* The row as a unit; ratio if nothing is left, or only dimensions that cancel out of no rate. */
static NumErr row_unit(NumCtx *c, const Row *row, bool rates, uint16_t *unit)
{
    UnitPart parts[2 * LIMIT_UNIT_PARTS + 1];
    uint32_t count = 0;
    bool above = false;
    for (uint32_t i = 0; i < row->count; i++)
        above = above || row->at[i].part.power > 0;
    if (row->percent != NO_PERCENT && !above)
        parts[count++] = (UnitPart){row->percent, 1};
    for (uint32_t i = 0; i < row->count; i++)
        if (row->at[i].part.power)
            parts[count++] = row->at[i].part;
    if (count == 0) {
        *unit = U_RATIO;
        return NUM_OK;
    }
    NumErr err = unit_intern(c, parts, count, unit);
    if (err == NUM_OK && unit_at(c, *unit)->kind == UK_RATE && !rates)
        *unit = U_RATIO;
    return err;
}

static NumErr product_quantities(NumCtx *c, uint16_t a, uint16_t b, bool divide, UnitRule *rule)
{
    const Unit *ua = unit_at(c, a), *ub = unit_at(c, b);
    bool rates = ua->kind == UK_RATE || ub->kind == UK_RATE;
    Row row = {.count = 0, .percent = NO_PERCENT, .factor = {1, 1}};
    row_side(c, &row, ua, false, 1);
    row_side(c, &row, ub, true, divide ? -1 : 1);
    if (!row_meet(c, &row, meet_same_symbol) || !row_meet(c, &row, meet_opposite) || !row_meet(c, &row, meet_inverse) ||
        !row_meet(c, &row, meet_alike))
        return NUM_UNIT_POWER;
    rule->factor = row.factor;
    return row_unit(c, &row, rates, &rule->unit);
}

/* A quantity without the percent sign it may have (%/year). */
static NumErr without_percent(NumCtx *c, uint16_t id, uint16_t *unit)
{
    const Unit *u = unit_at(c, id);
    UnitPart parts[LIMIT_UNIT_PARTS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < u->part_count; i++)
        if (!unit_symbol(c, u->parts[i].symbol)->percent)
            parts[count++] = u->parts[i];
    return unit_intern(c, parts, count, unit);
}

/* 3 / 2 h, 4.8 % / 12 month. */
static NumErr divide_by_quantity(NumCtx *c, uint16_t a, uint16_t b, uint16_t *unit)
{
    const Unit *u = unit_at(c, b);
    UnitPart parts[LIMIT_UNIT_PARTS + 1];
    uint32_t count = 0;
    if (unit_is_percent(a))
        parts[count++] = unit_at(c, a)->parts[0];
    for (uint32_t i = 0; i < u->part_count; i++)
        if (!unit_symbol(c, u->parts[i].symbol)->percent)
            parts[count++] = (UnitPart){u->parts[i].symbol, (int16_t)-u->parts[i].power};
    return unit_intern(c, parts, count, unit);
}

static uint16_t product_dimensionless(uint16_t a, UnitKind ka, uint16_t b, UnitKind kb, bool divide)
{
    if (divide)
        return ka == UK_PERCENT && kb == UK_PLAIN ? a : U_RATIO;
    if (ka == UK_PERCENT && kb == UK_PERCENT)
        return a == U_POINT ? b : a;
    return ka == UK_PLAIN && kb == UK_PLAIN ? U_PLAIN : U_RATIO;
}

NumErr unit_product_rule(NumCtx *c, uint16_t a, uint16_t b, bool divide, UnitRule *rule)
{
    UnitKind ka = unit_at(c, a)->kind, kb = unit_at(c, b)->kind;
    *rule = (UnitRule){U_PLAIN, {1, 1}};
    if (ka <= UK_PERCENT && kb <= UK_PERCENT) {
        rule->unit = product_dimensionless(a, ka, b, kb, divide);
        return NUM_OK;
    }
    if (ka > UK_PERCENT && kb > UK_PERCENT)
        return product_quantities(c, a, b, divide, rule);
    if (divide && ka <= UK_PERCENT)
        return divide_by_quantity(c, a, b, &rule->unit);
    uint16_t quantity = ka > UK_PERCENT ? a : b;
    UnitKind bare = ka > UK_PERCENT ? kb : ka;
    rule->unit = quantity;
    return bare == (divide ? UK_PLAIN : UK_PERCENT) ? NUM_OK : without_percent(c, quantity, &rule->unit);
}

NumErr unit_div(NumCtx *c, uint16_t a, uint16_t b, uint16_t *out)
{
    UnitRule rule;
    NumErr err = unit_product_rule(c, a, b, true, &rule);
    if (err == NUM_OK)
        *out = rule.unit;
    return err;
}

/* ---- powers ---- */

static NumErr power_of_parts(NumCtx *c, const Unit *u, int64_t num, int64_t den, uint16_t *out)
{
    UnitPart parts[LIMIT_UNIT_PARTS];
    if (num > LIMIT_UNIT_POWER * LIMIT_UNIT_POWER || num < -LIMIT_UNIT_POWER * LIMIT_UNIT_POWER)
        return NUM_UNIT_POWER;
    for (uint32_t i = 0; i < u->part_count; i++) {
        int64_t power = u->parts[i].power * num;
        if (power % den != 0 || power / den > LIMIT_UNIT_POWER || power / den < -LIMIT_UNIT_POWER)
            return NUM_UNIT_POWER;
        parts[i] = (UnitPart){u->parts[i].symbol, (int16_t)(power / den)};
    }
    return unit_intern(c, parts, u->part_count, out);
}

NumErr unit_power(NumCtx *c, uint16_t a, int64_t num, int64_t den, uint16_t *out)
{
    const Unit *u = unit_at(c, a);
    if (num == 0) {
        *out = U_PLAIN;
        return NUM_OK;
    }
    if (u->kind > UK_PERCENT)
        return power_of_parts(c, u, num, den, out);
    if (u->kind == UK_RATIO || num < 0 || den != 1)
        *out = u->kind == UK_PLAIN && num > 0 ? U_PLAIN : U_RATIO;
    else
        *out = a;
    return NUM_OK;
}

/* ---- conversion ---- */

static NumErr convert_bare(const NumCtx *c, UnitKind from, uint16_t to)
{
    const Unit *u = unit_at(c, to);
    if (u->kind == UK_RATE)
        return from == UK_RATIO ? NUM_OK : NUM_RATE;
    return from != UK_PERCENT && unit_is_counting(c, to) ? NUM_OK : NUM_DIMENSION;
}

/* clicks a view: a share of what is counted, which % shows. */
static bool counting_share(const NumCtx *c, uint16_t id)
{
    const Unit *u = unit_at(c, id);
    int sum = 0;
    for (uint32_t i = 0; i < u->part_count; i++)
        sum += u->parts[i].power;
    return u->part_count > 1 && sum == 0 && unit_is_counting(c, id);
}

static NumErr convert_to_bare(const NumCtx *c, uint16_t from, UnitKind to)
{
    if (unit_at(c, from)->kind == UK_RATE || counting_share(c, from))
        return NUM_OK;
    return to != UK_PERCENT && unit_is_counting(c, from) ? NUM_OK : NUM_DIMENSION;
}

static NumErr convert_rule(const NumCtx *c, uint16_t from, uint16_t to, UnitFactor *factor)
{
    const Unit *a = unit_at(c, from), *b = unit_at(c, to);
    bool bare_a = a->kind <= UK_PERCENT, bare_b = b->kind <= UK_PERCENT;
    *factor = (UnitFactor){1, 1};
    if (bare_a && bare_b)
        return NUM_OK;
    if (bare_a)
        return convert_bare(c, a->kind, to);
    if (bare_b)
        return convert_to_bare(c, from, b->kind);
    if (a->kind == UK_RATE && b->kind == UK_RATE)
        return rates_meet(c, a, b);
    if (a->kind == UK_RATE || b->kind == UK_RATE)
        return NUM_DIMENSION;
    NumErr err = dims_meet(c, &b->dims, &a->dims, false, factor);
    return err == NUM_DIMENSION ? dims_meet(c, &b->dims, &a->dims, true, factor) : err;
}

NumErr unit_convert(NumCtx *c, Value v, uint16_t to, Value *out)
{
    UnitRule rule = {.unit = to};
    NumErr err = convert_rule(c, v.unit, to, &rule.factor);
    if (err != NUM_OK)
        return err;
    if (unit_rule_scales(&rule))
        return num_scale(c, v, rule.factor, to, out);
    v.unit = to;
    v.flags = 0;
    *out = v;
    return NUM_OK;
}
