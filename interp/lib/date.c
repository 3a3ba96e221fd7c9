/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Working days are counted in whole weeks and a rest, less the holidays that fall on a weekday, so that long periods
   cost a step a year. Holidays are those of the French labour code: eight fixed days, and three that follow Easter. */
#include "lib/args.h"

#define YEAR_LAST 9999
#define MONTHS_MOST (12 * YEAR_LAST)
#define HOLIDAYS 11

enum { MONDAY = 1, SATURDAY = 6, SUNDAY = 7 };

/* ---- the calendar ---- */

static int weekday_of(int64_t days) /* 1970-01-01 was a Thursday */
{
    int64_t w = (days + 3) % 7;
    return (int)(w < 0 ? w + 7 : w) + 1;
}

static int64_t year_of(int64_t days)
{
    int64_t y;
    int m, d;
    date_to_civil(days, &y, &m, &d);
    return y;
}

/* Easter Sunday of the Gregorian calendar. The Sunday after the full moon that follows 21 March, where the moon is
   the one of the church's tables: `golden` is the year's place in the moon's cycle of 19 years, `epact` its age. */
static int64_t easter_of(int64_t year)
{
    int64_t golden = year % 19, century = year / 100;
    int64_t skipped_leaps = century - century / 4, moon_drift = (8 * century + 13) / 25;
    int64_t epact = (skipped_leaps - moon_drift + 19 * golden + 15) % 30;
    if (epact == 29 || (epact == 28 && golden > 10)) {
        epact--; /* keeps the full moon before 19 April, and two of them from falling on one day in a cycle */
    }
    int64_t march21 = 0;
    date_from_civil(year, 3, 21, &march21);
    int64_t full_moon = march21 + epact;
    return full_moon + 7 - weekday_of(full_moon) % 7;
}

static void holidays_of(int64_t year, int64_t out[HOLIDAYS])
{
    static const struct {
        int month, day;
    } fixed[] = {{1, 1}, {5, 1}, {5, 8}, {7, 14}, {8, 15}, {11, 1}, {11, 11}, {12, 25}};
    uint32_t n = 0;
    int64_t easter = easter_of(year);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        date_from_civil(year, fixed[i].month, fixed[i].day, &out[n++]);
    }
    out[n++] = easter + 1;  /* Easter Monday */
    out[n++] = easter + 39; /* Ascension */
    out[n++] = easter + 50; /* Whit Monday */
}

static bool is_holiday(int64_t day)
{
    int64_t holidays[HOLIDAYS];
    holidays_of(year_of(day), holidays);
    for (uint32_t i = 0; i < HOLIDAYS; i++) {
        if (holidays[i] == day) {
            return true;
        }
    }
    return false;
}

static bool is_working(int64_t day)
{
    return weekday_of(day) < SATURDAY && !is_holiday(day);
}

/* Holidays of a year from `from` to `to` that are not on a weekend; two may fall on one day (1 May and Ascension). */
static int64_t weekday_holidays(int64_t year, int64_t from, int64_t to)
{
    int64_t holidays[HOLIDAYS], count = 0;
    holidays_of(year, holidays);
    for (uint32_t i = 0; i < HOLIDAYS; i++) {
        bool again = false;
        for (uint32_t j = 0; j < i; j++) {
            again = again || holidays[j] == holidays[i];
        }
        count += !again && holidays[i] >= from && holidays[i] <= to && weekday_of(holidays[i]) < SATURDAY;
    }
    return count;
}

/* Mondays to Fridays from `from` to `to`, both included. */
static int64_t weekdays(int64_t from, int64_t to)
{
    int64_t days = to - from + 1, count = days / 7 * 5;
    for (int64_t day = to - days % 7 + 1; day <= to; day++) {
        count += weekday_of(day) < SATURDAY;
    }
    return count;
}

/* ---- making and reading dates ---- */

static bool days_result(const Args *a, int64_t days, Value *out)
{
    int64_t first = 0, last = 0;
    date_from_civil(1, 1, 1, &first);
    date_from_civil(YEAR_LAST, 12, 31, &last);
    *out = value_date(days);
    return (days >= first && days <= last) || ARGS_FAIL(a, DATE_TOO_FAR);
}

BUILTIN_FUNCTION(date)
{
    int64_t part[3] = {0}, days;
    if (args_status(a, out)) {
        return true;
    }
    for (uint32_t i = 0; i < 3; i++) {
        if (!args_whole(a, i, 1, YEAR_LAST, &part[i])) {
            return false;
        }
    }
    if (part[1] <= 12 && part[2] <= 31 && date_from_civil(part[0], (int)part[1], (int)part[2], &days)) {
        *out = value_date(days);
        return true;
    }
    Buf b[3];
    for (uint32_t i = 0; i < 3; i++) {
        buf_init(&b[i], a->vm->mem);
        buf_printf(&b[i], "%lld", (long long)part[i]);
    }
    ARGS_FAIL(a, DATE_NO_SUCH_DAY, buf_str(&b[0]), buf_str(&b[1]), buf_str(&b[2]));
    for (uint32_t i = 0; i < 3; i++) {
        buf_free(&b[i]);
    }
    return false;
}

