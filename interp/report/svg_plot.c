/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns and curves stand on the same frame: values upward with their ticks on the left. */
#include "report/svg_draw.h"

#include <string.h>

enum {
    PLOT_HEIGHT = 2100,
    TICK_MOST = 1300,
    GAP = 80,
    COLUMN_MOST = 420,
    SLOT_LEAST = 420, /* less wide, only some labels are written */
    MARKS_MOST = 24   /* more points have no marks */
};

typedef struct Plot {
    Svg *s;
    ChartRange values;
    int left, right, top, bottom;
} Plot;

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int up(const Plot *p, int32_t at)
{
    return svg_scale(p->values, at, p->bottom, p->top);
}

/* ---- ticks ---- */

typedef void (*TickFn)(Plot *p, Str text, int32_t at, void *state);

static const ChartPoint *extreme(const Chart *c, bool highest)
{
    const ChartPoint *found = NULL;
    for (const ChartSeries *s = c->first; s; s = s->next) {
        for (const ChartPoint *p = s->first; p; p = p->next) {
            if (!found || (highest ? p->at > found->at : p->at < found->at)) {
                found = p;
            }
        }
    }
    return found;
}

/* Those given; else the least and the greatest value. */
static void each_tick(Plot *p, TickFn fn, void *state)
{
    const ChartScale *scale = chart_value_scale(p->s->chart);
    for (const ChartTick *k = scale->first; k; k = k->next) {
        fn(p, k->text, k->at, state);
    }
    if (!scale->first) {
        const ChartPoint *high = extreme(p->s->chart, true), *low = extreme(p->s->chart, false);
        fn(p, high->shown, high->at, state);
        if (low->at != high->at) {
            fn(p, low->shown, low->at, state);
        }
    }
}

static void measure_tick(Plot *p, Str text, int32_t at, void *state)
{
    SvgLabel l = svg_label(p->s, text, TICK_MOST, 1, SVG_SMALL);
    (void)state;
    (void)at;
    p->left = larger(p->left, l.width + GAP);
}

typedef struct Taken { /* heights that have their text */
    int list[64];
    unsigned count;
} Taken;

static bool is_free(const Taken *t, int y)
{
    for (unsigned i = 0; i < t->count; i++) {
        int d = t->list[i] - y;
        if ((d < 0 ? -d : d) < SVG_LINE) {
            return false;
        }
    }
    return t->count < sizeof t->list / sizeof *t->list;
}

static void draw_tick(Plot *p, Str text, int32_t at, void *state)
{
    Taken *taken = state;
    int y = up(p, at);
    SvgLabel l = svg_label(p->s, text, TICK_MOST, 1, SVG_SMALL);
    svg_line(p->s, p->left, y, p->right, y, "grid");
    if (is_free(taken, y)) {
        svg_put(p->s, &l, p->left - GAP, y + 40, SVG_END, "t small muted");
        taken->list[taken->count++] = y;
    }
}

static void draw_ticks(Plot *p)
{
    Taken taken = {.count = 0};
    each_tick(p, draw_tick, &taken);
}

/* The title of the values stands above them. */
static Plot plot(Svg *s)
{
    Plot p = {.s = s, .values = chart_values(s->chart), .right = SVG_WIDTH - 20, .top = 200};
    SvgLabel title = svg_label(s, chart_value_scale(s->chart)->title, SVG_WIDTH, 1, SVG_SMALL);
    if (title.count) {
        svg_put(s, &title, 0, 130, SVG_START, "t small muted");
        p.top += 160;
    }
    p.bottom = p.top + PLOT_HEIGHT;
    return p;
}

static void title_across(Plot *p)
{
    SvgLabel l = svg_label(p->s, p->s->chart->scales[CHART_ACROSS].title, SVG_WIDTH, 1, SVG_SMALL);
    if (l.count) {
        svg_put(p->s, &l, p->right, p->s->height + 130, SVG_END, "t small muted");
    }
}

/* ---- columns ---- */

typedef struct Slots {
    uint32_t count;
    int slot, column; /* tenths; a slot may be less than one */
    bool values;      /* there is room for each value */
} Slots;

