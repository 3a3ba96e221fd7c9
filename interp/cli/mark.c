/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme mark CASE --db FILE: what needs a person, at the keyboard. Each line typed is a decision, recorded at once; the
   next run goes on with what is left. No candidate is named. */
#include <string.h>

#include "cli/talk.h"
#include "domain/grid.h"
#include "domain/points.h"
#include "grade/exact.h"
#include "grade/review.h"

typedef enum Answered { ANSWER_NEXT, ANSWER_AGAIN, ANSWER_BACK, ANSWER_QUIT } Answered;

typedef struct Marking {
    Class c;
    Review review;
    Talk talk;
    Arena arena;      /* of the task at hand */
    const ReviewTask *task;
    Result copy;
    RawCopy raw;      /* what was written */
    ResultRow *row;   /* NULL: the whole copy */
    int64_t *several; /* copies of one candidate, by number */
    uint32_t several_count;
    uint32_t done;
} Marking;

static Lang lang(const Marking *m) { return m->c.cli->options.lang; }
static const Case *the_case(const Marking *m) { return m->c.m.c; }

/* ---- what is shown ---- */

static Str number(Marking *m, Value v) { return talk_number(&m->talk, &m->arena, v); }
static Str count(Marking *m, uint32_t n) { return talk_count(&m->talk, &m->arena, n); }

static Str written(Marking *m)
{
    Str address = m->row ? result_address(m->row) : (Str){"", 0};
    for (uint32_t i = 0; i < m->raw.box_count; i++) {
        if (str_eq(m->raw.boxes[i].address, address)) {
            return m->raw.boxes[i].text;
        }
    }
    return (Str){"", 0};
}

static void show_written(Marking *m, Str text)
{
    Buf b;
    buf_init(&b, &m->c.cli->mem);
    if (!text.n) {
        TALK(&m->talk, MARK_BLANK, (Str){"", 0});
    }
    while (text.n) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t n = end ? (size_t)(end - text.p) : text.n;
        buf_puts(&b, "  | ");
        buf_put(&b, str_sub(text, 0, n));
        talk_put_line(&m->talk, &b);
        text = str_sub(text, n + (end != NULL), text.n);
    }
    buf_free(&b);
}

static void show_element(Marking *m, const Element *el, uint32_t n, Str text)
{
    Buf b;
    buf_init(&b, &m->c.cli->mem);
    buf_printf(&b, "  %2u  ", n);
    buf_put(&b, el->title.n ? el->title : el->name);
    bool any = false;
    for (uint32_t i = 0; i < el->hint_count; i++) { /* only suggested: a person decides */
        if (talk_holds(&m->talk, text, el->hints[i])) {
            buf_puts(&b, any ? ", " : "  ← ");
            buf_put(&b, el->hints[i]);
            any = true;
        }
    }
    talk_put_line(&m->talk, &b);
    buf_free(&b);
}

static void show_elements(Marking *m, const Open *o)
{
    uint32_t n = 0;
    Str text = written(m);
    for (uint32_t i = 0; i < o->expect_count; i++) {
        const Expect *e = &o->expects[i];
        TALK(&m->talk, MARK_EXPECTED, count(m, expect_needed(e)), count(m, e->count));
        for (uint32_t k = 0; k < e->count; k++) {
            show_element(m, &e->elements[k], ++n, text);
        }
    }
    if (o->accept_other) {
        TALK(&m->talk, MARK_OTHER, (Str){"", 0});
    }
}

static void show_hands(Marking *m)
{
    for (uint32_t i = 0; i < m->row->hand_count; i++) {
        const Hand *h = &m->row->hands[i];
        TALK(&m->talk, MARK_HAND, count(m, i + 1), h->who, number(m, h->marks), h->why);
    }
}

static void show_answer(Marking *m)
{
    Buf b;
    buf_init(&b, &m->c.cli->mem);
    if (!m->row->expected.n) { /* else each candidate has a key of his own */
        marker_expected(&m->c.m, &b, m->row->answer);
    }
    Str expected = m->row->expected.n ? m->row->expected : arena_str(&m->arena, buf_str(&b));
    TALK(&m->talk, MARK_KEY, expected);
    if (m->row->message.n) {
        TALK(&m->talk, MARK_JUDGED, str_from(status_name(m->row->status, lang(m))), m->row->message);
    }
    buf_free(&b);
}

