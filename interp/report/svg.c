/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of every chart, and the radar. Only here, where a direction becomes a place on paper, are there binary
   fractions; no number of a case is ever one. */
#include "report/svg.h"

#include "report/escape.h"
#include "report/svg_draw.h"
#include "report/word.h"

/* ---- radar ---- */

enum { RADIUS = 1250, AXES_LEAST = 3, AXES_FEW = 5, AXES_MOST = 12, CROWDED = 8, RINGS = 4, LABEL_ROOM = 1500 };

typedef struct Radar {
    Svg *s;
    ChartRange range;
    uint32_t axes;
    int x, y; /* its middle */
} Radar;

typedef struct Direction { /* from the middle; right and down */
    double x, y;
} Direction;

/* By its series, for at most a quarter of a turn: exact far beyond a tenth of a unit. */
static double sine(double x)
{
    double square = x * x;
    return x * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72))));
}

/* The part of a turn, clockwise from the top. */
static double sine_of_turn(double turn)
{
    const double quarter = 1.57079632679489662;
    turn -= turn >= 1 ? 1 : 0;
    if (turn > 0.75) {
        return -sine((1 - turn) * 4 * quarter);
    }
    if (turn > 0.25) {
        return turn > 0.5 ? -sine((turn - 0.5) * 4 * quarter) : sine((0.5 - turn) * 4 * quarter);
    }
    return sine(turn * 4 * quarter);
}

static Direction direction(const Radar *r, uint32_t axis)
{
    double turn = (double)axis / (double)r->axes;
    return (Direction){sine_of_turn(turn), -sine_of_turn(turn + 0.25)};
}

static void corner(Radar *r, uint32_t axis, int distance)
{
    Direction d = direction(r, axis);
    svg_path_to(r->s, axis ? 'L' : 'M', r->x + (int)(d.x * distance), r->y + (int)(d.y * distance));
}

static void ring(Radar *r, int distance)
{
    svg_path_begin(r->s, "grid");
    for (uint32_t i = 0; i < r->axes; i++) {
        corner(r, i, distance);
    }
    svg_path_end(r->s, true);
}

static void draw_grid(Radar *r)
{
    const ChartScale *scale = chart_value_scale(r->s->chart);
    for (const ChartTick *k = scale->first; k; k = k->next) {
        ring(r, svg_scale(r->range, k->at, 0, RADIUS));
    }
    for (int i = 1; !scale->first && i <= RINGS; i++) {
        ring(r, RADIUS * i / RINGS);
    }
    for (uint32_t i = 0; i < r->axes; i++) {
        Direction d = direction(r, i);
        svg_line(r->s, r->x, r->y, r->x + (int)(d.x * RADIUS), r->y + (int)(d.y * RADIUS), "grid");
    }
}

/* Beside the axis that points up; one too near the one before is left out. */
static void draw_ring_texts(Radar *r)
{
    int free_below = SVG_WIDTH;
    for (const ChartTick *k = chart_value_scale(r->s->chart)->first; k; k = k->next) {
        int y = r->y - svg_scale(r->range, k->at, 0, RADIUS);
        if (y < free_below - SVG_LINE) {
            SvgLabel l = svg_label(r->s, k->text, 700, 1, SVG_SMALL);
            svg_put(r->s, &l, r->x - 40, y + 40, SVG_END, "t small muted halo");
            free_below = y;
        }
    }
}

static void draw_shape(Radar *r, const ChartSeries *s, unsigned number)
{
    char look[24] = "shape curve k0";
    look[13] = (char)('1' + number % SVG_STYLES);
    uint32_t i = 0;
    svg_path_begin(r->s, look);
    for (const ChartPoint *p = s->first; p; p = p->next, i++) {
        corner(r, i, svg_scale(r->range, p->at, 0, RADIUS));
    }
    svg_path_end(r->s, true);
    i = 0;
    for (const ChartPoint *p = s->first; p; p = p->next, i++) {
        Direction d = direction(r, i);
        int distance = svg_scale(r->range, p->at, 0, RADIUS);
        svg_mark(r->s, number, r->x + (int)(d.x * distance), r->y + (int)(d.y * distance), 40);
    }
}

/* The values of an axis, by series: "12 · 14". */
static SvgLabel shown_at(Radar *r, uint32_t axis, int room)
{
    Buf b;
    buf_init(&b, r->s->texts.mem);
    for (const ChartSeries *s = r->s->chart->first; s; s = s->next) {
        const ChartPoint *p = chart_at(s, axis);
        buf_puts(&b, b.n ? " · " : "");
        buf_put(&b, p ? p->shown : STR("–"));
    }
    SvgLabel l = svg_label(r->s, buf_str(&b), room, 1, SVG_TEXT);
    r->s->body.failed = r->s->body.failed || b.failed;
    buf_free(&b);
    return l;
}

