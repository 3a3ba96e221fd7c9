/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evaluation grids: criteria, each ticked at one level of a scale, and the mark that follows.

   A grid is a value of the program (an Instance). A level given may be one of its scale, a number of a numeric scale, the
   name or the title of a level, the wording that the criterion has for it, or a level of an equivalent scale, by its
   place. The score is the sum of what the levels are worth, each times the weight of its criterion and of the sections
   around it; the mark is score / the highest score * `out of`, or what the conversion makes of the score. Functions return
   false after setting a fault. */
#ifndef BAREME_DOMAIN_GRID_H
#define BAREME_DOMAIN_GRID_H

#include "data/object.h"
#include "model/graph.h"

typedef enum GridPart { /* fields of the Instance, in the order in which code/ gives them */
    GRID_NAME,
    GRID_TITLE,       /* Text, or none */
    GRID_OUT_OF,      /* number, or none: the mark is the score */
    GRID_SCALE,       /* its first level */
    GRID_VALUES,      /* list: what each level is worth */
    GRID_TITLES,      /* list: what each level says, or none */
    GRID_EQUIVALENTS, /* list of lists of names, the lowest first */
    GRID_EVALUATIONS, /* how many times it is filled; none: once */
    GRID_CONVERSION,  /* function of the score, and of the highest one if it likes; or none */
    GRID_CRITERIA,    /* list, CRITERION_PARTS items each */
    GRID_WEIGHTS,     /* list: of each criterion, sections included; settled by grid_make */
    GRID_PARTS
} GridPart;

typedef enum CriterionPart {
    CRITERION_NAME,
    CRITERION_TITLE,    /* Text, or none */
    CRITERION_SECTIONS, /* list of titles, the outermost first */
    CRITERION_FACTORS,  /* list of weights, or none: of its sections, then its own */
    CRITERION_VALUE,    /* automatic: what its level follows from; none: it is ticked */
    CRITERION_BANDS,    /* a level of a scale of the names of the bands; none */
    CRITERION_BOUNDS,
    CRITERION_WORDINGS, /* list: what it says of each level, or none */
    CRITERION_PARTS
} CriterionPart;

extern const ObjectType grid_type;
static inline bool value_is_grid(Value v) { return v.tag == T_OBJECT && ((const Instance *)v.ptr)->type == &grid_type; }

bool grid_make(Vm *vm, const Value *parts, Value *out);
uint32_t grid_criteria(const Instance *grid);
Value grid_part(const Instance *grid, uint32_t criterion, CriterionPart part);
uint32_t grid_levels(const Instance *grid);
Str grid_level_name(const Instance *grid, uint32_t rank);
/* Title of a level, {NULL, 0} none. */
Str grid_level_title(const Instance *grid, uint32_t rank);
/* What a criterion says of a level that is given by its name, its title or these words; else its title, else the text. */
Str grid_level_words(Vm *vm, const Instance *grid, uint32_t criterion, Str given);
/* Number of the criterion of that name, or title; -1: none. */
int grid_criterion(Vm *vm, const Instance *grid, Str name);
bool grid_is_automatic(const Instance *grid, uint32_t criterion);

/* What a level given for a criterion is worth. */
bool grid_worth(Vm *vm, const Instance *grid, uint32_t criterion, Value given, Value *out);
/* What an automatic criterion is worth. */
bool grid_automatic(Vm *vm, const Instance *grid, uint32_t criterion, Value *out);
/* The highest score. */
bool grid_most(Vm *vm, const Instance *grid, Value *out);
/* levels: by criterion, none where nothing is ticked; automatic ones are filled in. A status among them is the result. */
bool grid_score(Vm *vm, const Instance *grid, Value *levels, Value *out);
/* The mark when every criterion is at the highest level. */
bool grid_highest_mark(Vm *vm, const Instance *grid, Value *out);
bool grid_mark(Vm *vm, const Instance *grid, Value *levels, Value *out);

#endif
