/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme practice CASE [COPY]: the questions asked one after the other, each answer judged as a class is, hints and
   workings on request. What is answered is kept in a copy file at once: it can be left, gone on with, and marked. */
#include <string.h>

#include "base/utf8.h"
#include "cli/deliver.h"
#include "cli/talk.h"
#include "domain/explain.h"
#include "domain/points.h"
#include "grade/exact.h"
#include "grade/practice.h"
#include "grade/variant.h"
#include "report/explain_report.h"
#include "report/paper.h"

typedef enum Turn { TURN_NEXT, TURN_STAY, TURN_BACK, TURN_LEAVE } Turn;

typedef struct Practising {
    Class c;
    Talk talk;
    Practice p;
    Cases own;            /* a candidate's own case */
    bool has_own, kept;   /* kept: the copy file can be written */
    Buf path;
    Arena arena;          /* of the step at hand */
    uint32_t hints;       /* given at this step */
} Practising;

static Marker *marker(Practising *w) { return &w->c.m; }
static Session *session(Practising *w) { return &w->c.m.session; }

/* ---- the candidate's figures ---- */

/* His data under everything that is shown next; NULL: as printed. */
static View *own_view(Practising *w)
{
    Marker *m = marker(w);
    if (!m->draws || !m->draws->count)
        return NULL;
    variant_begin(m, w->p.candidate);
    return m->draws->view;
}

static KeyChoice *choice_of(Practising *w, const Answer *a)
{
    Marker *m = marker(w);
    uint32_t *branches = arena_alloc(&w->arena, (m->session.program.either_count + 1) * sizeof *branches);
    own_view(w);
    if (branches)
        case_choose_path(a->either, a->branch, branches);
    return branches ? key_choice(&m->key, branches) : NULL;
}

/* ---- what is shown ---- */

static void show_paper(Practising *w, const Question *q)
{
    Doc d;
    ShowStyle style = cli_style(w->c.cli, session(w));
    PaperOptions options = {.view = own_view(w), .question = q, .bare = true};
    doc_init(&d, &session(w)->mem, w->p.c->lang);
    talk_put(&w->talk, q ? STR("\n") : STR(""));
    if (paper_step(&d, w->has_own ? &w->own : &marker(w)->cases, w->p.c, &style, &options) && doc_ok(&d))
        talk_doc(&w->talk, &d);
    doc_free(&d);
}

static void put_title(Buf *out, Str title, Str name)
{
    buf_put(out, title);
    for (size_t i = 0; !title.n && i < name.n; i++)
        buf_putc(out, name.p[i] == '_' ? ' ' : name.p[i]);
}

static void show_asked(Practising *w, Str title, Str name, Value points)
{
    Buf b;
    buf_init(&b, &w->c.cli->mem);
    buf_putc(&b, '\n');
    put_title(&b, title, name);
    Str text = arena_str(&w->arena, buf_str(&b));
    TALK(&w->talk, MARK_ANSWER, text, talk_number(&w->talk, &w->arena, points));
    buf_free(&b);
}

static void show_written(Practising *w, const Step *s)
{
    Str text = practice_text(&w->p, s);
    if (text.p)
        TALK(&w->talk, PRACTICE_WRITTEN, text);
}

/* What was judged, in the words that a sheet has. */
static void show_judged(Practising *w, const Answer *a)
{
    const MarkRow *row = practice_row(&w->p, a);
    Value marks;
    if (!row || !exact_read(&session(w)->num, row->marks, &marks))
        return;
    bool full = points_equal(&session(w)->num, marks, a->points);
    bool later = row->status == ANSWER_REVIEW || row->status == ANSWER_UNREADABLE;
    Str sign = full ? STR("✓") : later || num_sign(marks) > 0 ? STR("~") : STR("✗");
    TALK(&w->talk, PRACTICE_JUDGED, sign, row->message, talk_number(&w->talk, &w->arena, marks),
         talk_number(&w->talk, &w->arena, a->points));
}

static bool is_right(Practising *w, const Answer *a)
{
    const MarkRow *row = practice_row(&w->p, a);
    Value marks;
    return row && practice_text(&w->p, &(Step){.kind = STEP_ANSWER, .answer = a}).p &&
           exact_read(&session(w)->num, row->marks, &marks) && points_equal(&session(w)->num, marks, a->points) &&
           row->status != ANSWER_REVIEW;
}

/* ---- hints and workings ---- */

typedef struct Reads {
    Practising *w;
    Buf list;
} Reads;

