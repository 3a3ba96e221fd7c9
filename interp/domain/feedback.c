/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a few sentences, each one message of the catalogue. Answers are called by their title and question, never by
   the name that formulas use. */
#include "domain/feedback.h"

#include "data/show.h"
#include "domain/case.h"
#include "num/unit.h"

typedef struct Feedback {
    Buf *out;
    Graph *graph;
    const Case *c;
    const Judgement *j;
    Lang lang;
    bool any;
} Feedback;

/* ---- sentences ---- */

static void say_args(Feedback *f, DiagId id, Str a, Str b)
{
    Str args[DIAG_ARGS] = {a, b};
    if (f->any) {
        buf_putc(f->out, ' ');
    }
    f->any = true;
    diag_message(f->out, id, args, f->lang);
}

static void say(Feedback *f, DiagId id) { say_args(f, id, (Str){"", 0}, (Str){"", 0}); }

static void say_text(Feedback *f, Str text)
{
    if (f->any) {
        buf_putc(f->out, ' ');
    }
    f->any = true;
    buf_put(f->out, text);
}

/* A text that ends without a full stop, since the sentence adds one. */
static Str without_stop(Str s)
{
    s = str_trim(s);
    return s.n && s.p[s.n - 1] == '.' ? str_sub(s, 0, s.n - 1) : s;
}

static void put_answer(const Feedback *f, Buf *out, const Answer *a)
{
    Str args[DIAG_ARGS] = {a->question->label, a->title};
    diag_message(out, a->title.n ? D_SAID_TITLE_QUESTION : D_SAID_QUESTION, args, f->lang);
}

static void say_about(Feedback *f, DiagId id, const Answer *a)
{
    Buf b;
    buf_init(&b, f->out->mem);
    if (a) {
        put_answer(f, &b, a);
    }
    say_args(f, id, buf_str(&b), (Str){"", 0});
    buf_free(&b);
}

static void say_value(Feedback *f, DiagId id, Value v, NumFormatKind kind)
{
    Buf shown;
    ShowStyle style = show_style(f->lang);
    style.number.kind = kind;
    buf_init(&shown, f->out->mem);
    value_show(f->graph->vm->heap, &shown, v, &style);
    say_args(f, id, buf_str(&shown), (Str){"", 0});
    buf_free(&shown);
}

static void say_unit(Feedback *f, DiagId id)
{
    Buf b;
    buf_init(&b, f->out->mem);
    unit_name(f->graph->vm->num, &b, f->j->meant.unit, f->lang);
    say_args(f, id, buf_str(&b), (Str){"", 0});
    buf_free(&b);
}

/* ---- parts of a message ---- */

static void say_slips(Feedback *f)
{
    const Judgement *j = f->j;
    Buf n;
    buf_init(&n, f->out->mem);
    buf_printf(&n, "%d", j->answer->rules.decimals);
    if (j->slips >> SLIP_TRUNCATED & 1u) {
        say(f, D_SAID_TRUNCATED);
    }
    if (j->slips >> SLIP_FEW_DECIMALS & 1u) {
        say_args(f, D_SAID_FEW_DECIMALS, buf_str(&n), (Str){"", 0});
    }
    if (j->slips >> SLIP_MISSING_UNIT & 1u) {
        say_unit(f, D_SAID_MISSING_UNIT);
    }
    if (j->slips >> SLIP_WRONG_UNIT & 1u) {
        say_unit(f, D_SAID_WRONG_UNIT);
    }
    if (j->forgiven) {
        say(f, D_SAID_SLIP_AGAIN);
    }
    buf_free(&n);
}

static void say_mistake(Feedback *f)
{
    const Mistake *m = f->j->mistake;
    if (m && m->message.n) {
        say_text(f, m->message);
    } else if (m && m->title.n) {
        say_args(f, D_SAID_MISTAKE, without_stop(m->title), (Str){"", 0});
    } else {
        say(f, D_SAID_MISTAKE_PLAIN);
    }
}

static void say_alternative(Feedback *f)
{
    const Accept *a = f->j->accept;
    if (a && a->why.n) {
        say_args(f, D_SAID_ALTERNATIVE_WHY, without_stop(a->why), (Str){"", 0});
    } else {
        say(f, D_SAID_ALTERNATIVE);
    }
}

static void say_given(Feedback *f)
{
    const Guess *g = &f->j->guess;
    if (g->used->label.n && g->instead->label.n) {
        say_args(f, D_GUESS_GIVEN, g->used->label, g->instead->label);
    } else {
        say(f, D_GUESS_GIVEN_PLAIN);
    }
}

