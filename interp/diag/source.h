/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Source texts and places in them. A Span is 12 bytes and names its source by number. */
#ifndef BAREME_DIAG_SOURCE_H
#define BAREME_DIAG_SOURCE_H

#include "base/arena.h"

typedef struct Span {
    uint32_t source;     /* number in Sources, from 1; 0 = no place */
    uint32_t start, end; /* byte offsets, end excluded */
} Span;

typedef struct Source {
    Str name; /* as shown: the path given, "<repl:3>", "-" */
    Str text;
    uint32_t *lines; /* offset of the start of each line */
    uint32_t line_count;
} Source;

typedef struct Sources {
    Arena arena; /* owns names, texts, line tables */
    Source *items;
    uint32_t count, cap;
} Sources;

typedef struct Place { /* 1-based; column in code points */
    uint32_t line, column;
} Place;

void sources_init(Sources *s, Mem *m);
void sources_free(Sources *s);
/* Copies name and text. Returns the source's number, 0 when out of memory. */
uint32_t sources_add(Sources *s, Str name, Str text);
const Source *sources_get(const Sources *s, uint32_t number); /* NULL for 0 */
Place source_place(const Source *s, uint32_t offset);
Str source_line(const Source *s, uint32_t line); /* without its newline */
Span span_join(Span a, Span b);                  /* smallest span that holds both */
Str source_text(const Sources *s, Span span);

#endif