static void add_read(void *data, uint32_t slot)
{
    Reads *r = data;
    Graph *g = &session(r->w)->graph;
    Str label = graph_slot_label(g, slot);
    const Answer *a = case_answer_of_slot(r->w->p.c, &session(r->w)->program, slot);
    if (!depend_has_value(g, slot))
        return;
    Str title = a && a->table ? a->table->title : a ? a->title : label;
    buf_puts(&r->list, r->list.n ? ", " : "");
    put_title(&r->list, title, graph_decl(g, slot)->name);
}

/* First what it is worked out from, then how. */
static void give_hint(Practising *w, const Answer *a)
{
    Explanation e;
    Reads r = {.w = w};
    KeyChoice *choice = choice_of(w, a);
    ExplainOptions options = {.lang = talk_lang(&w->talk), .library = &session(w)->program.parsing.library, .one_step = true};
    buf_init(&r.list, &w->c.cli->mem);
    graph_each_read(&session(w)->graph, a->slot, add_read, &r);
    if (!w->hints++ && r.list.n) {
        TALK(&w->talk, PRACTICE_FROM, buf_str(&r.list));
        buf_free(&r.list);
        return;
    }
    buf_free(&r.list);
    if (w->hints < 3 && choice && explain(&e, &session(w)->graph, choice->view, a->slot, &options)) {
        const ExplainStep *last = e.step_count ? e.steps[e.step_count - 1] : NULL;
        bool told = last && last->formula.n;
        if (told)
            TALK(&w->talk, PRACTICE_FORMULA, last->formula);
        w->hints = 2;
        explain_free(&e);
        if (told)
            return;
    }
    TALK(&w->talk, PRACTICE_NO_HINT, (Str){"", 0});
}

static void show_working(Practising *w, const Answer *a)
{
    Doc d;
    Explanation e;
    KeyChoice *choice = choice_of(w, a);
    ExplainOptions options = {.lang = talk_lang(&w->talk), .library = &session(w)->program.parsing.library};
    if (!choice)
        return;
    doc_init(&d, &session(w)->mem, talk_lang(&w->talk));
    talk_put(&w->talk, STR("\n"));
    if (explain(&e, &session(w)->graph, choice->view, a->slot, &options)) {
        explain_report(&d, &e);
        talk_doc(&w->talk, &d);
    }
    explain_free(&e);
    doc_free(&d);
}

static void tell_needed(Practising *w, const Expect *e)
{
    TALK(&w->talk, MARK_EXPECTED, talk_count(&w->talk, &w->arena, expect_needed(e)), talk_count(&w->talk, &w->arena, e->count));
}

/* How many ideas are looked for, not which. */
static void count_expected(Practising *w, const Open *o)
{
    for (uint32_t i = 0; i < o->expect_count; i++)
        tell_needed(w, &o->expects[i]);
}

/* What a corrector looks for, and what of it seems to be there. */
static void show_expected(Practising *w, const Open *o, Str text)
{
    Buf b;
    buf_init(&b, &w->c.cli->mem);
    for (uint32_t i = 0; i < o->expect_count; i++) {
        const Expect *e = &o->expects[i];
        tell_needed(w, e);
        for (uint32_t k = 0; k < e->count; k++) {
            const Element *el = &e->elements[k];
            bool found = false;
            for (uint32_t h = 0; h < el->hint_count; h++)
                found = found || talk_holds(&w->talk, text, el->hints[h]);
            buf_puts(&b, found ? "  ~ " : "    ");
            put_title(&b, el->title, el->name);
            talk_put_line(&w->talk, &b);
        }
    }
    if (o->element_count)
        TALK(&w->talk, PRACTICE_TO_SEE, (Str){"", 0});
    else
        TALK(&w->talk, PRACTICE_WAITS, (Str){"", 0});
    buf_free(&b);
}

/* ---- the copy file ---- */

static void keep(Practising *w)
{
    Buf b;
    if (!w->kept)
        return;
    buf_init(&b, &w->c.cli->mem);
    practice_write(&w->p, &b);
    w->kept = !b.failed && deliver_bytes(w->c.cli, session(w), buf_cstr(&w->path), buf_str(&b)); /* told once */
    buf_free(&b);
}

static bool not_this_copy(Practising *w)
{
    diag(&session(w)->diags, D_PRACTICE_COPY, (Span){0}, buf_str(&w->path));
    return false;
}