static void show_head(Marking *m, uint32_t at)
{
    const Question *q = result_question(m->row);
    Buf name, b;
    buf_init(&name, &m->c.cli->mem);
    buf_init(&b, &m->c.cli->mem);
    result_item_name(&name, the_case(m), m->row);
    buf_putc(&b, '\n');
    phrase_put(&b, P_MARK_TASK, lang(m), count(m, at + 1), count(m, m->review.task_count), count(m, m->task->number),
               count(m, m->review.results.count));
    talk_put_line(&m->talk, &b);
    buf_put(&b, q->label);
    buf_puts(&b, "  ");
    buf_put(&b, q->title);
    talk_put_line(&m->talk, &b);
    TALK(&m->talk, MARK_ANSWER, buf_str(&name), number(m, result_points(m->row)));
    buf_free(&name);
    buf_free(&b);
}

static void show_task(Marking *m, uint32_t at)
{
    show_head(m, at);
    show_written(m, written(m));
    if (m->row->open && !review_grid(&m->review, m->row->open)) {
        show_elements(m, m->row->open);
    } else if (m->row->answer) {
        show_answer(m);
    }
    if (m->review.mode == REVIEW_SETTLE) {
        show_hands(m);
    }
}

/* ---- what is typed ---- */

/* What stands after # is the reason, which is kept. */
static Str take_why(Marking *m, Str *typed)
{
    const char *sign = typed->n ? memchr(typed->p, '#', typed->n) : NULL;
    const char *given = m->c.cli->options.values[OPTION_WHY];
    if (!sign) {
        return given ? str_from(given) : (Str){"", 0};
    }
    size_t at = (size_t)(sign - typed->p);
    Str why = str_trim(str_sub(*typed, at + 1, typed->n));
    *typed = str_trim(str_sub(*typed, 0, at));
    return why;
}

static bool is(Str typed, const char *a, const char *b, const char *c)
{
    return str_eq(typed, str_from(a)) || str_eq(typed, str_from(b)) || str_eq(typed, str_from(c));
}

static bool read_marks(Marking *m, Str text, Value most, Value *out)
{
    NumCtx *num = &m->c.m.session.num;
    NumReading r[NUM_READINGS_MAX];
    size_t n = 0;
    bool ok = num_read_lenient(num, text, lang(m), r, NUM_READINGS_MAX, &n, NULL) == NUM_OK && n && !r[0].has_unit &&
              num_sign(r[0].value) >= 0 && !points_less(num, most, r[0].value);
    if (ok) {
        *out = r[0].value;
        out->unit = U_PLAIN;
    }
    return ok;
}

static Answered decide(Marking *m, Value marks, Str ticks, Str why)
{
    bool settles = m->review.mode == REVIEW_SETTLE;
    Decision d = {.copy = m->task->copy, .address = result_address(m->row), .kind = settles ? "settle" : "mark",
                  .marks = marks, .ticks = ticks, .why = why};
    if (!review_decide(&m->review, &d)) {
        return ANSWER_QUIT;
    }
    m->done++;
    TALK(&m->talk, MARK_RECORDED, number(m, marks), number(m, result_points(m->row)));
    return ANSWER_NEXT;
}

static Answered not_understood(Marking *m)
{
    TALK(&m->talk, MARK_WHAT, (Str){"", 0});
    return ANSWER_AGAIN;
}

static Answered decide_ticks(Marking *m, const Open *o, Str typed, Str why)
{
    ReviewTicks t;
    Value marks;
    Buf list;
    buf_init(&list, &m->c.cli->mem);
    for (size_t i = 0; i < typed.n; i++) { /* 1 3 o is 1, 3, other */
        bool blank = typed.p[i] == ' ' || typed.p[i] == '\t';
        bool alone = (!i || typed.p[i - 1] == ' ' || typed.p[i - 1] == ',') && (i + 1 == typed.n || typed.p[i + 1] == ' ' ||
                     typed.p[i + 1] == ',');
        bool other = alone && (typed.p[i] == 'o' || typed.p[i] == '+' || typed.p[i] == 'a');
        buf_puts(&list, other ? "other" : "");
        if (!other) {
            buf_putc(&list, blank ? ',' : typed.p[i]);
        }
    }
    Str wrong;
    bool ok = review_ticks(&m->review, &m->arena, o, &t) && review_read_ticks(&m->review, o, buf_str(&list), &t, &wrong) &&
              (!t.other || o->accept_other) && review_worth(&m->review, &m->arena, &m->copy, o, &t, &marks);
    buf_free(&list);
    return ok ? decide(m, marks, review_words(&m->review, &m->arena, o, &t), why) : not_understood(m);
}

