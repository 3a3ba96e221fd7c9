/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual pages (`bareme manual`; `bareme manual library`, the reference) and the completion of the shell (`bareme completion bash`), derived from
   command.def. doc/man holds what this prints; a test compares.

   How: roff in the macros of man(7). */
#include "cli/reference.h"
#include "cli/roff.h"

#ifndef BAREME_VERSION
#define BAREME_VERSION "0"
#endif

typedef struct Page {
    Buf out;
    Lang lang;
} Page;

/* ---- roff ---- */

static void put_section(Page *p, PhraseId title)
{
    buf_puts(&p->out, ".SH ");
    roff_text(&p->out, phrase(title, p->lang));
    buf_putc(&p->out, '\n');
}

static void put_paragraph(Page *p, PhraseId text)
{
    roff_text(&p->out, phrase(text, p->lang));
    buf_puts(&p->out, "\n.PP\n");
}

/* `.TP`, the tag in bold, what follows it in italics, the text. */
static void put_entry(Page *p, Str tag, Str after, Str text)
{
    buf_puts(&p->out, ".TP\n\\fB");
    roff_text(&p->out, tag);
    buf_puts(&p->out, "\\fR");
    if (after.n) {
        buf_puts(&p->out, after.p[0] == '[' && after.p[1] == '=' ? "\\fI" : " \\fI");
        roff_text(&p->out, after);
        buf_puts(&p->out, "\\fR");
    }
    buf_putc(&p->out, '\n');
    roff_text(&p->out, text);
    buf_putc(&p->out, '\n');
}

/* ---- sections ---- */

static void put_synopsis_line(Page *p, Str arguments)
{
    buf_puts(&p->out, ".B bareme\n");
    roff_text(&p->out, arguments);
    buf_puts(&p->out, "\n.br\n");
}

static void put_synopsis(Page *p)
{
    put_section(p, P_MAN_SYNOPSIS);
    put_synopsis_line(p, phrase(P_FILE, p->lang));
    put_synopsis_line(p, command_info(COMMAND_EVAL)->arguments[p->lang]);
    put_synopsis_line(p, phrase(P_COMMAND, p->lang));
}

static void put_commands(Page *p)
{
    put_section(p, P_MAN_COMMANDS);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const CommandInfo *c = command_info((CommandId)i);
        if (!c->hidden)
            put_entry(p, c->name[p->lang], c->arguments[p->lang], c->summary[p->lang]);
    }
}

static void put_options(Page *p)
{
    put_section(p, P_MAN_OPTIONS);
    for (int i = 0; i < OPTION_COUNT; i++) {
        const OptionInfo *o = option_info((OptionId)i);
        Buf tag;
        if (o->hidden)
            continue;
        buf_init(&tag, p->out.mem);
        if (o->letter)
            buf_printf(&tag, "-%c, ", o->letter);
        buf_printf(&tag, "--%.*s", (int)o->name.n, o->name.p);
        put_entry(p, buf_str(&tag), o->value[p->lang], o->summary[p->lang]);
        p->out.failed |= tag.failed;
        buf_free(&tag);
    }
}

static void put_dialogue(Page *p)
{
    put_section(p, P_MAN_DIALOGUE);
    put_paragraph(p, P_MAN_DIALOGUE_TEXT);
    put_entry(p, phrase(P_REPL_EXPRESSION, p->lang), STR(""), phrase(P_REPL_EXPRESSION_HELP, p->lang));
    put_entry(p, phrase(P_REPL_DEFINITION, p->lang), STR(""), phrase(P_REPL_DEFINITION_HELP, p->lang));
    put_entry(p, phrase(P_REPL_QUESTION, p->lang), STR(""), phrase(P_REPL_QUESTION_HELP, p->lang));
    for (int i = 0; i < REPL_COUNT; i++) {
        const ReplCommandInfo *c = repl_command_info((ReplCommandId)i);
        Buf tag;
        buf_init(&tag, p->out.mem);
        buf_putc(&tag, ':');
        buf_put(&tag, c->name[p->lang]);
        put_entry(p, buf_str(&tag), c->arguments[p->lang], c->summary[p->lang]);
        p->out.failed |= tag.failed;
        buf_free(&tag);
    }
}

