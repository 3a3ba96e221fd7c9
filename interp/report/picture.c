/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Positions are exact until they are whole: figures minus the lowest, over the range, in ten-thousandths. */
#include "report/picture.h"

#include "num/number.h"
#include "num/unit.h"

enum { DRAWN_MOST = 8, BARS_MOST = 40 };

static NumCtx *num_of(const Writer *w) { return w->graph->vm->num; }
static Str text_of(const Text *t) { return t ? (Str){t->bytes, t->n} : (Str){"", 0}; }

/* ---- ranges and places ---- */

void picture_range_begin(PictureRange *r) { *r = (PictureRange){.low = value_none(), .high = value_none()}; }

void picture_range_add(Writer *w, PictureRange *r, Value v)
{
    int below = 0, above = 0;
    if (!value_is_number(v)) {
        return;
    }
    if (r->low.tag == T_NONE) {
        *r = (PictureRange){true, v, v};
    } else if (r->known) {
        r->known = unit_same_dimension(num_of(w), v.unit, r->low.unit) && num_cmp(num_of(w), v, r->low, &below) == NUM_OK &&
                   num_cmp(num_of(w), v, r->high, &above) == NUM_OK;
        r->low = below < 0 ? v : r->low;
        r->high = above > 0 ? v : r->high;
    }
}

int32_t picture_place(Writer *w, Value v, PictureRange r)
{
    NumCtx *num = num_of(w);
    Value span, part, share;
    bool fits = false;
    if (!r.known || !value_is_number(v) || num_sub(num, r.high, r.low, &span) != NUM_OK || num_is_zero(span) ||
        num_sub(num, v, r.low, &part) != NUM_OK || num_div(num, part, span, &share) != NUM_OK) {
        return 0;
    }
    share.unit = U_PLAIN;
    if (num_mul(num, share, num_int(CHART_FULL), &share) != NUM_OK || num_round(num, share, 0, ROUND_HALF_UP, &share) != NUM_OK) {
        return 0;
    }
    int64_t at = num_to_int64(num, share, &fits);
    return fits && at > -100 * CHART_FULL && at < 100 * CHART_FULL ? (int32_t)at : 0;
}

/* Bars begin at zero, whatever the lowest figure is. */
static void range_from_zero(Writer *w, PictureRange *r)
{
    Value zero = {.tag = T_NUM, .den = 1, .num = 0, .unit = r->low.unit};
    picture_range_add(w, r, zero);
}

/* The place of zero is 0 of the chart: what is below stands on the other side. */
static int32_t bar_place(Writer *w, Value v, PictureRange r)
{
    Value zero = {.tag = T_NUM, .den = 1, .num = 0, .unit = r.low.unit};
    return picture_place(w, v, r) - picture_place(w, zero, r);
}

static Str sentence(Writer *w, DiagId id, Str a, Str b) { return writer_sentence(w, id, a, b, (Str){"", 0}); }

/* ---- lines ---- */

static void axis_ticks(Writer *w, DocNode *chart, ChartAxis axis, Str title, PictureRange r)
{
    chart_scale(w->doc, chart, axis, title);
    if (r.known) {
        chart_tick(w->doc, chart, axis, writer_value(w, r.low), 0);
        chart_tick(w->doc, chart, axis, writer_value(w, r.high), CHART_FULL);
    }
}

static PictureRange column_range(Writer *w, const Table *t, uint32_t column)
{
    PictureRange r;
    picture_range_begin(&r);
    for (uint32_t i = 0; i < t->rows; i++) {
        picture_range_add(w, &r, table_at(t, i, column));
    }
    return r;
}

static Str column_name(Writer *w, const Table *t, uint32_t column)
{
    const Text *title = t->columns[column].title;
    return title ? text_of(title) : writer_name(w, table_name(t, column));
}

/* The columns that are drawn, all of one dimension; their common range. */
typedef struct Drawn {
    uint32_t columns[DRAWN_MOST], n;
    PictureRange range;
} Drawn;

static bool drawn_columns(Writer *w, const Table *t, Drawn *out)
{
    uint64_t wanted = t->drawn ? t->drawn : 2;
    *out = (Drawn){.n = 0};
    picture_range_begin(&out->range);
    for (uint32_t c = 0; c < t->n && c < 64 && out->n < DRAWN_MOST; c++) {
        if (wanted >> c & 1) {
            out->columns[out->n++] = c;
            for (uint32_t i = 0; i < t->rows; i++) {
                picture_range_add(w, &out->range, table_at(t, i, c));
            }
        }
    }
    return out->n && out->range.known && t->rows >= 2;
}

