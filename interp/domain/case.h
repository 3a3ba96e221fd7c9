/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The case as a model: what the tree of a case says, gathered once, in text order, for marking, checking and
   reports. Several cases may stand in one text.

   Everything lives in the arena of Cases; nodes belong to their modules, decls and slots to the program and its
   graph. Cases are made again whenever the graph is linked again. Settings (points, decimals, shares …) are
   formulas too: they are evaluated once, in the base view, whose slots keep their values alive; one that fails is
   reported and counts as absent.

   A question's items, and a branch's, stand in text order; Case.answers, eithers, opens … list the same objects
   through the whole case, also in text order, and `number` is the index there. */
#ifndef BAREME_DOMAIN_CASE_H
#define BAREME_DOMAIN_CASE_H

#include "model/graph.h"

#define NO_DECIMALS (-1)

typedef struct Case Case;
typedef struct Question Question;
typedef struct Answer Answer;
typedef struct AnswerTable AnswerTable;
typedef struct Either Either;
typedef struct Mistake Mistake;
typedef struct Open Open;
typedef struct Check Check;
typedef struct Framework Framework; /* domain/competence.h */

typedef enum Carry { CARRY_FULL, CARRY_HALF, CARRY_NONE } Carry;

typedef enum SlipKind {
#define SLIP(id, word, share) SLIP_##id,
#include "domain/slip.def"
#undef SLIP
    SLIP_COUNT
} SlipKind;

typedef enum OfficialClass {
#define CLASS(id, english, french) CLASS_##id,
#include "domain/official.def"
#undef CLASS
    CLASS_COUNT /* also: none asserted */
} OfficialClass;

typedef struct Rules { /* what counts as right: an answer's own clauses over those of its case */
    Carry carry;
    Value slips[SLIP_COUNT]; /* share of the marks kept */
    int decimals;            /* demanded, in the answer's unit */
    int significant;         /* or so many significant digits; 0: no such choice */
    uint32_t within;         /* slot of the tolerance, NO_SLOT: correct rounding */
    bool exact;
    int *intermediate;       /* decimals at which every formula upstream may have been rounded */
    uint32_t intermediate_count;
} Rules;

typedef struct Part { /* one of `points data 1, method 1, result 1` */
    Str name;
    Value points;
} Part;

typedef struct Accept { /* a tolerated value */
    const Node *node;
    uint32_t slot;
    bool official;    /* `accept official` */
    bool has_award;
    Value award;      /* a share when in %, else points */
    Str why;
} Accept;

typedef struct Official {
    const Node *node; /* the clause; NULL: the answer has no official figure */
    uint32_t slot;
    Value value;
    bool known;       /* value could be evaluated */
    int decimals;     /* as printed */
    OfficialClass asserted;
    Str text;         /* a cell that is no figure */
} Official;

struct Answer {
    uint32_t number;
    const Node *node;
    Question *question;
    Either *either;       /* innermost one that it stands in; NULL: none */
    uint32_t branch;      /* of that either */
    Str name;             /* as written: hours, outsourced.cost */
    Str address;          /* 2.3.hours */
    Str title;            /* {NULL,0}: none; never the name */
    const Decl *decl;     /* NULL: its formula could not be declared; reported already */
    uint32_t slot;        /* the key */
    uint32_t own_slot;    /* what later formulas read and a candidate's figure replaces; NO_SLOT: nothing */
    Value points;
    bool has_points;
    Part *parts;
    uint32_t part_count;
    Rules rules;
    Official official;
    Accept *accepts;
    uint32_t accept_count;
    uint32_t plausible;   /* slot, NO_SLOT: always */
    Str feedback_right, feedback_wrong;
    Str says_true, says_false;
    const Node *proved_by_node;
    Answer *proved_by;
    Value proved_award;
    bool has_proved_award;
    Str *competences;
    uint32_t competence_count;
    AnswerTable *table;   /* it is one cell of an answer that is a table; NULL: a whole answer */
    uint32_t row, column; /* in that table */
};

typedef enum AwardUnit { AWARD_CELL, AWARD_ROW, AWARD_COLUMN, AWARD_WHOLE } AwardUnit;

/* An answer whose value is a list, a matrix, a table: each cell is an answer of its own, and a unit of cells earns when
   all its cells are accepted. */