static void put_exit_codes(Page *p)
{
    put_section(p, P_MAN_EXIT);
    const ExitCodeInfo *e;
    for (size_t i = 0; (e = exit_code_at(i)) != NULL; i++) {
        buf_printf(&p->out, ".TP\n\\fB%d\\fR\n", e->code);
        roff_text(&p->out, e->meaning[p->lang]);
        buf_putc(&p->out, '\n');
    }
}

static void put_named(Page *p, PhraseId title, const NamedText *(*at)(size_t))
{
    put_section(p, title);
    const NamedText *t;
    for (size_t i = 0; (t = at(i)) != NULL; i++)
        put_entry(p, t->name[p->lang], STR(""), t->text[p->lang]);
}

static int program_page(Cli *cli)
{
    Page p = {.lang = cli->options.lang};
    buf_init(&p.out, &cli->mem);
    buf_puts(&p.out, ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n.\\\" bareme manual --lang ");
    buf_puts(&p.out, p.lang == LANG_FR ? "fr" : "en");
    buf_puts(&p.out, "\n.TH BAREME 1 \"\" \"Barème\" \"\"\n");
    put_section(&p, P_MAN_NAME);
    buf_puts(&p.out, "bareme \\- ");
    roff_text(&p.out, phrase(P_TAGLINE, p.lang));
    buf_putc(&p.out, '\n');
    put_synopsis(&p);
    put_section(&p, P_MAN_DESCRIPTION);
    put_paragraph(&p, P_MAN_TEXT);
    put_paragraph(&p, P_MAN_LANG);
    put_commands(&p);
    put_options(&p);
    put_dialogue(&p);
    put_exit_codes(&p);
    put_named(&p, P_MAN_ENVIRONMENT, variable_at);
    put_named(&p, P_MAN_EXAMPLES, example_at);
    int code = cli_print(cli, buf_str(&p.out));
    buf_free(&p.out);
    return code;
}

int manual_command(Cli *cli)
{
    return cli->options.files.count ? reference_command(cli, reference_roff) : program_page(cli);
}

/* ---- completion ---- */

static void put_words(Buf *out)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const CommandInfo *c = command_info((CommandId)i);
        if (!c->hidden)
            buf_printf(out, "%.*s %.*s ", (int)c->name[0].n, c->name[0].p, (int)c->name[1].n, c->name[1].p);
    }
}

static void put_flags(Buf *out)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        const OptionInfo *o = option_info((OptionId)i);
        if (!o->hidden)
            buf_printf(out, "--%.*s ", (int)o->name.n, o->name.p);
    }
}

static void put_bash(Buf *out)
{
    buf_puts(out, "# Completion of bareme for bash: source <(bareme completion bash)\n"
                  "_bareme() {\n"
                  "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                  "  COMPREPLY=()\n"
                  "  case $before in\n"
                  "    --lang) COMPREPLY=($(compgen -W 'en fr' -- \"$word\")); return ;;\n"
                  "    --color) COMPREPLY=($(compgen -W 'auto always never' -- \"$word\")); return ;;\n"
                  "    -e|--eval|--with|--scenario|--digits|--steps|--memory) return ;;\n"
                  "  esac\n"
                  "  if [[ $word == -* ]]; then\n"
                  "    COMPREPLY=($(compgen -W '");
    put_flags(out);
    buf_puts(out, "' -- \"$word\"))\n"
                  "    return\n"
                  "  fi\n"
                  "  COMPREPLY=($(compgen -f -X '!*.brm' -- \"$word\") $(compgen -d -- \"$word\"))\n"
                  "  if [[ $COMP_CWORD -eq 1 ]]; then\n"
                  "    COMPREPLY+=($(compgen -W '");
    put_words(out);
    buf_puts(out, "' -- \"$word\"))\n"
                  "  fi\n"
                  "}\n"
                  "complete -o filenames -F _bareme bareme\n");
}

int completion_command(Cli *cli)
{
    Str shell = str_from(cli->options.files.items[0]);
    if (!str_eq(shell, STR("bash"))) {
        Diags d;
        diags_init(&d, &cli->mem);
        diag(&d, D_COMMAND_EXTRA, (Span){0}, command_info(COMMAND_COMPLETION)->name[cli->options.lang], shell);
        cli_tell_diags(cli, NULL, &d, cli->options.lang);
        diags_free(&d);
        return EXIT_USAGE;
    }
    Buf out;
    buf_init(&out, &cli->mem);
    put_bash(&out);
    int code = cli_print(cli, buf_str(&out));
    buf_free(&out);
    return code;
}
