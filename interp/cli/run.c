/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme FILE: the statements in order, then each case with its answers and its checks. A fault in one place never
   hides the rest. */
#include "cli/audit.h"
#include "cli/cli.h"
#include "cli/value.h"
#include "domain/case.h"
#include "report/case_report.h"
#include "report/json.h"

typedef struct Run {
    Cli *cli;
    Session session;
    Diags findings; /* checks outside any case that do not hold */
} Run;

/* Writes it, with its newline, and frees it. */
static bool put_line(Run *r, Buf *b)
{
    buf_putc(b, '\n');
    bool ok = b->failed ? cli_no_memory(&r->session) : session_write(&r->session, buf_str(b));
    buf_free(b);
    return ok;
}

static bool show_value(void *data, const Decl *statement, Value v)
{
    Run *r = data;
    (void)statement;
    Buf b;
    JsonWriter w;
    buf_init(&b, &r->session.mem);
    if (r->cli->options.json) {
        json_begin(&w, &b, false);
        value_json(r->cli, &r->session, &w, v);
        json_finish(&w);
    } else {
        value_line(r->cli, &r->session, &b, v);
    }
    return put_line(r, &b);
}

/* ---- as JSON, an object a line: values, what is printed, the answers of the cases ---- */

static int print_json(void *data, Str text)
{
    Run *r = data;
    Buf b;
    JsonWriter w;
    buf_init(&b, &r->session.mem);
    json_begin(&w, &b, false);
    json_object(&w);
    json_key(&w, STR("type"));
    json_text(&w, STR("printed"));
    json_key(&w, STR("shown"));
    json_text(&w, str_sub(text, 0, text.n ? text.n - 1 : 0)); /* without its newline */
    json_finish(&w);
    return put_line(r, &b) ? 0 : r->session.output_error;
}

static void cases_json(Run *r, const Doc *d)
{
    Buf b;
    JsonWriter w;
    buf_init(&b, &r->session.mem);
    json_begin(&w, &b, false);
    doc_json(&w, d);
    json_finish(&w);
    put_line(r, &b);
}

/* ---- checks outside any case ---- */

static void note_side(Run *r, Diag *d, const Node *expr, uint32_t slot)
{
    Session *s = &r->session;
    Value v;
    if (slot == NO_SLOT || !case_eval(&s->graph, NULL, NULL, slot, &v))
        return;
    Buf b;
    ShowStyle style = cli_style(r->cli, s);
    buf_init(&b, &s->mem);
    value_show(&s->heap, &b, v, &style);
    note(&r->findings, d, D_NOTE_CHECK_SIDE, expr->span, source_text(&s->sources, expr->span), buf_str(&b));
    buf_free(&b);
}

static void run_check(Run *r, const Check *c)
{
    Session *s = &r->session;
    Value v;
    if (!case_eval(&s->graph, &s->diags, NULL, c->slot, &v) || value_is_true(v))
        return;
    Buf b;
    ShowStyle style = cli_style(r->cli, s);
    buf_init(&b, &s->mem);
    value_show(&s->heap, &b, v, &style);
    Diag *d = diag(&r->findings, D_CHECK_FALSE, c->expr->span, source_text(&s->sources, c->expr->span), buf_str(&b));
    buf_free(&b);
    if (c->left != NO_SLOT && c->expr->count >= 3) {
        note_side(r, d, c->expr->kids[0], c->left);
        note_side(r, d, c->expr->kids[2], c->right);
    }
}

/* ---- cases ---- */

/* False: some check of a case does not hold. */
static bool show_cases(Run *r, const Cases *cs)
{
    Session *s = &r->session;
    Doc d;
    ShowStyle style = cli_style(r->cli, s);
    bool good = true;
    doc_init(&d, &s->mem, s->options.lang);
    for (uint32_t i = 0; i < cs->count; i++)
        good = case_report(&d, cs, cs->list[i], &style) && good;
    if (cs->count && !r->cli->options.quiet && r->cli->options.json)
        cases_json(r, &d);
    else if (cs->count && !r->cli->options.quiet)
        cli_show_doc(r->cli, s, &d);
    doc_free(&d);
    return good;
}

static int run_cases(Run *r)
{
    Session *s = &r->session;
    Cases cs;
    bool good = false;
    if (cases_build(&cs, &s->graph, &s->diags)) {
        for (uint32_t i = 0; i < cs.check_count; i++)
            run_check(r, cs.checks[i]);
        good = show_cases(r, &cs) && !r->findings.errors;
    }
    cases_free(&cs);
    return good ? EXIT_OK : EXIT_BELOW;
}

int run_command(Cli *cli)
{
    Run r = {.cli = cli};
    Session *s = &r.session;
    const char *file = cli->options.files.count ? cli->options.files.items[0] : "-";
    int code = EXIT_OK;
    diags_init(&r.findings, &cli->mem);
    if (cli_open(cli, s)) {
        s->options.value = show_value;
        s->options.value_data = &r;
        s->vm.host.write = cli->options.json ? print_json : s->vm.host.write;
        s->vm.host.write_data = cli->options.json ? &r : s->vm.host.write_data;
        if (session_load_file(s, file)) {
            session_run(s);
            code = run_cases(&r);
        }
    }
    session_flush(s);
    session_save(s);
    int wrong = session_exit_code(s);
    audit_merge(&s->diags, &r.findings);
    diags_free(&r.findings);
    cli_end(cli, s, EXIT_OK);
    return wrong ? wrong : code;
}
