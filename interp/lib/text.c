/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts are sequences of code points in NFC; places in them count from 1. Results are built in a Buf, whose failure
   is looked at once, at the end. */
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "lib/args.h"

/* ---- searching ---- */

/* The first place of `part` in s from byte `from` on; SIZE_MAX: none. An empty part is nowhere. */
static size_t find_part(Str s, Str part, size_t from)
{
    while (part.n && part.n <= s.n && from <= s.n - part.n) {
        const char *p = memchr(s.p + from, part.p[0], s.n - part.n - from + 1);
        if (!p) {
            return SIZE_MAX;
        }
        from = (size_t)(p - s.p);
        if (memcmp(p, part.p, part.n) == 0) {
            return from;
        }
        from++;
    }
    return SIZE_MAX;
}

static bool two_texts(const Args *a, Str *s, Str *part)
{
    return args_text(a, 0, s) && args_text(a, 1, part) && vm_charge(a->vm, s->n / 64);
}

/* ---- one text ---- */

static bool transformed(const Args *a, void (*f)(Buf *out, Str s), Value *out)
{
    Str s;
    Buf b;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_text(a, 0, &s)) {
        return false;
    }
    buf_init(&b, a->vm->mem);
    f(&b, s);
    return args_return_buf(a, &b, out);
}

BUILTIN_FUNCTION(upper) { return transformed(a, utf8_upper, out); }
BUILTIN_FUNCTION(lower) { return transformed(a, utf8_lower, out); }

static void put_trimmed(Buf *out, Str s) { buf_put(out, str_trim(s)); }

BUILTIN_FUNCTION(trim) { return transformed(a, put_trimmed, out); }

BUILTIN_FUNCTION(length)
{
    Str s;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_text(a, 0, &s) || !vm_charge(a->vm, s.n / 64)) {
        return false;
    }
    *out = num_int((int64_t)utf8_count(s));
    return true;
}

BUILTIN_FUNCTION(repeat)
{
    Str s;
    int64_t times = 0;
    Buf b;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_text(a, 0, &s) || !args_whole(a, 1, 0, INT64_MAX, &times)) {
        return false;
    }
    if (s.n && (uint64_t)times > LIMIT_TEXT_BYTES / s.n) {
        return ARGS_FAIL(a, RESULT_TOO_LONG);
    }
    buf_init(&b, a->vm->mem);
    for (int64_t i = 0; s.n && i < times; i++) {
        buf_put(&b, s);
    }
    return args_return_buf(a, &b, out);
}

/* ---- parts ---- */

BUILTIN_FUNCTION(contains)
{
    Str s, part;
    if (args_status(a, out)) {
        return true;
    }
    if (!two_texts(a, &s, &part)) {
        return false;
    }
    *out = value_truth(!part.n || find_part(s, part, 0) != SIZE_MAX);
    return true;
}

BUILTIN_FUNCTION(starts_with)
{
    Str s, part;
    if (args_status(a, out)) {
        return true;
    }
    if (!two_texts(a, &s, &part)) {
        return false;
    }
    *out = value_truth(str_starts(s, part));
    return true;
}

BUILTIN_FUNCTION(ends_with)
{
    Str s, part;
    if (args_status(a, out)) {
        return true;
    }
    if (!two_texts(a, &s, &part)) {
        return false;
    }
    *out = value_truth(str_ends(s, part));
    return true;
}

BUILTIN_FUNCTION(replace)
{
    Str s, part, by;
    Buf b;
    if (args_status(a, out)) {
        return true;
    }
    if (!two_texts(a, &s, &part) || !args_text(a, 2, &by)) {
        return false;
    }
    buf_init(&b, a->vm->mem);
    size_t at = 0, next;
    while (b.n <= LIMIT_TEXT_BYTES && (next = find_part(s, part, at)) != SIZE_MAX) {
        buf_put(&b, str_sub(s, at, next));
        buf_put(&b, by);
        at = next + part.n;
    }
    buf_put(&b, str_sub(s, at, s.n));
    return args_return_buf(a, &b, out);
}

static bool push_text(const Args *a, List *list, Str s)
{
    Value item;
    if (list->n == LIMIT_LIST_ITEMS) {
        return ARGS_FAIL(a, RESULT_TOO_LONG);
    }
    return (text_new(args_heap(a), s, &item) && list_push(args_heap(a), list, item)) || vm_fail_memory(a->vm);
}

/* Without a separator, the characters. */
static bool split_characters(const Args *a, Str s, List *list)
{
    uint32_t cp;
    for (size_t at = 0, n; (n = utf8_next(s, at, &cp)) != 0; at += n) {
        if (!push_text(a, list, str_sub(s, at, at + n))) {
            return false;
        }
    }
    return true;
}

