/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: every statement is a literal with parameters. The schema is compared to ours word for word. */
#include "grade/book.h"

#include <string.h>

#include "format/json.h"

/* ---- what the database said ---- */

bool book_failed(Book *b)
{
    static const DiagId ids[] = {
        [DB_LINK] = D_BOOK_LINK,       [DB_NO_FILE] = D_BOOK_NO_FILE,
        [DB_MISSING] = D_BOOK_MISSING, [DB_REFUSED] = D_BOOK_REFUSED,   [DB_NOT_ONE] = D_BOOK_DAMAGED,
        [DB_BUSY] = D_BOOK_BUSY,       [DB_FULL] = D_BOOK_FULL,         [DB_IO] = D_BOOK_IO,
        [DB_READ_ONLY] = D_BOOK_READ_ONLY, [DB_NO_MEMORY] = D_OUT_OF_MEMORY, [DB_CONFLICT] = D_BOOK_CHANGED,
        [DB_OTHER] = D_BOOK_CHANGED,
    };
    DbError e = b->db.error == DB_OK ? DB_OTHER : b->db.error;
    diag(b->diags, ids[e], (Span){0}, b->path, str_from(b->db.message));
    return false;
}

static bool refuse(Book *b, DiagId id, Str detail)
{
    diag(b->diags, id, (Span){0}, b->path, detail);
    return false;
}

static bool pragma(Book *b, const char *sql, int64_t *out)
{
    DbStatement *s = db_prepare(&b->db, sql);
    bool row = s && db_step(&b->db, s);
    *out = row ? db_int(s) : 0;
    if (s) {
        db_reset(s);
    }
    return row || book_failed(b);
}

/* ---- the schema ---- */

typedef struct SchemaPart {
    const char *type, *name, *sql;
} SchemaPart;

static const SchemaPart parts[] = {
#define TABLE(name, sql) {"table", #name, sql},
#define INDEX(name, sql) {"index", #name, sql},
#define VIEW(name, sql)  {"view", #name, sql},
#include "grade/schema.def"
#undef TABLE
#undef INDEX
#undef VIEW
};

enum { PARTS = sizeof parts / sizeof *parts };

static bool make_schema(Book *b)
{
    if (!db_begin(&b->db)) {
        return book_failed(b);
    }
    bool ok = db_run(&b->db, "PRAGMA application_id = 0x42524D45; PRAGMA user_version = 1");
    for (int i = 0; ok && i < PARTS; i++) {
        ok = db_run(&b->db, parts[i].sql);
    }
    ok = ok && db_commit(&b->db);
    if (!ok) {
        db_rollback(&b->db);
        return book_failed(b);
    }
    return true;
}

/* What SQLite makes by itself for UNIQUE is the only thing that may be there besides. */
static bool is_ours(DbStatement *s, uint32_t *found)
{
    Str type = db_text(s), name = db_text(s), sql = db_text(s);
    if (str_eq(type, STR("index")) && str_starts(name, STR("sqlite_autoindex_")) && !sql.p) {
        return true;
    }
    for (int i = 0; i < PARTS; i++) {
        if (str_eq(name, str_from(parts[i].name))) {
            *found += 1;
            return str_eq(type, str_from(parts[i].type)) && str_eq(sql, str_from(parts[i].sql));
        }
    }
    return false;
}

static bool check_schema(Book *b)
{
    DbStatement *s = db_prepare(&b->db, "SELECT type, name, sql FROM sqlite_schema");
    uint32_t found = 0;
    while (s && db_step(&b->db, s)) {
        if (!is_ours(s, &found)) {
            s->column = 1;
            bool ok = refuse(b, D_BOOK_CHANGED, db_text(s));
            db_reset(s);
            return ok;
        }
    }
    if (!s || b->db.error != DB_OK) {
        return book_failed(b);
    }
    return found == PARTS || refuse(b, D_BOOK_CHANGED, STR("schema"));
}

static bool check_integrity(Book *b)
{
    DbStatement *s = db_prepare(&b->db, "PRAGMA quick_check(1)");
    bool ok = s && db_step(&b->db, s);
    Str says = ok ? db_text(s) : (Str){"", 0};
    if (ok && !str_eq(says, STR("ok"))) {
        ok = refuse(b, D_BOOK_DAMAGED, says);
    } else if (!ok) {
        ok = book_failed(b);
    }
    if (s) {
        db_reset(s);
    }
    return ok;
}

/* ---- opening ---- */

static bool is_empty(Book *b, bool *empty)
{
    int64_t n = 0;
    bool ok = pragma(b, "SELECT count(*) FROM sqlite_schema", &n);
    *empty = n == 0;
    return ok;
}

