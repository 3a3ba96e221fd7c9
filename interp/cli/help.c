/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: two columns, the right one wrapped, filled from command.def. */
#include "cli/help.h"

#include "base/utf8.h"

#ifndef BAREME_VERSION
#define BAREME_VERSION "0"
#endif

enum { LEFT_COLUMN = 30, LINE_WIDTH = 92 };

/* ---- two columns ---- */

static Str next_word(Str *rest)
{
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ')
        n++;
    Str word = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n < rest->n ? n + 1 : n, rest->n);
    return word;
}

static void put_wrapped(Buf *out, Str text, size_t indent, size_t width)
{
    size_t column = indent;
    while (text.n) {
        Str word = next_word(&text);
        size_t columns = utf8_width(word);
        if (column > indent && column + 1 + columns > width) {
            buf_putc(out, '\n');
            buf_repeat(out, ' ', indent);
            column = indent;
        } else if (column > indent) {
            buf_putc(out, ' ');
            column++;
        }
        buf_put(out, word);
        column += columns;
    }
    buf_putc(out, '\n');
}

void help_row(Buf *out, Str left, Str right)
{
    size_t columns = utf8_width(left);
    buf_puts(out, "  ");
    buf_put(out, left);
    if (columns + 4 > LEFT_COLUMN) {
        buf_putc(out, '\n');
        columns = 0;
        buf_repeat(out, ' ', 2);
    }
    buf_repeat(out, ' ', LEFT_COLUMN - 2 - columns);
    put_wrapped(out, right, LEFT_COLUMN, LINE_WIDTH);
}

static void put_heading(Buf *out, PhraseId id, Lang lang)
{
    buf_putc(out, '\n');
    buf_put(out, phrase(id, lang));
    buf_putc(out, '\n');
}

/* ---- parts of help ---- */

/* Clearing forgets a failure. */
static void clear(Buf *scratch, Buf *out)
{
    out->failed |= scratch->failed;
    buf_clear(scratch);
}

static void put_name(Buf *out, Str name, Str arguments)
{
    buf_put(out, name);
    if (arguments.n)
        buf_putc(out, ' ');
    buf_put(out, arguments);
}

static void put_option_name(Buf *out, const OptionInfo *o, Lang lang)
{
    if (o->letter)
        buf_printf(out, "-%c, ", o->letter);
    buf_puts(out, "--");
    buf_put(out, o->name);
    if (o->value[lang].n && o->value[lang].p[0] != '[')
        buf_putc(out, ' ');
    buf_put(out, o->value[lang]);
}

static void put_commands(Buf *out, Buf *scratch, Lang lang)
{
    put_heading(out, P_COMMANDS, lang);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const CommandInfo *c = command_info((CommandId)i);
        if (c->hidden)
            continue;
        clear(scratch, out);
        put_name(scratch, c->name[lang], c->arguments[lang]);
        help_row(out, buf_str(scratch), c->summary[lang]);
    }
}

static void put_options(Buf *out, Buf *scratch, unsigned commands, Lang lang)
{
    put_heading(out, P_OPTIONS, lang);
    for (int i = 0; i < OPTION_COUNT; i++) {
        const OptionInfo *o = option_info((OptionId)i);
        if (o->hidden || !(o->commands & commands))
            continue;
        clear(scratch, out);
        put_option_name(scratch, o, lang);
        help_row(out, buf_str(scratch), o->summary[lang]);
    }
}

static void put_exit_codes(Buf *out, Lang lang)
{
    put_heading(out, P_EXIT_CODES, lang);
    const ExitCodeInfo *e;
    for (size_t i = 0; (e = exit_code_at(i)) != NULL; i++)
        buf_printf(out, "  %2d  %.*s\n", e->code, (int)e->meaning[lang].n, e->meaning[lang].p);
}

static void put_examples(Buf *out, Lang lang)
{
    put_heading(out, P_EXAMPLES, lang);
    const NamedText *e;
    for (size_t i = 0; (e = example_at(i)) != NULL; i++)
        help_row(out, e->name[lang], e->text[lang]);
}

