/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every node is an object; members that are empty are left out. */
#include "report/json.h"

static const char *const kinds[] = {
    [DOC_ROOT] = "document", [DOC_HEADING] = "heading", [DOC_PARAGRAPH] = "paragraph", [DOC_LIST] = "list",
    [DOC_ITEM] = "item",     [DOC_TABLE] = "table",     [DOC_ROW] = "row",             [DOC_CELL] = "cell",
    [DOC_PAIRS] = "pairs",   [DOC_PAIR] = "pair",       [DOC_STEPS] = "steps",         [DOC_STEP] = "step",
    [DOC_EQUAL] = "equal",   [DOC_NOTE] = "note",       [DOC_RULE] = "rule"};

static const char *const tones[] = {[TONE_PLAIN] = "plain", [TONE_STRONG] = "strong", [TONE_MUTED] = "muted",
                                    [TONE_GOOD] = "good",   [TONE_WARN] = "warn",     [TONE_BAD] = "bad"};

static const char *const aligns[] = {[ALIGN_LEFT] = "left", [ALIGN_RIGHT] = "right", [ALIGN_CENTRE] = "centre"};

static void member(JsonWriter *w, const char *key, Str text)
{
    if (text.n) {
        json_key(w, str_from(key));
        json_text(w, text);
    }
}

static void columns(JsonWriter *w, const DocNode *n)
{
    json_key(w, STR("columns"));
    json_array(w);
    for (uint32_t c = 0; c < n->column_count; c++) {
        json_object(w);
        json_key(w, STR("title"));
        json_text(w, n->columns[c].title);
        json_key(w, STR("align"));
        json_text(w, str_from(aligns[n->columns[c].align]));
        json_end(w);
    }
    json_end(w);
}

static void node(JsonWriter *w, const DocNode *n);

static void children(JsonWriter *w, const DocNode *n)
{
    json_key(w, STR("children"));
    json_array(w);
    for (const DocNode *k = n->first; k; k = k->next) {
        node(w, k);
    }
    json_end(w);
}

/* Trees are as deep as the reports that build them: five levels. */
static void node(JsonWriter *w, const DocNode *n)
{
    json_object(w);
    member(w, "kind", str_from(kinds[n->kind]));
    if (n->kind == DOC_HEADING) {
        json_key(w, STR("level"));
        json_int(w, n->level);
    }
    if (n->tone != TONE_PLAIN) {
        member(w, "tone", str_from(tones[n->tone]));
    }
    if (n->about) {
        json_key(w, STR("about"));
        json_bool(w, true);
    }
    member(w, "title", n->title);
    member(w, "text", n->text);
    member(w, "detail", n->detail);
    member(w, "number", n->number);
    if (n->kind == DOC_TABLE) {
        columns(w, n);
    }
    if (n->first) {
        children(w, n);
    }
    json_end(w);
}

void doc_json(JsonWriter *w, const Doc *d)
{
    if (!doc_ok(d)) {
        w->out->failed = true;
        return;
    }
    node(w, d->root);
}
