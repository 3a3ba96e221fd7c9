/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything is written into a Buf first, then kept in the arena of the document. */
#include "report/writer.h"

#include "num/format.h"
#include "num/number.h"
#include "num/unit.h"
#include "syntax/printer.h"

enum { DECIMALS_MOST = 30, COLUMNS_MOST = 12 };

static void open(Writer *w, Buf *b) { buf_init(b, w->graph->vm->mem); }

Str writer_keep(Writer *w, Buf *b)
{
    Str s = b->failed ? (Str){NULL, 0} : arena_str(&w->doc->arena, buf_str(b));
    w->doc->arena.failed = w->doc->arena.failed || !s.p;
    buf_free(b);
    return s.p ? s : (Str){"", 0};
}

Str writer_name(Writer *w, Str name)
{
    Buf b;
    if (!w->on_paper) {
        return name;
    }
    buf_init(&b, w->graph->vm->mem);
    for (size_t i = 0; i < name.n; i++) {
        buf_putc(&b, name.p[i] == '_' ? ' ' : name.p[i]);
    }
    return writer_keep(w, &b);
}

Str writer_value(Writer *w, Value v)
{
    Buf b;
    open(w, &b);
    value_show(w->graph->vm->heap, &b, v, w->style);
    return writer_keep(w, &b);
}

Str writer_decimal(Writer *w, Value v)
{
    if (!value_is_number(v)) {
        return (Str){"", 0};
    }
    Buf b;
    open(w, &b);
    b.failed = num_decimal(w->graph->vm->num, &b, v, DECIMALS_MOST) == NUM_NO_MEMORY || b.failed;
    return writer_keep(w, &b);
}

Str writer_exact(Writer *w, Value v)
{
    Buf b;
    ShowStyle style = *w->style;
    style.number.kind = NF_EXACT;
    open(w, &b);
    value_show(w->graph->vm->heap, &b, v, &style);
    return writer_keep(w, &b);
}

Str writer_points(Writer *w, Value points)
{
    Buf b;
    int order = 1;
    bool one = num_cmp(w->graph->vm->num, points, num_int(1), &order) == NUM_OK && order <= 0;
    open(w, &b);
    buf_put(&b, writer_exact(w, points));
    buf_puts(&b, "\u00a0");
    buf_put(&b, writer_word(w, one ? RW_POINT : RW_POINTS_UNIT));
    return writer_keep(w, &b);
}

Str writer_sentence(Writer *w, DiagId id, Str a, Str b, Str c)
{
    Str args[DIAG_ARGS] = {a, b, c};
    Buf out;
    open(w, &out);
    diag_message(&out, id, args, w->doc->lang);
    return writer_keep(w, &out);
}

Str writer_count(Writer *w, uint32_t n)
{
    Buf b;
    open(w, &b);
    buf_printf(&b, "%u", n);
    return writer_keep(w, &b);
}

Str writer_counted(Writer *w, uint32_t n, ReportWord one, ReportWord many)
{
    Buf b;
    open(w, &b);
    bool singular = w->doc->lang == LANG_FR ? n < 2 : n == 1;
    buf_printf(&b, "%u ", n);
    buf_put(&b, writer_word(w, singular ? one : many));
    return writer_keep(w, &b);
}

static void member(JsonWriter *json, Str key, Str text)
{
    json_key(json, key);
    json_text(json, text);
}

void writer_value_json(Writer *w, JsonWriter *json, Value v)
{
    json_object(json);
    if (value_is_number(v)) {
        NumCtx *num = w->graph->vm->num;
        Buf fraction, unit;
        open(w, &fraction);
        open(w, &unit);
        fraction.failed = num_fraction(num, &fraction, v) == NUM_NO_MEMORY || fraction.failed;
        unit_name(num, &unit, v.unit, w->doc->lang);
        member(json, STR("type"), STR("number"));
        member(json, STR("fraction"), writer_keep(w, &fraction));
        member(json, STR("decimal"), writer_decimal(w, v));
        json_key(json, STR("exact"));
        json_bool(json, num_is_exact(v));
        member(json, STR("unit"), writer_keep(w, &unit));
    }
    member(json, STR("shown"), writer_value(w, v));
    json_end(json);
}

Str writer_expr(Writer *w, const Node *n)
{
    Buf b;
    open(w, &b);
    print_shown(&b, n, w->doc->lang, &w->graph->program->parsing.library);
    return writer_keep(w, &b);
}

Str writer_check(Writer *w, const Check *k)
{
    const Node *within = node_clause_value(k->node, CL_CHECK_WITHIN);
    if (k->title.n) {
        return k->title;
    }
    Str expr = writer_expr(w, k->expr);
    return within ? writer_sentence(w, D_REPORT_WITHIN, expr, writer_expr(w, within), (Str){"", 0}) : expr;
}

DocNode *writer_value_cell(Writer *w, DocNode *row, Value v, DocTone tone)
{
    DocNode *cell = doc_number_cell(w->doc, row, writer_value(w, v), writer_decimal(w, v), tone);
    if (v.tag == T_DATE) {
        doc_date(cell, v.num);
    }
    return cell;
}

/* ---- the exam ---- */

static void put_part(Buf *b, Str before, Str part)
{
    if (part.n) {
        buf_puts(b, b->n ? ", " : "");
        buf_put(b, before);
        buf_puts(b, before.n ? " " : "");
        buf_put(b, part);
    }
}

Str writer_exam(Writer *w, const Exam *e)
{
    const Str nothing = {"", 0};
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    put_part(&b, nothing, e->title);
    put_part(&b, writer_word(w, RW_SESSION), e->has_session ? writer_value(w, e->session) : nothing);
    put_part(&b, writer_word(w, RW_PAPER), e->paper);
    if (e->has_points) {
        Str points = writer_points(w, e->points);
        put_part(&b, nothing, e->scaled ? writer_sentence(w, D_REPORT_SCALED, points, writer_value(w, e->scaled_to), nothing) : points);
    }
    return writer_keep(w, &b);
}
