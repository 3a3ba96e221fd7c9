/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: addresses are looked up once, then remembered. The identity of a copy is a sum over the candidate and its boxes
   in the order of the case, so that a column moved in a spreadsheet changes nothing. */
#include "grade/marker.h"

#include <string.h>

#include "base/sort.h"
#include "base/utf8.h"
#include "domain/depend.h"
#include "domain/grid.h"
#include "format/json.h"
#include "grade/variant.h"

/* ---- opening ---- */

static bool sum_before(const void *context, const void *a, const void *b)
{
    (void)context;
    return memcmp(((const IoHeldFile *)a)->sum, ((const IoHeldFile *)b)->sum, DIGEST_HEX) < 0;
}

/* What the case reads, whatever it is called and wherever it is. False: memory. */
static bool sum_files(Marker *m, Digest *d)
{
    const IoHeld *h = m->options.held;
    size_t bytes = h ? h->count * sizeof *h->files : 0;
    IoHeldFile *files = mem_alloc(&m->session.mem, bytes), *room = mem_alloc(&m->session.mem, bytes);
    bool ok = files && room;
    if (ok && bytes) {
        memcpy(files, h->files, bytes);
        sort_stable(files, room, h->count, sizeof *files, sum_before, NULL);
    }
    for (uint32_t i = 0; ok && h && i < h->count; i++) {
        digest_put(d, (Str){files[i].sum, DIGEST_HEX});
    }
    mem_free(&m->session.mem, files, bytes);
    mem_free(&m->session.mem, room, bytes);
    return ok;
}

/* Everything that the case is made of, the standard library included, in the order in which it was read. */
static bool sum_texts(Marker *m)
{
    const Sources *s = &m->session.sources;
    Digest d;
    digest_begin(&d);
    for (uint32_t i = 1; i <= s->count; i++) {
        digest_put(&d, sources_get(s, i)->text);
    }
    bool ok = sum_files(m, &d);
    digest_end_hex(&d, m->sum);
    return ok;
}

static bool choose_case(Marker *m)
{
    Session *s = &m->session;
    Str wanted = m->options.case_name;
    for (uint32_t i = 0; i < m->cases.count; i++) {
        if (!wanted.n || str_eq(m->cases.list[i]->name, wanted)) {
            m->c = m->cases.list[i];
            break;
        }
    }
    Str path = str_from(m->options.path);
    if (!m->c) {
        diag(&s->diags, wanted.n ? D_MARK_CASE_UNKNOWN : D_MARK_NO_CASE, (Span){0}, path, wanted);
    } else if (!wanted.n && m->cases.count > 1) {
        diag(&s->diags, D_MARK_SEVERAL_CASES, (Span){0}, path);
        m->c = NULL;
    }
    return m->c != NULL;
}

static bool no_memory(Marker *m)
{
    diag0(&m->session.diags, D_OUT_OF_MEMORY, (Span){0});
    return false;
}

static void say_right(Marker *m)
{
    Buf b;
    buf_init(&b, &m->session.mem);
    diag_message(&b, D_SAID_RIGHT, NULL, m->c->lang);
    m->right = arena_str(&m->kept, buf_str(&b));
    buf_free(&b);
}

/* What lies outside the text and was refused, is missing, or cannot be read. */
static bool is_outside(DiagId id)
{
    const char *code = diag_code(id);
    return id == D_NOT_ALLOWED || !strncmp(code, "E08", 3) || !strncmp(code, "E15", 3) || !strncmp(code, "E16", 3);
}

/* A formula without a value is a matter for `check`, and copies are marked all the same; but where data could not be had,
   every copy would wait for a corrector. False: reported. */
static bool has_data(Marker *m)
{
    Session *s = &m->session;
    Value v;
    for (uint32_t slot = 0; slot < s->graph.slot_count; slot++) {
        if (!depend_has_value(&s->graph, slot) || vm_eval_slot(&s->vm, NULL, slot, &v)) {
            continue;
        }
        if (s->vm.fault && is_outside(s->vm.fault->id)) {
            vm_report(&s->vm, &s->diags);
            return false;
        }
        vm_take_fault(&s->vm);
    }
    return true;
}