/* What was answered before. False: the file is something else, and stays as it is. */
static bool read_before(Practising *w, Str candidate)
{
    CopyReader reader;
    RawCopy raw = {0};
    Prepared prepared;
    Io *io = w->c.cli->io;
    const char *path = buf_cstr(&w->path);
    CopyOptions options = {.encoding = ENC_UTF8, .known = marker_known, .addresses = marker_addresses, .data = marker(w)};
    IoKind kind = io->kind(io, path);
    if (kind == IO_NOTHING)
        return true;
    copies_open(&reader, io, &w->c.cli->mem, &path, 1, &options);
    bool ok = kind == IO_FILE && copies_next(&reader, &w->p.kept, &raw) && raw.kind == COPY_WHOLE &&
              marker_prepare(marker(w), &w->p.kept, &raw, &prepared) && raw.kind == COPY_WHOLE;
    ok = ok && (!candidate.n || str_eq(raw.candidate, candidate)) && practice_read(&w->p, &raw);
    copies_close(&reader);
    if (ok)
        w->p.candidate = raw.candidate;
    return ok || not_this_copy(w);
}

static void settle_path(Practising *w, Str candidate)
{
    const Texts *files = &w->c.cli->options.files;
    if (files->count > 1) {
        buf_puts(&w->path, files->items[1]);
        return;
    }
    buf_put(&w->path, marker(w)->c->name);
    if (candidate.n) {
        buf_putc(&w->path, '-');
        class_put_file_name(&w->path, candidate);
    }
    buf_puts(&w->path, talk_lang(&w->talk) == LANG_FR ? ".copie" : ".copy");
}

/* ---- one step ---- */

typedef enum Asked { ASK_NOTHING, ASK_HELP, ASK_HINT, ASK_WORKING, ASK_QUESTION, ASK_BACK, ASK_LEAVE, ASK_UNKNOWN } Asked;

/* `:hint`, `:h`, `:indice`: a colon, for an answer may be any word. */
static Asked command_of(Practising *w, Str typed)
{
    static const struct {
        const char *english, *french;
        Asked command;
    } commands[] = {{"hint", "indice", ASK_HINT},      {"help", "aide", ASK_HELP},         {"explain", "expliquer", ASK_WORKING},
                    {"quit", "quitter", ASK_LEAVE},     {"question", "question", ASK_QUESTION}, {"back", "retour", ASK_BACK}};
    Buf folded;
    Asked found = ASK_UNKNOWN;
    if (!typed.n || typed.p[0] != ':')
        return str_eq(typed, STR("?")) ? ASK_HELP : ASK_NOTHING;
    buf_init(&folded, &w->c.cli->mem);
    utf8_fold(&folded, str_trim(str_sub(typed, 1, typed.n)));
    for (size_t i = 0; i < sizeof commands / sizeof *commands && folded.n; i++) {
        bool fits = str_starts(str_from(commands[i].english), buf_str(&folded)) ||
                    str_starts(str_from(commands[i].french), buf_str(&folded));
        found = fits && found == ASK_UNKNOWN ? commands[i].command : found;
    }
    buf_free(&folded);
    return found;
}

/* What is typed, without blanks; the end of the input leaves. */
static Asked read_typed(Practising *w, Buf *typed, Str *text)
{
    bool more = talk_read(&w->talk, typed);
    *text = str_trim(buf_str(typed));
    return more ? command_of(w, *text) : ASK_LEAVE;
}

static const Question *question_of(const Step *s)
{
    return s->kind == STEP_ANSWER ? s->answer->question : s->kind == STEP_OPEN ? s->open->question : s->method->question;
}

static Turn obey(Practising *w, const Step *s, Asked command)
{
    switch (command) {
    case ASK_HINT:
        if (s->kind == STEP_ANSWER)
            give_hint(w, s->answer);
        else if (s->kind == STEP_OPEN && s->open->expect_count)
            count_expected(w, s->open);
        else
            TALK(&w->talk, PRACTICE_NO_HINT, (Str){"", 0});
        return TURN_STAY;
    case ASK_WORKING:
        if (s->kind == STEP_ANSWER)
            show_working(w, s->answer);
        else if (s->kind == STEP_OPEN)
            show_expected(w, s->open, practice_text(&w->p, s));
        return TURN_STAY;
    case ASK_QUESTION: show_paper(w, question_of(s)); return TURN_STAY;
    case ASK_BACK: return TURN_BACK;
    case ASK_LEAVE: return TURN_LEAVE;
    case ASK_UNKNOWN: TALK(&w->talk, MARK_WHAT, (Str){"", 0}); return TURN_STAY;
    default:
        talk_put(&w->talk, phrase(P_PRACTICE_HELP, talk_lang(&w->talk)));
        talk_put(&w->talk, STR("\n"));
        return TURN_STAY;
    }
}

