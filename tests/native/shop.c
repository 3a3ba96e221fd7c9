/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int8_t next_int8(int8_t n) { return (int8_t)(n + 1); }
int16_t next_int16(int16_t n) { return (int16_t)(n + 1); }
int32_t next_int32(int32_t n) { return (int32_t)((uint32_t)n + 1); }
int64_t next_int64(int64_t n) { return (int64_t)((uint64_t)n + 1); }
uint8_t next_uint8(uint8_t n) { return (uint8_t)(n + 1); }
uint16_t next_uint16(uint16_t n) { return (uint16_t)(n + 1); }
uint32_t next_uint32(uint32_t n) { return n + 1; }
uint64_t next_uint64(uint64_t n) { return n + 1; }
float half_float(float x) { return x / 2; }
double half_double(double x) { return x / 2; }
bool negation(bool b) { return !b; }

size_t length_of(const char *text) { return text ? strlen(text) : 0; }

const char *constant_text(int which)
{
    return which == 0 ? "constante" : which == 1 ? NULL : "\xff\xfe";
}

char *shout(const char *text)
{
    size_t n = strlen(text);
    char *made = malloc(n + 2);
    if (made) {
        memcpy(made, text, n);
        memcpy(made + n, "!", 2);
    }
    return made;
}

void forget(void *text) { free(text); }

struct Shop {
    char name[64];
};

static int open_shops;

Shop *shop_open(const char *name)
{
    Shop *shop = name ? calloc(1, sizeof *shop) : NULL;
    if (!name)
        errno = EINVAL;
    if (shop) {
        strncpy(shop->name, name, sizeof shop->name - 1);
        open_shops++;
    }
    return shop;
}

const char *shop_name(const Shop *shop) { return shop->name; }

int shop_close(Shop *shop)
{
    free(shop);
    return --open_shops;
}

int shops_open(void) { return open_shops; }

Point middle(Line line)
{
    return (Point){(line.from.x + line.to.x) / 2, (line.from.y + line.to.y) / 2};
}

Line line_between(Point a, Point b, int32_t kind) { return (Line){kind, a, b}; }

void shift(Point *p, double by)
{
    p->x += by;
    p->y += by;
}

int64_t total(const int32_t *items, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += items[i];
    return sum;
}

void squares(int32_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        items[i] = (int32_t)(i * i);
}

void reverse(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        uint8_t kept = bytes[i];
        bytes[i] = bytes[count - 1 - i];
        bytes[count - 1 - i] = kept;
    }
}

int divide(int a, int b, int *quotient, int *rest)
{
    if (b == 0) {
        errno = EDOM;
        return -1;
    }
    *quotient = a / b;
    *rest = a % b;
    return 0;
}

double apply(double (*f)(double), double x) { return f(x); }

int each(const int32_t *items, size_t count, bool (*f)(int32_t item, const Point *where))
{
    for (size_t i = 0; i < count; i++) {
        Point p = {(double)i, 0};
        if (!f(items[i], i ? &p : NULL))
            return (int)i;
    }
    return (int)count;
}

static int (*kept)(int);

void keep(int (*f)(int)) { kept = f; }
int call_kept(int n) { return kept ? kept(n) : -1; }

double sum_of(const char *kinds, ...)
{
    double sum = 0;
    va_list more;
    va_start(more, kinds);
    for (; *kinds; kinds++)
        sum += *kinds == 'i' ? va_arg(more, int) : va_arg(more, double);
    va_end(more);
    return sum;
}

double not_a_number(void) { return strtod("nan", NULL); }
