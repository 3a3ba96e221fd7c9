/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Editions of a gradebook: the texts of a case, what each answer expects and by which rules, kept with the marks. */
#include <string.h>

#include "base/utf8.h"
#include "domain/points.h"
#include "format/json.h"
#include "grade/book.h"
#include "grade/engine.h"
#include "grade/exact.h"

#ifndef BAREME_VERSION
#define BAREME_VERSION "0"
#endif

static void edition_sum(const Marker *m, char out[DIGEST_HEX])
{
    Digest d;
    digest_begin(&d);
    digest_put(&d, m->c->name);
    digest_put(&d, (Str){m->sum, DIGEST_HEX});
    digest_put(&d, STR(BAREME_ENGINE_SUM));
    digest_put_number(&d, m->options.variants);
    digest_end_hex(&d, out);
}

/* ---- the rules of an answer ---- */

static void member(JsonWriter *w, Str key, Str text)
{
    json_key(w, key);
    json_text(w, text);
}

static void put_value(Marker *m, JsonWriter *w, Str key, Value v)
{
    Buf b;
    ShowStyle style = show_style(m->c->lang);
    style.number.kind = NF_WRITTEN;
    buf_init(&b, w->out->mem);
    value_show(&m->session.heap, &b, v, &style);
    member(w, key, buf_str(&b));
    w->out->failed = w->out->failed || b.failed;
    buf_free(&b);
}

static void put_slips(Marker *m, JsonWriter *w, const Rules *r)
{
    static const char *const names[] = {
#define SLIP(id, word, share) #id,
#include "domain/slip.def"
#undef SLIP
    };
    json_key(w, STR("slips"));
    json_object(w);
    for (int i = 0; i < SLIP_COUNT; i++) {
        put_value(m, w, str_from(names[i]), r->slips[i]);
    }
    json_end(w);
}

static void put_intermediate(JsonWriter *w, const Rules *r)
{
    json_key(w, STR("intermediate_rounding"));
    json_array(w);
    for (uint32_t i = 0; i < r->intermediate_count; i++) {
        json_int(w, r->intermediate[i]);
    }
    json_end(w);
}

static Str source_of(const Marker *m, const Node *n)
{
    return n ? source_text(&m->session.sources, n->span) : (Str){"", 0};
}

static void put_accepts(Marker *m, JsonWriter *w, const Answer *a)
{
    json_key(w, STR("accept"));
    json_array(w);
    for (uint32_t i = 0; i < a->accept_count; i++) {
        json_text(w, source_of(m, a->accepts[i].node));
    }
    json_end(w);
}

static void put_rules(Marker *m, JsonWriter *w, const Answer *a)
{
    static const char *const carries[] = {"full", "half", "none"};
    const Rules *r = &a->rules;
    Value within;
    json_object(w);
    member(w, STR("carry"), str_from(carries[r->carry]));
    json_key(w, STR("decimals"));
    json_int(w, r->decimals);
    json_key(w, STR("significant"));
    json_int(w, r->significant);
    json_key(w, STR("exact"));
    json_bool(w, r->exact);
    if (r->within != NO_SLOT && key_value(&m->key, m->key.base, r->within, &within)) {
        put_value(m, w, STR("within"), within);
    }
    put_slips(m, w, r);
    put_intermediate(w, r);
    put_accepts(m, w, a);
    if (a->table) {
        member(w, STR("table"), a->table->address);
    }
    if (a->either) {
        json_key(w, STR("either"));
        json_int(w, a->either->number);
        json_key(w, STR("branch"));
        json_int(w, a->branch);
    }
    json_end(w);
}

/* ---- items ---- */

typedef struct EditionItem {
    int64_t edition, number;
    Str kind, address, title, question, points, text, expected, exact, rules;
} EditionItem;

