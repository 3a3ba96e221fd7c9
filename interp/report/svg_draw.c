/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elements are appended to a body as they come; the height is known at the end. */
#include "report/svg_draw.h"

#include <string.h>

#include "base/utf8.h"
#include "report/escape.h"
#include "report/word.h"

/* ---- numbers ---- */

static void put_length(Buf *out, int tenths)
{
    unsigned n = (unsigned)(tenths < 0 ? -tenths : tenths);
    buf_printf(out, "%s%u", tenths < 0 ? "-" : "", n / 10);
    if (n % 10) {
        buf_printf(out, ".%u", n % 10);
    }
}

static void put_attribute(Svg *s, const char *name, int tenths)
{
    buf_printf(&s->body, " %s=\"", name);
    put_length(&s->body, tenths);
    buf_putc(&s->body, '"');
}

static void reach_down(Svg *s, int y)
{
    s->height = y > s->height ? y : s->height;
}

int svg_scale(ChartRange r, int32_t at, int from, int to)
{
    int64_t width = (int64_t)r.high - r.low;
    return from + (int)(((int64_t)at - r.low) * (to - from) / width);
}

/* ---- texts ---- */

Str svg_safe(Svg *s, Str text)
{
    Buf b;
    buf_init(&b, s->texts.mem);
    for (size_t at = 0; at < text.n;) {
        if (text.p[at] == '\n' || text.p[at] == '\t') {
            buf_putc(&b, ' ');
            at++;
        } else {
            at += utf8_show_next(&b, text, at);
        }
    }
    Str safe = b.n ? arena_str(&s->texts, buf_str(&b)) : (Str){"", 0};
    s->body.failed = s->body.failed || b.failed || !safe.p;
    buf_free(&b);
    return safe.p ? safe : (Str){"", 0};
}

/* In thousandths of the size. */
static int letter_width(uint32_t cp, size_t columns)
{
    static const char narrow[] = "ijl.,:;'|!()[]{}frt/-I \\";
    static const char wide[] = "mwMW%@";
    if (columns == 0) {
        return 0;
    }
    if (columns > 1) {
        return 1050;
    }
    if (cp < 0x80 && strchr(narrow, (int)cp)) {
        return 400;
    }
    if (cp < 0x80 && strchr(wide, (int)cp)) {
        return 950;
    }
    return cp >= 'A' && cp <= 'Z' ? 720 : cp == 0xA0 || cp == 0x202F ? 320 : cp > 0x2000 ? 800 : 630;
}

static int width_at(Str safe, size_t at, size_t *n)
{
    uint32_t cp;
    *n = utf8_next(safe, at, &cp);
    return *n ? letter_width(cp, utf8_width(str_sub(safe, at, at + *n))) : 0;
}

/* Of the text from `at`, how far it fits. */
static size_t fitting(Str safe, size_t at, int64_t width, int size)
{
    int64_t used = 0;
    for (size_t n; at < safe.n; at += n) {
        used += width_at(safe, at, &n);
        if (used * size > width * 1000) {
            break;
        }
    }
    return at;
}

int svg_text_width(Str safe, int size)
{
    int64_t used = 0;
    for (size_t at = 0, n; at < safe.n && used < INT32_MAX; at += n) {
        used += width_at(safe, at, &n);
    }
    used = used * size / 1000;
    return used > SVG_WIDTH ? SVG_WIDTH : (int)used;
}

/* Where the line that begins at `at` ends: at a blank, or within a word that is wider than the line. */
static size_t line_end(Str safe, size_t at, int width, int size)
{
    size_t fits = fitting(safe, at, width, size);
    if (fits == safe.n) {
        return fits;
    }
    for (size_t i = fits; i > at; i--) {
        if (safe.p[i] == ' ') {
            return i;
        }
    }
    return fits > at ? fits : safe.n;
}

SvgLabel svg_label(Svg *s, Str text, int width, unsigned lines, int size)
{
    SvgLabel l = {.whole = svg_safe(s, text)};
    int ellipsis = 800 * size / 1000;
    size_t at = 0;
    while (at < l.whole.n && l.count < lines) {
        size_t end = line_end(l.whole, at, width, size);
        if (l.count + 1 == lines && end < l.whole.n) {
            end = fitting(l.whole, at, width - ellipsis, size);
            l.shortened = true;
        }
        Str line = str_sub(l.whole, at, end);
        int w = svg_text_width(line, size) + (l.shortened ? ellipsis : 0);
        l.lines[l.count++] = line;
        l.width = w > l.width ? w : l.width;
        for (at = end; at < l.whole.n && l.whole.p[at] == ' ';) {
            at++;
        }
    }
    return l;
}

static void put_lines(Svg *s, const SvgLabel *l, int x)
{
    for (unsigned i = 0; i < l->count; i++) {
        buf_puts(&s->body, "<tspan");
        put_attribute(s, "x", x);
        if (i) {
            put_attribute(s, "dy", SVG_LINE);
        }
        buf_putc(&s->body, '>');
        escape_svg(&s->body, l->lines[i]);
        buf_puts(&s->body, l->shortened && i + 1 == l->count ? "…</tspan>" : "</tspan>");
    }
}