static Turn take_answer(Practising *w, const Step *s, Str typed)
{
    if (!practice_put(&w->p, s, typed) || !practice_judge(&w->p))
        return TURN_LEAVE;
    keep(w);
    show_judged(w, s->answer);
    if (is_right(w, s->answer))
        return TURN_NEXT;
    TALK(&w->talk, PRACTICE_AGAIN, (Str){"", 0});
    return TURN_STAY;
}

static Turn ask_answer(Practising *w, const Step *s)
{
    Buf typed;
    Turn turn = TURN_STAY;
    buf_init(&typed, &w->c.cli->mem);
    show_asked(w, s->answer->title, s->answer->name, s->answer->points);
    show_written(w, s);
    while (turn == TURN_STAY) {
        Str text;
        Asked command = read_typed(w, &typed, &text);
        turn = command != ASK_NOTHING ? obey(w, s, command) : text.n ? take_answer(w, s, text) : TURN_NEXT;
    }
    buf_free(&typed);
    return turn;
}

/* Several lines, until an empty one. */
static Turn ask_open(Practising *w, const Step *s)
{
    Buf typed, text;
    Turn turn = TURN_STAY;
    buf_init(&typed, &w->c.cli->mem);
    buf_init(&text, &w->c.cli->mem);
    show_asked(w, s->open->title, s->open->name, s->open->points);
    show_written(w, s);
    TALK(&w->talk, PRACTICE_LINES, (Str){"", 0});
    while (turn == TURN_STAY) {
        Str line;
        Asked command = read_typed(w, &typed, &line);
        if (command != ASK_NOTHING) {
            turn = obey(w, s, command);
        } else if (line.n) {
            buf_putc(&text, '\n');
            buf_put(&text, line);
        } else {
            turn = TURN_NEXT;
        }
    }
    Str whole = str_trim(buf_str(&text));
    if (whole.n && practice_put(&w->p, s, whole)) {
        keep(w);
        show_expected(w, s->open, whole);
    }
    buf_free(&text);
    buf_free(&typed);
    return turn;
}

static Turn ask_method(Practising *w, const Step *s)
{
    Buf typed;
    const Either *e = s->method;
    Turn turn = TURN_STAY;
    buf_init(&typed, &w->c.cli->mem);
    talk_put(&w->talk, STR("\n"));
    TALK(&w->talk, PRACTICE_METHODS, (Str){"", 0});
    for (uint32_t i = 0; i < e->branch_count; i++)
        TALK(&w->talk, PRACTICE_METHOD, talk_count(&w->talk, &w->arena, i + 1), e->branches[i].title);
    while (turn == TURN_STAY) {
        Str text;
        Asked command = read_typed(w, &typed, &text);
        uint32_t n = text.n == 1 && text.p[0] >= '1' && text.p[0] <= '9' ? (uint32_t)(text.p[0] - '0') : 0;
        if (command != ASK_NOTHING) {
            turn = obey(w, s, command);
        } else if (n >= 1 && n <= e->branch_count) {
            practice_choose(&w->p, e, n - 1);
            turn = TURN_NEXT;
        } else if (!text.n) {
            turn = TURN_NEXT;
        } else {
            TALK(&w->talk, MARK_WHAT, (Str){"", 0});
        }
    }
    buf_free(&typed);
    return turn;
}

static Turn take_step(Practising *w, const Step *s)
{
    w->hints = 0;
    switch (s->kind) {
    case STEP_QUESTION: show_paper(w, s->question); return TURN_NEXT;
    case STEP_METHOD: return ask_method(w, s);
    case STEP_ANSWER: return ask_answer(w, s);
    default: return ask_open(w, s);
    }
}

/* The last step before this one where something is typed. */
static uint32_t step_back(const Practice *p, uint32_t at)
{
    uint32_t before = at;
    while (before > 0) {
        const Step *s = &p->steps[--before];
        if (s->kind != STEP_QUESTION && practice_asks(p, s))
            return before;
    }
    return at;
}

/* True: to the end. */
static bool walk(Practising *w, uint32_t at)
{
    Turn turn = TURN_NEXT;
    while (at < w->p.step_count && turn != TURN_LEAVE) {
        const Step *s = &w->p.steps[at];
        turn = practice_asks(&w->p, s) ? take_step(w, s) : TURN_NEXT;
        at = turn == TURN_BACK ? step_back(&w->p, at) : turn == TURN_NEXT ? at + 1 : at;
        arena_clear(&w->arena);
    }
    return turn != TURN_LEAVE;
}

