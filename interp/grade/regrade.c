/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: each copy is read back from its boxes and judged; its rows are compared by address with those of the edition that
   counts. Applying does the same once more within one transaction. */
#include <string.h>

#include "grade/regrade.h"

typedef struct OldRow {
    Str address, status, marks;
    bool counts, by_hand, seen;
} OldRow;

typedef struct One { /* copy at hand */
    Regrade *r;
    Arena *arena;
    int64_t copy;
    int64_t old_edition;
    RawCopy raw;
    bool ticked;
    Str mark_before;
    OldRow *rows;
    uint32_t count;
    Prepared prepared;
    Marked marked;
} One;

static Str kept(Arena *a, Str s) { return arena_str(a, s); }

/* ---- what there is ---- */

static bool read_copy(One *o)
{
    Book *b = o->r->book;
    DbStatement *s = db_prepare(&b->db, "SELECT candidate, second, origin, boxes, ticked, aside, mark FROM copy JOIN result "
                                        "USING(copy) WHERE copy = ? AND edition = ?");
    db_bind_int(s, o->copy);
    db_bind_int(s, o->old_edition);
    if (!db_step(&b->db, s)) {
        return book_failed(b);
    }
    o->raw = (RawCopy){.candidate = kept(o->arena, db_text(s))};
    o->raw.second = kept(o->arena, db_text(s));
    o->raw.origin = kept(o->arena, db_text(s));
    Str boxes = kept(o->arena, db_text(s));
    o->ticked = db_int(s) != 0;
    o->raw.kind = db_int(s) ? COPY_ASIDE : COPY_WHOLE;
    o->mark_before = kept(o->arena, db_text(s));
    db_reset(s);
    if (!marker_read_boxes(o->r->m, o->arena, boxes, &o->raw)) {
        diag(b->diags, D_BOOK_DAMAGED, (Span){0}, b->path, STR("boxes"));
        return false;
    }
    return !o->arena->failed;
}

static bool read_rows(One *o)
{
    Book *b = o->r->book;
    DbStatement *s = db_prepare(&b->db, "SELECT count(*) FROM mark WHERE copy = ? AND edition = ?");
    db_bind_int(s, o->copy);
    db_bind_int(s, o->old_edition);
    int64_t n = db_step(&b->db, s) ? db_int(s) : 0;
    db_reset(s);
    o->rows = arena_alloc(o->arena, ((size_t)n + 1) * sizeof *o->rows);
    o->count = 0;
    s = db_prepare(&b->db, "SELECT address, status, marks, counts, EXISTS(SELECT 1 FROM correction k WHERE k.copy = m.copy AND "
                           "k.address = i.address AND kind IN ('mark', 'settle')) FROM mark m JOIN item i USING(edition, item) "
                           "WHERE m.copy = ? AND m.edition = ? ORDER BY item");
    db_bind_int(s, o->copy);
    db_bind_int(s, o->old_edition);
    while (o->rows && o->count < n && db_step(&b->db, s)) {
        OldRow *row = &o->rows[o->count++];
        *row = (OldRow){.address = kept(o->arena, db_text(s))};
        row->status = kept(o->arena, db_text(s));
        row->marks = kept(o->arena, db_text(s));
        row->counts = db_int(s) != 0;
        row->by_hand = db_int(s) != 0;
    }
    bool ok = b->db.error == DB_OK || book_failed(b);
    if (s) {
        db_reset(s);
    }
    return ok && o->rows && !o->arena->failed;
}

/* ---- comparing ---- */

static Str item_address(const Case *c, uint32_t i)
{
    return i < c->answer_count ? c->answers[i]->address : c->opens[i - c->answer_count]->address;
}

/* Of those that count: branches may share an address. */
static OldRow *old_row(One *o, Str address)
{
    for (uint32_t i = 0; i < o->count; i++) {
        if (o->rows[i].counts && !o->rows[i].seen && str_eq(o->rows[i].address, address)) {
            return &o->rows[i];
        }
    }
    return NULL;
}

static void tell(One *o, const Change *c, bool *any)
{
    o->r->changes++;
    *any = true;
    if (o->r->change) {
        o->r->change(o->r->data, c);
    }
}

