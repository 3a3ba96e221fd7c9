/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marking through its C interface: one key for many copies, in any order; texts that mean harm; memory that runs
   out at every allocation. What each rule gives is in tests/domain/. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "domain/check.h"
#include "domain/copy.h"
#include "domain/feedback.h"
#include "domain/points.h"
#include "lib/session.h"
#include "num/unit.h"

static const char *const novatech =
    "unit contact\n"
    "case novatech \"Novatech\"\n"
    "  exam \"BTS\" points 8 scaled to 20 to the nearest 0.5\n"
    "  intermediate rounding 0..2\n"
    "  question 2.3 \"Time\" points 5\n"
    "    given\n"
    "      contacts = 500 contact \"prospect file\"\n"
    "      unusable = 20 % \"unusable\"\n"
    "      booked = 5 % \"booked\"\n"
    "      call = 3 min\n"
    "      booking = 4 min\n"
    "    end\n"
    "    usable = contacts * (1 - unusable)\n"
    "    meetings = usable * booked\n"
    "    either \"by kind\"\n"
    "      answer without = (usable - meetings) * call to min points 1\n"
    "      answer with_one = meetings * (call + booking) to min points 1\n"
    "      duration = without + with_one\n"
    "    or \"all calls\"\n"
    "      answer calling = usable * call to min points 1\n"
    "      answer bookings = meetings * booking to min points 1\n"
    "      duration = calling + bookings\n"
    "    end\n"
    "    answer duration to min points 1 official 1280 min\n"
    "    answer hours = ceil(duration to h) points 1 official 22 h plausible hours < 100 h\n"
    "      accept duration to h why \"kept exact\"\n"
    "    open advice \"Advise\" points 1\n"
    "      expect at least 1\n"
    "        one \"one\" hints \"a\"\n"
    "      end\n"
    "    end\n"
    "    mistake \"forgot the unusable\" with unusable = 0 % award 50 %\n"
    "  end\n"
    "  question 2.4 \"Costs\" points 3\n"
    "    malus 1 \"no figures\" when cost is blank\n"
    "    given\n"
    "      wage = 17 €/h\n"
    "    end\n"
    "    answer cost = wage * hours points data 1, method 1, result 1 within 0.5 €\n"
    "  end\n"
    "  check duration = 1280 min\n"
    "end\n";

typedef struct World {
    Mem mem;
    IoMemory io;
    Session session;
    Cases cases;
    Key key;
} World;

static bool world_open(World *w, const char *text)
{
    *w = (World){0};
    mem_init(&w->mem, 0);
    io_memory_init(&w->io, &w->mem);
    SessionOptions o = {.io = &w->io.io, .lang = LANG_EN, .lang_given = true, .steps = 50000000, .stdlib = "nowhere"};
    return session_open(&w->session, &o) && session_load_text(&w->session, STR("test"), str_from(text)) &&
           cases_build(&w->cases, &w->session.graph, &w->session.diags) && w->cases.count == 1 &&
           key_open(&w->key, &w->session.graph, w->cases.list[0]);
}

static void world_close(World *w)
{
    key_close(&w->key);
    cases_free(&w->cases);
    session_close(&w->session);
    assert_int_equal(w->session.mem.used, 0);
    io_memory_free(&w->io);
    assert_int_equal(w->mem.used, 0);
}