/* ---- the end ---- */

static void explain_the_rest(Practising *w)
{
    bool any = false;
    for (uint32_t i = 0; i < w->p.step_count; i++) {
        const Step *s = &w->p.steps[i];
        if (s->kind != STEP_ANSWER || s->answer->table || !practice_asks(&w->p, s) || is_right(w, s->answer))
            continue;
        if (!any)
            TALK(&w->talk, PRACTICE_WORKINGS, (Str){"", 0});
        any = true;
        show_working(w, s->answer);
        arena_clear(&w->arena);
    }
}

static void tell_total(Practising *w)
{
    Value total, mark;
    NumCtx *num = &session(w)->num;
    const Case *c = w->p.c;
    uint32_t asked, filled;
    practice_count(&w->p, &asked, &filled);
    TALK(&w->talk, PRACTICE_FILLED, talk_count(&w->talk, &w->arena, filled), talk_count(&w->talk, &w->arena, asked));
    if (!exact_read(num, w->p.marked.total, &total) || !exact_read(num, w->p.marked.mark, &mark))
        return;
    TALK(&w->talk, PRACTICE_TOTAL, talk_number(&w->talk, &w->arena, total),
         talk_number(&w->talk, &w->arena, points_of_case(num, c)));
    if (c->exam.scaled)
        TALK(&w->talk, PRACTICE_MARK, talk_number(&w->talk, &w->arena, mark),
             talk_number(&w->talk, &w->arena, c->exam.scaled_to));
    if (c->open_count)
        TALK(&w->talk, PRACTICE_OPEN_LEFT, (Str){"", 0});
}

static void converse(Practising *w)
{
    uint32_t asked, filled;
    uint32_t first = practice_first_empty(&w->p);
    practice_count(&w->p, &asked, &filled);
    show_paper(w, NULL);
    TALK(&w->talk, PRACTICE_BEGIN, buf_str(&w->path));
    if (filled)
        TALK(&w->talk, PRACTICE_GOES_ON, talk_count(&w->talk, &w->arena, filled), talk_count(&w->talk, &w->arena, asked));
    if (filled && first < w->p.step_count)
        show_paper(w, question_of(&w->p.steps[first]));
    if (practice_judge(&w->p) && walk(w, filled ? first : 0) && practice_judge(&w->p))
        explain_the_rest(w);
    if (session(w)->vm.fault) {
        vm_report(&session(w)->vm, &session(w)->diags);
        return;
    }
    tell_total(w);
}

/* ---- the beginning ---- */

/* A candidate's own case, if he is named and something varies. */
static const Case *own_case(Practising *w, Str candidate)
{
    Marker *m = marker(w);
    Session *s = session(w);
    uint32_t at = 0;
    if (!m->draws || !m->draws->count)
        return m->c;
    if (!variant_begin(m, candidate)) {
        if (s->vm.fault)
            vm_report(&s->vm, &s->diags);
        else
            diag(&s->diags, D_VARY_NO_DRAW, (Span){0}, candidate);
        return NULL;
    }
    while (m->cases.list[at] != m->c)
        at++;
    w->has_own = true;
    return cases_build_in(&w->own, &s->graph, m->draws->view, &s->diags) ? w->own.list[at] : NULL;
}

static bool begin(Practising *w)
{
    const char *name = w->c.cli->options.values[OPTION_CANDIDATE];
    Str candidate = str_trim(str_from(name ? name : ""));
    const Case *c = own_case(w, candidate);
    settle_path(w, candidate);
    Str called = candidate.n ? candidate : talk_lang(&w->talk) == LANG_FR ? STR("exercice") : STR("practice");
    if (!c || !practice_open(&w->p, marker(w), c, called))
        return c && cli_no_memory(session(w));
    w->kept = true;
    return read_before(w, candidate);
}

int practice_command(Cli *cli)
{
    Practising w = {0};
    if (options_has(&cli->options, OPTION_CANDIDATE))
        cli->options.given |= UINT64_C(1) << OPTION_VARIANTS;
    buf_init(&w.path, &cli->mem);
    arena_init(&w.arena, &cli->mem);
    if (class_open(&w.c, cli)) {
        talk_open(&w.talk, &w.c);
        if (begin(&w))
            converse(&w);
        talk_close(&w.talk);
        practice_close(&w.p);
    }
    if (w.has_own)
        cases_free(&w.own);
    arena_free(&w.arena);
    buf_free(&w.path);
    return class_end(&w.c, EXIT_OK);
}