static void compare(One *o)
{
    const Case *c = o->r->m->c;
    bool any = false;
    for (uint32_t i = 0; i < o->marked.row_count; i++) {
        const MarkRow *now = &o->marked.rows[i];
        OldRow *old = now->counts ? old_row(o, item_address(c, i)) : NULL;
        Str status = str_from(status_code(now->status));
        if (!now->counts) {
            continue;
        }
        if (old) {
            old->seen = true;
        }
        if (!old || !str_eq(old->marks, now->marks) || !str_eq(old->status, status)) {
            tell(o, &(Change){.candidate = o->raw.candidate, .address = item_address(c, i),
                              .status_before = old ? old->status : (Str){"", 0},
                              .marks_before = old ? old->marks : (Str){"", 0}, .status_after = status,
                              .marks_after = now->marks, .message_after = now->message, .by_hand = old && old->by_hand}, &any);
        }
    }
    for (uint32_t i = 0; i < o->count; i++) {
        const OldRow *old = &o->rows[i];
        if (old->counts && !old->seen) {
            tell(o, &(Change){.candidate = o->raw.candidate, .address = old->address, .status_before = old->status,
                              .marks_before = old->marks, .by_hand = old->by_hand}, &any);
        }
    }
    o->r->changed_copies += any;
    if (!str_eq(o->mark_before, o->marked.mark) && o->r->total) {
        o->r->total(o->r->data, &(TotalChange){o->raw.candidate, o->mark_before, o->marked.mark});
    }
}

/* ---- all copies ---- */

static bool judge_again(One *o)
{
    Marker *m = o->r->m;
    m->options.ticked = o->ticked;
    if (!marker_prepare(m, o->arena, &o->raw, &o->prepared) || !marker_mark(m, o->arena, &o->prepared, NULL, &o->marked)) {
        if (m->session.vm.fault) {
            vm_report(&m->session.vm, &m->session.diags);
        } else {
            diag0(&m->session.diags, D_OUT_OF_MEMORY, (Span){0});
        }
        return false;
    }
    return true;
}

static bool each_copy(Regrade *r, int64_t old_edition, int64_t new_edition, bool record)
{
    Arena kept_ids, arena;
    Book *b = r->book;
    int64_t *ids;
    uint32_t count = 0;
    arena_init(&kept_ids, &r->m->session.mem);
    arena_init(&arena, &r->m->session.mem);
    DbStatement *s = db_prepare(&b->db, "SELECT count(*) FROM result WHERE edition = ?");
    db_bind_int(s, old_edition);
    int64_t n = db_step(&b->db, s) ? db_int(s) : 0;
    ids = arena_alloc(&kept_ids, ((size_t)n + 1) * sizeof *ids);
    s = db_prepare(&b->db, "SELECT copy FROM result JOIN copy USING(copy) WHERE edition = ? ORDER BY candidate, copy.sum");
    db_bind_int(s, old_edition);
    while (ids && count < n && db_step(&b->db, s)) {
        ids[count++] = db_int(s);
    }
    bool ok = ids && (b->db.error == DB_OK || book_failed(b));
    if (s) {
        db_reset(s);
    }
    for (uint32_t i = 0; ok && i < count; i++) {
        One o = {.r = r, .arena = &arena, .copy = ids[i], .old_edition = old_edition};
        ok = read_copy(&o) && judge_again(&o);
        if (ok && record) {
            ok = book_judged(b, o.copy, new_edition) ||
                 book_record_marks(b, o.copy, new_edition, &o.prepared, &o.marked) || book_failed(b);
        } else if (ok) {
            r->copies++;
            ok = read_rows(&o);
            if (ok) {
                compare(&o);
            }
        }
        arena_clear(&arena);
    }
    arena_free(&arena);
    arena_free(&kept_ids);
    return ok;
}

bool regrade_run(Regrade *r)
{
    Book *b = r->book;
    int64_t old = b->edition;
    bool ticked = r->m->options.ticked;
    if (!book_of_case(b, r->m) || !(db_begin(&b->db) || book_failed(b))) {
        return false;
    }
    int64_t edition = book_add_edition(b, r->m, r->now);
    r->same_edition = edition == old;
    bool ok = edition && (r->same_edition || each_copy(r, old, edition, false));
    if (ok && r->apply && !r->same_edition) {
        ok = each_copy(r, old, edition, true) && book_apply(b, edition, r->now) && (db_commit(&b->db) || book_failed(b));
    } else {
        db_rollback(&b->db);
    }
    if (!ok) {
        db_rollback(&b->db);
        b->edition = old;
    }
    r->m->options.ticked = ticked;
    return ok;
}
