/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results of the library as people read them: a title, names in both languages, what they are best drawn as. What is
   made is in the language of the messages; the names of the other one are understood all the same. */
#include "base/limits.h"
#include "data/table.h"
#include "lib/args.h"

enum { VALUE, TITLE, TITLE_EN, NAMES_EN, PICTURE, DRAWN };

static bool fail_memory(const Args *a) { return vm_fail_memory(a->vm); }

static Text *text_made(const Args *a, Str s)
{
    Value v;
    return text_new(args_heap(a), s, &v) ? v.ptr : NULL;
}

/* ---- arguments ---- */

static bool picture_of(const Args *a, Picture *out)
{
    static const struct {
        const char *en, *fr;
        Picture picture;
    } pictures[] = {{"bars", "barres", PICTURE_BARS},
                    {"line", "courbe", PICTURE_LINE},
                    {"heat", "chaleur", PICTURE_HEAT},
                    {"funnel", "entonnoir", PICTURE_FUNNEL},
                    {"radar", "radar", PICTURE_RADAR},
                    {"gantt", "gantt", PICTURE_GANTT}};
    Str name;
    *out = PICTURE_NONE;
    if (!args_given(a, PICTURE)) {
        return true;
    }
    if (!args_text(a, PICTURE, &name)) {
        return false;
    }
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        if (str_eq(name, str_from(pictures[i].en)) || str_eq(name, str_from(pictures[i].fr))) {
            *out = pictures[i].picture;
            return true;
        }
    }
    return args_fail(a, D_ARG_TEXT, PICTURE, a->v[PICTURE]);
}

static bool title_of(const Args *a, Text **out)
{
    Str text;
    uint32_t at = !args_french(a) && args_given(a, TITLE_EN) ? TITLE_EN : TITLE;
    if (!args_text(a, at, &text)) {
        return false;
    }
    *out = text_made(a, text);
    return *out || fail_memory(a);
}

/* Cuts the next of "gross, net" off; {NULL, 0}: there is none. */
static Str next_name(Str *rest)
{
    size_t n = 0;
    if (!rest->n) {
        return (Str){NULL, 0};
    }
    while (n < rest->n && rest->p[n] != ',') {
        n++;
    }
    Str name = str_trim(str_sub(*rest, 0, n));
    *rest = str_sub(*rest, n + 1, rest->n);
    return name;
}

/* As a heading: without the signs that join the words of a name. */
static Text *heading_of(const Args *a, Str name)
{
    Buf b;
    bool joined = false;
    buf_init(&b, a->vm->mem);
    for (size_t i = 0; i < name.n; i++) {
        joined = joined || name.p[i] == '_';
        buf_putc(&b, name.p[i] == '_' ? ' ' : name.p[i]);
    }
    Text *text = joined && !b.failed ? text_made(a, buf_str(&b)) : NULL;
    buf_free(&b);
    return text;
}

/* ---- tables ---- */

static bool name_column(const Args *a, TableColumn *c, Str english)
{
    if (english.n) {
        Text *other = text_made(a, english);
        if (!other) {
            return fail_memory(a);
        }
        c->other = args_french(a) ? other : c->name;
        c->name = args_french(a) ? c->name : other;
    }
    c->title = heading_of(a, (Str){c->name->bytes, c->name->n});
    return true;
}

/* The first column tells the rows apart, if it can. */
static bool key_of(const Args *a, Table *t)
{
    bool distinct = false;
    uint32_t first, again;
    NumErr err = t->n ? list_distinct(args_heap(a), t->columns[0].items, &distinct, &first, &again) : NUM_OK;
    t->key = distinct ? 0 : t->key;
    return args_num(a, err, value_none(), value_none());
}

