/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bars and funnels are rows of one layout: label, drawing, value, note, sign. */
#include "report/svg_draw.h"

#include <string.h>

#include "report/word.h"

enum {
    GAP = 100,
    LABEL_MOST = 1850,
    VALUE_MOST = 1300,
    NOTE_MOST = 1300,
    SIGN = 150,
    BAR = 170,
    THIN_BAR = 130,
    GOAL_ROOM = 140,
    STAGE = 280,
    STAGE_GAP = 110
};

typedef struct Layout { /* left ends of the columns, and widths */
    ChartRange range;
    int label, left, right; /* labels end; the drawing begins and ends */
    int value, note, sign;  /* values end; notes begin; signs begin */
    int bar, step;          /* height of a bar; from one to the next of the same label */
    int goal_room, lead;    /* above each bar; above the first of a label, so that a label of two lines has room */
    bool tall;              /* there is such a label */
} Layout;

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int text_width(Svg *s, Str text, int most)
{
    SvgLabel l = svg_label(s, text, most, 1, SVG_TEXT);
    return l.width;
}

static Layout layout(Svg *s)
{
    bool several = s->chart->count > 1;
    Layout y = {.range = chart_values(s->chart), .goal_room = chart_has_goal_texts(s->chart) ? GOAL_ROOM : 0};
    y.bar = several ? THIN_BAR : BAR;
    y.step = y.bar + y.goal_room + (several ? 90 : 0);
    int value = 0, note = 0, sign = 0;
    for (const ChartSeries *k = s->chart->first; k; k = k->next) {
        for (const ChartPoint *p = k->first; p; p = p->next) {
            SvgLabel label = svg_label(s, p->label, LABEL_MOST, 2, SVG_TEXT);
            y.label = larger(y.label, label.width);
            y.tall = y.tall || label.count > 1;
            value = larger(value, text_width(s, p->shown, VALUE_MOST) * 11 / 10); /* they are bold */
            note = larger(note, text_width(s, p->note, NOTE_MOST));
            sign = *svg_sign(p->tone) ? SIGN : sign;
        }
    }
    y.lead = y.tall ? larger(0, SVG_LINE + 20 - y.goal_room - y.bar / 2) : 0;
    y.left = y.label + (y.label ? GAP : 0);
    y.sign = SVG_WIDTH - sign;
    y.note = y.sign - note - (sign ? GAP / 2 : 0);
    y.value = y.note - (note ? GAP : 0);
    y.right = y.value - value - GAP;
    return y;
}

/* Label, value, note and sign of a row whose middle is at y. */
static void row_texts(Svg *s, const Layout *y, const ChartPoint *p, Str label, int middle)
{
    SvgLabel l = svg_label(s, label, LABEL_MOST, 2, SVG_TEXT);
    int base = middle + 45;
    svg_put(s, &l, y->label, base - (int)(l.count > 1) * SVG_LINE / 2, SVG_END, "t");
    l = svg_label(s, p->shown, VALUE_MOST, 1, SVG_TEXT);
    svg_put(s, &l, y->value, base, SVG_END, "t value");
    l = svg_label(s, p->note, NOTE_MOST, 1, SVG_TEXT);
    svg_put(s, &l, y->note, base, SVG_START, "t muted");
    if (*svg_sign(p->tone)) {
        svg_text(s, str_from(svg_sign(p->tone)), SVG_WIDTH, base, SVG_END, "t value");
    }
}

/* ---- bars ---- */

static void draw_goal(Svg *s, const Layout *y, const ChartPoint *p, int top, int bottom)
{
    int x = svg_scale(y->range, p->goal, y->left, y->right);
    SvgLabel l = svg_label(s, p->goal_shown, y->right - y->left, 1, SVG_SMALL);
    int middle = x - l.width / 2 < y->left ? y->left + l.width / 2 : x;
    middle = middle + l.width / 2 > y->right ? y->right - l.width / 2 : middle;
    svg_line(s, x, top - 40, x, bottom + 40, "goal");
    svg_put(s, &l, middle, top - 60, SVG_MIDDLE, "t small");
}

