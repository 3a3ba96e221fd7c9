/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small library for the tests of native functions (`extern`): one of each kind of argument and result. */
#ifndef SHOP_H
#define SHOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole numbers of every width, each given back with one added, in two's complement. */
int8_t next_int8(int8_t n);
int16_t next_int16(int16_t n);
int32_t next_int32(int32_t n);
int64_t next_int64(int64_t n);
uint8_t next_uint8(uint8_t n);
uint16_t next_uint16(uint16_t n);
uint32_t next_uint32(uint32_t n);
uint64_t next_uint64(uint64_t n);
float half_float(float x);
double half_double(double x);
bool negation(bool b);

/* Texts end with a zero byte. `shout` gives a new one, which `forget` releases. */
size_t length_of(const char *text);
const char *constant_text(int which); /* 0: "constante", 1: none, 2: not in UTF-8 */
char *shout(const char *text);
void forget(void *text);

/* A shop that must be closed; how many are open. */
typedef struct Shop Shop;
Shop *shop_open(const char *name); /* NULL and errno EINVAL without a name */
const char *shop_name(const Shop *shop);
int shop_close(Shop *shop);
int shops_open(void);

/* Structs by value, one inside another, and by their address. */
typedef struct Point {
    double x, y;
} Point;
typedef struct Line {
    int32_t kind;
    Point from, to;
} Line;
Point middle(Line line);
Line line_between(Point a, Point b, int32_t kind);
void shift(Point *p, double by);

/* Buffers: read, filled, changed in place. */
int64_t total(const int32_t *items, size_t count);
void squares(int32_t *items, size_t count);
void reverse(uint8_t *bytes, size_t count);
int divide(int a, int b, int *quotient, int *rest); /* -1 and errno EDOM by zero */

/* Callbacks: `each` stops at the first false; `keep` calls it later, in `call_kept`. */
double apply(double (*f)(double), double x);
int each(const int32_t *items, size_t count, bool (*f)(int32_t item, const Point *where));
void keep(int (*f)(int));
int call_kept(int n);

/* A variadic sum: kinds says what follows, `i` an int, `d` a double. */
double sum_of(const char *kinds, ...);

double not_a_number(void);
#endif