static void draw_axis_text(Radar *r, uint32_t axis)
{
    Direction d = direction(r, axis);
    int x = r->x + (int)(d.x * (RADIUS + 150)), y = r->y + (int)(d.y * (RADIUS + 150));
    bool upright = d.x > -0.2 && d.x < 0.2;
    SvgAnchor anchor = upright ? SVG_MIDDLE : d.x > 0 ? SVG_START : SVG_END;
    int room = upright ? (r->axes > CROWDED ? 1050 : 2200) : d.x > 0 ? SVG_WIDTH - x : x;
    room = room > LABEL_ROOM && !upright ? LABEL_ROOM : room;
    unsigned lines = r->axes > CROWDED ? 1 : r->axes > AXES_FEW ? 2 : 3;
    SvgLabel name = svg_label(r->s, chart_label(r->s->chart, axis), room, lines, SVG_TEXT);
    SvgLabel shown = shown_at(r, axis, room);
    int height = (int)(name.count + shown.count) * SVG_LINE;
    int top = y - height / 2 + (int)(d.y * height / 2);
    svg_put(r->s, &name, x, top + 120, anchor, "t");
    svg_put(r->s, &shown, x, top + 120 + (int)name.count * SVG_LINE, anchor, "t value");
}

static void draw_radar(Svg *s)
{
    Radar r = {.s = s, .range = chart_values(s->chart), .axes = chart_longest(s->chart)};
    r.x = SVG_WIDTH / 2;
    r.y = RADIUS + 150 + 4 * SVG_LINE;
    draw_grid(&r);
    unsigned number = 0;
    for (const ChartSeries *k = s->chart->first; k; k = k->next, number++) {
        draw_shape(&r, k, number);
    }
    draw_ring_texts(&r);
    for (uint32_t i = 0; i < r.axes; i++) {
        draw_axis_text(&r, i);
    }
    svg_legend(s, true);
}

/* ---- what a reader hears ---- */

static void put_point_words(Buf *out, const ChartPoint *p, Lang lang)
{
    escape_svg(out, p->label);
    buf_puts(out, p->label.n ? " " : "");
    escape_svg(out, p->shown);
    if (p->has_goal && p->goal_shown.n) {
        buf_puts(out, ", ");
        buf_put(out, report_word(RW_GOAL, lang));
        buf_putc(out, ' ');
        escape_svg(out, p->goal_shown);
    }
    buf_puts(out, p->note.n ? ", " : "");
    escape_svg(out, p->note);
    buf_puts(out, *svg_sign(p->tone) ? " " : "");
    buf_puts(out, svg_sign(p->tone));
}

static void put_series_words(Buf *out, const ChartSeries *s, Lang lang)
{
    buf_putc(out, ' ');
    if (s->name.n) {
        escape_svg(out, s->name);
        buf_puts(out, lang == LANG_FR ? "\u00A0: " : ": ");
    }
    for (const ChartPoint *p = s->first; p; p = p->next) {
        put_point_words(out, p, lang);
        buf_puts(out, p->next ? " ; " : ".");
    }
}

static void put_words(Buf *out, const DocNode *n, unsigned number, Lang lang)
{
    buf_printf(out, "<title id=\"c%u-t\">", number);
    escape_svg(out, n->text);
    buf_printf(out, "</title><desc id=\"c%u-d\">", number);
    escape_svg(out, n->detail);
    for (const ChartSeries *s = n->chart->first; s; s = s->next) {
        put_series_words(out, s, lang);
    }
    if (!chart_longest(n->chart)) {
        buf_putc(out, ' ');
        buf_put(out, report_word(RW_NO_DATA, lang));
    }
    buf_puts(out, "</desc>");
}

/* ---- all ---- */

static void draw(Svg *s)
{
    uint32_t points = chart_longest(s->chart);
    svg_patterns(s);
    if (!points) {
        svg_text(s, report_word(RW_NO_DATA, s->lang), SVG_WIDTH / 2, 200, SVG_MIDDLE, "t muted");
    } else if (s->chart->kind == CHART_RADAR && points >= AXES_LEAST && points <= AXES_MOST) {
        draw_radar(s);
    } else if (s->chart->kind == CHART_FUNNEL && s->chart->count == 1) {
        svg_funnel(s);
    } else if (s->chart->kind == CHART_COLUMNS) {
        svg_columns(s);
    } else if (s->chart->kind == CHART_LINE) {
        svg_lines(s);
    } else {
        svg_bars(s);
    }
}

void svg_chart(Buf *out, const DocNode *n, unsigned number, Lang lang)
{
    Svg s = {.node = n, .chart = n->chart, .number = number, .lang = lang};
    buf_init(&s.body, out->mem);
    arena_init(&s.texts, out->mem);
    draw(&s);
    buf_printf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"c%u-t c%u-d\">", SVG_WIDTH / 10,
               s.height / 10 + 10, number, number);
    put_words(out, n, number, lang);
    buf_put(out, buf_str(&s.body));
    buf_puts(out, "</svg>");
    out->failed = out->failed || s.body.failed || s.texts.failed;
    arena_free(&s.texts);
    buf_free(&s.body);
}
