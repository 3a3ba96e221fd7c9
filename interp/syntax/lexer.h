/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes to tokens, in either dialect.

   A Lexer is a small value: copying it is looking ahead, setting `at` back is reading again (a question's number
   after `question`, a unit after a number). It reports nothing and allocates nothing: what is wrong with a token
   is in `fault`, and the parser tells it when it uses the token. The text must be valid UTF-8 without NUL.
   Tokens are ranges of bytes of the text. */
#ifndef BAREME_SYNTAX_LEXER_H
#define BAREME_SYNTAX_LEXER_H

#include "syntax/lexicon.h"

typedef enum TokenKind {
    TK_END,
    TK_NEWLINE,
    TK_COMMENT,
    TK_NUMBER,
    TK_NAME,
    TK_QUALIFIED,
    TK_TEXT,
    TK_DATE,
    TK_PAREN_OPEN,
    TK_PAREN_CLOSE,
    TK_SQUARE_OPEN,
    TK_SQUARE_CLOSE,
    TK_BRACE_OPEN,
    TK_BRACE_CLOSE,
    TK_COMMA,
    TK_SEMICOLON,
    TK_COLON,
    TK_DOT,
    TK_RANGE,
    TK_REST,
    TK_ASSIGN,
    TK_ARROW,
    TK_BAR,
    TK_EQ,
    TK_NE,
    TK_LT,
    TK_LE,
    TK_GT,
    TK_GE,
    TK_ABOUT,
    TK_ADD,
    TK_SUB,
    TK_MUL,
    TK_DIV,
    TK_POW,
    TK_BAD
} TokenKind;

typedef enum LexFault {
    FAULT_NONE,
    FAULT_CHARACTER,    /* means nothing */
    FAULT_TEXT_OPEN,    /* text not closed on its line, or at all for three quotes */
    FAULT_HOLE_OPEN,    /* { without } in a text; `detail` is the place of the brace */
    FAULT_DECIMAL_MARK, /* 1.5 in French */
    FAULT_GROUPS,       /* digits badly grouped, or two numbers side by side */
    FAULT_LABEL,        /* 1.2.3 where a number stands */
    FAULT_DATE,         /* not year-month-day */
    FAULT_OPERATOR,     /* ==, != and the like: the kind is that of what was meant */
    FAULT_QUOTED_NAME,  /* backquote not closed, or nothing inside */
    FAULT_APOSTROPHE,   /* text between ' */
    FAULT_NAME_LONG,
    FAULT_TEXT_LONG,
    FAULT_NUMBER_LONG
} LexFault;

enum { TEXT_PLAIN, TEXT_GUILLEMETS, TEXT_LONG }; /* quote styles: "…", « … », three quotes */

typedef struct Token {
    uint8_t kind;  /* TokenKind */
    uint8_t fault; /* LexFault */
    uint8_t word;  /* NAME: the reserved word it is, or W_NO_WORD */
    bool quoted;   /* NAME: written between backquotes */
    bool blank;    /* blanks or the start of the text stand before it */
    uint8_t style; /* TEXT: its quotes */
    uint32_t start, end;
    uint32_t detail;
} Token;

typedef struct Lexer {
    Str text;
    uint32_t at;
    Lang lang;
} Lexer;

Token lex_next(Lexer *l);
/* The token after the lexer's place, which does not move. */
Token lex_peek(const Lexer *l);
/* Reads 2.3 or 2-3 (digits only, from l->at on, blanks skipped). False: none stands there. */
bool lex_label(Lexer *l, Token *out);
/* Reads a competence code: C2.1, C2-4, E5. */
bool lex_code(Lexer *l, Token *out);
/* The text of a unit from `at` on: €/h, k€, m², kg·m, (h·m²) after `/`. Its end, or `at` if none stands there. */
uint32_t lex_unit(Str text, uint32_t at);
/* The end of the first factor only. */
uint32_t lex_unit_factor(Str text, uint32_t at);
/* The end of the blanks (no newline) from `at` on. */
uint32_t lex_blanks(Str text, uint32_t at);
/* In a text literal: the `}` that closes the hole whose `{` is at `open`, and the last colon at its top level
   (0: none). False: not before `limit`, or before the end of the line unless `lines`. */
bool lex_hole(Str text, uint32_t open, uint32_t limit, bool lines, uint32_t *close, uint32_t *colon);

#endif
