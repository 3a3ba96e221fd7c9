/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: names are compared in the folded form, lower-cased and without accents. */
#include "cli/command.h"

#include "base/utf8.h"

#define S(literal)                                                                                                     \
    {                                                                                                                  \
        (literal), sizeof(literal) - 1                                                                                 \
    }
#define BOTH(en, fr)                                                                                                   \
    {                                                                                                                  \
        S(en), S(fr)                                                                                                   \
    }

static const CommandInfo commands[COMMAND_COUNT] = {
#define COMMAND(id, en, fr, args_en, args_fr, hidden, sum_en, sum_fr)                                                  \
    {BOTH(en, fr), BOTH(args_en, args_fr), hidden, BOTH(sum_en, sum_fr)},
#include "cli/command.def"
};

static const OptionInfo options[OPTION_COUNT] = {
#define OPTION(id, name, letter, value_en, value_fr, for_, hidden, sum_en, sum_fr)                                     \
    {S(name), letter, BOTH(value_en, value_fr), for_, hidden, BOTH(sum_en, sum_fr)},
#include "cli/command.def"
};

static const ReplCommandInfo repl_commands[REPL_COUNT] = {
#define REPL_COMMAND(id, en, fr, args_en, args_fr, completes, sum_en, sum_fr)                                          \
    {BOTH(en, fr), BOTH(args_en, args_fr), completes, BOTH(sum_en, sum_fr)},
#include "cli/command.def"
};

static const ExitCodeInfo exit_codes[] = {
#define EXIT_CODE(code, en, fr) {code, BOTH(en, fr)},
#include "cli/command.def"
};

static const NamedText variables[] = {
#define VARIABLE(name, en, fr) {BOTH(name, name), BOTH(en, fr)},
#include "cli/command.def"
};

static const NamedText examples[] = {
#define EXAMPLE(command_en, command_fr, en, fr) {BOTH(command_en, command_fr), BOTH(en, fr)},
#include "cli/command.def"
};

static const struct PartInfo {
    Str name[2];
    PaperPart part;
} parts[] = {
#define PART(id, en, fr) {BOTH(en, fr), PAPER_##id},
#include "cli/command.def"
};

static const struct FormInfo {
    Str name[2], ending[2];
} forms[FORM_COUNT] = {
#define FORM(id, en, fr, ending, other) {BOTH(en, fr), BOTH(ending, other)},
#include "cli/command.def"
};

const CommandInfo *command_info(CommandId id)
{
    return &commands[id];
}
const OptionInfo *option_info(OptionId id)
{
    return &options[id];
}
const ReplCommandInfo *repl_command_info(ReplCommandId id)
{
    return &repl_commands[id];
}

const ExitCodeInfo *exit_code_at(size_t index)
{
    return index < sizeof exit_codes / sizeof *exit_codes ? &exit_codes[index] : NULL;
}

const NamedText *variable_at(size_t index)
{
    return index < sizeof variables / sizeof *variables ? &variables[index] : NULL;
}

const NamedText *example_at(size_t index)
{
    return index < sizeof examples / sizeof *examples ? &examples[index] : NULL;
}

/* ---- names ---- */

typedef enum Match { MATCH_NONE, MATCH_START, MATCH_WHOLE } Match;

/* `typed` is folded already. */
static Match match_name(Buf *scratch, Str typed, Str name)
{
    buf_clear(scratch);
    utf8_fold(scratch, name);
    Str folded = buf_str(scratch);
    if (scratch->failed || !str_starts(folded, typed))
        return MATCH_NONE;
    return folded.n == typed.n ? MATCH_WHOLE : MATCH_START;
}

static Match match_names(Buf *scratch, Str typed, const Str names[2])
{
    Match en = match_name(scratch, typed, names[LANG_EN]), fr = match_name(scratch, typed, names[LANG_FR]);
    return en > fr ? en : fr;
}

/* Whether `typed` is one of both names, whatever its case and accents. */
static bool is_named(Mem *mem, Str typed, const Str names[2])
{
    Buf folded, scratch;
    buf_init(&folded, mem);
    buf_init(&scratch, mem);
    utf8_fold(&folded, typed);
    bool same = !folded.failed && match_names(&scratch, buf_str(&folded), names) == MATCH_WHOLE;
    buf_free(&folded);
    buf_free(&scratch);
    return same;
}

CommandId command_find(Mem *mem, Str name)
{
    int i = 0;
    while (i < COMMAND_COUNT && !is_named(mem, name, commands[i].name))
        i++;
    return (CommandId)i;
}

ReplCommandId repl_command_find(Mem *mem, Str name)
{
    Buf typed, scratch;
    int whole = REPL_COUNT, start = REPL_COUNT, starts = 0;
    buf_init(&typed, mem);
    buf_init(&scratch, mem);
    utf8_fold(&typed, name);
    for (int i = 0; i < REPL_COUNT && typed.n; i++) {
        Match m = match_names(&scratch, buf_str(&typed), repl_commands[i].name);
        if (m == MATCH_WHOLE)
            whole = i;
        else if (m == MATCH_START && starts++ == 0)
            start = i;
    }
    buf_free(&typed);
    buf_free(&scratch);
    return (ReplCommandId)(whole != REPL_COUNT ? whole : starts == 1 ? start : REPL_COUNT);
}

OptionId option_find(Str name)
{
    int i = 0;
    while (i < OPTION_COUNT && !str_eq(options[i].name, name))
        i++;
    return (OptionId)i;
}

OptionId option_find_letter(char letter)
{
    int i = 0;
    while (i < OPTION_COUNT && (!letter || options[i].letter != letter))
        i++;
    return (OptionId)i;
}

static void put_choice(Buf *out, Str name)
{
    buf_puts(out, out->n ? ", " : "");
    buf_put(out, name);
}

void option_choices(Buf *out, OptionId id, Lang lang)
{
    for (size_t i = 0; id == OPTION_PART && i < sizeof parts / sizeof *parts; i++)
        put_choice(out, parts[i].name[lang]);
    for (size_t i = 0; id == OPTION_FORM && i < FORM_COUNT; i++)
        put_choice(out, forms[i].name[lang]);
}

unsigned part_find(Mem *mem, Str name)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (is_named(mem, name, parts[i].name))
            return parts[i].part;
    return 0;
}

ReportForm form_find(Mem *mem, Str name)
{
    int i = 0;
    while (i < FORM_COUNT && !is_named(mem, name, forms[i].name) && !is_named(mem, name, forms[i].ending))
        i++;
    return (ReportForm)i;
}

ReportForm form_of_file(Mem *mem, Str path)
{
    size_t dot = path.n;
    while (dot > 0 && path.p[dot - 1] != '.' && path.p[dot - 1] != '/')
        dot--;
    Str ending = dot > 0 && path.p[dot - 1] == '.' ? str_sub(path, dot, path.n) : (Str){"", 0};
    int i = 0;
    while (i < FORM_COUNT && !is_named(mem, ending, forms[i].ending))
        i++;
    return (ReportForm)i;
}