static void say_guess(Feedback *f)
{
    const Guess *g = &f->j->guess;
    Buf factor;
    buf_init(&factor, f->out->mem);
    buf_printf(&factor, "%d", g->factor);
    switch (g->kind) {
    case GUESS_NONE: break;
    case GUESS_TIMES: say_args(f, D_GUESS_TIMES, buf_str(&factor), (Str){"", 0}); break;
    case GUESS_DIVIDED: say_args(f, D_GUESS_DIVIDED, buf_str(&factor), (Str){"", 0}); break;
    case GUESS_MINUTES: say(f, D_GUESS_MINUTES); break;
    case GUESS_SIGN: say(f, D_GUESS_SIGN); break;
    case GUESS_INVERTED: say(f, D_GUESS_INVERTED); break;
    case GUESS_TRUNCATED: say(f, D_GUESS_TRUNCATED); break;
    case GUESS_GIVEN: say_given(f); break;
    case GUESS_WITH_TAX: say(f, D_GUESS_WITH_TAX); break;
    case GUESS_WITHOUT_TAX: say(f, D_GUESS_WITHOUT_TAX); break;
    }
    buf_free(&factor);
}

/* The key, as far as it has been computed. */
static Value key_of(const Feedback *f)
{
    const Vm *vm = f->graph->vm;
    const Slot *s = f->j->answer->slot < vm->slot_count ? &vm->slots[f->j->answer->slot] : NULL;
    return s && s->state == SLOT_READY ? s->value : value_none();
}

/* "The answer is a duration, not an amount in €." */
static void say_other_kind(Feedback *f)
{
    Buf wanted, written;
    Value own;
    buf_init(&wanted, f->out->mem);
    buf_init(&written, f->out->mem);
    own = key_of(f);
    if (value_is_number(own) && value_is_number(f->j->meant)) {
        unit_dimension_name(f->graph->vm->num, &wanted, own.unit, f->lang);
        unit_dimension_name(f->graph->vm->num, &written, f->j->meant.unit, f->lang);
        say_args(f, D_SAID_OTHER_KIND, buf_str(&wanted), buf_str(&written));
    }
    buf_free(&wanted);
    buf_free(&written);
}

static void say_wrong(Feedback *f)
{
    if (f->j->answer->feedback_wrong.n) {
        say_text(f, f->j->answer->feedback_wrong);
    } else {
        say(f, D_SAID_WRONG);
    }
    if (f->j->other_kind) {
        say_other_kind(f);
    } else if (f->j->has_within) {
        say_value(f, D_SAID_TOLERANCE, f->j->within, NF_WRITTEN);
    }
    say_guess(f);
}

static void say_right(Feedback *f)
{
    if (f->j->rule == RULE_PROVED_BY) {
        say_about(f, D_SAID_PROVED, f->j->from[0]);
    } else if (f->j->answer->feedback_right.n) {
        say_text(f, f->j->answer->feedback_right);
    } else if (!(f->j->slips >> SLIP_TRUNCATED & 1u) && !(f->j->slips >> SLIP_WRONG_UNIT & 1u)) {
        say(f, D_SAID_RIGHT);
    }
}

/* Is the answer told already by those before it? Answers without a title are told by their question. */
static bool told_before(const Judgement *j, uint32_t i)
{
    const Answer *a = j->from[i];
    for (uint32_t k = 0; k < i && !a->title.n; k++) {
        if ((j->from_told >> k & 1u) && !j->from[k]->title.n && j->from[k]->question == a->question) {
            return true;
        }
    }
    return false;
}

/* The answer after those of the list, "… and …". */
static void join_answer(const Feedback *f, Buf *list, const Answer *a)
{
    Buf one, both;
    buf_init(&one, f->out->mem);
    buf_init(&both, f->out->mem);
    put_answer(f, &one, a);
    if (list->n) {
        Str args[DIAG_ARGS] = {buf_str(list), buf_str(&one)};
        diag_message(&both, D_SAID_AND, args, f->lang);
    } else {
        buf_put(&both, buf_str(&one));
    }
    buf_clear(list);
    buf_put(list, buf_str(&both));
    list->failed = list->failed || one.failed || both.failed;
    buf_free(&one);
    buf_free(&both);
}

static void say_carried(Feedback *f)
{
    if (f->j->rule == RULE_MISTAKE_AGAIN || !f->j->from_count) {
        say(f, D_SAID_MISTAKE_AGAIN);
        return;
    }
    Buf list;
    buf_init(&list, f->out->mem);
    for (uint32_t i = 0; i < f->j->from_count; i++) {
        if ((f->j->from_told >> i & 1u) && !told_before(f->j, i)) {
            join_answer(f, &list, f->j->from[i]);
        }
    }
    say_args(f, D_SAID_CARRIED, buf_str(&list), (Str){"", 0});
    buf_free(&list);
}

