/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: everything shown goes through utf8_show, so no control character of a script reaches the terminal.
   The caret line repeats the tabs of the source line, whatever their width, and counts the columns of the rest
   as shown. A long line is cut to a window around the caret. */
#include "base/utf8.h"
#include "diag/catalogue.h"

enum {
    RENDER_LONGEST = 200, /* columns of a line that is shown whole */
    RENDER_WINDOW = 160,
    RENDER_BEFORE = 60, /* columns kept before the caret */
    RENDER_TAB = 8,     /* a guess, for the window only */
    RENDER_GUTTER = 4,
};

typedef struct Render {
    Buf *out;
    Buf scratch; /* one message or one code point, before it is made safe */
    DiagStyle style;
} Render;

/* A part of a line: what is shown of it, and what the carets mark. Offsets in the line. */
typedef struct Excerpt {
    Str line;
    size_t from, to;
    size_t start, end;
} Excerpt;

static const char *const render_bold = "\x1b[1m";
static const char *const render_reset = "\x1b[0m";

static const char *render_color(Severity s)
{
    switch (s) {
    case SEV_WARNING: return "\x1b[1;33m";
    case SEV_NOTE: return "\x1b[1;36m";
    default: return "\x1b[1;31m";
    }
}

static const char *render_severity(Severity s, Lang lang)
{
    switch (s) {
    case SEV_WARNING: return lang == LANG_FR ? "avertissement" : "warning";
    case SEV_NOTE: return "note";
    default: return lang == LANG_FR ? "erreur" : "error";
    }
}

static const char *render_colon(Lang lang)
{
    return lang == LANG_FR ? "\u00A0:" : ":";
}

static void render_paint(Render *r, const char *color)
{
    if (r->style.color)
        buf_puts(r->out, color);
}

/* ---- messages ---- */

/* Is there a hole at t.p[at]? */
static bool render_is_hole(Str t, size_t at)
{
    return t.n - at >= 3 && t.p[at] == '{' && t.p[at + 1] >= '0' && t.p[at + 1] < '0' + DIAG_ARGS && t.p[at + 2] == '}';
}

static void render_fill(Buf *out, const char *format, const Str *args)
{
    Str t = str_from(format);
    size_t done = 0;
    for (size_t at = 0; at < t.n; at++) {
        if (!render_is_hole(t, at))
            continue;
        buf_put(out, str_sub(t, done, at));
        if (args)
            buf_put(out, args[t.p[at + 1] - '0']);
        done = at + 3;
        at += 2;
    }
    buf_put(out, str_sub(t, done, t.n));
}

void diag_message(Buf *out, DiagId id, const Str *args, Lang lang)
{
    render_fill(out, catalogue_get(id)->text[lang == LANG_FR], args);
}

void diag_fix(Buf *out, DiagId id, const Str *args, Lang lang)
{
    render_fill(out, catalogue_get(id)->fix[lang == LANG_FR], args);
}

static void render_message(Render *r, DiagId id, const Str *args)
{
    buf_clear(&r->scratch);
    diag_message(&r->scratch, id, args, r->style.lang);
    utf8_show(r->out, buf_str(&r->scratch));
    r->out->failed |= r->scratch.failed;
}

/* ---- source lines ---- */

/* Columns of the code point at `at` once shown; *length its bytes, 0 at the end. */
static size_t render_width(Render *r, Str line, size_t at, size_t *length)
{
    buf_clear(&r->scratch);
    *length = utf8_show_next(&r->scratch, line, at);
    if (*length && line.p[at] == '\t')
        return RENDER_TAB;
    return utf8_width(buf_str(&r->scratch));
}

/* The offset that lies `columns` after `at`, at most the end. */
static size_t render_forward(Render *r, Str line, size_t at, size_t columns)
{
    size_t length = 0;
    for (size_t width; (width = render_width(r, line, at, &length)) <= columns && length; at += length)
        columns -= width;
    return at;
}

