/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Indicators: what is measured, against which objective and reference, and how it is appreciated.

   An indicator is a value of the program (an Instance); the functions here measure a figure by it. Its unit is given to
   bare numbers read through it; another dimension is a fault. Rate is value / objective, in %; the gap is value -
   objective, turned where lower is better, in points for percentages. Where an objective is 0, or what is asked for is
   not declared, the result is `not given`. Functions return false after setting a fault. */
#ifndef BAREME_DOMAIN_INDICATOR_H
#define BAREME_DOMAIN_INDICATOR_H

#include "data/object.h"
#include "data/table.h"
#include "model/graph.h"

typedef enum IndicatorPart { /* fields of the Instance, in the order in which code/ gives them */
    INDICATOR_NAME,
    INDICATOR_TITLE,     /* Text, or none */
    INDICATOR_UNIT,      /* 1 unit, or none */
    INDICATOR_BETTER,    /* 1 higher, -1 lower, 0 within the range that follows */
    INDICATOR_RANGE,
    INDICATOR_GROUP,
    INDICATOR_OBJECTIVE,
    INDICATOR_REFERENCE,
    INDICATOR_BANDS,     /* 1 of the value, 2 of the rate of the objective; none */
    INDICATOR_SCALE,     /* its first level */
    INDICATOR_BOUNDS,    /* list: from or none, bound or none, is the bound within */
    INDICATOR_BECAUSE,
    INDICATOR_PERIOD,
    INDICATOR_AGGREGATE, /* Aggregate */
    INDICATOR_VALUE,     /* its own value, or none */
    INDICATOR_PARTS
} IndicatorPart;

typedef enum Aggregate {
    AGGREGATE_USUAL, AGGREGATE_SUM, AGGREGATE_MEAN, AGGREGATE_MEAN_OF_RATIOS, AGGREGATE_RATIO_OF_SUMS, AGGREGATE_LOWEST,
    AGGREGATE_HIGHEST
} Aggregate;

typedef enum Field {
#define FIELD(id, english, french) FIELD_##id,
#include "domain/field.def"
#undef FIELD
    FIELD_COUNT
} Field;

/* Of one language. */
const char *field_name(Field f, Lang lang);
/* By either name; FIELD_COUNT: none. */
Field field_named(Str name);

extern const ObjectType indicator_type;
static inline bool value_is_indicator(Value v)
{
    return v.tag == T_OBJECT && ((const Instance *)v.ptr)->type == &indicator_type;
}
Str indicator_text(const Instance *i, IndicatorPart part); /* {NULL, 0}: none */
/* Its title, else its name. */
Str indicator_title(const Instance *i);
int indicator_better(const Instance *i);

/* Parts as code/ gives them; settled here: units, objective, reference. */
bool indicator_make(Vm *vm, const Value *parts, Value *out);
/* Bands that follow one another without a hole and without meeting twice. */
bool indicator_check_bands(Vm *vm, Value scale, Value bounds);
/* The level of v among bands; `not given` below the first one. */
bool bands_level(Vm *vm, Value scale, Value bounds, Value v, Value *out);

/* a / b in %; not given where b is 0 or absent. */
bool completion_rate(Vm *vm, Value a, Value b, Value *out);
/* v in the indicator's unit. */
bool indicator_measure(Vm *vm, const Instance *i, Value v, Value *out);
/* VALUE, OBJECTIVE, REFERENCE, RATE, GAP, STATUS, EVOLUTION (against the reference) of a figure. */
bool indicator_field(Vm *vm, const Instance *i, Field f, Value v, Value *out);
typedef struct Measured { /* what an indicator is measured with: lists of the same length, or none */
    const Instance *indicator;
    Value column, top, bottom;
} Measured;

/* What code/ makes of an indicator (expr_measure): its items from `at` on. */
Measured indicator_measured(Value list, uint32_t at);
/* Its figure over those rows, in its unit; `not given` of no row. scratch: room for 3 n values. */
bool indicator_figure(Vm *vm, const Measured *m, const uint32_t *rows, uint32_t n, Value *scratch, Value *out);
/* One figure from several rows; tops and bottoms: both sides of its formula, NULL where it has none. */
bool indicator_aggregate(Vm *vm, const Instance *i, const Value *values, const Value *tops, const Value *bottoms,
                         uint32_t n, Value *out);

#endif
