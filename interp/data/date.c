/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: years are counted from 1 March, so that the day which some years have ends the year, and in eras of 400
   years, which all have the same number of days. Day 0 is 1970-01-01. */
#include "data/show.h"

#define DAYS_OF_ERA 146097 /* 400 years */
#define DAYS_TO_EPOCH 719468 /* from 0000-03-01 to 1970-01-01 */
#define YEAR_FIRST 1
#define YEAR_LAST 9999

static bool date_is_leap(int64_t y)
{
    return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int date_month_days(int64_t y, int m)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return m == 2 && date_is_leap(y) ? 29 : days[m - 1];
}

static int64_t date_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days before month m, counted from March: 31 + 30 + 31 + 30 + 31 repeats every five months. */
static int64_t date_days_before_month(int from_march)
{
    return (153 * from_march + 2) / 5;
}

bool date_from_civil(int64_t y, int m, int d, int64_t *days)
{
    if (y < YEAR_FIRST || y > YEAR_LAST || m < 1 || m > 12 || d < 1 || d > date_month_days(y, m))
        return false;
    int64_t year = m <= 2 ? y - 1 : y;
    int64_t era = date_floor_div(year, 400), in_era = year - era * 400;
    int64_t in_year = date_days_before_month((m + 9) % 12) + d - 1;
    *days = era * DAYS_OF_ERA + in_era * 365 + in_era / 4 - in_era / 100 + in_year - DAYS_TO_EPOCH;
    return true;
}

void date_to_civil(int64_t days, int64_t *y, int *m, int *d)
{
    int64_t since = days + DAYS_TO_EPOCH;
    int64_t era = date_floor_div(since, DAYS_OF_ERA), in_era = since - era * DAYS_OF_ERA;
    /* Take away the leap days already past, to be left with years of 365 days. */
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int from_march = (int)((5 * in_year + 2) / 153);
    *d = (int)(in_year - date_days_before_month(from_march)) + 1;
    *m = (from_march + 2) % 12 + 1;
    *y = year + era * 400 + (*m <= 2);
}

bool date_add_months(int64_t days, int64_t n, int64_t *out)
{
    int64_t y;
    int m, d;
    if (n > 12 * YEAR_LAST || n < -12 * YEAR_LAST)
        return false;
    date_to_civil(days, &y, &m, &d);
    int64_t months = y * 12 + (m - 1) + n;
    y = date_floor_div(months, 12);
    m = (int)(months - y * 12) + 1;
    if (y < YEAR_FIRST || y > YEAR_LAST)
        return false;
    if (d > date_month_days(y, m))
        d = date_month_days(y, m);
    return date_from_civil(y, m, d, out);
}
