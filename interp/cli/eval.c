/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme -e EXPR [FILE]: the value of each expression on a line of its own. */
#include "cli/cli.h"
#include "cli/evaluate.h"
#include "cli/override.h"
#include "cli/value.h"

static bool put_value(Cli *cli, Session *s, Value v)
{
    Buf b;
    JsonWriter w;
    buf_init(&b, &s->mem);
    if (cli->options.json) {
        json_begin(&w, &b, false);
        value_json(cli, s, &w, v);
        json_finish(&w);
    } else {
        value_line(cli, s, &b, v);
    }
    buf_putc(&b, '\n');
    bool ok = b.failed ? cli_no_memory(s) : session_write(s, buf_str(&b));
    buf_free(&b);
    return ok;
}

/* The file that expressions speak of, or an empty text in the dialect asked for. */
static bool load_context(Cli *cli, Session *s)
{
    if (cli->options.files.count)
        return session_load_file(s, cli->options.files.items[0]) && session_prepare(s);
    s->options.lang_given = true;
    return session_load_text(s, STR("-e"), STR(""));
}

static bool put_expression(Cli *cli, Session *s, Overrides *overrides, Str text)
{
    int32_t scenario = overrides->scenario;
    bool ok;
    Value v = value_none();
    const Decl *d = evaluate_extend(s, STR("-e"), text, scenario, &ok);
    if (!d)
        return ok;
    View *view = overrides_view(overrides, &ok);
    ok = ok && evaluate_statement(s, d, scenario, view, &v);
    return ok && (v.tag == T_NONE || put_value(cli, s, v));
}

static bool evaluate_all(Cli *cli, Session *s)
{
    const Texts *exprs = &cli->options.exprs;
    Overrides overrides;
    bool ok = overrides_open_options(&overrides, s, &cli->options.withs) &&
              evaluate_scenario(s, cli->options.scenario, &overrides.scenario);
    for (size_t i = 0; i < exprs->count && ok; i++)
        ok = put_expression(cli, s, &overrides, str_from(exprs->items[i]));
    overrides_close(&overrides);
    return ok;
}

int eval_command(Cli *cli)
{
    Session s;
    if (cli_open(cli, &s) && load_context(cli, &s))
        evaluate_all(cli, &s);
    return cli_end(cli, &s, EXIT_OK);
}