/* intérêts, amortissement */
static Str drawn_names(Writer *w, const Table *t, const Drawn *d)
{
    Buf b;
    buf_init(&b, w->graph->vm->mem);
    for (uint32_t k = 0; k < d->n; k++) {
        buf_puts(&b, k ? ", " : "");
        buf_put(&b, column_name(w, t, d->columns[k]));
    }
    return writer_keep(w, &b);
}

static DocNode *drawn_chart(Writer *w, DocNode *parent, ChartKind kind, Str title, const Table *t, const Drawn *d, DiagId id)
{
    Str up = drawn_names(w, t, d), across = column_name(w, t, 0);
    bool bars = kind == CHART_BARS;
    return doc_chart(w->doc, parent, kind, title.n ? title : up, sentence(w, id, bars ? across : up, bars ? up : across));
}

static void line(Writer *w, DocNode *parent, Str title, const Table *t)
{
    PictureRange x = column_range(w, t, 0);
    Drawn d;
    if (!drawn_columns(w, t, &d) || !x.known) {
        return;
    }
    DocNode *chart = drawn_chart(w, parent, CHART_LINE, title, t, &d, D_REPORT_LINE);
    axis_ticks(w, chart, CHART_ACROSS, column_name(w, t, 0), x);
    axis_ticks(w, chart, CHART_UP, d.n > 1 ? (Str){"", 0} : column_name(w, t, d.columns[0]), d.range);
    for (uint32_t k = 0; k < d.n; k++) {
        ChartSeries *s = chart_series(w->doc, chart, column_name(w, t, d.columns[k]));
        for (uint32_t i = 0; i < t->rows; i++) {
            Value a = table_at(t, i, 0), b = table_at(t, i, d.columns[k]);
            if (value_is_number(a) && value_is_number(b)) {
                chart_place(w->doc, s, writer_value(w, a), picture_place(w, a, x), writer_value(w, b),
                            picture_place(w, b, d.range));
            }
        }
    }
}

/* ---- bars ---- */

/* A table of many rows, as that of a loan of 240 months, is drawn as lines. */
static void bars(Writer *w, DocNode *parent, Str title, const Table *t)
{
    Drawn d;
    if (t->rows > BARS_MOST) {
        line(w, parent, title, t);
        return;
    }
    if (!drawn_columns(w, t, &d)) {
        return;
    }
    range_from_zero(w, &d.range);
    DocNode *chart = drawn_chart(w, parent, CHART_BARS, title, t, &d, D_REPORT_BARS);
    for (uint32_t k = 0; k < d.n; k++) {
        ChartSeries *s = chart_series(w->doc, chart, column_name(w, t, d.columns[k]));
        for (uint32_t i = 0; i < t->rows; i++) {
            Value v = table_at(t, i, d.columns[k]);
            if (value_is_number(v)) {
                chart_point(w->doc, s, writer_value(w, table_at(t, i, 0)), writer_value(w, v), bar_place(w, v, d.range));
            }
        }
    }
}

/* Stage after stage. */
static void funnel(Writer *w, DocNode *parent, Str title, const Table *t)
{
    Drawn d;
    if (!drawn_columns(w, t, &d)) {
        return;
    }
    range_from_zero(w, &d.range);
    DocNode *chart = drawn_chart(w, parent, CHART_FUNNEL, title, t, &d, D_REPORT_FUNNEL);
    ChartSeries *s = chart_series(w->doc, chart, column_name(w, t, d.columns[0]));
    for (uint32_t i = 0; i < t->rows; i++) {
        Value v = table_at(t, i, d.columns[0]);
        if (value_is_number(v)) {
            chart_point(w->doc, s, writer_value(w, table_at(t, i, 0)), writer_value(w, v), bar_place(w, v, d.range));
        }
    }
}

/* ---- tasks in time ---- */

typedef struct Gantt { /* columns */
    int32_t start, end, latest, critical;
} Gantt;

/* From the start of a task to its end; a line where it must end at the latest; what is critical is noted. */
static void gantt_task(Writer *w, ChartSeries *s, const Table *t, Gantt g, uint32_t row, PictureRange r)
{
    Value start = table_at(t, row, (uint32_t)g.start), end = table_at(t, row, (uint32_t)g.end);
    Value latest = table_at(t, row, (uint32_t)g.latest), critical = table_at(t, row, (uint32_t)g.critical);
    if (!value_is_number(start) || !value_is_number(end) || !value_is_number(latest)) {
        return;
    }
    ChartPoint *p = chart_point(w->doc, s, writer_value(w, table_at(t, row, 0)), writer_value(w, end), bar_place(w, end, r));
    chart_from(p, bar_place(w, start, r));
    chart_goal(w->doc, p, (Str){"", 0}, bar_place(w, latest, r));
    if (value_is_true(critical)) {
        chart_note(w->doc, p, column_name(w, t, (uint32_t)g.critical));
    }
}