/* One of the parts of a date: 0 the year, 1 the month, 2 the day. */
static bool date_part(const Args *a, int which, Value *out)
{
    int64_t days, y;
    int m, d;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_date(a, 0, &days)) {
        return false;
    }
    date_to_civil(days, &y, &m, &d);
    *out = num_int(which == 0 ? y : which == 1 ? m : d);
    return true;
}

BUILTIN_FUNCTION(year) { return date_part(a, 0, out); }
BUILTIN_FUNCTION(month) { return date_part(a, 1, out); }
BUILTIN_FUNCTION(day) { return date_part(a, 2, out); }

BUILTIN_FUNCTION(weekday)
{
    int64_t days;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_date(a, 0, &days)) {
        return false;
    }
    *out = num_int(weekday_of(days));
    return true;
}

/* A number of months may be given as 3 or as 3 month; of days as 3 or as 3 day. */
static bool args_period(const Args *a, uint32_t i, const char *unit, int64_t most, int64_t *out)
{
    uint16_t id;
    Value v;
    bool fits;
    if (!args_given(a, i) || !value_is_number(a->v[i]) || unit_is_dimensionless(a->vm->num, a->v[i].unit)) {
        return args_whole(a, i, -most, most, out);
    }
    NumErr err = unit_parse(a->vm->num, str_from(unit), &id);
    err = err ? err : unit_convert(a->vm->num, a->v[i], id, &v);
    if (err != NUM_OK) {
        return err == NUM_NO_MEMORY ? vm_fail_memory(a->vm) : args_fail(a, D_ARG_WHOLE, i, a->v[i]);
    }
    int64_t n = num_to_int64(a->vm->num, v, &fits);
    if (!fits || n < -most || n > most) {
        return args_fail(a, fits ? D_ARG_BOUNDS : D_ARG_WHOLE, i, a->v[i]);
    }
    *out = n;
    return true;
}

static bool month_result(const Args *a, int64_t days, int64_t months, Value *out)
{
    return date_add_months(days, months, &days) ? (*out = value_date(days), true) : ARGS_FAIL(a, DATE_TOO_FAR);
}

BUILTIN_FUNCTION(add_months)
{
    int64_t days, months = 0;
    return args_status(a, out) || (args_date(a, 0, &days) && args_period(a, 1, "month", MONTHS_MOST, &months) &&
                                   month_result(a, days, months, out));
}

BUILTIN_FUNCTION(end_of_month)
{
    int64_t days, months = 0, y;
    int m, d;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_date(a, 0, &days) || !args_period(a, 1, "month", MONTHS_MOST, &months)) {
        return false;
    }
    /* The 31st of January, so many months later, is the last day of whatever month that is. */
    date_to_civil(days, &y, &m, &d);
    date_from_civil(y, 1, 31, &days);
    return month_result(a, days, months + m - 1, out);
}

BUILTIN_FUNCTION(days_between)
{
    int64_t from, to;
    uint16_t day;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_date(a, 0, &from) || !args_date(a, 1, &to)) {
        return false;
    }
    NumErr err = unit_parse(a->vm->num, STR("day"), &day);
    err = err ? err : num_from_ratio(a->vm->num, to - from, 1, day, out);
    return args_num(a, err, a->v[0], a->v[1]);
}

/* ---- working days ---- */

BUILTIN_FUNCTION(is_holiday)
{
    int64_t days;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_date(a, 0, &days)) {
        return false;
    }
    *out = value_truth(is_holiday(days));
    return true;
}

BUILTIN_FUNCTION(is_working_day)
{
    int64_t days;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_date(a, 0, &days)) {
        return false;
    }
    *out = value_truth(is_working(days));
    return true;
}

BUILTIN_FUNCTION(working_days)
{
    int64_t from, to;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_date(a, 0, &from) || !args_date(a, 1, &to)) {
        return false;
    }
    if (to < from) {
        return args_fail(a, D_ARG_DATE_BEFORE, 1, a->v[1]);
    }
    int64_t count = weekdays(from, to);
    for (int64_t y = year_of(from); y <= year_of(to); y++) {
        if (!vm_charge(a->vm, 1)) {
            return false;
        }
        count -= weekday_holidays(y, from, to);
    }
    *out = num_int(count);
    return true;
}

BUILTIN_FUNCTION(add_working_days)
{
    int64_t days, left = 0;
    if (args_status(a, out)) {
        return true;
    }
    if (!args_date(a, 0, &days) || !args_period(a, 1, "day", 366 * YEAR_LAST, &left)) {
        return false;
    }
    int direction = left < 0 ? -1 : 1;
    while (left) {
        days += direction;
        if (!vm_charge(a->vm, 1) || !days_result(a, days, out)) {
            return false;
        }
        left -= is_working(days) ? direction : 0;
    }
    return days_result(a, days, out);
}
