/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text declares: names, the scopes they live in, and every expression of every block as a formula.

   A Decl is one declaration. Formulas, functions, the values of clauses (points, tolerances, accepted
   formulas, overrides of scenarios and mistakes …) and parts of checks are all Decls with an expression:
   code/ compiles each, model/ gives each its slots. Decl numbers are stable for the life of a Program; in
   the REPL a redefinition reuses the number, so that what depends on it need not be compiled again.

   Lookup order (rules 2.1): branch, scenario, its parents, question, case, module, library. A name of a
   question is visible in the whole case while it is unique there. */
#ifndef BAREME_CHECK_PROGRAM_H
#define BAREME_CHECK_PROGRAM_H

#include "base/map.h"
#include "data/bytecode.h"
#include "data/heap.h"
#include "data/native.h"
#include "syntax/parser.h"

typedef enum DeclKind {
    DECL_FORMULA,   /* name = expr, answer name = expr, a given */
    DECL_FUNCTION,  /* fn */
    DECL_ANONYMOUS, /* the expression of a clause, a check, a conversion of an answer */
    DECL_SHARED,    /* a name defined by branches of an `either`, seen from outside: reads the chosen one */
    DECL_OVERRIDE,  /* `with x = expr` of a scenario or mistake: formula that replaces decl `target` */
    DECL_VARIABLE,  /* var of the module */
    DECL_SCENARIO,
    DECL_LEVEL,     /* a level of a declared scale */
    DECL_MODULE,    /* alias of a used module; target: its number */
    DECL_MISSING,   /* alias of a module that could not be used, reported already: its uses are silent errors */
    DECL_OPEN,      /* an open answer: a name that has no value */
    DECL_COLUMN,    /* a column of a table: the cells of its header, or a formula over a row */
    DECL_PATCHES,   /* the cells of a schedule that are replaced: none, until an override says so */
    DECL_STATEMENT  /* a statement of the module, run in order */
} DeclKind;

typedef enum ScopeKind {
    SCOPE_MODULE, SCOPE_CASE, SCOPE_QUESTION, SCOPE_BRANCH, SCOPE_SCENARIO,
    SCOPE_ITEM,    /* what a `for` declares for one of its items */
    SCOPE_TABLE    /* the columns of a table: what stands in it sees them first */
} ScopeKind;

typedef struct Scope Scope;
struct Scope {
    ScopeKind kind;
    Scope *parent;          /* enclosing scope; for a module: NULL */
    Scope *first_child, *next_sibling, *last_child;
    const Node *node;       /* the block */
    Str name;               /* case or scenario name, question label */
    Map names;              /* name -> decl number, what is declared right here */
    uint32_t module;        /* index in Program.modules */
    uint32_t scenario;      /* SCOPE_SCENARIO: its number; else UINT32_MAX */
    uint32_t branch;        /* SCOPE_BRANCH: number from 0 in its either */
    uint32_t either;        /* SCOPE_BRANCH: number of the either in Program.eithers */
    uint32_t decl;          /* SCOPE_TABLE: the table */
};

typedef struct Decl {
    DeclKind kind;
    uint32_t number;        /* index in Program.decls; also its base slot */
    Str name;               /* as written; empty when anonymous */
    Str qualified;          /* for messages: 2.3.meetings, outsourced.cost */
    Scope *scope;
    const Node *node;       /* the statement or clause */
    const Node *expr;       /* what is compiled; NULL for shared, scenario, level, module */
    uint16_t to_unit;       /* `to unit` of an answer: the formula is shown in it */
    bool has_to_unit;
    const Node *by;         /* `by agent, indicator` of an answer: the axes of its value; NULL: none */
    bool effect;            /* has side effects: formulas may not use it */
    bool broken;            /* did not compile: its slot holds a fault already reported */
    bool removed;           /* REPL: no longer declared */
    uint32_t target;        /* OVERRIDE: the decl replaced; SHARED: the either; LEVEL: rank */
    int32_t target_scenario;/* OVERRIDE of S.x: S; else -1 */
    const Node *group;      /* OVERRIDE: the clause it stands in; a native FUNCTION: its block */
    const Node *cell;       /* OVERRIDE of one cell of a column: the key of its row; NULL: of the whole formula */
    uint32_t before;        /* OVERRIDE of a cell: another cell of that column, replaced beside it; UINT32_MAX none */
    bool merged;            /* OVERRIDE of a cell: a later one makes its replacement too */
    int32_t scenario;       /* declared in this scenario; -1 base */
    uint32_t global;        /* VARIABLE: index in globals */
    Scope *inner;           /* FORMULA: the columns of the table it is; NULL: no table of the text */
    struct FamilyItem *items; /* FORMULA: a family, whose items a `for` declares: gain, for gain[Ana] and gain[Bob] */
    uint32_t item_count, item_cap;
    uint32_t patches;       /* of a schedule: its PATCHES; UINT32_MAX: it is none */
    Value constant;         /* LEVEL */
    Proto *proto;
    Ref *refs;              /* reference table of the proto */
    uint32_t ref_count;
} Decl;

