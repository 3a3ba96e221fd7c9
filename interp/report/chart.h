/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of a chart: series of points, and the ticks of its axes. A chart knows no numbers: each point brings the
   text that a reader sees, and where it stands, in ten-thousandths of its axis. 0 is where bars begin; a chart reaches
   from the least to the greatest position that occurs (0 and CHART_FULL for a chart that has none but 0). So a caller
   may place 12 % at 1 200 of 10 000, or scale the greatest value to CHART_FULL; -5 000 is as far on the other side.

   Points of BARS, FUNNEL, RADAR and COLUMNS with the same place in their series belong together; the first series that
   has one gives it its label. Like a Doc, a chart is built without looking at errors: all take and give NULL. */
#ifndef BAREME_REPORT_CHART_H
#define BAREME_REPORT_CHART_H

#include "report/word.h"

#define CHART_FULL 10000

typedef struct Doc Doc;
typedef struct DocNode DocNode;

typedef enum DocTone { TONE_PLAIN, TONE_STRONG, TONE_MUTED, TONE_GOOD, TONE_WARN, TONE_BAD } DocTone;

typedef enum ChartKind {
#define CHART(id, name) CHART_##id,
#include "report/chart.def"
#undef CHART
    CHART_KIND_COUNT
} ChartKind;

typedef enum ChartAxis { CHART_ACROSS, CHART_UP, CHART_AXES } ChartAxis;

typedef struct ChartPoint ChartPoint;
struct ChartPoint {
    Str label;      /* what it is about; LINE: its place across, as a text */
    Str shown;      /* its value */
    Str note;       /* beside the value: a rate, what a marked point is; may be empty */
    Str goal_shown; /* the goal; has_goal; may be empty */
    int32_t from, at, goal; /* from: where a bar of BARS begins; 0 unless chart_from says otherwise */
    int32_t across; /* LINE */
    bool has_goal;
    bool marked;  /* LINE: pointed out, with its note */
    uint8_t tone; /* DocTone */
    ChartPoint *next;
};

typedef struct ChartSeries ChartSeries;
struct ChartSeries {
    Str name;
    uint32_t count;
    ChartPoint *first, *last;
    ChartSeries *next;
};

typedef struct ChartTick ChartTick;
struct ChartTick {
    Str text;
    int32_t at;
    ChartTick *next;
};

typedef struct ChartScale {
    Str title;
    ChartTick *first, *last;
} ChartScale;

typedef struct Chart {
    uint8_t kind; /* ChartKind */
    uint32_t count;
    ChartSeries *first, *last;
    ChartScale scales[CHART_AXES]; /* of values: ACROSS for BARS, UP for the others */
} Chart;

typedef struct ChartRange {
    int32_t low, high; /* low < high */
} ChartRange;

ChartSeries *chart_series(Doc *d, DocNode *chart, Str name);
ChartPoint *chart_point(Doc *d, ChartSeries *s, Str label, Str shown, int32_t at);
/* A point of a LINE: label and across, shown and at. */
ChartPoint *chart_place(Doc *d, ChartSeries *s, Str label, int32_t across, Str shown, int32_t at);
void chart_from(ChartPoint *p, int32_t from);
void chart_tone(ChartPoint *p, DocTone tone);
void chart_goal(Doc *d, ChartPoint *p, Str shown, int32_t at);
void chart_note(Doc *d, ChartPoint *p, Str note);
void chart_mark(Doc *d, ChartPoint *p, Str note); /* marked, and its note */
void chart_scale(Doc *d, DocNode *chart, ChartAxis axis, Str title);
void chart_tick(Doc *d, DocNode *chart, ChartAxis axis, Str text, int32_t at);

/* ---- for writers ---- */

const char *chart_kind_name(uint8_t kind);
uint32_t chart_longest(const Chart *c);                            /* points of the longest series */
const ChartPoint *chart_at(const ChartSeries *s, uint32_t number); /* NULL: it has none there */
Str chart_label(const Chart *c, uint32_t number);
bool chart_has_goals(const Chart *c);
bool chart_has_goal_texts(const Chart *c); /* a goal that all share needs none: the description tells it */
bool chart_has_notes(const Chart *c);
/* What a goal is called: of bars that begin elsewhere than at 0, a latest end. */
Str chart_goal_word(const Chart *c, Lang lang);
/* From the least to the greatest position of values (or of places across a LINE); ticks and goals count. */
ChartRange chart_values(const Chart *c);
ChartRange chart_places(const Chart *c);
/* The ticks of the values. */
const ChartScale *chart_value_scale(const Chart *c);

#endif
