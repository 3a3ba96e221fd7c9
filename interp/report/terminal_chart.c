/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts out of block characters. Bars, funnels and radars are rows: label, bar, value. Columns stand upright where they
   fit, else they are rows too. A curve is drawn with the dots of Braille letters, two across and four down in each. */
#include "report/term.h"

#include <string.h>

#include "base/utf8.h"
#include "report/word.h"

enum {
    BAR_LEAST = 4,
    BAR_MOST = 44,
    LABEL_LEAST = 6,
    SLOT_GAP = 2,
    LEGEND_GAP = 3,
    COLUMN_HEIGHT = 8,
    CURVE_HEIGHT = 12,
    CURVE_MOST = 60,
    CURVE_LEAST = 16
};

static const char *const fills[] = {"█", "▓", "▒", "░"};
static const char *const eighths[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
static const char *const heights[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const symbols[] = {"●", "▲", "■", "◆"};

enum { FILLS = sizeof fills / sizeof *fills, SYMBOLS = sizeof symbols / sizeof *symbols };

/* ---- what all have in common ---- */

static size_t width_of(Term *t, Str text)
{
    Buf safe;
    buf_init(&safe, t->out->mem);
    term_safe(&safe, text);
    size_t w = utf8_width(buf_str(&safe));
    t->out->failed = t->out->failed || safe.failed;
    buf_free(&safe);
    return w;
}

/* In a column of its own, on one line; what does not fit ends with an ellipsis. */
static void put_column(Term *t, Str text, size_t width, DocAlign align)
{
    Buf safe;
    buf_init(&safe, t->out->mem);
    term_safe(&safe, text);
    for (size_t i = 0; i < safe.n; i++) {
        safe.p[i] = safe.p[i] == '\n' ? ' ' : safe.p[i];
    }
    Str s = buf_str(&safe);
    bool whole = utf8_width(s) <= width;
    uint32_t cp;
    for (size_t at = 0, used = 0, n; !whole && (n = utf8_next(s, at, &cp)) != 0; at += n) {
        used += utf8_width(str_sub(s, at, at + n));
        if (used >= width) {
            s = str_sub(s, 0, at);
            break;
        }
    }
    size_t w = utf8_width(s) + !whole, blank = w < width ? width - w : 0;
    size_t before = align == ALIGN_RIGHT ? blank : align == ALIGN_CENTRE ? blank / 2 : 0;
    buf_repeat(t->out, ' ', before);
    buf_put(t->out, s);
    buf_puts(t->out, whole || !width ? "" : "…");
    buf_repeat(t->out, ' ', blank - before);
    t->out->failed = t->out->failed || safe.failed;
    buf_free(&safe);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void end_line(Term *t)
{
    term_strip(t->out);
    buf_putc(t->out, '\n');
}

/* Where a position stands on `size` units; rounded, within 0 and size. */
static int64_t scaled(ChartRange r, int32_t at, int64_t size)
{
    int64_t width = (int64_t)r.high - r.low;
    return (((int64_t)at - r.low) * size * 2 + width) / (2 * width);
}

static const char *tone_mark(uint8_t tone)
{
    switch (tone) {
    case TONE_GOOD: return "✓";
    case TONE_WARN: return "!";
    case TONE_BAD: return "✗";
    default: return "";
    }
}

/* Series on one line, or as many as it takes. */
static void put_legend(Term *t, const Chart *c, const char *const *marks, uint32_t kinds)
{
    size_t used = 0;
    uint32_t i = 0;
    term_margin(t);
    for (const ChartSeries *s = c->first; s; s = s->next, i++) {
        size_t width = smaller(width_of(t, s->name), term_room(t, 2)), gap = used ? LEGEND_GAP : 0;
        if (used && used + gap + 2 + width > term_room(t, 0)) {
            end_line(t);
            term_margin(t);
            used = gap = 0;
        }
        buf_repeat(t->out, ' ', gap);
        buf_puts(t->out, marks[i % kinds]);
        buf_putc(t->out, ' ');
        put_column(t, s->name, width, ALIGN_LEFT);
        used += gap + 2 + width;
    }
    end_line(t);
}

/* ---- rows ---- */

typedef struct Rows {
    const Chart *chart;
    ChartRange range;
    size_t label, bar, shown, goal, note, sign; /* widths of the columns */
} Rows;

/* A column and the gap before it. */
static size_t wide(size_t width)
{
    return width ? width + TERM_GAP : 0;
}

static void measure_rows(Term *t, Rows *r)
{
    for (const ChartSeries *s = r->chart->first; s; s = s->next) {
        for (const ChartPoint *p = s->first; p; p = p->next) {
            r->label = larger(r->label, width_of(t, p->label));
            r->shown = larger(r->shown, width_of(t, p->shown));
            r->goal = larger(r->goal, p->has_goal && p->goal_shown.n ? width_of(t, p->goal_shown) + 2 : 0);
            r->note = larger(r->note, width_of(t, p->note));
            r->sign = *tone_mark(p->tone) ? 1 : r->sign;
        }
    }
    size_t room = term_room(t, 0);
    r->label = smaller(r->label, room / 3);
    r->shown = smaller(r->shown, room / 5);
    r->goal = smaller(r->goal, room / 5);
    r->note = smaller(r->note, room / 5);
    size_t taken = wide(r->label) + wide(r->shown) + wide(r->goal) + wide(r->note) + wide(r->sign);
    if (taken + BAR_LEAST > room) { /* labels give way first */
        size_t excess = smaller(taken + BAR_LEAST - room, r->label > LABEL_LEAST ? r->label - LABEL_LEAST : 0);
        r->label -= excess;
        taken -= excess;
    }
    r->bar = smaller(larger(room > taken ? room - taken : 0, BAR_LEAST), BAR_MOST);
}

/* A bar from where it begins, which is mostly zero; the goal is a line through it. */
static void put_bar(Term *t, const Rows *r, const ChartPoint *p, const char *fill)
{
    int64_t zero = scaled(r->range, p->from, (int64_t)r->bar) * 8, end = scaled(r->range, p->at, (int64_t)r->bar * 8);
    int64_t from = p->at < p->from ? end : zero, to = p->at < p->from ? zero : end;
    int64_t goal = p->has_goal ? scaled(r->range, p->goal, (int64_t)r->bar) : -1;
    goal = goal == (int64_t)r->bar ? goal - 1 : goal;
    for (int64_t i = 0; i < (int64_t)r->bar; i++) {
        int64_t left = from > i * 8 ? from - i * 8 : 0, filled = to - i * 8 > 8 ? 8 : to - i * 8;
        bool origin = p->at == p->from && i * 8 == zero;
        if (i == goal) {
            buf_puts(t->out, "│");
        } else if (filled <= left || left > 8) {
            buf_puts(t->out, origin ? "▏" : " ");
        } else if (left) {
            buf_puts(t->out, left > 4 ? "▕" : "▐");
        } else {
            buf_puts(t->out, filled == 8 || fill != fills[0] ? fill : eighths[filled]);
        }
    }
}

static void put_stage(Term *t, const Rows *r, const ChartPoint *p)
{
    int64_t length = p->at > 0 ? scaled(r->range, p->at, (int64_t)r->bar) : 0;
    length = length == 0 && p->at > 0 ? 1 : length;
    int64_t before = ((int64_t)r->bar - length) / 2;
    buf_repeat(t->out, ' ', (size_t)before);
    term_times(t->out, "█", (size_t)length);
    buf_repeat(t->out, ' ', r->bar - (size_t)(before + length));
}

static void put_gap(Term *t, size_t width)
{
    buf_repeat(t->out, ' ', width ? TERM_GAP : 0);
}

static void put_point(Term *t, const Rows *r, const ChartPoint *p, Str label, const char *fill)
{
    term_margin(t);
    put_column(t, label, r->label, ALIGN_LEFT);
    put_gap(t, r->label);
    if (r->chart->kind == CHART_FUNNEL) {
        put_stage(t, r, p);
    } else {
        put_bar(t, r, p, fill);
    }
    put_gap(t, r->shown);
    put_column(t, p->shown, r->shown, ALIGN_RIGHT);
    if (r->goal) {
        put_gap(t, r->goal);
        buf_puts(t->out, p->has_goal ? "│ " : "  ");
        put_column(t, p->has_goal ? p->goal_shown : (Str){"", 0}, r->goal > 2 ? r->goal - 2 : 0, ALIGN_RIGHT);
    }
    put_gap(t, r->note);
    put_column(t, p->note, r->note, ALIGN_RIGHT);
    buf_puts(t->out, *tone_mark(p->tone) ? " " : "");
    term_put(t, str_from(tone_mark(p->tone)), p->tone);
    end_line(t);
}

static void put_rows(Term *t, const Chart *c)
{
    Rows r = {.chart = c, .range = chart_values(c)};
    uint32_t count = chart_longest(c);
    measure_rows(t, &r);
    for (uint32_t i = 0; i < count; i++) {
        Str label = chart_label(c, i);
        uint32_t k = 0;
        for (const ChartSeries *s = c->first; s; s = s->next, k++) {
            const ChartPoint *p = chart_at(s, i);
            if (p) {
                put_point(t, &r, p, label, fills[k % FILLS]);
                label = (Str){"", 0};
            }
        }
    }
    if (c->count > 1) {
        put_legend(t, c, fills, FILLS);
    }
    if (chart_has_goals(c)) {
        term_margin(t);
        buf_puts(t->out, "│ ");
        buf_put(t->out, chart_goal_word(c, t->lang));
        buf_putc(t->out, '\n');
    }
}

/* ---- columns ---- */

typedef struct Slots {
    const Chart *chart;
    ChartRange range;
    size_t gutter, slot, bar; /* names of series; one label; one bar */
    uint32_t count;
} Slots;

static bool measure_slots(Term *t, Slots *x)
{
    const Chart *c = x->chart;
    for (const ChartSeries *s = c->first; s; s = s->next) {
        size_t name = width_of(t, s->name);
        x->gutter = larger(x->gutter, name + (c->count > 1 ? 2 : 0));
        for (const ChartPoint *p = s->first; p; p = p->next) {
            x->slot = larger(x->slot, larger(width_of(t, p->label), width_of(t, p->shown)));
        }
    }
    x->gutter += x->gutter ? SLOT_GAP : 0;
    x->bar = c->count > 1 ? 2 : 3;
    x->slot = larger(x->slot, x->bar * c->count);
    return x->range.low >= 0 && x->gutter + x->count * (x->slot + SLOT_GAP) <= term_room(t, 0);
}

/* One line of all columns; the lowest is 0. */
static void put_level(Term *t, const Slots *x, int64_t level)
{
    term_margin(t);
    buf_repeat(t->out, ' ', x->gutter);
    for (uint32_t i = 0; i < x->count; i++) {
        uint32_t k = 0;
        for (const ChartSeries *s = x->chart->first; s; s = s->next, k++) {
            const ChartPoint *p = chart_at(s, i);
            int64_t height = p ? scaled(x->range, p->at, COLUMN_HEIGHT * 8) - level * 8 : 0;
            const char *part = heights[height > 8 ? 8 : height < 0 ? 0 : height];
            term_times(t->out, height > 4 && k % FILLS ? fills[k % FILLS] : k % FILLS ? " " : part, x->bar);
        }
        buf_repeat(t->out, ' ', x->slot - x->bar * x->chart->count + SLOT_GAP);
    }
    end_line(t);
}

static void put_shown(Term *t, const Slots *x, const ChartSeries *s, uint32_t number)
{
    bool several = x->chart->count > 1;
    size_t key = several ? 2 : 0;
    term_margin(t);
    buf_puts(t->out, several ? fills[number % FILLS] : "");
    buf_puts(t->out, several ? " " : "");
    put_column(t, s->name, x->gutter - key, ALIGN_LEFT);
    for (const ChartPoint *p = s->first; p; p = p->next) {
        put_column(t, p->shown, x->slot, ALIGN_LEFT);
        buf_repeat(t->out, ' ', SLOT_GAP);
    }
    end_line(t);
}

static void put_slots(Term *t, const Slots *x)
{
    for (int64_t level = COLUMN_HEIGHT; level-- > 0;) {
        put_level(t, x, level);
    }
    term_margin(t);
    buf_repeat(t->out, ' ', x->gutter);
    term_times(t->out, "─", x->count * (x->slot + SLOT_GAP) - SLOT_GAP);
    end_line(t);
    term_margin(t);
    buf_repeat(t->out, ' ', x->gutter);
    for (uint32_t i = 0; i < x->count; i++) {
        put_column(t, chart_label(x->chart, i), x->slot, ALIGN_LEFT);
        buf_repeat(t->out, ' ', SLOT_GAP);
    }
    end_line(t);
    uint32_t k = 0;
    for (const ChartSeries *s = x->chart->first; s; s = s->next, k++) {
        put_shown(t, x, s, k);
    }
}

static void put_columns(Term *t, const Chart *c)
{
    Slots x = {.chart = c, .range = chart_values(c), .count = chart_longest(c)};
    if (measure_slots(t, &x)) {
        put_slots(t, &x);
    } else {
        put_rows(t, c);
    }
}

/* ---- curves ---- */

typedef struct Curve {
    Term *t;
    const Chart *chart;
    ChartRange places, values;
    size_t gutter, width;
    uint8_t *dots;        /* by cell: the dots of its Braille letter */
    const char **symbols; /* by cell: what stands there instead */
} Curve;

static int64_t dot_across(const Curve *v, int32_t at)
{
    return scaled(v->places, at, (int64_t)v->width * 2 - 1);
}

static int64_t dot_down(const Curve *v, int32_t at)
{
    return CURVE_HEIGHT * 4 - 1 - scaled(v->values, at, CURVE_HEIGHT * 4 - 1);
}

static size_t cell_at(const Curve *v, int64_t x, int64_t y)
{
    return (size_t)(y / 4) * v->width + (size_t)(x / 2);
}

static void set_dot(Curve *v, int64_t x, int64_t y)
{
    static const uint8_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    v->dots[cell_at(v, x, y)] |= bits[y % 4][x % 2];
}

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* As many steps as the longer side has dots. */
static void join(Curve *v, const ChartPoint *a, const ChartPoint *b)
{
    int64_t x = dot_across(v, a->across), y = dot_down(v, a->at);
    int64_t x2 = dot_across(v, b->across), y2 = dot_down(v, b->at);
    int64_t steps = distance(x, x2) > distance(y, y2) ? distance(x, x2) : distance(y, y2);
    for (int64_t i = 0; i <= steps; i++) {
        int64_t half = steps / 2, of = steps ? steps : 1;
        int64_t dx = (x2 - x) * i, dy = (y2 - y) * i;
        set_dot(v, x + (dx + (dx < 0 ? -half : half)) / of, y + (dy + (dy < 0 ? -half : half)) / of);
    }
}

static void draw_series(Curve *v, const ChartSeries *s, uint32_t number)
{
    bool few = s->count * 3 <= v->width;
    for (const ChartPoint *p = s->first; p; p = p->next) {
        join(v, p, p->next ? p->next : p);
        bool shown = p->marked || (v->chart->count > 1 && (few || p == s->first || p == s->last));
        if (shown) {
            v->symbols[cell_at(v, dot_across(v, p->across), dot_down(v, p->at))] = symbols[number % SYMBOLS];
        }
    }
}

/* The text of the tick on this line, or of the highest and lowest value where there are no ticks. */
static Str tick_on(const Curve *v, size_t line)
{
    const ChartScale *scale = chart_value_scale(v->chart);
    for (const ChartTick *k = scale->first; k; k = k->next) {
        if ((size_t)dot_down(v, k->at) / 4 == line) {
            return k->text;
        }
    }
    for (const ChartSeries *s = scale->first ? NULL : v->chart->first; s; s = s->next) {
        for (const ChartPoint *p = s->first; p; p = p->next) {
            bool extreme = p->at == v->values.low || p->at == v->values.high;
            if (extreme && (size_t)dot_down(v, p->at) / 4 == line) {
                return p->shown;
            }
        }
    }
    return (Str){"", 0};
}

static void put_cell(const Curve *v, size_t cell)
{
    if (v->symbols[cell]) {
        buf_puts(v->t->out, v->symbols[cell]);
    } else if (v->dots[cell]) {
        utf8_put(v->t->out, 0x2800u + v->dots[cell]);
    } else {
        buf_putc(v->t->out, ' ');
    }
}

static void put_curve(const Curve *v)
{
    Term *t = v->t;
    for (size_t line = 0; line < CURVE_HEIGHT; line++) {
        Str tick = tick_on(v, line);
        term_margin(t);
        put_column(t, tick, v->gutter, ALIGN_RIGHT);
        buf_puts(t->out, tick.n ? " ┤" : " │");
        for (size_t i = 0; i < v->width; i++) {
            put_cell(v, line * v->width + i);
        }
        end_line(t);
    }
    term_margin(t);
    buf_repeat(t->out, ' ', v->gutter + 1);
    buf_puts(t->out, "└");
    term_times(t->out, "─", v->width);
    buf_putc(t->out, '\n');
}

/* Texts under the axis; one that would touch the one before is left out. */
static void put_place(const Curve *v, Str text, int32_t at, size_t *used)
{
    size_t column = (size_t)(dot_across(v, at) / 2), w = width_of(v->t, text);
    size_t from = column > w / 2 ? column - w / 2 : 0;
    from = from + w > v->width && w <= v->width ? v->width - w : from;
    if (w && (*used == 0 || from > *used + 1)) {
        buf_repeat(v->t->out, ' ', from - *used);
        put_column(v->t, text, w, ALIGN_LEFT);
        *used = from + w;
    }
}

static void put_places(const Curve *v)
{
    size_t used = 0;
    const ChartSeries *s = v->chart->first;
    term_margin(v->t);
    buf_repeat(v->t->out, ' ', v->gutter + 2);
    for (const ChartTick *k = v->chart->scales[CHART_ACROSS].first; k; k = k->next) {
        put_place(v, k->text, k->at, &used);
    }
    for (const ChartPoint *p = v->chart->scales[CHART_ACROSS].first ? NULL : s->first; p; p = p->next) {
        put_place(v, p->label, p->across, &used);
    }
    end_line(v->t);
}

static void put_marked_point(Term *t, const ChartPoint *p, const char *symbol)
{
    Buf text;
    buf_init(&text, t->out->mem);
    term_safe(&text, p->note);
    buf_puts(&text, p->note.n ? " (" : "");
    term_safe(&text, p->label);
    buf_puts(&text, " → ");
    term_safe(&text, p->shown);
    buf_puts(&text, p->note.n ? ")" : "");
    term_block(t, symbol, buf_str(&text), TONE_PLAIN);
    t->out->failed = t->out->failed || text.failed;
    buf_free(&text);
}

static void put_marked(const Curve *v)
{
    static const char *const leads[] = {"● ", "▲ ", "■ ", "◆ "};
    uint32_t k = 0;
    for (const ChartSeries *s = v->chart->first; s; s = s->next, k++) {
        for (const ChartPoint *p = s->first; p; p = p->next) {
            if (p->marked) {
                put_marked_point(v->t, p, leads[k % SYMBOLS]);
            }
        }
    }
}

static void measure_curve(Curve *v)
{
    const ChartScale *scale = chart_value_scale(v->chart);
    for (const ChartTick *k = scale->first; k; k = k->next) {
        v->gutter = larger(v->gutter, width_of(v->t, k->text));
    }
    for (const ChartSeries *s = scale->first ? NULL : v->chart->first; s; s = s->next) {
        for (const ChartPoint *p = s->first; p; p = p->next) {
            v->gutter = larger(v->gutter, width_of(v->t, p->shown));
        }
    }
    size_t room = term_room(v->t, 2);
    v->gutter = smaller(v->gutter, room / 3);
    v->width = smaller(larger(room - v->gutter, CURVE_LEAST), CURVE_MOST);
}

static void put_lines(Term *t, const Chart *c)
{
    Curve v = {.t = t, .chart = c, .places = chart_places(c), .values = chart_values(c)};
    Mem *m = t->out->mem;
    measure_curve(&v);
    size_t cells = v.width * CURVE_HEIGHT;
    v.dots = mem_zalloc(m, cells, sizeof *v.dots);
    v.symbols = mem_zalloc(m, cells, sizeof *v.symbols);
    if (v.dots && v.symbols) {
        uint32_t k = 0;
        for (const ChartSeries *s = c->first; s; s = s->next, k++) {
            draw_series(&v, s, k);
        }
        put_curve(&v);
        put_places(&v);
        if (c->count > 1) {
            put_legend(t, c, symbols, SYMBOLS);
        }
        put_marked(&v);
    } else {
        t->out->failed = true;
    }
    mem_free(m, v.dots, cells * sizeof *v.dots);
    mem_free(m, v.symbols, cells * sizeof *v.symbols);
}

/* ---- all ---- */

void term_chart(Term *t, const DocNode *n)
{
    const Chart *c = n->chart;
    term_begin(t);
    term_node(t, "", n, TONE_STRONG);
    if (n->detail.n) {
        term_wrapped(t, "", n->detail, TONE_MUTED);
    }
    if (!chart_longest(c)) {
        term_wrapped(t, "", report_word(RW_NO_DATA, t->lang), TONE_MUTED);
    } else if (c->kind == CHART_LINE) {
        put_lines(t, c);
    } else if (c->kind == CHART_COLUMNS) {
        put_columns(t, c);
    } else {
        put_rows(t, c);
    }
}
