/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marking as scripts see it. The cases are read and their key opened for the call alone: scripts mark a few boxes,
   classes of copies have their own command. */
#include "data/table.h"
#include "domain/copy.h"
#include "domain/feedback.h"
#include "domain/points.h"
#include "lib/args.h"

typedef struct Bench { /* what one call needs */
    const Args *a;
    Graph *graph;
    Cases cases;
    Diags diags;  /* faults of settings: `check` is what tells them */
    Arena arena;
    Key key;
    CopyBoxes boxes;
    CopyMarks marks;
} Bench;

static bool bench_open(Bench *b, const Args *a)
{
    *b = (Bench){.a = a, .graph = ((const Library *)a->vm->library)->graph};
    arena_init(&b->arena, a->vm->mem);
    diags_init(&b->diags, a->vm->mem);
    return cases_build(&b->cases, b->graph, &b->diags) || vm_fail_memory(a->vm);
}

static void bench_close(Bench *b)
{
    key_close(&b->key);
    cases_free(&b->cases);
    diags_free(&b->diags);
    arena_free(&b->arena);
}

static bool bench_mark(Bench *b)
{
    CopyText copy = {.answers = b->boxes.texts, .opens = b->boxes.opens, .guess = true};
    return key_open(&b->key, b->graph, b->boxes.c) && judge_copy(&b->key, &copy, &b->arena, &b->marks);
}

static bool not_an_answer(const Args *a, Str name) { return ARGS_FAIL(a, JUDGE_NO_ANSWER, name); }

/* ---- boxes ---- */

static bool box_text(const Args *a, Value v, Str *out)
{
    if (v.tag == T_STATUS && v.den == STATUS_BLANK) {
        *out = (Str){"", 0};
        return true;
    }
    if (v.tag == T_TEXT) {
        *out = text_str(args_heap(a), v);
        return out->p || vm_fail_memory(a->vm);
    }
    Buf shown;
    buf_init(&shown, a->vm->mem);
    vm_describe(a->vm, &shown, v);
    Str text = buf_str(&shown);
    ARGS_FAIL(a, JUDGE_WANTS_TEXT, text);
    buf_free(&shown);
    return false;
}

/* Texts of a record, by address. */
static bool put_record(Bench *b, const Record *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        Str address = {r->fields[i].name->bytes, r->fields[i].name->n}, text;
        if (!box_text(b->a, r->fields[i].value, &text)) {
            return false;
        }
        if (!copy_put(&b->boxes, address, text)) {
            return not_an_answer(b->a, address);
        }
    }
    return true;
}

/* ---- results ---- */

static const FieldName answer_fields[] = {{"answer", "réponse"}, {"status", "état"}, {"marks", "points"}, {"rule", "règle"},
                                          {"message", "message"}};
static const FieldName question_fields[] = {{"question", "question"}, {"marks", "points"}, {"malus", "malus"},
                                            {"pending", "en_attente"}};
static const FieldName open_fields[] = {{"answer", "réponse"}, {"status", "état"}, {"marks", "points"}, {"pending", "en_attente"}};
static const FieldName copy_fields[] = {{"total", "total"}, {"possible", "possible"}, {"pending", "en_attente"},
                                        {"mark", "note"}, {"questions", "questions"}, {"answers", "réponses"},
                                        {"opens", "ouvertes"}};

#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof *(list)))

/* A table without rows: what records of one kind are called by in both languages. NULL: memory. */
static Table *headings(const Args *a, const FieldName *fields, uint32_t n)
{
    Heap *heap = args_heap(a);
    Table *t = table_new(heap, n, 0);
    List *none = list_new(heap, 0);
    bool ok = t && none, french = args_french(a);
    for (uint32_t i = 0; ok && i < n; i++) {
        Value other;
        ok = table_set(heap, t, i, str_from(french ? fields[i].french : fields[i].english), value_obj(T_LIST, none)) &&
             text_new(heap, str_from(french ? fields[i].english : fields[i].french), &other);
        t->columns[i].other = ok ? other.ptr : NULL;
    }
    return ok ? t : NULL;
}

/* Its values are for the caller to fill. */
static Record *record_under(const Args *a, const Table *headings)
{
    Record *r = headings ? record_new(args_heap(a), headings->n) : NULL;
    for (uint32_t i = 0; r && i < r->n; i++) {
        r->fields[i].name = headings->columns[i].name;
    }
    if (r) {
        r->table = headings;
    }
    return r;
}