static void gantt(Writer *w, DocNode *parent, Str title, const Table *t)
{
    Gantt g = {table_column(t, STR("earliest_start")), table_column(t, STR("earliest_end")),
               table_column(t, STR("latest_end")), table_column(t, STR("critical"))};
    if (g.start < 0 || g.end < 0 || g.latest < 0 || g.critical < 0) {
        return;
    }
    PictureRange r = column_range(w, t, (uint32_t)g.latest);
    if (!r.known) {
        return;
    }
    range_from_zero(w, &r);
    Str task = column_name(w, t, 0);
    DocNode *chart = doc_chart(w->doc, parent, CHART_BARS, title.n ? title : task, sentence(w, D_REPORT_GANTT, task, (Str){"", 0}));
    ChartSeries *s = chart_series(w->doc, chart, column_name(w, t, (uint32_t)g.end));
    for (uint32_t i = 0; i < t->rows; i++) {
        gantt_task(w, s, t, g, i, r);
    }
}

/* ---- matrices ---- */

static Str label(Writer *w, const Matrix *m, uint32_t axis, uint32_t i)
{
    Value titles = m->axis[axis].titles, names = m->axis[axis].names;
    bool french = w->doc->lang == LANG_FR && names.tag == T_LIST;
    bool titled = titles.tag == T_LIST && list_at(titles, i).tag == T_TEXT;
    return writer_value(w, list_at(titled ? titles : french ? names : m->axis[axis].labels, i));
}

static Value field(const Matrix *m, uint32_t row, int32_t column)
{
    return list_at(m->items, row * matrix_count(m, m->axes - 1) + (uint32_t)column);
}

/* One field of a matrix of two axes as one series. */
static void field_chart(Writer *w, DocNode *parent, ChartKind kind, Str title, const Matrix *m, const char *name, DiagId id)
{
    int32_t column = matrix_named(w->graph->vm->heap, m, m->axes - 1, str_from(name));
    int32_t note = kind == CHART_FUNNEL ? matrix_named(w->graph->vm->heap, m, m->axes - 1, STR("rate")) : -1;
    PictureRange r;
    picture_range_begin(&r);
    for (uint32_t i = 0; column >= 0 && i < matrix_count(m, 0); i++) {
        picture_range_add(w, &r, field(m, i, column));
    }
    if (!r.known) {
        return;
    }
    range_from_zero(w, &r);
    DocNode *chart = doc_chart(w->doc, parent, kind, title.n ? title : label(w, m, 1, (uint32_t)column), sentence(w, id, text_of(m->axis[0].name), label(w, m, 1, (uint32_t)column)));
    ChartSeries *s = chart_series(w->doc, chart, label(w, m, 1, (uint32_t)column));
    for (uint32_t i = 0; i < matrix_count(m, 0); i++) {
        Value v = field(m, i, column);
        if (!value_is_number(v)) {
            continue;
        }
        ChartPoint *p = chart_point(w->doc, s, label(w, m, 0, i), writer_value(w, v), bar_place(w, v, r));
        if (note >= 0 && value_is_number(field(m, i, note))) {
            chart_note(w->doc, p, writer_value(w, field(m, i, note)));
        }
    }
}

/* Only competences at the top, or right below a single one: a radar is read at a glance. */
static void radar(Writer *w, DocNode *parent, Str title, const Matrix *m)
{
    if (matrix_count(m, 0) >= 3 && matrix_count(m, 0) <= 12) {
        field_chart(w, parent, CHART_RADAR, title, m, "total", D_REPORT_RADAR);
    }
}

/* ---- dashboards: completion rates against 100 % ---- */

typedef struct Rates { /* the rates of a dashboard: by series, then indicator */
    const Matrix *m;
    int32_t rate;
    uint32_t series, indicators, fields;
} Rates;

static Value rate_at(const Rates *x, uint32_t series, uint32_t indicator)
{
    return list_at(x->m->items, (series * x->indicators + indicator) * x->fields + (uint32_t)x->rate);
}

static void rate_series(Writer *w, DocNode *chart, const Rates *x, uint32_t series, PictureRange r)
{
    Value goal = {.tag = T_NUM, .den = 1, .num = 1, .unit = U_PERCENT};
    Str name = x->m->axes > 2 ? label(w, x->m, x->m->axes - 3, series % matrix_count(x->m, x->m->axes - 3)) : (Str){"", 0};
    ChartSeries *s = chart_series(w->doc, chart, name);
    for (uint32_t i = 0; i < x->indicators; i++) {
        Value v = rate_at(x, series, i);
        if (!value_is_number(v)) {
            continue;
        }
        int order = 0;
        ChartPoint *p = chart_point(w->doc, s, label(w, x->m, x->m->axes - 2, i), writer_value(w, v), bar_place(w, v, r));
        bool reached = num_cmp(num_of(w), v, goal, &order) == NUM_OK && order >= 0;
        chart_goal(w->doc, p, (Str){"", 0}, bar_place(w, goal, r));
        chart_tone(p, reached ? TONE_GOOD : TONE_WARN);
    }
}