void svg_put(Svg *s, const SvgLabel *l, int x, int y, SvgAnchor anchor, const char *look)
{
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    if (!l->count) {
        return;
    }
    buf_printf(&s->body, "<text class=\"%s\"%s", look, anchors[anchor]);
    put_attribute(s, "x", x);
    put_attribute(s, "y", y);
    buf_putc(&s->body, '>');
    if (l->shortened) {
        buf_puts(&s->body, "<title>");
        escape_svg(&s->body, l->whole);
        buf_puts(&s->body, "</title>");
    }
    if (l->count == 1) {
        escape_svg(&s->body, l->lines[0]);
        buf_puts(&s->body, l->shortened ? "…" : "");
    } else {
        put_lines(s, l, x);
    }
    buf_puts(&s->body, "</text>");
    reach_down(s, y + (int)(l->count - 1) * SVG_LINE + 50);
}

void svg_text(Svg *s, Str text, int x, int y, SvgAnchor anchor, const char *look)
{
    SvgLabel l = svg_label(s, text, SVG_WIDTH, 1, SVG_TEXT);
    svg_put(s, &l, x, y, anchor, look);
}

/* ---- shapes ---- */

static void put_look(Svg *s, const char *look)
{
    if (*look) {
        buf_printf(&s->body, " class=\"%s\"", look);
    }
}

void svg_rect(Svg *s, SvgBox box, const char *look, const char *fill)
{
    buf_puts(&s->body, "<rect");
    put_look(s, look);
    if (*fill) {
        buf_printf(&s->body, " fill=\"url(#%s)\"", fill);
    }
    put_attribute(s, "x", box.left);
    put_attribute(s, "y", box.top);
    put_attribute(s, "width", box.right - box.left);
    put_attribute(s, "height", box.bottom - box.top);
    buf_puts(&s->body, "/>");
    reach_down(s, box.bottom);
}

void svg_line(Svg *s, int x, int y, int x2, int y2, const char *look)
{
    buf_puts(&s->body, "<line");
    put_look(s, look);
    put_attribute(s, "x1", x);
    put_attribute(s, "y1", y);
    put_attribute(s, "x2", x2);
    put_attribute(s, "y2", y2);
    buf_puts(&s->body, "/>");
    reach_down(s, y > y2 ? y : y2);
}

void svg_path_begin(Svg *s, const char *look)
{
    buf_puts(&s->body, "<path");
    put_look(s, look);
    buf_puts(&s->body, " d=\"");
}

void svg_path_to(Svg *s, char command, int x, int y)
{
    buf_putc(&s->body, command);
    put_length(&s->body, x);
    buf_putc(&s->body, ' ');
    put_length(&s->body, y);
    reach_down(s, y);
}

void svg_path_end(Svg *s, bool closed)
{
    buf_puts(&s->body, closed ? "Z\"/>" : "\"/>");
}

static void put_polygon(Svg *s, unsigned series, int x, int y, int radius)
{
    static const int corners[][4][2] = {{{-9, -9}, {9, -9}, {9, 9}, {-9, 9}},
                                        {{0, -12}, {11, 9}, {-11, 9}, {-11, 9}},
                                        {{0, -13}, {13, 0}, {0, 13}, {-13, 0}}};
    const int(*c)[2] = corners[(series % SVG_STYLES) - 1];
    char look[16] = "mark m0";
    look[6] = (char)('1' + series % SVG_STYLES);
    svg_path_begin(s, look);
    for (unsigned i = 0; i < 4; i++) {
        svg_path_to(s, i ? 'L' : 'M', x + c[i][0] * radius / 10, y + c[i][1] * radius / 10);
    }
    svg_path_end(s, true);
}

void svg_mark(Svg *s, unsigned series, int x, int y, int radius)
{
    if (series % SVG_STYLES) {
        put_polygon(s, series, x, y, radius);
        return;
    }
    buf_puts(&s->body, "<circle class=\"mark m1\"");
    put_attribute(s, "cx", x);
    put_attribute(s, "cy", y);
    put_attribute(s, "r", radius);
    buf_puts(&s->body, "/>");
}

/* ---- looks ---- */

const char *svg_sign(uint8_t tone)
{
    switch (tone) {
    case TONE_GOOD: return "✓";
    case TONE_WARN: return "!";
    case TONE_BAD: return "✗";
    default: return "";
    }
}

static unsigned style_of(unsigned series, uint8_t tone)
{
    return tone == TONE_GOOD ? 4 : tone == TONE_WARN ? 5 : tone == TONE_BAD ? 6 : series % SVG_STYLES;
}

/* Several series keep their looks: what a tone says is then left to its sign. */
const char *svg_look(unsigned series, uint8_t tone, unsigned series_count)
{
    static const char *const looks[] = {"f1", "f2", "f3", "f4", "good", "warn", "bad"};
    return looks[style_of(series, series_count > 1 ? TONE_PLAIN : tone)];
}

