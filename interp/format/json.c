/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the commas and line ends are put before a value, since only then is it known that there is one. */
#include "format/json.h"

#include "base/utf8.h"

void json_begin(JsonWriter *w, Buf *out, bool pretty)
{
    *w = (JsonWriter){.out = out, .pretty = pretty};
}

static void json_line(JsonWriter *w)
{
    if (!w->pretty)
        return;
    buf_putc(w->out, '\n');
    buf_repeat(w->out, ' ', (size_t)w->depth * 2);
}

/* What stands between the former value and this one. */
static void json_before(JsonWriter *w)
{
    bool after_key = w->after_key;
    w->after_key = false;
    if (after_key || !w->depth)
        return;
    if (!w->empty[w->depth - 1])
        buf_putc(w->out, ',');
    w->empty[w->depth - 1] = false;
    json_line(w);
}

static void json_open(JsonWriter *w, char opening, char closing)
{
    if (w->depth >= JSON_DEPTH) {
        w->out->failed = true;
        return;
    }
    json_before(w);
    buf_putc(w->out, opening);
    w->closing[w->depth] = closing;
    w->empty[w->depth] = true;
    w->depth++;
}

void json_object(JsonWriter *w)
{
    json_open(w, '{', '}');
}

void json_array(JsonWriter *w)
{
    json_open(w, '[', ']');
}

void json_end(JsonWriter *w)
{
    if (!w->depth)
        return;
    w->depth--;
    if (!w->empty[w->depth])
        json_line(w);
    buf_putc(w->out, w->closing[w->depth]);
}

/* \uXXXX, as a pair of surrogates beyond the basic plane. */
static void json_escape(Buf *out, uint32_t cp)
{
    if (cp >= 0x10000) {
        buf_printf(out, "\\u%04x", (unsigned)(0xD800 + ((cp - 0x10000) >> 10)));
        cp = 0xDC00 + ((cp - 0x10000) & 0x3FF);
    }
    buf_printf(out, "\\u%04x", (unsigned)cp);
}

static const char *json_short_escape(uint32_t cp)
{
    switch (cp) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    case '\b': return "\\b";
    case '\f': return "\\f";
    default: return NULL;
    }
}

static bool json_is_plain(char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; }

static void json_quote(Buf *out, Str s)
{
    uint32_t cp;
    size_t plain = 0; /* what stands since then is put as it is */
    buf_putc(out, '"');
    for (size_t at = 0, n; at < s.n; at += n) {
        n = 1;
        if (json_is_plain(s.p[at]))
            continue;
        n = utf8_next(s, at, &cp);
        const char *escape = json_short_escape(cp);
        bool broken = n == 1 && cp == UTF8_REPLACEMENT;
        if (!escape && !broken && !utf8_is_unsafe(cp))
            continue;
        buf_put(out, str_sub(s, plain, at));
        plain = at + n;
        if (escape)
            buf_puts(out, escape);
        else if (broken)
            utf8_put(out, cp);
        else
            json_escape(out, cp);
    }
    buf_put(out, str_sub(s, plain, s.n));
    buf_putc(out, '"');
}

void json_key(JsonWriter *w, Str name)
{
    json_before(w);
    json_quote(w->out, name);
    buf_puts(w->out, w->pretty ? ": " : ":");
    w->after_key = true;
}

void json_text(JsonWriter *w, Str s)
{
    json_before(w);
    json_quote(w->out, s);
}

void json_number(JsonWriter *w, Str token)
{
    json_before(w);
    buf_put(w->out, token);
}

void json_int(JsonWriter *w, int64_t n)
{
    json_before(w);
    buf_printf(w->out, "%lld", (long long)n);
}

void json_bool(JsonWriter *w, bool b)
{
    json_number(w, b ? STR("true") : STR("false"));
}

void json_null(JsonWriter *w)
{
    json_number(w, STR("null"));
}

void json_finish(JsonWriter *w)
{
    while (w->depth)
        json_end(w);
    if (w->pretty)
        buf_putc(w->out, '\n');
}

/* ---- diagnostics ---- */

static Str json_severity(Severity s)
{
    switch (s) {
    case SEV_WARNING: return STR("warning");
    case SEV_NOTE: return STR("note");
    case SEV_LIMIT: return STR("limit");
    default: return STR("error");
    }
}

static void json_member_int(JsonWriter *w, Str key, bool given, uint32_t n)
{
    json_key(w, key);
    if (given)
        json_int(w, n);
    else
        json_null(w);
}

static void json_place(JsonWriter *w, const Sources *sources, Span span)
{
    const Source *source = sources_get(sources, span.source);
    Place start = source ? source_place(source, span.start) : (Place){0};
    Place end = source ? source_place(source, span.end) : (Place){0};
    json_key(w, STR("file"));
    if (source)
        json_text(w, source->name);
    else
        json_null(w);
    json_member_int(w, STR("line"), source, start.line);
    json_member_int(w, STR("column"), source, start.column);
    json_member_int(w, STR("end_line"), source, end.line);
    json_member_int(w, STR("end_column"), source, end.column);
}

typedef void JsonFill(Buf *out, DiagId id, const Str *args, Lang lang);

/* A text of the catalogue with its holes filled; null if it is empty. */
static void json_filled(JsonWriter *w, Str key, JsonFill *fill, DiagId id, const Str *args, Lang lang)
{
    Buf text;
    buf_init(&text, w->out->mem);
    fill(&text, id, args, lang);
    w->out->failed |= text.failed;
    json_key(w, key);
    if (text.n)
        json_text(w, buf_str(&text));
    else
        json_null(w);
    buf_free(&text);
}

static void json_notes(JsonWriter *w, const Sources *sources, const DiagNote *notes, Lang lang)
{
    json_key(w, STR("notes"));
    json_array(w);
    for (const DiagNote *n = notes; n; n = n->next) {
        json_object(w);
        json_filled(w, STR("message"), diag_message, n->id, n->args, lang);
        json_place(w, sources, n->span);
        json_end(w);
    }
    json_end(w);
}

static void json_diag(JsonWriter *w, const Sources *sources, const Diag *d, Lang lang)
{
    json_object(w);
    json_key(w, STR("code"));
    json_text(w, str_from(diag_code(d->id)));
    json_key(w, STR("severity"));
    json_text(w, json_severity(diag_severity(d->id)));
    json_filled(w, STR("message"), diag_message, d->id, d->args, lang);
    json_filled(w, STR("fix"), diag_fix, d->id, d->args, lang);
    json_place(w, sources, d->span);
    json_notes(w, sources, d->notes, lang);
    json_end(w);
}

void diags_json(JsonWriter *w, const Sources *sources, const Diags *d, Lang lang)
{
    json_array(w);
    for (const Diag *i = d->first; i; i = i->next)
        json_diag(w, sources, i, lang);
    json_end(w);
}
