/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The syntax tree: one shape of node for everything, kinds and children declared in node.def.

   Nodes, their texts and child arrays live in the arena of their module and are immutable once parsed.
   One tree for both dialects: keywords are ids, numbers are canonical digits, names of the library are
   their English name (flag NODE_LIBRARY), so that the French and the English twin compare equal.
   No path from the root is longer than LIMIT_HEIGHT and some, so walks may recurse (`height` says how long).

   Comments are kept on what begins a line: statements, clauses and items with NODE_OWN_LINE, `choose` lines.
   `before`: own lines above; `after`: end of the same line (of a block: of its header). On a BODY, `before`
   holds those just above the word that closes it (`end`, `else`, `or` …) and `after` the one on that word's
   line, unless a node of its own begins there (elif: IF, or: BRANCH).
   `inside`: own lines just above the bracket that closes a LIST, RECORD, CALL, WITH, parameters, or above the
   `end` of a CHOICE. */
#ifndef BAREME_SYNTAX_NODE_H
#define BAREME_SYNTAX_NODE_H

#include "diag/diag.h"

typedef enum NodeKind {
#define NODE(kind, children) N_##kind,
#include "syntax/node.def"
#undef NODE
    N_COUNT
} NodeKind;

typedef enum WordId {
    W_NO_WORD,
#define WORD(id, cls, en, fr) W_##id,
#include "syntax/lexicon.def"
#undef WORD
    W_COUNT
} WordId;

typedef enum BlockId {
#define BLOCK(id, word, form, header, children) B_##id,
#define CLAUSE(block, id, word, pattern, repeat)
#include "syntax/block.def"
#undef BLOCK
#undef CLAUSE
    B_COUNT
} BlockId;

/* A clause is named by its block and its word: CL_ANSWER_POINTS, CL_EXAM_SCALED_TO. Parts of a clause in
   parentheses and header values have ids of their own. */
typedef enum ClauseId {
    CL_TITLE,
    CL_VALUE,
    CL_UNIT,
    CL_OF_PART, /* header values; CL_OF_PART: a part introduced by a word, see Node.word */
#define BLOCK(id, word, form, header, children)
#define CLAUSE(block, id, word, pattern, repeat) CL_##block##_##id,
#include "syntax/block.def"
#undef BLOCK
#undef CLAUSE
    CL_COUNT
} ClauseId;

typedef enum OpId {
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_MOD,
    OP_POW,
    OP_NEG,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_ABOUT,
    OP_IN,
    OP_AND,
    OP_OR,
    OP_NOT
} OpId;

enum {
    NODE_LIBRARY = 1,     /* NAME: a name of the library, text is canonical */
    NODE_QUOTED = 2,      /* NAME, FIELD…: written between backquotes */
    NODE_OWN_LINE = 4,    /* CLAUSE, item of a list, right operand: begins a line of its own */
    NODE_BLANK_ABOVE = 8, /* statement, BODY (above its end): at least one empty line above */
    NODE_NEGATED = 16,
    NODE_MULTILINE = 32, /* FUNCTION with a BODY; LIST, CALL, RECORD … whose closing bracket begins a line */
    NODE_DECLARED = 64,  /* NAME that declares or cites by its name alone (variable, scenario, code C2.1): never
                            looked up in the library */
    NODE_HEADER = 256, /* ROW: the names of the columns */
    NODE_STANDARD = 128, /* NAME: the library's, though the author may have one of that text (std.name) */
    NODE_REST = 1024,  /* PARAM: the list of all arguments that are left */
    NODE_COLUMN = 512    /* NAME in a phrase about rows, that the library knows: a column if the table has one */
};

typedef struct Comments { /* texts without `#`; a doc comment keeps its second `#`; p NULL: an empty line */
    Str *items;
    uint32_t count;
} Comments;

typedef struct Node Node;
struct Node {
    uint8_t kind; /* NodeKind */
    uint8_t op;   /* OpId, BlockId, ClauseId, WordId, quote style: see node.def */
    uint16_t flags;
    uint32_t count; /* children */
    Node **kids;
    Span span; /* from first to last character */
    uint16_t unit_id;
    uint16_t word;   /* CLAUSE with op CL_OF_PART: the WordId that introduced it; PARAM: its kind */
    uint32_t id;     /* number of the node in its module, from 1: traces name sub-expressions by it */
    uint32_t height; /* 1 + that of its highest child */
    Str text;
    Str unit;
    Comments before, after, inside;
};

/* First clause `id` of a block, or NULL. */
const Node *node_clause(const Node *block, ClauseId id);
/* The next clause of the same id after `after`, or NULL. */
const Node *node_next_clause(const Node *block, const Node *after);
/* First value of that clause (kid 0), or NULL when the clause is absent or has none. */
const Node *node_clause_value(const Node *block, ClauseId id);
/* Inside a clause or header: the value of the part introduced by `word` (its kid 0), or NULL. */
const Node *node_part(const Node *clause, WordId word);
/* Statements of a BLOCK form: the BODY, or NULL. */
const Node *node_body(const Node *block);
/* Title text of a block when it is a constant text; {NULL,0} otherwise. */
Str node_title(const Node *block);
/* The default value of a PARAM, or NULL. */
const Node *node_param_default(const Node *param);
/* A STRING without holes: its characters. */
bool node_constant_text(const Node *string, Str *out);
/* Same tree, places, ids and layout apart (comments count when with_comments). Depth-safe. */
bool node_equal(const Node *a, const Node *b, bool with_comments);
const char *word_text(WordId w, Lang lang); /* first spelling */
const char *op_text(OpId op, Lang lang);
const char *block_word(BlockId b, Lang lang);

/* A copy in the arena in which each name `name` that is not declared anew is the node `put`. left: nodes that may still
   be made; 0 afterwards: too many. NULL: memory, or too many. */
Node *node_clone(Arena *arena, const Node *n, Str name, const Node *put, uint32_t *left);

#endif