typedef struct FamilyItem {
    const Node *label;      /* a literal */
    uint32_t decl;
} FamilyItem;

typedef struct Expansion { /* what a `for` declares for one item: its body, with the item in place of the variable */
    const Node *block;
    Node *body;
} Expansion;

typedef struct ScenarioDecl {
    uint32_t number, decl;
    int32_t parent;         /* scenario extended (`of`, or the one it is nested in); -1: the base */
    Scope *scope;
    const Node *node;
} ScenarioDecl;

typedef struct EitherDecl {
    const Node *node;
    Scope *scope;           /* where it stands */
    uint32_t branch_count;
    Scope **branches;
    uint32_t *shared;       /* SHARED decls of this either */
    uint32_t shared_count;
    uint32_t *members;      /* for shared k and branch b: members[k * branch_count + b] = decl, UINT32_MAX none */
} EitherDecl;

typedef struct IndicatorDecl {
    Decl *decl;
    const Node *block;      /* INDICATOR, or INDICATORS */
    const Node *row;        /* of INDICATORS: its row; NULL: a block of its own */
    Decl *table;            /* NULL: of no table */
    Decl *column;           /* of the table: the column it measures; NULL: it could not be found, and was reported */
    Decl *top, *bottom;     /* a formula that is a quotient: its two sides as columns; NULL: it is none */
} IndicatorDecl;

typedef struct ObjectiveDecl ObjectiveDecl;
struct ObjectiveDecl { /* value >= target */
    Decl *decl;             /* the condition */
    const Node *node;
    OpId op;
    Decl *value, *target, *by; /* by: NULL, no date */
    ObjectiveDecl *parent;
};

#define LEVEL_SEVERAL UINT64_MAX /* in Program.levels: several scales have a level of this name */

typedef struct Module {
    Str path, name;
    uint32_t source;
    Node *tree;
    Scope *scope;
    Arena arena;            /* of the tree */
    uint32_t number;
    bool loading;
    bool library;           /* a text of the standard library, read because some name needs it */
    bool dropped;           /* its text was refused: it declares nothing, and is read again when next needed */
} Module;

typedef struct LibraryTable { /* natives, by both names; registered downward by lib/ */
    void *data;
    const Native *(*find)(void *data, Str canonical_or_localised);
    /* Calls visit(name) for every name, for did-you-mean and completion. */
    void (*each)(void *data, Lang lang, void (*visit)(void *visitor, Str name), void *visitor);
    bool (*constant)(void *data, Str canonical, Value *out); /* half_even, … */
    /* The source that defines it, if a text of the library does, and the name it has there; 0: none does. NULL: no text. */
    uint32_t (*chapter)(void *data, Str canonical, Str *own);
    /* English name of a function of such a text (parameter UINT32_MAX), or of a parameter of it, by its own name;
       {NULL, 0}: it has none. */
    Str (*english)(void *data, Str own, uint32_t parameter);
} LibraryTable;

typedef struct ModuleLoader { /* text of a module; registered downward by the session */
    void *data;
    /* Source number of `use name` written in module `from`; 0: reported in diags. */
    uint32_t (*load)(void *data, Str name, Str from_path, Span where);
} ModuleLoader;

typedef struct Program {
    Mem *mem;
    Arena arena;            /* scopes, decls, protos, names */
    Sources *sources;
    Diags *diags;
    Heap *heap;
    NumCtx *num;
    Lang lang;              /* dialect of the main text */
    Parsing parsing;        /* template: library names */
    LibraryTable library;
    ModuleLoader loader;
    Module **modules;
    uint32_t module_count, module_cap;
    Scope **scopes;
    uint32_t scope_count, scope_cap;
    Decl **decls;
    uint32_t decl_count, decl_cap;
    ScenarioDecl **scenarios;
    uint32_t scenario_count, scenario_cap;
    EitherDecl **eithers;
    uint32_t either_count, either_cap;
    IndicatorDecl **indicators;
    uint32_t indicator_count, indicator_cap;
    ObjectiveDecl **objectives;
    uint32_t objective_count, objective_cap;
    Expansion **expansions; /* in text order, inner ones after those they stand in */
    uint32_t expansion_count, expansion_cap;
    uint32_t expanded;      /* nodes made for them */
    Map levels;             /* of bands and grids: name -> decl number, or LEVEL_SEVERAL */
    uint32_t use_depth;
    bool memory_reported;
    uint32_t global_count;
    Map replacements;       /* Replacement (12 bytes) -> 0: what linking must foresee */
    Map by_node;            /* pointer of a Node (8 bytes) -> decl compiled from it */
} Program;

