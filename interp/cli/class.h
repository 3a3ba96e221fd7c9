/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands about a class of copies share: the case, the gradebook, the results on their way out. */
#ifndef BAREME_CLI_CLASS_H
#define BAREME_CLI_CLASS_H

#include "cli/cli.h"
#include "grade/book.h"
#include "grade/results.h"

typedef struct Class {
    Cli *cli;
    IoHeld held; /* what the case reads, if it may */
    Marker m;
    Book book;
    Moment now;
    char made[24];
    Buf who;
} Class;

/* The marker of the case named first. False: told at the end. Always class_end. */
bool class_open(Class *c, Cli *cli);
/* The gradebook of --db; without it, DB_CREATE makes one in memory. */
bool class_book(Class *c, DbMode mode);
/* Results, then messages; `code` if nothing went wrong. */
int class_end(Class *c, int code);
/* Sheets, report, CSV: whatever the options ask for. False: told. */
bool class_write_results(Class *c, Results *r);
/* A document on the standard output. */
bool class_show(Class *c, const Doc *d);
/* How copies are read: --encoding, --id, --second. */
CopyOptions class_copy_options(Class *c);
/* False: told. */
bool class_make_folder(Class *c, const char *path);
/* A name as that of a file: its letters and digits. */
void class_put_file_name(Buf *out, Str name);

/* Ctrl-C asks for a clean end; the address of what it sets. */
volatile int *class_catch_interrupt(void);

#endif
