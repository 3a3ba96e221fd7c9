/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the dialogue: `:name argument`. */
#include "base/limits.h"
#include "cli/audit.h"
#include "cli/evaluate.h"
#include "cli/override.h"
#include "cli/explain.h"
#include "cli/help.h"
#include "cli/repl.h"
#include "cli/value.h"
#include "syntax/lexicon.h"

/* ---- `NAME with a = 1, b = 2` ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Where the word `with` or `avec` stands in the text; its length in *n, 0 if nowhere. */
static size_t find_with(Str text, size_t *n)
{
    for (size_t at = 1; at < text.n; at++) {
        if (!is_blank(text.p[at - 1]))
            continue;
        for (int lang = 0; lang < 2; lang++) {
            Str word = word_spelling(W_WITH, (Lang)lang, 0);
            size_t end = at + word.n;
            bool here = str_starts(str_sub(text, at, text.n), word);
            if (here && (end == text.n || is_blank(text.p[end]) || text.p[end] == '{')) {
                *n = word.n;
                return at;
            }
        }
    }
    *n = 0;
    return text.n;
}

static Str without_braces(Str s)
{
    s = str_trim(s);
    bool braces = s.n >= 2 && s.p[0] == '{' && s.p[s.n - 1] == '}';
    return braces ? str_trim(str_sub(s, 1, s.n - 1)) : s;
}

/* Cuts the text in two; *overrides empty: there are none. */
static Str split_with(Str text, Str *overrides)
{
    size_t n, at = find_with(text, &n);
    *overrides = n ? without_braces(str_sub(text, at + n, text.n)) : (Str){"", 0};
    return str_trim(str_sub(text, 0, at));
}

static void name_of_line(Repl *r, Buf *out)
{
    buf_init(out, &r->session.mem);
    buf_printf(out, "<%u>", (unsigned)r->lines);
}

static bool open_overrides(Repl *r, Str text, Overrides *o)
{
    Buf name;
    name_of_line(r, &name);
    bool ok = overrides_open(o, &r->session, buf_str(&name), &text, text.n ? 1 : 0);
    buf_free(&name);
    return ok;
}

static const Decl *subject_of(Repl *r, Str text)
{
    bool ok;
    Buf name;
    name_of_line(r, &name);
    const Decl *d = evaluate_extend(&r->session, buf_str(&name), text, -1, &ok);
    if (ok && !d)
        repl_refuse(r, D_NAME_NOT_FORMULA, text, STR(""));
    buf_free(&name);
    return d;
}

static bool put_shown(Repl *r, const Decl *d, View *view, Buf *out)
{
    Value v;
    return evaluate_statement(&r->session, d, -1, view, &v) && value_line(r->cli, &r->session, out, v);
}

static void say_what_if(Repl *r, Str subject, const Decl *d, Overrides *o)
{
    bool ok;
    Buf before, after;
    buf_init(&before, &r->session.mem);
    buf_init(&after, &r->session.mem);
    View *view = overrides_view(o, &ok);
    if (ok && put_shown(r, d, NULL, &before) && put_shown(r, d, view, &after))
        REPL_SAY(r, P_BECOMES, subject, buf_str(&before), buf_str(&after));
    buf_free(&before);
    buf_free(&after);
}

static void what_if(Repl *r, Str text)
{
    Str overrides, subject = split_with(text, &overrides);
    if (!overrides.n) {
        repl_refuse(r, D_WITH_FORM, text, STR(""));
        return;
    }
    Overrides o;
    const Decl *d = subject_of(r, subject);
    if (!d)
        return;
    if (open_overrides(r, overrides, &o))
        say_what_if(r, subject, d, &o);
    overrides_close(&o);
}

static void explain_name(Repl *r, Str text)
{
    Session *s = &r->session;
    Str overrides, asked = split_with(text, &overrides);
    Subject subject;
    Overrides o;
    Buf name;
    name_of_line(r, &name);
    bool known = evaluate_subject(s, buf_str(&name), asked, -1, &subject);
    buf_free(&name);
    if (!known)
        return;
    bool ok = open_overrides(r, overrides, &o);
    View *view = ok ? overrides_view(&o, &ok) : NULL;
    uint32_t slot = ok ? evaluate_subject_slot(s, &subject, asked) : NO_SLOT;
    if (slot != NO_SLOT)
        explain_slot(r->cli, s, view, slot, NULL);
    overrides_close(&o);
}

