/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "grade/practice.h"

#include <string.h>

/* ---- what is asked ---- */

static Step *add_step(Practice *p, StepKind kind, const Either *either, uint32_t branch)
{
    if (p->step_count == p->step_room) {
        uint32_t room = p->step_room ? p->step_room * 2 : 64;
        Step *more = arena_alloc(&p->kept, room * sizeof *more);
        if (!more) {
            return NULL;
        }
        if (p->step_count) {
            memcpy(more, p->steps, p->step_count * sizeof *more);
        }
        p->steps = more;
        p->step_room = room;
    }
    Step *s = &p->steps[p->step_count++];
    *s = (Step){.kind = kind, .either = either, .branch = branch};
    return s;
}

static void add_answer(Practice *p, const Either *either, uint32_t branch, const Answer *a)
{
    Step *s = add_step(p, STEP_ANSWER, either, branch);
    if (s) {
        s->answer = a;
    }
}

static void add_items(Practice *p, const Either *either, uint32_t branch, const Items *items);

static void add_either(Practice *p, const Either *outer, uint32_t branch, const Either *e)
{
    Step *s = add_step(p, STEP_METHOD, outer, branch);
    if (s) {
        s->method = e;
    }
    for (uint32_t i = 0; i < e->branch_count; i++) {
        add_items(p, e, i, &e->branches[i].items);
    }
}

static void add_item(Practice *p, const Either *either, uint32_t branch, const Item *it)
{
    Step *s;
    const AnswerTable *t = it->table;
    switch (it->kind) {
    case ITEM_QUESTION:
        if ((s = add_step(p, STEP_QUESTION, NULL, 0))) {
            s->question = it->child;
            add_items(p, NULL, 0, &it->child->items);
        }
        break;
    case ITEM_ANSWER: add_answer(p, either, branch, it->answer); break;
    case ITEM_TABLE:
        for (uint32_t i = 0; i < t->rows * t->columns; i++) {
            if (t->cells[i]) {
                add_answer(p, either, branch, t->cells[i]);
            }
        }
        break;
    case ITEM_OPEN:
        if ((s = add_step(p, STEP_OPEN, either, branch))) {
            s->open = it->open;
        }
        break;
    case ITEM_EITHER: add_either(p, either, branch, it->either); break;
    default: break;
    }
}

static void add_items(Practice *p, const Either *either, uint32_t branch, const Items *items)
{
    for (uint32_t i = 0; i < items->count; i++) {
        add_item(p, either, branch, &items->list[i]);
    }
}

bool practice_open(Practice *p, Marker *m, const Case *c, Str candidate)
{
    uint32_t eithers = m->session.program.either_count;
    *p = (Practice){.m = m, .c = c, .candidate = candidate};
    arena_init(&p->kept, &m->session.mem);
    arena_init(&p->judged, &m->session.mem);
    p->choice = arena_alloc(&p->kept, (eithers + 1) * sizeof *p->choice);
    p->answers = arena_alloc(&p->kept, (c->answer_count + 1) * sizeof *p->answers);
    p->opens = arena_alloc(&p->kept, (c->open_count + 1) * sizeof *p->opens);
    for (uint32_t i = 0; p->choice && i < eithers; i++) {
        p->choice[i] = UINT32_MAX;
    }
    add_items(p, NULL, 0, &c->items);
    return !p->kept.failed;
}

void practice_close(Practice *p)
{
    arena_free(&p->kept);
    arena_free(&p->judged);
}

bool practice_asks(const Practice *p, const Step *s) { return !case_left_out(s->either, s->branch, p->choice); }

static bool is_box(const Step *s) { return s->kind == STEP_ANSWER || s->kind == STEP_OPEN; }

void practice_count(const Practice *p, uint32_t *asked, uint32_t *filled)
{
    *asked = *filled = 0;
    for (uint32_t i = 0; i < p->step_count; i++) {
        const Step *s = &p->steps[i];
        if (is_box(s) && practice_asks(p, s)) {
            *asked += 1;
            *filled += practice_text(p, s).p != NULL;
        }
    }
}

uint32_t practice_first_empty(const Practice *p)
{
    for (uint32_t i = 0; i < p->step_count; i++) {
        const Step *s = &p->steps[i];
        bool unchosen = s->kind == STEP_METHOD && p->choice[s->method->program_either] == UINT32_MAX;
        if (practice_asks(p, s) && (unchosen || (is_box(s) && !practice_text(p, s).p))) {
            return i;
        }
    }
    return p->step_count;
}