/* The offset that lies at most `columns` before `at`: a code point starts where no continuation byte stands. */
static size_t render_backward(Render *r, Str line, size_t at, size_t columns)
{
    while (at > 0) {
        size_t before = at - 1, length;
        while (before > 0 && at - before < 4 && ((unsigned char)line.p[before] & 0xC0) == 0x80)
            before--;
        size_t width = render_width(r, line, before, &length);
        if (before + length != at) /* stray bytes: take them one by one */
            width = render_width(r, line, before = at - 1, &length);
        if (width > columns)
            break;
        columns -= width;
        at = before;
    }
    return at;
}

static void render_window(Render *r, Excerpt *e)
{
    e->from = 0;
    e->to = render_forward(r, e->line, 0, RENDER_LONGEST);
    if (e->to == e->line.n)
        return;
    e->from = render_backward(r, e->line, e->start, RENDER_BEFORE);
    e->to = render_forward(r, e->line, e->from, RENDER_WINDOW);
}

/* Of a span of several lines only the first is shown. */
static Excerpt render_excerpt(Render *r, const Source *source, Span span, uint32_t line)
{
    Excerpt e = {.line = source_line(source, line)};
    size_t base = source->lines[line - 1];
    e.start = span.start - base < e.line.n ? span.start - base : e.line.n;
    e.end = span.end - base < e.line.n ? span.end - base : e.line.n;
    render_window(r, &e);
    if (e.end > e.to)
        e.end = e.to;
    return e;
}

static int render_gutter(uint32_t line)
{
    int digits = 1;
    for (; line >= 10; line /= 10)
        digits++;
    return digits > RENDER_GUTTER ? digits : RENDER_GUTTER;
}

static void render_source_line(Render *r, const Excerpt *e, uint32_t line)
{
    buf_printf(r->out, "%*u | ", render_gutter(line), (unsigned)line);
    if (e->from > 0)
        buf_puts(r->out, "…");
    utf8_show(r->out, str_sub(e->line, e->from, e->to));
    if (e->to < e->line.n)
        buf_puts(r->out, "…");
    buf_putc(r->out, '\n');
}

/* One code point of the caret line: its tab, or `c` as many times as it has columns. */
static size_t render_under(Render *r, Str line, size_t at, char c)
{
    size_t length, width = render_width(r, line, at, &length);
    if (line.p[at] == '\t')
        buf_putc(r->out, '\t');
    else
        buf_repeat(r->out, c, width);
    return length;
}

static void render_carets(Render *r, const Excerpt *e, uint32_t line, Severity severity)
{
    size_t at = e->from, length;
    buf_printf(r->out, "%*s | ", render_gutter(line), "");
    if (e->from > 0)
        buf_putc(r->out, ' ');
    while (at < e->start)
        at += render_under(r, e->line, at, ' ');
    render_paint(r, render_color(severity));
    buf_putc(r->out, '^');
    if (at < e->end) { /* the caret has taken one column of the first code point */
        size_t width = render_width(r, e->line, at, &length);
        buf_repeat(r->out, '~', width && e->line.p[at] != '\t' ? width - 1 : 0);
        at += length;
    }
    while (at < e->end)
        at += render_under(r, e->line, at, '~');
    render_paint(r, render_reset);
    buf_putc(r->out, '\n');
}

static void render_place(Render *r, const Source *source, Place place)
{
    render_paint(r, render_bold);
    utf8_show(r->out, source->name);
    buf_printf(r->out, ":%u:%u:", (unsigned)place.line, (unsigned)place.column);
    render_paint(r, render_reset);
    buf_putc(r->out, ' ');
}

static void render_lines(Render *r, const Source *source, Span span, Place place, Severity severity)
{
    Excerpt e = render_excerpt(r, source, span, place.line);
    render_source_line(r, &e, place.line);
    render_carets(r, &e, place.line, severity);
}

