/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside report/: drawing. Lengths are whole tenths of a unit; a chart is SVG_WIDTH wide, and as high as what is drawn.
   Texts are measured by a table of usual widths, on the wide side, as no font is known. */
#ifndef BAREME_REPORT_SVG_DRAW_H
#define BAREME_REPORT_SVG_DRAW_H

#include "report/doc.h"

enum {
    SVG_WIDTH = 5600,
    SVG_TEXT = 130,  /* size of texts */
    SVG_SMALL = 115, /* of ticks and goals */
    SVG_LINE = 160,  /* from one line of a label to the next */
    SVG_LINES = 3,   /* the most lines of a label */
    SVG_STYLES = 4   /* series that look different */
};

typedef struct Svg {
    Buf body;
    Arena texts; /* made safe */
    const DocNode *node;
    const Chart *chart;
    unsigned number;
    Lang lang;
    int height;
} Svg;

typedef struct SvgLabel { /* a text cut into lines */
    Str whole, lines[SVG_LINES];
    unsigned count;
    bool shortened;
    int width;
} SvgLabel;

typedef enum SvgAnchor { SVG_START, SVG_MIDDLE, SVG_END } SvgAnchor;

typedef struct SvgBox {
    int left, top, right, bottom;
} SvgBox;

Str svg_safe(Svg *s, Str text);
int svg_text_width(Str safe, int size);
/* In lines no wider than `width`, at most `lines` (up to SVG_LINES). */
SvgLabel svg_label(Svg *s, Str text, int width, unsigned lines, int size);

/* Elements. `look` is a list of classes. */
void svg_rect(Svg *s, SvgBox box, const char *look, const char *fill);
void svg_line(Svg *s, int x, int y, int x2, int y2, const char *look);
/* The baseline of the first line is at y. */
void svg_put(Svg *s, const SvgLabel *label, int x, int y, SvgAnchor anchor, const char *look);
void svg_text(Svg *s, Str text, int x, int y, SvgAnchor anchor, const char *look);
void svg_path_begin(Svg *s, const char *look);
void svg_path_to(Svg *s, char command, int x, int y);
void svg_path_end(Svg *s, bool closed);
/* The mark of a series: circle, square, triangle, diamond. */
void svg_mark(Svg *s, unsigned series, int x, int y, int radius);

/* Looks by series and tone: the classes; and the pattern that fills, "" when the class does. */
const char *svg_look(unsigned series, uint8_t tone, unsigned series_count);
void svg_fill(Svg *s, Buf *out, unsigned series, uint8_t tone);
void svg_patterns(Svg *s);

/* Series and what the mark of a goal means, below what is drawn; lines of curves or fields of colour. */
void svg_legend(Svg *s, bool curves);

/* Where a position stands between two ends, which may be in either order. */
int svg_scale(ChartRange r, int32_t at, int from, int to);
const char *svg_sign(uint8_t tone);

/* svg_bars.c, svg_plot.c */
void svg_bars(Svg *s);
void svg_funnel(Svg *s);
void svg_columns(Svg *s);
void svg_lines(Svg *s);

#endif