static bool insert_item(Book *b, const EditionItem *i)
{
    DbStatement *s = db_prepare(&b->db, "INSERT INTO item(edition, item, kind, address, title, question, points, text, "
                                        "expected, exact, rules) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(s, i->edition);
    db_bind_int(s, i->number);
    db_bind_text(s, i->kind);
    db_bind_text(s, i->address);
    db_bind_text(s, i->title);
    db_bind_text(s, i->question);
    db_bind_text(s, i->points);
    db_bind_text(s, i->text);
    db_bind_text(s, i->expected);
    db_bind_text(s, i->exact);
    db_bind_text(s, i->rules);
    return db_finish(&b->db, s);
}

static Str text_or_empty(Str s) { return s.p ? s : (Str){"", 0}; }

static bool add_answer(Book *b, Marker *m, int64_t edition, const Answer *a)
{
    Arena arena;
    Buf rules, expected, exact;
    JsonWriter w;
    Value v;
    arena_init(&arena, b->mem);
    buf_init(&rules, b->mem);
    buf_init(&expected, b->mem);
    buf_init(&exact, b->mem);
    json_begin(&w, &rules, false);
    put_rules(m, &w, a);
    marker_expected(m, &expected, a);
    if (key_of_answer(&m->key, m->key.base, a, &v) && value_is_number(v)) {
        num_fraction(&m->session.num, &exact, v);
    }
    EditionItem item = {.edition = edition, .number = a->number, .kind = a->table ? STR("cell") : STR("answer"),
                        .address = a->address, .title = text_or_empty(a->title), .question = a->question->label,
                        .points = exact_str(&m->session.num, &arena, a->points), .text = source_of(m, a->node),
                        .expected = expected.n ? buf_str(&expected) : (Str){NULL, 0},
                        .exact = exact.n ? buf_str(&exact) : (Str){NULL, 0}, .rules = buf_str(&rules)};
    bool ok = insert_item(b, &item);
    buf_free(&rules);
    buf_free(&expected);
    buf_free(&exact);
    arena_free(&arena);
    return ok;
}

static bool add_open(Book *b, Marker *m, int64_t edition, const Open *o)
{
    Arena arena;
    arena_init(&arena, b->mem);
    EditionItem item = {.edition = edition, .number = m->c->answer_count + o->number,
                        .kind = o->grid != NO_SLOT ? STR("grid") : STR("open"), .address = o->address,
                        .title = text_or_empty(o->title), .question = o->question->label,
                        .points = exact_str(&m->session.num, &arena, o->points), .text = source_of(m, o->node),
                        .rules = STR("{}")};
    bool ok = insert_item(b, &item);
    arena_free(&arena);
    return ok;
}

static bool add_items(Book *b, Marker *m, int64_t edition)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < m->c->answer_count; i++) {
        ok = add_answer(b, m, edition, m->c->answers[i]);
    }
    for (uint32_t i = 0; ok && i < m->c->open_count; i++) {
        ok = add_open(b, m, edition, m->c->opens[i]);
    }
    return ok;
}

static bool add_source(Book *b, int64_t edition, uint32_t place, Str name, Str text)
{
    DbStatement *s = db_prepare(&b->db, "INSERT INTO source(edition, place, name, text) VALUES(?, ?, ?, ?)");
    db_bind_int(s, edition);
    db_bind_int(s, place);
    db_bind_text(s, name);
    db_bind_text(s, text);
    return db_finish(&b->db, s);
}

/* A file that the case reads: as it is, or, of one that is large or no text, what sha256sum says of it. */
static bool add_file(Book *b, int64_t edition, uint32_t place, const IoHeldFile *f)
{
    enum { KEPT_MOST = 4 << 20 };
    Buf sum;
    bool whole = f->bytes.n <= KEPT_MOST && utf8_check(f->bytes) == f->bytes.n && !memchr(f->bytes.p, '\0', f->bytes.n);
    buf_init(&sum, b->mem);
    buf_puts(&sum, "sha256 ");
    buf_put(&sum, (Str){f->sum, DIGEST_HEX});
    bool ok = !sum.failed && add_source(b, edition, place, f->path, whole ? f->bytes : buf_str(&sum));
    buf_free(&sum);
    return ok;
}

static bool add_sources(Book *b, const Marker *m, int64_t edition)
{
    const IoHeld *held = m->options.held;
    uint32_t n = m->session.sources.count;
    bool ok = true;
    for (uint32_t i = 1; ok && i <= n; i++) {
        const Source *source = sources_get(&m->session.sources, i);
        ok = add_source(b, edition, i, source->name, source->text);
    }
    for (uint32_t i = 0; ok && held && i < held->count; i++) {
        ok = add_file(b, edition, n + 1 + i, &held->files[i]);
    }
    return ok;
}

/* How the total becomes a mark, as a line of the case says it. */
static Str scale_of(const Marker *m)
{
    Str text = source_of(m, m->c->exam.node);
    return text.p ? text : (Str){"", 0};
}