static bool open_key(Marker *m)
{
    Session *s = &m->session;
    m->has_key = true;
    if (!key_open(&m->key, &s->graph, m->c) || !key_freeze(&m->key)) {
        vm_report(&s->vm, &s->diags);
        return false;
    }
    if (!has_data(m)) {
        return false;
    }
    if (m->options.variants && !variant_open(m)) {
        return false;
    }
    say_right(m);
    return !m->kept.failed || no_memory(m);
}

bool marker_open(Marker *m, const MarkerOptions *options)
{
    *m = (Marker){.options = *options, .open = true};
    Session *s = &m->session;
    bool ok = session_open(s, &options->session);
    arena_init(&m->kept, &s->mem);
    mem_init(&m->work_mem, s->mem.limit);
    arena_init(&m->work, &m->work_mem);
    map_init(&m->places, &s->mem);
    if (!ok || !session_load_file(s, options->path) || s->diags.errors || !session_prepare(s)) {
        return false;
    }
    if (!cases_build(&m->cases, &s->graph, &s->diags) || s->diags.errors) {
        return false;
    }
    if (!choose_case(m) || !open_key(m)) {
        return false;
    }
    if (options->held) {
        io_held_seal(options->held);
    }
    return sum_texts(m) || no_memory(m);
}

void marker_close(Marker *m)
{
    if (!m->open) {
        return;
    }
    if (m->has_key) {
        variant_close(m);
        key_close(&m->key);
    }
    cases_free(&m->cases);
    map_free(&m->places);
    arena_free(&m->kept);
    arena_free(&m->work);
    session_close(&m->session);
    m->open = false;
}

enum { ADDRESSES_TOLD = 12 };

/* ---- where an address leads ---- */

/* The first of those that bear the address: branches share some. */
static uint32_t first_of_address(const Case *c, const Answer *a)
{
    uint32_t i = 0;
    while (!str_eq(c->answers[i]->address, a->address)) {
        i++;
    }
    return i;
}

static size_t last_dot(Str address)
{
    size_t dot = address.n;
    while (dot && address.p[dot - 1] != '.') {
        dot--;
    }
    return dot;
}

/* 2.1.reflection.logic */
static bool find_level(Marker *m, Str address, CopyPlace *out)
{
    size_t dot = last_dot(address);
    const Open *o = dot > 1 ? case_find_open(m->c, str_sub(address, 0, dot - 1)) : NULL;
    Value v;
    if (!o || o->grid == NO_SLOT || !case_eval(&m->session.graph, NULL, NULL, o->grid, &v) || !value_is_grid(v)) {
        return false;
    }
    int i = grid_criterion(&m->session.vm, v.ptr, str_trim(str_sub(address, dot, address.n)));
    *out = (CopyPlace){PLACE_LEVEL, o->number, (uint32_t)i};
    return i >= 0;
}

/* 2.3.malus, 2.3.malus 2: those that a person ticks, in the order of the text. */
static bool find_malus(Marker *m, Str address, CopyPlace *out)
{
    size_t dot = last_dot(address);
    Str word = str_sub(address, dot, address.n), label = str_sub(address, 0, dot ? dot - 1 : 0);
    uint32_t number = 1;
    if (!str_starts(word, STR("malus"))) {
        return false;
    }
    Str rest = str_trim(str_sub(word, 5, word.n));
    if (rest.n == 1 && rest.p[0] >= '1' && rest.p[0] <= '9') {
        number = (uint32_t)(rest.p[0] - '0');
    } else if (rest.n) {
        return false;
    }
    for (uint32_t q = 0; q < m->c->question_count; q++) {
        const Question *question = m->c->questions[q];
        for (uint32_t k = 0; k < question->malus_count && str_eq(question->label, label); k++) {
            if (question->malus[k].when == NO_SLOT && !--number) {
                *out = (CopyPlace){PLACE_MALUS, q, k};
                return true;
            }
        }
    }
    return false;
}

/* ---- titles, as a questionnaire has them for its columns ---- */

typedef struct Only { /* the one place that meets a condition */
    CopyPlace place;
    uint32_t times;
} Only;

/* Branches share addresses: the first answer of one stands for them all. */
static void only_answer(Only *o, const Case *c, uint32_t i)
{
    if (first_of_address(c, c->answers[i]) == i) {
        o->place = (CopyPlace){PLACE_ANSWER, i, 0};
        o->times++;
    }
}

