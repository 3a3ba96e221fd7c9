/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command.def as tables, and names of commands as people type them: in either language, accents or not. */
#ifndef BAREME_CLI_COMMAND_H
#define BAREME_CLI_COMMAND_H

#include "diag/diag.h"
#include "report/paper.h"

typedef enum CommandId {
#define COMMAND(id, ...) COMMAND_##id,
#include "cli/command.def"
    COMMAND_COUNT
} CommandId;

typedef enum OptionId {
#define OPTION(id, ...) OPTION_##id,
#include "cli/command.def"
    OPTION_COUNT
} OptionId;

typedef enum ReplCommandId {
#define REPL_COMMAND(id, ...) REPL_##id,
#include "cli/command.def"
    REPL_COUNT
} ReplCommandId;

typedef enum ReportForm {
#define FORM(id, ...) FORM_##id,
#include "cli/command.def"
    FORM_COUNT
} ReportForm;

enum {
    FOR_RUN = 1 << COMMAND_RUN,
    FOR_EVAL = 1 << COMMAND_EVAL,
    FOR_CHECK = 1 << COMMAND_CHECK,
    FOR_EXPLAIN = 1 << COMMAND_EXPLAIN,
    FOR_REPORT = 1 << COMMAND_REPORT,
    FOR_REPL = 1 << COMMAND_REPL,
    FOR_DOC = 1 << COMMAND_DOC,
    FOR_GRADE = 1 << COMMAND_GRADE,
    FOR_MARK = 1 << COMMAND_MARK,
    FOR_REGRADE = 1 << COMMAND_REGRADE,
    FOR_RESULTS = 1 << COMMAND_RESULTS,
    FOR_BOOKS = FOR_GRADE | FOR_MARK | FOR_REGRADE | FOR_RESULTS,
    FOR_VARIANT = 1 << COMMAND_VARIANT,
    FOR_STRESS = 1 << COMMAND_STRESS,
    FOR_PRACTICE = 1 << COMMAND_PRACTICE,
    FOR_TEXTS = FOR_RUN | FOR_EVAL | FOR_CHECK | FOR_EXPLAIN | FOR_REPORT | FOR_REPL | FOR_VARIANT | FOR_STRESS | FOR_PRACTICE, /* what runs a text of its author's */
    FOR_ALL = (1 << COMMAND_COUNT) - 1
};

typedef enum CompleteKind { COMPLETE_NOTHING, COMPLETE_NAME, COMPLETE_FILE, COMPLETE_LANG } CompleteKind;

/* Texts by Lang. */
typedef struct CommandInfo {
    Str name[2], arguments[2];
    bool hidden;
    Str summary[2];
} CommandInfo;

typedef struct OptionInfo {
    Str name;
    char letter;  /* 0: none */
    Str value[2]; /* empty: the option takes none; "[=FILE]": it may be left out, and follows = */
    unsigned commands;
    bool hidden;
    Str summary[2];
} OptionInfo;

typedef struct ReplCommandInfo {
    Str name[2], arguments[2];
    CompleteKind completes;
    Str summary[2];
} ReplCommandInfo;

typedef struct ExitCodeInfo {
    int code;
    Str meaning[2];
} ExitCodeInfo;

typedef struct NamedText { /* a variable, an example */
    Str name[2];
    Str text[2];
} NamedText;

const CommandInfo *command_info(CommandId id);
const OptionInfo *option_info(OptionId id);
const ReplCommandInfo *repl_command_info(ReplCommandId id);
/* index from 0; NULL past the last */
const ExitCodeInfo *exit_code_at(size_t index);
const NamedText *variable_at(size_t index);
const NamedText *example_at(size_t index);

/* COMMAND_COUNT, REPL_COUNT: none of that name. mem is for a moment only. */
CommandId command_find(Mem *mem, Str name);
/* Also by the beginning of a name, if it is the beginning of one only. */
ReplCommandId repl_command_find(Mem *mem, Str name);
OptionId option_find(Str name); /* OPTION_COUNT: none */
OptionId option_find_letter(char letter);
/* What an option that chooses among names understands: "subject, correction, …"; nothing for the others. */
void option_choices(Buf *out, OptionId id, Lang lang);
unsigned part_find(Mem *mem, Str name); /* a PaperPart; 0: none */
ReportForm form_find(Mem *mem, Str name); /* "markdown", or as files end, "md" */
ReportForm form_of_file(Mem *mem, Str path); /* by the end of its name */

#endif