/* ---- settings ---- */

static void set_lang(Repl *r, Str text)
{
    Session *s = &r->session;
    bool fr = str_eq(text, STR("fr")), en = str_eq(text, STR("en"));
    if (!fr && !en) {
        repl_refuse(r, D_REPL_BAD_VALUE, repl_command_info(REPL_LANG)->name[s->options.lang], text);
        return;
    }
    s->options.lang = s->vm.lang = s->program.lang = fr ? LANG_FR : LANG_EN;
    REPL_SAY(r, P_LANG_IS, STR(""));
}

static void set_digits(Repl *r, Str text)
{
    int n = 0;
    bool ok = true;
    for (size_t i = 0; i < text.n && ok; i++) {
        ok = text.p[i] >= '0' && text.p[i] <= '9' && n <= LIMIT_DECIMALS;
        n = ok ? n * 10 + (text.p[i] - '0') : n;
    }
    if (ok && n <= LIMIT_DECIMALS && (n > 0 || !text.n))
        r->cli->options.digits = text.n ? n : NO_DIGITS;
    else
        repl_refuse(r, D_REPL_BAD_VALUE, repl_command_info(REPL_DIGITS)->name[r->session.options.lang], text);
}

/* ---- other commands ---- */

static void check_all(Repl *r)
{
    Session *s = &r->session;
    Diags findings;
    diags_init(&findings, &s->mem);
    int code = audit_session(r->cli, s, false, &findings);
    session_flush(s);
    cli_tell_diags(r->cli, &s->sources, &findings, s->options.lang);
    diags_free(&findings);
    r->worst = code > r->worst ? code : r->worst;
}

static void load(Repl *r, Str path)
{
    if (!repl_has_loaded(r, path))
        repl_load(r, path);
    else if (!repl_reload(r))
        r->quit = true;
}

static void show_help(Repl *r)
{
    Buf b;
    buf_init(&b, &r->session.mem);
    help_repl(&b, r->session.options.lang);
    if (b.failed)
        cli_no_memory(&r->session);
    else
        repl_print(r, buf_str(&b));
    buf_free(&b);
}

static void dispatch(Repl *r, ReplCommandId id, Str argument)
{
    switch (id) {
    case REPL_HELP:
        if (argument.n)
            repl_help(r, argument);
        else
            show_help(r);
        return;
    case REPL_APROPOS: repl_apropos(r, argument); return;
    case REPL_EXPLAIN: explain_name(r, argument); return;
    case REPL_WHAT_IF: what_if(r, argument); return;
    case REPL_DEPENDS: repl_depends(r, argument); return;
    case REPL_NAMES:
    case REPL_VARS: repl_names(r); return;
    case REPL_CHECK: check_all(r); return;
    case REPL_LOAD: load(r, argument); return;
    case REPL_RELOAD: r->quit = !repl_reload(r); return;
    case REPL_SAVE: repl_save(r, argument); return;
    case REPL_DIGITS: set_digits(r, argument); return;
    case REPL_LANG: set_lang(r, argument); return;
    case REPL_QUIT: r->quit = true; return;
    case REPL_COUNT: return;
    }
}

void repl_run_command(Repl *r, Str line)
{
    Str rest = str_trim(line);
    Lang lang = r->session.options.lang;
    size_t n = 0;
    while (n < rest.n && !is_blank(rest.p[n]))
        n++;
    Str name = str_sub(rest, 0, n), argument = str_trim(str_sub(rest, n, rest.n));
    ReplCommandId id = repl_command_find(&r->session.mem, name);
    session_refuel(&r->session);
    if (id == REPL_COUNT) {
        repl_refuse(r, D_REPL_UNKNOWN, name, STR(""));
        return;
    }
    const ReplCommandInfo *info = repl_command_info(id);
    bool wants = info->arguments[lang].n && info->arguments[lang].p[0] != '[';
    if (wants && !argument.n)
        repl_refuse(r, D_REPL_LACKS, info->name[lang], info->arguments[lang]);
    else
        dispatch(r, id, argument);
}