static bool check_kind(Book *b)
{
    int64_t id = 0, version = 0;
    if (!pragma(b, "PRAGMA application_id", &id) || !pragma(b, "PRAGMA user_version", &version)) {
        return false;
    }
    if (id != BOOK_APPLICATION) {
        return refuse(b, D_BOOK_NOT_ONE, (Str){"", 0});
    }
    return version <= BOOK_VERSION || refuse(b, D_BOOK_NEWER, (Str){"", 0});
}

static bool find_edition(Book *b)
{
    DbStatement *s = db_prepare(&b->db, "SELECT edition FROM applied ORDER BY applied DESC LIMIT 1");
    b->edition = s && db_step(&b->db, s) ? db_int(s) : 0;
    if (s) {
        db_reset(s);
    }
    return b->db.error == DB_OK || book_failed(b);
}

static bool open_file(Book *b, const char *path, DbMode mode)
{
    bool empty = false;
    if (!db_open(&b->db, path, mode)) {
        bool other = b->db.error == DB_NOT_ONE;
        return other ? refuse(b, D_BOOK_NOT_ONE, (Str){"", 0}) : book_failed(b);
    }
    if (!is_empty(b, &empty)) {
        return false;
    }
    if (empty && mode != DB_CREATE) {
        return refuse(b, D_BOOK_NOT_ONE, (Str){"", 0});
    }
    if (mode != DB_READ && !db_run(&b->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")) {
        return book_failed(b);
    }
    if (empty) {
        return make_schema(b);
    }
    return check_kind(b) && check_integrity(b) && check_schema(b);
}

bool book_open(Book *b, Mem *mem, Diags *diags, const char *path, DbMode mode)
{
    *b = (Book){.mem = mem, .diags = diags, .path = str_from(path), .open = true};
    uint32_t before = diags->errors;
    bool ok = open_file(b, path, mode) && find_edition(b);
    if (!ok && diags->errors == before) {
        book_failed(b);
    }
    return ok;
}

void book_close(Book *b)
{
    if (b->open) {
        db_close(&b->db);
    }
    b->open = false;
}

/* ---- recording ---- */

Str book_notes(Arena *arena, const RawCopy *raw)
{
    Buf out;
    JsonWriter w;
    if (!raw->note_count) {
        return (Str){NULL, 0};
    }
    buf_init(&out, arena->mem);
    json_begin(&w, &out, false);
    json_array(&w);
    for (uint32_t i = 0; i < raw->note_count; i++) {
        json_array(&w);
        json_text(&w, str_from(diag_code(raw->notes[i].id)));
        json_text(&w, raw->notes[i].about);
        json_text(&w, raw->notes[i].detail);
        json_end(&w);
    }
    json_finish(&w);
    Str s = out.failed ? (Str){NULL, 0} : arena_str(arena, buf_str(&out));
    arena->failed = arena->failed || out.failed;
    buf_free(&out);
    return s;
}

static bool insert_copy(Book *b, const Prepared *p, bool ticked, int64_t *copy)
{
    const RawCopy *raw = p->raw;
    DbStatement *s = db_prepare(&b->db, "INSERT INTO copy(sum, candidate, second, origin, ticked, aside, boxes) "
                                        "VALUES(?, ?, ?, ?, ?, ?, ?)");
    db_bind_text(s, (Str){p->sum, DIGEST_HEX});
    db_bind_text(s, raw->candidate);
    db_bind_text(s, raw->second);
    db_bind_text(s, raw->origin);
    db_bind_int(s, ticked);
    db_bind_int(s, raw->kind == COPY_ASIDE);
    db_bind_text(s, p->boxes);
    bool ok = db_finish(&b->db, s);
    *copy = db_last_id(&b->db);
    return ok;
}

/* Rows go in several at a time: half of what a row costs is the statement around it. */
enum { ROWS_TOGETHER = 10 };
#define INSERT_MARK "INSERT INTO mark(copy, edition, item, counts, status, marks, pending, rule, figure, detail, explained, message, expected) VALUES"
#define MARK_VALUES "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define FIVE_MARKS  MARK_VALUES "," MARK_VALUES "," MARK_VALUES "," MARK_VALUES "," MARK_VALUES

static void bind_row(DbStatement *s, int64_t copy, int64_t edition, const MarkRow *r)
{
    db_bind_int(s, copy);
    db_bind_int(s, edition);
    db_bind_int(s, r->item);
    db_bind_int(s, r->counts);
    db_bind_text(s, str_from(status_code(r->status)));
    db_bind_text(s, r->marks);
    db_bind_text(s, r->pending);
    db_bind_text(s, str_from(rule_code(r->rule)));
    db_bind_text(s, r->figure);
    db_bind_text(s, r->detail);
    db_bind_text(s, r->explained);
    db_bind_text(s, r->message);
    db_bind_text(s, r->expected);
}

static bool insert_rows(Book *b, int64_t copy, int64_t edition, const Marked *m)
{
    static const char several[] = INSERT_MARK FIVE_MARKS "," FIVE_MARKS, single[] = INSERT_MARK MARK_VALUES;
    bool ok = true;
    for (uint32_t i = 0; ok && i < m->row_count;) {
        uint32_t n = m->row_count - i < ROWS_TOGETHER ? 1 : ROWS_TOGETHER;
        DbStatement *s = db_prepare(&b->db, n == 1 ? single : several);
        for (uint32_t end = i + n; i < end; i++) {
            bind_row(s, copy, edition, &m->rows[i]);
        }
        ok = db_finish(&b->db, s);
    }
    return ok;
}

static bool insert_result(Book *b, int64_t copy, int64_t edition, const Prepared *p, const Marked *m, Str notes)
{
    DbStatement *s = db_prepare(&b->db, "INSERT INTO result(copy, edition, sum, total, pending, mark, methods, malus, draws, "
                                        "notes) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(s, copy);
    db_bind_int(s, edition);
    db_bind_text(s, (Str){p->sum, DIGEST_HEX});
    db_bind_text(s, m->total);
    db_bind_text(s, m->pending);
    db_bind_text(s, m->mark);
    db_bind_text(s, m->methods);
    db_bind_text(s, m->malus);
    db_bind_text(s, m->draws);
    db_bind_text(s, notes);
    return db_finish(&b->db, s);
}

bool book_judged(Book *b, int64_t copy, int64_t edition)
{
    DbStatement *s = db_prepare(&b->db, "SELECT 1 FROM result WHERE copy = ? AND edition = ?");
    db_bind_int(s, copy);
    db_bind_int(s, edition);
    bool found = db_step(&b->db, s);
    db_reset(s);
    return found;
}

bool book_record_marks(Book *b, int64_t copy, int64_t edition, const Prepared *p, const Marked *marked)
{
    Arena arena;
    arena_init(&arena, b->mem);
    Str notes = book_notes(&arena, p->raw);
    bool ok = !arena.failed && insert_result(b, copy, edition, p, marked, notes) && insert_rows(b, copy, edition, marked);
    if (arena.failed) {
        b->db.error = DB_NO_MEMORY;
    }
    arena_free(&arena);
    return ok;
}

Recorded book_record(Book *b, int64_t edition, const Prepared *p, const Marked *marked, bool ticked)
{
    int64_t copy = 0;
    if (book_has(b, edition, p->sum)) {
        return RECORD_KNOWN;
    }
    bool ok = b->db.error == DB_OK && insert_copy(b, p, ticked, &copy) && book_record_marks(b, copy, edition, p, marked);
    return ok ? RECORD_NEW : RECORD_FAILED;
}

Recorded book_refuse(Book *b, const Prepared *p)
{
    Arena arena;
    arena_init(&arena, b->mem);
    Str notes = book_notes(&arena, p->raw);
    char sum[DIGEST_HEX];
    Digest d;
    digest_begin(&d);
    digest_put(&d, p->raw->candidate);
    digest_put(&d, p->raw->origin);
    digest_put(&d, notes);
    digest_end_hex(&d, sum);
    DbStatement *s = db_prepare(&b->db, "INSERT OR IGNORE INTO refused(sum, candidate, origin, notes) VALUES(?, ?, ?, ?)");
    db_bind_text(s, (Str){sum, DIGEST_HEX});
    db_bind_text(s, p->raw->candidate);
    db_bind_text(s, p->raw->origin);
    db_bind_text(s, notes.p ? notes : STR("[]"));
    bool ok = !arena.failed && db_finish(&b->db, s);
    bool fresh = ok && db_changes(&b->db) > 0;
    arena_free(&arena);
    return !ok ? RECORD_FAILED : fresh ? RECORD_NEW : RECORD_KNOWN;
}

bool book_has(Book *b, int64_t edition, const char sum[DIGEST_HEX])
{
    DbStatement *s = db_prepare(&b->db, "SELECT 1 FROM result WHERE sum = ? AND edition = ?");
    db_bind_text(s, (Str){sum, DIGEST_HEX});
    db_bind_int(s, edition);
    bool has = db_step(&b->db, s);
    if (s) {
        db_reset(s);
    }
    return has;
}

bool book_holds_copies(Book *b)
{
    DbStatement *s = db_prepare(&b->db, "SELECT 1 FROM copy LIMIT 1");
    bool any = db_step(&b->db, s);
    if (s) {
        db_reset(s);
    }
    return any;
}
