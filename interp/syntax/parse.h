/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside syntax/: the parser's state and what its files share.

   One token is read ahead (`tok`); the lexer stands right after it, so a place can be read again another way.
   After an error, `panic` silences the rest of the statement: every function then returns a BAD node at once and
   loops stop, until parse_sync finds the next line. Out of memory is sticky too: the lexer jumps to the end of
   the text and every node is `dummy`, so that callers never test; the tree is then thrown away.

   Children under construction are on one stack: remember `base = p->kid_count`, push, parse_finish. */
#ifndef BAREME_SYNTAX_PARSE_H
#define BAREME_SYNTAX_PARSE_H

#include "base/limits.h"
#include "base/map.h"
#include "syntax/block.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

typedef struct Pending { /* a comment read and not yet attached */
    Str text;
    uint32_t end;
    bool own_line, blank_above;
} Pending;

typedef struct OpenBlock { /* lives on the C stack of the function that reads the block */
    struct OpenBlock *outer;
    BodyKind kind;
    Span opener;
    uint32_t column; /* of the line it begins */
    uint32_t base;   /* of its kids on the stack: what its header gave */
} OpenBlock;

enum { STOP_ELSE = 1, STOP_RECOVER = 2, STOP_OR = 4 };

typedef struct Parser {
    const Parsing *in;
    Arena *arena;
    Str text;
    uint32_t source;
    Lang lang;
    Lexer lex;
    Token tok;
    uint32_t last_end;     /* end of the last token taken */
    uint32_t newlines;     /* since the last token or comment */
    uint32_t lines_before; /* newlines just before tok */
    bool broke;            /* lines were skipped before tok: inside brackets, or after an operator */
    bool panic, memory;
    bool incomplete;    /* an error was met at the end of the text */
    uint32_t elsewhere; /* errors met before it */
    bool no_or;         /* `or` introduces a part of the clause being read */
    bool colon_ends;    /* a colon ends the condition being read (`choose`) */
    uint32_t brackets, depth;
    uint32_t grouping; /* value of `brackets` right inside (…) that only groups: a comma separates nothing there */
    uint32_t column;    /* of the statement being read */
    uint32_t statement; /* where it begins */
    uint32_t overrides; /* depth of overrides: `old` means something */
    uint32_t schedules; /* depth of schedules: `previous` means something */
    bool bounding;      /* the bound of a parameter is being read: `like` may follow it */
    bool overriding;    /* the target of an override is being read: it may be a cell */
    int block;          /* BlockId whose clause words may follow a value; -1 none */
    int clause;         /* ClauseId of it that is being read, or was last on this line; -1 none */
    Node *line_owner;   /* what the comment at the end of this line belongs to */
    OpenBlock *open;
    bool closing; /* an `end` was forgotten: bodies return up to `close_to` (NULL: the program) */
    OpenBlock *close_to;
    Span suspect; /* opener of a block that its indentation says was not closed */
    WordId suspect_word;
    Node **kids;
    uint32_t kid_count, kid_cap;
    Pending *pending;
    uint32_t pending_count, pending_cap;
    uint32_t next_id;
    Buf scratch;
    Node dummy;
} Parser;

typedef struct Mark { /* a place to come back to */
    Lexer lex;
    Token tok;
    uint32_t last_end, newlines, lines_before, pending_count;
    bool broke;
} Mark;

/* ---- parser.c: tokens, errors, nodes, comments ---- */

void parse_load(Parser *p);                /* reads the next token without judging this one */
void parse_take(Parser *p);                /* uses this token: tells its fault, then the next */
void parse_skip_lines(Parser *p);          /* a line may continue here: after an operator, a comma */
void parse_rescan(Parser *p, uint32_t at); /* the token that begins at `at` */
Mark parse_mark(const Parser *p);
void parse_back(Parser *p, Mark m);
bool parse_at(const Parser *p, TokenKind k);
bool parse_at_reserved(const Parser *p, WordId w);
size_t parse_at_word(const Parser *p, WordId w); /* its end, or 0 */
bool parse_accept(Parser *p, TokenKind k);
bool parse_accept_word(Parser *p, WordId w);
bool parse_line_ends(const Parser *p);                  /* NEWLINE or END */
bool parse_used_as_name(const Parser *p, uint32_t end); /* does what follows the word that ends there make it a name? */
uint32_t parse_column(const Parser *p, uint32_t at);
bool parse_lost(const Parser *p); /* tok begins what is surely the next statement */

Span parse_span(const Parser *p, uint32_t start, uint32_t end);
Span parse_here(const Parser *p);
Str parse_raw(const Parser *p, const Token *t);
Str parse_word(const Parser *p, WordId w);
/* NULL when silenced. `panics`: the statement cannot be understood further. */
Diag *parse_report(Parser *p, bool panics, DiagId id, Span span, const Str *args, size_t count);
void parse_fault(Parser *p, const Token *t);
Str parse_right_figure(Parser *p, Str raw); /* 1.5 as 1,5 in French, 1,5 as 1.5 in English; in p->scratch */
void parse_memory(Parser *p);
#define parse_error(p, id, span, ...)  parse_report((p), true, (id), (span), DIAG_LIST(__VA_ARGS__))
#define parse_error0(p, id, span)      parse_report((p), true, (id), (span), NULL, 0)
#define parse_remark(p, id, span, ...) parse_report((p), false, (id), (span), DIAG_LIST(__VA_ARGS__))
void parse_note(Parser *p, Diag *on, DiagId id, Span span, Str arg);
/* The keyword of the other dialect that a text is, and that is none of this one; W_NO_WORD. */
WordId parse_foreign_word(const Parser *p, Str text);
/* Tells that such a word stands there. False: w is no word. */
bool parse_tell_foreign(Parser *p, Span span, WordId w);
bool parse_tell_foreign_here(Parser *p); /* tok */
/* Something else must stand here: `what` is a word or sign of the dialect. */
void parse_expected(Parser *p, Str what);
void parse_value_expected(Parser *p);
void parse_unexpected(Parser *p);
void parse_note_form(Parser *p, Diag *on); /* how the block or clause being read is written */
enum { PARSE_FAR = 100 };
size_t parse_distance(Parser *p, Str wrong, Str right); /* PARSE_FAR: not close */
WordId parse_close_word(Parser *p, Str wrong);
bool parse_enter(Parser *p); /* one level deeper; false: too deep, reported. Always matched by parse_leave. */
void parse_leave(Parser *p);
void parse_sync(Parser *p);