static bool set_text(const Args *a, Record *r, uint32_t i, Buf *b)
{
    bool ok = !b->failed && text_new(args_heap(a), buf_str(b), &r->fields[i].value);
    buf_free(b);
    return ok;
}

static bool set_str(const Args *a, Record *r, uint32_t i, Str s) { return text_new(args_heap(a), s, &r->fields[i].value); }
static void set_value(Record *r, uint32_t i, Value v) { r->fields[i].value = v; }

/* From field `at` on: status, marks, rule, message. */
static bool set_judgement(Bench *b, Record *r, uint32_t at, const Judgement *j)
{
    const Args *a = b->a;
    Lang lang = a->vm->lang;
    Buf status, rule, message;
    buf_init(&status, a->vm->mem);
    buf_init(&rule, a->vm->mem);
    buf_init(&message, a->vm->mem);
    buf_puts(&status, status_name(j->status, lang));
    feedback_rule(&rule, j, lang);
    feedback_message(&message, b->graph, b->boxes.c, j);
    bool ok = set_text(a, r, at, &status);
    set_value(r, at + 1, j->marks);
    ok = set_text(a, r, at + 2, &rule) && ok;
    return set_text(a, r, at + 3, &message) && ok;
}

static const Judgement *counted(const Bench *b, const Answer *asked)
{
    const Judgement *found = &b->marks.answers[asked->number];
    for (uint32_t i = 0; i < b->boxes.c->answer_count; i++) {
        const Judgement *j = &b->marks.answers[i];
        if (j->counts && str_eq(j->answer->address, asked->address)) {
            found = j; /* of the method that counts */
        }
    }
    return found;
}

/* ---- judge ---- */

static Answer *asked_answer(Bench *b, uint32_t slot)
{
    for (uint32_t i = 0; i < b->cases.count; i++) {
        Answer *a = case_answer_of_slot(b->cases.list[i], b->graph->program, slot);
        if (a) {
            b->boxes.c = b->cases.list[i];
            return a;
        }
    }
    return NULL;
}

static bool judge_one(Bench *b, Value *out)
{
    const Args *a = b->a;
    Str written;
    Answer *asked = asked_answer(b, (uint32_t)a->v[0].num);
    if (!asked) {
        Buf name;
        buf_init(&name, a->vm->mem);
        graph_slot_name(b->graph, &name, (uint32_t)a->v[0].num);
        Str text = buf_str(&name);
        not_an_answer(a, text);
        buf_free(&name);
        return false;
    }
    if (!copy_boxes(&b->boxes, b->graph, b->boxes.c, &b->arena)) {
        return vm_fail_memory(a->vm);
    }
    for (uint32_t i = 2; i < a->n; i++) {
        if (a->v[i].tag != T_RECORD) {
            return args_fail(a, D_ARG_RECORD, i, a->v[i]);
        }
        if (!put_record(b, a->v[i].ptr)) {
            return false;
        }
    }
    if (!box_text(a, a->v[1], &written)) {
        return false;
    }
    copy_put(&b->boxes, asked->address, written);
    if (!bench_mark(b)) {
        return false;
    }
    Record *r = record_under(a, headings(a, answer_fields + 1, COUNT(answer_fields) - 1)); /* asked for by its name */
    if (!r || !set_judgement(b, r, 0, counted(b, asked))) {
        return vm_fail_memory(a->vm);
    }
    *out = value_obj(T_RECORD, r);
    return true;
}

BUILTIN_FUNCTION(judge)
{
    Bench b;
    if (a->n < 2 || a->v[0].tag != T_FORMULA) {
        return args_fail(a, D_ARG_TEXT, 1, value_none());
    }
    bool ok = bench_open(&b, a) && judge_one(&b, out);
    bench_close(&b);
    return ok;
}

/* ---- judge_copy ---- */