static int slot_left(const Plot *p, const Slots *x, uint32_t i)
{
    return p->left + (int)((int64_t)(p->right - p->left) * i / (x->count ? x->count : 1));
}

static Slots slots(Plot *p)
{
    const Chart *c = p->s->chart;
    Slots x = {.count = chart_longest(c), .values = true};
    x.slot = (p->right - p->left) / (int)x.count;
    x.column = smaller(x.slot * 7 / 10 / (int)c->count, COLUMN_MOST);
    x.column = larger(x.column, 4);
    int room = c->count > 1 ? x.column : x.slot - GAP / 2;
    for (const ChartSeries *s = c->first; s; s = s->next) {
        for (const ChartPoint *k = s->first; k; k = k->next) {
            int width = svg_text_width(svg_safe(p->s, k->shown), SVG_SMALL) * 11 / 10;
            x.values = x.values && width <= room;
        }
    }
    return x;
}

static void draw_column(Plot *p, const Slots *x, const ChartPoint *k, unsigned series, int left)
{
    int zero = up(p, 0), end = up(p, k->at);
    Buf fill;
    buf_init(&fill, p->s->texts.mem);
    svg_fill(p->s, &fill, series, k->tone);
    if (zero != end) {
        SvgBox box = {left, smaller(zero, end), left + x->column, larger(zero, end)};
        svg_rect(p->s, box, svg_look(series, k->tone, p->s->chart->count), buf_cstr(&fill));
    }
    if (x->values) {
        SvgLabel l = svg_label(p->s, k->shown, x->slot, 1, SVG_SMALL);
        svg_put(p->s, &l, left + x->column / 2, k->at < 0 ? end + 130 : end - 50, SVG_MIDDLE, "t small value");
    }
    p->s->body.failed = p->s->body.failed || fill.failed;
    buf_free(&fill);
}

static void draw_slot(Plot *p, const Slots *x, uint32_t i)
{
    const Chart *c = p->s->chart;
    int middle = slot_left(p, x, i) + x->slot / 2, left = middle - x->column * (int)c->count / 2;
    unsigned series = 0;
    for (const ChartSeries *s = c->first; s; s = s->next, series++) {
        const ChartPoint *k = chart_at(s, i);
        if (k) {
            draw_column(p, x, k, series, left + x->column * (int)series);
        }
    }
}

/* Every second or third label where there is no room for all. */
static void draw_slot_labels(Plot *p, const Slots *x, int below)
{
    uint32_t every = x->slot >= SLOT_LEAST ? 1 : (uint32_t)(SLOT_LEAST / larger(x->slot, 1)) + 1;
    for (uint32_t i = 0; i < x->count; i += every) {
        int middle = slot_left(p, x, i) + x->slot / 2, room = x->slot * (int)every - GAP / 2;
        SvgLabel l = svg_label(p->s, chart_label(p->s->chart, i), room, SVG_LINES, SVG_TEXT);
        middle = larger(middle, l.width / 2);
        svg_put(p->s, &l, middle, below, SVG_MIDDLE, "t");
    }
}

void svg_columns(Svg *s)
{
    Plot p = plot(s);
    Slots x = slots(&p);
    if (!x.values || chart_value_scale(s->chart)->first) {
        each_tick(&p, measure_tick, NULL);
        x = slots(&p);
        draw_ticks(&p);
    }
    for (uint32_t i = 0; i < x.count; i++) {
        draw_slot(&p, &x, i);
    }
    svg_line(s, p.left, up(&p, 0), p.right, up(&p, 0), "axis");
    /* Below the lowest column, and its value. */
    draw_slot_labels(&p, &x, p.bottom + (p.values.low < 0 && x.values ? 330 : 190));
    title_across(&p);
    svg_legend(s, false);
}

/* ---- curves ---- */

static int across(const Plot *p, ChartRange places, int32_t at)
{
    return svg_scale(places, at, p->left + 60, p->right - 60);
}

