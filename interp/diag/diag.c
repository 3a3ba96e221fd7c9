/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a list in an arena, in order of reporting. There are at most LIMIT_DIAGNOSTICS of them, so looking for
   a twin is a walk along the list. */
#include "diag/diag.h"

#include "base/limits.h"
#include "diag/catalogue.h"

const char *diag_code(DiagId id)
{
    return catalogue_get(id)->code;
}

Severity diag_severity(DiagId id)
{
    return catalogue_get(id)->severity;
}

void diags_init(Diags *d, Mem *m)
{
    *d = (Diags){0};
    arena_init(&d->arena, m);
}

void diags_free(Diags *d)
{
    arena_free(&d->arena);
    diags_init(d, d->arena.mem);
}

void diags_clear(Diags *d)
{
    diags_free(d);
}

static void diags_append(Diags *d, Diag *item)
{
    if (d->last)
        d->last->next = item;
    else
        d->first = item;
    d->last = item;
}

static void diags_count(Diags *d, DiagId id)
{
    Severity s = diag_severity(id);
    d->errors += s == SEV_ERROR || s == SEV_LIMIT;
    d->limits += s == SEV_LIMIT;
    d->warnings += s == SEV_WARNING;
}

/* Memory is out: say so, once, with the diagnostic that is kept for it. */
static Diag *diags_exhausted(Diags *d)
{
    if (!d->exhausted) {
        d->exhausted = true;
        d->spare = (Diag){.id = D_OUT_OF_MEMORY};
        diags_count(d, D_OUT_OF_MEMORY);
        diags_append(d, &d->spare);
    }
    return &d->spare;
}

static bool diag_copy_args(Arena *a, Str to[DIAG_ARGS], const Str *args, size_t count)
{
    for (size_t i = 0; i < count && i < DIAG_ARGS; i++) {
        to[i] = arena_str(a, args[i]);
        if (!to[i].p)
            return false;
    }
    return true;
}

static bool diag_same_args(const Diag *item, const Str *args, size_t count)
{
    for (size_t i = 0; i < count && i < DIAG_ARGS; i++)
        if (!str_eq(item->args[i], args[i]))
            return false;
    return true;
}

static bool diags_has(const Diags *d, DiagId id, Span span, const Str *args, size_t count)
{
    for (const Diag *i = d->first; i; i = i->next)
        if (i->id == id && i->span.source == span.source && i->span.start == span.start && i->span.end == span.end &&
            diag_same_args(i, args, count))
            return true;
    return false;
}

static bool diags_full(const Diags *d)
{
    uint32_t count = 0;
    for (const Diag *i = d->first; i && count < LIMIT_DIAGNOSTICS; i = i->next)
        count++;
    return count >= LIMIT_DIAGNOSTICS;
}

Diag *diag_report(Diags *d, DiagId id, Span span, const Str *args, size_t count)
{
    if (diags_has(d, id, span, args, count))
        return &d->spare;
    if (diags_full(d)) {
        diags_count(d, id);
        d->dropped++;
        return &d->spare;
    }
    Diag *item = arena_alloc(&d->arena, sizeof *item);
    if (!item || !diag_copy_args(&d->arena, item->args, args, count))
        return diags_exhausted(d);
    item->id = id;
    item->span = span;
    diags_count(d, id);
    diags_append(d, item);
    return item;
}

void diag_note(Diags *d, Diag *on, DiagId id, Span span, const Str *args, size_t count)
{
    if (on == &d->spare)
        return;
    DiagNote *item = arena_alloc(&d->arena, sizeof *item);
    if (!item || !diag_copy_args(&d->arena, item->args, args, count)) {
        diags_exhausted(d);
        return;
    }
    item->id = id;
    item->span = span;
    if (on->last_note)
        on->last_note->next = item;
    else
        on->notes = item;
    on->last_note = item;
}
