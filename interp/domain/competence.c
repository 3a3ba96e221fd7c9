/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/competence.h"

#include "base/utf8.h"
#include "domain/build.h"
#include "domain/points.h"
#include "num/number.h"

/* ---- codes ---- */

/* Next character of a code as it counts. */
static char code_next(Str s, size_t *at)
{
    while (*at < s.n && s.p[*at] == ' ') {
        (*at)++;
    }
    if (*at == s.n) {
        return 0;
    }
    char c = s.p[(*at)++];
    return c == '-' ? '.' : c;
}

static bool code_equal(Str a, Str b)
{
    size_t i = 0, j = 0;
    for (;;) {
        char x = code_next(a, &i), y = code_next(b, &j);
        if (x != y) {
            return false;
        }
        if (!x) {
            return true;
        }
    }
}

typedef struct Codes { /* the codes of a framework, wherever they are kept */
    const void *of;
    uint32_t count;
    Str (*code)(const void *of, uint32_t i);
} Codes;

static int codes_find(const Codes *c, Str code)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (code_equal(c->code(c->of, i), code)) {
            return (int)i;
        }
    }
    return -1;
}

static bool codes_dotted(const Codes *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        Str code = c->code(c->of, i);
        for (size_t k = 0; k < code.n; k++) {
            if (code.p[k] == '.' || code.p[k] == '-') {
                return true;
            }
        }
    }
    return false;
}

static int codes_parent(const Codes *c, uint32_t i)
{
    Str code = c->code(c->of, i);
    bool dotted = codes_dotted(c);
    for (size_t n = code.n; n-- > 1;) {
        bool cut = dotted ? code.p[n] == '.' || code.p[n] == '-' : true;
        int parent = cut ? codes_find(c, str_sub(code, 0, n)) : -1;
        if (parent >= 0) {
            return parent;
        }
    }
    return -1;
}

static Str codes_suggest(const Codes *c, Mem *mem, Str code)
{
    Str near = {NULL, 0};
    size_t best = 3;
    for (uint32_t i = 0; i < c->count; i++) {
        size_t d = utf8_distance(mem, c->code(c->of, i), code, best);
        if (d < best) {
            best = d;
            near = c->code(c->of, i);
        }
    }
    return near;
}

/* ---- frameworks of the text ---- */

static Str framework_code(const void *of, uint32_t i) { return ((const Framework *)of)->list[i].code; }
static Codes codes_of(const Framework *f) { return (Codes){f, f->count, framework_code}; }

int framework_find(const Framework *f, Str code)
{
    Codes c = codes_of(f);
    return codes_find(&c, code);
}

Str framework_suggest(const Framework *f, Mem *mem, Str code)
{
    Codes c = codes_of(f);
    return codes_suggest(&c, mem, code);
}

static void add_competence(Builder *b, Framework *f, const Node *n)
{
    if (framework_find(f, n->text) >= 0) {
        diag(b->diags, D_COMPETENCE_TWICE, n->span, n->text, f->name);
        return;
    }
    Competence *c = build_push(b, &f->list, &f->count, sizeof *c);
    if (!c) {
        return;
    }
    *c = (Competence){.node = n, .code = n->text, .title = build_title(b, n), .parent = -1};
    build_codes(b, n, CL_COMPETENCE_CRITERION, &c->criteria, &c->criterion_count);
}

static void build_framework(Builder *b, const Node *n)
{
    Framework *f = build_new(b, sizeof *f);
    Framework **place = f ? build_push(b, &b->cases->frameworks, &b->cases->framework_count, sizeof *place) : NULL;
    const Node *body = node_body(n);
    if (!place) {
        return;
    }
    *place = f;
    *f = (Framework){.node = n, .name = n->text, .title = build_title(b, n)};
    for (uint32_t i = 0; body && i < body->count; i++) {
        if (body->kids[i]->kind == N_BLOCK && body->kids[i]->op == B_COMPETENCE) {
            add_competence(b, f, body->kids[i]);
        }
    }
    Codes codes = codes_of(f);
    for (uint32_t i = 0; i < f->count; i++) {
        f->list[i].parent = codes_parent(&codes, i);
    }
    for (uint32_t i = 0; i < f->count; i++) {
        for (int32_t p = f->list[i].parent; p >= 0 && f->list[i].depth < f->count; p = f->list[p].parent) {
            f->list[i].depth++;
        }
    }
}

void frameworks_build(Cases *cs)
{
    Builder b = {.cases = cs, .graph = cs->graph, .diags = cs->diags, .arena = &cs->arena};
    const Program *p = cs->graph->program;
    for (uint32_t m = 0; m < p->module_count; m++) {
        const Node *tree = p->modules[m]->tree;
        for (uint32_t i = 0; tree && i < tree->count; i++) {
            if (tree->kids[i]->kind == N_BLOCK && tree->kids[i]->op == B_FRAMEWORK) {
                build_framework(&b, tree->kids[i]);
            }
        }
    }
}