static void say_levels(Feedback *f, const Scale *scale)
{
    Buf b;
    buf_init(&b, f->out->mem);
    for (uint32_t i = 0; i < scale->n; i++) {
        buf_puts(&b, i ? ", " : "");
        buf_put(&b, (Str){scale->names[i]->bytes, scale->names[i]->n});
    }
    say_args(f, D_SAID_UNREADABLE_LEVEL, buf_str(&b), (Str){"", 0});
    f->out->failed = f->out->failed || b.failed;
    buf_free(&b);
}

static void say_unreadable(Feedback *f)
{
    Value key = key_of(f);
    switch (key.tag) {
    case T_TRUTH: say(f, D_SAID_UNREADABLE_TRUTH); break;
    case T_DATE: say(f, D_SAID_UNREADABLE_DATE); break;
    case T_LEVEL: say_levels(f, key.ptr); break;
    default: say(f, D_SAID_UNREADABLE); break;
    }
}

static void say_status(Feedback *f)
{
    switch (f->j->status) {
    case ANSWER_RIGHT: case ANSWER_ROUNDING: case ANSWER_UNIT: case ANSWER_PARTIAL: say_right(f); break;
    case ANSWER_CARRIED: say_carried(f); break;
    case ANSWER_ALTERNATIVE: say_alternative(f); break;
    case ANSWER_MISTAKE: say_mistake(f); break;
    case ANSWER_BLANK: say(f, D_SAID_BLANK); break;
    case ANSWER_UNREADABLE: say_unreadable(f); break;
    default: say_wrong(f); break;
    }
    say_slips(f);
    if (f->j->rule == RULE_UNIT) {
        say(f, D_SAID_GROUP);
    }
}

static void say_working(Feedback *f)
{
    const Reading *r = f->j->reading;
    for (uint32_t i = 0; r && i < r->step_count; i++) {
        if (r->steps[i].checked && !r->steps[i].holds) {
            say_args(f, D_SAID_WORKING, r->steps[i].left, r->steps[i].right);
        }
    }
}

/* Which reading was kept, where another one was possible. */
static void say_reading(Feedback *f)
{
    const Reading *r = f->j->reading;
    if (!r || !f->j->has_figure) {
        return;
    }
    if (r->ignored_word && f->j->status == ANSWER_WRONG) { /* else it was understood */
        say_args(f, D_SAID_WORD_IGNORED, r->unknown, (Str){"", 0});
    }
    if (r->count < 2) {
        return;
    }
    say_value(f, D_SAID_READ_AS, r->figures[f->j->figure].value, NF_WRITTEN);
}

void feedback_message(Buf *out, Graph *g, const Case *c, const Judgement *j)
{
    Feedback f = {.out = out, .graph = g, .c = c, .j = j, .lang = c->lang};
    if (j->rule == RULE_OTHER_BRANCH) {
        if (j->status != ANSWER_BLANK) {
            say(&f, D_SAID_OTHER_BRANCH);
        }
        return;
    }
    if (j->status == ANSWER_REVIEW) { /* what the machine made of it is for the corrector */
        if (j->rule == RULE_EXTRA_UNIT) {
            say(&f, D_SAID_EXTRA_UNIT);
        }
        say(&f, D_SAID_REVIEW);
        return;
    }
    say_status(&f);
    say_working(&f);
    if (j->status != ANSWER_BLANK && j->status != ANSWER_UNREADABLE) {
        say_reading(&f);
    }
}

void feedback_guess(Buf *out, Graph *g, const Case *c, const Judgement *j)
{
    Feedback f = {.out = out, .graph = g, .c = c, .j = j, .lang = c->lang};
    say_guess(&f);
}

/* ---- for the teacher ---- */

static void rule_detail(Buf *out, const Judgement *j)
{
    switch (j->rule) {
    case RULE_CARRIED: case RULE_PROVED_BY: case RULE_IMPRECISE:
        for (uint32_t i = 0; i < j->from_count; i++) {
            buf_puts(out, i ? ", " : "");
            buf_put(out, j->from[i]->address);
        }
        break;
    case RULE_MISTAKE: case RULE_MISTAKE_AGAIN:
        buf_put(out, j->mistake ? j->mistake->title : (Str){"", 0});
        break;
    case RULE_ALTERNATIVE: buf_put(out, j->accept ? j->accept->why : (Str){"", 0}); break;
    case RULE_INTERMEDIATE: buf_printf(out, "%d", j->intermediate); break;
    case RULE_UNKNOWN_WORD: buf_put(out, j->reading->unknown); break;
    default: break;
    }
}

void feedback_rule(Buf *out, const Judgement *j, Lang lang)
{
    Buf detail;
    buf_init(&detail, out->mem);
    buf_puts(out, rule_name(j->rule, lang));
    rule_detail(&detail, j);
    if (detail.n) {
        buf_puts(out, lang == LANG_FR ? " : " : ": ");
        buf_put(out, buf_str(&detail));
    }
    out->failed = out->failed || detail.failed;
    buf_free(&detail);
}