/* "status marks, …" of all answers that count, then the total and the mark. */
static bool mark(World *w, const char *lines, char *out, size_t size)
{
    Mem *mem = &w->session.mem;
    Arena arena;
    CopyBoxes boxes;
    CopyMarks marks;
    Str wrong;
    Buf b;
    ShowStyle style = show_style(LANG_EN);
    arena_init(&arena, mem);
    buf_init(&b, mem);
    bool ok = copy_boxes(&boxes, &w->session.graph, w->cases.list[0], &arena) && copy_put_lines(&boxes, str_from(lines), &wrong);
    CopyText copy = {.answers = boxes.texts, .guess = true};
    ok = ok && judge_copy(&w->key, &copy, &arena, &marks);
    for (uint32_t i = 0; ok && i < marks.c->answer_count; i++) {
        const Judgement *j = &marks.answers[i];
        if (j->counts) {
            buf_puts(&b, status_name(j->status, LANG_EN));
            buf_putc(&b, ' ');
            value_show(&w->session.heap, &b, j->marks, &style);
            buf_puts(&b, ", ");
        }
        Buf message;
        buf_init(&message, mem);
        feedback_message(&message, &w->session.graph, marks.c, j);
        feedback_rule(&message, j, LANG_FR);
        b.failed = b.failed || message.failed;
        buf_free(&message);
    }
    if (ok) {
        buf_puts(&b, "total ");
        value_show(&w->session.heap, &b, marks.total, &style);
        buf_puts(&b, " mark ");
        value_show(&w->session.heap, &b, marks.mark, &style);
    }
    ok = ok && !b.failed;
    if (ok) {
        assert_true(b.n < size);
        memcpy(out, b.p, b.n);
        out[b.n] = 0;
    }
    buf_free(&b);
    arena_free(&arena);
    return ok;
}

static const struct {
    const char *lines, *want;
} copies[] = {
    {"without = 1140 min\nwith_one = 140 min\nduration = 1280 min\nhours = 22 h\ncost = 374 €",
     "right 1, right 1, right 1, right 1, right 3, total 7 mark 17.5"},
    {"calling = 1200 min\nbookings = 80 min\nduration = 1280 min\nhours = 21.33 h\ncost = 362.61 €",
     "right 1, right 1, right 1, alternative 1, carried 3, total 7 mark 17.5"},
    {"calling = 1500 min\nbookings = 100 min\nduration = 1600 min\nhours = 27 h\ncost = 459 €",
     "known mistake 0.5, carried 1, carried 1, carried 1, carried 3, total 6.5 mark 16.5"},
    {"calling = 1200 min\nbookings = 90 min\nduration = 1290 min\nhours = 22 h\ncost = 374 €",
     "right 1, wrong 0, carried 1, right 1, right 3, total 6 mark 15"},
    {"hours = 220 h\ncost = 3740 €", "blank 0, blank 0, blank 0, wrong 0, to review 0, total 0 mark 0"},
    {"hours = never\ncost = 3740 €", "blank 0, blank 0, blank 0, unreadable 0, to review 0, total 0 mark 0"},
    {"without = 1140\nhours = 22", "right 1, blank 0, blank 0, right 1, blank 0, total 2 mark 5"},
    {"", "blank 0, blank 0, blank 0, blank 0, blank 0, total 0 mark 0"},
};
enum { COPIES = sizeof copies / sizeof *copies };

static void test_copies_in_any_order(void **state)
{
    (void)state;
    World w;
    char got[1000];
    assert_true(world_open(&w, novatech));
    for (size_t round = 0; round < 5; round++) {
        for (size_t i = 0; i < COPIES; i++) {
            size_t at = (i * 5 + round * 3) % COPIES; /* another order each time */
            assert_true(mark(&w, copies[at].lines, got, sizeof got));
            assert_string_equal(got, copies[at].want);
            if (round & 1u) {
                heap_collect(&w.session.heap);
            }
        }
    }
    world_close(&w);
}

static void test_memory_stays_flat(void **state)
{
    (void)state;
    World w;
    char got[1000];
    assert_true(world_open(&w, novatech));
    for (size_t i = 0; i < COPIES; i++) {
        assert_true(mark(&w, copies[i].lines, got, sizeof got));
    }
    heap_collect(&w.session.heap);
    size_t before = w.session.mem.used;
    for (size_t i = 0; i < 20 * COPIES; i++) {
        assert_true(mark(&w, copies[i % COPIES].lines, got, sizeof got));
    }
    heap_collect(&w.session.heap);
    assert_true(w.session.mem.used <= before + before / 10);
    world_close(&w);
}

/* ---- open answers ticked by hand (rules 4.11) ---- */

