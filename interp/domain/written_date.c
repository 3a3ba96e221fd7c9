/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: the text, folded, is cut into numbers and words. Three numbers are a date in figures; one or two numbers and
   the name of a month are a date in letters. Any other word but those that go with a date makes it none. */
#include "domain/written_date.h"

#include <string.h>

#include "base/utf8.h"
#include "data/show.h"

typedef struct Pieces {
    int64_t number[3];
    size_t digits[3]; /* written, of each number */
    uint32_t count;
    int month; /* named; 0: none */
} Pieces;

static const char *const months[] = {"janvier",   "january", "fevrier", "february", "mars",      "march",    "avril",   "april",
                                     "mai",       "may",     "juin",    "june",     "juillet",   "july",     "aout",    "august",
                                     "septembre", "september", "octobre", "october", "novembre", "november", "decembre", "december"};

static const char *const companions[] = {"le",       "au",     "du",     "the",     "of",        "on",       "er",
                                         "st",       "nd",     "rd",     "th",      "lundi",     "mardi",    "mercredi",
                                         "jeudi",    "vendredi", "samedi", "dimanche", "monday",  "tuesday",  "wednesday",
                                         "thursday", "friday", "saturday", "sunday"};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Length of the blank or sign at `at` that may separate the parts of a date; 0 none. */
static size_t mark_at(Str s, size_t at)
{
    uint32_t cp;
    size_t n = utf8_next(s, at, &cp);
    return utf8_is_blank(cp) || (cp < 128 && cp && strchr("/.-,@", (int)cp)) ? n : 0;
}

static bool take_number(Pieces *p, Str s, size_t *at)
{
    size_t start = *at;
    int64_t n = 0;
    while (*at < s.n && is_digit(s.p[*at]) && *at - start < 4) {
        n = n * 10 + (s.p[(*at)++] - '0');
    }
    if (p->count == 3 || (*at < s.n && is_digit(s.p[*at]))) {
        return false;
    }
    p->digits[p->count] = *at - start;
    p->number[p->count++] = n;
    return true;
}

static bool take_word(Pieces *p, Str s, size_t *at)
{
    size_t start = *at;
    while (*at < s.n && !is_digit(s.p[*at]) && !mark_at(s, *at)) {
        (*at)++;
    }
    Str word = str_sub(s, start, *at);
    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        if (str_eq(word, str_from(months[i]))) {
            bool first = !p->month;
            p->month = (int)i / 2 + 1;
            return first;
        }
    }
    for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
        if (str_eq(word, str_from(companions[i]))) {
            return true;
        }
    }
    return false;
}

static bool take_pieces(Pieces *p, Str s)
{
    for (size_t at = 0; at < s.n;) {
        size_t mark = mark_at(s, at);
        if (mark) {
            at += mark;
        } else if (!(is_digit(s.p[at]) ? take_number(p, s, &at) : take_word(p, s, &at))) {
            return false;
        }
    }
    return true;
}

static int64_t full_year(int64_t year, size_t digits, int64_t expected_year)
{
    return digits > 2 ? year : expected_year - expected_year % 100 + year;
}

/* The day first, as in French, unless the year is. */
static bool in_figures(const Pieces *p, int64_t expected_year, int64_t *days)
{
    bool year_first = p->digits[0] == 4;
    int year = year_first ? 0 : 2, day = year_first ? 2 : 0;
    return !p->month && p->count == 3 && p->number[1] <= 12 && p->number[day] <= 31 &&
           date_from_civil(full_year(p->number[year], p->digits[year], expected_year), (int)p->number[1],
                           (int)p->number[day], days);
}

static bool in_letters(const Pieces *p, int64_t expected_year, int64_t *days)
{
    int64_t year = p->count == 2 ? full_year(p->number[1], p->digits[1], expected_year) : expected_year;
    return p->month && (p->count == 1 || p->count == 2) && p->number[0] <= 31 &&
           date_from_civil(year, p->month, (int)p->number[0], days);
}

bool written_date(Mem *mem, Str text, int64_t expected, int64_t *days)
{
    Pieces p = {0};
    Buf folded;
    int64_t year;
    int month, day;
    date_to_civil(expected, &year, &month, &day);
    buf_init(&folded, mem);
    utf8_fold(&folded, text);
    bool read = !folded.failed && take_pieces(&p, buf_str(&folded)) &&
                (in_figures(&p, year, days) || in_letters(&p, year, days));
    buf_free(&folded);
    return read;
}
