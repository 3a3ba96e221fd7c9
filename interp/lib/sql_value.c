/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: a whole number of 64 bits goes as one; a decimal of at most 15 digits as the double nearest to it, which no other
   such decimal has, so that it comes back exactly; any other number as a text, or, where nothing is stored, as the
   nearest double, remembered. */
#include <math.h>
#include <stdio.h> /* snprintf */
#include <stdlib.h> /* strtol */
#include <string.h>

#include "lib/sql.h"
#include "num/format.h"

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* ---- numbers that no double is ---- */

static SqlOdd *odd_place(const SqlRun *r, uint64_t bits)
{
    uint32_t at = (uint32_t)((bits * UINT64_C(0x9E3779B97F4A7C15)) >> 40) & (r->odd_cap - 1);
    while (r->odd[at].value && r->odd[at].bits != bits) {
        at = (at + 1) & (r->odd_cap - 1);
    }
    return &r->odd[at];
}

static bool odd_room(SqlRun *r)
{
    if (r->odd && r->odd_count * 2 < r->odd_cap) {
        return true;
    }
    SqlRun wider = *r;
    wider.odd_cap = r->odd_cap ? r->odd_cap * 2 : 64;
    wider.odd = mem_zalloc(r->args->vm->mem, wider.odd_cap, sizeof *wider.odd);
    for (uint32_t i = 0; wider.odd && i < r->odd_cap; i++) {
        if (r->odd[i].value) {
            *odd_place(&wider, r->odd[i].bits) = r->odd[i];
        }
    }
    if (!wider.odd) {
        return vm_fail_memory(r->args->vm);
    }
    mem_free(r->args->vm->mem, r->odd, r->odd_cap * sizeof *r->odd);
    *r = wider;
    return true;
}

static bool remember(SqlRun *r, double x, Value v)
{
    bool equal = false;
    if (!odd_room(r)) {
        return false;
    }
    SqlOdd *o = odd_place(r, bits_of(x));
    if (o->value) {
        num_equal(r->args->vm->num, list_at(value_obj(T_LIST, r->held), o->value - 1), v, &equal);
        o->several = o->several || !equal;
        return true;
    }
    if (!list_push(args_heap(r->args), r->held, v)) {
        return vm_fail_memory(r->args->vm);
    }
    *o = (SqlOdd){.bits = bits_of(x), .value = r->held->n};
    r->odd_count++;
    return true;
}

/* ---- out ---- */

/* A power of ten that the denominator divides, and few digits: the quotient is the nearest double. */
static bool small_decimal(Value v, double *real)
{
    uint32_t den = v.den;
    while (den % 10 == 0) {
        den /= 10;
    }
    if (v.tag != T_NUM || den != 1 || v.num >= INT64_C(1000000000000000) || v.num <= -INT64_C(1000000000000000)) {
        return false;
    }
    *real = (double)v.num / (double)v.den;
    return true;
}

static size_t significant(Str digits)
{
    size_t n = 0;
    for (size_t i = 0; i < digits.n; i++) {
        bool digit = digits.p[i] >= '0' && digits.p[i] <= '9';
        n += digit && (n || digits.p[i] != '0');
    }
    return n;
}

/* All its decimals in scratch, if they end. */
static bool all_decimals(NumCtx *num, Value v, Buf *scratch, bool *ends)
{
    Value back;
    bool equal = false;
    buf_clear(scratch);
    NumErr err = num_decimal(num, scratch, v, 60);
    Str text = buf_str(scratch);
    bool negative = text.n && text.p[0] == '-';
    if (err == NUM_OK && num_read_literal(num, str_sub(text, negative, text.n), U_PLAIN, &back) == NUM_OK &&
        (!negative || num_neg(num, back, &back) == NUM_OK)) {
        num_equal(num, back, v, &equal);
    }
    *ends = equal;
    return err == NUM_OK && !scratch->failed;
}