Node *parse_node(Parser *p, NodeKind kind, uint32_t start);
Node *parse_bad(Parser *p);
Node *parse_sound(Parser *p, Node *n); /* n, or BAD after an error */
void parse_push(Parser *p, Node *n);
Node *parse_finish(Parser *p, Node *n, uint32_t base); /* kids: the stack from base on; ends at last_end */
Node *parse_node1(Parser *p, NodeKind kind, uint32_t start, Node *kid);
Node *parse_node2(Parser *p, NodeKind kind, uint32_t start, Node *a, Node *b);
Str parse_copy(Parser *p, Str s); /* into the arena, in NFC */
Str parse_name_text(Parser *p, const Token *t);
/* An author's name here, as a node of that kind. Reports and returns BAD when it is none. */
Node *parse_name(Parser *p, NodeKind kind);
bool parse_at_name(const Parser *p);

Comments parse_comments(Parser *p, uint32_t from);                  /* takes the pending ones from that index on */
void parse_lead(Parser *p, Node *n, uint32_t from, uint32_t lines); /* comments and empty line above n */
void parse_comments_add(Parser *p, Comments *to, Comments more);

/* ---- parse_atom.c ---- */
Node *parse_number(Parser *p);
Node *parse_bare_number(Parser *p); /* no unit is looked for */
Node *parse_sum(Parser *p); /* a number, or 21 h 20 min */
Node *parse_text(Parser *p);
Node *parse_date(Parser *p);
/* A unit at the lexer's place (after `to`, `:` …), before tok. Sets n->unit and unit_id, reads the next token. */
void parse_unit_clause(Parser *p, Node *n);
void parse_unit(Parser *p, Node *n, uint32_t at, Str after);
void parse_declare_units(Parser *p);
bool parse_word_may_follow(const Parser *p, uint32_t at);

/* ---- parse_expr.c, parse_list.c ---- */
Node *parse_expr(Parser *p);
Node *parse_target(Parser *p);   /* NAME, QUALIFIED or MEMBER */
Node *parse_override(Parser *p); /* target = expr */
Node *parse_operation(Parser *p); /* an expression without comparison */
Node *parse_defined(Parser *p);  /* after the `=` of a definition: an expr that is not a bare equality */
Node *parse_choose(Parser *p);
Node *parse_list(Parser *p);
Node *parse_record(Parser *p);
Node *parse_call(Parser *p, Node *callee);
Node *parse_with(Parser *p, Node *object);
Node *parse_params(Parser *p, Node *function, uint32_t base); /* `(…)`, pushed */
bool parse_at_lambda(const Parser *p);
bool parse_at_table_phrase(const Parser *p); /* sort, group, top or join as they begin an expression */
bool parse_close(Parser *p, TokenKind close, uint32_t opener); /* the bracket that closes */

/* ---- parse_stmt.c: lines and bodies; parse_flow.c: programming ---- */
/* Statements until `end`, the end of the text, or a word of `stops`. Lines that are clauses of `owner` (a BLOCK, or
   NULL) are among the kids of the body. */
Node *parse_body(Parser *p, BodyKind kind, unsigned stops, Node *owner);
/* The end of a line: its comments go to owner; what should not be there is told, and the next line found. */
void parse_line_done(Parser *p, Node *owner);
void parse_line_comments(Parser *p, Node *owner);
OpenBlock parse_opening(Parser *p, BodyKind kind, Span opener);
/* From inside the header: pushes `open`, reads the body and its `end`. */
Node *parse_closed_body(Parser *p, OpenBlock *open, Node *owner);
/* The word `end` of the innermost block, whose last body is `body`; tells when it is missing. */
void parse_end(Parser *p, OpenBlock *open, Node *body);
void parse_misplaced(Parser *p, Span word);
/* A statement of ordinary programming if one begins here, or NULL. */
Node *parse_foreign(Parser *p); /* a line of `extern` */
Node *parse_flow(Parser *p, BodyKind kind);
Node *parse_expression_line(Parser *p);

/* ---- parse_table.c ---- */
/* A line of a pipe table, whose first bar tok is; base: of the kids of the body it stands in. */
Node *parse_row(Parser *p, uint32_t base, bool official);

/* ---- parse_block.c, parse_pattern.c ---- */
Node *parse_block(Parser *p, BlockId b, BodyKind in);
BlockId parse_block_here(const Parser *p); /* the block whose word stands here, B_COUNT if none */
/* The clause of b whose word stands here, CL_COUNT if none; at the start of a line the word may be a name. */
ClauseId parse_clause_here(const Parser *p, BlockId b, bool line_start);
void parse_clause_line(Parser *p, Node *block); /* a line of its body that is a clause of it; pushed */
bool parse_official_table(const Parser *p);     /* `official NAME` above a line that begins with a bar */
bool parse_official_words(const Parser *p);     /* `official "…" for` */
void parse_pattern(Parser *p, Str pattern, Node *n, bool header); /* values pushed */

#endif