struct AnswerTable {
    uint32_t number;
    const Node *node;
    Question *question;
    Either *either;
    uint32_t branch;
    Str name, address, title;
    uint32_t slot;         /* the whole key */
    uint32_t patches;      /* a schedule: the slot of the cells that are replaced in it; else NO_SLOT */
    Value points;          /* of the whole */
    Value each;            /* of one unit */
    bool has_points, split; /* split: the points are those of the whole, dealt equally; else of one unit */
    AwardUnit unit;
    uint32_t units;
    uint32_t rows, columns;
    Str *row_labels, *column_labels; /* as shown; one column: its label is empty */
    Str *column_names;     /* those labels in the other language */
    Str *row_titles, *column_titles; /* what people call them */
    Value *row_keys;       /* of a schedule: what its rows are found by */
    Answer **cells;        /* by row, then column; NULL: nothing is asked there, for it is not given */
};

struct Mistake {
    uint32_t number;
    const Node *node;
    Question *question;   /* NULL: of the whole case */
    Str title, message;
    Decl **overrides;
    uint32_t override_count;
    Value award;          /* a share when in %, else points; 0 when not written */
};

typedef struct Element {
    const Node *node;
    Str name, title;
    Str *hints;
    uint32_t hint_count;
    Value points;
    bool has_points;
    uint32_t row, column; /* of a matrix: where it is expected first */
    bool placed;          /* it stands in the matrix */
    Str *places;          /* labels of other rows or columns where it is accepted too */
    uint32_t place_count;
} Element;

typedef struct Expect { /* one block of expected elements, as a list or in the cells of a matrix */
    const Node *node;
    Element *elements;
    uint32_t count;
    uint32_t needed;      /* at least so many a group; all of them when not written */
    AwardUnit per;        /* what a group is: the WHOLE of a list */
    uint32_t rows, columns; /* 0: a list */
    Str corner, *row_labels, *column_labels;
} Expect;

struct Open {
    uint32_t number;
    const Node *node;
    Question *question;
    Either *either;
    uint32_t branch;
    Str name, address, title;
    Value points;
    bool has_points, all_or_nothing, accept_other;
    Expect *expects;
    uint32_t expect_count;
    uint32_t element_count; /* of all its blocks */
    uint32_t grid;        /* slot of the grid that marks it; NO_SLOT: none does */
    Str *competences;
    uint32_t competence_count;
};

struct Check {
    uint32_t number;
    const Node *node;
    const Node *expr;
    Question *question;   /* NULL: of the case, or of the text outside any case */
    Either *either;       /* in a branch of it; NULL: outside any */
    uint32_t branch;
    Str title;
    uint32_t slot;        /* the whole condition */
    uint32_t left, right; /* NO_SLOT: not a comparison of two sides */
    OpId op;
    uint32_t within;      /* slot, NO_SLOT none */
};

typedef struct ScenarioItem {
    uint32_t scenario;    /* number in Program.scenarios */
    const Node *node;
    Question *question;
    Str name, title;
    uint32_t *own;        /* slots of its own formulas, in text order */
    uint32_t own_count;
} ScenarioItem;

typedef struct Given {
    const Node *node;
    const Decl *decl;
    Question *question;   /* NULL: of the case */
    uint32_t slot;
    Str name, label;
    bool decoy;
    bool tax;             /* a tax on sales: by its name, or by what the subject calls it */
    const Node *vary;     /* the range it varies in; NULL: fixed */
} Given;

typedef enum ItemKind {
    ITEM_FORMULA, ITEM_ANSWER, ITEM_TABLE, ITEM_EITHER, ITEM_OPEN, ITEM_MISTAKE, ITEM_SCENARIO, ITEM_CHECK, ITEM_QUESTION,
    ITEM_SENSITIVITY, ITEM_TEXT, ITEM_CORRECTION,
    ITEM_GIVENS,     /* a block of them */
    ITEM_DATA,       /* a table written in the text */
    ITEM_SCHEDULE, ITEM_DASHBOARD, ITEM_GRID, ITEM_INDICATORS, ITEM_OBJECTIVE,
    ITEM_ANNEX, ITEM_ANNEX_END /* what stands between is the annex; its items are those of its question or case */
} ItemKind;

typedef struct Item {
    ItemKind kind;
    const Node *node;
    Str text;             /* TEXT, CORRECTION; ANNEX: its title */
    const Decl *decl;     /* FORMULA, SENSITIVITY, DATA … OBJECTIVE: its value */
    Value number;         /* ANNEX: how it is called, or none */
    uint32_t first, count; /* GIVENS: in Case.givens */
    union {
        void *object;
        Answer *answer;
        AnswerTable *table;
        Either *either;
        Open *open;
        Mistake *mistake;
        ScenarioItem *scenario;
        Check *check;
        Question *child;
    };
} Item;

typedef struct Items {
    Item *list;
    uint32_t count;
} Items;

typedef struct Branch {
    const Node *node;
    Str title;
    Items items;
} Branch;