static bool add_edition(Book *b, Marker *m, const char sum[DIGEST_HEX], const Moment *now, int64_t *edition)
{
    Arena arena;
    arena_init(&arena, b->mem);
    DbStatement *s = db_prepare(&b->db, "INSERT INTO edition(sum, case_name, title, language, case_sum, engine, engine_sum, "
                                        "variants, possible, scale, made) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_bind_text(s, (Str){sum, DIGEST_HEX});
    db_bind_text(s, m->c->name);
    db_bind_text(s, text_or_empty(m->c->title));
    db_bind_text(s, m->c->lang == LANG_FR ? STR("fr") : STR("en"));
    db_bind_text(s, (Str){m->sum, DIGEST_HEX});
    db_bind_text(s, STR("bareme " BAREME_VERSION));
    db_bind_text(s, STR(BAREME_ENGINE_SUM));
    db_bind_int(s, m->options.variants);
    db_bind_text(s, exact_str(&m->session.num, &arena, points_of_case(&m->session.num, m->c)));
    db_bind_text(s, scale_of(m));
    db_bind_text(s, now->made);
    bool ok = db_finish(&b->db, s);
    *edition = db_last_id(&b->db);
    arena_free(&arena);
    return ok && add_sources(b, m, *edition) && add_items(b, m, *edition);
}

static int64_t find_edition(Book *b, const char sum[DIGEST_HEX])
{
    DbStatement *s = db_prepare(&b->db, "SELECT edition FROM edition WHERE sum = ?");
    db_bind_text(s, (Str){sum, DIGEST_HEX});
    int64_t found = db_step(&b->db, s) ? db_int(s) : 0;
    if (s) {
        db_reset(s);
    }
    return found;
}

int64_t book_add_edition(Book *b, Marker *m, const Moment *now)
{
    char sum[DIGEST_HEX];
    int64_t edition;
    edition_sum(m, sum);
    edition = find_edition(b, sum);
    if (edition || b->db.error != DB_OK) {
        return b->db.error == DB_OK ? edition : book_failed(b);
    }
    return add_edition(b, m, sum, now, &edition) ? edition : book_failed(b);
}

bool book_apply(Book *b, int64_t edition, const Moment *now)
{
    DbStatement *s = db_prepare(&b->db, "INSERT INTO applied(edition, who, made) VALUES(?, ?, ?)");
    db_bind_int(s, edition);
    db_bind_text(s, now->who);
    db_bind_text(s, now->made);
    if (!db_finish(&b->db, s)) {
        return book_failed(b);
    }
    b->edition = edition;
    return true;
}

/* ---- is it that case? ---- */

bool book_of_case(Book *b, const Marker *m)
{
    DbStatement *s = db_prepare(&b->db, "SELECT case_name FROM edition WHERE edition = ?");
    db_bind_int(s, b->edition);
    bool ok = true;
    if (!b->edition) {
        diag(b->diags, D_BOOK_EMPTY, (Span){0}, b->path);
        return false;
    }
    if (!db_step(&b->db, s)) {
        return b->db.error == DB_OK ? (diag(b->diags, D_BOOK_DAMAGED, (Span){0}, b->path, STR("edition")), false)
                                    : book_failed(b);
    }
    Str name = db_text(s);
    if (!str_eq(name, m->c->name)) {
        diag(b->diags, D_BOOK_OTHER_CASE, (Span){0}, b->path, name, m->c->name);
        ok = false;
    }
    db_reset(s);
    return ok;
}

/* The same text and version, but the candidates had subjects of their own, or had not? */
static bool only_variants_differ(Book *b, Marker *m)
{
    char sum[DIGEST_HEX];
    m->options.variants = !m->options.variants;
    edition_sum(m, sum);
    m->options.variants = !m->options.variants;
    return find_edition(b, sum) == b->edition;
}

static bool same_edition(Book *b, Marker *m)
{
    char sum[DIGEST_HEX];
    edition_sum(m, sum);
    if (find_edition(b, sum) == b->edition) {
        return true;
    }
    if (b->db.error != DB_OK) {
        return book_failed(b);
    }
    if (only_variants_differ(b, m)) {
        diag(b->diags, m->options.variants ? D_BOOK_WITHOUT_VARIANTS : D_BOOK_WITH_VARIANTS, (Span){0}, b->path);
    } else {
        diag(b->diags, D_BOOK_OTHER_TEXT, (Span){0}, b->path);
    }
    return false;
}

bool book_bind(Book *b, Marker *m, const Moment *now)
{
    if (b->edition) {
        return book_of_case(b, m) && same_edition(b, m);
    }
    if (b->db.read_only) {
        diag(b->diags, D_BOOK_EMPTY, (Span){0}, b->path);
        return false;
    }
    if (!db_begin(&b->db)) {
        return book_failed(b);
    }
    int64_t edition = book_add_edition(b, m, now);
    bool ok = edition && book_apply(b, edition, now);
    if (ok && !db_commit(&b->db)) {
        ok = book_failed(b);
    }
    if (!ok) {
        db_rollback(&b->db);
        b->edition = 0;
    }
    return ok;
}