/* The indicator, the objective that is this decl; NULL: it is none. */
IndicatorDecl *program_indicator(const Program *p, const Decl *d);
ObjectiveDecl *program_objective(const Program *p, const Decl *d);
/* INDICATORS: the column of its header that bears this word, in either language; -1: none. */
int indicator_column(const Node *header, WordId word);
/* Something outside the scenarios replaces a formula (`with`, a mistake, solve): by its name in a scenario, which needs
   a copy of its own; or in the base, by a formula that reads another. */
typedef struct Replacement {
    uint32_t decl;
    int32_t scenario;       /* -1: the base */
    uint32_t reads;         /* a decl; UINT32_MAX: nothing to foresee but the replacement itself */
} Replacement;

/* True if it was not known. */
bool program_replaces(Program *p, Replacement r);

/* What a name means at a place. */

typedef struct Lookup {
    enum { LOOKUP_NONE, LOOKUP_DECL, LOOKUP_AMBIGUOUS, LOOKUP_NATIVE, LOOKUP_CONSTANT } kind;
    Decl *decl;
    const Native *native;
    Value constant;
} Lookup;

bool program_init(Program *p, Mem *m, Sources *s, Diags *d, Heap *h, NumCtx *num);
void program_free(Program *p);

/* Parses and declares a source (and what it uses). The new module's number, or UINT32_MAX. The REPL gives the
   module to extend in `into` (else UINT32_MAX). Errors are in diags; what is sound is declared all the same. */
uint32_t program_load(Program *p, uint32_t source, Lang lang, uint32_t into);

/* The decl compiled from this expression node; NULL if none. */
/* The body of the i-th item of a `for`; NULL: there are no more. */
const Node *program_expansion(const Program *p, const Node *block, uint32_t i);
Decl *program_decl_of(const Program *p, const Node *expr);
/* Was it declared by the library? */
static inline bool program_is_library(const Program *p, const Decl *d) { return p->modules[d->scope->module]->library; }

Lookup names_find(Program *p, const Scope *scope, Str name);
/* Only in the library: its texts that were loaded, constants, natives. */
Lookup names_library(Program *p, Str name);
/* What a text of the library defines under that canonical name, if it is loaded; NULL. */
Decl *program_library_decl(const Program *p, Str canonical);
/* Has this name a value whichever branch is chosen? False for a formula of one branch only, or what shows it outside. */
bool names_in_every_branch(const Program *p, const Decl *d);
/* label.name, scenario.name: looked up from scope. */
/* The question of that number in the case around; NULL: none. */
const Scope *names_question(const Scope *scope, Str label);
Lookup names_find_qualified(Program *p, const Scope *scope, Str qualified);
/* Member of a scenario: its own, its parents', then the base's visible from it. */
Decl *names_scenario_member(Program *p, uint32_t scenario, Str name);
/* Does that scenario, or one that it extends, replace the formula d of the base? */
bool names_replaces(const Program *p, int32_t scenario, const Decl *d);
/* The decl an override names: `x`, `2.3.x`, `scenario.x` (*scenario: its number, else -1), a column `table.x`, or one cell
   of it, `table[key].x` (see names_target_cell): for a schedule, its PATCHES. NULL: reported. */
Decl *names_target(Program *p, const Scope *scope, const Node *target, int32_t *scenario);
/* `for year in 1..5` of a schedule: its parts, NULL where absent. */
void schedule_rows(const Node *block, const Node **name, const Node **list);
/* The key in `table[key].x`; NULL: the target is no cell. */
const Node *names_target_cell(const Node *target);
/* Reports E0301 unknown name with did-you-mean, or the ambiguous one with the qualified names. */
void names_report(Program *p, const Scope *scope, Str name, Span span, const Lookup *found);
/* A table that has no such column: with the nearest one that it has. */
void names_report_column(Program *p, const Scope *table, Str name, Span span);
/* As names_find, but columns do not count: case.limit. */
Lookup names_find_outside(Program *p, const Scope *scope, Str name);
/* The column of that name in a table's scope; NULL: none. */
Decl *names_column(const Program *p, const Scope *table, Str name);
/* The first column that the text holds; NULL: all are computed. */
const Decl *names_first_column(const Program *p, const Scope *table);
/* The key that a table declares; empty: none. */
Str names_key(const Node *table);
/* The column by which a row is found: the key that the table declares, or its first column. */
const Decl *names_key_column(const Program *p, const Scope *table);
/* Rank of a level of that name in a scale (a level of it); -1: it has none. */
int grid_rank(Value scale, Str name);
/* Every name visible from scope, for completion. */
void names_each(Program *p, const Scope *scope, void (*visit)(void *visitor, Str name), void *visitor);

#endif