static bool split_parts(const Args *a, Str s, Str separator, List *list)
{
    size_t at = 0, next;
    while ((next = find_part(s, separator, at)) != SIZE_MAX) {
        if (!push_text(a, list, str_sub(s, at, next))) {
            return false;
        }
        at = next + separator.n;
    }
    return push_text(a, list, str_sub(s, at, s.n));
}

BUILTIN_FUNCTION(split)
{
    Str s, separator;
    if (args_status(a, out)) {
        return true;
    }
    if (!two_texts(a, &s, &separator)) {
        return false;
    }
    List *list = list_new(args_heap(a), 0);
    if (!list) {
        return vm_fail_memory(a->vm);
    }
    *out = value_obj(T_LIST, list);
    return separator.n ? split_parts(a, s, separator, list) : split_characters(a, s, list);
}

BUILTIN_FUNCTION(join)
{
    Value list;
    Str separator = STR(", ");
    Buf b;
    if (a->v[0].tag == T_STATUS) {
        *out = a->v[0];
        return true;
    }
    if (!args_list(a, 0, &list) || (args_given(a, 1) && !args_text(a, 1, &separator)) ||
        !vm_charge(a->vm, list_count(list))) {
        return false;
    }
    buf_init(&b, a->vm->mem);
    ShowStyle style = show_style(a->vm->lang);
    for (uint32_t i = 0; i < list_count(list) && b.n <= LIMIT_TEXT_BYTES; i++) {
        buf_put(&b, i ? separator : (Str){"", 0});
        value_show(args_heap(a), &b, list_at(list, i), &style);
    }
    return args_return_buf(a, &b, out);
}

/* ---- values as text, and back ---- */

BUILTIN_FUNCTION(text)
{
    Buf b;
    ShowStyle style = show_style(a->vm->lang);
    buf_init(&b, a->vm->mem);
    value_show(args_heap(a), &b, a->v[0], &style);
    return args_return_buf(a, &b, out);
}

BUILTIN_FUNCTION(format)
{
    Buf b, format;
    Str how = {"", 0};
    int64_t decimals = 0;
    if (args_status(a, out)) {
        return true;
    }
    if (a->v[1].tag == T_TEXT ? !args_text(a, 1, &how) : !args_whole(a, 1, 0, LIMIT_DECIMALS, &decimals)) {
        return false;
    }
    buf_init(&b, a->vm->mem);
    buf_init(&format, a->vm->mem);
    if (a->v[1].tag != T_TEXT) {
        buf_printf(&format, "%lld", (long long)decimals);
        how = buf_str(&format);
    }
    bool known = value_show_format(args_heap(a), &b, a->v[0], how, a->vm->lang);
    bool memory = format.failed;
    buf_free(&format);
    if (known || b.failed || memory) {
        b.failed = b.failed || memory;
        return args_return_buf(a, &b, out);
    }
    buf_free(&b);
    return args_fail(a, D_ARG_FORMAT, 1, a->v[1]);
}

/* The reading that follows this language's notation; the lenient ones are for copies. */
static const NumReading *strict_reading(const NumReading *readings, size_t n, Lang lang)
{
    const char *other = lang == LANG_FR ? "." : ",";
    for (size_t i = 0; i < n; i++) {
        if (strcmp(readings[i].how, other) != 0) {
            return &readings[i];
        }
    }
    return NULL;
}

/* `,` groups digits in no dialect: what the reader took for grouping is refused with it. */
static bool has_other_mark(Str s, Lang lang)
{
    return memchr(s.p, lang == LANG_FR ? '.' : ',', s.n) != NULL;
}

BUILTIN_FUNCTION(number)
{
    Str s;
    NumReading readings[NUM_READINGS_MAX];
    size_t n = 0;
    if (args_status(a, out)) {
        return true;
    }
    if (value_is_number(a->v[0])) {
        *out = a->v[0];
        return true;
    }
    if (!args_text(a, 0, &s)) {
        return false;
    }
    NumErr err = num_read_lenient(a->vm->num, s, a->vm->lang, readings, NUM_READINGS_MAX, &n, NULL);
    if (err == NUM_NO_MEMORY) {
        return vm_fail_memory(a->vm);
    }
    const NumReading *r = err == NUM_OK ? strict_reading(readings, n, a->vm->lang) : NULL;
    if (!r || has_other_mark(s, a->vm->lang)) {
        return ARGS_FAIL(a, NUMBER_NOT_READ, str_trim(s));
    }
    *out = r->value;
    return true;
}
