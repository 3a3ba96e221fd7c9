/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a word may become: a command after a colon, its argument, a unit after a number, else a name or a keyword.
   Words are compared without accents and case, so that `cou` becomes `coût`. */
#include <string.h>

#include "base/utf8.h"
#include "cli/repl.h"
#include "num/unit.h"
#include "syntax/lexicon.h"

enum { MOST_CHOICES = 2000 };

typedef struct Completer {
    Repl *repl;
    LineChoices *out;
    Str before; /* of the word, kept in front of each choice: `outsourced.`, `22` */
    Buf wanted; /* the rest, folded */
    Buf scratch;
    uint32_t count;
} Completer;

static void offer(void *data, Str name)
{
    Completer *c = data;
    if (c->count >= MOST_CHOICES || !name.n)
        return;
    buf_clear(&c->scratch);
    utf8_fold(&c->scratch, name);
    if (!str_starts(buf_str(&c->scratch), buf_str(&c->wanted)))
        return;
    buf_put(&c->out->texts, c->before);
    buf_put(&c->out->texts, name);
    buf_putc(&c->out->texts, '\0');
    c->count++;
}

static void wants(Completer *c, Str before, Str rest)
{
    c->before = before;
    buf_clear(&c->wanted);
    utf8_fold(&c->wanted, rest);
}

/* ---- commands ---- */

static void offer_commands(Completer *c, Str word)
{
    Lang lang = c->repl->session.options.lang;
    wants(c, STR(":"), str_sub(word, 1, word.n));
    for (int i = 0; i < REPL_COUNT; i++)
        offer(c, repl_command_info((ReplCommandId)i)->name[lang]);
    for (int i = 0; i < REPL_COUNT && !c->count; i++) /* or the names of the other language */
        offer(c, repl_command_info((ReplCommandId)i)->name[1 - lang]);
}

/* What the argument of the command at the start of the line completes to. */
static CompleteKind argument_kind(Repl *r, Str line)
{
    size_t n = 1;
    while (n < line.n && line.p[n] != ' ')
        n++;
    ReplCommandId id = repl_command_find(&r->cli->mem, str_sub(line, 1, n));
    return id == REPL_COUNT ? COMPLETE_NOTHING : repl_command_info(id)->completes;
}

/* ---- units ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of the number that the word begins with: `22h` gives 2. */
static size_t number_length(Str word)
{
    size_t n = 0;
    while (n < word.n && (is_digit(word.p[n]) || word.p[n] == '.' || word.p[n] == ',' || word.p[n] == '_'))
        n++;
    return n && is_digit(word.p[0]) ? n : 0;
}

/* Does the word stand after a number and a space, or after a `/` that is glued to a unit? */
static bool follows_number(Str line, size_t start)
{
    size_t at = start;
    while (at > 0 && line.p[at - 1] == ' ')
        at--;
    return at > 0 && at < start && is_digit(line.p[at - 1]);
}

static void offer_units(Completer *c, Str word)
{
    size_t n = number_length(word);
    Str name;
    wants(c, str_sub(word, 0, n), str_sub(word, n, word.n));
    for (uint32_t i = 0; (name = unit_nth_name(&c->repl->session.num, i)).n; i++)
        offer(c, name);
}

/* ---- names ---- */

static void offer_scope(Completer *c, const Scope *scope, bool outwards)
{
    const Program *p = &c->repl->session.program;
    for (; scope; scope = outwards ? scope->parent : NULL) {
        for (uint32_t i = 0; i < scope->names.used; i++) {
            const MapEntry *e = &scope->names.entries[i];
            if (!e->dead && !p->decls[e->value]->removed)
                offer(c, e->key);
        }
    }
}

static void offer_members(Completer *c, Str word, size_t dot)
{
    Session *s = &c->repl->session;
    int32_t scenario;
    const Decl *d = session_find(s, str_sub(word, 0, dot), &scenario);
    diags_clear(&s->diags);
    wants(c, str_sub(word, 0, dot + 1), str_sub(word, dot + 1, word.n));
    if (d && d->kind == DECL_SCENARIO)
        offer_scope(c, s->program.scenarios[d->target]->scope, true);
    else if (d && d->kind == DECL_MODULE)
        offer_scope(c, s->program.modules[d->target]->scope, false);
}

/* The names of a question: `2.3.` */
static void offer_of_question(Completer *c, Str word, size_t dot)
{
    const Program *p = &c->repl->session.program;
    wants(c, str_sub(word, 0, dot + 1), str_sub(word, dot + 1, word.n));
    for (uint32_t i = 0; i < p->scope_count; i++) {
        const Scope *scope = p->scopes[i];
        if (scope->kind == SCOPE_QUESTION && str_eq(scope->name, str_sub(word, 0, dot)))
            offer_scope(c, scope, false);
    }
}

static size_t last_dot(Str word)
{
    size_t at = word.n;
    while (at > 0 && word.p[at - 1] != '.')
        at--;
    return at;
}

static void offer_keywords(Completer *c)
{
    Lang lang = c->repl->session.options.lang;
    for (int w = W_NO_WORD + 1; w < W_COUNT; w++)
            offer(c, word_spelling((WordId)w, lang, 0));
}

/* The only choice is a scenario or a module: a dot is to come. */
static bool has_members(const Completer *c)
{
    Session *s = &c->repl->session;
    int32_t scenario;
    if (c->count != 1)
        return false;
    const Decl *d = session_find(s, str_from(c->out->texts.p), &scenario);
    diags_clear(&s->diags);
    return d && (d->kind == DECL_SCENARIO || d->kind == DECL_MODULE);
}

static void offer_names(Completer *c, Str word)
{
    Session *s = &c->repl->session;
    size_t dot = last_dot(word);
    if (dot && is_digit(word.p[0])) {
        offer_of_question(c, word, dot - 1);
    } else if (dot) {
        offer_members(c, word, dot - 1);
        c->out->no_space = true;
    } else {
        wants(c, STR(""), word);
        names_each(&s->program, s->program.modules[s->main_module]->scope, offer, c);
        offer_keywords(c);
        c->out->no_space = has_members(c);
    }
}

/* ---- which of them ---- */

static void offer_argument(Completer *c, Str line, Str word)
{
    switch (argument_kind(c->repl, line)) {
    case COMPLETE_FILE: c->out->files = true; return;
    case COMPLETE_NAME: offer_names(c, word); return;
    case COMPLETE_LANG:
        wants(c, STR(""), word);
        offer(c, STR("en"));
        offer(c, STR("fr"));
        return;
    case COMPLETE_NOTHING: return;
    }
}

static void choose(Completer *c, Str line, size_t start, Str word)
{
    if (start == 0 && word.n && word.p[0] == ':')
        offer_commands(c, word);
    else if (line.n && line.p[0] == ':')
        offer_argument(c, line, word);
    else if (follows_number(line, start) || (number_length(word) && !memchr(word.p, '.', word.n)))
        offer_units(c, word);
    else
        offer_names(c, word);
}

void repl_complete(void *repl, Str line, size_t start, Str word, LineChoices *out)
{
    Repl *r = repl;
    Completer c = {.repl = r, .out = out};
    buf_init(&c.wanted, &r->cli->mem);
    buf_init(&c.scratch, &r->cli->mem);
    choose(&c, line, start, word);
    buf_free(&c.wanted);
    buf_free(&c.scratch);
}