static void only_open(Only *o, uint32_t i)
{
    o->place = (CopyPlace){PLACE_OPEN, i, 0};
    o->times++;
}

/* "Turnover (€)": without the unit. */
static Str without_brackets(Str text)
{
    size_t at = text.n;
    if (text.n && text.p[text.n - 1] == ')') {
        while (at && text.p[at - 1] != '(') {
            at--;
        }
    }
    return at > 1 && at < text.n ? str_trim(str_sub(text, 0, at - 1)) : text;
}

static bool is_title(const Marker *m, Str title, Str text)
{
    Mem *mem = m->kept.mem;
    return title.n && (reading_same_text(mem, title, text) || reading_same_text(mem, title, without_brackets(text)));
}

/* "1.2", "Question 1.2", "Q1.2", of a question that asks for one thing; or its title. */
static bool is_question(const Marker *m, const Question *q, Str title, Str text)
{
    (void)title;
    Mem *mem = m->kept.mem;
    size_t digits = 0;
    while (digits < text.n && (text.p[digits] < '0' || text.p[digits] > '9')) {
        digits++;
    }
    Str before = str_trim(str_sub(text, 0, digits));
    bool word = !before.n || reading_same_text(mem, before, STR("q")) || reading_same_text(mem, before, STR("question"));
    return (word && str_eq(str_sub(text, digits, text.n), q->label)) || is_title(m, q->title, text);
}

static bool is_item(const Marker *m, const Question *q, Str title, Str text)
{
    (void)q;
    return is_title(m, title, text);
}

/* Does an item of that question and title go by that text? */
typedef bool GoesBy(const Marker *m, const Question *q, Str title, Str text);

static bool find_only(const Marker *m, Str text, GoesBy *goes_by, CopyPlace *out)
{
    Only only = {0};
    const Case *c = m->c;
    for (uint32_t i = 0; i < c->answer_count; i++) {
        if (goes_by(m, c->answers[i]->question, c->answers[i]->title, text)) {
            only_answer(&only, c, i);
        }
    }
    for (uint32_t i = 0; i < c->open_count; i++) {
        if (goes_by(m, c->opens[i]->question, c->opens[i]->title, text)) {
            only_open(&only, i);
        }
    }
    *out = only.place;
    return only.times == 1;
}

void marker_addresses(void *marker, Buf *out)
{
    const Case *c = ((const Marker *)marker)->c;
    uint32_t told = 0;
    for (uint32_t i = 0; i < c->answer_count + c->open_count; i++) {
        bool answer = i < c->answer_count;
        if (answer && first_of_address(c, c->answers[i]) != i) {
            continue;
        }
        if (told == ADDRESSES_TOLD) {
            buf_puts(out, ", …");
            return;
        }
        buf_puts(out, told++ ? ", `" : "`");
        buf_put(out, answer ? c->answers[i]->address : c->opens[i - c->answer_count]->address);
        buf_putc(out, '`');
    }
}

static CopyPlace find_place(Marker *m, Str address)
{
    CopyPlace place = {PLACE_UNKNOWN, 0, 0};
    const Answer *a = case_find_answer(m->c, address);
    const Open *o = a ? NULL : case_find_open(m->c, address);
    if (a) {
        return (CopyPlace){PLACE_ANSWER, first_of_address(m->c, a), 0};
    }
    if (o) {
        return (CopyPlace){PLACE_OPEN, o->number, 0};
    }
    bool found = find_level(m, address, &place) || find_malus(m, address, &place) || find_only(m, address, is_item, &place) ||
                 find_only(m, address, is_question, &place);
    return found ? place : (CopyPlace){PLACE_UNKNOWN, 0, 0};
}

/* Columns and names come again with each copy; what is unknown is not remembered, for copies may invent names. */
CopyPlace marker_place(Marker *m, Str address)
{
    uint64_t found;
    address = str_trim(address);
    if (map_get(&m->places, address, &found)) {
        return (CopyPlace){(PlaceKind)(found >> 56), (uint32_t)(found & 0xFFFFFF), (uint32_t)(found >> 24 & 0xFFFFFF)};
    }
    CopyPlace place = address.n <= COPY_NAME_BYTES && utf8_check(address) == address.n
                          ? find_place(m, address)
                          : (CopyPlace){PLACE_UNKNOWN, 0, 0};
    Str key = place.kind != PLACE_UNKNOWN && m->places.count < 10000 ? arena_str(&m->kept, address) : (Str){NULL, 0};
    if (key.p) {
        map_set(&m->places, key, (uint64_t)place.kind << 56 | (uint64_t)place.part << 24 | place.number);
    }
    return place;
}

