/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line, read once: which command, its options, its files. Texts are those of argv. */
#ifndef BAREME_CLI_OPTIONS_H
#define BAREME_CLI_OPTIONS_H

#include "cli/command.h"
#include "lib/outside.h"

typedef enum ColorMode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } ColorMode;

#define NO_DIGITS (-1)

typedef struct Texts { /* in order of writing */
    const char **items;
    size_t count;
} Texts;

typedef struct Options {
    CommandId command; /* COMMAND_COUNT: none was named */
    Lang lang;
    bool lang_given;
    ColorMode color;
    bool json, json_diagnostics, quiet, large, forms, help, version;
    int digits;     /* NO_DIGITS: as usual */
    uint64_t steps; /* 0: default */
    size_t memory;  /* 0: default */
    uint64_t fail_alloc;
    bool fail_alloc_on;
    const char *scenario;
    const char *values[OPTION_COUNT]; /* of options that take a text and are not above; NULL: not given */
    uint32_t jobs, draws; /* 0: default */
    unsigned parts;     /* of a report: PaperPart added up; 0: all */
    ReportForm form;    /* FORM_COUNT: text, or as the name of the output says */
    const char *output; /* NULL: the standard output */
    Texts allow[PERMIT_COUNT]; /* places given; without one, the whole kind: allow_all */
    bool allow_all[PERMIT_COUNT];
    Texts exprs, withs, files; /* files: all that is no option, the command's name excepted */
    uint64_t given;            /* bit of each OptionId that was there */
    size_t room;               /* of each of the three lists, for options_free */
} Options;

static inline bool options_has(const Options *o, OptionId id) { return o->given >> id & 1u; }
/* False: the line is not understood (reported). Always options_free. */
bool options_read(Options *o, int argc, char *const *argv, Mem *mem, Diags *diags);
void options_free(Options *o, Mem *mem);
/* The language of the environment: French if LC_ALL, LC_MESSAGES or LANG (the first one set) says so. */
Lang options_environment_lang(void);

#endif