static bool number_out(SqlRun *r, Value v, uint16_t unit, Buf *scratch, SqlValue *out)
{
    NumCtx *num = r->args->vm->num;
    bool fits = false, ends = false;
    NumErr err = unit == UINT16_MAX || unit == v.unit ? NUM_OK : unit_convert(num, v, unit, &v);
    err = err ? err : v.unit == U_PLAIN ? NUM_OK : num_shown(num, v, &v);
    if (err != NUM_OK) {
        return args_num(r->args, err, v, v);
    }
    if (v.tag == T_NUM && v.den == 1) {
        *out = (SqlValue){.type = SQLITE_INTEGER, .integer = v.num};
        return true;
    }
    out->type = SQLITE_FLOAT;
    if (v.tag == T_APPROX) {
        out->real = num_to_double(num, v);
        return true;
    }
    out->integer = num_to_int64(num, v, &fits);
    if (fits) {
        out->type = SQLITE_INTEGER;
        return true;
    }
    if (small_decimal(v, &out->real)) {
        return true;
    }
    if (!all_decimals(num, v, scratch, &ends)) {
        return vm_fail_memory(r->args->vm);
    }
    if (ends && significant(buf_str(scratch)) <= 15) {
        out->real = num_to_double(num, v);
        return true;
    }
    if (r->keeps_odd) {
        out->real = num_to_double(num, v);
        return remember(r, out->real, v);
    }
    if (!ends) {
        buf_clear(scratch);
        err = num_fraction(num, scratch, v);
    }
    out->type = SQLITE_TEXT;
    out->text = buf_str(scratch);
    return err == NUM_OK && !scratch->failed ? true : vm_fail_memory(r->args->vm);
}

static bool shown_out(SqlRun *r, Value v, Buf *scratch, SqlValue *out)
{
    buf_clear(scratch);
    if (v.tag == T_DATE) {
        int64_t y;
        int m, d;
        date_to_civil(v.num, &y, &m, &d);
        buf_printf(scratch, "%04d-%02d-%02d", (int)y, m, d);
    } else {
        ShowStyle style = show_style(r->args->vm->lang);
        value_show(args_heap(r->args), scratch, v, &style);
    }
    *out = (SqlValue){.type = SQLITE_TEXT, .text = buf_str(scratch)};
    return !scratch->failed || vm_fail_memory(r->args->vm);
}

bool sql_out(SqlRun *r, Value v, uint16_t unit, Buf *scratch, SqlValue *out)
{
    *out = (SqlValue){.type = SQLITE_NULL};
    if (value_is_number(v)) {
        return number_out(r, v, unit, scratch, out);
    }
    switch (v.tag) {
    case T_NONE:
    case T_STATUS: return true;
    case T_TRUTH: *out = (SqlValue){.type = SQLITE_INTEGER, .integer = value_is_true(v)}; return true;
    case T_TEXT:
        *out = (SqlValue){.type = SQLITE_TEXT, .text = text_str(args_heap(r->args), v)};
        return out->text.p || vm_fail_memory(r->args->vm);
    case T_DATE:
    case T_LEVEL: return shown_out(r, v, scratch, out);
    default: break;
    }
    return args_fail(r->args, D_SQL_VALUE, 0, v);
}

bool sql_bind(SqlRun *r, sqlite3_stmt *s, int at, Value v)
{
    SqlValue out;
    Buf scratch;
    buf_init(&scratch, r->args->vm->mem);
    int code = SQLITE_OK;
    bool ok = sql_out(r, v, UINT16_MAX, &scratch, &out);
    if (ok) {
        switch (out.type) {
        case SQLITE_INTEGER: code = sqlite3_bind_int64(s, at, out.integer); break;
        case SQLITE_FLOAT: code = sqlite3_bind_double(s, at, out.real); break;
        case SQLITE_TEXT: code = sqlite3_bind_text64(s, at, out.text.p, out.text.n, SQLITE_TRANSIENT, SQLITE_UTF8); break;
        default: code = sqlite3_bind_null(s, at); break;
        }
    }
    buf_free(&scratch);
    return ok && (code == SQLITE_OK || sql_fail(r, code));
}