/* ---- grids ---- */

static void put_scale(Marking *m, Buf *b, const Instance *grid)
{
    (void)m;
    for (uint32_t i = 0; i < grid_levels(grid); i++) {
        buf_puts(b, i ? " " : "");
        buf_put(b, grid_level_name(grid, i));
    }
}

static Str criterion_title(const Instance *grid, uint32_t i)
{
    Value title = grid_part(grid, i, CRITERION_TITLE), name = grid_part(grid, i, CRITERION_NAME);
    Value shown = title.tag == T_TEXT ? title : name;
    return shown.tag == T_TEXT ? (Str){((Text *)shown.ptr)->bytes, ((Text *)shown.ptr)->n} : (Str){"", 0};
}

/* One line a criterion; Enter alone leaves the grid as it was. */
static Answered mark_grid(Marking *m, const Open *o, const Instance *grid)
{
    ReviewTicks t;
    Value marks, worth, given;
    Buf typed, scale;
    Answered end = ANSWER_NEXT;
    buf_init(&typed, &m->c.cli->mem);
    buf_init(&scale, &m->c.cli->mem);
    put_scale(m, &scale, grid);
    bool ok = review_ticks(&m->review, &m->arena, o, &t);
    TALK(&m->talk, MARK_SCALE, buf_str(&scale));
    for (uint32_t i = 0; ok && end == ANSWER_NEXT && i < grid_criteria(grid); i++) {
        if (grid_is_automatic(grid, i)) {
            continue;
        }
        talk_put(&m->talk, STR("  "));
        talk_put(&m->talk, criterion_title(grid, i));
        talk_put(&m->talk, STR("\n"));
        if (!talk_read(&m->talk, &typed)) {
            end = ANSWER_QUIT;
            break;
        }
        Str level = str_trim(buf_str(&typed));
        if (is(level, "", "s", "p")) {
            end = ANSWER_BACK; /* passed over */
        } else if (is(level, "q", "q", "q")) {
            end = ANSWER_QUIT;
        } else if (!text_new(&m->c.m.session.heap, level, &given) ||
                   !grid_worth(&m->c.m.session.vm, grid, i, given, &worth)) {
            vm_take_fault(&m->c.m.session.vm);
            not_understood(m);
            i--;
        } else {
            t.levels[i] = arena_str(&m->arena, level);
        }
    }
    if (end == ANSWER_NEXT) {
        ok = ok && review_worth(&m->review, &m->arena, &m->copy, o, &t, &marks);
        end = ok ? decide(m, marks, review_words(&m->review, &m->arena, o, &t), take_why(m, &(Str){"", 0}))
                 : not_understood(m);
    } else if (end == ANSWER_BACK) {
        end = ANSWER_NEXT;
    }
    buf_free(&typed);
    buf_free(&scale);
    return end;
}

/* ---- one line ---- */

static Answered pick_hand(Marking *m, Str typed, Str why)
{
    uint32_t n = typed.n == 1 && typed.p[0] >= '1' && typed.p[0] <= '9' ? (uint32_t)(typed.p[0] - '0') : 0;
    return n >= 1 && n <= m->row->hand_count ? decide(m, m->row->hands[n - 1].marks, m->row->hands[n - 1].ticks, why)
                                             : not_understood(m);
}

static Answered toggle_malus(Marking *m, Str typed, Str why)
{
    Buf address;
    buf_init(&address, &m->c.cli->mem);
    buf_put(&address, result_question(m->row)->label);
    buf_putc(&address, '.');
    buf_put(&address, typed);
    CopyPlace place = marker_place(&m->c.m, buf_str(&address));
    Answered end = ANSWER_AGAIN;
    if (place.kind != PLACE_MALUS) {
        not_understood(m);
    } else {
        const Malus *malus = &the_case(m)->questions[place.number]->malus[place.part];
        Decision d = {.copy = m->task->copy, .address = buf_str(&address), .kind = "malus", .marks = num_int(1), .why = why};
        end = review_decide(&m->review, &d) ? ANSWER_AGAIN : ANSWER_QUIT;
        TALK(&m->talk, MARK_MALUS, number(m, malus->points), malus->title);
    }
    buf_free(&address);
    return end;
}