Framework *framework_named(const Cases *cs, Str name)
{
    for (uint32_t i = 0; i < cs->framework_count; i++) {
        if (str_eq(cs->frameworks[i]->name, name)) {
            return cs->frameworks[i];
        }
    }
    return NULL;
}

/* ---- coverage of a case ---- */

typedef struct Covering {
    const Framework *f;
    NumCtx *num;
    Coverage *of;
} Covering;

static void cover(Covering *c, const Str *codes, uint32_t n, Value points)
{
    for (uint32_t i = 0; i < n; i++) {
        int at = framework_find(c->f, codes[i]);
        if (at < 0) {
            continue;
        }
        c->of[at].direct++;
        c->of[at].points = points_add(c->num, c->of[at].points, points);
        for (int32_t p = at; p >= 0; p = c->f->list[p].parent) {
            c->of[p].total++;
            c->of[p].total_points = points_add(c->num, c->of[p].total_points, points);
        }
    }
}

/* Points of a question that no answer with codes of its own has. */
static Value points_left(const Case *c, NumCtx *num, const Question *q)
{
    Value points = points_of_question(num, q);
    for (uint32_t i = 0; i < c->answer_count; i++) {
        const Answer *a = c->answers[i];
        points = a->question == q && a->competence_count ? points_sub(num, points, a->points) : points;
    }
    for (uint32_t i = 0; i < c->open_count; i++) {
        const Open *o = c->opens[i];
        points = o->question == q && o->competence_count ? points_sub(num, points, o->points) : points;
    }
    return points;
}

Coverage *case_coverage(const Case *c, NumCtx *num, Arena *arena)
{
    if (!c->framework) {
        return NULL;
    }
    Covering x = {c->framework, num, arena_alloc(arena, (c->framework->count + 1) * sizeof *x.of)};
    for (uint32_t i = 0; x.of && i < c->framework->count; i++) {
        x.of[i].points = x.of[i].total_points = num_int(0);
    }
    for (uint32_t i = 0; x.of && i < c->question_count; i++) {
        const Question *q = c->questions[i];
        cover(&x, q->competences, q->competence_count, points_left(c, num, q));
    }
    for (uint32_t i = 0; x.of && i < c->answer_count; i++) {
        const Answer *a = c->answers[i];
        cover(&x, a->competences, a->competence_count, a->points);
    }
    for (uint32_t i = 0; x.of && i < c->open_count; i++) {
        const Open *o = c->opens[i];
        cover(&x, o->competences, o->competence_count, o->points);
    }
    return x.of;
}

/* ---- checking ---- */

typedef struct Checking {
    const Cases *cases;
    const Case *c;
    Diags *findings;
    bool told; /* that there is no framework */
} Checking;

static bool holds_codes(const Node *clause)
{
    switch (clause->op) {
    case CL_QUESTION_COMPETENCE: case CL_ANSWER_COMPETENCE: case CL_OPEN_COMPETENCE: case CL_INDICATOR_COMPETENCE:
    case CL_INDICATORS_COMPETENCE: case CL_GRID_COMPETENCE: case CL_SECTION_COMPETENCE: case CL_CRITERION_COMPETENCE:
        return clause->kind == N_CLAUSE;
    default: return false;
    }
}

static void check_code(Checking *x, const Node *code)
{
    const Framework *f = x->c->framework;
    if (!f) {
        if (!x->told && !x->c->exam.framework.n) {
            diag(x->findings, D_COMPETENCE_NO_FRAMEWORK, code->span, code->text);
        }
        x->told = true;
        return;
    }
    if (framework_find(f, code->text) < 0) {
        Str near = framework_suggest(f, x->cases->graph->vm->mem, code->text);
        Diag *d = diag(x->findings, D_COMPETENCE_UNKNOWN, code->span, code->text, f->name);
        if (near.n) {
            note(x->findings, d, D_DID_YOU_MEAN, (Span){0}, near);
        }
    }
}

static void check_node(Checking *x, const Node *n)
{
    bool codes = holds_codes(n);
    for (uint32_t i = 0; i < n->count; i++) {
        const Node *k = n->kids[i];
        if (k && codes && k->kind == N_NAME) {
            check_code(x, k);
        } else if (k) {
            check_node(x, k);
        }
    }
}

void competences_check(const Cases *cs, const Case *c, Diags *findings)
{
    Checking x = {.cases = cs, .c = c, .findings = findings};
    const Node *named = c->exam.node ? node_clause_value(c->exam.node, CL_EXAM_FRAMEWORK) : NULL;
    if (named && !c->framework) {
        Buf list;
        buf_init(&list, cs->graph->vm->mem);
        for (uint32_t i = 0; i < cs->framework_count; i++) {
            buf_puts(&list, i ? ", " : "");
            buf_put(&list, cs->frameworks[i]->name);
        }
        DiagId id = cs->framework_count ? D_FRAMEWORK_UNKNOWN : D_FRAMEWORK_NONE;
        diag(findings, id, named->span, named->text, buf_str(&list));
        buf_free(&list);
    }
    check_node(&x, c->node);
}

