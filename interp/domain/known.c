/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one judgement a hash, the first that comes. A key that is dropped takes them with it. */
#include "domain/known.h"

enum { KNOWN_BYTES = 64 };

typedef struct Known {
    Str raw;
    Reading reading; /* of that copy of the words */
    Judgement judgement;
} Known;

static Known **place(const AnswerKey *ak, Str raw) { return &ak->known[str_hash(raw) & (KEY_KNOWN - 1)]; }

const Judgement *known_find(const AnswerKey *ak, Str raw)
{
    if (!raw.n || raw.n > KNOWN_BYTES) {
        return NULL;
    }
    const Known *known = *place(ak, raw);
    return known && str_eq(known->raw, raw) ? &known->judgement : NULL;
}

/* Several figures: which one is meant depends on the slips that the copy has paid for already. */
static bool is_simply_right(const Judgement *g)
{
    const Reading *r = g->reading;
    return g->status == ANSWER_RIGHT && g->rule == RULE_REFERENCE && !g->slips && !g->forgiven && g->meant.tag == T_NUM &&
           r->count == 1 && r->figures[0].value.tag == T_NUM && r->raw.n <= KNOWN_BYTES;
}

void known_keep(Key *k, AnswerKey *ak, const Judgement *g)
{
    if (!is_simply_right(g) || *place(ak, g->reading->raw)) {
        return;
    }
    Known *known = arena_alloc(&k->arena, sizeof *known);
    Str raw = known ? arena_str(&k->arena, g->reading->raw) : (Str){NULL, 0};
    if (!raw.p || !reading_parse(k->graph->vm->num, k->c->lang, &k->arena, raw, &known->reading)) {
        k->arena.failed = false; /* it will be judged again: nothing is lost */
        return;
    }
    known->raw = raw;
    known->judgement = *g;
    known->judgement.reading = &known->reading;
    *place(ak, raw) = known;
}