/* The case whose addresses these are: the first that has the first one; else the first case. */
static bool copy_case(Bench *b)
{
    Value copy = b->a->v[0];
    if (!b->cases.count) {
        return ARGS_FAIL(b->a, JUDGE_NO_CASE, (Str){"", 0});
    }
    b->boxes.c = b->cases.list[0];
    const Record *r = copy.tag == T_RECORD ? copy.ptr : NULL;
    for (uint32_t i = 0; r && r->n && i < b->cases.count; i++) {
        Str address = {r->fields[0].name->bytes, r->fields[0].name->n};
        if (case_find_answer(b->cases.list[i], address)) {
            b->boxes.c = b->cases.list[i];
            break;
        }
    }
    return copy_boxes(&b->boxes, b->graph, b->boxes.c, &b->arena) || vm_fail_memory(b->a->vm);
}

static bool copy_fill(Bench *b)
{
    Value copy = b->a->v[0];
    Str wrong;
    if (copy.tag == T_RECORD) {
        return put_record(b, copy.ptr);
    }
    if (copy.tag != T_TEXT) {
        return args_fail(b->a, D_JUDGE_WANTS_RECORD, 0, copy);
    }
    return copy_put_lines(&b->boxes, text_str(args_heap(b->a), copy), &wrong) || not_an_answer(b->a, wrong);
}

static List *copy_answers(Bench *b)
{
    const Case *c = b->boxes.c;
    List *list = list_new(args_heap(b->a), c->answer_count);
    const Table *names = headings(b->a, answer_fields, COUNT(answer_fields));
    for (uint32_t i = 0; list && i < c->answer_count; i++) {
        Record *r = record_under(b->a, names);
        if (!r || !set_str(b->a, r, 0, c->answers[i]->address) || !set_judgement(b, r, 1, &b->marks.answers[i])) {
            return NULL;
        }
        list->store->items[i] = value_obj(T_RECORD, r);
    }
    return list;
}

static List *copy_questions(Bench *b)
{
    const Case *c = b->boxes.c;
    List *list = list_new(args_heap(b->a), c->question_count);
    const Table *names = headings(b->a, question_fields, COUNT(question_fields));
    for (uint32_t i = 0; list && i < c->question_count; i++) {
        const QuestionMarks *q = &b->marks.questions[i];
        Record *r = record_under(b->a, names);
        if (!r || !set_str(b->a, r, 0, q->question->label)) {
            return NULL;
        }
        set_value(r, 1, q->marks);
        set_value(r, 2, q->malus);
        set_value(r, 3, q->pending);
        list->store->items[i] = value_obj(T_RECORD, r);
    }
    return list;
}

static List *copy_opens(Bench *b)
{
    const Case *c = b->boxes.c;
    List *list = list_new(args_heap(b->a), c->open_count);
    const Table *names = headings(b->a, open_fields, COUNT(open_fields));
    for (uint32_t i = 0; list && i < c->open_count; i++) {
        const OpenMarks *m = &b->marks.opens[i];
        Record *r = record_under(b->a, names);
        if (!r || !set_str(b->a, r, 0, c->opens[i]->address) ||
            !set_str(b->a, r, 1, str_from(status_name(m->status, b->a->vm->lang)))) {
            return NULL;
        }
        set_value(r, 2, m->marks);
        set_value(r, 3, m->pending);
        list->store->items[i] = value_obj(T_RECORD, r);
    }
    return list;
}

static bool copy_result(Bench *b, Value *out)
{
    const Args *a = b->a;
    const CopyMarks *m = &b->marks;
    List *answers = copy_answers(b), *questions = copy_questions(b), *opens = copy_opens(b);
    Record *r = record_under(a, headings(a, copy_fields, COUNT(copy_fields)));
    if (!answers || !questions || !opens || !r) {
        return vm_fail_memory(a->vm);
    }
    const Value fields[COUNT(copy_fields)] = {m->total, points_of_case(a->vm->num, m->c), m->pending, m->mark,
                                              value_obj(T_LIST, questions), value_obj(T_LIST, answers),
                                              value_obj(T_LIST, opens)};
    for (uint32_t i = 0; i < r->n; i++) {
        set_value(r, i, fields[i]);
    }
    *out = value_obj(T_RECORD, r);
    return true;
}

BUILTIN_FUNCTION(judge_copy)
{
    Bench b;
    bool ok = bench_open(&b, a) && copy_case(&b) && copy_fill(&b) && bench_mark(&b) && copy_result(&b, out);
    bench_close(&b);
    return ok;
}