static const char *const opens =
    "case c\n"
    "  question 1 points 9\n"
    "    open two_of_three points 3\n"
    "      expect at least 2 of\n"
    "        a \"a\"\n"
    "        b \"b\"\n"
    "        d \"d\"\n"
    "      end\n"
    "      accept other\n"
    "    end\n"
    "    open own points 2\n"
    "      expect\n"
    "        a \"a\" points 0.5\n"
    "        b \"b\" points 1.5\n"
    "      end\n"
    "    end\n"
    "    open whole points 1 all or nothing\n"
    "      expect\n"
    "        a \"a\"\n"
    "        b \"b\"\n"
    "      end\n"
    "    end\n"
    "    open sides points 3\n"
    "      expect at least 1\n"
    "        a \"a\"\n"
    "        b \"b\"\n"
    "      end\n"
    "      expect at least 2\n"
    "        d \"d\"\n"
    "        e \"e\"\n"
    "        f \"f\"\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "end\n";

static void test_open_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t open;
        bool ticked[5];
        uint32_t other;
        int64_t num, den;
    } rows[] = {
        {0, {0}, 0, 0, 1},          {0, {1}, 0, 3, 2},          {0, {1, 1}, 0, 3, 1},       {0, {1, 1, 1}, 0, 3, 1},
        {0, {1}, 1, 3, 1},          {0, {0}, 5, 3, 1},          {1, {1, 0}, 0, 1, 2},       {1, {0, 1}, 3, 3, 2},
        {1, {1, 1}, 0, 2, 1},       {2, {1, 0}, 0, 0, 1},       {2, {1, 1}, 0, 1, 1},       {3, {1, 1}, 0, 1, 1},
        {3, {1, 0, 1}, 0, 2, 1},    {3, {1, 1, 1, 1, 1}, 0, 3, 1},
    };
    World w;
    assert_true(world_open(&w, opens));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const Open *o = w.cases.list[0]->opens[rows[i].open];
        Value got = points_of_open(&w.session.num, o, rows[i].ticked, rows[i].other), want;
        assert_int_equal(num_from_ratio(&w.session.num, rows[i].num, rows[i].den, U_PLAIN, &want), NUM_OK);
        assert_true(points_equal(&w.session.num, got, want));
    }
    world_close(&w);
}

static void test_a_copy_closed_by_a_corrector(void **state)
{
    (void)state;
    World w;
    Arena arena;
    CopyBoxes boxes;
    CopyMarks marks;
    static const bool first[5] = {true};
    const OpenTicks ticks[4] = {{first, 0, true, NULL}, {NULL, 0, true, NULL}, {first, 0, false, NULL}, {NULL, 0, false, NULL}};
    assert_true(world_open(&w, opens));
    arena_init(&arena, &w.session.mem);
    assert_true(copy_boxes(&boxes, &w.session.graph, w.cases.list[0], &arena));
    CopyText copy = {.answers = boxes.texts, .opens = ticks};
    assert_true(judge_copy(&w.key, &copy, &arena, &marks));
    assert_int_equal(marks.opens[0].status, ANSWER_PARTIAL);
    assert_int_equal(marks.opens[1].status, ANSWER_WRONG);
    assert_int_equal(marks.opens[2].status, ANSWER_REVIEW); /* looked at, not closed */
    assert_int_equal(marks.opens[3].status, ANSWER_REVIEW);
    assert_true(points_equal(&w.session.num, marks.pending, num_int(4)));
    arena_free(&arena);
    world_close(&w);
}

/* ---- texts that mean harm ---- */

static const Judgement *judge_raw(World *w, Arena *arena, Str text, CopyMarks *marks)
{
    CopyBoxes boxes;
    assert_true(copy_boxes(&boxes, &w->session.graph, w->cases.list[0], arena));
    assert_true(copy_put(&boxes, STR("2.4.cost"), text));
    CopyText copy = {.answers = boxes.texts, .guess = true};
    assert_true(judge_copy(&w->key, &copy, arena, marks));
    return &marks->answers[marks->c->answer_count - 1];
}

static void repeat(char *out, size_t size, const char *piece)
{
    size_t n = strlen(piece), at = 0;
    while (at + n < size) {
        memcpy(out + at, piece, n);
        at += n;
    }
    out[at] = 0;
}