bool marker_known(void *marker, Str address) { return marker_place(marker, address).kind != PLACE_UNKNOWN; }

Str marker_address(const Marker *m, CopyPlace place)
{
    switch (place.kind) {
    case PLACE_ANSWER: return m->c->answers[place.number]->address;
    case PLACE_OPEN: return m->c->opens[place.number]->address;
    default: return (Str){"", 0};
    }
}

/* ---- the order of the case ---- */

typedef struct Sorting {
    Marker *m;
    const RawCopy *raw;
    const CopyPlace *places;
} Sorting;

static int compare_places(const CopyPlace *a, const CopyPlace *b)
{
    uint64_t x = (uint64_t)a->kind << 48 | (uint64_t)a->number << 20 | a->part;
    uint64_t y = (uint64_t)b->kind << 48 | (uint64_t)b->number << 20 | b->part;
    bool unknown_a = a->kind == PLACE_UNKNOWN, unknown_b = b->kind == PLACE_UNKNOWN;
    if (unknown_a != unknown_b) {
        return unknown_a ? 1 : -1;
    }
    return x < y ? -1 : x > y;
}

/* a, b: numbers of boxes. */
static bool comes_before(const void *sorting, const void *a, const void *b)
{
    const Sorting *s = sorting;
    uint32_t m = *(const uint32_t *)a, n = *(const uint32_t *)b;
    const CopyBox *x = &s->raw->boxes[m], *y = &s->raw->boxes[n];
    int order = compare_places(&s->places[m], &s->places[n]);
    if (!order && s->places[m].kind == PLACE_UNKNOWN) {
        order = str_cmp(x->address, y->address);
    }
    if (!order) {
        order = str_cmp(x->text, y->text);
    }
    return order < 0;
}

/* ---- what is kept of the boxes ---- */

static void put_hex(Buf *out, Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        buf_printf(out, "%02x", (unsigned)(unsigned char)s.p[i]);
    }
}

static void put_text(JsonWriter *w, const CopyBox *b)
{
    bool plain = utf8_check(b->text) == b->text.n;
    if (plain && !b->cut) {
        json_text(w, b->text);
        return;
    }
    Buf hex;
    buf_init(&hex, w->out->mem);
    put_hex(&hex, b->text);
    json_object(w);
    json_key(w, STR("hex"));
    json_text(w, buf_str(&hex));
    if (b->cut) {
        json_key(w, STR("bytes"));
        json_int(w, (int64_t)b->bytes);
        json_key(w, STR("sha256"));
        json_text(w, (Str){b->sum, DIGEST_HEX});
    }
    json_end(w);
    w->out->failed = w->out->failed || hex.failed;
    buf_free(&hex);
}

static void put_box(Marker *m, JsonWriter *w, const CopyBox *b, CopyPlace place)
{
    Str address = marker_address(m, place);
    json_array(w);
    json_text(w, address.n ? address : b->address);
    put_text(w, b);
    json_end(w);
}