static Answered take_typed(Marking *m, Str typed)
{
    Str why = take_why(m, &typed);
    Value marks, points = result_points(m->row);
    if (is(typed, "", "s", "p")) {
        return ANSWER_NEXT;
    }
    if (is(typed, "q", "quit", "quitter")) {
        return ANSWER_QUIT;
    }
    if (is(typed, "b", "back", "r")) {
        return ANSWER_BACK;
    }
    if (is(typed, "?", "help", "aide")) {
        talk_put(&m->talk, phrase(P_MARK_HELP, lang(m)));
        talk_put(&m->talk, STR("\n"));
        return ANSWER_AGAIN;
    }
    if (str_starts(typed, STR("malus"))) {
        return toggle_malus(m, typed, why);
    }
    if (typed.p[0] == '=') {
        return read_marks(m, str_trim(str_sub(typed, 1, typed.n)), points, &marks) ? decide(m, marks, (Str){NULL, 0}, why)
                                                                                 : not_understood(m);
    }
    if (m->review.mode == REVIEW_SETTLE) {
        return pick_hand(m, typed, why);
    }
    if (m->row->open && !m->row->open->expect_count) {
        return not_understood(m);
    }
    if (m->row->open) {
        return decide_ticks(m, m->row->open, typed, why);
    }
    if (is(typed, "y", "o", "j")) {
        return decide(m, points, (Str){NULL, 0}, why);
    }
    return is(typed, "n", "0", "f") ? decide(m, num_int(0), (Str){NULL, 0}, why) : not_understood(m);
}

static Answered ask(Marking *m, uint32_t at)
{
    const Instance *grid = m->row->open ? review_grid(&m->review, m->row->open) : NULL;
    Buf typed;
    Answered a = ANSWER_AGAIN;
    show_task(m, at);
    if (grid && m->review.mode != REVIEW_SETTLE) {
        return mark_grid(m, m->row->open, grid);
    }
    buf_init(&typed, &m->c.cli->mem);
    while (a == ANSWER_AGAIN) {
        a = talk_read(&m->talk, &typed) ? take_typed(m, str_trim(buf_str(&typed))) : ANSWER_QUIT;
    }
    buf_free(&typed);
    return a;
}

/* ---- several copies of one candidate ---- */

static void list_copies(Marking *m)
{
    Arena *arena = &m->arena;
    Result one;
    m->several = arena_alloc(arena, (m->review.results.count + 1) * sizeof *m->several);
    m->several_count = 0;
    for (uint32_t i = 0; m->several && i < m->review.results.count; i++) {
        if (results_copy(&m->review.results, arena, m->review.results.copies[i].copy, &one) && !one.left_out &&
            str_eq(one.candidate, m->copy.candidate)) {
            m->several[m->several_count++] = one.copy;
            TALK(&m->talk, MARK_COPY, count(m, m->several_count), one.origin, number(m, one.total), number(m, one.pending));
        }
    }
}

/* All but one are set aside. */
static Answered keep_copy(Marking *m, uint32_t kept, Str why)
{
    for (uint32_t i = 0; i < m->several_count; i++) {
        Decision d = {.copy = m->several[i], .kind = "leave-out", .marks = num_int(1), .why = why};
        if (i != kept && !review_decide(&m->review, &d)) {
            return ANSWER_QUIT;
        }
    }
    TALK(&m->talk, MARK_KEPT, count(m, kept + 1));
    m->done++;
    return ANSWER_NEXT;
}

static Answered ask_copies(Marking *m)
{
    Buf b;
    Answered a = ANSWER_AGAIN;
    buf_init(&b, &m->c.cli->mem);
    talk_put(&m->talk, STR("\n"));
    TALK(&m->talk, MARK_SEVERAL, m->copy.candidate);
    list_copies(m);
    while (a == ANSWER_AGAIN && m->several_count > 1) {
        if (!talk_read(&m->talk, &b)) {
            a = ANSWER_QUIT;
            break;
        }
        Str typed = str_trim(buf_str(&b)), why = take_why(m, &typed);
        uint32_t n = typed.n == 1 && typed.p[0] >= '1' && typed.p[0] <= '9' ? (uint32_t)(typed.p[0] - '0') : 0;
        if (is(typed, "", "s", "p")) {
            a = ANSWER_NEXT;
        } else if (is(typed, "q", "quit", "quitter")) {
            a = ANSWER_QUIT;
        } else {
            a = n >= 1 && n <= m->several_count ? keep_copy(m, n - 1, why) : not_understood(m);
        }
    }
    buf_free(&b);
    return m->several_count > 1 ? a : ANSWER_NEXT;
}