static void test_texts_that_mean_harm(void **state)
{
    (void)state;
    static const char *const pieces[] = {"(",  "-",   "1+",  "1^",    "9",     "=",     "1=",  "\xff", "€/h ",
                                         "x",  "1x1", "/",   "1/0",   "2^9^9", ")",     ",",   "1,",   "1 h ",
                                         "\n", "%",   "1 %", "\xE2\x89\x88", "\xE2", "1/3+", "1e9", "@"};
    static char text[70000];
    World w;
    assert_true(world_open(&w, novatech));
    for (size_t size = 8; size < sizeof text; size *= 9) {
        for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
            Arena arena;
            CopyMarks marks;
            arena_init(&arena, &w.session.mem);
            repeat(text, size, pieces[i]);
            const Judgement *j = judge_raw(&w, &arena, str_from(text), &marks);
            assert_int_equal(j->reading->raw.n, strlen(text)); /* kept as it was written */
            assert_true(j->status == ANSWER_UNREADABLE || j->status == ANSWER_REVIEW || j->status == ANSWER_BLANK);
            arena_free(&arena);
        }
    }
    world_close(&w);
}

/* A class of copies cannot use up the table of units. */
static void test_units_of_copies_are_forgotten(void **state)
{
    (void)state;
    World w;
    char lines[100], got[1000];
    assert_true(world_open(&w, novatech));
    assert_true(key_freeze(&w.key));
    uint32_t before = unit_mark(&w.session.num).units;
    for (int i = 1; i <= 12; i++) {
        for (int k = 1; k <= 12; k++) {
            snprintf(lines, sizeof lines, "hours = 22 m^%d/kg^%d\ncost = 3 L^%d/W^%d", i, k, k, i);
            assert_true(mark(&w, lines, got, sizeof got));
            assert_true(unit_mark(&w.session.num).units < before + 40);
            if (k % 4 == 0) {
                size_t at = (size_t)i % COPIES;
                assert_true(mark(&w, copies[at].lines, got, sizeof got));
                assert_string_equal(got, copies[at].want);
            }
        }
    }
    world_close(&w);
}

/* ---- memory that runs out ---- */

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    char got[1000];
    for (uint64_t nth = 1;; nth++) {
        World w;
        assert_true(world_open(&w, novatech));
        w.session.mem.calls = 0;
        w.session.mem.fail_at = nth;
        bool ok = true;
        for (size_t i = 0; i < 5 && ok; i++) {
            ok = mark(&w, copies[i].lines, got, sizeof got);
            if (ok && w.session.mem.calls < nth) {
                assert_string_equal(got, copies[i].want);
            }
        }
        bool reached = w.session.mem.calls >= nth;
        w.session.mem.fail_at = 0;
        vm_take_fault(&w.session.vm);
        world_close(&w);
        if (!reached) {
            assert_true(ok);
            break;
        }
    }
}

static void test_audit_without_memory(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        World w = {0};
        CheckReport report;
        assert_true(world_open(&w, novatech));
        w.session.mem.calls = 0;
        w.session.mem.fail_at = nth;
        bool ok = check_run(&report, &w.session.graph);
        bool reached = w.session.mem.calls >= nth;
        w.session.mem.fail_at = 0;
        if (!reached) {
            assert_true(ok && check_passed(&report));
            assert_int_equal(report.official_count, 2);
            assert_int_equal(report.line_count, 2); /* one check, in each branch */
            assert_int_equal(report.findings.warnings, 0);
        }
        check_free(&report);
        vm_take_fault(&w.session.vm);
        world_close(&w);
        if (!reached) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies_in_any_order),      cmocka_unit_test(test_memory_stays_flat),
        cmocka_unit_test(test_open_answers),             cmocka_unit_test(test_a_copy_closed_by_a_corrector),
        cmocka_unit_test(test_texts_that_mean_harm),     cmocka_unit_test(test_every_allocation_fails_once),
        cmocka_unit_test(test_audit_without_memory),     cmocka_unit_test(test_units_of_copies_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