static bool keep_boxes(Marker *m, Arena *arena, Prepared *p)
{
    const RawCopy *raw = p->raw;
    Digest d;
    Buf b;
    JsonWriter w;
    uint32_t n = raw->box_count;
    uint32_t *order = arena_alloc(arena, (n + 1) * sizeof *order), *other = arena_alloc(arena, (n + 1) * sizeof *other);
    if (!order || !other) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        order[i] = i;
    }
    sort_stable(order, other, n, sizeof *order, comes_before, &(Sorting){m, raw, p->places});
    buf_init(&b, arena->mem);
    json_begin(&w, &b, false);
    json_array(&w);
    for (uint32_t i = 0; i < n; i++) {
        put_box(m, &w, &raw->boxes[order[i]], p->places[order[i]]);
    }
    json_finish(&w);
    digest_begin(&d);
    digest_put(&d, raw->candidate);
    digest_put(&d, raw->second);
    digest_put_number(&d, (m->options.ticked ? 1u : 0u) | (raw->kind == COPY_ASIDE ? 2u : 0u));
    digest_put(&d, buf_str(&b));
    digest_end_hex(&d, p->sum);
    p->boxes = b.failed ? (Str){NULL, 0} : arena_str(arena, buf_str(&b));
    buf_free(&b);
    return p->boxes.p != NULL;
}

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static bool read_hex(Arena *arena, Str hex, Str *out)
{
    char *p = arena_alloc(arena, hex.n / 2 + 1);
    for (size_t i = 0; p && i + 1 < hex.n; i += 2) {
        int high = hex_digit(hex.p[i]), low = hex_digit(hex.p[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        p[i / 2] = (char)(high * 16 + low);
    }
    *out = (Str){p, hex.n / 2};
    return p != NULL;
}

static uint64_t read_count(Str digits)
{
    uint64_t n = 0;
    for (size_t i = 0; i < digits.n && i < 19; i++) {
        n = n * 10 + (uint64_t)(digits.p[i] - '0');
    }
    return n;
}

/* {"hex": …, "bytes": …, "sha256": …} */
static bool read_kept(JsonReader *j, Arena *arena, CopyBox *b)
{
    JsonToken key, value;
    while (json_next(j, &key) && key.kind == JSON_KEY) {
        if (!json_next(j, &value)) {
            return false;
        }
        if (str_eq(key.text, STR("hex")) && !read_hex(arena, value.text, &b->text)) {
            return false;
        }
        if (str_eq(key.text, STR("bytes"))) {
            b->bytes = read_count(value.text);
        }
        if (str_eq(key.text, STR("sha256")) && value.text.n == DIGEST_HEX) {
            memcpy(b->sum, value.text.p, DIGEST_HEX);
            b->cut = true;
        }
    }
    return !j->error;
}

bool marker_read_boxes(Marker *m, Arena *arena, Str boxes, RawCopy *out)
{
    JsonReader j;
    JsonToken t;
    (void)m;
    json_read(&j, boxes, arena);
    if (!json_next(&j, &t) || t.kind != JSON_ARRAY) {
        return false;
    }
    while (json_next(&j, &t) && t.kind == JSON_ARRAY) {
        JsonToken address, text;
        if (!json_next(&j, &address) || address.kind != JSON_TEXT || !json_next(&j, &text)) {
            return false;
        }
        copy_add_box(arena, out, address.text, text.kind == JSON_TEXT ? text.text : (Str){"", 0});
        CopyBox *b = out->box_count ? &out->boxes[out->box_count - 1] : NULL;
        if (!b || (text.kind == JSON_OBJECT && !read_kept(&j, arena, b)) || !json_next(&j, &t) || t.kind != JSON_END) {
            return false;
        }
        b->bytes = b->cut ? b->bytes : b->text.n;
    }
    return !j.error && !arena->failed;
}

/* ---- what is told of a copy ---- */

static bool has_unsafe(Str s)
{
    uint32_t cp;
    for (size_t at = utf8_ascii_end(s, 0), n; (n = utf8_next(s, at, &cp)) != 0; at = utf8_ascii_end(s, at + n)) {
        bool line = cp == '\n' || cp == '\r' || cp == '\t' || cp == 0xFEFF;
        if (!line && utf8_is_unsafe(cp)) {
            return true;
        }
    }
    return false;
}

static void note_box(Marker *m, Arena *arena, RawCopy *raw, const CopyBox *b, CopyPlace place)
{
    Str about = place.kind == PLACE_UNKNOWN ? b->address : marker_address(m, place).n ? marker_address(m, place) : b->address;
    if (place.kind == PLACE_UNKNOWN) {
        copy_add_note(arena, raw, D_COPY_UNKNOWN, about, str_sub(b->text, 0, 40));
    } else if ((place.kind == PLACE_LEVEL || place.kind == PLACE_MALUS) && !m->options.ticked) {
        copy_add_note(arena, raw, D_COPY_TICKS, about, (Str){"", 0});
    }
    if (b->cut) {
        copy_add_note(arena, raw, D_COPY_TEXT_LONG, about, (Str){"", 0});
    }
    if (utf8_check(b->text) != b->text.n && !b->cut) {
        copy_add_note(arena, raw, D_COPY_ENCODING, about, (Str){"", 0});
    } else if (has_unsafe(b->text)) {
        copy_add_note(arena, raw, D_COPY_UNSAFE, about, (Str){"", 0});
    }
}

static bool same_place(CopyPlace a, CopyPlace b)
{
    return a.kind == b.kind && a.number == b.number && a.part == b.part && a.kind != PLACE_UNKNOWN;
}

static bool same_box(const CopyBox *a, const CopyBox *b)
{
    return str_eq(a->text, b->text) && a->bytes == b->bytes && a->cut == b->cut &&
           (!a->cut || !memcmp(a->sum, b->sum, DIGEST_HEX));
}

/* Boxes of a copy stand mostly in the order of the case: a look back at the few that do not is enough, but a hostile
   copy may hold thousands; places are marked as seen instead. */
static bool note_twice(Marker *m, Arena *arena, Prepared *p)
{
    uint32_t n = m->c->answer_count + m->c->open_count;
    uint32_t *seen = arena_alloc(arena, (n + 1) * sizeof *seen);
    for (uint32_t i = 0; seen && i < p->raw->box_count; i++) {
        CopyPlace place = p->places[i];
        bool plain = place.kind == PLACE_ANSWER || place.kind == PLACE_OPEN;
        uint32_t at = place.number + (place.kind == PLACE_OPEN ? m->c->answer_count : 0);
        if (!plain) {
            continue;
        }
        if (seen[at] && same_place(p->places[seen[at] - 1], place) &&
            !same_box(&p->raw->boxes[seen[at] - 1], &p->raw->boxes[i])) {
            copy_add_note(arena, p->raw, D_COPY_TWICE, marker_address(m, place), (Str){"", 0});
        }
        seen[at] = seen[at] ? seen[at] : i + 1;
    }
    return seen != NULL;
}

static bool other_case(const Marker *m, Str name)
{
    Mem *mem = m->kept.mem;
    return name.n && !reading_same_text(mem, name, m->c->name) && !reading_same_text(mem, name, m->c->title);
}

/* A name that is one, and not too long. */
static void settle_candidate(Arena *arena, RawCopy *raw)
{
    Str name = str_trim(raw->candidate);
    if (!name.n) {
        copy_add_note(arena, raw, D_COPY_NO_CANDIDATE, raw->origin, (Str){"", 0});
        name = raw->origin;
    }
    if (name.n > COPY_NAME_BYTES) {
        copy_add_note(arena, raw, D_COPY_CANDIDATE_LONG, str_sub(name, 0, 40), (Str){"", 0});
        name = str_sub(name, 0, COPY_NAME_BYTES);
    }
    Buf b;
    buf_init(&b, arena->mem);
    utf8_show(&b, name); /* what cannot be seen becomes visible: a name stands in reports, files, commands */
    raw->candidate = b.failed ? (Str){NULL, 0} : arena_str(arena, buf_str(&b));
    buf_clear(&b);
    utf8_show(&b, str_sub(str_trim(raw->second), 0, COPY_NAME_BYTES));
    raw->second = b.failed ? (Str){NULL, 0} : arena_str(arena, buf_str(&b));
    arena->failed = arena->failed || b.failed;
    buf_free(&b);
}

bool marker_prepare(Marker *m, Arena *arena, RawCopy *raw, Prepared *out)
{
    *out = (Prepared){.raw = raw};
    settle_candidate(arena, raw);
    if (raw->kind != COPY_REFUSED && other_case(m, raw->of)) {
        raw->kind = COPY_REFUSED;
        copy_add_note(arena, raw, D_COPY_OTHER_CASE, raw->of, m->c->name);
    }
    out->places = arena_alloc(arena, (raw->box_count + 1) * sizeof *out->places);
    for (uint32_t i = 0; out->places && i < raw->box_count; i++) {
        out->places[i] = marker_place(m, raw->boxes[i].address);
        if (raw->kind != COPY_REFUSED) {
            note_box(m, arena, raw, &raw->boxes[i], out->places[i]);
        }
    }
    if (!out->places || arena->failed) {
        return false;
    }
    return (raw->kind == COPY_REFUSED || note_twice(m, arena, out)) && keep_boxes(m, arena, out) && !arena->failed;
}