struct Either {
    uint32_t number;
    uint32_t program_either; /* index in Program.eithers: what a choice of branches is indexed by */
    const Node *node;
    Question *question;
    Either *outer;        /* the either it stands in, and its branch there */
    uint32_t outer_branch;
    Str title;
    Branch *branches;
    uint32_t branch_count;
};

typedef struct Malus {
    const Node *node;
    Value points;
    Str title;
    uint32_t when;        /* slot of the condition; NO_SLOT: ticked by hand */
} Malus;

struct Question {
    uint32_t number;
    const Node *node;
    Str label, title;
    Value points;         /* announced */
    bool has_points;
    Items items;
    Malus *malus;
    uint32_t malus_count;
    Str *competences, *criteria;
    uint32_t competence_count, criterion_count;
};

typedef struct Exam {
    const Node *node;
    Str title, paper, framework;
    bool has_session, has_points, scaled, rounds_up, rounds_nearest, has_step;
    Value session, points, scaled_to, round_to, mark_step;
} Exam;

struct Case {
    const Node *node;
    const Scope *scope;
    Lang lang;            /* dialect of its text: what its students read */
    Str name, title;
    Exam exam;
    Framework *framework; /* of its competences; NULL: none, or an unknown one */
    Rules rules;
    bool once_per_case;   /* a slip costs once a case, not once a question */
    bool unmarked;        /* no points anywhere: each answer counts for 1 */
    Items items;
    Given *givens;
    Question **questions;
    Answer **answers;      /* cells of tables among them, row by row */
    AnswerTable **tables;
    Answer **printed;      /* figures that the correction prints of formulas which are no answers: only to be audited;
                              numbered after the answers */
    Either **eithers;
    Open **opens;
    Mistake **mistakes;
    Check **checks;
    ScenarioItem **scenarios;
    uint32_t given_count, question_count, answer_count, table_count, printed_count, either_count, open_count, mistake_count, check_count,
        scenario_count;
};

typedef struct Cases {
    Graph *graph;
    Diags *diags;
    Arena arena;
    Case **list;
    uint32_t count;
    Check **checks;       /* those outside any case */
    uint32_t check_count;
    Framework **frameworks;
    uint32_t framework_count;
} Cases;

/* The cases of all modules but those of the library. False: memory, reported. Always cases_free. */
bool cases_build(Cases *cs, Graph *g, Diags *diags);
/* The same with the holes of their texts filled as a view sees them: a subject whose data are drawn. Settings (points,
   decimals …) are those of the base. The caller protects the view. */
bool cases_build_in(Cases *cs, Graph *g, View *view, Diags *diags);
void cases_free(Cases *cs);

/* The answer or open answer of that address (2.3.hours, 2-3.hours) or, when only one bears it, of that name.
   NULL: none, or several. */
Answer *case_find_answer(const Case *c, Str address);
Open *case_find_open(const Case *c, Str address);
/* The first answer whose key, or whose formula, is this slot, or the name that its branches share. */
Answer *case_answer_of_slot(const Case *c, const Program *p, uint32_t slot);

/* Units that earn by themselves: how many there may be, and the cells of one (out: room for all; may be NULL). */
uint32_t table_unit_count(const AnswerTable *t);
uint32_t table_unit_cells(const AnswerTable *t, uint32_t unit, Answer **out);
/* Deals the points among units and cells. cells: room for all. */
void table_share_points(NumCtx *num, AnswerTable *t, Answer **cells);

/* Groups of expected elements, and how many of their elements are needed in all: a group without any needs none. */
uint32_t expect_group(const Expect *e, const Element *el);
uint32_t expect_needed(const Expect *e);

/* Chooses, in `choice` (by program either), the branches in which something at this place stands. */
void case_choose_path(const Either *e, uint32_t branch, uint32_t *choice);
/* Does it stand in branches that the choice leaves out? */
bool case_left_out(const Either *e, uint32_t branch, const uint32_t *choice);

/* Slot of an expression; NO_SLOT: it has none. */
uint32_t case_slot(const Graph *g, const Node *expr);
/* Evaluates in a view (NULL: base). A fault is reported in diags (NULL: dropped) and gives false. */
bool case_eval(Graph *g, Diags *diags, View *view, uint32_t slot, Value *out);
/* Characters of a text literal, holes filled from a view (NULL: base). {NULL,0} on failure. */
Str case_text(Graph *g, Diags *diags, View *view, Arena *arena, const Node *string);
/* Decimals written in a literal; NO_DECIMALS when the expression is not one. */
int case_literal_decimals(const Node *expr);

#endif