/* ---- diagnostics ---- */

static void render_label(Render *r, Severity severity, const char *word, const char *code)
{
    render_paint(r, render_color(severity));
    buf_puts(r->out, word);
    if (code) {
        buf_putc(r->out, ' ');
        buf_puts(r->out, code);
    }
    buf_puts(r->out, render_colon(r->style.lang));
    render_paint(r, render_reset);
    buf_putc(r->out, ' ');
}

static void render_indent(Render *r, uint32_t line)
{
    buf_repeat(r->out, ' ', (size_t)render_gutter(line) + 1);
}

/* A note that speaks of the same line needs no place of its own: the line stands just above. */
static void render_note(Render *r, const Sources *sources, const DiagNote *n, Span main, uint32_t main_line)
{
    const Source *source = sources_get(sources, n->span.source);
    Place place = source ? source_place(source, n->span.start) : (Place){0};
    bool elsewhere = source && (n->span.source != main.source || place.line != main_line);
    render_indent(r, main_line);
    render_label(r, SEV_NOTE, render_severity(SEV_NOTE, r->style.lang), NULL);
    if (elsewhere)
        render_place(r, source, place);
    render_message(r, n->id, n->args);
    buf_putc(r->out, '\n');
    if (elsewhere)
        render_lines(r, source, n->span, place, SEV_NOTE);
}

static void render_fix(Render *r, const Diag *d, uint32_t line)
{
    if (!*catalogue_get(d->id)->fix[r->style.lang == LANG_FR])
        return;
    render_indent(r, line);
    render_label(r, SEV_NOTE, r->style.lang == LANG_FR ? "à faire" : "fix", NULL);
    buf_clear(&r->scratch);
    diag_fix(&r->scratch, d->id, d->args, r->style.lang);
    utf8_show(r->out, buf_str(&r->scratch));
    r->out->failed |= r->scratch.failed;
    buf_putc(r->out, '\n');
}

static void render_diag(Render *r, const Sources *sources, const Diag *d)
{
    const Source *source = sources_get(sources, d->span.source);
    Place place = source ? source_place(source, d->span.start) : (Place){0};
    Severity severity = diag_severity(d->id);
    if (source)
        render_place(r, source, place);
    else
        buf_puts(r->out, "bareme: ");
    render_label(r, severity, render_severity(severity, r->style.lang), diag_code(d->id));
    render_message(r, d->id, d->args);
    buf_putc(r->out, '\n');
    if (source)
        render_lines(r, source, d->span, place, severity);
    for (const DiagNote *n = d->notes; n; n = n->next)
        render_note(r, sources, n, d->span, place.line);
    render_fix(r, d, place.line);
}

static Render render_begin(Buf *out, DiagStyle style)
{
    Render r = {.out = out, .style = style};
    buf_init(&r.scratch, out->mem);
    return r;
}

static void render_end(Render *r)
{
    buf_free(&r->scratch);
}

void diag_render(Buf *out, const Sources *sources, const Diag *d, DiagStyle style)
{
    Render r = render_begin(out, style);
    render_diag(&r, sources, d);
    render_end(&r);
}

static void render_dropped(Render *r, uint32_t dropped)
{
    Buf count;
    buf_init(&count, r->out->mem);
    buf_printf(&count, "%u", (unsigned)dropped);
    Str args[DIAG_ARGS] = {buf_str(&count)};
    buf_puts(r->out, "bareme: ");
    render_message(r, D_NOT_SHOWN, args);
    buf_putc(r->out, '\n');
    buf_free(&count);
}

void diags_render(Buf *out, const Sources *sources, const Diags *d, DiagStyle style)
{
    Render r = render_begin(out, style);
    for (const Diag *i = d->first; i; i = i->next)
        render_diag(&r, sources, i);
    if (d->dropped)
        render_dropped(&r, d->dropped);
    render_end(&r);
}