static void draw_curve(Plot *p, ChartRange places, const ChartSeries *s, unsigned number)
{
    char look[16] = "curve k0";
    look[7] = (char)('1' + number % SVG_STYLES);
    svg_path_begin(p->s, look);
    for (const ChartPoint *k = s->first; k; k = k->next) {
        svg_path_to(p->s, k == s->first ? 'M' : 'L', across(p, places, k->across), up(p, k->at));
    }
    svg_path_end(p->s, false);
    for (const ChartPoint *k = s->first; k; k = k->next) {
        if (s->count <= MARKS_MOST || k == s->first || k == s->last) {
            svg_mark(p->s, number, across(p, places, k->across), up(p, k->at), 35);
        }
    }
}

/* Beside the point, on the side where there is more room; never outside the frame. */
static void draw_marked(Plot *p, ChartRange places, const ChartPoint *k)
{
    int x = across(p, places, k->across), y = up(p, k->at);
    bool right = x<(p->left + p->right) / 2, above = y>(p->top + p->bottom) / 2;
    int room = (right ? p->right - x : x - p->left) - 200;
    SvgAnchor anchor = right ? SVG_START : SVG_END;
    SvgLabel note = svg_label(p->s, k->note, room, 2, SVG_TEXT), at = svg_label(p->s, k->label, room, 1, SVG_TEXT);
    int lines = (int)(note.count + at.count), tx = right ? x + 140 : x - 140;
    int ty = above ? y - 120 - (lines - 1) * SVG_LINE : y + 230;
    buf_puts(&p->s->body, "<g class=\"marked\">");
    svg_line(p->s, x, y, x, p->bottom, "drop");
    svg_mark(p->s, 0, x, y, 65);
    buf_puts(&p->s->body, "</g>");
    svg_put(p->s, &note, tx, ty, anchor, "t value halo");
    svg_put(p->s, &at, tx, ty + (int)note.count * SVG_LINE, anchor, "t halo");
}

static void place_text(Plot *p, Str text, int x, int *free_from)
{
    SvgLabel l = svg_label(p->s, text, TICK_MOST, 1, SVG_SMALL);
    int middle = smaller(larger(x, l.width / 2), SVG_WIDTH - l.width / 2);
    svg_line(p->s, x, p->bottom, x, p->bottom + 50, "axis");
    if (middle - l.width / 2 > *free_from) {
        svg_put(p->s, &l, middle, p->bottom + 190, SVG_MIDDLE, "t small muted");
        *free_from = middle + l.width / 2 + GAP;
    }
}

static void draw_places(Plot *p, ChartRange places)
{
    const ChartTick *ticks = p->s->chart->scales[CHART_ACROSS].first;
    const ChartSeries *s = p->s->chart->first;
    int free_from = -SVG_WIDTH;
    for (const ChartTick *k = ticks; k; k = k->next) {
        place_text(p, k->text, across(p, places, k->at), &free_from);
    }
    for (const ChartPoint *k = ticks ? NULL : s->first; k; k = k->next) {
        place_text(p, k->label, across(p, places, k->across), &free_from);
    }
}

void svg_lines(Svg *s)
{
    Plot p = plot(s);
    ChartRange places = chart_places(s->chart);
    each_tick(&p, measure_tick, NULL);
    draw_ticks(&p);
    svg_line(s, p.left, p.bottom, p.right, p.bottom, "axis");
    svg_line(s, p.left, p.top, p.left, p.bottom, "axis");
    if (p.values.low < 0 && p.values.high > 0) {
        svg_line(s, p.left, up(&p, 0), p.right, up(&p, 0), "axis");
    }
    unsigned number = 0;
    for (const ChartSeries *k = s->chart->first; k; k = k->next, number++) {
        draw_curve(&p, places, k, number);
    }
    for (const ChartSeries *k = s->chart->first; k; k = k->next) {
        for (const ChartPoint *at = k->first; at; at = at->next) {
            if (at->marked) {
                draw_marked(&p, places, at);
            }
        }
    }
    draw_places(&p, places);
    title_across(&p);
    svg_legend(s, true);
}