static void draw_bar(Svg *s, const Layout *y, const ChartPoint *p, unsigned series, int top, int height)
{
    int from = svg_scale(y->range, p->from, y->left, y->right), end = svg_scale(y->range, p->at, y->left, y->right);
    Buf fill;
    buf_init(&fill, s->texts.mem);
    svg_fill(s, &fill, series, p->tone);
    if (from != end) {
        SvgBox box = {from < end ? from : end, top, from < end ? end : from, top + height};
        svg_rect(s, box, svg_look(series, p->tone, s->chart->count), buf_cstr(&fill));
    }
    if (p->has_goal) {
        draw_goal(s, y, p, top, top + height);
    }
    s->body.failed = s->body.failed || fill.failed;
    buf_free(&fill);
}

static void bar_group(Svg *s, const Layout *y, uint32_t number, int top)
{
    unsigned series = 0;
    Str label = chart_label(s->chart, number);
    int at = top + y->lead + y->goal_room;
    for (const ChartSeries *k = s->chart->first; k; k = k->next, series++) {
        const ChartPoint *p = chart_at(k, number);
        if (p) {
            draw_bar(s, y, p, series, at, y->bar);
            row_texts(s, y, p, label, at + y->bar / 2);
            label = (Str){"", 0};
            at += y->step;
        }
    }
}

static void ticks_across(Svg *s, const Layout *y, int bottom)
{
    int free_from = -SVG_WIDTH;
    for (const ChartTick *k = chart_value_scale(s->chart)->first; k; k = k->next) {
        int x = svg_scale(y->range, k->at, y->left, y->right);
        SvgLabel l = svg_label(s, k->text, VALUE_MOST, 1, SVG_SMALL);
        svg_line(s, x, 0, x, bottom, "grid");
        if (x - l.width / 2 > free_from) {
            svg_put(s, &l, x, bottom + 160, SVG_MIDDLE, "t small muted");
            free_from = x + l.width / 2 + GAP;
        }
    }
}

static int group_height(const Svg *s, const Layout *y, uint32_t number)
{
    int rows = 0;
    for (const ChartSeries *k = s->chart->first; k; k = k->next) {
        rows += chart_at(k, number) != NULL;
    }
    int height = y->lead + rows * y->step + 110;
    return larger(height, y->tall ? 2 * SVG_LINE + 90 : 0);
}

void svg_bars(Svg *s)
{
    Layout y = layout(s);
    uint32_t count = chart_longest(s->chart);
    int bottom = 0, top = 20;
    for (uint32_t i = 0; i < count; i++) {
        bottom += group_height(s, &y, i);
    }
    ticks_across(s, &y, bottom);
    for (uint32_t i = 0; i < count; i++) {
        bar_group(s, &y, i, top);
        top += group_height(s, &y, i);
    }
    int zero = svg_scale(y.range, 0, y.left, y.right);
    svg_line(s, zero, 0, zero, bottom, "axis");
    svg_legend(s, false);
}

/* ---- funnel ---- */

static int stage_width(const Layout *y, const ChartPoint *p)
{
    int width = p && p->at > 0 ? svg_scale((ChartRange){0, y->range.high}, p->at, 0, y->right - y->left) : 0;
    return width < 20 ? 20 : width;
}

/* What is lost on the way to the next stage. */
static void draw_narrowing(Svg *s, const Layout *y, const ChartPoint *p, int top)
{
    int middle = (y->left + y->right) / 2, a = stage_width(y, p) / 2, b = stage_width(y, p->next) / 2;
    svg_path_begin(s, "narrowing");
    svg_path_to(s, 'M', middle - a, top);
    svg_path_to(s, 'L', middle + a, top);
    svg_path_to(s, 'L', middle + b, top + STAGE_GAP);
    svg_path_to(s, 'L', middle - b, top + STAGE_GAP);
    svg_path_end(s, true);
}

void svg_funnel(Svg *s)
{
    Layout y = layout(s);
    int top = 20, middle = (y.left + y.right) / 2;
    for (const ChartPoint *p = s->chart->first->first; p; p = p->next) {
        int half = stage_width(&y, p) / 2;
        svg_rect(s, (SvgBox){middle - half, top, middle + half, top + STAGE}, "f1", "");
        row_texts(s, &y, p, p->label, top + STAGE / 2);
        if (p->next) {
            draw_narrowing(s, &y, p, top + STAGE);
        }
        top += STAGE + STAGE_GAP;
    }
}