/* ---- as a value of the program ---- */

enum { PER_COMPETENCE = 3 };

static Str value_code(const void *of, uint32_t i)
{
    Value v = list_at(((const Instance *)of)->fields[FRAMEWORK_LIST], i * PER_COMPETENCE);
    const Text *t = v.tag == T_TEXT ? v.ptr : NULL;
    return t ? (Str){t->bytes, t->n} : (Str){"", 0};
}

static Codes value_codes(const Instance *f) { return (Codes){f, framework_value_count(f), value_code}; }

uint32_t framework_value_count(const Instance *f) { return list_count(f->fields[FRAMEWORK_LIST]) / PER_COMPETENCE; }
Value framework_value_code(const Instance *f, uint32_t i) { return list_at(f->fields[FRAMEWORK_LIST], i * PER_COMPETENCE); }

Value framework_value_title(const Instance *f, uint32_t i)
{
    Value v = list_at(f->fields[FRAMEWORK_LIST], i * PER_COMPETENCE + 1);
    return v.tag == T_NONE ? value_status(STATUS_NOT_GIVEN, NULL) : v;
}

static Str name_of(const Instance *f)
{
    const Text *t = f->fields[FRAMEWORK_NAME].ptr;
    return (Str){t->bytes, t->n};
}

int framework_value_find(Vm *vm, const Instance *f, Str code)
{
    Codes c = value_codes(f);
    int at = codes_find(&c, code);
    if (at < 0) {
        Str args[] = {code, name_of(f)}, near = codes_suggest(&c, vm->mem, code);
        vm_fail(vm, D_COMPETENCE_UNKNOWN, args, 2);
        if (near.n) {
            vm_fail_note(vm, D_DID_YOU_MEAN, (Span){0}, &near, 1);
        }
    }
    return at;
}

int framework_value_parent(Vm *vm, const Instance *f, uint32_t i)
{
    Codes c = value_codes(f);
    (void)vm;
    return codes_parent(&c, i);
}

bool framework_make(Vm *vm, const Value *parts, Value *out)
{
    Instance *f = instance_new(vm->heap, &framework_type, FRAMEWORK_PARTS);
    if (!f) {
        return vm_fail_memory(vm);
    }
    for (uint32_t i = 0; i < FRAMEWORK_PARTS; i++) {
        f->fields[i] = parts[i];
    }
    *out = value_obj(T_OBJECT, f);
    return true;
}

static bool named(Str name, const char *english, const char *french)
{
    return str_eq(name, str_from(english)) || str_eq(name, str_from(french));
}

static bool framework_member(Vm *vm, const Instance *f, Str name, Value *out)
{
    if (named(name, "name", "nom") || named(name, "title", "titre")) {
        Value v = f->fields[named(name, "name", "nom") ? FRAMEWORK_NAME : FRAMEWORK_TITLE];
        *out = v.tag == T_NONE ? value_status(STATUS_NOT_GIVEN, NULL) : v;
        return true;
    }
    if (!named(name, "codes", "codes")) {
        Str args[] = {name, name_of(f)};
        return vm_fail(vm, D_FRAMEWORK_MEMBER, args, 2);
    }
    List *list = list_new(vm->heap, framework_value_count(f));
    for (uint32_t i = 0; list && i < list->n; i++) {
        list->store->items[i] = framework_value_code(f, i);
    }
    *out = value_obj(T_LIST, list);
    return list || vm_fail_memory(vm);
}

/* ccst["C2.1"]: {code, title, criteria}. */
static bool framework_index(Vm *vm, const Instance *f, Value key, Value *out)
{
    bool french = vm->lang == LANG_FR;
    if (key.tag != T_TEXT) {
        Str args[] = {STR(""), name_of(f)};
        return vm_fail(vm, D_FRAMEWORK_MEMBER, args, 2);
    }
    int at = framework_value_find(vm, f, text_str(vm->heap, key));
    Record *r = at >= 0 ? record_new(vm->heap, 3) : NULL;
    if (at < 0) {
        return false;
    }
    bool ok = r && record_set_field(vm->heap, r, 0, STR("code"), framework_value_code(f, (uint32_t)at)) &&
              record_set_field(vm->heap, r, 1, str_from(french ? "titre" : "title"), framework_value_title(f, (uint32_t)at)) &&
              record_set_field(vm->heap, r, 2, str_from(french ? "critères" : "criteria"),
                               list_at(f->fields[FRAMEWORK_LIST], (uint32_t)at * PER_COMPETENCE + 2));
    *out = value_obj(T_RECORD, r);
    return ok || vm_fail_memory(vm);
}

static void framework_show(Heap *h, const Instance *f, Buf *out, bool french)
{
    (void)h;
    buf_put(out, name_of(f));
    buf_printf(out, french ? " (%u compétences)" : " (%u competences)", framework_value_count(f));
}

const ObjectType framework_type = {.name = "a framework", .name_fr = "un référentiel", .id = "framework",
                                   .member = framework_member, .index = framework_index, .show = framework_show};