void sql_result(SqlRun *r, sqlite3_context *c, Value v, uint16_t unit)
{
    SqlValue out;
    Buf scratch;
    buf_init(&scratch, r->args->vm->mem);
    if (!sql_out(r, v, unit, &scratch, &out)) {
        r->failed = true;
        sqlite3_result_error_code(c, SQLITE_ABORT);
    } else {
        switch (out.type) {
        case SQLITE_INTEGER: sqlite3_result_int64(c, out.integer); break;
        case SQLITE_FLOAT: sqlite3_result_double(c, out.real); break;
        case SQLITE_TEXT: sqlite3_result_text64(c, out.text.p, out.text.n, SQLITE_TRANSIENT, SQLITE_UTF8); break;
        default: sqlite3_result_null(c); break;
        }
    }
    buf_free(&scratch);
}

/* ---- in ---- */

/* A decimal of few digits, if x is the double nearest to it. */
static bool quick_real(double x, Value *out)
{
    static const double tens[] = {1, 100, 10000, 1000000};
    for (size_t i = 0; i < sizeof tens / sizeof *tens; i++) {
        double scaled = x * tens[i];
        if (fabs(scaled) < 1e15) {
            int64_t n = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            if ((double)n / tens[i] == x) {
                *out = (Value){.tag = T_NUM, .unit = U_PLAIN, .den = (uint32_t)tens[i], .num = n};
                return true;
            }
        }
    }
    return false;
}

/* d.ddd…e±xx with 15 digits as an exact number. */
static NumErr decimal_value(NumCtx *num, const char *text, Value *out)
{
    char digits[32];
    size_t n = 0;
    bool negative = *text == '-';
    for (text += negative; *text && *text != 'e'; text++) {
        if (*text != '.' && n < sizeof digits) {
            digits[n++] = *text;
        }
    }
    long exponent = (*text == 'e' ? strtol(text + 1, NULL, 10) : 0) - (long)(n - 1);
    Value ten = num_int(10), power;
    NumErr err = num_read_literal(num, (Str){digits, n}, U_PLAIN, out);
    err = err ? err : num_pow(num, ten, num_int(exponent), &power);
    err = err ? err : num_mul(num, *out, power, out);
    return err == NUM_OK && negative ? num_neg(num, *out, out) : err;
}

bool sql_real_in(SqlRun *r, double x, Value *out)
{
    NumCtx *num = r->args->vm->num;
    char text[48];
    if (quick_real(x, out)) {
        return true;
    }
    if (!isfinite(x)) {
        return args_num(r->args, NUM_DOMAIN, num_int(0), num_int(0));
    }
    snprintf(text, sizeof text, "%.14e", x);
    NumErr err = decimal_value(num, text, out);
    if (err != NUM_OK || num_to_double(num, *out) == x) {
        return args_num(r->args, err, num_int(0), num_int(0));
    }
    const SqlOdd *o = r->odd_count ? odd_place(r, bits_of(x)) : NULL;
    if (o && o->value && !o->several) {
        *out = list_at(value_obj(T_LIST, r->held), o->value - 1);
        return true;
    }
    return args_num(r->args, num_from_double(num, x, U_PLAIN, out), num_int(0), num_int(0));
}

bool sql_in(SqlRun *r, sqlite3_value *v, Value *out)
{
    switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER: *out = num_int(sqlite3_value_int64(v)); return true;
    case SQLITE_FLOAT: return sql_real_in(r, sqlite3_value_double(v), out);
    case SQLITE_NULL: *out = value_status(STATUS_NOT_GIVEN, NULL); return true;
    case SQLITE_TEXT: {
        const char *p = (const char *)sqlite3_value_text(v);
        return (p && text_new(args_heap(r->args), (Str){p, (size_t)sqlite3_value_bytes(v)}, out)) ||
               vm_fail_memory(r->args->vm);
    }
    default: return VM_FAIL(r->args->vm, SQL_BLOB, STR(""));
    }
}