/* The columns named in "interest, repayment", one bit each. */
static bool drawn_of(const Args *a, const Table *t, uint64_t *out)
{
    Str names, name;
    if (!args_given(a, DRAWN)) {
        return true;
    }
    if (!args_text(a, DRAWN, &names)) {
        return false;
    }
    for (*out = 0; (name = next_name(&names)).p != NULL;) {
        int32_t at = table_column(t, name);
        if (at < 0 || at >= 64) {
            return vm_fail(a->vm, D_COLUMN_MISSING, &name, 1);
        }
        *out |= (uint64_t)1 << at;
    }
    return true;
}

static bool present_table(const Args *a, Str names, Text *title, Picture picture, Value *out)
{
    Table *t = table_take(args_heap(a), a->v[VALUE].ptr, NULL, 0);
    if (!t) {
        return fail_memory(a);
    }
    t->title = title;
    t->picture = picture != PICTURE_NONE ? picture : t->picture;
    for (uint32_t i = 0; i < t->n; i++) {
        if (!name_column(a, &t->columns[i], next_name(&names))) {
            return false;
        }
    }
    *out = value_obj(T_TABLE, t);
    return key_of(a, t) && drawn_of(a, t, &t->drawn);
}

/* ---- records ---- */

static bool put_text(const Args *a, List *list, Str s)
{
    Value v;
    return (text_new(args_heap(a), s, &v) && list_push(args_heap(a), list, v)) || fail_memory(a);
}

static bool record_labels(const Args *a, const Record *r, Str names, List *english, List *french)
{
    for (uint32_t i = 0; i < r->n; i++) {
        Str own = {r->fields[i].name->bytes, r->fields[i].name->n}, other = next_name(&names);
        if (!put_text(a, english, other.n ? other : own) || !put_text(a, french, own)) {
            return false;
        }
    }
    return true;
}

static bool present_record(const Args *a, Str names, Text *title, Picture picture, Value *out)
{
    Heap *heap = args_heap(a);
    const Record *r = a->v[VALUE].ptr;
    Matrix *m = matrix_new(heap, 1);
    List *english = list_new(heap, 0), *french = list_new(heap, 0), *items = list_new(heap, r->n);
    if (!m || !english || !french || !items) {
        return fail_memory(a);
    }
    for (uint32_t i = 0; i < r->n; i++) {
        items->store->items[i] = r->fields[i].value;
    }
    if (!record_labels(a, r, names, english, french) || !matrix_axis(heap, m, 0, STR(""), value_obj(T_LIST, english))) {
        return a->vm->fault ? false : fail_memory(a);
    }
    m->axis[0].names = value_obj(T_LIST, french);
    m->items = value_obj(T_LIST, items);
    m->title = title;
    m->picture = picture;
    *out = value_obj(T_MATRIX, m);
    return true;
}

/* ---- lists with labels: funnels, trials, comparisons ---- */

/* Their labels keep the names that they have. */
static bool present_matrix(const Args *a, Text *title, Picture picture, Value *out)
{
    const Matrix *own = a->v[VALUE].ptr;
    Matrix *m = matrix_new(args_heap(a), own->axes);
    if (!m) {
        return fail_memory(a);
    }
    for (uint32_t i = 0; i < own->axes; i++) {
        m->axis[i] = own->axis[i];
    }
    m->items = own->items;
    m->shown = own->shown;
    m->title = title;
    m->picture = picture != PICTURE_NONE ? picture : own->picture;
    *out = value_obj(T_MATRIX, m);
    return true;
}

BUILTIN_FUNCTION(present)
{
    Picture picture;
    Text *title = NULL;
    Str names = {"", 0};
    if (a->v[VALUE].tag == T_STATUS) {
        *out = a->v[VALUE];
        return true;
    }
    if (!title_of(a, &title) || !picture_of(a, &picture) || (args_given(a, NAMES_EN) && !args_text(a, NAMES_EN, &names))) {
        return false;
    }
    if (a->v[VALUE].tag == T_TABLE) {
        return present_table(a, names, title, picture, out);
    }
    if (a->v[VALUE].tag == T_MATRIX && !names.n) {
        return present_matrix(a, title, picture, out);
    }
    const Record *r;
    return args_record(a, VALUE, &r) && present_record(a, names, title, picture, out);
}