static void dashboard(Writer *w, DocNode *parent, Str title, const Matrix *m)
{
    Rates x = {.m = m, .rate = matrix_named(w->graph->vm->heap, m, m->axes - 1, STR("rate")), .series = 1,
               .indicators = matrix_count(m, m->axes - 2), .fields = matrix_count(m, m->axes - 1)};
    PictureRange r;
    picture_range_begin(&r);
    for (uint32_t i = 0; i + 2 < m->axes; i++) {
        x.series *= matrix_count(m, i);
    }
    for (uint32_t i = 0; x.rate >= 0 && i < x.series * x.indicators; i++) {
        picture_range_add(w, &r, rate_at(&x, i / x.indicators, i % x.indicators));
    }
    if (!r.known || x.series > 8) {
        return;
    }
    range_from_zero(w, &r);
    picture_range_add(w, &r, (Value){.tag = T_NUM, .den = 1, .num = 1, .unit = U_PERCENT});
    DocNode *chart = doc_chart(w->doc, parent, CHART_BARS, title, writer_sentence(w, D_REPORT_RATES, title, (Str){"", 0}, (Str){"", 0}));
    for (uint32_t i = 0; i < x.series; i++) {
        rate_series(w, chart, &x, i, r);
    }
}

/* ---- the whole ---- */

/* A record: those of its figures that are of the dimension of the first. */
static void fields_bars(Writer *w, DocNode *parent, Str title, const Matrix *m)
{
    PictureRange r;
    Value first = value_none();
    picture_range_begin(&r);
    for (uint32_t i = 0; i < matrix_count(m, 0); i++) {
        Value v = list_at(m->items, i);
        first = first.tag == T_NONE && value_is_number(v) ? v : first;
        if (value_is_number(v) && unit_same_dimension(num_of(w), v.unit, first.unit)) {
            picture_range_add(w, &r, v);
        }
    }
    if (!r.known) {
        return;
    }
    range_from_zero(w, &r);
    Str one = w->doc->lang == LANG_FR ? STR("chiffre") : STR("figure");
    DocNode *chart = doc_chart(w->doc, parent, CHART_BARS, title, sentence(w, D_REPORT_BARS, one, title));
    ChartSeries *s = chart_series(w->doc, chart, (Str){"", 0});
    for (uint32_t i = 0; i < matrix_count(m, 0); i++) {
        Value v = list_at(m->items, i);
        if (value_is_number(v) && unit_same_dimension(num_of(w), v.unit, first.unit)) {
            chart_point(w->doc, s, writer_name(w, label(w, m, 0, i)), writer_value(w, v), bar_place(w, v, r));
        }
    }
}

static void picture_matrix(Writer *w, DocNode *parent, Str title, const Matrix *m)
{
    switch (m->picture) {
    case PICTURE_FUNNEL: field_chart(w, parent, CHART_FUNNEL, title, m, "value", D_REPORT_FUNNEL); return;
    case PICTURE_RADAR: radar(w, parent, title, m); return;
    case PICTURE_BARS: break;
    default: return;
    }
    Heap *heap = w->graph->vm->heap;
    if (m->axes == 2 && matrix_named(heap, m, 1, STR("score")) >= 0) {
        field_chart(w, parent, CHART_BARS, title, m, "score", D_REPORT_BARS);
    } else if (m->axes == 2 && matrix_named(heap, m, 1, STR("overall")) >= 0) {
        field_chart(w, parent, CHART_BARS, title, m, "overall", D_REPORT_BARS);
    } else if (m->axes >= 2) {
        dashboard(w, parent, title, m);
    } else {
        fields_bars(w, parent, title, m);
    }
}

void picture_add(Writer *w, DocNode *parent, Str title, Value v)
{
    if (v.tag == T_MATRIX) {
        picture_matrix(w, parent, title.n ? title : text_of(((const Matrix *)v.ptr)->title), v.ptr);
        return;
    }
    const Table *t = v.tag == T_TABLE ? v.ptr : NULL;
    title = t && !title.n ? text_of(t->title) : title;
    if (t && t->n >= 2 && t->picture == PICTURE_LINE) {
        line(w, parent, title, t);
    } else if (t && t->n >= 2 && t->picture == PICTURE_FUNNEL) {
        funnel(w, parent, title, t);
    } else if (t && t->n >= 2 && t->picture == PICTURE_BARS) {
        bars(w, parent, title, t);
    } else if (t && t->picture == PICTURE_GANTT) {
        gantt(w, parent, title, t);
    }
}