void practice_choose(Practice *p, const Either *e, uint32_t branch) { p->choice[e->program_either] = branch; }

/* ---- boxes ---- */

Str practice_text(const Practice *p, const Step *s)
{
    return s->kind == STEP_ANSWER ? p->answers[s->answer->number] : p->opens[s->open->number];
}

bool practice_put(Practice *p, const Step *s, Str text)
{
    Str kept = arena_str(&p->kept, text);
    if (s->kind == STEP_OPEN) {
        p->opens[s->open->number] = kept;
        return kept.p != NULL;
    }
    for (uint32_t i = 0; i < p->c->answer_count; i++) {
        if (str_eq(p->c->answers[i]->address, s->answer->address)) {
            p->answers[i] = kept;
        }
    }
    return kept.p != NULL;
}

static bool met_before(const Practice *p, const Answer *a)
{
    uint32_t i = 0;
    while (!str_eq(p->c->answers[i]->address, a->address)) {
        i++;
    }
    return i < a->number;
}

/* An address once, in the order of the text. */
static void fill_copy(const Practice *p, Arena *arena, RawCopy *raw)
{
    for (uint32_t i = 0; i < p->c->answer_count; i++) {
        if (p->answers[i].p && !met_before(p, p->c->answers[i])) {
            copy_add_box(arena, raw, p->c->answers[i]->address, p->answers[i]);
        }
    }
    for (uint32_t i = 0; i < p->c->open_count; i++) {
        if (p->opens[i].p) {
            copy_add_box(arena, raw, p->c->opens[i]->address, p->opens[i]);
        }
    }
}

bool practice_judge(Practice *p)
{
    RawCopy raw = {.candidate = p->candidate, .origin = p->candidate};
    Prepared prepared;
    arena_clear(&p->judged);
    fill_copy(p, &p->judged, &raw);
    return !p->judged.failed && marker_prepare(p->m, &p->judged, &raw, &prepared) &&
           marker_mark(p->m, &p->judged, &prepared, NULL, &p->marked);
}

const MarkRow *practice_row(const Practice *p, const Answer *a)
{
    return p->marked.rows ? &p->marked.rows[a->number] : NULL;
}

/* ---- the copy file ---- */

static void put_box(Buf *out, Str address, Str text)
{
    buf_put(out, address);
    buf_puts(out, " = ");
    for (size_t i = 0; i < text.n; i++) {
        buf_putc(out, text.p[i]);
        buf_puts(out, text.p[i] == '\n' ? "  " : ""); /* what is indented goes on */
    }
    buf_putc(out, '\n');
}

void practice_write(const Practice *p, Buf *out)
{
    bool french = p->c->lang == LANG_FR;
    RawCopy raw = {0};
    Arena arena;
    arena_init(&arena, p->kept.mem);
    fill_copy(p, &arena, &raw);
    buf_puts(out, french ? "copie « " : "copy \"");
    buf_put(out, p->candidate);
    buf_puts(out, french ? " » de " : "\" of ");
    buf_put(out, p->c->name);
    buf_putc(out, '\n');
    for (uint32_t i = 0; i < raw.box_count; i++) {
        put_box(out, raw.boxes[i].address, raw.boxes[i].text);
    }
    out->failed = out->failed || arena.failed;
    arena_free(&arena);
}

/* The method whose boxes hold most. */
static void choose_methods(Practice *p)
{
    for (uint32_t i = 0; i < p->c->either_count; i++) {
        const Either *e = p->c->eithers[i];
        uint32_t best = 0;
        for (uint32_t b = 0; b < e->branch_count; b++) {
            uint32_t filled = 0;
            for (uint32_t k = 0; k < p->c->answer_count; k++) {
                const Answer *a = p->c->answers[k];
                filled += a->either == e && a->branch == b && p->answers[k].p;
            }
            if (filled > best) {
                best = filled;
                practice_choose(p, e, b);
            }
        }
    }
}

bool practice_read(Practice *p, const RawCopy *copy)
{
    for (uint32_t i = 0; i < copy->box_count; i++) {
        CopyPlace place = marker_place(p->m, copy->boxes[i].address);
        Step s = {.kind = place.kind == PLACE_OPEN ? STEP_OPEN : STEP_ANSWER};
        if (place.kind == PLACE_ANSWER) {
            s.answer = p->c->answers[place.number];
        } else if (place.kind == PLACE_OPEN) {
            s.open = p->c->opens[place.number];
        } else {
            continue;
        }
        if (!practice_put(p, &s, copy->boxes[i].text)) {
            return false;
        }
    }
    choose_methods(p);
    return true;
}
