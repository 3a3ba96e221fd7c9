/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bareme regrade CASE --db FILE: what the case as it stands now would change in the marks; --apply makes it count. */
#include "cli/class.h"
#include "grade/exact.h"
#include "grade/regrade.h"
#include "report/word.h"

typedef struct Regrading {
    Class c;
    Regrade regrade;
    Doc doc;
    DocNode *changes, *totals;
    Buf json;
    JsonWriter w;
} Regrading;

static Str word(Regrading *g, ReportWord w) { return report_word(w, g->doc.lang); }

/* "0.5" as the language writes it. */
static Str shown(Regrading *g, Str exact)
{
    Value v;
    Buf b;
    ShowStyle style = show_style(g->doc.lang);
    if (!exact.n || !exact_read(&g->c.m.session.num, exact, &v)) {
        return STR("—");
    }
    buf_init(&b, &g->c.cli->mem);
    value_show(&g->c.m.session.heap, &b, v, &style);
    Str s = doc_copy(&g->doc, buf_str(&b));
    buf_free(&b);
    return s;
}

static Str status(Regrading *g, Str code)
{
    Status s = status_of_code(code);
    return s < ANSWER_STATUS_COUNT ? str_from(status_name(s, g->doc.lang)) : STR("—");
}

static void json_member(Regrading *g, const char *key, Str text)
{
    json_key(&g->w, str_from(key));
    json_text(&g->w, text);
}

static void on_change(void *data, const Change *c)
{
    Regrading *g = data;
    if (g->c.cli->options.json) {
        json_object(&g->w);
        json_member(g, "candidate", c->candidate);
        json_member(g, "answer", c->address);
        json_member(g, "status_before", status(g, c->status_before));
        json_member(g, "marks_before", c->marks_before);
        json_member(g, "status_after", status(g, c->status_after));
        json_member(g, "marks_after", c->marks_after);
        json_key(&g->w, STR("decided_by_a_person"));
        json_bool(&g->w, c->by_hand);
        json_end(&g->w);
        return;
    }
    if (!g->changes) {
        DocColumn columns[] = {{word(g, RW_CANDIDATE), ALIGN_LEFT}, {word(g, RW_ANSWER), ALIGN_LEFT},
                               {word(g, RW_BEFORE), ALIGN_LEFT},    {(Str){"", 0}, ALIGN_RIGHT},
                               {word(g, RW_AFTER), ALIGN_LEFT},     {(Str){"", 0}, ALIGN_RIGHT},
                               {(Str){"", 0}, ALIGN_LEFT}};
        g->changes = doc_table(&g->doc, NULL, columns, 7);
    }
    DocNode *row = doc_row(&g->doc, g->changes);
    doc_head_cell(&g->doc, row, c->candidate);
    doc_cell(&g->doc, row, c->address, TONE_PLAIN);
    doc_cell(&g->doc, row, status(g, c->status_before), TONE_MUTED);
    doc_cell(&g->doc, row, shown(g, c->marks_before), TONE_PLAIN);
    doc_cell(&g->doc, row, status(g, c->status_after), TONE_MUTED);
    doc_cell(&g->doc, row, shown(g, c->marks_after), TONE_STRONG);
    doc_cell(&g->doc, row, c->by_hand ? word(g, RW_STAYS) : (Str){"", 0}, TONE_MUTED);
}

static void on_total(void *data, const TotalChange *t)
{
    Regrading *g = data;
    if (g->c.cli->options.json) {
        return;
    }
    if (!g->totals) {
        DocColumn columns[] = {{word(g, RW_CANDIDATE), ALIGN_LEFT}, {word(g, RW_BEFORE), ALIGN_RIGHT},
                               {word(g, RW_AFTER), ALIGN_RIGHT}};
        g->totals = doc_table(&g->doc, doc_section(&g->doc, NULL, word(g, RW_MARKS)), columns, 3);
    }
    DocNode *row = doc_row(&g->doc, g->totals);
    doc_head_cell(&g->doc, row, t->candidate);
    doc_cell(&g->doc, row, shown(g, t->mark_before), TONE_PLAIN);
    doc_cell(&g->doc, row, shown(g, t->mark_after), TONE_STRONG);
}

static void tell_counts(Regrading *g)
{
    const Regrade *r = &g->regrade;
    Lang lang = g->doc.lang;
    Buf b, n[3];
    uint64_t numbers[3] = {r->copies, r->changes, r->changed_copies};
    buf_init(&b, &g->c.cli->mem);
    for (int i = 0; i < 3; i++) {
        buf_init(&n[i], &g->c.cli->mem);
        buf_printf(&n[i], "%llu", (unsigned long long)numbers[i]);
    }
    PhraseId id = r->same_edition ? P_REGRADE_SAME : r->apply ? P_REGRADE_APPLIED : P_REGRADE_WOULD;
    phrase_put(&b, id, lang, buf_str(&n[0]), buf_str(&n[1]), buf_str(&n[2]));
    doc_paragraph(&g->doc, NULL, buf_str(&b), TONE_STRONG);
    for (int i = 0; i < 3; i++) {
        buf_free(&n[i]);
    }
    buf_free(&b);
}

static void show(Regrading *g, bool ok)
{
    Session *s = &g->c.m.session;
    if (g->c.cli->options.json) {
        json_finish(&g->w);
        if (ok) {
            session_write(s, buf_str(&g->json));
        }
    } else if (ok) {
        tell_counts(g);
        class_show(&g->c, &g->doc);
    }
}

int regrade_command(Cli *cli)
{
    Regrading g = {0};
    bool open = class_open(&g.c, cli) && class_book(&g.c, DB_WRITE), ok = false;
    doc_init(&g.doc, &cli->mem, cli->options.lang);
    buf_init(&g.json, &cli->mem);
    json_begin(&g.w, &g.json, true);
    json_array(&g.w);
    if (open) {
        g.regrade = (Regrade){.book = &g.c.book, .m = &g.c.m, .now = &g.c.now, .apply = options_has(&cli->options, OPTION_APPLY),
                              .change = on_change, .total = on_total, .data = &g};
        doc_title(&g.doc, g.c.m.c->title.n ? g.c.m.c->title : g.c.m.c->name);
        ok = regrade_run(&g.regrade);
        show(&g, ok);
    }
    doc_free(&g.doc);
    buf_free(&g.json);
    return class_end(&g.c, ok && g.regrade.changes && !g.regrade.apply ? EXIT_BELOW : EXIT_OK);
}
