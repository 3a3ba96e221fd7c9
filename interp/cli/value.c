/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: texts are made safe for the terminal; JSON escapes by itself. */
#include "cli/value.h"

#include "base/limits.h"
#include "data/object.h"
#include "data/table.h"

enum { JSON_DECIMALS = 30 };

static const char *type_of(Value v)
{
    if (value_is_number(v))
        return "number";
    switch ((ValueTag)v.tag) {
    case T_NONE: return "none";
    case T_TRUTH: return "truth";
    case T_DATE: return "date";
    case T_STATUS: return "status";
    case T_LEVEL: return "level";
    case T_SCENARIO: return "scenario";
    case T_TEXT: return "text";
    case T_LIST:
    case T_RANGE: return "list";
    case T_RECORD: return "record";
    case T_TABLE: return "table";
    case T_MATRIX: return "matrix";
    case T_OBJECT: return ((const Instance *)v.ptr)->type->id;
    default: return "function";
    }
}

static void put_shown(Cli *cli, Session *s, Buf *out, Value v)
{
    ShowStyle style = cli_style(cli, s);
    value_show(&s->heap, out, v, &style);
}

bool value_line(Cli *cli, Session *s, Buf *out, Value v)
{
    Buf shown;
    buf_init(&shown, &s->mem);
    put_shown(cli, s, &shown, v);
    session_put_safe(out, buf_str(&shown));
    out->failed |= shown.failed;
    buf_free(&shown);
    return !out->failed || cli_no_memory(s);
}

/* ---- JSON ---- */

typedef struct Pen {
    Cli *cli;
    Session *session;
    JsonWriter *w;
    Buf scratch;
    unsigned depth;
} Pen;

static void put_value(Pen *p, Value v);

static void put_member(Pen *p, Str key)
{
    json_key(p->w, key);
    json_text(p->w, buf_str(&p->scratch));
    p->w->out->failed |= p->scratch.failed;
    buf_clear(&p->scratch);
}

static void put_number(Pen *p, Value v)
{
    NumCtx *num = &p->session->num;
    if (num_fraction(num, &p->scratch, v) != NUM_OK)
        p->scratch.failed = true;
    put_member(p, STR("fraction"));
    if (num_decimal(num, &p->scratch, v, JSON_DECIMALS) != NUM_OK)
        p->scratch.failed = true;
    put_member(p, STR("decimal"));
    json_key(p->w, STR("exact"));
    json_bool(p->w, num_is_exact(v));
    unit_name(num, &p->scratch, v.unit, p->session->options.lang);
    put_member(p, STR("unit"));
}

static void put_list(Pen *p, Value v)
{
    json_array(p->w);
    for (uint32_t i = 0; i < list_count(v); i++)
        put_value(p, list_at(v, i));
    json_end(p->w);
}

static void put_record(Pen *p, Value v)
{
    const Record *r = v.ptr;
    json_object(p->w);
    for (uint32_t i = 0; i < r->n; i++) {
        json_key(p->w, (Str){r->fields[i].name->bytes, r->fields[i].name->n});
        put_value(p, r->fields[i].value);
    }
    json_end(p->w);
}

/* Rows as objects. */
static void put_table(Pen *p, const Table *t)
{
    json_array(p->w);
    for (uint32_t i = 0; i < t->rows; i++) {
        json_object(p->w);
        for (uint32_t c = 0; c < t->n; c++) {
            json_key(p->w, table_name(t, c));
            put_value(p, table_at(t, i, c));
        }
        json_end(p->w);
    }
    json_end(p->w);
}

/* One entry for each combination of labels, in order: the labels, then the value. */
static void put_matrix(Pen *p, const Matrix *m)
{
    json_array(p->w);
    for (uint32_t i = 0; i < list_count(m->items); i++) {
        json_object(p->w);
        json_key(p->w, STR("labels"));
        json_array(p->w);
        for (uint32_t axis = 0; axis < m->axes; axis++)
            put_value(p, list_at(m->axis[axis].labels, i / matrix_stride(m, axis) % matrix_count(m, axis)));
        json_end(p->w);
        json_key(p->w, STR("value"));
        put_value(p, list_at(m->items, i));
        json_end(p->w);
    }
    json_end(p->w);
}

/* The member "value" of what is not a number. */
static void put_other(Pen *p, Value v)
{
    Heap *heap = &p->session->heap;
    json_key(p->w, STR("value"));
    switch ((ValueTag)v.tag) {
    case T_TRUTH: json_bool(p->w, v.num != 0); return;
    case T_TEXT: json_text(p->w, text_str(heap, v)); return;
    case T_LIST: put_list(p, v); return;
    case T_RECORD: put_record(p, v); return;
    case T_TABLE: put_table(p, v.ptr); return;
    case T_MATRIX: put_matrix(p, v.ptr); return;
    default: break;
    }
    ShowStyle english = show_style(LANG_EN);
    if (v.tag == T_NONE)
        json_null(p->w);
    else
        value_show(heap, &p->scratch, v, &english), json_text(p->w, buf_str(&p->scratch));
    p->w->out->failed |= p->scratch.failed;
    buf_clear(&p->scratch);
}

static void put_value(Pen *p, Value v)
{
    if (p->depth >= LIMIT_NESTING / 4) { /* the writer has a depth of its own, of which each level here takes two */
        json_null(p->w);
        return;
    }
    p->depth++;
    json_object(p->w);
    json_key(p->w, STR("type"));
    json_text(p->w, str_from(type_of(v)));
    if (value_is_number(v))
        put_number(p, v);
    else
        put_other(p, v);
    put_shown(p->cli, p->session, &p->scratch, v);
    put_member(p, STR("shown"));
    json_end(p->w);
    p->depth--;
}

void value_json(Cli *cli, Session *s, JsonWriter *w, Value v)
{
    Pen p = {.cli = cli, .session = s, .w = w};
    buf_init(&p.scratch, &s->mem);
    put_value(&p, v);
    buf_free(&p.scratch);
}