/* ---- all tasks ---- */

static Answered one_task(Marking *m, uint32_t at)
{
    m->task = &m->review.tasks[at];
    m->raw = (RawCopy){0};
    if (!results_copy(&m->review.results, &m->arena, m->task->copy, &m->copy)) {
        return ANSWER_QUIT;
    }
    marker_read_boxes(&m->c.m, &m->arena, m->copy.boxes, &m->raw);
    if (m->task->item == REVIEW_WHOLE) {
        m->row = NULL;
        return m->copy.left_out ? ANSWER_NEXT : ask_copies(m);
    }
    m->row = &m->copy.rows[m->task->item];
    return m->copy.left_out ? ANSWER_NEXT : ask(m, at);
}

static void walk(Marking *m)
{
    uint32_t at = 0;
    bool going = true;
    while (going && at < m->review.task_count) {
        Answered a = one_task(m, at);
        going = a != ANSWER_QUIT;
        at = a == ANSWER_BACK ? (at ? at - 1 : 0) : at + 1;
        arena_clear(&m->arena);
    }
}

static ReviewMode mode_of(const Options *o)
{
    return options_has(o, OPTION_SETTLE)   ? REVIEW_SETTLE
           : options_has(o, OPTION_DOUBLE) ? REVIEW_DOUBLE
           : options_has(o, OPTION_ALL)    ? REVIEW_ALL
                                           : REVIEW_PENDING;
}

static void tell_end(Marking *m)
{
    Review left;
    uint32_t count_left = 0;
    if (review_open(&left, &m->c.book, &m->c.m, &m->c.now, mode_of(&m->c.cli->options))) {
        count_left = left.task_count;
    }
    review_close(&left);
    TALK(&m->talk, MARK_END, count(m, m->done), count(m, count_left));
}

/* ---- from a file ---- */

static void on_note(void *data, const RawCopy *about)
{
    Marking *m = data;
    for (uint32_t i = 0; i < about->note_count; i++) {
        Buf b;
        Str args[DIAG_ARGS] = {about->notes[i].about, about->notes[i].detail};
        buf_init(&b, &m->c.cli->mem);
        buf_put(&b, about->origin);
        buf_puts(&b, lang(m) == LANG_FR ? " : " : ": ");
        diag_message(&b, about->notes[i].id, args, lang(m));
        talk_put_line(&m->talk, &b);
        buf_free(&b);
    }
    m->several_count += about->note_count; /* something was not understood */
}

static bool take_file(Marking *m, const char *path)
{
    const Options *o = &m->c.cli->options;
    CopyReader reader;
    CopyOptions options = class_copy_options(&m->c);
    const char *const paths[] = {path};
    copies_open(&reader, m->c.cli->io, &m->c.cli->mem, paths, 1, &options);
    bool ok = review_from(&m->review, &reader, o->values[OPTION_WHY] ? str_from(o->values[OPTION_WHY]) : (Str){"", 0}, on_note,
                          m, &m->done);
    copies_close(&reader);
    return ok;
}

int mark_command(Cli *cli)
{
    Marking m = {0};
    const Options *o = &cli->options;
    int code = EXIT_OK;
    bool ok = class_open(&m.c, cli) && class_book(&m.c, DB_WRITE) && book_bind(&m.c.book, &m.c.m, &m.c.now);
    arena_init(&m.arena, &cli->mem);
    m.talk.c = &m.c;
    if (ok && review_open(&m.review, &m.c.book, &m.c.m, &m.c.now, mode_of(o))) {
        if (o->values[OPTION_FROM]) {
            code = take_file(&m, o->values[OPTION_FROM]) && m.several_count ? EXIT_BELOW : EXIT_OK;
        } else {
            talk_open(&m.talk, &m.c);
            walk(&m);
            talk_close(&m.talk);
            talk_put(&m.talk, STR("\n"));
        }
        tell_end(&m);
    }
    review_close(&m.review);
    arena_free(&m.arena);
    return class_end(&m.c, code);
}