static const char *pattern_of(unsigned style)
{
    static const char *const patterns[] = {"", "p2", "p3", "p4", "", "warn", "bad"};
    return patterns[style];
}

void svg_fill(Svg *s, Buf *out, unsigned series, uint8_t tone)
{
    const char *pattern = pattern_of(style_of(series, s->chart->count > 1 ? TONE_PLAIN : tone));
    buf_clear(out);
    if (*pattern) {
        buf_printf(out, "c%u-%s", s->number, pattern);
    }
}

static void put_pattern(Svg *s, const char *name, const char *look, const char *path)
{
    buf_printf(&s->body,
               "<pattern id=\"c%u-%s\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><g class=\"%s\">"
               "<rect width=\"8\" height=\"8\"/><path d=\"%s\"/></g></pattern>",
               s->number, name, look, path);
}

static bool some_tone(const Svg *s, uint8_t tone)
{
    for (const ChartPoint *p = s->chart->first ? s->chart->first->first : NULL; p; p = p->next) {
        if (p->tone == tone) {
            return true;
        }
    }
    return false;
}

void svg_patterns(Svg *s)
{
    static const char rising[] = "M-2 2L2-2M0 8L8 0M6 10L10 6", falling[] = "M-2 6L2 10M0 0L8 8M6-2L10 2";
    static const char crossed[] = "M0 0L8 8M0 8L8 0", dotted[] = "M2 2h.01M6 6h.01", upright[] = "M2 0V8M6 0V8";
    unsigned series = s->chart->count;
    bool warn = series == 1 && some_tone(s, TONE_WARN), bad = series == 1 && some_tone(s, TONE_BAD);
    if (series < 2 && !warn && !bad) {
        return;
    }
    buf_puts(&s->body, "<defs>");
    if (series > 1) {
        put_pattern(s, "p2", "f2 pattern", rising);
    }
    if (series > 2) {
        put_pattern(s, "p3", "f3 pattern dots", dotted);
    }
    if (series > 3) {
        put_pattern(s, "p4", "f4 pattern", upright);
    }
    if (warn) {
        put_pattern(s, "warn", "warn pattern", falling);
    }
    if (bad) {
        put_pattern(s, "bad", "bad pattern", crossed);
    }
    buf_puts(&s->body, "</defs>");
}

/* ---- legend ---- */

typedef struct Legend {
    Svg *s;
    int x, y;
} Legend;

enum { SWATCH = 240, LEGEND_GAP = 260 };

static SvgLabel legend_begin(Legend *l, Str text)
{
    SvgLabel label = svg_label(l->s, text, SVG_WIDTH - SWATCH, 1, SVG_TEXT);
    if (l->x && l->x + SWATCH + label.width > SVG_WIDTH) {
        l->x = 0;
        l->y += SVG_LINE + 40;
    }
    return label;
}

static void legend_end(Legend *l, const SvgLabel *label)
{
    svg_put(l->s, label, l->x + SWATCH, l->y, SVG_START, "t");
    l->x += SWATCH + label->width + LEGEND_GAP;
}

static void legend_curve(Legend *l, unsigned i)
{
    char look[16] = "curve k0";
    look[7] = (char)('1' + i % SVG_STYLES);
    svg_line(l->s, l->x, l->y - 45, l->x + SWATCH - 60, l->y - 45, look);
    svg_mark(l->s, i, l->x + (SWATCH - 60) / 2, l->y - 45, 40);
}

static void legend_field(Legend *l, unsigned i)
{
    Buf fill;
    buf_init(&fill, l->s->texts.mem);
    svg_fill(l->s, &fill, i, TONE_PLAIN);
    svg_rect(l->s, (SvgBox){l->x, l->y - 100, l->x + SWATCH - 60, l->y + 10}, svg_look(i, TONE_PLAIN, 2),
             buf_cstr(&fill));
    l->s->body.failed = l->s->body.failed || fill.failed;
    buf_free(&fill);
}

/* A series of points that are pointed out says by itself what it is. */
static bool needs_legend(const ChartSeries *s, bool curves)
{
    const ChartPoint *p = s->first;
    while (p && p->marked) {
        p = p->next;
    }
    return !curves || p || !s->first;
}

static void legend_series(Legend *l, bool curves)
{
    unsigned i = 0;
    for (const ChartSeries *k = l->s->chart->first; k; k = k->next, i++) {
        if (!needs_legend(k, curves)) {
            continue;
        }
        SvgLabel label = legend_begin(l, k->name);
        if (curves) {
            legend_curve(l, i);
        } else {
            legend_field(l, i);
        }
        legend_end(l, &label);
    }
}

void svg_legend(Svg *s, bool curves)
{
    Legend l = {.s = s, .y = s->height + 260};
    if (s->chart->count > 1) {
        legend_series(&l, curves);
    }
    if (!curves && chart_has_goals(s->chart)) {
        SvgLabel label = legend_begin(&l, chart_goal_word(s->chart, s->lang));
        svg_line(s, l.x + 90, l.y - 110, l.x + 90, l.y + 20, "goal");
        legend_end(&l, &label);
    }
}