void help_repl(Buf *out, Lang lang)
{
    Buf scratch;
    buf_init(&scratch, out->mem);
    help_row(out, phrase(P_REPL_EXPRESSION, lang), phrase(P_REPL_EXPRESSION_HELP, lang));
    help_row(out, phrase(P_REPL_DEFINITION, lang), phrase(P_REPL_DEFINITION_HELP, lang));
    help_row(out, phrase(P_REPL_QUESTION, lang), phrase(P_REPL_QUESTION_HELP, lang));
    for (int i = 0; i < REPL_COUNT; i++) {
        const ReplCommandInfo *c = repl_command_info((ReplCommandId)i);
        clear(&scratch, out);
        buf_putc(&scratch, ':');
        put_name(&scratch, c->name[lang], c->arguments[lang]);
        help_row(out, buf_str(&scratch), c->summary[lang]);
    }
    out->failed |= scratch.failed;
    buf_free(&scratch);
}

static void put_usage_line(Buf *out, Str name, Str arguments)
{
    buf_puts(out, "  bareme");
    if (name.n)
        buf_putc(out, ' ');
    put_name(out, name, arguments);
    buf_putc(out, '\n');
}

static void put_general(Buf *out, Buf *scratch, Lang lang)
{
    buf_puts(out, "Barème " BAREME_VERSION "\n");
    buf_put(out, phrase(P_TAGLINE, lang));
    buf_putc(out, '\n');
    put_heading(out, P_USAGE, lang);
    put_usage_line(out, STR(""), phrase(P_FILE, lang));
    put_usage_line(out, STR(""), command_info(COMMAND_EVAL)->arguments[lang]);
    put_usage_line(out, STR(""), phrase(P_COMMAND, lang));
    put_commands(out, scratch, lang);
    put_options(out, scratch, FOR_ALL, lang);
    put_exit_codes(out, lang);
    put_examples(out, lang);
    buf_putc(out, '\n');
    buf_put(out, phrase(P_MORE, lang));
    buf_putc(out, '\n');
}

static void put_command_help(Buf *out, Buf *scratch, CommandId id, Lang lang)
{
    const CommandInfo *c = command_info(id);
    buf_put(out, phrase(P_USAGE, lang));
    buf_putc(out, '\n');
    clear(scratch, out);
    put_name(scratch, phrase(P_OPTION, lang), c->arguments[lang]);
    put_usage_line(out, id == COMMAND_EVAL ? STR("") : c->name[lang], buf_str(scratch));
    buf_putc(out, '\n');
    put_wrapped(out, c->summary[lang], 0, LINE_WIDTH);
    put_options(out, scratch, 1u << id, lang);
    if (id == COMMAND_REPL) {
        put_heading(out, P_REPL_COMMANDS, lang);
        help_repl(out, lang);
    }
}

static int unknown_command(Cli *cli, Str name)
{
    Diags d;
    diags_init(&d, &cli->mem);
    diag(&d, D_COMMAND_UNKNOWN, (Span){0}, name);
    cli_tell_diags(cli, NULL, &d, cli->options.lang);
    diags_free(&d);
    return EXIT_USAGE;
}

/* `bareme help`, `bareme --help`, `bareme COMMAND --help`, `bareme help COMMAND`. */
int help_command(Cli *cli)
{
    const Options *o = &cli->options;
    CommandId about = o->command == COMMAND_HELP ? COMMAND_COUNT : o->command;
    if (o->command == COMMAND_HELP && o->files.count) {
        about = command_find(&cli->mem, str_from(o->files.items[0]));
        if (about == COMMAND_COUNT)
            return unknown_command(cli, str_from(o->files.items[0]));
    }
    Buf out, scratch;
    buf_init(&out, &cli->mem);
    buf_init(&scratch, &cli->mem);
    if (about == COMMAND_COUNT)
        put_general(&out, &scratch, o->lang);
    else
        put_command_help(&out, &scratch, about, o->lang);
    int code = out.failed ? EXIT_LIMIT : cli_print(cli, buf_str(&out));
    buf_free(&scratch);
    buf_free(&out);
    return code;
}
